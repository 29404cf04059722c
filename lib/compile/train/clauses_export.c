/* Weights to the section "CLAU". */
#include "compile/train/clauses.h"
#include "compile/train/words.h"

#include <math.h>
#include <stdlib.h>

typedef struct export
{
    const qm_clause_examples *examples;
    const double *weights;
    uint32_t n_labels;
    double units[QM_LABELS_MOST]; /* 1/256 points of a weight of 1 */
    qm_classifier_header header;
    qm_classifier_label labels[QM_LABELS_MOST];
    qm_feature_map numbers; /* of rows, from 0; by key */
    uint32_t *slots;
    qm_classifier_row *rows, *beside;
    size_t slots_size, rows_size, beside_size;
    QM_ARRAY(char) pool;
    const qm_allocator *alloc;
}
export;

/* A margin of 1 is worth 8 points. */
#define PER_MARGIN (QM_POINTS_ROW << QM_CLASSIFY_POINT_BITS)

/* What a weight is worth, in 1/256 points. */
static double worth_of(const qm_clause_examples *examples, const double *weights, size_t feature)
{
    return weights[feature] * examples->sizes.at[feature] * PER_MARGIN;
}

static int32_t unit_of(const qm_clause_examples *examples, const double *weights)
{
    double most = 1;
    for (size_t i = 0; i < examples->kept.count; i++)
        most = fmax(most, fabs(worth_of(examples, weights, i)));
    return (int32_t)ceil(most * (1 << QM_CLASSIFY_WEIGHT_BITS) / QM_WEIGHT_MOST);
}

void qm_weights_round(const qm_clause_examples *examples, double *weights)
{
    double unit = (double)unit_of(examples, weights) / (1 << QM_CLASSIFY_WEIGHT_BITS);
    for (size_t i = 0; i < examples->kept.count; i++)
        weights[i] = (double)lround(worth_of(examples, weights, i) / unit) * unit /
                     ((double)examples->sizes.at[i] * PER_MARGIN);
}

static void find_units(export *x)
{
    size_t row = x->examples->kept.count + 1;
    for (uint32_t label = 0; label < x->n_labels; label++) {
        x->labels[label].unit = unit_of(x->examples, x->weights + label * row);
        x->units[label] = (double)x->labels[label].unit / (1 << QM_CLASSIFY_WEIGHT_BITS);
    }
}

/* ---- rows ---- */

static long step_of(const export *x, uint32_t label, size_t feature)
{
    const double *weights = x->weights + label * (x->examples->kept.count + 1);
    return lround(worth_of(x->examples, weights, feature) / x->units[label]);
}

/* Numbers the features that stand here, or beside, by their keys; those that say little of every
 * label are left out. */
static int number_features(export *x, bool beside, uint32_t prune)
{
    const qm_clause_examples *examples = x->examples;
    for (size_t i = 0; i < examples->kept.count; i++) {
        uint64_t key = examples->kept.at[i];
        if (((key & QM_KEY_SIDES) != QM_KEY_HERE) != beside) continue;
        long most = 0;
        uint32_t number;
        for (uint32_t label = 0; label < x->n_labels; label++) {
            long step = labs(step_of(x, label, i));
            most = step > most ? step : most;
        }
        if (most >= (long)prune &&
            qm_feature_map_add(&x->numbers, key & ~(uint64_t)QM_KEY_SIDES, &number) != QM_OK)
            return QM_E_NOMEM;
    }
    return QM_OK;
}

static void fill_row(const export *x, size_t feature, qm_classifier_row *row)
{
    for (uint32_t label = 0; label < x->n_labels; label++)
        row->weights[qm_row_byte(label)] = (uint8_t)(QM_ROW_ZERO + step_of(x, label, feature));
}

/* Where two keys have one check among the same slots, the first alone is kept. */
static void add_slot(export *x, uint64_t key, uint32_t row)
{
    uint32_t bits = x->header.slot_bits, check = qm_slot_check(key, bits);
    uint32_t at = qm_slot_place(key, bits), mask = (1u << bits) - 1;
    for (; x->slots[at]; at = (at + 1) & mask)
        if ((x->slots[at] ^ check) >> QM_ROW_BITS == 0) return;
    x->slots[at] = check | row;
}

static void fill_rows(export *x)
{
    memset(x->rows, QM_ROW_ZERO, x->rows_size);
    memset(x->beside, QM_ROW_ZERO, x->beside_size);
    for (size_t i = 0; i < x->examples->kept.count; i++) {
        uint64_t key = x->examples->kept.at[i], side = key & QM_KEY_SIDES;
        uint32_t number = qm_feature_map_find(&x->numbers, key - side);
        if (number == UINT32_MAX) continue;
        if (side == QM_KEY_HERE) fill_row(x, i, &x->rows[number + 1]);
        else if (number < x->header.beside)
            fill_row(x, i, &x->beside[qm_row_beside(number + 1, (uint32_t)side)]);
        add_slot(x, key - side, number + 1);
    }
}

static int make_rows(export *x, uint32_t prune, qm_error *err)
{
    qm_classifier_header *h = &x->header;
    if (number_features(x, true, prune) != QM_OK) return qm_fail_nomem(err);
    h->beside = x->numbers.count;
    if (number_features(x, false, prune) != QM_OK) return qm_fail_nomem(err);
    h->rows = x->numbers.count + 1;
    if (h->rows > 1u << QM_ROW_BITS)
        return qm_fail(err, QM_E_LIMIT, "more features than an image holds");
    while (h->rows * 2 > 1u << h->slot_bits) h->slot_bits++;
    x->slots_size = sizeof *x->slots << h->slot_bits;
    x->rows_size = h->rows * sizeof *x->rows;
    x->beside_size = (2 * (size_t)h->beside + 1) * sizeof *x->beside;
    x->slots = qm_alloc_zero(x->alloc, x->slots_size);
    x->rows = qm_alloc_zero(x->alloc, x->rows_size);
    x->beside = qm_alloc_zero(x->alloc, x->beside_size);
    if (!x->slots || !x->rows || !x->beside) return qm_fail_nomem(err);
    fill_rows(x);
    return QM_OK;
}

/* ---- the section ---- */

static int add_name(export *x, uint32_t label, qm_bytes name)
{
    x->labels[label].name_at = (uint32_t)x->pool.count;
    x->labels[label].name_size = (uint32_t)name.size;
    if (qm_array_reserve(x->alloc, &x->pool, x->pool.count + name.size) != QM_OK) return QM_E_NOMEM;
    memcpy(x->pool.at + x->pool.count, name.data, name.size);
    x->pool.count += name.size;
    return QM_OK;
}

static int add_labels(export *x, const qm_labels *labels, const double *thresholds)
{
    int status = QM_OK;
    for (uint32_t label = 0; label < x->n_labels && status == QM_OK; label++) {
        size_t row = x->examples->kept.count + 1;
        double bias = x->weights[label * row + row - 1];
        if (label >= QM_LABEL_TYPES) bias += 1 - thresholds[label];
        x->labels[label].bias = (int32_t)lround(bias * PER_MARGIN);
        qm_bytes name = label == QM_LABEL_NONE   ? qm_bytes_of("none")
                        : label < QM_LABEL_TYPES ? qm_bytes_of(qm_initiative_status_name(label))
                                                 : labels->type_ids[label - QM_LABEL_TYPES + 1];
        status = add_name(x, label, name);
    }
    return status;
}

static int add_section(export *x, qm_image_writer *writer, qm_error *err)
{
    const struct {
        const void *data;
        size_t size;
    } parts[] = {{&x->header, sizeof x->header},
                 {x->slots, x->slots_size},
                 {x->rows, x->rows_size},
                 {x->beside, x->beside_size},
                 {x->labels, x->n_labels * sizeof *x->labels},
                 {x->pool.at, x->pool.count}};
    size_t size = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) size += parts[i].size;
    uint8_t *section = qm_resize(x->alloc, NULL, 0, size), *to = section;
    if (!section) return qm_fail_nomem(err);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; to += parts[i++].size)
        if (parts[i].size) memcpy(to, parts[i].data, parts[i].size);
    int status = qm_image_writer_add(writer, QM_SECTION_CLASSIFIER, section, size, err);
    qm_release(x->alloc, section, size);
    return status;
}

int qm_clauses_export(const qm_clause_examples *examples, const qm_labels *labels,
                      const double *weights, uint32_t n_labels, const double *thresholds,
                      const qm_classifier_around *around, const qm_clauses_options *options,
                      const qm_allocator *alloc, qm_image_writer *writer, qm_error *err)
{
    export x = {.examples = examples, .weights = weights, .n_labels = n_labels, .alloc = alloc};
    x.header = (qm_classifier_header){
        .version = QM_CLASSIFIER_VERSION, .labels = n_labels, .slot_bits = 4, .around = *around};
    find_units(&x);
    int status = qm_feature_map_init(&x.numbers, alloc);
    if (status != QM_OK) return qm_fail_nomem(err);
    status = make_rows(&x, options->prune, err);
    if (status == QM_OK && add_labels(&x, labels, thresholds) != QM_OK) status = qm_fail_nomem(err);
    x.header.pool = (uint32_t)x.pool.count;
    if (status == QM_OK) status = add_section(&x, writer, err);
    qm_feature_map_free(&x.numbers);
    qm_release(alloc, x.slots, x.slots_size);
    qm_release(alloc, x.rows, x.rows_size);
    qm_release(alloc, x.beside, x.beside_size);
    qm_array_free(alloc, &x.pool);
    return status;
}
