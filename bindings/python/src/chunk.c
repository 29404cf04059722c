#include "binding.h"

/* A batch of documents and its tables. */

PyObject *chunk_new(module_state *state, qm_result *result, PyObject *list, strings *source,
                    int64_t offsets)
{
    chunk_object *self = (chunk_object *)object_new(state->chunk_type);
    if (!self) {
        qm_result_unref(result);
        if (source) source->array.release(&source->array);
        return NULL;
    }
    self->result = result;
    self->texts = Py_XNewRef(list);
    if (source) self->strings = *source;
    self->offsets = offsets;
    return (PyObject *)self;
}

static void chunk_dealloc(PyObject *self)
{
    chunk_object *chunk = (chunk_object *)self;
    PyObject_GC_UnTrack(self);
    Py_XDECREF(chunk->texts);
    if (chunk->strings.array.release) chunk->strings.array.release(&chunk->strings.array);
    qm_result_unref(chunk->result);
    object_free(self);
}

static int chunk_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((chunk_object *)self)->texts);
    return object_traverse(self, visit, arg);
}

static Py_ssize_t chunk_length(PyObject *self)
{
    return (Py_ssize_t)qm_result_documents(((chunk_object *)self)->result);
}

bool check_document(chunk_object *self, Py_ssize_t document)
{
    if (document >= 0 && document < chunk_length((PyObject *)self)) return true;
    PyErr_SetString(PyExc_IndexError, "no such document");
    return false;
}

bool check_table(int table)
{
    if (table >= 0 && table < QM_TABLES) return true;
    PyErr_SetString(PyExc_IndexError, "no such table");
    return false;
}

/* ---- texts ---- */

qm_bytes chunk_bytes(const chunk_object *self, size_t document)
{
    return qm_strings_at(&self->strings.where, &self->strings.array, (int64_t)document);
}

PyObject *chunk_text(chunk_object *self, size_t document)
{
    if (self->texts) {
        PyObject *text = PyTuple_GetItem(self->texts, (Py_ssize_t)document);
        return is_nothing(text) ? PyUnicode_FromStringAndSize("", 0) : Py_XNewRef(text);
    }
    qm_bytes bytes = chunk_bytes(self, document);
    return PyUnicode_DecodeUTF8(bytes.data, (Py_ssize_t)bytes.size, "replace");
}

static PyObject *chunk_get_text(PyObject *self, PyObject *number)
{
    Py_ssize_t document = PyLong_AsSsize_t(number);
    if (document == -1 && PyErr_Occurred()) return NULL;
    if (!check_document((chunk_object *)self, document)) return NULL;
    return chunk_text((chunk_object *)self, (size_t)document);
}

/* Lone surrogates went to analysis as U+FFFD, so they are rendered as such. */
static bool text_bytes(chunk_object *self, size_t document, texts *room, qm_bytes *out)
{
    if (!self->texts) {
        *out = chunk_bytes(self, document);
        return true;
    }
    if (!texts_add(room, PyTuple_GetItem(self->texts, (Py_ssize_t)document))) return false;
    *out = (qm_bytes){room->bytes, room->size};
    return true;
}

static PyObject *chunk_render(PyObject *self, PyObject *arguments)
{
    chunk_object *chunk = (chunk_object *)self;
    Py_ssize_t document;
    const char *name;
    Py_ssize_t size;
    int format;
    texts room = {0};
    qm_bytes text;
    qm_buffer out = {0};
    qm_error err = {0};
    if (!PyArg_ParseTuple(arguments, "ny#i:render", &document, &name, &size, &format) ||
        !check_document(chunk, document) || !text_bytes(chunk, (size_t)document, &room, &text))
        return texts_free(&room), NULL;
    int status;
    Py_BEGIN_ALLOW_THREADS status = qm_result_render(
        chunk->result, (size_t)document, text, (qm_bytes){name, (size_t)size}, format, &out, &err);
    Py_END_ALLOW_THREADS PyObject *rendered =
        status == QM_OK ? PyUnicode_FromStringAndSize(out.data, (Py_ssize_t)out.size)
                        : raise_status(state_of(self), status, &err, NULL);
    qm_buffer_free(&out);
    texts_free(&room);
    return rendered;
}

/* ---- tables ---- */

static PyObject *chunk_range(PyObject *self, PyObject *arguments)
{
    chunk_object *chunk = (chunk_object *)self;
    int table;
    Py_ssize_t document;
    if (!PyArg_ParseTuple(arguments, "in:range", &table, &document) || !check_table(table) ||
        !check_document(chunk, document))
        return NULL;
    const int32_t *offsets = qm_result_offsets(chunk->result, table);
    return Py_BuildValue("ii", offsets[document], offsets[document + 1]);
}

static PyObject *chunk_rows(PyObject *self, PyObject *number)
{
    chunk_object *chunk = (chunk_object *)self;
    long table = PyLong_AsLong(number);
    if ((table == -1 && PyErr_Occurred()) || !check_table((int)table)) return NULL;
    const int32_t *offsets = qm_result_offsets(chunk->result, (int)table);
    return PyLong_FromLong(offsets[chunk_length(self)]);
}

/* One table as (schema, array); of one document alone unless that is -1. */
static PyObject *chunk_export(PyObject *self, PyObject *arguments)
{
    chunk_object *chunk = (chunk_object *)self;
    int table, first;
    Py_ssize_t document;
    qm_error err = {0};
    struct ArrowSchema schema;
    struct ArrowArray array;
    if (!PyArg_ParseTuple(arguments, "iin:export", &table, &first, &document) ||
        !check_table(table) || (document != -1 && !check_document(chunk, document)))
        return NULL;
    int status = export_table(chunk->result, table, first, document, &schema, &array, &err);
    if (status != QM_OK) return raise_status(state_of(self), status, &err, NULL);
    PyObject *schema_at = schema_capsule(&schema);
    PyObject *array_at = array_capsule(&array);
    PyObject *pair = schema_at && array_at ? PyTuple_Pack(2, schema_at, array_at) : NULL;
    Py_XDECREF(schema_at);
    Py_XDECREF(array_at);
    return pair;
}

/* ---- one column as a buffer ---- */

typedef struct column_object {
    PyObject_HEAD PyObject *chunk;
    qm_column column;
    Py_ssize_t length;
} column_object;

static PyObject *chunk_column(PyObject *self, PyObject *arguments)
{
    chunk_object *chunk = (chunk_object *)self;
    module_state *state = state_of(self);
    int table;
    const char *name;
    qm_column column;
    if (!PyArg_ParseTuple(arguments, "is:column", &table, &name) || !check_table(table))
        return NULL;
    int status = qm_result_find(chunk->result, table, name, &column);
    if (status != QM_OK || column.type == QM_TYPE_VALUE)
        return PyErr_Format(PyExc_KeyError, "%s", name);
    column_object *made = (column_object *)object_new(state->column_type);
    if (!made) return NULL;
    made->chunk = Py_NewRef(self);
    made->column = column;
    made->length = (Py_ssize_t)column.length;
    PyObject *view = PyMemoryView_FromObject((PyObject *)made);
    Py_DECREF(made);
    return view;
}

static void column_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((column_object *)self)->chunk);
    object_free(self);
}

static int column_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((column_object *)self)->chunk);
    return object_traverse(self, visit, arg);
}

static char *format_of(uint16_t type)
{
    static char formats[][2] = {"B", "H", "I", "i", "q"};
    return formats[type - QM_TYPE_U8];
}

static int column_buffer(PyObject *self, Py_buffer *view, int flags)
{
    column_object *column = (column_object *)self;
    static const char nothing[8];
    void *data = (void *)(uintptr_t)(column->column.data ? column->column.data : nothing);
    if (PyBuffer_FillInfo(view, self, data, column->length * column->column.width, 1, flags) < 0)
        return -1;
    view->itemsize = column->column.width;
    if (flags & PyBUF_FORMAT) view->format = format_of(column->column.type);
    if (flags & PyBUF_ND) view->shape = &column->length;
    if (flags & PyBUF_STRIDES) view->strides = &view->itemsize;
    return 0;
}

static PyType_Slot column_slots[] = {
    {Py_tp_doc, (void *)"A column of a table where it lies; memoryview() and numpy read it."},
    {Py_tp_dealloc, column_dealloc},
    {Py_tp_traverse, column_traverse},
    {Py_bf_getbuffer, column_buffer},
    {0, NULL}};

PyType_Spec column_spec = {
    .name = "qianmo._qianmo.Column",
    .basicsize = sizeof(column_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = column_slots,
};

static PyMethodDef chunk_methods[] = {
    {"text", chunk_get_text, METH_O, "text($self, document, /)\n--\n\nThe text of a document."},
    {"render", chunk_render, METH_VARARGS,
     "render($self, document, name, format, /)\n--\n\nA document as JSON (0) or HTML (1); name: "
     "bytes."},
    {"range", chunk_range, METH_VARARGS,
     "range($self, table, document, /)\n--\n\nThe first row of a document and the one behind the "
     "last."},
    {"rows", chunk_rows, METH_O, "rows($self, table, /)\n--\n\nThe number of rows of a table."},
    {"row", chunk_row, METH_VARARGS,
     "row($self, table, row, document, text, /)\n--\n\nOne row as a tuple."},
    {"names", chunk_names, METH_VARARGS,
     "names($self, dictionary, /)\n--\n\nThe names behind the codes of a dictionary."},
    {"column", chunk_column, METH_VARARGS,
     "column($self, table, name, /)\n--\n\nA column without a copy."},
    {"export", chunk_export, METH_VARARGS,
     "export($self, table, first, document, /)\n--\n\nArrow schema and array of a table."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot chunk_slots[] = {{Py_tp_doc, (void *)"Documents that were analysed together."},
                                    {Py_tp_dealloc, chunk_dealloc},
                                    {Py_tp_traverse, chunk_traverse},
                                    {Py_sq_length, chunk_length},
                                    {Py_tp_methods, chunk_methods},
                                    {0, NULL}};

PyType_Spec chunk_spec = {
    .name = "qianmo._qianmo.Chunk",
    .basicsize = sizeof(chunk_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = chunk_slots,
};
