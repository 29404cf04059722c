#include "initiative/classify_model.h"
#include "initiative/rules.h"

/* A feature of many labels is summed faster as a row of bytes than cell by cell. */
enum { ROW = 64, ROW_ZERO = 128, LEAST_CELLS_OF_ROW = 32, NO_ROWS = 256 };

typedef struct label_row {
    uint8_t weights[ROW]; /* plus ROW_ZERO */
} label_row;

struct qm_classifier {
    const qm_allocator *alloc;
    const qm_classifier_label *labels;
    const qm_classifier_slot *slots;
    const qm_classifier_cell *cells;
    uint32_t n_labels, mask;
    uint32_t n_types;      /* with [0] */
    uint64_t *type_keys;   /* by type of the stack */
    uint32_t *type_label;  /* by type of the stack; QM_NONE where the weights don't know it */
    uint32_t least_of_row; /* cells of a slot that has a row; NO_ROWS where none has */
    uint16_t *row_of;      /* by slot: its row, if it has one */
    label_row *rows;
    uint32_t n_rows;
};

/* ---- binding ---- */

typedef struct classifier_view {
    qm_classifier_header header;
    const qm_classifier_label *labels;
    const qm_classifier_slot *slots;
    const qm_classifier_cell *cells;
    const char *pool;
} classifier_view;

static bool lay_out(classifier_view *view, qm_bytes section)
{
    const qm_classifier_header *h = &view->header;
    if (h->labels < QM_LABEL_TYPES || h->labels > QM_LABELS_MOST || h->slot_bits < 4 ||
        h->slot_bits > 24 || h->cells >= 1u << 24)
        return false;
    uint64_t labels = sizeof *h;
    uint64_t slots = labels + (uint64_t)h->labels * sizeof *view->labels;
    uint64_t cells = slots + (UINT64_C(1) << h->slot_bits) * sizeof *view->slots;
    uint64_t pool = cells + (uint64_t)h->cells * sizeof *view->cells;
    if (pool + h->pool != section.size) return false;
    const uint8_t *data = section.data;
    view->labels = (const void *)(data + labels);
    view->slots = (const void *)(data + slots);
    view->cells = (const void *)(data + cells);
    view->pool = (const char *)data + pool;
    return true;
}

static bool is_sound(const classifier_view *view)
{
    const qm_classifier_header *h = &view->header;
    for (uint32_t i = 0; i < h->labels; i++) {
        const qm_classifier_label *label = &view->labels[i];
        if (label->name_at > h->pool || label->name_size > h->pool - label->name_at ||
            label->unit < 0 || label->unit > 1 << 20 || label->bias > 1 << 28 ||
            label->bias < -(1 << 28))
            return false;
    }
    bool empty = false; /* without an empty slot a search would not end */
    for (uint32_t i = 0; i < 1u << h->slot_bits; i++) {
        uint32_t first = view->slots[i].cells >> 8, count = view->slots[i].cells & 0xFF;
        if (count == 0) empty = true;
        if (first > h->cells || count > h->cells - first) return false;
    }
    for (uint32_t i = 0; i < h->cells; i++)
        if (view->cells[i].label >= h->labels) return false;
    return empty;
}

/* The highest image of the stack that has weights; view->labels NULL where none has. */
static int find_section(const qm_images *images, classifier_view *view, qm_error *err)
{
    for (size_t i = images->count; i-- > 0;) {
        qm_bytes section = qm_image_section(&images->at[i], QM_SECTION_CLASSIFIER);
        if (!section.data) continue;
        if (section.size < sizeof view->header)
            return qm_fail(err, QM_E_CORRUPT, "weights of clauses: too short");
        memcpy(&view->header, section.data, sizeof view->header);
        if (view->header.version != QM_CLASSIFIER_VERSION)
            return qm_fail(err, QM_E_VERSION, "weights of clauses: version %u",
                           (unsigned)view->header.version);
        if (!lay_out(view, section) || (!images->at[i].trusted && !is_sound(view)))
            return qm_fail(err, QM_E_CORRUPT, "weights of clauses: an index is out of bounds");
        return QM_OK;
    }
    return QM_OK;
}

static void bind_types(qm_classifier *made, const classifier_view *view, const qm_bytes *ids)
{
    for (uint32_t type = 1; type < made->n_types; type++) {
        made->type_keys[type] = qm_hash(ids[type].data, ids[type].size, 0);
        made->type_label[type] = QM_NONE;
        for (uint32_t i = QM_LABEL_TYPES; i < made->n_labels; i++) {
            qm_bytes name = {view->pool + view->labels[i].name_at, view->labels[i].name_size};
            if (qm_bytes_equal(name, ids[type])) made->type_label[type] = i;
        }
    }
}

static void fill_row(const qm_classifier *made, uint32_t slot, label_row *row)
{
    const qm_classifier_cell *cell = made->cells + (made->slots[slot].cells >> 8);
    memset(row->weights, ROW_ZERO, sizeof row->weights);
    for (uint32_t left = made->slots[slot].cells & 0xFF; left > 0; left--, cell++)
        row->weights[cell->label] = (uint8_t)(ROW_ZERO + cell->weight);
}

/* Of the features with many cells. Labels stand once each among the cells of a feature. */
static int make_rows(qm_classifier *made)
{
    uint32_t slots = made->mask + 1, wanted = 0;
    made->least_of_row = NO_ROWS;
    for (uint32_t i = 0; i < slots; i++)
        wanted += (made->slots[i].cells & 0xFF) >= LEAST_CELLS_OF_ROW;
    if (made->n_labels > ROW || wanted == 0 || wanted > UINT16_MAX) return QM_OK;
    made->n_rows = wanted;
    made->row_of = qm_alloc_zero(made->alloc, slots * sizeof *made->row_of);
    made->rows = qm_alloc_zero(made->alloc, wanted * sizeof *made->rows);
    if (!made->row_of || !made->rows) return QM_E_NOMEM;
    made->least_of_row = LEAST_CELLS_OF_ROW;
    uint32_t rows = 0;
    for (uint32_t i = 0; i < slots && rows < wanted; i++) {
        if ((made->slots[i].cells & 0xFF) < LEAST_CELLS_OF_ROW) continue;
        fill_row(made, i, &made->rows[rows]);
        made->row_of[i] = (uint16_t)rows++;
    }
    return QM_OK;
}

int qm_classifier_new(qm_classifier **out, const qm_images *images, const qm_bytes *type_ids,
                      uint32_t n_types, const qm_allocator *alloc, qm_error *err)
{
    classifier_view view = {.labels = NULL};
    int status = find_section(images, &view, err);
    if (status != QM_OK) return status;
    *out = NULL;
    if (!view.labels) return QM_OK;
    qm_classifier *made = qm_alloc_zero(alloc, sizeof *made);
    if (!made) return qm_fail_nomem(err);
    made->alloc = alloc;
    made->labels = view.labels;
    made->slots = view.slots;
    made->cells = view.cells;
    made->n_labels = view.header.labels;
    made->mask = (1u << view.header.slot_bits) - 1;
    made->n_types = n_types + 1;
    made->type_keys = qm_alloc_zero(alloc, made->n_types * sizeof *made->type_keys);
    made->type_label = qm_alloc_zero(alloc, made->n_types * sizeof *made->type_label);
    if (!made->type_keys || !made->type_label || make_rows(made) != QM_OK) {
        qm_classifier_free(made);
        return qm_fail_nomem(err);
    }
    bind_types(made, &view, type_ids);
    *out = made;
    return QM_OK;
}

void qm_classifier_free(qm_classifier *classifier)
{
    if (!classifier) return;
    const qm_allocator *alloc = classifier->alloc;
    qm_release(alloc, classifier->type_keys, classifier->n_types * sizeof(uint64_t));
    qm_release(alloc, classifier->type_label, classifier->n_types * sizeof(uint32_t));
    if (classifier->row_of)
        qm_release(alloc, classifier->row_of, (classifier->mask + 1) * sizeof(uint16_t));
    if (classifier->rows)
        qm_release(alloc, classifier->rows, classifier->n_rows * sizeof(label_row));
    qm_release(alloc, classifier, sizeof *classifier);
}

/* ---- scoring ---- */

static const qm_classifier_slot *find_slot(const qm_classifier *c, uint64_t key)
{
    uint32_t check = qm_slot_check(key);
    for (uint32_t i = (uint32_t)key & c->mask;; i = (i + 1) & c->mask) {
        const qm_classifier_slot *slot = &c->slots[i];
        if (slot->cells == 0) return NULL;
        if (slot->check == check) return slot;
    }
}

static void read_clause(const qm_classifier *c, const qm_clause_evidence *evidence,
                        qm_stretches *stretches, qm_features *features)
{
    const qm_feature_source source = {.document = evidence->document,
                                      .first = evidence->clause,
                                      .end = evidence->clause + 1,
                                      .first_quantity = evidence->first_quantity,
                                      .end_quantity = evidence->end_quantity,
                                      .cues = evidence->cues,
                                      .cues_behind = evidence->cues_behind,
                                      .cues_above = evidence->cues_above,
                                      .rule_points = evidence->rule_points,
                                      .type_keys = c->type_keys,
                                      .n_types = c->n_types,
                                      .stretches = stretches};
    qm_features_read(&source, features);
}

/* What the weights know of the features of a block. */
typedef struct finding {
    uint32_t small[QM_FEATURES_CLAUSE]; /* cells of slots, as they stand there */
    uint32_t large[QM_FEATURES_CLAUSE]; /* numbers of slots that have a row */
    uint32_t n_small, n_large;
} finding;

/* In two passes, and cells and rows in a third: what one needs is fetched by the one before. */
static void find_slots(const qm_classifier *c, const uint64_t *keys, uint32_t count, finding *out)
{
    uint32_t small = 0, large = 0;
    const qm_classifier_slot *slots = c->slots;
    const uint32_t mask = c->mask;
    for (uint32_t i = 0; i < count; i++) __builtin_prefetch(&slots[(uint32_t)keys[i] & mask]);
    for (uint32_t i = 0; i < count; i++) {
        const qm_classifier_slot *slot = find_slot(c, keys[i]);
        if (!slot) continue;
        if ((slot->cells & 0xFF) >= c->least_of_row) {
            uint32_t number = (uint32_t)(slot - c->slots);
            __builtin_prefetch(&c->row_of[number]);
            out->large[large++] = number;
        } else {
            __builtin_prefetch(c->cells + (slot->cells >> 8));
            out->small[small++] = slot->cells;
        }
    }
    out->n_small = small;
    out->n_large = large;
}

typedef uint16_t lanes __attribute__((vector_size(16)));
enum { LANES = 8, MOST_ROWS = 256 }; /* so many bytes fit a sum of 16 bits */

static inline lanes load(const uint8_t *weights)
{
    lanes all;
    memcpy(&all, weights, sizeof all);
    return all;
}

/* Thirty-two labels at a time, so that their sums stay in registers: the even ones apart from the
 * odd ones, which needs no widening. */
static void sum_lanes(const label_row *all, const uint32_t *rows, uint32_t count, uint32_t label,
                      int32_t *sums)
{
    lanes a = {0}, b = {0}, c = {0}, d = {0};
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *weights = all[rows[i]].weights + label;
        lanes first = load(weights), second = load(weights + (size_t)2 * LANES);
        a += first & 0xFF;
        b += first >> 8;
        c += second & 0xFF;
        d += second >> 8;
    }
    int32_t zero = (int32_t)count * ROW_ZERO;
    for (uint32_t k = 0; k < LANES; k++) {
        int32_t *to = sums + label + (size_t)2 * k;
        to[0] += a[k] - zero;
        to[1] += b[k] - zero;
        to[(size_t)2 * LANES] += c[k] - zero;
        to[(size_t)2 * LANES + 1] += d[k] - zero;
    }
}

static void sum_rows(const qm_classifier *c, const uint32_t *rows, uint32_t count,
                     int32_t sums[QM_LABELS_MOST])
{
    for (uint32_t from = 0; from < count; from += MOST_ROWS) {
        uint32_t n = count - from < MOST_ROWS ? count - from : MOST_ROWS;
        for (uint32_t label = 0; label < ROW; label += 4 * LANES)
            sum_lanes(c->rows, rows + from, n, label, sums);
    }
}

/* Four at a time: most features have a handful of cells, and counting costs as much as adding. */
static inline void sum_cells(const qm_classifier_cell *cell, uint32_t left,
                             int32_t sums[QM_LABELS_MOST])
{
    for (; left >= 4; left -= 4, cell += 4) {
        sums[cell[0].label] += cell[0].weight;
        sums[cell[1].label] += cell[1].weight;
        sums[cell[2].label] += cell[2].weight;
        sums[cell[3].label] += cell[3].weight;
    }
    for (; left > 0; left--, cell++) sums[cell->label] += cell->weight;
}

static void sum_block(const qm_classifier *c, const qm_features *features, qm_feature_block block,
                      int32_t sums[QM_LABELS_MOST])
{
    finding found;
    find_slots(c, features->keys + qm_block_start(block), features->counts[block], &found);
    for (uint32_t i = 0; i < found.n_large; i++) {
        found.large[i] = c->row_of[found.large[i]];
        __builtin_prefetch(&c->rows[found.large[i]]);
    }
    for (uint32_t i = 0; i < found.n_small; i++)
        sum_cells(c->cells + (found.small[i] >> 8), found.small[i] & 0xFF, sums);
    sum_rows(c, found.large, found.n_large, sums);
}

/* What a sum of weights is worth in 1/256 points. */
static int64_t worth(const qm_classifier *c, uint32_t label, int64_t scaled)
{
    return scaled * c->labels[label].unit >> (16 + QM_CLASSIFY_WEIGHT_BITS);
}

static void score_labels(const qm_classifier *c, const qm_features *features,
                         int32_t scores[QM_LABELS_MOST])
{
    int32_t sums[QM_BLOCKS][QM_LABELS_MOST] = {{0}};
    int64_t scales[QM_BLOCKS];
    for (qm_feature_block block = 0; block < QM_BLOCKS; block++) {
        scales[block] = qm_block_scale(block, features->counts[block]);
        sum_block(c, features, block, sums[block]);
    }
    for (uint32_t i = 0; i < c->n_labels; i++) {
        int64_t scaled = 0;
        for (qm_feature_block block = 0; block < QM_BLOCKS; block++)
            scaled += sums[block][i] * scales[block];
        scores[i] = (int32_t)((worth(c, i, scaled) + c->labels[i].bias) >> QM_CLASSIFY_POINT_BITS);
    }
}

void qm_classify_clause(const qm_classifier *classifier, const qm_clause_evidence *evidence,
                        qm_stretches *stretches, qm_clause_scores *scores)
{
    qm_features features;
    int32_t labels[QM_LABELS_MOST] = {0};
    features.origins = NULL;
    read_clause(classifier, evidence, stretches, &features);
    score_labels(classifier, &features, labels);
    scores->types[0] = labels[QM_LABEL_NONE];
    scores->status[0] = 0;
    for (uint32_t i = 1; i < QM_STATUSES; i++) scores->status[i] = labels[QM_LABEL_STATUS + i - 1];
    for (uint32_t type = 1; type < classifier->n_types; type++) {
        uint32_t label = classifier->type_label[type];
        scores->types[type] = label == QM_NONE ? 0 : labels[label] - evidence->rule_points[type];
    }
}

bool qm_classifier_knows(const qm_classifier *classifier, uint32_t type)
{
    return type > 0 && type < classifier->n_types && classifier->type_label[type] != QM_NONE;
}

/* ---- explanation ---- */

static const char *family_name(qm_feature_family family)
{
    static const char *const names[QM_FEATURE_FAMILIES] = {
        "",     "character",   "characters",    "characters",
        "word", "words",       "clause before", "clause behind",
        "role", "role before", "role behind",   "place",
        "cue",  "cue before",  "cue above",     "quantity",
        "rule", "length",      "alone"};
    return names[family];
}

static void insert_feature(qm_clause_feature *out, size_t *count, size_t room,
                           const qm_clause_feature *one)
{
    size_t at = *count;
    while (at > 0 && out[at - 1].points < one->points) at--;
    if (at == room) return;
    if (*count < room) ++*count;
    memmove(&out[at + 1], &out[at], (*count - at - 1) * sizeof *out);
    out[at] = *one;
}

size_t qm_classifier_features(const qm_classifier *classifier, const qm_clause_evidence *evidence,
                              uint32_t type, qm_clause_feature *out, size_t room)
{
    qm_features features;
    qm_feature_origin origins[QM_FEATURES_ALL];
    size_t count = 0;
    if (!qm_classifier_knows(classifier, type)) return 0;
    uint32_t label = classifier->type_label[type];
    features.origins = origins;
    read_clause(classifier, evidence, NULL, &features);
    for (qm_feature_block block = 0; block < QM_BLOCKS; block++) {
        uint32_t start = qm_block_start(block),
                 scale = qm_block_scale(block, features.counts[block]);
        for (uint32_t i = start; i < start + features.counts[block]; i++) {
            const qm_classifier_slot *slot = find_slot(classifier, features.keys[i]);
            uint32_t cells = slot ? slot->cells & 0xFF : 0;
            for (uint32_t k = 0; k < cells; k++) {
                const qm_classifier_cell *cell = &classifier->cells[(slot->cells >> 8) + k];
                if (cell->label != label || cell->weight <= 0) continue;
                qm_clause_feature one = {
                    origins[i].start, origins[i].end, family_name(origins[i].family),
                    (int32_t)worth(classifier, label, (int64_t)cell->weight * scale)};
                insert_feature(out, &count, room, &one);
            }
        }
    }
    return count;
}
