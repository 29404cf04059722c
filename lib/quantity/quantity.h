/* Numerals, units, dates, ranges, relations: every quantity of a text with its exact value. */
#ifndef QM_QUANTITY_H
#define QM_QUANTITY_H

#include "image/lexicon.h"
#include "segment/segment.h"
#include "text/text.h"

/* Names in this order: qm_quantity_kind_name, qm_relation_name. 0 is none. */
typedef enum qm_quantity_kind {
    QM_KIND_MONEY = 1,
    QM_KIND_MEASURE = 2,
    QM_KIND_COUNT = 3,
    QM_KIND_PERCENT = 4,
    QM_KIND_MULTIPLE = 5,
    QM_KIND_ORDINAL = 6,
    QM_KIND_DATE = 7,
    QM_KIND_TIME = 8,
    QM_KIND_DURATION = 9,
    QM_KIND_AGE = 10,
    QM_KIND_NUMBER = 11
} qm_quantity_kind;

typedef enum qm_relation {
    QM_REL_EQ = 1,
    QM_REL_APPROX = 2,
    QM_REL_GT = 3,
    QM_REL_GE = 4,
    QM_REL_LT = 5,
    QM_REL_LE = 6
} qm_relation;

const char *qm_quantity_kind_name(uint32_t kind); /* NULL behind the last */
const char *qm_relation_name(uint32_t relation);

enum {
    QM_QUANTITY_OVERFLOW = 1,        /* the exact value does not fit: low and high are none */
    QM_QUANTITY_SCALE_INHERITED = 2, /* 5—8万元 */
    QM_QUANTITY_INDEFINITE = 4,      /* 一 + classifier that may be an article; debatable */
    QM_QUANTITY_RECENT = 8,          /* 近两年: the last two */
    QM_QUANTITY_OPTIONAL = 16,       /* GUIDE §9: debatable whether it is a quantity */
    QM_QUANTITY_ROUNDED = 32         /* a fraction without a finite decimal */
};

/* Values are exact, with one exception: a fraction without a finite decimal (三分之一) is rounded
 * to four decimals where it is below 1, otherwise to 15 figures, and has a flag that says so. */
typedef struct qm_quantity {
    uint32_t start, end; /* characters, here and below; QM_NONE where there is none */
    uint32_t number_start, number_end;
    uint32_t counted_start, counted_end;
    qm_value low, high, soft_low, soft_high, si_value;
    uint32_t unit; /* code in the unit names (section of the model), 0 none, or QM_UNIT_WRITTEN */
    uint32_t unit_start, unit_end; /* QM_UNIT_WRITTEN: the classifier as written */
    uint32_t si_unit;              /* code in the unit names, 0 none */
    uint32_t per; /* code in the unit names, 0 none, or QM_UNIT_WRITTEN: the denominator */
    uint32_t per_start, per_end;
    uint32_t rate; /* like per, for rates that the span does not hold: 每亩, 亩均, 人均 */
    uint32_t rate_start, rate_end;
    uint32_t header_unit; /* bare table cell: unit of its header, or beside the table; like unit,
                             which such a cell has not */
    uint8_t kind, relation;
    uint16_t flags;
} qm_quantity;
#define QM_UNIT_WRITTEN UINT32_MAX

typedef QM_ARRAY(qm_quantity) qm_quantities;

/* Bound once per engine, shared between threads. lexicons: those of the images; kept, not owned,
 * and so is segmenter, which knows the classes of words. */
typedef struct qm_quantifier qm_quantifier;
int qm_quantifier_new(qm_quantifier **out, const qm_images *images, const qm_lexicon *lexicons,
                      size_t n_lexicons, const qm_segmenter *segmenter, const qm_allocator *alloc,
                      qm_error *err);
void qm_quantifier_free(qm_quantifier *quantifier);
/* Name of a unit code ("mu", "CNY", "%"); {NULL, 0} behind the last. 0 is the empty name. */
qm_bytes qm_quantifier_unit_name(const qm_quantifier *quantifier, uint32_t code);
/* from, to: ids, or words for units, which map folds; of words with several meanings the first pair
 * that measures the same. */
int qm_quantifier_convert(const qm_quantifier *quantifier, const qm_charmap *map, qm_value value,
                          qm_bytes from, qm_bytes to, qm_value *out, qm_error *err);
/* Whether there is a unit with this id or this word for it. */
bool qm_quantifier_knows(const qm_quantifier *quantifier, const qm_charmap *map, qm_bytes name);
/* Appends a line for each unit: id, tab, dimension, tab, words for it with | between. */
int qm_quantifier_list(const qm_quantifier *quantifier, qm_buffer *out, qm_error *err);

/* month: 1 to 12 */
int qm_days_of_month(int year, int month);

typedef struct qm_quantity_options {
    uint32_t reference_date; /* yyyymmdd or 0; a day that the calendar has */
} qm_quantity_options;

/* One per analyzer. */
typedef struct qm_quantity_scratch qm_quantity_scratch;
int qm_quantity_scratch_new(qm_quantity_scratch **out, const qm_quantifier *quantifier,
                            const qm_allocator *alloc, qm_error *err);
void qm_quantity_scratch_free(qm_quantity_scratch *scratch);

/* codes: of the text, by the lexicon of each image. Rows in order, never overlapping; out is
 * emptied first. */
int qm_quantity_find(const qm_quantifier *quantifier, qm_quantity_scratch *scratch,
                     const qm_text *text, const qm_clauses *clauses, const qm_words *words,
                     const qm_matches *matches, const qm_char_codes *codes,
                     const qm_quantity_options *options, qm_quantities *out, qm_error *err);

#endif
