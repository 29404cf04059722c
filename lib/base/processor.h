/* What the processor at hand can do. */
#ifndef QM_PROCESSOR_H
#define QM_PROCESSOR_H

#include <stdbool.h>

/* Whether it has all that files for AVX2 may use: a virtual one may have but a part. */
static inline bool qm_has_avx2(void)
{
#ifdef __x86_64__
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("popcnt");
#else
    return false;
#endif
}

/* The same for AVX-512, of which there are many parts. */
static inline bool qm_has_avx512(void)
{
#ifdef __x86_64__
    return qm_has_avx2() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

#endif
