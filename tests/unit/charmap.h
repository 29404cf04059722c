/* The folding of lib/data/chars for tests that need a text, without an image around it. */
#ifndef QM_TEST_CHARMAP_H
#define QM_TEST_CHARMAP_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "text/charmap.h"

static const char *const qm_test_classes[] = {"other", "han",  "numeral", "digit",
                                              "latin", "kana", "punct",   "space"};

static void qm_test_charmap_row(int32_t *entries, const char *row)
{
    unsigned first, last;
    char name[16];
    if (sscanf(row, "fold\t%X\t%X", &first, &last) == 2) {
        entries[first] += ((int32_t)last - (int32_t)first) * 8;
    } else if (sscanf(row, "class\t%X\t%X\t%15s", &first, &last, name) == 3) {
        int32_t class = 0;
        while (strcmp(name, qm_test_classes[class]) != 0) class ++;
        for (unsigned c = first; c <= last; c++) entries[c] |= class;
    }
}

/* To be freed by the caller. */
static const qm_charmap *qm_test_charmap(void)
{
    size_t size = sizeof(qm_charmap) + 0x110000 * sizeof(int32_t);
    qm_charmap *map = calloc(1, size);
    FILE *rows = fopen(QM_SOURCE_DIR "/lib/data/chars/chars.tsv", "r");
    ck_assert(map && rows);
    map->magic = QM_CHARMAP_MAGIC;
    map->pages = QM_CHARMAP_BLOCKS;
    for (uint32_t i = 0; i < QM_CHARMAP_BLOCKS; i++) map->page_of[i] = (uint16_t)i;
    char row[256];
    while (fgets(row, sizeof row, rows)) qm_test_charmap_row(map->entries, row);
    fclose(rows);
    for (uint32_t c = 0; c < 0x110000; c++) {
        int32_t folded = map->entries[qm_entry_fold(map->entries[c], c)];
        map->entries[c] = (map->entries[c] & ~7) | (folded & 7);
    }
    qm_charmap_brief(map);
    const qm_charmap *bound;
    ck_assert_int_eq(qm_charmap_bind((qm_bytes){map, size}, false, &bound, NULL), QM_OK);
    return bound;
}

#endif
