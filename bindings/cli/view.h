/* Cells of a result's tables; the columns are looked up once a batch. */
#ifndef QM_CLI_VIEW_H
#define QM_CLI_VIEW_H

#include "message.h"

#include <stdbool.h>

/* The columns that are used. That of a start is followed by that of its end. */
typedef enum cli_column {
    CLI_START,
    CLI_END,
    CLI_TRIGGER_START,
    CLI_TRIGGER_END,
    CLI_OBJECT_START,
    CLI_OBJECT_END,
    CLI_ACTOR_START,
    CLI_ACTOR_END,
    CLI_PLACE_START,
    CLI_PLACE_END,
    CLI_TIME_START,
    CLI_TIME_END,
    CLI_COUNTED_START,
    CLI_COUNTED_END,
    CLI_TAG,
    CLI_FLAGS,
    CLI_KIND,
    CLI_LOW,
    CLI_HIGH,
    CLI_RELATION,
    CLI_UNIT,
    CLI_PER,
    CLI_HEADER_UNIT,
    CLI_RATE,
    CLI_SOFT_LOW,
    CLI_SOFT_HIGH,
    CLI_SI_VALUE,
    CLI_SI_UNIT,
    CLI_TYPE,
    CLI_GROUP,
    CLI_DUTY,
    CLI_STATUS,
    CLI_SCORE,
    CLI_RULE,
    CLI_LINK,
    CLI_ROLE,
    CLI_SENTENCE,
    CLI_PARAGRAPH,
    CLI_INITIATIVE,
    CLI_QUANTITY,
    CLI_COLUMNS
} cli_column;

/* All columns of a result; a table that has no such column has NULL data there. */
typedef struct cli_columns {
    qm_column at[QM_TABLES][CLI_COLUMNS];
} cli_columns;

void cli_columns_find(cli_columns *columns, const qm_result *result);

struct cli_unit_choice;

/* One document of a result; its offsets are bytes. */
typedef struct cli_view {
    const struct cli_unit_choice *units;
    const qm_result *result;
    const cli_columns *columns;
    size_t document;
    qm_bytes text, name;
} cli_view;

typedef struct cli_rows {
    int32_t first, end;
} cli_rows;

cli_rows cli_view_rows(const cli_view *view, int table);
/* An unsigned column, of whatever width; QM_NONE where the table has no such column. */
uint32_t cli_view_number(const cli_view *view, int table, cli_column column, int32_t row);
int32_t cli_view_signed(const cli_view *view, int table, cli_column column, int32_t row);
/* The name behind a code; empty for none. */
qm_bytes cli_view_name(const cli_view *view, int table, cli_column column, int32_t row);
/* What people read for the type of an initiative: its name, else its id. */
qm_bytes cli_view_type(const cli_view *view, int32_t row);
qm_value cli_view_value(const cli_view *view, int table, cli_column column, int32_t row);
/* The text from the column `start` to the one behind it; empty for none. */
qm_bytes cli_view_span(const cli_view *view, int table, cli_column start, int32_t row);

#endif
