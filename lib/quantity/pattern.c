/* Traps that are patterns, not words: weekdays, lunar dates, enumerators, plan names. */
#include "quantity/internal.h"

static bool is_figure(uint32_t c)
{
    return qm_numeral_digit(c) > 0 || c == U'十';
}

/* 星期三, 周一至周五; 每周一次 stays a rate. */
static uint32_t weekday(const qm_reader *r, uint32_t at)
{
    uint32_t c = qm_char(r, at), next = qm_char(r, at + 1), day = at + 1;
    if ((c == U'星' && next == U'期') || (c == U'礼' && next == U'拜')) day = at + 2;
    else if (c != U'周') return 0;
    int digit = qm_numeral_digit(qm_char(r, day));
    if (digit < 1 || digit > 6 || qm_char(r, day) == U'两') return 0;
    uint32_t after = qm_char(r, day + 1), before = at > 0 ? r->chars[at - 1] : 0;
    if (qm_numeral_scale(after) || qm_numeral_digit(after) >= 0 || after == U'个') return 0;
    qm_word word = qm_word_at(r, day + 1, QM_SENSE_CLASSIFIER);
    if (c == U'周' && word.kind && (before == U'每' || before == U'隔') &&
        !(word.flags & QM_CLASSIFIER_LABEL))
        return 0;
    uint32_t first = ++day; /* 周一、三、五; but 周一、三名干部, 周一、五十人 */
    for (; qm_char(r, day) == U'、'; day += 2) {
        digit = qm_numeral_digit(qm_char(r, day + 1));
        after = qm_char(r, day + 2);
        bool counts = day == first && qm_starts_at(r, day + 2, QM_SENSE_CLASSIFIER);
        if (digit < 1 || digit > 6 || counts || after == U'个' || qm_numeral_scale(after)) break;
    }
    return day;
}

/* Where the day of a lunar month ends: 初八, 十五, 廿三, 三十; 0 if it is none. */
static uint32_t lunar_day_end(const qm_reader *r, uint32_t at)
{
    uint32_t c = qm_char(r, at), end = at + 1;
    if (c == U'初') return is_figure(qm_char(r, end)) ? end + 1 : 0;
    if ((c == U'二' || c == U'三') && qm_char(r, end) == U'十') end++;
    else if (c != U'十' && c != U'廿') return 0;
    if (c != U'三' && is_figure(qm_char(r, end)) && qm_char(r, end) != U'十') end++;
    return end > at + 1 ? end : 0;
}

/* 初五、十五、廿五: where the days that follow the one up to `end` end. */
static uint32_t more_days(const qm_reader *r, uint32_t end)
{
    for (uint32_t next; qm_char(r, end) == U'、' && (next = lunar_day_end(r, end + 1)); end = next)
        if (qm_starts_at(r, next, QM_SENSE_CLASSIFIER) || qm_starts_at(r, next, QM_SENSE_UNIT) ||
            qm_numeral_begins(qm_char(r, next)))
            break;
    return end;
}

/* 腊月初八, 正月十五, 农历三月三, 初五. */
static uint32_t lunar(const qm_reader *r, uint32_t at)
{
    uint32_t c = qm_char(r, at), i = at;
    if (c == U'农' && qm_char(r, at + 1) == U'历') i += 2;
    else if ((c == U'腊' || c == U'正' || c == U'冬') && qm_char(r, at + 1) == U'月') i = at;
    else if (c == U'初' && is_figure(qm_char(r, at + 1)) &&
             (at == 0 || (r->chars[at - 1] != U'最' && r->chars[at - 1] != U'年' &&
                          r->chars[at - 1] != U'起')))
        return qm_char(r, at + 2) == U'期' || qm_char(r, at + 2) == U'中' ? 0
                                                                          : more_days(r, at + 2);
    else return 0;
    uint32_t from = i;
    while (i < r->count && i < from + 7 &&
           (is_figure(r->chars[i]) || r->chars[i] == U'月' || r->chars[i] == U'初' ||
            r->chars[i] == U'廿' || r->chars[i] == U'腊' || r->chars[i] == U'正' ||
            r->chars[i] == U'冬'))
        i++;
    return i > from + 1 || c == U'农' ? i : 0;
}

/* 四月十一, 六月初八: without 日 or 号 the day is one of the lunar calendar. */
static uint32_t lunar_day(const qm_reader *r, uint32_t at)
{
    uint32_t before = qm_char(r, at - 1), i = at, end;
    if (qm_numeral_begins(before)) return 0;
    while (i < at + 2 && is_figure(qm_char(r, i))) i++;
    if (i == at || qm_char(r, i) != U'月' || (end = lunar_day_end(r, i + 1)) == 0) return 0;
    uint32_t after = qm_char(r, end);
    if (qm_numeral_begins(after) || after == U'日' || after == U'号' || after == U'多' ||
        after == U'余' || after == U'来')
        return 0;
    bool word = r->begins && qm_is_han(r, end + 1) && !r->begins[end + 1]; /* 封山 */
    if (!word && (qm_starts_at(r, end, QM_SENSE_UNIT) || qm_starts_at(r, end, QM_SENSE_CLASSIFIER)))
        return 0;
    return end;
}

/* 1．抓党建, （2）, 3、 at the start of a line: up to and with the mark. */
static uint32_t enumerator(const qm_reader *r, uint32_t at)
{
    uint32_t i = at;
    if (qm_char(r, at - 1) >= 0x4E00) return 0;
    while (i > 0 && (r->chars[i - 1] == ' ' || r->chars[i - 1] == 0x3000)) i--;
    if (i > 0 && r->chars[i - 1] != '\n') return 0;
    for (i = at; qm_is_digit(qm_char(r, i)) && i < at + 3;) i++;
    if (i == at || i > at + 2) return 0;
    uint32_t c = qm_char(r, i), next = qm_char(r, i + 1);
    if (c == U'、' || c == U'）' || c == ')' || c == U'．')
        return next && !qm_is_digit(next) ? i + 1 : c == U'、' ? i + 1 : 0;
    if (c != '.') return 0;
    if (!qm_is_digit(next)) return i + 1;
    uint32_t k = i + 1; /* 1.2023年, 2.4月底; but 1.5个, 2.5亩 */
    while (qm_is_digit(qm_char(r, k))) k++;
    c = qm_char(r, k);
    bool counts = qm_starts_at(r, k, QM_SENSE_CLASSIFIER) && !qm_starts_at(r, k, QM_SENSE_UNIT);
    bool people = counts && (c == U'名' || c == U'位' || c == U'人' || c == U'户'); /* 2.27名党员 */
    return (k == i + 5 && c == U'年') || (k <= i + 3 && c == U'月') || people ? i + 1 : 0;
}

/* “十四五”, 十三五: 十 and two more figures that are neighbours of a plan, no unit behind. */
static uint32_t plan(const qm_reader *r, uint32_t at)
{
    if (qm_char(r, at) != U'十' || qm_char(r, at + 2) != U'五') return 0;
    int digit = qm_numeral_digit(qm_char(r, at + 1));
    uint32_t last = qm_char(r, at + 4);
    if (digit == 4 && qm_char(r, at + 3) == U'期' &&
        (last == U'间' || last == U'末' || last == U'初' || last == U'内'))
        return at + 4;           /* 十四五期间 */
    if (digit < 1 || digit == 4) /* 十四五 may be fourteen or fifteen */
        return digit == 4 && !qm_starts_at(r, at + 3, QM_SENSE_CLASSIFIER) &&
                       !qm_starts_at(r, at + 3, QM_SENSE_UNIT)
                   ? at + 3
                   : 0;
    return at + 3;
}

/* 廿八打糍粑: without a month, too; but 廿八人, 廿五万. 打 is no dozen of it. */
static uint32_t late_day(const qm_reader *r, uint32_t at)
{
    uint32_t end = lunar_day_end(r, at), after = qm_char(r, end);
    bool counts = qm_starts_at(r, end, QM_SENSE_UNIT) || qm_starts_at(r, end, QM_SENSE_CLASSIFIER);
    if (!end || qm_numeral_begins(after) || (counts && after != U'打')) return 0;
    return qm_numeral_begins(qm_char(r, at - 1)) ? 0 : end + counts;
}

uint32_t qm_pattern_trap(const qm_reader *r, uint32_t at)
{
    uint32_t end;
    switch (qm_char(r, at)) {
    case U'周':
    case U'星':
    case U'礼': return weekday(r, at);
    case U'农':
    case U'腊':
    case U'正':
    case U'冬':
    case U'初': return lunar(r, at);
    case U'廿': return late_day(r, at);
    case U'十': end = plan(r, at); return end ? end : lunar_day(r, at);
    default: return qm_is_digit(qm_char(r, at)) ? enumerator(r, at) : lunar_day(r, at);
    }
}
