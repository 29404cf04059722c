#include "text/lines.h"

#include <uchar.h>

#define ALIGNED_LONGEST 200 /* characters of a row whose columns blanks align */

/* Behind the line break that starts at `at`; a carriage return takes its line feed along. */
static uint32_t skip_break(const qm_text *text, uint32_t at)
{
    bool pair = text->chars[at] == '\r' && at + 1 < text->count && text->chars[at + 1] == '\n';
    return at + (pair ? 2 : 1);
}

static bool is_comma(uint32_t c)
{
    return c == U'，' || c == U'、' || c == ',';
}

/* 😄, ✅, and what says of the sign before it that it is a picture. */
static bool is_picture(uint32_t c)
{
    enum { SIGNS = 0x2600, SIGNS_END = 0x27C0, PICTURES = 0x1F000, PICTURES_END = 0x1FB00 };
    return (c >= SIGNS && c < SIGNS_END) || (c >= PICTURES && c < PICTURES_END) || c == 0xFE0F;
}

/* 笑开了花😄, 加油～: what ends a line as a full stop would, in a chat; 9:00～ goes on. */
static bool ends_as_chat(const qm_text *text, uint32_t at)
{
    const uint32_t c = text->chars[at];
    return is_picture(c) || (c == '~' && at > 0 && text->classes[at - 1] == QM_CHAR_HAN);
}

/* The look of the last mark, behind which quotes and brackets may close. */
static uint32_t end_flags(const qm_text *text, const qm_line *line)
{
    uint32_t at = line->end;
    while (at > line->start && qm_is_closing(text->chars[at - 1])) at--;
    if (at == line->start) return 0;
    uint32_t c = text->chars[at - 1];
    if (qm_look_of(c) & QM_LOOK_LAST || ends_as_chat(text, at - 1)) return QM_LINE_ENDED;
    return at == line->end && is_comma(c) ? QM_LINE_COMMA_END : 0;
}

static uint32_t furniture_flag(const qm_text *text, qm_span span, const qm_span_marks *marks)
{
    if (qm_shape_navigation(text, span, marks)) return QM_LINE_NAVIGATION;
    if (qm_shape_caption(text, span, marks)) return QM_LINE_CAPTION;
    return qm_shape_byline(text, span, marks) ? QM_LINE_BYLINE : 0;
}

/* Besides enumerators and furniture. */
static bool opens_paragraph(const qm_text *text, qm_span span)
{
    uint32_t c = text->chars[span.start];
    if (c == U'【' || c == U'[' || c == U'—' || c == U'═' || c == U'─') return true;
    if (is_picture(c)) return true;
    if (c != U'问' && c != U'答') return false;
    uint32_t colon = text->chars[span.start + 1]; /* there is padding */
    return span.end - span.start >= 2 && (colon == U'：' || colon == ':');
}

/* The marks between the blanks around the line that ends at `end`, the numbers of which are from
 * `from` on: what was seen of them, unless blanks were seen along or breaks that are none here. */
static qm_span_marks marks_of(const qm_text *text, const qm_line *line, uint32_t from,
                              const qm_break *ends, uint32_t end)
{
    qm_span span = {line->start, line->end};
    bool whole = from == (ends == text->breaks.at ? 0 : ends[-1].mark + 1);
    if (!whole || line->end < end || ends->seen & QM_LOOK_TAB) return qm_marks_of(text, span, from);
    const uint32_t *marks = text->marks.at;
    uint32_t first = qm_mark_from(text, from, line->start);
    bool last = ends->mark > first && marks[ends->mark - 1] + 1 == line->end;
    return (qm_span_marks){first, ends->seen, last ? ends->inner : ends->seen};
}

/* | 村 | 户数 |: a row between bars. */
__attribute__((noinline)) static bool is_barred(const qm_text *text, const qm_line *line)
{
    uint32_t bars = 0;
    if (text->chars[line->start] != '|' || text->chars[line->end - 1] != '|') return false;
    for (uint32_t i = line->start; i < line->end; i++) bars += text->chars[i] == '|';
    return bars >= 3;
}

static void look_at(const qm_text *text, qm_line *line)
{
    qm_span span = {line->start, line->end};
    uint32_t seen = line->marks.seen;
    line->enumerator = qm_shape_enumerator(text, span);
    line->flags = end_flags(text, line) | furniture_flag(text, span, &line->marks);
    if (seen & QM_LOOK_BAR && is_barred(text, line)) line->flags = QM_LINE_TABBED;
    if (seen & QM_LOOK_TAB) line->flags |= QM_LINE_TABBED;
    if (seen & QM_LOOK_COMMA) line->flags |= QM_LINE_COMMAS;
    if (line->marks.inner & QM_LOOK_INNER) line->flags |= QM_LINE_SENTENCES;
    if (line->enumerator || line->flags & QM_LINE_FURNITURE || opens_paragraph(text, span))
        line->flags |= QM_LINE_OPENS;
}

/* Reads the line from `at` to the mark `ends`; mark: number of the first one in it. */
static void read_line(const qm_text *text, uint32_t at, uint32_t mark, const qm_break *ends,
                      qm_line *line)
{
    uint32_t to = text->marks.at[ends->mark], end = to;
    while (at < end && text->classes[at] == QM_CHAR_SPACE) at++;
    while (end > at && text->classes[end - 1] == QM_CHAR_SPACE) end--;
    line->start = at;
    line->end = end;
    line->next = to < text->count ? skip_break(text, to) : to;
    line->flags = QM_LINE_BLANK;
    if (at == end) return;
    line->marks = marks_of(text, line, mark, ends, to);
    look_at(text, line);
}

/* Whether two blanks stand side by side: the marks tell, of which there are few. */
static bool has_gap(const qm_text *text, const qm_line *line)
{
    const uint32_t *mark = text->marks.at + line->marks.first;
    while (*mark < line->start) mark++;
    for (; *mark + 1 < line->end; mark++)
        if (mark[1] == *mark + 1 && text->classes[*mark] == QM_CHAR_SPACE &&
            text->classes[mark[1]] == QM_CHAR_SPACE)
            return true;
    return false;
}

/* What no row of a table is. */
static bool is_prose(const qm_line *line)
{
    return line->flags & (QM_LINE_BLANK | QM_LINE_TABBED | QM_LINE_ENDED | QM_LINE_COMMA_END |
                          QM_LINE_COMMAS | QM_LINE_SENTENCES);
}

/* The cells of a row whose columns gaps of two blanks or more keep apart; *figures: some of them
 * are nothing but a number. 0 where it is no such row. */
static uint32_t count_aligned(const qm_text *text, const qm_line *line, bool *figures)
{
    uint32_t cells = 1, digits = 0, others = 0;
    *figures = false;
    if (is_prose(line) || line->end - line->start > ALIGNED_LONGEST || !has_gap(text, line))
        return 0;
    for (uint32_t i = line->start; i < line->end; i++) {
        uint32_t c = text->chars[i];
        bool blank = text->classes[i] == QM_CHAR_SPACE, digit = text->classes[i] == QM_CHAR_DIGIT;
        digits += digit;
        others += !blank && !digit && c != '.' && c != ',' && c != '%' && c != '-';
        if (!blank || text->classes[i - 1] != QM_CHAR_SPACE) continue;
        if (text->classes[i + 1] == QM_CHAR_SPACE) continue;
        cells++;
        *figures |= digits && !others;
        digits = others = 0;
    }
    *figures |= digits && !others;
    return cells > 1 ? cells : 0;
}

/* The last of the adjacent lines of as many cells as the one at `from`, of which there are some;
 * *table: one of them, but for the first, has figures. */
__attribute__((noinline)) static size_t last_aligned(const qm_text *text, size_t from, bool *table)
{
    const qm_line *lines = text->lines.at;
    bool figures;
    uint32_t cells = count_aligned(text, &lines[from], &figures);
    *table = false;
    for (size_t next = from + 1; cells && next < text->lines.count; next++) {
        if (count_aligned(text, &lines[next], &figures) != cells) return next - 1;
        *table |= figures;
    }
    return cells ? text->lines.count - 1 : from;
}

static void flag_aligned(qm_text *text)
{
    qm_line *lines = text->lines.at;
    for (size_t i = 0; i + 1 < text->lines.count; i++) {
        bool table;
        if (is_prose(&lines[i]) || is_prose(&lines[i + 1]) || !has_gap(text, &lines[i])) continue;
        size_t last = last_aligned(text, i, &table);
        for (; table && i <= last; i++)
            lines[i].flags = (lines[i].flags & ~(uint32_t)QM_LINE_FURNITURE) | QM_LINE_TABBED;
        i = last;
    }
}

int qm_lines_find(qm_text *text, uint32_t breaks)
{
    if (qm_marks_find(text) != QM_OK ||
        qm_array_reserve(text->alloc, &text->lines, text->breaks.count) != QM_OK)
        return QM_E_NOMEM;
    const qm_break *ends = text->breaks.at;
    qm_line *line = text->lines.at;
    for (uint32_t at = 0, mark = 0, cut = 0; at < text->count; ends++) {
        if (text->marks.at[ends->mark] < at) { /* the line feed of a pair */
            mark = ends->mark + 1;
        } else if (text->looks.at[ends->mark] & breaks) {
            read_line(text, at, mark, ends, line);
            line->cut = cut;
            at = line++->next;
            mark = ends->mark + 1;
            cut = ends->cut;
        }
    }
    text->lines.count = (size_t)(line - text->lines.at);
    flag_aligned(text);
    return QM_OK;
}
