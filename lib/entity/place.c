/* Places: the gazetteer's names and their short forms; other names are found by their suffixes. */
#include "entity/place.h"

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
    if (!edge && suffix.end && suffix.value < QM_LEVEL_HAMLET && name->end - name->start < 4 &&
        !alone_before(scratch, name->start)) {
        int32_t score;
        uint32_t start = qm_place_longer(scratch, name, &suffix, &score);
        if (start < name->start)
            return qm_entity_add(scratch, start, name->end, QM_ENTITY_PLACE, score, true, err);
        if (!scratch->begins[name->start]) return QM_OK;
    }
    return qm_entity_add(scratch, name->start, name->end, QM_ENTITY_PLACE, QM_LISTED_PLACE, true,
                         err);
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

/* 书记|安康: behind a title a short form that begins like a name is a person, and so is what is
 * part of one behind 叫. */
static bool names_bearer(const qm_entity_scratch *scratch, const qm_mark *name)
{
    if (name->start > 0 && qm_char_at(scratch, name->start - 1) == U'叫' &&
        qm_starts_here(scratch, name->start, QM_WORD_NAME_PART))
        return true;
    return qm_ends_here(scratch, name->start, QM_WORD_ROLE) &&
           qm_surname_class(scratch, name->start) > 0 && qm_given_at(scratch, name->end - 1) > 3;
}

/* 兰州|市民, 江西|籍, 双流|人: the city or province has its short form there. */
static bool before_citizens(const qm_entity_scratch *scratch, uint32_t at)
{
    if (qm_char_at(scratch, at) == U'籍' || qm_char_at(scratch, at) == U'人')
        return scratch->begins[at + 1];
    if (qm_char_at(scratch, at) == U'市' && qm_char_at(scratch, at + 1) == U'场')
        return true; /* 百色|市场 */
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

/* 北京|东路: the name of a street. */
static bool names_street(const qm_entity_scratch *scratch, uint32_t end)
{
    const uint32_t c = qm_char_at(scratch, end);
    return (c == U'中' || qm_is_listed(scratch, QM_CHARS_COMPASS, c)) &&
           qm_is_listed(scratch, QM_CHARS_STREET, qm_char_at(scratch, end + 1));
}

/* 在|贺州|芳林镇: two or three characters and the suffix of a town or village, in one word. */
static bool town_behind(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t end = at;
    while (end < at + 5 && end < scratch->text->count && !scratch->begins[end]) end++;
    qm_mark suffix = qm_mark_ending(scratch, end, QM_WORD_PLACE_SUFFIX);
    return suffix.start >= at + 2 && suffix.value >= QM_LEVEL_TOWN && suffix.value < QM_LEVEL_GROUP;
}

/* Whether the segmenter lets a short form stand: 根赴|丽水 does, and so does 到|银川来. */
static bool cut_freely(const qm_entity_scratch *scratch, const qm_mark *name)
{
    const uint8_t *begins = scratch->begins;
    bool alone = name->flags & QM_FLAG_ALONE && qm_locative_before(scratch, name->start);
    bool behind = begins[name->start] && qm_place_ends(scratch, name->start) &&
                  !goes_on(scratch, name) &&
                  !qm_place_leads(scratch, name->end, 0); /* 安徽|岳西学 */
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
        return qm_entity_add(scratch, name->start, end + 1, QM_ENTITY_PLACE, QM_LISTED_PLACE, true,
                             err);
    if (names_bearer(scratch, name) || names_street(scratch, end) || !cut_freely(scratch, name))
        return QM_OK;
    bool right = end == scratch->text->count || (scratch->states[end] & QM_SPOT_ENDS) ||
                 (scratch->begins[end] && before_citizens(scratch, end));
    int32_t score = name->flags & QM_FLAG_ALONE ? 6 : 0;
    bool edge = qm_edge_before(scratch, name->start);
    bool told = qm_locative_before(scratch, name->start) || qm_place_ends(scratch, name->start);
    if (edge) score += 2;
    if (told) score += 2;
    if (told && score == 2 && scratch->begins[name->start] && scratch->begins[end] &&
        !qm_is_common(scratch, name->start, end))
        score++; /* 回|延吉|看病 */
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
    if (suffix->end - start > 2 || (start > 0 && scratch->flags[start - 1] & QM_HAN_FOREIGN) ||
        qm_ends_here(scratch, start, QM_WORD_PLACE_WORD)) /* 建设|村 */
        return false;
    return start == 0 || scratch->states[start - 1] & QM_SPOT_ENDS_PLACE;
}

static int add_by_suffix(qm_entity_scratch *scratch, const qm_match *suffix, qm_error *err)
{
    bool bare = stands_bare(scratch, suffix);
    if (bare && suffix->end == suffix->start + 1) return QM_OK; /* no number is in it */
    qm_mark mark = qm_longest_ending(scratch, suffix->end, QM_WORD_PLACE_SUFFIX);
    if (mark.value == QM_LEVEL_NUMBERED) return qm_place_numbered(scratch, &mark, err);
    if (bare) return QM_OK;
    return mark.value == QM_LEVEL_HAMLET ? qm_place_hamlet(scratch, &mark, err)
                                         : qm_place_unlisted(scratch, &mark, err);
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
    return status == QM_OK ? qm_place_lists(scratch, err) : status;
}
