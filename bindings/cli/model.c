#include "model.h"

#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <qianmo/decode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define SETTINGS_MAX 16

static int read_all(int file, qm_buffer *out)
{
    struct stat st;
    if (fstat(file, &st) != 0) return EX_NOINPUT;
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return EX_NOINPUT;
    }
    /* A file is read whole at once, and with one byte of room more it is seen to end there. */
    bool sized = S_ISREG(st.st_mode) && st.st_size > 0;
    size_t step = sized ? (size_t)st.st_size + 1 : 65536;
    for (;;) {
        out->data = cli_grow(out->data, &out->room, out->size + step, 1);
        ssize_t got = read(file, out->data + out->size, step);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return EX_IOERR;
        out->size += (size_t)got;
        if (got == 0 || (sized && out->size == (size_t)st.st_size)) return EX_OK;
        step = 65536;
    }
}

int cli_read_file(const char *path, qm_buffer *out)
{
    bool standard = strcmp(path, "-") == 0;
    int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    int status = file < 0 ? EX_NOINPUT : read_all(file, out);
    if (status != EX_OK) cli_say((cli_place){cli_path_name(path), 0, 0}, "%s", strerror(errno));
    if (!standard && file >= 0) close(file);
    return status;
}

static const char *kind_known(const char *name)
{
    const char *const *kinds = qm_builder_kinds();
    for (size_t i = 0; kinds[i]; i++)
        if (strcmp(kinds[i], name) == 0) return kinds[i];
    return NULL;
}

static bool kind_ends(const char *path, const char *suffix)
{
    size_t size = strlen(path), length = strlen(suffix);
    return size >= length && strcasecmp(path + size - length, suffix) == 0;
}

const char *cli_kind(const char *path, const char *wanted)
{
    static const char *const suffixes[][2] = {{".yaml", "taxonomy"},
                                              {".yml", "taxonomy"},
                                              {".csv", "taxonomy-csv"},
                                              {"units.tsv", "units"},
                                              {"words.tsv", "words"}};
    const char *kind = wanted ? kind_known(wanted) : NULL;
    for (size_t i = 0; !wanted && !kind && i < sizeof suffixes / sizeof *suffixes; i++)
        if (kind_ends(path, suffixes[i][0])) kind = kind_known(suffixes[i][1]);
    if (kind) return kind;
    qm_buffer list = cli_buffer();
    for (const char *const *at = qm_builder_kinds(); *at; at++) cli_printf(&list, " %s", *at);
    cli_putc(&list, '\0');
    if (wanted) cli_say((cli_place){0}, "no kind '%s' of file; there are:%s", wanted, list.data);
    else
        cli_say((cli_place){path, 0, 0}, "its name tells no kind; say --kind, one of:%s",
                list.data);
    qm_buffer_free(&list);
    return NULL;
}

const char *cli_taxonomy_kind(const char *path)
{
    return kind_known(kind_ends(path, ".csv") ? "taxonomy-csv" : "taxonomy");
}

/* Adds what encoding a file seems to be in that is not in UTF-8. */
static void utf8_hint(const qm_buffer *text, qm_error *err)
{
    qm_decode_info info;
    size_t size = strlen(err->message);
    if (qm_decode_detect((qm_bytes){text->data, text->size}, &info, NULL) == QM_OK &&
        strcmp(info.encoding, "UTF-8") != 0)
        snprintf(err->message + size, sizeof err->message - size, "; it seems to be %s",
                 info.encoding);
}

int cli_read_utf8(const char *path, qm_buffer *out)
{
    qm_error err = {0};
    int status = cli_read_file(path, out);
    if (status != EX_OK || qm_utf8_require((qm_bytes){out->data, out->size}, &err) == QM_OK)
        return status;
    utf8_hint(out, &err);
    return cli_say_error(cli_path_name(path), &err);
}

int cli_builder_read(qm_builder *builder, const char *path, const char *kind)
{
    qm_buffer text = cli_buffer();
    qm_error err = {0};
    int status = cli_read_file(path, &text);
    if (status == EX_OK) {
        int code = qm_builder_read(builder, kind, (qm_bytes){text.data, text.size}, &err);
        if (code == QM_E_UTF8) utf8_hint(&text, &err);
        if (code != QM_OK) status = cli_say_error(cli_path_name(path), &err);
        if (code == QM_E_INVALID) status = EX_DATAERR;
    }
    qm_buffer_free(&text);
    return status;
}

static int stack_full(const char *file)
{
    cli_say((cli_place){file, 0, 0}, "more than %d models", CLI_MODELS_MAX);
    return EX_USAGE;
}

static int stack_images(cli_models *stack, char *const *paths)
{
    for (size_t i = 0; paths && paths[i]; i++) {
        qm_error err = {0};
        if (stack->count == CLI_MODELS_MAX) return stack_full(paths[i]);
        if (qm_model_open(&stack->at[stack->count], paths[i], 0, NULL, &err) != QM_OK)
            return cli_say_error(paths[i], &err);
        stack->count++;
    }
    return EX_OK;
}

static int stack_read(qm_builder *builder, const cli_options *o)
{
    const struct {
        char *const *paths;
        const char *kind; /* NULL: a taxonomy */
    } lists[] = {{o->words, "words"}, {o->units, "units"}, {o->taxonomies, NULL}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        for (size_t k = 0; lists[i].paths && lists[i].paths[k]; k++) {
            const char *path = lists[i].paths[k];
            const char *kind = lists[i].kind ? lists[i].kind : cli_taxonomy_kind(path);
            int status = cli_builder_read(builder, path, kind);
            if (status != EX_OK) return status;
        }
    }
    return EX_OK;
}

/* The user's words, units and taxonomies as one more model, compiled here and now. */
static int stack_compiled(cli_models *stack, const cli_options *o)
{
    if (!o->words && !o->units && !o->taxonomies) return EX_OK;
    qm_error err = {0};
    qm_builder *builder = NULL;
    qm_bytes image;
    if (stack->count == CLI_MODELS_MAX) return stack_full(NULL);
    if (qm_builder_new(&builder, stack->at[0], NULL, &err) != QM_OK)
        return cli_say_error(NULL, &err);
    int status = stack_read(builder, o);
    if (status == EX_OK && (qm_builder_finish(builder, &image, &err) != QM_OK ||
                            qm_model_from_memory(&stack->at[stack->count], image, QM_OPEN_COPY,
                                                 NULL, NULL, NULL, &err) != QM_OK))
        status = cli_say_error(NULL, &err);
    if (status == EX_OK) {
        stack->compiled = stack->at[stack->count];
        stack->count++;
    }
    qm_builder_free(builder);
    return status;
}

int cli_models_open(cli_models *stack, const cli_options *o)
{
    qm_error err = {0};
    *stack = (cli_models){.count = 0};
    if (qm_model_builtin(&stack->at[0], &err) != QM_OK) return cli_say_error(NULL, &err);
    stack->count = 1;
    int status = stack_images(stack, o->models);
    return status == EX_OK ? stack_compiled(stack, o) : status;
}

void cli_models_close(cli_models *stack)
{
    for (size_t i = 0; i < stack->count; i++) qm_model_unref(stack->at[i]);
}

/* Tags are asked for: whether the models have any, tried on words that every tagger knows. */
static int engine_check_tags(qm_engine *engine)
{
    static const char sentence[] = "我们修路。";
    qm_analyzer *analyzer = NULL;
    qm_result *result = NULL;
    qm_error err = {0};
    qm_column tags = {0};
    bool tagged = false;
    int code = qm_analyzer_new(&analyzer, engine, NULL, &err);
    if (code == QM_OK) code = qm_result_new(&result, NULL, &err);
    if (code == QM_OK) code = qm_analyze(analyzer, sentence, sizeof sentence - 1, result, &err);
    if (code == QM_OK && qm_result_find(result, QM_TOKENS, "tag", &tags) == QM_OK)
        for (int64_t i = 0; i < tags.length; i++) tagged |= ((const uint8_t *)tags.data)[i] != 0;
    qm_analyzer_free(analyzer);
    qm_result_unref(result);
    if (code != QM_OK) return cli_say_error(NULL, &err);
    if (tagged) return EX_OK;
    cli_say((cli_place){0}, "--tags: the model has no part-of-speech tags");
    return EX_UNAVAILABLE;
}

/* The image that an engine of it and those below it cannot be made of; NULL where it is none of the
 * user's. */
static const char *culprit(const cli_models *stack, const cli_options *o,
                           const qm_setting *settings, size_t n)
{
    int status = QM_OK;
    size_t count = 0; /* the lowest is built in */
    while (status == QM_OK && o->models && (count == 0 || o->models[count - 1])) {
        qm_engine *engine = NULL;
        qm_error err = {0};
        status = qm_engine_new(&engine, stack->at, ++count, settings, n, NULL, &err);
        qm_engine_unref(engine);
    }
    return status != QM_OK && count > 1 ? o->models[count - 2] : NULL;
}

int cli_engine_new(qm_engine **out, const cli_options *o, uint32_t tables, int offsets,
                   const qm_setting *more, size_t n_more)
{
    qm_setting settings[SETTINGS_MAX] = {{QM_P_TABLES, 0, (int64_t)tables},
                                         {QM_P_OFFSETS, 0, offsets},
                                         {QM_P_GRANULARITY, 0, o->granularity},
                                         {QM_P_QUALITY, 0, o->quality},
                                         {QM_P_TAGS, 0, o->tags},
                                         {QM_P_REFERENCE_DATE, 0, o->reference_date},
                                         {QM_P_SUPPRESSED, 0, o->suppressed},
                                         {QM_P_STRICT, 0, o->strict}};
    size_t n = 8;
    for (size_t i = 0; i < n_more && n < SETTINGS_MAX; i++) settings[n++] = more[i];
    cli_models stack;
    qm_error err = {0};
    int status = cli_models_open(&stack, o);
    if (status == EX_OK &&
        qm_engine_new(out, stack.at, stack.count, settings, n, NULL, &err) != QM_OK)
        status = cli_say_error(culprit(&stack, o, settings, n), &err);
    cli_models_close(&stack);
    if (status == EX_OK && o->tags && (tables >> QM_TOKENS & 1)) {
        status = engine_check_tags(*out);
        if (status != EX_OK) {
            qm_engine_unref(*out);
            *out = NULL;
        }
    }
    return status;
}
