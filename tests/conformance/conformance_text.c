/* Decoding and folding against ICU. */
#include "charmap.h"
#include "unit.h"

#include <unicode/ucnv.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

static const qm_charmap *map;

static void setup(void)
{
    map = qm_test_charmap();
}

static void teardown(void)
{
    free((void *)map);
}

/* The same sequence in every run. */
static uint32_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

/* Bytes that make whole, broken and overlong sequences about equally often. */
static size_t random_bytes(uint64_t *state, uint8_t *out, size_t size)
{
    static const uint8_t odd[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0,
                                  0xC1, 0xC2, 0xDF, 0xE0, 0xE4, 0xE6, 0xED, 0xEF, 0xF0, 0xF1,
                                  0xF4, 0xF5, 0xFF, 0xB8, 0xAD, 0xE5, 0x9B, 0xBD};
    for (size_t i = 0; i < size; i++) {
        uint32_t r = next_random(state);
        out[i] = r % 4 == 0 ? (uint8_t)(r >> 8) : odd[(r >> 8) % sizeof odd];
    }
    return size;
}

/* ICU puts one U+FFFD for each maximal ill-formed piece, as the standard recommends. */
START_TEST(ill_formed_pieces_are_those_of_icu)
{
    uint64_t state = 1;
    UErrorCode code = U_ZERO_ERROR;
    UConverter *utf8 = ucnv_open("UTF-8", &code);
    ck_assert(U_SUCCESS(code));
    qm_text text;
    qm_text_init(&text, NULL);
    for (int round = 0; round < 100000; round++) {
        uint8_t bytes[40];
        UChar units[80];
        size_t size = random_bytes(&state, bytes, 1 + next_random(&state) % sizeof bytes);
        int32_t n = ucnv_toUChars(utf8, units, 80, (const char *)bytes, (int32_t)size, &code);
        ck_assert(U_SUCCESS(code));
        ck_assert_int_eq(qm_text_decode(&text, map, (const char *)bytes, size, false, NULL), QM_OK);
        uint32_t count = 0;
        for (int32_t i = 0; i < n; count++) {
            UChar32 c;
            U16_NEXT(units, i, n, c);
            if (count >= text.count || text.chars[count] != qm_charmap_fold(map, (uint32_t)c))
                ck_abort_msg("round %d: character %u differs", round, count);
        }
        ck_assert_uint_eq(count, text.count);
    }
    qm_text_free(&text);
    ucnv_close(utf8);
}
END_TEST

static UChar32 only_codepoint(const UChar *units, int32_t n)
{
    int32_t i = 0;
    UChar32 c = -1;
    if (n > 0) U16_NEXT(units, i, n, c);
    return i == n ? c : -1;
}

/* NFKC of one character, or -1 where it is several. */
static UChar32 compatible(const UNormalizer2 *nfkc, UChar32 c)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar from[2], to[40];
    int32_t n = 0;
    U16_APPEND_UNSAFE(from, n, c);
    n = unorm2_normalize(nfkc, from, n, to, 40, &code);
    return U_SUCCESS(code) ? only_codepoint(to, n) : -1;
}

static UChar32 simplified(UTransliterator *hant_hans, UChar32 c)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar units[40];
    int32_t n = 0;
    U16_APPEND_UNSAFE(units, n, c);
    int32_t limit = n;
    utrans_transUChars(hant_hans, units, &n, 40, 0, &limit, &code);
    return U_SUCCESS(code) ? only_codepoint(units, n) : -1;
}

/* Letters and digits of another width are folded just as NFKC has it. */
START_TEST(widths_fold_as_in_nfkc)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&code);
    for (UChar32 c = 0xFF01; c <= 0xFFDC; c++) {
        bool letter = (c >= 0xFF10 && c <= 0xFF19) || (c >= 0xFF21 && c <= 0xFF3A) ||
                      (c >= 0xFF41 && c <= 0xFF5A) || (c >= 0xFF66 && c <= 0xFF9D);
        if (letter)
            ck_assert_int_eq((UChar32)qm_charmap_fold(map, (uint32_t)c), compatible(nfkc, c));
    }
    for (UChar32 c = 0xF900; c <= 0xFA0D; c++) { /* compatibility ideographs, then simplified */
        UChar32 plain = compatible(nfkc, c);
        ck_assert_uint_eq(qm_charmap_fold(map, (uint32_t)c), qm_charmap_fold(map, (uint32_t)plain));
    }
}
END_TEST

static bool in_gb2312(UConverter *gb, UChar32 c)
{
    UErrorCode code = U_ZERO_ERROR;
    UChar unit = (UChar)c;
    char bytes[8];
    int32_t n = ucnv_fromUChars(gb, bytes, sizeof bytes, &unit, 1, &code);
    return U_SUCCESS(code) && n == 2 && (uint8_t)bytes[0] >= 0xA1 && (uint8_t)bytes[1] >= 0xA1 &&
           (uint8_t)bytes[0] <= 0xF7;
}

/* Characters of GB 2312 stay, with two exceptions, and so does the 瞭 of 瞭望; others fold as ICU
 * simplifies them, or stay, or are variants that ICU leaves. */
START_TEST(traditional_characters_fold_as_in_icu)
{
    UErrorCode code = U_ZERO_ERROR;
    static const UChar id[] = u"Hant-Hans";
    UTransliterator *hans = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
    UConverter *gb = ucnv_open("ibm-1383", &code); /* GB 2312 in EUC form */
    ck_assert(U_SUCCESS(code));
    ucnv_setFromUCallBack(gb, UCNV_FROM_U_CALLBACK_STOP, NULL, NULL, NULL, &code);
    uint32_t folded = 0;
    for (UChar32 c = 0x4E00; c <= 0x9FA5; c++) {
        UChar32 ours = (UChar32)qm_charmap_fold(map, (uint32_t)c), theirs = simplified(hans, c);
        if (in_gb2312(gb, c)) {
            ck_assert(ours == c || c == U'於' || c == U'後');
        } else if (theirs != c && theirs != -1 && c != 0x77AD) { /* 瞭 */
            ck_assert_int_eq(ours, (UChar32)qm_charmap_fold(map, (uint32_t)theirs));
            folded++;
        }
    }
    ck_assert_uint_gt(folded, 2000);
    ucnv_close(gb);
    utrans_close(hans);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("text against ICU");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, ill_formed_pieces_are_those_of_icu);
    tcase_add_test(tests, widths_fold_as_in_nfkc);
    tcase_add_test(tests, traditional_characters_fold_as_in_icu);
    Suite *suite = suite_create("conformance");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
