/* Weights and dictionary into the tables of the words image: pruned, quantised, packed. */
#include "compile/train/words.h"

#include <math.h>
#include <stdlib.h>

/* One n-gram: its weights and what the dictionary says of it. */
typedef struct gram {
    uint64_t key;
    uint32_t slot;
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
    uint16_t *pair_numbers, *triple_numbers; /* of the buckets */
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

static int16_t quantise_wide(const exporter *x, double weight, double limit)
{
    double scaled = nearbyint(weight * x->training->options.scale);
    return (int16_t)fmin(limit, fmax(-limit, scaled));
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

static uint32_t hash_of(const gram *g, bool triple)
{
    uint32_t pair = (uint32_t)(triple ? g->key >> QM_SYMBOL_BITS : g->key);
    return qm_pair_hash(pair >> QM_SYMBOL_BITS, pair & (QM_SYMBOLS_MAX - 1));
}

static uint64_t pair_entry(const exporter *x, const gram *g)
{
    uint64_t bucket = hash_of(g, false) >> (QM_PAIR_BITS - x->params.bucket_bits);
    uint64_t entry = g->frequency | (uint64_t)g->class << 3 | bucket << 48;
    for (int k = 0; k < 5; k++) entry |= (uint64_t)(uint8_t)g->weights[k] << 8 * (k + 1);
    return entry;
}

static uint64_t triple_entry(const gram *g)
{
    uint64_t entry = qm_triple_key(hash_of(g, true)) | (uint64_t)g->frequency << 60;
    if (g->goes_on) entry |= UINT64_C(1) << 63;
    for (int k = 0; k < 4; k++) entry |= (uint64_t)(uint8_t)g->weights[k] << 8 * (k + 2);
    return entry;
}

static int by_hash(const void *a, const void *b)
{
    const qm_cell *x = a, *y = b;
    if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
    return x->third < y->third ? -1 : x->third > y->third;
}

/* Numbers of the buckets, and the slots of the grams. */
static int place_grams(exporter *x, gram_array *grams, qm_packing *packing, uint16_t *numbers)
{
    size_t size = (grams->count + 1) * sizeof(qm_cell);
    qm_cell *cells = qm_resize(x->alloc, NULL, 0, size);
    if (!cells) return QM_E_NOMEM;
    for (size_t i = 0; i < grams->count; i++)
        cells[i] = (qm_cell){hash_of(&grams->at[i], packing->triples),
                             (uint32_t)grams->at[i].key & (QM_SYMBOLS_MAX - 1)};
    qsort(cells, grams->count, sizeof *cells, by_hash);
    int status = qm_buckets_pack(cells, grams->count, packing, x->alloc, numbers);
    for (size_t i = 0; i < grams->count && status == QM_OK; i++) {
        qm_cell cell = {hash_of(&grams->at[i], packing->triples),
                        (uint32_t)grams->at[i].key & (QM_SYMBOLS_MAX - 1)};
        grams->at[i].slot = qm_cell_slot(packing, &cell, numbers[cell.hash >> packing->low_bits]);
    }
    qm_release(x->alloc, cells, size);
    return status;
}

static int write_entries(exporter *x, const gram_array *grams, bool triples)
{
    size_t size = (triples ? x->params.triples : x->params.pairs) * sizeof(uint64_t);
    uint64_t *table = qm_alloc_zero(x->alloc, size);
    if (!table) return QM_E_NOMEM;
    for (size_t i = 0; i < grams->count; i++) {
        const gram *g = &grams->at[i];
        table[g->slot] = triples ? triple_entry(g) : pair_entry(x, g);
    }
    int status =
        qm_image_writer_add(x->writer, triples ? QM_SECTION_WORDS_TRIPLES : QM_SECTION_WORDS_PAIRS,
                            table, size, x->err);
    qm_release(x->alloc, table, size);
    return status;
}

static void put_notes(const gram_array *grams, qm_note *notes)
{
    for (size_t i = 0; i < grams->count; i++) {
        const gram *g = &grams->at[i];
        notes[g->slot] = (qm_note)(g->level | g->class << 8);
    }
}

static int write_notes(exporter *x)
{
    size_t size = ((size_t)x->params.pairs + x->params.triples) * sizeof(qm_note);
    qm_note *notes = qm_alloc_zero(x->alloc, size);
    if (!notes) return QM_E_NOMEM;
    put_notes(&x->pairs, notes);
    put_notes(&x->triples, notes + x->params.pairs);
    int status = qm_image_writer_add(x->writer, QM_SECTION_WORDS_NOTES, notes, size, x->err);
    qm_release(x->alloc, notes, size);
    return status;
}

/* Marks of the grams in their buckets. */
static void mark_grams(const exporter *x, const gram_array *grams, bool triples, uint64_t *buckets)
{
    for (size_t i = 0; i < grams->count; i++) {
        uint32_t hash = hash_of(&grams->at[i], triples), mark = qm_pair_mark(hash);
        uint64_t *bucket = &buckets[hash >> (QM_PAIR_BITS - x->params.bucket_bits)];
        uint32_t third = (uint32_t)grams->at[i].key & (QM_SYMBOLS_MAX - 1);
        if (triples)
            mark = qm_triple_mark(qm_triple_offset(hash, third, qm_triple_number(*bucket)));
        *bucket |= UINT64_C(1) << mark;
    }
}

static int write_buckets(exporter *x)
{
    size_t count = (size_t)1 << x->params.bucket_bits, size = count * sizeof(uint64_t);
    uint64_t *buckets = qm_resize(x->alloc, NULL, 0, size);
    if (!buckets) return QM_E_NOMEM;
    for (size_t i = 0; i < count; i++)
        buckets[i] = x->pair_numbers[i] | (uint32_t)x->triple_numbers[i] << 16;
    mark_grams(x, &x->pairs, false, buckets);
    mark_grams(x, &x->triples, true, buckets);
    int status = qm_image_writer_add(x->writer, QM_SECTION_WORDS_BUCKETS, buckets, size, x->err);
    qm_release(x->alloc, buckets, size);
    return status;
}

static int place_and_write(exporter *x)
{
    qm_packing pairs = {.low_bits = QM_PAIR_BITS - x->params.bucket_bits};
    qm_packing triples = {.triples = true, .low_bits = pairs.low_bits};
    int status = place_grams(x, &x->pairs, &pairs, x->pair_numbers);
    if (status == QM_OK) status = place_grams(x, &x->triples, &triples, x->triple_numbers);
    if (status == QM_E_LIMIT)
        return qm_fail(x->err, status, "there are too many n-grams; prune more of them");
    x->params.pairs = pairs.slots;
    x->params.pair_shift = pairs.shift;
    x->params.triples = triples.slots;
    x->params.triple_shift = triples.shift;
    if (status == QM_OK) status = write_buckets(x);
    if (status == QM_OK) status = write_entries(x, &x->pairs, false);
    if (status == QM_OK) status = write_entries(x, &x->triples, true);
    return status == QM_OK ? write_notes(x) : status;
}

static int write_tables(exporter *x)
{
    enum { OF_A_BUCKET = 8 };
    x->params.bucket_bits = 13;
    while (x->params.bucket_bits < QM_BUCKET_BITS_MAX &&
           x->triples.count >> x->params.bucket_bits > OF_A_BUCKET)
        x->params.bucket_bits++;
    size_t size = sizeof(uint16_t) << x->params.bucket_bits;
    x->pair_numbers = qm_alloc_zero(x->alloc, size);
    x->triple_numbers = qm_alloc_zero(x->alloc, size);
    int status = QM_E_NOMEM;
    if (x->pair_numbers && x->triple_numbers) status = place_and_write(x);
    qm_release(x->alloc, x->pair_numbers, size);
    qm_release(x->alloc, x->triple_numbers, size);
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
    uint32_t slot = qm_long_slot(key, x->params.longs), probes = 1;
    for (; entries[slot]; probes++) slot++;
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
    x->params.longs = (uint32_t)(n + n / 2 + 16);
    x->params.long_probes = 1;
    /* As if one chain had them all. */
    size_t size = (x->params.longs + n + 1) * sizeof(uint64_t);
    uint64_t *entries = qm_alloc_zero(x->alloc, size);
    int status = QM_E_NOMEM;
    if (entries) {
        qm_words_model model = {.params = x->params, .longs = entries};
        for (size_t k = 0; k < n; k++) put_long(x, &model, entries, words[k]);
        status = qm_image_writer_add(
            x->writer, QM_SECTION_WORDS_LONG, entries,
            ((size_t)x->params.longs + x->params.long_probes) * sizeof(uint64_t), x->err);
    }
    qm_release(x->alloc, entries, size);
    qm_release(x->alloc, words, room * sizeof *words);
    return status;
}

/* ---- types and codes ---- */

/* The features of types that begin with the first of three, by the boundary they speak of: those
 * of the first alone, of two, of three. */
static void put_type_row(const exporter *x, uint32_t types, int16_t *row)
{
    static const struct {
        uint32_t first, places, drop; /* kind at place 0; bits that are not in its gram */
    } grams[3] = {
        {QM_FEATURE_TYPES, 6, 6}, {QM_FEATURE_TYPES + 6, 5, 3}, {QM_FEATURE_TYPES + 11, 4, 0}};
    double lanes[QM_LANES] = {0};
    for (uint32_t n = 0; n < 3; n++)
        for (uint32_t place = 0; place < grams[n].places; place++)
            lanes[5 - place] += weight_of(
                x, (uint64_t)(grams[n].first + place) << QM_FEATURE_SHIFT | types >> grams[n].drop);
    lanes[3] += weight_of(x, (uint64_t)QM_FEATURE_BIAS << QM_FEATURE_SHIFT);
    /* Where one type follows itself, all lanes of the row meet in one margin: their sum is rounded,
     * and not each alone. */
    double sum = 0;
    int32_t rounded = 0;
    for (uint32_t lane = 0; lane < QM_LANES; lane++) {
        sum += lanes[lane];
        row[lane] = (int16_t)(quantise_wide(x, sum, QM_TYPE_LIMIT) - rounded);
        rounded += row[lane];
    }
    /* The boundary between the first and the second, if it stands beside an edge. */
    if (types >> 6 == QM_CHAR_SPACE || (types >> 3 & 7) == QM_CHAR_SPACE)
        row[3] = (int16_t)(row[3] + QM_EDGE_MARGIN);
}

static int write_types(exporter *x)
{
    size_t size = sizeof(int16_t) * QM_TYPE_ROWS * QM_LANES;
    int16_t *table = qm_resize(x->alloc, NULL, 0, size);
    if (!table) return qm_fail_nomem(x->err);
    for (uint32_t types = 0; types < QM_TYPE_ROWS; types++)
        put_type_row(x, types, table + (size_t)types * QM_LANES);
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
        table[code] = quantise_wide(x, sum, QM_CODE_LIMIT);
    }
    int status = qm_image_writer_add(x->writer, QM_SECTION_WORDS_CODES, table, size, x->err);
    qm_release(x->alloc, table, size);
    return status;
}

void qm_words_levels(const qm_train_lexicon *lexicon, const qm_alphabet *alphabet,
                     uint8_t levels[QM_SYMBOLS_MAX])
{
    memset(levels, 60, QM_SYMBOLS_MAX);
    for (uint32_t c = 0; c < 65536; c++)
        if (alphabet->ids[c])
            levels[alphabet->ids[c]] = qm_train_level(lexicon, lexicon->single[c]);
    levels[QM_SYMBOL_UNKNOWN] = 255;
}

static int write_levels(exporter *x)
{
    uint8_t levels[QM_SYMBOLS_MAX];
    qm_words_levels(x->lexicon, x->alphabet, levels);
    return qm_image_writer_add(x->writer, QM_SECTION_WORDS_LEVELS, levels, x->params.symbols,
                               x->err);
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
    merge(&x->pairs);
    return write_tables(x);
}

int qm_words_export(const qm_feature_map *map, const double *weights,
                    const qm_train_lexicon *lexicon, const qm_alphabet *alphabet,
                    const qm_words_training *training, const qm_words_params *params,
                    const qm_allocator *alloc, qm_image_writer *writer, qm_error *err)
{
    exporter x = {map, weights, lexicon, alphabet, training, alloc, writer,
                  err, *params, {0},     {0},      NULL,     NULL};
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
                     "%zu pairs in %u slots, %zu triples in %u, long words in %u, %u buckets",
                     x.pairs.count, x.params.pairs, x.triples.count, x.params.triples,
                     x.params.longs, 1u << x.params.bucket_bits);
    if (status == QM_E_NOMEM) qm_fail_nomem(err);
    qm_array_free(alloc, &x.pairs);
    qm_array_free(alloc, &x.triples);
    return status;
}
