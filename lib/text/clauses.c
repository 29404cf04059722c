#include "text/lines.h"

#include <stddef.h>
#include <uchar.h>

#define HEADING_LONGEST 40
#define TITLE_LONGEST 80   /* titles with a dash or bracket, and the first lines of a document */
#define TITLE_PARAGRAPHS 4 /* the first ones may be titles */
#define CAPTION_LONGEST 50
#define LABEL_LONGEST 14
#define CHAT_HEAD_LONGEST 40
#define BARE_LABEL_LONGEST 6 /* without an enumerator: 注： 编者按： */
#define MARKED_HEADING_LONGEST 24
#define COUPLET_LONGEST 10 /* each of its parts */
#define GAPS 8

typedef struct scan {
    const qm_text *text;
    qm_clause *to; /* where the next clause goes: there is room for all of them */
    const qm_cut *cuts;
    const qm_line *line; /* the paragraph at hand */
    uint32_t sentence, paragraph;
    uint32_t usual_gap; /* line breaks between paragraphs */
    bool
        alone; /* one line is all there is, as in a cell: unless it is numbered, it heads nothing */
    bool prose; /* running text follows: what heads it may be titles, amounts in them or not */
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

#define SOME 5
static const uint32_t sentence_ends[SOME] = {U'。', U'！', U'？', '!', '?'};
static const uint32_t deeds[SOME] = {U'了', U'过', U'我', U'他', U'她'};

/* One of a few characters. All of span is looked at, which goes by several at a time. */
static bool contains_any(const qm_text *text, qm_span span, const uint32_t some[SOME])
{
    const uint32_t *chars = text->chars;
    uint32_t a = some[0], b = some[1], c = some[2], d = some[3], e = some[4], found = 0;
    for (uint32_t i = span.start; i < span.end; i++)
        found |= (uint32_t)(chars[i] == a) | (uint32_t)(chars[i] == b) | (uint32_t)(chars[i] == c) |
                 (uint32_t)(chars[i] == d) | (uint32_t)(chars[i] == e);
    return found;
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

/* Number of the first cut from `at` on, which lies in the paragraph. */
static uint32_t first_cut(const scan *s, uint32_t at)
{
    uint32_t k = s->line->cut;
    while (s->cuts[k].at < at) k++;
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

static bool contains_comma(const qm_text *text, qm_span span)
{
    for (; span.start < span.end; span.start++)
        if (qm_look_at(text, span.start) & (QM_LOOK_COMMA | QM_LOOK_TAB)) return true;
    return false;
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
    qm_span inside = {at + 1, close};
    s->quote = (qm_span){at, close + 1};
    s->speech = mark != U'《' && (contains_any(s->text, inside, sentence_ends) ||
                                  (colon && contains_comma(s->text, inside)));
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
static inline bool is_trim(const scan *s, qm_span span)
{
    const uint8_t *classes = s->text->classes;
    uint32_t first = classes[span.start], last = classes[(ptrdiff_t)span.end - 1]; /* or padding */
    return (first - QM_CHAR_HAN <= QM_CHAR_DIGIT - QM_CHAR_HAN) & (last != QM_CHAR_SPACE) &
           (char_at(s, span.start) != U'第') & (span.start < span.end);
}

/* Without what closes before it, blanks around it and its number; empty if no word is left. */
static qm_span trim_clause(const scan *s, qm_span span, uint8_t role)
{
    while (span.start < span.end && s->text->classes[span.start] == QM_CHAR_PUNCT &&
           qm_is_closing(char_at(s, span.start)) && char_at(s, span.start) != '"')
        span.start++;
    span = trim(s->text, span);
    if (role == QM_ROLE_BODY) span.start += inline_number(s, span);
    return has_word(s->text, span) ? span : (qm_span){span.end, span.end};
}

static inline uint8_t role_at(const scan *s, uint32_t end, uint8_t role)
{
    if (end <= s->heading_end) return QM_ROLE_HEADING;
    return end <= s->label_end ? QM_ROLE_LIST_LABEL : role;
}

static inline void put_clause(scan *s, qm_span span, uint8_t role, uint8_t flags)
{
    bool quoted = (span.start >= s->quote.start) & (span.end <= s->quote.end);
    bool spoken = quoted & s->speech & (role == QM_ROLE_BODY);
    *s->to++ = (qm_clause){.start = span.start,
                           .end = span.end,
                           .sentence = s->sentence,
                           .paragraph = s->paragraph,
                           .role = spoken ? QM_ROLE_QUOTE : role,
                           .flags = flags | quoted * QM_CLAUSE_IN_QUOTES};
}

/* Puts what is left of it; whether it tells anything, be it an enumerator alone. Most clauses need
 * no trimming: no part of emit, which is part of the loop. */
__attribute__((noinline)) static bool put_trimmed(scan *s, qm_span span, uint8_t role,
                                                  uint8_t flags)
{
    qm_span trimmed = trim_clause(s, span, role);
    if (trimmed.start == trimmed.end) return has_word(s->text, span);
    put_clause(s, trimmed, role, flags);
    return true;
}

/* role: of the paragraph. */
static inline void emit(scan *s, qm_span span, uint8_t role, uint8_t flags)
{
    bool told = true;
    role = role_at(s, span.end, role);
    if (is_trim(s, span)) put_clause(s, span, role, flags);
    else told = put_trimmed(s, span, role, flags);
    s->sentence += told & (flags == QM_CLAUSE_ENDS_SENTENCE);
}

/* A bracketed label at the start of a paragraph is a clause of its own: 【抓产业】… */
static bool ends_label(const scan *s, uint32_t at)
{
    return char_at(s, at) == U'】' && at + 1 == s->label_end;
}

static void emit_clauses(scan *s, qm_span span, uint8_t role)
{
    uint32_t start = span.start, at;
    for (uint32_t k = first_cut(s, start); at = s->cuts[k].at, at < span.end; k++) {
        uint32_t what = s->cuts[k].what, end = at;
        uint8_t flags = flags_of(what);
        if (what & QM_LOOK_SEE) {
            open_quote(s, at, span.end);
            if (!ends_label(s, at)) continue;
            flags = QM_CLAUSE_ENDS_COLON;
            end = at + 1;
        }
        emit(s, (qm_span){start, end}, role, flags);
        start = at + 1;
    }
    if (start < span.end) emit(s, (qm_span){start, span.end}, role, QM_CLAUSE_ENDS_SENTENCE);
}

/* ---- what a paragraph is ---- */

typedef struct shape {
    qm_span body;   /* behind the enumerator */
    uint32_t seen;  /* what its marks may be */
    uint32_t inner; /* what those before its last character but for closing marks may be */
    uint32_t enumerator;
    bool parted; /* sentences or semicolons end before the last character */
    bool marked; /* ends like a sentence */
    bool colon;  /* ends with a colon */
} shape;

enum {
    COMMA = QM_LOOK_COMMA | QM_LOOK_TAB,
    SENTENCE = QM_LOOK_FLAG(QM_CLAUSE_ENDS_SENTENCE),
    COLON = QM_LOOK_FLAG(QM_CLAUSE_ENDS_COLON),
    ENDS = SENTENCE | QM_LOOK_FLAG(QM_CLAUSE_ENDS_SEMICOLON)
};

/* What the marks of the body of a paragraph may be is known of its line, unless there is more to
 * that. last: where it ends without closing marks. */
static void look_at_marks(const qm_text *text, const qm_line *line, uint32_t last, shape *f)
{
    qm_span_marks marks = line->marks;
    if (line->enumerator) marks = qm_marks_of(text, f->body, marks.first);
    f->seen = marks.seen;
    if (last < f->body.end) marks = qm_marks_of(text, (qm_span){f->body.start, last}, marks.first);
    f->inner = marks.inner;
}

static shape shape_of(const scan *s)
{
    const qm_text *text = s->text;
    const qm_line *line = s->line;
    shape f = {.enumerator = line->enumerator};
    f.body = (qm_span){line->start + f.enumerator, line->end};
    uint32_t last = f.body.end;
    while (last > f.body.start && qm_is_closing(text->chars[last - 1])) last--;
    uint32_t what = last > f.body.start ? qm_look_at(text, last - 1) : 0;
    look_at_marks(text, line, last, &f);
    f.parted = f.inner & ENDS;
    f.marked = what & ENDS;
    f.colon = what & COLON;
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
    if (f->parted || length == 0 || length > TITLE_LONGEST) return false;
    if (f->marked)
        return length <= MARKED_HEADING_LONGEST && !(f->seen & COLON) &&
               is_hanzi_enumerator(text, span, f) && !qm_shape_amount(text, f->body) &&
               !contains_char(text, f->body, U'了');
    if (s->paragraph < TITLE_PARAGRAPHS && s->prose && !f->enumerator) return true;
    if (length > HEADING_LONGEST && char_at(s, span.start) != U'【' &&
        !contains_char(text, f->body, U'—'))
        return false;
    return is_hanzi_enumerator(text, span, f) || !qm_shape_amount(text, f->body);
}

/* One sentence where a picture parts the text, or one behind the triangle of captions. */
static bool is_bare_caption(const scan *s, qm_span span, const shape *f)
{
    bool longer = span.end - span.start > CAPTION_LONGEST;
    if (f->parted | longer | ((f->seen & COMMA) != 0)) return false;
    if (char_at(s, span.start) == U'▲') return !qm_shape_amount(s->text, span);
    return s->after_gap && f->marked && !(f->seen & COLON) && !f->enumerator;
}

static uint8_t role_of(const scan *s, qm_span span, const shape *f)
{
    uint32_t flags = s->line->flags;
    if (flags & QM_LINE_TABBED) return QM_ROLE_TABLE_ROW;
    if (flags & QM_LINE_NAVIGATION) return QM_ROLE_NAVIGATION;
    if (flags & QM_LINE_CAPTION || is_bare_caption(s, span, f)) return QM_ROLE_CAPTION;
    if (flags & QM_LINE_BYLINE) return QM_ROLE_BYLINE;
    if (f->colon && !f->parted && !(f->seen & COMMA) &&
        span.end - span.start <= HEADING_LONGEST / 2)
        return QM_ROLE_LIST_LABEL;
    if (s->alone && !f->enumerator) return QM_ROLE_BODY;
    return is_heading(s, span, f) ? QM_ROLE_HEADING : QM_ROLE_BODY;
}

/* ---- run-in headings and labels ---- */

/* 抓好环境，美化家园: two or more parts of one length. */
static bool is_couplet(const scan *s, qm_span span)
{
    uint32_t length = 0, parts = 0, k = first_cut(s, span.start), at;
    uint8_t flags;
    for (uint32_t start = span.start; start <= span.end; start = at + 1) {
        at = next_boundary(s, &k, span.end, &flags);
        if (parts++ && at - start != length) return false;
        length = at - start;
    }
    return parts >= 2 && length >= 3 && length <= COUPLET_LONGEST;
}

static bool tells_a_deed(const qm_text *text, qm_span span)
{
    return contains_any(text, span, deeds) || qm_shape_amount(text, span);
}

#define RUN_IN_LONGEST 30

/* The first sentence of a paragraph that goes on; without a number it must be a couplet. */
static void find_run_in(scan *s, qm_span span, const shape *f)
{
    qm_span first = {f->body.start, f->body.start};
    uint32_t part = f->enumerator ? RUN_IN_LONGEST : COUPLET_LONGEST;
    uint8_t flags = 0; /* of a comma */
    if (!(s->line->marks.inner & SENTENCE)) return;
    for (uint32_t k = first_cut(s, f->body.start); first.end < span.end && !flags;) {
        uint32_t start = first.end;
        first.end = next_boundary(s, &k, span.end, &flags);
        if (first.end - start > part || first.end - first.start > RUN_IN_LONGEST) return;
        if (!flags) first.end++;
    }
    if (flags != QM_CLAUSE_ENDS_SENTENCE || first.end + 1 >= span.end) return;
    if (!f->enumerator && !is_couplet(s, first)) return;
    uint32_t most = is_hanzi_enumerator(s->text, span, f) ? RUN_IN_LONGEST
                    : f->enumerator                       ? 20
                                                          : 24;
    if (first.end - first.start <= most && !tells_a_deed(s->text, first))
        s->heading_end = first.end;
}

static bool is_saying(uint32_t c)
{
    return c == U'说' || c == U'道' || c == U'示' || c == U'出' || c == U'称';
}

/* 2024/5/6 11:52 村医王桂兰： begins what somebody says in a chat. */
static bool is_chat_head(const qm_text *text, uint32_t start, uint32_t end)
{
    if (text->classes[start] != QM_CHAR_DIGIT) return false;
    for (uint32_t at = start + 1; at + 2 < end; at++) {
        const bool colon = text->chars[at] == ':' || text->chars[at] == U'：';
        if (!colon || text->classes[at - 1] != QM_CHAR_DIGIT) continue;
        while (text->classes[at + 1] == QM_CHAR_DIGIT || text->chars[at + 1] == ':') at++;
        return at + 1 < end && text->classes[at + 1] == QM_CHAR_SPACE;
    }
    return false;
}

static void find_label(scan *s, qm_span span, const shape *f)
{
    if (char_at(s, f->body.start) == U'【') {
        for (uint32_t at = f->body.start; at < span.end && at < f->body.start + LABEL_LONGEST; at++)
            if (char_at(s, at) == U'】' && at + 1 < span.end) s->label_end = at + 1;
        return;
    }
    if (!(f->seen & COLON)) return;
    uint8_t flags;
    uint32_t k = first_cut(s, f->body.start);
    uint32_t end = next_boundary(s, &k, f->body.end, &flags);
    if (flags != QM_CLAUSE_ENDS_COLON || end == f->body.start) return;
    uint32_t most = f->enumerator ? LABEL_LONGEST : BARE_LABEL_LONGEST;
    if (end - f->body.start <= CHAT_HEAD_LONGEST && is_chat_head(s->text, f->body.start, end))
        most = CHAT_HEAD_LONGEST;
    if (end - f->body.start > most) return;
    if (f->enumerator || !is_saying(char_at(s, end - 1))) s->label_end = end;
}

/* ---- paragraphs ---- */

static bool has_leading_digit_cell(const qm_text *text, qm_span span)
{
    bool cell = true;
    for (uint32_t i = span.start; i < span.end; i++) {
        if (cell && text->classes[i] == QM_CHAR_DIGIT) return true;
        cell = text->chars[i] == '\t' || text->chars[i] == '|' ||
               (cell && text->classes[i] == QM_CHAR_SPACE);
    }
    return false;
}

static void emit_row(scan *s, qm_span span)
{
    bool header = !s->after_table && s->before_table && !has_leading_digit_cell(s->text, span);
    uint8_t flags = QM_CLAUSE_ENDS_SENTENCE;
    if (header) flags |= QM_CLAUSE_TABLE_HEADER;
    uint32_t sentence = s->sentence + 1;
    emit(s, span, QM_ROLE_TABLE_ROW, flags);
    s->sentence = sentence;
}

static void read_paragraph(scan *s)
{
    qm_span span = {s->line->start, s->line->end};
    shape f = shape_of(s);
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
    if (role == QM_ROLE_TABLE_ROW) emit_row(s, span);
    else emit_clauses(s, span, role);
    s->after_table = role == QM_ROLE_TABLE_ROW;
    s->paragraph++;
}

static bool is_blank(const qm_line *line)
{
    return line->flags & QM_LINE_BLANK;
}

/* The usual number of line breaks between paragraphs; whether there is but one of these, and prose
 * in any. */
static void count_breaks(scan *s)
{
    const qm_text *text = s->text;
    uint32_t seen[GAPS] = {0}, breaks = 0, paragraphs = 0;
    for (size_t i = 0; i < text->lines.count; i++, breaks++) {
        uint32_t flags = text->lines.at[i].flags;
        if (flags & QM_LINE_BLANK) continue;
        if (flags & (QM_LINE_ENDED | QM_LINE_COMMAS | QM_LINE_SENTENCES)) s->prose = true;
        if (breaks < GAPS) seen[breaks]++;
        breaks = 0;
        paragraphs++;
    }
    s->usual_gap = 1;
    for (uint32_t i = 2; i < GAPS; i++)
        if (seen[i] > seen[s->usual_gap]) s->usual_gap = i;
    s->alone = paragraphs <= 1;
}

static void read_paragraphs(scan *s)
{
    const qm_line *lines = s->text->lines.at, *end = lines + s->text->lines.count;
    uint32_t breaks = 0;
    for (const qm_line *line = lines; line < end; line++, breaks++) {
        if (is_blank(line)) continue;
        s->line = line;
        s->before_table = line + 1 < end && line[1].flags & QM_LINE_TABBED;
        s->after_gap = breaks > s->usual_gap;
        read_paragraph(s);
        breaks = 0;
    }
}

int qm_clauses_find(qm_text *text, const qm_allocator *alloc, qm_clauses *out, qm_error *err)
{
    bool found = text->marked && text->lines.count;
    if (!found && qm_lines_find(text, QM_LOOK_NEWLINE) != QM_OK) return qm_fail_nomem(err);
    size_t most = text->cuts.count + text->lines.count;
    if (qm_array_reserve(alloc, out, most) != QM_OK) return qm_fail_nomem(err);
    scan s = {.text = text, .to = out->at, .cuts = text->cuts.at};
    count_breaks(&s);
    read_paragraphs(&s);
    out->count = (size_t)(s.to - out->at);
    return QM_OK;
}
