#include "binding.h"

#include <math.h>
#include <stdlib.h>

void texts_clear(texts *t)
{
    t->size = t->count = t->texts = 0;
}

void texts_free(texts *t)
{
    free(t->bytes);
    free(t->points);
    free(t->ends);
    free(t->firsts);
    *t = (texts){0};
}

static char *put_point(char *to, Py_UCS4 c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(0x80 | (c & 63));
    } else if (c < 0x10000) {
        if (c >= 0xD800 && c < 0xE000) c = 0xFFFD;
        *to++ = (char)(0xE0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 63));
        *to++ = (char)(0x80 | (c & 63));
    } else {
        *to++ = (char)(0xF0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 63));
        *to++ = (char)(0x80 | (c >> 6 & 63));
        *to++ = (char)(0x80 | (c & 63));
    }
    return to;
}

/* For one more text; every array has room for at least one element. */
static bool make_room(texts *t, size_t length)
{
    void *points = grow(t->points, &t->points_room, t->count + length + 1, sizeof *t->points);
    if (!points) return false;
    t->points = points;
    void *bytes = grow(t->bytes, &t->bytes_room, t->size + length * 4 + 1, 1);
    if (!bytes) return false;
    t->bytes = bytes;
    void *ends = grow(t->ends, &t->ends_room, t->texts + 2, sizeof *t->ends);
    if (!ends) return false;
    t->ends = ends;
    void *firsts = grow(t->firsts, &t->firsts_room, t->texts + 2, sizeof *t->firsts);
    if (!firsts) return false;
    t->firsts = firsts;
    return true;
}

bool is_nothing(PyObject *text)
{
    return text == Py_None || (PyFloat_Check(text) && isnan(PyFloat_AsDouble(text)));
}

bool texts_add(texts *t, PyObject *text)
{
    bool none = is_nothing(text);
    if (!none && !PyUnicode_Check(text)) {
        PyObject *type = PyType_GetName(Py_TYPE(text));
        if (type) PyErr_Format(PyExc_TypeError, "a text must be a str, not %U", type);
        Py_XDECREF(type);
        return false;
    }
    Py_ssize_t length = none ? 0 : PyUnicode_GetLength(text);
    if (!t->keeps_points) t->count = 0;
    if (length < 0 || !make_room(t, (size_t)length)) return false;
    Py_UCS4 *points = t->points + t->count;
    if (length && !PyUnicode_AsUCS4(text, points, length, 0)) return false;
    char *to = t->bytes + t->size;
    for (Py_ssize_t i = 0; i < length; i++) to = put_point(to, points[i]);
    t->ends[0] = 0;
    t->firsts[0] = 0;
    t->size = (size_t)(to - t->bytes);
    t->count += (size_t)length;
    t->texts++;
    t->ends[t->texts] = (int64_t)t->size;
    t->firsts[t->texts] = t->count;
    return true;
}
