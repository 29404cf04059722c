/* Sums of weights for x86-64 processors with AVX2. */
#include "initiative/classify_model.h"

#ifdef __x86_64__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif
#define QM_FOR_AVX2

#include "initiative/classify_passes.h"

void qm_weigh_avx2(const qm_weighing *weighing, qm_clause_scores *scores)
{
    weigh(weighing, scores);
}
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
