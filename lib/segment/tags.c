#include "segment/tags.h"

typedef int16_t lanes8 __attribute__((vector_size(16)));
typedef int8_t bytes16 __attribute__((vector_size(16)));

int qm_tags_bind(qm_tag_model *model, const qm_image *image, bool *found, qm_error *err)
{
    qm_bytes params = qm_image_section(image, QM_SECTION_TAGS);
    qm_bytes rows = qm_image_section(image, QM_SECTION_TAGS_ROWS);
    qm_tag_model bound = {.rows = rows.data};
    *found = params.data != NULL;
    if (!*found) return QM_OK;
    if (params.size != sizeof bound.params)
        return qm_fail(err, QM_E_CORRUPT, "tags: wrong size of the parameters");
    memcpy(&bound.params, params.data, sizeof bound.params);
    if (bound.params.row_bits < 4 || bound.params.row_bits > 22 ||
        rows.size != (size_t)QM_TAG_LANES << bound.params.row_bits)
        return qm_fail(err, QM_E_CORRUPT, "tags: the table is missing or of the wrong size");
    for (int i = 0; i < QM_TAG_LANES; i++)
        if (!qm_upos_name(bound.params.tags[i]))
            return qm_fail(err, QM_E_CORRUPT, "tags: there is no tag %u", bound.params.tags[i]);
    *model = bound;
    return QM_OK;
}

/* ---- words ---- */

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t x = (a ^ b) * UINT64_C(0x9E3779B97F4A7C15);
    return x ^ x >> 32;
}

/* Numbers and ASCII words count by their class, not by what they are. */
qm_tag_word qm_tag_word_of(const qm_text *text, uint32_t start, uint32_t end,
                           uint32_t in_dictionary)
{
    if (start == end || text->classes[start] == QM_CHAR_SPACE)
        return (qm_tag_word){.hash = QM_CHAR_SPACE, .start = start};
    uint32_t length = end - start, class = text->classes[start];
    qm_tag_word word = {.start = start,
                        .shape = class << 8 | (length > 4 ? 4 : length) << 5 | in_dictionary};
    const uint32_t *c = text->chars + start;
    bool shape_only = class == QM_CHAR_DIGIT || class == QM_CHAR_LATIN;
    word.hash = class;
    for (uint32_t i = 0; i < length && !shape_only; i++) word.hash = mix(word.hash, c[i]);
    word.first = shape_only ? class : c[0];
    word.last = class == QM_CHAR_LATIN ? class : c[length - 1];
    if (length > 1 && !shape_only) word.last_two = c[length - 2] << 12 ^ c[length - 1];
    return word;
}

void qm_tag_features(const qm_tag_word *window, uint32_t row_bits, uint32_t *rows)
{
    const qm_tag_word *w = window + QM_TAG_REACH;
    const uint64_t keys[QM_TAG_FEATURES] = {
        w[0].hash,
        w[-1].hash,
        w[1].hash,
        mix(w[-1].hash, w[0].shape),
        mix(w[0].shape, w[1].hash),
        mix(w[-1].last, w[0].hash),
        mix(w[0].hash, w[1].shape),
        w[0].last,
        w[0].first,
        w[0].last_two,
        (uint64_t)w[0].shape << 32 | w[0].last,
        w[-1].last,
        w[1].first,
        (uint64_t)w[-1].shape << 32 | w[0].shape << 16 | w[1].shape,
        w[0].shape,
        (uint64_t)w[0].shape << 16 | w[1].shape,
    };
    for (uint32_t k = 0; k < QM_TAG_FEATURES; k++) {
        uint64_t x = mix(keys[k] + k, UINT64_C(0xD6E8FEB86659FD93)) * UINT64_C(0xFF51AFD7ED558CCD);
        rows[k] = (uint32_t)(x >> (64 - row_bits));
    }
}

/* ---- tagging ---- */

static inline lanes8 larger(lanes8 a, lanes8 b)
{
    lanes8 mask = a > b;
    return (a & mask) | (b & ~mask);
}

/* Sums fit in 11 bits and a sign, so that the lane finds room below each and the largest sum brings
 * its lane along; of equal ones the first lane wins. */
static uint8_t best_tag(const qm_tag_model *model, const uint32_t *rows)
{
    const lanes8 low_lanes = {15, 14, 13, 12, 11, 10, 9, 8}, high_lanes = {7, 6, 5, 4, 3, 2, 1, 0};
    lanes8 low = {0}, high = {0};
    for (uint32_t k = 0; k < QM_TAG_FEATURES; k++) {
        bytes16 row;
        memcpy(&row, model->rows + (size_t)rows[k] * QM_TAG_LANES, sizeof row);
        low += (lanes8)__builtin_shufflevector(row, row, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6,
                                               7, 7) >>
               8;
        high += (lanes8)__builtin_shufflevector(row, row, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
                                                13, 14, 14, 15, 15) >>
                8;
    }
    lanes8 best = larger(low * 16 + low_lanes, high * 16 + high_lanes);
    best = larger(best, __builtin_shufflevector(best, best, 4, 5, 6, 7, 0, 1, 2, 3));
    best = larger(best, __builtin_shufflevector(best, best, 2, 3, 0, 1, 6, 7, 4, 5));
    best = larger(best, __builtin_shufflevector(best, best, 1, 0, 3, 2, 5, 4, 7, 6));
    return model->params.tags[15 - (best[0] & 15)];
}

/* The words of a chunk with their neighbours: rows first, fetched, then sums. */
static void tag_chunk(const qm_tag_model *model, const qm_text *text, const qm_tag_word *words,
                      uint32_t count, uint8_t *tags)
{
    uint32_t rows[QM_TAG_CHUNK][QM_TAG_FEATURES];
    for (uint32_t i = 0; i < count; i++) {
        qm_tag_features(words + i, model->params.row_bits, rows[i]);
        for (uint32_t k = 0; k < QM_TAG_FEATURES; k++)
            __builtin_prefetch(model->rows + (size_t)rows[i][k] * QM_TAG_LANES);
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t start = words[i + QM_TAG_REACH].start;
        bool blank = text->classes[start] == QM_CHAR_SPACE;
        tags[start] = blank ? 0 : best_tag(model, rows[i]);
    }
}

static uint32_t class_of(const qm_words_model *model, const qm_text *text, uint32_t start,
                         uint32_t end)
{
    uint16_t ids[QM_WORD_MAX];
    uint32_t length = end - start;
    if (!model || length < 2 || length > QM_WORD_MAX) return 0;
    for (uint32_t i = 0; i < length; i++) {
        uint32_t c = text->chars[start + i];
        ids[i] = model->ids[c <= 0xFFFF ? c : 0];
    }
    return qm_word_class(model, ids, length);
}

void qm_tag_words(const qm_tag_model *model, const qm_words_model *words_model, const qm_text *text,
                  const uint8_t *begins, uint8_t *tags)
{
    qm_tag_word words[QM_TAG_CHUNK + 2 * QM_TAG_REACH];
    uint32_t count = QM_TAG_REACH, at = 0;
    for (uint32_t i = 0; i < QM_TAG_REACH; i++) words[i] = qm_tag_word_of(text, 0, 0, 0);
    while (at < text->count) {
        for (; at < text->count && count < QM_TAG_CHUNK + 2 * QM_TAG_REACH; count++) {
            uint32_t end = at + 1;
            while (!begins[end]) end++;
            words[count] = qm_tag_word_of(text, at, end, class_of(words_model, text, at, end));
            at = end;
        }
        if (at == text->count) break;
        tag_chunk(model, text, words, QM_TAG_CHUNK, tags);
        memmove(words, words + QM_TAG_CHUNK, sizeof *words * 2 * QM_TAG_REACH);
        count = 2 * QM_TAG_REACH;
    }
    /* What is left may be a whole chunk and the two words behind it. */
    for (uint32_t first = 0; first + QM_TAG_REACH < count; first += QM_TAG_CHUNK) {
        qm_tag_word rest[QM_TAG_CHUNK + 2 * QM_TAG_REACH];
        uint32_t have = count - first, n = have - QM_TAG_REACH;
        if (n > QM_TAG_CHUNK) n = QM_TAG_CHUNK;
        for (uint32_t i = 0; i < n + 2 * QM_TAG_REACH; i++)
            rest[i] = i < have ? words[first + i] : qm_tag_word_of(text, 0, 0, 0);
        tag_chunk(model, text, rest, n, tags);
    }
}
