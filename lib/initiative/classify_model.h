/* How the weights lie in an image: section "CLAU", written by lib/compile/train, bound by
 * classify.c; and the features that both read from a clause. Private to these.
 *
 * header | labels | slots | cells | pool of names. A slot holds the weights of one feature: the
 * key's upper half as a check, and a slice of cells, one per label it says something about. Sums
 * are exact integers; a point is QM_CLASSIFY_POINT of them.
 */
#ifndef QM_CLASSIFY_MODEL_H
#define QM_CLASSIFY_MODEL_H

#include "initiative/classify.h"

#define QM_SECTION_CLASSIFIER QM_SECTION_ID('C', 'L', 'A', 'U')
#define QM_CLASSIFIER_VERSION 1

/* ---- features ---- */

/* Features come in blocks; a block's sum is scaled by how many features it has. */
typedef enum qm_feature_block {
    QM_BLOCK_CLAUSE = 0,   /* characters and words of the clause */
    QM_BLOCK_NEIGHBOUR,    /* words of the clauses beside it */
    QM_BLOCK_CIRCUMSTANCE, /* role, cues, quantities, rules: never scaled */
    QM_BLOCKS
} qm_feature_block;

enum {
    QM_FEATURES_CLAUSE = 1024,
    QM_FEATURES_NEIGHBOUR = 192,
    QM_FEATURES_CIRCUMSTANCE = 128,
    QM_FEATURES_ALL = QM_FEATURES_CLAUSE + QM_FEATURES_NEIGHBOUR + QM_FEATURES_CIRCUMSTANCE
};

/* What a feature was read from. */
typedef enum qm_feature_family {
    QM_FEATURE_CHARACTER = 1,
    QM_FEATURE_CHARACTER_2,
    QM_FEATURE_CHARACTER_3,
    QM_FEATURE_WORD,
    QM_FEATURE_WORDS, /* two words, at most QM_FEATURE_REACH apart */
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
    QM_FEATURE_LENGTH,
    QM_FEATURE_ALONE, /* a labelled clause without a report around it; training only */
    QM_FEATURE_FAMILIES
} qm_feature_family;

#define QM_FEATURE_REACH 5

/* Clauses [first, end) of a document taken as one, with what is known about them. More than one
 * only in training. */
typedef struct qm_feature_source {
    const qm_document *document;
    uint32_t first, end;
    uint32_t first_quantity, end_quantity;
    uint32_t cues, cues_behind, cues_above;
    const int32_t *rule_points; /* by type */
    const uint64_t *type_keys;  /* by type: what stands for it in keys */
    uint32_t n_types;
    bool alone;
    qm_stretches *stretches; /* of this document, or NULL */
} qm_feature_source;

/* Where a feature was read, for explanations; QM_NONE where it is not of the text. */
typedef struct qm_feature_origin {
    uint32_t start, end;
    qm_feature_family family;
} qm_feature_origin;

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
/* 65536 / sqrt(count), rounded down. */
uint32_t qm_feature_scale(uint32_t count);
/* What the sum of a block is scaled by: the more features, the less each counts; where there are
 * few they don't count for all that is not there. */
uint32_t qm_block_scale(qm_feature_block block, uint32_t count);

/* ---- the section ---- */

/* Labels: "none", "done", "ongoing", "planned", then ids of types. */
enum { QM_LABEL_NONE = 0, QM_LABEL_STATUS = 1, QM_LABEL_TYPES = 4, QM_LABELS_MOST = 128 };

#define QM_CLASSIFY_POINT_BITS 8 /* a point is 256 */
#define QM_CLASSIFY_WEIGHT_BITS 8

typedef struct qm_classifier_header {
    uint32_t version;
    uint32_t labels, slot_bits, cells, pool;
    uint32_t reserved[11];
} qm_classifier_header;

typedef struct qm_classifier_label {
    uint32_t name_at, name_size; /* in the pool */
    int32_t bias;                /* in 1/256 points */
    int32_t unit;                /* 1/256 points that a weight of 1 is worth, times 256 */
} qm_classifier_label;

typedef struct qm_classifier_slot {
    uint32_t check;
    uint32_t cells; /* first << 8 | count; 0: empty */
} qm_classifier_slot;

typedef struct qm_classifier_cell {
    uint8_t label;
    int8_t weight;
} qm_classifier_cell;

_Static_assert(sizeof(qm_classifier_header) == 64, "part of the format");

static inline uint32_t qm_slot_check(uint64_t key)
{
    return (uint32_t)(key >> 32);
}

#endif
