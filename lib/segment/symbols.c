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

/* Characters up to the next digit, letter or blank: one symbol each. */
static uint32_t fill_plain(qm_symbols *symbols, const uint16_t *ids, const qm_text *text,
                           uint32_t at)
{
    const uint32_t special = 1u << QM_CHAR_DIGIT | 1u << QM_CHAR_LATIN | 1u << QM_CHAR_SPACE;
    uint32_t n = symbols->count, stop = text->count;
    if (stop - at > symbols->room - n) stop = at + (symbols->room - n);
    for (; at < stop && !(special >> text->classes[at] & 1); at++, n++) {
        uint32_t c = text->chars[at];
        symbols->ids[n] = ids[c <= 0xFFFF ? c : 0];
        symbols->types[n] = text->classes[at];
        symbols->starts[n] = at;
    }
    symbols->count = n;
    return at;
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
