#include "segment/symbols.h"

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

/* Whether a blank is near: text with blanks between its words. */
static inline bool has_blank_soon(const uint8_t *classes)
{
    return (classes[1] == QM_CHAR_SPACE) | (classes[2] == QM_CHAR_SPACE) |
           (classes[3] == QM_CHAR_SPACE) | (classes[4] == QM_CHAR_SPACE);
}

/* The same symbol four times, the least that takes as much as a run of blanks. */
static inline void put_four(const qm_symbols *to, uint32_t n, uint64_t id, uint32_t type,
                            uint64_t start)
{
    uint64_t ids = id * UINT64_C(0x0001000100010001), starts = start << 32 | start;
    uint32_t types = type * 0x01010101u;
    memcpy(to->ids + n, &ids, sizeof ids);
    memcpy(to->types + n, &types, sizeof types);
    memcpy(to->starts + n, &starts, sizeof starts);
    memcpy(to->starts + n + 2, &starts, sizeof starts);
}

/* The symbols of a stretch of plain characters and blanks, without a branch that depends on which
 * they are: each is written four times, and the next overwrites what is too much; what goes on with
 * a run of blanks counts for nothing. Returns the end of the stretch. */
static uint32_t fill_mixed(qm_symbols *symbols, const uint16_t *ids, const qm_text *text,
                           uint32_t at)
{
    uint32_t to = symbols->count, left = text->count - at;
    uint32_t end = at + (left < QM_STRETCH ? left : QM_STRETCH), blank = 1;
    for (; at < end; at++) {
        uint32_t class = text->classes[at], c = text->chars[at], before = blank;
        if (class == QM_CHAR_DIGIT || class == QM_CHAR_LATIN) break;
        blank = class == QM_CHAR_SPACE;
        uint32_t id = (ids[c <= 0xFFFF ? c : 0] & (blank - 1)) | (QM_SYMBOL_EDGE & (0 - blank));
        put_four(symbols, to, id, class, at);
        to += 1 - blank + QM_EDGES * (blank & ~before);
    }
    symbols->count = to;
    return blank ? qm_segment_space_end(text, at) : at;
}

static uint32_t fill_blanks(qm_symbols *symbols, const uint16_t *ids, const qm_text *text,
                            uint32_t at)
{
    for (int i = 0; i < QM_EDGES; i++) push(symbols, QM_SYMBOL_EDGE, QM_CHAR_SPACE, at);
    at = qm_segment_space_end(text, at);
    return has_blank_soon(text->classes + at) ? fill_mixed(symbols, ids, text, at) : at;
}

static uint32_t fill_span(qm_symbols *symbols, uint32_t joins, const qm_text *text, uint32_t at)
{
    qm_span span = qm_segment_span(text, at, joins);
    push(symbols, span.symbol, text->classes[at], at);
    return span.end;
}

/* Characters and classes are padded: sixteen can be read anywhere. */
uint32_t qm_symbols_fill(qm_symbols *symbols, const uint16_t *ids, uint32_t joins,
                         const qm_text *text, uint32_t at)
{
    qm_symbols to = *symbols; /* what is written through it cannot change it */
    while (at < text->count && to.count + QM_SYMBOLS_STEP <= to.room) {
        uint32_t n = fill_plain(&to, ids, text, at);
        to.count += n;
        at += n;
        if (n == QM_STRETCH || at == text->count) continue;
        at = text->classes[at] == QM_CHAR_SPACE ? fill_blanks(&to, ids, text, at)
                                                : fill_span(&to, joins, text, at);
    }
    symbols->count = to.count;
    return at;
}
