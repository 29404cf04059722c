/* How the weights lie in an image: section "CLAU", written by lib/compile/train, bound by
 * classify.c; and the features that both read from a clause. Private to these.
 *
 * header | records | rows around | keys around | symbols | labels | pool of names.
 *
 * What stands in a clause is looked up a pair of symbols at a time, and what is known of a pair is
 * one record, which is one line of a cache: the place of its first symbol plus the number of its
 * second one leads there. Most such places belong to other pairs, so a record names its owner;
 * where that is somebody else, the first symbol counts alone, by the record at its own place. The
 * record of a pair has the weights of its first symbol in it. Symbols that nothing is known of have
 * number 0 and place 0, where a record says nothing.
 *
 * A record has a byte for each label. What the clauses beside a clause have counts for it, too, by
 * the same weights, only less. Circumstances are few and weigh much less: they have rows of
 * their own, in finer steps, found by keys when the section is bound. Sums are exact integers; a
 * point is QM_CLASSIFY_POINT_BITS of them.
 */
#ifndef QM_CLASSIFY_MODEL_H
#define QM_CLASSIFY_MODEL_H

#include "initiative/classify.h"

#define QM_SECTION_CLASSIFIER QM_SECTION_ID('C', 'L', 'A', 'U')
#define QM_CLASSIFIER_VERSION 8

/* ---- features ---- */

/* Features come in blocks; a block's sum is scaled by how many features it has. */
typedef enum qm_feature_block {
    QM_BLOCK_CLAUSE = 0, /* characters of the clause, alone and in pairs */
    QM_BLOCK_BEFORE,     /* those of the clause before it, and of that behind it */
    QM_BLOCK_BEHIND,
    QM_BLOCK_CIRCUMSTANCE, /* role, cues, quantities, rules: never scaled */
    QM_BLOCKS
} qm_feature_block;

enum {
    QM_SYMBOLS_MOST = 160, /* of one clause; what is longer is no clause but a table */
    QM_FEATURES_CLAUSE = 2 * QM_SYMBOLS_MOST,
    QM_CIRCUMSTANCES_MOST = 128,
    QM_CIRCUMSTANCES_ROOM = 288, /* for rules, and all the others beside them */
    QM_SYMBOLS_AT_ONCE = 8,      /* symbols and rows may be read and written by as many */
    QM_SYMBOLS_ROOM = QM_SYMBOLS_MOST + QM_SYMBOLS_AT_ONCE + 1,
    QM_FEATURES_ALL = 3 * QM_FEATURES_CLAUSE + QM_CIRCUMSTANCES_MOST
};

/* What a feature was read from. */
typedef enum qm_feature_family {
    QM_FEATURE_CHARACTER = 1,
    QM_FEATURE_CHARACTERS, /* two characters side by side */
    QM_FEATURE_BEFORE,     /* one or two of the clause before */
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

/* Keys of symbols tell them: the first is the lowest bits, the second one, plus 1, stands above. */
enum { QM_KEY_NEXT = 32 };

#define QM_SYMBOL_MASK UINT32_C(0x1FFFFF)
/* Of keys that were made of something else. */
#define QM_KEY_MIXED (UINT64_C(1) << 63)

static inline uint64_t qm_symbol_key(uint32_t symbol)
{
    return symbol;
}

static inline uint64_t qm_symbols_key(uint32_t symbol, uint32_t next)
{
    return (next + UINT64_C(1)) << QM_KEY_NEXT | qm_symbol_key(symbol);
}

static inline uint32_t qm_key_symbol(uint64_t key)
{
    return (uint32_t)key & QM_SYMBOL_MASK;
}

static inline bool qm_key_is_pair(uint64_t key)
{
    return key >> QM_KEY_NEXT != 0;
}

/* The second symbol of a pair. */
static inline uint32_t qm_key_next(uint64_t key)
{
    return (uint32_t)(key >> QM_KEY_NEXT) - 1;
}

/* Where a symbol or feature was read, for explanations; QM_NONE where it is not of the text. */
typedef struct qm_feature_origin {
    uint32_t start, end;
    qm_feature_family family;
} qm_feature_origin;

enum {
    QM_CLAUSE_EDGE = 1,    /* before the first character, and behind the last */
    QM_CLAUSE_NUMBER = '0' /* every number */
};

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
    return (uint32_t)block * QM_FEATURES_CLAUSE;
}

static inline bool qm_block_is_beside(qm_feature_block block)
{
    return block == QM_BLOCK_BEFORE || block == QM_BLOCK_BEHIND;
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
/* What is said of a clause counts so little for those beside it, as a power of two. */
enum { QM_BESIDE_SHIFT = 2 };

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

/* What tells of a row that it is ongoing or planned, rather than done: a weight for each of these,
 * in 1/256 points. Scores stand in the order of the statuses; cues are those of a plan, of what
 * goes on and of what is done. */
typedef enum qm_status_term {
    QM_TELLS_BIAS,
    QM_TELLS_OWN,                       /* scores of its clause; all 0 where nothing is learnt */
    QM_TELLS_BEFORE = QM_TELLS_OWN + 3, /* of the clause before */
    QM_TELLS_BEHIND = QM_TELLS_BEFORE + 3,
    QM_TELLS_HAS_BEFORE = QM_TELLS_BEHIND + 3, /* whether there is one */
    QM_TELLS_HAS_BEHIND,
    QM_TELLS_CUES,                                  /* whether its clause has some */
    QM_TELLS_CUES_BEHIND = QM_TELLS_CUES + 3,       /* and its sentence so far */
    QM_TELLS_CUES_ABOVE = QM_TELLS_CUES_BEHIND + 3, /* and headings */
    QM_TELLS_NEG_ABOVE = QM_TELLS_CUES_ABOVE + 3,
    QM_TELLS_APART_BEFORE, /* scores beyond a semicolon */
    QM_TELLS_APART_BEHIND = QM_TELLS_APART_BEFORE + 3,
    QM_TELLS_AMOUNT = QM_TELLS_APART_BEHIND + 3, /* whether its clause has one */
    QM_TELLS_AMOUNT_BEHIND,
    QM_STATUS_TERMS
} qm_status_term;

enum {
    QM_STATUSES_TOLD = 2, /* ongoing, planned */
    QM_STATUS_ROOM = 32   /* for the terms and zeros behind them: they are summed eight by eight */
};

/* What is known of a row's clause and those beside it. */
typedef struct qm_status_source {
    int32_t own[3], before[3], behind[3]; /* scores */
    bool has_before, has_behind;
    uint8_t flags, flags_before; /* of its clause and the one before: what they end with */
    uint32_t cues, cues_behind, cues_above;
    uint32_t kinds, kinds_behind; /* of quantities, of its clause and of the one behind */
} qm_status_source;

static inline void qm_status_fill_cues(uint32_t cues, int32_t terms[3])
{
    terms[0] = (int32_t)(cues >> QM_CUE_PLAN & 1);
    terms[1] = (int32_t)(cues >> QM_CUE_ONGOING & 1);
    terms[2] = (int32_t)(cues >> QM_CUE_DONE & 1);
}

/* Whether there is a quantity that says how much. */
static inline int32_t qm_status_amount(uint32_t kinds)
{
    const uint32_t none =
        1u << QM_KIND_ORDINAL | 1u << QM_KIND_DATE | 1u << QM_KIND_TIME | 1u << QM_KIND_AGE;
    return (kinds & ~none) != 0;
}

static inline void qm_status_fill(const qm_status_source *source, int32_t terms[QM_STATUS_TERMS])
{
    const bool apart_before = source->flags_before & QM_CLAUSE_ENDS_SEMICOLON,
               apart_behind = source->flags & QM_CLAUSE_ENDS_SEMICOLON;
    terms[QM_TELLS_BIAS] = 1;
    for (int i = 0; i < 3; i++) {
        const int32_t before = source->has_before ? source->before[i] : 0,
                      behind = source->has_behind ? source->behind[i] : 0;
        terms[QM_TELLS_OWN + i] = source->own[i];
        terms[QM_TELLS_BEFORE + i] = apart_before ? 0 : before;
        terms[QM_TELLS_BEHIND + i] = apart_behind ? 0 : behind;
        terms[QM_TELLS_APART_BEFORE + i] = apart_before ? before : 0;
        terms[QM_TELLS_APART_BEHIND + i] = apart_behind ? behind : 0;
    }
    terms[QM_TELLS_HAS_BEFORE] = source->has_before;
    terms[QM_TELLS_HAS_BEHIND] = source->has_behind;
    qm_status_fill_cues(source->cues, terms + QM_TELLS_CUES);
    qm_status_fill_cues(source->cues_behind, terms + QM_TELLS_CUES_BEHIND);
    qm_status_fill_cues(source->cues_above, terms + QM_TELLS_CUES_ABOVE);
    terms[QM_TELLS_NEG_ABOVE] = (int32_t)(source->cues_above >> QM_CUE_NEG & 1);
    terms[QM_TELLS_AMOUNT] = qm_status_amount(source->kinds);
    terms[QM_TELLS_AMOUNT_BEHIND] = source->has_behind ? qm_status_amount(source->kinds_behind) : 0;
}

typedef struct qm_classifier_header {
    uint32_t version;
    uint32_t labels;
    uint32_t records, symbols; /* with the last symbol, which stands for all behind it */
    uint32_t numbers;          /* of symbols: all are below */
    uint32_t circumstances;    /* rows around, behind one that says nothing */
    uint32_t pool;
    int32_t around[QM_AROUND_TERMS];
    int32_t statuses[QM_STATUSES_TOLD][QM_STATUS_TERMS];
} qm_classifier_header;

typedef struct qm_classifier_label {
    uint32_t name_at, name_size; /* in the pool */
    int32_t bias;                /* in 1/256 points */
    int32_t unit;                /* 1/256 points that a weight of 1 is worth, times 256 */
    int32_t around; /* what a weight of 1 is worth in a row around, of 65536 parts of that */
    int32_t bar;    /* 1/256 points that a type has ahead of the others' threshold */
} qm_classifier_label;

/* Labels stand in slots, the first ones each in its own; those from the middle of the last sixteen
 * on stand one further, so that the last two bytes of a record are free. */
enum { QM_SLOTS = 64, QM_SLOT_FREE = 55 };

static inline uint32_t qm_label_slot(uint32_t label)
{
    return label + (label >= QM_SLOT_FREE);
}

/* Where the weight of a slot stands in a row or record: the slots of even bytes come before those
 * of odd ones, sixteen by sixteen, as sums of two bytes a lane have them. */
static inline uint32_t qm_slot_byte(uint32_t slot)
{
    uint32_t lane = slot % 8, odd = slot / 8 % 2;
    return slot / 16 * 16 + 2 * lane + odd;
}

/* Weights around reach from -31 to 31: four rows fit a sum of bytes. */
enum { QM_ROW_ZERO = 32, QM_ROW_MOST = 31, QM_ROWS_AT_ONCE = 4 };

typedef struct qm_classifier_row {
    uint8_t weights[QM_SLOTS];
} qm_classifier_row;

/* Those of symbols and pairs from -63 to 63: two records do. */
enum { QM_RECORD_ZERO = 64, QM_RECORD_MOST = 63, QM_RECORDS_AT_ONCE = 2 };

typedef struct qm_classifier_record {
    uint8_t weights[QM_LABELS_MOST];
    uint16_t owner; /* number of the symbol */
} qm_classifier_record;

/* What is known of a symbol: place << QM_NUMBER_BITS | number. */
enum { QM_NUMBER_BITS = 13, QM_RECORDS_MOST = 1 << 19, QM_SYMBOLS_KNOWN = 1 << 16 };

#define QM_NUMBER_MASK ((1u << QM_NUMBER_BITS) - 1)

/* ---- reading and summing: in one way for any processor, in another for AVX2 ---- */

enum {
    QM_ROW_SHIFT = 6 /* bytes of a row or record, as a power of two */
};

/* Rows or records by how many bytes they lie behind the first one. Those that say nothing may be
 * among them; their count is a multiple of what is summed at once, and there are always some. */
typedef struct qm_row_list {
    const uint32_t *offsets;
    uint32_t count;
} qm_row_list;

/* Where records are found. */
typedef struct qm_record_table {
    const uint32_t *symbols;
    uint32_t last; /* symbol, of which nothing is known */
    const qm_classifier_record *records;
} qm_record_table;

static inline uint32_t qm_symbol_known(const qm_record_table *table, uint32_t symbol)
{
    return table->symbols[symbol < table->last ? symbol : table->last];
}

/* Where the record of a pair would be, both symbols as qm_symbol_known() has them. */
static inline uint32_t qm_pair_place(uint32_t known, uint32_t next)
{
    return known ? (known >> QM_NUMBER_BITS) + (next & QM_NUMBER_MASK) : 0;
}

/* Whether it is that record which lies there. */
static inline bool qm_pair_is_known(const qm_record_table *table, uint32_t known, uint32_t place)
{
    return table->records[place].owner == (known & QM_NUMBER_MASK);
}

/* Units by slot, with few enough bits for products of 32 bits; what is no type has no chance. */
typedef struct qm_quick_units {
    int32_t factors[QM_SLOTS], biases[QM_SLOTS];
    uint32_t shift;
} qm_quick_units;

enum { QM_QUICK_SHIFT = 10 }; /* of sums, before they are multiplied */

/* All that a clause is known by. */
typedef struct qm_weighing {
    const int32_t *own, *before, *behind; /* sums by slot, of the clause and those beside it */
    const qm_classifier_row *rows;
    qm_row_list around;
    const int32_t *scales_around; /* by slot: below 32768 */
    const int32_t *needs;         /* by slot: the least sum that reaches it */
} qm_weighing;

typedef struct qm_status_weights {
    int32_t at[QM_STATUSES_TOLD][QM_STATUS_ROOM];
} qm_status_weights;

typedef struct qm_classify_way {
    /* What is known of n symbols, of which Latin capitals are taken for small letters;
     * QM_SYMBOLS_AT_ONCE more may be read and written. */
    void (*know)(const qm_record_table *table, const uint32_t *symbols, uint32_t n, uint32_t *out);
    /* A record for each of n symbols by what is known of them: that of the pair it begins, if that
     * is known. Behind the last one are QM_SYMBOLS_AT_ONCE + 1 zeros; as many rows may be written.
     */
    void (*find)(const qm_record_table *table, const uint32_t *known, uint32_t n, uint32_t *rows);
    /* What records say by slot, scaled. */
    void (*sum)(const qm_record_table *table, int16_t scale, const qm_row_list *records,
                int32_t sums[QM_SLOTS]);
    /* Sums of all, and what they reach. */
    void (*weigh)(const qm_weighing *weighing, qm_clause_scores *scores);
    /* The best two types, by scores in 1/256 points, nearly; of equals the first. */
    void (*rank)(const qm_quick_units *quick, qm_clause_scores *scores);
    /* The terms of a status, each by its weight, together. */
    void (*tell)(const qm_status_weights *weights, const int32_t terms[QM_STATUS_ROOM],
                 int64_t sums[QM_STATUSES_TOLD]);
} qm_classify_way;

extern const qm_classify_way qm_classify_plain;
/* On x86-64 alone. */
extern const qm_classify_way qm_classify_avx2;

/* How long a list is of which so many are summed at once. */
static inline uint32_t qm_list_size(uint32_t count, uint32_t at_once)
{
    return count == 0 ? at_once : (count + at_once - 1) / at_once * at_once;
}

_Static_assert(sizeof(qm_classifier_header) == 320, "part of the format");
_Static_assert((int)QM_STATUS_TERMS <= (int)QM_STATUS_ROOM && QM_STATUS_ROOM % 8 == 0,
               "eight by eight");
_Static_assert(sizeof(qm_classifier_row) == 64, "part of the format");
_Static_assert(sizeof(qm_classifier_record) == 64, "a line of a cache");
_Static_assert(QM_LABELS_MOST == QM_SLOTS - 2, "the owner stands in the free slots");

#endif
