/* A number with what stands behind it: unit or classifier, range. */
#include "quantity/amount.h"

/* ---- which unit a surface means ----------------------------------------------------------------
 */

/* Whether a cue of the unit stands in the clause, not far before or right behind. */
static bool is_cued(const qm_reader *r, uint32_t from, uint32_t end, uint32_t unit)
{
    const qm_quantity_scratch *s = r->scratch;
    uint32_t first = from > r->from + 14 ? from - 14 : r->from;
    uint32_t last = end + 3 < r->to ? end + 3 : r->to;
    if (last > r->count) last = r->count;
    for (uint32_t at = first; at < last; at++)
        for (uint32_t i = qm_words_at(s, at); i; i = s->words.at[i].next)
            if (s->words.at[i].kind == QM_SENSE_UNIT_CUE && s->words.at[i].value == unit)
                return true;
    return false;
}

/* 五分三十秒, 一分半钟, 五分半: what makes minutes of 分. */
static bool seconds_follow(const qm_reader *r, uint32_t at)
{
    qm_numeral n;
    if (qm_char(r, at) == U'半') return qm_char(r, at + 1) == U'钟' || !qm_is_han(r, at + 1);
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
bool qm_measure_find(const qm_reader *r, uint32_t from, uint32_t at, int tail, qm_measure *out)
{
    const qm_quantity_scratch *s = r->scratch;
    int best = 0;
    *out = (qm_measure){at, at, QM_NONE, NULL};
    if (at >= r->count) return false;
    for (uint32_t i = qm_words_at(s, at); i; i = s->words.at[i].next) {
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
    qm_measure next;
    if (mask && (mask->end > at + 2 || !qm_measure_find(r, at, at + 1, -1, &next))) return 0;
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
static bool lift_scale(const qm_reader *r, qm_amount *a)
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

static void add_half(qm_numeral *n)
{
    if (n->overflow || !n->low.type) return;
    if (!qm_number_add(n->low, qm_number(5, -1), &n->low)) n->overflow = true;
}

/* 个月 as a unit from its second character: 个半月, 个多月. */
static bool find_month(const qm_reader *r, uint32_t at, qm_measure *out)
{
    if (qm_char(r, at) != U'月' || qm_char(r, at + 1) == U'份') return false;
    for (uint32_t i = 0; i < r->quantifier->units.count; i++)
        if (r->quantifier->units.at[i].code == r->quantifier->month &&
            r->quantifier->units.at[i].kind == QM_KIND_DURATION)
            return *out = (qm_measure){at, at + 1, i, NULL}, true;
    return false;
}

static bool find_span_of_time(const qm_reader *r, uint32_t from, uint32_t at, qm_measure *out)
{
    if (find_month(r, at, out)) return true;
    if (!qm_measure_find(r, from, at, -1, out)) return false;
    const qm_unit *unit = qm_measure_unit(r, out);
    return unit && unit->kind == QM_KIND_DURATION;
}

/* 两个多月, 三个多小时: more than the number says. */
static bool more_between(const qm_reader *r, qm_amount *a, qm_measure *out)
{
    uint32_t at = a->value_end;
    if (qm_char(r, at) != U'个' || (qm_char(r, at + 1) != U'多' && qm_char(r, at + 1) != U'余'))
        return false;
    if (!find_span_of_time(r, a->number.start, at + 2, out)) return false;
    a->relation = QM_REL_GT;
    return true;
}

/* 两个半小时, 一个半月: half of the unit that follows 个半. */
static bool half_between(const qm_reader *r, qm_amount *a, qm_measure *out)
{
    uint32_t at = a->value_end;
    if (qm_char(r, at) != U'个' || qm_char(r, at + 1) != U'半') return false;
    if (!find_span_of_time(r, a->number.start, at + 2, out)) return false;
    add_half(&a->number);
    return true;
}

/* 大 小 整 between number and classifier: 七大类, 两大本, 两整天. */
static bool sized_measure(const qm_reader *r, qm_amount *a, uint32_t at, qm_measure *out)
{
    uint32_t c = qm_char(r, at);
    if (c != U'大' && c != U'小' && c != U'整') return false;
    if (r->chars[a->number.start] == U'一' && c != U'整') return false;
    if (!qm_measure_find(r, a->number.start, at + 1, -1, out)) {
        if (c != U'大' || !qm_one_figure(&a->number)) return false;
        *out = (qm_measure){at, at + 1, QM_NONE, NULL};
        a->whole = true;
        return true;
    }
    const qm_unit *unit = qm_measure_unit(r, out);
    if (unit && c == U'大' && qm_one_figure(&a->number)) { /* 五大方面 */
        *out = (qm_measure){at, at + 1, QM_NONE, NULL};
        return a->whole = true;
    }
    if (unit && (c != U'整' || unit->kind != QM_KIND_DURATION)) return false;
    return qm_char(r, out->start) != U'学' && qm_char(r, out->start) != U'家';
}

/* The unit behind the number at hand; false when there is none. */
static bool read_measure(const qm_reader *r, qm_amount *a)
{
    qm_measure *m = &a->measure;
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
    if (qm_char(r, at) == U'个' && qm_measure_find(r, a->number.start, at + 1, -1, m) &&
        m->unit != QM_NONE && m->end > at + 2 && qm_measure_unit(r, m)->kind == QM_KIND_MEASURE)
        return true; /* 六个加仑 */
    if (qm_measure_find(r, a->number.start, spaced, -1, m)) {
        /* A blank parts table cells and list items as well: only units may stand behind one. */
        return spaced == at || m->unit != QM_NONE || !qm_one_figure(&a->number);
    }
    if (sized_measure(r, a, at, m)) return true;
    *m = (qm_measure){at, at, QM_NONE, NULL};
    return false;
}

/* 半斤, 半年, 半个月, 半天: half of the unit behind 半 or 半个. */
static bool read_half(const qm_reader *r, uint32_t at, qm_amount *a)
{
    qm_measure *m = &a->measure;
    uint32_t unit = at + 1;
    uint32_t before = at > 0 ? r->chars[at - 1] : 0, next = qm_char(r, unit);
    bool half = before == U'上' || before == U'下' || before == U'前' || before == U'后';
    if (half && next != U'个' && next != U'小' && next != U'天') return false; /* 上半年, 后半夜 */
    a->number = (qm_numeral){
        .start = at, .end = at + 1, .low = qm_number(5, -1), .glyphs = 1, .half = true};
    a->value_end = at + 1;
    if (qm_char(r, unit) == U'个' && !qm_measure_find(r, at, unit, -1, m)) unit++;
    if (!qm_measure_find(r, at, unit, -1, m)) return false;
    const qm_unit *found = qm_measure_unit(r, m);
    if (!found && m->end == unit + 1 && qm_char(r, unit) == U'个') {
        qm_measure longer;
        if (qm_measure_find(r, at, unit + 1, -1, &longer) && longer.unit != QM_NONE) *m = longer;
    }
    if (qm_measure_unit(r, m)) return true;
    return m->classifier && !(m->classifier->flags & (QM_CLASSIFIER_WEAK | QM_CLASSIFIER_LABEL));
}

static bool read_amount(const qm_reader *r, uint32_t at, uint32_t limit, qm_amount *a)
{
    *a = (qm_amount){.measure = {at, at, QM_NONE, NULL}};
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

static void fill_value(qm_quantity *q, const qm_amount *a)
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

static void fill_measure(const qm_reader *r, qm_quantity *q, const qm_amount *a)
{
    const qm_measure *m = &a->measure;
    const qm_unit *unit = qm_measure_unit(r, m);
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

/* 壹佰元: written the formal way, where 整 closes the amount. */
static bool is_formal(const qm_reader *r, const qm_quantity *q)
{
    for (uint32_t i = q->number_start; i < q->number_end; i++) {
        uint32_t c = r->chars[i];
        if (c == U'佰' || c == U'仟' || c == U'拾' || c == U'壹' || c == U'贰') return true;
    }
    return false;
}

/* 元整, 块钱, 元人民币, 人民币 before. */
static void money_edges(const qm_reader *r, qm_quantity *q)
{
    uint32_t start, c = qm_char(r, q->end), next = qm_char(r, q->end + 1);
    if (q->kind != QM_KIND_MONEY) return;
    if (c == U'钱') q->end++;
    else if (c == U'人' && next == U'民' && qm_char(r, q->end + 2) == U'币') q->end += 3;
    if ((c == U'整' || c == U'正') && (!qm_is_han(r, q->end + 1) || is_formal(r, q))) q->end++;
    uint32_t at = q->start;
    while (at > r->from && r->chars[at - 1] == ' ' && q->start - at < 1) at--;
    const qm_word *word = qm_unit_before(r, at, &start);
    if (word && r->quantifier->units.at[word->value].kind == QM_KIND_MONEY) {
        q->start = start;
        if (q->unit == r->quantifier->yuan) /* 港币八千元 */
            q->unit = r->quantifier->units.at[word->value].code;
    }
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

static bool same_measure(const qm_reader *r, const qm_measure *a, const qm_measure *b)
{
    const qm_unit *x = qm_measure_unit(r, a), *y = qm_measure_unit(r, b);
    if (x || y) return x && y && x->code == y->code && x->part == y->part && x->parts == y->parts;
    if (a->end - a->start != b->end - b->start) return false;
    for (uint32_t i = 0; i < a->end - a->start; i++)
        if (r->chars[a->start + i] != r->chars[b->start + i]) return false;
    return true;
}

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

static bool joins(const qm_reader *r, const qm_amount *left, const qm_amount *right)
{
    if (!right->number.low.type || right->number.high.type || right->number.overflow) return false;
    if (left->number.fraction != right->number.fraction) return false;
    if (left->number.percent)
        return right->number.percent || right->measure.end == right->measure.start;
    if (left->measure.end == left->measure.start) return !right->number.percent;
    return same_measure(r, &left->measure, &right->measure);
}

static bool read_range(const qm_reader *r, const qm_amount *left, qm_quantity *q)
{
    qm_amount right;
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

/* 米九, 分半钟: one metre ninety, a minute and a half; the one is not said. */
bool qm_elided_read(const qm_reader *r, uint32_t from, qm_quantity *out)
{
    uint32_t c = qm_char(r, from), next = qm_char(r, from + 1), behind = qm_char(r, from + 2);
    uint32_t before = from > 0 ? r->chars[from - 1] : 0;
    int digit = qm_numeral_digit(next);
    bool minute = c == U'分' && next == U'半' && behind == U'钟';
    bool metre = c == U'米' && digit > 4 && !qm_numeral_begins(behind) &&
                 (!qm_is_han(r, from + 2) || qm_word_at(r, from + 2, QM_SENSE_AFTER) ||
                  behind == U'的' || behind == U'个');
    bool high = before == U'高' || before == U'近' || before == U'约' || before == U'了' ||
                before == U'有' || before == U'到';
    if (!minute && !metre) return false;
    if (qm_numeral_begins(before) || (qm_is_han(r, from - 1) && from > 0 && !high)) return false;
    qm_measure m;
    if (!qm_measure_find(r, from, from, -1, &m) && !minute) return false;
    uint32_t end = from + (minute ? 3 : 2);
    *out = (qm_quantity){.start = from,
                         .end = end,
                         .number_start = from,
                         .number_end = end,
                         .low = minute ? qm_number(15, -1) : qm_number(10 + digit, -1),
                         .kind = minute ? QM_KIND_DURATION : QM_KIND_MEASURE,
                         .relation = QM_REL_EQ,
                         .unit = minute ? r->quantifier->minute : 0};
    if (minute) return true;
    if (m.unit == QM_NONE) return false;
    out->unit = r->quantifier->units.at[m.unit].code;
    qm_si_fill(r->quantifier, out, m.unit);
    return true;
}

/* ---- all together ------------------------------------------------------------ */

bool qm_amount_read(const qm_reader *r, uint32_t from, uint32_t limit, qm_quantity *out)
{
    qm_amount a;
    if (qm_decades_read(r, from, out) || qm_years_read(r, from, out)) return true;
    if (!read_amount(r, from, limit, &a)) return false;
    if (a.measure.unit != QM_NONE && !qm_share_is_sound(r, &a))
        a.measure = (qm_measure){a.value_end, a.value_end, QM_NONE, NULL};
    qm_discount_read(r, &a);
    *out = (qm_quantity){.start = a.number.start};
    fill_value(out, &a);
    fill_measure(r, out, &a);
    if (!(out->flags & QM_QUANTITY_OVERFLOW) && !read_range(r, &a, out)) {
        qm_amount_extend(r, out, &a);
        qm_share_finish(r, out, &a);
    }
    if (out->kind == QM_KIND_MONEY && qm_is_piece(r, out, &a)) {
        out->kind = QM_KIND_COUNT;
        out->unit = QM_UNIT_WRITTEN;
        out->unit_start = a.measure.start;
        out->unit_end = a.measure.end;
    }
    unit_before(r, out);
    below_zero(r, out);
    money_edges(r, out);
    qm_bare_read(r, out, &a);
    if (out->kind == QM_KIND_MEASURE && a.measure.unit != QM_NONE)
        qm_si_fill(r->quantifier, out, a.measure.unit);
    return true;
}
