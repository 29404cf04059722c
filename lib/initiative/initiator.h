/* The taxonomies of a stack of images as one: types, rules by set, cues. Private to this room. */
#ifndef QM_INITIATOR_H
#define QM_INITIATOR_H

#include "initiative/classify.h"
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

typedef struct qm_bound_type {
    qm_initiative_type shown;
    bool means;
} qm_bound_type;

/* A rule at the set of its object. verbs: its only sets of verbs, equal if there is but one, so
 * that most rules are seen to have no verb in a clause without being looked at; QM_NONE: to look
 * at. */
typedef struct qm_object_rule {
    uint32_t rule;
    uint32_t verbs[2];
} qm_object_rule;

/* How rules use the words of an entry. */
enum {
    QM_USED_VERB = 1, /* as a verb */
    QM_USED_ELSE = 2  /* as an object, a cue, ... */
};

/* What the numbers of one image's senses are in the stack. */
typedef struct qm_source_map {
    uint32_t *sets; /* set of the image -> set of the stack */
    uint32_t n_sets;
    uint32_t first_cue;
    uint32_t *types; /* type of the image -> type of the stack, 0 where it is no more */
    uint32_t n_types;
    uint8_t *uses; /* by entry of the lexicon: QM_USED_* */
    uint32_t n_entries;
} qm_source_map;

struct qm_initiator {
    const qm_allocator *alloc;
    const qm_lexicon *lexicons;
    qm_source_map *sources;
    size_t n_sources;
    QM_ARRAY(qm_bound_type) types; /* [0] is none */
    QM_ARRAY(qm_bound_rule) rules;
    QM_ARRAY(qm_taxonomy_cue) cues;
    qm_u32_array slots;
    uint32_t n_sets;
    bool looks_back;              /* some rule looks for its verb in the clauses before */
    uint32_t *by_object;          /* n_sets + 1 offsets into object_rules */
    qm_object_rule *object_rules; /* by the sets of their object slot */
    size_t n_object_rules;
    uint32_t quantity_sets[QM_KIND_NUMBER + 1]; /* by kind; [0] is any; UINT32_MAX: not asked for */
    uint8_t *fights; /* types x types: ground on which the row's type beats the column's */
    size_t fights_size;
    qm_classifier *classifier; /* NULL when no image carries weights */
};

#endif
