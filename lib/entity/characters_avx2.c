/* Passes over characters for x86-64 processors with AVX2; what comes out is what characters.c makes
 * of them. */
#include "entity/characters.h"

#ifdef __x86_64__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif
#include <immintrin.h>

static inline __m256i load(const void *at)
{
    return _mm256_loadu_si256(at);
}

static inline __m256i all(uint32_t value)
{
    return _mm256_set1_epi32((int)value);
}

static inline uint64_t lowest_bits(const uint8_t bytes[QM_BLOCK])
{
    uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(load(bytes), 7));
    uint32_t high = (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(load(bytes + 32), 7));
    return low | (uint64_t)high << 32;
}

_Static_assert(QM_HAN_DIRECTION == 1 << 5 && QM_HAN_FAMILIAR == 1 << 6, "read_half moves them up");

#include "entity/character_passes.h"

/* The entries of eight characters, flags above names; QM_HAN_OUT for what no table has. Each is the
 * upper half of what is read, the lower one being the entry before it: never is anything behind the
 * last one read. Few hanzi have no code. */
static inline __m256i entries_of(const qm_han_tables *tables, __m256i chars, const uint16_t *codes)
{
    const int *by_code = (const int *)(const void *)(tables->by_code - 1);
    const int *han = (const int *)(const void *)(tables->han - 1);
    __m256i code = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)codes));
    __m256i at = _mm256_sub_epi32(chars, all(QM_HAN_FIRST));
    __m256i in = _mm256_cmpeq_epi32(_mm256_min_epu32(at, all(QM_HAN_COUNT - 1)), at);
    __m256i lacks = _mm256_and_si256(in, _mm256_cmpeq_epi32(code, _mm256_setzero_si256()));
    __m256i read = _mm256_i32gather_epi32(by_code, code, sizeof *tables->by_code);
    if (!_mm256_testz_si256(lacks, lacks))
        read = _mm256_mask_i32gather_epi32(read, han, at, lacks, sizeof *tables->han);
    return _mm256_srli_epi32(read, 16);
}

/* A bit for each of eight characters that is a sign or one of a few others: “ and ‘, 《 to 』, · */
static inline uint32_t signs_of(__m256i chars)
{
    __m256i quotes = _mm256_cmpeq_epi32(_mm256_and_si256(chars, all(~4u)), all(U'‘'));
    __m256i brackets = _mm256_cmpeq_epi32(_mm256_and_si256(chars, all(~7u)), all(U'〈'));
    __m256i found =
        _mm256_or_si256(_mm256_or_si256(quotes, brackets), _mm256_cmpeq_epi32(chars, all(U'·')));
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(found));
}

/* The bits of 32 bytes that are zero. */
static inline uint32_t zeros_of(__m256i bytes)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_setzero_si256()));
}

/* The highest bits of 32 bytes when these are moved up. */
static inline uint32_t highest_of(__m256i bytes, int up)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(bytes, up));
}

/* 32 characters. */
static inline qm_block_bits read_half(const qm_han_tables *tables, const qm_block *block,
                                      const qm_block_state *state, uint32_t from)
{
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7); /* undoes that of packing */
    const __m256i low = _mm256_set1_epi16(0xFF), class = load(block->classes + from);
    const __m256i zero = _mm256_setzero_si256();
    qm_block_bits bits = {0};
    __m256i e[4];
    for (size_t k = 0; k < 4; k++) {
        __m256i c = load(block->chars + from + 8 * k);
        e[k] = entries_of(tables, c, block->codes + from + 8 * k);
        bits.signs |= signs_of(c) << 8 * k;
        _mm256_storeu_si256((void *)(state->start_sets + from + 8 * k), zero);
        _mm256_storeu_si256((void *)(state->end_sets + from + 8 * k), zero);
    }
    __m256i a = _mm256_packus_epi32(e[0], e[1]), b = _mm256_packus_epi32(e[2], e[3]);
    __m256i names = _mm256_packus_epi16(_mm256_and_si256(a, low), _mm256_and_si256(b, low));
    __m256i rest = _mm256_packus_epi16(_mm256_srli_epi16(a, 8), _mm256_srli_epi16(b, 8));
    names = _mm256_permutevar8x32_epi32(names, order);
    rest = _mm256_permutevar8x32_epi32(rest, order);
    __m256i known = _mm256_or_si256(_mm256_cmpeq_epi8(class, _mm256_set1_epi8(QM_CHAR_HAN)),
                                    _mm256_cmpeq_epi8(class, _mm256_set1_epi8(QM_CHAR_NUMERAL)));
    __m256i out = _mm256_and_si256(known, _mm256_set1_epi8((char)QM_HAN_OUT));
    rest = _mm256_andnot_si256(out, rest);
    _mm256_storeu_si256((void *)(state->hans + from), names);
    _mm256_storeu_si256((void *)(state->flags + from), rest);
    /* QM_HAN_DIRECTION is the third bit from above, QM_HAN_FAMILIAR the second. */
    bits.directions = highest_of(rest, 2) & ~highest_of(load(block->begins + from), 7);
    bits.familiar = highest_of(rest, 1);
    bits.surnames = ~zeros_of(_mm256_and_si256(names, _mm256_set1_epi8(QM_HAN_SURNAME)));
    bits.spaces = zeros_of(_mm256_xor_si256(class, _mm256_set1_epi8(QM_CHAR_SPACE)));
    return bits;
}

static qm_block_bits read_block(const qm_han_tables *tables, const qm_block *block,
                                const qm_block_state *state)
{
    const qm_block_bits low = read_half(tables, block, state, 0);
    const qm_block_bits high = read_half(tables, block, state, 32);
    set_states(state->flags, block->begins, state->states);
    return (qm_block_bits){low.directions | high.directions << 32,
                           low.familiar | high.familiar << 32, low.surnames | high.surnames << 32,
                           low.signs | high.signs << 32, low.spaces | high.spaces << 32};
}

/* The groups of a hexadecimal digit of 32 characters, which stand in the lower halves of bytes. */
static inline __m256i groups_of(const uint8_t digits[16], __m256i bytes)
{
    __m256i groups = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)digits));
    return _mm256_shuffle_epi8(groups, _mm256_and_si256(bytes, _mm256_set1_epi8(15)));
}

/* 32 characters. */
static inline uint32_t find_half(const qm_firsts *firsts, const uint32_t *chars)
{
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7); /* undoes that of packing */
    const __m256i least = _mm256_set1_epi16(0xFF), last = all(0xFFF);
    __m256i c[4];
    for (size_t k = 0; k < 4; k++) c[k] = _mm256_and_si256(load(chars + 8 * k), last);
    __m256i a = _mm256_packus_epi32(c[0], c[1]), b = _mm256_packus_epi32(c[2], c[3]);
    __m256i low = _mm256_packus_epi16(_mm256_and_si256(a, least), _mm256_and_si256(b, least));
    __m256i high = _mm256_packus_epi16(_mm256_srli_epi16(a, 8), _mm256_srli_epi16(b, 8));
    __m256i found = _mm256_and_si256(groups_of(firsts->digits[0], low),
                                     groups_of(firsts->digits[1], _mm256_srli_epi16(low, 4)));
    found = _mm256_and_si256(found, groups_of(firsts->digits[2], high));
    found = _mm256_cmpeq_epi8(found, _mm256_setzero_si256());
    return ~(uint32_t)_mm256_movemask_epi8(_mm256_permutevar8x32_epi32(found, order));
}

static uint64_t find_firsts(const qm_firsts *firsts, const uint32_t *chars)
{
    return find_half(firsts, chars) | (uint64_t)find_half(firsts, chars + 32) << 32;
}

const qm_character_ways qm_character_ways_avx2 = {read_block, find_sides, find_forms, find_firsts};

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
