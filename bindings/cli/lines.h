/* Plain text and JSON Lines in blocks of whole lines, in bounded memory however long the lines are.
 *
 * Only UTF-8 can be cut inside a line, and UTF-16 and its like nowhere: long lines of other
 * encodings, and whole files of those, are held in memory. */
#ifndef QM_CLI_LINES_H
#define QM_CLI_LINES_H

#include "files.h"
#include "options.h"

typedef struct cli_block {
    qm_buffer bytes;
    qm_buffer notes; /* of what was passed over before it: printed in the order of the blocks */
    const char *path;
    bool starts_file;
    bool part;         /* of a line that is too long for one block */
    bool last;         /* the last part of it */
    char encoding[32]; /* of bytes; "": UTF-8 */
} cli_block;

typedef struct cli_lines {
    const cli_options *options;
    cli_files files;
    size_t next;
    int fd; /* -1: no file is open */
    const char *path;
    bool begun, starts_file, at_end, in_long_line;
    char encoding[32]; /* of the file; "": UTF-8 */
    qm_buffer carry;   /* read, and not yet given out */
    qm_buffer notes;   /* of what has been passed over since the last block */
    int status;        /* first failure */
} cli_lines;

void cli_lines_open(cli_lines *lines, const cli_options *options);
/* Prints the notes that no block has taken along. */
void cli_lines_close(cli_lines *lines);
void cli_block_free(cli_block *block);
/* The next block; false when there are no more. */
bool cli_lines_fill(cli_lines *lines, cli_block *block);

#endif
