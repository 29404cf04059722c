/* Trigger and object of a row: the verb of its clause and the noun phrase that goes with it, as the
 * dictionary and grammar have them; what a rule found is cut at its verb. */
#include "initiative/phrase.h"

enum { LEAST_POINTS = -3, GOOD_POINTS = 2 }; /* that a verb needs */

/* ---- the verb ---- */

/* 清出来, 接 上: how far a verb goes on. */
static qm_phrase_word *behind_results(qm_phrase_word *word)
{
    while ((++word)->jobs & QM_PARTICLE_RESULT && !(word->jobs & QM_PARTICLE_OVER)) {
    }
    return word;
}

/* 整平, 拉进村 */
static bool begins_as_verb(const qm_phrasing *p, const qm_phrase_word *word)
{
    return word->end - word->start <= 3 && qm_phrase_jobs(p, word->start) & QM_PARTICLE_VERB;
}

/* 光纤 进 了 村: what says elsewhere what came of another verb, which does not stand there. */
static bool comes_alone(const qm_phrasing *p, qm_phrase_word *word)
{
    if (!qm_phrase_is_single(word) || !(word[1].jobs & QM_PARTICLE_OVER)) return false;
    return word == p->words || (!qm_phrase_is_single(word - 1) && !qm_phrase_is_known(word - 1) &&
                                !qm_phrase_is_act(p, word - 1));
}

/* 已完成 300亩: what helps other verbs is the verb where none but an amount is there. */
static bool helps_alone(const qm_phrase_word *word)
{
    return word->uses & QM_USED_HELP && word[1].kind == QM_PHRASE_FIGURE;
}

/* A word that is a verb to rules and a noun to the dictionary: 党总支. */
static bool is_mere_noun(const qm_phrasing *p, const qm_phrase_word *word)
{
    const uint32_t class =
        word->class >= QM_PHRASE_TO_ASK ? qm_phrase_class(p, word, NULL) : word->class;
    return class != 0 && class <= QM_CLASS_NAME && class != QM_CLASS_VERB &&
           class != QM_CLASS_IDIOM;
}

/* A word of one character, and one that nobody knows, by what it does. */
static bool may_be_verb(const qm_phrasing *p, qm_phrase_word *word)
{
    if (word->kind >= QM_PHRASE_FIGURE && word->kind != QM_PHRASE_UNREAD) return false;
    const bool begins = !qm_phrase_is_single(word) && begins_as_verb(p, word);
    if (word->jobs & QM_PARTICLE_RESULT && !begins) /* 起来; but 清完 */
        return comes_alone(p, word) || helps_alone(word);
    if (qm_phrase_is_known(word) || qm_phrase_is_act(p, word)) return true;
    const qm_phrase_word *behind = behind_results(word);
    if (!qm_phrase_is_single(word) && word[1].jobs & QM_PARTICLE_OVER &&
        word + 2 < p->words + p->count)
        return true; /* 学会 了 刺绣; but who knows of 安静 了 */
    /* 转 起来; but 山 上 is a place, and so is 从 山 上来. */
    if (qm_phrase_is_single(word) && word > p->words && word[-1].jobs & QM_PARTICLE_LIGHT)
        return false;
    if (qm_phrase_is_single(word))
        return behind->jobs & QM_PARTICLE_OVER ||
               (behind > word + 1 && !qm_phrase_is_single(word + 1)) ||
               word->jobs & QM_PARTICLE_VERB;
    const bool ends = qm_phrase_jobs(p, word->end - 1) & QM_PARTICLE_RESULT;
    const bool acts = behind->kind == QM_PHRASE_FIGURE ||
                      behind->jobs & (QM_PARTICLE_OVER | QM_PARTICLE_ARTICLE) || ends || begins;
    if (ends && begins && behind->jobs & QM_PARTICLE_OVER && !is_mere_noun(p, word))
        return true; /* 清完 了 */
    return acts && qm_phrase_is_coined(p, word);
}

/* Whether one of the words is a verb that is not used in some way; 门诊 and 为 are
 * ones to rules only. */
static bool has_verb(const qm_phrasing *p, const qm_phrase_word *from, qm_phrase_word *to,
                     uint8_t but)
{
    while (to-- > from) {
        if (to->uses & but || to->kind == QM_PHRASE_STOP) continue;
        if (!qm_phrase_is_known(to) && !qm_phrase_is_act(p, to)) continue;
        if (qm_phrase_is_single(to) || !is_mere_noun(p, to)) return true;
    }
    return false;
}

/* 学习 大棚 种植 技术: an act that only tells which of such things another verb is about; but 组织
 * 农户 推广 技术. */
static bool describes_head(const qm_phrasing *p, qm_phrase_word *word)
{
    const qm_phrase_word *head = word + 1;
    if (head >= p->words + p->count || !(qm_phrase_jobs(p, head->end - 1) & QM_PARTICLE_HEAD))
        return false;
    return (head[1].kind == QM_PHRASE_FIGURE || head + 1 == p->words + p->count) &&
           has_verb(p, p->words, word, QM_USED_HELP | QM_USED_BRING);
}

/* How well a word stands as the verb of the clause; 老党员 and 支部 are verbs to some rules only.
 */
static int verb_points(const qm_phrasing *p, qm_phrase_word *word)
{
    const qm_phrase_word *behind = behind_results(word);
    const uint32_t before = word > p->words ? word[-1].jobs : 0;
    const bool over = behind->jobs & QM_PARTICLE_OVER;
    int points = !qm_phrase_is_single(word) ? 2 : word->jobs & QM_PARTICLE_LIGHT ? -6 : 0;
    if (!qm_phrase_is_known(word))
        points -= qm_phrase_is_single(word) || qm_phrase_is_act(p, word) ? 1
                  : begins_as_verb(p, word)                              ? 2
                                                                         : 5;
    else if (!qm_phrase_is_single(word) && !(word->uses & QM_USED_ACT) && is_mere_noun(p, word))
        points -= 3;
    if (word->uses & QM_USED_ELSE) points -= qm_phrase_is_act(p, word) ? 1 : 4;
    if ((before | behind->jobs | behind[over].jobs) & QM_PARTICLE_OF) points -= 5;
    if (over) points += 4;
    else if (describes_head(p, word)) points -= 4;
    if (behind + over >= p->words + p->count) points -= 1;
    if (behind[over].kind == QM_PHRASE_FIGURE) points += 2;
    if (qm_phrase_is_named(p, word->start, word->end)) points -= 4;
    return points;
}

/* 接 上 is one verb; 起来 is none of it. */
static uint32_t verb_end(qm_phrase_word *word)
{
    const qm_phrase_word *behind = behind_results(word);
    while (++word < behind && qm_phrase_is_single(word)) {
    }
    return word[-1].end;
}

/* The best word of those that rules know as verbs, or of all: of equals the last. */
static qm_phrase_word *best_verb(qm_phrasing *p, bool known, int *most)
{
    qm_phrase_word *best = NULL;
    for (qm_phrase_word *word = p->words; word < p->words + p->count; word++) {
        if (known ? !qm_phrase_is_known(word) || word->kind == QM_PHRASE_STOP
                  : !may_be_verb(p, word))
            continue;
        int points = verb_points(p, word);
        if (points < LEAST_POINTS) continue;
        if (word->uses & QM_USED_HELP) points -= 4; /* better than none */
        if (best && points < *most) continue;
        best = word;
        *most = points;
    }
    return best;
}

/* What it gives stands behind the verb; NULL: there is none. */
static qm_phrase_word *find_verb(qm_phrasing *p, qm_phrase_word **from, qm_initiative *row)
{
    int most = LEAST_POINTS;
    qm_phrase_word *best = best_verb(p, true, &most);
    if (most < GOOD_POINTS) best = best_verb(p, false, &most);
    if (!best) return NULL;
    *from = best > p->words && qm_phrase_goes_with(p, best - 1, best) ? best - 1 : best;
    row->trigger_start = (*from)->start;
    row->trigger_end = verb_end(best);
    return behind_results(best);
}

/* ---- its object ---- */

static bool is_nominal(const qm_phrasing *p, qm_phrase_word *word)
{
    const qm_phrase_kind kind = qm_phrase_kind_of(p, word);
    if (qm_phrase_is_single(word) &&
        (word[1].jobs & QM_PARTICLE_OVER || word->jobs & QM_PARTICLE_VERB))
        return false; /* 禁 了, 搬 */
    if (kind == QM_PHRASE_VERB)
        return !qm_phrase_is_single(word) && !(word->uses & QM_USED_HELP) &&
               qm_phrase_kind_of(p, word + 1) == QM_PHRASE_NOUN;
    return kind <= QM_PHRASE_ACT || kind == QM_PHRASE_AND;
}

/* 画了 线, 盖了间 房, 全村的 门: few things of one character are objects. */
static bool stands_alone(const qm_phrasing *p, const qm_phrase_word *word)
{
    if (word == p->words || word->jobs != 0 || word->end != p->clause->end) return false;
    return word[-1].jobs & (QM_PARTICLE_OVER | QM_PARTICLE_OF) || qm_phrase_is_piece(p, word - 1);
}

/* Without what joins it to others; what stands before 的 only describes it. */
static bool settle_object(const qm_phrasing *p, const qm_phrase_word *from,
                          const qm_phrase_word *to, qm_initiative *row)
{
    while (from < to && from->kind == QM_PHRASE_AND) from++;
    while (from < to && to[-1].kind == QM_PHRASE_AND) to--;
    for (const qm_phrase_word *word = from; word < to; word++)
        if (qm_phrase_is_of(word)) from = word + 1;
    if (from >= to) return false;
    const uint32_t size = to[-1].end - from->start;
    if (size > QM_PHRASE_WIDEST || (size == 1 && !stands_alone(p, from))) return false;
    row->object_start = from->start;
    row->object_end = to[-1].end;
    return true;
}

/* 拖拉机 、 一台 深松机: what is counted begins something new. */
static bool is_one_of(const qm_phrasing *p, const qm_phrase_word *word)
{
    return word->jobs & QM_PARTICLE_ARTICLE && qm_phrase_is_single(word + 1) &&
           qm_phrase_jobs(p, word[1].start) & QM_PARTICLE_PIECE;
}

static qm_phrase_word *behind_noun(const qm_phrasing *p, qm_phrase_word *word)
{
    const qm_phrase_word *from = word, *at = NULL;
    for (const qm_phrase_word *last = p->words + p->count; word < last && word != at;) {
        at = word;
        if (word->kind == QM_PHRASE_AND && is_one_of(p, word + 1)) break;
        if (word->kind == QM_PHRASE_OPEN) word = qm_phrase_behind_quoted(p, word);
        else if (is_nominal(p, word) || (qm_phrase_is_of(word) && word > from)) word++;
    }
    while (word > from && qm_phrase_is_of(word - 1)) word--;
    return word;
}

static qm_phrase_word *before_noun(const qm_phrasing *p, qm_phrase_word *word)
{
    for (const qm_phrase_word *at = NULL; word > p->words && word != at;) {
        at = word;
        if (word[-1].kind == QM_PHRASE_CLOSE) word = qm_phrase_before_quoted(p, word - 1);
        else if (is_nominal(p, word - 1)) word--;
    }
    return word;
}

static bool find_behind(qm_phrasing *p, qm_phrase_word *verb, qm_initiative *row)
{
    qm_phrase_word *from = qm_phrase_behind_counts(p, verb);
    return settle_object(p, from, behind_noun(p, from), row);
}

/* 工作队 修路, 去年 修路: who acts and when are no object. */
static bool is_who_or_when(const qm_phrase_word *word)
{
    return word->uses & QM_USED_ACTOR || word->class == QM_CLASS_TIME;
}

/* The quantity that covers a place, or NULL. */
static const qm_quantity *quantity_on(const qm_phrasing *p, uint32_t at)
{
    const qm_quantities *quantities = p->document->quantities;
    uint32_t *near = &p->near->quantity;
    *near = qm_span_behind(QM_SPANS(quantities), *near, at);
    if (*near == quantities->count || quantities->at[*near].start > at) return NULL;
    return &quantities->at[*near];
}

/* 给 集体 挣 18万元: who gets what is told in money is no object. */
static bool gives_money(const qm_phrasing *p, qm_phrase_word *verb)
{
    const qm_phrase_word *figure = behind_results(verb);
    figure += (figure->jobs & QM_PARTICLE_OVER) != 0;
    const qm_quantity *money =
        figure->kind == QM_PHRASE_FIGURE ? quantity_on(p, figure->start) : NULL;
    return money && money->kind == QM_KIND_MONEY;
}

/* 把水管换了, 水管全换了; 在深圳做了 is no object. */
static bool find_before(qm_phrasing *p, qm_phrase_word *verb, qm_initiative *row)
{
    qm_phrase_word *end = verb;
    while (end > p->words && !(end[-1].jobs & QM_PARTICLE_TAKE) &&
           !(qm_phrase_is_of(end - 1) && end->kind == QM_PHRASE_FIGURE) &&
           (end[-1].kind == QM_PHRASE_FIGURE || qm_phrase_kind_of(p, end - 1) == QM_PHRASE_STOP))
        end--;                                                     /* 路面由3.5米 加到 */
    while (end > p->words && end[-1].kind == QM_PHRASE_AND) end--; /* 周三 、 周五 带班 */
    const qm_phrase_word *from = before_noun(p, end);
    const uint32_t before = from > p->words ? from[-1].jobs : 0;
    if (before & QM_PARTICLE_LIGHT && !(before & QM_PARTICLE_TURN)) return false;
    if (before & QM_PARTICLE_TURN && !(before & QM_PARTICLE_TAKE) && gives_money(p, verb))
        return false;
    if (from + 1 == end && from->uses & QM_USED_HELP && from->uses & QM_USED_ELSE)
        return false; /* 计划 修路 */
    if (!(before & QM_PARTICLE_TAKE) && from < end &&
        (is_who_or_when(end - 1) || qm_phrase_is_named(p, from->start, end[-1].end)))
        return false;
    return settle_object(p, from, end, row);
}

/* 筹资6万元 翻修 戏台: behind money another verb tells what it is for; 修缮 款 is what it is. */
static bool is_spent(const qm_phrasing *p, qm_phrase_word *behind)
{
    qm_phrase_word *use = qm_phrase_behind_counts(p, behind);
    if (use == behind || use[-1].kind != QM_PHRASE_FIGURE || !qm_phrase_is_known(use)) return false;
    const qm_quantity *money = quantity_on(p, use[-1].start);
    const bool whole = use[1].jobs & QM_PARTICLE_OVER || !qm_phrase_is_single(use + 1);
    return money && money->kind == QM_KIND_MONEY && whole &&
           (qm_phrase_is_single(use) || qm_phrase_is_act(p, use));
}

/* 摆进商店, 租给公司: where a thing goes stands behind the verb, what goes there before it. */
static void find_object(qm_phrasing *p, qm_phrase_word *verb, qm_phrase_word *behind,
                        qm_initiative *row)
{
    const uint32_t last = qm_phrase_jobs(p, behind[-1].end - 1);
    if (is_spent(p, behind)) return;
    const bool gains = last & QM_PARTICLE_LIGHT && /* 领 到; but 收 进 */
                       qm_phrase_jobs(p, verb->start) & QM_PARTICLE_GAIN;
    bool before = last & QM_PARTICLE_TOWARD && !gains;
    for (const qm_phrase_word *word = verb; word > p->words && !(last & QM_PARTICLE_INTO); word--)
        before |= word[-1].jobs & QM_PARTICLE_TAKE;
    if (before && find_before(p, verb, row)) return;
    if (!find_behind(p, behind, row) && !before) find_before(p, verb, row);
}

/* 试种 12亩: a figure is measured by, it is not what was planted. */
static bool has_object(const qm_phrasing *p, qm_initiative *row)
{
    if (row->object_start == QM_NONE) return false;
    const qm_quantity *q = quantity_on(p, row->object_start);
    if (!q || q->end < row->object_end) return true;
    row->object_start = row->object_end = QM_NONE;
    return false;
}

/* The first word that begins at a place or behind it; behind all of them if there is none. */
static qm_phrase_word *word_from(qm_phrasing *p, uint32_t at)
{
    qm_phrase_word *word = qm_phrase_word_on(p, at);
    return word + (word < p->words + p->count && word->start < at);
}

/* The words that a rule found: [*from, return); of 慰问困难 behind 走访, which is one with 慰问,
 * both. */
static qm_phrase_word *given_words(qm_phrasing *p, qm_phrase_word **from, const qm_initiative *row)
{
    *from = qm_phrase_word_on(p, row->trigger_start);
    const bool read = *from < p->words + p->count;
    if (read && (*from)->start < row->trigger_start && (*from)->kind != QM_PHRASE_VERB) ++*from;
    return word_from(p, row->trigger_end);
}

/* Whether a noun phrase that nothing says to be another's ends the clause. */
static bool ends_clause(qm_phrasing *p, const qm_initiative *row)
{
    const qm_phrase_word *from = word_from(p, row->object_start);
    qm_phrase_word *next = word_from(p, row->object_end);
    const qm_phrase_word *figure = next + (next->kind == QM_PHRASE_AND); /* 童书 、 30个 书包 */
    const bool ends = next == p->words + p->count || figure->kind == QM_PHRASE_FIGURE;
    return ends && qm_phrase_kind_of(p, next - 1) == QM_PHRASE_NOUN &&
           !has_verb(p, from, next, 0) &&
           !qm_phrase_is_named(p, row->object_start, row->object_end);
}

/* 汛期 排查 隐患点14处: where a noun phrase stands behind the verb, what a rule has before it at
 * the start of the clause is when or where, unless something lets objects stand there. */
static void prefer_behind(qm_phrasing *p, qm_initiative *row)
{
    qm_phrase_word *behind = word_from(p, row->trigger_end);
    if (row->object_end > row->trigger_start || behind == p->words) return;
    behind = behind_results(behind - 1);
    if (qm_phrase_jobs(p, behind[-1].end - 1) & QM_PARTICLE_TOWARD ||
        has_verb(p, p->words, qm_phrase_word_on(p, row->object_start), 0))
        return;
    for (const qm_phrase_word *word = p->words; word < behind; word++)
        if ((word->jobs & (QM_PARTICLE_TURN | QM_PARTICLE_LIGHT)) == QM_PARTICLE_TURN) return;
    const qm_initiative given = *row;
    behind += qm_phrase_is_of(behind) && behind[1].kind == QM_PHRASE_FIGURE; /* 捐来 的 260本 书 */
    if (find_behind(p, behind, row) && !ends_clause(p, row)) *row = given;
}

/* 村集体收入 is what another verb is about, if there is one. */
static void find_verb_of(qm_phrasing *p, qm_phrase_word *from, const qm_phrase_word *to,
                         qm_initiative *row)
{
    const qm_initiative given = *row;
    qm_phrase_word *verb;
    for (qm_phrase_word *word = from; word < to; word++) {
        word->uses = 0;
        word->kind = QM_PHRASE_NOUN;
    }
    if (!find_verb(p, &verb, row)) return;
    if (row->trigger_start < given.trigger_end && given.trigger_start < row->trigger_end) {
        *row = given;
        return;
    }
    row->object_start = given.trigger_start;
    row->object_end = given.trigger_end;
    prefer_behind(p, row);
}

static bool is_verbal(const qm_phrasing *p, qm_phrase_word *word)
{
    const uint8_t mere = word->uses & (QM_USED_VERB | QM_USED_ELSE);
    if (word->uses & QM_USED_HELP || word->jobs & (QM_PARTICLE_TURN | QM_PARTICLE_LIGHT))
        return false;
    if (word->end - word->start > 2 && qm_phrase_is_thing(p, word->start, word->end)) return false;
    return mere == QM_USED_VERB || qm_phrase_is_act(p, word);
}

/* Of the phrase of a rule, or of what a rule has as its object: 高龄 补贴 is none, 现场 指导 is. */
static bool is_verbal_in(const qm_phrasing *p, qm_phrase_word *word, bool object)
{
    return is_verbal(p, word) || (object && word->uses & QM_USED_ACT && !qm_phrase_is_single(word));
}

/* 留守|儿童: of a phrase that is no act, a verb that no rule knows tells which of them it is, where
 * another verb stands outside. */
static bool describes_phrase(qm_phrasing *p, qm_phrase_word *verb, qm_phrase_word *end,
                             qm_phrase_word *to)
{
    if (verb + 1 != end || end + 1 != to || qm_phrase_is_known(verb)) return false;
    if (qm_phrase_kind_of(p, end) != QM_PHRASE_NOUN) return false;
    return has_verb(p, p->words, verb, 0) || has_verb(p, to, p->words + p->count, 0);
}

/* 村道硬化, 推倒残垣断壁: what a rule found is cut at its verb. */
static void cut_phrase(qm_phrasing *p, qm_initiative *row, bool object)
{
    qm_phrase_word *from, *to = given_words(p, &from, row), *verb, *end = to;
    if (from == p->words + p->count) return; /* it stands behind all that were read */
    while (end > from && !is_verbal_in(p, end - 1, object)) end--;
    for (verb = end; verb > from && is_verbal_in(p, verb - 1, object);) verb--;
    /* 争取 资金: a verb that helps others is better than none. */
    if (verb == end && to > from + 1 && from->uses & QM_USED_HELP &&
        qm_phrase_kind_of(p, from) == QM_PHRASE_VERB)
        end = (verb = from) + 1;
    if (verb < end && describes_phrase(p, verb, end, to)) verb = end = to;
    if (verb < end) {
        row->trigger_start = verb->start;
        row->trigger_end = end[-1].end;
    } else if (to > from + 1 ||
               (!qm_phrase_is_single(from) && qm_phrase_is_thing(p, from->start, from->end))) {
        find_verb_of(p, from, to, row);
        return;
    }
    /* What stands before the verb in an object says how: 现场 指导. */
    find_object(p, verb < end && !object ? verb : from, verb < end ? end : to, row);
}

/* ---- what a rule found ---- */

/* 超市, 媒体: what some rules have as their verb, others have as an object and the dictionary as a
 * noun. */
static bool is_mere_thing(const qm_phrasing *p, const qm_phrase_word *word)
{
    const uint8_t verbal = QM_USED_ACT | QM_USED_HELP;
    return word->uses & QM_USED_THING && !(word->uses & verbal) && !qm_phrase_is_single(word) &&
           qm_phrase_is_thing(p, word->start, word->end);
}

/* The word that ends at a place; the one that stops everything if none does. */
static const qm_phrase_word *word_before(qm_phrasing *p, uint32_t end)
{
    const qm_phrase_word *word = qm_phrase_word_on(p, end - 1);
    return word->end == end ? word : p->words + p->count;
}

/* 结成 对子, 换 出: whether the object of a rule is a verb, with or without what that is about. */
static bool begins_with_verb(qm_phrasing *p, const qm_initiative *row)
{
    qm_phrase_word *word = qm_phrase_word_on(p, row->object_start);
    if (word == p->words + p->count || word->start != row->object_start ||
        word->uses & QM_USED_HELP)
        return false;
    const qm_phrase_word *behind = behind_results(word);
    if (qm_phrase_is_single(word)) return behind > word + 1 || behind[-1].jobs & QM_PARTICLE_INTO;
    return qm_phrase_kind_of(p, word) == QM_PHRASE_VERB;
}

/* Whether what a rule has as its verb does nothing, but what it has as its object does. */
static bool is_turned(qm_phrasing *p, const qm_initiative *row)
{
    const qm_phrase_word object = {.start = row->object_start, .end = row->object_end};
    const qm_phrase_kind kind = qm_phrase_kind_of_class(qm_phrase_class(p, &object, NULL));
    if (kind == QM_PHRASE_VERB || kind == QM_PHRASE_ACT)
        return !(word_before(p, row->trigger_end)->uses & QM_USED_ACT) && /* 办理 低保 */
               qm_phrase_is_thing(p, row->trigger_start, row->trigger_end);
    if (begins_with_verb(p, row) && !(word_before(p, row->trigger_end)->uses & QM_USED_ACT) &&
        qm_phrase_is_thing(p, row->trigger_start, row->trigger_end))
        return true;
    return word_before(p, row->object_end)->uses & QM_USED_ACT &&
           is_mere_thing(p, word_before(p, row->trigger_end));
}

/* 村集体分得收益, 专家指导: where a rule has the one who acts as its verb, what it has as the
 * object is. */
static bool turn_round(qm_phrasing *p, qm_initiative *row)
{
    const uint32_t size = row->trigger_end - row->trigger_start;
    if (size < 2 || row->object_end - row->object_start < 2) return false;
    if (row->object_start < row->trigger_end || row->object_end > p->clause->end) return false;
    if (!is_turned(p, row)) return false;
    row->trigger_start = row->object_start;
    row->trigger_end = row->object_end;
    row->object_start = row->object_end = QM_NONE;
    return true;
}

/* 与超市 达成 协议, 被媒体 报道: such a thing is who acts or is acted with, where there is a verb.
 */
static bool leave_thing(qm_phrasing *p, qm_initiative *row)
{
    qm_phrase_word *from, *to = given_words(p, &from, row), *verb, *behind;
    if (to != from + 1 || from->start != row->trigger_start || !is_mere_thing(p, from))
        return false;
    const qm_initiative given = *row;
    from->uses = 0;
    from->kind = QM_PHRASE_NOUN;
    behind = find_verb(p, &verb, row);
    if (!behind || is_mere_thing(p, verb)) {
        *row = given;
        return false;
    }
    if (row->trigger_end <= given.object_start) return false; /* its object is widened as ever */
    row->object_start = row->object_end = QM_NONE;
    find_object(p, verb, behind, row);
    return true;
}

/* 邀请 专家 到村 指导 嫁接: the act behind who is brought in, if it says what it is done to. */
static qm_phrase_word *act_behind(qm_phrasing *p, qm_phrase_word *word)
{
    qm_phrase_word *last = p->words + p->count;
    for (; word < last && word->kind != QM_PHRASE_AND; word++) {
        const uint32_t turns = word->jobs & (QM_PARTICLE_TURN | QM_PARTICLE_ASIDE);
        if (turns == QM_PARTICLE_TURN) return NULL; /* 对 工艺 进行 改良 */
        if (word->kind == QM_PHRASE_STOP || !qm_phrase_is_known(word) ||
            !is_verbal_in(p, word, true))
            continue;
        if (qm_phrase_is_single(word) && qm_phrase_is_single(word - 1)) continue; /* 嘎 查 */
        const qm_phrase_word *behind = behind_results(word);
        if (behind < last && (behind->jobs & QM_PARTICLE_OVER || behind->kind == QM_PHRASE_OPEN))
            return word;
        qm_phrase_word *thing = qm_phrase_behind_counts(p, behind_results(word));
        if (thing < last && !(thing->uses & QM_USED_HELP) &&
            qm_phrase_kind_of(p, thing) == QM_PHRASE_NOUN && !qm_phrase_is_single(thing))
            return word;
    }
    return NULL;
}

/* The verb of somebody who is brought in takes the place of the one that brings them. */
static void pass_on(qm_phrasing *p, qm_initiative *row)
{
    const qm_phrase_word *word = qm_phrase_word_on(p, row->trigger_start);
    if (!(word->uses & QM_USED_BRING) || row->object_start < word->end) return;
    qm_phrase_word *behind_who = word_from(p, row->object_end);
    if (behind_who > p->words && is_verbal_in(p, behind_who - 1, true)) return; /* 组织 外出学习 */
    qm_phrase_word *act = act_behind(p, behind_who);
    if (!act) return;
    const qm_initiative given = *row;
    row->trigger_start = act->start;
    row->trigger_end = verb_end(act);
    row->object_start = row->object_end = QM_NONE;
    find_object(p, act, behind_results(act), row);
    if (row->object_start == QM_NONE) *row = given;
}

/* 完成 户厕|改造: what is said to be complete is the act that the object ends with. */
static void take_completed(qm_phrasing *p, qm_initiative *row)
{
    const qm_phrase_word *helper = qm_phrase_word_on(p, row->trigger_start);
    qm_phrase_word *act = qm_phrase_word_on(p, row->object_end - 1);
    if (!(helper->uses & QM_USED_HELP) || !(helper->jobs & QM_PARTICLE_RESULT)) return;
    if (row->object_start < helper->end || act->start < row->object_start + 2) return;
    if (act->end != row->object_end || qm_phrase_is_single(act) || !qm_phrase_is_act(p, act))
        return;
    row->trigger_start = act->start;
    row->trigger_end = row->object_end;
    row->object_end = act->start;
}

/* Of a rule with verb and object; whether both only need to be widened. */
static bool look_again(qm_phrasing *p, qm_initiative *row)
{
    if (!p->initiator->means.at[row->type]) pass_on(p, row);
    if (turn_round(p, row)) {
        cut_phrase(p, row, true);
        return false;
    }
    return !leave_thing(p, row);
}

/* 逐户 走访: what says how is no verb where one stands behind it, or is one with it. */
static void leave_manner(qm_phrasing *p, qm_initiative *row)
{
    const qm_phrase_word given = {.start = row->trigger_start, .end = row->trigger_end};
    const qm_phrase_word *how = qm_phrase_word_on(p, given.start);
    qm_phrase_word *verb = word_from(p, given.end);
    const bool apart = row->object_end <= given.start || row->object_start >= how->end;
    if (apart && how->start == given.start && how->end > given.end && qm_phrase_is_known(how) &&
        qm_phrase_kind_of_class(qm_phrase_class(p, &given, NULL)) == QM_PHRASE_STOP)
        row->trigger_end = how->end;
    if (how->end != given.end || !(how->uses & QM_USED_LIMIT)) return;
    if (verb->start != given.end || verb->start == row->object_start) return;
    if (qm_phrase_is_single(verb) || !is_verbal(p, verb)) return;
    row->trigger_start = verb->start;
    row->trigger_end = verb_end(verb);
}

static void find_words(qm_phrasing *p, bool given, bool some, qm_initiative *row)
{
    const qm_initiative as_found = *row;
    qm_phrase_word *verb, *behind;
    if (some) leave_manner(p, row);
    if (some && look_again(p, row)) {
        prefer_behind(p, row);
        qm_phrase_widen_object(p, row, true);
        qm_phrase_widen_trigger(p, row);
        take_completed(p, row);
        return;
    }
    if (given && !some) cut_phrase(p, row, false);
    else if (!given && (behind = find_verb(p, &verb, row))) find_object(p, verb, behind, row);
    const bool before = some && row->object_end <= row->trigger_start; /* 专家 现场 指导 */
    if (row->trigger_start != QM_NONE && !before) qm_phrase_widen_object(p, row, false);
    if (!some || row->object_start != QM_NONE) return;
    row->object_start = as_found.trigger_start;
    row->object_end = as_found.trigger_end;
}

int qm_phrase_make_room(qm_initiative_scratch *scratch, const qm_text *text)
{
    const size_t most = text->count; /* of a clause */
    return qm_array_reserve(scratch->alloc, &scratch->words_on, most + QM_PHRASE_AT_ONCE);
}

void qm_row_find_words(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                       const qm_document *document, const qm_run *run, qm_initiative *row)
{
    qm_near near = run->near;
    qm_phrasing p; /* its words are not cleared */
    p.initiator = initiator;
    p.document = document;
    p.clause = &document->clauses->at[run->head];
    p.near = &near;
    p.on = scratch->words_on.at;
    p.match = run->match;
    const bool given = row->trigger_start != QM_NONE, some = has_object(&p, row);
    if (!document->words || !initiator->segmenter) return;
    if (given && (row->trigger_start < p.clause->start || row->trigger_end > p.clause->end)) return;
    qm_phrase_read(&p);
    find_words(&p, given, some, row);
}
