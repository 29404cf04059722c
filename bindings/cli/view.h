/* Cells of a result's tables, by the names of their columns. */
#ifndef QM_CLI_VIEW_H
#define QM_CLI_VIEW_H

#include "message.h"

#include <stdbool.h>

/* One document of a result; its offsets are bytes. */
typedef struct cli_view {
    const qm_result *result;
    size_t document;
    qm_bytes text, name;
} cli_view;

typedef struct cli_rows {
    int32_t first, end;
} cli_rows;

cli_rows cli_view_rows(const cli_view *view, int table);
/* An unsigned column, of whatever width; QM_NONE where the table has no such column. */
uint32_t cli_view_number(const cli_view *view, int table, const char *column, int32_t row);
int32_t cli_view_signed(const cli_view *view, int table, const char *column, int32_t row);
/* The name behind a code; empty for none. */
qm_bytes cli_view_name(const cli_view *view, int table, const char *column, int32_t row);
/* What people read for the type of an initiative: its name, else its id. */
qm_bytes cli_view_type(const cli_view *view, int32_t row);
qm_value cli_view_value(const cli_view *view, int table, const char *column, int32_t row);
/* The text between the columns NAME_start and NAME_end, or start and end for ""; empty for none. */
qm_bytes cli_view_span(const cli_view *view, int table, const char *name, int32_t row);

#endif
