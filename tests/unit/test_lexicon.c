#include "faults.h"
#include "image/scan.h"
#include "unit.h"

#include <stdio.h>

/* A text straight from code points: what the scan reads of it. */
static qm_text text_of(const uint32_t *chars, uint32_t count)
{
    return (qm_text){.chars = (uint32_t *)chars, .count = count};
}

static void add(qm_lexicon_builder *builder, const char *word, uint16_t kind, uint32_t value)
{
    qm_sense sense = {.kind = kind, .value = value};
    ck_assert_int_eq(qm_lexicon_builder_add(builder, NULL, qm_bytes_of(word), sense, NULL), QM_OK);
}

typedef struct made {
    qm_lexicon_builder *builder;
    qm_image_writer *writer;
    qm_bytes bytes;
    qm_image image;
    qm_lexicon lexicon;
} made;

static void begin(made *m)
{
    memset(m, 0, sizeof *m);
    ck_assert_int_eq(qm_lexicon_builder_new(&m->builder, NULL, NULL), QM_OK);
    ck_assert_int_eq(qm_image_writer_new(&m->writer, NULL, NULL), QM_OK);
}

static void finish(made *m)
{
    qm_error err = {.message = ""};
    ck_assert_int_eq(qm_lexicon_builder_finish(m->builder, m->writer, NULL), QM_OK);
    ck_assert_int_eq(qm_image_writer_finish(m->writer, &m->bytes, NULL), QM_OK);
    ck_assert_int_eq(qm_image_open(&m->image, m->bytes, false, &err), QM_OK);
    ck_assert_msg(qm_lexicon_bind(&m->lexicon, &m->image, &err) == QM_OK, "%s", err.message);
}

static void end(made *m)
{
    qm_lexicon_builder_free(m->builder);
    qm_image_writer_free(m->writer);
}

#define EVERY_ROOM 0xFFu

static const qm_allocator *alloc;

static int scan(const made *m, const uint32_t *chars, uint32_t from, uint32_t to, uint32_t rooms,
                qm_matches found[QM_ROOMS])
{
    qm_text text = text_of(chars, to);
    return qm_lexicon_scan(&m->lexicon, &text, from, to, rooms, alloc, found, NULL, NULL);
}

/* The senses of a match. */
static const qm_sense *senses_of(const made *m, const qm_match *match)
{
    uint32_t count;
    return qm_match_senses(&m->lexicon, match, &count);
}

static uint32_t count_of(const made *m, const qm_match *match)
{
    uint32_t count;
    qm_match_senses(&m->lexicon, match, &count);
    return count;
}

START_TEST(nested_words_are_all_found_longest_first)
{
    made m;
    begin(&m);
    add(m.builder, "驻村工作队", QM_SENSE_ENTITY, 1);
    add(m.builder, "工作队", QM_SENSE_ENTITY, 2);
    add(m.builder, "队", QM_SENSE_ENTITY, 4);
    finish(&m);
    const uint32_t chars[] = {U'驻', U'村', U'工', U'作', U'队'};
    qm_matches found[QM_ROOMS] = {0};
    ck_assert_int_eq(scan(&m, chars, 0, 5, EVERY_ROOM, found), QM_OK);
    const qm_matches *entities = &found[QM_ROOM_ENTITY];
    ck_assert_uint_eq(entities->count, 3);
    const uint32_t starts[] = {0, 2, 4};
    const uint32_t values[] = {1, 2, 4};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(entities->at[i].start, starts[i]);
        ck_assert_uint_eq(entities->at[i].end, 5);
        ck_assert_uint_eq(count_of(&m, &entities->at[i]), 1);
        ck_assert_uint_eq(senses_of(&m, &entities->at[i])->value, values[i]);
    }
    qm_matches_free(found, alloc);
    end(&m);
}
END_TEST

START_TEST(each_room_gets_the_words_and_senses_that_it_knows)
{
    made m;
    begin(&m);
    add(m.builder, "工作", QM_SENSE_QUANTITY, 3);
    add(m.builder, "工作", QM_SENSE_INITIATIVE + 1, 5);
    add(m.builder, "工作", QM_SENSE_INITIATIVE, 4);
    add(m.builder, "队", QM_SENSE_INITIATIVE, 6);
    finish(&m);
    const uint32_t chars[] = {U'工', U'作', U'队'};
    qm_matches found[QM_ROOMS] = {0};
    ck_assert_int_eq(scan(&m, chars, 0, 3, EVERY_ROOM, found), QM_OK);
    ck_assert_uint_eq(found[QM_ROOM_WORDS].count, 0);
    ck_assert_uint_eq(found[QM_ROOM_ENTITY].count, 0);
    ck_assert_uint_eq(found[QM_ROOM_QUANTITY].count, 1);
    ck_assert_uint_eq(count_of(&m, &found[QM_ROOM_QUANTITY].at[0]), 1);
    ck_assert_uint_eq(senses_of(&m, &found[QM_ROOM_QUANTITY].at[0])->value, 3);
    ck_assert_uint_eq(found[QM_ROOM_INITIATIVE].count, 2);
    ck_assert_uint_eq(count_of(&m, &found[QM_ROOM_INITIATIVE].at[0]), 2);
    ck_assert_uint_eq(senses_of(&m, &found[QM_ROOM_INITIATIVE].at[0])[0].value, 4);
    ck_assert_uint_eq(senses_of(&m, &found[QM_ROOM_INITIATIVE].at[0])[1].value, 5);
    ck_assert_uint_eq(found[QM_ROOM_INITIATIVE].at[1].start, 2);
    /* Only the rooms that ask, and only what lies within. */
    ck_assert_int_eq(scan(&m, chars, 1, 3, 1u << QM_ROOM_INITIATIVE, found), QM_OK);
    ck_assert_uint_eq(found[QM_ROOM_QUANTITY].count, 1);
    ck_assert_uint_eq(found[QM_ROOM_INITIATIVE].count, 3);
    qm_matches_free(found, alloc);
    end(&m);
}
END_TEST

START_TEST(latin_letters_match_in_either_case)
{
    made m;
    begin(&m);
    add(m.builder, "iPhone 15", QM_SENSE_WORDS, 0);
    finish(&m);
    const uint32_t chars[] = {'I', 'P', 'h', 'O', 'N', 'E', ' ', '1', '5'};
    qm_matches found[QM_ROOMS] = {0};
    ck_assert_int_eq(scan(&m, chars, 0, 9, EVERY_ROOM, found), QM_OK);
    ck_assert_uint_eq(found[QM_ROOM_WORDS].count, 1);
    ck_assert_uint_eq(found[QM_ROOM_WORDS].at[0].end, 9);
    qm_matches_free(found, alloc);
    end(&m);
}
END_TEST

/* Words are found by themselves, and going over all of them gives each once. */
START_TEST(words_are_asked_for_and_listed)
{
    made m;
    begin(&m);
    static const char *const words[] = {"ab", "abc", "b", "ca"};
    for (uint32_t i = 0; i < 4; i++) add(m.builder, words[i], QM_SENSE_QUANTITY, i);
    add(m.builder, "bc", QM_SENSE_ENTITY, 9);
    finish(&m);
    uint16_t page[256], codes[QM_LEXICON_WORD];
    uint32_t at = 0, length, count, seen = 0, chars[8];
    const qm_sense *sense;
    qm_lexicon_page(&m.lexicon, 0, page);
    while (
        (sense = qm_lexicon_next_word(&m.lexicon, QM_ROOM_QUANTITY, &at, codes, &length, &count))) {
        const char *word = words[sense->value];
        ck_assert_uint_eq(length, strlen(word));
        for (uint32_t i = 0; i < length; i++) {
            ck_assert_uint_eq(codes[i], page[(uint8_t)word[i]]);
            chars[i] = (uint8_t)word[i];
        }
        ck_assert_ptr_eq(qm_lexicon_find(&m.lexicon, QM_ROOM_QUANTITY, chars, length, &count),
                         sense);
        ck_assert_ptr_null(qm_lexicon_find(&m.lexicon, QM_ROOM_ENTITY, chars, length, &count));
        seen |= 1u << sense->value;
    }
    ck_assert_uint_eq(seen, 15);
    static const uint32_t none[] = {'a', 'b', 'd', 0x110000};
    for (uint32_t i = 0; i < 4; i++)
        ck_assert_ptr_null(qm_lexicon_find(&m.lexicon, QM_ROOM_QUANTITY, none + i, 4 - i, &count));
    ck_assert_ptr_null(qm_lexicon_find(&m.lexicon, QM_ROOM_QUANTITY, none, 1, &count));
    end(&m);
}
END_TEST

START_TEST(senses_are_sorted_and_each_is_there_once)
{
    made m;
    begin(&m);
    add(m.builder, "亩", QM_SENSE_INITIATIVE, 9);
    add(m.builder, "亩", QM_SENSE_QUANTITY, 7);
    add(m.builder, "亩", QM_SENSE_QUANTITY, 7);
    add(m.builder, "亩", QM_SENSE_QUANTITY, 2);
    finish(&m);
    uint32_t count;
    ck_assert_uint_eq(m.lexicon.entries, 1);
    ck_assert_uint_eq(m.lexicon.groups, 2); /* one for each room */
    const qm_sense *senses = qm_lexicon_senses(&m.lexicon, 0, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(senses[0].value, 2);
    ck_assert_uint_eq(senses[1].value, 7);
    senses = qm_lexicon_senses(&m.lexicon, 1, &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(senses[0].kind, QM_SENSE_INITIATIVE);
    end(&m);
}
END_TEST

START_TEST(what_means_the_same_shares_its_senses)
{
    made m;
    begin(&m);
    add(m.builder, "亩", QM_SENSE_QUANTITY, 1);
    add(m.builder, "亩", QM_SENSE_ENTITY, 1);
    add(m.builder, "市亩", QM_SENSE_QUANTITY, 1);
    add(m.builder, "畝", QM_SENSE_QUANTITY, 1);
    add(m.builder, "畝", QM_SENSE_QUANTITY, 2);
    finish(&m);
    ck_assert_uint_eq(m.lexicon.entries, 3);
    ck_assert_uint_eq(m.lexicon.groups, 3); /* of 亩 and 市亩; of 亩 as an entity; of 畝 */
    ck_assert_uint_eq(m.lexicon.sense_starts[3], 1 + 1 + 2);
    end(&m);
}
END_TEST

START_TEST(what_a_character_means_by_itself_is_told_when_a_room_asks)
{
    made m;
    uint32_t group, count;
    const uint32_t chars[] = {U'亩', U'产', U'亩', U'井'};
    qm_matches found[QM_ROOMS] = {0};
    qm_char_codes codes = {0};
    begin(&m);
    add(m.builder, "亩", QM_SENSE_QUANTITY, 1);
    add(m.builder, "亩", QM_SENSE_ENTITY, 2);
    add(m.builder, "亩产", QM_SENSE_QUANTITY, 4);
    finish(&m);
    qm_text text = text_of(chars, 4);
    ck_assert_int_eq(
        qm_lexicon_scan(&m.lexicon, &text, 0, 4, EVERY_ROOM, alloc, found, &codes, NULL), QM_OK);
    ck_assert_uint_eq(found[QM_ROOM_ENTITY].count, 2);
    ck_assert_uint_eq(found[QM_ROOM_QUANTITY].count, 1);
    ck_assert_uint_eq(senses_of(&m, &found[QM_ROOM_QUANTITY].at[0])->value, 4);
    ck_assert_uint_eq(codes.count, 4);
    ck_assert_uint_eq(codes.at[0], codes.at[2]);
    ck_assert_uint_eq(codes.at[3], 0);
    const qm_sense *senses =
        qm_lexicon_ask(&m.lexicon, QM_ROOM_QUANTITY, codes.at[0], &group, &count);
    ck_assert_ptr_eq(senses, qm_lexicon_senses(&m.lexicon, group, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(senses->value, 1);
    for (uint32_t code = 0; code < m.lexicon.codes; code++)
        if (code != codes.at[0])
            ck_assert_ptr_null(qm_lexicon_ask(&m.lexicon, QM_ROOM_QUANTITY, code, &group, &count));
    qm_array_free(alloc, &codes);
    qm_matches_free(found, alloc);
    end(&m);
}
END_TEST

START_TEST(a_room_can_go_over_its_own_groups)
{
    made m;
    uint32_t at = 0, group, count, values = 0, groups = 0;
    const qm_sense *senses;
    begin(&m);
    add(m.builder, "亩", QM_SENSE_QUANTITY, 1);
    add(m.builder, "亩", QM_SENSE_QUANTITY, 2);
    add(m.builder, "亩", QM_SENSE_ENTITY, 4);
    add(m.builder, "公顷", QM_SENSE_QUANTITY, 8);
    add(m.builder, "村", QM_SENSE_ENTITY, 16);
    finish(&m);
    while ((senses = qm_lexicon_next(&m.lexicon, QM_ROOM_QUANTITY, &at, &group, &count))) {
        uint32_t all;
        ck_assert_ptr_eq(senses, qm_lexicon_senses(&m.lexicon, group, &all));
        ck_assert_uint_eq(count, all);
        for (uint32_t i = 0; i < count; i++) values += senses[i].value;
        groups++;
    }
    ck_assert_uint_eq(groups, 2);
    ck_assert_uint_eq(values, 1 + 2 + 8);
    ck_assert_ptr_null(qm_lexicon_next(&m.lexicon, QM_ROOM_QUANTITY, &at, &group, &count));
    at = 0;
    ck_assert_ptr_null(qm_lexicon_next(&m.lexicon, QM_ROOM_WORDS, &at, &group, &count));
    end(&m);
}
END_TEST

/* ---- against a naive matcher ---- */

typedef struct random_words {
    uint32_t chars[300][6];
    uint32_t lengths[300];
    uint32_t count;
} random_words;

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

static bool stands_at(const random_words *words, uint32_t w, const uint32_t *text, uint32_t end)
{
    uint32_t length = words->lengths[w];
    return length <= end &&
           memcmp(words->chars[w], text + end - length, length * sizeof *text) == 0;
}

static uint32_t letters_of(int round)
{
    return 2 + (uint32_t)round % 12;
}

/* Each for one of so many rooms. In every third round none is a single character, for then lists of
 * finds begin behind pairs alone. */
static void make_words(random_words *words, made *m, int round, uint32_t rooms, uint64_t *seed)
{
    const uint32_t letters = letters_of(round), shortest = round % 3 ? 1 : 2;
    words->count = 1 + next_random(seed) % 300;
    for (uint32_t w = 0; w < words->count; w++) {
        char utf8[6 * 3 + 1];
        uint32_t length = shortest + next_random(seed) % (7 - shortest);
        words->lengths[w] = length;
        for (uint32_t i = 0; i < length; i++) {
            uint32_t c = 0x4E00 + next_random(seed) % letters * 37;
            words->chars[w][i] = c;
            utf8[3 * i] = (char)(0xE0 | c >> 12);
            utf8[3 * i + 1] = (char)(0x80 | (c >> 6 & 0x3F));
            utf8[3 * i + 2] = (char)(0x80 | (c & 0x3F));
        }
        utf8[3 * length] = 0;
        add(m->builder, utf8, (uint16_t)(next_random(seed) % rooms << 8), w);
    }
}

static void make_text(uint32_t *text, uint32_t size, uint32_t letters, uint64_t *seed)
{
    for (uint32_t i = 0; i < size; i++) text[i] = 0x4E00 + next_random(seed) % (letters + 1) * 37;
}

/* Walks the matches and the naive answer side by side. */
static void compare(const made *m, const random_words *words, const uint32_t *text, uint32_t size,
                    const qm_matches *found)
{
    size_t at = 0;
    for (uint32_t end = 1; end <= size; end++)
        for (uint32_t length = 6; length > 0; length--)
            for (uint32_t w = 0; w < words->count; w++) {
                if (words->lengths[w] != length || !stands_at(words, w, text, end)) continue;
                ck_assert_uint_lt(at, found->count);
                const qm_match *match = &found->at[at];
                ck_assert_uint_eq(match->start, end - length);
                ck_assert_uint_eq(match->end, end);
                ck_assert_uint_eq(senses_of(m, match)[0].value, w); /* the first of equal words */
                at++;
                break;
            }
    ck_assert_uint_eq(at, found->count);
}

static const qm_stretch_reader *best_reader(void)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")) return &qm_stretch_avx2;
#endif
    return &qm_stretch_plain;
}

/* Whatever the processor, the plain way is tried; where there is another one, they agree. */
static void compare_readers(const made *m, const uint32_t *text, uint32_t size)
{
    const qm_stretch_reader *readers[] = {&qm_stretch_plain, best_reader()};
    qm_scan_tables tables = qm_scan_tables_of(&m->lexicon, 1 << QM_ROOM_WORDS);
    qm_stretch before[2] = {{.pairs = 0}, {.pairs = 0}};
    for (uint32_t at = 0; at + QM_STRETCH <= size; at += QM_STRETCH) {
        qm_stretch now[2] = {{.pairs = 0}, {.pairs = 0}};
        for (int k = 0; k < 2; k++) {
            readers[k]->begin(&tables, text + at, &before[k], &now[k]);
            readers[k]->follow(&tables, &now[k]);
            readers[k]->end(&tables, &before[k], &now[k]);
            before[k] = now[k];
        }
        ck_assert_int_eq(memcmp(&now[0], &now[1], sizeof now[0]), 0);
    }
}

/* Some of the words, one behind the other. */
static void add_sample(made *m, const random_words *words)
{
    for (uint32_t w = 0; w < words->count; w += 1 + w % 3)
        for (uint32_t i = 0; i < words->lengths[w]; i++) {
            uint32_t c = words->chars[w][i];
            const char utf8[] = {(char)(0xE0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3F)),
                                 (char)(0x80 | (c & 0x3F))};
            ck_assert_int_eq(qm_lexicon_builder_sample(m->builder, NULL, (qm_bytes){utf8, 3}, NULL),
                             QM_OK);
        }
}

START_TEST(a_naive_matcher_finds_the_same)
{
    uint64_t seed = 20;
    for (int round = 0; round < 60; round++) {
        made m;
        random_words words;
        uint32_t text[500];
        begin(&m);
        make_words(&words, &m, round, 1, &seed);
        if (round % 2) add_sample(&m, &words);
        finish(&m);
        make_text(text, 500, letters_of(round), &seed);
        qm_matches found[QM_ROOMS] = {0};
        ck_assert_int_eq(scan(&m, text, 0, 500, EVERY_ROOM, found), QM_OK);
        compare(&m, &words, text, 500, &found[QM_ROOM_WORDS]);
        compare_readers(&m, text, 500);
        qm_matches_free(found, alloc);
        end(&m);
    }
}
END_TEST

START_TEST(a_room_finds_the_same_whatever_others_want)
{
    uint64_t seed = 7;
    for (int round = 0; round < 40; round++) {
        made m;
        random_words words;
        uint32_t text[300];
        qm_matches all[QM_ROOMS] = {0};
        begin(&m);
        make_words(&words, &m, round, QM_ROOMS, &seed);
        finish(&m);
        make_text(text, 300, letters_of(round), &seed);
        ck_assert_int_eq(scan(&m, text, 0, 300, EVERY_ROOM, all), QM_OK);
        for (uint32_t wanted = 1; wanted < 1u << QM_ROOMS; wanted++) {
            qm_matches some[QM_ROOMS] = {0};
            ck_assert_int_eq(scan(&m, text, 0, 300, wanted, some), QM_OK);
            for (int room = 0; room < QM_ROOMS; room++) {
                size_t count = wanted >> room & 1 ? all[room].count : 0;
                ck_assert_uint_eq(some[room].count, count);
                for (size_t i = 0; i < count; i++) {
                    ck_assert_uint_eq(some[room].at[i].group, all[room].at[i].group);
                    ck_assert_uint_eq(some[room].at[i].source, all[room].at[i].source);
                    ck_assert_uint_eq(some[room].at[i].start, all[room].at[i].start);
                    ck_assert_uint_eq(some[room].at[i].end, all[room].at[i].end);
                }
            }
            qm_matches_free(some, alloc);
        }
        qm_matches_free(all, alloc);
        end(&m);
    }
}
END_TEST

enum { PAGE = 256, FIRST = 0x4E00, TEXT = 300, BEYOND = 0x20000 + 7 };

/* One word for each of so many pages of characters, and a character beyond the basic plane; whether
 * one stage tells the codes of the basic plane. */
static bool make_pages(made *m, uint32_t pages)
{
    begin(m);
    add(m->builder, "\U00020007", QM_SENSE_WORDS, pages);
    for (uint32_t page = 0; page < pages; page++) {
        uint32_t c = FIRST + page * PAGE + page;
        const char utf8[] = {(char)(0xE0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3F)),
                             (char)(0x80 | (c & 0x3F)), 0};
        add(m->builder, utf8, QM_SENSE_WORDS, page);
    }
    finish(m);
    return m->lexicon.flat;
}

/* The codes that a scan tells are those of the pages, with characters beyond the basic plane in one
 * stretch and none in others. */
static void compare_codes(const made *m)
{
    uint32_t chars[TEXT];
    uint16_t page[PAGE];
    qm_char_codes codes = {0};
    qm_matches found[QM_ROOMS] = {0};
    for (uint32_t i = 0; i < TEXT; i++) chars[i] = FIRST + i % 70 * (PAGE + 1) + i % 2;
    chars[100] = BEYOND;
    chars[101] = UINT32_MAX;
    qm_text text = text_of(chars, TEXT);
    ck_assert_int_eq(
        qm_lexicon_scan(&m->lexicon, &text, 0, TEXT, EVERY_ROOM, alloc, found, &codes, NULL),
        QM_OK);
    for (uint32_t i = 0; i < TEXT; i++) {
        bool is_character = chars[i] < 0x110000;
        if (is_character) qm_lexicon_page(&m->lexicon, chars[i] / PAGE, page);
        ck_assert_uint_eq(codes.at[i], is_character ? page[chars[i] % PAGE] : 0);
        ck_assert_int_eq(codes.at[i] != 0, i == 100 || (i != 101 && i % 2 == 0 && i % 70 < 65));
    }
    compare_readers(m, chars, TEXT);
    qm_array_free(alloc, &codes);
    qm_matches_free(found, alloc);
}

START_TEST(an_alphabet_of_many_pages_has_them_side_by_side)
{
    made few, many;
    ck_assert(!make_pages(&few, 5));
    ck_assert(make_pages(&many, 65));
    compare_codes(&many);
    compare_readers(&few, (const uint32_t[QM_STRETCH]){FIRST, BEYOND}, QM_STRETCH);
    end(&few);
    end(&many);
}
END_TEST

static void sample(const made *m, const char *text)
{
    ck_assert_int_eq(qm_lexicon_builder_sample(m->builder, NULL, qm_bytes_of(text), NULL), QM_OK);
}

/* The group of the first word of the lexicon that is the text. */
static uint32_t group_of(const made *m, const uint32_t *chars, uint32_t count)
{
    qm_matches found[QM_ROOMS] = {0};
    ck_assert_int_eq(scan(m, chars, 0, count, EVERY_ROOM, found), QM_OK);
    ck_assert_uint_ge(found[QM_ROOM_WORDS].count, 1);
    uint32_t group = found[QM_ROOM_WORDS].at[0].group;
    qm_matches_free(found, alloc);
    return group;
}

START_TEST(what_a_sample_visits_most_stands_first)
{
    made m, plain;
    const uint32_t village[] = {U'村'}, office[] = {U'办', U'公', U'室'};
    begin(&m);
    begin(&plain);
    for (int i = 0; i < 2; i++) {
        qm_lexicon_builder *builder = i ? m.builder : plain.builder;
        for (uint32_t k = 0; k < 3; k++) {
            const char *const words[] = {"井", "村", "办公室"};
            qm_sense sense = {.kind = QM_SENSE_WORDS, .value = k};
            ck_assert_int_eq(
                qm_lexicon_builder_add(builder, NULL, qm_bytes_of(words[k]), sense, NULL), QM_OK);
        }
    }
    sample(&m, "办公室在村里，");
    sample(&m, "村里没有别的办公室，全村没有。");
    ck_assert_int_eq(qm_lexicon_builder_sample(m.builder, NULL, qm_bytes_of("\xE5\x8A"), NULL),
                     QM_E_UTF8);
    finish(&m);
    finish(&plain);
    ck_assert_uint_eq(group_of(&m, village, 1), 0);
    ck_assert_uint_eq(group_of(&m, office, 3), 1);
    ck_assert_uint_eq(group_of(&plain, office, 3), 1); /* by their characters: 井, 办, 村 */
    ck_assert_uint_eq(group_of(&plain, village, 1), 2);
    end(&m);
    end(&plain);
}
END_TEST

START_TEST(the_order_of_adding_does_not_matter)
{
    static const char *const words[] = {"养殖", "养殖场", "殖", "牛", "肉牛养殖", "A1", "b2"};
    made m;
    made n;
    begin(&m);
    begin(&n);
    for (uint32_t i = 0; i < 7; i++) add(m.builder, words[i], QM_SENSE_WORDS, i);
    for (uint32_t i = 7; i-- > 0;) add(n.builder, words[i], QM_SENSE_WORDS, i);
    finish(&m);
    finish(&n);
    ck_assert(qm_bytes_equal(m.bytes, n.bytes));
    end(&m);
    end(&n);
}
END_TEST

START_TEST(words_that_cannot_be_entries_are_refused)
{
    made m;
    qm_error err;
    qm_sense sense = {0};
    char longest[257];
    memset(longest, 'x', 256);
    longest[256] = 0;
    begin(&m);
    ck_assert_int_eq(qm_lexicon_builder_add(m.builder, NULL, (qm_bytes){"", 0}, sense, &err),
                     QM_E_INVALID);
    ck_assert_int_eq(
        qm_lexicon_builder_add(m.builder, NULL, (qm_bytes){"ab\xE5\xBB", 4}, sense, &err),
        QM_E_UTF8);
    ck_assert_uint_eq(err.offset, 2);
    ck_assert_int_eq(qm_lexicon_builder_add(m.builder, NULL, (qm_bytes){longest, 256}, sense, &err),
                     QM_E_LIMIT);
    ck_assert_int_eq(qm_lexicon_builder_add(m.builder, NULL, (qm_bytes){longest, 255}, sense, &err),
                     QM_OK);
    sense.kind = 0x800;
    ck_assert_int_eq(qm_lexicon_builder_add(m.builder, NULL, qm_bytes_of("a"), sense, &err),
                     QM_E_INVALID);
    finish(&m);
    ck_assert_uint_eq(m.lexicon.entries, 1);
    end(&m);
}
END_TEST

START_TEST(a_word_has_so_many_senses_for_a_room_and_no_more)
{
    for (uint32_t count = QM_LEXICON_SENSES; count <= QM_LEXICON_SENSES + 1; count++) {
        made m;
        qm_error err;
        begin(&m);
        for (uint32_t i = 0; i < count; i++) {
            add(m.builder, "田", QM_SENSE_WORDS, i);
            add(m.builder, "田", QM_SENSE_ENTITY, i);
        }
        if (count > QM_LEXICON_SENSES) {
            ck_assert_int_eq(qm_lexicon_builder_finish(m.builder, m.writer, &err), QM_E_LIMIT);
            ck_assert_str_eq(err.message, "田: a word of more than 255 senses");
        } else {
            const uint32_t chars[] = {U'田'};
            qm_matches found[QM_ROOMS] = {0};
            finish(&m);
            ck_assert_int_eq(scan(&m, chars, 0, 1, EVERY_ROOM, found), QM_OK);
            ck_assert_uint_eq(count_of(&m, &found[QM_ROOM_WORDS].at[0]), count);
            ck_assert_uint_eq(count_of(&m, &found[QM_ROOM_ENTITY].at[0]), count);
            ck_assert_uint_eq(senses_of(&m, &found[QM_ROOM_ENTITY].at[0])[254].value, 254);
            qm_matches_free(found, alloc);
        }
        end(&m);
    }
}
END_TEST

/* What binding a lexicon of one word says when its head tells another format or number of entries.
 */
static int bind_with_head(uint32_t formats_on, uint32_t entries_less, qm_error *err)
{
    made m;
    qm_lexicon lexicon;
    begin(&m);
    add(m.builder, "田", QM_SENSE_WORDS, 0);
    finish(&m);
    qm_lexicon_head *head = (qm_lexicon_head *)qm_image_section(&m.image, QM_SECTION_LEXA).data;
    head->format += formats_on;
    head->entries -= entries_less;
    int status = qm_lexicon_bind(&lexicon, &m.image, err);
    end(&m);
    return status;
}

START_TEST(a_lexicon_of_another_format_is_told_apart_from_a_damaged_one)
{
    char told[64];
    qm_error err = {0};
    ck_assert_int_eq(bind_with_head(1, 0, &err), QM_E_VERSION);
    snprintf(told, sizeof told, "format %u, but this library reads format %u",
             QM_LEXICON_FORMAT + 1, QM_LEXICON_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, told));
    ck_assert_ptr_nonnull(strstr(err.message, "compiled anew"));
    ck_assert_int_eq(bind_with_head(0, 0, NULL), QM_OK);
}
END_TEST

/* Groups of 田 for two rooms, and of 地 with two senses for one; then something is wrong. */
static int bind_changed(int change)
{
    made m;
    qm_lexicon lexicon;
    begin(&m);
    add(m.builder, "田", QM_SENSE_WORDS, 0);
    add(m.builder, "田", QM_SENSE_ENTITY, 0);
    add(m.builder, "地", QM_SENSE_ENTITY, 1);
    add(m.builder, "地", QM_SENSE_ENTITY, 2);
    finish(&m);
    uint32_t *starts = (uint32_t *)m.lexicon.sense_starts;
    qm_sense *senses = (qm_sense *)m.lexicon.senses;
    const qm_lexicon_head *head = m.lexicon.automaton;
    qm_automaton automaton = qm_automaton_of(head);
    uint32_t *finds = (uint32_t *)automaton.finds, *asked = (uint32_t *)automaton.asked;
    switch (change) {
    case 1: starts[1] = 0; break;                           /* a group of none */
    case 2: starts[1] = 9; break;                           /* of more than there are */
    case 3: senses[2].kind = QM_SENSE_INITIATIVE; break;    /* of two rooms */
    case 4: senses[0].kind = QM_SENSE_INITIATIVE; break;    /* of a room behind the next one's */
    case 5: finds[head->finds - 1] &= ~QM_LAST_FIND; break; /* a list without an end */
    case 6: finds[0] += 1u << 23; break;               /* an entry longer than what ends there */
    case 7: finds[0] |= QM_LEXICON_GROUPS; break;      /* of no group */
    case 8: asked[1] = m.lexicon.groups + 1; break;    /* a character of none */
    case 9: finds[1] = finds[0] | QM_LAST_FIND; break; /* one room finds an entry twice */
    case 10:                                           /* of a room too many */
        for (int i = 1; i < 4; i++) senses[i].kind |= QM_LEXICON_ROOMS << 8;
        break;
    }
    int status = qm_lexicon_bind(&lexicon, &m.image, NULL);
    end(&m);
    return status;
}

START_TEST(damaged_groups_of_senses_are_refused)
{
    ck_assert_int_eq(bind_changed(0), QM_OK);
    for (int change = 1; change <= 10; change++)
        ck_assert_int_eq(bind_changed(change), QM_E_CORRUPT);
}
END_TEST

/* Who looks at groups and who looks at entries sees a lexicon, or neither does. */
START_TEST(groups_of_no_entries_are_refused)
{
    ck_assert_int_eq(bind_with_head(0, 1, NULL), QM_E_CORRUPT);
}
END_TEST

/* A scan of it would give no codes, and there are some: the builder makes no such section. */
START_TEST(a_lexicon_of_no_entries_is_refused)
{
    qm_lexicon_head head = {.format = QM_LEXICON_FORMAT, .codes = 1, .blocks = 1, .states = 2};
    const uint32_t groups[3] = {0};
    qm_bytes bytes;
    qm_image image;
    qm_lexicon lexicon;
    qm_image_writer *writer;
    for (int room = 0; room < QM_ROOMS; room++) head.shifts[room] = 26;
    qm_lexicon_layout at = qm_lexicon_layout_of(&head);
    uint8_t *section = calloc(1, at.size);
    qm_lexicon_state *states = (qm_lexicon_state *)(section + at.states);
    states[0].check = states[1].check = QM_LEXICON_NO_STATE;
    memcpy(section, &head, sizeof head);
    ck_assert_int_eq(qm_image_writer_new(&writer, NULL, NULL), QM_OK);
    ck_assert_int_eq(qm_image_writer_add(writer, QM_SECTION_LEXA, section, at.size, NULL), QM_OK);
    ck_assert_int_eq(qm_image_writer_add(writer, QM_SECTION_LEXE, groups, sizeof groups, NULL),
                     QM_OK);
    ck_assert_int_eq(qm_image_writer_finish(writer, &bytes, NULL), QM_OK);
    ck_assert_int_eq(qm_image_open(&image, bytes, false, NULL), QM_OK);
    ck_assert_int_eq(qm_lexicon_bind(&lexicon, &image, NULL), QM_E_CORRUPT);
    qm_image_writer_free(writer);
    free(section);
}
END_TEST

/* Matches that were there before stay, and no half of the new ones. */
static int scan_twice(const qm_allocator *faulty, qm_error *err)
{
    made m;
    uint32_t chars[100];
    qm_matches found[QM_ROOMS] = {0};
    const qm_matches *words = &found[QM_ROOM_WORDS], *entities = &found[QM_ROOM_ENTITY];
    begin(&m);
    add(m.builder, "田", QM_SENSE_WORDS, 0);
    add(m.builder, "田", QM_SENSE_ENTITY, 0);
    finish(&m);
    for (int i = 0; i < 100; i++) chars[i] = U'田';
    qm_text text = text_of(chars, 100);
    int status = qm_lexicon_scan(&m.lexicon, &text, 0, 3, EVERY_ROOM, faulty, found, NULL, err);
    if (status == QM_OK) {
        ck_assert_uint_eq(words->count, 3);
        status = qm_lexicon_scan(&m.lexicon, &text, 0, 100, EVERY_ROOM, faulty, found, NULL, err);
        ck_assert_uint_eq(words->count, status == QM_OK ? 103 : 3);
    } else {
        ck_assert_uint_eq(words->count, 0);
    }
    ck_assert_uint_eq(entities->count, words->count);
    qm_matches_free(found, faulty);
    end(&m);
    return status;
}

START_TEST(a_scan_without_memory_leaves_the_matches_as_they_were)
{
    qm_faults_run(scan_twice);
}
END_TEST

START_TEST(half_a_lexicon_is_refused)
{
    made m;
    qm_bytes bytes;
    qm_image image;
    qm_lexicon lexicon;
    begin(&m);
    add(m.builder, "田", QM_SENSE_WORDS, 0);
    finish(&m);
    qm_bytes whole = qm_image_section(&m.image, QM_SECTION_LEXE);
    for (int more = 0; more < 2; more++) { /* entries alone; with an automaton of no size */
        qm_image_writer *writer;
        ck_assert_int_eq(qm_image_writer_new(&writer, NULL, NULL), QM_OK);
        ck_assert_int_eq(qm_image_writer_add(writer, QM_SECTION_LEXE, whole.data, whole.size, NULL),
                         QM_OK);
        if (more)
            ck_assert_int_eq(qm_image_writer_add(writer, QM_SECTION_LEXA, NULL, 0, NULL), QM_OK);
        ck_assert_int_eq(qm_image_writer_finish(writer, &bytes, NULL), QM_OK);
        ck_assert_int_eq(qm_image_open(&image, bytes, false, NULL), QM_OK);
        ck_assert_int_eq(qm_lexicon_bind(&lexicon, &image, NULL), QM_E_CORRUPT);
        qm_image_writer_free(writer);
    }
    end(&m);
}
END_TEST

/* 'a' over and over, and words of 1 to 60 of it: the densest text there is. */
START_TEST(matches_of_repeated_letters_nest_to_the_longest_word)
{
    made m;
    char word[61];
    uint32_t chars[200];
    qm_matches found[QM_ROOMS] = {0};
    memset(word, 'a', 60);
    begin(&m);
    for (size_t length = 1; length <= 60; length++) {
        qm_sense sense = {.kind = QM_SENSE_WORDS};
        ck_assert_int_eq(
            qm_lexicon_builder_add(m.builder, NULL, (qm_bytes){word, length}, sense, NULL), QM_OK);
    }
    finish(&m);
    for (int i = 0; i < 200; i++) chars[i] = i % 2 ? 'a' : 'A';
    ck_assert_int_eq(scan(&m, chars, 0, 200, EVERY_ROOM, found), QM_OK);
    ck_assert_uint_eq(found[QM_ROOM_WORDS].count, 60 * 61 / 2 + 140 * 60);
    qm_matches_free(found, alloc);
    end(&m);
}
END_TEST

START_TEST(an_image_without_words_has_an_empty_lexicon)
{
    made m;
    begin(&m);
    finish(&m);
    ck_assert_uint_eq(m.lexicon.entries, 0);
    const uint32_t chars[] = {U'村'};
    qm_matches found[QM_ROOMS] = {0};
    ck_assert_int_eq(scan(&m, chars, 0, 1, EVERY_ROOM, found), QM_OK);
    for (int room = 0; room < QM_ROOMS; room++) ck_assert_uint_eq(found[room].count, 0);
    end(&m);
}
END_TEST

int main(void)
{
    alloc = qm_allocator_or_default(NULL);
    TCase *tests = tcase_create("lexicon");
    tcase_add_test(tests, nested_words_are_all_found_longest_first);
    tcase_add_test(tests, each_room_gets_the_words_and_senses_that_it_knows);
    tcase_add_test(tests, latin_letters_match_in_either_case);
    tcase_add_test(tests, words_are_asked_for_and_listed);
    tcase_add_test(tests, senses_are_sorted_and_each_is_there_once);
    tcase_add_test(tests, what_means_the_same_shares_its_senses);
    tcase_add_test(tests, what_a_character_means_by_itself_is_told_when_a_room_asks);
    tcase_add_test(tests, a_room_can_go_over_its_own_groups);
    tcase_add_test(tests, a_naive_matcher_finds_the_same);
    tcase_add_test(tests, a_room_finds_the_same_whatever_others_want);
    tcase_add_test(tests, an_alphabet_of_many_pages_has_them_side_by_side);
    tcase_add_test(tests, what_a_sample_visits_most_stands_first);
    tcase_add_test(tests, the_order_of_adding_does_not_matter);
    tcase_add_test(tests, words_that_cannot_be_entries_are_refused);
    tcase_add_test(tests, a_word_has_so_many_senses_for_a_room_and_no_more);
    tcase_add_test(tests, a_lexicon_of_another_format_is_told_apart_from_a_damaged_one);
    tcase_add_test(tests, a_scan_without_memory_leaves_the_matches_as_they_were);
    tcase_add_test(tests, damaged_groups_of_senses_are_refused);
    tcase_add_test(tests, half_a_lexicon_is_refused);
    tcase_add_test(tests, groups_of_no_entries_are_refused);
    tcase_add_test(tests, a_lexicon_of_no_entries_is_refused);
    tcase_add_test(tests, matches_of_repeated_letters_nest_to_the_longest_word);
    tcase_add_test(tests, an_image_without_words_has_an_empty_lexicon);
    Suite *suite = suite_create("lexicon");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
