/* Memory, errors, growable arrays, hashing: nothing Chinese. */
#ifndef QM_BASE_H
#define QM_BASE_H

#include <qianmo/qianmo.h>
#include <stdbool.h>
#include <string.h>

/* ---- memory ---- */

/* The allocator to use for what the caller gave; never NULL. */
const qm_allocator *qm_allocator_or_default(const qm_allocator *alloc);

static inline void *qm_resize(const qm_allocator *alloc, void *ptr, size_t old_size,
                              size_t new_size)
{
    return alloc->resize(alloc->ud, ptr, old_size, new_size);
}
void *qm_alloc_zero(const qm_allocator *alloc, size_t size);
static inline void qm_release(const qm_allocator *alloc, void *ptr, size_t size)
{
    if (ptr) alloc->resize(alloc->ud, ptr, size, 0);
}

/* ---- growable arrays: struct { T *at; size_t count, room; } ---- */

#define QM_ARRAY(T)         \
    struct {                \
        T *at;              \
        size_t count, room; \
    }

/* Makes room for `need` elements of `width` bytes; grows by half. QM_OK or QM_E_NOMEM. */
int qm_array_grow(const qm_allocator *alloc, void **at, size_t *room, size_t need, size_t width);

/* These evaluate to a status; on failure the array is as it was. */
#define qm_array_reserve(alloc, array, need)                                                 \
    ((need) <= (array)->room ? QM_OK                                                         \
                             : qm_array_grow((alloc), (void **)&(array)->at, &(array)->room, \
                                             (need), sizeof *(array)->at))
#define qm_array_push(alloc, array, value)                           \
    (qm_array_reserve((alloc), (array), (array)->count + 1) != QM_OK \
         ? QM_E_NOMEM                                                \
         : ((array)->at[(array)->count++] = (value), QM_OK))
#define qm_array_free(alloc, array)                                                             \
    (qm_release((alloc), (array)->at, (array)->room * sizeof *(array)->at), (array)->at = NULL, \
     (array)->count = (array)->room = 0)

typedef QM_ARRAY(uint32_t) qm_u32_array;
typedef QM_ARRAY(uint8_t) qm_u8_array;

/* ---- sorting: in place, no allocation; equal elements end up in any order ---- */

void qm_sort(void *at, size_t count, size_t width,
             int (*compare)(const void *a, const void *b, const void *context),
             const void *context);

/* ---- the caller's growing text buffer (qm_buffer of qianmo.h) ---- */

int qm_buffer_add(qm_buffer *buffer, const void *data, size_t size);
int qm_buffer_string(qm_buffer *buffer, const char *string);

/* ---- errors: fill in *err (may be NULL), return its code ---- */

int qm_fail(qm_error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
int qm_fail_sys(qm_error *err, int code, int sys, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
int qm_fail_offset(qm_error *err, int code, uint64_t offset, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
int qm_fail_line(qm_error *err, int code, uint32_t line, uint32_t column, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
int qm_fail_nomem(qm_error *err);
/* Puts what a failure was about, and a colon, before its message. */
void qm_error_name(qm_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- bytes and hashing ---- */

static inline qm_bytes qm_bytes_of(const char *string)
{
    return (qm_bytes){string, strlen(string)};
}
static inline bool qm_bytes_equal(qm_bytes a, qm_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}
/* Not for hostile keys where order matters; the same on every machine. */
uint64_t qm_hash(const void *data, size_t size, uint64_t seed);

/* Eight bytes as one number: the first is the lowest, whatever the machine. */
static inline uint64_t qm_little_endian(uint64_t bytes)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return __builtin_bswap64(bytes);
#else
    return bytes;
#endif
}
#define QM_EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* ---- exact decimals (qm_value of type QM_VALUE_NUMBER) ---- */

static inline qm_value qm_number(int64_t coefficient, int exponent)
{
    return (qm_value){
        .coefficient = coefficient, .exponent = (int16_t)exponent, .type = QM_VALUE_NUMBER};
}
/* Trailing zeros of the coefficient into the exponent; 0 is {0, 0}. */
qm_value qm_number_normal(qm_value value);
/* false when the exact result does not fit; *out untouched then. */
bool qm_number_add(qm_value a, qm_value b, qm_value *out);
bool qm_number_multiply(qm_value a, qm_value b, qm_value *out);
/* value * numerator / denominator, only if that is a finite decimal that fits. */
bool qm_number_scale(qm_value value, int64_t numerator, int64_t denominator, qm_value *out);
int qm_number_compare(qm_value a, qm_value b);
/* As qm_value_text has it, without a NUL; returns where it ends. */
#define QM_VALUE_LONGEST 64
char *qm_put_value(char *to, const qm_value *value);

#endif
