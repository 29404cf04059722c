#include "base/utf8.h"
#include "quantity/numeral.h"

/* qm_number_parse needs no model: it decodes and folds what numerals are made of by itself. */
enum { LONGEST = 256 };

static uint32_t fold(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;
    return c == 0x3000 || c == 0xA0 || c == '\t' ? ' ' : c;
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
static const uint32_t zero[] = {U'零', U'〇', 0};
static const uint32_t whole[] = {U'整', U'正', 0};
static const uint32_t dozen[] = {U'打', 0};
static const uint32_t piece[] = {U'个', U'個', 0};
static const uint32_t tenth[] = {U'成', 0};
static const uint32_t percent[] = {'%', 0};
static const uint32_t permille[] = {U'‰', 0};
static const uint32_t basis[] = {U'‱', 0};

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

/* What stands at the end: nothing, or a digit worth `power` of ten, or half of ten of these: the
 * rest of 七成五, 三成半, 两块五, 6块5. */
static bool take_last(cursor *c, int power, qm_value *value)
{
    if (c->at == c->end) return true;
    uint32_t last = c->chars[c->at];
    int digit = last == U'半' ? 5 : qm_is_digit(last) ? (int)(last - '0') : qm_numeral_digit(last);
    if (digit < 1 || digit > 9 || c->at + 1 < c->end) return false;
    return c->at++, qm_number_add(*value, qm_number(digit, power), value);
}

/* What makes a share of the number: 5%, 五成. */
static bool take_share(cursor *c, qm_value *value)
{
    static const uint32_t *const signs[] = {tenth, percent, permille, basis};
    for (int power = 1; power <= 4; power++) {
        if (!take(c, signs[power - 1])) continue;
        value->exponent = (int16_t)(value->exponent - power);
        return power == 1 ? take_last(c, -2, value) : c->at == c->end;
    }
    return false;
}

static bool take_money(cursor *c, qm_value *value)
{
    bool coins = true;
    if (take(c, yuan)) coins = take_part(c, jiao, -1, value);
    else if (take(c, jiao)) value->exponent--;
    else return false;
    bool nought = !coins && take(c, zero); /* 三块零五 */
    if (take_part(c, fen, -2, value) || c->chars[c->at] == whole[0] || c->chars[c->at] == whole[1])
        return take(c, whole), c->at == c->end;
    return (!nought || c->at < c->end) && take_last(c, coins || nought ? -2 : -1, value);
}

/* What may stand behind the number: 元…角…分 整, 个, 个半, 打, 成, %. */
static bool take_tail(cursor *c, const qm_numeral *numeral, qm_value *value)
{
    uint32_t end = c->at;
    if (c->at == c->end) return true;
    if (take(c, dozen))
        return c->at == c->end && qm_number_multiply(*value, qm_number(12, 0), value);
    if (take(c, piece)) return c->chars[c->at] != U'半' ? c->at == c->end : take_last(c, -1, value);
    if (take_money(c, value)) return true;
    if (c->at > end || numeral->percent || numeral->fraction) return false;
    while (c->at < c->end && c->chars[c->at] == ' ') c->at++;
    return take_share(c, value);
}

/* 半, 一半, 半个, 半成. */
static bool take_half(cursor *c, qm_value *value)
{
    cursor behind = *c;
    bool one = c->chars[c->at] == U'一';
    behind.at += one;
    if (behind.chars[behind.at++] != U'半') return false;
    *value = qm_number(5, -1);
    if (behind.at == c->end) return true;
    if (one) return false;
    if (take(&behind, tenth)) value->exponent--;
    else if (!take(&behind, piece)) return false;
    return behind.at == c->end;
}

static bool is_of_word(uint32_t c)
{
    return (c >= 0x3400 && c < 0xA000) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The character that is no part of a number, and what stands behind it. */
static int refuse(qm_bytes text, const uint16_t *starts, const cursor *c, qm_error *err)
{
    bool unit = c->at > 0 && is_of_word(c->chars[c->at]) && c->chars[c->at - 1] != ' ';
    enum { SHOWN = 12 };
    uint32_t last = c->end - c->at < SHOWN ? c->end : c->at + SHOWN;
    const char *from = (const char *)text.data + starts[c->at];
    if (c->at == c->end)
        return qm_fail_offset(err, QM_E_INVALID, starts[c->at], "not a number: it has no end");
    return qm_fail_offset(
        err, QM_E_INVALID, starts[c->at], "not a number: \"%.*s\" is no part of one%s",
        (int)(starts[last] - starts[c->at]), from, unit ? "; with a unit it is a quantity" : "");
}

/* The characters of the text but blanks around them; starts: their bytes, and those of the end. */
static int read_characters(qm_bytes text, uint32_t *chars, uint16_t *starts, cursor *c,
                           qm_error *err)
{
    const uint8_t *bytes = text.data;
    for (size_t i = 0, n; i < text.size; i += n) {
        uint32_t character = 0;
        n = qm_utf8_read(bytes + i, text.size - i, &character);
        if (n == 0) return qm_fail_offset(err, QM_E_UTF8, i, "ill-formed UTF-8");
        if (c->end == LONGEST)
            return qm_fail_offset(err, QM_E_LIMIT, i, "longer than any number: %d characters",
                                  LONGEST);
        chars[c->end] = fold(character);
        starts[c->end++] = (uint16_t)i;
        starts[c->end] = (uint16_t)(i + n);
    }
    while (c->end > c->at && chars[c->end - 1] == ' ') c->end--;
    while (c->at < c->end && chars[c->at] == ' ') c->at++;
    return c->at < c->end ? QM_OK : qm_fail(err, QM_E_INVALID, "not a number: nothing is there");
}

int qm_number_parse(const char *text, size_t size, qm_value *out, qm_error *err)
{
    const unsigned flags = QM_NUMERAL_LETTERS | QM_NUMERAL_EXACT | QM_NUMERAL_ALONE;
    const qm_bytes bytes = {text, size};
    uint32_t chars[LONGEST + QM_TEXT_PAD] = {0};
    uint16_t starts[LONGEST + 1] = {0};
    cursor c = {chars, 0, 0};
    qm_value value;
    qm_numeral n;
    int status = read_characters(bytes, chars, starts, &c, err);
    if (status != QM_OK) return status;
    if (chars[c.at] == '+' && !qm_is_minus(chars[c.at + 1])) c.at++;
    if (take_half(&c, &value)) return *out = value, QM_OK;
    if (!qm_numeral_read(chars, c.at, c.end, flags, &n)) return refuse(bytes, starts, &c, err);
    if (n.overflow) return qm_fail(err, QM_E_LIMIT, "more digits than can be exact");
    if (!n.low.type || (n.high.type && qm_number_compare(n.low, n.high)))
        return qm_fail(err, QM_E_INVALID, "not a number: it says no more than about how many");
    value = n.low;
    if (n.percent) value.exponent = (int16_t)(value.exponent - 2);
    c.at = n.end;
    if (!take_tail(&c, &n, &value)) return refuse(bytes, starts, &c, err);
    *out = qm_number_normal(value);
    out->rounded = n.rounded;
    return QM_OK;
}
