/* Weights and dictionary into the tables of the words image: pruned, quantised, perfectly hashed. */
#include "compile/train/words.h"

#include <math.h>
#include <stdlib.h>

/* One n-gram: its weights and what the dictionary says of it. */
typedef struct gram {
    uint64_t key;
    int8_t weights[6];
    uint8_t frequency;
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
    return (int8_t)(scaled > 127 ? 127 : scaled < -127 ? -127 : scaled);
}

static int16_t quantise_wide(const exporter *x, double weight)
{
    double scaled = nearbyint(weight * x->training->options.scale);
    return (int16_t)(scaled > 32767 ? 32767 : scaled < -32767 ? -32767 : scaled);
}

/* ---- n-grams ---- */

static int add_weight(const exporter *x, gram_array *to, uint64_t key, uint32_t place, int8_t weight)
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
        int8_t weight = kind < QM_FEATURE_TYPES ? quantise(x, weight_of(x, key)) : 0;
        int status = QM_OK;
        if (weight == 0) continue;
        /* Place i of the window is i - 3 from the boundary, so the boundary is 3 - i from it. */
        if (kind < QM_FEATURE_PAIR)
            singles[key & low] |= (uint64_t)(uint8_t)weight << 8 * (5 - kind);
        else if (kind < QM_FEATURE_TRIPLE)
            status = add_weight(x, &x->pairs, key & low, QM_FEATURE_TRIPLE - 1 - kind, weight);
        else
            status = add_weight(x, &x->triples, key & low, QM_FEATURE_TYPES - 1 - kind, weight);
        if (status != QM_OK) return status;
    }
    return QM_OK;
}

static int collect_words(exporter *x)
{
    for (size_t k = 0; k < x->lexicon->lexemes.count; k++) {
        const qm_lexeme *word = &x->lexicon->lexemes.at[k];
        const uint16_t *w = x->lexicon->pool.at + word->first;
        gram g = {.frequency = word->frequency, .goes_on = word->goes_on};
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
        to->goes_on |= g->goes_on;
    }
    grams->count = n;
}

static uint64_t pair_entry(const gram *g, uint64_t y)
{
    uint64_t entry = y >> QM_PAIR_CHECK << 48 | g->frequency;
    for (int k = 0; k < 5; k++) entry |= (uint64_t)(uint8_t)g->weights[k] << 8 * (k + 1);
    return entry;
}

static uint64_t triple_entry(const gram *g, uint64_t y)
{
    uint64_t entry = qm_triple_want(y) | (uint64_t)g->frequency << 11;
    if (g->goes_on) entry |= QM_TRIPLE_GOES_ON;
    for (int k = 0; k < 4; k++) entry |= (uint64_t)(uint8_t)g->weights[k] << 8 * (k + 2);
    return entry;
}

/* ---- perfect hashing ---- */

typedef struct bucket {
    uint32_t number, first, count;
} bucket;

typedef struct displacer {
    const uint64_t *y;
    uint32_t *order; /* keys by bucket */
    bucket *buckets;
    uint8_t *taken;
    uint32_t mask;
} displacer;

static int by_size(const void *a, const void *b)
{
    const bucket *x = a, *y = b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static bool try_shift(const displacer *d, const bucket *b, uint32_t shift, uint32_t *slots)
{
    uint32_t i = 0;
    for (; i < b->count; i++) {
        uint32_t key = d->order[b->first + i];
        slots[key] = qm_displaced(d->y[key], shift, d->mask);
        if (d->taken[slots[key]]) break;
        d->taken[slots[key]] = 1;
    }
    if (i == b->count) return true;
    while (i-- > 0) d->taken[slots[d->order[b->first + i]]] = 0;
    return false;
}

static void fill_buckets(displacer *d, uint32_t n, uint32_t y_bits, uint32_t bucket_bits)
{
    uint32_t n_buckets = 1u << bucket_bits, first = 0;
    for (uint32_t b = 0; b < n_buckets; b++) d->buckets[b] = (bucket){b, 0, 0};
    for (uint32_t i = 0; i < n; i++) d->buckets[d->y[i] >> (y_bits - bucket_bits)].count++;
    for (uint32_t b = 0; b < n_buckets; b++) {
        d->buckets[b].first = first;
        first += d->buckets[b].count;
        d->buckets[b].count = 0;
    }
    for (uint32_t i = 0; i < n; i++) {
        bucket *b = &d->buckets[d->y[i] >> (y_bits - bucket_bits)];
        d->order[b->first + b->count++] = i;
    }
    qsort(d->buckets, n_buckets, sizeof *d->buckets, by_size);
}

int qm_displace(const uint64_t *y, uint32_t n, uint32_t y_bits, uint32_t bits, uint32_t bucket_bits,
                uint16_t *shifts, uint32_t *slots, const qm_allocator *alloc)
{
    size_t n_buckets = (size_t)1 << bucket_bits, n_slots = (size_t)1 << bits;
    displacer d = {.y = y, .mask = (uint32_t)n_slots - 1};
    int status = QM_E_NOMEM;
    d.order = qm_resize(alloc, NULL, 0, ((size_t)n + 1) * sizeof *d.order);
    d.buckets = qm_resize(alloc, NULL, 0, n_buckets * sizeof *d.buckets);
    d.taken = qm_alloc_zero(alloc, n_slots);
    if (!d.order || !d.buckets || !d.taken) goto out;
    fill_buckets(&d, n, y_bits, bucket_bits);
    memset(shifts, 0, n_buckets * sizeof *shifts);
    status = QM_OK;
    for (size_t k = 0; k < n_buckets && d.buckets[k].count && status == QM_OK; k++) {
        uint32_t shift = 0;
        while (shift < 65536 && !try_shift(&d, &d.buckets[k], shift, slots)) shift++;
        if (shift == 65536) status = QM_E_LIMIT;
        else shifts[d.buckets[k].number] = (uint16_t)shift;
    }
out:
    qm_release(alloc, d.order, ((size_t)n + 1) * sizeof *d.order);
    qm_release(alloc, d.buckets, n_buckets * sizeof *d.buckets);
    qm_release(alloc, d.taken, n_slots);
    return status;
}

/* One table of n-grams: what differs between pairs and triples. */
typedef struct gram_table {
    uint32_t y_bits;
    uint64_t (*scramble)(uint64_t key);
    uint64_t (*entry)(const gram *g, uint64_t y);
    uint32_t section, shift_section;
} gram_table;

static uint64_t scramble_pair(uint64_t key)
{
    return qm_pair_scramble(key);
}
static uint64_t scramble_triple(uint64_t key)
{
    return qm_triple_scramble(key);
}

static const gram_table pair_table = {QM_PAIR_BITS, scramble_pair, pair_entry,
                                      QM_SECTION_WORDS_PAIRS, QM_SECTION_WORDS_PAIR_SHIFTS};
static const gram_table triple_table = {QM_TRIPLE_BITS, scramble_triple, triple_entry,
                                        QM_SECTION_WORDS_TRIPLES, QM_SECTION_WORDS_TRIPLE_SHIFTS};

static int write_grams(exporter *x, const gram_table *table, const gram_array *grams, uint32_t bits,
                       uint32_t bucket_bits)
{
    size_t n = grams->count, n_slots = (size_t)1 << bits, n_shifts = (size_t)1 << bucket_bits;
    uint64_t *y = qm_resize(x->alloc, NULL, 0, (n + 1) * sizeof *y);
    uint32_t *slots = qm_resize(x->alloc, NULL, 0, (n + 1) * sizeof *slots);
    uint64_t *entries = qm_alloc_zero(x->alloc, n_slots * sizeof *entries);
    uint16_t *shifts = qm_alloc_zero(x->alloc, n_shifts * sizeof *shifts);
    int status = QM_E_NOMEM;
    if (!y || !slots || !entries || !shifts) goto out;
    for (size_t i = 0; i < n; i++) y[i] = table->scramble(grams->at[i].key);
    status = qm_displace(y, (uint32_t)n, table->y_bits, bits, bucket_bits, shifts, slots, x->alloc);
    if (status != QM_OK) goto out;
    for (size_t i = 0; i < n; i++) entries[slots[i]] = table->entry(&grams->at[i], y[i]);
    status = qm_image_writer_add(x->writer, table->section, entries, n_slots * sizeof *entries,
                                 x->err);
    if (status == QM_OK)
        status = qm_image_writer_add(x->writer, table->shift_section, shifts,
                                     n_shifts * sizeof *shifts, x->err);
out:
    qm_release(x->alloc, y, (n + 1) * sizeof *y);
    qm_release(x->alloc, slots, (n + 1) * sizeof *slots);
    qm_release(x->alloc, entries, n_slots * sizeof *entries);
    qm_release(x->alloc, shifts, n_shifts * sizeof *shifts);
    return status;
}

/* The smallest table that holds them. */
static int write_table(exporter *x, const gram_table *table, gram_array *grams, uint32_t *bits,
                       uint32_t *bucket_bits)
{
    merge(grams);
    *bits = QM_TRIPLE_CHECK + 1;
    while ((double)grams->count > 0.85 * (double)(UINT64_C(1) << *bits)) ++*bits;
    *bucket_bits = *bits < 19 ? *bits - 3 : 16;
    for (; *bits <= 24; ++*bits) {
        int status = write_grams(x, table, grams, *bits, *bucket_bits);
        if (status != QM_E_LIMIT) return status;
    }
    return qm_fail(x->err, QM_E_LIMIT, "too many n-grams for an image");
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
    uint64_t key = qm_pair_key(w[0], w[1]) << 28 | qm_pair_key(w[2], w[3]);
    for (uint32_t n = 5; n <= length; n++) {
        uint64_t parent = qm_long_find(model, key);
        key = UINT64_C(1) << 56 | parent << 14 | w[n - 1];
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
    while ((double)n > 0.75 * (double)(UINT64_C(1) << x->params.long_bits)) x->params.long_bits++;
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
        table[types] = quantise_wide(x, sum);
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
    status = write_table(x, &pair_table, &x->pairs, &x->params.pair_bits,
                         &x->params.pair_bucket_bits);
    if (status != QM_OK) return status;
    return write_table(x, &triple_table, &x->triples, &x->params.triple_bits,
                       &x->params.triple_bucket_bits);
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
    if (status == QM_OK)
        status = qm_image_writer_add(writer, QM_SECTION_WORDS_IDS, alphabet->ids,
                                     sizeof alphabet->ids, err);
    if (status == QM_OK)
        status = qm_image_writer_add(writer, QM_SECTION_WORDS, &x.params, sizeof x.params, err);
    if (status == QM_OK)
        qm_train_say(training, "%zu pairs in 2^%u, %zu triples in 2^%u, long words in 2^%u",
                     x.pairs.count, x.params.pair_bits, x.triples.count, x.params.triple_bits,
                     x.params.long_bits);
    if (status == QM_E_NOMEM) qm_fail_nomem(err);
    qm_array_free(alloc, &x.pairs);
    qm_array_free(alloc, &x.triples);
    return status;
}
