#include "command.h"
#include "input.h"
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef void number_line(const cli_options *options, qm_bytes line, qm_buffer *out);

/* One decimal a line, "-" where the line is no number. */
static void number_parse(const cli_options *o, qm_bytes line, qm_buffer *out)
{
    qm_value value;
    char text[64];
    (void)o;
    if (qm_number_parse(line.data, line.size, &value, NULL) == QM_OK &&
        qm_value_text(&value, text, sizeof text) > 0)
        cli_puts(out, text);
    else cli_putc(out, '-');
    cli_putc(out, '\n');
}

static void number_format(const cli_options *o, qm_bytes line, qm_buffer *out)
{
    qm_value value;
    size_t before = out->size;
    if (qm_number_parse(line.data, line.size, &value, NULL) != QM_OK ||
        qm_number_format(&value, o->style, out, NULL) != QM_OK) {
        out->size = before;
        cli_putc(out, '-');
    }
    cli_putc(out, '\n');
}

static int number_file(const cli_options *o, const char *path, number_line *line,
                       cli_output *output)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    char *text = NULL;
    size_t room = 0;
    ssize_t size;
    int status = EX_OK;
    qm_buffer out = cli_buffer();
    if (!file) {
        cli_say((cli_place){path, 0, 0}, "%s", strerror(errno));
        return EX_NOINPUT;
    }
    while (output->status == EX_OK && (size = getline(&text, &room, file)) >= 0) {
        while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r')) size--;
        out.size = 0;
        line(o, (qm_bytes){text, (size_t)size}, &out);
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
