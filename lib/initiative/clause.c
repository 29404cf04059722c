/* What stands in one clause: the longest words of the rules, cues, classes of words. */
#include "initiative/scratch.h"

#define QM_MOST_CUES 128 /* of one clause: they are compared with one another */

/* ---- the words of the document ---- */

enum {
    STRETCH = 128,               /* matches that are listed at once */
    SPAN = 2 * sizeof(uint32_t), /* where a word starts and ends */
    AHEAD = 5 /* words by which what is asked of them is fetched before: a clause or two */
};

_Static_assert(offsetof(qm_match, end) == offsetof(qm_listed_word, end), "spans");

static void end_list(qm_initiative_scratch *scratch, qm_listed_word *end)
{
    scratch->words.count = (size_t)(end - scratch->words.at);
    for (int i = 0; i < AHEAD; i++)
        end[i] = (qm_listed_word){.end = UINT32_MAX, .match = UINT32_MAX};
}

/* What has been read of the list goes, and there is room for a stretch and its end. */
static int make_room(qm_initiative_scratch *scratch)
{
    const size_t left = scratch->words.count - scratch->next_word;
    if (left > 0)
        memmove(scratch->words.at, scratch->words.at + scratch->next_word,
                left * sizeof *scratch->words.at);
    scratch->words.count = left;
    scratch->next_word = 0;
    return qm_array_reserve(scratch->alloc, &scratch->words, left + STRETCH + AHEAD);
}

int qm_words_forget(qm_initiative_scratch *scratch)
{
    scratch->next_word = 0;
    scratch->listed = 0;
    scratch->words.count = 0;
    if (make_room(scratch) != QM_OK) return QM_E_NOMEM;
    end_list(scratch, scratch->words.at);
    return QM_OK;
}

/* A word of one character must be a word of the text: 养 in 养 鸡, not in 养老. begins may be NULL.
 */
static inline uint32_t fits_words(const uint8_t *begins, const qm_match *match)
{
    return (match->end - match->start > 1) |
           (begins ? begins[match->start] & begins[match->end] : 1);
}

/* Takes the words of the next stretch of matches. Which they are nobody could foresee, so no branch
 * asks for it. */
static int list_words(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                      const qm_document *document)
{
    if (make_room(scratch) != QM_OK) return QM_E_NOMEM;
    const uint8_t *begins = document->words ? document->words->begins : NULL;
    const size_t left = document->matches->count - scratch->listed;
    const qm_match *const matches = document->matches->at;
    const qm_source_map *const sources = initiator->sources;
    const uint32_t end = scratch->listed + (uint32_t)(left < STRETCH ? left : STRETCH);
    qm_listed_word *to = scratch->words.at + scratch->words.count;
    for (uint32_t i = scratch->listed; i < end; i++) {
        const qm_match *match = &matches[i];
        const uint32_t use = sources[match->source].first_use + match->group;
        memcpy(to, match, SPAN); /* both begin with it */
        to->use = use;
        to->match = i;
        to += fits_words(begins, match);
    }
    scratch->listed = end;
    end_list(scratch, to);
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
static inline bool leaves(const qm_word_use *longer, const qm_word_use *shorter, uint32_t length)
{
    return (longer->flags & QM_USED_BY_RULES) == QM_USED_VERB && (shorter->flags & QM_USED_VERB) &&
           length > 1;
}

/* Matches come in order of their ends, the longer first; what lies inside a longer one goes. From
 * the last one kept, back to bottom, which is none: the one on which the word is to be put, or NULL
 * if that goes itself. */
static qm_kept *make_way(qm_kept *bottom, qm_kept *top, const qm_listed_word *word,
                         const qm_word_use *use)
{
    for (; top > bottom; top--) {
        if (top->start < word->start || top->end == word->end) break;
        if (top->start == word->start && leaves(use, top->use, top->end - top->start)) break;
    }
    if (top > bottom && top->end == word->end && top->start < word->start &&
        !leaves(top->use, use, word->end - word->start))
        return NULL;
    return top;
}

static inline void put_on(qm_kept *below, const qm_listed_word *word, const qm_word_use *use)
{
    const qm_kept *const cues[] = {below->last_cue, below + 1}; /* no branch could foresee it */
    below[1].start = word->start;
    below[1].end = word->end;
    below[1].use = use;
    below[1].bits.verb = below->bits.verb | use->bits.verb;
    below[1].bits.object = below->bits.object | use->bits.object;
    below[1].sets = below->sets + use->n_sets;
    below[1].cues = below->cues + use->n_cues;
    below[1].last_cue = cues[use->n_cues > 0];
}

/* ---- words ---- */

typedef struct class_list {
    qm_class_hit *at;
    uint32_t count;
    uint32_t *stamps;
    uint32_t clock;
} class_list;

/* Each class once, in the order of its first word. Which are new nobody could foresee, so no branch
 * asks for it; a word of none is of one that is not. */
static inline void note_class(class_list *list, uint32_t number, const qm_listed_word *word)
{
    const bool fresh = list->stamps[number] != list->clock;
    list->stamps[number] = list->clock;
    list->at[list->count] = (qm_class_hit){word->start, word->end, number};
    list->count += fresh & (list->count < QM_CLASSES_MOST);
}

static void note_others(class_list *list, const uint32_t *parts, const qm_listed_word *word,
                        const qm_word_use *use)
{
    const uint32_t *others = parts + use->first + use->n_sets + use->n_cues + use->n_blocks;
    for (uint32_t i = 0; i + 1 < use->n_classes; i++) note_class(list, others[i], word);
}

/* The longest words of the clause that rules use, and the classes of all. */
static int read_words(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                      const qm_clause *clause)
{
    /* A heading is read for its cues alone, and 帮扶计划 is a plan there. */
    const bool heading = clause->role == QM_ROLE_HEADING;
    const uint32_t start = clause->start, stop = clause->end;
    const qm_word_use *const uses = initiator->uses;
    const uint32_t *const parts = initiator->use_parts.at;
    const qm_listed_word *word = scratch->words.at + scratch->next_word;
    const size_t most = scratch->words.count - scratch->next_word;
    class_list classes = {scratch->now->classes, 0, scratch->class_stamps, scratch->clock};
    if (qm_array_reserve(scratch->alloc, &scratch->kept, most + 1) != QM_OK) return QM_E_NOMEM;
    qm_kept *const bottom = scratch->kept.at, *top = bottom;
    *bottom = (qm_kept){.bits = {QM_VERB_NONE, 0}, .last_cue = bottom};
    for (; word->end <= stop; word++) {
        const qm_word_use *use = &uses[word->use];
        qm_kept *below = top;
        __builtin_prefetch(&uses[word[AHEAD].use]);
        if (word->start < start) continue;
        __builtin_prefetch(parts + use->first);
        note_class(&classes, use->class, word);
        if (use->n_classes > 1) note_others(&classes, parts, word, use);
        if (!use->of_rules) continue;
        if (word->start < top->end && !heading) below = make_way(bottom, top, word, use);
        if (!below) continue;
        top = below + 1;
        put_on(below, word, use);
    }
    scratch->next_word = (size_t)(word - scratch->words.at);
    scratch->last_kept = top;
    scratch->now->evidence.n_classes = classes.count;
    return QM_OK;
}

/* ---- cues, and what rules have a chance ---- */

/* 每年清明，: only what is as short as a time says how often the clause behind is done; others tell
 * acts of their own. */
static inline bool is_habit_frame(const qm_clause *clause, const qm_cue_hit *cue)
{
    enum { LONGEST = 8 };
    return (cue->category != QM_CUE_ONGOING) | (clause->end - clause->start <= LONGEST);
}

/* Cues are read last first: those of the sentence before a cue that stops them don't count. What
 * stands at the start and holds for a paragraph stands at the start of that. */
static inline void hold_cue(qm_held_cues *held, const qm_clause *clause, bool opens,
                            const qm_cue_hit *cue)
{
    const uint32_t bit = 1u << cue->category;
    const bool holds = (cue->direction != QM_CUE_START) | (cue->start <= clause->start + 1);
    const bool sentence =
        holds & !held->stops & (cue->scope == QM_CUE_SENTENCE) & is_habit_frame(clause, cue);
    const bool paragraph =
        holds & (opens | (cue->direction != QM_CUE_START)) & (cue->scope == QM_CUE_PARAGRAPH);
    held->sentence |= sentence ? bit : 0;
    held->paragraph |= paragraph ? bit : 0;
    held->stops |= holds & (cue->category == QM_CUE_STOP);
}

static int add_cues(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                    const qm_clause *clause)
{
    const qm_kept *kept = scratch->last_kept;
    qm_read_clause *now = scratch->now;
    const bool opens = now->evidence.clause == 0 || clause[-1].paragraph != clause->paragraph;
    if (qm_array_reserve(scratch->alloc, &now->cues, kept->cues) != QM_OK) return QM_E_NOMEM;
    now->cues.count = kept->cues < QM_MOST_CUES ? kept->cues : QM_MOST_CUES;
    while (kept->last_cue > scratch->kept.at) {
        kept = kept->last_cue;
        const qm_word_use *use = kept->use;
        const uint32_t *cues = initiator->use_parts.at + use->first + use->n_sets;
        const uint32_t first = kept->cues - use->n_cues;
        for (uint32_t i = use->n_cues; i-- > 0;) {
            if (first + i >= QM_MOST_CUES) continue;
            qm_cue_hit *hit = &now->cues.at[first + i];
            *hit = (qm_cue_hit){kept->start, kept->end, (uint8_t)cues[i], (uint8_t)(cues[i] >> 8),
                                (uint8_t)(cues[i] >> 16)};
            now->evidence.cues |= 1u << hit->category;
            hold_cue(&now->held, clause, opens, hit);
        }
        kept--;
    }
    return QM_OK;
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
    qm_read_clause *now = scratch->now;
    uint32_t first = scratch->next_quantity, next = first;
    bool measured = false;
    for (; next < quantities->count && quantities->at[next].end <= clause->end; next++) {
        if (quantities->at[next].end <= clause->start) {
            first = next + 1;
            continue;
        }
        const uint32_t kind = quantities->at[next].kind;
        const qm_word_use *use = &initiator->quantity_uses[kind <= QM_KIND_NUMBER ? kind : 0];
        measured |= is_figure(&quantities->at[next]);
        scratch->bits.verb |= use->bits.verb;
        scratch->bits.object |= use->bits.object;
    }
    const uint32_t opens = 0 - (uint32_t)(now->opens == now->evidence.clause);
    scratch->opens_quantity = (first & opens) | (scratch->opens_quantity & ~opens);
    now->opens_quantity = scratch->opens_quantity;
    now->background.measured = measured;
    now->evidence.first_quantity = first;
    now->evidence.end_quantity = scratch->next_quantity = next;
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
    if (++scratch->clock == 0) {
        memset(scratch->class_stamps, 0, scratch->n_classes * sizeof *scratch->class_stamps);
        memset(scratch->set_stamps, 0, (scratch->n_sets + 1) * sizeof *scratch->set_stamps);
        memset(scratch->candidate, 0, scratch->n_types * sizeof *scratch->candidate);
        scratch->clock = 1;
        scratch->stamped = 0;
    }
    scratch->class_stamps[scratch->n_classes - 1] = scratch->clock;
}

int qm_clause_gather(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                     const qm_document *document, uint32_t number)
{
    const qm_clause *clause = &document->clauses->at[number];
    const qm_carry *carry = &scratch->carry;
    qm_read_clause *now = scratch->now;
    forget(now);
    now->opens = carry->opens;
    now->evidence.document = document;
    now->evidence.clause = number;
    now->evidence.cues = 0;
    now->evidence.cues_behind = carry->sentence | carry->paragraph;
    now->evidence.cues_above = carry->section;
    now->evidence.heading = carry->heading;
    now->evidence.n_ruled = 0;
    next_clock(scratch);
    if (list_until(initiator, scratch, document, clause->end) != QM_OK) return QM_E_NOMEM;
    now->match = scratch->words.at[scratch->next_word].match;
    if (read_words(initiator, scratch, clause) != QM_OK) return QM_E_NOMEM;
    scratch->bits = scratch->last_kept->bits;
    see_quantities(initiator, scratch, document, clause);
    return scratch->last_kept->cues > 0 ? add_cues(initiator, scratch, clause) : QM_OK;
}
