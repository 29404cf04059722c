#define _GNU_SOURCE /* memrchr */
#include "lines.h"

#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BLOCK (1u << 20)
#define LONG_LINE (4u << 20)

void cli_lines_open(cli_lines *lines, const cli_options *options)
{
    *lines = (cli_lines){.options = options, .fd = -1, .carry = cli_buffer()};
    cli_files_list(&lines->files, options->arguments, false);
    lines->status = lines->files.status;
}

static void lines_shut(cli_lines *lines)
{
    if (lines->fd > STDIN_FILENO) close(lines->fd);
    lines->fd = -1;
}

void cli_lines_close(cli_lines *lines)
{
    lines_shut(lines);
    cli_files_free(&lines->files);
    qm_buffer_free(&lines->carry);
}

static void lines_fail(cli_lines *lines, int status)
{
    cli_say((cli_place){cli_path_name(lines->path), 0, 0}, "%s", strerror(errno));
    if (lines->status == EX_OK) lines->status = status;
}

static bool lines_next_file(cli_lines *lines)
{
    while (lines->fd < 0) {
        if (lines->next == lines->files.count) return false;
        lines->path = lines->files.at[lines->next++].path;
        bool standard = strcmp(lines->path, "-") == 0;
        lines->fd = standard ? STDIN_FILENO : open(lines->path, O_RDONLY | O_CLOEXEC);
        if (lines->fd < 0) lines_fail(lines, EX_NOINPUT);
        lines->carry.size = 0;
        lines->starts_file = true;
        lines->at_end = lines->in_long_line = false;
    }
    return true;
}

/* More bytes into carry. */
static void lines_read(cli_lines *lines)
{
    qm_buffer *carry = &lines->carry;
    carry->data = cli_grow(carry->data, &carry->room, carry->size + BLOCK, 1);
    ssize_t got;
    do got = read(lines->fd, carry->data + carry->size, BLOCK);
    while (got < 0 && errno == EINTR);
    if (got < 0) lines_fail(lines, EX_IOERR);
    if (got <= 0) lines->at_end = true;
    else carry->size += (size_t)got;
}

/* How much of carry can go out as one block; 0: more must be read. */
static size_t lines_ready(cli_lines *lines, cli_block *block)
{
    const qm_buffer *carry = &lines->carry;
    block->part = lines->in_long_line;
    block->last = false;
    if (lines->in_long_line) {
        const char *end = carry->size ? memchr(carry->data, '\n', carry->size) : NULL;
        block->last = end || lines->at_end;
        if (block->last) lines->in_long_line = false;
        return end ? (size_t)(end - carry->data) : carry->size;
    }
    const char *end = carry->size ? memrchr(carry->data, '\n', carry->size) : NULL;
    if (end && carry->size >= BLOCK) return (size_t)(end - carry->data) + 1;
    if (lines->at_end) return carry->size;
    if (carry->size < LONG_LINE || end) return 0;
    lines->in_long_line = block->part = true;
    return carry->size;
}

bool cli_lines_fill(cli_lines *lines, cli_block *block)
{
    if (!block->bytes.alloc) block->bytes = cli_buffer();
    block->bytes.size = 0;
    while (lines_next_file(lines)) {
        if (!lines->at_end) lines_read(lines);
        size_t ready = lines_ready(lines, block);
        cli_add(&block->bytes, lines->carry.data, ready);
        lines->carry.size -= ready;
        if (ready) memmove(lines->carry.data, lines->carry.data + ready, lines->carry.size);
        block->path = lines->path;
        block->starts_file = lines->starts_file;
        if (lines->at_end && lines->carry.size == 0) lines_shut(lines);
        if (ready == 0 && !block->part) continue;
        lines->starts_file = false;
        return true;
    }
    return false;
}
