/* From candidates to rows: what the clause around a pair says for and against it, and which of two
 * types that claim the same words goes. */
#include "initiative/scratch.h"

enum {
    CLEARLY = 2, /* points by which a clause beside tells the act rather than this one */
    SECOND = 3,  /* points that a second type needs on top */
    UNTOLD = 2,  /* that a second type needs of which no rule knows, though it is no rival */
    FEWEST = 5   /* characters beside dates that a clause must have to be an act by itself */
};

static const struct {
    int32_t points;
    const char *name;
} reasons[QM_REASONS] = {
    [QM_WHY_QUANTITY] = {2, "measured"},
    [QM_WHY_DONE] = {1, "said to be done"},
    [QM_WHY_CAPTION] = {-1, "a caption"},
    [QM_WHY_SPEECH] = {-1, "speech"},
    [QM_WHY_RESULT] = {-3, "a result"},
    [QM_WHY_FRAME] = {-6, "an aim or frame"},
    [QM_WHY_EXHORT] = {-6, "a duty"},
    [QM_WHY_OTHERS] = {-8, "somebody else's doing"},
    [QM_WHY_PROFILE] = {-8, "a profile or award"},
};

int32_t qm_reason_points(qm_reason reason)
{
    return reasons[reason].points;
}

const char *qm_reason_name(qm_reason reason)
{
    return reasons[reason].name;
}

/* ---- points ---- */

/* why: a bit set over qm_reason. */
static void give_reasons(qm_candidate *one, uint32_t why)
{
    one->reasons = why;
    for (qm_reason i = 0; i < QM_REASONS; i++)
        if (qm_has_cue(why, i)) one->context += reasons[i].points;
}

/* What speaks for and against a type of which the weights know nothing. */
static void weigh_context(qm_candidate *one, const qm_clause *clause, uint32_t cues, bool measured)
{
    uint32_t why = 0;
    if (measured) why |= 1u << QM_WHY_QUANTITY;
    if (qm_has_cue(cues, QM_CUE_DONE)) why |= 1u << QM_WHY_DONE;
    if (clause->role == QM_ROLE_CAPTION) why |= 1u << QM_WHY_CAPTION;
    if (clause->role == QM_ROLE_QUOTE) why |= 1u << QM_WHY_SPEECH;
    if (qm_has_cue(cues, QM_CUE_RESULT)) why |= 1u << QM_WHY_RESULT;
    if (qm_has_cue(cues, QM_CUE_FRAME)) why |= 1u << QM_WHY_FRAME;
    if (qm_has_cue(cues, QM_CUE_PROFILE)) why |= 1u << QM_WHY_PROFILE;
    if (one->flags & QM_INITIATIVE_OTHERS) why |= 1u << QM_WHY_OTHERS;
    if (one->flags & QM_INITIATIVE_EXHORTED) why |= 1u << QM_WHY_EXHORT;
    give_reasons(one, why);
}

static uint8_t choose_flags(const qm_candidate *one, uint32_t cues, bool measured)
{
    const bool exhorted =
        qm_has_cue(cues, QM_CUE_EXHORT) && !measured && !qm_has_cue(cues, QM_CUE_DONE);
    uint32_t flags = one->flags;
    flags |= exhorted ? QM_INITIATIVE_EXHORTED : 0;
    flags |= qm_has_cue(cues, QM_CUE_OTHER) ? QM_INITIATIVE_OTHERS : 0;
    flags |= qm_has_cue(cues, QM_CUE_NEG) ? QM_INITIATIVE_NEGATED : 0;
    flags |= qm_has_cue(cues, QM_CUE_HYPO) ? QM_INITIATIVE_HYPOTHETICAL : 0;
    flags |= one->pairing & QM_PAIR_LISTED ? QM_INITIATIVE_LISTED : 0;
    flags |= one->rule == QM_NONE ? QM_INITIATIVE_LEARNT : 0;
    return (uint8_t)flags;
}

/* ---- fights ---- */

static bool overlap(uint32_t a_start, uint32_t a_end, uint32_t b_start, uint32_t b_end)
{
    return a_start < b_end && b_start < a_end;
}

/* Longer object, then score, then order of the taxonomy. */
static bool is_better(const qm_candidate *a, const qm_candidate *b)
{
    uint32_t a_size = a->object_end - a->object_start, b_size = b->object_end - b->object_start;
    if (a_size != b_size) return a_size > b_size;
    if (qm_candidate_points(a) != qm_candidate_points(b))
        return qm_candidate_points(a) > qm_candidate_points(b);
    return a->rule < b->rule;
}

/* 畜牧产业粪污处理: of two words in one item of a list the last one says what it is. */
static bool is_outdone(const uint32_t *chars, const qm_candidate *one, const qm_candidate *other)
{
    enum { COMMA = 0x3001 };
    if (!(one->pairing & other->pairing & QM_PAIR_ITEM) || one->object_end > other->object_start)
        return false;
    for (uint32_t i = one->object_end; i < other->object_start; i++)
        if (chars[i] == COMMA) return false;
    return true;
}

static void fight(const qm_initiator *initiator, const uint32_t *chars, qm_candidate *a,
                  qm_candidate *b)
{
    size_t n = initiator->types.count;
    uint8_t ground_a = initiator->fights[a->type * n + b->type];
    uint8_t ground_b = initiator->fights[b->type * n + a->type];
    bool ruled = a->rule != QM_NONE && b->rule != QM_NONE;
    bool objects = ruled && overlap(a->object_start, a->object_end, b->object_start, b->object_end);
    bool items = a->pairing & b->pairing & QM_PAIR_ITEM; /* share their verb by right */
    bool shared = objects || (ruled && !items &&
                              overlap(a->verb_start, a->verb_end, b->verb_start, b->verb_end));
    const bool a_wins = ground_a == QM_FIGHT_CLAUSE || (ground_a == QM_FIGHT_WORD && shared);
    const bool b_wins = ground_b == QM_FIGHT_CLAUSE || (ground_b == QM_FIGHT_WORD && shared);
    if (a_wins || b_wins) (a_wins ? b : a)->lost = true;
    else if (is_outdone(chars, a, b) || (objects && !is_better(a, b))) a->lost = true;
    else if (is_outdone(chars, b, a) || objects) b->lost = true;
}

static void fight_all(const qm_initiator *initiator, const uint32_t *chars,
                      qm_candidates *candidates)
{
    for (size_t i = 0; i < candidates->count; i++)
        for (size_t k = i + 1; k < candidates->count; k++)
            if (!candidates->at[i].lost && !candidates->at[k].lost)
                fight(initiator, chars, &candidates->at[i], &candidates->at[k]);
}

/* ---- the whole ---- */

/* Whether the next FEWEST characters are none of them punctuation. */
static bool are_content(const uint8_t *classes)
{
    uint64_t eight, ones = QM_EACH_BYTE(1), others = ~UINT64_C(0) << 8 * FEWEST;
    memcpy(&eight, classes, sizeof eight);
    eight = (qm_little_endian(eight) ^ QM_EACH_BYTE(QM_CHAR_PUNCT)) | others;
    return ((eight - ones) & ~eight & ones << 7) == 0; /* no byte is 0 */
}

/* 同时, 去年三月, 驻村期间: what only frames the clauses beside it is no act by itself. */
static bool is_bare(const qm_document *document, const qm_clause_evidence *evidence, bool measured)
{
    const qm_clause *clause = &document->clauses->at[evidence->clause];
    const qm_text *text = document->text;
    const uint8_t *classes = text->classes + clause->start;
    uint32_t content = 0, next = evidence->first_quantity;
    /* Most have enough of it at once; one branch is foreseen better than two. */
    const bool is_long = clause->end - clause->start >= FEWEST;
    const bool figures = next < evidence->end_quantity;
    if (measured | (is_long & !figures & are_content(classes))) return false;
    if (!is_long) return true;
    for (uint32_t at = clause->start; at < clause->end && content < FEWEST; at++) {
        while (next < evidence->end_quantity && document->quantities->at[next].end <= at) next++;
        bool figure = next < evidence->end_quantity && document->quantities->at[next].start <= at;
        content += !figure && text->classes[at] != QM_CHAR_PUNCT;
    }
    return content < FEWEST;
}

qm_candidate *qm_candidate_new(qm_initiative_scratch *scratch, uint32_t type)
{
    qm_candidates *candidates = &scratch->now->candidates;
    if (qm_array_reserve(scratch->alloc, candidates, candidates->count + 1) != QM_OK) return NULL;
    scratch->candidate[type] = (qm_numbered){scratch->clock, (uint32_t)candidates->count};
    return &candidates->at[candidates->count++];
}

static bool is_known(const qm_initiator *initiator, const qm_initiative_scratch *scratch,
                     uint32_t type)
{
    return !scratch->rules_only && initiator->learnt.at[type];
}

/* Candidates of the weights alone; also those that fall short, since the clauses beside may speak
 * for them. */
static int add_learnt(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                      qm_clause_scores *scores)
{
    const qm_clause_evidence *evidence = &scratch->now->evidence;
    const uint32_t end = evidence->document->clauses->at[evidence->clause].end;
    for (uint32_t type; (type = qm_score_take(initiator->classifier, scores)) != 0;) {
        if (scratch->candidate[type].clock == scratch->clock) continue;
        const int32_t points = qm_score_type(initiator->classifier, scores, evidence, type);
        qm_candidate *one = qm_candidate_new(scratch, type);
        if (!one) return QM_E_NOMEM;
        *one = (qm_candidate){.type = type,
                              .rule = QM_NONE,
                              .clause = QM_NONE,
                              .verb_start = end,
                              .verb_end = end,
                              .object_start = end,
                              .object_end = end,
                              .learnt = points};
    }
    return QM_OK;
}

/* What the weights say of the candidates of the rules, and which types they see beside them. */
static int learn(const qm_initiator *initiator, qm_initiative_scratch *scratch, bool bare)
{
    const qm_classifier *classifier = initiator->classifier;
    const qm_clause_evidence *evidence = &scratch->now->evidence;
    const qm_candidates *candidates = &scratch->now->candidates;
    qm_heard *heard = &scratch->heard[evidence->clause % QM_HEARD];
    if (!classifier || scratch->rules_only) return QM_OK;
    qm_classify_clause(classifier, evidence, scratch->readings, &heard->scores);
    heard->clause = evidence->clause;
    for (size_t i = 0; i < candidates->count; i++) {
        qm_candidate *one = &candidates->at[i];
        one->learnt = qm_score_type(classifier, &heard->scores, evidence, one->type);
    }
    if (bare || heard->scores.reached == 0) return QM_OK;
    return add_learnt(initiator, scratch, &heard->scores);
}

int qm_clause_judge(const qm_initiator *initiator, qm_initiative_scratch *scratch)
{
    const qm_carry *carry = &scratch->carry;
    const qm_clause_evidence *evidence = &scratch->now->evidence;
    const qm_document *document = evidence->document;
    qm_background *background = &scratch->now->background;
    background->sentence = carry->sentence;
    background->paragraph = carry->paragraph;
    background->section = carry->section;
    return learn(initiator, scratch, is_bare(document, evidence, background->measured));
}

/* ---- the clauses beside it ---- */

/* A clause of the same sentence that the weights were asked about says something for its neighbour.
 * Which are of it nobody could foresee, so no branch asks for it. */
static const qm_clause_scores *scores_beside(const qm_initiative_scratch *scratch, uint32_t number)
{
    const qm_clause_evidence *own = &scratch->waiting->evidence;
    const qm_clause *clauses = own->document->clauses->at;
    const qm_heard *heard = &scratch->heard[number % QM_HEARD];
    const bool asked = heard->clause == number; /* it may be none */
    const uint32_t beside = asked ? number : own->clause;
    const bool same = clauses[beside].sentence == clauses[own->clause].sentence;
    return (asked & same) ? &heard->scores : NULL;
}

/* The waiting clause and those beside it; own is NULL where the weights were not asked about it. */
static qm_clause_around around_waiting(const qm_initiator *initiator,
                                       qm_initiative_scratch *scratch)
{
    const uint32_t number = scratch->waiting->evidence.clause;
    qm_heard *own = &scratch->heard[number % QM_HEARD];
    if (own->clause != number) return (qm_clause_around){.own = NULL};
    qm_classify_rank(initiator->classifier, &own->scores);
    return (qm_clause_around){.own = &own->scores,
                              .before = scores_beside(scratch, number - 1),
                              .behind = scores_beside(scratch, number + 1)};
}

/* Points that the rules and the weights give a type in a clause beside the waiting one. */
static int32_t points_beside(const qm_initiator *initiator, const qm_initiative_scratch *scratch,
                             const qm_clause_scores *scores, uint32_t type)
{
    const qm_clause_evidence *own = &scratch->waiting->evidence;
    if (!scores) return 0;
    return qm_score_type(initiator->classifier, scores, own, type) + own->rule_points[type];
}

/* 游客闻着茶香来了，村里拾掇出六间客房: where the clause beside it tells the act, one that could
 * not stand alone is no part of it. */
static bool adds_nothing(const qm_initiator *initiator, const qm_initiative_scratch *scratch,
                         const qm_clause_around *around, const qm_candidate *one)
{
    const int32_t sum = one->rule_points + one->learnt;
    if (sum >= QM_POINTS_ROW) return false;
    const int32_t before = points_beside(initiator, scratch, around->before, one->type);
    const int32_t behind = points_beside(initiator, scratch, around->behind, one->type);
    const int32_t most = before > behind ? before : behind;
    return most >= QM_POINTS_ROW + CLEARLY && most > sum + 2 * CLEARLY;
}

static bool is_apart(const qm_initiator *initiator, const qm_candidate *a, const qm_candidate *b)
{
    bool means = initiator->means.at[a->type] != initiator->means.at[b->type];
    bool ruled = a->rule_points >= QM_POINTS_ROW && b->rule_points >= QM_POINTS_ROW;
    return means ||
           (ruled && a->verb_start == b->verb_start && a->object_start != b->object_start &&
            !overlap(a->object_start, a->object_end, b->object_start, b->object_end));
}

/* Money is no rival of what it is used for, nor are two things in a list that share a verb: the
 * best of such types beside one, or 0. */
static uint32_t best_apart(const qm_initiator *initiator, const qm_candidates *candidates,
                           const qm_candidate *one)
{
    const qm_candidate *best = NULL;
    for (size_t i = 0; i < candidates->count; i++) {
        const qm_candidate *other = &candidates->at[i];
        if (other == one || !is_apart(initiator, one, other)) continue;
        if (!best || other->rule_points + other->learnt > best->rule_points + best->learnt)
            best = other;
    }
    return best ? best->type : 0;
}

/* 硬化道路1.2公里、安装路灯30盏: what rules see beside its own amount in a list is told as plainly
 * as the others there, and so is what a rule for lists sees (解决缺水、断路、讨薪等难题). */
static bool is_item(const qm_clause_evidence *evidence, const qm_candidate *one)
{
    enum { COMMA = 0x3001 };
    const qm_document *document = evidence->document;
    const uint32_t *chars = document->text->chars; /* text is padded in front */
    const qm_quantities *quantities = document->quantities;
    if (one->rule == QM_NONE || one->rule_points < QM_POINTS_ROW) return false;
    if (one->pairing & QM_PAIR_ITEM) return true;
    const uint32_t next =
        qm_span_from(QM_SPANS(quantities), evidence->first_quantity, one->object_end);
    if (next >= evidence->end_quantity || quantities->at[next].start != one->object_end)
        return false;
    return chars[quantities->at[next].end] == COMMA || (chars + one->object_start)[-1] == COMMA ||
           (chars + one->verb_start)[-1] == COMMA;
}

/* Whether no cue says that it is anything but an act. */
static bool is_asserted(uint32_t cues)
{
    const uint32_t against = 1u << QM_CUE_NEG | 1u << QM_CUE_HYPO | 1u << QM_CUE_EXHORT |
                             1u << QM_CUE_OTHER | 1u << QM_CUE_RESULT | 1u << QM_CUE_FRAME |
                             1u << QM_CUE_PROFILE;
    return !(cues & against);
}

/* What stands around an item of a list, other items as a rule, says little against it. Where the
 * rule is one for lists it says nothing, and neither does the rule where nobody says that it was
 * done: all problems are told of in lists. */
static void stand_by_itself(const qm_initiator *initiator, const qm_read_clause *waiting,
                            qm_candidate *one)
{
    enum { DOUBT = 4 }; /* points against it that may come from the other items */
    const bool listed = one->pairing & QM_PAIR_ITEM;
    uint32_t cues = listed ? qm_cues_on(initiator, waiting, one->verb_start, one->verb_end) : 0;
    if (waiting->background.measured || qm_has_cue(cues, QM_CUE_DONE))
        cues &= ~(1u << QM_CUE_FRAME); /* 依托单位优势解决了缺水、断路等难题 */
    if (!is_asserted(cues)) {
        one->around -= one->rule_points;
        return;
    }
    const int32_t doubt = one->learnt < 0 && (listed || one->learnt >= -DOUBT) ? -one->learnt : 0;
    if (one->around < doubt) one->around = doubt;
}

/* The end of the amount that begins at `at`; `at` where none does. */
static uint32_t amount_end(const qm_clause_evidence *evidence, uint32_t at)
{
    const qm_quantities *quantities = evidence->document->quantities;
    const uint32_t next = qm_span_from(QM_SPANS(quantities), evidence->first_quantity, at);
    return next < evidence->end_quantity && quantities->at[next].start == at
               ? quantities->at[next].end
               : at;
}

/* 慰问留守儿童, 文化广场已建成: a clause that says what was done to what and little more. */
static bool is_plain(const qm_clause_evidence *evidence, const qm_candidate *one)
{
    enum { LONGEST = 20, BETWEEN = 6, TAIL = 2 }; /* characters: 了, 产业, 建设 */
    const qm_clause *clause = &evidence->document->clauses->at[evidence->clause];
    const bool ahead = one->verb_start < one->object_start;
    const uint32_t gap =
        ahead ? one->object_start - one->verb_end : one->verb_start - one->object_end;
    const uint32_t end = amount_end(evidence, ahead ? one->object_end : one->verb_end);
    return clause->role == QM_ROLE_BODY && clause->end - clause->start <= LONGEST &&
           gap <= BETWEEN && end + TAIL >= clause->end;
}

/* What stands around an act is learnt from whole reports, which seldom tell of one without a word
 * more. A sentence by itself has nothing around it: there a rule is enough where the clause is
 * plain and no cue speaks against it. */
static void stand_alone(const qm_initiator *initiator, const qm_read_clause *waiting,
                        qm_candidate *one)
{
    if (one->rule_points < QM_POINTS_ROW || one->around >= -one->learnt ||
        !is_plain(&waiting->evidence, one) ||
        !is_asserted(qm_cues_on(initiator, waiting, one->verb_start, one->verb_end)))
        return;
    one->around = -one->learnt;
}

/* The candidate of the clause with most points. */
static qm_candidate *best_candidate(const qm_candidates *candidates)
{
    qm_candidate *best = NULL;
    for (size_t i = 0; i < candidates->count; i++) {
        qm_candidate *one = &candidates->at[i];
        if (one->lost || (best && qm_candidate_points(one) <= qm_candidate_points(best))) continue;
        best = one;
    }
    return best;
}

static void look_around(const qm_initiator *initiator, const qm_initiative_scratch *scratch,
                        qm_clause_around *around)
{
    const qm_candidates *candidates = &scratch->waiting->candidates;
    for (size_t i = 0; i < candidates->count; i++) {
        qm_candidate *one = &candidates->at[i];
        around->ruled = one->rule_points >= QM_POINTS_ROW;
        around->apart = candidates->count > 1 ? best_apart(initiator, candidates, one) : 0;
        one->around = qm_around_points(initiator->classifier, around, one->type);
        if (is_item(&scratch->waiting->evidence, one))
            stand_by_itself(initiator, scratch->waiting, one);
        if (adds_nothing(initiator, scratch, around, one))
            one->around = -one->rule_points - one->learnt;
    }
    qm_candidate *best = best_candidate(candidates);
    if (best && qm_is_sentence(scratch->waiting->evidence.document))
        stand_alone(initiator, scratch->waiting, best);
}

/* One act in a clause is the rule: a second type needs more. */
static void ask_seconds(const qm_initiator *initiator, qm_initiative_scratch *scratch)
{
    qm_candidates *candidates = &scratch->waiting->candidates;
    const qm_candidate *best = best_candidate(candidates);
    for (size_t i = 0; i < candidates->count; i++) {
        qm_candidate *one = &candidates->at[i];
        if (one == best || one->lost || !is_known(initiator, scratch, one->type)) continue;
        if (is_item(&scratch->waiting->evidence, one)) continue;
        bool apart = is_apart(initiator, best, one);
        one->short_of += !apart ? SECOND : one->rule == QM_NONE ? UNTOLD : 0;
        one->lost = one->short_of > 0;
    }
}

/* known: to the weights, which have counted role, cues and quantities already. */
static void judge(const qm_initiator *initiator, const qm_initiative_scratch *scratch, bool known,
                  const qm_learnt_status *learnt, qm_candidate *one)
{
    const qm_read_clause *waiting = scratch->waiting;
    const qm_clause_evidence *evidence = &waiting->evidence;
    const qm_clause *clause = &evidence->document->clauses->at[evidence->clause];
    const bool measured = waiting->background.measured;
    const uint32_t cues = qm_cues_on(initiator, waiting, one->verb_start, one->verb_end);
    one->flags = choose_flags(one, cues, measured);
    if (!known) weigh_context(one, clause, cues, measured);
    one->status = qm_status_of(initiator, scratch, cues, learnt, one);
    /* 各组要抓好排查: reports look back, so that their weights take a duty for what is done. */
    if (known && one->flags & QM_INITIATIVE_EXHORTED && one->status != QM_STATUS_PLANNED)
        give_reasons(one, 1u << QM_WHY_EXHORT);
}

void qm_clause_settle(const qm_initiator *initiator, qm_initiative_scratch *scratch, bool all)
{
    qm_candidates *candidates = &scratch->waiting->candidates;
    qm_learnt_status learnt = {.asked = false};
    if (candidates->count == 0) return;
    qm_clause_around around = around_waiting(initiator, scratch);
    if (around.own) look_around(initiator, scratch, &around);
    for (size_t i = 0; i < candidates->count; i++) {
        qm_candidate *one = &candidates->at[i];
        const bool known = is_known(initiator, scratch, one->type);
        if (all || !known || qm_candidate_points(one) >= QM_POINTS_ROW) {
            qm_status_ask(initiator, scratch, &around, &learnt);
            judge(initiator, scratch, known, &learnt, one);
        }
        one->short_of = QM_POINTS_ROW - qm_candidate_points(one);
        one->lost = one->short_of > 0;
    }
    if (candidates->count < 2) return;
    ask_seconds(initiator, scratch);
    fight_all(initiator, scratch->waiting->evidence.document->text->chars, candidates);
}
