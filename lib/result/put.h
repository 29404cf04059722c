/* JSON into the caller's buffer with as few questions about room as can be.
 *
 * Functions take the place to write to and return the one behind what they wrote. Behind every
 * text that is not empty, and wherever qm_put_room was asked, there is room for QM_PUT_SLACK bytes:
 * the keys, numbers and marks of a row are written without asking. Where there is no memory,
 * writing begins again at the start of the document: nothing is written outside the buffer, and
 * what is in it is not kept. */
#ifndef QM_PUT_H
#define QM_PUT_H

#include "base/base.h"
#include "base/digits.h"

#define QM_PUT_SLACK 1024

typedef struct qm_put {
    qm_buffer *out;
    size_t before; /* size of the buffer before */
    char *limit;   /* where texts end at the latest: room - QM_PUT_SLACK */
    int status;    /* the first failure */
} qm_put;

/* The place to begin at; NULL when there is no memory. */
char *qm_put_begin(qm_put *put, qm_buffer *out);
/* Makes room for n bytes and the slack, or sets the status and begins again. */
char *qm_put_grow(qm_put *put, char *to, size_t n);
/* Up to here the buffer is filled; a failure takes everything back. */
int qm_put_end(qm_put *put, char *to);

static inline char *qm_put_room(qm_put *put, char *to, size_t n)
{
    return put->limit - to < (ptrdiff_t)n ? qm_put_grow(put, to, n) : to;
}

static inline char *qm_put_bytes(char *to, const char *bytes, size_t n)
{
    memcpy(to, bytes, n);
    return to + n;
}
#define QM_PUT(to, literal) qm_put_bytes((to), (literal), sizeof(literal) - 1)

/* High bits of the bytes that cannot stay as they are: the lowest one set is right, those above it
 * may be wrong. */
static inline uint64_t qm_special_bytes(uint64_t bytes, uint64_t doubtful)
{
    uint64_t quote = bytes ^ QM_EACH_BYTE('"'), slash = bytes ^ QM_EACH_BYTE('\\');
    uint64_t low = (bytes - QM_EACH_BYTE(0x20)) & ~bytes;
    quote = (quote - QM_EACH_BYTE(1)) & ~quote;
    slash = (slash - QM_EACH_BYTE(1)) & ~slash;
    return (low | quote | slash | (bytes & doubtful)) & QM_EACH_BYTE(0x80);
}

/* As a string in quotes, escaped. doubtful: bytes that are not UTF-8 may be among it; each
 * ill-formed piece becomes U+FFFD. */
char *qm_put_text(qm_put *put, char *to, qm_bytes text, bool doubtful);

/* The same for a word: eight bytes at the most, and eight can be read. */
static inline char *qm_put_word(qm_put *put, char *to, qm_bytes text, bool doubtful)
{
    uint64_t bytes, own = text.size < 8 ? (UINT64_C(1) << 8 * text.size) - 1 : UINT64_MAX;
    memcpy(&bytes, text.data, 8);
    uint64_t doubt = doubtful ? QM_EACH_BYTE(0x80) : 0;
    if (put->limit < to || (qm_special_bytes(qm_little_endian(bytes), doubt) & own))
        return qm_put_text(put, to, text, doubtful);
    *to++ = '"';
    memcpy(to, &bytes, 8);
    to += text.size;
    *to++ = '"';
    return to;
}

#endif
