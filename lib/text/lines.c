#include "text/lines.h"

#include <uchar.h>

static bool is_break(uint32_t c)
{
    return (c >= '\n' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static uint32_t columns(const qm_text *text, uint32_t at)
{
    return text->chars[at] == '\t' ? 4 : text->widths[at] > 2 ? 2 : 1;
}

int qm_marks_find(qm_text *text)
{
    const uint8_t *classes = text->classes;
    uint32_t count = text->count, n = 0;
    if (text->marked) return QM_OK;
    if (qm_array_reserve(text->alloc, &text->marks, (size_t)count + 1) != QM_OK) return QM_E_NOMEM;
    uint32_t *marks = text->marks.at;
    for (uint32_t i = 0; i < count; i += 8) { /* the padding can be read */
        uint64_t eight;
        memcpy(&eight, classes + i, 8);
        eight = qm_little_endian(eight);
        /* One less, round the corner, is 5 or more: for 0, 6 and 7, but not for 1 to 5. */
        eight = (((eight + QM_EACH_BYTE(7)) & QM_EACH_BYTE(7)) + QM_EACH_BYTE(3)) & QM_EACH_BYTE(8);
        if (count - i < 8) eight &= (UINT64_C(1) << 8 * (count - i)) - 1;
        for (; eight; eight &= eight - 1) marks[n++] = i + (uint32_t)__builtin_ctzll(eight) / 8;
    }
    marks[n] = count;
    text->marks.count = n;
    text->marked = true;
    return QM_OK;
}

/* Behind the line break that starts at `at`; a carriage return takes its line feed along. */
static uint32_t skip_break(const qm_text *text, uint32_t at)
{
    bool pair = text->chars[at] == '\r' && at + 1 < text->count && text->chars[at + 1] == '\n';
    return at + (pair ? 2 : 1);
}

static bool is_line_end(uint32_t c)
{
    return qm_is_sentence_end(c) || c == U'；' || c == ';' || c == U'：' || c == ':' || c == U'…' ||
           c == U'.' || c == U'—';
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
    if (is_line_end(c)) return QM_LINE_ENDED;
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

/* Tabs are counted as one column here. */
static uint32_t width_of(const qm_text *text, qm_span span)
{
    const uint8_t *widths = text->widths;
    uint32_t wide = 0;
    for (uint32_t i = span.start; i < span.end;) { /* in sums of a byte, sixteen at a time */
        uint32_t end = span.end - i < 240 ? span.end : i + 240;
        uint8_t some = 0;
        for (; i < end; i++) some += widths[i] > 2;
        wide += some;
    }
    return span.end - span.start + wide;
}

/* mark: number of the first one in the line. */
static void look_at(const qm_text *text, qm_line *line, uint32_t mark)
{
    qm_span span = {line->start, line->end};
    const uint32_t *marks = text->marks.at;
    line->width += width_of(text, span);
    for (uint32_t k = mark; marks[k] < line->end; k++) {
        uint32_t i = marks[k], c = text->chars[i];
        if (c == '\t') {
            line->flags |= QM_LINE_TABBED;
            line->width += columns(text, i) - 1;
        }
        if (text->classes[i] != QM_CHAR_PUNCT) continue;
        if (c != U'、' && is_comma(c) && !qm_in_number(text, i)) line->flags |= QM_LINE_COMMAS;
        if (i + 1 < line->end && (qm_is_sentence_end(c) || c == U'；'))
            line->flags |= QM_LINE_SENTENCES;
    }
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
    while (marks[last] < text->count && !is_break(text->chars[marks[last]])) last++;
    uint32_t end = marks[last];
    line.next = end < text->count ? skip_break(text, end) : end;
    while (at < end && text->classes[at] == QM_CHAR_SPACE) line.indent += columns(text, at++);
    while (end > at && text->classes[end - 1] == QM_CHAR_SPACE) end--;
    line.start = at;
    line.end = end;
    line.width = line.indent;
    if (at == end) line.flags = QM_LINE_BLANK;
    else look_at(text, &line, qm_mark_from(text, *mark, at));
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
