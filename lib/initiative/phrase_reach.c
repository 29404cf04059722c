/* How far the verb and the object of a row go once they are found: what is listed with them, what
 * describes them, what is quoted with them. */
#include "initiative/phrase.h"

/* A noun that may stand in one phrase with a noun beside it. */
static bool is_noun(const qm_phrasing *p, qm_phrase_word *word)
{
    return !qm_phrase_is_single(word) && qm_phrase_kind_of(p, word) == QM_PHRASE_NOUN;
}

/* An act that may be part of a noun: 晋位 提升 机制. */
static bool is_act_noun(const qm_phrasing *p, qm_phrase_word *word)
{
    return !qm_phrase_is_single(word) && qm_phrase_kind_of(p, word) == QM_PHRASE_ACT;
}

/* Behind a noun and the acts that describe it; where they stand if there is no noun. */
static qm_phrase_word *behind_described(const qm_phrasing *p, qm_phrase_word *word,
                                        const qm_phrase_word *limit)
{
    qm_phrase_word *end = word;
    while (end < limit && is_act_noun(p, end)) end++;
    return end < limit && is_noun(p, end) ? end + 1 : word;
}

/* Up to the end of the noun phrase and of what is listed with it. */
static qm_phrase_word *widen_right(const qm_phrasing *p, qm_phrase_word *to,
                                   const qm_phrase_word *limit)
{
    for (qm_phrase_word *word = to, *end; word < limit; to = word = end) {
        if (word->kind == QM_PHRASE_CLOSE && word == to) word++;
        if (word < limit && word->kind == QM_PHRASE_AND) word++;
        if (word == limit) break;
        end = word->kind == QM_PHRASE_OPEN ? qm_phrase_behind_quoted(p, word)
                                           : behind_described(p, word, limit);
        if (end == word || end > limit) break;
    }
    return to;
}

/* Where the verb has been before, any word may describe a noun that does no job of grammar. */
static bool may_describe(const qm_phrasing *p, qm_phrase_word *word, bool acts)
{
    if (!acts || qm_phrase_is_single(word)) return is_noun(p, word);
    return word->jobs == 0 && qm_phrase_kind_of(p, word) <= QM_PHRASE_ACT;
}

/* Acts belong to it where the verb has been before them. */
static qm_phrase_word *widen_left(const qm_phrasing *p, qm_phrase_word *from,
                                  const qm_phrase_word *limit, bool acts)
{
    while (from > limit) {
        qm_phrase_word *word = from - 1;
        if (word->kind == QM_PHRASE_AND && word > limit) word--;
        if (word->kind == QM_PHRASE_CLOSE) {
            qm_phrase_word *open = qm_phrase_before_quoted(p, word);
            if (open == word || open < limit) break;
            word = open;
        } else if (qm_phrase_is_named(p, word->start, word->end) || !may_describe(p, word, acts)) {
            break;
        }
        from = word;
    }
    return from;
}

/* 临时 救助 三户: an act that ends a noun phrase; behind 开展 and the like any verb may be one. */
static qm_phrase_word *with_last_act(const qm_phrasing *p, qm_phrase_word *to,
                                     const qm_phrase_word *limit, bool helped)
{
    qm_phrase_word *act = to < limit && to->kind == QM_PHRASE_CLOSE ? to + 1 : to;
    if (act == limit || qm_phrase_is_single(act) || !qm_phrase_is_act(p, act)) return to;
    helped |= act > p->words && act[-1].kind == QM_PHRASE_CLOSE;
    if (act->kind != QM_PHRASE_ACT && !(helped && qm_phrase_acts(p, act))) return to;
    const bool ends =
        act + 1 == limit || act[1].kind == QM_PHRASE_FIGURE || act[1].kind == QM_PHRASE_AND;
    return ends ? act + 1 : to;
}

/* 油、米 等 生活物资, 老街 的 戏台, 老街 上 的 戏台: what comes behind says what it is. */
static qm_phrase_word *behind_head(const qm_phrasing *p, qm_phrase_word *to,
                                   const qm_phrase_word *limit, qm_phrase_word **from)
{
    if (to == limit) return to;
    const bool list = qm_phrase_is_single(to) && to->jobs & QM_PARTICLE_LIST;
    qm_phrase_word *of = to;
    if (!list && qm_phrase_is_single(to) && to + 1 < limit && qm_phrase_is_of(to + 1)) of++;
    if (!list && !qm_phrase_is_of(of)) return to;
    qm_phrase_word *head = qm_phrase_behind_counts(p, of + 1);
    if (head >= limit) return to; /* that is another's */
    qm_phrase_word *end = widen_right(p, head, limit);
    if (end == head && head == of + 1 && head + 1 == p->words + p->count && head->jobs == 0)
        end++; /* 取暖 的 煤 */
    if (list) end = with_last_act(p, end, limit, false);
    if (end == head || (end < limit && end->kind != QM_PHRASE_FIGURE)) return to;
    *from = head;
    return end;
}

/* 三务” 信息 begins before the mark that opens what is quoted, and what ends before the one that
 * closes it is all of it; but where the verb is quoted with it, it stays as it is. */
static qm_phrase_word *with_quotation(const qm_phrasing *p, qm_phrase_word *from,
                                      const qm_phrase_word *to, const qm_phrase_word *limit)
{
    const qm_phrase_word *word = from;
    while (word < to && word->kind != QM_PHRASE_OPEN && word->kind != QM_PHRASE_CLOSE) word++;
    if (word->kind != QM_PHRASE_CLOSE) return from;
    qm_phrase_word *open = qm_phrase_before_quoted(p, from);
    if (open < limit) return from;
    return word < to || open == from ? open : open + 1;
}

/* “党员 讲 党课”: how far what is quoted with the verb may go. */
static const qm_phrase_word *quotation_end(const qm_phrasing *p, qm_phrase_word *word,
                                           const qm_phrase_word *low, const qm_phrase_word *high)
{
    while (word < high && word->kind != QM_PHRASE_OPEN && word->kind != QM_PHRASE_CLOSE) word++;
    if (word == high || word->kind == QM_PHRASE_OPEN) return high;
    const qm_phrase_word *open = qm_phrase_before_quoted(p, word);
    return open != word && open < low ? word : high;
}

/* 学习 草莓 种植 技术: an act between two nouns is part of what the verb before them is about. */
static const qm_phrase_word *behind_compound(const qm_phrasing *p, qm_phrase_word *word,
                                             const qm_phrase_word *limit)
{
    while (word + 1 < limit && !qm_phrase_is_single(word) && qm_phrase_is_act(p, word) &&
           is_noun(p, word + 1))
        word += 2;
    return word;
}

/* 农户种植 艾草: the verb that the object of a rule ends with, if what stands behind is its own. */
static bool take_verb_of(const qm_phrasing *p, uint32_t start, qm_initiative *row)
{
    if (row->trigger_start >= start || start < row->object_start + 2) return false;
    const qm_phrase_word last = {.start = start - 2, .end = start};
    if (!p->document->words->begins[last.start]) return false;
    const qm_phrase_word who = {.start = row->object_start, .end = last.start};
    const uint32_t class = who.end > who.start ? qm_phrase_class(p, &who, NULL) : 0;
    if (class > QM_CLASS_NOUN ||
        qm_phrase_kind_of_class(qm_phrase_class(p, &last, NULL)) != QM_PHRASE_VERB)
        return false;
    row->trigger_start = last.start;
    row->trigger_end = last.end;
    row->object_start = start;
    return true;
}

void qm_phrase_widen_object(qm_phrasing *p, qm_initiative *row, bool of_rule)
{
    const qm_phrase_word *low = p->words, *high = p->words + p->count;
    if (row->object_start < low->start || row->object_end > high->end) return; /* or none */
    qm_phrase_word *from = qm_phrase_word_on(p, row->object_start),
                   *to = qm_phrase_word_on(p, row->object_end - 1) + 1;
    const qm_phrase_word *next = to, *verb = qm_phrase_word_on(p, row->trigger_start);
    const bool behind = row->trigger_end <= row->object_start;
    if (behind) low = qm_phrase_word_on(p, row->trigger_end - 1) + 1;
    else high = verb;
    if (low > from || to > high) return;
    high = quotation_end(p, to, low, high);
    to = widen_right(p, to, high);
    if (behind) to = with_last_act(p, to, high, verb->uses & QM_USED_HELP);
    if (behind || of_rule) from = widen_left(p, from, low, behind);
    to = behind_head(p, to, high, &from);
    from = with_quotation(p, from, to, low);
    if (from->kind == QM_PHRASE_OPEN && qm_phrase_behind_quoted(p, from) == to && to - from > 2)
        from++, to--;
    if (to[-1].end - from->start > QM_PHRASE_WIDEST) return;
    const uint32_t end = row->object_end;
    row->object_start = from->start;
    row->object_end = to[-1].end;
    if (of_rule && from < next && next < to && next->kind == QM_PHRASE_NOUN &&
        take_verb_of(p, end, row))
        row->object_end = behind_compound(p, to, high)[-1].end;
}

void qm_phrase_widen_trigger(qm_phrasing *p, qm_initiative *row)
{
    qm_phrase_word *from = qm_phrase_word_on(p, row->trigger_start),
                   *to = qm_phrase_word_on(p, row->trigger_end - 1);
    const qm_phrase_word *last = p->words + p->count;
    if (to == last || from->start != row->trigger_start || to->end != row->trigger_end) return;
    if (qm_phrase_is_single(to) || !qm_phrase_is_act(p, to)) return;
    const uint32_t begins = row->object_start, ends = row->object_end;
    if (from > p->words && qm_phrase_goes_with(p, from - 1, from) &&
        (begins >= from->end || ends <= from[-1].start) &&
        (from[-1].kind == QM_PHRASE_VERB || from - 1 == p->words ||
         qm_phrase_kind_of(p, from - 2) != QM_PHRASE_NOUN))
        from--;
    if (to + 1 < last && qm_phrase_goes_with(p, to + 1, to) && to[1].kind == QM_PHRASE_VERB &&
        begins != to[1].start)
        to++;
    row->trigger_start = from->start;
    row->trigger_end = to->end;
}
