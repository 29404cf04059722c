#include "quantity/internal.h"

static uint32_t longest_trap(const qm_reader *r, uint32_t at)
{
    const uint32_t sign = r->signs[at], may_trap = qm_mark_of(QM_SENSE_TRAP) | QM_TRAIT_PATTERN;
    uint32_t figures = (uint32_t)qm_is_digit(r->chars[at]) & (qm_char(r, at - 1) < 0x4E00);
    bool month = qm_char(r, at + 1) == U'月' || qm_char(r, at + 2) == U'月'; /* 四月十一 */
    if (!(month || (sign & may_trap) | figures)) return 0;
    qm_word word = qm_word_at(r, at, QM_SENSE_TRAP);
    uint32_t start, end = word.end;
    uint32_t pattern = month || figures || sign & QM_TRAIT_PATTERN ? qm_pattern_trap(r, at) : 0;
    const qm_sense *mask = end ? qm_word_before(r, at + 1, QM_SENSE_BEFORE, &start) : NULL;
    if (mask && (mask->flags & QM_MODIFIER_MASK) && start < at) return pattern; /* 马上|一年半 */
    while (word.kind && word.value == QM_TRAP_CALENDAR && end < r->count && /* 二月二|十九 */
           (qm_numeral_digit(r->chars[end]) >= 0 || qm_numeral_scale(r->chars[end]) == 1))
        end++;
    return pattern > end ? pattern : end;
}

/* A trap that begins inside the numeral and reaches beyond it cuts it: 20万 | 一线工人. */
static uint32_t numeral_limit(const qm_reader *r, uint32_t from, uint32_t end)
{
    for (uint32_t at = from + 1; qm_holds_trap(r->scratch, at, end); at++) {
        qm_word word = qm_word_at(r, at, QM_SENSE_TRAP);
        if (word.end > end && qm_numeral_digit(r->chars[at]) >= 0 &&
            qm_numeral_scale(r->chars[at - 1]) != 1 && qm_numeral_digit(r->chars[at - 1]) < 0)
            return at; /* but 八|九里山路 */
    }
    return r->count;
}

/* $20，300美元: a sign before and a word behind are two amounts; where the first one ends, or 0. */
static uint32_t first_amount(const qm_reader *r, const qm_quantity *q)
{
    if (q->kind != QM_KIND_MONEY || q->start == q->number_start || q->end == q->number_end)
        return 0;
    uint32_t comma = 0;
    for (uint32_t i = q->number_start; i < q->number_end; i++) {
        if (r->chars[i] == '.') return 0; /* ￥3，850.00元 */
        if (!comma && r->chars[i] == U'，') comma = i;
    }
    return comma;
}

/* Most amounts; no trap may cut them. */
static bool read_plain(const qm_reader *r, const qm_numeral *figure, qm_quantity *out)
{
    return qm_amount_plain(r, figure, out) && !qm_holds_trap(r->scratch, out->start + 1, out->end);
}

static bool read_amount(const qm_reader *r, uint32_t at, qm_quantity *out)
{
    if (!qm_amount_read(r, at, r->count, out)) return false;
    uint32_t comma = first_amount(r, out);
    if (comma) return qm_amount_read(r, at, comma, out);
    uint32_t limit = numeral_limit(r, out->number_start, out->end);
    return limit >= out->number_end || limit == r->count || qm_amount_read(r, at, limit, out);
}

static bool is_one(const qm_reader *r, const qm_quantity *q)
{
    bool one = (q->kind == QM_KIND_COUNT) & (q->number_end == q->number_start + 1) &
               (qm_char(r, q->number_start) == U'一');
    return one && q->relation == QM_REL_EQ && !q->high.type;
}

/* The whole text is nothing but this quantity: no context can say what it is. */
static bool is_alone(const qm_reader *r, const qm_quantity *q)
{
    uint32_t i = q->start, k = q->end;
    while (i > 0 && qm_is_blank(r->chars[i - 1])) i--;
    while (k < r->count && qm_is_blank(r->chars[k])) k++;
    return i == 0 && k == r->count;
}

/* 第一，… and 第一书记 are no ordinals; nor is the mere word 第一. */
static bool is_enumerating(const qm_reader *r, const qm_quantity *q)
{
    uint32_t c = qm_char(r, q->end);
    bool listed = c == U'、' && qm_char(r, q->end + 1) == U'第'; /* 第3、第5、第7组 */
    return q->kind == QM_KIND_ORDINAL && !q->unit && !listed && q->start == q->number_start &&
           ((qm_is_han(r, q->end) && c != U'的' && c != U'和' && c != U'与') || /* 第六中学 */
            ((c == U'，' || c == U'、' || c == U'：' || c == ':') &&
             (q->start == r->from || !qm_is_han(r, q->start - 1))));
}

/* 一块蛋糕: the text is nothing but this and a noun, as an item of a list. */
static bool is_item_of_list(const qm_reader *r, const qm_quantity *q)
{
    if (q->start > 0 || r->count - q->end > 6) return false;
    for (uint32_t at = q->end; at < r->count; at++)
        if (!qm_is_han(r, at) || qm_cue_at(r, at, QM_CUE_STOP, NULL)) return false;
    return q->end < r->count;
}

static bool accept(const qm_reader *r, qm_quantity *q)
{
    bool numbers = q->kind == QM_KIND_NUMBER || q->kind == QM_KIND_ORDINAL;
    uint32_t before = qm_char(r, q->start - 1);
    if (before <= 0x3000 && is_alone(r, q)) return true;        /* no hanzi is a blank */
    if (numbers && r->role == QM_ROLE_NAVIGATION) return false; /* page numbers */
    if (numbers && is_enumerating(r, q)) return false;
    bool indefinite = is_one(r, q) && !qm_one_counts(r, q);
    if (indefinite && !is_item_of_list(r, q) && !qm_may_be_place(r, q->end)) return false;
    if (!qm_context_is_clear(r, q) && qm_context_traps(r, q)) return false; /* learns places */
    if (!indefinite) return true;
    q->flags |= QM_QUANTITY_INDEFINITE;
    return is_item_of_list(r, q);
}

/* Where the figures at `at` end; dates and times are told by the character there. */
static uint32_t figures_end(const qm_reader *r, uint32_t at)
{
    uint32_t end = at + 12 < r->count ? at + 12 : r->count;
    for (; at < end; at++) {
        uint32_t c = r->chars[at];
        const qm_glyph *glyph = qm_glyph_of(c);
        bool other = c == ' ' || c == U'廿' || c == 'O' || c == 'o'; /* 二OO八年 */
        if (!qm_is_digit(c) && !other && glyph->digit < 0 && glyph->scale != 1) break;
    }
    return at;
}

static bool may_be_time(uint32_t mark)
{
    return mark == ':' || mark == U'：' || mark == U'点' || mark == U'时';
}

/* Where the figures at `at` end if a date or time may begin with them, QM_NONE otherwise. */
static uint32_t find_mark(const qm_reader *r, uint32_t at, const qm_numeral *figure)
{
    uint32_t mark = figure ? figure->end : figures_end(r, at);
    uint32_t c = qm_char(r, mark);
    bool dotted = c == U'日' || c == U'号'; /* 3.15日 */
    if (figure &&
        (figure->arabic ? !figure->plain && !dotted : qm_numeral_scale(r->chars[mark - 1]) > 1))
        return QM_NONE; /* 3.5, 三百 */
    return qm_sign(r, mark) & QM_TRAIT_DATE ? mark : QM_NONE;
}

enum { MOST_DASHES = 8 }; /* more are a rule across the page */

/* Whether the figures from `at` may begin a date; `mark` is where they end. */
static bool may_be_date(const qm_reader *r, uint32_t at, uint32_t mark)
{
    uint32_t c = qm_char(r, mark);
    switch (c) {
    case U'年': /* a year has four figures; 三年 is a length of time */
        return mark == at + 4 || !qm_figure_at(r, at) || qm_char(r, mark + 1) == U'代' ||
               (mark == at + 2 && qm_is_digit(qm_char(r, mark + 1))); /* 21年6月 */
    case U'月':
    case U'日':
    case U'季':
    case U'世': return true;
    case U'号':
        return qm_char(r, at - 1) == U'月' || qm_day_is_fixed(r, at, mark + 1); /* 每月5号 */
    case U'半': return mark == at && qm_char(r, at + 1) == U'年';               /* 上半年 */
    case U'、': return qm_numeral_begins(qm_char(r, mark + 1)) || qm_char(r, mark + 1) == U'参';
    case '.':
    case '/': /* 2023.5.12 */ return mark == at + 4;
    case U'．':
    case U'至':
    case U'到': break;
    default:
        if (!qm_is_dash(c)) return false;
    }
    if (mark == at + 4 && c != U'至' && c != U'到') /* 2023-05-12 */
        if (qm_char(r, mark + 3) == c || qm_char(r, mark + 2) == c) return true;
    for (uint32_t end = mark + MOST_DASHES;
         mark < end && (qm_is_dash(c) || c == U'至' || c == U'到');)
        c = qm_char(r, ++mark);
    c = qm_char(r, figures_end(r, mark)); /* 5—7月, 1995年至1997年 */
    return c == U'年' || c == U'月' || c == U'日' || c == U'号' || c == U'季';
}

/* 3月, 5号: nothing but the number stands there, as far as amounts go. */
static bool is_date_alone(const qm_reader *r, const qm_numeral *figure)
{
    const uint32_t measure = qm_mark_of(QM_SENSE_UNIT) | qm_mark_of(QM_SENSE_CLASSIFIER);
    uint32_t c = qm_char(r, figure->end);
    return (c == U'月' || c == U'日' || c == U'号') && !figure->paired &&
           !(r->signs[figure->end] & measure);
}

/* A date or time, where `mark` behind the figures says that it may be one. */
static bool read_marked(const qm_reader *r, uint32_t at, uint32_t mark, qm_quantity *out)
{
    return (may_be_time(r->chars[mark]) && qm_time_read(r, at, out)) ||
           (may_be_date(r, at, mark) && qm_date_read(r, at, out));
}

/* The longer numeral at `at` if its value is as good as that of a figure: 一千二百, 三五, 几. */
static const qm_numeral *read_sound(const qm_reader *r, uint32_t at)
{
    const qm_numeral *n = qm_numeral_at(r, at, QM_NUMERAL_LETTERS);
    return n && !n->percent && !n->fraction && !n->half && !n->overflow && n->low.coefficient >= 0
               ? n
               : NULL;
}

/* What begins with figures: a date or time where the mark behind them says so, or an amount. */
static bool read_figures(const qm_reader *r, uint32_t at, qm_quantity *out)
{
    const qm_numeral *figure = qm_figure_at(r, at);
    uint32_t mark = find_mark(r, at, figure);
    bool marked = mark != QM_NONE, short_of = qm_char(r, at - 1) == U'差', found = false;
    qm_quantity other;
    if (short_of && qm_time_read(r, at, out)) return true;
    if (marked) {
        bool alone = figure && is_date_alone(r, figure);
        found = read_marked(r, at, mark, out);
        if (found && (alone || out->kind == QM_KIND_TIME)) return true;
    }
    if (marked || short_of) figure = qm_figure_at(r, at); /* others have been read since */
    if (!found && !figure) figure = read_sound(r, at);
    qm_quantity *amount = found ? &other : out;
    if (!(figure && read_plain(r, figure, amount)) && !read_amount(r, at, amount)) return found;
    /* 5日 a date, 5日游 not; whatever reads further is right. */
    if (found && other.end > out->end && other.kind != QM_KIND_NUMBER) *out = other;
    return true;
}

static bool read_numeral(const qm_reader *r, uint32_t at, qm_quantity *out)
{
    const uint32_t *c = r->chars + at; /* padded */
    bool half = (c[0] == U'半') | (c[1] == U'半') | (c[2] == U'半');
    if (half && (c[0] == U'一' || c[0] == U'半') && qm_share_read(r, at, out)) return true;
    return read_figures(r, at, out);
}

static bool read_any(const qm_reader *r, uint32_t at, uint32_t c, qm_quantity *out)
{
    if (qm_numeral_begins(c)) return read_numeral(r, at, out);
    switch (c) {
    case U'第': /* 第二季度, 第1—3季度 */
        if (qm_sign(r, at + 2) & QM_TRAIT_DATE && qm_date_read(r, at, out)) return true;
        return qm_ordinal_read(r, at, out);
    case U'首': return qm_ordinal_read(r, at, out);
    case U'翻':
    case U'对': return qm_share_read(r, at, out);
    case U'参': return read_figures(r, at, out);
    default: return qm_elided_read(r, at, out);
    }
}

/* A trap wins over what is not longer; a quantity that begins before a trap keeps its end. */
static bool trapped(const qm_reader *r, uint32_t trap, const qm_quantity *q)
{
    if (!trap || (q->kind == QM_KIND_NUMBER && is_alone(r, q))) return false;
    if (q->kind == QM_KIND_MULTIPLE && trap == q->end) return false; /* 翻一番 */
    if (qm_char(r, q->number_start) == U'万' && qm_char(r, q->number_start + 1) == U'一' &&
        trap >= q->number_end)
        return true; /* 万一出事 */
    if (q->kind == QM_KIND_DATE || q->kind == QM_KIND_TIME) return trap > q->end;
    return trap >= q->end;
}

static void set_clause(qm_reader *r, uint32_t at)
{
    const qm_clauses *all = r->clauses;
    r->role = 0;
    r->from = 0;
    r->to = r->count;
    if (!all || all->count == 0) return;
    const qm_clause *clause = all->at + r->clause, *last = all->at + all->count;
    __builtin_prefetch(clause + 12); /* where the next ones will be */
    while (last - clause >= 4 && clause[3].end <= at) clause += 4;
    if (last - clause >= 4) /* no branch: nobody could foresee which of them it is */
        clause += (clause[0].end <= at) + (clause[1].end <= at) + (clause[2].end <= at);
    else
        while (clause < last && clause->end <= at) clause++;
    r->clause = (uint32_t)(clause - all->at);
    if (clause > all->at) r->from = clause[-1].end;
    if (clause == last) return;
    if (clause->start <= at) {
        r->from = clause->start;
        r->role = clause->role;
    }
    r->to = clause->end;
}

/* Whether anything around the quantity may change its relation: for most nothing does. */
static bool is_related(const qm_reader *r, const qm_quantity *q)
{
    uint32_t before = qm_sign(r, q->start - 1) & (QM_MARK_BEFORE | QM_TRAIT_LINK); /* a blank */
    uint32_t behind = qm_sign(r, q->end) & (qm_mark_of(QM_SENSE_AFTER) | QM_TRAIT_SPECIAL);
    return q->relation != QM_REL_EQ || before | behind || r->chars[q->start] == U'几';
}

/* What the context makes of the row that was read behind the others. */
static void finish_row(qm_reader *r, qm_quantity *q)
{
    if (is_related(r, q)) qm_relation_read(r, q);
    q->counted_start = q->counted_end = QM_NONE;
    switch (q->kind) {
    case QM_KIND_MONEY:
    case QM_KIND_MEASURE: qm_rate_find(r, q); break;
    case QM_KIND_COUNT:
        qm_rate_find(r, q);
        qm_counted_find(r, q);
        break;
    case QM_KIND_NUMBER:
        qm_counted_find(r, q);
        qm_header_find(r, q);
        break;
    default: break;
    }
    if (r->last && r->last->end > q->start) q->start = qm_skip_spaces(r, r->last->end, 1);
    bool written = q->unit == QM_UNIT_WRITTEN || q->header_unit == QM_UNIT_WRITTEN;
    q->unit_start = written ? q->unit_start : QM_NONE;
    q->unit_end = written ? q->unit_end : QM_NONE;
    if (!q->per) q->per_start = q->per_end = QM_NONE;
    if (!q->rate) q->rate_start = q->rate_end = QM_NONE;
}

/* Whether what follows a figure may make more of it than the figure. */
static bool goes_on(uint32_t c)
{
    switch (c) {
    case U'个':
    case U'分':
    case U'点':
    case U'又':
    case U'年':
    case U'月':
    case U'日':
    case U'号':
    case U'时':
    case U'季':
    case U'世':
    case U'至':
    case U'到':
    case U'余':
    case U'多':
    case U'来':
    case U'把':
    case U'旬':
    case U'之':
    case U'折':
    case U'大':
    case U'小':
    case U'整':
    case U'半':
    case U'参': return true;
    default: return qm_numeral_begins(c);
    }
}

/* 一起, 三峡, 第一书记: a lone figure that no word but the trap goes on from. */
static bool is_swallowed(const qm_reader *r, uint32_t at, uint32_t trap)
{
    if (r->chars[at] == U'第') at++;
    if (trap < at + 2 || qm_numeral_digit(r->chars[at]) < 1 || !qm_is_han(r, at + 1)) return false;
    return !goes_on(r->chars[at + 1]) && !qm_starts_at(r, at + 1, QM_SENSE_UNIT) &&
           !qm_starts_at(r, at + 1, QM_SENSE_CLASSIFIER);
}

/* What ends a clause behind a figure that ends a word: 统一, 之一。 */
static bool closes_word(uint32_t c)
{
    return c == U'，' || c == U'。' || c == U'；' || c == U'！' || c == U'？' || c == U'）' ||
           c == U'”';
}

/* 一直, 三农, 一、: one figure in hanzi, and neither a unit nor anything else beside it that makes
 * a number of it; the context would refuse it. */
static bool is_idle_figure(const qm_reader *r, uint32_t at)
{
    enum { MORE = QM_TRAIT_FIGURE | QM_TRAIT_SPECIAL | QM_TRAIT_SEQUEL | QM_TRAIT_DATE };
    const uint32_t measures =
        qm_mark_of(QM_SENSE_UNIT) | qm_mark_of(QM_SENSE_CLASSIFIER) | qm_mark_of(QM_SENSE_AFTER);
    const uint32_t last = qm_sign(r, at - 1), follower = qm_sign(r, at + 1);
    uint32_t c = r->chars[at], before = qm_char(r, at - 1), next = qm_char(r, at + 1);
    if ((last & QM_MARK_ENDS) | (follower & measures) || qm_numeral_digit(c) < 1) return false;
    if (c == U'俩' || c == U'仨' || before == ' ' || before == U'满' || before == U'是' ||
        before == U'差' || before == U'下')
        return false;
    if (next == U'、') return !qm_numeral_begins(qm_char(r, at + 2)) && qm_char(r, at + 2) != U'参';
    if (closes_word(next)) return before >= 0x4E00;
    return next >= 0x4E00 && next != U'高' && next != U'出' && !(follower & MORE);
}

/* 1. 2）: the trap is an enumerator, and no number goes beyond it. */
static bool is_enumerator(const qm_reader *r, uint32_t at, uint32_t trap)
{
    const uint32_t measures = qm_mark_of(QM_SENSE_UNIT) | qm_mark_of(QM_SENSE_CLASSIFIER);
    if (trap < at + 2 || !qm_is_digit(r->chars[at]) || qm_is_digit(qm_char(r, trap))) return false;
    uint32_t mark = r->chars[trap - 1];
    if ((mark != '.' && mark != ')' && mark != U'）') || r->signs[trap - 1] & measures)
        return false;
    while (qm_is_digit(r->chars[at])) at++;
    return at == trap - 1;
}

/* A trap in which nothing begins that it could swallow. */
static bool is_idle_trap(const qm_reader *r, uint32_t at)
{
    const qm_quantity_scratch *s = r->scratch;
    uint32_t head = qm_head_at(s, at), end = head ? s->matches[head - 1].end : at + 1;
    return !qm_holds_bit(s->stops.at, at + 1, end);
}

/* Whether the same mark opened a quotation not far before, on the same line. */
static bool is_turning_back(const qm_reader *r, uint32_t at)
{
    enum { REACH = 64 };
    if (r->quote == QM_NONE || r->chars[r->quote] != r->chars[at] || at - r->quote > REACH)
        return false;
    for (uint32_t i = r->quote; i < at; i++)
        if (r->chars[i] == '\n') return false;
    return true;
}

static void turn_quote(qm_reader *r, uint32_t at, uint32_t role)
{
    bool opens = role == QM_GLYPH_OPENS;
    if (role == QM_GLYPH_TURNS) /* 42" are inches */
        opens = !is_turning_back(r, at) && !qm_is_digit(qm_char(r, at - 1));
    r->quote = opens ? at : QM_NONE;
}

/* Reads what begins at `at` into *q; otherwise *next tells where to go on. */
static bool read_here(qm_reader *r, uint32_t at, uint32_t c, qm_quantity *q, uint32_t *next)
{
    uint32_t sign = r->signs[at], role = qm_glyph_of(c)->role;
    bool trapping = sign & QM_MARK_STOP, one = sign & qm_mark_of(QM_SENSE_ONE);
    bool begins = (role >= QM_GLYPH_STARTS) | one;
    *next = at + 1;
    if (role != 0 && role <= QM_GLYPH_TURNS) turn_quote(r, at, role);
    if (r->dated && trapping && !begins && qm_relative_read(r, at, q)) return true;
    if (!begins && !(sign & QM_TRAIT_PATTERN) && (!trapping || is_idle_trap(r, at))) return false;
    uint32_t trap = longest_trap(r, at);
    bool idle = begins && trap && is_swallowed(r, at, trap);
    if (begins && !idle) idle = is_idle_figure(r, at) || (trap && is_enumerator(r, at, trap));
    if (begins && !idle) {
        if (at >= r->to || at < r->from) set_clause(r, at);
        if (read_any(r, at, c, q) && !trapped(r, trap, q) && accept(r, q)) return true;
        const qm_numeral *n; /* what was refused is skipped whole */
        uint32_t from = c == U'第' ? at + 1 : at;
        if (!trap && (n = qm_numeral_at(r, from, QM_NUMERAL_CLOCK))) trap = n->end;
    }
    /* 下一百亩: the figure at the end of the trap goes on, it is a number */
    if (!begins && trap > at + 1 &&
        (qm_numeral_digit(r->chars[trap - 1]) > 0 || r->chars[trap - 1] == U'数') &&
        qm_numeral_scale(qm_char(r, trap)) > (r->chars[trap - 1] != U'数'))
        trap--;
    if (trap > at) *next = trap;
    return false;
}

/* Room for one more row, which is read where it stays. */
static qm_quantity *next_row(qm_reader *r, qm_quantities *out)
{
    if (qm_array_reserve(&r->scratch->alloc, out, out->count + 1) != QM_OK) return NULL;
    r->last = out->count ? &out->at[out->count - 1] : NULL;
    return &out->at[out->count];
}

static int find_all(qm_reader *r, qm_quantities *out)
{
    qm_quantity *q = next_row(r, out);
    uint32_t at = 0, from = 0, next;
    while (q && (at = qm_next_stop(r->scratch, from)) < r->count) {
        if (read_here(r, at, r->chars[at], q, &next)) {
            finish_row(r, q);
            out->count++;
            next = q->end > at ? q->end : at + 1;
            q = next_row(r, out);
        }
        from = next;
    }
    return q ? QM_OK : QM_E_NOMEM;
}

int qm_quantity_find(const qm_quantifier *quantifier, qm_quantity_scratch *scratch,
                     const qm_text *text, const qm_clauses *clauses, const qm_words *words,
                     const qm_matches *matches, const qm_char_codes *codes,
                     const qm_quantity_options *options, qm_quantities *out, qm_error *err)
{
    qm_reader r = {.quantifier = quantifier,
                   .scratch = scratch,
                   .text = text,
                   .words = words,
                   .begins = words ? words->begins : NULL,
                   .clauses = clauses,
                   .options = options,
                   .chars = text->chars,
                   .classes = text->classes,
                   .count = text->count,
                   .dated = options && options->reference_date,
                   .quote = QM_NONE};
    out->count = 0;
    scratch->n_places = 0;
    int status = qm_scratch_index(quantifier, scratch, matches, codes, text, r.dated, err);
    if (status != QM_OK) return status;
    r.signs = scratch->signs;
    set_clause(&r, 0);
    status = find_all(&r, out);
    if (status != QM_OK) out->count = 0;
    return status == QM_OK ? QM_OK : qm_fail_nomem(err);
}
