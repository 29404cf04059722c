/* Numbers as decimal digits, without the way through printf. */
#ifndef QM_DIGITS_H
#define QM_DIGITS_H

#include <stdint.h>
#include <string.h>

static const char qm_digit_pairs[] = "00010203040506070809101112131415161718192021222324"
                                     "25262728293031323334353637383940414243444546474849"
                                     "50515253545556575859606162636465666768697071727374"
                                     "75767778798081828384858687888990919293949596979899";

static inline char *qm_put_pair(char *to, uint32_t number)
{
    memcpy(to, qm_digit_pairs + (size_t)2 * number, 2);
    return to + 2;
}

/* Digits of a number below 10000, at least `least` of them (1 to 4). */
static inline char *qm_put_four(char *to, uint32_t number, int least)
{
    uint32_t high = number / 100, low = number % 100;
    if (least > 3 || high >= 10) to = qm_put_pair(to, high);
    else if (least > 2 || high > 0) *to++ = (char)('0' + high);
    else if (least < 2 && low < 10) return *to = (char)('0' + low), to + 1;
    return qm_put_pair(to, low);
}

/* At most 20 digits; returns where they end. */
static inline char *qm_put_u64(char *to, uint64_t number)
{
    if (number < 10000) return qm_put_four(to, (uint32_t)number, 1);
    to = qm_put_u64(to, number / 10000);
    return qm_put_four(to, (uint32_t)(number % 10000), 4);
}

static inline char *qm_put_u32(char *to, uint32_t number)
{
    if (number < 10000) return qm_put_four(to, number, 1);
    return qm_put_u64(to, number);
}

#endif
