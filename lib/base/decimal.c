#include "base/base.h"

#include <stdio.h>

/* 128-bit intermediates keep every exact result exact; what does not fit at the end is refused. */
__extension__ typedef __int128 wide;

static bool narrow(wide coefficient, int exponent, qm_value *out)
{
    /* Divisions of 128 bits are slow: they end as soon as 64 are enough. */
    while ((coefficient > INT64_MAX || coefficient < -INT64_MAX) && coefficient % 10 == 0) {
        coefficient /= 10;
        exponent++;
    }
    if (coefficient > INT64_MAX || coefficient < -INT64_MAX) return false;
    int64_t small = (int64_t)coefficient;
    while (small != 0 && small % 10 == 0) {
        small /= 10;
        exponent++;
    }
    if (small == 0) exponent = 0;
    if (exponent > INT16_MAX || exponent < INT16_MIN) return false;
    *out = qm_number(small, exponent);
    return true;
}

qm_value qm_number_normal(qm_value value)
{
    qm_value out = value;
    narrow(value.coefficient, value.exponent, &out);
    return out;
}

/* Writes both with the smaller exponent; false when a coefficient grows beyond 128 bits. */
static bool align(qm_value a, qm_value b, wide *x, wide *y, int *exponent)
{
    a = qm_number_normal(a);
    b = qm_number_normal(b);
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
    if (a.coefficient == 0) return *out = qm_number_normal(b), true;
    if (b.coefficient == 0) return *out = qm_number_normal(a), true;
    return align(a, b, &x, &y, &exponent) && narrow(x + y, exponent, out);
}

bool qm_number_multiply(qm_value a, qm_value b, qm_value *out)
{
    return narrow((wide)a.coefficient * b.coefficient, a.exponent + b.exponent, out);
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
    /* A denominator of 2s and 5s alone needs at most 63 more decimal places. */
    for (int places = 0; product % denominator != 0; places++) {
        wide limit = (wide)1 << 122;
        if (places == 63 || product > limit || product < -limit) return false;
        product *= 10;
        exponent--;
    }
    return narrow(product / denominator, exponent, out);
}

int qm_number_compare(qm_value a, qm_value b)
{
    wide x, y;
    int exponent;
    int sign_a = (a.coefficient > 0) - (a.coefficient < 0);
    int sign_b = (b.coefficient > 0) - (b.coefficient < 0);
    if (sign_a != sign_b || sign_a == 0) return (sign_a > sign_b) - (sign_a < sign_b);
    if (align(a, b, &x, &y, &exponent)) return (x > y) - (x < y);
    /* More than 19 places apart: the larger exponent has the larger magnitude. */
    a = qm_number_normal(a);
    b = qm_number_normal(b);
    return a.exponent > b.exponent ? sign_a : -sign_a;
}

/* Digits of a non-negative coefficient with its decimal point put in. */
static size_t number_text(const qm_value *value, char *out)
{
    char digits[24];
    uint64_t magnitude =
        value->coefficient < 0 ? 0 - (uint64_t)value->coefficient : (uint64_t)value->coefficient;
    int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)magnitude);
    char *p = out;
    int exponent = value->exponent;
    if (value->coefficient < 0) *p++ = '-';
    if (exponent > 18 || exponent < -24) /* nobody reads 40 zeros: scientific, still exact */
        return (size_t)(p - out) + (size_t)sprintf(p, "%sE%d", digits, exponent);
    int point = n + exponent; /* digits before the point */
    if (point <= 0) {
        *p++ = '0';
        if (exponent < 0) *p++ = '.';
        for (int i = point; i < 0; i++) *p++ = '0';
    }
    for (int i = 0; i < n; i++) {
        if (i == point && i > 0) *p++ = '.';
        *p++ = digits[i];
    }
    for (int i = n; i < point; i++) *p++ = '0';
    *p = '\0';
    return (size_t)(p - out);
}

static size_t date_text(int64_t fields, char *out)
{
    int year = (int)(fields / 10000), month = (int)(fields / 100 % 100), day = (int)(fields % 100);
    if (year && day) return (size_t)sprintf(out, "%04d-%02d-%02d", year, month, day);
    if (year && month) return (size_t)sprintf(out, "%04d-%02d", year, month);
    if (year) return (size_t)sprintf(out, "%04d", year);
    if (month && day) return (size_t)sprintf(out, "--%02d-%02d", month, day);
    if (month) return (size_t)sprintf(out, "--%02d", month);
    return (size_t)sprintf(out, "---%02d", day);
}

static size_t time_text(const qm_value *value, char *out)
{
    int hour = (int)(value->coefficient / 10000), minute = (int)(value->coefficient / 100 % 100);
    int second = (int)(value->coefficient % 100);
    if (value->exponent == 2) return (size_t)sprintf(out, "%02d:%02d:%02d", hour, minute, second);
    return (size_t)sprintf(out, "%02d:%02d", hour, minute);
}

size_t qm_value_text(const qm_value *value, char *text, size_t size)
{
    char full[64] = "";
    size_t n = 0;
    qm_value number;
    switch (value->type) {
    case QM_VALUE_NUMBER:
        number = qm_number_normal(*value);
        n = number_text(&number, full);
        break;
    case QM_VALUE_DATE: n = date_text(value->coefficient, full); break;
    case QM_VALUE_TIME: n = time_text(value, full); break;
    default: break;
    }
    if (size) {
        size_t kept = n < size ? n : size - 1;
        memcpy(text, full, kept);
        text[kept] = '\0';
    }
    return n;
}
