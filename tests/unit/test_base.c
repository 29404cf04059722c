#include "base/base.h"
#include "unit.h"

START_TEST(numbers_are_exact)
{
    qm_value out;
    ck_assert(qm_number_multiply(qm_number(43, 2), qm_number(1, 4), &out));
    ck_assert_int_eq(out.coefficient, 43);
    ck_assert_int_eq(out.exponent, 6);
    ck_assert(qm_number_add(qm_number(4589, -2), qm_number(11, -2), &out));
    ck_assert_int_eq(out.coefficient, 46);
    ck_assert_int_eq(out.exponent, 0);
    ck_assert(!qm_number_multiply(qm_number(INT64_MAX, 0), qm_number(7, 0), &out));
}
END_TEST

START_TEST(scaling_refuses_what_has_no_finite_decimal)
{
    qm_value out;
    ck_assert(qm_number_scale(qm_number(3, 0), 2000, 3, &out)); /* 3 mu in square metres */
    ck_assert_int_eq(out.coefficient, 2);
    ck_assert_int_eq(out.exponent, 3);
    ck_assert(!qm_number_scale(qm_number(1, 0), 2000, 3, &out));
}
END_TEST

static void text_is(qm_value value, const char *want)
{
    char text[48];
    size_t n = qm_value_text(&value, text, sizeof text);
    ck_assert_str_eq(text, want);
    ck_assert_uint_eq(n, strlen(want));
}

START_TEST(values_as_text)
{
    text_is(qm_number(43, 6), "43000000");
    text_is(qm_number(4589, -2), "45.89");
    text_is(qm_number(-5, -3), "-0.005");
    text_is(qm_number(0, 0), "0");
    text_is((qm_value){.coefficient = 20190407, .type = QM_VALUE_DATE}, "2019-04-07");
    text_is((qm_value){.coefficient = 407, .type = QM_VALUE_DATE}, "--04-07");
    text_is((qm_value){.coefficient = 15, .type = QM_VALUE_DATE}, "---15");
    text_is((qm_value){.coefficient = 150000, .exponent = 1, .type = QM_VALUE_TIME}, "15:00");
}
END_TEST

START_TEST(numbers_compare_over_any_distance)
{
    ck_assert_int_lt(qm_number_compare(qm_number(1, 0), qm_number(1, 200)), 0);
    ck_assert_int_gt(qm_number_compare(qm_number(-1, 0), qm_number(-1, 200)), 0);
    ck_assert_int_eq(qm_number_compare(qm_number(10, 0), qm_number(1, 1)), 0);
}
END_TEST

START_TEST(errors_say_where)
{
    qm_error err;
    ck_assert_int_eq(qm_fail_line(&err, QM_E_SYNTAX, 3, 7, "no %s", "colon"), QM_E_SYNTAX);
    ck_assert_str_eq(err.message, "no colon");
    ck_assert_uint_eq(err.line, 3);
    ck_assert_uint_eq(err.column, 7);
    ck_assert_int_eq(qm_fail(NULL, QM_E_IO, "x"), QM_E_IO);
    ck_assert_str_eq(qm_status_name(QM_E_UTF8), "ill-formed UTF-8");
}
END_TEST

START_TEST(arrays_and_buffers_grow)
{
    const qm_allocator *alloc = qm_allocator_or_default(NULL);
    qm_u32_array array = {0};
    for (uint32_t i = 0; i < 1000; i++) ck_assert_int_eq(qm_array_push(alloc, &array, i), QM_OK);
    ck_assert_uint_eq(array.at[999], 999);
    qm_array_free(alloc, &array);
    qm_buffer buffer = {0};
    for (int i = 0; i < 100; i++) ck_assert_int_eq(qm_buffer_string(&buffer, "阡陌"), QM_OK);
    ck_assert_uint_eq(buffer.size, 600);
    qm_buffer_free(&buffer);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("base");
    tcase_add_test(tests, numbers_are_exact);
    tcase_add_test(tests, scaling_refuses_what_has_no_finite_decimal);
    tcase_add_test(tests, values_as_text);
    tcase_add_test(tests, numbers_compare_over_any_distance);
    tcase_add_test(tests, errors_say_where);
    tcase_add_test(tests, arrays_and_buffers_grow);
    Suite *suite = suite_create("base");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
