/* Stretches of text for x86-64 processors with AVX2. */
#include "image/scan.h"

#ifdef __x86_64__
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,bmi"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi")
#endif
#include "image/scan_passes.h"

const qm_stretch_reader qm_stretch_avx2 = {begin_stretch, end_stretch};
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
