/* Margins of all boundaries of a block: hash every key, prefetch, then gather without a branch. */
#include "segment/model.h"

typedef int16_t lanes16 __attribute__((vector_size(16)));
typedef int8_t lanes8 __attribute__((vector_size(8)));

static void hash_keys(const qm_words_model *model, qm_score_scratch *s, uint32_t n)
{
    const uint32_t pair_mask = (1u << model->params.pair_bits) - 1;
    const uint32_t triple_mask = (1u << model->params.triple_bits) - 1;
    const uint32_t pair_top = QM_PAIR_BITS - model->params.pair_bucket_bits;
    const uint32_t triple_top = QM_TRIPLE_BITS - model->params.triple_bucket_bits;
    for (uint32_t j = 0; j < n; j++) {
        uint64_t key = qm_pair_key(s->ids[j], s->ids[j + 1]);
        uint32_t y = qm_pair_scramble(key);
        uint32_t slot = qm_displaced(y, model->pair_shifts[y >> pair_top], pair_mask);
        __builtin_prefetch(model->pairs + slot);
        s->pair_slots[j] = slot;
        s->pair_checks[j] = (uint16_t)(y >> QM_PAIR_CHECK);
        uint64_t z = qm_triple_scramble(key << 14 | s->ids[j + 2]);
        slot = qm_displaced(z, model->triple_shifts[z >> triple_top], triple_mask);
        __builtin_prefetch(model->triples + slot);
        s->triple_slots[j] = slot;
        s->triple_wants[j] = qm_triple_want(z);
    }
}

static inline lanes16 widen(uint64_t weights)
{
    lanes8 bytes;
    memcpy(&bytes, &weights, sizeof bytes);
    return __builtin_convertvector(bytes, lanes16);
}

/* All ones if the bits are zero; arithmetic, so that no compiler makes a jump of it. */
static inline uint64_t all_if_zero(uint64_t bits)
{
    return ((bits | (0 - bits)) >> 63) - 1;
}

/* Lane k of the accumulator is the boundary before symbol j - 2 + k; when symbol j is in, the first
 * lane is complete. */
static void gather(const qm_words_model *model, qm_score_scratch *s, uint32_t n)
{
    lanes16 sum = {0};
    uint32_t flagged = 0;
    for (uint32_t j = 0; j < n; j++) {
        uint64_t single = model->singles[s->ids[j]];
        uint64_t pair = model->pairs[s->pair_slots[j]];
        pair &= all_if_zero((pair >> 48) ^ s->pair_checks[j]);
        uint64_t triple = model->triples[s->triple_slots[j]];
        triple &= all_if_zero((triple ^ s->triple_wants[j]) & QM_TRIPLE_CHECK_MASK);
        sum += widen(single) + widen(pair & QM_PAIR_WEIGHTS) + widen(triple & QM_TRIPLE_WEIGHTS);
        s->sums[j] = sum[0];
        sum = __builtin_shufflevector(sum, (lanes16){0}, 1, 2, 3, 4, 5, 6, 7, 8);
        s->two[j] = (uint8_t)(pair & 7);
        uint32_t three = (uint32_t)triple >> 11 & 7;
        s->three[j] = (uint8_t)(three + (three ? QM_FREQUENCIES : 0));
        s->goes_on[flagged] = j;
        flagged += (uint32_t)triple >> 15 & 1;
    }
    for (uint32_t k = 0; k < 2; k++) s->sums[n + k] = sum[k];
    s->n_goes_on = flagged;
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
    const uint64_t top = UINT64_C(1) << 56;
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
            key = top | (uint64_t)slot << 14 | s->ids[j + length];
        }
    }
}

static void prefetch_long(const qm_words_model *model, const qm_score_scratch *s)
{
    for (uint32_t k = 0; k < s->n_goes_on; k++) {
        uint32_t j = s->goes_on[k];
        uint64_t key =
            qm_pair_key(s->ids[j], s->ids[j + 1]) << 28 | qm_pair_key(s->ids[j + 2], s->ids[j + 3]);
        __builtin_prefetch(model->longs + qm_long_slot(key, model->params.long_bits));
    }
}

static inline uint8_t larger(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

/* The longest word that begins, ends and covers: byte-wise maxima, which compilers vectorise. */
static void find_codes(const qm_words_model *model, qm_score_scratch *s, uint32_t n)
{
    memset(s->begin, 0, n + 16);
    memset(s->end, 0, n + 16);
    memset(s->cover, 0, n + 16);
    prefetch_long(model, s);
    find_long(model, s, n);
    uint8_t *restrict begin = s->begin, *restrict end = s->end, *restrict cover = s->cover;
    const uint8_t *restrict two = s->two, *restrict three = s->three;
    for (uint32_t j = 0; j < n; j++) begin[j] = larger(begin[j], larger(two[j], three[j]));
    for (uint32_t j = 0; j < n; j++) end[j + 2] = larger(end[j + 2], two[j]);
    for (uint32_t j = 0; j < n; j++) end[j + 3] = larger(end[j + 3], three[j]);
    for (uint32_t j = 0; j < n; j++) cover[j + 1] = larger(cover[j + 1], larger(two[j], three[j]));
    for (uint32_t j = 0; j < n; j++) cover[j + 2] = larger(cover[j + 2], three[j]);
}

void qm_words_score(const qm_words_model *model, qm_score_scratch *s, uint32_t n)
{
    hash_keys(model, s, n);
    gather(model, s, n);
    find_codes(model, s, n);
    uint32_t types = 0;
    for (uint32_t k = 0; k < QM_WINDOW - 1; k++) types = types << 3 | s->types[k];
    for (uint32_t j = 0; j < n; j++) {
        types = (types << 3 | s->types[j + QM_WINDOW - 1]) & (QM_TYPE_TABLE - 1);
        uint32_t code = (uint32_t)s->end[j] << 2 * QM_CODE_BITS |
                        (uint32_t)s->begin[j] << QM_CODE_BITS | s->cover[j];
        s->margins[j] = s->sums[j + 2] + model->types[types] + model->codes[code];
    }
}
