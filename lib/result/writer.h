/* Text appended to the caller's buffer; the first failure stays, the rest does nothing. */
#ifndef QM_WRITER_H
#define QM_WRITER_H

#include "base/utf8.h"

typedef struct qm_writer {
    qm_buffer *out;
    int status;
} qm_writer;

/* Room for n more bytes, or NULL. */
static inline char *qm_write_room(qm_writer *w, size_t n)
{
    qm_buffer *out = w->out;
    if (w->status != QM_OK) return NULL;
    if (n > out->room - out->size)
        w->status = n > SIZE_MAX - out->size
                        ? QM_E_NOMEM
                        : qm_array_grow(qm_allocator_or_default(out->alloc), (void **)&out->data,
                                        &out->room, out->size + n, 1);
    return w->status == QM_OK ? out->data + out->size : NULL;
}

static inline void qm_write(qm_writer *w, const void *data, size_t n)
{
    char *to = qm_write_room(w, n);
    if (!to || n == 0) return;
    memcpy(to, data, n);
    w->out->size += n;
}

static inline void qm_write_string(qm_writer *w, const char *string)
{
    qm_write(w, string, strlen(string));
}

static inline void qm_write_u32(qm_writer *w, uint32_t number)
{
    char digits[10];
    size_t n = 0;
    do {
        digits[sizeof digits - ++n] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    qm_write(w, digits + sizeof digits - n, n);
}

/* Text as it is, but for ill-formed pieces: each becomes U+FFFD. */
static inline void qm_write_utf8(qm_writer *w, qm_bytes text)
{
    const uint8_t *p = text.data;
    size_t from = 0;
    bool well;
    for (size_t at = 0; at < text.size;) {
        uint32_t bytes = qm_utf8_step(p + at, text.size - at, &well);
        if (!well) {
            qm_write(w, p + from, at - from);
            qm_write_string(w, "\xEF\xBF\xBD");
            from = at + bytes;
        }
        at += bytes;
    }
    if (from < text.size) qm_write(w, p + from, text.size - from);
}

#endif
