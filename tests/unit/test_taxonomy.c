#include "base/utf8.h"
#include "compile/compile.h"
#include "faults.h"
#include "initiative/particles.h"
#include "initiative/rules.h"
#include "unit.h"

static qm_builder *builder;

static void fresh(void)
{
    qm_error err;
    ck_assert_int_eq(qm_builder_new(&builder, NULL, NULL, &err), QM_OK);
}

static void gone(void)
{
    qm_builder_free(builder);
}

static void is_fine(const char *kind, const char *text)
{
    qm_error err = {.message = ""};
    ck_assert_msg(qm_builder_read(builder, kind, qm_bytes_of(text), &err) == QM_OK, "%u:%u: %s",
                  (unsigned)err.line, (unsigned)err.column, err.message);
}

static void is_wrong(const char *kind, const char *text, uint32_t line, uint32_t column,
                     const char *reason)
{
    qm_error err;
    bool well = qm_utf8_is_well_formed(text, strlen(text));
    ck_assert_int_eq(qm_builder_read(builder, kind, qm_bytes_of(text), &err),
                     well ? QM_E_SYNTAX : QM_E_UTF8);
    ck_assert_msg(strstr(err.message, reason) != NULL, "\"%s\" does not say \"%s\"", err.message,
                  reason);
    ck_assert_uint_eq(err.line, line);
    ck_assert_uint_eq(err.column, column);
}

#define TYPE "types:\n- id: school\n  zh: 学校\n  rules:\n"

START_TEST(a_taxonomy_of_another_field_is_read)
{
    is_fine("taxonomy", "version: 1\n"
                        "gap: 9\n"
                        "sets:\n"
                        "  build: 建设|修建\n"
                        "  more: ['{build}', 盖|造]\n" TYPE "  - \"{more}|砌 > 教学楼|操场\"\n"
                        "  - {rule: \"=开学典礼\", points: 6, note: 典礼}\n"
                        "  - \"举办 >> 家长会 & {#count} ! 取消\"\n"
                        "  block: 空中楼阁|楼市\n"
                        "  yes: 新砌了操场\n"
                        "  no: [楼市回暖]\n");
    qm_bytes image;
    qm_error err;
    ck_assert_int_eq(qm_builder_finish(builder, &image, &err), QM_OK);
}
END_TEST

START_TEST(mistakes_of_the_file_say_where_they_are)
{
    is_wrong("taxonomy", "version: 2\n", 1, 10, "the only version is 1");
    is_wrong("taxonomy", "colour: red\n", 1, 1, "no such key: colour");
    is_wrong("taxonomy", "types:\n- zh: 学校\n", 2, 3, "without 'id:'");
    is_wrong("taxonomy", "types:\n- id: 学校\n  zh: 学校\n", 2, 7, "an id has letters");
    is_wrong("taxonomy", "types:\n- id: a\n  zh: b\n- id: a\n  zh: c\n", 4, 7, "taken");
    is_wrong("taxonomy", "types:\n- id: unheard\n  rules: ['=x']\n", 2, 7, "no such type");
    is_wrong("taxonomy", "types: [\n", 2, 1, "");
    is_wrong("taxonomy", "", 1, 1, "empty");
    is_wrong("taxonomy", "version: 1\nversion: 1\n", 2, 1, "twice: version");
    is_wrong("taxonomy", "types:\n- id: i\n  zh: 学校\n  zh: 学校\n", 4, 3, "twice: zh");
    is_wrong("taxonomy", "types:\n- id: j\n  zh: 学校\n  parent: nobody\n", 4, 11,
             "inherit from: nobody");
    is_wrong("taxonomy", "types:\n- id: k\n  zh: 甲\n  parent: l\n- id: l\n  zh: 乙\n  parent: k\n",
             4, 11, "in a ring");
    is_wrong("taxonomy", "types:\n- id: m\n  zh: 甲\n  parent: m\n", 4, 11, "in a ring");
    is_wrong("taxonomy", "version: 1\n---\nversion: 1\n", 3, 1, "second document");
    is_wrong("taxonomy", "version: 1\nsets:\n  a: \xD0\xC2\n", 3, 6, "saved as UTF-8");
}
END_TEST

/* In words of our own, and at the start of what is wrong. */
START_TEST(mistakes_of_yaml_say_what_to_do)
{
    is_wrong("taxonomy", "sets:\n  a: \"b\n  c: d\ntypes: []\n", 2, 6, "mark is not closed");
    is_wrong("taxonomy", "sets:\n  x: y\n  a：b\n  c: d\n", 3, 3, "wants a colon");
    is_wrong("taxonomy", "sets:\n  a: b｜c\n", 2, 6, "full-width sign");
    is_wrong("taxonomy", "sets:\n  a: b\n   c: d\n", 3, 5, "not indented like");
    is_wrong("taxonomy", "sets:\n\ta: b\n", 2, 1, "a tab");
    is_wrong("taxonomy", TYPE "  - {a} > b\n", 5, 11, "wants quotation marks");
    is_wrong("taxonomy", "sets:\n  a: @b\n", 2, 6, "wants quotation marks");
    is_wrong("taxonomy", "sets:\n  a: \x01\n", 1, 1, "control character");
}
END_TEST

START_TEST(mistakes_of_a_pattern_say_where_they_are)
{
    is_wrong("taxonomy", TYPE "  - 修建 教学楼\n", 5, 5, "neither '=' nor '>'");
    is_wrong("taxonomy", "types:\n- id: b\n  zh: 学校\n  rules:\n  - \"> 教学楼\"\n", 5, 6,
             "no words before '>'");
    is_wrong("taxonomy", "types:\n- id: c\n  zh: 学校\n  rules:\n  - \"修建 >>\"\n", 5, 10,
             "no words behind '>>'");
    is_wrong("taxonomy", "types:\n- id: d\n  zh: 学校\n  rules:\n  - \"修建 > 楼|{none}\"\n", 5, 13,
             "no such set above: none");
    is_wrong("taxonomy", "types:\n- id: e\n  zh: 学校\n  rules:\n  - \"修建 > 楼||桥\"\n", 5, 13,
             "an empty word");
    is_wrong("taxonomy", "types:\n- id: f\n  zh: 学校\n  rules:\n  - \"修建 > 楼 !\"\n", 5, 13,
             "no words behind '!'");
    is_wrong("taxonomy", "types:\n- id: g\n  zh: 学校\n  rules:\n  - {gap: 3}\n", 5, 5,
             "without 'rule:'");
    is_wrong("taxonomy", "types:\n- id: h\n  zh: 学校\n  rules:\n  - {rule: '=x', gap: 201}\n", 5,
             23, "not a number");
}
END_TEST

START_TEST(a_taxonomy_may_be_a_table)
{
    is_fine("taxonomy-csv", "type,verbs,objects,order,gap,note\r\n"
                            "ward,新建|改造,病房|\"手术室\",any,8,\"a \"\"note\"\", too\"\r\n"
                            "ward,,开诊,,,\n"
                            "\n"
                            "ward,引进,CT机,before,,");
    is_wrong("taxonomy-csv", "ward,新建,病房,backwards,,\n", 1, 12, "order is any or before");
    is_wrong("taxonomy-csv", "ward,新建,病房,any,many,\n", 1, 16, "gap is a number");
    is_wrong("taxonomy-csv", "ward,,,any,,\n", 1, 6, "neither verbs nor objects");
    is_wrong("taxonomy-csv", "ward,\"新建,病房\n", 1, 6, "not closed");
    is_wrong("taxonomy-csv", "ward,新建|扩建,病房||楼,,,\n", 1, 15, "an empty word");
    is_wrong("taxonomy-csv", "ward,新建,\"病房|{none}\",before,,\n", 1, 13,
             "no such set above: none");
    is_wrong("taxonomy-csv", "ward,\"新建||扩建\",病房,,,\n", 1, 10, "an empty word");
    is_wrong("taxonomy-csv", "ward,,病房||楼,,,\n", 1, 10, "an empty word");
    is_wrong("taxonomy-csv", "ward,新建,病房,any,12,a,b\n", 1, 21, "more than 6 columns");
    is_wrong("taxonomy-csv", ",新建,病房\n", 1, 1, "no type");
    is_wrong("taxonomy-csv", "ward;新建;病房\n", 1, 1, "commas are between");
    is_wrong("taxonomy-csv", "type,objects,verbs\n", 1, 6, "in this order");
    is_wrong("taxonomy-csv", "Type,Verbs,Objects\n", 1, 1, "empty");
    is_wrong("taxonomy-csv", "ward,新建,\xB2\xA1\n", 1, 9, "saved as UTF-8");
}
END_TEST

START_TEST(cues_and_fights_are_checked)
{
    is_fine("cues", "NEG\t没有\tahead\tclause\t没有忘记\n# a comment\n");
    is_wrong("cues", "MAYBE\t没有\tahead\tclause\n", 1, 1, "no such category");
    is_wrong("cues", "NEG\t没有\tup\tclause\n", 1, 8, "direction is");
    is_wrong("cues", "NEG\t没有\tahead\tworld\n", 1, 14, "scope is");
    is_fine("fights", "roads\tpower|water\tword\n");
    is_wrong("fights", "roads\tpower\talways\n", 1, 13, "ground is word or clause");
}
END_TEST

START_TEST(classes_of_words_are_checked)
{
    is_fine("classes", "bridge\tbridge|ferry\n");
    is_fine("classes", "building\tbuild|mend\tverbs\n");
    is_wrong("classes", "building\tbuild\tadverbs\n", 1, 16, "a class is of");
    is_fine("classes", "v_bring\t引来\thelps\n");
    is_fine("classes", "v_beside\t各类\tlimits\n");
    is_wrong("classes", "\tbridge\n", 1, 1, "a class without a name");
    is_wrong("classes", "# ways\nbridge\tbridge||ferry\n", 2, 8, "an empty word");
}
END_TEST

START_TEST(particles_are_checked)
{
    is_fine("particles", "over\t了\n# a comment\nlight\t给在到\n");
    is_wrong("particles", "under\t了\n", 1, 1, "no such job");
    is_wrong("particles", "over\t了\nlight\n", 2, 1, "nobody does");
    is_wrong("particles", "over\t\xFF\n", 1, 6, "ill-formed");
    is_wrong("particles", "over\t𠀀\n", 1, 6, "beyond the basic plane");
}
END_TEST

/* The jobs of particles in a stack of images, each of one section; they are forgotten at once. */
static int bind_particles(const qm_particle *const *sections, const size_t *counts, size_t n,
                          uint32_t character, uint32_t *jobs)
{
    qm_image_writer *writers[2];
    qm_image images[2];
    qm_particles particles;
    for (size_t i = 0; i < n; i++) {
        qm_bytes bytes;
        ck_assert_int_eq(qm_image_writer_new(&writers[i], NULL, NULL), QM_OK);
        ck_assert_int_eq(qm_image_writer_add(writers[i], QM_SECTION_PARTICLES, sections[i],
                                             counts[i] * sizeof **sections, NULL),
                         QM_OK);
        ck_assert_int_eq(qm_image_writer_finish(writers[i], &bytes, NULL), QM_OK);
        ck_assert_int_eq(qm_image_open(&images[i], bytes, false, NULL), QM_OK);
    }
    const qm_images stack = {images, n};
    const qm_allocator *alloc = qm_allocator_or_default(NULL);
    int status = qm_particles_new(&particles, &stack, alloc, NULL);
    if (status == QM_OK) {
        *jobs = qm_particle_jobs(&particles, character);
        qm_particles_free(&particles, alloc);
    }
    for (size_t i = 0; i < n; i++) qm_image_writer_free(writers[i]);
    return status;
}

START_TEST(images_add_to_what_particles_do)
{
    const qm_particle below[] = {{0x4E86, QM_PARTICLE_OVER}, {0x7684, QM_PARTICLE_OF}};
    const qm_particle above[] = {{0x4E86, QM_PARTICLE_END}};
    const qm_particle *const stack[] = {below, above};
    const size_t counts[] = {2, 1};
    uint32_t jobs;
    ck_assert_int_eq(bind_particles(stack, counts, 2, 0x4E86, &jobs), QM_OK);
    ck_assert_uint_eq(jobs, QM_PARTICLE_OVER | QM_PARTICLE_END);
    ck_assert_int_eq(bind_particles(stack, counts, 2, 0x7684, &jobs), QM_OK);
    ck_assert_uint_eq(jobs, QM_PARTICLE_OF);
    ck_assert_int_eq(bind_particles(stack, counts, 2, 0x6751, &jobs), QM_OK);
    ck_assert_uint_eq(jobs, 0);
    ck_assert_int_eq(bind_particles(stack, counts, 0, 0x4E86, &jobs), QM_OK);
    ck_assert_uint_eq(jobs, 0);
}
END_TEST

START_TEST(particles_have_a_slot_each_up_to_the_limit)
{
    qm_particle all[QM_PARTICLES_MOST + 1];
    const qm_particle *const stack[] = {all};
    size_t count = QM_PARTICLES_MOST;
    uint32_t jobs;
    for (uint32_t i = 0; i <= QM_PARTICLES_MOST; i++)
        all[i] = (qm_particle){0x4E00 + i, i % QM_PARTICLE_JOBS};
    for (uint32_t i = 0; i < QM_PARTICLES_MOST; i += 17) {
        ck_assert_int_eq(bind_particles(stack, &count, 1, 0x4E00 + i, &jobs), QM_OK);
        ck_assert_uint_eq(jobs, i % QM_PARTICLE_JOBS);
    }
    count = QM_PARTICLES_MOST + 1;
    ck_assert_int_eq(bind_particles(stack, &count, 1, 0x4E00, &jobs), QM_E_LIMIT);
}
END_TEST

START_TEST(hostile_particles_are_refused)
{
    const qm_particle wrong[][1] = {
        {{0, QM_PARTICLE_OF}}, {{0x110000, QM_PARTICLE_OF}}, {{0x4E86, QM_PARTICLE_JOBS + 1}}};
    const size_t one = 1;
    uint32_t jobs;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const qm_particle *const stack[] = {wrong[i]};
        ck_assert_int_eq(bind_particles(stack, &one, 1, 0x4E86, &jobs), QM_E_CORRUPT);
    }
}
END_TEST

START_TEST(types_and_rules_by_call)
{
    qm_error err;
    qm_bytes none = {"", 0};
    ck_assert_int_eq(qm_builder_add_type(builder, qm_bytes_of("ward"), none, qm_bytes_of("病房"),
                                         none, none, &err),
                     QM_OK);
    ck_assert_int_eq(
        qm_builder_add_rule(builder, qm_bytes_of("ward"), qm_bytes_of("改造 > 病房"), &err), QM_OK);
    ck_assert_int_eq(
        qm_builder_add_rule(builder, qm_bytes_of("bed"), qm_bytes_of("改造 > 病房"), &err),
        QM_E_SYNTAX);
    ck_assert_int_eq(
        qm_builder_add_rule(builder, qm_bytes_of("ward"), qm_bytes_of("改造 病房"), &err),
        QM_E_SYNTAX);
}
END_TEST
START_TEST(parents_that_nobody_is_are_told_when_all_types_are_known)
{
    qm_error err;
    qm_bytes image, none = {"", 0}, ward = qm_bytes_of("ward"), house = qm_bytes_of("house");
    ck_assert_int_eq(
        qm_builder_add_type(builder, ward, house, qm_bytes_of("病房"), none, none, &err), QM_OK);
    ck_assert_int_eq(qm_builder_finish(builder, &image, &err), QM_E_INVALID);
    ck_assert_str_eq(err.message, "no such type to inherit from: house");
    ck_assert_int_eq(
        qm_builder_add_type(builder, house, none, qm_bytes_of("房屋"), none, none, &err), QM_OK);
    ck_assert_int_eq(qm_builder_finish(builder, &image, &err), QM_OK);
}
END_TEST

START_TEST(parents_in_a_ring_are_told)
{
    qm_error err;
    qm_bytes image, none = {"", 0}, ward = qm_bytes_of("ward"), house = qm_bytes_of("house");
    ck_assert_int_eq(
        qm_builder_add_type(builder, ward, house, qm_bytes_of("病房"), none, none, &err), QM_OK);
    ck_assert_int_eq(
        qm_builder_add_type(builder, house, ward, qm_bytes_of("房屋"), none, none, &err), QM_OK);
    ck_assert_int_eq(qm_builder_finish(builder, &image, &err), QM_E_INVALID);
    ck_assert_ptr_nonnull(strstr(err.message, "in a ring"));
}
END_TEST

/* ---- memory and hostile images ---- */

static int read_everything(const qm_allocator *alloc, qm_error *err)
{
    qm_builder *own = NULL;
    qm_bytes image;
    int status = qm_builder_new(&own, NULL, alloc, err);
    if (status == QM_OK)
        status = qm_builder_read(own, "taxonomy",
                                 qm_bytes_of("sets: {build: 新建|修}\n" TYPE
                                             "  - '{build} > 教学楼|操场'\n  block: 楼市\n"),
                                 err);
    if (status == QM_OK)
        status = qm_builder_read(own, "taxonomy-csv", qm_bytes_of("ward,新建,病房,any,8,\n"), err);
    if (status == QM_OK)
        status = qm_builder_read(own, "cues", qm_bytes_of("NEG\t没有\tahead\tclause\n"), err);
    if (status == QM_OK)
        status = qm_builder_read(own, "fights", qm_bytes_of("ward\tschool\tword\n"), err);
    if (status == QM_OK)
        status = qm_builder_read(own, "particles", qm_bytes_of("end\t的了\nover\t了\n"), err);
    if (status == QM_OK) status = qm_builder_finish(own, &image, err);
    qm_builder_free(own);
    return status;
}

START_TEST(missing_memory_is_told_and_nothing_leaks)
{
    qm_faults_run(read_everything);
}
END_TEST

/* Binds a section of one type and one rule after `change`. */
static int bind_section(void (*change)(uint32_t *words))
{
    struct {
        qm_taxonomy_header header;
        qm_taxonomy_type type;
        qm_taxonomy_set set;
        qm_taxonomy_rule rule;
        uint32_t slot;
        qm_taxonomy_cue cue;
        qm_taxonomy_fight fight;
        char pool[4];
    } section = {.header = {QM_TAXONOMY_VERSION, 0, 1, 1, 1, 1, 1, 1, 4},
                 .type = {.id = {0, 4}},
                 .rule = {.order = QM_RULE_ALONE, .objects = 1, .points = 8},
                 .cue = {QM_CUE_NEG, QM_CUE_AHEAD, QM_CUE_CLAUSE},
                 .fight = {{0, 4}, {0, 4}, QM_FIGHT_WORD},
                 .pool = "ward"};
    if (change) change((uint32_t *)&section);
    qm_image_writer *writer;
    qm_bytes bytes;
    qm_image image;
    qm_taxonomy taxonomy;
    ck_assert_int_eq(qm_image_writer_new(&writer, NULL, NULL), QM_OK);
    ck_assert_int_eq(
        qm_image_writer_add(writer, QM_SECTION_TAXONOMY, &section, sizeof section, NULL), QM_OK);
    ck_assert_int_eq(qm_image_writer_finish(writer, &bytes, NULL), QM_OK);
    ck_assert_int_eq(qm_image_open(&image, bytes, false, NULL), QM_OK);
    int status = qm_taxonomy_bind(&taxonomy, &image, NULL);
    qm_image_writer_free(writer);
    return status;
}

static size_t word_to_spoil;

static void spoil(uint32_t *words)
{
    words[word_to_spoil] = 0x7FFFFFFF;
}

START_TEST(hostile_sections_are_refused)
{
    ck_assert_int_eq(bind_section(NULL), QM_OK);
    const size_t header = sizeof(qm_taxonomy_header) / 4, type = sizeof(qm_taxonomy_type) / 4;
    for (size_t i = 0; i < header; i++) {
        if (i == 1) continue; /* flags: any bits */
        word_to_spoil = i;
        ck_assert_int_ne(bind_section(spoil), QM_OK);
    }
    /* id of the type, name of the set, type and slots of the rule, slot, cue, fight */
    const size_t set = header + type, rule = set + 2, slot = rule + sizeof(qm_taxonomy_rule) / 4;
    const size_t places[] = {header,   header + 1, set + 1,  rule,     rule + 2, rule + 3,
                             rule + 4, rule + 5,   rule + 6, rule + 7, rule + 9, slot,
                             slot + 1, slot + 2,   slot + 3, slot + 4, slot + 8};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        word_to_spoil = places[i];
        ck_assert_msg(bind_section(spoil) == QM_E_CORRUPT, "word %zu", places[i]);
    }
}
END_TEST

/* The senses of a group in an image, as they lie there. */
static qm_sense *senses_of(const qm_lexicon *lexicon, uint32_t *count)
{
    uint32_t at = 0, group;
    const qm_sense *senses = qm_lexicon_next(lexicon, QM_ROOM_INITIATIVE, &at, &group, count);
    return (qm_sense *)(uintptr_t)senses;
}

/* A word that is both of a set and a cue: its senses are told apart by their order. */
START_TEST(senses_out_of_order_are_refused)
{
    const qm_allocator *alloc = qm_allocator_or_default(NULL);
    qm_initiator *made = NULL;
    qm_lexicon lexicon;
    qm_bytes bytes;
    qm_image image;
    uint32_t count;
    is_fine("cues", "NEG\t操场\tahead\tclause\n");
    is_fine("taxonomy", TYPE "  - '=操场'\n");
    ck_assert_int_eq(qm_builder_finish(builder, &bytes, NULL), QM_OK);
    ck_assert_int_eq(qm_image_open(&image, bytes, true, NULL), QM_OK);
    image.trusted = false; /* only the checksums are to be passed over */
    const qm_images stack = {&image, 1};
    ck_assert_int_eq(qm_lexicon_bind(&lexicon, &image, NULL), QM_OK);
    ck_assert_int_eq(qm_initiator_new(&made, &stack, &lexicon, 1, NULL, alloc, NULL), QM_OK);
    qm_initiator_free(made);
    qm_sense *senses = senses_of(&lexicon, &count), first = senses[0];
    ck_assert_uint_eq(count, 2);
    senses[0] = senses[1];
    senses[1] = first;
    ck_assert_int_eq(qm_initiator_new(&made, &stack, &lexicon, 1, NULL, alloc, NULL), QM_E_CORRUPT);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("taxonomy");
    tcase_add_checked_fixture(tests, fresh, gone);
    tcase_add_test(tests, a_taxonomy_of_another_field_is_read);
    tcase_add_test(tests, mistakes_of_the_file_say_where_they_are);
    tcase_add_test(tests, mistakes_of_yaml_say_what_to_do);
    tcase_add_test(tests, mistakes_of_a_pattern_say_where_they_are);
    tcase_add_test(tests, a_taxonomy_may_be_a_table);
    tcase_add_test(tests, cues_and_fights_are_checked);
    tcase_add_test(tests, classes_of_words_are_checked);
    tcase_add_test(tests, particles_are_checked);
    tcase_add_test(tests, images_add_to_what_particles_do);
    tcase_add_test(tests, particles_have_a_slot_each_up_to_the_limit);
    tcase_add_test(tests, hostile_particles_are_refused);
    tcase_add_test(tests, types_and_rules_by_call);
    tcase_add_test(tests, parents_in_a_ring_are_told);
    tcase_add_test(tests, parents_that_nobody_is_are_told_when_all_types_are_known);
    tcase_add_test(tests, missing_memory_is_told_and_nothing_leaks);
    tcase_add_test(tests, hostile_sections_are_refused);
    tcase_add_test(tests, senses_out_of_order_are_refused);
    Suite *suite = suite_create("taxonomy");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
