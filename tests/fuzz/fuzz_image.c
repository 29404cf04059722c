/* Any bytes as a model image: refused, or a lexicon that can be scanned. The bytes are tried as
 * they are, and once more as changes to good images, with the checksum of its header made right,
 * for no mutation would ever hit upon that. */
#include "image/format.h"
#include "image/lexicon.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Senses are of the room that is told of them, and there are some. */
static void check_senses(const qm_sense *senses, uint32_t n, uint32_t room)
{
    if (n == 0) abort();
    for (uint32_t k = 0; k < n; k++)
        if (senses[k].kind >> 8 != room) abort();
}

static void check_matches(const qm_lexicon *lexicon, const qm_matches *matches, uint32_t room,
                          uint32_t count)
{
    for (size_t i = 0; i < matches->count; i++) {
        const qm_match *match = &matches->at[i];
        uint32_t n;
        if (match->start >= match->end || match->end > count) abort();
        const qm_sense *senses = qm_match_senses(lexicon, match, &n);
        check_senses(senses, n, room);
    }
}

/* What rooms ask for: every group, and what characters mean by themselves. */
static void ask(const qm_lexicon *lexicon, const qm_char_codes *codes)
{
    const qm_sense *senses;
    uint32_t group, n;
    for (qm_room room = 0; room < QM_ROOMS; room++) {
        for (uint32_t at = 0; (senses = qm_lexicon_next(lexicon, room, &at, &group, &n));)
            check_senses(senses, n, room);
        for (size_t i = 0; i < codes->count; i++)
            if ((senses = qm_lexicon_ask(lexicon, room, codes->at[i], &group, &n)))
                check_senses(senses, n, room);
    }
}

enum { COUNT = 150 }; /* more than are read at once */

/* A text of the same over and over: what all rooms find in it, and each alone. */
static void scan_text(const qm_lexicon *lexicon, const uint32_t *some, uint32_t n)
{
    uint32_t chars[COUNT];
    for (uint32_t i = 0; i < COUNT; i++) chars[i] = some[i % n];
    const qm_allocator *alloc = qm_allocator_or_default(NULL);
    qm_text text = {.chars = chars, .count = COUNT};
    qm_char_codes codes = {0};
    for (uint32_t alone = 0; alone <= QM_ROOMS; alone++) {
        uint32_t wanted = alone < QM_ROOMS ? 1u << alone : UINT32_MAX;
        qm_matches matches[QM_ROOMS] = {0};
        if (qm_lexicon_scan(lexicon, &text, 0, COUNT, wanted, alloc, matches, &codes, NULL) !=
            QM_OK)
            abort();
        for (uint32_t room = 0; room < QM_ROOMS; room++)
            check_matches(lexicon, &matches[room], room, COUNT);
        qm_matches_free(matches, alloc);
    }
    ask(lexicon, &codes);
    qm_array_free(alloc, &codes);
}

static void scan(const qm_image *image)
{
    static const uint32_t mixed[] = {U'肉', U'牛',      U'养', U'殖', U'牛', 'A',
                                     'b',   U'养',      U'牛', U'养', U'殖', 0x10FFFF,
                                     U'牛', UINT32_MAX, 0,     U'养', 1,     2};
    static const uint32_t basic[] = {U'养', U'牛', U'肉', U'牛', U'养', U'殖', U'牛', 0xFFFF,
                                     'a',   'B',   0,     0x80,  0xFF,  U'殖', U'牛', U'养'};
    qm_lexicon lexicon;
    if (qm_lexicon_bind(&lexicon, image, NULL) != QM_OK) return;
    scan_text(&lexicon, mixed, sizeof mixed / sizeof *mixed);
    scan_text(&lexicon, basic, sizeof basic / sizeof *basic);
}

/* Nested words, of which those of several hanzi are for the first room, too; and a character
 * of each of so many pages. */
static void add_words(qm_lexicon_builder *builder, uint32_t pages)
{
    static const char *const words[] = {"养", "养牛", "肉牛养殖", "养殖", "牛", "殖牛", "ab"};
    for (uint32_t i = 0; i < sizeof words / sizeof *words; i++) {
        const qm_bytes word = qm_bytes_of(words[i]);
        const qm_sense senses[] = {{.kind = QM_SENSE_ENTITY, .value = i},
                                   {.kind = i % 2 ? QM_SENSE_INITIATIVE : QM_SENSE_QUANTITY},
                                   {.kind = QM_SENSE_WORDS}};
        const uint32_t n = strlen(words[i]) > 3 ? 3 : 2;
        for (uint32_t k = 0; k < n; k++)
            if (qm_lexicon_builder_add(builder, NULL, word, senses[k], NULL) != QM_OK) abort();
    }
    for (uint32_t page = 0; page < pages; page++) {
        const char word[] = {(char)(0xE4 + page / 16), (char)(0x80 + page % 16 * 4), (char)0x80, 0};
        const qm_sense sense = {.kind = QM_SENSE_INITIATIVE, .value = page};
        if (qm_lexicon_builder_add(builder, NULL, qm_bytes_of(word), sense, NULL) != QM_OK) abort();
    }
}

/* Images with few characters, and with so many that one stage tells their codes. Made once:
 * building takes longer than scanning. */
enum { GOOD = 2 };
static qm_bytes good[GOOD];

static void make_good(void)
{
    static qm_image_writer *writers[GOOD]; /* stay: they own the bytes */
    static const uint32_t pages[GOOD] = {0, 64};
    for (uint32_t i = 0; i < GOOD; i++) {
        qm_lexicon_builder *builder = NULL;
        if (qm_lexicon_builder_new(&builder, NULL, NULL) != QM_OK ||
            qm_image_writer_new(&writers[i], NULL, NULL) != QM_OK)
            abort();
        add_words(builder, pages[i]);
        if (qm_lexicon_builder_finish(builder, writers[i], NULL) != QM_OK ||
            qm_image_writer_finish(writers[i], &good[i], NULL) != QM_OK)
            abort();
        qm_lexicon_builder_free(builder);
    }
}

/* Each change is an offset of two bytes and a new value of one. */
static void scan_changed(qm_bytes from, const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(from.size);
    qm_image image;
    if (!copy) return;
    memcpy(copy, from.data, from.size);
    for (size_t i = 0; i + 3 <= size; i += 3)
        copy[((size_t)data[i] << 8 | data[i + 1]) % from.size] = data[i + 2];
    qm_image_header *head = (qm_image_header *)copy;
    if (head->sections <= (from.size - sizeof *head) / sizeof(qm_image_entry))
        head->checksum = qm_image_head_checksum(copy, head->sections);
    if (qm_image_open(&image, (qm_bytes){copy, from.size}, true, NULL) == QM_OK) {
        image.trusted = false; /* only the checksums were to be passed over */
        qm_image_info(&image, "build-id");
        scan(&image);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    qm_image image;
    uint8_t *copy = malloc(size + 1);
    if (!copy) return 0;
    if (size > 0) memcpy(copy, data, size);
    if (qm_image_open(&image, (qm_bytes){copy, size}, false, NULL) == QM_OK) scan(&image);
    free(copy);
    if (!good[0].data) make_good();
    for (uint32_t i = 0; i < GOOD; i++) scan_changed(good[i], data, size);
    return 0;
}
