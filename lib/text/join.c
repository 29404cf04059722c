/* Which line breaks are only the page's?
 *
 * A line is joined to the one before it when that one broke off: it ends with a comma, or without
 * any mark although it is running text (a sentence ended inside it, it is itself a continuation,
 * it is as wide as its neighbours are wrapped). Enumerators, bullets, captions, bylines, table rows
 * and indentation begin something new. */
#include "text/lines.h"

#include <uchar.h>

#define WRAP_LEAST 30 /* columns; narrower columns need marks as evidence */
#define NARROW_LEAST 16
#define NARROW_SLACK 4
#define WRAP_MOST 120   /* wider lines are paragraphs that were never wrapped */
#define WRAP_SLACK 6    /* a word, number or mark that was not to be parted */
#define RUNNING_TEXT 60 /* columns; headings are shorter */
#define GAPS 8

static bool has(const qm_line *line, uint32_t flags)
{
    return (line->flags & flags) != 0;
}

/* ---- measuring ---- */

static uint32_t columns(const qm_text *text, uint32_t at)
{
    return text->chars[at] == '\t' ? 4 : text->widths[at] > 2 ? 2 : 1;
}

/* Characters of more than two bytes take two columns. The widths are those of decoding, 1 to 4: one
 * more has a four in it where two columns are taken. Some of the padding may be read. */
static uint32_t count_wide(const uint8_t *widths, uint32_t n)
{
    uint32_t wide = 0;
    for (uint32_t i = 0; i < n; i += 8) {
        uint64_t eight;
        memcpy(&eight, widths + i, 8);
        eight = (qm_little_endian(eight) + QM_EACH_BYTE(1)) >> 2 & QM_EACH_BYTE(1);
        if (n - i < 8) eight &= (UINT64_C(1) << 8 * (n - i)) - 1;
        wide += (uint32_t)(eight * QM_EACH_BYTE(1) >> 56);
    }
    return wide;
}

/* Columns of the line without its indentation. Where no character has two bytes or four, the bytes
 * tell them. */
static uint32_t columns_of(const qm_text *text, const qm_line *line)
{
    uint32_t n = line->end - line->start, wide, tabs = 0;
    if (n == 0) return 0;
    if (text->widths_seen & (1 << 2 | 1 << 4)) wide = count_wide(text->widths + line->start, n);
    else wide = (qm_text_end(text, line->end) - text->starts[line->start] - n) / 2;
    if (has(line, QM_LINE_TABBED))
        for (uint32_t i = line->start; i < line->end; i++) tabs += text->chars[i] == '\t';
    return n + wide + 3 * tabs;
}

static void measure_lines(const qm_text *text, qm_line *lines, size_t count)
{
    uint32_t begin = 0;
    for (size_t i = 0; i < count; i++) {
        qm_line *line = &lines[i];
        line->indent = line->wrap = 0;
        for (uint32_t at = begin; at < line->start; at++) line->indent += columns(text, at);
        line->width = line->indent + columns_of(text, line);
        begin = line->next;
    }
}

static bool is_full(const qm_line *line)
{
    return line->wrap && line->width <= line->wrap && line->width + WRAP_SLACK >= line->wrap;
}

/* Are the adjacent lines [from, to) a narrow newspaper column? All but the last of a paragraph are
 * full, and some of them break off in running text; a list of short lines is neither. */
static bool is_narrow_column(const qm_line *lines, size_t from, size_t to, uint32_t widest)
{
    size_t full = 0, broken = 0, ended = 0;
    for (size_t i = from; i < to; i++) {
        if (has(&lines[i], QM_LINE_ENDED)) {
            ended++;
            continue;
        }
        full += lines[i].width + NARROW_SLACK >= widest;
        broken += has(&lines[i], QM_LINE_COMMAS | QM_LINE_SENTENCES);
    }
    size_t open = to - from - ended;
    return widest >= NARROW_LEAST && open >= 3 && broken >= 2 && full * 4 >= open * 3;
}

/* Is the block of adjacent lines [from, to) a title over a paragraph that was never wrapped? Its
 * only line of a width that lines are wrapped at is as wide as itself, which says nothing. */
static bool is_titled(const qm_line *lines, size_t from, size_t to)
{
    size_t wrapped = 0;
    for (size_t i = from; i < to; i++) wrapped += lines[i].width <= WRAP_MOST;
    return wrapped == 1 && to - from > 1;
}

/* Finds the wrap width of the block of adjacent lines [from, to). */
static void measure_block(qm_line *lines, size_t from, size_t to)
{
    uint32_t widest = 0;
    if (is_titled(lines, from, to)) return;
    for (size_t i = from; i < to; i++)
        if (lines[i].width <= WRAP_MOST && lines[i].width > widest) widest = lines[i].width;
    if (widest < WRAP_LEAST && !is_narrow_column(lines, from, to, widest)) return;
    for (size_t i = from; i < to; i++) lines[i].wrap = widest;
}

static void measure_blocks(qm_line *lines, size_t count)
{
    size_t from = 0;
    for (size_t i = 0; i <= count; i++) {
        if (i < count && !has(&lines[i], QM_LINE_BLANK | QM_LINE_TABBED)) continue;
        measure_block(lines, from, i);
        from = i + 1;
    }
}

/* The usual number of blank lines between paragraphs: where there are more, something else, such
 * as a picture, stood there. */
static size_t usual_gap(const qm_line *lines, size_t count)
{
    size_t seen[GAPS] = {0}, gap = 0, usual = 1;
    for (size_t i = 0; i < count; i++) {
        if (has(&lines[i], QM_LINE_BLANK)) {
            gap++;
            continue;
        }
        if (gap < GAPS) seen[gap]++;
        gap = 0;
    }
    for (size_t i = 2; i < GAPS; i++)
        if (seen[i] > seen[usual]) usual = i;
    return usual;
}

/* Does the indentation of b let it be a continuation of a? */
static bool indent_fits(const qm_line *a, const qm_line *b)
{
    if (b->indent < 2) return true;
    if (has(a, QM_LINE_ENDED)) return false;
    if (has(a, QM_LINE_JOINED)) return b->indent == a->indent;
    if (has(a, QM_LINE_OPENS)) return is_full(a); /* a list item with hanging indentation */
    return b->indent == a->indent && is_full(a) && has(a, QM_LINE_COMMAS | QM_LINE_SENTENCES);
}

/* behind: the line after it, or NULL. What neither ends nor goes on is no end of a paragraph. */
static bool looks_like_heading(const qm_line *line, const qm_line *behind)
{
    if (has(line, QM_LINE_ENDED | QM_LINE_COMMA_END) || is_full(line)) return false;
    if (!has(line, QM_LINE_COMMAS | QM_LINE_SENTENCES)) return true;
    return !behind || behind->indent >= 2 || has(behind, QM_LINE_BLANK | QM_LINE_OPENS);
}

static bool broke_off(const qm_line *a, const qm_line *b)
{
    if (has(a, QM_LINE_SENTENCES | QM_LINE_JOINED)) return true;
    if (has(a, QM_LINE_COMMAS) && a->indent >= 2) return true;
    if (has(a, QM_LINE_COMMAS) && a->width >= RUNNING_TEXT && !has(a, QM_LINE_OPENS)) return true;
    if (!is_full(a)) return false;
    return a->indent >= 2 || has(a, QM_LINE_COMMAS) ||
           has(b, QM_LINE_COMMAS | QM_LINE_SENTENCES | QM_LINE_ENDED);
}

/* Lines that end with a sentence inside a wrapped paragraph. */
static bool goes_on(const qm_line *a, const qm_line *b, const qm_line *behind, bool indented)
{
    bool may =
        indented ? b->indent < 2 && a->width <= WRAP_MOST : has(a, QM_LINE_JOINED) && is_full(a);
    return may && !looks_like_heading(b, behind);
}

/* A line cut off by the page: its last part is much shorter or longer than its first, which those
 * of a heading in two parts hardly are. */
static bool is_lopsided(const qm_text *text, const qm_line *line)
{
    uint32_t first = 0, last = line->start;
    for (uint32_t i = line->start; i < line->end; i++) {
        if (text->chars[i] != U'，' && text->chars[i] != ',') continue;
        if (!first) first = i - line->start;
        last = i + 1;
    }
    uint32_t tail = line->end - last;
    return first && (tail > first + 2 || first > tail + 2);
}

/* Across blank lines, such as those of a page break, more is needed. */
static bool broke_off_page(const qm_text *text, const qm_line *a, const qm_line *b)
{
    if (has(a, QM_LINE_COMMA_END | QM_LINE_SENTENCES)) return true;
    if (has(a, QM_LINE_JOINED) && (has(a, QM_LINE_COMMAS) || is_full(a))) return true;
    if (!has(a, QM_LINE_COMMAS) || has(a, QM_LINE_OPENS)) return false;
    return a->width >= RUNNING_TEXT ||
           (a->width >= WRAP_LEAST && has(b, QM_LINE_ENDED) &&
            has(b, QM_LINE_SENTENCES | QM_LINE_COMMAS) && is_lopsided(text, a));
}

/* A line of running text that breaks off at the wrap width: what stands at the start of the next
 * one, be it 一、 of 七一、 or a dash, begins nothing. */
static bool breaks_off_full(const qm_line *a, const qm_line *b)
{
    return !has(a, QM_LINE_ENDED) && has(a, QM_LINE_SENTENCES | QM_LINE_JOINED) && b->indent < 2 &&
           is_full(a);
}

typedef struct place {
    size_t gap, usual;     /* blank lines between a and b, and between paragraphs as a rule */
    const qm_line *behind; /* the line after b, or NULL */
    bool indented;         /* the paragraph that a belongs to began with an indentation */
} place;

static bool is_joined(const qm_text *text, const qm_line *a, const qm_line *b, const place *p)
{
    if (has(a, QM_LINE_TABBED) || has(b, QM_LINE_TABBED)) return false;
    if (has(a, QM_LINE_FURNITURE) && !has(a, QM_LINE_JOINED)) return false;
    if (p->gap == 0 && breaks_off_full(a, b)) return true;
    if (has(b, QM_LINE_OPENS)) return false;
    if (p->gap == 0) {
        if (!indent_fits(a, b)) return false;
        if (has(a, QM_LINE_ENDED)) return goes_on(a, b, p->behind, p->indented);
        return has(a, QM_LINE_COMMA_END) || broke_off(a, b);
    }
    if (p->gap > p->usual || b->indent >= 2 || has(a, QM_LINE_ENDED)) return false;
    return broke_off_page(text, a, b);
}

static void decide(const qm_text *text, qm_line *lines, size_t count)
{
    measure_lines(text, lines, count);
    measure_blocks(lines, count);
    place p = {.usual = usual_gap(lines, count)};
    const qm_line *before = NULL;
    for (size_t i = 0; i < count; i++) {
        qm_line *line = &lines[i];
        if (has(line, QM_LINE_BLANK)) {
            p.gap++;
            continue;
        }
        p.behind = i + 1 < count ? line + 1 : NULL;
        if (before && is_joined(text, before, line, &p)) line->flags |= QM_LINE_JOINED;
        else p.indented = line->indent >= 2;
        before = line;
        p.gap = 0;
    }
}

/* ---- taking the breaks out ---- */

/* ASCII words must not run together; a number that was parted must. */
static bool needs_blank(const qm_text *text, uint32_t before, uint32_t behind)
{
    uint32_t a = text->chars[before], b = text->chars[behind];
    bool word_a = text->classes[before] == QM_CHAR_LATIN;
    bool word_b = text->classes[behind] == QM_CHAR_LATIN;
    if (word_b) return word_a || (a < 0x80 && text->classes[before] == QM_CHAR_PUNCT && a != '-');
    return word_a && b < 0x80 && text->classes[behind] == QM_CHAR_DIGIT;
}

/* There is room for it: a line has one at most. */
static void add_seam(qm_text *text, uint32_t character)
{
    text->seams.at[text->seams.count++] = character;
}

static void copy(qm_text *text, uint32_t *count, uint32_t from, uint32_t to)
{
    size_t n = to - from;
    if (*count == from) { /* nothing has been taken out so far */
        *count = to;
        return;
    }
    memmove(text->chars + *count, text->chars + from, n * sizeof *text->chars);
    memmove(text->starts + *count, text->starts + from, n * sizeof *text->starts);
    memmove(text->classes + *count, text->classes + from, n);
    memmove(text->widths + *count, text->widths + from, n);
    *count += (uint32_t)n;
}

/* One character for the break of bytes [from, to). */
static void put_break(qm_text *text, uint32_t *count, uint32_t from, uint32_t to, uint32_t c)
{
    uint32_t start = text->starts[from], end = qm_text_end(text, to);
    text->chars[*count] = c;
    text->starts[*count] = start;
    text->classes[*count] = QM_CHAR_SPACE;
    text->widths[*count] = (uint8_t)(end - start);
    if (to - from > 1) add_seam(text, *count);
    ++*count;
}

/* Where the break behind a line is: between its trailing blanks and the next line. */
static uint32_t break_of(const qm_text *text, const qm_line *line)
{
    uint32_t at = line->next - 1;
    if (text->chars[at] == '\n' && at > line->end && text->chars[at - 1] == '\r') at--;
    return at;
}

/* Whether one line feed ends the line, so that nothing is to be changed. */
static bool ends_with_newline(const qm_text *text, const qm_line *line)
{
    uint32_t at = line->next - 1;
    return at >= line->end && text->chars[at] == '\n' &&
           (at == line->end || text->chars[at - 1] != '\r');
}

static bool ends_with_break(const qm_text *text, const qm_line *line)
{
    uint32_t c = line->next > line->end ? text->chars[line->next - 1] : 0;
    return (c >= '\n' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* The line that is joined to line i, or 0: blank lines between them go with the break. */
static size_t joined_line(const qm_text *text, size_t i)
{
    const qm_line *lines = text->lines.at;
    if (has(&lines[i], QM_LINE_BLANK)) return 0; /* looked at from the line before */
    size_t next = i + 1;
    while (next < text->lines.count && has(&lines[next], QM_LINE_BLANK)) next++;
    return next < text->lines.count && has(&lines[next], QM_LINE_JOINED) ? next : 0;
}

static void take_breaks_out(qm_text *text)
{
    uint32_t count = 0, at = 0; /* characters up to `at` are dealt with */
    bool changed = false;
    const qm_line *lines = text->lines.at;
    for (size_t i = 0; i < text->lines.count; i++) {
        const qm_line *line = &lines[i];
        size_t next = joined_line(text, i);
        if (!next && count == at && ends_with_newline(text, line)) {
            count = at = line->next;
            continue;
        }
        if (next) {
            copy(text, &count, at, line->end);
            at = lines[next].start;
            if (needs_blank(text, line->end - 1, at))
                put_break(text, &count, line->end, line->end + 1, ' ');
            add_seam(text, count);
            changed = true; /* though a blank for a break leaves as many characters */
            i = next - 1;
            continue;
        }
        uint32_t end = ends_with_break(text, line) ? break_of(text, line) : line->next;
        copy(text, &count, at, end);
        changed |= end < line->next && text->chars[end] != '\n';
        if (end < line->next) put_break(text, &count, end, line->next, '\n');
        at = line->next;
    }
    if (changed || count != text->count) text->marked = false; /* else what was found is true */
    text->count = count;
}

int qm_text_join(qm_text *text, qm_error *err)
{
    if (qm_lines_find(text, QM_LOOK_BREAK) != QM_OK ||
        qm_array_reserve(text->alloc, &text->seams, text->lines.count) != QM_OK)
        return qm_fail_nomem(err);
    decide(text, text->lines.at, text->lines.count);
    take_breaks_out(text);
    text->starts[text->count] = (uint32_t)text->size;
    memset(text->chars + text->count, 0, QM_TEXT_PAD * sizeof *text->chars);
    memset(text->classes + text->count, 0, QM_TEXT_PAD);
    return QM_OK;
}
