/* The scratch memory of one thread and what it does with a document. */
#ifndef QM_ANALYZER_H
#define QM_ANALYZER_H

#include "engine/engine.h"
#include "initiative/evidence.h"

/* What the rooms have found in a document, and what those behind them look at. */
typedef struct qm_findings {
    qm_bytes bytes; /* the caller's */
    qm_text text;
    qm_matches matches[QM_ROOMS]; /* of all lexicons, in one order; a list for each room */
    qm_char_codes *codes;         /* of the characters, by the lexicon of each image */
    qm_clauses clauses;
    qm_words words;      /* what the other rooms see: of QM_WORD */
    qm_words own_tokens; /* of another granularity, for the table of tokens alone */
    qm_quantities quantities;
    qm_entities entities;
} qm_findings;

struct qm_analyzer {
    qm_engine *engine;
    qm_allocator alloc;
    qm_findings *found;         /* in the documents that are read at the same time */
    qm_findings *now;           /* in the one of them that a room looks at */
    size_t room;                /* for so many documents */
    qm_matches fresh[QM_ROOMS]; /* of one lexicon, before they are merged */
    qm_initiatives initiatives;
    qm_u32_array measures;
    qm_u32_array places; /* where each character begins, in the unit of the engine, ... */
    qm_u8_array spans;   /* ... and how long it is; both empty when the unit is the byte */
    qm_segment_scratch *segment;
    qm_quantity_scratch *quantity;
    qm_entity_scratch *entity;
    qm_initiative_scratch *initiative;
    qm_batch batch;
    bool large;   /* rows of a long document are among the batch */
    bool goes_on; /* what is cut is another piece of a long document */
};

/* The document that is looked at, as the rooms of initiatives see it. */
static inline qm_document qm_analyzer_document(const qm_analyzer *analyzer)
{
    const qm_findings *now = analyzer->now;
    return (qm_document){&now->text,       &now->clauses,
                         &now->words,      &now->matches[QM_ROOM_INITIATIVE],
                         &now->quantities, &now->entities};
}

/* One document through all rooms that the engine needs; what they found stays until the next. */
int qm_analyzer_find(qm_analyzer *analyzer, const char *text, size_t size, qm_error *err);
/* Words alone, for streams; lines are not joined. */
int qm_analyzer_cut(qm_analyzer *analyzer, const char *text, size_t size, qm_error *err);

/* What the text that was looked at last needed, if it is a long one: its rows are written. */
void qm_analyzer_give_back(qm_analyzer *analyzer);

/* A long document of which words alone are asked for: all of it, with its rows (pieces.c). */
bool qm_analyzer_takes_pieces(const qm_analyzer *analyzer);
int qm_analyzer_add_pieces(qm_analyzer *analyzer, qm_error *err);

/* Rows of the found things of one document, appended to the batch (rows.c). */
int qm_analyzer_measure_places(qm_analyzer *analyzer);
int qm_analyzer_add_rows(qm_analyzer *analyzer);
/* Tokens between two of their boundaries; the places must have been measured. */
int qm_analyzer_add_tokens(qm_analyzer *analyzer, uint32_t first, uint32_t last);
/* Moves the tokens from row `from` on. */
int qm_analyzer_shift_tokens(qm_analyzer *analyzer, size_t from, uint64_t by, qm_error *err);
/* The first character that begins at this byte or behind it. */
uint32_t qm_analyzer_character_at(const qm_analyzer *analyzer, size_t byte);
/* Where a character begins, in the unit of the engine. */
uint32_t qm_analyzer_place(const qm_analyzer *analyzer, uint32_t character);
/* The boundaries that the table of tokens shows. */
const qm_words *qm_analyzer_tokens(const qm_analyzer *analyzer);

#endif
