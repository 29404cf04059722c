#include "command.h"
#include "input.h"
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line of input and what it comes to; out gets the number, err what is wrong with the line. */
typedef int number_line(const cli_options *options, qm_bytes line, qm_value *value, qm_buffer *out,
                        qm_error *err);

static int number_parse(const cli_options *o, qm_bytes line, qm_value *value, qm_buffer *out,
                        qm_error *err)
{
    char text[64];
    (void)o;
    int status = qm_number_parse(line.data, line.size, value, err);
    if (status == QM_OK) cli_add(out, text, qm_value_text(value, text, sizeof text));
    return status;
}

static int number_format(const cli_options *o, qm_bytes line, qm_value *value, qm_buffer *out,
                         qm_error *err)
{
    int status = qm_number_parse(line.data, line.size, value, err);
    return status == QM_OK ? qm_number_format(value, o->style, out, err) : status;
}

/* The character, counted from 1, that a byte belongs to; 0 where none is told. */
static uint64_t number_column(qm_bytes line, uint64_t offset)
{
    uint64_t column = 1;
    if (offset > line.size) return 0;
    for (uint64_t i = 0; i < offset; i++) column += (((const char *)line.data)[i] & 0xC0) != 0x80;
    return column - (offset < line.size && (((const char *)line.data)[offset] & 0xC0) == 0x80);
}

/* One number, or "-" and a message that says why. */
static void number_answer(const cli_options *o, number_line *read, cli_place place, qm_bytes line,
                          qm_buffer *out)
{
    qm_value value = {0};
    qm_error err = {.offset = UINT64_MAX};
    out->size = 0;
    if (read(o, line, &value, out, &err) != QM_OK) {
        out->size = 0;
        cli_putc(out, '-');
        place.column = number_column(line, err.offset);
        if (!o->quiet) cli_say(place, "%s", err.message);
    } else if (value.rounded && !o->quiet) {
        cli_say(place, "rounded: \"%.*s\" has no finite decimal", (int)line.size,
                (const char *)line.data);
    }
    cli_putc(out, '\n');
}

static int number_file(const cli_options *o, const char *path, number_line *read,
                       cli_output *output)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    char *text = NULL;
    size_t room = 0;
    ssize_t size;
    int status = EX_OK;
    qm_buffer out = cli_buffer();
    cli_place place = {cli_path_name(path), 0, 0};
    if (!file) {
        cli_say(place, "%s", strerror(errno));
        return EX_NOINPUT;
    }
    while (output->status == EX_OK && (size = getline(&text, &room, file)) >= 0) {
        while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r')) size--;
        size_t mark =
            place.line++ == 0 && size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        number_answer(o, read, place, (qm_bytes){text + mark, (size_t)size - mark}, &out);
        cli_output_write(output, out.data, out.size);
    }
    if (ferror(file)) {
        cli_say((cli_place){cli_path_name(path), 0, 0}, "%s", strerror(errno));
        status = EX_IOERR;
    }
    if (file != stdin) fclose(file);
    free(text);
    qm_buffer_free(&out);
    return status;
}

int cli_number(const cli_options *o)
{
    const char *what = o->n_arguments ? o->arguments[0] : "";
    number_line *line = strcmp(what, "parse") == 0    ? number_parse
                        : strcmp(what, "format") == 0 ? number_format
                                                      : NULL;
    if (o->n_arguments == 0) return cli_usage(o, "say what to do with numbers: parse or format");
    if (!line) return cli_usage(o, "'%s' is none of parse, format", what);
    if (line == number_parse && o->style_name) return cli_usage(o, "--style is for format");
    cli_output output;
    int status = cli_output_open(&output, o->output);
    bool open = status == EX_OK;
    for (int i = 1; open && (i < o->n_arguments || i == 1); i++) {
        int code = number_file(o, i < o->n_arguments ? o->arguments[i] : "-", line, &output);
        if (status == EX_OK) status = code;
    }
    int closed = cli_output_close(&output, open);
    return closed != EX_OK ? closed : status;
}
