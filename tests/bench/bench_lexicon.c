/* bench_lexicon [entries [megabytes]]: how fast a lexicon is built, bound and scanned.
 *
 * Words and text are drawn by a fixed random number generator from characters whose frequency
 * falls as in Chinese text (rank r about as often as 1 / (r + 20)); a third of the text is words of
 * the lexicon. */
#include "image/automaton.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define CHARACTERS 4000u

typedef struct source {
    uint64_t seed;
    double sums[CHARACTERS]; /* of the weights up to each rank */
} source;

static uint32_t draw(source *s)
{
    s->seed = s->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(s->seed >> 32);
}

static uint32_t draw_character(source *s)
{
    double want = draw(s) / 4294967296.0 * s->sums[CHARACTERS - 1];
    uint32_t low = 0;
    uint32_t high = CHARACTERS - 1;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (s->sums[middle] < want) low = middle + 1;
        else high = middle;
    }
    return 0x4E00 + low * 2654435761u % 20000; /* frequent ones lie all over the block */
}

static void make_source(source *s)
{
    double sum = 0;
    s->seed = 7;
    for (uint32_t r = 0; r < CHARACTERS; r++) s->sums[r] = sum += 1.0 / (r + 20);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void check(int status, const qm_error *err)
{
    if (status == QM_OK) return;
    fprintf(stderr, "%s\n", err->message);
    exit(EXIT_FAILURE);
}

/* Words of two to six characters, most of two to four, as in a gazetteer. */
static uint32_t make_word(source *s, uint32_t *word)
{
    static const uint32_t lengths[] = {2, 2, 2, 3, 3, 3, 4, 4, 5, 6};
    uint32_t length = lengths[draw(s) % 10];
    for (uint32_t i = 0; i < length; i++) word[i] = draw_character(s);
    return length;
}

static size_t encode(const uint32_t *word, uint32_t length, char *utf8)
{
    for (uint32_t i = 0; i < length; i++) {
        char *at = utf8 + 3 * (size_t)i;
        at[0] = (char)(0xE0 | word[i] >> 12);
        at[1] = (char)(0x80 | (word[i] >> 6 & 0x3F));
        at[2] = (char)(0x80 | (word[i] & 0x3F));
    }
    return 3 * (size_t)length;
}

/* The words stay in `words`, eight places each with the length first, for the text. */
static void add_words(source *s, uint32_t *words, uint32_t count, qm_lexicon_builder *builder)
{
    qm_error err;
    for (uint32_t i = 0; i < count; i++) {
        char utf8[32];
        uint32_t *word = words + 8 * (size_t)i;
        word[0] = make_word(s, word + 1);
        qm_bytes text = {utf8, encode(word + 1, word[0], utf8)};
        qm_sense sense = {.kind = QM_SENSE_ENTITY, .value = i};
        check(qm_lexicon_builder_add(builder, NULL, text, sense, &err), &err);
    }
}

static void make_text(source *s, const uint32_t *words, uint32_t count, qm_text *text)
{
    for (uint32_t i = 0; i < text->count;) {
        const uint32_t *word = words + 8 * (size_t)(draw(s) % count);
        uint32_t length = word[0];
        bool from_lexicon = draw(s) % 3 == 0;
        for (uint32_t k = 0; k < length && i < text->count; k++)
            text->chars[i++] = from_lexicon ? word[1 + k] : draw_character(s);
    }
}

static void scan(const qm_lexicon *lexicon, const qm_text *text)
{
    const qm_allocator *alloc = qm_allocator_or_default(NULL);
    const double bytes = 3.0 * text->count;
    qm_matches matches[QM_ROOMS] = {0};
    qm_error err;
    double best = 1e9;
    for (int round = 0; round < 7; round++) {
        /* Documents of 2000 characters, as they come. */
        size_t found = 0;
        double start = seconds();
        for (uint32_t at = 0; at < text->count; at += 2000) {
            uint32_t end = text->count - at < 2000 ? text->count : at + 2000;
            for (int room = 0; room < QM_ROOMS; room++) matches[room].count = 0;
            check(qm_lexicon_scan(lexicon, text, at, end, 0xFF, alloc, matches, NULL, &err), &err);
            for (int room = 0; room < QM_ROOMS; room++) found += matches[room].count;
        }
        double took = seconds() - start;
        if (took < best) best = took;
        if (round == 0) printf("matches\t%.3f per character\n", (double)found / text->count);
    }
    printf("scan\t%.0f MB/s\n", bytes / best / 1e6);
    qm_matches_free(matches, alloc);
}

int main(int argc, char **argv)
{
    uint32_t count = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 60000;
    uint32_t megabytes = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 30;
    if (count == 0 || megabytes == 0) return EXIT_FAILURE;
    static source s;
    qm_error err;
    qm_lexicon_builder *builder;
    qm_image_writer *writer;
    qm_bytes bytes;
    qm_image image;
    qm_lexicon lexicon;
    uint32_t *words = calloc(count, 8 * sizeof *words);
    qm_text text = {.count = megabytes * 333333};
    text.chars = calloc(text.count, sizeof *text.chars);
    if (!words || !text.chars) {
        free(words);
        free(text.chars);
        return EXIT_FAILURE;
    }
    make_source(&s);
    check(qm_lexicon_builder_new(&builder, NULL, &err), &err);
    check(qm_image_writer_new(&writer, NULL, &err), &err);
    add_words(&s, words, count, builder);
    double start = seconds();
    check(qm_lexicon_builder_finish(builder, writer, &err), &err);
    check(qm_image_writer_finish(writer, &bytes, &err), &err);
    double built = seconds();
    check(qm_image_open(&image, bytes, false, &err), &err);
    check(qm_lexicon_bind(&lexicon, &image, &err), &err);
    double bound = seconds();
    printf("entries\t%u\nstates\t%u\nimage\t%zu bytes\nbuild\t%.0f ms\nopen\t%.1f ms\n",
           (unsigned)lexicon.entries, (unsigned)lexicon.states, bytes.size, (built - start) * 1e3,
           (bound - built) * 1e3);
    make_text(&s, words, count, &text);
    scan(&lexicon, &text);
    free(text.chars);
    free(words);
    qm_image_writer_free(writer);
    qm_lexicon_builder_free(builder);
    return EXIT_SUCCESS;
}
