#include "base/base.h"
#include "base/digits.h"
#include "base/utf8.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

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
    /* nothing more, at the largest exponent */
    ck_assert(qm_number_add(qm_number(340, INT16_MAX), qm_number(0, INT16_MAX), &out));
    ck_assert_int_eq(out.coefficient, 340);
    ck_assert_int_eq(out.exponent, INT16_MAX);
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
    text_is((qm_value){.coefficient = 90507, .exponent = 2, .type = QM_VALUE_TIME}, "09:05:07");
    text_is((qm_value){.coefficient = 20190400, .type = QM_VALUE_DATE}, "2019-04");
    text_is((qm_value){.coefficient = 9990000, .type = QM_VALUE_DATE}, "0999");
    text_is((qm_value){.coefficient = 400, .type = QM_VALUE_DATE}, "--04");
    text_is((qm_value){.type = QM_VALUE_NONE}, "");
    text_is(qm_number(INT64_MAX, 0), "9223372036854775807");
    text_is(qm_number(INT64_MAX, -19), "0.9223372036854775807");
    text_is(qm_number(7, -24), "0.000000000000000000000007");
    text_is(qm_number(-7, -25), "-7E-25");
    text_is(qm_number(7, 18), "7000000000000000000");
    text_is(qm_number(7, 19), "7E19");
}
END_TEST

START_TEST(digits_are_those_of_printf)
{
    char want[24], digits[24];
    for (uint64_t number = 0, step = 1; number < UINT64_MAX / 4; number += step) {
        snprintf(want, sizeof want, "%llu", (unsigned long long)number);
        *qm_put_u64(digits, number) = 0;
        ck_assert_str_eq(digits, want);
        if (number <= UINT32_MAX) {
            *qm_put_u32(digits, (uint32_t)number) = 0;
            ck_assert_str_eq(digits, want);
        }
        if (number > 20000) step = number / 7;
    }
}
END_TEST

static bool steps_are_well(const uint8_t *text, size_t size)
{
    bool well = true;
    for (size_t i = 0; i < size && well;) i += qm_utf8_step(text + i, size - i, &well);
    return well;
}

/* Sequences that differ in one byte from good ones, at all places of a text of several blocks. */
START_TEST(well_formed_is_what_all_steps_say)
{
    static const char good[] =
        "阡陌ab\xC3\xA9驻村\xF0\xA0\x80\x80工作，,\xF4\x8F\xBF\xBF队\xED\x9F\xBF田\xE0\xA0\x80";
    static const uint8_t bytes[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F,
                                    0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
                                    0xE1, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF};
    size_t size = sizeof good - 1, wrong = 0;
    uint8_t *text = malloc(4 * size);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < 4; i++) memcpy(text + i * size, good, size);
    for (size_t end = 0; end <= 4 * size; end++)
        ck_assert_int_eq(qm_utf8_is_well_formed(text, end), steps_are_well(text, end));
    for (size_t at = 0; at < 4 * size; at++)
        for (size_t i = 0; i < sizeof bytes; i++)
            for (size_t end = 4 * size - 4; end <= 4 * size; end++) {
                uint8_t before = text[at];
                text[at] = bytes[i];
                bool well = qm_utf8_is_well_formed(text, end);
                ck_assert_int_eq(well, steps_are_well(text, end));
                wrong += !well;
                text[at] = before;
            }
    ck_assert_uint_gt(wrong, 0);
    ck_assert(qm_utf8_is_well_formed(NULL, 0));
    free(text);
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

START_TEST(errors_hold_whole_characters)
{
    char name[300] = "x"; /* 1 + 3 * 99 bytes: no end of a message is one of a character */
    for (int i = 0; i < 99; i++) memcpy(name + 1 + (size_t)3 * i, "村", 4);
    qm_error err;
    qm_fail(&err, QM_E_IO, "%s", name);
    ck_assert_uint_eq(strlen(err.message), 229);
    ck_assert(qm_utf8_is_well_formed(err.message, strlen(err.message)));
    qm_fail(&err, QM_E_IO, "no \"%.6s\"", name);
    ck_assert_str_eq(err.message, "no \"x村?\"");
    qm_fail(&err, QM_E_IO, "no \"\xFF\", no \"%s\"", "村");
    ck_assert_str_eq(err.message, "no \"?\", no \"村\"");
    qm_fail(&err, QM_E_IO, "%.225s", name);
    qm_error_name(&err, "%s", "ab");
    ck_assert_uint_eq(strlen(err.message), 4 + 223);
    qm_error_name(&err, "%s", "村村");
    ck_assert_uint_eq(strlen(err.message), 8 + 4 + 217);
    ck_assert(qm_utf8_is_well_formed(err.message, strlen(err.message)));
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
    tcase_add_test(tests, digits_are_those_of_printf);
    tcase_add_test(tests, well_formed_is_what_all_steps_say);
    tcase_add_test(tests, numbers_compare_over_any_distance);
    tcase_add_test(tests, errors_say_where);
    tcase_add_test(tests, errors_hold_whole_characters);
    tcase_add_test(tests, arrays_and_buffers_grow);
    Suite *suite = suite_create("base");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
