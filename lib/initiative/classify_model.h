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
#define QM_CLASSIFIER_VERSION 3

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

static inline uint64_t qm_symbol_key(uint32_t symbol)
{
    return symbol * UINT64_C(0x9e3779b97f4a7c15) & ~(uint64_t)QM_KEY_SIDES;
}

static inline uint64_t qm_symbols_key(uint32_t symbol, uint32_t next)
{
    uint64_t sum =
        symbol * UINT64_C(0x9e3779b97f4a7c15) + (next + 1) * UINT64_C(0xd6e8feb86659fd93);
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
                         uint32_t symbols[QM_SYMBOLS_MOST], qm_feature_origin *origins);

/* Clauses [first, end) of a document taken as one, with what is known about them. More than one
 * only in training. */
typedef struct qm_feature_source {
    const qm_document *document;
    uint32_t first, end;
    uint32_t first_match, end_match;
    uint32_t first_quantity, end_quantity;
    uint32_t cues, cues_behind, cues_above;
    const uint32_t *ruled; /* types that rules give points to */
    uint32_t n_ruled;
    const int32_t *rule_points; /* by type */
    const uint64_t *type_keys;  /* by type: what stands for it in keys */
    bool alone;
} qm_feature_source;

/* A circumstance: family << 32 | value; of rules, 2 * type, and 1 where they alone make a row. */
enum { QM_CIRCUMSTANCE_VALUES = 128 };

static inline uint64_t qm_circumstance(qm_feature_family family, uint32_t value)
{
    return (uint64_t)family << 32 | value;
}

/* Of the source, a clause with so many symbols; returns how many there are. Values are below
 * QM_CIRCUMSTANCE_VALUES but for rules and classes. origins: NULL, or room for as many. */
uint32_t qm_circumstances_read(const qm_feature_source *source, uint32_t symbols,
                               uint64_t out[QM_CIRCUMSTANCES_MOST], qm_feature_origin *origins);
uint64_t qm_circumstance_key(uint64_t circumstance, const uint64_t *type_keys);

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
/* Whether the clause at `number` counts as one beside the source. */
bool qm_clause_is_beside(const qm_feature_source *source, uint32_t number);
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

/* What the clauses beside a clause, its other types and the rules say for a type: each in 1/256
 * points, those of scores for each point. own is 0 where nobody asked them. */
typedef struct qm_classifier_around {
    int32_t bias, own, other, none, before, behind; /* scores */
    int32_t has_before, has_behind, ruled;          /* yes or no */
} qm_classifier_around;

typedef struct qm_classifier_header {
    uint32_t version;
    uint32_t labels, slot_bits;
    uint32_t rows;   /* with row 0 */
    uint32_t beside; /* rows 1 to here have two rows beside, behind one that says nothing */
    uint32_t pool;
    qm_classifier_around around;
    uint32_t reserved[1];
} qm_classifier_header;

typedef struct qm_classifier_label {
    uint32_t name_at, name_size; /* in the pool */
    int32_t bias;                /* in 1/256 points */
    int32_t unit;                /* 1/256 points that a weight of 1 is worth, times 256 */
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

/* The row of a pair of characters that stands in the clause before or behind. */
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

/* ---- sums ---- */

/* Numbers of rows; their count is a multiple of QM_ROWS_AT_ONCE. */
typedef struct qm_row_list {
    const qm_classifier_row *rows;
    const uint32_t *numbers;
    uint32_t count;
} qm_row_list;

/* Units of labels with few enough bits for products of 32 bits; what is no type has no chance. */
typedef struct qm_quick_units {
    int32_t factors[QM_LABELS_MOST], biases[QM_LABELS_MOST];
    uint32_t shift;
} qm_quick_units;

enum { QM_QUICK_SHIFT = 10 }; /* of sums, before they are multiplied */

/* All that a clause is known by; what is around it is never scaled. */
typedef struct qm_weighing {
    qm_row_list lists[QM_BLOCKS];
    int16_t scale, scale_beside;
    const int32_t *needs; /* by label: the least sum that reaches it */
    const qm_quick_units *quick;
} qm_weighing;

typedef void (*qm_weigher)(const qm_weighing *weighing, qm_clause_scores *scores);
void qm_weigh_plain(const qm_weighing *weighing, qm_clause_scores *scores);
/* On x86-64 alone. */
void qm_weigh_avx2(const qm_weighing *weighing, qm_clause_scores *scores);

_Static_assert(sizeof(qm_classifier_header) == 64, "part of the format");
_Static_assert(sizeof(qm_classifier_row) == 64, "part of the format");

#endif
