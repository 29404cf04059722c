#include "base/utf8.h"
#include "result/result.h"

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

/* Of any text: a piece that is ill-formed is a unit, too. Returns how many there are. */
static uint32_t list_units(const qm_places *places, int unit)
{
    const uint8_t *p = places->text.data;
    size_t size = places->text.size;
    uint32_t *to = places->bytes;
    bool well;
    for (size_t at = 0; at < size;) {
        uint32_t bytes = qm_utf8_step(p + at, size - at, &well);
        *to++ = (uint32_t)at;
        if (units_of(unit, bytes, well) == 2) *to++ = (uint32_t)at;
        at += bytes;
    }
    *to = (uint32_t)size;
    return (uint32_t)(to - places->bytes);
}

/* The same as long as the text is well-formed; false at the first piece that is not. */
static bool list_leads(qm_places *places, int unit)
{
    const uint8_t *p = places->text.data;
    uint32_t size = (uint32_t)places->text.size, at = 0;
    uint32_t *to = places->bytes;
    for (bool well = true; at < size;) {
        for (; size - at >= 16 && qm_utf8_is_five(p + at); at += 15, to += 5) {
            uint32_t five[] = {at, at + 3, at + 6, at + 9, at + 12};
            memcpy(to, five, sizeof five);
        }
        uint32_t bytes = qm_utf8_step(p + at, size - at, &well);
        if (!well) return false;
        *to++ = at;
        if (unit == QM_UTF16 && bytes == 4) *to++ = at;
        at += bytes;
    }
    *to = size;
    places->count = (uint32_t)(to - places->bytes);
    return true;
}

/* No text has more units than bytes, and what of the room is not used is not touched. */
static size_t places_size(const qm_places *places)
{
    return (places->text.size + 1) * sizeof *places->bytes;
}

int qm_places_init(qm_places *places, qm_bytes text, int unit, const qm_allocator *alloc)
{
    *places = (qm_places){.text = text, .alloc = alloc, .count = (uint32_t)text.size};
    if (unit == QM_BYTES) {
        places->well_formed = qm_utf8_is_well_formed(text.data, text.size);
        return QM_OK;
    }
    places->bytes = qm_resize(alloc, NULL, 0, places_size(places));
    if (!places->bytes) return QM_E_NOMEM;
    places->well_formed = list_leads(places, unit);
    if (!places->well_formed) places->count = list_units(places, unit);
    return QM_OK;
}

void qm_places_free(qm_places *places)
{
    qm_release(places->alloc, places->bytes, places_size(places));
}
