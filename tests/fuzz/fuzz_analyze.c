/* Any bytes as a text, under any settings: no crash, offsets within the text and in order, valid
 * JSON and HTML out, and a stream that gives the same words whatever the chunks. The first two
 * bytes choose the settings and the chunks. */
#include "base/base.h"
#include "fuzz.h"
#include "result/result.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static qm_engine *make_engine(uint8_t choice)
{
    const qm_setting settings[] = {
        {QM_P_OFFSETS, 0, choice % 3},
        {QM_P_GRANULARITY, 0, choice / 3 % 3},
        {QM_P_JOIN_LINES, 0, choice & 64 ? QM_JOIN_FOR_CLAUSES : QM_JOIN_NEVER},
        {QM_P_SUPPRESSED, 0, choice >> 7},
    };
    static qm_engine *engines[256]; /* made once each: making takes longer than reading */
    if (engines[choice]) return engines[choice];
    qm_model *model;
    FUZZ_CHECK(qm_model_builtin(&model, NULL) == QM_OK);
    FUZZ_CHECK(qm_engine_new(&engines[choice], &model, 1, settings, 4, NULL, NULL) == QM_OK);
    qm_model_unref(model);
    return engines[choice];
}

/* Every start and end of a column lies within the text; those of a table go forward. */
static void check_table(const qm_result *result, int table, uint32_t length)
{
    qm_column starts, ends;
    FUZZ_CHECK(qm_result_find(result, table, "start", &starts) == QM_OK);
    FUZZ_CHECK(qm_result_find(result, table, "end", &ends) == QM_OK);
    const uint32_t *start = starts.data, *end = ends.data;
    for (int64_t i = 0; i < starts.length; i++) {
        FUZZ_CHECK(start[i] < end[i] && end[i] <= length);
        FUZZ_CHECK(i == 0 || start[i] >= start[i - 1]);
    }
}

static void check_render(const qm_result *result, qm_bytes text, int format)
{
    qm_buffer out = {0};
    qm_bytes name = {"doc", 3};
    FUZZ_CHECK(qm_result_render(result, 0, text, name, format, &out, NULL) == QM_OK);
    FUZZ_CHECK(out.size > 0 && out.data[out.size - 1] == '\n');
    for (size_t i = 0; i + 1 < out.size; i++)
        FUZZ_CHECK(format == QM_HTML || (uint8_t)out.data[i] >= 0x20);
    qm_buffer_free(&out);
}

/* One-shot words against a stream of small chunks. */
static void check_stream(qm_engine *engine, const qm_result *whole, qm_bytes text, size_t chunk)
{
    qm_stream *stream;
    qm_result *part;
    int32_t row = 0;
    FUZZ_CHECK(qm_stream_new(&stream, engine, NULL, NULL) == QM_OK);
    FUZZ_CHECK(qm_result_new(&part, NULL, NULL) == QM_OK);
    for (size_t at = 0, n; at <= text.size; at += n + (n == 0)) {
        uint64_t base;
        n = text.size - at < chunk ? text.size - at : chunk;
        bool last = at + n == text.size;
        FUZZ_CHECK(qm_stream_feed(stream, (const char *)text.data + at, n, last, part, &base,
                                  NULL) == QM_OK);
        for (int32_t i = 0; i < qm_result_rows(part, QM_TOKENS); i++, row++) {
            qm_token_row a, b;
            FUZZ_CHECK(row < qm_result_rows(whole, QM_TOKENS));
            qm_result_row(part, QM_TOKENS, i, &a);
            qm_result_row(whole, QM_TOKENS, row, &b);
            FUZZ_CHECK(a.start + base == b.start && a.end + base == b.end && a.flags == b.flags);
        }
        if (last) break;
    }
    FUZZ_CHECK(row == qm_result_rows(whole, QM_TOKENS));
    qm_result_unref(part);
    qm_stream_free(stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    qm_engine *engine = make_engine(data[0]);
    qm_bytes text = {data + 2, size - 2};
    qm_analyzer *analyzer;
    qm_result *result;
    FUZZ_CHECK(qm_analyzer_new(&analyzer, engine, NULL, NULL) == QM_OK);
    FUZZ_CHECK(qm_result_new(&result, NULL, NULL) == QM_OK);
    FUZZ_CHECK(qm_analyze(analyzer, text.data, text.size, result, NULL) == QM_OK);
    uint32_t length = (uint32_t)text.size;
    FUZZ_CHECK(qm_convert_offsets(text.data, text.size, &length, 1, data[0] % 3, NULL) == QM_OK);
    for (int t = QM_QUANTITIES; t <= QM_CLAUSES; t++) check_table(result, t, length);
    check_render(result, text, QM_JSON);
    check_render(result, text, QM_HTML);
    /* Joined lines may move a word's end: there the words of a stream are others. */
    if (!(data[0] & 64)) check_stream(engine, result, text, 1 + data[1]);
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    return 0;
}
