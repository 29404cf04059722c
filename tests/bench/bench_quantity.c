/* bench_quantity [FILE] [megabytes]: how fast numerals are read on one thread.
 *
 * MB/s of words, of words and quantities, of quantities alone, on FILE or on sentences of this
 * program; and the time for hostile texts of one and of two sizes, which must stay proportional. */
#include <qianmo/qianmo.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const sentences[] = {
    "去年以来，石桥村党支部争取财政资金36万余元，硬化村内道路3.5公里，",
    "安装太阳能路灯120盏，解决了216户群众夜间出行的难题。",
    "驻村工作队联系省城的两家超市，帮助村民销售黄牛肉1.2万斤，户均增收三千多元。",
    "我们还没有来得及修缮小学的操场，计划明年3月动工。",
    "第一书记白天走访农户，晚上和村干部一起核对台账，常常忙到十点以后。",
    "合作社流转土地480亩种植辣椒，亩均产值达到5000—6000元，带动就业85人次。",
    "老支书说，路是人走出来的，日子是人过出来的，别怕慢，就怕站着不动。",
    "截至12月底，全村人均纯收入比上年增长百分之十三点五，村集体经济收入突破20万元。",
};

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

static char *made_text(size_t size)
{
    uint64_t state = 11;
    char *text = malloc(size + 512);
    size_t at = 0;
    if (!text) exit(EXIT_FAILURE);
    while (at < size) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const char *s = sentences[(state >> 33) % (sizeof sentences / sizeof *sentences)];
        memcpy(text + at, s, strlen(s));
        at += strlen(s);
        if (state >> 61 == 0) text[at++] = '\n';
    }
    memset(text + size, 0, 1);
    return text;
}

static char *read_text(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    *size = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(*size + 1);
    if (!text || fread(text, 1, *size, file) != *size) exit(EXIT_FAILURE);
    fclose(file);
    return text;
}

/* Seconds for the text, cut into documents of `document` bytes (0: one document). */
static double run(qm_engine *engine, const char *text, size_t size, size_t document, int64_t *rows)
{
    qm_error err;
    qm_analyzer *analyzer;
    qm_result *result;
    qm_column column;
    check(qm_analyzer_new(&analyzer, engine, NULL, &err), &err);
    check(qm_result_new(&result, NULL, &err), &err);
    *rows = 0;
    double start = seconds();
    for (size_t at = 0, n; at < size; at += n) {
        n = document && size - at > document ? document : size - at;
        while (at + n < size && ((unsigned char)text[at + n] & 0xC0) == 0x80) n++;
        check(qm_analyze(analyzer, text + at, n, result, &err), &err);
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
    for (int half = 0; half < 2; half++)
        taken[half] = run(engine, text, size / (half ? 1 : 2) / n * n, 0, &rows);
    printf("%-24s %7.0f MB: %6.2f s, half of it %6.2f s\n", name, (double)size / 1e6, taken[1],
           taken[0]);
    free(text);
}

int main(int argc, char **argv)
{
    size_t megabytes = argc > 2 ? strtoul(argv[2], NULL, 10) : 50, size = megabytes * 1000000;
    char *text =
        argc > 1 && strcmp(argv[1], "-") != 0 ? read_text(argv[1], &size) : made_text(size);
    static const struct {
        const char *name;
        int64_t tables;
    } kinds[] = {{"words", 1 << QM_TOKENS},
                 {"words and quantities", 1 << QM_TOKENS | 1 << QM_QUANTITIES},
                 {"quantities", 1 << QM_QUANTITIES}};
    int64_t rows;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        qm_engine *engine = make_engine(kinds[i].tables);
        double taken = run(engine, text, size, 3000, &rows);
        printf("%-24s %7.1f MB/s  %lld rows\n", kinds[i].name, (double)size / 1e6 / taken,
               (long long)rows);
        qm_engine_unref(engine);
    }
    free(text);
    qm_engine *engine = make_engine(1 << QM_QUANTITIES);
    size = megabytes * 1000000;
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
