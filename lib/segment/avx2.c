/* Scoring and tagging for x86-64 processors with AVX2. */
#include "segment/model.h"
#include "segment/paths.h"
#include "segment/tags.h"

#ifdef __x86_64__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,bmi,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,popcnt")
#endif
#define QM_FOR_AVX2
#include <immintrin.h>

#include "segment/path_probes_avx2.h"
#include "segment/score_passes.h"
#include "segment/tag_passes.h"
#include "segment/tag_read_avx2.h"

void qm_words_score_avx2(const qm_words_model *model, qm_score_scratch *scratch, uint32_t n)
{
    score(model, scratch, n);
}

int32_t qm_path_gain_avx2(const qm_words_model *model, const uint64_t keys[QM_PATH_KEYS])
{
    return model->params.path_probes < EIGHT_PROBES ? qm_path_gain_plain(model, keys)
                                                    : path_gain(model, keys);
}

void qm_tag_avx2(const qm_tag_model *model, const qm_tag_block *words, const uint32_t *starts,
                 uint32_t n, uint8_t *tags)
{
    tag_block(model, words, starts, n, tags);
}
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
