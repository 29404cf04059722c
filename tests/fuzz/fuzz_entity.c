/* Any bytes as a text, cut into any words: rows in order, never overlapping, linked backwards to a
 * row of their kind. The first byte is the number of bytes whose bits say where words begin. */
#include "engine/model.h"
#include "entity/entity.h"
#include "fuzz.h"

#define LEXICONS 8

typedef struct room {
    qm_model *model;
    qm_lexicon lexicons[LEXICONS];
    size_t n;
    const qm_charmap *map;
    qm_segmenter *segmenter;
    qm_recognizer *recognizer;
    qm_entity_scratch *scratch;
} room;

/* Made once: making takes longer than reading. */
static room *the_room(void)
{
    static room r;
    if (r.scratch) return &r;
    FUZZ_CHECK(qm_model_builtin(&r.model, NULL) == QM_OK);
    const qm_images *images = qm_model_images(r.model);
    for (; r.n < images->count && r.n < LEXICONS; r.n++) {
        const qm_image *image = &images->at[r.n];
        qm_bytes chars = qm_image_section(image, QM_SECTION_ID('C', 'H', 'A', 'R'));
        FUZZ_CHECK(qm_lexicon_bind(&r.lexicons[r.n], image, NULL) == QM_OK);
        r.lexicons[r.n].source = (uint8_t)r.n;
        if (chars.data) FUZZ_CHECK(qm_charmap_bind(chars, true, &r.map, NULL) == QM_OK);
    }
    FUZZ_CHECK(qm_segmenter_new(&r.segmenter, images, r.lexicons, r.n, NULL, NULL) == QM_OK);
    FUZZ_CHECK(qm_recognizer_new(&r.recognizer, images, r.lexicons, r.n, r.segmenter, NULL, NULL) ==
               QM_OK);
    FUZZ_CHECK(qm_entity_scratch_new(&r.scratch, r.recognizer, NULL, NULL) == QM_OK);
    return &r;
}

static void check_rows(const qm_entities *rows, uint32_t count)
{
    uint32_t at = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const qm_entity *row = &rows->at[i];
        FUZZ_CHECK(row->start >= at && row->start < row->end && row->end <= count);
        FUZZ_CHECK(qm_entity_kind_name(row->kind) && row->kind > 0);
        FUZZ_CHECK(row->link <= i && rows->at[row->link].kind == row->kind);
        FUZZ_CHECK(rows->at[row->link].link == row->link);
        at = row->end;
    }
}

static void find(room *r, qm_text *text, const uint8_t *bits, size_t n_bits)
{
    const qm_allocator *alloc = qm_allocator_or_default(NULL);
    qm_words words = {.begins = malloc(text->count + 1u)};
    qm_clauses clauses = {0};
    qm_matches matches[QM_ROOMS] = {0};
    qm_char_codes codes[LEXICONS] = {0};
    qm_quantities quantities = {0};
    qm_entities rows = {0};
    FUZZ_CHECK(words.begins);
    for (uint32_t i = 0; i <= text->count; i++)
        words.begins[i] =
            n_bits == 0 || i == 0 || i == text->count || (bits[i / 8 % n_bits] >> i % 8 & 1);
    FUZZ_CHECK(qm_clauses_find(text, alloc, &clauses, NULL) == QM_OK);
    for (size_t i = 0; i < r->n; i++)
        FUZZ_CHECK(qm_lexicon_scan(&r->lexicons[i], text, 0, text->count, 0xFF, alloc, matches,
                                   &codes[i], NULL) == QM_OK);
    FUZZ_CHECK(qm_entity_find(r->recognizer, r->scratch, text, &clauses, &words,
                              &matches[QM_ROOM_ENTITY], codes, &quantities, &rows, NULL) == QM_OK);
    check_rows(&rows, text->count);
    free(words.begins);
    qm_array_free(alloc, &clauses);
    qm_matches_free(matches, alloc);
    for (size_t i = 0; i < r->n; i++) qm_array_free(alloc, &codes[i]);
    qm_array_free(alloc, &rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    room *r = the_room();
    size_t n_bits = size > 0 && data[0] < size ? data[0] : 0;
    size_t head = size > 0 ? n_bits + 1 : 0;
    qm_text text;
    qm_text_init(&text, NULL);
    FUZZ_CHECK(qm_text_decode(&text, r->map, (const char *)data + head, size - head, false, NULL) ==
               QM_OK);
    FUZZ_CHECK(qm_text_join(&text, NULL) == QM_OK);
    find(r, &text, data + 1, n_bits);
    qm_text_free(&text);
    return 0;
}
