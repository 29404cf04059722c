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
#include "base/utf8.h"

#define QM_PUT_SLACK 2048

/* For the few functions that write a row of the longest table. */
#define QM_ALWAYS_INLINE inline __attribute__((always_inline))

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

static QM_ALWAYS_INLINE char *qm_put_room(qm_put *put, char *to, size_t n)
{
    return put->limit - to < (ptrdiff_t)n ? qm_put_grow(put, to, n) : to;
}

static inline char *qm_put_bytes(char *to, const char *bytes, size_t n)
{
    memcpy(to, bytes, n);
    return to + n;
}
/* A literal of the program is written in as few pieces as can be, and with what pads it: there is
 * room for it. */
#define QM_PUT_PADDED(n) ((n) <= 4 ? 4 : (n) <= 8 ? 8 : (n) <= 16 ? 16 : (n) <= 32 ? 32 : (n))
#define QM_PUT(to, literal) \
    qm_put_literal((to), literal "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", sizeof(literal) - 1)
static QM_ALWAYS_INLINE char *qm_put_literal(char *to, const char *padded, size_t n)
{
    memcpy(to, padded, QM_PUT_PADDED(n));
    return to + n;
}

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

/* The same of sixteen bytes, and only whether there are any. */
static inline bool qm_special_block(qm_block bytes, qm_block doubtful)
{
    return qm_block_any((qm_block)(bytes < 0x20) | (qm_block)(bytes == '"') |
                        (qm_block)(bytes == '\\') | (bytes & doubtful));
}

/* As a string in quotes, escaped. doubtful: bytes that are not UTF-8 may be among it; each
 * ill-formed piece becomes U+FFFD. */
char *qm_put_text(qm_put *put, char *to, qm_bytes text, bool doubtful);

/* The same for a word: sixteen bytes at the most, and sixteen can be read. There is room for it as
 * for a number. */
static QM_ALWAYS_INLINE char *qm_put_word(qm_put *put, char *to, qm_bytes text, bool doubtful)
{
    static const uint8_t high_bits[32] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
                                          0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80};
    qm_block bytes = qm_block_load(text.data);
    qm_block ascii = ~bytes & qm_block_load(high_bits + 16 - text.size);
    if (doubtful || qm_block_any(ascii)) return qm_put_text(put, to, text, doubtful);
    *to = '"';
    memcpy(to + 1, &bytes, sizeof bytes);
    to[text.size + 1] = '"';
    return to + text.size + 2;
}

/* ---- numbers that grow by little from one to the next ---- */

/* A number below 10^8 with its digits, the first one lowest; most of those that follow it need only
 * their last digit changed. Above that there are no digits, and the number is QM_NONE. */
typedef struct qm_counter {
    uint64_t digits;
    uint32_t number, length;
    uint32_t last; /* where the last digit stands among the bits of the digits */
    uint32_t more; /* as much can be added to it */
} qm_counter;

static inline uint64_t qm_two_digits(uint32_t number)
{
    const uint8_t *pair = (const uint8_t *)qm_digit_pairs + (size_t)2 * number;
    return pair[0] | (uint64_t)pair[1] << 8;
}

static inline uint64_t qm_four_digits(uint32_t number)
{
    return qm_two_digits(number / 100) | qm_two_digits(number % 100) << 16;
}

static inline qm_counter qm_counter_at(uint32_t number)
{
    if (number > 99999999) return (qm_counter){.number = QM_NONE};
    uint64_t digits = qm_four_digits(number / 10000) | qm_four_digits(number % 10000) << 32;
    uint64_t zeros = digits ^ QM_EACH_BYTE('0');
    uint32_t skip = zeros ? (uint32_t)__builtin_ctzll(zeros) / 8 : 7;
    return (qm_counter){digits >> 8 * skip, number, 8 - skip, 8 * (7 - skip), 9 - number % 10};
}

/* By more than its last digit can take, but less than ten: nine times of ten only the last two
 * digits change. */
static inline void qm_counter_carry(qm_counter *counter, uint32_t more)
{
    uint32_t last = counter->last;
    if (more > 9 || last == 0 || (counter->digits >> (last - 8) & 0xFF) == '9') {
        *counter = qm_counter_at(counter->number + more);
        return;
    }
    counter->digits += (UINT64_C(1) << (last - 8)) - ((uint64_t)(10 - more) << last);
    counter->number += more;
    counter->more += 10 - more;
}

/* A place in a text, which is never QM_NONE. */
static QM_ALWAYS_INLINE char *qm_put_counter(char *to, qm_counter *counter, uint32_t number)
{
    uint32_t more = number - counter->number;
    if (more <= counter->more) {
        counter->digits += (uint64_t)more << counter->last;
        counter->number = number;
        counter->more -= more;
    } else {
        qm_counter_carry(counter, more);
        if (!counter->length) return qm_put_u32(to, number);
    }
    uint64_t stored = qm_little_endian(counter->digits);
    memcpy(to, &stored, 8);
    return to + counter->length;
}

#endif
