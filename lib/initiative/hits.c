/* The words of rules and the quantities of a clause, one after the other. */
#include "initiative/scratch.h"

typedef struct gathering {
    const qm_word_use *quantity_uses;
    const qm_quantity *next, *end; /* quantities */
    uint32_t before_start, before_end;
    uint32_t next_start, next_end; /* UINT32_MAX where none is left */
    uint32_t taken; /* characters that the quantities so far count less than they have */
    qm_hit *to;     /* there is room for what is added */
    const qm_hit **to_object;
    uint64_t clause_verbs; /* bits of all words and quantities, masked or not */
    uint64_t once, twice;
    size_t rules; /* of the objects */
} gathering;

/* Which are wanted nobody could foresee, so no branch asks for it. */
static inline void add_hit(gathering *g, const qm_hit *hit, bool wanted)
{
    const uint64_t verbs = hit->verbs & (0 - (uint64_t)wanted);
    const bool object = wanted & ((hit->use->bits.object & g->clause_verbs) != 0);
    *g->to_object = g->to;
    g->to_object += object;
    g->rules += hit->use->n_rules & (0 - (size_t)object);
    g->twice |= g->once & verbs;
    g->once |= verbs;
    *g->to = *hit;
    g->to += wanted;
}

static inline void see_next(gathering *g)
{
    const bool some = g->next < g->end;
    g->next_start = some ? g->next->start : UINT32_MAX;
    g->next_end = some ? g->next->end : UINT32_MAX;
}

static inline void take_quantity(gathering *g)
{
    const uint32_t kind = g->next->kind <= QM_KIND_NUMBER ? g->next->kind : 0;
    const uint32_t length = g->next_end - g->next_start, size = length < 2 ? length : 2;
    const uint32_t near = g->next_start - g->taken;
    const qm_word_use *use = &g->quantity_uses[kind];
    const qm_hit hit = {g->next_start, g->next_end, near, near + size, use->bits.verb, use};
    add_hit(g, &hit, use->n_sets > 0);
    g->taken += length - size;
    g->before_start = g->next_start;
    g->before_end = g->next_end;
    g->next++;
    see_next(g);
}

/* Inside or across a quantity a word is no word; around one it stays. */
static inline bool is_masked(const gathering *g, const qm_kept *word)
{
    return ((g->before_end > word->start) & (g->before_start <= word->start)) |
           ((g->next_start < word->end) & (g->next_end > word->end)) |
           ((g->next_start == word->start) & (g->next_end >= word->end));
}

static inline void add_word(gathering *g, const qm_kept *word)
{
    const uint32_t near = word->start - g->taken;
    const qm_word_use *use = word->use;
    const qm_hit hit = {word->start,    word->end, near, near + word->end - word->start,
                        use->bits.verb, use};
    add_hit(g, &hit, !is_masked(g, word) & (use->n_sets > 0));
}

static int add_blocks(qm_initiative_scratch *scratch, const qm_kept *word, const uint32_t *types)
{
    for (uint32_t i = 0; i < word->use->n_blocks; i++) {
        const qm_block_hit block = {word->start, word->end, types[i]};
        if (qm_array_push(scratch->alloc, &scratch->blocks, block) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

int qm_clause_find_hits(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                        const qm_clause_evidence *evidence)
{
    const qm_quantity *quantities = evidence->document->quantities->at;
    const qm_kept *word = scratch->kept.at + 1, *last = scratch->last_kept;
    const size_t most =
        (size_t)(last - scratch->kept.at) + evidence->end_quantity - evidence->first_quantity;
    /* One more, since what is not wanted is written, too. */
    if (qm_array_reserve(scratch->alloc, &scratch->hits, most + 1) != QM_OK ||
        qm_array_reserve(scratch->alloc, &scratch->objects, most + 1) != QM_OK)
        return QM_E_NOMEM;
    gathering g = {.quantity_uses = initiator->quantity_uses,
                   .next = quantities + evidence->first_quantity,
                   .end = quantities + evidence->end_quantity,
                   .to = scratch->hits.at,
                   .to_object = scratch->objects.at,
                   .clause_verbs = scratch->bits.verb};
    scratch->blocks.count = 0;
    for (see_next(&g); word <= last; word++) {
        const qm_word_use *use = word->use;
        while (g.next_start < word->start) take_quantity(&g);
        add_word(&g, word);
        if (use->n_blocks == 0) continue;
        const uint32_t *types = initiator->use_parts.at + use->first + use->n_sets + use->n_cues;
        if (add_blocks(scratch, word, types) != QM_OK) return QM_E_NOMEM;
    }
    while (g.next < g.end) take_quantity(&g);
    scratch->hits.count = (size_t)(g.to - scratch->hits.at);
    scratch->objects.count = (size_t)(g.to_object - scratch->objects.at);
    scratch->verbs_once = g.once;
    scratch->verbs_twice = g.twice;
    return qm_array_reserve(scratch->alloc, &scratch->attempts, g.rules + 1);
}

/* Notes the sets of all hits, once a clause. */
static void stamp_sets(const qm_initiator *initiator, qm_initiative_scratch *scratch)
{
    if (scratch->stamped == scratch->clock) return;
    scratch->stamped = scratch->clock;
    for (size_t i = 0; i < scratch->hits.count; i++) {
        const qm_word_use *use = scratch->hits.at[i].use;
        const uint32_t *own = initiator->use_parts.at + use->first;
        for (uint32_t k = 0; k < use->n_sets; k++) scratch->set_stamps[own[k]] = scratch->clock;
    }
}

static bool any_is_stamped(const qm_initiative_scratch *scratch, const uint32_t *sets,
                           uint32_t count)
{
    for (uint32_t n = 0; n < count; n++)
        if (scratch->set_stamps[sets[n]] == scratch->clock) return true;
    return false;
}

bool qm_any_stands(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                   const uint32_t *sets, uint32_t count)
{
    if (scratch->hits.count > QM_MOST_LOOKED) {
        stamp_sets(initiator, scratch);
        return any_is_stamped(scratch, sets, count);
    }
    for (size_t i = 0; i < scratch->hits.count; i++) {
        const qm_word_use *use = scratch->hits.at[i].use;
        const uint32_t *own = initiator->use_parts.at + use->first;
        for (uint32_t k = 0; k < use->n_sets; k++)
            for (uint32_t n = 0; n < count; n++)
                if (own[k] == sets[n]) return true;
    }
    return false;
}
