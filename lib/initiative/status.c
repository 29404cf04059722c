/* Whether what a row tells is done, goes on or is planned: by the weights, and by cues that they
 * know too little of. */
#include "initiative/scratch.h"

enum {
    BESIDE = 2,    /* characters between 已 and the act that it says to be over */
    PART = 18,     /* points that this has for what goes on */
    HABIT = 8,     /* that the clause before has, where it says how often and nothing is counted */
    UNDER_WAY = 8, /* that a heading like 在建 has beside the weights, which saw too few of them */
    UNTOLD_STATUS = 6 /* against plans and what goes on in a sentence without a word for it */
};

/* Points of each status where no weights tell. */
static void ask_cues(uint32_t cues, const qm_background *background, int32_t points[QM_STATUSES])
{
    const uint32_t behind = background->sentence | background->paragraph;
    points[0] = INT32_MIN;
    points[QM_STATUS_DONE] = qm_has_cue(cues, QM_CUE_DONE) ? 8 : 2;
    points[QM_STATUS_ONGOING] = qm_has_cue(cues, QM_CUE_ONGOING)                              ? 10
                                : qm_has_cue(cues, QM_CUE_MECHANISM) && !background->measured ? 8
                                : qm_has_cue(behind, QM_CUE_ONGOING)                          ? 5
                                : qm_has_cue(background->section, QM_CUE_ONGOING)             ? 12
                                                                                              : 0;
    points[QM_STATUS_PLANNED] = qm_has_cue(cues, QM_CUE_PLAN)                  ? 6
                                : qm_has_cue(behind, QM_CUE_PLAN)              ? 7
                                : qm_has_cue(background->section, QM_CUE_PLAN) ? 12
                                                                               : 0;
}

/* share: points that a share which is done has for what goes on. */
static uint8_t choose_status(const int32_t points[QM_STATUSES], int32_t share)
{
    const int32_t ongoing = points[QM_STATUS_ONGOING] + share;
    uint8_t best = QM_STATUS_DONE;
    if (ongoing > points[best]) best = QM_STATUS_ONGOING;
    const int32_t most = best == QM_STATUS_ONGOING ? ongoing : points[best];
    return points[QM_STATUS_PLANNED] > most ? QM_STATUS_PLANNED : best;
}

/* 村道砌了边沟，还差盖板: the clause behind says what is left to do of what the waiting one tells.
 */
static bool is_left_open(const qm_initiative_scratch *scratch)
{
    const qm_read_clause *now = scratch->now;
    const qm_clause_evidence *waiting = &scratch->waiting->evidence;
    const qm_clause *clause = &waiting->document->clauses->at[waiting->clause];
    const bool behind = now->evidence.document == waiting->document &&
                        now->evidence.clause == waiting->clause + 1 &&
                        now->opens == scratch->waiting->opens;
    if (!behind || clause->flags & QM_CLAUSE_ENDS_SEMICOLON) return false;
    for (size_t i = 0; i < now->cues.count; i++) {
        const qm_cue_hit *cue = &now->cues.at[i];
        if (cue->category == QM_CUE_PARTLY && cue->scope == QM_CUE_SENTENCE &&
            cue->direction == QM_CUE_BACK && cue->start <= clause[1].start + 1)
            return true;
    }
    return false;
}

/* 每月组织: what is done again and again is no plan, unless somebody says so. */
static void prefer_habit(const qm_clause_evidence *evidence, int32_t points[QM_STATUSES])
{
    const uint32_t near = evidence->cues | evidence->cues_behind | evidence->cues_above;
    if (!qm_has_cue(evidence->cues, QM_CUE_ONGOING) || qm_has_cue(near, QM_CUE_PLAN)) return;
    if (points[QM_STATUS_PLANNED] > points[QM_STATUS_ONGOING])
        points[QM_STATUS_PLANNED] = points[QM_STATUS_ONGOING];
}

void qm_status_ask(const qm_initiator *initiator, const qm_initiative_scratch *scratch,
                   const qm_clause_around *around, qm_learnt_status *learnt)
{
    if (learnt->asked) return;
    learnt->asked = true;
    learnt->told =
        around->own && qm_status_points(initiator->classifier, &scratch->waiting->evidence, around,
                                        learnt->points);
    if (learnt->told) prefer_habit(&scratch->waiting->evidence, learnt->points);
    if (learnt->told && qm_has_cue(scratch->waiting->background.section, QM_CUE_ONGOING))
        learnt->points[QM_STATUS_ONGOING] += UNDER_WAY;
}

/* 已, 现已, 实际: whether a cue says that what comes behind it is over by now, or that it is
 * another matter, which some cue says to be over. */
static bool is_by_now(const qm_initiator *initiator, const qm_read_clause *waiting,
                      const qm_cue_hit *cue, bool done)
{
    const uint32_t *chars = waiting->evidence.document->text->chars;
    const qm_particles *particles = &initiator->particles;
    const uint32_t jobs = qm_particle_jobs(particles, chars[cue->start]) |
                          qm_particle_jobs(particles, chars[cue->end - 1]);
    return (cue->category == QM_CUE_DONE && jobs & QM_PARTICLE_ALREADY) ||
           (cue->category == QM_CUE_STOP && done);
}

bool qm_clause_is_by_now(const qm_initiator *initiator, const qm_read_clause *waiting)
{
    const uint32_t cues = waiting->evidence.cues;
    if (!waiting->background.measured || qm_has_cue(cues, QM_CUE_PLAN) ||
        qm_has_cue(cues, QM_CUE_NEG) || qm_has_cue(cues, QM_CUE_HYPO))
        return false;
    for (size_t i = 0; i < waiting->cues.count; i++)
        if (is_by_now(initiator, waiting, &waiting->cues.at[i], qm_has_cue(cues, QM_CUE_DONE)))
            return true;
    return false;
}

/* Whether a cue right before the act says that it is over by now. */
static bool is_said_over(const qm_initiator *initiator, const qm_read_clause *waiting,
                         const qm_candidate *one, bool done)
{
    for (uint32_t i = 0; i < waiting->cues.count; i++) {
        const qm_cue_hit *cue = &waiting->cues.at[i];
        if (cue->end > one->verb_start || !is_by_now(initiator, waiting, cue, done)) continue;
        if (one->rule == QM_NONE ? waiting->background.measured
                                 : one->verb_start <= cue->end + BESIDE)
            return true;
    }
    return false;
}

/* 计划修路3公里，目前已硬化2公里: what is said to be done by now is no plan because another clause
 * is one. */
static bool is_done_by_now(const qm_initiator *initiator, const qm_read_clause *waiting,
                           uint32_t cues, const qm_candidate *one)
{
    return !qm_has_cue(cues, QM_CUE_PLAN) &&
           qm_has_cue(waiting->background.sentence, QM_CUE_PLAN) &&
           is_said_over(initiator, waiting, one, qm_has_cue(cues, QM_CUE_DONE));
}

/* 推行了积分制 */
static bool is_perfect(const qm_initiator *initiator, const qm_read_clause *waiting,
                       const qm_candidate *one)
{
    const uint32_t behind = waiting->evidence.document->text->chars[one->verb_end];
    return qm_particle_jobs(&initiator->particles, behind) & QM_PARTICLE_OVER;
}

/* 路灯已安装到位 is done, where no word in the clause says that it goes on: the reports that the
 * weights are learnt from say 已 of every second thing that is half done. */
static bool is_over(const qm_initiator *initiator, const qm_read_clause *waiting, uint32_t cues,
                    const qm_candidate *one)
{
    const uint32_t open =
        1u << QM_CUE_PLAN | 1u << QM_CUE_ONGOING | 1u << QM_CUE_PARTLY | 1u << QM_CUE_HYPO;
    return !(cues & open) && one->rule != QM_NONE &&
           (is_perfect(initiator, waiting, one) || is_said_over(initiator, waiting, one, false));
}

/* Then it is done, unless a word says that it goes on. */
static void plan_no_more(uint32_t cues, int32_t points[QM_STATUSES])
{
    const uint8_t instead = qm_has_cue(cues, QM_CUE_ONGOING) ? QM_STATUS_ONGOING : QM_STATUS_DONE;
    for (int i = QM_STATUS_DONE; i <= QM_STATUS_PLANNED; i++)
        if (points[i] > points[instead]) points[instead] = points[i];
    points[QM_STATUS_PLANNED] = INT32_MIN;
}

/* 对村道进行改造: reports tell by other sentences what is planned or goes on; a sentence by itself
 * has a word for it. */
static void expect_words(uint32_t cues, int32_t points[QM_STATUSES])
{
    const uint32_t open = 1u << QM_CUE_ONGOING | 1u << QM_CUE_PARTLY;
    if (!qm_has_cue(cues, QM_CUE_PLAN)) points[QM_STATUS_PLANNED] -= UNTOLD_STATUS;
    if (!(cues & open)) points[QM_STATUS_ONGOING] -= UNTOLD_STATUS;
}

uint8_t qm_status_of(const qm_initiator *initiator, const qm_initiative_scratch *scratch,
                     uint32_t cues, const qm_learnt_status *learnt, const qm_candidate *one)
{
    const qm_read_clause *waiting = scratch->waiting;
    const bool measured = waiting->background.measured;
    int32_t points[QM_STATUSES];
    if (learnt->told) memcpy(points, learnt->points, sizeof points);
    else ask_cues(cues, &waiting->background, points);
    if (learnt->told && qm_is_sentence(waiting->evidence.document)) expect_words(cues, points);
    if (is_done_by_now(initiator, waiting, cues, one)) plan_no_more(cues, points);
    if (is_over(initiator, waiting, cues, one)) points[QM_STATUS_ONGOING] = points[QM_STATUS_DONE];
    const bool partly = qm_has_cue(cues, QM_CUE_PARTLY) || is_left_open(scratch);
    const bool framed = qm_has_cue(waiting->background.sentence, QM_CUE_ONGOING) && !measured;
    return choose_status(points, partly ? PART : framed ? HABIT : 0);
}
