#include "image/automaton_build.h"

#define CODE_POINTS 0x110000u
/* Groups of 64 bases that are tried for a state before its children go to the end. More tries make
 * the image a little smaller and the building slower. */
#define TRIES 4096u

/* As in the section, with all numbers apart. */
typedef struct state {
    uint32_t base, check, fail, output;
} state;

/* The finds of an entry and of the shorter ones behind it. */
typedef struct find_list {
    uint32_t start, count;
    uint32_t room; /* the first one that they are for */
    uint32_t visits;
} find_list;

typedef struct assembly {
    const qm_allocator *alloc;
    const qm_lexicon_list *list;
    const qm_trie_node *nodes;
    uint32_t n_nodes;
    uint32_t *code_of; /* of each code point */
    uint32_t codes;
    uint32_t *outputs; /* of each node: 1 + list of finds */
    uint32_t *places;  /* likewise: its state */
    QM_ARRAY(state) states;
    qm_u8_array depths;
    qm_u32_array children;   /* codes, ascending */
    QM_ARRAY(uint64_t) used; /* a bit for each place */
    uint32_t first_free;     /* no place below it is free */
    qm_u32_array finds;
    QM_ARRAY(find_list) lists;
    uint32_t *asked;                  /* of each code */
    QM_ARRAY(uint64_t) pairs;         /* first << 24 | second << 8 | first room that knows it */
    bool has_block[QM_LEXICON_PAGES]; /* of its own, of codes */
} assembly;

/* ---- the alphabet ---- */

/* Uses in code_of become codes; those of the characters that the sample has most are the lowest. */
static int number_letters(assembly *a, const uint32_t *visits, qm_error *err)
{
    QM_ARRAY(qm_visited) letters = {0};
    for (uint32_t c = 0; c < CODE_POINTS; c++) {
        if (a->code_of[c] == 0) continue;
        qm_visited one = {c, visits[c], a->code_of[c]};
        if (qm_array_push(a->alloc, &letters, one) != QM_OK) {
            qm_array_free(a->alloc, &letters);
            return qm_fail_nomem(err);
        }
    }
    a->codes = (uint32_t)letters.count + 1;
    qm_sort(letters.at, letters.count, sizeof *letters.at, qm_visited_compare, NULL);
    for (uint32_t i = 0; i < letters.count; i++) a->code_of[letters.at[i].number] = i + 1;
    qm_array_free(a->alloc, &letters);
    if (a->codes > 0x10000)
        return qm_fail(err, QM_E_LIMIT, "a lexicon of %u different characters",
                       (unsigned)(a->codes - 1));
    return QM_OK;
}

static int make_alphabet(assembly *a, qm_error *err)
{
    const qm_lexicon_list *list = a->list;
    a->code_of = qm_alloc_zero(a->alloc, CODE_POINTS * sizeof *a->code_of);
    uint32_t *visits = qm_alloc_zero(a->alloc, CODE_POINTS * sizeof *visits);
    int status = QM_OK;
    if (!a->code_of || !visits) {
        status = qm_fail_nomem(err);
        goto out;
    }
    for (uint32_t i = 0; i < list->count; i++)
        for (uint32_t k = 0; k < list->words[i].length; k++)
            a->code_of[list->chars[list->words[i].start + k]]++;
    for (size_t i = 0; i < list->n_sample; i++) visits[list->sample[i]]++;
    status = number_letters(a, visits, err);
    /* Case is folded here, for nothing at the time of scanning. */
    for (uint32_t c = 'a'; c <= 'z'; c++) a->code_of[c - 'a' + 'A'] = a->code_of[c];
out:
    qm_release(a->alloc, visits, CODE_POINTS * sizeof *visits);
    return status;
}

/* ---- finds ---- */

/* A word as UTF-8, or how it begins. */
static void spell(const qm_lexicon_list *list, uint32_t entry, char out[64])
{
    const qm_lexicon_word *word = &list->words[entry];
    uint8_t *to = (uint8_t *)out;
    for (uint32_t i = 0; i < word->length && i < 15; i++) {
        const uint32_t c = list->chars[word->start + i];
        const uint32_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        static const uint8_t leads[] = {0, 0xC0, 0xE0, 0xF0};
        *to++ = (uint8_t)(leads[more] | c >> 6 * more);
        for (uint32_t left = more; left-- > 0;) *to++ = (uint8_t)(0x80 | (c >> 6 * left & 63));
    }
    *to = 0;
}

static int check_senses(const qm_lexicon_list *list, qm_error *err)
{
    char word[64];
    uint32_t all = list->sense_starts[list->count], entry = 0;
    for (uint32_t from = 0, to; from < all; from = to) {
        while (list->sense_starts[entry + 1] <= from) entry++;
        to = qm_senses_end(list->senses, from, list->sense_starts[entry + 1]);
        if (to - from <= QM_LEXICON_SENSES) continue;
        spell(list, entry, word);
        return qm_fail(err, QM_E_LIMIT, "%s: a word of more than %u senses", word,
                       QM_LEXICON_SENSES);
    }
    return QM_OK;
}

/* The finds of the entry of a node, but for what is asked for. */
static int add_finds(assembly *a, const qm_trie_node *node)
{
    const qm_lexicon_list *list = a->list;
    uint32_t end = list->sense_starts[node->low + 1];
    for (uint32_t from = list->sense_starts[node->low], to; from < end; from = to) {
        uint32_t group = list->groups[from], room = list->senses[from].kind >> 8;
        to = qm_senses_end(list->senses, from, end);
        if (node->depth == 1 && QM_ROOMS_THAT_ASK >> room & 1)
            a->asked[a->code_of[node->character]] = group + 1;
        else if (qm_array_push(a->alloc, &a->finds, qm_find_of(group, node->depth)) != QM_OK)
            return QM_E_NOMEM;
    }
    return QM_OK;
}

/* The room of the first find of an entry that has some. */
static uint32_t room_of_finds(const assembly *a, const qm_trie_node *node)
{
    const qm_lexicon_list *list = a->list;
    uint32_t from = list->sense_starts[node->low];
    while (node->depth == 1 && QM_ROOMS_THAT_ASK >> (list->senses[from].kind >> 8) & 1) from++;
    return list->senses[from].kind >> 8;
}

/* A list for the entry that ends in the node: its own finds, and those of the node to fail to. */
static int end_entry(assembly *a, const qm_trie_node *node, uint32_t *output)
{
    if (a->finds.count > QM_LEXICON_NUMBERS) return QM_OK; /* too many: that is told in the end */
    uint32_t start = (uint32_t)a->finds.count, shorter = *output;
    if (add_finds(a, node) != QM_OK) return QM_E_NOMEM;
    if (a->finds.count == start) return QM_OK;
    find_list made = {.start = start, .room = room_of_finds(a, node), .visits = node->visits};
    if (shorter > 0) {
        const find_list *tail = &a->lists.at[shorter - 1];
        if (qm_array_reserve(a->alloc, &a->finds, a->finds.count + tail->count) != QM_OK)
            return QM_E_NOMEM;
        memcpy(a->finds.at + a->finds.count, a->finds.at + tail->start,
               tail->count * sizeof *a->finds.at);
        a->finds.count += tail->count;
        if (tail->room < made.room) made.room = tail->room;
    }
    made.count = (uint32_t)a->finds.count - start;
    *output = (uint32_t)a->lists.count + 1;
    return qm_array_push(a->alloc, &a->lists, made);
}

static int make_finds(assembly *a)
{
    a->asked = qm_alloc_zero(a->alloc, a->codes * sizeof *a->asked);
    if (!a->asked) return QM_E_NOMEM;
    for (uint32_t i = 1; i < a->n_nodes; i++) {
        const qm_trie_node *node = &a->nodes[i];
        a->outputs[i] = a->outputs[node->fail];
        if (qm_trie_is_word(node, a->list->words) && end_entry(a, node, &a->outputs[i]) != QM_OK)
            return QM_E_NOMEM;
    }
    return QM_OK;
}

/* ---- the double array ---- */

static int make_places(assembly *a, uint32_t count)
{
    size_t words = ((size_t)count + 63) / 64;
    if (qm_array_reserve(a->alloc, &a->states, count) != QM_OK ||
        qm_array_reserve(a->alloc, &a->depths, count) != QM_OK ||
        qm_array_reserve(a->alloc, &a->used, words) != QM_OK)
        return QM_E_NOMEM;
    while (a->states.count < count) {
        a->states.at[a->states.count++] = (state){.check = QM_LEXICON_NO_STATE};
        a->depths.at[a->depths.count++] = 0;
    }
    while (a->used.count < words) a->used.at[a->used.count++] = 0;
    return QM_OK;
}

static void use_place(assembly *a, uint32_t place)
{
    a->used.at[place / 64] |= UINT64_C(1) << place % 64;
}

/* Which of the 64 places from `place` on are used. */
static uint64_t used_from(const assembly *a, uint32_t place)
{
    size_t word = place / 64;
    uint32_t shift = place % 64;
    uint64_t low = word < a->used.count ? a->used.at[word] >> shift : 0;
    uint64_t high = word + 1 < a->used.count ? a->used.at[word + 1] : 0;
    return shift == 0 ? low : low | high << (64 - shift);
}

/* The first base of [from, from + 64) that puts every child on a free place; 64 if none does. */
static uint32_t fitting_base(const assembly *a, uint32_t from)
{
    uint64_t taken = 0;
    for (size_t i = 0; i < a->children.count && taken != UINT64_MAX; i++)
        taken |= used_from(a, from + a->children.at[i]);
    return taken == UINT64_MAX ? 64 : (uint32_t)__builtin_ctzll(~taken);
}

/* From the first free place on; behind TRIES failures, from where the alphabet fits before the
 * end. Behind the end everything fits. */
static uint32_t find_base(assembly *a)
{
    while (used_from(a, a->first_free) == UINT64_MAX) a->first_free += 64;
    uint32_t smallest = a->children.at[0];
    uint32_t places = (uint32_t)a->states.count;
    uint32_t last = places > a->codes ? places - a->codes : 0;
    uint32_t from = a->first_free > smallest ? a->first_free - smallest : 0;
    for (uint32_t tries = 0;; tries++, from += 64) {
        uint32_t fit = fitting_base(a, from);
        if (fit < 64) return from + fit;
        if (tries == TRIES && from < last) from = last;
    }
}

/* The first room that knows one of the words [low, high): their senses are in order. */
static uint32_t first_room(const assembly *a, uint32_t low, uint32_t high)
{
    uint32_t first = UINT8_MAX;
    for (; low < high; low++) {
        uint32_t room = a->list->senses[a->list->sense_starts[low]].kind >> 8;
        if (room < first) first = room;
    }
    return first;
}

/* All that stand beside each other in some entry; the same two may come many times. */
static int make_pairs(assembly *a)
{
    for (uint32_t i = 1; i < a->n_nodes; i++) {
        const qm_trie_node *node = &a->nodes[i];
        if (node->parent == 0) continue;
        uint64_t first = a->code_of[a->nodes[node->parent].character];
        uint64_t second = a->code_of[node->character];
        uint32_t room = first_room(a, node->low, node->high);
        if (qm_array_push(a->alloc, &a->pairs, first << 24 | second << 8 | room) != QM_OK)
            return QM_E_NOMEM;
    }
    return QM_OK;
}

static int compare_codes(const void *left, const void *right, const void *context)
{
    const uint32_t *a = left, *b = right;
    (void)context;
    return (*a > *b) - (*a < *b);
}

/* Finds places for the children of a node that has one itself. */
static int place_children(assembly *a, uint32_t number)
{
    const qm_trie_node *node = &a->nodes[number];
    uint32_t place = a->places[number];
    if (node->n_children == 0) return QM_OK;
    a->children.count = 0;
    for (uint32_t i = 0; i < node->n_children; i++)
        if (qm_array_push(a->alloc, &a->children,
                          a->code_of[a->nodes[node->children + i].character]) != QM_OK)
            return QM_E_NOMEM;
    qm_sort(a->children.at, a->children.count, sizeof *a->children.at, compare_codes, NULL);
    uint32_t base = number == 0 ? 0 : find_base(a);
    if (make_places(a, base + a->children.at[a->children.count - 1] + 1) != QM_OK)
        return QM_E_NOMEM;
    a->states.at[place].base = base;
    for (uint32_t i = node->children; i < node->children + node->n_children; i++) {
        uint32_t at = base + a->code_of[a->nodes[i].character];
        a->places[i] = at;
        a->states.at[at].check = place;
        a->depths.at[at] = a->nodes[i].depth;
        use_place(a, at);
    }
    return QM_OK;
}

/* What the sample visits most comes first and finds places that lie together. */
static int place_all(assembly *a)
{
    qm_visited *order = qm_alloc_zero(a->alloc, a->n_nodes * sizeof *order);
    int status = order ? QM_OK : QM_E_NOMEM;
    if (status != QM_OK) return status;
    for (uint32_t i = 0; i < a->n_nodes; i++)
        order[i] = (qm_visited){.number = i, .visits = i == 0 ? UINT32_MAX : a->nodes[i].visits};
    /* A node is visited no less than its children, and numbered before them. */
    qm_sort(order, a->n_nodes, sizeof *order, qm_visited_compare, NULL);
    for (uint32_t i = 0; i < a->n_nodes && status == QM_OK; i++)
        status = place_children(a, order[i].number);
    qm_release(a->alloc, order, a->n_nodes * sizeof *order);
    return status;
}

static int make_states(assembly *a)
{
    if (make_places(a, a->codes) != QM_OK) return QM_E_NOMEM;
    for (uint32_t place = 0; place < a->codes; place++) use_place(a, place); /* the root's */
    if (place_all(a) != QM_OK) return QM_E_NOMEM;
    for (uint32_t i = 1; i < a->n_nodes; i++) {
        state *made = &a->states.at[a->places[i]];
        made->fail = a->places[a->nodes[i].fail];
        made->output = a->outputs[i];
    }
    return make_places(a, (uint32_t)a->states.count + a->codes);
}

/* ---- the section ---- */

static bool page_is_used(const assembly *a, uint32_t page)
{
    for (uint32_t c = 0; c < 256; c++)
        if (a->code_of[page << 8 | c] != 0) return true;
    return false;
}

enum { MANY_PAGES = 64 }; /* with so many, a block more for each of the others is not too much */

/* Which pages have a block of their own, and how many of them do. */
static uint32_t choose_pages(assembly *a)
{
    bool *has_block = a->has_block;
    uint32_t blocks = 0;
    for (uint32_t page = 0; page < QM_LEXICON_PAGES; page++)
        blocks += has_block[page] = page_is_used(a, page);
    for (uint32_t page = 0; page < QM_LEXICON_BASIC && blocks >= MANY_PAGES; page++) {
        blocks += !has_block[page];
        has_block[page] = true;
    }
    return blocks;
}

/* Block 0 is the empty one. */
static void write_alphabet(const assembly *a, uint16_t *pages, uint16_t *codes)
{
    uint16_t block = 0;
    for (uint32_t page = 0; page < QM_LEXICON_PAGES; page++) {
        if (!a->has_block[page]) continue;
        pages[page] = ++block;
        for (uint32_t c = 0; c < 256; c++)
            codes[(uint32_t)block << 8 | c] = (uint16_t)a->code_of[page << 8 | c];
    }
}

static void write_states(const assembly *a, qm_lexicon_state *out)
{
    for (size_t i = 0; i < a->states.count; i++) {
        const state *from = &a->states.at[i];
        out[i] = (qm_lexicon_state){from->base | (from->fail & 0xFF) << 24,
                                    from->check | (from->fail >> 8 & 0xFF) << 24,
                                    from->output | from->fail >> 16 << 24};
    }
}

/* Eight bits for the two of each pair, or more. */
static uint32_t shift_for(size_t pairs)
{
    uint32_t shift = 26;
    while (shift > 4 && UINT64_C(1) << (32 - shift) < (uint64_t)pairs * 8) shift--;
    return shift;
}

static int compare_pairs(const void *left, const void *right, const void *context)
{
    const uint64_t *a = left, *b = right;
    (void)context;
    return (*a > *b) - (*a < *b);
}

/* Each pair once, with the first of the rooms that know it; how many each room adds. */
static void tidy_pairs(assembly *a, size_t added[QM_ROOMS])
{
    size_t kept = 0;
    qm_sort(a->pairs.at, a->pairs.count, sizeof *a->pairs.at, compare_pairs, NULL);
    for (size_t i = 0; i < a->pairs.count; i++) {
        uint64_t pair = a->pairs.at[i];
        if (kept > 0 && a->pairs.at[kept - 1] >> 8 == pair >> 8) continue;
        a->pairs.at[kept++] = pair;
        if ((pair & 0xFF) < QM_ROOMS) added[pair & 0xFF]++;
    }
    a->pairs.count = kept;
}

static void write_pairs(const assembly *a, uint32_t room, uint32_t shift, uint8_t *out)
{
    for (size_t i = 0; i < a->pairs.count; i++) {
        uint64_t pair = a->pairs.at[i];
        if ((pair & 0xFF) > room) continue;
        uint32_t hash = qm_pair_hash((uint32_t)(pair >> 24), pair >> 8 & 0xFFFF);
        uint32_t bit = hash >> shift, other = (bit & ~31u) | qm_pair_other(hash);
        out[bit / 8] |= (uint8_t)(1u << bit % 8);
        out[other / 8] |= (uint8_t)(1u << other % 8);
    }
}

/* Lists by the first of their rooms, then by their visits; numbers becomes 1 + where each begins,
 * limits how many finds there are up to each room. */
static void number_lists(const assembly *a, qm_visited *order, uint32_t *numbers,
                         uint32_t limits[QM_ROOMS])
{
    uint32_t placed = 0;
    for (uint32_t room = 0; room < QM_LEXICON_ROOMS; room++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < a->lists.count; i++)
            if (a->lists.at[i].room == room)
                order[count++] = (qm_visited){.number = i, .visits = a->lists.at[i].visits};
        qm_sort(order, count, sizeof *order, qm_visited_compare, NULL);
        for (uint32_t i = 0; i < count; i++) {
            numbers[order[i].number + 1] = placed + 1;
            placed += a->lists.at[order[i].number].count;
        }
        if (room < QM_ROOMS) limits[room] = placed;
    }
}

/* Lists to their places, where their states find them. */
static int place_lists(assembly *a, uint32_t *finds, uint32_t limits[QM_ROOMS])
{
    size_t count = a->lists.count;
    uint32_t *numbers = qm_alloc_zero(a->alloc, (count + 1) * sizeof *numbers);
    qm_visited *order = qm_alloc_zero(a->alloc, (count + 1) * sizeof *order);
    int status = numbers && order ? QM_OK : QM_E_NOMEM;
    if (status != QM_OK) goto out;
    number_lists(a, order, numbers, limits);
    for (size_t i = 0; i < count; i++) {
        const find_list *list = &a->lists.at[i];
        uint32_t *to = finds + numbers[i + 1] - 1;
        memcpy(to, a->finds.at + list->start, list->count * sizeof *to);
        to[list->count - 1] |= QM_LAST_FIND;
    }
    for (size_t i = 0; i < a->states.count; i++)
        a->states.at[i].output = numbers[a->states.at[i].output];
out:
    qm_release(a->alloc, numbers, (count + 1) * sizeof *numbers);
    qm_release(a->alloc, order, (count + 1) * sizeof *order);
    return status;
}

static void write_arrays(const assembly *a, const qm_lexicon_head *head, uint8_t *section)
{
    qm_lexicon_layout at = qm_lexicon_layout_of(head);
    memcpy(section, head, sizeof *head);
    for (uint32_t r = 0; r < QM_ROOMS; r++)
        write_pairs(a, r, head->shifts[r], section + at.pairs[r]);
    write_states(a, (qm_lexicon_state *)(section + at.states));
    memcpy(section + at.asked, a->asked, a->codes * sizeof *a->asked);
    write_alphabet(a, (uint16_t *)(section + at.pages), (uint16_t *)(section + at.codes));
    memcpy(section + at.depths, a->depths.at, a->depths.count);
}

static int write_section(assembly *a, qm_image_writer *writer, qm_error *err)
{
    size_t pairs = 0, added[QM_ROOMS] = {0};
    if (a->states.count > QM_LEXICON_NUMBERS || a->finds.count > QM_LEXICON_NUMBERS ||
        a->list->n_groups > QM_LEXICON_GROUPS)
        return qm_fail(err, QM_E_LIMIT, "too many words");
    qm_lexicon_head head = {.format = QM_LEXICON_FORMAT,
                            .codes = a->codes,
                            .blocks = 1 + choose_pages(a),
                            .states = (uint32_t)a->states.count,
                            .entries = a->list->count,
                            .finds = (uint32_t)a->finds.count,
                            .groups = a->list->n_groups};
    tidy_pairs(a, added);
    for (int r = 0; r < QM_ROOMS; r++) head.shifts[r] = shift_for(pairs += added[r]);
    qm_lexicon_layout at = qm_lexicon_layout_of(&head);
    uint8_t *section = qm_alloc_zero(a->alloc, at.size);
    if (!section) return qm_fail_nomem(err);
    int status = place_lists(a, (uint32_t *)(section + at.finds), head.limits);
    if (status == QM_OK) write_arrays(a, &head, section);
    else qm_fail_nomem(err);
    if (status == QM_OK)
        status = qm_image_writer_add(writer, QM_SECTION_LEXA, section, at.size, err);
    qm_release(a->alloc, section, at.size);
    return status;
}

int qm_automaton_build(const qm_lexicon_list *list, const qm_allocator *alloc,
                       qm_image_writer *writer, qm_error *err)
{
    assembly a = {.alloc = alloc,
                  .list = list,
                  .nodes = list->trie->nodes.at,
                  .n_nodes = (uint32_t)list->trie->nodes.count};
    int status = check_senses(list, err);
    if (status == QM_OK) status = make_alphabet(&a, err);
    if (status != QM_OK) goto out;
    a.outputs = qm_alloc_zero(alloc, a.n_nodes * sizeof *a.outputs);
    a.places = qm_alloc_zero(alloc, a.n_nodes * sizeof *a.places);
    bool made = a.outputs && a.places && make_finds(&a) == QM_OK && make_pairs(&a) == QM_OK &&
                make_states(&a) == QM_OK;
    status = made ? write_section(&a, writer, err) : qm_fail_nomem(err);
out:
    qm_release(alloc, a.code_of, CODE_POINTS * sizeof *a.code_of);
    qm_release(alloc, a.outputs, a.n_nodes * sizeof *a.outputs);
    qm_release(alloc, a.places, a.n_nodes * sizeof *a.places);
    qm_array_free(alloc, &a.finds);
    qm_array_free(alloc, &a.lists);
    qm_release(alloc, a.asked, a.codes * sizeof *a.asked);
    qm_array_free(alloc, &a.pairs);
    qm_array_free(alloc, &a.states);
    qm_array_free(alloc, &a.depths);
    qm_array_free(alloc, &a.used);
    qm_array_free(alloc, &a.children);
    return status;
}
