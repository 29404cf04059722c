/* How the words of each entry of the lexicons are used, put together once. */
#include "initiative/initiator.h"

typedef struct binding {
    qm_initiator *made;
    uint8_t *set_uses;    /* by set */
    uint32_t *slots;      /* by hash: number of a class + 1, 0 where there is none */
    uint32_t slots_count; /* a power of two */
} binding;

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

/* ---- classes ---- */

/* The slot of a class, empty where it is not known yet. */
static uint32_t *find_slot(const binding *b, uint32_t hash)
{
    uint32_t at = hash & (b->slots_count - 1);
    while (b->slots[at] && b->made->classes.at[b->slots[at] - 1] != hash)
        at = (at + 1) & (b->slots_count - 1);
    return &b->slots[at];
}

static int grow_slots(binding *b)
{
    const qm_allocator *alloc = b->made->alloc;
    const uint32_t old = b->slots_count, room = old ? 2 * old : 128;
    uint32_t *slots = qm_alloc_zero(alloc, room * sizeof *slots);
    if (!slots) return QM_E_NOMEM;
    if (old) qm_release(alloc, b->slots, old * sizeof *slots);
    b->slots = slots;
    b->slots_count = room;
    for (uint32_t number = 0; number < b->made->classes.count; number++)
        *find_slot(b, b->made->classes.at[number]) = number + 1;
    return QM_OK;
}

static int add_class(binding *b, uint32_t hash)
{
    qm_initiator *made = b->made;
    if (2 * made->classes.count >= b->slots_count && grow_slots(b) != QM_OK) return QM_E_NOMEM;
    uint32_t *slot = find_slot(b, hash);
    if (*slot == 0) {
        if (qm_array_push(made->alloc, &made->classes, hash) != QM_OK) return QM_E_NOMEM;
        *slot = (uint32_t)made->classes.count;
    }
    return qm_array_push(made->alloc, &made->use_classes, *slot - 1);
}

/* ---- entries ---- */

static int add_set(binding *b, uint32_t set, qm_word_use *use)
{
    const qm_used_set used = {b->made->set_bits[set], set};
    use->flags |= b->set_uses[set];
    use->bits.verb |= used.bits.verb;
    use->bits.object |= used.bits.object;
    use->n_sets++;
    return qm_array_push(b->made->alloc, &b->made->use_sets, used);
}

/* Senses are in ascending order: sets, cues, blocks, classes. */
static int add_use(binding *b, const qm_source_map *map, const qm_sense *senses, uint32_t count)
{
    qm_initiator *made = b->made;
    qm_word_use use = {.first_set = (uint32_t)made->use_sets.count,
                       .first_class = (uint32_t)made->use_classes.count};
    uint32_t left = count;
    for (; left > 0 && senses[left - 1].kind == QM_SENSE_CLASS; left--)
        if (add_class(b, senses[left - 1].value) != QM_OK) return QM_E_NOMEM;
    use.n_classes = (uint8_t)(count - left);
    if (left < count && (senses[count - 1].flags & QM_CLASS_VERBS)) use.flags |= QM_USED_ACT;
    for (uint32_t i = 0; i < left; i++) {
        if (senses[i].kind == QM_SENSE_CUE) use.flags |= QM_USED_ELSE | QM_USED_CUE;
        if (senses[i].kind == QM_SENSE_BLOCK) use.flags |= QM_USED_ELSE | QM_USED_BLOCK;
        if (senses[i].kind != QM_SENSE_SET) continue;
        if (add_set(b, map->sets[senses[i].value], &use) != QM_OK) return QM_E_NOMEM;
    }
    return qm_array_push(made->alloc, &made->uses, use);
}

static int add_entries(binding *b, size_t source)
{
    qm_initiator *made = b->made;
    const qm_lexicon *lexicon = &made->lexicons[source];
    qm_source_map *map = &made->sources[source];
    if (lexicon->entries == 0) return QM_OK;
    map->uses = qm_alloc_zero(made->alloc, lexicon->entries * sizeof *map->uses);
    if (!map->uses) return QM_E_NOMEM;
    map->n_entries = lexicon->entries;
    const qm_sense *senses;
    uint32_t at = 0, entry, count;
    while ((senses = qm_lexicon_next(lexicon, QM_ROOM_INITIATIVE, &at, &entry, &count))) {
        map->uses[entry] = (uint32_t)made->uses.count;
        if (add_use(b, map, senses, count) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

int qm_initiator_bind_uses(qm_initiator *made, size_t n_lexicons, qm_error *err)
{
    binding b = {.made = made, .set_uses = qm_alloc_zero(made->alloc, made->n_sets + 1)};
    const qm_word_use none = {.flags = 0};
    int status = b.set_uses ? qm_array_push(made->alloc, &made->uses, none) : QM_E_NOMEM;
    if (status == QM_OK) mark_sets(&b);
    for (size_t i = 0; i < made->n_sources && i < n_lexicons && status == QM_OK; i++)
        status = add_entries(&b, i);
    qm_release(made->alloc, b.set_uses, made->n_sets + 1);
    if (b.slots) qm_release(made->alloc, b.slots, b.slots_count * sizeof *b.slots);
    return status == QM_OK ? QM_OK : qm_fail_nomem(err);
}
