/* Private to lib/segment and the trainer: characters to the symbols that the model knows.
 *
 * A symbol is one character, one number, one ASCII word or address: whatever nothing may cut. A run
 * of blanks is three edge symbols, like the edges of the text, so that what stands between two
 * blanks is cut as if it stood alone.
 */
#ifndef QM_SEGMENT_SYMBOLS_H
#define QM_SEGMENT_SYMBOLS_H

#include "segment/segment.h"

enum {
    QM_SYMBOL_UNKNOWN = 0, /* a character that no training text had */
    QM_SYMBOL_EDGE = 1,
    QM_SYMBOL_LATIN = 2,
    QM_SYMBOL_DIGITS = 3, /* 3, 4, 5: so many digits minus two; 6: a year; 7: other numbers */
    QM_SYMBOL_YEAR = 6,
    QM_SYMBOL_NUMBER = 7,
    QM_SYMBOL_SCALED = 8, /* 4,300万 */
    QM_SYMBOL_PERCENT = 9,
    QM_SYMBOL_FIRST_CHAR = 16, /* ids of characters start here */
    QM_SYMBOLS_MAX = 1 << 14
};

/* What the rules on numbers join. */
enum { QM_JOIN_SCALE = 1 /* 万 余 多 % to the digits before them */ };

/* One token of digits, letters or an address. */
typedef struct qm_span {
    uint32_t end;
    uint16_t symbol;
} qm_span;

/* The token that starts at character i, whose class is DIGIT or LATIN. */
qm_span qm_segment_span(const qm_text *text, uint32_t i, uint32_t joins);

static inline uint32_t qm_segment_space_end(const qm_text *text, uint32_t i)
{
    while (i < text->count && text->classes[i] == QM_CHAR_SPACE) i++;
    return i;
}

/* The low bit of each byte: whether one of the eight classes is DIGIT, LATIN or SPACE, 3, 4 or 7.
 */
static inline uint64_t qm_symbols_special(const uint8_t *classes)
{
    uint64_t x;
    memcpy(&x, classes, sizeof x);
    uint64_t one = x, two = x >> 1, four = x >> 2;
    return ((one & two) | (four & ~(one | two))) & UINT64_C(0x0101010101010101);
}

/* Symbols [0, count) of a stretch of text, with room for pads on both sides. */
typedef struct qm_symbols {
    uint16_t *ids;
    uint8_t *types;
    uint32_t *starts; /* character at which each starts */
    uint32_t count, room;
} qm_symbols;

/* Appends symbols from character `at` on while there is room for one more character; returns the
 * first character that was not taken. */
uint32_t qm_symbols_fill(qm_symbols *symbols, const uint16_t *ids, uint32_t joins,
                         const qm_text *text, uint32_t at);

#endif
