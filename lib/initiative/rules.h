/* How a taxonomy lies in an image: section "ITAX", written by lib/compile, bound by rules.c.
 *
 * A header, then arrays of 32-bit records in the order of its counts, then the pool of names. The
 * words themselves are entries of the lexicon: their senses say which sets they belong to, which
 * cue they are, or which type's hits they swallow. All numbers here are of this image alone;
 * binding maps them to those of the stack.
 */
#ifndef QM_INITIATIVE_RULES_H
#define QM_INITIATIVE_RULES_H

#include "image/lexicon.h"
#include "initiative/evidence.h"

#define QM_SECTION_TAXONOMY QM_SECTION_ID('I', 'T', 'A', 'X')
#define QM_TAXONOMY_VERSION 1

enum {
    QM_SENSE_SET = QM_SENSE_INITIATIVE + 1,   /* value: set */
    QM_SENSE_CUE = QM_SENSE_INITIATIVE + 2,   /* value: cue */
    QM_SENSE_BLOCK = QM_SENSE_INITIATIVE + 3, /* value: type whose hits inside are none */
    QM_SENSE_CLASS = QM_SENSE_INITIATIVE + 4  /* value: hash of the name of a class of words */
};

/* Flags of QM_SENSE_CLASS: its words are acts, help acts, are no part of a noun phrase, bring in
 * somebody else who acts, are acts of which nothing is learnt, are who acts. */
enum {
    QM_CLASS_VERBS = 1,
    QM_CLASS_HELPS = 2,
    QM_CLASS_LIMITS = 4,
    QM_CLASS_BRINGS = 8,
    QM_CLASS_MERE = 16,
    QM_CLASS_ACTORS = 32,
    QM_CLASS_UNLEARNT =
        QM_CLASS_HELPS | QM_CLASS_LIMITS | QM_CLASS_BRINGS | QM_CLASS_MERE | QM_CLASS_ACTORS
};
enum {
    QM_TAXONOMY_PARENTS = 16
}; /* the longest chain of types of which each inherits from the next */
enum { QM_TAXONOMY_REPLACES = 1 }; /* header flags: the types of lower images are no more */

typedef struct qm_taxonomy_header {
    uint32_t version, flags;
    uint32_t types, sets, rules, slots, cues, fights, pool; /* counts; pool in bytes */
} qm_taxonomy_header;

typedef struct qm_taxonomy_text {
    uint32_t at, size; /* in the pool */
} qm_taxonomy_text;

typedef struct qm_taxonomy_type {
    qm_taxonomy_text id, name, group, duty, parent;
    uint32_t means; /* 1: money or another means, whose use has a type of its own */
} qm_taxonomy_type;

typedef struct qm_taxonomy_set {
    qm_taxonomy_text name; /* empty: the words of one place in one rule */
} qm_taxonomy_set;

typedef enum qm_rule_order {
    QM_RULE_ANY = 0,    /* verb and object, either first */
    QM_RULE_BEFORE = 1, /* verb first, unless 把, 将 or 被 turns them round */
    QM_RULE_ALONE = 2   /* one word is enough; it stands in the object slot */
} qm_rule_order;

typedef enum qm_rule_scope {
    QM_SCOPE_CLAUSE = 0,
    QM_SCOPE_RUN = 1,
    QM_SCOPE_SENTENCE = 2,
    QM_SCOPE_LIST = 3 /* the object is an item of a 、-list, as good as each of the others */
} qm_rule_scope;

/* Whether the verb may stand in a clause before. */
static inline bool qm_scope_looks_back(uint32_t scope)
{
    return scope == QM_SCOPE_RUN || scope == QM_SCOPE_SENTENCE;
}

typedef struct qm_taxonomy_rule {
    uint32_t type;
    qm_taxonomy_text name; /* "roads:3" */
    uint32_t order, scope, gap;
    int32_t points;
    uint32_t first_slot; /* sets of the verbs, the objects, the needed and the barred words */
    uint32_t verbs, objects, needs, bars;
} qm_taxonomy_rule;

typedef enum qm_cue_direction {
    QM_CUE_AHEAD = 0, /* holds for what follows it */
    QM_CUE_BACK = 1,  /* holds for what stands before it */
    QM_CUE_BOTH = 2,
    QM_CUE_START = 3 /* only at the start of a clause; holds for the clause */
} qm_cue_direction;

typedef enum qm_cue_scope {
    QM_CUE_CLAUSE = 0,
    QM_CUE_SENTENCE = 1,
    QM_CUE_PARAGRAPH = 2,
    QM_CUE_SECTION = 3, /* stands in a heading, holds until the next one */
    QM_CUE_NEAR = 4     /* a few characters */
} qm_cue_scope;

typedef struct qm_taxonomy_cue {
    uint32_t category, direction, scope;
} qm_taxonomy_cue;

typedef enum qm_fight_ground {
    QM_FIGHT_WORD = 1,  /* both rows use a word in common */
    QM_FIGHT_CLAUSE = 2 /* both rows stand in one clause */
} qm_fight_ground;

typedef struct qm_taxonomy_fight {
    qm_taxonomy_text winner, loser; /* ids of types, in whatever image */
    uint32_t ground;
} qm_taxonomy_fight;

/* Views into a section whose every index has been checked. */
typedef struct qm_taxonomy {
    qm_taxonomy_header header;
    const qm_taxonomy_type *types;
    const qm_taxonomy_set *sets;
    const qm_taxonomy_rule *rules;
    const uint32_t *slots;
    const qm_taxonomy_cue *cues;
    const qm_taxonomy_fight *fights;
    const char *pool;
} qm_taxonomy;

/* Leaves *out all zero when the image has no taxonomy. */
int qm_taxonomy_bind(qm_taxonomy *out, const qm_image *image, qm_error *err);

static inline qm_bytes qm_taxonomy_string(const qm_taxonomy *taxonomy, qm_taxonomy_text text)
{
    return (qm_bytes){taxonomy->pool + text.at, text.size};
}

/* Sets that quantities fill, not words: "#money", "#count", ... by qm_quantity_kind; NULL behind
 * the last, 0 is "#any". */
const char *qm_quantity_set_name(uint32_t kind);

#endif
