/* The sentences of a taxonomy as tests: each `yes:` must give a row of its type, no `no:` may. */
#ifndef QM_LINT_H
#define QM_LINT_H

#include "compile/compile.h"

typedef struct qm_lint {
    uint32_t sentences, wrong;
    qm_buffer report; /* "12:5: roads: no row, though it is a yes: 硬化村道" a line, behind it
                       the type that has a row instead */
} qm_lint;

/* text: a taxonomy in YAML; engine: with that taxonomy among its models, offsets in bytes. Zero
 * *lint before; its counts and report grow from call to call. */
int qm_lint_taxonomy(qm_engine *engine, qm_bytes text, qm_lint *lint, qm_error *err);

#endif
