/* Words separated by one blank, line for line, nothing else changed. */
#ifndef QM_CLI_SEGMENT_H
#define QM_CLI_SEGMENT_H

#include "options.h"

/* Returns the exit status. */
int cli_segment_run(const cli_options *options);

#endif
