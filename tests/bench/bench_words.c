/* bench_words FILE [megabytes]: how fast the built-in model cuts. FILE, UTF-8 text, is repeated up
 * to the size (50). Prints MB/s of the best of several runs: for counting words; for their offsets
 * in a table, by the public interface, without and with tags; for text with blanks between the
 * words; by the lattice; and for offsets in several threads at once. tests/bench/words runs other
 * segmenters beside it. */
#include "engine/model.h"
#include "segment/segment.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RUNS = 5, THREADS = 4, DOCUMENT = 1 << 20 };

typedef struct desk {
    const qm_charmap *map;
    qm_segmenter *segmenter;
    qm_segment_options options;
    qm_engine *engine; /* makes the table of tokens; NULL: the words are only cut */
    qm_bytes text;
    bool write; /* blanks between the words */
    size_t words;
} desk;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench_words: %s\n", what);
    exit(1);
}

static size_t write_words(const qm_text *text, const qm_words *words, char *to)
{
    size_t n = 0;
    for (uint32_t i = 0; i < text->count; i++) {
        if (words->begins[i] && i) to[n++] = ' ';
        memcpy(to + n, text->bytes + text->starts[i], text->widths[i]);
        n += text->widths[i];
    }
    return n;
}

/* The end of the document that starts at `at`: a megabyte, as a program that reads files would have
 * them, and whole characters. */
static size_t document_end(const desk *d, size_t at)
{
    const char *bytes = d->text.data;
    size_t end = d->text.size - at < DOCUMENT ? d->text.size : at + DOCUMENT;
    while (end < d->text.size && ((uint8_t)bytes[end] & 0xC0) == 0x80) end--;
    return end;
}

static void cut_all(desk *d)
{
    qm_segment_scratch *scratch;
    qm_text text;
    qm_words words = {0};
    char *written = d->write ? malloc(2 * (size_t)DOCUMENT + 16) : NULL;
    qm_text_init(&text, NULL);
    if (qm_segment_scratch_new(&scratch, d->segmenter, NULL, NULL) != QM_OK) fail("no memory");
    for (size_t at = 0, end; at < d->text.size; at = end) {
        end = document_end(d, at);
        const char *bytes = (const char *)d->text.data + at;
        if (qm_text_decode(&text, d->map, bytes, end - at, false, NULL) != QM_OK ||
            qm_segment_run(d->segmenter, scratch, &text, NULL, &d->options, &words, NULL) != QM_OK)
            fail("no memory");
        for (uint32_t i = 0; i < text.count; i++) d->words += words.begins[i];
        if (written) d->words += write_words(&text, &words, written) == 0;
    }
    free(written);
    qm_words_free(&words, NULL);
    qm_text_free(&text);
    qm_segment_scratch_free(scratch);
}

static void analyze_all(desk *d)
{
    qm_analyzer *analyzer;
    qm_result *result;
    if (qm_analyzer_new(&analyzer, d->engine, NULL, NULL) != QM_OK ||
        qm_result_new(&result, NULL, NULL) != QM_OK)
        fail("no memory");
    for (size_t at = 0, end; at < d->text.size; at = end) {
        end = document_end(d, at);
        const char *bytes = (const char *)d->text.data + at;
        if (qm_analyze(analyzer, bytes, end - at, result, NULL) != QM_OK) fail("no memory");
        d->words += (size_t)qm_result_offsets(result, QM_TOKENS)[1];
    }
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
}

static void *run(void *ud)
{
    desk *d = ud;
    d->words = 0;
    if (d->engine) analyze_all(d);
    else cut_all(d);
    return NULL;
}

static void report(const char *name, desk d, int threads)
{
    double best = 1e9;
    for (int r = 0; r < RUNS; r++) {
        pthread_t thread[THREADS];
        desk each[THREADS];
        double start = seconds();
        for (int i = 0; i < threads; i++) {
            each[i] = d;
            if (i && pthread_create(&thread[i], NULL, run, &each[i]) != 0) fail("no thread");
        }
        run(&each[0]);
        for (int i = 1; i < threads; i++) pthread_join(thread[i], NULL);
        double took = seconds() - start;
        if (took < best) best = took;
        d.words = each[0].words;
    }
    printf("%-24s %7.1f MB/s  %zu words\n", name, (double)d.text.size * threads / best / 1e6,
           d.words);
}

static qm_bytes read_text(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(size + 1);
    if (!file || !text) fail("cannot read the text");
    size_t n = fread(text, 1, size, file);
    fclose(file);
    if (n == 0) fail("the text is empty");
    for (size_t i = n; i < size; i++) text[i] = text[i - n];
    return (qm_bytes){text, size};
}

static qm_engine *make_engine(qm_model *model, int tags)
{
    qm_engine *engine;
    const qm_setting settings[] = {{QM_P_TABLES, 0, 1 << QM_TOKENS}, {QM_P_TAGS, 0, tags}};
    if (qm_engine_new(&engine, &model, 1, settings, 2, NULL, NULL) != QM_OK) fail("no engine");
    return engine;
}

static void bind(desk *d, const qm_images *images)
{
    for (size_t i = 0; i < images->count; i++) {
        qm_bytes section = qm_image_section(&images->at[i], QM_SECTION_ID('C', 'H', 'A', 'R'));
        if (section.data && qm_charmap_bind(section, true, &d->map, NULL) != QM_OK) fail("chars");
    }
    double start = seconds();
    if (qm_segmenter_new(&d->segmenter, images, NULL, 0, NULL, NULL) != QM_OK) fail("words");
    printf("binding the model took %.3f ms\n", (seconds() - start) * 1e3);
}

int main(int argc, char **argv)
{
    qm_model *model;
    desk d = {0};
    if (argc < 2) fail("which text?");
    d.text = read_text(argv[1], (size_t)(argc > 2 ? atoi(argv[2]) : 50) * 1000000);
    if (qm_model_builtin(&model, NULL) != QM_OK) fail("no model");
    bind(&d, qm_model_images(model));
    qm_engine *engines[2] = {make_engine(model, 0), make_engine(model, 1)};
    report("counting", d, 1);
    for (int n = 1; n <= THREADS; n++) {
        char name[40];
        snprintf(name, sizeof name, "offsets, %d thread%s", n, n > 1 ? "s" : "");
        d.engine = engines[0];
        report(name, d, n);
    }
    d.engine = engines[1];
    report("offsets and tags", d, 1);
    d.engine = NULL;
    d.write = true;
    report("blank-separated", d, 1);
    d.write = false;
    d.options.quality = QM_LATTICE;
    report("counting by lattice", d, 1);
    qm_segmenter_free(d.segmenter);
    qm_engine_unref(engines[0]);
    qm_engine_unref(engines[1]);
    qm_model_unref(model);
    free((void *)d.text.data);
    return 0;
}
