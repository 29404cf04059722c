/* What the context makes of a number: money, ages, shares, pieces. */
#include "quantity/amount.h"

/* 年龄57, 年龄：57, 金额：2,300.00: whether a cue says right before what the number is. The colon
 * ends a clause. */
static bool is_told(const qm_reader *r, uint32_t at, uint32_t class)
{
    if (qm_cue_before(r, at, class, NULL)) return true;
    while (qm_char(r, at - 1) == ' ') at--;
    uint32_t mark = qm_char(r, at - 1);
    if (mark != U'：' && mark != ':') return false;
    qm_reader line = *r;
    line.from = 0;
    return qm_cue_before(&line, at - 1, class, NULL);
}

static bool money_nearby(const qm_reader *r, uint32_t from)
{
    uint32_t first = from > r->from + 12 ? from - 12 : r->from;
    return qm_cue_within(r, first, from, QM_CUE_MONEY) || is_told(r, from, QM_CUE_MONEY);
}

/* 块 is money or a piece: 三块二, 每斤26块, but 三十一块花池, 1173块. */
bool qm_is_piece(const qm_reader *r, const qm_quantity *q, const qm_amount *a)
{
    enum { NEAR = 24 };
    if (qm_char(r, a->measure.start) != U'块' || a->measure.end != a->measure.start + 1)
        return false;
    uint32_t next = qm_char(r, q->end);
    if (q->end != a->measure.end || next == U'钱' || next == U'人' || next == U'多' ||
        qm_is_change(next)) /* 从3块涨到6块 */
        return false;
    uint32_t first = q->start > r->from + 8 ? q->start - 8 : r->from;
    uint32_t last = r->chars[a->number.end - 1], before = q->start > 0 ? r->chars[q->start - 1] : 0;
    if (qm_one_figure(&a->number) && r->chars[a->number.start] == U'一') return true;
    if (next == U'砖' || next == U'石' || next == U'板' || next == U'牌' || next == U'匾')
        return true; /* 六万块砖 */
    if (next == U'一' && (qm_starts_at(r, q->end + 1, QM_SENSE_UNIT) ||
                          qm_starts_at(r, q->end + 1, QM_SENSE_CLASSIFIER)))
        return false;                /* 三块一斤 */
    if (next == U'的') return false; /* 三块的门票 */
    bool large = qm_numeral_scale(last) > 1 &&
                 qm_numeral_scale(r->chars[a->number.start]) < 2; /* 三万块, 八百块 */
    if (large || qm_cue_before(r, q->start, QM_CUE_PAY, NULL)) return false;
    if (money_nearby(r, q->start) || qm_cue_within(r, first, q->start, QM_CUE_RATE)) return false;
    if (before == U'了' || before == U'成' || before == U'为' || before == U'满') return true;
    if (before == U'田' || before == U'地' || before == U'畦' || before == U'板' ||
        before == U'牌' || before == U'砖' || before == U'石' || before == U'碑' || before == U'屏')
        return true; /* 小田478块 */
    if (qm_starts_at(r, q->end, QM_SENSE_AFTER)) return false;
    if (qm_is_han(r, q->end)) return true;
    if (before == U'到' && qm_is_change(qm_char(r, q->start - 2))) return false; /* 跌到11块 */
    first = q->start > r->from + NEAR ? q->start - NEAR : r->from;
    for (uint32_t i = first; i < q->start; i++) /* 田块由1173块 */
        if (r->chars[i] == U'块') return true;
    return false;
}

/* 打九折, 八五折: shares of the price; 成: tenths. 四成五, 八五折. */
static void percent_tail(const qm_reader *r, qm_quantity *q, const qm_amount *a)
{
    uint32_t unit = qm_char(r, a->measure.start);
    int digit = qm_numeral_digit(qm_char(r, q->end));
    if (q->kind != QM_KIND_PERCENT || !q->low.type) return;
    if (unit == U'成' && digit > 0 && !q->high.type && qm_char(r, q->end) != U'两' &&
        !qm_starts_at(r, q->end, QM_SENSE_TRAP)) {
        qm_measure next;
        if (qm_measure_find(r, q->end, q->end + 1, -1, &next)) return;
        if (qm_number_add(q->low, qm_number(digit, 0), &q->low)) q->end++;
    } else if (unit == U'折' && qm_number_compare(q->low, qm_number(100, 0)) > 0) {
        q->low.exponent--;  /* 八五折, 85折 */
        if (q->high.type) { /* 三八 read as a pair is one figure here */
            q->high.exponent--;
        }
    }
}

/* 八五折 and 三五折 are figures, never neighbours. */
void qm_discount_read(const qm_reader *r, qm_amount *a)
{
    const qm_unit *unit = qm_measure_unit(r, &a->measure);
    if (!unit || qm_char(r, a->measure.start) != U'折' || !a->number.high.type) return;
    if (!qm_number_multiply(a->number.low, qm_number(10, 0), &a->number.low) ||
        !qm_number_add(a->number.low, a->number.high, &a->number.low))
        a->number.overflow = true;
    a->number.high = (qm_value){0};
}

/* Where 翻 before the numeral stands: 翻一番, 翻了两番, 翻了近一番; QM_NONE if it is not there. */
static uint32_t doubling_start(const qm_reader *r, uint32_t number)
{
    uint32_t at = number, start;
    if (qm_word_before(r, at, QM_SENSE_BEFORE, &start)) at = start;
    if (at > 0 && r->chars[at - 1] == U'了') at--;
    return at > 0 && r->chars[at - 1] == U'翻' ? at - 1 : QM_NONE;
}

/* 翻两番 is a factor of four. */
static void doublings(const qm_reader *r, qm_quantity *q, const qm_amount *a)
{
    uint32_t start;
    if (q->kind != QM_KIND_MULTIPLE || qm_char(r, a->measure.start) != U'番') return;
    int64_t n = q->low.coefficient;
    const qm_sense *word = qm_word_before(r, q->start, QM_SENSE_BEFORE, &start);
    if (word && q->relation == QM_REL_EQ) q->relation = (uint8_t)word->value;
    q->start = doubling_start(r, q->start); /* 翻 is part of what is told */
    q->soft_low = q->soft_high = (qm_value){0};
    if (q->low.type && q->low.exponent == 0 && n > 0 && n <= 60)
        q->low = qm_number((int64_t)1 << n, 0);
}

/* 翻 must stand before 番, 打 or a clause edge before 折, and 成 must not be a verb. */
bool qm_share_is_sound(const qm_reader *r, const qm_amount *a)
{
    uint32_t c = qm_char(r, a->measure.start), before = a->number.start;
    uint32_t next = qm_char(r, a->measure.end);
    if (a->measure.end != a->measure.start + 1) return true;
    if (c == U'番') return doubling_start(r, before) != QM_NONE;
    if (c == U'折') /* 连演三折秦腔 */
        return !qm_is_han(r, a->measure.end) || next == U'优' || next == U'的' || next == U'出' ||
               next == U'销' || next == U'起' || next == U'后' || next == U'以' || next == U'左' ||
               next == U'购' ||
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
        if (r->chars[i] == U'一' && qm_word_at(r, i + 1, QM_SENSE_CLASSIFIER).end == q->start)
            return true;
        if (r->chars[i] == U'每') /* but 每月十五 */
            return r->chars[i + 1] != U'月' || qm_number_compare(q->low, qm_number(31, 0)) > 0;
    }
    return false;
}

/* 左右, 以上, 出头 go with the number; what only looks like them (内部) does not. */
static bool is_modified(const qm_reader *r, uint32_t at)
{
    qm_word word = qm_word_at(r, at, QM_SENSE_AFTER);
    return word.kind && !(word.flags & QM_MODIFIER_MASK);
}

/* 一袋化肥一百二, 三袋三百五: what so many of a thing cost; nobody counts so. */
static bool is_cost(const qm_reader *r, const qm_quantity *q, const qm_numeral *n)
{
    const qm_quantity *last = r->last;
    if (!n->shortened || n->arabic || !last || last->end + 3 < q->start) return false;
    for (uint32_t i = last->end; i < q->start; i++)
        if (!qm_is_han(r, i)) return false;
    return last->kind == QM_KIND_COUNT || last->kind == QM_KIND_MEASURE;
}

/* 了 到 来 下 出: the end of a verb of getting or spending. */
static bool is_complement(uint32_t c)
{
    return c == U'了' || c == U'到' || c == U'来' || c == U'下' || c == U'出';
}

static bool is_money(const qm_reader *r, const qm_quantity *q, const qm_numeral *n)
{
    uint32_t last = r->chars[q->number_end - 1], sentence = q->start > 30 ? q->start - 30 : 0;
    bool scaled = n->shortened || qm_numeral_scale(last) > 1;
    bool told = !n->arabic || is_complement(qm_char(r, q->start - 1));
    bool large =
        scaled && told && q->low.type && qm_number_compare(q->low, qm_number(1000, 0)) >= 0;
    bool follows = qm_is_han(r, q->end);
    uint32_t c = qm_char(r, q->end);
    if (c == U'的' || (c == U'之' && qm_char(r, q->end + 1) == U'间') || is_modified(r, q->end))
        follows = false;
    if (qm_is_change(c)) follows = false; /* 从十八万八谈到六万 */
    if ((c == U'和' || c == U'与') && qm_numeral_begins(qm_char(r, q->end + 1)))
        follows = false; /* 86万、120万和245万元 */
    if (scaled && qm_cue_before(r, q->start, QM_CUE_PAY, NULL) &&
        !qm_starts_at(r, q->end, QM_SENSE_CLASSIFIER))
        return true;
    if (follows) return scaled && money_behind(r, q->end);
    if (scaled && c == U'的' && money_behind(r, q->end + 1)) return true; /* 300万的资金 */
    bool after_money = r->last && r->last->kind == QM_KIND_MONEY && q->start - r->last->end < 20;
    return large || (scaled && after_money) || is_price(r, q) || is_cost(r, q, n) ||
           money_nearby(r, q->start) ||
           ((n->scale || n->shortened || q->flags & QM_QUANTITY_SCALE_INHERITED) &&
            qm_cue_within(r, sentence, q->start, QM_CUE_MONEY));
}

static void bare_number(const qm_reader *r, qm_quantity *q, const qm_amount *a)
{
    const qm_numeral *n = &a->number;
    uint32_t near = q->start > 8 ? q->start - 8 : 0;
    if (q->kind != QM_KIND_NUMBER || n->fraction || n->string) return;
    bool cell = r->role == QM_ROLE_TABLE_ROW && qm_is_digit(r->chars[q->end - 1]) &&
                !qm_is_han(r, q->start - 1) && !qm_is_han(r, q->end); /* its head says what it is */
    bool small = n->glyphs < 2 && !n->scale && !(q->flags & QM_QUANTITY_SCALE_INHERITED);
    if (cell || small || !is_money(r, q, n)) return;
    bool tallied = qm_cue_within(r, near, q->start, QM_CUE_TALLY) &&
                   !qm_cue_before(r, q->start, QM_CUE_PAY, NULL); /* 出栏一头赚三四千 */
    if (tallied) return;
    q->kind = QM_KIND_MONEY;
    q->unit = r->quantifier->yuan;
}

/* A point that belongs to an age: 平均年龄57, 70多岁 are ages; 3年 never is. */
static void bare_age(const qm_reader *r, qm_quantity *q)
{
    if (q->kind != QM_KIND_NUMBER || q->high.type || !q->low.type) return;
    if (qm_number_compare(q->low, qm_number(120, 0)) > 0 || q->low.exponent < 0) return;
    bool full =
        q->start > r->from && r->chars[q->start - 1] == U'满' && qm_char(r, q->end) == U'的';
    bool year = qm_cue_before(r, q->start, QM_CUE_YEAR, NULL) && !qm_is_han(r, q->end);
    bool turned = qm_char(r, q->end) == U'了' && !qm_is_han(r, q->end + 1) &&
                  q->number_end - q->number_start > 1 &&
                  qm_number_compare(q->low, qm_number(40, 0)) > 0; /* 老柯六十六了 */
    bool past = qm_char(r, q->end) == U'出' && qm_char(r, q->end + 1) == U'头'; /* 二十出头 */
    if (qm_char(r, q->end) == U'高' && qm_char(r, q->end + 1) == U'龄') full = true; /* 八十高龄 */
    if (past && q->low.exponent < 1) past = false;
    if (!full && !year && !past && !turned && !is_told(r, q->start, QM_CUE_AGE)) return;
    q->kind = QM_KIND_AGE;
    q->unit = r->quantifier->year;
}

/* 八十有三: the years of a person. */
bool qm_years_read(const qm_reader *r, uint32_t from, qm_quantity *out)
{
    uint32_t at = qm_numeral_digit(qm_char(r, from)) > 0 ? from + 1 : from;
    int tens = at > from ? qm_numeral_digit(qm_char(r, from)) : 1;
    if (qm_char(r, at) != U'十' || qm_char(r, at + 1) != U'有') return false;
    int ones = qm_numeral_digit(qm_char(r, at + 2));
    uint32_t after = qm_char(r, at + 3);
    if (ones < 1 || qm_numeral_digit(after) >= 0 || qm_numeral_scale(after)) return false;
    if (qm_is_han(r, at + 3) && !qm_token_begins(r, at + 3)) return false;
    if (qm_is_han(r, at + 3) && after != U'岁') return false;
    *out = (qm_quantity){.start = from,
                         .end = at + 3 + (after == U'岁'),
                         .number_start = from,
                         .number_end = at + 3,
                         .kind = QM_KIND_AGE,
                         .relation = QM_REL_EQ,
                         .unit = r->quantifier->year};
    out->low = qm_number_normal(qm_number(tens * 10 + ones, 0));
    return true;
}

/* 旬 of persons: 七旬 is about seventy. */
bool qm_decades_read(const qm_reader *r, uint32_t from, qm_quantity *out)
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

void qm_share_finish(const qm_reader *r, qm_quantity *q, const qm_amount *a)
{
    percent_tail(r, q, a);
    doublings(r, q, a);
}

void qm_bare_read(const qm_reader *r, qm_quantity *q, const qm_amount *a)
{
    bare_age(r, q);
    bare_number(r, q, a);
}
