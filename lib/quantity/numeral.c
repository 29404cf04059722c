#include "quantity/numeral.h"

/* 廿 卅 卌: tens written in one character. */
static int tens(uint32_t c)
{
    int digit = qm_glyph_of(c)->digit;
    return digit < QM_GLYPH_FEW ? -digit / 10 : 0;
}

static bool is_few(uint32_t c)
{
    return qm_glyph_of(c)->digit == QM_GLYPH_FEW;
}

static bool is_point(uint32_t c)
{
    return c == U'点' || c == U'點';
}

static bool is_latin(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* ---- the positional number --------------------------------------------------------------------
 *
 * low and high run side by side: they differ once two neighbouring digits (三五) or 几 were read.
 * total holds what is closed by 万 or 亿, section what is below that, digit the last digits read.
 */
typedef struct side {
    qm_value total, section, digit;
} side;

typedef struct reader {
    const uint32_t *chars;
    uint32_t at, limit;
    unsigned flags;
    side low, high;
    int small, big;      /* the last scale below 万 of this section; the last one above */
    int last;            /* scale read just before, 0 behind a digit */
    bool any, has_digit; /* something was read; digits wait for their scale */
    bool one;            /* the waiting digit is a single one */
    bool zero, gap, pair, few, spaced, overflow; /* gap: a zero since the last 万 or 亿 */
    uint8_t relation;
    uint32_t glyphs;
    qm_numeral *out;
} reader;

static void add(reader *r, qm_value *to, qm_value value)
{
    if (value.coefficient == 0) return;
    if (to->coefficient == 0) {
        *to = value;
        return;
    }
    int64_t sum = to->coefficient;
    int up = to->exponent - value.exponent;
    for (; up > 0 && sum <= INT64_MAX / 10; up--) sum *= 10;
    if (up == 0 && !__builtin_add_overflow(sum, value.coefficient, &sum)) {
        to->coefficient = sum;
        to->exponent = value.exponent;
        return;
    }
    if (!qm_number_add(*to, value, to)) r->overflow = true;
}

static void raise(reader *r, qm_value *value, int power)
{
    if (value->exponent + power > 200) r->overflow = true;
    else if (value->coefficient) value->exponent = (int16_t)(value->exponent + power);
}

static void set_digit(reader *r, qm_value low, qm_value high, bool one)
{
    r->low.digit = low;
    r->high.digit = high;
    r->has_digit = r->any = true;
    r->one = one;
    r->last = 0;
}

static bool separator_at(const reader *r, uint32_t at)
{
    uint32_t c = r->chars[at];
    if (c != ',' && c != U'，') return false;
    if (at + 3 >= r->limit && at + 4 != r->limit) return false;
    for (uint32_t i = 1; i <= 3; i++)
        if (!qm_is_digit(r->chars[at + i])) return false;
    return at + 4 >= r->limit || !qm_is_digit(r->chars[at + 4]);
}

static void push_figure(reader *r, qm_value *value, uint32_t c, int *dropped)
{
    int figure = (int)(c - '0');
    if (*dropped == 0 && value->coefficient <= (INT64_MAX - 9) / 10) {
        value->coefficient = value->coefficient * 10 + figure;
    } else {
        ++*dropped; /* zeros behind 19 figures still fit as an exponent */
        if (figure) r->overflow = true;
    }
}

/* The digit of an exponent, raised or behind ^; -1 if it is none. */
static int exponent_digit(uint32_t c, bool marked)
{
    if (marked && qm_is_digit(c)) return (int)(c - '0');
    if (c == 0xB9) return 1;
    if (c == 0xB2 || c == 0xB3) return (int)(c - 0xB0);
    return c == 0x2070 || (c >= 0x2074 && c <= 0x2079) ? (int)(c - 0x2070) : -1;
}

/* 1.2×10⁴, 2.5×10^5: behind the sign. */
static void read_power(reader *r, qm_value *value)
{
    const uint32_t *c = r->chars;
    uint32_t i = r->at + 1;
    while (c[i] == ' ') i++;
    if (c[i] != '1' || c[i + 1] != '0') return;
    bool marked = c[i += 2] == '^';
    i += marked;
    bool minus = c[i] == U'⁻' || (marked && qm_is_minus(c[i]));
    i += minus;
    uint32_t first = i;
    int power = 0, digit;
    while (i < r->limit && i < first + 3 && (digit = exponent_digit(c[i], marked)) >= 0)
        power = power * 10 + digit, i++;
    if (i == first || i > r->limit) return;
    r->at = i;
    raise(r, value, minus ? -power : power);
}

/* ½ and its like, in twelfths; 0 if it is none. */
static int vulgar_of(uint32_t c)
{
    switch (c) {
    case U'½': return 6;
    case U'¼': return 3;
    case U'¾': return 9;
    case U'⅓': return 4;
    case U'⅔': return 8;
    default: return 0;
    }
}

/* Behind figures or alone. */
static bool take_vulgar(reader *r, qm_value *value)
{
    uint32_t c = r->at < r->limit ? r->chars[r->at] : 0;
    int part = c < 0x3000 ? vulgar_of(c) : 0;
    if (!part) return false;
    if (!qm_numeral_add_ratio(*value, qm_number(part, 0), qm_number(12, 0), r->flags, value))
        r->overflow = true;
    r->out->rounded |= part % 3 != 0;
    r->glyphs++;
    return r->at++, true;
}

/* 2e5, 1.2M, 40k, 30w: only where no other letter follows. */
static void read_letters(reader *r, qm_value *value, bool decimals)
{
    uint32_t c = r->chars[r->at];
    if (c == U'×') read_power(r, value);
    if (r->at >= r->limit || !is_latin(c)) return;
    if (c == 'e' || c == 'E') {
        uint32_t i = r->at + 1;
        bool minus = r->chars[i] == '-' || r->chars[i] == U'−';
        int power = 0;
        if (minus || r->chars[i] == '+') i++;
        uint32_t first = i;
        while (i < r->limit && qm_is_digit(r->chars[i]) && power < 1000)
            power = power * 10 + (int)(r->chars[i++] - '0');
        if (i == first || i - first > 3 || is_latin(r->chars[i]) || qm_is_digit(r->chars[i]))
            return;
        r->at = i;
        raise(r, value, minus ? -power : power);
        return;
    }
    if (!(r->flags & QM_NUMERAL_LETTERS) || is_latin(r->chars[r->at + 1])) return;
    int power = c == 'k' || c == 'K'   ? 3
                : c == 'w'             ? 4
                : c == 'M' && decimals ? 6
                : c == 'G' && decimals ? 9
                                       : 0;
    if (!power) return;
    raise(r, value, power);
    r->at++;
}

static uint32_t skip_digits(const reader *r, uint32_t at)
{
    while (at < r->limit && qm_is_digit(r->chars[at])) at++;
    return at;
}

static bool is_wave(uint32_t c)
{
    return c == '~' || c == U'～' || c == U'—' || c == U'–';
}

/* What ends a number of groups: a word, a unit behind a blank, or the dash of a range. */
static bool ends_grouped(const reader *r, uint32_t at)
{
    uint32_t c = r->chars[at];
    return (c >= 0x4E00 && c < 0xA000) || (c == ' ' && is_latin(r->chars[at + 1])) ||
           (is_wave(c) && qm_is_digit(r->chars[at + 1]));
}

/* Whether a numeral at `at` stands right behind a character that numbers nothing: 总人口2 136人. */
static bool is_joined(const reader *r, uint32_t at)
{
    uint32_t c = at > 0 ? r->chars[at - 1] : 0;
    if (is_wave(c)) return at > 1 && qm_is_digit(r->chars[at - 2]);
    return c >= 0x4E00 && c < 0xA000 && c != U'表' && c != U'图' && c != U'号' && c != U'组' &&
           c != U'第' && c != U'件' && c != U'级';
}

enum { MOST_GROUPS = 12 }; /* behind blanks; each of a longer row of them would ask about all */

/* 1 329.476 5: blanks between groups of three on both sides of the point, as in technical texts.
 * Where the whole of it ends, 0 if it is no such number. */
static uint32_t technical_end(const reader *r)
{
    uint32_t at = skip_digits(r, r->at), groups = 0, next;
    if (at - r->at > 3 || at >= r->limit || r->chars[at] != ' ') return 0;
    for (; at < r->limit && r->chars[at] == ' ' && !is_latin(r->chars[at + 1]); at = next, groups++)
        if (groups == MOST_GROUPS || (next = skip_digits(r, at + 1)) != at + 4) return 0;
    /* A blank also parts the number of a row from its cells: one group must be joined to a word. */
    bool joined = groups > 1 || is_joined(r, r->at);
    if (joined && at < r->limit && ends_grouped(r, at)) return at; /* 1 234 567人 */
    if (at >= r->limit || r->chars[at] != '.') return 0;
    next = skip_digits(r, at + 1);
    if (joined && next > at + 1 && next < r->limit && next < at + 4 && ends_grouped(r, next))
        return next; /* 1 286.5万元 */
    if (next != at + 4) return 0;
    for (at += 4; at < r->limit && r->chars[at] == ' '; at = next) {
        next = skip_digits(r, at + 1);
        if (next == at + 1) break;
        if (next > at + 4 || groups++ == MOST_GROUPS) return 0;
        if (next < at + 4) return next;
    }
    return groups > 1 ? at : 0;
}

/* 共1 2个村: figures that came apart, behind a word that leads to a number and before what they
 * count. Where they end, 0 if they are none. */
static uint32_t torn_end(const reader *r)
{
    static const uint32_t leads[] = {U'共', U'有', U'达', U'约', U'近', U'超', U'辖', U'余', 0};
    uint32_t at = r->at, c = at > 0 ? r->chars[at - 1] : 0;
    int i = 0;
    while (leads[i] && leads[i] != c) i++;
    if (!leads[i]) return 0;
    while (at + 2 < r->limit && qm_is_digit(r->chars[at]) && r->chars[at + 1] == ' ') at += 2;
    bool torn = at > r->at && qm_is_digit(r->chars[at]) && at + 1 < r->limit;
    c = torn ? r->chars[at + 1] : 0;
    return c >= 0x4E00 && c < 0xA000 && qm_numeral_digit(c) < 0 ? at + 1 : 0;
}

static void read_technical(reader *r, uint32_t end)
{
    qm_value value = qm_number(0, 0);
    int dropped = 0, decimals = 0;
    bool point = false;
    for (; r->at < end; r->at++) {
        uint32_t c = r->chars[r->at];
        point = point || c == '.';
        if (!qm_is_digit(c)) continue;
        push_figure(r, &value, c, &dropped);
        decimals += point;
        r->glyphs++;
    }
    value.exponent = (int16_t)(dropped - decimals);
    set_digit(r, value, value, false);
}

/* 12,500: the figures before the point; how many there are. *plain: nothing parts them. */
static int read_groups(reader *r, qm_value *value, bool *plain)
{
    uint32_t from = r->at;
    int dropped = 0, figures = 0;
    while (r->at < r->limit) {
        uint32_t c = r->chars[r->at];
        if (qm_is_digit(c)) {
            push_figure(r, value, c, &dropped);
            figures++;
        } else if (figures >= 1 && figures <= 3 + 4 * !*plain && r->chars[from] != '0' &&
                   separator_at(r, r->at) && (!*plain || r->at - from <= 3)) {
            *plain = false;
        } else {
            break;
        }
        r->at++;
    }
    value->exponent = (int16_t)(dropped > 200 ? 200 : dropped);
    r->glyphs += (uint32_t)figures;
    return figures;
}

/* The figures behind the point. */
static void read_places(reader *r, qm_value *value)
{
    for (r->at++; r->at < r->limit && qm_is_digit(r->chars[r->at]); r->at++) {
        if (value->exponent > 0 || value->coefficient > (INT64_MAX - 9) / 10) {
            if (r->chars[r->at] != '0') r->overflow = true;
            continue;
        }
        value->coefficient = value->coefficient * 10 + (int)(r->chars[r->at] - '0');
        value->exponent--;
        r->glyphs++;
    }
}

static bool read_arabic(reader *r)
{
    qm_value value = qm_number(0, 0);
    uint32_t from = r->at, end = r->any ? 0 : technical_end(r);
    if (!end && !r->any && r->chars[from + 1] == ' ') end = torn_end(r);
    if (end) return read_technical(r, end), true;
    bool plain = true;
    int figures = read_groups(r, &value, &plain);
    uint32_t c = r->at + 1 < r->limit ? r->chars[r->at] : 0;
    bool decimals = (c == '.' || (c == U'·' && figures)) && qm_is_digit(r->chars[r->at + 1]) &&
                    !qm_is_year_at(r->chars, r->at + 1, r->limit);
    if (decimals) {
        read_places(r, &value);
    } else if (take_vulgar(r, &value)) {
        plain = false;
    } else if (figures == 0) {
        r->at = from;
        return false;
    }
    uint32_t letters = r->at;
    read_letters(r, &value, decimals);
    bool bare = plain && !decimals && r->at == letters;
    if (!r->any) r->out->plain = bare;
    set_digit(r, value, value, figures == 1 && bare);
    return true;
}

/* 二0二三, 二OO八年, 一0月: what is typed for 〇 between hanzi digits or before a mark of dates. */
static bool is_round(const reader *r, uint32_t at)
{
    uint32_t c = r->chars[at];
    if (c != '0' && c != 'O' && c != 'o') return false;
    while (at < r->limit && (r->chars[at] == c)) at++;
    uint32_t next = at < r->limit ? r->chars[at] : 0;
    return qm_numeral_digit(next) >= 0 || next == U'年' || next == U'月' || next == U'日' ||
           next == U'号';
}

static int string_digit(uint32_t c)
{
    return c < 0x80 ? 0 : qm_numeral_digit(c);
}

static uint32_t hanzi_run(const reader *r)
{
    uint32_t n = 0;
    for (; r->at + n < r->limit && n < 40; n++) {
        uint32_t c = r->chars[r->at + n];
        if (c == U'俩' || c == U'倆' || c == U'仨') return n > 0 ? n : 1; /* 我俩|一人一袋 */
        if (n > 0 && is_round(r, r->at + n)) continue;
        if (qm_numeral_digit(c) < 0) break;
        if (n == 0 || (c != U'两' && c != U'兩')) continue;
        /* 二两, 一两二 are weights; 一两个, 一两百 are neighbours. */
        uint32_t next = r->at + n + 1 < r->limit ? r->chars[r->at + n + 1] : 0;
        bool goes_on = next >= 0x4E00 && next != U'的' && qm_numeral_digit(next) < 0;
        return n == 1 && r->chars[r->at] == U'一' && goes_on ? 2 : n;
    }
    return n;
}

/* 一两 两三 三五 七八: neighbours, and 三五; 九十 is ninety and never comes here. */
static bool is_pair(uint32_t first, uint32_t second)
{
    int a = qm_numeral_digit(first), b = qm_numeral_digit(second);
    if (first == U'两' && second == U'两') return false;
    return a > 0 && (b == a + 1 || (a == 3 && b == 5));
}

/* 五、六百, 七、八个: neighbours with a mark between them; not 二、三百亩 where a line begins, nor
 * a longer list. */
static bool is_listed(const reader *r)
{
    const uint32_t *c = r->chars + r->at;
    uint32_t before = r->at > 0 ? c[-1] : 0;
    if (r->at + 3 >= r->limit || c[1] != U'、' || !is_pair(c[0], c[2])) return false;
    if (c[3] < 0x4E00 || qm_numeral_digit(c[3]) >= 0) return false;
    if (r->last && qm_numeral_scale(c[3]) >= r->last) return false; /* 一百一、两百二 */
    return before >= 0x4E00 && before < 0xFF00 ? true : before == U'，';
}

static bool read_string(reader *r, uint32_t run)
{
    qm_value value = qm_number(0, 0);
    int dropped = 0;
    for (uint32_t i = 0; i < run; i++)
        push_figure(r, &value, '0' + (uint32_t)string_digit(r->chars[r->at + i]), &dropped);
    value.exponent = (int16_t)dropped;
    r->at += run;
    r->glyphs += run;
    r->out->string = true;
    set_digit(r, value, value, false);
    return true;
}

/* 佰零参: the only 参 that is a three behind a zero. */
static bool is_formal_three(const reader *r, uint32_t at)
{
    uint32_t before = at > 1 ? r->chars[at - 2] : 0;
    return r->chars[at] == U'参' && (before == U'佰' || before == U'仟' || before == U'万');
}

/* The figures at `at` and at `other` are neighbours; `length` characters with what stands between.
 */
static bool take_pair(reader *r, uint32_t other, uint32_t length)
{
    int low = qm_numeral_digit(r->chars[r->at]), high = qm_numeral_digit(r->chars[other]);
    set_digit(r, qm_number(low, 0), qm_number(high, 0), true);
    r->pair = true;
    r->at += length;
    r->glyphs += 2;
    return true;
}

/* A zero that holds a place: 一千零. */
static void take_zero(reader *r)
{
    r->zero = r->gap = true;
    r->at++;
    r->glyphs++;
}

static bool read_hanzi(reader *r)
{
    if (r->has_digit) return false;
    uint32_t run = hanzi_run(r), c = r->chars[r->at];
    int digit = qm_numeral_digit(c);
    if (run > 1 && digit == 0 && r->any) return take_zero(r), true;
    if (run == 2 && is_pair(c, r->chars[r->at + 1])) return take_pair(r, r->at + 1, 2);
    if (run == 1 && is_listed(r)) return take_pair(r, r->at + 2, 3);
    if (run > 1 && !r->any) return read_string(r, run);
    if ((c == U'两' || c == U'兩') && r->last) {
        /* 两万两: a 两 behind a scale needs a scale of its own */
        uint32_t next = r->at + 1 < r->limit ? r->chars[r->at + 1] : 0;
        if (!qm_numeral_scale(next)) return false;
    }
    if (digit == 0 && r->any) { /* the zero only holds a place */
        take_zero(r);
        return r->at < r->limit &&
               (qm_numeral_scale(r->chars[r->at]) == 1 || tens(r->chars[r->at]) ||
                qm_is_digit(r->chars[r->at]) || is_formal_three(r, r->at) ||
                (is_few(r->chars[r->at]) && !(r->flags & QM_NUMERAL_EXACT)));
    }
    set_digit(r, qm_number(digit, 0), qm_number(digit, 0), true);
    r->at++;
    r->glyphs++;
    return true;
}

static bool is_formal(uint32_t c)
{
    return c == U'佰' || c == U'拾' || c == U'仟';
}

/* 參 folds to 参, a word of its own: a three only beside formal scales. */
static bool read_three(reader *r)
{
    uint32_t before = r->at > 0 ? r->chars[r->at - 1] : 0;
    uint32_t next = r->at + 1 < r->limit ? r->chars[r->at + 1] : 0;
    bool behind = r->any && (is_formal(before) || (before == U'零' && r->zero));
    if (r->has_digit || !(behind || is_formal(next))) return false;
    set_digit(r, qm_number(3, 0), qm_number(3, 0), true);
    r->at++;
    r->glyphs++;
    return true;
}

/* 分之: what stands before it is a number of its own (总数百分之八). */
static bool is_share(const reader *r, uint32_t at)
{
    return at + 1 < r->limit && r->chars[at] == U'分' && r->chars[at + 1] == U'之';
}

/* 几 stands for a digit; 数 only before a scale (数十, not 数字). */
static bool read_few(reader *r)
{
    uint32_t c = r->chars[r->at], next = r->at + 1 < r->limit ? r->chars[r->at + 1] : 0;
    bool many = c == U'数' || c == U'數';
    if (r->has_digit || (r->flags & QM_NUMERAL_EXACT)) return false;
    if (many && (r->any || !qm_numeral_scale(next) || is_share(r, r->at + 2))) return false;
    bool teens = r->any && (r->last == 1 || !qm_numeral_scale(next)); /* 十几(万): 11 to 19 */
    set_digit(r, qm_number(teens ? 1 : 2, 0), qm_number(9, 0), true);
    r->few = true;
    r->at++;
    r->glyphs++;
    return true;
}

/* 千 that belongs to a unit: 千瓦; 兆 that is no numeral. */
static bool is_prefix(const reader *r)
{
    uint32_t c = r->chars[r->at], next = r->at + 1 < r->limit ? r->chars[r->at + 1] : 0;
    if (c == U'兆' && !next) /* 100兆 are megabits, 三兆 is a number */
        return r->out->arabic && !(r->flags & QM_NUMERAL_ALONE);
    if (c == U'兆') /* a numeral only where numerals or money go on; elsewhere megabits, mega- */
        return qm_numeral_digit(next) < 0 && qm_numeral_scale(next) == 0 && !qm_is_digit(next) &&
               next != U'元' && next != U'日' && next != ' ' && next != U'圆';
    return c == U'千' && r->has_digit && !r->few && qm_takes_kilo(next);
}

static bool read_small(reader *r, int scale)
{
    if (r->small && scale >= r->small) return false;
    if (!r->has_digit) {
        /* 十 = 一十 anywhere; 百 千 without a digit only at the very start. */
        if (scale > 1 && r->any) return false;
        if (!r->any) r->out->bare = true;
        set_digit(r, qm_number(1, 0), qm_number(1, 0), true);
    }
    if (r->one && scale == 1 && r->low.digit.coefficient == 0 && !r->few) /* 零十天: ten */
        set_digit(r, qm_number(1, 0), qm_number(1, 0), true);
    side *sides[] = {&r->low, &r->high};
    for (int i = 0; i < 2; i++) {
        raise(r, &sides[i]->digit, scale);
        add(r, &sides[i]->section, sides[i]->digit);
        sides[i]->digit = qm_number(0, 0);
    }
    r->has_digit = r->zero = r->one = false;
    r->small = r->last = scale;
    return true;
}

static bool read_big(reader *r, int scale)
{
    bool bare = !r->any;
    if (bare) r->low.digit = r->high.digit = qm_number(1, 0);
    bool empty = !r->has_digit && !r->small && !bare;
    if (empty && (!r->big || r->big > scale || r->last != r->big)) return false;
    if (r->big && scale == r->big && !empty && !r->gap) return false;
    side *sides[] = {&r->low, &r->high};
    for (int i = 0; i < 2; i++) {
        side *s = sides[i];
        add(r, &s->section, s->digit);
        s->digit = qm_number(0, 0);
        if (r->big && scale >= r->big) { /* 万亿, 四千万…亿: all of it is so many 亿 */
            add(r, &s->total, s->section);
            raise(r, &s->total, scale);
        } else {
            raise(r, &s->section, scale);
            add(r, &s->total, s->section);
        }
        s->section = qm_number(0, 0);
    }
    if (bare) r->out->bare = true;
    r->any = true;
    r->has_digit = r->zero = r->gap = r->one = false;
    r->small = 0;
    r->big = r->last = scale;
    return true;
}

static bool read_scale(reader *r)
{
    int scale = qm_numeral_scale(r->chars[r->at]);
    if (!scale || is_prefix(r) || r->out->string) return false;
    if (!(scale < 4 ? read_small(r, scale) : read_big(r, scale))) return false;
    r->at++;
    r->glyphs++;
    return true;
}

/* 余 多 来 inside: 三百多万, 十余万. What follows must be the 万 or 亿. */
static bool read_more(reader *r)
{
    uint32_t c = r->chars[r->at], next = r->at + 1 < r->limit ? r->chars[r->at + 1] : 0;
    if ((r->flags & QM_NUMERAL_EXACT) || r->few || qm_numeral_scale(next) < 4) return false;
    if (!r->any || r->relation || (r->has_digit && r->one)) return false;
    r->relation = c == U'来' || c == U'來' ? QM_REL_APPROX : QM_REL_GT;
    r->at++;
    return true;
}

/* A blank inside: 7 万5 千, 一百 五 十 二. Only between digits and scales. */
static bool skip_blank(reader *r)
{
    if (!r->any || r->chars[r->at] != ' ') return false;
    uint32_t i = r->at;
    while (i < r->limit && i < r->at + 2 && r->chars[i] == ' ') i++;
    uint32_t c = r->chars[i], next = i + 1 < r->limit ? r->chars[i + 1] : 0;
    if (i >= r->limit) return false;
    bool scale = r->has_digit && qm_numeral_scale(c);
    bool digit = !r->has_digit && (qm_numeral_digit(c) >= 0 || qm_is_digit(c)) &&
                 (qm_numeral_scale(next) || next == U'又' ||
                  (next == ' ' && qm_numeral_scale(r->chars[i + 2])) || r->spaced);
    if (!scale && !digit) return false;
    r->at = i;
    r->spaced = true;
    return true;
}

static bool read_token(reader *r)
{
    uint32_t c = r->chars[r->at];
    if (qm_is_digit(c) || (c == '.' && !r->any) || (c < 0x3000 && vulgar_of(c)))
        return !r->has_digit && read_arabic(r);
    if (qm_numeral_digit(c) >= 0) return read_hanzi(r);
    if (qm_numeral_scale(c)) return read_scale(r);
    if (tens(c)) {
        if (r->has_digit || r->small == 1) return false;
        set_digit(r, qm_number(tens(c), 0), qm_number(tens(c), 0), true);
        read_small(r, 1);
        r->at++;
        r->glyphs++;
        return true;
    }
    if (is_few(c)) return read_few(r);
    if (c == U'参') return read_three(r);
    if (c == U'余' || c == U'餘' || c == U'多' || c == U'来' || c == U'來') return read_more(r);
    return skip_blank(r);
}

/* 三点一四, 零点五: only digits behind the point, and nothing that makes it a clock time. */
static void read_decimals(reader *r)
{
    uint32_t i = r->at;
    while (i < r->limit && r->chars[i] == ' ') i++;
    if ((r->flags & QM_NUMERAL_CLOCK) || i >= r->limit || !is_point(r->chars[i])) return;
    if (r->few || r->pair || r->relation) return;
    for (i++; i < r->limit && r->chars[i] == ' ';) i++;
    qm_value fraction = qm_number(0, 0);
    uint32_t from = i;
    for (; i < r->limit; i++) {
        uint32_t c = r->chars[i];
        int digit = qm_is_digit(c) ? (int)(c - '0') : qm_numeral_digit(c);
        if (digit < 0 || c == U'两' || c == U'兩') break;
        if (fraction.coefficient > (INT64_MAX - 9) / 10) {
            r->overflow = true;
            continue;
        }
        fraction.coefficient = fraction.coefficient * 10 + digit;
        fraction.exponent--;
    }
    uint32_t c = i < r->limit ? r->chars[i] : 0, next = i + 1 < r->limit ? r->chars[i + 1] : 0;
    if (i == from || (qm_numeral_scale(c) && qm_numeral_scale(c) < 4) || c == U'刻' || c == U'半' ||
        (c == U'分' && next != U'之'))
        return;
    r->glyphs += i - from;
    r->at = i;
    side *sides[] = {&r->low, &r->high};
    for (int k = 0; k < 2; k++) {
        qm_value whole = sides[k]->total;
        add(r, &whole, sides[k]->section);
        add(r, &whole, sides[k]->digit);
        add(r, &whole, fraction);
        *sides[k] = (side){qm_number(0, 0), qm_number(0, 0), whole};
    }
    r->has_digit = r->any = true;
    r->one = r->out->string = r->zero = false;
    r->small = r->big = r->last = 0;
    while (r->at < r->limit && qm_numeral_scale(r->chars[r->at]) >= 4 && read_scale(r)) continue;
}

/* 三万五, 两千四百五, 13万2: a single digit right behind a scale takes the next lower one. */
static void restore_scale(reader *r, int before)
{
    if (!r->has_digit || !r->one || r->zero || before < 2 || r->few) return;
    if (r->low.digit.coefficient == 0) return;
    raise(r, &r->low.digit, before - 1);
    raise(r, &r->high.digit, before - 1);
    r->out->shortened = true;
}

static qm_value sum(reader *r, side *s)
{
    add(r, &s->total, s->section);
    add(r, &s->total, s->digit);
    return s->total;
}

static void finish(reader *r, bool minus)
{
    qm_numeral *out = r->out;
    bool two = r->pair || r->few;
    qm_value low = qm_trimmed(sum(r, &r->low)), high = two ? qm_trimmed(sum(r, &r->high)) : low;
    out->end = r->at;
    out->glyphs = (uint8_t)(r->glyphs < 255 ? r->glyphs : 255);
    out->relation = r->relation;
    out->scale = (uint8_t)(r->last >= 4 ? r->last : 0);
    out->overflow = r->overflow;
    if (out->overflow) return;
    if (minus) low.coefficient = -low.coefficient, high.coefficient = -high.coefficient;
    if (r->few) {
        out->soft_low = low;
        out->soft_high = high;
        out->relation = QM_REL_APPROX;
    } else {
        out->low = low;
        if (r->pair) out->high = high;
    }
}

/* One positional number, without sign or fraction. */
static bool read_positional(reader *r, bool minus)
{
    int before = 0;
    while (r->at < r->limit) {
        int last = r->last;
        bool waiting = r->has_digit;
        uint32_t from = r->at;
        if (!read_token(r) || r->at == from) break;
        if (!waiting && r->has_digit) before = last;
    }
    /* A zero that holds no place belongs to what follows: 一百零 is nothing. */
    if (r->zero && !r->has_digit && r->at > 0 && qm_numeral_digit(r->chars[r->at - 1]) == 0)
        r->at--, r->glyphs--;
    if (!r->any) return false;
    restore_scale(r, before);
    if (!r->out->shortened || r->at >= r->limit || !is_point(r->chars[r->at])) read_decimals(r);
    finish(r, minus);
    return true;
}

/* 负的百分之三 */
static bool is_minus_of(const uint32_t *chars, uint32_t at, uint32_t limit)
{
    return at + 3 < limit && chars[at] == U'的' && qm_numeral_scale(chars[at + 1]) > 1 &&
           chars[at + 2] == U'分' && chars[at + 3] == U'之';
}

/* 百八十, 千八百: eighty to a hundred, as people say it; with 一 before it is exact. */
static void loosen(const uint32_t *chars, qm_numeral *out)
{
    uint32_t from = out->start;
    int scale = qm_numeral_scale(chars[from]);
    bool ten = out->end == from + 2 && scale == 2 && chars[from + 1] == U'十'; /* 百十号人 */
    if (!ten && (out->end != from + 3 || scale < 2 || chars[from + 1] != U'八' ||
                 qm_numeral_scale(chars[from + 2]) != scale - 1))
        return;
    out->low = (qm_value){0};
    out->soft_low = ten ? qm_number(1, 2) : qm_number(8, scale - 1);
    out->soft_high = ten ? qm_number(11, 1) : qm_number(1, scale);
    out->relation = QM_REL_APPROX;
}

/* 參佰: the formal three, which folds to 参, begins a numeral before formal scales alone. */
static bool begins_formal(const uint32_t *chars, uint32_t at, uint32_t limit)
{
    return chars[at] == U'参' && at + 1 < limit && is_formal(chars[at + 1]);
}

/* What only looks as if a numeral began: the end of a sentence, 数据, 负责. */
static bool is_no_numeral(uint32_t c, uint32_t next)
{
    if (c == '.') return !qm_is_digit(next);
    if (c == U'数' || c == U'數') return !qm_numeral_scale(next);
    if (qm_is_minus(c))
        return !qm_numeral_begins(next) && next != ' ' && next != U'的' && next != U'参';
    return c == U'半';
}

bool qm_numeral_whole(const uint32_t *chars, uint32_t from, uint32_t limit, unsigned flags,
                      qm_numeral *out)
{
    return (from < limit && qm_figure_read(chars, from, limit, flags, out)) ||
           qm_numeral_long(chars, from, limit, flags, out);
}

bool qm_numeral_long(const uint32_t *chars, uint32_t from, uint32_t limit, unsigned flags,
                     qm_numeral *out)
{
    if (from >= limit || (!qm_numeral_begins(chars[from]) && !begins_formal(chars, from, limit)))
        return false;
    if (is_no_numeral(chars[from], from + 1 < limit ? chars[from + 1] : 0)) return false;
    if (qm_decimal_read(chars, from, limit, flags, out)) return true;
    *out = (qm_numeral){.start = from};
    reader r = {.chars = chars, .at = from, .limit = limit, .flags = flags, .out = out};
    side zero = {qm_number(0, 0), qm_number(0, 0), qm_number(0, 0)};
    r.low = r.high = zero;
    bool minus = from < limit && qm_is_minus(chars[from]);
    if (minus)
        for (r.at++; r.at < limit && chars[r.at] == ' ';) r.at++;
    if (minus && is_minus_of(chars, r.at, limit)) r.at++;
    if (r.at >= limit) return false;
    if (minus && chars[from] == U'负' && is_few(chars[r.at])) return false;
    if (minus && chars[from] == '-' && from > 0 &&
        (is_latin(chars[from - 1]) || qm_is_digit(chars[from - 1]) || chars[from - 1] == '-'))
        return false;
    if (chars[r.at] == '.' && from > 0 && (chars[from - 1] >= 0x80 || chars[from - 1] == '.'))
        return false;
    out->paired = qm_is_two(chars[r.at]);
    out->twenty = chars[r.at] == U'廿';
    out->arabic = qm_is_digit(chars[r.at]) || chars[r.at] == '.';
    if (!read_positional(&r, minus)) return false;
    if (out->bare && !minus && !(flags & QM_NUMERAL_EXACT)) loosen(chars, out);
    return true;
}
