/* Trigger and object of a row as far as no rule gives them: the verb of its clause and the noun
 * phrase that goes with it, as the dictionary and grammar have them. */
#include "initiative/scratch.h"
#include "segment/segment.h"

enum {
    WORDS_MOST = 96, /* of a clause; what is behind them is not looked at */
    UNASKED = 255,
    WIDEST = 24,  /* characters of an object */
    RAREST = 100, /* about one in 300,000: what rarer words are nobody knows well */
    LEAST_POINTS = -3,
    GOOD_POINTS = 2
};

typedef enum word_kind {
    WORD_NOUN, /* and what describes one, and words that nobody knows */
    WORD_VERB,
    WORD_ACT, /* a verb that is a noun as well: 培训 */
    WORD_FIGURE,
    WORD_AND,  /* joins nouns: 、 */
    WORD_OPEN, /* quotation marks and brackets, which may be in a noun phrase */
    WORD_CLOSE,
    WORD_STOP, /* other marks, and words that are no part of a noun phrase */
    WORD_UNREAD
} word_kind;

typedef struct phrase_word {
    uint32_t start, end;
    uint16_t jobs; /* of a particle; of two characters, what both do */
    uint8_t kind;  /* word_kind */
    uint8_t uses;  /* QM_USED_* */
    uint8_t class; /* in the dictionary, or UNASKED */
} phrase_word;

typedef struct phrasing {
    const qm_initiator *initiator;
    const qm_document *document;
    const qm_clause *clause;
    qm_near *near;  /* where quantities and entities were asked for last */
    uint32_t match; /* one before which there is none of the clause */
    uint32_t count;
    phrase_word words[WORDS_MOST + 1]; /* the last one stops everything */
} phrasing;

static bool is_single(const phrase_word *word)
{
    return word->end == word->start + 1;
}

static uint32_t jobs_of(const phrasing *p, uint32_t at)
{
    return qm_particle_jobs(&p->initiator->particles, p->document->text->chars[at]);
}

/* The quantity that covers a place, or NULL. */
static const qm_quantity *quantity_on(const phrasing *p, uint32_t at)
{
    const qm_quantities *quantities = p->document->quantities;
    uint32_t *near = &p->near->quantity;
    *near = qm_span_behind(QM_SPANS(quantities), *near, at);
    if (*near == quantities->count || quantities->at[*near].start > at) return NULL;
    return &quantities->at[*near];
}

static bool is_named(const phrasing *p, uint32_t start, uint32_t end)
{
    const qm_entities *entities = p->document->entities;
    if (!entities) return false;
    uint32_t *near = &p->near->entity;
    *near = qm_span_behind(QM_SPANS(entities), *near, start);
    return *near < entities->count && entities->at[*near].start < end;
}

/* ---- the words of the clause ---- */

/* What words of a class of the dictionary are to a phrase. */
static word_kind kind_of_class(uint32_t class)
{
    static const uint32_t stops = 1u << QM_CLASS_ADVERB | 1u << QM_CLASS_NUMBER |
                                  1u << QM_CLASS_MEASURE | 1u << QM_CLASS_PRONOUN |
                                  1u << QM_CLASS_PREPOSITION | 1u << QM_CLASS_CONJUNCTION |
                                  1u << QM_CLASS_ADVERBIAL | 1u << QM_CLASS_TIME;
    if (class == QM_CLASS_VERB) return WORD_VERB;
    if (class == QM_CLASS_VERBAL_NOUN) return WORD_ACT;
    return stops >> class & 1 ? WORD_STOP : WORD_NOUN;
}

static word_kind kind_of_mark(uint32_t c)
{
    if (c == 0x3001) return WORD_AND;
    if (c == 0x201C || c == 0x300A) return WORD_OPEN;
    if (c == 0x201D || c == 0x300B) return WORD_CLOSE;
    return c == 0xB7 ? WORD_NOUN : WORD_STOP;
}

static word_kind kind_of_character(uint32_t jobs)
{
    const uint32_t stops = QM_PARTICLE_OVER | QM_PARTICLE_OF | QM_PARTICLE_LIGHT |
                           QM_PARTICLE_ASIDE | QM_PARTICLE_TAKE | QM_PARTICLE_END |
                           QM_PARTICLE_EACH;
    if (jobs & QM_PARTICLE_AND) return WORD_AND;
    return jobs & stops ? WORD_STOP : WORD_NOUN;
}

/* What can be told without the dictionary. Of more characters than two nothing is a particle. */
static void read_word(const phrasing *p, phrase_word *word)
{
    const qm_text *text = p->document->text;
    const uint32_t marks = 1u << QM_CHAR_PUNCT | 1u << QM_CHAR_SPACE;
    const uint32_t size = word->end - word->start;
    if (marks >> text->classes[word->start] & 1) {
        word->kind = kind_of_mark(text->chars[word->start]);
        return;
    }
    if (size <= 2) word->jobs = (uint16_t)(jobs_of(p, word->start) & jobs_of(p, word->end - 1));
    word->kind = size == 1 ? kind_of_character(word->jobs) : WORD_UNREAD;
}

static uint32_t ask_class(const phrasing *p, const phrase_word *word, uint32_t *rareness)
{
    if (!rareness) {
        qm_classed string = {word->start, word->end, 0};
        qm_segmenter_classes(p->initiator->segmenter, p->document->text, p->document->words,
                             &string, 1);
        return string.class;
    }
    return qm_segmenter_class(p->initiator->segmenter, p->document->text, word->start, word->end,
                              rareness);
}

/* Words of several characters that the dictionary does not have, or hardly. */
static bool is_coined(const phrasing *p, const phrase_word *word)
{
    uint32_t rareness = 0;
    if (is_single(word)) return false;
    if (word->class == 0) return true;
    return ask_class(p, word, &rareness) == 0 || rareness > RAREST;
}

static word_kind kind_of(const phrasing *p, phrase_word *word)
{
    if (word->kind != WORD_UNREAD) return word->kind;
    word->kind = kind_of_class(word->class);
    /* 老年 食堂; but 昨天 buys nothing */
    if (word->class == QM_CLASS_TIME && kind_of(p, word + 1) == WORD_NOUN) word->kind = WORD_NOUN;
    if (word->kind == WORD_STOP && is_coined(p, word)) word->kind = WORD_NOUN;
    return word->kind;
}

/* A class of nouns that somebody knows. */
static bool is_thing(uint32_t class)
{
    return class != 0 && kind_of_class(class) == WORD_NOUN;
}

/* Whether a string, or the word that it ends with, is a thing by a common word of the dictionary:
 * 村集体, 机关党委. */
static bool is_common_thing(const phrasing *p, uint32_t start, uint32_t end)
{
    uint32_t rareness = 0;
    const phrase_word whole = {.start = start, .end = end}, last = {.start = end - 2, .end = end};
    const uint32_t class = ask_class(p, &whole, &rareness);
    if (class != 0 && end - start > 2) return is_thing(class);
    if (end - start == 2) return is_thing(class) && rareness <= RAREST;
    return is_thing(ask_class(p, &last, &rareness)) && rareness <= RAREST;
}

static bool is_act(const phrasing *p, phrase_word *word)
{
    const word_kind kind = kind_of(p, word);
    return kind == WORD_VERB || kind == WORD_ACT;
}

/* A verb of rules that is cut in pieces becomes one word. */
static void join_words(phrasing *p, uint32_t first, uint32_t last)
{
    p->words[first] = (phrase_word){.start = p->words[first].start,
                                    .end = p->words[last].end,
                                    .kind = WORD_VERB,
                                    .class = UNASKED};
    memmove(p->words + first + 1, p->words + last + 1, (p->count - last) * sizeof *p->words);
    p->count -= last - first;
}

/* What rules and classes say of the words; matches come in the order of their ends. */
static void note_uses(phrasing *p)
{
    const qm_matches *matches = p->document->matches;
    uint32_t last = 0;
    const uint32_t stop = p->words[p->count].end;
    for (uint32_t i = p->match; i < matches->count && matches->at[i].end <= stop; i++) {
        const qm_match *match = &matches->at[i];
        const uint8_t uses = p->initiator->use_flags[qm_use_of(p->initiator, match)];
        if (uses == 0) continue;
        while (last < p->count && p->words[last].end < match->end) last++;
        uint32_t from = last;
        while (from > 0 && p->words[from].start > match->start) from--;
        if (p->words[from].start != match->start || p->words[last].end != match->end) continue;
        if (from < last && !(uses & (QM_USED_VERB | QM_USED_ACT | QM_USED_LIMIT))) continue;
        if (from < last) join_words(p, from, last);
        last = from;
        p->words[last].uses |= uses;
        if (uses & QM_USED_LIMIT) p->words[last].kind = WORD_STOP;
    }
}

/* Where the word at a place ends, at `end` at the latest. */
static uint32_t word_end(const uint8_t *begins, uint32_t at, uint32_t end)
{
    uint64_t eight; /* bytes of 0 or 1 */
    uint32_t to = at + 1;
    for (;; to += 8) {
        memcpy(&eight, begins + to, sizeof eight);
        if (eight != 0 || to + 8 >= end) break; /* most words are shorter */
    }
    to += eight ? (uint32_t)__builtin_ctzll(qm_little_endian(eight)) / 8 : end;
    return to < end ? to : end;
}

/* The dictionary is asked for all words at once: for each alone it would be waited for. */
static void ask_classes(phrasing *p)
{
    qm_classed strings[WORDS_MOST + 1];
    uint8_t numbers[WORDS_MOST + 1];
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        strings[count] = (qm_classed){p->words[i].start, p->words[i].end, 0};
        numbers[count] = (uint8_t)i;
        count += p->words[i].kind == WORD_UNREAD;
    }
    qm_segmenter_classes(p->initiator->segmenter, p->document->text, p->document->words, strings,
                         count);
    for (uint32_t k = 0; k < count; k++) p->words[numbers[k]].class = (uint8_t)strings[k].class;
}

static void read_words(phrasing *p)
{
    const uint8_t *begins = p->document->words->begins;
    const uint32_t end = p->clause->end;
    uint32_t at = p->clause->start;
    const qm_spans figures = QM_SPANS(p->document->quantities);
    uint32_t next = qm_span_behind(figures, p->near->quantity, at);
    for (p->count = 0; at < end && p->count < WORDS_MOST; p->count++) {
        phrase_word *word = &p->words[p->count];
        const uint32_t figure = next < figures.count ? qm_span_start(figures, next) : end;
        *word = (phrase_word){.start = at, .kind = WORD_FIGURE, .class = UNASKED};
        if (figure <= at) {
            word->end = qm_span_end(figures, next);
            if (word->end > end) word->end = end;
            next = qm_span_behind(figures, next, word->end);
        } else {
            word->end = word_end(begins, at, figure < end ? figure : end);
            read_word(p, word);
        }
        at = word->end;
    }
    p->words[p->count] = (phrase_word){.start = at, .end = at, .kind = WORD_STOP};
    note_uses(p);
    ask_classes(p);
}

/* ---- the verb ---- */

static bool is_known(const phrase_word *word)
{
    return word->uses & (QM_USED_VERB | QM_USED_ACT);
}

/* 清出来, 接 上: how far a verb goes on. */
static phrase_word *behind_results(phrase_word *word)
{
    while ((++word)->jobs & QM_PARTICLE_RESULT && !(word->jobs & QM_PARTICLE_OVER)) {
    }
    return word;
}

/* 整平, 拉进村 */
static bool begins_as_verb(const phrasing *p, const phrase_word *word)
{
    return word->end - word->start <= 3 && jobs_of(p, word->start) & QM_PARTICLE_VERB;
}

/* A word of one character, and one that nobody knows, by what it does. */
static bool may_be_verb(const phrasing *p, phrase_word *word)
{
    const phrase_word *behind = behind_results(word);
    if (word->jobs & QM_PARTICLE_RESULT || (word->kind >= WORD_FIGURE && word->kind != WORD_UNREAD))
        return false;
    if (is_known(word) || is_act(p, word)) return true;
    /* 转 起来; but 山 上 is a place, and so is 从 山 上来. */
    if (is_single(word) && word > p->words && word[-1].jobs & QM_PARTICLE_LIGHT) return false;
    if (is_single(word))
        return behind->jobs & QM_PARTICLE_OVER || (behind > word + 1 && !is_single(word + 1)) ||
               word->jobs & QM_PARTICLE_VERB;
    const bool acts = behind->kind == WORD_FIGURE ||
                      behind->jobs & (QM_PARTICLE_OVER | QM_PARTICLE_ARTICLE) ||
                      jobs_of(p, word->end - 1) & QM_PARTICLE_RESULT || begins_as_verb(p, word);
    return acts && is_coined(p, word);
}

/* Some words are verbs to rules only: 村里, 村集体收入. */
static bool acts_by_itself(const phrasing *p, phrase_word *word)
{
    if (word->class != UNASKED)
        return is_act(p, word) || (word->uses & QM_USED_ACT && word->kind != WORD_STOP);
    const word_kind kind = kind_of_class(ask_class(p, word, NULL));
    return kind == WORD_VERB || kind == WORD_ACT;
}

/* A word that is a verb to rules and a noun to the dictionary: 党总支. */
static bool is_mere_noun(const phrasing *p, const phrase_word *word)
{
    const uint32_t class = word->class == UNASKED ? ask_class(p, word, NULL) : word->class;
    return class != 0 && class <= QM_CLASS_NAME && class != QM_CLASS_VERB &&
           class != QM_CLASS_IDIOM;
}

/* How well a word stands as the verb of the clause; 老党员 and 支部 are verbs to some rules only.
 */
static int verb_points(const phrasing *p, phrase_word *word)
{
    const phrase_word *behind = behind_results(word);
    const uint32_t before = word > p->words ? word[-1].jobs : 0;
    const bool over = behind->jobs & QM_PARTICLE_OVER;
    int points = !is_single(word) ? 2 : word->jobs & QM_PARTICLE_LIGHT ? -6 : 0;
    if (!is_known(word))
        points -= is_single(word) || is_act(p, word) ? 1 : begins_as_verb(p, word) ? 2 : 5;
    else if (!is_single(word) && is_mere_noun(p, word)) points -= 3;
    if (word->uses & QM_USED_ELSE) points -= is_act(p, word) ? 1 : 4;
    if ((before | behind->jobs | behind[over].jobs) & QM_PARTICLE_OF) points -= 5;
    if (over) points += 4;
    if (behind + over >= p->words + p->count) points -= 1;
    if (behind[over].kind == WORD_FIGURE) points += 2;
    if (is_named(p, word->start, word->end)) points -= 4;
    return points;
}

/* 清淤 加固: verbs side by side are one. */
static bool goes_with(const phrasing *p, phrase_word *word, const phrase_word *next)
{
    if (is_single(word) || is_single(next) || word->jobs & QM_PARTICLE_RESULT) return false;
    return !((word->uses | next->uses) & QM_USED_HELP) && acts_by_itself(p, word);
}

/* 接 上 is one verb; 起来 is none of it. */
static uint32_t verb_end(phrase_word *word)
{
    const phrase_word *behind = behind_results(word);
    while (++word < behind && is_single(word)) {
    }
    return word[-1].end;
}

/* The best word of those that rules know as verbs, or of all: of equals the last. */
static phrase_word *best_verb(phrasing *p, bool known, int *most)
{
    phrase_word *best = NULL;
    for (phrase_word *word = p->words; word < p->words + p->count; word++) {
        if (known ? !is_known(word) : !may_be_verb(p, word)) continue;
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
static phrase_word *find_verb(phrasing *p, phrase_word **from, qm_initiative *row)
{
    int most = LEAST_POINTS;
    phrase_word *best = best_verb(p, true, &most);
    if (most < GOOD_POINTS) best = best_verb(p, false, &most);
    if (!best) return NULL;
    *from = best > p->words && goes_with(p, best - 1, best) ? best - 1 : best;
    row->trigger_start = (*from)->start;
    row->trigger_end = verb_end(best);
    return behind_results(best);
}

/* ---- its object ---- */

static bool is_nominal(const phrasing *p, phrase_word *word)
{
    const word_kind kind = kind_of(p, word);
    if (is_single(word) && word[1].jobs & QM_PARTICLE_OVER) return false; /* 禁 了 */
    if (kind == WORD_VERB)
        return !is_single(word) && !(word->uses & QM_USED_HELP) &&
               kind_of(p, word + 1) == WORD_NOUN;
    return kind <= WORD_ACT || kind == WORD_AND;
}

static bool is_of(const phrase_word *word)
{
    return word->jobs & QM_PARTICLE_OF;
}

/* 画了 线, 全村的 门: few things of one character are objects. */
static bool stands_alone(const phrasing *p, const phrase_word *word)
{
    if (word == p->words || word->jobs != 0) return false;
    return word->end == p->clause->end && word[-1].jobs & (QM_PARTICLE_OVER | QM_PARTICLE_OF);
}

/* Without what joins it to others; what stands before 的 only describes it. */
static bool settle_object(const phrasing *p, const phrase_word *from, const phrase_word *to,
                          qm_initiative *row)
{
    while (from < to && from->kind == WORD_AND) from++;
    while (from < to && to[-1].kind == WORD_AND) to--;
    for (const phrase_word *word = from; word < to; word++)
        if (is_of(word)) from = word + 1;
    if (from >= to) return false;
    const uint32_t size = to[-1].end - from->start;
    if (size > WIDEST || (size == 1 && !stands_alone(p, from))) return false;
    row->object_start = from->start;
    row->object_end = to[-1].end;
    return true;
}

/* Behind what stands in quotation marks; where it stands if they are never closed. */
static phrase_word *behind_quoted(const phrasing *p, phrase_word *word)
{
    const phrase_word *last = p->words + p->count;
    phrase_word *end = word;
    while (end < last && end->kind != WORD_CLOSE) end++;
    return end < last ? end + 1 : word;
}

static phrase_word *before_quoted(const phrasing *p, phrase_word *word)
{
    phrase_word *from = word;
    while (from > p->words && from[-1].kind != WORD_OPEN) from--;
    return from > p->words ? from - 1 : word;
}

static phrase_word *behind_noun(const phrasing *p, phrase_word *word)
{
    const phrase_word *from = word, *at = NULL;
    for (const phrase_word *last = p->words + p->count; word < last && word != at;) {
        at = word;
        if (word->kind == WORD_OPEN) word = behind_quoted(p, word);
        else if (is_nominal(p, word) || (is_of(word) && word > from)) word++;
    }
    while (word > from && is_of(word - 1)) word--;
    return word;
}

static phrase_word *before_noun(const phrasing *p, phrase_word *word)
{
    for (const phrase_word *at = NULL; word > p->words && word != at;) {
        at = word;
        if (word[-1].kind == WORD_CLOSE) word = before_quoted(p, word - 1);
        else if (is_nominal(p, word - 1)) word--;
    }
    return word;
}

/* Behind particles and what is counted: 修了 一座500吨的 冷库. */
static phrase_word *behind_counts(const phrasing *p, phrase_word *word)
{
    for (const phrase_word *last = p->words + p->count; word < last; word++) {
        if (word->kind == WORD_FIGURE) word += is_of(word + 1);
        else if (word->jobs & QM_PARTICLE_ARTICLE && is_single(word + 1)) word++;
        else if (!(word->jobs & QM_PARTICLE_ASIDE)) break;
    }
    return word;
}

static bool find_behind(phrasing *p, phrase_word *verb, qm_initiative *row)
{
    phrase_word *from = behind_counts(p, verb);
    return settle_object(p, from, behind_noun(p, from), row);
}

/* 把水管换了, 水管全换了; 在深圳做了 is no object. */
static bool find_before(phrasing *p, phrase_word *verb, qm_initiative *row)
{
    phrase_word *end = verb;
    while (end > p->words && kind_of(p, end - 1) == WORD_STOP && !(end[-1].jobs & QM_PARTICLE_TAKE))
        end--;
    while (end > p->words && end[-1].kind == WORD_FIGURE) end--;
    const phrase_word *from = before_noun(p, end);
    const uint32_t before = from > p->words ? from[-1].jobs : 0;
    if (before & QM_PARTICLE_LIGHT && !(before & QM_PARTICLE_TURN)) return false;
    if (!(before & QM_PARTICLE_TAKE) && from < end && is_named(p, from->start, end[-1].end))
        return false;
    return settle_object(p, from, end, row);
}

/* 摆进商店, 租给公司: where a thing goes stands behind the verb, what goes there before it. */
static void find_object(phrasing *p, phrase_word *verb, phrase_word *behind, qm_initiative *row)
{
    const uint32_t last = jobs_of(p, behind[-1].end - 1);
    bool before = last & QM_PARTICLE_TOWARD;
    for (const phrase_word *word = verb; word > p->words && !(last & QM_PARTICLE_INTO); word--)
        before |= word[-1].jobs & QM_PARTICLE_TAKE;
    if (before && find_before(p, verb, row)) return;
    if (!find_behind(p, behind, row) && !before) find_before(p, verb, row);
}

/* 试种 12亩: a figure is measured by, it is not what was planted. */
static bool has_object(const phrasing *p, qm_initiative *row)
{
    if (row->object_start == QM_NONE) return false;
    const qm_quantity *q = quantity_on(p, row->object_start);
    if (!q || q->end < row->object_end) return true;
    row->object_start = row->object_end = QM_NONE;
    return false;
}

/* The words that a rule found: [*from, return). */
static phrase_word *given_words(phrasing *p, phrase_word **from, const qm_initiative *row)
{
    const phrase_word *last = p->words + p->count;
    phrase_word *behind = p->words;
    while (behind < last && behind->start < row->trigger_start) behind++;
    *from = behind;
    while (behind < last && behind->start < row->trigger_end) behind++;
    return behind;
}

/* 村集体收入 is what another verb is about, if there is one. */
static void find_verb_of(phrasing *p, phrase_word *from, const phrase_word *to, qm_initiative *row)
{
    const qm_initiative given = *row;
    phrase_word *verb;
    for (phrase_word *word = from; word < to; word++) {
        word->uses = 0;
        word->kind = WORD_NOUN;
    }
    if (!find_verb(p, &verb, row)) return;
    if (row->trigger_start < given.trigger_end && given.trigger_start < row->trigger_end) {
        *row = given;
        return;
    }
    row->object_start = given.trigger_start;
    row->object_end = given.trigger_end;
}

static bool is_verbal(const phrasing *p, phrase_word *word)
{
    const uint8_t mere = word->uses & (QM_USED_VERB | QM_USED_ELSE);
    if (word->uses & QM_USED_HELP || word->jobs & (QM_PARTICLE_TURN | QM_PARTICLE_LIGHT))
        return false;
    if (word->end - word->start > 2 && is_common_thing(p, word->start, word->end)) return false;
    return mere == QM_USED_VERB || is_act(p, word);
}

/* 村道硬化, 推倒残垣断壁: what a rule found is cut at its verb. */
static void cut_phrase(phrasing *p, qm_initiative *row)
{
    phrase_word *from, *to = given_words(p, &from, row), *verb, *end = to;
    if (from == p->words + p->count) return; /* it stands behind all that were read */
    while (end > from && !is_verbal(p, end - 1)) end--;
    for (verb = end; verb > from && is_verbal(p, verb - 1);) verb--;
    if (verb < end) {
        row->trigger_start = verb->start;
        row->trigger_end = end[-1].end;
    } else if (to > from + 1 || (!is_single(from) && is_common_thing(p, from->start, from->end))) {
        find_verb_of(p, from, to, row);
        return;
    }
    find_object(p, verb < end ? verb : from, verb < end ? end : to, row);
}

/* ---- what a rule found ---- */

/* 村集体分得收益: where a rule has the one who acts as its verb, what it has as the object is. */
static bool turn_round(const phrasing *p, qm_initiative *row)
{
    const uint32_t size = row->trigger_end - row->trigger_start;
    if (size < 2 || row->object_end - row->object_start < 2) return false;
    if (row->object_start < row->trigger_end || row->object_end > p->clause->end) return false;
    const phrase_word object = {.start = row->object_start, .end = row->object_end};
    const word_kind kind = kind_of_class(ask_class(p, &object, NULL));
    if (kind != WORD_VERB && kind != WORD_ACT) return false;
    if (!is_common_thing(p, row->trigger_start, row->trigger_end)) return false;
    row->trigger_start = row->object_start;
    row->trigger_end = row->object_end;
    row->object_start = row->object_end = QM_NONE;
    return true;
}

/* ---- as far as both go ---- */

/* The word that covers a place of the clause; behind all of them if none does. */
static phrase_word *word_on(phrasing *p, uint32_t at)
{
    phrase_word *word = p->words;
    while (word < p->words + p->count && word->end <= at) word++;
    return word;
}

/* A noun that may stand in one phrase with a noun beside it. */
static bool is_noun(const phrasing *p, phrase_word *word)
{
    return !is_single(word) && kind_of(p, word) == WORD_NOUN;
}

/* An act that may be part of a noun: 晋位 提升 机制. */
static bool is_act_noun(const phrasing *p, phrase_word *word)
{
    return !is_single(word) && kind_of(p, word) == WORD_ACT;
}

/* Behind a noun and the acts that describe it; where they stand if there is no noun. */
static phrase_word *behind_described(const phrasing *p, phrase_word *word, const phrase_word *limit)
{
    phrase_word *end = word;
    while (end < limit && is_act_noun(p, end)) end++;
    return end < limit && is_noun(p, end) ? end + 1 : word;
}

/* Up to the end of the noun phrase and of what is listed with it. */
static phrase_word *widen_right(const phrasing *p, phrase_word *to, const phrase_word *limit)
{
    for (phrase_word *word = to, *end; word < limit; to = word = end) {
        if (word->kind == WORD_AND || (word->kind == WORD_CLOSE && word == to)) word++;
        if (word == limit) break;
        end = word->kind == WORD_OPEN ? behind_quoted(p, word) : behind_described(p, word, limit);
        if (end == word || end > limit) break;
    }
    return to;
}

/* Where the verb has been before, any word may describe a noun that does no job of grammar. */
static bool may_describe(const phrasing *p, phrase_word *word, bool acts)
{
    if (!acts || is_single(word)) return is_noun(p, word);
    return word->jobs == 0 && kind_of(p, word) <= WORD_ACT;
}

/* Acts belong to it where the verb has been before them. */
static phrase_word *widen_left(const phrasing *p, phrase_word *from, const phrase_word *limit,
                               bool acts)
{
    while (from > limit) {
        phrase_word *word = from - 1;
        if (word->kind == WORD_AND && word > limit) word--;
        if (word->kind == WORD_CLOSE) {
            phrase_word *open = before_quoted(p, word);
            if (open == word || open < limit) break;
            word = open;
        } else if (is_named(p, word->start, word->end) || !may_describe(p, word, acts)) {
            break;
        }
        from = word;
    }
    return from;
}

/* 临时 救助 三户: an act that ends a noun phrase; behind 开展 and the like any verb may be one. */
static phrase_word *with_last_act(const phrasing *p, phrase_word *to, const phrase_word *limit,
                                  bool helped)
{
    phrase_word *act = to < limit && to->kind == WORD_CLOSE ? to + 1 : to;
    if (act == limit || is_single(act) || !is_act(p, act)) return to;
    helped |= act > p->words && act[-1].kind == WORD_CLOSE;
    if (act->kind != WORD_ACT && !(helped && acts_by_itself(p, act))) return to;
    const bool ends = act + 1 == limit || act[1].kind == WORD_FIGURE || act[1].kind == WORD_AND;
    return ends ? act + 1 : to;
}

/* 油、米 等 生活物资, 老街 的 戏台: what comes behind says what it is. */
static phrase_word *behind_head(const phrasing *p, phrase_word *to, const phrase_word *limit,
                                phrase_word **from)
{
    if (to == limit) return to;
    const bool list = is_single(to) && to->jobs & QM_PARTICLE_LIST;
    if (!list && !is_of(to)) return to;
    phrase_word *head = behind_counts(p, to + 1), *end = widen_right(p, head, limit);
    if (list) end = with_last_act(p, end, limit, false);
    if (end == head || (!list && end < limit && end->kind != WORD_FIGURE)) return to;
    *from = head;
    return end;
}

/* 三务” 信息 begins before the mark that opens what is quoted, and what ends before the one that
 * closes it is all of it; but where the verb is quoted with it, it stays as it is. */
static phrase_word *with_quotation(const phrasing *p, phrase_word *from, const phrase_word *to,
                                   const phrase_word *limit)
{
    const phrase_word *word = from;
    while (word < to && word->kind != WORD_OPEN && word->kind != WORD_CLOSE) word++;
    if (word->kind != WORD_CLOSE) return from;
    phrase_word *open = before_quoted(p, from);
    if (open < limit) return from;
    return word < to || open == from ? open : open + 1;
}

/* “党员 讲 党课”: how far what is quoted with the verb may go. */
static const phrase_word *quotation_end(const phrasing *p, phrase_word *word,
                                        const phrase_word *low, const phrase_word *high)
{
    while (word < high && word->kind != WORD_OPEN && word->kind != WORD_CLOSE) word++;
    if (word == high || word->kind == WORD_OPEN) return high;
    const phrase_word *open = before_quoted(p, word);
    return open != word && open < low ? word : high;
}

/* 农户种植 艾草: the verb that the object of a rule ends with, if what stands behind is its own. */
static void take_verb_of(const phrasing *p, uint32_t start, qm_initiative *row)
{
    if (row->trigger_start >= start || start < row->object_start + 2) return;
    const phrase_word last = {.start = start - 2, .end = start};
    if (!p->document->words->begins[last.start]) return;
    const phrase_word who = {.start = row->object_start, .end = last.start};
    const uint32_t class = who.end > who.start ? ask_class(p, &who, NULL) : 0;
    if (class > QM_CLASS_NOUN || kind_of_class(ask_class(p, &last, NULL)) != WORD_VERB) return;
    row->trigger_start = last.start;
    row->trigger_end = last.end;
    row->object_start = start;
}

/* Between the verb and the end of the clause on its side: 后备 干部, “一事一议” 奖补, 桥 和 路. */
static void widen_object(phrasing *p, qm_initiative *row, bool of_rule)
{
    const phrase_word *low = p->words, *high = p->words + p->count;
    if (row->object_start < low->start || row->object_end > high->end) return; /* or none */
    phrase_word *from = word_on(p, row->object_start), *to = word_on(p, row->object_end - 1) + 1;
    const phrase_word *next = to, *verb = word_on(p, row->trigger_start);
    const bool behind = row->trigger_end <= row->object_start;
    if (behind) low = word_on(p, row->trigger_end - 1) + 1;
    else high = verb;
    if (low > from || to > high) return;
    high = quotation_end(p, to, low, high);
    to = widen_right(p, to, high);
    if (behind) to = with_last_act(p, to, high, verb->uses & QM_USED_HELP);
    if (behind || of_rule) from = widen_left(p, from, low, behind);
    to = behind_head(p, to, high, &from);
    from = with_quotation(p, from, to, low);
    if (from->kind == WORD_OPEN && behind_quoted(p, from) == to && to - from > 2) from++, to--;
    if (to[-1].end - from->start > WIDEST) return;
    const uint32_t end = row->object_end;
    row->object_start = from->start;
    row->object_end = to[-1].end;
    if (of_rule && from < next && next < to && next->kind == WORD_NOUN) take_verb_of(p, end, row);
}

/* 走访 慰问, 硬化 修复: verbs side by side are one. */
static void widen_trigger(phrasing *p, qm_initiative *row)
{
    phrase_word *from = word_on(p, row->trigger_start), *to = word_on(p, row->trigger_end - 1);
    const phrase_word *last = p->words + p->count;
    if (to == last || from->start != row->trigger_start || to->end != row->trigger_end) return;
    if (is_single(to) || !is_act(p, to)) return;
    const uint32_t begins = row->object_start, ends = row->object_end;
    if (from > p->words && goes_with(p, from - 1, from) &&
        (begins >= from->end || ends <= from[-1].start) &&
        (from[-1].kind == WORD_VERB || from - 1 == p->words || kind_of(p, from - 2) != WORD_NOUN))
        from--;
    if (to + 1 < last && goes_with(p, to + 1, to) && to[1].kind == WORD_VERB &&
        begins != to[1].start)
        to++;
    row->trigger_start = from->start;
    row->trigger_end = to->end;
}

void qm_row_find_words(const qm_initiator *initiator, const qm_document *document,
                       const qm_run *run, qm_initiative *row)
{
    qm_near near = run->near;
    phrasing p; /* its words are not cleared */
    p.initiator = initiator;
    p.document = document;
    p.clause = &document->clauses->at[run->head];
    p.near = &near;
    p.match = run->match;
    const bool given = row->trigger_start != QM_NONE, some = has_object(&p, row);
    const qm_initiative as_found = *row;
    if (!document->words || !initiator->segmenter) return;
    if (given && (row->trigger_start < p.clause->start || row->trigger_end > p.clause->end)) return;
    read_words(&p);
    if (some && !turn_round(&p, row)) {
        widen_object(&p, row, true);
        widen_trigger(&p, row);
        return;
    }
    phrase_word *verb, *behind = given ? NULL : find_verb(&p, &verb, row);
    if (given) cut_phrase(&p, row);
    else if (behind) find_object(&p, verb, behind, row);
    if (row->trigger_start != QM_NONE) widen_object(&p, row, false);
    if (!some || row->object_start != QM_NONE) return;
    row->object_start = as_found.trigger_start;
    row->object_end = as_found.trigger_end;
}
