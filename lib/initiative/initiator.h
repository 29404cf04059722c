/* The taxonomies of a stack of images as one: types, rules by set, cues. Private to this room. */
#ifndef QM_INITIATOR_H
#define QM_INITIATOR_H

#include "initiative/classify.h"
#include "initiative/particles.h"
#include "initiative/rules.h"

typedef struct qm_bound_rule {
    qm_bytes name;
    uint32_t type;       /* from 1 */
    uint32_t first_slot; /* verbs, objects, needs, bars in this order */
    uint32_t verbs, objects, needs, bars;
    uint32_t gap;
    int32_t points;
    uint8_t order; /* qm_rule_order */
    uint8_t scope; /* qm_rule_scope */
} qm_bound_rule;

/* What every clause has among the bits of its verbs. */
#define QM_VERB_NONE (UINT64_C(1) << 63)

/* What most rules are asked for once a word is their object. */
typedef struct qm_pair_rule {
    uint64_t verbs;   /* bits of its verbs; without any of them in the clause there is no pair */
    uint32_t sets[3]; /* of its verbs, the last once more where they are fewer; the number behind
                       * all sets (n_sets) where there are none or more: the rule itself is to be
                       * asked */
    uint32_t type;    /* this and the rest as the rule has them */
    int8_t points;
    uint8_t gap;
    uint8_t order;
    uint8_t scope;
    bool asks; /* there are words that must stand by, or must not */
} qm_pair_rule;

_Static_assert(sizeof(qm_pair_rule) == 32, "two lie in a line");

/* The rules of a set as their object: a slice of object_rules. */
typedef struct qm_object {
    uint32_t first, end;
} qm_object;

/* Sets by few bits, so that a clause without the verbs of its objects is seen to be one. */
typedef struct qm_set_bits {
    uint64_t verb;   /* one bit, which others may share; 0 where it is no verb */
    uint64_t object; /* all that its rules as an object need */
} qm_set_bits;

/* How the words of a group are used. */
enum {
    QM_USED_VERB = 1,    /* by rules as a verb */
    QM_USED_ELSE = 2,    /* by rules as an object, a cue, ... */
    QM_USED_ACT = 4,     /* they are of a class of acts */
    QM_USED_HELP = 8,    /* they help another verb: 组织, 完成 */
    QM_USED_LIMIT = 16,  /* they are no part of a noun phrase: 各类, 共计 */
    QM_USED_BRING = 32,  /* somebody who is to act: 邀请, 动员 */
    QM_USED_THING = 64,  /* by rules as an object */
    QM_USED_ACTOR = 128, /* they say who acts: 工作队 */
    QM_USED_BY_RULES = QM_USED_VERB | QM_USED_ELSE
};

/* What a word that is found is asked for. The words of a text are many, and a document begins with
 * none of them near at hand: so all that is asked lies in one line of a cache. */
typedef struct qm_word_use {
    qm_set_bits bits; /* of all its sets */
    uint32_t first;   /* slice of use_parts: sets, cues, types whose hits it swallows, classes but
                       * the first; right before it, in the order of its sets, the rules of
                       * which it may be the object, QM_RULE_PARTS each */
    uint32_t class;   /* its first one; one behind the last where it has none */
    uint8_t n_sets, n_cues, n_blocks, n_classes;
    uint8_t flags;    /* QM_USED_* */
    uint8_t of_rules; /* 0 or 1: they are of some set, a cue or a block */
    uint16_t n_rules;
} qm_word_use;

_Static_assert(sizeof(qm_word_use) == 32, "two lie in a line");

/* A rule as parts: its number, and whether its object is a figure rather than a thing; then its
 * verbs' bits in two halves. */
enum { QM_PART_FIGURE = 1, QM_PART_RULE = 1 /* where it begins */, QM_RULE_PARTS = 3 };

static inline uint32_t qm_part_rule(uint32_t part)
{
    return part >> QM_PART_RULE;
}

static inline const uint32_t *qm_use_rules(const uint32_t *parts, const qm_word_use *use)
{
    return parts + use->first - (size_t)QM_RULE_PARTS * use->n_rules;
}

/* A cue as one number. */
static inline uint32_t qm_packed_cue(const qm_taxonomy_cue *cue)
{
    return cue->category | cue->direction << 8 | cue->scope << 16;
}

/* What the numbers of one image's senses are in the stack. */
typedef struct qm_source_map {
    uint32_t *sets; /* set of the image -> set of the stack */
    uint32_t n_sets;
    uint32_t first_cue;
    uint32_t *types; /* type of the image -> type of the stack, 0 where it is no more */
    uint32_t n_types;
    uint32_t first_use; /* plus the number of a group of this room, modulo 2^32: its use */
} qm_source_map;

struct qm_initiator {
    const qm_allocator *alloc;
    const qm_lexicon *lexicons;
    const qm_segmenter *segmenter; /* for the classes of its dictionary; may be NULL */
    qm_source_map *sources;
    size_t n_sources;
    QM_ARRAY(qm_initiative_type) types; /* [0] is none */
    qm_u8_array means;                  /* by type: 1 for money and other means */
    qm_u8_array learnt;                 /* by type: 1 if the weights know it */
    QM_ARRAY(qm_bound_rule) rules;
    QM_ARRAY(qm_taxonomy_cue) cues;
    qm_u32_array slots;
    uint32_t n_sets;
    bool looks_back;          /* some rule looks for its verb in the clauses before */
    qm_pair_rule *pair_rules; /* by rule */
    qm_object *objects;       /* by set */
    uint32_t *object_rules;
    size_t n_object_rules;
    qm_set_bits *set_bits;
    uint32_t quantity_sets[QM_KIND_NUMBER + 1]; /* by kind; [0] is any; n_sets: not asked for */
    /* By kind: quantities are words of its set and of any. */
    qm_word_use quantity_uses[QM_KIND_NUMBER + 1];
    uint8_t *fights; /* types x types: ground on which the row's type beats the column's */
    size_t fights_size;
    qm_u32_array classes; /* of words: hashes of their names */
    QM_ARRAY(qm_word_use) uses_room;
    qm_word_use *uses;  /* in their room, where none lies across the lines of a cache */
    uint8_t *use_flags; /* theirs once more, near one another */
    size_t n_uses;
    qm_u32_array use_parts;
    qm_particles particles;
    qm_classifier *classifier; /* NULL when no image carries weights */
};

/* Whether a set stands for quantities. */
bool qm_is_figure_set(const qm_initiator *initiator, uint32_t set);
/* Once sets, rules and their bits, types and cues are bound. */
int qm_initiator_bind_uses(qm_initiator *made, size_t n_lexicons, qm_error *err);

static inline uint32_t qm_use_of(const qm_initiator *initiator, const qm_match *match)
{
    return initiator->sources[match->source].first_use + match->group;
}

#endif
