#include "command.h"
#include "model.h"
#include "output.h"

#include <string.h>

/* The ids of all units, one a line. An analysis of nothing binds the names to a result. */
static int units_list(const cli_options *o, const qm_engine *engine, qm_buffer *out)
{
    qm_analyzer *analyzer = NULL;
    qm_result *result = NULL;
    qm_error err = {0};
    qm_bytes name;
    int status = EX_OK;
    (void)o;
    if (qm_analyzer_new(&analyzer, (qm_engine *)engine, NULL, &err) != QM_OK ||
        qm_result_new(&result, NULL, &err) != QM_OK ||
        qm_analyze(analyzer, "", 0, result, &err) != QM_OK)
        status = cli_say_error(NULL, &err);
    for (uint32_t i = 1; status == EX_OK; i++) {
        if (qm_result_name(result, QM_DICT_UNITS, i, &name) != QM_OK) break;
        cli_add(out, name.data, name.size);
        cli_putc(out, '\n');
    }
    qm_analyzer_free(analyzer);
    qm_result_unref(result);
    return status;
}

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
        cli_say((cli_place){0}, "%s", err.message);
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
        status = list ? units_list(o, engine, &text) : units_convert(o, engine, &text);
    cli_output_open(&output, NULL);
    cli_output_write(&output, text.data, text.size);
    int closed = cli_output_close(&output, true);
    qm_buffer_free(&text);
    qm_engine_unref(engine);
    return closed != EX_OK ? closed : status;
}
