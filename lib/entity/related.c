/* What the persons of a document say of other names: 老蒲 where it has a 蒲文清, and the names that
 * stand in one list with known ones. */
#include "entity/find.h"

#define AGAIN_SCORE 9  /* of a person whom a list or a relative names */
#define MOST_LISTED 40 /* names in front of a known one */

int qm_entity_doubt(qm_entity_scratch *scratch, uint32_t start, uint32_t end, bool listed,
                    qm_error *err)
{
    /* Of no kind: the choice passes it over. */
    qm_candidate doubt = {.start = start, .end = end, .named = listed};
    if (qm_array_push(scratch->alloc, &scratch->found, doubt) != QM_OK) return qm_fail_nomem(err);
    return QM_OK;
}

/* ---- surnames that the document has, and how its given names end ---- */

/* A bit for each character of the table: names have no others. */
typedef struct han_set {
    uint64_t bits[(QM_HAN_COUNT + 63) / 64];
} han_set;

static void add_han(han_set *set, uint32_t c)
{
    const uint32_t at = c - QM_HAN_FIRST;
    if (at < QM_HAN_COUNT) set->bits[at / 64] |= UINT64_C(1) << at % 64;
}

static bool has_han(const han_set *set, uint32_t c)
{
    const uint32_t at = c - QM_HAN_FIRST;
    return at < QM_HAN_COUNT && set->bits[at / 64] >> at % 64 & 1;
}

static bool is_familiar(const qm_entity_scratch *scratch, const qm_candidate *name)
{
    return scratch->flags[name->start] & QM_HAN_FAMILIAR && name->end == name->start + 2;
}

typedef struct relatives {
    han_set surnames, lasts;
} relatives;

static void note_relatives(const qm_entity_scratch *scratch, size_t first, relatives *known)
{
    memset(known, 0, sizeof *known);
    for (size_t i = first; i < scratch->found.count; i++) {
        const qm_candidate *c = &scratch->found.at[i];
        if (c->kind != QM_ENTITY_PERSON || qm_surname_class(scratch, c->start) == 0 ||
            is_familiar(scratch, c))
            continue;
        add_han(&known->surnames, qm_char_at(scratch, c->start));
        if (c->end == c->start + 3) add_han(&known->lasts, qm_char_at(scratch, c->end - 1));
    }
}

/* 老蒲 where there is a 蒲文清, 清哥 likewise. */
static bool is_related(const qm_entity_scratch *scratch, const relatives *known,
                       const qm_candidate *doubt)
{
    const uint32_t surname = qm_char_at(scratch, doubt->start + is_familiar(scratch, doubt));
    return has_han(&known->surnames, surname) ||
           (doubt->end == doubt->start + 2 && has_han(&known->lasts, surname) &&
            qm_is_listed(scratch, QM_CHARS_KIN, qm_char_at(scratch, doubt->end - 1)));
}

/* Whether the characters may name a person: a surname and one or two of a given name. */
static bool may_be_person(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    int32_t points;
    uint32_t given = qm_surname_end(scratch, start, &points);
    if (scratch->flags[start] & QM_HAN_FAMILIAR && end == start + 2) /* 老满 */
        return qm_surname_class(scratch, start + 1) > 0 && !qm_is_common(scratch, start, end);
    if (given == 0 || given >= end || end - given > 2) return false;
    for (uint32_t i = given; i < end; i++) {
        const int8_t own = (int8_t)qm_given_points(scratch, i);
        points += i + 1 < end ? qm_points_within(own) : own;
    }
    return points >= 0 && !qm_ordinary_word(scratch, start, end) &&
           !qm_is_common(scratch, start, end);
}

/* Two of a list that look like names, one behind the other, are names. */
static int add_pair(qm_entity_scratch *scratch, size_t first, size_t count, qm_error *err)
{
    qm_candidate one = scratch->found.at[first];
    if (qm_char_at(scratch, one.end) != U'、' || first + 1 == count) return QM_OK;
    qm_candidate two = scratch->found.at[first + 1];
    bool pair = two.kind == 0 && two.named && two.start == one.end + 1 &&
                !qm_ends_here(scratch, one.end, QM_WORD_ORG_SUFFIX) &&
                !qm_ends_here(scratch, two.end, QM_WORD_ORG_SUFFIX); /* 保卫科、劳工科 */
    if (!pair || !may_be_person(scratch, one.start, one.end) ||
        !may_be_person(scratch, two.start, two.end))
        return QM_OK;
    int status =
        qm_entity_add(scratch, one.start, one.end, QM_ENTITY_PERSON, AGAIN_SCORE, true, err);
    if (status != QM_OK) return status;
    return qm_entity_add(scratch, two.start, two.end, QM_ENTITY_PERSON, AGAIN_SCORE, true, err);
}

/* 老沙、小禹: one behind the other. */
static bool follow_each_other(const qm_entity_scratch *scratch, const qm_candidate *one,
                              const qm_candidate *two)
{
    return is_familiar(scratch, one) && is_familiar(scratch, two) && two->start == one->end + 1 &&
           qm_joins_persons(qm_char_at(scratch, one->end)) &&
           !qm_is_common(scratch, one->start, one->end) &&
           !qm_is_common(scratch, two->start, two->end);
}

/* Whether the doubt before this one, or the one behind it, is another such name. */
static bool stands_in_pair(const qm_entity_scratch *scratch, size_t first, size_t i, size_t count)
{
    const qm_candidate *found = scratch->found.at;
    return (i > first && follow_each_other(scratch, &found[i - 1], &found[i])) ||
           (i + 1 < count && follow_each_other(scratch, &found[i], &found[i + 1]));
}

static int add_relatives(qm_entity_scratch *scratch, size_t first, qm_error *err)
{
    relatives known;
    bool noted = false;
    int status = QM_OK;
    size_t count = scratch->found.count;
    for (size_t i = first; i < count && status == QM_OK; i++) {
        qm_candidate doubt = scratch->found.at[i];
        if (doubt.kind != 0) continue;
        if (doubt.named) {
            status = add_pair(scratch, i, count, err);
            continue;
        }
        if (!noted) {
            note_relatives(scratch, first, &known);
            noted = true;
        }
        if (is_related(scratch, &known, &doubt) || stands_in_pair(scratch, first, i, count))
            status = qm_entity_add(scratch, doubt.start, doubt.end, QM_ENTITY_PERSON, AGAIN_SCORE,
                                   true, err);
    }
    return status;
}

/* ---- lists ---- */

/* Whether no name of a list reaches over a character; 刘从军 holds a function. */
static bool ends_item(const qm_entity_scratch *scratch, uint32_t at)
{
    const uint8_t state = scratch->states[at];
    return state & (QM_SPOT_OUT | QM_SPOT_QUANTITY | QM_SPOT_PLACE) ||
           (state & QM_SPOT_FUNCTION && qm_given_points(scratch, at) == QM_NO_GIVEN);
}

/* Whether known parts, one behind another, fill the characters: 次仁|顿珠. */
static bool parts_fill(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    uint32_t at = start;
    while (at < end && qm_starts_here(scratch, at, QM_WORD_NAME_PART))
        at = qm_mark_starting(scratch, at, QM_WORD_NAME_PART).end;
    return at == end;
}

/* The start of the name that fills the item of a list that ends at `at`; `at` when none does. */
static uint32_t item_start(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t start = at;
    if (at > 4 && parts_fill(scratch, at - 4, at)) return at - 4; /* however cut */
    while (start > 0 && at - start < 5 && !ends_item(scratch, start - 1)) start--;
    for (; at - start >= 2; start++) {
        bool edge = start == 0 || ends_item(scratch, start - 1) ||
                    qm_ends_here(scratch, start, QM_WORD_ROLE) ||
                    qm_ends_here(scratch, start, QM_WORD_PERSON_BEFORE);
        if (edge && may_be_person(scratch, start, at)) return start;
    }
    return at;
}

/* The names in front of the mark that a known one follows. */
static int add_before(qm_entity_scratch *scratch, uint32_t mark, qm_error *err)
{
    for (int i = 0; i < MOST_LISTED && !qm_kind_ends(scratch, mark, QM_ENTITY_PERSON); i++) {
        uint32_t start = item_start(scratch, mark);
        if (start == mark || qm_place_ends(scratch, mark) || qm_org_ends(scratch, mark))
            return QM_OK;
        if (qm_entity_add(scratch, start, mark, QM_ENTITY_PERSON, AGAIN_SCORE, true, err) != QM_OK)
            return QM_E_NOMEM;
        if (start == 0 || qm_char_at(scratch, start - 1) != U'、') return QM_OK;
        mark = start - 1;
    }
    return QM_OK;
}

/* And behind it: the item must be the whole of what stands before the next mark. */
static int add_behind(qm_entity_scratch *scratch, uint32_t mark, qm_error *err)
{
    uint32_t start = mark + 1, end = start;
    while (end < start + 5 && end < scratch->text->count && !ends_item(scratch, end)) end++;
    if (qm_kind_starts(scratch, start, QM_ENTITY_PERSON) || !may_be_person(scratch, start, end))
        return QM_OK;
    return qm_entity_add(scratch, start, end, QM_ENTITY_PERSON, AGAIN_SCORE, true, err);
}

int qm_entity_related(qm_entity_scratch *scratch, size_t first, qm_error *err)
{
    int status = add_relatives(scratch, first, err);
    for (size_t i = first; i < scratch->found.count && status == QM_OK; i++) {
        qm_candidate c = scratch->found.at[i];
        if (c.kind != QM_ENTITY_PERSON) continue;
        if (c.start > 2 && qm_char_at(scratch, c.start - 1) == U'、')
            status = add_before(scratch, c.start - 1, err);
        if (status == QM_OK && qm_char_at(scratch, c.end) == U'、')
            status = add_behind(scratch, c.end, err);
    }
    return status;
}
