#include "text/lines.h"

#include <uchar.h>

#define HEADING_LONGEST 40
#define TITLE_LONGEST 80   /* titles with a dash or bracket, and the first lines of a document */
#define TITLE_PARAGRAPHS 4 /* the first ones may be titles */
#define CAPTION_LONGEST 50
#define LABEL_LONGEST 14
#define BARE_LABEL_LONGEST 6 /* without an enumerator: 注： 编者按： */
#define MARKED_HEADING_LONGEST 24
#define GAPS 8

typedef struct scan {
    const qm_text *text;
    const qm_allocator *alloc;
    qm_clauses *out;
    const qm_cut *cuts;
    uint32_t mark, cut, line; /* numbers of the first ones of the paragraph */
    uint32_t sentence, paragraph;
    uint32_t usual_gap; /* line breaks between paragraphs */
    bool has_tabs;      /* there may be table rows */
    bool
        alone; /* one line is all there is, as in a cell: unless it is numbered, it heads nothing */
    bool after_table, before_table, after_gap;
    uint32_t heading_end, label_end; /* of the run-in parts of this paragraph */
    qm_span quote;                   /* the last one opened, its marks included */
    bool speech;
    bool unbalanced;
    uint32_t unclosed; /* no quote closes between here and the paragraph's end */
} scan;

static uint32_t char_at(const scan *s, uint32_t at)
{
    return s->text->chars[at];
}

static qm_span trim(const qm_text *text, qm_span span)
{
    while (span.start < span.end && text->classes[span.start] == QM_CHAR_SPACE) span.start++;
    while (span.end > span.start && text->classes[span.end - 1] == QM_CHAR_SPACE) span.end--;
    return span;
}

/* ---- boundaries ---- */

static uint8_t flags_of(uint32_t what)
{
    return (uint8_t)(what >> QM_LOOK_FLAGS);
}

/* Number of the first cut of span, which lies in the paragraph. */
static uint32_t first_cut(const scan *s, qm_span span)
{
    uint32_t k = s->cut;
    while (s->cuts[k].at < span.start) k++;
    return k;
}

/* The first boundary from cut number *k on, which is then the one behind it; or the end. */
static uint32_t next_boundary(const scan *s, uint32_t *k, uint32_t end, uint8_t *flags)
{
    for (const qm_cut *cut; cut = &s->cuts[*k], cut->at < end;) {
        ++*k;
        *flags = flags_of(cut->what);
        if (cut->what & QM_LOOK_CUT) return cut->at;
    }
    *flags = QM_CLAUSE_ENDS_SENTENCE;
    return end;
}

/* ---- quotes ---- */

static uint32_t closing_of(uint32_t c)
{
    switch (c) {
    case U'“': return U'”'; /* 「」 and 『』 fold to these and those */
    case U'‘': return U'’';
    case U'《': return U'》';
    case '"': return '"';
    default: return 0;
    }
}

/* Where the quote that opens at `at` closes: quotes may nest, unless the marks of the paragraph do
 * not balance; then the first closing mark counts. `end` if there is none. */
static uint32_t find_close(scan *s, uint32_t at, uint32_t end)
{
    uint32_t open = char_at(s, at), close = closing_of(open), first = end, depth = 1;
    for (uint32_t i = at + 1; i < end; i++) {
        uint32_t c = char_at(s, i);
        if (c == close) {
            if (first == end) first = i;
            if (--depth == 0 || s->unbalanced) return i;
        } else if (c == open) {
            depth++;
        }
    }
    s->unbalanced = true; /* look this far only once a paragraph: the time stays linear */
    return first;
}

/* A quote is speech if it holds a sentence, or clauses behind a colon. */
static void open_quote(scan *s, uint32_t at, uint32_t end)
{
    uint32_t mark = char_at(s, at);
    if (!closing_of(mark) || at < s->quote.end || at >= s->unclosed) return;
    uint32_t close = find_close(s, at, end);
    if (close == end) {
        s->unclosed = at;
        return;
    }
    bool colon = at && (char_at(s, at - 1) == U'：' || char_at(s, at - 1) == ':');
    s->quote = (qm_span){at, close + 1};
    s->speech = false;
    for (uint32_t i = at + 1; i < close && mark != U'《'; i++)
        if (qm_is_sentence_end(char_at(s, i)) ||
            (colon && qm_look_at(s->text, i) & (QM_LOOK_COMMA | QM_LOOK_TAB)))
            s->speech = true;
}

/* ---- emitting ---- */

static bool has_word(const qm_text *text, qm_span span)
{
    for (; span.start < span.end; span.start++)
        if (text->classes[span.start] != QM_CHAR_PUNCT &&
            text->classes[span.start] != QM_CHAR_SPACE)
            return true;
    return false;
}

/* （1） or ① before a clause in the middle of a paragraph. 三、 might be part of 三、四组. */
static uint32_t inline_number(const scan *s, qm_span span)
{
    if (span.start >= span.end || s->text->classes[span.start] == QM_CHAR_DIGIT ||
        s->text->classes[span.start] == QM_CHAR_NUMERAL)
        return 0;
    return qm_shape_enumerator(s->text, span);
}

/* Nothing is to be taken off: words stand at both ends, and no enumerator can begin here. */
static bool is_trim(const scan *s, qm_span span)
{
    const uint8_t *classes = s->text->classes;
    uint8_t first = classes[span.start];
    bool word = first == QM_CHAR_HAN ? char_at(s, span.start) != U'第'
                                     : first == QM_CHAR_NUMERAL || first == QM_CHAR_DIGIT;
    return word && span.start < span.end && classes[span.end - 1] != QM_CHAR_SPACE;
}

/* Without what closes before it, blanks around it and its number; empty if no word is left. Most
 * clauses need none of it: no part of emit, which is part of the loop. */
__attribute__((noinline)) static qm_span trim_clause(const scan *s, qm_span span, uint8_t role)
{
    while (span.start < span.end && s->text->classes[span.start] == QM_CHAR_PUNCT &&
           qm_is_closing(char_at(s, span.start)) && char_at(s, span.start) != '"')
        span.start++;
    span = trim(s->text, span);
    if (role == QM_ROLE_BODY) span.start += inline_number(s, span);
    return has_word(s->text, span) ? span : (qm_span){span.end, span.end};
}

static inline int emit(scan *s, qm_span span, uint8_t role, uint8_t flags)
{
    if (!is_trim(s, span)) span = trim_clause(s, span, role);
    if (span.start == span.end) return QM_OK;
    if ((span.start >= s->quote.start) & (span.end <= s->quote.end)) {
        flags |= QM_CLAUSE_IN_QUOTES;
        if (s->speech && role == QM_ROLE_BODY) role = QM_ROLE_QUOTE;
    }
    qm_clause clause = {span.start, span.end, s->sentence, s->paragraph, role, flags};
    return qm_array_push(s->alloc, s->out, clause);
}

static uint8_t role_at(const scan *s, uint32_t end, uint8_t role)
{
    if (role != QM_ROLE_BODY) return role;
    if (end <= s->heading_end) return QM_ROLE_HEADING;
    return end <= s->label_end ? QM_ROLE_LIST_LABEL : role;
}

/* A bracketed label at the start of a paragraph is a clause of its own: 【抓产业】… */
static bool ends_label(const scan *s, uint32_t at)
{
    return char_at(s, at) == U'】' && at + 1 == s->label_end;
}

static int emit_clauses(scan *s, qm_span span, uint8_t role)
{
    uint32_t start = span.start;
    bool last = false;
    for (uint32_t k = first_cut(s, span); !last; k++) {
        uint32_t at = s->cuts[k].at, end = at, what = s->cuts[k].what;
        last = at >= span.end;
        if (last) end = at = span.end;
        uint8_t flags = last ? QM_CLAUSE_ENDS_SENTENCE : flags_of(what);
        if (!last && what & QM_LOOK_SEE) {
            open_quote(s, at, span.end);
            if (!ends_label(s, at)) continue;
            flags = QM_CLAUSE_ENDS_COLON;
            end = at + 1;
        }
        qm_span clause = {start, end};
        size_t before = s->out->count;
        if (emit(s, clause, role_at(s, end, role), flags) != QM_OK) return QM_E_NOMEM;
        bool told = s->out->count > before || has_word(s->text, clause);
        s->sentence += (flags == QM_CLAUSE_ENDS_SENTENCE) & told;
        start = at + 1;
    }
    return QM_OK;
}

/* ---- what a paragraph is ---- */

typedef struct shape {
    qm_span body; /* behind the enumerator */
    uint32_t enumerator;
    uint32_t commas, ends; /* ends: of sentences and semicolons before the last character */
    bool marked;           /* ends like a sentence */
    bool colon;            /* ends with a colon */
    bool labelled;         /* a colon somewhere */
    bool dash;             /* a long dash somewhere */
} shape;

enum { ENDS = QM_CLAUSE_ENDS_SENTENCE | QM_CLAUSE_ENDS_SEMICOLON };

static shape shape_of(const scan *s, qm_span span)
{
    const qm_text *text = s->text;
    shape f = {.enumerator = qm_shape_enumerator(text, span)};
    f.body = (qm_span){span.start + f.enumerator, span.end};
    for (const qm_cut *cut = &s->cuts[first_cut(s, f.body)]; cut->at < f.body.end; cut++) {
        uint8_t flags = flags_of(cut->what);
        f.commas += ((cut->what & QM_LOOK_CUT) != 0) & !flags;
        f.labelled |= flags == QM_CLAUSE_ENDS_COLON;
        f.ends += ((flags & ENDS) != 0) & (cut->at + 1 < f.body.end);
        f.dash |= text->chars[cut->at] == U'—';
    }
    uint32_t last = f.body.end;
    while (last > f.body.start && qm_is_closing(text->chars[last - 1])) last--;
    bool any = last > f.body.start;
    uint8_t flags = any ? flags_of(qm_look_at(text, last - 1)) : 0;
    f.marked = flags & ENDS;
    f.colon = flags == QM_CLAUSE_ENDS_COLON;
    if (last != f.body.end && f.ends && f.marked) f.ends--;
    return f;
}

static bool contains_char(const qm_text *text, qm_span span, uint32_t c)
{
    for (; span.start < span.end; span.start++)
        if (text->chars[span.start] == c) return true;
    return false;
}

/* 一、 （一） rather than 1. or a bullet: the enumerators of headings. */
static bool is_hanzi_enumerator(const qm_text *text, qm_span span, const shape *f)
{
    uint32_t end = span.start + f->enumerator;
    for (uint32_t i = span.start; i < end; i++)
        if (text->classes[i] == QM_CHAR_NUMERAL) return true;
    return false;
}

static bool is_heading(const scan *s, qm_span span, const shape *f)
{
    const qm_text *text = s->text;
    uint32_t length = f->body.end - f->body.start;
    if (f->ends || length == 0) return false;
    bool hanzi = is_hanzi_enumerator(text, span, f);
    bool amount = qm_shape_amount(text, f->body);
    if (f->marked)
        return hanzi && !f->labelled && length <= MARKED_HEADING_LONGEST && !amount &&
               !contains_char(text, f->body, U'了');
    bool title = s->paragraph < TITLE_PARAGRAPHS || f->dash || char_at(s, span.start) == U'【';
    if (length > (title ? TITLE_LONGEST : HEADING_LONGEST)) return false;
    return !amount || hanzi || s->paragraph < TITLE_PARAGRAPHS;
}

/* One sentence where a picture parts the text, or one behind the triangle of captions. */
static bool is_bare_caption(const scan *s, qm_span span, const shape *f)
{
    if (f->ends || f->commas || span.end - span.start > CAPTION_LONGEST) return false;
    if (char_at(s, span.start) == U'▲') return !qm_shape_amount(s->text, span);
    return s->after_gap && f->marked && !f->labelled && !f->enumerator;
}

static bool is_table_row(const scan *s, qm_span span)
{
    return s->has_tabs && contains_char(s->text, span, '\t');
}

/* Whether the paragraph is a line as it was before joining, which was no caption, byline … */
static bool is_mere_line(const scan *s, qm_span span)
{
    if (s->line == s->text->lines.count) return false;
    const qm_line *line = &s->text->lines.at[s->line];
    return line->start == span.start && line->end == span.end && !(line->flags & QM_LINE_FURNITURE);
}

static uint8_t role_of(const scan *s, qm_span span, const shape *f)
{
    bool mere = is_mere_line(s, span);
    if (is_table_row(s, span)) return QM_ROLE_TABLE_ROW;
    if (!mere && qm_shape_navigation(s->text, span, s->mark)) return QM_ROLE_NAVIGATION;
    if ((!mere && qm_shape_caption(s->text, span, s->mark)) || is_bare_caption(s, span, f))
        return QM_ROLE_CAPTION;
    if (!mere && qm_shape_byline(s->text, span, s->mark)) return QM_ROLE_BYLINE;
    if (f->colon && !f->ends && !f->commas && span.end - span.start <= HEADING_LONGEST / 2)
        return QM_ROLE_LIST_LABEL;
    if (s->alone && !f->enumerator) return QM_ROLE_BODY;
    return is_heading(s, span, f) ? QM_ROLE_HEADING : QM_ROLE_BODY;
}

/* ---- run-in headings and labels ---- */

/* 抓好环境，美化家园: two or more parts of one length. */
static bool is_couplet(const scan *s, qm_span span)
{
    uint32_t length = 0, parts = 0, k = first_cut(s, span), at;
    uint8_t flags;
    for (uint32_t start = span.start; start <= span.end; start = at + 1) {
        at = next_boundary(s, &k, span.end, &flags);
        if (parts++ && at - start != length) return false;
        length = at - start;
    }
    return parts >= 2 && length >= 3 && length <= 10;
}

static bool tells_a_deed(const qm_text *text, qm_span span)
{
    static const uint32_t marks[] = {U'了', U'过', U'我', U'他', U'她', 0};
    for (const uint32_t *m = marks; *m; m++)
        if (contains_char(text, span, *m)) return true;
    return qm_shape_amount(text, span);
}

/* The first sentence of a paragraph that goes on. */
static void find_run_in(scan *s, qm_span span, const shape *f)
{
    qm_span first = {f->body.start, f->body.start};
    uint8_t flags = 0; /* of a comma */
    for (uint32_t k = first_cut(s, f->body); first.end < span.end && !flags;) {
        first.end = next_boundary(s, &k, span.end, &flags);
        if (!flags) first.end++;
    }
    if (flags != QM_CLAUSE_ENDS_SENTENCE || first.end + 1 >= span.end) return;
    uint32_t most = is_hanzi_enumerator(s->text, span, f) ? 30 : f->enumerator ? 20 : 24;
    if (first.end - first.start > most || tells_a_deed(s->text, first)) return;
    if (f->enumerator || is_couplet(s, first)) s->heading_end = first.end;
}

static bool is_saying(uint32_t c)
{
    return c == U'说' || c == U'道' || c == U'示' || c == U'出' || c == U'称';
}

static void find_label(scan *s, qm_span span, const shape *f)
{
    if (char_at(s, f->body.start) == U'【') {
        for (uint32_t at = f->body.start; at < span.end && at < f->body.start + LABEL_LONGEST; at++)
            if (char_at(s, at) == U'】' && at + 1 < span.end) s->label_end = at + 1;
        return;
    }
    uint8_t flags;
    uint32_t k = first_cut(s, f->body);
    uint32_t end = next_boundary(s, &k, f->body.end, &flags);
    uint32_t most = f->enumerator ? LABEL_LONGEST : BARE_LABEL_LONGEST;
    if (flags != QM_CLAUSE_ENDS_COLON || end == f->body.start || end - f->body.start > most) return;
    if (f->enumerator || !is_saying(char_at(s, end - 1))) s->label_end = end;
}

/* ---- paragraphs ---- */

static bool has_leading_digit_cell(const qm_text *text, qm_span span)
{
    bool cell = true;
    for (uint32_t i = span.start; i < span.end; i++) {
        if (cell && text->classes[i] == QM_CHAR_DIGIT) return true;
        cell = text->chars[i] == '\t';
    }
    return false;
}

static int emit_row(scan *s, qm_span span)
{
    bool header = !s->after_table && s->before_table && !has_leading_digit_cell(s->text, span);
    uint8_t flags = QM_CLAUSE_ENDS_SENTENCE;
    if (header) flags |= QM_CLAUSE_TABLE_HEADER;
    int status = emit(s, span, QM_ROLE_TABLE_ROW, flags);
    s->sentence++;
    return status;
}

static int read_paragraph(scan *s, qm_span span)
{
    shape f = shape_of(s, span);
    uint8_t role = role_of(s, span, &f);
    s->heading_end = s->label_end = 0;
    s->quote = (qm_span){0, 0};
    s->unclosed = span.end;
    s->unbalanced = false;
    if (role == QM_ROLE_BODY && f.body.start < f.body.end) {
        find_run_in(s, span, &f);
        find_label(s, span, &f);
    }
    if (role == QM_ROLE_BODY) span.start = f.body.start;
    int status = role == QM_ROLE_TABLE_ROW ? emit_row(s, span) : emit_clauses(s, span, role);
    s->after_table = role == QM_ROLE_TABLE_ROW;
    s->paragraph++;
    return status;
}

/* What ends or opens clauses, and which marks end lines, the end of the text among them. */
static int read_marks(scan *s, qm_text *text)
{
    uint32_t n = (uint32_t)text->marks.count, n_cuts = 0, n_breaks = 0, seen = 0;
    if (qm_array_reserve(text->alloc, &text->cuts, (size_t)n + 1) != QM_OK ||
        qm_array_reserve(text->alloc, &text->breaks, (size_t)n + 1) != QM_OK)
        return QM_E_NOMEM;
    const uint32_t *marks = text->marks.at;
    const uint16_t *looks = text->looks.at;
    uint32_t *breaks = text->breaks.at;
    qm_cut *cuts = text->cuts.at;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t what = looks[k];
        seen |= what;
        cuts[n_cuts] = (qm_cut){marks[k], what};
        n_cuts += (what & (QM_LOOK_CUT | QM_LOOK_SEE)) != 0;
        breaks[n_breaks] = k;
        n_breaks += (what & QM_LOOK_NEWLINE) != 0;
    }
    cuts[n_cuts] = (qm_cut){text->count, 0};
    breaks[n_breaks++] = n;
    text->breaks.count = n_breaks;
    s->cuts = cuts;
    s->has_tabs = seen & QM_LOOK_TAB;
    return QM_OK;
}

/* Where line number `line` ends: at a line break, or at the end of the text. */
static uint32_t line_end(const qm_text *text, size_t line)
{
    return text->marks.at[text->breaks.at[line]];
}

/* The usual number of line breaks between paragraphs. */
static uint32_t usual_breaks(const qm_text *text)
{
    uint32_t seen[GAPS] = {0}, usual = 1;
    uint32_t at = 0, breaks = 0;
    for (size_t line = 0; at < text->count; line++) {
        uint32_t end = line_end(text, line);
        qm_span span = trim(text, (qm_span){at, end});
        if (span.start < span.end) {
            if (breaks < GAPS) seen[breaks]++;
            breaks = 0;
        }
        breaks++;
        at = end + 1;
    }
    for (uint32_t i = 2; i < GAPS; i++)
        if (seen[i] > seen[usual]) usual = i;
    return usual;
}

/* Whether no line ends within span. */
static bool is_one_line(const qm_text *text, qm_span span)
{
    for (size_t line = 0; line < text->breaks.count; line++) {
        uint32_t end = line_end(text, line);
        if (end >= span.start) return end >= span.end;
    }
    return true;
}

/* The line behind the one at hand. */
static bool row_follows(const scan *s, size_t line)
{
    uint32_t at = line_end(s->text, line);
    if (!s->has_tabs || at == s->text->count) return false;
    return is_table_row(s, trim(s->text, (qm_span){at + 1, line_end(s->text, line + 1)}));
}

/* Where the marks, cuts and lines of the paragraph begin; mark: number of one before. */
static void find_firsts(scan *s, uint32_t mark, qm_span span)
{
    const qm_text *text = s->text;
    s->mark = qm_mark_from(text, mark, span.start);
    s->cut = first_cut(s, span);
    while (s->line < text->lines.count && text->lines.at[s->line].next <= span.start) s->line++;
}

int qm_clauses_find(qm_text *text, const qm_allocator *alloc, qm_clauses *out, qm_error *err)
{
    if (qm_marks_find(text) != QM_OK) return qm_fail_nomem(err);
    scan s = {.text = text, .alloc = alloc, .out = out};
    if (read_marks(&s, text) != QM_OK) return qm_fail_nomem(err);
    out->count = 0;
    s.usual_gap = usual_breaks(text);
    s.alone = is_one_line(text, trim(text, (qm_span){0, text->count}));
    uint32_t at = 0, breaks = 0;
    for (size_t line = 0; at < text->count; line++) {
        uint32_t first = line ? text->breaks.at[line - 1] : 0, end = line_end(text, line);
        qm_span span = trim(text, (qm_span){at, end});
        if (span.start < span.end) {
            s.before_table = row_follows(&s, line);
            s.after_gap = breaks > s.usual_gap;
            find_firsts(&s, first, span);
            if (read_paragraph(&s, span) != QM_OK) return qm_fail_nomem(err);
            breaks = 0;
        }
        breaks++;
        at = end + 1;
    }
    return QM_OK;
}
