/* Dates, ranges of dates, half-years, quarters. */
#include "quantity/internal.h"

typedef struct fields {
    int year, month, day;
} fields;

static qm_value date_value(fields f)
{
    return (qm_value){.coefficient = (int64_t)f.year * 10000 + (int64_t)f.month * 100 + f.day,
                      .type = QM_VALUE_DATE};
}

bool qm_is_dash(uint32_t c)
{
    return c == '-' || c == U'—' || c == U'–' || c == U'~' || c == U'～' || c == U'－' ||
           c == U'―' || c == U'−' || c == U'─' || c == U'〜';
}

uint32_t qm_connector(const qm_reader *r, uint32_t at)
{
    uint32_t from = at = qm_skip_spaces(r, at, 1), c = qm_char(r, at);
    if (c == U'至' || c == U'到' || qm_is_dash(c)) at++;
    uint32_t second = at > from && qm_is_dash(c) ? qm_char(r, at) : 0;
    if (second && (second == c || (qm_is_dash(second) && !qm_is_minus(second))))
        at++; /* not ～-5 */
    return at == from ? 0 : qm_skip_spaces(r, at, 1);
}

static int64_t whole_of(qm_value value)
{
    for (; value.exponent > 0; value.exponent--) value.coefficient *= 10;
    return value.coefficient;
}

/* A whole number without 几, 余 or decimals. */
static bool read_whole(const qm_reader *r, uint32_t at, qm_numeral *n, int *value, int *second)
{
    uint32_t c = qm_char(r, at);
    if (!qm_numeral_begins(c) && c != U'参') return false;
    if (c == '-' || c == '.' || c == U'负' || c == U'半' || c == U'仨') return false;
    const qm_numeral *read = qm_numeral_at(r, at, QM_NUMERAL_EXACT | QM_NUMERAL_CLOCK);
    if (!read || read->overflow || !read->low.type) return false;
    if (read->low.exponent < 0 || read->low.exponent > 4 || read->low.coefficient > 9999)
        return false;
    *n = *read;
    *value = (int)whole_of(n->low);
    *second = n->high.type ? (int)whole_of(n->high) : 0;
    return *value <= 9999 && *second <= 9999 && !n->shortened &&
           (!n->bare || qm_numeral_scale(r->chars[n->start]) == 1);
}

enum { NO_LEVEL, YEAR, MONTH, DAY };

/* 三月三 is a festival, 一月四千元 a rate. */
static bool is_lunar_pair(const qm_reader *r, uint32_t at)
{
    uint32_t before = at > 0 ? r->chars[at - 1] : 0, next = qm_char(r, at + 1);
    int digit = qm_numeral_digit(next);
    if (qm_numeral_digit(before) < 0) return false;
    if (before == U'一' && (at < 2 || r->chars[at - 2] != U'十'))
        if (digit > 0 && qm_char(r, at + 2) != U'日' && qm_char(r, at + 2) != U'十') return true;
    return digit > 0 && digit == qm_numeral_digit(before) && qm_char(r, at + 2) != U'日' &&
           qm_char(r, at + 2) != U'号' && qm_char(r, at + 2) != U'十';
}

static int level_at(const qm_reader *r, uint32_t at, uint32_t *end)
{
    uint32_t c = qm_char(r, at), next = qm_char(r, at + 1);
    *end = at + 1;
    if (c == U'年') {
        if (next == U'代' || next == U'轻' || next == U'级' || next == U'龄' || next == U'均')
            return NO_LEVEL;
        if (next == U'度') *end = at + 2;
        return YEAR;
    }
    if (c == U'月') {
        if (is_lunar_pair(r, at)) return NO_LEVEL;
        if (next == U'份') *end = at + 2;
        return next == U'龄' || next == U'嫂' || next == U'均' ? NO_LEVEL : MONTH;
    }
    if (c == U'日' || c == U'号') return DAY;
    return NO_LEVEL;
}

/* 21年6月: with a month behind two figures are a year; but 判刑12年6月, 干了21年6月, 工龄21年6月.
 */
static bool is_dated_year(const qm_reader *r, const qm_numeral *n)
{
    uint32_t at = n->end + 1, before = qm_char(r, n->start - 1);
    if (!n->plain || r->chars[n->start] == '4' || before == U'刑' || before == U'了' ||
        before == U'龄' || qm_cue_before(r, n->start, QM_CUE_LAPSE, NULL))
        return false;
    while (qm_is_digit(qm_char(r, at)) && at < n->end + 3) at++;
    return at > n->end + 1 && qm_char(r, at) == U'月';
}

/* 九八年, 〇八年, 21年6月: the century is not said. 七八年 is seven or eight years. */
static bool is_short_year(const qm_reader *r, const qm_numeral *n)
{
    return n->end - n->start == 2 && !n->high.type && (n->string || is_dated_year(r, n));
}

static bool fits(const qm_reader *r, int level, int value, const qm_numeral *n, bool alone)
{
    switch (level) {
    case YEAR:
        return (n->plain || n->string) && (n->end - n->start == 4 || is_short_year(r, n)) &&
               value >= 1000 && value < 3000;
    case MONTH: return value >= 1 && value <= 12 && n->end - n->start <= 3 && !n->paired;
    case DAY: /* 十五日 alone is a length of time, 廿二日 never */
        return value >= 1 && value <= 31 && n->end - n->start <= 3 &&
               (!alone || n->plain || n->twenty);
    default: return false;
    }
}

/* "2015", "2015—2017", "六七" and the 年, 月, 日 behind it. */
static int read_field(const qm_reader *r, uint32_t at, bool alone, int *low, int *high,
                      uint32_t *end)
{
    qm_numeral first, second;
    int other = 0;
    *high = 0;
    if (!read_whole(r, at, &first, low, high)) return NO_LEVEL;
    uint32_t unit = qm_skip_spaces(r, first.end, 1);
    int level = level_at(r, unit, end);
    if (level == NO_LEVEL) {
        uint32_t next = qm_connector(r, first.end);
        if (!next || !read_whole(r, next, &second, high, &other) || other) return NO_LEVEL;
        unit = qm_skip_spaces(r, second.end, 1);
        level = level_at(r, unit, end);
        if (!fits(r, level, *high, &second, alone) || *high <= *low) return NO_LEVEL;
    }
    if (level == YEAR && is_short_year(r, &first) && !*high) *low += *low < 30 ? 2000 : 1900;
    return fits(r, level, *low, &first, alone) && *low != *high ? level : NO_LEVEL;
}

/* 6、7月; 2019、2020年: the field that the figure at `at` is named for, further on in the list. */
static int listed_level(const qm_reader *r, uint32_t at, int *value, uint32_t *end)
{
    qm_numeral first, next;
    int low = 0, high = 0, level = NO_LEVEL;
    uint32_t stop, last;
    if (!read_whole(r, at, &first, value, &high) || high) return NO_LEVEL;
    next = first;
    last = (uint32_t)*value;
    for (int i = 0; i < 6 && level == NO_LEVEL && qm_char(r, next.end) == U'、'; i++) {
        if (!read_whole(r, next.end + 1, &next, &low, &high) || high || low <= (int)last)
            return NO_LEVEL;
        last = (uint32_t)low;
        level = level_at(r, next.end, &stop);
    }
    *end = first.end;
    if (level == NO_LEVEL) return NO_LEVEL;
    return fits(r, level, *value, &first, true) && fits(r, level, low, &next, true) ? level
                                                                                    : NO_LEVEL;
}

static bool matches(const qm_reader *r, uint32_t at, const uint32_t *word)
{
    for (; *word; word++, at++)
        if (qm_char(r, at) != *word) return false;
    return true;
}

/* 前|三季度: so many of them, not the third one; 目前|三季度 is that. */
static bool counts_seasons(const qm_reader *r, uint32_t at)
{
    if (at == 0 || !qm_token_begins(r, at - 1)) return false;
    uint32_t before = qm_char(r, at - 1);
    return before == U'前' || before == U'头' || before == U'后';
}

/* The figure of a quarter, 一 to 四, or of two of them: 一、二. */
static bool read_quarter(const qm_reader *r, uint32_t at, qm_numeral *n, int *from, int *to)
{
    if (!read_whole(r, at, n, from, to) || *from < 1 || *from > 4 || *to > 4) return false;
    if (*to) return true;
    *to = *from;
    return n->end == n->start + 1;
}

/* 上半年, 第二季度, 二季度, 一至三季度: a range of months; 0 if it is not there, otherwise its end.
 */
static uint32_t read_season(const qm_reader *r, uint32_t at, int *from, int *to)
{
    static const uint32_t first[] = {U'上', U'半', U'年', 0}, second[] = {U'下', U'半', U'年', 0};
    static const uint32_t quarter[] = {U'季', U'度', 0};
    bool lower = matches(r, at, second);
    if (lower || matches(r, at, first)) {
        *from = lower ? 7 : 1;
        *to = *from + 5;
        return at + 3;
    }
    qm_numeral n;
    if (counts_seasons(r, at)) return 0;
    if (qm_char(r, at) == U'第') at++;
    int first_to;
    if (!read_quarter(r, at, &n, from, to)) return 0;
    uint32_t next = *to == *from ? qm_connector(r, n.end) : 0;
    if (next && qm_char(r, next) == U'第') next++; /* 一至三季度 */
    if (next && (!read_quarter(r, next, &n, &first_to, to) || first_to != *to || *to <= *from))
        return 0;
    if (!matches(r, n.end, quarter)) return 0;
    *from = *from * 3 - 2;
    *to *= 3;
    return n.end + 2;
}

/* 底 末 初 中旬 behind a year or month belong to the span. */
static uint32_t read_part(const qm_reader *r, uint32_t at, int level)
{
    uint32_t c = qm_char(r, at), next = qm_char(r, at + 1);
    if (c == U'初' && (qm_numeral_digit(next) > 0 || next == U'十')) return at; /* 六月初八 */
    if ((c == U'底' || c == U'末' || c == U'初') && level != DAY)
        return next == U'期' || next == U'步' || next == U'级' || next == U'中' || next == U'心'
                   ? at
                   : at + 1;
    if (level == MONTH && next == U'旬' && (c == U'上' || c == U'中' || c == U'下')) return at + 2;
    return at;
}

/* One date: fields in descending order. *to: end of a range inside (六七月, 5—7月, 下半年). */
static uint32_t read_side(const qm_reader *r, uint32_t at, fields *from, fields *to)
{
    int level = NO_LEVEL, low, high;
    uint32_t end = 0, next;
    *from = *to = (fields){0, 0, 0};
    for (;;) {
        int found = read_field(r, end ? qm_skip_spaces(r, end, 1) : at, level == NO_LEVEL, &low,
                               &high, &next);
        if (found == NO_LEVEL && level == MONTH && listed_level(r, end, &low, &next) == DAY) {
            from->day = low; /* 5月12、13日 */
            return next;
        }
        if (found == NO_LEVEL || (level && found != level + 1)) break;
        int *slot = found == YEAR ? &from->year : found == MONTH ? &from->month : &from->day;
        *slot = low;
        level = found;
        end = next;
        if (high) {
            *to = *from;
            *(found == YEAR ? &to->year : found == MONTH ? &to->month : &to->day) = high;
            break;
        }
        if (level == DAY) break;
    }
    if (level == YEAR && !to->year && (next = read_season(r, end, &low, &high))) {
        *to = *from;
        from->month = low;
        to->month = high;
        return next;
    }
    return end ? read_part(r, end, level) : 0;
}

/* 2024-06-02, 2024/6/2, 2023.5.12 */
static uint32_t read_iso(const qm_reader *r, uint32_t at, fields *out)
{
    int value[3] = {0, 0, 0};
    uint32_t mark = 0;
    if (at > 0 && (qm_is_digit(r->chars[at - 1]) || r->chars[at - 1] == '.')) return 0;
    for (int i = 0; i < 3; i++) {
        uint32_t from = at;
        while (qm_is_digit(qm_char(r, at)) && at < from + 5)
            value[i] = value[i] * 10 + (int)(qm_char(r, at++) - '0');
        if (at - from < 1 || at - from > (i ? 2u : 4u) || (i == 0 && at - from != 4)) return 0;
        if (i == 2) break;
        uint32_t c = qm_char(r, at++);
        if ((i == 0 && c != '-' && c != '/' && c != '.' && c != U'．' && c != U'－') ||
            (i == 1 && c != mark))
            return 0;
        mark = c;
    }
    if (qm_is_digit(qm_char(r, at)) || qm_char(r, at) == mark) return 0;
    if (value[0] < 1000 || value[0] > 2999 || value[1] < 1 || value[1] > 12 || value[2] < 1 ||
        value[2] > 31)
        return 0;
    *out = (fields){value[0], value[1], value[2]};
    return at;
}

/* What the right side of a range leaves out is taken from the left. */
static void inherit(fields *to, const fields *from)
{
    if (to->year) return;
    to->year = from->year;
    if (to->month) return;
    to->month = from->month;
}

static int level_of(const fields *f)
{
    return f->day ? DAY : f->month ? MONTH : YEAR;
}

static fields reference(const qm_reader *r)
{
    int date = r->options ? (int)r->options->reference_date : 0;
    return (fields){date / 10000, date / 100 % 100, date % 100};
}

static void add_months(fields *f, int months)
{
    int all = f->year * 12 + f->month - 1 + months;
    f->year = all / 12;
    f->month = all % 12 + 1;
}

int qm_days_of_month(int year, int month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static void add_days(fields *f, int days)
{
    f->day += days;
    if (f->day < 1) {
        add_months(f, -1);
        f->day += qm_days_of_month(f->year, f->month);
    } else if (f->day > qm_days_of_month(f->year, f->month)) {
        f->day -= qm_days_of_month(f->year, f->month);
        add_months(f, 1);
    }
}

/* What a word as far from the reference date as its flags say stands for. */
static fields resolve(const qm_reader *r, uint32_t class, uint32_t flags)
{
    fields f = reference(r);
    int away = (int)flags - QM_CUE_HERE;
    if (class == QM_CUE_DAY) return add_days(&f, away), f;
    f.day = 0;
    if (class == QM_CUE_MONTH) return add_months(&f, away), f;
    return (fields){f.year + away, 0, 0};
}

/* 去年3月, 上个月20日: what the word before says, where there is a reference date. */
static void resolve_before(const qm_reader *r, uint32_t start, fields *from, fields *to)
{
    uint32_t class = from->month ? QM_CUE_YEAR : QM_CUE_MONTH;
    if (!reference(r).year || from->year) return;
    const qm_sense *sense = qm_cue_sense(r, start, class, NULL);
    if (!sense || !sense->flags) return;
    fields f = resolve(r, class, sense->flags);
    if (f.year < 1 || f.year > 9999) return;
    fields *sides[] = {from, to};
    for (int i = 0; i < 2; i++) {
        if (!sides[i]->month && !sides[i]->day) continue;
        sides[i]->year = f.year;
        if (!sides[i]->month) sides[i]->month = f.month;
    }
}

static void set_date(const qm_reader *r, qm_quantity *q, uint32_t start, uint32_t end, fields from,
                     fields to)
{
    resolve_before(r, start, &from, &to);
    *q = (qm_quantity){.start = start,
                       .end = end,
                       .number_start = start,
                       .number_end = end,
                       .kind = QM_KIND_DATE,
                       .relation = QM_REL_EQ,
                       .unit = r->quantifier->date};
    q->low = date_value(from);
    if (to.year || to.month || to.day) q->high = date_value(to);
}

bool qm_relative_read(const qm_reader *r, uint32_t from, qm_quantity *out)
{
    static const uint32_t classes[] = {QM_CUE_DAY, QM_CUE_MONTH, QM_CUE_YEAR};
    fields none = {0, 0, 0};
    uint32_t end = 0, class = 0, start;
    if (!reference(r).year || !qm_token_begins(r, from)) return false;
    for (int i = 0; i < 3 && !end; i++)
        if (qm_cue_at(r, from, class = classes[i], &end)) break;
    const qm_sense *sense = end ? qm_cue_sense(r, end, class, &start) : NULL;
    if (!sense || !sense->flags || start != from || qm_date_read(r, end, out)) return false;
    fields f = resolve(r, class, sense->flags);
    if (f.year < 1 || f.year > 9999) return false;
    uint32_t c = qm_char(r, end);
    if (class == QM_CUE_YEAR && c == U'年') end++; /* 今年年底 */
    end = read_part(r, end, class == QM_CUE_DAY ? DAY : class == QM_CUE_MONTH ? MONTH : YEAR);
    set_date(r, out, from, end, f, none);
    return true;
}

/* 16日20时: an hour behind a day. */
static bool is_hour(const qm_reader *r, uint32_t at)
{
    while (qm_is_digit(qm_char(r, at))) at++;
    return qm_char(r, at) == U'时' || qm_char(r, at) == U'点' || qm_char(r, at) == ':';
}

/* Whether 到3号 follows, and no thing that is numbered. */
static bool reaches_day(const qm_reader *r, uint32_t at)
{
    uint32_t from = qm_connector(r, at), end = from;
    while (end < from + 2 && qm_is_digit(qm_char(r, end))) end++;
    return end > from && qm_char(r, end) == U'号' && !qm_is_han(r, end + 1);
}

/* 5号之前, 25号上午, 1号到3号: a day, unless the number is that of a house. */
bool qm_day_is_fixed(const qm_reader *r, uint32_t start, uint32_t end)
{
    static const uint32_t places[] = {U'路', U'街', U'巷', U'弄', U'道', U'楼', U'院', U'门', U'村',
                                      U'室', U'房', U'铺', U'棚', U'厅', U'馆', U'第', 0};
    uint32_t i = 0, stop, before = qm_char(r, start - 1);
    while (places[i] && places[i] != before) i++;
    if (places[i] || qm_is_address_unit(before)) return false;
    return reaches_day(r, end) ||
           (qm_cue_at(r, end, QM_CUE_FIXED, &stop) && qm_token_begins(r, stop));
}

/* A day of the month alone: 每月20日; elsewhere 日 is a length of time before 内, 后, 游. */
static bool lone_day(const qm_reader *r, uint32_t start, uint32_t end)
{
    uint32_t next = qm_char(r, end), before = start ? r->chars[start - 1] : 0;
    if (before == U'第' || before == U'每' || before == U'近' || before == U'用') return false;
    uint32_t on = before == U'连' ? start - 1 : start - 2;
    if ((qm_char(r, on) == U'连' && qm_char(r, on - 1) != U'大') || /* 连服7日; but 大连15日 */
        qm_cue_before(r, start, QM_CUE_LAPSE, NULL))
        return false;
    if (qm_char(r, end - 1) == U'号')
        return qm_day_is_fixed(r, start, end) ||
               (before == U'月' && start > 1 &&
                (r->chars[start - 2] == U'每' || r->chars[start - 2] == U'本' ||
                 r->chars[start - 2] == U'当' || r->chars[start - 2] == U'上' ||
                 r->chars[start - 2] == U'下'));
    return next != U'内' && next != U'后' && next != U'游' && next != U'均' && next != U'之' &&
           next != U'以' && next != U'左' && next != U'龄' && next != U'餐' && next != U'工' &&
           (!qm_is_digit(next) || is_hour(r, end));
}

/* One or two figures at *at, which then is behind them; 0 if there are none or more. */
static int take_two(const qm_reader *r, uint32_t *at)
{
    int value = 0;
    uint32_t from = *at;
    while (qm_is_digit(qm_char(r, *at)) && *at < from + 3)
        value = value * 10 + (int)(r->chars[(*at)++] - '0');
    return *at - from <= 2 ? value : 0;
}

/* 3.15日: a month and a day of two figures; 1.5日 is a length of time. */
static uint32_t read_dotted(const qm_reader *r, uint32_t at, fields *out)
{
    *out = (fields){0, take_two(r, &at), 0};
    if (qm_char(r, at) != '.') return 0;
    uint32_t from = ++at;
    out->day = take_two(r, &at);
    uint32_t c = qm_char(r, at);
    bool sound = out->month >= 1 && out->month <= 12 && out->day >= 1 && out->day <= 31;
    return sound && at == from + 2 && (c == U'日' || c == U'号') ? at + 1 : 0;
}

/* 3.20 of 2024.3.15-3.20, with the mark of the left side, which ends at `left`; where it ends. */
static uint32_t read_month_day(const qm_reader *r, uint32_t left, uint32_t at, fields *out)
{
    while (qm_is_digit(r->chars[left - 1])) left--;
    uint32_t mark = r->chars[left - 1];
    if (mark != '.' && mark != '/' && mark != '-' && mark != U'．') return 0;
    *out = (fields){0, take_two(r, &at), 0};
    if (qm_char(r, at) != mark) return 0;
    at++;
    out->day = take_two(r, &at);
    bool sound = out->month >= 1 && out->month <= 12 && out->day >= 1 && out->day <= 31;
    return sound && qm_char(r, at) != mark ? at : 0;
}

static bool read_range(const qm_reader *r, uint32_t *end, fields *from, fields *to)
{
    fields right, more;
    uint32_t next = qm_connector(r, *end), stop;
    if (!next) return false;
    if (!(stop = read_iso(r, next, &right)) && !(stop = read_dotted(r, next, &right)) &&
        !(from->day && from->year && (stop = read_month_day(r, *end, next, &right))) &&
        !(stop = read_side(r, next, &right, &more)))
        return false;
    if (!right.year && level_of(&right) < level_of(from) && right.month) return false;
    inherit(&right, from);
    *to = right;
    *end = stop;
    return true;
}

/* 20世纪90年代, 上世纪七十年代, 九十年代: ten years; 八九十年代 twenty. */
static bool read_decade(const qm_reader *r, uint32_t from, qm_quantity *out)
{
    qm_numeral n;
    int value, other, century = 20;
    uint32_t at = from;
    if (!read_whole(r, at, &n, &value, &other)) return false;
    if (qm_char(r, n.end) == U'世' && qm_char(r, n.end + 1) == U'纪' && !other) {
        century = value;
        at = n.end + 2;
        if (!read_whole(r, at, &n, &value, &other)) return false;
    } else if (from >= 3 && r->chars[from - 1] == U'纪' && r->chars[from - 3] == U'本') {
        century = 21;
    }
    if (qm_char(r, n.end) != U'年' || qm_char(r, n.end + 1) != U'代') return false;
    if (value < 10 || value > 90 || value % 10 || century < 10 || century > 21) return false;
    int year = (century - 1) * 100, last = other ? other : value;
    set_date(r, out, from, n.end + 2, (fields){year + value, 0, 0},
             (fields){year + last + 9, 0, 0});
    return true;
}

static bool set_season(const qm_reader *r, uint32_t start, qm_quantity *out)
{
    int first, second;
    uint32_t end = read_season(r, start, &first, &second);
    if (end) set_date(r, out, start, end, (fields){0, first, 0}, (fields){0, second, 0});
    return end > 0;
}

/* 1、2、3号楼: numbers of things, unless a month or another day stands before. */
static bool numbers_things(const qm_reader *r, uint32_t from, uint32_t end)
{
    uint32_t c = qm_char(r, end);
    for (; c == U'、' || qm_numeral_begins(c); c = qm_char(r, ++end)) continue;
    bool listed = r->last && r->last->kind == QM_KIND_DATE && r->last->end + 1 == from;
    return c == U'号' && qm_char(r, from - 1) != U'月' && !listed;
}

/* 6、7月; 2019、2020年: the first of them. */
static bool set_listed(const qm_reader *r, uint32_t from, qm_quantity *out)
{
    uint32_t end;
    int value, level = listed_level(r, from, &value, &end);
    if (level == NO_LEVEL || (level == DAY && numbers_things(r, from, end))) return false;
    fields date = {level == YEAR ? value : 0, level == MONTH ? value : 0, level == DAY ? value : 0};
    set_date(r, out, from, end, date, (fields){0, 0, 0});
    return true;
}

/* What the character behind the first figures tells: 九十年代, 二季度, 6、7月. */
static bool read_marked(const qm_reader *r, uint32_t from, qm_quantity *out)
{
    const qm_numeral *figures = qm_numeral_at(r, from, QM_NUMERAL_EXACT | QM_NUMERAL_CLOCK);
    uint32_t mark = figures ? figures->end : from;
    switch (qm_char(r, mark)) {
    case U'世': return read_decade(r, from, out);
    case U'年': return qm_char(r, mark + 1) == U'代' && read_decade(r, from, out);
    case U'季':
    case U'上':
    case U'下': return set_season(r, from, out);
    case U'、': return set_listed(r, from, out) || set_season(r, from, out);
    default: return false;
    }
}

/* 2023 or 2023.4 at `at`: where it ends, 0 if it is no year of ours. */
static uint32_t read_bare_year(const qm_reader *r, uint32_t at, fields *out)
{
    uint32_t end = at, month = 0;
    *out = (fields){0, 0, 0};
    for (; end < at + 5 && qm_is_digit(qm_char(r, end)); end++)
        out->year = out->year * 10 + (int)(r->chars[end] - '0');
    if (end != at + 4 || out->year < 1950 || out->year > 2050) return 0;
    if (qm_char(r, end) != '.' || !qm_is_digit(qm_char(r, end + 1))) return end;
    for (month = ++end; end < month + 3 && qm_is_digit(qm_char(r, end)); end++)
        out->month = out->month * 10 + (int)(r->chars[end] - '0');
    return end - month <= 2 && out->month >= 1 && out->month <= 12 ? end : 0;
}

/* （2022—2024）, 2021.8—2023.8, 2024.5离任: a bare number that is a year, a month or a span of
 * them without 年 and 月. */
bool qm_period_read(const qm_reader *r, qm_quantity *q)
{
    fields low, high;
    const fields none = {0, 0, 0};
    uint32_t start = q->start, end = read_bare_year(r, start, &low);
    if (!end || q->number_start != start) return false;
    uint32_t next = qm_connector(r, end), stop = next ? read_bare_year(r, next, &high) : 0;
    if (!stop) high = none;
    if (stop ? !low.month != !high.month ||
                   date_value(high).coefficient <= date_value(low).coefficient
             : !low.month || r->role == QM_ROLE_TABLE_ROW || !qm_is_han(r, end) ||
                   qm_starts_at(r, end, QM_SENSE_AFTER))
        return false;
    if (q->end != (stop ? stop : end)) return false;
    set_date(r, q, start, q->end, low, high);
    return true;
}

bool qm_date_read(const qm_reader *r, uint32_t from, qm_quantity *out)
{
    fields low, high = {0, 0, 0};
    uint32_t c = qm_char(r, from), end, start = from;
    if (from > 0 && qm_is_letter(r->chars[from - 1])) return false;
    if (c == U'半' || c == U'第' || (from > 0 && r->chars[from - 1] == U'第')) {
        if (c != U'第') start--;
        if (start > from || !set_season(r, start, out)) return false;
        if (c == U'半') out->flags |= QM_QUANTITY_OPTIONAL;
        return true;
    }
    if (read_marked(r, from, out)) return true;
    if ((end = read_iso(r, from, &low)) == 0 && (end = read_dotted(r, from, &low)) == 0) {
        if (!(end = read_side(r, from, &low, &high))) return set_season(r, from, out);
        if (!low.year && !low.month && !lone_day(r, from, end)) return false;
    }
    if (!high.year && !high.month && !high.day) read_range(r, &end, &low, &high);
    set_date(r, out, from, end, low, high);
    return true;
}
