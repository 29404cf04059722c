/* What tells of a row whether it is done, ongoing or planned: two logistic regressions, of what
 * goes on against what is done and of what is planned against that, over scores of whole reports by
 * machines that have not seen them, and the cues around. */
#include "compile/train/clauses.h"

#include <math.h>

/* Points of one log-odds, so that they are worth about what those of types are. */
#define PER_LOG_ODDS 3
/* Log-odds that what goes on or is planned has ahead of what is done: reports of others have fewer
 * words for it that are known. */
#define LEAN 0.25

typedef double status_weights[QM_STATUSES_TOLD][QM_STATUS_TERMS];

typedef struct status_cases {
    qm_logistic_cases cases; /* label: the status from 0, done */
    const qm_clause_examples *examples;
    const qm_clause_margins *margins;
    uint32_t folds;
} status_cases;

static void score(const status_cases *c, size_t example, int32_t to[3])
{
    const float *margins = c->margins->at + example * c->margins->n_labels + QM_LABEL_STATUS;
    for (int i = 0; i < 3; i++) to[i] = (int32_t)floor((double)margins[i] * QM_POINTS_ROW);
}

static int add_case(status_cases *c, size_t example, const qm_allocator *alloc)
{
    const qm_example *e = &c->examples->at.at[example];
    int32_t terms[QM_STATUS_TERMS];
    qm_status_source source = {.has_before = example > 0 &&
                                             qm_examples_beside(c->examples, example - 1, example),
                               .has_behind = example + 1 < c->examples->at.count &&
                                             qm_examples_beside(c->examples, example, example + 1),
                               .flags = e->flags,
                               .cues = e->cues,
                               .cues_behind = e->cues_behind,
                               .cues_above = e->cues_above,
                               .kinds = e->kinds};
    qm_logistic_case one = {.example = example, .label = e->status - QM_STATUS_DONE + 0u};
    score(c, example, source.own);
    if (source.has_before) {
        score(c, example - 1, source.before);
        source.flags_before = e[-1].flags;
    }
    if (source.has_behind) {
        score(c, example + 1, source.behind);
        source.kinds_behind = e[1].kinds;
    }
    qm_status_fill(&source, terms);
    for (int i = 0; i < QM_STATUS_TERMS; i++) one.terms[i] = terms[i];
    return qm_array_push(alloc, &c->cases, one);
}

/* Without the reports of a fold; of all where there is no such fold. */
static void fit(status_cases *c, uint32_t fold, status_weights weights)
{
    for (uint32_t told = 0; told < QM_STATUSES_TOLD; told++) {
        for (size_t i = 0; i < c->cases.count; i++) {
            qm_logistic_case *one = &c->cases.at[i];
            one->right = one->label == told + 1;
            one->skipped = (one->label != 0 && !one->right) ||
                           c->examples->at.at[one->example].document % c->folds == fold;
        }
        qm_logistic_fit(&c->cases, weights[told], QM_STATUS_TERMS);
        weights[told][QM_TELLS_BIAS] += LEAN;
    }
}

static uint32_t choose(const qm_logistic_case *one, status_weights weights)
{
    uint32_t best = 0;
    double most = 0;
    for (uint32_t told = 0; told < QM_STATUSES_TOLD; told++) {
        double sum = qm_logistic_weigh(one, weights[told], QM_STATUS_TERMS);
        if (sum <= most) continue;
        most = sum;
        best = told + 1;
    }
    return best;
}

/* Each report asked for by weights that have not seen it. */
static void say_accuracy(status_cases *c, const qm_clauses_training *training)
{
    size_t right[QM_STATUSES_TOLD + 1] = {0}, all[QM_STATUSES_TOLD + 1] = {0}, sum = 0;
    for (uint32_t fold = 0; fold < c->folds; fold++) {
        status_weights weights;
        fit(c, fold, weights);
        for (size_t i = 0; i < c->cases.count; i++) {
            const qm_logistic_case *one = &c->cases.at[i];
            if (c->examples->at.at[one->example].document % c->folds != fold) continue;
            bool hit = choose(one, weights) == one->label;
            all[one->label]++;
            right[one->label] += hit;
            sum += hit;
        }
    }
    qm_clauses_say(training,
                   "status: %.4f right of %zu (done %zu of %zu, ongoing %zu of %zu, planned %zu of "
                   "%zu)",
                   c->cases.count ? (double)sum / (double)c->cases.count : 0, c->cases.count,
                   right[0], all[0], right[1], all[1], right[2], all[2]);
}

int qm_statuses_fit(const qm_clause_examples *examples, const qm_clause_margins *margins,
                    const qm_clauses_training *training, const qm_allocator *alloc,
                    int32_t out[QM_STATUSES_TOLD][QM_STATUS_TERMS])
{
    status_cases c = {.examples = examples, .margins = margins, .folds = training->options.folds};
    status_weights weights;
    int status = QM_OK;
    memset(out, 0, QM_STATUSES_TOLD * sizeof *out);
    for (size_t i = 0; i < examples->at.count && status == QM_OK; i++) {
        const qm_example *e = &examples->at.at[i];
        if (e->judged && !e->debatable && e->types && e->status) status = add_case(&c, i, alloc);
    }
    if (status == QM_OK && c.cases.count > 0) {
        say_accuracy(&c, training);
        fit(&c, c.folds, weights);
        for (int told = 0; told < QM_STATUSES_TOLD; told++)
            for (int i = 0; i < QM_STATUS_TERMS; i++)
                out[told][i] =
                    (int32_t)lround(weights[told][i] * (PER_LOG_ODDS << QM_CLASSIFY_POINT_BITS));
    }
    qm_array_free(alloc, &c.cases);
    return status;
}
