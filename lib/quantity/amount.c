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
    for (uint32_t at = first; at < last; at++) {
        if (!(r->signs[at] & qm_mark_of(QM_SENSE_UNIT_CUE))) continue;
        qm_words_here here = qm_words_at(s, at);
        while (qm_next_match(s, &here))
            for (; here.sense < here.last; here.sense++)
                if (here.sense->kind == QM_SENSE_UNIT_CUE && here.sense->value + here.base == unit)
                    return true;
    }
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

/* 轴承6205两套, 2023、2024两年, 一块五两斤: 两 is a number of its own. */
static bool is_next_number(const qm_reader *r, uint32_t from, uint32_t at)
{
    uint32_t next = qm_char(r, at + 1);
    return next == U'斤' || next == U'公' ||
           (at - from > 2 && qm_is_digit(r->chars[from]) &&
            (next == U'年' || qm_starts_at(r, at + 1, QM_SENSE_CLASSIFIER)));
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
        if (c == '"' && r->quote != QM_NONE && r->chars[r->quote] == '"') return 0; /* it closes */
        if ((word->flags & QM_UNIT_LOWER) && c >= 'A' && c <= 'Z') return 0;
        if ((word->flags & QM_UNIT_UPPER) && c >= 'a' && c <= 'z') return 0;
        uint32_t power = qm_char(r, word->end);
        if (qm_is_letter(power) || power == U'²' || power == U'³') return 0;
        if (qm_is_digit(qm_char(r, word->end)) && qm_is_letter(qm_char(r, word->end - 1))) return 0;
    }
    if (tail >= 0) return unit->dimension == tail ? 4 : 0;
    if (r->chars[at] == U'两' && is_next_number(r, from, at)) return 0;
    if (r->chars[at] == U'周' && qm_is_han(r, word->end) && !qm_token_begins(r, word->end) &&
        qm_token_begins(r, at) && !qm_numeral_begins(qm_char(r, word->end)))
        return 0; /* 三万周转, but 两周一换 */
    if (unit->kind == QM_KIND_DURATION && unit->code == r->quantifier->minute &&
        seconds_follow(r, word->end))
        return 4;
    bool cued = (word->flags & QM_UNIT_CUED) && is_cued(r, from, word->end, word->value);
    if (word->flags & QM_UNIT_CUED) return cued ? 4 : 0;
    if (word->flags & QM_UNIT_TAIL) return 0;
    return word->flags & QM_UNIT_DEFAULT ? 1 : 3;
}

static uint32_t classifier_of(const qm_sense *sense)
{
    return (sense->flags & ~(uint32_t)QM_CLASSIFIER_PERSON) | QM_MEASURE_COUNTS;
}

/* 十一支|队伍, 2020—2023|期间: the end of a classifier, or all of it, belongs to the next word. */
static bool is_cut(const qm_reader *r, uint32_t at, uint32_t end)
{
    if (r->chars[at] == U'期' && qm_char(r, at + 1) == U'间') return true;
    return end > at + 1 && r->begins && r->begins[end - 1] && qm_is_han(r, end) && !r->begins[end];
}

/* The longest unit or classifier at `at`; a unit that fits well wins over a classifier. */
static bool find_best(const qm_reader *r, uint32_t from, uint32_t at, int tail, qm_measure *out)
{
    int best = 0;
    qm_words_here here = qm_words_at(r->scratch, at);
    while (qm_next_match(r->scratch, &here)) {
        /* What is shorter than a unit or classifier fits less than it. */
        if (best >= (int)(here.end - at + 1) * 8) break;
        for (; here.sense < here.last; here.sense++) {
            uint32_t kind = here.sense->kind, unit = here.sense->value + here.base;
            if (kind == QM_SENSE_AFTER && here.end > at + 1 && !best) return false; /* 二十出头 */
            int score = kind == QM_SENSE_CLASSIFIER && tail < 0 ? 2 : 0;
            if (kind == QM_SENSE_UNIT) {
                qm_word word = {here.end, QM_SENSE_UNIT, here.sense->flags, unit};
                score = fitness(r, &word, from, at, tail);
            }
            if (!score || (kind == QM_SENSE_CLASSIFIER && is_cut(r, at, here.end))) continue;
            score += (int)(here.end - at) * 8;
            if (score <= best) continue;
            best = score;
            out->end = here.end;
            out->unit = kind == QM_SENSE_UNIT ? unit : QM_NONE;
            out->classifier = kind == QM_SENSE_UNIT ? 0 : classifier_of(here.sense);
        }
    }
    return best > 0;
}

/* Most are a mere classifier of one character, as its sign tells. */
bool qm_measure_find(const qm_reader *r, uint32_t from, uint32_t at, int tail, qm_measure *out)
{
    const uint32_t unit = qm_mark_of(QM_SENSE_UNIT), classifier = qm_mark_of(QM_SENSE_CLASSIFIER);
    uint32_t sign = qm_sign(r, at);
    *out = (qm_measure){at, at, QM_NONE, 0};
    if (!(sign & (unit | classifier))) return false;
    if (sign & (unit | QM_MARK_LONG | QM_MARK_ODD) || tail >= 0)
        return find_best(r, from, at, tail, out);
    out->end = at + 1;
    out->classifier = QM_MEASURE_COUNTS;
    return true;
}

/* ---- one number with its unit ------------------------------------------------------------------
 */

/* Where the word at `at` that only looks like a modifier ends, 0 if there is none. */
static uint32_t mask_end(const qm_reader *r, uint32_t at)
{
    qm_word word = qm_word_at(r, at, QM_SENSE_AFTER);
    return word.flags & QM_MODIFIER_MASK ? word.end : 0;
}

/* 余 多 来 behind the number: its relation, 0 if there is none. */
static uint8_t more(const qm_reader *r, uint32_t at, uint32_t *end)
{
    uint32_t c = qm_char(r, at);
    *end = at;
    if (c != U'余' && c != U'多' && c != U'来' && c != U'把') return 0;
    uint32_t mask = mask_end(r, at);
    qm_measure next;
    if (mask && (mask > at + 2 || !qm_measure_find(r, at, at + 1, -1, &next))) return 0;
    *end = at + 1;
    return c == U'余' || c == U'多' ? QM_REL_GT : QM_REL_APPROX;
}

/* 余 and 多 follow round figures: 二十多, 1100多, not 五多. 来 and 把 need a hanzi scale. */
static bool takes_more(const qm_reader *r, const qm_numeral *n, uint32_t c)
{
    uint32_t last = r->chars[n->end - 1];
    if (n->relation || n->overflow || n->high.type) return false;
    if (c == U'来' || c == U'把') {
        if (c == U'把' && !(n->bare && n->end == n->start + 1)) return false; /* 百把, not 五百把 */
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
            return *out = (qm_measure){at, at + 1, i, 0}, true;
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
        *out = (qm_measure){at, at + 1, QM_NONE, 0};
        a->whole = true;
        return true;
    }
    const qm_unit *unit = qm_measure_unit(r, out);
    bool cut = qm_is_han(r, out->end) && !qm_token_begins(r, out->end);
    if ((unit || cut) && c == U'大' && qm_one_figure(&a->number)) { /* 五大方面, 两大任务 */
        *out = (qm_measure){at, at + 1, QM_NONE, 0};
        return a->whole = true;
    }
    if (unit && (c != U'整' || unit->kind != QM_KIND_DURATION)) return false;
    return qm_char(r, out->start) != U'学' && qm_char(r, out->start) != U'家';
}

/* 三两个, 三两天: two or three, where a classifier follows; 三两酒 is a weight. */
static bool read_two_or_three(const qm_reader *r, qm_amount *a)
{
    qm_numeral *n = &a->number;
    uint32_t at = a->value_end;
    if (n->glyphs != 1 || r->chars[n->start] != U'三' || qm_char(r, at) != U'两') return false;
    if (qm_char(r, at + 1) == U'面') return false; /* noodles are weighed */
    qm_measure m;
    if (!qm_measure_find(r, n->start, at + 1, -1, &m)) return false;
    const qm_unit *unit = qm_measure_unit(r, &m);
    uint32_t c = qm_char(r, at + 1);
    bool usual =
        c == U'亩' || c == U'里' || c == U'斤' || c == U'块'; /* not 三两米, which is rice */
    if (unit ? unit->kind != QM_KIND_DURATION && !usual
             : !m.classifier || m.classifier & QM_CLASSIFIER_WEAK)
        return false;
    n->low = qm_number(2, 0);
    n->high = qm_number(3, 0);
    n->glyphs = 2;
    n->end = a->value_end = at + 1;
    return true;
}

/* The unit behind the number at hand; false when there is none. */
static bool read_measure(const qm_reader *r, qm_amount *a)
{
    qm_measure *m = &a->measure;
    uint32_t at = a->value_end, end, first = r->chars[a->number.start];
    if (half_between(r, a, m) || more_between(r, a, m)) return true;
    if ((first == U'俩' || first == U'仨') && qm_char(r, at) != U'人' && qm_char(r, at) != U'月') {
        if (find_span_of_time(r, a->number.start, at, m)) return true; /* 俩小时 */
        *m = (qm_measure){at, at, QM_NONE, 0}; /* they hold their classifier: 哥俩种地 */
        return false;
    }
    if ((a->number.paired || first == U'仨') && a->number.glyphs == 1 && find_month(r, at, m))
        return true; /* 两月 */
    if (lift_scale(r, a) || read_two_or_three(r, a)) at = a->value_end;
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
        if (spaced > at && qm_is_han(r, m->end) && !qm_token_begins(r, m->end))
            return *m = (qm_measure){at, at, QM_NONE, 0}, false; /* 7　码头 */
        return spaced == at || m->unit != QM_NONE || !qm_one_figure(&a->number);
    }
    if (sized_measure(r, a, at, m)) return true;
    *m = (qm_measure){at, at, QM_NONE, 0};
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
    if (next == U'个' && (qm_char(r, unit + 1) == U'多' || qm_char(r, unit + 1) == U'余') &&
        find_span_of_time(r, at, unit + 2, m)) { /* 半个多月 */
        a->relation = QM_REL_GT;
        return true;
    }
    if (next == U'个' && !qm_measure_find(r, at, unit, -1, m)) unit++;
    if (!qm_measure_find(r, at, unit, -1, m)) return false;
    const qm_unit *found = qm_measure_unit(r, m);
    if (!found && m->end == unit + 1 && qm_char(r, unit) == U'个') {
        qm_measure longer;
        if (qm_measure_find(r, at, unit + 1, -1, &longer) && longer.unit != QM_NONE) *m = longer;
    }
    if (qm_measure_unit(r, m)) return true;
    return m->classifier && !(m->classifier & (QM_CLASSIFIER_WEAK | QM_CLASSIFIER_LABEL));
}

/* 数倍, 数月, 数名: 数 stands for a figure where a word of its own begins with it. */
static bool read_several(const qm_reader *r, uint32_t at, qm_amount *a)
{
    qm_measure *m = &a->measure;
    if (qm_char(r, at) != U'数' || !qm_token_begins(r, at)) return false;
    if (!qm_measure_find(r, at, at + 1, -1, m) && !find_month(r, at + 1, m)) return false;
    const qm_unit *unit = qm_measure_unit(r, m);
    if (unit ? unit->kind != QM_KIND_DURATION && unit->kind != QM_KIND_MULTIPLE
             : (m->classifier & ~(uint32_t)QM_CLASSIFIER_EVENT) != QM_MEASURE_COUNTS)
        return false;
    if (qm_is_han(r, m->end) && !qm_token_begins(r, m->end)) return false;
    a->number = (qm_numeral){.start = at,
                             .end = at + 1,
                             .soft_low = qm_number(2, 0),
                             .soft_high = qm_number(9, 0),
                             .relation = QM_REL_APPROX,
                             .glyphs = 1};
    a->value_end = at + 1;
    return true;
}

/* 九 九 折: a blank between the figures of a discount. */
static void read_spaced(const qm_reader *r, qm_numeral *n)
{
    int first = qm_numeral_digit(qm_char(r, n->start)),
        second = qm_numeral_digit(qm_char(r, n->end + 1));
    if (n->glyphs != 1 || first < 1 || second < 1 || qm_char(r, n->end) != ' ') return;
    if (qm_char(r, qm_skip_spaces(r, n->end + 2, 1)) != U'折') return;
    n->low = qm_number_normal(qm_number(first * 10 + second, 0));
    n->glyphs = 2;
    n->end += 2;
}

/* The number at `at`; one that no limit cuts may have been read before. */
static bool read_number(const qm_reader *r, uint32_t at, uint32_t limit, qm_numeral *out)
{
    if (limit < r->count) return qm_numeral_read(r->chars, at, limit, QM_NUMERAL_LETTERS, out);
    const qm_numeral *read = qm_numeral_at(r, at, QM_NUMERAL_LETTERS);
    if (read) *out = *read;
    return read != NULL;
}

bool qm_amount_parse(const qm_reader *r, uint32_t at, uint32_t limit, qm_amount *a)
{
    uint32_t first = qm_char(r, at);
    a->measure = (qm_measure){at, at, QM_NONE, 0};
    a->relation = 0;
    a->whole = false;
    if (first == U'半') return read_half(r, at, a);
    if (!read_number(r, at, limit, &a->number)) return read_several(r, at, a);
    if (qm_char(r, a->number.end) == ' ') read_spaced(r, &a->number);
    a->value_end = a->number.end;
    if (a->number.percent) return true;
    if (qm_sign(r, a->value_end) & QM_TRAIT_SPECIAL || first == U'俩' || first == U'仨')
        read_measure(r, a);
    else qm_measure_find(r, at, a->value_end, -1, &a->measure);
    if (a->number.fraction && a->measure.unit == QM_NONE) /* 三分之一水 */
        a->measure = (qm_measure){a->value_end, a->value_end, QM_NONE, 0};
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
    if (a->number.rounded) q->flags |= QM_QUANTITY_ROUNDED;
}

void qm_amount_fill(const qm_reader *r, qm_quantity *q, const qm_amount *a)
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

/* A unit that stands before its number, a blank between them or none. */
static const qm_unit *find_front(const qm_reader *r, uint32_t at, uint32_t *start)
{
    if (at > r->from && r->chars[at - 1] == ' ') at--;
    return qm_unit_before(r, at, start);
}

/* 元整, 块钱, 元人民币, 人民币 before. */
static void money_edges(const qm_reader *r, qm_quantity *q, const qm_unit *front, uint32_t start)
{
    uint32_t c = qm_char(r, q->end), next = qm_char(r, q->end + 1);
    if (c == U'钱') q->end++;
    else if (c == U'人' && next == U'民' && qm_char(r, q->end + 2) == U'币') q->end += 3;
    if ((c == U'整' || c == U'正') && (!qm_is_han(r, q->end + 1) || is_formal(r, q))) q->end++;
    if (front && front->kind == QM_KIND_MONEY) {
        q->start = start;
        if (q->unit == r->quantifier->yuan) q->unit = front->code; /* 港币八千元 */
    }
    qm_word behind = qm_word_at(r, q->end, QM_SENSE_UNIT);
    if (behind.flags & QM_UNIT_LATIN && r->quantifier->units.at[behind.value].code == q->unit)
        q->end = behind.end;
}

/* 人民币 3.14, ¥300, $20, 摄氏37度: the unit stands before the number. */
static void unit_before(const qm_reader *r, qm_quantity *q, const qm_unit *front, uint32_t start)
{
    bool degrees = front->kind == QM_KIND_MEASURE && q->kind == QM_KIND_MEASURE &&
                   qm_char(r, q->number_end) == U'度';
    bool begins = q->kind == QM_KIND_COUNT && q->end == q->number_end + 1 &&
                  qm_char(r, q->number_end) == U'起'; /* ¥1,299起 */
    if (front->kind == QM_KIND_MONEY ? q->kind != QM_KIND_NUMBER && !begins : !degrees) return;
    if (begins) q->end = q->number_end;
    q->start = start;
    q->kind = front->kind;
    q->unit = front->code;
}

/* Where 零下 or 零下华氏 before the numeral begins, QM_NONE if it is not there. */
static uint32_t below_start(const qm_reader *r, uint32_t from)
{
    uint32_t start;
    if (qm_is_below_zero(r, from)) return from - 2;
    const qm_unit *unit = qm_unit_before(r, from, &start);
    return unit && qm_is_below_zero(r, start) ? start - 2 : QM_NONE;
}

/* 零下5度: 零下 is part of it, and what is below zero is a temperature. */
static void below_zero(const qm_reader *r, uint32_t start, qm_quantity *q)
{
    if (q->kind != QM_KIND_MEASURE) return;
    q->start = start;
    if (q->unit != r->quantifier->fahrenheit) q->unit = r->quantifier->celsius;
    const qm_unit *unit = qm_unit_before(r, start, &start);
    if (!unit || unit->kind != QM_KIND_MEASURE) return;
    q->start = start;
    q->unit = unit->code;
}

/* 个把月, 斤把: about one. */
static bool read_about_one(const qm_reader *r, uint32_t from, uint32_t end, qm_quantity *out)
{
    qm_amount a = {.number = {.start = from, .end = end, .low = qm_number(1, 0)},
                   .relation = QM_REL_APPROX,
                   .value_end = end};
    bool piece = qm_char(r, from) == U'个';
    if (from > 0 && qm_numeral_begins(r->chars[from - 1])) return false;
    if (!piece && !qm_token_begins(r, from)) return false; /* 今年把路修通 */
    if (piece ? !find_span_of_time(r, end, end, &a.measure) &&
                    !qm_measure_find(r, end, end, -1, &a.measure)
              : !qm_measure_find(r, from, from, -1, &a.measure) || a.measure.end != from + 1)
        return false;
    *out = (qm_quantity){.start = from};
    fill_value(out, &a);
    qm_amount_fill(r, out, &a);
    if (out->kind != QM_KIND_DURATION && qm_is_han(r, end) && !qm_token_begins(r, end))
        return false; /* 有个把柄 */
    if (out->kind == QM_KIND_MONEY && qm_char(r, out->end) == U'钱') out->end++;
    if (a.measure.unit != QM_NONE) qm_si_fill(r->quantifier, out, a.measure.unit);
    return true;
}

/* 米九, 分半钟: one metre ninety, a minute and a half; the one is not said. */
bool qm_elided_read(const qm_reader *r, uint32_t from, qm_quantity *out)
{
    uint32_t c = qm_char(r, from), next = qm_char(r, from + 1), behind = qm_char(r, from + 2);
    uint32_t before = from > 0 ? r->chars[from - 1] : 0, end;
    qm_word one = qm_word_at(r, from, QM_SENSE_ONE);
    if (one.kind) return read_about_one(r, from, one.end, out);
    int digit = qm_numeral_digit(next);
    bool minute = c == U'分' && next == U'半' && behind == U'钟';
    bool metre = c == U'米' && digit > 4 && !qm_numeral_begins(behind) &&
                 (!qm_is_han(r, from + 2) || qm_starts_at(r, from + 2, QM_SENSE_AFTER) ||
                  behind == U'的' || behind == U'个');
    bool high = before == U'高' || before == U'近' || before == U'约' || before == U'了' ||
                before == U'有' || before == U'到';
    if (!minute && !metre) return false;
    if (qm_numeral_begins(before) || (qm_is_han(r, from - 1) && from > 0 && !high)) return false;
    qm_measure m;
    if (!qm_measure_find(r, from, from, -1, &m) && !minute) return false;
    end = from + (minute ? 3 : 2);
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

/* 大半年 is more than half of one, 小半天 less. */
static void sized_half(const qm_reader *r, qm_quantity *q)
{
    uint32_t before = q->start > r->from ? r->chars[q->start - 1] : 0;
    if ((before != U'大' && before != U'小') || q->relation != QM_REL_EQ) return;
    q->start--;
    q->relation = before == U'大' ? QM_REL_GT : QM_REL_LT;
}

/* ---- all together ------------------------------------------------------------ */

/* What follows the amount, and what it makes of it. */
static void read_on(const qm_reader *r, qm_quantity *q, qm_amount *a)
{
    if (q->flags & QM_QUANTITY_OVERFLOW) return;
    if (qm_sign(r, q->end) & QM_TRAIT_SEQUEL) {
        if (qm_range_read(r, a, q)) return;
        qm_amount_extend(r, q, a);
    }
    if (q->kind == QM_KIND_PERCENT || q->kind == QM_KIND_MULTIPLE) qm_share_finish(r, q, a);
}

/* What stands before the amount, and around money. */
static void read_edges(const qm_reader *r, uint32_t below, qm_quantity *q)
{
    uint32_t start = 0;
    const qm_unit *front = find_front(r, q->start, &start);
    if (front) unit_before(r, q, front, start);
    if (q->unit == r->quantifier->degree && q->low.coefficient < 0)
        q->unit = r->quantifier->celsius; /* 负十二度 */
    if (below != QM_NONE) below_zero(r, below, q);
    if (q->kind == QM_KIND_MONEY &&
        (front || qm_sign(r, q->end) & QM_TRAIT_MONEY || qm_starts_at(r, q->end, QM_SENSE_UNIT)))
        money_edges(r, q, front, start);
}

bool qm_amount_read(const qm_reader *r, uint32_t from, uint32_t limit, qm_quantity *out)
{
    qm_amount a;
    bool years = qm_char(r, from + 1) == U'有' || qm_char(r, from + 2) == U'有';
    if (years && qm_years_read(r, from, out)) return true; /* 七十有六 */
    if (!qm_amount_parse(r, from, limit, &a)) return false;
    if (qm_char(r, a.number.end) == U'旬' && qm_decades_read(r, from, out)) return true;
    uint32_t below = below_start(r, from);
    if (below != QM_NONE) qm_numeral_negate(&a.number);
    if (a.measure.unit != QM_NONE && qm_sign(r, a.measure.start) & QM_TRAIT_SHARE) {
        if (!qm_share_is_sound(r, &a))
            a.measure = (qm_measure){a.value_end, a.value_end, QM_NONE, 0};
        qm_discount_read(r, &a);
    }
    *out = (qm_quantity){.start = a.number.start};
    fill_value(out, &a);
    qm_amount_fill(r, out, &a);
    read_on(r, out, &a);
    if (out->kind == QM_KIND_MONEY && qm_is_piece(r, out, &a)) {
        out->kind = QM_KIND_COUNT;
        out->unit = QM_UNIT_WRITTEN;
        out->unit_start = a.measure.start;
        out->unit_end = a.measure.end;
    }
    read_edges(r, below, out);
    if (out->kind == QM_KIND_NUMBER && qm_period_read(r, out)) return true;
    uint32_t sign = qm_char(r, out->end);
    bool side = (sign == U'×' || sign == '*') && out->kind == QM_KIND_NUMBER;
    if (side && qm_side_read(r, out, &a)) qm_si_fill(r->quantifier, out, a.measure.unit);
    else if (out->kind == QM_KIND_NUMBER) qm_bare_read(r, out, &a);
    if (a.number.half && out->kind == QM_KIND_DURATION) sized_half(r, out);
    if (out->kind == QM_KIND_MEASURE && a.measure.unit != QM_NONE)
        qm_si_fill(r->quantifier, out, a.measure.unit);
    return true;
}

/* Whether a measure of two characters or more starts at `at`: 六个加仑. */
static bool is_long_measure(const qm_reader *r, uint32_t at)
{
    if (!qm_starts_at(r, at, QM_SENSE_UNIT)) return false;
    qm_words_here here = qm_words_at(r->scratch, at);
    while (qm_next_match(r->scratch, &here))
        for (; here.sense < here.last && here.end > at + 1; here.sense++)
            if (here.sense->kind == QM_SENSE_UNIT &&
                r->quantifier->units.at[here.sense->value + here.base].kind == QM_KIND_MEASURE)
                return true;
    return false;
}

/* Whether 个 behind a figure is no more than a classifier: none of 半 多 亿 … and no unit follows.
 */
static bool is_mere(const qm_reader *r, uint32_t at)
{
    uint32_t next = r->chars[at + 1];
    return r->chars[at] == U'个' && next != U'半' && next != U'多' && next != U'余' &&
           next != U'亿' && !is_long_measure(r, at + 1);
}

/* Whether an amount may go on behind its unit or classifier. Figures behind a classifier count
 * something else: 一家一户. */
static bool goes_on(const qm_reader *r, const qm_measure *m)
{
    uint32_t c = r->chars[m->end], sign = qm_sign(r, m->end);
    if (sign & qm_mark_of(QM_SENSE_UNIT)) return true;
    if (!(sign & (QM_TRAIT_SEQUEL | QM_TRAIT_MONEY))) return false;
    return m->unit != QM_NONE ||
           !(qm_is_digit(c) || qm_numeral_digit(c) >= 0 || qm_numeral_scale(c));
}

/* A figure and its unit, and nothing before or behind that could make more of them: so are most
 * amounts. Tells what qm_amount_read would. */
bool qm_amount_plain(const qm_reader *r, const qm_numeral *figure, qm_quantity *out)
{
    uint32_t from = figure->start, c = r->chars[from], before = qm_char(r, from - 1);
    uint32_t behind = qm_sign(r, figure->end);
    uint32_t more = (behind & QM_TRAIT_SHARE) | (qm_sign(r, from - 1) & QM_MARK_UNIT);
    bool odd = (c == U'俩') | (c == U'仨') | (before == ' ') | (before == U'下');
    qm_measure m;
    if (more || odd || (behind & QM_TRAIT_SPECIAL && !is_mere(r, figure->end)) ||
        !qm_measure_find(r, from, figure->end, -1, &m) || goes_on(r, &m))
        return false;
    const qm_unit *unit = qm_measure_unit(r, &m);
    if (unit && unit->part != unit->parts) return false;
    *out = (qm_quantity){.start = from,
                         .end = m.end,
                         .number_start = from,
                         .number_end = figure->end,
                         .unit_start = m.start,
                         .unit_end = m.end,
                         .low = figure->low,
                         .high = figure->high,
                         .soft_low = figure->soft_low,
                         .soft_high = figure->soft_high,
                         .kind = unit ? unit->kind : QM_KIND_COUNT,
                         .unit = unit ? unit->code : QM_UNIT_WRITTEN,
                         .relation = figure->relation ? figure->relation : QM_REL_EQ,
                         .flags = figure->rounded ? QM_QUANTITY_ROUNDED : 0};
    if (out->kind == QM_KIND_MEASURE) qm_si_fill(r->quantifier, out, m.unit);
    return true;
}
