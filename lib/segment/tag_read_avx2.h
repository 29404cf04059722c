/* Words for the tagger on x86-64 processors with AVX2: of eight characters each is read as if a
 * word of one or two began there; those where a word does begin are moved together and written at
 * once, and the next eight overwrite what is too much. */
#include "segment/members.h"
#include "segment/tag_lists.h"

static inline __m128i load_bytes(const uint8_t *at)
{
    return _mm_loadl_epi64((const __m128i *)(const void *)at);
}

static inline __m128i are(__m128i classes, int class)
{
    return _mm_cmpeq_epi8(classes, _mm_set1_epi8((char)class));
}

static inline __m128i are_special(__m128i classes)
{
    return _mm_or_si128(are(classes, QM_CHAR_SPACE),
                        _mm_or_si128(are(classes, QM_CHAR_DIGIT), are(classes, QM_CHAR_LATIN)));
}

static inline uint32_t set_of(__m128i bytes)
{
    return (uint32_t)_mm_movemask_epi8(bytes) & 0xFF;
}

/* What the columns of eight words have, before they are moved together. */
typedef struct eight_words {
    __m256i hash, last, last_two, first, shape;
    uint32_t listed; /* a bit for each that is to be listed if a word begins there */
} eight_words;

/* See qm_tag_word_of. Special characters stand alone: those that do not are listed. */
static inline eight_words read_eight(const qm_tagger *t, uint32_t at, __m128i has_classes)
{
    const uint32_t *chars = t->text->chars + at;
    __m128i classes = load_bytes(t->text->classes + at), special = are_special(classes);
    __m128i next_special = are_special(load_bytes(t->text->classes + at + 1));
    __m128i ones = _mm_set1_epi8(1);
    __m128i goes_on = _mm_sub_epi8(load_bytes(t->begins + at + 1), ones); /* all ones if so */
    __m128i further = _mm_sub_epi8(load_bytes(t->begins + at + 2), ones);
    __m128i wrong = _mm_or_si128(further, _mm_or_si128(special, next_special));
    __m128i pair = _mm_andnot_si128(wrong, goes_on), space = are(classes, QM_CHAR_SPACE);
    __m128i known = _mm_and_si128(_mm_and_si128(load_bytes(t->tags + at), has_classes), pair);
    __m128i low = _mm_slli_epi16(_mm_sub_epi8(ones, goes_on), 5); /* 1 or 2: no bit gets across */
    __m128i shape = _mm_unpacklo_epi8(_mm_andnot_si128(space, _mm_or_si128(low, known)),
                                      _mm_andnot_si128(space, classes));
    __m256i class = _mm256_cvtepu8_epi32(classes), is_special = _mm256_cvtepi8_epi32(special);
    __m256i two = _mm256_cvtepi8_epi32(goes_on);
    __m256i a = load_wide(chars), b = load_wide(chars + 1), zero = _mm256_setzero_si256();
    __m256i times_b = _mm256_mullo_epi32(b, _mm256_set1_epi32((int)QM_TAG_SECOND));
    __m256i hash = _mm256_add_epi32(_mm256_mullo_epi32(a, _mm256_set1_epi32((int)QM_TAG_FIRST)),
                                    _mm256_and_si256(times_b, two));
    hash = _mm256_xor_si256(hash, _mm256_srli_epi32(hash, 15));
    __m256i both = _mm256_and_si256(_mm256_xor_si256(_mm256_slli_epi32(a, 12), b), two);
    __m256i last = _mm256_blendv_epi8(a, b, two);
    __m256i latin = _mm256_cvtepi8_epi32(are(classes, QM_CHAR_LATIN));
    last = _mm256_blendv_epi8(last, class, latin);
    return (eight_words){.hash = _mm256_blendv_epi8(hash, class, is_special),
                         .last = _mm256_andnot_si256(_mm256_cvtepi8_epi32(space), last),
                         .last_two = _mm256_andnot_si256(_mm256_cmpeq_epi32(a, zero), both),
                         .first = _mm256_blendv_epi8(a, class, is_special),
                         .shape = _mm256_cvtepu16_epi32(shape),
                         .listed = set_of(_mm_andnot_si128(pair, goes_on))};
}

/* The words of `set`, from number n on. */
static inline void put_eight(qm_tagger *t, uint32_t n, uint32_t at, const eight_words *words,
                             uint32_t set)
{
    __m256i order = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)qm_members[set]));
    store_wide(t->starts + n, _mm256_add_epi32(order, _mm256_set1_epi32((int)at)));
    store_wide(t->words.hash + n, _mm256_permutevar8x32_epi32(words->hash, order));
    store_wide(t->words.last + n, _mm256_permutevar8x32_epi32(words->last, order));
    store_wide(t->words.last_two + n, _mm256_permutevar8x32_epi32(words->last_two, order));
    store_wide(t->words.first + n, _mm256_permutevar8x32_epi32(words->first, order));
    store_wide(t->words.shape + n, _mm256_permutevar8x32_epi32(words->shape, order));
}

void qm_tag_read_avx2(qm_tagger *t, uint32_t from)
{
    const uint32_t count = t->text->count;
    const __m128i has_classes = _mm_set1_epi8(t->model ? -1 : 0);
    uint32_t n = from, at = t->at;
    t->n_listed = 0;
    for (; n <= QM_TAG_ROOM && at < count; at += 8) {
        uint32_t set = set_of(_mm_slli_epi16(load_bytes(t->begins + at), 7));
        if (count - at < 8) set &= (1u << (count - at)) - 1;
        eight_words words = read_eight(t, at, has_classes);
        put_eight(t, n, at, &words, set);
        list_words(t, n, set, words.listed);
        n += (uint32_t)__builtin_popcount(set);
    }
    if (n <= QM_TAG_ROOM) put_empty_words(t, n);
    t->at = t->starts[QM_TAG_ROOM];
}
