#include "command.h"
#include "model.h"
#include "output.h"
#include "units.h"

#include "engine/engine.h"

#include <stdlib.h>
#include <string.h>

static int units_list(const qm_engine *engine, qm_buffer *out)
{
    qm_error err = {0};
    return qm_quantifier_list(engine->quantifier, out, &err) == QM_OK ? EX_OK
                                                                      : cli_say_error(NULL, &err);
}

static bool units_knows(const qm_engine *engine, const char *name)
{
    return qm_quantifier_knows(engine->quantifier, engine->map, (qm_bytes){name, strlen(name)});
}

/* Cuts a number with its unit, 5亩 or 三十公里, before the longest unit behind a number; the unit,
 * or NULL. */
static char *units_cut(const qm_engine *engine, const char *text, qm_value *value)
{
    size_t size = strlen(text);
    for (size_t at = 1; at < size; at++) {
        size_t skip = at + strspn(text + at, " ");
        if (((unsigned char)text[at] & 0xC0) == 0x80) continue; /* inside a character */
        if (units_knows(engine, text + skip) && qm_number_parse(text, at, value, NULL) == QM_OK)
            return cli_copy(text + skip, size - skip);
    }
    return NULL;
}

static int units_print(const qm_engine *engine, const qm_value *value, const char *from,
                       const char *to, qm_buffer *out)
{
    qm_value converted;
    qm_error err = {0};
    char text[64];
    if (qm_unit_convert(engine, value, from, to, &converted, &err) != QM_OK) {
        qm_value_text(value, text, sizeof text);
        bool known = units_knows(engine, from) && units_knows(engine, to);
        cli_say((cli_place){0}, "%s %s in %s: %s%s", text, from, to, err.message,
                known ? "" : "; 'qianmo units' lists them");
        return EX_DATAERR;
    }
    qm_value_text(&converted, text, sizeof text);
    cli_puts(out, text);
    cli_putc(out, '\n');
    if (value->rounded) cli_say((cli_place){0}, "rounded: the value has no finite decimal");
    return EX_OK;
}

/* VALUE FROM TO, or VALUE and FROM in one. */
static int units_convert(const cli_options *o, const qm_engine *engine, qm_buffer *out)
{
    char *const *words = o->arguments + 1;
    qm_value value;
    qm_error err = {0};
    if (o->n_arguments == 4) {
        if (qm_number_parse(words[0], strlen(words[0]), &value, &err) == QM_OK)
            return units_print(engine, &value, words[1], words[2], out);
        cli_say((cli_place){0}, "'%s': %s", words[0], err.message);
        return EX_DATAERR;
    }
    if (o->n_arguments != 3)
        return cli_usage(o, "convert takes a value, its unit and another unit: convert 15 亩 公顷");
    char *from = units_cut(engine, words[0], &value);
    if (!from) {
        cli_say((cli_place){0}, "'%s' is no number with a unit behind it", words[0]);
        return EX_DATAERR;
    }
    int status = units_print(engine, &value, from, words[1], out);
    free(from);
    return status;
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
        status = list ? units_list(engine, &text) : units_convert(o, engine, &text);
    cli_output_open(&output, NULL);
    cli_output_write(&output, text.data, text.size);
    int closed = cli_output_close(&output, true);
    qm_buffer_free(&text);
    qm_engine_unref(engine);
    return closed != EX_OK ? closed : status;
}
