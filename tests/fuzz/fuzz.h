/* What every fuzz target is made of. */
#ifndef QM_FUZZ_H
#define QM_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* For promises that must hold whatever the input; also in builds without assertions. */
#define FUZZ_CHECK(promise)      \
    do {                         \
        if (!(promise)) abort(); \
    } while (0)

#endif
