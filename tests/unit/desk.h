/* What most tests of the public interface begin with: the built-in model, an engine with a few
 * settings, an analyzer and a result. */
#ifndef QM_TEST_DESK_H
#define QM_TEST_DESK_H

#include "base/base.h"

#include <check.h>

typedef struct desk {
    qm_model *model;
    qm_engine *engine;
    qm_analyzer *analyzer;
    qm_result *result;
    qm_error err;
} desk;

#define desk_ok(call, desk) ck_assert_msg((call) == QM_OK, "%s: %s", #call, (desk)->err.message)

/* Settings as pairs: param, value, ..., 0. */
static inline void desk_open(desk *d, const int64_t *pairs)
{
    qm_setting settings[16];
    size_t n = 0;
    for (; pairs && pairs[2 * n]; n++)
        settings[n] = (qm_setting){(int32_t)pairs[2 * n], 0, pairs[2 * n + 1]};
    memset(d, 0, sizeof *d);
    desk_ok(qm_model_builtin(&d->model, &d->err), d);
    desk_ok(qm_engine_new(&d->engine, &d->model, 1, settings, n, NULL, &d->err), d);
    desk_ok(qm_analyzer_new(&d->analyzer, d->engine, NULL, &d->err), d);
    desk_ok(qm_result_new(&d->result, NULL, &d->err), d);
}

static inline void desk_close(desk *d)
{
    qm_result_unref(d->result);
    qm_analyzer_free(d->analyzer);
    qm_engine_unref(d->engine);
    qm_model_unref(d->model);
}

static inline void desk_read(desk *d, const char *text)
{
    desk_ok(qm_analyze(d->analyzer, text, strlen(text), d->result, &d->err), d);
}

#define DESK_SETTINGS(...) ((const int64_t[]){__VA_ARGS__, 0})

static inline qm_column desk_column(const desk *d, int table, const char *name)
{
    qm_column column;
    ck_assert_int_eq(qm_result_find(d->result, table, name, &column), QM_OK);
    return column;
}

static inline uint32_t desk_u32(const desk *d, int table, const char *name, int64_t row)
{
    qm_column column = desk_column(d, table, name);
    ck_assert_int_lt(row, column.length);
    return ((const uint32_t *)column.data)[row];
}

#endif
