#include "command.h"
#include "model.h"

#include "compile/lint.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The report's lines begin with the place in the file. */
static void lint_print(const char *file, const qm_buffer *report)
{
    const char *at = report->data, *end = at + report->size;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop) stop = end;
        cli_say((cli_place){0}, "%s:%.*s", file, (int)(stop - at), at);
        at = stop + 1;
    }
}

/* The sentences of one file; what its rules say is among the engine's models. */
static int lint_file(qm_engine *engine, const char *path, qm_lint *total)
{
    qm_buffer text = cli_buffer();
    qm_lint lint = {.report = cli_buffer()};
    qm_error err = {0};
    int status = cli_read_file(path, &text);
    if (status == EX_OK &&
        qm_lint_taxonomy(engine, (qm_bytes){text.data, text.size}, &lint, &err) != QM_OK)
        status = cli_say_error(cli_path_name(path), &err);
    if (lint.report.size) lint_print(cli_path_name(path), &lint.report);
    if (status == EX_OK && lint.wrong > 0) status = EX_DATAERR;
    total->sentences += lint.sentences;
    total->wrong += lint.wrong;
    qm_buffer_free(&lint.report);
    qm_buffer_free(&text);
    return status;
}

/* A pipe gives its text once: to the rules, and none to their sentences. */
static bool lint_reads_twice(const char *path)
{
    struct stat st;
    if (strcmp(path, "-") == 0) return false;
    return stat(path, &st) != 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode);
}

int cli_lint(const cli_options *o)
{
    qm_engine *engine = NULL;
    qm_lint total = {0};
    cli_options with_files = *o;
    if (o->n_arguments == 0) return cli_usage(o, "no taxonomy is named");
    for (int i = 0; !o->built_in && i < o->n_arguments; i++)
        if (!lint_reads_twice(o->arguments[i]))
            return cli_usage(o, "'%s' can be read once, a taxonomy is read twice: name a file",
                             o->arguments[i]);
    if (!o->built_in) with_files.taxonomies = o->arguments;
    int status = cli_engine_new(&engine, &with_files,
                                1u << QM_INITIATIVES | 1u << QM_QUANTITIES | 1u << QM_ENTITIES,
                                QM_BYTES, NULL, 0);
    bool compiled = status == EX_OK;
    for (int i = 0; compiled && i < o->n_arguments; i++) {
        const char *kind = cli_taxonomy_kind(o->arguments[i]);
        if (strcmp(kind, "taxonomy") != 0) continue; /* tables have no sentences */
        int failed = lint_file(engine, o->arguments[i], &total);
        if (status == EX_OK) status = failed;
    }
    if (compiled)
        printf("%lu sentence%s, %lu wrong\n", (unsigned long)total.sentences,
               total.sentences == 1 ? "" : "s", (unsigned long)total.wrong);
    qm_engine_unref(engine);
    return status;
}
