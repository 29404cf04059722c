/* What the look of a line says: shared by the joining of lines and the roles of clauses. */
#ifndef QM_LINES_H
#define QM_LINES_H

#include "text/text.h"

/* A stretch of characters of a text. */
typedef struct qm_span {
    uint32_t start, end;
} qm_span;

/* What a character is as a mark, and the flags of a clause that it may end above QM_LOOK_FLAGS. */
enum {
    QM_LOOK_BREAK = 1, /* a line ends */
    QM_LOOK_NEWLINE = 2,
    QM_LOOK_TAB = 4,
    QM_LOOK_OPENS = 8,     /* brackets open: （( */
    QM_LOOK_COMMA = 16,    /* ，, that cuts */
    QM_LOOK_INNER = 32,    /* sentences or parts of them end: 。！？!?； */
    QM_LOOK_CUT = 64,      /* a clause ends */
    QM_LOOK_ASK = 128,     /* only what stands around it tells whether it cuts */
    QM_LOOK_SEE = 256,     /* cuts nothing, but is to be looked at: “ 】 — */
    QM_LOOK_LAST = 512,    /* lines of running text end: 。！？!?；;：:.…— */
    QM_LOOK_CLOSES = 1024, /* quotes and brackets close */
    QM_LOOK_ENDS = 2048,   /* sentences end: 。！？!? */
    QM_LOOK_FLAGS = 12,
    QM_LOOK_BAR = 32768 /* parts of a menu end: | > » › */
};

/* The flags of a clause that a mark ends, QM_CLAUSE_ENDS_*, as they stand in its look. */
#define QM_LOOK_FLAG(flags) ((uint32_t)(flags) << QM_LOOK_FLAGS)

typedef struct qm_look {
    uint32_t c;
    uint16_t what;
} qm_look;

/* Without collisions; most places are empty. */
#define QM_LOOK_PLACE(c) ((c)*1287u >> 7 & 127)
extern const qm_look qm_looks[128];

/* What the character is wherever it stands; 0: nothing. */
static inline uint32_t qm_look_of(uint32_t c)
{
    const qm_look *look = &qm_looks[QM_LOOK_PLACE(c)];
    return look->what & (0u - (look->c == c)); /* without a branch */
}
/* What the one at `at` is there. */
uint32_t qm_look_at(const qm_text *text, uint32_t at);

/* A mark that ends a clause (QM_LOOK_CUT, with its flags), or is to be looked at (QM_LOOK_SEE). */
typedef struct qm_cut {
    uint32_t at, what;
} qm_cut;

/* A mark that ends a line, or the end of the text. */
typedef struct qm_break {
    uint32_t mark;  /* its number */
    uint32_t cut;   /* number of the first cut behind it */
    uint16_t seen;  /* all that the marks of the line may be, */
    uint16_t inner; /* and those before the last one */
} qm_break;

#define QM_MARKS_READ 64  /* classes that are read at a time */
#define QM_MARKS_WRITE 12 /* their marks that are written at least, be they or not */

/* Writes the places of all marks of count characters; returns how many. */
uint32_t qm_mark_places(const uint8_t *classes, uint32_t count, uint32_t *places);
#ifdef __x86_64__
uint32_t qm_mark_places_avx2(const uint8_t *classes, uint32_t count, uint32_t *places);
#endif

/* Fills text->marks with the places of all characters that are punctuation, blank or symbol, and
 * text->looks with what they may be: what ends or opens something is among them, and six characters
 * of seven are not. Behind them stands the end of the text, which breaks a line. Of these marks
 * text->cuts and text->breaks are those that end clauses and lines. */
int qm_marks_find(qm_text *text);

/* Number of the first mark from character `at` on, where marks before number `from` are before it.
 */
static inline uint32_t qm_mark_from(const qm_text *text, uint32_t from, uint32_t at)
{
    while (text->marks.at[from] < at) from++;
    return from;
}

/* The marks of a span of characters: the number of the first one, or of one behind the span; what
 * they may be, and what those that stand before its last character may be. */
typedef struct qm_span_marks {
    uint32_t first;
    uint32_t seen, inner;
} qm_span_marks;

/* The marks of span, whose first one has number `from` or one above it. */
qm_span_marks qm_marks_of(const qm_text *text, qm_span span, uint32_t from);

enum {
    QM_LINE_BLANK = 1,
    QM_LINE_TABBED = 2, /* a table row */
    QM_LINE_ENDED = 4,  /* ends like a sentence: 。！？；：… behind which quotes may close */
    QM_LINE_COMMA_END = 8,  /* ends with ，or 、 */
    QM_LINE_SENTENCES = 16, /* a sentence ends within it */
    QM_LINE_COMMAS = 32,    /* ，somewhere, but not in a number */
    QM_LINE_OPENS = 64,     /* begins as new paragraphs begin: enumerator, caption, label … */
    QM_LINE_JOINED = 128,   /* goes on where the line before it broke off */
    QM_LINE_NAVIGATION = 256,
    QM_LINE_CAPTION = 512,
    QM_LINE_BYLINE = 1024, /* or a date */
    QM_LINE_FURNITURE = QM_LINE_NAVIGATION | QM_LINE_CAPTION | QM_LINE_BYLINE
};

typedef struct qm_line {
    uint32_t start, end; /* without the blanks around it */
    uint32_t next;       /* where the next line begins */
    uint32_t flags;
    qm_span_marks marks;
    uint32_t cut;        /* number of the first one in it or before it */
    uint32_t enumerator; /* its characters, with the blanks behind it */
    /* Measured by those who join lines: */
    uint32_t indent; /* columns of blanks before it; a full-width blank is two */
    uint32_t width;  /* columns, indent included */
    uint32_t wrap;   /* width at which the lines around it seem to be wrapped; 0: at none */
} qm_line;

/* Fills text->lines; they end at what is `breaks`, QM_LOOK_BREAK or QM_LOOK_NEWLINE alone. */
int qm_lines_find(qm_text *text, uint32_t breaks);

/* ---- the shapes of a line ---- */

/* Characters of an enumerator or bullet with the blanks behind it at the start of span: 一、 （一）
 * 1. ① ● 第一， ... ; 0 if there is none. */
uint32_t qm_shape_enumerator(const qm_text *text, qm_span span);
bool qm_shape_caption(const qm_text *text, qm_span span, const qm_span_marks *marks);
bool qm_shape_byline(const qm_text *text, qm_span span, const qm_span_marks *marks);
bool qm_shape_navigation(const qm_text *text, qm_span span, const qm_span_marks *marks);
/* Some of it is a number of things, not a year, day, issue or page. */
bool qm_shape_amount(const qm_text *text, qm_span span);

/* The mark at `at` is part of a number or time: 1,200  4，800  8:30  3.5 */
bool qm_in_number(const qm_text *text, uint32_t at);
static inline bool qm_is_sentence_end(uint32_t c)
{
    return qm_look_of(c) & QM_LOOK_ENDS;
}
static inline bool qm_is_closing(uint32_t c) /* quotes and brackets that close */
{
    return qm_look_of(c) & QM_LOOK_CLOSES;
}

#endif
