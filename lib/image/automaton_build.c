#include "image/automaton_build.h"

#define CODE_POINTS 0x110000u
/* Groups of 64 bases that are tried for a state before its children go to the end. More tries make
 * the image a little smaller and the building slower. */
#define TRIES 4096u

/* A state whose children are to be placed: words [low, high) share its characters. */
typedef struct node {
    uint32_t state, code, low, high, depth; /* code: of its last character */
} node;

typedef struct child {
    uint32_t code, low, high;
} child;

/* As in the section, with all numbers apart. */
typedef struct state {
    uint32_t base, check, fail, output;
} state;

typedef struct assembly {
    const qm_allocator *alloc;
    const qm_lexicon_list *list;
    uint32_t *code_of; /* of each code point */
    uint32_t codes;
    QM_ARRAY(state) states;
    qm_u8_array depths;
    QM_ARRAY(node) queue;
    QM_ARRAY(child) children;
    QM_ARRAY(uint64_t) used; /* a bit for each place */
    uint32_t first_free;     /* no place below it is free */
    QM_ARRAY(qm_lexicon_find) finds;
    QM_ARRAY(uint64_t) pairs; /* first << 24 | second << 8 | first room that knows it */
} assembly;

/* ---- the alphabet ---- */

typedef struct letter {
    uint32_t character, count;
} letter;

static int compare_letters(const void *left, const void *right, const void *context)
{
    const letter *a = left;
    const letter *b = right;
    (void)context;
    if (a->count != b->count) return a->count > b->count ? -1 : 1;
    return (a->character > b->character) - (a->character < b->character);
}

/* Counts in code_of become codes, the most frequent character first. */
static int number_letters(assembly *a, qm_error *err)
{
    QM_ARRAY(letter) letters = {0};
    for (uint32_t c = 0; c < CODE_POINTS; c++) {
        if (a->code_of[c] == 0) continue;
        letter one = {c, a->code_of[c]};
        if (qm_array_push(a->alloc, &letters, one) != QM_OK) {
            qm_array_free(a->alloc, &letters);
            return qm_fail_nomem(err);
        }
    }
    a->codes = (uint32_t)letters.count + 1;
    qm_sort(letters.at, letters.count, sizeof *letters.at, compare_letters, NULL);
    for (uint32_t i = 0; i < letters.count; i++) a->code_of[letters.at[i].character] = i + 1;
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
    if (!a->code_of) return qm_fail_nomem(err);
    for (uint32_t i = 0; i < list->count; i++)
        for (uint32_t k = 0; k < list->words[i].length; k++)
            a->code_of[list->chars[list->words[i].start + k]]++;
    int status = number_letters(a, err);
    if (status != QM_OK) return status;
    /* Case is folded here, for nothing at the time of scanning. */
    for (uint32_t c = 'a'; c <= 'z'; c++) a->code_of[c - 'a' + 'A'] = a->code_of[c];
    return QM_OK;
}

/* ---- finds ---- */

static int check_senses(const qm_lexicon_list *list, qm_error *err)
{
    uint32_t all = list->sense_starts[list->count], entry = 0;
    for (uint32_t from = 0, to; from < all; from = to) {
        while (list->sense_starts[entry + 1] <= from) entry++;
        to = qm_senses_end(list->senses, from, list->sense_starts[entry + 1]);
        if (to - from > QM_LEXICON_SENSES)
            return qm_fail(err, QM_E_LIMIT, "a word of more than %u senses", QM_LEXICON_SENSES);
    }
    return QM_OK;
}

static uint8_t rooms_of(const qm_lexicon_list *list, uint32_t from, uint32_t end)
{
    uint32_t rooms = 0;
    for (; from < end; from++) rooms |= 1u << (list->senses[from].kind >> 8);
    return (uint8_t)rooms;
}

/* One find for each room of the entry that ends in the state, and behind them those of the shorter
 * entries. They stand in the order of the states: what is used together lies together. */
static int end_entry(assembly *a, state *at, uint32_t entry)
{
    const qm_lexicon_list *list = a->list;
    uint32_t end = list->sense_starts[entry + 1], shorter = at->output;
    at->output = (uint32_t)a->finds.count + 1;
    uint8_t behind = shorter ? a->finds.at[shorter - 1].rooms : 0;
    for (uint32_t from = list->sense_starts[entry], to; from < end; from = to) {
        to = qm_senses_end(list->senses, from, end);
        uint8_t room = (uint8_t)(list->senses[from].kind >> 8);
        uint32_t group = list->groups[from];
        qm_lexicon_find find = {.next = to < end ? (uint32_t)a->finds.count + 2 : shorter,
                                .senses = list->group_starts[group],
                                .group = group,
                                .count = (uint8_t)(to - from),
                                .length = (uint8_t)list->words[entry].length,
                                .room = room,
                                .rooms = rooms_of(list, from, end) | behind};
        if (qm_array_push(a->alloc, &a->finds, find) != QM_OK) return QM_E_NOMEM;
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
        taken |= used_from(a, from + a->children.at[i].code);
    return taken == UINT64_MAX ? 64 : (uint32_t)__builtin_ctzll(~taken);
}

/* From the first free place on; behind TRIES failures, from where the alphabet fits before the
 * end. Behind the end everything fits. */
static uint32_t find_base(assembly *a)
{
    while (used_from(a, a->first_free) == UINT64_MAX) a->first_free += 64;
    uint32_t smallest = a->children.at[0].code;
    uint32_t places = (uint32_t)a->states.count;
    uint32_t last = places > a->codes ? places - a->codes : 0;
    uint32_t from = a->first_free > smallest ? a->first_free - smallest : 0;
    for (uint32_t tries = 0;; tries++, from += 64) {
        uint32_t fit = fitting_base(a, from);
        if (fit < 64) return from + fit;
        if (tries == TRIES && from < last) from = last;
    }
}

static uint32_t fail_of(const assembly *a, uint32_t parent, uint32_t code)
{
    for (uint32_t s = parent; s != 0;) {
        s = a->states.at[s].fail;
        uint32_t next = a->states.at[s].base + code;
        if (next < a->states.count && a->states.at[next].check == s) return next;
    }
    return 0;
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

/* Two characters that stand beside each other in some entry; the same two may come many times. */
static int add_pair(assembly *a, const node *parent, const child *one)
{
    uint32_t room = first_room(a, one->low, one->high);
    return qm_array_push(a->alloc, &a->pairs,
                         (uint64_t)parent->code << 24 | (uint64_t)one->code << 8 | room);
}

static int place_child(assembly *a, const node *parent, const child *one)
{
    uint32_t place = a->states.at[parent->state].base + one->code;
    if (place >= a->states.count && make_places(a, place + 1) != QM_OK) return QM_E_NOMEM;
    state *made = &a->states.at[place];
    made->fail = fail_of(a, parent->state, one->code);
    made->check = parent->state;
    use_place(a, place);
    made->output = a->states.at[made->fail].output;
    a->depths.at[place] = (uint8_t)(parent->depth + 1);
    node next = {place, one->code, one->low, one->high, parent->depth + 1};
    if (parent->depth > 0 && add_pair(a, parent, one) != QM_OK) return QM_E_NOMEM;
    if (a->list->words[one->low].length == next.depth && end_entry(a, made, next.low++) != QM_OK)
        return QM_E_NOMEM;
    return next.low < next.high ? qm_array_push(a->alloc, &a->queue, next) : QM_OK;
}

/* The children of a node into a->children, by ascending code. */
static int list_children(assembly *a, const node *parent)
{
    a->children.count = 0;
    for (uint32_t i = parent->low; i < parent->high;) {
        uint32_t character = a->list->chars[a->list->words[i].start + parent->depth];
        child one = {a->code_of[character], i, i};
        while (one.high < parent->high &&
               a->list->chars[a->list->words[one.high].start + parent->depth] == character)
            one.high++;
        if (qm_array_push(a->alloc, &a->children, one) != QM_OK) return QM_E_NOMEM;
        i = one.high;
    }
    return QM_OK;
}

static int compare_children(const void *left, const void *right, const void *context)
{
    const child *a = left;
    const child *b = right;
    (void)context;
    return (a->code > b->code) - (a->code < b->code);
}

/* Level by level, so that the state to fail to is always there before it is needed. */
static int make_states(assembly *a)
{
    node root = {.high = a->list->count};
    if (make_places(a, a->codes) != QM_OK || qm_array_push(a->alloc, &a->queue, root) != QM_OK)
        return QM_E_NOMEM;
    for (uint32_t place = 0; place < a->codes; place++) use_place(a, place); /* the root's */
    for (size_t i = 0; i < a->queue.count; i++) {
        node parent = a->queue.at[i];
        if (list_children(a, &parent) != QM_OK) return QM_E_NOMEM;
        qm_sort(a->children.at, a->children.count, sizeof *a->children.at, compare_children, NULL);
        a->states.at[parent.state].base = parent.state == 0 ? 0 : find_base(a);
        for (size_t k = 0; k < a->children.count; k++)
            if (place_child(a, &parent, &a->children.at[k]) != QM_OK) return QM_E_NOMEM;
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

/* Block 0 is the empty one. */
static void write_alphabet(const assembly *a, uint16_t *pages, uint16_t *codes)
{
    uint16_t block = 0;
    for (uint32_t page = 0; page < QM_LEXICON_PAGES; page++) {
        if (!page_is_used(a, page)) continue;
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

/* One bit in eight is set, or fewer. */
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
        uint32_t bit = qm_pair_bit((uint32_t)(pair >> 24), pair >> 8 & 0xFFFF, shift);
        out[bit / 8] |= (uint8_t)(1u << bit % 8);
    }
}

/* Finds by the first of the rooms that they or those behind them are for, otherwise as they stood;
 * limits: how many there are up to each room. */
static int order_finds(assembly *a, uint32_t limits[QM_ROOMS])
{
    size_t count = a->finds.count;
    uint32_t *numbers = qm_alloc_zero(a->alloc, (count + 1) * sizeof *numbers);
    qm_lexicon_find *old = qm_alloc_zero(a->alloc, (count + 1) * sizeof *old);
    uint32_t placed = 0;
    int status = numbers && old ? QM_OK : QM_E_NOMEM;
    if (status != QM_OK) goto out;
    memcpy(old, a->finds.at, count * sizeof *old);
    for (uint32_t room = 0; room < 8; room++) {
        for (size_t i = 0; i < count; i++)
            if ((uint32_t)__builtin_ctz(old[i].rooms) == room) numbers[i + 1] = ++placed;
        if (room < QM_ROOMS) limits[room] = placed;
    }
    for (size_t i = 0; i < count; i++) {
        a->finds.at[numbers[i + 1] - 1] = old[i];
        a->finds.at[numbers[i + 1] - 1].next = numbers[old[i].next];
    }
    for (size_t i = 0; i < a->states.count; i++)
        a->states.at[i].output = numbers[a->states.at[i].output];
out:
    qm_release(a->alloc, numbers, (count + 1) * sizeof *numbers);
    qm_release(a->alloc, old, (count + 1) * sizeof *old);
    return status;
}

static int write_section(assembly *a, qm_image_writer *writer, qm_error *err)
{
    size_t pairs = 0, added[QM_ROOMS] = {0};
    if (a->states.count > QM_LEXICON_NUMBERS) return qm_fail(err, QM_E_LIMIT, "too many words");
    qm_lexicon_head head = {.format = QM_LEXICON_FORMAT,
                            .codes = a->codes,
                            .blocks = 1,
                            .states = (uint32_t)a->states.count,
                            .entries = a->list->count,
                            .finds = (uint32_t)a->finds.count,
                            .groups = a->list->n_groups};
    if (order_finds(a, head.limits) != QM_OK) return qm_fail_nomem(err);
    tidy_pairs(a, added);
    for (int r = 0; r < QM_ROOMS; r++) head.shifts[r] = shift_for(pairs += added[r]);
    for (uint32_t page = 0; page < QM_LEXICON_PAGES; page++) head.blocks += page_is_used(a, page);
    qm_lexicon_layout at = qm_lexicon_layout_of(&head);
    uint8_t *section = qm_alloc_zero(a->alloc, at.size);
    if (!section) return qm_fail_nomem(err);
    memcpy(section, &head, sizeof head);
    for (uint32_t r = 0; r < QM_ROOMS; r++)
        write_pairs(a, r, head.shifts[r], section + at.pairs[r]);
    write_states(a, (qm_lexicon_state *)(section + at.states));
    memcpy(section + at.finds, a->finds.at, a->finds.count * sizeof *a->finds.at);
    write_alphabet(a, (uint16_t *)(section + at.pages), (uint16_t *)(section + at.codes));
    memcpy(section + at.depths, a->depths.at, a->depths.count);
    int status = qm_image_writer_add(writer, QM_SECTION_LEXA, section, at.size, err);
    qm_release(a->alloc, section, at.size);
    return status;
}

int qm_automaton_build(const qm_lexicon_list *list, const qm_allocator *alloc,
                       qm_image_writer *writer, qm_error *err)
{
    assembly a = {.alloc = alloc, .list = list};
    int status = check_senses(list, err);
    if (status == QM_OK) status = make_alphabet(&a, err);
    if (status == QM_OK && make_states(&a) != QM_OK) status = qm_fail_nomem(err);
    if (status == QM_OK) status = write_section(&a, writer, err);
    qm_release(alloc, a.code_of, CODE_POINTS * sizeof *a.code_of);
    qm_array_free(alloc, &a.finds);
    qm_array_free(alloc, &a.pairs);
    qm_array_free(alloc, &a.states);
    qm_array_free(alloc, &a.depths);
    qm_array_free(alloc, &a.used);
    qm_array_free(alloc, &a.queue);
    qm_array_free(alloc, &a.children);
    return status;
}
