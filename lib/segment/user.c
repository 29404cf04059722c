/* User words and terms: what the lexicons say against what the model says. */
#include "segment/parts.h"

/* A preferred word of weight 0 wins over so many margins of 1 against it. */
enum { PREFERENCE = 3 };

static int add_senses(const qm_segmenter *segmenter, qm_segment_scratch *scratch,
                      const qm_match *match)
{
    uint32_t count;
    const qm_sense *senses = qm_match_senses(segmenter->lexicons, match, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (senses[i].kind > QM_SENSE_FORBID) continue;
        qm_user_word word = {match->start,
                             match->end,
                             (int32_t)senses[i].value,
                             (uint8_t)(senses[i].kind - QM_SENSE_WORDS),
                             (uint8_t)senses[i].flags,
                             false,
                             (uint32_t)scratch->user.count};
        if (qm_array_push(&scratch->alloc, &scratch->user, word) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

/* From the left, the longer first; of one word told several times, the last first. */
static int by_place(const void *a, const void *b, const void *context)
{
    const qm_user_word *x = a, *y = b;
    (void)context;
    if (x->start != y->start) return x->start < y->start ? -1 : 1;
    if (x->end != y->end) return x->end > y->end ? -1 : 1;
    return x->number > y->number ? -1 : x->number < y->number;
}

/* What a later image says of a word takes the place of what an earlier one says of it. */
static void keep_last(qm_segment_scratch *scratch)
{
    qm_user_word *words = scratch->user.at;
    size_t kept = 0;
    for (size_t i = 0; i < scratch->user.count; i++)
        if (!kept || words[i].start != words[kept - 1].start || words[i].end != words[kept - 1].end)
            words[kept++] = words[i];
    scratch->user.count = kept;
}

static bool may_stand(const qm_segment_scratch *scratch, const qm_user_word *word)
{
    const int16_t *margins = scratch->margins.at;
    return margins[word->start] != QM_MARGIN_NEVER && margins[word->end] != QM_MARGIN_NEVER;
}

/* What the model says against the word is not more than its weight allows. A word that has a blank
 * or a mark in it is not cut for their sake: whoever wrote it wants them there. */
static bool is_preferable(const qm_segmenter *segmenter, const qm_segment_scratch *scratch,
                          const qm_text *text, const qm_user_word *word)
{
    const int16_t *margins = scratch->margins.at;
    int64_t against = 0;
    if (margins[word->start] < 0) against -= margins[word->start];
    if (margins[word->end] < 0) against -= margins[word->end];
    for (uint32_t i = word->start + 1; i < word->end; i++)
        if (margins[i] > 0 && !qm_is_beside_mark(text, i)) against += margins[i];
    uint32_t scale = segmenter->has_model ? segmenter->model.params.scale : 1;
    return against <= (int64_t)PREFERENCE * scale + word->weight;
}

static void put_word(const qm_user_word *word, uint8_t *begins)
{
    memset(begins + word->start, 0, word->end - word->start);
    begins[word->start] = begins[word->end] = 1;
}

/* Words of one mode, each behind the one before and none on the ground of a forced one. */
static void put_mode(const qm_segmenter *segmenter, qm_segment_scratch *scratch,
                     const qm_text *text, uint8_t mode, uint8_t *begins)
{
    uint32_t done = 0;
    size_t n = scratch->user.count, forced = 0;
    qm_user_word *words = scratch->user.at;
    for (size_t i = 0; i < n; i++) {
        qm_user_word *word = &words[i];
        if (word->mode != mode || word->start < done || !may_stand(scratch, word)) continue;
        if (mode == QM_WORD_PREFER) {
            if (!is_preferable(segmenter, scratch, text, word)) continue;
            /* Forced words that stand; both lists are ordered by place. */
            while (forced < n && (words[forced].end <= word->start || !words[forced].stands))
                forced++;
            if (forced < n && words[forced].start < word->end) continue;
        }
        word->stands = true;
        put_word(word, begins);
        done = word->end;
    }
}

/* A forbidden word that stands is cut where the model likes it best. */
static void forbid(const qm_segment_scratch *scratch, const qm_user_word *word, uint8_t *begins)
{
    if (!begins[word->start] || !begins[word->end]) return;
    uint32_t best = word->start;
    for (uint32_t i = word->start + 1; i < word->end; i++) {
        if (begins[i]) return;
        if (scratch->margins.at[i] == QM_MARGIN_NEVER) continue;
        if (best == word->start || scratch->margins.at[i] > scratch->margins.at[best]) best = i;
    }
    begins[best] = 1;
}

int qm_apply_user_words(const qm_segmenter *segmenter, qm_segment_scratch *scratch,
                        const qm_text *text, const qm_matches *matches, uint8_t *begins)
{
    scratch->user.count = 0;
    for (size_t i = 0; i < matches->count; i++)
        if (add_senses(segmenter, scratch, &matches->at[i]) != QM_OK) return QM_E_NOMEM;
    if (scratch->user.count == 0) return QM_OK;
    qm_sort(scratch->user.at, scratch->user.count, sizeof *scratch->user.at, by_place, NULL);
    keep_last(scratch);
    put_mode(segmenter, scratch, text, QM_WORD_FORCE, begins);
    put_mode(segmenter, scratch, text, QM_WORD_PREFER, begins);
    for (size_t i = 0; i < scratch->user.count; i++)
        if (scratch->user.at[i].mode == QM_WORD_FORBID)
            forbid(scratch, &scratch->user.at[i], begins);
    return QM_OK;
}

/* ---- terms ---- */

static bool is_term(const qm_segmenter *segmenter, const qm_match *match)
{
    uint32_t count;
    const qm_sense *senses = qm_match_senses(segmenter->lexicons, match, &count);
    for (uint32_t i = 0; i < count; i++)
        if (senses[i].kind == QM_SENSE_TERM) return true;
    return false;
}

/* Matches are ordered by end, the longer first: from the right, so that the last long term wins
 * over those inside it. */
void qm_join_terms(const qm_segmenter *segmenter, const qm_matches *matches, uint8_t *begins)
{
    uint32_t done = UINT32_MAX;
    for (size_t i = matches->count; i-- > 0;) {
        size_t first = i;
        while (first > 0 && matches->at[first - 1].end == matches->at[i].end) first--;
        for (size_t k = first; k <= i; k++) {
            const qm_match *match = &matches->at[k];
            if (match->end > done || !begins[match->start] || !begins[match->end]) continue;
            if (!is_term(segmenter, match)) continue;
            memset(begins + match->start + 1, 0, match->end - match->start - 1);
            done = match->start;
            break;
        }
        i = first;
    }
}
