#include "compile/compile.h"
#include "compile/lint.h"
#include "engine/analyzer.h"
#include "engine/explain.h"
#include "file.h"
#include "initiative/scratch.h"
#include "unit.h"

static qm_engine *engine;
static qm_analyzer *analyzer;
static qm_result *result;

static void open_engine(qm_model *overlay, const qm_setting *settings, size_t n)
{
    qm_model *models[2];
    qm_error err;
    ck_assert_int_eq(qm_model_builtin(&models[0], &err), QM_OK);
    models[1] = overlay;
    ck_assert_msg(qm_engine_new(&engine, models, overlay ? 2 : 1, settings, n, NULL, &err) == QM_OK,
                  "%s", err.message);
    ck_assert_int_eq(qm_analyzer_new(&analyzer, engine, NULL, &err), QM_OK);
    analyzer->initiative->rules_only = true;
    ck_assert_int_eq(qm_result_new(&result, NULL, &err), QM_OK);
    qm_model_unref(models[0]);
    qm_model_unref(overlay);
}

static void start(void)
{
    open_engine(NULL, NULL, 0);
}

static void stop(void)
{
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    qm_engine_unref(engine);
}

static qm_column column(const char *name)
{
    qm_column out;
    ck_assert_int_eq(qm_result_find(result, QM_INITIATIVES, name, &out), QM_OK);
    return out;
}

static uint32_t value(const char *name, int64_t row)
{
    qm_column c = column(name);
    return c.width == 1   ? ((const uint8_t *)c.data)[row]
           : c.width == 2 ? ((const uint16_t *)c.data)[row]
                          : ((const uint32_t *)c.data)[row];
}

static qm_bytes name(const char *of, int64_t row)
{
    qm_bytes out;
    ck_assert_int_eq(qm_result_name(result, column(of).dictionary, value(of, row), &out), QM_OK);
    return out;
}

static void run(const char *text)
{
    qm_error err;
    ck_assert_int_eq(qm_analyze(analyzer, text, strlen(text), result, &err), QM_OK);
}

/* "roads done, power planned": the rows of a text. */
static const char *rows(const char *text)
{
    static char out[1024];
    size_t at = 0;
    run(text);
    out[0] = 0;
    for (int64_t i = 0; i < column("type").length && at < sizeof out; i++) {
        qm_bytes type = name("type", i), status = name("status", i);
        at += (size_t)snprintf(out + at, sizeof out - at, "%s%.*s %.*s", i ? ", " : "",
                               (int)type.size, (const char *)type.data, (int)status.size,
                               (const char *)status.data);
    }
    return out;
}

static void has_span(const char *text, const char *of, const char *want)
{
    char field[32];
    run(text);
    ck_assert_int_gt(column("type").length, 0);
    snprintf(field, sizeof field, "%s_start", of);
    uint32_t from = value(field, 0);
    snprintf(field, sizeof field, "%s_end", of);
    uint32_t to = value(field, 0);
    ck_assert_uint_ne(from, QM_NONE);
    ck_assert_uint_eq(to - from, strlen(want));
    ck_assert(memcmp(text + from, want, strlen(want)) == 0);
}

START_TEST(a_verb_and_an_object_make_a_row)
{
    ck_assert_str_eq(rows("村里硬化村道三公里。"), "roads done");
    ck_assert_str_eq(rows("把进村的土路全部硬化了。"), "");
    ck_assert_str_eq(rows("把村道全部硬化了。"), "roads done");
    ck_assert_str_eq(rows("村道弯弯，垂柳依依。"), "");
}
END_TEST

/* More words than are looked at on either side of an object. */
START_TEST(a_clause_full_of_words_has_its_pair)
{
    static char text[4000];
    size_t size = 0;
    for (int i = 0; i < 90; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "村道和");
    ck_assert_str_eq(rows(text), "");
    snprintf(text + size, sizeof text - size, "村里硬化村道三公里。");
    ck_assert_str_eq(rows(text), "roads done");
}
END_TEST

/* More words than are listed at once, of many clauses and of one. */
START_TEST(a_text_full_of_words_has_all_its_rows)
{
    enum { MANY = 700 };
    static char text[MANY * 40];
    size_t size = 0;
    for (int i = 0; i < MANY; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "村里硬化村道三公里。");
    run(text);
    ck_assert_int_eq(column("type").length, MANY);
    for (int64_t i = 0; i < MANY; i++) ck_assert_uint_eq(value("start", i), (uint32_t)i * 30);
    size = 0;
    for (int i = 0; i < MANY; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, "村道和");
    snprintf(text + size, sizeof text - size, "村里硬化村道三公里。");
    ck_assert_str_eq(rows(text), "roads done");
}
END_TEST

START_TEST(a_phrase_is_cut_at_its_verb)
{
    has_span("1　石桥村　村道硬化3.6公里", "trigger", "硬化");
    has_span("1　石桥村　村道硬化3.6公里", "object", "村道");
}
END_TEST

START_TEST(objects_of_rules_are_whole_noun_phrases)
{
    has_span("储备村级后备干部3名。", "object", "村级后备干部");
    has_span("建成冷链仓库1座。", "object", "冷链仓库");
    has_span("引导农户种植黄精600亩。", "trigger", "种植");
    has_span("引导农户种植黄精600亩。", "object", "黄精");
    has_span("为老人代办“高龄津贴”补助3.2万元。", "object", "“高龄津贴”补助");
    has_span("村里开展“党员讲党课”活动。", "object", "党课"); /* its verb is quoted with it */
    has_span("建起烘干车间和冷库。", "object", "烘干车间和冷库");
    has_span("明年修缮老街上的两座戏台。", "object", "戏台");
    has_span("筹集大米、食油等生活物资27份。", "object", "生活物资");
    has_span("修建各类冷库合计6座。", "object", "冷库");
}
END_TEST

START_TEST(verbs_side_by_side_are_one_trigger)
{
    has_span("走访慰问老党员16人。", "trigger", "走访慰问");
    has_span("优化调整公交线路2条。", "trigger", "优化调整");
    has_span("清淤加固山塘2口。", "trigger", "清淤加固");
    has_span("组织修缮祠堂一座。", "trigger", "修缮");
    has_span("村里争取资金36万余元。", "trigger", "争取");
    has_span("村里争取资金36万余元。", "object", "资金");
}
END_TEST

/* Rules pair who acts with what is done; what came in is what another verb is about. */
START_TEST(who_acts_is_no_trigger)
{
    has_span("村集体分得收益18.5万元。", "trigger", "分得");
    has_span("村集体分得收益18.5万元。", "object", "收益");
    has_span("全年村集体进账61.3万元。", "trigger", "进账");
    has_span("全年村集体进账61.3万元。", "object", "村集体");
    has_span("村集体收入突破七十万元。", "trigger", "突破");
    has_span("村集体收入突破七十万元。", "object", "村集体收入");
}
END_TEST

START_TEST(an_object_may_begin_the_text)
{
    has_span("村道已经全部硬化", "object", "村道");
    analyzer->initiative->rules_only = false;
    has_span("水管用户全部接通了。", "object", "水管用户"); /* its rule knows 水管 */
}
END_TEST

/* What the grammar finds in the first clause of a text where no rule says anything. */
static void finds_words(const char *text, const char *trigger, const char *object)
{
    const qm_document document = qm_analyzer_document(analyzer);
    qm_initiative row = {.trigger_start = QM_NONE,
                         .trigger_end = QM_NONE,
                         .object_start = QM_NONE,
                         .object_end = QM_NONE};
    run(text);
    qm_row_find_words(engine->initiator, analyzer->initiative, &document, &(qm_run){.head = 0},
                      &row);
    const uint32_t spans[2][2] = {{row.trigger_start, row.trigger_end},
                                  {row.object_start, row.object_end}};
    const char *wants[2] = {trigger, object};
    for (int i = 0; i < 2; i++) {
        if (!wants[i]) {
            ck_assert_uint_eq(spans[i][0], QM_NONE);
            continue;
        }
        ck_assert_uint_ne(spans[i][0], QM_NONE);
        uint32_t from = document.text->starts[spans[i][0]];
        uint32_t to = qm_text_end(document.text, spans[i][1]);
        ck_assert_uint_eq(to - from, strlen(wants[i]));
        ck_assert(memcmp(text + from, wants[i], strlen(wants[i])) == 0);
    }
}

START_TEST(grammar_finds_trigger_and_object)
{
    finds_words("老井边新修了三座凉亭。", "新修", "凉亭");
    finds_words("把漏雨的屋顶换了。", "换", "屋顶");
    finds_words("给孩子们送去图书200册。", "送去", "图书");
    finds_words("风从山上来。", NULL, NULL);
    finds_words("他笑了。", "笑", NULL);
    finds_words("组织青年改造升级圈舍两处。", "改造升级", "圈舍");
    finds_words("旧粮站改成了老年食堂。", "改成", "老年食堂");
    finds_words("绣片摆进了县城的商店。", "摆进", "绣片");
    finds_words("新建一座500吨的冷库。", "新建", "冷库");
    finds_words("给她盖了间房。", "盖了", "房");
    finds_words("得垒个挡墙。", "垒", "挡墙");
    finds_words("买了车。", "买", "车");
    finds_words("挂上了“草原之家”合作社的牌子。", "挂上", "牌子");
    finds_words("村口的水车又转起来了。", "转", "水车");
    finds_words("在县城做了三年。", "做", NULL);
    finds_words("划出沙化地禁了牧。", "划出", "沙化地");
    finds_words("村小的图书角昨天摆好了。", "摆好", "图书角");
    finds_words("两个月敲遍全村的门。", "敲遍", "门");
    finds_words("支部会改在晚上。", "改", "支部会");
    finds_words("已整平620亩。", "整平", NULL);
    finds_words("通往果园的便桥去年年底架起来了。", "架", "便桥");
    finds_words("修好了“”。", "修好", "“”");
    finds_words("修好了《》。", "修好", "《》");
}
END_TEST

START_TEST(a_list_shares_its_verb)
{
    ck_assert_str_eq(rows("工作队先后为村里安装了太阳能路灯80盏、垃圾桶120个。"),
                     "power done, environment done");
}
END_TEST

START_TEST(a_list_of_solved_problems_gives_a_row_for_each)
{
    ck_assert_str_eq(rows("工作队帮助村民解决缺水、断路、讨薪等难题14个。"),
                     "roads done, water done, relief done");
    ck_assert_str_eq(rows("帮村里解决了牲畜粪污处理、厂房用电等问题。"),
                     "power done, environment done"); /* the last word of an item tells */
    ck_assert_str_eq(rows("吃水、看病等难题全部得到解决。"), "water done, health_service done");
    ck_assert_str_eq(rows("他一直在想如何解决缺水、断路、讨薪等难题。"), "");
    ck_assert_str_eq(rows("要解决缺水、断路、讨薪等难题。"), "");
    ck_assert_str_eq(rows("缺水、断路、讨薪等难题有待解决。"), "");
}
END_TEST

START_TEST(headings_have_no_rows)
{
    ck_assert_str_eq(rows("一、硬化村道\n\n今年天气很好。\n"), "");
}
END_TEST

START_TEST(what_was_not_done_gives_no_row)
{
    ck_assert_str_eq(rows("因为缺钱，村里没有硬化村道。"), "");
    ck_assert_str_eq(rows("村道至今未硬化。"), "");
    ck_assert_str_eq(rows("如果资金到位，就硬化村道三公里。"), "");
}
END_TEST

START_TEST(suppressed_rows_are_kept_on_demand)
{
    const qm_setting keep = {.param = QM_P_SUPPRESSED, .value = 1};
    stop();
    open_engine(NULL, &keep, 1);
    ck_assert_str_eq(rows("因为缺钱，村里没有硬化村道。"), "roads done");
    ck_assert_uint_eq(value("flags", 0) & QM_INITIATIVE_NEGATED, QM_INITIATIVE_NEGATED);
}
END_TEST

START_TEST(status_follows_the_cues)
{
    ck_assert_str_eq(rows("计划硬化村道三公里。"), "roads planned");
    ck_assert_str_eq(rows("存在的问题\n硬化村道三公里。"), "");
    ck_assert_str_eq(rows("存在的问题和下步打算\n硬化村道三公里。"), "roads planned");
    ck_assert_str_eq(rows("石桥村三年规划\n\n一、基本村情\n硬化村道三公里。\n\n"
                          "二、工作任务\n安装路灯80盏。\n"),
                     "roads done, power planned");
    ck_assert_str_eq(rows("正在硬化村道三公里。"), "roads ongoing");
    ck_assert_str_eq(rows("三、下一步打算\n\n硬化村道三公里，安装路灯80盏。\n"),
                     "roads planned, power planned");
}
END_TEST

/* What the clause behind says is left to do; not where it is another item, or another sentence. */
START_TEST(what_is_left_to_do_goes_on)
{
    ck_assert_str_eq(rows("村道硬化了一半。"), "roads ongoing");
    ck_assert_str_eq(rows("村道硬化到了第三组。"), "roads ongoing");
    ck_assert_str_eq(rows("硬化村道三公里，还差边沟。"), "roads ongoing");
    ck_assert_str_eq(rows("硬化村道三公里，边沟还差。"), "roads done");
    ck_assert_str_eq(rows("硬化村道三公里；还差边沟。"), "roads done");
    ck_assert_str_eq(rows("硬化村道三公里。还差边沟。"), "roads done");
    ck_assert_str_eq(rows("硬化村道三公里。\n\n还差边沟。"), "roads done");
}
END_TEST

START_TEST(what_is_done_at_times_goes_on)
{
    ck_assert_str_eq(rows("村医半月一次到村义诊。"), "health_service ongoing");
    ck_assert_str_eq(rows("队员隔天给老人理发。"), "volunteer_service ongoing");
    ck_assert_str_eq(rows("酝酿硬化村道三公里。"), "roads planned");
    ck_assert_str_eq(rows("每年秋天，安装路灯。"), "power ongoing");
    ck_assert_str_eq(rows("每年秋天，天气晴好，安装路灯。"), "power done");
    ck_assert_str_eq(rows("每年秋天山里雨水多的时候，安装路灯。"), "power done");
}
END_TEST

START_TEST(plans_hold_over_lists_and_sections)
{
    ck_assert_str_eq(rows("明年计划硬化村道三公里；安装路灯80盏。"),
                     "roads planned, power planned");
    ck_assert_str_eq(
        rows("榆坪村帮扶规划（2024—2026）\n\n一、产业\n\n（一）道路\n\n硬化村道三公里。\n\n"
             "（二）亮化\n\n安装路灯80盏。\n"),
        "roads planned, power planned");
    ck_assert_str_eq(rows("七、四季度重点工作\n\n硬化村道三公里，安装路灯80盏。\n"),
                     "roads planned, power planned");
    ck_assert_str_eq(rows("二、年度目标\n\n硬化村道三公里，安装路灯80盏。\n"),
                     "roads planned, power planned");
    ck_assert_str_eq(rows("榆坪村工作动态（2023年下半年）\n\n一、道路\n\n硬化村道三公里。\n"),
                     "roads done");
}
END_TEST

/* Numbers tell how deep a heading stands, wherever its clause begins and whether there is a title.
 */
START_TEST(a_section_ends_with_the_next_heading_of_its_rank)
{
    ck_assert_str_eq(
        rows("榆坪村驻村工作总结\n\n七、明年工作计划\n\n（一）办好实事。硬化村道三公里。\n\n"
             "1、继续亮化。安装路灯80盏。\n"),
        "roads planned, power planned");
    ck_assert_str_eq(rows("一、工作情况\n\n硬化村道三公里。\n\n四、下一步打算\n\n安装路灯80盏。\n\n"
                          "五、已办结事项\n\n硬化村道五公里。\n"),
                     "roads done, power planned, roads done");
    ck_assert_str_eq(rows("榆坪村上半年小结及下半年安排\n\n硬化村道三公里。\n"), "roads done");
}
END_TEST

START_TEST(meetings_and_names_of_programmes)
{
    ck_assert_str_eq(rows("会议决定：硬化村道三公里；安装路灯80盏。"),
                     "roads planned, power planned");
    ck_assert_str_eq(rows("“金穗学子”计划资助大学生5人。"), "education_aid done");
}
END_TEST

/* A year numbers nothing: a title that begins with one goes for all sections. */
START_TEST(titles_begin_with_a_year)
{
    ck_assert_str_eq(rows("2025年榆坪村工作要点\n\n一、道路\n\n硬化村道三公里。\n\n"
                          "二、亮化\n\n安装路灯80盏。\n"),
                     "roads planned, power planned");
    ck_assert_str_eq(rows("2025年榆坪村工作要点\n\n一、已有基础\n\n硬化村道三公里。\n\n"
                          "二、重点任务\n\n安装路灯80盏。\n"),
                     "roads done, power planned");
}
END_TEST

START_TEST(paragraphs_begin_with_what_comes_next)
{
    ck_assert_str_eq(rows("下一步，村里分两头干。硬化村道三公里。安装路灯80盏。"),
                     "roads planned, power planned");
    ck_assert_str_eq(rows("大家商量好了。下一步，村里分两头干。硬化村道三公里。"), "roads done");
    ck_assert_str_eq(rows("下一步，村里分两头干。\n\n硬化村道三公里。"), "roads done");
}
END_TEST

START_TEST(headings_say_what_is_settled_and_what_is_in_hand)
{
    ck_assert_str_eq(rows("一、本次议定\n\n硬化村道三公里。\n\n二、会议记录\n\n安装路灯80盏。\n"),
                     "roads planned, power done");
    ck_assert_str_eq(
        rows("一、即将启动\n\n硬化村道三公里。\n\n二、还没有做完的\n\n安装路灯80盏。\n"),
        "roads planned, power planned");
    ck_assert_str_eq(rows("一、在手工作\n\n硬化村道三公里。\n\n二、执行中事项\n\n安装路灯80盏。\n"),
                     "roads ongoing, power ongoing");
}
END_TEST

/* What has been reached is told like a deed, but the heading says that it goes on. */
START_TEST(works_under_way_go_on)
{
    ck_assert_str_eq(rows("二、在建项目\n\n新建水池两口，蓄水300方。\n\n三、已完工\n\n"
                          "硬化村道三公里。\n"),
                     "water ongoing, roads done");
    ck_assert_str_eq(rows("（二）正在推进\n\n栽植核桃300亩。铺设管道两公里。\n"),
                     "planting ongoing, water ongoing");
    ck_assert_str_eq(rows("（二）施工中\n\n栽植核桃300亩。\n\n（三）待开工\n\n"
                          "硬化村道三公里。\n"),
                     "planting ongoing, roads planned");
}
END_TEST

/* What a heading says goes for all below it, though one of these goes on behind its comma. */
START_TEST(headings_of_two_clauses_are_of_one_rank)
{
    ck_assert_str_eq(rows("二、下一步打算\n\n（一）修好村道三公里。\n"
                          "（二）办好老年食堂，力争给老人送餐。\n（三）安装路灯60盏。\n\n"
                          "三、已完工\n\n硬化村道三公里。\n"),
                     "power planned, roads done");
    ck_assert_str_eq(rows("办好食堂，修好路\n\n硬化村道三公里。\n"), "roads done");
}
END_TEST

START_TEST(what_is_done_by_a_share_goes_on)
{
    ck_assert_str_eq(rows("村道硬化完成70%。"), "roads ongoing");
    ck_assert_str_eq(rows("村道硬化全部完成。"), "roads done");
}
END_TEST

START_TEST(aims_are_no_acts)
{
    ck_assert_str_eq(rows("为改善饮水条件，工作队请来了打井队。"), "");
}
END_TEST

START_TEST(rows_say_what_spoke_for_them)
{
    const char *text = "工作队为村里安装了太阳能路灯80盏。";
    has_span(text, "trigger", "安装");
    has_span(text, "object", "太阳能路灯");
    ck_assert_int_eq(memcmp(name("rule", 0).data, "power:", 6), 0);
}
END_TEST

START_TEST(traditional_text_gives_the_same_rows)
{
    ck_assert_str_eq(rows("村裡硬化村道三公里，安裝路燈80盞。"), "roads done, power done");
}
END_TEST

/* ---- a taxonomy of one's own ---- */

static qm_builder *builder;

static void with_taxonomy(const char *kind, const char *text)
{
    qm_model *base, *own;
    qm_bytes image;
    qm_error err = {.message = ""};
    ck_assert_int_eq(qm_model_builtin(&base, &err), QM_OK);
    ck_assert_int_eq(qm_builder_new(&builder, base, NULL, &err), QM_OK);
    ck_assert_msg(qm_builder_read(builder, kind, qm_bytes_of(text), &err) == QM_OK, "%s",
                  err.message);
    ck_assert_int_eq(qm_builder_finish(builder, &image, &err), QM_OK);
    ck_assert_int_eq(qm_model_from_memory(&own, image, QM_OPEN_COPY, NULL, NULL, NULL, &err),
                     QM_OK);
    qm_model_unref(base);
    qm_builder_free(builder);
    stop();
    open_engine(own, NULL, 0);
}

START_TEST(a_taxonomy_may_add)
{
    with_taxonomy("taxonomy", "types:\n- id: ward\n  zh: 病房\n  rules: ['{build}|粉刷 > 病房']\n"
                              "- id: roads\n  rules: ['铲平 > 陡坎']\n");
    ck_assert_str_eq(rows("粉刷病房十二间。"), "ward done");
    ck_assert_str_eq(rows("新建病房十二间。"), "ward done");
    ck_assert_str_eq(rows("铲平陡坎两处，硬化村道三公里。"), "roads done, roads done");
}
END_TEST

START_TEST(particles_may_be_added)
{
    finds_words("他笑啦。", NULL, NULL);
    with_taxonomy("particles", "over\t啦\n");
    finds_words("他笑啦。", "笑", NULL);
    finds_words("他笑了。", "笑", NULL);
}
END_TEST

START_TEST(a_taxonomy_may_replace)
{
    with_taxonomy("taxonomy", "extends: none\ntypes:\n- id: ward\n  zh: 病房\n"
                              "  rules: ['新建|粉刷 > 病房']\n");
    ck_assert_str_eq(rows("粉刷病房十二间，硬化村道三公里。"), "ward done");
}
END_TEST

START_TEST(a_replaced_type_leaves_its_id_to_a_new_one)
{
    with_taxonomy("taxonomy", "extends: none\ntypes:\n- id: roads\n  zh: 病房\n"
                              "  rules: ['粉刷 > 病房']\n"
                              "- id: works\n  zh: 工程\n  parent: water\n- id: power\n");
    ck_assert_str_eq(rows("粉刷病房十二间，硬化村道三公里。"), "roads done");
    ck_assert_str_eq(rows("新建水渠三公里。"), "works done");
    ck_assert_str_eq(rows("安装路灯三十盏。"), "power done");
}
END_TEST

START_TEST(an_heir_takes_no_row_that_its_parent_has)
{
    with_taxonomy("taxonomy", "extends: none\ntypes:\n- id: ward\n  zh: 病房\n  parent: room\n"
                              "  rules: ['粉刷 > 病房']\n"
                              "- id: room\n  zh: 房间\n  rules: ['粉刷 > 房间']\n"
                              "- id: lobby\n  zh: 大厅\n  parent: room\n");
    ck_assert_str_eq(rows("大家粉刷房间十二间。"), "room done");
    ck_assert_str_eq(rows("大家粉刷病房十二间。"), "ward done");
}
END_TEST

/* 义诊活动, 健康体检, 开展了 and 职业规划 are words of built-in rules or blocks. */
START_TEST(words_of_replaced_types_mask_none)
{
    with_taxonomy("taxonomy", "extends: none\ntypes:\n- id: clinic\n  zh: 义诊\n"
                              "  rules: ['举办|开展 > 义诊|体检']\n");
    ck_assert_str_eq(rows("医院举办义诊活动三场。"), "clinic done");
    ck_assert_str_eq(rows("医院开展健康体检三场。"), "clinic done");
    ck_assert_str_eq(rows("我们开展了好几次义诊。"), "clinic done");
    with_taxonomy("taxonomy", "extends: none\ntypes:\n- id: planner\n  zh: 规划\n"
                              "  rules: ['制定|做好 > 规划']\n");
    ck_assert_str_eq(rows("学校为学生做好职业规划。"), "planner done");
}
END_TEST

/* A word in the rules of so many types is one word beside their objects. */
START_TEST(many_types_may_share_a_verb)
{
    static char text[16000];
    size_t at = (size_t)snprintf(text, sizeof text, "extends: none\ntypes:\n");
    for (int i = 0; i < 200; i++) /* none has the verbs of another */
        at += (size_t)snprintf(text + at, sizeof text - at,
                               "- id: t%d\n  zh: x\n  rules: ['粉刷|重刷%c%c > 屋%c%c']\n", i,
                               'a' + i / 26, 'a' + i % 26, 'a' + i / 26, 'a' + i % 26);
    with_taxonomy("taxonomy", text);
    ck_assert_str_eq(rows("大家粉刷屋ab。"), "t1 done");
    ck_assert_str_eq(rows("大家粉刷屋ds。"), "t96 done");
    ck_assert_str_eq(rows("大家粉刷屋hr。"), "t199 done");
}
END_TEST

START_TEST(a_type_inherits_the_rules_of_its_parent)
{
    with_taxonomy("taxonomy", "extends: none\ntypes:\n- id: works\n  zh: 工程\n  parent: roads\n");
    ck_assert_str_eq(rows("硬化村道三公里。"), "works done");
}
END_TEST

START_TEST(a_rule_may_look_back)
{
    with_taxonomy("taxonomy", "extends: none\ntypes:\n- id: ward\n  zh: 病房\n  rules:\n"
                              "  - {rule: '粉刷 > 病房', scope: run}\n"
                              "  - {rule: '清点 > 药柜', scope: sentence}\n");
    ck_assert_str_eq(rows("大家动手粉刷，病房十二间。"), "ward done");
    ck_assert_str_eq(rows("大家动手粉刷，天气很热，病房十二间。"), "");
    ck_assert_str_eq(rows("大家动手清点，天气很热，药柜十二个。"), "ward done");
    ck_assert_str_eq(rows("大家动手清点。天气很热，药柜十二个。"), "");
    const char *text = "大家动手粉刷，病房十二间。";
    run(text);
    ck_assert_uint_eq(value("start", 0), 0);
}
END_TEST

START_TEST(explanations_count_every_point)
{
    const char *text = "村里没人管水电。\n\n村里硬化村道三公里，村道弯弯。\n\n村里没有硬化村道。\n";
    qm_buffer out = {0};
    qm_error err;
    ck_assert_int_eq(qm_analyzer_explain(analyzer, text, strlen(text), &out, &err), QM_OK);
    ck_assert_int_eq(qm_buffer_add(&out, "", 1), QM_OK);
    ck_assert_msg(strstr(out.data, "row roads done") != NULL, "%s", out.data);
    ck_assert_msg(strstr(out.data, "lacks a verb") != NULL, "%s", out.data);
    ck_assert_msg(strstr(out.data, "suppressed roads negated") != NULL, "%s", out.data);
    qm_buffer_free(&out);
}
END_TEST

/* Explains a text by a taxonomy, which must say something. */
static void explains(const char *text, const char *said)
{
    qm_buffer out = {0};
    qm_error err;
    ck_assert_int_eq(qm_analyzer_explain(analyzer, text, strlen(text), &out, &err), QM_OK);
    ck_assert_int_eq(qm_buffer_add(&out, "", 1), QM_OK);
    ck_assert_msg(strstr(out.data, said) != NULL, "%s: %s", said, out.data);
    qm_buffer_free(&out);
}

START_TEST(the_nearest_rule_is_named_with_what_it_lacked)
{
    with_taxonomy("taxonomy", "extends: none\ntypes:\n- id: ward\n  zh: 病房\n  rules:\n"
                              "  - {rule: '处理 > 漏水 & 难题', scope: list, points: 12}\n"
                              "  - '粉刷|清点 > 病房'\n  - '清点 > 药柜'\n"
                              "  - '漏水 > 告急'\n  - '=巡诊 & 山村'\n");
    explains("大家动手粉刷。", "none: rule ward:2 has \"粉刷\" and lacks an object\n");
    explains("清点以后再粉刷。", "none: rule ward:2 has \"粉刷\" and lacks an object\n");
    explains("病房很旧。", "none: rule ward:2 has \"病房\" and lacks a verb\n");
    explains("病房和药柜都清点。", "row ward done");
    explains("药柜里头放的是大家这些天想要的东西，由他清点。", "has \"药柜\" and lacks a verb\n");
    explains("漏水很久了。", "none: rule ward:4 has \"漏水\" and lacks an object\n");
    explains("巡诊很忙。", "none: rule ward:5 has \"巡诊\" and lacks a word that must stand by");
}
END_TEST

START_TEST(lint_names_the_type_that_has_the_row)
{
    const char *text = "types:\n- id: funding\n  yes: 硬化村道三公里\n";
    qm_lint lint = {0};
    qm_error err;
    ck_assert_int_eq(qm_lint_taxonomy(engine, qm_bytes_of(text), &lint, &err), QM_OK);
    ck_assert_int_eq(qm_buffer_add(&lint.report, "", 1), QM_OK);
    ck_assert_str_eq(lint.report.data,
                     "3:8: funding: no row, though it is a yes: 硬化村道三公里 (a row of roads)\n");
    qm_buffer_free(&lint.report);
}
END_TEST

START_TEST(lint_runs_the_sentences)
{
    const char *text = "types:\n- id: roads\n  yes: [硬化村道三公里, 村道弯弯]\n  no: 走出致富路\n";
    qm_lint lint = {0};
    qm_error err;
    ck_assert_int_eq(qm_lint_taxonomy(engine, qm_bytes_of(text), &lint, &err), QM_OK);
    ck_assert_uint_eq(lint.sentences, 3);
    ck_assert_uint_eq(lint.wrong, 1);
    ck_assert_int_eq(memcmp(lint.report.data, "3:18: roads: no row", 19), 0);
    qm_buffer_free(&lint.report);
}
END_TEST

START_TEST(the_built_in_taxonomy_keeps_its_own_tests)
{
    static const char *const files[] = {"party",  "people",   "farming", "chain",
                                        "income", "build",    "nature",  "govern",
                                        "civil",  "outreach", "care",    "self"};
    qm_lint lint = {0};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[64];
        size_t size;
        qm_error err;
        snprintf(path, sizeof path, "lib/data/taxonomy/%s.yaml", files[i]);
        char *text = qm_test_file(path, &size);
        ck_assert_int_eq(qm_lint_taxonomy(engine, (qm_bytes){text, size}, &lint, &err), QM_OK);
        free(text);
    }
    ck_assert_int_eq(qm_buffer_add(&lint.report, "", 1), QM_OK);
    ck_assert_msg(lint.wrong == 0, "%u of %u:\n%s", (unsigned)lint.wrong, (unsigned)lint.sentences,
                  lint.report.data);
    qm_buffer_free(&lint.report);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("initiative");
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_test(tests, a_clause_full_of_words_has_its_pair);
    tcase_add_test(tests, a_text_full_of_words_has_all_its_rows);
    tcase_add_test(tests, a_phrase_is_cut_at_its_verb);
    tcase_add_test(tests, objects_of_rules_are_whole_noun_phrases);
    tcase_add_test(tests, verbs_side_by_side_are_one_trigger);
    tcase_add_test(tests, who_acts_is_no_trigger);
    tcase_add_test(tests, an_object_may_begin_the_text);
    tcase_add_test(tests, a_verb_and_an_object_make_a_row);
    tcase_add_test(tests, grammar_finds_trigger_and_object);
    tcase_add_test(tests, a_list_shares_its_verb);
    tcase_add_test(tests, a_list_of_solved_problems_gives_a_row_for_each);
    tcase_add_test(tests, headings_have_no_rows);
    tcase_add_test(tests, what_was_not_done_gives_no_row);
    tcase_add_test(tests, suppressed_rows_are_kept_on_demand);
    tcase_add_test(tests, status_follows_the_cues);
    tcase_add_test(tests, what_is_left_to_do_goes_on);
    tcase_add_test(tests, what_is_done_at_times_goes_on);
    tcase_add_test(tests, plans_hold_over_lists_and_sections);
    tcase_add_test(tests, a_section_ends_with_the_next_heading_of_its_rank);
    tcase_add_test(tests, meetings_and_names_of_programmes);
    tcase_add_test(tests, works_under_way_go_on);
    tcase_add_test(tests, titles_begin_with_a_year);
    tcase_add_test(tests, paragraphs_begin_with_what_comes_next);
    tcase_add_test(tests, headings_say_what_is_settled_and_what_is_in_hand);
    tcase_add_test(tests, headings_of_two_clauses_are_of_one_rank);
    tcase_add_test(tests, what_is_done_by_a_share_goes_on);
    tcase_add_test(tests, aims_are_no_acts);
    tcase_add_test(tests, rows_say_what_spoke_for_them);
    tcase_add_test(tests, traditional_text_gives_the_same_rows);
    tcase_add_test(tests, a_taxonomy_may_add);
    tcase_add_test(tests, particles_may_be_added);
    tcase_add_test(tests, a_taxonomy_may_replace);
    tcase_add_test(tests, a_replaced_type_leaves_its_id_to_a_new_one);
    tcase_add_test(tests, an_heir_takes_no_row_that_its_parent_has);
    tcase_add_test(tests, words_of_replaced_types_mask_none);
    tcase_add_test(tests, many_types_may_share_a_verb);
    tcase_add_test(tests, a_type_inherits_the_rules_of_its_parent);
    tcase_add_test(tests, a_rule_may_look_back);
    tcase_add_test(tests, explanations_count_every_point);
    tcase_add_test(tests, the_nearest_rule_is_named_with_what_it_lacked);
    tcase_add_test(tests, lint_names_the_type_that_has_the_row);
    tcase_add_test(tests, lint_runs_the_sentences);
    tcase_add_test(tests, the_built_in_taxonomy_keeps_its_own_tests);
    Suite *suite = suite_create("initiative");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
