#include "base/base.h"
#include "base/digits.h"

/* 128-bit intermediates keep every exact result exact; what does not fit at the end is refused. */
__extension__ typedef __int128 wide;

/* The coefficient without the zeros at its end. */
static bool store(int64_t coefficient, int exponent, qm_value *out)
{
    /* What is odd ends with no zero: half of all numbers cost no division. */
    while (!(coefficient & 1) && coefficient != 0 && coefficient % 10 == 0) {
        coefficient /= 10;
        exponent++;
    }
    if (coefficient == 0) exponent = 0;
    if (exponent > INT16_MAX || exponent < INT16_MIN) return false;
    *out = qm_number(coefficient, exponent);
    return true;
}

/* Divisions of 128 bits are slow: they are done only where 64 are not enough. */
static bool is_small(wide x)
{
    return x <= INT64_MAX && x >= -INT64_MAX;
}

static wide quotient(wide x, int64_t by)
{
    return is_small(x) ? (int64_t)x / by : x / by;
}

static wide remainder_of(wide x, int64_t by)
{
    return is_small(x) ? (int64_t)x % by : x % by;
}

static bool narrow(wide coefficient, int exponent, qm_value *out)
{
    while (!is_small(coefficient) && coefficient % 10 == 0) {
        coefficient /= 10;
        exponent++;
    }
    return is_small(coefficient) && store((int64_t)coefficient, exponent, out);
}

qm_value qm_number_normal(qm_value value)
{
    qm_value out = value;
    store(value.coefficient, value.exponent, &out);
    return out;
}

/* Writes both with the smaller exponent; false when a coefficient grows beyond 128 bits. */
static bool align(qm_value a, qm_value b, wide *x, wide *y, int *exponent)
{
    if (a.exponent - b.exponent > 19 || b.exponent - a.exponent > 19) {
        a = qm_number_normal(a);
        b = qm_number_normal(b);
    }
    *x = a.coefficient;
    *y = b.coefficient;
    *exponent = a.exponent < b.exponent ? a.exponent : b.exponent;
    int up_a = a.coefficient ? a.exponent - *exponent : 0;
    int up_b = b.coefficient ? b.exponent - *exponent : 0;
    if (up_a > 19 || up_b > 19) return false;
    while (up_a--) *x *= 10;
    while (up_b--) *y *= 10;
    return true;
}

bool qm_number_add(qm_value a, qm_value b, qm_value *out)
{
    wide x, y;
    int exponent;
    int64_t sum;
    if (a.exponent == b.exponent && !__builtin_add_overflow(a.coefficient, b.coefficient, &sum) &&
        sum != INT64_MIN && store(sum, a.exponent, out))
        return true;
    if (a.coefficient == 0) return *out = qm_number_normal(b), true;
    if (b.coefficient == 0) return *out = qm_number_normal(a), true;
    return align(a, b, &x, &y, &exponent) && narrow(x + y, exponent, out);
}

bool qm_number_multiply(qm_value a, qm_value b, qm_value *out)
{
    int64_t product;
    if (!__builtin_mul_overflow(a.coefficient, b.coefficient, &product) && product != INT64_MIN)
        return store(product, a.exponent + b.exponent, out);
    return narrow((wide)a.coefficient * b.coefficient, a.exponent + b.exponent, out);
}

/* What of a denominator has to divide the numerator for the decimal to be finite. */
static int64_t without_two_and_five(int64_t x)
{
    while (!(x & 1)) x >>= 1;
    while (x % 5 == 0) x /= 5;
    return x;
}

bool qm_number_scale(qm_value value, int64_t numerator, int64_t denominator, qm_value *out)
{
    if (denominator == 0) return false;
    if (denominator < 0) {
        if (denominator == INT64_MIN || numerator == INT64_MIN) return false;
        numerator = -numerator;
        denominator = -denominator;
    }
    wide product = (wide)value.coefficient * numerator;
    int exponent = value.exponent;
    if (denominator == 1) return narrow(product, exponent, out);
    if (remainder_of(product, without_two_and_five(denominator)) != 0) return false;
    /* A denominator of 2s and 5s alone needs at most 63 more decimal places. */
    for (int places = 0; remainder_of(product, denominator) != 0; places++) {
        wide limit = (wide)1 << 122;
        if (places == 63 || product > limit || product < -limit) return false;
        product *= 10;
        exponent--;
    }
    return narrow(quotient(product, denominator), exponent, out);
}

int qm_number_compare(qm_value a, qm_value b)
{
    wide x, y;
    int exponent;
    int sign_a = (a.coefficient > 0) - (a.coefficient < 0);
    int sign_b = (b.coefficient > 0) - (b.coefficient < 0);
    if (sign_a != sign_b || sign_a == 0) return (sign_a > sign_b) - (sign_a < sign_b);
    if (a.exponent == b.exponent)
        return (a.coefficient > b.coefficient) - (a.coefficient < b.coefficient);
    if (align(a, b, &x, &y, &exponent)) return (x > y) - (x < y);
    /* More than 19 places apart: the larger exponent has the larger magnitude. */
    a = qm_number_normal(a);
    b = qm_number_normal(b);
    return a.exponent > b.exponent ? sign_a : -sign_a;
}

static char *put_signed(char *p, int64_t number)
{
    if (number < 0) *p++ = '-';
    return qm_put_u64(p, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

static char *put_zeros(char *p, int count)
{
    while (count-- > 0) *p++ = '0';
    return p;
}

/* The coefficient with its decimal point put in. */
static char *put_number(char *p, const qm_value *value)
{
    int exponent = value->exponent;
    char digits[24];
    if (value->coefficient < 0) *p++ = '-';
    uint64_t coefficient =
        value->coefficient < 0 ? 0 - (uint64_t)value->coefficient : (uint64_t)value->coefficient;
    int n = (int)(qm_put_u64(digits, coefficient) - digits);
    if (exponent > 18 || exponent < -24) { /* nobody reads 40 zeros: scientific, still exact */
        memcpy(p, digits, (size_t)n);
        p[n] = 'E';
        return put_signed(p + n + 1, exponent);
    }
    int whole = n + exponent; /* digits before the point */
    if (exponent >= 0 || whole <= 0) {
        if (whole <= 0) {
            *p++ = '0';
            if (exponent < 0) *p++ = '.';
            p = put_zeros(p, -whole);
        }
        memcpy(p, digits, (size_t)n);
        return put_zeros(p + n, exponent);
    }
    memcpy(p, digits, (size_t)whole);
    p[whole] = '.';
    memcpy(p + whole + 1, digits + whole, (size_t)-exponent);
    return p + n + 1;
}

/* With zeros in front, as ISO 8601 has it. */
static char *put_padded(char *p, int64_t number, int width)
{
    if (number >= 0 && number < 10000) return qm_put_four(p, (uint32_t)number, width);
    return put_signed(p, number);
}

/* --04-07 and ---15: without what stands before them. */
static char *put_date(char *p, int64_t fields)
{
    int64_t year = fields / 10000, month = fields / 100 % 100, day = fields % 100;
    if (year) {
        p = put_padded(p, year, 4);
        if (!month && !day) return p;
    } else {
        *p++ = '-';
    }
    *p++ = '-';
    if (year || month) p = put_padded(p, month, 2);
    if (!day && (year || month)) return p;
    *p++ = '-';
    return put_padded(p, day, 2);
}

static char *put_time(char *p, const qm_value *value)
{
    p = put_padded(p, value->coefficient / 10000, 2);
    *p++ = ':';
    p = put_padded(p, value->coefficient / 100 % 100, 2);
    if (value->exponent != 2) return p;
    *p++ = ':';
    return put_padded(p, value->coefficient % 100, 2);
}

char *qm_put_value(char *to, const qm_value *value)
{
    qm_value number;
    switch (value->type) {
    case QM_VALUE_NUMBER: number = qm_number_normal(*value); return put_number(to, &number);
    case QM_VALUE_DATE: return put_date(to, value->coefficient);
    case QM_VALUE_TIME: return put_time(to, value);
    default: return to;
    }
}

size_t qm_value_text(const qm_value *value, char *text, size_t size)
{
    char full[QM_VALUE_LONGEST];
    size_t n = (size_t)(qm_put_value(full, value) - full);
    if (size) {
        size_t kept = n < size ? n : size - 1;
        memcpy(text, full, kept);
        text[kept] = '\0';
    }
    return n;
}
