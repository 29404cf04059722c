/* Eight or sixteen numbers of 16 bits at a time, for files that are compiled for one kind of
 * processor; one for AVX2 (and BMI, which came with it) says so by QM_FOR_AVX2. */
#ifndef QM_SEGMENT_LANES_H
#define QM_SEGMENT_LANES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef uint16_t qm_lanes __attribute__((vector_size(16))); /* unsigned: sums may wrap */
typedef int16_t qm_signed_lanes __attribute__((vector_size(16)));
typedef int8_t qm_byte_lanes __attribute__((vector_size(16)));
typedef uint64_t qm_half_lanes __attribute__((vector_size(16)));

/* Passes stay apart: in one large function compilers run out of registers. */
#define QM_PASS __attribute__((noinline)) static

/* The eight bytes with their signs in eight lanes: each twice, and the lower copy shifted out. */
static inline qm_lanes qm_widen(uint64_t bytes)
{
#ifdef QM_FOR_AVX2
    return (qm_lanes)_mm_cvtepi8_epi16((__m128i)(qm_half_lanes){bytes, 0});
#else
    qm_byte_lanes b = (qm_byte_lanes)(qm_half_lanes){bytes, 0};
    b = __builtin_shufflevector(b, b, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
    return (qm_lanes)((qm_signed_lanes)b >> 8);
#endif
}

#ifdef QM_FOR_AVX2
/* Of eight numbers a bit each: whether it is the key but for the bits outside the mask; whether it
 * is 0. */
typedef struct qm_probes {
    uint32_t equal, empty;
} qm_probes;

static inline qm_probes qm_probe_eight(const uint64_t *at, uint64_t key, uint64_t mask)
{
    const __m256i keys = _mm256_set1_epi64x((long long)key);
    const __m256i masks = _mm256_set1_epi64x((long long)mask), zero = _mm256_setzero_si256();
    __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)at);
    __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(at + 4));
    __m256i low_equal = _mm256_cmpeq_epi64(_mm256_and_si256(low, masks), keys);
    __m256i high_equal = _mm256_cmpeq_epi64(_mm256_and_si256(high, masks), keys);
    __m256i low_empty = _mm256_cmpeq_epi64(low, zero), high_empty = _mm256_cmpeq_epi64(high, zero);
    return (qm_probes){(uint32_t)(_mm256_movemask_pd(_mm256_castsi256_pd(low_equal)) |
                                  _mm256_movemask_pd(_mm256_castsi256_pd(high_equal)) << 4),
                       (uint32_t)(_mm256_movemask_pd(_mm256_castsi256_pd(low_empty)) |
                                  _mm256_movemask_pd(_mm256_castsi256_pd(high_empty)) << 4)};
}
#endif

#endif
