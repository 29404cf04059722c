#include "table.h"

#include "screen.h"

#include <string.h>

#define GAP 2          /* blanks between columns */
#define LINES_MAX 4    /* of one cell; the clause has as many as it needs */
#define READABLE 10    /* columns of a column that is still pleasant to read */
#define NARROWEST 4    /* columns of a column */
#define WIDE 110       /* from here on the clause stands in its row, below that under it */
#define CLAUSE_ROOM 44 /* columns of the clause at least, where it stands in its row */
#define COLUMNS_MAX 24

typedef struct table_column {
    unsigned cell; /* column of the sheet */
    const char *title;
    unsigned most; /* widest it may get */
    unsigned width;
} table_column;

typedef struct table {
    qm_buffer *out;
    const cli_sheet *sheet;
    const cli_table_look *look;
    table_column columns[COLUMNS_MAX];
    unsigned count;
    bool statuses; /* a column of statuses is there, to be read by people */
    bool beneath;  /* the clause stands under its row */
} table;

static const struct {
    const char *titles[2];
    unsigned cell, most;
} initiative_columns[] = {
    {{"type", "类型"}, CLI_I_TYPE_NAME, 20}, {{"status", "状态"}, CLI_I_STATUS, 8},
    {{"what", "做了什么"}, CLI_I_WHAT, 22},  {{"how much", "多少"}, CLI_I_HOW_MUCH, 20},
    {{"who", "谁"}, CLI_I_WHO, 16},          {{"where", "何地"}, CLI_I_WHERE, 16},
    {{"when", "何时"}, CLI_I_WHEN, 14},      {{"clause", "原句"}, CLI_I_CLAUSE, 400},
};

qm_bytes cli_status_name(qm_bytes status, bool chinese)
{
    static const char *const names[][2] = {
        {"done", "已完成"}, {"ongoing", "进行中"}, {"planned", "计划"}, {"other", "其他"}};
    for (size_t i = 0; chinese && i < sizeof names / sizeof *names; i++)
        if (strlen(names[i][0]) == status.size &&
            memcmp(names[i][0], status.data, status.size) == 0)
            return (qm_bytes){names[i][1], strlen(names[i][1])};
    return status;
}

static qm_bytes table_cell(const table *t, size_t row, const table_column *column)
{
    qm_bytes cell = cli_sheet_cell(t->sheet, row, column->cell);
    return t->statuses && column->cell == CLI_I_STATUS ? cli_status_name(cell, t->look->chinese)
                                                       : cell;
}

static bool table_has_values(const table *t, unsigned cell)
{
    for (size_t row = 0; row < cli_sheet_rows(t->sheet); row++)
        if (cli_sheet_cell(t->sheet, row, cell).size > 0) return true;
    return false;
}

static void table_choose(table *t, int kind)
{
    if (kind == QM_INITIATIVES) {
        t->statuses = true;
        /* A narrow screen has no room for columns without a value; on others they stand, so that
         * tables of several documents are alike. */
        for (size_t i = 0; i < sizeof initiative_columns / sizeof *initiative_columns; i++)
            if (t->look->width >= WIDE || table_has_values(t, initiative_columns[i].cell))
                t->columns[t->count++] = (table_column){
                    initiative_columns[i].cell, initiative_columns[i].titles[t->look->chinese],
                    initiative_columns[i].most, 0};
        return;
    }
    /* As many columns as the screen can hold, those without a value left out. */
    unsigned room = (t->look->width + GAP) / (NARROWEST + GAP);
    if (room > COLUMNS_MAX) room = COLUMNS_MAX;
    for (unsigned i = 1; i < t->sheet->columns && t->count < room; i++) {
        const char *title = t->sheet->titles[i];
        if (table_has_values(t, i)) t->columns[t->count++] = (table_column){i, title, 60, 0};
    }
}

static void table_measure(table *t)
{
    for (unsigned i = 0; i < t->count; i++) {
        table_column *column = &t->columns[i];
        column->width = cli_screen_measure((qm_bytes){column->title, strlen(column->title)});
        for (size_t row = 0; row < cli_sheet_rows(t->sheet); row++) {
            unsigned width = cli_screen_measure(table_cell(t, row, column));
            if (width > column->width) column->width = width;
        }
        if (column->width > column->most) column->width = column->most;
    }
}

static unsigned table_width(const table *t)
{
    unsigned width = t->count ? (t->count - 1) * GAP : 0;
    for (unsigned i = 0; i < t->count; i++) width += t->columns[i].width;
    return width;
}

/* Takes from the widest of columns [from, to) until the table fits or all of them have `least`. */
static void table_shrink(table *t, unsigned from, unsigned to, unsigned least)
{
    while (table_width(t) > t->look->width) {
        table_column *widest = &t->columns[from];
        for (unsigned i = from + 1; i < to; i++)
            if (t->columns[i].width > widest->width) widest = &t->columns[i];
        if (widest->width <= least) return;
        widest->width--;
    }
}

static void table_lay_out(table *t, int kind)
{
    table_choose(t, kind);
    table_measure(t);
    if (kind == QM_INITIATIVES) {
        table_column *clause = &t->columns[t->count - 1];
        unsigned wanted = clause->width, others = table_width(t) - wanted;
        unsigned room = others < t->look->width ? t->look->width - others : 0;
        t->beneath = room < wanted && t->look->width < WIDE;
        if (t->beneath) t->count--;
        else if (room < wanted) clause->width = room > CLAUSE_ROOM ? room : CLAUSE_ROOM;
        /* Types and statuses are read at a glance: they give way last. */
        table_shrink(t, 2, t->beneath ? t->count : t->count - 1, READABLE);
    }
    table_shrink(t, 0, t->count, NARROWEST);
}

static void table_style(const table *t, const char *style)
{
    if (t->look->color) cli_puts(t->out, style);
}

static const char *table_status_style(qm_bytes status)
{
    if (status.size == 0) return "";
    switch (*(const char *)status.data) {
    case 'd': return "\x1b[32m";
    case 'o': return "\x1b[33m";
    case 'p': return "\x1b[36m";
    default: return "";
    }
}

/* One cell's next line; *rest is what it leaves. last: the line must hold the end or a "…". */
static void table_cell_line(table *t, qm_bytes *rest, unsigned width, bool last, bool pad)
{
    size_t take = rest->size ? cli_screen_wrap(*rest, width) : 0;
    bool cut = last && take < rest->size;
    if (cut) take = cli_screen_wrap(*rest, width - 1);
    unsigned used = cli_screen_put(t->out, (qm_bytes){rest->data, take});
    if (cut) {
        cli_puts(t->out, "…");
        used++;
    }
    rest->data = (const char *)rest->data + take;
    rest->size = cut ? 0 : rest->size - take;
    while (rest->size && *(const char *)rest->data == ' ') {
        rest->data = (const char *)rest->data + 1;
        rest->size--;
    }
    if (pad && used < width) cli_screen_pad(t->out, width - used);
}

static bool table_left(const qm_bytes *rest, unsigned from, unsigned count)
{
    for (unsigned i = from; i < count; i++)
        if (rest[i].size) return true;
    return false;
}

static void table_row(table *t, size_t row)
{
    qm_bytes rest[COLUMNS_MAX];
    for (unsigned i = 0; i < t->count; i++) rest[i] = table_cell(t, row, &t->columns[i]);
    unsigned line = 0;
    do {
        line++;
        for (unsigned i = 0; i < t->count; i++) {
            const table_column *column = &t->columns[i];
            bool status = t->statuses && column->cell == CLI_I_STATUS;
            bool clause = t->statuses && column->cell == CLI_I_CLAUSE;
            bool more = table_left(rest, i + 1, t->count);
            if (status)
                table_style(t, table_status_style(cli_sheet_cell(t->sheet, row, CLI_I_STATUS)));
            else if (i == 0 && t->statuses) table_style(t, "\x1b[1m");
            table_cell_line(t, &rest[i], column->width, line == LINES_MAX && !clause, more);
            if (status || (i == 0 && t->statuses)) table_style(t, "\x1b[0m");
            if (!more) break;
            cli_screen_pad(t->out, GAP);
        }
        cli_putc(t->out, '\n');
    } while (table_left(rest, 0, t->count));
}

static void table_clause(table *t, size_t row)
{
    qm_bytes rest = cli_sheet_cell(t->sheet, row, CLI_I_CLAUSE);
    const char *mark = "  └ ";
    while (rest.size) {
        table_style(t, "\x1b[2m");
        cli_puts(t->out, mark);
        table_cell_line(t, &rest, t->look->width - 4, false, false);
        table_style(t, "\x1b[0m");
        cli_putc(t->out, '\n');
        mark = "    ";
    }
}

static void table_head(table *t)
{
    table_style(t, "\x1b[1m");
    for (unsigned i = 0; i < t->count; i++) {
        qm_bytes title = {t->columns[i].title, strlen(t->columns[i].title)};
        table_cell_line(t, &title, t->columns[i].width, true, i + 1 < t->count);
        if (i + 1 < t->count) cli_screen_pad(t->out, GAP);
    }
    table_style(t, "\x1b[0m");
    cli_putc(t->out, '\n');
    for (unsigned i = 0; i < t->count; i++) {
        for (unsigned k = 0; k < t->columns[i].width; k++) cli_puts(t->out, "─");
        if (i + 1 < t->count) cli_screen_pad(t->out, GAP);
    }
    cli_putc(t->out, '\n');
}

void cli_table_print(qm_buffer *out, const cli_sheet *sheet, int kind, qm_bytes name,
                     const cli_table_look *look)
{
    table t = {.out = out, .sheet = sheet, .look = look};
    size_t rows = cli_sheet_rows(sheet);
    table_style(&t, "\x1b[1;36m");
    cli_screen_put(out, name);
    table_style(&t, "\x1b[0m");
    cli_putc(out, '\n');
    if (rows == 0) {
        cli_puts(out, look->chinese ? "（没有）\n\n" : "(nothing found)\n\n");
        return;
    }
    table_lay_out(&t, kind);
    table_head(&t);
    for (size_t row = 0; row < rows; row++) {
        table_row(&t, row);
        if (t.beneath) table_clause(&t, row);
    }
    cli_putc(out, '\n');
}
