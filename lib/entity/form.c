/* Names of a surname and one or two characters: where the characters, how the segmenter cuts them
 * and what stands beside may make one, and how often the document has it. */
#include "entity/find.h"

#define LEAST_COUNTED 1      /* points of forms whose number of mentions matters */
#define UNLIKELY_WITHIN (-4) /* points of a character that no name has, within one */

/* 韩主任和|小覃: a surname that joins persons, before a familiar name. */
static bool joins_familiar(const qm_entity_scratch *scratch, uint32_t at)
{
    return qm_joins_persons(qm_char_at(scratch, at)) && scratch->flags[at + 1] & QM_HAN_FAMILIAR &&
           qm_surname_class(scratch, at + 2) > 0;
}

/* 网格员|和|宗书记: a surname that joins persons, before another one and a title. */
static bool joins_titled(const qm_entity_scratch *scratch, uint32_t at)
{
    return qm_joins_persons(qm_char_at(scratch, at)) && qm_surname_class(scratch, at + 1) > 0 &&
           qm_starts_here(scratch, at + 2, QM_WORD_KIN);
}

/* 任|新建村|第一书记: a verb in front of a place where somebody takes an office. */
static bool assumes_office(const qm_entity_scratch *scratch, uint32_t at)
{
    return qm_kind_starts(scratch, at + 1, QM_ENTITY_PLACE) &&
           qm_mark_starting(scratch, at, QM_WORD_ASSUME).end == at + 1;
}

/* Whether one character speaks against a name from `at` on, where a surname is. */
static bool no_form(const qm_entity_scratch *scratch, uint32_t at)
{
    if (qm_counts_things(scratch, at) || joins_familiar(scratch, at) || joins_titled(scratch, at) ||
        assumes_office(scratch, at))
        return true;
    if (qm_place_ends(scratch, at) && qm_starts_here(scratch, at, QM_WORD_PLACE_SHORT))
        return true; /* 安徽|岳西 */
    bool told = !qm_joins_persons(qm_char_at(scratch, at)) && qm_given_at(scratch, at + 1) > 5 &&
                qm_given_at(scratch, at + 2) > 5; /* 剩下的|于秀芝, but 于|北京 */
    return scratch->states[at] & QM_SPOT_FUNCTION && at > 0 && !told &&
           !(scratch->states[at - 1] & QM_SPOT_OUT) && qm_person_cue(scratch, at) < 4;
}

/* Whether the segmenter begins a word within. */
static bool begins_within(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    for (uint32_t i = start + 1; i < end; i++)
        if (scratch->begins[i]) return true;
    return false;
}

/* One word of the segmenter's. */
static bool is_word(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    return scratch->begins[start] && scratch->begins[end] && !begins_within(scratch, start, end);
}

/* Adds a form, in the room that there is. */
static void add_form(qm_entity_scratch *scratch, uint32_t at, uint32_t end, int32_t points,
                     int32_t words)
{
    scratch->forms.at[scratch->forms.count++] =
        (qm_name_form){.start = at, .end = end, .points = (int16_t)points, .words = (int16_t)words};
}

/* Adds it if it may be a name. */
static void try_form(qm_entity_scratch *scratch, uint32_t at, uint32_t end, int32_t points)
{
    const uint8_t first = scratch->begins[at], behind = scratch->begins[end];
    const uint8_t within = begins_within(scratch, at, end);
    int32_t beside = scratch->before[at] + scratch->behind[end];
    if (qm_may_be_person((int8_t)points, first, within, behind, (int8_t)beside))
        add_form(scratch, at, end, points, qm_points_of_cut(first, within, behind));
}

/* 欧阳问梅: a character that ends no name may stand within one, of [start, end), that is one word
 * or behind a title. */
static bool stands_within(const qm_entity_scratch *scratch, uint32_t at, uint32_t start,
                          uint32_t end)
{
    if (scratch->states[at] & QM_SPOT_OUT || qm_is_common(scratch, at, at + 2))
        return false; /* 欧阳|了解 */
    return is_word(scratch, start, end) || qm_ends_here(scratch, start, QM_WORD_ROLE);
}

/* The forms behind a surname of two characters. */
static void find_behind_two(qm_entity_scratch *scratch, uint32_t at)
{
    int32_t points;
    const uint32_t given = qm_surname_end(scratch, at, &points);
    if (given == 0 || no_form(scratch, at)) return;
    for (uint32_t end = given + 1; end <= given + 2; end++) {
        int32_t own = qm_given_points(scratch, end - 1);
        const bool ends = own > QM_NO_END;
        if (!ends && end > given + 1) break;
        if (own == QM_NO_GIVEN) {
            if (!stands_within(scratch, end - 1, at, end + 1)) break;
            own = UNLIKELY_WITHIN;
        }
        points += ends ? own : qm_points_within((int8_t)own);
        if (!ends || points < QM_LEAST_FORM) continue;
        try_form(scratch, at, end, points + (end == given + 2 ? QM_LONGER_NAME : 0));
    }
}

/* Points of the character that ends a name. 涂景和、: nothing is joined where a mark follows. */
static int32_t last_points(const qm_entity_scratch *scratch, uint32_t at)
{
    bool joins = qm_char_at(scratch, at) == U'和' && scratch->flags[at + 1] & QM_HAN_OUT;
    return joins ? 1 : qm_given_points(scratch, at);
}

/* The forms behind one of one character: those that the passes over characters have found. */
static void find_behind_one(qm_entity_scratch *scratch, uint32_t at, bool two, bool three)
{
    const uint8_t *begins = scratch->begins + at;
    int8_t points =
        qm_surname_points((uint8_t)qm_surname_class(scratch, at), qm_surname_is_word(scratch, at));
    int8_t given = qm_points_of_given((uint8_t)qm_given_at(scratch, at + 1));
    if (no_form(scratch, at)) return;
    if (two)
        add_form(scratch, at, at + 2, points + given,
                 qm_points_of_cut(begins[0], begins[1], begins[2]));
    if (three)
        add_form(scratch, at, at + 3,
                 points + qm_points_within(given) + last_points(scratch, at + 2) + QM_LONGER_NAME,
                 qm_points_of_cut(begins[0], begins[1] | begins[2], begins[3]));
}

/* Notes the characters among 64 where words, or the characters in another way than by forms, say
 * that a person may be named; the bits of those where a surname of two begins. */
static uint64_t look_at_others(qm_entity_scratch *scratch, uint32_t from, uint64_t bits)
{
    qm_u32_array *names = &scratch->lists[QM_LIST_NAMES];
    uint64_t forms = 0;
    for (; bits; bits &= bits - 1) {
        uint32_t at = from + (uint32_t)__builtin_ctzll(bits);
        uint8_t state = scratch->states[at];
        if (state & (QM_SPOT_OUT | QM_SPOT_PLACE)) continue;
        names->at[names->count++] = at;
        if (qm_starts_here(scratch, at, QM_WORD_SURNAME) && !(state & QM_SPOT_NO_FORM) &&
            !(state & QM_SPOT_STOP && scratch->begins[at]))
            forms |= bits & -bits;
    }
    return forms;
}

/* What stands beside names, at most: most have no cue there, and a look at it is all they get. */
static void look_beside(qm_entity_scratch *scratch)
{
    const uint32_t titles = QM_CLASS_BIT(QM_WORD_ROLE);
    const uint32_t count = scratch->text->count;
    qm_sides sides = {.starts = titles | QM_CLASS_BIT(QM_WORD_PERSON_AFTER),
                      .ends = titles | QM_CLASS_BIT(QM_WORD_PERSON_BEFORE) |
                              QM_KIND_BIT(QM_ENTITY_PLACE) | QM_KIND_BIT(QM_ENTITY_ORG)};
    for (uint32_t from = 0; from < count; from += QM_BLOCK) {
        qm_block block = qm_block_at(scratch, from);
        sides.chars = block.chars;
        sides.classes = block.classes;
        sides.flags = scratch->flags + from;
        sides.states = scratch->states + from;
        sides.start_sets = scratch->start_sets + from;
        sides.end_sets = scratch->end_sets + from + 1;
        scratch->recognizer->ways->find_sides(&sides, scratch->before + from + 1,
                                              scratch->behind + from);
    }
    scratch->before[0] = 1;
    memset(scratch->behind + count, 1, 3); /* the text ends there */
}

static void find_forms(qm_entity_scratch *scratch, uint32_t from, qm_form_bits bits, uint64_t pairs)
{
    for (uint64_t left = bits.two | bits.three | pairs; left; left &= left - 1) {
        uint32_t i = (uint32_t)__builtin_ctzll(left);
        if (pairs >> i & 1) find_behind_two(scratch, from + i);
        else find_behind_one(scratch, from + i, bits.two >> i & 1, bits.three >> i & 1);
    }
}

/* Where somebody has to look for a name, and the forms that may be one. */
static int look_for_forms(qm_entity_scratch *scratch, qm_error *err)
{
    const qm_character_ways *ways = scratch->recognizer->ways;
    const uint64_t *others = scratch->sets + QM_SET_NAMES * scratch->set_words;
    uint64_t *surnames = scratch->sets + QM_SET_SURNAMES * scratch->set_words;
    qm_u32_array *names = &scratch->lists[QM_LIST_NAMES];
    scratch->forms.count = names->count = 0;
    look_beside(scratch);
    for (uint32_t from = 0; from < scratch->text->count; from += QM_BLOCK) {
        qm_form_block block = {scratch->hans + from, scratch->states + from,
                               qm_block_at(scratch, from).begins, scratch->before + from,
                               scratch->behind + from};
        if (qm_array_reserve(scratch->alloc, &scratch->forms,
                             scratch->forms.count + (size_t)2 * QM_BLOCK) != QM_OK ||
            qm_array_reserve(scratch->alloc, names, names->count + QM_BLOCK) != QM_OK)
            return qm_fail_nomem(err);
        qm_form_bits bits = ways->find_forms(&block);
        uint64_t pairs = look_at_others(scratch, from, others[from / 64]);
        surnames[from / 64] = bits.surnames | pairs;
        find_forms(scratch, from, bits, pairs);
    }
    return QM_OK;
}

/* Puts the first form of each name into its bucket; the others know which it is. */
static void sort_forms(qm_entity_scratch *scratch)
{
    qm_name_form *forms = scratch->forms.at;
    for (uint32_t i = 0; i < scratch->forms.count; i++) {
        qm_name_form *form = &forms[i];
        uint32_t length = form->end - form->start;
        uint32_t *bucket = qm_bucket_of(scratch, form->start, length), n = *bucket;
        while (n > 0 && (forms[n - 1].end - forms[n - 1].start != length ||
                         !qm_same_text(scratch, forms[n - 1].start, form->start, length)))
            n = forms[n - 1].next;
        form->same = n > 0 ? n - 1 : i;
        if (n > 0) continue;
        form->next = *bucket;
        *bucket = i + 1;
        *qm_lengths_at(scratch, form->start) |= 1u << length;
    }
}

/* One more of the form that this is, if there is one. */
static void count_form(qm_entity_scratch *scratch, uint32_t at, uint32_t length)
{
    qm_name_form *forms = scratch->forms.at;
    uint32_t n = *qm_bucket_of(scratch, at, length);
    for (; n > 0; n = forms[n - 1].next) {
        qm_name_form *form = &forms[n - 1];
        if (form->points >= LEAST_COUNTED && form->end - form->start == length)
            form->count += qm_same_text(scratch, form->start, at, length);
    }
}

/* Counts what looks like forms where among 64 characters a surname is. *next: number of the first
 * form that does not begin before them; where one begins no_form has been asked. */
static void count_among(qm_entity_scratch *scratch, uint32_t from, uint64_t bits, size_t *next)
{
    const qm_name_form *forms = scratch->forms.at;
    for (; bits; bits &= bits - 1) {
        uint32_t at = from + (uint32_t)__builtin_ctzll(bits), lengths = *qm_lengths_at(scratch, at);
        if (!lengths) continue;
        while (*next < scratch->forms.count && forms[*next].start < at) ++*next;
        bool own = *next < scratch->forms.count && forms[*next].start == at;
        if (!own && no_form(scratch, at)) continue;
        for (; lengths; lengths &= lengths - 1)
            count_form(scratch, at, (uint32_t)__builtin_ctz(lengths));
    }
}

/* How often the forms stand in the document: most that look like names are none of them. */
static int count_forms(qm_entity_scratch *scratch, qm_error *err)
{
    const uint64_t *surnames = scratch->sets + QM_SET_SURNAMES * scratch->set_words;
    qm_name_form *forms = scratch->forms.at;
    size_t next = 0;
    if (scratch->forms.count == 0) return QM_OK;
    int status = qm_buckets_make(scratch, scratch->forms.count * 2, err);
    if (status != QM_OK) return status;
    sort_forms(scratch);
    qm_firsts firsts = {{{0}}};
    for (size_t i = 0; i < scratch->forms.count; i++)
        if (forms[i].same == i) qm_firsts_add(&firsts, qm_char_at(scratch, forms[i].start));
    for (uint32_t from = 0; from < scratch->text->count; from += QM_BLOCK) {
        const uint32_t *chars = qm_block_at(scratch, from).chars;
        uint64_t begun = scratch->recognizer->ways->find_firsts(&firsts, chars);
        count_among(scratch, from, surnames[from / 64] & begun, &next);
    }
    for (size_t i = 0; i < scratch->forms.count; i++) forms[i].count = forms[forms[i].same].count;
    return QM_OK;
}

/* 甘霖：怎么不记得: in a conversation the name of who speaks stands in front of each line. */
bool qm_form_speaks(const qm_entity_scratch *scratch, const qm_name_form *form)
{
    return qm_is_colon(qm_char_at(scratch, form->end)) && form->count > 1 &&
           (form->start == 0 || qm_char_at(scratch, form->start - 1) == '\n');
}

/* What other mentions are worth. */
int32_t qm_form_again(const qm_name_form *form)
{
    int32_t count = (int32_t)form->count;
    return count > 4 ? QM_MOST_AGAIN : count > 1 ? count - 1 : 0;
}

/* Takes away the forms that now, with their mentions counted, can be no names. */
static void keep_likely(qm_entity_scratch *scratch)
{
    qm_name_form *forms = scratch->forms.at;
    size_t kept = 0;
    for (size_t i = 0; i < scratch->forms.count; i++) {
        const qm_name_form form = forms[i];
        int32_t beside = scratch->before[form.start] + scratch->behind[form.end];
        int32_t most = form.points + form.words + qm_form_again(&form) + beside;
        if (most < QM_LEAST_PERSON && !qm_form_speaks(scratch, &form)) continue;
        forms[kept++] = form;
    }
    scratch->forms.count = kept;
}

int qm_forms_find(qm_entity_scratch *scratch, qm_error *err)
{
    int status = look_for_forms(scratch, err);
    if (status == QM_OK) status = count_forms(scratch, err);
    if (status == QM_OK) keep_likely(scratch);
    return status;
}
