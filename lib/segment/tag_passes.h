/* Tags of a block of words: the rows of all features, then sums of rows that were fetched some
 * words before. Included once for each kind of processor, by a file that says which it is. */
#include "segment/lanes.h"
#include "segment/tags.h"

enum { PAIRS = 8, RARE_PAIRS = 5, AHEAD = 16 };

/* Where the rows lie. Features of two numbers have one row each. The word as such, its last and its
 * first character have rows that lie together, one for each place that the word may have beside the
 * one that is tagged. */
typedef struct tag_rows {
    uint32_t pairs[PAIRS][QM_TAG_BLOCK];
    uint32_t hash[QM_TAG_ROOM], last[QM_TAG_ROOM], first[QM_TAG_ROOM];
} tag_rows;

static inline void mix(uint32_t *restrict to, const uint32_t *restrict x,
                       const uint32_t *restrict y, uint32_t kind, uint32_t row_bits, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) to[i] = qm_tag_row(x[i], y[i], kind, row_bits);
}

static inline void place(uint32_t *restrict to, const uint32_t *restrict x, uint32_t factor,
                         uint32_t together, uint32_t row_bits, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        to[i] = (x[i] * factor >> (32 - row_bits) & (0 - together)) * QM_TAG_LANES;
}

QM_PASS void find_rows(const qm_tag_block *words, uint32_t row_bits, uint32_t n, tag_rows *rows)
{
    static const uint32_t nothing[QM_TAG_BLOCK];
    const uint32_t *hash = words->hash + QM_TAG_REACH, *last = words->last + QM_TAG_REACH;
    const uint32_t *shape = words->shape + QM_TAG_REACH;
    uint32_t shapes[QM_TAG_BLOCK];
    for (uint32_t i = 0; i < n; i++)
        shapes[i] = words->shape[i + QM_TAG_REACH - 1] << 16 | shape[i];
    mix(rows->pairs[0], hash - 1, shape, 0, row_bits, n);
    mix(rows->pairs[1], hash + 1, shape, 1, row_bits, n);
    mix(rows->pairs[2], last - 1, hash, 2, row_bits, n);
    mix(rows->pairs[3], hash, shape + 1, 3, row_bits, n);
    mix(rows->pairs[4], words->last_two + QM_TAG_REACH, nothing, 4, row_bits, n);
    mix(rows->pairs[5], last, shape, 5, row_bits, n);
    mix(rows->pairs[6], shape, shape + 1, 6, row_bits, n);
    mix(rows->pairs[7], shapes, shape + 1, 7, row_bits, n);
    place(rows->hash, words->hash, 0xC2B2AE35u, 4, row_bits, n + 2 * QM_TAG_REACH);
    place(rows->last, words->last, 0x9E3779B1u, 2, row_bits, n + 2 * QM_TAG_REACH);
    place(rows->first, words->first, 0x85EBCA6Bu, 2, row_bits, n + 2 * QM_TAG_REACH);
}

/* Of word i: those of the two numbers, then the others. */
static inline void list_rows(const tag_rows *rows, uint32_t i, uint32_t list[QM_TAG_FEATURES])
{
    const uint32_t *hash = rows->hash + QM_TAG_REACH + i, *last = rows->last + QM_TAG_REACH + i;
    const uint32_t *first = rows->first + QM_TAG_REACH + i;
    for (uint32_t k = 0; k < PAIRS; k++) list[k] = rows->pairs[k][i];
    list[PAIRS] = hash[0];
    list[PAIRS + 1] = *(hash - 1) + QM_TAG_LANES;
    list[PAIRS + 2] = hash[1] + 2 * QM_TAG_LANES;
    list[PAIRS + 3] = *(hash - 2) + 3 * QM_TAG_LANES;
    list[PAIRS + 4] = last[0];
    list[PAIRS + 5] = *(last - 1) + QM_TAG_LANES;
    list[PAIRS + 6] = first[0];
    list[PAIRS + 7] = first[1] + QM_TAG_LANES;
}

/* What word i is the first to need, as far as words are many: rows of shapes and single characters
 * are at hand mostly, and to fetch them costs more than to wait for some. */
static inline void fetch_rows(const int8_t *table, const tag_rows *rows, uint32_t i)
{
    for (uint32_t k = 0; k < RARE_PAIRS; k++) __builtin_prefetch(table + rows->pairs[k][i]);
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
