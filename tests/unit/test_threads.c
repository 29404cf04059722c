/* One engine, many threads: every analyzer gives the same answer. Run under ThreadSanitizer, too.
 */
#include "unit.h"

#include <pthread.h>
#include <qianmo/qianmo.h>
#include <string.h>

enum { THREADS = 4, ROUNDS = 8 };

static const char text[] = "2023年5月，驻村第一书记苏见山争取资金36万余元，硬化通组路4.2公里。\n"
                           "合作社种植羊肚菌120亩，卖出鲜菇3万多斤；下一步，计划建一座冷库。\n";

typedef struct worker {
    qm_engine *engine;
    qm_buffer json;
    int status;
} worker;

static int render_once(qm_engine *engine, qm_buffer *json)
{
    qm_analyzer *analyzer = NULL;
    qm_result *result = NULL;
    int status = qm_analyzer_new(&analyzer, engine, NULL, NULL);
    if (!status) status = qm_result_new(&result, NULL, NULL);
    for (int i = 0; i < ROUNDS && !status; i++) {
        json->size = 0;
        status = qm_analyze(analyzer, text, sizeof text - 1, result, NULL);
        if (!status)
            status = qm_result_render(result, 0, (qm_bytes){text, sizeof text - 1},
                                      (qm_bytes){"t", 1}, QM_JSON, json, NULL);
    }
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    return status;
}

static void *work(void *argument)
{
    worker *self = argument;
    qm_engine *engine = qm_engine_ref(self->engine);
    self->status = render_once(engine, &self->json);
    qm_engine_unref(engine);
    return NULL;
}

static void run_together(worker *workers)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    for (int i = 0; i < THREADS; i++) ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
}

START_TEST(threads_share_an_engine)
{
    qm_model *model = NULL;
    qm_engine *engine = NULL;
    worker workers[THREADS] = {0};
    ck_assert_int_eq(qm_model_builtin(&model, NULL), QM_OK);
    ck_assert_int_eq(qm_engine_new(&engine, &model, 1, NULL, 0, NULL, NULL), QM_OK);
    for (int i = 0; i < THREADS; i++) workers[i].engine = engine;
    run_together(workers);
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(workers[i].status, QM_OK);
        ck_assert_uint_eq(workers[i].json.size, workers[0].json.size);
        ck_assert_mem_eq(workers[i].json.data, workers[0].json.data, workers[0].json.size);
    }
    ck_assert_ptr_nonnull(strstr(workers[0].json.data, "\"quantities\""));
    for (int i = 0; i < THREADS; i++) qm_buffer_free(&workers[i].json);
    qm_engine_unref(engine);
    qm_model_unref(model);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("threads");
    tcase_add_test(tests, threads_share_an_engine);
    Suite *suite = suite_create("threads");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
