/* What a bare cell of a table is measured in, as the head of its column says, or the column of
 * units in its row, or what stands above or below the table: 单位：万元. */
#include "quantity/internal.h"

enum {
    WIDEST_ROW = 2000,    /* characters of a row that has a header: each of its cells asks */
    MOST_ROWS = 64,       /* of a table that are looked at */
    MOST_CAPTIONS = 4,    /* clauses around a table */
    LONGEST_CAPTION = 60, /* their characters next to the table */
    MOST_SCALES = 4       /* before a unit: 百万亿元 */
};

/* What stands between the cells of a row: tabs, bars, or gaps of two blanks and more. */
static uint32_t separator_of(const qm_reader *r, const qm_clause *row)
{
    if (r->chars[row->start] == '|') return '|';
    for (uint32_t i = row->start; i < row->end && i < row->start + WIDEST_ROW; i++)
        if (r->chars[i] == '\t') return '\t';
    return ' ';
}

static bool is_separator(const qm_reader *r, uint32_t at, uint32_t separator)
{
    if (r->chars[at] != separator) return false;
    return separator != ' ' ||
           (qm_char(r, at - 1) == ' ' && qm_char(r, at + 1) != ' '); /* the last of a gap */
}

static uint32_t column_of(const qm_reader *r, const qm_clause *row, uint32_t at)
{
    uint32_t column = 0, separator = separator_of(r, row);
    for (uint32_t i = row->start; i < at; i++) column += is_separator(r, i, separator);
    return column;
}

/* The first character behind *at that ends the cell; *at: where the cell of the column starts. */
static uint32_t find_cell(const qm_reader *r, const qm_clause *row, uint32_t column, uint32_t *at)
{
    uint32_t separator = separator_of(r, row), i = row->start;
    uint32_t end = row->end - i > WIDEST_ROW ? i + WIDEST_ROW : row->end;
    for (uint32_t seen = 0; i < end && seen < column; i++) seen += is_separator(r, i, separator);
    *at = i;
    while (i < end && !is_separator(r, i, separator)) i++;
    return i;
}

static uint32_t skip_blanks(const qm_reader *r, uint32_t at)
{
    while (qm_char(r, at) == ' ') at++;
    return at;
}

static bool is_colon(uint32_t c)
{
    return c == ':' || c == U'：';
}

/* What may stand behind the name of a unit. */
static bool closes(uint32_t c)
{
    return c == 0 || c == ')' || c == U'）' || c == ']' || c == U'】' || c == '|' || c == ' ' ||
           c == '\t' || c == '\n' || c == ',' || c == U'，' || c == U'、' || c == U'。' ||
           c == ';' || c == U'；';
}

/* Behind a unit or classifier, without a scale before it; 0 if none starts at `at`. */
static uint32_t skip_measure(const qm_reader *r, uint32_t at, qm_word *unit)
{
    *unit = qm_word_at(r, at, QM_SENSE_UNIT);
    qm_word classifier = qm_word_at(r, at, QM_SENSE_CLASSIFIER);
    if (classifier.end > unit->end) *unit = (qm_word){0};
    return unit->kind ? unit->end : classifier.end;
}

/* A unit named at `at`, 元, 万亩, 户, 元/亩: with a scale, a slash or as a classifier it counts as
 * written. */
static bool read_unit(const qm_reader *r, uint32_t at, qm_quantity *q)
{
    qm_word unit, under;
    uint32_t start = skip_blanks(r, at), end = skip_measure(r, start, &unit);
    bool plain = unit.kind;
    for (at = start; !end && at < start + MOST_SCALES && qm_numeral_scale(qm_char(r, at));
         plain = false)
        end = skip_measure(r, ++at, &unit);
    if (!end) return false;
    if (qm_char(r, end) == '/') {
        uint32_t below = skip_measure(r, end + 1, &under);
        if (below) end = below, plain = false;
    }
    if (!closes(qm_char(r, end))) return false;
    q->header_unit = plain ? r->quantifier->units.at[unit.value].code : QM_UNIT_WRITTEN;
    q->unit_start = start;
    q->unit_end = end;
    return true;
}

/* A unit in brackets or behind a slash or colon: 投资(万元), 亩产/公斤. */
static bool read_head(const qm_reader *r, uint32_t at, uint32_t end, qm_quantity *q)
{
    for (; at < end; at++) {
        uint32_t c = r->chars[at];
        if ((c == U'（' || c == '(' || c == '/' || c == '[' || is_colon(c)) &&
            read_unit(r, at + 1, q))
            return true;
    }
    return false;
}

static bool is_unit_word(const qm_reader *r, uint32_t at)
{
    return qm_char(r, at) == U'单' && qm_char(r, at + 1) == U'位';
}

/* 单位：万元 within [from, to): the last one. One that names two units, 万元、户, tells nothing. */
static bool read_caption(const qm_reader *r, uint32_t from, uint32_t to, qm_quantity *q)
{
    for (uint32_t at = to; at > from;) {
        if (!is_unit_word(r, --at)) continue;
        uint32_t behind = skip_blanks(r, at + 2);
        if (!is_colon(qm_char(r, behind)) && qm_char(r, behind) != U'为') continue;
        if (!read_unit(r, behind + 1, q)) return false;
        uint32_t c = qm_char(r, q->unit_end);
        if (c != U'、' && c != U'，' && c != ',') return true;
        q->header_unit = 0;
        return false;
    }
    return false;
}

static bool is_row(const qm_clause *clause)
{
    return clause->role == QM_ROLE_TABLE_ROW;
}

/* In the clauses above the table's first row. */
static bool read_above(const qm_reader *r, const qm_clause *top, qm_quantity *q)
{
    const qm_clause *first = top;
    for (uint32_t i = 0; i < MOST_CAPTIONS && first > r->clauses->at && !is_row(first - 1); i++)
        first--;
    uint32_t from = first->start;
    if (top->start - from > LONGEST_CAPTION) from = top->start - LONGEST_CAPTION;
    return read_caption(r, from, top->start, q);
}

/* In the clauses below the table's last row, unless another table follows, which they head. */
static bool read_below(const qm_reader *r, const qm_clause *bottom, qm_quantity *q)
{
    const qm_clause *last = bottom, *end = r->clauses->at + r->clauses->count;
    for (uint32_t i = 0; i < MOST_CAPTIONS && last + 1 < end; i++)
        if (is_row(++last)) return false;
    uint32_t to = last->end;
    if (to - bottom->end > LONGEST_CAPTION) to = bottom->end + LONGEST_CAPTION;
    return read_caption(r, bottom->end, to, q);
}

/* The column of the header that is headed 单位; QM_NONE if there is none. */
static uint32_t unit_column(const qm_reader *r, const qm_clause *header)
{
    uint32_t end = header->end;
    if (end - header->start > WIDEST_ROW) end = header->start + WIDEST_ROW;
    for (uint32_t at = header->start; at + 1 < end; at++) {
        uint32_t before = qm_char(r, at - 1);
        bool starts = at == header->start || qm_is_blank(before) || before == '|' ||
                      before == U'量'; /* 计量单位 */
        if (starts && is_unit_word(r, at) && closes(qm_char(r, at + 2)))
            return column_of(r, header, at);
    }
    return QM_NONE;
}

/* Whether a word of the head says that no unit beside the table measures its column: 年份, 增速. */
static bool has_own_measure(const qm_reader *r, uint32_t at, uint32_t end)
{
    return qm_cue_within(r, at, end, QM_CUE_COLUMN) || qm_cue_within(r, at, end, QM_CUE_TALLY);
}

/* 2023 as the head of a column. */
static bool is_year(const qm_quantity *q)
{
    return q->number_end - q->number_start == 4 && q->low.exponent == 0 &&
           q->low.coefficient >= 1900 && q->low.coefficient < 2100;
}

void qm_header_find(const qm_reader *r, qm_quantity *q)
{
    if (r->role != QM_ROLE_TABLE_ROW || !r->clauses || q->start - r->from > WIDEST_ROW) return;
    const qm_clause *row = r->clauses->at + r->clause, *top = row, *bottom = row;
    const qm_clause *end = r->clauses->at + r->clauses->count;
    uint32_t rows = MOST_ROWS, at, stop, units;
    while (!(top->flags & QM_CLAUSE_TABLE_HEADER) && top > r->clauses->at && is_row(top - 1))
        if (rows-- == 0) return;
        else top--;
    if (top == row && is_year(q)) return;
    if (top < row) { /* no header, by its flags, is one with years: 项目, 2023, 2024, 增速 */
        stop = find_cell(r, top, column_of(r, row, q->start), &at);
        if (read_head(r, at, stop, q) || has_own_measure(r, at, stop)) return;
    }
    if (top->flags & QM_CLAUSE_TABLE_HEADER && top < row) {
        units = unit_column(r, top);
        if (units != QM_NONE) {
            find_cell(r, row, units, &at);
            read_unit(r, at, q);
            return;
        }
    }
    while (rows-- && bottom + 1 < end && is_row(bottom + 1)) bottom++;
    if (!read_above(r, top, q) && rows != UINT32_MAX) read_below(r, bottom, q);
}
