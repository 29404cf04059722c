/* Where results go: standard output, or a file that appears whole or not at all. */
#ifndef QM_CLI_OUTPUT_H
#define QM_CLI_OUTPUT_H

#include "message.h"

#include <stdbool.h>

typedef struct cli_output {
    const char *path; /* NULL: standard output */
    char *resolved;   /* path without links; NULL: there is no file yet */
    char *temporary;  /* name of the file until it is whole; NULL: it has none */
    int fd;
    int status; /* first failure; nothing is written after it */
    qm_buffer pending;
} cli_output;

/* path NULL: standard output. EX_OK, or a status after a message. */
int cli_output_open(cli_output *output, const char *path);
int cli_output_write(cli_output *output, const void *data, size_t size);
/* Writes what is pending; on keep the file gets its name, else it vanishes. */
int cli_output_close(cli_output *output, bool keep);

#endif
