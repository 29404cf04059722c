/* L2-regularised L2-loss linear support vector machine by dual coordinate descent (Hsieh et al.
 * 2008), on sparse examples of their own weights. */
#include "compile/train/clauses.h"
#include "compile/train/shuffle.h"

int qm_machine_init(qm_machine_task *task, const qm_clause_examples *examples,
                    const qm_clauses_options *options, const qm_allocator *alloc)
{
    size_t n = examples->at.count;
    *task = (qm_machine_task){.examples = examples,
                              .cost = options->cost,
                              .passes = options->passes,
                              .seed = options->seed,
                              .alloc = alloc};
    task->labels = qm_alloc_zero(alloc, n * sizeof *task->labels + 1);
    task->alpha = qm_alloc_zero(alloc, n * sizeof *task->alpha + 1);
    task->squares = qm_alloc_zero(alloc, n * sizeof *task->squares + 1);
    task->order = qm_alloc_zero(alloc, n * sizeof *task->order + 1);
    task->steps = qm_alloc_zero(alloc, (examples->kept.count + 1) * sizeof *task->steps);
    if (!task->labels || !task->alpha || !task->squares || !task->order || !task->steps) {
        qm_machine_free(task);
        return QM_E_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        task->squares[i] = 1; /* the bias */
        for (size_t k = examples->at.at[i].first; k < examples->at.at[i].end; k++)
            task->squares[i] += (double)examples->values.at[k] * examples->values.at[k];
    }
    return QM_OK;
}

void qm_machine_free(qm_machine_task *task)
{
    if (!task->examples) return;
    size_t n = task->examples->at.count;
    qm_release(task->alloc, task->labels, n * sizeof *task->labels + 1);
    qm_release(task->alloc, task->alpha, n * sizeof *task->alpha + 1);
    qm_release(task->alloc, task->squares, n * sizeof *task->squares + 1);
    qm_release(task->alloc, task->order, n * sizeof *task->order + 1);
    qm_release(task->alloc, task->steps, (task->examples->kept.count + 1) * sizeof *task->steps);
}

double qm_machine_margin(const qm_clause_examples *examples, const double *weights, size_t example)
{
    double sum = weights[examples->kept.count];
    const qm_example *e = &examples->at.at[example];
    for (size_t k = e->first; k < e->end; k++)
        sum += weights[examples->features.at[k]] * examples->values.at[k];
    return sum;
}

/* Whether the example was far on its right side, and need not be looked at in the next pass. */
static bool descend(qm_machine_task *task, uint32_t i, double *weights)
{
    const qm_clause_examples *examples = task->examples;
    const qm_example *e = &examples->at.at[i];
    double label = task->labels[i], y = label > 0 ? 1 : -1;
    double slack = 0.5 / (task->cost * label * y);
    double gradient = y * qm_machine_margin(examples, weights, i) - 1 + task->alpha[i] * slack;
    double next = task->alpha[i] - gradient / (task->squares[i] + slack);
    if (next < 0) next = 0;
    double step = (next - task->alpha[i]) * y;
    bool idle = next == 0 && task->alpha[i] == 0;
    task->alpha[i] = next;
    if (step != 0) {
        for (size_t k = e->first; k < e->end; k++)
            weights[examples->features.at[k]] += step * examples->values.at[k];
        weights[examples->kept.count] += step;
    }
    return idle && gradient > 0.5;
}

void qm_machine_pass(qm_machine_task *task, uint32_t passes, qm_machine_descent *look,
                     double *weights)
{
    size_t n = task->examples->at.count, used = 0;
    uint64_t random = task->seed;
    for (size_t i = 0; i < n; i++)
        if (task->labels[i] != 0) task->order[used++] = (uint32_t)i;
    size_t active = used;
    for (uint32_t pass = 0; pass < passes; pass++) {
        /* The idle are set aside, and come back for the second half and the last pass. */
        if (pass == passes / 2 || pass + 1 == passes) active = used;
        qm_shuffle(task->order, active, &random);
        task->left = (double)(passes - pass) / passes;
        for (size_t i = 0; i < active;) {
            uint32_t example = task->order[i];
            if (look(task, example, weights) && pass > 0) {
                task->order[i] = task->order[--active];
                task->order[active] = example;
            } else {
                i++;
            }
        }
    }
}

void qm_machine_train(qm_machine_task *task, double *weights)
{
    memset(weights, 0, (task->examples->kept.count + 1) * sizeof *weights);
    for (size_t i = 0; i < task->examples->at.count; i++) task->alpha[i] = 0;
    qm_machine_pass(task, task->passes, descend, weights);
}
