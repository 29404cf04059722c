#include "segment/paths.h"

enum { LONG = 8, UNKNOWN_LEVEL = 32 };

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static uint64_t key_of(uint64_t kind, uint64_t a, uint64_t b)
{
    return mix(mix(kind + 1, a), b) * UINT64_C(0xD6E8FEB86659FD93) & ~UINT64_C(0xFFFF);
}

/* Whether a dictionary has the symbols; one alone is known. */
static bool is_known(const qm_stretch *s, uint32_t i, uint32_t n)
{
    return n == 1 || (n <= QM_WORD_MAX && s->levels[i][n]);
}

void qm_path_keys(const qm_stretch *s, uint32_t i, uint32_t n, uint64_t keys[QM_PATH_KEYS])
{
    const uint16_t *w = s->ids + 1 + i;
    uint32_t length = n < LONG ? n : LONG, known = is_known(s, i, n);
    uint32_t level = n <= QM_WORD_MAX && s->levels[i][n] ? s->levels[i][n] >> 3 : UNKNOWN_LEVEL;
    uint64_t word = n;
    for (uint32_t k = 0; k < n; k++) word = mix(word, w[k]);
    /* 发动 机: whether what is left of a word without its last symbol, or its first, is a word. */
    uint32_t head = n > 1 && is_known(s, i, n - 1), tail = n > 1 && is_known(s, i + 1, n - 1);
    keys[0] = key_of(0, length, level);
    keys[1] = key_of(1, word, 0);
    keys[2] = key_of(2, w[n - 1], length << 2 | head << 1 | known);
    keys[3] = key_of(3, w[0], length << 2 | tail << 1 | known);
    keys[4] = key_of(4, word, w[-1]);
    keys[5] = key_of(5, word, w[n]);
}

int32_t qm_path_gain_plain(const qm_words_model *model, const uint64_t keys[QM_PATH_KEYS])
{
    int32_t gain = 0;
    for (uint32_t k = 0; k < QM_PATH_KEYS; k++) gain += qm_path_weight(model, keys[k]);
    return gain;
}
