#include "base/utf8.h"

/* Sixteen bytes at a time; what is wrong comes out as ones. */
typedef uint8_t block __attribute__((vector_size(16)));

static inline block load(const uint8_t *p)
{
    block bytes;
    memcpy(&bytes, p, sizeof bytes);
    return bytes;
}

/* p has three bytes before it that belong to the text. A byte must be a trail if and only if a lead
 * one, two or three bytes before it asks for one; and some leads bar some trails (table 3-7 of the
 * Unicode standard). */
static inline block wrong_in(const uint8_t *p)
{
    block at = load(p), before = load(p - 1);
    block trail = (block)(at >= 0x80) & (block)(at < 0xC0);
    block wanted =
        (block)(before >= 0xC0) | (block)(load(p - 2) >= 0xE0) | (block)(load(p - 3) >= 0xF0);
    block never = (block)(at >= 0xF5) | (block)((at & 0xFE) == 0xC0);
    block barred = ((block)(before == 0xE0) & (block)(at < 0xA0)) |
                   ((block)(before == 0xED) & (block)(at >= 0xA0)) |
                   ((block)(before == 0xF0) & (block)(at < 0x90)) |
                   ((block)(before == 0xF4) & (block)(at >= 0x90));
    return (trail ^ wanted) | never | barred;
}

static bool is_any(block bits)
{
    uint64_t halves[2];
    memcpy(halves, &bits, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

static bool steps_are_well_formed(const uint8_t *p, size_t size)
{
    bool well = true;
    for (size_t i = 0; i < size && well;) i += qm_utf8_step(p + i, size - i, &well);
    return well;
}

bool qm_utf8_is_well_formed(const void *text, size_t size)
{
    const uint8_t *p = text;
    size_t at = 0;
    if (size == 0) return true; /* there may be no text to point into */
    /* The first block needs something before it. */
    for (bool well = true; at < 3 && at < size;) {
        at += qm_utf8_step(p + at, size - at, &well);
        if (!well) return false;
    }
    block wrong = {0};
    while (size - at >= 64) {
        wrong |= wrong_in(p + at) | wrong_in(p + at + 16) | wrong_in(p + at + 32) |
                 wrong_in(p + at + 48);
        if (is_any(wrong)) return false;
        at += 64;
    }
    /* The last character of the blocks may have to go on behind them. */
    for (size_t back = 1; back <= 3 && back <= at; back++) {
        if (p[at - back] < 0xC0) continue;
        at -= back;
        break;
    }
    return steps_are_well_formed(p + at, size - at);
}
