/* Words and a type of initiative of one's own: built into an image in memory, opened as a model and
 * stacked on the built-in one. */
#include <qianmo/qianmo.h>
#include <stdio.h>
#include <string.h>

static const char words[] = "阡陌书社\tforce\n";

static int build(qm_builder *builder, qm_bytes *image, qm_error *err)
{
    int status = qm_builder_read(builder, "words", (qm_bytes){words, sizeof words - 1}, err);
    if (!status)
        status = qm_builder_add_type(builder, (qm_bytes){"library", 7}, (qm_bytes){"", 0},
                                     (qm_bytes){"图书室", strlen("图书室")}, (qm_bytes){"care", 4},
                                     (qm_bytes){"SERVE", 5}, err);
    if (!status) {
        static const char rule[] = "建|办|添 > 图书室|图书角|绘本";
        status = qm_builder_add_rule(builder, (qm_bytes){"library", 7},
                                     (qm_bytes){rule, sizeof rule - 1}, err);
    }
    if (!status) status = qm_builder_finish(builder, image, err);
    return status;
}

static int show(qm_model *const *models, qm_error *err)
{
    static const char text[] = "阡陌书社给村小办起图书角，添绘本600册。";
    const qm_setting settings[] = {{QM_P_OFFSETS, 0, QM_CODEPOINTS}};
    qm_engine *engine = NULL;
    qm_analyzer *analyzer = NULL;
    qm_result *result = NULL;
    qm_buffer json = {0};
    int status = qm_engine_new(&engine, models, 2, settings, 1, NULL, err);
    if (!status) status = qm_analyzer_new(&analyzer, engine, NULL, err);
    if (!status) status = qm_result_new(&result, NULL, err);
    if (!status) status = qm_analyze(analyzer, text, sizeof text - 1, result, err);
    if (!status)
        status = qm_result_render(result, 0, (qm_bytes){text, sizeof text - 1}, (qm_bytes){"", 0},
                                  QM_JSON, &json, err);
    if (!status) fwrite(json.data, 1, json.size, stdout);
    qm_buffer_free(&json);
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    qm_engine_unref(engine);
    return status;
}

int main(void)
{
    qm_error err;
    qm_model *models[2] = {NULL, NULL};
    qm_builder *builder = NULL;
    qm_bytes image;
    int status = qm_model_builtin(&models[0], &err);
    if (!status) status = qm_builder_new(&builder, models[0], NULL, &err);
    if (!status) status = build(builder, &image, &err);
    if (!status)
        status = qm_model_from_memory(&models[1], image, QM_OPEN_COPY, NULL, NULL, NULL, &err);
    if (!status) status = show(models, &err);
    if (status) fprintf(stderr, "line %u: %s\n", err.line, err.message);
    qm_model_unref(models[1]);
    qm_builder_free(builder);
    qm_model_unref(models[0]);
    return status != 0;
}
