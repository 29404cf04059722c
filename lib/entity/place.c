/* Places: the gazetteer, and names that nobody lists in front of 县, 镇, 村, ... */
#include "entity/find.h"

#define LONGEST_NAME QM_LONGEST_PLACE
#define LONGEST_LINK 5 /* characters between the ends of two levels */
#define LEAST_SCORE 5
#define LISTED_SCORE 12 /* of the gazetteer's names */
#define MOST_LEFT 5     /* points that what stands in front of a name can give */
#define MOST_GROUP 10   /* and that groups of a village can have beyond other places */

enum {
    LEVEL_PROVINCE = 1,
    LEVEL_PREFECTURE,
    LEVEL_COUNTY,
    LEVEL_TOWN,
    LEVEL_VILLAGE,
    LEVEL_GROUP,
    LEVEL_MONGOLIAN,
    LEVEL_HAMLET = QM_LEVEL_HAMLET,
    LEVEL_NUMBERED = QM_LEVEL_NUMBERED
};

/* Points for the length of the name in front of the suffix. */
static int length_points(uint32_t level, uint32_t length)
{
    static const int8_t points[][LONGEST_NAME + 1] = {
        [LEVEL_PROVINCE] = {-9, -9, 3, 3, -2, -9, -9},
        [LEVEL_PREFECTURE] = {-9, -9, 3, 3, 1, -2, -9},
        [LEVEL_COUNTY] = {-9, -3, 3, 1, -1, -2, -4},
        [LEVEL_TOWN] = {-9, -2, 3, 2, -1, -3, -4},
        [LEVEL_VILLAGE] = {-9, -1, 3, 2, 1, -1, -3},
        [LEVEL_GROUP] = {-9, -2, 2, 1, -2, -4, -6},
        [LEVEL_MONGOLIAN] = {-9, -4, 2, 3, 4, 2, 1}};
    return length <= LONGEST_NAME ? points[level][length] : -9;
}

/* A suffix that may end a name, the points for what stands behind it, and the least score of a name
 * with it. */
typedef struct suffix_at {
    uint32_t start, end, level;
    int32_t right, least;
} suffix_at;

/* The most points that what stands beside a name can give. */
static int32_t most_beside(const suffix_at *suffix)
{
    return MOST_LEFT + suffix->right + (suffix->level == LEVEL_GROUP ? MOST_GROUP : 0);
}

static bool numeral_only(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    for (uint32_t i = start; i < end; i++)
        if (scratch->text->classes[i] != QM_CHAR_NUMERAL &&
            scratch->text->classes[i] != QM_CHAR_DIGIT)
            return false;
    return true;
}

/* A lower level's suffix a few characters on: 云岭县|石桥镇, 云岭市|石桥县. */
static bool chain_behind(const qm_entity_scratch *scratch, uint32_t end, uint32_t level)
{
    for (uint32_t i = end + 1; i < end + LONGEST_LINK && i < scratch->text->count; i++) {
        if (scratch->states[i] & (QM_SPOT_OUT | QM_SPOT_FUNCTION)) return false;
        qm_mark suffix = qm_mark_starting(scratch, i, QM_WORD_PLACE_SUFFIX);
        if (!suffix.end || suffix.value >= LEVEL_HAMLET) continue;
        bool below = suffix.value == level && qm_char_at(scratch, end - 1) == U'市';
        if (suffix.value > level || below || level == LEVEL_MONGOLIAN) return true;
    }
    return false;
}

/* What stands behind a place and speaks for it: another place's suffix or a body of its own. */
static int right_points(const qm_entity_scratch *scratch, uint32_t end, uint32_t level)
{
    const uint32_t starts = scratch->start_sets[end];
    if (starts >> QM_WORD_ORG_SUFFIX & 1) return 1;
    if ((level < LEVEL_VILLAGE || level == LEVEL_MONGOLIAN) && chain_behind(scratch, end, level))
        return 2;
    if (qm_starts_here(scratch, end, QM_WORD_ROLE)) return 1; /* 云岭市|副市长, however cut */
    if (!scratch->begins[end]) return -3;
    if (end == scratch->text->count || (scratch->states[end] & (QM_SPOT_OUT | QM_SPOT_FUNCTION)))
        return 1;
    uint32_t bodies = 1u << QM_WORD_ROLE | 1u << QM_WORD_ROLE_PREFIX;
    return starts & bodies ? 1 : 0;
}

/* 东邻|雷村, 西接|尧禾镇: where something lies. */
static bool lies_towards(const qm_entity_scratch *scratch, uint32_t start)
{
    return qm_is_listed(scratch, QM_CHARS_COMPASS, qm_char_at(scratch, start)) &&
           qm_is_listed(scratch, QM_CHARS_TOWARDS, qm_char_at(scratch, start + 1));
}

/* 对接|青岚市: a verb where the segmenter made one word of it and the name. */
static bool behind_verb(const qm_entity_scratch *scratch, uint32_t start)
{
    const uint8_t *begins = scratch->begins;
    if (start < 2 || !begins[start - 2] || begins[start - 1]) return false;
    return !begins[start] && !begins[start + 1] &&
           qm_known_as(scratch, start - 2, start) == QM_KNOWN_VERB;
}

/* 云阳|市北固县: what ends a name in front is no beginning of another. */
static bool begins_with_suffix(const qm_entity_scratch *scratch, uint32_t start)
{
    if (start == 0 || scratch->states[start - 1] & QM_SPOT_OUT) return false;
    qm_mark suffix = qm_mark_starting(scratch, start, QM_WORD_PLACE_SUFFIX);
    bool cut = scratch->states[start - 1] & QM_SPOT_FUNCTION ||
               (suffix.value < LEVEL_VILLAGE && !scratch->begins[start - 1]);
    return suffix.end && suffix.value < LEVEL_HAMLET && cut;
}

/* The mark in front of an item is one that joins it to another. */
static bool joins(uint32_t c)
{
    return c == U'、' || c == U'和' || c == U'与' || c == U'及';
}

/* What stands in front of the first character of a name, and whether it is one to begin with. */
static int left_points(const qm_entity_scratch *scratch, uint32_t start)
{
    if (qm_place_ends(scratch, start)) return 5;
    int points = scratch->begins[start] ? 1 : -1;
    if (qm_may_end_names(scratch, start)) points -= 2;
    if (lies_towards(scratch, start)) return points - 6;
    if (begins_with_suffix(scratch, start)) return points - 3; /* 你|镇花桥村 */
    if (start > 1 && lies_towards(scratch, start - 2)) return 5;
    if (start > 0 && joins(qm_char_at(scratch, start - 1)) && qm_place_ends(scratch, start - 1))
        return points + 4; /* 石桥村、上村 */
    if (start == 0 || (scratch->states[start - 1] & QM_SPOT_ENDS_PLACE)) return points + 3;
    if (qm_ends_here(scratch, start, QM_WORD_ASSUME) ||
        qm_ends_here(scratch, start, QM_WORD_ORG_NAME) ||
        qm_ends_here(scratch, start, QM_WORD_PLACE_STOP)) /* 帮扶村|槐树坪村 */
        return points + 3;
    if (behind_verb(scratch, start)) return 4;
    if (qm_char_at(scratch, start - 1) == U'驻') return points + 3;
    return qm_may_end_names(scratch, start - 1) ? points + 2 : points;
}

/* Words that end like a place: 农村, 全县, 景区. Soft ones only when nothing stands before. */
static bool stopped(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    qm_mark mark;
    for (const qm_match *at = NULL; qm_next_ending(scratch, end, QM_WORD_PLACE_STOP, &at, &mark);) {
        bool word = scratch->begins[mark.start] || !(mark.flags & QM_FLAG_WEAK);
        if (mark.start <= start || (mark.flags & QM_FLAG_HARD && word)) return true;
    }
    return false;
}

/* What the rest of the document says of a start: a name that always has the same character before
 * it goes on to the left; one that is rare while its rest is frequent has a word too much. */
static int count_points(const qm_entity_scratch *scratch, uint32_t start, uint32_t suffix,
                        uint32_t end, uint32_t own)
{
    int points = 0;
    if (start > 0 && own > 1 && !(scratch->states[start - 1] & QM_SPOT_OUT) &&
        !qm_place_ends(scratch, start) && !qm_locative_before(scratch, start) &&
        suffix - start + 1 < LONGEST_NAME && qm_count_of(scratch, start - 1, end) == own)
        points -= 4;
    if (suffix - start > 2 && own == 1 && qm_count_of(scratch, start + 1, end) > 2) points -= 4;
    return points;
}

/* 隔壁|村, 指导|村: a word in front of the suffix that is no name; nothing when places in front of
 * it or other mentions speak for it. */
static int known_points(const qm_entity_scratch *scratch, uint32_t start, uint32_t suffix,
                        uint32_t own)
{
    if (suffix - start < 2 || qm_place_ends(scratch, start) || own > 1) return 0;
    if (suffix - start > 3 && scratch->begins[start + 2] &&
        qm_known_as(scratch, start, start + 2) == QM_KNOWN_VERB)
        return -4; /* 讨论|三联|村 */
    qm_known known = qm_known_as(scratch, start, suffix);
    return known == QM_KNOWN_VERB ? -4 : known > QM_KNOWN_NAME ? -2 : 0;
}

/* 用|一组|数字, 两人|一组: the first group is named as such only behind a place or 在, or in front
 * of another one (一组、二组). */
static bool counts_one(const qm_entity_scratch *scratch, uint32_t start, uint32_t suffix,
                       uint32_t end)
{
    if (suffix != start + 1 || qm_char_at(scratch, start) != U'一') return false;
    bool listed = qm_char_at(scratch, end) == U'、' && numeral_only(scratch, end + 1, end + 2) &&
                  qm_starts_here(scratch, end + 2, QM_WORD_PLACE_SUFFIX);
    return !listed && !qm_locative_before(scratch, start);
}

/* 清水村|三组; 二组 by itself, where it is no count of groups; 高坡组|22户. */
static int group_points(const qm_entity_scratch *scratch, uint32_t start, uint32_t suffix,
                        uint32_t end)
{
    bool number = numeral_only(scratch, start, suffix);
    if (qm_place_ends(scratch, start)) return number ? 4 : 0;
    if (number) return counts_one(scratch, start, suffix, end) ? 0 : MOST_GROUP;
    if (qm_locative_before(scratch, start)) return 2; /* 到|岩子脚|组 */
    return end < scratch->text->count && scratch->states[end] & QM_SPOT_QUANTITY ? 2 : 0;
}

/* 喀尔赛镇, 乌日根塔拉镇: names by their sound are as long as they are. */
static bool by_sound(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    for (uint32_t i = start; i < end; i++) {
        if (!(scratch->flags[i] & QM_HAN_FOREIGN)) return false;
    }
    return true;
}

/* 喀拉|库勒村: a name by its sound that goes on in front. */
static bool within_sound(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    if (start == 0 || !(scratch->flags[start - 1] & QM_HAN_FOREIGN) || end < start + 2)
        return false;
    bool word = qm_may_end_names(scratch, start - 1) && scratch->begins[start - 1]; /* 来|苏日 */
    return !word && !qm_place_ends(scratch, start) && by_sound(scratch, start, end);
}

/* Whether the segmenter makes it one word. */
static bool one_word(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    uint32_t at = start + 1;
    while (at < end && !scratch->begins[at]) at++;
    return at == end && scratch->begins[start] && scratch->begins[end];
}

/* The points of a name that begins at `from`, without a look at the rest of the document or at the
 * dictionary, which can only take some away; INT32_MIN if they are no more than `best`. */
static int32_t points_here(const qm_entity_scratch *scratch, const suffix_at *suffix, uint32_t from,
                           int32_t best)
{
    uint32_t length = suffix->start - from;
    bool behind = qm_place_ends(scratch, from); /* another place */
    int32_t points = length_points(suffix->level, length);
    if (points < 1 && length > 3 && behind && by_sound(scratch, from, suffix->start)) points = 1;
    if (length > 3 && one_word(scratch, from, suffix->end)) points += 2; /* 巴什兰干乡 */
    if (within_sound(scratch, from, suffix->start)) points -= 4;
    if (points + most_beside(suffix) <= best) return INT32_MIN;
    points += left_points(scratch, from) + suffix->right;
    if (scratch->text->classes[suffix->start - 1] == QM_CHAR_NUMERAL && !behind) {
        bool digits = numeral_only(scratch, from, suffix->start);
        points -= digits || suffix->level == LEVEL_GROUP ? 5 : 2;
    }
    if (suffix->level == LEVEL_GROUP)
        points += group_points(scratch, from, suffix->start, suffix->end);
    return points;
}

/* 那沙|屯, 弄怀|屯: names of the Zhuang begin with their words for a field and for a valley, behind
 * another place at least or where something goes there. */
static bool names_field(const qm_entity_scratch *scratch, uint32_t at)
{
    if (qm_is_listed(scratch, QM_CHARS_BEHIND_FIELD, qm_char_at(scratch, at + 1))) return false;
    return qm_place_ends(scratch, at) || qm_locative_before(scratch, at) ||
           (at > 0 && scratch->states[at - 1] & QM_SPOT_OUT && qm_is_han(scratch, at + 2));
}

/* Whether no name has this character: 各 only in 庞各庄. */
static bool ends_place(const qm_entity_scratch *scratch, uint32_t at, uint32_t level)
{
    uint32_t state = scratch->states[at] & QM_SPOT_ENDS_PLACE, c = qm_char_at(scratch, at);
    if (!state) return false;
    if (level == LEVEL_MONGOLIAN && state == QM_SPOT_FUNCTION &&
        !(scratch->flags[at] & QM_HAN_ENDS))
        return !(scratch->flags[at] & QM_HAN_FOREIGN); /* 哈吐布其嘎查 */
    if (qm_is_listed(scratch, QM_CHARS_FIELD, c)) return !names_field(scratch, at);
    return c != U'各' || qm_char_at(scratch, at + 1) != U'庄';
}

/* The best start of a name in front of the suffix; its score, or less than the least one. */
static int32_t best_start(const qm_entity_scratch *scratch, const suffix_at *suffix,
                          uint32_t *start)
{
    int32_t best = suffix->least - 1;
    for (uint32_t from = suffix->start; from > 0 && suffix->start - from < LONGEST_NAME;) {
        from--;
        if (ends_place(scratch, from, suffix->level)) break;
        int32_t score = points_here(scratch, suffix, from, best);
        if (score > best) {
            uint32_t own = qm_count_of(scratch, from, suffix->end);
            score += count_points(scratch, from, suffix->start, suffix->end, own);
            if (score > best) score += known_points(scratch, from, suffix->start, own);
        }
        if (score > best && !stopped(scratch, from, suffix->end)) {
            best = score;
            *start = from;
        }
        if (qm_place_ends(scratch, from)) break;
    }
    return best;
}

uint32_t qm_place_before(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t start = at;
    suffix_at suffix = {at, at + 1, LEVEL_COUNTY, 0, LEAST_SCORE + 1};
    return best_start(scratch, &suffix, &start) >= suffix.least ? start : at;
}

/* 区, 市 and groups are parts of many words: they want more around them. */
static int32_t least_score(const qm_entity_scratch *scratch, uint32_t suffix, uint32_t level)
{
    uint32_t c = qm_char_at(scratch, suffix);
    if (level == LEVEL_GROUP) return LEAST_SCORE + 1;
    if (level == LEVEL_PROVINCE || level == LEVEL_PREFECTURE) return LEAST_SCORE + 2;
    return c == U'区' || c == U'市' ? LEAST_SCORE + 2 : LEAST_SCORE;
}

/* 前进|村: the two characters in front are one word, which names may have. */
static bool ends_word(const qm_entity_scratch *scratch, uint32_t at)
{
    return at > 1 && !(scratch->states[at - 2] & QM_SPOT_ENDS_PLACE) && !scratch->begins[at - 1] &&
           qm_known_as(scratch, at - 2, at) != QM_KNOWN_NOT;
}

/* 胜利|村, 和平|社区: words of every day that villages are called by, where nothing else can be in
 * front: at an edge, behind 在 or 任 or another place. The start of the name; its suffix if there
 * is none. */
static uint32_t word_before(const qm_entity_scratch *scratch, const qm_mark *suffix)
{
    qm_mark word = qm_mark_ending(scratch, suffix->start, QM_WORD_PLACE_WORD);
    if (!word.end || suffix->value < LEVEL_TOWN || suffix->value > LEVEL_VILLAGE)
        return suffix->start;
    bool left = qm_edge_before(scratch, word.start) || qm_locative_before(scratch, word.start) ||
                qm_ends_here(scratch, word.start, QM_WORD_ASSUME) ||
                qm_char_at(scratch, word.start - 1) == U'驻';
    return left && right_points(scratch, suffix->end, suffix->value) >= 0 ? word.start
                                                                          : suffix->start;
}

/* 清水村|上坝组, 石桥镇|上坝村, however 村上 and 镇上 look; but 云岭县|乡村. */
static bool goes_down(const qm_entity_scratch *scratch, const qm_mark *suffix)
{
    bool town = suffix->value == LEVEL_TOWN && qm_char_at(scratch, suffix->start) != U'乡';
    return (town || suffix->value == LEVEL_VILLAGE) &&
           chain_behind(scratch, suffix->end, suffix->value);
}

static int add_unlisted(qm_entity_scratch *scratch, const qm_mark *suffix, qm_error *err)
{
    uint32_t start = 0, word = word_before(scratch, suffix);
    if (suffix->start == 0 ||
        (word == suffix->start && ends_place(scratch, suffix->start - 1, suffix->value)))
        return QM_OK; /* nothing can be a name */
    if (qm_place_ends(scratch, suffix->start) &&
        qm_char_at(scratch, suffix->start) == qm_char_at(scratch, suffix->start - 1))
        return QM_OK; /* 清水村|村委会 */
    if (scratch->states[suffix->end - 1] & QM_SPOT_WITHIN &&
        !qm_starts_here(scratch, suffix->end, QM_WORD_ORG_SUFFIX) && /* 清水社区|居民委员会 */
        !goes_down(scratch, suffix) &&
        qm_mark_covers(scratch, suffix->end - 1, QM_WORD_PLACE_STOP, true))
        return QM_OK;
    if (word < suffix->start && !qm_fills_quotes(scratch, word, suffix->end))
        return qm_entity_add(scratch, word, suffix->end, QM_ENTITY_PLACE, LEAST_SCORE, true, err);
    if (qm_locative_before(scratch, suffix->start) && !ends_word(scratch, suffix->start))
        return QM_OK; /* 老师来|村, 老蔡去|镇 */
    suffix_at at = {suffix->start, suffix->end, suffix->value,
                    right_points(scratch, suffix->end, suffix->value),
                    least_score(scratch, suffix->start, suffix->value)};
    int32_t score = best_start(scratch, &at, &start);
    if (score < at.least || qm_fills_quotes(scratch, start, suffix->end)) return QM_OK;
    bool named = !numeral_only(scratch, start, suffix->start); /* 三组 may be a count elsewhere */
    return qm_entity_add(scratch, start, suffix->end, QM_ENTITY_PLACE, score, named, err);
}

/* 到|麻栗坳, 过了|麻栗坳, 村叫|麻栗坳: somebody goes there, or it is called so. */
static bool reached(const qm_entity_scratch *scratch, uint32_t start)
{
    if (start == 0) return false;
    uint32_t before = start - (qm_char_at(scratch, start - 1) == U'了');
    if (start > 1 && qm_char_at(scratch, start - 1) == U'叫')
        return qm_is_listed(scratch, QM_CHARS_VILLAGE, qm_char_at(scratch, start - 2));
    return qm_locative_before(scratch, start) || qm_char_at(scratch, before - 1) == U'过';
}

/* 二社|至三社: from one to another. */
static bool goes_to_number(const qm_entity_scratch *scratch, uint32_t end)
{
    uint32_t c = qm_char_at(scratch, end);
    return (c == U'到' || c == U'至') &&
           qm_mark_starting(scratch, end + 1, QM_WORD_PLACE_SUFFIX).value == LEVEL_NUMBERED;
}

/* 清水村|二社, 到|三队, 二社|至三社: behind a place or a verb of motion, or where they begin; of
 * whatever there may be one, as 看到|一队|人, behind a place. */
static int add_numbered(qm_entity_scratch *scratch, const qm_mark *name, qm_error *err)
{
    uint32_t start = name->start, end = name->end;
    bool one = qm_char_at(scratch, start) == U'一' && end == start + 2;
    bool told = qm_place_ends(scratch, start) || (!one && reached(scratch, start));
    bool first = qm_edge_before(scratch, start) && goes_to_number(scratch, end);
    if (!scratch->begins[start] || !scratch->begins[end] || (!told && !first)) return QM_OK;
    return qm_entity_add(scratch, start, end, QM_ENTITY_PLACE, LEAST_SCORE, false, err);
}

/* One side of a village: 前冯家峁, 小崮后. */
static bool is_side(const qm_entity_scratch *scratch, uint32_t c)
{
    return qm_is_listed(scratch, QM_CHARS_COMPASS, c) || qm_is_listed(scratch, QM_CHARS_SIDE, c);
}

/* Whether a name of two or three characters with the ending of a hamlet fills the item of a list
 * behind the mark. */
static bool hamlet_behind(const qm_entity_scratch *scratch, uint32_t mark)
{
    for (uint32_t end = mark + 3; end < mark + 5 && end <= scratch->text->count; end++)
        if (qm_ends_here(scratch, end, QM_WORD_PLACE_SUFFIX) && scratch->begins[end] &&
            !qm_is_common(scratch, mark + 1, end) && !stopped(scratch, mark + 1, end))
            return true;
    return false;
}

/* 南凹、寺沟: a list of two hamlets of two characters, which alone might be anything. */
static bool listed_hamlet(const qm_entity_scratch *scratch, uint32_t end)
{
    uint32_t start = end - 2;
    if (end < 2 || !scratch->begins[end] || !qm_edge_before(scratch, start)) return false;
    if (scratch->states[start] & QM_SPOT_ENDS_PLACE || stopped(scratch, start, end) ||
        qm_is_common(scratch, start, end))
        return false;
    bool behind =
        start > 1 && joins(qm_char_at(scratch, start - 1)) && qm_place_ends(scratch, start - 1);
    return behind || (qm_char_at(scratch, end) == U'、' && hamlet_behind(scratch, end));
}

static int add_short_hamlet(qm_entity_scratch *scratch, uint32_t end, qm_error *err)
{
    return qm_entity_add(scratch, end - 2, end, QM_ENTITY_PLACE, LEAST_SCORE, true, err);
}

/* 王家沟, 陈家湾: of a family, where nobody can be called so; but 那家店. */
static bool of_family(const qm_entity_scratch *scratch, uint32_t end)
{
    const uint32_t start = end - 3;
    if (end < 3 || !scratch->begins[start] || !scratch->begins[end]) return false;
    const uint32_t class = qm_surname_class(scratch, start);
    const bool seldom = class > 2 && qm_surname_is_word(scratch, start);
    return qm_char_at(scratch, start + 1) == U'家' && class > 0 && !seldom &&
           (qm_edge_before(scratch, start) || qm_ends_here(scratch, start, QM_WORD_ASSUME)) &&
           qm_person_cue(scratch, start) == 0 && !qm_is_colon(qm_char_at(scratch, end));
}

/* 麻栗坳, where the text around it makes it a place: from there, to there, in a list with another
 * one, or named twice. Three characters, since natural features have names of two mostly. */
static int add_hamlet(qm_entity_scratch *scratch, const qm_mark *suffix, qm_error *err)
{
    uint32_t end = suffix->end;
    if (listed_hamlet(scratch, end)) return add_short_hamlet(scratch, end, err);
    if (of_family(scratch, end))
        return qm_entity_add(scratch, end - 3, end, QM_ENTITY_PLACE, LISTED_SCORE, true, err);
    if (end < 3 || !scratch->begins[end] || stopped(scratch, end - 3, end)) return QM_OK;
    uint32_t start = end - 3;
    if (start > 0 && qm_char_at(scratch, start + 1) == U'家' &&
        is_side(scratch, qm_char_at(scratch, start - 1)))
        start--; /* 前冯家峁 */
    if (qm_is_colon(qm_char_at(scratch, end)) &&
        (start == 0 || qm_char_at(scratch, start - 1) == '\n'))
        return QM_OK; /* 石老岩：somebody speaks */
    for (uint32_t i = start; i < end; i++)
        if (scratch->states[i] & QM_SPOT_ENDS_PLACE) return QM_OK;
    bool listed =
        start > 0 && joins(qm_char_at(scratch, start - 1)) && qm_place_ends(scratch, start - 1);
    bool there = listed || reached(scratch, start);
    bool right = end == scratch->text->count || (scratch->states[end] & QM_SPOT_ENDS_PLACE) ||
                 (there && !qm_is_common(scratch, start, end));
    bool told = there || qm_place_ends(scratch, start) ||
                (qm_edge_before(scratch, start) && qm_count_of(scratch, start, end) > 1);
    if (!right || !told || !scratch->begins[start]) return QM_OK;
    return qm_entity_add(scratch, start, end, QM_ENTITY_PLACE, LEAST_SCORE, true, err);
}

/* 转|遵义市: a word of one character in front of a name of its own. */
static bool alone_before(const qm_entity_scratch *scratch, uint32_t start)
{
    return start > 1 && scratch->begins[start] && scratch->begins[start - 1] &&
           scratch->states[start - 2] & QM_SPOT_OUT;
}

static int add_listed(qm_entity_scratch *scratch, const qm_mark *name, qm_error *err)
{
    bool edge = qm_edge_before(scratch, name->start) || qm_locative_before(scratch, name->start);
    if (qm_may_end_names(scratch, name->start) && name->end - name->start == 2 && name->start > 0 &&
        !(scratch->states[name->start - 1] & QM_SPOT_OUT) && !qm_place_ends(scratch, name->start))
        return QM_OK; /* the conjunction of 财政局和县水务局 */
    qm_mark suffix = qm_mark_ending(scratch, name->end, QM_WORD_PLACE_SUFFIX);
    if (!edge && suffix.end && suffix.value < LEVEL_HAMLET && name->end - name->start < 4 &&
        !alone_before(scratch, name->start)) {
        uint32_t start = name->start;
        suffix_at at = {suffix.start, suffix.end, suffix.value,
                        right_points(scratch, name->end, suffix.value), LEAST_SCORE + 1};
        int32_t score = best_start(scratch, &at, &start);
        if (start < name->start && score >= at.least)
            return qm_entity_add(scratch, start, name->end, QM_ENTITY_PLACE, score, true, err);
        if (!scratch->begins[name->start]) return QM_OK;
    }
    return qm_entity_add(scratch, name->start, name->end, QM_ENTITY_PLACE, LISTED_SCORE, true, err);
}

/* 在, 到, 来, 去, 从: behind them a short form is a place. */
bool qm_locative_before(const qm_entity_scratch *scratch, uint32_t at)
{
    return at > 0 && qm_is_listed(scratch, QM_CHARS_LOCATIVE, qm_char_at(scratch, at - 1));
}

/* 黔东南|州, 锡林郭勒|盟: the level behind the short form of a prefecture. */
static bool prefecture_ends(const qm_entity_scratch *scratch, const qm_mark *name)
{
    uint32_t c = qm_char_at(scratch, name->end);
    bool prefecture = (name->value % 100 == 0 && name->value % 10000 != 0) ||
                      name->flags & QM_FLAG_ALONE; /* 阿坝: a county has the form as well */
    return prefecture && (c == U'州' || c == U'盟') && scratch->begins[name->start];
}

/* 书记|安康: behind a title a short form that begins like a name is a person. */
static bool names_bearer(const qm_entity_scratch *scratch, const qm_mark *name)
{
    return qm_ends_here(scratch, name->start, QM_WORD_ROLE) &&
           qm_surname_class(scratch, name->start) > 0 && qm_given_at(scratch, name->end - 1) > 3;
}

/* 兰州|市民, 江西|籍: the city or province has its short form there. */
static bool before_citizens(const qm_entity_scratch *scratch, uint32_t at)
{
    if (qm_char_at(scratch, at) == U'籍') return scratch->begins[at + 1];
    return qm_char_at(scratch, at) == U'市' && qm_char_at(scratch, at + 1) == U'民' &&
           !scratch->begins[at + 1] && scratch->begins[at + 2];
}

/* 南京|路, 朝阳|门, 周口|店: what the segmenter took to the short form makes it another name. */
static bool goes_on(const qm_entity_scratch *scratch, const qm_mark *name)
{
    uint32_t end = name->end;
    while (!scratch->begins[end]) end++;
    return qm_is_listed(scratch, QM_CHARS_STREET, qm_char_at(scratch, end - 1)) ||
           qm_known_as(scratch, name->start, end) != QM_KNOWN_NOT;
}

/* 在|贺州|芳林镇: two or three characters and the suffix of a town or village, in one word. */
static bool town_behind(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t end = at;
    while (end < at + 5 && end < scratch->text->count && !scratch->begins[end]) end++;
    qm_mark suffix = qm_mark_ending(scratch, end, QM_WORD_PLACE_SUFFIX);
    return suffix.start >= at + 2 && suffix.value >= LEVEL_TOWN && suffix.value < LEVEL_GROUP;
}

/* Whether the segmenter lets a short form stand: 根赴|丽水 does, and so does 到|银川来. */
static bool cut_freely(const qm_entity_scratch *scratch, const qm_mark *name)
{
    const uint8_t *begins = scratch->begins;
    bool alone = name->flags & QM_FLAG_ALONE && qm_locative_before(scratch, name->start);
    bool behind = begins[name->start] && qm_place_ends(scratch, name->start) &&
                  !goes_on(scratch, name) && !chain_behind(scratch, name->end, 0); /* 安徽|岳西学 */
    bool taken = name->start > 0 && !begins[name->start] && begins[name->start - 1] &&
                 begins[name->end] && qm_locative_before(scratch, name->start); /* 赴寿光|考察 */
    bool chain = alone && begins[name->start] && town_behind(scratch, name->end);
    return (begins[name->start] || alone || taken) &&
           (begins[name->end] || behind || chain || before_citizens(scratch, name->end) ||
            (alone && qm_may_end_names(scratch, name->end)));
}

/* Short forms: 深圳 by itself, 巫山 where the segmenter makes it a word and the text around it lets
 * it be a place; never the kind of something (巫山脆李). */
static int add_short(qm_entity_scratch *scratch, const qm_mark *name, qm_error *err)
{
    uint32_t end = name->end;
    if (prefecture_ends(scratch, name))
        return qm_entity_add(scratch, name->start, end + 1, QM_ENTITY_PLACE, LISTED_SCORE, true,
                             err);
    if (names_bearer(scratch, name) || !cut_freely(scratch, name)) return QM_OK;
    bool right = end == scratch->text->count || (scratch->states[end] & QM_SPOT_ENDS);
    int32_t score = name->flags & QM_FLAG_ALONE ? 6 : 0;
    bool edge = qm_edge_before(scratch, name->start);
    bool told = qm_locative_before(scratch, name->start) || qm_place_ends(scratch, name->start);
    if (edge) score += 2;
    if (told) score += 2;
    if (right) score += 3;
    for (uint32_t i = name->start + 1; i < end; i++)
        if (scratch->begins[i]) score -= 2;
    if (score < 3 || (!told && !edge && !(name->flags & QM_FLAG_ALONE)) ||
        (name->flags & QM_FLAG_HARD &&
         (!told || qm_known_as(scratch, name->start, end) > QM_KNOWN_NOUN)))
        return QM_OK; /* 恍然|大悟, 各位|同仁 */
    return qm_entity_add(scratch, name->start, end, QM_ENTITY_PLACE, score, false, err);
}

/* Whether the suffix, the longest one with its end, has nothing in front of it that a name can
 * hold. Hamlets with a long suffix begin within it. */
static bool stands_bare(const qm_entity_scratch *scratch, const qm_match *suffix)
{
    uint32_t start = suffix->start;
    if (suffix->end - start > 2 || (start > 0 && scratch->flags[start - 1] & QM_HAN_FOREIGN))
        return false;
    return start == 0 || scratch->states[start - 1] & QM_SPOT_ENDS_PLACE;
}

static int add_by_suffix(qm_entity_scratch *scratch, const qm_match *suffix, qm_error *err)
{
    bool bare = stands_bare(scratch, suffix);
    if (bare && suffix->end == suffix->start + 1) return QM_OK; /* no number is in it */
    qm_mark mark = qm_longest_ending(scratch, suffix->end, QM_WORD_PLACE_SUFFIX);
    if (mark.value == LEVEL_NUMBERED) return add_numbered(scratch, &mark, err);
    if (bare) return QM_OK;
    return mark.value == LEVEL_HAMLET ? add_hamlet(scratch, &mark, err)
                                      : add_unlisted(scratch, &mark, err);
}

/* What ends at a position: the gazetteer's names first, then the longest suffix, if there is one.
 */
static int places_ending(qm_entity_scratch *scratch, uint32_t at, const qm_match *suffix,
                         qm_error *err)
{
    qm_mark mark = qm_mark_ending(scratch, at, QM_WORD_PLACE);
    if (mark.end && before_citizens(scratch, at - 1)) return QM_OK;
    int status = mark.end ? add_listed(scratch, &mark, err) : QM_OK;
    if (status != QM_OK || qm_place_ends(scratch, at)) return status;
    if (suffix) status = add_by_suffix(scratch, suffix, err);
    if (status != QM_OK || qm_place_ends(scratch, at)) return status;
    mark = qm_mark_ending(scratch, at, QM_WORD_PLACE_SHORT);
    return mark.end ? add_short(scratch, &mark, err) : QM_OK;
}

/* ---- 上湾、下湾和岩脚三个自然村: what a list of places of one kind names ---- */

#define MOST_LISTED 12
#define LONGEST_LISTED 4
#define ENDS_ITEM (QM_SPOT_OUT | QM_SPOT_FUNCTION | QM_SPOT_QUANTITY)

/* Where the item of a list that ends at `at` begins; `at` when it is none. */
static uint32_t item_start(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t start = at;
    while (start > 0 && at - start < LONGEST_LISTED && !(scratch->states[start - 1] & ENDS_ITEM))
        start--;
    if (at - start == LONGEST_LISTED && (scratch->states[start] & QM_SPOT_STOP ||
                                         qm_known_as(scratch, start, start + 2) == QM_KNOWN_VERB))
        return start + 2; /* 其中|大湾, 走遍|上湾 */
    bool called = qm_mark_starting(scratch, start, QM_WORD_PLACE_WORD).end == at;
    if (at - start < 2 || (qm_is_common(scratch, start, at) && !called)) return at;
    return start == 0 || scratch->states[start - 1] & ENDS_ITEM ? start : at;
}

/* A count and a measure of places behind `at`: 三个组, 5个自然村, 三个湾子. */
static bool counts_places(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t end = at;
    while (scratch->states[end] & QM_SPOT_QUANTITY && end < at + 5) end++;
    if (end == at || qm_char_at(scratch, end - 1) != U'个') return false;
    if (qm_starts_here(scratch, end, QM_WORD_PLACE_SUFFIX)) return true;
    qm_mark stop = qm_mark_starting(scratch, end, QM_WORD_PLACE_STOP);
    return stop.end && qm_ends_here(scratch, stop.end, QM_WORD_PLACE_SUFFIX);
}

static int add_list(qm_entity_scratch *scratch, uint32_t end, qm_error *err)
{
    uint32_t first = item_start(scratch, end);
    if (first == end || first == 0 || !joins(qm_char_at(scratch, first - 1))) return QM_OK;
    int status = QM_OK;
    for (int i = 0; i < MOST_LISTED && status == QM_OK; i++) {
        uint32_t start = item_start(scratch, end);
        if (start == end) break;
        if (!qm_place_ends(scratch, end))
            status = qm_entity_add(scratch, start, end, QM_ENTITY_PLACE, LEAST_SCORE, true, err);
        if (start == 0 || !joins(qm_char_at(scratch, start - 1))) break;
        end = start - 1;
    }
    return status;
}

/* Whether an item of the list that ends at `end` is a place already or ends like one. */
static bool lists_place(const qm_entity_scratch *scratch, uint32_t end)
{
    for (int i = 0; i < MOST_LISTED; i++) {
        uint32_t start = item_start(scratch, end);
        if (start == end) return false;
        if (qm_place_ends(scratch, end) || qm_ends_here(scratch, end, QM_WORD_PLACE_SUFFIX) ||
            qm_mark_starting(scratch, start, QM_WORD_PLACE_WORD).end == end)
            return true;
        if (start == 0 || !joins(qm_char_at(scratch, start - 1))) return false;
        end = start - 1;
    }
    return false;
}

/* Whether the list that ends at `end` is one of places, by what is behind it, from `at` on: 等乡镇;
 * 三村 and 乡村 only where an item looks like a place (养羊、养鸡|三镇), never 村集体 or 县直. */
static bool names_kind(const qm_entity_scratch *scratch, uint32_t end, uint32_t at)
{
    qm_mark stop = qm_mark_starting(scratch, at, QM_WORD_PLACE_STOP);
    if (qm_mark_starting(scratch, at, QM_WORD_PLACE_SUFFIX).value > LEVEL_VILLAGE) return false;
    if (stop.end && !qm_ends_here(scratch, stop.end, QM_WORD_PLACE_SUFFIX)) return false;
    const bool rural = qm_char_at(scratch, at) == U'乡' && qm_char_at(scratch, at + 1) == U'村';
    return (stop.end && !rural && qm_char_at(scratch, end) == U'等') || lists_place(scratch, end);
}

/* 茅坪、下坝|三村, 茅坪、下坝|等乡镇: what is in front of a number or 等 and the suffixes of
 * places. */
static int add_lists_before(qm_entity_scratch *scratch, qm_error *err)
{
    int status = QM_OK;
    for (size_t i = 0; i < scratch->suffixes.count && status == QM_OK; i++) {
        const uint32_t suffix = scratch->matches[scratch->suffixes.at[i]].start;
        uint32_t end = suffix;
        while (end > 0 && scratch->text->classes[end - 1] == QM_CHAR_NUMERAL) end--;
        if (end == suffix && end > 0 && qm_char_at(scratch, end - 1) == U'等') end--;
        if (end == suffix || end < 5 || scratch->states[end - 1] & ENDS_ITEM) continue;
        if (names_kind(scratch, end, suffix)) status = add_list(scratch, end, err);
    }
    return status;
}

static int add_lists(qm_entity_scratch *scratch, const qm_quantities *quantities, qm_error *err)
{
    int status = add_lists_before(scratch, err);
    for (size_t i = 0; i < quantities->count && status == QM_OK; i++) {
        uint32_t start = quantities->at[i].start;
        if (start > 2 && !(scratch->states[start - 1] & ENDS_ITEM) && counts_places(scratch, start))
            status = add_list(scratch, start, err);
    }
    return status;
}

/* ---- 外坑、什月，: what stands in one list with a hamlet ---- */

/* Whether the characters fill an item of a list and are no word, body or title. */
static bool may_be_listed(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    const uint32_t others = QM_CLASS_BIT(QM_WORD_ORG_SUFFIX) | QM_CLASS_BIT(QM_WORD_ORG_NAME) |
                            QM_CLASS_BIT(QM_WORD_ROLE) | QM_CLASS_BIT(QM_WORD_KIN) |
                            QM_CLASS_BIT(QM_WORD_BRAND_SUFFIX) | QM_KIND_BIT(QM_ENTITY_PLACE);
    if (end < start + 2 || end > start + 3 || scratch->end_sets[end] & others) return false;
    bool person = end == start + 3 && qm_surname_class(scratch, start) > 0 &&
                  qm_given_at(scratch, start + 1) > 3 && qm_given_at(scratch, end - 1) > 3;
    return !person && !stopped(scratch, start, end) &&
           qm_known_as(scratch, start, end) == QM_KNOWN_NOT;
}

static int add_item_behind(qm_entity_scratch *scratch, uint32_t start, qm_error *err)
{
    uint32_t end = start;
    while (end < scratch->text->count && end < start + LONGEST_LISTED &&
           !(scratch->states[end] & QM_SPOT_ENDS_PLACE))
        end++;
    if (!may_be_listed(scratch, start, end)) return QM_OK;
    return qm_entity_add(scratch, start, end, QM_ENTITY_PLACE, LEAST_SCORE, true, err);
}

static int add_item_before(qm_entity_scratch *scratch, uint32_t end, qm_error *err)
{
    uint32_t start = end;
    while (start > 0 && start + LONGEST_LISTED > end &&
           !(scratch->states[start - 1] & QM_SPOT_ENDS_PLACE) &&
           !qm_locative_before(scratch, start))
        start--;
    if (!may_be_listed(scratch, start, end)) return QM_OK;
    return qm_entity_add(scratch, start, end, QM_ENTITY_PLACE, LEAST_SCORE, true, err);
}

/* The gazetteer's names stand in lists of many things, hamlets in those of hamlets; what is added
 * stands in the list itself. */
static int add_neighbours(qm_entity_scratch *scratch, qm_error *err)
{
    int status = QM_OK;
    const size_t count = scratch->found.count;
    for (size_t i = 0; i < scratch->found.count && status == QM_OK; i++) {
        qm_candidate c = scratch->found.at[i];
        if (i < count && !qm_ends_here(scratch, c.end, QM_WORD_PLACE_SUFFIX)) continue;
        if (c.score != LEAST_SCORE || c.end - c.start > 3) continue;
        if (qm_char_at(scratch, c.end) == U'、') status = add_item_behind(scratch, c.end + 1, err);
        if (status == QM_OK && c.start > 2 && qm_char_at(scratch, c.start - 1) == U'、')
            status = add_item_before(scratch, c.start - 1, err);
    }
    return status;
}

int qm_entity_places(qm_entity_scratch *scratch, qm_error *err)
{
    int status = qm_endings_count(scratch, err);
    const qm_u32_array *ends = &scratch->lists[QM_LIST_PLACES];
    const uint32_t *number = scratch->suffixes.at, *limit = number + scratch->suffixes.count;
    for (size_t i = 0; i < ends->count && status == QM_OK; i++) {
        const uint32_t at = ends->at[i];
        while (number < limit && scratch->matches[*number].end < at) number++;
        const bool ends_there = number < limit && scratch->matches[*number].end == at;
        status = places_ending(scratch, at, ends_there ? &scratch->matches[*number] : NULL, err);
    }
    if (status == QM_OK) status = add_lists(scratch, scratch->quantities, err);
    return status == QM_OK ? add_neighbours(scratch, err) : status;
}
