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
static inline bool fits_words(const qm_words *words, const qm_match *match)
{
    if (match->end - match->start > 1 || !words) return true;
    return words->begins[match->start] && words->begins[match->end];
}

static inline uint8_t uses_of(const qm_initiator *initiator, const qm_match *match)
{
    return initiator->sources[match->source].uses[match->entry];
}

/* Longer verbs leave the shorter ones at their edges alone: who says 改造提升 says 改造, and a rule
 * may know only one of them. */
static bool leaves(const qm_initiator *initiator, const qm_match *longer, const qm_match *shorter)
{
    uint8_t outer = uses_of(initiator, longer) & QM_USED_BY_RULES;
    uint8_t inner = uses_of(initiator, shorter);
    return outer == QM_USED_VERB && (inner & QM_USED_VERB) && shorter->end - shorter->start > 1;
}

/* Matches come in order of their ends, the longer first; what lies inside a longer one goes. */
static int keep_longest(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                        const qm_match *match)
{
    while (scratch->kept.count) {
        const qm_match *top = scratch->kept.at[scratch->kept.count - 1];
        if (top->start < match->start || top->end == match->end) break;
        if (top->start == match->start && leaves(initiator, match, top)) break;
        scratch->kept.count--;
    }
    if (scratch->kept.count) {
        const qm_match *top = scratch->kept.at[scratch->kept.count - 1];
        if (top->end == match->end && top->start < match->start && !leaves(initiator, top, match))
            return QM_OK;
    }
    return qm_array_push(scratch->alloc, &scratch->kept, match);
}

/* ---- classes ---- */

/* Each class once, in the order of its first word. */
static void note_classes(const qm_initiator *initiator, const qm_match *match,
                         qm_class_hit hits[QM_CLASSES_MOST], uint32_t *n)
{
    for (uint32_t left = match->count; left > 0; left--) {
        const qm_sense *sense = &match->senses[left - 1];
        if (sense->kind != QM_SENSE_CLASS) break; /* they stand last */
        uint32_t number = qm_class_number(initiator, sense->value), k = 0;
        while (k < *n && hits[k].number != number) k++;
        if (k < *n || *n == QM_CLASSES_MOST) continue;
        hits[(*n)++] = (qm_class_hit){match->start, match->end, number};
    }
}

/* ---- hits ---- */

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
    scratch->present |= qm_set_bit(set);
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

static inline int pass_quantities(gathering *g, uint32_t place)
{
    if (g->next_quantity == g->end_quantity || g->quantities->at[g->next_quantity].start >= place)
        return QM_OK;
    return take_quantities(g, place);
}

static int add_cue(gathering *g, const qm_match *match, uint32_t number)
{
    qm_initiative_scratch *scratch = g->scratch;
    const qm_taxonomy_cue *cue = &g->initiator->cues.at[number];
    const qm_cue_hit hit = {match->start, match->end, (uint8_t)cue->category,
                            (uint8_t)cue->direction, (uint8_t)cue->scope};
    if (scratch->cues.count == QM_MOST_CUES) return QM_OK;
    return qm_array_push(scratch->alloc, &scratch->cues, hit);
}

static inline int add_senses(gathering *g, const qm_match *match, bool only_cues)
{
    qm_initiative_scratch *scratch = g->scratch;
    const qm_source_map *map = &g->initiator->sources[match->source];
    const qm_sense *sense = match->senses, *end = sense + match->count;
    if (qm_array_reserve(scratch->alloc, &scratch->hits, scratch->hits.count + match->count) !=
        QM_OK)
        return QM_E_NOMEM;
    /* In ascending order: sets, cues, blocks, classes. */
    for (; sense < end && sense->kind <= QM_SENSE_SET; sense++)
        if (sense->kind == QM_SENSE_SET && !only_cues)
            add_hit(g, match->start, match->end, map->sets[sense->value],
                    match->end - match->start);
    for (; sense < end && sense->kind < QM_SENSE_CLASS; sense++) {
        int status = QM_OK;
        if (sense->kind == QM_SENSE_CUE) {
            status = add_cue(g, match, map->first_cue + sense->value);
        } else if (sense->kind == QM_SENSE_BLOCK && map->types[sense->value]) {
            qm_block_hit hit = {match->start, match->end, map->types[sense->value]};
            status = qm_array_push(scratch->alloc, &scratch->blocks, hit);
        }
        if (status != QM_OK) return status;
    }
    return QM_OK;
}

/* Inside or across a quantity a word is no word; around one it stays. */
static inline bool is_masked(const gathering *g, const qm_match *match)
{
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
    return masked;
}

/* Kept matches and quantities, merged in order of their starts. */
static int add_hits(gathering *g)
{
    const qm_match **match = g->scratch->kept.at, **end = match + g->scratch->kept.count;
    int status = QM_OK;
    for (; match < end && status == QM_OK; match++) {
        status = pass_quantities(g, (*match)->start);
        if (status == QM_OK) status = add_senses(g, *match, is_masked(g, *match));
    }
    return status == QM_OK ? pass_quantities(g, UINT32_MAX) : status;
}

/* ---- the whole ---- */

static void forget_clause(qm_initiative_scratch *scratch)
{
    for (size_t i = 0; i < scratch->candidates.count; i++) {
        scratch->candidate[scratch->candidates.at[i].type] = 0;
        scratch->points[scratch->candidates.at[i].type] = 0;
    }
    scratch->candidates.count = 0;
    scratch->kept.count = scratch->hits.count = scratch->cues.count = scratch->blocks.count = 0;
    scratch->present = 0;
    if (++scratch->clock > 0) return;
    memset(scratch->stamps, 0, scratch->n_sets * sizeof *scratch->stamps);
    scratch->clock = 1;
}

/* From the match at *at on; *at becomes the first that ends behind the clause. */
static int keep_matches(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                        const qm_document *document, qm_clause_evidence *evidence, uint32_t *at)
{
    const qm_clause *clause = &document->clauses->at[evidence->clause];
    const qm_match *match = document->matches->at + *at;
    const qm_match *end = document->matches->at + document->matches->count;
    qm_class_hit *classes = scratch->classes[evidence->clause % 2];
    int status = QM_OK;
    evidence->classes = classes;
    for (; match < end && match->end <= clause->end && status == QM_OK; match++) {
        if (match->start < clause->start || !fits_words(document->words, match)) continue;
        uint8_t uses = uses_of(initiator, match);
        if (uses & QM_USED_CLASS) note_classes(initiator, match, classes, &evidence->n_classes);
        if (!(uses & QM_USED_BY_RULES)) continue;
        /* A heading is read for its cues alone, and 帮扶计划 is a plan there. */
        status = clause->role == QM_ROLE_HEADING
                     ? qm_array_push(scratch->alloc, &scratch->kept, match)
                     : keep_longest(initiator, scratch, match);
    }
    *at = (uint32_t)(match - document->matches->at);
    return status;
}

int qm_clause_gather(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                     const qm_document *document, uint32_t number, qm_clause_evidence *evidence)
{
    const qm_clause *clause = &document->clauses->at[number];
    const qm_quantities *quantities = document->quantities;
    uint32_t first = first_match_behind(document->matches, scratch->near_match, clause->start);
    uint32_t quantity = first_quantity_behind(quantities, scratch->near_quantity, clause->start);
    gathering g = {.initiator = initiator,
                   .scratch = scratch,
                   .quantities = quantities,
                   .next_quantity = quantity,
                   .end_quantity = first_quantity_behind(quantities, quantity, clause->end)};
    *evidence =
        (qm_clause_evidence){.document = document,
                             .clause = number,
                             .first_match = first,
                             .first_quantity = quantity,
                             .end_quantity = g.end_quantity,
                             .cues_behind = scratch->carry.sentence | scratch->carry.paragraph,
                             .cues_above = scratch->carry.section,
                             .heading = scratch->carry.heading,
                             .rule_points = scratch->points,
                             .ruled = scratch->ruled};
    forget_clause(scratch);
    scratch->near_quantity = g.end_quantity;
    scratch->near_match = first;
    int status = keep_matches(initiator, scratch, document, evidence, &scratch->near_match);
    if (status == QM_OK) status = add_hits(&g);
    for (size_t i = 0; i < scratch->cues.count; i++)
        evidence->cues |= 1u << scratch->cues.at[i].category;
    return status;
}
