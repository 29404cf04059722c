/* 一 + classifier: a number, or no more than an article. */
#include "quantity/internal.h"

/* 水塔一座。 The noun stands before and nothing follows. */
static bool noun_first(const qm_reader *r, const qm_quantity *q)
{
    uint32_t after = qm_char(r, q->end);
    bool closed = after == 0 || after == '\n' || after == '\t' || after == U'，' ||
                  after == U'。' || after == U'；' || after == U'、' || after == U'！' ||
                  after == U'）' || after == ',' || after == ';' || after == '.' || after == U'(' ||
                  after == U'（' || after == U'．';
    if (!closed || q->start <= r->from) return false;
    if (!qm_is_han(r, q->start - 1) && !qm_is_letter(r->chars[q->start - 1]))
        return false; /* CT一台 */
    if (qm_is_hanzi_figure(r, q->start - 1)) return false;
    uint32_t before = r->chars[q->start - 1];
    if (before == U'成' || before == U'到' || before == U'作' || before == U'委') return false;
    return !qm_cue_before(r, q->start, QM_CUE_STOP, NULL) &&
           !qm_cue_before(r, q->start, QM_CUE_VERB, NULL);
}

/* Between a thing and its price: 换, 卖, 不到. No branch: they are compared four at a time. */
static bool leads_to_price(uint32_t c)
{
    static const uint32_t words[] = {U'换', U'卖', U'值', U'没', U'要', U'挣', U'赚', U'收',
                                     U'给', U'补', U'奖', U'约', U'近', U'超', U'能', U'就',
                                     U'得', U'不', U'到', U'只', U'需', U'花'};
    uint32_t found = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) found |= words[i] == c;
    return found;
}

/* 一筐换六分, 一头不到八千: both sides of a price. */
static bool is_tariff(const qm_reader *r, const qm_quantity *q)
{
    uint32_t at = q->end, figures = 0;
    for (uint32_t i = 0; i < 4; i++) figures |= qm_sign(r, at + i);
    if (!(figures & QM_TRAIT_FIGURE)) return false;
    for (uint32_t i = at; i < at + 8 && i < r->to; i++)
        if (r->chars[i] == U'的') return false; /* 一条五分钟的片子 */
    while (at < q->end + 3 && leads_to_price(qm_char(r, at))) at++;
    qm_numeral n;
    uint32_t c = qm_char(r, at);
    if (!qm_is_digit(c) && qm_numeral_digit(c) <= 1 && qm_numeral_scale(c) != 1) return false;
    if (qm_starts_at(r, at, QM_SENSE_TRAP) || !qm_numeral_read(r->chars, at, r->count, 0, &n))
        return false;
    return n.glyphs > 1 || qm_starts_at(r, n.end, QM_SENSE_UNIT) ||
           qm_starts_at(r, n.end, QM_SENSE_CLASSIFIER);
}

enum { NEAR = 8 }; /* characters in front, among which a rate may be told */

/* 每 or 隔, the only words of rates that most classifiers have: no branch, as above. */
static bool is_every_near(const qm_reader *r, uint32_t at)
{
    const uint32_t *near = r->chars - QM_TEXT_PAD + (at + QM_TEXT_PAD - NEAR);
    uint32_t found = 0;
    for (uint32_t i = 0; i < NEAR; i++) found |= (near[i] == U'每') | (near[i] == U'隔');
    return found;
}

bool qm_one_counts(const qm_reader *r, qm_quantity *q)
{
    uint32_t start, before = q->start > r->from ? r->chars[q->start - 1] : 0;
    if (qm_char(r, q->end) == qm_char(r, q->end - 1)) return false; /* 一户户 */
    uint32_t length = q->end - q->start;                            /* 一箱一箱 */
    if (qm_same_characters(r, q->start, q->end, length)) return false;
    if (q->start >= length && qm_same_characters(r, q->start, q->start - length, length))
        return false;
    if (before == U'每' || before == U'这' || before == U'那' || before == U'哪' ||
        before == U'又' || before == U'某' || before == U'任' || before == U'另' ||
        before == U'头' || before == U'有' || before == U'是')
        return false;
    uint16_t flags = qm_odd_classifier(r, q->unit_start).flags;
    if (flags & QM_CLASSIFIER_VAGUE) return false;
    bool sequel = before == U'下' || before == U'上' || before == U'同';
    if (qm_cue_before(r, q->start, QM_CUE_ONLY, &start)) return true;
    for (uint32_t i = q->start; !sequel && i + 3 > q->start && i > r->from; i--)
        if (r->chars[i - 1] == U'只' || r->chars[i - 1] == U'仅' || r->chars[i - 1] == U'各')
            return true; /* 只办一顿, 各占一层 */
    if ((flags & QM_CLASSIFIER_EVENT) && r->last && r->last->kind == QM_KIND_DURATION &&
        r->last->end <= q->start && r->last->end + 2 >= q->start)
        return true; /* 半月换一回 */
    if (is_tariff(r, q)) return true;
    if (r->last && r->last->end == q->start && r->last->kind == QM_KIND_DURATION) return true;
    if (!(flags & QM_CLASSIFIER_EVENT) && !is_every_near(r, q->start)) return noun_first(r, q);
    uint32_t first = q->start > r->from + NEAR ? q->start - NEAR : r->from;
    for (uint32_t i = first; i < q->start; i++) {
        const uint32_t c = r->chars[i];
        const bool every = c == U'每' || c == U'隔';
        uint32_t end;
        if ((every || (flags & QM_CLASSIFIER_EVENT && c != U'按')) &&
            qm_cue_at(r, i, QM_CUE_RATE, &end) && end <= q->start)
            return !sequel || every;
    }
    return noun_first(r, q);
}
