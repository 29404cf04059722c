/* Taxonomy rules and learnt evidence: who did what kind of thing, done, ongoing or planned. */
#ifndef QM_INITIATIVE_H
#define QM_INITIATIVE_H

#include "entity/entity.h"

typedef enum qm_initiative_status {
    QM_STATUS_DONE = 1,
    QM_STATUS_ONGOING = 2,
    QM_STATUS_PLANNED = 3
} qm_initiative_status;

const char *qm_initiative_status_name(uint32_t status); /* NULL behind the last */

enum {
    QM_INITIATIVE_NEGATED = 1, /* suppressed rows, kept on QM_P_SUPPRESSED only */
    QM_INITIATIVE_HYPOTHETICAL = 2,
    QM_INITIATIVE_EXHORTED = 4,
    QM_INITIATIVE_OTHERS = 8,  /* somebody else's doing */
    QM_INITIATIVE_LEARNT = 16, /* the classifier alone spoke for it */
    QM_INITIATIVE_LISTED = 32  /* shares its verb with a 、-list */
};

typedef struct qm_initiative {
    uint32_t start, end; /* characters, here and below; QM_NONE where there is none */
    uint32_t trigger_start, trigger_end;
    uint32_t object_start, object_end;
    uint32_t actor_start, actor_end;
    uint32_t place_start, place_end; /* may stand elsewhere in the document */
    uint32_t time_start, time_end;
    uint32_t type; /* code in the type names of the taxonomy, from 1 */
    uint32_t rule; /* code in the rule names ("marketing:3"), 0 when learnt alone */
    uint32_t first_measure, measures; /* slice of the array of quantity rows */
    int32_t score;
    uint8_t status;
    uint8_t flags;
} qm_initiative;

typedef QM_ARRAY(qm_initiative) qm_initiatives;

/* What a type of the taxonomy says of itself; views into the model. */
typedef struct qm_initiative_type {
    qm_bytes id;    /* "marketing" */
    qm_bytes name;  /* 销售与消费帮扶 */
    qm_bytes group; /* "chain" */
    qm_bytes duty;  /* "RICH" */
} qm_initiative_type;

/* Bound once per engine, shared between threads. */
typedef struct qm_initiator qm_initiator;
int qm_initiator_new(qm_initiator **out, const qm_images *images, const qm_lexicon *lexicons,
                     size_t n_lexicons, const qm_segmenter *segmenter, const qm_allocator *alloc,
                     qm_error *err);
void qm_initiator_free(qm_initiator *initiator);
/* Types are numbered from 1; false behind the last. */
bool qm_initiator_type(const qm_initiator *initiator, uint32_t type, qm_initiative_type *out);
/* "marketing:3"; 0 gives the empty name, {NULL, 0} behind the last. */
qm_bytes qm_initiator_rule_name(const qm_initiator *initiator, uint32_t rule);

typedef struct qm_initiative_options {
    bool keep_suppressed;
} qm_initiative_options;

/* One per analyzer. */
typedef struct qm_initiative_scratch qm_initiative_scratch;
int qm_initiative_scratch_new(qm_initiative_scratch **out, const qm_initiator *initiator,
                              const qm_allocator *alloc, qm_error *err);
void qm_initiative_scratch_free(qm_initiative_scratch *scratch);

/* Rows in order of start, then type; out and measures are emptied first. measures holds row
 * numbers of quantities; each row has its slice. */
int qm_initiative_find(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                       const qm_text *text, const qm_clauses *clauses, const qm_words *words,
                       const qm_matches *matches, const qm_quantities *quantities,
                       const qm_entities *entities, const qm_initiative_options *options,
                       qm_initiatives *out, qm_u32_array *measures, qm_error *err);

#endif
