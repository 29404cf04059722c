/* A table as an Arrow record batch, for whatever reads the Arrow C data interface. */
#include <inttypes.h>
#include <qianmo/arrow.h>
#include <qianmo/qianmo.h>
#include <stdio.h>

static int export_entities(qm_result *result, qm_error *err)
{
    struct ArrowSchema schema;
    struct ArrowArray array;
    int status = qm_result_export(result, QM_ENTITIES, &schema, &array, err);
    if (status) return status;
    printf("%" PRId64 " rows\n", array.length);
    for (int64_t i = 0; i < schema.n_children; i++)
        printf("%s: %s\n", schema.children[i]->name, schema.children[i]->format);
    array.release(&array); /* only now may the result be written again */
    schema.release(&schema);
    return QM_OK;
}

int main(void)
{
    static const char text[] = "清水县石桥镇柳湾村第一书记苏见山说：“路修好了。”";
    qm_error err;
    qm_model *model = NULL;
    qm_engine *engine = NULL;
    qm_analyzer *analyzer = NULL;
    qm_result *result = NULL;
    int status = qm_model_builtin(&model, &err);
    if (!status) status = qm_engine_new(&engine, &model, 1, NULL, 0, NULL, &err);
    if (!status) status = qm_analyzer_new(&analyzer, engine, NULL, &err);
    if (!status) status = qm_result_new(&result, NULL, &err);
    if (!status) status = qm_analyze(analyzer, text, sizeof text - 1, result, &err);
    if (!status) status = export_entities(result, &err);
    if (status) fprintf(stderr, "%s\n", err.message);
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    qm_engine_unref(engine);
    qm_model_unref(model);
    return status != 0;
}
