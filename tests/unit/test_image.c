#include "faults.h"
#include "image/format.h"
#include "image/lexicon.h"
#include "unit.h"

#define SECTION_ONE QM_SECTION_ID('O', 'N', 'E', ' ')
#define SECTION_TWO QM_SECTION_ID('T', 'W', 'O', ' ')

/* A copy of the image in memory of exactly its size, so that a sanitizer sees every overrun. */
static uint8_t *copy_of(qm_bytes image)
{
    uint8_t *copy = malloc(image.size);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, image.data, image.size);
    return copy;
}

static int write_sections(qm_image_writer *writer, bool backwards, qm_error *err)
{
    int status = QM_OK;
    for (int i = 0; i < 2 && status == QM_OK; i++) {
        bool first = (i == 0) != backwards;
        status = first ? qm_image_writer_add(writer, SECTION_ONE, "阡陌", 6, err)
                       : qm_image_writer_add(writer, SECTION_TWO, NULL, 0, err);
        if (status == QM_OK)
            status = first ? qm_image_writer_info(writer, "version", qm_bytes_of("1"), err)
                           : qm_image_writer_info(writer, "origin", qm_bytes_of(""), err);
    }
    return status;
}

static qm_bytes small_image(qm_image_writer **writer, bool backwards)
{
    qm_bytes bytes;
    ck_assert_int_eq(qm_image_writer_new(writer, NULL, NULL), QM_OK);
    ck_assert_int_eq(write_sections(*writer, backwards, NULL), QM_OK);
    ck_assert_int_eq(qm_image_writer_finish(*writer, &bytes, NULL), QM_OK);
    return bytes;
}

START_TEST(what_was_written_is_read)
{
    qm_image_writer *writer;
    qm_bytes bytes = small_image(&writer, false);
    qm_image image;
    ck_assert_int_eq(qm_image_open(&image, bytes, false, NULL), QM_OK);
    qm_bytes one = qm_image_section(&image, SECTION_ONE);
    ck_assert(qm_bytes_equal(one, qm_bytes_of("阡陌")));
    ck_assert_uint_eq((size_t)((const uint8_t *)one.data - image.data) % 64, 0);
    ck_assert_ptr_nonnull(qm_image_section(&image, SECTION_TWO).data);
    ck_assert_uint_eq(qm_image_section(&image, SECTION_TWO).size, 0);
    ck_assert_ptr_null(qm_image_section(&image, QM_SECTION_ID('T', 'H', 'R', 'E')).data);
    ck_assert_str_eq(qm_image_info(&image, "version").data, "1");
    ck_assert_str_eq(qm_image_info(&image, "origin").data, "");
    ck_assert_uint_eq(qm_image_info(&image, "build-id").size, 32);
    ck_assert_ptr_null(qm_image_info(&image, "1").data); /* a value is no key */
    qm_image_writer_free(writer);
}
END_TEST

START_TEST(sections_are_taken_over_without_their_provenance)
{
    qm_image_writer *one;
    qm_image_writer *two;
    qm_bytes bytes = small_image(&one, false), taken;
    qm_image image, copy;
    ck_assert_int_eq(qm_image_open(&image, bytes, false, NULL), QM_OK);
    ck_assert_int_eq(qm_image_writer_new(&two, NULL, NULL), QM_OK);
    ck_assert_int_eq(qm_image_writer_take(two, &image, NULL), QM_OK);
    ck_assert_int_eq(qm_image_writer_take(two, &image, NULL), QM_E_INVALID); /* there already */
    ck_assert_int_eq(qm_image_writer_finish(two, &taken, NULL), QM_OK);
    ck_assert_int_eq(qm_image_open(&copy, taken, false, NULL), QM_OK);
    ck_assert(qm_bytes_equal(qm_image_section(&copy, SECTION_ONE), qm_bytes_of("阡陌")));
    ck_assert_ptr_nonnull(qm_image_section(&copy, SECTION_TWO).data);
    ck_assert_ptr_null(qm_image_info(&copy, "version").data);
    qm_image_writer_free(one);
    qm_image_writer_free(two);
}
END_TEST

START_TEST(same_content_same_bytes_and_another_content_another_id)
{
    qm_image_writer *one;
    qm_image_writer *two;
    qm_image_writer *three;
    qm_bytes a = small_image(&one, false);
    qm_bytes b = small_image(&two, true);
    qm_bytes c;
    ck_assert(qm_bytes_equal(a, b));
    ck_assert_int_eq(qm_image_writer_new(&three, NULL, NULL), QM_OK);
    ck_assert_int_eq(qm_image_writer_finish(three, &c, NULL), QM_OK);
    qm_image first;
    qm_image other;
    ck_assert_int_eq(qm_image_open(&first, a, false, NULL), QM_OK);
    ck_assert_int_eq(qm_image_open(&other, c, false, NULL), QM_OK);
    ck_assert_str_ne(qm_image_info(&first, "build-id").data,
                     qm_image_info(&other, "build-id").data);
    qm_image_writer_free(one);
    qm_image_writer_free(two);
    qm_image_writer_free(three);
}
END_TEST

START_TEST(nothing_is_written_twice)
{
    qm_image_writer *writer;
    small_image(&writer, false);
    ck_assert_int_eq(qm_image_writer_add(writer, SECTION_ONE, "x", 1, NULL), QM_E_INVALID);
    ck_assert_int_eq(qm_image_writer_add(writer, QM_IMAGE_INFO, "x", 1, NULL), QM_E_INVALID);
    ck_assert_int_eq(qm_image_writer_info(writer, "origin", qm_bytes_of("x"), NULL), QM_E_INVALID);
    ck_assert_int_eq(qm_image_writer_info(writer, "build-id", qm_bytes_of("x"), NULL),
                     QM_E_INVALID);
    ck_assert_int_eq(qm_image_writer_info(writer, "nul", (qm_bytes){"a\0b", 3}, NULL),
                     QM_E_INVALID);
    qm_image_writer_free(writer);
}
END_TEST

START_TEST(every_wrong_byte_is_noticed)
{
    qm_image_writer *writer;
    qm_bytes bytes = small_image(&writer, false);
    uint8_t *copy = copy_of(bytes);
    for (size_t i = 0; i < bytes.size; i++) {
        qm_image image;
        qm_error err = {.code = QM_OK};
        copy[i] ^= 0x21;
        int status = qm_image_open(&image, (qm_bytes){copy, bytes.size}, false, &err);
        ck_assert_int_ne(status, QM_OK);
        ck_assert_int_eq(err.code, status);
        ck_assert(err.offset <= bytes.size);
        copy[i] ^= 0x21;
    }
    free(copy);
    qm_image_writer_free(writer);
}
END_TEST

START_TEST(a_wrong_checksum_passes_only_when_trusted)
{
    qm_image_writer *writer;
    qm_image image;
    qm_error err;
    qm_bytes bytes = small_image(&writer, false);
    uint8_t *copy = copy_of(bytes);
    qm_bytes wrong = {copy, bytes.size};
    ck_assert_int_eq(qm_image_open(&image, wrong, false, NULL), QM_OK);
    const uint8_t *section = qm_image_section(&image, SECTION_ONE).data;
    size_t at = (size_t)(section - copy);
    copy[at + 1] ^= 1;
    ck_assert_int_eq(qm_image_open(&image, wrong, false, &err), QM_E_CORRUPT);
    ck_assert_uint_eq(err.offset, at);
    ck_assert_int_eq(qm_image_open(&image, wrong, true, NULL), QM_OK);
    ck_assert(image.trusted);
    free(copy);
    qm_image_writer_free(writer);
}
END_TEST

START_TEST(images_cut_short_are_refused)
{
    qm_image_writer *writer;
    qm_bytes bytes = small_image(&writer, false);
    for (size_t size = 0; size < bytes.size; size++) {
        uint8_t *copy = copy_of((qm_bytes){bytes.data, size + (size == 0)});
        qm_image image;
        ck_assert_int_eq(qm_image_open(&image, (qm_bytes){copy, size}, true, NULL), QM_E_CORRUPT);
        free(copy);
    }
    qm_image_writer_free(writer);
}
END_TEST

START_TEST(images_for_newer_libraries_are_refused)
{
    qm_image_writer *writer;
    qm_image image;
    qm_error err;
    qm_bytes bytes = small_image(&writer, false);
    uint8_t *copy = copy_of(bytes);
    qm_image_header *head = (qm_image_header *)copy;
    head->version = QM_IMAGE_VERSION + 4;
    head->oldest_reader = QM_IMAGE_VERSION + 1;
    head->checksum = qm_image_head_checksum(copy, head->sections);
    ck_assert_int_eq(qm_image_open(&image, (qm_bytes){copy, bytes.size}, true, &err), QM_E_VERSION);
    head->oldest_reader = QM_IMAGE_VERSION; /* new, but made for us to read */
    head->checksum = qm_image_head_checksum(copy, head->sections);
    ck_assert_int_eq(qm_image_open(&image, (qm_bytes){copy, bytes.size}, false, &err), QM_OK);
    free(copy);
    qm_image_writer_free(writer);
}
END_TEST

START_TEST(odd_addresses_are_refused)
{
    qm_image_writer *writer;
    qm_image image;
    qm_bytes bytes = small_image(&writer, false);
    uint8_t *moved = malloc(bytes.size + 4);
    memcpy(moved + 4, bytes.data, bytes.size);
    ck_assert_int_eq(qm_image_open(&image, (qm_bytes){moved + 4, bytes.size}, false, NULL),
                     QM_E_INVALID);
    ck_assert_int_eq(qm_image_open(&image, (qm_bytes){NULL, 0}, false, NULL), QM_E_INVALID);
    free(moved);
    qm_image_writer_free(writer);
}
END_TEST

/* ---- tables that lie, with all their checksums right ---- */

static int open_changed(qm_bytes bytes, void (*change)(qm_image_header *, qm_image_entry *))
{
    uint8_t *copy = copy_of(bytes);
    qm_image_header *head = (qm_image_header *)copy;
    qm_image image;
    change(head, (qm_image_entry *)(head + 1));
    if (head->sections < 100) head->checksum = qm_image_head_checksum(copy, head->sections);
    int status = qm_image_open(&image, (qm_bytes){copy, bytes.size}, true, NULL);
    free(copy);
    return status;
}

static void overlap(qm_image_header *head, qm_image_entry *table)
{
    (void)head;
    table[1].offset = table[0].offset;
}

static void reach_out(qm_image_header *head, qm_image_entry *table)
{
    table[head->sections - 1].length = UINT64_MAX - 63;
}

static void disorder(qm_image_header *head, qm_image_entry *table)
{
    (void)head;
    table[1].id = table[0].id;
}

static void misalign(qm_image_header *head, qm_image_entry *table)
{
    (void)head;
    table[0].offset += 8;
}

static void lose_one(qm_image_header *head, qm_image_entry *table)
{
    (void)table;
    head->sections--;
}

static void have_too_many(qm_image_header *head, qm_image_entry *table)
{
    (void)table;
    head->sections = UINT32_MAX;
}

START_TEST(tables_that_lie_are_refused)
{
    qm_image_writer *writer;
    qm_bytes bytes = small_image(&writer, false);
    ck_assert_int_eq(open_changed(bytes, overlap), QM_E_CORRUPT);
    ck_assert_int_eq(open_changed(bytes, reach_out), QM_E_CORRUPT);
    ck_assert_int_eq(open_changed(bytes, disorder), QM_E_CORRUPT);
    ck_assert_int_eq(open_changed(bytes, misalign), QM_E_CORRUPT);
    ck_assert_int_eq(open_changed(bytes, lose_one), QM_E_CORRUPT);
    ck_assert_int_eq(open_changed(bytes, have_too_many), QM_E_CORRUPT);
    qm_image_writer_free(writer);
}
END_TEST

/* ---- hostile lexicons ---- */

static qm_bytes lexicon_image(qm_image_writer **writer)
{
    static const char *const words[] = {"养", "养牛", "肉牛养殖", "养殖", "牛", "殖牛"};
    qm_lexicon_builder *builder;
    qm_bytes bytes;
    ck_assert_int_eq(qm_lexicon_builder_new(&builder, NULL, NULL), QM_OK);
    ck_assert_int_eq(qm_image_writer_new(writer, NULL, NULL), QM_OK);
    for (uint32_t i = 0; i < 6; i++) {
        qm_sense sense = {.kind = QM_SENSE_ENTITY, .value = i};
        ck_assert_int_eq(qm_lexicon_builder_add(builder, NULL, qm_bytes_of(words[i]), sense, NULL),
                         QM_OK);
    }
    ck_assert_int_eq(qm_lexicon_builder_finish(builder, *writer, NULL), QM_OK);
    ck_assert_int_eq(qm_image_writer_finish(*writer, &bytes, NULL), QM_OK);
    qm_lexicon_builder_free(builder);
    return bytes;
}

/* Opens as trusted, which lets wrong checksums through, and then trusts it no more; true if the
 * lexicon could be scanned. */
static bool scan_bytes(uint8_t *copy, size_t size)
{
    static const uint32_t chars[] = {U'肉', U'牛', U'养',    U'殖', U'牛',      U'养', U'牛',
                                     U'养', U'殖', 0x10FFFF, U'牛', UINT32_MAX, 0,     U'养'};
    const uint32_t count = sizeof chars / sizeof *chars;
    qm_text text = {.chars = (uint32_t *)chars, .count = count};
    const qm_allocator *alloc = qm_allocator_or_default(NULL);
    qm_image image;
    qm_lexicon lexicon;
    qm_matches matches[QM_ROOMS] = {0};
    if (qm_image_open(&image, (qm_bytes){copy, size}, true, NULL) != QM_OK) return false;
    image.trusted = false;
    if (qm_lexicon_bind(&lexicon, &image, NULL) != QM_OK) return false;
    ck_assert_int_eq(qm_lexicon_scan(&lexicon, &text, 0, count, 0xFF, alloc, matches, NULL, NULL),
                     QM_OK);
    for (uint32_t room = 0; room < QM_ROOMS; room++)
        for (size_t i = 0; i < matches[room].count; i++) {
            const qm_match *match = &matches[room].at[i];
            ck_assert(match->start < match->end && match->end <= count);
            uint32_t n;
            const qm_sense *senses = qm_match_senses(&lexicon, match, &n);
            ck_assert_uint_gt(n, 0);
            for (uint32_t k = 0; k < n; k++) ck_assert_uint_eq(senses[k].kind >> 8, room);
        }
    qm_matches_free(matches, alloc);
    return true;
}

START_TEST(no_byte_of_a_lexicon_can_lead_a_scan_astray)
{
    static const uint8_t flips[] = {0x01, 0x80, 0xFF};
    qm_image_writer *writer;
    qm_bytes bytes = lexicon_image(&writer);
    uint8_t *copy = copy_of(bytes);
    size_t passed = 0;
    ck_assert(scan_bytes(copy, bytes.size));
    for (size_t i = 0; i < bytes.size; i++)
        for (int k = 0; k < 3; k++) {
            copy[i] ^= flips[k];
            passed += scan_bytes(copy, bytes.size);
            copy[i] ^= flips[k];
        }
    ck_assert_uint_gt(passed, 0); /* such as the values of senses */
    free(copy);
    qm_image_writer_free(writer);
}
END_TEST

START_TEST(no_word_of_a_lexicon_can_lead_a_scan_astray)
{
    static const uint32_t values[] = {0, 1, 2, 7, 12, 255, 0x101, 0xFFFFFF, UINT32_MAX};
    qm_image_writer *writer;
    qm_bytes bytes = lexicon_image(&writer);
    uint8_t *copy = copy_of(bytes);
    for (size_t i = sizeof(qm_image_header); i + 4 <= bytes.size; i += 4)
        for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
            memcpy(copy + i, &values[k], 4);
            scan_bytes(copy, bytes.size);
            memcpy(copy + i, (const uint8_t *)bytes.data + i, 4);
        }
    ck_assert(scan_bytes(copy, bytes.size));
    free(copy);
    qm_image_writer_free(writer);
}
END_TEST

/* ---- memory ---- */

static int write_all(const qm_allocator *alloc, qm_error *err)
{
    qm_image_writer *writer;
    qm_bytes bytes;
    int status = qm_image_writer_new(&writer, alloc, err);
    if (status != QM_OK) return status;
    status = write_sections(writer, false, err);
    if (status == QM_OK) status = qm_image_writer_finish(writer, &bytes, err);
    if (status == QM_OK) status = qm_image_writer_finish(writer, &bytes, err);
    qm_image_writer_free(writer);
    return status;
}

START_TEST(a_writer_without_memory_says_so_and_leaks_nothing)
{
    qm_faults_run(write_all);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("image");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, what_was_written_is_read);
    tcase_add_test(tests, sections_are_taken_over_without_their_provenance);
    tcase_add_test(tests, same_content_same_bytes_and_another_content_another_id);
    tcase_add_test(tests, nothing_is_written_twice);
    tcase_add_test(tests, every_wrong_byte_is_noticed);
    tcase_add_test(tests, a_wrong_checksum_passes_only_when_trusted);
    tcase_add_test(tests, images_cut_short_are_refused);
    tcase_add_test(tests, images_for_newer_libraries_are_refused);
    tcase_add_test(tests, odd_addresses_are_refused);
    tcase_add_test(tests, tables_that_lie_are_refused);
    tcase_add_test(tests, no_byte_of_a_lexicon_can_lead_a_scan_astray);
    tcase_add_test(tests, no_word_of_a_lexicon_can_lead_a_scan_astray);
    tcase_add_test(tests, a_writer_without_memory_says_so_and_leaks_nothing);
    Suite *suite = suite_create("image");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
