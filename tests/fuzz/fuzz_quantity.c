/* Any bytes as a number and as a text full of numerals: no crash, what is parsed can be written and
 * read back, rows in order and within the text. */
#include "base/base.h"
#include "fuzz.h"

/* A number that was read can be written in every style and reads as itself. */
static void check_number(const char *text, size_t size)
{
    qm_value value = {0}, back = {0};
    if (qm_number_parse(text, size, &value, NULL) != QM_OK) return;
    FUZZ_CHECK(value.type == QM_VALUE_NUMBER);
    for (int style = QM_DIGITS; style <= QM_SCALED; style++) {
        qm_buffer out = {0};
        int status = qm_number_format(&value, style, &out, NULL);
        FUZZ_CHECK(status == QM_OK || (status == QM_E_LIMIT && out.size == 0));
        if (status == QM_OK && qm_number_parse(out.data, out.size, &back, NULL) == QM_OK)
            FUZZ_CHECK(qm_number_compare(value, back) == 0);
        qm_buffer_free(&out);
    }
}

static qm_engine *the_engine(void)
{
    static qm_engine *engine; /* made once: making takes longer than reading */
    const qm_setting settings[] = {{QM_P_TABLES, 0, 1 << QM_QUANTITIES},
                                   {QM_P_REFERENCE_DATE, 0, 20240229}};
    if (engine) return engine;
    qm_model *model;
    FUZZ_CHECK(qm_model_builtin(&model, NULL) == QM_OK);
    FUZZ_CHECK(qm_engine_new(&engine, &model, 1, settings, 2, NULL, NULL) == QM_OK);
    qm_model_unref(model);
    return engine;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    qm_analyzer *analyzer;
    qm_result *result;
    qm_column starts, ends;
    check_number((const char *)data, size);
    FUZZ_CHECK(qm_analyzer_new(&analyzer, the_engine(), NULL, NULL) == QM_OK);
    FUZZ_CHECK(qm_result_new(&result, NULL, NULL) == QM_OK);
    FUZZ_CHECK(qm_analyze(analyzer, (const char *)data, size, result, NULL) == QM_OK);
    FUZZ_CHECK(qm_result_find(result, QM_QUANTITIES, "start", &starts) == QM_OK);
    FUZZ_CHECK(qm_result_find(result, QM_QUANTITIES, "end", &ends) == QM_OK);
    uint32_t last = 0;
    for (int64_t i = 0; i < starts.length; i++) {
        uint32_t start = ((const uint32_t *)starts.data)[i], end = ((const uint32_t *)ends.data)[i];
        FUZZ_CHECK(start >= last && start < end && end <= size);
        last = end;
    }
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    return 0;
}
