/* Margins of all boundaries of a block: the sums of the n-grams, then the longest words that the
 * dictionary has at each boundary.
 *
 * This file is included once for each kind of processor, by a file that says which it is. */

#include "segment/lanes.h"

/* What may be a long word from symbol `at` on: when it is looked at, it will have been fetched. */
static inline qm_long_probe long_probe(const qm_words_model *model, uint64_t key, uint32_t at)
{
    uint32_t slot = qm_long_slot(key, model->params.longs);
    __builtin_prefetch(model->longs + slot);
    __builtin_prefetch(model->longs + slot + 7);
    return (qm_long_probe){key, slot, at};
}

/* Where the n-grams of a chunk lie. */
typedef struct qm_located {
    uint32_t hashes[QM_CHUNK], pair_slots[QM_CHUNK], triple_slots[QM_CHUNK];
} qm_located;

#ifdef QM_FOR_AVX2
#include "segment/ngram_passes_avx2.h"
#else
#include "segment/ngram_passes.h"
#endif

static inline void raise(uint8_t *code, uint8_t to)
{
    *code = *code < to ? to : *code;
}

static inline void mark_word(qm_score_scratch *s, uint32_t at, uint32_t length, uint32_t frequency)
{
    uint8_t code = (uint8_t)qm_word_code(length, frequency);
    raise(&s->begin[at], code);
    raise(&s->end[at + length], code);
    for (uint32_t k = 1; k < length; k++) raise(&s->cover[at + k], code);
}

/* The slot of a long key, or UINT32_MAX. */
static inline uint32_t find_long_key(const qm_words_model *model, qm_long_probe probe)
{
#ifdef QM_FOR_AVX2
    if (model->params.long_probes >= 8) {
        qm_probes probes = qm_probe_eight(model->longs + probe.slot, probe.key, QM_LONG_KEY);
        uint32_t ends = probes.equal | probes.empty;
        uint32_t none = (uint32_t)((probes.equal & ends & (0 - ends)) != 0) - 1;
        if (ends) return (probe.slot + (uint32_t)__builtin_ctz(ends)) | none;
    }
#endif
    return qm_long_find(model, probe.key);
}

/* The words of this length among those that are asked for; kept are those that longer ones begin
 * with. */
static inline void find_longs(const qm_words_model *model, qm_score_scratch *s, uint32_t n,
                              uint32_t length)
{
    uint32_t kept = 0;
    for (uint32_t k = 0; k < s->n_longs; k++) {
        uint32_t at = s->longs[k].at, slot = find_long_key(model, s->longs[k]);
        if (slot == UINT32_MAX || at + length > n) continue;
        uint64_t entry = model->longs[slot];
        mark_word(s, at, length, (uint32_t)(entry >> 57) & 7);
        s->longs[kept].slot = slot;
        s->longs[kept].at = at;
        kept += (entry & QM_LONG_GOES_ON) != 0;
    }
    s->n_longs = kept;
}

/* What goes on behind words of this length. */
static inline void ask_longer(const qm_words_model *model, qm_score_scratch *s, uint32_t length)
{
    for (uint32_t k = 0; k < s->n_longs; k++) {
        uint32_t at = s->longs[k].at;
        uint64_t word = s->longs[k].slot;
        s->longs[k] = long_probe(model, QM_LONG_FOLLOWS | word << 14 | s->ids[at + length], at);
    }
}

static inline void ask_longs(const qm_words_model *model, qm_score_scratch *s)
{
    for (uint32_t k = 0; k < s->n_longs; k++)
        s->longs[k] = long_probe(model, qm_long_key(s->ids + s->long_at[k]), s->long_at[k]);
}

static inline uint8_t higher(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

/* What the words of two and three symbols say; all codes are written. */
static inline void put_short_words(qm_score_scratch *s, size_t n)
{
    uint8_t *restrict begin = s->begin, *restrict end = s->end, *restrict cover = s->cover;
    uint8_t *restrict two = s->two, *restrict three = s->three;
    two[n] = three[n] = 0;
    end[0] = end[1] = cover[0] = 0;
    end[2] = two[0];
    cover[1] = higher(two[0], three[0]);
    for (size_t j = 0; j < n; j++) {
        uint8_t next = two[j + 1], own = three[j];
        begin[j] = higher(two[j], own);
        end[j + 3] = higher(next, own);
        cover[j + 2] = higher(higher(next, own), three[j + 1]);
    }
}

/* The longest word that begins, ends and covers. Long words come one length after the other, so
 * that what one goes on with is fetched while others are looked at. */
QM_PASS void find_codes(const qm_words_model *model, qm_score_scratch *s, size_t n)
{
    ask_longs(model, s);
    put_short_words(s, n);
    for (uint32_t length = 4; length <= QM_WORD_MAX && s->n_longs; length++) {
        find_longs(model, s, (uint32_t)n, length);
        ask_longer(model, s, length);
    }
}

QM_PASS void sum_up(const qm_words_model *model, qm_score_scratch *s, size_t n)
{
    const int16_t *restrict table = model->codes;
    const uint8_t *restrict begin = s->begin, *restrict end = s->end, *restrict cover = s->cover;
    const uint16_t *restrict sums = s->sums + 2;
    int16_t *restrict margins = s->margins;
    uint8_t *restrict cuts = s->cuts;
    uint16_t codes[QM_CHUNK];
    for (size_t from = 0; from < n; from += QM_CHUNK) {
        for (size_t k = 0; k < QM_CHUNK; k++)
            codes[k] = (uint16_t)(end[from + k] << 2 * QM_CODE_BITS |
                                  begin[from + k] << QM_CODE_BITS | cover[from + k]);
        for (size_t k = 0; k < QM_CHUNK; k++) codes[k] = (uint16_t)table[codes[k]];
        for (size_t k = 0; k < QM_CHUNK; k++)
            margins[from + k] = (int16_t)(uint16_t)(sums[from + k] + codes[k]);
        for (size_t k = 0; k < QM_CHUNK; k++) cuts[from + k] = margins[from + k] > 0;
    }
}

static inline void score(const qm_words_model *model, qm_score_scratch *s, size_t n)
{
    memset(s->ids + n, 0, sizeof *s->ids * (QM_AHEAD + QM_CHUNK + 4));
    memset(s->types + n, 0, QM_CHUNK + 4);
    sum_ngrams(model, s, n);
    find_codes(model, s, n);
    sum_up(model, s, n);
}
