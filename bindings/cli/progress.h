/* A progress bar on standard error, where that is a terminal and the work is long. */
#ifndef QM_CLI_PROGRESS_H
#define QM_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

typedef struct cli_progress {
    bool wanted, shown;
    uint64_t total, done, documents; /* bytes; total 0: not known */
    struct timespec start, last;
} cli_progress;

/* to_screen: the results go to the terminal too, and a bar would only be in their way. */
void cli_progress_start(cli_progress *progress, uint64_t total, bool to_screen, bool quiet);
void cli_progress_add(cli_progress *progress, uint64_t bytes, uint64_t documents);
/* Takes the bar off the screen, before a message and at the end. */
void cli_progress_clear(cli_progress *progress);

#endif
