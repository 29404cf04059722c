/* User words: word <tab> mode <tab> tag <tab> weight; all but the word may be left out. */
#include "compile/compile.h"
#include "segment/segment.h"

static bool find_mode(qm_bytes name, int *mode)
{
    static const char *const names[] = {"prefer", "force", "forbid"};
    *mode = QM_WORD_PREFER;
    if (name.size == 0) return true;
    for (int i = 0; i < 3; i++) {
        *mode = i;
        if (qm_bytes_equal(name, qm_bytes_of(names[i]))) return true;
    }
    return false;
}

static bool find_tag(qm_bytes name, uint16_t *tag)
{
    *tag = 0;
    if (name.size == 0) return true;
    for (uint32_t code = 1; qm_upos_name(code); code++) {
        *tag = (uint16_t)code;
        if (qm_bytes_equal(name, qm_bytes_of(qm_upos_name(code)))) return true;
    }
    return false;
}

static bool read_weight(qm_bytes field, int32_t *weight)
{
    const char *at = field.data;
    const char *end = at + field.size;
    bool negative = at < end && *at == '-';
    int64_t value = 0;
    *weight = 0;
    if (field.size == 0) return true;
    if (negative) at++;
    if (at == end) return false;
    for (; at < end; at++) {
        if (*at < '0' || *at > '9') return false;
        value = value * 10 + (*at - '0');
        if (value > INT32_MAX) return false;
    }
    *weight = (int32_t)(negative ? -value : value);
    return true;
}

int qm_builder_add_word(qm_builder *builder, qm_bytes word, qm_bytes tag, int32_t weight, int mode,
                        qm_error *err)
{
    uint16_t code;
    if (mode < QM_WORD_PREFER || mode > QM_WORD_FORBID)
        return qm_fail(err, QM_E_INVALID, "unknown mode %d", mode);
    if (!find_tag(tag, &code))
        return qm_fail(err, QM_E_INVALID, "unknown tag \"%.*s\"",
                       tag.size < 60 ? (int)tag.size : 60, (const char *)tag.data);
    return qm_builder_lexeme(builder, word, (uint16_t)(QM_SENSE_WORDS + mode), code,
                             (uint32_t)weight, err);
}

/* Whether what stands behind a blank looks like a field: a mode, a tag of ours or of other
 * dictionaries, a number. */
static bool looks_like_field(qm_bytes piece)
{
    const uint8_t *at = piece.data;
    int mode;
    uint16_t tag;
    int32_t weight;
    if (find_mode(piece, &mode) || find_tag(piece, &tag) || read_weight(piece, &weight))
        return true;
    bool small = piece.size <= 3;
    for (size_t i = 0; i < piece.size && small; i++) small = at[i] >= 'a' && at[i] <= 'z';
    return small;
}

/* Bytes of the blank at `at`: of the ordinary one or of the wide one, U+3000; 0 where there is
 * none.
 */
static size_t blank_size(const uint8_t *at, const uint8_t *end)
{
    static const uint8_t wide[] = {0xE3, 0x80, 0x80};
    if (at < end && *at == ' ') return 1;
    return (size_t)(end - at) >= sizeof wide && memcmp(at, wide, sizeof wide) == 0 ? sizeof wide
                                                                                   : 0;
}

/* Blanks where tabs should be would make one long word of the line, which no text has. A word that
 * really goes on so has its mode behind a tab. */
static int check_tabs(const qm_tsv *row, qm_error *err)
{
    const qm_bytes word = qm_tsv_field(row, 0);
    const uint8_t *at = word.data, *end = at + word.size, *piece = NULL;
    uint32_t column = row->column[0], wrong = 0;
    if (row->fields > 1) return QM_OK;
    for (;;) {
        const size_t blank = blank_size(at, end);
        if (at < end && !blank) {
            column += (*at++ & 0xC0) != 0x80;
            continue;
        }
        if (piece && at > piece && !looks_like_field((qm_bytes){piece, (size_t)(at - piece)}))
            return QM_OK;
        if (at == end) break;
        if (!wrong) wrong = column;
        column++;
        at += blank;
        piece = at;
    }
    if (!wrong) return QM_OK;
    return qm_fail_line(err, QM_E_SYNTAX, row->line, wrong,
                        "a blank where a tab should be? (a word that has such a blank: write "
                        "\"prefer\" behind it, after a tab)");
}

static int read_row(qm_builder *builder, const qm_tsv *row, qm_error *err)
{
    int mode;
    uint16_t tag;
    int32_t weight;
    if (qm_tsv_field(row, 0).size == 0) return qm_tsv_fail(row, 0, err, "no word");
    if (!find_mode(qm_tsv_field(row, 1), &mode))
        return qm_tsv_fail(row, 1, err, "unknown mode: prefer, force or forbid");
    if (!find_tag(qm_tsv_field(row, 2), &tag)) return qm_tsv_fail(row, 2, err, "unknown tag");
    if (!read_weight(qm_tsv_field(row, 3), &weight))
        return qm_tsv_fail(row, 3, err, "weight is not a whole number");
    if (row->fields > 4) return qm_tsv_fail(row, 4, err, "a field too many");
    int status = check_tabs(row, err);
    if (status != QM_OK) return status;
    qm_error why;
    status = qm_builder_lexeme(builder, qm_tsv_field(row, 0), (uint16_t)(QM_SENSE_WORDS + mode),
                               tag, (uint32_t)weight, &why);
    if (status == QM_OK) return QM_OK;
    if (status == QM_E_NOMEM) return qm_fail_nomem(err);
    return qm_fail_line(err, status, row->line, row->column[0], "%s", why.message);
}

int qm_read_user_words(qm_builder *builder, qm_bytes text, qm_error *err)
{
    qm_tsv tsv;
    qm_tsv_open(&tsv, text);
    int status = QM_OK;
    while (status == QM_OK && qm_tsv_next(&tsv)) status = read_row(builder, &tsv, err);
    return status;
}

/* Terms: one a line. */
int qm_read_terms(qm_builder *builder, qm_bytes text, qm_error *err)
{
    qm_tsv tsv;
    qm_tsv_open(&tsv, text);
    while (qm_tsv_next(&tsv)) {
        if (tsv.fields != 1) return qm_tsv_fail(&tsv, 1, err, "a term stands alone in its line");
        int status = qm_builder_lexeme(builder, qm_tsv_field(&tsv, 0), QM_SENSE_TERM, 0, 0, err);
        if (status != QM_OK) return status;
    }
    return QM_OK;
}
