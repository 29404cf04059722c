/* The better way: of all ways to cut a stretch between two certain cuts the one whose margins and
 * word frequencies together are best. */
#include "segment/parts.h"

enum {
    STRETCH = 128,   /* symbols at most */
    CERTAIN = 4,     /* margins of 1 that make a cut certain */
    FREE = 12,       /* symbols of the longest word that no dictionary has */
    FREE_LEVEL = 48, /* level of such a word: this, ... */
    FREE_STEP = 40,  /* ... and so much for each symbol */
    LEVEL_WEIGHT = 4 /* eight levels, that is ln p of -1, are so many hundredths of a margin of 1 */
};

/* Symbols as everywhere: a character, or a number, ASCII word or address. */
typedef struct stretch {
    const qm_words_model *model;
    uint16_t ids[STRETCH];
    int16_t margins[STRETCH]; /* of the cut before each */
    uint32_t starts[STRETCH + 1];
    int64_t best[STRETCH + 1];
    uint8_t from[STRETCH + 1]; /* length of the best last word */
    uint32_t count;
} stretch;

/* Lower is better. against: the margins that a word of the length from i on goes against. */
static inline void relax(stretch *s, uint32_t i, uint32_t length, uint32_t level, int64_t against)
{
    int64_t cost = s->best[i] + against * 800 +
                   (int64_t)level * LEVEL_WEIGHT * (int64_t)s->model->params.scale;
    if (cost >= s->best[i + length]) return;
    s->best[i + length] = cost;
    s->from[i + length] = (uint8_t)length;
}

static void words_from(stretch *s, uint32_t i)
{
    uint8_t levels[QM_WORD_MAX + 1];
    uint32_t left = s->count - i;
    uint32_t longest = qm_word_levels(s->model, s->ids + i, left, levels);
    int64_t against = i ? -s->margins[i] : 0;
    relax(s, i, 1, s->model->levels[s->ids[i]], against);
    for (uint32_t n = 2; n <= left && (n <= FREE || n <= longest); n++) {
        bool known = n <= longest && levels[n];
        against += s->margins[i + n - 1];
        if (known || n <= FREE)
            relax(s, i, n, known ? levels[n] : FREE_LEVEL + FREE_STEP * n, against);
    }
}

static void cut_stretch(stretch *s, uint8_t *begins)
{
    if (s->count == 1) {
        begins[s->starts[1]] = 1;
        return;
    }
    for (uint32_t i = 1; i <= s->count; i++) s->best[i] = INT64_MAX;
    s->best[0] = 0;
    for (uint32_t i = 0; i < s->count; i++) words_from(s, i);
    for (uint32_t i = 1; i < s->count; i++) begins[s->starts[i]] = 0;
    for (uint32_t end = s->count; end > 0; end -= s->from[end]) begins[s->starts[end]] = 1;
}

/* Symbols from character `start` to the next certain cut, or to the best one within reach; returns
 * where they end. */
static uint32_t fill_stretch(stretch *s, const qm_text *text, const int16_t *margins,
                             uint32_t start)
{
    int32_t certain = CERTAIN * (int32_t)s->model->params.scale;
    uint32_t at = start, best = 1;
    for (s->count = 0; at < text->count && s->count < STRETCH; s->count++) {
        uint32_t n = s->count, c = text->chars[at], end = at + 1;
        if (n && margins[at] >= certain) break;
        if (n > 1 && margins[at] >= s->margins[best]) best = n;
        while (end < text->count && margins[end] == QM_MARGIN_NEVER) end++;
        bool span = text->classes[at] == QM_CHAR_DIGIT || text->classes[at] == QM_CHAR_LATIN;
        s->ids[n] = span ? QM_SYMBOL_NUMBER : s->model->ids[c <= 0xFFFF ? c : 0];
        s->margins[n] = margins[at];
        s->starts[n] = at;
        at = end;
    }
    s->starts[s->count] = at;
    if (s->count == STRETCH && at < text->count && margins[at] < certain) s->count = best;
    return s->starts[s->count];
}

void qm_cut_by_lattice(const qm_words_model *model, const qm_text *text, const int16_t *margins,
                       uint8_t *begins)
{
    stretch s = {.model = model};
    for (uint32_t start = 0; start < text->count;) {
        start = fill_stretch(&s, text, margins, start);
        cut_stretch(&s, begins);
    }
}
