#include "text/charmap.h"

#define LAST_CODEPOINT 0x10FFFF

uint32_t qm_charmap_fold(const qm_charmap *map, uint32_t codepoint)
{
    if (codepoint > LAST_CODEPOINT) return QM_ILL_FORMED;
    return qm_entry_fold(qm_charmap_entry(map, codepoint), codepoint);
}

uint8_t qm_charmap_class(const qm_charmap *map, uint32_t folded)
{
    if (folded > LAST_CODEPOINT) return QM_CHAR_OTHER;
    return qm_entry_class(qm_charmap_entry(map, folded));
}

static uint8_t brief_of(const qm_charmap *map, uint32_t codepoint)
{
    int32_t entry = qm_charmap_entry(map, codepoint);
    return (uint8_t)(qm_entry_class(entry) | (entry >> 3 ? QM_BRIEF_FOLDS : 0));
}

void qm_charmap_brief(struct qm_charmap *map)
{
    for (uint32_t c = 0; c < QM_CHARMAP_BRIEFS; c++) map->briefs[c] = brief_of(map, c);
}

/* Every code point must fold to a code point. */
static bool block_is_valid(const qm_charmap *map, uint32_t block)
{
    if (map->page_of[block] >= map->pages) return false;
    const int32_t *page = map->entries + (size_t)map->page_of[block] * 256;
    int32_t base = (int32_t)(block << 8);
    bool valid = true;
    for (int32_t i = 0; i < 256; i++) {
        int32_t folded = base + i + (page[i] >> 3);
        valid &= folded >= 0 && folded <= LAST_CODEPOINT;
    }
    return valid;
}

int qm_charmap_bind(qm_bytes section, bool trusted, const qm_charmap **out, qm_error *err)
{
    const qm_charmap *map = section.data;
    if (!map || (uintptr_t)section.data % 4 != 0 || section.size < sizeof *map)
        return qm_fail(err, QM_E_CORRUPT, "character table is cut short or misaligned");
    if (map->magic != QM_CHARMAP_MAGIC)
        return qm_fail(err, QM_E_CORRUPT, "character table has an unknown format");
    if (map->pages > QM_CHARMAP_BLOCKS || section.size != sizeof *map + (size_t)map->pages * 1024)
        return qm_fail(err, QM_E_CORRUPT, "character table has a wrong size");
    for (uint32_t block = 0; block < QM_CHARMAP_BLOCKS && !trusted; block++)
        if (!block_is_valid(map, block))
            return qm_fail(err, QM_E_CORRUPT, "character table: block %u points outside", block);
    for (uint32_t c = 0; c < QM_CHARMAP_BRIEFS && !trusted; c++)
        if (map->briefs[c] != brief_of(map, c))
            return qm_fail(err, QM_E_CORRUPT, "character table: U+%04X is told in two ways", c);
    *out = map;
    return QM_OK;
}
