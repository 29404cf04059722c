/* Tables as Arrow record batches.
 *
 * The plain columns are used where they lie in the result. What Arrow wants beyond them (the
 * document of each row, which rows are null, dictionaries, decimals) is made on export. */
#ifndef QM_RESULT_ARROW_H
#define QM_RESULT_ARROW_H

#include "result/result.h"

#include <qianmo/arrow.h>

/* The schema of a table; the same for every result. */
int qm_arrow_schema(struct ArrowSchema *out, int table, const qm_allocator *alloc, qm_error *err);
/* Its rows; documents are numbered from first_document. */
int qm_arrow_array(struct ArrowArray *out, qm_result *result, int table, int32_t first_document,
                   qm_error *err);
/* The same with a limit to the bytes of a column of strings below that of Arrow (INT32_MAX). */
int qm_arrow_array_within(struct ArrowArray *out, qm_result *result, int table,
                          int32_t first_document, size_t text_limit, qm_error *err);

/* What stands in the Arrow table for one column of ours: a value is two, a decimal and a text. */
typedef enum qm_arrow_kind {
    QM_ARROW_PLAIN,
    QM_ARROW_PLACE, /* uint32, QM_NONE is null */
    QM_ARROW_NAME,  /* dictionary, 0 is null */
    QM_ARROW_VALUE
} qm_arrow_kind;

qm_arrow_kind qm_arrow_kind_of(const qm_column_def *column);
/* Columns of a table in Arrow, the document and the list of quantities counted. */
int64_t qm_arrow_width(int table);

#endif
