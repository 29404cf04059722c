#include "command.h"
#include "model.h"
#include "output.h"
#include "units.h"

#include <string.h>

static int units_convert(const cli_options *o, const qm_engine *engine, qm_buffer *out)
{
    char *const *words = o->arguments + 1;
    qm_value value, converted;
    qm_error err = {0};
    char text[64];
    if (o->n_arguments != 4) return cli_usage(o, "convert takes VALUE FROM TO");
    if (qm_number_parse(words[0], strlen(words[0]), &value, &err) != QM_OK) {
        cli_say((cli_place){0}, "'%s' is no number: %s", words[0], err.message);
        return EX_DATAERR;
    }
    if (qm_unit_convert(engine, &value, words[1], words[2], &converted, &err) != QM_OK) {
        cli_say((cli_place){0}, "%s %s in %s: %s", words[0], words[1], words[2], err.message);
        return EX_DATAERR;
    }
    qm_value_text(&converted, text, sizeof text);
    cli_puts(out, text);
    cli_putc(out, '\n');
    return EX_OK;
}

int cli_units(const cli_options *o)
{
    const char *what = o->n_arguments ? o->arguments[0] : "list";
    bool list = strcmp(what, "list") == 0;
    if (!list && strcmp(what, "convert") != 0)
        return cli_usage(o, "'%s' is none of list, convert", what);
    if (list && o->n_arguments > 1) return cli_usage(o, "list takes no arguments");
    qm_engine *engine = NULL;
    cli_output output;
    qm_buffer text = cli_buffer();
    int status = cli_engine_new(&engine, o, 1u << QM_QUANTITIES, QM_BYTES, NULL, 0);
    if (status == EX_OK)
        status = list ? cli_units_list(engine, &text) : units_convert(o, engine, &text);
    cli_output_open(&output, NULL);
    cli_output_write(&output, text.data, text.size);
    int closed = cli_output_close(&output, true);
    qm_buffer_free(&text);
    qm_engine_unref(engine);
    return closed != EX_OK ? closed : status;
}
