/* Numerals with a part behind them: 三分之二, 百分之五, 3/4, 一又二分之一; and their negatives. */
#include "quantity/numeral.h"

static bool is_latin(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static uint32_t skip_blanks(const uint32_t *chars, uint32_t at, uint32_t limit)
{
    while (at < limit && chars[at] == ' ') at++;
    return at;
}

/* 分之 with blanks allowed; 0 if it is not there. */
static uint32_t part_of(const uint32_t *chars, uint32_t at, uint32_t limit)
{
    at = skip_blanks(chars, at, limit);
    if (at >= limit || chars[at] != U'分') return 0;
    at = skip_blanks(chars, at + 1, limit);
    return at < limit && chars[at] == U'之' ? skip_blanks(chars, at + 1, limit) : 0;
}

/* numerator / denominator; rounded half up to `places` decimals where it is not finite; false where
 * it does not fit, or where nothing but 0 would be left of it. */
static bool divide(qm_value numerator, qm_value denominator, int places, qm_value *out)
{
    __extension__ typedef __int128 wide;
    if (denominator.coefficient == 0) return false;
    if (denominator.exponent > 18 || denominator.exponent < -18) return false;
    qm_value shifted = numerator;
    shifted.exponent = (int16_t)(numerator.exponent - denominator.exponent);
    if (qm_number_scale(shifted, 1, denominator.coefficient, out)) return true;
    wide n = numerator.coefficient, d = denominator.coefficient;
    int up = shifted.exponent + places;
    if (up > 18 || up < -18) return false;
    for (; up > 0; up--) n *= 10;
    for (; up < 0; up++) d *= 10;
    bool minus = (n < 0) != (d < 0);
    n = n < 0 ? -n : n;
    d = d < 0 ? -d : d;
    n = (2 * n + d) / (2 * d);
    if (n == 0 || n > INT64_MAX) return false;
    *out = qm_number_normal(qm_number(minus ? -(int64_t)n : (int64_t)n, -places));
    return true;
}

static bool is_finite(qm_value numerator, qm_value denominator)
{
    qm_value quotient;
    return qm_number_scale(numerator, 1, denominator.coefficient, &quotient);
}

static bool is_below_one(qm_value v)
{
    v.coefficient = v.coefficient < 0 ? -v.coefficient : v.coefficient;
    return qm_number_compare(v, qm_number(1, 0)) < 0;
}

bool qm_numeral_add_ratio(qm_value extra, qm_value top, qm_value bottom, unsigned flags,
                          qm_value *out)
{
    enum { MOST_PLACES = 14, LEAST_PLACES = 4 };
    const int64_t too_long = INT64_C(1000000000000000); /* 15 figures are surely right */
    const bool share = !(flags & QM_NUMERAL_ALONE) && extra.coefficient == 0;
    if (share && divide(top, bottom, LEAST_PLACES, out) && is_below_one(*out)) return true;
    qm_value part, sum = {0};
    for (int places = MOST_PLACES; places >= LEAST_PLACES; places--)
        if (divide(top, bottom, places, &part) && qm_number_add(extra, part, &sum) &&
            -too_long < sum.coefficient && sum.coefficient < too_long)
            break;
    *out = sum;
    return sum.type != QM_VALUE_NONE;
}

/* extra + top / denominator becomes the value of whole. */
static void ratio(qm_numeral *whole, const qm_numeral *top, qm_value denominator, qm_value extra,
                  unsigned flags)
{
    qm_value value;
    whole->end = top->end;
    whole->glyphs =
        (uint8_t)(whole->glyphs + top->glyphs < 255 ? whole->glyphs + top->glyphs : 255);
    whole->scale = 0;
    whole->plain = whole->string = whole->bare = whole->shortened = false;
    whole->fraction = true;
    whole->overflow =
        top->overflow || !qm_numeral_add_ratio(extra, top->low, denominator, flags, &value);
    whole->low = whole->overflow ? (qm_value){0} : value;
    whole->rounded = !whole->overflow && !is_finite(top->low, denominator);
    whole->high = (qm_value){0}; /* 十分之三四: the second figure over the same */
    if (!whole->overflow && top->high.type &&
        qm_numeral_add_ratio(extra, top->high, denominator, flags, &value))
        whole->high = value;
}

/* 十之八九, 十之七八: tenths, told as a pair. */
static bool read_tenths(const uint32_t *chars, uint32_t limit, qm_numeral *out)
{
    uint32_t at = out->end;
    int low, high;
    if (out->glyphs != 1 || chars[at - 1] != U'十' || at + 2 >= limit || chars[at] != U'之')
        return false;
    low = qm_numeral_digit(chars[at + 1]);
    high = qm_numeral_digit(chars[at + 2]);
    if (low < 1 || high != low + 1) return false;
    out->low = qm_number(low, 1);
    out->high = qm_number(high, 1);
    out->inner = at + 1;
    out->end = at + 3;
    out->percent = true;
    out->bare = false;
    return true;
}

/* 百分之 52.5 k: the letter of thousands may stand apart. */
static void read_thousands(const uint32_t *chars, uint32_t limit, qm_numeral *top)
{
    uint32_t at = skip_blanks(chars, top->end, limit);
    bool thousands = at > top->end && at < limit && (chars[at] == 'k' || chars[at] == 'K');
    if (!thousands || !top->arabic || (at + 1 < limit && is_latin(chars[at + 1]))) return;
    if (qm_number_multiply(top->low, qm_number(1, 3), &top->low)) top->end = at + 1;
}

/* 百分之三十, 千分之三, 万分之二, 百分百: the bare scale makes it percent. */
static bool read_percent(const uint32_t *chars, uint32_t limit, unsigned flags, qm_numeral *out)
{
    int scale = qm_numeral_scale(chars[out->end - 1]);
    qm_numeral top;
    bool whole = scale == 2 && chars[out->end] == U'分' && out->end < limit;
    uint32_t at = part_of(chars, out->end, limit);
    if (whole && !at && chars[out->end + 1] == U'百' && out->end + 1 < limit) at = out->end + 1;
    if (!at || !qm_numeral_whole(chars, at, limit, flags, &top)) return false;
    if (flags & QM_NUMERAL_LETTERS) read_thousands(chars, limit, &top);
    bool minus = !out->overflow && out->low.coefficient < 0;
    qm_value power = qm_number(minus ? -1 : 1, 2 - scale),
             *values[] = {&top.low, &top.high, &top.soft_low, &top.soft_high};
    for (int i = 0; i < 4; i++)
        if (values[i]->type && !qm_number_multiply(*values[i], power, values[i]))
            top.overflow = true;
    top.start = out->start;
    top.inner = at;
    top.percent = true;
    top.plain = top.string = top.bare = top.arabic = false;
    top.glyphs = 255;
    *out = top;
    return true;
}

static void read_fraction(const uint32_t *chars, uint32_t limit, unsigned flags, qm_numeral *out)
{
    qm_numeral top, bottom;
    qm_value none = qm_number(0, 0);
    uint32_t at, c = chars[out->end];
    if (c != U'分' && c != U'又' && c != U'之' && c != ' ') return;
    if (out->high.type || out->relation || out->overflow) return;
    if (out->bare && out->glyphs == 1 && qm_numeral_scale(chars[out->end - 1]) > 1 &&
        read_percent(chars, limit, flags, out))
        return;
    if (read_tenths(chars, limit, out)) return;
    if ((at = part_of(chars, out->end, limit)) && qm_numeral_whole(chars, at, limit, flags, &top) &&
        top.low.type) {
        ratio(out, &top, out->low, none, flags);
        return;
    }
    at = skip_blanks(chars, out->end, limit);
    if (at < limit && chars[at] == U'又') { /* 一又二分之一 */
        at = skip_blanks(chars, at + 1, limit);
        if (!qm_numeral_whole(chars, at, limit, flags, &bottom) || !bottom.low.type) return;
        if (!(at = part_of(chars, bottom.end, limit))) return;
        if (!qm_numeral_whole(chars, at, limit, flags, &top) || !top.low.type) return;
        if (out->low.coefficient < 0) top.low.coefficient = -top.low.coefficient;
        ratio(out, &top, bottom.low, out->low, flags);
    }
}

/* 8千, 3亿3千: what begins with plain digits may go on with a scale. */
static bool has_scale(const uint32_t *chars, uint32_t from, uint32_t end)
{
    while (from < end && qm_numeral_scale(chars[from]) == 0) from++;
    return from < end;
}

/* 3/4, -3/2, 1 4/3: Arabic digits on both sides, and no date or path around. */
static void read_slash(const uint32_t *chars, uint32_t from, uint32_t limit, unsigned flags,
                       qm_numeral *out)
{
    qm_numeral first, second;
    qm_value extra = qm_number(0, 0);
    uint32_t at = out->end;
    if (!out->plain || out->overflow) return;
    if (chars[from] == '0' && qm_is_digit(chars[from + 1])) return; /* 05/12 is a day */
    first = *out;
    if (at + 3 < limit + 1 && chars[at] == ' ' && qm_is_digit(chars[at + 1]) &&
        qm_numeral_whole(chars, at + 1, limit, QM_NUMERAL_EXACT, &second) && second.plain) {
        extra = first.low;
        first = second;
        at = second.end;
    }
    if (at + 1 >= limit || chars[at] != '/' || !qm_is_digit(chars[at + 1]) || chars[at + 1] == '0')
        return;
    if (!qm_numeral_whole(chars, at + 1, limit, QM_NUMERAL_EXACT, &second) || !second.plain) return;
    if (has_scale(chars, from, second.end)) return;
    if (second.end < limit && (chars[second.end] == '/' || is_latin(chars[second.end]))) return;
    if (from > 0 && chars[from - 1] == '/') return;
    if (!first.low.type || !second.low.type) return;
    first.end = second.end;
    ratio(out, &first, second.low, extra, flags);
}

bool qm_numeral_rest(const uint32_t *chars, uint32_t from, uint32_t limit, unsigned flags,
                     qm_numeral *out)
{
    if (!qm_numeral_long(chars, from, limit, flags, out)) return false;
    if (flags & QM_NUMERAL_CLOCK) return true;
    if (out->plain) read_slash(chars, from, limit, flags, out);
    if (!out->fraction) read_fraction(chars, limit, flags, out);
    return true;
}

bool qm_numeral_read(const uint32_t *chars, uint32_t from, uint32_t limit, unsigned flags,
                     qm_numeral *out)
{
    if (from >= limit) return false;
    if (!qm_figure_read(chars, from, limit, flags, out))
        return qm_numeral_rest(chars, from, limit, flags, out);
    uint32_t c = chars[out->end];
    if ((c == U'之' || c == U'分') && !(flags & QM_NUMERAL_CLOCK)) /* nothing else can follow */
        read_fraction(chars, limit, flags, out);
    return true;
}

static void swap_negative(qm_value *low, qm_value *high)
{
    qm_value was = *low;
    low->coefficient = -low->coefficient;
    high->coefficient = -high->coefficient;
    if (!high->type) return;
    was.coefficient = -was.coefficient;
    *low = *high;
    *high = was;
}

void qm_numeral_negate(qm_numeral *n)
{
    swap_negative(&n->low, &n->high);
    swap_negative(&n->soft_low, &n->soft_high);
}
