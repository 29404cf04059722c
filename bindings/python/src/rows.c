#include "binding.h"

/* One row of a table as a tuple, in the order of the named tuples of rows.py. */

typedef struct row_maker {
    module_state *state;
    const chunk_object *chunk;
    PyObject *text; /* of the document: a str */
    int table;
    int32_t number, document;
    PyObject *tuple; /* NULL after a failure */
    Py_ssize_t at;
} row_maker;

/* ---- cells ---- */

static bool find(const row_maker *m, const char *name, qm_column *out)
{
    if (qm_result_find(m->chunk->result, m->table, name, out) == QM_OK) return true;
    PyErr_Format(PyExc_KeyError, "%s", name);
    return false;
}

/* 0 for a column that is not there, with an exception set. */
static int64_t cell(const row_maker *m, const char *name)
{
    qm_column column;
    if (!find(m, name, &column)) return 0;
    switch (column.type) {
    case QM_TYPE_U8: return ((const uint8_t *)column.data)[m->number];
    case QM_TYPE_U16: return ((const uint16_t *)column.data)[m->number];
    case QM_TYPE_I32: return ((const int32_t *)column.data)[m->number];
    default: return ((const uint32_t *)column.data)[m->number];
    }
}

/* Takes over object; NULL is a failure. */
static void put(row_maker *m, PyObject *object)
{
    if (!object || !m->tuple || PyErr_Occurred()) {
        Py_XDECREF(object);
        Py_CLEAR(m->tuple);
    } else if (PyTuple_SetItem(m->tuple, m->at++, object) < 0) {
        Py_CLEAR(m->tuple);
    }
}

static void put_number(row_maker *m, const char *name)
{
    put(m, PyLong_FromLongLong(cell(m, name)));
}

static void put_link(row_maker *m, const char *name)
{
    int64_t number = cell(m, name);
    put(m, number == QM_NONE ? Py_NewRef(Py_None) : PyLong_FromLongLong(number));
}

static PyObject *name_object(const chunk_object *chunk, int dictionary, uint32_t code)
{
    qm_bytes name;
    if (code == 0 || qm_result_name(chunk->result, dictionary, code, &name) != QM_OK)
        return Py_NewRef(Py_None);
    return PyUnicode_DecodeUTF8(name.data, (Py_ssize_t)name.size, "replace");
}

static PyObject *cell_name(const row_maker *m, const char *name)
{
    qm_column column;
    if (!find(m, name, &column)) return NULL;
    return name_object(m->chunk, column.dictionary, (uint32_t)cell(m, name));
}

static void put_name(row_maker *m, const char *name)
{
    put(m, cell_name(m, name));
}

static PyObject *slice_bytes(const char *bytes, size_t size, uint32_t start, uint32_t end,
                             const char *errors)
{
    if (end > size) end = (uint32_t)size;
    if (start > end) start = end;
    return PyUnicode_DecodeUTF8(bytes + start, (Py_ssize_t)(end - start), errors);
}

/* Of a str with lone surrogates, which have as many bytes as U+FFFD, that went to analysis. */
static PyObject *slice_surrogates(PyObject *text, uint32_t start, uint32_t end)
{
    if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return NULL;
    PyErr_Clear();
    PyObject *encoded = PyUnicode_AsEncodedString(text, "utf-8", "surrogatepass"), *slice = NULL;
    if (encoded)
        slice = slice_bytes(PyBytes_AsString(encoded), (size_t)PyBytes_Size(encoded), start, end,
                            "surrogatepass");
    Py_XDECREF(encoded);
    return slice;
}

static PyObject *span_object(const row_maker *m, uint32_t start, uint32_t end)
{
    if (start == QM_NONE) return Py_NewRef(Py_None);
    if (m->chunk->offsets == QM_CODEPOINTS) return PyUnicode_Substring(m->text, start, end);
    if (!m->chunk->texts) { /* the str that is made of it may have more bytes */
        qm_bytes own = chunk_bytes(m->chunk, (size_t)m->document);
        return slice_bytes(own.data, own.size, start, end, "replace");
    }
    Py_ssize_t size;
    const char *bytes = PyUnicode_AsUTF8AndSize(m->text, &size);
    if (!bytes) return slice_surrogates(m->text, start, end);
    return slice_bytes(bytes, (size_t)size, start, end, "replace");
}

static void put_span(row_maker *m, const char *start, const char *end)
{
    put(m, span_object(m, (uint32_t)cell(m, start), (uint32_t)cell(m, end)));
}

/* start, end and text, with which every row begins. */
static void put_place(row_maker *m)
{
    put_number(m, "start");
    put_number(m, "end");
    put_span(m, "start", "end");
}

static PyObject *cell_value(const row_maker *m, const char *name)
{
    qm_column column;
    if (!find(m, name, &column)) return NULL;
    return value_object(m->state, (const qm_value *)column.data + m->number);
}

/* Takes over both; None where both are. */
static PyObject *pair_object(PyObject *left, PyObject *right)
{
    PyObject *pair = NULL;
    if (left == Py_None && right == Py_None) pair = Py_NewRef(Py_None);
    else if (left && right) pair = PyTuple_Pack(2, left, right);
    Py_XDECREF(left);
    Py_XDECREF(right);
    return pair;
}

static void put_flags(row_maker *m)
{
    int64_t flags = cell(m, "flags");
    Py_ssize_t count = 0, at = 0;
    for (uint32_t i = 0; qm_flag_name(m->table, i); i++) count += flags >> i & 1;
    PyObject *tuple = PyTuple_New(count);
    for (uint32_t i = 0; tuple && qm_flag_name(m->table, i); i++) {
        if (!(flags >> i & 1)) continue;
        PyObject *name = PyUnicode_InternFromString(qm_flag_name(m->table, i));
        if (!name || PyTuple_SetItem(tuple, at++, name) < 0) Py_CLEAR(tuple);
    }
    put(m, tuple);
}

/* ---- tables ---- */

static void make_token(row_maker *m)
{
    put_place(m);
    put_name(m, "tag");
    put_flags(m);
}

static void put_numeral(row_maker *m)
{
    uint32_t start = (uint32_t)cell(m, "number_start"), end = (uint32_t)cell(m, "number_end");
    put(m, start == QM_NONE ? Py_NewRef(Py_None) : Py_BuildValue("II", start, end));
}

static void make_quantity(row_maker *m)
{
    put_place(m);
    put_name(m, "kind");
    put(m, cell_value(m, "low"));
    put(m, cell_value(m, "high"));
    put_name(m, "relation");
    put_name(m, "unit");
    put_name(m, "per");
    put_span(m, "counted_start", "counted_end");
    put_numeral(m);
    put(m, pair_object(cell_value(m, "soft_low"), cell_value(m, "soft_high")));
    put(m, pair_object(cell_value(m, "si_value"), cell_name(m, "si_unit")));
    put_name(m, "rate");
    put_name(m, "header_unit");
    put_flags(m);
}

/* The first measure of the initiative; they stand in the order of initiatives. */
static int32_t first_measure(const uint32_t *owners, int32_t from, int32_t to, uint32_t initiative)
{
    while (from < to) {
        int32_t middle = from + (to - from) / 2;
        if (owners[middle] < initiative) from = middle + 1;
        else to = middle;
    }
    return from;
}

static void put_measures(row_maker *m)
{
    qm_column initiative, quantity;
    qm_result *result = m->chunk->result;
    const int32_t *measures = qm_result_offsets(result, QM_MEASURES) + m->document;
    int32_t row = m->number - qm_result_offsets(result, QM_INITIATIVES)[m->document];
    if (qm_result_find(result, QM_MEASURES, "initiative", &initiative) != QM_OK ||
        qm_result_find(result, QM_MEASURES, "quantity", &quantity) != QM_OK) {
        put(m, PyErr_Format(PyExc_SystemError, "no table of measures"));
        return;
    }
    const uint32_t *owners = initiative.data, *rows = quantity.data;
    int32_t from = first_measure(owners, measures[0], measures[1], (uint32_t)row), to = from;
    while (to < measures[1] && owners[to] == (uint32_t)row) to++;
    PyObject *tuple = PyTuple_New(to - from);
    for (int32_t i = from; tuple && i < to; i++) {
        PyObject *number = PyLong_FromUnsignedLong(rows[i]);
        if (!number || PyTuple_SetItem(tuple, i - from, number) < 0) Py_CLEAR(tuple);
    }
    put(m, tuple);
}

static void make_initiative(row_maker *m)
{
    put_place(m);
    put_name(m, "type");
    put(m, name_object(m->chunk, QM_DICT_TYPE_NAMES, (uint32_t)cell(m, "type")));
    put_name(m, "group");
    put_name(m, "duty");
    put_name(m, "status");
    put_span(m, "trigger_start", "trigger_end");
    put_span(m, "object_start", "object_end");
    put_measures(m);
    put_span(m, "actor_start", "actor_end");
    put_span(m, "place_start", "place_end");
    put_span(m, "time_start", "time_end");
    put_number(m, "score");
    put_name(m, "rule");
    put_flags(m);
}

static void make_entity(row_maker *m)
{
    put_place(m);
    put_name(m, "kind");
    put_link(m, "link");
}

static void make_clause(row_maker *m)
{
    put_place(m);
    put_name(m, "role");
    put_number(m, "sentence");
    put_number(m, "paragraph");
    put_flags(m);
}

static const struct {
    Py_ssize_t width;
    void (*make)(row_maker *m);
} makers[QM_TABLES] = {
    [QM_TOKENS] = {5, make_token},
    [QM_QUANTITIES] = {16, make_quantity},
    [QM_INITIATIVES] = {17, make_initiative},
    [QM_ENTITIES] = {5, make_entity},
    [QM_CLAUSES] = {7, make_clause},
};

PyObject *chunk_row(PyObject *self, PyObject *arguments)
{
    const chunk_object *chunk = (chunk_object *)self;
    int table, number, document;
    PyObject *text;
    if (!PyArg_ParseTuple(arguments, "iiiU:row", &table, &number, &document, &text) ||
        !check_table(table) || !check_document((chunk_object *)self, document))
        return NULL;
    const int32_t *offsets = qm_result_offsets(chunk->result, table);
    if (!makers[table].make || number < offsets[document] || number >= offsets[document + 1])
        return PyErr_Format(PyExc_IndexError, "no such row");
    PyObject *tuple = PyTuple_New(makers[table].width);
    if (!tuple) return NULL;
    row_maker m = {state_of(self), chunk, text, table, number, document, tuple, 0};
    makers[table].make(&m);
    return m.tuple;
}

PyObject *chunk_names(PyObject *self, PyObject *arguments)
{
    const chunk_object *chunk = (chunk_object *)self;
    int dictionary;
    if (!PyArg_ParseTuple(arguments, "i:names", &dictionary)) return NULL;
    uint32_t count = qm_result_names(chunk->result, dictionary);
    PyObject *list = PyList_New((Py_ssize_t)count);
    for (uint32_t i = 0; list && i < count; i++) {
        PyObject *name = name_object(chunk, dictionary, i);
        if (!name || PyList_SetItem(list, (Py_ssize_t)i, name) < 0) Py_CLEAR(list);
    }
    return list;
}
