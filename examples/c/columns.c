/* Several documents in one batch, read from the columns of the result: each quantity with its text,
 * its kind, its exact value and its unit. */
#include <inttypes.h>
#include <qianmo/qianmo.h>
#include <stdio.h>
#include <string.h>

static const char *const texts[] = {
    "全村种植茶叶1.2万亩，户均增收三千多元。",
    "2023年5月至8月，工作队走访86户。",
    "酒席不超过10桌。",
};
enum { TEXTS = sizeof texts / sizeof *texts };

/* The columns that are printed; they stay valid until the result is written again. */
typedef struct quantities {
    const uint32_t *start, *end, *unit;
    const uint8_t *kind;
    const qm_value *low;
    int32_t kinds, units; /* dictionaries */
} quantities;

static int find_columns(const qm_result *result, quantities *out)
{
    qm_column start, end, unit, kind, low;
    int status = qm_result_find(result, QM_QUANTITIES, "start", &start);
    if (!status) status = qm_result_find(result, QM_QUANTITIES, "end", &end);
    if (!status) status = qm_result_find(result, QM_QUANTITIES, "unit", &unit);
    if (!status) status = qm_result_find(result, QM_QUANTITIES, "kind", &kind);
    if (!status) status = qm_result_find(result, QM_QUANTITIES, "low", &low);
    if (status) return status;
    *out = (quantities){start.data, end.data,        unit.data,      kind.data,
                        low.data,   kind.dictionary, unit.dictionary};
    return QM_OK;
}

static void print_row(const qm_result *result, const quantities *columns, int document, int32_t row)
{
    qm_bytes kind = {"", 0}, unit = {"", 0};
    char low[48];
    qm_value_text(&columns->low[row], low, sizeof low);
    qm_result_name(result, columns->kinds, columns->kind[row], &kind);
    qm_result_name(result, columns->units, columns->unit[row], &unit);
    printf("%d  %.*s  %.*s  %s  %.*s\n", document, (int)(columns->end[row] - columns->start[row]),
           texts[document] + columns->start[row], (int)kind.size, (const char *)kind.data, low,
           (int)unit.size, (const char *)unit.data);
}

int main(void)
{
    /* Only what is asked for is computed; offsets are bytes, as C likes them. */
    const qm_setting settings[] = {{QM_P_TABLES, 0, 1 << QM_QUANTITIES}};
    qm_bytes documents[TEXTS];
    for (int i = 0; i < TEXTS; i++) documents[i] = (qm_bytes){texts[i], strlen(texts[i])};
    qm_error err;
    qm_model *model = NULL;
    qm_engine *engine = NULL;
    qm_analyzer *analyzer = NULL;
    qm_result *result = NULL;
    quantities columns;
    int status = qm_model_builtin(&model, &err);
    if (!status) status = qm_engine_new(&engine, &model, 1, settings, 1, NULL, &err);
    if (!status) status = qm_analyzer_new(&analyzer, engine, NULL, &err);
    if (!status) status = qm_result_new(&result, NULL, &err);
    if (!status) status = qm_analyze_views(analyzer, documents, TEXTS, result, &err);
    if (status) fprintf(stderr, "%s\n", err.message);
    else status = find_columns(result, &columns);
    if (!status) {
        const int32_t *rows = qm_result_offsets(result, QM_QUANTITIES);
        for (int i = 0; i < TEXTS; i++)
            for (int32_t row = rows[i]; row < rows[i + 1]; row++)
                print_row(result, &columns, i, row);
    }
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    qm_engine_unref(engine);
    qm_model_unref(model);
    return status != 0;
}
