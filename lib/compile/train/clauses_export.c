/* Weights to the section "CLAU". */
#include "compile/train/clauses.h"
#include "compile/train/words.h"

#include <math.h>
#include <stdlib.h>

/* 1/256 points of a step of one label's weights, in records and in rows around. */
typedef struct label_units {
    double records, rows;
} label_units;

typedef struct export
{
    const qm_clause_examples *examples;
    const double *weights;
    uint32_t n_labels;
    label_units units[QM_LABELS_MOST];
    qm_classifier_header header;
    qm_classifier_label labels[QM_LABELS_MOST];
    qm_feature_map map; /* features by key */
    uint8_t *wanted;    /* by feature: it has a record or row */
    qm_record_layout layout;
    qm_classifier_record *records;
    qm_classifier_row *rows;
    uint64_t *keys; /* of rows, from 1 on */
    size_t records_size, rows_size, keys_size;
    QM_ARRAY(char) pool;
    const qm_allocator *alloc;
}
export;

/* A margin of 1 is worth 8 points. */
#define PER_MARGIN (QM_POINTS_ROW << QM_CLASSIFY_POINT_BITS)

static double weight_worth(const qm_clause_examples *examples, const double *weights,
                           size_t feature)
{
    return weights[feature] * examples->sizes.at[feature] * PER_MARGIN;
}

/* With that of the first character of a pair, which a row of pairs has in it. */
static double merged_worth(const qm_clause_examples *examples, const double *weights,
                           size_t feature)
{
    uint32_t first = examples->firsts.at[feature];
    double worth = weight_worth(examples, weights, feature);
    return first == QM_NONE ? worth : worth + weight_worth(examples, weights, first);
}

static bool is_around(const qm_clause_examples *examples, size_t feature)
{
    return examples->kept.at[feature] & QM_KEY_MIXED;
}

/* How the image tells the steps of one label's weights: as small as all weights allow. */
static void fill_units(const qm_clause_examples *examples, const double *weights,
                       qm_classifier_label *label)
{
    const double bits = 1 << QM_CLASSIFY_WEIGHT_BITS, whole = 65536;
    double records = 1, rows = 1;
    for (size_t i = 0; i < examples->kept.count; i++) {
        double *most = is_around(examples, i) ? &rows : &records;
        *most = fmax(*most, fabs(merged_worth(examples, weights, i)));
    }
    records *= bits / QM_RECORD_MOST;
    rows *= bits / QM_ROW_MOST;
    label->unit = (int32_t)ceil(fmax(records, rows * whole / INT16_MAX));
    label->around = (int32_t)fmin(ceil(rows * whole / label->unit), INT16_MAX);
}

static label_units units_of(const qm_classifier_label *label)
{
    const double unit = (double)label->unit / (1 << QM_CLASSIFY_WEIGHT_BITS);
    return (label_units){unit, unit * label->around / 65536};
}

static double unit_of(const qm_clause_examples *examples, const label_units *units, size_t feature)
{
    return is_around(examples, feature) ? units->rows : units->records;
}

void qm_weights_round(const qm_clause_examples *examples, double *weights)
{
    qm_classifier_label label;
    fill_units(examples, weights, &label);
    const label_units units = units_of(&label);
    /* From the last: characters are numbered before the pairs that they begin. */
    for (size_t i = examples->kept.count; i-- > 0;) {
        const double unit = unit_of(examples, &units, i);
        const uint32_t first = examples->firsts.at[i];
        double worth = (double)lround(merged_worth(examples, weights, i) / unit) * unit;
        if (first != QM_NONE)
            worth -= (double)lround(weight_worth(examples, weights, first) / unit) * unit;
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
        fill_units(x->examples, weights_of(x, label), &x->labels[label]);
        x->units[label] = units_of(&x->labels[label]);
    }
}

/* ---- rows ---- */

static long step_of(const export *x, uint32_t label, size_t feature, double worth)
{
    return lround(worth / unit_of(x->examples, &x->units[label], feature));
}

/* Whether a feature says so much of some label that it is worth a row. */
static bool tells(const export *x, size_t feature, uint32_t prune)
{
    for (uint32_t label = 0; label < x->n_labels; label++) {
        double worth = weight_worth(x->examples, weights_of(x, label), feature);
        if (labs(step_of(x, label, feature, worth)) >= (long)prune) return true;
    }
    return false;
}

static bool is_known(uint32_t symbol)
{
    return symbol < QM_SYMBOLS_KNOWN - 1;
}

static bool has_record(const export *x, size_t feature, uint32_t prune)
{
    const uint64_t key = x->examples->kept.at[feature];
    if (!is_around(x->examples, feature)) {
        if (!is_known(qm_key_symbol(key))) return false;
        if (qm_key_is_pair(key) && !is_known(qm_key_next(key))) return false;
    }
    return tells(x, feature, prune);
}

static int find_wanted(export *x, uint32_t prune)
{
    const qm_clause_examples *examples = x->examples;
    for (size_t i = 0; i < examples->kept.count; i++) {
        uint32_t number;
        if (qm_feature_map_add(&x->map, examples->kept.at[i], &number) != QM_OK) return QM_E_NOMEM;
    }
    x->wanted = qm_alloc_zero(x->alloc, examples->kept.count + 1);
    if (!x->wanted) return QM_E_NOMEM;
    for (size_t i = 0; i < examples->kept.count; i++) x->wanted[i] = has_record(x, i, prune);
    return QM_OK;
}

/* Over what a row or record that says nothing has. */
static void add_steps(const export *x, size_t feature, uint8_t *weights)
{
    for (uint32_t label = 0; label < x->n_labels; label++) {
        double worth = merged_worth(x->examples, weights_of(x, label), feature);
        uint8_t *weight = &weights[qm_slot_byte(qm_label_slot(label))];
        *weight = (uint8_t)(*weight + step_of(x, label, feature, worth));
    }
}

static void fill_record(const export *x, size_t feature)
{
    const uint64_t key = x->examples->kept.at[feature];
    const uint32_t first = x->layout.known[qm_key_symbol(key)];
    const uint32_t number = first & QM_NUMBER_MASK;
    uint32_t place = first >> QM_NUMBER_BITS;
    if (qm_key_is_pair(key)) place += x->layout.known[qm_key_next(key)] & QM_NUMBER_MASK;
    add_steps(x, feature, x->records[place].weights);
    x->records[place].owner = (uint16_t)number;
}

static int by_key(const void *a, const void *b)
{
    const uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

static void fill_all(export *x)
{
    const qm_clause_examples *examples = x->examples;
    const uint32_t n = x->header.circumstances;
    uint32_t key = 0;
    for (uint32_t i = 0; i < x->header.records; i++)
        memset(x->records[i].weights, QM_RECORD_ZERO, sizeof x->records[i].weights);
    memset(x->rows, QM_ROW_ZERO, x->rows_size);
    for (size_t i = 0; i < examples->kept.count; i++) {
        if (!x->wanted[i]) continue;
        if (is_around(examples, i)) x->keys[key++] = examples->kept.at[i];
        else fill_record(x, i);
    }
    qsort(x->keys, n, sizeof *x->keys, by_key);
    for (uint32_t i = 0; i < n; i++)
        add_steps(x, qm_feature_map_find(&x->map, x->keys[i]), x->rows[i + 1].weights);
}

static int make_records(export *x, uint32_t prune, qm_error *err)
{
    qm_classifier_header *h = &x->header;
    if (find_wanted(x, prune) != QM_OK) return qm_fail_nomem(err);
    int status = qm_records_lay_out(&x->layout, x->examples, x->wanted, err);
    if (status != QM_OK) return status;
    h->records = x->layout.records;
    h->symbols = x->layout.symbols;
    h->numbers = x->layout.numbers;
    for (size_t i = 0; i < x->examples->kept.count; i++)
        h->circumstances += x->wanted[i] && is_around(x->examples, i);
    x->records_size = h->records * sizeof *x->records;
    x->rows_size = (h->circumstances + (size_t)1) * sizeof *x->rows;
    x->keys_size = h->circumstances * sizeof *x->keys;
    x->records = qm_alloc_zero(x->alloc, x->records_size);
    x->rows = qm_alloc_zero(x->alloc, x->rows_size);
    x->keys = qm_alloc_zero(x->alloc, x->keys_size + 1);
    if (!x->records || !x->rows || !x->keys) return qm_fail_nomem(err);
    fill_all(x);
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
                 {x->records, x->records_size},
                 {x->rows, x->rows_size},
                 {x->keys, x->keys_size},
                 {x->layout.known, x->header.symbols * sizeof *x->layout.known},
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
    x.header = (qm_classifier_header){.version = QM_CLASSIFIER_VERSION, .labels = n_labels};
    memcpy(x.header.around, around->around, sizeof x.header.around);
    memcpy(x.header.statuses, around->statuses, sizeof x.header.statuses);
    x.layout.alloc = alloc;
    find_units(&x);
    int status = qm_feature_map_init(&x.map, alloc);
    status = status == QM_OK ? make_records(&x, options->prune, err) : qm_fail_nomem(err);
    if (status == QM_OK && add_labels(&x, labels, threshold, around) != QM_OK)
        status = qm_fail_nomem(err);
    x.header.pool = (uint32_t)x.pool.count;
    if (status == QM_OK) status = add_section(&x, writer, err);
    qm_feature_map_free(&x.map);
    qm_release(alloc, x.wanted, examples->kept.count + 1);
    qm_records_free(&x.layout);
    qm_release(alloc, x.records, x.records_size);
    qm_release(alloc, x.rows, x.rows_size);
    qm_release(alloc, x.keys, x.keys_size + 1);
    qm_array_free(alloc, &x.pool);
    return status;
}
