#include "base/processor.h"
#include "text/charmap.h"
#include "text/lines.h"

/* Longer texts would not fit the 32-bit offsets with their padding. */
#define MAX_SIZE (UINT32_MAX - 64u)

void qm_text_init(qm_text *text, const qm_allocator *alloc)
{
    *text = (qm_text){.alloc = qm_allocator_or_default(alloc)};
}

/* One block holds the four columns: chars, starts, classes, widths, each with its padding, and
 * behind them what may be read beyond the classes of a short text. */
static size_t block_size(size_t room)
{
    return (room + (size_t)2 * QM_TEXT_PAD) * (2 * sizeof(uint32_t) + 2) + QM_MARKS_READ;
}

static void *block_start(const qm_text *text)
{
    return text->chars ? text->chars - QM_TEXT_PAD : NULL;
}

void qm_text_free_scratch(qm_text *text)
{
    qm_array_free(text->alloc, &text->lines);
    qm_array_free(text->alloc, &text->marks);
    qm_array_free(text->alloc, &text->looks);
    qm_array_free(text->alloc, &text->cuts);
    qm_array_free(text->alloc, &text->breaks);
    text->marked = false;
}

void qm_text_free(qm_text *text)
{
    qm_release(text->alloc, block_start(text), block_size(text->room));
    qm_text_free_scratch(text);
    qm_array_free(text->alloc, &text->seams);
    qm_text_init(text, text->alloc);
}

static void lay_out(qm_text *text, void *block, size_t room)
{
    size_t padded = room + (size_t)2 * QM_TEXT_PAD;
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
    const uint8_t *begin, *at, *end;
    uint32_t count;
    bool wide; /* the processor has the registers for eight characters at a time */
} decoder;

static inline void run_of_eights(decoder *d)
{
#ifdef __x86_64__
    const qm_text *text = d->text;
    qm_text_columns to = {text->chars + d->count, text->starts + d->count, text->widths + d->count};
    size_t size;
    d->count += qm_decode_run_avx2(d->at, d->end, (uint32_t)(d->at - d->begin), to, &size);
    d->at += size;
#else
    (void)d;
#endif
}

static inline void put(decoder *d, uint32_t codepoint, uint32_t length)
{
    qm_text *text = d->text;
    text->chars[d->count] = codepoint;
    text->starts[d->count] = (uint32_t)(d->at - d->begin);
    text->widths[d->count] = (uint8_t)length;
    text->widths_seen |= 1u << length;
    d->count++;
    d->at += length;
}

static inline uint32_t three_bytes(const uint8_t *at)
{
    return (at[0] & 0xFu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
}

/* Overlong, or half of a surrogate pair: ill-formed in three bytes. Not a bool, so that four
 * answers can be joined without a jump each. */
static inline uint32_t is_no_scalar(uint32_t codepoint)
{
    return (uint32_t)(codepoint < 0x800) | (uint32_t)((codepoint & 0xFFFFF800u) == 0xD800);
}

/* Do twelve bytes look like four characters of three bytes? */
static inline bool looks_like_four(const uint8_t *at)
{
    static const uint8_t mask[12] = {0xF0, 0xC0, 0xC0, 0xF0, 0xC0, 0xC0,
                                     0xF0, 0xC0, 0xC0, 0xF0, 0xC0, 0xC0};
    static const uint8_t want[12] = {0xE0, 0x80, 0x80, 0xE0, 0x80, 0x80,
                                     0xE0, 0x80, 0x80, 0xE0, 0x80, 0x80};
    uint64_t a, a_mask, a_want;
    uint32_t b, b_mask, b_want;
    memcpy(&a, at, 8), memcpy(&a_mask, mask, 8), memcpy(&a_want, want, 8);
    memcpy(&b, at + 8, 4), memcpy(&b_mask, mask + 8, 4), memcpy(&b_want, want + 8, 4);
    return (((a & a_mask) ^ a_want) | ((b & b_mask) ^ b_want)) == 0;
}

/* Three-byte characters, nearly all of Chinese text, by fours. The columns are written through
 * local pointers: the compiler could not keep the members in registers. */
static void run_of_fours(decoder *d)
{
    const uint8_t *at = d->at, *end = d->end;
    uint32_t *restrict chars = d->text->chars + d->count;
    uint32_t *restrict starts = d->text->starts + d->count;
    uint8_t *restrict widths = d->text->widths + d->count;
    uint32_t count = 0;
    for (; end - at >= 12 && looks_like_four(at); at += 12, count += 4) {
        uint32_t a = three_bytes(at), b = three_bytes(at + 3);
        uint32_t c = three_bytes(at + 6), e = three_bytes(at + 9);
        if (is_no_scalar(a) | is_no_scalar(b) | is_no_scalar(c) | is_no_scalar(e)) break;
        uint32_t read[4] = {a, b, c, e};
        uint32_t start = (uint32_t)(at - d->begin);
        uint32_t begin[4] = {start, start + 3, start + 6, start + 9};
        memcpy(chars + count, read, sizeof read);
        memcpy(starts + count, begin, sizeof begin);
        memset(widths + count, 3, 4);
    }
    d->at = at;
    d->count += count;
}

/* The rest of a run; what is overlong or a surrogate is left to read_one. */
static inline void run_of_three(decoder *d)
{
    if (d->at == d->end || (*d->at & 0xF0) != 0xE0) return;
    if (d->wide) {
        run_of_eights(d);
        if (d->end - d->at >= QM_DECODE_READ) return; /* a character of another kind follows */
    }
    run_of_fours(d);
    while (d->end - d->at >= 3) {
        const uint8_t *at = d->at;
        if ((at[0] & 0xF0) != 0xE0 || (at[1] & 0xC0) != 0x80 || (at[2] & 0xC0) != 0x80) return;
        uint32_t codepoint = three_bytes(at);
        if (is_no_scalar(codepoint)) return;
        put(d, codepoint, 3);
    }
}

static inline void run_of_ascii(decoder *d)
{
    while (d->at < d->end && *d->at < 0x80) put(d, *d->at, 1);
}

/* Folds eight characters; their classes. */
static uint64_t fold_eight(const qm_charmap *map, uint32_t *chars)
{
    uint64_t classes = 0;
    for (uint32_t k = 0; k < 8; k++) {
        int32_t entry = qm_charmap_entry(map, chars[k]);
        chars[k] = qm_entry_fold(entry, chars[k]);
        classes |= (uint64_t)qm_entry_class(entry) << 8 * k;
    }
    return classes;
}

/* What was read is folded and gets its classes, by eights: as a rule nothing folds. Some of the
 * padding is read and written, too; it is zeros again afterwards. */
static void fold(qm_text *text, const qm_charmap *map)
{
    const uint8_t *briefs = map->briefs;
    bool is_basic = !(text->widths_seen & 1 << 4); /* all code points have briefs */
    for (uint32_t i = 0; i < text->count; i += 8) {
        uint32_t *chars = text->chars + i;
        uint64_t classes = is_basic ? 0 : UINT64_MAX;
        for (uint32_t k = 0; k < 8 && is_basic; k++) classes |= (uint64_t)briefs[chars[k]] << 8 * k;
        if (classes & QM_EACH_BYTE(QM_BRIEF_FOLDS)) classes = fold_eight(map, chars);
        classes = qm_little_endian(classes);
        memcpy(text->classes + i, &classes, 8);
    }
}

static void pad(qm_text *text)
{
    memset(text->chars + text->count, 0, QM_TEXT_PAD * sizeof *text->chars);
    memset(text->classes + text->count, 0, QM_TEXT_PAD);
}

int qm_text_decode(qm_text *text, const qm_charmap *map, const char *bytes, size_t size,
                   bool strict, qm_error *err)
{
    if (size > MAX_SIZE)
        return qm_fail(err, QM_E_LIMIT, "a document of %zu bytes is too long", size);
    if (reserve(text, size) != QM_OK) return qm_fail_nomem(err);
    if (size == 0) bytes = ""; /* an empty text may be nowhere */
    const uint8_t *begin = (const uint8_t *)bytes;
    decoder d = {text, begin, begin, begin + size, 0, qm_has_avx2()};
    text->bytes = bytes;
    text->size = size;
    text->count = text->ill_formed = 0;
    text->seams.count = 0;
    text->lines.count = 0;
    text->marked = false;
    text->widths_seen = 1 << 1 | 1 << 3;
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
    pad(text);
    fold(text, map);
    pad(text);
    return QM_OK;
}
