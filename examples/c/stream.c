/* Counts the words of standard input, of any length, in bounded memory. */
#include <inttypes.h>
#include <qianmo/qianmo.h>
#include <stdio.h>

static int count(qm_stream *stream, qm_result *result, uint64_t *words, qm_error *err)
{
    char chunk[1 << 16];
    int status = QM_OK, last = 0;
    while (!status && !last) {
        size_t n = fread(chunk, 1, sizeof chunk, stdin);
        uint64_t base;
        last = n < sizeof chunk;
        status = qm_stream_feed(stream, chunk, n, last, result, &base, err);
        if (!status) *words += (uint64_t)qm_result_offsets(result, QM_TOKENS)[1];
    }
    return status;
}

int main(void)
{
    const qm_setting settings[] = {{QM_P_TABLES, 0, 1 << QM_TOKENS}};
    qm_error err;
    qm_model *model = NULL;
    qm_engine *engine = NULL;
    qm_stream *stream = NULL;
    qm_result *result = NULL;
    uint64_t words = 0;
    int status = qm_model_builtin(&model, &err);
    if (!status) status = qm_engine_new(&engine, &model, 1, settings, 1, NULL, &err);
    if (!status) status = qm_stream_new(&stream, engine, NULL, &err);
    if (!status) status = qm_result_new(&result, NULL, &err);
    if (!status) status = count(stream, result, &words, &err);
    if (status) fprintf(stderr, "%s\n", err.message);
    else printf("%" PRIu64 "\n", words);
    qm_result_unref(result);
    qm_stream_free(stream);
    qm_engine_unref(engine);
    qm_model_unref(model);
    return status != 0;
}
