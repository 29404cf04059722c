#include "desk.h"
#include "faults.h"
#include "result/result.h"
#include "unit.h"

#include <stdio.h>

/* Random texts from pieces that make cutting hard; the same on every machine. */
typedef struct dice {
    uint64_t state;
} dice;

static uint32_t roll(dice *d, uint32_t sides)
{
    d->state = d->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(d->state >> 33) % sides;
}

static const char *const pieces[] = {
    "修路",      "石桥村",   "3.5",      "公里",         "，",     "。",   "\n",
    "\r\n",      " ",        "哈哈哈",   "2024",         "-05-12", "村民", "GB/T",
    "a@b.cn",    "\xE4\xBF", "\xFF",     "𠮷",           "１２",   "驻村", "第一书记",
    "http://x.", "“",        "36万余元", "\xF0\x9F\x98", "百分之", "的"};

static void make_text(qm_buffer *out, size_t size, uint64_t seed)
{
    dice d = {seed};
    out->size = 0;
    while (out->size < size)
        ck_assert_int_eq(qm_buffer_string(out, pieces[roll(&d, sizeof pieces / sizeof *pieces)]),
                         QM_OK);
}

typedef QM_ARRAY(qm_token_row) token_rows;

static void take_rows(const desk *d, uint64_t base, token_rows *out)
{
    const qm_allocator *alloc = qm_allocator_or_default(NULL);
    for (int32_t i = 0; i < qm_result_rows(d->result, QM_TOKENS); i++) {
        qm_token_row row;
        qm_result_row(d->result, QM_TOKENS, i, &row);
        row.start += (uint32_t)base;
        row.end += (uint32_t)base;
        if (qm_array_push(alloc, out, row) != QM_OK) ck_abort();
    }
}

/* chunk 0: sizes at random. */
static void feed(desk *d, qm_stream *stream, const qm_buffer *text, size_t chunk, token_rows *out)
{
    dice sizes = {text->size};
    out->count = 0;
    for (size_t at = 0;;) {
        size_t n = chunk ? chunk : roll(&sizes, 3000);
        if (n > text->size - at) n = text->size - at;
        bool last = at + n == text->size;
        uint64_t base;
        if (qm_stream_feed(stream, text->data + at, n, last, d->result, &base, &d->err) != QM_OK)
            ck_abort_msg("%s", d->err.message);
        take_rows(d, base, out);
        at += n;
        if (last) return;
    }
}

static bool same_row(const qm_token_row *a, const qm_token_row *b)
{
    return a->start == b->start && a->end == b->end && a->tag == b->tag && a->flags == b->flags;
}

/* libcheck writes a file at each assertion: in loops over rows there is one for the whole. */
static void same_rows(const token_rows *a, const token_rows *b)
{
    ck_assert_uint_eq(a->count, b->count);
    size_t same = 0;
    while (same < a->count && same_row(&a->at[same], &b->at[same])) same++;
    ck_assert_uint_eq(same, a->count);
}

static void chunks_agree(const int64_t *settings, size_t size, const size_t *chunks, size_t n)
{
    desk d;
    desk_open(&d, settings);
    qm_stream *stream;
    desk_ok(qm_stream_new(&stream, d.engine, NULL, &d.err), &d);
    qm_buffer text = {0};
    token_rows whole = {0}, parts = {0};
    make_text(&text, size, size);
    desk_ok(qm_analyze(d.analyzer, text.data, text.size, d.result, &d.err), &d);
    take_rows(&d, 0, &whole);
    for (size_t i = 0; i < n; i++) {
        feed(&d, stream, &text, chunks[i], &parts);
        same_rows(&whole, &parts);
    }
    const qm_allocator *alloc = qm_allocator_or_default(NULL);
    qm_array_free(alloc, &whole);
    qm_array_free(alloc, &parts);
    qm_buffer_free(&text);
    qm_stream_free(stream);
    desk_close(&d);
}

START_TEST(every_chunk_size_gives_the_whole_text)
{
    size_t chunks[200];
    for (size_t i = 0; i < 200; i++) chunks[i] = i + 1;
    for (int unit = QM_BYTES; unit <= QM_UTF16; unit++)
        chunks_agree(DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS, QM_P_OFFSETS, unit), 3000, chunks,
                     200);
}
END_TEST

START_TEST(long_texts_are_cut_at_safe_places)
{
    static const size_t chunks[] = {0, 1, 7, 4096, 65536, 65537, 200000, 1000000};
    for (int g = QM_WORD; g <= QM_TERM; g++)
        chunks_agree(DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS, QM_P_GRANULARITY, g), 400000,
                     chunks, sizeof chunks / sizeof *chunks);
    chunks_agree(DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS, QM_P_OFFSETS, QM_UTF16), 400000, chunks,
                 sizeof chunks / sizeof *chunks);
}
END_TEST

START_TEST(a_text_without_a_break_needs_little_memory)
{
    qm_faults faults = {.until = SIZE_MAX};
    qm_allocator alloc = {qm_faults_resize, &faults};
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS));
    qm_stream *stream;
    desk_ok(qm_stream_new(&stream, d.engine, &alloc, &d.err), &d);
    static char chunk[30000];
    for (size_t i = 0; i < sizeof chunk; i += 6) memcpy(chunk + i, "村、", 6);
    size_t most = 0;
    for (int i = 0; i < 300; i++) {
        uint64_t base;
        desk_ok(qm_stream_feed(stream, chunk, sizeof chunk, i == 299, d.result, &base, &d.err), &d);
        if (faults.live > most) most = faults.live;
    }
    ck_assert_uint_lt(most, 4 << 20);
    qm_stream_free(stream);
    ck_assert_uint_eq(faults.live, 0);
    desk_close(&d);
}
END_TEST

START_TEST(a_stream_begins_anew_after_its_end)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS));
    qm_stream *stream;
    desk_ok(qm_stream_new(&stream, d.engine, NULL, &d.err), &d);
    for (int i = 0; i < 3; i++) {
        uint64_t base = 99;
        desk_ok(qm_stream_feed(stream, "修路", 6, 0, d.result, &base, &d.err), &d);
        ck_assert_int_eq(qm_result_rows(d.result, QM_TOKENS), 0);
        desk_ok(qm_stream_feed(stream, "。", 3, 1, d.result, &base, &d.err), &d);
        ck_assert_uint_eq(base, 0);
        ck_assert_int_ge(qm_result_rows(d.result, QM_TOKENS), 2);
    }
    qm_stream_free(stream);
    desk_close(&d);
}
END_TEST

START_TEST(strict_streams_say_where_in_the_whole_text)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS, QM_P_STRICT, 1));
    qm_stream *stream;
    desk_ok(qm_stream_new(&stream, d.engine, NULL, &d.err), &d);
    static char chunk[90000];
    uint64_t base;
    for (size_t i = 0; i < sizeof chunk; i += 3) memcpy(chunk + i, "路", 3);
    for (int i = 0; i < 5; i++) /* 89999: a character is cut in two */
        desk_ok(qm_stream_feed(stream, chunk, sizeof chunk, 0, d.result, &base, &d.err), &d);
    desk_ok(qm_stream_feed(stream, chunk, 1, 0, d.result, &base, &d.err), &d);
    desk_ok(qm_stream_feed(stream, chunk + 1, 2, 0, d.result, &base, &d.err), &d);
    ck_assert_int_eq(qm_stream_feed(stream, "\xFF", 1, 1, d.result, &base, &d.err), QM_E_UTF8);
    ck_assert_uint_eq(d.err.offset, 450003);
    ck_assert_str_eq(d.err.message, "ill-formed UTF-8 at byte 450003");
    /* The failed chunk was not taken. */
    desk_ok(qm_stream_feed(stream, "。", 3, 1, d.result, &base, &d.err), &d);
    qm_column ends = desk_column(&d, QM_TOKENS, "end");
    ck_assert_uint_eq(base + ((const uint32_t *)ends.data)[ends.length - 1], 450006);
    qm_stream_free(stream);
    desk_close(&d);
}
END_TEST

/* Each failed feeding is tried again until there is memory: nothing is lost or said twice. */
static int feed_with_faults(const qm_allocator *alloc, qm_error *err)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS));
    qm_stream *stream = NULL;
    qm_result *result = NULL;
    qm_buffer text = {0};
    make_text(&text, 150000, 5);
    uint64_t base;
    int status = qm_stream_new(&stream, d.engine, alloc, err);
    if (status == QM_OK) status = qm_result_new(&result, alloc, err);
    for (size_t at = 0; at < text.size && status == QM_OK; at += 50000) {
        size_t n = text.size - at < 50000 ? text.size - at : 50000;
        status = qm_stream_feed(stream, text.data + at, n, at + n == text.size, result, &base, err);
    }
    qm_buffer_free(&text);
    qm_result_unref(result);
    qm_stream_free(stream);
    desk_close(&d);
    return status;
}

START_TEST(streams_survive_missing_memory)
{
    qm_faults_run(feed_with_faults);
}
END_TEST

START_TEST(a_failed_feeding_can_be_done_again)
{
    qm_faults faults = {.until = SIZE_MAX};
    qm_allocator alloc = {qm_faults_resize, &faults};
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS));
    qm_stream *stream;
    qm_buffer text = {0};
    token_rows whole = {0}, parts = {0};
    make_text(&text, 150000, 5);
    desk_ok(qm_analyze(d.analyzer, text.data, text.size, d.result, &d.err), &d);
    take_rows(&d, 0, &whole);
    desk_ok(qm_stream_new(&stream, d.engine, &alloc, &d.err), &d);
    for (size_t at = 0; at < text.size; at += 50000) {
        size_t n = text.size - at < 50000 ? text.size - at : 50000;
        uint64_t base;
        for (faults.until = 0;; faults.until = 1) {
            int status = qm_stream_feed(stream, text.data + at, n, at + n == text.size, d.result,
                                        &base, &d.err);
            if (status == QM_OK) break;
            ck_assert_int_eq(status, QM_E_NOMEM);
        }
        take_rows(&d, base, &parts);
    }
    same_rows(&whole, &parts);
    qm_array_free(qm_allocator_or_default(NULL), &whole);
    qm_array_free(qm_allocator_or_default(NULL), &parts);
    qm_buffer_free(&text);
    qm_stream_free(stream);
    desk_close(&d);
}
END_TEST

START_TEST(engines_that_cannot_stream_are_refused)
{
    desk d, e;
    qm_stream *none = NULL;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_CLAUSES));
    ck_assert_int_eq(qm_stream_new(&none, d.engine, NULL, &d.err), QM_E_INVALID);
    desk_close(&d);
    desk_open(&e, DESK_SETTINGS(QM_P_JOIN_LINES, QM_JOIN_ALWAYS));
    ck_assert_int_eq(qm_stream_new(&none, e.engine, NULL, &e.err), QM_E_UNSUPPORTED);
    desk_close(&e);
    ck_assert_ptr_null(none);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("stream");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, every_chunk_size_gives_the_whole_text);
    tcase_add_test(tests, long_texts_are_cut_at_safe_places);
    tcase_add_test(tests, a_text_without_a_break_needs_little_memory);
    tcase_add_test(tests, a_stream_begins_anew_after_its_end);
    tcase_add_test(tests, strict_streams_say_where_in_the_whole_text);
    tcase_add_test(tests, streams_survive_missing_memory);
    tcase_add_test(tests, a_failed_feeding_can_be_done_again);
    tcase_add_test(tests, engines_that_cannot_stream_are_refused);
    Suite *suite = suite_create("stream");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
