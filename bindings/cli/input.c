#include "input.h"

#include "model.h"

#include <stdlib.h>
#include <string.h>

/* What is made of it is many times as much, and stays in the caches. */
#define BATCH_BYTES (32u << 10)
#define BATCH_DOCUMENTS 512

void cli_drop_byte_order_mark(qm_buffer *start)
{
    if (start->size < 3 || memcmp(start->data, "\xEF\xBB\xBF", 3) != 0) return;
    start->size -= 3;
    memmove(start->data, start->data + 3, start->size);
}

void cli_input_open(cli_input *input, const cli_options *options)
{
    *input = (cli_input){.options = options};
    cli_lines_open(&input->lines, options);
    input->status = input->lines.status;
}

void cli_input_close(cli_input *input)
{
    cli_block_free(&input->block);
    cli_lines_close(&input->lines);
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
    const char *path = input->lines.files.at[input->lines.next++].path;
    cli_document *document = batch_document(batch);
    int status = cli_read_file(path, &document->bytes);
    if (status == EX_OK) batch_keep(batch, path, 0);
    else input_fail(input, status);
}

static bool line_is_blank(const qm_buffer *line)
{
    for (size_t i = 0; i < line->size; i++)
        if (!strchr(" \t\r\n", line->data[i]) || !line->data[i]) return false;
    return true;
}

/* More lines of the file, or the first ones of the next file. */
static bool input_block(cli_input *input)
{
    const bool behind_part = input->block.part; /* whose line break comes first */
    const qm_buffer *bytes = &input->block.bytes;
    input->at = 0;
    if (!cli_lines_fill(&input->lines, &input->block)) return false;
    cli_say_notes(&input->block.notes);
    if (input->block.starts_file) input->line = 0;
    else if (behind_part && bytes->size > 0 && bytes->data[0] == '\n') input->at = 1;
    return true;
}

/* The next line; those that are too long for a block come in parts. */
static bool input_line(cli_input *input, cli_batch *batch)
{
    cli_block *block = &input->block;
    while (input->at == block->bytes.size)
        if (!input_block(input)) return false;
    cli_document *document = batch_document(batch);
    const char *start = block->bytes.data + input->at;
    const size_t left = block->bytes.size - input->at;
    const char *end = memchr(start, '\n', left);
    const size_t size = end ? (size_t)(end - start) : left;
    cli_add(&document->bytes, start, size);
    memcpy(document->encoding, block->encoding, sizeof document->encoding);
    input->at += size + (end != NULL);
    while (block->part && !block->last && cli_lines_fill(&input->lines, block))
        cli_add(&document->bytes, block->bytes.data, block->bytes.size);
    if (block->part) input->at = block->bytes.size;
    input->line++;
    if (!line_is_blank(&document->bytes)) batch_keep(batch, block->path, input->line);
    return true;
}

bool cli_input_fill(cli_input *input, cli_batch *batch)
{
    batch->count = 0;
    batch->bytes = 0;
    while (batch->bytes < BATCH_BYTES && batch->count < BATCH_DOCUMENTS) {
        if (input->options->json_lines) {
            if (!input_line(input, batch)) break;
        } else {
            if (input->lines.next == input->lines.files.count) break;
            input_whole_file(input, batch);
        }
    }
    input_fail(input, input->lines.status);
    return batch->count > 0;
}
