/* Any bytes, cut and tagged in every way by the built-in model: every token ends behind its start,
 * fine cuts only add to words, terms only take away. */
#include "fuzz.h"

#include "engine/model.h"
#include "segment/segment.h"

typedef struct desk {
    qm_model *model;
    const qm_charmap *map;
    qm_segmenter *segmenter;
    qm_segment_scratch *scratch;
} desk;

static desk *open_desk(void)
{
    static desk d;
    if (d.scratch) return &d;
    FUZZ_CHECK(qm_model_builtin(&d.model, NULL) == QM_OK);
    const qm_images *images = qm_model_images(d.model);
    for (size_t i = 0; i < images->count; i++) {
        qm_bytes section = qm_image_section(&images->at[i], QM_SECTION_ID('C', 'H', 'A', 'R'));
        if (section.data) FUZZ_CHECK(qm_charmap_bind(section, true, &d.map, NULL) == QM_OK);
    }
    FUZZ_CHECK(qm_segmenter_new(&d.segmenter, images, NULL, 0, NULL, NULL) == QM_OK);
    FUZZ_CHECK(qm_segment_scratch_new(&d.scratch, d.segmenter, NULL, NULL) == QM_OK);
    return &d;
}

static void cut(desk *d, const qm_text *text, qm_segment_options options, qm_words *words)
{
    FUZZ_CHECK(qm_segment_run(d->segmenter, d->scratch, text, NULL, &options, words, NULL) ==
               QM_OK);
    FUZZ_CHECK(words->begins[text->count] == 1);
    FUZZ_CHECK(text->count == 0 || words->begins[0] == 1);
    for (uint32_t i = 0; i < text->count; i++) {
        bool blank = text->classes[i] == QM_CHAR_SPACE;
        bool before = i && text->classes[i - 1] == QM_CHAR_SPACE;
        FUZZ_CHECK(words->begins[i] <= 1);
        FUZZ_CHECK(i == 0 || blank == before || words->begins[i]);
        FUZZ_CHECK(!(i && blank && before && words->begins[i]));
        if (options.tags && words->begins[i]) FUZZ_CHECK((words->tags[i] == 0) == blank);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    desk *d = open_desk();
    qm_text text;
    qm_words words = {0}, fine = {0};
    qm_text_init(&text, NULL);
    FUZZ_CHECK(qm_text_decode(&text, d->map, (const char *)data, size, false, NULL) == QM_OK);
    cut(d, &text, (qm_segment_options){.quality = QM_LATTICE, .tags = true}, &words);
    cut(d, &text, (qm_segment_options){.tags = true}, &words);
    cut(d, &text, (qm_segment_options){.granularity = QM_FINE}, &fine);
    for (uint32_t i = 0; i < text.count; i++) FUZZ_CHECK(fine.begins[i] >= words.begins[i]);
    qm_words_free(&words, NULL);
    qm_words_free(&fine, NULL);
    qm_text_free(&text);
    return 0;
}
