/* Words before and behind a quantity that change its relation and, as a rule, its span. */
#include "quantity/internal.h"

/* A figure of one or two digits and zeros: 50万, 100, 百万. */
static bool is_round(const qm_quantity *q)
{
    qm_value v = qm_number_normal(q->low);
    return q->low.type == QM_VALUE_NUMBER && v.coefficient > 0 && v.coefficient < 100 &&
           (v.exponent > 0 || (q->kind == QM_KIND_AGE && v.coefficient >= 20)) && !q->high.type;
}

static bool is_bare_scale(const qm_reader *r, const qm_quantity *q)
{
    int scale = qm_numeral_scale(qm_char(r, q->number_start));
    uint32_t next = qm_char(r, q->number_end);
    return scale >= 2 && q->relation == QM_REL_EQ && next != U'余' && next != U'多';
}

/* 近三年 is the last three years, unless the text says that something lasted so long. */
static bool is_recent(const qm_reader *r, const qm_quantity *q, uint32_t start)
{
    if (q->kind != QM_KIND_DURATION || qm_char(r, start) != U'近') return false;
    if (qm_char(r, start + 1) != qm_char(r, q->start)) return false;
    return !qm_cue_before(r, start, QM_CUE_LAPSE, NULL);
}

/* 最多一天卖出90箱: 最多 speaks of the boxes. */
static bool is_peak(const qm_reader *r, const qm_quantity *q, uint32_t start)
{
    enum { NEAR = 6 };
    uint32_t c = qm_char(r, q->number_start), at = q->end;
    if (q->kind != QM_KIND_DURATION || qm_char(r, start) != U'最' || (c != U'一' && c != '1'))
        return false;
    if (!qm_is_han(r, at) || qm_char(r, at) == U'的' || qm_numeral_begins(qm_char(r, at)))
        return false;
    while (at < q->end + NEAR && qm_is_han(r, at) && !qm_numeral_begins(r->chars[at])) at++;
    return qm_numeral_begins(qm_char(r, at));
}

static bool applies(const qm_reader *r, const qm_quantity *q, const qm_sense *word)
{
    if ((word->flags & QM_MODIFIER_SCALE) && !is_bare_scale(r, q)) return false;
    if ((word->flags & QM_MODIFIER_ROUND) && !is_round(q) && !is_bare_scale(r, q)) return false;
    return true;
}

/* Longest word of modifiers that ends at q->start and applies. */
static bool read_before(const qm_reader *r, qm_quantity *q)
{
    uint32_t start, at = q->start;
    if (at > r->from && r->chars[at - 1] == ' ') at--;
    const qm_sense *word = qm_word_before(r, at, QM_SENSE_BEFORE, &start);
    if (!word || (word->flags & QM_MODIFIER_MASK)) return false;
    if (q->kind == QM_KIND_ORDINAL || !applies(r, q, word)) return false;
    if ((q->kind == QM_KIND_DATE || q->kind == QM_KIND_TIME) && word->value != QM_REL_APPROX)
        return false;
    if (is_peak(r, q, start)) return false;
    if (is_recent(r, q, start)) {
        q->flags |= QM_QUANTITY_RECENT;
        return false;
    }
    /* 不到, 不足 … are looked up whole; a lone 到 or 足 is no modifier. */
    if (q->relation == QM_REL_EQ) q->relation = (uint8_t)word->value;
    if (word->flags & QM_MODIFIER_OUTSIDE) return false;
    q->start = start;
    return true;
}

/* Whether 多 or 余 at `at` begins a word of its own; 多了 does not behind lengths of time. */
static bool masked(const qm_reader *r, const qm_quantity *q, uint32_t at)
{
    qm_word word = qm_word_at(r, at, QM_SENSE_AFTER);
    bool of_time = q->kind == QM_KIND_DURATION || q->kind == QM_KIND_AGE;
    if (of_time && qm_char(r, at + 1) == U'了' && word.end == at + 2) return false; /* 两岁多了 */
    return word.flags & QM_MODIFIER_MASK;
}

/* 两年多, 三倍多, 十点多. */
static void read_more(const qm_reader *r, qm_quantity *q)
{
    uint32_t c = qm_char(r, q->end);
    if ((c != U'多' && c != U'余') || masked(r, q, q->end) || q->kind == QM_KIND_DATE) return;
    if (q->end == q->number_end && q->kind != QM_KIND_TIME && c == U'多' &&
        qm_is_han(r, q->end + 1) && q->kind == QM_KIND_NUMBER &&
        !qm_numeral_scale(qm_char(r, q->end - 1)))
        return;
    if (q->kind == QM_KIND_ORDINAL) return;
    q->end++;
    if (q->relation == QM_REL_EQ) q->relation = QM_REL_GT;
}

/* The modifier behind; 内 in a longer word is none (16GB内存), but it goes with lengths of time
 * and where a token ends with it. */
static qm_word after_word(const qm_reader *r, const qm_quantity *q)
{
    uint32_t at = q->end;
    const qm_word none = {0};
    if (!qm_starts_at(r, at, QM_SENSE_AFTER)) return none;
    bool split = r->begins && qm_token_begins(r, at + 1);
    bool whatever = r->chars[at] == U'内' && (split || q->kind == QM_KIND_DURATION);
    qm_words_here here = qm_words_at(r->scratch, at);
    while (qm_next_match(r->scratch, &here))
        for (; here.sense < here.last; here.sense++) {
            const qm_sense *sense = here.sense;
            if (sense->kind != QM_SENSE_AFTER) continue;
            if (!(sense->flags & QM_MODIFIER_MASK))
                return (qm_word){here.end, sense->kind, sense->flags, sense->value};
            if (!whatever) return none;
        }
    return none;
}

/* 一年不到就回本, 三十不到的人; but 两人不到场. */
static bool is_short_of(const qm_reader *r, uint32_t behind)
{
    static const uint32_t words[] = {U'就', U'的', U'便', U'已', U'却', U'还', U'也', 0};
    uint32_t i = 0;
    while (words[i] && words[i] != qm_char(r, behind)) i++;
    return words[i] || !qm_is_han(r, behind);
}

static bool read_after(const qm_reader *r, qm_quantity *q)
{
    uint32_t at = q->end;
    qm_word word = after_word(r, q);
    if (!word.kind) return false;
    if (q->kind == QM_KIND_DATE || q->kind == QM_KIND_ORDINAL) return false;
    uint32_t c = qm_char(r, at);
    if (c == U'许' && q->kind != QM_KIND_TIME) return false;
    if (q->kind == QM_KIND_TIME && word.value != QM_REL_APPROX) return false;
    if (word.end == at + 1 && c == U'内' && q->kind == QM_KIND_COUNT) return false;
    if (c == U'不' && !is_short_of(r, word.end)) return false;
    /* 以上, 以下 and 不到 before a number speak of that one: 以下四个方面, 一年不到3000元. */
    bool numeral = qm_numeral_begins(qm_char(r, word.end));
    if (numeral && ((c == U'以' && q->kind == QM_KIND_COUNT) || c == U'不')) return false;
    q->end = word.end;
    if (q->relation == QM_REL_EQ || (word.value == QM_REL_GE && q->relation == QM_REL_GT))
        q->relation = (uint8_t)word.value;
    return true;
}

/* 两年多 is below three, 五斤多 below six: 多 behind a whole number of units. */
static void set_soft_behind(const qm_reader *r, qm_quantity *q)
{
    uint32_t end = q->end - 1;
    bool whole = q->low.type == QM_VALUE_NUMBER && q->low.exponent >= 0 && !q->high.type;
    if (r->chars[end] != U'多' || end <= q->number_end || !whole || q->soft_low.type) return;
    if (q->relation != QM_REL_GT || q->kind == QM_KIND_PERCENT || q->kind == QM_KIND_COUNT) return;
    if (qm_number_add(q->low, qm_number(1, 0), &q->soft_high)) q->soft_low = q->low;
}

/* Customary bounds: 40余 is below 50, 近300 above 270. */
static void set_soft(qm_quantity *q, uint8_t inner)
{
    if (q->relation != QM_REL_GT && q->relation != QM_REL_LT) return;
    if (q->low.type != QM_VALUE_NUMBER || q->high.type || q->soft_low.type) return;
    qm_value low = qm_number_normal(q->low), high;
    if (q->relation == QM_REL_GT && inner == QM_REL_GT) {
        q->soft_low = low;
        if (qm_number_add(low, qm_number(1, low.exponent), &high)) q->soft_high = high;
    } else if (q->relation == QM_REL_LT) {
        if (qm_number_multiply(low, qm_number(9, -1), &high)) q->soft_low = high;
        q->soft_high = low;
    }
}

void qm_relation_read(const qm_reader *r, qm_quantity *q)
{
    uint8_t inner = q->relation;
    if (qm_char(r, q->start) == U'几' && q->start > r->from && r->chars[q->start - 1] == U'好')
        q->start--; /* 好几百人 */
    read_before(r, q);
    read_more(r, q);
    set_soft_behind(r, q);
    if (q->relation == QM_REL_GT) inner = inner == QM_REL_EQ ? 0 : inner;
    for (int i = 0; i < 2 && read_after(r, q); i++) continue;
    set_soft(q, inner);
}
