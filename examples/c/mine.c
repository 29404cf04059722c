/* The README's program: one text, all tables, as one line of JSON. */
#include <qianmo/qianmo.h>
#include <stdio.h>

int main(void)
{
    static const char text[] = "工作队争取资金36万余元，硬化道路4.2公里。";
    qm_error err;
    qm_model *model = NULL;
    qm_engine *engine = NULL;
    qm_analyzer *analyzer = NULL;
    qm_result *result = NULL;
    qm_buffer json = {0};
    int status = qm_model_builtin(&model, &err);
    if (!status) status = qm_engine_new(&engine, &model, 1, NULL, 0, NULL, &err);
    if (!status) status = qm_analyzer_new(&analyzer, engine, NULL, &err);
    if (!status) status = qm_result_new(&result, NULL, &err);
    if (!status) status = qm_analyze(analyzer, text, sizeof text - 1, result, &err);
    if (!status)
        status = qm_result_render(result, 0, (qm_bytes){text, sizeof text - 1},
                                  (qm_bytes){"example", 7}, QM_JSON, &json, &err);
    if (status) fprintf(stderr, "%s\n", err.message);
    else fwrite(json.data, 1, json.size, stdout);
    qm_buffer_free(&json);
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    qm_engine_unref(engine);
    qm_model_unref(model);
    return status != 0;
}
