#include "binding.h"

#include <stdlib.h>

/* ---- capsules: what nobody took is released with them ---- */

static void free_schema(PyObject *capsule)
{
    struct ArrowSchema *schema = PyCapsule_GetPointer(capsule, "arrow_schema");
    if (schema->release) schema->release(schema);
    free(schema);
}

static void free_array(PyObject *capsule)
{
    struct ArrowArray *array = PyCapsule_GetPointer(capsule, "arrow_array");
    if (array->release) array->release(array);
    free(array);
}

static void free_stream(PyObject *capsule)
{
    struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, "arrow_array_stream");
    if (stream->release) stream->release(stream);
    free(stream);
}

/* A copy of the struct in a capsule; without memory the struct is released. */
#define CAPSULE(type, name, destructor)                                      \
    type *copy = malloc(sizeof *copy);                                       \
    PyObject *capsule = copy ? PyCapsule_New(copy, name, destructor) : NULL; \
    if (capsule) {                                                           \
        *copy = *from;                                                       \
    } else {                                                                 \
        if (!copy) PyErr_NoMemory();                                         \
        free(copy);                                                          \
        from->release(from);                                                 \
    }                                                                        \
    return capsule

PyObject *schema_capsule(struct ArrowSchema *from)
{
    CAPSULE(struct ArrowSchema, "arrow_schema", free_schema);
}

PyObject *array_capsule(struct ArrowArray *from)
{
    CAPSULE(struct ArrowArray, "arrow_array", free_array);
}

PyObject *stream_capsule(struct ArrowArrayStream *from)
{
    CAPSULE(struct ArrowArrayStream, "arrow_array_stream", free_stream);
}

/* ---- columns of strings ---- */

static bool find_layout(const struct ArrowSchema *schema, int *out)
{
    if (schema->dictionary) return false;
    if (strcmp(schema->format, "u") == 0) return *out = STRINGS_32, true;
    if (strcmp(schema->format, "U") == 0) return *out = STRINGS_64, true;
    if (strcmp(schema->format, "vu") == 0) return *out = STRINGS_VIEW, true;
    return false;
}

static bool fail(module_state *state, int status, const char *format, const char *word)
{
    qm_error err = {.code = status, .offset = UINT64_MAX};
    PyOS_snprintf(err.message, sizeof err.message, format, word);
    raise_status(state, status, &err, NULL);
    return false;
}

/* The column of that name, or the only one of strings. */
static bool find_column(module_state *state, strings *out, const struct ArrowSchema *schema,
                        const char *column)
{
    int layout;
    out->column = -1;
    for (int64_t i = 0; i < schema->n_children; i++) {
        const struct ArrowSchema *child = schema->children[i];
        if (column ? strcmp(child->name ? child->name : "", column) != 0
                   : !find_layout(child, &layout))
            continue;
        if (out->column >= 0)
            return fail(state, QM_E_INVALID, "there are several columns of strings: name one%s",
                        "");
        out->column = i;
    }
    if (out->column >= 0) return true;
    return column ? fail(state, QM_E_INVALID, "there is no column \"%.100s\"", column)
                  : fail(state, QM_E_INVALID, "there is no column of strings%s", "");
}

bool strings_find(module_state *state, strings *out, const struct ArrowSchema *schema,
                  const char *column)
{
    *out = (strings){.column = -1};
    if (strcmp(schema->format, "+s") == 0) {
        if (!find_column(state, out, schema, column)) return false;
        schema = schema->children[out->column];
    } else if (column) {
        return fail(state, QM_E_INVALID, "there are no columns, so no \"%.100s\"", column);
    }
    if (find_layout(schema, &out->layout)) return true;
    return fail(state, QM_E_UNSUPPORTED, "the column is not of plain strings (format \"%.20s\")",
                schema->dictionary ? "dictionary" : schema->format);
}

int64_t strings_count(const strings *s)
{
    return s->array.length;
}

static bool is_valid(const struct ArrowArray *array, int64_t row)
{
    const uint8_t *bits = array->n_buffers > 0 ? array->buffers[0] : NULL;
    return !bits || array->null_count == 0 || bits[row / 8] >> (row % 8) & 1;
}

/* Up to 12 bytes stand in the view itself, longer texts in a buffer: its number, the place. */
static qm_bytes view_at(const struct ArrowArray *array, int64_t row)
{
    const char *view = (const char *)array->buffers[1] + row * 16;
    int32_t parts[4];
    memcpy(parts, view, sizeof parts);
    if (parts[0] <= 12) return (qm_bytes){view + 4, (size_t)parts[0]};
    return (qm_bytes){(const char *)array->buffers[2 + parts[2]] + parts[3], (size_t)parts[0]};
}

qm_bytes strings_at(const strings *s, int64_t i)
{
    const struct ArrowArray *batch = &s->array;
    const struct ArrowArray *array = s->column < 0 ? batch : batch->children[s->column];
    int64_t row = i + array->offset + (s->column < 0 ? 0 : batch->offset);
    qm_bytes none = {"", 0};
    if (!is_valid(array, row) || (s->column >= 0 && !is_valid(batch, batch->offset + i)))
        return none;
    if (s->layout == STRINGS_VIEW) return view_at(array, row);
    const char *data = array->buffers[2];
    int64_t start, end;
    if (s->layout == STRINGS_32) {
        start = ((const int32_t *)array->buffers[1])[row];
        end = ((const int32_t *)array->buffers[1])[row + 1];
    } else {
        start = ((const int64_t *)array->buffers[1])[row];
        end = ((const int64_t *)array->buffers[1])[row + 1];
    }
    return end > start ? (qm_bytes){data + start, (size_t)(end - start)} : none;
}
