/* Verbs and objects of one clause become candidates, at most one per type. */
#include "initiative/scratch.h"

#define QM_MARK 0x3001u      /* 、 */
#define QM_FARTHEST 80       /* characters between the verb and the last object of a 、-list */
#define QM_FARTHEST_CLAUSE 8 /* clauses that a rule looks back */

typedef struct pairing {
    const qm_initiator *initiator;
    qm_initiative_scratch *scratch;
    const qm_text *text;
    const qm_clause *clause;
    uint32_t number; /* of the clause */
    bool wide;       /* words may stand too far apart in it */
} pairing;

static bool has_set(const uint32_t *slots, uint32_t count, uint32_t set)
{
    for (uint32_t i = 0; i < count; i++)
        if (slots[i] == set) return true;
    return false;
}

static bool any_stands(const qm_initiative_scratch *scratch, const uint32_t *slots, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (qm_has_set(scratch->sets, slots[i])) return true;
    return false;
}

static bool is_blocked(const qm_initiative_scratch *scratch, uint32_t type, uint32_t start,
                       uint32_t end)
{
    size_t most = scratch->blocks.count < QM_MOST_LOOKED ? scratch->blocks.count : QM_MOST_LOOKED;
    for (size_t i = 0; i < most; i++) {
        const qm_block_hit *block = &scratch->blocks.at[i];
        if (block->type == type && block->start < end && start < block->end) return true;
    }
    return false;
}

/* 把, 将, 被, 对 or 给 shortly before the object lets it stand before its verb. */
static bool is_turned(const pairing *p, uint32_t object_start)
{
    uint32_t from = object_start > p->clause->start + 10 ? object_start - 10 : p->clause->start;
    uint32_t jobs = 0;
    for (uint32_t i = from; i < object_start; i++)
        jobs |= qm_particle_jobs(&p->initiator->particles, p->text->chars[i]);
    return jobs & QM_PARTICLE_TURN;
}

/* Distance of a verb to an object that a 、-list parts: the list's length doesn't count. */
static bool listed(const pairing *p, const qm_hit *verb, const qm_hit *object, uint32_t gap,
                   uint32_t *distance)
{
    const uint32_t *chars = p->text->chars;
    if (object->start < verb->end || object->start - verb->end > QM_FARTHEST) return false;
    uint32_t first = verb->end, last = object->start;
    while (first < object->start && chars[first] != QM_MARK) first++;
    if (first == object->start) return false;
    while (chars[last - 1] != QM_MARK) last--;
    uint32_t head = first - verb->end, tail = object->start - last;
    if (head > gap + 6 || tail > gap) return false;
    *distance = tail;
    return true;
}

/* Whether verb and object make a pair of the rule, and how far they are apart. */
static bool reaches(const pairing *p, const qm_object_rule *rule, const qm_hit *verb,
                    const qm_hit *object, uint32_t *distance, uint8_t *how)
{
    if (verb->start < object->end && object->start < verb->end) return false;
    *how = 0;
    if (verb->start < object->start) {
        *distance = object->near_start - verb->near_end;
        if (*distance <= rule->gap) return true;
        *how = QM_PAIR_LISTED;
        return listed(p, verb, object, rule->gap, distance);
    }
    *how = QM_PAIR_TURNED;
    *distance = verb->near_start - object->near_end;
    if (is_turned(p, object->start)) return *distance <= rule->gap;
    return rule->order == QM_RULE_ANY && *distance <= (rule->gap + 1u) / 2;
}

static bool too_far(const qm_hit *a, const qm_hit *b)
{
    uint32_t low = a->end < b->end ? a->end : b->end;
    uint32_t high = a->start > b->start ? a->start : b->start;
    return high > low && high - low > QM_FARTHEST;
}

static int offer(qm_initiative_scratch *scratch, const qm_candidate *one)
{
    qm_candidates *candidates = &scratch->now->candidates;
    const qm_numbered *number = &scratch->candidate[one->type];
    if (number->clock != scratch->clock) return qm_candidate_add(scratch, one);
    qm_candidate *best = &candidates->at[number->number];
    if (one->rule_points > best->rule_points ||
        (one->rule_points == best->rule_points && one->distance < best->distance))
        *best = *one;
    return QM_OK;
}

static int32_t pair_points(const qm_object_rule *rule, uint32_t distance, uint8_t how)
{
    int32_t points = (int32_t)rule->points;
    if (distance > 8) points -= 1;
    if (how == QM_PAIR_TURNED && distance > 4) points -= 1;
    return points;
}

static inline bool is_verb(const pairing *p, const qm_object_rule *rule, uint32_t set)
{
    const uint32_t *sets = rule->sets;
    if (sets[0] != p->initiator->n_sets)
        return (set == sets[0]) | (set == sets[1]) | (set == sets[2]);
    const qm_bound_rule *own = &p->initiator->rules.at[rule->rule];
    return has_set(p->initiator->slots.at + own->first_slot, own->verbs, set);
}

/* The verb of a pair with the object, to the left of it or to the right; the nearest one that
 * is no farther than the best so far. */
static void look_aside(const pairing *p, const qm_object_rule *rule, const qm_hit *object, int step,
                       qm_candidate *best)
{
    const qm_hit *hits = p->scratch->hits.at;
    ptrdiff_t left = step < 0 ? object - hits : hits + p->scratch->hits.count - object - 1;
    const bool wide = p->wide;
    uint32_t words = 0, place = object->start; /* a word of many rules has many hits */
    for (const qm_hit *verb = object + step; left > 0; left--, verb += step) {
        uint32_t distance;
        uint8_t how;
        if (verb->start != place && words++ == QM_MOST_LOOKED) return;
        place = verb->start;
        if (wide && too_far(verb, object)) return;
        if (!is_verb(p, rule, verb->set)) continue;
        if (!reaches(p, rule, verb, object, &distance, &how) || distance >= best->distance)
            continue;
        if (is_blocked(p->scratch, rule->type, verb->start, verb->end)) continue;
        best->rule = rule->rule;
        best->verb_start = verb->start;
        best->verb_end = verb->end;
        best->pairing = how;
        best->rule_points = pair_points(rule, distance, how);
        /* A thing says more than a figure, where both would do. */
        best->distance =
            qm_has_set(p->initiator->figures, object->set) ? distance + QM_FARTHEST : distance;
        return;
    }
}

/* The nearest verb of the rule on either side of the object. */
static int try_pair(const pairing *p, const qm_object_rule *rule, const qm_hit *object)
{
    qm_candidate best;
    best.rule = QM_NONE;
    best.distance = UINT32_MAX;
    look_aside(p, rule, object, -1, &best);
    look_aside(p, rule, object, 1, &best);
    if (best.rule == QM_NONE) return QM_OK;
    const qm_candidate one = {.type = rule->type,
                              .rule = best.rule,
                              .clause = QM_NONE,
                              .verb_start = best.verb_start,
                              .verb_end = best.verb_end,
                              .object_start = object->start,
                              .object_end = object->end,
                              .distance = best.distance,
                              .rule_points = best.rule_points,
                              .pairing = best.pairing};
    return offer(p->scratch, &one);
}

/* A verb in a clause before, of the same sentence: the next one for `run`, any for `sentence`. */
static int try_past(const pairing *p, uint32_t number, const qm_hit *object)
{
    const qm_bound_rule *rule = &p->initiator->rules.at[number];
    const uint32_t *verbs = p->initiator->slots.at + rule->first_slot;
    const qm_past *best = NULL;
    for (uint32_t i = 0; i < rule->verbs; i++) {
        const qm_past *past = &p->scratch->past[verbs[i]];
        if (past->sentence != p->clause->sentence + 1 || past->clause >= p->number ||
            p->number - past->clause > QM_FARTHEST_CLAUSE)
            continue;
        if (rule->scope == QM_SCOPE_RUN && past->clause + 1 != p->number) continue;
        if (!best || past->start > best->start) best = past;
    }
    if (!best) return QM_OK;
    qm_candidate one = {.type = rule->type,
                        .rule = number,
                        .clause = best->clause,
                        .verb_start = best->start,
                        .verb_end = best->end,
                        .object_start = object->start,
                        .object_end = object->end,
                        .distance = QM_FARTHEST,
                        .rule_points = rule->points};
    return offer(p->scratch, &one);
}

static void keep_past(const pairing *p)
{
    for (size_t i = 0; i < p->scratch->hits.count; i++) {
        const qm_hit *hit = &p->scratch->hits.at[i];
        p->scratch->past[hit->set] =
            (qm_past){p->clause->sentence + 1, p->number, hit->start, hit->end};
    }
}

static int try_alone(const pairing *p, const qm_object_rule *rule, const qm_hit *hit)
{
    qm_candidate one = {.type = rule->type,
                        .rule = rule->rule,
                        .clause = QM_NONE,
                        .verb_start = hit->start,
                        .verb_end = hit->end,
                        .object_start = hit->start,
                        .object_end = hit->end,
                        .distance = UINT32_MAX, /* of equals a pair says more than a word */
                        .rule_points = rule->points};
    return offer(p->scratch, &one);
}

/* Whether all words that must stand by do, and none that must not. */
static bool has_company(const pairing *p, const qm_bound_rule *rule)
{
    const uint32_t *needs = p->initiator->slots.at + rule->first_slot + rule->verbs + rule->objects;
    return (!rule->needs || any_stands(p->scratch, needs, rule->needs)) &&
           (!rule->bars || !any_stands(p->scratch, needs + rule->needs, rule->bars));
}

static bool any_of_three(const uint64_t *sets, const uint32_t three[3])
{
    const uint32_t first = qm_has_set(sets, three[0]), second = qm_has_set(sets, three[1]);
    const uint32_t third = qm_has_set(sets, three[2]);
    return (first | second | third) != 0; /* no branch could foresee which */
}

static bool any_verb_stands(const pairing *p, const qm_bound_rule *rule)
{
    const uint32_t *verbs = p->initiator->slots.at + rule->first_slot;
    return !rule->verbs || any_stands(p->scratch, verbs, rule->verbs);
}

/* A rule some bits of whose verbs are those of words in the clause. */
static int try_rule(const pairing *p, const qm_object_rule *rule, const qm_hit *hit)
{
    const qm_initiative_scratch *scratch = p->scratch;
    const qm_bound_rule *own = &p->initiator->rules.at[rule->rule];
    const bool many = rule->sets[0] == p->initiator->n_sets;
    bool here = any_of_three(scratch->sets, rule->sets);
    if (many) here = any_verb_stands(p, own);
    if (!here && (!many || own->scope == QM_SCOPE_CLAUSE)) return QM_OK;
    if (rule->asks && !has_company(p, own)) return QM_OK;
    if (scratch->blocks.count && is_blocked(scratch, rule->type, hit->start, hit->end))
        return QM_OK;
    if (!here) return try_past(p, rule->rule, hit);
    return rule->order == QM_RULE_ALONE ? try_alone(p, rule, hit) : try_pair(p, rule, hit);
}

/* Leaves the objects to some bits of whose verbs there are words in the clause. Which they are
 * nobody could foresee, so no branch asks for it, and their rules are fetched. */
static void leave_objects(const pairing *p)
{
    const qm_object *const objects = p->initiator->objects;
    const qm_object_rule *const rules = p->initiator->object_rules;
    const uint64_t verbs = p->scratch->bits.verb;
    const qm_hit **at = p->scratch->objects.at, **to = at;
    const qm_hit *const *end = at + p->scratch->objects.count;
    for (; at < end; at++) {
        const qm_object *object = &objects[(*at)->set];
        __builtin_prefetch(&rules[object->first]);
        *to = *at;
        to += (object->verbs & verbs) != 0;
    }
    p->scratch->objects.count = (size_t)(to - p->scratch->objects.at);
}

/* The rules of each object whose verb stands in the clause. */
static int try_rules(const pairing *p)
{
    const qm_object *const objects = p->initiator->objects;
    const qm_object_rule *const rules = p->initiator->object_rules;
    const uint64_t verbs = p->scratch->bits.verb;
    leave_objects(p);
    const qm_hit *const *at = p->scratch->objects.at;
    const qm_hit *const *end = at + p->scratch->objects.count;
    for (; at < end; at++) {
        const qm_object *object = &objects[(*at)->set];
        const qm_object_rule *rule = rules + object->first, *last = rules + object->end;
        for (; rule < last; rule++)
            if ((rule->verbs & verbs) && try_rule(p, rule, *at) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

int qm_clause_pair_words(const qm_initiator *initiator, qm_initiative_scratch *scratch)
{
    qm_read_clause *now = scratch->now;
    const qm_document *document = now->evidence.document;
    const uint32_t number = now->evidence.clause;
    const qm_clause *clause = &document->clauses->at[number];
    const pairing p = {initiator, scratch, document->text,
                       clause,    number,  clause->end - clause->start > QM_FARTHEST};
    if (qm_clause_find_hits(initiator, scratch, &now->evidence, scratch->past != NULL) != QM_OK ||
        try_rules(&p) != QM_OK)
        return QM_E_NOMEM;
    if (scratch->past) keep_past(&p);
    now->evidence.n_ruled = (uint32_t)now->candidates.count;
    for (size_t i = 0; i < now->candidates.count; i++) {
        const qm_candidate *one = &now->candidates.at[i];
        now->ruled[i] = one->type;
        now->points[one->type] = one->rule_points;
    }
    return QM_OK;
}
