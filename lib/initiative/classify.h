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

/* What types and classes of words are called: numbers mean these. */
typedef struct qm_classifier_names {
    const qm_bytes *types;   /* [0] is unused */
    uint32_t n_types;        /* with [0] */
    const uint32_t *classes; /* hashes; must outlive the classifier */
    uint32_t n_classes;
} qm_classifier_names;

/* *out is NULL when no image carries weights. */
int qm_classifier_new(qm_classifier **out, const qm_images *images,
                      const qm_classifier_names *names, const qm_allocator *alloc, qm_error *err);
void qm_classifier_free(qm_classifier *classifier);

enum { QM_LABELS_MOST = 62 }; /* that weights know */

/* What the weights say of a clause, slot by slot, each of a label, before units and biases; to be
 * asked of with the functions below. */
typedef struct qm_clause_scores {
    int32_t sums[64];
    uint64_t reached;       /* bit set by slot: types that come near a row */
    uint32_t first, second; /* slots of the best two types, once ranked */
} qm_clause_scores;

/* What the weights know of a document's characters and of the next few clauses. */
typedef struct qm_readings qm_readings;

int qm_readings_new(qm_readings **out, const qm_allocator *alloc, qm_error *err);
/* Before the first clause of a document, whose quantities have been found. */
int qm_readings_begin(const qm_classifier *classifier, qm_readings *readings,
                      const qm_document *document);
void qm_readings_free(qm_readings *readings);

void qm_classify_clause(const qm_classifier *classifier, const qm_clause_evidence *evidence,
                        qm_readings *readings, qm_clause_scores *scores);
void qm_classify_rank(const qm_classifier *classifier, qm_clause_scores *scores);

/* Points of a type beside those of the rules, which are among the features: positive speaks for,
 * negative against; 0 for types that the weights don't know. */
int32_t qm_score_type(const qm_classifier *classifier, const qm_clause_scores *scores,
                      const qm_clause_evidence *evidence, uint32_t type);
/* Takes out of `reached` its next type, which has QM_POINTS_MAYBE by the weights alone; 0: none
 * is left. */
uint32_t qm_score_take(const qm_classifier *classifier, qm_clause_scores *scores);

/* A clause, ranked, and those beside it in its sentence, NULL where there is none. */
typedef struct qm_clause_around {
    const qm_clause_scores *own, *before, *behind;
    uint32_t apart; /* a type that is no rival of the one asked for; 0: none */
    bool ruled;     /* a rule alone makes a row of the one asked for */
} qm_clause_around;

/* What the clauses beside, the other types and a rule add to the points of a type; 0 for types that
 * the weights don't know. */
int32_t qm_around_points(const qm_classifier *classifier, const qm_clause_around *around,
                         uint32_t type);

/* How much a row of the clause is each status, with what its own clause, those beside it and the
 * cues of its sentence and headings say: the most points win. False where nothing of that was
 * learnt. */
bool qm_status_points(const qm_classifier *classifier, const qm_clause_evidence *evidence,
                      const qm_clause_around *around, int32_t points[QM_STATUSES]);

/* Whether the weights know the type. They have the rules' points among their features, so for
 * such a type the sum of both is all there is to say; others have the rules alone. */
bool qm_classifier_knows(const qm_classifier *classifier, uint32_t type);

/* The strongest features of a clause for one type, for explanations: fills at most `room`,
 * strongest first, and returns how many. */
typedef struct qm_clause_feature {
    uint32_t start, end; /* characters it was read from; QM_NONE when it is not of the text */
    const char *kind;    /* "characters", "role", "clause before", ...: static */
    int32_t points;      /* 1/256 */
} qm_clause_feature;

size_t qm_classifier_features(const qm_classifier *classifier, const qm_clause_evidence *evidence,
                              uint32_t type, qm_clause_feature *out, size_t room);

#endif
