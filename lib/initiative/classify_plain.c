/* Reading and summing for any processor. */
#include "initiative/classify_model.h"

/* What a record says of the clauses beside. */
static void add_beside(const qm_classifier_record *record, int16_t lanes[QM_LANES_BESIDE])
{
    uint32_t n = record->owner & QM_ENTRIES;
    for (uint32_t i = 0; i < n; i++) qm_beside_add(lanes, record->beside[i]);
}

static void know(const qm_record_table *table, const uint32_t *symbols, uint32_t n, uint32_t *out)
{
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t small = symbols[i] - 'A' < 26 ? symbols[i] + ('a' - 'A') : symbols[i];
        out[i] = qm_symbol_known(table, small);
    }
}

static void place(const qm_record_table *table, qm_reading *reading)
{
    (void)table;
    for (uint32_t i = 0; i < reading->symbols; i++)
        reading->places[i] = qm_pair_place(reading->known[i], reading->known[i + 1])
                             << QM_ROW_SHIFT;
}

static void finish(const qm_record_table *table, qm_reading *reading)
{
    const uint32_t n = reading->symbols, beside = qm_pairs_beside(n);
    memset(reading->beside, 0, sizeof reading->beside);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = reading->places[i] >> QM_ROW_SHIFT, known = reading->known[i];
        bool own = qm_pair_is_known(table, known, at);
        if (own && i < beside) add_beside(&table->records[at], reading->beside);
        reading->rows[i] = (own ? at : known >> QM_NUMBER_BITS) << QM_ROW_SHIFT;
    }
    for (uint32_t i = n; i < reading->n_rows; i++) reading->rows[i] = 0;
}

/* ---- sums ---- */

enum { VECTOR = 16, LANES = VECTOR / 2, PARTS = QM_LABELS_MOST / VECTOR };

typedef uint8_t weights_vector __attribute__((vector_size(VECTOR)));
typedef uint16_t lanes_vector __attribute__((vector_size(VECTOR)));

typedef struct row_sums {
    lanes_vector even[PARTS], odd[PARTS];
} row_sums;

static inline weights_vector load(const uint8_t *from)
{
    weights_vector all;
    memcpy(&all, from, sizeof all);
    return all;
}

static inline weights_vector part_of_row(const uint8_t *row, uint32_t part)
{
    return load(row + (size_t)VECTOR * part);
}

/* The same part of a record, as bytes. */
static inline weights_vector part_of_record(const uint8_t *record, uint32_t part)
{
    weights_vector low = load(record + (size_t)VECTOR * (part % 2));
    weights_vector high = load(record + offsetof(qm_classifier_record, high));
    return (low >> (uint8_t)(part / 2 * 4) & 15) | (high >> (uint8_t)(part * 2) & 3) << 4;
}

/* Four rows together fit bytes; the sums of those are kept in 16 bits, the even bytes apart from
 * the odd ones, which needs no widening. */
static inline void add_four(row_sums *sums, weights_vector four, uint32_t part)
{
    lanes_vector pairs = (lanes_vector)four;
    sums->even[part] += pairs & 0xFF;
    sums->odd[part] += pairs >> 8;
}

static inline void add_rows(row_sums *sums, const uint8_t *rows, const qm_row_list *list)
{
    for (uint32_t i = 0; i < list->count; i += QM_ROWS_AT_ONCE) {
        const uint32_t *at = list->offsets + i;
        for (uint32_t part = 0; part < PARTS; part++)
            add_four(sums,
                     part_of_row(rows + at[0], part) + part_of_row(rows + at[1], part) +
                         part_of_row(rows + at[2], part) + part_of_row(rows + at[3], part),
                     part);
    }
}

static inline void add_records(row_sums *sums, const uint8_t *records, const qm_row_list *list)
{
    for (uint32_t i = 0; i < list->count; i += QM_ROWS_AT_ONCE) {
        const uint32_t *at = list->offsets + i;
        for (uint32_t part = 0; part < PARTS; part++)
            add_four(sums,
                     part_of_record(records + at[0], part) + part_of_record(records + at[1], part) +
                         part_of_record(records + at[2], part) +
                         part_of_record(records + at[3], part),
                     part);
    }
}

static inline void put_sums(const row_sums *from, uint32_t rows, int16_t sums[QM_LABELS_MOST])
{
    const uint16_t zero = (uint16_t)(rows * QM_ROW_ZERO);
    for (uint32_t part = 0; part < PARTS; part++) {
        lanes_vector even = from->even[part] - zero, odd = from->odd[part] - zero;
        memcpy(sums + (size_t)VECTOR * part, &even, sizeof even);
        memcpy(sums + (size_t)VECTOR * part + LANES, &odd, sizeof odd);
    }
}

static void weigh(const qm_weighing *w, qm_clause_scores *scores)
{
    int16_t own[QM_LABELS_MOST], around[QM_LABELS_MOST];
    row_sums sums_own = {.even = {{0}}}, sums_around = sums_own;
    add_records(&sums_own, (const uint8_t *)w->records, &w->own);
    add_rows(&sums_around, w->rows->weights, &w->around);
    put_sums(&sums_own, w->own.count, own);
    put_sums(&sums_around, w->around.count, around);
    scores->reached = 0;
    for (uint32_t i = 0; i < QM_LABELS_MOST; i++) {
        uint32_t lane = qm_beside_lane(i, QM_KEY_BEFORE);
        int16_t beside = (int16_t)(w->before[lane] + w->behind[lane]);
        /* Without signs, so that weights of a hostile image may wrap. */
        uint32_t sum = (uint32_t)(own[i] * w->scale) + (uint32_t)(beside * w->scale_beside) +
                       ((uint32_t)around[i] << 16);
        scores->sums[i] = (int32_t)sum;
    }
    for (uint32_t i = 0; i < QM_LABELS_MOST; i++)
        scores->reached |= (uint64_t)(scores->sums[i] >= w->needs[i]) << i;
}

/* ---- the best two ---- */

static uint32_t take_best(int32_t keys[QM_LABELS_MOST])
{
    int32_t best = INT32_MIN;
    for (uint32_t i = 0; i < QM_LABELS_MOST; i++) best = keys[i] > best ? keys[i] : best;
    uint32_t label = QM_LABELS_MOST - 1 - ((uint32_t)best & (QM_LABELS_MOST - 1));
    keys[label] = INT32_MIN;
    return label;
}

static void rank(const qm_quick_units *quick, qm_clause_scores *scores)
{
    int32_t keys[QM_LABELS_MOST];
    for (uint32_t i = 0; i < QM_LABELS_MOST; i++) {
        uint32_t sum = (uint32_t)(scores->sums[i] >> QM_QUICK_SHIFT);
        uint32_t product = sum * (uint32_t)quick->factors[i];
        uint32_t score = (uint32_t)((int32_t)product >> quick->shift) + (uint32_t)quick->biases[i];
        keys[i] = (int32_t)(score * QM_LABELS_MOST + (QM_LABELS_MOST - 1 - i));
    }
    scores->first = take_best(keys);
    scores->second = take_best(keys);
}

const qm_classify_way qm_classify_plain = {know, place, finish, weigh, rank};
