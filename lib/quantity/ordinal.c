/* 第三批, 第19路, 首批; 过半, 一半, 大半, 半数, 翻番, 对折. */
#include "quantity/internal.h"

/* 五 of 第三至五名: a number above `low` at `at`, which 第 may stand before. */
static bool read_higher(const qm_reader *r, uint32_t at, qm_value low, qm_numeral *out)
{
    if (qm_char(r, at) == U'第') at++;
    return qm_numeral_read(r->chars, at, r->count, QM_NUMERAL_EXACT, out) && out->low.type &&
           !out->high.type && !out->fraction && !out->percent && out->low.exponent >= 0 &&
           qm_number_compare(low, out->low) < 0;
}

/* 第三至五名, 第3—5组, 第3、4、5组: n reaches to the last of them. */
static bool read_until(const qm_reader *r, qm_numeral *n)
{
    enum { MOST = 12 };
    qm_numeral next, last = *n;
    uint32_t at = qm_connector(r, n->end);
    bool listed = !at && qm_is_digit(qm_char(r, n->end - 1));
    if (!n->low.type || n->high.type) return false;
    if (at && !read_higher(r, at, n->low, &last)) return false;
    for (int i = 0; listed && i < MOST && qm_char(r, last.end) == U'、'; i++) {
        if (!read_higher(r, last.end + 1, last.low, &next)) return false;
        if (next.low.coefficient != last.low.coefficient + 1) return false;
        last = next;
    }
    if (last.end == n->end || !qm_starts_at(r, last.end, QM_SENSE_CLASSIFIER)) return false;
    n->high = last.low;
    n->end = last.end;
    return true;
}

/* 第二个周六, 第一个星期日: the week in them begins the name of a day. */
static bool is_weekday(const qm_reader *r, uint32_t end)
{
    uint32_t last = qm_char(r, end - 1), day = qm_char(r, end);
    if (last != U'周' && last != U'期' && last != U'拜') return false;
    return qm_numeral_digit(day) > 0 || day == U'日' || day == U'天';
}

/* 首批: the first; its classifier, or none if it is no ordinal. */
static qm_word read_first(const qm_reader *r, uint32_t from, qm_quantity *out)
{
    const qm_word none = {0};
    qm_word word = qm_word_at(r, from + 1, QM_SENSE_CLASSIFIER);
    if (word.flags & (QM_CLASSIFIER_WEAK | QM_CLASSIFIER_VAGUE)) return none;
    *out = (qm_quantity){.start = from,
                         .end = from + 1,
                         .number_start = from,
                         .number_end = from + 1,
                         .low = qm_number(1, 0),
                         .relation = QM_REL_EQ,
                         .flags = QM_QUANTITY_OPTIONAL};
    return word;
}

/* 第一二三组: figures that rise one by one are as many ranks. */
static void read_run(const qm_reader *r, qm_numeral *n)
{
    enum { LEAST = 3 };
    if (!n->string || n->end < n->start + LEAST) return;
    for (uint32_t i = n->start + 1; i < n->end; i++)
        if (qm_numeral_digit(r->chars[i]) != qm_numeral_digit(r->chars[i - 1]) + 1) return;
    n->low = qm_number(qm_numeral_digit(r->chars[n->start]), 0);
    n->high = qm_number(qm_numeral_digit(r->chars[n->end - 1]), 0);
}

/* 第 and its number, 倒数 before it; false if there is none. */
static bool read_rank(const qm_reader *r, uint32_t from, qm_quantity *out)
{
    qm_numeral n;
    uint32_t at = qm_skip_spaces(r, from + 1, 1);
    if (!qm_numeral_read(r->chars, at, r->count, 0, &n) || n.fraction || n.percent || n.half)
        return false;
    if (n.low.type && (n.low.exponent < 0 || n.low.coefficient < 0)) return false;
    read_run(r, &n);
    bool last = qm_char(r, from - 2) == U'倒' && qm_char(r, from - 1) == U'数';
    if (last) n.low.coefficient = -n.low.coefficient;
    else read_until(r, &n);
    *out = (qm_quantity){.start = last ? from - 2 : from,
                         .end = n.end,
                         .number_start = from,
                         .number_end = n.end,
                         .low = n.low,
                         .high = n.high,
                         .soft_low = n.soft_low,
                         .soft_high = n.soft_high,
                         .relation = n.relation ? n.relation : QM_REL_EQ};
    if (n.overflow) out->flags = QM_QUANTITY_OVERFLOW;
    return true;
}

/* The classifier or unit behind a rank. */
static qm_word ranked(const qm_reader *r, uint32_t at)
{
    const uint32_t vague = QM_CLASSIFIER_VAGUE | QM_CLASSIFIER_WEAK;
    const qm_word none = {0};
    qm_word word = qm_word_at(r, at, QM_SENSE_CLASSIFIER), unit = qm_word_at(r, at, QM_SENSE_UNIT);
    if ((word.flags & (vague | QM_CLASSIFIER_LABEL)) == vague) word = none;
    if (qm_char(r, at) == U'副') word = none; /* 第一副总理 */
    if (unit.end > word.end && !(unit.flags & (QM_UNIT_BEFORE | QM_UNIT_LATIN)) &&
        !is_weekday(r, unit.end))
        word = unit;
    /* 第三人民医院: the classifier is part of a longer word. */
    return word.kind && qm_is_han(r, word.end) && !qm_token_begins(r, word.end) ? none : word;
}

bool qm_ordinal_read(const qm_reader *r, uint32_t from, qm_quantity *out)
{
    uint32_t c = qm_char(r, from);
    qm_word word = {0};
    if (c == U'首') {
        word = read_first(r, from, out);
        if (!word.kind) return false;
    } else {
        if (c != U'第' || !read_rank(r, from, out)) return false;
        word = ranked(r, out->number_end);
    }
    out->kind = QM_KIND_ORDINAL;
    if (!word.kind) return true;
    out->unit = QM_UNIT_WRITTEN;
    out->unit_start = out->number_end;
    out->unit_end = out->end = word.end;
    return true;
}

static void set_share(const qm_reader *r, qm_quantity *q, uint32_t start, uint32_t end,
                      uint8_t relation)
{
    *q = (qm_quantity){.start = start,
                       .end = end,
                       .number_start = start,
                       .number_end = end,
                       .low = qm_number(50, 0),
                       .kind = QM_KIND_PERCENT,
                       .relation = relation,
                       .unit = r->quantifier->percent};
    q->low = qm_number_normal(q->low);
}

/* 翻番, 翻倍: twice. */
static bool read_double(const qm_reader *r, uint32_t from, qm_quantity *out)
{
    uint32_t next = qm_char(r, from + 1);
    if (qm_char(r, from) != U'翻' || (next != U'番' && next != U'倍')) return false;
    *out = (qm_quantity){.start = from,
                         .end = from + 2,
                         .number_start = from,
                         .number_end = from + 2,
                         .low = qm_number(2, 0),
                         .kind = QM_KIND_MULTIPLE,
                         .relation = QM_REL_EQ,
                         .unit = r->quantifier->times};
    return true;
}

bool qm_share_read(const qm_reader *r, uint32_t from, qm_quantity *out)
{
    uint32_t c = qm_char(r, from), next = qm_char(r, from + 1),
             before = from ? r->chars[from - 1] : 0;
    if (c == U'翻') return read_double(r, from, out);
    if (c == U'一' && next == U'半' && qm_char(r, from + 2) != U'天' &&
        (qm_char(r, from + 2) != U'个' || !qm_is_han(r, from + 3)))
        return set_share(r, out, from, from + 2, QM_REL_EQ), true;
    if (c == U'一' && (next == U'多' || next == U'大' || next == U'小') &&
        qm_char(r, from + 2) == U'半' && !qm_starts_at(r, from + 3, QM_SENSE_UNIT))
        return set_share(r, out, from, from + 3, next == U'小' ? QM_REL_LT : QM_REL_GT), true;
    if ((c == U'对' || c == U'半') && next == U'折' && qm_char(r, from + 2) != U'腾')
        return set_share(r, out, from, from + 2, QM_REL_EQ), true;
    if (c != U'半') return false;
    if (next == U'数')
        return set_share(r, out, before == U'过' ? from - 1 : from, from + 2,
                         before == U'过' ? QM_REL_GT : QM_REL_EQ),
               true;
    if (before != U'过' && before != U'大') return false;
    bool plain = !qm_is_han(r, from + 1) || next == U'的' || next == U'以' || next == U'是' ||
                 next == U'数' || next == U'农' || next == U'村' || next == U'党' ||
                 next == U'户' || next == U'群' || next == U'人' || next == U'来' ||
                 next == U'在' || next == U'为';
    if (next == U'百' || next == U'天' || next == U'年' || next == U'夜' || next == U'辈' ||
        next == U'生' || next == U'个')
        return false;
    if (!plain && qm_token_begins(r, from)) return false;
    return set_share(r, out, from - 1, from + 1, QM_REL_GT), true;
}
