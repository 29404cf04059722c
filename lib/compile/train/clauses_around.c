/* What the clauses beside a clause and its other types say for a type: a logistic regression over
 * the scores of whole reports, each by machines that have not seen it. */
#include "compile/train/clauses.h"

#include <math.h>

/* The constant, the type's own score, the best of the others, "none", the type before and behind,
 * whether there is a clause before and behind, whether a rule speaks for it. */
enum { OWN = 1, OTHER, NONE, BEFORE, BEHIND, HAS_BEFORE, HAS_BEHIND, RULED, TERMS };

enum {
    ROUNDS = 12 /* of Newton's method */
};

typedef struct around_case {
    double terms[TERMS];
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
    for (uint32_t label = QM_LABEL_TYPES; label < c->margins->n_labels; label++) {
        uint32_t type = label - QM_LABEL_TYPES + 1;
        double own = points(c, example, label);
        if (own < QM_POINTS_MAYBE) continue;
        around_case one = {.terms = {[0] = 1,
                                     [OWN] = own,
                                     [OTHER] = best_other(c, example, label),
                                     [NONE] = points(c, example, QM_LABEL_NONE),
                                     [BEFORE] = before ? points(c, example - 1, label) : 0,
                                     [BEHIND] = behind ? points(c, example + 1, label) : 0,
                                     [HAS_BEFORE] = before,
                                     [HAS_BEHIND] = behind,
                                     [RULED] = (e->ruled >> type & 1) ? 1 : 0},
                           .example = example,
                           .type = type,
                           .right = (e->types | e->run) >> type & 1};
        if (qm_array_push(c->alloc, &c->at, one) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

static double weigh(const around_case *one, const double weights[TERMS])
{
    double sum = 0;
    for (int i = 0; i < TERMS; i++) sum += weights[i] * one->terms[i];
    return sum;
}

/* Solves the symmetric system in place: Gauss, the matrix being positive definite. */
static void solve(double matrix[TERMS][TERMS], double right[TERMS])
{
    for (int i = 0; i < TERMS; i++) {
        for (int k = i + 1; k < TERMS; k++) {
            double factor = matrix[k][i] / matrix[i][i];
            for (int j = i; j < TERMS; j++) matrix[k][j] -= factor * matrix[i][j];
            right[k] -= factor * right[i];
        }
    }
    for (int i = TERMS; i-- > 0;) {
        for (int k = i + 1; k < TERMS; k++) right[i] -= matrix[i][k] * right[k];
        right[i] /= matrix[i][i];
    }
}

static void newton_step(const around_cases *c, double weights[TERMS])
{
    double matrix[TERMS][TERMS] = {{0}}, right[TERMS] = {0};
    for (int i = 0; i < TERMS; i++) { /* a little against large weights */
        matrix[i][i] = 1;
        right[i] = -weights[i];
    }
    for (size_t n = 0; n < c->at.count; n++) {
        const around_case *one = &c->at.at[n];
        double p = 1 / (1 + exp(-weigh(one, weights)));
        for (int i = 0; i < TERMS; i++) {
            right[i] += ((one->right ? 1 : 0) - p) * one->terms[i];
            for (int k = 0; k < TERMS; k++)
                matrix[i][k] += p * (1 - p) * one->terms[i] * one->terms[k];
        }
    }
    solve(matrix, right);
    for (int i = 0; i < TERMS; i++) weights[i] += right[i];
}

static int32_t rounded(double weight)
{
    return (int32_t)lround(weight * (1 << QM_CLASSIFY_POINT_BITS));
}

/* Scores with what stands around in them, in the place of the margins: what is no case has none. */
static void rewrite_margins(const around_cases *c, const double weights[TERMS], float *to)
{
    size_t n = c->examples->at.count * c->margins->n_labels;
    for (size_t i = 0; i < n; i++) to[i] = -1000;
    for (size_t i = 0; i < c->at.count; i++) {
        const around_case *one = &c->at.at[i];
        to[one->example * c->margins->n_labels + QM_LABEL_TYPES - 1 + one->type] =
            (float)(weigh(one, weights) / weights[OWN]);
    }
}

int qm_around_fit(const qm_clause_examples *examples, const qm_labels *labels,
                  const qm_clause_margins *margins, double threshold,
                  const qm_clauses_training *training, const qm_allocator *alloc,
                  qm_classifier_around *around)
{
    around_cases c = {
        .examples = examples, .margins = margins, .alloc = alloc, .threshold = threshold};
    double w[TERMS] = {0};
    int status = QM_OK;
    size_t size = examples->at.count * margins->n_labels * sizeof(float);
    qm_clause_margins seen = {.at = qm_alloc_zero(alloc, size), .n_labels = margins->n_labels};
    if (!seen.at) return QM_E_NOMEM;
    for (size_t i = 0; i < examples->at.count && status == QM_OK; i++)
        if (examples->at.at[i].report && !examples->at.at[i].debatable) status = add_cases(&c, i);
    for (int round = 0; round < ROUNDS && status == QM_OK; round++) newton_step(&c, w);
    *around = (qm_classifier_around){.own = 0};
    if (status == QM_OK && w[OWN] > 0.01) {
        rewrite_margins(&c, w, seen.at);
        const qm_threshold_range range = {-48, 48, 0.25};
        double row = qm_threshold_choose(examples, labels, &seen, &range, training);
        *around = (qm_classifier_around){.bias = rounded(w[0] / w[OWN] - row + QM_POINTS_ROW),
                                         .own = rounded(1),
                                         .other = rounded(w[OTHER] / w[OWN]),
                                         .none = rounded(w[NONE] / w[OWN]),
                                         .before = rounded(w[BEFORE] / w[OWN]),
                                         .behind = rounded(w[BEHIND] / w[OWN]),
                                         .has_before = rounded(w[HAS_BEFORE] / w[OWN]),
                                         .has_behind = rounded(w[HAS_BEHIND] / w[OWN]),
                                         .ruled = rounded(w[RULED] / w[OWN])};
        qm_clauses_say(training,
                       "%zu cases: other %.2f, none %.2f, before %.2f %+.2f, behind %.2f %+.2f, "
                       "rule %.2f",
                       c.at.count, w[OTHER] / w[OWN], w[NONE] / w[OWN], w[BEFORE] / w[OWN],
                       w[HAS_BEFORE] / w[OWN], w[BEHIND] / w[OWN], w[HAS_BEHIND] / w[OWN],
                       w[RULED] / w[OWN]);
    }
    qm_array_free(alloc, &c.at);
    qm_release(alloc, seen.at, size);
    return status;
}
