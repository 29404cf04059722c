/* Margins of all boundaries of a block: the sums of the n-grams, then the longest words that the
 * dictionary has at each boundary.
 *
 * This file is included once for each kind of processor, by a file that says which it is. */

#include "segment/lanes.h"

/* A longer word may begin with symbol j: when it is asked for, at the end of the block, it will
 * have been fetched. */
static inline void note_long(const qm_words_model *model, qm_score_scratch *s, uint32_t j)
{
    uint32_t slot = qm_long_slot(qm_long_key(s->ids + j), model->params.longs);
    __builtin_prefetch(model->longs + slot);
    __builtin_prefetch(model->longs + slot + 7);
    s->goes_on[s->n_goes_on] = (uint16_t)j;
    s->long_slots[s->n_goes_on++] = slot;
}

#ifdef QM_FOR_AVX2
#include "segment/ngram_passes_avx2.h"
#else
#include "segment/ngram_passes.h"
#endif

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

/* The slot of a long key whose probes begin at slot, or UINT32_MAX. */
static inline uint32_t find_long_key(const qm_words_model *model, uint64_t key, uint32_t slot)
{
#ifdef QM_FOR_AVX2
    if (model->params.long_probes >= 8) {
        qm_probes probes = qm_probe_eight(model->longs + slot, key, QM_LONG_KEY);
        uint32_t ends = probes.equal | probes.empty;
        if (ends) return probes.equal & ends & (0 - ends) ? slot + __builtin_ctz(ends) : UINT32_MAX;
    }
#endif
    (void)slot;
    return qm_long_find(model, key);
}

/* The words of four and more symbols that begin with symbol j. */
static inline void walk_long(const qm_words_model *model, qm_score_scratch *s, uint32_t n,
                             uint32_t j, uint64_t key, uint32_t slot)
{
    for (uint32_t length = 4; length <= QM_WORD_MAX; length++) {
        slot = find_long_key(model, key, slot);
        if (slot == UINT32_MAX) break;
        uint64_t entry = model->longs[slot];
        if (entry >> 57 & 7) mark_word(s, j, length, (uint32_t)(entry >> 57) & 7);
        if (!(entry & QM_LONG_GOES_ON) || j + length >= n) break;
        key = QM_LONG_FOLLOWS | (uint64_t)slot << 14 | s->ids[j + length];
        slot = qm_long_slot(key, model->params.longs);
    }
}

static void find_long(const qm_words_model *model, qm_score_scratch *s, uint32_t n)
{
    for (uint32_t k = 0; k < s->n_goes_on; k++) {
        uint32_t j = s->goes_on[k];
        if (j + 4 <= n) walk_long(model, s, n, j, qm_long_key(s->ids + j), s->long_slots[k]);
    }
}

static inline void raise_all(uint8_t *restrict codes, const uint8_t *restrict to, size_t n)
{
    for (size_t j = 0; j < n; j++) codes[j] = codes[j] > to[j] ? codes[j] : to[j];
}

/* The longest word that begins, ends and covers. */
QM_PASS void find_codes(const qm_words_model *model, qm_score_scratch *s, size_t n)
{
    memset(s->begin, 0, n + QM_WORD_MAX);
    memset(s->end, 0, n + QM_WORD_MAX);
    memset(s->cover, 0, n + QM_WORD_MAX);
    find_long(model, s, (uint32_t)n);
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

QM_PASS void sum_up(const qm_words_model *model, qm_score_scratch *s, size_t n)
{
    const int16_t *restrict table = model->codes;
    const uint8_t *restrict begin = s->begin, *restrict end = s->end, *restrict cover = s->cover;
    const uint16_t *restrict sums = s->sums + 2;
    int16_t *restrict margins = s->margins;
    uint16_t codes[QM_CHUNK];
    for (size_t from = 0; from < n; from += QM_CHUNK) {
        for (size_t k = 0; k < QM_CHUNK; k++)
            codes[k] = (uint16_t)(end[from + k] << 2 * QM_CODE_BITS |
                                  begin[from + k] << QM_CODE_BITS | cover[from + k]);
        for (size_t k = 0; k < QM_CHUNK; k++) codes[k] = (uint16_t)table[codes[k]];
        for (size_t k = 0; k < QM_CHUNK; k++)
            margins[from + k] = (int16_t)(uint16_t)(sums[from + k] + codes[k]);
    }
}

static inline void score(const qm_words_model *model, qm_score_scratch *s, size_t n)
{
    memset(s->ids + n, 0, sizeof *s->ids * (QM_AHEAD + QM_CHUNK + 4));
    sum_ngrams(model, s, n);
    find_codes(model, s, n);
    sum_up(model, s, n);
}
