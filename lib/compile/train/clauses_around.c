/* What the clauses beside a clause and its other types say for a type: a logistic regression over
 * the scores of whole reports, each by machines that have not seen it. */
#include "compile/train/clauses.h"

#include <math.h>

enum {
    ROUNDS = 12 /* of Newton's method */
};

typedef struct around_case {
    double terms[QM_AROUND_TERMS];
    size_t example;
    uint32_t type;
    bool right;
} around_case;

typedef struct around_cases {
    QM_ARRAY(around_case) at;
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

/* Examples stand in the order of their clauses; those without rows are missing. */
static bool is_beside(const around_cases *c, size_t a, size_t b)
{
    const qm_example *one = &c->examples->at.at[a], *other = &c->examples->at.at[b];
    return one->document == other->document && one->sentence == other->sentence &&
           one->clause + 1 == other->clause;
}

static int add_cases(around_cases *c, size_t example)
{
    const qm_example *e = &c->examples->at.at[example];
    bool before = example > 0 && is_beside(c, example - 1, example);
    bool behind = example + 1 < c->examples->at.count && is_beside(c, example, example + 1);
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
        around_case one = {
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
            .type = type,
            .right = (e->types | e->run) >> type & 1};
        if (qm_array_push(c->alloc, &c->at, one) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

static double weigh(const around_case *one, const double weights[QM_AROUND_TERMS])
{
    double sum = 0;
    for (int i = 0; i < QM_AROUND_TERMS; i++) sum += weights[i] * one->terms[i];
    return sum;
}

/* Solves the symmetric system in place: Gauss, the matrix being positive definite. */
static void solve(double matrix[QM_AROUND_TERMS][QM_AROUND_TERMS], double right[QM_AROUND_TERMS])
{
    for (int i = 0; i < QM_AROUND_TERMS; i++) {
        for (int k = i + 1; k < QM_AROUND_TERMS; k++) {
            double factor = matrix[k][i] / matrix[i][i];
            for (int j = i; j < QM_AROUND_TERMS; j++) matrix[k][j] -= factor * matrix[i][j];
            right[k] -= factor * right[i];
        }
    }
    for (int i = QM_AROUND_TERMS; i-- > 0;) {
        for (int k = i + 1; k < QM_AROUND_TERMS; k++) right[i] -= matrix[i][k] * right[k];
        right[i] /= matrix[i][i];
    }
}

static void newton_step(const around_cases *c, double weights[QM_AROUND_TERMS])
{
    double matrix[QM_AROUND_TERMS][QM_AROUND_TERMS] = {{0}}, right[QM_AROUND_TERMS] = {0};
    for (int i = 0; i < QM_AROUND_TERMS; i++) { /* a little against large weights */
        matrix[i][i] = 1;
        right[i] = -weights[i];
    }
    for (size_t n = 0; n < c->at.count; n++) {
        const around_case *one = &c->at.at[n];
        double p = 1 / (1 + exp(-weigh(one, weights)));
        for (int i = 0; i < QM_AROUND_TERMS; i++) {
            right[i] += ((one->right ? 1 : 0) - p) * one->terms[i];
            for (int k = 0; k < QM_AROUND_TERMS; k++)
                matrix[i][k] += p * (1 - p) * one->terms[i] * one->terms[k];
        }
    }
    solve(matrix, right);
    for (int i = 0; i < QM_AROUND_TERMS; i++) weights[i] += right[i];
}

/* Scores with what stands around in them, in the place of the margins: what is no case has none. */
static void rewrite_margins(const around_cases *c, const double weights[QM_AROUND_TERMS], float *to)
{
    size_t n = c->examples->at.count * c->margins->n_labels;
    for (size_t i = 0; i < n; i++) to[i] = -1000;
    for (size_t i = 0; i < c->at.count; i++) {
        const around_case *one = &c->at.at[i];
        to[one->example * c->margins->n_labels + QM_LABEL_TYPES - 1 + one->type] =
            (float)(weigh(one, weights) / weights[QM_AROUND_OWN]);
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
    for (int round = 0; round < ROUNDS && status == QM_OK; round++) newton_step(&c, w);
    if (status == QM_OK && w[QM_AROUND_OWN] > 0.01) {
        const qm_threshold_range range = {-48, 48, 0.25};
        rewrite_margins(&c, w, seen.at);
        status = qm_thresholds_choose(examples, labels, &seen, &range, training, alloc, rows);
        if (status != QM_OK) goto out;
        for (uint32_t type = 1; type <= labels->n_types; type++)
            out->bars[type] =
                (int32_t)lround((rows[0] - rows[type]) * (1 << QM_CLASSIFY_POINT_BITS));
        finish(training, c.at.count, w, rows[0], out->around);
    }
out:
    qm_array_free(alloc, &c.at);
    qm_release(alloc, seen.at, size);
    return status;
}
