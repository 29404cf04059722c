/* Rows summed and sums put together, for whatever vectors the processor has: compiled once for any
 * and once for AVX2, with the same results. Private to classify.c and avx2.c. */
#ifndef QM_CLASSIFY_PASSES_H
#define QM_CLASSIFY_PASSES_H

#include "initiative/classify_model.h"

#ifdef QM_FOR_AVX2
enum { VECTOR = 32 };
#else
enum { VECTOR = 16 };
#endif
enum { HALF = 16, LANES = 8, PARTS = QM_LABELS_MOST / VECTOR };

typedef uint8_t weights_vector __attribute__((vector_size(VECTOR)));
typedef uint16_t lanes_vector __attribute__((vector_size(VECTOR)));

static inline weights_vector load(const qm_classifier_row *row, uint32_t part)
{
    weights_vector all;
    memcpy(&all, row->weights + (size_t)VECTOR * part, sizeof all);
    return all;
}

/* Four rows together fit bytes; the sums of those are kept in 16 bits, the even bytes apart from
 * the odd ones, which needs no widening. */
static inline void sum_rows(const qm_row_list *list, int16_t sums[QM_LABELS_MOST])
{
    lanes_vector even[PARTS] = {{0}}, odd[PARTS] = {{0}};
    const uint16_t zero = (uint16_t)(list->count * QM_ROW_ZERO);
    for (uint32_t i = 0; i < list->count; i += QM_ROWS_AT_ONCE) {
        const uint32_t *rows = list->numbers + i;
        const qm_classifier_row *a = &list->rows[rows[0]], *b = &list->rows[rows[1]];
        const qm_classifier_row *c = &list->rows[rows[2]], *d = &list->rows[rows[3]];
        for (uint32_t part = 0; part < PARTS; part++) {
            weights_vector four = load(a, part) + load(b, part) + load(c, part) + load(d, part);
            lanes_vector pairs = (lanes_vector)four;
            even[part] += pairs & 0xFF;
            odd[part] += pairs >> 8;
        }
    }
    for (uint32_t part = 0; part < PARTS; part++) {
        lanes_vector low = even[part] - zero, high = odd[part] - zero;
        for (uint32_t half = 0; half < VECTOR / HALF; half++) {
            int16_t *to = sums + (size_t)VECTOR * part + (size_t)HALF * half;
            memcpy(to, (const char *)&low + (size_t)HALF * half, HALF);
            memcpy(to + LANES, (const char *)&high + (size_t)HALF * half, HALF);
        }
    }
}

/* One bit for each of the bytes, which are 0 or 1. */
static inline uint64_t gather_bits(const uint8_t bytes[64])
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < 8; i++) {
        uint64_t eight;
        memcpy(&eight, bytes + (size_t)8 * i, sizeof eight);
        bits |= (eight * UINT64_C(0x0102040810204080)) >> 56 << 8 * i;
    }
    return bits;
}

static inline uint32_t take_best(int32_t keys[QM_LABELS_MOST])
{
    int32_t best = INT32_MIN;
    for (uint32_t i = 0; i < QM_LABELS_MOST; i++) best = keys[i] > best ? keys[i] : best;
    uint32_t label = QM_LABELS_MOST - 1 - ((uint32_t)best & (QM_LABELS_MOST - 1));
    keys[label] = INT32_MIN;
    return label;
}

/* The best two types, by scores in 1/256 points, nearly; of equals the first. */
static inline void rank(const qm_quick_units *quick, const int32_t sums[QM_LABELS_MOST],
                        qm_clause_scores *scores)
{
    int32_t keys[QM_LABELS_MOST];
    const uint32_t shift = quick->shift;
    for (uint32_t i = 0; i < QM_LABELS_MOST; i++) {
        uint32_t product = (uint32_t)(sums[i] >> QM_QUICK_SHIFT) * (uint32_t)quick->factors[i];
        uint32_t score = (uint32_t)((int32_t)product >> shift) + (uint32_t)quick->biases[i];
        keys[i] = (int32_t)(score * QM_LABELS_MOST + (QM_LABELS_MOST - 1 - i));
    }
    scores->first = take_best(keys);
    scores->second = take_best(keys);
}

static inline void weigh(const qm_weighing *w, qm_clause_scores *scores)
{
    int16_t own[QM_LABELS_MOST], beside[QM_LABELS_MOST], around[QM_LABELS_MOST];
    const int16_t scale = w->scale, scale_beside = w->scale_beside;
    const int32_t *needs = w->needs;
    int32_t sums[QM_LABELS_MOST];
    uint8_t reached[QM_LABELS_MOST];
    sum_rows(&w->lists[QM_BLOCK_CLAUSE], own);
    sum_rows(&w->lists[QM_BLOCK_NEIGHBOUR], beside);
    sum_rows(&w->lists[QM_BLOCK_CIRCUMSTANCE], around);
    for (uint32_t i = 0; i < QM_LABELS_MOST; i++) {
        /* Without signs, so that weights of a hostile image may wrap. */
        uint32_t sum = (uint32_t)(own[i] * scale) + (uint32_t)(beside[i] * scale_beside) +
                       ((uint32_t)around[i] << 16);
        sums[i] = (int32_t)sum;
    }
    for (uint32_t i = 0; i < QM_LABELS_MOST; i++) reached[i] = sums[i] >= needs[i];
    memcpy(scores->sums, sums, sizeof sums);
    rank(w->quick, sums, scores);
    scores->reached = gather_bits(reached);
}

#endif
