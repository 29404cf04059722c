/* Quantities in the units that the user wants to read. */
#ifndef QM_CLI_UNITS_H
#define QM_CLI_UNITS_H

#include "view.h"

#include <stdatomic.h>

/* What --units says: NULL is as written. */
typedef struct cli_unit_choice {
    qm_engine *engine;
    bool si;
    char *list;        /* ids of units, or words for them, with NULs between */
    size_t count;      /* of them */
    atomic_bool *used; /* of each: a value has been given in it; by any thread */
} cli_unit_choice;

/* text: "si", "as-written" or units with commas between; NULL is as written. EX_OK, or a status
 * after a message. */
int cli_units_open(cli_unit_choice *units, qm_engine *engine, const char *text);
/* Tells which of the units nothing was given in. */
void cli_units_tell(const cli_unit_choice *units);
void cli_units_close(cli_unit_choice *units);
static inline bool cli_units_wanted(const cli_unit_choice *units)
{
    return units && (units->si || units->count > 0);
}

typedef struct cli_quantity {
    qm_value low, high;
    qm_bytes unit;
} cli_quantity;

/* A row of the quantities; as written where no wanted unit is of its dimension, or where the exact
 * value has no end in it. A bare cell of a table is taken to be in the unit of its header. */
cli_quantity cli_units_read(const cli_unit_choice *units, const cli_view *view, int32_t row);

#endif
