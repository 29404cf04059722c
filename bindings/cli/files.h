/* The files behind the arguments: files as they are, directories with all the texts in them. */
#ifndef QM_CLI_FILES_H
#define QM_CLI_FILES_H

#include "message.h"

#include <stdbool.h>

typedef struct cli_file {
    char *path; /* "-": standard input */
    uint64_t size;
} cli_file;

typedef struct cli_files {
    cli_file *at;
    size_t count, room;
    size_t failed;  /* files and directories that could not be looked at */
    uint64_t bytes; /* of all whose size is known */
    int status;     /* first failure; the other files are listed all the same */
    size_t others;  /* files in directories that are no texts by their names, */
    char *other;    /* and the first of them */
} cli_files;

/* arguments: NULL at the end; none: standard input. json_lines: texts in directories end in .jsonl
 * or .ndjson, else in .txt, .text or .md. */
void cli_files_list(cli_files *files, char *const *arguments, bool json_lines);
/* A remark on files in the directories that are not among the files. */
void cli_files_say_others(const cli_files *files, bool json_lines);
void cli_files_free(cli_files *files);

#endif
