#include "base/utf8.h"
#include "image/automaton_build.h"

typedef struct item {
    qm_lexicon_word word;
    qm_sense sense;
} item;

struct qm_lexicon_builder {
    qm_allocator alloc;
    qm_u32_array chars; /* of all words, one behind the other */
    QM_ARRAY(item) items;
    qm_u32_array sample;
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
    qm_array_free(&alloc, &builder->sample);
    qm_release(&alloc, builder, sizeof *builder);
}

/* ---- adding ---- */

static uint32_t fold(const qm_charmap *map, uint32_t character)
{
    if (map) character = qm_charmap_fold(map, character);
    return character >= 'A' && character <= 'Z' ? character - 'A' + 'a' : character;
}

static int add_characters(const qm_lexicon_builder *builder, const qm_charmap *map, qm_bytes text,
                          qm_u32_array *to, qm_error *err)
{
    const uint8_t *data = text.data;
    for (size_t i = 0; i < text.size;) {
        uint32_t character = 0;
        size_t size = qm_utf8_read(data + i, text.size - i, &character);
        if (size == 0) return qm_fail_offset(err, QM_E_UTF8, i, "ill-formed UTF-8 in a word");
        if (qm_array_push(&builder->alloc, to, fold(map, character)) != QM_OK)
            return qm_fail_nomem(err);
        i += size;
    }
    return QM_OK;
}

int qm_lexicon_builder_add(qm_lexicon_builder *builder, const qm_charmap *map, qm_bytes word,
                           qm_sense sense, qm_error *err)
{
    if (word.size == 0) return qm_fail(err, QM_E_INVALID, "empty word");
    if (sense.kind >> 8 >= QM_LEXICON_ROOMS)
        return qm_fail(err, QM_E_INVALID, "unknown kind of sense");
    size_t start = builder->chars.count;
    int status = add_characters(builder, map, word, &builder->chars, err);
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

int qm_lexicon_builder_sample(qm_lexicon_builder *builder, const qm_charmap *map, qm_bytes text,
                              qm_error *err)
{
    size_t before = builder->sample.count;
    int status = add_characters(builder, map, text, &builder->sample, err);
    if (status != QM_OK) builder->sample.count = before;
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

/* The words, where the senses of each begin, and the senses themselves. */
static void list_words(const qm_lexicon_builder *builder, qm_lexicon_word *words, uint32_t *starts,
                       qm_sense *senses)
{
    const item *items = builder->items.at;
    uint32_t n_senses = (uint32_t)builder->items.count, entry = 0;
    for (uint32_t i = 0; i < n_senses; i++) {
        if (i == 0 || compare_words(&items[i - 1].word, &items[i].word, builder->chars.at) != 0) {
            starts[entry] = i;
            words[entry++] = items[i].word;
        }
        senses[i] = items[i].sense;
    }
    starts[entry] = n_senses;
}

/* ---- groups of senses ---- */

typedef struct grouping {
    uint32_t *groups, *starts; /* as in the list */
    qm_sense *senses;          /* of the groups, one behind the other */
    uint32_t count;
    uint32_t *slots; /* 1 + group by hash; 0 where there is none */
    uint32_t mask;   /* slots - 1; more than half of them stay empty */
} grouping;

/* The number of a group with these senses, a new one where there is none. */
static uint32_t number_group(grouping *g, const qm_sense *senses, uint32_t count)
{
    const size_t size = count * sizeof *senses;
    uint32_t at = (uint32_t)qm_hash(senses, size, count) & g->mask, start = g->starts[g->count];
    for (; g->slots[at]; at = (at + 1) & g->mask) {
        uint32_t group = g->slots[at] - 1, first = g->starts[group];
        if (g->starts[group + 1] - first == count && memcmp(g->senses + first, senses, size) == 0)
            return group;
    }
    memcpy(g->senses + start, senses, size);
    g->slots[at] = ++g->count;
    g->starts[g->count] = start + count;
    return g->count - 1;
}

static void group_senses_of(grouping *g, const qm_lexicon_list *list, const qm_visited *order,
                            uint32_t room)
{
    for (uint32_t i = 0; i < list->count; i++) {
        uint32_t entry = order[i].number, end = list->sense_starts[entry + 1];
        for (uint32_t from = list->sense_starts[entry], to; from < end; from = to) {
            to = qm_senses_end(list->senses, from, end);
            if (list->senses[from].kind >> 8 == room)
                g->groups[from] = number_group(g, list->senses + from, to - from);
        }
    }
}

/* The entries that the sample visits most go first. */
static void order_entries(const qm_lexicon_list *list, qm_visited *order)
{
    const qm_trie_node *nodes = list->trie->nodes.at;
    for (size_t i = 0; i < list->trie->nodes.count; i++)
        if (qm_trie_is_word(&nodes[i], list->words))
            order[nodes[i].low] = (qm_visited){nodes[i].low, nodes[i].visits, 0};
    qm_sort(order, list->count, sizeof *order, qm_visited_compare, NULL);
}

/* The groups of a room stand together, those that are visited most first. */
static int group_senses(const qm_lexicon_builder *builder, const qm_lexicon_list *list, grouping *g)
{
    const qm_allocator *alloc = &builder->alloc;
    uint32_t n = list->sense_starts[list->count], slots = 16;
    while (slots <= 2 * n) slots *= 2;
    qm_visited *order = qm_alloc_zero(alloc, list->count * sizeof *order);
    g->slots = qm_alloc_zero(alloc, slots * sizeof *g->slots);
    g->mask = slots - 1;
    int status = order && g->slots ? QM_OK : QM_E_NOMEM;
    if (status == QM_OK) {
        order_entries(list, order);
        for (uint32_t room = 0; room < QM_LEXICON_ROOMS; room++)
            group_senses_of(g, list, order, room);
    }
    qm_release(alloc, g->slots, slots * sizeof *g->slots);
    qm_release(alloc, order, list->count * sizeof *order);
    return status;
}

/* LEXE as automaton.h has it. */
static int write_groups(const qm_lexicon_builder *builder, const grouping *g,
                        qm_image_writer *writer, qm_error *err)
{
    const qm_lexicon_groups head = {g->count, g->starts[g->count]};
    const size_t starts = (g->count + (size_t)1) * sizeof *g->starts;
    const size_t senses = head.senses * sizeof *g->senses, size = sizeof head + starts + senses;
    uint8_t *section = qm_resize(&builder->alloc, NULL, 0, size);
    if (!section) return qm_fail_nomem(err);
    memcpy(section, &head, sizeof head);
    memcpy(section + sizeof head, g->starts, starts);
    memcpy(section + sizeof head + starts, g->senses, senses);
    int status = qm_image_writer_add(writer, QM_SECTION_LEXE, section, size, err);
    qm_release(&builder->alloc, section, size);
    return status;
}

/* What finishing works with: of so many words and senses. */
typedef struct work {
    qm_lexicon_word *words;
    uint32_t *starts, *groups, *group_starts;
    qm_sense *senses, *group_senses;
} work;

static int finish(qm_lexicon_builder *builder, const work *w, size_t count, qm_image_writer *writer,
                  qm_error *err)
{
    const qm_allocator *alloc = &builder->alloc;
    const qm_u32_array *sample = &builder->sample;
    qm_trie trie = {0};
    qm_lexicon_list list = {.chars = builder->chars.at,
                            .words = w->words,
                            .count = (uint32_t)count,
                            .trie = &trie,
                            .sample = sample->at,
                            .n_sample = sample->count,
                            .sense_starts = w->starts,
                            .senses = w->senses,
                            .groups = w->groups,
                            .group_starts = w->group_starts};
    grouping g = {.groups = w->groups, .starts = w->group_starts, .senses = w->group_senses};
    list_words(builder, w->words, w->starts, w->senses);
    int status = qm_trie_build(&trie, list.chars, list.words, list.count, alloc);
    if (status == QM_OK) {
        qm_trie_visit(&trie, sample->at, sample->count);
        status = group_senses(builder, &list, &g);
    }
    list.n_groups = g.count;
    status = status == QM_OK ? qm_automaton_build(&list, alloc, writer, err) : qm_fail_nomem(err);
    if (status == QM_OK) status = write_groups(builder, &g, writer, err);
    qm_trie_free(&trie, alloc);
    return status;
}

int qm_lexicon_builder_finish(qm_lexicon_builder *builder, qm_image_writer *writer, qm_error *err)
{
    const qm_allocator *alloc = &builder->alloc;
    size_t count = tidy_items(builder), n = builder->items.count;
    if (count == 0) return QM_OK;
    if (n > QM_LEXICON_NUMBERS) return qm_fail(err, QM_E_LIMIT, "too many words");
    work w = {.words = qm_alloc_zero(alloc, count * sizeof *w.words),
              .starts = qm_alloc_zero(alloc, (count + 1) * sizeof *w.starts),
              .groups = qm_alloc_zero(alloc, n * sizeof *w.groups),
              .group_starts = qm_alloc_zero(alloc, (n + 1) * sizeof *w.group_starts),
              .senses = qm_alloc_zero(alloc, n * sizeof *w.senses),
              .group_senses = qm_alloc_zero(alloc, n * sizeof *w.group_senses)};
    bool enough = w.words && w.starts && w.groups && w.group_starts && w.senses && w.group_senses;
    int status = enough ? finish(builder, &w, count, writer, err) : qm_fail_nomem(err);
    qm_release(alloc, w.words, count * sizeof *w.words);
    qm_release(alloc, w.starts, (count + 1) * sizeof *w.starts);
    qm_release(alloc, w.groups, n * sizeof *w.groups);
    qm_release(alloc, w.group_starts, (n + 1) * sizeof *w.group_starts);
    qm_release(alloc, w.senses, n * sizeof *w.senses);
    qm_release(alloc, w.group_senses, n * sizeof *w.group_senses);
    return status;
}
