/* The character table: text of the kind "chars" into the section CHAR. */
#include "compile/compile.h"
#include "text/charmap.h"

/* What the builder keeps of it, in rooms[QM_COMPILE_TEXT]. */
typedef struct qm_chars {
    struct qm_charmap *map;
    size_t size;
} qm_chars;

#define CODEPOINTS 0x110000u

static const char *const class_names[] = {"other", "han",  "numeral", "digit",
                                          "latin", "kana", "punct",   "space"};

/* Hexadecimal, the whole field. */
static int read_codepoint(const qm_tsv *tsv, uint32_t index, uint32_t *out, qm_error *err)
{
    qm_bytes field = qm_tsv_field(tsv, index);
    const char *digits = field.data;
    uint32_t value = 0;
    for (size_t i = 0; i < field.size && value < CODEPOINTS; i++) {
        char c = digits[i];
        uint32_t digit;
        if (c >= '0' && c <= '9') digit = (uint32_t)(c - '0');
        else if (c >= 'A' && c <= 'F') digit = (uint32_t)(c - 'A') + 10;
        else return qm_tsv_fail(tsv, index, err, "not a code point in capital hexadecimal");
        value = value * 16 + digit;
    }
    if (field.size == 0 || value >= CODEPOINTS)
        return qm_tsv_fail(tsv, index, err, "a code point is 0000 to 10FFFF");
    *out = value;
    return QM_OK;
}

static int read_fold(const qm_tsv *tsv, int32_t *flat, qm_error *err)
{
    uint32_t from = 0, to = 0;
    int status = read_codepoint(tsv, 1, &from, err);
    if (status == QM_OK) status = read_codepoint(tsv, 2, &to, err);
    if (status != QM_OK) return status;
    flat[from] = ((int32_t)to - (int32_t)from) * 8 + (flat[from] & 7);
    return QM_OK;
}

static int read_class(const qm_tsv *tsv, int32_t *flat, qm_error *err)
{
    uint32_t first = 0, last = 0;
    int status = read_codepoint(tsv, 1, &first, err);
    if (status == QM_OK) status = read_codepoint(tsv, 2, &last, err);
    if (status != QM_OK) return status;
    if (last < first) return qm_tsv_fail(tsv, 2, err, "the range ends before it starts");
    qm_bytes name = qm_tsv_field(tsv, 3);
    for (int32_t class = 0; class < 8; class ++) {
        if (!qm_bytes_equal(name, qm_bytes_of(class_names[class]))) continue;
        for (uint32_t c = first; c <= last; c++) flat[c] = (flat[c] & ~7) | class;
        return QM_OK;
    }
    return qm_tsv_fail(tsv, 3, err, "no such class of characters");
}

static int read_rows(qm_bytes text, int32_t *flat, qm_error *err)
{
    qm_tsv tsv;
    qm_tsv_open(&tsv, text);
    while (qm_tsv_next(&tsv)) {
        qm_bytes what = qm_tsv_field(&tsv, 0);
        int status;
        if (qm_bytes_equal(what, qm_bytes_of("fold"))) status = read_fold(&tsv, flat, err);
        else if (qm_bytes_equal(what, qm_bytes_of("class"))) status = read_class(&tsv, flat, err);
        else status = qm_tsv_fail(&tsv, 0, err, "a row is 'fold' or 'class'");
        if (status != QM_OK) return status;
    }
    return QM_OK;
}

/* A character has the class of what it folds to, so that one look-up gives both; and folding what
 * is folded must change nothing. */
static int settle(int32_t *flat, qm_error *err)
{
    for (uint32_t c = 0; c < CODEPOINTS; c++) {
        uint32_t folded = qm_entry_fold(flat[c], c);
        if (flat[folded] >> 3 != 0)
            return qm_fail(err, QM_E_SYNTAX, "U+%04X folds to U+%04X, which folds on", c, folded);
        flat[c] = (flat[c] & ~7) | (flat[folded] & 7);
    }
    return QM_OK;
}

/* Equal blocks share a page. Compares with every page so far: some hundred of them. */
static void share_pages(const int32_t *flat, struct qm_charmap *map)
{
    map->magic = QM_CHARMAP_MAGIC;
    map->pages = 0;
    for (uint32_t block = 0; block < QM_CHARMAP_BLOCKS; block++) {
        const int32_t *entries = flat + (size_t)block * 256;
        uint32_t page = 0;
        while (page < map->pages && memcmp(map->entries + (size_t)page * 256, entries, 1024) != 0)
            page++;
        map->page_of[block] = (uint16_t)page;
        if (page < map->pages) continue;
        memcpy(map->entries + (size_t)page * 256, entries, 1024);
        map->pages++;
    }
}

static int keep(qm_builder *builder, qm_chars *chars, const int32_t *flat, qm_error *err)
{
    size_t most = sizeof *chars->map + CODEPOINTS * sizeof(int32_t);
    struct qm_charmap *map = qm_resize(builder->alloc, NULL, 0, most);
    if (!map) return qm_fail_nomem(err);
    share_pages(flat, map);
    qm_charmap_brief(map);
    chars->size = sizeof *map + (size_t)map->pages * 1024;
    chars->map = qm_resize(builder->alloc, map, most, chars->size);
    if (!chars->map) {
        qm_release(builder->alloc, map, most);
        return qm_fail_nomem(err);
    }
    return QM_OK;
}

/* flat: CODEPOINTS zeros to work on. */
static int compile(qm_builder *builder, qm_bytes text, int32_t *flat, qm_error *err)
{
    qm_chars *chars = qm_alloc_zero(builder->alloc, sizeof *chars);
    if (!chars) return qm_fail_nomem(err);
    int status = read_rows(text, flat, err);
    if (status == QM_OK) status = settle(flat, err);
    if (status == QM_OK) status = keep(builder, chars, flat, err);
    if (status != QM_OK) {
        qm_release(builder->alloc, chars, sizeof *chars);
        return status;
    }
    builder->rooms[QM_COMPILE_TEXT] = chars;
    builder->map = chars->map;
    return QM_OK;
}

int qm_chars_read(qm_builder *builder, qm_bytes text, qm_error *err)
{
    if (builder->map)
        return qm_fail(err, QM_E_INVALID, "the characters are given already, once and for all");
    int32_t *flat = qm_alloc_zero(builder->alloc, CODEPOINTS * sizeof *flat);
    if (!flat) return qm_fail_nomem(err);
    int status = compile(builder, text, flat, err);
    qm_release(builder->alloc, flat, CODEPOINTS * sizeof *flat);
    return status;
}

int qm_chars_finish(qm_builder *builder, qm_image_writer *writer, qm_error *err)
{
    const qm_chars *chars = builder->rooms[QM_COMPILE_TEXT];
    if (!chars) return QM_OK;
    return qm_image_writer_add(writer, QM_SECTION_ID('C', 'H', 'A', 'R'), chars->map, chars->size,
                               err);
}

void qm_chars_free(qm_builder *builder)
{
    qm_chars *chars = builder->rooms[QM_COMPILE_TEXT];
    if (!chars) return;
    qm_release(builder->alloc, chars->map, chars->size);
    qm_release(builder->alloc, chars, sizeof *chars);
    builder->rooms[QM_COMPILE_TEXT] = NULL;
    builder->map = NULL;
}
