/* Private to lib/segment and the trainer: the trained model as it lies in the words image.
 *
 * Every table is used where it is. n-grams are a trie of three levels whose rows are packed into
 * one another (a double array). The row of a symbol is cut into segments, by the high bits of the
 * second symbol, and each has its base; the row of a pair starts at the base that the pair's entry
 * names. Symbols are numbered by frequency, so that what is often asked for lies together, and a
 * pair that begins no triple asks for none.
 */
#ifndef QM_SEGMENT_MODEL_H
#define QM_SEGMENT_MODEL_H

#include "image/image.h"
#include "segment/symbols.h"

enum {
    QM_WORDS_VERSION = 1,
    QM_WINDOW = 3,      /* symbols on each side of a boundary */
    QM_FREQUENCIES = 4, /* classes of dictionary words */
    QM_LENGTHS = 5,     /* 2, 3, 4, 5, 6 and more */
    QM_WORD_MAX = 12,   /* symbols of the longest dictionary word */
    QM_CODE_BITS = 5,   /* 0: no word, else 1 + (length class * 4 + frequency class) */
    QM_TYPE_TABLE = 1 << (3 * 2 * QM_WINDOW),
    QM_CODE_TABLE = 1 << (3 * QM_CODE_BITS),
    QM_EDGE_MARGIN = 20000 /* what the table of types says beside an edge: always a cut */
};

#define QM_SECTION_WORDS QM_SECTION_ID('W', 'P', 'A', 'R')
#define QM_SECTION_WORDS_IDS QM_SECTION_ID('W', 'I', 'D', 'S')
#define QM_SECTION_WORDS_SINGLES QM_SECTION_ID('W', 'O', 'N', 'E')
#define QM_SECTION_WORDS_PAIRS QM_SECTION_ID('W', 'T', 'W', 'O')
#define QM_SECTION_WORDS_ROWS QM_SECTION_ID('W', 'R', 'O', 'W')
#define QM_SECTION_WORDS_SEGMENTS QM_SECTION_ID('W', 'S', 'E', 'G')
#define QM_SECTION_WORDS_TRIPLES QM_SECTION_ID('W', 'T', 'R', 'I')
#define QM_SECTION_WORDS_LONG QM_SECTION_ID('W', 'L', 'N', 'G')
#define QM_SECTION_WORDS_LEVELS QM_SECTION_ID('W', 'L', 'V', 'L')
#define QM_SECTION_WORDS_TYPES QM_SECTION_ID('W', 'T', 'Y', 'P')
#define QM_SECTION_WORDS_CODES QM_SECTION_ID('W', 'D', 'I', 'C')

/* Section WPAR. */
typedef struct qm_words_params {
    uint32_t version;
    uint32_t joins;   /* QM_JOIN_* that the training text obeys */
    uint32_t symbols; /* ids are below this */
    uint32_t pairs;   /* slots */
    uint32_t triples;
    uint32_t long_bits;   /* log2 of the slots */
    uint32_t long_probes; /* longest probe sequence of the long words */
    uint32_t scale;       /* weight units in a margin of 1 */
    uint32_t segments;
    uint32_t reserved[7];
} qm_words_params;

/* Words of 64 bits, little-endian.
 *
 * A single: bytes 0-5 the weights of the boundaries 2 before … 3 behind its own start.
 *
 * A pair's entry: byte 0 dictionary frequency 1-4 or 0 and word class << 3; bytes 1-5 weights from
 * 1 before; byte 6 level of the dictionary word (see qm_words_model.levels).
 *
 * A triple: bytes 0-1 word class, level / 4 << 5, dictionary code << 11, goes on << 15; bytes 2-5
 * weights from 0; bytes 6-7 third symbol. Rows of triples have different bases, none of them 0, so
 * that the third symbol tells the row.
 *
 * A long word: bits 0-56 key, 57-59 frequency, 60 goes on, 61-63 word class if below 8; 0: empty.
 * Its key: four ids, or QM_LONG_FOLLOWS | slot of the word one symbol shorter << 14 | id. */
#define QM_PAIR_WEIGHTS UINT64_C(0x0000FFFFFFFFFF00)
#define QM_TRIPLE_WEIGHTS UINT64_C(0x0000FFFFFFFF0000)
#define QM_TRIPLE_GOES_ON (1u << 15)
#define QM_LONG_KEY ((UINT64_C(1) << 57) - 1)
#define QM_LONG_GOES_ON (UINT64_C(1) << 60)
#define QM_LONG_FOLLOWS (UINT64_C(1) << 56)

typedef struct qm_pair {
    uint32_t key;     /* first symbol | second << 16, as they lie in memory */
    uint32_t triples; /* base of the row of triples; 0: none */
    uint64_t entry;
} qm_pair;

typedef struct qm_words_model {
    qm_words_params params;
    const uint16_t *ids; /* of the characters below U+10000 */
    const uint64_t *singles, *triples, *longs;
    const uint32_t *rows;     /* of pairs, by symbol: first segment << 4 | bits of a column in it */
    const uint32_t *segments; /* slot minus second symbol, modulo 2^32 */
    const qm_pair *pairs;
    const uint8_t *levels; /* of single symbols: -8 ln p of the word */
    const int16_t *types, *codes;
} qm_words_model;

/* false in *found when the image has no words; QM_E_CORRUPT when they are wrong. */
int qm_words_bind(qm_words_model *model, const qm_image *image, bool *found, qm_error *err);

static inline uint64_t qm_pair_key(uint32_t a, uint32_t b)
{
    return (uint64_t)a << 14 | b;
}
static inline uint32_t qm_pair_ids(const uint16_t *ids)
{
    uint32_t key;
    memcpy(&key, ids, sizeof key);
    return key;
}
static inline uint32_t qm_pair_slot(const qm_words_model *model, uint32_t a, uint32_t b)
{
    uint32_t row = model->rows[a];
    return model->segments[(row >> 4) + (b >> (row & 15))] + b;
}
static inline uint64_t qm_long_key(const uint16_t *ids)
{
    return qm_pair_key(ids[0], ids[1]) << 28 | qm_pair_key(ids[2], ids[3]);
}
static inline uint32_t qm_long_slot(uint64_t key, uint32_t bits)
{
    key *= UINT64_C(0x9E3779B97F4A7C15);
    key ^= key >> 32;
    return (uint32_t)(key * UINT64_C(0xD6E8FEB86659FD93) >> (64 - bits));
}
/* Class of a dictionary word, for tags: 0 none, below QM_WORD_CLASSES. */
enum { QM_WORD_CLASSES = 32 };
uint32_t qm_word_class(const qm_words_model *model, const uint16_t *ids, uint32_t length);
/* Levels of the dictionary words that start at ids, of 2 … n symbols; 0: there is no such word.
 * Returns the length of the longest that may be one. */
uint32_t qm_word_levels(const qm_words_model *model, const uint16_t *ids, uint32_t n,
                        uint8_t levels[QM_WORD_MAX + 1]);
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
    uint64_t pair_weights[QM_BLOCK_ROOM];
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
