/* Tags of a chunk of words: the rows of all features, which are fetched; then sums. Included once
 * for each kind of processor, by a file that says which it is. */
#include "segment/lanes.h"
#include "segment/tags.h"

enum { PLACES = 8, PAIRS = QM_TAG_FEATURES - PLACES };

/* Where the rows lie. Two numbers make a feature; those of a word are hashed side by side. */
static inline void find_rows(const qm_tag_word *window, uint32_t row_bits, uint32_t *restrict rows)
{
    const qm_tag_word *w = window + QM_TAG_REACH;
    const uint32_t x[PAIRS] = {
        w[-1].hash,    w[1].hash, w[-1].last, w[0].hash,
        w[0].last_two, w[0].last, w[0].shape, w[-1].shape << 16 | w[0].shape};
    const uint32_t y[PAIRS] = {w[0].shape, w[0].shape, w[0].hash,  w[1].shape,
                               0,          w[0].shape, w[1].shape, w[1].shape};
    for (uint32_t k = 0; k < PAIRS; k++) rows[k] = qm_tag_row(x[k], y[k], k, row_bits);
    const uint32_t places[PLACES] = {w[0].hash_rows,
                                     w[-1].hash_rows + QM_TAG_LANES,
                                     w[1].hash_rows + 2 * QM_TAG_LANES,
                                     w[-2].hash_rows + 3 * QM_TAG_LANES,
                                     w[0].last_rows,
                                     w[-1].last_rows + QM_TAG_LANES,
                                     w[0].first_rows,
                                     w[1].first_rows + QM_TAG_LANES};
    memcpy(rows + PAIRS, places, sizeof places);
}

static inline qm_lanes larger(qm_lanes a, qm_lanes b)
{
    qm_lanes mask = (qm_lanes)((qm_signed_lanes)a > (qm_signed_lanes)b);
    return (a & mask) | (b & ~mask);
}

/* Sums fit in 11 bits and a sign, so that the lane finds room below each and the largest sum brings
 * its lane along; of equal ones the first lane wins. */
static inline uint8_t best_lane(const int8_t *table, const uint32_t *rows)
{
    const qm_lanes low_lanes = {15, 14, 13, 12, 11, 10, 9, 8},
                   high_lanes = {7, 6, 5, 4, 3, 2, 1, 0};
    qm_wide_lanes sum = {0};
    for (uint32_t k = 0; k < QM_TAG_FEATURES; k++) sum = qm_add_bytes(sum, table + rows[k]);
    qm_lanes best =
        larger(qm_low_lanes(sum) * 16 + low_lanes, qm_high_lanes(sum) * 16 + high_lanes);
    best = larger(best, __builtin_shufflevector(best, best, 4, 5, 6, 7, 0, 1, 2, 3));
    best = larger(best, __builtin_shufflevector(best, best, 2, 3, 0, 1, 6, 7, 4, 5));
    best = larger(best, __builtin_shufflevector(best, best, 1, 0, 3, 2, 5, 4, 7, 6));
    return 15 - (best[0] & 15);
}

static inline void tag_chunk(const qm_tag_model *model, const qm_tag_word *words, uint8_t *tags)
{
    uint32_t rows[QM_TAG_CHUNK][QM_TAG_FEATURES];
    const int8_t *table = model->rows;
    const uint8_t *codes = model->params.tags;
    for (uint32_t i = 0; i < QM_TAG_CHUNK; i++) {
        find_rows(words + i, model->params.row_bits, rows[i]);
        for (uint32_t k = 0; k < PAIRS; k++) __builtin_prefetch(table + rows[i][k]);
    }
    for (uint32_t i = 0; i < QM_TAG_CHUNK; i++) tags[i] = codes[best_lane(table, rows[i])];
}
