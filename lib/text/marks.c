/* Marks: the characters between words, and what each of them may be. */
#include "text/lines.h"

#include <stddef.h>
#include <uchar.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    CUT = QM_LOOK_CUT,
    ASK = QM_LOOK_CUT | QM_LOOK_ASK,
    SEE = QM_LOOK_SEE,
    LAST = QM_LOOK_LAST,
    CLOSES = QM_LOOK_CLOSES,
    BREAK = QM_LOOK_BREAK | QM_LOOK_BLANK,
    INNER = QM_LOOK_INNER | QM_LOOK_LAST,
    SENTENCE = QM_CLAUSE_ENDS_SENTENCE << QM_LOOK_FLAGS,
    SEMICOLON = QM_CLAUSE_ENDS_SEMICOLON << QM_LOOK_FLAGS,
    COLON = QM_CLAUSE_ENDS_COLON << QM_LOOK_FLAGS,
    ENDS = INNER | SENTENCE | QM_LOOK_ENDS
};

#define LOOK(x, what) [QM_LOOK_PLACE(x)] = {x, what}

const qm_look qm_looks[128] = {
    LOOK(U'。', CUT | ENDS),
    LOOK(U'！', CUT | ENDS),
    LOOK(U'？', CUT | ENDS),
    LOOK('!', ASK | ENDS),
    LOOK('?', ASK | ENDS),
    LOOK('.', ASK | SENTENCE | LAST),
    LOOK(U'；', CUT | SEMICOLON | INNER),
    LOOK(';', CUT | SEMICOLON | LAST),
    LOOK(U'：', ASK | COLON | LAST),
    LOOK(':', ASK | COLON | LAST),
    LOOK(U'，', CUT | QM_LOOK_COMMA),
    LOOK(',', CUT | QM_LOOK_COMMA),
    LOOK(U'—', SEE | LAST),
    LOOK(U'…', LAST),
    LOOK(U'“', SEE),
    LOOK(U'‘', SEE),
    LOOK(U'《', SEE),
    LOOK('"', SEE | CLOSES),
    LOOK(U'】', SEE | CLOSES),
    LOOK(U'”', CLOSES),
    LOOK(U'’', CLOSES),
    LOOK(U'」', CLOSES),
    LOOK(U'』', CLOSES),
    LOOK(U'）', CLOSES),
    LOOK(U')', CLOSES),
    LOOK(U'》', CLOSES),
    LOOK(U'〉', CLOSES),
    LOOK(U']', CLOSES),
    LOOK('|', QM_LOOK_BAR),
    LOOK('>', QM_LOOK_BAR),
    LOOK(U'»', QM_LOOK_BAR),
    LOOK(U'›', QM_LOOK_BAR),
    LOOK('\t', CUT | QM_LOOK_TAB | QM_LOOK_BLANK),
    LOOK('\n', BREAK | QM_LOOK_NEWLINE),
    LOOK('\v', BREAK),
    LOOK('\f', BREAK),
    LOOK('\r', BREAK),
    LOOK(0x85, BREAK),
    LOOK(0x2028, BREAK),
    LOOK(0x2029, BREAK),
};

/* A full stop of ASCII form: behind Chinese text, or behind an English word before a blank. */
static bool period_ends(const qm_text *text, uint32_t at)
{
    uint8_t before = at ? text->classes[at - 1] : QM_CHAR_OTHER, behind = text->classes[at + 1];
    if (text->chars[at + 1] == '.' || before == QM_CHAR_DIGIT) return false;
    if (before != QM_CHAR_LATIN)
        return at > 0 && before != QM_CHAR_SPACE && text->chars[at - 1] != '.';
    bool word =
        at >= 3 && text->classes[at - 2] == QM_CHAR_LATIN && text->classes[at - 3] == QM_CHAR_LATIN;
    return word && (behind == QM_CHAR_SPACE || at + 1 == text->count);
}

/* Between the letters of an address: http://a.b/c?d=e, C:\x */
static bool in_address(const qm_text *text, uint32_t at)
{
    uint32_t behind = text->chars[at + 1];
    if (behind == '/' || behind == '\\') return true;
    return at && text->classes[at - 1] == QM_CHAR_LATIN && text->classes[at + 1] == QM_CHAR_LATIN;
}

/* Whether a mark that may cut is part of something: 3.5, 1,200, 8:30, http://a.b/c?d=e. */
static bool is_inside(const qm_text *text, uint32_t at)
{
    switch (text->chars[at]) {
    case '!':
    case '?': return in_address(text, at);
    case '.': return !period_ends(text, at) || qm_in_number(text, at);
    case U'：':
    case ':': return qm_in_number(text, at) || in_address(text, at);
    default: return qm_in_number(text, at);
    }
}

/* A comma asks what stands around it behind a digit alone. No branch but for those that ask: nobody
 * could foresee the others. */
static inline uint32_t look_at(const qm_text *text, uint32_t at)
{
    uint32_t what = qm_look_of(text->chars[at]);
    uint32_t behind_digit = text->classes[(ptrdiff_t)at - 1] == QM_CHAR_DIGIT; /* or padding */
    what |= (what & QM_LOOK_COMMA) * behind_digit * (QM_LOOK_ASK / QM_LOOK_COMMA);
    return what & QM_LOOK_ASK && is_inside(text, at) ? what & QM_LOOK_INNER : what;
}

uint32_t qm_look_at(const qm_text *text, uint32_t at)
{
    return look_at(text, at);
}

/* A bit for each of sixteen characters that is a mark: of a class below 1 or above 5. */
static inline uint64_t sixteen_bits(const uint8_t *classes)
{
#ifdef __SSE2__
    __m128i c = _mm_loadu_si128((const __m128i *)(const void *)classes);
    __m128i low = _mm_cmpgt_epi8(_mm_set1_epi8(QM_CHAR_HAN), c);
    __m128i high = _mm_cmpgt_epi8(c, _mm_set1_epi8(QM_CHAR_KANA));
    return (uint64_t)_mm_movemask_epi8(_mm_or_si128(low, high));
#else
    uint64_t bits = 0;
    for (uint32_t k = 0; k < 16; k++)
        bits |= (uint64_t)(classes[k] < QM_CHAR_HAN || classes[k] > QM_CHAR_KANA) << k;
    return bits;
#endif
}

/* The same of QM_MARKS_READ; those behind the last one are none. */
static uint64_t mark_bits(const uint8_t *classes, uint32_t count)
{
    uint64_t bits = sixteen_bits(classes) | sixteen_bits(classes + 16) << 16 |
                    sixteen_bits(classes + 32) << 32 | sixteen_bits(classes + 48) << 48;
    return count < QM_MARKS_READ ? bits & ((UINT64_C(1) << count) - 1) : bits;
}

/* Returns their number. */
static uint32_t find_places(const qm_text *text, uint32_t *marks)
{
    uint32_t count = text->count, n = 0;
    for (uint32_t i = 0; i < count; i += QM_MARKS_READ)
        for (uint64_t bits = mark_bits(text->classes + i, count - i); bits; bits &= bits - 1)
            marks[n++] = i + (uint32_t)__builtin_ctzll(bits);
    return n;
}

/* What the n marks are and which of them end clauses or lines. All are written, and those that stay
 * are counted: no branch here, either. */
static void look_at_all(qm_text *text, uint32_t n)
{
    const uint32_t *marks = text->marks.at;
    uint16_t *looks = text->looks.at;
    qm_cut *cuts = text->cuts.at;
    qm_break *breaks = text->breaks.at;
    uint32_t n_cuts = 0, n_breaks = 0, seen = 0, inner = 0;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t what = look_at(text, marks[k]);
        looks[k] = (uint16_t)what;
        cuts[n_cuts] = (qm_cut){marks[k], what};
        n_cuts += (what & (QM_LOOK_CUT | QM_LOOK_SEE)) != 0;
        breaks[n_breaks] = (qm_break){k, n_cuts, (uint16_t)seen, (uint16_t)inner};
        n_breaks += what & QM_LOOK_BREAK;
        uint32_t goes_on = (what & QM_LOOK_BREAK) - 1;
        inner = seen & goes_on;
        seen = (seen | what) & goes_on;
    }
    cuts[n_cuts] = (qm_cut){text->count, 0};
    breaks[n_breaks] = (qm_break){n, n_cuts, (uint16_t)seen, (uint16_t)inner};
    text->cuts.count = n_cuts;
    text->breaks.count = n_breaks + 1;
}

int qm_marks_find(qm_text *text)
{
    if (text->marked) return QM_OK;
    if (qm_array_reserve(text->alloc, &text->marks, (size_t)text->count + 1) != QM_OK)
        return QM_E_NOMEM;
    uint32_t n = find_places(text, text->marks.at);
    if (qm_array_reserve(text->alloc, &text->looks, (size_t)n + 1) != QM_OK ||
        qm_array_reserve(text->alloc, &text->cuts, (size_t)n + 1) != QM_OK ||
        qm_array_reserve(text->alloc, &text->breaks, (size_t)n + 1) != QM_OK)
        return QM_E_NOMEM;
    look_at_all(text, n);
    text->marks.at[n] = text->count;
    text->looks.at[n] = QM_LOOK_BREAK | QM_LOOK_NEWLINE;
    text->marks.count = n;
    text->lines.count = 0;
    text->marked = true;
    return QM_OK;
}

qm_span_marks qm_marks_of(const qm_text *text, qm_span span, uint32_t from)
{
    const uint32_t *marks = text->marks.at;
    qm_span_marks found = {.first = qm_mark_from(text, from, span.start)};
    for (uint32_t k = found.first; marks[k] < span.end; k++) {
        found.seen |= text->looks.at[k];
        if (marks[k] + 1 < span.end) found.inner |= text->looks.at[k];
    }
    return found;
}
