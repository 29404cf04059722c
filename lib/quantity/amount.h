/* A number with its unit: shared by the files that read amounts. */
#ifndef QM_AMOUNT_H
#define QM_AMOUNT_H

#include "quantity/internal.h"

/* What a number counts or measures in. */
typedef struct qm_measure {
    uint32_t start, end;
    uint32_t unit;       /* index into the units, QM_NONE for a classifier */
    uint32_t classifier; /* its flags but PERSON, and QM_MEASURE_COUNTS; 0: it is none */
} qm_measure;
enum { QM_MEASURE_COUNTS = 1 << 16 };

typedef struct qm_amount {
    qm_numeral number;
    qm_measure measure;
    uint8_t relation;   /* from 余 多 来 between number and unit */
    uint32_t value_end; /* number and what belongs to it without the unit */
    bool whole;         /* 大 alone stands for the classifier: 五大方面 */
} qm_amount;

static inline const qm_unit *qm_measure_unit(const qm_reader *r, const qm_measure *m)
{
    return m->unit == QM_NONE ? NULL : &r->quantifier->units.at[m->unit];
}
static inline bool qm_one_figure(const qm_numeral *n)
{
    return n->glyphs == 1 && !n->arabic && !n->bare;
}

/* One number with its unit; what it makes of the row. */
bool qm_amount_parse(const qm_reader *r, uint32_t at, uint32_t limit, qm_amount *a);
void qm_amount_fill(const qm_reader *r, qm_quantity *q, const qm_amount *a);
/* Whether 零下 stands right before `at`. */
static inline bool qm_is_below_zero(const qm_reader *r, uint32_t at)
{
    return at >= 2 && r->chars[at - 2] == U'零' && r->chars[at - 1] == U'下';
}
/* A second side behind the amount, and a mark between: the row becomes a range, and the amount
 * has the unit of it. */
bool qm_range_read(const qm_reader *r, qm_amount *left, qm_quantity *q);
/* The longest unit or classifier at `at`. tail: the dimension of the larger unit before, or -1. */
bool qm_measure_find(const qm_reader *r, uint32_t from, uint32_t at, int tail, qm_measure *out);
/* 3×4米: makes a measure of the number in *q where the unit stands behind another side. */
bool qm_side_read(const qm_reader *r, qm_quantity *q, qm_amount *a);
/* Smaller units and halves behind: 三斤二两, 一米七, 两年半. */
void qm_amount_extend(const qm_reader *r, qm_quantity *q, qm_amount *a);

/* What the context makes of a number and its unit. */
bool qm_share_is_sound(const qm_reader *r, const qm_amount *a);
void qm_share_finish(const qm_reader *r, qm_quantity *q, const qm_amount *a);
void qm_discount_read(const qm_reader *r, qm_amount *a);
bool qm_is_piece(const qm_reader *r, const qm_quantity *q, const qm_amount *a);
void qm_bare_read(const qm_reader *r, qm_quantity *q, const qm_amount *a);
bool qm_years_read(const qm_reader *r, uint32_t from, qm_quantity *out);
bool qm_decades_read(const qm_reader *r, uint32_t from, qm_quantity *out);

#endif
