/* Sums of the n-grams' weights for x86-64 processors with AVX2: as ngram_passes.h has them, but
 * four symbols at a time from the entries to the sums, without a stop in memory. */
#include "segment/members.h"

static inline __m256i load_wide(const void *at)
{
    return _mm256_loadu_si256((const __m256i *)at);
}

static inline void store_wide(void *at, __m256i lanes)
{
    _mm256_storeu_si256((__m256i *)at, lanes);
}

/* Eight ids in eight lanes. */
static inline __m256i load_ids(const uint16_t *ids)
{
    return _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)ids));
}

/* What locating needs of the model, in registers. */
typedef struct locator {
    const uint64_t *buckets;
    __m128i low_bits, pair_shift, triple_shift;
    __m256i low_mask;
} locator;

static inline locator locator_of(const qm_words_model *model)
{
    const uint32_t low_bits = QM_PAIR_BITS - model->params.bucket_bits;
    return (locator){.buckets = model->buckets,
                     .low_bits = _mm_cvtsi32_si128((int)low_bits),
                     .pair_shift = _mm_cvtsi32_si128((int)model->params.pair_shift),
                     .triple_shift = _mm_cvtsi32_si128((int)model->params.triple_shift),
                     .low_mask = _mm256_set1_epi32((int)((1u << low_bits) - 1))};
}

static inline __m256i gather(const uint64_t *table, const uint32_t *slots)
{
    return _mm256_setr_epi64x((long long)table[slots[0]], (long long)table[slots[1]],
                              (long long)table[slots[2]], (long long)table[slots[3]]);
}

/* Buckets of eight pairs: their numbers, and their marks. */
typedef struct eight_buckets {
    __m256i numbers, marks;
} eight_buckets;

/* `at`: as store_indexes left them. */
static inline eight_buckets find_buckets(const locator *l, const uint32_t *at)
{
    __m256 first = _mm256_castsi256_ps(gather(l->buckets, at));
    __m256 second = _mm256_castsi256_ps(gather(l->buckets, at + 4));
    return (eight_buckets){_mm256_castps_si256(_mm256_shuffle_ps(first, second, 0x88)),
                           _mm256_castps_si256(_mm256_shuffle_ps(first, second, 0xDD))};
}

/* In the order in which shuffles take two from each half of the one and two from that of the other.
 */
static inline void store_indexes(uint32_t *to, __m256i indexes)
{
    const __m256i order = _mm256_setr_epi32(0, 1, 4, 5, 2, 3, 6, 7);
    store_wide(to, _mm256_permutevar8x32_epi32(indexes, order));
}

/* Hashes of the pairs of a chunk. Their buckets are asked for; which they are stands where the
 * slots of the pairs will be. */
QM_PASS void ask_buckets(const qm_words_model *model, const uint16_t *ids, qm_located *to)
{
    const locator l = locator_of(model);
    for (size_t k = 0; k < QM_CHUNK; k += 8) {
        __m256i a = load_ids(ids + k), b = load_ids(ids + k + 1);
        __m256i key = _mm256_or_si256(_mm256_slli_epi32(a, QM_SYMBOL_BITS), b);
        __m256i mixed = _mm256_mullo_epi32(key, _mm256_set1_epi32((int)0x9E3779B1u));
        __m256i hash = _mm256_and_si256(mixed, _mm256_set1_epi32((1 << QM_PAIR_BITS) - 1));
        store_wide(to->hashes + k, hash);
        store_indexes(to->pair_slots + k, _mm256_srl_epi32(hash, l.low_bits));
        for (size_t j = k; j < k + 8; j++) __builtin_prefetch(l.buckets + to->pair_slots[j]);
    }
}

/* The slots whose mark is set; the first one for the others. */
static inline __m256i slots_if(__m256i slots, __m256i marks, __m256i mark)
{
    __m256i bits = _mm256_srlv_epi32(marks, _mm256_and_si256(mark, _mm256_set1_epi32(31)));
    return _mm256_and_si256(slots, _mm256_srai_epi32(_mm256_slli_epi32(bits, 31), 31));
}

/* Slots of eight pairs and of the triples that begin with them; see qm_pair_hash and those behind
 * it. */
static inline void locate_eight(const locator *l, const uint16_t *ids, qm_located *to, size_t k)
{
    __m256i hash = load_wide(to->hashes + k);
    eight_buckets buckets = find_buckets(l, to->pair_slots + k);
    __m256i number = _mm256_and_si256(buckets.numbers, _mm256_set1_epi32(0xFFFF));
    __m256i low = _mm256_and_si256(hash, l->low_mask);
    __m256i slots = _mm256_add_epi32(_mm256_sll_epi32(number, l->pair_shift), low);
    store_wide(to->pair_slots + k, slots_if(slots, buckets.marks, _mm256_srli_epi32(hash, 8)));
    number = _mm256_srli_epi32(buckets.numbers, 16);
    __m256i odd = _mm256_or_si256(_mm256_add_epi32(number, number), _mm256_set1_epi32(1));
    __m256i offset = _mm256_srli_epi32(_mm256_mullo_epi32(hash, odd), 32 - QM_SYMBOL_BITS);
    offset = _mm256_xor_si256(offset, load_ids(ids + k + 2));
    slots = _mm256_add_epi32(_mm256_sll_epi32(number, l->triple_shift), offset);
    store_wide(to->triple_slots + k, slots_if(slots, buckets.marks, offset));
}

QM_PASS void locate(const qm_words_model *model, const uint16_t *ids, qm_located *to)
{
    const locator l = locator_of(model);
    for (size_t k = 0; k < QM_CHUNK; k += 8) locate_eight(&l, ids, to, k);
}

static inline void fetch_ahead(const uint64_t *pairs, const uint64_t *triples,
                               const qm_located *next, size_t at)
{
    for (size_t k = at; k < at + 4; k++) {
        __builtin_prefetch(pairs + next->pair_slots[k]);
        __builtin_prefetch(triples + next->triple_slots[k]);
    }
}

/* Entries of four symbols: zero where they are of another key. */
typedef struct four {
    __m256i pairs, triples;
} four;

static inline four fetch(const qm_words_model *model, const qm_located *now, size_t at)
{
    const __m256i key_mask = _mm256_set1_epi64x((long long)QM_TRIPLE_KEY);
    const __m256i spread =
        _mm256_setr_epi8(0, 1, -1, -1, -1, -1, 2, 3, 8, 9, -1, -1, -1, -1, 10, 11, 0, 1, -1, -1, -1,
                         -1, 2, 3, 8, 9, -1, -1, -1, -1, 10, 11); /* as qm_triple_key does */
    const __m128i low_bits = _mm_cvtsi32_si128((int)(QM_PAIR_BITS - model->params.bucket_bits));
    __m256i hash =
        _mm256_cvtepu32_epi64(_mm_loadu_si128((const __m128i *)(const void *)(now->hashes + at)));
    __m256i pairs = gather(model->pairs, now->pair_slots + at);
    __m256i triples = gather(model->triples, now->triple_slots + at);
    __m256i is_pair =
        _mm256_cmpeq_epi64(_mm256_srli_epi64(pairs, 48), _mm256_srl_epi64(hash, low_bits));
    __m256i is_triple =
        _mm256_cmpeq_epi64(_mm256_and_si256(triples, key_mask), _mm256_shuffle_epi8(hash, spread));
    return (four){_mm256_and_si256(pairs, is_pair), _mm256_and_si256(triples, is_triple)};
}

/* What the dictionary says, in the low bits of each lane of 64: the lowest byte of the pair, and
 * from the ninth bit on what the triple has above bit 60. */
static inline __m256i words_of(four e)
{
    return _mm256_or_si256(
        _mm256_and_si256(e.pairs, _mm256_set1_epi64x(0xFF)),
        _mm256_and_si256(_mm256_srli_epi64(e.triples, 52), _mm256_set1_epi64x(0xF00)));
}

/* Numbers of four symbols: of the first and the third, of the second and the fourth. */
typedef struct crossed {
    __m256i odd, even;
} crossed;

/* a + b, byte by byte, in lanes of 16 bits. */
static inline crossed add_bytes(__m256i a, __m256i b)
{
    const __m256i ones = _mm256_set1_epi8(1);
    return (crossed){_mm256_maddubs_epi16(ones, _mm256_unpacklo_epi8(a, b)),
                     _mm256_maddubs_epi16(ones, _mm256_unpackhi_epi8(a, b))};
}

static inline __m256i two_rows(const int16_t *rows, uint32_t low, uint32_t high)
{
    return _mm256_loadu2_m128i((const __m128i *)(const void *)(rows + high),
                               (const __m128i *)(const void *)(rows + low));
}

static inline __m256i two_singles(const uint64_t *low, const uint64_t *high)
{
    return _mm256_set_m128i(_mm_cvtepi8_epi16(_mm_loadl_epi64((const __m128i *)(const void *)high)),
                            _mm_cvtepi8_epi16(_mm_loadl_epi64((const __m128i *)(const void *)low)));
}

/* All that is said of the boundaries around four symbols, those of each in lanes of its own. */
static inline crossed weights_of(const qm_words_model *model, const uint16_t *ids,
                                 const uint16_t *row_of, four e)
{
    const uint64_t *singles = model->singles;
    e.pairs = _mm256_and_si256(e.pairs, _mm256_set1_epi64x((long long)QM_PAIR_WEIGHTS));
    e.triples = _mm256_and_si256(e.triples, _mm256_set1_epi64x((long long)QM_TRIPLE_WEIGHTS));
    crossed ngrams = add_bytes(e.pairs, e.triples);
    crossed alone = {two_singles(singles + ids[0], singles + ids[2]),
                     two_singles(singles + ids[1], singles + ids[3])};
    __m256i odd = two_rows(model->types, row_of[0], row_of[2]);
    __m256i even = two_rows(model->types, row_of[1], row_of[3]);
    odd = _mm256_add_epi16(odd, _mm256_add_epi16(ngrams.odd, alone.odd));
    even = _mm256_add_epi16(even, _mm256_add_epi16(ngrams.even, alone.even));
    return (crossed){odd, even};
}

/* Lane k of the sum is the boundary before symbol j - 2 + k, j being the first of the four; when
 * all are in, the first four lanes are complete. Each symbol uses six lanes. */
static inline __m128i add_four(__m128i sum, crossed w, uint16_t *sums)
{
    __m256i both = _mm256_add_epi16(w.odd, _mm256_bslli_epi128(w.even, 2));
    __m128i behind = _mm256_extracti128_si256(both, 1); /* of the third and the fourth */
    sum = _mm_add_epi16(sum, _mm256_castsi256_si128(both));
    _mm_storel_epi64((__m128i *)(void *)sums, _mm_add_epi16(sum, _mm_bslli_si128(behind, 4)));
    return _mm_add_epi16(_mm_bsrli_si128(sum, 8), _mm_bsrli_si128(behind, 4));
}

/* The low 16 bits of sixteen lanes of 64. */
static inline __m256i pack_lanes(const __m256i *wide)
{
    __m256i packed = _mm256_packus_epi32(_mm256_packus_epi32(wide[0], wide[1]),
                                         _mm256_packus_epi32(wide[2], wide[3]));
    return _mm256_permutevar8x32_epi32(packed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

/* The low bytes of 32 lanes of 16, in order. */
static inline __m256i pack_bytes(__m256i low, __m256i high)
{
    const __m256i bytes = _mm256_set1_epi16(0xFF);
    __m256i packed =
        _mm256_packus_epi16(_mm256_and_si256(low, bytes), _mm256_and_si256(high, bytes));
    return _mm256_permute4x64_epi64(packed, 0xD8);
}

/* Where long words may begin, a bit for each symbol: eight places are written, and those that
 * follow overwrite what is too much. */
static inline void note_longs(qm_score_scratch *s, uint32_t from, uint32_t goes_on)
{
    uint32_t n = s->n_longs;
    for (uint32_t k = 0; k < QM_CHUNK; k += 8) {
        uint32_t set = goes_on >> k & 0xFF;
        __m128i order = _mm_cvtepu8_epi16(_mm_cvtsi64_si128((long long)qm_members[set]));
        order = _mm_add_epi16(order, _mm_set1_epi16((int16_t)(from + k)));
        _mm_storeu_si128((__m128i *)(void *)(s->long_at + n), order);
        n += (uint32_t)__builtin_popcount(set);
    }
    s->n_longs = n;
}

/* The dictionary's words of two and three symbols, and where longer ones may begin. */
static inline void note_words(qm_score_scratch *s, size_t from, const __m256i *words)
{
    enum { F = QM_FREQUENCIES };
    const __m256i codes = _mm256_setr_epi8(0, F + 1, F + 2, F + 3, F + 4, F + 5, F + 6, F + 7, //
                                           0, F + 1, F + 2, F + 3, F + 4, F + 5, F + 6, F + 7, 0,
                                           F + 1, F + 2, F + 3, F + 4, F + 5, F + 6, F + 7, 0,
                                           F + 1, F + 2, F + 3, F + 4, F + 5, F + 6, F + 7);
    __m256i low = pack_lanes(words), high = pack_lanes(words + 4);
    __m256i flags = pack_bytes(_mm256_srli_epi16(low, 8), _mm256_srli_epi16(high, 8));
    __m256i pairs = pack_bytes(low, high);
    store_wide(s->two + from, _mm256_and_si256(pairs, _mm256_set1_epi8(7)));
    store_wide(s->classes + from, _mm256_and_si256(_mm256_srli_epi16(pairs, 3),
                                                   _mm256_set1_epi8(QM_WORD_CLASSES - 1)));
    store_wide(s->three + from, _mm256_shuffle_epi8(codes, flags));
    note_longs(s, (uint32_t)from, (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(flags, 4)));
}

/* Rows of the types of three symbols each. */
static inline void find_rows_of(const uint8_t *types, uint16_t *rows)
{
    for (size_t k = 0; k < QM_CHUNK; k++)
        rows[k] = (uint16_t)((types[k] << 6 | types[k + 1] << 3 | types[k + 2]) * QM_LANES);
}

QM_PASS __m128i add_weights(const qm_words_model *model, qm_score_scratch *s, size_t from,
                            const qm_located *now, const qm_located *next, __m128i sum)
{
    uint16_t row_of[QM_CHUNK];
    __m256i words[QM_CHUNK / 4];
    const qm_words_model m = *model;
    find_rows_of(s->types + from, row_of);
    for (size_t quad = 0; quad < QM_CHUNK / 4; quad++) {
        size_t k = 4 * quad;
        four e = fetch(&m, now, k);
        fetch_ahead(m.pairs, m.triples, next, k);
        words[quad] = words_of(e);
        sum = add_four(sum, weights_of(&m, s->ids + from + k, row_of + k, e), s->sums + from + k);
    }
    note_words(s, from, words);
    return sum;
}

static inline void sum_ngrams(const qm_words_model *model, qm_score_scratch *s, size_t n)
{
    __m128i sum = _mm_setzero_si128();
    qm_located at[4];
    s->n_longs = 0;
    ask_buckets(model, s->ids, &at[0]);
    ask_buckets(model, s->ids + QM_AHEAD, &at[1]);
    locate(model, s->ids, &at[0]);
    for (size_t from = 0, c = 0; from < n + 2; from += QM_CHUNK, c++) {
        const uint16_t *next = s->ids + from + QM_AHEAD;
        ask_buckets(model, next + QM_CHUNK, &at[(c + 2) & 3]);
        locate(model, next, &at[(c + 1) & 3]);
        sum = add_weights(model, s, from, &at[c & 3], &at[(c + 1) & 3], sum);
    }
}
