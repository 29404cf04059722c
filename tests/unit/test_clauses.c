#include "charmap.h"
#include "faults.h"
#include "unit.h"

static const qm_charmap *map;
static qm_text text;
static qm_clauses clauses;

static void setup(void)
{
    map = qm_test_charmap();
    qm_text_init(&text, NULL);
    clauses = (qm_clauses){0};
}

static void teardown(void)
{
    qm_array_free(qm_allocator_or_default(NULL), &clauses);
    qm_text_free(&text);
    free((void *)map);
}

static void join(const char *bytes)
{
    ck_assert_int_eq(qm_text_decode(&text, map, bytes, strlen(bytes), true, NULL), QM_OK);
    ck_assert_int_eq(qm_text_join(&text, NULL), QM_OK);
}

static size_t spell(char *out, uint32_t c)
{
    const size_t size = c < 0x80 ? 1 : c < 0x10000 ? 3 : 4;
    if (size == 1) return *out = (char)c, 1;
    *out++ = (char)(size == 3 ? 0xE0 | c >> 12 : 0xF0 | c >> 18);
    for (size_t left = size - 1; left-- > 0;) *out++ = (char)(0x80 | (c >> 6 * left & 0x3F));
    return size;
}

/* Joined, the text reads like this: its characters, none of them left out of the bytes' order. */
static void joins_to(const char *bytes, const char *want)
{
    static char got[4096];
    size_t size = 0;
    join(bytes);
    for (uint32_t i = 0; i < text.count; i++) {
        size += spell(got + size, text.chars[i]);
        ck_assert_uint_ge(text.starts[i], qm_text_end(&text, i));
    }
    got[size] = 0;
    ck_assert_str_eq(got, want);
    ck_assert_uint_eq(text.starts[text.count], strlen(bytes));
}

/* Clauses as "role:text" joined by "/". */
static void reads(const char *bytes, const char *want)
{
    static const char *const names[] = {
        "", "", "head:", "caption:", "byline:", "label:", "row:", "quote:", "menu:"};
    static char got[4096];
    size_t size = 0;
    join(bytes);
    ck_assert_int_eq(qm_clauses_find(&text, text.alloc, &clauses, NULL), QM_OK);
    for (size_t i = 0; i < clauses.count; i++) {
        const qm_clause *clause = &clauses.at[i];
        size += (size_t)sprintf(got + size, "%s%s", i ? "/" : "", names[clause->role]);
        for (uint32_t c = clause->start; c < clause->end; c++)
            size += spell(got + size, text.chars[c]);
    }
    got[size] = 0;
    ck_assert_str_eq(got, want);
}

START_TEST(wrapped_paragraphs_are_joined)
{
    joins_to("　　入冬以后，工作队请来水利站的技术员，把村东头的\n"
             "旧塘清了淤，又砌了护坡。塘里的水今年没有干过，下游三\n"
             "十户人家浇菜不再发愁。\n"
             "　　开春后还要修路。\n",
             "  入冬以后，工作队请来水利站的技术员，把村东头的旧塘清了淤，又砌了护坡。"
             "塘里的水今年没有干过，下游三十户人家浇菜不再发愁。\n"
             "  开春后还要修路。\n");
}
END_TEST

START_TEST(paragraphs_without_indentation_are_joined_when_full)
{
    joins_to(
        "村里的老磨坊荒了十几年，屋顶塌了半边，驻村队员\n"
        "和木匠一起换了梁，补了瓦，磨盘重新转了起来。\n"
        "\n"
        "第二件事是修桥。\n",
        "村里的老磨坊荒了十几年，屋顶塌了半边，驻村队员和木匠一起换了梁，补了瓦，磨盘重新转了起来。"
        "\n\n第二件事是修桥。\n");
}
END_TEST

START_TEST(a_break_in_a_number_disappears)
{
    joins_to("　　年底对账，合作社卖出的红薯粉条一共进账1\n86万元，比上年多。\n",
             "  年底对账，合作社卖出的红薯粉条一共进账186万元，比上年多。\n");
}
END_TEST

START_TEST(a_page_break_in_a_sentence_disappears)
{
    joins_to("队员跑了三趟县城。他们争取到项目款，修缮了村口的办公\n\n场所两处。\n\n下一段。",
             "队员跑了三趟县城。他们争取到项目款，修缮了村口的办公场所两处。\n\n下一段。");
}
END_TEST

START_TEST(ascii_words_keep_a_blank_between_them)
{
    joins_to("　　学员说起这门课时写下一句英文，they learned\nhow to prune the trees well.\n",
             "  学员说起这门课时写下一句英文，they learned how to prune the trees well.\n");
}
END_TEST

START_TEST(a_picture_parts_a_sentence_for_good)
{
    static const char parted[] = "甲说了一句。\n\n乙说了一句。队员争取资金，把村里的老渠\n\n\n\n"
                                 "队员在渠边。\n\n修好了。\n";
    joins_to(parted, parted);
}
END_TEST

START_TEST(headings_lists_and_tables_stay_apart)
{
    static const char *const apart[] = {
        "驻村工作简报\n第三期\n石桥乡党委编印\n",
        "3月2日 晴\n上午去了李家坳，和老支书把水渠从头走到尾，下午写记录。\n",
        "一、筑牢堡垒，凝聚合力\n1.开党员大会四次。\n2.走访农户八十户。\n",
        "村名\t项目\n柳湾\t机井\n",
        "问:水从哪里来?\n答:从后山引来的。\n",
        "抓实产业，做强集体\n\n去年，队里种下油茶。今年挂果。\n",
        /* pictures end lines and begin them */
        "路修好啦！大家坐在灯下，笑开了花😄\n\n🍠红薯卖得快，三天就卖完了。\n",
        "路修好啦！大家坐在灯下，都说谢谢啦~\n\n红薯卖得快，三天就卖完了。\n",
        "村里的路修好了，大家走上去又平又稳\n🍠红薯卖得快，三天就卖完了。\n",
        /* a title over a paragraph that was never wrapped */
        "议题三：通报上年帮扶资金的使用情况\n"
        "上年村里一共收到派出单位拨来的帮扶资金三十万元，其中一半用来修建村口的停车场，三成用来"
        "更换老旧的变压器，余下的两成用来慰问住院的困难老人和资助考上大学的学生，都已张榜公示。\n",
    };
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++) joins_to(apart[i], apart[i]);
}
END_TEST

START_TEST(every_kind_of_line_break_is_one)
{
    joins_to("标题\r\n甲。\r乙。\n", "标题\n甲。\n乙。\n");
    ck_assert_uint_eq(text.widths[2], 2);
}
END_TEST

/* What joining saw of marks and lines is used again where it changed nothing, and only there. */
START_TEST(any_line_break_parts_captions_from_paragraphs)
{
    static const char *const breaks[] = {"\n", "\r", "\r\n", "\v", "\f", "\xE2\x80\xA9"};
    for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
        char bytes[256];
        sprintf(bytes, "图为队员修渠。%s去年，渠修好了，水到田边。%s方队长供图", breaks[i],
                breaks[i]);
        reads(bytes, "caption:图为队员修渠/去年/渠修好了/水到田边/caption:方队长供图");
        ck_assert_uint_eq(clauses.at[4].paragraph, 2);
    }
    reads("　　队员带大家修渠，水渠从村口一直修到后山脚下的\n水田边。\n图为队员修渠。\n来源：县报",
          "队员带大家修渠/水渠从村口一直修到后山脚下的水田边/caption:图为队员修渠/byline:来源/"
          "byline:县报");
    /* A blank stands where the break was: as many characters as before. */
    reads("队员修渠。大家用上了 Smart\nFarm 平台，渠修好了。",
          "队员修渠/大家用上了 Smart Farm 平台/渠修好了");
}
END_TEST

START_TEST(clauses_end_at_their_marks)
{
    reads("队员修渠，种树；村民说：好！真好？", "队员修渠/种树/村民说/好/真好");
    ck_assert_uint_eq(clauses.at[0].flags, 0);
    ck_assert_uint_eq(clauses.at[1].flags, QM_CLAUSE_ENDS_SEMICOLON);
    ck_assert_uint_eq(clauses.at[2].flags, QM_CLAUSE_ENDS_COLON);
    ck_assert_uint_eq(clauses.at[3].flags, QM_CLAUSE_ENDS_SENTENCE);
    ck_assert_uint_eq(clauses.at[3].sentence, 0);
    ck_assert_uint_eq(clauses.at[4].sentence, 1);
}
END_TEST

START_TEST(marks_inside_numbers_and_times_cut_nothing)
{
    reads("全年走访1,200户,4，800多口人，早上8:30开门，亩产3.5吨.明年再看。",
          "全年走访1,200户/4，800多口人/早上8:30开门/亩产3.5吨/明年再看");
    reads("来了3,4个人，见http://a.b/c?d=e。", "来了3/4个人/见http://a.b/c?d=e");
}
END_TEST

START_TEST(enumerators_are_left_out)
{
    reads("●修桥三座；（1）铺路四里，②种树百株，三、四组受益。",
          "修桥三座/铺路四里/种树百株/三、四组受益");
    reads("2.2025年修桥，3.5公里。", "2025年修桥/3.5公里");
}
END_TEST

START_TEST(lists_of_nouns_are_one_clause)
{
    reads("他们修好（去年冲垮的）水渠、便桥和“连心路”。",
          "他们修好（去年冲垮的）水渠、便桥和“连心路”");
}
END_TEST

START_TEST(headings_are_lines_without_a_mark)
{
    reads("产业先立起来\n\n去年，队里种下油茶。今年挂果。",
          "head:产业先立起来/去年/队里种下油茶/今年挂果");
    reads("一、强堡垒，聚民心。\n会开了四次，路修了两条。",
          "head:一、强堡垒/head:聚民心/会开了四次/路修了两条");
    reads("甲\n乙\n丙\n丁\n安装路灯80盏\n", "head:甲/head:乙/head:丙/head:丁/安装路灯80盏");
    reads("2024/5/6 11:52 村医王桂：打完了，没剩。", "label:2024/5/6 11:52 村医王桂/打完了/没剩");
    /* One line alone, as in a cell of a sheet, heads nothing. */
    reads("村口装起路灯\n", "村口装起路灯");
    reads("一、装起路灯", "head:一、装起路灯");
    /* Amounts may stand in titles, but not in lists, nor where no prose follows. */
    reads("修路3公里\n村民都说，路修好了。", "head:修路3公里/村民都说/路修好了");
    reads("修路3公里\n装灯20盏", "修路3公里/装灯20盏");
    reads("总结\n1、修路3公里\n- 装灯20盏\n+ 挖井2口\n村民都说，好。",
          "head:总结/修路3公里/装灯20盏/挖井2口/村民都说/好");
    reads("气温\n- 3℃\n-5℃", "head:气温/- 3℃/-5℃");
}
END_TEST

START_TEST(run_in_headings_end_with_their_sentence)
{
    reads("整治村容，美化庭院。队员清走垃圾四十车。",
          "head:整治村容/head:美化庭院/队员清走垃圾四十车");
    reads("2.抓管护。新签责任书十份。", "head:抓管护/新签责任书十份");
    reads("2.修了三座桥。村民走得稳。", "修了三座桥/村民走得稳");
}
END_TEST

START_TEST(captions_bylines_and_menus_are_told)
{
    reads("图为队员给老人送药。周大山 摄", "caption:图为队员给老人送药/caption:周大山 摄");
    reads("□本报记者 钱小禾 通讯员 吴一帆", "byline:□本报记者 钱小禾 通讯员 吴一帆");
    reads("责任编辑:林一", "byline:责任编辑/byline:林一");
    reads("首页 | 新闻 | 下载", "menu:首页 | 新闻 | 下载");
    reads("上一篇：驻村队员已到岗", "menu:上一篇/menu:驻村队员已到岗");
    reads("队长姓方。\n\n他修渠。\n\n\n\n方队长在渠边查看水位。\n\n水来了，人笑了。",
          "队长姓方/他修渠/caption:方队长在渠边查看水位/水来了/人笑了");
}
END_TEST

START_TEST(labels_stand_before_a_colon)
{
    reads("4.屋顶光伏:装机三百千瓦,六月并网。", "label:屋顶光伏/装机三百千瓦/六月并网");
    reads("【抓产业】种下油茶百亩。", "label:【抓产业】/种下油茶百亩");
    reads("注：数字为半年数；见附表。", "label:注/数字为半年数/见附表");
    reads("会议指出，工作队要求：多走访。", "会议指出/工作队要求/多走访");
    reads("（二）补齐短板：新建水池一座。\n", "label:补齐短板/新建水池一座");
}
END_TEST

START_TEST(a_table_row_is_one_clause)
{
    reads("序号\t村名\t数量\n1\t柳湾村\t3.6公里\n2\t石桥村\t14件\n",
          "row:序号\t村名\t数量/row:1\t柳湾村\t3.6公里/row:2\t石桥村\t14件");
    ck_assert(clauses.at[0].flags & QM_CLAUSE_TABLE_HEADER);
    ck_assert(!(clauses.at[1].flags & QM_CLAUSE_TABLE_HEADER));
}
END_TEST

START_TEST(speech_is_told_from_quoted_names)
{
    reads("“路通了，车才肯进来。”他说。", "quote:“路通了/quote:车才肯进来/他说");
    reads("他说：“先修‘老’渠，再铺“新”路”，大家点头。",
          "他说/quote:“先修‘老’渠/quote:再铺“新”路”/大家点头");
    reads("村里开了“讲习所”，讲“一老一小”。", "村里开了“讲习所”/讲“一老一小”");
    reads("“没有闭合的引号，队员修渠。", "“没有闭合的引号/队员修渠");
}
END_TEST

static int read_with(const qm_allocator *alloc, qm_error *err)
{
    static const char sample[] = "　　队员修渠，种树\n百株。\n一、堡垒\n“好。”他说。\n";
    qm_text poor;
    qm_clauses found = {0};
    qm_text_init(&poor, alloc);
    int status = qm_text_decode(&poor, map, sample, sizeof sample - 1, true, err);
    if (status == QM_OK) status = qm_text_join(&poor, err);
    if (status == QM_OK) status = qm_clauses_find(&poor, alloc, &found, err);
    qm_array_free(alloc, &found);
    qm_text_free(&poor);
    return status;
}

START_TEST(missing_memory_is_said_and_nothing_leaks)
{
    qm_faults_run(read_with);
}
END_TEST

START_TEST(hostile_texts_take_linear_time)
{
    static const char *const seeds[] = {"“",  "“”“", "《，", "\n",   "，\n",
                                        "1,", "【",  "　\n", "a\t\n"};
    static char big[1 << 20];
    for (size_t k = 0; k < sizeof seeds / sizeof *seeds; k++) {
        size_t n = strlen(seeds[k]), size = 0;
        for (; size + n < sizeof big; size += n) memcpy(big + size, seeds[k], n);
        big[size] = 0;
        join(big);
        ck_assert_int_eq(qm_clauses_find(&text, text.alloc, &clauses, NULL), QM_OK);
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("clauses");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, wrapped_paragraphs_are_joined);
    tcase_add_test(tests, paragraphs_without_indentation_are_joined_when_full);
    tcase_add_test(tests, a_break_in_a_number_disappears);
    tcase_add_test(tests, a_page_break_in_a_sentence_disappears);
    tcase_add_test(tests, ascii_words_keep_a_blank_between_them);
    tcase_add_test(tests, a_picture_parts_a_sentence_for_good);
    tcase_add_test(tests, headings_lists_and_tables_stay_apart);
    tcase_add_test(tests, every_kind_of_line_break_is_one);
    tcase_add_test(tests, any_line_break_parts_captions_from_paragraphs);
    tcase_add_test(tests, clauses_end_at_their_marks);
    tcase_add_test(tests, marks_inside_numbers_and_times_cut_nothing);
    tcase_add_test(tests, enumerators_are_left_out);
    tcase_add_test(tests, lists_of_nouns_are_one_clause);
    tcase_add_test(tests, headings_are_lines_without_a_mark);
    tcase_add_test(tests, run_in_headings_end_with_their_sentence);
    tcase_add_test(tests, captions_bylines_and_menus_are_told);
    tcase_add_test(tests, labels_stand_before_a_colon);
    tcase_add_test(tests, a_table_row_is_one_clause);
    tcase_add_test(tests, speech_is_told_from_quoted_names);
    tcase_add_test(tests, missing_memory_is_said_and_nothing_leaks);
    tcase_add_test(tests, hostile_texts_take_linear_time);
    Suite *suite = suite_create("clauses");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
