/* The better way: of all ways to cut a stretch between two certain cuts the best one: by what was
 * learnt of whole words, where the model brings that; else by margins and word frequencies. */
#include "segment/parts.h"
#include "segment/paths.h"

enum {
    CERTAIN = 4,     /* margins of 1 that make a cut certain */
    FREE = 12,       /* symbols of the longest word that no dictionary has */
    FREE_LEVEL = 48, /* level of such a word: this, ... */
    FREE_STEP = 40,  /* ... and so much for each symbol */
    LEVEL_WEIGHT = 4 /* eight levels, that is ln p of -1, are so many hundredths of a margin of 1 */
};

/* The words that may begin with a symbol, and what is asked of them. */
typedef struct asked_words {
    uint32_t at, count; /* symbol */
    uint32_t lengths[QM_PATH_WORD];
    uint64_t keys[QM_PATH_WORD][QM_PATH_KEYS];
} asked_words;

typedef struct path {
    const qm_words_model *model;
    const qm_text *text;
    const int16_t *text_margins;
    qm_stretch stretch;
    int32_t certain;                   /* such a margin ends a stretch */
    int64_t best[QM_STRETCH_ROOM + 1]; /* cost: lower is better */
    uint8_t from[QM_STRETCH_ROOM + 1]; /* length of the best last word */
} path;

static inline void relax(path *p, uint32_t i, uint32_t length, int64_t cost)
{
    cost += p->best[i];
    if (cost >= p->best[i + length]) return;
    p->best[i + length] = cost;
    p->from[i + length] = (uint8_t)length;
}

/* ---- by margins and word frequencies ---- */

/* against: the margins that the word goes against. */
static int64_t frequency_cost(const path *p, uint32_t level, int64_t against)
{
    return against * 800 + (int64_t)level * LEVEL_WEIGHT * (int64_t)p->model->params.scale;
}

static void frequent_words_from(path *p, uint32_t i)
{
    qm_stretch *s = &p->stretch;
    const uint8_t *levels = s->levels[i];
    int64_t against = i ? -s->margins[i] : 0;
    relax(p, i, 1, frequency_cost(p, levels[1], against));
    for (uint32_t n = 2; n <= s->count - i && n <= QM_WORD_MAX; n++) {
        uint32_t level = levels[n] ? levels[n] : FREE_LEVEL + FREE_STEP * n;
        against += s->margins[i + n - 1];
        relax(p, i, n, frequency_cost(p, level, against));
    }
}

/* ---- by what was learnt of words ---- */

/* Their weights will be fetched when they are looked at. */
static void ask_words(const path *p, uint32_t i, asked_words *words)
{
    const qm_stretch *s = &p->stretch;
    words->at = i;
    words->count = 0;
    for (uint32_t n = qm_path_next(s, i, 0, p->certain); n; n = qm_path_next(s, i, n, p->certain)) {
        uint64_t *keys = words->keys[words->count];
        words->lengths[words->count++] = n;
        qm_path_keys(s, i, n, keys);
        for (uint32_t k = 0; k < QM_PATH_KEYS; k++) {
            const uint64_t *entry = p->model->paths + qm_path_slot(keys[k], p->model->params.paths);
            __builtin_prefetch(entry);
            __builtin_prefetch(entry + 7);
        }
    }
}

static void weigh_words(path *p, const asked_words *words)
{
    const qm_words_params *params = &p->model->params;
    const qm_stretch *s = &p->stretch;
    for (uint32_t k = 0; k < words->count; k++) {
        uint32_t i = words->at, end = i + words->lengths[k];
        int64_t gain = (int64_t)params->scale * p->model->gain(p->model, words->keys[k]);
        if (end < s->count) gain += (int64_t)params->path_margin * s->margins[end];
        relax(p, i, words->lengths[k], -gain);
    }
}

/* Where no word ends none begins: at certain joints, mostly. Words are asked of one symbol ahead.
 */
static void find_learnt_words(path *p)
{
    const qm_stretch *s = &p->stretch;
    asked_words words[2];
    ask_words(p, 0, &words[0]);
    for (uint32_t i = 0; i < s->count; i++) {
        asked_words *now = &words[i & 1], *next = &words[~i & 1];
        next->at = i;
        if (i + 1 < s->count && s->margins[i + 1] > -p->certain) ask_words(p, i + 1, next);
        if (p->best[i] == INT64_MAX) continue;
        if (now->at != i) ask_words(p, i, now);
        weigh_words(p, now);
    }
}

/* ---- stretches ---- */

/* Whether there is but one path: all is one word. */
static bool is_one_word(const path *p)
{
    const qm_stretch *s = &p->stretch;
    if (!p->model->paths) return s->count == 1;
    for (uint32_t i = 1; i < s->count; i++)
        if (s->margins[i] > -p->certain) return false;
    return true;
}

static void find_path(path *p)
{
    qm_stretch *s = &p->stretch;
    for (uint32_t i = 0; i < s->count; i++) {
        qm_word_levels(p->model, s->ids + 1 + i, s->count - i, s->levels[i]);
        s->levels[i][1] = p->model->levels[s->ids[1 + i]];
    }
    for (uint32_t i = 1; i <= s->count; i++) p->best[i] = INT64_MAX;
    p->best[0] = 0;
    if (p->model->paths) find_learnt_words(p);
    else
        for (uint32_t i = 0; i < s->count; i++) frequent_words_from(p, i);
}

static void cut_stretch(path *p, uint8_t *begins)
{
    const qm_stretch *s = &p->stretch;
    for (uint32_t i = 1; i < s->count; i++) begins[s->starts[i]] = 0;
    begins[s->starts[s->count]] = 1;
    if (is_one_word(p)) return;
    find_path(p);
    for (uint32_t end = s->count; end > 0; end -= p->from[end]) begins[s->starts[end]] = 1;
}

/* The symbol at a character; *end behind it. */
static uint16_t symbol_at(const path *p, uint32_t at, uint32_t *end)
{
    const qm_text *text = p->text;
    uint32_t c = text->chars[at], class = text->classes[at];
    *end = at + 1;
    if (at == text->count || class == QM_CHAR_SPACE) {
        while (*end < text->count && p->text_margins[*end] == QM_MARGIN_NEVER) ++*end;
        return QM_SYMBOL_EDGE;
    }
    if (class != QM_CHAR_DIGIT && class != QM_CHAR_LATIN) return p->model->ids[c <= 0xFFFF ? c : 0];
    qm_span span = qm_segment_span(text, at, p->model->params.joins);
    *end = span.end;
    return span.symbol;
}

/* Symbols from character `start` to the next certain cut, or to the best one within reach; returns
 * where they end. */
static uint32_t fill_stretch(path *p, uint32_t start)
{
    qm_stretch *s = &p->stretch;
    const int16_t *margins = p->text_margins;
    uint32_t at = start, best = 1, count = p->text->count;
    for (s->count = 0; at < count && s->count < QM_STRETCH_ROOM; s->count++) {
        uint32_t n = s->count, end;
        if (n && margins[at] >= p->certain) break;
        if (n > 1 && margins[at] >= s->margins[best]) best = n;
        s->ids[1 + n] = symbol_at(p, at, &end);
        s->margins[n] = margins[at];
        s->starts[n] = at;
        at = end;
    }
    s->starts[s->count] = at;
    if (s->count == QM_STRETCH_ROOM && at < count && margins[at] < p->certain) s->count = best;
    return s->starts[s->count];
}

void qm_cut_by_lattice(const qm_words_model *model, const qm_text *text, const int16_t *margins,
                       uint8_t *begins)
{
    path p = {.model = model, .text = text, .text_margins = margins};
    uint16_t before = QM_SYMBOL_EDGE;
    int32_t scale = (int32_t)model->params.scale;
    p.certain = model->paths ? qm_path_certain(model->params.scale) : CERTAIN * scale;
    for (uint32_t start = 0, end; start < text->count;) {
        start = fill_stretch(&p, start);
        p.stretch.ids[0] = before;
        before = p.stretch.ids[p.stretch.count];
        p.stretch.ids[1 + p.stretch.count] = symbol_at(&p, start, &end);
        cut_stretch(&p, begins);
    }
}
