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

void qm_stretch_read_avx2(const qm_scan_tables *t, const uint32_t *chars, qm_stretch *s)
{
    read_stretch(t, chars, s);
}
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
