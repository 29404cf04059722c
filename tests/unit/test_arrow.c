#include "desk.h"
#include "faults.h"
#include "result/arrow.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>

static const char report[] = "去年，石桥村修路3公里，投资36万余元，卖牛肉5—8万元。\n"
                             "1月，第一书记李明为村民安装路灯40盏，比上年增长百分之三点五。";

/* ---- reading Arrow as a stranger would ---- */

static int64_t column_of(const struct ArrowSchema *schema, const char *name)
{
    for (int64_t i = 0; i < schema->n_children; i++)
        if (strcmp(schema->children[i]->name, name) == 0) return i;
    ck_abort_msg("no column %s", name);
    return -1;
}

static bool valid_at(const struct ArrowArray *array, int64_t row)
{
    const uint8_t *bits = array->buffers[0];
    return !bits || bits[row / 8] >> (row % 8) & 1;
}

static qm_bytes string_of(const struct ArrowArray *array, int64_t row)
{
    const int32_t *offsets = array->buffers[1];
    return (qm_bytes){(const char *)array->buffers[2] + offsets[row],
                      (size_t)(offsets[row + 1] - offsets[row])};
}

/* Every node is what the specification wants of its format. */
static void check_node(const struct ArrowSchema *schema, const struct ArrowArray *array)
{
    ck_assert_int_eq(schema->n_children, array->n_children);
    ck_assert_int_eq(array->offset, 0);
    int64_t nulls = 0;
    for (int64_t i = 0; array->n_buffers && i < array->length; i++) nulls += !valid_at(array, i);
    ck_assert_int_eq(array->null_count, nulls);
    bool strings = strcmp(schema->format, "u") == 0, batch = strcmp(schema->format, "+s") == 0;
    ck_assert_int_eq(array->n_buffers, batch ? 1 : strings ? 3 : 2);
    for (int64_t i = 1; i < array->n_buffers; i++)
        ck_assert(array->buffers[i] != NULL || array->length == 0);
    for (int64_t i = 0; batch && i < array->n_children; i++)
        ck_assert_int_eq(array->children[i]->length, array->length);
    for (int64_t i = 0; i < array->n_children; i++)
        check_node(schema->children[i], array->children[i]);
    ck_assert_int_eq(schema->dictionary != NULL, array->dictionary != NULL);
    if (!schema->dictionary) return;
    check_node(schema->dictionary, array->dictionary);
    for (int64_t i = 0; i < array->length; i++) {
        int64_t code = *schema->format == 'c' ? ((const int8_t *)array->buffers[1])[i]
                                              : ((const int32_t *)array->buffers[1])[i];
        ck_assert(code >= 0 && code < array->dictionary->length);
        ck_assert_int_eq(valid_at(array, i), code != 0);
    }
}

/* ---- tables ---- */

START_TEST(every_table_is_a_record_batch)
{
    desk d;
    desk_open(&d, NULL);
    qm_bytes docs[] = {{report, sizeof report - 1}, {"", 0}, {report, sizeof report - 1}};
    desk_ok(qm_analyze_views(d.analyzer, docs, 3, d.result, &d.err), &d);
    for (int t = 0; t < QM_TABLES; t++) {
        struct ArrowSchema schema;
        struct ArrowArray array;
        desk_ok(qm_result_export(d.result, t, &schema, &array, &d.err), &d);
        check_node(&schema, &array);
        ck_assert_int_eq(array.length, qm_result_rows(d.result, t));
        ck_assert_str_eq(schema.children[0]->name, "document");
        const int32_t *documents = array.children[0]->buffers[1];
        for (int64_t i = 0; i < array.length; i++)
            ck_assert_int_eq(documents[i], i < qm_result_offsets(d.result, t)[1] ? 0 : 2);
        /* No copy: the column is the one of the result. */
        qm_column first;
        qm_result_column(d.result, t, 0, &first);
        ck_assert_ptr_eq(array.children[1]->buffers[1], first.data);
        schema.release(&schema);
        array.release(&array);
        ck_assert(schema.release == NULL && array.release == NULL);
    }
    desk_close(&d);
}
END_TEST

/* A batch by hand: values of every sort. */
static void fill_values(desk *d, const qm_value *values, size_t n)
{
    qm_batch batch = {.alloc = qm_allocator_or_default(NULL)};
    for (size_t i = 0; i < n; i++) {
        qm_quantity_row row = {.low = values[i], .counted_start = i % 2 ? QM_NONE : 0};
        ck_assert_int_eq(qm_batch_reserve(&batch, QM_QUANTITIES, 1), QM_OK);
        qm_batch_put_quantity(&batch, &row);
    }
    ck_assert_int_eq(qm_batch_end_document(&batch, 0, NULL), QM_OK);
    desk_read(d, "");
    desk_ok(qm_result_fill(d->result, &batch, d->engine, d->result->names, 0x3f, QM_BYTES, &d->err),
            d);
    qm_batch_free(&batch);
}

START_TEST(values_are_decimals_and_texts)
{
    const qm_value values[] = {
        qm_number(36, 4),
        qm_number(-4589, -2),
        qm_number(1, -11),
        qm_number(1, 27),
        qm_number(1, 28),
        {.coefficient = 20190400, .type = QM_VALUE_DATE},
        {0},
        qm_number(INT64_MAX, 9),
    };
    static const char *const texts[] = {"360000",
                                        "-45.89",
                                        "0.00000000001",
                                        "1E27",
                                        "1E28",
                                        "2019-04",
                                        NULL,
                                        "9223372036854775807000000000"};
    static const bool fits[] = {true, true, false, true, false, false, false, true};
    static const int64_t lows[] = {3600000000000000, -458900000000};
    desk d;
    desk_open(&d, NULL);
    fill_values(&d, values, 8);
    struct ArrowSchema schema;
    struct ArrowArray array;
    desk_ok(qm_result_export(d.result, QM_QUANTITIES, &schema, &array, &d.err), &d);
    check_node(&schema, &array);
    const struct ArrowArray *low = array.children[column_of(&schema, "low")];
    const struct ArrowArray *text = array.children[column_of(&schema, "low_text")];
    const struct ArrowArray *counted = array.children[column_of(&schema, "counted_start")];
    ck_assert_str_eq(schema.children[column_of(&schema, "low")]->format, "d:38,10");
    for (int i = 0; i < 8; i++) {
        ck_assert_int_eq(valid_at(low, i), fits[i]);
        ck_assert_int_eq(valid_at(text, i), texts[i] != NULL);
        if (texts[i]) ck_assert(qm_bytes_equal(string_of(text, i), qm_bytes_of(texts[i])));
        ck_assert_int_eq(valid_at(counted, i), i % 2 == 0);
    }
    for (int i = 0; i < 2; i++) {
        int64_t halves[2];
        memcpy(halves, (const char *)low->buffers[1] + 16 * i, sizeof halves);
        ck_assert_int_eq(halves[0], lows[i]);
        ck_assert_int_eq(halves[1], lows[i] < 0 ? -1 : 0);
    }
    schema.release(&schema);
    array.release(&array);
    desk_close(&d);
}
END_TEST

START_TEST(initiatives_list_their_quantities)
{
    static const uint32_t owners[] = {0, 0, 2}, numbers[] = {3, 1, 0};
    static const int32_t ends[] = {0, 2, 2, 3, 3, 3};
    desk d;
    desk_open(&d, NULL);
    desk_read(&d, "");
    qm_batch batch = {.alloc = qm_allocator_or_default(NULL)};
    ck_assert_int_eq(qm_batch_reserve(&batch, QM_INITIATIVES, 5), QM_OK);
    ck_assert_int_eq(qm_batch_reserve(&batch, QM_MEASURES, 3), QM_OK);
    for (int document = 0; document < 2; document++) {
        for (int i = document * 3; i < 3 + document * 2; i++)
            qm_batch_put_initiative(&batch, &(qm_initiative_row){.end = (uint32_t)i});
        for (int i = 0; document == 0 && i < 3; i++)
            qm_batch_put_measure(&batch, &(qm_measure_row){owners[i], numbers[i]});
        ck_assert_int_eq(qm_batch_end_document(&batch, 0, NULL), QM_OK);
    }
    desk_ok(qm_result_fill(d.result, &batch, d.engine, d.result->names, 0x3f, QM_BYTES, &d.err),
            &d);
    qm_batch_free(&batch);
    struct ArrowSchema schema;
    struct ArrowArray array;
    desk_ok(qm_result_export(d.result, QM_INITIATIVES, &schema, &array, &d.err), &d);
    check_node(&schema, &array);
    const struct ArrowArray *lists = array.children[column_of(&schema, "quantities")];
    ck_assert_mem_eq(lists->buffers[1], ends, sizeof ends);
    ck_assert_mem_eq(lists->children[0]->buffers[1], numbers, sizeof numbers);
    schema.release(&schema);
    array.release(&array);
    desk_close(&d);
}
END_TEST

START_TEST(documents_of_later_batches_go_on_counting)
{
    desk d;
    desk_open(&d, NULL);
    desk_read(&d, "修路");
    struct ArrowSchema schema;
    struct ArrowArray array;
    desk_ok(qm_result_export_from(d.result, QM_TOKENS, 512, &schema, &array, &d.err), &d);
    ck_assert_int_gt(array.length, 0);
    const int32_t *documents = array.children[0]->buffers[1];
    for (int64_t i = 0; i < array.length; i++) ck_assert_int_eq(documents[i], 512);
    schema.release(&schema);
    array.release(&array);
    ck_assert_int_eq(qm_result_export_from(d.result, QM_TOKENS, INT32_MAX, &schema, &array, &d.err),
                     QM_E_INVALID);
    ck_assert_int_eq(qm_result_export_from(d.result, QM_TOKENS, -1, &schema, &array, &d.err),
                     QM_E_INVALID);
    desk_close(&d);
}
END_TEST

/* ---- who holds what ---- */

START_TEST(an_exported_result_is_busy_until_the_last_piece_is_released)
{
    desk d;
    desk_open(&d, NULL);
    desk_read(&d, report);
    struct ArrowSchema schema;
    struct ArrowArray array;
    desk_ok(qm_result_export(d.result, QM_TOKENS, &schema, &array, &d.err), &d);
    schema.release(&schema);
    struct ArrowArray moved = *array.children[1]; /* a child moves away, as consumers may do */
    array.children[1]->release = NULL;
    array.release(&array);
    ck_assert_int_eq(qm_analyze(d.analyzer, "修路", 6, d.result, &d.err), QM_E_BUSY);
    ck_assert_uint_eq(((const uint32_t *)moved.buffers[1])[0], 0);
    moved.release(&moved);
    desk_read(&d, "修路");
    /* And the arrays outlive everything else. */
    desk_ok(qm_result_export(d.result, QM_TOKENS, &schema, &array, &d.err), &d);
    desk_close(&d);
    check_node(&schema, &array);
    schema.release(&schema);
    array.release(&array);
}
END_TEST

START_TEST(there_is_no_other_table)
{
    desk d;
    desk_open(&d, NULL);
    struct ArrowSchema schema = {.name = "kept"};
    struct ArrowArray array = {.length = 7};
    ck_assert_int_eq(qm_result_export(d.result, QM_TABLES, &schema, &array, &d.err), QM_E_INVALID);
    ck_assert_str_eq(schema.name, "kept");
    ck_assert_int_eq(array.length, 7);
    desk_close(&d);
}
END_TEST

/* ---- streams ---- */

/* A source of record batches with a number and a text in each row. */
typedef struct source {
    const char *format; /* of the texts */
    int batches, failing;
    int released;
} source;

typedef struct source_batch {
    struct ArrowArray children[2];
    struct ArrowArray *pointers[2];
    const void *buffers[2][4];
    const void *none[1];
    uint8_t valid;
} source_batch;

static void release_nothing_schema(struct ArrowSchema *schema)
{
    schema->release = NULL;
}

static void release_nothing(struct ArrowArray *array)
{
    array->release = NULL;
}

static void release_source_schema(struct ArrowSchema *schema)
{
    free(schema->children);
    free(schema->private_data);
    schema->release = NULL;
}

static int source_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    const source *s = stream->private_data;
    struct ArrowSchema *children = calloc(2, sizeof *children);
    struct ArrowSchema **pointers = calloc(2, sizeof *pointers);
    children[0] =
        (struct ArrowSchema){.format = "i", .name = "number", .release = release_nothing_schema};
    children[1] = (struct ArrowSchema){
        .format = s->format, .name = "text", .release = release_nothing_schema};
    pointers[0] = &children[0];
    pointers[1] = &children[1];
    *out = (struct ArrowSchema){.format = "+s",
                                .name = "",
                                .n_children = 2,
                                .children = pointers,
                                .release = release_source_schema,
                                .private_data = children};
    return 0;
}

static void release_source_batch(struct ArrowArray *array)
{
    free(array->private_data);
    array->release = NULL;
}

/* Rows: one outside the slice, 修路3公里, null, "", and a long one. */
static const char texts[] = "skipped修路3公里never seen石桥村投资36万余元";
static const int32_t ends32[] = {0, 7, 20, 30, 30, 57};
static const int64_t ends64[] = {0, 7, 20, 30, 30, 57};
static const int32_t numbers[] = {0, 1, 2, 3, 4};

static const char *const views_data = texts;
static _Alignas(8) char views[5][16];

static void make_views(void)
{
    for (int i = 0; i < 5; i++) {
        int32_t n = ends32[i + 1] - ends32[i], where[2] = {0, ends32[i]};
        memcpy(views[i], &n, 4);
        if (n <= 12) memcpy(views[i] + 4, texts + ends32[i], (size_t)n);
        else memcpy(views[i] + 8, where, 8);
    }
}

static int source_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    source *s = stream->private_data;
    if (s->failing) return EIO;
    *out = (struct ArrowArray){0};
    if (s->batches-- <= 0) return 0;
    source_batch *b = calloc(1, sizeof *b);
    b->valid = 0x1b; /* row 2 is null */
    b->buffers[0][1] = numbers;
    b->children[0] = (struct ArrowArray){
        .length = 5, .n_buffers = 2, .buffers = b->buffers[0], .release = release_nothing};
    b->buffers[1][0] = &b->valid;
    bool view = strcmp(s->format, "vu") == 0;
    b->buffers[1][1] = view                          ? (const void *)views
                       : strcmp(s->format, "U") == 0 ? (const void *)ends64
                                                     : (const void *)ends32;
    b->buffers[1][2] = view ? views_data : texts;
    b->children[1] = (struct ArrowArray){.length = 5,
                                         .null_count = 1,
                                         .n_buffers = view ? 4 : 3,
                                         .buffers = b->buffers[1],
                                         .release = release_nothing};
    b->pointers[0] = &b->children[0];
    b->pointers[1] = &b->children[1];
    *out = (struct ArrowArray){.length = 4,
                               .offset = 1,
                               .n_buffers = 1,
                               .n_children = 2,
                               .buffers = b->none,
                               .children = b->pointers,
                               .release = release_source_batch,
                               .private_data = b};
    return 0;
}

static const char *source_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "the source ran dry";
}

static void source_release(struct ArrowArrayStream *stream)
{
    ((source *)stream->private_data)->released++;
    stream->release = NULL;
}

static struct ArrowArrayStream open_source(source *s)
{
    return (struct ArrowArrayStream){source_schema, source_next, source_error, source_release, s};
}

START_TEST(texts_stream_in_and_tables_stream_out)
{
    static const char *const formats[] = {"u", "U", "vu"};
    make_views();
    desk d;
    desk_open(&d, NULL);
    qm_bytes docs[] = {{texts + 7, 13}, {"", 0}, {"", 0}, {texts + 30, 27}};
    desk_ok(qm_analyze_views(d.analyzer, docs, 4, d.result, &d.err), &d);
    int64_t want = qm_result_rows(d.result, QM_TOKENS);
    for (int f = 0; f < 3; f++) {
        source s = {.format = formats[f], .batches = 2};
        struct ArrowArrayStream in = open_source(&s), out;
        desk_ok(qm_analyze_stream(d.engine, &in, f ? "text" : NULL, QM_TOKENS, &out, &d.err), &d);
        ck_assert(in.release == NULL);
        struct ArrowSchema schema;
        ck_assert_int_eq(out.get_schema(&out, &schema), 0);
        for (int batch = 0; batch < 2; batch++) {
            struct ArrowArray array;
            ck_assert_int_eq(out.get_next(&out, &array), 0);
            check_node(&schema, &array);
            ck_assert_int_eq(array.length, want);
            const int32_t *documents = array.children[0]->buffers[1];
            ck_assert_int_eq(documents[0], 4 * batch);
            ck_assert_int_eq(documents[array.length - 1], 4 * batch + 3);
            array.release(&array);
        }
        struct ArrowArray end = {.length = 1};
        ck_assert_int_eq(out.get_next(&out, &end), 0);
        ck_assert(end.release == NULL);
        schema.release(&schema);
        ck_assert_int_eq(s.released, 0);
        out.release(&out);
        ck_assert_int_eq(s.released, 1);
    }
    desk_close(&d);
}
END_TEST

START_TEST(streams_that_do_not_fit_are_refused)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_TOKENS));
    source s = {.format = "g"}, good = {.format = "u", .failing = 1};
    struct ArrowArrayStream in = open_source(&s), out;
    ck_assert_int_eq(qm_analyze_stream(d.engine, &in, NULL, QM_TOKENS, &out, &d.err), QM_E_INVALID);
    ck_assert_int_eq(qm_analyze_stream(d.engine, &in, "text", QM_TOKENS, &out, &d.err),
                     QM_E_UNSUPPORTED);
    ck_assert_int_eq(qm_analyze_stream(d.engine, &in, "colour", QM_TOKENS, &out, &d.err),
                     QM_E_INVALID);
    in = open_source(&good);
    ck_assert_int_eq(qm_analyze_stream(d.engine, &in, NULL, QM_CLAUSES, &out, &d.err),
                     QM_E_INVALID);
    ck_assert(in.release != NULL);
    ck_assert_int_eq(s.released, 0);
    desk_ok(qm_analyze_stream(d.engine, &in, NULL, QM_TOKENS, &out, &d.err), &d);
    struct ArrowArray array;
    ck_assert_ptr_null(out.get_last_error(&out));
    ck_assert_int_eq(out.get_next(&out, &array), EIO);
    ck_assert_str_eq(out.get_last_error(&out), "the source ran dry");
    out.release(&out);
    desk_close(&d);
}
END_TEST

/* The same strings in another order under numbers of every width; one number is out of bounds. */
START_TEST(strings_of_a_dictionary_are_found_by_their_numbers)
{
    static const char formats[] = "cCsSiIlL";
    static const size_t widths[] = {1, 1, 2, 2, 4, 4, 8, 8};
    static const int64_t want[] = {3, 0, 9, 1};
    struct ArrowSchema words = {.format = "u"}, other = {.format = "g", .name = "other"};
    for (size_t f = 0; f < sizeof widths / sizeof *widths; f++) {
        const char format[] = {formats[f], '\0'};
        struct ArrowSchema column = {.format = format, .name = "text", .dictionary = &words};
        struct ArrowSchema *columns[] = {&other, &column};
        struct ArrowSchema schema = {.format = "+s", .n_children = 2, .children = columns};
        _Alignas(8) char codes[4 * 8] = {0};
        for (size_t i = 0; i < 4; i++) memcpy(codes + i * widths[f], &want[i], widths[f]);
        const void *word_buffers[] = {NULL, ends32, texts}, *code_buffers[] = {NULL, codes};
        struct ArrowArray dictionary = {
            .length = 4, .offset = 1, .n_buffers = 3, .buffers = word_buffers};
        struct ArrowArray coded = {
            .length = 4, .n_buffers = 2, .buffers = code_buffers, .dictionary = &dictionary};
        struct ArrowArray *children[] = {NULL, &coded};
        struct ArrowArray batch = {
            .length = 4, .n_children = 2, .buffers = code_buffers, .children = children};
        qm_strings strings;
        qm_error err;
        ck_assert_int_eq(qm_strings_find(&strings, &schema, NULL, &err), QM_OK);
        ck_assert(qm_bytes_equal(qm_strings_at(&strings, &batch, 0), (qm_bytes){texts + 30, 27}));
        ck_assert(qm_bytes_equal(qm_strings_at(&strings, &batch, 1), qm_bytes_of("修路3公里")));
        ck_assert_uint_eq(qm_strings_at(&strings, &batch, 2).size, 0);
        ck_assert(qm_bytes_equal(qm_strings_at(&strings, &batch, 3), qm_bytes_of("never seen")));
    }
}
END_TEST

START_TEST(plain_strings_come_before_categories)
{
    struct ArrowSchema words = {.format = "u"};
    struct ArrowSchema kind = {.format = "c", .name = "kind", .dictionary = &words};
    struct ArrowSchema text = {.format = "vu", .name = "text"};
    struct ArrowSchema *columns[] = {&kind, &text, &kind};
    struct ArrowSchema schema = {.format = "+s", .n_children = 3, .children = columns};
    qm_strings strings;
    qm_error err;
    ck_assert_int_eq(qm_strings_find(&strings, &schema, NULL, &err), QM_OK);
    ck_assert_int_eq(strings.column, 1);
    columns[1] = &kind;
    ck_assert_int_eq(qm_strings_find(&strings, &schema, NULL, &err), QM_E_INVALID);
    ck_assert_int_eq(qm_strings_find(&strings, &text, "text", &err), QM_E_INVALID);
    words.format = "g";
    ck_assert_int_eq(qm_strings_find(&strings, &schema, "kind", &err), QM_E_UNSUPPORTED);
}
END_TEST

/* What a table has where nobody wrote a string: a type of its own, without buffers. */
START_TEST(nulls_are_strings_where_they_are_asked_for)
{
    struct ArrowSchema nulls = {.format = "n", .name = "note"},
                       text = {.format = "u", .name = "text"};
    struct ArrowSchema *columns[] = {&nulls, &text};
    struct ArrowSchema schema = {.format = "+s", .n_children = 2, .children = columns};
    struct ArrowArray array = {.length = 2, .null_count = 2};
    qm_strings strings;
    qm_error err;
    ck_assert_int_eq(qm_strings_find(&strings, &nulls, NULL, &err), QM_OK);
    ck_assert_uint_eq(qm_strings_at(&strings, &array, 1).size, 0);
    ck_assert_int_eq(qm_strings_find(&strings, &schema, "note", &err), QM_OK);
    ck_assert_int_eq(strings.column, 0);
    ck_assert_int_eq(qm_strings_find(&strings, &schema, NULL, &err), QM_OK);
    ck_assert_int_eq(strings.column, 1);
}
END_TEST

/* ---- memory ---- */

static int export_all(const qm_allocator *alloc, qm_error *err)
{
    desk d;
    desk_open(&d, NULL);
    qm_result *result = NULL;
    int status = qm_result_new(&result, alloc, err);
    if (status == QM_OK) status = qm_analyze(d.analyzer, report, sizeof report - 1, result, err);
    for (int t = 0; t < QM_TABLES && status == QM_OK; t++) {
        struct ArrowSchema schema;
        struct ArrowArray array;
        status = qm_result_export(result, t, &schema, &array, err);
        if (status != QM_OK) break;
        schema.release(&schema);
        array.release(&array);
    }
    /* A failed export holds nothing back. */
    if (status != QM_OK && result) ck_assert_int_eq(qm_result_check_free(result, NULL), QM_OK);
    qm_result_unref(result);
    desk_close(&d);
    return status;
}

START_TEST(exports_survive_missing_memory)
{
    qm_faults_run(export_all);
}
END_TEST

/* What a reader of Arrow sees of a failed call: a number, and words for it. */
static int status_of(struct ArrowArrayStream *stream, int code, qm_error *err)
{
    if (code == 0) return QM_OK;
    ck_assert_int_eq(code, ENOMEM);
    ck_assert_str_eq(stream->get_last_error(stream), "out of memory");
    err->code = QM_E_NOMEM;
    return QM_E_NOMEM;
}

static int read_table(struct ArrowArrayStream *stream, qm_error *err)
{
    struct ArrowSchema schema;
    struct ArrowArray array = {.length = 1};
    int status = status_of(stream, stream->get_schema(stream, &schema), err);
    if (status != QM_OK) return status;
    schema.release(&schema);
    for (int batch = 0; batch < 3; batch++) {
        status = status_of(stream, stream->get_next(stream, &array), err);
        if (status != QM_OK) return status;
        if (array.release) array.release(&array);
    }
    ck_assert(array.release == NULL);
    return QM_OK;
}

static int stream_table(const qm_allocator *alloc, qm_error *err)
{
    qm_model *model = NULL;
    qm_engine *engine = NULL;
    source s = {.format = "u", .batches = 2};
    struct ArrowArrayStream in = open_source(&s), out = {0};
    ck_assert_int_eq(qm_model_builtin(&model, NULL), QM_OK);
    int status = qm_engine_new(&engine, &model, 1, NULL, 0, alloc, err);
    if (status == QM_OK) status = qm_analyze_stream(engine, &in, NULL, QM_QUANTITIES, &out, err);
    if (status != QM_OK) {
        ck_assert(out.release == NULL);
        ck_assert(in.release != NULL); /* still the caller's */
        in.release(&in);
    } else {
        status = read_table(&out, err);
        out.release(&out);
    }
    ck_assert_int_eq(s.released, 1);
    qm_engine_unref(engine);
    qm_model_unref(model);
    return status;
}

START_TEST(streams_survive_missing_memory)
{
    qm_faults_run(stream_table);
}
END_TEST

START_TEST(columns_of_too_much_text_are_a_limit)
{
    desk d;
    desk_open(&d, NULL);
    desk_read(&d, report);
    struct ArrowArray array = {.length = -7};
    ck_assert_int_eq(qm_arrow_array_within(&array, d.result, QM_QUANTITIES, 0, 2, &d.err),
                     QM_E_LIMIT);
    ck_assert_int_eq(d.err.code, QM_E_LIMIT);
    ck_assert_ptr_nonnull(strstr(d.err.message, "more than 2 bytes of text in one column"));
    ck_assert_int_eq(array.length, -7);
    ck_assert_int_eq(qm_result_check_free(d.result, NULL), QM_OK);
    desk_ok(qm_arrow_array_within(&array, d.result, QM_QUANTITIES, 0, 10000, &d.err), &d);
    array.release(&array);
    desk_close(&d);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("arrow");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, every_table_is_a_record_batch);
    tcase_add_test(tests, values_are_decimals_and_texts);
    tcase_add_test(tests, initiatives_list_their_quantities);
    tcase_add_test(tests, documents_of_later_batches_go_on_counting);
    tcase_add_test(tests, an_exported_result_is_busy_until_the_last_piece_is_released);
    tcase_add_test(tests, there_is_no_other_table);
    tcase_add_test(tests, texts_stream_in_and_tables_stream_out);
    tcase_add_test(tests, streams_that_do_not_fit_are_refused);
    tcase_add_test(tests, strings_of_a_dictionary_are_found_by_their_numbers);
    tcase_add_test(tests, plain_strings_come_before_categories);
    tcase_add_test(tests, nulls_are_strings_where_they_are_asked_for);
    tcase_add_test(tests, exports_survive_missing_memory);
    tcase_add_test(tests, streams_survive_missing_memory);
    tcase_add_test(tests, columns_of_too_much_text_are_a_limit);
    Suite *suite = suite_create("arrow");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
