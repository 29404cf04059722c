/* Texts to measure speed on, each cut into documents. */
#ifndef QM_BENCH_TEXTS_H
#define QM_BENCH_TEXTS_H

#include <qianmo/qianmo.h>

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct texts {
    char *text;
    size_t size, room;
    qm_bytes *docs;
    size_t count, docs_room;
} texts;

static void *texts_resize(void *at, size_t size)
{
    at = realloc(at, size);
    if (!at) exit(EXIT_FAILURE);
    return at;
}

/* Views of documents are of a text that does not move any more. */
static void texts_reserve(texts *t, size_t size)
{
    t->text = texts_resize(t->text, size + 1);
    t->room = size;
}

static void texts_add(texts *t, const char *bytes, size_t size)
{
    if (t->size + size > t->room) texts_reserve(t, 2 * (t->size + size));
    memcpy(t->text + t->size, bytes, size);
    t->size += size;
}

static void texts_document(texts *t, size_t start, size_t end)
{
    if (t->count == t->docs_room) {
        t->docs_room = 2 * t->docs_room + 1024;
        t->docs = texts_resize(t->docs, t->docs_room * sizeof *t->docs);
    }
    t->docs[t->count++] = (qm_bytes){t->text + start, end - start};
}

static void texts_free(texts *t)
{
    free(t->text);
    free(t->docs);
}

static uint64_t texts_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* At line ends, some 3 KB each. */
static void texts_cut(texts *t)
{
    for (size_t at = 0; at < t->size;) {
        size_t end = at + 3000;
        while (end < t->size && t->text[end - 1] != '\n') end++;
        if (end > t->size) end = t->size;
        texts_document(t, at, end);
        at = end;
    }
}

/* ---- a file ---- */

static void texts_read(texts *t, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    long size = ftell(file);
    rewind(file);
    texts_reserve(t, t->size + (size_t)size);
    t->size += fread(t->text + t->size, 1, (size_t)size, file);
    fclose(file);
}

static texts texts_of_file(const char *path)
{
    texts t = {0};
    texts_read(&t, path);
    texts_cut(&t);
    return t;
}

/* ---- sentences ---- */

static texts texts_of_sentences(size_t size)
{
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
    texts t = {0};
    uint64_t state = 11;
    texts_reserve(&t, size + 1024);
    for (size_t paragraph = 0; t.size < size;) {
        const char *s = sentences[texts_random(&state) % (sizeof sentences / sizeof *sentences)];
        texts_add(&t, s, strlen(s));
        paragraph += strlen(s);
        if (paragraph <= 700) continue;
        texts_add(&t, "\n\n", 2);
        paragraph = 0;
    }
    texts_cut(&t);
    return t;
}

/* ---- labelled reports: lib/data/clauses/README.md says how they are written ---- */

static bool texts_ends_in_mark(const char *clause, size_t size)
{
    static const char *const marks[] = {"，", "。", "；", "！", "？", "：", "、", "”", "…", "）"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (size >= 3 && memcmp(clause + size - strlen(marks[i]), marks[i], strlen(marks[i])) == 0)
            return true;
    return false;
}

/* The third fields, joined to lines and paragraphs; several reports of a file are one document. */
static void texts_add_report(texts *t, const texts *labelled)
{
    const char *at = labelled->text, *end = at + labelled->size;
    for (const char *line_end; at < end; at = line_end + 1) {
        line_end = memchr(at, '\n', (size_t)(end - at));
        if (!line_end) line_end = end;
        if (*at == '#') continue;
        const char *tab = memchr(at, '\t', (size_t)(line_end - at));
        if (tab) tab = memchr(tab + 1, '\t', (size_t)(line_end - tab - 1));
        if (tab) texts_add(t, tab + 1, (size_t)(line_end - tab - 1));
        if (!tab || !texts_ends_in_mark(at, (size_t)(line_end - at))) texts_add(t, "\n", 1);
    }
}

static int texts_is_table(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 4 && strcmp(entry->d_name + size - 4, ".tsv") == 0;
}

/* Every report of a directory once, each a document. */
static texts texts_of_tables(const char *directory)
{
    struct dirent **entries;
    texts t = {0};
    int n = scandir(directory, &entries, texts_is_table, alphasort);
    size_t *ends = texts_resize(NULL, ((size_t)(n > 0 ? n : 0) + 1) * sizeof *ends);
    for (int i = 0; i < n; i++) {
        char path[4096];
        texts labelled = {0};
        snprintf(path, sizeof path, "%s/%s", directory, entries[i]->d_name);
        texts_read(&labelled, path);
        texts_add_report(&t, &labelled);
        texts_free(&labelled);
        free(entries[i]);
        ends[i] = t.size;
    }
    for (int i = 0; i < n; i++) texts_document(&t, i ? ends[i - 1] : 0, ends[i]);
    if (n >= 0) free(entries);
    free(ends);
    return t;
}

/* All of them again and again, in an order of chance that is the same in every run. */
static texts texts_of_reports(const char *directory, size_t size)
{
    texts once = texts_of_tables(directory), t = {0};
    uint64_t state = 7;
    if (once.size > 0) texts_reserve(&t, size + once.size);
    while (once.size > 0 && t.size < size) {
        for (size_t left = once.count; left > 0 && t.size < size; left--) {
            size_t pick = texts_random(&state) % left, start = t.size;
            qm_bytes chosen = once.docs[pick];
            once.docs[pick] = once.docs[left - 1];
            once.docs[left - 1] = chosen;
            texts_add(&t, chosen.data, chosen.size);
            texts_document(&t, start, t.size);
        }
    }
    texts_free(&once);
    return t;
}

#endif
