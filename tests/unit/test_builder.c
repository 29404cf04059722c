#include "compile/compile.h"
#include "faults.h"
#include "segment/segment.h"
#include "unit.h"

#include <stdio.h>
#include <sys/wait.h>

/* ---- tab-separated text ---- */

static void field_is(const qm_tsv *tsv, uint32_t index, const char *want)
{
    ck_assert(qm_bytes_equal(qm_tsv_field(tsv, index), qm_bytes_of(want)));
}

START_TEST(rows_have_fields_with_their_places)
{
    qm_tsv tsv;
    qm_tsv_open(&tsv, qm_bytes_of("\xEF\xBB\xBF# a comment\n\n  \t \n  亩产 \t\t 千克/亩\r\nlast"));
    ck_assert(qm_tsv_next(&tsv));
    ck_assert_uint_eq(tsv.line, 4);
    ck_assert_uint_eq(tsv.fields, 3);
    field_is(&tsv, 0, "亩产");
    field_is(&tsv, 1, "");
    field_is(&tsv, 2, "千克/亩");
    field_is(&tsv, 3, "");
    ck_assert_uint_eq(tsv.column[0], 3);
    ck_assert_uint_eq(tsv.column[2], 9);
    ck_assert(qm_tsv_next(&tsv));
    ck_assert_uint_eq(tsv.line, 5);
    field_is(&tsv, 0, "last");
    ck_assert(!qm_tsv_next(&tsv));
    ck_assert(!qm_tsv_next(&tsv));
}
END_TEST

START_TEST(no_text_has_no_rows_and_the_last_field_takes_the_rest)
{
    qm_tsv tsv;
    qm_tsv_open(&tsv, (qm_bytes){NULL, 0});
    ck_assert(!qm_tsv_next(&tsv));
    qm_tsv_open(&tsv, qm_bytes_of("1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\t13\t14\t15\t16\t17"));
    ck_assert(qm_tsv_next(&tsv));
    ck_assert_uint_eq(tsv.fields, 16);
    field_is(&tsv, 15, "16\t17");
}
END_TEST

START_TEST(a_field_is_split_into_pieces)
{
    static const char *const want[] = {"修", "", "硬化", "拓宽"};
    qm_bytes rest = qm_bytes_of("修|| 硬化 |拓宽");
    qm_bytes piece;
    for (int i = 0; i < 4; i++) {
        ck_assert(qm_split(&rest, '|', &piece));
        ck_assert(qm_bytes_equal(piece, qm_bytes_of(want[i])));
    }
    ck_assert(!qm_split(&rest, '|', &piece));
}
END_TEST

/* ---- user words ---- */

static qm_builder *new_builder(void)
{
    qm_builder *builder;
    ck_assert_int_eq(qm_builder_new(&builder, NULL, NULL, NULL), QM_OK);
    return builder;
}

static void fails_at(const char *text, uint32_t line, uint32_t column, const char *message)
{
    qm_builder *builder = new_builder();
    qm_error err;
    ck_assert_int_lt(qm_builder_read(builder, "words", qm_bytes_of(text), &err), QM_OK);
    ck_assert_uint_eq(err.line, line);
    ck_assert_uint_eq(err.column, column);
    ck_assert_str_eq(err.message, message);
    qm_bytes image; /* and it can still be used */
    ck_assert_int_eq(qm_builder_finish(builder, &image, NULL), QM_OK);
    qm_builder_free(builder);
}

START_TEST(mistakes_in_user_words_have_a_place)
{
    fails_at("# mine\n\n兰坪\tforce\tPLACE\n", 3, 10, "unknown tag");
    fails_at("乌骨羊\tmaybe\n", 1, 5, "unknown mode: prefer, force or forbid");
    fails_at("甲\nA 座\tprefer\tNOUN\t1.5", 2, 17, "weight is not a whole number");
    fails_at("甲\t\t\t-2147483648", 1, 5, "weight is not a whole number");
    fails_at("甲\t\t\t1\t2", 1, 7, "a field too many");
    fails_at("\tforce", 1, 1, "no word");
    fails_at("\xFF\tforce", 1, 1, "ill-formed UTF-8: the file has to be saved as UTF-8");
}
END_TEST

/* Binds the lexicon of what the builder makes. */
static qm_lexicon finished(qm_builder *builder, qm_image *image)
{
    qm_bytes bytes;
    qm_lexicon lexicon;
    ck_assert_int_eq(qm_builder_finish(builder, &bytes, NULL), QM_OK);
    ck_assert_int_eq(qm_image_open(image, bytes, false, NULL), QM_OK);
    ck_assert_int_eq(qm_lexicon_bind(&lexicon, image, NULL), QM_OK);
    return lexicon;
}

START_TEST(user_words_carry_mode_tag_and_weight)
{
    qm_builder *builder = new_builder();
    qm_image image;
    uint32_t count;
    const char *text =
        "养牛 A区\n乡村振兴、局\tforce\tPROPN\n田间\tforbid\t\t\n资金\tprefer\tNOUN\t-7\n";
    ck_assert_int_eq(qm_builder_read(builder, "words", qm_bytes_of(text), NULL), QM_OK);
    qm_lexicon lexicon = finished(builder, &image);
    ck_assert_uint_eq(lexicon.entries, 4); /* in the order of code points: 乡 养 田 资 */
    const qm_sense *senses = qm_lexicon_senses(&lexicon, 0, &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(senses[0].kind, QM_SENSE_FORCE);
    ck_assert_str_eq(qm_upos_name(senses[0].flags), "PROPN");
    ck_assert_uint_eq(senses[1].kind, QM_SENSE_PREFER);
    ck_assert_uint_eq(senses[1].flags, 0);
    ck_assert_int_eq((int32_t)senses[1].value, 0);
    ck_assert_uint_eq(senses[2].kind, QM_SENSE_FORBID);
    ck_assert_int_eq((int32_t)senses[3].value, -7);
    qm_builder_free(builder);
}
END_TEST

START_TEST(words_added_one_by_one_are_the_same_as_read)
{
    qm_builder *one = new_builder();
    qm_builder *two = new_builder();
    qm_bytes a;
    qm_bytes b;
    const char *text = "合作社\tforce\tNOUN\n肉牛\tprefer\t\t12\n";
    ck_assert_int_eq(qm_builder_read(one, "words", qm_bytes_of(text), NULL), QM_OK);
    ck_assert_int_eq(
        qm_builder_add_word(two, qm_bytes_of("肉牛"), qm_bytes_of(""), 12, QM_WORD_PREFER, NULL),
        QM_OK);
    ck_assert_int_eq(qm_builder_add_word(two, qm_bytes_of("合作社"), qm_bytes_of("NOUN"), 0,
                                         QM_WORD_FORCE, NULL),
                     QM_OK);
    ck_assert_int_eq(qm_builder_finish(one, &a, NULL), QM_OK);
    ck_assert_int_eq(qm_builder_finish(two, &b, NULL), QM_OK);
    ck_assert(qm_bytes_equal(a, b));
    ck_assert_int_eq(qm_builder_finish(two, &b, NULL), QM_OK); /* again */
    ck_assert(qm_bytes_equal(a, b));
    qm_builder_free(one);
    qm_builder_free(two);
}
END_TEST

START_TEST(words_are_folded_as_the_base_model_folds)
{
    qm_model *base;
    qm_builder *builder;
    qm_image image;
    ck_assert_int_eq(qm_model_builtin(&base, NULL), QM_OK);
    ck_assert_int_eq(qm_builder_new(&builder, base, NULL, NULL), QM_OK);
    qm_model_unref(base); /* the builder has its own reference */
    const char *text = "養雞場\n养鸡场\nＡＢ\nab\n";
    ck_assert_int_eq(qm_builder_read(builder, "words", qm_bytes_of(text), NULL), QM_OK);
    ck_assert_uint_eq(finished(builder, &image).entries, 2);
    qm_builder_free(builder);
}
END_TEST

START_TEST(what_cannot_be_added_is_refused)
{
    qm_builder *builder = new_builder();
    qm_error err;
    qm_bytes word = qm_bytes_of("村");
    qm_bytes none = qm_bytes_of("");
    ck_assert_int_eq(qm_builder_add_word(builder, word, none, 0, 3, &err), QM_E_INVALID);
    ck_assert_int_eq(qm_builder_add_word(builder, word, word, 0, QM_WORD_FORCE, &err),
                     QM_E_INVALID);
    ck_assert_str_eq(err.message, "unknown tag \"村\"");
    ck_assert_int_eq(qm_builder_add_word(builder, none, none, 0, 0, &err), QM_E_INVALID);
    ck_assert_int_eq(qm_builder_read(builder, "poems", word, &err), QM_E_INVALID);
    for (const char *const *kind = qm_builder_kinds(); *kind; kind++) {
        int status = qm_builder_read(builder, *kind, (qm_bytes){NULL, 0}, &err);
        if (strcmp(*kind, "taxonomy") == 0) ck_assert_int_eq(status, QM_E_SYNTAX);
        else ck_assert_int_ne(status, QM_E_NOMEM);
    }
    qm_builder_free(builder);
    qm_builder_free(NULL);
}
END_TEST

START_TEST(the_kinds_have_names)
{
    const char *const *kinds = qm_builder_kinds();
    bool words = false;
    for (; *kinds; kinds++) words |= strcmp(*kinds, "words") == 0;
    ck_assert(words);
}
END_TEST

START_TEST(a_sample_that_is_no_text_is_refused_by_its_line)
{
    qm_error err;
    qm_builder *builder = new_builder();
    qm_bytes text = qm_bytes_of("# 样本\ndone\t修路\n修 \xE8\xB7\n");
    ck_assert_int_eq(qm_builder_read(builder, "sample", text, &err), QM_E_UTF8);
    ck_assert_uint_eq(err.line, 3);
    qm_builder_free(builder);
}
END_TEST

START_TEST(notes_become_info)
{
    qm_builder *builder = new_builder();
    qm_image image;
    ck_assert_int_eq(qm_builder_note(builder, "license", qm_bytes_of("CC0"), NULL), QM_OK);
    finished(builder, &image);
    ck_assert_str_eq(qm_image_info(&image, "license").data, "CC0");
    qm_builder_free(builder);
}
END_TEST

static int build_all(const qm_allocator *alloc, qm_error *err)
{
    qm_builder *builder;
    qm_bytes image;
    int status = qm_builder_new(&builder, NULL, alloc, err);
    if (status != QM_OK) return status;
    const char *text = "修路\tforce\n修\n饮水工程\tforbid\tNOUN\nKTV\n";
    status = qm_builder_read(builder, "words", qm_bytes_of(text), err);
    const char *sample = "我们 在 修路\ndone\t饮水工程\n";
    if (status == QM_OK) status = qm_builder_read(builder, "sample", qm_bytes_of(sample), err);
    if (status == QM_OK) status = qm_builder_note(builder, "a", qm_bytes_of("b"), err);
    if (status == QM_OK) status = qm_builder_finish(builder, &image, err);
    if (status == QM_OK) status = qm_builder_finish(builder, &image, err);
    qm_builder_free(builder);
    return status;
}

START_TEST(a_builder_without_memory_says_so_and_leaks_nothing)
{
    qm_faults_run(build_all);
}
END_TEST

/* ---- the tool ---- */

static char directory[] = "qianmo-compile-XXXXXX";

static void put_file(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    fclose(file);
}

/* Exit code of qianmo-compile on the directory; what it says to `said`. */
static int compile(char *said, size_t room)
{
    char command[512];
    snprintf(command, sizeof command, "cd %s && %s . -o rules.qm 2>&1", directory, QM_COMPILE);
    FILE *pipe = popen(command, "r"); /* NOLINT(cert-env33-c): a path of the build */
    ck_assert_ptr_nonnull(pipe);
    said[fread(said, 1, room - 1, pipe)] = 0;
    return WEXITSTATUS(pclose(pipe));
}

static void remove_file(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    remove(path);
}

START_TEST(the_tool_compiles_what_the_manifest_lists)
{
    char said[512];
    ck_assert_ptr_nonnull(mkdtemp(directory));
    put_file("manifest.tsv", "# none\nmine.tsv\twords\n");
    ck_assert_int_eq(compile(said, sizeof said), 66); /* EX_NOINPUT */
    ck_assert_ptr_nonnull(strstr(said, "./manifest.tsv:2:1: listed here\n"));
    put_file("mine.tsv", "搬迁\tforce\n水窖\tbuild\n");
    ck_assert_int_eq(compile(said, sizeof said), 65); /* EX_DATAERR */
    ck_assert_str_eq(said, "./mine.tsv:2:4: unknown mode: prefer, force or forbid\n");
    put_file("mine.tsv", "搬迁\tforce\n");
    ck_assert_int_eq(compile(said, sizeof said), 0);
    ck_assert_str_eq(said, "");
    put_file("manifest.tsv", "mine.tsv\tpoems\n");
    ck_assert_int_eq(compile(said, sizeof said), 65);
    ck_assert_str_eq(said, "./manifest.tsv:1:10: unknown kind \"poems\"\n");
    put_file("manifest.tsv", "mine.tsv\n");
    ck_assert_int_eq(compile(said, sizeof said), 65);
    remove_file("manifest.tsv");
    ck_assert_int_eq(compile(said, sizeof said), 66);
    remove_file("mine.tsv");
    remove_file("rules.qm");
    ck_assert_int_eq(remove(directory), 0); /* nothing else was left behind */
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("builder");
    tcase_add_test(tests, rows_have_fields_with_their_places);
    tcase_add_test(tests, no_text_has_no_rows_and_the_last_field_takes_the_rest);
    tcase_add_test(tests, a_field_is_split_into_pieces);
    tcase_add_test(tests, mistakes_in_user_words_have_a_place);
    tcase_add_test(tests, user_words_carry_mode_tag_and_weight);
    tcase_add_test(tests, words_added_one_by_one_are_the_same_as_read);
    tcase_add_test(tests, words_are_folded_as_the_base_model_folds);
    tcase_add_test(tests, what_cannot_be_added_is_refused);
    tcase_add_test(tests, the_kinds_have_names);
    tcase_add_test(tests, a_sample_that_is_no_text_is_refused_by_its_line);
    tcase_add_test(tests, notes_become_info);
    tcase_add_test(tests, a_builder_without_memory_says_so_and_leaks_nothing);
    tcase_add_test(tests, the_tool_compiles_what_the_manifest_lists);
    Suite *suite = suite_create("builder");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
