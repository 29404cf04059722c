/* The segmenter and its public functions. */
#include "segment/segment.h"
#include "segment/model.h"

struct qm_segmenter {
    qm_allocator own_alloc;
    bool user_words;
    bool has_model;
    qm_words_model model;
};

struct qm_segment_scratch {
    qm_allocator own_alloc;
    qm_score_scratch score;
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
    alloc = qm_allocator_or_default(alloc);
    qm_segmenter *made = qm_alloc_zero(alloc, sizeof *made);
    if (!made) return qm_fail_nomem(err);
    made->own_alloc = *alloc;
    for (size_t i = 0; i < n_lexicons; i++)
        if (has_words(&lexicons[i])) made->user_words = true;
    for (size_t i = 0; i < images->count; i++) {
        bool found;
        int status = qm_words_bind(&made->model, &images->at[i], &found, err);
        if (status != QM_OK) {
            qm_release(alloc, made, sizeof *made);
            return status;
        }
        made->has_model |= found;
    }
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

/* ---- cutting ---- */

static void push_edges(qm_symbols *window, uint32_t start)
{
    for (uint32_t i = 0; i < QM_WINDOW; i++, window->count++) {
        window->ids[window->count] = QM_SYMBOL_EDGE;
        window->types[window->count] = QM_CHAR_SPACE;
        window->starts[window->count] = start;
    }
}

/* Symbols [from, to) of the window into begins. Next to an edge there is always a cut. */
static void put_begins(const qm_score_scratch *s, uint32_t from, uint32_t to, uint8_t *begins)
{
    for (uint32_t j = from; j < to; j++) {
        uint32_t edge = (s->types[j] == QM_CHAR_SPACE) | (s->types[j - 1] == QM_CHAR_SPACE);
        begins[s->starts[j]] = (uint8_t)((s->margins[j] > 0) | edge);
    }
}

/* Drops the symbols before `first` from the window. */
static void slide(qm_score_scratch *s, qm_symbols *window, uint32_t first)
{
    uint32_t kept = window->count - first;
    memmove(s->ids, s->ids + first, kept * sizeof *s->ids);
    memmove(s->types, s->types + first, kept * sizeof *s->types);
    memmove(s->starts, s->starts + first, kept * sizeof *s->starts);
    window->count = kept;
}

static void cut_by_model(const qm_words_model *model, qm_score_scratch *s, const qm_text *text,
                         uint8_t *begins)
{
    qm_symbols window = {s->ids, s->types, s->starts, 0, QM_BLOCK_ROOM - QM_WINDOW};
    push_edges(&window, 0);
    uint32_t at = 0, from = QM_WINDOW;
    for (;;) {
        at = qm_symbols_fill(&window, model->ids, model->params.joins, text, at);
        if (at == text->count) break;
        qm_words_score(model, s, window.count);
        uint32_t to = window.count - QM_OVERLAP;
        put_begins(s, from, to, begins);
        slide(s, &window, to - QM_OVERLAP);
        from = QM_OVERLAP;
    }
    push_edges(&window, text->count);
    qm_words_score(model, s, window.count);
    put_begins(s, from, window.count, begins);
}

/* Without a model: numbers, ASCII words, and the characters one by one. */
static void cut_by_class(const qm_text *text, uint8_t *begins)
{
    for (uint32_t i = 0; i < text->count;) {
        begins[i] = 1;
        if (text->classes[i] == QM_CHAR_SPACE) i = qm_segment_space_end(text, i);
        else if (text->classes[i] == QM_CHAR_DIGIT || text->classes[i] == QM_CHAR_LATIN)
            i = qm_segment_span(text, i, QM_JOIN_SCALE).end;
        else i++;
    }
}

static void isolate_ill_formed(const qm_text *text, uint8_t *begins)
{
    for (uint32_t i = 0; i < text->count; i++)
        if (text->chars[i] == QM_ILL_FORMED) begins[i] = begins[i + 1] = 1;
}

int qm_segment_run(const qm_segmenter *segmenter, qm_segment_scratch *scratch, const qm_text *text,
                   const qm_matches *matches, const qm_segment_options *options, qm_words *out,
                   qm_error *err)
{
    (void)matches;
    if (reserve_words(out, text->count, &scratch->own_alloc) != QM_OK) return qm_fail_nomem(err);
    memset(out->begins, 0, text->count);
    if (segmenter->has_model) cut_by_model(&segmenter->model, &scratch->score, text, out->begins);
    else cut_by_class(text, out->begins);
    out->begins[text->count] = 1;
    if (text->ill_formed) isolate_ill_formed(text, out->begins);
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
