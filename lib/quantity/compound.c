/* Smaller units and halves behind a number and its unit. */
#include "quantity/amount.h"

#include <string.h>

/* Size of a unit in the base of its dimension; money: in the currency. */
static void size_of(const qm_unit *unit, int64_t *up, int64_t *down)
{
    *up = (unit->numerator ? unit->numerator : 1) * unit->part;
    *down = unit->denominator * unit->parts;
}

/* value in `from` as value in `to`. */
static bool rescale(qm_value value, const qm_unit *from, const qm_unit *to, qm_value *out)
{
    int64_t a, b, c, d, up, down;
    size_of(from, &a, &b);
    size_of(to, &c, &d);
    if (__builtin_mul_overflow(a, d, &up) || __builtin_mul_overflow(b, c, &down)) return false;
    return qm_number_scale(value, up, down, out);
}

static bool smaller(const qm_unit *a, const qm_unit *b)
{
    int64_t up, down, c, d;
    size_of(a, &up, &down);
    size_of(b, &c, &d);
    __extension__ typedef __int128 wide;
    return (wide)up * d < (wide)c * down;
}

/* 十块钱三斤, 五块三个, 一千五百米5分12秒: the figure counts something else. */
static bool is_counting(const qm_reader *r, const qm_unit *unit, uint32_t at, uint32_t end)
{
    qm_measure next;
    if (!qm_measure_find(r, at, end, -1, &next)) return false;
    const qm_unit *other = qm_measure_unit(r, &next);
    if (other)
        return other->dimension != unit->dimension &&
               (unit->kind == QM_KIND_MONEY || qm_char(r, end) == U'分');
    return next.classifier && !(next.classifier & QM_CLASSIFIER_WEAK);
}

/* Units that a bare figure may follow: 一米七五, 三吨五, 38度5, 10秒08, 二分五. */
static bool takes_figure(const qm_unit *unit, uint32_t c)
{
    if (c == U'分' || c == U'厘') return unit->kind == QM_KIND_MEASURE;
    return c == U'米' || c == U'吨' || c == U'度' || c == U'亩' || c == U'里' || c == U'斤' ||
           c == U'两' || c == U'寸' || c == U'尺' || c == U'丈' || c == U'秒';
}

/* 12块5, but not 12元5; 三元五一斤. */
static bool money_takes(const qm_reader *r, uint32_t at)
{
    uint32_t before = qm_char(r, at - 1), c = qm_char(r, at), next = qm_char(r, at + 1);
    if (!qm_is_digit(c)) return before != U'元' || next == U'一' || next == U'，';
    return (before == U'块' || before == U'毛') && qm_is_digit(r->chars[at - 2]) &&
           !qm_is_digit(next) && next != '.' &&
           (!qm_is_han(r, at + 1) || next == U'一' || qm_is_change(next)); /* 13块5涨到15块 */
}

/* Whether the figure that ends at `end` may close a measure: a noun behind would be counted. */
static bool closes(const qm_reader *r, uint32_t end)
{
    uint32_t c = qm_char(r, end);
    return !qm_is_han(r, end) || c == U'的' || c == U'左' || c == U'以' || c == U'多' || c == U'几';
}

/* last: the character that the unit ends with. */
static bool figure_fits(const qm_reader *r, const qm_unit *unit, uint32_t last, uint32_t at)
{
    uint32_t c = qm_char(r, at);
    if (qm_numeral_digit(c) <= 0 && !qm_is_digit(c)) return false;
    if (c == U'两') return false;
    return unit->kind == QM_KIND_MONEY ? money_takes(r, at)
                                       : takes_figure(unit, last) && unit->part == unit->parts;
}

typedef struct total {
    qm_value value;
    const qm_unit *unit;
    const qm_unit *written; /* the last one */
    uint32_t unit_index, end, number_end;
} total;

/* The figures of a last place: one, or two of metres and seconds; *n tells where they end. */
static bool read_last(const qm_reader *r, const qm_unit *unit, uint32_t last, uint32_t at,
                      qm_numeral *n)
{
    qm_measure price;
    bool money = unit->kind == QM_KIND_MONEY, metre = last == U'米';
    if (!qm_numeral_read(r->chars, at, r->count, QM_NUMERAL_EXACT, n) || !n->low.type) return false;
    if (money && n->end == at + 2 && r->chars[at + 1] == U'一' && /* 三块五一斤 */
        qm_measure_find(r, at + 1, n->end, -1, &price)) {
        n->end = at + 1;
        n->low = qm_number(qm_numeral_digit(qm_char(r, at)), 0);
        n->high = (qm_value){0};
    }
    uint32_t figures = n->end - at;
    if (metre && n->high.type && figures == 2) { /* 一米七八: no neighbours */
        n->low =
            qm_number(qm_numeral_digit(r->chars[at]) * 10 + qm_numeral_digit(r->chars[at + 1]), 0);
        n->high = (qm_value){0};
    }
    bool two = metre || (last == U'秒' && qm_is_digit(r->chars[at]));
    if (n->high.type || n->fraction || figures > (two ? 2u : 1u) || n->low.exponent != 0)
        return false;
    return !is_counting(r, unit, at, n->end) && (money || metre || closes(r, n->end));
}

/* 一米七, 六块五, 两毛五, 三斤二两五: a last figure takes the next lower place. */
static bool bare_tail(const qm_reader *r, total *t)
{
    qm_numeral n;
    const qm_unit *unit = t->written;
    uint32_t at = t->end;
    const uint32_t last = qm_char(r, at - 1);
    bool nought = (unit->kind == QM_KIND_MONEY || last == U'米') && unit->part == unit->parts &&
                  (qm_char(r, at) == U'零' || qm_char(r, at) == U'〇'); /* 三块零五, 一米零五 */
    at += nought;
    if (!figure_fits(r, unit, last, at) || !read_last(r, unit, last, at, &n)) return false;
    uint32_t figures = n.end - at;
    qm_word trap = qm_word_at(r, at, QM_SENSE_TRAP);
    if (trap.kind && (figures > 1 || qm_char(r, at + 1) != U'一' || trap.end > at + 2))
        return false;
    if (qm_char(r, n.end) == last) return false; /* 一块一块, 三块五块 */
    n.low.exponent = (int16_t) - (int)(figures + nought);
    bool other = unit != t->unit && unit->kind == QM_KIND_MEASURE;
    if (other ? !rescale(n.low, unit, t->unit, &n.low)
              : !qm_number_scale(n.low, unit->part, unit->parts, &n.low))
        return false;
    t->end = n.end;
    return qm_number_add(t->value, n.low, &t->value);
}

/* The unit of that kind and code, as if it stood at [start, end). */
static bool take_unit(const qm_reader *r, uint32_t kind, uint32_t code, uint32_t start,
                      uint32_t end, qm_measure *out)
{
    uint32_t i = 0, count = r->quantifier->units.count;
    while (i < count &&
           (r->quantifier->units.at[i].code != code || r->quantifier->units.at[i].kind != kind))
        i++;
    *out = (qm_measure){start, end, i, 0};
    return i < count;
}

/* The smaller unit at `at`: of the same dimension, or the hours of 8天20时 (16日20时 is a date and
 * a time), or the months of 六岁零两个月. */
static bool find_tail(const qm_reader *r, const total *t, uint32_t from, uint32_t at,
                      qm_measure *out)
{
    const qm_quantifier *q = r->quantifier;
    if (qm_measure_find(r, from, at, (int)t->unit->dimension, out)) return true;
    if (qm_char(r, at) == U'时')
        return t->unit->code == q->day && qm_char(r, t->end - 1) != U'日' &&
               take_unit(r, QM_KIND_DURATION, q->hour, at, at + 1, out);
    if (t->unit->kind != QM_KIND_AGE || !qm_measure_find(r, from, at, -1, out)) return false;
    const qm_unit *unit = qm_measure_unit(r, out);
    return unit && unit->kind == QM_KIND_DURATION && unit->code == q->month &&
           take_unit(r, QM_KIND_AGE, q->month, at, out->end, out);
}

/* 一天二十四小时, 一周七天: as much as the larger unit, or more, is told beside it. */
static bool fills(const qm_unit *larger, const qm_unit *unit, qm_value value)
{
    qm_value part;
    bool of_time = unit->kind == QM_KIND_DURATION || unit->kind == QM_KIND_AGE;
    return of_time && rescale(value, unit, larger, &part) &&
           qm_number_compare(part, qm_number(1, 0)) >= 0;
}

/* One smaller unit behind: 三斤二两, 两年零三个月, 6元5角, 8天20时. */
static bool read_tail(const qm_reader *r, total *t)
{
    uint32_t at = t->end, end;
    qm_amount next = {.measure = {0, 0, QM_NONE, 0}};
    qm_value value, sum;
    uint32_t c = qm_char(r, at);
    const bool linked = c == U'零' || c == U'又' || c == U'〇' || c == U'加';
    at += linked;
    if (c == U'加' && qm_char(r, at) == U'上') at++;
    at = qm_skip_spaces(r, at, 1);
    if (!qm_numeral_begins(qm_char(r, at)) || qm_char(r, at) == U'半' || qm_char(r, at) == '-')
        return false;
    if (!qm_numeral_read(r->chars, at, r->count, QM_NUMERAL_EXACT | QM_NUMERAL_CLOCK,
                         &next.number) ||
        !next.number.low.type || next.number.high.type)
        return false;
    end = qm_skip_spaces(r, next.number.end, 1);
    if (!find_tail(r, t, at, end, &next.measure)) return false;
    const qm_unit *unit = qm_measure_unit(r, &next.measure);
    if (!unit || !smaller(unit, t->unit) || (!linked && fills(t->unit, unit, next.number.low)))
        return false;
    if (unit->kind == QM_KIND_DURATION || unit->kind == QM_KIND_AGE) {
        if (!rescale(t->value, t->unit, unit, &value) ||
            !qm_number_add(value, next.number.low, &sum))
            return false;
        t->unit = unit;
        t->unit_index = next.measure.unit;
    } else {
        qm_value part = next.number.low;
        const qm_unit *into = t->unit;
        if (unit->kind == QM_KIND_MONEY) {
            if (!qm_number_scale(part, unit->part, unit->parts, &value)) return false;
        } else if (!rescale(part, unit, into, &value)) {
            return false;
        }
        if (!qm_number_add(t->value, value, &sum)) return false;
    }
    t->value = sum;
    t->written = unit;
    t->end = next.measure.end;
    t->number_end = next.number.end;
    return true;
}

/* 一斤半, 三年半, 分半钟. */
static bool read_half_behind(const qm_reader *r, total *t)
{
    if (qm_char(r, t->end) != U'半') return false;
    uint32_t next = qm_char(r, t->end + 1);
    if (next == U'个' || next == U'路' || next == U'山' || next == U'夜' || next == U'以')
        return false;
    qm_measure unit;
    /* 一块半天, 四十五万元半月: 半 belongs to what follows. */
    if (next != U'钟' && qm_measure_find(r, t->end, t->end + 1, -1, &unit) &&
        unit.unit != QM_NONE &&
        (!t->unit || t->unit->dimension == qm_measure_unit(r, &unit)->dimension ||
         qm_measure_unit(r, &unit)->kind == QM_KIND_DURATION))
        return false;
    if (next == U'月') return false;
    qm_value half = qm_number(t->value.coefficient < 0 ? -5 : 5, -1); /* -31度半 */
    if (t->unit && !qm_number_scale(half, t->unit->part, t->unit->parts, &half)) return false;
    if (!qm_number_add(t->value, half, &t->value)) return false;
    t->end += next == U'钟' ? 2 : 1;
    return true;
}

/* Months, or 0 when the unit is no calendar one. */
static int64_t months_of(const qm_unit *unit, qm_value value)
{
    if (!unit || unit->kind != QM_KIND_DURATION || unit->si || value.exponent > 3) return 0;
    for (; value.exponent > 0; value.exponent--) value.coefficient *= 10;
    if (value.exponent < 0 || value.coefficient < 1 || value.coefficient > 9999) return 0;
    return unit->numerator * value.coefficient;
}

/* The days that so many months in a row have at least or at most. */
static int64_t days_of(int64_t months, bool most)
{
    static const int16_t least[] = {0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334},
                         longest[] = {0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337};
    return months / 12 * (most ? 366 : 365) + (most ? longest : least)[months % 12];
}

/* 一个月零三天, 两天又一个月: no month has a fixed number of days, so there are bounds and no
 * value. */
static bool read_mixed(const qm_reader *r, qm_quantity *q, qm_amount *a)
{
    qm_amount next;
    uint32_t at = q->end, c = qm_char(r, at);
    if (c != U'零' && c != U'又' && c != U'加') return false;
    at += c == U'加' && qm_char(r, at + 1) == U'上' ? 2 : 1;
    if (!qm_numeral_begins(qm_char(r, at)) || !qm_amount_parse(r, at, r->count, &next))
        return false;
    const qm_unit *first = qm_measure_unit(r, &a->measure),
                  *second = qm_measure_unit(r, &next.measure);
    if (!second || second->kind != QM_KIND_DURATION || !next.number.low.type || next.relation ||
        next.number.high.type || next.number.relation)
        return false;
    bool rising = months_of(second, next.number.low) > 0;
    const qm_unit *small = rising ? first : second;
    int64_t months = rising ? months_of(second, next.number.low) : months_of(first, q->low);
    qm_value rest = rising ? q->low : next.number.low, bounds[2];
    if (!months || !small->si) return false;
    for (int i = 0; i < 2; i++)
        if (!qm_number_scale(qm_number(days_of(months, i), 0), 86400 * small->denominator,
                             small->numerator, &bounds[i]) ||
            !qm_number_add(bounds[i], rest, &bounds[i]))
            return false;
    q->low = (qm_value){0};
    q->soft_low = bounds[0];
    q->soft_high = bounds[1];
    q->relation = QM_REL_APPROX;
    q->unit = small->code;
    q->end = next.measure.end;
    q->number_end = next.number.end;
    return true;
}

/* 4×100米, 4×50米: four runs of 50 metres and more, no sides. */
static bool is_relay(const qm_quantity *q, const qm_amount *run)
{
    return qm_number_compare(q->low, qm_number(4, 0)) == 0 && run->number.low.type &&
           qm_number_compare(run->number.low, qm_number(50, 0)) >= 0;
}

/* 3×4米, 10×20×30厘米: the sides share the unit of the last one. */
bool qm_side_read(const qm_reader *r, qm_quantity *q, qm_amount *a)
{
    enum { SIDES = 3 };
    qm_amount next = {.value_end = q->end};
    const qm_unit *unit = NULL;
    for (int i = 1; i < SIDES && !unit; i++) {
        uint32_t at = next.value_end, c = qm_char(r, at);
        if ((c != U'×' && c != '*') || !qm_is_digit(qm_char(r, at + 1)) ||
            !qm_amount_parse(r, at + 1, r->count, &next))
            return false;
        unit = qm_measure_unit(r, &next.measure);
    }
    if (is_relay(q, &next)) return false;
    if (!unit || strcmp(qm_dimensions[unit->dimension].name, "length") != 0) return false;
    q->kind = unit->kind;
    q->unit = unit->code;
    a->measure.unit = next.measure.unit;
    return true;
}

static int figure_of(uint32_t c)
{
    return qm_is_digit(c) ? (int)(c - '0') : qm_numeral_digit(c);
}

/* 两天两夜, 两天一夜, 一天两晚: as many nights as days, or one more or less. */
static bool nights_follow(const qm_reader *r, const qm_quantity *q)
{
    int days = figure_of(qm_char(r, q->number_start));
    int nights = figure_of(qm_char(r, q->end)), more = days - nights;
    uint32_t c = qm_char(r, q->end + 1);
    return q->number_end == q->number_start + 1 && days > 0 && nights > 0 && more * more < 2 &&
           (c == U'夜' || c == U'晚');
}

/* Smaller units and halves add to the value; never to ranges or approximate numbers. */
void qm_amount_extend(const qm_reader *r, qm_quantity *q, qm_amount *a)
{
    const qm_unit *unit = qm_measure_unit(r, &a->measure);
    if (!q->low.type || q->high.type || a->relation || a->number.relation || a->number.half) return;
    if (!unit && !a->measure.classifier) return;
    if (unit && unit->kind == QM_KIND_DURATION && read_mixed(r, q, a)) return;
    total t = {q->low, unit, unit, a->measure.unit, q->end, q->number_end};
    if (unit && (unit->kind == QM_KIND_MONEY || unit->kind == QM_KIND_MEASURE ||
                 unit->kind == QM_KIND_DURATION || unit->kind == QM_KIND_AGE)) {
        while (read_tail(r, &t)) continue;
        if (bare_tail(r, &t) && qm_char(r, t.end) == U'几') {
            t.end++; /* 一米八几: more than that */
            q->relation = QM_REL_GT;
        }
    }
    if (t.end == q->end || t.unit != unit) read_half_behind(r, &t);
    if (unit && unit->code == r->quantifier->day && t.end == q->end && nights_follow(r, q))
        t.end += 2;
    if (unit && unit->kind == QM_KIND_DURATION && qm_char(r, t.end) == U'整' &&
        !qm_is_han(r, t.end + 1))
        t.end++;
    q->low = t.value;
    q->end = t.end;
    if (t.unit) {
        q->unit = t.unit->code;
        a->measure.unit = t.unit_index;
    }
}
