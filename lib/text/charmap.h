/* Layout of the section CHAR: the fold and class tables of all 17 planes in two stages. */
#ifndef QM_CHARMAP_H
#define QM_CHARMAP_H

#include "text/text.h"

#define QM_CHARMAP_MAGIC 0x31524843u /* "CHR1" in little-endian order */
#define QM_CHARMAP_BLOCKS 0x1100u    /* blocks of 256 code points */

/* An entry holds the class in its low three bits and folded - codepoint above them. Differences
 * instead of targets let blocks that fold alike share a page. */
struct qm_charmap {
    uint32_t magic;
    uint32_t pages;
    uint16_t page_of[QM_CHARMAP_BLOCKS];
    int32_t entries[]; /* pages * 256 */
};

static inline int32_t qm_charmap_entry(const qm_charmap *map, uint32_t codepoint)
{
    return map->entries[(uint32_t)map->page_of[codepoint >> 8] << 8 | (codepoint & 0xFF)];
}
static inline uint32_t qm_entry_fold(int32_t entry, uint32_t codepoint)
{
    return codepoint + (uint32_t)(entry >> 3);
}
static inline uint8_t qm_entry_class(int32_t entry)
{
    return (uint8_t)(entry & 7);
}

/* Where decoding writes: the columns of qm_text from the next character on. */
typedef struct qm_text_columns {
    uint32_t *chars, *starts;
    uint8_t *classes, *widths;
} qm_text_columns;

#define QM_DECODE_READ 28 /* bytes of the text that are read at a time */
#ifdef __x86_64__
/* Decodes characters of three bytes by eights up to the first of another kind, or to the last bytes
 * of the text; returns how many. start: byte offset of the first. */
uint32_t qm_decode_run_avx2(const qm_charmap *map, const uint8_t *at, const uint8_t *end,
                            uint32_t start, qm_text_columns to);
#endif

#endif
