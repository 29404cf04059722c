/* A row that gets what belongs to it. Private to this room: attach.c says where, actor.c who acts,
 * measure.c when it was and what is measured. */
#ifndef QM_INITIATIVE_ATTACH_H
#define QM_INITIATIVE_ATTACH_H

#include "initiative/scratch.h"

enum { QM_ROWS_BESIDE = 8 }; /* of one row, that are looked at on either side */

typedef struct qm_attaching {
    const qm_initiator *initiator;
    const qm_document *document;
    const qm_segmenter *segmenter; /* or NULL */
    const qm_particles *particles;
    const uint8_t *means; /* by type */
    const qm_clauses *clauses;
    const qm_quantities *quantities;
    const qm_entities *entities; /* or NULL */
    const qm_initiatives *rows;  /* those up to the end of this one have trigger and object */
    qm_initiative *row;
    uint32_t clause;           /* its first */
    uint32_t sentence;         /* where the sentence of that begins */
    uint32_t quantity, entity; /* the first ones of that sentence, or near them */
    uint32_t near;             /* a quantity near its object */
    uint32_t match;            /* the first of its main clause, or one before it */
} qm_attaching;

static inline uint32_t qm_attached_jobs(const qm_attaching *a, uint32_t at)
{
    return qm_particle_jobs(a->particles, a->document->text->chars[at]);
}

/* 、 and what joins nouns. */
static inline bool qm_joins_nouns(const qm_attaching *a, uint32_t at)
{
    return a->document->text->chars[at] == 0x3001 || qm_attached_jobs(a, at) & QM_PARTICLE_AND;
}

/* Who acts. */
void qm_row_find_actor(const qm_attaching *a);
/* The last date of the sentence so far, and what is measured in the clauses of the row. */
int qm_row_measure(const qm_attaching *a, const qm_allocator *alloc, qm_u32_array *measures);

#endif
