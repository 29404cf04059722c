/* UTF-8 to folded characters with a map back to the bytes; hard-wrapped lines joined; clauses.
 *
 * Everything after this room works on character indices into qm_text; only lib/result turns them
 * back into byte offsets. Folding is one character to one character: full width to half width,
 * Traditional to Simplified, compatibility forms with a one-character base; Latin case is kept.
 * Chinese marks ，；：！？（） stay apart from the ASCII ones: 1,200 is a number, 1，200 is rarely
 * one. Circled and raised digits and Roman numerals stay what they are.
 */
#ifndef QM_TEXT_H
#define QM_TEXT_H

#include "base/base.h"

/* Classes of folded characters, for the segmenter's type features and everybody's scanning. */
typedef enum qm_char_class {
    QM_CHAR_OTHER = 0, /* letters of other scripts, symbols */
    QM_CHAR_HAN = 1,
    QM_CHAR_NUMERAL = 2, /* hanzi numerals 〇一二…十百千万亿两半廿卅壹贰… */
    QM_CHAR_DIGIT = 3,   /* 0-9 after folding */
    QM_CHAR_LATIN = 4,
    QM_CHAR_KANA = 5,
    QM_CHAR_PUNCT = 6,
    QM_CHAR_SPACE = 7 /* blanks, line breaks, controls */
} qm_char_class;

#define QM_ILL_FORMED 0xFFFDu /* the folded character of an ill-formed piece */
#define QM_WORD_JOINER 0x2060u
#define QM_TEXT_PAD 16 /* readable zero elements before and after chars and classes */

/* Four figures that may be a year of these days. */
static inline bool qm_is_year(const uint32_t *four)
{
    const bool nineteen = four[0] == '1' && four[1] == '9',
               twenty = four[0] == '2' && four[1] == '0';
    return (nineteen || twenty) && four[2] - '0' < 10u && four[3] - '0' < 10u;
}

/* 2025年, 2024—2026年, before which the mark of a list may stand: 2.2025年 is no number with
 * decimals. */
static inline bool qm_is_year_at(const uint32_t *chars, uint32_t at, uint32_t end)
{
    enum { YEAR = 0x5E74, TO = 0x81F3, DASH = 0x2014, SHORT_DASH = 0x2013 };
    if (at + 4 >= end || !qm_is_year(chars + at)) return false;
    const uint32_t c = chars[at + 4];
    const bool to = c == '-' || c == '~' || c == TO || c == DASH || c == SHORT_DASH;
    return c == YEAR || (to && at + 9 < end && qm_is_year(chars + at + 5) && chars[at + 9] == YEAR);
}

/* The fold and class tables: bytes of the section "CHAR" of a model image, used where they lie. */
typedef struct qm_charmap qm_charmap;
/* trusted: the entries are not looked at, only the size. */
int qm_charmap_bind(qm_bytes section, bool trusted, const qm_charmap **out, qm_error *err);
uint32_t qm_charmap_fold(const qm_charmap *map, uint32_t codepoint);
uint8_t qm_charmap_class(const qm_charmap *map, uint32_t folded);

struct qm_line;
struct qm_cut;
struct qm_break;

/* One document, decoded. Owned by the analyzer, reused from document to document. */
typedef struct qm_text {
    const char *bytes; /* the caller's */
    size_t size;
    uint32_t count;      /* characters */
    uint32_t *chars;     /* folded; padded with zeros on both sides */
    uint8_t *classes;    /* qm_char_class of each; padded likewise */
    uint32_t *starts;    /* byte offset of each; starts[count] == size */
    uint8_t *widths;     /* bytes of each: the end of character i is starts[i] + widths[i] */
    uint32_t ill_formed; /* number of ill-formed pieces */
    uint32_t room;
    uint32_t widths_seen; /* 1 << bytes, of all characters: those of two or four are seldom */
    bool marked;          /* the scratch below is of the characters as they are */
    /* Scratch of qm_text_join and qm_clauses_find: the lines, or none as yet; the marks; what each
     * of them may be; what ends or opens a clause; what ends a line. */
    QM_ARRAY(struct qm_line) lines;
    qm_u32_array marks;
    QM_ARRAY(uint16_t) looks;
    QM_ARRAY(struct qm_cut) cuts;
    QM_ARRAY(struct qm_break) breaks;
    qm_u32_array seams; /* characters that qm_text_join made of several, or before which it took
                           some out, ascending; elsewhere one follows the other as in the bytes */
    const qm_allocator *alloc;
} qm_text;

void qm_text_init(qm_text *text, const qm_allocator *alloc);
void qm_text_free(qm_text *text);
/* Only the lines and marks: of a long text whose clauses are found, for nobody else needs them. */
void qm_text_free_scratch(qm_text *text);
/* strict: QM_E_UTF8 with the byte offset. Otherwise one QM_ILL_FORMED per maximal ill-formed piece.
 */
int qm_text_decode(qm_text *text, const qm_charmap *map, const char *bytes, size_t size,
                   bool strict, qm_error *err);
/* Takes the line breaks (and the indentation behind them) inside hard-wrapped paragraphs out of
 * chars, or leaves a blank between ASCII words; breaks that end a paragraph, heading, caption or
 * table row stay, each as one '\n' whatever its bytes. A table cell's tab stays. The map to bytes
 * stays right. */
int qm_text_join(qm_text *text, qm_error *err);

static inline uint32_t qm_text_end(const qm_text *text, uint32_t end_char)
{
    return end_char == 0 ? 0 : text->starts[end_char - 1] + text->widths[end_char - 1];
}

/* ---- clauses ---- */

typedef enum qm_role {
    QM_ROLE_BODY = 1,
    QM_ROLE_HEADING = 2, /* a line of its own, or a run-in heading at the start of a paragraph */
    QM_ROLE_CAPTION = 3,
    QM_ROLE_BYLINE = 4,
    QM_ROLE_LIST_LABEL = 5,
    QM_ROLE_TABLE_ROW = 6, /* one clause over all its tabs */
    QM_ROLE_QUOTE = 7, /* speech: the clause stands inside quotation marks that hold sentences */
    QM_ROLE_NAVIGATION = 8 /* menus, links, page furniture */
} qm_role;

enum {
    QM_CLAUSE_ENDS_SENTENCE = 1, /* 。！？ or the paragraph ends behind it */
    QM_CLAUSE_ENDS_SEMICOLON = 2,
    QM_CLAUSE_ENDS_COLON = 4,
    QM_CLAUSE_TABLE_HEADER = 8,
    QM_CLAUSE_IN_QUOTES = 16 /* wholly inside “…”, 「…」 or 《…》, speech or not */
};

typedef struct qm_clause {
    uint32_t start, end; /* characters; without the mark at its end and blanks around it, and in
                            running text without the enumerator or bullet before it */
    uint32_t sentence;   /* number within the document */
    uint32_t paragraph;
    uint8_t role;  /* qm_role */
    uint8_t flags; /* QM_CLAUSE_* */
} qm_clause;

typedef QM_ARRAY(qm_clause) qm_clauses;

/* Clauses of the joined text in order, cut as GUIDE_initiatives §3 says. */
int qm_clauses_find(qm_text *text, const qm_allocator *alloc, qm_clauses *out, qm_error *err);

#endif
