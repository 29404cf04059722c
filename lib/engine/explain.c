#include "engine/explain.h"
#include "initiative/explain.h"

int qm_analyzer_explain(qm_analyzer *a, const char *text, size_t size, qm_buffer *out,
                        qm_error *err)
{
    if (!a->engine->initiates)
        return qm_fail(err, QM_E_INVALID, "the engine produces no initiatives");
    int status = qm_analyzer_find(a, text, size, err);
    if (status != QM_OK) return status;
    const qm_document document = qm_analyzer_document(a);
    return qm_initiative_explain(a->engine->initiator, a->initiative, &document, out, err);
}
