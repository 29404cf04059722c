#include "input.h"

#include "model.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What is made of it is many times as much, and stays in the caches. */
#define BATCH_BYTES (32u << 10)
#define BATCH_DOCUMENTS 512

const char *cli_path_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

void cli_drop_byte_order_mark(qm_buffer *start)
{
    if (start->size < 3 || memcmp(start->data, "\xEF\xBB\xBF", 3) != 0) return;
    start->size -= 3;
    memmove(start->data, start->data + 3, start->size);
}

void cli_input_open(cli_input *input, const cli_options *options)
{
    *input = (cli_input){.options = options};
    cli_files_list(&input->files, options->arguments, options->json_lines);
    input->status = input->files.status;
}

void cli_input_close(cli_input *input)
{
    if (input->stream && input->stream != stdin) fclose(input->stream);
    cli_files_free(&input->files);
}

static cli_document *batch_document(cli_batch *batch)
{
    if (batch->count == batch->room) {
        size_t before = batch->room;
        batch->at = cli_grow(batch->at, &batch->room, batch->count + 1, sizeof *batch->at);
        for (size_t i = before; i < batch->room; i++)
            batch->at[i] =
                (cli_document){.bytes = cli_buffer(), .name = cli_buffer(), .text = cli_buffer()};
    }
    cli_document *document = &batch->at[batch->count];
    document->bytes.size = document->name.size = document->text.size = 0;
    return document;
}

void cli_batch_free(cli_batch *batch)
{
    for (size_t i = 0; i < batch->room; i++) {
        qm_buffer_free(&batch->at[i].bytes);
        qm_buffer_free(&batch->at[i].name);
        qm_buffer_free(&batch->at[i].text);
    }
    free(batch->at);
    *batch = (cli_batch){0};
}

static void input_fail(cli_input *input, int status)
{
    if (input->status == EX_OK) input->status = status;
}

static void batch_keep(cli_batch *batch, const char *path, uint64_t line)
{
    cli_document *document = &batch->at[batch->count++];
    document->path = path;
    document->line = line;
    batch->bytes += document->bytes.size;
}

static void input_whole_file(cli_input *input, cli_batch *batch)
{
    const char *path = input->files.at[input->next++].path;
    cli_document *document = batch_document(batch);
    int status = cli_read_file(path, &document->bytes);
    if (status == EX_OK) batch_keep(batch, path, 0);
    else input_fail(input, status);
}

static bool input_open_lines(cli_input *input)
{
    while (!input->stream && input->next < input->files.count) {
        input->path = input->files.at[input->next++].path;
        input->line = 0;
        input->stream = strcmp(input->path, "-") == 0 ? stdin : fopen(input->path, "rb");
        if (input->stream) return true;
        cli_say((cli_place){input->path, 0, 0}, "%s", strerror(errno));
        input_fail(input, EX_NOINPUT);
    }
    return input->stream != NULL;
}

static bool line_is_blank(const qm_buffer *line)
{
    for (size_t i = 0; i < line->size; i++)
        if (!strchr(" \t\r\n", line->data[i]) || !line->data[i]) return false;
    return true;
}

static void input_line(cli_input *input, cli_batch *batch)
{
    cli_document *document = batch_document(batch);
    qm_buffer *bytes = &document->bytes;
    ssize_t size = getline(&bytes->data, &bytes->room, input->stream);
    if (size < 0) {
        if (ferror(input->stream)) {
            cli_say((cli_place){cli_path_name(input->path), 0, 0}, "%s", strerror(errno));
            input_fail(input, EX_IOERR);
        }
        if (input->stream != stdin) fclose(input->stream);
        input->stream = NULL;
        return;
    }
    bytes->size = (size_t)size;
    if (input->line++ == 0) cli_drop_byte_order_mark(bytes);
    if (!line_is_blank(bytes)) batch_keep(batch, input->path, input->line);
}

bool cli_input_fill(cli_input *input, cli_batch *batch)
{
    batch->count = 0;
    batch->bytes = 0;
    while (batch->bytes < BATCH_BYTES && batch->count < BATCH_DOCUMENTS) {
        if (input->options->json_lines) {
            if (!input_open_lines(input)) break;
            input_line(input, batch);
        } else {
            if (input->next == input->files.count) break;
            input_whole_file(input, batch);
        }
    }
    return batch->count > 0;
}
