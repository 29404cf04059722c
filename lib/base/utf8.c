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
