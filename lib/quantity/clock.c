/* Clock times: 20:08, 六点半, 晚上十点多. */
#include "quantity/internal.h"

typedef struct clock {
    int hour, minute, second; /* -1: not given */
    uint32_t end;
} clock;

static bool read_small(const qm_reader *r, uint32_t at, int limit, int *value, uint32_t *end)
{
    uint32_t c = qm_char(r, at);
    if ((!qm_numeral_begins(c) && c != U'参') || c == '-' || c == '.' || c == U'负' || c == U'半')
        return false;
    const qm_numeral *n = qm_numeral_at(r, at, QM_NUMERAL_EXACT | QM_NUMERAL_CLOCK);
    if (!n || n->overflow || !n->low.type || n->low.exponent < 0 || n->low.exponent > 1)
        return false;
    if (n->end - at > 3 || (n->string && n->end - at != 2)) return false;
    *value = (int)(n->low.coefficient * (n->low.exponent ? 10 : 1));
    *end = n->end;
    return *value < limit;
}

static bool two_digits(const qm_reader *r, uint32_t at, int *value)
{
    if (!qm_is_digit(qm_char(r, at)) || !qm_is_digit(qm_char(r, at + 1))) return false;
    if (qm_is_digit(qm_char(r, at + 2))) return false;
    *value = (int)(r->chars[at] - '0') * 10 + (int)(r->chars[at + 1] - '0');
    return *value < 60;
}

static bool is_colon(uint32_t c)
{
    return c == ':' || c == U'：';
}

static bool read_digital(const qm_reader *r, uint32_t at, clock *out)
{
    uint32_t i = at;
    int hour = 0;
    while (qm_is_digit(qm_char(r, i)) && i < at + 3) hour = hour * 10 + (int)(r->chars[i++] - '0');
    if (i == at || i > at + 2 || hour > 24 || !is_colon(qm_char(r, i))) return false;
    uint32_t before = qm_char(r, at - 1);
    if (qm_is_digit(before) || before == '.') return false;
    if (is_colon(before) && qm_is_digit(qm_char(r, at - 2))) return false; /* 散会：21:10 is one */
    if (!two_digits(r, i + 1, &out->minute)) return false;
    out->hour = hour;
    out->second = -1;
    out->end = i + 3;
    if (is_colon(qm_char(r, out->end)) && two_digits(r, out->end + 1, &out->second)) out->end += 3;
    return true;
}

/* What follows 点: 半, 一刻, 20分, 差五分, 05, 整, 钟. true: a sure sign of a clock time. */
static bool read_minutes(const qm_reader *r, clock *out)
{
    uint32_t c = qm_char(r, out->end), next = qm_char(r, out->end + 1), end;
    int value;
    if (c == U'半') return out->minute = 30, out->end++, true;
    if (c == U'差' && read_small(r, out->end + 1, 60, &value, &end) && value > 0 &&
        qm_char(r, end) == U'分' && out->hour > 0) { /* 九点差五分 */
        out->hour--;
        out->minute = 60 - value;
        out->end = end + 1;
        return true;
    }
    if (c == U'整' || c == U'钟') return out->end += c == U'钟' && next == U'整' ? 2 : 1, true;
    if (next == U'刻' && (c == U'一' || c == U'三'))
        return out->minute = c == U'一' ? 15 : 45, out->end += 2, true;
    uint32_t at = c == U'零' || c == U'过' ? out->end + 1 : out->end;
    if (!read_small(r, at, 60, &value, &end)) return false;
    bool unit = qm_char(r, end) == U'分' && qm_char(r, end + 1) != U'之';
    bool sure = unit || (end - at == 2 && qm_is_digit(qm_char(r, at))) ||
                qm_numeral_scale(qm_char(r, at)) == 1 || qm_numeral_scale(qm_char(r, at + 1)) == 1;
    if (!sure && at == out->end) return false;
    out->minute = value;
    out->end = end + unit;
    if (unit && read_small(r, out->end, 60, &value, &end) && qm_char(r, end) == U'秒') {
        out->second = value;
        out->end = end + 1;
    }
    return sure;
}

static bool read_spoken(const qm_reader *r, uint32_t at, clock *out, bool *sure)
{
    uint32_t end;
    int hour;
    if (!read_small(r, at, 25, &hour, &end)) return false;
    end = qm_skip_spaces(r, end, 1);
    uint32_t c = qm_char(r, end);
    if (c != U'点' && c != U'时') return false;
    if (qm_char(r, at) == U'一' && c == U'点' && qm_char(r, end + 1) == U'点') return false;
    *out = (clock){hour, -1, -1, end + 1};
    *sure = read_minutes(r, out);
    return true;
}

/* 差五分九点, 差一刻九点: minutes before the hour. */
static bool read_short_of(const qm_reader *r, uint32_t at, clock *out)
{
    uint32_t end;
    int minutes;
    bool sure;
    if (at == 0 || r->chars[at - 1] != U'差') return false;
    if (!read_small(r, at, 60, &minutes, &end) || minutes < 1) return false;
    if (qm_char(r, end) == U'刻') minutes *= 15;
    else if (qm_char(r, end) != U'分') return false;
    if (minutes >= 60 || !read_spoken(r, end + 1, out, &sure)) return false;
    if (out->minute >= 0 || out->hour < 1) return false;
    out->hour--;
    out->minute = 60 - minutes;
    return true;
}

/* The part of the day may stand right before, or before the left end of a range. */
static int part_of_day(const qm_reader *r, uint32_t at)
{
    while (at > r->from && r->chars[at - 1] == ' ') at--;
    uint32_t start;
    if (qm_cue_before(r, at, QM_CUE_EVENING, &start))
        /* 深夜两点 is early in the morning, 下午两点 is not */
        return qm_char(r, at - 1) == U'午' || qm_char(r, start) == U'午' ||
                       qm_char(r, at - 1) == U'后'
                   ? QM_CUE_CLOCK
                   : QM_CUE_EVENING;
    if (qm_cue_before(r, at, QM_CUE_NOON, NULL)) return QM_CUE_NOON;
    if (qm_cue_before(r, at, QM_CUE_MORNING, NULL)) return QM_CUE_MORNING;
    return -1;
}

static void set_half(clock *c, int part)
{
    /* QM_CUE_CLOCK: the afternoon; hours from first to last are 12 more */
    int first = part == QM_CUE_EVENING ? 5 : 1;
    int last = part == QM_CUE_NOON ? 3 : 11;
    if (part != QM_CUE_EVENING && part != QM_CUE_NOON && part != QM_CUE_CLOCK) return;
    if (part == QM_CUE_EVENING && c->hour == 12) c->hour = 0;
    else if (c->hour >= first && c->hour <= last) c->hour += 12;
}

static qm_value clock_value(const clock *c)
{
    int64_t fields = (int64_t)c->hour * 10000;
    if (c->minute > 0) fields += (int64_t)c->minute * 100;
    if (c->second > 0) fields += c->second;
    int16_t precision = 0;
    if (c->minute >= 0) precision = 1;
    if (c->second >= 0) precision = 2;
    return (qm_value){.coefficient = fields, .exponent = precision, .type = QM_VALUE_TIME};
}

/* 早一点, 晚一点: somewhat earlier or later. 今晚一点 is a time. */
static bool is_somewhat(const qm_reader *r, uint32_t from, const clock *c)
{
    uint32_t before = qm_char(r, from - 1);
    return c->minute < 0 && r->chars[from] == U'一' && (before == U'早' || before == U'晚') &&
           qm_char(r, c->end) != U'多' && r->begins && r->begins[from - 1] && r->begins[from];
}

/* What begins a clause or follows another time is one: 三点收菜、五点装车。六点，天亮透了。 */
static bool stands_alone(const qm_reader *r, uint32_t from, const clock *c)
{
    uint32_t before = qm_char(r, from - 1), next = qm_char(r, c->end);
    if (qm_char(r, c->end - 1) != U'点' || c->hour < 1) return false;
    if (r->last && r->last->kind == QM_KIND_TIME && r->last->end + 8 > from &&
        (before == U'、' || before == U'，'))
        return true;
    if (before == U'到' || before == U'在')
        return next == U'，' || next == U'。' || next == U'；' || next == U'以' || next == U'接';
    return (before == U'。' || before == '\n' || before == U'”') && next == U'，' && c->hour > 3;
}

/* 三点 is a time only where something says so; otherwise three points. */
static bool is_time(const qm_reader *r, uint32_t from, const clock *c, int part)
{
    uint32_t next = qm_char(r, c->end), before = from > r->from ? r->chars[from - 1] : 0;
    if (part >= 0 || before == U'日') return !is_somewhat(r, from, c);
    if (stands_alone(r, from, c)) return true;
    if (next == U'许' || next == U'多' || (next == U'前' && qm_char(r, c->end + 1) != U'面'))
        return true;
    uint32_t then = qm_char(r, c->end + 1);
    if ((next == U'左' && then == U'右') || (next == U'不' && then == U'到')) return true;
    if (qm_char(r, c->end - 1) == U'时')
        return qm_is_digit(qm_char(r, from)) || c->hour == 0; /* 零时 */
    if (c->hour == 0 && c->minute < 0 && !qm_is_han(r, c->end) && !qm_is_digit(next))
        return true; /* 0点, 零点 */
    uint32_t near = from > r->from + 6 ? from - 6 : r->from;
    return qm_cue_within(r, near, from, QM_CUE_CLOCK) ||
           qm_cue_within(r, c->end, c->end + 4 < r->to ? c->end + 4 : r->to, QM_CUE_CLOCK);
}

/* 七八点钟, 十一二点: the second hour of a pair, -1 if there is none. */
static int second_hour(const qm_reader *r, uint32_t from)
{
    const bool ten = qm_char(r, from) == U'十';
    from += ten;
    int first = qm_numeral_digit(qm_char(r, from)), second = qm_numeral_digit(qm_char(r, from + 1));
    uint32_t mark = qm_char(r, from + 2);
    if (first < 1 || second != first + 1 || (mark != U'点' && mark != U'时')) return -1;
    return ten ? 10 + second : second;
}

/* The second hour of a pair is the later one: 夜里十一二点 reaches to midnight. */
static void set_second(clock high, int hour, int part, qm_quantity *out)
{
    high.hour = hour;
    set_half(&high, part);
    if (high.hour == 0) high.hour = 24;
    out->high = clock_value(&high);
}

/* 8点到10点: hours on both sides of the mark are clock times. */
static bool is_sure_range(const qm_reader *r, const clock *low)
{
    clock high;
    bool sure;
    uint32_t next = qm_connector(r, low->end);
    return next && read_spoken(r, next, &high, &sure) && high.hour > low->hour;
}

static void set_time(const qm_reader *r, uint32_t from, const clock *low, qm_quantity *out)
{
    *out = (qm_quantity){.start = from,
                         .end = low->end,
                         .number_start = from,
                         .number_end = low->end,
                         .kind = QM_KIND_TIME,
                         .relation = QM_REL_EQ,
                         .unit = r->quantifier->time,
                         .low = clock_value(low)};
}

/* The right side of 8:00—11:30, 晚上8点至凌晨2点: its part of the day may differ. */
static void read_until(const qm_reader *r, bool digital, int part, qm_quantity *out)
{
    clock high;
    bool sure;
    uint32_t next = qm_connector(r, out->end);
    if (!next) return;
    uint32_t after = next;
    int other = -1;
    for (uint32_t i = next; i < next + 4; i++) { /* 晚 is one, 晚上 goes on */
        int found = part_of_day(r, i);
        if (found >= 0) {
            other = found;
            after = i;
        }
    }
    if (other >= 0 && after > next) part = other;
    else after = next;
    if (!(digital ? read_digital(r, after, &high) : read_spoken(r, after, &high, &sure))) return;
    set_half(&high, part);
    out->high = clock_value(&high);
    out->end = out->number_end = high.end;
}

/* Whether another part of the day or another day begins in between. */
static bool begins_anew(uint32_t c)
{
    return c == U'。' || c == U'；' || c == U'！' || c == '\n' || c == U'日' || c == U'天' ||
           c == U'早' || c == U'晨' || c == U'晚' || c == U'夜' || c == U'号' || c == U'次';
}

/* 下午三点开会，五点散会: whether the afternoon that was told of the time before is this one's,
 * too.
 */
static bool is_afternoon_still(const qm_reader *r, uint32_t from, const clock *c)
{
    enum { REACH = 24, HOUR = 10000 };
    const qm_quantity *last = r->last;
    clock told;
    bool sure;
    if (!last || last->kind != QM_KIND_TIME || from - last->end > REACH) return false;
    for (uint32_t i = last->end; i < from; i++)
        if (begins_anew(r->chars[i])) return false;
    if (!read_digital(r, last->start, &told) && !read_spoken(r, last->start, &told, &sure))
        return false;
    if (told.hour > 12 || last->low.coefficient < (int64_t)12 * HOUR) return false;
    clock later = *c;
    set_half(&later, QM_CUE_CLOCK);
    qm_value before = last->high.type ? last->high : last->low;
    return later.hour > c->hour && clock_value(&later).coefficient > before.coefficient;
}

/* 晚上写材料到十一点 */
static bool lasts_into_evening(const qm_reader *r, uint32_t at)
{
    enum { REACH = 24 };
    uint32_t first = at > r->from + REACH ? at - REACH : r->from;
    return qm_char(r, at - 1) == U'到' && qm_cue_within(r, first, at, QM_CUE_EVENING);
}

bool qm_time_read(const qm_reader *r, uint32_t from, qm_quantity *out)
{
    clock low;
    bool sure = true;
    if (from > 0 && qm_is_letter(r->chars[from - 1])) return false;
    if (read_short_of(r, from, &low)) {
        set_half(&low, part_of_day(r, from - 1));
        return set_time(r, from - 1, &low, out), true;
    }
    bool digital = read_digital(r, from, &low);
    if (!digital && !read_spoken(r, from, &low, &sure)) return false;
    int part = part_of_day(r, from), second = digital ? -1 : second_hour(r, from);
    if (part < 0 && lasts_into_evening(r, from)) part = QM_CUE_EVENING;
    if (!sure && !is_sure_range(r, &low) && !is_time(r, from, &low, part)) return false;
    if (part < 0 && is_afternoon_still(r, from, &low)) part = QM_CUE_CLOCK;
    clock high = low;
    set_half(&low, part);
    set_time(r, from, &low, out);
    if (second > 0) set_second(high, second, part, out);
    read_until(r, digital, part, out);
    return true;
}
