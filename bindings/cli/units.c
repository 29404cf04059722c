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
    units->used = cli_realloc(NULL, units->count * sizeof *units->used);
    for (size_t i = 0; i < units->count; i++) atomic_init(&units->used[i], false);
    return units_check(units);
}

/* Whether what could be given in `name` was given in a unit before it. */
static bool units_cover(const cli_unit_choice *units, size_t number, const char *name)
{
    static const qm_value one = {.coefficient = 1, .type = QM_VALUE_NUMBER};
    const char *other = units->list;
    for (size_t i = 0; i < number; i++, other += strlen(other) + 1) {
        qm_value value;
        if (!atomic_load(&units->used[i])) continue;
        if (qm_unit_convert(units->engine, &one, other, name, &value, NULL) != QM_E_INVALID)
            return true;
    }
    return false;
}

void cli_units_tell(const cli_unit_choice *units)
{
    const char *name = units->list;
    for (size_t i = 0; i < units->count; i++, name += strlen(name) + 1)
        if (!atomic_load(&units->used[i]) && !units_cover(units, i, name))
            cli_say((cli_place){0}, "--units: there was nothing to give in '%s'", name);
}

void cli_units_close(cli_unit_choice *units)
{
    free(units->list);
    free(units->used);
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

/* The first of the units that it can be given in. */
static bool units_choose(const cli_unit_choice *units, cli_quantity *quantity)
{
    const char *name = units->list;
    for (size_t i = 0; i < units->count; i++, name += strlen(name) + 1)
        if (units_try(units, quantity, (qm_bytes){name, strlen(name)})) {
            atomic_store_explicit(&units->used[i], true, memory_order_relaxed);
            return true;
        }
    return false;
}

static cli_quantity units_of_cell(const cli_unit_choice *units, const cli_view *view, int32_t row,
                                  cli_quantity bare)
{
    cli_quantity quantity = bare;
    quantity.unit = cli_view_name(view, QM_QUANTITIES, CLI_HEADER_UNIT, row);
    return quantity.unit.size && units_choose(units, &quantity) ? quantity : bare;
}

cli_quantity cli_units_read(const cli_unit_choice *units, const cli_view *view, int32_t row)
{
    cli_quantity quantity = {cli_view_value(view, QM_QUANTITIES, CLI_LOW, row),
                             cli_view_value(view, QM_QUANTITIES, CLI_HIGH, row),
                             cli_view_name(view, QM_QUANTITIES, CLI_UNIT, row)};
    if (!cli_units_wanted(units)) return quantity;
    if (quantity.unit.size == 0) return units_of_cell(units, view, row, quantity);
    if (units->si)
        units_try(units, &quantity, cli_view_name(view, QM_QUANTITIES, CLI_SI_UNIT, row));
    units_choose(units, &quantity);
    return quantity;
}
