/* bench_mine [FILE | -] [megabytes]: how fast documents are mined.
 *
 * MB/s of qm_analyze for all tables and for subsets, on 1 to 4 threads; of rendering; and what it
 * costs to open the built-in model and mine one sentence. Without a file (or with -) the text is
 * put together from sentences of this program, 50 MB unless said otherwise. The text is cut at
 * blank lines into documents of some 3 KB. */
#include <qianmo/qianmo.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { DOCUMENT = 3000, BATCH = 64, THREADS = 4 };

static const char *const sentences[] = {
    "去年以来，石桥村党支部争取财政资金36万余元，硬化村内道路3.5公里，",
    "安装太阳能路灯120盏，解决了216户群众夜间出行的难题。",
    "驻村工作队联系省城的两家超市，帮助村民销售黄牛肉1.2万斤，户均增收三千多元。",
    "我们还没有来得及修缮小学的操场，计划明年3月动工。",
    "第一书记白天走访农户，晚上和村干部一起核对台账，常常忙到十点以后。",
    "合作社流转土地480亩种植辣椒，亩均产值达到5000—6000元，带动就业85人次。",
    "如果天气允许，下个月将组织一次义诊，请县医院的医生给老人检查身体。",
    "“路通了，心也就通了。”村民们说。",
    "截至12月底，全村人均纯收入比上年增长百分之十三点五，村集体经济收入突破20万元。",
};

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

/* ---- the text ---- */

typedef struct corpus {
    char *text;
    size_t size;
    qm_bytes *docs;
    size_t count;
} corpus;

static void make_text(corpus *c, size_t size)
{
    uint64_t state = 11;
    c->text = malloc(size + 512);
    if (!c->text) exit(EXIT_FAILURE);
    size_t paragraph = 0;
    while (c->size < size) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const char *s = sentences[(state >> 33) % (sizeof sentences / sizeof *sentences)];
        size_t n = strlen(s);
        memcpy(c->text + c->size, s, n);
        c->size += n;
        paragraph += n;
        if (paragraph > 700) {
            memcpy(c->text + c->size, "\n\n", 2);
            c->size += 2;
            paragraph = 0;
        }
    }
}

static void read_text(corpus *c, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    long size = ftell(file);
    rewind(file);
    c->text = malloc((size_t)size + 1);
    if (!c->text) exit(EXIT_FAILURE);
    c->size = fread(c->text, 1, (size_t)size, file);
    fclose(file);
}

static void cut_documents(corpus *c)
{
    size_t room = c->size / DOCUMENT + 2;
    c->docs = malloc(room * sizeof *c->docs);
    if (!c->docs) exit(EXIT_FAILURE);
    for (size_t at = 0; at < c->size;) {
        size_t end = at + DOCUMENT;
        while (end < c->size && c->text[end - 1] != '\n') end++;
        if (end > c->size) end = c->size;
        c->docs[c->count++] = (qm_bytes){c->text + at, end - at};
        at = end;
    }
}

/* ---- mining ---- */

typedef struct worker {
    qm_engine *engine;
    const corpus *corpus;
    size_t first, step; /* batches */
    bool renders;
    size_t written;
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
    for (size_t at = w->first * BATCH; at < w->corpus->count; at += w->step * BATCH) {
        const qm_bytes *docs = w->corpus->docs + at;
        size_t n = w->corpus->count - at < BATCH ? w->corpus->count - at : BATCH;
        check(qm_analyze_views(analyzer, docs, n, result, &err), &err);
        for (int t = 0; t < QM_TABLES; t++) w->rows += (size_t)qm_result_offsets(result, t)[n];
        for (size_t i = 0; i < n && w->renders; i++) {
            out.size = 0;
            check(qm_result_render(result, i, docs[i], (qm_bytes){"a", 1}, QM_JSON, &out, &err),
                  &err);
            w->written += out.size;
        }
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

static double measure(const corpus *c, uint32_t tables, int threads, bool renders, size_t *written)
{
    worker workers[THREADS];
    pthread_t ids[THREADS];
    qm_engine *engine = make_engine(tables);
    double start = seconds();
    for (int i = 0; i < threads; i++) {
        workers[i] = (worker){engine, c, (size_t)i, (size_t)threads, renders, 0, 0};
        if (pthread_create(&ids[i], NULL, work, &workers[i]) != 0) exit(EXIT_FAILURE);
    }
    *written = 0;
    for (int i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        *written += workers[i].written;
    }
    double spent = seconds() - start;
    qm_engine_unref(engine);
    return spent;
}

static void print_speed(const corpus *c, const char *what, uint32_t tables, int threads)
{
    size_t written;
    double before = processor_seconds();
    double spent = measure(c, tables, threads, false, &written);
    double worked = processor_seconds() - before;
    printf("%-28s %d thread%s %8.1f MB/s   %8.1f MB per processor second\n", what, threads,
           threads > 1 ? "s" : " ", (double)c->size / 1e6 / spent, (double)c->size / 1e6 / worked);
}

static void print_rendering(const corpus *c)
{
    size_t written, none;
    double start = processor_seconds();
    measure(c, (1 << QM_TABLES) - 1, 1, true, &written);
    double middle = processor_seconds();
    measure(c, (1 << QM_TABLES) - 1, 1, false, &none);
    double rendering = (middle - start) - (processor_seconds() - middle);
    printf("%-28s %.1f MB of output, %.1f MB per processor second\n", "JSON", (double)written / 1e6,
           (double)written / 1e6 / rendering);
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

int main(int argc, char **argv)
{
    corpus c = {0};
    print_start();
    if (argc > 1 && strcmp(argv[1], "-") != 0) read_text(&c, argv[1]);
    else make_text(&c, (argc > 2 ? strtoul(argv[2], NULL, 10) : 50) * 1000000);
    cut_documents(&c);
    printf("%.1f MB in %zu documents\n", (double)c.size / 1e6, c.count);
    for (int threads = 1; threads <= THREADS; threads *= 2)
        print_speed(&c, "all tables", (1 << QM_TABLES) - 1, threads);
    print_speed(&c, "tokens", 1 << QM_TOKENS, 1);
    print_speed(&c, "clauses", 1 << QM_CLAUSES, 1);
    print_speed(&c, "quantities", 1 << QM_QUANTITIES, 1);
    print_speed(&c, "words and quantities", 1 << QM_TOKENS | 1 << QM_QUANTITIES, 1);
    print_speed(&c, "quantities and entities", 1 << QM_QUANTITIES | 1 << QM_ENTITIES, 1);
    print_rendering(&c);
    printf("%-28s %ld KB\n", "resident at most", resident_kb());
    free(c.docs);
    free(c.text);
    return EXIT_SUCCESS;
}
