/* Trigger and object of a row to which no rule gives them: the verb and the noun phrase that goes
 * with it, as grammar has them. */
#include "initiative/scratch.h"

enum { WIDEST = 14 }; /* characters of an object */

typedef struct phrasing {
    const qm_initiator *initiator;
    const qm_document *document;
    const qm_clause *clause;
    qm_near *near; /* where quantities and entities were asked for last */
} phrasing;

/* The jobs of a particle within the clause. */
static uint32_t jobs_at(const phrasing *p, uint32_t at)
{
    if (at < p->clause->start || at >= p->clause->end) return 0;
    return qm_particle_jobs(&p->initiator->particles, p->document->text->chars[at]);
}

/* The quantity that covers a place, or NULL. */
static const qm_quantity *quantity_on(const phrasing *p, uint32_t at)
{
    const qm_quantities *quantities = p->document->quantities;
    uint32_t *near = &p->near->quantity;
    *near = qm_span_behind(QM_SPANS(quantities), *near, at);
    if (*near == quantities->count || quantities->at[*near].start > at) return NULL;
    return &quantities->at[*near];
}

static bool is_named(const phrasing *p, uint32_t start, uint32_t end)
{
    const qm_entities *entities = p->document->entities;
    if (!entities) return false;
    uint32_t *near = &p->near->entity;
    *near = qm_span_behind(QM_SPANS(entities), *near, start);
    return *near < entities->count && entities->at[*near].start < end;
}

/* ---- the verb ---- */

static bool is_word(const phrasing *p, uint32_t start, uint32_t end)
{
    const qm_words *words = p->document->words;
    return words && words->begins[start] && words->begins[end];
}

/* How well a verb stands as that of the clause; 老党员 and 支部 are verbs to some rules only. */
static int verb_points(const phrasing *p, uint32_t start, uint32_t end, uint8_t uses)
{
    const uint32_t before = jobs_at(p, start - 1), behind = jobs_at(p, end);
    const bool over = behind & QM_PARTICLE_OVER;
    const uint32_t next = end + over;
    int points = end - start > 1 ? 2 : jobs_at(p, start) & QM_PARTICLE_LIGHT ? -6 : 0;
    points -= uses & QM_USED_ELSE ? 3 : 0;
    points += over ? 4 : 0;
    points -= (before | behind) & QM_PARTICLE_OF ? 5 : 0;
    points -= next >= p->clause->end;
    if (quantity_on(p, next)) points += 2;
    if (is_named(p, start, end)) points -= 4;
    return points;
}

/* Of the verbs that rules and classes know: the best, of equals the last. first: a match before
 * which there is none of them. */
static bool find_verb(const phrasing *p, uint32_t first, qm_initiative *row)
{
    const qm_matches *matches = p->document->matches;
    const qm_clause *clause = p->clause;
    int best = INT32_MIN;
    if (!p->document->words) return false;
    const uint8_t *begins = p->document->words->begins;
    for (uint32_t i = first; i < matches->count && matches->at[i].end <= clause->end; i++) {
        const qm_match *match = &matches->at[i];
        const uint8_t uses = p->initiator->use_flags[qm_use_of(p->initiator, match)];
        const bool verb = ((uses & (QM_USED_VERB | QM_USED_ACT)) != 0) &
                          (match->start >= clause->start) &
                          (begins[match->start] & begins[match->end]);
        if (!verb || quantity_on(p, match->start)) continue;
        int points = verb_points(p, match->start, match->end, uses);
        /* Matches come in order of their ends, the longer first. */
        if (points < best || (best > INT32_MIN && match->end == row->trigger_end)) continue;
        best = points;
        row->trigger_start = match->start;
        row->trigger_end = match->end;
    }
    return best > INT32_MIN;
}

/* No verb that a rule knows: the word that 了 follows. */
static bool find_ended(const phrasing *p, qm_initiative *row)
{
    for (uint32_t at = p->clause->start + 1; at < p->clause->end; at++) {
        uint32_t start = at - 1;
        if (!(jobs_at(p, at) & QM_PARTICLE_OVER) || !is_word(p, at, at)) continue;
        while (start > p->clause->start && !is_word(p, start, at)) start--;
        if (at - start > 3 || !is_word(p, start, at) || is_named(p, start, at)) continue;
        row->trigger_start = start;
        row->trigger_end = at;
        return true;
    }
    return false;
}

/* ---- its object ---- */

static bool is_mark(const phrasing *p, uint32_t at)
{
    const uint32_t marks = 1u << QM_CHAR_PUNCT | 1u << QM_CHAR_SPACE;
    return marks >> p->document->text->classes[at] & 1;
}

static bool settle_object(const phrasing *p, uint32_t start, uint32_t end, qm_initiative *row)
{
    for (uint32_t at = start; at + 2 < end; at++)
        start = jobs_at(p, at) & QM_PARTICLE_OF ? at + 1 : start;
    if (end - start < 2 || end - start > WIDEST) return false;
    row->object_start = start;
    row->object_end = end;
    return true;
}

/* 修了三公里水渠: behind the verb, behind its particles and what is counted, up to a mark or the
 * next quantity. */
static bool find_behind(const phrasing *p, qm_initiative *row)
{
    const qm_quantities *quantities = p->document->quantities;
    uint32_t at = row->trigger_end, end = p->clause->end;
    while (jobs_at(p, at) & QM_PARTICLE_ASIDE) at++;
    for (const qm_quantity *q; at < end && (q = quantity_on(p, at)) != NULL;) at = q->end;
    const uint32_t start = at, next = qm_span_from(QM_SPANS(quantities), p->near->quantity, start);
    if (next < quantities->count && quantities->at[next].start < end)
        end = quantities->at[next].start;
    while (at < end && !is_mark(p, at)) at++;
    return at > start && settle_object(p, start, at, row);
}

/* 把水管换了, 水管全换了: before the verb, up to 把, a mark, a quantity or the beginning. */
static bool find_before(const phrasing *p, qm_initiative *row)
{
    const qm_quantities *quantities = p->document->quantities;
    uint32_t end = row->trigger_start, floor = p->clause->start, start;
    while (jobs_at(p, end - 1) & QM_PARTICLE_ASIDE) end--;
    const uint32_t next = qm_span_from(QM_SPANS(quantities), p->near->quantity, end);
    if (next > 0 && quantities->at[next - 1].end > floor) floor = quantities->at[next - 1].end;
    for (start = end; start > floor && !is_mark(p, start - 1); start--)
        if (jobs_at(p, start - 1) & QM_PARTICLE_TAKE) break;
    if (end <= start) return false;
    const bool taken = jobs_at(p, start - 1) & QM_PARTICLE_TAKE;
    if (!taken && is_named(p, start, end)) return false;
    return settle_object(p, start, end, row);
}

void qm_row_find_words(const qm_initiator *initiator, const qm_document *document,
                       const qm_run *run, qm_initiative *row)
{
    qm_near near = run->near;
    const phrasing p = {initiator, document, &document->clauses->at[run->head], &near};
    /* 试种 12亩: a figure is measured by, it is not what was planted. */
    if (row->object_start != QM_NONE) {
        const qm_quantity *q = quantity_on(&p, row->object_start);
        if (!q || q->end < row->object_end) return;
        row->object_start = row->object_end = QM_NONE;
    }
    if (row->trigger_start == QM_NONE && !find_verb(&p, run->match, row) && !find_ended(&p, row))
        return;
    if (row->trigger_start < p.clause->start || row->trigger_end > p.clause->end) return;
    if (!find_behind(&p, row)) find_before(&p, row);
}
