/* Hamlets, and the numbered parts of villages: what is a place only where the text around it says
 * so. */
#include "entity/place.h"

#define LONGEST_COUNT 8 /* of people */

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
           qm_mark_starting(scratch, end + 1, QM_WORD_PLACE_SUFFIX).value == QM_LEVEL_NUMBERED;
}

/* 二社|、六社: behind or in front of another one; but 一队、二队 compete. */
static bool lists_numbers(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    if (qm_char_at(scratch, end - 1) == U'队') return false;
    if (qm_char_at(scratch, end) == U'、' &&
        qm_mark_starting(scratch, end + 1, QM_WORD_PLACE_SUFFIX).value == QM_LEVEL_NUMBERED)
        return true;
    return start > 1 && qm_joins_places(qm_char_at(scratch, start - 1)) &&
           qm_place_ends(scratch, start - 1);
}

/* 清水村|二社, 到|三队, 二社|至三社, 四连|指导员: behind a place or a verb of motion, in front of a
 * title or where they begin; of whatever there may be one, as 看到|一队|人, behind a place. */
int qm_place_numbered(qm_entity_scratch *scratch, const qm_mark *name, qm_error *err)
{
    uint32_t start = name->start, end = name->end;
    bool one = qm_char_at(scratch, start) == U'一' && end == start + 2;
    bool told = qm_place_ends(scratch, start) ||
                qm_ends_here(scratch, start, QM_WORD_ORG_SUFFIX) || /* 四十一团|四连 */
                (!one && (reached(scratch, start) || lists_numbers(scratch, start, end) ||
                          qm_starts_here(scratch, end, QM_WORD_ROLE) ||
                          qm_starts_here(scratch, end, QM_WORD_ROLE_PREFIX)));
    bool first = qm_edge_before(scratch, start) && goes_to_number(scratch, end);
    if (!scratch->begins[start] || !scratch->begins[end] || (!told && !first)) return QM_OK;
    return qm_entity_add(scratch, start, end, QM_ENTITY_PLACE, QM_LEAST_PLACE, false, err);
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
            !qm_is_common(scratch, mark + 1, end) && !qm_place_stopped(scratch, mark + 1, end))
            return true;
    return false;
}

/* 南凹、寺沟: a list of two hamlets of two characters, which alone might be anything. */
static bool listed_hamlet(const qm_entity_scratch *scratch, uint32_t end)
{
    uint32_t start = end - 2;
    if (end < 2 || !scratch->begins[end] || !qm_edge_before(scratch, start)) return false;
    if (scratch->states[start] & QM_SPOT_ENDS_PLACE || qm_place_stopped(scratch, start, end) ||
        qm_is_common(scratch, start, end))
        return false;
    bool behind = start > 1 && qm_joins_places(qm_char_at(scratch, start - 1)) &&
                  qm_place_ends(scratch, start - 1);
    return behind || (qm_char_at(scratch, end) == U'、' && hamlet_behind(scratch, end));
}

static int add_short_hamlet(qm_entity_scratch *scratch, uint32_t end, qm_error *err)
{
    return qm_entity_add(scratch, end - 2, end, QM_ENTITY_PLACE, QM_LEAST_PLACE, true, err);
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

/* 麻栗坳|的王婶: somebody is from there. */
static bool homes_kin(const qm_entity_scratch *scratch, uint32_t end)
{
    return qm_char_at(scratch, end) == U'的' && qm_surname_class(scratch, end + 1) > 0 &&
           qm_starts_here(scratch, end + 2, QM_WORD_KIN);
}

/* 28户, 五十来人; but 三棵树, 200米. */
static bool counts_people(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t end = at;
    while (end < at + LONGEST_COUNT && scratch->states[end] & QM_SPOT_QUANTITY) end++;
    const uint32_t unit = qm_char_at(scratch, end - (end > at));
    return end > at && (unit == U'户' || unit == U'家' || unit == U'人' || unit == U'口');
}

/* 麻栗坳|那边, 麻栗坳|有28户, 我们|麻栗坳, 麻栗坳|地处…: what somebody says of where people live.
 */
static bool peopled(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    const uint32_t c = qm_char_at(scratch, end), next = qm_char_at(scratch, end + 1);
    if (c == U'有') return counts_people(scratch, end + 1);
    if (c == U'那' || c == U'这') return next == U'边' || next == U'头';
    if (c == U'地' && next == U'处') return true;
    if (qm_mark_starting(scratch, end, QM_WORD_ROLE_PREFIX).end > end + 1 ||
        qm_starts_here(scratch, end, QM_WORD_ROLE))
        return !qm_is_colon(c) && qm_edge_before(scratch, start);
    return start > 1 && qm_char_at(scratch, start - 1) == U'们' &&
           qm_char_at(scratch, start - 2) != U'他';
}

/* 石桥镇|毛坪, 毛坪|有28户, 住在|毛坪。: a name of two characters wants more around it, and is none
 * where it may be a hill or a brook. */
static bool told_short(const qm_entity_scratch *scratch, uint32_t end)
{
    const uint32_t start = end - 2;
    if (end < 3 || !scratch->begins[start] || !scratch->begins[end] || scratch->begins[end - 1] ||
        qm_char_at(scratch, start) == U'家' || /* 尚|家洼 */
        qm_is_listed(scratch, QM_CHARS_FEATURE, qm_char_at(scratch, end - 1)) ||
        qm_place_stopped(scratch, start, end) || qm_is_common(scratch, start, end))
        return false;
    if (qm_place_ends(scratch, start) || peopled(scratch, start, end)) return true;
    return qm_locative_before(scratch, start) &&
           (end == scratch->text->count || scratch->states[end] & QM_SPOT_ENDS_PLACE);
}

/* 麻栗坳, where the text around it makes it a place: from there, to there, in a list with another
 * one, or named twice. Three characters, since natural features have names of two mostly. */
int qm_place_hamlet(qm_entity_scratch *scratch, const qm_mark *suffix, qm_error *err)
{
    uint32_t end = suffix->end;
    if (listed_hamlet(scratch, end) || told_short(scratch, end))
        return add_short_hamlet(scratch, end, err);
    if (of_family(scratch, end))
        return qm_entity_add(scratch, end - 3, end, QM_ENTITY_PLACE, QM_LISTED_PLACE, true, err);
    if (end < 3 || !scratch->begins[end] || qm_place_stopped(scratch, end - 3, end)) return QM_OK;
    uint32_t start = end - 3;
    if (start > 0 && qm_char_at(scratch, start + 1) == U'家' &&
        is_side(scratch, qm_char_at(scratch, start - 1)))
        start--; /* 前冯家峁 */
    if (qm_is_colon(qm_char_at(scratch, end)) &&
        (start == 0 || qm_char_at(scratch, start - 1) == '\n'))
        return QM_OK; /* 石老岩：somebody speaks */
    for (uint32_t i = start; i < end; i++)
        if (scratch->states[i] & QM_SPOT_ENDS_PLACE) return QM_OK;
    bool listed = start > 0 && qm_joins_places(qm_char_at(scratch, start - 1)) &&
                  qm_place_ends(scratch, start - 1);
    bool there = listed || homes_kin(scratch, end) || reached(scratch, start) ||
                 peopled(scratch, start, end) || qm_fills_cell(scratch, start, end);
    bool right = end == scratch->text->count || (scratch->states[end] & QM_SPOT_ENDS_PLACE) ||
                 (there && !qm_is_common(scratch, start, end));
    bool told = there || qm_place_ends(scratch, start) ||
                (qm_edge_before(scratch, start) && qm_count_of(scratch, start, end) > 1);
    if (!right || !told || !scratch->begins[start]) return QM_OK;
    return qm_entity_add(scratch, start, end, QM_ENTITY_PLACE, QM_LEAST_PLACE, true, err);
}
