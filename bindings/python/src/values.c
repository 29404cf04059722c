#include "binding.h"

#include <errno.h>
#include <stdlib.h>

/* ---- memory ---- */

void *grow(void *at, size_t *room, size_t need, size_t width)
{
    if (need <= *room) return at;
    size_t wanted = need + need / 2 + 16;
    void *grown = wanted <= PY_SSIZE_T_MAX / width ? realloc(at, wanted * width) : NULL;
    if (!grown) return PyErr_NoMemory();
    *room = wanted;
    return grown;
}

PyObject *object_new(PyTypeObject *type)
{
    return PyType_GenericAlloc(type, 0);
}

void object_free(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

int object_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return 0;
}

/* ---- errors ---- */

static PyObject *none_or(PyObject *value, bool there)
{
    if (there) return value;
    Py_XDECREF(value);
    return Py_NewRef(Py_None);
}

static bool set_attribute(PyObject *object, const char *name, PyObject *value)
{
    int failed = !value || PyObject_SetAttrString(object, name, value) < 0;
    Py_XDECREF(value);
    return !failed;
}

static PyObject *message_of(const qm_error *err, const char *path)
{
    if (path && err->line)
        return PyUnicode_FromFormat("%s:%u:%u: %s", path, err->line, err->column, err->message);
    if (path) return PyUnicode_FromFormat("%s: %s", path, err->message);
    if (err->line)
        return PyUnicode_FromFormat("line %u, column %u: %s", err->line, err->column, err->message);
    return PyUnicode_FromString(err->message);
}

PyObject *raise_status(module_state *state, int status, const qm_error *err, const char *path)
{
    qm_error none = {.code = status, .offset = UINT64_MAX};
    if (status == QM_E_NOMEM) return PyErr_NoMemory();
    if (status == QM_E_IO && err && err->sys && path) {
        errno = err->sys;
        return PyErr_SetFromErrnoWithFilename(PyExc_OSError, path);
    }
    if (!err || !err->message[0]) {
        strncpy(none.message, qm_status_name(status), sizeof none.message - 1);
        err = &none;
    }
    PyObject *message = message_of(err, path);
    PyObject *error = message ? PyObject_CallFunctionObjArgs(state->error, message, NULL) : NULL;
    Py_XDECREF(message);
    if (!error) return NULL;
    PyObject *offset = PyLong_FromUnsignedLongLong(err->offset);
    PyObject *file = path ? PyUnicode_DecodeFSDefault(path) : Py_NewRef(Py_None);
    if (set_attribute(error, "code", PyLong_FromLong(status)) &&
        set_attribute(error, "line", none_or(PyLong_FromUnsignedLong(err->line), err->line)) &&
        set_attribute(error, "column", none_or(PyLong_FromUnsignedLong(err->column), err->line)) &&
        set_attribute(error, "offset", none_or(offset, err->offset != UINT64_MAX)) &&
        set_attribute(error, "path", file))
        PyErr_SetObject(state->error, error);
    Py_DECREF(error);
    return NULL;
}

/* ---- values ---- */

/* None is returned where the calendar has no such day. */
static PyObject *date_object(module_state *state, const qm_value *value)
{
    int year = (int)(value->coefficient / 10000), month = (int)(value->coefficient / 100 % 100);
    int day = (int)(value->coefficient % 100);
    if (year < 1 || year > 9999 || !month || !day) return Py_NewRef(Py_None);
    PyObject *date = PyObject_CallFunction(state->date, "iii", year, month, day);
    if (date || !PyErr_ExceptionMatches(PyExc_ValueError)) return date;
    PyErr_Clear();
    return Py_NewRef(Py_None);
}

PyObject *value_object(module_state *state, const qm_value *value)
{
    char text[48];
    size_t size = qm_value_text(value, text, sizeof text);
    if (size == 0) return Py_NewRef(Py_None);
    if (value->type == QM_VALUE_DATE) {
        PyObject *date = date_object(state, value);
        if (!date || date != Py_None) return date;
        Py_DECREF(date);
    }
    if (value->type != QM_VALUE_NUMBER) return PyUnicode_FromStringAndSize(text, (Py_ssize_t)size);
    if (!strpbrk(text, ".eE")) return PyLong_FromString(text, NULL, 10);
    return PyObject_CallFunction(state->decimal, "s", text);
}

PyObject *number_parse(PyObject *module, PyObject *text)
{
    Py_ssize_t size;
    qm_error err = {0};
    qm_value value = {0};
    const char *bytes = PyUnicode_AsUTF8AndSize(text, &size);
    if (!bytes) return NULL;
    int status = qm_number_parse(bytes, (size_t)size, &value, &err);
    if (status != QM_OK) return raise_status(PyModule_GetState(module), status, &err, NULL);
    if (value.rounded &&
        PyErr_WarnFormat(PyExc_RuntimeWarning, 2, "rounded: %R has no finite decimal", text) < 0)
        return NULL;
    return value_object(PyModule_GetState(module), &value);
}

PyObject *number_format(PyObject *module, PyObject *arguments)
{
    long long coefficient;
    short exponent;
    int style;
    qm_error err = {0};
    qm_buffer out = {0};
    if (!PyArg_ParseTuple(arguments, "Lhi:number_format", &coefficient, &exponent, &style))
        return NULL;
    qm_value value = {.coefficient = coefficient, .exponent = exponent, .type = QM_VALUE_NUMBER};
    int status = qm_number_format(&value, style, &out, &err);
    PyObject *text = status == QM_OK ? PyUnicode_FromStringAndSize(out.data, (Py_ssize_t)out.size)
                                     : raise_status(PyModule_GetState(module), status, &err, NULL);
    qm_buffer_free(&out);
    return text;
}
