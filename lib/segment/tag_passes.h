/* Tags of a block of words: the rows of all features, then sums of rows that were fetched some
 * words before. Included once for each kind of processor, by a file that says which it is. */
#include "segment/lanes.h"
#include "segment/tags.h"

enum { PAIRS = 4, AHEAD = 16 };

/* Where the rows lie. A word and the shape of the next one have two rows side by side, one for each
 * of the two words. Other features of two numbers have one row each. The word as such, its last and
 * its first character have rows that lie together, one for each place that the word may have beside
 * the one that is tagged. */
typedef struct tag_rows {
    uint32_t behind[QM_TAG_BLOCK + 1]; /* of the word before i, and the shape of word i */
    uint32_t pairs[PAIRS][QM_TAG_BLOCK];
    uint32_t hash[QM_TAG_ROOM], last[QM_TAG_ROOM], first[QM_TAG_ROOM];
} tag_rows;

static inline void mix(uint32_t *restrict to, const uint32_t *restrict x,
                       const uint32_t *restrict y, uint32_t kind, uint32_t row_bits, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) to[i] = qm_tag_row(x[i], y[i], kind, row_bits);
}

static inline void mix_two(uint32_t *restrict to, const uint32_t *restrict x,
                           const uint32_t *restrict y, uint32_t kind, uint32_t row_bits, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) to[i] = qm_tag_row(x[i], y[i], kind, row_bits - 1) * 2;
}

static inline void place(uint32_t *restrict to, const uint32_t *restrict x, uint32_t factor,
                         uint32_t together, uint32_t row_bits, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        to[i] = (x[i] * factor >> (32 - row_bits) & (0 - together)) * QM_TAG_LANES;
}

/* The numbers of the kinds only keep features apart: others would do as well. */
QM_PASS void find_rows(const qm_tag_block *words, uint32_t row_bits, uint32_t n, tag_rows *rows)
{
    static const uint32_t nothing[QM_TAG_BLOCK];
    const uint32_t *hash = words->hash + QM_TAG_REACH, *last = words->last + QM_TAG_REACH;
    const uint32_t *shape = words->shape + QM_TAG_REACH;
    uint32_t shapes[QM_TAG_BLOCK];
    for (uint32_t i = 0; i < n; i++)
        shapes[i] = words->shape[i + QM_TAG_REACH - 1] << 16 | shape[i];
    mix_two(rows->behind, hash - 1, shape, 24, row_bits, n + 1);
    mix(rows->pairs[0], words->last_two + QM_TAG_REACH, nothing, 28, row_bits, n);
    mix(rows->pairs[1], last, shape, 29, row_bits, n);
    mix(rows->pairs[2], shape, shape + 1, 30, row_bits, n);
    mix(rows->pairs[3], shapes, shape + 1, 31, row_bits, n);
    place(rows->hash, words->hash, 0xC2B2AE35u, 4, row_bits, n + 2 * QM_TAG_REACH);
    place(rows->last, words->last, 0x9E3779B1u, 2, row_bits, n + 2 * QM_TAG_REACH);
    place(rows->first, words->first, 0x85EBCA6Bu, 2, row_bits, n + 2 * QM_TAG_REACH);
}

/* Of word i: those of two numbers, then the others. */
static inline void list_rows(const tag_rows *rows, uint32_t i, uint32_t list[QM_TAG_FEATURES])
{
    const uint32_t *hash = rows->hash + QM_TAG_REACH + i, *last = rows->last + QM_TAG_REACH + i;
    const uint32_t *first = rows->first + QM_TAG_REACH + i;
    *list++ = rows->behind[i];
    *list++ = rows->behind[i + 1] + QM_TAG_LANES;
    for (uint32_t k = 0; k < PAIRS; k++) *list++ = rows->pairs[k][i];
    *list++ = hash[0];
    *list++ = *(hash - 1) + QM_TAG_LANES;
    *list++ = hash[1] + 2 * QM_TAG_LANES;
    *list++ = *(hash - 2) + 3 * QM_TAG_LANES;
    *list++ = last[0];
    *list++ = *(last - 1) + QM_TAG_LANES;
    *list++ = first[0];
    *list++ = first[1] + QM_TAG_LANES;
}

/* What word i is the first to need, as far as words are many: rows of shapes and single characters
 * are at hand mostly, and to fetch them costs more than to wait for some. */
static inline void fetch_rows(const int8_t *table, const tag_rows *rows, uint32_t i)
{
    __builtin_prefetch(table + rows->behind[i + 1]);
    __builtin_prefetch(table + rows->pairs[0][i]);
    __builtin_prefetch(table + rows->pairs[1][i]);
    __builtin_prefetch(table + rows->hash[i + QM_TAG_REACH + 1]);
}

/* Sums fit in 11 bits and a sign, so that the lane finds room below each and the largest sum brings
 * its lane along; of equal ones the first lane wins. */
static inline uint8_t best_lane(const int8_t *table, const uint32_t *rows)
{
    const qm_lanes low_lanes = {15, 14, 13, 12, 11, 10, 9, 8},
                   high_lanes = {7, 6, 5, 4, 3, 2, 1, 0};
    qm_wide_lanes sum = {0};
    for (uint32_t k = 0; k < QM_TAG_FEATURES; k++) sum = qm_add_bytes(sum, table + rows[k]);
    qm_lanes low = qm_low_lanes(sum) * 16 + low_lanes, high = qm_high_lanes(sum) * 16 + high_lanes;
    return 15 - (qm_largest(low, high) & 15);
}

static inline void tag_block(const qm_tag_model *model, const qm_tag_block *words, uint32_t n,
                             uint8_t *tags)
{
    tag_rows rows;
    const int8_t *table = model->rows;
    const uint8_t *codes = model->params.tags;
    find_rows(words, model->params.row_bits, n, &rows);
    for (uint32_t i = 0; i < n && i < AHEAD; i++) fetch_rows(table, &rows, i);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t list[QM_TAG_FEATURES];
        if (i + AHEAD < n) fetch_rows(table, &rows, i + AHEAD);
        list_rows(&rows, i, list);
        tags[i] = codes[best_lane(table, list)];
    }
}
