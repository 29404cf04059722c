/* What stands in one clause: the longest words of the rules, quantities between them, and the
 * pairs of verb and object that the rules make of them. */
#include "initiative/scratch.h"

#define QM_MOST_CUES 128 /* of one clause: they are compared with one another */

/* ---- masking ---- */

/* Number of the first match that ends behind `place`, looked for from `near`: clauses are asked for
 * in their order, so that it is never far. */
static uint32_t first_match_behind(const qm_matches *matches, uint32_t near, uint32_t place)
{
    if (near > matches->count) near = (uint32_t)matches->count;
    while (near > 0 && matches->at[near - 1].end > place) near--;
    while (near < matches->count && matches->at[near].end <= place) near++;
    return near;
}

static uint32_t first_quantity_behind(const qm_quantities *quantities, uint32_t near,
                                      uint32_t place)
{
    if (near > quantities->count) near = (uint32_t)quantities->count;
    while (near > 0 && quantities->at[near - 1].end > place) near--;
    while (near < quantities->count && quantities->at[near].end <= place) near++;
    return near;
}

/* A word of one character must be a word of the text: 养 in 养 鸡, not in 养老. */
static bool fits_words(const qm_document *document, const qm_match *match)
{
    if (!document->words || match->end - match->start > 1) return true;
    return document->words->begins[match->start] && document->words->begins[match->end];
}

/* Longer verbs leave the shorter ones at their edges alone: who says 改造提升 says 改造, and a rule
 * may know only one of them. */
static bool leaves(const qm_initiator *initiator, const qm_match *longer, const qm_match *shorter)
{
    uint8_t outer = initiator->sources[longer->source].uses[longer->entry];
    uint8_t inner = initiator->sources[shorter->source].uses[shorter->entry];
    return outer == QM_USED_VERB && (inner & QM_USED_VERB) && shorter->end - shorter->start > 1;
}

/* Matches come in order of their ends, the longer first; what lies inside a longer one goes. */
static int keep_longest(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                        const qm_match *match)
{
    qm_matches *kept = &scratch->kept;
    while (kept->count) {
        const qm_match *top = &kept->at[kept->count - 1];
        if (top->start < match->start || top->end == match->end) break;
        if (top->start == match->start && leaves(initiator, match, top)) break;
        kept->count--;
    }
    if (kept->count) {
        const qm_match *top = &kept->at[kept->count - 1];
        if (top->end == match->end && top->start < match->start && !leaves(initiator, top, match))
            return QM_OK;
    }
    return qm_array_push(scratch->alloc, kept, *match);
}

/* ---- hits ---- */

typedef struct gathering {
    const qm_initiator *initiator;
    qm_initiative_scratch *scratch;
    const qm_quantities *quantities;
    uint32_t next_quantity, end_quantity;
    uint32_t taken; /* characters that the quantities so far count less than they have */
} gathering;

static int add_hit(gathering *g, uint32_t start, uint32_t end, uint32_t set, uint32_t size)
{
    qm_initiative_scratch *scratch = g->scratch;
    uint32_t near = start - g->taken;
    scratch->stamps[set] = scratch->clock;
    qm_hit hit = {start, end, near, near + size, set};
    return qm_array_push(scratch->alloc, &scratch->hits, hit);
}

/* Quantities before `place` become hits of the sets that ask for them. */
static int take_quantities(gathering *g, uint32_t place)
{
    for (; g->next_quantity < g->end_quantity; g->next_quantity++) {
        const qm_quantity *quantity = &g->quantities->at[g->next_quantity];
        if (quantity->start >= place) break;
        uint32_t kind = quantity->kind, length = quantity->end - quantity->start;
        uint32_t size = length < 2 ? length : 2;
        const uint32_t *sets = g->initiator->quantity_sets;
        if (sets[0] != UINT32_MAX &&
            add_hit(g, quantity->start, quantity->end, sets[0], size) != QM_OK)
            return QM_E_NOMEM;
        if (kind >= 1 && kind <= QM_KIND_NUMBER && sets[kind] != UINT32_MAX &&
            add_hit(g, quantity->start, quantity->end, sets[kind], size) != QM_OK)
            return QM_E_NOMEM;
        g->taken += length - size;
    }
    return QM_OK;
}

static inline int pass_quantities(gathering *g, uint32_t place)
{
    if (g->next_quantity == g->end_quantity || g->quantities->at[g->next_quantity].start >= place)
        return QM_OK;
    return take_quantities(g, place);
}

static int add_senses(gathering *g, const qm_match *match, bool only_cues)
{
    const qm_initiator *initiator = g->initiator;
    qm_initiative_scratch *scratch = g->scratch;
    const qm_source_map *map = &initiator->sources[match->source];
    const qm_sense *senses = match->senses;
    int status = QM_OK;
    for (uint32_t i = 0; i < match->count && status == QM_OK; i++) {
        if (senses[i].kind == QM_SENSE_CUE && scratch->cues.count < QM_MOST_CUES) {
            const qm_taxonomy_cue *cue = &initiator->cues.at[map->first_cue + senses[i].value];
            qm_cue_hit hit = {match->start, match->end, (uint8_t)cue->category,
                              (uint8_t)cue->direction, (uint8_t)cue->scope};
            status = qm_array_push(scratch->alloc, &scratch->cues, hit);
        } else if (senses[i].kind == QM_SENSE_SET && !only_cues) {
            status = add_hit(g, match->start, match->end, map->sets[senses[i].value],
                             match->end - match->start);
        } else if (senses[i].kind == QM_SENSE_BLOCK && map->types[senses[i].value]) {
            qm_block_hit hit = {match->start, match->end, map->types[senses[i].value]};
            status = qm_array_push(scratch->alloc, &scratch->blocks, hit);
        }
    }
    return status;
}

/* Kept matches and quantities, merged in order of their starts. */
static int add_hits(gathering *g)
{
    const qm_matches *kept = &g->scratch->kept;
    int status = QM_OK;
    for (size_t i = 0; i < kept->count && status == QM_OK; i++) {
        const qm_match *match = &kept->at[i];
        status = pass_quantities(g, match->start);
        if (status != QM_OK) break;
        /* Inside or across a quantity a word is no word; around one it stays. */
        bool masked = false;
        if (g->next_quantity > 0) {
            const qm_quantity *before = &g->quantities->at[g->next_quantity - 1];
            masked = before->end > match->start && before->start <= match->start;
        }
        if (g->next_quantity < g->end_quantity) {
            const qm_quantity *next = &g->quantities->at[g->next_quantity];
            masked = masked || (next->start < match->end && next->end > match->end) ||
                     (next->start == match->start && next->end >= match->end);
        }
        status = add_senses(g, match, masked);
    }
    return status == QM_OK ? pass_quantities(g, UINT32_MAX) : status;
}

static void forget_candidates(qm_initiative_scratch *scratch)
{
    for (size_t i = 0; i < scratch->candidates.count; i++) {
        scratch->candidate[scratch->candidates.at[i].type] = 0;
        scratch->points[scratch->candidates.at[i].type] = 0;
    }
    scratch->candidates.count = 0;
}

int qm_clause_gather(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                     const qm_document *document, uint32_t number, qm_clause_evidence *evidence)
{
    const qm_clause *clause = &document->clauses->at[number];
    const qm_matches *matches = document->matches;
    forget_candidates(scratch);
    scratch->kept.count = scratch->hits.count = scratch->cues.count = scratch->blocks.count = 0;
    if (++scratch->clock == 0) {
        memset(scratch->stamps, 0, scratch->n_sets * sizeof *scratch->stamps);
        scratch->clock = 1;
    }
    uint32_t first = first_match_behind(matches, scratch->near_match, clause->start), at = first;
    for (; at < matches->count && matches->at[at].end <= clause->end; at++) {
        const qm_match *match = &matches->at[at];
        if (match->start < clause->start || !fits_words(document, match)) continue;
        if (!initiator->sources[match->source].uses[match->entry]) continue; /* has a class alone */
        /* A heading is read for its cues alone, and 帮扶计划 is a plan there. */
        int status = clause->role == QM_ROLE_HEADING
                         ? qm_array_push(scratch->alloc, &scratch->kept, *match)
                         : keep_longest(initiator, scratch, match);
        if (status != QM_OK) return status;
    }
    gathering g = {.initiator = initiator, .scratch = scratch, .quantities = document->quantities};
    g.next_quantity =
        first_quantity_behind(document->quantities, scratch->near_quantity, clause->start);
    g.end_quantity = first_quantity_behind(document->quantities, g.next_quantity, clause->end);
    scratch->near_match = at;
    scratch->near_quantity = g.end_quantity;
    if (evidence) {
        *evidence =
            (qm_clause_evidence){.document = document,
                                 .clause = number,
                                 .first_match = first,
                                 .end_match = at,
                                 .first_quantity = g.next_quantity,
                                 .end_quantity = g.end_quantity,
                                 .cues_behind = scratch->carry.sentence | scratch->carry.paragraph,
                                 .cues_above = scratch->carry.section,
                                 .heading = scratch->carry.heading,
                                 .rule_points = scratch->points,
                                 .ruled = scratch->ruled};
    }
    int status = add_hits(&g);
    if (evidence)
        for (size_t i = 0; i < scratch->cues.count; i++)
            evidence->cues |= 1u << scratch->cues.at[i].category;
    return status;
}
