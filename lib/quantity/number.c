#include "quantity/numeral.h"

/* qm_number_parse needs no model: it decodes and folds what numerals are made of by itself. */
enum { LONGEST = 256 };

/* One character of UTF-8; 0 bytes when it is ill-formed. */
static size_t decode(const uint8_t *s, size_t size, uint32_t *out)
{
    uint32_t c = s[0];
    size_t n = c < 0x80                ? 1
               : c >= 0xC2 && c < 0xE0 ? 2
               : c >= 0xE0 && c < 0xF0 ? 3
               : c >= 0xF0 && c < 0xF5 ? 4
                                       : 0;
    if (n == 0 || n > size) return 0;
    if (n > 1) c &= 0x3Fu >> (n - 1);
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xC0) != 0x80) return 0;
        c = c << 6 | (s[i] & 0x3Fu);
    }
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    if (c == 0x3000 || c == 0xA0) c = ' ';
    *out = c;
    return n;
}

typedef struct cursor {
    const uint32_t *chars;
    uint32_t at, end;
} cursor;

static bool take(cursor *c, const uint32_t *set)
{
    if (c->at >= c->end) return false;
    for (; *set; set++)
        if (c->chars[c->at] == *set) return c->at++, true;
    return false;
}

static const uint32_t yuan[] = {U'元', U'圆', U'圓', U'块', U'塊', 0};
static const uint32_t jiao[] = {U'角', U'毛', 0};
static const uint32_t fen[] = {U'分', 0};
static const uint32_t whole[] = {U'整', U'正', 0};
static const uint32_t dozen[] = {U'打', 0};
static const uint32_t piece[] = {U'个', U'個', 0};

/* Adds "numeral unit" worth `power` of ten; false when it is not there (the cursor stays). */
static bool take_part(cursor *c, const uint32_t *unit, int power, qm_value *sum)
{
    qm_numeral part;
    cursor before = *c;
    if (!qm_numeral_read(c->chars, c->at, c->end, QM_NUMERAL_EXACT, &part) || !part.low.type)
        return false;
    c->at = part.end;
    if (!take(c, unit)) return *c = before, false;
    part.low.exponent = (int16_t)(part.low.exponent + power);
    return qm_number_add(*sum, part.low, sum) || (*c = before, false);
}

/* What may stand behind the number: 元…角…分 整, 个, 打. */
static bool take_tail(cursor *c, qm_value *value)
{
    if (c->at == c->end) return true;
    if (take(c, dozen))
        return c->at == c->end && qm_number_multiply(*value, qm_number(12, 0), value);
    if (take(c, piece)) return c->at == c->end;
    if (take(c, yuan)) {
        take_part(c, jiao, -1, value);
        take_part(c, fen, -2, value);
    } else if (take(c, jiao)) {
        value->exponent--;
        take_part(c, fen, -2, value);
    } else {
        return false;
    }
    take(c, whole);
    return c->at == c->end;
}

static bool is_half(const cursor *c)
{
    const uint32_t *s = c->chars + c->at;
    uint32_t n = c->end - c->at;
    return (n == 1 && s[0] == U'半') || (n == 2 && s[0] == U'一' && s[1] == U'半');
}

int qm_number_parse(const char *text, size_t size, qm_value *out, qm_error *err)
{
    uint32_t chars[LONGEST + QM_TEXT_PAD] = {0};
    cursor c = {chars, 0, 0};
    for (size_t i = 0, n; i < size; i += n) {
        uint32_t folded = 0;
        n = decode((const uint8_t *)text + i, size - i, &folded);
        if (n == 0) return qm_fail_offset(err, QM_E_UTF8, i, "ill-formed UTF-8");
        if (c.end == LONGEST) return qm_fail(err, QM_E_LIMIT, "too long for a number");
        chars[c.end++] = folded;
    }
    while (c.end > c.at && chars[c.end - 1] == ' ') c.end--;
    while (c.at < c.end && chars[c.at] == ' ') c.at++;
    if (is_half(&c)) return *out = qm_number(5, -1), QM_OK;
    qm_numeral numeral;
    unsigned flags = QM_NUMERAL_LETTERS | QM_NUMERAL_EXACT | QM_NUMERAL_LONG;
    if (c.at == c.end || !qm_numeral_read(chars, c.at, c.end, flags, &numeral))
        return qm_fail(err, QM_E_INVALID, "not a number");
    if (numeral.overflow) return qm_fail(err, QM_E_LIMIT, "number too large to be exact");
    if (!numeral.low.type || (numeral.high.type && qm_number_compare(numeral.low, numeral.high)))
        return qm_fail(err, QM_E_INVALID, "a range, not one number");
    qm_value value = numeral.low;
    if (numeral.percent) value.exponent = (int16_t)(value.exponent - 2);
    c.at = numeral.end;
    if (!take_tail(&c, &value)) return qm_fail(err, QM_E_INVALID, "not a number");
    *out = qm_number_normal(value);
    return QM_OK;
}
