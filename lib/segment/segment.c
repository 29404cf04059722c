/* The segmenter and its public functions. */
#include "segment/parts.h"

/* Terms alone change no words. */
static bool has_words(const qm_lexicon *lexicon)
{
    const qm_sense *senses;
    uint32_t at = 0, group, count;
    while ((senses = qm_lexicon_next(lexicon, QM_ROOM_WORDS, &at, &group, &count)))
        if (senses[0].kind <= QM_SENSE_FORBID) return true; /* in ascending order */
    return false;
}

int qm_segmenter_new(qm_segmenter **out, const qm_images *images, const qm_lexicon *lexicons,
                     size_t n_lexicons, const qm_allocator *alloc, qm_error *err)
{
    alloc = qm_allocator_or_default(alloc);
    qm_segmenter *made = qm_alloc_zero(alloc, sizeof *made);
    if (!made) return qm_fail_nomem(err);
    made->alloc = *alloc;
    made->lexicons = lexicons;
    for (size_t i = 0; i < n_lexicons; i++)
        if (has_words(&lexicons[i])) made->user_words = true;
    for (size_t i = 0; i < images->count; i++) {
        bool found;
        int status = qm_words_bind(&made->model, &images->at[i], &found, err);
        made->has_model |= found;
        if (status == QM_OK) {
            status = qm_tags_bind(&made->tags, &images->at[i], &found, err);
            made->has_tags |= found;
        }
        if (status != QM_OK) {
            qm_release(alloc, made, sizeof *made);
            return status;
        }
    }
    *out = made;
    return QM_OK;
}

void qm_segmenter_free(qm_segmenter *segmenter)
{
    if (!segmenter) return;
    qm_allocator alloc = segmenter->alloc;
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
    made->alloc = *alloc;
    *out = made;
    return QM_OK;
}

void qm_segment_scratch_free(qm_segment_scratch *scratch)
{
    if (!scratch) return;
    qm_allocator alloc = scratch->alloc;
    qm_array_free(&alloc, &scratch->margins);
    qm_array_free(&alloc, &scratch->user);
    qm_release(&alloc, scratch, sizeof *scratch);
}

static int reserve_words(qm_words *words, uint32_t count, const qm_allocator *alloc)
{
    size_t need = (size_t)count + 1 + QM_TEXT_PAD;
    if (need <= words->room) return QM_OK;
    size_t room = need + need / 2 > UINT32_MAX ? need : need + need / 2;
    uint8_t *block = qm_resize(alloc, words->begins, 2 * (size_t)words->room, 2 * room);
    if (!block) return QM_E_NOMEM;
    words->begins = block; /* begins and tags share one block */
    words->tags = block + room;
    words->room = (uint32_t)room;
    return QM_OK;
}

void qm_words_free(qm_words *words, const qm_allocator *alloc)
{
    alloc = qm_allocator_or_default(alloc);
    qm_release(alloc, words->begins, 2 * (size_t)words->room);
    *words = (qm_words){.begins = NULL};
}

static void isolate_ill_formed(const qm_text *text, uint8_t *begins)
{
    for (uint32_t i = 0; i < text->count; i++)
        if (text->chars[i] == QM_ILL_FORMED) begins[i] = begins[i + 1] = 1;
}

static bool is_blank(const qm_text *text, uint32_t at)
{
    return at >= text->count || text->classes[at] == QM_CHAR_SPACE;
}

/* Word joiners between two characters: there is no word's end around them. Other blanks, as line
 * breaks, stay what they are, and a joiner beside one is a blank, too. */
static void join(const qm_text *text, uint8_t *begins, int16_t *margins)
{
    for (uint32_t i = 1, end; i < text->count; i = end) {
        for (end = i; end < text->count && text->chars[end] == QM_WORD_JOINER;) end++;
        if (end++ == i || is_blank(text, i - 1) || is_blank(text, end - 1)) continue;
        memset(begins + i, 0, end - i);
        for (uint32_t at = i; margins && at < end; at++) margins[at] = QM_MARGIN_NEVER;
    }
}

static void cut(const qm_segmenter *segmenter, qm_segment_scratch *scratch, const qm_text *text,
                bool margins, qm_words *out, bool classes)
{
    int16_t *to = margins ? scratch->margins.at : NULL;
    if (segmenter->has_model) {
        qm_cut_by_model(&segmenter->model, &scratch->score, text, out->begins, to,
                        classes ? out->tags : NULL);
    } else {
        qm_cut_by_class(text, out->begins, to);
        scratch->score.joiners = true; /* perhaps */
    }
}

void qm_put_tags(const qm_segmenter *segmenter, qm_segment_scratch *scratch, const qm_text *text,
                 const uint8_t *begins, uint8_t *tags, bool goes_on)
{
    if (!goes_on) scratch->last_word = QM_TAG_EDGE;
    if (segmenter->has_tags)
        qm_tag_words(&segmenter->tags, segmenter->has_model ? &segmenter->model : NULL, text,
                     begins, tags, &scratch->last_word);
    else memset(tags, 0, (size_t)text->count + 1);
    for (size_t i = 0; i < scratch->user.count; i++)
        if (scratch->user.at[i].stands && scratch->user.at[i].tag)
            tags[scratch->user.at[i].start] = scratch->user.at[i].tag;
}

int qm_segment_run(const qm_segmenter *segmenter, qm_segment_scratch *scratch, const qm_text *text,
                   const qm_matches *matches, const qm_segment_options *options, qm_words *out,
                   qm_error *err)
{
    bool user = matches && segmenter->user_words;
    bool lattice = options->quality == QM_LATTICE && segmenter->has_model;
    bool margins = user || lattice || options->granularity == QM_FINE;
    if (reserve_words(out, text->count, &scratch->alloc) != QM_OK) return qm_fail_nomem(err);
    if (text->count == 0) { /* an empty line, as there are many */
        out->begins[0] = 1;
        out->classes = NULL;
        return QM_OK;
    }
    if (margins &&
        qm_array_reserve(&scratch->alloc, &scratch->margins, (size_t)text->count + 1) != QM_OK)
        return qm_fail_nomem(err);
    /* What user words cut apart was one symbol. */
    const bool classes = options->classes && segmenter->has_model && !options->tags && !user;
    cut(segmenter, scratch, text, margins, out, options->tags || classes);
    out->classes = classes ? out->tags : NULL;
    if (lattice) qm_cut_by_lattice(&segmenter->model, text, scratch->margins.at, out->begins);
    if (text->ill_formed) isolate_ill_formed(text, out->begins);
    if (user && qm_apply_user_words(segmenter, scratch, text, matches, out->begins) != QM_OK)
        return qm_fail_nomem(err);
    if (options->granularity == QM_TERM && matches) qm_join_terms(segmenter, matches, out->begins);
    if (scratch->score.joiners) join(text, out->begins, margins ? scratch->margins.at : NULL);
    if (options->granularity == QM_FINE)
        qm_cut_fine(segmenter, text, scratch->margins.at, out->begins);
    if (classes) qm_note_threes(&segmenter->model, text, out->begins, out->tags);
    if (!user) scratch->user.count = 0;
    if (options->tags)
        qm_put_tags(segmenter, scratch, text, out->begins, out->tags, options->goes_on);
    return QM_OK;
}

const char *qm_upos_name(uint32_t code)
{
    static const char *const names[] = {"",      "ADJ",   "ADP",   "ADV", "AUX",  "CCONJ",
                                        "DET",   "INTJ",  "NOUN",  "NUM", "PART", "PRON",
                                        "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X"};
    return code < sizeof names / sizeof *names ? names[code] : NULL;
}
