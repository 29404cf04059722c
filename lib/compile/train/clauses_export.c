/* Weights to the section "CLAU". */
#include "compile/train/clauses.h"

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
    qm_classifier_slot *slots;
    QM_ARRAY(qm_classifier_cell) cells;
    QM_ARRAY(char) pool;
    const qm_allocator *alloc;
}
export;

/* A margin of 1 is worth 8 points. */
#define PER_MARGIN (QM_POINTS_ROW << QM_CLASSIFY_POINT_BITS)

static double weight_of(const export *x, uint32_t label, size_t feature)
{
    size_t row = x->examples->kept.count + 1;
    return x->weights[label * row + feature] * x->examples->sizes.at[feature] * PER_MARGIN;
}

static void find_units(export *x)
{
    for (uint32_t label = 0; label < x->n_labels; label++) {
        double most = 1;
        for (size_t i = 0; i < x->examples->kept.count; i++)
            most = fmax(most, fabs(weight_of(x, label, i)));
        int32_t unit = (int32_t)ceil(most * (1 << QM_CLASSIFY_WEIGHT_BITS) / 127);
        x->labels[label].unit = unit;
        x->units[label] = (double)unit / (1 << QM_CLASSIFY_WEIGHT_BITS);
    }
}

static int add_feature(export *x, size_t feature, uint32_t prune)
{
    uint32_t first = (uint32_t)x->cells.count;
    for (uint32_t label = 0; label < x->n_labels; label++) {
        long weight = lround(weight_of(x, label, feature) / x->units[label]);
        if (labs(weight) < (long)prune) continue;
        qm_classifier_cell cell = {(uint8_t)label, (int8_t)weight};
        if (qm_array_push(x->alloc, &x->cells, cell) != QM_OK) return QM_E_NOMEM;
    }
    uint32_t count = (uint32_t)x->cells.count - first;
    if (count == 0) return QM_OK;
    uint64_t key = x->examples->kept.at[feature];
    uint32_t mask = (1u << x->header.slot_bits) - 1, at = (uint32_t)key & mask;
    while (x->slots[at].cells) at = (at + 1) & mask;
    x->slots[at] = (qm_classifier_slot){qm_slot_check(key), first << 8 | count};
    return QM_OK;
}

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
    uint32_t slots = 1u << x->header.slot_bits;
    const struct {
        const void *data;
        size_t size;
    } parts[] = {{&x->header, sizeof x->header},
                 {x->labels, x->n_labels * sizeof *x->labels},
                 {x->slots, slots * sizeof *x->slots},
                 {x->cells.at, x->cells.count * sizeof *x->cells.at},
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
                      const qm_clauses_options *options, const qm_allocator *alloc,
                      qm_image_writer *writer, qm_error *err)
{
    export x = {.examples = examples, .weights = weights, .n_labels = n_labels, .alloc = alloc};
    uint32_t bits = 4;
    while (examples->kept.count * 3 / 2 > (size_t)1 << bits) bits++;
    x.header = (qm_classifier_header){
        .version = QM_CLASSIFIER_VERSION, .labels = n_labels, .slot_bits = bits};
    size_t slots = sizeof(qm_classifier_slot) << bits;
    x.slots = qm_alloc_zero(alloc, slots);
    int status = x.slots ? QM_OK : qm_fail_nomem(err);
    find_units(&x);
    for (size_t i = 0; i < examples->kept.count && status == QM_OK; i++)
        status = add_feature(&x, i, options->prune);
    if (status == QM_OK) status = add_labels(&x, labels, thresholds);
    if (status == QM_E_NOMEM) status = qm_fail_nomem(err);
    x.header.cells = (uint32_t)x.cells.count;
    x.header.pool = (uint32_t)x.pool.count;
    if (status == QM_OK && x.cells.count >= 1u << 24)
        status = qm_fail(err, QM_E_LIMIT, "more weights than an image holds");
    if (status == QM_OK) status = add_section(&x, writer, err);
    qm_release(alloc, x.slots, slots);
    qm_array_free(alloc, &x.cells);
    qm_array_free(alloc, &x.pool);
    return status;
}
