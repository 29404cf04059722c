#include "base/processor.h"
#include "charmap.h"
#include "text/lines.h"
#include "unit.h"

static const qm_charmap *map;
static qm_text text;

static void setup(void)
{
    map = qm_test_charmap();
    qm_text_init(&text, NULL);
}

static void teardown(void)
{
    qm_text_free(&text);
    free((void *)map);
}

static void decode(const char *bytes, size_t size)
{
    ck_assert_int_eq(qm_text_decode(&text, map, bytes, size, false, NULL), QM_OK);
}

/* The characters of the decoded text are those of `want` as it is written. */
static void folds_to(const char *bytes, const char *want)
{
    decode(bytes, strlen(bytes));
    uint32_t i = 0;
    for (const char *at = want; *at; i++) {
        uint8_t lead = (uint8_t)*at++;
        uint32_t codepoint = lead < 0x80 ? lead : lead < 0xE0 ? lead & 0x1Fu : lead & 0xFu;
        while ((*at & 0xC0) == 0x80) codepoint = codepoint << 6 | (*at++ & 0x3Fu);
        ck_assert_uint_eq(text.chars[i], codepoint);
    }
    ck_assert_uint_eq(text.count, i);
}

START_TEST(full_width_letters_and_digits_fold)
{
    folds_to("２０２４年Ｎｏ．３", "2024年No.3");
    folds_to("５０％～６０％", "50%~60%");
    folds_to("ｶﾀ", "カタ");
}
END_TEST

START_TEST(chinese_marks_stay_apart_from_ascii_ones)
{
    folds_to("好，好；好：好！好？（好）", "好，好；好：好！好？（好）");
    folds_to("好﹐好﹔", "好，好；");
    decode("，,", 4);
    ck_assert_uint_ne(text.chars[0], text.chars[1]);
}
END_TEST

START_TEST(traditional_characters_fold_to_simplified)
{
    folds_to("驗收茶園二萬餘畝", "验收茶园二万余亩");
    folds_to("兩隻羊，三千圓", "两只羊，三千圆");
}
END_TEST

START_TEST(what_simplified_text_writes_too_stays)
{
    folds_to("乾坤瞭望著名慰藉覆盖", "乾坤瞭望著名慰藉覆盖");
}
END_TEST

START_TEST(circled_and_raised_digits_are_no_digits)
{
    decode("①m²Ⅳ", strlen("①m²Ⅳ"));
    ck_assert_uint_eq(text.chars[0], 0x2460);
    ck_assert_uint_eq(text.chars[2], 0xB2);
    ck_assert_uint_eq(text.chars[3], 0x2163);
}
END_TEST

START_TEST(classes_are_those_of_the_folded_characters)
{
    const char *sample = "林两２Ｋカ，　€";
    static const uint8_t want[] = {QM_CHAR_HAN,  QM_CHAR_NUMERAL, QM_CHAR_DIGIT, QM_CHAR_LATIN,
                                   QM_CHAR_KANA, QM_CHAR_PUNCT,   QM_CHAR_SPACE, QM_CHAR_OTHER};
    decode(sample, strlen(sample));
    ck_assert_uint_eq(text.count, sizeof want);
    ck_assert_mem_eq(text.classes, want, sizeof want);
}
END_TEST

/* What may end or open something is looked for among them alone. */
START_TEST(marks_are_none_of_the_characters_of_words)
{
    uint32_t marks = 0;
    for (uint32_t i = 0; i < sizeof qm_looks / sizeof *qm_looks; i++) {
        if (!qm_looks[i].what) continue;
        uint8_t class = qm_charmap_class(map, qm_looks[i].c);
        ck_assert(class == QM_CHAR_PUNCT || class == QM_CHAR_SPACE || class == QM_CHAR_OTHER);
        ck_assert_uint_eq(qm_look_of(qm_looks[i].c), qm_looks[i].what);
        marks++;
    }
    ck_assert_uint_gt(marks, 30);
}
END_TEST

/* Some classes are read and some places written beyond the end. */
START_TEST(marks_are_found_alike_by_any_processor)
{
    enum { MANY = 1000 };
    static uint8_t classes[MANY + QM_MARKS_READ];
    static uint32_t places[MANY + QM_MARKS_WRITE], want[MANY];
    uint32_t random = 3;
    for (uint32_t count = 0; count < MANY; count += 1 + count / 16) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < count + QM_MARKS_READ; i++) {
            random = random * 1664525 + 1013904223;
            bool any = random >> 30 == 0 || count % 7 == 0;
            classes[i] = any ? random >> 16 & 7 : QM_CHAR_HAN;
            bool mark = classes[i] == QM_CHAR_OTHER || classes[i] >= QM_CHAR_PUNCT;
            if (i < count && mark) want[n++] = i;
        }
        ck_assert_uint_eq(qm_mark_places(classes, count, places), n);
        ck_assert_mem_eq(places, want, n * sizeof *want);
#ifdef __x86_64__
        if (!qm_has_avx2()) continue;
        ck_assert_uint_eq(qm_mark_places_avx2(classes, count, places), n);
        ck_assert_mem_eq(places, want, n * sizeof *want);
#endif
    }
}
END_TEST

START_TEST(offsets_lead_back_to_the_bytes)
{
    decode("a林é𠀀b", strlen("a林é𠀀b"));
    static const uint32_t starts[] = {0, 1, 4, 6, 10, 11};
    ck_assert_uint_eq(text.count, 5);
    for (uint32_t i = 0; i <= 5; i++) ck_assert_uint_eq(text.starts[i], starts[i]);
    ck_assert_uint_eq(qm_text_end(&text, 4), 10);
    ck_assert_uint_eq(qm_text_end(&text, 0), 0);
}
END_TEST

START_TEST(the_columns_are_padded_with_zeros)
{
    decode("一二三四五六七八九十", 30);
    decode("林", 3);
    for (int i = 1; i <= QM_TEXT_PAD; i++) {
        ck_assert_uint_eq(text.chars[-i], 0);
        ck_assert_uint_eq(text.classes[-i], 0);
        ck_assert_uint_eq(text.chars[i], 0);
        ck_assert_uint_eq(text.classes[i], 0);
    }
}
END_TEST

START_TEST(an_ill_formed_piece_is_one_character)
{
    /* The example of the Unicode standard, table 3-8, and a character cut off at the end. */
    static const char bytes[] = "a\xF1\x80\x80\xE1\x80\xC2"
                                "b\x80"
                                "c\x80\xBF"
                                "d\xE6\x9E";
    static const uint8_t widths[] = {1, 3, 2, 1, 1, 1, 1, 1, 1, 1, 2};
    decode(bytes, sizeof bytes - 1);
    ck_assert_uint_eq(text.count, sizeof widths);
    ck_assert_mem_eq(text.widths, widths, sizeof widths);
    ck_assert_uint_eq(text.ill_formed, 7);
    ck_assert_uint_eq(text.chars[1], QM_ILL_FORMED);
}
END_TEST

START_TEST(strict_decoding_names_the_byte)
{
    qm_error err;
    ck_assert_int_eq(qm_text_decode(&text, map, "林\xED\xA0\x80", 6, true, &err), QM_E_UTF8);
    ck_assert_uint_eq(err.offset, 3);
    ck_assert_int_eq(qm_text_decode(&text, map, "林", 3, true, &err), QM_OK);
}
END_TEST

/* Long runs are decoded many characters at a time, short pieces one by one: whatever stands in
 * them, and wherever, both come to the same columns. */
START_TEST(long_runs_are_decoded_like_short_pieces)
{
    static const char *const pieces[] = {
        "\xE0\x80\x80",     "\xED\xA0\x80", "\xE4\xB8",     "a",
        "\xF0\xA0\x80\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xFF"};
    static const char *const plain[] = {"林", "業", "，", "１", "。", "三", "ｶ",  "\xEF\xBF\xBD",
                                        "村", "路", "2",  "0",  "\n", "修", "的", "é"};
    enum { MANY = 4000 };
    static char bytes[MANY * 4];
    size_t n = 0;
    uint32_t random = 5;
    for (int i = 0; i < MANY; i++) {
        random = random * 1664525 + 1013904223;
        const char *piece =
            (random >> 26) == 0 ? pieces[random >> 12 & 7] : plain[random >> 12 & 15];
        memcpy(bytes + n, piece, strlen(piece));
        n += strlen(piece);
    }
    qm_text whole;
    qm_text_init(&whole, NULL);
    ck_assert_int_eq(qm_text_decode(&whole, map, bytes, n, false, NULL), QM_OK);
    uint32_t ill_formed = 0, count = 0;
    for (uint32_t i = 0, next; i < whole.count; i = next) {
        next = i + 4 < whole.count ? i + 4 : whole.count;
        decode(bytes + whole.starts[i], whole.starts[next] - whole.starts[i]);
        ck_assert_uint_eq(text.count, next - i);
        ck_assert_mem_eq(text.chars, whole.chars + i, text.count * sizeof *text.chars);
        ck_assert_mem_eq(text.classes, whole.classes + i, text.count);
        ck_assert_mem_eq(text.widths, whole.widths + i, text.count);
        for (uint32_t k = 0; k < text.count; k++)
            ck_assert_uint_eq(text.starts[k], whole.starts[i + k] - whole.starts[i]);
        ill_formed += text.ill_formed;
        count += text.count;
    }
    ck_assert_uint_eq(count, whole.count);
    ck_assert_uint_eq(ill_formed, whole.ill_formed);
    ck_assert_uint_gt(ill_formed, 0);
    qm_text_free(&whole);
}
END_TEST

START_TEST(nul_bytes_and_nothing_are_text_too)
{
    decode("a\0b", 3);
    ck_assert_uint_eq(text.count, 3);
    ck_assert_uint_eq(text.chars[1], 0);
    ck_assert_uint_eq(text.classes[1], QM_CHAR_SPACE);
    decode(NULL, 0);
    ck_assert_uint_eq(text.count, 0);
    ck_assert_uint_eq(text.starts[0], 0);
}
END_TEST

START_TEST(a_byte_order_mark_is_a_blank)
{
    decode("\xEF\xBB\xBF林", 6);
    ck_assert_uint_eq(text.count, 2);
    ck_assert_uint_eq(text.classes[0], QM_CHAR_SPACE);
}
END_TEST

START_TEST(hostile_tables_are_refused)
{
    size_t size = sizeof(qm_charmap) + 1024;
    qm_charmap *bad = calloc(1, size);
    const qm_charmap *out = NULL;
    bad->magic = QM_CHARMAP_MAGIC;
    bad->pages = 1;
    ck_assert_int_eq(qm_charmap_bind((qm_bytes){bad, size}, false, &out, NULL), QM_OK);
    ck_assert_int_eq(qm_charmap_bind((qm_bytes){bad, size - 4}, false, &out, NULL), QM_E_CORRUPT);
    bad->page_of[7] = 1;
    ck_assert_int_eq(qm_charmap_bind((qm_bytes){bad, size}, false, &out, NULL), QM_E_CORRUPT);
    bad->page_of[7] = 0;
    bad->entries[3] = -4 * 8;
    ck_assert_int_eq(qm_charmap_bind((qm_bytes){bad, size}, false, &out, NULL), QM_E_CORRUPT);
    /* A trusted one is believed, but for its size. */
    ck_assert_int_eq(qm_charmap_bind((qm_bytes){bad, size}, true, &out, NULL), QM_OK);
    ck_assert_int_eq(qm_charmap_bind((qm_bytes){bad, size - 4}, true, &out, NULL), QM_E_CORRUPT);
    bad->entries[3] = 0;
    bad->briefs[4] = QM_CHAR_HAN;
    ck_assert_int_eq(qm_charmap_bind((qm_bytes){bad, size}, false, &out, NULL), QM_E_CORRUPT);
    bad->briefs[4] = 0;
    bad->magic = 0;
    ck_assert_int_eq(qm_charmap_bind((qm_bytes){bad, size}, false, &out, NULL), QM_E_CORRUPT);
    free(bad);
}
END_TEST

static void *no_memory(void *ud, void *ptr, size_t old_size, size_t new_size)
{
    (void)ud, (void)ptr, (void)old_size, (void)new_size;
    return NULL;
}

START_TEST(no_memory_is_said)
{
    const qm_allocator none = {no_memory, NULL};
    qm_text poor;
    qm_text_init(&poor, &none);
    ck_assert_int_eq(qm_text_decode(&poor, map, "林", 3, false, NULL), QM_E_NOMEM);
    qm_text_free(&poor);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("text");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, full_width_letters_and_digits_fold);
    tcase_add_test(tests, chinese_marks_stay_apart_from_ascii_ones);
    tcase_add_test(tests, traditional_characters_fold_to_simplified);
    tcase_add_test(tests, what_simplified_text_writes_too_stays);
    tcase_add_test(tests, circled_and_raised_digits_are_no_digits);
    tcase_add_test(tests, classes_are_those_of_the_folded_characters);
    tcase_add_test(tests, marks_are_none_of_the_characters_of_words);
    tcase_add_test(tests, marks_are_found_alike_by_any_processor);
    tcase_add_test(tests, offsets_lead_back_to_the_bytes);
    tcase_add_test(tests, the_columns_are_padded_with_zeros);
    tcase_add_test(tests, an_ill_formed_piece_is_one_character);
    tcase_add_test(tests, long_runs_are_decoded_like_short_pieces);
    tcase_add_test(tests, strict_decoding_names_the_byte);
    tcase_add_test(tests, nul_bytes_and_nothing_are_text_too);
    tcase_add_test(tests, a_byte_order_mark_is_a_blank);
    tcase_add_test(tests, hostile_tables_are_refused);
    tcase_add_test(tests, no_memory_is_said);
    Suite *suite = suite_create("text");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
