#include "compile/compile.h"
#include "entity/characters.h"
#include "entity/model.h"
#include "entity_rows.h"
#include "faults.h"
#include "file.h"

START_TEST(a_chain_of_places_is_one_mention_a_level)
{
    finds("他来自云岭县石桥镇清水村。", "place:云岭县 place:石桥镇 place:清水村");
    finds("从贵阳坐车到遵义。", "place:贵阳 place:遵义");
}
END_TEST

START_TEST(words_that_end_like_places_are_none)
{
    finds("全县各乡镇的农村社区都建了小广场，城市居民也来景区。", "");
    finds("工作队驻村以后，邻县和兄弟县都来取经。", "");
}
END_TEST

START_TEST(persons_with_their_roles)
{
    finds("石桥镇镇长葛海涛到了。", "place:石桥镇 role:镇长 person:葛海涛");
    finds("脱贫户邓桂香说，路通了。", "person:邓桂香");
    finds("□本报记者 苏小曼 通讯员 杨光辉", "role:记者 person:苏小曼 role:通讯员 person:杨光辉");
    finds("□本报记者 苏　曼 报道", "role:记者 person:苏　曼");
}
END_TEST

START_TEST(what_joins_persons_is_no_surname_of_theirs)
{
    finds("韩主任和小覃一起动手。", "person:韩主任 person:小覃");
    finds("我们和大爷拉家常。", "");
    finds("邻居和志强第一个报名。", "person:和志强");
}
END_TEST

START_TEST(a_role_without_a_person_is_none)
{
    finds("村里的第一书记要吃住在村。", "");
    finds("韩雪梅，女，38岁，任清水村第一书记。", "person:韩雪梅 place:清水村 role:第一书记");
}
END_TEST

START_TEST(common_words_that_begin_like_names_are_none)
{
    finds("方便群众办事，高标准打造示范点，平安建设有起色。", "");
    finds("金秋时节，水稻丰收，林下养鸡见了效益。", "");
}
END_TEST

START_TEST(bodies_take_the_place_or_level_before_them)
{
    finds("县林业局和云岭县科技局来了。", "org:县林业局 org:云岭县科技局");
    finds("他在市人民医院和清水村党支部都工作过。", "org:市人民医院 org:清水村党支部");
    finds("学校、企业和村委会签了协议。", "");
}
END_TEST

START_TEST(a_title_takes_its_committee_from_the_body_before_it)
{
    finds("柳沟镇党委书记葛海涛来了。", "place:柳沟镇 role:党委书记 person:葛海涛");
    finds("柳沟村村委会主任葛海涛来了。", "place:柳沟村 role:村委会主任 person:葛海涛");
}
END_TEST

START_TEST(verbs_and_particles_are_no_part_of_a_body)
{
    finds("拟联合石桥镇司法所开讲座。", "org:石桥镇司法所");
    finds("村里依托云岭县职业技术学校开办电工班。", "org:云岭县职业技术学校");
    finds("队员们协调县交通运输局和县水务局修路。", "org:县交通运输局 org:县水务局");
}
END_TEST

START_TEST(firms_media_and_foreign_bodies)
{
    finds("腾远科技派来两名工程师，绿色农业有了奔头。", "org:腾远科技");
    finds("做法被省刊《云岭视线》刊用，书架上有《论语》。", "org:云岭视线");
    finds("她是University of Norland的博士生。", "org:University of Norland");
}
END_TEST

START_TEST(names_of_other_peoples_go_by_their_sound)
{
    finds("牧民巴特尔和妻子其其格来了。", "person:巴特尔 person:其其格");
    finds("村民古丽努尔·买买提学会了缝纫。", "person:古丽努尔·买买提");
}
END_TEST

START_TEST(hamlets_are_places_where_the_text_says_so)
{
    finds("从老鸦寨到杉木坪只有一条毛路。", "place:老鸦寨 place:杉木坪");
    finds("孩子们在草坪上玩。", "");
}
END_TEST

START_TEST(brands_stand_in_quotation_marks_beside_their_kind)
{
    finds("注册了“云上石桥”商标。", "brand:云上石桥");
    finds("坚持“三会一课”，推行“党建+产业”模式。", "");
}
END_TEST

START_TEST(a_name_once_sure_is_found_again)
{
    const char *text = "记者葛海涛来了。晚上葛海涛又走了。";
    finds(text, "role:记者 person:葛海涛 person:葛海涛");
}
END_TEST

START_TEST(mentions_of_the_same_thing_are_linked)
{
    const char *text = "张家洼街道开了会。来到张家洼，记者葛海涛看了。葛海涛说好。";
    finds(text, "place:张家洼街道 place:张家洼 role:记者 person:葛海涛 person:葛海涛");
    ck_assert_uint_eq(desk_u32(&d, QM_ENTITIES, "link", 0), 0);
    ck_assert_uint_eq(desk_u32(&d, QM_ENTITIES, "link", 1), 0);
    ck_assert_uint_eq(desk_u32(&d, QM_ENTITIES, "link", 2), 2);
    ck_assert_uint_eq(desk_u32(&d, QM_ENTITIES, "link", 4), 3);
}
END_TEST

START_TEST(traditional_text_gives_the_same_rows)
{
    finds("雲嶺縣石橋鎮鎮長葛海濤說。", "place:雲嶺縣 place:石橋鎮 role:鎮長 person:葛海濤");
}
END_TEST

START_TEST(words_of_the_dictionary_are_no_persons)
{
    finds("小伙子在林子里种李子和杨梅，一张蓝图画到底。", "");
    finds("三位老师傅在村口修水管，那张桌子还在。", "");
}
END_TEST

START_TEST(verbs_and_modifiers_begin_no_place)
{
    finds("隔壁村和富裕村都来取经，推行村务公开。", "");
    finds("老师来村里上课，老人去镇上看病。", "");
}
END_TEST

START_TEST(a_dot_joins_the_parts_of_a_name)
{
    finds("热依木·艾山和邻居修渠。", "person:热依木·艾山");
    finds("“团结·景田”大米卖得好。", "brand:团结·景田");
}
END_TEST

START_TEST(groups_and_prefectures_are_places)
{
    finds("五里坳村三组通了水。", "place:五里坳村 place:三组");
    finds("他从黔东南州来。", "place:黔东南州");
    finds("她是十里镇甘寨村人。", "place:十里镇 place:甘寨村");
}
END_TEST

START_TEST(a_list_with_its_count_names_places)
{
    finds("全村辖塔坡、南沟和岩脚三个自然村。", "place:塔坡 place:南沟 place:岩脚");
    finds("要抓好种植、养殖三个环节。", "");
}
END_TEST

START_TEST(what_lies_towards_the_east_begins_behind_the_verb)
{
    finds("村子东邻雷村，西接尧禾镇。", "place:雷村 place:尧禾镇");
}
END_TEST

START_TEST(titles_in_a_list_belong_to_the_person)
{
    finds("祁连峰同志任新丰村第一书记、驻村工作队队长。",
          "person:祁连峰 place:新丰村 role:第一书记 role:驻村工作队队长");
}
END_TEST

START_TEST(what_a_thing_is_called_is_a_brand)
{
    finds("她的农家院叫“杏花里”，人们叫他“活地图”。", "brand:杏花里");
    finds("“柚香小院”“云舍”先后营业。", "brand:柚香小院 brand:云舍");
}
END_TEST

START_TEST(a_common_word_before_a_firm_is_no_name)
{
    finds("引进两家广告公司，办起蔬菜合作社。", "");
    finds("村里引进了丰禾蜂业公司。", "org:丰禾蜂业公司");
}
END_TEST

START_TEST(groups_have_numbers_where_they_are_no_counts)
{
    finds("洪水一来，二组和五组的人过不了河。", "place:二组 place:五组");
    finds("大家分成三组，两人一组，先看一组数字。", "");
}
END_TEST

START_TEST(names_begin_behind_the_verb_in_one_token)
{
    finds("这次对接青岚市三家企业。", "place:青岚市");
    finds("他家在云阳市北固县潘家堡村。", "place:云阳市 place:北固县 place:潘家堡村");
    finds("结合帮扶村槐树坪村实际。", "place:槐树坪村");
}
END_TEST

START_TEST(familiar_names_go_by_the_surnames_of_the_document)
{
    finds("老白，起床了。", "");
    finds("记者白小川来了。老白，起床了。", "role:记者 person:白小川 person:老白");
    finds("老秦头提着一壶热酒过来，师姐和他拉家常。", "person:老秦头");
}
END_TEST

START_TEST(persons_of_one_list_speak_for_each_other)
{
    finds("参加人员：池春兰、应国强、盛富根、毛毛。",
          "person:池春兰 person:应国强 person:盛富根 person:毛毛");
    finds("选育花椒、海参和金银花。", "");
}
END_TEST

START_TEST(who_speaks_stands_before_a_colon)
{
    finds("甘霖：记得。\n记者：王主任，路通了吗？\n甘霖：通了。",
          "person:甘霖 person:王主任 person:甘霖");
}
END_TEST

START_TEST(words_that_join_or_lead_begin_no_name)
{
    finds("向重点村选派第一书记和工作队。", "");
    finds("请老师来辅导功课，医生逢周一坐诊。", "");
}
END_TEST

START_TEST(a_title_alone_makes_no_person_of_a_word)
{
    finds("会上，第一书记欧阳说，县长司马、副县长李强都来了。", "role:副县长 person:李强");
    finds("主任欧阳（女）介绍书记上官的建议，第一书记欧阳了解情况。", "");
    finds("书记诸葛问梅来了。", "role:书记 person:诸葛问梅");
    finds("队长高明，书记祝福大家，主任冷笑，组长盛情邀请。", "");
    finds("老师来早了，医生易怒，书记时隔一年再来。", "");
    finds("书记钱袋子鼓了，主任权衡利弊，校长白手起家。", "");
    finds("书记高明介绍，路通了。", "role:书记 person:高明");
}
END_TEST

START_TEST(stems_of_villages_are_no_persons)
{
    finds("他到黄连坑村任职。黄连坑的龙头没有断过水。", "place:黄连坑村 place:黄连坑");
    finds("指导村党支部发展党员，由村合作社承建。", "");
    finds("专家多次下村，干部常下村，大学生返村。", "");
    finds("老石匠雷老爹来了。", "person:雷老爹");
}
END_TEST

START_TEST(titles_in_tables_forms_and_brackets)
{
    finds("葛海涛\t县财政局\t副队长\n", "person:葛海涛 org:县财政局 role:副队长");
    finds("职务：二级主任科员\n", "role:二级主任科员");
    finds("主持：葛海涛（第一书记）", "person:葛海涛 role:第一书记");
    finds("新来的第一书记叫葛海涛。", "role:第一书记 person:葛海涛");
    finds("葛海涛是县财政局派驻清水村的第一书记。",
          "person:葛海涛 org:县财政局 place:清水村 role:第一书记");
}
END_TEST

START_TEST(what_gives_a_name_makes_a_brand)
{
    finds("新修的便桥起名“同心桥”。", "brand:同心桥");
    finds("路口立了“减速慢行”的牌子。", "");
    finds("“山嘴鲜”的牌子打响了。", "brand:山嘴鲜");
}
END_TEST

/* If each name looked at all others of its chain, this would take longer than a test may. */
START_TEST(chains_of_names_take_linear_time)
{
    static const char *const units[] = {"云岭县", "清水村、", "王芳",   "王芳、", "、方寸",
                                        "老白",   "一组",     "主任。", "党支部", "和",
                                        "县",     "\t队长",   "任",     "岩",     "第一书记",
                                        "“的牌",  "大学与科", "村驻",   "阿"};
    static char text[1 << 18];
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t n = strlen(units[i]), size = 0;
        for (; size + n <= sizeof text; size += n) memcpy(text + size, units[i], n);
        desk_ok(qm_analyze(d.analyzer, text, size, d.result, &d.err), &d);
    }
}
END_TEST

START_TEST(kinds_have_names)
{
    ck_assert_str_eq(qm_entity_kind_name(QM_ENTITY_PERSON), "person");
    ck_assert_str_eq(qm_entity_kind_name(QM_ENTITY_BRAND), "brand");
    ck_assert_ptr_null(qm_entity_kind_name(QM_ENTITY_BRAND + 1));
}
END_TEST

/* ---- tests/cases: texts of our own with what they name, in order ---- */

typedef struct tally {
    size_t right, expected, found;
} tally;

/* The string that begins behind `before` at or behind `at`, copied; where it ends. The files have
 * no escapes. */
static const char *take_string(const char *at, const char *before, char *out)
{
    at = strstr(at, before) + strlen(before);
    size_t n = strcspn(at, "\"");
    memcpy(out, at, n);
    out[n] = '\0';
    return at + n;
}

/* Counts a row of the file; what is expected is crossed out of what was found. */
static void count_line(const char *line, tally *sum)
{
    char text[1024], name[256], kind[16], wanted[300], found[4200];
    const char *at = take_string(line, "\"text\": \"", text);
    desk_read(&d, text);
    snprintf(found, sizeof found, " %s ", entities_of(text));
    for (const char *c = found; (c = strchr(c, ':')); c++) sum->found++;
    while (strstr(at, "{\"text\": \"")) {
        at = take_string(at, "{\"text\": \"", name);
        at = take_string(at, "\"kind\": \"", kind);
        snprintf(wanted, sizeof wanted, " %s:%s ", kind, name);
        sum->expected++;
        char *hit = strstr(found, wanted);
        if (!hit) continue;
        sum->right++;
        memset(hit + 1, '-', strlen(wanted) - 2);
    }
}

/* F1 of a file in thousandths. */
static size_t score_of(const char *path)
{
    tally sum = {0};
    size_t size;
    char *cases = qm_test_file(path, &size), *rest;
    for (char *line = strtok_r(cases, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        count_line(line, &sum);
    free(cases);
    ck_assert_uint_gt(sum.expected, 0);
    return 2000 * sum.right / (sum.expected + sum.found);
}

START_TEST(the_shared_cases_are_found)
{
    size_t score = score_of("tests/cases/entities.jsonl");
    ck_assert_msg(score >= 945, "F1 of %zu thousandths", score);
}
END_TEST

/* Cases that nobody looks at when writing rules. */
START_TEST(cases_kept_aside_are_found)
{
    size_t score = score_of("tests/cases/entities_aside.jsonl");
    ck_assert_msg(score >= 850, "F1 of %zu thousandths", score);
}
END_TEST

/* ---- what the reader of the data refuses ---- */

static void refuses(const char *kind, const char *text, uint32_t line, uint32_t column)
{
    qm_builder *builder;
    qm_error err;
    ck_assert_int_eq(qm_builder_new(&builder, NULL, NULL, &err), QM_OK);
    ck_assert_int_eq(qm_builder_read(builder, kind, qm_bytes_of(text), &err), QM_E_SYNTAX);
    ck_assert_uint_eq(err.line, line);
    ck_assert_uint_eq(err.column, column);
    qm_builder_free(builder);
}

/* A row of the data with so many characters in a list. */
static const char *list_of(const char *class, unsigned count)
{
    static char text[512];
    size_t n = (size_t)snprintf(text, sizeof text, "%s\t-", class);
    for (unsigned i = 0; i < count; i++) {
        const unsigned c = 0x9F00 + i;
        const unsigned char bytes[] = {i > 0 ? ' ' : '\t', (unsigned char)(0xE0 | c >> 12),
                                       (unsigned char)(0x80 | (c >> 6 & 63)),
                                       (unsigned char)(0x80 | (c & 63))};
        memcpy(text + n, bytes, sizeof bytes);
        n += sizeof bytes;
    }
    text[n] = '\0';
    return text;
}

START_TEST(mistakes_in_the_data_have_a_place)
{
    refuses("places", "110000\t北京市\t北京\t1\n1100\t东城区\n", 2, 1);
    refuses("places", "110000\t\n", 1, 8);
    refuses("surnames", "9\t王 李\n", 1, 1);
    refuses("given-names", "4\t丽\n", 1, 1);
    refuses("given-names", "2\t丽 小丽\n", 1, 3);
    refuses("entity-words", "role\t?\t书记\n", 1, 6);
    refuses("entity-words", "rolle\t-\t书记\n", 1, 1);
    refuses("entity-words", "place-suffix\t-\t村\n", 1, 14);
    refuses("entity-words", "function\th\t的话\n", 1, 12);
    refuses("entity-words", "locative\t-\t在 旁边\n", 1, 12);
    refuses("entity-words", list_of("measure", QM_MOST_CHARS), 1, 11);
    refuses("places", "110000\t北京市\t北京\t3\n", 1, 15);
}
END_TEST

START_TEST(a_word_stands_once_in_a_list)
{
    refuses("places", "110000\t北京市\n120000\t天津市\n110000\t北京市\n", 3, 8);
    refuses("surnames", "1\t王 李\n2w\t白 王\n3\t李\n", 2, 4);
    refuses("given-names", "2\t丽 芳\n-1\t丽\n", 2, 4);
    refuses("entity-words", "role\ta\t书记\nrole\t-\t主任 书记\n", 2, 8);
    refuses("entity-words", "kin\t-\t阿姨 四爷 阿姨\n", 1, 7);
    refuses("entity-words", "function\t-\t的 了\nfunction\th\t了\n", 2, 12);
    qm_builder *builder;
    qm_error err;
    ck_assert_int_eq(qm_builder_new(&builder, NULL, NULL, &err), QM_OK);
    const char *two = "role\t-\t书记\nkin\t-\t书记\nrole-prefix\t-\t副\n";
    ck_assert_int_eq(qm_builder_read(builder, "entity-words", qm_bytes_of(two), &err), QM_OK);
    qm_builder_free(builder);
}
END_TEST

/* ---- images above the built-in one ---- */

static qm_builder *own_builder(void)
{
    qm_builder *own;
    desk_ok(qm_builder_new(&own, d.model, NULL, &d.err), &d);
    return own;
}

/* Entities are looked for with what the builder has from now on, if an engine takes it. */
static int put_above(qm_builder *own)
{
    qm_model *models[2] = {d.model};
    qm_engine *engine;
    qm_bytes image;
    desk_ok(qm_builder_finish(own, &image, &d.err), &d);
    desk_ok(qm_model_from_memory(&models[1], image, QM_OPEN_COPY, NULL, NULL, NULL, &d.err), &d);
    int status = qm_engine_new(&engine, models, 2, NULL, 0, NULL, &d.err);
    qm_model_unref(models[1]);
    qm_builder_free(own);
    if (status != QM_OK) return status;
    qm_analyzer_free(d.analyzer);
    qm_engine_unref(d.engine);
    d.engine = engine;
    desk_ok(qm_analyzer_new(&d.analyzer, d.engine, NULL, &d.err), &d);
    return QM_OK;
}

START_TEST(a_listed_name_may_end_like_a_hamlet)
{
    qm_builder *own = own_builder();
    desk_ok(qm_builder_read(own, "places", qm_bytes_of("510000\t麻栗坳\n"), &d.err), &d);
    ck_assert_int_eq(put_above(own), QM_OK);
    finds("老麻栗坳有好茶。", "place:麻栗坳");
}
END_TEST

START_TEST(an_image_with_an_unheard_of_level_is_refused)
{
    const uint16_t suffix = QM_SENSE_ENTITY + QM_WORD_PLACE_SUFFIX;
    for (uint32_t level = QM_LEVEL_NUMBERED; level <= QM_LEVEL_NUMBERED + 1; level++) {
        qm_builder *own = own_builder();
        desk_ok(qm_builder_lexeme(own, qm_bytes_of("坳"), suffix, 0, level, &d.err), &d);
        ck_assert_int_eq(put_above(own), level == QM_LEVEL_NUMBERED ? QM_OK : QM_E_CORRUPT);
    }
}
END_TEST

/* What an own image says of some characters takes nothing from the built-in one. */
START_TEST(own_characters_are_added_to_the_others)
{
    const char *text = "坡上的猹叫“杏花里”，小店叫“石榴里”。村民猹文华说好。脱贫户邓桂香也说好。";
    finds(text, "brand:石榴里 person:邓桂香");
    qm_builder *own = own_builder();
    desk_ok(qm_builder_read(own, "surnames", qm_bytes_of("1\t猹\n"), &d.err), &d);
    desk_ok(qm_builder_read(own, "entity-words", qm_bytes_of("named-thing\t-\t猹 店\n"), &d.err),
            &d);
    ck_assert_int_eq(put_above(own), QM_OK);
    finds(text, "brand:杏花里 brand:石榴里 person:猹文华 person:邓桂香");
}
END_TEST

START_TEST(own_points_of_characters_replace_the_others)
{
    finds("村民李丽华说，路通了。", "person:李丽华");
    qm_builder *own = own_builder();
    desk_ok(qm_builder_read(own, "given-names", qm_bytes_of("-3\t华\n"), &d.err), &d);
    ck_assert_int_eq(put_above(own), QM_OK);
    finds("村民李丽华说，路通了。村民王文强说好。", "person:王文强");
}
END_TEST

START_TEST(a_list_of_all_images_has_its_limit)
{
    for (unsigned more = 20; more <= 60; more += 40) { /* than the built-in image has */
        qm_builder *own = own_builder();
        qm_bytes row = qm_bytes_of(list_of("named-thing", more));
        desk_ok(qm_builder_read(own, "entity-words", row, &d.err), &d);
        ck_assert_int_eq(put_above(own), more == 20 ? QM_OK : QM_E_LIMIT);
    }
}
END_TEST

static qm_model *stacked[2]; /* what the next makes engines of */

static int open_stack(const qm_allocator *alloc, qm_error *err)
{
    qm_engine *engine;
    int status = qm_engine_new(&engine, stacked, 2, NULL, 0, alloc, err);
    if (status == QM_OK) qm_engine_unref(engine);
    return status;
}

START_TEST(missing_memory_for_the_characters_of_two_images_leaks_nothing)
{
    qm_builder *own = own_builder();
    qm_bytes image;
    desk_ok(qm_builder_read(own, "surnames", qm_bytes_of("1\t猹\n"), &d.err), &d);
    desk_ok(qm_builder_finish(own, &image, &d.err), &d);
    stacked[0] = d.model;
    desk_ok(qm_model_from_memory(&stacked[1], image, QM_OPEN_COPY, NULL, NULL, NULL, &d.err), &d);
    qm_faults_run(open_stack);
    qm_model_unref(stacked[1]);
    qm_builder_free(own);
}
END_TEST

static int build_small(const qm_allocator *alloc, qm_error *err)
{
    qm_builder *builder;
    qm_bytes image;
    int status = qm_builder_new(&builder, NULL, alloc, err);
    if (status != QM_OK) return status;
    status = qm_builder_read(builder, "places", qm_bytes_of("110000\t北京市\t北京\t1\n"), err);
    if (status == QM_OK)
        status = qm_builder_read(builder, "surnames", qm_bytes_of("1\t王 欧阳\n"), err);
    if (status == QM_OK)
        status = qm_builder_read(builder, "given-names", qm_bytes_of("3\t丽\n"), err);
    if (status == QM_OK)
        status = qm_builder_read(builder, "entity-words",
                                 qm_bytes_of("role\ta\t书记 主任\nfunction\th\t的\n"), err);
    if (status == QM_OK) status = qm_builder_finish(builder, &image, err);
    qm_builder_free(builder);
    return status;
}

START_TEST(missing_memory_when_building_leaks_nothing)
{
    qm_faults_run(build_small);
}
END_TEST

/* ---- passes over characters ---- */

/* Most hanzi have a code, and a sign that is none. */
static uint16_t code_of(uint32_t c)
{
    if (c == U'《') return QM_HAN_COUNT + 1;
    uint32_t at = c - QM_HAN_FIRST;
    return at < QM_HAN_COUNT && at % 5 ? (uint16_t)(at + 1) : 0;
}

/* Characters at the edges of the table and beyond it, signs, blanks and hanzi, in any order. */
static void fill_block(uint64_t *seed, uint32_t *chars, uint8_t *classes, uint8_t *begins,
                       uint16_t *codes)
{
    static const uint32_t edges[] = {QM_HAN_FIRST - 1,
                                     QM_HAN_FIRST,
                                     QM_HAN_FIRST + 1,
                                     QM_HAN_FIRST + QM_HAN_COUNT - 1,
                                     QM_HAN_FIRST + QM_HAN_COUNT,
                                     U'“',
                                     U'”',
                                     U'‘',
                                     U'《',
                                     U'》',
                                     U'·',
                                     U'：',
                                     U'（',
                                     U'、',
                                     ',',
                                     ' ',
                                     0,
                                     UINT32_MAX};
    const uint32_t n = sizeof edges / sizeof *edges;
    for (uint32_t i = 0; i < QM_BLOCK + 3; i++) {
        *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint32_t any = (uint32_t)(*seed >> 33), from_table = QM_HAN_FIRST + any % QM_HAN_COUNT;
        begins[i] = any >> 20 & 1;
        if (i >= QM_BLOCK) continue;
        chars[i] = any % 3 ? from_table : edges[any / 3 % n];
        bool in = chars[i] - QM_HAN_FIRST < QM_HAN_COUNT;
        classes[i] = in ? QM_CHAR_HAN : (uint8_t)(any >> 16 & 7);
        codes[i] = code_of(chars[i]);
    }
}

/* What a way makes of a block. */
typedef struct reading {
    uint8_t hans[QM_BLOCK + 3], flags[QM_BLOCK], states[QM_BLOCK + 1];
    int8_t before[QM_BLOCK + 1], behind[QM_BLOCK + 3];
    qm_block_bits bits;
    qm_form_bits forms;
    uint64_t firsts;
} reading;

static reading read_with(const qm_character_ways *ways, const qm_han_tables *tables,
                         const qm_block *block)
{
    qm_firsts firsts = {{{0}}};
    uint32_t sets[QM_BLOCK], ends[QM_BLOCK];
    reading r = {.before = {1}};
    qm_sides sides = {block->chars, block->classes, r.flags, r.states, sets, sets, 3, 5};
    for (uint32_t i = 0; i < QM_BLOCK; i += 16) qm_firsts_add(&firsts, block->chars[i]);
    memset(sets, 1, sizeof sets);
    memset(ends, 1, sizeof ends);
    qm_block_state state = {r.hans, r.flags, r.states, sets, ends};
    r.bits = ways->read(tables, block, &state);
    for (uint32_t i = 0; i < QM_BLOCK; i++) ck_assert(sets[i] == 0 && ends[i] == 0);
    for (uint32_t i = 0; i < QM_BLOCK; i++) sets[i] = block->chars[i] % 7 / 3 << i % 3;
    ways->find_sides(&sides, r.before + 1, r.behind);
    qm_form_block forms = {r.hans, r.states, block->begins, r.before, r.behind};
    r.forms = ways->find_forms(&forms);
    r.firsts = ways->find_firsts(&firsts, block->chars);
    return r;
}

static void check_reading(const reading *r, const qm_block *block, const qm_han_entry *han)
{
    for (uint32_t i = 0; i < QM_BLOCK; i++) {
        uint32_t c = block->chars[i] - QM_HAN_FIRST;
        bool in = c < QM_HAN_COUNT, blank = block->classes[i] == QM_CHAR_SPACE;
        ck_assert_uint_eq(r->hans[i], in ? han[c].name : 0);
        if (in) ck_assert_uint_eq(r->flags[i], han[c].flags);
        ck_assert_uint_eq(r->bits.spaces >> i & 1, blank);
        ck_assert_uint_eq(r->bits.surnames >> i & 1, (r->hans[i] & QM_HAN_SURNAME) != 0);
        ck_assert_uint_eq(r->bits.familiar >> i & 1, (r->flags[i] & QM_HAN_FAMILIAR) != 0);
        ck_assert_uint_eq(r->bits.directions >> i & 1,
                          (r->flags[i] & QM_HAN_DIRECTION) && !block->begins[i]);
        if (i % 16 == 0) ck_assert(r->firsts >> i & 1);
        ck_assert_int_ge(r->before[i], -1);
        ck_assert_int_le(r->before[i], QM_MOST_BESIDE);
        if (r->forms.two >> i & 1) ck_assert(r->before[i] + r->behind[i + 2] >= 0);
        if (r->forms.three >> i & 1) ck_assert(r->before[i] + r->behind[i + 3] >= 0);
    }
}

/* Fifty blocks, for each of which a way has to say what the plain one says. */
static void check_ways(const qm_character_ways *ways, const qm_han_tables *tables)
{
    uint64_t seed = 7, found = 0;
    for (int round = 0; round < 50; round++) {
        uint32_t chars[QM_BLOCK];
        uint16_t codes[QM_BLOCK];
        uint8_t classes[QM_BLOCK], begins[QM_BLOCK + 3];
        qm_block block = {chars, classes, begins, codes};
        fill_block(&seed, chars, classes, begins, codes);
        reading plain = read_with(&qm_character_ways_plain, tables, &block);
        reading other = read_with(ways, tables, &block);
        check_reading(&other, &block, tables->han);
        ck_assert_mem_eq(&plain, &other, offsetof(reading, states) + QM_BLOCK);
        ck_assert_mem_eq(&plain.bits, &other.bits, sizeof plain.bits);
        ck_assert_mem_eq(&plain.before, &other.before, sizeof plain.before);
        ck_assert_mem_eq(&plain.behind, &other.behind, sizeof plain.behind);
        ck_assert_mem_eq(&plain.forms, &other.forms, sizeof plain.forms);
        ck_assert_uint_eq((plain.forms.two | plain.forms.three) & ~plain.forms.surnames, 0);
        ck_assert_uint_eq(plain.firsts, other.firsts);
        ck_assert_uint_ne(plain.firsts, UINT64_MAX);
        found |= plain.forms.two & plain.forms.three;
    }
    ck_assert_uint_ne(found, 0);
}

/* A surname of the first class with a given name that is neither likely nor unlikely. */
START_TEST(the_less_looks_like_a_name_the_more_must_stand_beside_it)
{
    int8_t points = (int8_t)(qm_surname_points(1, false) + qm_points_of_given(3));
    ck_assert_int_eq(points, 4);
    ck_assert_int_eq(qm_points_of_cut(1, 0, 1), QM_WHOLE_WORD);
    ck_assert(qm_may_be_person(points, 1, 0, 1, 3));
    ck_assert(!qm_may_be_person(points, 1, 0, 1, 2));
    ck_assert(!qm_may_be_person(points, 1, 1, 1, 3)); /* two words */
    ck_assert(qm_may_be_person(points, 1, 1, 1, 4));
    ck_assert(!qm_may_be_person(points, 0, 0, 0, 5)); /* within others */
    ck_assert_int_eq(qm_surname_points(3, true), 0);
    static const int8_t given[] = {-9, -8, -2, 0, 0, 1, 2, 2};
    for (uint8_t i = 0; i < sizeof given; i++) ck_assert_int_eq(qm_points_of_given(i), given[i]);
}
END_TEST

START_TEST(all_ways_of_reading_characters_agree)
{
    uint64_t seed = 3;
    qm_han_entry *room = calloc(QM_HAN_COUNT + 1, sizeof *room), *han = room + 1;
    qm_han_entry *coded = calloc(QM_HAN_COUNT + 3, sizeof *coded), *by_code = coded + 1;
    const qm_han_tables tables = {han, by_code};
    by_code[0].flags = by_code[QM_HAN_COUNT + 1].flags = QM_HAN_OUT;
    for (uint32_t i = 0; i < QM_HAN_COUNT; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        han[i].name = (uint8_t)(seed >> 40 & 127);
        han[i].flags = (uint8_t)(seed >> 50 & 127);
        by_code[i + 1] = han[i];
    }
    check_ways(&qm_character_ways_plain, &tables);
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) check_ways(&qm_character_ways_avx2, &tables);
#endif
    free(coded);
    free(room);
}
END_TEST

/* Of a text whose last character begins a block nothing is read behind the room, however exactly
 * that fits. */
START_TEST(room_that_fits_exactly_is_enough)
{
    enum { HANZI = 3, LONGEST = 65 };
    char text[HANZI * LONGEST];
    for (size_t i = 0; i < sizeof text; i += HANZI) memcpy(text + i, "王", HANZI);
    for (size_t first = 1; first < LONGEST; first++) {
        teardown();
        setup();
        desk_ok(qm_analyze(d.analyzer, text, first * HANZI, d.result, &d.err), &d);
        desk_ok(qm_analyze(d.analyzer, text, sizeof text, d.result, &d.err), &d);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("entity");
    TCase *found = tcase_create("found");
    tcase_add_checked_fixture(found, setup, teardown);
    tcase_add_test(found, a_chain_of_places_is_one_mention_a_level);
    tcase_add_test(found, a_listed_name_may_end_like_a_hamlet);
    tcase_add_test(found, an_image_with_an_unheard_of_level_is_refused);
    tcase_add_test(found, own_characters_are_added_to_the_others);
    tcase_add_test(found, own_points_of_characters_replace_the_others);
    tcase_add_test(found, a_list_of_all_images_has_its_limit);
    tcase_add_test(found, missing_memory_for_the_characters_of_two_images_leaks_nothing);
    tcase_add_test(found, words_that_end_like_places_are_none);
    tcase_add_test(found, persons_with_their_roles);
    tcase_add_test(found, what_joins_persons_is_no_surname_of_theirs);
    tcase_add_test(found, a_role_without_a_person_is_none);
    tcase_add_test(found, common_words_that_begin_like_names_are_none);
    tcase_add_test(found, bodies_take_the_place_or_level_before_them);
    tcase_add_test(found, a_title_takes_its_committee_from_the_body_before_it);
    tcase_add_test(found, verbs_and_particles_are_no_part_of_a_body);
    tcase_add_test(found, firms_media_and_foreign_bodies);
    tcase_add_test(found, names_of_other_peoples_go_by_their_sound);
    tcase_add_test(found, hamlets_are_places_where_the_text_says_so);
    tcase_add_test(found, brands_stand_in_quotation_marks_beside_their_kind);
    tcase_add_test(found, a_name_once_sure_is_found_again);
    tcase_add_test(found, mentions_of_the_same_thing_are_linked);
    tcase_add_test(found, traditional_text_gives_the_same_rows);
    tcase_add_test(found, words_of_the_dictionary_are_no_persons);
    tcase_add_test(found, verbs_and_modifiers_begin_no_place);
    tcase_add_test(found, a_dot_joins_the_parts_of_a_name);
    tcase_add_test(found, groups_and_prefectures_are_places);
    tcase_add_test(found, a_list_with_its_count_names_places);
    tcase_add_test(found, what_lies_towards_the_east_begins_behind_the_verb);
    tcase_add_test(found, titles_in_a_list_belong_to_the_person);
    tcase_add_test(found, what_a_thing_is_called_is_a_brand);
    tcase_add_test(found, a_common_word_before_a_firm_is_no_name);
    tcase_add_test(found, groups_have_numbers_where_they_are_no_counts);
    tcase_add_test(found, names_begin_behind_the_verb_in_one_token);
    tcase_add_test(found, familiar_names_go_by_the_surnames_of_the_document);
    tcase_add_test(found, persons_of_one_list_speak_for_each_other);
    tcase_add_test(found, who_speaks_stands_before_a_colon);
    tcase_add_test(found, words_that_join_or_lead_begin_no_name);
    tcase_add_test(found, a_title_alone_makes_no_person_of_a_word);
    tcase_add_test(found, stems_of_villages_are_no_persons);
    tcase_add_test(found, titles_in_tables_forms_and_brackets);
    tcase_add_test(found, what_gives_a_name_makes_a_brand);
    tcase_add_test(found, chains_of_names_take_linear_time);
    tcase_add_test(found, room_that_fits_exactly_is_enough);
    tcase_add_test(found, the_shared_cases_are_found);
    tcase_add_test(found, cases_kept_aside_are_found);
    tcase_set_timeout(found, 120);
    suite_add_tcase(suite, found);
    TCase *data = tcase_create("data");
    tcase_add_test(data, kinds_have_names);
    tcase_add_test(data, the_less_looks_like_a_name_the_more_must_stand_beside_it);
    tcase_add_test(data, all_ways_of_reading_characters_agree);
    tcase_add_test(data, mistakes_in_the_data_have_a_place);
    tcase_add_test(data, a_word_stands_once_in_a_list);
    tcase_add_test(data, missing_memory_when_building_leaks_nothing);
    suite_add_tcase(suite, data);
    return qm_unit_run(suite);
}
