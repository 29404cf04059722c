/* All clauses of a document, one after the other, and the runs that they make. */
#include "initiative/scratch.h"

#define QM_RUN_ROWS 128
#define QM_RUN_CLAUSES 3 /* clauses of result that a row takes in behind its own */

static int make_tables(qm_initiative_scratch *made, const qm_initiator *initiator)
{
    const qm_allocator *alloc = made->alloc;
    made->n_sets = initiator->n_sets;
    made->n_types = (uint32_t)initiator->types.count;
    made->n_classes = (uint32_t)initiator->classes.count + 1;
    made->class_stamps = qm_alloc_zero(alloc, made->n_classes * sizeof *made->class_stamps);
    made->candidate = qm_alloc_zero(alloc, made->n_types * sizeof *made->candidate);
    made->set_stamps = qm_alloc_zero(alloc, (made->n_sets + 1) * sizeof *made->set_stamps);
    bool all = made->class_stamps && made->candidate && made->set_stamps;
    for (int i = 0; i < 2; i++) {
        qm_read_clause *read = &made->reads[i];
        read->points = qm_alloc_zero(alloc, made->n_types * sizeof *read->points);
        read->ruled = qm_alloc_zero(alloc, made->n_types * sizeof *read->ruled);
        all = all && read->points && read->ruled;
        read->evidence.classes = read->classes;
        read->evidence.rule_points = read->points;
        read->evidence.ruled = read->ruled;
    }
    if (initiator->looks_back) {
        made->past = qm_alloc_zero(alloc, (made->n_sets + 1) * sizeof *made->past);
        all = all && made->past;
    }
    return all ? QM_OK : QM_E_NOMEM;
}

int qm_initiative_scratch_new(qm_initiative_scratch **out, const qm_initiator *initiator,
                              const qm_allocator *alloc, qm_error *err)
{
    qm_initiative_scratch *made = qm_alloc_zero(alloc, sizeof *made);
    if (!made) return qm_fail_nomem(err);
    made->alloc = alloc;
    made->now = &made->reads[0];
    made->waiting = &made->reads[1];
    if (make_tables(made, initiator) != QM_OK || qm_words_forget(made) != QM_OK ||
        qm_readings_new(&made->readings, alloc, err) != QM_OK) {
        qm_initiative_scratch_free(made);
        return qm_fail_nomem(err);
    }
    *out = made;
    return QM_OK;
}

void qm_initiative_scratch_free(qm_initiative_scratch *scratch)
{
    if (!scratch) return;
    const qm_allocator *alloc = scratch->alloc;
    for (int i = 0; i < 2; i++) {
        qm_read_clause *read = &scratch->reads[i];
        qm_array_free(alloc, &read->candidates);
        qm_array_free(alloc, &read->cues);
        qm_release(alloc, read->points, scratch->n_types * sizeof *read->points);
        qm_release(alloc, read->ruled, scratch->n_types * sizeof *read->ruled);
    }
    qm_array_free(alloc, &scratch->words);
    qm_array_free(alloc, &scratch->kept);
    qm_array_free(alloc, &scratch->hits);
    qm_array_free(alloc, &scratch->objects);
    qm_array_free(alloc, &scratch->attempts);
    qm_array_free(alloc, &scratch->blocks);
    qm_array_free(alloc, &scratch->runs);
    qm_array_free(alloc, &scratch->words_on);
    qm_release(alloc, scratch->past, (scratch->n_sets + 1) * sizeof *scratch->past);
    qm_release(alloc, scratch->set_stamps, (scratch->n_sets + 1) * sizeof *scratch->set_stamps);
    qm_release(alloc, scratch->class_stamps, scratch->n_classes * sizeof *scratch->class_stamps);
    qm_release(alloc, scratch->candidate, scratch->n_types * sizeof *scratch->candidate);
    qm_readings_free(scratch->readings);
    qm_release(alloc, scratch, sizeof *scratch);
}

/* ---- evidence, for training and tests ---- */

void qm_evidence_begin(qm_initiative_scratch *scratch)
{
    scratch->carry = (qm_carry){.heading = QM_NONE};
    for (int i = 0; i < QM_HEARD; i++) scratch->heard[i].clause = QM_NONE;
    scratch->near_entity = 0;
    scratch->next_quantity = 0;
    (void)qm_words_forget(scratch); /* there has been room since it was made */
    if (scratch->past) memset(scratch->past, 0, scratch->n_sets * sizeof *scratch->past);
}

int qm_evidence_of_clause(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                          const qm_document *document, uint32_t clause, qm_clause_evidence *out,
                          qm_error *err)
{
    qm_carry_enter(&scratch->carry, document, clause);
    if (qm_clause_gather(initiator, scratch, document, clause) != QM_OK ||
        qm_clause_pair(initiator, scratch) != QM_OK)
        return qm_fail_nomem(err);
    *out = scratch->now->evidence;
    qm_carry_leave(&scratch->carry, document, clause, scratch);
    return QM_OK;
}

int qm_clause_weigh(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                    const qm_document *document, uint32_t number)
{
    int status = qm_clause_gather(initiator, scratch, document, number);
    if (status != QM_OK || !qm_role_has_rows(document->clauses->at[number].role)) return status;
    status = qm_clause_pair(initiator, scratch);
    return status == QM_OK ? qm_clause_judge(initiator, scratch) : status;
}

/* ---- runs ---- */

/* Whether a clause without an act of its own has figures or results: it goes to the one before. */
static bool is_tail(const qm_read_clause *waiting)
{
    const qm_clause_evidence *evidence = &waiting->evidence;
    const qm_clause *clause = &evidence->document->clauses->at[evidence->clause];
    if (!qm_role_has_rows(clause->role)) return false;
    if (evidence->cues & (1u << QM_CUE_STOP | 1u << QM_CUE_NEG | 1u << QM_CUE_HYPO)) return false;
    return evidence->end_quantity > evidence->first_quantity ||
           (evidence->cues & 1u << QM_CUE_RESULT);
}

typedef struct finding {
    const qm_initiator *initiator;
    qm_initiative_scratch *scratch;
    const qm_document *document;
    bool keep_suppressed;
    qm_initiatives *out;
    qm_u32_array *measures;
    size_t open;       /* first row whose run may still grow */
    qm_candidate poor; /* of the clause before, which tells of little money; its type may be 0 */
    const qm_quantity *little; /* that */
} finding;

static void take_evidence(const qm_candidate *one, qm_initiative *row)
{
    row->trigger_start = one->verb_start;
    row->trigger_end = one->verb_end;
    row->object_start = one->object_start;
    row->object_end = one->object_end;
    row->rule = one->rule == QM_NONE ? 0 : one->rule + 1;
    row->score = qm_candidate_points(one);
    row->status = one->status;
    row->flags = one->flags;
    if (one->rule == QM_NONE)
        row->trigger_start = row->trigger_end = row->object_start = row->object_end = QM_NONE;
    else if (one->verb_start == one->object_start) row->object_start = row->object_end = QM_NONE;
}

static qm_near near_waiting(const finding *f)
{
    const qm_clause_evidence *evidence = &f->scratch->waiting->evidence;
    const qm_entities *entities = f->document->entities;
    const uint32_t start = f->document->clauses->at[evidence->clause].start;
    uint32_t *entity = &f->scratch->near_entity;
    if (entities) *entity = qm_span_behind(QM_SPANS(entities), *entity, start);
    return (qm_near){evidence->first_quantity, *entity};
}

static int add_row(finding *f, const qm_candidate *one, uint32_t number)
{
    uint32_t first = one->clause == QM_NONE ? number : one->clause;
    const qm_read_clause *waiting = f->scratch->waiting;
    const qm_clause *clause = &f->document->clauses->at[first];
    if (qm_array_reserve(f->scratch->alloc, &f->scratch->runs, f->out->count + 1) != QM_OK ||
        qm_array_reserve(f->scratch->alloc, f->out, f->out->count + 1) != QM_OK)
        return QM_E_NOMEM;
    qm_initiative *row = &f->out->at[f->out->count];
    *row = (qm_initiative){.start = clause->start,
                           .end = clause->end,
                           .actor_start = QM_NONE,
                           .actor_end = QM_NONE,
                           .place_start = QM_NONE,
                           .place_end = QM_NONE,
                           .time_start = QM_NONE,
                           .time_end = QM_NONE,
                           .type = one->type};
    take_evidence(one, row);
    f->scratch->runs.at[f->out->count++] = (qm_run){.first = first,
                                                    .last = number,
                                                    .head = number,
                                                    .opens = waiting->opens,
                                                    .quantity = waiting->opens_quantity,
                                                    .match = waiting->match,
                                                    .near = near_waiting(f),
                                                    .score = row->score,
                                                    .alone = one->rule_points + one->learnt};
    return QM_OK;
}

/* Rows further back than these are not looked at: a sentence may go on for a whole text. */
static size_t first_near(const finding *f)
{
    return f->out->count - f->open > QM_RUN_ROWS ? f->out->count - QM_RUN_ROWS : f->open;
}

/* Two clauses side by side that say the same are one act, unless rules saw one in each or each
 * could stand alone. */
static bool join_row(finding *f, const qm_candidate *one, uint32_t number)
{
    for (size_t i = f->out->count, last = first_near(f); i > last; i--) {
        qm_initiative *row = &f->out->at[i - 1];
        qm_run *run = &f->scratch->runs.at[i - 1];
        if (row->type != one->type || run->last + 1 != number) continue;
        if (row->rule != 0 && one->rule != QM_NONE) return false;
        if (row->status == QM_STATUS_PLANNED && one->status == QM_STATUS_DONE) return false;
        if (one->rule_points + one->learnt >= QM_POINTS_ROW && run->alone >= QM_POINTS_ROW)
            return false;
        if (row->flags & (QM_INITIATIVE_NEGATED | QM_INITIATIVE_HYPOTHETICAL)) return false;
        run->last = number;
        if (row->rule == 0 && one->rule != QM_NONE) take_evidence(one, row);
        if (qm_candidate_points(one) > run->score) {
            run->score = qm_candidate_points(one);
            run->head = number;
            run->match = f->scratch->waiting->match;
            run->near = near_waiting(f);
        }
        return true;
    }
    return false;
}

static bool comes_before(const qm_initiative *a, const qm_initiative *b)
{
    return a->start != b->start ? a->start < b->start : a->type < b->type;
}

/* The last row sinks to its place among the open ones. */
static void sink_row(finding *f)
{
    for (size_t k = f->out->count - 1; k > f->open; k--) {
        qm_initiative *row = &f->out->at[k];
        qm_run *run = &f->scratch->runs.at[k];
        if (!comes_before(row, row - 1)) return;
        qm_initiative swapped = *row;
        qm_run swapped_run = *run;
        *row = row[-1], *run = run[-1];
        row[-1] = swapped, run[-1] = swapped_run;
    }
}

/* A state of little money may be what a row begins with. */
static void note_poor(finding *f, const qm_candidate *one, uint32_t number)
{
    f->little = qm_clause_little(f->scratch->waiting);
    f->poor = (qm_candidate){.type = f->little ? one->type : 0,
                             .rule = QM_NONE,
                             .clause = number,
                             .learnt = qm_candidate_points(one),
                             .status = QM_STATUS_DONE,
                             .flags = QM_INITIATIVE_LEARNT};
}

/* The candidates that won, in order of start and type, become rows. */
static int add_rows(finding *f, uint32_t number)
{
    const uint8_t suppressed = QM_INITIATIVE_NEGATED | QM_INITIATIVE_HYPOTHETICAL;
    const qm_candidates *candidates = &f->scratch->waiting->candidates;
    for (size_t i = 0; i < candidates->count; i++) {
        const qm_candidate *one = &candidates->at[i];
        if (one->lost) continue;
        if (one->flags & QM_INITIATIVE_NEGATED) note_poor(f, one, number);
        if ((one->flags & suppressed) && !f->keep_suppressed) continue;
        if (!(one->flags & suppressed) && join_row(f, one, number)) continue;
        if (add_row(f, one, number) != QM_OK) return QM_E_NOMEM;
        sink_row(f);
    }
    return QM_OK;
}

static bool has_candidates(const qm_read_clause *waiting)
{
    for (size_t i = 0; i < waiting->candidates.count; i++)
        if (!waiting->candidates.at[i].lost) return true;
    return false;
}

/* 计划建冷库3座，现已建成1座: what was reached of a plan is a row of its own, known by the plan. */
static int add_reached(finding *f, uint32_t number)
{
    for (size_t i = first_near(f), last = f->out->count; i < last; i++) {
        const qm_initiative plan = f->out->at[i];
        const qm_candidate one = {.type = plan.type,
                                  .rule = QM_NONE,
                                  .clause = QM_NONE,
                                  .learnt = plan.score,
                                  .status = QM_STATUS_DONE,
                                  .flags = plan.flags};
        if (f->scratch->runs.at[i].last + 1 != number || plan.status != QM_STATUS_PLANNED) continue;
        if (add_row(f, &one, number) != QM_OK) return QM_E_NOMEM;
        f->out->at[f->out->count - 1].rule = plan.rule;
    }
    return QM_OK;
}

/* The first amount of money in the waiting clause that is more than another. */
static bool has_more(const qm_read_clause *waiting, const qm_quantity *little)
{
    const qm_clause_evidence *evidence = &waiting->evidence;
    const qm_value least = little->low.type == QM_VALUE_NONE ? little->high : little->low;
    for (uint32_t i = evidence->first_quantity; i < evidence->end_quantity; i++) {
        const qm_quantity *money = &evidence->document->quantities->at[i];
        if (money->kind == QM_KIND_MONEY && money->low.type != QM_VALUE_NONE &&
            qm_number_compare(money->low, least) > 0)
            return true;
    }
    return false;
}

/* 2019年集体收入只有2万元，2023年达到46万元: the little that there was is part of the row that what
 * came of it makes. */
static bool is_risen(const finding *f, uint32_t number)
{
    const qm_read_clause *waiting = f->scratch->waiting;
    const uint32_t cues = waiting->evidence.cues, denied = 1u << QM_CUE_NEG | 1u << QM_CUE_HYPO |
                                                           1u << QM_CUE_PLAN | 1u << QM_CUE_EXHORT;
    const uint32_t over = 1u << QM_CUE_DONE | 1u << QM_CUE_RESULT | 1u << QM_CUE_STOP;
    const bool next = f->poor.type != 0 && f->poor.clause + 1 == number;
    return next && waiting->opens != number && cues & over && !(cues & denied) &&
           has_more(waiting, f->little);
}

/* Rows that end right before the clause take it in. */
static void extend_runs(finding *f, uint32_t number)
{
    for (size_t i = first_near(f); i < f->out->count; i++) {
        qm_run *run = &f->scratch->runs.at[i];
        if (run->last + 1 != number || number - run->first > QM_RUN_CLAUSES) continue;
        run->last = number;
    }
}

/* Where the waiting clause begins another sentence, or another part of it, no row goes on. */
static inline void end_runs(finding *f, uint32_t number)
{
    const qm_clause *clauses = f->document->clauses->at;
    const bool parted = clauses[number - (number > 0)].flags & QM_CLAUSE_ENDS_SEMICOLON;
    const bool anew = (f->scratch->waiting->opens == number) | parted;
    f->open += (f->out->count - f->open) & (0 - (size_t)anew); /* no branch could foresee it */
}

/* Rows that a clause without an act of its own makes out of what the one before it said. */
static int add_followers(finding *f, uint32_t number)
{
    if (is_risen(f, number)) {
        if (add_row(f, &f->poor, number) != QM_OK) return QM_E_NOMEM;
        sink_row(f);
    }
    return qm_clause_is_by_now(f->initiator, f->scratch->waiting) ? add_reached(f, number) : QM_OK;
}

static int find_rows(finding *f, uint32_t number)
{
    const qm_read_clause *waiting = f->scratch->waiting;
    const size_t rows = f->out->count;
    if (waiting->candidates.count > 0) qm_clause_settle(f->initiator, f->scratch, false);
    if (has_candidates(waiting)) return add_rows(f, number);
    if (add_followers(f, number) != QM_OK) return QM_E_NOMEM;
    if (f->out->count == rows && is_tail(waiting)) extend_runs(f, number);
    return QM_OK;
}

/* The rows of the waiting clause, now that the one behind it has been read. Most have none. */
static inline int find_in_clause(finding *f)
{
    const qm_read_clause *waiting = f->scratch->waiting;
    const uint32_t number = waiting->evidence.clause;
    end_runs(f, number);
    const bool some = (waiting->candidates.count > 0) | (f->open < f->out->count) |
                      (f->poor.type != 0 && f->poor.clause + 1 == number);
    return some ? find_rows(f, number) : QM_OK;
}

/* What a row is to be looked up in: it is there when the one before it is done. */
static inline void fetch_row(const finding *f, size_t number)
{
    const qm_run *run = &f->scratch->runs.at[number];
    const uint32_t start = f->out->at[number].start;
    __builtin_prefetch(&f->document->clauses->at[run->last]);
    __builtin_prefetch(&f->document->text->chars[start]);
    if (run->match < f->document->matches->count)
        __builtin_prefetch(&f->document->matches->at[run->match]);
}

/* The span of a row, its verb and object. */
static void finish_words(const finding *f, size_t number)
{
    qm_initiative *row = &f->out->at[number];
    const qm_run *run = &f->scratch->runs.at[number];
    if (number + 1 < f->out->count) fetch_row(f, number + 1);
    row->end = f->document->clauses->at[run->last].end;
    qm_row_find_words(f->initiator, f->scratch, f->document, run, row);
}

/* Settles the spans of the rows and attaches what belongs to them: of all together, since that
 * takes other code than finding them. Whose a quantity is depends on the rows beside. */
static int finish_rows(finding *f)
{
    int status = QM_OK;
    f->scratch->near_entity = 0;
    for (size_t i = 0, ready = 0; i < f->out->count && status == QM_OK; i++) {
        while (ready < f->out->count && (ready <= i || f->out->at[ready].start < f->out->at[i].end))
            finish_words(f, ready++);
        status = qm_row_attach(f->initiator, f->scratch, f->document, f->out, i, f->measures);
    }
    return status;
}

static int find_in_all(finding *f)
{
    qm_initiative_scratch *scratch = f->scratch;
    uint32_t count = (uint32_t)f->document->clauses->count;
    int status = QM_OK;
    for (uint32_t i = 0; i < count && status == QM_OK; i++) {
        qm_carry_enter(&scratch->carry, f->document, i);
        status = qm_clause_weigh(f->initiator, scratch, f->document, i);
        if (status != QM_OK) break;
        qm_carry_leave(&scratch->carry, f->document, i, scratch);
        if (i > 0) status = find_in_clause(f);
        qm_clause_wait(scratch);
    }
    if (status == QM_OK && count > 0) status = find_in_clause(f);
    return status == QM_OK ? finish_rows(f) : status;
}

int qm_initiative_find(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                       const qm_text *text, const qm_clauses *clauses, const qm_words *words,
                       const qm_matches *matches, const qm_quantities *quantities,
                       const qm_entities *entities, const qm_initiative_options *options,
                       qm_initiatives *out, qm_u32_array *measures, qm_error *err)
{
    const qm_document document = {text, clauses, words, matches, quantities, entities};
    finding f = {.initiator = initiator,
                 .scratch = scratch,
                 .document = &document,
                 .keep_suppressed = options && options->keep_suppressed,
                 .out = out,
                 .measures = measures};
    out->count = 0;
    measures->count = 0;
    qm_evidence_begin(scratch);
    if (initiator->classifier && !scratch->rules_only &&
        qm_readings_begin(initiator->classifier, scratch->readings, &document) != QM_OK)
        return qm_fail_nomem(err);
    if (qm_phrase_make_room(scratch, text) != QM_OK) return qm_fail_nomem(err);
    scratch->main_place = qm_main_place(initiator, &document);
    return find_in_all(&f) == QM_OK ? QM_OK : qm_fail_nomem(err);
}
