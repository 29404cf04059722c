#include "sheet.h"

#include "units.h"

#include <stdlib.h>
#include <string.h>

/* Offsets of a document in another unit: those that occur, sorted, and what they become. */
typedef struct place_map {
    int unit;
    uint32_t *bytes, *units;
    size_t count;
} place_map;

static int place_compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void place_open(place_map *map, const cli_view *view, int table, cli_rows rows, int unit)
{
    size_t n = 2 * (size_t)(rows.end - rows.first);
    *map = (place_map){.unit = unit};
    if (unit == QM_BYTES || n == 0) return;
    map->bytes = cli_realloc(NULL, n * sizeof *map->bytes);
    map->units = cli_realloc(NULL, n * sizeof *map->units);
    for (int32_t row = rows.first; row < rows.end; row++) {
        map->bytes[map->count++] = cli_view_number(view, table, CLI_START, row);
        map->bytes[map->count++] = cli_view_number(view, table, CLI_END, row);
    }
    qsort(map->bytes, n, sizeof *map->bytes, place_compare);
    memcpy(map->units, map->bytes, n * sizeof *map->units);
    if (qm_convert_offsets(view->text.data, view->text.size, map->units, n, unit, NULL) != QM_OK)
        map->unit = QM_BYTES;
}

static uint32_t place_find(const place_map *map, uint32_t byte)
{
    if (map->unit == QM_BYTES || map->count == 0) return byte;
    const uint32_t *at = bsearch(&byte, map->bytes, map->count, sizeof byte, place_compare);
    return at ? map->units[at - map->bytes] : byte;
}

static void place_close(place_map *map)
{
    free(map->bytes);
    free(map->units);
}

/* ---- cells ---- */

static void cell_end(cli_sheet *s)
{
    s->ends = cli_grow(s->ends, &s->room, s->cells + 1, sizeof *s->ends);
    s->ends[s->cells++] = s->bytes.size;
}

static void cell_text(cli_sheet *s, qm_bytes text)
{
    cli_add(&s->bytes, text.data, text.size);
    cell_end(s);
}

static void cell_number(cli_sheet *s, uint32_t number)
{
    char digits[10];
    size_t at = sizeof digits;
    if (number != QM_NONE) {
        do digits[--at] = (char)('0' + number % 10);
        while ((number /= 10) > 0);
    }
    cli_add(&s->bytes, digits + at, sizeof digits - at);
    cell_end(s);
}

static void cell_score(cli_sheet *s, int32_t score)
{
    if (score < 0) cli_putc(&s->bytes, '-');
    cell_number(s, score < 0 ? 0 - (uint32_t)score : (uint32_t)score);
}

static void put_value(qm_buffer *out, qm_value value)
{
    char text[64];
    size_t size = qm_value_text(&value, text, sizeof text);
    cli_add(out, text, size);
}

static void cell_value(cli_sheet *s, qm_value value)
{
    put_value(&s->bytes, value);
    cell_end(s);
}

static bool is_break(char c)
{
    return c == '\n' || c == '\r';
}

/* text without its line breaks and the blanks around them; one blank between Latin letters. */
static void put_flat(qm_buffer *out, qm_bytes text)
{
    static const char wide_blank[] = "\xE3\x80\x80";
    const char *at = text.data, *end = at + text.size;
    size_t before = out->size;
    while (at < end) {
        const char *from = at;
        while (at < end && !is_break(*at)) at++;
        cli_add(out, from, (size_t)(at - from));
        if (at == end) break;
        while (out->size > before && strchr(" \t", out->data[out->size - 1])) out->size--;
        for (;;) {
            if (at < end && (is_break(*at) || *at == ' ' || *at == '\t')) at++;
            else if (end - at >= 3 && memcmp(at, wide_blank, 3) == 0) at += 3;
            else break;
        }
        bool latin = out->size > before && (unsigned char)out->data[out->size - 1] < 0x80 &&
                     at < end && (unsigned char)*at < 0x80;
        if (latin) cli_putc(out, ' ');
    }
}

static void cell_flat(cli_sheet *s, qm_bytes text)
{
    put_flat(&s->bytes, text);
    cell_end(s);
}

static void cell_flags(cli_sheet *s, const cli_view *v, int table, int32_t row)
{
    const uint32_t flags = cli_view_number(v, table, CLI_FLAGS, row);
    const char *mark = "", *name;
    for (uint32_t i = 0; flags != QM_NONE && (name = qm_flag_name(table, i)); i++) {
        if (!(flags >> i & 1)) continue;
        cli_puts(&s->bytes, mark);
        cli_puts(&s->bytes, name);
        mark = " ";
    }
    cell_end(s);
}

/* ---- rows of each table ---- */

static void row_token(cli_sheet *s, const cli_view *v, int32_t row)
{
    cell_text(s, cli_view_span(v, QM_TOKENS, CLI_START, row));
    cell_text(s, cli_view_name(v, QM_TOKENS, CLI_TAG, row));
    cell_flags(s, v, QM_TOKENS, row);
}

static bool is_word(qm_bytes text, const char *word)
{
    return text.size == strlen(word) && memcmp(text.data, word, text.size) == 0;
}

/* "gt 360000 CNY", "5..8 mu", "260 CNY/mu" */
static void put_quantity(qm_buffer *out, const cli_view *v, int32_t row)
{
    qm_bytes relation = cli_view_name(v, QM_QUANTITIES, CLI_RELATION, row);
    qm_bytes per = cli_view_name(v, QM_QUANTITIES, CLI_PER, row);
    if (per.size == 0) per = cli_view_name(v, QM_QUANTITIES, CLI_RATE, row);
    cli_quantity quantity = cli_units_read(v->units, v, row);
    qm_value low = quantity.low, high = quantity.high;
    qm_bytes unit =
        quantity.unit.size ? quantity.unit : cli_view_name(v, QM_QUANTITIES, CLI_HEADER_UNIT, row);
    if (relation.size && !is_word(relation, "eq")) {
        cli_add(out, relation.data, relation.size);
        cli_putc(out, ' ');
    }
    put_value(out, low.type ? low : high);
    if (low.type && high.type && memcmp(&low, &high, sizeof low) != 0) {
        cli_puts(out, "..");
        put_value(out, high);
    }
    if (unit.size) cli_putc(out, ' ');
    cli_add(out, unit.data, unit.size);
    if (per.size) cli_putc(out, '/');
    cli_add(out, per.data, per.size);
}

static void row_quantity(cli_sheet *s, const cli_view *v, int32_t row)
{
    int t = QM_QUANTITIES;
    cell_flat(s, cli_view_span(v, t, CLI_START, row));
    cell_text(s, cli_view_name(v, t, CLI_KIND, row));
    cell_text(s, cli_view_name(v, t, CLI_RELATION, row));
    cli_quantity quantity = cli_units_read(v->units, v, row);
    cell_value(s, quantity.low);
    cell_value(s, quantity.high);
    cell_text(s, quantity.unit);
    cell_text(s, cli_view_name(v, t, CLI_PER, row));
    cell_flat(s, cli_view_span(v, t, CLI_COUNTED_START, row));
    cell_value(s, cli_view_value(v, t, CLI_SOFT_LOW, row));
    cell_value(s, cli_view_value(v, t, CLI_SOFT_HIGH, row));
    cell_value(s, cli_view_value(v, t, CLI_SI_VALUE, row));
    cell_text(s, cli_view_name(v, t, CLI_SI_UNIT, row));
    cell_flags(s, v, t, row);
    cell_text(s, cli_view_name(v, t, CLI_HEADER_UNIT, row));
    cell_text(s, cli_view_name(v, t, CLI_RATE, row));
}

/* "86.5（万元）": with the unit that the header of a table gives. */
static void put_written(qm_buffer *out, const cli_view *v, int32_t row)
{
    const qm_bytes unit = cli_view_name(v, QM_QUANTITIES, CLI_HEADER_UNIT, row);
    put_flat(out, cli_view_span(v, QM_QUANTITIES, CLI_START, row));
    if (unit.size == 0) return;
    cli_puts(out, "（");
    cli_add(out, unit.data, unit.size);
    cli_puts(out, "）");
}

/* Dates are no amount: what they say of an initiative stands under "when". */
static bool is_amount(const cli_view *v, int32_t row)
{
    const qm_bytes kind = cli_view_name(v, QM_QUANTITIES, CLI_KIND, row);
    return !is_word(kind, "date") && !is_word(kind, "time");
}

/* The amounts of an initiative, as written (values false) or as exact values. The measures of a
 * document stand in the order of its initiatives, so a binary search finds the first. */
static void cell_measures(cli_sheet *s, const cli_view *v, int32_t row, bool values)
{
    cli_rows measures = cli_view_rows(v, QM_MEASURES);
    int32_t first = cli_view_rows(v, QM_QUANTITIES).first;
    uint32_t number = (uint32_t)(row - cli_view_rows(v, QM_INITIATIVES).first);
    int32_t low = measures.first, high = measures.end;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (cli_view_number(v, QM_MEASURES, CLI_INITIATIVE, middle) < number) low = middle + 1;
        else high = middle;
    }
    bool more = false;
    for (int32_t i = low; i < measures.end; i++) {
        if (cli_view_number(v, QM_MEASURES, CLI_INITIATIVE, i) != number) break;
        int32_t quantity = first + (int32_t)cli_view_number(v, QM_MEASURES, CLI_QUANTITY, i);
        if (!is_amount(v, quantity)) continue;
        if (more) cli_puts(&s->bytes, values ? "; " : "、");
        more = true;
        if (values) put_quantity(&s->bytes, v, quantity);
        else put_written(&s->bytes, v, quantity);
    }
    cell_end(s);
}

static void row_initiative(cli_sheet *s, const cli_view *v, int32_t row)
{
    static const cli_column names[] = {CLI_GROUP, CLI_DUTY, CLI_STATUS};
    static const cli_column spans[] = {CLI_ACTOR_START, CLI_PLACE_START, CLI_TIME_START,
                                       CLI_TRIGGER_START};
    int t = QM_INITIATIVES;
    cell_text(s, cli_view_name(v, t, CLI_TYPE, row));
    cell_text(s, cli_view_type(v, row));
    for (size_t i = 0; i < 3; i++) cell_text(s, cli_view_name(v, t, names[i], row));
    cell_flat(s, cli_view_span(v, t, CLI_OBJECT_START, row));
    cell_measures(s, v, row, cli_units_wanted(v->units));
    cell_measures(s, v, row, true);
    for (size_t i = 0; i < 4; i++) cell_flat(s, cli_view_span(v, t, spans[i], row));
    cell_score(s, cli_view_signed(v, t, CLI_SCORE, row));
    cell_text(s, cli_view_name(v, t, CLI_RULE, row));
    cell_flags(s, v, t, row);
    cell_flat(s, cli_view_span(v, t, CLI_START, row));
}

static void row_entity(cli_sheet *s, const cli_view *v, int32_t row)
{
    cell_flat(s, cli_view_span(v, QM_ENTITIES, CLI_START, row));
    cell_text(s, cli_view_name(v, QM_ENTITIES, CLI_KIND, row));
    cell_number(s, cli_view_number(v, QM_ENTITIES, CLI_LINK, row));
}

static void row_clause(cli_sheet *s, const cli_view *v, int32_t row)
{
    cell_flat(s, cli_view_span(v, QM_CLAUSES, CLI_START, row));
    cell_text(s, cli_view_name(v, QM_CLAUSES, CLI_ROLE, row));
    cell_number(s, cli_view_number(v, QM_CLAUSES, CLI_SENTENCE, row));
    cell_number(s, cli_view_number(v, QM_CLAUSES, CLI_PARAGRAPH, row));
}

static void row_measure(cli_sheet *s, const cli_view *v, int32_t row)
{
    cell_number(s, cli_view_number(v, QM_MEASURES, CLI_INITIATIVE, row));
    cell_number(s, cli_view_number(v, QM_MEASURES, CLI_QUANTITY, row));
}

/* ---- sheets ---- */

typedef struct sheet_kind {
    const char *titles[CLI_I_COLUMNS + 1];
    void (*row)(cli_sheet *sheet, const cli_view *view, int32_t row);
    bool places; /* start and end stand behind doc */
} sheet_kind;

static const sheet_kind sheet_kinds[QM_TABLES] = {
    [QM_TOKENS] = {{"doc", "start", "end", "text", "tag", "flags", NULL}, row_token, true},
    [QM_QUANTITIES] = {{"doc", "start", "end", "text", "kind", "relation", "low", "high", "unit",
                        "per", "counted", "soft_low", "soft_high", "si_value", "si_unit", "flags",
                        "header_unit", "rate", NULL},
                       row_quantity,
                       true},
    [QM_INITIATIVES] = {{"doc",     "start", "end",      "type",   "type_name", "group", "duty",
                         "status",  "what",  "how_much", "values", "who",       "where", "when",
                         "trigger", "score", "rule",     "flags",  "clause",    NULL},
                        row_initiative,
                        true},
    [QM_ENTITIES] = {{"doc", "start", "end", "text", "kind", "link", NULL}, row_entity, true},
    [QM_CLAUSES] = {{"doc", "start", "end", "text", "role", "sentence", "paragraph", NULL},
                    row_clause,
                    true},
    [QM_MEASURES] = {{"doc", "initiative", "quantity", NULL}, row_measure, false},
};

const char *const *cli_sheet_titles(int table)
{
    return sheet_kinds[table].titles;
}

void cli_sheet_fill(cli_sheet *s, const cli_view *view, int table, int offsets)
{
    const sheet_kind *kind = &sheet_kinds[table];
    cli_rows rows = cli_view_rows(view, table);
    if (!s->bytes.alloc) s->bytes = cli_buffer();
    s->titles = kind->titles;
    for (s->columns = 0; s->titles[s->columns];) s->columns++;
    s->bytes.size = s->cells = 0;
    place_map map = {0};
    if (kind->places) place_open(&map, view, table, rows, offsets);
    for (int32_t row = rows.first; row < rows.end; row++) {
        if (table == QM_TOKENS && cli_view_number(view, table, CLI_FLAGS, row) & QM_TOKEN_SPACE)
            continue;
        cell_text(s, view->name);
        if (kind->places) {
            cell_number(s, place_find(&map, cli_view_number(view, table, CLI_START, row)));
            cell_number(s, place_find(&map, cli_view_number(view, table, CLI_END, row)));
        }
        kind->row(s, view, row);
    }
    place_close(&map);
}

size_t cli_sheet_rows(const cli_sheet *s)
{
    return s->columns ? s->cells / s->columns : 0;
}

qm_bytes cli_sheet_cell(const cli_sheet *s, size_t row, unsigned column)
{
    size_t cell = row * s->columns + column;
    size_t from = cell ? s->ends[cell - 1] : 0;
    return (qm_bytes){s->bytes.data ? s->bytes.data + from : "", s->ends[cell] - from};
}

void cli_sheet_free(cli_sheet *s)
{
    if (s->bytes.alloc) qm_buffer_free(&s->bytes);
    free(s->ends);
    *s = (cli_sheet){0};
}
