/* How the words of each group of senses are used, put together once. */
#include "initiative/initiator.h"

enum { ASKED_FOR = 256 }; /* beside QM_USED_*: a rule asks for words of the set */

typedef struct binding {
    qm_initiator *made;
    size_t n_lexicons;
    uint16_t *set_uses; /* by set */
    uint32_t *slots;    /* of classes: numbers + 1 by hash, 0 where there is none */
    uint32_t n_slots;   /* a power of two; more than half of them stay empty */
    uint32_t n_uses;
} binding;

/* For as many classes, parts and uses as there may be. */
static int make_room(binding *b)
{
    qm_initiator *made = b->made;
    size_t classes = 0, parts = 0, uses = 0;
    for (size_t i = 0; i < b->n_lexicons; i++) {
        const qm_sense *senses;
        uint32_t at = 0, group, count;
        while ((senses =
                    qm_lexicon_next(&made->lexicons[i], QM_ROOM_INITIATIVE, &at, &group, &count))) {
            uint32_t left = count;
            while (left > 0 && senses[left - 1].kind == QM_SENSE_CLASS) left--;
            uses++;
            parts += count;
            classes += count - left;
        }
    }
    for (b->n_slots = 16; b->n_slots <= 2 * classes;) b->n_slots *= 2;
    b->slots = qm_alloc_zero(made->alloc, b->n_slots * sizeof *b->slots);
    made->use_flags = qm_alloc_zero(made->alloc, uses + 1);
    made->n_uses = uses;
    if (!b->slots || !made->use_flags ||
        qm_array_reserve(made->alloc, &made->uses_room, uses + 1) != QM_OK ||
        qm_array_reserve(made->alloc, &made->use_parts, parts) != QM_OK)
        return QM_E_NOMEM;
    const size_t width = sizeof *made->uses, past = (uintptr_t)made->uses_room.at % width;
    made->uses = (void *)((char *)made->uses_room.at + (past ? width - past : 0));
    return QM_OK;
}

/* What is told of in a list may be an act (果蔬销售): it says nothing about the word elsewhere. */
static uint8_t use_as_object(const qm_bound_rule *rule)
{
    return rule->scope == QM_SCOPE_LIST ? 0 : QM_USED_ELSE | QM_USED_THING;
}

static void mark_sets(binding *b)
{
    const qm_initiator *made = b->made;
    for (size_t r = 0; r < made->rules.count; r++) {
        const qm_bound_rule *rule = &made->rules.at[r];
        uint32_t slots = rule->verbs + rule->objects + rule->needs + rule->bars;
        for (uint32_t i = 0; i < slots; i++)
            b->set_uses[made->slots.at[rule->first_slot + i]] |=
                ASKED_FOR | (i < rule->verbs                   ? QM_USED_VERB
                             : i < rule->verbs + rule->objects ? use_as_object(rule)
                                                               : QM_USED_ELSE);
    }
}

/* ---- one group ---- */

/* The number of a class. */
static int number_class(binding *b, uint32_t hash, uint32_t *number)
{
    qm_initiator *made = b->made;
    uint32_t at = hash & (b->n_slots - 1), found;
    for (; (found = b->slots[at]) != 0; at = (at + 1) & (b->n_slots - 1))
        if (made->classes.at[found - 1] == hash) break;
    if (found == 0) {
        if (qm_array_push(made->alloc, &made->classes, hash) != QM_OK) return QM_E_NOMEM;
        b->slots[at] = found = (uint32_t)made->classes.count;
    }
    *number = found - 1;
    return QM_OK;
}

static int add_part(binding *b, uint32_t part)
{
    return qm_array_push(b->made->alloc, &b->made->use_parts, part);
}

/* Classes are named last first. What helps an act or ends a noun phrase is known by its flag alone:
 * it says nothing of what the act is. */
static int read_classes(binding *b, const qm_sense *senses, uint32_t count, qm_word_use *use)
{
    uint32_t number = 0;
    int status = QM_OK;
    for (uint32_t left = count; left > 0 && status == QM_OK; left--) {
        const qm_sense *sense = &senses[left - 1];
        if (sense->flags & (QM_CLASS_VERBS | QM_CLASS_MERE)) use->flags |= QM_USED_ACT;
        if (sense->flags & QM_CLASS_HELPS) use->flags |= QM_USED_HELP;
        if (sense->flags & QM_CLASS_LIMITS) use->flags |= QM_USED_LIMIT;
        if (sense->flags & QM_CLASS_BRINGS) use->flags |= QM_USED_BRING;
        if (sense->flags & QM_CLASS_ACTORS) use->flags |= QM_USED_ACTOR;
        if (sense->flags & QM_CLASS_UNLEARNT) continue;
        status = number_class(b, sense->value, &number);
        if (use->n_classes++ == 0) use->class = number;
        else if (status == QM_OK) status = add_part(b, number);
    }
    return status;
}

/* The rules of which words of the set are the object. */
static int add_rules(binding *b, uint32_t set, qm_word_use *use)
{
    const qm_initiator *made = b->made;
    const qm_object *object = &made->objects[set];
    const uint32_t figure = qm_is_figure_set(made, set) ? QM_PART_FIGURE : 0;
    const uint32_t count = object->end - object->first;
    if (use->n_rules + count > UINT16_MAX) return QM_E_LIMIT;
    use->n_rules = (uint16_t)(use->n_rules + count);
    use->first += QM_RULE_PARTS * count;
    int status = QM_OK;
    for (uint32_t i = object->first; i < object->end && status == QM_OK; i++) {
        const uint32_t rule = made->object_rules[i];
        const uint64_t verbs = made->pair_rules[rule].verbs;
        status = add_part(b, rule << QM_PART_RULE | figure);
        if (status == QM_OK) status = add_part(b, (uint32_t)verbs);
        if (status == QM_OK) status = add_part(b, (uint32_t)(verbs >> 32));
    }
    return status;
}

/* Words of sets that only replaced types had must not take in shorter ones. */
static int add_set(binding *b, uint32_t set, qm_word_use *use)
{
    const qm_set_bits *bits = &b->made->set_bits[set];
    if (!b->set_uses[set]) return QM_OK;
    use->flags |= (uint8_t)b->set_uses[set];
    use->bits.verb |= bits->verb;
    use->bits.object |= bits->object;
    use->n_sets++;
    return add_part(b, set);
}

static int add_cue(binding *b, uint32_t cue, qm_word_use *use)
{
    use->flags |= QM_USED_ELSE;
    use->n_cues++;
    return add_part(b, qm_packed_cue(&b->made->cues.at[cue]));
}

static int add_block(binding *b, uint32_t type, qm_word_use *use)
{
    if (type == 0) return QM_OK; /* it is no more */
    use->flags |= QM_USED_ELSE;
    use->n_blocks++;
    return add_part(b, type);
}

/* The parts and classes of a group. Senses are in ascending order: sets, cues, blocks, classes. */
static int read_use(binding *b, const qm_source_map *map, const qm_sense *senses, uint32_t count,
                    qm_word_use *use)
{
    uint32_t left = count;
    int status = QM_OK;
    while (left > 0 && senses[left - 1].kind == QM_SENSE_CLASS) left--;
    for (uint32_t i = 0; i < left && status == QM_OK; i++)
        if (senses[i].kind == QM_SENSE_SET) status = add_rules(b, map->sets[senses[i].value], use);
    for (uint32_t i = 0; i < left && status == QM_OK; i++) {
        const uint32_t value = senses[i].value;
        if (senses[i].kind == QM_SENSE_SET) status = add_set(b, map->sets[value], use);
        if (senses[i].kind == QM_SENSE_CUE) status = add_cue(b, map->first_cue + value, use);
        if (senses[i].kind == QM_SENSE_BLOCK) status = add_block(b, map->types[value], use);
    }
    if (status == QM_OK) status = read_classes(b, senses + left, count - left, use);
    use->of_rules = use->n_sets > 0 || (use->flags & QM_USED_BY_RULES) != 0;
    return status;
}

static int bind_groups(binding *b, size_t source)
{
    qm_initiator *made = b->made;
    qm_source_map *map = &made->sources[source];
    const qm_sense *senses;
    uint32_t at = 0, group, count, first = b->n_uses;
    while ((senses = qm_lexicon_next(&made->lexicons[source], QM_ROOM_INITIATIVE, &at, &group,
                                     &count))) {
        qm_word_use use = {.first = (uint32_t)made->use_parts.count};
        if (b->n_uses == first) map->first_use = first - group;
        const int status = read_use(b, map, senses, count, &use);
        if (status != QM_OK) return status;
        made->use_flags[b->n_uses] = use.flags;
        made->uses[b->n_uses++] = use;
    }
    return QM_OK;
}

/* What a quantity of a kind is: a word of the sets that stand for any and for its kind. */
static int bind_quantities(binding *b, uint32_t kind)
{
    qm_initiator *made = b->made;
    const uint32_t sets[] = {made->quantity_sets[0], made->quantity_sets[kind]};
    const uint32_t count = kind > 0 ? 2 : 1;
    qm_word_use use = {.first = (uint32_t)made->use_parts.count};
    int status = QM_OK;
    for (uint32_t i = 0; i < count && status == QM_OK; i++)
        if (sets[i] != made->n_sets) status = add_rules(b, sets[i], &use);
    for (uint32_t i = 0; i < count && status == QM_OK; i++)
        if (sets[i] != made->n_sets) status = add_set(b, sets[i], &use);
    made->quantity_uses[kind] = use;
    return status;
}

int qm_initiator_bind_uses(qm_initiator *made, size_t n_lexicons, qm_error *err)
{
    binding b = {.made = made,
                 .n_lexicons = n_lexicons < made->n_sources ? n_lexicons : made->n_sources,
                 .set_uses = qm_alloc_zero(made->alloc, (made->n_sets + 1) * sizeof(uint16_t))};
    int status = b.set_uses ? make_room(&b) : QM_E_NOMEM;
    if (status == QM_OK) mark_sets(&b);
    for (size_t i = 0; i < b.n_lexicons && status == QM_OK; i++) status = bind_groups(&b, i);
    for (uint32_t kind = 0; kind <= QM_KIND_NUMBER && status == QM_OK; kind++)
        status = bind_quantities(&b, kind);
    for (uint32_t i = 0; i < b.n_uses; i++)
        if (made->uses[i].n_classes == 0) made->uses[i].class = (uint32_t)made->classes.count;
    qm_release(made->alloc, b.set_uses, (made->n_sets + 1) * sizeof *b.set_uses);
    qm_release(made->alloc, b.slots, b.n_slots * sizeof *b.slots);
    if (status == QM_E_LIMIT) return qm_fail(err, status, "taxonomies: a word of too many rules");
    return status == QM_OK ? QM_OK : qm_fail_nomem(err);
}
