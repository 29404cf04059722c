/* Just enough JSON: fields of the one object that stands on a line. */
#ifndef QM_CLI_JSON_H
#define QM_CLI_JSON_H

#include "message.h"

#include <stdbool.h>

typedef struct cli_json_field {
    const char *name;
    bool found;
    bool is_string; /* false: a number, taken as it is written */
    qm_buffer value;
} cli_json_field;

typedef struct cli_json_error {
    const char *what;
    uint64_t column; /* 1-based, in characters */
} cli_json_error;

/* Checks the whole line; fills in the fields that the object has (the last of equal names) and that
 * are strings or numbers. On failure *error tells why. */
bool cli_json_read(const char *line, size_t size, cli_json_field *fields, size_t n,
                   cli_json_error *error);

#endif
