#include "base/utf8.h"

bool qm_utf8_is_well_formed(const void *text, size_t size)
{
    const uint8_t *p = text;
    bool well = true;
    for (size_t at = 0; at < size && well;) {
        while (size - at >= 16 && qm_utf8_is_five(p + at)) at += 15;
        at += qm_utf8_step(p + at, size - at, &well);
    }
    return well;
}

int qm_utf8_require(qm_bytes text, qm_error *err)
{
    const uint8_t *bytes = text.data;
    uint32_t line = 1, column = 1;
    bool well = true;
    if (qm_utf8_is_well_formed(text.data, text.size)) return QM_OK;
    for (size_t at = 0; at < text.size;) {
        uint32_t size = qm_utf8_step(bytes + at, text.size - at, &well);
        if (!well) break;
        column = bytes[at] == '\n' ? 1 : column + 1;
        line += bytes[at] == '\n';
        at += size;
    }
    return qm_fail_line(err, QM_E_UTF8, line, column,
                        "ill-formed UTF-8: the file has to be saved as UTF-8");
}
