/* The finder, on the built-in model: units, hostile texts, missing memory. */
#include "desk.h"
#include "engine/engine.h"
#include "quantity/quantity.h"
#include "unit.h"

#include <stdio.h>

START_TEST(relative_years_count_from_the_reference_date)
{
    desk d;
    qm_value low;
    char text[32];
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_QUANTITIES, QM_P_REFERENCE_DATE, 20240501));
    desk_read(&d, "去年9月开工，今年三月完工，上个月20日验收，昨天开会，去年底通水，下月初收割，"
                  "大后天回来。");
    const char *expected[] = {"2023-09", "2024-03", "2024-04-20", "2024-04-30",
                              "2023",    "2024-06", "2024-05-04"};
    ck_assert_int_eq(desk_column(&d, QM_QUANTITIES, "low").length, 7);
    for (int i = 0; i < 7; i++) {
        low = ((const qm_value *)desk_column(&d, QM_QUANTITIES, "low").data)[i];
        qm_value_text(&low, text, sizeof text);
        ck_assert_str_eq(text, expected[i]);
    }
    desk_close(&d);
}
END_TEST

START_TEST(relative_days_are_no_rows_without_a_reference_date)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_QUANTITIES));
    desk_read(&d, "昨天开会，去年底通水，下个月收割。");
    ck_assert_int_eq(desk_column(&d, QM_QUANTITIES, "low").length, 0);
    desk_close(&d);
}
END_TEST

/* The day before the first of March is the last of February, be it the 28th or the 29th. */
START_TEST(days_and_months_carry)
{
    static const struct {
        int64_t reference;
        const char *text, *expected;
    } cases[] = {{20230301, "昨天", "2023-02-28"},  {20240301, "昨天", "2024-02-29"},
                 {19000301, "昨天", "1900-02-28"},  {20231231, "明天", "2024-01-01"},
                 {20230101, "上个月", "2022-12"},   {20231201, "下个月", "2024-01"},
                 {20230102, "大前天", "2022-12-30"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        desk d;
        char text[32];
        desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_QUANTITIES, QM_P_REFERENCE_DATE,
                                    cases[i].reference));
        desk_read(&d, cases[i].text);
        qm_column low = desk_column(&d, QM_QUANTITIES, "low");
        ck_assert_int_eq(low.length, 1);
        qm_value_text(low.data, text, sizeof text);
        ck_assert_str_eq(text, cases[i].expected);
        desk_close(&d);
    }
}
END_TEST

/* ---- units ---- */

static void converts(const desk *d, int64_t coefficient, const char *from, const char *to,
                     const char *expected)
{
    qm_value value = qm_number(coefficient, 0), out;
    char text[48];
    qm_error err = {0};
    int status = qm_unit_convert(d->engine, &value, from, to, &out, &err);
    ck_assert_msg(status == QM_OK, "%s to %s: %s", from, to, err.message);
    qm_value_text(&out, text, sizeof text);
    ck_assert_str_eq(text, expected);
}

START_TEST(little_is_not_nothing)
{
    desk d;
    char text[32];
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_QUANTITIES));
    desk_read(&d, "误差为三万分之一，占三百分之一。");
    const char *expected[] = {"0.00003333333333", "0.0033"};
    qm_column low = desk_column(&d, QM_QUANTITIES, "low");
    ck_assert_int_eq(low.length, 2);
    for (int i = 0; i < 2; i++) {
        qm_value_text((const qm_value *)low.data + i, text, sizeof text);
        ck_assert_str_eq(text, expected[i]);
    }
    desk_close(&d);
}
END_TEST

START_TEST(what_is_rounded_says_so)
{
    const struct {
        const char *text, *low;
        bool rounded;
    } cases[] = {
        {"三百五又三分之一", "350.333333333333", true},
        {"1000000又3分之1", "1000000.33333333", true},
        {"二分之一到三分之二", "0.5", true},
        {"30000⅓亩", "30000.3333333333", true},
        {"⅓杯", "0.3333", true},
        {"½杯", "0.5", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        desk d;
        char text[32];
        desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_QUANTITIES));
        desk_read(&d, cases[i].text);
        qm_column low = desk_column(&d, QM_QUANTITIES, "low");
        ck_assert_int_eq(low.length, 1);
        qm_value_text(low.data, text, sizeof text);
        ck_assert_str_eq(text, cases[i].low);
        const uint8_t *flags = desk_column(&d, QM_QUANTITIES, "flags").data;
        ck_assert_int_eq((flags[0] & QM_QUANTITY_ROUNDED) != 0, cases[i].rounded);
        desk_close(&d);
    }
}
END_TEST

START_TEST(units_convert_exactly_or_not_at_all)
{
    desk d;
    qm_value one = qm_number(1, 0), out = qm_number(7, 0);
    desk_open(&d, NULL);
    converts(&d, 3, "mu", "m2", "2000");
    converts(&d, 15, "mu", "ha", "1");
    converts(&d, 7, "jin", "kg", "3.5");
    converts(&d, 2, "li", "m", "1000");
    converts(&d, 12, "kWh", "J", "43200000");
    converts(&d, 100, "Cel", "K", "373.15");
    converts(&d, 50, "degF", "Cel", "10");
    converts(&d, 2, "year", "month", "24");
    ck_assert_int_eq(qm_unit_convert(d.engine, &one, "mu", "m2", &out, NULL), QM_E_LIMIT);
    ck_assert_int_eq(qm_unit_convert(d.engine, &one, "mu", "kg", &out, NULL), QM_E_INVALID);
    ck_assert_int_eq(qm_unit_convert(d.engine, &one, "mu", "acres", &out, NULL), QM_E_INVALID);
    ck_assert_int_eq(out.coefficient, 7);
    desk_close(&d);
}
END_TEST

/* 万元 and the like need no row of their own. */
START_TEST(scales_before_units_make_units)
{
    desk d;
    desk_open(&d, NULL);
    converts(&d, 3, "万元", "CNY", "30000");
    converts(&d, 360000, "元", "万元", "36");
    converts(&d, 5, "万美元", "美元", "50000");
    converts(&d, 12, "亿元", "万元", "120000");
    converts(&d, 15000, "mu", "万亩", "1.5");
    converts(&d, 3, "萬畝", "万平方米", "2000");
    converts(&d, 7, "亿斤", "万吨", "35");
    converts(&d, 2, "百万kW", "兆瓦", "2000");
    converts(&d, 4, "千米", "m", "4000");
    desk_close(&d);
}
END_TEST

START_TEST(words_for_units_convert_too)
{
    desk d;
    qm_value one = qm_number(1, 0), out = qm_number(7, 0);
    desk_open(&d, NULL);
    converts(&d, 3, "亩", "平方米", "2000");
    converts(&d, 3, "畝", "m2", "2000");
    converts(&d, 5, "角", "元", "0.5");
    converts(&d, 5, "分", "元", "0.05");
    converts(&d, 30, "分", "小时", "0.5");
    converts(&d, 2, "刻钟", "min", "30");
    converts(&d, 5, "成", "%", "50");
    converts(&d, 3, "KM", "m", "3000");
    static const struct {
        const char *from, *to, *word;
    } wrong[] = {{"里程", "m", "里程"},
                 {"m", "", "no unit"},
                 {"亩", "斤", "area, mass"},
                 {"元", "美元", "fixed size"},
                 {"万元", "万美元", "fixed size"},
                 {"\xFF", "m", "no unit \"?\""},
                 {"亩", "公顷", "1/15"},
                 {"亩", "百公顷", "1/1500"},
                 {"万", "元", "no unit"},
                 {"万村", "元", "no unit"},
                 {"万摄氏度", "K", "without a fixed size"},
                 {"亿万亿元", "元", "no unit"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_int_ne(qm_unit_convert(d.engine, &one, wrong[i].from, wrong[i].to, &out, &d.err),
                         QM_OK);
        ck_assert_msg(strstr(d.err.message, wrong[i].word) != NULL, "%s", d.err.message);
    }
    ck_assert_int_eq(out.coefficient, 7);
    desk_close(&d);
}
END_TEST

START_TEST(units_are_listed_with_their_words)
{
    desk d;
    qm_buffer list = {0};
    desk_open(&d, NULL);
    ck_assert_int_eq(qm_quantifier_list(d.engine->quantifier, &list, NULL), QM_OK);
    ck_assert_int_eq(qm_buffer_add(&list, "", 1), QM_OK);
    static const char *const lines[] = {"\nmu\tarea\t亩|市亩\n",
                                        "\nkm/h\tspeed\t公里/小时|",
                                        "\nkW\tpower\t千瓦",
                                        "角=1/10",
                                        "打=12",
                                        "|°C|"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        ck_assert_msg(strstr(list.data, lines[i]) != NULL, "%s", lines[i]);
    qm_buffer_free(&list);
    desk_close(&d);
}
END_TEST

/* ---- whatever comes in ---- */

START_TEST(hostile_texts_are_read_to_the_end)
{
    static const char *const units[] = {
        "一",     "9",      "万",       "9—", "三分之", "2024年3月—", "“三会一课",
        "半",     "第",     "几",       "-",  ".",      "3,",         "两块",
        "每一个", "十五五", "\xF0\x9F", "零", "点",     "又二分之",   "九点九"};
    desk d;
    char text[6001];
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_QUANTITIES));
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t n = strlen(units[i]), size = 0;
        for (; size + n < sizeof text; size += n) memcpy(text + size, units[i], n);
        desk_ok(qm_analyze(d.analyzer, text, size, d.result, &d.err), &d);
        qm_column ends = desk_column(&d, QM_QUANTITIES, "end");
        for (int64_t row = 0; row < ends.length; row++)
            ck_assert_uint_le(((const uint32_t *)ends.data)[row], size);
    }
    desk_close(&d);
}
END_TEST

/* Repeats the unit up to `limit`; where it ends. */
static size_t repeat(char *text, size_t size, size_t limit, const char *unit)
{
    size_t n = strlen(unit);
    for (; size + n <= limit; size += n) memcpy(text + size, unit, n);
    return size;
}

/* If each dash, group or amount looked at all that follow or stand before in its clause, this would
 * take longer than a test may; nor may each 的 take its place on the stack. */
START_TEST(long_clauses_take_linear_time)
{
    static const struct {
        const char *first, *then; /* one half of the text each */
    } units[] = {{"-", "-"},         {"- ", "- "},     {"−", "−"},
                 {"5—", "5—"},       {"至", "至"},     {"啊", "3块/"},
                 {"到3点", "到3点"}, {"三位", "好的"}, {"123 456 ", "123 456 "}};
    static char text[1 << 21];
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_QUANTITIES));
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t size = repeat(text, 0, sizeof text / 2, units[i].first);
        size = repeat(text, size, sizeof text, units[i].then);
        desk_ok(qm_analyze(d.analyzer, text, size, d.result, &d.err), &d);
    }
    desk_close(&d);
}
END_TEST

START_TEST(rows_never_overlap)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_QUANTITIES));
    desk_read(&d, "近三五百户约2—3万元以上，不到十五斤半左右；超过两百余人次，至少上千亩。");
    qm_column starts = desk_column(&d, QM_QUANTITIES, "start");
    ck_assert_int_gt(starts.length, 3);
    for (int64_t row = 1; row < starts.length; row++)
        ck_assert_uint_ge(desk_u32(&d, QM_QUANTITIES, "start", row),
                          desk_u32(&d, QM_QUANTITIES, "end", row - 1));
    desk_close(&d);
}
END_TEST

/* A text is looked at in blocks: what stands across their borders is found as anywhere else. */
START_TEST(it_does_not_matter_where_a_quantity_stands)
{
    static const char before[] = "好",
                      text[] = "村里36户种了三百二十亩茶，每亩收5.5元，翻番，共有两个项目。";
    enum { WIDTH = sizeof before - 1, MOST = 140 };
    static char moved[MOST * WIDTH + sizeof text];
    uint32_t starts[8];
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_QUANTITIES));
    for (uint32_t n = 0; n < MOST; n++) {
        for (uint32_t i = 0; i < n; i++) memcpy(moved + i * WIDTH, before, WIDTH);
        memcpy(moved + n * WIDTH, text, sizeof text);
        desk_read(&d, moved);
        ck_assert_int_eq(desk_column(&d, QM_QUANTITIES, "start").length, 5);
        for (int64_t row = 0; row < 5; row++) {
            uint32_t start = desk_u32(&d, QM_QUANTITIES, "start", row);
            if (n == 0) starts[row] = start;
            ck_assert_uint_eq(start, starts[row] + n * WIDTH);
        }
    }
    desk_close(&d);
}
END_TEST

/* Longer than a block, with a trap behind it. */
START_TEST(a_number_may_be_longer_than_a_block)
{
    enum { DIGITS = 200 };
    char text[DIGITS + 64];
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_QUANTITIES));
    memset(text, '1', DIGITS);
    strcpy(text + DIGITS, "元，一直种茶36亩。");
    desk_read(&d, text);
    ck_assert_int_eq(desk_column(&d, QM_QUANTITIES, "start").length, 2);
    ck_assert_uint_eq(desk_u32(&d, QM_QUANTITIES, "end", 0), DIGITS + strlen("元"));
    desk_close(&d);
}
END_TEST

/* What is quoted is a label; but no quotation goes on from line to line. */
START_TEST(a_quotation_ends_with_its_line)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_QUANTITIES));
    desk_read(&d, "他说“五个水塘”。");
    ck_assert_int_eq(desk_column(&d, QM_QUANTITIES, "start").length, 0);
    desk_read(&d, "大家说“先办好。\n\n五个水塘”都在用。");
    ck_assert_int_eq(desk_column(&d, QM_QUANTITIES, "start").length, 1);
    desk_close(&d);
}
END_TEST

START_TEST(names_end_with_nothing)
{
    ck_assert_str_eq(qm_quantity_kind_name(QM_KIND_MONEY), "money");
    ck_assert_str_eq(qm_quantity_kind_name(QM_KIND_NUMBER), "number");
    ck_assert_ptr_null(qm_quantity_kind_name(QM_KIND_NUMBER + 1));
    ck_assert_str_eq(qm_relation_name(QM_REL_LE), "le");
    ck_assert_ptr_null(qm_relation_name(QM_REL_LE + 1));
}
END_TEST

/* ---- units of the user's own ---- */

/* The built-in model and units on it. */
static void open_with_units(desk *d, const char *rows)
{
    qm_model *own;
    qm_builder *builder;
    qm_bytes image;
    desk_ok(qm_model_builtin(&d->model, &d->err), d);
    desk_ok(qm_builder_new(&builder, d->model, NULL, &d->err), d);
    desk_ok(qm_builder_read(builder, "units", qm_bytes_of(rows), &d->err), d);
    desk_ok(qm_builder_finish(builder, &image, &d->err), d);
    desk_ok(qm_model_from_memory(&own, image, QM_OPEN_COPY, NULL, NULL, NULL, &d->err), d);
    qm_model *models[] = {d->model, own};
    desk_ok(qm_engine_new(&d->engine, models, 2, NULL, 0, NULL, &d->err), d);
    desk_ok(qm_analyzer_new(&d->analyzer, d->engine, NULL, &d->err), d);
    desk_ok(qm_result_new(&d->result, NULL, &d->err), d);
    qm_model_unref(own);
    qm_builder_free(builder);
}

START_TEST(a_user_unit_is_read_like_any_other)
{
    desk d = {0};
    open_with_units(&d, "tray\t托盘\tarea\t3/20\t-\t-\n");
    desk_read(&d, "育秧40托盘，共2亩。");
    ck_assert_int_eq(desk_column(&d, QM_QUANTITIES, "start").length, 2);
    converts(&d, 40, "tray", "m2", "6");
    converts(&d, 3, "mu", "m2", "2000");
    desk_close(&d);
}
END_TEST

/* What characters mean by themselves is in no list of matches; of two images the later one counts.
 */
START_TEST(user_units_may_be_single_characters)
{
    static const char *const names[] = {"basket", "plot", "jin", "sign"};
    desk d = {0};
    open_with_units(&d, "basket\t畚\tmass\t25\t-\t-\n"
                        "plot\t亩\tarea\t500\t-\t-\n"
                        "sign\t¤\tmoney\t1\t-\tbefore\n");
    desk_read(&d, "挑土40畚，翻地2亩，施肥3斤，卖得¤15。");
    ck_assert_int_eq(desk_column(&d, QM_QUANTITIES, "unit").length, 4);
    for (int64_t i = 0; i < 4; i++) {
        qm_bytes name;
        uint32_t unit = desk_u32(&d, QM_QUANTITIES, "unit", i);
        ck_assert_int_eq(qm_result_name(d.result, QM_DICT_UNITS, unit, &name), QM_OK);
        ck_assert(qm_bytes_equal(name, qm_bytes_of(names[i])));
    }
    desk_close(&d);
}
END_TEST

/* More names than there is room for at first. */
START_TEST(thousands_of_units_keep_their_names)
{
    enum { UNITS = 3000 };
    desk d = {0};
    qm_buffer rows = {0};
    char text[64];
    for (int i = 1; i <= UNITS; i++) {
        snprintf(text, sizeof text, "tray%d\t托盘%d号\tarea\t%d\t-\t-\n", i, i, i);
        ck_assert_int_eq(qm_buffer_string(&rows, text), QM_OK);
    }
    ck_assert_int_eq(qm_buffer_add(&rows, "", 1), QM_OK);
    open_with_units(&d, rows.data);
    for (int i = 1; i <= UNITS; i++) {
        char name[16], metres[16];
        snprintf(name, sizeof name, "tray%d", i);
        snprintf(metres, sizeof metres, "%d", 2 * i);
        converts(&d, 2, name, "m2", metres);
    }
    converts(&d, 3, "mu", "m2", "2000");
    qm_buffer_free(&rows);
    desk_close(&d);
}
END_TEST

START_TEST(mistakes_in_data_have_their_place)
{
    static const struct {
        const char *kind, *text;
        uint32_t line;
    } wrong[] = {{"units", "m\t米\tlength\t1\tm\nx\t叉\tlength\t0\t-\n", 2},
                 {"units", "x\t叉\tweight\t1\t-\n", 1},
                 {"units", "x\t叉\tlength\t1\t-\tsometimes\n", 1},
                 {"units", "x\t\tlength\t1\t-\n", 1},
                 {"classifiers", "个\todd\n", 1},
                 {"traps", "第一书记\ttitles\n", 1},
                 {"modifiers", "约\tbeside\tapprox\n", 1},
                 {"modifiers", "约\tbefore\tabout\n", 1},
                 {"quantity-cues", "# a comment\n每\trates\n", 2}};
    qm_builder *builder;
    ck_assert_int_eq(qm_builder_new(&builder, NULL, NULL, NULL), QM_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        qm_error err = {0};
        ck_assert_int_eq(qm_builder_read(builder, wrong[i].kind, qm_bytes_of(wrong[i].text), &err),
                         QM_E_SYNTAX);
        ck_assert_uint_eq(err.line, wrong[i].line);
        ck_assert_uint_gt(err.column, 0);
    }
    qm_builder_free(builder);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("quantity");
    TCase *cases = tcase_create("quantity");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, relative_years_count_from_the_reference_date);
    tcase_add_test(cases, little_is_not_nothing);
    tcase_add_test(cases, what_is_rounded_says_so);
    tcase_add_test(cases, relative_days_are_no_rows_without_a_reference_date);
    tcase_add_test(cases, days_and_months_carry);
    tcase_add_test(cases, units_convert_exactly_or_not_at_all);
    tcase_add_test(cases, scales_before_units_make_units);
    tcase_add_test(cases, words_for_units_convert_too);
    tcase_add_test(cases, units_are_listed_with_their_words);
    tcase_add_test(cases, hostile_texts_are_read_to_the_end);
    tcase_add_test(cases, long_clauses_take_linear_time);
    tcase_add_test(cases, rows_never_overlap);
    tcase_add_test(cases, it_does_not_matter_where_a_quantity_stands);
    tcase_add_test(cases, a_number_may_be_longer_than_a_block);
    tcase_add_test(cases, a_quotation_ends_with_its_line);
    tcase_add_test(cases, names_end_with_nothing);
    tcase_add_test(cases, a_user_unit_is_read_like_any_other);
    tcase_add_test(cases, user_units_may_be_single_characters);
    tcase_add_test(cases, thousands_of_units_keep_their_names);
    tcase_add_test(cases, mistakes_in_data_have_their_place);
    suite_add_tcase(suite, cases);
    return qm_unit_run(suite);
}
