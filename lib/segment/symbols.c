#include "segment/symbols.h"

/* A run of blanks takes three symbols. */
enum { EDGES = 3 };

static void push(qm_symbols *symbols, uint16_t id, uint8_t type, uint32_t start)
{
    uint32_t n = symbols->count++;
    symbols->ids[n] = id;
    symbols->types[n] = type;
    symbols->starts[n] = start;
}

/* The low bit of each byte: whether the class there is DIGIT, LATIN or SPACE, 3, 4 or 7. */
static uint64_t find_special(const uint8_t *classes)
{
    uint64_t x;
    memcpy(&x, classes, sizeof x);
    uint64_t one = x, two = x >> 1, four = x >> 2;
    return ((one & two) | (four & ~(one | two))) & UINT64_C(0x0101010101010101);
}

/* Where the plain characters from `at` on end: at a digit, a letter or a blank. The classes are
 * padded: eight can be read anywhere. */
static uint32_t plain_end(const uint8_t *classes, uint32_t at, uint32_t stop)
{
    for (; at < stop; at += 8) {
        uint64_t special = find_special(classes + at);
        if (special) at += (uint32_t)__builtin_ctzll(special) >> 3;
        if (special) break;
    }
    return at < stop ? at : stop;
}

/* Plain characters: one symbol each. Loops of their own, which compilers unroll and vectorise. */
static uint32_t fill_plain(qm_symbols *symbols, const uint16_t *ids, const qm_text *text,
                           uint32_t at)
{
    uint32_t room = symbols->room - symbols->count, stop = text->count;
    if (stop - at > room) stop = at + room;
    uint32_t n = plain_end(text->classes, at, stop) - at;
    const uint32_t *restrict chars = text->chars + at;
    uint16_t *restrict to = symbols->ids + symbols->count;
    uint32_t *restrict starts = symbols->starts + symbols->count;
    for (uint32_t i = 0; i < n; i++) to[i] = ids[chars[i] <= 0xFFFF ? chars[i] : 0];
    for (uint32_t i = 0; i < n; i++) starts[i] = at + i;
    memcpy(symbols->types + symbols->count, text->classes + at, n);
    symbols->count += n;
    return at + n;
}

uint32_t qm_symbols_fill(qm_symbols *symbols, const uint16_t *ids, uint32_t joins,
                         const qm_text *text, uint32_t at)
{
    while (at < text->count && symbols->count + EDGES <= symbols->room) {
        if (text->classes[at] == QM_CHAR_SPACE) {
            for (int i = 0; i < EDGES; i++) push(symbols, QM_SYMBOL_EDGE, QM_CHAR_SPACE, at);
            at = qm_segment_space_end(text, at);
        } else if (text->classes[at] == QM_CHAR_DIGIT || text->classes[at] == QM_CHAR_LATIN) {
            qm_span span = qm_segment_span(text, at, joins);
            push(symbols, span.symbol, text->classes[at], at);
            at = span.end;
        } else {
            at = fill_plain(symbols, ids, text, at);
        }
    }
    return at;
}
