#include "image/automaton_build.h"

typedef struct item {
    qm_lexicon_word word;
    qm_sense sense;
} item;

struct qm_lexicon_builder {
    qm_allocator alloc;
    qm_u32_array chars; /* of all words, one behind the other */
    QM_ARRAY(item) items;
};

int qm_lexicon_builder_new(qm_lexicon_builder **out, const qm_allocator *alloc, qm_error *err)
{
    alloc = qm_allocator_or_default(alloc);
    qm_lexicon_builder *builder = qm_alloc_zero(alloc, sizeof *builder);
    if (!builder) return qm_fail_nomem(err);
    builder->alloc = *alloc;
    *out = builder;
    return QM_OK;
}

void qm_lexicon_builder_free(qm_lexicon_builder *builder)
{
    if (!builder) return;
    qm_allocator alloc = builder->alloc;
    qm_array_free(&alloc, &builder->chars);
    qm_array_free(&alloc, &builder->items);
    qm_release(&alloc, builder, sizeof *builder);
}

/* ---- adding ---- */

/* One well-formed UTF-8 character; its length in bytes, 0 if there is none. */
static size_t read_character(const uint8_t *at, size_t left, uint32_t *character)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = at[0] < 0x80 ? 1 : at[0] < 0xC0 ? 0 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
    if (size == 0 || size > left || at[0] > 0xF4) return 0;
    uint32_t c = size == 1 ? at[0] : at[0] & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((at[i] & 0xC0) != 0x80) return 0;
        c = c << 6 | (at[i] & 0x3Fu);
    }
    if (c < smallest[size] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return 0;
    *character = c;
    return size;
}

static uint32_t fold(const qm_charmap *map, uint32_t character)
{
    if (map) character = qm_charmap_fold(map, character);
    return character >= 'A' && character <= 'Z' ? character - 'A' + 'a' : character;
}

static int add_characters(qm_lexicon_builder *builder, const qm_charmap *map, qm_bytes word,
                          qm_error *err)
{
    const uint8_t *data = word.data;
    for (size_t i = 0; i < word.size;) {
        uint32_t character = 0;
        size_t size = read_character(data + i, word.size - i, &character);
        if (size == 0) return qm_fail_offset(err, QM_E_UTF8, i, "ill-formed UTF-8 in a word");
        if (qm_array_push(&builder->alloc, &builder->chars, fold(map, character)) != QM_OK)
            return qm_fail_nomem(err);
        i += size;
    }
    return QM_OK;
}

int qm_lexicon_builder_add(qm_lexicon_builder *builder, const qm_charmap *map, qm_bytes word,
                           qm_sense sense, qm_error *err)
{
    if (word.size == 0) return qm_fail(err, QM_E_INVALID, "empty word");
    if (sense.kind >> 8 > 7) return qm_fail(err, QM_E_INVALID, "unknown kind of sense");
    size_t start = builder->chars.count;
    int status = add_characters(builder, map, word, err);
    size_t length = builder->chars.count - start;
    if (status == QM_OK && length > QM_LEXICON_LONGEST)
        status = qm_fail(err, QM_E_LIMIT, "word is longer than %u characters", QM_LEXICON_LONGEST);
    if (status == QM_OK && builder->chars.count > UINT32_MAX)
        status = qm_fail(err, QM_E_LIMIT, "too many words");
    item added = {{(uint32_t)start, (uint32_t)length}, sense};
    if (status == QM_OK && qm_array_push(&builder->alloc, &builder->items, added) != QM_OK)
        status = qm_fail_nomem(err);
    if (status != QM_OK) builder->chars.count = start;
    return status;
}

/* ---- finishing ---- */

static int compare_words(const qm_lexicon_word *a, const qm_lexicon_word *b, const uint32_t *chars)
{
    uint32_t shared = a->length < b->length ? a->length : b->length;
    for (uint32_t i = 0; i < shared; i++) {
        uint32_t left = chars[a->start + i];
        uint32_t right = chars[b->start + i];
        if (left != right) return left < right ? -1 : 1;
    }
    return (a->length > b->length) - (a->length < b->length);
}

static int compare_items(const void *left, const void *right, const void *context)
{
    const item *a = left;
    const item *b = right;
    int order = compare_words(&a->word, &b->word, context);
    if (order) return order;
    if (a->sense.kind != b->sense.kind) return a->sense.kind < b->sense.kind ? -1 : 1;
    if (a->sense.flags != b->sense.flags) return a->sense.flags < b->sense.flags ? -1 : 1;
    return (a->sense.value > b->sense.value) - (a->sense.value < b->sense.value);
}

/* Equal items once; gives the number of different words. */
static size_t tidy_items(qm_lexicon_builder *builder)
{
    item *items = builder->items.at;
    const uint32_t *chars = builder->chars.at;
    size_t kept = 0;
    size_t words = 0;
    qm_sort(items, builder->items.count, sizeof *items, compare_items, chars);
    for (size_t i = 0; i < builder->items.count; i++) {
        if (kept > 0 && compare_items(&items[kept - 1], &items[i], chars) == 0) continue;
        words += kept == 0 || compare_words(&items[kept - 1].word, &items[i].word, chars) != 0;
        items[kept++] = items[i];
    }
    builder->items.count = kept;
    return words;
}

/* LEXE as automaton.h has it; the words themselves to `words`. */
static void write_entries(const qm_lexicon_builder *builder, uint32_t count, uint8_t *section,
                          qm_lexicon_word *words)
{
    const item *items = builder->items.at;
    uint32_t n_senses = (uint32_t)builder->items.count;
    qm_lexicon_entries head = {count, n_senses};
    memcpy(section, &head, sizeof head);
    uint32_t *starts = (uint32_t *)(section + sizeof head);
    uint8_t *senses = (uint8_t *)(starts + count + 1);
    uint32_t entry = 0;
    for (uint32_t i = 0; i < n_senses; i++) {
        if (i == 0 || compare_words(&items[i - 1].word, &items[i].word, builder->chars.at) != 0) {
            starts[entry] = i;
            words[entry++] = items[i].word;
        }
        memcpy(senses + i * sizeof(qm_sense), &items[i].sense, sizeof(qm_sense));
    }
    starts[entry] = n_senses;
}

int qm_lexicon_builder_finish(qm_lexicon_builder *builder, qm_image_writer *writer, qm_error *err)
{
    const qm_allocator *alloc = &builder->alloc;
    size_t count = tidy_items(builder);
    if (count == 0) return QM_OK;
    if (builder->items.count > QM_LEXICON_NUMBERS)
        return qm_fail(err, QM_E_LIMIT, "too many words");
    size_t size = sizeof(qm_lexicon_entries) + (count + 1) * sizeof(uint32_t) +
                  builder->items.count * sizeof(qm_sense);
    uint8_t *section = qm_alloc_zero(alloc, size);
    qm_lexicon_word *words = qm_alloc_zero(alloc, count * sizeof *words);
    int status = QM_OK;
    if (!section || !words) {
        status = qm_fail_nomem(err);
        goto out;
    }
    write_entries(builder, (uint32_t)count, section, words);
    const uint32_t *starts = (const uint32_t *)(section + sizeof(qm_lexicon_entries));
    qm_lexicon_list list = {builder->chars.at, words, (uint32_t)count, starts,
                            (const qm_sense *)(starts + count + 1)};
    status = qm_automaton_build(&list, alloc, writer, err);
    if (status == QM_OK) status = qm_image_writer_add(writer, QM_SECTION_LEXE, section, size, err);
out:
    qm_release(alloc, words, count * sizeof *words);
    qm_release(alloc, section, size);
    return status;
}
