/* What is known of a clause beside its characters. Inline, since running wants rows where training
 * wants numbers. Private to classify.c and classify_features.c. */
#ifndef QM_CLASSIFY_CIRCUMSTANCES_H
#define QM_CLASSIFY_CIRCUMSTANCES_H

#include "initiative/classify_model.h"

/* Where the next one goes. */
typedef struct qm_circumstances {
    uint32_t *to;
    const uint32_t *values; /* by number; NULL: numbers stand for themselves */
} qm_circumstances;

static inline void qm_circumstance_put(qm_circumstances *c, uint32_t number)
{
    *c->to++ = c->values ? c->values[number] : number;
}

static inline void qm_circumstance_add(qm_circumstances *c, qm_feature_family family,
                                       uint32_t value)
{
    qm_circumstance_put(c, qm_circumstance(family, value));
}

/* Whether there is one nobody could foresee, so no branch asks for it: it is written anyhow. */
static inline void qm_circumstance_put_if(qm_circumstances *c, uint32_t number, bool wanted)
{
    *c->to = c->values ? c->values[number] : number;
    c->to += wanted;
}

/* One for each bit; more than one are few. */
static inline void qm_circumstance_bits(qm_circumstances *c, qm_feature_family family,
                                        uint32_t bits)
{
    const uint32_t none = 1u << 31;
    qm_circumstance_put_if(c, qm_circumstance(family, (uint32_t)__builtin_ctz(bits | none)),
                           bits != 0);
    while (bits &= bits - 1) qm_circumstance_add(c, family, (uint32_t)__builtin_ctz(bits));
}

static inline void qm_circumstance_places(qm_circumstances *c, const qm_feature_source *source)
{
    enum { MARKED = QM_CLAUSE_ENDS_SENTENCE | QM_CLAUSE_ENDS_SEMICOLON | QM_CLAUSE_ENDS_COLON };
    const qm_clauses *clauses = source->document->clauses;
    const qm_clause *clause = &clauses->at[source->first];
    const bool first = source->first == 0, last = source->end >= clauses->count;
    const qm_clause *before = first ? clause : clause - 1;
    const qm_clause *behind = last ? clause : &clauses->at[source->end];
    bool opens_sentence = first || before->sentence != clause->sentence;
    bool opens_paragraph = first || before->paragraph != clause->paragraph;
    bool ends_paragraph = last || behind->paragraph != clause->paragraph;
    uint32_t marks = clause->flags & MARKED;
    qm_circumstance_add(c, QM_FEATURE_ROLE, clause->role);
    qm_circumstance_add(c, QM_FEATURE_ROLE, 64 + (clause->flags & QM_CLAUSE_IN_QUOTES));
    qm_circumstance_add(c, QM_FEATURE_ROLE_BEFORE, first ? 0 : before->role);
    qm_circumstance_add(c, QM_FEATURE_ROLE_BEHIND, last ? 0 : behind->role);
    qm_circumstance_add(c, QM_FEATURE_PLACE,
                        marks << 3 | (uint32_t)opens_sentence | (uint32_t)opens_paragraph << 1 |
                            (uint32_t)ends_paragraph << 2);
    qm_circumstance_put_if(c, qm_circumstance(QM_FEATURE_PLACE, 64 + (before->flags & MARKED)),
                           !opens_paragraph);
}

static inline uint32_t qm_quantity_kinds(const qm_feature_source *source)
{
    uint32_t kinds = 0;
    for (uint32_t i = source->first_quantity; i < source->end_quantity; i++) {
        const qm_quantity *q = &source->document->quantities->at[i];
        if (!(q->flags & QM_QUANTITY_INDEFINITE)) kinds |= 1u << q->kind;
    }
    return kinds;
}

/* These may be many: up to `most`. */
static inline void qm_circumstance_rules(qm_circumstances *c, const uint32_t *most,
                                         const qm_feature_source *source)
{
    for (uint32_t i = 0; i < source->n_ruled && c->to < most; i++) {
        uint32_t type = source->ruled[i];
        int32_t points = source->rule_points[type];
        if (points > 0) qm_circumstance_put(c, QM_CIRCUMSTANCE_RULES + 2 * type);
        if (points >= QM_POINTS_ROW) qm_circumstance_put(c, QM_CIRCUMSTANCE_RULES + 2 * type + 1);
    }
}

/* Most clauses have words of one class, or of none. */
static inline void qm_circumstance_words(qm_circumstances *c, const qm_feature_source *source)
{
    static const qm_class_hit none = {.number = 0};
    const uint32_t classes = qm_circumstance_classes(source->keys), n = source->n_classes;
    const qm_class_hit *const either[] = {&none, source->classes}; /* there may be no list */
    qm_circumstance_put_if(c, (classes + either[n > 0]->number) & (0 - (uint32_t)(n > 0)), n > 0);
    for (uint32_t i = 1; i < n; i++) qm_circumstance_put(c, classes + source->classes[i].number);
}

/* 0 up to 3, 1 up to 5, ... of so many symbols. */
static inline uint32_t qm_length_bucket(uint32_t n)
{
    static const uint8_t of[] = {0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 5,
                                 5, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7};
    return n < sizeof of ? of[n] : n <= 45 ? 8 : 9;
}

/* Of the source, a clause with so many symbols: values by number, or numbers where there are none.
 * Returns how many there are, at most QM_CIRCUMSTANCES_MOST. */
static inline uint32_t qm_circumstances_read(const qm_feature_source *source, uint32_t symbols,
                                             const uint32_t *values,
                                             uint32_t out[QM_CIRCUMSTANCES_ROOM])
{
    const uint32_t kinds = qm_quantity_kinds(source);
    qm_circumstances c = {out, values};
    qm_circumstance_add(&c, QM_FEATURE_QUANTITY, kinds ? (uint32_t)__builtin_ctz(kinds) : 64);
    qm_circumstance_bits(&c, QM_FEATURE_QUANTITY, kinds & (kinds - 1));
    qm_circumstance_rules(&c, out + QM_CIRCUMSTANCES_MOST, source);
    qm_circumstance_words(&c, source);
    qm_circumstance_bits(&c, QM_FEATURE_CUE, source->cues);
    qm_circumstance_bits(&c, QM_FEATURE_CUE_BEHIND, source->cues_behind);
    /* What headings say holds for many clauses, so a branch foresees it. */
    if (source->cues_above) qm_circumstance_bits(&c, QM_FEATURE_CUE_ABOVE, source->cues_above);
    if (source->alone) {
        qm_circumstance_add(&c, QM_FEATURE_ALONE, 0);
    } else {
        qm_circumstance_add(&c, QM_FEATURE_LENGTH, qm_length_bucket(symbols));
        qm_circumstance_places(&c, source);
    }
    return c.to - out < QM_CIRCUMSTANCES_MOST ? (uint32_t)(c.to - out) : QM_CIRCUMSTANCES_MOST;
}

#endif
