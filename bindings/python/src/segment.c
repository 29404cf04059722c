#include "binding.h"

#include <stdlib.h>

/* Words as lists of str, fast: most words of a text were met before, and their str is used again
 * instead of made. */

#define CACHE_BITS 15
#define AHEAD 32
#define BATCH_POINTS (16u << 10) /* small enough for the caches of the processor */

enum { TOKEN_SPACE = 2 }; /* of the column "flags" */

typedef struct cached_word {
    uint64_t key; /* up to three code points of 21 bits; 0: empty */
    PyObject *word;
} cached_word;

struct word_cache {
    cached_word at[1 << CACHE_BITS];
};

void word_cache_free(word_cache *cache)
{
    if (!cache) return;
    for (size_t i = 0; i < (size_t)1 << CACHE_BITS; i++) Py_XDECREF(cache->at[i].word);
    free(cache);
}

/* 0 where the word is too long for a key, or is a NUL. */
static uint64_t key_of(const Py_UCS4 *points, uint32_t length)
{
    switch (length) {
    case 1: return points[0];
    case 2: return points[0] | (uint64_t)points[1] << 21;
    case 3: return points[0] | (uint64_t)points[1] << 21 | (uint64_t)points[2] << 42;
    default: return 0;
    }
}

static cached_word *slot_of(word_cache *cache, uint64_t key)
{
    return &cache->at[key * 0x9E3779B97F4A7C15u >> (64 - CACHE_BITS)];
}

static PyObject *word_object(word_cache *cache, PyObject *text, uint64_t key, uint32_t start,
                             uint32_t end)
{
    if (key == 0) return PyUnicode_Substring(text, start, end);
    cached_word *slot = slot_of(cache, key);
    if (slot->key == key) return Py_NewRef(slot->word);
    PyObject *word = PyUnicode_Substring(text, start, end);
    if (!word) return NULL;
    PyObject *before = slot->word;
    slot->key = key;
    slot->word = Py_NewRef(word);
    Py_XDECREF(before);
    return word;
}

/* The tokens of a batch. */
typedef struct token_columns {
    const uint32_t *starts, *ends;
    const uint8_t *flags;
    const int32_t *offsets;
} token_columns;

static bool find_tokens(const qm_result *result, token_columns *out)
{
    qm_column start, end, flags;
    if (qm_result_find(result, QM_TOKENS, "start", &start) != QM_OK ||
        qm_result_find(result, QM_TOKENS, "end", &end) != QM_OK ||
        qm_result_find(result, QM_TOKENS, "flags", &flags) != QM_OK) {
        PyErr_SetString(PyExc_SystemError, "the table of tokens is not as expected");
        return false;
    }
    *out = (token_columns){start.data, end.data, flags.data, qm_result_offsets(result, QM_TOKENS)};
    return true;
}

static Py_ssize_t count_words(const token_columns *t, size_t document, bool spaces)
{
    Py_ssize_t count = 0;
    for (int32_t i = t->offsets[document]; i < t->offsets[document + 1]; i++)
        count += spaces || !(t->flags[i] & TOKEN_SPACE);
    return count;
}

/* The keys of tokens [from, to). Most of the time goes into waiting for slots and words to come
 * from memory; here they are all called at once. */
static void find_keys(word_cache *cache, const token_columns *t, int32_t from, int32_t to,
                      const Py_UCS4 *points, uint64_t keys[AHEAD])
{
    for (int32_t i = from; i < to; i++) {
        uint64_t key = key_of(points + t->starts[i], t->ends[i] - t->starts[i]);
        keys[i - from] = key;
        __builtin_prefetch(slot_of(cache, key));
    }
    for (int32_t i = from; i < to; i++) __builtin_prefetch(slot_of(cache, keys[i - from])->word, 1);
}

static PyObject *words_list(word_cache *cache, const token_columns *t, size_t document,
                            PyObject *text, const Py_UCS4 *points, bool spaces)
{
    PyObject *list = PyList_New(count_words(t, document, spaces));
    int32_t first = t->offsets[document], last = t->offsets[document + 1];
    uint64_t keys[AHEAD] = {0};
    Py_ssize_t at = 0;
    if (!list) return NULL;
    for (int32_t i = first; i < last; i++) {
        int32_t ahead = (i - first) % AHEAD;
        if (ahead == 0) find_keys(cache, t, i, last - i < AHEAD ? last : i + AHEAD, points, keys);
        if (t->flags[i] & TOKEN_SPACE && !spaces) continue;
        PyObject *word = word_object(cache, text, keys[ahead], t->starts[i], t->ends[i]);
        if (!word || PyList_SetItem(list, at++, word) < 0) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

/* Adds texts [from, ...) of the tuple until there are enough for a batch; gives the next one. */
static Py_ssize_t fill_batch(texts *t, PyObject *tuple, Py_ssize_t from)
{
    Py_ssize_t count = PyTuple_Size(tuple);
    texts_clear(t);
    while (from < count && t->count < BATCH_POINTS)
        if (!texts_add(t, PyTuple_GetItem(tuple, from++))) return -1;
    return from;
}

static bool run_batch(engine_object *engine, worker *w)
{
    qm_error err = {0};
    const texts *t = &w->texts;
    int status;
    Py_BEGIN_ALLOW_THREADS status = w->result ? QM_OK : qm_result_new(&w->result, NULL, &err);
    if (status == QM_OK)
        status = qm_analyze_offsets64(w->analyzer, t->bytes, t->ends, t->texts, w->result, &err);
    Py_END_ALLOW_THREADS if (status != QM_OK)
        raise_status(state_of((PyObject *)engine), status, &err, NULL);
    return status == QM_OK;
}

/* Puts the words of texts [from, ...) of the tuple into the list; gives the next one, or -1. */
static Py_ssize_t segment_batch(engine_object *engine, worker *w, PyObject *tuple, Py_ssize_t from,
                                bool spaces, PyObject *list)
{
    token_columns t;
    Py_ssize_t next = fill_batch(&w->texts, tuple, from);
    if (next < 0 || !run_batch(engine, w) || !find_tokens(w->result, &t)) return -1;
    /* Lists of str alone make no cycles: looking for some among them would take a fifth of the
     * time. Nothing else runs meanwhile: the GIL is held. */
    int collects = PyGC_Disable();
    Py_ssize_t done = from;
    while (done < next) {
        size_t document = (size_t)(done - from);
        const Py_UCS4 *points = w->texts.points + w->texts.firsts[document];
        PyObject *words =
            words_list(engine->words, &t, document, PyTuple_GetItem(tuple, done), points, spaces);
        if (!words || PyList_SetItem(list, done, words) < 0) break;
        done++;
    }
    if (collects) PyGC_Enable();
    return done == next ? next : -1;
}

static PyObject *segment_all(engine_object *engine, PyObject *tuple, bool spaces)
{
    PyObject *list = PyList_New(PyTuple_Size(tuple));
    worker *w = list ? worker_take(engine) : NULL;
    Py_ssize_t at = 0;
    if (w) {
        w->texts.keeps_points = true;
        while (at >= 0 && at < PyTuple_Size(tuple))
            at = segment_batch(engine, w, tuple, at, spaces, list);
        worker_give(engine, w);
    }
    if (w && at >= 0) return list;
    Py_XDECREF(list);
    return NULL;
}

PyObject *engine_segment(PyObject *self, PyObject *arguments)
{
    engine_object *engine = (engine_object *)self;
    PyObject *what;
    int spaces;
    if (!PyArg_ParseTuple(arguments, "Op:segment", &what, &spaces)) return NULL;
    if (!engine->words && !(engine->words = calloc(1, sizeof *engine->words)))
        return PyErr_NoMemory();
    if (PyTuple_Check(what)) return segment_all(engine, what, spaces);
    PyObject *tuple = PyTuple_Pack(1, what);
    PyObject *list = tuple ? segment_all(engine, tuple, spaces) : NULL;
    PyObject *words = list ? Py_NewRef(PyList_GetItem(list, 0)) : NULL;
    Py_XDECREF(list);
    Py_XDECREF(tuple);
    return words;
}
