/* All units with the words for them, for people to read. */
#include "quantity/internal.h"

#include <stdio.h>

typedef struct unit_word {
    uint32_t code, length; /* of the unit; characters */
    uint32_t start, size;  /* bytes in the strings */
} unit_word;

typedef struct unit_words {
    const qm_allocator *alloc;
    qm_buffer strings;
    QM_ARRAY(unit_word) all;
    uint32_t *chars; /* of the codes of the lexicon at hand */
} unit_words;

/* The first character of each code, which of letters is the capital one. */
static void find_characters(const qm_lexicon *lexicon, uint32_t *chars)
{
    uint16_t codes[256];
    for (uint32_t page = 0x1100; page-- > 0;) {
        qm_lexicon_page(lexicon, page, codes);
        for (uint32_t i = 256; i-- > 0;)
            if (codes[i]) chars[codes[i]] = page << 8 | i;
    }
}

static int put_character(qm_buffer *out, uint32_t c)
{
    const char bytes[] = {(char)(0xF0 | c >> 18), (char)(0x80 | (c >> 12 & 0x3F)),
                          (char)(0x80 | (c >> 6 & 0x3F)), (char)(0x80 | (c & 0x3F))};
    char first = (char)c;
    if (c < 0x80) return qm_buffer_add(out, &first, 1);
    if (c >= 0x10000) return qm_buffer_add(out, bytes, 4);
    first = (char)(c < 0x800 ? 0xC0 | c >> 6 : 0xE0 | c >> 12);
    int status = qm_buffer_add(out, &first, 1);
    size_t rest = c < 0x800 ? 1 : 2;
    return status == QM_OK ? qm_buffer_add(out, bytes + 4 - rest, rest) : status;
}

/* 角 is 1/10 of the unit that it stands with. */
static int put_part(qm_buffer *out, const qm_unit *unit)
{
    char text[32];
    if (unit->part == unit->parts) return QM_OK;
    int size = snprintf(text, sizeof text, unit->parts == 1 ? "=%d" : "=%d/%d", (int)unit->part,
                        (int)unit->parts);
    return qm_buffer_add(out, text, (size_t)size);
}

/* The lexicon knows no capitals: ids of money and what the row asks for have them, and °C. */
static int add_word(unit_words *words, const qm_unit *unit, const uint16_t *codes, uint32_t length)
{
    bool small = !(unit->flags & (QM_UNIT_UPPER | QM_UNIT_BEFORE));
    unit_word word = {unit->code, length, (uint32_t)words->strings.size, 0};
    int status = QM_OK;
    for (uint32_t i = 0; i < length && status == QM_OK; i++) {
        uint32_t c = words->chars[codes[i]];
        bool degree = i > 0 && words->chars[codes[i - 1]] == U'°';
        if (small && !degree && c >= 'A' && c <= 'Z') c += 'a' - 'A';
        status = put_character(&words->strings, c);
    }
    if (status == QM_OK) status = put_part(&words->strings, unit);
    word.size = (uint32_t)words->strings.size - word.start;
    return status == QM_OK ? qm_array_push(words->alloc, &words->all, word) : status;
}

static int find_words(const qm_quantifier *q, const qm_lexicon *lexicon, unit_words *words)
{
    const qm_sense *senses;
    uint16_t codes[QM_LEXICON_WORD];
    uint32_t at = 0, length, count, base = q->unit_bases[lexicon->source];
    int status = QM_OK;
    if (lexicon->entries == 0) return QM_OK;
    words->chars = qm_alloc_zero(words->alloc, lexicon->codes * sizeof *words->chars);
    if (!words->chars) return QM_E_NOMEM;
    find_characters(lexicon, words->chars);
    while (status == QM_OK &&
           (senses = qm_lexicon_next_word(lexicon, QM_ROOM_QUANTITY, &at, codes, &length, &count)))
        for (uint32_t i = 0; i < count && status == QM_OK; i++)
            if (senses[i].kind == QM_SENSE_UNIT)
                status = add_word(words, &q->units.at[base + senses[i].value], codes, length);
    qm_release(words->alloc, words->chars, lexicon->codes * sizeof *words->chars);
    return status;
}

/* By unit; its short words first. */
static int compare_words(const void *a, const void *b, const void *context)
{
    const unit_word *x = a, *y = b;
    const char *strings = context;
    if (x->code != y->code) return x->code < y->code ? -1 : 1;
    if (x->length != y->length) return x->length < y->length ? -1 : 1;
    if (x->size != y->size) return x->size < y->size ? -1 : 1;
    return memcmp(strings + x->start, strings + y->start, x->size);
}

/* The same but for capitals. */
static bool is_same(qm_bytes a, qm_bytes b)
{
    const uint8_t *x = a.data, *y = b.data;
    if (a.size != b.size) return false;
    for (size_t i = 0; i < a.size; i++) {
        bool letter = (x[i] | 32) >= 'a' && (x[i] | 32) <= 'z';
        if (x[i] != y[i] && !(letter && (x[i] ^ y[i]) == 32)) return false;
    }
    return true;
}

/* The words of a unit but its id, each once; words: the first of them. */
static int put_words(const unit_words *all, const unit_word *word, const unit_word *end,
                     qm_bytes id, qm_buffer *out)
{
    const char *mark = "";
    qm_bytes last = id;
    int status = QM_OK;
    for (uint32_t code = word < end ? word->code : 0; word < end && word->code == code; word++) {
        qm_bytes text = {all->strings.data + word->start, word->size};
        bool told = is_same(text, id) || is_same(text, last);
        last = text;
        if (told || status != QM_OK) continue;
        status = qm_buffer_string(out, mark);
        if (status == QM_OK) status = qm_buffer_add(out, text.data, text.size);
        mark = "|";
    }
    return status;
}

static int put_unit(const qm_quantifier *q, const qm_unit *unit, const unit_words *words,
                    qm_buffer *out)
{
    const unit_word *word = words->all.at, *end = word + words->all.count;
    qm_bytes id = q->names.at[unit->code];
    while (word < end && word->code != unit->code) word++;
    int status = qm_buffer_add(out, id.data, id.size);
    if (status == QM_OK) status = qm_buffer_string(out, "\t");
    if (status == QM_OK) status = qm_buffer_string(out, qm_dimensions[unit->dimension].name);
    if (status == QM_OK) status = qm_buffer_string(out, "\t");
    if (status == QM_OK) status = put_words(words, word, end, id, out);
    return status == QM_OK ? qm_buffer_string(out, "\n") : status;
}

/* Whether a row above has told of the unit. */
static bool is_told(const qm_quantifier *q, size_t row)
{
    for (size_t i = 0; i < row; i++)
        if (q->units.at[i].code == q->units.at[row].code) return true;
    return false;
}

int qm_quantifier_list(const qm_quantifier *quantifier, qm_buffer *out, qm_error *err)
{
    const qm_allocator *alloc = qm_allocator_or_default(out->alloc);
    unit_words words = {.alloc = alloc, .strings = {.alloc = alloc}};
    size_t before = out->size;
    int status = QM_OK;
    for (size_t i = 0; i < quantifier->n_lexicons && status == QM_OK; i++)
        status = find_words(quantifier, &quantifier->lexicons[i], &words);
    if (status == QM_OK)
        qm_sort(words.all.at, words.all.count, sizeof *words.all.at, compare_words,
                words.strings.data);
    for (size_t i = 0; i < quantifier->units.count && status == QM_OK; i++)
        if (!is_told(quantifier, i))
            status = put_unit(quantifier, &quantifier->units.at[i], &words, out);
    qm_buffer_free(&words.strings);
    qm_array_free(alloc, &words.all);
    if (status == QM_OK) return QM_OK;
    out->size = before;
    return qm_fail_nomem(err);
}
