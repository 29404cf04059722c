/* Training of the weights that speak of clauses: lib/data/clauses to the section "CLAU". */
#ifndef QM_TRAIN_CLAUSES_H
#define QM_TRAIN_CLAUSES_H

#include "image/image.h"

/* A text of lib/data/clauses; the formats are in its README. */
typedef struct qm_labelled_text {
    const char *name; /* for messages */
    qm_bytes text;
    bool reports; /* whole reports; else single clauses */
} qm_labelled_text;

typedef struct qm_clauses_options {
    double cost;          /* C of the support vector machines */
    double cost_alone;    /* the same where there are no whole reports */
    double positive;      /* weight of what has the label, beside what has not */
    double report;        /* weight of a clause in a report, beside a single one */
    double status;        /* of any clause where a status is learnt, beside where a type is */
    double circumstance;  /* size of those of cues, quantities, rules, classes */
    double place;         /* of role, place and length, by which reports differ most */
    uint32_t passes;      /* over the training data */
    uint32_t folds;       /* of the reports, for the thresholds */
    uint32_t least_count; /* features that fewer clauses have are left out */
    uint32_t prune;       /* features are dropped whose weights are all below this many steps */
    uint64_t seed;
} qm_clauses_options;

qm_clauses_options qm_clauses_defaults(void);

typedef struct qm_clauses_training {
    qm_model *const *models; /* whose types the labels name, the lowest first */
    size_t n_models;
    const qm_labelled_text *texts;
    size_t n_texts;
    qm_clauses_options options;
    void (*progress)(void *ud, const char *line); /* or NULL */
    void *ud;
} qm_clauses_training;

/* Adds the section to writer. Clauses are read as the models read them; thresholds are chosen on
 * whole reports, or on single clauses where there are no reports. *wrong (may be NULL) becomes the
 * number of the text that err speaks of. */
int qm_clauses_train(const qm_clauses_training *training, const qm_allocator *alloc,
                     qm_image_writer *writer, size_t *wrong, qm_error *err);

#endif
