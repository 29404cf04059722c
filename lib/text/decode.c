#include "text/charmap.h"
#include "text/lines.h"

/* Longer texts would not fit the 32-bit offsets with their padding. */
#define MAX_SIZE (UINT32_MAX - 64u)

void qm_text_init(qm_text *text, const qm_allocator *alloc)
{
    *text = (qm_text){.alloc = qm_allocator_or_default(alloc)};
}

/* One block holds the four columns: chars, starts, classes, widths, each with its padding. */
static size_t block_size(size_t room)
{
    return (room + 2 * QM_TEXT_PAD) * (2 * sizeof(uint32_t) + 2);
}

static void *block_start(const qm_text *text)
{
    return text->chars ? text->chars - QM_TEXT_PAD : NULL;
}

void qm_text_free(qm_text *text)
{
    qm_release(text->alloc, block_start(text), block_size(text->room));
    qm_array_free(text->alloc, &text->lines);
    qm_text_init(text, text->alloc);
}

static void lay_out(qm_text *text, void *block, size_t room)
{
    size_t padded = room + 2 * QM_TEXT_PAD;
    uint32_t *wide = block;
    uint8_t *narrow = (uint8_t *)(wide + 2 * padded);
    text->chars = wide + QM_TEXT_PAD;
    text->starts = wide + padded + QM_TEXT_PAD;
    text->classes = narrow + QM_TEXT_PAD;
    text->widths = narrow + padded + QM_TEXT_PAD;
    text->room = (uint32_t)room;
    memset(text->chars - QM_TEXT_PAD, 0, QM_TEXT_PAD * sizeof *text->chars);
    memset(text->classes - QM_TEXT_PAD, 0, QM_TEXT_PAD);
}

/* Room for the worst case, a character a byte: the loop then needs no checks. */
static int reserve(qm_text *text, size_t size)
{
    if (text->chars && size <= text->room) return QM_OK;
    size_t room = text->room + (size_t)text->room / 2;
    if (room < size) room = size;
    if (room > MAX_SIZE) room = MAX_SIZE;
    void *block = qm_resize(text->alloc, NULL, 0, block_size(room));
    if (!block) return QM_E_NOMEM;
    qm_release(text->alloc, block_start(text), block_size(text->room));
    lay_out(text, block, room);
    return QM_OK;
}

/* The ranges of second bytes that table 3-7 of the Unicode standard allows after a lead byte. */
static bool second_fits(uint8_t lead, uint8_t second)
{
    uint8_t low = 0x80, high = 0xBF;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    return second >= low && second <= high;
}

/* Reads one character or one maximal ill-formed piece; returns its length in bytes. */
static uint32_t read_one(const uint8_t *at, const uint8_t *end, uint32_t *codepoint)
{
    uint8_t lead = at[0];
    if (lead < 0x80) {
        *codepoint = lead;
        return 1;
    }
    uint32_t length = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1;
    *codepoint = UINT32_MAX;
    if (length == 1 || end - at < 2 || !second_fits(lead, at[1])) return 1;
    uint32_t value = (lead & (0x7Fu >> length)) << 6 | (at[1] & 0x3Fu);
    for (uint32_t i = 2; i < length; i++) {
        if (at + i == end || (at[i] & 0xC0) != 0x80) return i;
        value = value << 6 | (at[i] & 0x3Fu);
    }
    *codepoint = value;
    return length;
}

typedef struct decoder {
    qm_text *text;
    const qm_charmap *map;
    const uint8_t *begin, *at, *end;
    uint32_t count;
} decoder;

static inline void put(decoder *d, uint32_t codepoint, uint32_t length)
{
    qm_text *text = d->text;
    int32_t entry = qm_charmap_entry(d->map, codepoint);
    text->chars[d->count] = qm_entry_fold(entry, codepoint);
    text->classes[d->count] = qm_entry_class(entry);
    text->starts[d->count] = (uint32_t)(d->at - d->begin);
    text->widths[d->count] = (uint8_t)length;
    d->count++;
    d->at += length;
}

/* Three-byte characters, nearly all of Chinese text, as long as they last; the bounds leave what
 * is overlong or a surrogate to read_one. */
static inline void run_of_three(decoder *d)
{
    while (d->end - d->at >= 4) {
        uint32_t a = d->at[0], b = d->at[1] ^ 0x80u, c = d->at[2] ^ 0x80u;
        if ((a & 0xF0) != 0xE0 || (b | c) & 0xC0) return;
        uint32_t codepoint = (a & 0xF) << 12 | b << 6 | c;
        if (codepoint < 0x800 || codepoint - 0xD800u < 0x800) return;
        put(d, codepoint, 3);
    }
}

static inline void run_of_ascii(decoder *d)
{
    while (d->at < d->end && *d->at < 0x80) put(d, *d->at, 1);
}

int qm_text_decode(qm_text *text, const qm_charmap *map, const char *bytes, size_t size,
                   bool strict, qm_error *err)
{
    if (size > MAX_SIZE)
        return qm_fail(err, QM_E_LIMIT, "a document of %zu bytes is too long", size);
    if (reserve(text, size) != QM_OK) return qm_fail_nomem(err);
    const uint8_t *begin = (const uint8_t *)bytes;
    decoder d = {text, map, begin, begin, begin + size, 0};
    text->bytes = bytes;
    text->size = size;
    text->count = text->ill_formed = 0;
    while (d.at < d.end) {
        run_of_three(&d);
        run_of_ascii(&d);
        if (d.at == d.end) break;
        uint32_t codepoint;
        uint32_t length = read_one(d.at, d.end, &codepoint);
        if (codepoint == UINT32_MAX) {
            if (strict)
                return qm_fail_offset(err, QM_E_UTF8, (uint64_t)(d.at - begin),
                                      "ill-formed UTF-8 at byte %zu", (size_t)(d.at - begin));
            codepoint = QM_ILL_FORMED;
            text->ill_formed++;
        }
        put(&d, codepoint, length);
    }
    text->count = d.count;
    text->starts[d.count] = (uint32_t)size;
    memset(text->chars + d.count, 0, QM_TEXT_PAD * sizeof *text->chars);
    memset(text->classes + d.count, 0, QM_TEXT_PAD);
    return QM_OK;
}
