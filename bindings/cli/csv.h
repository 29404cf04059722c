/* Sheets as CSV (RFC 4180) and as tab-separated values. */
#ifndef QM_CLI_CSV_H
#define QM_CLI_CSV_H

#include "sheet.h"

void cli_csv_head(qm_buffer *out, int table, char mark);
/* mark ',': cells are quoted where they must be. mark '\t': tabs and line breaks become blanks.
 * guard: text that Excel would calculate gets an apostrophe before it. */
void cli_csv_rows(qm_buffer *out, const cli_sheet *sheet, char mark, bool guard);

#endif
