/* One table of one document as cells of text: what CSV, the terminal and the page print. */
#ifndef QM_CLI_SHEET_H
#define QM_CLI_SHEET_H

#include "view.h"

/* Columns of the sheet of initiatives. */
enum {
    CLI_I_DOC,
    CLI_I_START,
    CLI_I_END,
    CLI_I_TYPE,
    CLI_I_TYPE_NAME,
    CLI_I_GROUP,
    CLI_I_DUTY,
    CLI_I_STATUS,
    CLI_I_WHAT,
    CLI_I_HOW_MUCH,
    CLI_I_VALUES,
    CLI_I_WHO,
    CLI_I_WHERE,
    CLI_I_WHEN,
    CLI_I_TRIGGER,
    CLI_I_SCORE,
    CLI_I_RULE,
    CLI_I_FLAGS,
    CLI_I_CLAUSE,
    CLI_I_COLUMNS
};

typedef struct cli_sheet {
    const char *const *titles; /* NULL at the end */
    unsigned columns;
    qm_buffer bytes;
    size_t *ends; /* of each cell, in bytes */
    size_t cells, room;
} cli_sheet;

/* Titles of the sheet of a table, NULL at the end. */
const char *const *cli_sheet_titles(int table);
/* offsets: a qm_offset_unit for the columns start and end. The sheet keeps its memory. */
void cli_sheet_fill(cli_sheet *sheet, const cli_view *view, int table, int offsets);
size_t cli_sheet_rows(const cli_sheet *sheet);
qm_bytes cli_sheet_cell(const cli_sheet *sheet, size_t row, unsigned column);
void cli_sheet_free(cli_sheet *sheet);

#endif
