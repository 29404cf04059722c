#include "quantity/internal.h"

int qm_quantity_scratch_new(qm_quantity_scratch **out, const qm_quantifier *quantifier,
                            const qm_allocator *alloc, qm_error *err)
{
    (void)quantifier;
    alloc = qm_allocator_or_default(alloc);
    qm_quantity_scratch *scratch = qm_alloc_zero(alloc, sizeof *scratch);
    if (!scratch) return qm_fail_nomem(err);
    scratch->alloc = *alloc;
    *out = scratch;
    return QM_OK;
}

void qm_quantity_scratch_free(qm_quantity_scratch *scratch)
{
    if (!scratch) return;
    qm_allocator alloc = scratch->alloc;
    qm_array_free(&alloc, &scratch->words);
    qm_array_free(&alloc, &scratch->heads);
    qm_array_free(&alloc, &scratch->traps);
    qm_array_free(&alloc, &scratch->places);
    qm_release(&alloc, scratch, sizeof *scratch);
}

/* The senses of this room of one match; 0 when it has none. */
static uint32_t own_senses(const qm_quantifier *quantifier, const qm_match *match,
                           const qm_lexicon **lexicon, const qm_sense **senses)
{
    uint32_t count = 0;
    if (!(match->rooms & 1u << (QM_SENSE_QUANTITY >> 8))) return 0;
    for (size_t k = 0; k < quantifier->n_lexicons; k++) {
        *lexicon = &quantifier->lexicons[k];
        if ((*lexicon)->source != match->source || match->entry >= (*lexicon)->entries) continue;
        *senses = qm_lexicon_senses(*lexicon, match->entry, &count);
        break;
    }
    return count;
}

static bool is_own(const qm_sense *sense)
{
    return sense->kind > QM_SENSE_QUANTITY && sense->kind <= QM_SENSE_CUE;
}

/* A counting sort of the words by their first character. */
int qm_scratch_index(const qm_quantifier *quantifier, qm_quantity_scratch *scratch,
                     const qm_matches *matches, uint32_t count, qm_error *err)
{
    const qm_allocator *alloc = &scratch->alloc;
    const qm_lexicon *lexicon = NULL;
    const qm_sense *senses = NULL;
    if (qm_array_reserve(alloc, &scratch->traps, (size_t)count + 1) != QM_OK)
        return qm_fail_nomem(err);
    memset(scratch->traps.at, 0, (size_t)count + 1);
    if (qm_array_reserve(alloc, &scratch->heads, (size_t)count + 2) != QM_OK)
        return qm_fail_nomem(err);
    uint32_t *heads = scratch->heads.at;
    memset(heads, 0, ((size_t)count + 2) * sizeof *heads);
    for (size_t i = 0; matches && i < matches->count; i++) {
        uint32_t n = own_senses(quantifier, &matches->at[i], &lexicon, &senses);
        for (uint32_t k = 0; k < n; k++) heads[matches->at[i].start + 1] += is_own(&senses[k]);
    }
    for (uint32_t i = 0; i < count; i++) heads[i + 1] += heads[i];
    uint32_t total = heads[count];
    if (qm_array_reserve(alloc, &scratch->words, total) != QM_OK) return qm_fail_nomem(err);
    scratch->words.count = total;
    for (size_t i = 0; matches && i < matches->count; i++) {
        const qm_match *match = &matches->at[i];
        uint32_t n = own_senses(quantifier, match, &lexicon, &senses);
        for (uint32_t k = 0; k < n; k++) {
            if (!is_own(&senses[k])) continue;
            if (senses[k].kind == QM_SENSE_TRAP) scratch->traps.at[match->start] = 1;
            bool unit = senses[k].kind <= QM_SENSE_UNIT_CUE;
            uint32_t base = unit ? quantifier->unit_bases[lexicon - quantifier->lexicons] : 0;
            scratch->words.at[heads[match->start]++] =
                (qm_word){match->end, senses[k].kind, senses[k].flags, base + senses[k].value};
        }
    }
    for (uint32_t i = count; i > 0; i--) heads[i] = heads[i - 1];
    heads[0] = 0;
    return QM_OK;
}

const qm_word *qm_word_at(const qm_reader *r, uint32_t at, uint16_t kind)
{
    const qm_quantity_scratch *s = r->scratch;
    const qm_word *best = NULL;
    if (at >= r->count) return NULL;
    for (uint32_t i = s->heads.at[at]; i < s->heads.at[at + 1]; i++) {
        const qm_word *word = &s->words.at[i];
        if (word->kind == kind && (!best || word->end > best->end)) best = word;
    }
    return best;
}

enum { LONGEST_WORD = 10 }; /* of those that are looked for backwards */

const qm_word *qm_word_before(const qm_reader *r, uint32_t end, uint16_t kind, uint32_t *start)
{
    const qm_quantity_scratch *s = r->scratch;
    uint32_t first = end > LONGEST_WORD ? end - LONGEST_WORD : 0;
    if (first < r->from) first = r->from;
    for (uint32_t at = first; at < end; at++)
        for (uint32_t i = s->heads.at[at]; i < s->heads.at[at + 1]; i++) {
            const qm_word *word = &s->words.at[i];
            if (word->kind != kind || word->end != end) continue;
            *start = at;
            return word;
        }
    return NULL;
}

const qm_word *qm_unit_before(const qm_reader *r, uint32_t end, uint32_t *start)
{
    const qm_quantity_scratch *s = r->scratch;
    uint32_t first = end > LONGEST_WORD ? end - LONGEST_WORD : 0;
    if (first < r->from) first = r->from;
    for (uint32_t at = first; at < end; at++)
        for (uint32_t i = s->heads.at[at]; i < s->heads.at[at + 1]; i++) {
            const qm_word *word = &s->words.at[i];
            if (word->kind != QM_SENSE_UNIT || word->end != end) continue;
            if (!(word->flags & QM_UNIT_BEFORE)) continue;
            *start = at;
            return word;
        }
    return NULL;
}

bool qm_cue_at(const qm_reader *r, uint32_t at, uint32_t class, uint32_t *end)
{
    const qm_quantity_scratch *s = r->scratch;
    if (at >= r->count) return false;
    for (uint32_t i = s->heads.at[at]; i < s->heads.at[at + 1]; i++) {
        const qm_word *word = &s->words.at[i];
        if (word->kind != QM_SENSE_CUE || word->value != class) continue;
        if (end) *end = word->end;
        return true;
    }
    return false;
}

bool qm_cue_before(const qm_reader *r, uint32_t end, uint32_t class, uint32_t *start)
{
    const qm_quantity_scratch *s = r->scratch;
    uint32_t first = end > LONGEST_WORD ? end - LONGEST_WORD : 0;
    if (first < r->from) first = r->from;
    for (uint32_t at = first; at < end; at++)
        for (uint32_t i = s->heads.at[at]; i < s->heads.at[at + 1]; i++) {
            const qm_word *word = &s->words.at[i];
            if (word->kind != QM_SENSE_CUE || word->value != class || word->end != end) continue;
            if (start) *start = at;
            return true;
        }
    return false;
}

bool qm_cue_within(const qm_reader *r, uint32_t from, uint32_t to, uint32_t class)
{
    const qm_quantity_scratch *s = r->scratch;
    if (to > r->count) to = r->count;
    for (uint32_t i = from < to ? s->heads.at[from] : 0; from < to && i < s->heads.at[to]; i++) {
        const qm_word *word = &s->words.at[i];
        if (word->kind == QM_SENSE_CUE && word->value == class && word->end <= to) return true;
    }
    return false;
}
