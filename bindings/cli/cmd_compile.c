#include "command.h"
#include "model.h"
#include "output.h"

#include <stdlib.h>
#include <string.h>

static int compile_read(qm_builder *builder, const cli_options *o)
{
    for (int i = 0; i < o->n_arguments; i++) {
        const char *kind = cli_kind(o->arguments[i], o->kind);
        int status = kind ? cli_builder_read(builder, o->arguments[i], kind) : EX_USAGE;
        if (status != EX_OK) return status;
    }
    return EX_OK;
}

static int compile_write(qm_builder *builder, const char *path)
{
    qm_bytes image;
    qm_error err = {0};
    cli_output output;
    if (qm_builder_finish(builder, &image, &err) != QM_OK) return cli_say_error(NULL, &err);
    bool open = cli_output_open(&output, path) == EX_OK;
    if (open) cli_output_write(&output, image.data, image.size);
    return cli_output_close(&output, open);
}

int cli_compile(const cli_options *o)
{
    if (o->n_arguments == 0) return cli_usage(o, "no file to compile is named");
    if (!o->output) return cli_usage(o, "--output FILE: where the image goes");
    qm_model *base = NULL;
    qm_builder *builder = NULL;
    qm_error err = {0};
    int status = EX_OK;
    if (qm_model_builtin(&base, &err) != QM_OK ||
        qm_builder_new(&builder, base, NULL, &err) != QM_OK)
        status = cli_say_error(NULL, &err);
    if (status == EX_OK) status = compile_read(builder, o);
    if (status == EX_OK) status = compile_write(builder, o->output);
    qm_builder_free(builder);
    qm_model_unref(base);
    return status;
}
