#include "desk.h"
#include "faults.h"
#include "file.h"
#include "result/json.h"
#include "unit.h"

#include <stdio.h>

/* A batch put together by hand, so that rendering and columns are tested for rows of every kind
 * whatever the rooms find today. */
typedef struct bench {
    desk desk;
    qm_batch batch;
    const qm_names *names;
} bench;

static const char village[] = "石桥村修路3公里\n";

static void bench_open(bench *b)
{
    desk_open(&b->desk, NULL);
    desk_read(&b->desk, ""); /* binds the result to the engine */
    b->names = b->desk.result->names;
    b->batch = (qm_batch){.alloc = qm_allocator_or_default(NULL)};
}

static void bench_fill(bench *b, uint32_t tables, int unit)
{
    desk_ok(qm_result_fill(b->desk.result, &b->batch, b->desk.engine, b->names, tables, unit,
                           &b->desk.err),
            &b->desk);
}

static void add_token(bench *b, uint32_t start, uint32_t end)
{
    ck_assert_int_eq(qm_batch_reserve(&b->batch, QM_TOKENS, 1), QM_OK);
    qm_token_block tokens = qm_batch_tokens(&b->batch);
    size_t row = b->batch.rows[QM_TOKENS].count++;
    tokens.start[row] = start;
    tokens.end[row] = end;
    tokens.tag[row] = tokens.flags[row] = 0;
}

/* One row of a table: add_row(b, quantity, QM_QUANTITIES, {.start = 0, ...}). */
#define add_row(b, row, table, ...)                                          \
    do {                                                                     \
        ck_assert_int_eq(qm_batch_reserve(&(b)->batch, (table), 1), QM_OK);  \
        qm_batch_put_##row(&(b)->batch, &(const qm_##row##_row)__VA_ARGS__); \
    } while (0)

static void bench_close(bench *b)
{
    qm_batch_free(&b->batch);
    desk_close(&b->desk);
}

/* Byte places in `village`: 石桥村 0-9, 修路 9-15, 3 15-16, 公里 16-22. */
static void add_village(bench *b)
{
    add_row(b, entity, QM_ENTITIES, {.start = 0, .end = 9, .kind = QM_ENTITY_PLACE, .link = 0});
    uint32_t number;
    qm_interner_add(&b->batch.written, b->batch.alloc, qm_bytes_of("公里"), &number);
    add_row(b, quantity, QM_QUANTITIES,
            {
                .start = 15,
                .end = 22,
                .kind = QM_KIND_MEASURE,
                .low = qm_number(3, 0),
                .relation = QM_REL_EQ,
                .unit = b->names->list[QM_DICT_UNITS].count + number,
                .number_start = 15,
                .number_end = 16,
                .counted_start = 12,
                .counted_end = 15,
                .flags = QM_QUANTITY_OPTIONAL,
            });
    add_row(b, initiative, QM_INITIATIVES,
            {
                .start = 0,
                .end = 22,
                .status = QM_STATUS_DONE,
                .score = -4,
                .trigger_start = 9,
                .trigger_end = 12,
                .object_start = 12,
                .object_end = 15,
                .actor_start = QM_NONE,
                .actor_end = QM_NONE,
                .place_start = 0,
                .place_end = 9,
                .time_start = QM_NONE,
                .time_end = QM_NONE,
                .flags = QM_INITIATIVE_LEARNT,
            });
    add_row(b, measure, QM_MEASURES, {0, 0});
    ck_assert_int_eq(qm_batch_end_document(&b->batch, sizeof village - 1, NULL), QM_OK);
}

static void renders(const bench *b, size_t document, const char *text, int format, const char *want)
{
    qm_buffer out = {0};
    qm_error err;
    ck_assert_int_eq(qm_result_render(b->desk.result, document, qm_bytes_of(text),
                                      qm_bytes_of("a\"b.txt"), format, &out, &err),
                     QM_OK);
    qm_buffer_add(&out, "", 1);
    ck_assert_str_eq(out.data, want);
    qm_buffer_free(&out);
}

/* ---- rows ---- */

static const void *column_of(const bench *b, int table, uint32_t index)
{
    qm_column column;
    ck_assert_int_eq(qm_result_column(b->desk.result, table, index, &column), QM_OK);
    ck_assert_uint_eq((uintptr_t)column.data % QM_COLUMN_ALIGNMENT, 0);
    return column.data;
}

static void add_spans(bench *b, uint32_t count)
{
    qm_batch_clear(&b->batch);
    for (uint32_t i = 0; i < count; i++)
        add_row(b, entity, QM_ENTITIES, {.start = i, .end = i + 1, .kind = (uint8_t)i});
    ck_assert_int_eq(qm_batch_end_document(&b->batch, count, NULL), QM_OK);
}

static void has_spans(const bench *b, uint32_t count)
{
    const uint32_t *starts = column_of(b, QM_ENTITIES, 0), *ends = column_of(b, QM_ENTITIES, 1);
    const uint8_t *kinds = column_of(b, QM_ENTITIES, 2);
    ck_assert_int_eq(qm_result_rows(b->desk.result, QM_ENTITIES), (int32_t)count);
    for (uint32_t i = 0; i < count; i++) {
        ck_assert_uint_eq(starts[i], i);
        ck_assert_uint_eq(ends[i], i + 1);
        ck_assert_uint_eq(kinds[i], (uint8_t)i);
    }
    column_of(b, QM_CLAUSES, 5); /* of a table without rows, too, columns are aligned */
}

/* The result takes the rows over where they lie, and leaves its old ones to the batch. */
START_TEST(rows_stay_where_they_are)
{
    bench b;
    bench_open(&b);
    const void *at[2];
    for (int round = 0; round < 4; round++) {
        add_spans(&b, 1000);
        const void *column = b.batch.rows[QM_ENTITIES].columns[0];
        bench_fill(&b, 1 << QM_ENTITIES, QM_BYTES);
        has_spans(&b, 1000);
        ck_assert_ptr_eq(column_of(&b, QM_ENTITIES, 0), column);
        if (round < 2) at[round] = column;
        else ck_assert_ptr_eq(column, at[round % 2]);
    }
    bench_close(&b);
}
END_TEST

/* Few rows are copied out of much room, and all of them into a result with memory of its own. */
START_TEST(rows_are_copied_where_room_would_be_lost)
{
    static const uint32_t counts[] = {1000, 3, 100, 7};
    qm_faults faults = {.until = SIZE_MAX};
    bench b;
    bench_open(&b);
    for (int own = 0; own < 2; own++) {
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            add_spans(&b, counts[i]);
            const void *column = b.batch.rows[QM_ENTITIES].columns[0];
            bench_fill(&b, 1 << QM_ENTITIES, QM_BYTES);
            has_spans(&b, counts[i]);
            if (own || (i > 0 && counts[i] < 32))
                ck_assert_ptr_ne(column_of(&b, QM_ENTITIES, 0), column);
        }
        if (own) break;
        qm_result_unref(b.desk.result);
        const qm_allocator alloc = {qm_faults_resize, &faults};
        ck_assert_int_eq(qm_result_new(&b.desk.result, &alloc, NULL), QM_OK);
    }
    bench_close(&b);
    ck_assert_uint_eq(faults.live, 0);
}
END_TEST

/* ---- JSON ---- */

START_TEST(flags_have_names)
{
    ck_assert_str_eq(qm_flag_name(QM_TOKENS, 1), "space");
    ck_assert_int_eq(1 << 1, QM_TOKEN_SPACE);
    ck_assert_str_eq(qm_flag_name(QM_CLAUSES, 4), "in_quotes");
    ck_assert_ptr_null(qm_flag_name(QM_CLAUSES, 5));
    ck_assert_ptr_null(qm_flag_name(QM_ENTITIES, 0));
    ck_assert_ptr_null(qm_flag_name(QM_TOKENS, UINT32_MAX));
    ck_assert_ptr_null(qm_flag_name(-1, 0));
    ck_assert_ptr_null(qm_flag_name(QM_TABLES, 0));
}
END_TEST

START_TEST(json_keeps_the_contract)
{
    bench b;
    bench_open(&b);
    add_village(&b);
    uint32_t tables = 1 << QM_QUANTITIES | 1 << QM_INITIATIVES | 1 << QM_MEASURES;
    bench_fill(&b, tables, QM_BYTES);
    renders(&b, 0, village, QM_JSON,
            "{\"doc\":\"a\\\"b.txt\",\"chars\":23,\"quantities\":[{\"start\":15,\"end\":22,"
            "\"text\":\"3公里\",\"kind\":\"measure\",\"low\":3,\"high\":null,\"relation\":\"eq\","
            "\"unit\":\"公里\",\"per\":null,\"counted\":\"路\",\"number\":{\"start\":15,"
            "\"end\":16},\"soft\":null,\"si\":null,\"flags\":[\"optional\"]}],"
            "\"initiatives\":[{\"start\":0,\"end\":22,\"text\":\"石桥村修路3公里\",\"type\":null,"
            "\"group\":null,\"duty\":null,\"status\":\"done\",\"trigger\":\"修\","
            "\"object\":\"路\",\"quantities\":[0],\"actor\":null,\"place\":\"石桥村\","
            "\"time\":null,\"score\":-4,\"rule\":null,\"flags\":[\"learnt\"]}]}\n");
    bench_close(&b);
}
END_TEST

START_TEST(json_is_valid_whatever_the_bytes)
{
    static const char text[] = "\x01\t\"\\\xFF路\n";
    bench b;
    bench_open(&b);
    add_token(&b, 0, sizeof text - 1);
    ck_assert_int_eq(qm_batch_end_document(&b.batch, sizeof text - 1, NULL), QM_OK);
    bench_fill(&b, 1 << QM_TOKENS, QM_BYTES);
    renders(&b, 0, text, QM_JSON,
            "{\"doc\":\"a\\\"b.txt\",\"chars\":9,\"tokens\":[{\"start\":0,\"end\":9,"
            "\"text\":\"\\u0001\\t\\\"\\\\\xEF\xBF\xBD路\\n\"}]}\n");
    bench_close(&b);
}
END_TEST

/* What JSON makes of a string of well-formed characters and 0xFF, one at a time. */
static size_t escape(const char *text, size_t size, char *out)
{
    char *to = out;
    *to++ = '"';
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\') to += sprintf(to, "\\%c", c);
        else if (c == '\n') to += sprintf(to, "\\n");
        else if (c == 0xFF) to += sprintf(to, "\xEF\xBF\xBD");
        else if (c < 0x20) to += sprintf(to, "\\u%04x", c);
        else *to++ = (char)c;
    }
    *to++ = '"';
    return (size_t)(to - out);
}

/* Characters of every length and kind, at every place of texts of every length. */
START_TEST(json_strings_are_escaped_wherever_they_must_be)
{
    static const char *const pieces[] = {"村",       "a", "\"",   "\\", "\n",   "\x01",
                                         "\xC3\xA9", "!", "\x7F", "#",  "\xFF", "]"};
    uint64_t seed = 3;
    for (int round = 0; round < 20000; round++) {
        char text[96 + 8] = "", want[640];
        size_t size = 0, most = (size_t)round % 90;
        uint32_t kinds = round % 3 == 0 ? 2 : round % 3 == 1 ? 10 : 12;
        while (size < most) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            const char *piece = pieces[(seed >> 33) % kinds];
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
        qm_buffer out = {0};
        qm_put put;
        char *to = qm_put_begin(&put, &out);
        ck_assert_ptr_nonnull(to);
        qm_bytes whole = {text, size};
        to = size <= 8 ? qm_put_word(&put, to, whole, kinds == 12)
                       : qm_put_text(&put, to, whole, kinds == 12);
        to = qm_put_text(&put, to, whole, true);
        ck_assert_int_eq(qm_put_end(&put, to), QM_OK);
        size_t n = escape(text, size, want);
        ck_assert_uint_eq(out.size, 2 * n);
        ck_assert(memcmp(out.data, want, n) == 0 && memcmp(out.data + n, want, n) == 0);
        qm_buffer_free(&out);
    }
}
END_TEST

/* An allocator that refuses whatever is larger than its limit. */
static void *resize_within(void *ud, void *ptr, size_t old_size, size_t new_size)
{
    const qm_allocator *real = qm_allocator_or_default(NULL);
    return new_size > *(size_t *)ud ? NULL : real->resize(real->ud, ptr, old_size, new_size);
}

/* Four thousand times the same. */
static void add_tokens(bench *b, uint32_t start, uint32_t end)
{
    for (int i = 0; i < 4000; i++) add_token(b, start, end);
    b->batch.documents.at[0].ends[QM_TOKENS] = 4000;
}

START_TEST(json_without_memory_leaves_the_buffer_as_it_was)
{
    bench b;
    bench_open(&b);
    add_village(&b);
    add_tokens(&b, 0, 9);
    bench_fill(&b, 0x3F, QM_BYTES);
    int failed = 0;
    for (size_t limit = 512; limit < 400000; limit += limit / 3) {
        qm_allocator alloc = {resize_within, &limit};
        qm_buffer out = {.alloc = &alloc};
        ck_assert_int_eq(qm_buffer_add(&out, "before", 6), QM_OK);
        int status = qm_result_render(b.desk.result, 0, qm_bytes_of(village), qm_bytes_of("a"),
                                      QM_JSON, &out, &b.desk.err);
        ck_assert(status == QM_OK || status == QM_E_NOMEM);
        ck_assert(memcmp(out.data, "before", 6) == 0);
        if (status == QM_OK) ck_assert_int_eq(out.data[out.size - 1], '\n');
        else ck_assert_uint_eq(out.size, 6);
        failed += status != QM_OK;
        qm_buffer_free(&out);
    }
    ck_assert_int_gt(failed, 3);
    bench_close(&b);
}
END_TEST

/* Whatever the size of the pieces, and though tables may end in blanks, which have no rows. */
START_TEST(json_in_pieces_is_the_whole)
{
    bench b;
    bench_open(&b);
    add_village(&b);
    add_tokens(&b, 0, 9);
    qm_batch_tokens(&b.batch).flags[0] = QM_TOKEN_SPACE;
    memset(qm_batch_tokens(&b.batch).flags + 3000, QM_TOKEN_SPACE, 1000);
    bench_fill(&b, 0x3F, QM_BYTES);
    qm_bytes text = qm_bytes_of(village), name = qm_bytes_of("a");
    qm_buffer whole = {0};
    ck_assert_int_eq(qm_result_render(b.desk.result, 0, text, name, QM_JSON, &whole, &b.desk.err),
                     QM_OK);
    for (size_t most = 0; most < 400000; most += most / 2 + 1) {
        qm_buffer out = {0};
        qm_json json;
        size_t pieces = 0, before = 0;
        desk_ok(qm_json_begin(&json, b.desk.result, 0, text, name, NULL, &b.desk.err), &b.desk);
        for (; !json.done; pieces++, before = out.size) {
            desk_ok(qm_json_next(&json, most, &out, &b.desk.err), &b.desk);
            ck_assert_uint_lt(out.size - before, most + 8192);
        }
        qm_json_end(&json);
        if (most < 100000) ck_assert_uint_gt(pieces, 1);
        ck_assert_uint_eq(out.size, whole.size);
        ck_assert_mem_eq(out.data, whole.data, whole.size);
        qm_buffer_free(&out);
    }
    qm_buffer_free(&whole);
    bench_close(&b);
}
END_TEST

/* A text as long as the one that was analysed, but of other characters: there are more places than
 * the text has, and rows without a piece of it, as many as you like. */
START_TEST(json_of_another_text_has_rows_without_text)
{
    bench b;
    bench_open(&b);
    add_village(&b);
    add_tokens(&b, 20, 22);
    bench_fill(&b, 1 << QM_TOKENS, QM_CODEPOINTS);
    qm_buffer out = {0};
    desk_ok(qm_result_render(b.desk.result, 0, qm_bytes_of(village), qm_bytes_of("a"), QM_JSON,
                             &out, &b.desk.err),
            &b.desk);
    static const char row[] = "{\"start\":20,\"end\":22,\"text\":null},";
    static const char front[] = "{\"doc\":\"a\",\"chars\":9,\"tokens\":[";
    ck_assert_uint_eq(out.size, sizeof front - 1 + 4000 * (sizeof row - 1) - 1 + strlen("]}\n"));
    ck_assert(memcmp(out.data, front, sizeof front - 1) == 0);
    for (size_t i = 0; i < 3999; i++)
        ck_assert(memcmp(out.data + sizeof front - 1 + i * (sizeof row - 1), row, sizeof row - 1) ==
                  0);
    qm_buffer_free(&out);
    bench_close(&b);
}
END_TEST

START_TEST(json_shows_values_rates_and_links)
{
    static const char text[] = "去年亩均36万余元";
    bench b;
    bench_open(&b);
    add_row(&b, quantity, QM_QUANTITIES,
            {
                .start = 12,
                .end = 23,
                .kind = QM_KIND_MONEY,
                .low = qm_number(36, 4),
                .relation = QM_REL_GT,
                .rate = b.names->list[QM_DICT_UNITS].count,
                .header_unit = b.names->list[QM_DICT_UNITS].count,
                .counted_start = QM_NONE,
                .counted_end = QM_NONE,
                .number_start = QM_NONE,
                .number_end = QM_NONE,
                .soft_low = qm_number(36, 4),
                .soft_high = qm_number(37, 4),
                .si_value = qm_number(5, -1),
            });
    uint32_t number;
    qm_interner_add(&b.batch.written, b.batch.alloc, qm_bytes_of("亩"), &number);
    add_row(&b, quantity, QM_QUANTITIES,
            {
                .start = 0,
                .end = 6,
                .kind = QM_KIND_DATE,
                .low = {.coefficient = 20230000, .type = QM_VALUE_DATE},
                .number_start = QM_NONE,
                .counted_start = QM_NONE,
            });
    for (uint32_t i = 0; i < 2; i++) {
        add_row(&b, entity, QM_ENTITIES, {.start = 0, .end = 3, .kind = QM_ENTITY_ROLE, .link = 0});
    }
    ck_assert_int_eq(qm_batch_end_document(&b.batch, sizeof text - 1, NULL), QM_OK);
    bench_fill(&b, 1 << QM_QUANTITIES | 1 << QM_ENTITIES, QM_BYTES);
    renders(&b, 0, text, QM_JSON,
            "{\"doc\":\"a\\\"b.txt\",\"chars\":23,\"quantities\":[{\"start\":12,\"end\":23,"
            "\"text\":\"36万余元\",\"kind\":\"money\",\"low\":360000,\"high\":null,"
            "\"relation\":\"gt\",\"unit\":null,\"per\":null,\"counted\":null,\"number\":null,"
            "\"soft\":{\"low\":360000,\"high\":370000},\"si\":{\"value\":0.5,\"unit\":null},"
            "\"rate\":\"亩\",\"header_unit\":\"亩\"},"
            "{\"start\":0,\"end\":6,\"text\":\"去年\",\"kind\":\"date\",\"low\":\"2023\","
            "\"high\":null,\"relation\":null,\"unit\":null,\"per\":null,\"counted\":null,"
            "\"number\":null,\"soft\":null,\"si\":null}],"
            "\"entities\":[{\"start\":0,\"end\":3,\"text\":\"去\",\"kind\":\"role\"},"
            "{\"start\":0,\"end\":3,\"text\":\"去\",\"kind\":\"role\",\"link\":0}]}\n");
    bench_close(&b);
}
END_TEST

START_TEST(text_fields_are_right_in_every_unit)
{
    static const char text[] = "𠮷野\r\n修路";
    static const char *const wants[] = {
        "{\"doc\":\"a\\\"b.txt\",\"chars\":15,\"tokens\":[{\"start\":9,\"end\":15,"
        "\"text\":\"修路\"}]}\n",
        "{\"doc\":\"a\\\"b.txt\",\"chars\":6,\"tokens\":[{\"start\":4,\"end\":6,"
        "\"text\":\"修路\"}]}\n",
        "{\"doc\":\"a\\\"b.txt\",\"chars\":7,\"tokens\":[{\"start\":5,\"end\":7,"
        "\"text\":\"修路\"}]}\n"};
    for (int unit = QM_BYTES; unit <= QM_UTF16; unit++) {
        uint32_t places[] = {9, 15};
        qm_convert_offsets(text, sizeof text - 1, places, 2, unit, NULL);
        bench b;
        bench_open(&b);
        add_token(&b, places[0], places[1]);
        ck_assert_int_eq(qm_batch_end_document(&b.batch, sizeof text - 1, NULL), QM_OK);
        bench_fill(&b, 1 << QM_TOKENS, unit);
        renders(&b, 0, text, QM_JSON, wants[unit]);
        bench_close(&b);
    }
}
END_TEST

/* ---- HTML ---- */

START_TEST(html_nests_what_lies_inside)
{
    bench b;
    bench_open(&b);
    add_village(&b);
    bench_fill(&b, 1 << QM_INITIATIVES | 1 << QM_QUANTITIES | 1 << QM_ENTITIES, QM_BYTES);
    renders(&b, 0, village, QM_HTML,
            "<div class=\"qm-text\" lang=\"zh\" data-doc=\"a&quot;b.txt\">"
            "<span class=\"qm-initiative\" data-row=\"0\" data-status=\"done\">"
            "<span class=\"qm-entity\" data-row=\"0\" data-kind=\"place\">石桥村</span>修路"
            "<mark class=\"qm-quantity\" data-row=\"0\" data-kind=\"measure\" data-low=\"3\" "
            "data-relation=\"eq\" data-unit=\"公里\">3公里</mark></span>\n</div>\n");
    bench_close(&b);
}
END_TEST

START_TEST(html_splits_what_overlaps)
{
    static const char text[] = "ab<c>d\x02";
    static const uint32_t spans[][2] = {{0, 4}, {1, 6}, {3, 4}, {5, 5}};
    bench b;
    bench_open(&b);
    for (int i = 0; i < 4; i++) {
        add_row(&b, entity, QM_ENTITIES, {.start = spans[i][0], .end = spans[i][1]});
    }
    ck_assert_int_eq(qm_batch_end_document(&b.batch, sizeof text - 1, NULL), QM_OK);
    bench_fill(&b, 1 << QM_ENTITIES, QM_BYTES);
    renders(&b, 0, text, QM_HTML,
            "<div class=\"qm-text\" lang=\"zh\" data-doc=\"a&quot;b.txt\">"
            "<span class=\"qm-entity\" data-row=\"0\">a"
            "<span class=\"qm-entity\" data-row=\"1\">b&lt;"
            "<span class=\"qm-entity\" data-row=\"2\">c</span></span></span>"
            "<span class=\"qm-entity\" data-row=\"1\">&gt;d</span>\xEF\xBF\xBD</div>\n");
    bench_close(&b);
}
END_TEST

/* ---- refusals ---- */

START_TEST(the_wrong_text_or_format_is_refused)
{
    bench b;
    bench_open(&b);
    add_village(&b);
    bench_fill(&b, 1 << QM_INITIATIVES, QM_BYTES);
    qm_buffer out = {0};
    qm_buffer_string(&out, "kept");
    qm_bytes text = {village, sizeof village - 1}, name = {"a", 1}, other = {"b", 1};
    const qm_result *result = b.desk.result;
    ck_assert_int_eq(qm_result_render(result, 1, text, name, QM_JSON, &out, NULL), QM_E_INVALID);
    ck_assert_int_eq(qm_result_render(result, 0, other, name, QM_JSON, &out, NULL), QM_E_INVALID);
    ck_assert_int_eq(qm_result_render(result, 0, text, name, 9, &out, NULL), QM_E_INVALID);
    ck_assert_uint_eq(out.size, 4);
    qm_buffer_free(&out);
    bench_close(&b);
}
END_TEST

START_TEST(columns_describe_themselves)
{
    bench b;
    bench_open(&b);
    add_village(&b);
    bench_fill(&b, 0x3f, QM_BYTES);
    for (int t = 0; t < QM_TABLES; t++)
        for (uint32_t c = 0; c < qm_result_columns(b.desk.result, t); c++) {
            static const uint16_t widths[] = {
                [QM_TYPE_U8] = 1,  [QM_TYPE_U16] = 2, [QM_TYPE_U32] = 4,
                [QM_TYPE_I32] = 4, [QM_TYPE_I64] = 8, [QM_TYPE_VALUE] = 16};
            qm_column column, found;
            ck_assert_int_eq(qm_result_column(b.desk.result, t, c, &column), QM_OK);
            ck_assert_uint_eq((uintptr_t)column.data % 64, 0);
            ck_assert_uint_eq(column.width, widths[column.type]);
            ck_assert_int_eq(column.length, qm_result_offsets(b.desk.result, t)[1]);
            ck_assert_int_eq(qm_result_find(b.desk.result, t, column.name, &found), QM_OK);
            ck_assert_ptr_eq(found.data, column.data);
        }
    qm_column none;
    ck_assert_int_eq(qm_result_find(b.desk.result, QM_TOKENS, "colour", &none), QM_E_INVALID);
    ck_assert_int_eq(qm_result_column(b.desk.result, 17, 0, &none), QM_E_INVALID);
    ck_assert_ptr_null(qm_result_offsets(b.desk.result, -1));
    bench_close(&b);
}
END_TEST

/* All blanks and the stars of the comment as one blank. */
static char *header_text(void)
{
    size_t size, n = 0;
    char *text = qm_test_file("include/qianmo/qianmo.h", &size);
    for (size_t i = 0; i < size; i++) {
        bool blank = strchr(" *\n", text[i]) != NULL;
        if (!blank || (n > 0 && text[n - 1] != ' ')) text[n++] = blank ? ' ' : text[i];
    }
    text[n] = '\0';
    return text;
}

/* The header is all that a C programmer has: it tells of every column. */
START_TEST(the_header_lists_the_columns)
{
    static const char *const types[] = {
        [QM_TYPE_U8] = "U8",   [QM_TYPE_U16] = "U16", [QM_TYPE_U32] = "U32",
        [QM_TYPE_I32] = "I32", [QM_TYPE_I64] = "I64", [QM_TYPE_VALUE] = "VALUE"};
    bench b;
    bench_open(&b);
    char *header = header_text();
    for (int t = 0; t < QM_TABLES; t++) {
        char line[1024];
        size_t n = (size_t)snprintf(line, sizeof line, "- %s:", qm_table_defs[t].name);
        for (uint32_t c = 0; c < qm_result_columns(b.desk.result, t); c++) {
            qm_column column;
            ck_assert_int_eq(qm_result_column(b.desk.result, t, c, &column), QM_OK);
            n += (size_t)snprintf(line + n, sizeof line - n, "%s %s %s", c ? "," : "", column.name,
                                  types[column.type]);
        }
        snprintf(line + n, sizeof line - n, " ");
        ck_assert_msg(strstr(header, line) != NULL, "%s", line);
    }
    free(header);
    bench_close(&b);
}
END_TEST

START_TEST(names_start_with_the_empty_one_and_end)
{
    desk d;
    desk_open(&d, NULL);
    ck_assert_uint_eq(qm_result_names(d.result, QM_DICT_ROLES), 0);
    desk_read(&d, "修路");
    for (int i = 0; i < QM_DICTIONARIES; i++) {
        qm_bytes name;
        uint32_t count = qm_result_names(d.result, i);
        ck_assert_uint_ge(count, 1);
        ck_assert_int_eq(qm_result_name(d.result, i, 0, &name), QM_OK);
        ck_assert_uint_eq(name.size, 0);
        for (uint32_t code = 1; code < count; code++) {
            ck_assert_int_eq(qm_result_name(d.result, i, code, &name), QM_OK);
            if (i != QM_DICT_TYPE_NAMES) ck_assert_uint_gt(name.size, 0);
        }
        ck_assert_int_eq(qm_result_name(d.result, i, count, &name), QM_E_INVALID);
    }
    ck_assert_uint_eq(qm_result_names(d.result, QM_DICTIONARIES), 0);
    desk_close(&d);
}
END_TEST

START_TEST(written_names_are_kept_once)
{
    const qm_allocator *alloc = qm_allocator_or_default(NULL);
    qm_interner interner = {0};
    for (int round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < 1000; i++) {
            char name[8];
            uint32_t number;
            int n = snprintf(name, sizeof name, "%u", (unsigned)(i % 500));
            ck_assert_int_eq(
                qm_interner_add(&interner, alloc, (qm_bytes){name, (size_t)n}, &number), QM_OK);
            ck_assert_uint_eq(number, i % 500);
        }
        if (round) qm_interner_free(&interner, alloc);
        else qm_interner_clear(&interner);
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("result");
    tcase_add_test(tests, rows_stay_where_they_are);
    tcase_add_test(tests, rows_are_copied_where_room_would_be_lost);
    tcase_add_test(tests, flags_have_names);
    tcase_add_test(tests, json_keeps_the_contract);
    tcase_add_test(tests, json_is_valid_whatever_the_bytes);
    tcase_add_test(tests, json_strings_are_escaped_wherever_they_must_be);
    tcase_add_test(tests, json_without_memory_leaves_the_buffer_as_it_was);
    tcase_add_test(tests, json_in_pieces_is_the_whole);
    tcase_add_test(tests, json_of_another_text_has_rows_without_text);
    tcase_add_test(tests, json_shows_values_rates_and_links);
    tcase_add_test(tests, text_fields_are_right_in_every_unit);
    tcase_add_test(tests, html_nests_what_lies_inside);
    tcase_add_test(tests, html_splits_what_overlaps);
    tcase_add_test(tests, the_wrong_text_or_format_is_refused);
    tcase_add_test(tests, columns_describe_themselves);
    tcase_add_test(tests, the_header_lists_the_columns);
    tcase_add_test(tests, names_start_with_the_empty_one_and_end);
    tcase_add_test(tests, written_names_are_kept_once);
    Suite *suite = suite_create("result");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
