/* Logistic regression by stochastic descent with a step of its own for each weight (Adagrad,
 * Duchi et al. 2011), on the examples of the support vector machines. */
#include "compile/train/clauses.h"

#include <math.h>

enum { PASSES = 10 };

static const double RATE = 0.05, BIAS = -3;
static const double LEAST = 1e-6; /* sum of squares: no step is divided by nothing */
/* An example that is told as well as that changes nothing. */
static const double EASY = 0.01;

/* How far off the example is, and to which side. */
static double slope_of(const qm_machine_task *task, uint32_t example, const double *weights)
{
    const double label = task->labels[example];
    const double size = fabs(label) / task->most;
    const double margin = qm_machine_margin(task->examples, weights, example);
    return (1 / (1 + exp(-margin)) - (label > 0 ? 1 : 0)) * size;
}

static void step(double *weight, double *squares, double slope, double rate)
{
    *squares += slope * slope;
    *weight -= rate * slope / sqrt(*squares);
}

static bool descend(qm_machine_task *task, uint32_t example, double *weights)
{
    const qm_clause_examples *examples = task->examples;
    const qm_example *e = &examples->at.at[example];
    const double slope = slope_of(task, example, weights), rate = RATE * task->left;
    const size_t bias = examples->kept.count;
    if (fabs(slope) < EASY) return true;
    for (size_t k = e->first; k < e->end; k++) {
        const uint32_t feature = examples->features.at[k];
        step(&weights[feature], &task->steps[feature], slope * examples->values.at[k], rate);
    }
    step(&weights[bias], &task->steps[bias], slope, rate);
    return false;
}

void qm_regression_train(qm_machine_task *task, double *weights)
{
    const size_t features = task->examples->kept.count;
    task->most = 0;
    for (size_t i = 0; i < task->examples->at.count; i++)
        task->most = fmax(task->most, fabs((double)task->labels[i]));
    memset(weights, 0, features * sizeof *weights);
    weights[features] = BIAS;
    for (size_t i = 0; i <= features; i++) task->steps[i] = LEAST;
    qm_machine_pass(task, PASSES, descend, weights);
}
