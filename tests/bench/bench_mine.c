/* bench_mine [FILE | -] [megabytes]: how fast documents are mined.
 *
 * MB/s of qm_analyze for all tables and for subsets, on 1 to 4 threads; of rendering; and what it
 * costs to open the built-in model and mine one sentence. Of a file, cut at line ends into
 * documents of some 3 KB; without one (or with -) of two texts, 50 MB each unless said otherwise:
 *
 *   reports    the reports that the weights are trained on, again and again, each time in another
 *              order: as varied as text is, and what speeds are to be quoted for;
 *   sentences  nine sentences in any order: the same words over and over, so that all that they
 *              need of the model is in the caches. The difference is what fetching it costs. */
#include "texts.h"

#include <qianmo/qianmo.h>

#include <pthread.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <time.h>

enum { BATCH = 64, THREADS = 4 };

static void check(int status, const qm_error *err)
{
    if (status == QM_OK) return;
    fprintf(stderr, "%s\n", err->message);
    exit(EXIT_FAILURE);
}

static double read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

/* Of all threads; the fairer measure on a machine that has other work to do. */
static double processor_seconds(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static long resident_kb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* ---- mining ---- */

typedef struct worker {
    qm_engine *engine;
    const texts *texts;
    size_t first, step; /* batches */
    bool renders;
    size_t written;   /* rendered bytes ... */
    double rendering; /* ... and the processor time that they took */
    size_t rows;
} worker;

static void *work(void *argument)
{
    worker *w = argument;
    qm_error err;
    qm_analyzer *analyzer;
    qm_result *result;
    qm_buffer out = {0};
    check(qm_analyzer_new(&analyzer, w->engine, NULL, &err), &err);
    check(qm_result_new(&result, NULL, &err), &err);
    for (size_t at = w->first * BATCH; at < w->texts->count; at += w->step * BATCH) {
        const qm_bytes *docs = w->texts->docs + at;
        size_t n = w->texts->count - at < BATCH ? w->texts->count - at : BATCH;
        check(qm_analyze_views(analyzer, docs, n, result, &err), &err);
        for (int t = 0; t < QM_TABLES; t++) w->rows += (size_t)qm_result_offsets(result, t)[n];
        double start = read_clock(CLOCK_THREAD_CPUTIME_ID);
        for (size_t i = 0; i < n && w->renders; i++) {
            out.size = 0;
            check(qm_result_render(result, i, docs[i], (qm_bytes){"a", 1}, QM_JSON, &out, &err),
                  &err);
            w->written += out.size;
        }
        w->rendering += read_clock(CLOCK_THREAD_CPUTIME_ID) - start;
    }
    qm_buffer_free(&out);
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    return NULL;
}

static qm_engine *make_engine(uint32_t tables)
{
    qm_error err;
    qm_model *model;
    qm_engine *engine;
    qm_setting setting = {QM_P_TABLES, 0, tables};
    check(qm_model_builtin(&model, &err), &err);
    check(qm_engine_new(&engine, &model, 1, &setting, 1, NULL, &err), &err);
    qm_model_unref(model);
    return engine;
}

static double measure(const texts *c, uint32_t tables, int threads)
{
    worker workers[THREADS];
    pthread_t ids[THREADS];
    qm_engine *engine = make_engine(tables);
    double start = seconds();
    for (int i = 0; i < threads; i++) {
        workers[i] = (worker){engine, c, (size_t)i, (size_t)threads, false, 0, 0, 0};
        if (pthread_create(&ids[i], NULL, work, &workers[i]) != 0) exit(EXIT_FAILURE);
    }
    for (int i = 0; i < threads; i++) pthread_join(ids[i], NULL);
    double spent = seconds() - start;
    qm_engine_unref(engine);
    return spent;
}

static void print_speed(const texts *c, const char *what, uint32_t tables, int threads)
{
    double before = processor_seconds();
    double spent = measure(c, tables, threads);
    double worked = processor_seconds() - before;
    printf("%-28s %d thread%s %8.1f MB/s   %8.1f MB per processor second\n", what, threads,
           threads > 1 ? "s" : " ", (double)c->size / 1e6 / spent, (double)c->size / 1e6 / worked);
}

static void print_rendering(const texts *c)
{
    worker w = {make_engine((1 << QM_TABLES) - 1), c, 0, 1, true, 0, 0, 0};
    work(&w);
    qm_engine_unref(w.engine);
    printf("%-28s %.1f MB of output, %.1f MB per processor second\n", "JSON",
           (double)w.written / 1e6, (double)w.written / 1e6 / w.rendering);
}

static void print_start(void)
{
    static const char text[] = "驻村工作队为石桥村修路3公里，投资36万余元。";
    qm_error err;
    qm_analyzer *analyzer;
    qm_result *result;
    double start = processor_seconds();
    qm_engine *engine = make_engine((1 << QM_TABLES) - 1);
    double bound = processor_seconds();
    check(qm_analyzer_new(&analyzer, engine, NULL, &err), &err);
    check(qm_result_new(&result, NULL, &err), &err);
    check(qm_analyze(analyzer, text, strlen(text), result, &err), &err);
    double done = processor_seconds();
    printf("%-28s %.2f ms (%.2f of them binding the model), %ld KB resident\n",
           "open and mine one sentence", (done - start) * 1e3, (bound - start) * 1e3,
           resident_kb());
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    qm_engine_unref(engine);
}

static void print_all(const char *name, texts *c)
{
    if (c->count == 0) {
        printf("\n%s: there is no text\n", name);
        return;
    }
    printf("\n%s: %.1f MB in %zu documents\n", name, (double)c->size / 1e6, c->count);
    for (int threads = 1; threads <= THREADS; threads *= 2)
        print_speed(c, "all tables", (1 << QM_TABLES) - 1, threads);
    print_speed(c, "tokens", 1 << QM_TOKENS, 1);
    print_speed(c, "clauses", 1 << QM_CLAUSES, 1);
    print_speed(c, "quantities", 1 << QM_QUANTITIES, 1);
    print_speed(c, "words and quantities", 1 << QM_TOKENS | 1 << QM_QUANTITIES, 1);
    print_speed(c, "quantities and entities", 1 << QM_QUANTITIES | 1 << QM_ENTITIES, 1);
    print_rendering(c);
    texts_free(c);
}

int main(int argc, char **argv)
{
    size_t size = (argc > 2 ? strtoul(argv[2], NULL, 10) : 50) * 1000000;
    texts c;
    print_start();
    if (argc > 1 && strcmp(argv[1], "-") != 0) {
        c = texts_of_file(argv[1]);
        print_all(argv[1], &c);
    } else {
        c = texts_of_reports(QM_SOURCE_DIR "/lib/data/clauses/reports", size);
        print_all("reports", &c);
        c = texts_of_sentences(size);
        print_all("sentences", &c);
    }
    printf("%-28s %ld KB\n", "resident at most", resident_kb());
    return EXIT_SUCCESS;
}
