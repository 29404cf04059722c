/* Organisations: whole names (新华社), and endings (公司, 党支部, 局) with what stands before them.
 */
#include "entity/find.h"

#define MOST_TOKENS 6
#define LONGEST_STEM 16
#define MOST_NAMES 12        /* places and bodies in front of one name: the time stays linear */
#define MOST_TOKENS_BEHIND 4 /* of them, behind a place or another body */

/* What is in front of an ending, from `start` on. */
typedef struct org_stem {
    uint32_t start;
    uint32_t proper;  /* characters of words that say which one */
    uint32_t generic; /* characters of words that don't */
    uint32_t common;  /* characters of other words of the dictionary */
    uint32_t tokens;
    bool place;    /* begins with a place or a body */
    bool body;     /* a body is in it: 国台|酒业 */
    bool level;    /* begins with a bare level: 市, 县 */
    bool quoted;   /* has a name in quotation marks */
    bool numbered; /* 第四, 二 */
    bool bounded;  /* an edge stands before it */
} org_stem;

/* The opening mark that belongs to the closing one in front of `at`, or `at`. */
static uint32_t quote_start(const qm_entity_scratch *scratch, uint32_t at)
{
    for (uint32_t i = at - 1; i > 0 && at - i < 14; i--) {
        uint32_t c = qm_char_at(scratch, i - 1);
        if (qm_is_open_quote(c) && c != U'《') return i - 1;
        if (qm_is_close_quote(c) || c == U'。' || c == U'！' || c == U'？' || qm_is_comma(c))
            break; /* somebody speaks */
    }
    return at;
}

/* The level that begins a token: 县 of 县教体局, not of 县域. */
static uint32_t level_end(const qm_entity_scratch *scratch, uint32_t at)
{
    if (!scratch->begins[at]) return 0;
    qm_mark level = qm_mark_starting(scratch, at, QM_WORD_ORG_LEVEL);
    if (!level.end) return 0;
    qm_mark other = qm_mark_starting(scratch, at, QM_WORD_PLACE_STOP);
    return other.end > level.end && scratch->begins[other.end] ? 0 : level.end;
}

/* 从市, 由县 in one token: the level ends it. */
static bool trailing_level(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    if (!qm_starts_here(scratch, end - 1, QM_WORD_ORG_LEVEL) || end < start + 2 ||
        level_end(scratch, start) > 0)
        return false;
    if (end == start + 2)
        return qm_may_end_names(scratch, end - 2) ||
               (qm_is_listed(scratch, QM_CHARS_LEADS, qm_char_at(scratch, end - 2)) &&
                qm_known_as(scratch, start, end) == QM_KNOWN_NOT); /* 报|县 */
    return scratch->flags[end - 2] & QM_HAN_DIRECTION ||           /* 住进|镇 */
           qm_known_as(scratch, start, end - 1) == QM_KNOWN_VERB;
}

static uint32_t digits_start(const qm_entity_scratch *scratch, uint32_t at)
{
    while (at > 0 && scratch->text->classes[at - 1] == QM_CHAR_DIGIT) at--;
    return at;
}

static uint32_t token_start(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t from = at - 1;
    while (from > 0 && !scratch->begins[from] && !qm_place_ends(scratch, from) &&
           !(qm_org_ends(scratch, from) && qm_may_end_names(scratch, from))) /* 清水小学|到 */
        from--;
    return from;
}

static bool token_ends_name(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    if (scratch->flags[end - 1] & QM_HAN_DIRECTION &&
        qm_mark_starting(scratch, start, QM_WORD_PLACE_WORD).end >= end)
        return false; /* 前进, no 住进 */
    for (uint32_t i = start; i < end; i++)
        if (scratch->states[i] & QM_SPOT_ENDS && scratch->text->classes[i] != QM_CHAR_LATIN)
            return true;
    return false;
}

static bool generic_token(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    qm_mark mark = qm_mark_ending(scratch, end, QM_WORD_ORG_GENERIC);
    if (mark.end && mark.start <= start) return true;
    mark = qm_mark_ending(scratch, end, QM_WORD_ORG_SUFFIX);
    return mark.flags & QM_FLAG_FIRM && mark.start <= start; /* 竹业|公司 */
}

/* Counts one token [from, end of the token) into the stem. */
static void take_token(const qm_entity_scratch *scratch, org_stem *stem, uint32_t from)
{
    uint32_t length = stem->start - from;
    bool numeral = scratch->text->classes[stem->start - 1] == QM_CHAR_NUMERAL;
    if (numeral && length <= 2) stem->numbered = true;
    else if (generic_token(scratch, from, stem->start)) stem->generic += length;
    else if (qm_known_as(scratch, from, stem->start) > QM_KNOWN_NAME &&
             qm_mark_starting(scratch, from, QM_WORD_PLACE_WORD).end != stem->start)
        stem->common += length; /* but 红旗|林场 */
    else stem->proper += length;
    stem->start = from;
    stem->tokens++;
}

/* 云岭|区委: the name in front of a committee's level is no place by itself. */
static void take_committee(const qm_entity_scratch *scratch, org_stem *stem, uint32_t level)
{
    uint32_t start = qm_place_before(scratch, level);
    if (start == level) return;
    stem->start = start;
    stem->place = true;
}

/* A level right in front of the ending, whatever the words: 市|民宗局. */
static void take_near_level(const qm_entity_scratch *scratch, org_stem *stem)
{
    if (qm_name_from(scratch, stem->start)) return;
    qm_mark level = qm_mark_ending(scratch, stem->start, QM_WORD_ORG_LEVEL);
    if (!level.end || !(scratch->begins[level.start] || qm_edge_before(scratch, level.start) ||
                        trailing_level(scratch, level.start - 1, level.end)))
        return;
    stem->start = level.start;
    stem->level = true;
    stem->tokens++;
    if (qm_place_ends(scratch, level.start)) return;
    stem->bounded = true;
    if (level.end - level.start == 2 && qm_char_at(scratch, level.start + 1) == U'委')
        take_committee(scratch, stem, level.start);
}

/* Two places one behind another in front of a body's own name are where it is, not part of it:
 * 石桥镇清水村|绿野合作社; but 安徽砀山绿野合作社. */
static bool has_address(const qm_entity_scratch *scratch, uint32_t start)
{
    return qm_place_ends(scratch, start);
}

/* 路上|碰见|昌江供电局: a verb of two characters that is no kind of body. */
static bool leads_names(const qm_entity_scratch *scratch, uint32_t from, uint32_t end)
{
    return end == from + 2 && !generic_token(scratch, from, end) && !qm_place_ends(scratch, from) &&
           qm_known_as(scratch, from, end) == QM_KNOWN_VERB;
}

/* 联系|恒泰农科: what is a verb as well begins no name that has a word of its own already. */
static bool leading_verb(const qm_entity_scratch *scratch, const org_stem *stem, uint32_t from)
{
    if (stem->proper < 2 || stem->level) return false;
    return scratch->states[from] & QM_SPOT_WORD || leads_names(scratch, from, stem->start);
}

/* 能源局|协调并网, 西安|开|设计公司, 常州|人|护好文化: behind a body a verb and what it is about,
 * or behind a place one of those that found something, or its people; but 建筑公司. */
static bool begins_with_verb(const qm_entity_scratch *scratch, uint32_t start, uint32_t suffix)
{
    uint32_t end = start + 1;
    while (end < suffix && !scratch->begins[end]) end++;
    if (start == suffix) return false;
    if (!qm_org_ends(scratch, start)) {
        return end == start + 1 &&
               (qm_char_at(scratch, start) == U'人' ||
                qm_is_listed(scratch, QM_CHARS_FOUNDS, qm_char_at(scratch, start)));
    }
    return end < suffix && qm_known_as(scratch, start, end) == QM_KNOWN_VERB;
}

/* Another branch ends there. */
static bool branch_ends(const qm_entity_scratch *scratch, uint32_t at)
{
    return qm_mark_ending(scratch, at, QM_WORD_ORG_SUFFIX).flags & QM_FLAG_BRANCH;
}

/* 国台|酒业: whether what looks like a body has a single character for its ending. */
static bool ends_by_character(const qm_entity_scratch *scratch, uint32_t at)
{
    return qm_org_ends(scratch, at) &&
           qm_mark_ending(scratch, at, QM_WORD_ORG_SUFFIX).start + 1 == at;
}

/* “云岭春”|合作社: no name goes on in front of the quotation. */
static bool take_quotation(const qm_entity_scratch *scratch, org_stem *stem)
{
    if (stem->place || !qm_is_close_quote(qm_char_at(scratch, stem->start - 1))) return false;
    uint32_t open = quote_start(scratch, stem->start);
    stem->quoted = open < stem->start;
    stem->start = open;
    stem->bounded = true;
    return true;
}

/* 地矿局|114|地质队 */
static bool take_number(const qm_entity_scratch *scratch, org_stem *stem)
{
    uint32_t digits = digits_start(scratch, stem->start);
    if (digits == stem->start || !qm_name_from(scratch, digits)) return false;
    stem->start = digits;
    stem->numbered = true;
    return true;
}

/* Walks left from the ending token by token to where the name begins. public: a school, an office,
 * of whose name all places in front of it are part; part: of a body, by what it is for
 * (大学|生命科学 学院). */
static org_stem find_stem(const qm_entity_scratch *scratch, uint32_t suffix, uint32_t flags)
{
    const bool public = flags & QM_FLAG_LEVEL, part = flags & QM_FLAG_AFTER;
    org_stem stem = {.start = suffix};
    uint32_t names = 0;
    take_near_level(scratch, &stem);
    while (stem.start > 0 && !stem.bounded) {
        if (stem.start < suffix && branch_ends(scratch, stem.start)) {
            stem.bounded = true;
            break;
        }
        uint32_t first = qm_name_from(scratch, stem.start);
        if (first) {
            if (stem.tokens > MOST_TOKENS_BEHIND || names++ == MOST_NAMES) break;
            if (!part && begins_with_verb(scratch, stem.start, suffix)) break;
            if (stem.proper > 1 && !public && has_address(scratch, first - 1) &&
                qm_ends_here(scratch, stem.start, QM_WORD_PLACE_SUFFIX)) {
                stem.bounded = true;
                break;
            }
            stem.body |= ends_by_character(scratch, stem.start);
            stem.start = first - 1;
            stem.place = true;
            continue;
        }
        if (take_quotation(scratch, &stem)) break;
        if (take_number(scratch, &stem)) continue;
        uint32_t from = token_start(scratch, stem.start);
        if (stem.place || token_ends_name(scratch, from, stem.start) ||
            leading_verb(scratch, &stem, from)) {
            stem.bounded = true;
            break;
        }
        if (stem.tokens == MOST_TOKENS || suffix - from > LONGEST_STEM) break;
        if (trailing_level(scratch, from, stem.start)) from = stem.start - 1;
        uint32_t level = level_end(scratch, from);
        take_token(scratch, &stem, from);
        if (level > 0 || !scratch->begins[from]) stem.level = true;
        if (stem.level && !qm_place_ends(scratch, from)) stem.bounded = true;
    }
    if (stem.start == 0) stem.bounded = true;
    return stem;
}

/* 环境与资源学院, 县粮食和物资储备局: one conjunction inside a name that a bureau's ending closes.
 * In front of it up to three words, then a level, a place or an edge. */
static void take_conjunction(const qm_entity_scratch *scratch, const qm_mark *suffix,
                             org_stem *stem)
{
    uint32_t c = stem->start > 2 ? qm_char_at(scratch, stem->start - 1) : 0;
    if ((c != U'与' && c != U'和') || stem->level || stem->place) return;
    if (stem->start == suffix->start && !(suffix->flags & QM_FLAG_SELF)) return;
    if (qm_name_from(scratch, stem->start - 1)) return; /* two bodies */
    uint32_t from = stem->start - 1;
    for (int words = 0; words < 3 && from > 0; words++) {
        uint32_t before = token_start(scratch, from);
        if (token_ends_name(scratch, before, from)) return;
        uint32_t level = level_end(scratch, before);
        uint32_t name = qm_name_from(scratch, before);
        from = before;
        if (level > 0 || name > 0) {
            stem->level = level > 0;
            stem->place = name > 0;
            stem->start = name > 0 ? name - 1 : before;
            return;
        }
        bool edge = before == 0 || scratch->states[before - 1] & QM_SPOT_OUT;
        if (edge && suffix->flags & QM_FLAG_AFTER && stem->start - 1 - before == 2) {
            stem->start = before;
            return;
        }
    }
}

/* 协调|恒泰农科: a verb in front of a name; but 兴旺|养殖合作社. */
static void drop_verb(const qm_entity_scratch *scratch, org_stem *stem, uint32_t suffix)
{
    if (stem->place || stem->level || stem->quoted) return;
    uint32_t end = stem->start + 1;
    while (end < suffix && !scratch->begins[end]) end++;
    if (end == suffix || qm_known_as(scratch, stem->start, end) != QM_KNOWN_VERB ||
        qm_mark_starting(scratch, stem->start, QM_WORD_PLACE_WORD).end == end)
        return;
    stem->common -= end - stem->start > stem->common ? stem->common : end - stem->start;
    stem->start = end;
}

/* 基站, 饭馆, 补办: the ending of a word that names no body. */
static bool within_word(const qm_entity_scratch *scratch, const qm_mark *suffix)
{
    uint32_t from = suffix->start - (suffix->start > 0);
    if (scratch->begins[suffix->start] || suffix->end - suffix->start != 1 ||
        !scratch->begins[from])
        return false;
    uint32_t class = qm_segmenter_class(scratch->recognizer->segmenter, scratch->text,
                                        scratch->words, from, suffix->end, NULL);
    return class == QM_CLASS_NOUN || class == QM_CLASS_VERB;
}

/* 据|栾坪融媒 where the segmenter took the particle into the name. */
static void drop_particle(const qm_entity_scratch *scratch, org_stem *stem)
{
    if (stem->place || stem->level || stem->proper < 3) return;
    if (!qm_is_listed(scratch, QM_CHARS_PARTICLE, qm_char_at(scratch, stem->start))) return;
    stem->start++;
    stem->proper--;
}

/* 国网, 中共, 中国移动 in front of the place of a branch. */
static void take_parent(const qm_entity_scratch *scratch, org_stem *stem)
{
    if (!stem->place) return;
    qm_mark parent = qm_mark_ending(scratch, stem->start, QM_WORD_ORG_NAME);
    if (parent.end && scratch->begins[parent.start]) stem->start = parent.start;
}

/* Teams are named by where they work: 柳行村驻村工作队, 市审计局驻柳行村工作队. */
static bool team_name(const qm_entity_scratch *scratch, const qm_mark *suffix, org_stem *stem)
{
    uint32_t at = suffix->start;
    bool resident = qm_char_at(scratch, at) == U'驻' || suffix->end - at > 5; /* 访惠聚工作队 */
    uint32_t from = at;
    uint32_t names = 0;
    for (; qm_place_ends(scratch, from) && !qm_org_ends(scratch, from); names++) {
        if (names == MOST_NAMES) return false;
        from = qm_place_from(scratch, from) - 1;
    }
    bool worked = from < at && from > 0 && qm_char_at(scratch, from - 1) == U'驻';
    if (worked) {
        resident = true;
        from--;
    }
    bool body = qm_org_ends(scratch, from) || !worked;
    for (; qm_name_from(scratch, from); names++) {
        if (names >= 2 * MOST_NAMES) return false;
        from = qm_name_from(scratch, from) - 1;
    }
    stem->start = from;
    return resident && body && from < at;
}

/* 来源：对口帮扶办公室. */
static bool after_colon(const qm_entity_scratch *scratch, const qm_mark *suffix,
                        const org_stem *stem)
{
    return suffix->flags & QM_FLAG_LEVEL && suffix->end - suffix->start > 1 && stem->tokens > 0 &&
           stem->start > 2 && qm_is_colon(qm_char_at(scratch, stem->start - 1)) &&
           qm_is_listed(scratch, QM_CHARS_LABEL, qm_char_at(scratch, stem->start - 2)) &&
           (suffix->end == scratch->text->count || scratch->states[suffix->end] & QM_SPOT_OUT);
}

/* 腾远科技: firms are named like children, with characters of good omen. */
static bool firm_name(const qm_entity_scratch *scratch, const qm_mark *suffix, const org_stem *stem)
{
    if (!(suffix->flags & QM_FLAG_FIRM) || stem->start + 2 != suffix->start || stem->generic > 0)
        return false;
    for (uint32_t i = stem->start; i < suffix->start; i++) {
        bool listed = stem->common == 0 &&
                      qm_is_listed(scratch, QM_CHARS_FIRM, qm_char_at(scratch, i)); /* 振丰 */
        if (qm_given_at(scratch, i) < 5 && !listed) return false;
    }
    return true;
}

/* “豆腐工坊”: in quotation marks the name of a place where things are made. */
static bool brand_ends(const qm_entity_scratch *scratch, uint32_t at)
{
    qm_mark brand = qm_brand_ending(scratch, at, QM_WORD_BRAND_SUFFIX);
    return brand.flags & QM_FLAG_QUOTED && brand.flags & QM_FLAG_SELF;
}

/* 指导村|党支部, 由村|合作社: of the village that the text is about. */
static bool own_village(const qm_entity_scratch *scratch, uint32_t suffix)
{
    uint32_t before = qm_char_at(scratch, suffix - 2);
    if (qm_char_at(scratch, suffix - 1) != U'村' || before == U'乡' || before == U'农')
        return false;
    bool word = suffix > 2 && scratch->begins[suffix - 2] && !scratch->begins[suffix - 1] &&
                !qm_may_end_names(scratch, suffix - 2);
    return !word || qm_known_as(scratch, suffix - 2, suffix) != QM_KNOWN_NOT; /* but 星村|卫生院 */
}

/* 清水|小学 in a document that has 清水村: a public body with the name of the place. */
static bool of_village(const qm_entity_scratch *scratch, const qm_mark *suffix,
                       const org_stem *stem)
{
    return stem->bounded && !stem->level && suffix->flags & QM_FLAG_LEVEL &&
           suffix->end - suffix->start > 1 && stem->start + 2 <= suffix->start &&
           !qm_ends_here(scratch, suffix->start, QM_WORD_PLACE_SUFFIX) &&
           qm_names_village(scratch, stem->start, suffix->start) &&
           qm_known_as(scratch, stem->start, suffix->start) != QM_KNOWN_VERB;
}

/* 白银有色集团：50000元: a line of a list begins with the name. */
static bool heads_line(const qm_entity_scratch *scratch, const qm_mark *suffix,
                       const org_stem *stem)
{
    const uint32_t c = qm_char_at(scratch, suffix->end);
    return suffix->flags & QM_FLAG_NAMED && suffix->end - suffix->start > 1 && stem->tokens > 1 &&
           stem->start > 0 && qm_char_at(scratch, stem->start - 1) == '\n' &&
           (qm_is_colon(c) || c == '\t') && scratch->states[suffix->end + 1] & QM_SPOT_QUANTITY;
}

/* 李根到|医院, 受限于|机场: somebody goes there; but 前进|医院. */
static bool is_reached(const qm_entity_scratch *scratch, const qm_mark *suffix)
{
    const uint32_t c = qm_char_at(scratch, suffix->start - (suffix->start > 0));
    return c == U'到' || c == U'去' || c == U'于';
}

static bool enough(const qm_entity_scratch *scratch, const qm_mark *suffix, const org_stem *stem)
{
    if (is_reached(scratch, suffix)) return false;
    uint32_t length = suffix->end - suffix->start;
    uint32_t proper = stem->proper + stem->common; /* enough where something else says which */
    bool named = stem->place || stem->quoted || of_village(scratch, suffix, stem);
    if (stem->quoted && !stem->place && suffix->flags & QM_FLAG_FIRM &&
        suffix->flags & QM_FLAG_HARD)
        return false; /* “麦田里”|超市 */
    if (named && suffix->flags & QM_FLAG_FIRM && !(suffix->flags & QM_FLAG_NAMED))
        return proper > 1 || stem->body;
    if (stem->quoted && !stem->place &&
        qm_mark_starting(scratch, suffix->start, QM_WORD_BRAND_AFTER).flags & QM_FLAG_NAMED)
        return false;                                    /* “萤火”|支教队: of a campaign */
    if (stem->quoted && length == 1) return stem->place; /* but “麦田里”咖啡|馆 */
    if (named)
        return stem->quoted || length > 1 || proper > 0 ||
               (stem->generic > 1 && suffix->flags & QM_FLAG_LEVEL && /* 云岭县|文化|局 */
                qm_char_at(scratch, suffix->start) != U'办'); /* but 清水村|妇女|办的班 */
    if (!(suffix->flags & QM_FLAG_LEVEL) && proper > 0 &&
        qm_fills_quotes(scratch, stem->start, suffix->end))
        return !brand_ends(scratch, suffix->end);
    if (!stem->bounded) return false;
    if (own_village(scratch, suffix->start) && !stem->level) return false;
    if (firm_name(scratch, suffix, stem)) return true;
    if (after_colon(scratch, suffix, stem) || heads_line(scratch, suffix, stem)) return true;
    if (suffix->flags & QM_FLAG_HARD && !(suffix->flags & QM_FLAG_LEVEL)) return false;
    if (stem->numbered && length > 1 && qm_char_at(scratch, stem->start) == U'第')
        return true; /* 第六中学 */
    if (stem->level && suffix->flags & QM_FLAG_NAMED && proper > 2) return true;
    if (stem->level && suffix->flags & QM_FLAG_NAMED && proper + stem->generic > 1 &&
        proper + stem->generic + length > 5)
        return true; /* 县水利工程|公司, 省交通|投资集团 */
    if (stem->level)
        return suffix->flags & (QM_FLAG_LEVEL | QM_FLAG_BRANCH) &&
               (length > 1 || stem->tokens > 1 || proper > 2);
    if (suffix->flags & QM_FLAG_AFTER) return proper + stem->generic > 0;
    if (suffix->flags & QM_FLAG_BRANCH && stem->numbered) return true;
    if (suffix->flags & (QM_FLAG_NAMED | QM_FLAG_BRANCH))
        return length > 1 ? stem->proper > 1 : stem->proper > 2;
    return false;
}

/* 阿龙山|林业局: a word that nobody knows in front of an office is its place. */
static bool names_itself(const org_stem *stem)
{
    return stem->bounded && !stem->quoted && !stem->numbered && stem->proper > 1 &&
           stem->proper < 5 && stem->common + stem->generic == 0 && stem->tokens == 1;
}

/* 云岭县委 without a place found before it. */
static void take_county(const qm_entity_scratch *scratch, const qm_mark *suffix, org_stem *stem)
{
    if (suffix->end - suffix->start == 2 && !stem->place &&
        qm_starts_here(scratch, suffix->start, QM_WORD_PLACE_SUFFIX) &&
        qm_char_at(scratch, suffix->start + 1) == U'委')
        take_committee(scratch, stem, suffix->start);
}

/* 香洲区第二小|学派: a numbered school, however the text behind it is cut. */
static bool named_school(const qm_entity_scratch *scratch, const qm_mark *suffix)
{
    uint32_t at = suffix->start;
    return suffix->end - at == 2 && suffix->flags & QM_FLAG_LEVEL && at > 1 &&
           scratch->text->classes[at - 1] == QM_CHAR_NUMERAL &&
           qm_char_at(scratch, at - 2) == U'第';
}

/* 民政部|门, 教育部|长: of all departments, or who leads one. */
static bool cuts_department(const qm_entity_scratch *scratch, uint32_t end)
{
    uint32_t c = qm_char_at(scratch, end);
    return !scratch->begins[end] && qm_char_at(scratch, end - 1) == U'部' &&
           (c == U'门' || c == U'长');
}

/* 云岭县|移民|服务中心: whose it is and what it is for. */
static bool is_told(const org_stem *stem)
{
    return (stem->place || stem->level) && stem->proper + stem->common + stem->generic > 0;
}

static int add_suffix(qm_entity_scratch *scratch, const qm_mark *suffix, qm_error *err)
{
    uint32_t length = suffix->end - suffix->start;
    /* 大学|派, but no 学社 of 大学|社会 */
    const bool cut =
        scratch->begins[suffix->end] || (length == 2 && !scratch->begins[suffix->start + 1] &&
                                         qm_may_end_names(scratch, suffix->end));
    if (!cut && length < 3 && !named_school(scratch, suffix)) return QM_OK;
    const bool office = suffix->flags & QM_FLAG_QUOTED; /* of a kind that a stop word names */
    if ((scratch->states[suffix->start] & QM_SPOT_STOP && !office) ||
        cuts_department(scratch, suffix->end))
        return QM_OK;
    if (within_word(scratch, suffix)) return QM_OK;
    if (length == 1 && qm_ends_here(scratch, suffix->end, QM_WORD_PLACE_SHORT))
        return QM_OK; /* 邢|台 */
    qm_mark role = {0};
    if (length == 1) role = qm_mark_ending(scratch, suffix->end, QM_WORD_ROLE);
    if (role.end && role.start < suffix->start) return QM_OK; /* 常委 */
    org_stem stem = find_stem(scratch, suffix->start, suffix->flags);
    if (suffix->flags & QM_FLAG_HARD) take_county(scratch, suffix, &stem);
    if (suffix->flags & (QM_FLAG_LEVEL | QM_FLAG_SELF)) take_conjunction(scratch, suffix, &stem);
    if (office && !is_told(&stem)) return QM_OK;
    const bool bare = stem.start == suffix->start; /* most of them */
    if (bare && !(suffix->flags & (QM_FLAG_TEAM | QM_FLAG_SELF))) return QM_OK;
    if (suffix->flags & QM_FLAG_ORDINARY) stem.proper += stem.common;
    else if (!bare) drop_verb(scratch, &stem, suffix->start);
    drop_particle(scratch, &stem);
    take_parent(scratch, &stem);
    if (suffix->flags & QM_FLAG_TEAM) {
        if (!team_name(scratch, suffix, &stem)) return QM_OK;
    } else if (suffix->flags & QM_FLAG_SELF) {
        if (!stem.place && !stem.level && !names_itself(&stem)) stem.start = suffix->start;
    } else if (!enough(scratch, suffix, &stem)) {
        return QM_OK;
    }
    return qm_entity_add(scratch, stem.start, suffix->end, QM_ENTITY_ORG, 8, stem.proper > 1, err);
}

/* 省刊《云岭视线》刊用: a title beside a word that only newspapers and the like have beside them.
 */
static int add_medium(qm_entity_scratch *scratch, uint32_t close, qm_error *err)
{
    uint32_t start = close;
    while (start > 0 && close - start < LONGEST_STEM && qm_char_at(scratch, start - 1) != U'《') {
        if (scratch->text->classes[--start] == QM_CHAR_PUNCT) return QM_OK;
    }
    bool cue = qm_ends_here(scratch, start - (start > 0), QM_WORD_MEDIA) ||
               qm_starts_here(scratch, close + 1, QM_WORD_MEDIA);
    if (!cue || start == close || qm_char_at(scratch, start - 1) != U'《') return QM_OK;
    return qm_entity_add(scratch, start, close, QM_ENTITY_ORG, 8, true, err);
}

/* ---- names in Latin letters ---- */

/* Whether the word of Latin letters at `at` can stand in a name: it has a capital, or it is of,
 * and, for. Its end in *end. */
static bool latin_word(const qm_entity_scratch *scratch, uint32_t at, uint32_t *end)
{
    const uint32_t *chars = scratch->text->chars;
    *end = at;
    while (*end < scratch->text->count && scratch->text->classes[*end] == QM_CHAR_LATIN) ++*end;
    if (*end == at) return false;
    if (chars[at] >= 'A' && chars[at] <= 'Z') return true;
    return (*end - at == 2 && chars[at] == 'o' && chars[at + 1] == 'f') ||
           (*end - at == 3 && chars[at] == 'a' && chars[at + 1] == 'n' && chars[at + 2] == 'd') ||
           (*end - at == 3 && chars[at] == 'f' && chars[at + 1] == 'o' && chars[at + 2] == 'r');
}

/* Delft University of Technology: words with capitals on both sides. */
static int add_latin(qm_entity_scratch *scratch, const qm_mark *word, qm_error *err)
{
    const qm_text *text = scratch->text;
    uint32_t start = word->start, end = word->end, stop;
    if (end < text->count && text->classes[end] == QM_CHAR_LATIN) return QM_OK;
    for (int i = 0; i < MOST_TOKENS && start > 1 && text->chars[start - 1] == ' '; i++) {
        uint32_t from = start - 1;
        while (from > 0 && text->classes[from - 1] == QM_CHAR_LATIN) from--;
        if (!latin_word(scratch, from, &stop)) break;
        start = from;
    }
    for (int i = 0; i < MOST_TOKENS && end < text->count && text->chars[end] == ' '; i++) {
        if (!latin_word(scratch, end + 1, &stop)) break;
        end = stop;
    }
    if (end - start == word->end - word->start) return QM_OK;
    return qm_entity_add(scratch, start, end, QM_ENTITY_ORG, 8, true, err);
}

static int orgs_ending(qm_entity_scratch *scratch, uint32_t at, qm_error *err)
{
    int status = QM_OK;
    qm_mark longer = qm_mark_starting(scratch, at - 1, QM_WORD_PLACE_SUFFIX);
    if (longer.end > at) return QM_OK; /* 新华社区 */
    qm_mark mark = {0};
    if (scratch->begins[at] || qm_may_end_names(scratch, at))
        mark = qm_mark_ending(scratch, at, QM_WORD_ORG_NAME);
    if (!scratch->begins[at] && mark.end < mark.start + 4) mark.end = 0; /* 同济大学|派 */
    if (mark.end && !(mark.flags & QM_FLAG_NAMED) && scratch->begins[mark.start])
        status = qm_entity_add(scratch, mark.start, at, QM_ENTITY_ORG, 10, false, err);
    qm_mark latin = qm_mark_ending(scratch, at, QM_WORD_ORG_LATIN);
    if (status == QM_OK && latin.end) status = add_latin(scratch, &latin, err);
    mark = qm_mark_ending(scratch, at, QM_WORD_ORG_SUFFIX);
    if (status == QM_OK && mark.end) status = add_suffix(scratch, &mark, err);
    return status;
}

int qm_entity_orgs(qm_entity_scratch *scratch, qm_error *err)
{
    int status = QM_OK;
    const qm_u32_array *bodies = &scratch->lists[QM_LIST_BODIES];
    const qm_u32_array *signs = &scratch->lists[QM_LIST_SIGNS];
    size_t sign = 0;
    for (size_t i = 0; i <= bodies->count && status == QM_OK; i++) {
        const uint32_t at = i < bodies->count ? bodies->at[i] : UINT32_MAX;
        for (; sign < signs->count && signs->at[sign] < at && status == QM_OK; sign++)
            if (qm_char_at(scratch, signs->at[sign]) == U'》')
                status = add_medium(scratch, signs->at[sign], err);
        if (at != UINT32_MAX && status == QM_OK) status = orgs_ending(scratch, at, err);
    }
    return status;
}
