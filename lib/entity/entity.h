/* Persons, places, organisations, roles and brands of a text. */
#ifndef QM_ENTITY_H
#define QM_ENTITY_H

#include "quantity/quantity.h"

typedef enum qm_entity_kind {
    QM_ENTITY_PERSON = 1,
    QM_ENTITY_PLACE = 2,
    QM_ENTITY_ORG = 3,
    QM_ENTITY_ROLE = 4,
    QM_ENTITY_BRAND = 5
} qm_entity_kind;

const char *qm_entity_kind_name(uint32_t kind); /* NULL behind the last */

typedef struct qm_entity {
    uint32_t start, end; /* characters */
    uint32_t link;       /* row number of the first mention of the same thing in the document */
    uint8_t kind;
} qm_entity;

typedef QM_ARRAY(qm_entity) qm_entities;

/* Bound once per engine, shared between threads. */
typedef struct qm_recognizer qm_recognizer;
/* lexicons: those of the images; segmenter: asked for its dictionary; kept, not owned. */
int qm_recognizer_new(qm_recognizer **out, const qm_images *images, const qm_lexicon *lexicons,
                      size_t n_lexicons, const qm_segmenter *segmenter, const qm_allocator *alloc,
                      qm_error *err);
void qm_recognizer_free(qm_recognizer *recognizer);

/* One per analyzer. */
typedef struct qm_entity_scratch qm_entity_scratch;
int qm_entity_scratch_new(qm_entity_scratch **out, const qm_recognizer *recognizer,
                          const qm_allocator *alloc, qm_error *err);
void qm_entity_scratch_free(qm_entity_scratch *scratch);

/* codes: of the text, by the lexicon of each image. Rows in order, never overlapping; out is
 * emptied first. */
int qm_entity_find(const qm_recognizer *recognizer, qm_entity_scratch *scratch, const qm_text *text,
                   const qm_clauses *clauses, const qm_words *words, const qm_matches *matches,
                   const qm_char_codes *codes, const qm_quantities *quantities, qm_entities *out,
                   qm_error *err);

#endif
