/* From labelled texts to the section: the order of things. */
#include "compile/train/clauses.h"
#include "engine/engine.h"

#include <stdarg.h>
#include <stdio.h>

qm_clauses_options qm_clauses_defaults(void)
{
    return (qm_clauses_options){.cost = 0.03,
                                .cost_alone = 0.05,
                                .positive = 1,
                                .report = 3,
                                .status = 0.3,
                                .circumstance = 0.5,
                                .place = 0.15,
                                .passes = 12,
                                .folds = 5,
                                .least_count = 3,
                                .prune = 1,
                                .seed = 20240607};
}

void qm_clauses_say(const qm_clauses_training *training, const char *format, ...)
{
    char line[256];
    if (!training->progress) return;
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    training->progress(training->ud, line);
}

typedef struct course {
    const qm_clauses_training *training;
    const qm_allocator *alloc;
    qm_engine *engine;
    qm_bytes type_ids[QM_TYPES_MOST + 1];
    qm_labels labels;
    qm_clause_examples examples;
    qm_machine_task task;
    uint32_t n_labels;
    double *weights; /* label by label */
    size_t weights_size;
    double *other; /* of one label, by regression */
    qm_clause_margins margins;
    size_t margins_size;
} course;

static int open_engine(course *c, qm_error *err)
{
    const qm_setting settings[] = {
        {QM_P_TABLES, 0, 1 << QM_INITIATIVES | 1 << QM_QUANTITIES | 1 << QM_ENTITIES}};
    int status = qm_engine_new(&c->engine, c->training->models, c->training->n_models, settings, 1,
                               c->alloc, err);
    if (status != QM_OK) return status;
    qm_initiative_type type;
    uint32_t n = 0;
    for (; qm_initiator_type(c->engine->initiator, n + 1, &type); n++) {
        if (n == QM_TYPES_MOST)
            return qm_fail(err, QM_E_LIMIT, "more than %u types", QM_TYPES_MOST);
        c->type_ids[n + 1] = type.id;
    }
    c->labels.type_ids = c->type_ids;
    c->labels.n_types = n;
    c->n_labels = QM_LABEL_TYPES + n;
    return QM_OK;
}

static int read_all(course *c, size_t *wrong, qm_error *err)
{
    int status = QM_OK;
    for (size_t i = 0; i < c->training->n_texts && status == QM_OK; i++) {
        if (wrong) *wrong = i;
        status = qm_labels_read(&c->labels, &c->training->texts[i], err);
    }
    if (status != QM_OK) return status;
    if (wrong) *wrong = c->training->n_texts;
    status = qm_clause_examples_read(&c->examples, &c->labels, c->engine, err);
    if (status == QM_OK && qm_clause_examples_types(&c->examples) == 0)
        status = qm_fail(err, QM_E_SYNTAX, "no clause is labelled with a type");
    if (status == QM_OK && qm_clause_examples_number(&c->examples, &c->training->options) != QM_OK)
        status = qm_fail_nomem(err);
    if (status == QM_OK && c->examples.kept.count == 0)
        status = qm_fail(err, QM_E_SYNTAX, "too few labelled clauses to learn from: %zu",
                         c->examples.at.count);
    if (status == QM_OK)
        qm_clauses_say(c->training, "%zu documents, %zu examples, %zu features",
                       c->labels.documents.count, c->examples.at.count, c->examples.kept.count);
    return status;
}

static int allocate(course *c, qm_error *err)
{
    size_t row = c->examples.kept.count + 1;
    c->weights_size = row * c->n_labels * sizeof *c->weights;
    c->weights = qm_alloc_zero(c->alloc, c->weights_size);
    c->margins.n_labels = c->n_labels;
    c->margins_size = c->examples.at.count * c->n_labels * sizeof *c->margins.at;
    c->margins.at = qm_alloc_zero(c->alloc, c->margins_size);
    c->other = qm_alloc_zero(c->alloc, row * sizeof *c->other);
    if (!c->weights || !c->other || !c->margins.at ||
        qm_machine_init(&c->task, &c->examples, &c->training->options, c->alloc) != QM_OK)
        return qm_fail_nomem(err);
    if (!c->labels.reports) c->task.cost = c->training->options.cost_alone;
    return QM_OK;
}

/* The mean of two machines that err in other ways: what a log-odds is worth in margins. */
#define PER_LOG_ODDS (1 / 3.0)

static void train_machine(course *c, double *weights)
{
    qm_machine_train(&c->task, weights);
    qm_regression_train(&c->task, c->other);
    for (size_t i = 0; i <= c->examples.kept.count; i++)
        weights[i] = (weights[i] + c->other[i] * PER_LOG_ODDS) / 2;
}

/* Machines for all labels without the reports of a fold; of all where there is no such fold. */
static void train_machines(course *c, uint32_t fold)
{
    const size_t row = c->examples.kept.count + 1;
    for (uint32_t label = 0; label < c->n_labels; label++) {
        qm_label_examples(&c->task, &c->training->options, label, fold);
        train_machine(c, c->weights + label * row);
    }
}

/* What machines, with weights as an image holds them, say of the reports that they have not seen.
 */
static void train_fold(course *c, uint32_t fold)
{
    const qm_clauses_options *options = &c->training->options;
    const size_t row = c->examples.kept.count + 1;
    train_machines(c, fold);
    for (uint32_t label = 0; label < c->n_labels; label++) {
        double *weights = c->weights + label * row;
        qm_weights_round(&c->examples, weights);
        for (size_t i = 0; i < c->examples.at.count; i++)
            if (c->examples.at.at[i].judged &&
                c->examples.at.at[i].document % options->folds == fold)
                c->margins.at[i * c->n_labels + label] =
                    (float)qm_machine_margin(&c->examples, weights, i);
    }
    qm_clauses_say(c->training, "fold %u of %u", fold + 1, options->folds);
}

static int train_all(course *c, qm_image_writer *writer, qm_error *err)
{
    const qm_clauses_options *options = &c->training->options;
    double thresholds[QM_TYPES_MOST + 1];
    for (uint32_t fold = 0; fold < options->folds; fold++) train_fold(c, fold);
    const qm_threshold_range range = {-30, 20, 1 / 40.0};
    qm_around_weights around;
    if (qm_thresholds_choose(&c->examples, &c->labels, &c->margins, &range, c->training, c->alloc,
                             thresholds) != QM_OK ||
        qm_around_fit(&c->examples, &c->labels, &c->margins, thresholds[0], c->training, c->alloc,
                      &around) != QM_OK ||
        qm_statuses_fit(&c->examples, &c->margins, c->training, c->alloc, around.statuses) != QM_OK)
        return qm_fail_nomem(err);
    train_machines(c, options->folds);
    return qm_clauses_export(&c->examples, &c->labels, c->weights, c->n_labels, thresholds[0],
                             &around, options, c->alloc, writer, err);
}

int qm_clauses_train(const qm_clauses_training *training, const qm_allocator *alloc,
                     qm_image_writer *writer, size_t *wrong, qm_error *err)
{
    alloc = qm_allocator_or_default(alloc);
    course c = {.training = training, .alloc = alloc};
    c.labels.alloc = c.examples.alloc = alloc;
    if (wrong) *wrong = training->n_texts;
    int status = open_engine(&c, err);
    if (status == QM_OK) status = read_all(&c, wrong, err);
    if (status == QM_OK) status = allocate(&c, err);
    if (status == QM_OK) status = train_all(&c, writer, err);
    qm_machine_free(&c.task);
    qm_release(alloc, c.weights, c.weights_size);
    qm_release(alloc, c.other, (c.examples.kept.count + 1) * sizeof *c.other);
    qm_release(alloc, c.margins.at, c.margins_size);
    qm_clause_examples_free(&c.examples);
    qm_labels_free(&c.labels);
    qm_engine_unref(c.engine);
    return status;
}
