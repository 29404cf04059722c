/* Runs of characters of three bytes and of one on x86-64 processors with AVX2: eight at a time. */
#include "text/charmap.h"

#ifdef __x86_64__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,bmi"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi")
#endif
#include <immintrin.h>

/* Twelve bytes to four numbers, the lead byte above the trail bytes; so twice. */
static inline __m256i read_eight(const uint8_t *at)
{
    const __m256i order = _mm256_setr_epi8(2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1, //
                                           2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1);
    __m128i low = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(at + 12));
    return _mm256_shuffle_epi8(_mm256_set_m128i(high, low), order);
}

#define ALL_EIGHT 0xFFu

/* A bit for each that is a character of three bytes: marked as such, neither overlong nor half of a
 * surrogate pair. */
static inline uint32_t find_good(__m256i bytes, __m256i codepoints)
{
    __m256i marks = _mm256_and_si256(bytes, _mm256_set1_epi32(0xF0C0C0));
    __m256i high = _mm256_and_si256(codepoints, _mm256_set1_epi32(0xF800));
    __m256i wrong = _mm256_or_si256(_mm256_cmpeq_epi32(high, _mm256_setzero_si256()),
                                    _mm256_cmpeq_epi32(high, _mm256_set1_epi32(0xD800)));
    __m256i good =
        _mm256_andnot_si256(wrong, _mm256_cmpeq_epi32(marks, _mm256_set1_epi32(0xE08080)));
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(good));
}

/* The six lowest bits of both trail bytes side by side, then those of the lead byte above them. */
static inline __m256i codepoints_of(__m256i bytes)
{
    __m256i bits = _mm256_and_si256(bytes, _mm256_set1_epi32(0xF3F3F));
    __m256i halves = _mm256_maddubs_epi16(bits, _mm256_set1_epi32(0x14001));
    return _mm256_madd_epi16(halves, _mm256_set1_epi32(0x10000001));
}

/* Eight characters, `width` bytes each; those that follow stand in the place of what is none. */
static inline void put_eight(__m256i codepoints, uint32_t start, __m256i steps, uint32_t width,
                             qm_text_columns to)
{
    __m256i starts = _mm256_add_epi32(_mm256_set1_epi32((int)start), steps);
    _mm256_storeu_si256((__m256i *)(void *)to.chars, codepoints);
    _mm256_storeu_si256((__m256i *)(void *)to.starts, starts);
    memset(to.widths, (int)width, 8);
}

static inline qm_text_columns columns_from(qm_text_columns to, uint32_t n)
{
    return (qm_text_columns){to.chars + n, to.starts + n, to.widths + n};
}

/* Eight bytes as characters. */
static inline void put_ascii(const uint8_t *at, uint32_t start, qm_text_columns to)
{
    const __m256i steps = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    __m128i bytes = _mm_loadl_epi64((const __m128i *)(const void *)at);
    put_eight(_mm256_cvtepu8_epi32(bytes), start, steps, 1, to);
}

/* A bit for each of the bytes that are read at a time which is no character by itself. */
static inline uint32_t find_wide(const uint8_t *at)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_loadu_si256((const __m256i *)(const void *)at));
}

uint32_t qm_decode_run_avx2(const uint8_t *at, const uint8_t *end, uint32_t start,
                            qm_text_columns to, size_t *size)
{
    const __m256i steps = _mm256_setr_epi32(0, 3, 6, 9, 12, 15, 18, 21);
    const uint8_t *begin = at - start;
    uint32_t n = 0, narrow = 8;
    while (end - at >= QM_DECODE_READ && narrow) {
        __m256i bytes = read_eight(at), codepoints = codepoints_of(bytes);
        uint32_t good = find_good(bytes, codepoints), wide = find_wide(at);
        put_eight(codepoints, (uint32_t)(at - begin), steps, 3, columns_from(to, n));
        if (good == ALL_EIGHT) { /* foreseen as a rule: the next ones need not wait for this */
            at += 24;
            n += 8;
            continue;
        }
        good = (uint32_t)__builtin_ctz(~good);
        n += good;
        uint32_t skip = 3 * good;
        narrow = (uint32_t)__builtin_ctz(wide >> skip | 1u << 8);
        put_ascii(at + skip, (uint32_t)(at - begin) + skip, columns_from(to, n));
        at += skip + narrow;
        n += narrow;
    }
    *size = (size_t)(at - begin) - start;
    return n;
}
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
