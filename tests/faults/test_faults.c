/* The whole public interface with every allocation failing once, one after the other: nothing
 * crashes, nothing leaks, outputs are untouched, and the objects work when there is memory again.
 */
#include "../unit/desk.h"
#include "../unit/faults.h"
#include "../unit/unit.h"
#include "result/result.h"

#include <stdio.h>

static const char report[] =
    "去年，石桥村修路3公里，投资36万余元，卖牛肉5—8万元，增长百分之三点五。\n"
    "1月，第一书记李明为村民安装路灯40盏，开展了三次慰问活动，\n计划明年修建文化广场一座。";

static int make_and_use(const qm_allocator *alloc, qm_error *err)
{
    qm_model *model = NULL;
    qm_engine *engine = NULL;
    qm_analyzer *analyzer = NULL;
    qm_result *result = NULL;
    qm_buffer out = {.alloc = alloc};
    qm_bytes text = {report, sizeof report - 1}, name = {"a", 1};
    qm_setting settings[] = {{QM_P_OFFSETS, 0, QM_UTF16}, {QM_P_GRANULARITY, 0, QM_FINE}};
    ck_assert_int_eq(qm_model_builtin(&model, NULL), QM_OK);
    int status = qm_engine_new(&engine, &model, 1, settings, 2, alloc, err);
    if (status == QM_OK) status = qm_analyzer_new(&analyzer, engine, alloc, err);
    if (status == QM_OK) status = qm_result_new(&result, alloc, err);
    if (status == QM_OK) status = qm_analyze(analyzer, text.data, text.size, result, err);
    for (int format = QM_JSON; format <= QM_HTML && status == QM_OK; format++) {
        size_t before = out.size;
        status = qm_result_render(result, 0, text, name, format, &out, err);
        if (status != QM_OK) ck_assert_uint_eq(out.size, before);
    }
    qm_buffer_free(&out);
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    qm_engine_unref(engine);
    qm_model_unref(model);
    return status;
}

START_TEST(engines_analyzers_and_results)
{
    qm_faults_run(make_and_use);
}
END_TEST

/* An image of user words, opened in the ways in which images are opened. */
static int open_models(const qm_allocator *alloc, qm_error *err)
{
    qm_model *base = NULL, *copy = NULL;
    qm_builder *builder = NULL;
    qm_bytes image;
    ck_assert_int_eq(qm_model_builtin(&base, NULL), QM_OK);
    int status = qm_builder_new(&builder, base, alloc, err);
    if (status == QM_OK)
        status = qm_builder_add_word(builder, qm_bytes_of("石桥村"), qm_bytes_of("PROPN"), 0,
                                     QM_WORD_FORCE, err);
    if (status == QM_OK)
        status = qm_builder_read(builder, "words", qm_bytes_of("文化广场\tforce\tNOUN\n"), err);
    if (status == QM_OK) status = qm_builder_finish(builder, &image, err);
    if (status == QM_OK)
        status = qm_model_from_memory(&copy, image, QM_OPEN_COPY, NULL, NULL, alloc, err);
    qm_model_unref(copy);
    copy = NULL;
    if (status == QM_OK) status = qm_model_from_memory(&copy, image, 0, NULL, NULL, alloc, err);
    if (status != QM_OK) ck_assert_ptr_null(copy);
    qm_model_unref(copy);
    qm_builder_free(builder);
    qm_model_unref(base);
    return status;
}

START_TEST(builders_and_models)
{
    qm_faults_run(open_models);
}
END_TEST

/* A taxonomy of one's own, piece by piece. */
static int build_taxonomy(const qm_allocator *alloc, qm_error *err)
{
    qm_model *base = NULL;
    qm_builder *builder = NULL;
    const qm_bytes none = {0}, id = qm_bytes_of("ward");
    qm_bytes image;
    ck_assert_int_eq(qm_model_builtin(&base, NULL), QM_OK);
    int status = qm_builder_new(&builder, base, alloc, err);
    if (status == QM_OK)
        status = qm_builder_add_type(builder, id, none, qm_bytes_of("病房"), none, none, err);
    if (status == QM_OK)
        status = qm_builder_add_rule(builder, id, qm_bytes_of("改造|翻修 > 病房|住院部"), err);
    if (status == QM_OK) status = qm_builder_finish(builder, &image, err);
    qm_builder_free(builder);
    qm_model_unref(base);
    return status;
}

START_TEST(taxonomies)
{
    qm_faults_run(build_taxonomy);
}
END_TEST

static const char image_file[] = "faults.qm";

static int open_file(const qm_allocator *alloc, qm_error *err)
{
    qm_model *model = NULL;
    int status = qm_model_open(&model, image_file, 0, alloc, err);
    if (status != QM_OK) ck_assert_ptr_null(model);
    qm_model_unref(model);
    return status;
}

START_TEST(files_of_models)
{
    qm_builder *builder;
    qm_bytes image;
    ck_assert_int_eq(qm_builder_new(&builder, NULL, NULL, NULL), QM_OK);
    ck_assert_int_eq(qm_builder_finish(builder, &image, NULL), QM_OK);
    FILE *file = fopen(image_file, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(image.data, 1, image.size, file), image.size);
    ck_assert_int_eq(fclose(file), 0);
    qm_builder_free(builder);
    qm_faults_run(open_file);
    ck_assert_int_eq(remove(image_file), 0);
}
END_TEST

/* An analysis that fails leaves the last result as it was, and the next one works. */
START_TEST(objects_work_on_after_a_failure)
{
    qm_faults faults = {.until = SIZE_MAX};
    qm_allocator alloc = {qm_faults_resize, &faults};
    desk d;
    desk_open(&d, NULL);
    desk_read(&d, report);
    qm_result *result;
    qm_analyzer *analyzer;
    desk_ok(qm_result_new(&result, &alloc, &d.err), &d);
    desk_ok(qm_analyzer_new(&analyzer, d.engine, &alloc, &d.err), &d);
    desk_ok(qm_analyze(analyzer, "修路", 6, result, &d.err), &d);
    int32_t before = qm_result_rows(result, QM_TOKENS);
    size_t failures = 0;
    for (faults.until = 0;; faults.until = 1) {
        int status = qm_analyze(analyzer, report, sizeof report - 1, result, &d.err);
        if (status == QM_OK) break;
        ck_assert_int_eq(status, QM_E_NOMEM);
        ck_assert_int_eq(qm_result_rows(result, QM_TOKENS), before);
        failures++;
    }
    ck_assert_uint_gt(failures, 3);
    for (int t = 0; t < QM_TABLES; t++)
        ck_assert_int_eq(qm_result_rows(result, t), qm_result_rows(d.result, t));
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    ck_assert_uint_eq(faults.live, 0);
    desk_close(&d);
}
END_TEST

/* Documents go through the rooms together: whichever of them fails where, all are read anew. */
START_TEST(batches_work_on_after_a_failure)
{
    enum { DOCUMENTS = 40 };
    qm_faults faults = {.until = SIZE_MAX};
    qm_allocator alloc = {qm_faults_resize, &faults};
    qm_bytes docs[DOCUMENTS];
    desk d;
    qm_analyzer *analyzer;
    qm_result *result;
    for (size_t i = 0; i < DOCUMENTS; i++)
        docs[i] = (qm_bytes){report, (sizeof report - 1) * (i % 3) / 2};
    desk_open(&d, NULL);
    desk_ok(qm_analyze_views(d.analyzer, docs, DOCUMENTS, d.result, &d.err), &d);
    desk_ok(qm_result_new(&result, NULL, &d.err), &d);
    desk_ok(qm_analyzer_new(&analyzer, d.engine, &alloc, &d.err), &d);
    for (size_t until = 0;; until = until * 5 / 4 + 1) {
        faults.until = until;
        int status = qm_analyze_views(analyzer, docs, DOCUMENTS, result, &d.err);
        if (status == QM_OK) break;
        ck_assert_int_eq(status, QM_E_NOMEM);
        ck_assert_int_eq(qm_result_documents(result), 0);
    }
    for (int t = 0; t < QM_TABLES; t++)
        ck_assert_int_eq(qm_result_rows(result, t), qm_result_rows(d.result, t));
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    ck_assert_uint_eq(faults.live, 0);
    desk_close(&d);
}
END_TEST

/* Names of places are learnt: forgotten for want of memory, 六盏 would be a quantity. */
START_TEST(no_answer_depends_on_memory)
{
    static const char longer[] = "在水城县的村里修路，盖文化广场，帮村民。六个人来了六天。";
    static const char names[] = "在水城县六盏河村修路。六盏河村难走。";
    qm_faults faults = {.until = SIZE_MAX};
    qm_allocator alloc = {qm_faults_resize, &faults};
    qm_analyzer *analyzer;
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_QUANTITIES));
    desk_ok(qm_analyzer_new(&analyzer, d.engine, &alloc, &d.err), &d);
    desk_ok(qm_analyze(analyzer, longer, sizeof longer - 1, d.result, &d.err), &d);
    ck_assert_int_eq(qm_result_rows(d.result, QM_QUANTITIES), 2);
    faults.until = 0;
    desk_ok(qm_analyze(analyzer, names, sizeof names - 1, d.result, &d.err), &d);
    ck_assert_int_eq(qm_result_rows(d.result, QM_QUANTITIES), 0);
    qm_analyzer_free(analyzer);
    ck_assert_uint_eq(faults.live, 0);
    desk_close(&d);
}
END_TEST

static int format_numbers(const qm_allocator *alloc, qm_error *err)
{
    qm_buffer out = {.alloc = alloc};
    qm_value value;
    int status = QM_OK;
    ck_assert_int_eq(qm_number_parse("三万五千", strlen("三万五千"), &value, NULL), QM_OK);
    for (int style = QM_DIGITS; style <= QM_SCALED && status == QM_OK; style++)
        status = qm_number_format(&value, style, &out, err);
    qm_buffer_free(&out);
    return status;
}

START_TEST(numbers)
{
    qm_faults_run(format_numbers);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("faults");
    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, engines_analyzers_and_results);
    tcase_add_test(tests, builders_and_models);
    tcase_add_test(tests, taxonomies);
    tcase_add_test(tests, files_of_models);
    tcase_add_test(tests, objects_work_on_after_a_failure);
    tcase_add_test(tests, batches_work_on_after_a_failure);
    tcase_add_test(tests, no_answer_depends_on_memory);
    tcase_add_test(tests, numbers);
    Suite *suite = suite_create("faults");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
