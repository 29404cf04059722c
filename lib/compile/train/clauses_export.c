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

double qm_weight_worth(const qm_clause_examples *examples, const double *weights, size_t feature)
{
    return weights[feature] * examples->sizes.at[feature] * PER_MARGIN;
}

/* With that of the first character of a pair, which a row of pairs has in it. */
static double merged_worth(const qm_clause_examples *examples, const double *weights,
                           size_t feature)
{
    uint32_t first = examples->firsts.at[feature];
    double worth = qm_weight_worth(examples, weights, feature);
    return first == QM_NONE ? worth : worth + qm_weight_worth(examples, weights, first);
}

int32_t qm_weights_unit(const qm_clause_examples *examples, const double *weights)
{
    double most = 1;
    for (size_t i = 0; i < examples->kept.count; i++)
        most = fmax(most, fabs(merged_worth(examples, weights, i)));
    return (int32_t)ceil(most * (1 << QM_CLASSIFY_WEIGHT_BITS) / QM_WEIGHT_MOST);
}

void qm_weights_round(const qm_clause_examples *examples, double *weights)
{
    double unit = (double)qm_weights_unit(examples, weights) / (1 << QM_CLASSIFY_WEIGHT_BITS);
    /* From the last: characters are numbered before the pairs that they begin. */
    for (size_t i = examples->kept.count; i-- > 0;) {
        uint32_t first = examples->firsts.at[i];
        double worth = (double)lround(merged_worth(examples, weights, i) / unit) * unit;
        if (first != QM_NONE)
            worth -= (double)lround(qm_weight_worth(examples, weights, first) / unit) * unit;
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
        x->labels[label].unit = qm_weights_unit(x->examples, weights_of(x, label));
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
        double worth = qm_weight_worth(x->examples, weights_of(x, label), feature);
        if (labs(step_of(x, label, worth)) >= (long)prune) return true;
    }
    return false;
}

static bool is_known(uint32_t symbol)
{
    return symbol < QM_SYMBOLS_KNOWN - 1;
}

/* A feature of a clause beside has no record of its own: it is part of that of the same pair. */
static bool has_record(const export *x, size_t feature, uint32_t prune)
{
    const uint64_t key = x->examples->kept.at[feature];
    if ((key & QM_KEY_SIDES) != QM_KEY_HERE) return false;
    if (key & QM_KEY_MIXED) return tells(x, feature, prune);
    if (!is_known(qm_key_symbol(key))) return false;
    if (qm_key_is_pair(key) && !is_known(qm_key_next(key))) return false;
    for (uint64_t side = QM_KEY_HERE; side <= QM_KEY_BEHIND; side++) {
        uint32_t other = qm_feature_map_find(&x->map, key | side);
        if (other != UINT32_MAX && tells(x, other, prune)) return true;
    }
    return false;
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

static void fill_row(const export *x, size_t feature, qm_classifier_row *row)
{
    memset(row, QM_ROW_ZERO, sizeof *row);
    for (uint32_t label = 0; label < x->n_labels; label++) {
        long step = step_of(x, label, merged_worth(x->examples, weights_of(x, label), feature));
        row->weights[qm_row_byte(label)] = (uint8_t)(QM_ROW_ZERO + step);
    }
}

static void pack_row(const qm_classifier_row *row, qm_classifier_record *record)
{
    memset(record->low, 0, sizeof record->low);
    memset(record->high, 0, sizeof record->high);
    for (uint32_t i = 0; i < QM_LABELS_MOST; i++) {
        uint32_t low = row->weights[i] & 15u, high = row->weights[i] >> 4;
        record->low[i % QM_RECORD_LOW] |= (uint8_t)(low << i / QM_RECORD_LOW * 4);
        record->high[i % QM_RECORD_HIGH] |= (uint8_t)(high << i / QM_RECORD_HIGH * 2);
    }
}

/* ---- weights for the clauses beside ---- */

/* Those of one side behind the n that are there; training has left no more than there is room for.
 */
static uint32_t add_beside(const export *x, uint64_t key, uint32_t side, uint32_t n,
                           qm_beside_weight *out)
{
    const uint32_t feature = qm_feature_map_find(&x->map, key | side);
    if (feature == UINT32_MAX) return n;
    for (uint32_t label = 0; label < x->n_labels && n < QM_ENTRIES; label++) {
        double worth = qm_weight_worth(x->examples, weights_of(x, label), feature);
        int8_t step = (int8_t)step_of(x, label, worth);
        if (step != 0) out[n++] = (qm_beside_weight){(uint8_t)qm_beside_lane(label, side), step};
    }
    return n;
}

/* Returns how many there are. */
static uint32_t fill_beside(const export *x, uint64_t key, qm_classifier_record *record)
{
    const uint32_t n = add_beside(x, key, QM_KEY_BEFORE, 0, record->beside);
    return add_beside(x, key, QM_KEY_BEHIND, n, record->beside);
}

/* ---- records and rows around ---- */

static void fill_record(const export *x, size_t feature)
{
    const uint64_t key = x->examples->kept.at[feature];
    const uint32_t first = x->layout.known[qm_key_symbol(key)];
    const uint32_t number = first & QM_NUMBER_MASK;
    uint32_t place = first >> QM_NUMBER_BITS, beside = 0;
    if (qm_key_is_pair(key)) place += x->layout.known[qm_key_next(key)] & QM_NUMBER_MASK;
    qm_classifier_record *record = &x->records[place];
    qm_classifier_row row;
    fill_row(x, feature, &row);
    pack_row(&row, record);
    if (qm_key_is_pair(key)) beside = fill_beside(x, key, record);
    record->owner = (uint16_t)(number << QM_ENTRIES_BITS | beside);
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
    qm_classifier_row nothing;
    uint32_t key = 0;
    memset(&nothing, QM_ROW_ZERO, sizeof nothing);
    for (uint32_t i = 0; i < x->header.records; i++) pack_row(&nothing, &x->records[i]);
    x->rows[0] = nothing;
    for (size_t i = 0; i < examples->kept.count; i++) {
        if (!x->wanted[i]) continue;
        if (examples->kept.at[i] & QM_KEY_MIXED) x->keys[key++] = examples->kept.at[i];
        else fill_record(x, i);
    }
    qsort(x->keys, n, sizeof *x->keys, by_key);
    for (uint32_t i = 0; i < n; i++)
        fill_row(x, qm_feature_map_find(&x->map, x->keys[i]), &x->rows[i + 1]);
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
        h->circumstances += x->wanted[i] && (x->examples->kept.at[i] & QM_KEY_MIXED);
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
