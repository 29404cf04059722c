/* Learnt evidence: a linear model over what stands in a clause. It adds points to those of the
 * rules on the same scale (see evidence.h) and never decides alone what a row is.
 *
 * The model's weights are sections of an image (the highest in the stack that has them). Types are
 * matched by id, so that a taxonomy may know types the model never saw, and the other way round.
 * Nothing here allocates once bound; everything is integers.
 */
#ifndef QM_INITIATIVE_CLASSIFY_H
#define QM_INITIATIVE_CLASSIFY_H

#include "initiative/evidence.h"

typedef struct qm_classifier qm_classifier;

/* type_ids[0] is unused; types are 1..n_types. *out is NULL when no image carries weights. */
int qm_classifier_new(qm_classifier **out, const qm_images *images, const qm_bytes *type_ids,
                      uint32_t n_types, const qm_allocator *alloc, qm_error *err);
void qm_classifier_free(qm_classifier *classifier);

/* What the weights say of a clause: positive speaks for, negative against. types[0] is "no
 * initiative at all" and is taken from every type by the caller's choice, not here. */
typedef struct qm_clause_scores {
    int32_t *types; /* n_types + 1, the caller's, overwritten */
    int32_t status[QM_STATUSES];
} qm_clause_scores;

/* Symbols and words of the last few clauses: a clause is asked for three times, for itself and for
 * the two beside it. To be forgotten before another document. */
typedef struct qm_stretches qm_stretches;

int qm_stretches_new(qm_stretches **out, const qm_allocator *alloc, qm_error *err);
void qm_stretches_forget(qm_stretches *stretches);
void qm_stretches_free(qm_stretches *stretches, const qm_allocator *alloc);

/* stretches may be NULL. */
void qm_classify_clause(const qm_classifier *classifier, const qm_clause_evidence *evidence,
                        qm_stretches *stretches, qm_clause_scores *scores);

/* Whether the weights know the type. They have the rules' points among their features, so for
 * such a type the sum of both is all there is to say; others have the rules alone. */
bool qm_classifier_knows(const qm_classifier *classifier, uint32_t type);

/* The strongest features of a clause for one type, for explanations: fills at most `room`,
 * strongest first, and returns how many. */
typedef struct qm_clause_feature {
    uint32_t start, end; /* characters it was read from; QM_NONE when it is not of the text */
    const char *kind;    /* "characters", "word", "role", "neighbour", ...: static */
    int32_t points;      /* 1/256 */
} qm_clause_feature;

size_t qm_classifier_features(const qm_classifier *classifier, const qm_clause_evidence *evidence,
                              uint32_t type, qm_clause_feature *out, size_t room);

#endif
