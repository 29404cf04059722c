/* Which examples speak for a label, and the threshold that serves whole reports best. */
#include "compile/train/clauses.h"

#include <math.h>

static bool is_status(uint32_t label)
{
    return label >= QM_LABEL_STATUS && label < QM_LABEL_TYPES;
}

/* +1, -1 or 0 for a label. */
static int stand(const qm_example *e, uint32_t label)
{
    if (e->debatable) return 0;
    if (label == QM_LABEL_NONE) return e->types ? -1 : e->run ? 0 : 1;
    if (is_status(label)) return e->types ? (e->status == label - QM_LABEL_STATUS + 1 ? 1 : -1) : 0;
    uint64_t bit = UINT64_C(1) << (label - QM_LABEL_TYPES + 1);
    /* A clause of the run may be found with its row's type, or not. */
    return e->types & bit ? 1 : e->run & bit ? 0 : -1;
}

void qm_label_examples(qm_machine_task *task, const qm_clauses_options *options, uint32_t label,
                       uint32_t fold)
{
    for (size_t i = 0; i < task->examples->at.count; i++) {
        const qm_example *e = &task->examples->at.at[i];
        int side = stand(e, label);
        double weight = side * (e->report ? options->report : 1);
        if (side > 0) weight *= options->positive;
        if (is_status(label)) weight *= options->status;
        if (e->judged && e->document % options->folds == fold) weight = 0;
        task->labels[i] = (float)weight;
    }
}

/* ---- rows of the labelled reports, found and missed ---- */

typedef struct outcome {
    uint32_t right, gold, extra;
} outcome;

static double f1(const outcome *o)
{
    const double sum = (double)o->gold + o->right + o->extra;
    return sum > 0 ? 2.0 * o->right / sum : 0;
}

static bool covers(const qm_example *e, uint32_t piece)
{
    return e->heads[0] == piece || e->heads[1] == piece;
}

/* Examples of one document stand together. */
static size_t end_of_document(const qm_clause_examples *examples, size_t first)
{
    size_t end = first;
    while (end < examples->at.count &&
           examples->at.at[end].document == examples->at.at[first].document)
        end++;
    return end;
}

/* Outcomes are by type. */
static void score_document(const qm_clause_examples *examples, const qm_labels *labels,
                           const qm_clause_margins *margins, size_t first, size_t end,
                           double threshold, outcome *outcomes)
{
    const qm_labelled_document *document = &labels->documents.at[examples->at.at[first].document];
    const qm_piece *pieces = labels->pieces.at + document->first_piece;
    for (uint32_t piece = 0; piece < document->pieces; piece++) {
        for (uint32_t type = 1; type <= labels->n_types; type++) {
            if (!(pieces[piece].types >> type & 1)) continue;
            bool found = false;
            for (size_t i = first; i < end; i++)
                found = found || (covers(&examples->at.at[i], piece) &&
                                  margins->at[i * margins->n_labels + QM_LABEL_TYPES - 1 + type] >=
                                      threshold);
            outcomes[type].gold++;
            outcomes[type].right += found;
        }
    }
    for (size_t i = first; i < end; i++) {
        const qm_example *e = &examples->at.at[i];
        for (uint32_t type = 1; type <= labels->n_types && !e->debatable; type++)
            outcomes[type].extra +=
                !((e->types | e->run) >> type & 1) &&
                margins->at[i * margins->n_labels + QM_LABEL_TYPES - 1 + type] >= threshold;
    }
}

/* outcomes[0] becomes that of all types. */
static void score_reports(const qm_clause_examples *examples, const qm_labels *labels,
                          const qm_clause_margins *margins, double threshold, outcome *outcomes)
{
    memset(outcomes, 0, (labels->n_types + 1) * sizeof *outcomes);
    for (size_t first = 0, end; first < examples->at.count; first = end) {
        end = end_of_document(examples, first);
        if (examples->at.at[first].judged)
            score_document(examples, labels, margins, first, end, threshold, outcomes);
    }
    for (uint32_t type = 1; type <= labels->n_types; type++) {
        outcomes[0].right += outcomes[type].right;
        outcomes[0].gold += outcomes[type].gold;
        outcomes[0].extra += outcomes[type].extra;
    }
}

enum {
    STEPS_MOST = 128,
    NEAR = 2,  /* steps around a threshold that count with it */
    FAIR = 200 /* rows of all types that speak beside those of each one */
};

/* Of each type and of all together, step by step. */
typedef struct sweep {
    outcome at[STEPS_MOST][QM_TYPES_MOST + 1];
    int steps;
} sweep;

/* A few rows more or less make peaks: what lies around a step counts with it. Of equals side by
 * side the one in their middle: few clauses leave a gap between those that are rows and others. */
static int best_step(const double *values, int steps)
{
    int best = NEAR, last = NEAR;
    double most = -HUGE_VAL;
    for (int i = NEAR; i + NEAR < steps; i++) {
        double sum = 0;
        for (int k = -NEAR; k <= NEAR; k++) sum += values[i + k];
        if (sum < most || (sum == most && last + 1 < i)) continue;
        if (sum > most) best = i;
        most = sum;
        last = i;
    }
    return (best + last) / 2;
}

/* What rows right and wrong are worth near an F1: with it, moving one threshold alone moves the F1
 * of all. */
static double worth_of(const outcome *o, double f)
{
    return o->right * (2 - f) - o->extra * f;
}

static int best_step_of_type(const sweep *s, uint32_t type, double f)
{
    double values[STEPS_MOST], share = (double)FAIR / (s->at[0][0].gold + 1);
    for (int i = 0; i < s->steps; i++)
        values[i] = worth_of(&s->at[i][type], f) + share * worth_of(&s->at[i][0], f);
    return best_step(values, s->steps);
}

int qm_thresholds_choose(const qm_clause_examples *examples, const qm_labels *labels,
                         const qm_clause_margins *margins, const qm_threshold_range *range,
                         const qm_clauses_training *training, const qm_allocator *alloc,
                         double thresholds[QM_TYPES_MOST + 1])
{
    sweep *s = qm_alloc_zero(alloc, sizeof *s);
    if (!s) return QM_E_NOMEM;
    double scores[STEPS_MOST] = {0};
    s->steps = range->last - range->first + 1;
    if (s->steps > STEPS_MOST) s->steps = STEPS_MOST;
    for (int i = 0; i < s->steps; i++) {
        double threshold = (range->first + i) * range->step;
        score_reports(examples, labels, margins, threshold, s->at[i]);
        const outcome *all = &s->at[i][0];
        scores[i] = f1(all);
        if (i % 4 == 0)
            qm_clauses_say(training, "threshold %6.3f: F1 %.4f (%u right, %u gold, %u extra)",
                           threshold, f1(all), all->right, all->gold, all->extra);
    }
    int best = best_step(scores, s->steps);
    double f = f1(&s->at[best][0]);
    outcome sum = {0, s->at[0][0].gold, 0};
    thresholds[0] = (range->first + best) * range->step;
    for (uint32_t type = 1; type <= labels->n_types; type++) {
        int step = best_step_of_type(s, type, f);
        thresholds[type] = (range->first + step) * range->step;
        sum.right += s->at[step][type].right;
        sum.extra += s->at[step][type].extra;
    }
    qm_clauses_say(training, "threshold %6.3f: F1 %.4f; one for each type: F1 %.4f", thresholds[0],
                   f, f1(&sum));
    qm_release(alloc, s, sizeof *s);
    return QM_OK;
}
