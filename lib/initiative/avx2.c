/* Reading and summing for x86-64 processors with AVX2; what comes out is what classify_plain.c
 * makes of it. */
#include "initiative/classify_model.h"

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

/* ---- rows of symbols, eight by eight ---- */

/* The lower half of each product of 64 bits that a symbol and the multiplier of a key make, of the
 * even lanes and of the odd ones; and what the multiplier's upper half adds to the upper half. */
typedef struct key_parts {
    __m256i even, odd, upper;
} key_parts;

static inline key_parts multiply(__m256i symbols, uint64_t multiplier)
{
    const __m256i low = all((uint32_t)multiplier), high = all((uint32_t)(multiplier >> 32));
    return (key_parts){_mm256_mul_epu32(symbols, low),
                       _mm256_mul_epu32(_mm256_srli_epi64(symbols, 32), low),
                       _mm256_mullo_epi32(symbols, high)};
}

/* The upper halves, which is what slots are found by. */
static inline __m256i hashes(key_parts p)
{
    return _mm256_add_epi32(_mm256_blend_epi32(_mm256_srli_epi64(p.even, 32), p.odd, 0xAA),
                            p.upper);
}

static inline key_parts add_parts(key_parts a, key_parts b)
{
    return (key_parts){_mm256_add_epi64(a.even, b.even), _mm256_add_epi64(a.odd, b.odd),
                       _mm256_add_epi32(a.upper, b.upper)};
}

typedef struct row_hashes {
    uint32_t own[QM_SYMBOLS_ROOM], pairs[QM_SYMBOLS_ROOM];
} row_hashes;

/* Hashes of all symbols and of the pairs that they begin. The slots are far from one another: they
 * are fetched all at once. */
static void read_hashes(const qm_row_table *table, const uint32_t *symbols, uint32_t n,
                        row_hashes *out)
{
    const uint32_t *slots = table->slots, mask = table->mask;
    uint32_t i = 0;
    do {
        __m256i next = _mm256_add_epi32(load(symbols + i + 1), all(1));
        key_parts own = multiply(load(symbols + i), QM_SYMBOL_FACTOR);
        __m256i pairs = hashes(add_parts(own, multiply(next, QM_NEXT_FACTOR)));
        _mm256_storeu_si256((void *)(out->own + i), hashes(own));
        _mm256_storeu_si256((void *)(out->pairs + i), pairs);
        for (uint32_t end = i + QM_SYMBOLS_AT_ONCE; i < end; i++) {
            _mm_prefetch(slots + (out->pairs[i] & mask), _MM_HINT_T0);
            _mm_prefetch(slots + (out->own[i] & mask), _MM_HINT_T0);
        }
    } while (i < n);
}

static inline __m256i find_rows(const qm_row_table *table, __m256i hash)
{
    const __m256i mask = all(table->mask), zero = _mm256_setzero_si256();
    __m256i at = _mm256_and_si256(hash, mask);
    __m256i slots = _mm256_i32gather_epi32((const int *)table->slots, at, 4);
    for (;;) {
        __m256i wrong = _mm256_srli_epi32(_mm256_xor_si256(slots, hash), QM_ROW_BITS);
        __m256i found =
            _mm256_or_si256(_mm256_cmpeq_epi32(wrong, zero), _mm256_cmpeq_epi32(slots, zero));
        if (_mm256_movemask_epi8(found) == -1) return _mm256_and_si256(slots, all(QM_ROW_MASK));
        at = _mm256_and_si256(_mm256_add_epi32(at, all(1)), mask);
        slots = _mm256_blendv_epi8(_mm256_i32gather_epi32((const int *)table->slots, at, 4), slots,
                                   found);
    }
}

/* Rows of pairs as the clauses beside are to know them. */
static inline void put_beside(const qm_row_table *table, __m256i pairs, uint32_t at,
                              qm_reading *out)
{
    const __m256i zero = _mm256_setzero_si256();
    __m256i known = _mm256_andnot_si256(_mm256_cmpgt_epi32(pairs, all(table->n_beside)),
                                        _mm256_cmpgt_epi32(pairs, zero));
    __m256i behind = _mm256_slli_epi32(pairs, QM_ROW_SHIFT + 1);
    __m256i before = _mm256_sub_epi32(behind, all(1u << QM_ROW_SHIFT));
    _mm256_storeu_si256((void *)(out->before + at), _mm256_and_si256(before, known));
    _mm256_storeu_si256((void *)(out->behind + at), _mm256_and_si256(behind, known));
    for (uint32_t k = at; k < at + QM_SYMBOLS_AT_ONCE; k++) {
        _mm_prefetch(table->beside->weights + out->before[k], _MM_HINT_T0);
        _mm_prefetch(table->beside->weights + out->behind[k], _MM_HINT_T0);
    }
}

static void read_rows_avx2(const qm_row_table *table, uint32_t symbols[QM_SYMBOLS_ROOM], uint32_t n,
                           qm_reading *out)
{
    const __m256i zero = _mm256_setzero_si256();
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const uint32_t pairs = n > 0 ? n - 1 : 0;
    const uint32_t beside = pairs < QM_PAIRS_BESIDE ? pairs : QM_PAIRS_BESIDE;
    const qm_row_table t = *table; /* which stores to *out can't change */
    row_hashes h;
    uint32_t i = 0;
    _mm256_storeu_si256((void *)(symbols + n), zero);
    symbols[n + QM_SYMBOLS_AT_ONCE] = 0;
    read_hashes(&t, symbols, n, &h);
    do {
        __m256i left = _mm256_sub_epi32(all(n - i), lanes); /* symbols from each lane on */
        __m256i pair = find_rows(&t, load(h.pairs + i));
        pair = _mm256_and_si256(pair, _mm256_cmpgt_epi32(left, all(1)));
        if (i < QM_BESIDE_ROOM) {
            __m256i first = _mm256_cmpgt_epi32(all(beside - i), lanes);
            put_beside(&t, _mm256_and_si256(pair, first), i, out);
        }
        __m256i row = _mm256_blendv_epi8(pair, find_rows(&t, load(h.own + i)),
                                         _mm256_cmpeq_epi32(pair, zero));
        row = _mm256_and_si256(row, _mm256_cmpgt_epi32(left, zero));
        _mm256_storeu_si256((void *)(out->rows + i), _mm256_slli_epi32(row, QM_ROW_SHIFT));
        /* They are summed when the clause itself is asked for, a clause later. */
        for (uint32_t k = i; k < i + QM_SYMBOLS_AT_ONCE; k++)
            _mm_prefetch(t.rows->weights + out->rows[k], _MM_HINT_T0);
        i += QM_SYMBOLS_AT_ONCE;
    } while (i < n);
    out->symbols = n;
    out->n_rows = qm_rows_up(n);
    out->n_beside = qm_rows_up(beside);
}

/* ---- sums ---- */

/* Sums of the odd bytes of rows in 16 bits each, which needs no widening, and of all bytes as they
 * are, two by two, with the odd ones to be taken out. */
typedef struct row_sums {
    __m256i first, first_odd, second, second_odd; /* of the halves of a row */
} row_sums;

/* So that rows that say nothing make 0. */
static inline row_sums no_rows(uint32_t count)
{
    const __m256i odd = _mm256_set1_epi16((short)(0 - count * QM_ROW_ZERO));
    const __m256i both = _mm256_add_epi16(odd, _mm256_slli_epi16(odd, 8));
    return (row_sums){both, odd, both, odd};
}

static inline __m256i add_four(const uint8_t *half, const uint32_t at[QM_ROWS_AT_ONCE])
{
    return _mm256_add_epi8(_mm256_add_epi8(load(half + at[0]), load(half + at[1])),
                           _mm256_add_epi8(load(half + at[2]), load(half + at[3])));
}

/* Four rows together fit bytes. The list is never empty. */
static inline row_sums add_rows(row_sums sums, const qm_classifier_row *first,
                                const qm_row_list *list)
{
    const uint8_t *rows = first->weights;
    uint32_t i = 0;
    do {
        __m256i four = add_four(rows, list->offsets + i);
        sums.first = _mm256_add_epi16(sums.first, four);
        sums.first_odd = _mm256_add_epi16(sums.first_odd, _mm256_srli_epi16(four, 8));
        four = add_four(rows + sizeof four, list->offsets + i);
        sums.second = _mm256_add_epi16(sums.second, four);
        sums.second_odd = _mm256_add_epi16(sums.second_odd, _mm256_srli_epi16(four, 8));
        i += QM_ROWS_AT_ONCE;
    } while (i < list->count);
    return sums;
}

static inline __m256i even(__m256i both, __m256i odd)
{
    return _mm256_sub_epi16(both, _mm256_slli_epi16(odd, 8));
}

/* Sums of sixteen labels, of which the second eight stand 16 labels behind the first; returns a bit
 * for each that reaches what it needs, likewise apart. */
static inline uint64_t merge(__m256i scales, __m256i own, __m256i beside, __m256i around,
                             const int32_t *needs, int32_t *to)
{
    const __m256i zero = _mm256_setzero_si256();
    __m256i low = _mm256_madd_epi16(_mm256_unpacklo_epi16(own, beside), scales);
    __m256i high = _mm256_madd_epi16(_mm256_unpackhi_epi16(own, beside), scales);
    low = _mm256_add_epi32(low, _mm256_unpacklo_epi16(zero, around));
    high = _mm256_add_epi32(high, _mm256_unpackhi_epi16(zero, around));
    __m256i first = _mm256_permute2x128_si256(low, high, 0x20);
    __m256i second = _mm256_permute2x128_si256(low, high, 0x31);
    _mm256_storeu_si256((void *)to, first);
    _mm256_storeu_si256((void *)(to + 16), second);
    __m256i short_first = _mm256_cmpgt_epi32(load(needs), first);
    __m256i short_second = _mm256_cmpgt_epi32(load(needs + 16), second);
    uint32_t bits = (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(short_first)) |
                    (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(short_second)) << 16;
    return bits ^ 0x00FF00FF;
}

static void weigh_avx2(const qm_weighing *w, qm_clause_scores *scores)
{
    const qm_row_list *lists = w->lists;
    const __m256i scales = all((uint16_t)w->scale | (uint32_t)(uint16_t)w->scale_beside << 16);
    row_sums own = no_rows(lists[QM_ROWS_OWN].count);
    row_sums around = no_rows(lists[QM_ROWS_AROUND].count);
    row_sums beside = no_rows(lists[QM_ROWS_BEFORE].count + lists[QM_ROWS_BEHIND].count);
    own = add_rows(own, w->rows, &lists[QM_ROWS_OWN]);
    around = add_rows(around, w->rows, &lists[QM_ROWS_AROUND]);
    beside = add_rows(beside, w->beside, &lists[QM_ROWS_BEFORE]);
    beside = add_rows(beside, w->beside, &lists[QM_ROWS_BEHIND]);
    const int32_t *needs = w->needs;
    int32_t *to = scores->sums;
    uint64_t bits =
        merge(scales, even(own.first, own.first_odd), even(beside.first, beside.first_odd),
              even(around.first, around.first_odd), needs, to);
    bits |= merge(scales, own.first_odd, beside.first_odd, around.first_odd, needs + 8, to + 8)
            << 8;
    bits |= merge(scales, even(own.second, own.second_odd), even(beside.second, beside.second_odd),
                  even(around.second, around.second_odd), needs + 32, to + 32)
            << 32;
    bits |= merge(scales, own.second_odd, beside.second_odd, around.second_odd, needs + 40, to + 40)
            << 40;
    scores->reached = bits;
}

/* ---- the best two ---- */

enum { EIGHT = 8, EIGHTS = QM_LABELS_MOST / EIGHT };

static inline int32_t greatest(const __m256i keys[EIGHTS])
{
    __m256i best = keys[0];
    for (uint32_t i = 1; i < EIGHTS; i++) best = _mm256_max_epi32(best, keys[i]);
    __m128i four = _mm_max_epi32(_mm256_castsi256_si128(best), _mm256_extracti128_si256(best, 1));
    four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0x4E));
    four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0xB1));
    return _mm_cvtsi128_si32(four);
}

static inline uint32_t label_of(int32_t key)
{
    return QM_LABELS_MOST - 1 - ((uint32_t)key & (QM_LABELS_MOST - 1));
}

static void rank_avx2(const qm_quick_units *quick, qm_clause_scores *scores)
{
    __m256i keys[EIGHTS];
    const __m128i shift = _mm_cvtsi32_si128((int)quick->shift);
    __m256i place = _mm256_setr_epi32(63, 62, 61, 60, 59, 58, 57, 56);
    for (uint32_t i = 0; i < EIGHTS; i++) {
        __m256i sum = _mm256_srai_epi32(load(scores->sums + (size_t)EIGHT * i), QM_QUICK_SHIFT);
        __m256i score = _mm256_mullo_epi32(sum, load(quick->factors + (size_t)EIGHT * i));
        score = _mm256_add_epi32(_mm256_sra_epi32(score, shift),
                                 load(quick->biases + (size_t)EIGHT * i));
        keys[i] = _mm256_add_epi32(_mm256_slli_epi32(score, 6), place);
        place = _mm256_sub_epi32(place, all(EIGHT));
    }
    /* No two keys are equal, as each has its label in it. */
    int32_t best = greatest(keys);
    for (uint32_t i = 0; i < EIGHTS; i++) {
        __m256i taken = _mm256_cmpeq_epi32(keys[i], all((uint32_t)best));
        keys[i] = _mm256_blendv_epi8(keys[i], all(1u << 31), taken);
    }
    scores->first = label_of(best);
    scores->second = label_of(greatest(keys));
}

const qm_classify_way qm_classify_avx2 = {read_rows_avx2, weigh_avx2, rank_avx2};

_Static_assert(QM_LABELS_MOST == 64, "six bits of a key");

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
