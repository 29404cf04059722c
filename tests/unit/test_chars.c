#include "charmap.h"
#include "compile/compile.h"
#include "unit.h"

static qm_builder *builder;

static void setup(void)
{
    ck_assert_int_eq(qm_builder_new(&builder, NULL, NULL, NULL), QM_OK);
}

static void teardown(void)
{
    qm_builder_free(builder);
}

static int read_chars(const char *rows, qm_error *err)
{
    return qm_builder_read(builder, "chars", qm_bytes_of(rows), err);
}

START_TEST(rows_fold_and_classify)
{
    ck_assert_int_eq(read_chars("fold\t9918\t4F59\t餘 余\nclass\t4E00\t9FFF\than\n", NULL), QM_OK);
    ck_assert_uint_eq(qm_charmap_fold(builder->map, 0x9918), 0x4F59);
    ck_assert_uint_eq(qm_charmap_fold(builder->map, 0x4F59), 0x4F59);
    ck_assert_uint_eq(qm_charmap_class(builder->map, 0x4F59), QM_CHAR_HAN);
    ck_assert_uint_eq(qm_charmap_class(builder->map, 'a'), QM_CHAR_OTHER);
    ck_assert_uint_eq(qm_charmap_fold(builder->map, 0x110000), QM_ILL_FORMED);
    ck_assert_uint_eq(qm_charmap_class(builder->map, 0x110000), QM_CHAR_OTHER);
}
END_TEST

static void fails_at(const char *rows, uint32_t line, uint32_t column)
{
    qm_error err;
    ck_assert_int_eq(read_chars(rows, &err), QM_E_SYNTAX);
    ck_assert_uint_eq(err.line, line);
    ck_assert_uint_eq(err.column, column);
    ck_assert_ptr_null(builder->map);
}

START_TEST(mistakes_have_their_place)
{
    fails_at("fold\t41\tG\n", 1, 9);
    fails_at("# x\nfold\t110000\t41\n", 2, 6);
    fails_at("fold\t41\n", 1, 1);
    fails_at("class\t42\t41\than\n", 1, 10);
    fails_at("class\t41\t42\tsign\n", 1, 13);
    fails_at("blend\t41\t42\n", 1, 1);
}
END_TEST

START_TEST(folding_may_not_go_on)
{
    qm_error err;
    ck_assert_int_eq(read_chars("fold\t41\t42\nfold\t42\t43\n", &err), QM_E_SYNTAX);
    ck_assert_str_eq(err.message, "U+0041 folds to U+0042, which folds on");
}
END_TEST

START_TEST(the_table_is_read_once)
{
    ck_assert_int_eq(read_chars("fold\t41\t42\n", NULL), QM_OK);
    ck_assert_int_eq(read_chars("fold\t41\t43\n", NULL), QM_E_INVALID);
    ck_assert_uint_eq(qm_charmap_fold(builder->map, 0x41), 0x42);
}
END_TEST

/* The section that an image carries is the table of lib/data, read in another way. */
START_TEST(the_section_holds_the_committed_table)
{
    const qm_charmap *plain = qm_test_charmap(), *bound;
    static char rows[1 << 20];
    FILE *file = fopen(QM_SOURCE_DIR "/lib/data/chars/chars.tsv", "r");
    ck_assert_ptr_nonnull(file);
    qm_bytes text = {rows, fread(rows, 1, sizeof rows, file)};
    fclose(file);
    ck_assert_int_eq(qm_builder_read(builder, "chars", text, NULL), QM_OK);
    qm_bytes bytes;
    qm_image image;
    ck_assert_int_eq(qm_builder_finish(builder, &bytes, NULL), QM_OK);
    ck_assert_int_eq(qm_image_open(&image, bytes, false, NULL), QM_OK);
    qm_bytes section = qm_image_section(&image, QM_SECTION_ID('C', 'H', 'A', 'R'));
    ck_assert_int_eq(qm_charmap_bind(section, false, &bound, NULL), QM_OK);
    ck_assert_uint_lt(section.size, 320 * 1024);
    for (uint32_t c = 0; c < 0x110000; c++)
        if (qm_charmap_fold(bound, c) != qm_charmap_fold(plain, c) ||
            qm_charmap_class(bound, c) != qm_charmap_class(plain, c))
            ck_abort_msg("U+%04X differs", c);
    free((void *)plain);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("chars");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, rows_fold_and_classify);
    tcase_add_test(tests, mistakes_have_their_place);
    tcase_add_test(tests, folding_may_not_go_on);
    tcase_add_test(tests, the_table_is_read_once);
    tcase_add_test(tests, the_section_holds_the_committed_table);
    Suite *suite = suite_create("chars");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
