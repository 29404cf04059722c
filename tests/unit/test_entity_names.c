#include "entity_rows.h"

START_TEST(nicknames_stand_behind_a_surname)
{
    finds("中午在陈二嘎子家吃饭。", "person:陈二嘎子");
    finds("司秤的谢老蔫儿却说不行。", "person:谢老蔫儿");
    finds("大家叫阿水伯来，他带着小鹏哥。", "person:阿水伯 person:小鹏哥");
    finds("老天爷下了雨，小表妹笑了。", "");
}
END_TEST

START_TEST(who_gives_what_stands_in_front_of_the_colon)
{
    finds("捐款名单\n虎志明：1000元\n温小梅：米两袋", "person:虎志明 person:温小梅");
    finds("收支\n高处：1000米", "");
    finds("捐款名单\n白岭有色集团：50000元", "org:白岭有色集团");
}
END_TEST

START_TEST(a_title_stands_behind_a_surname_however_the_text_is_cut)
{
    finds("昨天马经理还问我。", "person:马经理");
    finds("怀念桑郁同志。", "person:桑郁");
    finds("（记者令狐道成）两个小伙子来查秤。", "role:记者 person:令狐道成");
}
END_TEST

START_TEST(given_names_stand_in_front_of_words_of_kin)
{
    finds("村民云大健说行。“健哥教我们。”", "person:云大健 person:健哥");
    finds("“健哥教我们。”", "");
    finds("珍姐：虾多少钱？\n阿芥：四十。\n小结：好。", "person:珍姐 person:阿芥");
}
END_TEST

/* 得, 再, 从 end no name, but stand within some; 来 may do either. */
START_TEST(what_ends_no_name_may_stand_within_one)
{
    finds("村支书马得福介绍了情况。", "role:村支书 person:马得福");
    finds("监测对象：彭再兴，男，61岁。", "person:彭再兴");
    finds("走访刘从军、李来喜。", "person:刘从军 person:李来喜");
    finds("村支书曾庆来同意了。", "role:村支书 person:曾庆来");
    finds("村支书王强再三感谢。", "role:村支书 person:王强");
    finds("第一书记叶选平、赵镇东来了。", "role:第一书记 person:叶选平 person:赵镇东");
    finds("村民杨成明说好。", "person:杨成明");
}
END_TEST

START_TEST(a_common_surname_and_a_rare_name_are_enough)
{
    finds("石磊也报了名，金鑫和邻居吵了起来。", "person:石磊 person:金鑫");
    finds("高原种了草，黄沙去年退了。", "");
}
END_TEST

START_TEST(what_fills_the_field_of_a_label_is_a_name)
{
    finds("记录人：白雪，联系人：高峰", "person:白雪 role:联系人 person:高峰");
    finds("主持人：余波未平。\n记者：水退以后呢？\n监督人：纪检室", "");
}
END_TEST

START_TEST(households_are_called_by_a_name)
{
    finds("李德贵户已脱贫。", "person:李德贵");
    finds("走访马占山户。", "person:马占山");
    finds("高粱户增收，种粮户、茶农户分红。", "");
}
END_TEST

START_TEST(persons_of_a_list_may_have_familiar_names)
{
    finds("巡查组：王文清、向绪林、老满", "person:王文清 person:向绪林 person:老满");
    finds("我和老沙、小禹分三路走。", "person:老沙 person:小禹");
    finds("抽查次仁顿珠、白玛卓嘎两户。", "person:次仁顿珠 person:白玛卓嘎");
}
END_TEST

START_TEST(brackets_tell_what_somebody_is)
{
    finds("牛天佑（云岭县第二中学教师）捐了书。", "person:牛天佑 org:云岭县第二中学 role:教师");
    finds("王文清，云岭县石桥镇人，合作社监事长。",
          "person:王文清 place:云岭县 place:石桥镇 role:合作社监事长");
}
END_TEST

START_TEST(groups_and_parts_of_farms_are_places_where_lists_and_tables_say_so)
{
    finds("序号\t片区\t责任人\n1\t一组\t王文清\n", "place:一组 person:王文清");
    finds("量了三组数据，分成四组。", "");
    finds("把二社、六社的地交给他。", "place:二社 place:六社");
    finds("来自第三师四十一团四连的王文清", "org:第三师四十一团 place:四连 person:王文清");
    finds("四连第一书记王文清来了。", "place:四连 role:第一书记 person:王文清");
}
END_TEST

START_TEST(verbs_within_names_of_bodies_are_no_verbs)
{
    finds("甲方：甘肃前进牧业有限公司", "org:甘肃前进牧业有限公司");
    finds("砖是伊犁州建筑设计院送的。", "org:伊犁州建筑设计院");
    finds("他和广西大学生命科学学院合作。", "org:广西大学生命科学学院");
    finds("她在浙江大学社会学系读书。", "org:浙江大学社会学系");
}
END_TEST

START_TEST(offices_that_stop_words_end_want_to_be_told)
{
    finds("感谢云岭县移民服务中心的帮助。", "org:云岭县移民服务中心");
    finds("清水村党群服务中心开了。", "place:清水村");
    finds("服务中心建好了。", "");
}
END_TEST

START_TEST(a_firm_keeps_its_ending_in_front_of_a_title)
{
    finds("王文清，云岭县供电公司讲师。", "person:王文清 org:云岭县供电公司 role:讲师");
}
END_TEST

START_TEST(what_leads_to_a_place_is_cut_off)
{
    finds("书记带我们去石板乡。", "place:石板乡");
    finds("东岭村离县城四十里。", "place:东岭村");
    finds("新圩镇上清涵村和十里庙村离北京东路远。", "place:新圩镇 place:上清涵村 place:十里庙村");
    finds("他从深圳回延吉看病，说百色市场大。", "place:深圳 place:延吉 place:百色");
    finds("屯头沟的王婶说不行。", "place:屯头沟 person:王婶");
}
END_TEST

START_TEST(shops_have_names_in_quotation_marks)
{
    finds("他开了一家“馕心”甜品店。", "brand:馕心");
    finds("旧粮站改成了“麦田里”咖啡馆。", "brand:麦田里");
    finds("请村里按“四议两公开”程序办。", "");
    finds("村里人叫他“书呆子”。他从馆里来。", "");
    finds("建成“溪云”文化广场，开展“不忘初心”主题教育。", "brand:溪云");
}
END_TEST

START_TEST(what_is_shared_or_once_done_is_nobody)
{
    finds("他和同班同学一起来，她的同班老师也在。", "");
    finds("张卫国同马老师去了。", "person:张卫国 person:马老师");
    finds("他曾指挥过抗洪，曾社工服务三年。", "");
    finds("严督导促整改，高技师占比提高。高大个子的男人来了。", "");
    finds("王技师和李社工来了。张督导检查了工作，江大胡子说行。",
          "person:王技师 person:李社工 person:张督导 person:江大胡子");
    finds("米三毛五一斤，钱三毛不够。", "");
}
END_TEST

START_TEST(qualities_are_no_names_of_shops)
{
    finds("“黑心”饭店被查，“老字号”茶馆很多，“红色”文化广场建成。", "");
    finds("她开了“初心”茶馆。", "brand:初心");
}
END_TEST

START_TEST(what_leads_to_a_level_is_no_name)
{
    finds("规划经镇党委会研究。锣鼓找县剧团借。", "");
    finds("锣鼓找县医院借。常州人保护好历史文化遗存。", "org:县医院 place:常州");
}
END_TEST

START_TEST(a_title_has_in_front_what_it_leads)
{
    finds("会议听取项目股股长余德全的汇报。", "role:项目股股长 person:余德全");
    finds("武装部部长马建国来了。", "role:武装部部长 person:马建国");
    finds("市农业局党委书记马建国来了。", "org:市农业局 role:党委书记 person:马建国");
    finds("记者特地到医院采访了他，货运受限于机场。", "");
    finds("对外贸易经济合作部部长马建国来了。", "role:部长 person:马建国");
    finds("云岭县卫健局局长马建国来了。", "org:云岭县卫健局 role:局长 person:马建国");
    finds("我院民一庭副庭长马建国来了。", "role:副庭长 person:马建国");
}
END_TEST

START_TEST(brackets_may_tell_several_things_of_a_person)
{
    finds("移交人：樊晓磊（云岭县审计局，原清水村第一书记）",
          "person:樊晓磊 org:云岭县审计局 place:清水村 role:第一书记");
    finds("接收人：岳旭东（同单位，水文队副队长）", "person:岳旭东 role:水文队副队长");
}
END_TEST

START_TEST(as_many_names_as_the_number_says_are_places)
{
    finds("下午车到云峰、熊竹两村，雨大。", "place:云峰 place:熊竹");
    finds("流转上庄、湾湾头两组撂荒地。", "place:上庄 place:湾湾头");
    finds("做免耕覆盖、深松、米豆轮作三组对照。", "");
    finds("发展养羊、养鸡两镇有名的产业。", "");
}
END_TEST

START_TEST(roads_lead_from_place_to_place)
{
    finds("武家沟村至店坪机耕路硬化。", "place:武家沟村 place:店坪");
    finds("修通了到砖窑沟的田间路。", "place:砖窑沟");
}
END_TEST

START_TEST(words_for_villages_may_be_part_of_a_name)
{
    finds("歙县许村镇东升村的祠堂。", "place:歙县 place:许村镇 place:东升村");
    finds("1．陈村社区由他牵头。各村镇都来了。", "place:陈村社区");
    finds("1984年设东岸头村。", "place:东岸头村");
}
END_TEST

START_TEST(firms_begin_with_two_places)
{
    finds("安徽砀山兴达罐业食品有限公司愿收次果。", "org:安徽砀山兴达罐业食品有限公司");
    finds("石桥镇清水村绿野合作社成立。", "place:石桥镇 place:清水村 org:绿野合作社");
    finds("后沟组停水，已报县水务局立项。", "place:后沟组 org:县水务局");
    finds("设立“石庙红榜”积分超市一处。", "brand:石庙红榜");
}
END_TEST

START_TEST(ordinary_names_need_less_around_them)
{
    finds("给刘大海打了电话，帮赵满堂修好了屋顶。", "person:刘大海 person:赵满堂");
    finds("回访刘大海户，给种粮户送去了良种。", "person:刘大海");
    finds("记录人：邢丽", "person:邢丽");
}
END_TEST

START_TEST(titles_of_the_own_village_stand_behind_names)
{
    finds("石桥村村党支部书记王建国说。", "place:石桥村 role:村党支部书记 person:王建国");
    finds("原镇党委副书记王建国退休了。", "role:镇党委副书记 person:王建国");
    finds("王建国任村委会主任。大任村通了水。", "person:王建国 role:村委会主任 place:大任村");
    finds("“不难。”村党支部书记王建国说。", "role:村党支部书记 person:王建国");
    finds("王建国，村支书，今年六十。", "person:王建国 role:村支书");
}
END_TEST

START_TEST(hamlets_are_where_people_live)
{
    finds("杉木冲有28户贫困户。", "place:杉木冲");
    finds("龙王塘有五米深，菜园坝有40亩，河湾那头没人。", "");
    finds("义乌小商品市场。", "");
    finds("我们杉木冲过去很穷。", "place:杉木冲");
    finds("杉木冲那边的路断了。", "place:杉木冲");
    finds("家住张家湾村的张大妈来了。", "place:张家湾村 person:张大妈");
    finds("喀拉布拉克村有路。", "place:喀拉布拉克村");
}
END_TEST

START_TEST(hamlets_of_two_characters_want_to_be_told)
{
    finds("他住在毛坪。云岭县石桥镇毛坪的群众来了。",
          "place:毛坪 place:云岭县 place:石桥镇 place:毛坪");
    finds("擅自离岗，路面加铺到了六公里。", "");
}
END_TEST

START_TEST(words_that_villages_are_called_by_name_bodies_as_well)
{
    finds("与丰收农机合作社、兴旺养殖合作社签订协议。", "org:丰收农机合作社 org:兴旺养殖合作社");
    finds("邀请石桥村小学到村送教。", "org:石桥村小学");
    finds("红旗林场派人来了。新建互助养老院。", "org:红旗林场");
    finds("他毕业于县水利学校，找县水利局。", "org:县水利局");
}
END_TEST

START_TEST(brands_are_told_by_how_they_fare)
{
    finds("打响了“清溪谷”名片。“清溪谷”入驻京东商城。", "brand:清溪谷 brand:清溪谷 org:京东商城");
    finds("注册了“云岭味道”商标。", "brand:云岭味道");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("entity names");
    TCase *names = tcase_create("names");
    tcase_add_checked_fixture(names, setup, teardown);
    tcase_add_test(names, nicknames_stand_behind_a_surname);
    tcase_add_test(names, who_gives_what_stands_in_front_of_the_colon);
    tcase_add_test(names, a_title_stands_behind_a_surname_however_the_text_is_cut);
    tcase_add_test(names, given_names_stand_in_front_of_words_of_kin);
    tcase_add_test(names, what_ends_no_name_may_stand_within_one);
    tcase_add_test(names, a_common_surname_and_a_rare_name_are_enough);
    tcase_add_test(names, what_fills_the_field_of_a_label_is_a_name);
    tcase_add_test(names, households_are_called_by_a_name);
    tcase_add_test(names, persons_of_a_list_may_have_familiar_names);
    tcase_add_test(names, brackets_tell_what_somebody_is);
    tcase_add_test(names, groups_and_parts_of_farms_are_places_where_lists_and_tables_say_so);
    tcase_add_test(names, verbs_within_names_of_bodies_are_no_verbs);
    tcase_add_test(names, offices_that_stop_words_end_want_to_be_told);
    tcase_add_test(names, a_firm_keeps_its_ending_in_front_of_a_title);
    tcase_add_test(names, what_leads_to_a_place_is_cut_off);
    tcase_add_test(names, shops_have_names_in_quotation_marks);
    tcase_add_test(names, what_is_shared_or_once_done_is_nobody);
    tcase_add_test(names, qualities_are_no_names_of_shops);
    tcase_add_test(names, what_leads_to_a_level_is_no_name);
    tcase_add_test(names, a_title_has_in_front_what_it_leads);
    tcase_add_test(names, brackets_may_tell_several_things_of_a_person);
    tcase_add_test(names, as_many_names_as_the_number_says_are_places);
    tcase_add_test(names, roads_lead_from_place_to_place);
    tcase_add_test(names, words_for_villages_may_be_part_of_a_name);
    tcase_add_test(names, firms_begin_with_two_places);
    tcase_add_test(names, ordinary_names_need_less_around_them);
    tcase_add_test(names, titles_of_the_own_village_stand_behind_names);
    tcase_add_test(names, hamlets_are_where_people_live);
    tcase_add_test(names, hamlets_of_two_characters_want_to_be_told);
    tcase_add_test(names, words_that_villages_are_called_by_name_bodies_as_well);
    tcase_add_test(names, brands_are_told_by_how_they_fare);
    suite_add_tcase(suite, names);
    return qm_unit_run(suite);
}
