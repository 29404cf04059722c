#include "desk.h"
#include "engine/analyzer.h"
#include "engine/tokens.h"
#include "text/text.h"
#include "unit.h"

#include <stdio.h>

static const char report[] = "驻村工作队帮助村民销售牛肉36万余元，新修道路3.5公里。\n"
                             "去年，第一书记李明协调资金２０万元，为石桥村安装路灯４０盏。";

/* ---- settings ---- */

START_TEST(models_that_are_none_are_refused)
{
    qm_model *models[2] = {NULL, NULL};
    qm_engine *engine = NULL;
    qm_error err;
    ck_assert_int_eq(qm_model_builtin(&models[0], &err), QM_OK);
    ck_assert_int_eq(qm_engine_new(&engine, models, 2, NULL, 0, NULL, &err), QM_E_INVALID);
    ck_assert_str_eq(err.message, "model 1 is NULL");
    ck_assert_int_eq(qm_engine_new(&engine, NULL, 0, NULL, 0, NULL, &err), QM_E_INVALID);
    ck_assert_ptr_null(engine);
    qm_model_unref(models[0]);
}
END_TEST

START_TEST(settings_outside_their_bounds_are_refused)
{
    static const char *const names[QM_PARAMS] = {
        "",        "tables",  "granularity", "strict",         "max_doc_bytes", "join_lines",
        "offsets", "quality", "tags",        "reference_date", "suppressed"};
    desk d;
    desk_open(&d, NULL);
    for (int p = QM_P_TABLES; p < QM_PARAMS; p++) {
        int64_t min, max, initial;
        ck_assert_int_eq(qm_param_bounds(p, &min, &max, &initial), QM_OK);
        ck_assert(min <= initial && initial <= max);
        qm_engine *none = NULL;
        for (int side = 0; side < 2; side++) {
            qm_setting wrong = {p, 0, side ? max + 1 : min - 1};
            ck_assert_int_eq(qm_engine_new(&none, &d.model, 1, &wrong, 1, NULL, &d.err),
                             QM_E_INVALID);
            ck_assert_ptr_nonnull(strstr(d.err.message, names[p]));
            ck_assert_ptr_null(none);
        }
    }
    ck_assert_int_eq(qm_param_bounds(0, NULL, NULL, NULL), QM_E_INVALID);
    ck_assert_int_eq(qm_param_bounds(QM_PARAMS, NULL, NULL, NULL), QM_E_INVALID);
    desk_close(&d);
}
END_TEST

START_TEST(what_is_empty_may_be_nowhere)
{
    desk d;
    const qm_bytes empty = {NULL, 0};
    desk_open(&d, NULL);
    desk_ok(qm_analyze(d.analyzer, NULL, 0, d.result, &d.err), &d);
    ck_assert_uint_eq(qm_result_documents(d.result), 1);
    desk_ok(qm_analyze_views(d.analyzer, &empty, 1, d.result, &d.err), &d);
    ck_assert_uint_eq(qm_result_documents(d.result), 1);
    desk_ok(qm_analyze_views(d.analyzer, NULL, 0, d.result, &d.err), &d);
    ck_assert_uint_eq(qm_result_documents(d.result), 0);
    desk_ok(qm_convert_offsets(NULL, 0, NULL, 0, QM_UTF16, &d.err), &d);
    desk_close(&d);
}
END_TEST

START_TEST(unknown_settings_and_impossible_dates_are_refused)
{
    desk d;
    desk_open(&d, NULL);
    qm_engine *none = NULL, *leap = NULL;
    static const int64_t days[] = {20241345, 20240431, 20230229, 21000229, 20240500, 531, 1};
    qm_setting unknown = {999, 0, 0}, date = {QM_P_REFERENCE_DATE, 0, 20240229};
    ck_assert_int_eq(qm_engine_new(&none, &d.model, 1, &unknown, 1, NULL, &d.err), QM_E_INVALID);
    desk_ok(qm_engine_new(&leap, &d.model, 1, &date, 1, NULL, &d.err), &d);
    qm_engine_unref(leap);
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        date.value = days[i];
        ck_assert_int_eq(qm_engine_new(&none, &d.model, 1, &date, 1, NULL, &d.err), QM_E_INVALID);
    }
    ck_assert_int_eq(qm_engine_new(&none, NULL, 0, NULL, 0, NULL, &d.err), QM_E_INVALID);
    ck_assert_ptr_null(none);
    desk_close(&d);
}
END_TEST

/* ---- tables ---- */

START_TEST(only_the_tables_that_were_asked_for_have_rows)
{
    for (int table = 0; table < QM_TABLES; table++) {
        desk d;
        desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << table));
        desk_read(&d, report);
        for (int other = 0; other < QM_TABLES; other++)
            if (other != table) ck_assert_int_eq(qm_result_offsets(d.result, other)[1], 0);
        desk_close(&d);
    }
}
END_TEST

START_TEST(a_table_is_the_same_alone_and_among_the_others)
{
    desk all;
    desk_open(&all, NULL);
    desk_read(&all, report);
    for (int table = QM_QUANTITIES; table <= QM_CLAUSES; table++) {
        desk one;
        desk_open(&one, DESK_SETTINGS(QM_P_TABLES, 1 << table));
        desk_read(&one, report);
        for (uint32_t c = 0; c < qm_result_columns(one.result, table); c++) {
            qm_column a, b;
            qm_result_column(all.result, table, c, &a);
            qm_result_column(one.result, table, c, &b);
            ck_assert_int_eq(a.length, b.length);
            if (a.length) ck_assert_mem_eq(a.data, b.data, (size_t)a.length * a.width);
        }
        desk_close(&one);
    }
    desk_close(&all);
}
END_TEST

START_TEST(tokens_cover_the_text_without_gaps)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS));
    desk_read(&d, report);
    int64_t rows = desk_column(&d, QM_TOKENS, "start").length;
    ck_assert_int_gt(rows, 10);
    uint32_t at = 0;
    for (int64_t i = 0; i < rows; i++) {
        ck_assert_uint_eq(desk_u32(&d, QM_TOKENS, "start", i), at);
        at = desk_u32(&d, QM_TOKENS, "end", i);
    }
    ck_assert_uint_eq(at, sizeof report - 1);
    desk_close(&d);
}
END_TEST

enum { CHARACTERS = 1300, BESIDE = 16 };

/* Characters of one to four bytes, a tenth of them blanks; a token begins at every other one. */
typedef struct invented_text {
    uint32_t starts[CHARACTERS + 2 * BESIDE];
    uint8_t begins[CHARACTERS + 2 * BESIDE], widths[CHARACTERS + 2 * BESIDE];
    uint8_t classes[CHARACTERS + 2 * BESIDE], tags[CHARACTERS + 2 * BESIDE];
} invented_text;

static void invent_text(invented_text *text)
{
    uint32_t state = 5, byte = 0;
    for (int i = BESIDE; i < CHARACTERS + BESIDE; i++) {
        state = state * 1664525u + 1013904223u;
        text->begins[i] = state >> 31;
        text->widths[i] = 1 + (state >> 29 & 3);
        text->classes[i] = (state >> 20) % 10 == 0 ? QM_CHAR_SPACE : QM_CHAR_HAN;
        text->tags[i] = state >> 12 & 15;
        text->starts[i] = byte;
        byte += text->widths[i] + (state >> 24 & 1); /* joining took some bytes out */
    }
    text->begins[BESIDE] = text->begins[CHARACTERS + BESIDE] = 1;
}

START_TEST(rows_of_tokens_are_the_same_in_every_way_of_making_them)
{
    static invented_text text;
    static uint32_t wide[4][CHARACTERS + BESIDE];
    static uint8_t narrow[4][CHARACTERS + BESIDE];
    invent_text(&text);
    for (uint32_t last = 1; last <= CHARACTERS; last += last < 40 ? 1 : 97) {
        bool tags = last & 1;
        qm_plain_tokens plain = {text.begins + BESIDE, text.starts + BESIDE, text.widths + BESIDE,
                                 text.classes + BESIDE, tags ? text.tags + BESIDE : NULL};
        qm_token_block any = {wide[0], wide[1], narrow[0], narrow[1]};
        qm_token_block best = {wide[2], wide[3], narrow[2], narrow[3]};
        uint8_t kept = text.begins[BESIDE + last];
        text.begins[BESIDE + last] = 1;
        size_t n = qm_plain_tokens_put_any(&plain, 0, last, any);
        ck_assert_uint_eq(qm_plain_tokens_put(&plain, 0, last, best), n);
        text.begins[BESIDE + last] = kept;
        ck_assert_mem_eq(any.start, best.start, n * sizeof *any.start);
        ck_assert_mem_eq(any.end, best.end, n * sizeof *any.end);
        ck_assert_mem_eq(any.tag, best.tag, n);
        ck_assert_mem_eq(any.flags, best.flags, n);
        ck_assert_uint_eq(any.end[n - 1],
                          text.starts[BESIDE + last - 1] + text.widths[BESIDE + last - 1]);
    }
}
END_TEST

/* 三会一课 is a term of the model that is one word as well: nobody brought it. */
START_TEST(terms_of_the_model_are_no_words_of_the_user)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS | 1 << QM_QUANTITIES));
    desk_read(&d, "落实三会一课，帮扶监测户3户。");
    qm_column flags = desk_column(&d, QM_TOKENS, "flags");
    ck_assert_int_gt(flags.length, 0);
    for (int64_t i = 0; i < flags.length; i++)
        ck_assert_uint_eq(((const uint8_t *)flags.data)[i] & QM_TOKEN_USER, 0);
    desk_close(&d);
}
END_TEST

START_TEST(inner_words_follow_their_word_and_say_so)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS, QM_P_GRANULARITY, QM_FINE));
    desk_read(&d, report);
    const uint8_t *flags = desk_column(&d, QM_TOKENS, "flags").data;
    uint32_t at = 0, start = 0, end = 0;
    for (int64_t i = 0; i < desk_column(&d, QM_TOKENS, "start").length; i++) {
        uint32_t s = desk_u32(&d, QM_TOKENS, "start", i), e = desk_u32(&d, QM_TOKENS, "end", i);
        if (flags[i] & QM_TOKEN_COLOCATED) {
            ck_assert(start <= s && e <= end && e - s < end - start);
            continue;
        }
        ck_assert_uint_eq(s, at);
        start = s;
        at = end = e;
    }
    ck_assert_uint_eq(at, sizeof report - 1);
    desk_close(&d);
}
END_TEST

/* ---- documents ---- */

START_TEST(the_three_ways_of_giving_documents_agree)
{
    static const char joined[] = "修路三公里。卖牛肉5万元，\n\n石桥村";
    const int32_t cuts32[] = {0, 18, 18, 36, (int32_t)sizeof joined - 1};
    int64_t cuts64[5];
    qm_bytes views[4];
    for (int i = 0; i < 5; i++) cuts64[i] = cuts32[i];
    for (int i = 0; i < 4; i++)
        views[i] = (qm_bytes){joined + cuts32[i], (size_t)(cuts32[i + 1] - cuts32[i])};
    desk d, e, f;
    desk_open(&d, NULL);
    desk_open(&e, NULL);
    desk_open(&f, NULL);
    desk_ok(qm_analyze_views(d.analyzer, views, 4, d.result, &d.err), &d);
    desk_ok(qm_analyze_offsets32(e.analyzer, joined, cuts32, 4, e.result, &e.err), &e);
    desk_ok(qm_analyze_offsets64(f.analyzer, joined, cuts64, 4, f.result, &f.err), &f);
    ck_assert_uint_eq(qm_result_documents(d.result), 4);
    for (int t = 0; t < QM_TABLES; t++) {
        size_t size = 5 * sizeof(int32_t);
        ck_assert_mem_eq(qm_result_offsets(d.result, t), qm_result_offsets(e.result, t), size);
        ck_assert_mem_eq(qm_result_offsets(d.result, t), qm_result_offsets(f.result, t), size);
    }
    ck_assert_int_eq(qm_result_offsets(d.result, QM_TOKENS)[1],
                     qm_result_offsets(d.result, QM_TOKENS)[2]);
    desk_close(&d);
    desk_close(&e);
    desk_close(&f);
}
END_TEST

/* What a document of the result is as JSON; the caller frees it. */
static qm_buffer json_of(const desk *d, size_t document, qm_bytes text)
{
    qm_buffer json = {0};
    qm_error err;
    ck_assert_int_eq(
        qm_result_render(d->result, document, text, qm_bytes_of("a"), QM_JSON, &json, &err), QM_OK);
    return json;
}

START_TEST(documents_of_a_batch_are_read_as_if_they_were_alone)
{
    enum { DOCUMENTS = 100, REPORTS = 1000, LARGE = 40 };
    qm_bytes docs[DOCUMENTS];
    desk d, alone;
    desk_open(&d, NULL);
    desk_open(&alone, NULL);
    size_t size = sizeof report - 1;
    char *many = malloc(REPORTS * size);
    ck_assert_ptr_nonnull(many);
    for (size_t i = 0; i < REPORTS; i++) memcpy(many + i * size, report, size);
    for (size_t i = 0; i < DOCUMENTS; i++) docs[i] = (qm_bytes){many, i * 37 % size};
    docs[LARGE].size = REPORTS * size;
    desk_ok(qm_analyze_views(d.analyzer, docs, DOCUMENTS, d.result, &d.err), &d);
    ck_assert_uint_eq(qm_result_documents(d.result), DOCUMENTS);
    for (size_t i = 0; i < DOCUMENTS; i++) {
        desk_ok(qm_analyze_views(alone.analyzer, &docs[i], 1, alone.result, &alone.err), &alone);
        qm_buffer in = json_of(&d, i, docs[i]), by_itself = json_of(&alone, 0, docs[i]);
        ck_assert_uint_eq(in.size, by_itself.size);
        ck_assert_mem_eq(in.data, by_itself.data, in.size);
        qm_buffer_free(&in);
        qm_buffer_free(&by_itself);
    }
    free(many);
    desk_close(&d);
    desk_close(&alone);
}
END_TEST

START_TEST(a_failure_in_a_later_document_leaves_the_result_alone)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_STRICT, 1));
    desk_read(&d, report);
    qm_column before = desk_column(&d, QM_TOKENS, "end");
    qm_bytes docs[] = {{"修路", 6}, {"修\xFF路", 7}};
    ck_assert_int_eq(qm_analyze_views(d.analyzer, docs, 2, d.result, &d.err), QM_E_UTF8);
    ck_assert_str_eq(d.err.message, "document 1 of the batch: ill-formed UTF-8 at byte 3");
    ck_assert_uint_eq(d.err.offset, 3);
    qm_column after = desk_column(&d, QM_TOKENS, "end");
    ck_assert_ptr_eq(before.data, after.data);
    ck_assert_int_eq(before.length, after.length);
    ck_assert_uint_eq(qm_result_documents(d.result), 1);
    const int32_t backwards[] = {0, 6, 3};
    ck_assert_int_eq(qm_analyze_offsets32(d.analyzer, report, backwards, 2, d.result, &d.err),
                     QM_E_INVALID);
    desk_read(&d, "修路");
    ck_assert_uint_eq(qm_result_documents(d.result), 1);
    desk_close(&d);
}
END_TEST

START_TEST(long_documents_are_refused)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_MAX_DOC_BYTES, 6));
    desk_read(&d, "修路");
    ck_assert_int_eq(qm_analyze(d.analyzer, "修路。", 9, d.result, &d.err), QM_E_LIMIT);
    ck_assert_str_eq(d.err.message, "the document has 9 bytes; the limit is 6");
    desk_close(&d);
}
END_TEST

START_TEST(ill_formed_pieces_are_tokens_that_say_so)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS));
    desk_read(&d, "\xE4\xBF路\xFF\xEF\xBF\xBD");
    const uint8_t *flags = desk_column(&d, QM_TOKENS, "flags").data;
    ck_assert_int_eq(desk_column(&d, QM_TOKENS, "start").length, 4);
    ck_assert(flags[0] & QM_TOKEN_ILL_FORMED);
    ck_assert(!(flags[1] & QM_TOKEN_ILL_FORMED));
    ck_assert(flags[2] & QM_TOKEN_ILL_FORMED);
    ck_assert(!(flags[3] & QM_TOKEN_ILL_FORMED)); /* a U+FFFD that was written */
    desk_close(&d);
}
END_TEST

/* Rows of inner tokens stand between those of words. */
START_TEST(ill_formed_pieces_say_so_among_inner_tokens)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS, QM_P_GRANULARITY, QM_FINE));
    desk_read(&d, "\xFF第一书记召开村民代表会议\xFF。\xFF");
    qm_column flags = desk_column(&d, QM_TOKENS, "flags");
    const uint32_t *starts = desk_column(&d, QM_TOKENS, "start").data;
    int inner = 0;
    for (int64_t i = 0; i < flags.length; i++) {
        bool ill_formed = starts[i] == 0 || starts[i] == 37 || starts[i] == 41;
        uint8_t flag = ((const uint8_t *)flags.data)[i];
        ck_assert_int_eq((flag & QM_TOKEN_ILL_FORMED) != 0, ill_formed);
        inner += (flag & QM_TOKEN_COLOCATED) != 0;
    }
    ck_assert_int_gt(inner, 0);
    desk_close(&d);
}
END_TEST

START_TEST(nothing_is_a_document_too)
{
    desk d;
    desk_open(&d, NULL);
    desk_ok(qm_analyze(d.analyzer, NULL, 0, d.result, &d.err), &d);
    ck_assert_uint_eq(qm_result_documents(d.result), 1);
    desk_ok(qm_analyze_views(d.analyzer, NULL, 0, d.result, &d.err), &d);
    ck_assert_uint_eq(qm_result_documents(d.result), 0);
    desk_close(&d);
}
END_TEST

/* ---- offsets ---- */

START_TEST(offsets_come_in_three_units)
{
    static const char text[] = "𠮷野村修路\r\n三公里，卖牛肉\xFF 5万元。";
    desk units[3];
    for (int u = 0; u < 3; u++) {
        desk_open(&units[u], DESK_SETTINGS(QM_P_OFFSETS, u));
        desk_read(&units[u], text);
    }
    for (int t = QM_TOKENS; t <= QM_CLAUSES; t++) {
        qm_column bytes = desk_column(&units[0], t, "end");
        for (int u = 1; u < 3; u++) {
            uint32_t want[64];
            ck_assert_int_eq(desk_column(&units[u], t, "end").length, bytes.length);
            ck_assert_int_le(bytes.length, 64);
            if (bytes.length == 0) continue;
            memcpy(want, bytes.data, (size_t)bytes.length * sizeof *want);
            desk_ok(qm_convert_offsets(text, sizeof text - 1, want, (size_t)bytes.length, u,
                                       &units[u].err),
                    &units[u]);
            ck_assert_mem_eq(want, desk_column(&units[u], t, "end").data,
                             (size_t)bytes.length * sizeof *want);
        }
    }
    for (int u = 0; u < 3; u++) desk_close(&units[u]);
}
END_TEST

START_TEST(offsets_are_converted_or_left_alone)
{
    static const char text[] = "a𠮷\xF0\x9F路"; /* 1 + 4 + 2 ill-formed + 3 bytes */
    uint32_t bytes[] = {0, 1, 5, 7, 10}, copy[5];
    static const uint32_t points[] = {0, 1, 2, 3, 4}, utf16[] = {0, 1, 3, 4, 5};
    memcpy(copy, bytes, sizeof copy);
    ck_assert_int_eq(qm_convert_offsets(text, 10, copy, 5, QM_CODEPOINTS, NULL), QM_OK);
    ck_assert_mem_eq(copy, points, sizeof copy);
    memcpy(copy, bytes, sizeof copy);
    ck_assert_int_eq(qm_convert_offsets(text, 10, copy, 5, QM_UTF16, NULL), QM_OK);
    ck_assert_mem_eq(copy, utf16, sizeof copy);
    memcpy(copy, bytes, sizeof copy);
    copy[4] = 11;
    ck_assert_int_eq(qm_convert_offsets(text, 10, copy, 5, QM_UTF16, NULL), QM_E_INVALID);
    ck_assert_mem_eq(copy, bytes, 4 * sizeof *copy);
    ck_assert_int_eq(qm_convert_offsets(text, 10, copy, 4, 7, NULL), QM_E_INVALID);
}
END_TEST

/* ---- models ---- */

static void count_release(void *ud)
{
    ++*(int *)ud;
}

START_TEST(models_come_from_memory_and_files)
{
    qm_builder *builder;
    qm_bytes image;
    qm_error err;
    qm_model *builtin, *memory = NULL, *file = NULL;
    int released = 0;
    ck_assert_int_eq(qm_model_builtin(&builtin, &err), QM_OK);
    ck_assert_int_eq(qm_builder_new(&builder, builtin, NULL, &err), QM_OK);
    ck_assert_int_eq(qm_builder_add_word(builder, qm_bytes_of("石桥村"), qm_bytes_of(""), 0,
                                         QM_WORD_FORCE, &err),
                     QM_OK);
    ck_assert_int_eq(qm_builder_finish(builder, &image, &err), QM_OK);

    ck_assert_int_eq(qm_model_from_memory(&memory, image, 0, count_release, &released, NULL, &err),
                     QM_OK);
    ck_assert_ptr_nonnull(qm_model_info(memory, "build-id"));
    ck_assert_ptr_null(qm_model_info(memory, "no such key"));
    char path[] = "qianmo-engine-XXXXXX";
    int fd = mkstemp(path);
    FILE *out = fdopen(fd, "wb");
    ck_assert_uint_eq(fwrite(image.data, 1, image.size, out), image.size);
    fclose(out);
    ck_assert_int_eq(qm_model_open(&file, path, 0, NULL, &err), QM_OK);
    remove(path);
    ck_assert_str_eq(qm_model_info(memory, "build-id"), qm_model_info(file, "build-id"));

    qm_model *stack[] = {builtin, file};
    qm_engine *engine;
    ck_assert_int_eq(qm_engine_new(&engine, stack, 2, NULL, 0, NULL, &err), QM_OK);
    qm_model_unref(file); /* the engine has its own references */
    qm_model_unref(builtin);
    qm_engine_unref(qm_engine_ref(engine));
    qm_engine_unref(engine);
    qm_model_unref(qm_model_ref(memory));
    ck_assert_int_eq(released, 0);
    qm_model_unref(memory);
    ck_assert_int_eq(released, 1);
    qm_builder_free(builder);
}
END_TEST

START_TEST(what_is_no_model_is_refused)
{
    qm_model *none = NULL;
    qm_error err;
    int released = 0;
    _Alignas(8) static const char junk[] = "this is not an image, but it is long enough to have "
                                           "a header of sixty-four bytes in it";
    qm_bytes image = {junk, sizeof junk};
    ck_assert_int_ne(qm_model_from_memory(&none, image, 0, count_release, &released, NULL, &err),
                     QM_OK);
    ck_assert_int_ne(
        qm_model_from_memory(&none, image, QM_OPEN_COPY, count_release, &released, NULL, &err),
        QM_OK);
    qm_bytes crooked = {junk + 1, sizeof junk - 1};
    ck_assert_int_eq(qm_model_from_memory(&none, crooked, 0, NULL, NULL, NULL, &err), QM_E_INVALID);
    ck_assert_int_eq(qm_model_from_memory(&none, (qm_bytes){NULL, 0}, 0, NULL, NULL, NULL, &err),
                     QM_E_CORRUPT);
    ck_assert_int_eq(qm_model_open(&none, "/no/such/file", 0, NULL, &err), QM_E_IO);
    ck_assert_int_ne(err.sys, 0);
    ck_assert_int_eq(qm_model_open(&none, "/dev", 0, NULL, &err), QM_E_IO);
    ck_assert_int_eq(released, 0);
    ck_assert_ptr_null(none);
}
END_TEST

/* ---- memory ---- */

typedef struct counts {
    size_t calls;
    size_t live, most; /* bytes */
} counts;

static void *count_resize(void *ud, void *ptr, size_t old_size, size_t new_size)
{
    counts *tally = ud;
    tally->calls++;
    tally->live += new_size - old_size;
    if (tally->live > tally->most) tally->most = tally->live;
    if (new_size == 0) return free(ptr), NULL;
    return realloc(ptr, new_size);
}

/* A document longer than a million characters leaves the analyzer as good as new. */
START_TEST(long_documents_are_read_like_short_ones)
{
    static const char line[] = "石桥村修路3公里。\n", blanks[] = "        \n";
    desk d;
    desk_open(&d, NULL);
    size_t filler = (size_t)150000 * (sizeof blanks - 1), size = filler + 2 * (sizeof line - 1);
    char *text = malloc(size);
    ck_assert_ptr_nonnull(text);
    memcpy(text, line, sizeof line - 1);
    for (size_t i = 0; i < 150000; i++)
        memcpy(text + sizeof line - 1 + i * (sizeof blanks - 1), blanks, sizeof blanks - 1);
    memcpy(text + size - (sizeof line - 1), line, sizeof line - 1);
    for (int round = 0; round < 2; round++) {
        desk_ok(qm_analyze(d.analyzer, text, size, d.result, &d.err), &d);
        ck_assert_int_eq(qm_result_offsets(d.result, QM_QUANTITIES)[1], 2);
        ck_assert_int_ge(qm_result_offsets(d.result, QM_ENTITIES)[1], 2);
        desk_read(&d, line);
        ck_assert_int_eq(qm_result_offsets(d.result, QM_QUANTITIES)[1], 1);
    }
    free(text);
    desk_close(&d);
}
END_TEST

/* Lines of all sorts in any order, some of them in long ones. */
static size_t write_lines(char *to, size_t size)
{
    static const char *const lines[] = {"驻村第一书记张明远带领工作队修了3公里的路。\n",
                                        "　　二是发展产业，种植油茶1,200亩\r\n",
                                        "2023年\n",
                                        "5月，新增岗位36个，月均收入",
                                        "see https://example.org/a,b for COVID-19\n",
                                        "“两不愁三保障”\t全部落实𠮷\n",
                                        "    \n \n",
                                        "《办法》共12条 \n",
                                        "中华人民共和国地图，因地制宜"};
    uint32_t state = 3;
    size_t n = 0;
    while (n < size) {
        state = state * 1664525u + 1013904223u;
        bool goes_on = n % 30000 > 25000; /* without a line break */
        const char *line = lines[goes_on ? 8 : (state >> 16) % 9];
        memcpy(to + n, line, strlen(line));
        n += strlen(line);
    }
    return n;
}

/* Nobody reads piece by piece where ill-formed text is refused: the rows are those of a text as
 * one.
 */
START_TEST(words_of_long_texts_are_the_same_piece_by_piece)
{
    static char text[300000 + 100];
    size_t size = write_lines(text, 300000);
    for (int kind = 0; kind < 6; kind++) {
        desk one, pieces;
        int64_t unit = kind / 2, tags = kind % 2;
        desk_open(&one, DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS, QM_P_STRICT, 1, QM_P_OFFSETS,
                                      unit, QM_P_TAGS, tags));
        desk_open(&pieces,
                  DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS, QM_P_OFFSETS, unit, QM_P_TAGS, tags));
        desk_ok(qm_analyze(one.analyzer, text, size, one.result, &one.err), &one);
        desk_ok(qm_analyze(pieces.analyzer, text, size, pieces.result, &pieces.err), &pieces);
        for (uint32_t c = 0; c < qm_result_columns(one.result, QM_TOKENS); c++) {
            qm_column a, b;
            qm_result_column(one.result, QM_TOKENS, c, &a);
            qm_result_column(pieces.result, QM_TOKENS, c, &b);
            ck_assert_int_eq(a.length, b.length);
            ck_assert_mem_eq(a.data, b.data, (size_t)a.length * a.width);
        }
        desk_close(&pieces);
        desk_close(&one);
    }
}
END_TEST

/* Whether the other rooms work, or words alone are cut, be there lines or not. */
START_TEST(what_a_long_document_needed_is_given_back)
{
    enum { SIZE = 5 << 20 };
    static const int tables[] = {QM_QUANTITIES, QM_TOKENS, QM_INITIATIVES};
    static char text[SIZE];
    for (int kind = 0; kind < 6; kind++) {
        counts tally = {0};
        qm_allocator alloc = {count_resize, &tally};
        desk d;
        qm_analyzer *analyzer;
        memset(text, '.', SIZE);
        for (size_t i = 80; i < SIZE && kind % 2; i += 80) text[i] = '\n';
        desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << tables[kind / 2]));
        desk_ok(qm_analyzer_new(&analyzer, d.engine, &alloc, &d.err), &d);
        desk_ok(qm_analyze(analyzer, text, SIZE, d.result, &d.err), &d);
        ck_assert_uint_lt(tally.live, 2 << 20);
        qm_analyzer_free(analyzer);
        ck_assert_uint_eq(tally.live, 0);
        desk_close(&d);
    }
}
END_TEST

/* Every character a line of its own: what tells lines apart is gone before entities are sought. */
START_TEST(a_document_of_line_breaks_needs_no_more_than_its_lines)
{
    enum { SIZE = 2 << 20 };
    static char text[SIZE];
    counts tally = {0};
    qm_allocator alloc = {count_resize, &tally};
    desk d;
    qm_analyzer *analyzer;
    memset(text, '\n', SIZE);
    desk_open(&d, NULL);
    desk_ok(qm_analyzer_new(&analyzer, d.engine, &alloc, &d.err), &d);
    desk_ok(qm_analyze(analyzer, text, SIZE, d.result, &d.err), &d);
    ck_assert_uint_lt(tally.most, (size_t)110 * SIZE);
    qm_analyzer_free(analyzer);
    desk_close(&d);
}
END_TEST

/* Rows stay where they are when the result takes them over: neither the rows of a long document nor
 * room for as many more are left to the analyzer, be the result the same or another one. */
START_TEST(rows_of_a_long_document_leave_with_the_result)
{
    enum { LINES = 100000 };
    static const char line[] = "石桥村修路3公里，群众叫好。\n";
    char *text = malloc(LINES * (sizeof line - 1));
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < LINES; i++) memcpy(text + i * (sizeof line - 1), line, sizeof line - 1);
    for (int same = 0; same < 2; same++) {
        counts tally = {0};
        qm_allocator alloc = {count_resize, &tally};
        desk d;
        qm_analyzer *analyzer;
        qm_result *result;
        desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS | 1 << QM_QUANTITIES));
        desk_ok(qm_analyzer_new(&analyzer, d.engine, &alloc, &d.err), &d);
        desk_ok(qm_result_new(&result, &alloc, &d.err), &d);
        desk_ok(qm_analyze(analyzer, text, LINES * (sizeof line - 1), result, &d.err), &d);
        for (size_t lines = 1; lines < 30; lines++) {
            if (!same) {
                qm_result_unref(result);
                desk_ok(qm_result_new(&result, &alloc, &d.err), &d);
            }
            desk_ok(qm_analyze(analyzer, text, lines * (sizeof line - 1), result, &d.err), &d);
            ck_assert_int_eq(qm_result_rows(result, QM_QUANTITIES), (int32_t)lines);
        }
        qm_result_unref(result);
        ck_assert_uint_lt(tally.live, 2 << 20);
        qm_analyzer_free(analyzer);
        ck_assert_uint_eq(tally.live, 0);
        desk_close(&d);
    }
    free(text);
}
END_TEST

START_TEST(a_warm_analyzer_allocates_nothing)
{
    counts tally = {0};
    qm_allocator alloc = {count_resize, &tally};
    for (int unit = QM_BYTES; unit <= QM_UTF16; unit++) {
        desk d;
        desk_open(&d, DESK_SETTINGS(QM_P_OFFSETS, unit, QM_P_GRANULARITY, unit));
        qm_analyzer *analyzer;
        qm_result *result;
        desk_ok(qm_analyzer_new(&analyzer, d.engine, &alloc, &d.err), &d);
        desk_ok(qm_result_new(&result, &alloc, &d.err), &d);
        for (int i = 0; i < 2; i++)
            desk_ok(qm_analyze(analyzer, report, sizeof report - 1, result, &d.err), &d);
        size_t warm = tally.calls;
        for (int i = 0; i < 10; i++)
            desk_ok(qm_analyze(analyzer, report, sizeof report - 1, result, &d.err), &d);
        ck_assert_uint_eq(tally.calls, warm);
        qm_result_unref(result);
        qm_analyzer_free(analyzer);
        desk_close(&d);
    }
}
END_TEST

START_TEST(only_numbers_of_known_units_convert)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS));
    qm_value three = qm_number(3, 0), out = qm_number(7, 0);
    ck_assert_int_eq(qm_unit_convert(d.engine, &three, "no such unit", "m", &out, &d.err),
                     QM_E_INVALID);
    qm_value date = {.coefficient = 20240101, .type = QM_VALUE_DATE};
    ck_assert_int_eq(qm_unit_convert(d.engine, &date, "km", "m", &out, &d.err), QM_E_INVALID);
    ck_assert_int_eq(qm_unit_convert(d.engine, &three, NULL, "m", &out, &d.err), QM_E_INVALID);
    ck_assert_int_eq(out.coefficient, 7);
    ck_assert_int_eq(qm_unit_convert(d.engine, &three, "mu", "m2", &out, &d.err), QM_OK);
    ck_assert_int_eq(out.coefficient, 2);
    ck_assert_int_eq(out.exponent, 3);
    desk_close(&d);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("engine");
    tcase_add_test(tests, rows_of_tokens_are_the_same_in_every_way_of_making_them);
    tcase_add_test(tests, terms_of_the_model_are_no_words_of_the_user);
    tcase_add_test(tests, models_that_are_none_are_refused);
    tcase_add_test(tests, settings_outside_their_bounds_are_refused);
    tcase_add_test(tests, what_is_empty_may_be_nowhere);
    tcase_add_test(tests, unknown_settings_and_impossible_dates_are_refused);
    tcase_add_test(tests, only_the_tables_that_were_asked_for_have_rows);
    tcase_add_test(tests, a_table_is_the_same_alone_and_among_the_others);
    tcase_add_test(tests, tokens_cover_the_text_without_gaps);
    tcase_add_test(tests, inner_words_follow_their_word_and_say_so);
    tcase_add_test(tests, the_three_ways_of_giving_documents_agree);
    tcase_add_test(tests, documents_of_a_batch_are_read_as_if_they_were_alone);
    tcase_add_test(tests, a_failure_in_a_later_document_leaves_the_result_alone);
    tcase_add_test(tests, long_documents_are_refused);
    tcase_add_test(tests, ill_formed_pieces_are_tokens_that_say_so);
    tcase_add_test(tests, ill_formed_pieces_say_so_among_inner_tokens);
    tcase_add_test(tests, nothing_is_a_document_too);
    tcase_add_test(tests, offsets_come_in_three_units);
    tcase_add_test(tests, offsets_are_converted_or_left_alone);
    tcase_add_test(tests, models_come_from_memory_and_files);
    tcase_add_test(tests, what_is_no_model_is_refused);
    tcase_add_test(tests, long_documents_are_read_like_short_ones);
    tcase_add_test(tests, words_of_long_texts_are_the_same_piece_by_piece);
    tcase_add_test(tests, what_a_long_document_needed_is_given_back);
    tcase_add_test(tests, a_document_of_line_breaks_needs_no_more_than_its_lines);
    tcase_add_test(tests, rows_of_a_long_document_leave_with_the_result);
    tcase_add_test(tests, a_warm_analyzer_allocates_nothing);
    tcase_add_test(tests, only_numbers_of_known_units_convert);
    Suite *suite = suite_create("engine");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
