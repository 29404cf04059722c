#include "charmap.h"
#include "compile/train/train.h"
#include "faults.h"
#include "segment/model.h"
#include "segment/paths.h"
#include "segment/segment.h"
#include "unit.h"

static const char text_of_training[] =
    "村里 修 了 路\n工作队 修 了 桥\n村民 走 上 了 桥\n路 通 到 村里\n工作队 到 村里 来 了\n"
    "村民 和 工作队 修 路\n路 上 有 人\n桥 上 有 车\n村里 有 车队\n车队 走 上 了 路\n"
    "工作 队员 有 车\n队员 来 了\n村民 有 工作\n工作 上 来 了 人\n";
enum { LINES = 14 };

static const qm_charmap *map;

static void setup(void)
{
    map = qm_test_charmap();
}

static void teardown(void)
{
    free((void *)map);
}

static int train(bool lattice, const qm_allocator *alloc, qm_image_writer *writer, qm_error *err)
{
    const qm_train_text text = {{text_of_training, sizeof text_of_training - 1}, QM_TRAIN_WORDS, 1};
    const qm_bytes dictionary = qm_bytes_of("人来 900 n\n队员 3 n\n村民委员会 1 nt\n");
    qm_words_training training = {.map = map,
                                  .texts = &text,
                                  .n_texts = 1,
                                  .dictionaries = &dictionary,
                                  .n_dictionaries = 1,
                                  .options = qm_train_defaults()};
    training.dev =
        (qm_train_text){qm_bytes_of("村民 走 到 桥 上\n车队 来 了\n"), QM_TRAIN_WORDS, 1};
    training.options.lattice = lattice;
    training.options.cost = 0.001; /* margins learn little */
    training.options.folds = 3;
    return qm_words_train(&training, alloc, writer, err);
}

static qm_image_writer *trained(bool lattice, qm_image *opened)
{
    qm_image_writer *writer;
    qm_bytes bytes;
    ck_assert_int_eq(qm_image_writer_new(&writer, NULL, NULL), QM_OK);
    ck_assert_int_eq(train(lattice, NULL, writer, NULL), QM_OK);
    ck_assert_int_eq(qm_image_writer_finish(writer, &bytes, NULL), QM_OK);
    ck_assert_int_eq(qm_image_open(opened, bytes, false, NULL), QM_OK);
    return writer;
}

/* The lines of the text that are cut as they ought to be. */
static uint32_t right_lines(const qm_image *image, int quality)
{
    const qm_images images = {image, 1};
    const qm_segment_options options = {.quality = quality};
    qm_segmenter *segmenter;
    qm_segment_scratch *scratch;
    qm_text text;
    qm_words words = {0};
    uint32_t right = 0;
    qm_text_init(&text, NULL);
    ck_assert_int_eq(qm_segmenter_new(&segmenter, &images, NULL, 0, NULL, NULL), QM_OK);
    ck_assert_int_eq(qm_segment_scratch_new(&scratch, segmenter, NULL, NULL), QM_OK);
    for (const char *line = text_of_training; *line; line = strchr(line, '\n') + 1) {
        char bytes[64], cut[64];
        size_t n = 0, m = 0, size = (size_t)(strchr(line, '\n') - line);
        for (size_t i = 0; i < size; i++)
            if (line[i] != ' ') bytes[n++] = line[i];
        ck_assert_int_eq(qm_text_decode(&text, map, bytes, n, false, NULL), QM_OK);
        ck_assert_int_eq(qm_segment_run(segmenter, scratch, &text, NULL, &options, &words, NULL),
                         QM_OK);
        for (uint32_t i = 0; i < text.count; i++) {
            if (i && words.begins[i]) cut[m++] = ' ';
            memcpy(cut + m, bytes + text.starts[i], text.widths[i]);
            m += text.widths[i];
        }
        right += m == size && memcmp(cut, line, size) == 0;
    }
    qm_words_free(&words, NULL);
    qm_text_free(&text);
    qm_segment_scratch_free(scratch);
    qm_segmenter_free(segmenter);
    return right;
}

START_TEST(a_lattice_that_learnt_words_cuts_what_it_learnt)
{
    qm_image plain, learnt;
    qm_image_writer *a = trained(false, &plain), *b = trained(true, &learnt);
    ck_assert_ptr_null(qm_image_section(&plain, QM_SECTION_WORDS_PATHS).data);
    ck_assert_ptr_nonnull(qm_image_section(&learnt, QM_SECTION_WORDS_PATHS).data);
    ck_assert_uint_lt(right_lines(&plain, QM_LATTICE), LINES);
    ck_assert_uint_eq(right_lines(&learnt, QM_LATTICE), LINES);
    ck_assert_uint_eq(right_lines(&learnt, QM_FAST), right_lines(&plain, QM_FAST));
    qm_image_writer_free(a);
    qm_image_writer_free(b);
}
END_TEST

START_TEST(training_twice_gives_the_same_weights)
{
    qm_image first, second;
    qm_image_writer *a = trained(true, &first), *b = trained(true, &second);
    ck_assert_uint_eq(first.size, second.size);
    ck_assert_mem_eq(first.data, second.data, first.size);
    qm_image_writer_free(a);
    qm_image_writer_free(b);
}
END_TEST

static int train_and_forget(const qm_allocator *alloc, qm_error *err)
{
    qm_image_writer *writer;
    ck_assert_int_eq(qm_image_writer_new(&writer, NULL, NULL), QM_OK);
    int status = train(true, alloc, writer, err);
    qm_image_writer_free(writer);
    return status;
}

START_TEST(missing_memory_ends_the_training)
{
    qm_faults_run(train_and_forget);
}
END_TEST

/* A table of words that is missing, or parameters that do not fit it. */
static int bind_with(qm_words_params change, qm_bytes paths)
{
    static const uint32_t ids[] = {QM_SECTION_WORDS_IDS,     QM_SECTION_WORDS_SINGLES,
                                   QM_SECTION_WORDS_BUCKETS, QM_SECTION_WORDS_NOTES,
                                   QM_SECTION_WORDS_PAIRS,   QM_SECTION_WORDS_TRIPLES,
                                   QM_SECTION_WORDS_LONG,    QM_SECTION_WORDS_TYPES,
                                   QM_SECTION_WORDS_CODES,   QM_SECTION_WORDS_LEVELS};
    qm_image from, to;
    qm_image_writer *old = trained(false, &from), *writer;
    qm_words_params params;
    qm_words_model model;
    qm_bytes bytes;
    bool found;
    memcpy(&params, qm_image_section(&from, QM_SECTION_WORDS).data, sizeof params);
    params.paths = change.paths;
    params.path_probes = change.path_probes;
    params.path_margin = change.path_margin;
    ck_assert_int_eq(qm_image_writer_new(&writer, NULL, NULL), QM_OK);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        qm_bytes section = qm_image_section(&from, ids[i]);
        ck_assert_int_eq(qm_image_writer_add(writer, ids[i], section.data, section.size, NULL),
                         QM_OK);
    }
    ck_assert_int_eq(qm_image_writer_add(writer, QM_SECTION_WORDS, &params, sizeof params, NULL),
                     QM_OK);
    if (paths.size)
        ck_assert_int_eq(
            qm_image_writer_add(writer, QM_SECTION_WORDS_PATHS, paths.data, paths.size, NULL),
            QM_OK);
    ck_assert_int_eq(qm_image_writer_finish(writer, &bytes, NULL), QM_OK);
    ck_assert_int_eq(qm_image_open(&to, bytes, false, NULL), QM_OK);
    int status = qm_words_bind(&model, &to, &found, NULL);
    qm_image_writer_free(writer);
    qm_image_writer_free(old);
    return status;
}

START_TEST(lying_weights_of_words_are_refused)
{
    static const uint64_t table[4] = {0};
    const qm_bytes all = {table, sizeof table}, none = {NULL, 0};
    ck_assert_int_eq(bind_with((qm_words_params){.paths = 3, .path_probes = 1}, all), QM_OK);
    ck_assert_int_eq(bind_with((qm_words_params){0}, none), QM_OK);
    ck_assert_int_eq(bind_with((qm_words_params){.paths = 3, .path_probes = 1}, none),
                     QM_E_CORRUPT);
    ck_assert_int_eq(bind_with((qm_words_params){.paths = 4, .path_probes = 1}, all), QM_E_CORRUPT);
    ck_assert_int_eq(bind_with((qm_words_params){.paths = 4}, all), QM_E_CORRUPT);
    ck_assert_int_eq(bind_with((qm_words_params){.path_probes = 4}, all), QM_E_CORRUPT);
    ck_assert_int_eq(
        bind_with((qm_words_params){.paths = 3, .path_probes = 1, .path_margin = 1 << 20}, all),
        QM_E_CORRUPT);
}
END_TEST

/* ---- weights of words ---- */

enum { SLOTS = 61, PROBES = 16, WEIGHTS = 50 };

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Entries in the order of their keys, each at its slot or behind the one before it. */
static void invent_weights(uint64_t *state, uint64_t *table)
{
    uint64_t weights[WEIGHTS];
    for (size_t i = 0; i < WEIGHTS; i++)
        weights[i] = *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    qsort(weights, WEIGHTS, sizeof *weights, by_value);
    memset(table, 0, (SLOTS + PROBES) * sizeof *table);
    size_t next = 0;
    for (size_t i = 0; i < WEIGHTS; i++) {
        size_t slot = qm_path_slot(weights[i], SLOTS);
        next = slot > next ? slot : next;
        if (next < SLOTS + PROBES) table[next++] = weights[i];
    }
}

START_TEST(weights_of_words_are_the_same_in_every_way_of_finding_them)
{
    uint64_t table[SLOTS + PROBES], state = 9;
    qm_words_model model = {.params = {.paths = SLOTS, .path_probes = PROBES}, .paths = table};
    uint32_t found = 0;
    qm_words_choose(&model);
    for (int round = 0; round < 300; round++) {
        uint64_t keys[QM_PATH_KEYS];
        invent_weights(&state, table);
        for (uint32_t k = 0; k < QM_PATH_KEYS; k++) {
            uint64_t key = table[(state >> (k + 20)) % (SLOTS + PROBES)];
            keys[k] = (k == 5 ? state : key) & ~UINT64_C(0xFFFF);
            found += qm_path_weight(&model, keys[k]) != 0;
        }
        ck_assert_int_eq(model.gain(&model, keys), qm_path_gain_plain(&model, keys));
    }
    ck_assert_uint_gt(found, 300);
    model.params.path_probes = 1; /* too few for eight at a time */
    for (size_t i = 0; i < SLOTS; i++) {
        uint64_t keys[QM_PATH_KEYS] = {table[i] & ~UINT64_C(0xFFFF)};
        ck_assert_int_eq(model.gain(&model, keys), qm_path_gain_plain(&model, keys));
    }
}
END_TEST

/* ---- the words of a stretch ---- */

/* The first five lengths of words from symbol i on, two digits each. */
static uint64_t lengths(const qm_stretch *s, uint32_t i)
{
    uint64_t all = 0;
    uint32_t count = 0;
    for (uint32_t n = qm_path_next(s, i, 0, 96); n && count < 5; n = qm_path_next(s, i, n, 96)) {
        all = all * 100 + n;
        count++;
    }
    return all;
}

START_TEST(words_end_where_there_is_doubt)
{
    qm_stretch s = {.count = 5, .margins = {INT16_MAX, -10, -96, 95, 10}};
    ck_assert_uint_eq(lengths(&s, 0), 1030405);
    ck_assert_uint_eq(lengths(&s, 3), 102);
    ck_assert_uint_eq(lengths(&s, 4), 1);
    s.margins[3] = 96; /* no word goes over that */
    ck_assert_uint_eq(lengths(&s, 0), 103);
    s.margins[1] = -200;
    ck_assert_uint_eq(lengths(&s, 0), 3);
}
END_TEST

START_TEST(a_word_ends_somewhere_however_long)
{
    qm_stretch s = {.count = QM_STRETCH_ROOM};
    for (uint32_t i = 0; i < s.count; i++) s.margins[i] = -500;
    ck_assert_uint_eq(qm_path_next(&s, 0, 0, 96), QM_STRETCH_ROOM);
    ck_assert_uint_eq(qm_path_next(&s, 0, QM_STRETCH_ROOM, 96), 0);
    for (uint32_t i = 0; i < s.count; i++) s.margins[i] = 0;
    ck_assert_uint_eq(qm_path_next(&s, 0, QM_PATH_WORD - 1, 96), QM_PATH_WORD);
    ck_assert_uint_eq(qm_path_next(&s, 0, QM_PATH_WORD, 96), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("words training");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, a_lattice_that_learnt_words_cuts_what_it_learnt);
    tcase_add_test(all, training_twice_gives_the_same_weights);
    tcase_add_test(all, missing_memory_ends_the_training);
    tcase_add_test(all, lying_weights_of_words_are_refused);
    tcase_add_test(all, words_end_where_there_is_doubt);
    tcase_add_test(all, weights_of_words_are_the_same_in_every_way_of_finding_them);
    tcase_add_test(all, a_word_ends_somewhere_however_long);
    suite_add_tcase(suite, all);
    return qm_unit_run(suite);
}
