/* What the clauses beside a clause and its other types say for a type: a logistic regression over
 * the scores of whole reports, each by machines that have not seen it. */
#include "compile/train/clauses.h"

#include <math.h>

typedef struct around_cases {
    qm_logistic_cases cases;
    const qm_clause_examples *examples;
    const qm_clause_margins *margins;
    const qm_allocator *alloc;
    double threshold;
} around_cases;

static double points(const around_cases *c, size_t example, uint32_t label)
{
    double margin = c->margins->at[example * c->margins->n_labels + label];
    if (label >= QM_LABEL_TYPES) margin += 1 - c->threshold;
    return floor(margin * QM_POINTS_ROW);
}

static double best_other(const around_cases *c, size_t example, uint32_t label)
{
    double best = -HUGE_VAL;
    for (uint32_t i = QM_LABEL_TYPES; i < c->margins->n_labels; i++)
        if (i != label) best = fmax(best, points(c, example, i));
    return best;
}

static int add_cases(around_cases *c, size_t example)
{
    const qm_example *e = &c->examples->at.at[example];
    bool before = example > 0 && qm_examples_beside(c->examples, example - 1, example);
    bool behind = example + 1 < c->examples->at.count &&
                  qm_examples_beside(c->examples, example, example + 1);
    /* An only type has no rivals, and what they say is to have no weight. */
    bool rivals = c->margins->n_labels > QM_LABEL_TYPES + 1;
    for (uint32_t label = QM_LABEL_TYPES; label < c->margins->n_labels; label++) {
        uint32_t type = label - QM_LABEL_TYPES + 1;
        double own = points(c, example, label);
        if (own < QM_POINTS_MAYBE) continue;
        double other = rivals ? best_other(c, example, label) : 0;
        double none = points(c, example, QM_LABEL_NONE);
        double earlier = before ? points(c, example - 1, label) : 0;
        bool ruled = e->ruled >> type & 1;
        qm_logistic_case one = {
            .terms = {[QM_AROUND_BIAS] = 1,
                      [QM_AROUND_OWN] = own,
                      [QM_AROUND_OTHER] = other,
                      [QM_AROUND_NONE] = none,
                      [QM_AROUND_BEFORE] = earlier,
                      [QM_AROUND_BEHIND] = behind ? points(c, example + 1, label) : 0,
                      [QM_AROUND_HAS_BEFORE] = before,
                      [QM_AROUND_HAS_BEHIND] = behind,
                      [QM_AROUND_RULED] = ruled,
                      [QM_AROUND_RULED_OTHER] = ruled ? other : 0,
                      [QM_AROUND_NONE_ABOVE] = fmax(none, 0),
                      [QM_AROUND_LEAD_ABOVE] = rivals ? fmax(own - other, 0) : 0,
                      [QM_AROUND_BEFORE_ABOVE] = fmax(earlier, 0)},
            .example = example,
            .label = type,
            .right = (e->types | e->run) >> type & 1};
        if (qm_array_push(c->alloc, &c->cases, one) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

/* Scores with what stands around in them, in the place of the margins: what is no case has none. */
static void rewrite_margins(const around_cases *c, const double weights[QM_AROUND_TERMS], float *to)
{
    size_t n = c->examples->at.count * c->margins->n_labels;
    for (size_t i = 0; i < n; i++) to[i] = -1000;
    for (size_t i = 0; i < c->cases.count; i++) {
        const qm_logistic_case *one = &c->cases.at[i];
        double sum = qm_logistic_weigh(one, weights, QM_AROUND_TERMS);
        to[one->example * c->margins->n_labels + QM_LABEL_TYPES - 1 + one->label] =
            (float)(sum / weights[QM_AROUND_OWN]);
    }
}

/* Weights are told in points of the type's own score. */
static void finish(const qm_clauses_training *training, size_t cases,
                   double weights[QM_AROUND_TERMS], double threshold, int32_t *around)
{
    double unit = weights[QM_AROUND_OWN];
    for (int i = 0; i < QM_AROUND_TERMS; i++) weights[i] /= unit;
    weights[QM_AROUND_BIAS] += QM_POINTS_ROW - threshold;
    for (int i = 0; i < QM_AROUND_TERMS; i++)
        around[i] = (int32_t)lround(weights[i] * (1 << QM_CLASSIFY_POINT_BITS));
    qm_clauses_say(training, "%zu cases: other %.2f, none %.2f, before %.2f, behind %.2f", cases,
                   weights[QM_AROUND_OTHER], weights[QM_AROUND_NONE], weights[QM_AROUND_BEFORE],
                   weights[QM_AROUND_BEHIND]);
}

/* Of rows alone nothing can be learnt, nor of others alone. */
static bool has_both(const qm_logistic_cases *cases)
{
    size_t right = 0;
    for (size_t i = 0; i < cases->count; i++) right += cases->at[i].right;
    return right > 0 && right < cases->count;
}

int qm_around_fit(const qm_clause_examples *examples, const qm_labels *labels,
                  const qm_clause_margins *margins, double threshold,
                  const qm_clauses_training *training, const qm_allocator *alloc,
                  qm_around_weights *out)
{
    around_cases c = {
        .examples = examples, .margins = margins, .alloc = alloc, .threshold = threshold};
    double w[QM_AROUND_TERMS] = {0}, rows[QM_TYPES_MOST + 1];
    int status = QM_OK;
    size_t size = examples->at.count * margins->n_labels * sizeof(float);
    qm_clause_margins seen = {.at = qm_alloc_zero(alloc, size), .n_labels = margins->n_labels};
    if (!seen.at) return QM_E_NOMEM;
    *out = (qm_around_weights){.around = {0}};
    for (size_t i = 0; i < examples->at.count && status == QM_OK; i++)
        if (examples->at.at[i].judged && !examples->at.at[i].debatable) status = add_cases(&c, i);
    if (status == QM_OK && has_both(&c.cases)) qm_logistic_fit(&c.cases, w, QM_AROUND_TERMS);
    if (status == QM_OK && w[QM_AROUND_OWN] > 0.01) {
        const qm_threshold_range range = {-48, 48, 0.25};
        rewrite_margins(&c, w, seen.at);
        status = qm_thresholds_choose(examples, labels, &seen, &range, training, alloc, rows);
        if (status != QM_OK) goto out;
        for (uint32_t type = 1; type <= labels->n_types; type++)
            out->bars[type] =
                (int32_t)lround((rows[0] - rows[type]) * (1 << QM_CLASSIFY_POINT_BITS));
        finish(training, c.cases.count, w, rows[0], out->around);
    }
out:
    qm_array_free(alloc, &c.cases);
    qm_release(alloc, seen.at, size);
    return status;
}
