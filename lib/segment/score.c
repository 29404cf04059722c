/* Scoring for any processor, and the choice between the ways. */
#include "base/processor.h"
#include "segment/model.h"
#include "segment/paths.h"
#include "segment/score_passes.h"

void qm_words_score_plain(const qm_words_model *model, qm_score_scratch *scratch, uint32_t n)
{
    score(model, scratch, n);
}

void qm_words_choose(qm_words_model *model)
{
    model->score = qm_words_score_plain;
    model->gain = qm_path_gain_plain;
#ifdef __x86_64__
    if (qm_has_avx2()) model->score = qm_words_score_avx2, model->gain = qm_path_gain_avx2;
#endif
}
