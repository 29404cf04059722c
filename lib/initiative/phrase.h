/* A clause as words, among which the verb of a row and its object are looked for. Private to this
 * room: phrase_words.c reads the words, phrase.c finds verb and object among them, phrase_reach.c
 * says how far both go. */
#ifndef QM_INITIATIVE_PHRASE_H
#define QM_INITIATIVE_PHRASE_H

#include "initiative/scratch.h"
#include "segment/segment.h"

enum {
    QM_PHRASE_WORDS = 96,    /* of a clause; what is behind them is not looked at */
    QM_PHRASE_TO_ASK = 254,  /* the class of a word that only the dictionary tells */
    QM_PHRASE_UNASKED = 255, /* and of one that is told without it */
    QM_PHRASE_WIDEST = 24    /* characters of an object */
};

typedef enum qm_phrase_kind {
    QM_PHRASE_NOUN, /* and what describes one, and words that nobody knows */
    QM_PHRASE_VERB,
    QM_PHRASE_ACT, /* a verb that is a noun as well: 培训 */
    QM_PHRASE_FIGURE,
    QM_PHRASE_AND,  /* joins nouns: 、 */
    QM_PHRASE_OPEN, /* quotation marks and brackets, which may be in a noun phrase */
    QM_PHRASE_CLOSE,
    QM_PHRASE_STOP, /* other marks, and words that are no part of a noun phrase */
    QM_PHRASE_UNREAD
} qm_phrase_kind;

typedef struct qm_phrase_word {
    uint32_t start, end;
    uint16_t jobs; /* of a particle; of two characters, what both do */
    uint8_t kind;  /* qm_phrase_kind */
    uint8_t uses;  /* QM_USED_* */
    uint8_t class; /* in the dictionary, or QM_PHRASE_TO_ASK or QM_PHRASE_UNASKED */
} qm_phrase_word;

typedef struct qm_phrasing {
    const qm_initiator *initiator;
    const qm_document *document;
    const qm_clause *clause;
    qm_near *near;  /* where quantities and entities were asked for last */
    uint32_t match; /* one before which there is none of the clause */
    uint8_t *on;    /* number of the word on each character of the clause */
    uint32_t parts; /* not 0: a word of several characters may begin with 了 */
    uint32_t count;
    qm_phrase_word words[QM_PHRASE_WORDS + 1]; /* the last one stops everything */
} qm_phrasing;

static inline bool qm_phrase_is_single(const qm_phrase_word *word)
{
    return word->end == word->start + 1;
}

static inline uint32_t qm_phrase_jobs(const qm_phrasing *p, uint32_t at)
{
    return qm_particle_jobs(&p->initiator->particles, p->document->text->chars[at]);
}

static inline bool qm_phrase_is_known(const qm_phrase_word *word)
{
    return word->uses & (QM_USED_VERB | QM_USED_ACT);
}

static inline bool qm_phrase_is_of(const qm_phrase_word *word)
{
    return word->jobs & QM_PARTICLE_OF;
}

/* ---- the words ---- */

enum { QM_PHRASE_AT_ONCE = 8 }; /* more may be written behind p->on */

void qm_phrase_read(qm_phrasing *p);

/* The word that covers a place of the clause, or the first one behind it; behind all of them if
 * there is none. */
static inline qm_phrase_word *qm_phrase_word_on(qm_phrasing *p, uint32_t at)
{
    if (at < p->clause->start) return p->words;
    const bool behind = at >= p->words[p->count].end;
    return p->words + (behind ? p->count : p->on[at - p->clause->start]);
}

/* Of the dictionary, 0: it has no such word; rareness may be NULL. */
uint32_t qm_phrase_class(const qm_phrasing *p, const qm_phrase_word *word, uint32_t *rareness);
qm_phrase_kind qm_phrase_kind_of_class(uint32_t class);
/* Of a word that could not be told without the dictionary. */
qm_phrase_kind qm_phrase_settle(const qm_phrasing *p, qm_phrase_word *word);

static inline qm_phrase_kind qm_phrase_kind_of(const qm_phrasing *p, qm_phrase_word *word)
{
    return word->kind != QM_PHRASE_UNREAD ? (qm_phrase_kind)word->kind : qm_phrase_settle(p, word);
}

static inline bool qm_phrase_is_act(const qm_phrasing *p, qm_phrase_word *word)
{
    const qm_phrase_kind kind = qm_phrase_kind_of(p, word);
    return kind == QM_PHRASE_VERB || kind == QM_PHRASE_ACT;
}

bool qm_phrase_is_named(const qm_phrasing *p, uint32_t start, uint32_t end);
/* Words of several characters that the dictionary does not have, or hardly. */
bool qm_phrase_is_coined(const qm_phrasing *p, const qm_phrase_word *word);
/* Whether a string, or the word that it ends with, is a thing by a common word of the dictionary:
 * 村集体, 机关党委. */
bool qm_phrase_is_thing(const qm_phrasing *p, uint32_t start, uint32_t end);
/* Some words are verbs to rules only: 村里, 村集体收入. */
bool qm_phrase_acts(const qm_phrasing *p, qm_phrase_word *word);
/* 清淤 加固: verbs side by side are one. */
bool qm_phrase_goes_with(const qm_phrasing *p, qm_phrase_word *word, const qm_phrase_word *next);
/* What stands in quotation marks, from the mark at `word` or up to the one before it; `word` if
 * they are never closed or opened. */
qm_phrase_word *qm_phrase_behind_quoted(const qm_phrasing *p, qm_phrase_word *word);
qm_phrase_word *qm_phrase_before_quoted(const qm_phrasing *p, qm_phrase_word *word);
/* 买了 副 眼镜, 垒 个 挡墙: one of what stands behind it. */
bool qm_phrase_is_piece(const qm_phrasing *p, const qm_phrase_word *word);
/* Behind particles and what is counted: 修了 一座500吨的 冷库. */
qm_phrase_word *qm_phrase_behind_counts(const qm_phrasing *p, qm_phrase_word *word);

/* ---- how far verb and object go ---- */

/* Between the verb and the end of the clause on its side: 后备 干部, “一事一议” 奖补, 桥 和 路. */
void qm_phrase_widen_object(qm_phrasing *p, qm_initiative *row, bool of_rule);
/* 走访 慰问, 硬化 修复: verbs side by side are one. */
void qm_phrase_widen_trigger(qm_phrasing *p, qm_initiative *row);

#endif
