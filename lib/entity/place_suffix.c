/* Names of places that nobody lists, in front of 县, 镇, 村, ... */
#include "entity/place.h"

#define LONGEST_NAME QM_LONGEST_PLACE
#define LONGEST_LINK 5 /* characters between the ends of two levels */
#define MOST_LEFT 5    /* points that what stands in front of a name can give */
#define MOST_GROUP 10  /* and that groups of a village can have beyond other places */

/* Points for the length of the name in front of the suffix. */
static int length_points(uint32_t level, uint32_t length)
{
    static const int8_t points[][LONGEST_NAME + 1] = {
        [QM_LEVEL_PROVINCE] = {-9, -9, 3, 3, -2, -9, -9},
        [QM_LEVEL_PREFECTURE] = {-9, -9, 3, 3, 1, -2, -9},
        [QM_LEVEL_COUNTY] = {-9, -3, 3, 1, -1, -2, -4},
        [QM_LEVEL_TOWN] = {-9, -2, 3, 2, -1, -3, -4},
        [QM_LEVEL_VILLAGE] = {-9, -1, 3, 2, 1, -1, -3},
        [QM_LEVEL_GROUP] = {-9, -2, 2, 1, -2, -4, -6},
        [QM_LEVEL_MONGOLIAN] = {-9, -4, 2, 3, 4, 2, 1}};
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
    return MOST_LEFT + suffix->right + (suffix->level == QM_LEVEL_GROUP ? MOST_GROUP : 0);
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
bool qm_place_leads(const qm_entity_scratch *scratch, uint32_t end, uint32_t level)
{
    for (uint32_t i = end + 1; i < end + LONGEST_LINK && i < scratch->text->count; i++) {
        if (scratch->states[i] & (QM_SPOT_OUT | QM_SPOT_FUNCTION)) return false;
        qm_mark suffix = qm_mark_starting(scratch, i, QM_WORD_PLACE_SUFFIX);
        if (!suffix.end || suffix.value >= QM_LEVEL_HAMLET) continue;
        bool below = suffix.value == level && qm_char_at(scratch, end - 1) == U'市';
        if (suffix.value > level || below || level == QM_LEVEL_MONGOLIAN) return true;
    }
    return false;
}

/* 村民, 镇定: the word that goes over the end of a name is one of the dictionary; 东岭村|离 is
 * none. */
static bool word_across(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t from = at - 1, end = at + 1;
    while (from > 0 && at - from < 4 && !scratch->begins[from]) from--;
    while (end < at + 3 && end < scratch->text->count && !scratch->begins[end]) end++;
    const uint32_t c = qm_char_at(scratch, at);
    return end > at + 1 || !(c == U'人' || qm_is_listed(scratch, QM_CHARS_LEADS, c)) ||
           qm_known_as(scratch, from, end) != QM_KNOWN_NOT ||
           qm_known_as(scratch, at - 1, end) != QM_KNOWN_NOT;
}

/* What stands behind a place and speaks for it: another place's suffix or a body of its own. */
static int right_points(const qm_entity_scratch *scratch, uint32_t end, uint32_t level)
{
    const uint32_t starts = scratch->start_sets[end];
    if (starts >> QM_WORD_ORG_SUFFIX & 1) return 1;
    if ((level < QM_LEVEL_VILLAGE || level == QM_LEVEL_MONGOLIAN) &&
        qm_place_leads(scratch, end, level))
        return 2;
    if (qm_starts_here(scratch, end, QM_WORD_ROLE)) return 1; /* 云岭市|副市长, however cut */
    if (level == QM_LEVEL_VILLAGE && qm_char_at(scratch, end) == qm_char_at(scratch, end - 1))
        return 1; /* 清水村|村党支部 */
    if (!scratch->begins[end]) return word_across(scratch, end) ? -3 : 1;
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

/* 去|石板乡: what leads to a name, where the segmenter made one word of both. */
static bool glued_before(const qm_entity_scratch *scratch, uint32_t start)
{
    return start > 0 && scratch->begins[start - 1] && !scratch->begins[start] &&
           !scratch->begins[start + 1] &&
           qm_is_listed(scratch, QM_CHARS_LEADS, qm_char_at(scratch, start - 1)) &&
           qm_known_as(scratch, start - 1, start + 1) == QM_KNOWN_NOT;
}

/* 云阳|市北固县: what ends a name in front is no beginning of another. */
static bool begins_with_suffix(const qm_entity_scratch *scratch, uint32_t start)
{
    if (start == 0 || scratch->states[start - 1] & QM_SPOT_OUT) return false;
    qm_mark suffix = qm_mark_starting(scratch, start, QM_WORD_PLACE_SUFFIX);
    bool cut = scratch->states[start - 1] & QM_SPOT_FUNCTION ||
               (suffix.value < QM_LEVEL_VILLAGE && !scratch->begins[start - 1]);
    return suffix.end && suffix.value < QM_LEVEL_HAMLET && cut;
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
    if (start > 0 && qm_joins_places(qm_char_at(scratch, start - 1)) &&
        qm_place_ends(scratch, start - 1))
        return points + 4; /* 石桥村、上村 */
    if (start == 0 || (scratch->states[start - 1] & QM_SPOT_ENDS_PLACE)) return points + 3;
    if (qm_ends_here(scratch, start, QM_WORD_ASSUME) ||
        qm_ends_here(scratch, start, QM_WORD_ORG_NAME) ||
        (qm_ends_here(scratch, start, QM_WORD_PLACE_STOP) && /* 帮扶村|槐树坪村, but 石桥镇|上村 */
         !qm_place_ends(scratch, start - 1)))
        return points + 3;
    if (behind_verb(scratch, start) || glued_before(scratch, start)) return 4;
    if (qm_char_at(scratch, start - 1) == U'驻') return points + 3;
    return qm_may_end_names(scratch, start - 1) ? points + 2 : points;
}

/* 陈|村社区, 歙县|许|村镇: one character in front of such a word is a surname that begins the name,
 * or stands between two places. */
static bool one_before(const qm_entity_scratch *scratch, uint32_t start, uint32_t word,
                       uint32_t end)
{
    if (word != start + 1 || qm_char_at(scratch, word) != U'村') return false;
    if (qm_place_ends(scratch, start)) return qm_place_leads(scratch, end, QM_LEVEL_TOWN);
    return qm_edge_before(scratch, start) && qm_surname_class(scratch, start) > 0 &&
           !qm_surname_is_word(scratch, start);
}

/* Words that end like a place: 农村, 全县, 景区. Soft ones only when nothing stands before. */
bool qm_place_stopped(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    qm_mark mark;
    for (const qm_match *at = NULL; qm_next_ending(scratch, end, QM_WORD_PLACE_STOP, &at, &mark);) {
        bool word = scratch->begins[mark.start] || !(mark.flags & QM_FLAG_WEAK);
        if (one_before(scratch, start, mark.start, end)) continue;
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
    const bool leads =
        scratch->flags[suffix - 1] & QM_HAN_LEADS || qm_char_at(scratch, suffix - 1) == U'于';
    if (suffix - start == 3 && leads && qm_may_end_names(scratch, suffix - 1) &&
        qm_is_common(scratch, start, suffix - 1))
        return -6; /* 规划|经镇|研究, 锣鼓找县|剧团|借, 毕业于县|医院 */
    qm_known known = qm_known_as(scratch, start, suffix);
    return known == QM_KNOWN_VERB ? -4 : known > QM_KNOWN_NAME ? -2 : 0;
}

/* 用|一组|数字, 两人|一组: the first group is named as such only behind a place or 在, in front of
 * another one (一组、二组) or in a table. */
static bool counts_one(const qm_entity_scratch *scratch, uint32_t start, uint32_t suffix,
                       uint32_t end)
{
    if (suffix != start + 1 || qm_char_at(scratch, start) != U'一') return false;
    bool listed = qm_char_at(scratch, end) == U'、' && numeral_only(scratch, end + 1, end + 2) &&
                  qm_starts_here(scratch, end + 2, QM_WORD_PLACE_SUFFIX);
    return !listed && !qm_locative_before(scratch, start) && !qm_fills_cell(scratch, start, end);
}

/* 清水村|三组; 二组 by itself, where it is no count of groups; 高坡组|22户. */
static int group_points(const qm_entity_scratch *scratch, uint32_t start, uint32_t suffix,
                        uint32_t end)
{
    bool number = numeral_only(scratch, start, suffix);
    if (qm_place_ends(scratch, start)) return number ? 4 : 0;
    if (number && start > 0 &&
        qm_is_listed(scratch, QM_CHARS_DIVIDED, qm_char_at(scratch, start - 1)))
        return 0; /* 分成|三组 */
    if (number) return counts_one(scratch, start, suffix, end) ? 0 : MOST_GROUP;
    if (qm_locative_before(scratch, start)) return 2; /* 到|岩子脚|组 */
    if (suffix - start == 3 && scratch->begins[end] && qm_edge_before(scratch, start) &&
        qm_mark_ending(scratch, suffix, QM_WORD_PLACE_SUFFIX).value == QM_LEVEL_HAMLET)
        return 2; /* 磨子沟|组 */
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
    if (points < 1 && length > 3 && (behind || scratch->begins[from]) &&
        by_sound(scratch, from, suffix->start))
        points = 1;
    if (length > 3 && one_word(scratch, from, suffix->end)) points += 2; /* 巴什兰干乡 */
    if (within_sound(scratch, from, suffix->start)) points -= 4;
    if (points + most_beside(suffix) <= best) return INT32_MIN;
    points += left_points(scratch, from) + suffix->right;
    if (scratch->text->classes[suffix->start - 1] == QM_CHAR_NUMERAL && !behind) {
        bool digits = numeral_only(scratch, from, suffix->start);
        points -= digits || suffix->level == QM_LEVEL_GROUP ? 5 : 2;
    }
    if (suffix->level == QM_LEVEL_GROUP)
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
    if (qm_is_listed(scratch, QM_CHARS_FIELD, qm_char_at(scratch, at + 1)) &&
        qm_is_listed(scratch, QM_CHARS_LOCATIVE, c))
        return true; /* 去|弄怀屯 */
    if (!state) return false;
    if (level == QM_LEVEL_MONGOLIAN && state == QM_SPOT_FUNCTION &&
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
        if (score > best && !qm_place_stopped(scratch, from, suffix->end)) {
            best = score;
            *start = from;
        }
        if (qm_place_ends(scratch, from) ||
            (from + 1 < suffix->start && glued_before(scratch, from)))
            break;
    }
    return best;
}

uint32_t qm_place_before(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t start = at;
    suffix_at suffix = {at, at + 1, QM_LEVEL_COUNTY, 0, QM_LEAST_PLACE + 1};
    return best_start(scratch, &suffix, &start) >= suffix.least ? start : at;
}

/* 区, 市 and groups are parts of many words: they want more around them. */
static int32_t least_score(const qm_entity_scratch *scratch, uint32_t suffix, uint32_t level)
{
    uint32_t c = qm_char_at(scratch, suffix);
    if (level == QM_LEVEL_GROUP) return QM_LEAST_PLACE + 1;
    if (level == QM_LEVEL_PROVINCE || level == QM_LEVEL_PREFECTURE) return QM_LEAST_PLACE + 2;
    return c == U'区' || c == U'市' ? QM_LEAST_PLACE + 2 : QM_LEAST_PLACE;
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
    if (!word.end || suffix->value < QM_LEVEL_TOWN || suffix->value > QM_LEVEL_VILLAGE)
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
    bool town = suffix->value == QM_LEVEL_TOWN && qm_char_at(scratch, suffix->start) != U'乡';
    return (town || suffix->value == QM_LEVEL_VILLAGE) &&
           qm_place_leads(scratch, suffix->end, suffix->value);
}

/* 王建国任|村党支部书记, 担任|镇党委书记: what somebody becomes in the village that the text is
 * about; but 大任|村. */
static bool becomes(const qm_entity_scratch *scratch, const qm_mark *suffix)
{
    const uint32_t end = suffix->start;
    if (!qm_ends_here(scratch, end, QM_WORD_ASSUME) ||
        qm_mark_starting(scratch, end, QM_WORD_ROLE_PREFIX).end <= suffix->end)
        return false;
    uint32_t start = end - 1;
    while (start > 0 && end - start < 4 && !(scratch->states[start - 1] & QM_SPOT_ENDS_PLACE) &&
           !qm_place_ends(scratch, start))
        start--;
    return end - start > 2;
}

/* 县长|白玛江村: somebody with a title, whose name ends like that of a village. */
static bool names_official(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    const qm_mark title = qm_mark_starting(scratch, start, QM_WORD_ROLE);
    uint32_t at = title.end > start + 1 ? title.end : start;
    if (at == start && !qm_ends_here(scratch, start, QM_WORD_ROLE)) return false;
    while (at < end && qm_starts_here(scratch, at, QM_WORD_NAME_PART))
        at = qm_mark_starting(scratch, at, QM_WORD_NAME_PART).end;
    return at == end;
}

int qm_place_unlisted(qm_entity_scratch *scratch, const qm_mark *suffix, qm_error *err)
{
    uint32_t start = 0, word = word_before(scratch, suffix);
    if (suffix->start == 0 ||
        (word == suffix->start && ends_place(scratch, suffix->start - 1, suffix->value)))
        return QM_OK; /* nothing can be a name */
    if (becomes(scratch, suffix)) return QM_OK;
    if ((suffix->value == QM_LEVEL_VILLAGE || qm_place_ends(scratch, suffix->start)) &&
        qm_char_at(scratch, suffix->start) == qm_char_at(scratch, suffix->start - 1))
        return QM_OK; /* 清水村|村委会 */
    if (scratch->states[suffix->end - 1] & QM_SPOT_WITHIN &&
        !(suffix->value != QM_LEVEL_GROUP && /* 清水社区|居民委员会, but 三组数据 */
          qm_starts_here(scratch, suffix->end, QM_WORD_ORG_SUFFIX)) &&
        !goes_down(scratch, suffix) &&
        qm_mark_covers(scratch, suffix->end - 1, QM_WORD_PLACE_STOP, true))
        return QM_OK;
    if (word < suffix->start && !qm_fills_quotes(scratch, word, suffix->end))
        return qm_entity_add(scratch, word, suffix->end, QM_ENTITY_PLACE, QM_LEAST_PLACE, true,
                             err);
    if (qm_locative_before(scratch, suffix->start) && !ends_word(scratch, suffix->start))
        return QM_OK; /* 老师来|村, 老蔡去|镇 */
    suffix_at at = {suffix->start, suffix->end, suffix->value,
                    right_points(scratch, suffix->end, suffix->value),
                    least_score(scratch, suffix->start, suffix->value)};
    int32_t score = best_start(scratch, &at, &start);
    if (score < at.least || qm_fills_quotes(scratch, start, suffix->end) ||
        names_official(scratch, start, suffix->end))
        return QM_OK;
    bool named = !numeral_only(scratch, start, suffix->start); /* 三组 may be a count elsewhere */
    return qm_entity_add(scratch, start, suffix->end, QM_ENTITY_PLACE, score, named, err);
}

uint32_t qm_place_longer(const qm_entity_scratch *scratch, const qm_mark *name,
                         const qm_mark *suffix, int32_t *score)
{
    uint32_t start = name->start;
    suffix_at at = {suffix->start, suffix->end, suffix->value,
                    right_points(scratch, name->end, suffix->value), QM_LEAST_PLACE + 1};
    *score = best_start(scratch, &at, &start);
    return start < name->start && *score >= at.least ? start : name->start;
}
