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

/* The same two for well-formed text, which has no surprises. */
static uint32_t count_leads(qm_bytes text, int unit)
{
    const uint8_t *p = text.data;
    uint32_t leads = 0, pairs = 0;
    for (size_t i = 0; i < text.size; i++) {
        leads += (p[i] & 0xC0) != 0x80;
        pairs += p[i] >= 0xF0;
    }
    return unit == QM_UTF16 ? leads + pairs : leads;
}

static void list_leads(const qm_places *places, int unit)
{
    const uint8_t *p = places->text.data;
    uint32_t size = (uint32_t)places->text.size, at = 0;
    uint32_t *to = places->bytes;
    while (at < size) {
        uint8_t lead = p[at];
        *to++ = at;
        if ((lead & 0xF0) == 0xE0) at += 3;
        else if (lead < 0x80) at++;
        else if (lead < 0xF0) at += 2;
        else {
            if (unit == QM_UTF16) *to++ = at;
            at += 4;
        }
    }
    *to = size;
}

int qm_places_init(qm_places *places, qm_bytes text, int unit, const qm_allocator *alloc)
{
    bool well = qm_utf8_is_well_formed(text.data, text.size);
    *places = (qm_places){
        .text = text, .alloc = alloc, .count = (uint32_t)text.size, .well_formed = well};
    if (unit == QM_BYTES) return QM_OK;
    places->count = well ? count_leads(text, unit) : count_units(text, unit);
    places->bytes = qm_resize(alloc, NULL, 0, ((size_t)places->count + 1) * sizeof(uint32_t));
    if (!places->bytes) return QM_E_NOMEM;
    if (well) list_leads(places, unit);
    else list_units(places, unit);
    return QM_OK;
}

void qm_places_free(qm_places *places)
{
    qm_release(places->alloc, places->bytes, ((size_t)places->count + 1) * sizeof(uint32_t));
}
