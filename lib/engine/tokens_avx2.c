/* Rows of tokens on x86-64 processors with AVX2: of eight characters those that begin a token are
 * moved together and written at once; the next eight overwrite what is too much. */
#include "engine/tokens.h"
#include "segment/members.h"
#include "segment/segment.h"
#include "text/text.h"

#ifdef __x86_64__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,popcnt")
#endif
#include <immintrin.h>

static inline __m128i load_bytes(const uint8_t *at)
{
    return _mm_loadl_epi64((const __m128i *)(const void *)at);
}

static inline __m256i load_wide(const uint32_t *at)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)at);
}

static inline void put_wide(uint32_t *to, __m256i lanes, __m256i order)
{
    _mm256_storeu_si256((__m256i *)(void *)to, _mm256_permutevar8x32_epi32(lanes, order));
}

static inline void put_bytes(uint8_t *to, __m128i bytes, __m128i order)
{
    _mm_storel_epi64((__m128i *)(void *)to, _mm_shuffle_epi8(bytes, order));
}

/* Of the characters [at, at + 8): row n is that of the first token that begins there, and the one
 * before it ends there. Returns the next row. */
static inline size_t put_eight(const qm_plain_tokens *from, uint32_t at, uint32_t left,
                               qm_token_block to, size_t n)
{
    uint32_t set = (uint32_t)_mm_movemask_epi8(_mm_slli_epi16(load_bytes(from->begins + at), 7));
    set &= left < 8 ? (1u << left) - 1 : 0xFF;
    __m128i order = _mm_cvtsi64_si128((long long)qm_members[set]);
    __m256i wide_order = _mm256_cvtepu8_epi32(order);
    __m256i ends = _mm256_add_epi32(load_wide(from->starts + at - 1),
                                    _mm256_cvtepu8_epi32(load_bytes(from->spans + at - 1)));
    __m128i spaces = _mm_cmpeq_epi8(load_bytes(from->classes + at), _mm_set1_epi8(QM_CHAR_SPACE));
    put_wide(to.start + n, load_wide(from->starts + at), wide_order);
    put_wide(to.end + n - 1, ends, wide_order);
    put_bytes(to.flags + n, _mm_and_si128(spaces, _mm_set1_epi8(QM_TOKEN_SPACE)), order);
    if (from->tags) put_bytes(to.tag + n, load_bytes(from->tags + at), order);
    return n + (uint32_t)__builtin_popcount(set);
}

size_t qm_plain_tokens_put_avx2(const qm_plain_tokens *from, uint32_t first, uint32_t last,
                                qm_token_block to)
{
    const qm_plain_tokens plain = *from; /* which no row can change */
    size_t n = 1;
    to.start[0] = from->starts[first];
    to.tag[0] = from->tags ? from->tags[first] : 0;
    to.flags[0] = from->classes[first] == QM_CHAR_SPACE ? QM_TOKEN_SPACE : 0;
    for (uint32_t at = first + 1; at < last; at += last - at < 8 ? last - at : 8)
        n = put_eight(&plain, at, last - at, to, n);
    to.end[n - 1] = from->starts[last - 1] + from->spans[last - 1];
    if (!from->tags) memset(to.tag, 0, n);
    return n;
}
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
