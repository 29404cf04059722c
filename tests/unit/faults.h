/* An allocator that keeps the books and fails where it is told to. */
#ifndef QM_TEST_FAULTS_H
#define QM_TEST_FAULTS_H

#include "base/base.h"

#include <check.h>
#include <stdlib.h>

typedef struct qm_faults {
    size_t until; /* allocations that still succeed; those behind fail */
    size_t live;  /* bytes out: 0 when everything was given back with its right size */
} qm_faults;

static void *qm_faults_resize(void *ud, void *ptr, size_t old_size, size_t new_size)
{
    qm_faults *faults = ud;
    if (new_size == 0) {
        free(ptr);
        faults->live -= old_size;
        return NULL;
    }
    if (faults->until == 0) return NULL;
    faults->until--;
    void *moved = realloc(ptr, new_size);
    ck_assert_ptr_nonnull(moved);
    faults->live += new_size - old_size;
    return moved;
}

/* Runs `work` with the first allocation failing, then the second, ... until it succeeds. work
 * frees what it made, whether or not it fails, and returns its status. */
static inline void qm_faults_run(int (*work)(const qm_allocator *alloc, qm_error *err))
{
    for (size_t n = 0;; n++) {
        qm_faults faults = {.until = n};
        qm_allocator alloc = {qm_faults_resize, &faults};
        qm_error err = {.code = QM_OK};
        int status = work(&alloc, &err);
        ck_assert_uint_eq(faults.live, 0);
        if (status == QM_OK) {
            ck_assert_uint_gt(n, 0);
            return;
        }
        ck_assert_int_eq(status, QM_E_NOMEM);
        ck_assert_int_eq(err.code, QM_E_NOMEM);
    }
}

#endif
