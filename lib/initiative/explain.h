/* Why each clause of a document has the rows it has, or none: text for people. */
#ifndef QM_EXPLAIN_H
#define QM_EXPLAIN_H

#include "initiative/evidence.h"

/* Appends for each clause that may have rows
 *
 *     clause 12 body: 硬化村道3.2公里
 *       row roads done, 10 points, rule roads:1 "硬化" + "村道": 8 rule, 2 measured
 *         learnt from 1.4 word "硬化", 0.9 quantity
 *       none power, 5 points, rule ...: 8 rule, -3 a result; 3 short
 *       none: rule roads:1 has "村道" and lacks a verb
 *
 * Points "from what stands around it" are those of the clauses beside it and of its other types.
 * The status is that of the clause by itself. It says
 * what won, what fell short or lost to another type, and for a clause with neither the rule that
 * came nearest. */
int qm_initiative_explain(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                          const qm_document *document, qm_buffer *out, qm_error *err);

#endif
