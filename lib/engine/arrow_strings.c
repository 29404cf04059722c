#include "base/base.h"
#include "qianmo/arrow.h"

/* Columns of strings of others' Arrow arrays. */

/* What nobody wrote a string into, pandas and polars give as a column of nulls. */
typedef enum string_layout { UTF8_32 = 1, UTF8_64, UTF8_VIEW, NULLS } string_layout;

static bool find_layout(const char *format, int32_t *out)
{
    *out = 0;
    if (strcmp(format, "u") == 0) *out = UTF8_32;
    if (strcmp(format, "U") == 0) *out = UTF8_64;
    if (strcmp(format, "vu") == 0) *out = UTF8_VIEW;
    if (strcmp(format, "n") == 0) *out = NULLS;
    return *out != 0;
}

/* Strings as they are, or numbers of the strings of a dictionary. */
static bool find_strings(const struct ArrowSchema *schema, qm_strings *out)
{
    out->index = 0;
    if (!schema->dictionary) return find_layout(schema->format, &out->layout);
    out->index = schema->format[0];
    bool numbers = out->index && strchr("cCsSiIlL", out->index) && schema->format[1] == '\0';
    return numbers && !schema->dictionary->dictionary &&
           find_layout(schema->dictionary->format, &out->layout);
}

static int find_named(const struct ArrowSchema *schema, const char *name, int64_t *out,
                      qm_error *err)
{
    for (int64_t i = 0; i < schema->n_children; i++) {
        const char *own = schema->children[i]->name;
        if (strcmp(own ? own : "", name) == 0) return *out = i, QM_OK;
    }
    return qm_fail(err, QM_E_INVALID, "there is no column \"%.100s\"", name);
}

/* Categories beside one column of texts are not meant: plain strings come first. */
static int find_only(const struct ArrowSchema *schema, int64_t *out, qm_error *err)
{
    int64_t plain = -1, coded = -1, plains = 0, codeds = 0;
    for (int64_t i = 0; i < schema->n_children; i++) {
        qm_strings strings;
        if (!find_strings(schema->children[i], &strings) || strings.layout == NULLS) continue;
        if (strings.index) coded = i, codeds++;
        else plain = i, plains++;
    }
    *out = plains ? plain : coded;
    if ((plains ? plains : codeds) > 1)
        return qm_fail(err, QM_E_INVALID, "there are several columns of strings: name one");
    if (*out < 0) return qm_fail(err, QM_E_INVALID, "there is no column of strings");
    return QM_OK;
}

int qm_strings_find(qm_strings *out, const struct ArrowSchema *schema, const char *column,
                    qm_error *err)
{
    qm_strings found = {.column = -1};
    if (strcmp(schema->format, "+s") == 0) {
        int status = column ? find_named(schema, column, &found.column, err)
                            : find_only(schema, &found.column, err);
        if (status != QM_OK) return status;
        schema = schema->children[found.column];
    } else if (column) {
        return qm_fail(err, QM_E_INVALID, "there are no columns, so no \"%.100s\"", column);
    }
    if (!find_strings(schema, &found))
        return qm_fail(err, QM_E_UNSUPPORTED, "the column is not of strings (format \"%.20s\")",
                       schema->dictionary ? schema->dictionary->format : schema->format);
    *out = found;
    return QM_OK;
}

static bool is_valid(const struct ArrowArray *array, int64_t row)
{
    const uint8_t *bits = array->n_buffers > 0 ? array->buffers[0] : NULL;
    return !bits || array->null_count == 0 || bits[row / 8] >> (row % 8) & 1;
}

/* Bytes 0-3: length; up to 12 bytes stand here, longer ones in a buffer: 8-11 number, 12-15 place.
 */
static qm_bytes view_at(const struct ArrowArray *array, int64_t row)
{
    const char *view = (const char *)array->buffers[1] + row * 16;
    int32_t parts[4];
    memcpy(parts, view, sizeof parts);
    if (parts[0] <= 12) return (qm_bytes){view + 4, (size_t)parts[0]};
    return (qm_bytes){(const char *)array->buffers[2 + parts[2]] + parts[3], (size_t)parts[0]};
}

static qm_bytes string_at(const struct ArrowArray *array, int64_t row, int32_t layout)
{
    if (layout == UTF8_VIEW) return view_at(array, row);
    int64_t start, end;
    if (layout == UTF8_32) {
        start = ((const int32_t *)array->buffers[1])[row];
        end = ((const int32_t *)array->buffers[1])[row + 1];
    } else {
        start = ((const int64_t *)array->buffers[1])[row];
        end = ((const int64_t *)array->buffers[1])[row + 1];
    }
    if (end <= start) return (qm_bytes){"", 0};
    return (qm_bytes){(const char *)array->buffers[2] + start, (size_t)(end - start)};
}

static int64_t index_at(const struct ArrowArray *array, int64_t row, char format)
{
    const void *numbers = array->buffers[1];
    switch (format) {
    case 'c': return ((const int8_t *)numbers)[row];
    case 'C': return ((const uint8_t *)numbers)[row];
    case 's': return ((const int16_t *)numbers)[row];
    case 'S': return ((const uint16_t *)numbers)[row];
    case 'i': return ((const int32_t *)numbers)[row];
    case 'I': return ((const uint32_t *)numbers)[row];
    default: return ((const int64_t *)numbers)[row];
    }
}

qm_bytes qm_strings_at(const qm_strings *strings, const struct ArrowArray *batch, int64_t row)
{
    const struct ArrowArray *array = batch;
    const qm_bytes none = {"", 0};
    int64_t at = row + batch->offset;
    if (strings->layout == NULLS) return none;
    if (strings->column >= 0) {
        array = batch->children[strings->column];
        if (!is_valid(batch, at)) return none;
        at += array->offset;
    }
    if (!is_valid(array, at)) return none;
    if (strings->index) {
        at = index_at(array, at, strings->index);
        array = array->dictionary;
        if (at < 0 || at >= array->length) return none;
        at += array->offset;
        if (!is_valid(array, at)) return none;
    }
    return string_at(array, at, strings->layout);
}
