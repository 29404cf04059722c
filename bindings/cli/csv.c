#include "csv.h"

#include <string.h>

static bool csv_is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

/* -硬化道路 and =… are formulas to a spreadsheet, wrong ones; -5 and -3.5 are numbers. */
static bool csv_is_formula(qm_bytes cell)
{
    const char *data = cell.data;
    if (cell.size < 2 || !csv_is_one_of(data[0], "=+-@")) return false;
    for (size_t i = 1; i < cell.size; i++)
        if (!csv_is_one_of(data[i], "0123456789.")) return true;
    return data[0] == '=' || data[0] == '@';
}

static void csv_quoted(qm_buffer *out, qm_bytes cell, bool formula)
{
    const char *at = cell.data, *end = at + cell.size;
    cli_puts(out, formula ? "\"'" : "\"");
    while (at < end) {
        const char *quote = memchr(at, '"', (size_t)(end - at));
        const char *stop = quote ? quote + 1 : end;
        cli_add(out, at, (size_t)(stop - at));
        if (quote) cli_putc(out, '"');
        at = stop;
    }
    cli_putc(out, '"');
}

static void csv_cell(qm_buffer *out, qm_bytes cell, char mark, bool guard)
{
    const char *data = cell.data;
    bool special = false, formula = guard && csv_is_formula(cell);
    for (size_t i = 0; i < cell.size && !special; i++)
        special = data[i] == mark || data[i] == '"' || data[i] == '\n' || data[i] == '\r';
    if (mark == ',' && special) {
        csv_quoted(out, cell, formula);
        return;
    }
    if (formula) cli_putc(out, '\'');
    size_t from = out->size;
    cli_add(out, cell.data, cell.size);
    for (size_t i = from; special && i < out->size; i++)
        if (out->data[i] != '"' && strchr("\t\r\n", out->data[i]) && out->data[i])
            out->data[i] = ' ';
}

static void csv_end(qm_buffer *out, char mark)
{
    cli_puts(out, mark == ',' ? "\r\n" : "\n");
}

void cli_csv_head(qm_buffer *out, int table, char mark)
{
    const char *const *titles = cli_sheet_titles(table);
    for (size_t i = 0; titles[i]; i++) {
        if (i) cli_putc(out, mark);
        cli_puts(out, titles[i]);
    }
    csv_end(out, mark);
}

void cli_csv_rows(qm_buffer *out, const cli_sheet *sheet, char mark, bool guard)
{
    size_t rows = cli_sheet_rows(sheet);
    for (size_t row = 0; row < rows; row++) {
        for (unsigned i = 0; i < sheet->columns; i++) {
            if (i) cli_putc(out, mark);
            csv_cell(out, cli_sheet_cell(sheet, row, i), mark, guard);
        }
        csv_end(out, mark);
    }
}
