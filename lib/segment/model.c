#include "segment/model.h"
#include "segment/paths.h"

static bool in_range(uint32_t value, uint32_t low, uint32_t high)
{
    return value >= low && value <= high;
}

/* What a table needs so that the largest number of a bucket does not lead out of it. */
static bool reaches(uint32_t slots, uint32_t largest, uint32_t shift, uint32_t range)
{
    return ((uint64_t)largest << shift) + range <= slots;
}

static bool params_are_sane(const qm_words_params *p)
{
    return in_range(p->symbols, QM_SYMBOL_FIRST_CHAR, QM_SYMBOLS_MAX) &&
           in_range(p->bucket_bits, 1, QM_BUCKET_BITS_MAX) && in_range(p->pairs, 1, 1u << 24) &&
           in_range(p->triples, 1, 1u << 24) && p->pair_shift < 16 && p->triple_shift < 16 &&
           in_range(p->longs, 1, 1u << 24) && in_range(p->long_probes, 1, 256) &&
           in_range(p->scale, 1, 1024) && p->paths <= QM_PATHS_MAX &&
           in_range(p->path_probes, p->paths > 0, p->paths ? QM_PATH_PROBES_MAX : 0) &&
           p->path_margin <= QM_PATH_MARGIN_MAX;
}

static bool bind_table(const qm_image *image, uint32_t id, size_t size, const void **out)
{
    qm_bytes section = qm_image_section(image, id);
    *out = section.data;
    return section.data && section.size == size;
}

static bool bind_tables(qm_words_model *model, const qm_image *image)
{
    const qm_words_params *p = &model->params;
    const void *t[11] = {NULL};
    size_t notes = ((size_t)p->pairs + p->triples) * sizeof(qm_note);
    size_t longs = ((size_t)p->longs + p->long_probes) * sizeof(uint64_t);
    bool ok =
        bind_table(image, QM_SECTION_WORDS_IDS, 65536 * sizeof(uint16_t), &t[0]) &&
        bind_table(image, QM_SECTION_WORDS_SINGLES, p->symbols * sizeof(uint64_t), &t[1]) &&
        bind_table(image, QM_SECTION_WORDS_BUCKETS, sizeof(uint64_t) << p->bucket_bits, &t[2]) &&
        bind_table(image, QM_SECTION_WORDS_PAIRS, p->pairs * sizeof(uint64_t), &t[3]) &&
        bind_table(image, QM_SECTION_WORDS_TRIPLES, p->triples * sizeof(uint64_t), &t[4]) &&
        bind_table(image, QM_SECTION_WORDS_NOTES, notes, &t[5]) &&
        bind_table(image, QM_SECTION_WORDS_LONG, longs, &t[6]) &&
        bind_table(image, QM_SECTION_WORDS_TYPES, sizeof(int16_t) * QM_TYPE_ROWS * QM_LANES,
                   &t[7]) &&
        bind_table(image, QM_SECTION_WORDS_CODES, QM_CODE_TABLE * sizeof(int16_t), &t[8]) &&
        bind_table(image, QM_SECTION_WORDS_LEVELS, p->symbols, &t[9]);
    if (ok && p->paths)
        ok = bind_table(image, QM_SECTION_WORDS_PATHS,
                        ((size_t)p->paths + p->path_probes) * sizeof(uint64_t), &t[10]);
    if (!ok) return false;
    model->ids = t[0];
    model->singles = t[1];
    model->buckets = t[2];
    model->pairs = t[3];
    model->triples = t[4];
    model->pair_notes = t[5];
    model->triple_notes = model->pair_notes + p->pairs;
    model->longs = t[6];
    model->types = t[7];
    model->codes = t[8];
    model->levels = t[9];
    model->paths = t[10];
    return true;
}

/* Not all ways of scoring pass over what is beside the weights. */
static bool rest_is_empty(const qm_words_model *model)
{
    uint64_t singles = 0;
    int32_t types = 0;
    for (uint32_t i = 0; i < model->params.symbols; i++) singles |= model->singles[i];
    for (uint32_t i = 0; i < QM_TYPE_ROWS * QM_LANES; i += QM_LANES)
        types |= model->types[i + QM_LANES - 2] | model->types[i + QM_LANES - 1];
    return singles >> 48 == 0 && types == 0;
}

/* All that could lead out of a table: ids and buckets; and what is none of the weights. The rest
 * are weights, notes and keys, of which no value does harm. */
static bool values_are_sane(const qm_words_model *model)
{
    const qm_words_params *p = &model->params;
    uint32_t id = 0, pair = 0, triple = 0;
    for (uint32_t i = 0; i < 65536; i++)
        if (model->ids[i] > id) id = model->ids[i];
    for (uint32_t i = 0; i < 1u << p->bucket_bits; i++) {
        uint64_t bucket = model->buckets[i];
        if (qm_pair_number(bucket) > pair) pair = qm_pair_number(bucket);
        if (qm_triple_number(bucket) > triple) triple = qm_triple_number(bucket);
    }
    return id < p->symbols && rest_is_empty(model) &&
           reaches(p->pairs, pair, p->pair_shift, 1u << (QM_PAIR_BITS - p->bucket_bits)) &&
           reaches(p->triples, triple, p->triple_shift, QM_SYMBOLS_MAX);
}

int qm_words_bind(qm_words_model *model, const qm_image *image, bool *found, qm_error *err)
{
    qm_bytes section = qm_image_section(image, QM_SECTION_WORDS);
    *found = section.data != NULL;
    if (!*found) return QM_OK;
    qm_words_model bound = {0};
    if (section.size != sizeof bound.params)
        return qm_fail(err, QM_E_CORRUPT, "words: wrong size of the parameters");
    memcpy(&bound.params, section.data, sizeof bound.params);
    if (bound.params.version != QM_WORDS_VERSION)
        return qm_fail(err, QM_E_VERSION,
                       "words of format %u, but this library reads format %d: "
                       "the image has to be trained anew",
                       (unsigned)bound.params.version, QM_WORDS_VERSION);
    if (!params_are_sane(&bound.params))
        return qm_fail(err, QM_E_CORRUPT, "words: a parameter is out of range");
    if (!bind_tables(&bound, image))
        return qm_fail(err, QM_E_CORRUPT, "words: a table is missing or of the wrong size");
    if (!image->trusted && !values_are_sane(&bound))
        return qm_fail(err, QM_E_CORRUPT, "words: an id, a bucket or a weight is out of range");
    qm_words_choose(&bound);
    *model = bound;
    return QM_OK;
}

uint32_t qm_long_find(const qm_words_model *model, uint64_t key)
{
    uint32_t slot = qm_long_slot(key, model->params.longs);
    for (uint32_t end = slot + model->params.long_probes; slot < end; slot++) {
        uint64_t entry = model->longs[slot];
        if ((entry & QM_LONG_KEY) == key) return slot;
        if (!entry) break;
    }
    return UINT32_MAX;
}

/* Where the pair that ids begin with would lie, and the triple. */
static uint32_t pair_place(const qm_words_model *model, const uint16_t *ids)
{
    uint32_t hash = qm_pair_hash(ids[0], ids[1]);
    uint32_t low_bits = QM_PAIR_BITS - model->params.bucket_bits;
    uint32_t number = qm_pair_number(model->buckets[hash >> low_bits]);
    return qm_pair_slot(hash, number, low_bits, model->params.pair_shift);
}

static uint32_t triple_place(const qm_words_model *model, const uint16_t *ids)
{
    uint32_t hash = qm_pair_hash(ids[0], ids[1]);
    uint32_t low_bits = QM_PAIR_BITS - model->params.bucket_bits;
    uint32_t number = qm_triple_number(model->buckets[hash >> low_bits]);
    return qm_triple_slot(hash, ids[2], number, model->params.triple_shift);
}

/* Whether they lie there. */
static bool is_pair(const qm_words_model *model, const uint16_t *ids, uint32_t slot)
{
    uint32_t hash = qm_pair_hash(ids[0], ids[1]);
    return model->pairs[slot] >> 48 == hash >> (QM_PAIR_BITS - model->params.bucket_bits);
}

static bool is_triple(const qm_words_model *model, const uint16_t *ids, uint32_t slot)
{
    uint64_t key = qm_triple_key(qm_pair_hash(ids[0], ids[1]));
    return (model->triples[slot] & QM_TRIPLE_KEY) == key;
}

static uint32_t long_class(const qm_words_model *model, const uint16_t *ids, uint32_t length)
{
    uint64_t key = qm_long_key(ids);
    for (uint32_t n = 4;; n++) {
        uint32_t slot = qm_long_find(model, key);
        if (slot == UINT32_MAX) return 0;
        if (n == length) return (uint32_t)(model->longs[slot] >> 61);
        key = QM_LONG_FOLLOWS | (uint64_t)slot << 14 | ids[n];
    }
}

static uint16_t id_of(const qm_words_model *model, uint32_t character)
{
    return model->ids[character <= 0xFFFF ? character : 0];
}

void qm_word_ask(const qm_words_model *model, const uint32_t *chars, uint32_t length,
                 qm_word_place *out)
{
    for (uint32_t i = 0; i < 3; i++) out->ids[i] = id_of(model, chars[i]);
    const bool may_be = length > 1 && length <= QM_WORD_MAX && out->ids[0] != QM_SYMBOL_UNKNOWN;
    out->length = may_be ? length : 0;
    for (uint32_t i = 3; i < out->length; i++) out->ids[i] = id_of(model, chars[i]);
    if (out->length > 3) {
        out->slot = qm_long_slot(qm_long_key(out->ids), model->params.longs);
        __builtin_prefetch(model->longs + out->slot);
    } else if (may_be) {
        const uint32_t hash = qm_pair_hash(out->ids[0], out->ids[1]);
        __builtin_prefetch(&model->buckets[hash >> (QM_PAIR_BITS - model->params.bucket_bits)]);
    }
}

void qm_word_locate(const qm_words_model *model, qm_word_place *place)
{
    if (place->length == 2) {
        place->slot = pair_place(model, place->ids);
        __builtin_prefetch(model->pairs + place->slot);
    } else if (place->length == 3) {
        place->slot = triple_place(model, place->ids);
        __builtin_prefetch(model->triples + place->slot);
        __builtin_prefetch(model->triple_notes + place->slot);
    }
}

uint32_t qm_word_class(const qm_words_model *model, const qm_word_place *place)
{
    if (place->length == 0) return 0;
    if (place->length == 2)
        return is_pair(model, place->ids, place->slot)
                   ? (uint32_t)model->pairs[place->slot] >> 3 & (QM_WORD_CLASSES - 1)
                   : 0;
    if (place->length == 3)
        return is_triple(model, place->ids, place->slot)
                   ? model->triple_notes[place->slot] >> 8 & (QM_WORD_CLASSES - 1)
                   : 0;
    return long_class(model, place->ids, place->length);
}

void qm_threes_ask(const qm_words_model *model, const uint32_t *chars, const uint32_t *starts,
                   uint32_t n, qm_three *out)
{
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t *c = chars + starts[k], first = id_of(model, c[0]);
        const uint32_t hash = qm_pair_hash(first, id_of(model, c[1]));
        out[k] = (qm_three){hash, id_of(model, c[2]), first != QM_SYMBOL_UNKNOWN};
        __builtin_prefetch(&model->buckets[hash >> (QM_PAIR_BITS - model->params.bucket_bits)]);
    }
}

void qm_threes_locate(const qm_words_model *model, qm_three *threes, uint32_t n)
{
    const uint32_t low_bits = QM_PAIR_BITS - model->params.bucket_bits;
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t hash = threes[k].hash;
        const uint32_t number = qm_triple_number(model->buckets[hash >> low_bits]);
        const uint32_t third = threes[k].place;
        threes[k].place = qm_triple_slot(hash, third, number, model->params.triple_shift);
        __builtin_prefetch(model->triples + threes[k].place);
        __builtin_prefetch(model->triple_notes + threes[k].place);
    }
}

uint32_t qm_three_class(const qm_words_model *model, const qm_three *three)
{
    const uint64_t key = model->triples[three->place] & QM_TRIPLE_KEY;
    const uint32_t is_there = (uint32_t)(key == qm_triple_key(three->hash)) & three->known;
    return (uint32_t)model->triple_notes[three->place] >> 8 & (QM_WORD_CLASSES - 1) &
           (0 - is_there);
}

static uint32_t long_levels(const qm_words_model *model, const uint16_t *ids, uint32_t n,
                            uint8_t *levels)
{
    uint64_t key = qm_long_key(ids);
    for (uint32_t length = 4;; length++) {
        uint32_t slot = qm_long_find(model, key);
        if (slot == UINT32_MAX) return length - 1;
        levels[length] = qm_long_level((uint32_t)(model->longs[slot] >> 57));
        if (!(model->longs[slot] & QM_LONG_GOES_ON) || length == n || length == QM_WORD_MAX)
            return length;
        key = QM_LONG_FOLLOWS | (uint64_t)slot << 14 | ids[length];
    }
}

void qm_word_fetch_level(const qm_words_model *model, const qm_word_place *place)
{
    if (place->length == 2) __builtin_prefetch(model->pair_notes + place->slot);
}

uint8_t qm_word_level(const qm_words_model *model, const qm_word_place *place)
{
    uint8_t levels[QM_WORD_MAX + 1];
    if (place->length == 2)
        return model->pairs[place->slot] & 7 ? (uint8_t)model->pair_notes[place->slot] : 0;
    qm_word_levels(model, place->ids, place->length, levels);
    return levels[place->length];
}

uint32_t qm_word_levels(const qm_words_model *model, const uint16_t *ids, uint32_t n,
                        uint8_t levels[QM_WORD_MAX + 1])
{
    memset(levels, 0, QM_WORD_MAX + 1);
    if (n < 2) return 1;
    uint32_t pair = pair_place(model, ids);
    if (is_pair(model, ids, pair) && model->pairs[pair] & 7)
        levels[2] = (uint8_t)model->pair_notes[pair];
    if (n < 3) return 2;
    uint32_t triple = triple_place(model, ids);
    if (!is_triple(model, ids, triple)) return 2;
    uint64_t entry = model->triples[triple];
    if (entry >> 60 & 7) levels[3] = (uint8_t)model->triple_notes[triple];
    return n > 3 && entry >> 63 ? long_levels(model, ids, n, levels) : 3;
}
