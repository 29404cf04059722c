/* Who acts: a person or a body with a name, or 工作队, 村两委 and the like as written. */
#include "initiative/attach.h"
#include "segment/segment.h"

enum { LEAD = 2 }; /* characters, as of 于是 or 由, that may stand before who acts */

/* 向, 与, 请: a word before those with whom something is done. */
static bool is_dealt_with(const qm_attaching *a, uint32_t start)
{
    const qm_words *words = a->document->words;
    return start > 0 && (!words || words->begins[start - 1]) &&
           qm_attached_jobs(a, start - 1) & QM_PARTICLE_WITH;
}

/* 联系, 依托: what is done with somebody. */
static bool is_behind_verb(const qm_attaching *a, uint32_t end)
{
    const qm_document *document = a->document;
    if (!a->segmenter || end < LEAD) return false;
    const uint32_t class =
        qm_segmenter_class(a->segmenter, document->text, document->words, end - LEAD, end, NULL);
    return class == QM_CLASS_VERB || class == QM_CLASS_VERBAL_NOUN;
}

/* 联系医院: what an earlier row does something with in that clause does nothing itself. */
static bool is_behind_act(const qm_attaching *a, uint32_t start, uint32_t end)
{
    const qm_initiative *first = a->rows->at, *row = a->row;
    while (row > first && a->row - row < QM_ROWS_BESIDE)
        if ((--row)->trigger_start != QM_NONE && row->trigger_start >= start &&
            row->trigger_end <= end)
            return true;
    return false;
}

/* Who acts opens a clause, but for dates, titles and places: in 跑了水利局 or 请农科院 the name is
 * not of the one who acts. `end` is where the name begins, and number that of the first entity
 * which begins there or behind it. Where one is not, none behind it in the clause is: *passed is
 * where the next clause may have one. */
static bool is_subject(const qm_attaching *a, uint32_t end, uint32_t number, uint32_t *passed)
{
    const qm_entities *entities = a->entities;
    const qm_quantities *quantities = a->quantities;
    const qm_clause *at = &a->clauses->at[a->clause];
    if (end < *passed) return false;
    while (at->start > end) at--;
    int64_t bare = (int64_t)end - at->start;
    for (uint32_t i = number; i > 0 && entities->at[i - 1].start >= at->start; i--)
        bare -= (int64_t)entities->at[i - 1].end - entities->at[i - 1].start;
    for (uint32_t i = qm_span_from(QM_SPANS(quantities), a->quantity, at->start);
         i < quantities->count && quantities->at[i].end <= end; i++)
        bare -= (int64_t)quantities->at[i].end - quantities->at[i].start;
    const bool behind = bare > LEAD || (bare > 0 && is_dealt_with(a, end));
    /* Behind the first clause of the row all is looked at from there. */
    if (behind) *passed = at == &a->clauses->at[a->clause] ? UINT32_MAX : at->end;
    if (behind || (bare == LEAD && is_behind_verb(a, end))) return false;
    return bare == 0 || !is_behind_act(a, at->start, end);
}

/* ---- by name ---- */

typedef struct span {
    uint32_t start, end;
} span;

/* The first one before the act in the clauses of the row, and the first in the sentence before it.
 */
static void find_named(const qm_attaching *a, uint32_t act, span *own, span *before)
{
    const qm_entities *entities = a->entities;
    const qm_initiative *row = a->row;
    uint32_t passed = 0;
    for (uint32_t i = a->entity; i < entities->count && entities->at[i].end <= act; i++) {
        const qm_entity *entity = &entities->at[i];
        span *to = entity->start >= row->start ? own : before;
        if (entity->kind != QM_ENTITY_PERSON && entity->kind != QM_ENTITY_ORG) continue;
        if (to->end != 0 || entity->start < a->sentence) continue;
        if (entity->start < row->start && entity->end > row->start) continue;
        if (is_subject(a, entity->start, i, &passed)) *to = (span){entity->start, entity->end};
    }
}

/* ---- by what they are ---- */

/* 工作队队长, 合作社的账: what only describes a noun does nothing. */
static bool describes(const qm_attaching *a, uint32_t end)
{
    const uint8_t *begins = a->document->words->begins;
    const uint32_t stop = a->row->end;
    uint32_t to = end + 1;
    if (end >= stop || end == a->row->trigger_start) return false;
    while (to < stop && !begins[to]) to++;
    if (qm_attached_jobs(a, end) & QM_PARTICLE_OF || !a->segmenter) return true;
    return to - end > 1 && qm_segmenter_class(a->segmenter, a->document->text, a->document->words,
                                              end, to, NULL) == QM_CLASS_NOUN;
}

/* 石桥[村“两委”]: whether something begins inside a name. */
static bool begins_inside(const qm_attaching *a, uint32_t start)
{
    const qm_entities *entities = a->entities;
    const uint32_t number = qm_span_behind(QM_SPANS(entities), a->entity, start);
    return number < entities->count && entities->at[number].start < start;
}

/* The first word for somebody near the beginning of a clause; the longest that begins there. */
static span first_word(const qm_attaching *a, uint32_t from, uint32_t stop)
{
    const qm_matches *matches = a->document->matches;
    const uint8_t *begins = a->document->words->begins;
    span found = {0, 0};
    for (uint32_t i = qm_span_behind(QM_SPANS(matches), a->match, from);
         i < matches->count && matches->at[i].end <= stop; i++) {
        const qm_match *match = &matches->at[i];
        const uint8_t uses = a->initiator->use_flags[qm_use_of(a->initiator, match)];
        if (!(uses & QM_USED_ACTOR) || match->start < from) continue;
        if (!begins[match->start] || !begins[match->end] || begins_inside(a, match->start))
            continue;
        if (found.end == 0 || match->start <= found.start) found = (span){match->start, match->end};
    }
    return found;
}

static span find_word(const qm_attaching *a, uint32_t from, uint32_t stop)
{
    enum { REACH = 24 };
    const qm_initiative *row = a->row;
    uint32_t passed = 0;
    if (from >= stop) return (span){0, 0};
    const span found = first_word(a, from, stop < from + REACH ? stop : from + REACH);
    if (found.end == 0 || describes(a, found.end)) return (span){0, 0};
    if (found.start < row->object_end && found.end > row->object_start) return (span){0, 0};
    const uint32_t number = qm_span_from(QM_SPANS(a->entities), a->entity, found.start);
    return is_subject(a, found.start, number, &passed) ? found : (span){0, 0};
}

void qm_row_find_actor(const qm_attaching *a)
{
    qm_initiative *row = a->row;
    const bool words = a->document->words && a->document->matches;
    const uint32_t act = row->trigger_start == QM_NONE ? row->end : row->trigger_start;
    span own = {0, 0}, before = {0, 0};
    find_named(a, act, &own, &before);
    if (own.end == 0 && words) own = find_word(a, row->start, act);
    if (own.end == 0) own = before;
    if (own.end == 0 && words) own = find_word(a, a->sentence, row->start);
    if (own.end == 0) return;
    row->actor_start = own.start;
    row->actor_end = own.end;
}
