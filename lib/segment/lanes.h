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

/* Sixteen bytes with their signs to sixteen lanes. */
typedef struct qm_wide_lanes {
#ifdef QM_FOR_AVX2
    __m256i all;
#else
    qm_lanes low, high;
#endif
} qm_wide_lanes;

static inline qm_wide_lanes qm_add_bytes(qm_wide_lanes sum, const int8_t *bytes)
{
#ifdef QM_FOR_AVX2
    __m128i row = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    sum.all = _mm256_add_epi16(sum.all, _mm256_cvtepi8_epi16(row));
#else
    uint64_t row[2];
    memcpy(row, bytes, sizeof row);
    sum.low += qm_widen(row[0]);
    sum.high += qm_widen(row[1]);
#endif
    return sum;
}

/* The number of the largest of sixteen lanes with signs, of equal ones the first. The lanes are of
 * 11 bits and a sign, so that the number finds room below each and comes along. */
static inline uint32_t qm_largest_lane(qm_wide_lanes sum)
{
#ifdef QM_FOR_AVX2
    /* There is one instruction for the smallest of eight lanes without signs. */
    const __m256i numbers = _mm256_setr_epi16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m128i most = _mm_set1_epi16(0x7FFF);
    __m256i all = _mm256_add_epi16(_mm256_slli_epi16(sum.all, 4), numbers);
    __m128i larger = _mm_max_epi16(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
    __m128i least =
        _mm_minpos_epu16(_mm_xor_si128(larger, most)); /* which turns the numbers, too */
    return (uint32_t)_mm_cvtsi128_si32(least) & 15;
#else
    const qm_lanes low_numbers = {15, 14, 13, 12, 11, 10, 9, 8},
                   high_numbers = {7, 6, 5, 4, 3, 2, 1, 0};
    qm_lanes low = sum.low * 16 + low_numbers, high = sum.high * 16 + high_numbers;
    qm_lanes mask = (qm_lanes)((qm_signed_lanes)low > (qm_signed_lanes)high);
    qm_signed_lanes best = (qm_signed_lanes)((low & mask) | (high & ~mask));
    int32_t largest = best[0];
    for (int k = 1; k < 8; k++)
        if (best[k] > largest) largest = best[k];
    return 15 - ((uint32_t)largest & 15);
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
