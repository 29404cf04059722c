/* Tags of a block of words: the rows of all features, then sums of rows that were fetched some
 * words before. Included once for each kind of processor, by a file that says which it is. */
#include "segment/lanes.h"
#include "segment/tags.h"

enum { PAIRS = 4, AHEAD = 16 };

/* Where the rows lie. A word and the shape of the next one have two rows side by side, one for each
 * of the two words. Other features of two numbers have one row each. The word as such has rows that
 * lie together, one for each place that it may have beside the one that is tagged; and so has a
 * character, as the last and as the first of a word. Behind the last of each there is room for what
 * is fetched ahead. */
typedef struct tag_rows {
    uint32_t behind[QM_TAG_BLOCK + AHEAD + 1]; /* of the word before i, and the shape of word i */
    uint32_t pairs[PAIRS][QM_TAG_BLOCK + AHEAD + 1];
    uint32_t hash[QM_TAG_ROOM + AHEAD], last[QM_TAG_ROOM + AHEAD], first[QM_TAG_ROOM + AHEAD];
} tag_rows;

/* Loops go on to the next eight, so that compilers have nothing to add behind them: there is room,
 * and fill_up clears what is too much. */
static inline uint32_t in_eights(uint32_t n)
{
    return (n + 7) & ~7u;
}

/* Four rows each, a line of the cache. */
static inline void place(uint32_t *restrict to, const uint32_t *restrict x, uint32_t factor,
                         uint32_t row_bits, uint32_t n)
{
    const uint32_t end = in_eights(n);
    for (uint32_t i = 0; i < end; i++)
        to[i] = (x[i] * factor >> (32 - row_bits) & ~3u) * QM_TAG_LANES;
}

/* Rows of features of two numbers: the numbers of their kinds only keep them apart, others would do
 * as well. One more than there are words: the last is not used but for the word before it. */
static inline void mix(const qm_tag_block *words, uint32_t row_bits, uint32_t n,
                       tag_rows *restrict rows)
{
    const uint32_t *restrict hash = words->hash + QM_TAG_REACH - 1;
    const uint32_t *restrict last = words->last + QM_TAG_REACH;
    const uint32_t *restrict last_two = words->last_two + QM_TAG_REACH;
    const uint32_t *restrict shape = words->shape + QM_TAG_REACH - 1;
    const uint32_t end = in_eights(n + 1);
    for (uint32_t i = 0; i < end; i++) {
        uint32_t before = shape[i], own = shape[i + 1], next = shape[i + 2];
        rows->behind[i] = qm_tag_row(hash[i], own, 24, row_bits - 1) * 2;
        rows->pairs[0][i] = qm_tag_row(last_two[i], 0, 28, row_bits);
        rows->pairs[1][i] = qm_tag_row(last[i], own, 29, row_bits);
        rows->pairs[2][i] = qm_tag_row(own, next, 30, row_bits);
        rows->pairs[3][i] = qm_tag_row(before << 16 | own, next, 31, row_bits);
    }
}

QM_PASS void find_rows(const qm_tag_block *words, uint32_t row_bits, uint32_t n, tag_rows *rows)
{
    mix(words, row_bits, n, rows);
    place(rows->hash, words->hash, 0xC2B2AE35u, row_bits, n + 2 * QM_TAG_REACH);
    place(rows->last, words->last, 0x9E3779B1u, row_bits, n + 2 * QM_TAG_REACH);
    place(rows->first, words->first, 0x9E3779B1u, row_bits, n + 2 * QM_TAG_REACH);
}

/* Behind the last rows some that nobody needs. */
static inline void fill_up(tag_rows *rows, uint32_t n)
{
    const uint32_t end = n + 2 * QM_TAG_REACH;
    memset(rows->behind + n + 1, 0, AHEAD * sizeof *rows->behind);
    for (uint32_t k = 0; k < PAIRS; k++)
        memset(rows->pairs[k] + n + 1, 0, AHEAD * sizeof *rows->pairs[k]);
    memset(rows->hash + end, 0, AHEAD * sizeof *rows->hash);
    memset(rows->last + end, 0, AHEAD * sizeof *rows->last);
    memset(rows->first + end, 0, AHEAD * sizeof *rows->first);
}

/* Those that are often far away: of two shapes there are few, and of characters that words begin or
 * end with. Within its callers, or a compiler finds that it changes nothing and leaves its calls
 * out. */
__attribute__((always_inline)) static inline void fetch_rows(const int8_t *table,
                                                             const tag_rows *rows, uint32_t i)
{
    __builtin_prefetch(table + rows->behind[i]);
    __builtin_prefetch(table + rows->pairs[0][i]);
    __builtin_prefetch(table + rows->pairs[1][i]);
    __builtin_prefetch(table + rows->pairs[3][i]);
    __builtin_prefetch(table + rows->hash[i + QM_TAG_REACH]);
}

/* Sixteen small sums. They stay at the ends of their range instead of leaving it, so that the order
 * in which they are made counts; hardly any gets so far. */
static inline qm_byte_lanes add_row(qm_byte_lanes sum, const int8_t *row)
{
    qm_byte_lanes weights;
    memcpy(&weights, row, sizeof weights);
#ifdef __SSE2__
    return (qm_byte_lanes)_mm_adds_epi8((__m128i)sum, (__m128i)weights);
#else
    typedef uint8_t unsigned_lanes __attribute__((vector_size(16)));
    qm_byte_lanes added = (qm_byte_lanes)((unsigned_lanes)sum + (unsigned_lanes)weights);
    qm_byte_lanes left = ((sum ^ added) & (weights ^ added)) >> 7; /* all ones where it did */
    return (added & ~left) | ((sum >> 7 ^ INT8_MAX) & left);
#endif
}

/* The tag of the largest sum; of equal ones that of the lowest code. */
static inline uint8_t best_tag(qm_byte_lanes sums, qm_byte_lanes codes)
{
#ifdef QM_FOR_AVX2
    /* There is one instruction for the smallest of eight lanes without signs. */
    __m128i turned = _mm_xor_si128((__m128i)sums, _mm_set1_epi8(INT8_MAX));
    __m128i low = _mm_unpacklo_epi8((__m128i)codes, turned);
    __m128i high = _mm_unpackhi_epi8((__m128i)codes, turned);
    return (uint8_t)_mm_cvtsi128_si32(_mm_minpos_epu16(_mm_min_epu16(low, high)));
#else
    int32_t largest = INT32_MIN;
    for (int k = 0; k < QM_TAG_LANES; k++) {
        int32_t lane = sums[k] * 256 - codes[k];
        largest = lane > largest ? lane : largest;
    }
    return (uint8_t)(0 - (uint32_t)largest);
#endif
}

/* Sums of the word before the one that is looked at, of that itself, and of the two behind it, as
 * far as they go. */
typedef struct four_sums {
    qm_byte_lanes before, now, next, second;
} four_sums;

/* Which of the rows that lie together says something of the next word, of the one before, of the
 * second next one; and, of the rows of a first character, of its own word and of the one before. */
enum {
    NEXT = QM_TAG_LANES,
    BEFORE = 2 * QM_TAG_LANES,
    SECOND_NEXT = 3 * QM_TAG_LANES,
    FIRST = 2 * QM_TAG_LANES,
    BEFORE_FIRST = 3 * QM_TAG_LANES
};

/* What word i says of its neighbours and of itself. */
static inline four_sums add_word(four_sums s, const int8_t *table, const tag_rows *rows, uint32_t i)
{
    const int8_t *behind = table + rows->behind[i], *hash = table + rows->hash[i + QM_TAG_REACH];
    const int8_t *last = table + rows->last[i + QM_TAG_REACH];
    const int8_t *first = table + rows->first[i + QM_TAG_REACH];
    s.before = add_row(s.before, behind + NEXT);
    s.before = add_row(s.before, hash + BEFORE);
    s.before = add_row(s.before, first + BEFORE_FIRST);
    s.now = add_row(s.now, behind);
    for (uint32_t k = 0; k < PAIRS; k++) s.now = add_row(s.now, table + rows->pairs[k][i]);
    s.now = add_row(s.now, hash);
    s.now = add_row(s.now, last);
    s.now = add_row(s.now, first + FIRST);
    s.next = add_row(s.next, hash + NEXT);
    s.next = add_row(s.next, last + NEXT);
    s.second = add_row(s.second, hash + SECOND_NEXT);
    return s;
}

/* What the two words before the first say of those behind them. */
static inline four_sums begin_sums(const int8_t *table, const tag_rows *rows)
{
    const qm_byte_lanes none = {0};
    four_sums s = {none, none, none, none};
    s.now = add_row(s.now, table + rows->hash[0] + SECOND_NEXT);
    s.now = add_row(s.now, table + rows->hash[1] + NEXT);
    s.now = add_row(s.now, table + rows->last[1] + NEXT);
    s.next = add_row(s.next, table + rows->hash[1] + SECOND_NEXT);
    return s;
}

/* When a word has been looked at, all is said of the one before it. */
static inline void tag_block(const qm_tag_model *model, const qm_tag_block *words,
                             const uint32_t *starts, uint32_t n, uint8_t *tags)
{
    tag_rows rows;
    const int8_t *table = model->rows;
    qm_byte_lanes codes;
    memcpy(&codes, model->params.tags, sizeof codes);
    find_rows(words, model->params.row_bits, n, &rows);
    fill_up(&rows, n);
    for (uint32_t i = 0; i < AHEAD; i++) fetch_rows(table, &rows, i);
    const qm_byte_lanes none = {0};
    four_sums s = begin_sums(table, &rows);
    for (uint32_t i = 0; i <= n; i++) {
        fetch_rows(table, &rows, i + AHEAD);
        s = add_word(s, table, &rows, i);
        if (i) tags[starts[i - 1]] = best_tag(s.before, codes);
        s = (four_sums){s.now, s.next, s.second, none};
    }
}
