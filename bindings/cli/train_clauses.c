#include "compile/train/train_clauses.h"
#include "command.h"
#include "model.h"
#include "output.h"
#include "training.h"

#include "engine/model.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct train_texts {
    qm_labelled_text *at;
    char **paths;
    qm_buffer *bytes;
    size_t count, room, paths_room, bytes_room;
} train_texts;

static int train_is_data(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return entry->d_name[0] != '.' && size > 4 && strcmp(entry->d_name + size - 4, ".tsv") == 0;
}

/* The *.tsv of a directory in the order of their bytes. */
static int train_read_directory(train_texts *texts, const char *directory, bool reports)
{
    struct dirent **entries;
    int n = scandir(directory, &entries, train_is_data, NULL), status = EX_OK;
    if (n < 0) {
        cli_say((cli_place){directory, 0, 0}, "%s", strerror(errno));
        return EX_NOINPUT;
    }
    for (int i = 1; i < n; i++) /* few enough */
        for (int k = i; k > 0 && strcmp(entries[k - 1]->d_name, entries[k]->d_name) > 0; k--) {
            struct dirent *swap = entries[k];
            entries[k] = entries[k - 1];
            entries[k - 1] = swap;
        }
    for (int i = 0; i < n; i++) {
        qm_buffer path = cli_buffer();
        cli_printf(&path, "%s/%s", directory, entries[i]->d_name);
        size_t need = texts->count + 1;
        texts->at = cli_grow(texts->at, &texts->room, need, sizeof *texts->at);
        texts->paths = cli_grow(texts->paths, &texts->paths_room, need, sizeof *texts->paths);
        texts->bytes = cli_grow(texts->bytes, &texts->bytes_room, need, sizeof *texts->bytes);
        texts->paths[texts->count] = cli_copy(path.data, path.size);
        texts->bytes[texts->count] = cli_buffer();
        qm_buffer_free(&path);
        if (status == EX_OK)
            status = cli_read_utf8(texts->paths[texts->count], &texts->bytes[texts->count]);
        texts->at[texts->count].reports = reports;
        texts->count++;
        free(entries[i]);
    }
    free(entries);
    return status;
}

static void train_free(train_texts *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        qm_buffer_free(&texts->bytes[i]);
        free(texts->paths[i]);
    }
    free(texts->at);
    free(texts->paths);
    free(texts->bytes);
}

static int train_write(qm_image_writer *writer, const char *path)
{
    qm_bytes image;
    qm_error err = {0};
    cli_output output;
    if (qm_image_writer_finish(writer, &image, &err) != QM_OK) return cli_say_error(NULL, &err);
    bool open = cli_output_open(&output, path) == EX_OK;
    if (open) cli_output_write(&output, image.data, image.size);
    return cli_output_close(&output, open);
}

/* What was compiled here has the weights beside it in one image. */
static int train_take(qm_image_writer *writer, const qm_model *compiled)
{
    qm_error err = {0};
    if (!compiled) return EX_OK;
    if (qm_image_writer_take(writer, &qm_model_images(compiled)->at[0], &err) != QM_OK)
        return cli_say_error(NULL, &err);
    return EX_OK;
}

static int train_clauses(const cli_options *o, const cli_models *models, train_texts *texts)
{
    qm_clauses_training training = {.models = models->at,
                                    .n_models = models->count,
                                    .texts = texts->at,
                                    .n_texts = texts->count,
                                    .options = qm_clauses_defaults(),
                                    .progress = o->quiet ? NULL : cli_training_progress};
    qm_image_writer *writer = NULL;
    qm_error err = {0};
    size_t wrong;
    for (size_t i = 0; i < texts->count; i++) {
        texts->at[i].name = texts->paths[i];
        texts->at[i].text = (qm_bytes){texts->bytes[i].data, texts->bytes[i].size};
    }
    int status = EX_OK;
    if (qm_image_writer_new(&writer, NULL, &err) != QM_OK) return cli_say_error(NULL, &err);
    if (qm_clauses_train(&training, NULL, writer, &wrong, &err) != QM_OK)
        status = cli_say_error(wrong < texts->count ? texts->paths[wrong] : NULL, &err);
    if (status == EX_OK) status = train_take(writer, models->compiled);
    if (status == EX_OK) status = train_write(writer, o->output);
    qm_image_writer_free(writer);
    return status;
}

/* Single clauses, and the whole reports in a directory below. */
static int train_read(train_texts *texts, const char *directory)
{
    qm_buffer reports = cli_buffer();
    cli_printf(&reports, "%s/reports", directory);
    cli_putc(&reports, '\0');
    int status = train_read_directory(texts, directory, false);
    if (status == EX_OK && access(reports.data, F_OK) == 0)
        status = train_read_directory(texts, reports.data, true);
    qm_buffer_free(&reports);
    return status;
}

int cli_train_clauses(const cli_options *o)
{
    if (o->n_arguments < 2)
        return cli_usage(o, "clauses DIRECTORY...: where the labelled clauses are");
    if (!o->output) return cli_usage(o, "--output FILE: where the image goes");
    train_texts texts = {0};
    cli_models models;
    int status = cli_models_open(&models, o);
    for (int i = 1; i < o->n_arguments && status == EX_OK; i++)
        status = train_read(&texts, o->arguments[i]);
    if (status == EX_OK && texts.count == 0) {
        cli_say((cli_place){o->arguments[1], 0, 0}, "has no labelled clauses: no file *.tsv");
        status = EX_NOINPUT;
    }
    if (status == EX_OK) status = train_clauses(o, &models, &texts);
    cli_models_close(&models);
    train_free(&texts);
    return status;
}
