/* The segmenter and its public functions. */
#include "segment/segment.h"
#include "segment/rules.h"

struct qm_segmenter {
    qm_allocator own_alloc;
    bool user_words;
};

struct qm_segment_scratch {
    qm_allocator own_alloc;
};

static bool has_words(const qm_lexicon *lexicon)
{
    for (uint32_t entry = 0; entry < lexicon->entries; entry++)
        if (lexicon->rooms[entry] & 1) return true;
    return false;
}

int qm_segmenter_new(qm_segmenter **out, const qm_images *images, const qm_lexicon *lexicons,
                     size_t n_lexicons, const qm_allocator *alloc, qm_error *err)
{
    (void)images;
    alloc = qm_allocator_or_default(alloc);
    qm_segmenter *made = qm_alloc_zero(alloc, sizeof *made);
    if (!made) return qm_fail_nomem(err);
    made->own_alloc = *alloc;
    for (size_t i = 0; i < n_lexicons; i++)
        if (has_words(&lexicons[i])) made->user_words = true;
    *out = made;
    return QM_OK;
}

void qm_segmenter_free(qm_segmenter *segmenter)
{
    if (!segmenter) return;
    qm_allocator alloc = segmenter->own_alloc;
    qm_release(&alloc, segmenter, sizeof *segmenter);
}

bool qm_segmenter_wants_matches(const qm_segmenter *segmenter)
{
    return segmenter->user_words;
}

int qm_segment_scratch_new(qm_segment_scratch **out, const qm_segmenter *segmenter,
                           const qm_allocator *alloc, qm_error *err)
{
    (void)segmenter;
    alloc = qm_allocator_or_default(alloc);
    qm_segment_scratch *made = qm_alloc_zero(alloc, sizeof *made);
    if (!made) return qm_fail_nomem(err);
    made->own_alloc = *alloc;
    *out = made;
    return QM_OK;
}

void qm_segment_scratch_free(qm_segment_scratch *scratch)
{
    if (!scratch) return;
    qm_allocator alloc = scratch->own_alloc;
    qm_release(&alloc, scratch, sizeof *scratch);
}

static int reserve_words(qm_words *words, uint32_t count, const qm_allocator *alloc)
{
    uint32_t need = count + 1;
    if (need <= words->room) return QM_OK;
    uint32_t room = need + need / 2 < need ? need : need + need / 2;
    uint8_t *block = qm_resize(alloc, words->begins, 2 * (size_t)words->room, 2 * (size_t)room);
    if (!block) return QM_E_NOMEM;
    words->begins = block; /* begins and tags share one block */
    words->tags = block + room;
    words->room = room;
    return QM_OK;
}

void qm_words_free(qm_words *words, const qm_allocator *alloc)
{
    alloc = qm_allocator_or_default(alloc);
    qm_release(alloc, words->begins, 2 * (size_t)words->room);
    *words = (qm_words){NULL, NULL, 0};
}

int qm_segment_run(const qm_segmenter *segmenter, qm_segment_scratch *scratch, const qm_text *text,
                   const qm_matches *matches, const qm_segment_options *options, qm_words *out,
                   qm_error *err)
{
    (void)segmenter;
    (void)matches;
    if (reserve_words(out, text->count, &scratch->own_alloc) != QM_OK) return qm_fail_nomem(err);
    for (uint32_t i = 0; i < text->count; i++)
        out->begins[i] =
            i == 0 || text->classes[i] != text->classes[i - 1] || text->classes[i] == QM_CHAR_PUNCT;
    out->begins[text->count] = 1;
    qm_segment_rules(text, out->begins);
    if (options->tags) memset(out->tags, 0, text->count + 1);
    return QM_OK;
}

const char *qm_upos_name(uint32_t code)
{
    static const char *const names[] = {"",      "ADJ",   "ADP",   "ADV", "AUX",  "CCONJ",
                                        "DET",   "INTJ",  "NOUN",  "NUM", "PART", "PRON",
                                        "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X"};
    return code < sizeof names / sizeof *names ? names[code] : NULL;
}
