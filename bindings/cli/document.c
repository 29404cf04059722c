#include "input.h"

#include "json.h"

#include <stdio.h>
#include <string.h>

int cli_check_encoding(const cli_options *o)
{
    qm_buffer nothing = cli_buffer();
    qm_error err = {0};
    int status = EX_OK;
    if (o->encoding &&
        qm_decode_text((qm_bytes){"", 0}, o->encoding, &nothing, NULL, &err) != QM_OK)
        status = cli_usage(o, "--encoding: %s", err.message);
    qm_buffer_free(&nothing);
    return status;
}

void cli_ill_formed(const qm_decode_info *info, char text[CLI_ILL_FORMED])
{
    snprintf(text, CLI_ILL_FORMED, "ill-formed %s, %llu piece%s, the first at byte %llu",
             info->encoding, (unsigned long long)info->undecodable,
             info->undecodable == 1 ? "" : "s", (unsigned long long)info->first_undecodable);
}

const char *cli_no_text(qm_bytes start)
{
    static const char *const magics[] = {"PK\3\4", "\xD0\xCF\x11\xE0", "%PDF"};
    for (size_t i = 0; start.size >= 4 && i < sizeof magics / sizeof *magics; i++)
        if (memcmp(start.data, magics[i], 4) == 0)
            return "not a text but an office document, PDF or archive: save it as text; left out";
    return "not a text but a binary file; left out";
}

/* Line and column of a byte of the file, or of the line of JSON. */
static cli_place document_place(const cli_document *d, uint64_t offset, bool utf8)
{
    cli_place place = {cli_path_name(d->path), d->line ? d->line : 1, 1};
    for (uint64_t i = 0; i < offset && i < d->bytes.size; i++) {
        unsigned char c = (unsigned char)d->bytes.data[i];
        if (c == '\n') {
            place.line++;
            place.column = 1;
        } else if ((c & 0xC0) != 0x80) {
            place.column++;
        }
    }
    if (!utf8) place.column = 0; /* characters can only be counted where they are known */
    return place;
}

/* Tells of what is odd in a text that can be read all the same; with --strict it is not read. */
static int document_note(const cli_document *d, const cli_options *o, const qm_decode_info *info,
                         qm_buffer *notes)
{
    bool utf8 = strcmp(info->encoding, "UTF-8") == 0;
    if (info->undecodable > 0) {
        char what[CLI_ILL_FORMED];
        cli_ill_formed(info, what);
        cli_note(notes, document_place(d, info->first_undecodable, utf8), "%s%s%s", what,
                 d->line ? " of the line" : "", o->strict ? "; left out" : "");
        if (o->strict) return EX_DATAERR;
    }
    if (d->line) return EX_OK; /* JSON has its own word on control characters */
    const char *nul = d->text.size ? memchr(d->text.data, '\0', d->text.size) : NULL;
    if (nul && utf8)
        cli_note(notes, document_place(d, (uint64_t)(nul - d->text.data), true),
                 "a NUL byte in the text, kept");
    return EX_OK;
}

static int document_text(cli_document *d, const cli_options *o, qm_buffer *notes)
{
    cli_place place = {cli_path_name(d->path), 0, 0};
    qm_bytes bytes = {d->bytes.data ? d->bytes.data : "", d->bytes.size};
    qm_decode_info info;
    qm_error err = {0};
    int code = qm_decode_text(bytes, o->encoding, &d->text, &info, &err);
    if (code == QM_OK) return document_note(d, o, &info, notes);
    if (code == QM_E_UNSUPPORTED) cli_note(notes, place, "%s", cli_no_text(bytes));
    else cli_note(notes, place, "%s", err.message);
    return code == QM_E_UNSUPPORTED ? EX_DATAERR : cli_exit_status(code);
}

/* A line of JSON becomes UTF-8, where it stands. */
static int document_line(cli_document *d, const cli_options *o, qm_buffer *notes)
{
    qm_decode_info info;
    qm_error err = {0};
    if (qm_decode_text((qm_bytes){d->bytes.data, d->bytes.size},
                       d->encoding[0] ? d->encoding : "UTF-8", &d->text, &info, &err) != QM_OK) {
        cli_note(notes, (cli_place){cli_path_name(d->path), d->line, 0}, "%s", err.message);
        return cli_exit_status(err.code);
    }
    int status = document_note(d, o, &info, notes);
    qm_buffer line = d->text;
    d->text = d->bytes;
    d->bytes = line;
    d->text.size = 0;
    return status;
}

static int document_json(cli_document *d, const cli_options *o, qm_buffer *notes)
{
    /* The text is read into its place; it is no longer than it is written. */
    d->text.data = cli_grow(d->text.data, &d->text.room, d->bytes.size, 1);
    cli_json_field fields[] = {{o->text_field ? o->text_field : "text", false, false, d->text},
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
        if (fields[1].found) cli_add(&d->name, fields[1].value.data, fields[1].value.size);
        else cli_printf(&d->name, "%s:%llu", place.file, (unsigned long long)d->line);
    }
    d->text = fields[0].value;
    qm_buffer_free(&fields[1].value);
    return status;
}

int cli_document_decode(cli_document *d, const cli_options *o, qm_buffer *notes)
{
    if (!o->json_lines) {
        cli_puts(&d->name, d->path);
        return document_text(d, o, notes);
    }
    int status = document_line(d, o, notes);
    return status == EX_OK ? document_json(d, o, notes) : status;
}
