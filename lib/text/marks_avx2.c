/* Places of marks on x86-64 processors with AVX2: 64 characters at a time. */
#include "text/lines.h"

#ifdef __x86_64__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,bmi,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,popcnt")
#endif
#include <immintrin.h>

/* A bit for each of 32 characters that is a mark: of a class below 1 or above 5. */
static inline uint64_t mark_bits(const uint8_t *classes)
{
    __m256i c = _mm256_loadu_si256((const __m256i *)(const void *)classes);
    __m256i low = _mm256_cmpgt_epi8(_mm256_set1_epi8(QM_CHAR_HAN), c);
    __m256i high = _mm256_cmpgt_epi8(c, _mm256_set1_epi8(QM_CHAR_KANA));
    return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(low, high));
}

static inline void put_place(uint32_t *place, uint32_t first, uint64_t *bits)
{
    *place = first + (uint32_t)_tzcnt_u64(*bits);
    *bits &= *bits - 1;
}

/* Twelve are written, be they marks or not: there are hardly more, and how many there are cannot be
 * foreseen. */
uint32_t qm_mark_places_avx2(const uint8_t *classes, uint32_t count, uint32_t *places)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i += QM_MARKS_READ) {
        uint64_t bits = mark_bits(classes + i) | mark_bits(classes + i + 32) << 32;
        if (count - i < QM_MARKS_READ) bits &= (UINT64_C(1) << (count - i)) - 1;
        uint32_t *to = places + n, more = (uint32_t)_mm_popcnt_u64(bits);
        for (uint32_t k = 0; k < QM_MARKS_WRITE; k++) put_place(to + k, i, &bits);
        for (uint32_t k = QM_MARKS_WRITE; k < more; k++) put_place(to + k, i, &bits);
        n += more;
    }
    return n;
}
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
