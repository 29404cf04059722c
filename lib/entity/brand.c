/* Brands, products, projects, campaigns: names in quotation marks beside their kind, and known
 * ones. */
#include "entity/find.h"

#define LONGEST_BRAND 20
#define LEAST_SCORE 4
#define FARTHEST_CUE 14 /* characters behind the quotation */
#define FARTHEST_SIGN 6 /* characters before it */
#define LONGEST_COUNT 8 /* of a count or price behind it */
#define LONGEST_SHOP 6  /* and one more, of what kind it is */
#define LEAST_HOMELY 4  /* of a brand that begins with the name of a village */
#define MOST_HOMELY 6
#define MOST_QUOTED 4   /* quotations, one behind the other */
#define LONGEST_AGAIN 6 /* of a brand that is found again without quotation marks */

/* The closing mark of the quotation that opens at `open`; 0 when it is no name. */
static uint32_t quote_end(const qm_entity_scratch *scratch, uint32_t open)
{
    for (uint32_t i = open + 1; i < open + 2 + LONGEST_BRAND; i++) {
        uint32_t c = qm_char_at(scratch, i);
        if (qm_is_close_quote(c)) return i;
        if (c == 0 || c == '\n' || c == U'。' || c == U'！' || c == U'？' || c == U'；' ||
            c == '+' || qm_is_open_quote(c))
            return 0;
    }
    return 0;
}

/* 商标, 品牌 right behind the quotation. */
static bool mark_behind(const qm_entity_scratch *scratch, uint32_t at)
{
    return qm_mark_starting(scratch, at, QM_WORD_BRAND_AFTER).flags & QM_FLAG_SELF;
}

/* 起名“同心桥”: what gives the name. */
static bool names_it(const qm_entity_scratch *scratch, uint32_t open)
{
    return qm_mark_ending(scratch, open, QM_WORD_BRAND_BEFORE).flags & QM_FLAG_NAMED;
}

/* “馕心”|甜品店: words for what kind of shop it is. */
static bool names_shop(const qm_entity_scratch *scratch, uint32_t close)
{
    if (!qm_is_han(scratch, close + 1)) return false;
    for (uint32_t end = close + 3; end < close + LONGEST_SHOP && qm_is_han(scratch, end - 1); end++)
        if (scratch->begins[end] &&
            qm_is_listed(scratch, QM_CHARS_SHOP, qm_char_at(scratch, end - 1)))
            return true;
    return false;
}

/* “石桥蜜语” in a document that has 石桥镇: what comes from a village is often called by it. */
static bool called_by_place(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    return end >= start + LEAST_HOMELY && end <= start + MOST_HOMELY &&
           qm_names_village(scratch, start, start + 2) &&
           !qm_starts_here(scratch, start + 2, QM_WORD_PLACE_SUFFIX);
}

/* “云岭春”|牌|线椒酱: a trade mark; but “文明户”牌匾. */
static bool marks_ware(const qm_entity_scratch *scratch, uint32_t close)
{
    const uint32_t at = close + 1;
    return qm_char_at(scratch, at) == U'牌' && qm_is_han(scratch, at + 1) &&
           !qm_starts_here(scratch, at, QM_WORD_BRAND_NOT);
}

/* Known endings, and words that make it a slogan, a model, an honour. */
static int32_t inner_points(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    bool registered = mark_behind(scratch, end + 1) || names_it(scratch, start - 1) ||
                      names_shop(scratch, end) || marks_ware(scratch, end);
    qm_mark suffix = qm_brand_ending(scratch, end, QM_WORD_BRAND_SUFFIX);
    qm_mark no = qm_brand_ending(scratch, end, QM_WORD_BRAND_NOT);
    int32_t points = end - start < 2 ? -6 : 0;
    if (no.flags & QM_FLAG_HARD && no.start == start) registered = false; /* “黑心”饭店 */
    if (suffix.end && suffix.start >= start)
        points +=
            suffix.start == start || suffix.flags & QM_FLAG_SELF || !(suffix.flags & QM_FLAG_QUOTED)
                ? 4
                : 3;
    if (no.end && no.start >= start && (!suffix.end || no.start < suffix.start) && !registered)
        points -= 5;
    if (points == 0 && called_by_place(scratch, start, end)) points = 3;
    for (uint32_t i = start; i < end; i++)
        if (qm_is_comma(qm_char_at(scratch, i))) points -= 1;
    return points;
}

/* Whether one of the words that begin here needs no quotation mark in front of it: 商标. */
static bool self_starting(const qm_entity_scratch *scratch, uint32_t at)
{
    qm_mark cue;
    for (const qm_match *word = NULL;
         qm_next_starting(scratch, at, QM_WORD_BRAND_AFTER, &word, &cue);)
        if (cue.flags & QM_FLAG_SELF) return true;
    return false;
}

/* 商标 some words behind: “云岭春”三个字登记成商标. */
static bool cue_behind(const qm_entity_scratch *scratch, uint32_t close)
{
    for (uint32_t i = close + 1; i < close + FARTHEST_CUE && i < scratch->text->count; i++) {
        if (scratch->text->classes[i] == QM_CHAR_PUNCT) return false;
        if (self_starting(scratch, i)) return true;
    }
    return false;
}

/* 农家院叫“杏花里”: a thing that has a name, not a person who has a nickname. */
static bool named_by_verb(const qm_entity_scratch *scratch, uint32_t open)
{
    if (open < 2 || qm_char_at(scratch, open - 1) != U'叫') return false;
    uint32_t thing = open - 2 - (open > 2 && qm_is_comma(qm_char_at(scratch, open - 2)));
    return qm_is_listed(scratch, QM_CHARS_THING, qm_char_at(scratch, thing));
}

/* “柚香小院”“云舍”, “柚香小院”、“云舍”: one of several. */
static bool follows_brand(const qm_entity_scratch *scratch, uint32_t open)
{
    uint32_t close = open - (open > 1 && qm_char_at(scratch, open - 1) == U'、');
    return close > 0 && qm_is_close_quote(qm_char_at(scratch, close - 1)) &&
           qm_kind_ends(scratch, close - 1, QM_ENTITY_BRAND);
}

/* 立了“减速慢行”|的牌子, 得了“美丽村庄”|的牌子: something to read or an honour, no name. */
static bool puts_up(const qm_entity_scratch *scratch, uint32_t open, uint32_t close)
{
    if (qm_char_at(scratch, close + 1) != U'的' || qm_char_at(scratch, close + 2) != U'牌')
        return false;
    for (uint32_t i = open; i > 0 && open - i < FARTHEST_SIGN; i--) {
        if (qm_is_listed(scratch, QM_CHARS_PUTS_UP, qm_char_at(scratch, i - 1))) return true;
        if (scratch->text->classes[i - 1] == QM_CHAR_PUNCT) break;
    }
    return false;
}

/* 一座“云上书屋”, 两款“醉溪”: buildings and wares are counted so, and slogans are not. */
static bool counts_wares(const qm_entity_scratch *scratch, uint32_t open)
{
    return open > 1 && scratch->states[open - 1] & QM_SPOT_QUANTITY &&
           qm_is_listed(scratch, QM_CHARS_WARE_MEASURE, qm_char_at(scratch, open - 1));
}

/* “云岭白茶”一斤三十六, “暖冬”300份: what has a price or is counted as wares are. */
static bool wares_counted(const qm_entity_scratch *scratch, uint32_t close)
{
    uint32_t at = close + 1, end = at;
    while (end < at + LONGEST_COUNT && scratch->states[end] & QM_SPOT_QUANTITY) end++;
    for (uint32_t i = at + 1; i < end; i++)
        if (qm_is_listed(scratch, QM_CHARS_WARE_UNIT, qm_char_at(scratch, i))) return true;
    return false;
}

/* “石桥蜜语”“溪畔人家”两个品牌: the last of several quotations has the word for all. */
static bool leads_brands(const qm_entity_scratch *scratch, uint32_t close)
{
    for (int i = 0; i < MOST_QUOTED; i++) {
        uint32_t open = close + 1 + (qm_char_at(scratch, close + 1) == U'、');
        if (!qm_is_open_quote(qm_char_at(scratch, open)))
            return i > 0 && cue_behind(scratch, close);
        close = quote_end(scratch, open);
        if (close == 0) return false;
    }
    return false;
}

/* What a name like that is of, with one word of what kind in front: “溪云”|文化|广场. */
static qm_mark kind_behind(const qm_entity_scratch *scratch, uint32_t close)
{
    qm_mark after = qm_mark_starting(scratch, close + 1, QM_WORD_BRAND_AFTER);
    const qm_mark kind = qm_mark_starting(scratch, close + 1, QM_WORD_ORG_GENERIC);
    if (!after.end && kind.end && scratch->begins[kind.end])
        after = qm_mark_starting(scratch, kind.end, QM_WORD_BRAND_AFTER);
    return after;
}

static int32_t outer_points(const qm_entity_scratch *scratch, uint32_t open, uint32_t close)
{
    int32_t points = 0;
    qm_mark after = kind_behind(scratch, close);
    qm_mark no = qm_brand_starting(scratch, close + 1, QM_WORD_BRAND_NOT);
    qm_mark before = qm_mark_ending(scratch, open, QM_WORD_BRAND_BEFORE);
    if (before.end) points += before.flags & QM_FLAG_SELF ? 4 : 2;
    if (named_by_verb(scratch, open) || marks_ware(scratch, close)) points += 4;
    if (follows_brand(scratch, open)) points += 4;
    if (names_shop(scratch, close)) points += 4;
    if (counts_wares(scratch, open) || wares_counted(scratch, close)) points += 4;
    if (after.end) points += puts_up(scratch, open, close) ? 0 : 4;
    else if (cue_behind(scratch, close) || leads_brands(scratch, close)) points += 2;
    if (no.end > after.end) points -= 5;
    return points;
}

static int quoted_brand(qm_entity_scratch *scratch, uint32_t open, uint32_t close, qm_error *err)
{
    uint32_t start = open + 1;
    if (qm_org_from(scratch, close) == start + 1 || qm_char_at(scratch, open) == U'《')
        return QM_OK;
    int32_t score = inner_points(scratch, start, close) + outer_points(scratch, open, close);
    if (score < LEAST_SCORE) return QM_OK;
    return qm_entity_add(scratch, start, close, QM_ENTITY_BRAND, score,
                         close - start > 2 && close - start <= LONGEST_AGAIN, err);
}

/* Names that need no quotation marks: 雨露计划. */
static int known_brand(qm_entity_scratch *scratch, uint32_t at, qm_error *err)
{
    qm_mark mark = qm_mark_ending(scratch, at, QM_WORD_BRAND_SUFFIX);
    if (mark.flags & QM_FLAG_QUOTED) return QM_OK;
    if (!scratch->begins[mark.start] || !scratch->begins[at]) return QM_OK;
    uint32_t start = mark.start, c = qm_char_at(scratch, at - 1);
    if ((c == U'节' || c == U'赛') && qm_place_ends(scratch, start))
        start = qm_place_from(scratch, start) - 1; /* 石桥|李花节 */
    return qm_entity_add(scratch, start, at, QM_ENTITY_BRAND, 6, false, err);
}

int qm_entity_brands(qm_entity_scratch *scratch, qm_error *err)
{
    int status = QM_OK;
    uint32_t at = 0;
    while (status == QM_OK && (at = qm_set_next(scratch, QM_SET_BRANDS, at + 1)) != UINT32_MAX)
        status = known_brand(scratch, at, err);
    const qm_u32_array *signs = &scratch->lists[QM_LIST_SIGNS];
    for (size_t i = 0; i < signs->count && status == QM_OK; i++) {
        at = signs->at[i];
        uint32_t close = qm_is_open_quote(qm_char_at(scratch, at)) ? quote_end(scratch, at) : 0;
        if (close > 0) status = quoted_brand(scratch, at, close, err);
    }
    return status;
}
