/* bench_quantity [FILE] [megabytes]: how fast numerals are read on one thread.
 *
 * MB/s of words, of words and quantities, of quantities alone, on FILE or on the texts of
 * texts.h; and the time for hostile texts of one and of two sizes, which must stay proportional. */
#include "texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void check(int status, const qm_error *err)
{
    if (status == QM_OK) return;
    fprintf(stderr, "%s\n", err->message);
    exit(EXIT_FAILURE);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Seconds for the documents. */
static double run(qm_engine *engine, const qm_bytes *docs, size_t n, int64_t *rows)
{
    qm_error err;
    qm_analyzer *analyzer;
    qm_result *result;
    qm_column column;
    check(qm_analyzer_new(&analyzer, engine, NULL, &err), &err);
    check(qm_result_new(&result, NULL, &err), &err);
    *rows = 0;
    double start = seconds();
    for (size_t i = 0; i < n; i++) {
        check(qm_analyze(analyzer, docs[i].data, docs[i].size, result, &err), &err);
        check(qm_result_find(result, QM_QUANTITIES, "start", &column), &err);
        *rows += column.length;
    }
    double taken = seconds() - start;
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    return taken;
}

static qm_engine *make_engine(int64_t tables)
{
    qm_error err;
    qm_model *model;
    qm_engine *engine;
    qm_setting settings[] = {{QM_P_TABLES, 0, tables}, {QM_P_MAX_DOC_BYTES, 0, (int64_t)1 << 30}};
    check(qm_model_builtin(&model, &err), &err);
    check(qm_engine_new(&engine, &model, 1, settings, 2, NULL, &err), &err);
    qm_model_unref(model);
    return engine;
}

static void hostile(qm_engine *engine, const char *name, const char *unit, size_t size)
{
    double taken[2];
    int64_t rows;
    size_t n = strlen(unit);
    char *text = malloc(size + n);
    if (!text) exit(EXIT_FAILURE);
    for (size_t at = 0; at < size; at += n) memcpy(text + at, unit, n);
    for (size_t half = 0; half < 2; half++) {
        const qm_bytes document = {text, size / (2 - half) / n * n};
        taken[half] = run(engine, &document, 1, &rows);
    }
    printf("%-24s %7.0f MB: %6.2f s, half of it %6.2f s\n", name, (double)size / 1e6, taken[1],
           taken[0]);
    free(text);
}

static void measure(const char *title, texts t)
{
    static const struct {
        const char *name;
        int64_t tables;
    } kinds[] = {{"words", 1 << QM_TOKENS},
                 {"words and quantities", 1 << QM_TOKENS | 1 << QM_QUANTITIES},
                 {"quantities", 1 << QM_QUANTITIES}};
    int64_t rows;
    printf("%s\n", title);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        qm_engine *engine = make_engine(kinds[i].tables);
        double taken = run(engine, t.docs, t.count, &rows);
        printf("%-24s %7.1f MB/s  %lld rows\n", kinds[i].name, (double)t.size / 1e6 / taken,
               (long long)rows);
        qm_engine_unref(engine);
    }
    texts_free(&t);
}

int main(int argc, char **argv)
{
    size_t megabytes = argc > 2 ? strtoul(argv[2], NULL, 10) : 50, size = megabytes * 1000000;
    if (argc > 1 && strcmp(argv[1], "-") != 0) {
        measure(argv[1], texts_of_file(argv[1]));
    } else {
        measure("reports", texts_of_reports(QM_SOURCE_DIR "/lib/data/clauses/reports", size));
        measure("sentences", texts_of_sentences(size));
    }
    qm_engine *engine = make_engine(1 << QM_QUANTITIES);
    hostile(engine, "一", "一", size);
    hostile(engine, "9", "9", size);
    hostile(engine, "万", "万", size);
    hostile(engine, "9—9—9—", "9—", size);
    hostile(engine, "3万至5万至", "3万至5万至", size);
    hostile(engine, "三分之三分之", "三分之", size);
    hostile(engine, "2024年3月—", "2024年3月—", size);
    hostile(engine, "“三会一课", "“三会一课", size);
    hostile(engine, "一个", "一个", size);
    qm_engine_unref(engine);
    return 0;
}
