/* Layout of the section CHAR: the fold and class tables of all 17 planes in two stages. */
#ifndef QM_CHARMAP_H
#define QM_CHARMAP_H

#include "text/text.h"

#define QM_CHARMAP_MAGIC 0x32524843u /* "CHR2" in little-endian order */
#define QM_CHARMAP_BLOCKS 0x1100u    /* blocks of 256 code points */
#define QM_CHARMAP_BRIEFS 0x10000u   /* code points of the basic plane, which have a brief */
#define QM_BRIEF_FOLDS 8u

/* An entry holds the class in its low three bits and folded - codepoint above them. Differences
 * instead of targets let blocks that fold alike share a page. A brief is a byte: the class, and
 * whether the code point folds to another one. Hardly any does, so that as a rule briefs alone are
 * read: those of common hanzi take a quarter of the room of their entries. */
struct qm_charmap {
    uint32_t magic;
    uint32_t pages;
    uint8_t briefs[QM_CHARMAP_BRIEFS];
    uint16_t page_of[QM_CHARMAP_BLOCKS];
    int32_t entries[]; /* pages * 256 */
};

/* Fills in the briefs, which the entries tell. */
void qm_charmap_brief(struct qm_charmap *map);

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
    uint8_t *widths;
} qm_text_columns;

#define QM_DECODE_READ 32 /* bytes of the text that are read at a time */
#ifdef __x86_64__
/* Reads characters of three bytes and of one by eights up to the first of another kind, or to the
 * last bytes of the text; returns how many. start: byte offset of the first; *size: of them all. */
uint32_t qm_decode_run_avx2(const uint8_t *at, const uint8_t *end, uint32_t start,
                            qm_text_columns to, size_t *size);
#endif

#endif
