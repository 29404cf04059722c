/* Messages to people, exit statuses, and memory that either comes or ends the program. */
#ifndef QM_CLI_MESSAGE_H
#define QM_CLI_MESSAGE_H

#include <qianmo/qianmo.h>
#include <stdarg.h>
#include <sysexits.h>

/* Where in the input something is wrong. line and column are 1-based; 0: not known. */
typedef struct cli_place {
    const char *file; /* NULL: no file */
    uint64_t line, column;
} cli_place;

/* Of a file that is read: "-" is standard input, as people call it. */
const char *cli_path_name(const char *path);

/* "qianmo: FILE:LINE:COLUMN: what" on standard error, one line with a question mark for each
 * control character. */
void cli_say(cli_place place, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same line into a buffer, to be printed in the order of the documents. */
void cli_note(qm_buffer *out, cli_place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void cli_say_notes(const qm_buffer *notes);
/* What the library says of a file; returns the exit status for it. */
int cli_say_error(const char *file, const qm_error *err);
/* The status of <sysexits.h> for one of the library. */
int cli_exit_status(int status);

/* Never NULL unless size is 0: without memory the program says so and ends. */
void *cli_realloc(void *ptr, size_t size);
/* Room for `need` elements; grows by half. */
void *cli_grow(void *at, size_t *room, size_t need, size_t width);
char *cli_copy(const char *text, size_t size);

qm_buffer cli_buffer(void);
void cli_add(qm_buffer *buffer, const void *data, size_t size);
void cli_puts(qm_buffer *buffer, const char *string);
void cli_putc(qm_buffer *buffer, char c);
void cli_printf(qm_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void cli_vprintf(qm_buffer *buffer, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

#endif
