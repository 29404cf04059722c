/* L2-regularised L2-loss linear support vector machine by dual coordinate descent (Hsieh et al.
 * 2008), on examples with binary features. */
#include "compile/train/shuffle.h"
#include "compile/train/words.h"

static double descend(const qm_examples *e, double cost, uint32_t example, double *alpha,
                      double *weights)
{
    const uint32_t *features = e->features.at + (size_t)example * e->width;
    double y = e->labels.at[example] ? 1 : -1, margin = 0;
    for (uint32_t k = 0; k < e->width; k++) margin += weights[features[k]];
    double slack = 0.5 / (cost * (double)e->weights.at[example]);
    double gradient = y * margin - 1 + *alpha * slack;
    double next = *alpha - gradient / ((double)e->width + slack);
    if (next < 0) next = 0;
    double step = (next - *alpha) * y;
    *alpha = next;
    if (step != 0)
        for (uint32_t k = 0; k < e->width; k++) weights[features[k]] += step;
    return y * margin;
}

static void say_pass(const qm_words_training *report, uint32_t pass, double wrong,
                     const qm_dev_set *dev, const double *weights)
{
    if (dev && report->progress)
        qm_train_say(report, "pass %u: %.3f %% of the boundaries wrong, F1 of the dev text %.3f %%",
                     pass + 1, wrong, 100.0 * qm_dev_f1(dev, weights));
    else qm_train_say(report, "pass %u: %.3f %% of the boundaries wrong", pass + 1, wrong);
}

int qm_svm_train(const qm_examples *examples, const qm_train_options *options,
                 const qm_words_training *report, const qm_allocator *alloc, double *weights)
{
    size_t n = 0, all = examples->labels.count;
    uint64_t random = options->seed;
    int status = QM_E_NOMEM;
    double *alpha = qm_alloc_zero(alloc, all * sizeof *alpha);
    uint32_t *order = qm_resize(alloc, NULL, 0, all * sizeof *order + 1);
    if (!alpha || !order) goto out;
    for (size_t i = 0; i < all; i++)
        if (!examples->parts.count || examples->parts.at[i] != examples->left_out)
            order[n++] = (uint32_t)i;
    memset(weights, 0, examples->n_features * sizeof *weights);
    for (uint32_t pass = 0; pass < options->passes; pass++) {
        size_t wrong = 0;
        qm_shuffle(order, n, &random);
        for (size_t i = 0; i < n; i++)
            wrong += descend(examples, options->cost, order[i], &alpha[order[i]], weights) <= 0;
        say_pass(report, pass, 100.0 * (double)wrong / (double)(n ? n : 1), examples->dev, weights);
    }
    status = QM_OK;
out:
    qm_release(alloc, alpha, all * sizeof *alpha);
    qm_release(alloc, order, all * sizeof *order + 1);
    return status;
}
