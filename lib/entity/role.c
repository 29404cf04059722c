/* Roles: titles with what belongs to them (县委书记, 居委会主任), where a person bears them. */
#include "entity/find.h"

#define LONGEST_SPAN 8   /* of years in office */
#define MOST_PREFIXES 12 /* of one title: every title behind them would go over them again */
#define FARTHEST_PLACE 3 /* places and bodies between 任 and the title */
#define MOST_TITLES 4    /* between them as well */
#define LONGEST_LED 6    /* 综合执法队 in front of 队长 */
#define LONGEST_NOTE 40  /* in brackets behind a person */

/* A title in the text, with its prefixes. */
typedef struct title {
    uint32_t start, end;
    uint32_t flags;
} title;

/* The last end of a place inside (start, end), or 0. */
static uint32_t last_place_end(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    for (uint32_t i = end - 1; i > start; i--)
        if (qm_place_ends(scratch, i)) return i;
    return 0;
}

/* Whether a place has the first characters of the mark: 石桥镇 those of 镇党委. */
static bool cut_by_place(const qm_entity_scratch *scratch, const qm_mark *mark)
{
    uint32_t cut = last_place_end(scratch, mark->start, mark->end);
    return cut > 0 && qm_place_from(scratch, cut) <= mark->start;
}

/* The start of the longest word of the class that is part of a title and ends at `at`, if it is in
 * front of `first`. */
static uint32_t first_prefix(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class,
                             uint32_t first)
{
    qm_mark mark;
    for (const qm_match *word = NULL; qm_next_ending(scratch, at, class, &word, &mark);) {
        bool outside = class == QM_WORD_ROLE_PREFIX &&
                       (mark.flags & QM_FLAG_NAMED ||
                        (mark.flags & QM_FLAG_FIRM && qm_org_ends(scratch, at))); /* 云岭供电公司 */
        if (!outside && mark.start < first && !cut_by_place(scratch, &mark)) first = mark.start;
    }
    return first;
}

/* Whether what somebody leads may begin there: at an edge, behind a body or verb (听取|项目股), not
 * in the midst of another name: 对外贸易经济|合作部|部长. */
static bool may_be_led(const qm_entity_scratch *scratch, uint32_t from)
{
    if (qm_edge_before(scratch, from) || qm_org_ends(scratch, from) ||
        qm_may_end_names(scratch, from - 1))
        return true;
    uint32_t word = from - 1;
    while (word > 0 && from - word < 3 && !scratch->begins[word]) word--;
    return qm_known_as(scratch, word, from) == QM_KNOWN_VERB;
}

/* 项目股|股长, 水文队|副队长: what ends with the first character of who leads it or belongs to it,
 * and is no body by itself. Where it begins; `start` when there is none. */
static uint32_t take_led(const qm_entity_scratch *scratch, uint32_t start)
{
    const uint32_t head = start + (qm_char_at(scratch, start) == U'副');
    const uint32_t next = qm_char_at(scratch, head + 1);
    if (start < 3 || (next != U'长' && next != U'员') || qm_name_from(scratch, start) ||
        qm_char_at(scratch, start - 1) != qm_char_at(scratch, head))
        return start;
    uint32_t from = start - 2;
    while (from > 0 && start - from < LONGEST_LED && !scratch->begins[from]) from--;
    for (uint32_t i = from; i < start; i++)
        if (scratch->states[i] & QM_SPOT_ENDS) return start;
    if (from + 2 == start && qm_is_common(scratch, from, start)) return start; /* 协会|会长 */
    const bool cut = !scratch->begins[from] || scratch->text->classes[from] == QM_CHAR_NUMERAL ||
                     !may_be_led(scratch, from);
    return cut || qm_place_ends(scratch, start - 1) ? start : from; /* 民|一庭|副庭长 */
}

/* Where the prefixes in front of a title begin; they do not cross the end of a place. */
static uint32_t take_prefixes(const qm_entity_scratch *scratch, uint32_t start)
{
    for (int left = MOST_PREFIXES; left > 0 && start > 0 && !qm_place_ends(scratch, start);
         left--) {
        uint32_t first = start;
        first = first_prefix(scratch, start, QM_WORD_ROLE, first);
        first = first_prefix(scratch, start, QM_WORD_ROLE_PREFIX, first);
        if (first == start) first = take_led(scratch, start);
        if (first == start || (!scratch->begins[first] && !qm_place_ends(scratch, first) &&
                               !qm_edge_before(scratch, first) &&
                               !qm_may_end_names(scratch, first - 1))) /* 原|镇党委 */
            break;
        start = first;
    }
    return start;
}

/* The longest title that ends at a position; a place may take the first character of a longer one
 * (清水村|支书). */
static bool title_ending(const qm_entity_scratch *scratch, uint32_t at, title *out)
{
    bool found = false;
    qm_mark mark;
    for (const qm_match *word = NULL; qm_next_ending(scratch, at, QM_WORD_ROLE, &word, &mark);) {
        if (cut_by_place(scratch, &mark)) continue;
        uint32_t start = take_prefixes(scratch, mark.start);
        if (found && start == out->start && !(mark.flags & QM_FLAG_WEAK))
            out->flags &= ~(uint32_t)QM_FLAG_WEAK; /* 二级主任科员, not 二级主任|科员 */
        if (found && start >= out->start) continue;
        *out = (title){start, at, mark.flags};
        found = true;
    }
    return found;
}

static bool kind_starts(const qm_entity_scratch *scratch, uint32_t at, qm_entity_kind kind)
{
    return at <= scratch->text->count && qm_kind_starts(scratch, at, kind);
}

static uint32_t skip_blanks(const qm_entity_scratch *scratch, uint32_t at)
{
    while (at < scratch->text->count && scratch->text->classes[at] == QM_CHAR_SPACE &&
           scratch->text->chars[at] != '\n')
        at++;
    return at;
}

/* 记者：王主任，这条路…, 主持人：王主任常来？: the one who asks calls the other by the name. */
static bool label_of_speech(const qm_entity_scratch *scratch, const title *t, uint32_t person)
{
    uint32_t end = person + 2;
    if (!(t->flags & QM_FLAG_QUOTED)) return false;
    while (end < person + 6 && !qm_kind_ends(scratch, end, QM_ENTITY_PERSON)) end++;
    return qm_is_comma(qm_char_at(scratch, end)) || qm_is_han(scratch, end);
}

/* 审校/王芳: as a colon in bylines. */
static bool is_slash(uint32_t c)
{
    return c == '/' || c == U'／' || c == U'｜' || c == '|';
}

/* In front of the places and bodies that end at `at`. */
static uint32_t skip_names(const qm_entity_scratch *scratch, uint32_t at)
{
    for (int i = 0; i < FARTHEST_PLACE; i++) {
        uint32_t from = qm_name_from(scratch, at);
        if (from == 0) break;
        at = from - 1;
    }
    return at;
}

/* 第一书记|是|王芳, 厂长|还是|王芳, 校长|换成了|王芳. */
static uint32_t skip_copula(const qm_entity_scratch *scratch, uint32_t at)
{
    const uint32_t c = qm_char_at(scratch, at), next = qm_char_at(scratch, at + 1);
    if (c == U'叫' || c == U'是') return at + 1;
    if (next == U'是' && (c == U'还' || c == U'正' || c == U'就' || c == U'仍')) return at + 2;
    if (c != U'换' || (next != U'成' && next != U'了')) return at;
    return at + 2 + (qm_char_at(scratch, at + 2) == U'了');
}

/* 记者 王芳, 编辑：王芳, 第一书记叫王芳, 王芳教授. */
static bool beside_person(const qm_entity_scratch *scratch, const title *t)
{
    uint32_t at = skip_blanks(scratch, t->end);
    bool colon = qm_is_colon(qm_char_at(scratch, at)) || is_slash(qm_char_at(scratch, at));
    if (colon) at = skip_blanks(scratch, at + 1);
    else at = skip_copula(scratch, at);
    if (kind_starts(scratch, at, QM_ENTITY_PERSON))
        return !colon || !label_of_speech(scratch, t, at);
    const uint32_t first = skip_names(scratch, t->start);
    if (first > 2 && qm_is_bracket(qm_char_at(scratch, first - 1)) &&
        !qm_is_han(scratch, t->end)) /* 王芳（第一书记）, 王芳（云岭二中教师） */
        return qm_kind_ends(scratch, first - 1, QM_ENTITY_PERSON);
    return t->flags & QM_FLAG_AFTER && qm_kind_ends(scratch, t->start, QM_ENTITY_PERSON);
}

/* 王芳（审计局，原清水村第一书记）: at the end of a part of what brackets say of a person. */
static bool ends_note(const qm_entity_scratch *scratch, const title *t)
{
    if (!(scratch->states[t->end] & QM_SPOT_OUT)) return false;
    for (uint32_t at = t->start; at > 1 && t->start - at < LONGEST_NOTE; at--) {
        const uint32_t c = qm_char_at(scratch, at - 1);
        if (qm_is_bracket(c)) return qm_kind_ends(scratch, at - 1, QM_ENTITY_PERSON);
        if (c == U'）' || c == ')' || c == '\n' || c == U'。' || c == U'；') return false;
    }
    return false;
}

/* The end of the place or body that starts at a position, or the position. */
static uint32_t skip_name(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t end = at;
    if (!kind_starts(scratch, at, QM_ENTITY_PLACE) && !kind_starts(scratch, at, QM_ENTITY_ORG))
        return at;
    for (uint32_t i = at + 1; i <= scratch->text->count && i < at + 24; i++) {
        if (qm_place_from(scratch, i) == at + 1 || qm_org_from(scratch, i) == at + 1) end = i;
    }
    return end;
}

/* A title that a borne one follows: 第一书记、园艺学院副教授王芳. */
static bool before_borne(const qm_entity_scratch *scratch, const title *t)
{
    uint32_t at = t->end;
    uint32_t c = qm_char_at(scratch, at);
    if (c != U'、' && c != ' ' && c != U'兼') return false;
    at++;
    for (uint32_t end; !kind_starts(scratch, at, QM_ENTITY_ROLE); at = end)
        if ((end = skip_name(scratch, at)) == at) return false;
    return true;
}

/* ---- titles that a verb or a short biography gives to a person of the sentence ---- */

/* Nothing that makes the title part of something else: 第一书记述职会. */
static bool stands_free(const qm_entity_scratch *scratch, const title *t)
{
    return t->end == scratch->text->count ||
           scratch->states[t->end] & (QM_SPOT_OUT | QM_SPOT_FUNCTION) ||
           qm_is_listed(scratch, QM_CHARS_BEHIND_TITLE, qm_char_at(scratch, t->end));
}

/* In front of `at`: titles and the marks that join them to the next one; where the first starts, or
 * `at`. */
static uint32_t skip_titles(const qm_entity_scratch *scratch, uint32_t at)
{
    title before = {0};
    for (int i = 0; i < MOST_TITLES && at > 2 && qm_char_at(scratch, at - 1) == U'、'; i++) {
        if (!title_ending(scratch, at - 1, &before)) break;
        at = before.start;
    }
    return at;
}

/* 审计局|派驻|石桥镇清水村|的: in front of who sends somebody where. */
static uint32_t skip_sender(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t from = at;
    const uint32_t c = qm_char_at(scratch, from - (from > 0));
    if (from > 1 && (c == U'驻' || (c == U'来' && qm_char_at(scratch, from - 2) == U'派')))
        from--; /* 审计局|派来|的 */
    if (from > 0 && (qm_char_at(scratch, from - 1) == U'派')) from--;
    if (from > 1 && from < at && qm_char_at(scratch, from - 1) == U'选') from--;
    return from == at ? at : skip_names(scratch, from);
}

/* 当了|二十年: in front of how long it was. */
static uint32_t skip_span(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t from = at;
    while (from > 0 && at - from < LONGEST_SPAN && scratch->states[from - 1] & QM_SPOT_QUANTITY)
        from--;
    return from < at && qm_char_at(scratch, at - 1) == U'年' ? from : at;
}

static bool after_verb(const qm_entity_scratch *scratch, const title *t)
{
    uint32_t at = skip_titles(scratch, t->start);
    qm_mark outside = qm_mark_ending(scratch, at, QM_WORD_ROLE_PREFIX);
    if (outside.flags & QM_FLAG_NAMED) at = outside.start;
    if (at > 0 && qm_char_at(scratch, at - 1) == U'的') {
        at--;
        qm_mark here = qm_mark_ending(scratch, at, QM_WORD_PLACE_STOP);
        if (here.end) at = here.start; /* 村里的 */
    }
    at = skip_span(scratch, skip_sender(scratch, skip_names(scratch, at)));
    return qm_ends_here(scratch, at, QM_WORD_ASSUME);
}

/* ---- tables and forms ---- */

#define LONGEST_LINE 80
#define LONGEST_ENTRY 24

static bool ends_cell(uint32_t c)
{
    return c == 0 || c == '\t' || c == ' ' || c == '\n' || c == '\r';
}

/* Cells are set apart by tabs, or by blanks on both sides. */
static bool parts_cells(uint32_t before, uint32_t behind)
{
    return before == '\t' || behind == '\t' || (before == ' ' && ends_cell(behind));
}

/* A cell of its own in a line that names a person in another one. */
static bool fills_cell(const qm_entity_scratch *scratch, const title *t)
{
    uint32_t before = t->start > 0 ? qm_char_at(scratch, t->start - 1) : '\n';
    uint32_t behind = qm_char_at(scratch, t->end);
    bool cell = ends_cell(before) || qm_org_ends(scratch, t->start);
    if (!cell || !ends_cell(behind) || !parts_cells(before, behind)) return false;
    uint32_t at = t->start, end = t->end;
    for (; at > 0 && t->start - at < LONGEST_LINE && qm_char_at(scratch, at - 1) != '\n'; at--)
        if (qm_kind_ends(scratch, at, QM_ENTITY_PERSON)) return true;
    for (; end < t->end + LONGEST_LINE && end < scratch->text->count; end++) {
        if (qm_kind_ends(scratch, end, QM_ENTITY_PERSON)) return true;
        if (qm_char_at(scratch, end) == '\n') break;
    }
    return end == scratch->text->count && qm_kind_ends(scratch, end, QM_ENTITY_PERSON);
}

/* 职务：审计局主任科员, 职务：风险部副经理. */
static bool fills_form(const qm_entity_scratch *scratch, const title *t)
{
    uint32_t at = skip_names(scratch, t->start);
    if (scratch->text->classes[t->end] == QM_CHAR_HAN) return false;
    while (at > 0 && t->start - at < LONGEST_ENTRY && qm_is_han(scratch, at - 1)) at--;
    return at > 2 && qm_is_colon(qm_char_at(scratch, at - 1)) &&
           qm_char_at(scratch, at - 2) == U'务' && qm_char_at(scratch, at - 3) == U'职';
}

/* A sentence: its characters, whether it names a person, whether it tells a life (王芳，女，34岁).
 */
typedef struct sentence {
    uint32_t start, end;
    size_t next;    /* clause */
    uint32_t ahead; /* where the next person ends: a look at all of the text in front of it */
    bool person, life;
} sentence;

/* ，云岭县石桥镇人，: where somebody comes from. */
static bool home_note(const qm_entity_scratch *scratch, uint32_t at)
{
    uint32_t from = at + 1, end = skip_name(scratch, from);
    if (!qm_is_comma(qm_char_at(scratch, at)) || end == from) return false;
    for (; end > from; end = skip_name(scratch, end)) from = end;
    return qm_char_at(scratch, end) == U'人' && !qm_is_han(scratch, end + 1);
}

static bool life_note(const qm_entity_scratch *scratch, uint32_t at)
{
    if (qm_char_at(scratch, at) == U'同' && qm_char_at(scratch, at + 1) == U'志') at += 2;
    uint32_t c = qm_char_at(scratch, at);
    if (home_note(scratch, at)) return true;
    if (scratch->text->classes[at] == QM_CHAR_DIGIT) at--; /* 同志1972年生 */
    else if (!qm_is_comma(c) && !qm_is_bracket(c) && c != U'、') return false;
    uint32_t next = qm_char_at(scratch, at + 1);
    if ((next == U'男' || next == U'女') && scratch->text->classes[at + 2] != QM_CHAR_HAN)
        return true;
    uint32_t i = at + 1;
    while (i < at + 6 && (scratch->text->classes[i] == QM_CHAR_DIGIT ||
                          scratch->text->classes[i] == QM_CHAR_NUMERAL))
        i++;
    c = qm_char_at(scratch, i);
    return i > at + 1 && (c == U'岁' || c == U'年');
}

/* The first sentence that goes on to `at`, behind those before. */
static bool next_sentence(const qm_entity_scratch *scratch, uint32_t at, sentence *s)
{
    const qm_clause *clauses = scratch->clauses->at;
    const size_t count = scratch->clauses->count;
    size_t i = s->next;
    while (i < count && clauses[i].end < at) i++;
    if (i == count) return false;
    while (i > s->next && clauses[i - 1].sentence == clauses[i].sentence) i--;
    s->start = clauses[i].start;
    s->next = i + 1;
    while (s->next < count && clauses[s->next].sentence == clauses[i].sentence) s->next++;
    s->end = clauses[s->next - 1].end;
    return true;
}

/* ；王芳，女，: whether the name that ends here is the first of a part of the sentence. */
static bool heads_part(const qm_entity_scratch *scratch, uint32_t at)
{
    for (uint32_t i = at - 1; i > 0 && at - i < 5; i--) {
        uint32_t c = qm_char_at(scratch, i - 1);
        if (c == U'；' || qm_is_colon(c)) return true;
        if (!qm_is_han(scratch, i - 1)) return false;
    }
    return false;
}

/* Whether the sentence names a person and tells a life. */
static void look_for_persons(const qm_entity_scratch *scratch, sentence *s)
{
    if (s->ahead < s->start) s->ahead = qm_set_next(scratch, QM_SET_PERSONS, s->start);
    uint32_t at = s->ahead;
    s->person = at <= s->end;
    s->life = false;
    for (; at <= s->end; at = qm_set_next(scratch, QM_SET_PERSONS, at + 1))
        if ((at < s->start + 8 || heads_part(scratch, at)) && life_note(scratch, at))
            s->life = true;
}

/* 葛海涛，村支书，: in apposition by itself. */
static bool between_commas(const qm_entity_scratch *scratch, const title *t)
{
    const uint32_t c = qm_char_at(scratch, t->end);
    return t->start > 1 && qm_is_comma(qm_char_at(scratch, t->start - 1)) &&
           qm_kind_ends(scratch, t->start - 1, QM_ENTITY_PERSON) &&
           (qm_is_comma(c) || c == U'。' || c == U'；' || c == '\n' || c == 0);
}

/* 葛海涛，云岭师范学院（的）讲师: in apposition, behind the places and bodies that it belongs to,
 * and those that sent somebody there. */
static bool beside_comma(const qm_entity_scratch *scratch, const title *t)
{
    uint32_t at = t->start - (t->start > 0 && qm_char_at(scratch, t->start - 1) == U'的');
    at = skip_sender(scratch, skip_names(scratch, at));
    return at > 1 && at + 1 < t->start && qm_is_comma(qm_char_at(scratch, at - 1)) &&
           qm_kind_ends(scratch, at - 1, QM_ENTITY_PERSON);
}

static bool borne(const qm_entity_scratch *scratch, const sentence *s, const title *t)
{
    if (beside_person(scratch, t)) return true;
    if (t->flags & QM_FLAG_WEAK) return false;
    if (before_borne(scratch, t) || fills_cell(scratch, t) || fills_form(scratch, t) ||
        ends_note(scratch, t))
        return true;
    if (!s->person || !stands_free(scratch, t)) return false;
    if (qm_char_at(scratch, t->end) == U'由') return true; /* 第一书记由王芳担任 */
    return s->life || after_verb(scratch, t) || beside_comma(scratch, t) ||
           between_commas(scratch, t);
}

/* 工作队队长 behind 驻清水村工作队: what is left of the title when the body keeps its end. */
static int add_behind_body(qm_entity_scratch *scratch, const title *t, qm_error *err)
{
    for (uint32_t i = t->end - 1; i > t->start; i--) {
        uint32_t from = qm_org_from(scratch, i);
        if (from > 0 && from <= t->start &&
            qm_mark_starting(scratch, i, QM_WORD_ROLE).end == t->end)
            return qm_entity_add(scratch, i, t->end, QM_ENTITY_ROLE, 7, false, err);
    }
    return QM_OK;
}

/* From the last title to the first, so that a list finds its borne end. first, limit: numbers of
 * those that end in the sentence. */
static int roles_of_sentence(qm_entity_scratch *scratch, const sentence *s, size_t first,
                             size_t limit, qm_error *err)
{
    int status = QM_OK;
    uint32_t least = UINT32_MAX; /* of the titles that were found: where they start */
    for (size_t i = limit; i-- > first && status == QM_OK;) {
        title t = {0};
        const uint32_t at = scratch->lists[QM_LIST_ROLES].at[i];
        if (at > least) continue;
        if (at <= s->start) break;
        if (!title_ending(scratch, at, &t)) continue;
        if (t.start < s->start || !borne(scratch, s, &t)) continue;
        status = qm_entity_add(scratch, t.start, t.end, QM_ENTITY_ROLE, 8, false, err);
        if (status == QM_OK) status = add_behind_body(scratch, &t, err);
        least = t.start;
    }
    return status;
}

int qm_entity_roles(qm_entity_scratch *scratch, qm_error *err)
{
    sentence s = {.ahead = qm_set_next(scratch, QM_SET_PERSONS, 0)};
    int status = QM_OK;
    const qm_u32_array *titles = &scratch->lists[QM_LIST_ROLES];
    size_t first = 0, limit = 0;
    while (status == QM_OK && first < titles->count &&
           next_sentence(scratch, titles->at[first], &s)) {
        while (limit < titles->count && titles->at[limit] <= s.end) limit++;
        look_for_persons(scratch, &s);
        status = roles_of_sentence(scratch, &s, first, limit, err);
        first = limit;
    }
    return status;
}
