/* Trigger and object of a row to which no rule gives them: the verb and the noun phrase that goes
 * with it, as grammar has them. */
#include "initiative/scratch.h"

enum {
    WIDEST = 14, /* characters of an object */
    LE = 0x4E86, /* 了 */
    DE = 0x7684, /* 的 */
    BA = 0x628A, /* 把 */
    JIANG = 0x5C06,
    GEI = 0x7ED9
};

typedef struct phrasing {
    const qm_initiator *initiator;
    const qm_document *document;
    const qm_clause *clause;
    qm_near *near; /* where quantities and entities were asked for last */
} phrasing;

static uint32_t char_at(const phrasing *p, uint32_t at)
{
    return at >= p->clause->start && at < p->clause->end ? p->document->text->chars[at] : 0;
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

/* 给在到过上对与由从向: they bring in what goes with another verb. */
static bool is_light(uint32_t c)
{
    static const uint32_t all[] = {GEI,    0x5728, 0x5230, 0x8FC7, 0x4E0A,
                                   0x5BF9, 0x4E0E, 0x7531, 0x4ECE, 0x5411};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (c == all[i]) return true;
    return false;
}

/* How well a verb stands as that of the clause; 老党员 and 支部 are verbs to some rules only. */
static int verb_points(const phrasing *p, uint32_t start, uint32_t end, uint8_t uses)
{
    int points = end - start > 1 ? 2 : is_light(char_at(p, start)) ? -6 : 0;
    if (uses & QM_USED_ELSE) points -= 3;
    uint32_t before = char_at(p, start - 1), behind = char_at(p, end);
    uint32_t next = behind == LE ? end + 1 : end;
    if (behind == LE) points += 4;
    if (quantity_on(p, next)) points += 2;
    if (before == DE || behind == DE) points -= 5;
    if (next >= p->clause->end) points -= 1;
    if (is_named(p, start, end)) points -= 4;
    return points;
}

/* The first match that ends within the clause or behind it. */
static uint32_t first_match(const phrasing *p)
{
    const qm_matches *matches = p->document->matches;
    uint32_t first = 0, count = (uint32_t)matches->count;
    while (count > 0) {
        const uint32_t half = count / 2;
        const bool behind = matches->at[first + half].end > p->clause->start;
        first = behind ? first : first + half + 1;
        count = behind ? half : count - half - 1;
    }
    return first;
}

/* Of the verbs that rules and classes know: the best, of equals the last. */
static bool find_verb(const phrasing *p, qm_initiative *row)
{
    const qm_matches *matches = p->document->matches;
    int best = INT32_MIN;
    for (uint32_t i = first_match(p); i < matches->count && matches->at[i].end <= p->clause->end;
         i++) {
        const qm_match *match = &matches->at[i];
        uint8_t uses = p->initiator->uses.at[qm_use_of(p->initiator, match)].flags;
        if (!(uses & (QM_USED_VERB | QM_USED_ACT)) || match->start < p->clause->start ||
            !is_word(p, match->start, match->end) || quantity_on(p, match->start))
            continue;
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
        if (char_at(p, at) != LE || !is_word(p, at, at)) continue;
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
    uint8_t class = p->document->text->classes[at];
    return class == QM_CHAR_PUNCT || class == QM_CHAR_SPACE;
}

/* Particles and adverbs that part a verb from what it has to do with: 了过着起到给 全都已新共再. */
static bool is_particle(uint32_t c)
{
    static const uint32_t all[] = {LE,     0x8FC7, 0x7740, 0x8D77, 0x5230, GEI,    0x5168,
                                   0x90FD, 0x5DF2, 0x65B0, 0x5171, 0x518D, 0x4E5F, 0x6765};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (c == all[i]) return true;
    return false;
}

static bool settle_object(const phrasing *p, uint32_t start, uint32_t end, qm_initiative *row)
{
    for (uint32_t at = start; at + 2 < end; at++)
        if (char_at(p, at) == DE) start = at + 1;
    if (end - start < 2 || end - start > WIDEST) return false;
    row->object_start = start;
    row->object_end = end;
    return true;
}

/* 修了三公里水渠: behind the verb, behind its particles and what is counted. */
static bool find_behind(const phrasing *p, qm_initiative *row)
{
    uint32_t at = row->trigger_end, end = p->clause->end;
    while (at < end && is_particle(char_at(p, at))) at++;
    for (const qm_quantity *q; at < end && (q = quantity_on(p, at)) != NULL;) at = q->end;
    uint32_t start = at;
    while (at < end && !is_mark(p, at) && !quantity_on(p, at)) at++;
    return at > start && settle_object(p, start, at, row);
}

/* 把水管换了, 水管全换了: before the verb, up to 把 or the beginning. */
static bool find_before(const phrasing *p, qm_initiative *row)
{
    uint32_t end = row->trigger_start, start;
    while (end > p->clause->start && is_particle(char_at(p, end - 1))) end--;
    for (start = end; start > p->clause->start; start--) {
        uint32_t c = char_at(p, start - 1);
        if (c == BA || c == JIANG || is_mark(p, start - 1) || quantity_on(p, start - 1)) break;
    }
    bool taken =
        start > p->clause->start && (char_at(p, start - 1) == BA || char_at(p, start - 1) == JIANG);
    if (end <= start || (!taken && is_named(p, start, end))) return false;
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
    if (row->trigger_start == QM_NONE && !find_verb(&p, row) && !find_ended(&p, row)) return;
    if (row->trigger_start < p.clause->start || row->trigger_end > p.clause->end) return;
    if (!find_behind(&p, row)) find_before(&p, row);
}
