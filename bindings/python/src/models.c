#include "binding.h"

/* The models of an engine: the built-in one, image files, and what the user adds. */

static bool stack(models_object *self, module_state *state, int status, const qm_error *err,
                  const char *path)
{
    if (status == QM_OK) self->count++;
    else raise_status(state, status, err, path);
    return status == QM_OK;
}

static bool has_room(const models_object *self)
{
    if (self->count < MODELS_MAX) return true;
    PyErr_Format(PyExc_ValueError, "more than %d models", MODELS_MAX);
    return false;
}

static bool open_images(models_object *self, module_state *state, PyObject *paths)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(paths); i++) {
        qm_error err = {0};
        PyObject *path;
        if (!has_room(self) || !PyUnicode_FSConverter(PyTuple_GetItem(paths, i), &path))
            return false;
        const char *name = PyBytes_AsString(path);
        int status;
        Py_BEGIN_ALLOW_THREADS status = qm_model_open(&self->at[self->count], name, 0, NULL, &err);
        Py_END_ALLOW_THREADS bool good = stack(self, state, status, &err, name);
        Py_DECREF(path);
        if (!good) return false;
    }
    return true;
}

/* (kind, text, name or None) */
static bool read_source(qm_builder *builder, module_state *state, PyObject *source)
{
    const char *kind, *text, *name;
    Py_ssize_t size;
    qm_error err = {0};
    if (!PyArg_ParseTuple(source, "sy#z;a source is (kind, bytes, name)", &kind, &text, &size,
                          &name))
        return false;
    int status;
    Py_BEGIN_ALLOW_THREADS status =
        qm_builder_read(builder, kind, (qm_bytes){text, (size_t)size}, &err);
    Py_END_ALLOW_THREADS if (status != QM_OK) raise_status(state, status, &err, name);
    return status == QM_OK;
}

/* (word, tag, weight, mode) */
static bool read_word(qm_builder *builder, module_state *state, PyObject *row)
{
    const char *word, *tag;
    Py_ssize_t size, tag_size;
    int weight, mode;
    qm_error err = {0};
    if (!PyArg_ParseTuple(row, "s#s#ii;a word is (word, tag, weight, mode)", &word, &size, &tag,
                          &tag_size, &weight, &mode))
        return false;
    int status = qm_builder_add_word(builder, (qm_bytes){word, (size_t)size},
                                     (qm_bytes){tag, (size_t)tag_size}, weight, mode, &err);
    if (status != QM_OK) raise_status(state, status, &err, NULL);
    return status == QM_OK;
}

static bool finish(models_object *self, module_state *state, qm_builder *builder)
{
    qm_error err = {0};
    qm_bytes image;
    int status;
    Py_BEGIN_ALLOW_THREADS status = qm_builder_finish(builder, &image, &err);
    if (status == QM_OK)
        status = qm_model_from_memory(&self->at[self->count], image, QM_OPEN_COPY, NULL, NULL, NULL,
                                      &err);
    Py_END_ALLOW_THREADS return stack(self, state, status, &err, NULL);
}

/* Sources and words become one more model, compiled here and now. */
static bool compile(models_object *self, module_state *state, PyObject *sources, PyObject *words)
{
    qm_error err = {0};
    qm_builder *builder;
    if (PyTuple_Size(sources) + PyTuple_Size(words) == 0) return true;
    if (!has_room(self)) return false;
    int status = qm_builder_new(&builder, self->at[0], NULL, &err);
    if (status != QM_OK) return raise_status(state, status, &err, NULL), false;
    bool good = true;
    for (Py_ssize_t i = 0; good && i < PyTuple_Size(sources); i++)
        good = read_source(builder, state, PyTuple_GetItem(sources, i));
    for (Py_ssize_t i = 0; good && i < PyTuple_Size(words); i++)
        good = read_word(builder, state, PyTuple_GetItem(words, i));
    if (good) good = finish(self, state, builder);
    qm_builder_free(builder);
    return good;
}

static PyObject *models_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    PyObject *images, *sources, *words;
    qm_error err = {0};
    if (keywords && PyDict_Size(keywords) > 0)
        return PyErr_Format(PyExc_TypeError, "Models takes no keywords");
    if (!PyArg_ParseTuple(arguments, "O!O!O!:Models", &PyTuple_Type, &images, &PyTuple_Type,
                          &sources, &PyTuple_Type, &words))
        return NULL;
    models_object *self = (models_object *)object_new(type);
    if (!self) return NULL;
    module_state *state = PyType_GetModuleState(type);
    if (stack(self, state, qm_model_builtin(&self->at[0], &err), &err, NULL) &&
        open_images(self, state, images) && compile(self, state, sources, words))
        return (PyObject *)self;
    Py_DECREF(self);
    return NULL;
}

static void models_dealloc(PyObject *self)
{
    models_object *models = (models_object *)self;
    PyObject_GC_UnTrack(self);
    for (size_t i = 0; i < models->count; i++) qm_model_unref(models->at[i]);
    object_free(self);
}

static PyObject *models_info(PyObject *self, PyObject *key)
{
    models_object *models = (models_object *)self;
    const char *name = PyUnicode_AsUTF8AndSize(key, NULL);
    if (!name) return NULL;
    const char *value = NULL;
    for (size_t i = models->count; !value && i-- > 0;) value = qm_model_info(models->at[i], name);
    return value ? PyUnicode_FromString(value) : Py_NewRef(Py_None);
}

static PyMethodDef models_methods[] = {
    {"info", models_info, METH_O,
     "info($self, key, /)\n--\n\nWhat the models say of themselves: build-id, size, ..."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot models_slots[] = {
    {Py_tp_doc,
     (void *)"Models(images, sources, words, /)\n--\n\nThe built-in model and what is added."},
    {Py_tp_new, models_new},
    {Py_tp_dealloc, models_dealloc},
    {Py_tp_traverse, object_traverse},
    {Py_tp_methods, models_methods},
    {0, NULL}};

PyType_Spec models_spec = {
    .name = "qianmo._qianmo.Models",
    .basicsize = sizeof(models_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = models_slots,
};
