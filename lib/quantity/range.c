/* Ranges: 3至5天, 5—8万元, 二三十到四五十亩, 零下5至8度, 在50元和80元之间. */
#include "quantity/amount.h"

static bool same_measure(const qm_reader *r, const qm_measure *a, const qm_measure *b)
{
    const qm_unit *x = qm_measure_unit(r, a), *y = qm_measure_unit(r, b);
    if (x || y) return x && y && x->code == y->code && x->part == y->part && x->parts == y->parts;
    if (a->end - a->start != b->end - b->start) return false;
    for (uint32_t i = 0; i < a->end - a->start; i++)
        if (r->chars[a->start + i] != r->chars[b->start + i]) return false;
    return true;
}

static bool has_measure(const qm_amount *a)
{
    return a->measure.end > a->measure.start;
}

static uint32_t end_of(const qm_amount *a)
{
    return a->measure.end > a->value_end ? a->measure.end : a->value_end;
}

static qm_value mantissa(qm_value value, int power)
{
    value.exponent = (int16_t)(value.exponent - power);
    return value;
}

/* The scale that the left side shares: 3～5万, 两到三千, 十八至三十万. 0: none. */
static int shared_scale(const qm_reader *r, const qm_numeral *left, const qm_numeral *right)
{
    int scale = right->scale;
    uint32_t last = r->chars[right->end - 1];
    bool hundreds = (left->bare && r->chars[left->start] != U'十') ||
                    (right->bare && r->chars[right->start] != U'十'); /* 十到十五万 */
    if (left->scale || hundreds) return 0;
    if (!scale && (last == U'千' || last == U'百') && right->glyphs == 2 && left->glyphs == 1)
        scale = qm_numeral_scale(last);
    if (!scale && right->arabic && (last == 'k' || last == 'K')) scale = 3;
    if (!scale) return 0;
    return qm_number_compare(left->low, mantissa(right->low, scale)) < 0 ? scale : 0;
}

/* 010-62345678 and 0857—3316902 are telephones. */
static bool is_telephone(const qm_reader *r, const qm_numeral *left, uint32_t at)
{
    return left->plain && left->glyphs > 1 && r->chars[left->start] == '0' &&
           qm_char(r, at) != U'至' && qm_char(r, at) != U'到';
}

/* 5~千克: a unit with no figure. */
static bool is_mere_unit(const qm_reader *r, const qm_numeral *right)
{
    return right->bare && right->end == right->start + 1 && r->chars[right->start] == U'千' &&
           qm_takes_kilo(qm_char(r, right->end));
}

static bool joins(const qm_reader *r, const qm_amount *left, const qm_amount *right)
{
    if (!right->number.low.type || right->number.overflow) return false;
    if (is_mere_unit(r, &right->number)) return false;
    if (right->number.high.type && !left->number.high.type) return false;
    if (left->number.fraction != right->number.fraction) return false;
    if (left->number.percent) return right->number.percent || !has_measure(right);
    if (!has_measure(left)) return !right->number.percent;
    return same_measure(r, &left->measure, &right->measure);
}

/* Where the right side begins, 0 if nothing joins. 和 and 与 join where 之间 closes the frame. */
static uint32_t right_side(const qm_reader *r, uint32_t at, bool *framed)
{
    uint32_t next = qm_connector(r, at), c = qm_char(r, at);
    *framed = !next && (c == U'和' || c == U'与');
    if (*framed) next = at + 1;
    if (!next) return 0;
    bool minus = qm_is_minus(qm_char(r, next)); /* -12至-5℃; but 5--3, 5 - -3 */
    if (minus && (qm_is_minus(qm_char(r, next - 1)) || !qm_is_digit(qm_char(r, next + 1))))
        return 0;
    if (qm_char(r, next) == U'零' && qm_char(r, next + 1) == U'下') next += 2;
    return minus || qm_numeral_begins(qm_char(r, next)) ? next : 0;
}

/* ¥200~¥500: the right side behind the sign that stands before both. */
static uint32_t right_of_sign(const qm_reader *r, const qm_amount *left, uint32_t at)
{
    uint32_t sign = qm_char(r, left->number.start - 1), next = qm_connector(r, at);
    if (!next || sign >= 0x4E00 || sign != qm_char(r, next) || has_measure(left)) return 0;
    return qm_ends_at(r, next + 1, QM_MARK_UNIT) && qm_is_digit(qm_char(r, next + 1)) ? next + 1
                                                                                      : 0;
}

static bool closes_frame(const qm_reader *r, uint32_t at)
{
    return qm_char(r, at) == U'之' && qm_char(r, at + 1) == U'间';
}

/* The right side at `next`, negative below zero: 零下5至8度, but 零下5度至8度 rises above. */
static bool read_right(const qm_reader *r, const qm_amount *left, uint32_t next, qm_amount *right)
{
    if (!qm_amount_parse(r, next, r->count, right) || !joins(r, left, right)) return false;
    if (qm_word_at(r, next, QM_SENSE_TRAP).end >= end_of(right)) return false;
    bool bare = !has_measure(right) && !left->number.percent;
    if (bare && left->number.plain != right->number.plain) return false;
    bool below = qm_is_below_zero(r, left->number.start) && !has_measure(left);
    if (right->number.low.coefficient < 0) below = false; /* 零下3～-1℃ */
    if (below || qm_is_below_zero(r, next)) qm_numeral_negate(&right->number);
    return true;
}

/* 几十至几百亩: both sides are only customary. */
static bool read_vague(const qm_reader *r, qm_amount *left, qm_quantity *q)
{
    qm_amount right;
    bool framed;
    uint32_t next = right_side(r, end_of(left), &framed);
    if (!next || framed || has_measure(left)) return false;
    if (!qm_amount_parse(r, next, r->count, &right) || !right.number.soft_high.type) return false;
    if (!has_measure(&right) || qm_number_compare(q->soft_low, right.number.soft_high) >= 0)
        return false;
    qm_value low = q->soft_low;
    qm_amount_fill(r, q, &right);
    left->measure = right.measure;
    q->soft_low = low;
    q->soft_high = right.number.soft_high;
    q->number_end = right.number.end;
    return true;
}

/* 25±0.5千克: about so much, within bounds that are told. */
static bool read_tolerance(const qm_reader *r, qm_amount *left, qm_quantity *q)
{
    qm_amount right;
    qm_quantity whole = *q;
    if (!qm_amount_parse(r, end_of(left) + 1, r->count, &right)) return false;
    qm_value bound = right.number.low;
    bool same = has_measure(left) ? same_measure(r, &left->measure, &right.measure)
                                  : has_measure(&right) && !right.number.scale;
    if (!same || !q->low.type || q->high.type || !bound.type || right.number.high.type ||
        is_mere_unit(r, &right.number))
        return false;
    whole.low = left->number.low;
    if (!qm_number_add(whole.low, bound, &whole.soft_high)) return false;
    bound.coefficient = -bound.coefficient;
    if (!qm_number_add(whole.low, bound, &whole.soft_low)) return false;
    qm_amount_fill(r, &whole, &right);
    whole.number_end = right.number.end;
    whole.relation = QM_REL_APPROX;
    left->measure = right.measure;
    *q = whole;
    return true;
}

bool qm_range_read(const qm_reader *r, qm_amount *left, qm_quantity *q)
{
    qm_amount right;
    bool framed;
    uint32_t at = end_of(left);
    if (left->number.half) return false;
    if (qm_char(r, at) == U'±') return read_tolerance(r, left, q);
    if (!q->low.type) return q->soft_low.type && read_vague(r, left, q);
    uint32_t next = right_side(r, at, &framed);
    if (!next) next = right_of_sign(r, left, at);
    if (!next || is_telephone(r, &left->number, at) || !read_right(r, left, next, &right))
        return false;
    if (framed && !closes_frame(r, end_of(&right))) return false;
    if (q->high.type && has_measure(left)) return false; /* but 五六百到一千 */
    qm_quantity whole = *q;
    int scale = has_measure(left) ? 0 : shared_scale(r, &left->number, &right.number);
    qm_value low = mantissa(left->number.low, -scale);
    qm_value high = right.number.high.type ? right.number.high : right.number.low;
    int order = qm_number_compare(low, high);
    if (order == 0 || (order > 0 && !qm_is_below_zero(r, left->number.start))) return false;
    whole.low = order < 0 ? low : high;
    whole.high = order < 0 ? high : low;
    whole.number_end = right.number.end;
    whole.relation = right.relation || left->relation ? QM_REL_APPROX : q->relation;
    if (left->number.percent) whole.end = right.number.end;
    else qm_amount_fill(r, &whole, &right);
    if (scale) whole.flags |= QM_QUANTITY_SCALE_INHERITED;
    if (right.number.rounded) whole.flags |= QM_QUANTITY_ROUNDED;
    if (!has_measure(left)) left->measure = right.measure;
    *q = whole;
    return true;
}
