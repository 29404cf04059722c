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
