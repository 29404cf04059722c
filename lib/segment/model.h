/* Private to lib/segment and the trainer: the trained model as it lies in the words image.
 *
 * Every table is used where it is. n-grams are found by perfect hashing: one load each, at a place
 * that is known before the entry is needed, and the entry keeps all of the key that its place does
 * not tell, so that there are no false hits.
 *
 *   key of two or three symbol ids ──scramble──▶ y, as many bits as the key
 *   slot = low bits of y + displacement[top bits of y] * (middle bits of y | 1)
 *   check = all bits of y but the lowest, so that slot and check together tell the key
 */
#ifndef QM_SEGMENT_MODEL_H
#define QM_SEGMENT_MODEL_H

#include "image/image.h"
#include "segment/symbols.h"

enum {
    QM_WORDS_VERSION = 1,
    QM_WINDOW = 3, /* symbols on each side of a boundary */
    QM_PAIR_BITS = 28,
    QM_TRIPLE_BITS = 42,
    QM_PAIR_CHECK = 12,   /* bits of y below its check */
    QM_TRIPLE_CHECK = 15, /* so pairs need 2^12, triples 2^15 slots at least */
    QM_FREQUENCIES = 4,   /* classes of dictionary words */
    QM_LENGTHS = 5,       /* 2, 3, 4, 5, 6 and more */
    QM_WORD_MAX = 12,     /* symbols of the longest dictionary word */
    QM_CODE_BITS = 5,     /* 0: no word, else 1 + (length class * 4 + frequency class) */
    QM_TYPE_TABLE = 1 << (3 * 2 * QM_WINDOW),
    QM_CODE_TABLE = 1 << (3 * QM_CODE_BITS)
};

#define QM_SECTION_WORDS QM_SECTION_ID('W', 'P', 'A', 'R')
#define QM_SECTION_WORDS_IDS QM_SECTION_ID('W', 'I', 'D', 'S')
#define QM_SECTION_WORDS_SINGLES QM_SECTION_ID('W', 'O', 'N', 'E')
#define QM_SECTION_WORDS_PAIRS QM_SECTION_ID('W', 'T', 'W', 'O')
#define QM_SECTION_WORDS_PAIR_SHIFTS QM_SECTION_ID('W', 'T', 'W', 'D')
#define QM_SECTION_WORDS_TRIPLES QM_SECTION_ID('W', 'T', 'R', 'I')
#define QM_SECTION_WORDS_TRIPLE_SHIFTS QM_SECTION_ID('W', 'T', 'R', 'D')
#define QM_SECTION_WORDS_LONG QM_SECTION_ID('W', 'L', 'N', 'G')
#define QM_SECTION_WORDS_TYPES QM_SECTION_ID('W', 'T', 'Y', 'P')
#define QM_SECTION_WORDS_CODES QM_SECTION_ID('W', 'D', 'I', 'C')

/* Section WPAR. */
typedef struct qm_words_params {
    uint32_t version;
    uint32_t joins;     /* QM_JOIN_* that the training text obeys */
    uint32_t symbols;   /* ids are below this */
    uint32_t pair_bits; /* log2 of the slots */
    uint32_t triple_bits;
    uint32_t long_bits;
    uint32_t pair_bucket_bits; /* log2 of the displacements */
    uint32_t triple_bucket_bits;
    uint32_t long_probes; /* longest probe sequence of the long words */
    uint32_t scale;       /* weight units in a margin of 1 */
    uint32_t reserved[6];
} qm_words_params;

/* Entries, little-endian words:
 * single  bytes 0-5: weights of the boundaries 2 before … 3 behind the symbol's own start
 * pair    byte 0: dictionary frequency 1-4 or 0; 1-5: weights from 1 before; 6-7: check
 * triple  bytes 0-1: check (high 11 bits), dictionary frequency << 11, goes on << 15;
 *         2-5: weights from 0; 6-7: check (low 16 bits)
 * long    bits 0-56: key, 57-59: frequency, 60: goes on; 0: empty
 *         key: four ids, or 1 << 56 | slot of the word one symbol shorter << 14 | id */
#define QM_PAIR_WEIGHTS UINT64_C(0x0000FFFFFFFFFF00)
#define QM_TRIPLE_WEIGHTS UINT64_C(0x0000FFFFFFFF0000)
#define QM_TRIPLE_CHECK_MASK UINT64_C(0xFFFF0000000007FF)
#define QM_TRIPLE_GOES_ON (1u << 15)
#define QM_LONG_KEY ((UINT64_C(1) << 57) - 1)
#define QM_LONG_GOES_ON (UINT64_C(1) << 60)

typedef struct qm_words_model {
    qm_words_params params;
    const uint16_t *ids; /* of the characters below U+10000 */
    const uint64_t *singles, *pairs, *triples, *longs;
    const uint16_t *pair_shifts, *triple_shifts;
    const int16_t *types, *codes;
} qm_words_model;

/* false in *found when the image has no words; QM_E_CORRUPT when they are wrong. */
int qm_words_bind(qm_words_model *model, const qm_image *image, bool *found, qm_error *err);

static inline uint64_t qm_pair_key(uint32_t a, uint32_t b)
{
    return (uint64_t)a << 14 | b;
}
static inline uint32_t qm_pair_scramble(uint64_t key)
{
    const uint32_t mask = (1u << QM_PAIR_BITS) - 1;
    uint32_t y = (uint32_t)key * 0x9E3779B1u & mask;
    y ^= y >> 14;
    y = y * 0x85EBCA6Bu & mask;
    return y ^ y >> 15;
}
static inline uint64_t qm_triple_scramble(uint64_t key)
{
    const uint64_t mask = (UINT64_C(1) << QM_TRIPLE_BITS) - 1;
    uint64_t y = key * UINT64_C(0x9E3779B97F4A7C15) & mask;
    y ^= y >> 21;
    y = y * UINT64_C(0xD6E8FEB86659FD93) & mask;
    return y ^ y >> 22;
}
/* Where y goes, of which the table has mask + 1 slots. */
static inline uint32_t qm_displaced(uint64_t y, uint32_t shift, uint32_t mask)
{
    return ((uint32_t)y + shift * ((uint32_t)(y >> QM_TRIPLE_CHECK) | 1)) & mask;
}
static inline uint64_t qm_triple_want(uint64_t y)
{
    uint64_t check = y >> QM_TRIPLE_CHECK;
    return check << 48 | check >> 16;
}
static inline uint32_t qm_long_slot(uint64_t key, uint32_t bits)
{
    key *= UINT64_C(0x9E3779B97F4A7C15);
    key ^= key >> 32;
    return (uint32_t)(key * UINT64_C(0xD6E8FEB86659FD93) >> (64 - bits));
}
/* Slot of a long key, or UINT32_MAX. */
uint32_t qm_long_find(const qm_words_model *model, uint64_t key);

static inline uint32_t qm_word_code(uint32_t length, uint32_t frequency)
{
    uint32_t l = length > QM_LENGTHS + 1 ? QM_LENGTHS - 1 : length - 2;
    return frequency ? l * QM_FREQUENCIES + frequency : 0;
}

/* Margins of the boundaries before each symbol of a window; positive: cut. */
enum { QM_BLOCK = 1024, QM_OVERLAP = QM_WORD_MAX + 4, QM_BLOCK_ROOM = QM_BLOCK + 2 * QM_OVERLAP };

typedef struct qm_score_scratch {
    uint16_t ids[QM_BLOCK_ROOM + 8];
    uint8_t types[QM_BLOCK_ROOM + 8];
    uint32_t starts[QM_BLOCK_ROOM + 8];
    uint32_t pair_slots[QM_BLOCK_ROOM], triple_slots[QM_BLOCK_ROOM];
    uint16_t pair_checks[QM_BLOCK_ROOM];
    uint64_t triple_wants[QM_BLOCK_ROOM];
    int16_t sums[QM_BLOCK_ROOM + 8];
    int32_t margins[QM_BLOCK_ROOM];
    uint8_t two[QM_BLOCK_ROOM + 8], three[QM_BLOCK_ROOM + 8]; /* words that start here */
    uint8_t begin[QM_BLOCK_ROOM + 16], end[QM_BLOCK_ROOM + 16], cover[QM_BLOCK_ROOM + 16];
    uint32_t goes_on[QM_BLOCK_ROOM];
    uint32_t n_goes_on;
} qm_score_scratch;

/* Scores the first n symbols of the scratch's window into its margins. */
void qm_words_score(const qm_words_model *model, qm_score_scratch *scratch, uint32_t n);

#endif
