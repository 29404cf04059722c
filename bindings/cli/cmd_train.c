#include "command.h"
#include "model.h"
#include "output.h"
#include "training.h"

#include "engine/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct train {
    const cli_options *options;
    qm_engine *engine; /* whose characters are used */
    qm_buffer *files;  /* texts, then dictionaries, then tagged, raw and dev text */
    qm_train_text *texts;
    qm_bytes *dictionaries;
    qm_train_text tagged, raw, dev;
    size_t n_texts, n_dictionaries;
    qm_image_writer *writer;
    qm_buffer trained; /* what stands in the image: the names of the files and hashes of them */
} train;

static void train_note(train *t, const char *path, const qm_buffer *bytes)
{
    const char *slash = strrchr(path, '/');
    cli_printf(&t->trained, "%s\t%016llx\n", slash ? slash + 1 : path,
               (unsigned long long)qm_hash(bytes->data, bytes->size, 0));
}

static int train_read(train *t)
{
    const cli_options *o = t->options;
    size_t n_texts = (size_t)o->n_arguments, n_dictionaries = 0;
    while (o->dictionaries && o->dictionaries[n_dictionaries]) n_dictionaries++;
    t->files = cli_realloc(NULL, (n_texts + n_dictionaries + 3) * sizeof *t->files);
    t->texts = cli_realloc(NULL, n_texts * sizeof *t->texts);
    t->dictionaries = cli_realloc(NULL, n_dictionaries * sizeof *t->dictionaries);
    int status = EX_OK;
    for (size_t i = 0; i < n_texts + n_dictionaries + 3; i++) t->files[i] = cli_buffer();
    for (; status == EX_OK && t->n_texts < n_texts; t->n_texts++) {
        size_t i = t->n_texts;
        status = cli_training_text(o->arguments[i], &t->files[i], &t->texts[i]);
        train_note(t, o->arguments[i], &t->files[i]);
    }
    for (; status == EX_OK && t->n_dictionaries < n_dictionaries; t->n_dictionaries++) {
        qm_buffer *bytes = &t->files[n_texts + t->n_dictionaries];
        status = cli_read_utf8(o->dictionaries[t->n_dictionaries], bytes);
        t->dictionaries[t->n_dictionaries] =
            (qm_bytes){bytes->data ? bytes->data : "", bytes->size};
        train_note(t, o->dictionaries[t->n_dictionaries], bytes);
    }
    if (status == EX_OK && o->tagged) {
        qm_buffer *bytes = &t->files[n_texts + n_dictionaries];
        status = cli_training_text(o->tagged, bytes, &t->tagged);
        train_note(t, o->tagged, bytes);
    }
    if (status == EX_OK && o->raw) {
        qm_buffer *bytes = &t->files[n_texts + n_dictionaries + 1];
        status = cli_training_text(o->raw, bytes, &t->raw);
        train_note(t, o->raw, bytes);
    }
    if (status == EX_OK && o->dev)
        status = cli_training_text(o->dev, &t->files[n_texts + n_dictionaries + 2], &t->dev);
    return status;
}

static qm_train_options train_options(const cli_options *o)
{
    qm_train_options options = qm_train_defaults();
    if (o->cost >= 0) options.cost = o->cost;
    if (o->prune >= 0) options.prune = o->prune;
    if (o->passes >= 0) options.passes = (uint32_t)o->passes;
    if (o->scale >= 0) options.scale = (uint32_t)o->scale;
    if (o->window >= 0) options.window = (uint32_t)o->window;
    if (o->folds >= 0) options.folds = (uint32_t)o->folds;
    if (o->seed >= 0) options.seed = (uint64_t)o->seed;
    options.copies |= o->copies != 0;
    options.lattice |= o->lattice != 0;
    options.any_standard |= o->any_standard != 0;
    return options;
}

static int train_run(train *t, qm_bytes *image)
{
    const cli_options *o = t->options;
    qm_error err = {0};
    const qm_words_training training = {.map = t->engine->map,
                                        .texts = t->texts,
                                        .n_texts = t->n_texts,
                                        .dictionaries = t->dictionaries,
                                        .n_dictionaries = t->n_dictionaries,
                                        .tags = t->tagged,
                                        .raw = t->raw,
                                        .dev = t->dev,
                                        .options = train_options(o),
                                        .progress = o->quiet ? NULL : cli_training_progress};
    qm_bytes trained = {t->trained.data, t->trained.size};
    if (qm_image_writer_new(&t->writer, NULL, &err) != QM_OK ||
        qm_words_train(&training, NULL, t->writer, &err) != QM_OK ||
        qm_image_writer_info(t->writer, "trained", trained, &err) != QM_OK ||
        qm_image_writer_finish(t->writer, image, &err) != QM_OK)
        return cli_say_error(NULL, &err);
    return EX_OK;
}

static int train_score(const train *t, const qm_engine *engine, int quality, qm_buffer *out,
                       qm_error *err)
{
    qm_words_score_card card = {0};
    int status = cli_training_score(engine, quality, t->dev, t->texts[0], &card, err);
    if (status == QM_OK && t->options->lattice)
        cli_printf(out, "%s:\n", quality == QM_LATTICE ? "lattice" : "fast");
    if (status == QM_OK) cli_training_print(out, &card);
    return status;
}

/* How the new image does on the text that it has not seen, and by its lattice, if it has one. */
static int train_check(const train *t, qm_bytes image)
{
    qm_model *models[2] = {NULL, NULL};
    qm_engine *engine = NULL;
    qm_error err = {0};
    qm_buffer out = cli_buffer();
    const qm_setting tokens = {QM_P_TABLES, 0, 1 << QM_TOKENS};
    int status = EX_OK;
    if (qm_model_builtin(&models[0], &err) != QM_OK ||
        qm_model_from_memory(&models[1], image, QM_OPEN_COPY, NULL, NULL, NULL, &err) != QM_OK ||
        qm_engine_new(&engine, models, 2, &tokens, 1, NULL, &err) != QM_OK ||
        train_score(t, engine, QM_FAST, &out, &err) != QM_OK ||
        (t->options->lattice && train_score(t, engine, QM_LATTICE, &out, &err) != QM_OK)) {
        status = cli_say_error(t->options->dev, &err);
        goto out;
    }
    fwrite(out.data, 1, out.size, stderr);
out:
    qm_engine_unref(engine);
    qm_model_unref(models[0]);
    qm_model_unref(models[1]);
    qm_buffer_free(&out);
    return status;
}

static void train_free(train *t)
{
    size_t files = (size_t)t->options->n_arguments;
    while (t->options->dictionaries &&
           t->options->dictionaries[files - (size_t)t->options->n_arguments])
        files++;
    for (size_t i = 0; t->files && i < files + 3; i++) qm_buffer_free(&t->files[i]);
    free(t->files);
    free(t->texts);
    free(t->dictionaries);
    qm_image_writer_free(t->writer);
    qm_buffer_free(&t->trained);
    qm_engine_unref(t->engine);
}

int cli_train(const cli_options *o)
{
    train t = {.options = o, .trained = cli_buffer()};
    qm_bytes image = {NULL, 0};
    cli_output output;
    if (o->n_arguments > 0 && strcmp(o->arguments[0], "clauses") == 0) return cli_train_clauses(o);
    if (o->n_arguments == 0) return cli_usage(o, "no segmented text is named");
    if (!o->output) return cli_usage(o, "--output FILE: where the image goes");
    int status = cli_engine_new(&t.engine, o, 1u << QM_TOKENS, QM_BYTES, NULL, 0);
    if (status == EX_OK) status = train_read(&t);
    if (status == EX_OK) status = train_run(&t, &image);
    if (status == EX_OK && o->dev) status = train_check(&t, image);
    if (status == EX_OK) {
        bool open = cli_output_open(&output, o->output) == EX_OK;
        if (open) cli_output_write(&output, image.data, image.size);
        status = cli_output_close(&output, open);
    }
    train_free(&t);
    return status;
}
