/* Steps over UTF-8 as the text room does: one character or one maximal ill-formed piece. */
#ifndef QM_UTF8_H
#define QM_UTF8_H

#include "base/base.h"

/* Bytes of what stands at p (n >= 1 bytes are left); *well is whether it is a character. */
static inline uint32_t qm_utf8_step(const uint8_t *p, size_t n, bool *well)
{
    uint8_t lead = p[0];
    *well = true;
    if (lead < 0x80) return 1;
    uint32_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (lead < 0xC2 || lead > 0xF4) return *well = false, 1;
    for (uint32_t i = 1; i < length; i++) {
        if (i == n || p[i] < low || p[i] > high) return *well = false, i;
        low = 0x80;
        high = 0xBF;
    }
    return length;
}

/* The character at p (n >= 1 bytes are left) and its bytes; 0 where it is ill-formed. */
static inline uint32_t qm_utf8_read(const uint8_t *p, size_t n, uint32_t *character)
{
    bool well;
    uint32_t length = qm_utf8_step(p, n, &well);
    if (!well) return 0;
    uint32_t c = length == 1 ? p[0] : p[0] & (0x7Fu >> length);
    for (uint32_t i = 1; i < length; i++) c = c << 6 | (p[i] & 0x3Fu);
    *character = c;
    return length;
}

/* Sixteen bytes at a time, on every machine. */
typedef uint8_t qm_block __attribute__((vector_size(16)));

static inline qm_block qm_block_load(const void *from)
{
    qm_block bytes;
    memcpy(&bytes, from, sizeof bytes);
    return bytes;
}
static inline bool qm_block_any(qm_block bits)
{
    uint64_t halves[2];
    memcpy(halves, &bits, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

/* Whether the first fifteen of sixteen bytes are five characters of three, as nearly all of Chinese
 * text is: with leads that bar no trail, for those that do (E0 and ED) are rare. */
static inline bool qm_utf8_is_five(const uint8_t *p)
{
    const qm_block mask = {0xF0, 0xC0, 0xC0, 0xF0, 0xC0, 0xC0, 0xF0, 0xC0,
                           0xC0, 0xF0, 0xC0, 0xC0, 0xF0, 0xC0, 0xC0, 0};
    const qm_block want = {0xE0, 0x80, 0x80, 0xE0, 0x80, 0x80, 0xE0, 0x80,
                           0x80, 0xE0, 0x80, 0x80, 0xE0, 0x80, 0x80, 0};
    const qm_block all = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                          0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0};
    qm_block bytes = qm_block_load(p);
    qm_block barring = ((qm_block)(bytes == 0xE0) | (qm_block)(bytes == 0xED)) & all;
    return !qm_block_any(((bytes & mask) ^ want) | barring);
}

/* Whether the whole of it is well-formed. */
bool qm_utf8_is_well_formed(const void *text, size_t size);
/* The same for a file: QM_E_UTF8 with line and column where it is not. */
int qm_utf8_require(qm_bytes text, qm_error *err);

#endif
