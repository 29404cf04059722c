/* The words of rules and the quantities of a clause as hits of their sets. */
#include "initiative/scratch.h"

typedef struct gathering {
    const qm_initiator *initiator;
    qm_initiative_scratch *scratch;
    const qm_quantities *quantities;
    uint32_t next_quantity, end_quantity;
    uint32_t taken; /* characters that the quantities so far count less than they have */
} gathering;

/* There must be room for it. */
static inline void add_hit(gathering *g, uint32_t start, uint32_t end, uint32_t set, uint32_t size)
{
    qm_initiative_scratch *scratch = g->scratch;
    uint32_t near = start - g->taken;
    scratch->stamps[set] = scratch->clock;
    scratch->hits.at[scratch->hits.count++] = (qm_hit){start, end, near, near + size, set};
}

/* Quantities before `place` become hits of the sets that ask for them. */
static int take_quantities(gathering *g, uint32_t place)
{
    qm_initiative_scratch *scratch = g->scratch;
    const uint32_t *sets = g->initiator->quantity_sets;
    for (; g->next_quantity < g->end_quantity; g->next_quantity++) {
        const qm_quantity *quantity = &g->quantities->at[g->next_quantity];
        if (quantity->start >= place) break;
        uint32_t kind = quantity->kind, length = quantity->end - quantity->start;
        uint32_t size = length < 2 ? length : 2;
        if (qm_array_reserve(scratch->alloc, &scratch->hits, scratch->hits.count + 2) != QM_OK)
            return QM_E_NOMEM;
        if (sets[0] != UINT32_MAX) add_hit(g, quantity->start, quantity->end, sets[0], size);
        if (kind >= 1 && kind <= QM_KIND_NUMBER && sets[kind] != UINT32_MAX)
            add_hit(g, quantity->start, quantity->end, sets[kind], size);
        g->taken += length - size;
    }
    return QM_OK;
}

/* There must be room for as many. */
static inline void add_sets(gathering *g, const qm_match *match, const qm_sense *sense,
                            const qm_sense *end)
{
    qm_initiative_scratch *scratch = g->scratch;
    const uint32_t *sets = g->initiator->sources[match->source].sets;
    uint32_t *stamps = scratch->stamps, clock = scratch->clock;
    qm_hit *to = scratch->hits.at + scratch->hits.count;
    uint32_t near = match->start - g->taken;
    qm_hit hit = {match->start, match->end, near, near + (match->end - match->start), 0};
    scratch->hits.count += (size_t)(end - sense);
    for (; sense < end; sense++) {
        hit.set = sets[sense->value];
        stamps[hit.set] = clock;
        *to++ = hit;
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

static int add_word(gathering *g, const qm_match *match)
{
    qm_initiative_scratch *scratch = g->scratch;
    const qm_sense *sense = match->senses, *end = sense + match->count;
    const uint32_t *types = g->initiator->sources[match->source].types;
    if (qm_array_reserve(scratch->alloc, &scratch->hits, scratch->hits.count + match->count) !=
        QM_OK)
        return QM_E_NOMEM;
    /* In ascending order: sets, cues, blocks, classes. */
    while (sense < end && sense->kind == QM_SENSE_SET) sense++;
    if (!is_masked(g, match)) add_sets(g, match, match->senses, sense);
    for (; sense < end && sense->kind < QM_SENSE_CLASS; sense++) {
        if (sense->kind != QM_SENSE_BLOCK || !types[sense->value]) continue;
        const qm_block_hit hit = {match->start, match->end, types[sense->value]};
        if (qm_array_push(scratch->alloc, &scratch->blocks, hit) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

/* Kept matches and quantities, merged in order of their starts. */
int qm_clause_find_hits(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                        const qm_clause_evidence *evidence)
{
    const qm_kept *word = scratch->kept.at, *end = word + scratch->kept.count;
    gathering g = {.initiator = initiator,
                   .scratch = scratch,
                   .quantities = evidence->document->quantities,
                   .next_quantity = evidence->first_quantity,
                   .end_quantity = evidence->end_quantity};
    scratch->hits.count = scratch->blocks.count = 0;
    if (++scratch->clock == 0) {
        memset(scratch->stamps, 0, scratch->n_sets * sizeof *scratch->stamps);
        scratch->clock = 1;
    }
    for (; word < end; word++)
        if (take_quantities(&g, word->match->start) != QM_OK || add_word(&g, word->match) != QM_OK)
            return QM_E_NOMEM;
    return take_quantities(&g, UINT32_MAX);
}
