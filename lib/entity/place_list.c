/* What lists of places name: 上湾、下湾和岩脚三个自然村, and what stands in one list with a hamlet.
 */
#include "entity/place.h"

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
    if (first == end || first == 0 || !qm_joins_places(qm_char_at(scratch, first - 1)))
        return QM_OK;
    int status = QM_OK;
    for (int i = 0; i < MOST_LISTED && status == QM_OK; i++) {
        uint32_t start = item_start(scratch, end);
        if (start == end) break;
        if (!qm_place_ends(scratch, end))
            status = qm_entity_add(scratch, start, end, QM_ENTITY_PLACE, QM_LEAST_PLACE, true, err);
        if (start == 0 || !qm_joins_places(qm_char_at(scratch, start - 1))) break;
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
            qm_names_village(scratch, start, end) ||
            qm_mark_starting(scratch, start, QM_WORD_PLACE_WORD).end == end)
            return true;
        if (start == 0 || !qm_joins_places(qm_char_at(scratch, start - 1))) return false;
        end = start - 1;
    }
    return false;
}

/* 云峰、熊竹|两村: as many items as the number says. */
static bool has_count(const qm_entity_scratch *scratch, uint32_t end)
{
    static const uint32_t numerals[] = {U'两', U'三', U'四', U'五', U'六', U'七', U'八', U'九'};
    const uint32_t number = qm_char_at(scratch, end);
    uint32_t items = 0;
    for (;;) {
        uint32_t start = item_start(scratch, end);
        if (start == end || items == MOST_LISTED || qm_may_end_names(scratch, start))
            return false; /* 养羊、养鸡 */
        items++;
        if (start == 0 || !qm_joins_places(qm_char_at(scratch, start - 1))) break;
        end = start - 1;
    }
    return items > 1 && items < 10 && numerals[items - 2] == number;
}

/* Whether the list that ends at `end` is one of places, by what is behind it, from `at` on: 等乡镇;
 * 三村 and 乡村 only where an item looks like a place (养羊、养鸡|三镇), never 村集体 or 县直. */
static bool names_kind(const qm_entity_scratch *scratch, uint32_t end, uint32_t at)
{
    qm_mark stop = qm_mark_starting(scratch, at, QM_WORD_PLACE_STOP);
    const uint32_t level = qm_mark_starting(scratch, at, QM_WORD_PLACE_SUFFIX).value;
    if (level >= QM_LEVEL_TOWN && level <= QM_LEVEL_GROUP && has_count(scratch, end))
        return level <= QM_LEVEL_VILLAGE || lists_place(scratch, end);
    if (level > QM_LEVEL_VILLAGE) return false;
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
    return !person && !qm_place_stopped(scratch, start, end) &&
           qm_known_as(scratch, start, end) == QM_KNOWN_NOT;
}

static int add_item_behind(qm_entity_scratch *scratch, uint32_t start, qm_error *err)
{
    uint32_t end = start;
    while (end < scratch->text->count && end < start + LONGEST_LISTED &&
           !(scratch->states[end] & QM_SPOT_ENDS_PLACE))
        end++;
    if (!may_be_listed(scratch, start, end)) return QM_OK;
    return qm_entity_add(scratch, start, end, QM_ENTITY_PLACE, QM_LEAST_PLACE, true, err);
}

static int add_item_before(qm_entity_scratch *scratch, uint32_t end, qm_error *err)
{
    uint32_t start = end;
    while (start > 0 && start + LONGEST_LISTED > end &&
           !(scratch->states[start - 1] & QM_SPOT_ENDS_PLACE) &&
           !qm_locative_before(scratch, start))
        start--;
    if (!may_be_listed(scratch, start, end)) return QM_OK;
    return qm_entity_add(scratch, start, end, QM_ENTITY_PLACE, QM_LEAST_PLACE, true, err);
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
        if (c.score != QM_LEAST_PLACE || c.end - c.start > 3) continue;
        if (qm_char_at(scratch, c.end) == U'、') status = add_item_behind(scratch, c.end + 1, err);
        if (status == QM_OK && c.start > 2 && qm_char_at(scratch, c.start - 1) == U'、')
            status = add_item_before(scratch, c.start - 1, err);
    }
    return status;
}

/* ---- 大桑园|至|店坪|公路: from one place to another ---- */

#define FARTHEST_ROAD 4

static bool leads_on(uint32_t c)
{
    return c == U'至' || c == U'到';
}

/* 公路, 机耕路, 的路: right behind a place, a road. */
static bool goes_road(const qm_entity_scratch *scratch, uint32_t at)
{
    for (uint32_t i = at; i < at + FARTHEST_ROAD && qm_is_han(scratch, i); i++)
        if (qm_char_at(scratch, i) == U'路') return true;
    return false;
}

/* What may be a place at the end of a road; but 修通了|到. */
static bool may_lie_there(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    for (uint32_t i = start; i < end; i++)
        if (scratch->states[i] & QM_SPOT_ENDS_PLACE) return false;
    const uint32_t last = qm_char_at(scratch, end - 1); /* 乡道|至 */
    return last != U'道' && last != U'路' && may_be_listed(scratch, start, end);
}

/* The place that somebody has found is at one end of the road: what is at the other one? */
static int add_other_end(qm_entity_scratch *scratch, const qm_candidate *place, qm_error *err)
{
    uint32_t start = place->end + 1, end = place->start - (place->start > 0);
    if (leads_on(qm_char_at(scratch, place->end))) {
        for (end = start + 2; end < start + 4 && end < scratch->text->count; end++)
            if (scratch->begins[end] && goes_road(scratch, end) &&
                !(scratch->states[end - 1] & QM_SPOT_ENDS_PLACE) &&
                may_be_listed(scratch, start, end))
                return qm_entity_add(scratch, start, end, QM_ENTITY_PLACE, QM_LEAST_PLACE, true,
                                     err);
    } else if (end > 2 && leads_on(qm_char_at(scratch, end)) && goes_road(scratch, place->end)) {
        for (start = end - 2; start > 0 && !(scratch->states[start - 1] & QM_SPOT_ENDS_PLACE);
             start--)
            if (end - start == 3) return QM_OK;
        if (may_lie_there(scratch, start, end))
            return qm_entity_add(scratch, start, end, QM_ENTITY_PLACE, QM_LEAST_PLACE, true, err);
    }
    return QM_OK;
}

static int add_roads(qm_entity_scratch *scratch, qm_error *err)
{
    int status = QM_OK;
    const size_t count = scratch->found.count;
    for (size_t i = 0; i < count && status == QM_OK; i++) {
        const qm_candidate place = scratch->found.at[i];
        status = add_other_end(scratch, &place, err);
    }
    return status;
}

int qm_place_lists(qm_entity_scratch *scratch, qm_error *err)
{
    int status = add_lists(scratch, scratch->quantities, err);
    if (status == QM_OK) status = add_roads(scratch, err);
    return status == QM_OK ? add_neighbours(scratch, err) : status;
}
