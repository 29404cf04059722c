/* Any bytes as a model image: refused, or a lexicon that can be scanned. The bytes are tried as
 * they are, and once more as changes to a good image, with the checksum of its header made right,
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

static void scan(const qm_image *image)
{
    static const uint32_t chars[] = {U'肉', U'牛',      U'养', U'殖', U'牛', 'A',
                                     'b',   U'养',      U'牛', U'养', U'殖', 0x10FFFF,
                                     U'牛', UINT32_MAX, 0,     U'养', 1,     2};
    const uint32_t count = sizeof chars / sizeof *chars;
    qm_text text = {.chars = (uint32_t *)chars, .count = count};
    qm_matches matches[QM_ROOMS] = {0};
    qm_char_codes codes = {0};
    qm_lexicon lexicon;
    const qm_allocator *alloc = qm_allocator_or_default(NULL);
    if (qm_lexicon_bind(&lexicon, image, NULL) != QM_OK) return;
    if (qm_lexicon_scan(&lexicon, &text, 0, count, 0xFF, alloc, matches, &codes, NULL) == QM_OK) {
        for (uint32_t room = 0; room < QM_ROOMS; room++)
            check_matches(&lexicon, &matches[room], room, count);
        ask(&lexicon, &codes);
    }
    qm_matches_free(matches, alloc);
    qm_array_free(alloc, &codes);
}

/* A small image with nested words. Made once: building takes longer than scanning. */
static qm_bytes good;

static void make_good(void)
{
    static const char *const words[] = {"养", "养牛", "肉牛养殖", "养殖", "牛", "殖牛", "ab"};
    static qm_image_writer *writer; /* stays: it owns the bytes */
    qm_lexicon_builder *builder = NULL;
    bool fine = qm_lexicon_builder_new(&builder, NULL, NULL) == QM_OK &&
                qm_image_writer_new(&writer, NULL, NULL) == QM_OK;
    for (uint32_t i = 0; fine && i < sizeof words / sizeof *words; i++) {
        qm_sense sense = {.kind = QM_SENSE_ENTITY, .value = i};
        qm_sense other = {.kind = i % 2 ? QM_SENSE_INITIATIVE : QM_SENSE_QUANTITY};
        qm_bytes word = qm_bytes_of(words[i]);
        fine = qm_lexicon_builder_add(builder, NULL, word, sense, NULL) == QM_OK &&
               qm_lexicon_builder_add(builder, NULL, word, other, NULL) == QM_OK;
    }
    if (!fine || qm_lexicon_builder_finish(builder, writer, NULL) != QM_OK ||
        qm_image_writer_finish(writer, &good, NULL) != QM_OK)
        abort();
    qm_lexicon_builder_free(builder);
}

/* Each change is an offset of two bytes and a new value of one. */
static void scan_changed(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(good.size);
    qm_image image;
    if (!copy) return;
    memcpy(copy, good.data, good.size);
    for (size_t i = 0; i + 3 <= size; i += 3)
        copy[((size_t)data[i] << 8 | data[i + 1]) % good.size] = data[i + 2];
    qm_image_header *head = (qm_image_header *)copy;
    if (head->sections <= (good.size - sizeof *head) / sizeof(qm_image_entry))
        head->checksum = qm_image_head_checksum(copy, head->sections);
    if (qm_image_open(&image, (qm_bytes){copy, good.size}, true, NULL) == QM_OK) {
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
    if (!good.data) make_good();
    scan_changed(data, size);
    return 0;
}
