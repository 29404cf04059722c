#define _GNU_SOURCE /* memrchr */
#include "lines.h"

#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <qianmo/decode.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define BLOCK (1u << 18)
#define LONG_LINE (4u << 20)

void cli_lines_open(cli_lines *lines, const cli_options *options)
{
    *lines =
        (cli_lines){.options = options, .fd = -1, .carry = cli_buffer(), .notes = cli_buffer()};
    cli_files_list(&lines->files, options->arguments, options->json_lines);
    lines->status = lines->files.status;
    if (!options->quiet && lines->files.count > 0)
        cli_files_say_others(&lines->files, options->json_lines);
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
    cli_say_notes(&lines->notes);
    qm_buffer_free(&lines->notes);
}

void cli_block_free(cli_block *block)
{
    if (!block->bytes.alloc) return;
    qm_buffer_free(&block->bytes);
    qm_buffer_free(&block->notes);
}

static void lines_refuse(cli_lines *lines, int status, const char *why)
{
    cli_note(&lines->notes, (cli_place){cli_path_name(lines->path), 0, 0}, "%s", why);
    if (lines->status == EX_OK) lines->status = status;
}

static void lines_fail(cli_lines *lines, int status)
{
    lines_refuse(lines, status, strerror(errno));
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
        lines->begun = false;
        lines->at_end = lines->in_long_line = false;
    }
    return true;
}

/* A block's worth of bytes into carry, or all that is left. */
static void lines_read(cli_lines *lines)
{
    qm_buffer *carry = &lines->carry;
    size_t goal = carry->size + BLOCK;
    carry->data = cli_grow(carry->data, &carry->room, goal, 1);
    while (carry->size < goal && !lines->at_end) {
        ssize_t got = read(lines->fd, carry->data + carry->size, goal - carry->size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) lines_fail(lines, EX_IOERR);
        if (got <= 0) lines->at_end = true;
        else carry->size += (size_t)got;
    }
}

/* Whether a line feed is one byte, which stands for nothing else, and lines can be read alone. */
static bool encoding_has_lines(const char *encoding)
{
    static const char *const others[] = {"utf-7", "scsu", "hz", "iso-2022"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strncasecmp(encoding, others[i], strlen(others[i])) == 0) return false;
    qm_buffer line = cli_buffer();
    qm_decode_text((qm_bytes){"\n", 1}, encoding, &line, NULL, NULL);
    const bool has_lines = line.size == 1 && line.data[0] == '\n';
    qm_buffer_free(&line);
    return has_lines;
}

static void lines_convert_all(cli_lines *lines, const char *encoding)
{
    qm_buffer text = cli_buffer();
    qm_decode_info info;
    qm_error err = {0};
    while (!lines->at_end) lines_read(lines);
    if (qm_decode_text((qm_bytes){lines->carry.data, lines->carry.size}, encoding, &text, &info,
                       &err) != QM_OK) {
        lines_refuse(lines, EX_DATAERR, err.message);
    } else if (info.undecodable > 0) {
        const bool strict = lines->options->strict;
        char what[CLI_ILL_FORMED];
        cli_ill_formed(&info, what);
        cli_note(&lines->notes, (cli_place){cli_path_name(lines->path), 0, 0}, "%s%s", what,
                 strict ? "; left out" : "");
        if (strict) text.size = 0;
        if (strict && lines->status == EX_OK) lines->status = EX_DATAERR;
    }
    qm_buffer_free(&lines->carry);
    lines->carry = text;
}

/* The usual name of the encoding that is wanted, which has many, or what the text seems to be. */
static void encoding_find(const char *wanted, qm_bytes start, qm_decode_info *info)
{
    qm_buffer nothing = cli_buffer();
    if (wanted) qm_decode_text((qm_bytes){"", 0}, wanted, &nothing, info, NULL);
    else qm_decode_detect(start, info, NULL);
    qm_buffer_free(&nothing);
}

/* Finds out how the file is encoded, from its first block. */
static void lines_begin(cli_lines *lines)
{
    qm_bytes start = {lines->carry.data, lines->carry.size};
    qm_decode_info info = {.encoding = "UTF-8"};
    lines->encoding[0] = '\0';
    if (start.size == 0) return;
    encoding_find(lines->options->encoding, start, &info);
    if (info.flags & QM_DECODE_BINARY) {
        lines_refuse(lines, EX_DATAERR, cli_no_text(start));
        lines->carry.size = 0;
        lines->at_end = true;
        return;
    }
    if (strcmp(info.encoding, "UTF-8") == 0) cli_drop_byte_order_mark(&lines->carry);
    else if (encoding_has_lines(info.encoding))
        memcpy(lines->encoding, info.encoding, sizeof lines->encoding);
    else lines_convert_all(lines, info.encoding);
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
    if (carry->size < LONG_LINE || end || lines->encoding[0]) return 0;
    lines->in_long_line = block->part = true;
    return carry->size;
}

bool cli_lines_fill(cli_lines *lines, cli_block *block)
{
    if (!block->bytes.alloc) block->bytes = block->notes = cli_buffer();
    block->bytes.size = block->notes.size = 0;
    while (lines_next_file(lines)) {
        if (!lines->at_end) lines_read(lines);
        if (!lines->begun) {
            lines->begun = true;
            lines_begin(lines);
        }
        size_t ready = lines_ready(lines, block);
        cli_add(&block->bytes, lines->carry.data, ready);
        lines->carry.size -= ready;
        if (ready) memmove(lines->carry.data, lines->carry.data + ready, lines->carry.size);
        block->path = lines->path;
        memcpy(block->encoding, lines->encoding, sizeof block->encoding);
        block->starts_file = lines->starts_file;
        if (lines->at_end && lines->carry.size == 0) lines_shut(lines);
        if (ready == 0 && !block->part) continue;
        lines->starts_file = false;
        cli_add(&block->notes, lines->notes.data, lines->notes.size);
        lines->notes.size = 0;
        return true;
    }
    return false;
}
