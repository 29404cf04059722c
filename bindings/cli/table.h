/* A sheet as a table for people at a terminal. */
#ifndef QM_CLI_TABLE_H
#define QM_CLI_TABLE_H

#include "sheet.h"

typedef struct cli_table_look {
    unsigned width; /* columns of the terminal */
    bool color, chinese;
} cli_table_look;

/* The rows of one document, under its name. */
void cli_table_print(qm_buffer *out, const cli_sheet *sheet, int table, qm_bytes name,
                     const cli_table_look *look);
/* What people read for a status: "done" as it is, or 已完成. */
qm_bytes cli_status_name(qm_bytes status, bool chinese);

#endif
