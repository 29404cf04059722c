/* The words of rules and the quantities of a clause as hits of their sets. */
#include "initiative/scratch.h"

typedef struct gathering {
    const qm_initiator *initiator;
    qm_initiative_scratch *scratch;
    const qm_quantities *quantities;
    qm_hit *to; /* there is room for all */
    qm_set_bits wanted;
    bool all;
    uint32_t next_quantity, end_quantity;
    uint32_t taken; /* characters that the quantities so far count less than they have */
} gathering;

static inline bool is_wanted(const gathering *g, const qm_set_bits *bits)
{
    return ((bits->verb & g->wanted.verb) | (bits->object & g->wanted.object)) != 0 || g->all;
}

/* That a set is there is kept of all of them, hits of those that may be a verb or an object. */
static void add_hit(gathering *g, const qm_hit *hit, uint32_t set)
{
    g->scratch->stamps[set] = g->scratch->clock;
    *g->to = *hit;
    g->to->set = set;
    g->to += is_wanted(g, &g->initiator->set_bits[set]);
}

/* Quantities before `place` become hits of the sets that ask for them. */
static void take_quantities(gathering *g, uint32_t place)
{
    const uint32_t *sets = g->initiator->quantity_sets;
    for (; g->next_quantity < g->end_quantity; g->next_quantity++) {
        const qm_quantity *quantity = &g->quantities->at[g->next_quantity];
        if (quantity->start >= place) break;
        uint32_t kind = quantity->kind, length = quantity->end - quantity->start;
        uint32_t size = length < 2 ? length : 2, near = quantity->start - g->taken;
        const qm_hit hit = {quantity->start, quantity->end, near, near + size, 0};
        if (sets[0] != UINT32_MAX) add_hit(g, &hit, sets[0]);
        if (kind >= 1 && kind <= QM_KIND_NUMBER && sets[kind] != UINT32_MAX)
            add_hit(g, &hit, sets[kind]);
        g->taken += length - size;
    }
}

/* Inside or across a quantity a word is no word; around one it stays. */
static bool is_masked(const gathering *g, const qm_match *match)
{
    if (g->next_quantity > 0) {
        const qm_quantity *before = &g->quantities->at[g->next_quantity - 1];
        if (before->end > match->start && before->start <= match->start) return true;
    }
    if (g->next_quantity == g->end_quantity) return false;
    const qm_quantity *next = &g->quantities->at[g->next_quantity];
    return (next->start < match->end && next->end > match->end) ||
           (next->start == match->start && next->end >= match->end);
}

static void add_sets(gathering *g, const qm_kept *word)
{
    const qm_used_set *used = g->initiator->use_sets.at + word->use->first_set;
    const qm_used_set *end = used + word->use->n_sets;
    const uint32_t start = word->match->start, size = word->match->end - start;
    const uint32_t clock = g->scratch->clock, near = start - g->taken;
    const gathering w = {.wanted = g->wanted, .all = g->all};
    const qm_hit hit = {start, start + size, near, near + size, 0};
    uint32_t *stamps = g->scratch->stamps;
    qm_hit *to = g->to;
    for (; used < end; used++) {
        stamps[used->set] = clock;
        if (!is_wanted(&w, &used->bits)) continue;
        *to = hit;
        to++->set = used->set;
    }
    g->to = to;
}

static int add_blocks(gathering *g, const qm_match *match)
{
    qm_initiative_scratch *scratch = g->scratch;
    const uint32_t *types = g->initiator->sources[match->source].types;
    const qm_sense *sense = match->senses, *end = sense + match->count;
    for (; sense < end; sense++) {
        if (sense->kind != QM_SENSE_BLOCK || !types[sense->value]) continue;
        const qm_block_hit block = {match->start, match->end, types[sense->value]};
        if (qm_array_push(scratch->alloc, &scratch->blocks, block) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

/* How many hits there are at most. */
static size_t count_hits(const qm_initiative_scratch *scratch, const qm_clause_evidence *evidence)
{
    const qm_kept *word = scratch->kept.at, *end = word + scratch->kept.count;
    size_t count = 2 * (size_t)(evidence->end_quantity - evidence->first_quantity);
    for (; word < end; word++) count += word->use->n_sets;
    return count;
}

/* Kept matches and quantities, merged in order of their starts. */
int qm_clause_find_hits(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                        const qm_clause_evidence *evidence, bool all)
{
    const qm_kept *word = scratch->kept.at, *end = word + scratch->kept.count;
    const size_t most = count_hits(scratch, evidence);
    gathering g = {.initiator = initiator,
                   .scratch = scratch,
                   .quantities = evidence->document->quantities,
                   .wanted = {scratch->bits.object, scratch->bits.verb},
                   .all = all || most > QM_MOST_LOOKED,
                   .next_quantity = evidence->first_quantity,
                   .end_quantity = evidence->end_quantity};
    /* One more, since what is not wanted is written, too. */
    if (qm_array_reserve(scratch->alloc, &scratch->hits, most + 1) != QM_OK) return QM_E_NOMEM;
    g.to = scratch->hits.at;
    scratch->blocks.count = 0;
    if (++scratch->clock == 0) {
        memset(scratch->stamps, 0, scratch->n_sets * sizeof *scratch->stamps);
        scratch->clock = 1;
    }
    for (; word < end; word++) {
        take_quantities(&g, word->match->start);
        if (!is_masked(&g, word->match)) add_sets(&g, word);
        if ((word->use->flags & QM_USED_BLOCK) && add_blocks(&g, word->match) != QM_OK)
            return QM_E_NOMEM;
    }
    take_quantities(&g, UINT32_MAX);
    scratch->hits.count = (size_t)(g.to - scratch->hits.at);
    return QM_OK;
}
