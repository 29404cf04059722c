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

/* Nothing begins within a number, an ASCII word or a run of blanks; up to QM_STRETCH more are
 * written. */
static inline void put_none(uint8_t *begins, uint32_t from, uint32_t to)
{
    for (uint32_t at = from; at < to; at += QM_STRETCH) memset(begins + at, 0, QM_STRETCH);
}

/* Symbols [from, to) of the window into begins, sixteen at once where they are a character each:
 * what is written behind them is overwritten by the next ones. The three of a run of blanks all say
 * the same. And the classes of the pairs of plain characters: others say nothing. */
static void put_begins(qm_score_scratch *s, const qm_text *text, uint32_t from, uint32_t to,
                       uint8_t *begins, uint8_t *classes)
{
    for (uint32_t j = from, n; j < to; j += n) {
        uint32_t start = s->starts[j];
        n = qm_symbols_plain(s->types + j);
        memcpy(begins + start, s->cuts + j, QM_STRETCH);
        if (classes) memcpy(classes + start, s->classes + j, QM_STRETCH);
        if (n == QM_STRETCH || j + n >= to) continue;
        uint32_t special = j + n++, end = s->starts[special + 1];
        start = s->starts[special];
        begins[start] = s->cuts[special];
        put_none(begins, start + 1, end);
        if (classes) classes[start - (start > 0)] = classes[start] = QM_CLASS_UNNOTED;
        s->joiners |= start < text->count && text->chars[start] == QM_WORD_JOINER;
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
    for (uint32_t i = 0; margins && i <= text->count; i++) margins[i] = QM_MARGIN_NEVER;
    push_edges(&window, 0);
    s->joiners = false;
    uint32_t at = 0, from = QM_WINDOW;
    for (bool last = false; !last;) {
        at = qm_symbols_fill(&window, model->ids, model->params.joins, text, at);
        last = at == text->count;
        if (last) push_edges(&window, text->count);
        model->score(model, s, window.count);
        uint32_t to = last ? window.count : window.count - QM_OVERLAP;
        s->starts[window.count] = text->count;
        put_begins(s, text, from, to, begins, classes);
        if (margins) put_margins(s, from, to, margins);
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
