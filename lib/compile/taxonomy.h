/* The taxonomy as it is collected from texts and calls, before it becomes a section. */
#ifndef QM_COMPILE_TAXONOMY_H
#define QM_COMPILE_TAXONOMY_H

#include "compile/compile.h"
#include "initiative/particles.h"
#include "initiative/rules.h"

#define QM_TAXONOMY_RING "types inherit from one another in a ring, or in a chain of more than 16"
#define QM_TAXONOMY_GAP 12 /* characters between verb and object, where nothing else is said */
#define QM_TAXONOMY_PAIR 8 /* points of a rule, likewise */

/* Where something stands in the text that is read: for errors. 0, 0: in no text. */
typedef struct qm_place {
    uint32_t line, column;
} qm_place;

/* A word of a named set, kept so that other sets may take the set in. */
typedef struct qm_set_word {
    uint32_t set;
    qm_taxonomy_text word;
} qm_set_word;

typedef struct qm_taxonomy_room {
    uint32_t flags;
    uint32_t gap; /* of the file that is being read */
    QM_ARRAY(qm_taxonomy_type) types;
    QM_ARRAY(qm_taxonomy_set) sets;
    QM_ARRAY(qm_taxonomy_rule) rules;
    QM_ARRAY(qm_taxonomy_cue) cues;
    QM_ARRAY(qm_taxonomy_fight) fights;
    QM_ARRAY(qm_particle) particles; /* in ascending order */
    QM_ARRAY(qm_set_word) words;
    qm_u32_array slots;
    qm_u32_array named; /* the sets that have names */
    qm_u8_array pool;
} qm_taxonomy_room;

/* What a rule says beside its pattern. */
typedef struct qm_rule_options {
    uint32_t gap;
    uint32_t scope;
    int32_t points;
} qm_rule_options;

/* The room's state, made on first use. */
int qm_taxonomy_room_of(qm_builder *builder, qm_taxonomy_room **out, qm_error *err);
int qm_taxonomy_keep(qm_builder *builder, qm_bytes string, qm_taxonomy_text *out, qm_error *err);

/* Finds the type, or makes one that adds to a type of the base model. */
int qm_taxonomy_type_of(qm_builder *builder, qm_bytes id, qm_place place, uint32_t *out,
                        qm_error *err);
/* Whether it has been read or is one of the base model. */
bool qm_taxonomy_has_type(const qm_builder *builder, qm_bytes id);
/* Whether those that it inherits from come to an end, soon enough. */
bool qm_taxonomy_parents_end(const qm_builder *builder, qm_bytes id);
int qm_taxonomy_new_type(qm_builder *builder, qm_bytes id, qm_place place, uint32_t *out,
                         qm_error *err);
/* Adds "a|b|{other}" to the set of that name, which is made if there is none. */
int qm_taxonomy_fill_set(qm_builder *builder, qm_bytes name, qm_bytes words, qm_place place,
                         qm_error *err);
/* Turns "a|b|{set}" into slots: the sets it names, and one set for its loose words. */
int qm_taxonomy_add_slots(qm_builder *builder, qm_bytes list, qm_place place, uint32_t *count,
                          qm_error *err);
int qm_taxonomy_add_rule(qm_builder *builder, uint32_t type, qm_bytes pattern,
                         const qm_rule_options *options, qm_place place, qm_error *err);
int qm_taxonomy_add_block(qm_builder *builder, uint32_t type, qm_bytes words, qm_place place,
                          qm_error *err);

/* Whether a model below knows the type or set. */
bool qm_taxonomy_base_has_type(const qm_builder *builder, qm_bytes id);
bool qm_taxonomy_base_has_set(const qm_builder *builder, qm_bytes name);

#endif
