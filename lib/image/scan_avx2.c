/* Stretches of text for x86-64 processors with AVX2. */
#include "image/scan.h"

#ifdef __x86_64__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,bmi"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi")
#endif
#include <immintrin.h>

static inline uint32_t signs_of(const uint32_t numbers[QM_AT_ONCE])
{
    __m128i four = _mm_loadu_si128((const __m128i *)(const void *)numbers);
    return (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(four));
}

#include "image/scan_passes.h"

const qm_stretch_reader qm_stretch_avx2 = {begin_stretch, follow_stretch, end_stretch, take_finds,
                                           put_matches};
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
