/* Words for the tagger on x86-64 processors with AVX-512: as tag_read_avx2.h reads them, but of
 * sixteen characters each. */

enum { SIXTEEN = 16 };

static inline __m128i load_sixteen(const uint8_t *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

static inline __mmask16 are(__m128i classes, int class)
{
    return _mm_cmpeq_epi8_mask(classes, _mm_set1_epi8((char)class));
}

static inline __mmask16 are_special(__m128i classes)
{
    return are(classes, QM_CHAR_SPACE) | are(classes, QM_CHAR_DIGIT) | are(classes, QM_CHAR_LATIN);
}

/* A bit for each character: whether no word begins there. */
static inline __mmask16 go_on(const uint8_t *begins)
{
    return _mm_testn_epi8_mask(load_sixteen(begins), _mm_set1_epi8(1));
}

/* What the columns of sixteen words have, before they are moved together. */
typedef struct sixteen_words {
    __m512i hash, last, last_two, first, shape;
    __mmask16 listed; /* those that are to be listed if a word begins there */
} sixteen_words;

/* See qm_tag_word_of. Special characters stand alone: those that do not are listed. */
static inline sixteen_words read_sixteen(const qm_tagger *t, uint32_t at)
{
    const uint32_t *chars = t->text->chars + at;
    const __m128i bytes = load_sixteen(t->text->classes + at);
    const __mmask16 special = are_special(bytes), space = are(bytes, QM_CHAR_SPACE);
    const __mmask16 wrong = special | are_special(load_sixteen(t->text->classes + at + 1));
    const __mmask16 two = go_on(t->begins + at + 1);
    const __mmask16 pair = two & (__mmask16) ~(wrong | go_on(t->begins + at + 2));
    const __mmask16 known = t->model ? pair : 0;
    const __m512i class = _mm512_cvtepu8_epi32(bytes), one = _mm512_set1_epi32(1 << 5);
    const __m512i a = _mm512_loadu_si512(chars), b = _mm512_loadu_si512(chars + 1);
    __m512i hash = _mm512_mullo_epi32(a, _mm512_set1_epi32((int)QM_TAG_FIRST));
    __m512i times_b = _mm512_mullo_epi32(b, _mm512_set1_epi32((int)QM_TAG_SECOND));
    hash = _mm512_mask_add_epi32(hash, two, hash, times_b);
    hash = _mm512_xor_si512(hash, _mm512_srli_epi32(hash, 15));
    __m512i last = _mm512_mask_mov_epi32(a, two, b);
    last = _mm512_mask_mov_epi32(last, are(bytes, QM_CHAR_LATIN), class);
    __m512i shape = _mm512_or_si512(_mm512_slli_epi32(class, 8), one);
    shape = _mm512_mask_add_epi32(shape, two, shape, one);
    __m512i in_dictionary =
        _mm512_cvtepu8_epi32(_mm_maskz_mov_epi8(known, load_sixteen(t->tags + at)));
    const __mmask16 both = two & _mm512_test_epi32_mask(a, a), no_space = (__mmask16)~space;
    return (sixteen_words){.hash = _mm512_mask_mov_epi32(hash, special, class),
                           .last = _mm512_maskz_mov_epi32(no_space, last),
                           .last_two = _mm512_maskz_xor_epi32(both, _mm512_slli_epi32(a, 12), b),
                           .first = _mm512_mask_mov_epi32(a, special, class),
                           .shape = _mm512_maskz_or_epi32(no_space, shape, in_dictionary),
                           .listed = two & (__mmask16)~pair};
}

static inline void put_members(uint32_t *to, __mmask16 set, __m512i lanes)
{
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(set, lanes));
}

/* The words of `set`, from number n on. */
static inline void put_sixteen(qm_tagger *t, uint32_t n, uint32_t at, const sixteen_words *words,
                               __mmask16 set)
{
    const __m512i order = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    put_members(t->starts + n, set, _mm512_add_epi32(order, _mm512_set1_epi32((int)at)));
    put_members(t->words.hash + n, set, words->hash);
    put_members(t->words.last + n, set, words->last);
    put_members(t->words.last_two + n, set, words->last_two);
    put_members(t->words.first + n, set, words->first);
    put_members(t->words.shape + n, set, words->shape);
}

void qm_tag_read_avx512(qm_tagger *t, uint32_t from)
{
    const uint32_t count = t->text->count;
    uint32_t n = from, at = t->at;
    t->n_listed = 0;
    for (; n <= QM_TAG_ROOM && at < count; at += SIXTEEN) {
        uint32_t set = (__mmask16)~go_on(t->begins + at);
        if (count - at < SIXTEEN) set &= (1u << (count - at)) - 1;
        sixteen_words words = read_sixteen(t, at);
        put_sixteen(t, n, at, &words, (__mmask16)set);
        list_words(t, n, set, words.listed);
        n += (uint32_t)__builtin_popcount(set);
    }
    if (n <= QM_TAG_ROOM) put_empty_words(t, n);
    t->at = t->starts[QM_TAG_ROOM];
}
