/* Margins of all boundaries of a block, in chunks and in three steps: where the pairs are; where
 * the triples are; sums. Each step fetches for the next one, which comes a chunk later, and none
 * has a branch that depends on the text. */
#include "segment/model.h"

typedef int16_t lanes16 __attribute__((vector_size(16)));
typedef int8_t bytes16 __attribute__((vector_size(16)));
typedef uint64_t halves __attribute__((vector_size(16)));

/* The eight bytes with their signs in eight lanes: each twice, and the lower copy shifted out. */
static inline lanes16 widen(uint64_t weights)
{
    bytes16 b = (bytes16)(halves){weights, 0};
    b = __builtin_shufflevector(b, b, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
    return (lanes16)b >> 8;
}

/* All ones if the bits, of which the highest is never set, are zero; arithmetic, so that no
 * compiler makes a jump of it. */
static inline uint64_t all_if_zero(uint64_t bits)
{
    return (uint64_t)((int64_t)(bits - 1) >> 63);
}

/* The tables' addresses are taken out of the loops: a compiler cannot know that what is written
 * there does not change them. */
static void place_pairs(const qm_words_model *model, qm_score_scratch *s, uint32_t from,
                        uint32_t to)
{
    const uint32_t *restrict rows = model->rows, *restrict segments = model->segments;
    const uint16_t *restrict ids = s->ids;
    const qm_pair *pairs = model->pairs;
    uint32_t *restrict slots = s->pair_slots;
    for (size_t j = from; j < to; j++) {
        uint32_t row = rows[ids[j]], second = ids[j + 1];
        uint32_t slot = segments[(row >> 4) + (second >> (row & 15))] + second;
        __builtin_prefetch(pairs + slot);
        slots[j] = slot;
    }
}

/* Without a row of triples the base is 0, and what is found there is no one's third symbol. */
static void place_triples(const qm_words_model *model, qm_score_scratch *s, uint32_t from,
                          uint32_t to)
{
    const qm_pair *restrict pairs = model->pairs;
    const uint64_t *triples = model->triples;
    const uint16_t *restrict ids = s->ids;
    const uint32_t *restrict pair_slots = s->pair_slots;
    uint32_t *restrict slots = s->triple_slots;
    uint64_t *restrict weights = s->pair_weights;
    uint8_t *restrict two = s->two;
    for (size_t j = from; j < to; j++) {
        const qm_pair *pair = pairs + pair_slots[j];
        uint64_t known = all_if_zero(pair->key ^ qm_pair_ids(ids + j));
        uint32_t slot = (pair->triples & (uint32_t)known) + ids[j + 2];
        __builtin_prefetch(triples + slot);
        slots[j] = slot;
        uint64_t entry = pair->entry & known;
        weights[j] = entry & QM_PAIR_WEIGHTS;
        two[j] = (uint8_t)(entry & 7);
    }
}

static void prefetch_long(const qm_words_model *model, const qm_score_scratch *s, uint32_t from,
                          uint32_t to)
{
    for (uint32_t k = from; k < to; k++) {
        uint64_t key = qm_long_key(s->ids + s->goes_on[k]);
        __builtin_prefetch(model->longs + qm_long_slot(key, model->params.long_bits));
    }
}

/* Lane k of the sum is the boundary before symbol j - 2 + k; when symbol j is in, the first lane is
 * complete. */
static lanes16 add_weights(const qm_words_model *model, qm_score_scratch *s, uint32_t from,
                           uint32_t to, lanes16 sum)
{
    const uint64_t *restrict triples = model->triples, *restrict singles = model->singles;
    const uint16_t *restrict ids = s->ids;
    const uint32_t *restrict slots = s->triple_slots;
    const uint64_t *restrict weights = s->pair_weights;
    int16_t *restrict sums = s->sums;
    uint8_t *restrict three = s->three;
    uint32_t *restrict goes_on = s->goes_on;
    uint32_t flagged = s->n_goes_on;
    for (size_t j = from; j < to; j++) {
        uint64_t triple = triples[slots[j]];
        triple &= all_if_zero(triple >> 48 ^ ids[j + 2]);
        sum += widen(singles[ids[j]]) + widen(weights[j]) + widen(triple & QM_TRIPLE_WEIGHTS);
        sums[j] = sum[0];
        sum = __builtin_shufflevector(sum, (lanes16){0}, 1, 2, 3, 4, 5, 6, 7, 8);
        three[j] = (uint8_t)(triple >> 11 & 15);
        goes_on[flagged] = (uint32_t)j;
        flagged += (uint32_t)triple >> 15 & 1;
    }
    prefetch_long(model, s, s->n_goes_on, flagged);
    s->n_goes_on = flagged;
    return sum;
}

static inline uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void sum_ngrams(const qm_words_model *model, qm_score_scratch *s, uint32_t n)
{
    enum { CHUNK = 64 };
    lanes16 sum = {0};
    s->n_goes_on = 0;
    place_pairs(model, s, 0, smaller(n, 2 * CHUNK));
    place_triples(model, s, 0, smaller(n, CHUNK));
    for (uint32_t from = 0; from < n; from += CHUNK) {
        uint32_t to = smaller(n, from + CHUNK), next = smaller(n, to + CHUNK);
        place_pairs(model, s, next, smaller(n, next + CHUNK));
        place_triples(model, s, to, next);
        sum = add_weights(model, s, from, to, sum);
    }
    for (uint32_t k = 0; k < 2; k++) s->sums[n + k] = sum[k];
}

static inline void raise(uint8_t *code, uint8_t to)
{
    if (*code < to) *code = to;
}

static void mark_word(qm_score_scratch *s, uint32_t j, uint32_t length, uint32_t frequency)
{
    uint8_t code = (uint8_t)qm_word_code(length, frequency);
    raise(&s->begin[j], code);
    raise(&s->end[j + length], code);
    for (uint32_t k = 1; k < length; k++) raise(&s->cover[j + k], code);
}

/* Words of four and more symbols, where a triple says that one may follow. */
static void find_long(const qm_words_model *model, qm_score_scratch *s, uint32_t n)
{
    for (uint32_t k = 0; k < s->n_goes_on; k++) {
        uint32_t j = s->goes_on[k];
        if (j + 4 > n) continue;
        uint64_t key =
            qm_pair_key(s->ids[j], s->ids[j + 1]) << 28 | qm_pair_key(s->ids[j + 2], s->ids[j + 3]);
        for (uint32_t length = 4; length <= QM_WORD_MAX; length++) {
            uint32_t slot = qm_long_find(model, key);
            if (slot == UINT32_MAX) break;
            uint64_t entry = model->longs[slot];
            if (entry >> 57 & 7) mark_word(s, j, length, (uint32_t)(entry >> 57) & 7);
            if (!(entry & QM_LONG_GOES_ON) || j + length >= n) break;
            key = QM_LONG_FOLLOWS | (uint64_t)slot << 14 | s->ids[j + length];
        }
    }
}

static void raise_all(uint8_t *restrict codes, const uint8_t *restrict to, size_t n)
{
    for (size_t j = 0; j < n; j++) codes[j] = codes[j] > to[j] ? codes[j] : to[j];
}

/* The longest word that begins, ends and covers: byte-wise maxima, which compilers vectorise. */
static void find_codes(const qm_words_model *model, qm_score_scratch *s, uint32_t n)
{
    memset(s->begin, 0, n + 16);
    memset(s->end, 0, n + 16);
    memset(s->cover, 0, n + 16);
    find_long(model, s, n);
    uint8_t *begin = s->begin, *end = s->end, *cover = s->cover;
    const uint8_t *two = s->two, *three = s->three;
    raise_all(begin, two, n);
    raise_all(begin, three, n);
    raise_all(end + 2, two, n);
    raise_all(end + 3, three, n);
    raise_all(cover + 1, two, n);
    raise_all(cover + 1, three, n);
    raise_all(cover + 2, three, n);
}

void qm_words_score(const qm_words_model *model, qm_score_scratch *s, uint32_t n)
{
    sum_ngrams(model, s, n);
    find_codes(model, s, n);
    const int16_t *restrict type_table = model->types, *restrict code_table = model->codes;
    const uint8_t *restrict begin = s->begin, *restrict end = s->end, *restrict cover = s->cover;
    const uint8_t *restrict type = s->types + QM_WINDOW - 1;
    const int16_t *restrict sums = s->sums + 2;
    int32_t *restrict margins = s->margins;
    uint32_t types = 0;
    for (uint32_t k = 0; k < QM_WINDOW - 1; k++) types = types << 3 | s->types[k];
    for (size_t j = 0; j < n; j++) {
        types = (types << 3 | type[j]) & (QM_TYPE_TABLE - 1);
        uint32_t code =
            (uint32_t)end[j] << 2 * QM_CODE_BITS | (uint32_t)begin[j] << QM_CODE_BITS | cover[j];
        margins[j] = sums[j] + type_table[types] + code_table[code];
    }
}
