/* A number with what stands behind it: unit or classifier, range, smaller units, halves. */
#include "quantity/internal.h"

/* What a number counts or measures in. */
typedef struct measure {
    uint32_t start, end;
    uint32_t unit; /* index into the units, QM_NONE for a classifier */
    const qm_word *classifier;
} measure;

typedef struct amount {
    qm_numeral number;
    measure measure;
    uint8_t relation;   /* from 余 多 来 between number and unit */
    uint32_t value_end; /* number and what belongs to it without the unit */
    bool whole;         /* the classifier has 大 or 小 in front: 七大类 */
} amount;

static const qm_unit *unit_of(const qm_reader *r, const measure *m)
{
    return m->unit == QM_NONE ? NULL : &r->quantifier->units.at[m->unit];
}

/* ---- which unit a surface means ----------------------------------------------------------------
 */

/* Whether a cue of the unit stands in the clause, not far before or right behind. */
static bool is_cued(const qm_reader *r, uint32_t from, uint32_t end, uint32_t unit)
{
    const qm_quantity_scratch *s = r->scratch;
    uint32_t first = from > r->from + 14 ? from - 14 : r->from;
    uint32_t last = end + 3 < r->to ? end + 3 : r->to;
    if (last > r->count) last = r->count;
    for (uint32_t i = first < last ? s->heads.at[first] : 0; first < last && i < s->heads.at[last];
         i++)
        if (s->words.at[i].kind == QM_SENSE_UNIT_CUE && s->words.at[i].value == unit) return true;
    return false;
}

/* 五分三十秒, 一分半钟: what makes minutes of 分. */
static bool seconds_follow(const qm_reader *r, uint32_t at)
{
    qm_numeral n;
    if (qm_char(r, at) == U'半') return qm_char(r, at + 1) == U'钟';
    if (qm_char(r, at) == U'零') at++;
    if (!qm_is_digit(qm_char(r, at)) && qm_numeral_digit(qm_char(r, at)) < 0 &&
        qm_char(r, at) != U'十')
        return false;
    return qm_numeral_read(r->chars, at, r->count, QM_NUMERAL_EXACT | QM_NUMERAL_CLOCK, &n) &&
           qm_char(r, n.end) == U'秒';
}

/* How well a unit word fits; 0 not at all. tail: the dimension of the larger unit before, or -1. */
static int fitness(const qm_reader *r, const qm_word *word, uint32_t from, uint32_t at, int tail)
{
    const qm_unit *unit = &r->quantifier->units.at[word->value];
    if (word->flags & QM_UNIT_BEFORE) return 0;
    if (word->flags & QM_UNIT_LATIN) {
        uint32_t i = at;
        while (i > from && r->chars[i - 1] == ' ') i--;
        if (i == from || !(qm_is_digit(r->chars[i - 1]) || qm_numeral_scale(r->chars[i - 1]) ||
                           qm_numeral_digit(r->chars[i - 1]) >= 0))
            return 0;
        uint32_t c = qm_char(r, at);
        if ((word->flags & QM_UNIT_LOWER) && c >= 'A' && c <= 'Z') return 0;
        if ((word->flags & QM_UNIT_UPPER) && c >= 'a' && c <= 'z') return 0;
        if (qm_is_letter(qm_char(r, word->end))) return 0;
        if (qm_is_digit(qm_char(r, word->end)) && qm_is_letter(qm_char(r, word->end - 1))) return 0;
    }
    if (tail >= 0) return unit->dimension == tail ? 4 : 0;
    if (unit->kind == QM_KIND_DURATION && unit->code == r->quantifier->minute &&
        seconds_follow(r, word->end))
        return 4;
    bool cued = (word->flags & QM_UNIT_CUED) && is_cued(r, from, word->end, word->value);
    if (word->flags & QM_UNIT_CUED) return cued ? 4 : 0;
    if (word->flags & QM_UNIT_TAIL) return 0;
    return word->flags & QM_UNIT_DEFAULT ? 1 : 3;
}

/* The longest unit or classifier at `at`; a unit that fits well wins over a classifier. */
static bool find_measure(const qm_reader *r, uint32_t from, uint32_t at, int tail, measure *out)
{
    const qm_quantity_scratch *s = r->scratch;
    int best = 0;
    *out = (measure){at, at, QM_NONE, NULL};
    if (at >= r->count) return false;
    for (uint32_t i = s->heads.at[at]; i < s->heads.at[at + 1]; i++) {
        const qm_word *word = &s->words.at[i];
        int score = word->kind == QM_SENSE_UNIT ? fitness(r, word, from, at, tail)
                    : word->kind == QM_SENSE_CLASSIFIER && tail < 0 ? 2
                                                                    : 0;
        if (!score) continue;
        score += (int)(word->end - at) * 8;
        if (score <= best) continue;
        best = score;
        out->end = word->end;
        out->unit = word->kind == QM_SENSE_UNIT ? word->value : QM_NONE;
        out->classifier = word->kind == QM_SENSE_UNIT ? NULL : word;
    }
    return best > 0;
}

/* ---- one number with its unit ------------------------------------------------------------------
 */

static const qm_word *masked_after(const qm_reader *r, uint32_t at)
{
    const qm_word *word = qm_word_at(r, at, QM_SENSE_AFTER);
    return word && (word->flags & QM_MODIFIER_MASK) ? word : NULL;
}

/* 余 多 来 behind the number: its relation, 0 if there is none. */
static uint8_t more(const qm_reader *r, uint32_t at, uint32_t *end)
{
    uint32_t c = qm_char(r, at);
    *end = at;
    if (c != U'余' && c != U'多' && c != U'来' && c != U'把') return 0;
    const qm_word *mask = masked_after(r, at);
    measure next;
    if (mask && (mask->end > at + 2 || !find_measure(r, at, at + 1, -1, &next))) return 0;
    *end = at + 1;
    return c == U'余' || c == U'多' ? QM_REL_GT : QM_REL_APPROX;
}

/* 余 and 多 follow round figures: 二十多, 1100多, not 五多. 来 and 把 need a hanzi scale. */
static bool takes_more(const qm_reader *r, const qm_numeral *n, uint32_t c)
{
    uint32_t last = r->chars[n->end - 1];
    if (n->relation || n->overflow || n->high.type) return false;
    if (c == U'来' || c == U'把') {
        if (c == U'把' && last != U'百' && last != U'千' && last != U'万') return false;
        return qm_numeral_scale(last) > 0 || (n->plain && last == '0');
    }
    return qm_numeral_scale(last) > 0 || n->arabic;
}

/* 两个亿, 3个多亿: the scale stands behind 个. */
static bool lift_scale(const qm_reader *r, amount *a)
{
    uint32_t at = a->value_end, end;
    if (qm_char(r, at) != U'个' || a->number.scale || !a->number.low.type) return false;
    uint8_t relation = more(r, at + 1, &end);
    if (qm_char(r, end) != U'亿') return false;
    if (!qm_number_multiply(a->number.low, qm_number(1, 8), &a->number.low))
        a->number.overflow = true;
    if (a->number.high.type &&
        !qm_number_multiply(a->number.high, qm_number(1, 8), &a->number.high))
        a->number.overflow = true;
    a->number.scale = 8;
    a->number.end = end + 1;
    a->relation = relation;
    a->value_end = end + 1;
    return true;
}

static bool is_hanzi_one_figure(const qm_numeral *n)
{
    return n->glyphs == 1 && !n->arabic && !n->bare;
}

static void add_half(qm_numeral *n)
{
    if (n->overflow || !n->low.type) return;
    if (!qm_number_add(n->low, qm_number(5, -1), &n->low)) n->overflow = true;
}

/* 个月 as a unit from its second character: 个半月, 个多月. */
static bool find_month(const qm_reader *r, uint32_t at, measure *out)
{
    if (qm_char(r, at) != U'月' || qm_char(r, at + 1) == U'份') return false;
    for (uint32_t i = 0; i < r->quantifier->units.count; i++)
        if (r->quantifier->units.at[i].code == r->quantifier->month &&
            r->quantifier->units.at[i].kind == QM_KIND_DURATION)
            return *out = (measure){at, at + 1, i, NULL}, true;
    return false;
}

static bool find_span_of_time(const qm_reader *r, uint32_t from, uint32_t at, measure *out)
{
    if (find_month(r, at, out)) return true;
    if (!find_measure(r, from, at, -1, out)) return false;
    const qm_unit *unit = unit_of(r, out);
    return unit && unit->kind == QM_KIND_DURATION;
}

/* 两个多月, 三个多小时: more than the number says. */
static bool more_between(const qm_reader *r, amount *a, measure *out)
{
    uint32_t at = a->value_end;
    if (qm_char(r, at) != U'个' || (qm_char(r, at + 1) != U'多' && qm_char(r, at + 1) != U'余'))
        return false;
    if (!find_span_of_time(r, a->number.start, at + 2, out)) return false;
    a->relation = QM_REL_GT;
    return true;
}

/* 两个半小时, 一个半月: half of the unit that follows 个半. */
static bool half_between(const qm_reader *r, amount *a, measure *out)
{
    uint32_t at = a->value_end;
    if (qm_char(r, at) != U'个' || qm_char(r, at + 1) != U'半') return false;
    if (!find_span_of_time(r, a->number.start, at + 2, out)) return false;
    add_half(&a->number);
    return true;
}

/* 大 小 整 between number and classifier: 七大类, 两大本, 两整天. */
static bool sized_measure(const qm_reader *r, amount *a, uint32_t at, measure *out)
{
    uint32_t c = qm_char(r, at);
    if (c != U'大' && c != U'小' && c != U'整') return false;
    if (r->chars[a->number.start] == U'一' && c != U'整') return false;
    if (!find_measure(r, a->number.start, at + 1, -1, out)) {
        if (c != U'大' || !is_hanzi_one_figure(&a->number)) return false;
        *out = (measure){at, at + 1, QM_NONE, NULL};
        a->whole = true;
        return true;
    }
    const qm_unit *unit = unit_of(r, out);
    if (unit && c == U'大' && is_hanzi_one_figure(&a->number)) { /* 五大方面 */
        *out = (measure){at, at + 1, QM_NONE, NULL};
        return a->whole = true;
    }
    if (unit && (c != U'整' || unit->kind != QM_KIND_DURATION)) return false;
    return qm_char(r, out->start) != U'学' && qm_char(r, out->start) != U'家';
}

/* The unit behind the number at hand; false when there is none. */
static bool read_measure(const qm_reader *r, amount *a)
{
    measure *m = &a->measure;
    uint32_t at = a->value_end, end;
    if (half_between(r, a, m) || more_between(r, a, m)) return true;
    if (a->number.paired && a->number.glyphs == 1 && find_month(r, at, m)) return true; /* 两月 */
    if (lift_scale(r, a)) at = a->value_end;
    uint32_t c = qm_char(r, at);
    if (!a->relation && takes_more(r, &a->number, c)) {
        a->relation = more(r, at, &end);
        at = a->value_end = end;
        if (qm_numeral_scale(qm_char(r, at)) >= 4 && a->relation == QM_REL_GT) return false;
    }
    uint32_t spaced = qm_skip_spaces(r, at, 1);
    if (qm_char(r, at) == U'个' && find_measure(r, a->number.start, at + 1, -1, m) &&
        m->unit != QM_NONE && m->end > at + 2 && unit_of(r, m)->kind == QM_KIND_MEASURE)
        return true; /* 六个加仑 */
    if (find_measure(r, a->number.start, spaced, -1, m)) {
        /* A blank parts table cells and list items as well: only units may stand behind one. */
        return spaced == at || m->unit != QM_NONE || !is_hanzi_one_figure(&a->number);
    }
    if (sized_measure(r, a, at, m)) return true;
    *m = (measure){at, at, QM_NONE, NULL};
    return false;
}

/* 半斤, 半年, 半个月, 半天: half of the unit behind 半 or 半个. */
static bool read_half(const qm_reader *r, uint32_t at, amount *a)
{
    measure *m = &a->measure;
    uint32_t unit = at + 1;
    uint32_t before = at > 0 ? r->chars[at - 1] : 0, next = qm_char(r, unit);
    bool half = before == U'上' || before == U'下' || before == U'前' || before == U'后';
    if (half && next != U'个' && next != U'小' && next != U'天') return false; /* 上半年, 后半夜 */
    a->number = (qm_numeral){
        .start = at, .end = at + 1, .low = qm_number(5, -1), .glyphs = 1, .half = true};
    a->value_end = at + 1;
    if (qm_char(r, unit) == U'个' && !find_measure(r, at, unit, -1, m)) unit++;
    if (!find_measure(r, at, unit, -1, m)) return false;
    const qm_unit *found = unit_of(r, m);
    if (!found && m->end == unit + 1 && qm_char(r, unit) == U'个') {
        measure longer;
        if (find_measure(r, at, unit + 1, -1, &longer) && longer.unit != QM_NONE) *m = longer;
    }
    if (unit_of(r, m)) return true;
    return m->classifier && !(m->classifier->flags & (QM_CLASSIFIER_WEAK | QM_CLASSIFIER_LABEL));
}

static bool read_amount(const qm_reader *r, uint32_t at, uint32_t limit, amount *a)
{
    *a = (amount){.measure = {at, at, QM_NONE, NULL}};
    if (qm_char(r, at) == U'半') return read_half(r, at, a);
    if (!qm_numeral_read(r->chars, at, limit, QM_NUMERAL_LETTERS, &a->number)) return false;
    a->value_end = a->number.end;
    if (a->number.percent || a->number.fraction) {
        if (!a->number.percent) read_measure(r, a);
        return true;
    }
    read_measure(r, a);
    return true;
}

/* ---- smaller units and halves behind
 * ------------------------------------------------------------- */

static bool same_measure(const qm_reader *r, const measure *a, const measure *b)
{
    const qm_unit *x = unit_of(r, a), *y = unit_of(r, b);
    if (x || y) return x && y && x->code == y->code && x->part == y->part && x->parts == y->parts;
    if (a->end - a->start != b->end - b->start) return false;
    for (uint32_t i = 0; i < a->end - a->start; i++)
        if (r->chars[a->start + i] != r->chars[b->start + i]) return false;
    return true;
}

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

/* 一米七, 六块五, 两毛五: a last figure takes the next lower place. */
static bool bare_tail(const qm_reader *r, const qm_unit *unit, uint32_t at, qm_value *value,
                      uint32_t *end)
{
    qm_numeral n;
    bool money = unit->kind == QM_KIND_MONEY, length = unit->code && unit->numerator == 1 &&
                                                       unit->denominator == 1 &&
                                                       qm_char(r, at - 1) == U'米';
    if (!money && !length) return false;
    if (money && qm_char(r, at - 1) == U'元' && !qm_is_digit(qm_char(r, at))) return false;
    if (qm_numeral_digit(qm_char(r, at)) <= 0 && !qm_is_digit(qm_char(r, at))) return false;
    if (qm_char(r, at) == U'两' || (qm_is_digit(qm_char(r, at)) && money)) return false;
    if (!qm_numeral_read(r->chars, at, r->count, QM_NUMERAL_EXACT, &n) || !n.low.type) return false;
    uint32_t figures = n.end - at;
    if (n.high.type || n.fraction || figures > (length ? 2u : 1u) || n.low.exponent != 0)
        return false;
    measure next;
    if (find_measure(r, at, n.end, -1, &next) && next.unit == QM_NONE && next.classifier &&
        !(next.classifier->flags & QM_CLASSIFIER_WEAK))
        return false;
    if (qm_word_at(r, at, QM_SENSE_TRAP)) return false;
    if (qm_char(r, n.end) == qm_char(r, at - 1)) return false; /* 一块一块, 三块五块 */
    n.low.exponent = (int16_t) - (int)figures;
    if (!qm_number_scale(n.low, unit->part, unit->parts, &n.low)) return false;
    *end = n.end;
    return qm_number_add(*value, n.low, value);
}

typedef struct total {
    qm_value value;
    const qm_unit *unit;
    const qm_unit *written; /* the last one */
    uint32_t unit_index, end, number_end;
} total;

/* One smaller unit behind: 三斤二两, 两年零三个月, 6元5角, 8天20时. */
static bool read_tail(const qm_reader *r, total *t)
{
    uint32_t at = t->end, end;
    amount next = {.measure = {0, 0, QM_NONE, NULL}};
    qm_value value, sum;
    uint32_t c = qm_char(r, at);
    if (c == U'零' || c == U'又' || c == U'〇' || c == U'加') at++;
    if (c == U'加' && qm_char(r, at) == U'上') at++;
    at = qm_skip_spaces(r, at, 1);
    if (!qm_numeral_begins(qm_char(r, at)) || qm_char(r, at) == U'半' || qm_char(r, at) == '-')
        return false;
    if (!qm_numeral_read(r->chars, at, r->count, QM_NUMERAL_EXACT | QM_NUMERAL_CLOCK,
                         &next.number) ||
        !next.number.low.type || next.number.high.type)
        return false;
    end = qm_skip_spaces(r, next.number.end, 1);
    if (!find_measure(r, at, end, (int)t->unit->dimension, &next.measure)) {
        if (qm_char(r, end) != U'时' || t->unit->code != r->quantifier->day) return false;
        for (uint32_t i = 0; i < r->quantifier->units.count; i++)
            if (r->quantifier->units.at[i].code == r->quantifier->hour)
                next.measure = (measure){end, end + 1, i, NULL};
    }
    const qm_unit *unit = unit_of(r, &next.measure);
    if (!unit || !smaller(unit, t->unit)) return false;
    if (unit->kind == QM_KIND_DURATION) {
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
    measure unit;
    /* 一块半天, 四十五万元半月: 半 belongs to what follows. */
    if (next != U'钟' && find_measure(r, t->end, t->end + 1, -1, &unit) && unit.unit != QM_NONE &&
        (!t->unit || t->unit->dimension == unit_of(r, &unit)->dimension ||
         unit_of(r, &unit)->kind == QM_KIND_DURATION))
        return false;
    if (next == U'月') return false;
    qm_value half = qm_number(5, -1);
    if (t->unit && !qm_number_scale(half, t->unit->part, t->unit->parts, &half)) return false;
    if (!qm_number_add(t->value, half, &t->value)) return false;
    t->end += next == U'钟' ? 2 : 1;
    return true;
}

/* ---- putting a row together
 * ---------------------------------------------------------------------- */

static bool to_unit(const qm_unit *unit, qm_value *value)
{
    if (!value->type || unit->part == unit->parts) return true;
    return qm_number_scale(*value, unit->part, unit->parts, value);
}

static void set_overflow(qm_quantity *q)
{
    q->low = q->high = q->soft_low = q->soft_high = q->si_value = (qm_value){0};
    q->si_unit = 0;
    q->flags |= QM_QUANTITY_OVERFLOW;
}

static void fill_value(qm_quantity *q, const amount *a)
{
    q->number_start = a->number.percent ? a->number.inner : a->number.start;
    q->number_end = a->number.end;
    q->low = a->number.low;
    q->high = a->number.high;
    q->soft_low = a->number.soft_low;
    q->soft_high = a->number.soft_high;
    q->relation = a->relation ? a->relation : a->number.relation ? a->number.relation : QM_REL_EQ;
    if (a->number.overflow) set_overflow(q);
}

static void fill_measure(const qm_reader *r, qm_quantity *q, const amount *a)
{
    const measure *m = &a->measure;
    const qm_unit *unit = unit_of(r, m);
    q->end = m->end > a->value_end ? m->end : a->value_end;
    if (a->number.percent) {
        q->kind = QM_KIND_PERCENT;
        q->unit = r->quantifier->percent;
    } else if (unit) {
        qm_value *values[] = {&q->low, &q->high, &q->soft_low, &q->soft_high};
        q->kind = unit->kind;
        q->unit = unit->code;
        for (int i = 0; i < 4; i++)
            if (!to_unit(unit, values[i])) set_overflow(q);
    } else if (m->end > m->start) {
        q->kind = QM_KIND_COUNT;
        q->unit = QM_UNIT_WRITTEN;
        q->unit_start = m->start;
        q->unit_end = m->end;
    } else {
        q->kind = QM_KIND_NUMBER;
    }
}

/* Smaller units and halves add to the value; never to ranges or approximate numbers. */
static void extend(const qm_reader *r, qm_quantity *q, amount *a)
{
    const qm_unit *unit = unit_of(r, &a->measure);
    if (!q->low.type || q->high.type || a->relation || a->number.relation || a->number.half) return;
    if (!unit && !a->measure.classifier) return;
    total t = {q->low, unit, unit, a->measure.unit, q->end, q->number_end};
    if (unit && (unit->kind == QM_KIND_MONEY || unit->kind == QM_KIND_MEASURE ||
                 unit->kind == QM_KIND_DURATION)) {
        while (read_tail(r, &t)) continue;
        bare_tail(r, t.written, t.end, &t.value, &t.end);
    }
    if (t.end == q->end || t.unit != unit) read_half_behind(r, &t);
    if (unit && unit->code == r->quantifier->day && t.end == q->end &&
        qm_char(r, t.end) == qm_char(r, q->number_start) && qm_char(r, t.end + 1) == U'夜' &&
        q->number_end == q->number_start + 1)
        t.end += 2; /* 两天两夜 */
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

/* 元整, 块钱, 元人民币, 人民币 before. */
static void money_edges(const qm_reader *r, qm_quantity *q)
{
    uint32_t start, c = qm_char(r, q->end), next = qm_char(r, q->end + 1);
    if (q->kind != QM_KIND_MONEY) return;
    if (c == U'钱') q->end++;
    else if (c == U'人' && next == U'民' && qm_char(r, q->end + 2) == U'币') q->end += 3;
    if ((c == U'整' || c == U'正') && !qm_is_han(r, q->end + 1)) q->end++;
    uint32_t at = q->start;
    while (at > r->from && r->chars[at - 1] == ' ' && q->start - at < 1) at--;
    const qm_word *word = qm_unit_before(r, at, &start);
    if (word && r->quantifier->units.at[word->value].kind == QM_KIND_MONEY) q->start = start;
    const qm_word *behind = qm_word_at(r, q->end, QM_SENSE_UNIT);
    if (behind && (behind->flags & QM_UNIT_LATIN) &&
        r->quantifier->units.at[behind->value].code == q->unit)
        q->end = behind->end;
}

/* 人民币 3.14, ¥300, $20, 摄氏37度: the unit stands before the number. */
static void unit_before(const qm_reader *r, qm_quantity *q)
{
    uint32_t start, at = q->start;
    while (at > r->from && r->chars[at - 1] == ' ' && q->start - at < 1) at--;
    const qm_word *word = qm_unit_before(r, at, &start);
    if (!word) return;
    const qm_unit *unit = &r->quantifier->units.at[word->value];
    bool degrees = unit->kind == QM_KIND_MEASURE && q->kind == QM_KIND_MEASURE &&
                   qm_char(r, q->number_end) == U'度';
    if (unit->kind == QM_KIND_MONEY ? q->kind != QM_KIND_NUMBER : !degrees) return;
    q->start = start;
    q->kind = unit->kind;
    q->unit = unit->code;
}

/* 零下5度: below zero. */
static void below_zero(const qm_reader *r, qm_quantity *q)
{
    uint32_t at = q->start;
    if (q->kind != QM_KIND_MEASURE || at < 2 || r->chars[at - 2] != U'零' ||
        r->chars[at - 1] != U'下')
        return;
    q->start = at - 2;
    q->low.coefficient = -q->low.coefficient;
    if (q->high.type) q->high.coefficient = -q->high.coefficient;
    if (q->unit != r->quantifier->fahrenheit) q->unit = r->quantifier->celsius;
    uint32_t start;
    const qm_word *word = qm_unit_before(r, q->start, &start);
    if (!word || r->quantifier->units.at[word->value].kind != QM_KIND_MEASURE) return;
    q->start = start;
    q->unit = r->quantifier->units.at[word->value].code;
}

/* ---- ranges
 * --------------------------------------------------------------------------------------- */

static qm_value mantissa(const qm_numeral *n, int power)
{
    qm_value value = n->low;
    value.exponent = (int16_t)(value.exponent - power);
    return value;
}

/* The scale that the left side shares: 3～5万, 两到三千. 0: none. */
static int shared_scale(const qm_reader *r, const qm_numeral *left, const qm_numeral *right)
{
    int scale = right->scale;
    uint32_t last = r->chars[right->end - 1];
    if (left->scale || left->bare || right->bare) return 0;
    if (!scale && (last == U'千' || last == U'百') && right->glyphs == 2 && left->glyphs == 1)
        scale = qm_numeral_scale(last);
    if (!scale && right->arabic && (last == 'k' || last == 'K')) scale = 3;
    if (!scale) return 0;
    return qm_number_compare(left->low, mantissa(right, scale)) < 0 ? scale : 0;
}

static bool joins(const qm_reader *r, const amount *left, const amount *right)
{
    if (!right->number.low.type || right->number.high.type || right->number.overflow) return false;
    if (left->number.fraction != right->number.fraction) return false;
    if (left->number.percent)
        return right->number.percent || right->measure.end == right->measure.start;
    if (left->measure.end == left->measure.start) return !right->number.percent;
    return same_measure(r, &left->measure, &right->measure);
}

static bool read_range(const qm_reader *r, const amount *left, qm_quantity *q)
{
    amount right;
    uint32_t at = left->measure.end > left->value_end ? left->measure.end : left->value_end;
    const qm_word *trap;
    if (!q->low.type || q->high.type || left->number.half) return false;
    uint32_t next = qm_connector(r, at);
    if (!next || !qm_numeral_begins(qm_char(r, next)) || qm_char(r, next) == '-') return false;
    if (!read_amount(r, next, r->count, &right) || !joins(r, left, &right)) return false;
    uint32_t end = right.measure.end > right.value_end ? right.measure.end : right.value_end;
    if ((trap = qm_word_at(r, next, QM_SENSE_TRAP)) && trap->end >= end) return false;
    bool bare = right.measure.end == right.measure.start && !left->number.percent;
    if (bare && left->number.plain != right.number.plain) return false;
    qm_quantity whole = *q;
    qm_value low = left->number.low;
    int scale = left->measure.end == left->measure.start
                    ? shared_scale(r, &left->number, &right.number)
                    : 0;
    low.exponent = (int16_t)(low.exponent + scale);
    qm_value high = right.number.low;
    if (qm_number_compare(low, high) >= 0) return false;
    whole.low = low;
    whole.high = high;
    whole.number_end = right.number.end;
    whole.relation = right.relation ? QM_REL_APPROX : q->relation;
    if (left->number.percent) {
        whole.end = right.number.end;
    } else {
        fill_measure(r, &whole, &right);
    }
    if (scale) whole.flags |= QM_QUANTITY_SCALE_INHERITED;
    *q = whole;
    return true;
}

/* ---- kinds that depend on what is around -------------------------------------------------------
 */

static bool money_nearby(const qm_reader *r, uint32_t from)
{
    uint32_t first = from > r->from + 12 ? from - 12 : r->from;
    return qm_cue_within(r, first, from, QM_CUE_MONEY);
}

/* 块 is money or a piece: 三块二, 每斤26块, but 三十一块花池, 1173块. */
static bool is_piece(const qm_reader *r, const qm_quantity *q, const amount *a)
{
    if (qm_char(r, a->measure.start) != U'块' || a->measure.end != a->measure.start + 1)
        return false;
    uint32_t next = qm_char(r, q->end);
    if (q->end != a->measure.end || next == U'钱' || next == U'人') return false;
    uint32_t first = q->start > r->from + 8 ? q->start - 8 : r->from;
    uint32_t last = r->chars[a->number.end - 1], before = q->start > 0 ? r->chars[q->start - 1] : 0;
    if (is_hanzi_one_figure(&a->number) && r->chars[a->number.start] == U'一') return true;
    bool large = qm_numeral_scale(last) > 1 &&
                 qm_numeral_scale(r->chars[a->number.start]) < 2; /* 三万块, 八百块 */
    if (large || qm_cue_before(r, q->start, QM_CUE_PAY, NULL)) return false;
    if (money_nearby(r, q->start) || qm_cue_within(r, first, q->start, QM_CUE_RATE)) return false;
    if (before == U'了' || before == U'成' || before == U'为' || before == U'满') return true;
    if (qm_word_at(r, q->end, QM_SENSE_AFTER)) return false;
    if (qm_is_han(r, q->end)) return true;
    for (uint32_t i = r->from; i < q->start; i++) /* 田块由1173块 */
        if (r->chars[i] == U'块') return true;
    return false;
}

/* 打九折, 八五折: shares of the price; 成: tenths. 四成五, 八五折. */
static void percent_tail(const qm_reader *r, qm_quantity *q, const amount *a)
{
    uint32_t unit = qm_char(r, a->measure.start);
    int digit = qm_numeral_digit(qm_char(r, q->end));
    if (q->kind != QM_KIND_PERCENT || !q->low.type) return;
    if (unit == U'成' && digit > 0 && !q->high.type && qm_char(r, q->end) != U'两' &&
        !qm_word_at(r, q->end, QM_SENSE_TRAP)) {
        measure next;
        if (find_measure(r, q->end, q->end + 1, -1, &next)) return;
        if (qm_number_add(q->low, qm_number(digit, 0), &q->low)) q->end++;
    } else if (unit == U'折' && qm_number_compare(q->low, qm_number(100, 0)) > 0) {
        q->low.exponent--;  /* 八五折, 85折 */
        if (q->high.type) { /* 三八 read as a pair is one figure here */
            q->high.exponent--;
        }
    }
}

/* 八五折 and 三五折 are figures, never neighbours. */
static void discount_digits(const qm_reader *r, amount *a)
{
    const qm_unit *unit = unit_of(r, &a->measure);
    if (!unit || qm_char(r, a->measure.start) != U'折' || !a->number.high.type) return;
    if (!qm_number_multiply(a->number.low, qm_number(10, 0), &a->number.low) ||
        !qm_number_add(a->number.low, a->number.high, &a->number.low))
        a->number.overflow = true;
    a->number.high = (qm_value){0};
}

/* 翻两番 is a factor of four. */
static void doublings(const qm_reader *r, qm_quantity *q, const amount *a)
{
    if (q->kind != QM_KIND_MULTIPLE || qm_char(r, a->measure.start) != U'番') return;
    int64_t n = q->low.coefficient;
    if (q->low.exponent != 0 || n < 1 || n > 60) return;
    q->low = qm_number((int64_t)1 << n, 0);
}

/* 翻 must stand before 番, 打 or a clause edge before 折, and 成 must not be a verb. */
static bool share_is_sound(const qm_reader *r, const amount *a)
{
    uint32_t c = qm_char(r, a->measure.start), before = a->number.start;
    uint32_t next = qm_char(r, a->measure.end);
    if (a->measure.end != a->measure.start + 1) return true;
    if (c == U'番')
        return (before > 0 && r->chars[before - 1] == U'翻') ||
               (before > 1 && r->chars[before - 2] == U'翻' && r->chars[before - 1] == U'了');
    if (c == U'折') /* 连演三折秦腔 */
        return !qm_is_han(r, a->measure.end) || next == U'优' || next == U'的' || next == U'出' ||
               next == U'销' || next == U'后' || next == U'以' || next == U'左' || next == U'购' ||
               (before > 0 && (r->chars[before - 1] == U'打' || r->chars[before - 1] == U'了'));
    if (c == U'打' && r->chars[before] == U'一')
        return qm_is_han(r, a->measure.end) || a->measure.end == r->count;
    if (c == U'成')
        return qm_number_compare(a->number.low, qm_number(10, 0)) <= 0 && next != U'立' &&
               next != U'为' && next != U'功' && next != U'员' && next != U'本' && next != U'果' &&
               next != U'效' && next != U'绩' && next != U'品' && next != U'片' && next != U'了';
    return true;
}

/* What follows a bare amount of money: 前期款, 药费, 租金. */
static bool money_behind(const qm_reader *r, uint32_t at)
{
    for (uint32_t i = at; i < at + 5 && qm_is_han(r, i); i++) {
        uint32_t c = r->chars[i];
        if (i > at && (c == U'款' || c == U'费' || c == U'金' || c == U'钱' || c == U'债'))
            return true;
    }
    return false;
}

/* A price told per piece: 一格八百, 每人奖五百. */
static bool is_price(const qm_reader *r, const qm_quantity *q)
{
    uint32_t first = q->start > r->from + 6 ? q->start - 6 : r->from;
    if (qm_is_han(r, q->end)) return false;
    for (uint32_t i = first; i + 1 < q->start; i++) {
        const qm_word *word = qm_word_at(r, i + 1, QM_SENSE_CLASSIFIER);
        if (r->chars[i] == U'一' && word && word->end == q->start) return true;
        if (r->chars[i] == U'每') return true;
    }
    return false;
}

static bool is_money(const qm_reader *r, const qm_quantity *q, const qm_numeral *n)
{
    uint32_t last = r->chars[n->end - 1], sentence = q->start > 30 ? q->start - 30 : 0;
    bool scaled = n->shortened || qm_numeral_scale(last) > 1;
    bool large = scaled && n->low.type && qm_number_compare(n->low, qm_number(1000, 0)) >= 0;
    bool follows = qm_is_han(r, q->end);
    uint32_t c = qm_char(r, q->end);
    if (c == U'以' || c == U'上' || c == U'左' || c == U'的') follows = false;
    if (c == U'谈' || c == U'降' || c == U'涨' || c == U'增' || c == U'提' || c == U'升' ||
        c == U'减')
        follows = false; /* 从十八万八谈到六万 */
    if (scaled && qm_cue_before(r, q->start, QM_CUE_PAY, NULL) &&
        !qm_word_at(r, q->end, QM_SENSE_CLASSIFIER))
        return true;
    if (follows) return scaled && money_behind(r, q->end);
    return large || is_price(r, q) || money_nearby(r, q->start) ||
           ((n->scale || n->shortened) && qm_cue_within(r, sentence, q->start, QM_CUE_MONEY));
}

static void bare_number(const qm_reader *r, qm_quantity *q, const amount *a)
{
    const qm_numeral *n = &a->number;
    uint32_t near = q->start > r->from + 8 ? q->start - 8 : r->from;
    if (q->kind != QM_KIND_NUMBER || n->fraction || n->string) return;
    if ((n->glyphs < 2 && !n->scale) || qm_cue_within(r, near, q->start, QM_CUE_TALLY)) return;
    if (!is_money(r, q, n)) return;
    q->kind = QM_KIND_MONEY;
    q->unit = r->quantifier->yuan;
}

/* A point that belongs to an age: 平均年龄57, 70多岁 are ages; 3年 never is. */
static void bare_age(const qm_reader *r, qm_quantity *q)
{
    uint32_t start;
    bool full =
        q->start > r->from && r->chars[q->start - 1] == U'满' && qm_char(r, q->end) == U'的';
    bool year = qm_cue_before(r, q->start, QM_CUE_YEAR, &start) && !qm_is_han(r, q->end);
    if (q->kind != QM_KIND_NUMBER || q->high.type || !q->low.type) return;
    if (qm_number_compare(q->low, qm_number(120, 0)) > 0 || q->low.exponent < 0) return;
    if (!full && !year && !qm_cue_before(r, q->start, QM_CUE_AGE, &start)) return;
    q->kind = QM_KIND_AGE;
    q->unit = r->quantifier->year;
}

/* 旬 of persons: 七旬 is about seventy. */
static bool decades_of_age(const qm_reader *r, uint32_t from, qm_quantity *out)
{
    qm_numeral n;
    if (!qm_numeral_read(r->chars, from, r->count, QM_NUMERAL_EXACT, &n) || !n.low.type)
        return false;
    if (qm_char(r, n.end) != U'旬' || n.low.exponent > 0 || n.low.coefficient > 12) return false;
    if (from > 0 && r->chars[from - 1] == U'月') return false;
    *out = (qm_quantity){.start = from,
                         .end = n.end + 1,
                         .number_start = from,
                         .number_end = n.end,
                         .kind = QM_KIND_AGE,
                         .relation = QM_REL_APPROX,
                         .unit = r->quantifier->year,
                         .flags = QM_QUANTITY_OPTIONAL};
    out->low = qm_number_normal(qm_number(n.low.coefficient * 10, 0));
    if (n.high.type) out->high = qm_number_normal(qm_number(n.high.coefficient * 10, 0));
    return true;
}

bool qm_amount_read(const qm_reader *r, uint32_t from, uint32_t limit, qm_quantity *out)
{
    amount a;
    if (decades_of_age(r, from, out)) return true;
    if (!read_amount(r, from, limit, &a)) return false;
    if (a.measure.unit != QM_NONE && !share_is_sound(r, &a))
        a.measure = (measure){a.value_end, a.value_end, QM_NONE, NULL};
    discount_digits(r, &a);
    *out = (qm_quantity){.start = a.number.start};
    fill_value(out, &a);
    fill_measure(r, out, &a);
    if (!(out->flags & QM_QUANTITY_OVERFLOW) && !read_range(r, &a, out)) {
        extend(r, out, &a);
        percent_tail(r, out, &a);
        doublings(r, out, &a);
    }
    if (out->kind == QM_KIND_MONEY && is_piece(r, out, &a)) {
        out->kind = QM_KIND_COUNT;
        out->unit = QM_UNIT_WRITTEN;
        out->unit_start = a.measure.start;
        out->unit_end = a.measure.end;
    }
    unit_before(r, out);
    below_zero(r, out);
    money_edges(r, out);
    bare_age(r, out);
    bare_number(r, out, &a);
    if (out->kind == QM_KIND_MEASURE && a.measure.unit != QM_NONE)
        qm_si_fill(r->quantifier, out, a.measure.unit);
    return true;
}
