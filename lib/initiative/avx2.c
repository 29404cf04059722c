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

/* ---- records of symbols, eight by eight ---- */

static void know_avx2(const qm_record_table *table, const uint32_t *symbols, uint32_t n,
                      uint32_t *out)
{
    const __m256i last = all(table->last), big = all('A'), letters = all(26 - 1);
    const __m256i small = all('a' - 'A');
    const int *words = (const int *)table->symbols;
    for (uint32_t i = 0; i < n; i += QM_SYMBOLS_AT_ONCE) {
        __m256i at = load(symbols + i), letter = _mm256_sub_epi32(at, big);
        __m256i is_big = _mm256_cmpeq_epi32(letter, _mm256_min_epu32(letter, letters));
        at = _mm256_add_epi32(at, _mm256_and_si256(is_big, small));
        at = _mm256_min_epu32(at, last);
        _mm256_storeu_si256((void *)(out + i), _mm256_i32gather_epi32(words, at, 4));
    }
}

/* Where the records of eight pairs would be. They are far from one another, and fetched all at
 * once: not to the nearest cache, which has room for few lines and is wanted for what is done
 * first. */
static inline void place_eight(const qm_record_table *table, const uint32_t *known,
                               uint32_t *places)
{
    const __m256i first = load(known);
    const __m256i next = _mm256_and_si256(load(known + 1), all(QM_NUMBER_MASK));
    __m256i at = _mm256_add_epi32(_mm256_srli_epi32(first, QM_NUMBER_BITS), next);
    at = _mm256_andnot_si256(_mm256_cmpeq_epi32(first, _mm256_setzero_si256()), at);
    _mm256_storeu_si256((void *)places, _mm256_slli_epi32(at, QM_ROW_SHIFT));
    for (uint32_t k = 0; k < QM_SYMBOLS_AT_ONCE; k++)
        _mm_prefetch((const char *)table->records + places[k], _MM_HINT_T2);
}

/* Where a pair is not known, the record of its first symbol takes the place, and is fetched. */
static inline void settle_eight(const qm_record_table *table, const uint32_t *known, uint32_t *rows)
{
    /* In the upper halves of what stands there. */
    const int *owners = (const void *)&table->records->weights[QM_LABELS_MOST - sizeof(uint16_t)];
    const __m256i symbols = load(known), places = load(rows);
    const __m256i owner = _mm256_srli_epi32(_mm256_i32gather_epi32(owners, places, 1), 16);
    const __m256i own = _mm256_cmpeq_epi32(owner, _mm256_and_si256(symbols, all(QM_NUMBER_MASK)));
    const __m256i alone =
        _mm256_slli_epi32(_mm256_srli_epi32(symbols, QM_NUMBER_BITS), QM_ROW_SHIFT);
    _mm256_storeu_si256((void *)rows, _mm256_blendv_epi8(alone, places, own));
    for (uint32_t k = 0; k < QM_SYMBOLS_AT_ONCE; k++)
        _mm_prefetch((const char *)table->records + rows[k], _MM_HINT_T0);
}

static void find_avx2(const qm_record_table *table, const uint32_t *known, uint32_t n,
                      uint32_t *rows)
{
    for (uint32_t i = 0; i < n; i += QM_SYMBOLS_AT_ONCE) place_eight(table, known + i, rows + i);
    for (uint32_t i = 0; i < n; i += QM_SYMBOLS_AT_ONCE) settle_eight(table, known + i, rows + i);
}

/* ---- sums ---- */

/* Sums of the odd bytes of rows in 16 bits each, which needs no widening, and of all bytes as they
 * are, two by two, with the odd ones to be taken out. */
typedef struct row_sums {
    __m256i first, first_odd, second, second_odd; /* of the halves of a row */
} row_sums;

/* Minus what so many rows that say nothing make. */
static inline row_sums no_rows(uint32_t count, uint32_t zero)
{
    const __m256i odd = _mm256_set1_epi16((short)(0 - count * zero));
    const __m256i both = _mm256_add_epi16(odd, _mm256_slli_epi16(odd, 8));
    return (row_sums){both, odd, both, odd};
}

static inline void add_few(row_sums *sums, __m256i first, __m256i second)
{
    sums->first = _mm256_add_epi16(sums->first, first);
    sums->first_odd = _mm256_add_epi16(sums->first_odd, _mm256_srli_epi16(first, 8));
    sums->second = _mm256_add_epi16(sums->second, second);
    sums->second_odd = _mm256_add_epi16(sums->second_odd, _mm256_srli_epi16(second, 8));
}

/* The same half of a few rows, which together fit bytes. */
static inline __m256i half_of_few(const uint8_t *half, const uint32_t *at, uint32_t at_once)
{
    __m256i sum = load(half + at[0]);
    for (uint32_t k = 1; k < at_once; k++) sum = _mm256_add_epi8(sum, load(half + at[k]));
    return sum;
}

/* The list is never empty. */
static inline row_sums add_rows(const uint8_t *rows, const qm_row_list *list, uint32_t at_once,
                                uint32_t zero)
{
    row_sums sums = no_rows(list->count, zero);
    uint32_t i = 0;
    do {
        const uint32_t *at = list->offsets + i;
        add_few(&sums, half_of_few(rows, at, at_once),
                half_of_few(rows + sizeof(__m256i), at, at_once));
        i += at_once;
    } while (i < list->count);
    return sums;
}

static inline __m256i even(__m256i both, __m256i odd)
{
    return _mm256_sub_epi16(both, _mm256_slli_epi16(odd, 8));
}

/* Sixteen products of 32 bits, of which the second eight stand 16 slots behind the first. */
typedef struct products {
    __m256i first, second;
} products;

/* Factors have nothing in their upper halves, so that what is put there doesn't count. */
static inline products multiply(__m256i sums, __m256i first_factors, __m256i second_factors)
{
    const __m256i low = _mm256_unpacklo_epi16(sums, sums);
    const __m256i high = _mm256_unpackhi_epi16(sums, sums);
    const __m256i first = _mm256_permute2x128_si256(low, high, 0x20);
    const __m256i second = _mm256_permute2x128_si256(low, high, 0x31);
    return (products){_mm256_madd_epi16(first, first_factors),
                      _mm256_madd_epi16(second, second_factors)};
}

static inline void put_sums(__m256i sums, __m256i scale, int32_t *to)
{
    const products all = multiply(sums, scale, scale);
    _mm256_storeu_si256((void *)to, all.first);
    _mm256_storeu_si256((void *)(to + 16), all.second);
}

static void sum_avx2(const qm_record_table *table, int16_t factor, const qm_row_list *records,
                     int32_t sums[QM_SLOTS])
{
    const __m256i scale = all((uint16_t)factor);
    const row_sums own =
        add_rows(table->records->weights, records, QM_RECORDS_AT_ONCE, QM_RECORD_ZERO);
    put_sums(even(own.first, own.first_odd), scale, sums);
    put_sums(own.first_odd, scale, sums + 8);
    put_sums(even(own.second, own.second_odd), scale, sums + 32);
    put_sums(own.second_odd, scale, sums + 40);
}

/* Eight slots; returns a bit for each that does not reach what it needs. */
static inline uint32_t weigh_eight(const qm_weighing *w, uint32_t slot, __m256i around,
                                   qm_clause_scores *scores)
{
    __m256i beside = _mm256_add_epi32(load(w->before + slot), load(w->behind + slot));
    __m256i sums = _mm256_add_epi32(load(w->own + slot), around);
    sums = _mm256_add_epi32(sums, _mm256_srai_epi32(beside, QM_BESIDE_SHIFT));
    _mm256_storeu_si256((void *)(scores->sums + slot), sums);
    __m256i falls_short = _mm256_cmpgt_epi32(load(w->needs + slot), sums);
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(falls_short));
}

/* Sixteen slots, the second eight 16 behind the first; returns a bit for each that reaches what it
 * needs. */
static inline uint64_t weigh_sixteen(const qm_weighing *w, uint32_t slot, __m256i sums,
                                     qm_clause_scores *scores)
{
    const products around =
        multiply(sums, load(w->scales_around + slot), load(w->scales_around + slot + 16));
    uint32_t bits = weigh_eight(w, slot, around.first, scores);
    bits |= weigh_eight(w, slot + 16, around.second, scores) << 16;
    return (uint64_t)(bits ^ 0x00FF00FF) << slot;
}

static void weigh_avx2(const qm_weighing *w, qm_clause_scores *scores)
{
    const row_sums around = add_rows(w->rows->weights, &w->around, QM_ROWS_AT_ONCE, QM_ROW_ZERO);
    uint64_t bits = weigh_sixteen(w, 0, even(around.first, around.first_odd), scores);
    bits |= weigh_sixteen(w, 8, around.first_odd, scores);
    bits |= weigh_sixteen(w, 32, even(around.second, around.second_odd), scores);
    bits |= weigh_sixteen(w, 40, around.second_odd, scores);
    scores->reached = bits;
}

/* ---- the best two ---- */

enum { EIGHT = 8, EIGHTS = QM_SLOTS / EIGHT };

static inline int32_t greatest(const __m256i keys[EIGHTS])
{
    __m256i best = keys[0];
    for (uint32_t i = 1; i < EIGHTS; i++) best = _mm256_max_epi32(best, keys[i]);
    __m128i four = _mm_max_epi32(_mm256_castsi256_si128(best), _mm256_extracti128_si256(best, 1));
    four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0x4E));
    four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0xB1));
    return _mm_cvtsi128_si32(four);
}

static inline uint32_t slot_of(int32_t key)
{
    return QM_SLOTS - 1 - ((uint32_t)key & (QM_SLOTS - 1));
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
    /* No two keys are equal, as each has its slot in it. */
    int32_t best = greatest(keys);
    for (uint32_t i = 0; i < EIGHTS; i++) {
        __m256i taken = _mm256_cmpeq_epi32(keys[i], all((uint32_t)best));
        keys[i] = _mm256_blendv_epi8(keys[i], all(1u << 31), taken);
    }
    scores->first = slot_of(best);
    scores->second = slot_of(greatest(keys));
}

/* ---- statuses ---- */

/* Eight products of 64 bits, in pairs. */
static inline __m256i multiply_eight(__m256i weights, __m256i terms)
{
    const __m256i odd =
        _mm256_mul_epi32(_mm256_srli_epi64(weights, 32), _mm256_srli_epi64(terms, 32));
    return _mm256_add_epi64(_mm256_mul_epi32(weights, terms), odd);
}

static inline int64_t sum_of_four(__m256i four)
{
    const __m128i two =
        _mm_add_epi64(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));
    return _mm_cvtsi128_si64(_mm_add_epi64(two, _mm_unpackhi_epi64(two, two)));
}

static void tell_avx2(const qm_status_weights *weights, const int32_t terms[QM_STATUS_ROOM],
                      int64_t sums[QM_STATUSES_TOLD])
{
    for (uint32_t status = 0; status < QM_STATUSES_TOLD; status++) {
        __m256i sum = _mm256_setzero_si256();
        for (uint32_t i = 0; i < QM_STATUS_ROOM; i += EIGHT)
            sum = _mm256_add_epi64(sum,
                                   multiply_eight(load(weights->at[status] + i), load(terms + i)));
        sums[status] = sum_of_four(sum);
    }
}

const qm_classify_way qm_classify_avx2 = {know_avx2,  find_avx2, sum_avx2,
                                          weigh_avx2, rank_avx2, tell_avx2};

_Static_assert(QM_SLOTS == 64, "six bits of a key");

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
