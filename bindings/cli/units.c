#include "units.h"

#include <stdlib.h>
#include <string.h>

#define UNIT_NAME 64

/* An analysis of nothing binds the names to a result. */
int cli_units_list(qm_engine *engine, qm_buffer *out)
{
    qm_analyzer *analyzer = NULL;
    qm_result *result = NULL;
    qm_error err = {0};
    qm_bytes name;
    int status = EX_OK;
    if (qm_analyzer_new(&analyzer, engine, NULL, &err) != QM_OK ||
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

static bool units_has(const qm_buffer *names, const char *name)
{
    size_t size = strlen(name);
    const char *at = names->data, *end = at + names->size;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if ((size_t)(stop - at) == size && memcmp(at, name, size) == 0) return true;
        at = stop + 1;
    }
    return false;
}

static int units_check(const cli_unit_choice *units)
{
    qm_buffer names = cli_buffer();
    int status = cli_units_list(units->engine, &names);
    const char *name = units->list;
    for (size_t i = 0; status == EX_OK && i < units->count; i++, name += strlen(name) + 1) {
        if (units_has(&names, name)) continue;
        cli_say((cli_place){0}, "--units: there is no unit '%s'; 'qianmo units' lists them", name);
        status = EX_USAGE;
    }
    qm_buffer_free(&names);
    return status;
}

int cli_units_open(cli_unit_choice *units, qm_engine *engine, const char *text)
{
    *units = (cli_unit_choice){.engine = engine};
    if (!text || strcmp(text, "as-written") == 0) return EX_OK;
    if (strcmp(text, "si") == 0) {
        units->si = true;
        return EX_OK;
    }
    units->list = cli_copy(text, strlen(text));
    units->count = 1;
    for (char *at = units->list; *at; at++) {
        if (*at != ',') continue;
        *at = '\0';
        units->count++;
    }
    return units_check(units);
}

void cli_units_close(cli_unit_choice *units)
{
    free(units->list);
}

static bool units_convert(const cli_unit_choice *units, const qm_value *value, const char *from,
                          const char *to, qm_value *out)
{
    if (value->type == QM_VALUE_NONE) return true;
    return value->type == QM_VALUE_NUMBER &&
           qm_unit_convert(units->engine, value, from, to, out, NULL) == QM_OK;
}

static bool units_try(const cli_unit_choice *units, cli_quantity *quantity, qm_bytes to)
{
    char from_name[UNIT_NAME], to_name[UNIT_NAME];
    cli_quantity converted = *quantity;
    if (quantity->unit.size >= UNIT_NAME || to.size >= UNIT_NAME || to.size == 0) return false;
    memcpy(from_name, quantity->unit.data, quantity->unit.size);
    from_name[quantity->unit.size] = '\0';
    memcpy(to_name, to.data, to.size);
    to_name[to.size] = '\0';
    if (!units_convert(units, &quantity->low, from_name, to_name, &converted.low) ||
        !units_convert(units, &quantity->high, from_name, to_name, &converted.high))
        return false;
    converted.unit = to;
    *quantity = converted;
    return true;
}

cli_quantity cli_units_read(const cli_unit_choice *units, const cli_view *view, int32_t row)
{
    cli_quantity quantity = {cli_view_value(view, QM_QUANTITIES, CLI_LOW, row),
                             cli_view_value(view, QM_QUANTITIES, CLI_HIGH, row),
                             cli_view_name(view, QM_QUANTITIES, CLI_UNIT, row)};
    if (!cli_units_wanted(units) || quantity.unit.size == 0) return quantity;
    if (units->si)
        units_try(units, &quantity, cli_view_name(view, QM_QUANTITIES, CLI_SI_UNIT, row));
    const char *name = units->list;
    for (size_t i = 0; i < units->count; i++, name += strlen(name) + 1)
        if (units_try(units, &quantity, (qm_bytes){name, strlen(name)})) break;
    return quantity;
}
