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

static inline uint64_t load_pair(const uint32_t *chars)
{
    uint64_t pair;
    memcpy(&pair, chars, sizeof pair);
    return pair;
}

/* Not within the other: it would be held up. */
__attribute__((noinline)) static void put_any_ids(uint16_t *to, const uint16_t *ids,
                                                  const uint32_t *chars)
{
    for (uint32_t i = 0; i < QM_STRETCH; i++) to[i] = ids[chars[i] <= 0xFFFF ? chars[i] : 0];
}

/* The ids of sixteen characters, which are hardly ever beyond the first plane. */
static inline void put_ids(uint16_t *restrict to, const uint16_t *restrict ids,
                           const uint32_t *restrict chars)
{
    uint64_t all = 0;
    for (uint32_t i = 0; i < QM_STRETCH; i += 2) all |= load_pair(chars + i);
    if (all & UINT64_C(0xFFFF0000FFFF0000)) put_any_ids(to, ids, chars);
    else
        for (uint32_t i = 0; i < QM_STRETCH; i++) to[i] = ids[chars[i]];
}

/* Sixteen numbers from `first` on. */
static inline void put_numbers(uint32_t *to, uint32_t first)
{
    typedef uint32_t four __attribute__((vector_size(16)));
    four numbers = (four){0, 1, 2, 3} + first;
    for (uint32_t i = 0; i < QM_STRETCH; i += 4, numbers += 4)
        memcpy(to + i, &numbers, sizeof numbers);
}

/* The symbols of sixteen characters that are plain, as they mostly are; those behind the first that
 * is not are written, too, but not counted. */
static inline uint32_t fill_plain(const qm_symbols *symbols, const uint16_t *ids,
                                  const qm_text *text, uint32_t at)
{
    uint32_t to = symbols->count, n = qm_symbols_plain(text->classes + at);
    put_ids(symbols->ids + to, ids, text->chars + at);
    put_numbers(symbols->starts + to, at);
    memcpy(symbols->types + to, text->classes + at, QM_STRETCH);
    return n < text->count - at ? n : text->count - at;
}

static uint32_t fill_special(qm_symbols *symbols, uint32_t joins, const qm_text *text, uint32_t at)
{
    if (text->classes[at] == QM_CHAR_SPACE) {
        for (int i = 0; i < EDGES; i++) push(symbols, QM_SYMBOL_EDGE, QM_CHAR_SPACE, at);
        return qm_segment_space_end(text, at);
    }
    qm_span span = qm_segment_span(text, at, joins);
    push(symbols, span.symbol, text->classes[at], at);
    return span.end;
}

/* Characters and classes are padded: sixteen can be read anywhere. */
uint32_t qm_symbols_fill(qm_symbols *symbols, const uint16_t *ids, uint32_t joins,
                         const qm_text *text, uint32_t at)
{
    qm_symbols to = *symbols; /* what is written through it cannot change it */
    while (at < text->count && to.count + QM_STRETCH + EDGES <= to.room) {
        uint32_t n = fill_plain(&to, ids, text, at);
        to.count += n;
        at += n;
        if (n < QM_STRETCH && at < text->count) at = fill_special(&to, joins, text, at);
    }
    symbols->count = to.count;
    return at;
}
