/* Reading and summing for any processor. */
#include "initiative/classify_model.h"

/* Pairs first; what begins none that is known counts alone. */
static void read_rows(const qm_row_table *table, uint32_t symbols[QM_SYMBOLS_ROOM], uint32_t n,
                      qm_reading *out)
{
    uint32_t pairs = 0, rows = qm_rows_up(n);
    memset(out->before, 0, sizeof out->before);
    memset(out->behind, 0, sizeof out->behind);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t row = 0;
        if (i + 1 < n)
            row = qm_row_find(table, qm_slot_hash(qm_symbols_key(symbols[i], symbols[i + 1])));
        bool beside = row > 0 && row <= table->n_beside;
        if (i + 1 < n && i < QM_PAIRS_BESIDE) {
            out->before[i] = beside ? qm_row_beside(row, QM_KEY_BEFORE) << QM_ROW_SHIFT : 0;
            out->behind[i] = beside ? qm_row_beside(row, QM_KEY_BEHIND) << QM_ROW_SHIFT : 0;
            pairs++;
        }
        if (row == 0) row = qm_row_find(table, qm_slot_hash(qm_symbol_key(symbols[i])));
        out->rows[i] = row << QM_ROW_SHIFT;
    }
    for (uint32_t i = n; i < rows; i++) out->rows[i] = 0;
    out->symbols = n;
    out->n_rows = rows;
    out->n_beside = qm_rows_up(pairs);
}

/* ---- sums ---- */

enum { VECTOR = 16, LANES = VECTOR / 2, PARTS = QM_LABELS_MOST / VECTOR };

typedef uint8_t weights_vector __attribute__((vector_size(VECTOR)));
typedef uint16_t lanes_vector __attribute__((vector_size(VECTOR)));

typedef struct row_sums {
    lanes_vector even[PARTS], odd[PARTS];
} row_sums;

static inline weights_vector load(const uint8_t *row, uint32_t part)
{
    weights_vector all;
    memcpy(&all, row + (size_t)VECTOR * part, sizeof all);
    return all;
}

/* Four rows together fit bytes; the sums of those are kept in 16 bits, the even bytes apart from
 * the odd ones, which needs no widening. */
static inline void add_rows(row_sums *sums, const qm_classifier_row *first, const qm_row_list *list)
{
    const uint8_t *rows = first->weights;
    for (uint32_t i = 0; i < list->count; i += QM_ROWS_AT_ONCE) {
        const uint32_t *at = list->offsets + i;
        const uint8_t *a = rows + at[0], *b = rows + at[1], *c = rows + at[2], *d = rows + at[3];
        for (uint32_t part = 0; part < PARTS; part++) {
            weights_vector four = load(a, part) + load(b, part) + load(c, part) + load(d, part);
            lanes_vector pairs = (lanes_vector)four;
            sums->even[part] += pairs & 0xFF;
            sums->odd[part] += pairs >> 8;
        }
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
    int16_t own[QM_LABELS_MOST], beside[QM_LABELS_MOST], around[QM_LABELS_MOST];
    row_sums sums_own = {.even = {{0}}}, sums_beside = sums_own, sums_around = sums_own;
    const qm_row_list *lists = w->lists;
    add_rows(&sums_own, w->rows, &lists[QM_ROWS_OWN]);
    add_rows(&sums_beside, w->beside, &lists[QM_ROWS_BEFORE]);
    add_rows(&sums_beside, w->beside, &lists[QM_ROWS_BEHIND]);
    add_rows(&sums_around, w->rows, &lists[QM_ROWS_AROUND]);
    put_sums(&sums_own, lists[QM_ROWS_OWN].count, own);
    put_sums(&sums_beside, lists[QM_ROWS_BEFORE].count + lists[QM_ROWS_BEHIND].count, beside);
    put_sums(&sums_around, lists[QM_ROWS_AROUND].count, around);
    scores->reached = 0;
    for (uint32_t i = 0; i < QM_LABELS_MOST; i++) {
        /* Without signs, so that weights of a hostile image may wrap. */
        uint32_t sum = (uint32_t)(own[i] * w->scale) + (uint32_t)(beside[i] * w->scale_beside) +
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

const qm_classify_way qm_classify_plain = {read_rows, weigh, rank};
