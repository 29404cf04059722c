/* The text through the model, window by window. */
#include "segment/parts.h"

static void push_edges(qm_symbols *window, uint32_t start)
{
    for (uint32_t i = 0; i < QM_WINDOW; i++, window->count++) {
        window->ids[window->count] = QM_SYMBOL_EDGE;
        window->types[window->count] = QM_CHAR_SPACE;
        window->starts[window->count] = start;
    }
}

/* Whether each of sixteen margins cuts, 1 or 0; 0 behind the first n. */
static inline void put_cuts(uint8_t *to, const int16_t *margins, uint32_t n)
{
    static const uint8_t masks[2 * QM_STRETCH] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    const uint8_t *mask = masks + QM_STRETCH - n;
#ifdef __SSE2__
    __m128i zero = _mm_setzero_si128(), ones = _mm_loadu_si128((const __m128i *)(const void *)mask);
    __m128i low = _mm_loadu_si128((const __m128i *)(const void *)margins);
    __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(margins + 8));
    __m128i cuts = _mm_packs_epi16(_mm_cmpgt_epi16(low, zero), _mm_cmpgt_epi16(high, zero));
    _mm_storeu_si128((__m128i *)(void *)to, _mm_and_si128(cuts, ones));
#else
    for (uint32_t k = 0; k < QM_STRETCH; k++) to[k] = (margins[k] > 0) & mask[k];
#endif
}

/* Symbols [from, to) of the window into begins: plain ones, whose characters follow each other, by
 * up to sixteen, others and a few behind them one by one. What is written too far is written again.
 */
static void put_begins(const qm_score_scratch *s, uint32_t from, uint32_t to, uint8_t *begins)
{
    enum { FEW = 4, SOME = 8 };
    for (uint32_t j = from; j < to;) {
        uint32_t n = qm_symbols_plain(s->types + j), end = to - j < SOME ? to : j + SOME;
        if (n > FEW) {
            put_cuts(begins + s->starts[j], s->margins + j, n);
            j += n;
        } else
            for (; j < end; j++) begins[s->starts[j]] = s->margins[j] > 0;
    }
}

/* Classes of the pairs of plain characters, and of others, which say nothing. */
static void put_classes(const qm_score_scratch *s, uint32_t from, uint32_t to, uint8_t *classes)
{
    for (uint32_t j = from, n; j < to; j += n < QM_STRETCH ? n + 1 : n) {
        n = qm_symbols_plain(s->types + j);
        memcpy(classes + s->starts[j], s->classes + j, QM_STRETCH);
    }
}

static void put_margins(const qm_score_scratch *s, uint32_t from, uint32_t to, int16_t *margins)
{
    for (uint32_t j = from; j < to; j++) {
        int32_t margin = s->margins[j];
        if (margin > QM_EDGE_MARGIN / 2) margin = QM_MARGIN_ALWAYS;
        if (margin <= QM_MARGIN_NEVER) margin = QM_MARGIN_NEVER + 1;
        margins[s->starts[j]] = (int16_t)margin;
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

void qm_cut_by_model(const qm_words_model *model, qm_score_scratch *s, const qm_text *text,
                     uint8_t *begins, int16_t *margins, uint8_t *classes)
{
    qm_symbols window = {s->ids, s->types, s->starts, 0, QM_BLOCK_ROOM - QM_WINDOW};
    memset(begins, 0, (size_t)text->count + 1);
    for (uint32_t i = 0; margins && i <= text->count; i++) margins[i] = QM_MARGIN_NEVER;
    push_edges(&window, 0);
    uint32_t at = 0, from = QM_WINDOW;
    for (bool last = false; !last;) {
        at = qm_symbols_fill(&window, model->ids, model->params.joins, text, at);
        last = at == text->count;
        if (last) push_edges(&window, text->count);
        model->score(model, s, window.count);
        uint32_t to = last ? window.count : window.count - QM_OVERLAP;
        put_begins(s, from, to, begins);
        if (margins) put_margins(s, from, to, margins);
        if (classes) put_classes(s, from, to, classes);
        if (!last) slide(s, &window, to - QM_OVERLAP);
        from = QM_OVERLAP;
    }
    begins[0] = begins[text->count] = 1; /* whatever the weights say */
}

void qm_cut_by_class(const qm_text *text, uint8_t *begins, int16_t *margins)
{
    memset(begins, 0, (size_t)text->count + 1);
    for (uint32_t i = 0; i < text->count;) {
        begins[i] = 1;
        if (text->classes[i] == QM_CHAR_SPACE) i = qm_segment_space_end(text, i);
        else if (text->classes[i] == QM_CHAR_DIGIT || text->classes[i] == QM_CHAR_LATIN)
            i = qm_segment_span(text, i, QM_JOIN_SCALE).end;
        else i++;
    }
    begins[text->count] = 1;
    for (uint32_t i = 0; margins && i <= text->count; i++)
        margins[i] = begins[i] ? 1 : QM_MARGIN_NEVER;
}
