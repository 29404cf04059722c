/* The classes of words that cutting notes for those who ask later: words of two characters lie
 * where the margins have looked already, and what those of three lie at is fetched here for many
 * together, where one at a time each would be waited for. */
#include "segment/parts.h"

enum { LOT = 64 }; /* words that are looked up together */

/* Of each of eight characters, as bytes: whether a token of three begins there. */
static inline uint64_t find_threes(const uint8_t *begins)
{
    uint64_t own, second, third, behind;
    memcpy(&own, begins, sizeof own);
    memcpy(&second, begins + 1, sizeof second);
    memcpy(&third, begins + 2, sizeof third);
    memcpy(&behind, begins + 3, sizeof behind);
    return qm_little_endian(own & ~second & ~third & behind);
}

/* Nothing begins behind the first of the three, so that their class lies where no pair has one. */
static void note_lot(const qm_words_model *model, const qm_text *text, const uint32_t *starts,
                     uint32_t n, uint8_t *classes)
{
    qm_three threes[LOT];
    qm_threes_ask(model, text->chars, starts, n, threes);
    qm_threes_locate(model, threes, n);
    for (uint32_t k = 0; k < n; k++)
        classes[starts[k] + 1] = (uint8_t)qm_three_class(model, &threes[k]);
}

void qm_note_threes(const qm_words_model *model, const qm_text *text, const uint8_t *begins,
                    uint8_t *classes)
{
    uint32_t starts[LOT + 8] = {0}, n = 0;
    for (uint32_t from = 0; from < text->count; from += 8) {
        for (uint64_t left = find_threes(begins + from); left; left &= left - 1) {
            starts[n] = from + (uint32_t)__builtin_ctzll(left) / 8;
            n += starts[n] + 3 <= text->count; /* what is behind the text is none */
        }
        if (n < LOT - 8) continue;
        note_lot(model, text, starts, n, classes);
        n = 0;
    }
    note_lot(model, text, starts, n, classes);
}

static inline bool is_three(const uint8_t *begins)
{
    return begins[0] & ~begins[1] & ~begins[2] & begins[3];
}

/* The class of a string that begins where a token does, or QM_CLASS_UNNOTED. */
static inline uint32_t find_noted(const qm_words *words, uint32_t start, uint32_t length)
{
    if (length == 2 && words->begins[start]) return words->classes[start];
    if (length == 3 && is_three(words->begins + start)) return words->classes[start + 1];
    return QM_CLASS_UNNOTED;
}

/* Not within the other: most words are noted, and for those no registers have to be saved. */
__attribute__((noinline)) static uint32_t look_up(const qm_words_model *model, const qm_text *text,
                                                  uint32_t start, uint32_t end, uint32_t *rareness)
{
    qm_word_place place;
    qm_word_ask(model, text->chars + start, end - start, &place);
    qm_word_locate(model, &place);
    if (rareness) qm_word_fetch_level(model, &place);
    const uint32_t class = qm_word_class(model, &place);
    if (class != 0 && rareness) *rareness = qm_word_level(model, &place);
    return class;
}

uint32_t qm_segmenter_class(const qm_segmenter *segmenter, const qm_text *text,
                            const qm_words *words, uint32_t start, uint32_t end, uint32_t *rareness)
{
    if (words && words->classes) {
        const uint32_t noted = find_noted(words, start, end - start);
        if (noted == 0 || (noted != QM_CLASS_UNNOTED && !rareness)) return noted;
    }
    return segmenter->has_model ? look_up(&segmenter->model, text, start, end, rareness) : 0;
}
