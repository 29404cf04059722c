/* Short numerals that end for sure where they seem to; numeral.c reads all others. */
#include "quantity/numeral.h"

bool qm_takes_kilo(uint32_t c)
{
    switch (c) {
    case U'瓦':
    case U'克':
    case U'米':
    case U'伏':
    case U'卡':
    case U'帕':
    case U'赫':
    case U'焦':
    case U'安': return true;
    default: return false;
    }
}

static bool is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether the character in this place surely ends a number. */
static inline bool ends_number(uint32_t c, unsigned flags)
{
    if (c == U'点' && flags & QM_NUMERAL_CLOCK) return true;
    return !qm_has_trait(c, QM_TRAIT_FIGURE) && !is_letter(c);
}

static uint32_t at_most(const uint32_t *chars, uint32_t at, uint32_t limit)
{
    return at < limit ? chars[at] : 0;
}

/* 分之: what stands before it is a number of its own. */
static bool is_part(const uint32_t *chars, uint32_t at, uint32_t limit)
{
    return at + 1 < limit && chars[at] == U'分' && chars[at + 1] == U'之';
}

/* The same behind a scale: 余 多 来 end it there unless 万 or 亿 follow, and a comma always. */
static bool ends_scaled(const uint32_t *chars, uint32_t at, uint32_t limit, unsigned flags)
{
    uint32_t c = at_most(chars, at, limit);
    if (c == U'余' || c == U'多' || c == U'来')
        return qm_numeral_scale(at_most(chars, at + 1, limit)) < 4;
    return c == U'，' || ends_number(c, flags) || is_part(chars, at, limit);
}

/* The same behind digits: a comma or point parts them from what is no digit. */
static bool ends_digits(const uint32_t *chars, uint32_t at, uint32_t limit, unsigned flags)
{
    uint32_t c = at_most(chars, at, limit);
    if (ends_number(c, flags)) return true;
    if (c == ',' || c == U'，' || c == '.') return !qm_is_digit(at_most(chars, at + 1, limit));
    return (c == U'余' || c == U'多' || c == U'来') &&
           qm_numeral_scale(at_most(chars, at + 1, limit)) < 4;
}

enum { MOST_FIGURES = 9 };

/* A value, and the same without the zeros at its end, which are counted. */
typedef struct digits {
    int64_t value, whole;
    int zeros;
} digits;

static void read_digits(const uint32_t *chars, uint32_t *at, uint32_t limit, digits *d)
{
    uint32_t from = *at;
    while (*at < limit && *at < from + MOST_FIGURES && qm_is_digit(chars[*at])) {
        int64_t digit = (int64_t)(chars[(*at)++] - '0');
        d->value = d->value * 10 + digit;
        d->whole = digit ? d->value : d->whole;
        d->zeros = digit ? 0 : d->zeros + 1;
    }
}

/* 36, 3.5, 36万, 1.2亿. */
static bool read_arabic(const uint32_t *chars, uint32_t from, uint32_t limit, unsigned flags,
                        qm_numeral *out)
{
    uint32_t at = from, point;
    digits d = {0, 0, 0};
    read_digits(chars, &at, limit, &d);
    uint32_t c = at_most(chars, at, limit), glyphs = at - from;
    int exponent = 0, scale;
    if (c == '.' && qm_is_digit(at_most(chars, at + 1, limit)) &&
        !qm_is_year_at(chars, at + 1, limit)) {
        point = ++at;
        read_digits(chars, &at, limit, &d);
        exponent = -(int)(at - point);
        glyphs += at - point;
        c = at_most(chars, at, limit);
    }
    if ((scale = qm_numeral_scale(c)) >= 4 && scale < 12) {
        if (!ends_scaled(chars, at + 1, limit, flags)) return false;
        at++;
        glyphs++;
    } else {
        if (!ends_digits(chars, at, limit, flags)) return false;
        scale = 0;
    }
    *out = (qm_numeral){.start = from,
                        .end = at,
                        .low = qm_number(d.whole, d.whole ? exponent + scale + d.zeros : 0),
                        .glyphs = (uint8_t)glyphs,
                        .scale = (uint8_t)scale,
                        .arabic = true,
                        .plain = exponent == 0 && scale == 0};
    return true;
}

/* The same behind a digit in hanzi: a comma parts it from anything, and a mark of lists from what
 * is no such digit (七、八个). */
static bool ends_hanzi(const uint32_t *chars, uint32_t at, uint32_t limit, unsigned flags)
{
    uint32_t c = at_most(chars, at, limit);
    if (c == U'、') return qm_numeral_digit(at_most(chars, at + 1, limit)) <= 0;
    return c == U'，' || ends_number(c, flags);
}

/* 三户, 十二人, 两百亩, 三千多元. */
static bool read_hanzi(const uint32_t *chars, uint32_t from, uint32_t limit, unsigned flags,
                       qm_numeral *out)
{
    uint32_t at = from, c = chars[at];
    int digit = qm_numeral_digit(c), ones = 0, scale;
    if (digit >= 0) c = at_most(chars, ++at, limit);
    if (digit >= 0 && ends_hanzi(chars, at, limit, flags)) {
        *out = (qm_numeral){.start = from,
                            .end = at,
                            .low = qm_number(digit, 0),
                            .glyphs = 1,
                            .paired = qm_is_two(chars[from])};
        return true;
    }
    scale = qm_numeral_scale(c);
    if (digit == 0 || scale == 0 || scale > 8) return false;
    c = at_most(chars, ++at, limit);
    if (scale == 1 && qm_numeral_digit(c) > 0 && !qm_is_two(c)) {
        ones = qm_numeral_digit(c);
        c = at_most(chars, ++at, limit);
    }
    if (c == U'、' || (scale == 3 && qm_takes_kilo(c)) ||
        !(ones ? ends_number(c, flags) : ends_scaled(chars, at, limit, flags)))
        return false;
    *out = (qm_numeral){.start = from,
                        .end = at,
                        .glyphs = (uint8_t)(at - from),
                        .scale = (uint8_t)(scale >= 4 ? scale : 0),
                        .bare = digit < 0,
                        .paired = qm_is_two(chars[from])};
    out->low = ones ? qm_trimmed(qm_number((digit < 0 ? 1 : digit) * 10 + ones, 0))
                    : qm_number(digit < 0 ? 1 : digit, scale);
    return true;
}

bool qm_figure_read(const uint32_t *chars, uint32_t from, uint32_t limit, unsigned flags,
                    qm_numeral *out)
{
    return qm_is_digit(chars[from]) ? read_arabic(chars, from, limit, flags, out)
                                    : read_hanzi(chars, from, limit, flags, out);
}

/* What ends the figures behind a point for sure: neither a numeral nor the minutes of a clock. */
static bool ends_decimals(uint32_t c)
{
    return !qm_numeral_begins(c) && c != ' ' && c != U'刻' && c != U'分';
}

enum { MOST_DECIMALS = 4 };

bool qm_decimal_read(const uint32_t *chars, uint32_t from, uint32_t limit, unsigned flags,
                     qm_numeral *out)
{
    uint32_t at = from, c = at_most(chars, at, limit);
    int digit = qm_numeral_digit(c), first = digit, exponent = 0;
    if (flags & QM_NUMERAL_CLOCK || digit == 0) return false;
    if (digit > 0) c = at_most(chars, ++at, limit);
    int64_t value = digit > 0 ? digit : 1;
    if (c == U'十') {
        value *= 10;
        c = at_most(chars, ++at, limit);
        digit = qm_numeral_digit(c);
        if (digit > 0 && !qm_is_two(c)) {
            value += digit;
            c = at_most(chars, ++at, limit);
        }
    }
    if (at == from || c != U'点') return false;
    for (at++;; at++, exponent--) {
        c = at_most(chars, at, limit);
        digit = qm_numeral_digit(c);
        if (digit < 0 || qm_is_two(c) || exponent == -MOST_DECIMALS) break;
        value = value * 10 + digit;
    }
    if (exponent == 0 || !ends_decimals(c)) return false;
    *out = (qm_numeral){.start = from,
                        .end = at,
                        .low = qm_trimmed(qm_number(value, exponent)),
                        .glyphs = (uint8_t)(at - from - 1),
                        .bare = first < 0,
                        .paired = qm_is_two(chars[from])};
    return true;
}
