#include "result/result.h"

int qm_result_render(const qm_result *result, size_t document, qm_bytes text, qm_bytes name,
                     int format, qm_buffer *out, qm_error *err)
{
    if (document >= result->documents)
        return qm_fail(err, QM_E_INVALID, "the result has no document %zu", document);
    if (text.size != result->sizes[document])
        return qm_fail(err, QM_E_INVALID, "this is not the text of document %zu: it had %u bytes",
                       document, result->sizes[document]);
    size_t before = out->size;
    int status;
    switch (format) {
    case QM_JSON: status = qm_render_json(result, document, text, name, out, err); break;
    case QM_HTML: status = qm_render_html(result, document, text, name, out, err); break;
    default: return qm_fail(err, QM_E_INVALID, "there is no format %d", format);
    }
    if (status != QM_OK) out->size = before;
    return status;
}
