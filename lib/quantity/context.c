/* What the context says: numerals in labels, slogans, names and codes are no quantities. */
#include "quantity/internal.h"

static bool closes(uint32_t c)
{
    return c == U'”' || c == U'’' || c == U'》' || c == U'〉';
}

static bool is_line_start(const qm_reader *r, uint32_t at)
{
    while (at > 0 &&
           (r->chars[at - 1] == ' ' || r->chars[at - 1] == 0x3000 || r->chars[at - 1] == '\t'))
        at--;
    return at == 0 || r->chars[at - 1] == '\n';
}

/* ---- quoted labels: “三会一课”, “五个振兴”, “1+6+N” --------------------------------------------
 */

enum { QUOTE = 10 };

/* Where the quotation that holds `at` opens and closes, both within reach; false if none does. */
static bool find_quote(const qm_reader *r, uint32_t at, uint32_t reach, uint32_t *open,
                       uint32_t *close)
{
    *open = r->quote;
    if (*open >= at || at - *open > reach) return false;
    for (uint32_t i = *open; i < at; i++)
        if (r->chars[i] == '\n') return false;
    for (uint32_t i = at; i < r->count && i < at + reach && r->chars[i] != '\n'; i++)
        if (r->chars[*open] == '"' ? r->chars[i] == '"' : closes(r->chars[i]))
            return *close = i, true;
    return false;
}

/* A label begins with its numeral, is short, has no mark inside and measures nothing. */
static bool is_quoted_label(const qm_reader *r, const qm_quantity *q)
{
    uint32_t open, close;
    if (!find_quote(r, q->start, 24, &open, &close)) return false;
    bool title = r->chars[open] == U'《' || r->chars[open] == U'〈';
    bool countable = q->kind == QM_KIND_COUNT || q->kind == QM_KIND_NUMBER ||
                     q->kind == QM_KIND_ORDINAL || q->kind == QM_KIND_DURATION ||
                     q->kind == QM_KIND_MEASURE || q->kind == QM_KIND_AGE ||
                     q->kind == QM_KIND_MULTIPLE || q->kind == QM_KIND_TIME;
    if (title) return countable || (q->start == open + 1 && q->end == close);
    if (!countable || close - open - 1 > QUOTE) return false;
    for (uint32_t i = open + 1; i < close; i++)
        if (r->classes[i] == QM_CHAR_PUNCT && r->chars[i] != '+' && r->chars[i] != '.' &&
            r->chars[i] != U'·')
            return false;
    uint32_t pairs = 0;
    for (uint32_t i = open + 1; i + 1 < close; i++)
        pairs += qm_numeral_digit(r->chars[i]) > 0 && !qm_is_hanzi_figure(r, i + 1);
    return q->start == open + 1 || pairs > 1 || q->kind == QM_KIND_NUMBER || close - open - 1 <= 4;
}

/* ---- two lengths of time side by side: 三天两头, 三年两载 --------------------------------------
 */

static bool is_single_hanzi(const qm_reader *r, const qm_quantity *q)
{
    bool single = (q->number_end == q->number_start + 1) & (q->start == q->number_start);
    return single && qm_numeral_digit(qm_char(r, q->number_start)) > 0;
}

static bool is_time_word(uint32_t c)
{
    return c == U'天' || c == U'夜' || c == U'日' || c == U'晚' || c == U'头' || c == U'载';
}

static bool is_paired(const qm_reader *r, const qm_quantity *q)
{
    if (qm_char(r, q->end - 1) == U'周') return false; /* 一周七天 */
    bool next = qm_numeral_digit(qm_char(r, q->end)) > 0 && is_time_word(qm_char(r, q->end + 1));
    bool last = q->start >= r->from + 2 && qm_numeral_digit(r->chars[q->start - 2]) > 0 &&
                is_time_word(r->chars[q->start - 1]);
    return next || last;
}

/* ---- names of places: 一碗荻村, 三家店镇
 * --------------------------------------------------------- */

static bool is_place_end(uint32_t c)
{
    return qm_has_trait(c, QM_TRAIT_PLACE) &&
           (c == U'村' || c == U'镇' || c == U'乡' || c == U'寨' || c == U'庄' || c == U'屯' ||
            c == U'坝' || c == U'湾' || c == U'沟' || c == U'街' || c == U'巷');
}

static bool is_learnt(const qm_reader *r, uint32_t at)
{
    const qm_quantity_scratch *s = r->scratch;
    for (uint32_t i = 0; i < s->n_places; i++)
        if (qm_same_characters(r, s->places[i].start, at, s->places[i].length)) return true;
    return false;
}

/* 五道河村, 三道梁子村, 八里店乡, 八里村: numeral, measure and a syllable before 村, 乡 …; 里 needs
 * none. */
static bool is_place_alone(const qm_reader *r, const qm_quantity *q)
{
    static const uint32_t measures[] = {U'道', U'里', U'家', U'棵', U'间', U'眼', U'座', U'盘',
                                        U'块', U'口', U'丈', U'尺', U'斗', U'碗', U'层', 0};
    static const uint32_t roads[] = {U'通', U'入', U'进', U'连', U'出',
                                     U'到', U'环', U'贫', U'的', 0};
    uint32_t i = 0, c = qm_char(r, q->number_end), x = qm_char(r, q->end), at = q->end + 1;
    if (c == U'里' && (x == U'村' || x == U'乡' || x == U'镇')) at--;
    if (qm_char(r, at) == U'子') at++;
    uint32_t suffix = qm_char(r, at), after = qm_char(r, at + 1);
    while (measures[i] && measures[i] != c) i++;
    if (!measures[i] || q->end != q->number_end + 1 || !qm_is_han(r, q->end)) return false;
    if (suffix != U'村' && suffix != U'乡' && suffix != U'镇' && suffix != U'寨' && suffix != U'屯')
        return false;
    for (i = 0; roads[i]; i++)
        if (roads[i] == x) return false;
    return after != U'民' && after != U'干' && after != U'里' && after != U'级' && after != U'集' &&
           after != U'道' && after != U'路';
}

bool qm_may_be_place(const qm_reader *r, uint32_t at)
{
    uint32_t any = 0;
    for (uint32_t i = 0; i < 4; i++) any |= qm_sign(r, at + i);
    return any & QM_TRAIT_PLACE;
}

/* After 县, 镇 …, numeral + classifier + a syllable or two + 村 is a name; it stays one. */
static bool is_place(const qm_reader *r, const qm_quantity *q)
{
    qm_quantity_scratch *s = r->scratch;
    if (is_learnt(r, q->start)) return true;
    uint32_t end = q->end;
    if (!qm_may_be_place(r, end)) return false;
    while (end < q->end + 3 && qm_is_han(r, end) && !is_place_end(r->chars[end])) end++;
    uint32_t last = qm_char(r, end), next = qm_char(r, end + 1);
    if (!is_place_end(last)) return false;
    bool village = last == U'村' && qm_char(r, q->number_end) == U'里'; /* 八里村 */
    if (end == q->end && last != U'镇' && last != U'乡' && !village) return false;
    if (last == U'村' && (next == U'民' || next == U'干' || next == U'道' || next == U'路'))
        return false;
    if (!qm_cue_before(r, q->start, QM_CUE_PLACE, NULL) && !is_place_alone(r, q)) return false;
    for (uint32_t i = q->end; i < end; i++)
        if (qm_char(r, i) == U'的' || qm_char(r, i) == U'个') return false;
    if (s->n_places < QM_MOST_PLACES)
        s->places[s->n_places++] = (qm_place){q->start, end + 1 - q->start};
    return true;
}

/* ---- labels and codes
 * ------------------------------------------------------------------------------- */

/* 3栋2单元, 12345678号, 2023届: parts of addresses, numbers of documents, years of schools. */
static bool is_address(const qm_reader *r, const qm_quantity *q)
{
    uint32_t unit = qm_char(r, q->unit_start), after = qm_char(r, q->end), i = q->end;
    uint32_t length = q->number_end - q->number_start;
    bool digits = qm_is_digit(qm_char(r, q->number_start));
    if (!digits || !qm_is_address_unit(unit)) return false;
    if (unit == U'号' && after != U'人' && after != U'学' && after != U'群') return true;
    if ((unit == U'届' || unit == U'级' || unit == U'班') && length == 4 &&
        (qm_char(r, q->number_start) == '2' ||
         (qm_char(r, q->number_start) == '1' && qm_char(r, q->number_start + 1) == '9')))
        return true;
    while (qm_is_digit(qm_char(r, i))) i++;
    uint32_t next = qm_char(r, i);
    return i > q->end && (next == U'单' || next == U'室' || next == U'号' || next == U'楼') &&
           (unit == U'栋' || unit == U'幢' || unit == U'座' || unit == U'排' || unit == U'区');
}

/* 二期, 三组, 8组: classifiers that number as often as they count. */
static bool is_label(const qm_reader *r, const qm_quantity *q, qm_word word)
{
    if (word.flags & QM_CLASSIFIER_LABEL && qm_char(r, q->number_start + 1) == U'、')
        return true; /* 三、四楼 */
    if (q->high.type || q->relation != QM_REL_EQ) return false;
    if (is_address(r, q)) return true;
    uint32_t c = qm_char(r, q->number_start), length = q->number_end - q->number_start;
    uint32_t unit = qm_char(r, q->unit_start);
    if (length == 1 && c == U'二' && q->unit_end == q->unit_start + 1 && unit != U'个' &&
        unit != U'人')
        return true; /* counting says 两, but 夫妻二人 */
    if (!(word.flags & QM_CLASSIFIER_LABEL) || q->unit_end != word.end) return false;
    if (c == U'两' || length > 3) return false;
    for (uint32_t i = q->number_start; i < q->number_end; i++)
        if (r->chars[i] == '.') return false; /* 4.3级 */
    uint32_t before = q->start > r->from ? r->chars[q->start - 1] : 0;
    if (unit == U'班' && (before == U'级' || before == U'科')) return true; /* 2018级1班 */
    if (before == unit && qm_is_hanzi_figure(r, q->start - 2)) return true; /* 四组五组六组 */
    if (unit == U'组' && qm_is_digit(c) && !qm_is_han(r, q->end) && qm_is_han(r, q->start - 1) &&
        before != U'村' && before != U'屯' && before != U'寨' && before != U'区' &&
        before != U'镇' && before != U'街' && before != U'楼' && before != U'第')
        return false; /* 雕塑1组 */
    uint32_t first = q->start > r->from + 4 ? q->start - 4 : r->from, reach;
    if (qm_cue_before(r, q->start, QM_CUE_REACH, &reach)) return true;
    if (qm_cue_within(r, first, q->start, QM_CUE_COUNTING)) return false;
    if (unit == U'村' && (length > 1 || !qm_is_digit(c))) return false;
    bool ends = !qm_is_han(r, q->end);
    if (ends && (word.flags & QM_CLASSIFIER_EVENT)) return false;
    return true;
}

/* 同比+12.5%: a plus that is the sign of a share or of degrees. */
static bool is_signed(const qm_reader *r, const qm_quantity *q)
{
    uint32_t before = qm_char(r, q->start - 2);
    bool alone = !qm_is_letter(before) && !qm_is_digit(before) && !qm_numeral_begins(before);
    return alone && (q->kind == QM_KIND_PERCENT || q->kind == QM_KIND_MEASURE);
}

/* 12GB+256GB, 500元+200元, 24周+3天 are two amounts; 28+3周 is one of its own kind. */
static bool has_unit(const qm_reader *r, const qm_quantity *q)
{
    bool split = q->kind == QM_KIND_DURATION && !qm_is_digit(qm_char(r, q->start - 2));
    return q->end > q->number_end &&
           (q->kind == QM_KIND_MEASURE || q->kind == QM_KIND_MONEY || split);
}

/* Letters of names and models, and Ø, φ of diameters. */
static bool is_model_letter(uint32_t c)
{
    return qm_is_letter(c) || (c >= 0x370 && c < 0x400) || c == U'Ø' || c == U'∅' || c == U'⌀';
}

/* 5G, 4A, B超, D01, Φ63管: digits glued to letters that are no unit. */
static bool is_glued(const qm_reader *r, const qm_quantity *q)
{
    uint32_t before = q->start > 0 ? r->chars[q->start - 1] : 0, after = qm_char(r, q->end);
    bool digits = qm_is_digit(qm_char(r, q->number_start));
    if (qm_char(r, q->number_start) == '.' && qm_is_digit(before)) return true; /* 3.2.1版 */
    if (digits && before == ' ' && q->kind == QM_KIND_NUMBER && qm_is_han(r, q->end) &&
        qm_is_letter(qm_char(r, q->start - 2)))
        return true; /* USB 3.0接口 */
    if (digits && q->start == q->number_start &&
        (is_model_letter(before) || before == '_' || before == '#' ||
         (before == '+' && !is_signed(r, q) && !has_unit(r, q))))
        return true;
    if (!digits) return false;
    if (qm_is_letter(after) && q->end == q->number_end) return true;
    return after == '+' && !has_unit(r, q) &&
           (qm_is_digit(qm_char(r, q->end + 1)) || qm_is_letter(qm_char(r, q->end + 1)));
}

static bool is_fraction(const qm_reader *r, const qm_quantity *q)
{
    for (uint32_t i = q->number_start; i < q->number_end; i++)
        if (r->chars[i] == '/' || r->chars[i] == U'之') return true;
    return false;
}

/* A ratio (1:2, 3∶2) or the score of a match. */
static bool is_ratio(const qm_reader *r, const qm_quantity *q)
{
    if (!(q->kind == QM_KIND_MEASURE && q->number_end - q->number_start > 2) &&
        !((qm_sign(r, q->number_end) | qm_sign(r, q->start - 1)) & QM_TRAIT_RATIO))
        return false;
    if (q->kind == QM_KIND_MEASURE && is_fraction(r, q) && q->low.type &&
        qm_number_compare(q->low, qm_number(1, 0)) > 0 && qm_is_digit(r->chars[q->number_start]))
        return true; /* 150/95毫米汞柱 */
    if (q->kind == QM_KIND_MEASURE && q->start > 1 && r->chars[q->start - 1] == '/' &&
        qm_is_digit(r->chars[q->start - 2]))
        return true;
    uint32_t after = qm_char(r, q->number_end), before = q->start > 0 ? r->chars[q->start - 1] : 0;
    bool colon = after == ':' || after == U'∶' || after == U'：';
    if (colon && q->end == q->number_end && qm_is_hanzi_figure(r, q->number_end + 1)) return false;
    if (colon && q->end == q->number_end && qm_is_digit(qm_char(r, q->number_end + 1))) return true;
    bool share = q->kind == QM_KIND_COUNT && qm_char(r, q->unit_start) == U'分'; /* 4∶2∶4分享 */
    return (before == ':' || before == U'∶') && q->start > 1 &&
           qm_is_digit(r->chars[q->start - 2]) && (q->kind == QM_KIND_NUMBER || share);
}

/* 2.27名党员 at the start of a line is item 2. */
static bool is_item(const qm_reader *r, const qm_quantity *q)
{
    uint32_t i = q->number_start, c = r->chars[i];
    if ((!qm_is_digit(c) && c != '.') || q->start != i || !is_line_start(r, i)) return false;
    while (qm_is_digit(qm_char(r, i))) i++;
    if (i - q->number_start > 2 || qm_char(r, i++) != '.') return false;
    while (qm_is_digit(qm_char(r, i))) i++;
    return !qm_numeral_scale(qm_char(r, i)); /* but 3.2万名 */
}

/* 答案是四: a figure alone behind 是. */
static bool is_answer(const qm_reader *r, const qm_quantity *q)
{
    uint32_t after = qm_char(r, q->end);
    if (q->start <= r->from || r->chars[q->start - 1] != U'是') return false;
    bool one = r->chars[q->start] == U'一';
    return after == 0 || after == '\n' || (after == U'。' && !one) || after == U'这' ||
           after == U'那' || after == U'不' || after == U'却';
}

/* 12·4, 5·12: days in the names of feasts. */
static bool has_dot(const qm_reader *r, const qm_quantity *q)
{
    for (uint32_t i = q->number_start; i < q->number_end; i++)
        if (r->chars[i] == U'·') return true;
    return false;
}

/* 1.2×10^9 */
static bool has_power(const qm_reader *r, const qm_quantity *q)
{
    for (uint32_t i = q->number_start; i < q->number_end; i++)
        if (r->chars[i] == U'×') return true;
    return false;
}

static bool is_plain(const qm_reader *r, const qm_quantity *q)
{
    for (uint32_t i = q->number_start; i < q->number_end; i++)
        if (!qm_is_digit(r->chars[i]) && r->chars[i] != '-' && r->chars[i] != U'—' &&
            r->chars[i] != U'–' && r->chars[i] != '~' && r->chars[i] != U'～' &&
            r->chars[i] != U'至' && r->chars[i] != U'到' && r->chars[i] != U'·')
            return false;
    return true;
}

static bool ends_cell(uint32_t c)
{
    return c == '\t' || c == '\n' || c == ' ' || c == '|' || c == 0;
}

/* The first one of its row, and others follow. */
static bool is_first_cell(const qm_reader *r, const qm_quantity *q)
{
    uint32_t from = q->start, end = q->end;
    while (from > r->from && (r->chars[from - 1] == ' ' || r->chars[from - 1] == '|')) from--;
    while (end < r->to && (r->chars[end] == ' ' || r->chars[end] == '|')) end++;
    return from == r->from && end < r->to;
}

/* Whether nothing but the number stands in the text, a dot or dash before it at most. */
static bool is_whole_text(const qm_reader *r, const qm_quantity *q)
{
    uint32_t i = q->start, k = q->end;
    while (i > 0 && (r->chars[i - 1] == ' ' || r->chars[i - 1] == '\n' || r->chars[i - 1] == '.' ||
                     r->chars[i - 1] == '-'))
        i--;
    while (k < r->count && (r->chars[k] == ' ' || r->chars[k] == '\n')) k++;
    return i == 0 && k == r->count;
}

/* 大专3000、本科5000: a round amount behind what it is for. */
static bool is_round_amount(const qm_reader *r, const qm_quantity *q)
{
    uint32_t end = q->number_end, after = qm_char(r, q->end);
    bool round = end > q->number_start + 2 && r->chars[end - 1] == '0' && r->chars[end - 2] == '0';
    bool closed = after == 0 || after == '\n' || (after == U'、' && qm_is_han(r, q->end + 1));
    return round && closed && qm_is_han(r, q->start - 1) && qm_token_begins(r, q->start);
}

/* 2.0时代, 3.0模式 */
static bool is_version(const qm_reader *r, const qm_quantity *q)
{
    uint32_t end = q->number_end;
    return end > q->number_start + 2 && r->chars[end - 1] == '0' && r->chars[end - 2] == '.' &&
           qm_is_han(r, q->end);
}

/* Digits with nothing behind that tells what they count: numbers of things, telephones, years. */
static bool is_loose_digits(const qm_reader *r, const qm_quantity *q)
{
    uint32_t before = q->start > 0 ? r->chars[q->start - 1] : '\n', after = qm_char(r, q->end);
    uint32_t length = q->number_end - q->number_start, last = r->chars[q->number_end - 1];
    bool plain = true;
    for (uint32_t at = q->number_start; at < q->number_end && plain; at++)
        plain = qm_is_digit(r->chars[at]);
    if (!plain && is_version(r, q)) return true;
    if (!plain)
        return before == '-' || after == '-' || after == '.' ||
               (is_line_start(r, q->start) && last != 'w' && last != 'k');
    if (length <= 6 && r->chars[q->number_start] != '0' && is_round_amount(r, q)) return false;
    if (length > 6 || r->chars[q->number_start] == '0' || after == '-' || before == '-' ||
        after == U'、' || after == '.')
        return true;
    return !(qm_is_han(r, q->start - 1) && q->start > 0 && !qm_is_han(r, q->end) && length > 1 &&
             after != U'）' && after != '_' && after != U'号' && after != '\n' && after != 0 &&
             before != U'号' && before != U'图' && before != U'表');
}

/* 有俩孩子: 俩 and 仨 hold their classifier. */
static bool is_loose_pair(const qm_reader *r, const qm_quantity *q)
{
    static const uint32_t verbs[] = {U'了', U'有', U'生', U'养', U'着', U'带', 0};
    uint32_t i = 0, before = q->start > r->from ? r->chars[q->start - 1] : 0;
    while (verbs[i] && verbs[i] != before) i++;
    return before && qm_is_han(r, q->start - 1) && !verbs[i];
}

/* 二〇二三, 三一: hanzi digits without a scale are codes; 百, 千, 万 alone and 十 before a noun are
 * words: 百姓, 十佳. */
static bool is_loose_hanzi(const qm_reader *r, const qm_quantity *q)
{
    uint32_t length = q->number_end - q->number_start, c = qm_char(r, q->number_start);
    bool followed = qm_is_han(r, q->end), scaled = false, large = false;
    if (length == 1 && (c == U'俩' || c == U'仨') && followed) return is_loose_pair(r, q);
    if (length == 1) return !is_answer(r, q);
    for (uint32_t at = q->number_start; at < q->number_end; at++) {
        uint32_t x = r->chars[at];
        large = large || qm_numeral_scale(x) > 1;
        scaled = scaled || qm_numeral_scale(x) > 0 || x == U'分' || x == U'点' || x == U'半';
    }
    if (!scaled || (!large && followed && qm_char(r, q->end) != U'的')) return true;
    if (length == 2 && followed && !qm_is_change(qm_char(r, q->end))) return true;
    return followed && !qm_token_begins(r, q->end);
}

/* 10到20之间, 三十上下: words behind that only go with numbers. */
static bool is_framed(const qm_reader *r, const qm_quantity *q)
{
    qm_word behind = qm_word_at(r, q->end, QM_SENSE_AFTER);
    return (qm_char(r, q->end) == U'之' && qm_char(r, q->end + 1) == U'间') ||
           (!(behind.flags & QM_MODIFIER_MASK) && behind.end > q->end + 1);
}

/* 12、…, 7/8, 12·4, 第3: marks beside a number that make an item, a code or a name of it. */
static bool is_marked(const qm_reader *r, const qm_quantity *q)
{
    uint32_t before = qm_char(r, q->start - 1), after = qm_char(r, q->end);
    return before == U'逢' || before == U'月' || before == U'·' || after == U'·' ||
           (after == '/' && !has_power(r, q)) /* 12.3×10^9/L */ || before == '/' || after == U'×' ||
           before == U'第' || before == U'左' || before == U'右';
}

/* 130/80, 24/7: two figures, no share of a whole; but 5/4, 1 3/4. */
static bool is_reading(const qm_reader *r, const qm_quantity *q)
{
    uint32_t at = q->number_start;
    return qm_is_digit(r->chars[at]) && qm_is_digit(r->chars[at + 1]) && q->low.type &&
           qm_number_compare(q->low, qm_number(1, 0)) > 0;
}

/* A number with neither unit nor classifier counts only where it stands like one. */
static bool is_loose(const qm_reader *r, const qm_quantity *q)
{
    uint32_t before = q->start > 0 ? r->chars[q->start - 1] : '\n', after = qm_char(r, q->end);
    uint32_t length = q->number_end - q->number_start;
    bool digits = qm_is_digit(qm_char(r, q->number_start));
    if (before == ' ' && q->start > 1 && r->chars[q->start - 2] == ',' && digits) return false;
    if (after == ',' && qm_char(r, q->end + 1) == ' ' && qm_is_digit(qm_char(r, q->end + 2)))
        return false;
    bool cell = r->role == QM_ROLE_TABLE_ROW && ends_cell(before) && ends_cell(after);
    if (cell && digits && length <= 3 && is_first_cell(r, q))
        return is_plain(r, q); /* row number */
    if (cell) return !digits && length < 2;
    if (is_fraction(r, q)) return is_reading(r, q);
    if (length > 1 && before != '/' && is_framed(r, q)) return false;
    if (digits && is_plain(r, q) && (q->high.type || has_dot(r, q))) return true; /* 0857-3316902 */
    if (after == U'、' && is_line_start(r, q->start)) return true;
    if (length == 1 && q->soft_low.type) return true; /* 几许 */
    if (is_whole_text(r, q)) return false;
    if (is_marked(r, q)) return true;
    bool eq = q->relation == QM_REL_EQ && !q->high.type;
    if (!eq || q->soft_low.type) return !digits && length < 2 && eq;
    return digits ? is_loose_digits(r, q) : is_loose_hanzi(r, q);
}

/* Digits and a classifier that numbers as often as it counts: 国道318线. */
static bool is_labelled(const qm_reader *r, const qm_quantity *q)
{
    if (q->kind != QM_KIND_COUNT || !qm_is_digit(qm_char(r, q->number_start))) return false;
    qm_words_here here = qm_words_at(r->scratch, q->unit_start);
    while (qm_next_match(r->scratch, &here))
        for (; here.sense < here.last && here.end == q->unit_end; here.sense++)
            if (here.sense->kind == QM_SENSE_CLASSIFIER && here.sense->flags & QM_CLASSIFIER_LABEL)
                return true;
    return false;
}

/* Where the word before a number ends: blanks, a colon and 是 or 为 may stand between. */
static uint32_t skip_link(const qm_reader *r, uint32_t start)
{
    uint32_t at = start;
    while (at > r->from &&
           (r->chars[at - 1] == ' ' || r->chars[at - 1] == U'：' || r->chars[at - 1] == ':') &&
           start - at < 2)
        at--;
    if (at > r->from && (r->chars[at - 1] == U'是' || r->chars[at - 1] == U'为')) at--;
    return at;
}

/* A word behind or before the numeral that makes a name of it: 三年级, 国道318. */
static bool is_worded(const qm_reader *r, const qm_quantity *q)
{
    uint32_t start;
    qm_word after = qm_word_at(r, q->number_end, QM_SENSE_TRAP_AFTER);
    if (after.kind && after.end >= q->end && q->kind != QM_KIND_DATE && q->kind != QM_KIND_TIME)
        return true;
    uint32_t at = q->start;
    if (qm_sign(r, at - 1) & QM_TRAIT_LINK) at = skip_link(r, at);
    const qm_sense *word = qm_word_before(r, at, QM_SENSE_TRAP_BEFORE, &start);
    if (!word) return false;
    if (word->value == QM_TRAP_RATIO) return q->kind == QM_KIND_TIME; /* 师生比1:13 */
    bool counted = qm_cue_before(r, at, QM_CUE_COUNTING, NULL);       /* 东风2级, but 东风21 */
    return q->kind == QM_KIND_NUMBER || (!counted && is_labelled(r, q)) ||
           (q->kind == QM_KIND_DURATION && word->value == QM_TRAP_CALENDAR); /* 民国三十八年 */
}

/* 90后, 80后: a generation. */
static bool is_generation(const qm_reader *r, const qm_quantity *q)
{
    return qm_char(r, q->number_end) == U'后' && q->end == q->number_end &&
           q->number_end == q->number_start + 2;
}

/* 〔2023〕4号: the number of a document. */
static bool is_document_number(const qm_reader *r, const qm_quantity *q)
{
    uint32_t before = q->start > 0 ? r->chars[q->start - 1] : 0, after = qm_char(r, q->end);
    return before == U'〔' || (before == U'〕' && qm_char(r, q->number_end) == U'号') ||
           (before == '[' && after == ']');
}

/* A weak classifier gives way where a longer token begins with it. */
static bool is_word_instead(const qm_reader *r, const qm_quantity *q, qm_word word)
{
    if (!(word.flags & QM_CLASSIFIER_WEAK) || !r->begins) return false;
    return r->begins[q->unit_start] && qm_is_han(r, q->unit_end) && !r->begins[q->unit_end];
}

/* 单位： or 单位为 before `at`. */
static bool is_behind_unit(const qm_reader *r, uint32_t at)
{
    while (qm_char(r, at - 1) == ' ') at--;
    uint32_t c = qm_char(r, at - 1);
    return (c == U'：' || c == ':' || c == U'为') && qm_char(r, at - 2) == U'位' &&
           qm_char(r, at - 3) == U'单';
}

/* 投资（万元）, 单位：万元, a cell of units: a scale and its unit with no number. */
static bool is_header(const qm_reader *r, const qm_quantity *q)
{
    if (qm_is_digit(qm_char(r, q->number_start))) return false;
    uint32_t before = q->start > 0 ? r->chars[q->start - 1] : 0, after = qm_char(r, q->end);
    if (!qm_numeral_scale(qm_char(r, q->number_start)) || q->start != q->number_start) return false;
    if (qm_char(r, q->number_start) == U'十') return false;
    return ((before == '(' || before == U'（' || before == '/') &&
            (after == ')' || after == U'）' || after == '/' || after == '\t')) ||
           (r->role == QM_ROLE_TABLE_ROW && ends_cell(before) && ends_cell(after)) ||
           is_behind_unit(r, q->start);
}

static bool is_gap(uint32_t c)
{
    return c == ' ' || c == 0x3000 || c == U'：' || c == ':';
}

/* 联系人 石九斤: a syllable behind the word that announces a name. */
static bool is_person(const qm_reader *r, const qm_quantity *q)
{
    uint32_t at = q->start;
    uint32_t gaps = qm_sign(r, at - 1) | qm_sign(r, at - 2) | qm_sign(r, at - 3);
    if (!(gaps & QM_TRAIT_LINK) || at < r->from + 2) return false;
    if (!is_gap(qm_char(r, at - 1)) && !is_gap(qm_char(r, at - 2)) && !is_gap(qm_char(r, at - 3)))
        return false;
    while (at > 0 && at + 2 > q->start && qm_is_han(r, at - 1)) at--;
    uint32_t blank = at;
    while (blank > 0 && blank + 3 > at && is_gap(r->chars[blank - 1])) blank--;
    qm_reader line = *r;
    line.from = 0;
    return blank < at && qm_cue_before(&line, blank, QM_CUE_NAME, NULL);
}

/* 一码, 一方, 一寸一寸: units that are everyday words, with 一. */
static bool is_idle_unit(const qm_reader *r, const qm_quantity *q)
{
    static const uint32_t units[] = {U'码', U'方', U'担', U'石', U'斗', U'升',
                                     U'度', U'克', U'伏', U'瓦', 0};
    uint32_t i = 0, c = qm_char(r, q->number_end);
    if (r->chars[q->start] != U'一') return false;
    if (q->end != q->number_end + 1) return false;
    if (qm_char(r, q->end) == U'一' && qm_char(r, q->end + 1) == c) return true;
    if (q->start >= 2 && r->chars[q->start - 1] == c && r->chars[q->start - 2] == U'一')
        return true;
    while (units[i] && units[i] != c) i++;
    return units[i] && !qm_cue_within(r, q->start > r->from + 6 ? q->start - 6 : r->from, q->start,
                                      QM_CUE_RATE);
}

/* 七一大会, 五一乡村游: figures read out one by one name a day or a thing, they count nothing. */
static bool is_read_out(const qm_reader *r, const qm_quantity *q)
{
    if (q->high.type || q->relation != QM_REL_EQ || q->number_end < q->number_start + 2)
        return false;
    for (uint32_t i = q->number_start; i < q->number_end; i++)
        if (qm_numeral_digit(r->chars[i]) < 1) return false;
    return true;
}

/* 伍家坝, 柒里村, 陆兆林: one formal figure before these is a name. */
static bool is_formal_name(const qm_reader *r, const qm_quantity *q)
{
    uint32_t c = r->chars[q->number_start], unit = qm_char(r, q->number_end);
    bool formal = c == U'伍' || c == U'陆' || c == U'柒' || c == U'捌' || c == U'肆';
    return formal && q->number_end == q->number_start + 1 &&
           (unit == U'家' || unit == U'里' || unit == U'兆');
}

/* 千克, 千瓦 with no figure are units, no thousands. */
static bool is_mere_unit(const qm_reader *r, const qm_quantity *q)
{
    uint32_t unit = qm_char(r, q->number_end);
    return q->start == q->number_start && q->number_end == q->start + 1 &&
           !qm_ends_at(r, q->start, QM_MARK_BEFORE) &&              /* 上千克 */
           !qm_word_at(r, q->number_end + 1, QM_SENSE_AFTER).end && /* 千克以上 */
           qm_numeral_scale(r->chars[q->start]) == 3 && unit != U'米' && qm_takes_kilo(unit);
}

/* 1207次列车, 乘1207次: the number of a train or flight. */
static bool is_ride(const qm_reader *r, const qm_quantity *q)
{
    uint32_t length = q->number_end - q->number_start, skip;
    if (length < 3 || length > 4 || qm_char(r, q->unit_start) != U'次') return false;
    return is_plain(r, q) && (qm_cue_before(r, q->start, QM_CUE_RIDE, &skip) ||
                              qm_cue_at(r, q->end, QM_CUE_RIDE, &skip));
}

/* 05车, 01栋, -1层: nobody counts so. */
static bool is_code(const qm_reader *r, const qm_quantity *q)
{
    if (q->low.coefficient < 0) return qm_char(r, q->unit_start) == U'层';
    return qm_char(r, q->number_start) == '0' && qm_is_digit(qm_char(r, q->number_start + 1));
}

/* A count that is a label, an item of a list, or no count for its classifier is another word. */
static bool counts_nothing(const qm_reader *r, const qm_quantity *q, bool beset)
{
    qm_word word = qm_odd_classifier(r, q->unit_start);
    return is_label(r, q, word) || is_read_out(r, q) || is_ride(r, q) || is_code(r, q) ||
           (beset && is_item(r, q)) || is_word_instead(r, q, word);
}

/* What only quantities of some kind are asked; beset: as qm_is_beset has it. */
static bool is_trap_of_kind(const qm_reader *r, const qm_quantity *q, bool beset)
{
    bool single = is_single_hanzi(r, q);
    if (single && (is_person(r, q) || is_formal_name(r, q))) return true;
    switch (q->kind) {
    case QM_KIND_COUNT: return (single && is_place(r, q)) || counts_nothing(r, q, beset);
    case QM_KIND_MEASURE:
        if (qm_is_digit(qm_char(r, q->end)) && qm_char(r, q->end - 1) == U'°')
            return true; /* 104°06′ */
        if (is_mere_unit(r, q)) return true;
        return single && (is_idle_unit(r, q) || is_place(r, q));
    case QM_KIND_DURATION: return single && is_paired(r, q);
    case QM_KIND_NUMBER: return is_generation(r, q) || is_loose(r, q);
    default: return false;
    }
}

/* 5,00元, 1,2 00亩: a figure that was torn off another. */
static bool is_torn(const qm_reader *r, const qm_quantity *q)
{
    uint32_t at = q->number_start;
    bool behind = qm_char(r, at - 1) == ' ' && qm_is_digit(qm_char(r, at - 2)); /* 3 0万元 */
    return r->chars[at] == '0' &&
           (r->chars[at + 1] == '0' || (behind && r->chars[at + 1] != '.')) &&
           q->kind != QM_KIND_DATE && q->kind != QM_KIND_TIME;
}

/* XX, n, 2O: what stands for figures before the scale at `at`; but WTO十年. */
static bool is_stand_in(const qm_reader *r, uint32_t at)
{
    uint32_t first = at - 1;
    while (qm_char(r, first - 1) == qm_char(r, first)) first--;
    return !qm_is_letter(qm_char(r, first - 1));
}

/* XX万元, ×万元, （ ）万元: the figure has been left out. */
__attribute__((noinline)) static bool is_left_out(const qm_reader *r, uint32_t at)
{
    bool large = qm_numeral_scale(r->chars[at]) >= 4; /* but **百元**, 行吗？十年了 */
    switch (qm_char(r, at - 1)) {
    case '.': return qm_is_digit(qm_char(r, at - 2)); /* 12.5.万元 */
    case 'x':
    case 'X':
    case 'n':
    case 'N':
    case 'O':
    case 'o': return is_stand_in(r, at);
    case U'×':
    case U'□':
    case U'■': return true;
    case '_':
    case '*': return large;
    case '?': return large && qm_char(r, at - 2) == '?';
    case ')':
    case U'）': at = qm_char(r, at - 2) == ' ' ? at - 1 : at; break;
    default: return false;
    }
    return qm_char(r, at - 2) == '(' || qm_char(r, at - 2) == U'（';
}

/* 七几年, 20几号: 几 is the last figure of what nobody can tell. */
static bool is_last_of_more(const qm_reader *r, const qm_quantity *q)
{
    return r->chars[q->number_start] == U'几' &&
           (qm_is_digit(qm_char(r, q->start - 1)) || qm_is_hanzi_figure(r, q->start - 1));
}

bool qm_context_traps(const qm_reader *r, const qm_quantity *q)
{
    bool beset = qm_is_beset(r, q);
    if (qm_numeral_scale(r->chars[q->number_start]) &&
        (qm_is_hanzi_figure(r, q->number_start - 1) || is_left_out(r, q->number_start)))
        return true; /* 十万八|万 */
    if (is_last_of_more(r, q)) return true;
    if (beset && (is_torn(r, q) || is_glued(r, q) || is_document_number(r, q) || is_ratio(r, q) ||
                  is_worded(r, q)))
        return true;
    if (q->kind == QM_KIND_TIME) return is_quoted_label(r, q);
    if (q->kind == QM_KIND_DATE) return false;
    return is_trap_of_kind(r, q, beset) || (beset && is_header(r, q)) ||
           (r->quote != QM_NONE && is_quoted_label(r, q));
}
