/* Private to the trainer of clauses. */
#ifndef QM_TRAIN_CLAUSES_PRIVATE_H
#define QM_TRAIN_CLAUSES_PRIVATE_H

#include "compile/compile.h"
#include "compile/train/train_clauses.h"
#include "initiative/classify_model.h"

#define QM_TYPES_MOST (QM_LABELS_MOST - QM_LABEL_TYPES - 0u) /* a set of types is 64 bits */

/* ---- labelled documents (clauses_read.c) ---- */

/* A labelled clause of a document. */
typedef struct qm_piece {
    uint32_t start, end; /* bytes of the document */
    uint64_t types;      /* bit set by number of the type */
    uint32_t head;       /* number of the piece whose run it belongs to, itself if it has types;
                            QM_NONE */
    uint32_t sentence;
    uint8_t status; /* qm_initiative_status or 0 */
    bool debatable; /* not to be trained on */
} qm_piece;

typedef struct qm_labelled_document {
    size_t text_at, text_size; /* in the pool of all texts */
    size_t first_piece, pieces;
    bool report;
} qm_labelled_document;

typedef struct qm_labels {
    QM_ARRAY(char) pool;
    QM_ARRAY(qm_piece) pieces;
    QM_ARRAY(qm_labelled_document) documents;
    bool reports;             /* some are */
    const qm_bytes *type_ids; /* [0] unused */
    uint32_t n_types;
    const qm_allocator *alloc;
} qm_labels;

int qm_labels_read(qm_labels *labels, const qm_labelled_text *text, qm_error *err);
void qm_labels_free(qm_labels *labels);

/* ---- examples (clauses_examples.c) ---- */

/* A clause with its labels, and where its features are. */
typedef struct qm_example {
    size_t first, end; /* in features and values; first in keys until they are numbered */
    uint32_t counts[QM_BLOCKS];
    uint64_t types;    /* that it carries */
    uint64_t run;      /* of the run it belongs to besides */
    uint32_t heads[2]; /* pieces whose rows cover it; QM_NONE */
    uint32_t document;
    uint32_t clause; /* number within the document */
    uint32_t sentence, paragraph;
    uint32_t cues, cues_behind, cues_above;
    uint32_t kinds; /* of quantities */
    uint64_t ruled; /* types that a rule gives the points of a row */
    uint8_t role, flags;
    uint8_t status;
    bool debatable, report;
    bool judged; /* left out in turn and asked for */
} qm_example;

typedef struct qm_clause_examples {
    QM_ARRAY(qm_example) at;
    QM_ARRAY(uint64_t) keys; /* of all features, example after example */
    qm_u32_array features;   /* their numbers; QM_NONE: seldom, left out */
    QM_ARRAY(float) values;
    QM_ARRAY(uint64_t) kept; /* key of each numbered feature */
    QM_ARRAY(float) sizes;   /* what a weight of each counts, apart from its block's scale */
    qm_u32_array firsts;     /* the feature of the first character of each pair, or QM_NONE */
    const qm_allocator *alloc;
} qm_clause_examples;

int qm_clause_examples_read(qm_clause_examples *examples, const qm_labels *labels,
                            qm_engine *engine, qm_error *err);
/* Numbers the features that are frequent enough and gives them their values. */
int qm_clause_examples_number(qm_clause_examples *examples, const qm_clauses_options *options);
/* Bit set over the types that some example has beyond doubt: of the others nothing is learnt. */
uint64_t qm_clause_examples_types(const qm_clause_examples *examples);
/* Whether b is of the clause behind that of a in their sentence. Examples stand in the order of
 * their clauses; those without rows are missing. */
bool qm_examples_beside(const qm_clause_examples *examples, size_t a, size_t b);
void qm_clause_examples_free(qm_clause_examples *examples);

/* ---- the machines (clauses_svm.c) ---- */

/* One label against all else. labels: above 0 has it, below 0 has it not, times the weight of the
 * example; 0 says nothing. */
typedef struct qm_machine_task {
    const qm_clause_examples *examples;
    float *labels; /* of each example */
    double cost;
    uint32_t passes;
    uint64_t seed;
    double *alpha; /* scratch: one for each example */
    double *squares;
    uint32_t *order;
    double *steps; /* scratch: one for each weight */
    double most;   /* the greatest weight of an example */
    double left;   /* of all passes, with the one at hand */
    const qm_allocator *alloc;
} qm_machine_task;

int qm_machine_init(qm_machine_task *task, const qm_clause_examples *examples,
                    const qm_clauses_options *options, const qm_allocator *alloc);
void qm_machine_free(qm_machine_task *task);
/* weights: one for each feature, and the bias behind them. */
void qm_machine_train(qm_machine_task *task, double *weights);
double qm_machine_margin(const qm_clause_examples *examples, const double *weights, size_t example);
/* What one example says. Whether it was far on its right side, and need not be looked at in the
 * next pass. */
typedef bool qm_machine_descent(qm_machine_task *task, uint32_t example, double *weights);
/* All examples that the label says something of, in ever other orders. */
void qm_machine_pass(qm_machine_task *task, uint32_t passes, qm_machine_descent *look,
                     double *weights);
/* The same weights by logistic regression (clauses_regression.c). */
void qm_regression_train(qm_machine_task *task, double *weights);

/* ---- thresholds (clauses_tune.c) ---- */

typedef struct qm_clause_margins {
    float *at; /* example by example, label by label */
    uint32_t n_labels;
} qm_clause_margins;

/* Fills task->labels for a label; examples that are judged in `fold` of `folds` are left out. */
void qm_label_examples(qm_machine_task *task, const qm_clauses_options *options, uint32_t label,
                       uint32_t fold);
typedef struct qm_threshold_range {
    int first, last; /* steps */
    double step;
} qm_threshold_range;

/* The thresholds of margins that serve the reports best: thresholds[0] for all types, and those of
 * each type, which lean on that for all the more the fewer rows the type has. */
int qm_thresholds_choose(const qm_clause_examples *examples, const qm_labels *labels,
                         const qm_clause_margins *margins, const qm_threshold_range *range,
                         const qm_clauses_training *training, const qm_allocator *alloc,
                         double thresholds[QM_TYPES_MOST + 1]);

/* ---- what stands around a clause (clauses_around.c) ---- */

/* As the image has them. */
typedef struct qm_around_weights {
    int32_t around[QM_AROUND_TERMS];
    int32_t bars[QM_TYPES_MOST + 1]; /* by type */
    int32_t statuses[QM_STATUSES_TOLD][QM_STATUS_TERMS];
} qm_around_weights;

/* margins: of reports, by machines that have not seen them; threshold: theirs. */
int qm_around_fit(const qm_clause_examples *examples, const qm_labels *labels,
                  const qm_clause_margins *margins, double threshold,
                  const qm_clauses_training *training, const qm_allocator *alloc,
                  qm_around_weights *out);

/* ---- places of records (clauses_records.c) ---- */

/* What the image says of each symbol, and how many records there are. */
typedef struct qm_record_layout {
    uint32_t *known; /* by symbol, QM_SYMBOLS_KNOWN of them: its place and number */
    uint32_t symbols, numbers, records;
    const qm_allocator *alloc;
} qm_record_layout;

/* wanted: of each feature, whether it has a record; of those of symbols, all symbols are below
 * QM_SYMBOLS_KNOWN - 1. */
int qm_records_lay_out(qm_record_layout *layout, const qm_clause_examples *examples,
                       const uint8_t *wanted, qm_error *err);
void qm_records_free(qm_record_layout *layout);

/* ---- done, ongoing or planned (clauses_status.c) ---- */

/* margins: of reports, by machines that have not seen them. All 0 where there is nothing to learn
 * from. */
int qm_statuses_fit(const qm_clause_examples *examples, const qm_clause_margins *margins,
                    const qm_clauses_training *training, const qm_allocator *alloc,
                    int32_t out[QM_STATUSES_TOLD][QM_STATUS_TERMS]);

/* ---- logistic regression (clauses_logistic.c) ---- */

enum { QM_LOGISTIC_MOST = 32 };

_Static_assert((int)QM_AROUND_TERMS <= (int)QM_LOGISTIC_MOST &&
                   (int)QM_STATUS_TERMS <= (int)QM_LOGISTIC_MOST,
               "cases have room for them");

typedef struct qm_logistic_case {
    double terms[QM_LOGISTIC_MOST];
    size_t example;
    uint32_t label; /* a type or a status */
    bool right, skipped;
} qm_logistic_case;

typedef QM_ARRAY(qm_logistic_case) qm_logistic_cases;

double qm_logistic_weigh(const qm_logistic_case *one, const double *weights, int terms);
/* The weights by which the cases that are not skipped are told right from wrong. */
void qm_logistic_fit(const qm_logistic_cases *cases, double *weights, int terms);

/* ---- the image (clauses_export.c) ---- */

/* Makes the weights of one label those that an image would hold. */
void qm_weights_round(const qm_clause_examples *examples, double *weights);
/* weights: label by label, each the features and a bias. */
int qm_clauses_export(const qm_clause_examples *examples, const qm_labels *labels,
                      const double *weights, uint32_t n_labels, double threshold,
                      const qm_around_weights *around, const qm_clauses_options *options,
                      const qm_allocator *alloc, qm_image_writer *writer, qm_error *err);

void qm_clauses_say(const qm_clauses_training *training, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
