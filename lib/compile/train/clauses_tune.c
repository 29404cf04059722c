/* Which examples speak for a label, and the threshold that serves whole reports best. */
#include "compile/train/clauses.h"

/* +1, -1 or 0 for a label. */
static int stand(const qm_example *e, uint32_t label)
{
    if (e->debatable) return 0;
    if (label == QM_LABEL_NONE) return e->types ? -1 : e->run ? 0 : 1;
    if (label < QM_LABEL_TYPES)
        return e->types ? (e->status == label - QM_LABEL_STATUS + 1 ? 1 : -1) : 0;
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
        if (e->report && e->document % options->folds == fold) weight = 0;
        task->labels[i] = (float)weight;
    }
}

/* ---- rows of the labelled reports, found and missed ---- */

typedef struct outcome {
    uint32_t right, gold, extra;
} outcome;

/* F1 when an extra row counts as so many. */
static double f1(const outcome *o, double extra)
{
    double sum = (double)o->gold + o->right + o->extra * extra;
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

static void score_document(const qm_clause_examples *examples, const qm_labels *labels,
                           const qm_clause_margins *margins, size_t first, size_t end,
                           double threshold, outcome *o)
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
            o->gold++;
            o->right += found;
        }
    }
    for (size_t i = first; i < end; i++) {
        const qm_example *e = &examples->at.at[i];
        for (uint32_t type = 1; type <= labels->n_types && !e->debatable; type++)
            o->extra += !((e->types | e->run) >> type & 1) &&
                        margins->at[i * margins->n_labels + QM_LABEL_TYPES - 1 + type] >= threshold;
    }
}

static outcome score_reports(const qm_clause_examples *examples, const qm_labels *labels,
                             const qm_clause_margins *margins, double threshold)
{
    outcome o = {0, 0, 0};
    for (size_t first = 0, end; first < examples->at.count; first = end) {
        end = end_of_document(examples, first);
        if (examples->at.at[first].report)
            score_document(examples, labels, margins, first, end, threshold, &o);
    }
    return o;
}

enum { STEPS_MOST = 256, NEAR = 2 };

double qm_threshold_choose(const qm_clause_examples *examples, const qm_labels *labels,
                           const qm_clause_margins *margins, const qm_threshold_range *range,
                           const qm_clauses_training *report)
{
    double scores[STEPS_MOST] = {0}, best = 0, most = -1;
    int steps = range->last - range->first + 1;
    if (steps > STEPS_MOST) steps = STEPS_MOST;
    for (int i = 0; i < steps; i++) {
        double threshold = (range->first + i) * range->step;
        outcome o = score_reports(examples, labels, margins, threshold);
        scores[i] = f1(&o, report->options.extra);
        if (i % 4 == 0)
            qm_clauses_say(report, "threshold %6.3f: F1 %.4f (%u right, %u gold, %u extra)",
                           threshold, f1(&o, 1), o.right, o.gold, o.extra);
    }
    /* A few rows more or less make peaks: what lies around a threshold counts with it. */
    for (int i = NEAR; i + NEAR < steps; i++) {
        double sum = 0;
        for (int k = -NEAR; k <= NEAR; k++) sum += scores[i + k];
        if (sum <= most) continue;
        most = sum;
        best = (range->first + i) * range->step;
    }
    outcome o = score_reports(examples, labels, margins, best);
    qm_clauses_say(report, "threshold %6.3f: F1 %.4f", best, f1(&o, 1));
    return best;
}
