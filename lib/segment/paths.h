/* Private to lib/segment and the trainer: the words between two certain cuts, and what a trained
 * lattice asks of each.
 *
 * A model may bring weights of whole words beside those of the boundaries: the lattice then takes
 * the words whose weights, with the margins of their ends, are the largest in all. The features of
 * a word are keys to one table; the trainer makes them by the same functions.
 */
#ifndef QM_SEGMENT_PATHS_H
#define QM_SEGMENT_PATHS_H

#include "segment/model.h"

enum {
    QM_STRETCH_ROOM = 128, /* symbols of a stretch at most */
    QM_PATH_WORD = 12,     /* symbols of a word, unless none so short may end anywhere */
    QM_PATH_SCALE = 256,   /* units in a weight of 1, and in a weight of the margins of 1 */
    QM_PATH_MARGIN_MAX = 16 * QM_PATH_SCALE,
    QM_PATHS_MAX = 1 << 24,
    QM_PATH_PROBES_MAX = 1024,
    QM_PATH_KEYS = 6
};

/* Symbols as everywhere: a character, or a number, ASCII word or address. */
typedef struct qm_stretch {
    uint16_t ids[QM_STRETCH_ROOM + 2];    /* the first is from 1 on; before and behind the text's */
    int16_t margins[QM_STRETCH_ROOM];     /* of the cut before each */
    uint32_t starts[QM_STRETCH_ROOM + 1]; /* characters */
    uint8_t levels[QM_STRETCH_ROOM][QM_WORD_MAX + 1]; /* of dictionary words from each on; [1]: of
                                                         the symbol itself */
    uint32_t count;
} qm_stretch;

/* A margin beyond it leaves the lattice no choice: one and a half. */
static inline int32_t qm_path_certain(uint32_t scale)
{
    return (int32_t)(scale + scale / 2);
}

/* The next length after n of a word from symbol i on; 0: there is none. Words go over no certain
 * cut and end at no certain joint. At least one ends somewhere, however long. */
static inline uint32_t qm_path_next(const qm_stretch *s, uint32_t i, uint32_t n, int32_t certain)
{
    if (n >= QM_PATH_WORD) return 0;
    for (n++; i + n < s->count; n++) {
        if (n > 1 && s->margins[i + n - 1] >= certain) return 0;
        if (s->margins[i + n] > -certain) return n;
    }
    if (i + n > s->count || (n > 1 && s->margins[i + n - 1] >= certain)) return 0;
    return n;
}

/* Keys of the word of n symbols from symbol i on, in the bits from 16 on. */
void qm_path_keys(const qm_stretch *s, uint32_t i, uint32_t n, uint64_t keys[QM_PATH_KEYS]);

static inline uint32_t qm_path_slot(uint64_t key, uint32_t slots)
{
    return (uint32_t)((key >> 32) * slots >> 32);
}

/* Entries lie by their keys, with gaps: a slot is the higher the higher the key is. */
static inline int32_t qm_path_weight(const qm_words_model *model, uint64_t key)
{
    const uint64_t *entry = model->paths + qm_path_slot(key, model->params.paths);
    const uint64_t *end = entry + model->params.path_probes;
    while (entry < end && *entry && *entry < key) entry++;
    return entry < end && (*entry ^ key) >> 16 == 0 ? (int16_t)(uint16_t)*entry : 0;
}

/* The weights of all keys of a word together. The best for this processor is in model->gain; both
 * give the same. */
int32_t qm_path_gain_plain(const qm_words_model *model, const uint64_t keys[QM_PATH_KEYS]);
#ifdef __x86_64__
int32_t qm_path_gain_avx2(const qm_words_model *model, const uint64_t keys[QM_PATH_KEYS]);
#endif

#endif
