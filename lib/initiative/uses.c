/* How the words of each group of senses are used, put together once. */
#include "initiative/initiator.h"

typedef struct binding {
    qm_initiator *made;
    size_t n_lexicons;
    uint8_t *set_uses; /* by set */
    uint32_t *slots;   /* of classes: numbers + 1 by hash, 0 where there is none */
    uint32_t n_slots;  /* a power of two; more than half of them stay empty */
} binding;

/* For as many classes, sets and uses as there may be. */
static int make_room(binding *b)
{
    qm_initiator *made = b->made;
    size_t classes = 0, others = 0, uses = 0;
    for (size_t i = 0; i < b->n_lexicons; i++) {
        const qm_sense *senses;
        uint32_t at = 0, group, count;
        while ((senses =
                    qm_lexicon_next(&made->lexicons[i], QM_ROOM_INITIATIVE, &at, &group, &count))) {
            uint32_t left = count;
            while (left > 0 && senses[left - 1].kind == QM_SENSE_CLASS) left--;
            uses++;
            others += left;
            classes += count - left;
        }
    }
    for (b->n_slots = 16; b->n_slots <= 2 * classes;) b->n_slots *= 2;
    b->slots = qm_alloc_zero(made->alloc, b->n_slots * sizeof *b->slots);
    if (!b->slots || qm_array_reserve(made->alloc, &made->uses, uses) != QM_OK ||
        qm_array_reserve(made->alloc, &made->use_classes, classes) != QM_OK ||
        qm_array_reserve(made->alloc, &made->use_sets, others) != QM_OK)
        return QM_E_NOMEM;
    return QM_OK;
}

static void mark_sets(binding *b)
{
    const qm_initiator *made = b->made;
    for (size_t r = 0; r < made->rules.count; r++) {
        const qm_bound_rule *rule = &made->rules.at[r];
        uint32_t slots = rule->verbs + rule->objects + rule->needs + rule->bars;
        for (uint32_t i = 0; i < slots; i++)
            b->set_uses[made->slots.at[rule->first_slot + i]] |=
                i < rule->verbs ? QM_USED_VERB : QM_USED_ELSE;
    }
}

/* ---- one group ---- */

static int add_class(binding *b, uint32_t hash)
{
    qm_initiator *made = b->made;
    uint32_t at = hash & (b->n_slots - 1), number;
    for (; (number = b->slots[at]) != 0; at = (at + 1) & (b->n_slots - 1))
        if (made->classes.at[number - 1] == hash) break;
    if (number == 0) {
        if (qm_array_push(made->alloc, &made->classes, hash) != QM_OK) return QM_E_NOMEM;
        b->slots[at] = number = (uint32_t)made->classes.count;
    }
    return qm_array_push(made->alloc, &made->use_classes, number - 1);
}

static int add_set(binding *b, uint32_t set, qm_word_use *use)
{
    const qm_used_set used = {.bits = b->made->set_bits[set], .set = set};
    use->flags |= b->set_uses[set];
    use->bits.verb |= used.bits.verb;
    use->bits.object |= used.bits.object;
    use->n_sets++;
    return qm_array_push(b->made->alloc, &b->made->use_sets, used);
}

/* Appends the sets and classes of a group. Senses are in ascending order: sets, cues, blocks,
 * classes. */
static int read_use(binding *b, const qm_source_map *map, const qm_sense *senses, uint32_t count,
                    qm_word_use *use)
{
    uint32_t left = count;
    for (; left > 0 && senses[left - 1].kind == QM_SENSE_CLASS; left--)
        if (add_class(b, senses[left - 1].value) != QM_OK) return QM_E_NOMEM;
    use->n_classes = (uint8_t)(count - left);
    if (left < count && (senses[count - 1].flags & QM_CLASS_VERBS)) use->flags |= QM_USED_ACT;
    for (uint32_t i = 0; i < left; i++) {
        if (senses[i].kind == QM_SENSE_CUE) use->flags |= QM_USED_ELSE | QM_USED_CUE;
        if (senses[i].kind == QM_SENSE_BLOCK) use->flags |= QM_USED_ELSE | QM_USED_BLOCK;
        if (senses[i].kind != QM_SENSE_SET) continue;
        if (add_set(b, map->sets[senses[i].value], use) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

static int bind_groups(binding *b, size_t source)
{
    qm_initiator *made = b->made;
    qm_source_map *map = &made->sources[source];
    const qm_sense *senses;
    uint32_t at = 0, group, count, uses = (uint32_t)made->uses.count;
    while ((senses = qm_lexicon_next(&made->lexicons[source], QM_ROOM_INITIATIVE, &at, &group,
                                     &count))) {
        qm_word_use use = {.first_set = (uint32_t)made->use_sets.count,
                           .first_class = (uint32_t)made->use_classes.count};
        if (made->uses.count == uses) map->first_use = uses - group;
        if (read_use(b, map, senses, count, &use) != QM_OK ||
            qm_array_push(made->alloc, &made->uses, use) != QM_OK)
            return QM_E_NOMEM;
    }
    return QM_OK;
}

int qm_initiator_bind_uses(qm_initiator *made, size_t n_lexicons, qm_error *err)
{
    binding b = {.made = made,
                 .n_lexicons = n_lexicons < made->n_sources ? n_lexicons : made->n_sources,
                 .set_uses = qm_alloc_zero(made->alloc, made->n_sets + 1)};
    int status = b.set_uses ? make_room(&b) : QM_E_NOMEM;
    if (status == QM_OK) mark_sets(&b);
    for (size_t i = 0; i < b.n_lexicons && status == QM_OK; i++) status = bind_groups(&b, i);
    qm_release(made->alloc, b.set_uses, made->n_sets + 1);
    qm_release(made->alloc, b.slots, b.n_slots * sizeof *b.slots);
    return status == QM_OK ? QM_OK : qm_fail_nomem(err);
}
