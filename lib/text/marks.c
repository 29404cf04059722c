/* Marks: the characters between words, and what each of them may be. */
#include "base/processor.h"
#include "text/lines.h"

#include <uchar.h>

enum {
    CUT = QM_LOOK_CUT,
    ASK = QM_LOOK_CUT | QM_LOOK_ASK,
    SEE = QM_LOOK_SEE,
    LAST = QM_LOOK_LAST,
    CLOSES = QM_LOOK_CLOSES,
    BREAK = QM_LOOK_BREAK,
    OPENS = QM_LOOK_OPENS,
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
    LOOK(U'（', OPENS),
    LOOK('(', OPENS),
    LOOK('|', QM_LOOK_BAR),
    LOOK('>', QM_LOOK_BAR),
    LOOK(U'»', QM_LOOK_BAR),
    LOOK(U'›', QM_LOOK_BAR),
    LOOK('\t', CUT | QM_LOOK_TAB),
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

/* What the character may be. A comma asks what stands around it behind a digit alone. No branch:
 * nobody could foresee it. */
static inline uint32_t look_of(const uint32_t *c, const uint8_t *class)
{
    uint32_t what = qm_look_of(*c);
    uint32_t behind_digit = class[-1] == QM_CHAR_DIGIT ? QM_LOOK_COMMA : 0; /* or padding */
    return what | (what & behind_digit) * (QM_LOOK_ASK / QM_LOOK_COMMA);
}

uint32_t qm_look_at(const qm_text *text, uint32_t at)
{
    uint32_t what = look_of(text->chars + at, text->classes + at);
    return what & QM_LOOK_ASK && is_inside(text, at) ? what & QM_LOOK_INNER : what;
}

uint32_t qm_mark_places(const uint8_t *classes, uint32_t count, uint32_t *places)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i += 8) {
        uint64_t eight;
        memcpy(&eight, classes + i, 8);
        eight = qm_little_endian(eight);
        /* Words are of classes 1 to 5: two more have an eight in them above that, one less is none
         * of seven below. */
        uint64_t bits = ((eight + QM_EACH_BYTE(2)) | ~(eight + QM_EACH_BYTE(7))) & QM_EACH_BYTE(8);
        if (count - i < 8) bits &= (UINT64_C(1) << 8 * (count - i)) - 1;
        for (; bits; bits &= bits - 1) places[n++] = i + (uint32_t)__builtin_ctzll(bits) / 8;
    }
    return n;
}

/* What the n marks are and which of them end clauses or lines. All are written as cuts, and those
 * that stay are counted: no branch here, either. Lines end seldom enough for one. */
static void look_at_all(qm_text *text, uint32_t n)
{
    const uint32_t *restrict marks = text->marks.at, *restrict chars = text->chars;
    const uint8_t *restrict classes = text->classes;
    uint16_t *restrict looks = text->looks.at;
    qm_cut *restrict cuts = text->cuts.at;
    qm_break *restrict ends = text->breaks.at;
    uint32_t n_cuts = 0, seen = 0, inner = 0;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t at = marks[k], what = look_of(chars + at, classes + at);
        if (what & QM_LOOK_ASK && is_inside(text, at)) what &= QM_LOOK_INNER;
        looks[k] = (uint16_t)what;
        cuts[n_cuts] = (qm_cut){at, what};
        n_cuts += (what & (QM_LOOK_CUT | QM_LOOK_SEE)) != 0;
        if (what & QM_LOOK_BREAK) {
            *ends++ = (qm_break){k, n_cuts, (uint16_t)seen, (uint16_t)inner};
            seen = inner = 0;
            continue;
        }
        inner = seen;
        seen |= what;
    }
    cuts[n_cuts] = (qm_cut){text->count, 0};
    *ends = (qm_break){n, n_cuts, (uint16_t)seen, (uint16_t)inner};
    text->cuts.count = n_cuts;
    text->breaks.count = (size_t)(ends - text->breaks.at) + 1;
}

static uint32_t find_places(const qm_text *text, uint32_t *places)
{
#ifdef __x86_64__
    if (qm_has_avx2()) return qm_mark_places_avx2(text->classes, text->count, places);
#endif
    return qm_mark_places(text->classes, text->count, places);
}

int qm_marks_find(qm_text *text)
{
    if (text->marked) return QM_OK;
    size_t room = (size_t)text->count + QM_MARKS_WRITE;
    if (qm_array_reserve(text->alloc, &text->marks, room) != QM_OK) return QM_E_NOMEM;
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
