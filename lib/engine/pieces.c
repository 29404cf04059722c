/* Long texts of which only words are asked for: they are read, cut and written piece by piece, so
 * that what one step leaves is still near when the next one needs it.
 *
 * A piece ends where a run of blanks with a line break in it does: no number, ASCII word or address
 * reaches across it, and beyond it no cut sees anything. Tags see the word in front of it, too, but
 * what they see is kept. */
#include "engine/analyzer.h"

enum {
    PIECE = 16 * 1024, /* bytes, or more */
    FEW = 2 * PIECE    /* bytes of a text that is read as one */
};

bool qm_analyzer_takes_pieces(const qm_analyzer *a)
{
    const qm_engine *engine = a->engine;
    const int64_t *settings = engine->settings;
    return engine->tables == 1u << QM_TOKENS && a->now->bytes.size > FEW && !engine->joins &&
           !engine->scans && settings[QM_P_GRANULARITY] == QM_WORD &&
           settings[QM_P_QUALITY] == QM_FAST && !settings[QM_P_STRICT];
}

/* Whether no blank begins with such a byte: ASCII, or most hanzi. */
static bool is_visible(uint8_t byte)
{
    return (byte > ' ' && byte < 0x7F) || (byte >= 0xE4 && byte <= 0xE9);
}

/* Where the next line behind `at` begins that begins with what can be seen, indented or not; size:
 * there is none. */
static size_t next_line(qm_bytes text, size_t at)
{
    const uint8_t *bytes = text.data;
    while (at < text.size) {
        const uint8_t *end = memchr(bytes + at, '\n', text.size - at);
        if (!end) break;
        size_t begin = at = (size_t)(end - bytes) + 1;
        while (begin + 3 < text.size && memcmp(bytes + begin, "\xE3\x80\x80", 3) == 0) begin += 3;
        while (begin + 1 < text.size && bytes[begin] == ' ') begin++;
        if (begin < text.size && is_visible(bytes[begin])) return begin;
    }
    return text.size;
}

static size_t piece_end(qm_bytes text, size_t begin)
{
    return text.size - begin > PIECE ? next_line(text, begin + PIECE) : text.size;
}

/* base: the place where the piece begins. */
static int add_piece(qm_analyzer *a, qm_bytes piece, uint64_t base, qm_error *err)
{
    int status = qm_analyzer_cut(a, piece.data, piece.size, err);
    if (status != QM_OK) return status;
    if (qm_analyzer_measure_places(a) != QM_OK) return qm_fail_nomem(err);
    size_t rows = a->batch.rows[QM_TOKENS].count;
    if (qm_analyzer_add_tokens(a, 0, a->now->text.count) != QM_OK) return qm_fail_nomem(err);
    return qm_analyzer_shift_tokens(a, rows, base, err);
}

int qm_analyzer_add_pieces(qm_analyzer *a, qm_error *err)
{
    const qm_bytes text = a->now->bytes;
    uint64_t base = 0;
    int status = QM_OK;
    for (size_t at = 0, end; at < text.size && status == QM_OK; at = end) {
        end = piece_end(text, at);
        a->goes_on = at > 0;
        status = add_piece(a, (qm_bytes){(const char *)text.data + at, end - at}, base, err);
        if (status == QM_OK) base += qm_analyzer_place(a, a->now->text.count);
        qm_analyzer_give_back(a); /* a piece without lines may be long itself */
    }
    a->goes_on = false;
    a->now->bytes = text;
    return status;
}
