/* Which of the cues in a clause and around it hold for an act. */
#include "initiative/scratch.h"

enum { NEAR = 4 }; /* characters that a near cue reaches */

static bool stop_between(const qm_cue_hits *cues, uint32_t from, uint32_t to)
{
    for (size_t i = 0; i < cues->count; i++) {
        const qm_cue_hit *cue = &cues->at[i];
        if (cue->category == QM_CUE_STOP && cue->start >= from && cue->end <= to) return true;
    }
    return false;
}

static bool cue_holds(const qm_cue_hits *cues, const qm_cue_hit *cue, const qm_clause *clause,
                      uint32_t trigger_start, uint32_t trigger_end)
{
    const bool before = cue->end <= trigger_start; /* 村集体收入 of 收入为零 begins before it */
    const bool behind =
        cue->start >= trigger_end || (cue->start > trigger_start && cue->end > trigger_end);
    if (cue->scope == QM_CUE_SECTION) return false; /* is for headings */
    if (cue->direction == QM_CUE_START) return cue->start <= clause->start + 1;
    /* A cell of a table tells the state of the whole row. */
    if (clause->role == QM_ROLE_TABLE_ROW && cue->scope != QM_CUE_NEAR) return true;
    /* 深化, 落实: the verb itself may be the cue. */
    if (cue->scope == QM_CUE_NEAR && cue->start == trigger_start)
        return cue->direction != QM_CUE_BACK;
    if (cue->scope == QM_CUE_NEAR)
        return (cue->direction != QM_CUE_BACK && before && trigger_start - cue->end <= NEAR) ||
               (cue->direction != QM_CUE_AHEAD && behind && cue->start - trigger_end <= NEAR);
    if (before && cue->direction != QM_CUE_BACK)
        return !stop_between(cues, cue->end, trigger_start);
    if (behind && cue->direction != QM_CUE_AHEAD)
        return !stop_between(cues, trigger_end, cue->start);
    return false;
}

/* The first quantity behind a cue, at most `reach` characters away; NULL where there is none. */
static const qm_quantity *quantity_behind(const qm_clause_evidence *evidence, const qm_cue_hit *cue,
                                          uint32_t reach)
{
    const qm_quantities *quantities = evidence->document->quantities;
    uint32_t next = qm_span_from(QM_SPANS(quantities), evidence->first_quantity, cue->end);
    if (next == quantities->count || quantities->at[next].start > cue->end + reach) return NULL;
    return &quantities->at[next];
}

/* 完成70%: what is said to be done by a share is still going on. */
static bool is_partial(const qm_clause_evidence *evidence, const qm_cue_hit *cue)
{
    const qm_quantity *next = quantity_behind(evidence, cue, 2);
    return next && next->kind == QM_KIND_PERCENT &&
           qm_number_compare(next->low, qm_number(1, 2)) < 0;
}

/* 每年多收4.4万元: how much a year it is, not what is done every year. */
static bool is_rate(const qm_initiator *initiator, const qm_clause_evidence *evidence,
                    const qm_cue_hit *cue)
{
    const qm_quantity *next = quantity_behind(evidence, cue, 8);
    const uint32_t first = evidence->document->text->chars[cue->start];
    return next && next->kind == QM_KIND_MONEY &&
           (qm_particle_jobs(&initiator->particles, first) & QM_PARTICLE_EACH);
}

/* 收入不足3万元, 收益只有2万元: the amount that a cue begins or goes with; NULL: none. */
static const qm_quantity *denied_amount(const qm_clause_evidence *evidence, const qm_cue_hit *cue)
{
    const qm_quantities *quantities = evidence->document->quantities;
    const uint32_t next =
        qm_span_from(QM_SPANS(quantities), evidence->first_quantity, cue->start + 1);
    if (cue->category != QM_CUE_NEG || next == quantities->count) return NULL;
    const qm_quantity *amount = &quantities->at[next];
    return amount->start < cue->end + (amount->kind == QM_KIND_MONEY) ? amount : NULL;
}

/* A clause that ends with little money tells a state; 收入不足3万元的农户 are who they are, and
 * 收入不到一年就翻番 is another matter. */
static bool is_state(const qm_clause_evidence *evidence, const qm_quantity *amount)
{
    return amount->kind == QM_KIND_MONEY &&
           amount->end == evidence->document->clauses->at[evidence->clause].end;
}

const qm_quantity *qm_clause_little(const qm_read_clause *waiting)
{
    for (size_t i = 0; i < waiting->cues.count; i++) {
        const qm_quantity *amount = denied_amount(&waiting->evidence, &waiting->cues.at[i]);
        if (amount && is_state(&waiting->evidence, amount)) return amount;
    }
    return NULL;
}

/* What stands under 存在的问题 was not done; under 存在的问题和下步打算 it may be planned. */
static uint32_t unsolved(uint32_t section)
{
    return qm_has_cue(section, QM_CUE_PLAN) ? 0 : section & 1u << QM_CUE_NEG;
}

uint32_t qm_cues_on(const qm_initiator *initiator, const qm_read_clause *waiting,
                    uint32_t trigger_start, uint32_t trigger_end)
{
    const qm_background *background = &waiting->background;
    const qm_clause_evidence *evidence = &waiting->evidence;
    const qm_clause *clause = &evidence->document->clauses->at[evidence->clause];
    uint32_t bits = 0, near = background->sentence | background->paragraph;
    for (size_t i = 0; i < waiting->cues.count; i++) {
        const qm_cue_hit *cue = &waiting->cues.at[i];
        uint32_t category = cue->category;
        if (category == QM_CUE_ONGOING && cue->scope == QM_CUE_NEAR) category = QM_CUE_MECHANISM;
        const qm_quantity *amount = denied_amount(evidence, cue);
        if (qm_has_cue(bits, category) ||
            !(amount ? is_state(evidence, amount)
                     : cue_holds(&waiting->cues, cue, clause, trigger_start, trigger_end)))
            continue;
        if (category == QM_CUE_DONE && is_partial(evidence, cue)) category = QM_CUE_PARTLY;
        if (category == QM_CUE_ONGOING && is_rate(initiator, evidence, cue)) continue;
        bits |= 1u << category;
    }
    return bits | (background->sentence & 1u << QM_CUE_HYPO) | unsolved(background->section) |
           (near & 1u << QM_CUE_OTHER) | ((near | background->section) & 1u << QM_CUE_PROFILE);
}
