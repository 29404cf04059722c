#include "result/result.h"
#include "result/utf8.h"

/* How far one step over `bytes` bytes goes in a unit. */
static uint32_t units_of(int unit, uint32_t bytes, bool well)
{
    return unit == QM_UTF16 && well && bytes == 4 ? 2 : 1;
}

int qm_convert_offsets(const char *text, size_t size, uint32_t *offsets, size_t n, int unit,
                       qm_error *err)
{
    if (unit < QM_BYTES || unit > QM_UTF16)
        return qm_fail(err, QM_E_INVALID, "there is no offset unit %d", unit);
    /* Checked before anything is written: on failure the offsets are as they were. */
    for (size_t i = 0; i < n; i++)
        if (offsets[i] > size || (i && offsets[i] < offsets[i - 1]))
            return qm_fail(err, QM_E_INVALID, "offset %zu is out of order or beyond the text", i);
    if (unit == QM_BYTES) return QM_OK;
    const uint8_t *p = (const uint8_t *)text;
    size_t at = 0;
    uint32_t units = 0;
    for (size_t i = 0; i < n; i++) {
        bool well;
        while (at < offsets[i]) {
            uint32_t bytes = qm_utf8_step(p + at, size - at, &well);
            units += units_of(unit, bytes, well);
            at += bytes;
        }
        offsets[i] = units;
    }
    return QM_OK;
}

/* ---- and back: places of a result as bytes of its text ---- */

static uint32_t count_units(qm_bytes text, int unit)
{
    const uint8_t *p = text.data;
    uint32_t count = 0;
    bool well;
    for (size_t at = 0; at < text.size;) {
        uint32_t bytes = qm_utf8_step(p + at, text.size - at, &well);
        count += units_of(unit, bytes, well);
        at += bytes;
    }
    return count;
}

int qm_places_init(qm_places *places, qm_bytes text, int unit, const qm_allocator *alloc)
{
    *places = (qm_places){.text = text, .alloc = alloc, .count = (uint32_t)text.size};
    if (unit == QM_BYTES) return QM_OK;
    places->count = count_units(text, unit);
    places->bytes = qm_resize(alloc, NULL, 0, ((size_t)places->count + 1) * sizeof(uint32_t));
    if (!places->bytes) return QM_E_NOMEM;
    const uint8_t *p = text.data;
    uint32_t *to = places->bytes;
    bool well;
    for (size_t at = 0; at < text.size;) {
        uint32_t bytes = qm_utf8_step(p + at, text.size - at, &well);
        *to++ = (uint32_t)at;
        if (units_of(unit, bytes, well) == 2) *to++ = (uint32_t)at;
        at += bytes;
    }
    *to = (uint32_t)text.size;
    return QM_OK;
}

void qm_places_free(qm_places *places)
{
    qm_release(places->alloc, places->bytes, ((size_t)places->count + 1) * sizeof(uint32_t));
}

bool qm_places_span(const qm_places *places, uint32_t start, uint32_t end, qm_bytes *out)
{
    if (start > end || end > places->count) return false; /* QM_NONE is beyond every text */
    if (places->bytes) {
        start = places->bytes[start];
        end = places->bytes[end];
    }
    *out = (qm_bytes){(const char *)places->text.data + start, end - start};
    return true;
}
