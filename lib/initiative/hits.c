/* The words of rules and the quantities of a clause as hits of their sets. */
#include "initiative/scratch.h"

typedef struct gathering {
    const uint32_t *quantity_parts;
    uint32_t no_set;
    const qm_quantities *quantities;
    qm_set_bits wanted;
    bool all;
    uint64_t *sets;
    qm_hit *to;               /* there is room for what is added */
    const qm_hit **to_object; /* likewise */
    uint32_t next_quantity, end_quantity;
    uint32_t taken; /* characters that the quantities so far count less than they have */
} gathering;

/* That a set is there is kept of all of them, hits of those that are wanted. Which they are, and
 * which are objects, nobody could foresee, so no branch asks for it. */
static inline void add_hit(gathering *g, const qm_hit *hit, uint32_t set, bool object, bool wanted)
{
    g->sets[set / 64] |= UINT64_C(1) << set % 64;
    *g->to_object = g->to;
    g->to_object += object;
    *g->to = *hit;
    g->to->set = set;
    g->to += wanted;
}

static inline void add_quantity(gathering *g, const qm_hit *hit, uint32_t part)
{
    const uint32_t set = qm_part_set(part);
    add_hit(g, hit, set, part & QM_PART_OBJECT, set != g->no_set);
}

/* Quantities before `place` become hits of the sets that ask for them. */
static inline void take_quantities(gathering *g, uint32_t place)
{
    const uint32_t *parts = g->quantity_parts;
    for (; g->next_quantity < g->end_quantity; g->next_quantity++) {
        const qm_quantity *quantity = &g->quantities->at[g->next_quantity];
        if (quantity->start >= place) break;
        uint32_t kind = quantity->kind, length = quantity->end - quantity->start;
        uint32_t size = length < 2 ? length : 2, near = quantity->start - g->taken;
        const qm_hit hit = {quantity->start, quantity->end, near, near + size, 0};
        add_quantity(g, &hit, parts[0]);
        if (kind >= 1 && kind <= QM_KIND_NUMBER) add_quantity(g, &hit, parts[kind]);
        g->taken += length - size;
    }
}

/* Inside or across a quantity a word is no word; around one it stays. */
static bool is_masked(const gathering *g, const qm_kept *word)
{
    if (g->next_quantity > 0) {
        const qm_quantity *before = &g->quantities->at[g->next_quantity - 1];
        if (before->end > word->start && before->start <= word->start) return true;
    }
    if (g->next_quantity == g->end_quantity) return false;
    const qm_quantity *next = &g->quantities->at[g->next_quantity];
    return (next->start < word->end && next->end > word->end) ||
           (next->start == word->start && next->end >= word->end);
}

static void add_sets(gathering *at, const qm_kept *word, const uint32_t *parts)
{
    gathering g = *at; /* where the compiler knows that no hit that is written could change it */
    const uint32_t near = word->start - g.taken, count = word->use->n_sets;
    const qm_hit hit = {word->start, word->end, near, near + word->end - word->start, 0};
    const bool objects = (word->use->bits.object & g.wanted.object) != 0;
    for (uint32_t i = 0; i < count; i++) {
        const bool object = parts[i] & objects, verb = g.wanted.verb >> qm_part_verb(parts[i]) & 1;
        add_hit(&g, &hit, qm_part_set(parts[i]), object, object | verb | g.all);
    }
    at->to = g.to;
    at->to_object = g.to_object;
}

static int add_blocks(qm_initiative_scratch *scratch, const qm_kept *word, const uint32_t *types,
                      uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const qm_block_hit block = {word->start, word->end, types[i]};
        if (qm_array_push(scratch->alloc, &scratch->blocks, block) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

static int add_words(gathering *g, const qm_initiator *initiator, qm_initiative_scratch *scratch)
{
    const qm_kept *word = scratch->kept.at + 1;
    for (; word <= scratch->last_kept; word++) {
        const qm_word_use *use = word->use;
        const uint32_t *part = initiator->use_parts.at + use->first;
        take_quantities(g, word->start);
        if (!is_masked(g, word)) add_sets(g, word, part);
        if (use->n_blocks > 0 &&
            add_blocks(scratch, word, part + use->n_sets + use->n_cues, use->n_blocks) != QM_OK)
            return QM_E_NOMEM;
    }
    take_quantities(g, UINT32_MAX);
    return QM_OK;
}

/* Kept matches and quantities, merged in order of their starts. */
int qm_clause_find_hits(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                        const qm_clause_evidence *evidence, bool all)
{
    const size_t most =
        scratch->last_kept->sets + 2 * (size_t)(evidence->end_quantity - evidence->first_quantity);
    /* One more, since what is not wanted is written, too. */
    if (qm_array_reserve(scratch->alloc, &scratch->hits, most + 1) != QM_OK ||
        qm_array_reserve(scratch->alloc, &scratch->objects, most + 1) != QM_OK)
        return QM_E_NOMEM;
    gathering g = {.quantity_parts = initiator->quantity_parts,
                   .no_set = initiator->n_sets,
                   .quantities = evidence->document->quantities,
                   .wanted = {scratch->bits.object & ~QM_VERB_NONE, scratch->bits.verb},
                   .all = all || most > QM_MOST_LOOKED,
                   .sets = scratch->sets,
                   .to = scratch->hits.at,
                   .to_object = scratch->objects.at,
                   .next_quantity = evidence->first_quantity,
                   .end_quantity = evidence->end_quantity};
    memset(scratch->sets, 0, qm_sets_size(scratch->n_sets));
    scratch->sets[scratch->n_sets / 64] = UINT64_C(1) << scratch->n_sets % 64;
    scratch->blocks.count = 0;
    int status = add_words(&g, initiator, scratch);
    scratch->hits.count = (size_t)(g.to - scratch->hits.at);
    scratch->objects.count = (size_t)(g.to_object - scratch->objects.at);
    return status;
}
