#include "text/lines.h"

#include <uchar.h>

static uint32_t columns(const qm_text *text, uint32_t at)
{
    return text->chars[at] == '\t' ? 4 : text->widths[at] > 2 ? 2 : 1;
}

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

/* The look of the last mark, behind which quotes and brackets may close. */
static uint32_t end_flags(const qm_text *text, const qm_line *line)
{
    uint32_t at = line->end;
    while (at > line->start && qm_is_closing(text->chars[at - 1])) at--;
    if (at == line->start) return 0;
    uint32_t c = text->chars[at - 1];
    if (qm_look_of(c) & QM_LOOK_LAST) return QM_LINE_ENDED;
    return at == line->end && is_comma(c) ? QM_LINE_COMMA_END : 0;
}

static bool is_furniture(const qm_text *text, qm_span span, uint32_t mark)
{
    return qm_shape_caption(text, span, mark) || qm_shape_byline(text, span, mark) ||
           qm_shape_navigation(text, span, mark);
}

static bool opens_paragraph(const qm_text *text, qm_span span)
{
    uint32_t c = text->chars[span.start];
    if (c == U'【' || c == U'[' || c == U'—' || c == U'═' || c == U'─') return true;
    if (span.end - span.start >= 2 && (c == U'问' || c == U'答')) {
        uint32_t colon = text->chars[span.start + 1];
        if (colon == U'：' || colon == ':') return true;
    }
    return qm_shape_enumerator(text, span) > 0;
}

/* Tabs are counted as one column here. The widths are those of decoding, 1 to 4: one more has a
 * four in it where two columns are taken. Some of the padding may be read. */
static uint32_t width_of(const qm_text *text, qm_span span)
{
    const uint8_t *widths = text->widths + span.start;
    uint32_t n = span.end - span.start, wide = 0;
    for (uint32_t i = 0; i < n; i += 8) {
        uint64_t eight;
        memcpy(&eight, widths + i, 8);
        eight = (qm_little_endian(eight) + QM_EACH_BYTE(1)) >> 2 & QM_EACH_BYTE(1);
        if (n - i < 8) eight &= (UINT64_C(1) << 8 * (n - i)) - 1;
        wide += (uint32_t)(eight * QM_EACH_BYTE(1) >> 56);
    }
    return n + wide;
}

/* All that the marks of the line, numbers [mark, last), may be. */
static uint32_t looks_of(const qm_text *text, const qm_line *line, uint32_t mark, uint32_t last)
{
    uint32_t seen = 0;
    for (uint32_t k = mark; k < last; k++) {
        uint32_t at = text->marks.at[k], what = text->looks.at[k];
        if (at + 1 >= line->end) what &= ~(uint32_t)QM_LOOK_INNER;
        seen |= what;
    }
    return seen;
}

/* mark: number of the first one in the line; last: of the one that ends it or stands behind. */
static void look_at(const qm_text *text, qm_line *line, uint32_t mark, uint32_t last)
{
    qm_span span = {line->start, line->end};
    while (last > mark && text->marks.at[last - 1] >= line->end) last--;
    uint32_t seen = looks_of(text, line, mark, last);
    line->width += width_of(text, span);
    if (seen & QM_LOOK_TAB) {
        line->flags |= QM_LINE_TABBED;
        for (uint32_t i = line->start; i < line->end; i++)
            if (text->chars[i] == '\t') line->width += columns(text, i) - 1;
    }
    if (seen & QM_LOOK_COMMA) line->flags |= QM_LINE_COMMAS;
    if (seen & QM_LOOK_INNER) line->flags |= QM_LINE_SENTENCES;
    line->flags |= end_flags(text, line);
    if (is_furniture(text, span, mark)) line->flags |= QM_LINE_FURNITURE | QM_LINE_OPENS;
    if (opens_paragraph(text, span)) line->flags |= QM_LINE_OPENS;
}

/* Reads the line that begins at `at`; *mark is the number of the first mark in it, and then of the
 * first one behind it. */
static qm_line read_line(const qm_text *text, uint32_t at, uint32_t *mark)
{
    qm_line line = {0};
    const uint32_t *marks = text->marks.at;
    uint32_t last = *mark;
    while (!(text->looks.at[last] & QM_LOOK_BREAK)) last++;
    uint32_t end = marks[last];
    line.next = end < text->count ? skip_break(text, end) : end;
    while (at < end && text->classes[at] == QM_CHAR_SPACE) line.indent += columns(text, at++);
    while (end > at && text->classes[end - 1] == QM_CHAR_SPACE) end--;
    line.start = at;
    line.end = end;
    line.width = line.indent;
    if (at == end) line.flags = QM_LINE_BLANK;
    else look_at(text, &line, qm_mark_from(text, *mark, at), last);
    *mark = qm_mark_from(text, last, line.next);
    return line;
}

int qm_lines_find(qm_text *text)
{
    text->lines.count = 0;
    if (qm_marks_find(text) != QM_OK) return QM_E_NOMEM;
    for (uint32_t at = 0, mark = 0; at < text->count;) {
        qm_line line = read_line(text, at, &mark);
        if (qm_array_push(text->alloc, &text->lines, line) != QM_OK) return QM_E_NOMEM;
        at = line.next;
    }
    return QM_OK;
}
