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

/* Of any text: a piece that is ill-formed is a unit, too. */
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

static void list_units(const qm_places *places, int unit)
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
}

/* As many units as well-formed text has, and no fewer than there are leads in any text. Sums of a
 * byte, for the compiler makes sixteen of them at a time. */
static uint32_t count_leads(qm_bytes text, int unit)
{
    const uint8_t *p = text.data;
    uint32_t units = 0;
    for (size_t i = 0; i < text.size;) {
        size_t end = text.size - i < 240 ? text.size : i + 240;
        uint8_t leads = 0, pairs = 0;
        for (size_t k = i; k < end; k++) leads += (p[k] & 0xC0) != 0x80;
        for (size_t k = i; k < end && unit == QM_UTF16; k++) pairs += p[k] >= 0xF0;
        units += (uint32_t)leads + pairs;
        i = end;
    }
    return units;
}

/* False at the first piece that is ill-formed. */
static bool list_leads(const qm_places *places, int unit)
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
    return true;
}

static int reserve_places(qm_places *places, uint32_t count)
{
    places->bytes = qm_resize(places->alloc, NULL, 0, ((size_t)count + 1) * sizeof(uint32_t));
    places->count = count;
    return places->bytes ? QM_OK : QM_E_NOMEM;
}

int qm_places_init(qm_places *places, qm_bytes text, int unit, const qm_allocator *alloc)
{
    *places = (qm_places){.text = text, .alloc = alloc, .count = (uint32_t)text.size};
    if (unit == QM_BYTES) {
        places->well_formed = qm_utf8_is_well_formed(text.data, text.size);
        return QM_OK;
    }
    if (reserve_places(places, count_leads(text, unit)) != QM_OK) return QM_E_NOMEM;
    places->well_formed = list_leads(places, unit);
    if (places->well_formed) return QM_OK;
    qm_places_free(places);
    if (reserve_places(places, count_units(text, unit)) != QM_OK) return QM_E_NOMEM;
    list_units(places, unit);
    return QM_OK;
}

void qm_places_free(qm_places *places)
{
    qm_release(places->alloc, places->bytes, ((size_t)places->count + 1) * sizeof(uint32_t));
}
