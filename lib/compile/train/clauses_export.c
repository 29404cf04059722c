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
    qm_u32_array own;       /* by row: the feature that stands here */
    qm_feature_map here;    /* all features that stand here, by key */
    qm_u32_array features;  /* by their numbers there */
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

/* With that of the first character of a pair, which a row of pairs has in it. */
static double merged_worth(const qm_clause_examples *examples, const double *weights,
                           size_t feature)
{
    uint32_t first = examples->firsts.at[feature];
    double worth = worth_of(examples, weights, feature);
    return first == QM_NONE ? worth : worth + worth_of(examples, weights, first);
}

static int32_t unit_of(const qm_clause_examples *examples, const double *weights)
{
    double most = 1;
    for (size_t i = 0; i < examples->kept.count; i++)
        most = fmax(most, fabs(merged_worth(examples, weights, i)));
    return (int32_t)ceil(most * (1 << QM_CLASSIFY_WEIGHT_BITS) / QM_WEIGHT_MOST);
}

void qm_weights_round(const qm_clause_examples *examples, double *weights)
{
    double unit = (double)unit_of(examples, weights) / (1 << QM_CLASSIFY_WEIGHT_BITS);
    /* From the last: characters are numbered before the pairs that they begin. */
    for (size_t i = examples->kept.count; i-- > 0;) {
        uint32_t first = examples->firsts.at[i];
        double worth = (double)lround(merged_worth(examples, weights, i) / unit) * unit;
        if (first != QM_NONE)
            worth -= (double)lround(worth_of(examples, weights, first) / unit) * unit;
        weights[i] = worth / ((double)examples->sizes.at[i] * PER_MARGIN);
    }
}

static const double *weights_of(const export *x, uint32_t label)
{
    return x->weights + label * (x->examples->kept.count + 1);
}

static void find_units(export *x)
{
    for (uint32_t label = 0; label < x->n_labels; label++) {
        x->labels[label].unit = unit_of(x->examples, weights_of(x, label));
        x->units[label] = (double)x->labels[label].unit / (1 << QM_CLASSIFY_WEIGHT_BITS);
    }
}

/* ---- rows ---- */

static long step_of(const export *x, uint32_t label, double worth)
{
    return lround(worth / x->units[label]);
}

/* Whether a feature says so much of some label that it is worth a row. */
static bool tells(const export *x, size_t feature, uint32_t prune)
{
    for (uint32_t label = 0; label < x->n_labels; label++) {
        double worth = worth_of(x->examples, weights_of(x, label), feature);
        if (labs(step_of(x, label, worth)) >= (long)prune) return true;
    }
    return false;
}

static int find_features_here(export *x)
{
    const qm_clause_examples *examples = x->examples;
    for (size_t i = 0; i < examples->kept.count; i++) {
        uint32_t number;
        if ((examples->kept.at[i] & QM_KEY_SIDES) != QM_KEY_HERE) continue;
        if (qm_feature_map_add(&x->here, examples->kept.at[i], &number) != QM_OK ||
            qm_array_push(x->alloc, &x->features, (uint32_t)i) != QM_OK)
            return QM_E_NOMEM;
    }
    return QM_OK;
}

/* Features that stand here have rows. Those of pairs that tell something of the clauses beside come
 * first: `beside` says whose turn it is. */
static int number_rows(export *x, bool beside, uint32_t prune)
{
    const qm_clause_examples *examples = x->examples;
    for (size_t i = 0; i < examples->kept.count; i++) {
        uint64_t key = examples->kept.at[i], side = key & QM_KEY_SIDES;
        uint32_t here = qm_feature_map_find(&x->here, key - side), row;
        if ((side != QM_KEY_HERE) != beside || here == UINT32_MAX || !tells(x, i, prune)) continue;
        if (qm_feature_map_add(&x->numbers, key - side, &row) != QM_OK ||
            (row == x->own.count &&
             qm_array_push(x->alloc, &x->own, x->features.at[here]) != QM_OK))
            return QM_E_NOMEM;
    }
    return QM_OK;
}

static void fill_row(const export *x, size_t feature, qm_classifier_row *row)
{
    for (uint32_t label = 0; label < x->n_labels; label++) {
        long step = step_of(x, label, merged_worth(x->examples, weights_of(x, label), feature));
        row->weights[qm_row_byte(label)] = (uint8_t)(QM_ROW_ZERO + step);
    }
}

/* Where two keys have one check among the same slots, the first alone is kept. */
static void add_slot(export *x, uint64_t key, uint32_t row)
{
    uint32_t hash = qm_slot_hash(key), mask = (1u << x->header.slot_bits) - 1, at = hash & mask;
    for (; x->slots[at]; at = (at + 1) & mask)
        if ((x->slots[at] ^ hash) >> QM_ROW_BITS == 0) return;
    x->slots[at] = (hash & ~QM_ROW_MASK) | row;
}

static void fill_rows(export *x)
{
    const qm_clause_examples *examples = x->examples;
    memset(x->rows, QM_ROW_ZERO, x->rows_size);
    memset(x->beside, QM_ROW_ZERO, x->beside_size);
    for (uint32_t row = 1; row < x->header.rows; row++) {
        uint32_t feature = x->own.at[row - 1];
        fill_row(x, feature, &x->rows[row]);
        add_slot(x, examples->kept.at[feature], row);
    }
    for (size_t i = 0; i < examples->kept.count; i++) {
        uint64_t key = examples->kept.at[i], side = key & QM_KEY_SIDES;
        uint32_t row = qm_feature_map_find(&x->numbers, key - side);
        if (side == QM_KEY_HERE || row >= x->header.beside) continue;
        fill_row(x, i, &x->beside[qm_row_beside(row + 1, (uint32_t)side)]);
    }
}

static int make_rows(export *x, uint32_t prune, qm_error *err)
{
    qm_classifier_header *h = &x->header;
    if (find_features_here(x) != QM_OK || number_rows(x, true, prune) != QM_OK)
        return qm_fail_nomem(err);
    h->beside = x->numbers.count;
    if (number_rows(x, false, prune) != QM_OK) return qm_fail_nomem(err);
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

/* A type of which nothing was learnt has a label without a name, so that the weights don't know it
 * and its rules alone count. */
static qm_bytes name_of(uint32_t label, const qm_labels *labels, uint64_t learnt)
{
    if (label == QM_LABEL_NONE) return qm_bytes_of("none");
    if (label < QM_LABEL_TYPES) return qm_bytes_of(qm_initiative_status_name(label));
    uint32_t type = label - QM_LABEL_TYPES + 1;
    return learnt >> type & 1 ? labels->type_ids[type] : qm_bytes_of("");
}

static int add_labels(export *x, const qm_labels *labels, double threshold,
                      const qm_around_weights *around)
{
    const uint64_t learnt = qm_clause_examples_types(x->examples);
    int status = QM_OK;
    for (uint32_t label = 0; label < x->n_labels && status == QM_OK; label++) {
        size_t row = x->examples->kept.count + 1;
        double bias = x->weights[label * row + row - 1];
        if (label >= QM_LABEL_TYPES) {
            bias += 1 - threshold;
            x->labels[label].bar = around->bars[label - QM_LABEL_TYPES + 1];
        }
        x->labels[label].bias = (int32_t)lround(bias * PER_MARGIN);
        status = add_name(x, label, name_of(label, labels, learnt));
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
                      const double *weights, uint32_t n_labels, double threshold,
                      const qm_around_weights *around, const qm_clauses_options *options,
                      const qm_allocator *alloc, qm_image_writer *writer, qm_error *err)
{
    export x = {.examples = examples, .weights = weights, .n_labels = n_labels, .alloc = alloc};
    x.header = (qm_classifier_header){
        .version = QM_CLASSIFIER_VERSION, .labels = n_labels, .slot_bits = 4};
    memcpy(x.header.around, around->around, sizeof x.header.around);
    find_units(&x);
    int status = qm_feature_map_init(&x.numbers, alloc);
    if (status == QM_OK) status = qm_feature_map_init(&x.here, alloc);
    status = status == QM_OK ? make_rows(&x, options->prune, err) : qm_fail_nomem(err);
    if (status == QM_OK && add_labels(&x, labels, threshold, around) != QM_OK)
        status = qm_fail_nomem(err);
    x.header.pool = (uint32_t)x.pool.count;
    if (status == QM_OK) status = add_section(&x, writer, err);
    qm_feature_map_free(&x.numbers);
    qm_feature_map_free(&x.here);
    qm_array_free(alloc, &x.own);
    qm_array_free(alloc, &x.features);
    qm_release(alloc, x.slots, x.slots_size);
    qm_release(alloc, x.rows, x.rows_size);
    qm_release(alloc, x.beside, x.beside_size);
    qm_array_free(alloc, &x.pool);
    return status;
}
