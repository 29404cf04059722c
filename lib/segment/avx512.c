/* Tagging for x86-64 processors with AVX-512. */
#include "segment/tags.h"

#ifdef __x86_64__
#ifdef __clang__
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,bmi,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,bmi,popcnt")
#endif
#define QM_FOR_AVX2
#include <immintrin.h>

#include "segment/tag_lists.h"
#include "segment/tag_passes.h"
#include "segment/tag_read_avx512.h"

void qm_tag_avx512(const qm_tag_model *model, const qm_tag_block *words, const uint32_t *starts,
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
