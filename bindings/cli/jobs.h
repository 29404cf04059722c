/* Work in an order-keeping pool: one thread reads and writes, the others work on pieces.
 *
 * The pieces go round in a ring, so memory is bounded whatever the input; they come out in the
 * order they went in, so the output is the same for any number of threads. */
#ifndef QM_CLI_JOBS_H
#define QM_CLI_JOBS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct cli_stage {
    void *ud;
    size_t piece_size; /* bytes of one piece, zeroed before its first use */
    /* Main thread: the next piece of input into `piece`, which may hold an old one; false: no
     * more. */
    bool (*fill)(void *ud, void *piece);
    /* NULL after a message: the work ends. */
    void *(*worker_new)(void *ud);
    void (*worker_free)(void *worker);
    void (*work)(void *worker, void *piece);
    /* Main thread, in order; false: stop. */
    bool (*emit)(void *ud, void *piece);
    void (*piece_free)(void *piece);
} cli_stage;

/* jobs 0: one thread a processor. false when something stopped the work. */
bool cli_jobs_run(const cli_stage *stage, int jobs);

#endif
