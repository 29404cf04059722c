/* How the words of each group of senses are used, put together once. Groups that are used alike
 * have one use among them, so that what is looked up for a text stays small. */
#include "initiative/initiator.h"

/* Numbers + 1 by hash, 0 where there is none; more than half of the slots stay empty. */
typedef struct number_table {
    uint32_t *slots;
    uint32_t count; /* a power of two */
} number_table;

typedef struct binding {
    qm_initiator *made;
    size_t n_lexicons;
    uint8_t *set_uses; /* by set */
    number_table classes, uses;
} binding;

static int make_table(const binding *b, number_table *table, size_t numbers)
{
    uint32_t count = 16;
    while (count <= 2 * numbers) count *= 2;
    table->slots = qm_alloc_zero(b->made->alloc, count * sizeof *table->slots);
    table->count = count;
    return table->slots ? QM_OK : QM_E_NOMEM;
}

static void free_table(const binding *b, number_table *table)
{
    qm_release(b->made->alloc, table->slots, table->count * sizeof *table->slots);
}

/* Room for as many classes and uses as there may be. */
static int make_tables(binding *b)
{
    size_t classes = 0, uses = 0;
    for (size_t i = 0; i < b->n_lexicons; i++) {
        const qm_sense *senses;
        uint32_t at = 0, group, count;
        while ((senses = qm_lexicon_next(&b->made->lexicons[i], QM_ROOM_INITIATIVE, &at, &group,
                                         &count))) {
            uses++;
            for (uint32_t k = 0; k < count; k++) classes += senses[k].kind == QM_SENSE_CLASS;
        }
    }
    return make_table(b, &b->classes, classes) == QM_OK && make_table(b, &b->uses, uses) == QM_OK
               ? QM_OK
               : QM_E_NOMEM;
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
    const number_table *table = &b->classes;
    uint32_t at = hash & (table->count - 1), number;
    for (; (number = table->slots[at]) != 0; at = (at + 1) & (table->count - 1))
        if (made->classes.at[number - 1] == hash) break;
    if (number == 0) {
        if (qm_array_push(made->alloc, &made->classes, hash) != QM_OK) return QM_E_NOMEM;
        table->slots[at] = number = (uint32_t)made->classes.count;
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

/* ---- uses that are the same ---- */

static uint32_t hash_use(const qm_initiator *made, const qm_word_use *use)
{
    uint64_t hash = use->flags;
    for (uint32_t i = 0; i < use->n_classes; i++)
        hash = (hash ^ made->use_classes.at[use->first_class + i]) * UINT64_C(0xd6e8feb86659fd93);
    for (uint32_t i = 0; i < use->n_sets; i++)
        hash = (hash ^ made->use_sets.at[use->first_set + i].set) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(hash >> 32);
}

static bool same_use(const qm_initiator *made, const qm_word_use *a, const qm_word_use *b)
{
    if (a->flags != b->flags || a->n_sets != b->n_sets || a->n_classes != b->n_classes)
        return false;
    for (uint32_t i = 0; i < a->n_sets; i++)
        if (made->use_sets.at[a->first_set + i].set != made->use_sets.at[b->first_set + i].set)
            return false;
    for (uint32_t i = 0; i < a->n_classes; i++)
        if (made->use_classes.at[a->first_class + i] != made->use_classes.at[b->first_class + i])
            return false;
    return true;
}

/* The number of a use that has just been read. */
static int number_use(binding *b, const qm_word_use *use, uint32_t *number)
{
    qm_initiator *made = b->made;
    const number_table *table = &b->uses;
    uint32_t at = hash_use(made, use) & (table->count - 1);
    for (; table->slots[at] != 0; at = (at + 1) & (table->count - 1)) {
        *number = table->slots[at];
        if (!same_use(made, &made->uses.at[*number], use)) continue;
        made->use_sets.count = use->first_set;
        made->use_classes.count = use->first_class;
        return QM_OK;
    }
    *number = table->slots[at] = (uint32_t)made->uses.count; /* never 0: that is none */
    return qm_array_push(made->alloc, &made->uses, *use);
}

static int bind_groups(binding *b, size_t source)
{
    qm_initiator *made = b->made;
    const qm_lexicon *lexicon = &made->lexicons[source];
    qm_source_map *map = &made->sources[source];
    if (lexicon->groups == 0) return QM_OK;
    map->uses = qm_alloc_zero(made->alloc, lexicon->groups * sizeof *map->uses);
    if (!map->uses) return QM_E_NOMEM;
    map->n_groups = lexicon->groups;
    const qm_sense *senses;
    uint32_t at = 0, group, count;
    while ((senses = qm_lexicon_next(lexicon, QM_ROOM_INITIATIVE, &at, &group, &count))) {
        qm_word_use use = {.first_set = (uint32_t)made->use_sets.count,
                           .first_class = (uint32_t)made->use_classes.count};
        if (read_use(b, map, senses, count, &use) != QM_OK ||
            number_use(b, &use, &map->uses[group]) != QM_OK)
            return QM_E_NOMEM;
    }
    return QM_OK;
}

int qm_initiator_bind_uses(qm_initiator *made, size_t n_lexicons, qm_error *err)
{
    binding b = {.made = made,
                 .n_lexicons = n_lexicons < made->n_sources ? n_lexicons : made->n_sources,
                 .set_uses = qm_alloc_zero(made->alloc, made->n_sets + 1)};
    const qm_word_use none = {.flags = 0};
    int status = b.set_uses ? make_tables(&b) : QM_E_NOMEM;
    if (status == QM_OK) status = qm_array_push(made->alloc, &made->uses, none);
    if (status == QM_OK) mark_sets(&b);
    for (size_t i = 0; i < b.n_lexicons && status == QM_OK; i++) status = bind_groups(&b, i);
    qm_release(made->alloc, b.set_uses, made->n_sets + 1);
    free_table(&b, &b.classes);
    free_table(&b, &b.uses);
    return status == QM_OK ? QM_OK : qm_fail_nomem(err);
}
