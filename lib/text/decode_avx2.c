/* Runs of characters of three bytes on x86-64 processors with AVX2: eight at a time. */
#include "text/charmap.h"

#ifdef __x86_64__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
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

/* How many from the first one on are characters of three bytes: marked as such, neither overlong
 * nor half of a surrogate pair. */
static inline uint32_t count_good(__m256i bytes, __m256i codepoints)
{
    __m256i marks = _mm256_and_si256(bytes, _mm256_set1_epi32(0xF0C0C0));
    __m256i high = _mm256_and_si256(codepoints, _mm256_set1_epi32(0xF800));
    __m256i wrong = _mm256_or_si256(_mm256_cmpeq_epi32(high, _mm256_setzero_si256()),
                                    _mm256_cmpeq_epi32(high, _mm256_set1_epi32(0xD800)));
    __m256i good =
        _mm256_andnot_si256(wrong, _mm256_cmpeq_epi32(marks, _mm256_set1_epi32(0xE08080)));
    uint32_t lanes = (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(good));
    return (uint32_t)__builtin_ctz(~lanes);
}

static inline __m256i codepoints_of(__m256i bytes)
{
    __m256i last = _mm256_and_si256(bytes, _mm256_set1_epi32(0x3F));
    __m256i middle = _mm256_and_si256(_mm256_srli_epi32(bytes, 2), _mm256_set1_epi32(0xFC0));
    __m256i first = _mm256_and_si256(_mm256_srli_epi32(bytes, 4), _mm256_set1_epi32(0xF000));
    return _mm256_or_si256(last, _mm256_or_si256(middle, first));
}

static inline __m256i entries_of(const qm_charmap *map, __m256i codepoints)
{
    uint32_t blocks[8], rests[8];
    int32_t entries[8];
    _mm256_storeu_si256((__m256i *)(void *)blocks, _mm256_srli_epi32(codepoints, 8));
    _mm256_storeu_si256((__m256i *)(void *)rests,
                        _mm256_and_si256(codepoints, _mm256_set1_epi32(0xFF)));
    for (int k = 0; k < 8; k++)
        entries[k] = map->entries[(uint32_t)map->page_of[blocks[k]] << 8 | rests[k]];
    return _mm256_loadu_si256((const __m256i *)(const void *)entries);
}

/* The low byte of each lane. */
static inline uint64_t low_bytes(__m256i lanes)
{
    __m128i words =
        _mm_packus_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    return (uint64_t)_mm_cvtsi128_si64(_mm_packus_epi16(words, words));
}

uint32_t qm_decode_run_avx2(const qm_charmap *map, const uint8_t *at, const uint8_t *end,
                            uint32_t start, qm_text_columns to)
{
    uint32_t n = 0, good = 8;
    __m256i starts = _mm256_add_epi32(_mm256_set1_epi32((int)start),
                                      _mm256_setr_epi32(0, 3, 6, 9, 12, 15, 18, 21));
    /* Eight are written, whether they are good or not: those that follow stand in their place. */
    for (; end - at >= QM_DECODE_READ && good == 8; at += 24, n += good) {
        __m256i bytes = read_eight(at), codepoints = codepoints_of(bytes);
        good = count_good(bytes, codepoints);
        __m256i entries = entries_of(map, codepoints);
        __m256i folded = _mm256_add_epi32(codepoints, _mm256_srai_epi32(entries, 3));
        uint64_t classes = low_bytes(_mm256_and_si256(entries, _mm256_set1_epi32(7)));
        _mm256_storeu_si256((__m256i *)(void *)(to.chars + n), folded);
        _mm256_storeu_si256((__m256i *)(void *)(to.starts + n), starts);
        memcpy(to.classes + n, &classes, 8);
        memset(to.widths + n, 3, 8);
        starts = _mm256_add_epi32(starts, _mm256_set1_epi32(24));
    }
    return n;
}
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
