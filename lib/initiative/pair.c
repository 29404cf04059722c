/* Verbs and objects of one clause become candidates, at most one per type. */
#include "initiative/scratch.h"

#define QM_MARK 0x3001u      /* 、 */
#define QM_FARTHEST 80       /* characters between the verb and the last object of a 、-list */
#define QM_FARTHEST_CLAUSE 8 /* clauses that a rule looks back */
#define QM_ITEM_MOST 12      /* characters of an item of a list beside the object */

typedef struct pairing {
    const qm_initiator *initiator;
    qm_initiative_scratch *scratch;
    const qm_text *text;
    const qm_clause *clause;
    uint32_t number; /* of the clause */
    bool wide;       /* words may stand too far apart in it, or too many between them */
} pairing;

static bool has_set(const uint32_t *slots, uint32_t count, uint32_t set)
{
    for (uint32_t i = 0; i < count; i++)
        if (slots[i] == set) return true;
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
static bool reaches(const pairing *p, const qm_pair_rule *rule, const qm_hit *verb,
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
    if (rule->scope == QM_SCOPE_LIST) return *distance <= QM_FARTHEST; /* 缺水、断路等都已解决 */
    if (is_turned(p, object->start)) return *distance <= rule->gap;
    return rule->order == QM_RULE_ANY && *distance <= (rule->gap + 1u) / 2;
}

static bool too_far(const qm_hit *a, const qm_hit *b)
{
    uint32_t low = a->end < b->end ? a->end : b->end;
    uint32_t high = a->start > b->start ? a->start : b->start;
    return high > low && high - low > QM_FARTHEST;
}

static int32_t pair_points(const qm_pair_rule *rule, uint32_t distance, uint8_t how)
{
    int32_t points = (int32_t)rule->points;
    if (rule->scope == QM_SCOPE_LIST) return points; /* its items stand where they may */
    if (distance > 8) points -= 1;
    if (how == QM_PAIR_TURNED && distance > 4) points -= 1;
    return points;
}

/* A rule that is asked for one of its objects. */
typedef struct asking {
    const qm_pair_rule *rule;
    const qm_hit *object;
    uint32_t number;   /* of the rule */
    uint32_t handicap; /* characters: a thing says more than a figure, where both would do */
} asking;

static bool is_verb_set(const pairing *p, const asking *a, uint32_t set)
{
    const uint32_t *sets = a->rule->sets;
    if (sets[0] != p->initiator->n_sets)
        return (set == sets[0]) | (set == sets[1]) | (set == sets[2]);
    const qm_bound_rule *own = &p->initiator->rules.at[a->number];
    return has_set(p->initiator->slots.at + own->first_slot, own->verbs, set);
}

static inline bool is_verb(const pairing *p, const asking *a, const qm_hit *hit)
{
    if (!(hit->verbs & a->rule->verbs)) return false; /* most */
    const uint32_t *sets = p->initiator->use_parts.at + hit->use->first;
    for (uint32_t i = 0; i < hit->use->n_sets; i++)
        if (is_verb_set(p, a, sets[i])) return true;
    return false;
}

/* What goes with the object. */
typedef struct qm_found {
    uint32_t verb_start, verb_end;
    uint32_t clause; /* of the verb, when it stands before that of the object; else QM_NONE */
    uint32_t distance;
    int32_t points;
    uint8_t pairing;
} qm_found;

/* It becomes the candidate of its type unless there is a better one. */
static int offer(const pairing *p, const asking *a, const qm_found *found)
{
    qm_initiative_scratch *scratch = p->scratch;
    const uint32_t type = a->rule->type;
    const qm_numbered *number = &scratch->candidate[type];
    qm_candidate *to;
    if (number->clock != scratch->clock) {
        if ((to = qm_candidate_new(scratch, type)) == NULL) return QM_E_NOMEM;
    } else {
        to = &scratch->now->candidates.at[number->number];
        if (found->points < to->rule_points ||
            (found->points == to->rule_points && found->distance >= to->distance))
            return QM_OK;
    }
    *to = (qm_candidate){.type = type,
                         .rule = a->number,
                         .clause = found->clause,
                         .verb_start = found->verb_start,
                         .verb_end = found->verb_end,
                         .object_start = a->object->start,
                         .object_end = a->object->end,
                         .distance = found->distance,
                         .rule_points = found->points,
                         .pairing = found->pairing};
    if (a->rule->scope == QM_SCOPE_LIST) to->pairing |= QM_PAIR_ITEM;
    return QM_OK;
}

/* The verb of a pair with the object, to the left of it or to the right; the nearest one that
 * is no farther than the best so far. */
static void look_aside(const pairing *p, const asking *a, int step, qm_found *best)
{
    const qm_hit *const hits = p->scratch->hits.at, *const object = a->object;
    const qm_hit *const end = step < 0 ? hits : hits + p->scratch->hits.count - 1;
    uint32_t words = 0, place = object->start; /* several may begin at one place */
    for (const qm_hit *verb = object; verb != end;) {
        uint32_t distance;
        uint8_t how;
        verb += step;
        if (p->wide) {
            if (verb->start != place && words++ == QM_MOST_LOOKED) return;
            place = verb->start;
            if (too_far(verb, object)) return;
        }
        if (!is_verb(p, a, verb)) continue;
        if (!reaches(p, a->rule, verb, object, &distance, &how) || distance >= best->distance)
            continue;
        if (is_blocked(p->scratch, a->rule->type, verb->start, verb->end)) continue;
        best->clause = QM_NONE;
        best->verb_start = verb->start;
        best->verb_end = verb->end;
        best->pairing = how;
        best->points = pair_points(a->rule, distance, how);
        best->distance = distance + a->handicap;
        return;
    }
}

/* The nearest verb of the rule on either side of the object. */
static int try_pair(const pairing *p, const asking *a)
{
    qm_found best = {.distance = UINT32_MAX};
    look_aside(p, a, -1, &best);
    look_aside(p, a, 1, &best);
    return best.distance == UINT32_MAX ? QM_OK : offer(p, a, &best);
}

/* A verb in a clause before, of the same sentence: the next one for `run`, any for `sentence`. */
static int try_past(const pairing *p, const asking *a)
{
    const qm_bound_rule *rule = &p->initiator->rules.at[a->number];
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
    const qm_found verb = {.verb_start = best->start,
                           .verb_end = best->end,
                           .clause = best->clause,
                           .distance = QM_FARTHEST,
                           .points = rule->points};
    return offer(p, a, &verb);
}

static void keep_past(const pairing *p)
{
    for (size_t i = 0; i < p->scratch->hits.count; i++) {
        const qm_hit *hit = &p->scratch->hits.at[i];
        const uint32_t *sets = p->initiator->use_parts.at + hit->use->first;
        for (uint32_t k = 0; k < hit->use->n_sets; k++)
            p->scratch->past[sets[k]] =
                (qm_past){p->clause->sentence + 1, p->number, hit->start, hit->end};
    }
}

static int try_alone(const pairing *p, const asking *a)
{
    const qm_found word = {.verb_start = a->object->start,
                           .verb_end = a->object->end,
                           .clause = QM_NONE,
                           .distance = UINT32_MAX, /* of equals a pair says more than a word */
                           .points = a->rule->points};
    return offer(p, a, &word);
}

/* Whether all words that must stand by do, and none that must not. */
static bool has_company(const pairing *p, const qm_bound_rule *rule)
{
    const uint32_t *needs = p->initiator->slots.at + rule->first_slot + rule->verbs + rule->objects;
    return (!rule->needs || qm_any_stands(p->initiator, p->scratch, needs, rule->needs)) &&
           (!rule->bars ||
            !qm_any_stands(p->initiator, p->scratch, needs + rule->needs, rule->bars));
}

static bool any_verb_stands(const pairing *p, const qm_bound_rule *rule)
{
    const uint32_t *verbs = p->initiator->slots.at + rule->first_slot;
    return !rule->verbs || qm_any_stands(p->initiator, p->scratch, verbs, rule->verbs);
}

/* Whether a 、 parts the object, and what little belongs to it, from something beside it. */
static bool is_in_list(const pairing *p, const qm_hit *object)
{
    const uint32_t *chars = p->text->chars;
    const uint32_t room = object->start - p->clause->start, behind = p->clause->end - object->end;
    for (uint32_t i = 0; i < QM_ITEM_MOST && i < room; i++)
        if (chars[object->start - 1 - i] == QM_MARK) return true;
    for (uint32_t i = 0; i < QM_ITEM_MOST && i < behind; i++)
        if (chars[object->end + i] == QM_MARK) return true;
    return false;
}

/* A rule some bits of whose verbs are those of words beside the object. */
static int try_rule(const pairing *p, const qm_attempt *attempt)
{
    const uint32_t number = qm_part_rule(attempt->part);
    const asking a = {&p->initiator->pair_rules[number], attempt->object, number,
                      attempt->part & QM_PART_FIGURE ? QM_FARTHEST : 0};
    const qm_bound_rule *own = &p->initiator->rules.at[number];
    if (a.rule->asks && !has_company(p, own)) return QM_OK;
    if (p->scratch->blocks.count > 0 &&
        is_blocked(p->scratch, a.rule->type, a.object->start, a.object->end))
        return QM_OK;
    if (a.rule->scope == QM_SCOPE_LIST && !is_in_list(p, a.object)) return QM_OK;
    if (qm_scope_looks_back(a.rule->scope) && !any_verb_stands(p, own)) return try_past(p, &a);
    if (a.rule->order != QM_RULE_ALONE) return try_pair(p, &a);
    return any_verb_stands(p, own) ? try_alone(p, &a) : QM_OK;
}

/* The rules of a hit that have bits of verbs beside it. Which they are nobody could foresee, so no
 * branch asks for it. */
static qm_attempt *add_attempts(const pairing *p, const qm_hit *hit, qm_attempt *to)
{
    const qm_initiative_scratch *scratch = p->scratch;
    const uint64_t beside =
        (scratch->verbs_once & ~hit->verbs) | scratch->verbs_twice | QM_VERB_NONE;
    const uint32_t *part = qm_use_rules(p->initiator->use_parts.at, hit->use);
    for (uint32_t left = hit->use->n_rules; left > 0; left--, part += QM_RULE_PARTS) {
        const uint64_t verbs = part[1] | (uint64_t)part[2] << 32;
        __builtin_prefetch(&p->initiator->pair_rules[qm_part_rule(*part)]);
        *to = (qm_attempt){hit, *part};
        to += (verbs & beside) != 0;
    }
    return to;
}

static int try_rules(const pairing *p)
{
    const qm_hit *const *object = p->scratch->objects.at;
    const qm_hit *const *last = object + p->scratch->objects.count;
    qm_attempt *attempt = p->scratch->attempts.at, *end = attempt;
    for (; object < last; object++) end = add_attempts(p, *object, end);
    for (; attempt < end; attempt++)
        if (try_rule(p, attempt) != QM_OK) return QM_E_NOMEM;
    return QM_OK;
}

int qm_clause_pair_words(const qm_initiator *initiator, qm_initiative_scratch *scratch)
{
    qm_read_clause *now = scratch->now;
    const qm_document *document = now->evidence.document;
    const uint32_t number = now->evidence.clause;
    const qm_clause *clause = &document->clauses->at[number];
    const pairing p = {initiator, scratch, document->text,
                       clause,    number,  clause->end - clause->start > QM_MOST_LOOKED};
    if (qm_clause_find_hits(initiator, scratch, &now->evidence) != QM_OK || try_rules(&p) != QM_OK)
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
