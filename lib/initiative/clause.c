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

static void end_list(qm_word_list *list, qm_listed_word *end)
{
    *end = (qm_listed_word){.end = UINT32_MAX, .match = UINT32_MAX};
    list->words.count = (size_t)(end - list->words.at);
}

int qm_words_forget(qm_initiative_scratch *scratch)
{
    qm_word_list *lists[] = {&scratch->used, &scratch->classed};
    for (int i = 0; i < 2; i++) {
        lists[i]->next = lists[i]->words.count = 0;
        if (make_room(scratch->alloc, lists[i]) != QM_OK) return QM_E_NOMEM;
        end_list(lists[i], lists[i]->words.at);
    }
    scratch->listed = 0;
    return QM_OK;
}

/* A word of one character must be a word of the text: 养 in 养 鸡, not in 养老. begins may be NULL.
 */
static inline uint32_t fits_words(const uint8_t *begins, const qm_match *match)
{
    return (match->end - match->start > 1) |
           (begins ? begins[match->start] & begins[match->end] : 1);
}

/* Takes the words of the next stretch of matches that rules and classes ask for. Which they are
 * nobody could foresee, so no branch asks for it. */
static int list_words(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                      const qm_document *document)
{
    qm_word_list *used = &scratch->used, *classed = &scratch->classed;
    if (make_room(scratch->alloc, used) != QM_OK || make_room(scratch->alloc, classed) != QM_OK)
        return QM_E_NOMEM;
    const uint8_t *begins = document->words ? document->words->begins : NULL;
    const size_t left = document->matches->count - scratch->listed;
    const qm_match *const matches = document->matches->at;
    const uint32_t end = scratch->listed + (uint32_t)(left < STRETCH ? left : STRETCH);
    const qm_source_map *const sources = initiator->sources;
    const qm_word_use *const uses = initiator->uses.at;
    const qm_word_parts *const parts = initiator->parts.at;
    qm_listed_word *to = used->words.at + used->words.count;
    qm_listed_word *to_classed = classed->words.at + classed->words.count;
    for (uint32_t i = scratch->listed; i < end; i++) {
        const qm_match *match = &matches[i];
        const uint32_t fits = fits_words(begins, match);
        const uint32_t number = sources[match->source].first_use + match->group;
        const qm_word_use *use = &uses[number];
        const qm_listed_word word = {match->start, match->end, number, i};
        __builtin_prefetch(&parts[number]); /* of those that are kept it is asked for soon */
        *to = *to_classed = word;
        to += fits & use->of_rules;
        to_classed += fits & use->of_a_class;
    }
    scratch->listed = end;
    end_list(used, to);
    end_list(classed, to_classed);
    return QM_OK;
}

static uint32_t first_listed(const qm_initiative_scratch *scratch)
{
    const uint32_t used = scratch->used.words.at[scratch->used.next].match;
    const uint32_t classed = scratch->classed.words.at[scratch->classed.next].match;
    return used < classed ? used : classed;
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
static bool leaves(const qm_word_use *uses, const qm_listed_word *longer,
                   const qm_listed_word *shorter)
{
    return (uses[longer->use].flags & QM_USED_BY_RULES) == QM_USED_VERB &&
           (uses[shorter->use].flags & QM_USED_VERB) && shorter->end - shorter->start > 1;
}

/* Matches come in order of their ends, the longer first; what lies inside a longer one goes. From
 * the last one kept, back to bottom, which is none: the one on which the word is to be put, or NULL
 * if that goes itself. */
static qm_kept *make_way(const qm_word_use *uses, qm_kept *bottom, qm_kept *top,
                         const qm_listed_word *word)
{
    for (; top > bottom; top--) {
        if (top->word.start < word->start || top->word.end == word->end) break;
        if (top->word.start == word->start && leaves(uses, word, &top->word)) break;
    }
    if (top > bottom && top->word.end == word->end && top->word.start < word->start &&
        !leaves(uses, &top->word, word))
        return NULL;
    return top;
}

static inline void put_on(qm_kept *below, uint32_t number, const qm_word_parts *parts,
                          const qm_listed_word *word)
{
    const uint32_t cue = parts->n_cues > 0 ? UINT32_MAX : 0; /* no branch could foresee it */
    below[1].word = *word;
    below[1].bits.verb = below->bits.verb | parts->bits.verb;
    below[1].bits.object = below->bits.object | parts->bits.object;
    below[1].sets = below->sets + parts->n_sets;
    below[1].cues = below->cues + parts->n_cues;
    below[1].last_cue = (below->last_cue & ~cue) | (number & cue);
}

/* The longest words of the clause that rules use. */
static int keep_words(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                      const qm_clause *clause)
{
    /* A heading is read for its cues alone, and 帮扶计划 is a plan there. */
    const bool heading = clause->role == QM_ROLE_HEADING;
    const uint32_t start = clause->start, stop = clause->end;
    const qm_word_parts *const parts = initiator->parts.at;
    const qm_word_use *const uses = initiator->uses.at;
    const qm_listed_word *word = scratch->used.words.at + scratch->used.next;
    const size_t most = scratch->used.words.count - scratch->used.next;
    if (qm_array_reserve(scratch->alloc, &scratch->kept, most + 1) != QM_OK) return QM_E_NOMEM;
    qm_kept *const bottom = scratch->kept.at, *top = bottom;
    *bottom = (qm_kept){.bits = {QM_VERB_NONE, 0}};
    for (; word->end <= stop; word++) {
        qm_kept *below = top;
        if (word->start < start) continue;
        if (word->start < top->word.end && !heading) below = make_way(uses, bottom, top, word);
        if (!below) continue;
        top = below + 1;
        put_on(below, (uint32_t)(top - bottom), &parts[word->use], word);
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
    for (; word->end <= stop; word++) {
        const qm_word_use *use = &initiator->uses.at[word->use];
        if (word->start < start) continue;
        if (use->n_classes == 1) {
            note_class(&list, use->class, word);
            continue;
        }
        const uint32_t *numbers = initiator->use_classes.at + use->class;
        for (uint32_t i = 0; i < use->n_classes; i++) note_class(&list, numbers[i], word);
    }
    scratch->classed.next = (size_t)(word - scratch->classed.words.at);
    scratch->now->evidence.classes = list.at;
    scratch->now->evidence.n_classes = list.count;
}

/* ---- cues, and what rules have a chance ---- */

/* Cues are read last first: those of the sentence before a cue that stops them don't count. */
static inline void hold_cue(qm_held_cues *held, const qm_clause *clause, const qm_cue_hit *cue)
{
    const uint32_t bit = 1u << cue->category;
    const bool holds = (cue->direction != QM_CUE_START) | (cue->start <= clause->start + 1);
    const bool sentence = holds & !held->stops & (cue->scope == QM_CUE_SENTENCE);
    const bool paragraph = holds & (cue->scope == QM_CUE_PARAGRAPH);
    held->sentence |= sentence ? bit : 0;
    held->paragraph |= paragraph ? bit : 0;
    held->stops |= holds & (cue->category == QM_CUE_STOP);
}

static int add_cues(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                    const qm_clause *clause)
{
    const qm_kept *kept = &scratch->kept.at[scratch->kept.count - 1];
    qm_read_clause *now = scratch->now;
    if (qm_array_reserve(scratch->alloc, &now->cues, kept->cues) != QM_OK) return QM_E_NOMEM;
    now->cues.count = kept->cues < QM_MOST_CUES ? kept->cues : QM_MOST_CUES;
    while (kept->last_cue > 0) {
        kept = &scratch->kept.at[kept->last_cue];
        const qm_word_parts *parts = &initiator->parts.at[kept->word.use];
        const uint32_t *cues = initiator->use_parts.at + parts->first + parts->n_sets;
        const uint32_t first = kept->cues - parts->n_cues;
        for (uint32_t i = parts->n_cues; i-- > 0;) {
            if (first + i >= QM_MOST_CUES) continue;
            qm_cue_hit *hit = &now->cues.at[first + i];
            *hit = (qm_cue_hit){kept->word.start, kept->word.end, (uint8_t)cues[i],
                                (uint8_t)(cues[i] >> 8), (uint8_t)(cues[i] >> 16)};
            now->evidence.cues |= 1u << hit->category;
            hold_cue(&now->held, clause, hit);
        }
        kept--;
    }
    return QM_OK;
}

static void see_set(const qm_initiator *initiator, qm_initiative_scratch *scratch, uint32_t set)
{
    scratch->bits.verb |= initiator->set_bits[set].verb;
    scratch->bits.object |= initiator->set_bits[set].object;
}

/* A figure that says how much: 几条 is none, nor are places in an order, dates and ages. */
static inline bool is_figure(const qm_quantity *quantity)
{
    const uint32_t none =
        1u << QM_KIND_ORDINAL | 1u << QM_KIND_DATE | 1u << QM_KIND_TIME | 1u << QM_KIND_AGE;
    return !(none >> quantity->kind & 1) & (quantity->low.type != QM_VALUE_NONE) &
           !(quantity->flags & QM_QUANTITY_INDEFINITE);
}

/* The quantities of the clause, and the bits of their sets. */
static void see_quantities(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                           const qm_document *document, const qm_clause *clause)
{
    const qm_quantities *quantities = document->quantities;
    const uint32_t first =
        qm_span_behind(QM_SPANS(quantities), scratch->near_clause.quantity, clause->start);
    uint32_t next = first;
    bool measured = false;
    for (; next < quantities->count && quantities->at[next].end <= clause->end; next++) {
        const uint32_t kind = quantities->at[next].kind;
        measured |= is_figure(&quantities->at[next]);
        see_set(initiator, scratch, initiator->quantity_sets[0]);
        if (kind <= QM_KIND_NUMBER) see_set(initiator, scratch, initiator->quantity_sets[kind]);
    }
    scratch->now->background.measured = measured;
    scratch->now->evidence.first_quantity = first;
    scratch->now->evidence.end_quantity = scratch->near_clause.quantity = next;
}

/* ---- the whole ---- */

/* What the clause had that was read here before. */
static void forget(qm_read_clause *read)
{
    for (uint32_t i = 0; i < read->evidence.n_ruled; i++) read->points[read->ruled[i]] = 0;
    read->candidates.count = read->cues.count = 0;
    read->held = (qm_held_cues){0};
}

static void next_clock(qm_initiative_scratch *scratch)
{
    if (++scratch->clock != 0) return;
    memset(scratch->class_stamps, 0, scratch->n_classes * sizeof *scratch->class_stamps);
    memset(scratch->candidate, 0, scratch->n_types * sizeof *scratch->candidate);
    scratch->clock = 1;
}

int qm_clause_gather(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                     const qm_document *document, uint32_t number)
{
    const qm_clause *clause = &document->clauses->at[number];
    const qm_carry *carry = &scratch->carry;
    qm_read_clause *now = scratch->now;
    forget(now);
    now->opens = carry->opens;
    now->evidence = (qm_clause_evidence){.document = document,
                                         .clause = number,
                                         .cues_behind = carry->sentence | carry->paragraph,
                                         .cues_above = carry->section,
                                         .heading = carry->heading,
                                         .rule_points = now->points,
                                         .ruled = now->ruled};
    next_clock(scratch);
    if (list_until(initiator, scratch, document, clause->end) != QM_OK) return QM_E_NOMEM;
    now->match = first_listed(scratch);
    if (keep_words(initiator, scratch, clause) != QM_OK) return QM_E_NOMEM;
    note_classes(initiator, scratch, clause);
    const qm_kept *last = &scratch->kept.at[scratch->kept.count - 1];
    scratch->bits = last->bits;
    see_quantities(initiator, scratch, document, clause);
    return last->cues > 0 ? add_cues(initiator, scratch, clause) : QM_OK;
}
