#include "binding.h"

/* qianmo._qianmo: what the Python files of the package stand on. */

PyMODINIT_FUNC PyInit__qianmo(void);

static PyObject *imported(const char *module_name, const char *name)
{
    PyObject *module = PyImport_ImportModule(module_name);
    PyObject *found = module ? PyObject_GetAttrString(module, name) : NULL;
    Py_XDECREF(module);
    return found;
}

static bool add_type(PyObject *module, PyType_Spec *spec, PyTypeObject **type)
{
    *type = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
    return *type && PyModule_AddType(module, *type) == 0;
}

static bool add_error(PyObject *module, module_state *state)
{
    static const char doc[] =
        "What is wrong with a text, a file or a setting.\n\n"
        "code: the status of the C library, below 0; line and column, counted from 1, of a mistake "
        "in a file; offset: the byte, where there is one; path: the file. None where there is "
        "none.";
    state->error = PyErr_NewExceptionWithDoc("qianmo.Error", doc, PyExc_ValueError, NULL);
    return state->error && PyModule_AddObjectRef(module, "Error", state->error) == 0;
}

static int module_exec(PyObject *module)
{
    module_state *state = PyModule_GetState(module);
    uint32_t version = qm_version();
    PyObject *text =
        PyUnicode_FromFormat("%u.%u.%u", version >> 16, version >> 8 & 255, version & 255);
    bool good = text && PyModule_AddObjectRef(module, "version", text) == 0;
    Py_XDECREF(text);
    good = good && (state->decimal = imported("decimal", "Decimal")) &&
           (state->date = imported("datetime", "date")) && add_error(module, state) &&
           add_type(module, &models_spec, &state->models_type) &&
           add_type(module, &engine_spec, &state->engine_type) &&
           add_type(module, &chunk_spec, &state->chunk_type) &&
           add_type(module, &column_spec, &state->column_type);
    return good ? 0 : -1;
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    module_state *state = PyModule_GetState(module);
    Py_VISIT(state->models_type);
    Py_VISIT(state->engine_type);
    Py_VISIT(state->chunk_type);
    Py_VISIT(state->column_type);
    Py_VISIT(state->error);
    Py_VISIT(state->decimal);
    Py_VISIT(state->date);
    return 0;
}

static int module_clear(PyObject *module)
{
    module_state *state = PyModule_GetState(module);
    Py_CLEAR(state->models_type);
    Py_CLEAR(state->engine_type);
    Py_CLEAR(state->chunk_type);
    Py_CLEAR(state->column_type);
    Py_CLEAR(state->error);
    Py_CLEAR(state->decimal);
    Py_CLEAR(state->date);
    return 0;
}

static void module_free(void *module)
{
    module_clear(module);
}

static PyMethodDef module_methods[] = {
    {"number_parse", number_parse, METH_O,
     "number_parse($module, text, /)\n--\n\nThe whole of text as one number: \xe4\xb8\x89\xe4\xb8"
     "\x87\xe4\xba\x94 is 35000. An int where it is whole, else a Decimal."},
    {"number_format", number_format, METH_VARARGS,
     "number_format($module, coefficient, exponent, style, /)\n--\n\nA decimal number in words."},
    {"chunks_stream", chunks_stream, METH_VARARGS,
     "chunks_stream($module, chunks, table, first, document, /)\n--\n\nOne table of chunks as an "
     "Arrow stream."},
    {NULL, NULL, 0, NULL}};

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, (void *)module_exec}, {0, NULL}};

static struct PyModuleDef module_def = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "qianmo._qianmo",
    .m_doc = "The C side of qianmo.",
    .m_size = sizeof(module_state),
    .m_methods = module_methods,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC PyInit__qianmo(void)
{
    return PyModuleDef_Init(&module_def);
}
