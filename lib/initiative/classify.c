#include "base/processor.h"
#include "initiative/classify_circumstances.h"
#include "initiative/rules.h"
#include "initiative/scratch.h"

struct qm_classifier {
    const qm_allocator *alloc;
    qm_record_table table;
    const qm_classifier_row *rows;       /* of circumstances; [0] says nothing */
    const uint64_t *row_keys;            /* ascending: that of rows[i + 1] */
    uint32_t n_rows;                     /* without [0] */
    qm_classifier_label slots[QM_SLOTS]; /* labels by slot */
    int32_t around[QM_AROUND_TERMS];
    qm_status_weights statuses;
    uint32_t n_types;             /* with [0] */
    uint64_t *type_keys;          /* by type of the stack */
    uint32_t *type_slot;          /* by type of the stack; QM_NONE where unknown */
    uint32_t slot_type[QM_SLOTS]; /* the types again, by slot */
    qm_feature_keys keys;
    uint32_t *around_rows; /* by circumstance */
    size_t n_around;
    bool beside;             /* what stands beside a clause counts */
    int32_t needs[QM_SLOTS]; /* the least sum with which a type comes near a row */
    int32_t scales_around[QM_SLOTS];
    const qm_classify_way *way;
    uint32_t edge, number; /* what is known of QM_CLAUSE_EDGE, of QM_CLAUSE_NUMBER */
    qm_quick_units quick;
    int16_t scales[QM_FEATURES_CLAUSE + 1];
};

/* ---- binding ---- */

typedef struct classifier_view {
    qm_classifier_header header;
    const qm_classifier_record *records;
    const qm_classifier_row *rows;
    const uint64_t *keys;
    const uint32_t *symbols;
    const qm_classifier_label *labels;
    const char *pool;
} classifier_view;

static bool lay_out(classifier_view *view, qm_bytes section)
{
    const qm_classifier_header *h = &view->header;
    if (h->labels < QM_LABEL_TYPES || h->labels > QM_LABELS_MOST || h->records == 0 ||
        h->records > QM_RECORDS_MOST || h->symbols == 0 || h->symbols > QM_SYMBOLS_KNOWN ||
        h->numbers == 0 || h->numbers > QM_NUMBER_MASK + 1)
        return false;
    uint64_t records = sizeof *h;
    uint64_t rows = records + (uint64_t)h->records * sizeof *view->records;
    uint64_t keys = rows + ((uint64_t)h->circumstances + 1) * sizeof *view->rows;
    uint64_t symbols = keys + (uint64_t)h->circumstances * sizeof *view->keys;
    uint64_t labels = symbols + (uint64_t)h->symbols * sizeof *view->symbols;
    uint64_t pool = labels + (uint64_t)h->labels * sizeof *view->labels;
    if (pool + h->pool != section.size) return false;
    const uint8_t *data = section.data;
    view->records = (const void *)(data + records);
    view->rows = (const void *)(data + rows);
    view->keys = (const void *)(data + keys);
    view->symbols = (const void *)(data + symbols);
    view->labels = (const void *)(data + labels);
    view->pool = (const char *)data + pool;
    return true;
}

/* Whatever two symbols stand side by side, there is a record at the place of their pair; and what
 * stands for symbols that nothing is known of has none of its own. */
static bool are_symbols_sound(const uint32_t *symbols, const qm_classifier_header *h)
{
    uint32_t place = 0, number = 0;
    for (uint32_t i = 0; i < h->symbols; i++) {
        place = symbols[i] >> QM_NUMBER_BITS > place ? symbols[i] >> QM_NUMBER_BITS : place;
        number = (symbols[i] & QM_NUMBER_MASK) > number ? symbols[i] & QM_NUMBER_MASK : number;
    }
    return number < h->numbers && place + number < h->records && symbols[h->symbols - 1] == 0;
}

static bool are_small(const int32_t *numbers, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (numbers[i] > 1 << 20 || numbers[i] < -(1 << 20)) return false;
    return true;
}

/* Any byte will do for a weight. */
static bool is_sound(const classifier_view *view)
{
    const qm_classifier_header *h = &view->header;
    if (!are_small(h->around, QM_AROUND_TERMS)) return false;
    for (uint32_t i = 0; i < QM_STATUSES_TOLD; i++)
        if (!are_small(h->statuses[i], QM_STATUS_TERMS)) return false;
    for (uint32_t i = 0; i < h->labels; i++) {
        const qm_classifier_label *label = &view->labels[i];
        if (label->name_at > h->pool || label->name_size > h->pool - label->name_at ||
            label->unit < 0 || label->unit > 1 << 20 || label->around < 0 ||
            label->around > INT16_MAX || label->bias > 1 << 28 || label->bias < -(1 << 28) ||
            label->bar > 1 << 20 || label->bar < -(1 << 20))
            return false;
    }
    return are_symbols_sound(view->symbols, h);
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
            return qm_fail(err, QM_E_VERSION,
                           "weights of clauses of format %u, but this library reads format %d: "
                           "the image has to be trained anew",
                           (unsigned)view->header.version, QM_CLASSIFIER_VERSION);
        if (!lay_out(view, section) || (!images->at[i].trusted && !is_sound(view)))
            return qm_fail(err, QM_E_CORRUPT, "weights of clauses: an index is out of bounds");
        return QM_OK;
    }
    return QM_OK;
}

/* The least sum for which worth() and the bias make QM_POINTS_MAYBE. */
static int32_t least_sum(const qm_classifier_label *label)
{
    const int shift = 16 + QM_CLASSIFY_WEIGHT_BITS;
    int64_t missing = (QM_POINTS_MAYBE << QM_CLASSIFY_POINT_BITS) - (int64_t)label->bias;
    if (label->unit == 0) return missing > 0 ? INT32_MAX : INT32_MIN;
    int64_t product = missing * (INT64_C(1) << shift), unit = label->unit;
    int64_t sum = product / unit + (product % unit > 0);
    return sum > INT32_MAX ? INT32_MAX : sum < INT32_MIN ? INT32_MIN : (int32_t)sum;
}

static void bind_labels(qm_classifier *made, const classifier_view *view)
{
    for (uint32_t i = 0; i < view->header.labels; i++) {
        const uint32_t slot = qm_label_slot(i);
        made->slots[slot] = view->labels[i];
        made->scales_around[slot] = view->labels[i].around;
    }
}

static void bind_types(qm_classifier *made, const classifier_view *view, const qm_bytes *ids)
{
    for (uint32_t i = 0; i < QM_SLOTS; i++) made->needs[i] = INT32_MAX;
    for (uint32_t type = 1; type < made->n_types; type++) {
        made->type_keys[type] = qm_hash(ids[type].data, ids[type].size, 0);
        made->type_slot[type] = QM_NONE;
        for (uint32_t i = QM_LABEL_TYPES; i < view->header.labels; i++) {
            const uint32_t slot = qm_label_slot(i);
            qm_bytes name = {view->pool + view->labels[i].name_at, view->labels[i].name_size};
            if (!qm_bytes_equal(name, ids[type])) continue;
            made->type_slot[type] = slot;
            made->slot_type[slot] = type;
            made->needs[slot] = least_sum(&view->labels[i]);
        }
    }
}

/* The row of a circumstance, 0 where the weights say nothing. */
static uint32_t find_row(const qm_classifier *c, uint64_t key)
{
    uint32_t from = 0, to = c->n_rows;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (c->row_keys[middle] < key) from = middle + 1;
        else to = middle;
    }
    return from < c->n_rows && c->row_keys[from] == key ? from + 1 : 0;
}

/* Circumstances are few: where their rows are is looked up once. */
static void find_rows_around(qm_classifier *made)
{
    for (uint32_t i = 0; i < made->n_around; i++)
        if (i >= QM_CIRCUMSTANCE_RULES || qm_circumstance_is_plain(i / QM_CIRCUMSTANCE_VALUES))
            made->around_rows[i] = find_row(made, qm_circumstance_key(i, &made->keys))
                                   << QM_ROW_SHIFT;
}

/* Lengths are learnt from whole reports alone. Where there were none, nothing is known of clauses
 * that have others beside them. */
static void find_lengths(qm_classifier *made)
{
    for (uint32_t value = 0; value < QM_CIRCUMSTANCE_VALUES; value++)
        if (made->around_rows[qm_circumstance(QM_FEATURE_LENGTH, value)] != 0) made->beside = true;
}

static void fill_scales(qm_classifier *made)
{
    for (uint32_t i = 0; i <= QM_FEATURES_CLAUSE; i++)
        made->scales[i] = (int16_t)qm_block_scale(QM_BLOCK_CLAUSE, i);
}

static void choose_way(qm_classifier *made)
{
    made->way = &qm_classify_plain;
#ifdef __x86_64__
    if (qm_has_avx2()) made->way = &qm_classify_avx2;
#endif
}

/* For scores near enough to tell which are best. */
static void fill_quick(qm_classifier *made, uint32_t labels)
{
    enum { BITS = 12 };
    uint32_t lost = 0;
    int32_t most = 0;
    for (uint32_t i = 0; i < QM_SLOTS; i++)
        if (made->slots[i].unit > most) most = made->slots[i].unit;
    while (most >> lost >= 1 << BITS) lost++;
    made->quick.shift = 16 + QM_CLASSIFY_WEIGHT_BITS - QM_QUICK_SHIFT - lost;
    for (uint32_t i = 0; i < QM_SLOTS; i++) made->quick.biases[i] = -(1 << 24);
    for (uint32_t i = QM_LABEL_TYPES; i < labels; i++) {
        const uint32_t slot = qm_label_slot(i);
        made->quick.factors[slot] = made->slots[slot].unit >> lost;
        made->quick.biases[slot] = made->slots[slot].bias;
    }
}

static int make_room(qm_classifier *made, uint32_t n_classes)
{
    made->n_around = qm_circumstance_classes(&made->keys) + (size_t)n_classes;
    made->type_keys = qm_alloc_zero(made->alloc, made->n_types * sizeof *made->type_keys);
    made->type_slot = qm_alloc_zero(made->alloc, made->n_types * sizeof *made->type_slot);
    made->around_rows = qm_alloc_zero(made->alloc, made->n_around * sizeof *made->around_rows);
    made->keys.types = made->type_keys;
    return made->type_keys && made->type_slot && made->around_rows ? QM_OK : QM_E_NOMEM;
}

int qm_classifier_new(qm_classifier **out, const qm_images *images,
                      const qm_classifier_names *names, const qm_allocator *alloc, qm_error *err)
{
    classifier_view view = {.labels = NULL};
    int status = find_section(images, &view, err);
    if (status != QM_OK) return status;
    *out = NULL;
    if (!view.labels) return QM_OK;
    qm_classifier *made = qm_alloc_zero(alloc, sizeof *made);
    if (!made) return qm_fail_nomem(err);
    made->alloc = alloc;
    made->table = (qm_record_table){view.symbols, view.header.symbols - 1, view.records};
    made->edge = qm_symbol_known(&made->table, QM_CLAUSE_EDGE);
    made->number = qm_symbol_known(&made->table, QM_CLAUSE_NUMBER);
    made->rows = view.rows;
    made->row_keys = view.keys;
    made->n_rows = view.header.circumstances;
    memcpy(made->around, view.header.around, sizeof made->around);
    for (uint32_t i = 0; i < QM_STATUSES_TOLD; i++)
        memcpy(made->statuses.at[i], view.header.statuses[i], sizeof view.header.statuses[i]);
    made->n_types = names->n_types;
    made->keys = (qm_feature_keys){.n_types = names->n_types, .classes = names->classes};
    if (make_room(made, names->n_classes) != QM_OK) {
        qm_classifier_free(made);
        return qm_fail_nomem(err);
    }
    bind_labels(made, &view);
    bind_types(made, &view, names->types);
    find_rows_around(made);
    find_lengths(made);
    fill_scales(made);
    fill_quick(made, view.header.labels);
    choose_way(made);
    *out = made;
    return QM_OK;
}

void qm_classifier_free(qm_classifier *classifier)
{
    if (!classifier) return;
    const qm_allocator *alloc = classifier->alloc;
    qm_release(alloc, classifier->type_keys, classifier->n_types * sizeof(uint64_t));
    qm_release(alloc, classifier->type_slot, classifier->n_types * sizeof(uint32_t));
    qm_release(alloc, classifier->around_rows, classifier->n_around * sizeof(uint32_t));
    qm_release(alloc, classifier, sizeof *classifier);
}

/* ---- rows of features ---- */

enum {
    KEPT = 4,             /* clauses, by the lower bits of their numbers: one and those beside it */
    CLAUSES_AT_ONCE = 32, /* read, as long as there is room for a clause of any length */
    SYMBOLS_ROOM = 512,   /* in all of them: their records should fit the nearest cache */
    SYMBOLS_END = QM_SYMBOLS_AT_ONCE + 1
};

/* What a clause by itself says, by slot. */
typedef struct clause_reading {
    uint32_t clause; /* QM_NONE: none */
    uint32_t symbols;
    int32_t sums[QM_SLOTS];
} clause_reading;

/* Clauses one behind the other, so that what one fetches is there when its turn comes. */
typedef struct clause_stretch {
    uint32_t first, count; /* clauses */
    uint32_t starts[CLAUSES_AT_ONCE], symbols[CLAUSES_AT_ONCE];
    uint32_t known[SYMBOLS_ROOM + SYMBOLS_END]; /* of symbols; 0 behind those of each clause */
    uint32_t rows[SYMBOLS_ROOM + SYMBOLS_END];  /* records: offsets, as sums are made of them */
    uint32_t quantity;                          /* one near the last of them */
} clause_stretch;

struct qm_readings {
    const qm_allocator *alloc;
    qm_u32_array known; /* of each character of the document, as it stands for itself */
    QM_ARRAY(uint64_t)
    odd; /* bit set by character: what is neither a symbol by itself nor of the
          * number of a quantity */
    clause_stretch stretch;
    clause_reading at[KEPT];
};

int qm_readings_new(qm_readings **out, const qm_allocator *alloc, qm_error *err)
{
    qm_readings *made = qm_alloc_zero(alloc, sizeof *made);
    if (!made) return qm_fail_nomem(err);
    made->alloc = alloc;
    *out = made;
    return QM_OK;
}

void qm_readings_free(qm_readings *readings)
{
    if (!readings) return;
    const qm_allocator *alloc = readings->alloc;
    qm_array_free(alloc, &readings->known);
    qm_array_free(alloc, &readings->odd);
    qm_release(alloc, readings, sizeof *readings);
}

/* Digits and blanks among up to 64 characters: the only ones of whose classes both lowest bits are
 * set. */
static inline uint64_t odd_of(const uint8_t *classes, uint32_t count)
{
    _Static_assert((QM_CHAR_DIGIT & 3) == 3 && (QM_CHAR_SPACE & 3) == 3, "and no others");
    uint64_t odd = 0;
    for (uint32_t at = 0; at < count; at += 8) {
        uint64_t eight;
        memcpy(&eight, classes + at, sizeof eight);
        eight = qm_little_endian(eight);
        eight &= eight >> 1 & QM_EACH_BYTE(1);
        /* A bit of each byte to the highest byte, side by side. */
        odd |= (eight * UINT64_C(0x0102040810204080) >> 56) << at;
    }
    return odd;
}

/* Digits and blanks, but for those of numbers that quantities have. */
static void mark_odd(qm_readings *readings, const qm_document *document)
{
    const uint8_t *classes = document->text->classes;
    const qm_quantities *quantities = document->quantities;
    const uint32_t count = document->text->count;
    uint64_t *odd = readings->odd.at;
    for (uint32_t at = 0; at < count; at += 64)
        odd[at / 64] = odd_of(classes + at, count - at < 64 ? count - at : 64);
    for (size_t i = 0; i < quantities->count; i++) {
        const qm_quantity *q = &quantities->at[i];
        if (q->number_end == QM_NONE) continue;
        for (uint32_t at = q->number_start; at < q->number_end; at = (at | 63) + 1) {
            const uint32_t size = q->number_end - at;
            odd[at / 64] &= ~((size < 64 ? (UINT64_C(1) << size) - 1 : UINT64_MAX) << at % 64);
        }
    }
}

/* Whether none of the characters is odd. */
static bool are_plain(const qm_readings *readings, uint32_t from, uint32_t to)
{
    const uint64_t *odd = readings->odd.at;
    for (uint32_t at = from; at < to;) {
        const uint32_t end = (at | 63) + 1 < to ? (at | 63) + 1 : to;
        const uint64_t bits = odd[at / 64] >> at % 64;
        if (bits << (63 - (end - 1 - at)) != 0) return false;
        at = end;
    }
    return true;
}

int qm_readings_begin(const qm_classifier *c, qm_readings *readings, const qm_document *document)
{
    const uint32_t count = document->text->count;
    for (uint32_t i = 0; i < KEPT; i++) readings->at[i].clause = QM_NONE;
    readings->stretch.count = readings->stretch.quantity = 0;
    if (qm_array_reserve(readings->alloc, &readings->known, (size_t)count + QM_SYMBOLS_AT_ONCE) !=
            QM_OK ||
        qm_array_reserve(readings->alloc, &readings->odd, count / 64 + (size_t)1) != QM_OK)
        return QM_E_NOMEM;
    c->way->know(&c->table, document->text->chars, count, readings->known.at);
    mark_odd(readings, document);
    return QM_OK;
}

/* More may be written. */
static inline void copy_known(const uint32_t *known, uint32_t count, uint32_t *to)
{
    for (uint32_t i = 0; i < count; i += QM_SYMBOLS_AT_ONCE)
        memcpy(to + i, known + i, QM_SYMBOLS_AT_ONCE * sizeof *to);
}

/* Of a clause without anything odd, as qm_symbols_read() has it: each number is one symbol. */
static uint32_t know_plain(const qm_classifier *c, const qm_quantities *quantities,
                           uint32_t quantity, const qm_clause *clause, const uint32_t *known,
                           uint32_t *out)
{
    uint32_t n = 0, at = clause->start;
    out[n++] = c->edge;
    for (const uint32_t end = clause->end; at < end; quantity++) {
        const bool some = quantity < quantities->count;
        const qm_quantity *q = some ? &quantities->at[quantity] : NULL;
        if (some && (q->number_end == QM_NONE || q->number_end <= at)) continue;
        const uint32_t stop = some && q->number_start < end ? q->number_start : end;
        if (stop > at) {
            copy_known(known + at, stop - at, out + n);
            n += stop - at;
        }
        if (stop == end) break;
        out[n++] = c->number;
        at = q->number_end;
    }
    out[n++] = c->edge;
    return n;
}

/* What is known of the symbols of a clause; returns how many there are. */
static uint32_t know_clause(const qm_classifier *c, const qm_document *document,
                            const qm_clause *clause, const qm_readings *readings, uint32_t *out)
{
    const uint32_t size = clause->end - clause->start, quantity = readings->stretch.quantity;
    uint32_t symbols[QM_SYMBOLS_ROOM];
    if (size + 2 < QM_SYMBOLS_MOST && are_plain(readings, clause->start, clause->end))
        return know_plain(c, document->quantities, quantity, clause, readings->known.at, out);
    uint32_t n = qm_symbols_read(document, clause->start, clause->end, quantity, symbols, NULL);
    memset(symbols + n, 0, QM_SYMBOLS_AT_ONCE * sizeof *symbols);
    c->way->know(&c->table, symbols, n, out);
    return n;
}

/* Reads clauses from one on. */
static void read_stretch(const qm_classifier *c, const qm_document *document, uint32_t first,
                         qm_readings *readings)
{
    clause_stretch *s = &readings->stretch;
    const qm_quantities *quantities = document->quantities;
    const uint32_t end = (uint32_t)document->clauses->count;
    uint32_t n = 0;
    s->first = first;
    s->quantity =
        qm_span_behind(QM_SPANS(quantities), s->quantity, document->clauses->at[first].start);
    for (s->count = 0; s->count < CLAUSES_AT_ONCE && first + s->count < end; s->count++) {
        const qm_clause *clause = &document->clauses->at[first + s->count];
        if (n + QM_SYMBOLS_ROOM > SYMBOLS_ROOM) break;
        while (s->quantity < quantities->count && quantities->at[s->quantity].end <= clause->start)
            s->quantity++;
        s->starts[s->count] = n;
        s->symbols[s->count] = know_clause(c, document, clause, readings, s->known + n);
        n += s->symbols[s->count];
        s->known[n++] = 0;
    }
    memset(s->known + n, 0, SYMBOLS_END * sizeof *s->known);
    c->way->find(&c->table, s->known, n, s->rows);
}

static const int32_t *sum_clause(const qm_classifier *c, const qm_document *document,
                                 uint32_t number, qm_readings *readings)
{
    const clause_stretch *s = &readings->stretch;
    clause_reading *r = &readings->at[number % KEPT];
    if (number - s->first >= s->count) read_stretch(c, document, number, readings);
    const uint32_t at = number - s->first;
    const qm_row_list records = {s->rows + s->starts[at],
                                 qm_list_size(s->symbols[at], QM_RECORDS_AT_ONCE)};
    r->clause = number;
    r->symbols = s->symbols[at];
    c->way->sum(&c->table, c->scales[r->symbols ? 2 * r->symbols - 1 : 0], &records, r->sums);
    return r->sums;
}

/* What a clause by itself says, by slot. Each is asked for by those beside it as well. */
static inline const int32_t *sums_of(const qm_classifier *c, const qm_document *document,
                                     uint32_t number, qm_readings *readings)
{
    const clause_reading *r = &readings->at[number % KEPT];
    return r->clause == number ? r->sums : sum_clause(c, document, number, readings);
}

/* Those of the clause before or behind, if there is one in the paragraph. */
static const int32_t *sums_beside(const qm_classifier *c, const qm_clause_evidence *evidence,
                                  uint32_t number, qm_readings *readings)
{
    static const int32_t nothing[QM_SLOTS] = {0};
    const qm_clauses *clauses = evidence->document->clauses;
    if (!c->beside || !qm_clause_is_beside(clauses, evidence->clause, number)) return nothing;
    return sums_of(c, evidence->document, number, readings);
}

/* Rows of what is around; returns how long the list is. */
static uint32_t find_circumstances(const qm_classifier *c, const qm_feature_source *source,
                                   uint32_t symbols, uint32_t rows[QM_CIRCUMSTANCES_ROOM])
{
    if (!c->around_rows) __builtin_unreachable(); /* training alone has none */
    uint32_t n = qm_circumstances_read(source, symbols, c->around_rows, rows);
    memset(rows + n, 0, QM_ROWS_AT_ONCE * sizeof *rows); /* how many are needed depends on n */
    return qm_list_size(n, QM_ROWS_AT_ONCE);
}

static qm_feature_source source_of(const qm_classifier *c, const qm_clause_evidence *evidence)
{
    return (qm_feature_source){.document = evidence->document,
                               .first = evidence->clause,
                               .end = evidence->clause + 1,
                               .first_quantity = evidence->first_quantity,
                               .end_quantity = evidence->end_quantity,
                               .cues = evidence->cues,
                               .cues_behind = evidence->cues_behind,
                               .cues_above = evidence->cues_above,
                               .classes = evidence->classes,
                               .n_classes = evidence->n_classes,
                               .ruled = evidence->ruled,
                               .n_ruled = evidence->n_ruled,
                               .rule_points = evidence->rule_points,
                               .keys = &c->keys};
}

void qm_classify_clause(const qm_classifier *c, const qm_clause_evidence *evidence,
                        qm_readings *readings, qm_clause_scores *scores)
{
    uint32_t around[QM_CIRCUMSTANCES_ROOM];
    const qm_feature_source source = source_of(c, evidence);
    const uint32_t number = evidence->clause;
    const int32_t *own = sums_of(c, evidence->document, number, readings);
    const uint32_t symbols = readings->at[number % KEPT].symbols;
    const qm_weighing w = {.own = own,
                           .before = sums_beside(c, evidence, number - 1, readings),
                           .behind = sums_beside(c, evidence, number + 1, readings),
                           .rows = c->rows,
                           .around = {around, find_circumstances(c, &source, symbols, around)},
                           .scales_around = c->scales_around,
                           .needs = c->needs};
    c->way->weigh(&w, scores);
}

void qm_classify_rank(const qm_classifier *classifier, qm_clause_scores *scores)
{
    classifier->way->rank(&classifier->quick, scores);
}

/* What a sum of weights is worth in 1/256 points. */
static int64_t worth(const qm_classifier *c, uint32_t slot, int64_t sum)
{
    return sum * c->slots[slot].unit >> (16 + QM_CLASSIFY_WEIGHT_BITS);
}

static int32_t score_slot(const qm_classifier *c, const qm_clause_scores *scores, uint32_t slot)
{
    return (int32_t)((worth(c, slot, scores->sums[slot]) + c->slots[slot].bias) >>
                     QM_CLASSIFY_POINT_BITS);
}

int32_t qm_score_type(const qm_classifier *classifier, const qm_clause_scores *scores,
                      const qm_clause_evidence *evidence, uint32_t type)
{
    if (!qm_classifier_knows(classifier, type)) return 0;
    return score_slot(classifier, scores, classifier->type_slot[type]) -
           evidence->rule_points[type];
}

uint32_t qm_score_take(const qm_classifier *classifier, qm_clause_scores *scores)
{
    if (!scores->reached) return 0;
    uint32_t slot = (uint32_t)__builtin_ctzll(scores->reached);
    scores->reached &= scores->reached - 1;
    return classifier->slot_type[slot];
}

static int64_t above(int64_t score)
{
    return score > 0 ? score : 0;
}

static void fill_terms(const qm_classifier *c, const qm_clause_around *around, uint32_t slot,
                       int64_t terms[QM_AROUND_TERMS])
{
    uint32_t best = around->own->first == slot ? around->own->second : around->own->first;
    int64_t own = score_slot(c, around->own, slot), other = score_slot(c, around->own, best);
    /* The third best is not known, but it is no better than the second. */
    if (around->apart && best == c->type_slot[around->apart] && other > own) other = own;
    terms[QM_AROUND_BIAS] = 1;
    terms[QM_AROUND_OWN] = own;
    terms[QM_AROUND_OTHER] = other;
    terms[QM_AROUND_LEAD_ABOVE] = above(own - other);
    terms[QM_AROUND_NONE] = score_slot(c, around->own, QM_LABEL_NONE);
    terms[QM_AROUND_NONE_ABOVE] = above(terms[QM_AROUND_NONE]);
    terms[QM_AROUND_HAS_BEFORE] = around->before != NULL;
    terms[QM_AROUND_HAS_BEHIND] = around->behind != NULL;
    terms[QM_AROUND_BEFORE] = around->before ? score_slot(c, around->before, slot) : 0;
    terms[QM_AROUND_BEFORE_ABOVE] = above(terms[QM_AROUND_BEFORE]);
    terms[QM_AROUND_BEHIND] = around->behind ? score_slot(c, around->behind, slot) : 0;
    terms[QM_AROUND_RULED] = around->ruled;
    terms[QM_AROUND_RULED_OTHER] = around->ruled ? other : 0;
}

/* Weights and scores of a hostile image may be anything up to some 45 bits together. */
static int32_t within_bounds(int64_t points)
{
    const int64_t most = 1 << 20;
    return (int32_t)(points > most ? most : points < -most ? -most : points);
}

int32_t qm_around_points(const qm_classifier *c, const qm_clause_around *around, uint32_t type)
{
    int64_t terms[QM_AROUND_TERMS];
    if (c->around[QM_AROUND_OWN] == 0 || !qm_classifier_knows(c, type)) return 0;
    uint32_t slot = c->type_slot[type];
    int64_t sum = c->slots[slot].bar;
    fill_terms(c, around, slot, terms);
    for (uint32_t i = 0; i < QM_AROUND_TERMS; i++) sum += c->around[i] * terms[i];
    return within_bounds((sum >> QM_CLASSIFY_POINT_BITS) - terms[QM_AROUND_OWN]);
}

static void score_statuses(const qm_classifier *c, const qm_clause_scores *scores, int32_t to[3])
{
    for (uint32_t i = 0; i < 3; i++) to[i] = score_slot(c, scores, QM_LABEL_STATUS + i);
}

/* Of the quantities from `first` on that begin before a character. */
static uint32_t kinds_until(const qm_document *document, uint32_t first, uint32_t end)
{
    const qm_quantities *quantities = document->quantities;
    uint32_t kinds = 0;
    for (uint32_t i = first; i < quantities->count && quantities->at[i].start < end; i++)
        kinds |= 1u << quantities->at[i].kind;
    return kinds;
}

bool qm_status_points(const qm_classifier *c, const qm_clause_evidence *evidence,
                      const qm_clause_around *around, int32_t points[QM_STATUSES])
{
    int32_t terms[QM_STATUS_ROOM];
    int64_t sums[QM_STATUSES_TOLD];
    const qm_clause *clause = &evidence->document->clauses->at[evidence->clause];
    qm_status_source source = {
        .has_before = around->before,
        .has_behind = around->behind,
        .flags = clause->flags,
        .flags_before = around->before ? clause[-1].flags : 0,
        .cues = evidence->cues,
        .cues_behind = evidence->cues_behind,
        .cues_above = evidence->cues_above,
        .kinds = kinds_until(evidence->document, evidence->first_quantity, clause->end)};
    if (c->statuses.at[0][QM_TELLS_BIAS] == 0) return false;
    score_statuses(c, around->own, source.own);
    if (around->before) score_statuses(c, around->before, source.before);
    if (around->behind) {
        score_statuses(c, around->behind, source.behind);
        source.kinds_behind =
            kinds_until(evidence->document, evidence->end_quantity, clause[1].end);
    }
    qm_status_fill(&source, terms);
    memset(terms + QM_STATUS_TERMS, 0, sizeof terms - QM_STATUS_TERMS * sizeof *terms);
    c->way->tell(&c->statuses, terms, sums);
    points[0] = INT32_MIN;
    points[QM_STATUS_DONE] = 0;
    for (uint32_t status = 0; status < QM_STATUSES_TOLD; status++)
        points[QM_STATUS_ONGOING + status] = within_bounds(sums[status] >> QM_CLASSIFY_POINT_BITS);
    return true;
}

bool qm_classifier_knows(const qm_classifier *classifier, uint32_t type)
{
    return type > 0 && type < classifier->n_types && classifier->type_slot[type] != QM_NONE;
}

/* ---- explanation ---- */

static const char *family_name(qm_feature_family family)
{
    static const char *const names[QM_FEATURE_FAMILIES] = {
        "",           "character",   "characters",  "clause before", "clause behind",
        "role",       "role before", "role behind", "place",         "cue",
        "cue before", "cue above",   "quantity",    "rule",          "class of a word",
        "length",     "alone"};
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

/* The record that a key leads to, NULL if nothing is known of it. */
static const qm_classifier_record *find_record(const qm_classifier *c, uint64_t key)
{
    const qm_record_table *table = &c->table;
    uint32_t known = qm_symbol_known(table, qm_key_symbol(key));
    if (!qm_key_is_pair(key)) return &table->records[known >> QM_NUMBER_BITS];
    uint32_t place = qm_pair_place(known, qm_symbol_known(table, qm_key_next(key)));
    bool pair = place != known >> QM_NUMBER_BITS && qm_pair_is_known(table, known, place);
    return pair ? &table->records[place] : NULL;
}

/* What a feature, which may have another behind it, is worth for a slot where records are scaled so
 * much, in 1/256 points. */
static int32_t worth_of(const qm_classifier *c, const uint64_t *key, bool last, uint32_t slot,
                        uint32_t scale)
{
    const uint32_t byte = qm_slot_byte(slot);
    if (*key & QM_KEY_MIXED) {
        const int64_t weight = c->rows[find_row(c, *key)].weights[byte] - QM_ROW_ZERO;
        return (int32_t)worth(c, slot, weight * c->slots[slot].around);
    }
    const qm_classifier_record *record = find_record(c, *key);
    if (!record) return 0;
    /* The record of a pair speaks for its first character, too. */
    if (!qm_key_is_pair(*key) && !last && find_record(c, key[1])) return 0;
    return (int32_t)worth(c, slot, (record->weights[byte] - QM_RECORD_ZERO) * (int64_t)scale);
}

size_t qm_classifier_features(const qm_classifier *classifier, const qm_clause_evidence *evidence,
                              uint32_t type, qm_clause_feature *out, size_t room)
{
    qm_features features;
    qm_feature_origin origins[QM_FEATURES_ALL];
    size_t count = 0;
    if (!qm_classifier_knows(classifier, type)) return 0;
    uint32_t slot = classifier->type_slot[type];
    const qm_feature_source source = source_of(classifier, evidence);
    features.origins = origins;
    qm_features_read(&source, &features);
    for (qm_feature_block block = 0; block < QM_BLOCKS; block++) {
        if (qm_block_is_beside(block) && !classifier->beside) continue;
        uint32_t start = qm_block_start(block),
                 scale = qm_block_scale(block, features.counts[block]);
        for (uint32_t i = start; i < start + features.counts[block]; i++) {
            bool last = i + 1 == start + features.counts[block];
            int32_t points = worth_of(classifier, &features.keys[i], last, slot, scale);
            qm_clause_feature one = {origins[i].start, origins[i].end,
                                     family_name(origins[i].family), points};
            if (points > 0) insert_feature(out, &count, room, &one);
        }
    }
    return count;
}
