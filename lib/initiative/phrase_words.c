/* The words of a clause, and what each of them is to a phrase. */
#include "initiative/phrase.h"

enum { RAREST = 100 }; /* about one in 300,000: what rarer words are nobody knows well */

bool qm_phrase_is_named(const qm_phrasing *p, uint32_t start, uint32_t end)
{
    const qm_entities *entities = p->document->entities;
    if (!entities) return false;
    uint32_t *near = &p->near->entity;
    *near = qm_span_behind(QM_SPANS(entities), *near, start);
    return *near < entities->count && entities->at[*near].start < end;
}

/* What words of a class of the dictionary are to a phrase. */
qm_phrase_kind qm_phrase_kind_of_class(uint32_t class)
{
    static const uint32_t stops = 1u << QM_CLASS_ADVERB | 1u << QM_CLASS_NUMBER |
                                  1u << QM_CLASS_MEASURE | 1u << QM_CLASS_PRONOUN |
                                  1u << QM_CLASS_PREPOSITION | 1u << QM_CLASS_CONJUNCTION |
                                  1u << QM_CLASS_ADVERBIAL | 1u << QM_CLASS_TIME;
    if (class == QM_CLASS_VERB) return QM_PHRASE_VERB;
    if (class == QM_CLASS_VERBAL_NOUN) return QM_PHRASE_ACT;
    return stops >> class & 1 ? QM_PHRASE_STOP : QM_PHRASE_NOUN;
}

static qm_phrase_kind kind_of_mark(uint32_t c)
{
    if (c == 0x3001) return QM_PHRASE_AND;
    if (c == 0x201C || c == 0x300A) return QM_PHRASE_OPEN;
    if (c == 0x201D || c == 0x300B) return QM_PHRASE_CLOSE;
    return c == 0xB7 ? QM_PHRASE_NOUN : QM_PHRASE_STOP;
}

static uint8_t kind_of_character(uint32_t jobs)
{
    const uint32_t stops = QM_PARTICLE_OVER | QM_PARTICLE_OF | QM_PARTICLE_LIGHT |
                           QM_PARTICLE_ASIDE | QM_PARTICLE_TAKE | QM_PARTICLE_END |
                           QM_PARTICLE_EACH;
    if (jobs & QM_PARTICLE_AND) return QM_PHRASE_AND;
    return jobs & stops ? QM_PHRASE_STOP : QM_PHRASE_NOUN;
}

/* What can be told without the dictionary. Of more characters than two nothing is a particle. */
static inline void read_word(qm_phrasing *p, qm_phrase_word *word)
{
    const qm_text *text = p->document->text;
    const uint32_t marks = 1u << QM_CHAR_PUNCT | 1u << QM_CHAR_SPACE;
    const uint32_t size = word->end - word->start;
    if (marks >> text->classes[word->start] & 1) {
        word->kind = kind_of_mark(text->chars[word->start]);
        return;
    }
    /* Which are of one character nobody could foresee, so no branch asks for it. */
    const uint32_t single = 0 - (uint32_t)(size == 1), some = 0 - (uint32_t)(size <= 2);
    const uint32_t first = qm_phrase_jobs(p, word->start);
    const uint32_t jobs = first & qm_phrase_jobs(p, word->end - 1) & some;
    p->parts |= first & QM_PARTICLE_OVER & ~single;
    word->jobs = (uint16_t)jobs;
    word->kind = (uint8_t)((kind_of_character(jobs) & single) | (QM_PHRASE_UNREAD & ~single));
    word->class = (uint8_t)((word->class & single) | (QM_PHRASE_TO_ASK & ~single));
}

uint32_t qm_phrase_class(const qm_phrasing *p, const qm_phrase_word *word, uint32_t *rareness)
{
    return qm_segmenter_class(p->initiator->segmenter, p->document->text, p->document->words,
                              word->start, word->end, rareness);
}

bool qm_phrase_is_coined(const qm_phrasing *p, const qm_phrase_word *word)
{
    uint32_t rareness = 0;
    if (qm_phrase_is_single(word)) return false;
    if (word->class == 0) return true;
    return qm_phrase_class(p, word, &rareness) == 0 || rareness > RAREST;
}

/* Of a word that is told by the dictionary alone, once. */
static uint32_t ask_class(const qm_phrasing *p, qm_phrase_word *word)
{
    if (word->class == QM_PHRASE_TO_ASK) word->class = (uint8_t)qm_phrase_class(p, word, NULL);
    return word->class;
}

qm_phrase_kind qm_phrase_settle(const qm_phrasing *p, qm_phrase_word *word)
{
    word->kind = qm_phrase_kind_of_class(ask_class(p, word));
    /* 老年 食堂; but 昨天 buys nothing, and 年底 架 起 is when it was put up */
    if (word->class == QM_CLASS_TIME && qm_phrase_kind_of(p, word + 1) == QM_PHRASE_NOUN &&
        !qm_phrase_is_single(word + 1))
        word->kind = QM_PHRASE_NOUN;
    if (word->kind == QM_PHRASE_STOP && qm_phrase_is_coined(p, word)) word->kind = QM_PHRASE_NOUN;
    return word->kind;
}

/* A class of nouns that somebody knows. */
static bool is_thing(uint32_t class)
{
    return class != 0 && qm_phrase_kind_of_class(class) == QM_PHRASE_NOUN;
}

bool qm_phrase_is_thing(const qm_phrasing *p, uint32_t start, uint32_t end)
{
    uint32_t rareness = 0;
    const qm_phrase_word whole = {.start = start, .end = end},
                         last = {.start = end - 2, .end = end};
    const uint32_t class = qm_phrase_class(p, &whole, &rareness);
    if (class != 0 && end - start > 2) return is_thing(class);
    if (end - start == 2) return is_thing(class) && rareness <= RAREST;
    return is_thing(qm_phrase_class(p, &last, &rareness)) && rareness <= RAREST;
}

/* A verb of rules that is cut in pieces becomes one word. */
static void join_words(qm_phrasing *p, uint32_t first, uint32_t last)
{
    p->words[first] = (qm_phrase_word){.start = p->words[first].start,
                                       .end = p->words[last].end,
                                       .kind = QM_PHRASE_VERB,
                                       .class = QM_PHRASE_UNASKED};
    memmove(p->words + first + 1, p->words + last + 1, (p->count - last) * sizeof *p->words);
    p->count -= last - first;
    const uint32_t start = p->clause->start, end = p->words[p->count].end;
    for (uint32_t i = p->words[first].start - start; i < end - start; i++)
        p->on[i] = (uint8_t)(p->on[i] > last ? p->on[i] - (last - first) : first);
}

/* What rules and classes say of the words; matches come in the order of their ends. */
static void note_uses(qm_phrasing *p)
{
    const qm_matches *matches = p->document->matches;
    const uint32_t start = p->clause->start, stop = p->words[p->count].end;
    for (uint32_t i = p->match; i < matches->count && matches->at[i].end <= stop; i++) {
        const qm_match *match = &matches->at[i];
        if (match->start < start) continue;
        const uint32_t from = p->on[match->start - start], last = p->on[match->end - 1 - start];
        if ((p->words[from].start != match->start) | (p->words[last].end != match->end)) continue;
        const uint8_t uses = p->initiator->use_flags[qm_use_of(p->initiator, match)];
        if (from < last && !(uses & (QM_USED_VERB | QM_USED_ACT | QM_USED_LIMIT))) continue;
        if (from < last) join_words(p, from, last);
        p->words[from].uses |= uses;
        if (!(uses & QM_USED_LIMIT)) continue;
        p->words[from].kind = QM_PHRASE_STOP;
        p->words[from].class = QM_PHRASE_UNASKED;
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

/* Most words are shorter than what is written at once. */
static inline void put_number(uint8_t *on, uint32_t size, uint32_t number)
{
    const uint64_t numbers = QM_EACH_BYTE(number);
    uint32_t at = 0;
    do {
        memcpy(on + at, &numbers, QM_PHRASE_AT_ONCE);
        at += QM_PHRASE_AT_ONCE;
    } while (at < size);
}

/* 翻修 了村: what the dictionary does not have begins with no 了; that is a word of its own. */
static void part_over(qm_phrasing *p)
{
    for (uint32_t i = 1; i < p->count && p->count < QM_PHRASE_WORDS; i++) {
        qm_phrase_word *word = &p->words[i];
        if (word->kind != QM_PHRASE_UNREAD ||
            !(qm_phrase_jobs(p, word->start) & QM_PARTICLE_OVER) || ask_class(p, word) != 0)
            continue;
        memmove(word + 1, word, (p->count + 1 - i) * sizeof *word);
        p->count++;
        *word = (qm_phrase_word){
            .start = word->start, .end = word->start + 1, .class = QM_PHRASE_UNASKED};
        read_word(p, word);
        word[1].start++;
        if (qm_phrase_is_single(word + 1)) read_word(p, word + 1);
        for (uint32_t at = word->end; at < p->words[p->count].end; at++)
            p->on[at - p->clause->start]++;
    }
}

/* Where the next figure begins, `end` at the latest. */
static inline uint32_t figure_start(qm_spans figures, uint32_t next, uint32_t end)
{
    const uint32_t start = next < figures.count ? qm_span_start(figures, next) : end;
    return start < end ? start : end;
}

void qm_phrase_read(qm_phrasing *p)
{
    const uint8_t *begins = p->document->words->begins;
    const uint32_t start = p->clause->start, end = p->clause->end;
    const qm_spans figures = QM_SPANS(p->document->quantities);
    uint32_t at = start, next = qm_span_behind(figures, p->near->quantity, at);
    uint32_t figure = figure_start(figures, next, end);
    qm_phrase_word *word = p->words, *const last = p->words + QM_PHRASE_WORDS;
    p->parts = 0;
    for (; at < end && word < last; word++) {
        *word = (qm_phrase_word){.start = at, .kind = QM_PHRASE_FIGURE, .class = QM_PHRASE_UNASKED};
        if (figure <= at) {
            word->end = qm_span_end(figures, next);
            if (word->end > end) word->end = end;
            next = qm_span_behind(figures, next, word->end);
            figure = figure_start(figures, next, end);
        } else {
            word->end = word_end(begins, at, figure);
            read_word(p, word);
        }
        put_number(p->on + (at - start), word->end - at, (uint32_t)(word - p->words));
        at = word->end;
    }
    *word = (qm_phrase_word){.start = at, .end = at, .kind = QM_PHRASE_STOP};
    p->count = (uint32_t)(word - p->words);
    note_uses(p);
    if (p->parts) part_over(p);
}

bool qm_phrase_acts(const qm_phrasing *p, qm_phrase_word *word)
{
    if (word->class != QM_PHRASE_UNASKED)
        return qm_phrase_is_act(p, word) ||
               (word->uses & QM_USED_ACT && word->kind != QM_PHRASE_STOP);
    const qm_phrase_kind kind = qm_phrase_kind_of_class(qm_phrase_class(p, word, NULL));
    return kind == QM_PHRASE_VERB || kind == QM_PHRASE_ACT;
}

bool qm_phrase_goes_with(const qm_phrasing *p, qm_phrase_word *word, const qm_phrase_word *next)
{
    if (qm_phrase_is_single(word) || qm_phrase_is_single(next) || word->jobs & QM_PARTICLE_RESULT)
        return false;
    return !((word->uses | next->uses) & QM_USED_HELP) && qm_phrase_acts(p, word);
}

qm_phrase_word *qm_phrase_behind_quoted(const qm_phrasing *p, qm_phrase_word *word)
{
    const qm_phrase_word *last = p->words + p->count;
    qm_phrase_word *end = word;
    while (end < last && end->kind != QM_PHRASE_CLOSE) end++;
    return end < last ? end + 1 : word;
}

qm_phrase_word *qm_phrase_before_quoted(const qm_phrasing *p, qm_phrase_word *word)
{
    qm_phrase_word *from = word;
    while (from > p->words && from[-1].kind != QM_PHRASE_OPEN) from--;
    return from > p->words ? from - 1 : word;
}

bool qm_phrase_is_piece(const qm_phrasing *p, const qm_phrase_word *word)
{
    const uint32_t verbs = QM_PARTICLE_OVER | QM_PARTICLE_VERB | QM_PARTICLE_RESULT;
    return word > p->words && qm_phrase_is_single(word) &&
           qm_phrase_jobs(p, word->start) & QM_PARTICLE_PIECE &&
           qm_phrase_jobs(p, word->start - 1) & verbs &&
           (word[1].kind <= QM_PHRASE_ACT || word[1].kind == QM_PHRASE_UNREAD);
}

qm_phrase_word *qm_phrase_behind_counts(const qm_phrasing *p, qm_phrase_word *word)
{
    for (const qm_phrase_word *last = p->words + p->count; word < last; word++) {
        if (word->kind == QM_PHRASE_FIGURE) word += qm_phrase_is_of(word + 1);
        else if (word->jobs & QM_PARTICLE_ARTICLE && qm_phrase_is_single(word + 1)) word++;
        else if (!(word->jobs & QM_PARTICLE_ASIDE) && !qm_phrase_is_piece(p, word)) break;
    }
    return word;
}
