/* A stranger's program: the public headers, the library, nothing else. */
#include <qianmo/arrow.h>
#include <qianmo/qianmo.h>

#include <stdio.h>
#include <string.h>

int main(void)
{
    static const char text[] = "村里修路3公里，卖牛肉5万元。";
    qm_error err;
    qm_model *model = NULL;
    qm_engine *engine = NULL;
    qm_analyzer *analyzer = NULL;
    qm_result *result = NULL;
    int failed = qm_model_builtin(&model, &err) != QM_OK ||
                 qm_engine_new(&engine, &model, 1, NULL, 0, NULL, &err) != QM_OK ||
                 qm_analyzer_new(&analyzer, engine, NULL, &err) != QM_OK ||
                 qm_result_new(&result, NULL, &err) != QM_OK ||
                 qm_analyze(analyzer, text, strlen(text), result, &err) != QM_OK;
    if (failed) fprintf(stderr, "%s\n", err.message);
    else printf("%d tokens\n", (int)qm_result_offsets(result, QM_TOKENS)[1]);
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    qm_engine_unref(engine);
    qm_model_unref(model);
    return failed;
}
