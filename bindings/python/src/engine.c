#include "binding.h"

#include <stdlib.h>

/* ---- workers ---- */

static void worker_free(worker *w)
{
    qm_analyzer_free(w->analyzer);
    qm_result_unref(w->result);
    texts_free(&w->texts);
    free(w);
}

worker *worker_take(engine_object *self)
{
    worker *w = self->idle;
    qm_error err = {0};
    if (w) {
        self->idle = w->next;
        texts_clear(&w->texts);
        return w;
    }
    w = calloc(1, sizeof *w);
    if (!w) return PyErr_NoMemory(), NULL;
    int status = qm_analyzer_new(&w->analyzer, self->engine, NULL, &err);
    if (status == QM_OK) return w;
    worker_free(w);
    raise_status(state_of((PyObject *)self), status, &err, NULL);
    return NULL;
}

void worker_give(engine_object *self, worker *w)
{
    w->next = self->idle;
    self->idle = w;
}

/* ---- making and freeing ---- */

static qm_setting *read_settings(PyObject *list, size_t *count, int64_t *offsets)
{
    Py_ssize_t n = PyTuple_Size(list);
    qm_setting *settings = calloc((size_t)n + 1, sizeof *settings);
    if (!settings) return PyErr_NoMemory(), NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        long long value;
        if (!PyArg_ParseTuple(PyTuple_GetItem(list, i), "iL;a setting is (parameter, value)",
                              &settings[i].param, &value)) {
            free(settings);
            return NULL;
        }
        settings[i].value = value;
        if (settings[i].param == QM_P_OFFSETS) *offsets = value;
    }
    *count = (size_t)n;
    return settings;
}

static PyObject *engine_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    module_state *state = PyType_GetModuleState(type);
    PyObject *models, *list;
    qm_error err = {0};
    size_t count;
    int64_t offsets = QM_BYTES;
    if (keywords && PyDict_Size(keywords) > 0)
        return PyErr_Format(PyExc_TypeError, "Engine takes no keywords");
    if (!PyArg_ParseTuple(arguments, "O!O!:Engine", state->models_type, &models, &PyTuple_Type,
                          &list))
        return NULL;
    qm_setting *settings = read_settings(list, &count, &offsets);
    if (!settings) return NULL;
    models_object *stack = (models_object *)models;
    qm_engine *engine;
    int status;
    Py_BEGIN_ALLOW_THREADS status =
        qm_engine_new(&engine, stack->at, stack->count, settings, count, NULL, &err);
    Py_END_ALLOW_THREADS free(settings);
    if (status != QM_OK) return raise_status(state, status, &err, NULL);
    engine_object *self = (engine_object *)object_new(type);
    if (!self) return qm_engine_unref(engine), NULL;
    self->engine = engine;
    self->offsets = offsets;
    return (PyObject *)self;
}

static void engine_dealloc(PyObject *self)
{
    engine_object *engine = (engine_object *)self;
    PyObject_GC_UnTrack(self);
    for (worker *w = engine->idle, *next; w; w = next) {
        next = w->next;
        worker_free(w);
    }
    word_cache_free(engine->words);
    qm_engine_unref(engine->engine);
    object_free(self);
}

/* ---- analysis ---- */

static PyObject *engine_analyze(PyObject *self, PyObject *list)
{
    engine_object *engine = (engine_object *)self;
    qm_result *result = NULL;
    qm_error err = {0};
    if (!PyTuple_Check(list)) return PyErr_Format(PyExc_TypeError, "a tuple of texts is wanted");
    worker *w = worker_take(engine);
    if (!w) return NULL;
    bool good = true;
    for (Py_ssize_t i = 0; good && i < PyTuple_Size(list); i++)
        good = texts_add(&w->texts, PyTuple_GetItem(list, i));
    int status = good ? qm_result_new(&result, NULL, &err) : QM_OK;
    if (good && status == QM_OK) {
        Py_BEGIN_ALLOW_THREADS int64_t none = 0;
        const texts *t = &w->texts;
        status = qm_analyze_offsets64(w->analyzer, t->bytes ? t->bytes : "",
                                      t->texts ? t->ends : &none, t->texts, result, &err);
        Py_END_ALLOW_THREADS
    }
    worker_give(engine, w);
    if (good && status == QM_OK)
        return chunk_new(state_of(self), result, list, NULL, engine->offsets);
    qm_result_unref(result);
    return good ? raise_status(state_of(self), status, &err, NULL) : NULL;
}

static int analyze_views(worker *w, const strings *s, qm_result *result, qm_error *err)
{
    size_t count = (size_t)s->array.length;
    qm_bytes *views = malloc((count + 1) * sizeof *views);
    if (!views) return QM_E_NOMEM;
    for (size_t i = 0; i < count; i++) views[i] = qm_strings_at(&s->where, &s->array, (int64_t)i);
    int status = qm_analyze_views(w->analyzer, views, count, result, err);
    free(views);
    return status;
}

/* Takes over the array of s, whatever happens. */
static PyObject *analyze_strings(engine_object *engine, strings *s)
{
    module_state *state = state_of((PyObject *)engine);
    qm_result *result = NULL;
    qm_error err = {0};
    worker *w = worker_take(engine);
    int status = QM_OK;
    if (w) {
        Py_BEGIN_ALLOW_THREADS status = qm_result_new(&result, NULL, &err);
        if (status == QM_OK) status = analyze_views(w, s, result, &err);
        Py_END_ALLOW_THREADS worker_give(engine, w);
        if (status == QM_OK) return chunk_new(state, result, NULL, s, engine->offsets);
        raise_status(state, status, &err, NULL);
    }
    qm_result_unref(result);
    s->array.release(&s->array);
    return NULL;
}

static bool find_strings(module_state *state, strings *out, const struct ArrowSchema *schema,
                         const char *column)
{
    qm_error err = {0};
    int status = qm_strings_find(&out->where, schema, column, &err);
    return status == QM_OK || raise_status(state, status, &err, NULL);
}

static PyObject *engine_analyze_array(PyObject *self, PyObject *arguments)
{
    PyObject *schema_at, *array_at;
    const char *column;
    if (!PyArg_ParseTuple(arguments, "OOz:analyze_array", &schema_at, &array_at, &column))
        return NULL;
    struct ArrowSchema *schema = PyCapsule_GetPointer(schema_at, "arrow_schema");
    struct ArrowArray *array = schema ? PyCapsule_GetPointer(array_at, "arrow_array") : NULL;
    strings s;
    if (!array) return NULL;
    if (!schema->release || !array->release)
        return PyErr_Format(PyExc_ValueError, "the Arrow array was used before");
    if (!find_strings(state_of(self), &s, schema, column)) return NULL;
    s.array = *array;
    array->release = NULL;
    return analyze_strings((engine_object *)self, &s);
}

/* ---- Arrow streams ---- */

static struct ArrowArrayStream *stream_of(PyObject *capsule)
{
    struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, "arrow_array_stream");
    if (stream && !stream->release) {
        PyErr_SetString(PyExc_ValueError, "the Arrow stream was used before");
        return NULL;
    }
    return stream;
}

static PyObject *raise_stream(struct ArrowArrayStream *stream)
{
    const char *message = stream->get_last_error ? stream->get_last_error(stream) : NULL;
    return PyErr_Format(PyExc_OSError, "%s", message ? message : "the Arrow stream failed");
}

/* The next batch of a stream as a chunk; None at its end. */
static PyObject *engine_analyze_next(PyObject *self, PyObject *arguments)
{
    PyObject *capsule;
    const char *column;
    struct ArrowSchema schema = {0};
    strings s = {0};
    int code;
    if (!PyArg_ParseTuple(arguments, "Oz:analyze_next", &capsule, &column)) return NULL;
    struct ArrowArrayStream *stream = stream_of(capsule);
    if (!stream) return NULL;
    Py_BEGIN_ALLOW_THREADS code = stream->get_schema(stream, &schema);
    Py_END_ALLOW_THREADS if (code != 0) return raise_stream(stream);
    bool found = find_strings(state_of(self), &s, &schema, column);
    schema.release(&schema);
    if (!found) return NULL;
    Py_BEGIN_ALLOW_THREADS code = stream->get_next(stream, &s.array);
    Py_END_ALLOW_THREADS if (code != 0) return raise_stream(stream);
    if (!s.array.release) return Py_NewRef(Py_None);
    return analyze_strings((engine_object *)self, &s);
}

static PyObject *engine_stream(PyObject *self, PyObject *arguments)
{
    PyObject *capsule;
    const char *column;
    int table;
    qm_error err = {0};
    struct ArrowArrayStream out;
    if (!PyArg_ParseTuple(arguments, "Ozi:stream", &capsule, &column, &table)) return NULL;
    struct ArrowArrayStream *stream = stream_of(capsule);
    if (!stream) return NULL;
    int status;
    Py_BEGIN_ALLOW_THREADS status =
        qm_analyze_stream(((engine_object *)self)->engine, stream, column, table, &out, &err);
    Py_END_ALLOW_THREADS return status == QM_OK ? stream_capsule(&out)
                                                : raise_status(state_of(self), status, &err, NULL);
}

static PyObject *engine_convert(PyObject *self, PyObject *arguments)
{
    long long coefficient;
    short exponent;
    const char *from, *to;
    qm_error err = {0};
    qm_value out;
    if (!PyArg_ParseTuple(arguments, "Lhss:convert", &coefficient, &exponent, &from, &to))
        return NULL;
    qm_value value = {.coefficient = coefficient, .exponent = exponent, .type = QM_VALUE_NUMBER};
    int status = qm_unit_convert(((engine_object *)self)->engine, &value, from, to, &out, &err);
    if (status != QM_OK) return raise_status(state_of(self), status, &err, NULL);
    return value_object(state_of(self), &out);
}

static PyMethodDef engine_methods[] = {
    {"analyze", engine_analyze, METH_O,
     "analyze($self, texts, /)\n--\n\nA tuple of str and None as one chunk."},
    {"analyze_array", engine_analyze_array, METH_VARARGS,
     "analyze_array($self, schema, array, column, /)\n--\n\nAn Arrow array of strings as one "
     "chunk."},
    {"analyze_next", engine_analyze_next, METH_VARARGS,
     "analyze_next($self, stream, column, /)\n--\n\nThe next batch of an Arrow stream as a chunk; "
     "None at its end."},
    {"stream", engine_stream, METH_VARARGS,
     "stream($self, stream, column, table, /)\n--\n\nA stream of texts in, a stream of one table "
     "out."},
    {"segment", engine_segment, METH_VARARGS,
     "segment($self, texts, spaces, /)\n--\n\nThe words of a str, or of each str of a tuple."},
    {"convert", engine_convert, METH_VARARGS,
     "convert($self, coefficient, exponent, source, target, /)\n--\n\nA number in another unit."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot engine_slots[] = {
    {Py_tp_doc, (void *)"Engine(models, settings, /)\n--\n\nModels and settings, frozen."},
    {Py_tp_new, engine_new},
    {Py_tp_dealloc, engine_dealloc},
    {Py_tp_traverse, object_traverse},
    {Py_tp_methods, engine_methods},
    {0, NULL}};

PyType_Spec engine_spec = {
    .name = "qianmo._qianmo.Engine",
    .basicsize = sizeof(engine_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = engine_slots,
};
