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

static bool is_furniture(const qm_text *text, qm_span span)
{
    return qm_shape_caption(text, span) || qm_shape_byline(text, span) ||
           qm_shape_navigation(text, span);
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

static void look_at(const qm_text *text, qm_line *line)
{
    for (uint32_t i = line->start; i < line->end; i++) {
        uint32_t c = text->chars[i];
        line->width += columns(text, i);
        if (c == '\t') line->flags |= QM_LINE_TABBED;
        if (text->classes[i] != QM_CHAR_PUNCT) continue;
        if (c != U'、' && is_comma(c) && !qm_in_number(text, i)) line->flags |= QM_LINE_COMMAS;
        if (i + 1 < line->end && (qm_is_sentence_end(c) || c == U'；'))
            line->flags |= QM_LINE_SENTENCES;
    }
    line->flags |= end_flags(text, line);
    qm_span span = {line->start, line->end};
    if (is_furniture(text, span)) line->flags |= QM_LINE_FURNITURE | QM_LINE_OPENS;
    if (opens_paragraph(text, span)) line->flags |= QM_LINE_OPENS;
}

/* Reads the line that begins at `at`. */
static qm_line read_line(const qm_text *text, uint32_t at)
{
    qm_line line = {0};
    uint32_t end = at;
    while (end < text->count && !is_break(text->chars[end])) end++;
    line.next = end < text->count ? skip_break(text, end) : end;
    while (at < end && text->classes[at] == QM_CHAR_SPACE) line.indent += columns(text, at++);
    while (end > at && text->classes[end - 1] == QM_CHAR_SPACE) end--;
    line.start = at;
    line.end = end;
    line.width = line.indent;
    if (at == end) line.flags = QM_LINE_BLANK;
    else look_at(text, &line);
    return line;
}

int qm_lines_find(qm_text *text)
{
    text->lines.count = 0;
    for (uint32_t at = 0; at < text->count;) {
        qm_line line = read_line(text, at);
        if (qm_array_push(text->alloc, &text->lines, line) != QM_OK) return QM_E_NOMEM;
        at = line.next;
    }
    return QM_OK;
}
