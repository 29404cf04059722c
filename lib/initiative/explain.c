#include "initiative/explain.h"
#include "initiative/scratch.h"

/* The rule that comes nearest to a clause that no rule has a pair in: one whose verb and object
 * both stand there, else one whose object does, else one whose verb does. */
typedef struct nearest {
    const qm_bound_rule *rule; /* NULL: none */
    uint32_t start, end;       /* of the object, or of the verb where that is missing */
    bool verb, object;         /* which of them stands in the clause */
} nearest;

typedef struct explaining {
    const qm_initiator *initiator;
    qm_initiative_scratch *scratch;
    const qm_document *document;
    nearest nearest; /* to the waiting clause */
    qm_buffer *out;
    int status; /* sticks once it is not QM_OK */
} explaining;

static void say(explaining *e, const char *text)
{
    if (e->status == QM_OK) e->status = qm_buffer_string(e->out, text);
}

static void say_bytes(explaining *e, qm_bytes text)
{
    if (e->status == QM_OK) e->status = qm_buffer_add(e->out, text.data, text.size);
}

static void say_number(explaining *e, int64_t number)
{
    char text[48];
    qm_value value = qm_number(number, 0);
    qm_value_text(&value, text, sizeof text);
    say(e, text);
}

/* The text as written; line breaks become blanks, so that a clause stays one line. */
static void say_span(explaining *e, uint32_t start, uint32_t end)
{
    const qm_text *text = e->document->text;
    if (end <= start) return;
    const char *at = text->bytes + text->starts[start];
    const char *stop = text->bytes + qm_text_end(text, end);
    while (at < stop) {
        const char *from = at;
        while (at < stop && *at != '\n' && *at != '\r' && *at != '\t') at++;
        say_bytes(e, (qm_bytes){from, (size_t)(at - from)});
        if (at < stop) say(e, " ");
        while (at < stop && (*at == '\n' || *at == '\r' || *at == '\t')) at++;
    }
}

static const char *role_name(uint8_t role)
{
    static const char *const names[] = {"",           "body",      "heading", "caption",   "byline",
                                        "list label", "table row", "quote",   "navigation"};
    return role < sizeof names / sizeof *names ? names[role] : "";
}

static void say_points(explaining *e, const qm_candidate *one)
{
    say_number(e, one->rule_points);
    say(e, one->rule == QM_NONE ? " no rule" : " rule");
    if (one->learnt) {
        say(e, ", ");
        say_number(e, one->learnt);
        say(e, " learnt");
    }
    if (one->around) {
        say(e, ", ");
        say_number(e, one->around);
        say(e, " from what stands around it");
    }
    for (qm_reason i = 0; i < QM_REASONS; i++) {
        if (!((one->reasons >> i) & 1)) continue;
        say(e, ", ");
        say_number(e, qm_reason_points(i));
        say(e, " ");
        say(e, qm_reason_name(i));
    }
}

static void say_evidence(explaining *e, const qm_candidate *one)
{
    if (one->rule == QM_NONE) return;
    say(e, ", rule ");
    say_bytes(e, e->initiator->rules.at[one->rule].name);
    say(e, " \"");
    say_span(e, one->verb_start, one->verb_end);
    if (one->object_start != one->verb_start) {
        say(e, "\" + \"");
        say_span(e, one->object_start, one->object_end);
    }
    say(e, "\"");
}

/* The features that spoke most for it, in points with one decimal. */
static void say_features(explaining *e, const qm_candidate *one)
{
    enum { MOST = 6 };
    qm_clause_feature features[MOST];
    if (!one->learnt || !e->initiator->classifier) return;
    size_t n = qm_classifier_features(e->initiator->classifier, &e->scratch->waiting->evidence,
                                      one->type, features, MOST);
    for (size_t i = 0; i < n; i++) {
        int32_t tenths = (features[i].points * 10 + 128) / 256;
        say(e, i ? ", " : "    learnt from ");
        say_number(e, tenths / 10);
        say(e, ".");
        say_number(e, tenths % 10);
        say(e, " ");
        say(e, features[i].kind);
        if (features[i].start == QM_NONE) continue;
        say(e, " \"");
        say_span(e, features[i].start, features[i].end);
        say(e, "\"");
    }
    if (n) say(e, "\n");
}

static void say_candidate(explaining *e, const qm_candidate *one)
{
    bool denied = one->flags & (QM_INITIATIVE_NEGATED | QM_INITIATIVE_HYPOTHETICAL);
    bool row = !one->lost && !denied;
    say(e, row ? "  row " : denied ? "  suppressed " : "  none ");
    say_bytes(e, e->initiator->types.at[one->type].id);
    say(e, " ");
    say(e, one->flags & QM_INITIATIVE_NEGATED        ? "negated"
           : one->flags & QM_INITIATIVE_HYPOTHETICAL ? "hypothetical"
                                                     : qm_initiative_status_name(one->status));
    say(e, ", ");
    say_number(e, qm_candidate_points(one));
    say(e, " points");
    say_evidence(e, one);
    say(e, ": ");
    say_points(e, one);
    if (one->short_of > 0) {
        say(e, "; ");
        say_number(e, one->short_of);
        say(e, " short");
    } else if (one->lost) {
        say(e, "; another type claims the same words");
    }
    say(e, "\n");
    say_features(e, one);
}

static bool verb_stands(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                        const qm_bound_rule *rule)
{
    return qm_any_stands(initiator, scratch, initiator->slots.at + rule->first_slot, rule->verbs);
}

/* A rule with its verb in the clause comes before one without, items of lists after other things.
 */
static bool is_nearer(const nearest *a, const nearest *b)
{
    const bool a_listed = a->rule->scope == QM_SCOPE_LIST;
    if (!b->rule) return true;
    if (a->verb != b->verb) return a->verb;
    if (a_listed != (b->rule->scope == QM_SCOPE_LIST)) return !a_listed;
    return a->rule->points > b->rule->points;
}

static nearest find_by_object(const qm_initiator *initiator, qm_initiative_scratch *scratch)
{
    nearest best = {.rule = NULL};
    for (size_t i = 0; i < scratch->hits.count; i++) {
        const qm_hit *hit = &scratch->hits.at[i];
        const uint32_t *part = qm_use_rules(initiator->use_parts.at, hit->use);
        for (uint32_t left = hit->use->n_rules; left > 0; left--, part += QM_RULE_PARTS) {
            const qm_bound_rule *rule = &initiator->rules.at[qm_part_rule(*part)];
            nearest one = {rule, hit->start, hit->end, false, true};
            if (best.rule == rule) continue;
            one.verb = verb_stands(initiator, scratch, rule);
            if (is_nearer(&one, &best)) best = one;
        }
    }
    return best;
}

static bool has_verb(const qm_initiator *initiator, const qm_bound_rule *rule, const qm_hit *hit)
{
    const uint32_t *verbs = initiator->slots.at + rule->first_slot;
    const uint32_t *own = initiator->use_parts.at + hit->use->first;
    for (uint32_t i = 0; i < rule->verbs; i++)
        for (uint32_t k = 0; k < hit->use->n_sets; k++)
            if (verbs[i] == own[k]) return true;
    return false;
}

/* Of the verbs in a clause without an object, the one that fewest rules know says most. */
static nearest find_by_verb(const qm_initiator *initiator, const qm_initiative_scratch *scratch)
{
    nearest best = {.rule = NULL};
    size_t fewest = SIZE_MAX;
    for (size_t i = 0; i < scratch->hits.count && i < QM_MOST_LOOKED; i++) {
        const qm_hit *hit = &scratch->hits.at[i];
        const qm_bound_rule *first = NULL;
        size_t rules = 0;
        if (!hit->use->bits.verb) continue;
        for (size_t r = initiator->rules.count; r > 0; r--) {
            if (!has_verb(initiator, &initiator->rules.at[r - 1], hit)) continue;
            first = &initiator->rules.at[r - 1];
            rules++;
        }
        if (!first || rules >= fewest) continue;
        fewest = rules;
        best = (nearest){first, hit->start, hit->end, true, false};
    }
    return best;
}

static nearest find_nearest(const qm_initiator *initiator, qm_initiative_scratch *scratch)
{
    const nearest object = find_by_object(initiator, scratch);
    if (object.rule && (object.verb || object.rule->scope != QM_SCOPE_LIST)) return object;
    const nearest verb = find_by_verb(initiator, scratch);
    return verb.rule ? verb : object;
}

static const char *what_lacks(const nearest *one)
{
    if (!one->object) return "\" and lacks an object\n";
    if (!one->rule->verbs)
        return "\" and lacks a word that must stand by, or has one that must not\n";
    return one->verb ? "\" and lacks a verb near enough\n" : "\" and lacks a verb\n";
}

static void say_nearest(explaining *e)
{
    if (!e->nearest.rule) return;
    say(e, "  none: rule ");
    say_bytes(e, e->nearest.rule->name);
    say(e, " has \"");
    say_span(e, e->nearest.start, e->nearest.end);
    say(e, what_lacks(&e->nearest));
}

/* The waiting clause, once the one behind it has been read. */
static void explain_clause(explaining *e)
{
    const qm_read_clause *waiting = e->scratch->waiting;
    uint32_t number = waiting->evidence.clause;
    const qm_clause *clause = &e->document->clauses->at[number];
    qm_clause_settle(e->initiator, e->scratch, true);
    say(e, "clause ");
    say_number(e, number);
    say(e, " ");
    say(e, role_name(clause->role));
    say(e, ": ");
    say_span(e, clause->start, clause->end);
    say(e, "\n");
    for (size_t i = 0; i < waiting->candidates.count; i++)
        say_candidate(e, &waiting->candidates.at[i]);
    if (waiting->candidates.count == 0 && qm_role_has_rows(clause->role)) say_nearest(e);
}

int qm_initiative_explain(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                          const qm_document *document, qm_buffer *out, qm_error *err)
{
    explaining e = {.initiator = initiator, .scratch = scratch, .document = document, .out = out};
    uint32_t count = (uint32_t)document->clauses->count;
    int status = QM_OK;
    qm_evidence_begin(scratch);
    if (initiator->classifier && !scratch->rules_only &&
        qm_readings_begin(initiator->classifier, scratch->readings, document) != QM_OK)
        return qm_fail_nomem(err);
    for (uint32_t i = 0; i < count && status == QM_OK; i++) {
        qm_carry_enter(&scratch->carry, document, i);
        status = qm_clause_weigh(initiator, scratch, document, i);
        if (status != QM_OK) break;
        qm_carry_leave(&scratch->carry, document, i, scratch);
        if (i > 0) explain_clause(&e);
        qm_clause_wait(scratch);
        if (qm_clause_find_hits(initiator, scratch, &scratch->waiting->evidence) != QM_OK)
            return qm_fail_nomem(err);
        e.nearest = find_nearest(initiator, scratch);
        status = e.status;
    }
    if (status == QM_OK && count > 0) {
        explain_clause(&e);
        status = e.status;
    }
    return status == QM_E_NOMEM ? qm_fail_nomem(err) : status;
}
