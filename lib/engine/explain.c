#include "engine/explain.h"
#include "initiative/explain.h"

int qm_analyzer_explain(qm_analyzer *a, const char *text, size_t size, qm_buffer *out,
                        qm_error *err)
{
    if (!a->engine->initiates)
        return qm_fail(err, QM_E_INVALID, "the engine produces no initiatives");
    qm_result *result = NULL;
    int status = qm_result_new(&result, &a->alloc, err);
    if (status == QM_OK) status = qm_analyze(a, text, size, result, err);
    qm_result_unref(result);
    if (status != QM_OK) return status;
    const qm_document document = {&a->text,       &a->clauses,
                                  &a->words,      &a->matches[QM_ROOM_INITIATIVE],
                                  &a->quantities, &a->entities};
    return qm_initiative_explain(a->engine->initiator, a->initiative, &document, out, err);
}
