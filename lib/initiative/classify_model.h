/* How the weights lie in an image: section "CLAU", written by lib/compile/train, bound by
 * classify.c; and the features that both read from a clause. Private to these.
 *
 * header | slots | rows | rows beside | labels | pool of names. A slot leads from the key of a
 * feature to its row: a byte for each label, a weight plus QM_ROW_ZERO, so that rows are summed
 * many bytes at a time. Row 0 says nothing. The row of a pair of characters has the weights of its
 * first character in it, so that only those count alone that begin no pair that is known. Those
 * pairs of characters that say something of the clauses beside them come first; each has two more
 * rows, for the clause behind and that before. Sums are exact integers; a point is
 * QM_CLASSIFY_POINT_BITS of them.
 */
#ifndef QM_CLASSIFY_MODEL_H
#define QM_CLASSIFY_MODEL_H

#include "initiative/classify.h"

#define QM_SECTION_CLASSIFIER QM_SECTION_ID('C', 'L', 'A', 'U')
#define QM_CLASSIFIER_VERSION 4

/* ---- features ---- */

/* Features come in blocks; a block's sum is scaled by how many features it has. */
typedef enum qm_feature_block {
    QM_BLOCK_CLAUSE = 0,   /* characters of the clause, alone and in pairs */
    QM_BLOCK_NEIGHBOUR,    /* pairs of characters of the clauses beside it */
    QM_BLOCK_CIRCUMSTANCE, /* role, cues, quantities, rules: never scaled */
    QM_BLOCKS
} qm_feature_block;

enum {
    QM_SYMBOLS_MOST = 160, /* of one clause; what is longer is no clause but a table */
    QM_PAIRS_BESIDE = 20,  /* pairs by which those beside it know a clause */
    QM_FEATURES_CLAUSE = 2 * QM_SYMBOLS_MOST,
    QM_FEATURES_NEIGHBOUR = 2 * QM_PAIRS_BESIDE,
    QM_CIRCUMSTANCES_MOST = 128,
    QM_CIRCUMSTANCES_ROOM = 288, /* for rules, and all the others beside them */
    QM_SYMBOLS_AT_ONCE = 8,      /* symbols and rows may be read and written by as many */
    QM_SYMBOLS_ROOM = QM_SYMBOLS_MOST + QM_SYMBOLS_AT_ONCE + 1,
    QM_FEATURES_ALL = QM_FEATURES_CLAUSE + QM_FEATURES_NEIGHBOUR + QM_CIRCUMSTANCES_MOST
};

/* What a feature was read from. */
typedef enum qm_feature_family {
    QM_FEATURE_CHARACTER = 1,
    QM_FEATURE_CHARACTERS, /* two characters side by side */
    QM_FEATURE_BEFORE,
    QM_FEATURE_BEHIND,
    QM_FEATURE_ROLE,
    QM_FEATURE_ROLE_BEFORE,
    QM_FEATURE_ROLE_BEHIND,
    QM_FEATURE_PLACE, /* in its sentence and paragraph */
    QM_FEATURE_CUE,
    QM_FEATURE_CUE_BEHIND,
    QM_FEATURE_CUE_ABOVE,
    QM_FEATURE_QUANTITY,
    QM_FEATURE_RULE,
    QM_FEATURE_CLASS, /* of a word */
    QM_FEATURE_LENGTH,
    QM_FEATURE_ALONE, /* a labelled clause without a report around it; training only */
    QM_FEATURE_FAMILIES
} qm_feature_family;

/* The lowest bits of a key say where the feature stands: here, or in a clause beside this one. */
enum { QM_KEY_HERE = 0, QM_KEY_BEFORE = 1, QM_KEY_BEHIND = 2, QM_KEY_SIDES = 3 };

#define QM_SYMBOL_FACTOR UINT64_C(0x9e3779b97f4a7c15)
#define QM_NEXT_FACTOR UINT64_C(0xd6e8feb86659fd93)

static inline uint64_t qm_symbol_key(uint32_t symbol)
{
    return symbol * QM_SYMBOL_FACTOR & ~(uint64_t)QM_KEY_SIDES;
}

static inline uint64_t qm_symbols_key(uint32_t symbol, uint32_t next)
{
    uint64_t sum = symbol * QM_SYMBOL_FACTOR + (next + UINT64_C(1)) * QM_NEXT_FACTOR;
    return sum & ~(uint64_t)QM_KEY_SIDES;
}

/* Where a symbol or feature was read, for explanations; QM_NONE where it is not of the text. */
typedef struct qm_feature_origin {
    uint32_t start, end;
    qm_feature_family family;
} qm_feature_origin;

/* Characters [from, to) as symbols: without blanks, Latin letters small, each number as one
 * symbol. quantity: the first that ends behind `from`, or one before it. origins may be NULL, or
 * has room for as many. Returns how many there are, at most QM_SYMBOLS_MOST. */
uint32_t qm_symbols_read(const qm_document *document, uint32_t from, uint32_t to, uint32_t quantity,
                         uint32_t symbols[QM_SYMBOLS_ROOM], qm_feature_origin *origins);

/* What numbers of types and classes stand for in keys. */
typedef struct qm_feature_keys {
    const uint64_t *types; /* by type, from 1 */
    uint32_t n_types;      /* with [0] */
    const uint32_t *classes;
} qm_feature_keys;

/* Clauses [first, end) of a document taken as one, with what is known about them. More than one
 * only in training. */
typedef struct qm_feature_source {
    const qm_document *document;
    uint32_t first, end;
    uint32_t first_quantity, end_quantity;
    uint32_t cues, cues_behind, cues_above;
    const qm_class_hit *classes;
    uint32_t n_classes;
    const uint32_t *ruled; /* types that rules give points to */
    uint32_t n_ruled;
    const int32_t *rule_points; /* by type */
    const qm_feature_keys *keys;
    bool alone;
} qm_feature_source;

/* Circumstances are numbered: most by family and a value, behind these the rules by type, two of
 * each: one where they alone make a row; and then the classes of words. */
enum {
    QM_CIRCUMSTANCE_VALUES = 128,
    QM_CIRCUMSTANCE_RULES = QM_FEATURE_FAMILIES * QM_CIRCUMSTANCE_VALUES
};

static inline uint32_t qm_circumstance(qm_feature_family family, uint32_t value)
{
    return (uint32_t)family * QM_CIRCUMSTANCE_VALUES + value;
}

/* Whether a family's circumstances are numbered by it. */
static inline bool qm_circumstance_is_plain(uint32_t family)
{
    return family >= QM_FEATURE_ROLE && family != QM_FEATURE_RULE && family != QM_FEATURE_CLASS;
}

static inline uint32_t qm_circumstance_classes(const qm_feature_keys *keys)
{
    return QM_CIRCUMSTANCE_RULES + 2 * keys->n_types;
}

uint64_t qm_circumstance_key(uint32_t circumstance, const qm_feature_keys *keys);

typedef struct qm_features {
    uint64_t keys[QM_FEATURES_ALL]; /* block after block, each at its own start */
    uint32_t counts[QM_BLOCKS];
    qm_feature_origin *origins; /* NULL, or room for one of each key */
} qm_features;

static inline uint32_t qm_block_start(qm_feature_block block)
{
    return block == QM_BLOCK_CLAUSE      ? 0
           : block == QM_BLOCK_NEIGHBOUR ? QM_FEATURES_CLAUSE
                                         : QM_FEATURES_CLAUSE + QM_FEATURES_NEIGHBOUR;
}

/* Overwrites *out but its origins pointer. */
void qm_features_read(const qm_feature_source *source, qm_features *out);
/* Whether the clause at `number` counts as one beside that at `own`. */
static inline bool qm_clause_is_beside(const qm_clauses *clauses, uint32_t own, uint32_t number)
{
    return number < clauses->count && clauses->at[number].paragraph == clauses->at[own].paragraph;
}

/* 65536 / sqrt(count), rounded down. */
uint32_t qm_feature_scale(uint32_t count);
/* What the sum of a block is scaled by: the more features, the less each counts; where there are
 * few they don't count for all that is not there. Below 32768 for all but circumstances. */
uint32_t qm_block_scale(qm_feature_block block, uint32_t count);

/* ---- the section ---- */

/* Labels: "none", "done", "ongoing", "planned", then ids of types. */
enum { QM_LABEL_NONE = 0, QM_LABEL_STATUS = 1, QM_LABEL_TYPES = 4 };

#define QM_CLASSIFY_POINT_BITS 8 /* a point is 256 */
#define QM_CLASSIFY_WEIGHT_BITS 8

/* What the clauses beside a clause, its other types and the rules say for a type: a weight for each
 * of these, in 1/256 points, those of scores for each point. */
typedef enum qm_around_term {
    QM_AROUND_BIAS,
    QM_AROUND_OWN,   /* its score; a weight of 0 where nobody asked the others */
    QM_AROUND_OTHER, /* the best score of another type */
    QM_AROUND_NONE,
    QM_AROUND_BEFORE, /* its score in the clause before */
    QM_AROUND_BEHIND,
    QM_AROUND_HAS_BEFORE, /* whether there is one */
    QM_AROUND_HAS_BEHIND,
    QM_AROUND_RULED,       /* whether a rule speaks for it */
    QM_AROUND_RULED_OTHER, /* the other's score where one does */
    QM_AROUND_NONE_ABOVE,  /* what of "none" is above 0 */
    QM_AROUND_LEAD_ABOVE,  /* of its lead over the other */
    QM_AROUND_BEFORE_ABOVE,
    QM_AROUND_TERMS
} qm_around_term;

typedef struct qm_classifier_header {
    uint32_t version;
    uint32_t labels, slot_bits;
    uint32_t rows;   /* with row 0 */
    uint32_t beside; /* rows 1 to here have two rows beside, behind one that says nothing */
    uint32_t pool;
    int32_t around[QM_AROUND_TERMS];
    uint32_t reserved[13];
} qm_classifier_header;

typedef struct qm_classifier_label {
    uint32_t name_at, name_size; /* in the pool */
    int32_t bias;                /* in 1/256 points */
    int32_t unit;                /* 1/256 points that a weight of 1 is worth, times 256 */
    int32_t bar;                 /* 1/256 points that a type has ahead of the others' threshold */
} qm_classifier_label;

/* Weights reach from -31 to 31: four rows fit a sum of bytes. */
enum { QM_ROW_ZERO = 32, QM_WEIGHT_MOST = 31, QM_ROWS_AT_ONCE = 4 };

typedef struct qm_classifier_row {
    uint8_t weights[QM_LABELS_MOST];
} qm_classifier_row;

/* Where the weight of a label stands in a row: the labels of even bytes come before those of odd
 * ones, sixteen by sixteen, as sums of two bytes a lane have them. */
static inline uint32_t qm_row_byte(uint32_t label)
{
    uint32_t lane = label % 8, odd = label / 8 % 2;
    return label / 16 * 16 + 2 * lane + odd;
}

/* The row of a known pair of characters that stands in the clause before or behind. */
static inline uint32_t qm_row_beside(uint32_t row, uint32_t side)
{
    return 2 * row - 2 + side;
}

/* A slot: check << QM_ROW_BITS | row; 0 is empty. Of the upper half of a key the lower bits are its
 * place among the slots, the upper ones its check. */
enum { QM_ROW_BITS = 17, QM_SLOT_BITS_MOST = 20 };

#define QM_ROW_MASK ((1u << QM_ROW_BITS) - 1)

static inline uint32_t qm_slot_hash(uint64_t key)
{
    return (uint32_t)(key >> 32);
}

/* ---- reading and summing: in one way for any processor, in another for AVX2 ---- */

enum {
    QM_ROW_SHIFT = 6, /* bytes of a row, as a power of two */
    QM_ROWS_ROOM = QM_SYMBOLS_MOST,
    QM_BESIDE_ROOM =
        (QM_PAIRS_BESIDE + QM_SYMBOLS_AT_ONCE - 1) / QM_SYMBOLS_AT_ONCE * QM_SYMBOLS_AT_ONCE
};

/* Rows by how many bytes they lie behind the first one. Those that say nothing may be among them;
 * their count is a multiple of QM_ROWS_AT_ONCE, and there are always some. */
typedef struct qm_row_list {
    const uint32_t *offsets;
    uint32_t count;
} qm_row_list;

/* A clause as the weights know it: a row for each symbol, of the pair it begins if that is known;
 * and of its first pairs what they say where the clause stands before or behind another. */
typedef struct qm_reading {
    uint32_t clause; /* QM_NONE: none */
    uint32_t symbols, n_rows, n_beside;
    uint32_t rows[QM_ROWS_ROOM];
    uint32_t before[QM_BESIDE_ROOM], behind[QM_BESIDE_ROOM];
} qm_reading;

/* Where rows are found by the keys of features. */
typedef struct qm_row_table {
    const uint32_t *slots;
    uint32_t mask, n_beside;
    const qm_classifier_row *rows, *beside; /* to be fetched into the cache */
} qm_row_table;

/* 0 where the weights say nothing. */
static inline uint32_t qm_row_find(const qm_row_table *table, uint32_t hash)
{
    for (uint32_t i = hash & table->mask;; i = (i + 1) & table->mask) {
        uint32_t slot = table->slots[i];
        if ((slot ^ hash) >> QM_ROW_BITS == 0 || slot == 0) return slot & QM_ROW_MASK;
    }
}

/* Units of labels with few enough bits for products of 32 bits; what is no type has no chance. */
typedef struct qm_quick_units {
    int32_t factors[QM_LABELS_MOST], biases[QM_LABELS_MOST];
    uint32_t shift;
} qm_quick_units;

enum { QM_QUICK_SHIFT = 10 }; /* of sums, before they are multiplied */

enum { QM_ROWS_OWN, QM_ROWS_BEFORE, QM_ROWS_BEHIND, QM_ROWS_AROUND, QM_ROW_LISTS };

/* All that a clause is known by; what is around it is never scaled. */
typedef struct qm_weighing {
    const qm_classifier_row *rows, *beside;
    qm_row_list lists[QM_ROW_LISTS];
    int16_t scale, scale_beside;
    const int32_t *needs; /* by label: the least sum that reaches it */
} qm_weighing;

typedef struct qm_classify_way {
    /* Fills all of *out but its clause from n symbols, behind which there is room for more. */
    void (*read)(const qm_row_table *table, uint32_t symbols[QM_SYMBOLS_ROOM], uint32_t n,
                 qm_reading *out);
    /* Sums, and what they reach. */
    void (*weigh)(const qm_weighing *weighing, qm_clause_scores *scores);
    /* The best two types, by scores in 1/256 points, nearly; of equals the first. */
    void (*rank)(const qm_quick_units *quick, qm_clause_scores *scores);
} qm_classify_way;

extern const qm_classify_way qm_classify_plain;
/* On x86-64 alone. */
extern const qm_classify_way qm_classify_avx2;

/* How long a list of so many rows is. */
static inline uint32_t qm_rows_up(uint32_t count)
{
    return count == 0 ? QM_ROWS_AT_ONCE
                      : (count + QM_ROWS_AT_ONCE - 1) / QM_ROWS_AT_ONCE * QM_ROWS_AT_ONCE;
}

_Static_assert(sizeof(qm_classifier_header) == 128, "part of the format");
_Static_assert(sizeof(qm_classifier_row) == 64, "part of the format");

#endif
