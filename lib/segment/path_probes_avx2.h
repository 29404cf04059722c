/* Weights of words on x86-64 processors with AVX2: eight entries are looked at together, and no
 * branch depends on where a key is found, or whether it is. */

enum { EIGHT_PROBES = 8 };

/* Which of four entries are below the key, and some; a bit each. */
static inline uint32_t entries_below(const uint64_t *entries, __m256i key)
{
    const __m256i sign = _mm256_set1_epi64x(INT64_MIN);
    __m256i four = _mm256_loadu_si256((const __m256i *)(const void *)entries);
    __m256i below = _mm256_cmpgt_epi64(key, _mm256_xor_si256(four, sign));
    __m256i none = _mm256_cmpeq_epi64(four, _mm256_setzero_si256());
    return (uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_andnot_si256(none, below)));
}

static inline int32_t path_weight(const qm_words_model *model, uint64_t key)
{
    const uint64_t *at = model->paths + qm_path_slot(key, model->params.paths);
    const __m256i wide = _mm256_set1_epi64x((int64_t)(key ^ (UINT64_C(1) << 63)));
    uint32_t below = entries_below(at, wide) | entries_below(at + 4, wide) << 4;
    if (below == 0xFF) return qm_path_weight(model, key);
    uint64_t entry = at[__builtin_ctz(~below)];
    return (int16_t)(uint16_t)entry & -(int32_t)((entry ^ key) >> 16 == 0);
}

static inline int32_t path_gain(const qm_words_model *model, const uint64_t keys[QM_PATH_KEYS])
{
    int32_t gain = 0;
    for (uint32_t k = 0; k < QM_PATH_KEYS; k++) gain += path_weight(model, keys[k]);
    return gain;
}
