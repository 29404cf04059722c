/* What stands in one clause: the longest words of the rules, cues, classes of words. */
#include "initiative/scratch.h"

#define QM_MOST_CUES 128 /* of one clause: they are compared with one another */

/* Uses are more than a cache holds: that of a match is fetched so many matches ahead. */
enum { AHEAD = 6 };

/* ---- masking ---- */

/* A word of one character must be a word of the text: 养 in 养 鸡, not in 养老. begins may be NULL.
 */
static inline bool fits_words(const uint8_t *begins, uint32_t start, uint32_t end)
{
    return end - start > 1 || !begins || (begins[start] && begins[end]);
}

/* Longer verbs leave the shorter ones at their edges alone: who says 改造提升 says 改造, and a rule
 * may know only one of them. */
static bool leaves(const qm_kept *longer, const qm_kept *shorter)
{
    return (longer->use->flags & QM_USED_BY_RULES) == QM_USED_VERB &&
           (shorter->use->flags & QM_USED_VERB) && shorter->match->end - shorter->match->start > 1;
}

/* Matches come in order of their ends, the longer first; what lies inside a longer one goes. */
static int keep_longest(qm_initiative_scratch *scratch, qm_kept word)
{
    const uint32_t start = word.match->start, end = word.match->end;
    size_t count = scratch->kept.count;
    for (; count > 0; count--) {
        const qm_kept *top = &scratch->kept.at[count - 1];
        if (top->match->start < start || top->match->end == end) break;
        if (top->match->start == start && leaves(&word, top)) break;
    }
    scratch->kept.count = count;
    if (count > 0) {
        const qm_kept *top = &scratch->kept.at[count - 1];
        if (top->match->end == end && top->match->start < start && !leaves(top, &word))
            return QM_OK;
    }
    return qm_array_push(scratch->alloc, &scratch->kept, word);
}

/* ---- classes ---- */

typedef struct class_list {
    qm_class_hit *at;
    uint32_t count;
    uint64_t seen; /* the numbers in it, by their lower bits */
} class_list;

static bool has_class(const class_list *list, uint32_t number)
{
    uint32_t k = 0;
    if (!(list->seen >> number % 64 & 1)) return false;
    while (k < list->count && list->at[k].number != number) k++;
    return k < list->count;
}

/* Each class once, in the order of its first word. */
static inline void note_classes(const uint32_t *number, uint32_t count, const qm_match *match,
                                class_list *list)
{
    for (const uint32_t *end = number + count; number < end; number++) {
        if (has_class(list, *number) || list->count == QM_CLASSES_MOST) continue;
        list->seen |= UINT64_C(1) << *number % 64;
        list->at[list->count++] = (qm_class_hit){match->start, match->end, *number};
    }
}

/* ---- cues, and what rules have a chance ---- */

static int add_cues(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                    const qm_match *match)
{
    const qm_sense *sense = match->senses, *end = sense + match->count;
    uint32_t first = initiator->sources[match->source].first_cue;
    for (; sense < end && sense->kind <= QM_SENSE_CUE; sense++) {
        if (sense->kind != QM_SENSE_CUE || scratch->cues.count == QM_MOST_CUES) continue;
        const qm_taxonomy_cue *cue = &initiator->cues.at[first + sense->value];
        const qm_cue_hit hit = {match->start, match->end, (uint8_t)cue->category,
                                (uint8_t)cue->direction, (uint8_t)cue->scope};
        if (qm_array_push(scratch->alloc, &scratch->cues, hit) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

/* Cues, and the bits of all sets; quantities may mask some of the words yet. */
static int see_words(const qm_initiator *initiator, qm_initiative_scratch *scratch)
{
    const qm_kept *word = scratch->kept.at, *end = word + scratch->kept.count;
    qm_set_bits sum = {QM_VERB_NONE, 0};
    for (; word < end; word++) {
        sum.verb |= word->use->bits.verb;
        sum.object |= word->use->bits.object;
        if ((word->use->flags & QM_USED_CUE) && add_cues(initiator, scratch, word->match) != QM_OK)
            return QM_E_NOMEM;
    }
    scratch->bits = sum;
    return QM_OK;
}

static void see_set(const qm_initiator *initiator, qm_initiative_scratch *scratch, uint32_t set)
{
    if (set == UINT32_MAX) return;
    scratch->bits.verb |= initiator->set_bits[set].verb;
    scratch->bits.object |= initiator->set_bits[set].object;
}

static void see_quantities(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                           const qm_clause_evidence *evidence)
{
    const qm_quantities *quantities = evidence->document->quantities;
    for (uint32_t i = evidence->first_quantity; i < evidence->end_quantity; i++) {
        uint32_t kind = quantities->at[i].kind;
        see_set(initiator, scratch, initiator->quantity_sets[0]);
        if (kind <= QM_KIND_NUMBER) see_set(initiator, scratch, initiator->quantity_sets[kind]);
    }
}

/* ---- the whole ---- */

static void forget_candidates(qm_initiative_scratch *scratch)
{
    for (size_t i = 0; i < scratch->candidates.count; i++) {
        scratch->candidate[scratch->candidates.at[i].type] = 0;
        scratch->points[scratch->candidates.at[i].type] = 0;
    }
    scratch->candidates.count = 0;
}

/* Matches of the clause: the longest that rules use, and the classes of all. */
static int keep_matches(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                        qm_clause_evidence *evidence)
{
    const qm_document *document = evidence->document;
    const qm_clause *clause = &document->clauses->at[evidence->clause];
    const uint32_t start = clause->start, stop = clause->end;
    const uint32_t count = (uint32_t)document->matches->count;
    const qm_match *matches = document->matches->at;
    const uint8_t *begins = document->words ? document->words->begins : NULL;
    const qm_source_map *sources = initiator->sources;
    const qm_word_use *all_uses = initiator->uses.at;
    const uint32_t *all_classes = initiator->use_classes.at;
    const qm_used_set *all_sets = initiator->use_sets.at; /* looked at when all words are known */
    class_list classes = {.at = scratch->classes[evidence->clause % 2]};
    const bool heading = clause->role == QM_ROLE_HEADING;
    uint32_t at = evidence->first_match;
    for (; at < count && matches[at].end <= stop; at++) {
        const qm_match *match = &matches[at];
        if (count - at > AHEAD)
            __builtin_prefetch(
                &all_uses[sources[match[AHEAD].source].first_use + match[AHEAD].group]);
        if (match->start < start || !fits_words(begins, match->start, match->end)) continue;
        const qm_kept word = {match, &all_uses[sources[match->source].first_use + match->group]};
        if (word.use->n_classes > 0)
            note_classes(all_classes + word.use->first_class, word.use->n_classes, match, &classes);
        if (!(word.use->flags & QM_USED_BY_RULES)) continue;
        __builtin_prefetch(all_sets + word.use->first_set);
        /* A heading is read for its cues alone, and 帮扶计划 is a plan there. */
        if ((heading ? qm_array_push(scratch->alloc, &scratch->kept, word)
                     : keep_longest(scratch, word)) != QM_OK)
            return QM_E_NOMEM;
    }
    evidence->classes = classes.at;
    evidence->n_classes = classes.count;
    scratch->near_clause.match = at;
    return QM_OK;
}

int qm_clause_gather(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                     const qm_document *document, uint32_t number, qm_clause_evidence *evidence)
{
    const qm_clause *clause = &document->clauses->at[number];
    const qm_quantities *quantities = document->quantities;
    const qm_carry *carry = &scratch->carry;
    qm_near *near = &scratch->near_clause;
    uint32_t match = qm_match_behind(document->matches, near->match, clause->start);
    uint32_t first = qm_quantity_behind(quantities, near->quantity, clause->start);
    uint32_t end = qm_quantity_behind(quantities, first, clause->end);
    *evidence = (qm_clause_evidence){.document = document,
                                     .clause = number,
                                     .first_match = match,
                                     .first_quantity = first,
                                     .end_quantity = end,
                                     .cues_behind = carry->sentence | carry->paragraph,
                                     .cues_above = carry->section,
                                     .heading = carry->heading,
                                     .rule_points = scratch->points,
                                     .ruled = scratch->ruled};
    near->quantity = end;
    scratch->kept.count = scratch->cues.count = 0;
    forget_candidates(scratch);
    if (keep_matches(initiator, scratch, evidence) != QM_OK) return QM_E_NOMEM;
    if (see_words(initiator, scratch) != QM_OK) return QM_E_NOMEM;
    see_quantities(initiator, scratch, evidence);
    for (size_t i = 0; i < scratch->cues.count; i++)
        evidence->cues |= 1u << scratch->cues.at[i].category;
    return QM_OK;
}
