/* Reading and summing for any processor. */
#include "initiative/classify_model.h"

static void know(const qm_record_table *table, const uint32_t *symbols, uint32_t n, uint32_t *out)
{
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t small = symbols[i] - 'A' < 26 ? symbols[i] + ('a' - 'A') : symbols[i];
        out[i] = qm_symbol_known(table, small);
    }
}

static void find(const qm_record_table *table, const uint32_t *known, uint32_t n, uint32_t *rows)
{
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t at = qm_pair_place(known[i], known[i + 1]);
        const bool own = qm_pair_is_known(table, known[i], at);
        rows[i] = (own ? at : known[i] >> QM_NUMBER_BITS) << QM_ROW_SHIFT;
    }
}

/* ---- sums ---- */

enum { VECTOR = 16, LANES = VECTOR / 2, PARTS = QM_SLOTS / VECTOR };

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

/* A few rows together fit bytes; the sums of those are kept in 16 bits, the even bytes apart from
 * the odd ones, which needs no widening. */
static inline void add_rows(row_sums *sums, const uint8_t *rows, const qm_row_list *list,
                            uint32_t at_once)
{
    for (uint32_t i = 0; i < list->count; i += at_once)
        for (uint32_t part = 0; part < PARTS; part++) {
            const uint8_t *first = rows + (size_t)VECTOR * part;
            weights_vector few = load(first + list->offsets[i]);
            for (uint32_t k = i + 1; k < i + at_once; k++) few += load(first + list->offsets[k]);
            lanes_vector pairs = (lanes_vector)few;
            sums->even[part] += pairs & 0xFF;
            sums->odd[part] += pairs >> 8;
        }
}

/* zero: what rows that say nothing make. */
static inline void put_sums(const row_sums *from, uint32_t zero, int16_t sums[QM_SLOTS])
{
    const uint16_t none = (uint16_t)zero;
    for (uint32_t part = 0; part < PARTS; part++) {
        lanes_vector even = from->even[part] - none, odd = from->odd[part] - none;
        memcpy(sums + (size_t)VECTOR * part, &even, sizeof even);
        memcpy(sums + (size_t)VECTOR * part + LANES, &odd, sizeof odd);
    }
}

static void sum(const qm_record_table *table, int16_t scale, const qm_row_list *records,
                int32_t to[QM_SLOTS])
{
    int16_t own[QM_SLOTS];
    row_sums sums = {.even = {{0}}};
    add_rows(&sums, table->records->weights, records, QM_RECORDS_AT_ONCE);
    put_sums(&sums, records->count * QM_RECORD_ZERO, own);
    for (uint32_t i = 0; i < QM_SLOTS; i++) to[i] = own[i] * scale;
}

static void weigh(const qm_weighing *w, qm_clause_scores *scores)
{
    int16_t around[QM_SLOTS];
    row_sums sums = {.even = {{0}}};
    add_rows(&sums, w->rows->weights, &w->around, QM_ROWS_AT_ONCE);
    put_sums(&sums, w->around.count * QM_ROW_ZERO, around);
    scores->reached = 0;
    for (uint32_t i = 0; i < QM_SLOTS; i++) {
        /* Without signs, so that weights of a hostile image may wrap. */
        int32_t beside = (int32_t)((uint32_t)w->before[i] + (uint32_t)w->behind[i]);
        uint32_t all = (uint32_t)w->own[i] + (uint32_t)(beside >> QM_BESIDE_SHIFT) +
                       (uint32_t)(around[i] * w->scales_around[i]);
        scores->sums[i] = (int32_t)all;
    }
    for (uint32_t i = 0; i < QM_SLOTS; i++)
        scores->reached |= (uint64_t)(scores->sums[i] >= w->needs[i]) << i;
}

/* ---- the best two ---- */

static uint32_t take_best(int32_t keys[QM_SLOTS])
{
    int32_t best = INT32_MIN;
    for (uint32_t i = 0; i < QM_SLOTS; i++) best = keys[i] > best ? keys[i] : best;
    uint32_t slot = QM_SLOTS - 1 - ((uint32_t)best & (QM_SLOTS - 1));
    keys[slot] = INT32_MIN;
    return slot;
}

static void rank(const qm_quick_units *quick, qm_clause_scores *scores)
{
    int32_t keys[QM_SLOTS];
    for (uint32_t i = 0; i < QM_SLOTS; i++) {
        uint32_t sum = (uint32_t)(scores->sums[i] >> QM_QUICK_SHIFT);
        uint32_t product = sum * (uint32_t)quick->factors[i];
        uint32_t score = (uint32_t)((int32_t)product >> quick->shift) + (uint32_t)quick->biases[i];
        keys[i] = (int32_t)(score * QM_SLOTS + (QM_SLOTS - 1 - i));
    }
    scores->first = take_best(keys);
    scores->second = take_best(keys);
}

/* ---- statuses ---- */

static void tell(const qm_status_weights *weights, const int32_t terms[QM_STATUS_ROOM],
                 int64_t sums[QM_STATUSES_TOLD])
{
    for (uint32_t status = 0; status < QM_STATUSES_TOLD; status++) {
        sums[status] = 0;
        for (uint32_t i = 0; i < QM_STATUS_TERMS; i++)
            sums[status] += (int64_t)weights->at[status][i] * terms[i];
    }
}

const qm_classify_way qm_classify_plain = {know, find, sum, weigh, rank, tell};
