#include "input.h"

#include "json.h"

#include <string.h>

/* A text with more control characters than this share of its first bytes is no text. */
#define BINARY_LOOK 8192
#define BINARY_SHARE 20

static bool document_is_binary(const qm_buffer *bytes)
{
    size_t size = bytes->size < BINARY_LOOK ? bytes->size : BINARY_LOOK, odd = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes->data[i];
        odd += c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f';
    }
    return odd * BINARY_SHARE > size;
}

static int document_json(cli_document *d, const cli_options *o, qm_buffer *notes)
{
    cli_json_field fields[] = {{o->text_field ? o->text_field : "text", false, false, cli_buffer()},
                               {o->id_field ? o->id_field : "id", false, false, cli_buffer()}};
    cli_json_error error;
    cli_place place = {cli_path_name(d->path), d->line, 0};
    int status = EX_OK;
    if (!cli_json_read(d->bytes.data, d->bytes.size, fields, 2, &error)) {
        place.column = error.column;
        cli_note(notes, place, "%s", error.what);
        status = EX_DATAERR;
    } else if (!fields[0].found || !fields[0].is_string) {
        cli_note(notes, place, "no field \"%s\" with a string", fields[0].name);
        status = EX_DATAERR;
    } else {
        cli_add(&d->text, fields[0].value.data, fields[0].value.size);
        if (fields[1].found) cli_add(&d->name, fields[1].value.data, fields[1].value.size);
        else cli_printf(&d->name, "%s:%llu", place.file, (unsigned long long)d->line);
    }
    qm_buffer_free(&fields[0].value);
    qm_buffer_free(&fields[1].value);
    return status;
}

int cli_document_decode(cli_document *d, const cli_options *o, qm_buffer *notes)
{
    if (o->json_lines) return document_json(d, o, notes);
    cli_place place = {cli_path_name(d->path), 0, 0};
    if (document_is_binary(&d->bytes)) {
        cli_note(notes, place, "not a text but a binary file; left out");
        return EX_DATAERR;
    }
    cli_puts(&d->name, strcmp(d->path, "-") == 0 ? "-" : d->path);
    cli_add(&d->text, d->bytes.data, d->bytes.size);
    return EX_OK;
}
