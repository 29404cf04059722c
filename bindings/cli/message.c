#include "message.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *cli_path_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

static void message_place(qm_buffer *out, cli_place place)
{
    cli_puts(out, "qianmo: ");
    if (!place.file) return;
    cli_puts(out, *place.file ? place.file : "''");
    if (place.line) cli_printf(out, ":%llu", (unsigned long long)place.line);
    if (place.line && place.column) cli_printf(out, ":%llu", (unsigned long long)place.column);
    cli_puts(out, ": ");
}

/* Names and texts of others may hold characters that would steer the terminal. */
static void message_make_harmless(char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const unsigned char c = (unsigned char)text[i];
        const bool wide = c == 0xC2 && i + 1 < size && ((unsigned char)text[i + 1] & 0xE0) == 0x80;
        if (c < 0x20 || c == 0x7F || wide) text[i] = '?';
        if (wide) text[i + 1] = '?';
    }
}

static void message_line(qm_buffer *out, cli_place place, const char *format, va_list args)
{
    const size_t before = out->size;
    message_place(out, place);
    cli_vprintf(out, format, args);
    message_make_harmless(out->data + before, out->size - before);
    cli_putc(out, '\n');
}

void cli_note(qm_buffer *out, cli_place place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    message_line(out, place, format, args);
    va_end(args);
}

void cli_say(cli_place place, const char *format, ...)
{
    qm_buffer line = cli_buffer();
    va_list args;
    va_start(args, format);
    message_line(&line, place, format, args);
    va_end(args);
    fwrite(line.data, 1, line.size, stderr);
    qm_buffer_free(&line);
}

void cli_say_notes(const qm_buffer *notes)
{
    if (notes->size) fwrite(notes->data, 1, notes->size, stderr);
}

int cli_exit_status(int status)
{
    switch (status) {
    case QM_OK: return EX_OK;
    case QM_E_NOMEM: return EX_OSERR;
    case QM_E_INVALID: return EX_USAGE;
    case QM_E_IO: return EX_NOINPUT;
    case QM_E_SYNTAX:
    case QM_E_VERSION:
    case QM_E_CORRUPT:
    case QM_E_UTF8:
    case QM_E_LIMIT: return EX_DATAERR;
    case QM_E_UNSUPPORTED: return EX_UNAVAILABLE;
    default: return EX_SOFTWARE;
    }
}

int cli_say_error(const char *file, const qm_error *err)
{
    cli_place place = {file, err->line, err->column};
    const char *what = err->message[0] ? err->message : qm_status_name(err->code);
    if (file && err->sys) what = strerror(err->sys); /* the message names the file once more */
    cli_say(place, "%s", what);
    return cli_exit_status(err->code);
}

void *cli_realloc(void *ptr, size_t size)
{
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    void *got = realloc(ptr, size);
    if (!got) {
        fputs("qianmo: out of memory\n", stderr);
        _exit(EX_OSERR);
    }
    return got;
}

void *cli_grow(void *at, size_t *room, size_t need, size_t width)
{
    if (need <= *room) return at;
    size_t more = *room + *room / 2 + 16;
    *room = more > need ? more : need;
    return cli_realloc(at, *room * width);
}

char *cli_copy(const char *text, size_t size)
{
    char *copy = cli_realloc(NULL, size + 1);
    memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

static void *buffer_resize(void *ud, void *ptr, size_t old_size, size_t new_size)
{
    (void)ud;
    (void)old_size;
    return cli_realloc(ptr, new_size);
}

qm_buffer cli_buffer(void)
{
    static const qm_allocator alloc = {buffer_resize, NULL};
    return (qm_buffer){.alloc = &alloc};
}

void cli_add(qm_buffer *buffer, const void *data, size_t size)
{
    if (size == 0) return;
    buffer->data = cli_grow(buffer->data, &buffer->room, buffer->size + size, 1);
    memcpy(buffer->data + buffer->size, data, size);
    buffer->size += size;
}

void cli_puts(qm_buffer *buffer, const char *string)
{
    cli_add(buffer, string, strlen(string));
}

void cli_putc(qm_buffer *buffer, char c)
{
    cli_add(buffer, &c, 1);
}

void cli_vprintf(qm_buffer *buffer, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (size < 0) return;
    char *text = cli_realloc(NULL, (size_t)size + 1);
    vsnprintf(text, (size_t)size + 1, format, args);
    cli_add(buffer, text, (size_t)size);
    free(text);
}

void cli_printf(qm_buffer *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    cli_vprintf(buffer, format, args);
    va_end(args);
}
