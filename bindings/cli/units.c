#include "units.h"

#include "engine/engine.h"

#include <stdlib.h>
#include <string.h>

#define UNIT_NAME 64

static int units_check(const cli_unit_choice *units)
{
    const qm_engine *engine = units->engine;
    const char *name = units->list;
    for (size_t i = 0; i < units->count; i++, name += strlen(name) + 1) {
        if (qm_quantifier_knows(engine->quantifier, engine->map, (qm_bytes){name, strlen(name)}))
            continue;
        cli_say((cli_place){0}, "--units: there is no unit '%s'; 'qianmo units' lists them", name);
        return EX_USAGE;
    }
    return EX_OK;
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
