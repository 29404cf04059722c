/* Private to lib/segment and the trainer: the trained model as it lies in the words image.
 *
 * Every table is used where it is. Pairs and triples of symbols are looked up without a search: a
 * pair is hashed, one to one, to 28 bits; the upper bits name a bucket, and what the bucket says is
 * enough to know where the pair lies and where each triple that begins with it lies. The trainer
 * chose the buckets' numbers so that no two n-grams meet. An entry keeps as much of its key as its
 * place does not tell, so that no other n-gram is ever taken for it.
 */
#ifndef QM_SEGMENT_MODEL_H
#define QM_SEGMENT_MODEL_H

#include "image/image.h"
#include "segment/symbols.h"

enum {
    QM_WORDS_VERSION = 3,
    QM_WINDOW = 3,               /* symbols on each side of a boundary */
    QM_FREQUENCIES = 4,          /* classes of dictionary words */
    QM_LENGTHS = 5,              /* 2, 3, 4, 5, 6 and more */
    QM_WORD_MAX = 12,            /* symbols of the longest dictionary word */
    QM_CODE_BITS = 5,            /* 0: no word, else 1 + (length class * 4 + frequency class) */
    QM_TYPE_ROWS = 1 << (3 * 3), /* by the types of three symbols */
    QM_LANES = 8,                /* of a row; see qm_words_model */
    QM_CODE_TABLE = 1 << (3 * QM_CODE_BITS),
    QM_TYPE_LIMIT = 1000,   /* of a weight of types, of codes: all weights together stay below */
    QM_CODE_LIMIT = 2000,   /* half the margin of an edge */
    QM_EDGE_MARGIN = 20000, /* what the types say beside an edge: always a cut */
    QM_PAIR_BITS = 28,
    QM_SYMBOL_BITS = 14,
    QM_BUCKET_BITS_MAX = 16
};

#define QM_SECTION_WORDS QM_SECTION_ID('W', 'P', 'A', 'R')
#define QM_SECTION_WORDS_IDS QM_SECTION_ID('W', 'I', 'D', 'S')
#define QM_SECTION_WORDS_SINGLES QM_SECTION_ID('W', 'O', 'N', 'E')
#define QM_SECTION_WORDS_PAIRS QM_SECTION_ID('W', 'T', 'W', 'O')
#define QM_SECTION_WORDS_BUCKETS QM_SECTION_ID('W', 'B', 'U', 'C')
#define QM_SECTION_WORDS_TRIPLES QM_SECTION_ID('W', 'T', 'R', 'I')
#define QM_SECTION_WORDS_NOTES QM_SECTION_ID('W', 'N', 'O', 'T')
#define QM_SECTION_WORDS_LONG QM_SECTION_ID('W', 'L', 'N', 'G')
#define QM_SECTION_WORDS_LEVELS QM_SECTION_ID('W', 'L', 'V', 'L')
#define QM_SECTION_WORDS_TYPES QM_SECTION_ID('W', 'T', 'Y', 'P')
#define QM_SECTION_WORDS_CODES QM_SECTION_ID('W', 'D', 'I', 'C')
#define QM_SECTION_WORDS_PATHS QM_SECTION_ID('W', 'P', 'T', 'H') /* there may be none */

/* Section WPAR. */
typedef struct qm_words_params {
    uint32_t version;
    uint32_t joins;   /* QM_JOIN_* that the training text obeys */
    uint32_t symbols; /* ids are below this */
    uint32_t bucket_bits;
    uint32_t pairs, triples;           /* slots */
    uint32_t pair_shift, triple_shift; /* slots in a step of a bucket's number */
    uint32_t longs;                    /* slots; long_probes more behind them */
    uint32_t long_probes;              /* longest probe sequence of the long words */
    uint32_t scale;                    /* weight units in a margin of 1 */
    uint32_t paths, path_probes;       /* slots of weights of words; 0: the model has none */
    uint32_t path_margin;              /* weight of the margins beside them */
    uint32_t reserved[2];
} qm_words_params;

/* Words of 64 bits, little-endian.
 *
 * A single: bytes 0-5 the weights of the boundaries 2 before … 3 behind its own start; then zeros.
 *
 * A pair: byte 0 dictionary frequency 1-4 or 0 and word class << 3; bytes 1-5 weights from 1
 * before; bytes 6-7 its bucket.
 *
 * A triple: bytes 2-5 weights from 0; bytes 0-1 and the 12 bits above the weights the hash of its
 * pair; bits 60-62 dictionary frequency; 63 longer words begin so.
 *
 * An entry of zeros may pass for another key, but says nothing. The first slots of pairs and of
 * triples are such entries.
 *
 * A bucket: 16 bits the number for the pairs, 16 that for the triples; then 32 marks, which are set
 * for the pairs and triples that lie there. Half of the pairs of a text are in no table, and of the
 * triples nine tenths: most of them have no mark, and all those are sought in the first slot, so
 * that one line of the cache is touched for them and not one for each.
 *
 * A long word: bits 0-56 key, 57-59 frequency, 60 goes on, 61-63 word class if below 8; 0: empty.
 * Its key: four ids, or QM_LONG_FOLLOWS | slot of the word one symbol shorter << 14 | id. */
#define QM_PAIR_WEIGHTS UINT64_C(0x0000FFFFFFFFFF00)
#define QM_TRIPLE_WEIGHTS UINT64_C(0x0000FFFFFFFF0000)
#define QM_TRIPLE_KEY UINT64_C(0x0FFF00000000FFFF)
#define QM_LONG_KEY ((UINT64_C(1) << 57) - 1)
#define QM_LONG_GOES_ON (UINT64_C(1) << 60)
#define QM_LONG_FOLLOWS (UINT64_C(1) << 56)

/* What only words need that are cut already: level, -8 ln p, and of triples word class << 8. */
typedef uint16_t qm_note;

struct qm_score_scratch;

typedef struct qm_words_model {
    qm_words_params params;
    const uint16_t *ids; /* of the characters below U+10000 */
    const uint64_t *singles, *pairs, *triples, *longs;
    const uint64_t *buckets;
    const qm_note *pair_notes; /* by slot */
    const qm_note *triple_notes;
    const uint8_t *levels; /* of single symbols */
    const int16_t *types;  /* QM_LANES of each row: boundaries 2 before … 3 behind, two 0 */
    const int16_t *codes;
    const uint64_t *paths; /* of features of words (paths.h): key, weight in the low 16 bits */
    void (*score)(const struct qm_words_model *model, struct qm_score_scratch *scratch, uint32_t n);
    int32_t (*gain)(const struct qm_words_model *model, const uint64_t *keys); /* paths.h */
} qm_words_model;

/* false in *found when the image has no words; QM_E_CORRUPT when they are wrong. */
int qm_words_bind(qm_words_model *model, const qm_image *image, bool *found, qm_error *err);

static inline uint64_t qm_pair_key(uint32_t a, uint32_t b)
{
    return (uint64_t)a << QM_SYMBOL_BITS | b;
}
static inline uint32_t qm_pair_hash(uint32_t a, uint32_t b)
{
    return (a << QM_SYMBOL_BITS | b) * 0x9E3779B1u & ((1u << QM_PAIR_BITS) - 1);
}
static inline uint32_t qm_pair_slot(uint32_t hash, uint32_t number, uint32_t low_bits,
                                    uint32_t shift)
{
    return (number << shift) + (hash & ((1u << low_bits) - 1));
}
/* The number also stirs the hash: two pairs of a bucket must not agree on their triples' places
 * whatever the number is. */
static inline uint32_t qm_triple_offset(uint32_t hash, uint32_t third, uint32_t number)
{
    return hash * (2 * number + 1) >> (32 - QM_SYMBOL_BITS) ^ third;
}
static inline uint32_t qm_triple_slot(uint32_t hash, uint32_t third, uint32_t number,
                                      uint32_t shift)
{
    return (number << shift) + qm_triple_offset(hash, third, number);
}
static inline uint32_t qm_pair_number(uint64_t bucket)
{
    return (uint32_t)bucket & 0xFFFF;
}
static inline uint32_t qm_triple_number(uint64_t bucket)
{
    return (uint32_t)bucket >> 16;
}
/* Bits of the bucket: of the pair by its hash, of the triple by its offset. */
static inline uint32_t qm_pair_mark(uint32_t hash)
{
    return 32 + (hash >> 8 & 31);
}
static inline uint32_t qm_triple_mark(uint32_t offset)
{
    return 32 + (offset & 31);
}
static inline uint64_t qm_triple_key(uint32_t hash)
{
    return (hash & 0xFFFF) | (uint64_t)(hash >> 16) << 48;
}
static inline uint64_t qm_long_key(const uint16_t *ids)
{
    return qm_pair_key(ids[0], ids[1]) << QM_PAIR_BITS | qm_pair_key(ids[2], ids[3]);
}
static inline uint32_t qm_long_slot(uint64_t key, uint32_t slots)
{
    key *= UINT64_C(0x9E3779B97F4A7C15);
    key ^= key >> 32;
    return (uint32_t)((key * UINT64_C(0xD6E8FEB86659FD93) >> 32) * slots >> 32);
}
/* Class of a dictionary word, for tags: 0 none, below QM_WORD_CLASSES. */
enum { QM_WORD_CLASSES = 32 };
typedef struct qm_word_place {
    uint16_t ids[QM_WORD_MAX];
    uint32_t length, slot; /* length 0: no dictionary word is so short or long */
} qm_word_place;
/* The class of a word in three steps, so that many words can be waited for together: what its place
 * depends on is fetched, then what lies there. A word that begins with a character of no training
 * text, as numbers and ASCII words do, is in no dictionary. Two more characters can be read. */
void qm_word_ask(const qm_words_model *model, const uint32_t *chars, uint32_t length,
                 qm_word_place *out);
void qm_word_locate(const qm_words_model *model, qm_word_place *place);
uint32_t qm_word_class(const qm_words_model *model, const qm_word_place *place);
/* The same for words of three characters, most of those that are not looked up beside the margins:
 * many at once, and no branch depends on them. */
typedef struct qm_three {
    uint32_t hash, place; /* the third symbol, then the slot */
    uint32_t known;       /* whether the first is: 1 or 0 */
} qm_three;
void qm_threes_ask(const qm_words_model *model, const uint32_t *chars, const uint32_t *starts,
                   uint32_t n, qm_three *out);
void qm_threes_locate(const qm_words_model *model, qm_three *threes, uint32_t n);
uint32_t qm_three_class(const qm_words_model *model, const qm_three *three);
/* The level of a word that has a class, and what fetches it. */
uint8_t qm_word_level(const qm_words_model *model, const qm_word_place *place);
void qm_word_fetch_level(const qm_words_model *model, const qm_word_place *place);
/* Long words keep their frequency class only; the level of each. */
static inline uint8_t qm_long_level(uint32_t frequency)
{
    static const uint8_t levels[8] = {0, 137, 123, 103, 81, 81, 81, 81};
    return levels[frequency & 7];
}
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

/* Margins of the boundaries before each symbol of a window; positive: cut. Work is done in whole
 * chunks, so that up to a chunk behind the window is read and written; what is there is old, but
 * ids and types. */
enum {
    QM_BLOCK = 2048,
    QM_OVERLAP = QM_WORD_MAX + 4,
    QM_CHUNK = 32,
    QM_AHEAD = QM_CHUNK, /* so many symbols ahead entries are fetched */
    QM_BLOCK_ROOM = QM_BLOCK + 2 * QM_OVERLAP,
    QM_SCRATCH_ROOM = QM_BLOCK_ROOM + QM_AHEAD + 3 * QM_CHUNK
};

/* A word of four or more symbols that may begin with symbol `at`, and the first slot where what the
 * table has of it may lie. */
typedef struct qm_long_probe {
    uint64_t key;
    uint32_t slot, at;
} qm_long_probe;

typedef struct qm_score_scratch {
    uint16_t ids[QM_SCRATCH_ROOM];
    uint8_t types[QM_SCRATCH_ROOM];
    uint32_t starts[QM_SCRATCH_ROOM];
    uint16_t sums[QM_SCRATCH_ROOM];
    int16_t margins[QM_SCRATCH_ROOM];
    uint8_t cuts[QM_SCRATCH_ROOM];                        /* whether the margins cut: 1 or 0 */
    uint8_t two[QM_SCRATCH_ROOM], three[QM_SCRATCH_ROOM]; /* words that start here */
    uint8_t classes[QM_SCRATCH_ROOM];                     /* of the words of two */
    uint8_t begin[QM_SCRATCH_ROOM], end[QM_SCRATCH_ROOM], cover[QM_SCRATCH_ROOM];
    uint16_t long_at[QM_SCRATCH_ROOM]; /* symbols where long words may begin */
    qm_long_probe longs[QM_SCRATCH_ROOM];
    uint32_t n_longs; /* of both */
    bool joiners;     /* the text has a QM_WORD_JOINER */
} qm_score_scratch;

/* Scores the first n symbols of the scratch's window into its margins. The best for this processor
 * is in model->score; all of them give the same margins. */
void qm_words_score_plain(const qm_words_model *model, qm_score_scratch *scratch, uint32_t n);
#ifdef __x86_64__
void qm_words_score_avx2(const qm_words_model *model, qm_score_scratch *scratch, uint32_t n);
#endif
void qm_words_choose(qm_words_model *model);

#endif
