/* What stands in one clause: the longest words of the rules, cues, classes of words. */
#include "initiative/scratch.h"

#define QM_MOST_CUES 128 /* of one clause: they are compared with one another */

/* ---- the words of the document, by what they are for ---- */

enum { STRETCH = 512 }; /* matches that are listed at once */

/* What has been read of a list goes, and there is room for a stretch and one more: what is not
 * taken is written, too. */
static int make_room(const qm_allocator *alloc, qm_word_list *list)
{
    const size_t left = list->words.count - list->next;
    if (left > 0)
        memmove(list->words.at, list->words.at + list->next, left * sizeof *list->words.at);
    list->words.count = left;
    list->next = 0;
    return qm_array_reserve(alloc, &list->words, left + STRETCH + 1);
}

/* A word of one character must be a word of the text: 养 in 养 鸡, not in 养老. Nobody could
 * foresee it, so no branch asks for it. begins may be NULL. */
static inline bool fits_words(const uint8_t *begins, uint32_t start, uint32_t end)
{
    return (end - start > 1) | (begins ? begins[start] & begins[end] : 1);
}

/* Takes the words of the next stretch of matches that rules and classes ask for. */
static int list_words(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                      const qm_document *document)
{
    qm_word_list *used = &scratch->used, *classed = &scratch->classed;
    if (make_room(scratch->alloc, used) != QM_OK || make_room(scratch->alloc, classed) != QM_OK)
        return QM_E_NOMEM;
    const uint8_t *begins = document->words ? document->words->begins : NULL;
    const size_t left = document->matches->count - scratch->listed;
    const qm_match *match = document->matches->at + scratch->listed;
    const qm_match *const end = match + (left < STRETCH ? left : STRETCH);
    const qm_source_map *const sources = initiator->sources;
    const qm_word_use *const uses = initiator->uses.at;
    qm_listed_word *to = used->words.at + used->words.count;
    qm_listed_word *to_classed = classed->words.at + classed->words.count;
    scratch->listed += (uint32_t)(end - match);
    for (; match < end; match++) {
        const uint32_t number = sources[match->source].first_use + match->group;
        const qm_word_use use = uses[number];
        const bool fits = fits_words(begins, match->start, match->end);
        *to = (qm_listed_word){match->start, match->end, number, use.flags};
        to += fits & ((use.flags & QM_USED_BY_RULES) != 0);
        *to_classed = (qm_listed_word){match->start, match->end, use.class, use.n_classes};
        to_classed += fits & (use.n_classes > 0);
    }
    used->words.count = (size_t)(to - used->words.at);
    classed->words.count = (size_t)(to_classed - classed->words.at);
    return QM_OK;
}

/* All that end up to `stop`. */
static int list_until(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                      const qm_document *document, uint32_t stop)
{
    const qm_matches *matches = document->matches;
    while (scratch->listed < matches->count && matches->at[scratch->listed].end <= stop)
        if (list_words(initiator, scratch, document) != QM_OK) return QM_E_NOMEM;
    return QM_OK;
}

/* ---- masking ---- */

/* Longer verbs leave the shorter ones at their edges alone: who says 改造提升 says 改造, and a rule
 * may know only one of them. */
static bool leaves(const qm_listed_word *longer, const qm_listed_word *shorter)
{
    return (longer->what & QM_USED_BY_RULES) == QM_USED_VERB && (shorter->what & QM_USED_VERB) &&
           shorter->end - shorter->start > 1;
}

/* Matches come in order of their ends, the longer first; what lies inside a longer one goes. From
 * the last one kept, back to bottom, which is none: the one on which the word is to be put, or NULL
 * if that goes itself. */
static qm_kept *make_way(qm_kept *bottom, qm_kept *top, const qm_listed_word *word)
{
    for (; top > bottom; top--) {
        if (top->word.start < word->start || top->word.end == word->end) break;
        if (top->word.start == word->start && leaves(word, &top->word)) break;
    }
    if (top > bottom && top->word.end == word->end && top->word.start < word->start &&
        !leaves(&top->word, word))
        return NULL;
    return top;
}

static void put_on(qm_kept *below, const qm_word_parts *parts, const qm_listed_word *word)
{
    below[1] = (qm_kept){
        .word = *word,
        .flags = (uint8_t)(below->flags | word->what),
        .sets = below->sets + parts->n_sets,
        .bits = {below->bits.verb | parts->bits.verb, below->bits.object | parts->bits.object}};
}

/* The longest words of the clause that rules use. */
static int keep_words(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                      const qm_clause *clause)
{
    /* A heading is read for its cues alone, and 帮扶计划 is a plan there. */
    const bool heading = clause->role == QM_ROLE_HEADING;
    const uint32_t start = clause->start, stop = clause->end;
    const qm_word_parts *const parts = initiator->parts.at;
    const qm_listed_word *word = scratch->used.words.at + scratch->used.next;
    const qm_listed_word *const end = scratch->used.words.at + scratch->used.words.count;
    if (qm_array_reserve(scratch->alloc, &scratch->kept, (size_t)(end - word) + 1) != QM_OK)
        return QM_E_NOMEM;
    qm_kept *const bottom = scratch->kept.at, *top = bottom;
    *bottom = (qm_kept){.bits = {QM_VERB_NONE, 0}};
    for (; word < end && word->end <= stop; word++) {
        qm_kept *below = top;
        if (word->start < start) continue;
        if (word->start < top->word.end && !heading) below = make_way(bottom, top, word);
        if (!below) continue;
        put_on(below, &parts[word->number], word);
        top = below + 1;
    }
    scratch->used.next = (size_t)(word - scratch->used.words.at);
    scratch->kept.count = (size_t)(top - bottom) + 1;
    return QM_OK;
}

/* ---- classes ---- */

typedef struct class_list {
    qm_class_hit *at;
    uint32_t count;
    uint32_t *stamps;
    uint32_t clock;
} class_list;

/* Each class once, in the order of its first word. */
static inline void note_class(class_list *list, uint32_t number, const qm_listed_word *word)
{
    const bool fresh = list->stamps[number] != list->clock;
    list->stamps[number] = list->clock;
    list->at[list->count] = (qm_class_hit){word->start, word->end, number};
    list->count += fresh & (list->count < QM_CLASSES_MOST);
}

static void note_classes(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                         const qm_clause *clause)
{
    class_list list = {scratch->now->classes, 0, scratch->class_stamps, scratch->clock};
    const uint32_t start = clause->start, stop = clause->end;
    const qm_listed_word *word = scratch->classed.words.at + scratch->classed.next;
    const qm_listed_word *const end = scratch->classed.words.at + scratch->classed.words.count;
    for (; word < end && word->end <= stop; word++) {
        if (word->start < start) continue;
        if (word->what == 1) {
            note_class(&list, word->number, word);
            continue;
        }
        const uint32_t *numbers = initiator->use_classes.at + word->number;
        for (uint32_t i = 0; i < word->what; i++) note_class(&list, numbers[i], word);
    }
    scratch->classed.next = (size_t)(word - scratch->classed.words.at);
    scratch->now->evidence.classes = list.at;
    scratch->now->evidence.n_classes = list.count;
}

/* ---- cues, and what rules have a chance ---- */

static int add_cues(const qm_initiator *initiator, qm_initiative_scratch *scratch)
{
    const qm_kept *kept = scratch->kept.at + 1, *end = scratch->kept.at + scratch->kept.count;
    qm_read_clause *now = scratch->now;
    if (qm_array_reserve(scratch->alloc, &now->cues, QM_MOST_CUES) != QM_OK) return QM_E_NOMEM;
    for (; kept < end; kept++) {
        if (!(kept->word.what & QM_USED_CUE)) continue;
        const qm_word_parts *parts = &initiator->parts.at[kept->word.number];
        const uint32_t *cue = initiator->use_parts.at + parts->first + parts->n_sets;
        for (uint32_t i = 0; i < parts->n_cues && now->cues.count < QM_MOST_CUES; i++) {
            now->cues.at[now->cues.count++] =
                (qm_cue_hit){kept->word.start, kept->word.end, (uint8_t)cue[i],
                             (uint8_t)(cue[i] >> 8), (uint8_t)(cue[i] >> 16)};
            now->evidence.cues |= 1u << (uint8_t)cue[i];
        }
    }
    return QM_OK;
}

static void see_set(const qm_initiator *initiator, qm_initiative_scratch *scratch, uint32_t set)
{
    if (set == UINT32_MAX) return;
    scratch->bits.verb |= initiator->set_bits[set].verb;
    scratch->bits.object |= initiator->set_bits[set].object;
}

/* The quantities of the clause, and the bits of their sets. */
static void see_quantities(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                           const qm_document *document, const qm_clause *clause)
{
    const qm_quantities *quantities = document->quantities;
    const uint32_t first =
        qm_span_behind(QM_SPANS(quantities), scratch->near_clause.quantity, clause->start);
    uint32_t next = first;
    for (; next < quantities->count && quantities->at[next].end <= clause->end; next++) {
        const uint32_t kind = quantities->at[next].kind;
        see_set(initiator, scratch, initiator->quantity_sets[0]);
        if (kind <= QM_KIND_NUMBER) see_set(initiator, scratch, initiator->quantity_sets[kind]);
    }
    scratch->now->evidence.first_quantity = first;
    scratch->now->evidence.end_quantity = scratch->near_clause.quantity = next;
}

/* ---- the whole ---- */

/* What the clause had that was read here before. */
static void forget(qm_initiative_scratch *scratch, qm_read_clause *read)
{
    const qm_candidate *one = read->candidates.at, *end = one + read->candidates.count;
    for (; one < end; one++) scratch->candidate[one->type] = read->points[one->type] = 0;
    read->candidates.count = read->cues.count = 0;
}

static void next_clock(qm_initiative_scratch *scratch)
{
    if (++scratch->clock != 0) return;
    memset(scratch->class_stamps, 0, scratch->n_classes * sizeof *scratch->class_stamps);
    scratch->clock = 1;
}

int qm_clause_gather(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                     const qm_document *document, uint32_t number)
{
    const qm_clause *clause = &document->clauses->at[number];
    const qm_carry *carry = &scratch->carry;
    qm_read_clause *now = scratch->now;
    forget(scratch, now);
    now->evidence = (qm_clause_evidence){.document = document,
                                         .clause = number,
                                         .cues_behind = carry->sentence | carry->paragraph,
                                         .cues_above = carry->section,
                                         .heading = carry->heading,
                                         .rule_points = now->points,
                                         .ruled = now->ruled};
    next_clock(scratch);
    if (list_until(initiator, scratch, document, clause->end) != QM_OK ||
        keep_words(initiator, scratch, clause) != QM_OK)
        return QM_E_NOMEM;
    note_classes(initiator, scratch, clause);
    const qm_kept *last = scratch->kept.at + scratch->kept.count - 1;
    scratch->bits = last->bits;
    see_quantities(initiator, scratch, document, clause);
    return last->flags & QM_USED_CUE ? add_cues(initiator, scratch) : QM_OK;
}
