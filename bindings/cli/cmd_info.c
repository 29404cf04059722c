#include "command.h"
#include "output.h"

#include <stdio.h>

static void info_lines(qm_buffer *out, const qm_model *model, const char *name)
{
    static const char *const keys[] = {"format",  "size",    "build-id",  "trained",
                                       "licence", "sources", "provenance"};
    cli_printf(out, "model: %s\n", name);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *value = qm_model_info(model, keys[i]);
        if (!value || !*value) continue;
        cli_printf(out, "%s: ", keys[i]);
        /* A value of several lines is indented, so that a line with a key begins at the margin. */
        for (const char *c = value; *c; c++) {
            if (*c != '\n') cli_putc(out, *c);
            else if (c[1]) cli_puts(out, "\n  ");
        }
        cli_putc(out, '\n');
    }
}

int cli_info(const cli_options *o)
{
    qm_buffer text = cli_buffer();
    cli_output output;
    int status = EX_OK;
    for (int i = 0; i < o->n_arguments || i == 0; i++) {
        const char *path = i < o->n_arguments ? o->arguments[i] : NULL;
        qm_model *model = NULL;
        qm_error err = {0};
        int code =
            path ? qm_model_open(&model, path, 0, NULL, &err) : qm_model_builtin(&model, &err);
        if (code != QM_OK) {
            int failed = cli_say_error(path, &err);
            if (status == EX_OK) status = failed;
            continue;
        }
        if (text.size) cli_putc(&text, '\n');
        info_lines(&text, model, path ? path : "built in");
        qm_model_unref(model);
    }
    cli_output_open(&output, NULL);
    cli_output_write(&output, text.data, text.size);
    int closed = cli_output_close(&output, true);
    qm_buffer_free(&text);
    return closed != EX_OK ? closed : status;
}
