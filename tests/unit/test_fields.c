/* What belongs to a row: who acted, where, when, how much of what, and by which words. */
#include "desk.h"
#include "engine/analyzer.h"
#include "initiative/scratch.h"
#include "unit.h"

#include <stdio.h>

static desk d;

static void start(void)
{
    desk_open(&d, NULL);
    d.analyzer->initiative->rules_only = true;
}

static void stop(void)
{
    desk_close(&d);
}

static const uint32_t *numbers(int table, const char *name, int64_t *rows)
{
    qm_column out = desk_column(&d, table, name);
    *rows = out.length;
    return out.data;
}

/* "3口 1.8公里": what a row measures, added to out. */
static size_t add_measures(const char *text, char *out, size_t size, uint32_t row)
{
    int64_t rows, all;
    size_t at = 0;
    const uint32_t *owners = numbers(QM_MEASURES, "initiative", &rows);
    const uint32_t *quantities = numbers(QM_MEASURES, "quantity", &rows);
    const uint32_t *starts = numbers(QM_QUANTITIES, "start", &all);
    const uint32_t *ends = numbers(QM_QUANTITIES, "end", &all);
    for (int64_t i = 0; i < rows && at < size; i++) {
        const uint32_t q = quantities[i];
        if (owners[i] != row) continue;
        at += (size_t)snprintf(out + at, size - at, "%s%.*s", at ? " " : "",
                               (int)(ends[q] - starts[q]), text + starts[q]);
    }
    return at;
}

static size_t add_span(const char *text, char *out, size_t size, int64_t row, const char *field)
{
    char name[32];
    snprintf(name, sizeof name, "%s_start", field);
    const uint32_t start = desk_u32(&d, QM_INITIATIVES, name, row);
    snprintf(name, sizeof name, "%s_end", field);
    const uint32_t end = desk_u32(&d, QM_INITIATIVES, name, row);
    if (start == QM_NONE) return (size_t)snprintf(out, size, "-");
    return (size_t)snprintf(out, size, "%.*s", (int)(end - start), text + start);
}

/* A field of all rows, separated by " | ": "quantities", "time", "place", ...; "-": it has none. */
static const char *fields(const char *text, const char *field)
{
    static char out[1024];
    int64_t rows;
    size_t at = 0;
    desk_read(&d, text);
    (void)numbers(QM_INITIATIVES, "start", &rows);
    out[0] = 0;
    for (int64_t i = 0; i < rows && at < sizeof out; i++) {
        if (i > 0) at += (size_t)snprintf(out + at, sizeof out - at, " | ");
        at += strcmp(field, "quantities") == 0
                  ? add_measures(text, out + at, sizeof out - at, (uint32_t)i)
                  : add_span(text, out + at, sizeof out - at, i, field);
    }
    return out;
}

/* ---- time ---- */

START_TEST(what_is_compared_with_is_no_time)
{
    ck_assert_str_eq(fields("2024年卖出甜瓜30万斤，比2022年增加6万斤。", "time"), "2024年");
    ck_assert_str_eq(fields("2024年卖出甜瓜30万斤，同比2023年增加6万斤。", "time"), "2024年");
    ck_assert_str_eq(fields("相较于2020年，2024年卖出甜瓜30万斤。", "time"), "2024年");
    ck_assert_str_eq(fields("与2021年相比，2024年卖出甜瓜30万斤。", "time"), "2024年");
    ck_assert_str_eq(fields("卖出甜瓜30万斤，是2021年的两倍。", "time"), "-");
    ck_assert_str_eq(fields("卖出甜瓜30万斤，是2021年的两倍。", "quantities"), "30万斤 两倍");
    ck_assert_str_eq(fields("评比2023年度五好家庭12户。", "time"), "2023年度");
    ck_assert_str_eq(fields("较2020年新增蔬菜大棚40座。", "time"), "-");
    ck_assert_str_eq(fields("村集体收入相比于2020年增加12万元。", "time"), "-");
    ck_assert_str_eq(fields("大家共同在2021年修建冷库2座。", "time"), "2021年");
}
END_TEST

START_TEST(a_date_within_a_listed_item_is_of_that_alone)
{
    ck_assert_str_eq(fields("安排工厂5月投产；新建冷库2座。", "time"), "5月 | -");
    ck_assert_str_eq(fields("2024年，流转土地200亩；新建冷库2座。", "time"), "2024年 | 2024年");
    ck_assert_str_eq(fields("督促工厂5月投产，新建冷库2座。", "time"), "5月 | 5月");
}
END_TEST

/* ---- place ---- */

START_TEST(who_goes_away_comes_back)
{
    ck_assert_str_eq(fields("带队赴临海市观摩甜瓜种植，新建大棚12座。", "place"), "临海市 | -");
    ck_assert_str_eq(fields("带队到临海市、仙居县观摩甜瓜种植，新建大棚12座。", "place"),
                     "仙居县 | -");
    ck_assert_str_eq(fields("从临海市引进茶苗3万株，栽种茶树60亩。", "place"), "- | -");
    ck_assert_str_eq(fields("在石桥村修建便民桥2座，安装路灯30盏。", "place"), "石桥村 | 石桥村");
}
END_TEST

START_TEST(the_village_named_most_often_is_the_place)
{
    ck_assert_str_eq(fields("石桥村小结\n新建冷库2座。\n大坪村来了客人。", "place"), "石桥村");
    ck_assert_str_eq(fields("小结\n新建冷库2座。\n到过大坪村和石桥村。", "place"), "-");
    ck_assert_str_eq(fields("小结\n新建冷库2座。\n到过大坪村和石桥村。\n石桥村变了。", "place"),
                     "石桥村");
}
END_TEST

/* ---- actor ---- */

START_TEST(who_is_asked_for_help_does_not_act)
{
    ck_assert_str_eq(fields("向县交通局争取资金30万元，安装路灯20盏。", "actor"), "- | -");
    ck_assert_str_eq(fields("与县交通局联合安装路灯20盏。", "actor"), "-");
    ck_assert_str_eq(fields("在县交通局帮助下安装路灯20盏。", "actor"), "-");
    ck_assert_str_eq(fields("由县交通局安装路灯20盏。", "actor"), "县交通局");
    ck_assert_str_eq(fields("随后县交通局安装路灯20盏。", "actor"), "县交通局");
    ck_assert_str_eq(fields("联系县人民医院到村义诊，发放药品200盒。", "actor"), "- | -");
    ck_assert_str_eq(fields("县人民医院到村义诊，发放药品200盒。", "actor"),
                     "县人民医院 | 县人民医院");
}
END_TEST

/* If each amount looked at all before it, this would take longer than a test may. */
START_TEST(endless_lists_take_linear_time)
{
    static const char *const units[] = {"硬化道路3公里、水渠2公里、桥梁1座、", "5月硬化道路3公里、",
                                        "工作队硬化道路", "在石桥村大坪村、"};
    static char text[1 << 22];
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t n = strlen(units[i]), size = 0;
        for (; size + n <= sizeof text; size += n) memcpy(text + size, units[i], n);
        desk_ok(qm_analyze(d.analyzer, text, size, d.result, &d.err), &d);
    }
}
END_TEST

START_TEST(who_acts_and_when_are_no_object)
{
    ck_assert_str_eq(fields("工作队修路3公里。", "object"), "-");
    ck_assert_str_eq(fields("工作队修路3公里。", "actor"), "工作队");
    ck_assert_str_eq(fields("去年修路3公里。", "object"), "-");
    ck_assert_str_eq(fields("村里修路3公里。", "object"), "-");
    ck_assert_str_eq(fields("道路硬化3公里。", "object"), "道路");
}
END_TEST

START_TEST(who_acts_may_have_no_name)
{
    ck_assert_str_eq(fields("驻村工作队修建便民桥2座，安装路灯30盏。", "actor"),
                     "驻村工作队 | 驻村工作队");
    ck_assert_str_eq(fields("石桥村“两委”组织修建便民桥2座。", "actor"), "“两委”");
    ck_assert_str_eq(fields("由第一书记安装路灯20盏。", "actor"), "第一书记");
    ck_assert_str_eq(fields("工作队员联系县交通局，工作队修建便民桥2座。", "actor"), "工作队");
    ck_assert_str_eq(fields("与工作队修建便民桥2座。", "actor"), "-");
    ck_assert_str_eq(fields("成立工作队修建便民桥2座。", "actor"), "-");
    ck_assert_str_eq(fields("党支部书记修建便民桥2座。", "actor"), "-");
    ck_assert_str_eq(fields("工作队的院里安装路灯20盏。", "actor"), "-");
    ck_assert_str_eq(fields("村医给老人量血压46人次。", "actor"), "村医");
    ck_assert_str_eq(fields("由监委会修建便民桥2座。", "actor"), "监委会");
}
END_TEST

/* ---- quantities ---- */

START_TEST(a_thing_of_a_list_has_its_own_quantity)
{
    ck_assert_str_eq(fields("建成冷库1座和产业路2.6公里。", "quantities"), "1座 | 2.6公里");
    ck_assert_str_eq(fields("安装路灯60盏、垃圾桶100个。", "quantities"), "60盏 | 100个");
    ck_assert_str_eq(fields("新建水渠3公里、蓄水池2口。", "quantities"), "3公里 2口");
    ck_assert_str_eq(fields("争取资金20万元，建成冷库1座。", "quantities"), "20万元 | 1座");
    ck_assert_str_eq(fields("解决断路、缺水等难题14个。", "quantities"), "14个 | 14个");
    ck_assert_str_eq(fields("硬化的水泥路通到了三组，全长2公里。", "quantities"), "2公里");
}
END_TEST

START_TEST(a_third_thing_is_of_the_row_of_its_type)
{
    ck_assert_str_eq(fields("修建道路3公里、水渠2公里、桥梁1座。", "quantities"),
                     "3公里 1座 | 2公里");
    ck_assert_str_eq(fields("新修道路3公里、水渠2公里、蓄水池1口。", "quantities"),
                     "3公里 | 2公里 1口");
}
END_TEST

/* The weights, to which each item speaks against the others, are asked. */
START_TEST(each_item_of_a_list_is_a_row)
{
    d.analyzer->initiative->rules_only = false;
    ck_assert_str_eq(fields("硬化道路1.2公里、安装路灯30盏、清理垃圾40吨。", "quantities"),
                     "1.2公里 | 30盏 | 40吨");
    ck_assert_str_eq(fields("新建冷库1座、道路2公里、烘干房3间。", "quantities"),
                     "1座 3间 | 2公里");
    ck_assert_str_eq(fields("修建道路3公里。", "quantities"), "3公里");
}
END_TEST

/* ---- status ---- */

static const char *statuses(const char *text)
{
    static char out[256];
    int64_t rows = 0;
    size_t at = 0;
    desk_read(&d, text);
    const qm_column status = desk_column(&d, QM_INITIATIVES, "status");
    (void)numbers(QM_INITIATIVES, "start", &rows);
    out[0] = 0;
    for (int64_t i = 0; i < rows && at < sizeof out; i++) {
        const char *name = qm_initiative_status_name(((const uint8_t *)status.data)[i]);
        at += (size_t)snprintf(out + at, sizeof out - at, "%s%s", i ? " " : "", name);
    }
    return out;
}

/* The weights, which know plans by the clause before, are asked. */
START_TEST(what_is_done_by_now_is_no_plan)
{
    d.analyzer->initiative->rules_only = false;
    ck_assert_str_eq(statuses("计划修路3公里，目前已硬化2公里。"), "planned done");
    ck_assert_str_eq(statuses("拟安装路灯100盏，已装好60盏。"), "planned done");
    ck_assert_str_eq(statuses("原计划修路3公里，现已硬化2公里。"), "planned done");
    ck_assert_str_eq(statuses("计划安装路灯80盏，实际安装60盏。"), "planned done");
}
END_TEST

/* Not where it is counted. */
START_TEST(what_is_done_every_so_often_goes_on)
{
    d.analyzer->initiative->rules_only = false;
    ck_assert_str_eq(statuses("每年夏天，组织党员清理河道。"), "ongoing");
    ck_assert_str_eq(statuses("去年夏天，组织党员清理河道。"), "done");
    ck_assert_str_eq(statuses("每年夏天，组织党员清理河道26次。"), "done");
    ck_assert_str_eq(statuses("每年夏天。组织党员清理河道。"), "done");
}
END_TEST

/* 每周六 makes no row by itself, but the weights say of it what the act beside it is. */
START_TEST(weights_are_asked_about_what_only_frames_an_act)
{
    qm_initiative_scratch *scratch = d.analyzer->initiative;
    scratch->rules_only = false;
    (void)statuses("每周六，支教队员到村小陪孩子读书。");
    ck_assert_uint_eq(scratch->heard[0].clause, 0);
    ck_assert_uint_eq(scratch->heard[1].clause, 1);
    ck_assert(!scratch->heard[0].scores.reached);
}
END_TEST

START_TEST(what_was_reached_of_a_plan_is_a_row)
{
    static const char cold_stores[] = "计划建冷库3座，现已建成1座。";
    d.analyzer->initiative->rules_only = false;
    ck_assert_str_eq(statuses(cold_stores), "planned done");
    ck_assert_str_eq(fields(cold_stores, "quantities"), "3座 | 1座");
    ck_assert_str_eq(fields(cold_stores, "trigger"), "建 | 建成");
    ck_assert_str_eq(fields("计划建冷库3座，目前建成1座。", "quantities"), "3座 | 1座");
    ck_assert_str_eq(fields("今年计划发展茶园500亩，已完成300亩，投资60万元。", "quantities"),
                     "500亩 | 300亩 60万元");
    ck_assert_str_eq(fields("今年计划发展茶园500亩，已完成300亩。", "trigger"), "发展 | 完成");
    ck_assert_str_eq(statuses("计划建冷库3座，明年建成1座。"), "planned planned");
}
END_TEST

START_TEST(little_money_is_a_state)
{
    d.analyzer->initiative->rules_only = false;
    ck_assert_str_eq(statuses("村集体收入不足3万元。"), "");
    ck_assert_str_eq(statuses("村集体一年收益只有2.6万元。"), "");
    ck_assert_str_eq(statuses("当时集体经济收入为零。"), "");
    ck_assert_str_eq(statuses("村集体收入不到一年就突破20万元。"), "done");
    ck_assert_str_eq(statuses("村集体经济收入从不足5万元增长到52万元。"), "done");
    ck_assert_str_eq(statuses("组织人均收入不足1万元的农户开展养蜂培训。"), "done");
}
END_TEST

START_TEST(what_little_money_rose_to_is_a_row)
{
    d.analyzer->initiative->rules_only = false;
    ck_assert_str_eq(fields("2019年村集体收入只有2万元，2023年达到46万元。", "quantities"),
                     "2019年 2万元 2023年 46万元");
    ck_assert_str_eq(fields("2019年村集体收入只有2万元，2023年达到46万元。", "time"), "2023年");
    ck_assert_str_eq(statuses("2019年村集体收入只有6万元，2023年达到2万元。"), "");
    ck_assert_str_eq(statuses("村集体收入只有2万元，力争明年达到46万元。"), "");
    ck_assert_str_eq(statuses("村集体收入只有2万元。后来达到46万元。"), "");
}
END_TEST

/* ---- trigger and object ---- */

static void tells(const char *text, const char *triggers, const char *objects)
{
    ck_assert_str_eq(fields(text, "trigger"), triggers);
    ck_assert_str_eq(fields(text, "object"), objects);
}

START_TEST(who_is_brought_in_acts)
{
    tells("邀请农艺师到村指导修枝方法。", "指导", "修枝方法");
    tells("联系爱心企业送来棉衣60件。", "送来", "棉衣");
    tells("聘请设计院编制村庄规划。", "编制", "村庄规划");
    tells("联系县人民医院到村义诊。", "联系", "医院");
    tells("联合农商行发放贷款50万元。", "发放", "贷款");
}
END_TEST

START_TEST(who_acts_gives_way_to_a_verb)
{
    tells("跟镇上的银行谈下贷款五十万元。", "谈下", "贷款");
    tells("请来两位专家现场指导。", "指导", "专家");
    tells("集体头一回有了十一万元的进项。", "有", "进项");
}
END_TEST

START_TEST(words_of_rules_end_with_their_verb)
{
    tells("走访慰问困难群众46户。", "走访慰问", "困难群众");
    tells("为5户困难户办理了低保。", "办理", "低保");
    tells("翻修了村党群服务中心。", "翻修", "党群服务中心");
    tells("原计划修路3公里。", "修路", "-");
    tells("實際硬化2公里。", "硬化", "-");
    tells("最后硬化了2公里。", "硬化", "-");
    tells("贫困学生领到了助学金。", "领到", "助学金");
    d.analyzer->initiative->rules_only = false;
    tells("集体经济收入同比增加5万元。", "增加", "集体经济收入");
}
END_TEST

START_TEST(objects_stand_behind_their_verb_first)
{
    tells("雨季排查隐患点14处。", "排查", "隐患点");
    tells("党员活动室更换桌椅30套。", "更换", "桌椅");
    tells("产业路安装护栏600米。", "安装", "护栏");
    tells("党员活动室重新翻修。", "翻修", "党员活动室");
    tells("水泥路修进各家各户。", "修进", "水泥路");
    tells("在码头增设停车位60个。", "增设", "停车位");
    tells("给患者办理门诊补贴12份。", "办理", "门诊补贴");
    tells("为12名慢性病患者办理门诊特殊病种。", "办理", "门诊特殊病种");
    tells("厂房租金11万元归集体。", "归", "厂房租金");
}
END_TEST

START_TEST(what_is_counted_is_an_object_of_its_own)
{
    d.analyzer->initiative->rules_only = false;
    tells("村里添了两口大锅、一台消毒柜。", "添", "大锅");
    tells("服务队给集体挣了18万元。", "挣", "-");
    tells("工作队清完了垃圾。", "清完", "垃圾");
    tells("给小学送取暖的煤。", "送", "煤");
}
END_TEST

/* 留守儿童 is who it is about. */
START_TEST(phrases_that_describe_leave_the_verb_to_others)
{
    tells("为独居老人换了灯泡和纱窗。", "换", "灯泡和纱窗");
    tells("为独居老人安装扶手。", "安装", "扶手");
    tells("对脱贫户逐户走访。", "逐户走访", "脱贫户");
}
END_TEST

START_TEST(acts_that_describe_a_thing_are_part_of_it)
{
    d.analyzer->initiative->rules_only = false;
    tells("组织村民外出学习草莓种植技术60人次。", "外出学习", "草莓种植技术");
    tells("赴县城学习大棚种植技术。", "学习", "大棚种植技术");
    tells("与县农商行签共建协议，认领项目2个。", "签", "共建协议");
}
END_TEST

/* Of a clause no more words are read than there is room for. */
START_TEST(what_stands_behind_all_that_was_read_stays)
{
    static const char *const acts[] = {"低保申请", "安装路灯", "支部结成对子"};
    for (int i = 0; i < 3; i++) {
        for (int words = 90; words < 100; words++) {
            char text[512] = "";
            for (int k = 0; k < words; k++) strcat(text, k % 2 ? "山" : "的");
            strcat(text, acts[i]);
            ck_assert_str_ne(fields(text, "trigger"), "");
        }
    }
}
END_TEST

START_TEST(no_verb_is_part_of_an_object)
{
    tells("市卫健委党支部与村支部结成对子。", "结成", "对子");
    tells("12户村民拿到贷款合计93万元。", "拿到", "贷款");
    d.analyzer->initiative->rules_only = false;
    tells("把模拟法庭搬上街头，围观群众300人。", "模拟", "法庭");
}
END_TEST

START_TEST(what_is_complete_is_an_act)
{
    tells("完成户厕改造60座。", "改造", "户厕");
    tells("完成小学教室改造5间。", "改造", "小学教室");
    tells("开展入户走访60次。", "开展", "入户走访");
}
END_TEST

START_TEST(objects_go_over_figures_to_their_verb)
{
    d.analyzer->initiative->rules_only = false;
    tells("路面由3.5米加宽到5米。", "加宽", "路面");
    tells("村民凑的3万元补给了受灾的12户。", "补给", "-");
    tells("落实“三会一课”、主题党日等党内制度。", "落实", "党内制度");
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("tests");
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_test(tests, what_is_compared_with_is_no_time);
    tcase_add_test(tests, a_date_within_a_listed_item_is_of_that_alone);
    tcase_add_test(tests, the_village_named_most_often_is_the_place);
    tcase_add_test(tests, who_goes_away_comes_back);
    tcase_add_test(tests, who_is_asked_for_help_does_not_act);
    tcase_add_test(tests, endless_lists_take_linear_time);
    tcase_add_test(tests, who_acts_and_when_are_no_object);
    tcase_add_test(tests, who_acts_may_have_no_name);
    tcase_add_test(tests, a_thing_of_a_list_has_its_own_quantity);
    tcase_add_test(tests, a_third_thing_is_of_the_row_of_its_type);
    tcase_add_test(tests, each_item_of_a_list_is_a_row);
    tcase_add_test(tests, what_is_done_by_now_is_no_plan);
    tcase_add_test(tests, what_is_done_every_so_often_goes_on);
    tcase_add_test(tests, weights_are_asked_about_what_only_frames_an_act);
    tcase_add_test(tests, what_was_reached_of_a_plan_is_a_row);
    tcase_add_test(tests, little_money_is_a_state);
    tcase_add_test(tests, what_little_money_rose_to_is_a_row);
    tcase_add_test(tests, who_is_brought_in_acts);
    tcase_add_test(tests, who_acts_gives_way_to_a_verb);
    tcase_add_test(tests, words_of_rules_end_with_their_verb);
    tcase_add_test(tests, objects_stand_behind_their_verb_first);
    tcase_add_test(tests, what_is_counted_is_an_object_of_its_own);
    tcase_add_test(tests, phrases_that_describe_leave_the_verb_to_others);
    tcase_add_test(tests, acts_that_describe_a_thing_are_part_of_it);
    tcase_add_test(tests, what_stands_behind_all_that_was_read_stays);
    tcase_add_test(tests, no_verb_is_part_of_an_object);
    tcase_add_test(tests, what_is_complete_is_an_act);
    tcase_add_test(tests, objects_go_over_figures_to_their_verb);
    Suite *suite = suite_create("fields");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
