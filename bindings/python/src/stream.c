#include "binding.h"

#include <errno.h>
#include <stdlib.h>

/* One table of many chunks as an Arrow stream. It holds results, no Python objects: its reader may
 * be in any thread and need not hold the GIL. */

typedef struct table_stream {
    int table;
    int32_t first;       /* number of the first document of the next batch */
    Py_ssize_t document; /* of the only batch; -1: all */
    size_t count, at;
    qm_error err;
    qm_result *results[];
} table_stream;

/* Narrows every column to rows [from, to): what stands in them is shared. */
static void slice(struct ArrowArray *batch, int64_t from, int64_t to)
{
    for (int64_t i = 0; i < batch->n_children; i++) {
        struct ArrowArray *column = batch->children[i];
        column->offset += from;
        column->length = to - from;
        if (column->null_count > 0) column->null_count = -1;
    }
    batch->length = to - from;
}

int export_table(qm_result *result, int table, int32_t first, Py_ssize_t document,
                 struct ArrowSchema *schema, struct ArrowArray *array, qm_error *err)
{
    int status = qm_result_export_from(result, table, first, schema, array, err);
    if (status == QM_OK && document >= 0) {
        const int32_t *offsets = qm_result_offsets(result, table);
        slice(array, offsets[document], offsets[document + 1]);
    }
    return status;
}

static int errno_of(int status)
{
    if (status == QM_OK) return 0;
    return status == QM_E_NOMEM ? ENOMEM : EINVAL;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    table_stream *s = stream->private_data;
    struct ArrowArray array;
    int status = qm_result_export(s->results[0], s->table, out, &array, &s->err);
    if (status == QM_OK) array.release(&array);
    return errno_of(status);
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    table_stream *s = stream->private_data;
    struct ArrowSchema schema;
    if (s->at == s->count) {
        out->release = NULL;
        return 0;
    }
    qm_result *result = s->results[s->at];
    int status = export_table(result, s->table, s->first, s->document, &schema, out, &s->err);
    if (status != QM_OK) return errno_of(status);
    schema.release(&schema);
    s->first += (int32_t)qm_result_documents(result);
    s->at++;
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    const table_stream *s = stream->private_data;
    return s->err.message[0] ? s->err.message : NULL;
}

static void release(struct ArrowArrayStream *stream)
{
    table_stream *s = stream->private_data;
    for (size_t i = 0; i < s->count; i++) qm_result_unref(s->results[i]);
    free(s);
    stream->release = NULL;
}

static bool add_chunks(table_stream *s, module_state *state, PyObject *chunks)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(chunks); i++) {
        PyObject *chunk = PyTuple_GetItem(chunks, i);
        if (!Py_IS_TYPE(chunk, state->chunk_type)) {
            PyErr_SetString(PyExc_TypeError, "a tuple of chunks is wanted");
            return false;
        }
        s->results[s->count++] = qm_result_ref(((chunk_object *)chunk)->result);
    }
    return true;
}

PyObject *chunks_stream(PyObject *module, PyObject *arguments)
{
    PyObject *chunks;
    int table, first;
    Py_ssize_t document;
    if (!PyArg_ParseTuple(arguments, "O!iin:chunks_stream", &PyTuple_Type, &chunks, &table, &first,
                          &document) ||
        !check_table(table))
        return NULL;
    size_t count = (size_t)PyTuple_Size(chunks);
    if (count == 0 || (document >= 0 && count > 1))
        return PyErr_Format(PyExc_ValueError, "chunks are missing, or too many");
    table_stream *s = calloc(1, sizeof *s + count * sizeof *s->results);
    if (!s) return PyErr_NoMemory();
    s->table = table;
    s->first = first;
    s->document = document;
    struct ArrowArrayStream stream = {get_schema, get_next, get_last_error, release, s};
    if (add_chunks(s, PyModule_GetState(module), chunks) &&
        (document < 0 || check_document((chunk_object *)PyTuple_GetItem(chunks, 0), document)))
        return stream_capsule(&stream);
    release(&stream);
    return NULL;
}
