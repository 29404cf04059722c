/* Persons: a surname, characters that sit well in a given name, and what stands on both sides. */
#include "entity/find.h"

#define LEAST_LISTED 5  /* points of a form that a list may make a name */
#define SURE_LISTED 7   /* and behind a surname that is a word */
#define LEAST_FILLING 3 /* of one of two characters that fills a field */
#define LONGEST_AMOUNT 12
#define STRONG_SCORE 11 /* of a person to find again everywhere */

int qm_given_points(const qm_entity_scratch *scratch, uint32_t at)
{
    return qm_points_of_given((uint8_t)qm_given_at(scratch, at));
}

uint32_t qm_surname_end(const qm_entity_scratch *scratch, uint32_t at, int32_t *points)
{
    if (qm_starts_here(scratch, at, QM_WORD_SURNAME)) {
        qm_mark two = qm_mark_starting(scratch, at, QM_WORD_SURNAME);
        *points = qm_surname_points(two.value & QM_HAN_SURNAME, false) + 1;
        return two.end;
    }
    uint32_t class = qm_surname_class(scratch, at);
    if (class == 0) return 0;
    *points = (int32_t)qm_surname_points((uint8_t) class, qm_surname_is_word(scratch, at));
    return at + 1;
}

bool qm_ordinary_word(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    static const uint8_t classes[] = {QM_WORD_NOT_NAME,    QM_WORD_ROLE,        QM_WORD_PLACE_STOP,
                                      QM_WORD_ORG_GENERIC, QM_WORD_PLACE_SHORT, QM_WORD_ORG_NAME};
    qm_mark mark;
    for (size_t i = 0; i < sizeof classes; i++)
        for (const qm_match *word = NULL;
             qm_next_starting(scratch, start, classes[i], &word, &mark);)
            if (mark.end > start + 1 && (scratch->begins[mark.end] || mark.end >= end)) return true;
    return false;
}

/* 杨树苗, 包工头, 白杨|林: what the dictionary has as a word that is no name, whole or begun. */
static bool common_word(const qm_entity_scratch *scratch, uint32_t start, uint32_t end,
                        qm_known whole)
{
    uint32_t token = end;
    while (token < scratch->text->count && token < end + 2 && !scratch->begins[token]) token++;
    return whole > QM_KNOWN_PERSON ||
           (scratch->begins[start] && token > end && qm_is_common(scratch, start, token));
}

/* 白杨, 冷藏|库, 黄沙: what the dictionary has as a word may be a name even so; what is known of
 * its kind is not worth much, since surnames look like names. */
static bool begins_word(const qm_entity_scratch *scratch, uint32_t start, uint32_t end,
                        qm_known whole)
{
    return whole != QM_KNOWN_NOT ||
           (end > start + 2 && qm_known_as(scratch, start, start + 2) != QM_KNOWN_NOT);
}

/* 林子|里, 黄沙|上: a side of something. */
static bool names_side(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    return end == start + 3 &&
           qm_is_listed(scratch, QM_CHARS_WITHIN, qm_char_at(scratch, end - 1)) &&
           qm_known_as(scratch, start, start + 2) != QM_KNOWN_NOT;
}

/* 提|意见, 连|小麦: the segmenter takes a surname that is seldom one for the word that it is. told:
 * whether something beside it speaks for a name. */
static bool cut_behind_word(const qm_entity_scratch *scratch, uint32_t start, bool told)
{
    return scratch->begins[start] && scratch->begins[start + 1] &&
           qm_surname_is_word(scratch, start) && qm_surname_class(scratch, start) > (told ? 2 : 1);
}

/* 戴|头盔: two characters behind the surname that are a word; worse when the text is cut there. */
static int32_t given_penalty(const qm_entity_scratch *scratch, uint32_t start, uint32_t end,
                             bool told)
{
    bool fair = qm_given_at(scratch, start + 1) > 4 && qm_given_at(scratch, end - 1) > 4;
    if (fair && !cut_behind_word(scratch, start, told)) return 0; /* 玉兰 */
    qm_known first = end == start + 3 ? qm_known_as(scratch, start, start + 2) : QM_KNOWN_NOT;
    bool rare = qm_surname_is_word(scratch, start) && qm_surname_class(scratch, start) > 1 &&
                !qm_starts_here(scratch, start, QM_WORD_SURNAME);
    if (first == QM_KNOWN_VERB || (first > QM_KNOWN_NAME && rare)) return 4; /* 后悔|死, 冷藏|库 */
    if (end != start + 3 || !qm_is_common(scratch, start + 1, end)) return 0;
    return scratch->begins[start + 1] || qm_surname_is_word(scratch, start) ? 5 : 2;
}

/* 村民|杨成|明说: what the last character of a name makes a word with stands behind persons. */
static bool leads_to_cue(const qm_entity_scratch *scratch, uint32_t end)
{
    const qm_mark cue = qm_mark_starting(scratch, end, QM_WORD_PERSON_AFTER);
    return scratch->begins[end - 1] && cue.end > 0 && scratch->begins[cue.end];
}

/* 解|决: a position inside a word that the dictionary has. */
static bool cuts_word(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t from = at, end = at;
    if (at == scratch->text->count || scratch->begins[at]) return false;
    while (from > 0 && at - from < 4 && !scratch->begins[from]) from--;
    while (end < at + 4 && !scratch->begins[end]) end++;
    return qm_known_as(scratch, from, end) > QM_KNOWN_PERSON;
}

bool qm_counts_things(const qm_entity_scratch *scratch, uint32_t start)
{
    if (start == 0) return false;
    if (scratch->text->classes[start - 1] == QM_CHAR_NUMERAL) return true;
    return qm_is_listed(scratch, QM_CHARS_DETERMINER, qm_char_at(scratch, start - 1));
}

/* ---- what stands beside ---- */

static uint32_t skip_blanks_left(const qm_entity_scratch *scratch, uint32_t at)
{
    while (at > 0 && scratch->text->classes[at - 1] == QM_CHAR_SPACE &&
           scratch->text->chars[at - 1] != '\n')
        at--;
    return at;
}

int32_t qm_person_cue(const qm_entity_scratch *scratch, uint32_t at)
{
    if (qm_ends_here(scratch, at, QM_WORD_ROLE)) return 5;
    qm_mark cue = qm_mark_ending(scratch, at, QM_WORD_PERSON_BEFORE);
    if (cue.end) return (int32_t)cue.value;
    return at > 0 && scratch->flags[at - 1] & QM_HAN_LEADS ? 2 : 0;
}

/* 一个|石艺园, 三座|高塔: what is counted bears no name; behind 3月5日 or 今年 somebody may. */
static bool is_counted(const qm_entity_scratch *scratch, uint32_t start)
{
    return scratch->states[start - 1] & QM_SPOT_QUANTITY &&
           qm_is_listed(scratch, QM_CHARS_MEASURE, qm_char_at(scratch, start - 1));
}

/* 牛天佑：2000元: in a list of what each has given. */
static bool gives_amount(const qm_entity_scratch *scratch, uint32_t end)
{
    uint32_t at = end + 1;
    while (scratch->states[at] & QM_SPOT_QUANTITY && at < end + LONGEST_AMOUNT) at++;
    return at > end + 1 && at <= scratch->text->count && scratch->states[at] & QM_SPOT_OUT;
}

/* 记录人：, 填报员：: a label of who does something. */
static bool names_office(const qm_entity_scratch *scratch, uint32_t end)
{
    const uint32_t c = qm_char_at(scratch, end - (end > 0));
    return end > 2 && (c == U'人' || c == U'员') && qm_is_han(scratch, end - 2);
}

/* What stands to the left of a name. */
static int32_t left_points(const qm_entity_scratch *scratch, uint32_t start)
{
    if (start == 0) return 1;
    if (is_counted(scratch, start) || qm_kind_ends(scratch, start, QM_ENTITY_PERSON)) return -1;
    int32_t byline = scratch->states[start] & QM_SPOT_BYLINE ? 3 : 0;
    uint32_t c = qm_char_at(scratch, start - 1);
    uint32_t at = skip_blanks_left(scratch, start);
    int32_t points = qm_person_cue(scratch, start);
    if (qm_joins_persons(c) && qm_kind_ends(scratch, start - 1, QM_ENTITY_PERSON)) return 4;
    if (points > 0) return points;
    if (at > 0 &&
        (qm_is_colon(qm_char_at(scratch, at - 1)) || qm_is_bracket(qm_char_at(scratch, at - 1)) ||
         qm_char_at(scratch, at - 1) == '/')) {
        uint32_t label = skip_blanks_left(scratch, at - 1);
        points = qm_person_cue(scratch, label);
        if (qm_mark_ending(scratch, label, QM_WORD_ROLE).flags & QM_FLAG_QUOTED)
            points = 2; /* 记者：水退以后呢 */
        else if (points == 0 && names_office(scratch, label)) points = 3;
    } else if (at < start) points = qm_person_cue(scratch, at);
    if (points > 0) return points > 3 ? 5 : points;
    if (at < start && qm_kind_ends(scratch, at, QM_ENTITY_PERSON)) return c == ' ' ? 4 : 3;
    if (at < start && qm_org_ends(scratch, at)) return 3; /* 县统计局　康拾遗 */
    if (c == U'的' && qm_org_ends(scratch, start - 1)) return 3;
    if (c == U'的' && qm_place_ends(scratch, start - 1)) return 2;
    if (qm_name_from(scratch, start)) return 2;
    if (scratch->states[start - 1] & QM_SPOT_ENDS) return 1 + byline;
    return -1;
}

/* Behind a comma or bracket: sex, age, side of a photograph. */
static bool personal_note(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t c = qm_char_at(scratch, at);
    bool bracket = qm_is_bracket(c);
    if (!bracket && !qm_is_comma(c) && c != U'、') return false;
    uint32_t next = qm_char_at(scratch, at + 1);
    if (bracket && qm_is_listed(scratch, QM_CHARS_PICTURED, next)) return true;
    if (next == U'男' || next == U'女') return scratch->text->classes[at + 2] != QM_CHAR_HAN;
    if (scratch->text->classes[at + 1] != QM_CHAR_DIGIT) return false;
    for (uint32_t i = at + 2; i < at + 5; i++)
        if (qm_char_at(scratch, i) == U'岁') return true;
    return false;
}

/* 杨春燕（县财政局）, 普绍文　楚雄师范学院: in a list, who sent somebody, where he is from or what
 * he is.
 */
static int32_t origin_points(const qm_entity_scratch *scratch, uint32_t end)
{
    const uint32_t c = qm_char_at(scratch, end), next = end + 1;
    const bool open = c == U'（' || c == '(';
    if (!open && (scratch->text->classes[end] != QM_CHAR_SPACE || c == '\n')) return 0;
    if (qm_kind_starts(scratch, next, QM_ENTITY_ORG)) return open ? 4 : 3;
    if (open && qm_starts_here(scratch, next, QM_WORD_ROLE)) return 4;
    return open && qm_kind_starts(scratch, next, QM_ENTITY_PLACE) ? 3 : 0;
}

static int32_t right_points(const qm_entity_scratch *scratch, uint32_t end)
{
    if (end == scratch->text->count) return 1;
    qm_mark role = qm_mark_starting(scratch, end, QM_WORD_ROLE);
    qm_mark cue = qm_mark_starting(scratch, end, QM_WORD_PERSON_AFTER);
    int32_t points = role.flags & QM_FLAG_AFTER ? 4 : 0;
    if (scratch->begins[cue.end] && (int32_t)cue.value > points) points = (int32_t)cue.value;
    if (personal_note(scratch, end)) return 5;
    if (points > 0) return points;
    if (qm_is_colon(qm_char_at(scratch, end)) && gives_amount(scratch, end)) return 4;
    points = origin_points(scratch, end);
    if (points > 0) return points;
    if (scratch->text->classes[end] == QM_CHAR_SPACE) {
        return qm_mark_starting(scratch, end + 1, QM_WORD_PERSON_AFTER).value > 3 ? 3 : 1;
    }
    if (scratch->flags[end] & QM_HAN_FOLLOWS && scratch->begins[end + 1]) return 2;
    return scratch->states[end] & QM_SPOT_ENDS ? 1 : -1;
}

/* ---- the choice among forms ---- */

/* 金鑫: a common surname, a given name that is hardly anything else, and a word that nobody knows.
 */
static bool looks_named(const qm_entity_scratch *scratch, const qm_name_form *form)
{
    return form->words == QM_WHOLE_WORD && qm_surname_class(scratch, form->start) == 1 &&
           qm_given_at(scratch, form->end - 1) > 5 &&
           qm_known_as(scratch, form->start, form->end) == QM_KNOWN_NOT;
}

/* Surnames that are words of every day, when rare or before one character, want to be told. */
static bool doubtful(const qm_entity_scratch *scratch, const qm_name_form *form)
{
    return qm_surname_class(scratch, form->start) > 2 ||
           (form->end == form->start + 2 && form->count < 3 && !looks_named(scratch, form));
}

/* 医生|来诊, 书记|易怒: behind a title, too, where nothing behind it speaks for a name. */
static bool unlikely(const qm_name_form *form)
{
    return form->end == form->start + 2 && form->points < 2 && form->count < 2;
}

/* 石匠|雷老爹: what ends the form is the surname of a word of kin. */
static bool ends_with_kin(const qm_entity_scratch *scratch, uint32_t end)
{
    return scratch->begins[end - 1] && qm_surname_class(scratch, end - 1) > 0 &&
           qm_starts_here(scratch, end, QM_WORD_KIN) && !qm_starts_here(scratch, end, QM_WORD_ROLE);
}

/* 欧阳蓁|任|第一书记, 岑雪|摄, 何静|刚到: what ends the form is a verb in front of a title, or the
 * word behind a name or its beginning, as the segmenter has it. */
static bool ends_with_verb(const qm_entity_scratch *scratch, uint32_t end)
{
    qm_mark after = qm_mark_starting(scratch, end - 1, QM_WORD_PERSON_AFTER);
    const bool out = end == scratch->text->count || scratch->states[end] & QM_SPOT_OUT;
    if (after.end == end && after.value > 3 && out) return true;
    if (after.end > end && scratch->begins[end - 1]) return true;
    return qm_starts_here(scratch, end, QM_WORD_ROLE) &&
           qm_mark_ending(scratch, end, QM_WORD_ASSUME).start == end - 1;
}

/* 第一书记|和|工作队, 老师|来|辅导, 剪辑|和|配音: a surname that joins or leads a common word, or
 * joins what somebody does. right: the points for what stands behind. */
static bool leads_word(const qm_entity_scratch *scratch, const qm_name_form *form, int32_t right)
{
    uint32_t start = form->start, end = form->end;
    if (!qm_may_end_names(scratch, start) || !qm_surname_is_word(scratch, start)) return false;
    const qm_known word = qm_known_as(scratch, start + 1, end);
    if (qm_joins_persons(qm_char_at(scratch, start)))
        return word > QM_KNOWN_NAME ||
               qm_mark_starting(scratch, start + 1, QM_WORD_PERSON_BEFORE).end == end;
    if (qm_given_at(scratch, start + 1) > 4 && qm_given_at(scratch, end - 1) > 4)
        return word == QM_KNOWN_VERB && right < 0; /* 应发挥|作用, but 于海洋 */
    return word > QM_KNOWN_NAME;
}

/* 小伙子|来|查秤: a rare surname that begins no names as a word, in front of what nobody is called
 * by. */
static bool rare_and_unlikely(const qm_entity_scratch *scratch, const qm_name_form *form,
                              int32_t right)
{
    return right < 2 && qm_surname_class(scratch, form->start) > 2 &&
           !qm_starts_here(scratch, form->start, QM_WORD_SURNAME) && /* but 令狐 */
           qm_may_end_names(scratch, form->start) &&
           (qm_given_at(scratch, form->start + 1) < 4 || qm_given_at(scratch, form->end - 1) < 4);
}

/* 连发|三问, 毛重|十公斤, 老师|占|三成: what ends the form counts something or, where no title is
 * in front of it (left), is a number by itself, behind a surname that is a word. */
static bool ends_with_count(const qm_entity_scratch *scratch, const qm_name_form *form,
                            int32_t left)
{
    const uint32_t last = form->end - 1;
    if (!qm_surname_is_word(scratch, form->start)) return false;
    const bool number = scratch->text->classes[last] == QM_CHAR_NUMERAL && scratch->begins[last];
    return scratch->states[last] & QM_SPOT_QUANTITY || (left < 5 && number);
}

/* For what the dictionary has as a word. A title alone says little for it: 书记|祝福. */
static int32_t word_penalty(const qm_entity_scratch *scratch, const qm_name_form *form,
                            int32_t left, int32_t right)
{
    uint32_t start = form->start, end = form->end;
    bool told = left >= 5 && right >= (form->count > 1 ? 1 : 4);
    bool strong = left >= 5 && (right >= 1 || end == start + 3);
    if (qm_ordinary_word(scratch, start, end)) return told ? 3 : 7;
    const qm_known whole = qm_known_as(scratch, start, end);
    if (common_word(scratch, start, end, whole)) {
        if (!strong || whole > QM_KNOWN_NOUN) return 7;
        return told ? 5 : 6;
    }
    if (cuts_word(scratch, start)) return 5;
    if (cuts_word(scratch, end) && (left < 4 || !leads_to_cue(scratch, end))) return 5;
    return left < 4 && right < 4 && begins_word(scratch, start, end, whole) ? 4 : 0;
}

/* 回访|王润梅|户: the household of somebody; but 种粮户, 高粱户. */
static bool names_household(const qm_entity_scratch *scratch, const qm_name_form *form)
{
    const int32_t least = qm_surname_is_word(scratch, form->start) ? SURE_LISTED : LEAST_LISTED;
    return scratch->begins[form->end + 1] && form->points >= least && form->end == form->start + 3;
}

/* 联系人：高峰，电话: all that stands behind the label of who does something is a name, whatever
 * the dictionary has it as; but 记者：水退以后呢. */
static bool fills_field(const qm_entity_scratch *scratch, const qm_name_form *form)
{
    const uint32_t colon = form->start - (form->start > 0), end = form->end;
    const int32_t least = end > form->start + 2 ? LEAST_LISTED : LEAST_FILLING;
    if (form->points < least || !qm_is_colon(qm_char_at(scratch, colon)) ||
        (end < scratch->text->count && !(scratch->states[end] & QM_SPOT_OUT)))
        return false;
    const qm_mark role = qm_mark_ending(scratch, colon, QM_WORD_ROLE);
    return role.end ? !(role.flags & QM_FLAG_QUOTED)
                    : names_office(scratch, colon) || qm_person_cue(scratch, colon) > 3;
}

/* *beside: the points for what stands to the left, when they are known; INT32_MIN before. */
static int32_t form_score(const qm_entity_scratch *scratch, const qm_name_form *form,
                          int32_t *beside)
{
    int32_t words = form->words, again = qm_form_again(form);
    int32_t sure = form->points + words + again;
    if (*beside == INT32_MIN) *beside = left_points(scratch, form->start);
    int32_t left = *beside;
    if (sure + left + scratch->behind[form->end] < QM_LEAST_PERSON &&
        !qm_form_speaks(scratch, form))
        return 0;
    int32_t right = right_points(scratch, form->end);
    if (qm_char_at(scratch, form->end) == U'户') right = names_household(scratch, form) ? 3 : -1;
    if (qm_form_speaks(scratch, form) || fills_field(scratch, form)) left = right = QM_MOST_BESIDE;
    if (sure + left + right < QM_LEAST_PERSON) return 0;
    if (right < 3 && qm_surname_is_word(scratch, form->start) &&
        (left < 4 ? doubtful(scratch, form) : unlikely(form)))
        return 0;
    if (left + right < qm_least_context((int8_t)form->points, words == QM_WHOLE_WORD) ||
        qm_fills_quotes(scratch, form->start, form->end))
        return 0;
    if (leads_word(scratch, form, right) || rare_and_unlikely(scratch, form, right) ||
        ends_with_kin(scratch, form->end))
        return 0;
    if (ends_with_verb(scratch, form->end) || ends_with_count(scratch, form, left)) return 0;
    if (names_side(scratch, form->start, form->end)) return 0;
    if (form->end == form->start + 2 && qm_char_at(scratch, form->end - 1) == U'家')
        return 0; /* 杜家: all of them */
    if (left < 4 && right < 4 && qm_names_village(scratch, form->start, form->end))
        return 0; /* but 王文华|县长 */
    again -= word_penalty(scratch, form, left, right);
    bool joined = qm_joins_persons(qm_char_at(scratch, form->end)); /* 连小麦|和|韭菜 */
    bool told = left > 2 || (right > 1 && !joined);
    if (left < 5) again -= given_penalty(scratch, form->start, form->end, told);
    return form->points + left + right + words + again;
}

/* Prefers the longer form unless the shorter one stands much more often or scores higher. */
static const qm_name_form *best_form(const qm_entity_scratch *scratch, const qm_name_form *forms,
                                     size_t count, int32_t *score)
{
    const qm_name_form *best = NULL;
    int32_t beside = INT32_MIN;
    *score = QM_LEAST_PERSON - 1;
    for (size_t i = 0; i < count; i++) {
        int32_t now = form_score(scratch, &forms[i], &beside);
        if (best) {
            uint32_t brief = best->count;
            uint32_t longer = forms[i].count;
            if (brief > 2 * longer) now -= 4;
        }
        if (now > *score || (best && now == *score)) {
            best = &forms[i];
            *score = now;
        }
    }
    return best;
}

/* ---- other ways to name a person ---- */

/* “老蒲，你: somebody is called by the name. */
static bool is_called(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    return start > 0 && qm_is_open_quote(qm_char_at(scratch, start - 1)) &&
           qm_is_comma(qm_char_at(scratch, end));
}

/* 县长|任|组长: a verb between two titles. */
static bool assumes_title(const qm_entity_scratch *scratch, uint32_t at)
{
    const bool comrade = at > 1 && qm_char_at(scratch, at - 1) == U'志' &&
                         qm_char_at(scratch, at - 2) == U'同'; /* 王芳同志|任|会计 */
    return (comrade || qm_ends_here(scratch, at, QM_WORD_ROLE)) &&
           qm_mark_starting(scratch, at, QM_WORD_ASSUME).end == at + 1;
}

/* In a conversation the name of who speaks stands at the beginning of a line. */
static bool speaks(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    return (start == 0 || qm_char_at(scratch, start - 1) == '\n') &&
           qm_is_colon(qm_char_at(scratch, end)) && qm_is_han(scratch, end - 1);
}

/* 珍姐：, 健哥 where the document has a 云大健: a given name of one character and a word of kin.
 * *related: when only a relative can tell. */
static uint32_t given_end(const qm_entity_scratch *scratch, uint32_t at, bool *related)
{
    const uint32_t end = at + 2;
    if (qm_given_at(scratch, at) < 4 || qm_is_common(scratch, at, end) ||
        !qm_is_listed(scratch, QM_CHARS_KIN, qm_char_at(scratch, at + 1)))
        return 0;
    *related = !speaks(scratch, at, end);
    return scratch->begins[end] ? end : 0;
}

/* 同班|老师, 同车|同学: of what is shared; but 苏梅同|马老师. */
static bool is_shared(const qm_entity_scratch *scratch, uint32_t start)
{
    return qm_char_at(scratch, start) == U'同' && qm_surname_is_word(scratch, start + 1) &&
           !qm_kind_ends(scratch, start, QM_ENTITY_PERSON);
}

/* 昨天马|经理, 约温|老师: a surname behind a word that the segmenter has taken it into. */
static bool cut_behind_token(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t from = at, class = qm_surname_class(scratch, at);
    if (class == 0 || class > 2 || !scratch->begins[at + 1]) return false;
    while (from > 0 && at - from < 3 && !scratch->begins[from]) from--;
    bool word = at - from == 1 ? scratch->flags[from] & QM_HAN_LEADS && !is_shared(scratch, from)
                               : qm_known_as(scratch, from, at) != QM_KNOWN_NOT;
    return word && qm_known_as(scratch, from, at + 1) == QM_KNOWN_NOT;
}

/* 雷老爹, 王大爷: a surname and a word of kin. *related: when nothing but a relative can tell. */
static uint32_t kin_end(const qm_entity_scratch *scratch, uint32_t at, bool *related)
{
    int32_t points;
    uint32_t end = qm_surname_end(scratch, at, &points);
    const bool taken = !scratch->begins[at] && cut_behind_token(scratch, at);
    bool two = end == at + 2, cut = scratch->begins[at] || taken || qm_person_cue(scratch, at) > 3;
    if (end == 0) return given_end(scratch, at, related);
    if (!cut) return 0; /* 叫|谷老师, however cut */
    if (qm_counts_things(scratch, at) || assumes_title(scratch, at) ||
        (!two && qm_joins_persons(qm_char_at(scratch, at))))
        return 0;
    qm_mark kin = qm_mark_starting(scratch, end, QM_WORD_KIN);
    if (!scratch->begins[kin.end] || qm_starts_here(scratch, at, QM_WORD_NOT_NAME)) return 0;
    bool weak = kin.flags & QM_FLAG_WEAK; /* 苗姐, but 师姐 and 该路|总|投资 */
    /* 有|老板, 他任|班长: rare surnames and those that are particles or verbs want a word in front
     * that persons follow, but somebody may be called so: “羊书记”. */
    const int32_t more = qm_surname_class(scratch, at) > 2 ? 2 : qm_may_end_names(scratch, at);
    const int32_t least = 1 + (more > weak ? more : weak);
    const int32_t beside = left_points(scratch, at), left = taken && beside < 1 ? 1 : beside;
    *related = !two && qm_surname_is_word(scratch, at) && left < least &&
               !qm_fills_quotes(scratch, at, kin.end) && !is_called(scratch, at, kin.end);
    return weak && qm_is_common(scratch, at, kin.end) ? 0 : kin.end;
}

/* 阿水伯, 小鹏哥: what neighbours call each other; 0 when it is none. */
static uint32_t neighbour_end(const qm_entity_scratch *scratch, uint32_t at)
{
    const uint32_t end = at + 3;
    if (!qm_is_listed(scratch, QM_CHARS_KIN, qm_char_at(scratch, at + 2)) ||
        qm_may_end_names(scratch, at + 1) ||
        (!scratch->begins[end] && !qm_may_end_names(scratch, end))) /* 阿水伯|来 */
        return 0;
    bool name = qm_char_at(scratch, at) == U'阿' || qm_given_at(scratch, at + 1) > 3 ||
                qm_surname_class(scratch, at + 1) > 0;
    return name && qm_is_han(scratch, at + 1) && !qm_is_common(scratch, at, end) &&
                   qm_known_as(scratch, at + 1, end) == QM_KNOWN_NOT
               ? end
               : 0;
}

/* 老尹, 小王: before a verb of speech, or behind a title. */
static uint32_t familiar_end(const qm_entity_scratch *scratch, uint32_t at, bool *related)
{
    uint32_t end = at + 2, class = qm_surname_class(scratch, at + 1);
    if (!(scratch->flags[at] & QM_HAN_FAMILIAR) || !scratch->begins[at] ||
        qm_starts_here(scratch, at, QM_WORD_NOT_NAME))
        return 0;
    const uint32_t neighbour = neighbour_end(scratch, at);
    if (neighbour > 0) return neighbour;
    if (speaks(scratch, at, end) && !qm_is_common(scratch, at, end)) return end; /* 阿芥： */
    if (class == 0) return 0;
    bool word = qm_surname_is_word(scratch, at + 1), cut = scratch->begins[end];
    if (qm_char_at(scratch, at) == U'老' && qm_char_at(scratch, end) == U'头' &&
        scratch->begins[end + 1] && !qm_is_common(scratch, at + 1, end + 1))
        return end + 1; /* 老秦头, but 老石头 */
    if (class <= 2 && !word && (cut || !qm_is_common(scratch, at + 1, at + 3))) return end;
    int32_t left = left_points(scratch, at), right = right_points(scratch, end);
    *related = true;
    if (!cut && right < 2) return 0;
    if (class <= 2 && cut && left >= 4 && left + right >= 3) *related = false;
    if (qm_is_common(scratch, at, end)) return *related ? 0 : end;
    if ((class <= 2 || !word) && left >= 1 && (right >= 2 || is_called(scratch, at, end)))
        *related = false;
    return end;
}

static bool foreign_at(const qm_entity_scratch *scratch, uint32_t at)
{
    return scratch->flags[at] & QM_HAN_FOREIGN;
}

/* The end of the characters that write a name by its sound, from `at` to the last start of a word
 * among them; at most nine, with a dot between two names. */
static uint32_t foreign_end(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t end = at;
    for (uint32_t i = at; i < at + 9 && i < scratch->text->count; i++) {
        bool dot = i > at && qm_char_at(scratch, i) == U'·' && qm_is_han(scratch, i + 1);
        bool word = scratch->begins[i] && scratch->begins[i + 1];
        if (!dot && !foreign_at(scratch, i)) break;
        if (word && i > at && scratch->states[i] & (QM_SPOT_FUNCTION | QM_SPOT_STOP)) break;
        if (!dot && scratch->begins[i + 1]) end = i + 1;
    }
    return end;
}

/* 古丽|仙: what the word has behind a known part, one character or two. */
static uint32_t sound_goes_on(const qm_entity_scratch *scratch, uint32_t at)
{
    for (uint32_t end = at; end < at + 2 && end < scratch->text->count; end++) {
        if (!qm_is_han(scratch, end) || qm_may_end_names(scratch, end)) return at;
        if (scratch->flags[end + 1] & QM_HAN_ENDS) return at; /* 额尔敦|冲他喊 */
        if (scratch->begins[end + 1]) return end + 1;
    }
    return at;
}

/* 布拉格|苏木, 乌兰|嘎查: names by their sound that are places. */
static bool names_pasture(const qm_entity_scratch *scratch, uint32_t end)
{
    return qm_ends_here(scratch, end, QM_WORD_PLACE_SUFFIX) ||
           qm_starts_here(scratch, end, QM_WORD_PLACE_SUFFIX);
}

/* 巴特尔, 扎西次仁, 阿依古丽·买买提: known parts one behind another. */
static uint32_t parts_end(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t end = at;
    if (!scratch->begins[at] && !qm_edge_before(scratch, at) && qm_person_cue(scratch, at) < 4)
        return 0;
    for (qm_mark part; (part = qm_mark_starting(scratch, end, QM_WORD_NAME_PART)).end;) {
        end = part.end;
        if (qm_char_at(scratch, end) == U'·' && qm_char_at(scratch, end + 1) &&
            qm_starts_here(scratch, end + 1, QM_WORD_NAME_PART))
            end++;
    }
    bool told = end > at + 2 && (qm_starts_here(scratch, end, QM_WORD_PERSON_AFTER) ||
                                 scratch->flags[end] & QM_HAN_FOLLOWS ||
                                 qm_may_end_names(scratch, end)); /* 扎西欧珠|让 */
    if (end == at || (!scratch->begins[end] && !told) || qm_char_at(scratch, end) == U'·') {
        uint32_t longer = foreign_end(scratch, at);
        if (longer > end && (end > at || longer > at + 2)) end = longer;
    }
    if (end == at || (names_pasture(scratch, end) && !qm_ends_here(scratch, at, QM_WORD_ROLE)) ||
        qm_fills_quotes(scratch, at, end))
        return 0;
    if (qm_mark_starting(scratch, at, QM_WORD_NOT_NAME).end >= end) return 0; /* 布拉格 */
    if (!scratch->begins[end] && !told) end = sound_goes_on(scratch, end);
    return left_points(scratch, at) + right_points(scratch, end) >= 2 ? end : 0;
}

/* 记者 张　杰: bylines set names of two characters apart. */
static uint32_t spaced_end(const qm_entity_scratch *scratch, uint32_t at)
{
    const qm_text *text = scratch->text;
    if (text->classes[at + 1] != QM_CHAR_SPACE || text->chars[at + 1] == '\n') return 0;
    if (qm_surname_class(scratch, at) == 0 || at + 3 > text->count) return 0;
    if (qm_given_points(scratch, at + 2) < 0 || text->classes[at + 3] == QM_CHAR_HAN) return 0;
    return left_points(scratch, at) >= 3 ? at + 3 : 0;
}

/* ---- 热依木·艾山: a dot between two names, however strange ---- */

#define LONGEST_PART 6

/* The first word of the characters by their sound in front of the dot. */
static uint32_t dotted_start(const qm_entity_scratch *scratch, uint32_t dot)
{
    uint32_t start = dot;
    for (uint32_t i = dot; i-- > 0 && dot - i <= LONGEST_PART;) {
        if (!qm_is_han(scratch, i) || scratch->states[i] & QM_SPOT_OUT) break;
        if (qm_ends_here(scratch, i + 1, QM_WORD_PERSON_BEFORE) && dot - i > 2) break;
        if (foreign_at(scratch, i) && (scratch->begins[i] || qm_edge_before(scratch, i))) start = i;
        if (!foreign_at(scratch, i) && scratch->begins[i + 1] && dot - i > 2) break;
    }
    return start;
}

static uint32_t dotted_end(const qm_entity_scratch *scratch, uint32_t dot)
{
    uint32_t end = dot + 1;
    qm_mark part = qm_mark_starting(scratch, end, QM_WORD_NAME_PART);
    if (part.end > end + 1 && scratch->flags[part.end] & QM_HAN_FOLLOWS)
        return part.end; /* 吐尔逊|养 */
    while (qm_is_han(scratch, end) && end < dot + 5 && (end == dot + 1 || !scratch->begins[end]))
        end++;
    for (uint32_t i = end; i < dot + 1 + LONGEST_PART && foreign_at(scratch, i); i++) {
        bool word = scratch->begins[i] && scratch->begins[i + 1];
        if (word && i > dot + 2 && scratch->states[i] & QM_SPOT_ENDS) break;
        if (scratch->begins[i + 1]) end = i + 1;
    }
    return end;
}

static int add_dotted(qm_entity_scratch *scratch, uint32_t dot, qm_error *err)
{
    uint32_t start = dotted_start(scratch, dot);
    uint32_t end = dotted_end(scratch, dot);
    if (start + 2 > dot || end < dot + 3 || qm_fills_quotes(scratch, start, end)) return QM_OK;
    return qm_entity_add(scratch, start, end, QM_ENTITY_PERSON, STRONG_SCORE, true, err);
}

/* A part that is known, or the sound of one behind a word that a person follows: 牧民. */
static bool may_be_foreign(const qm_entity_scratch *scratch, uint32_t at)
{
    if (qm_starts_here(scratch, at, QM_WORD_NAME_PART)) return true;
    return foreign_at(scratch, at) && !qm_joins_persons(qm_char_at(scratch, at)) &&
           qm_person_cue(scratch, at) >= 4;
}

static uint32_t other_end(const qm_entity_scratch *scratch, uint32_t at, bool *related)
{
    uint32_t end = may_be_foreign(scratch, at) ? parts_end(scratch, at) : 0;
    *related = false;
    if (end == 0 && (qm_starts_here(scratch, at + 1, QM_WORD_KIN) ||
                     qm_starts_here(scratch, at, QM_WORD_SURNAME)))
        end = kin_end(scratch, at, related); /* 雷老爹, 上官老师 */
    if (end == 0) end = spaced_end(scratch, at);
    return end > 0 ? end : familiar_end(scratch, at, related);
}

/* 利雪筠、简兆基: what looks like a name, if not enough, in a list of such. */
static int doubt_listed(qm_entity_scratch *scratch, const qm_name_form *form, qm_error *err)
{
    bool before = form->start > 0 && qm_char_at(scratch, form->start - 1) == U'、';
    if (form->end != form->start + 3 || form->points < LEAST_LISTED) return QM_OK;
    if (!before && qm_char_at(scratch, form->end) != U'、') return QM_OK;
    return qm_entity_doubt(scratch, form->start, form->end, true, err);
}

/* The person of one of the forms, if any; *next: where it ends. */
static int person_of_forms(qm_entity_scratch *scratch, const qm_name_form *forms, size_t count,
                           uint32_t *next, qm_error *err)
{
    int32_t score;
    const qm_name_form *best = best_form(scratch, forms, count, &score);
    if (!best) return doubt_listed(scratch, &forms[count - 1], err);
    *next = best->end;
    bool named = score >= STRONG_SCORE ||
                 (best->count > 2 && qm_known_as(scratch, best->start, best->end) == QM_KNOWN_NOT);
    return qm_entity_add(scratch, best->start, best->end, QM_ENTITY_PERSON, score, named, err);
}

/* The person at a position that is named in another way, if any; *next: where it ends. */
static int other_person(qm_entity_scratch *scratch, uint32_t at, uint32_t *next, qm_error *err)
{
    bool related;
    uint32_t end = other_end(scratch, at, &related);
    if (end == 0) return QM_OK;
    if (related) return qm_entity_doubt(scratch, at, end, false, err);
    *next = end;
    return qm_entity_add(scratch, at, end, QM_ENTITY_PERSON, STRONG_SCORE, true, err);
}

/* Those of the forms and those that are named otherwise, in order; none within another. */
static int add_persons(qm_entity_scratch *scratch, qm_error *err)
{
    const qm_u32_array *others = &scratch->lists[QM_LIST_NAMES];
    const qm_name_form *forms = scratch->forms.at;
    const size_t n_forms = scratch->forms.count, n_others = others->count;
    size_t form = 0, other = 0;
    int status = QM_OK;
    for (uint32_t next = 0; status == QM_OK;) {
        while (form < n_forms && forms[form].start < next) form++;
        while (other < n_others && others->at[other] < next) other++;
        const uint32_t formed = form < n_forms ? forms[form].start : UINT32_MAX;
        const uint32_t told = other < n_others ? others->at[other] : UINT32_MAX;
        const uint32_t at = told < formed ? told : formed, none = at + 1;
        if (at == UINT32_MAX) break;
        next = none;
        if (told == at) status = other_person(scratch, at, &next, err);
        if (formed != at || next != none || status != QM_OK) continue;
        size_t count = 1;
        while (form + count < n_forms && forms[form + count].start == at) count++;
        status = person_of_forms(scratch, forms + form, count, &next, err);
    }
    return status;
}

static int add_all_dotted(qm_entity_scratch *scratch, qm_error *err)
{
    int status = QM_OK;
    const qm_u32_array *signs = &scratch->lists[QM_LIST_SIGNS];
    for (size_t i = 0; i < signs->count && status == QM_OK; i++)
        if (qm_char_at(scratch, signs->at[i]) == U'·')
            status = add_dotted(scratch, signs->at[i], err);
    return status;
}

int qm_entity_persons(qm_entity_scratch *scratch, qm_error *err)
{
    const size_t first = scratch->found.count;
    int status = qm_forms_find(scratch, err);
    if (status == QM_OK) status = add_all_dotted(scratch, err);
    if (status == QM_OK) status = add_persons(scratch, err);
    return status == QM_OK ? qm_entity_related(scratch, first, err) : status;
}
