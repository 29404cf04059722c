/* Any bytes: decoded, joined and cut into clauses; the map to the bytes always leads forward. */
#include "fuzz.h"
#include "text/charmap.h"

#define PAGES 6

/* Folds nothing; classes of ASCII and of the ranges where the marks and Han characters are. */
static const qm_charmap *plain_map(void)
{
    static uint32_t words[(sizeof(qm_charmap) + PAGES * 256 * sizeof(int32_t)) / 4];
    qm_charmap *table = (qm_charmap *)words;
    if (table->magic) return table;
    static const uint8_t page_classes[PAGES] = {QM_CHAR_OTHER, QM_CHAR_LATIN, QM_CHAR_HAN,
                                                QM_CHAR_PUNCT, QM_CHAR_PUNCT, QM_CHAR_PUNCT};
    table->magic = QM_CHARMAP_MAGIC;
    table->pages = PAGES;
    for (uint32_t i = 0; i < PAGES * 256; i++) table->entries[i] = page_classes[i >> 8];
    for (uint32_t c = 0; c <= ' '; c++) table->entries[256 + c] = QM_CHAR_SPACE;
    for (uint32_t c = '!'; c < 'A'; c++) table->entries[256 + c] = QM_CHAR_PUNCT;
    for (uint32_t c = '0'; c <= '9'; c++) table->entries[256 + c] = QM_CHAR_DIGIT;
    table->entries[3 * 256] = (' ' - 0x3000) * 8 + QM_CHAR_SPACE; /* U+3000 */
    table->entries[2 * 256] = QM_CHAR_NUMERAL;                    /* 一 */
    table->page_of[0] = 1;
    for (uint32_t block = 0x4E; block <= 0x9F; block++) table->page_of[block] = 2;
    table->page_of[0x30] = 3;
    table->page_of[0xFF] = 4;
    table->page_of[0x20] = 5;
    qm_charmap_brief(table);
    return table;
}

static void check_map(const qm_text *text)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < text->count; i++) {
        FUZZ_CHECK(text->starts[i] >= at && text->widths[i] > 0);
        at = text->starts[i] + text->widths[i];
    }
    FUZZ_CHECK(at <= text->size && text->starts[text->count] == text->size);
    for (int i = 1; i <= QM_TEXT_PAD; i++)
        FUZZ_CHECK(!text->chars[-i] && !text->chars[(int64_t)text->count + i - 1]);
}

static void check_clauses(const qm_text *text, const qm_clauses *clauses)
{
    uint32_t at = 0;
    for (size_t i = 0; i < clauses->count; i++) {
        const qm_clause *clause = &clauses->at[i];
        FUZZ_CHECK(clause->start >= at && clause->start < clause->end);
        FUZZ_CHECK(clause->end <= text->count);
        FUZZ_CHECK(clause->role >= QM_ROLE_BODY && clause->role <= QM_ROLE_NAVIGATION);
        if (i > 0) FUZZ_CHECK(clause->sentence >= clause[-1].sentence);
        if (i > 0) FUZZ_CHECK(clause->paragraph >= clause[-1].paragraph);
        at = clause->end;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    qm_text text;
    qm_clauses clauses = {0};
    qm_text_init(&text, NULL);
    FUZZ_CHECK(qm_text_decode(&text, plain_map(), (const char *)data, size, false, NULL) == QM_OK);
    uint32_t decoded = text.count;
    check_map(&text);
    FUZZ_CHECK(qm_text_join(&text, NULL) == QM_OK && text.count <= decoded);
    check_map(&text);
    FUZZ_CHECK(qm_clauses_find(&text, text.alloc, &clauses, NULL) == QM_OK);
    check_clauses(&text, &clauses);
    qm_array_free(text.alloc, &clauses);
    qm_text_free(&text);
    return 0;
}
