/* Documents from files, directories, standard input and JSON Lines, in batches of bounded size. */
#ifndef QM_CLI_INPUT_H
#define QM_CLI_INPUT_H

#include "lines.h"

#include <qianmo/decode.h>

typedef struct cli_document {
    const char *path;  /* of the file it stands in */
    uint64_t line;     /* in JSON Lines: which; else 0 */
    char encoding[32]; /* of that line; "": UTF-8 */
    qm_buffer bytes;   /* as read */
    qm_buffer name;    /* what follows is made of bytes by cli_document_decode */
    qm_buffer text;
} cli_document;

typedef struct cli_batch {
    cli_document *at;
    size_t count, room; /* at[count .. room) keep their memory for the next batch */
    uint64_t bytes;
} cli_batch;

typedef struct cli_input {
    const cli_options *options;
    cli_lines lines; /* the files, and of JSON Lines what is in them */
    cli_block block; /* JSON Lines: its lines before `at` have been given out */
    size_t at;
    uint64_t line; /* of the file, the last one given out */
    int status;    /* first failure */
} cli_input;

void cli_input_open(cli_input *input, const cli_options *options);
void cli_input_close(cli_input *input);
/* The next documents; false when there are no more. Files that cannot be read are told of and
 * passed over. */
bool cli_input_fill(cli_input *input, cli_batch *batch);
void cli_batch_free(cli_batch *batch);

/* Name and UTF-8 text of a document. EX_OK; or a status after a note, and there is no text.
 * Notes go to `notes`. */
int cli_document_decode(cli_document *document, const cli_options *options, qm_buffer *notes);

/* EX_OK, or EX_USAGE after a message when --encoding names none. */
int cli_check_encoding(const cli_options *options);

enum { CLI_ILL_FORMED = 128 };
/* "ill-formed GB18030, 2 pieces, the first at byte 5". */
void cli_ill_formed(const qm_decode_info *info, char text[CLI_ILL_FORMED]);
/* Why a file that is no text is left out. */
const char *cli_no_text(qm_bytes start);

/* Some programs begin every file in UTF-8 with such a mark. */
void cli_drop_byte_order_mark(qm_buffer *start);

#endif
