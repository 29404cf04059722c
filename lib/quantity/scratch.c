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
    qm_array_free(&alloc, &scratch->marks);
    qm_array_free(&alloc, &scratch->places);
    qm_release(&alloc, scratch, sizeof *scratch);
}

static bool is_own(const qm_sense *sense)
{
    return sense->kind > QM_SENSE_QUANTITY && sense->kind <= QM_SENSE_CUE;
}

/* Bit that the end of a word sets, 0 for words that nobody looks for backwards. */
static uint8_t end_mark(const qm_sense *sense)
{
    switch (sense->kind) {
    case QM_SENSE_BEFORE: return QM_MARK_BEFORE;
    case QM_SENSE_TRAP_BEFORE: return QM_MARK_TRAP_BEFORE;
    case QM_SENSE_CUE: return QM_MARK_CUE;
    case QM_SENSE_UNIT: return sense->flags & QM_UNIT_BEFORE ? QM_MARK_UNIT_BEFORE : 0;
    default: return 0;
    }
}

/* Matches come by their ends, so a new word stands before the shorter ones of its start and
 * behind those of its own length. */
static int link_word(qm_quantity_scratch *s, uint32_t start, qm_word word)
{
    uint32_t fresh = (uint32_t)s->words.count, last = 0, at = qm_words_at(s, start);
    for (; at && s->words.at[at].end >= word.end; at = s->words.at[at].next) last = at;
    word.next = at;
    if (qm_array_push(&s->alloc, &s->words, word) != QM_OK) return QM_E_NOMEM;
    if (last) s->words.at[last].next = fresh;
    else s->heads.at[start] = fresh;
    s->marks.at[start] |= QM_MARK_WORD;
    return QM_OK;
}

int qm_scratch_index(const qm_quantifier *quantifier, qm_quantity_scratch *scratch,
                     const qm_matches *matches, uint32_t count, qm_error *err)
{
    const qm_allocator *alloc = &scratch->alloc;
    scratch->words.count = 0;
    if (qm_array_reserve(alloc, &scratch->marks, (size_t)count + 1) != QM_OK ||
        qm_array_reserve(alloc, &scratch->heads, (size_t)count + 1) != QM_OK ||
        qm_array_push(alloc, &scratch->words, (qm_word){0}) != QM_OK)
        return qm_fail_nomem(err);
    uint8_t *marks = scratch->marks.at;
    memset(marks, 0, (size_t)count + 1);
    for (size_t i = 0; matches && i < matches->count; i++) {
        const qm_match *match = &matches->at[i];
        for (uint32_t k = 0; k < match->count; k++) {
            const qm_sense *sense = &match->senses[k];
            if (!is_own(sense)) continue;
            if (sense->kind == QM_SENSE_TRAP ||
                (sense->kind == QM_SENSE_CUE && sense->value == QM_CUE_ONE))
                marks[match->start] |= QM_MARK_TRAP;
            marks[match->end] |= end_mark(sense);
            bool unit = sense->kind <= QM_SENSE_UNIT_CUE;
            uint32_t base = unit ? quantifier->unit_bases[match->source] : 0;
            qm_word word = {match->end, sense->kind, sense->flags, base + sense->value, 0};
            if (link_word(scratch, match->start, word) != QM_OK) return qm_fail_nomem(err);
        }
    }
    return QM_OK;
}

const qm_word *qm_word_at(const qm_reader *r, uint32_t at, uint16_t kind)
{
    const qm_quantity_scratch *s = r->scratch;
    if (at >= r->count) return NULL;
    for (uint32_t i = qm_words_at(s, at); i; i = s->words.at[i].next)
        if (s->words.at[i].kind == kind) return &s->words.at[i];
    return NULL;
}

enum { LONGEST_WORD = 10 }; /* of those that are looked for backwards */

const qm_word *qm_word_before(const qm_reader *r, uint32_t end, uint16_t kind, uint32_t *start)
{
    const qm_quantity_scratch *s = r->scratch;
    uint32_t first = end > LONGEST_WORD ? end - LONGEST_WORD : 0;
    uint8_t mark = kind == QM_SENSE_BEFORE ? QM_MARK_BEFORE : QM_MARK_TRAP_BEFORE;
    if (end > r->count || !(s->marks.at[end] & mark)) return NULL;
    if (first < r->from) first = r->from;
    for (uint32_t at = first; at < end; at++)
        for (uint32_t i = qm_words_at(s, at); i; i = s->words.at[i].next) {
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
    if (end > r->count || !(s->marks.at[end] & QM_MARK_UNIT_BEFORE)) return NULL;
    if (first < r->from) first = r->from;
    for (uint32_t at = first; at < end; at++)
        for (uint32_t i = qm_words_at(s, at); i; i = s->words.at[i].next) {
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
    for (uint32_t i = qm_words_at(s, at); i; i = s->words.at[i].next) {
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
    if (end > r->count || !(s->marks.at[end] & QM_MARK_CUE)) return false;
    if (first < r->from) first = r->from;
    for (uint32_t at = first; at < end; at++)
        for (uint32_t i = qm_words_at(s, at); i; i = s->words.at[i].next) {
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
    for (uint32_t at = from; at < to; at++)
        for (uint32_t i = qm_words_at(s, at); i; i = s->words.at[i].next) {
            const qm_word *word = &s->words.at[i];
            if (word->kind == QM_SENSE_CUE && word->value == class && word->end <= to) return true;
        }
    return false;
}
