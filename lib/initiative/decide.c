/* From candidates to rows: what the clause around a pair says for and against it, what cues make
 * of it, and which of two types that claim the same words goes. */
#include "initiative/scratch.h"

enum {
    NEAR = 4,    /* characters that a near cue reaches */
    BESIDE = 2,  /* characters between 已 and the act that it says to be over */
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

static bool bit(uint32_t bits, uint32_t category)
{
    return (bits >> category) & 1;
}

/* ---- cues ---- */

static bool stop_between(const qm_cue_hits *cues, uint32_t from, uint32_t to)
{
    for (size_t i = 0; i < cues->count; i++) {
        const qm_cue_hit *cue = &cues->at[i];
        if (cue->category == QM_CUE_STOP && cue->start >= from && cue->end <= to) return true;
    }
    return false;
}

static bool cue_holds(const qm_cue_hits *cues, const qm_cue_hit *cue, const qm_clause *clause,
                      uint32_t trigger_start, uint32_t trigger_end)
{
    const bool before = cue->end <= trigger_start; /* 村集体收入 of 收入为零 begins before it */
    const bool behind =
        cue->start >= trigger_end || (cue->start > trigger_start && cue->end > trigger_end);
    if (cue->scope == QM_CUE_SECTION) return false; /* is for headings */
    if (cue->direction == QM_CUE_START) return cue->start <= clause->start + 1;
    /* A cell of a table tells the state of the whole row. */
    if (clause->role == QM_ROLE_TABLE_ROW && cue->scope != QM_CUE_NEAR) return true;
    /* 深化, 落实: the verb itself may be the cue. */
    if (cue->scope == QM_CUE_NEAR && cue->start == trigger_start)
        return cue->direction != QM_CUE_BACK;
    if (cue->scope == QM_CUE_NEAR)
        return (cue->direction != QM_CUE_BACK && before && trigger_start - cue->end <= NEAR) ||
               (cue->direction != QM_CUE_AHEAD && behind && cue->start - trigger_end <= NEAR);
    if (before && cue->direction != QM_CUE_BACK)
        return !stop_between(cues, cue->end, trigger_start);
    if (behind && cue->direction != QM_CUE_AHEAD)
        return !stop_between(cues, trigger_end, cue->start);
    return false;
}

enum { MECHANISM = 31 }; /* bit: 推行, 落实 …: ongoing only where nothing is counted */

enum {
    PART = 18,     /* points that this has for what goes on */
    HABIT = 8,     /* that the clause before has, where it says how often and nothing is counted */
    UNDER_WAY = 8, /* that a heading like 在建 has beside the weights, which saw too few of them */
    UNTOLD_STATUS = 6 /* against plans and what goes on in a sentence without a word for it */
};

/* The first quantity behind a cue, at most `reach` characters away; NULL where there is none. */
static const qm_quantity *quantity_behind(const qm_clause_evidence *evidence, const qm_cue_hit *cue,
                                          uint32_t reach)
{
    const qm_quantities *quantities = evidence->document->quantities;
    uint32_t next = qm_span_from(QM_SPANS(quantities), evidence->first_quantity, cue->end);
    if (next == quantities->count || quantities->at[next].start > cue->end + reach) return NULL;
    return &quantities->at[next];
}

/* 完成70%: what is said to be done by a share is still going on. */
static bool is_partial(const qm_clause_evidence *evidence, const qm_cue_hit *cue)
{
    const qm_quantity *next = quantity_behind(evidence, cue, 2);
    return next && next->kind == QM_KIND_PERCENT &&
           qm_number_compare(next->low, qm_number(1, 2)) < 0;
}

/* 每年多收4.4万元: how much a year it is, not what is done every year. */
static bool is_rate(const qm_initiator *initiator, const qm_clause_evidence *evidence,
                    const qm_cue_hit *cue)
{
    const qm_quantity *next = quantity_behind(evidence, cue, 8);
    const uint32_t first = evidence->document->text->chars[cue->start];
    return next && next->kind == QM_KIND_MONEY &&
           (qm_particle_jobs(&initiator->particles, first) & QM_PARTICLE_EACH);
}

/* 收入不足3万元, 收益只有2万元: the amount that a cue begins or goes with; NULL: none. */
static const qm_quantity *denied_amount(const qm_clause_evidence *evidence, const qm_cue_hit *cue)
{
    const qm_quantities *quantities = evidence->document->quantities;
    const uint32_t next =
        qm_span_from(QM_SPANS(quantities), evidence->first_quantity, cue->start + 1);
    if (cue->category != QM_CUE_NEG || next == quantities->count) return NULL;
    const qm_quantity *amount = &quantities->at[next];
    return amount->start < cue->end + (amount->kind == QM_KIND_MONEY) ? amount : NULL;
}

/* A clause that ends with little money tells a state; 收入不足3万元的农户 are who they are, and
 * 收入不到一年就翻番 is another matter. */
static bool is_state(const qm_clause_evidence *evidence, const qm_quantity *amount)
{
    return amount->kind == QM_KIND_MONEY &&
           amount->end == evidence->document->clauses->at[evidence->clause].end;
}

const qm_quantity *qm_clause_little(const qm_read_clause *waiting)
{
    for (size_t i = 0; i < waiting->cues.count; i++) {
        const qm_quantity *amount = denied_amount(&waiting->evidence, &waiting->cues.at[i]);
        if (amount && is_state(&waiting->evidence, amount)) return amount;
    }
    return NULL;
}

/* What stands under 存在的问题 was not done; under 存在的问题和下步打算 it may be planned. */
static uint32_t unsolved(uint32_t section)
{
    return bit(section, QM_CUE_PLAN) ? 0 : section & 1u << QM_CUE_NEG;
}

/* The cues of the waiting clause and around it that hold for a trigger, as bits over
 * qm_cue_category. */
static uint32_t cues_on(const qm_initiator *initiator, const qm_read_clause *waiting,
                        uint32_t trigger_start, uint32_t trigger_end)
{
    const qm_background *background = &waiting->background;
    const qm_clause_evidence *evidence = &waiting->evidence;
    const qm_clause *clause = &evidence->document->clauses->at[evidence->clause];
    uint32_t bits = 0, near = background->sentence | background->paragraph;
    for (size_t i = 0; i < waiting->cues.count; i++) {
        const qm_cue_hit *cue = &waiting->cues.at[i];
        uint32_t category = cue->category;
        if (category == QM_CUE_ONGOING && cue->scope == QM_CUE_NEAR) category = MECHANISM;
        const qm_quantity *amount = denied_amount(evidence, cue);
        if (bit(bits, category) ||
            !(amount ? is_state(evidence, amount)
                     : cue_holds(&waiting->cues, cue, clause, trigger_start, trigger_end)))
            continue;
        if (category == QM_CUE_DONE && is_partial(evidence, cue)) category = QM_CUE_PARTLY;
        if (category == QM_CUE_ONGOING && is_rate(initiator, evidence, cue)) continue;
        bits |= 1u << category;
    }
    return bits | (background->sentence & 1u << QM_CUE_HYPO) | unsolved(background->section) |
           (near & 1u << QM_CUE_OTHER) | ((near | background->section) & 1u << QM_CUE_PROFILE);
}

static bool is_opening(uint32_t character)
{
    return character == '(' || character == 0xFF08;
}

static bool is_closing(uint32_t character)
{
    return character == ')' || character == 0xFF09;
}

enum { TITLE_REACH = 2 }; /* paragraphs, within which the first heading is the title */

/* 2025年工作要点: four digits are a year and number nothing. */
static bool is_year(const uint8_t *classes)
{
    for (int i = 0; i < 4; i++)
        if (classes[i] != QM_CHAR_DIGIT) return false;
    return true;
}

/* How deep a heading stands: the title before 一、 before （一） before 1. What numbers it is part
 * of its clause, or stands before it where text follows in the same line. */
static uint32_t heading_level(const qm_carry *carry, const qm_document *document,
                              const qm_clause *clause)
{
    const uint32_t *at = document->text->chars + clause->start; /* text is padded in front */
    const uint8_t *classes = document->text->classes + clause->start;
    bool marked = at[-1] == '.' || at[-1] == 0xFF0E || at[-1] == 0x3001; /* 、 */
    if (is_opening(at[0]) || is_closing(at[-1])) return 2;
    const bool listed = classes[0] == QM_CHAR_DIGIT && !is_year(classes);
    if (listed || (marked && classes[-2] == QM_CHAR_DIGIT)) return 3;
    bool numbered = marked || at[1] == 0x3001;
    return numbered || carry->heading != QM_NONE || clause->paragraph > TITLE_REACH;
}

/* All bits where it is so: where sentences and paragraphs begin nobody could foresee, so no branch
 * asks for it. */
static uint32_t mask(bool so)
{
    return so ? UINT32_MAX : 0;
}

void qm_carry_enter(qm_carry *carry, const qm_document *document, uint32_t number)
{
    const qm_clause *clause = &document->clauses->at[number];
    const uint32_t same = mask((clause->sentence == carry->sentence_number) & (number > 0));
    carry->opens = (carry->opens & same) | (number & ~same);
    carry->sentence &= same;
    carry->lead &= same;
    carry->paragraph &= mask(clause->paragraph == carry->paragraph_number);
    carry->sentence_number = clause->sentence;
    carry->paragraph_number = clause->paragraph;
}

/* Where a heading ends but for what stands in brackets: 三年规划（2024—2026）. */
static uint32_t heading_end(const qm_document *document, const qm_clause *clause)
{
    const uint32_t *chars = document->text->chars;
    uint32_t end = clause->end;
    bool bracket = end > clause->start && is_closing(chars[end - 1]);
    for (uint32_t at = end; bracket && at > clause->start; at--)
        if (is_opening(chars[at - 1])) return at - 1;
    return end;
}

static void enter_heading(qm_carry *carry, const qm_document *document, uint32_t number,
                          const qm_initiative_scratch *scratch)
{
    const qm_clause *clause = &document->clauses->at[number];
    /* What goes on in its line is of its rank: （一）建好管网，力争六月完工 */
    const bool goes_on =
        number > 0 && carry->heading == number - 1 && clause[-1].paragraph == clause->paragraph;
    const uint32_t level = goes_on ? carry->level : heading_level(carry, document, clause);
    uint32_t bits = goes_on ? carry->levels[level] : 0;
    uint32_t end = heading_end(document, clause);
    for (size_t i = 0; i < scratch->now->cues.count; i++) {
        const qm_cue_hit *cue = &scratch->now->cues.at[i];
        bool last = cue->direction != QM_CUE_BACK || cue->end + 1 >= end;
        if (cue->start >= end) continue; /* what brackets say is when, not what */
        if (cue->scope == QM_CUE_SECTION && last) bits |= 1u << cue->category;
    }
    /* Of a report on last year and a plan for the next, the title says nothing. */
    if (bit(bits, QM_CUE_PLAN) && bit(bits, QM_CUE_DONE)) bits = 0;
    /* A heading that says nothing stands under the one above it that does. */
    carry->levels[level] = bits;
    for (uint32_t i = level + 1; i < QM_HEADING_LEVELS; i++) carry->levels[i] = 0;
    carry->section = 0;
    for (uint32_t i = 0; i <= level; i++)
        if (carry->levels[i]) carry->section = carry->levels[i];
    carry->heading = number;
    carry->level = level;
}

void qm_carry_leave(qm_carry *carry, const qm_document *document, uint32_t number,
                    const qm_initiative_scratch *scratch)
{
    const qm_clause *clause = &document->clauses->at[number];
    const qm_held_cues *held = &scratch->now->held;
    if (clause->role == QM_ROLE_HEADING) enter_heading(carry, document, number, scratch);
    /* How often something is done is said of one clause, plans of all that follow. */
    const uint32_t lasts = carry->sentence & ~(1u << QM_CUE_ONGOING);
    const uint32_t sentence = (lasts & mask(!held->stops)) | held->sentence;
    carry->paragraph |= held->paragraph;
    /* What a sentence begins with as a plan is the plan of all that it lists. */
    const uint32_t leads =
        mask((carry->opens == number) | ((clause->flags & QM_CLAUSE_ENDS_COLON) != 0));
    const uint32_t listed = mask((clause->flags & QM_CLAUSE_ENDS_SEMICOLON) != 0);
    carry->lead = (carry->lead & ~leads) | (sentence & leads & 1u << QM_CUE_PLAN);
    carry->sentence = (carry->lead & listed) | (sentence & ~listed);
}

/* ---- points ---- */

/* What speaks for and against a type of which the weights know nothing. */
static void weigh_context(qm_candidate *one, const qm_clause *clause, uint32_t cues, bool measured)
{
    uint32_t why = 0;
    if (measured) why |= 1u << QM_WHY_QUANTITY;
    if (bit(cues, QM_CUE_DONE)) why |= 1u << QM_WHY_DONE;
    if (clause->role == QM_ROLE_CAPTION) why |= 1u << QM_WHY_CAPTION;
    if (clause->role == QM_ROLE_QUOTE) why |= 1u << QM_WHY_SPEECH;
    if (bit(cues, QM_CUE_RESULT)) why |= 1u << QM_WHY_RESULT;
    if (bit(cues, QM_CUE_FRAME)) why |= 1u << QM_WHY_FRAME;
    if (bit(cues, QM_CUE_PROFILE)) why |= 1u << QM_WHY_PROFILE;
    if (one->flags & QM_INITIATIVE_OTHERS) why |= 1u << QM_WHY_OTHERS;
    if (one->flags & QM_INITIATIVE_EXHORTED) why |= 1u << QM_WHY_EXHORT;
    one->reasons = why;
    for (qm_reason i = 0; i < QM_REASONS; i++)
        if (bit(why, i)) one->context += reasons[i].points;
}

static uint8_t choose_flags(const qm_candidate *one, uint32_t cues, bool measured)
{
    const bool exhorted = bit(cues, QM_CUE_EXHORT) && !measured && !bit(cues, QM_CUE_DONE);
    uint32_t flags = one->flags;
    flags |= exhorted ? QM_INITIATIVE_EXHORTED : 0;
    flags |= bit(cues, QM_CUE_OTHER) ? QM_INITIATIVE_OTHERS : 0;
    flags |= bit(cues, QM_CUE_NEG) ? QM_INITIATIVE_NEGATED : 0;
    flags |= bit(cues, QM_CUE_HYPO) ? QM_INITIATIVE_HYPOTHETICAL : 0;
    flags |= one->pairing & QM_PAIR_LISTED ? QM_INITIATIVE_LISTED : 0;
    flags |= one->rule == QM_NONE ? QM_INITIATIVE_LEARNT : 0;
    return (uint8_t)flags;
}

/* Points of each status where no weights tell. */
static void ask_cues(uint32_t cues, const qm_background *background, int32_t points[QM_STATUSES])
{
    const uint32_t behind = background->sentence | background->paragraph;
    points[0] = INT32_MIN;
    points[QM_STATUS_DONE] = bit(cues, QM_CUE_DONE) ? 8 : 2;
    points[QM_STATUS_ONGOING] = bit(cues, QM_CUE_ONGOING)                       ? 10
                                : bit(cues, MECHANISM) && !background->measured ? 8
                                : bit(behind, QM_CUE_ONGOING)                   ? 5
                                : bit(background->section, QM_CUE_ONGOING)      ? 12
                                                                                : 0;
    points[QM_STATUS_PLANNED] = bit(cues, QM_CUE_PLAN)                  ? 6
                                : bit(behind, QM_CUE_PLAN)              ? 7
                                : bit(background->section, QM_CUE_PLAN) ? 12
                                                                        : 0;
}

/* share: points that a share which is done has for what goes on. */
static uint8_t choose_status(const int32_t points[QM_STATUSES], int32_t share)
{
    const int32_t ongoing = points[QM_STATUS_ONGOING] + share;
    uint8_t best = QM_STATUS_DONE;
    if (ongoing > points[best]) best = QM_STATUS_ONGOING;
    const int32_t most = best == QM_STATUS_ONGOING ? ongoing : points[best];
    return points[QM_STATUS_PLANNED] > most ? QM_STATUS_PLANNED : best;
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

static void fight(const qm_initiator *initiator, qm_candidate *a, qm_candidate *b)
{
    size_t n = initiator->types.count;
    uint8_t ground_a = initiator->fights[a->type * n + b->type];
    uint8_t ground_b = initiator->fights[b->type * n + a->type];
    bool ruled = a->rule != QM_NONE && b->rule != QM_NONE;
    bool objects = ruled && overlap(a->object_start, a->object_end, b->object_start, b->object_end);
    bool shared =
        objects || (ruled && overlap(a->verb_start, a->verb_end, b->verb_start, b->verb_end));
    if (ground_a == QM_FIGHT_CLAUSE || (ground_a == QM_FIGHT_WORD && shared)) {
        b->lost = true;
    } else if (ground_b == QM_FIGHT_CLAUSE || (ground_b == QM_FIGHT_WORD && shared)) {
        a->lost = true;
    } else if (objects) {
        if (is_better(a, b)) b->lost = true;
        else a->lost = true;
    }
}

static void fight_all(const qm_initiator *initiator, qm_candidates *candidates)
{
    for (size_t i = 0; i < candidates->count; i++)
        for (size_t k = i + 1; k < candidates->count; k++)
            if (!candidates->at[i].lost && !candidates->at[k].lost)
                fight(initiator, &candidates->at[i], &candidates->at[k]);
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
 * as the others there. */
static bool is_item(const qm_clause_evidence *evidence, const qm_candidate *one)
{
    enum { COMMA = 0x3001 };
    const qm_document *document = evidence->document;
    const uint32_t *chars = document->text->chars; /* text is padded in front */
    const qm_quantities *quantities = document->quantities;
    if (one->rule == QM_NONE || one->rule_points < QM_POINTS_ROW) return false;
    const uint32_t next =
        qm_span_from(QM_SPANS(quantities), evidence->first_quantity, one->object_end);
    if (next >= evidence->end_quantity || quantities->at[next].start != one->object_end)
        return false;
    return chars[quantities->at[next].end] == COMMA || (chars + one->object_start)[-1] == COMMA ||
           (chars + one->verb_start)[-1] == COMMA;
}

/* What stands around an item of a list, other items as a rule, says little against it. */
static void stand_by_itself(qm_candidate *one)
{
    enum { DOUBT = 4 }; /* points against it that may come from the other items */
    const int32_t doubt = one->learnt < 0 && one->learnt >= -DOUBT ? -one->learnt : 0;
    if (one->around < doubt) one->around = doubt;
}

/* Whether the document is no more than a sentence, as a rule. */
static bool is_sentence(const qm_document *document)
{
    enum { CLAUSES = 3 };
    return document->clauses->count <= CLAUSES;
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
    enum { LONGEST = 20, BETWEEN = 6 };
    const qm_clause *clause = &evidence->document->clauses->at[evidence->clause];
    const bool ahead = one->verb_start < one->object_start;
    const uint32_t gap =
        ahead ? one->object_start - one->verb_end : one->verb_start - one->object_end;
    const uint32_t end = amount_end(evidence, ahead ? one->object_end : one->verb_end);
    return clause->role == QM_ROLE_BODY && clause->end - clause->start <= LONGEST &&
           gap <= BETWEEN && end + 1 >= clause->end; /* 了 may follow */
}

/* What stands around an act is learnt from whole reports, which seldom tell of one without a word
 * more. A sentence by itself has nothing around it: there a rule is enough where the clause is
 * plain and no cue speaks against it. */
static void stand_alone(const qm_initiator *initiator, const qm_read_clause *waiting,
                        qm_candidate *one)
{
    const uint32_t against = 1u << QM_CUE_NEG | 1u << QM_CUE_HYPO | 1u << QM_CUE_EXHORT |
                             1u << QM_CUE_OTHER | 1u << QM_CUE_RESULT | 1u << QM_CUE_FRAME |
                             1u << QM_CUE_PROFILE;
    if (one->rule_points < QM_POINTS_ROW || one->around >= -one->learnt ||
        !is_plain(&waiting->evidence, one) ||
        cues_on(initiator, waiting, one->verb_start, one->verb_end) & against)
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
        if (is_item(&scratch->waiting->evidence, one)) stand_by_itself(one);
        if (adds_nothing(initiator, scratch, around, one))
            one->around = -one->rule_points - one->learnt;
    }
    qm_candidate *best = best_candidate(candidates);
    if (best && is_sentence(scratch->waiting->evidence.document))
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

/* 村道砌了边沟，还差盖板: the clause behind says what is left to do of what the waiting one tells.
 */
static bool is_left_open(const qm_initiative_scratch *scratch)
{
    const qm_read_clause *now = scratch->now;
    const qm_clause_evidence *waiting = &scratch->waiting->evidence;
    const qm_clause *clause = &waiting->document->clauses->at[waiting->clause];
    const bool behind = now->evidence.document == waiting->document &&
                        now->evidence.clause == waiting->clause + 1 &&
                        now->opens == scratch->waiting->opens;
    if (!behind || clause->flags & QM_CLAUSE_ENDS_SEMICOLON) return false;
    for (size_t i = 0; i < now->cues.count; i++) {
        const qm_cue_hit *cue = &now->cues.at[i];
        if (cue->category == QM_CUE_PARTLY && cue->scope == QM_CUE_SENTENCE &&
            cue->direction == QM_CUE_BACK && cue->start <= clause[1].start + 1)
            return true;
    }
    return false;
}

/* How much the rows of the waiting clause are each status, by the weights. */
typedef struct status_points {
    int32_t points[QM_STATUSES];
    bool asked, told; /* told: they know */
} status_points;

/* 每月组织: what is done again and again is no plan, unless somebody says so. */
static void prefer_habit(const qm_clause_evidence *evidence, int32_t points[QM_STATUSES])
{
    const uint32_t near = evidence->cues | evidence->cues_behind | evidence->cues_above;
    if (!bit(evidence->cues, QM_CUE_ONGOING) || bit(near, QM_CUE_PLAN)) return;
    if (points[QM_STATUS_PLANNED] > points[QM_STATUS_ONGOING])
        points[QM_STATUS_PLANNED] = points[QM_STATUS_ONGOING];
}

/* The weights are asked once for all rows of the clause, and only if there are some. */
static void ask_weights(const qm_initiator *initiator, const qm_initiative_scratch *scratch,
                        const qm_clause_around *around, status_points *learnt)
{
    if (learnt->asked) return;
    learnt->asked = true;
    learnt->told =
        around->own && qm_status_points(initiator->classifier, &scratch->waiting->evidence, around,
                                        learnt->points);
    if (learnt->told) prefer_habit(&scratch->waiting->evidence, learnt->points);
    if (learnt->told && bit(scratch->waiting->background.section, QM_CUE_ONGOING))
        learnt->points[QM_STATUS_ONGOING] += UNDER_WAY;
}

/* 已, 现已, 实际: whether a cue says that what comes behind it is over by now, or that it is
 * another matter, which some cue says to be over. */
static bool is_by_now(const qm_initiator *initiator, const qm_read_clause *waiting,
                      const qm_cue_hit *cue, bool done)
{
    const uint32_t *chars = waiting->evidence.document->text->chars;
    const qm_particles *particles = &initiator->particles;
    const uint32_t jobs = qm_particle_jobs(particles, chars[cue->start]) |
                          qm_particle_jobs(particles, chars[cue->end - 1]);
    return (cue->category == QM_CUE_DONE && jobs & QM_PARTICLE_ALREADY) ||
           (cue->category == QM_CUE_STOP && done);
}

bool qm_clause_is_by_now(const qm_initiator *initiator, const qm_read_clause *waiting)
{
    const uint32_t cues = waiting->evidence.cues;
    if (!waiting->background.measured || bit(cues, QM_CUE_PLAN) || bit(cues, QM_CUE_NEG) ||
        bit(cues, QM_CUE_HYPO))
        return false;
    for (size_t i = 0; i < waiting->cues.count; i++)
        if (is_by_now(initiator, waiting, &waiting->cues.at[i], bit(cues, QM_CUE_DONE)))
            return true;
    return false;
}

/* Whether a cue right before the act says that it is over by now. */
static bool is_said_over(const qm_initiator *initiator, const qm_read_clause *waiting,
                         const qm_candidate *one, bool done)
{
    for (uint32_t i = 0; i < waiting->cues.count; i++) {
        const qm_cue_hit *cue = &waiting->cues.at[i];
        if (cue->end > one->verb_start || !is_by_now(initiator, waiting, cue, done)) continue;
        if (one->rule == QM_NONE ? waiting->background.measured
                                 : one->verb_start <= cue->end + BESIDE)
            return true;
    }
    return false;
}

/* 计划修路3公里，目前已硬化2公里: what is said to be done by now is no plan because another clause
 * is one. */
static bool is_done_by_now(const qm_initiator *initiator, const qm_read_clause *waiting,
                           uint32_t cues, const qm_candidate *one)
{
    return !bit(cues, QM_CUE_PLAN) && bit(waiting->background.sentence, QM_CUE_PLAN) &&
           is_said_over(initiator, waiting, one, bit(cues, QM_CUE_DONE));
}

/* 路灯已安装到位 is done, where no word in the clause says that it goes on: the reports that the
 * weights are learnt from say 已 of every second thing that is half done. */
static bool is_over(const qm_initiator *initiator, const qm_read_clause *waiting, uint32_t cues,
                    const qm_candidate *one)
{
    const uint32_t open =
        1u << QM_CUE_PLAN | 1u << QM_CUE_ONGOING | 1u << QM_CUE_PARTLY | 1u << QM_CUE_HYPO;
    return !(cues & open) && one->rule != QM_NONE && is_said_over(initiator, waiting, one, false);
}

/* Then it is done, unless a word says that it goes on. */
static void plan_no_more(uint32_t cues, int32_t points[QM_STATUSES])
{
    const uint8_t instead = bit(cues, QM_CUE_ONGOING) ? QM_STATUS_ONGOING : QM_STATUS_DONE;
    for (int i = QM_STATUS_DONE; i <= QM_STATUS_PLANNED; i++)
        if (points[i] > points[instead]) points[instead] = points[i];
    points[QM_STATUS_PLANNED] = INT32_MIN;
}

/* 对村道进行改造: reports tell by other sentences what is planned or goes on; a sentence by itself
 * has a word for it. */
static void expect_words(uint32_t cues, int32_t points[QM_STATUSES])
{
    const uint32_t open = 1u << QM_CUE_ONGOING | 1u << QM_CUE_PARTLY;
    if (!bit(cues, QM_CUE_PLAN)) points[QM_STATUS_PLANNED] -= UNTOLD_STATUS;
    if (!(cues & open)) points[QM_STATUS_ONGOING] -= UNTOLD_STATUS;
}

/* known: to the weights, which have counted role, cues and quantities already. */
static void judge(const qm_initiator *initiator, const qm_initiative_scratch *scratch, bool known,
                  const status_points *learnt, qm_candidate *one)
{
    const qm_read_clause *waiting = scratch->waiting;
    const qm_clause_evidence *evidence = &waiting->evidence;
    const qm_clause *clause = &evidence->document->clauses->at[evidence->clause];
    const bool measured = waiting->background.measured;
    int32_t told[QM_STATUSES];
    uint32_t cues = cues_on(initiator, waiting, one->verb_start, one->verb_end);
    one->flags = choose_flags(one, cues, measured);
    if (!known) weigh_context(one, clause, cues, measured);
    if (learnt->told) memcpy(told, learnt->points, sizeof told);
    else ask_cues(cues, &waiting->background, told);
    if (learnt->told && is_sentence(evidence->document)) expect_words(cues, told);
    if (is_done_by_now(initiator, waiting, cues, one)) plan_no_more(cues, told);
    if (is_over(initiator, waiting, cues, one)) told[QM_STATUS_ONGOING] = told[QM_STATUS_DONE];
    const bool partly = bit(cues, QM_CUE_PARTLY) || is_left_open(scratch);
    const bool framed = bit(waiting->background.sentence, QM_CUE_ONGOING) && !measured;
    one->status = choose_status(told, partly ? PART : framed ? HABIT : 0);
}

void qm_clause_settle(const qm_initiator *initiator, qm_initiative_scratch *scratch, bool all)
{
    qm_candidates *candidates = &scratch->waiting->candidates;
    status_points learnt = {.asked = false};
    if (candidates->count == 0) return;
    qm_clause_around around = around_waiting(initiator, scratch);
    if (around.own) look_around(initiator, scratch, &around);
    for (size_t i = 0; i < candidates->count; i++) {
        qm_candidate *one = &candidates->at[i];
        const bool known = is_known(initiator, scratch, one->type);
        if (all || !known || qm_candidate_points(one) >= QM_POINTS_ROW) {
            ask_weights(initiator, scratch, &around, &learnt);
            judge(initiator, scratch, known, &learnt, one);
        }
        one->short_of = QM_POINTS_ROW - qm_candidate_points(one);
        one->lost = one->short_of > 0;
    }
    if (candidates->count < 2) return;
    ask_seconds(initiator, scratch);
    fight_all(initiator, candidates);
}
