#include "quantity/numeral.h"
#include "unit.h"

#include <stdio.h>

static void parses(const char *text, const char *expected)
{
    qm_value value = {0};
    char got[64];
    qm_error err = {0};
    int status = qm_number_parse(text, strlen(text), &value, &err);
    ck_assert_msg(status == QM_OK, "%s: %s", text, err.message);
    qm_value_text(&value, got, sizeof got);
    ck_assert_msg(strcmp(got, expected) == 0, "%s: %s, not %s", text, got, expected);
}

static void refuses(const char *text, int status)
{
    qm_value value = qm_number(7, 0);
    qm_error err = {0};
    ck_assert_int_eq(qm_number_parse(text, strlen(text), &value, &err), status);
    ck_assert_int_eq(err.code, status);
    ck_assert_int_eq(value.coefficient, 7);
}

START_TEST(digits_and_groups)
{
    parses("0", "0");
    parses("35000", "35000");
    parses("45.890", "45.89");
    parses("12,345,678", "12345678");
    parses("12，345", "12345");
    parses("４５.６７", "45.67");
    parses(" 8 ", "8");
    parses("-3.8", "-3.8");
    parses("2e5", "200000");
    parses("1.5k", "1500");
}
END_TEST

START_TEST(hanzi_in_every_dress)
{
    parses("十", "10");
    parses("十八", "18");
    parses("两百", "200");
    parses("一千零一", "1001");
    parses("一万零十二", "10012");
    parses("十万零三百", "100300");
    parses("廿二", "22");
    parses("卅", "30");
    parses("壹佰贰拾叁", "123");
    parses("貳拾參萬", "230000");
    parses("陸佰", "600");
    parses("二〇二三", "2023");
    parses("负三十二", "-32");
    parses("七兆零五", "7000000000005");
}
END_TEST

START_TEST(scales_mixed_with_digits)
{
    parses("1.6万", "16000");
    parses("3万4000", "34000");
    parses("5万4千6百", "54600");
    parses("4,300万", "43000000");
    parses("1.37亿", "137000000");
    parses("二十一万亿", "21000000000000");
    parses("10万万", "1000000000");
}
END_TEST

START_TEST(a_last_scale_left_out)
{
    parses("三万五", "35000");
    parses("一百五", "150");
    parses("两千四百五", "2450");
    parses("九十二万四", "924000");
    parses("13万2", "132000");
    parses("一千零五", "1005");
    parses("十五", "15");
}
END_TEST

START_TEST(points_and_parts)
{
    parses("三点一四", "3.14");
    parses("十三点五", "13.5");
    parses("二十点二零", "20.2");
    parses("一点二三四五六", "1.23456");
    parses("零点零五", "0.05");
    parses("三点五万", "35000");
    parses("百分之三点五", "0.035");
    parses("千分之二", "0.002");
    parses("百分之百", "1");
    parses("三分之一", "0.33333333333333");
    parses("四分之三", "0.75");
    parses("一又二分之一", "1.5");
    parses("3/4", "0.75");
    parses("一半", "0.5");
}
END_TEST

START_TEST(money_written_out)
{
    parses("壹佰贰拾元整", "120");
    parses("玖仟陆佰陆拾伍圆壹角捌分", "9665.18");
    parses("六元五角", "6.5");
    parses("三角五分", "0.35");
    parses("三块零五", "3.05");
    parses("十元零八", "10.08");
    parses("3元零5分", "3.05");
    parses("两个", "2");
    parses("半个", "0.5");
    parses("两个半", "2.5");
    parses("6块5", "6.5");
    parses("两块五", "2.5");
    parses("三块半", "3.5");
    parses("五块二毛五", "5.25");
    parses("三毛五", "0.35");
    parses("八十二元五角整", "82.5");
    parses("五打", "60");
}
END_TEST

START_TEST(shares_and_signs)
{
    parses("+5", "5");
    parses("＋三", "3");
    parses("+半", "0.5");
    parses("3.5%", "0.035");
    parses("１５ ％", "0.15");
    parses("5‰", "0.005");
    parses("5‱", "0.0005");
    parses("-0.5%", "-0.005");
    parses("五成", "0.5");
    parses("七成五", "0.75");
    parses("三成半", "0.35");
    parses("半成", "0.05");
    parses("十成", "1");
}
END_TEST

/* The byte where it stops to be a number, and what stands there. */
START_TEST(what_is_wrong_is_told)
{
    static const struct {
        const char *text;
        uint64_t offset;
        const char *word;
    } cases[] = {{"五斤", 3, "\"斤\""},
                 {"abc", 0, "\"abc\""},
                 {"", UINT64_MAX, "nothing"},
                 {" 1 2 ", 3, "\"2\""},
                 {"三五", UINT64_MAX, "how many"},
                 {"百分之五%", 12, "\"%\""},
                 {"五成成", 6, "\"成\""},
                 {"+-5", 0, "\"+-5\""},
                 {"三分之一成", 12, "\"成\""},
                 {"三斤二两", 3, "with a unit it is a quantity"},
                 {"5公里", 1, "\"公里\" is no part of one; with a unit"},
                 {"5块20", 4, "\"20\""},
                 {"三角五分二", 12, "\"二\""},
                 {"半个半", 0, "\"半个半\""},
                 {"三块零", 9, "no end"},
                 {"十块整五", 9, "\"五\""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qm_value value;
        qm_error err = {.offset = 99};
        ck_assert_int_eq(qm_number_parse(cases[i].text, strlen(cases[i].text), &value, &err),
                         QM_E_INVALID);
        ck_assert_msg(err.offset == cases[i].offset, "%s: byte %llu", cases[i].text,
                      (unsigned long long)err.offset);
        ck_assert_msg(strstr(err.message, cases[i].word) != NULL, "%s: %s", cases[i].text,
                      err.message);
    }
}
END_TEST

START_TEST(what_is_rounded_is_marked)
{
    static const struct {
        const char *text;
        bool rounded;
    } cases[] = {{"三分之二", true}, {"1/3", true},   {"一又七分之一", true}, {"四分之三", false},
                 {"3/4", false},     {"五成", false}, {"0.33", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qm_value value;
        ck_assert_int_eq(qm_number_parse(cases[i].text, strlen(cases[i].text), &value, NULL),
                         QM_OK);
        ck_assert_msg(value.rounded == cases[i].rounded, "%s", cases[i].text);
    }
}
END_TEST

START_TEST(what_is_no_number)
{
    refuses("", QM_E_INVALID);
    refuses("   ", QM_E_INVALID);
    refuses("元", QM_E_INVALID);
    refuses("三五", QM_E_INVALID);
    refuses("几十", QM_E_INVALID);
    refuses("三万五斤", QM_E_INVALID);
    refuses("3/0", QM_E_INVALID);
    refuses("8/3千", QM_E_INVALID);
    refuses("8/3亿3千", QM_E_INVALID);
    refuses("8千/3", QM_E_INVALID);
    refuses("\xE4\xB8", QM_E_UTF8);
    refuses("123456789012345678901234567890", QM_E_LIMIT);
    refuses("九九九九九九九九九九九九九九九九九九九九九九九", QM_E_LIMIT);
    char *endless = malloc(100000);
    memset(endless, '9', 100000);
    qm_value value;
    qm_error err = {0};
    ck_assert_int_eq(qm_number_parse(endless, 100000, &value, &err), QM_E_LIMIT);
    ck_assert_uint_eq(err.offset, 256); /* the first byte that is too many */
    ck_assert_int_eq(qm_number_parse(endless, 200, &value, &err), QM_E_LIMIT);
    ck_assert_uint_eq(err.offset, UINT64_MAX); /* no byte by itself */
    free(endless);
}
END_TEST

static void formats(int64_t coefficient, int exponent, int style, const char *expected)
{
    qm_value value = qm_number(coefficient, exponent);
    qm_buffer out = {0};
    ck_assert_int_eq(qm_number_format(&value, style, &out, NULL), QM_OK);
    ck_assert_msg(out.size == strlen(expected) && memcmp(out.data, expected, out.size) == 0,
                  "%.*s, not %s", (int)out.size, out.data, expected);
    qm_buffer_free(&out);
}

START_TEST(numbers_written)
{
    formats(35000, 0, QM_DIGITS, "35000");
    formats(35000, 0, QM_HANZI, "三万五千");
    formats(35000, 0, QM_FINANCIAL, "叁万伍仟");
    formats(35000, 0, QM_SCALED, "3.5万");
    formats(0, 0, QM_HANZI, "零");
    formats(10, 0, QM_HANZI, "十");
    formats(10, 0, QM_FINANCIAL, "壹拾");
    formats(110, 0, QM_HANZI, "一百一十");
    formats(1001, 0, QM_HANZI, "一千零一");
    formats(100300, 0, QM_HANZI, "十万零三百");
    formats(10010000, 0, QM_HANZI, "一千零一万");
    formats(-4589, -2, QM_HANZI, "负四十五点八九");
    formats(5, -2, QM_HANZI, "零点零五");
    formats(137, 6, QM_SCALED, "1.37亿");
    formats(2, 13, QM_SCALED, "20万亿");
    formats(9999, 0, QM_SCALED, "9999");
    formats(INT64_MIN, 0, QM_DIGITS, "-9223372036854775808");
}
END_TEST

START_TEST(what_cannot_be_written)
{
    qm_buffer out = {0};
    qm_value huge = qm_number(1, 30), date = {.coefficient = 20240101, .type = QM_VALUE_DATE};
    const qm_value lowest = qm_number(INT64_MIN, 0);
    ck_assert_int_eq(qm_number_format(&huge, QM_HANZI, &out, NULL), QM_E_LIMIT);
    ck_assert_int_eq(qm_number_format(&lowest, QM_HANZI, &out, NULL), QM_E_LIMIT);
    ck_assert_int_eq(qm_number_format(&date, QM_HANZI, &out, NULL), QM_E_INVALID);
    ck_assert_int_eq(qm_number_format(&huge, 9, &out, NULL), QM_E_INVALID);
    ck_assert_uint_eq(out.size, 0);
    qm_buffer_free(&out);
}
END_TEST

/* xorshift: the same numbers on every machine. */
static uint64_t random_bits(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

START_TEST(written_and_read_back)
{
    uint64_t state = 0x9E3779B97F4A7C15u;
    qm_buffer out = {0};
    for (int i = 0; i < 1000000; i++) {
        int64_t n = (int64_t)(random_bits(&state) >> 1) >> (random_bits(&state) % 63);
        if (i % 3 == 0) n -= n % 10000;
        if (i % 5 == 0) n -= n % 100000000;
        if (i % 7 == 0) n = -n;
        qm_value value =
            qm_number_normal(qm_number(n, i % 11 == 0 ? -(int)(random_bits(&state) % 9) : 0));
        for (int style = QM_DIGITS; style <= QM_SCALED; style++) {
            qm_value back = {0};
            out.size = 0;
            int status = qm_number_format(&value, style, &out, NULL);
            if (status == QM_OK) status = qm_number_parse(out.data, out.size, &back, NULL);
            if (status != QM_OK || qm_number_compare(value, back) != 0)
                ck_abort_msg("%lld, style %d: %.*s", (long long)n, style, (int)out.size, out.data);
        }
    }
    qm_buffer_free(&out);
}
END_TEST

static bool same_value(qm_value a, qm_value b)
{
    return a.type == b.type && a.coefficient == b.coefficient && a.exponent == b.exponent;
}

static bool same_numeral(const qm_numeral *a, const qm_numeral *b)
{
    return a->start == b->start && a->end == b->end && same_value(a->low, b->low) &&
           same_value(a->high, b->high) && same_value(a->soft_low, b->soft_low) &&
           same_value(a->soft_high, b->soft_high) && a->relation == b->relation &&
           a->scale == b->scale && a->glyphs == b->glyphs && a->arabic == b->arabic &&
           a->bare == b->bare && a->string == b->string && a->shortened == b->shortened &&
           a->paired == b->paired && a->twenty == b->twenty && a->overflow == b->overflow &&
           (a->scale || a->plain == b->plain);
}

/* What is read at once is what the long way reads: random texts over the characters of numerals
 * and over those that may stand behind them. */
START_TEST(figures_are_numerals)
{
    static const uint32_t characters[] = U"0123456789一二三四五六七八九零〇两十百千万亿"
                                         U"余多来分之点半几，,.、个元年米瓦克 亩";
    static const unsigned flags[] = {0, QM_NUMERAL_LETTERS, QM_NUMERAL_EXACT,
                                     QM_NUMERAL_EXACT | QM_NUMERAL_CLOCK};
    enum { CHARACTERS = sizeof characters / sizeof *characters - 1, PAD = 16 };
    uint32_t text[PAD + 8 + PAD] = {0};
    uint64_t random = 5;
    int read = 0;
    text[PAD - 1] = U'有';
    for (int round = 0; round < 300000; round++) {
        uint32_t length = 1 + (uint32_t)round % 8;
        for (uint32_t i = 0; i < 8; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            text[PAD + i] = i < length ? characters[(random >> 33) % CHARACTERS] : 0;
        }
        unsigned flag = flags[(random >> 40) % 4];
        qm_numeral figure, numeral;
        if (!qm_figure_read(text, PAD, PAD + length, flag, &figure)) continue;
        ck_assert(qm_numeral_long(text, PAD, PAD + length, flag, &numeral));
        ck_assert_msg(same_numeral(&figure, &numeral), "round %d", round);
        read++;
    }
    ck_assert_int_gt(read, 10000);
}
END_TEST

/* What begins a quantity or a pattern is looked at: alone, or before what may follow it. */
START_TEST(beginnings_are_looked_at)
{
    static const uint32_t after[] = {U'一', U'月', U'番', U'折', U'倍', U'期', U'拜', U'历', U'半'};
    for (uint32_t i = 1; i < 256; i++) {
        uint32_t c = qm_glyphs[i].c, role = qm_glyphs[i].role;
        if (role >= QM_GLYPH_STARTS)
            ck_assert_msg(qm_has_trait(c, QM_TRAIT_STOP | QM_TRAIT_LEADS), "U+%04X", (unsigned)c);
        else if (role) ck_assert_msg(qm_has_trait(c, QM_TRAIT_STOP), "U+%04X", (unsigned)c);
    }
    for (const uint32_t *c = qm_lookers; *c; c++) {
        ck_assert_msg(qm_has_trait(*c, QM_TRAIT_LEADS | QM_TRAIT_FOLLOWS), "U+%04X", (unsigned)*c);
        ck_assert_msg(qm_glyph_of(*c)->role == 0, "U+%04X", (unsigned)*c);
    }
    for (size_t i = 0; i < sizeof after / sizeof *after; i++)
        ck_assert(qm_has_trait(after[i], QM_TRAIT_FOLLOWS));
}
END_TEST

/* Where a numeral begins reading stops, and what a numeral may go on with is known to. */
START_TEST(numerals_have_their_traits)
{
    for (uint32_t c = 1; c < 0x11000; c++) {
        if (!qm_numeral_begins(c)) continue;
        ck_assert_msg(qm_has_trait(c, QM_TRAIT_STOP), "U+%04X", (unsigned)c);
        ck_assert_msg(qm_has_trait(c, QM_TRAIT_SEQUEL) || qm_is_minus(c), "U+%04X", (unsigned)c);
        if (c == U'半' || qm_is_minus(c)) continue;
        ck_assert_msg(qm_has_trait(c, QM_TRAIT_FIGURE), "U+%04X", (unsigned)c);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("number");
    TCase *cases = tcase_create("number");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, digits_and_groups);
    tcase_add_test(cases, beginnings_are_looked_at);
    tcase_add_test(cases, hanzi_in_every_dress);
    tcase_add_test(cases, scales_mixed_with_digits);
    tcase_add_test(cases, a_last_scale_left_out);
    tcase_add_test(cases, points_and_parts);
    tcase_add_test(cases, money_written_out);
    tcase_add_test(cases, shares_and_signs);
    tcase_add_test(cases, what_is_wrong_is_told);
    tcase_add_test(cases, what_is_rounded_is_marked);
    tcase_add_test(cases, what_is_no_number);
    tcase_add_test(cases, numbers_written);
    tcase_add_test(cases, what_cannot_be_written);
    tcase_add_test(cases, written_and_read_back);
    tcase_add_test(cases, figures_are_numerals);
    tcase_add_test(cases, numerals_have_their_traits);
    suite_add_tcase(suite, cases);
    return qm_unit_run(suite);
}
