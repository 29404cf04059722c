/* The tables of many documents, in any form: what mine does, and segment beyond plain text. */
#ifndef QM_CLI_REPORT_H
#define QM_CLI_REPORT_H

#include "options.h"

/* table: the one that is printed when --tables does not say. Returns the exit status. */
int cli_report_run(const cli_options *options, int table);

#endif
