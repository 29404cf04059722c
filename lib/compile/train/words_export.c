/* Weights and dictionary into the tables of the words image: pruned, quantised, packed. */
#include "compile/train/words.h"

#include <math.h>
#include <stdlib.h>

/* One n-gram: its weights and what the dictionary says of it. */
typedef struct gram {
    uint64_t key;
    int8_t weights[6];
    uint8_t frequency;
    uint8_t class;
    uint8_t level;
    bool goes_on;
} gram;

typedef QM_ARRAY(gram) gram_array;

typedef struct exporter {
    const qm_feature_map *map;
    const double *weights;
    const qm_train_lexicon *lexicon;
    const qm_alphabet *alphabet;
    const qm_words_training *training;
    const qm_allocator *alloc;
    qm_image_writer *writer;
    qm_error *err;
    qm_words_params params;
    gram_array pairs, triples;
} exporter;

/* The weight of a common feature, with that of the first text's own copy. */
static double weight_of(const exporter *x, uint64_t key)
{
    uint32_t common = qm_feature_map_find(x->map, key);
    double sum = common == UINT32_MAX ? 0 : x->weights[common];
    if (!x->training->options.copies) return sum;
    uint32_t own = qm_feature_map_find(x->map, key | UINT64_C(1) << QM_FEATURE_COPY_SHIFT);
    return own == UINT32_MAX ? sum : sum + x->weights[own];
}

static int8_t quantise(const exporter *x, double weight)
{
    if (fabs(weight) < x->training->options.prune) return 0;
    double scaled = nearbyint(weight * x->training->options.scale);
    return (int8_t)fmin(127, fmax(-127, scaled));
}

static int16_t quantise_wide(const exporter *x, double weight)
{
    double scaled = nearbyint(weight * x->training->options.scale);
    return (int16_t)fmin(32767, fmax(-32767, scaled));
}

/* ---- n-grams ---- */

static int add_weight(const exporter *x, gram_array *to, uint64_t key, uint32_t place,
                      int8_t weight)
{
    gram g = {.key = key};
    g.weights[place] = weight;
    return qm_array_push(x->alloc, to, g);
}

static int collect_weights(exporter *x, uint64_t *singles)
{
    const uint64_t low = (UINT64_C(1) << QM_FEATURE_SHIFT) - 1;
    for (size_t i = 0; i <= x->map->mask; i++) {
        uint64_t key = x->map->keys[i] - 1;
        if (!x->map->keys[i] || key >> QM_FEATURE_COPY_SHIFT) continue;
        uint32_t kind = (uint32_t)(key >> QM_FEATURE_SHIFT);
        if (kind >= QM_FEATURE_TYPES) continue;
        int8_t weight = quantise(x, weight_of(x, key));
        int status = QM_OK;
        if (weight == 0) continue;
        /* Place i of the window is i - 3 from the boundary, so the boundary is 3 - i from it. */
        if (kind < QM_FEATURE_PAIR)
            singles[key & low] |= (uint64_t)(uint8_t)weight << 8 * (5 - kind);
        else if (kind < QM_FEATURE_TRIPLE)
            status = add_weight(x, &x->pairs, key & low, QM_FEATURE_TRIPLE - 1 - kind, weight);
        else status = add_weight(x, &x->triples, key & low, QM_FEATURE_TYPES - 1 - kind, weight);
        if (status != QM_OK) return status;
    }
    return QM_OK;
}

static int collect_words(exporter *x)
{
    for (size_t k = 0; k < x->lexicon->lexemes.count; k++) {
        const qm_lexeme *word = &x->lexicon->lexemes.at[k];
        const uint16_t *w = x->lexicon->pool.at + word->first;
        gram g = {.frequency = word->frequency, .class = word->class, .goes_on = word->goes_on};
        g.level = qm_train_level(x->lexicon, word->given_count);
        int status = QM_OK;
        if (word->length == 2 && word->frequency) {
            g.key = qm_pair_key(w[0], w[1]);
            status = qm_array_push(x->alloc, &x->pairs, g);
        } else if (word->length == 3 && (word->frequency || word->goes_on)) {
            g.key = qm_pair_key(w[0], w[1]) << 14 | w[2];
            status = qm_array_push(x->alloc, &x->triples, g);
        }
        if (status != QM_OK) return status;
    }
    return QM_OK;
}

static int by_key(const void *a, const void *b)
{
    const gram *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

/* One gram for each key. Parts of a key never carry the same weight, so their order is the same. */
static void merge(gram_array *grams)
{
    if (grams->count == 0) return;
    qsort(grams->at, grams->count, sizeof *grams->at, by_key);
    size_t n = 0;
    for (size_t i = 0; i < grams->count; i++) {
        const gram *g = &grams->at[i];
        if (n == 0 || grams->at[n - 1].key != g->key) {
            grams->at[n++] = *g;
            continue;
        }
        gram *to = &grams->at[n - 1];
        for (int k = 0; k < 6; k++) to->weights[k] = (int8_t)(to->weights[k] | g->weights[k]);
        if (g->frequency > to->frequency) to->frequency = g->frequency;
        to->class |= g->class;
        to->level |= g->level;
        to->goes_on |= g->goes_on;
    }
    grams->count = n;
}

/* Every triple needs the pair that it begins with. */
static int collect_beginnings(exporter *x)
{
    for (size_t i = 0; i < x->triples.count; i++) {
        gram g = {.key = x->triples.at[i].key >> 14};
        if (qm_array_push(x->alloc, &x->pairs, g) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

static uint64_t pair_entry(const gram *g)
{
    uint64_t entry = g->frequency | (uint64_t)g->class << 3 | (uint64_t)g->level << 48;
    for (int k = 0; k < 5; k++) entry |= (uint64_t)(uint8_t)g->weights[k] << 8 * (k + 1);
    return entry;
}

static qm_pair pair_of(const gram *g, uint32_t triples)
{
    uint16_t ids[2] = {(uint16_t)(g->key >> 14), (uint16_t)(g->key & 0x3FFF)};
    return (qm_pair){qm_pair_ids(ids), triples, pair_entry(g)};
}

static uint64_t triple_entry(const gram *g)
{
    uint64_t entry = (g->key & 0x3FFF) << 48 | (uint64_t)(g->level / 4) << 5 | g->class;
    entry |= (uint64_t)qm_word_code(3, g->frequency) << 11;
    if (g->goes_on) entry |= QM_TRIPLE_GOES_ON;
    for (int k = 0; k < 4; k++) entry |= (uint64_t)(uint8_t)g->weights[k] << 8 * (k + 2);
    return entry;
}

static int write_triples(exporter *x, const qm_cell *cells, const uint32_t *bases)
{
    size_t size = x->params.triples * sizeof(uint64_t);
    uint64_t *table = qm_alloc_zero(x->alloc, size);
    if (!table) return QM_E_NOMEM;
    for (size_t i = 0; i < x->triples.count; i++)
        table[bases[cells[i].row] + cells[i].column] = triple_entry(&x->triples.at[i]);
    int status = qm_image_writer_add(x->writer, QM_SECTION_WORDS_TRIPLES, table, size, x->err);
    qm_release(x->alloc, table, size);
    return status;
}

/* The rows of the symbols, cut into segments of about eight pairs. */
typedef struct row_plan {
    uint32_t *rows;     /* by symbol, as in the image */
    uint32_t *bases;    /* by segment */
    uint32_t *segments; /* as in the image */
    uint32_t *triples;  /* by pair: base of its triples */
    qm_cell *cells, *triple_cells;
    uint32_t n_segments;
} row_plan;

static void plan_rows(exporter *x, row_plan *plan)
{
    enum { PAIRS_OF_A_SEGMENT = 8, WIDEST = 14 };
    const uint32_t columns = x->params.symbols;
    uint32_t next = 0;
    size_t i = 0;
    for (uint32_t symbol = 0; symbol < columns; symbol++) {
        uint32_t count = 0, bits = WIDEST;
        while (i + count < x->pairs.count && x->pairs.at[i + count].key >> 14 == symbol) count++;
        while (bits > 4 && (count << bits) / columns > PAIRS_OF_A_SEGMENT) bits--;
        plan->rows[symbol] = next << 4 | bits;
        for (uint32_t k = 0; k < count; k++, i++) {
            uint32_t column = (uint32_t)(x->pairs.at[i].key & 0x3FFF);
            plan->cells[i] = (qm_cell){next + (column >> bits), column & ((1u << bits) - 1)};
        }
        next += ((columns - 1) >> bits) + 1;
    }
    plan->n_segments = next;
}

/* From a base of its own to what is added to the second symbol. */
static void offset_segments(const exporter *x, row_plan *plan)
{
    for (uint32_t symbol = 0; symbol < x->params.symbols; symbol++) {
        uint32_t bits = plan->rows[symbol] & 15, first = plan->rows[symbol] >> 4;
        for (uint32_t k = 0; k <= (x->params.symbols - 1) >> bits; k++)
            plan->segments[first + k] = plan->bases[first + k] - (k << bits);
    }
}

static int write_pairs(exporter *x, const row_plan *plan)
{
    size_t size = x->params.pairs * sizeof(qm_pair);
    qm_pair *table = qm_alloc_zero(x->alloc, size);
    if (!table) return QM_E_NOMEM;
    for (size_t i = 0; i < x->pairs.count; i++)
        table[plan->bases[plan->cells[i].row] + plan->cells[i].column] =
            pair_of(&x->pairs.at[i], plan->triples[i]);
    int status = qm_image_writer_add(x->writer, QM_SECTION_WORDS_PAIRS, table, size, x->err);
    if (status == QM_OK)
        status = qm_image_writer_add(x->writer, QM_SECTION_WORDS_ROWS, plan->rows,
                                     x->params.symbols * sizeof *plan->rows, x->err);
    if (status == QM_OK)
        status = qm_image_writer_add(x->writer, QM_SECTION_WORDS_SEGMENTS, plan->segments,
                                     plan->n_segments * sizeof *plan->segments, x->err);
    qm_release(x->alloc, table, size);
    return status;
}

/* Both arrays are sorted by key: the triples of a pair lie together. */
static void plan_triples(const exporter *x, qm_cell *cells)
{
    size_t k = 0;
    for (size_t i = 0; i < x->pairs.count; i++)
        for (; k < x->triples.count && x->triples.at[k].key >> 14 == x->pairs.at[i].key; k++)
            cells[k] = (qm_cell){(uint32_t)i, (uint32_t)(x->triples.at[k].key & 0x3FFF)};
}

static int pack_tables(exporter *x, row_plan *plan)
{
    size_t n_pairs = x->pairs.count;
    plan_rows(x, plan);
    plan_triples(x, plan->triple_cells);
    x->params.segments = plan->n_segments;
    int status = qm_rows_pack(plan->cells, n_pairs, plan->n_segments, QM_SYMBOLS_MAX, false,
                              x->alloc, plan->bases, &x->params.pairs);
    if (status != QM_OK) return status;
    offset_segments(x, plan);
    status = qm_rows_pack(plan->triple_cells, x->triples.count, (uint32_t)n_pairs,
                          x->params.symbols, true, x->alloc, plan->triples, &x->params.triples);
    if (status == QM_OK) status = write_pairs(x, plan);
    return status == QM_OK ? write_triples(x, plan->triple_cells, plan->triples) : status;
}

static int write_tables(exporter *x)
{
    size_t n_pairs = x->pairs.count + 1, n_triples = x->triples.count + 1;
    size_t n_symbols = x->params.symbols, n_segments = n_pairs * 4 + n_symbols;
    row_plan plan = {
        .rows = qm_alloc_zero(x->alloc, n_symbols * sizeof *plan.rows),
        .bases = qm_alloc_zero(x->alloc, n_segments * sizeof *plan.bases),
        .segments = qm_alloc_zero(x->alloc, n_segments * sizeof *plan.segments),
        .triples = qm_alloc_zero(x->alloc, n_pairs * sizeof *plan.triples),
        .cells = qm_alloc_zero(x->alloc, n_pairs * sizeof *plan.cells),
        .triple_cells = qm_alloc_zero(x->alloc, n_triples * sizeof *plan.triple_cells),
    };
    int status = QM_E_NOMEM;
    if (plan.rows && plan.bases && plan.segments && plan.triples && plan.cells && plan.triple_cells)
        status = pack_tables(x, &plan);
    qm_release(x->alloc, plan.rows, n_symbols * sizeof *plan.rows);
    qm_release(x->alloc, plan.bases, n_segments * sizeof *plan.bases);
    qm_release(x->alloc, plan.segments, n_segments * sizeof *plan.segments);
    qm_release(x->alloc, plan.triples, n_pairs * sizeof *plan.triples);
    qm_release(x->alloc, plan.cells, n_pairs * sizeof *plan.cells);
    qm_release(x->alloc, plan.triple_cells, n_triples * sizeof *plan.triple_cells);
    return status;
}

/* ---- long words ---- */

static int by_length(const void *a, const void *b)
{
    const qm_lexeme *x = *(const qm_lexeme *const *)a, *y = *(const qm_lexeme *const *)b;
    if (x->length != y->length) return x->length < y->length ? -1 : 1;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

/* The key of a long word, whose beginnings are in the table already. */
static uint64_t long_key(const qm_words_model *model, const uint16_t *w, uint32_t length)
{
    uint64_t key = qm_long_key(w);
    for (uint32_t n = 5; n <= length; n++) {
        uint64_t parent = qm_long_find(model, key);
        key = QM_LONG_FOLLOWS | parent << 14 | w[n - 1];
    }
    return key;
}

static void put_long(exporter *x, qm_words_model *model, uint64_t *entries, const qm_lexeme *word)
{
    uint64_t key = long_key(model, x->lexicon->pool.at + word->first, word->length);
    uint32_t mask = (1u << x->params.long_bits) - 1, probes = 1;
    uint32_t slot = qm_long_slot(key, x->params.long_bits);
    for (; entries[slot]; probes++) slot = (slot + 1) & mask;
    entries[slot] = key | (uint64_t)word->frequency << 57 | (word->goes_on ? QM_LONG_GOES_ON : 0);
    if (word->class < 8) entries[slot] |= (uint64_t)word->class << 61;
    if (x->params.long_probes < probes) x->params.long_probes = probes;
    model->params = x->params;
}

static int write_long(exporter *x)
{
    size_t n = 0, room = x->lexicon->lexemes.count + 1;
    const qm_lexeme **words = qm_resize(x->alloc, NULL, 0, room * sizeof *words);
    if (!words) return qm_fail_nomem(x->err);
    for (size_t k = 0; k + 1 < room; k++)
        if (x->lexicon->lexemes.at[k].length >= 4) words[n++] = &x->lexicon->lexemes.at[k];
    qsort(words, n, sizeof *words, by_length);
    x->params.long_bits = 4;
    while ((double)n > 0.85 * (double)(UINT64_C(1) << x->params.long_bits)) x->params.long_bits++;
    x->params.long_probes = 1;
    size_t size = sizeof(uint64_t) << x->params.long_bits;
    uint64_t *entries = qm_alloc_zero(x->alloc, size);
    int status = QM_E_NOMEM;
    if (entries) {
        qm_words_model model = {.params = x->params, .longs = entries};
        for (size_t k = 0; k < n; k++) put_long(x, &model, entries, words[k]);
        status = qm_image_writer_add(x->writer, QM_SECTION_WORDS_LONG, entries, size, x->err);
    }
    qm_release(x->alloc, entries, size);
    qm_release(x->alloc, words, room * sizeof *words);
    return status;
}

/* ---- types and codes ---- */

static int write_types(exporter *x)
{
    size_t size = QM_TYPE_TABLE * sizeof(int16_t);
    int16_t *table = qm_resize(x->alloc, NULL, 0, size);
    if (!table) return qm_fail_nomem(x->err);
    double bias = weight_of(x, (uint64_t)QM_FEATURE_BIAS << QM_FEATURE_SHIFT);
    for (uint32_t types = 0; types < QM_TYPE_TABLE; types++) {
        uint64_t keys[QM_TYPE_FEATURES];
        double sum = bias;
        qm_features_of_types(types, keys);
        for (int k = 0; k < QM_TYPE_FEATURES; k++) sum += weight_of(x, keys[k]);
        bool edge = (types >> 6 & 7) == QM_CHAR_SPACE || (types >> 9 & 7) == QM_CHAR_SPACE;
        table[types] = quantise_wide(x, sum);
        if (edge) table[types] = QM_EDGE_MARGIN;
    }
    int status = qm_image_writer_add(x->writer, QM_SECTION_WORDS_TYPES, table, size, x->err);
    qm_release(x->alloc, table, size);
    return status;
}

static int write_codes(exporter *x)
{
    size_t size = QM_CODE_TABLE * sizeof(int16_t);
    int16_t *table = qm_resize(x->alloc, NULL, 0, size);
    if (!table) return qm_fail_nomem(x->err);
    for (uint32_t code = 0; code < QM_CODE_TABLE; code++) {
        uint64_t keys[QM_CODE_FEATURES];
        double sum = 0;
        qm_features_of_codes(code >> 10, code >> 5 & 31, code & 31, keys);
        for (int k = 0; k < QM_CODE_FEATURES; k++) sum += weight_of(x, keys[k]);
        table[code] = quantise_wide(x, sum);
    }
    int status = qm_image_writer_add(x->writer, QM_SECTION_WORDS_CODES, table, size, x->err);
    qm_release(x->alloc, table, size);
    return status;
}

/* What is no character has the level of a usual word. */
static int write_levels(exporter *x)
{
    uint8_t *levels = qm_resize(x->alloc, NULL, 0, x->params.symbols);
    if (!levels) return qm_fail_nomem(x->err);
    memset(levels, 60, x->params.symbols);
    for (uint32_t c = 0; c < 65536; c++)
        if (x->alphabet->ids[c])
            levels[x->alphabet->ids[c]] = qm_train_level(x->lexicon, x->lexicon->single[c]);
    levels[QM_SYMBOL_UNKNOWN] = 255;
    int status =
        qm_image_writer_add(x->writer, QM_SECTION_WORDS_LEVELS, levels, x->params.symbols, x->err);
    qm_release(x->alloc, levels, x->params.symbols);
    return status;
}

static int write_grams_and_singles(exporter *x)
{
    size_t size = x->params.symbols * sizeof(uint64_t);
    uint64_t *singles = qm_alloc_zero(x->alloc, size);
    if (!singles) return qm_fail_nomem(x->err);
    int status = collect_weights(x, singles);
    if (status == QM_OK) status = collect_words(x);
    if (status == QM_OK)
        status = qm_image_writer_add(x->writer, QM_SECTION_WORDS_SINGLES, singles, size, x->err);
    qm_release(x->alloc, singles, size);
    if (status != QM_OK) return status;
    merge(&x->triples);
    status = collect_beginnings(x);
    if (status != QM_OK) return status;
    merge(&x->pairs);
    return write_tables(x);
}

int qm_words_export(const qm_feature_map *map, const double *weights,
                    const qm_train_lexicon *lexicon, const qm_alphabet *alphabet,
                    const qm_words_training *training, const qm_allocator *alloc,
                    qm_image_writer *writer, qm_error *err)
{
    exporter x = {map, weights, lexicon, alphabet, training, alloc, writer, err, {0}, {0}, {0}};
    x.params.version = QM_WORDS_VERSION;
    x.params.joins = training->options.any_standard ? 0 : QM_JOIN_SCALE;
    x.params.symbols = alphabet->count;
    x.params.scale = training->options.scale;
    int status = write_grams_and_singles(&x);
    if (status == QM_OK) status = write_long(&x);
    if (status == QM_OK) status = write_types(&x);
    if (status == QM_OK) status = write_codes(&x);
    if (status == QM_OK) status = write_levels(&x);
    if (status == QM_OK)
        status = qm_image_writer_add(writer, QM_SECTION_WORDS_IDS, alphabet->ids,
                                     sizeof alphabet->ids, err);
    if (status == QM_OK)
        status = qm_image_writer_add(writer, QM_SECTION_WORDS, &x.params, sizeof x.params, err);
    if (status == QM_OK)
        qm_train_say(training,
                     "%zu pairs in %u slots, %zu triples in %u, long words in %u, %u segments",
                     x.pairs.count, x.params.pairs, x.triples.count, x.params.triples,
                     1u << x.params.long_bits, x.params.segments);
    if (status == QM_E_NOMEM) qm_fail_nomem(err);
    qm_array_free(alloc, &x.pairs);
    qm_array_free(alloc, &x.triples);
    return status;
}
