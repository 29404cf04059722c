/* The engine a command works with: the built-in model, the user's files over it, the settings. */
#ifndef QM_CLI_MODEL_H
#define QM_CLI_MODEL_H

#include "options.h"

/* A whole file, or standard input for "-"; EX_OK, or a status after a message. */
int cli_read_file(const char *path, qm_buffer *out);
/* The same of a file that must be UTF-8. */
int cli_read_utf8(const char *path, qm_buffer *out);
/* The kind of qm_builder_kinds() that a file name stands for: by `wanted` or by its suffix.
 * NULL after a message. */
const char *cli_kind(const char *path, const char *wanted);
/* The kind of a taxonomy: a table by its suffix .csv, otherwise YAML. */
const char *cli_taxonomy_kind(const char *path);
/* Reads one file into the builder: EX_OK, or a status after FILE:LINE:COLUMN: message. */
int cli_builder_read(qm_builder *builder, const char *path, const char *kind);

#define CLI_MODELS_MAX 64

typedef struct cli_models {
    qm_model *at[CLI_MODELS_MAX]; /* the lowest first */
    size_t count;
    qm_model *compiled; /* the one of them made of the user's files, or NULL */
} cli_models;

/* The built-in model, the user's images and files over it. To be closed even if it fails. */
int cli_models_open(cli_models *models, const cli_options *options);
void cli_models_close(cli_models *models);

/* tables: 1 << QM_TOKENS ...; EX_OK, or a status after a message. */
int cli_engine_new(qm_engine **out, const cli_options *options, uint32_t tables, int offsets,
                   const qm_setting *more, size_t n_more);

#endif
