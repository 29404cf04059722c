/* The scratch memory of one thread and what it does with a document. */
#ifndef QM_ANALYZER_H
#define QM_ANALYZER_H

#include "engine/engine.h"

struct qm_analyzer {
    qm_engine *engine;
    qm_allocator alloc;
    qm_text text;
    qm_matches matches; /* of all lexicons, in one order */
    qm_matches fresh;   /* of one lexicon, before they are merged */
    qm_clauses clauses;
    qm_words words;      /* what the other rooms see: of QM_WORD */
    qm_words own_tokens; /* of another granularity, for the table of tokens alone */
    qm_quantities quantities;
    qm_entities entities;
    qm_initiatives initiatives;
    qm_u32_array measures;
    qm_u32_array places; /* where each character begins, in the unit of the engine */
    qm_segment_scratch *segment;
    qm_quantity_scratch *quantity;
    qm_entity_scratch *entity;
    qm_initiative_scratch *initiative;
    qm_batch batch;
};

/* One document through all the rooms; its rows go to the batch. */
int qm_analyzer_run(qm_analyzer *analyzer, const char *text, size_t size, qm_error *err);
/* The same in two halves, for streams that look at the words before they take the rows. */
int qm_analyzer_find(qm_analyzer *analyzer, const char *text, size_t size, qm_error *err);
int qm_analyzer_add_tokens(qm_analyzer *analyzer, uint32_t first, uint32_t last);

/* Rows of the found things of one document, appended to the batch (rows.c). */
int qm_analyzer_measure_places(qm_analyzer *analyzer);
int qm_analyzer_add_rows(qm_analyzer *analyzer);

#endif
