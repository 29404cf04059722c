/* One document of a result as JSON, in pieces: the whole may be more than anybody wants to hold.
 *
 * Begin, take pieces until it is done, end. Piece by piece it is what qm_result_render gives. */
#ifndef QM_JSON_H
#define QM_JSON_H

#include "result/put.h"
#include "result/result.h"

typedef struct qm_json {
    qm_put put;
    const qm_result *result;
    size_t document;
    qm_bytes name;
    qm_places places;
    size_t table;         /* number of the one at hand, in the order in which they are written */
    bool inside;          /* it has begun: */
    int32_t row, measure; /* these come next */
    bool done;
} qm_json;

/* The result, the text and the name must stay until the end. */
int qm_json_begin(qm_json *json, const qm_result *result, size_t document, qm_bytes text,
                  qm_bytes name, const qm_allocator *alloc, qm_error *err);
/* Appends the next `most` bytes, some rows more, or what is left. On failure the buffer is as it
 * was, and the rest cannot be had any more. */
int qm_json_next(qm_json *json, size_t most, qm_buffer *out, qm_error *err);
void qm_json_end(qm_json *json); /* also if it did not begin well */

#endif
