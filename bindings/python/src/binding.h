/* What the files of the extension share. Only the limited API: one wheel for 3.11 and later.
 *
 * Whatever works on text lets go of the GIL meanwhile. While it is held, and only then, the pools
 * of an engine are touched. */
#ifndef QM_BINDING_H
#define QM_BINDING_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <qianmo/arrow.h>
#include <qianmo/qianmo.h>

#include <stdbool.h>
#include <string.h>

typedef struct module_state {
    PyTypeObject *models_type, *engine_type, *chunk_type, *column_type;
    PyObject *error;   /* qianmo.Error */
    PyObject *decimal; /* decimal.Decimal */
    PyObject *date;    /* datetime.date */
} module_state;

/* The types are final, so that the module of an object is that of its type. */
static inline module_state *state_of(PyObject *self)
{
    return PyType_GetModuleState(Py_TYPE(self));
}

/* ---- errors and values: values.c ---- */

/* Sets the exception for a status and gives NULL. path: the file it is about, or NULL. */
PyObject *raise_status(module_state *state, int status, const qm_error *err, const char *path);
/* int or Decimal, date where year, month and day are given, else text; None for no value. */
PyObject *value_object(module_state *state, const qm_value *value);
PyObject *number_parse(PyObject *module, PyObject *text);
PyObject *number_format(PyObject *module, PyObject *arguments);
/* malloc, free and nothing else; a new object of a type of ours, zeroed but for its head. */
void *grow(void *at, size_t *room, size_t need, size_t width);
PyObject *object_new(PyTypeObject *type);
void object_free(PyObject *self);
int object_traverse(PyObject *self, visitproc visit, void *arg);

/* ---- texts: texts.c ---- */

/* Texts of Python as UTF-8, one behind the other, and as the code points they are made of. */
typedef struct texts {
    char *bytes;
    size_t size, bytes_room;
    Py_UCS4 *points; /* of all texts, or, unless they are kept, of the last one */
    size_t count, points_room;
    int64_t *ends;  /* in bytes: text i is [ends[i], ends[i + 1]) */
    size_t *firsts; /* in code points, likewise */
    size_t texts, ends_room, firsts_room;
    bool keeps_points;
} texts;

void texts_clear(texts *t);
void texts_free(texts *t);
/* None, and NaN as pandas has it: no text. */
bool is_nothing(PyObject *text);
/* Adds a str, or nothing at all where there is none. Lone surrogates become U+FFFD: as many code
 * points, and well-formed. False with an exception set. */
bool texts_add(texts *t, PyObject *text);

/* ---- models and engines: models.c, engine.c, segment.c ---- */

#define MODELS_MAX 64

typedef struct models_object {
    PyObject_HEAD qm_model *at[MODELS_MAX];
    size_t count;
} models_object;

/* What one thread needs; idle ones wait in their engine. */
typedef struct worker {
    struct worker *next;
    qm_analyzer *analyzer;
    qm_result *result; /* of segment() alone: others keep what they get */
    texts texts;
} worker;

typedef struct word_cache word_cache;

typedef struct engine_object {
    PyObject_HEAD qm_engine *engine;
    int64_t offsets; /* qm_offset_unit */
    worker *idle;
    word_cache *words; /* the str of words that segment() met; made by its first call */
} engine_object;

/* NULL with an exception set. */
worker *worker_take(engine_object *self);
void worker_give(engine_object *self, worker *w);

PyObject *engine_segment(PyObject *self, PyObject *arguments);
void word_cache_free(word_cache *cache);

/* ---- chunks of documents: chunk.c, rows.c ---- */

/* The texts of an Arrow array; it is ours to release. */
typedef struct strings {
    struct ArrowArray array;
    qm_strings where;
} strings;

typedef struct chunk_object {
    PyObject_HEAD qm_result *result;
    PyObject *texts; /* tuple of str and None, or NULL: in strings */
    strings strings;
    int64_t offsets;
} chunk_object;

/* Takes over result, and *strings unless it is NULL; texts is borrowed. */
PyObject *chunk_new(module_state *state, qm_result *result, PyObject *texts, strings *strings,
                    int64_t offsets);
/* The text of a document that stands in an Arrow array. */
qm_bytes chunk_bytes(const chunk_object *self, size_t document);
/* The text of a document as a new str. */
PyObject *chunk_text(chunk_object *self, size_t document);
PyObject *chunk_row(PyObject *self, PyObject *arguments);
PyObject *chunk_names(PyObject *self, PyObject *arguments);
bool check_document(chunk_object *self, Py_ssize_t document);
bool check_table(int table);

/* ---- Arrow: arrow.c ---- */

PyObject *schema_capsule(struct ArrowSchema *schema);
PyObject *array_capsule(struct ArrowArray *array);
PyObject *stream_capsule(struct ArrowArrayStream *stream);
/* ---- tables out: stream.c ---- */

/* One table, or the rows of one document in it unless that is -1. */
int export_table(qm_result *result, int table, int32_t first, Py_ssize_t document,
                 struct ArrowSchema *schema, struct ArrowArray *array, qm_error *err);
PyObject *chunks_stream(PyObject *module, PyObject *arguments);

extern PyType_Spec models_spec, engine_spec, chunk_spec, column_spec;

#endif
