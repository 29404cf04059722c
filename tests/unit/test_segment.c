#include "base/processor.h"
#include "charmap.h"
#include "desk.h"
#include "faults.h"
#include "file.h"
#include "segment/model.h"
#include "segment/tags.h"
#include "unit.h"

/* ---- the trained image and a segmenter on it, without an engine around ---- */

static const qm_charmap *map;
static qm_bytes image;
static qm_segmenter *segmenter;
static qm_segment_scratch *scratch;
static qm_text text;
static qm_words words;

static void setup(void)
{
    qm_image opened;
    map = qm_test_charmap();
    image.data = qm_test_file("lib/data/words/words.qm", &image.size);
    ck_assert_int_eq(qm_image_open(&opened, image, false, NULL), QM_OK);
    qm_images images = {&opened, 1};
    ck_assert_int_eq(qm_segmenter_new(&segmenter, &images, NULL, 0, NULL, NULL), QM_OK);
    ck_assert_int_eq(qm_segment_scratch_new(&scratch, segmenter, NULL, NULL), QM_OK);
    qm_text_init(&text, NULL);
    memset(&words, 0, sizeof words);
}

static void teardown(void)
{
    qm_words_free(&words, NULL);
    qm_text_free(&text);
    qm_segment_scratch_free(scratch);
    qm_segmenter_free(segmenter);
    free((void *)image.data);
    free((void *)map);
}

static void segment(const char *bytes, size_t size)
{
    qm_segment_options options = {0};
    ck_assert_int_eq(qm_text_decode(&text, map, bytes, size, false, NULL), QM_OK);
    ck_assert_int_eq(qm_segment_run(segmenter, scratch, &text, NULL, &options, &words, NULL),
                     QM_OK);
    ck_assert_int_eq(words.begins[text.count], 1);
}

/* `cut` has a | at every place between two words. */
static void cuts(const char *cut)
{
    char bytes[1024], got[2048];
    size_t n = 0, m = 0;
    for (const char *c = cut; *c; c++)
        if (*c != '|') bytes[n++] = *c;
    segment(bytes, n);
    for (uint32_t i = 0; i < text.count; i++) {
        if (i && words.begins[i]) got[m++] = '|';
        memcpy(got + m, bytes + text.starts[i], text.widths[i]);
        m += text.widths[i];
    }
    got[m] = '\0';
    ck_assert_str_eq(got, cut);
}

START_TEST(numbers_are_never_cut)
{
    cuts("投入|4,300万|元|，|增长|50.18%|。");
    cuts("带动|村民|增收|36万余|元|。");
    cuts("会议|9:30|开始|。");
    cuts("２００７年|，|１２，５００|元|。");
    cuts("装机|50|千瓦");
}
END_TEST

/* What stands at the start of `digits` ones, written so wide, and what follows. */
static qm_span span_of(uint32_t digits, const char *one, const char *behind)
{
    char string[80] = "";
    for (uint32_t i = 0; i < digits; i++) strcat(string, one);
    strcat(string, behind);
    ck_assert_int_eq(qm_text_decode(&text, map, string, strlen(string), false, NULL), QM_OK);
    return qm_segment_span(&text, 0, QM_JOIN_SCALE);
}

/* However many there are: few are read at once. */
START_TEST(digits_end_at_a_hanzi_that_does_not_go_on_with_them)
{
    for (uint32_t n = 1; n <= 18; n++) {
        uint16_t symbol = n < 4    ? (uint16_t)(QM_SYMBOL_DIGITS + n - 1)
                          : n == 4 ? QM_SYMBOL_YEAR
                                   : QM_SYMBOL_NUMBER;
        qm_span spans[] = {span_of(n, "1", "年"), span_of(n, "１", "年"), span_of(n, "1", ""),
                           span_of(n, "1", "千瓦"), span_of(n, "1", "，共")};
        for (size_t k = 0; k < sizeof spans / sizeof *spans; k++) {
            ck_assert_uint_eq(spans[k].end, n);
            ck_assert_uint_eq(spans[k].symbol, symbol);
        }
        ck_assert_uint_eq(span_of(n, "1", "余名").end, n + 1);
        ck_assert_uint_eq(span_of(n, "1", "多名").end, n + 1);
        ck_assert_uint_eq(span_of(n, "1", "万元").end, n + 1);
        ck_assert_uint_eq(span_of(n, "1", "%的").end, n + 1);
        ck_assert_uint_eq(span_of(n, "1", ".5年").end, n + 2);
        ck_assert_uint_eq(span_of(n, "1", "G村").end, n + 1);
    }
}
END_TEST

START_TEST(ascii_words_and_addresses_are_never_cut)
{
    cuts("通过|5G|和|AI|技术|。");
    cuts("见|https://example.org/a?b=1&c=2|，|谢谢|。");
    cuts("邮箱|zhang.san@example.com|。");
    cuts("按照|GB/T| |2260|执行|。");
    cuts("新冠|COVID-19|疫情|。");
}
END_TEST

START_TEST(blanks_are_tokens_and_walls)
{
    cuts("  |驻村| |工作队|\n|驻村| |工作队|\r\n");
}
END_TEST

/* A zero width space: how a text says by itself where words end. */
START_TEST(a_blank_without_width_is_a_wall_too)
{
    cuts("村委会|议事");
    cuts("村委|\xE2\x80\x8B|会议事");
    cuts("工作队员|来|了");
    cuts("工作|\xE2\x80\x8B|队员|来|了");
}
END_TEST

/* U+2060: how a text says by itself where no word ends; beside a blank it is one, too. */
START_TEST(a_word_joiner_holds_together)
{
    cuts("村民|来|了");
    cuts("村民\xE2\x81\xA0来|了");
    cuts("工作\xE2\x81\xA0\xE2\x81\xA0队员|来|了");
    cuts("12\xE2\x81\xA0"
         "34|亩");
    cuts("村民| \xE2\x81\xA0|来|了");
    cuts("\xE2\x81\xA0|村民|来|了|\xE2\x81\xA0");
}
END_TEST

START_TEST(traditional_text_is_cut_like_its_simplified_twin)
{
    cuts("村民|代表|会议|讨论|了|产业|发展|计划|。");
    cuts("村民|代表|會議|討論|了|產業|發展|計劃|。");
}
END_TEST

START_TEST(ill_formed_bytes_stand_alone)
{
    const char bytes[] = "工作\xFF队\xE4\xB8。";
    segment(bytes, sizeof bytes - 1);
    ck_assert_uint_eq(text.count, 6);
    for (uint32_t i = 2; i <= 5; i++) ck_assert_uint_eq(words.begins[i], 1);
}
END_TEST

START_TEST(an_empty_text_has_no_words)
{
    segment("", 0);
    ck_assert_uint_eq(text.count, 0);
}
END_TEST

/* A long text is worked on in blocks; a line must come out the same wherever it stands in them. */
START_TEST(a_line_is_cut_alike_alone_and_in_a_long_text)
{
    static const char line[] = "驻村第一书记张明远带着村民代表到邻县考察茶叶加工厂，学习了3天，"
                               "回来以后因地制宜地制定了产业发展规划和中华人民共和国地图。";
    enum { LINES = 700 };
    static char all[LINES * (sizeof line + 20)];
    uint8_t alone[128];
    segment(line, sizeof line - 1);
    uint32_t length = text.count;
    memcpy(alone, words.begins, length);
    size_t n = 0;
    for (int i = 0; i < LINES; i++) {
        memcpy(all + n, line, sizeof line - 1);
        n += sizeof line - 1;
        for (int k = 0; k < i % 13; k++) all[n++] = '-';
        all[n++] = '\n';
    }
    segment(all, n);
    uint32_t at = 0;
    for (int i = 0; i < LINES; i++) {
        ck_assert_mem_eq(words.begins + at, alone, length);
        at += length + (uint32_t)(i % 13) + 1;
    }
    ck_assert_uint_eq(at, text.count);
}
END_TEST

/* ---- the image ---- */

static int bind(const qm_allocator *alloc, qm_error *err)
{
    qm_image opened = {image.data, image.size, true};
    qm_images images = {&opened, 1};
    qm_segmenter *s = NULL;
    qm_segment_scratch *c = NULL;
    qm_segment_options fine = {.granularity = QM_FINE};
    qm_words out = {0};
    ck_assert_int_eq(qm_text_decode(&text, map, "村民代表会议", 18, false, NULL), QM_OK);
    int status = qm_segmenter_new(&s, &images, NULL, 0, alloc, err);
    if (status == QM_OK) status = qm_segment_scratch_new(&c, s, alloc, err);
    if (status == QM_OK) status = qm_segment_run(s, c, &text, NULL, &fine, &out, err);
    qm_words_free(&out, alloc);
    qm_segment_scratch_free(c);
    qm_segmenter_free(s);
    return status;
}

START_TEST(missing_memory_is_no_disaster)
{
    qm_faults_run(bind);
}
END_TEST

/* Even if the types say something of what is far before them. */
START_TEST(what_was_scored_before_counts_for_nothing)
{
    enum { N = 40, ROWS = QM_TYPE_ROWS * QM_LANES };
    static qm_score_scratch fresh, used;
    qm_image opened = {image.data, image.size, false};
    qm_words_model model;
    bool found;
    int16_t types[ROWS];
    ck_assert_int_eq(qm_words_bind(&model, &opened, &found, NULL), QM_OK);
    for (int i = 0; i < ROWS; i++) types[i] = i % QM_LANES < 6 ? (int16_t)(i / QM_LANES) : 0;
    model.types = types;
    memset(fresh.types, QM_CHAR_HAN, N);
    memset(used.types, QM_CHAR_HAN, N + 8);
    model.score(&model, &fresh, N);
    model.score(&model, &used, N);
    ck_assert_mem_eq(fresh.margins, used.margins, N * sizeof *used.margins);
}
END_TEST

/* Whatever the symbols are, known or not, the plain way and the one chosen for this processor come
 * to the same margins. */
START_TEST(all_ways_of_scoring_give_the_same_margins)
{
    static qm_score_scratch plain, chosen;
    static const uint32_t sizes[] = {1, 2, 7, 31, 32, 33, 63, 64, 65, 100, 1000, QM_BLOCK_ROOM};
    qm_image opened = {image.data, image.size, false};
    qm_words_model model;
    bool found;
    ck_assert_int_eq(qm_words_bind(&model, &opened, &found, NULL), QM_OK);
    ck_assert(found);
    /* Text, so that there are words to be found, and noise between. */
    segment("驻村第一书记张明远带着村民代表到邻县考察中华人民共和国地图因地制宜", 99);
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        uint32_t n = sizes[k], random = 7;
        for (uint32_t j = 0; j < n; j++) {
            random = random * 1664525 + 1013904223;
            bool noise = random >> 28 == 0;
            plain.ids[j] = noise ? (uint16_t)((random >> 8) % model.params.symbols)
                                 : model.ids[text.chars[j % text.count]];
            plain.types[j] = noise ? random >> 24 & 7 : QM_CHAR_HAN;
        }
        memcpy(chosen.ids, plain.ids, n * sizeof *plain.ids);
        memcpy(chosen.types, plain.types, n);
        qm_words_score_plain(&model, &plain, n);
        model.score(&model, &chosen, n);
        ck_assert_mem_eq(plain.margins, chosen.margins, n * sizeof *plain.margins);
    }
}
END_TEST

/* Nothing of the tables goes without a mark in its bucket; what has none is sought in the first
 * slots, which say nothing. */
START_TEST(all_pairs_and_triples_have_their_marks)
{
    qm_image opened = {image.data, image.size, false};
    qm_words_model m;
    bool found;
    ck_assert_int_eq(qm_words_bind(&m, &opened, &found, NULL), QM_OK);
    const uint32_t low_bits = QM_PAIR_BITS - m.params.bucket_bits;
    ck_assert(m.pairs[0] == 0 && m.triples[0] == 0);
    for (uint32_t slot = 1; slot < m.params.pairs; slot++) {
        uint32_t upper = (uint32_t)(m.pairs[slot] >> 48);
        uint64_t bucket = m.buckets[upper];
        uint32_t low = slot - (qm_pair_number(bucket) << m.params.pair_shift);
        ck_assert(m.pairs[slot] == 0 || bucket >> qm_pair_mark(upper << low_bits | low) & 1);
    }
    for (uint32_t slot = 1; slot < m.params.triples; slot++) {
        uint64_t entry = m.triples[slot];
        uint32_t hash = (uint32_t)(entry & 0xFFFF) | (uint32_t)(entry >> 48 & 0xFFF) << 16;
        uint64_t bucket = m.buckets[hash >> low_bits];
        uint32_t offset = slot - (qm_triple_number(bucket) << m.params.triple_shift);
        ck_assert(entry == 0 || bucket >> qm_triple_mark(offset) & 1);
    }
}
END_TEST

/* The symbol at character i and the character behind it, as the rules say. */
static uint32_t fill_one(const qm_words_model *model, qm_symbols *to, uint32_t i)
{
    uint32_t class = text.classes[i], n = class == QM_CHAR_SPACE ? 3 : 1;
    qm_span span = {i + 1, model->ids[text.chars[i] <= 0xFFFF ? text.chars[i] : 0]};
    if (class == QM_CHAR_SPACE) span = (qm_span){qm_segment_space_end(&text, i), QM_SYMBOL_EDGE};
    if (class == QM_CHAR_DIGIT || class == QM_CHAR_LATIN)
        span = qm_segment_span(&text, i, model->params.joins);
    for (; n > 0; n--, to->count++) {
        to->ids[to->count] = span.symbol;
        to->types[to->count] = (uint8_t) class;
        to->starts[to->count] = i;
    }
    return span.end;
}

/* Many characters at a time are the same symbols as one by one, however blanks, numbers, letters
 * and others follow each other. */
START_TEST(symbols_are_the_same_in_stretches_and_one_by_one)
{
    enum { ROOM = 4096 };
    static uint16_t ids[2][ROOM];
    static uint8_t types[2][ROOM];
    static uint32_t starts[2][ROOM];
    static const char *const pieces[] = {"村", " ", "，", "3", "w", "的", "  ", "\n", "\xFF"};
    qm_image opened = {image.data, image.size, false};
    qm_words_model model;
    bool found;
    ck_assert_int_eq(qm_words_bind(&model, &opened, &found, NULL), QM_OK);
    for (uint32_t kind = 1; kind < 400; kind++) {
        char bytes[1024];
        size_t size = 0;
        uint32_t random = kind;
        for (int i = 0; i < 200; i++) { /* few kinds of pieces, or all of them */
            random = random * 1664525 + 1013904223;
            size += (size_t)sprintf(bytes + size, "%s", pieces[(random >> 16) % (kind % 9 + 1)]);
        }
        segment(bytes, size);
        qm_symbols stretches = {ids[0], types[0], starts[0], 0, ROOM};
        qm_symbols singles = {ids[1], types[1], starts[1], 0, ROOM};
        uint32_t end = qm_symbols_fill(&stretches, model.ids, model.params.joins, &text, 0);
        ck_assert_uint_eq(end, text.count);
        for (uint32_t i = 0; i < text.count;) i = fill_one(&model, &singles, i);
        ck_assert_uint_eq(stretches.count, singles.count);
        ck_assert_mem_eq(ids[0], ids[1], singles.count * sizeof *ids[0]);
        ck_assert_mem_eq(types[0], types[1], singles.count);
        ck_assert_mem_eq(starts[0], starts[1], singles.count * sizeof *starts[0]);
    }
}
END_TEST

/* The ways of tagging that this processor has, from the plain one on. */
static bool set_way(qm_tag_model *model, int way)
{
    if (way == 0) model->tag = qm_tag_plain, model->read = qm_tag_read_plain;
#ifdef __x86_64__
    if (way == 1) model->tag = qm_tag_avx2, model->read = qm_tag_read_avx2;
    if (way == 2) model->tag = qm_tag_avx512, model->read = qm_tag_read_avx512;
#endif
    return way == 0 || (way == 1 && qm_has_avx2()) || (way == 2 && qm_has_avx512());
}

/* All ways of tagging see the same rows and choose the same tag, of equal ones the same one. */
START_TEST(all_ways_of_tagging_give_the_same_tags)
{
    qm_image opened = {image.data, image.size, false};
    qm_tag_model model;
    bool found;
    ck_assert_int_eq(qm_tags_bind(&model, &opened, &found, NULL), QM_OK);
    ck_assert(found);
    segment("驻村第一书记张明远带着5名村民代表到邻县考察，Python也学了3天。", 88);
    qm_tag_block block = {0};
    uint32_t starts[QM_TAG_BLOCK];
    for (uint32_t i = 0; i < QM_TAG_BLOCK; i++) starts[i] = i + i / 2;
    for (uint32_t n = QM_TAG_BLOCK; n > 0; n -= n > 20 ? 9 : 1) {
        for (uint32_t i = 0; i < n + 2 * QM_TAG_REACH; i++) {
            uint32_t start = (i * 5 + n) % (text.count - 4);
            qm_tag_block_put(&block, i, qm_tag_word_of(&text, start, start + i % 5, i % 32));
        }
        uint8_t plain[2 * QM_TAG_BLOCK] = {0};
        qm_tag_plain(&model, &block, starts, n, plain);
        for (int way = 0; set_way(&model, way); way++) {
            uint8_t tags[2 * QM_TAG_BLOCK] = {0};
            model.tag(&model, &block, starts, n, tags);
            ck_assert_mem_eq(plain, tags, sizeof plain);
        }
    }
}
END_TEST

/* A word of the text with its class. */
static qm_tag_word word_between(const qm_words_model *dictionary, uint32_t start, uint32_t end)
{
    qm_word_place place;
    qm_word_ask(dictionary, text.chars + start, end - start, &place);
    qm_word_locate(dictionary, &place);
    return qm_tag_word_of(&text, start, end, qm_word_class(dictionary, &place));
}

/* Feature by feature, none beyond eight bits; of equal tags that of the lowest code. */
static uint8_t tag_by_features(const qm_tag_model *model, const qm_tag_word *window)
{
    uint32_t rows[QM_TAG_FEATURES], best = 0;
    int32_t sums[QM_TAG_LANES] = {0};
    const uint8_t *tags = model->params.tags;
    qm_tag_features(window, model->params.row_bits, rows);
    for (int k = 0; k < QM_TAG_FEATURES; k++)
        for (uint32_t lane = 0; lane < QM_TAG_LANES; lane++) {
            int32_t sum = sums[lane] + model->rows[rows[k] + lane];
            sums[lane] = sum > INT8_MAX ? INT8_MAX : sum < INT8_MIN ? INT8_MIN : sum;
        }
    for (uint32_t lane = 1; lane < QM_TAG_LANES; lane++)
        if (sums[lane] > sums[best] || (sums[lane] == sums[best] && tags[lane] < tags[best]))
            best = lane;
    return window[QM_TAG_REACH].shape ? tags[best] : 0;
}

/* The text, cut as words.begins says: what all features together say of each word, and nothing
 * elsewhere. */
static void check_tags(const qm_tag_model *model, const qm_words_model *dictionary)
{
    enum { REACH = QM_TAG_REACH };
    static qm_tag_word list[4096];
    static uint32_t starts[4096];
    uint32_t n = 0;
    for (uint32_t i = 0, end; i < text.count; i = end) {
        for (end = i + 1; !words.begins[end];) end++;
        starts[n] = i;
        list[REACH + n++] = word_between(dictionary, i, end);
    }
    for (uint32_t k = 0; k < REACH; k++)
        list[k] = list[REACH + n + k] = qm_tag_word_of(&text, 0, 0, 0);
    for (uint32_t i = 0; i < text.count; i++) /* as cutting leaves it */
        words.tags[i] = (uint8_t)(word_between(dictionary, i, i + 2).shape & (QM_WORD_CLASSES - 1));
    uint32_t last = QM_TAG_EDGE;
    qm_tag_words(model, dictionary, &text, words.begins, words.tags, &last);
    for (uint32_t i = 0, at = 0; at < text.count; at++) {
        bool begins = i < n && starts[i] == at;
        ck_assert_uint_eq(words.tags[at], begins ? tag_by_features(model, list + i) : 0);
        i += begins;
    }
    ck_assert_uint_eq(words.tags[text.count], 0);
}

/* Any weights: sums of trained ones hardly ever come to the ends of their range. */
static int8_t *wild_rows(const qm_tag_model *model)
{
    const size_t size = (size_t)QM_TAG_LANES << model->params.row_bits;
    int8_t *rows = malloc(size);
    uint32_t random = 5;
    ck_assert_ptr_nonnull(rows);
    for (size_t i = 0; i < size; i++, random = random * 1664525 + 1013904223)
        rows[i] = (int8_t)(random >> 24);
    return rows;
}

/* Cut anywhere, within numbers and blanks, too; as many words as end a block, or some more. */
START_TEST(all_ways_of_tagging_sum_all_features)
{
    static const char *const pieces[] = {
        "张明远到3村，",      "  ",       "Python", "也学了12天。\n",
        "\xF0\xA0\x80\x80村", "共产党员", "星期一", "的"};
    enum { PIECES = sizeof pieces / sizeof *pieces };
    qm_image opened = {image.data, image.size, false};
    qm_words_model dictionary;
    qm_tag_model model;
    bool found;
    ck_assert_int_eq(qm_words_bind(&dictionary, &opened, &found, NULL), QM_OK);
    ck_assert_int_eq(qm_tags_bind(&model, &opened, &found, NULL), QM_OK);
    int8_t *wild = wild_rows(&model);
    uint32_t random = 3;
    for (uint32_t round = 0; round < 40; round++) {
        char bytes[300 * 24];
        size_t size = 0;
        for (uint32_t i = 0; i < round * 7; i++, random = random * 1664525 + 1013904223)
            size += (size_t)sprintf(bytes + size, "%s", pieces[(random >> 16) % PIECES]);
        segment(bytes, size);
        for (uint32_t i = 1; i < text.count; i++, random = random * 1664525 + 1013904223)
            words.begins[i] = random >> 28 <= round % 16;
        ck_assert_int_eq(qm_tags_bind(&model, &opened, &found, NULL), QM_OK);
        if (round % 2) model.rows = wild;
        for (int way = 0; set_way(&model, way); way++) check_tags(&model, &dictionary);
    }
    free(wild);
}
END_TEST

/* What two ways read of a block, but the words that are still to be looked up. */
static void check_same_words(const qm_tagger *a, const qm_tagger *b, uint32_t from)
{
    ck_assert_mem_eq(a->starts + from, b->starts + from,
                     (QM_TAG_ROOM + 1 - from) * sizeof(uint32_t));
    ck_assert_uint_eq(a->n_listed, b->n_listed);
    ck_assert_mem_eq(a->listed, b->listed, a->n_listed);
    for (uint32_t i = from, k = 0; i < QM_TAG_ROOM; i++) {
        if (k < a->n_listed && a->listed[k] == i) {
            k++;
            continue;
        }
        ck_assert_uint_eq(a->words.hash[i], b->words.hash[i]);
        ck_assert_uint_eq(a->words.last[i], b->words.last[i]);
        ck_assert_uint_eq(a->words.last_two[i], b->words.last_two[i]);
        ck_assert_uint_eq(a->words.first[i], b->words.first[i]);
        ck_assert_uint_eq(a->words.shape[i], b->words.shape[i]);
    }
}

/* Cut anywhere, within numbers and blanks, too. */
START_TEST(all_ways_of_reading_words_for_tags_see_the_same)
{
    static qm_tagger plain, chosen;
    qm_image opened = {image.data, image.size, false};
    qm_words_model dictionary;
    qm_tag_model model;
    bool found;
    ck_assert_int_eq(qm_tags_bind(&model, &opened, &found, NULL), QM_OK);
    ck_assert_int_eq(qm_words_bind(&dictionary, &opened, &found, NULL), QM_OK);
    char bytes[40 * 64];
    size_t size = 0;
    for (int i = 0; i < 40; i++)
        size += (size_t)sprintf(bytes + size, "%s", "张明远到3村，  Python也学了12天。\n");
    segment(bytes, size);
    uint32_t random = 3;
    for (uint32_t i = 1; i < text.count; i++) {
        random = random * 1664525 + 1013904223;
        words.begins[i] = random >> 28 < (i / 64 + 2) * 2;
        words.tags[i] = random >> 20 & (QM_WORD_CLASSES - 1);
    }
    for (int k = 0; set_way(&model, k / 2); k++) {
        plain = (qm_tagger){.model = k % 2 ? &dictionary : NULL, .text = &text};
        plain.begins = words.begins;
        plain.tags = words.tags;
        chosen = plain;
        for (uint32_t from = QM_TAG_REACH; plain.at < text.count; from = 2 * QM_TAG_REACH) {
            qm_tag_read_plain(&plain, from);
            model.read(&chosen, from);
            check_same_words(&plain, &chosen, from);
            ck_assert_uint_eq(plain.at, chosen.at);
        }
    }
}
END_TEST

/* Copies the trained image, lets `spoil` at one section, and binds it. */
static int bind_spoilt(uint32_t section, size_t byte, uint8_t value)
{
    qm_image from = {image.data, image.size, false}, opened;
    static const uint32_t ids[] = {
        QM_SECTION_WORDS,         QM_SECTION_WORDS_IDS,    QM_SECTION_WORDS_SINGLES,
        QM_SECTION_WORDS_BUCKETS, QM_SECTION_WORDS_NOTES,  QM_SECTION_WORDS_PAIRS,
        QM_SECTION_WORDS_TRIPLES, QM_SECTION_WORDS_LONG,   QM_SECTION_WORDS_TYPES,
        QM_SECTION_WORDS_CODES,   QM_SECTION_WORDS_LEVELS, QM_SECTION_WORDS_PATHS,
        QM_SECTION_TAGS,          QM_SECTION_TAGS_ROWS};
    qm_image_writer *writer;
    ck_assert_int_eq(qm_image_writer_new(&writer, NULL, NULL), QM_OK);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        qm_bytes old = qm_image_section(&from, ids[i]);
        if (!old.data) continue; /* not every model has learnt words */
        uint8_t *copy = malloc(old.size);
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, old.data, old.size);
        if (ids[i] == section) memset(copy + byte, value, 4); /* of one field */
        ck_assert_int_eq(qm_image_writer_add(writer, ids[i], copy, old.size, NULL), QM_OK);
        free(copy);
    }
    qm_bytes bytes;
    qm_error err = {.code = QM_OK};
    ck_assert_int_eq(qm_image_writer_finish(writer, &bytes, NULL), QM_OK);
    ck_assert_int_eq(qm_image_open(&opened, bytes, false, NULL), QM_OK);
    qm_images images = {&opened, 1};
    qm_segmenter *made = NULL;
    int status = qm_segmenter_new(&made, &images, NULL, 0, NULL, &err);
    if (status == QM_E_VERSION) ck_assert_ptr_nonnull(strstr(err.message, "trained anew"));
    qm_segmenter_free(made);
    qm_image_writer_free(writer);
    return status;
}

START_TEST(lying_tables_are_refused)
{
    ck_assert_int_eq(bind_spoilt(0, 0, 0), QM_OK);
    ck_assert_int_eq(bind_spoilt(QM_SECTION_WORDS, 0, 0xFF), QM_E_VERSION);
    ck_assert_int_eq(bind_spoilt(QM_SECTION_WORDS, 12, 0xFF), QM_E_CORRUPT);
    ck_assert_int_eq(bind_spoilt(QM_SECTION_WORDS_IDS, 2 * 0x4E00, 0xFF), QM_E_CORRUPT);
    ck_assert_int_eq(bind_spoilt(QM_SECTION_WORDS, 24, 0x7F), QM_E_CORRUPT);
    ck_assert_int_eq(bind_spoilt(QM_SECTION_WORDS_BUCKETS, 64, 0xFF), QM_E_CORRUPT);
    ck_assert_int_eq(bind_spoilt(QM_SECTION_WORDS_SINGLES, 8 * 20 + 4, 0x01), QM_E_CORRUPT);
    ck_assert_int_eq(bind_spoilt(QM_SECTION_WORDS_TYPES, 2 * QM_LANES * 3 + 12, 1), QM_E_CORRUPT);
    ck_assert_int_eq(bind_spoilt(QM_SECTION_TAGS, 0, 0xFF), QM_E_CORRUPT);
    ck_assert_int_eq(bind_spoilt(QM_SECTION_TAGS, 4, 0x7F), QM_E_CORRUPT);
    ck_assert_int_eq(bind_spoilt(QM_SECTION_TAGS, 20, 0x00), QM_E_VERSION);
}
END_TEST

/* ---- user words, terms, granularity: through the public interface ---- */

static char *overlay(const char *rows, qm_bytes *bytes)
{
    qm_model *base;
    qm_builder *builder;
    qm_bytes made;
    ck_assert_int_eq(qm_model_builtin(&base, NULL), QM_OK);
    ck_assert_int_eq(qm_builder_new(&builder, base, NULL, NULL), QM_OK);
    ck_assert_int_eq(qm_builder_read(builder, "words", qm_bytes_of(rows), NULL), QM_OK);
    ck_assert_int_eq(qm_builder_finish(builder, &made, NULL), QM_OK);
    char *copy = aligned_alloc(64, (made.size + 63) / 64 * 64);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, made.data, made.size);
    *bytes = (qm_bytes){copy, made.size};
    qm_builder_free(builder);
    qm_model_unref(base);
    return copy;
}

/* A desk over the built-in model and overlays of these user words; rows ends with NULL. */
static void desk_with_words(desk *d, const char *const *rows, const qm_setting *settings,
                            size_t n_settings)
{
    enum { MOST = 4 };
    qm_model *models[MOST];
    size_t n = 1;
    desk_ok(qm_model_builtin(&models[0], &d->err), d);
    for (; *rows; rows++, n++) {
        qm_bytes bytes;
        ck_assert_uint_lt(n, MOST);
        char *copy = overlay(*rows, &bytes);
        desk_ok(qm_model_from_memory(&models[n], bytes, QM_OPEN_COPY, NULL, NULL, NULL, &d->err),
                d);
        free(copy);
    }
    desk_ok(qm_engine_new(&d->engine, models, n, settings, n_settings, NULL, &d->err), d);
    desk_ok(qm_analyzer_new(&d->analyzer, d->engine, NULL, &d->err), d);
    desk_ok(qm_result_new(&d->result, NULL, &d->err), d);
    while (n-- > 0) qm_model_unref(models[n]);
}

/* The tokens of `line` with | between them, by an engine with these overlays of user words. */
static void stack_cuts(const char *const *rows, int granularity, const char *line, const char *want)
{
    const qm_setting settings[] = {{QM_P_TABLES, 0, 1 << QM_TOKENS},
                                   {QM_P_GRANULARITY, 0, granularity}};
    desk d = {0};
    char got[1024];
    size_t n = 0;
    desk_with_words(&d, rows, settings, 2);
    desk_read(&d, line);
    int64_t rows_n = desk_column(&d, QM_TOKENS, "start").length;
    for (int64_t i = 0; i < rows_n; i++) {
        uint32_t start = desk_u32(&d, QM_TOKENS, "start", i);
        uint32_t end = desk_u32(&d, QM_TOKENS, "end", i);
        if (i) got[n++] = '|';
        memcpy(got + n, line + start, end - start);
        n += end - start;
    }
    got[n] = '\0';
    ck_assert_str_eq(got, want);
    desk_close(&d);
}

static void engine_cuts(const char *rows, int granularity, const char *line, const char *want)
{
    stack_cuts((const char *const[]){rows, NULL}, granularity, line, want);
}

START_TEST(forced_words_are_obeyed)
{
    engine_cuts("", QM_WORD, "召开村民代表会议", "召开|村民|代表|会议");
    engine_cuts("村民代表会议\tforce\n", QM_WORD, "召开村民代表会议", "召开|村民代表会议");
    engine_cuts("New York\tforce\nC++\tforce\n", QM_WORD, "在new york写C++程序",
                "在|new york|写|C++|程序");
}
END_TEST

START_TEST(user_words_do_no_harm_inside_numbers_and_ascii_words)
{
    engine_cuts("万元\tforce\nAI\tforce\n", QM_WORD, "PAID，36万元", "PAID|，|36万|元");
}
END_TEST

START_TEST(the_longer_forced_word_wins_and_the_left_one)
{
    engine_cuts("云雾\tforce\n云雾茶\tforce\n茶园\tforce\n", QM_WORD, "云雾茶园", "云雾茶|园");
}
END_TEST

START_TEST(a_preferred_word_needs_the_weight_it_asks_for)
{
    engine_cuts("村民代表会\tprefer\t\t-100000\n", QM_WORD, "村民代表会", "村民|代表|会");
    engine_cuts("村民代表会\tprefer\t\t100000\n", QM_WORD, "村民代表会", "村民代表会");
}
END_TEST

START_TEST(marks_and_blanks_of_a_preferred_word_do_not_cut_it)
{
    engine_cuts("青石 3 号\n", QM_WORD, "买青石 3 号到家", "买|青石 3 号|到|家");
    engine_cuts("“村BA”\n东街、西街\n", QM_WORD, "去东街、西街看“村BA”", "去|东街、西街|看|“村BA”");
    /* What the model says of the words between them still counts. */
    engine_cuts("街、西\n", QM_WORD, "去东街、西街", "去|东街|、|西街");
}
END_TEST

START_TEST(the_words_inside_are_cut_at_marks_and_blanks)
{
    engine_cuts("青石 3 号\n", QM_FINE, "买青石 3 号到家", "买|青石 3 号|青石| |3| |号|到|家");
    engine_cuts("青石（东）\n", QM_FINE, "去青石（东）", "去|青石（东）|青石|（|东|）");
}
END_TEST

START_TEST(a_forbidden_word_is_cut)
{
    engine_cuts("发展\tforbid\n", QM_WORD, "产业发展", "产业|发|展");
}
END_TEST

START_TEST(a_later_image_takes_back_what_an_earlier_one_says_of_a_word)
{
    const char *forced = "产业发\tforce\n", *forbidden = "产业发\tforbid\n";
    stack_cuts((const char *const[]){forced, NULL}, QM_WORD, "产业发展", "产业发|展");
    stack_cuts((const char *const[]){forced, forbidden, NULL}, QM_WORD, "产业发展", "产业|发展");
    stack_cuts((const char *const[]){forbidden, forced, NULL}, QM_WORD, "产业发展", "产业发|展");
    stack_cuts((const char *const[]){forced, "发展\tprefer\n", NULL}, QM_WORD, "产业发展",
               "产业发|展");
}
END_TEST

/* Wherever the word stands: the tags do not depend on how a library sorts what is equal. */
START_TEST(of_two_user_words_that_agree_the_last_one_stands)
{
    enum { TIMES = 300 };
    char line[7 * TIMES + 1] = "";
    const qm_setting settings[] = {{QM_P_TABLES, 0, 1 << QM_TOKENS}, {QM_P_TAGS, 0, 1}};
    desk d = {0};
    for (size_t i = 0; i < TIMES; i++) memcpy(line + i * 7, "石桥 ", 7);
    desk_with_words(&d, (const char *const[]){"石桥\tforce\tNOUN\n石桥\tforce\tPROPN\n", NULL},
                    settings, 2);
    desk_read(&d, line);
    qm_column tags = desk_column(&d, QM_TOKENS, "tag");
    ck_assert_int_eq(tags.length, 2 * TIMES);
    for (size_t i = 0; i < 2 * TIMES; i += 2)
        ck_assert_str_eq(qm_upos_name(((const uint8_t *)tags.data)[i]), "PROPN");
    desk_close(&d);
}
END_TEST

START_TEST(terms_are_one_at_their_granularity_only)
{
    engine_cuts("", QM_WORD, "新建党群服务中心", "新建|党群|服务|中心");
    engine_cuts("", QM_TERM, "新建党群服务中心", "新建|党群服务中心");
}
END_TEST

START_TEST(tags_are_given_when_asked_for)
{
    desk d;
    desk_open(&d, DESK_SETTINGS(QM_P_TAGS, 1));
    desk_read(&d, "他买了3本书。");
    qm_column tags = desk_column(&d, QM_TOKENS, "tag");
    static const char *const want[] = {"PRON", "VERB", "PART", "NUM", "NOUN", "NOUN", "PUNCT"};
    ck_assert_int_eq(tags.length, 7);
    for (int64_t i = 0; i < 7; i++) {
        qm_bytes name;
        uint32_t code = ((const uint8_t *)tags.data)[i];
        ck_assert_int_eq(qm_result_name(d.result, tags.dictionary, code, &name), QM_OK);
        ck_assert(qm_bytes_equal(name, qm_bytes_of(want[i])));
    }
    desk_close(&d);
}
END_TEST

/* Certain cuts are the same both ways; only what is in doubt may differ. */
START_TEST(the_lattice_keeps_numbers_and_blanks)
{
    qm_segment_options options = {.quality = QM_LATTICE};
    const char line[] = "村民 代表投入4,300万元，见https://example.org/a";
    segment(line, sizeof line - 1);
    uint8_t fast[64];
    memcpy(fast, words.begins, text.count);
    ck_assert_int_eq(qm_segment_run(segmenter, scratch, &text, NULL, &options, &words, NULL),
                     QM_OK);
    ck_assert_mem_eq(fast, words.begins, text.count);
}
END_TEST

static bool is_token(uint32_t start, uint32_t end)
{
    for (uint32_t at = start + 1; at < end; at++)
        if (words.begins[at]) return false;
    return end <= text.count && words.begins[start] && words.begins[end];
}

/* What cutting noted of two characters where a word begins, whether the word ends behind them or
 * not, and of tokens of three is what the dictionary says, and is not looked up again. */
START_TEST(classes_that_were_noted_are_those_of_the_dictionary)
{
    enum { LONGEST = 4 };
    qm_segment_options options = {.classes = true};
    const char line[] =
        "建设3万亩稻田 后悔投入4,300万元晚了，见https://example.org//a，"
        "20余名返乡青年带动农民专业合作社增收３６万余元；加工厂𠀀开工，合作社把图书馆修好";
    uint32_t known = 0;
    segment(line, sizeof line - 1);
    ck_assert_ptr_null(words.classes);
    ck_assert_int_eq(qm_segment_run(segmenter, scratch, &text, NULL, &options, &words, NULL),
                     QM_OK);
    for (uint32_t at = 0; at < text.count; at++)
        for (uint32_t end = at + 1; end <= at + LONGEST && end <= text.count; end++) {
            uint32_t of_words = 0, of_none = 0;
            const uint32_t class = qm_segmenter_class(segmenter, &text, &words, at, end, &of_words);
            ck_assert_uint_eq(class, qm_segmenter_class(segmenter, &text, NULL, at, end, &of_none));
            ck_assert_uint_eq(class, qm_segmenter_class(segmenter, &text, &words, at, end, NULL));
            ck_assert_uint_eq(of_words, of_none);
            known += class != 0;
        }
    ck_assert_uint_gt(known, 8);
    const uint32_t class = qm_segmenter_class(segmenter, &text, &words, 0, 2, NULL);
    ck_assert_uint_ne(class, 0);
    words.tags[0] ^= 1; /* where they are noted */
    ck_assert_uint_eq(qm_segmenter_class(segmenter, &text, &words, 0, 2, NULL), class ^ 1);
    uint32_t threes = 0;
    for (uint32_t at = 0; at + 3 <= text.count; at++) {
        if (!is_token(at, at + 3)) continue;
        const uint32_t own = qm_segmenter_class(segmenter, &text, &words, at, at + 3, NULL);
        words.tags[at + 1] ^= 1;
        ck_assert_uint_eq(qm_segmenter_class(segmenter, &text, &words, at, at + 3, NULL), own ^ 1);
        threes += own != 0;
    }
    ck_assert_uint_gt(threes, 0);
}
END_TEST

START_TEST(fine_cuts_are_words)
{
    qm_segment_options options = {.granularity = QM_FINE};
    const char line[] = "第一书记和工作队";
    segment(line, sizeof line - 1);
    ck_assert_int_eq(qm_segment_run(segmenter, scratch, &text, NULL, &options, &words, NULL),
                     QM_OK);
    static const uint8_t wanted[] = {1, 0, 1, 0, 1, 1, 0, 1};
    ck_assert_mem_eq(words.begins, wanted, sizeof wanted);
}
END_TEST

START_TEST(fine_cuts_only_add)
{
    qm_segment_options options = {.granularity = QM_FINE};
    const char line[] = "中华人民共和国农业农村部下属的农副产品加工厂";
    segment(line, sizeof line - 1);
    uint8_t fast[64];
    uint32_t more = 0;
    memcpy(fast, words.begins, text.count);
    ck_assert_int_eq(qm_segment_run(segmenter, scratch, &text, NULL, &options, &words, NULL),
                     QM_OK);
    for (uint32_t i = 0; i < text.count; i++) {
        ck_assert_uint_ge(words.begins[i], fast[i]);
        more += words.begins[i] > fast[i];
    }
    ck_assert_uint_gt(more, 0);
}
END_TEST

START_TEST(tags_have_names)
{
    ck_assert_str_eq(qm_upos_name(0), "");
    ck_assert_str_eq(qm_upos_name(8), "NOUN");
    ck_assert_ptr_null(qm_upos_name(18));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("segment");
    TCase *model = tcase_create("model");
    tcase_add_checked_fixture(model, setup, teardown);
    tcase_add_test(model, numbers_are_never_cut);
    tcase_add_test(model, digits_end_at_a_hanzi_that_does_not_go_on_with_them);
    tcase_add_test(model, ascii_words_and_addresses_are_never_cut);
    tcase_add_test(model, blanks_are_tokens_and_walls);
    tcase_add_test(model, a_blank_without_width_is_a_wall_too);
    tcase_add_test(model, a_word_joiner_holds_together);
    tcase_add_test(model, traditional_text_is_cut_like_its_simplified_twin);
    tcase_add_test(model, ill_formed_bytes_stand_alone);
    tcase_add_test(model, an_empty_text_has_no_words);
    tcase_add_test(model, a_line_is_cut_alike_alone_and_in_a_long_text);
    tcase_add_test(model, the_lattice_keeps_numbers_and_blanks);
    tcase_add_test(model, fine_cuts_only_add);
    tcase_add_test(model, fine_cuts_are_words);
    tcase_add_test(model, missing_memory_is_no_disaster);
    tcase_add_test(model, all_pairs_and_triples_have_their_marks);
    tcase_add_test(model, symbols_are_the_same_in_stretches_and_one_by_one);
    tcase_add_test(model, all_ways_of_scoring_give_the_same_margins);
    tcase_add_test(model, what_was_scored_before_counts_for_nothing);
    tcase_add_test(model, all_ways_of_tagging_give_the_same_tags);
    tcase_add_test(model, all_ways_of_tagging_sum_all_features);
    tcase_add_test(model, all_ways_of_reading_words_for_tags_see_the_same);
    tcase_add_test(model, classes_that_were_noted_are_those_of_the_dictionary);
    tcase_add_test(model, lying_tables_are_refused);
    suite_add_tcase(suite, model);
    TCase *user = tcase_create("user words");
    tcase_add_test(user, forced_words_are_obeyed);
    tcase_add_test(user, user_words_do_no_harm_inside_numbers_and_ascii_words);
    tcase_add_test(user, the_longer_forced_word_wins_and_the_left_one);
    tcase_add_test(user, the_words_inside_are_cut_at_marks_and_blanks);
    tcase_add_test(user, marks_and_blanks_of_a_preferred_word_do_not_cut_it);
    tcase_add_test(user, a_preferred_word_needs_the_weight_it_asks_for);
    tcase_add_test(user, a_forbidden_word_is_cut);
    tcase_add_test(user, a_later_image_takes_back_what_an_earlier_one_says_of_a_word);
    tcase_add_test(user, of_two_user_words_that_agree_the_last_one_stands);
    tcase_add_test(user, terms_are_one_at_their_granularity_only);
    tcase_add_test(user, tags_are_given_when_asked_for);
    tcase_add_test(user, tags_have_names);
    suite_add_tcase(suite, user);
    return qm_unit_run(suite);
}
