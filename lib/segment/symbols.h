/* Private to lib/segment and the trainer: characters to the symbols that the model knows.
 *
 * A symbol is one character, one number, one ASCII word or address: whatever nothing may cut. A run
 * of blanks is three edge symbols, like the edges of the text, so that what stands between two
 * blanks is cut as if it stood alone.
 */
#ifndef QM_SEGMENT_SYMBOLS_H
#define QM_SEGMENT_SYMBOLS_H

#include "segment/segment.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

enum { QM_STRETCH = 16 };

/* How many of sixteen classes stand before the first that is DIGIT, LATIN or SPACE, 3, 4 or 7: they
 * are of plain characters, and of symbols that are one character each. */
static inline uint32_t qm_symbols_plain(const uint8_t *classes)
{
#ifdef __SSE2__
    __m128i c = _mm_loadu_si128((const __m128i *)(const void *)classes);
    __m128i special = _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8(QM_CHAR_DIGIT)),
                                   _mm_cmpeq_epi8(c, _mm_set1_epi8(QM_CHAR_LATIN)));
    special = _mm_or_si128(special, _mm_cmpeq_epi8(c, _mm_set1_epi8(QM_CHAR_SPACE)));
    return (uint32_t)__builtin_ctz((uint32_t)_mm_movemask_epi8(special) | 1u << QM_STRETCH);
#else
    for (uint32_t at = 0; at < QM_STRETCH; at += 8) {
        uint64_t x, special;
        memcpy(&x, classes + at, sizeof x);
        x = qm_little_endian(x);
        uint64_t one = x, two = x >> 1, four = x >> 2;
        special = ((one & two) | (four & ~(one | two))) & UINT64_C(0x0101010101010101);
        if (special) return at + ((uint32_t)__builtin_ctzll(special) >> 3);
    }
    return QM_STRETCH;
#endif
}

/* Symbols [0, count) of a stretch of text, with room for pads on both sides. */
typedef struct qm_symbols {
    uint16_t *ids;
    uint8_t *types;
    uint32_t *starts; /* character at which each starts */
    uint32_t count, room;
} qm_symbols;

/* A run of blanks takes three symbols; so many may be written at once: plain ones, a run of blanks,
 * and sixteen of both. */
enum { QM_EDGES = 3, QM_SYMBOLS_STEP = QM_STRETCH + QM_EDGES + QM_EDGES * QM_STRETCH + 1 };

/* Appends symbols from character `at` on while there is room for QM_SYMBOLS_STEP; returns the first
 * character that was not taken. */
uint32_t qm_symbols_fill(qm_symbols *symbols, const uint16_t *ids, uint32_t joins,
                         const qm_text *text, uint32_t at);

#endif
