/* Explanations of the rows of one document, as the analyzer of a thread sees it. */
#ifndef QM_ENGINE_EXPLAIN_H
#define QM_ENGINE_EXPLAIN_H

#include "engine/analyzer.h"

/* Appends what qm_initiative_explain says; the engine must produce initiatives. */
int qm_analyzer_explain(qm_analyzer *analyzer, const char *text, size_t size, qm_buffer *out,
                        qm_error *err);

#endif
