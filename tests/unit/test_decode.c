#include "faults.h"
#include "unit.h"

#include <qianmo/decode.h>
#include <stdint.h>
#include <string.h>

static const char village[] =
    "驻村工作队入户走访，和乡亲们一起修水渠、种果树。今年新修机耕道三公里，改造茶园一百二十亩。";
static const char tradition[] =
    "駐村工作隊入戶走訪，和鄉親們一起修水渠、種果樹。今年新修機耕道三公里，改造茶園一百二十畝。";

/* The sentences in other encodings, written by another converter. */
static const unsigned char village_gbk[] = {
    0xD7, 0xA4, 0xB4, 0xE5, 0xB9, 0xA4, 0xD7, 0xF7, 0xB6, 0xD3, 0xC8, 0xEB, 0xBB, 0xA7, 0xD7,
    0xDF, 0xB7, 0xC3, 0xA3, 0xAC, 0xBA, 0xCD, 0xCF, 0xE7, 0xC7, 0xD7, 0xC3, 0xC7, 0xD2, 0xBB,
    0xC6, 0xF0, 0xD0, 0xDE, 0xCB, 0xAE, 0xC7, 0xFE, 0xA1, 0xA2, 0xD6, 0xD6, 0xB9, 0xFB, 0xCA,
    0xF7, 0xA1, 0xA3, 0xBD, 0xF1, 0xC4, 0xEA, 0xD0, 0xC2, 0xD0, 0xDE, 0xBB, 0xFA, 0xB8, 0xFB,
    0xB5, 0xC0, 0xC8, 0xFD, 0xB9, 0xAB, 0xC0, 0xEF, 0xA3, 0xAC, 0xB8, 0xC4, 0xD4, 0xEC, 0xB2,
    0xE8, 0xD4, 0xB0, 0xD2, 0xBB, 0xB0, 0xD9, 0xB6, 0xFE, 0xCA, 0xAE, 0xC4, 0xB6, 0xA1, 0xA3,
};
static const unsigned char tradition_big5[] = {
    0xBE, 0x6E, 0xA7, 0xF8, 0xA4, 0x75, 0xA7, 0x40, 0xB6, 0xA4, 0xA4, 0x4A, 0xA4, 0xE1, 0xA8,
    0xAB, 0xB3, 0x58, 0xA1, 0x41, 0xA9, 0x4D, 0xB6, 0x6D, 0xBF, 0xCB, 0xAD, 0xCC, 0xA4, 0x40,
    0xB0, 0x5F, 0xAD, 0xD7, 0xA4, 0xF4, 0xB4, 0xEB, 0xA1, 0x42, 0xBA, 0xD8, 0xAA, 0x47, 0xBE,
    0xF0, 0xA1, 0x43, 0xA4, 0xB5, 0xA6, 0x7E, 0xB7, 0x73, 0xAD, 0xD7, 0xBE, 0xF7, 0xAF, 0xD1,
    0xB9, 0x44, 0xA4, 0x54, 0xA4, 0xBD, 0xA8, 0xBD, 0xA1, 0x41, 0xA7, 0xEF, 0xB3, 0x79, 0xAF,
    0xF9, 0xB6, 0xE9, 0xA4, 0x40, 0xA6, 0xCA, 0xA4, 0x47, 0xA4, 0x51, 0xAF, 0x61, 0xA1, 0x43,
};
static const unsigned char village_utf16le[] = {
    0x7B, 0x9A, 0x51, 0x67, 0xE5, 0x5D, 0x5C, 0x4F, 0x1F, 0x96, 0x65, 0x51, 0x37, 0x62, 0x70,
    0x8D, 0xBF, 0x8B, 0x0C, 0xFF, 0x8C, 0x54, 0x61, 0x4E, 0xB2, 0x4E, 0xEC, 0x4E, 0x00, 0x4E,
    0x77, 0x8D, 0xEE, 0x4F, 0x34, 0x6C, 0x20, 0x6E, 0x01, 0x30, 0xCD, 0x79, 0x9C, 0x67, 0x11,
    0x68, 0x02, 0x30, 0xCA, 0x4E, 0x74, 0x5E, 0xB0, 0x65, 0xEE, 0x4F, 0x3A, 0x67, 0x15, 0x80,
    0x53, 0x90, 0x09, 0x4E, 0x6C, 0x51, 0xCC, 0x91, 0x0C, 0xFF, 0x39, 0x65, 0x20, 0x90, 0x36,
    0x83, 0xED, 0x56, 0x00, 0x4E, 0x7E, 0x76, 0x8C, 0x4E, 0x41, 0x53, 0xA9, 0x4E, 0x02, 0x30,
};
static const unsigned char village_utf16be[] = {
    0x9A, 0x7B, 0x67, 0x51, 0x5D, 0xE5, 0x4F, 0x5C, 0x96, 0x1F, 0x51, 0x65, 0x62, 0x37, 0x8D,
    0x70, 0x8B, 0xBF, 0xFF, 0x0C, 0x54, 0x8C, 0x4E, 0x61, 0x4E, 0xB2, 0x4E, 0xEC, 0x4E, 0x00,
    0x8D, 0x77, 0x4F, 0xEE, 0x6C, 0x34, 0x6E, 0x20, 0x30, 0x01, 0x79, 0xCD, 0x67, 0x9C, 0x68,
    0x11, 0x30, 0x02, 0x4E, 0xCA, 0x5E, 0x74, 0x65, 0xB0, 0x4F, 0xEE, 0x67, 0x3A, 0x80, 0x15,
    0x90, 0x53, 0x4E, 0x09, 0x51, 0x6C, 0x91, 0xCC, 0xFF, 0x0C, 0x65, 0x39, 0x90, 0x20, 0x83,
    0x36, 0x56, 0xED, 0x4E, 0x00, 0x76, 0x7E, 0x4E, 0x8C, 0x53, 0x41, 0x4E, 0xA9, 0x30, 0x02,
};
static const unsigned char short_gbk[] = {
    0xCB, 0xFB, 0xCB, 0xB5, 0xBA, 0xC3, 0xA1, 0xA3,
};
static const unsigned char japanese_sjis[] = {
    0x82, 0xB1, 0x82, 0xEA, 0x82, 0xCD, 0x93, 0xFA, 0x96, 0x7B, 0x8C, 0xEA, 0x82, 0xCC, 0x95,
    0xB6, 0x8F, 0xCD, 0x82, 0xC5, 0x82, 0xB7, 0x81, 0x42, 0x91, 0xBA, 0x82, 0xCC, 0x90, 0x6C,
    0x82, 0xBD, 0x82, 0xBF, 0x82, 0xCD, 0x88, 0xEA, 0x8F, 0x8F, 0x82, 0xC9, 0x90, 0x85, 0x98,
    0x48, 0x82, 0xF0, 0x92, 0xBC, 0x82, 0xB5, 0x82, 0xDC, 0x82, 0xB5, 0x82, 0xBD, 0x81, 0x42,
};

static qm_buffer text;
static qm_decode_info info;

static void setup(void)
{
    text = (qm_buffer){0};
}

static void teardown(void)
{
    qm_buffer_free(&text);
}

static int decode(const void *data, size_t size, const char *encoding)
{
    text.size = 0;
    return qm_decode_text((qm_bytes){data, size}, encoding, &text, &info, NULL);
}

static void gives(const void *data, size_t size, const char *encoding, const char *want)
{
    ck_assert_int_eq(decode(data, size, NULL), QM_OK);
    ck_assert_str_eq(info.encoding, encoding);
    ck_assert_uint_eq(text.size, strlen(want));
    ck_assert_mem_eq(text.data, want, text.size);
    ck_assert_uint_eq(info.undecodable, 0);
    ck_assert(info.first_undecodable == UINT64_MAX);
}

START_TEST(utf8_passes_byte_for_byte)
{
    gives(village, strlen(village), "UTF-8", village);
    gives("plain ascii", 11, "UTF-8", "plain ascii");
    gives("", 0, "UTF-8", "");
    gives("\xEF\xBB\xBF林", 6, "UTF-8", "\xEF\xBB\xBF林");
    ck_assert(info.flags & QM_DECODE_BOM);
}
END_TEST

START_TEST(chinese_encodings_are_told_apart)
{
    gives(village_gbk, sizeof village_gbk, "GB18030", village);
    gives(tradition_big5, sizeof tradition_big5, "Big5", tradition);
    gives(village_utf16le, sizeof village_utf16le, "UTF-16LE", village);
    gives(village_utf16be, sizeof village_utf16be, "UTF-16BE", village);
}
END_TEST

START_TEST(short_texts_are_chinese_before_anything_else)
{
    gives(short_gbk, sizeof short_gbk, "GB18030", "他说好。");
}
END_TEST

START_TEST(other_languages_are_left_to_icu)
{
    ck_assert_int_eq(decode(japanese_sjis, sizeof japanese_sjis, NULL), QM_OK);
    ck_assert_str_eq(info.encoding, "Shift_JIS");
}
END_TEST

START_TEST(byte_order_marks_decide)
{
    gives("\xFF\xFE\x01\x78", 4, "UTF-16LE", "\xE7\xA0\x81");
    gives("\xFE\xFF\x78\x01", 4, "UTF-16BE", "\xE7\xA0\x81");
    ck_assert(info.flags & QM_DECODE_BOM);
}
END_TEST

START_TEST(a_name_overrides_detection)
{
    ck_assert_int_eq(decode(village_gbk, sizeof village_gbk, "gb2312"), QM_OK);
    ck_assert_str_eq(info.encoding, "GB18030");
    ck_assert_uint_eq(text.size, strlen(village));
    ck_assert_int_eq(decode(village_gbk, sizeof village_gbk, "klingon"), QM_E_INVALID);
    ck_assert_uint_eq(text.size, 0);
}
END_TEST

START_TEST(byte_order_marks_are_dropped_behind_other_text)
{
    static const char marked[] = "\xFF\xFE\x51\x67\xFF\xFE";
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(
            qm_decode_text((qm_bytes){marked, sizeof marked - 1}, NULL, &text, &info, NULL), QM_OK);
    ck_assert_uint_eq(text.size, 18);
    ck_assert_mem_eq(text.data, "村\uFEFF村\uFEFF村\uFEFF", 18);
}
END_TEST

START_TEST(encodings_with_long_names_are_known)
{
    ck_assert_int_eq(decode("\xC2\xBC", 2, "euc-jp"), QM_OK);
    ck_assert_str_eq(info.encoding, "EUC-JP");
    ck_assert_mem_eq(text.data, "村", text.size);
    ck_assert_int_eq(decode("\x51\x67", 2, "x-utf-16le"), QM_OK);
    ck_assert_str_eq(info.encoding, "UTF-16LE");
}
END_TEST

START_TEST(characters_beyond_the_basic_plane)
{
    ck_assert_int_eq(decode("\x95\x32\x82\x36", 4, "gb18030"), QM_OK); /* U+20000 */
    ck_assert_uint_eq(text.size, 4);
    ck_assert_mem_eq(text.data, "\xF0\xA0\x80\x80", 4);
}
END_TEST

START_TEST(undecodable_bytes_are_counted)
{
    unsigned char broken[sizeof village_gbk + 1];
    memcpy(broken, village_gbk, 20);
    broken[20] = 0xFF;
    memcpy(broken + 21, village_gbk + 20, sizeof village_gbk - 20);
    ck_assert_int_eq(decode(broken, sizeof broken, NULL), QM_OK);
    ck_assert_str_eq(info.encoding, "GB18030");
    ck_assert_uint_eq(info.undecodable, 1);
    ck_assert_uint_eq(info.first_undecodable, 20);
    ck_assert_uint_eq(text.size, strlen(village) + 3);
    ck_assert_int_eq(decode("林\x80林林林林林林林林林林", 34, NULL), QM_OK);
    ck_assert_str_eq(info.encoding, "UTF-8");
    ck_assert_uint_eq(info.undecodable, 1);
    ck_assert_uint_eq(info.first_undecodable, 3);
    ck_assert_uint_eq(text.size, 34);
}
END_TEST

START_TEST(long_texts_are_converted_whole)
{
    enum { TIMES = 3000 };
    size_t size = sizeof village_gbk;
    unsigned char *big = malloc(size * TIMES);
    for (size_t i = 0; i < TIMES; i++) memcpy(big + i * size, village_gbk, size);
    ck_assert_int_eq(decode(big, size * TIMES, NULL), QM_OK);
    ck_assert_uint_eq(text.size, strlen(village) * TIMES);
    ck_assert_mem_eq(text.data + text.size - strlen(village), village, strlen(village));
    free(big);
}
END_TEST

START_TEST(a_slip_in_a_short_text_does_not_change_its_encoding)
{
    ck_assert_int_eq(decode("驻村\xFF\xFE第一\n", 15, NULL), QM_OK);
    ck_assert_str_eq(info.encoding, "UTF-8");
    ck_assert_uint_eq(info.undecodable, 2);
    ck_assert_int_eq(decode("驻村\0第一书记\n", 20, NULL), QM_OK);
    ck_assert_str_eq(info.encoding, "UTF-8");
    ck_assert_uint_eq(text.size, 20);
}
END_TEST

START_TEST(binary_data_are_no_text)
{
    static const char zip[] = "PK\3\4\24\0\6\0\10\0\0\0!\0\xDF\xA4\xD2lZ\1\0\0";
    qm_error err;
    ck_assert_int_eq(qm_decode_detect((qm_bytes){zip, sizeof zip}, &info, NULL), QM_OK);
    ck_assert_str_eq(info.encoding, "binary");
    ck_assert_uint_eq(info.flags, QM_DECODE_BINARY);
    ck_assert_int_eq(qm_decode_text((qm_bytes){zip, sizeof zip}, NULL, &text, &info, &err),
                     QM_E_UNSUPPORTED);
    ck_assert_uint_eq(text.size, 0);
}
END_TEST

/* Conversions behind one another into one buffer; ICU's own memory does not fail here. */
static int decode_all(const qm_allocator *alloc, qm_error *err)
{
    static char many[40000];
    const struct {
        qm_bytes text;
        const char *encoding;
    } texts[] = {
        {{village, sizeof village - 1}, NULL},
        {{village_gbk, sizeof village_gbk}, NULL},
        {{"\xFFok", 3}, "utf-8"},
        {{tradition_big5, sizeof tradition_big5}, "big5"},
        {{"\xB4\xE5\xFF\xFF", 4}, "gbk"},
        {{many, sizeof many}, "gbk"},
    };
    qm_buffer out = {.alloc = alloc};
    int status = QM_OK;
    for (size_t i = 0; i < sizeof many; i++) many[i] = (char)village_gbk[i % sizeof village_gbk];
    for (size_t i = 0; i < sizeof texts / sizeof *texts && status == QM_OK; i++) {
        qm_decode_info found = {.undecodable = 77};
        size_t before = out.size;
        status = qm_decode_text(texts[i].text, texts[i].encoding, &out, &found, err);
        if (status == QM_OK) continue;
        ck_assert_uint_eq(out.size, before);
        ck_assert_uint_eq(found.undecodable, 77);
    }
    qm_buffer_free(&out);
    return status;
}

START_TEST(conversions_survive_missing_memory)
{
    qm_faults_run(decode_all);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("decode");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, utf8_passes_byte_for_byte);
    tcase_add_test(tests, chinese_encodings_are_told_apart);
    tcase_add_test(tests, short_texts_are_chinese_before_anything_else);
    tcase_add_test(tests, other_languages_are_left_to_icu);
    tcase_add_test(tests, byte_order_marks_decide);
    tcase_add_test(tests, a_name_overrides_detection);
    tcase_add_test(tests, byte_order_marks_are_dropped_behind_other_text);
    tcase_add_test(tests, encodings_with_long_names_are_known);
    tcase_add_test(tests, characters_beyond_the_basic_plane);
    tcase_add_test(tests, undecodable_bytes_are_counted);
    tcase_add_test(tests, long_texts_are_converted_whole);
    tcase_add_test(tests, a_slip_in_a_short_text_does_not_change_its_encoding);
    tcase_add_test(tests, binary_data_are_no_text);
    tcase_add_test(tests, conversions_survive_missing_memory);
    Suite *suite = suite_create("decode");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
