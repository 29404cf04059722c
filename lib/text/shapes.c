#include "text/lines.h"

#include <uchar.h>

static bool is_digit(const qm_text *text, uint32_t at)
{
    return text->classes[at] == QM_CHAR_DIGIT; /* the padding makes one beyond either end safe */
}

/* Three digits and no more behind a comma, as thousands are grouped. */
static bool groups_thousands(const qm_text *text, uint32_t comma)
{
    for (uint32_t i = 1; i <= 3; i++)
        if (!is_digit(text, comma + i)) return false;
    return !is_digit(text, comma + 4);
}

bool qm_in_number(const qm_text *text, uint32_t at)
{
    if (at == 0 || !is_digit(text, at - 1) || !is_digit(text, at + 1)) return false;
    switch (text->chars[at]) {
    case '.':
    case ':':
    case U'：': return true;
    case ',':
    case U'，': return groups_thousands(text, at);
    default: return false;
    }
}

/* Length of word if span starts with it, else 0. */
static uint32_t starts_with(const qm_text *text, qm_span span, const char32_t *word)
{
    uint32_t n = 0;
    while (word[n]) {
        if (span.start + n >= span.end || text->chars[span.start + n] != word[n]) return 0;
        n++;
    }
    return n;
}

static bool ends_with(const qm_text *text, qm_span span, const char32_t *word)
{
    uint32_t n = 0;
    while (word[n]) n++;
    return span.end - span.start >= n && starts_with(text, (qm_span){span.end - n, span.end}, word);
}

static uint32_t starts_with_any(const qm_text *text, qm_span span, const char32_t *const *words)
{
    uint32_t first = span.start < span.end ? text->chars[span.start] : 0;
    for (; *words; words++) {
        uint32_t n = **words == first ? starts_with(text, span, *words) : 0;
        if (n) return n;
    }
    return 0;
}

static bool is_number_char(const qm_text *text, uint32_t at)
{
    return text->classes[at] == QM_CHAR_DIGIT || text->classes[at] == QM_CHAR_NUMERAL;
}

static uint32_t skip_blanks(const qm_text *text, uint32_t at, uint32_t end)
{
    while (at < end && text->classes[at] == QM_CHAR_SPACE) at++;
    return at;
}

/* ---- enumerators ---- */

static uint32_t skip_class(const qm_text *text, uint32_t at, uint32_t end, qm_char_class class)
{
    while (at < end && text->classes[at] == class) at++;
    return at;
}

static bool is_bullet(uint32_t c)
{
    return (c >= 0x2460 && c <= 0x24FF) || (c >= 0x25A0 && c <= 0x25FF) ||
           (c >= 0x2600 && c <= 0x27BF) || c == U'•' || c == U'·' || c == U'※' || c == U'*' ||
           c == U'□';
}

/* （一） (3) */
static uint32_t bracketed_number(const qm_text *text, qm_span span)
{
    uint32_t c = text->chars[span.start], at = span.start + 1;
    if (c != U'（' && c != U'(') return 0;
    uint32_t digits = skip_class(text, at, span.end, QM_CHAR_DIGIT);
    if (digits == at) digits = skip_class(text, at, span.end, QM_CHAR_NUMERAL);
    if (digits == at || digits - at > 3 || digits >= span.end) return 0;
    c = text->chars[digits];
    return c == U'）' || c == U')' ? digits + 1 : 0;
}

/* 3. 3、 3） but not 3.5, though 3.2025年; 三、 三． 第三，; 一是 */
static uint32_t plain_number(const qm_text *text, qm_span span)
{
    uint32_t at = span.start, end = span.end;
    bool nth = text->chars[at] == U'第';
    if (nth) at++;
    uint32_t digits = skip_class(text, at, end, QM_CHAR_DIGIT);
    bool arabic = digits > at;
    if (!arabic) digits = skip_class(text, at, end, QM_CHAR_NUMERAL);
    if (digits == at || digits - at > 3 || digits >= end) return 0;
    uint32_t mark = text->chars[digits];
    bool more_digits = digits + 1 < end && text->classes[digits + 1] == QM_CHAR_DIGIT;
    if (mark == U'、' || mark == U'）' || mark == U')') return digits + 1;
    if (mark == U'.')
        return more_digits && !qm_is_year_at(text->chars, digits + 1, end) ? 0 : digits + 1;
    if (nth && (mark == U'，' || mark == U'章' || mark == U'节')) return digits + 1;
    return 0;
}

/* The - and + of lists in Markdown; before a figure they are signs. */
static bool is_spaced_bullet(const qm_text *text, qm_span span)
{
    uint32_t c = text->chars[span.start], at = skip_blanks(text, span.start + 1, span.end);
    if ((c != '-' && c != '+') || at == span.start + 1 || at == span.end) return false;
    return text->classes[at] == QM_CHAR_HAN;
}

uint32_t qm_shape_enumerator(const qm_text *text, qm_span span)
{
    if (span.start >= span.end) return 0;
    if (text->classes[span.start] == QM_CHAR_HAN && text->chars[span.start] != U'第') return 0;
    uint32_t at = bracketed_number(text, span);
    if (!at) at = plain_number(text, span);
    if (!at && (is_bullet(text->chars[span.start]) || is_spaced_bullet(text, span)))
        at = span.start + 1;
    return at ? skip_blanks(text, at, span.end) - span.start : 0;
}

/* ---- captions, bylines, navigation: conventions of the press and of web pages ---- */

/* Hardly any line begins or ends with one of many words: a bit for the first or last character of
 * each, by its lowest six bits, by the six above and by a mixture, tell nearly all of them before
 * the words are tried. The compiler adds them up. */
#include "text/shapes.def"
#define WORD(word) word,
#define LOW(c) UINT64_C(1) << ((c)&63)
#define HIGH(c) UINT64_C(1) << ((c) >> 6 & 63)
#define MIXED(c) UINT64_C(1) << ((c)*0x9E3779B1u >> 26)
#define LAST_OF(word) (word)[sizeof(word) / sizeof *(word)-2]
#define FIRST_LOW(word) | LOW((word)[0])
#define FIRST_HIGH(word) | HIGH((word)[0])
#define FIRST_MIXED(word) | MIXED((word)[0])
#define LAST_LOW(word) | LOW(LAST_OF(word))
#define LAST_HIGH(word) | HIGH(LAST_OF(word))
#define LAST_MIXED(word) | MIXED(LAST_OF(word))

typedef struct filter {
    uint64_t low, high, mixed;
} filter;

#define STARTS_OF(WORDS)                                              \
    (filter)                                                          \
    {                                                                 \
        0 WORDS(FIRST_LOW), 0 WORDS(FIRST_HIGH), 0 WORDS(FIRST_MIXED) \
    }
#define ENDS_OF(WORDS)                                             \
    (filter)                                                       \
    {                                                              \
        0 WORDS(LAST_LOW), 0 WORDS(LAST_HIGH), 0 WORDS(LAST_MIXED) \
    }

static inline bool is_among(uint32_t c, filter f)
{
    return f.low >> (c & 63) & f.high >> (c >> 6 & 63) & f.mixed >> (c * 0x9E3779B1u >> 26) & 1;
}

static const char32_t *const caption_starts[] = {CAPTION_STARTS(WORD) NULL};
static const char32_t *const caption_ends[] = {CAPTION_ENDS(WORD) NULL};
static const char32_t *const caption_persons[] = {U"（左",   U"(左",   U"（右", U"(右",
                                                  U"（中）", U"(中)",  U"（前", U"(前",
                                                  U"（后排", U"(后排", NULL};

/* span is not empty. */
static inline bool starts_with_one(const qm_text *text, qm_span span, filter may,
                                   const char32_t *const *words)
{
    return is_among(text->chars[span.start], may) && starts_with_any(text, span, words);
}

static inline bool ends_with_one(const qm_text *text, qm_span span, filter may,
                                 const char32_t *const *words)
{
    if (!is_among(text->chars[span.end - 1], may)) return false;
    for (; *words; words++)
        if (ends_with(text, span, *words)) return true;
    return false;
}

/* 左 右 中 前 后, where somebody stands. */
static bool is_side(uint32_t c)
{
    return c == U'左' || c == U'右' || c == U'中' || c == U'前' || c == U'后';
}

/* Who stands where, in brackets. */
static bool contains_persons(const qm_text *text, qm_span span, uint32_t mark)
{
    const uint32_t *marks = text->marks.at;
    for (; marks[mark] < span.end; mark++) {
        uint32_t c = text->chars[marks[mark]];
        if ((c != U'（' && c != U'(') || !is_side(text->chars[marks[mark] + 1])) continue;
        if (starts_with_any(text, (qm_span){marks[mark], span.end}, caption_persons)) return true;
    }
    return false;
}

/* A sentence ends before the last character. Marks may be inside of something, which ends none, but
 * not here. */
static bool has_inner_end(const qm_text *text, qm_span span, const qm_span_marks *marks)
{
    if (!(marks->inner & QM_LOOK_INNER)) return false;
    const uint32_t *at = text->marks.at + marks->first;
    for (; *at + 1 < span.end; at++)
        if (qm_is_sentence_end(text->chars[*at])) return true;
    return false;
}

#define CAPTION_LONGEST 90

bool qm_shape_caption(const qm_text *text, qm_span span, const qm_span_marks *marks)
{
    uint32_t length = span.end - span.start;
    if (length == 0 || length > CAPTION_LONGEST) return false;
    if (starts_with_one(text, span, STARTS_OF(CAPTION_STARTS), caption_starts) ||
        ends_with_one(text, span, ENDS_OF(CAPTION_ENDS), caption_ends))
        return true;
    return length <= 50 && !has_inner_end(text, span, marks) && marks->seen & QM_LOOK_OPENS &&
           contains_persons(text, span, marks->first);
}

static const char32_t *const byline_starts[] = {BYLINE_STARTS(WORD) NULL};
static const char32_t *const byline_ends[] = {BYLINE_ENDS(WORD) NULL};

#define BYLINE_LONGEST 70

/* A sentence ends in it, or a comma parts it. */
static bool is_sentence(const qm_text *text, qm_span span, const qm_span_marks *marks)
{
    return marks->seen & (QM_LOOK_COMMA | QM_LOOK_ENDS) ||
           qm_is_sentence_end(text->chars[span.end - 1]) || has_inner_end(text, span, marks);
}

static bool in_date(uint32_t c)
{
    switch (c) {
    case U'年':
    case U'月':
    case U'日':
    case U'号':
    case U'期':
    case U'版':
    case U'届':
    case U'-':
    case U':':
    case U'：':
    case U'/':
    case U'.':
    case U'至':
    case U'~':
    case U'(':
    case U')': return true;
    default: return false;
    }
}

/* Numbers, marks of dates and blanks; at most a name behind it. */
static bool is_date(const qm_text *text, qm_span span)
{
    uint32_t marks = 0, at = skip_blanks(text, span.start, span.end);
    if (!is_number_char(text, at)) return false;
    for (; at < span.end; at++) {
        bool mark = in_date(text->chars[at]);
        if (!mark && !is_number_char(text, at) && text->classes[at] != QM_CHAR_SPACE) break;
        marks += mark;
    }
    return marks >= 2 && span.end - at <= 4;
}

/* Not a sentence, and it begins or ends like those who wrote, sent or printed it. */
bool qm_shape_byline(const qm_text *text, qm_span span, const qm_span_marks *marks)
{
    uint32_t length = span.end - span.start;
    if (length == 0 || length > BYLINE_LONGEST || is_sentence(text, span, marks)) return false;
    return starts_with_one(text, span, STARTS_OF(BYLINE_STARTS), byline_starts) ||
           ends_with_one(text, span, ENDS_OF(BYLINE_ENDS), byline_ends) || is_date(text, span);
}

static const char32_t *const navigation_starts[] = {NAVIGATION_STARTS(WORD) NULL};
static const char32_t *const navigation_words[] = {NAVIGATION_WORDS(WORD) NULL};
#define NAVIGATION_WORD_LONGEST 4

/* Short pieces between bars or crumbs: 首页 | 新闻 | 下载, 首页 >> 新闻 >> 正文. */
static bool is_menu(const qm_text *text, qm_span span, const qm_span_marks *marks)
{
    uint32_t bars = 0;
    if (!(marks->seen & QM_LOOK_BAR)) return false;
    for (const uint32_t *at = text->marks.at + marks->first; *at < span.end; at++) {
        uint32_t c = text->chars[*at];
        if (qm_is_sentence_end(c) || c == U'，') return false;
        bars += (qm_look_of(c) & QM_LOOK_BAR) != 0;
    }
    return bars >= 2 && (span.end - span.start) / (bars + 1) <= 10;
}

static bool is_navigation_word(const qm_text *text, qm_span span)
{
    uint32_t length = span.end - span.start;
    return length <= NAVIGATION_WORD_LONGEST &&
           is_among(text->chars[span.start], STARTS_OF(NAVIGATION_WORDS)) &&
           starts_with_any(text, span, navigation_words) == length;
}

bool qm_shape_navigation(const qm_text *text, qm_span span, const qm_span_marks *marks)
{
    if (span.start >= span.end) return false;
    return starts_with_one(text, span, STARTS_OF(NAVIGATION_STARTS), navigation_starts) ||
           is_menu(text, span, marks) || is_navigation_word(text, span);
}

/* ---- amounts ---- */

/* The number of the digits [at, behind) is none of things: 第3, 表3, A3. */
static bool is_name(const qm_text *text, uint32_t start, uint32_t at)
{
    if (at == start) return false;
    uint32_t before = text->chars[at - 1];
    return before == U'第' || before == U'表' || before == U'图' ||
           text->classes[at - 1] == QM_CHAR_LATIN;
}

bool qm_shape_amount(const qm_text *text, qm_span span)
{
    const uint8_t *classes = text->classes, *digit;
    for (uint32_t at = span.start, behind; at < span.end; at = behind) {
        digit = memchr(classes + at, QM_CHAR_DIGIT, span.end - at);
        if (!digit) return false;
        at = (uint32_t)(digit - classes);
        behind = skip_class(text, at, span.end, QM_CHAR_DIGIT);
        if (behind == span.end || is_name(text, span.start, at)) continue;
        if (!in_date(text->chars[behind])) return true;
        if (behind + 1 < span.end && text->chars[behind] == U'.' &&
            classes[behind + 1] == QM_CHAR_DIGIT)
            return true;
    }
    return false;
}
