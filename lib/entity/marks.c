/* The words of lib/data/entity at their places in the text, and where names cannot go on. */
#include "entity/find.h"

_Static_assert(QM_WORD_CLASSES - 1 + QM_ENTITY_BRAND < 32, "one bit for each class and kind");
_Static_assert(QM_CLASS_BIT(QM_WORD_CLASSES) <= QM_USE_PLACES, "the bits of uses are above these");

/* All that belongs to positions shares one block. */
static size_t block_size(size_t room)
{
    return QM_SETS * (room / 64 + 1) * sizeof(uint64_t) +
           room * (sizeof(qm_links) + 3 * sizeof(uint32_t) + 5);
}

/* Memory for a text that is longer than those before it; nothing is kept of it. */
static int make_room(qm_entity_scratch *scratch, size_t need, qm_error *err)
{
    size_t room = need + need / 2 + QM_SPOT_PAD;
    qm_positions_free(scratch);
    scratch->sets = qm_resize(scratch->alloc, NULL, 0, block_size(room));
    if (!scratch->sets) return qm_fail_nomem(err);
    scratch->start_sets = (uint32_t *)(scratch->sets + QM_SETS * (room / 64 + 1));
    scratch->end_sets = scratch->start_sets + room;
    scratch->links = (qm_links *)(scratch->end_sets + room);
    scratch->froms = (uint32_t *)(scratch->links + room);
    scratch->hans = (uint8_t *)(scratch->froms + room);
    scratch->flags = scratch->hans + room;
    scratch->states = scratch->flags + room;
    scratch->before = (int8_t *)(scratch->states + room);
    scratch->behind = scratch->before + room;
    scratch->spot_room = room;
    return QM_OK;
}

void qm_positions_free(qm_entity_scratch *scratch)
{
    qm_release(scratch->alloc, scratch->sets, block_size(scratch->spot_room));
    scratch->sets = NULL;
    scratch->spot_room = 0;
}

/* What belongs to characters is filled in with them, block by block. */
static int make_positions(qm_entity_scratch *scratch, qm_error *err)
{
    size_t count = scratch->text->count, need = count + 1;
    if (need + QM_SPOT_PAD > scratch->spot_room && make_room(scratch, need, err) != QM_OK)
        return QM_E_NOMEM;
    scratch->set_words = need / 64 + 1;
    memset(scratch->sets, 0, QM_SETS * scratch->set_words * sizeof *scratch->sets);
    memset(scratch->start_sets + count, 0, (1 + QM_SPOT_PAD) * sizeof *scratch->start_sets);
    memset(scratch->end_sets + count, 0, (1 + QM_SPOT_PAD) * sizeof *scratch->end_sets);
    return QM_OK;
}

/* ---- words ---- */

#define LEAST_BRAND 4 /* characters of a brand without quotation marks */

static void set_state(const qm_entity_scratch *scratch, uint32_t start, uint32_t end, uint8_t state)
{
    for (uint32_t i = start; i < end; i++) scratch->states[i] |= state;
}

/* Of one character or more. Words are short: eight characters at once. */
static inline void set_word_state(const qm_entity_scratch *scratch, uint32_t start, uint32_t end,
                                  uint8_t state)
{
    uint64_t eight, all = UINT64_C(0x0101010101010101) * state;
    if (end - start > 8) set_state(scratch, start + 8, end, state);
    else all >>= 64 - 8 * (end - start);
    memcpy(&eight, scratch->states + start, sizeof eight);
    eight |= all;
    memcpy(scratch->states + start, &eight, sizeof eight);
}

/* A class of a match; the flags of several senses of a class come together. */
static bool read_mark(const qm_entity_scratch *scratch, const qm_match *match,
                      qm_entity_class class, qm_mark *mark)
{
    uint32_t kind = QM_SENSE_ENTITY + (uint32_t) class, count;
    const qm_sense *sense = qm_match_senses(scratch->recognizer->lexicons, match, &count);
    const qm_sense *end = sense + count;
    while (sense < end && sense->kind != kind) sense++;
    if (sense == end) return false;
    *mark = (qm_mark){match->start, match->end, sense->value, sense->flags};
    while (++sense < end && sense->kind == kind) {
        mark->flags |= sense->flags;
        if (sense->value > mark->value) mark->value = sense->value;
    }
    return true;
}

/* What words of few classes make somebody look at besides. */
static void note_other(const qm_entity_scratch *scratch, const qm_match *match, uint32_t use)
{
    const uint32_t names = QM_CLASS_BIT(QM_WORD_SURNAME) | QM_CLASS_BIT(QM_WORD_NAME_PART);
    const uint32_t persons = QM_CLASS_BIT(QM_WORD_ROLE) | QM_CLASS_BIT(QM_WORD_PERSON_BEFORE);
    uint32_t start = match->start, end = match->end;
    if (use & QM_CLASS_BIT(QM_WORD_PLACE_STOP) && scratch->begins[end] && end - start > 1)
        set_word_state(scratch, start, end - 1, QM_SPOT_WITHIN);
    if (use & persons && scratch->flags[end] & QM_HAN_FOREIGN)
        qm_set_add(scratch, QM_SET_NAMES, end);
    if (use & QM_CLASS_BIT(QM_WORD_KIN) && start > 0) qm_set_add(scratch, QM_SET_NAMES, start - 1);
    if (use & QM_CLASS_BIT(QM_WORD_BRAND_SUFFIX) && end - start >= LEAST_BRAND)
        qm_set_add(scratch, QM_SET_BRANDS, end);
    if (use & names) qm_set_add(scratch, QM_SET_NAMES, start);
}

enum { LOT = 128 }; /* matches */

/* How the matches of a lot are used, and which of them somebody has to look at again. */
typedef struct word_lot {
    const qm_match *matches;
    uint32_t first, count;
    uint32_t uses[LOT], looks[LOT], others[LOT], covers[LOT];
    uint32_t n_looks, n_others, n_covers;
} word_lot;

/* The end of a list that has room, and what stands there. */
typedef struct list_end {
    uint32_t *at;
    uint32_t last;
} list_end;

static list_end end_of(const qm_u32_array *list)
{
    return (list_end){list->at + list->count, list->count > 0 ? list->at[list->count - 1] : 0};
}

/* Adds a position, if it is one of the list and stands there for no other word already. */
static inline list_end list_add(list_end list, uint32_t at, bool belongs)
{
    *list.at = at;
    return (list_end){list.at + (belongs & (at != list.last)), belongs ? at : list.last};
}

/* They lie anywhere in the lexicon, and one of the next stages reads them. */
static inline void fetch_senses(const qm_entity_scratch *scratch, const qm_match *match)
{
    const qm_lexicon *lexicon = &scratch->recognizer->lexicons[match->source];
    __builtin_prefetch(&lexicon->senses[lexicon->sense_starts[match->group]]);
}

/* Where words stand that somebody has to look at. */
static void note_looks(qm_entity_scratch *scratch, const word_lot *lot)
{
    qm_u32_array *lists = scratch->lists;
    list_end places = end_of(&lists[QM_LIST_PLACES]), bodies = end_of(&lists[QM_LIST_BODIES]);
    list_end roles = end_of(&lists[QM_LIST_ROLES]);
    uint32_t *suffixes = scratch->suffixes.at + scratch->suffixes.count;
    for (uint32_t i = 0; i < lot->n_looks; i++) {
        const uint32_t k = lot->looks[i], use = lot->uses[k], end = lot->matches[k].end;
        places = list_add(places, end, use & QM_USE_PLACES);
        bodies = list_add(bodies, end, use & QM_USE_BODIES);
        roles = list_add(roles, end, use >> QM_WORD_ROLE & 1);
        *suffixes = lot->first + k;
        suffixes += use >> QM_WORD_PLACE_SUFFIX & 1;
        fetch_senses(scratch, &lot->matches[k]);
    }
    lists[QM_LIST_PLACES].count = (size_t)(places.at - lists[QM_LIST_PLACES].at);
    lists[QM_LIST_BODIES].count = (size_t)(bodies.at - lists[QM_LIST_BODIES].at);
    lists[QM_LIST_ROLES].count = (size_t)(roles.at - lists[QM_LIST_ROLES].at);
    scratch->suffixes.count = (size_t)(suffixes - scratch->suffixes.at);
}

/* Words that no name holds say so by the state of their characters. */
static void cover_words(const qm_entity_scratch *scratch, const word_lot *lot)
{
    for (uint32_t i = 0; i < lot->n_covers; i++) {
        uint32_t k = lot->covers[i];
        uint8_t state = lot->uses[k] & QM_USE_WORD ? QM_SPOT_WORD : QM_SPOT_STOP;
        set_word_state(scratch, lot->matches[k].start, lot->matches[k].end, state);
    }
}

/* Sets bits, and where the words are; there is room for them. What a word is to somebody nobody
 * could foresee: so no branch asks it, and those that somebody has to look at are kept until the
 * lot is seen. */
static void add_matches(const qm_entity_scratch *scratch, word_lot *lot)
{
    uint32_t *const *const uses = scratch->recognizer->uses;
    const uint8_t *const begins = scratch->begins;
    uint32_t *restrict start_sets = scratch->start_sets;
    uint32_t *restrict end_sets = scratch->end_sets;
    qm_links *restrict links = scratch->links;
    uint32_t looks = 0, others = 0, covers = 0;
    for (uint32_t k = 0; k < lot->count; k++) {
        const qm_match *match = &lot->matches[k];
        const uint32_t use = uses[match->source][match->group];
        const uint32_t start = match->start, end = match->end;
        links[start].starts = links[end].ends = lot->first + k;
        start_sets[start] |= use & QM_USE_CLASSES;
        end_sets[end] |= use & QM_USE_CLASSES;
        lot->uses[k] = use;
        lot->looks[looks] = lot->others[others] = lot->covers[covers] = k;
        looks += use >> QM_USE_LOOK_BIT & 1;
        others += (use & QM_USE_OTHERS) != 0;
        covers += use >> QM_USE_COVER_BIT & begins[start] & begins[end];
    }
    lot->n_looks = looks;
    lot->n_others = others;
    lot->n_covers = covers;
}

/* Empties the lists of words, with room for as many as there can be and one more. */
static int make_lists(qm_entity_scratch *scratch, size_t count, qm_error *err)
{
    qm_u32_array *const lists[] = {&scratch->suffixes, &scratch->lists[QM_LIST_PLACES],
                                   &scratch->lists[QM_LIST_BODIES], &scratch->lists[QM_LIST_ROLES]};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        lists[i]->count = 0;
        if (qm_array_reserve(scratch->alloc, lists[i], count + 1) != QM_OK)
            return qm_fail_nomem(err);
    }
    return QM_OK;
}

static int make_words(qm_entity_scratch *scratch, const qm_matches *matches, qm_error *err)
{
    const uint32_t count = scratch->n_matches = (uint32_t)matches->count;
    word_lot lot = {0};
    scratch->matches = matches->at;
    if (make_lists(scratch, count, err) != QM_OK) return QM_E_NOMEM;
    for (lot.first = 0; lot.first < count; lot.first += LOT) {
        lot.count = count - lot.first < LOT ? count - lot.first : LOT;
        lot.matches = matches->at + lot.first;
        add_matches(scratch, &lot);
        note_looks(scratch, &lot);
        for (uint32_t i = 0; i < lot.n_others; i++)
            note_other(scratch, &lot.matches[lot.others[i]], lot.uses[lot.others[i]]);
        cover_words(scratch, &lot);
    }
    return QM_OK;
}

/* Among equal words the last one counts, which is of the topmost image. */
qm_mark qm_longest_ending(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class)
{
    qm_mark mark = {0};
    const qm_match *last = scratch->matches + scratch->links[at].ends, *match = last;
    while (match > scratch->matches && match[-1].end == at) match--;
    while (!read_mark(scratch, match, class, &mark) && match < last) match++;
    while (match < last && match[1].start == mark.start) read_mark(scratch, ++match, class, &mark);
    return mark;
}

bool qm_find_ending(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class,
                    const qm_match **match, qm_mark *mark)
{
    const qm_match *next = *match ? *match : scratch->matches + scratch->links[at].ends + 1;
    while (next > scratch->matches && (--next)->end == at) {
        *match = next;
        if (read_mark(scratch, next, class, mark)) return true;
    }
    return false;
}

/* Whatever starts at the same position as a word and is shorter stands before it. */
bool qm_find_starting(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class,
                      const qm_match **match, qm_mark *mark)
{
    const qm_match *next = *match ? *match : scratch->matches + scratch->links[at].starts + 1;
    while (next > scratch->matches && (--next)->end > at) {
        if (next->start != at) continue;
        *match = next;
        if (read_mark(scratch, next, class, mark)) return true;
    }
    return false;
}

qm_mark qm_longest_starting(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class)
{
    qm_mark mark = {0};
    const qm_match *match = NULL;
    qm_find_starting(scratch, at, class, &match, &mark);
    return mark;
}

/* What the character is by itself. */
static qm_mark brand_character(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class)
{
    const uint32_t c = qm_char_at(scratch, at) - QM_HAN_FIRST;
    const uint32_t said = class == QM_WORD_BRAND_SUFFIX ? QM_BRAND_SUFFIX : QM_BRAND_NOT;
    if (!(scratch->hans[at] & QM_HAN_BRAND) || c >= QM_HAN_COUNT) return (qm_mark){0};
    const uint32_t flags = scratch->recognizer->table->brands[c];
    if (!(flags & said)) return (qm_mark){0};
    return (qm_mark){at, at + 1, 0, flags & (QM_BRAND_SUFFIX - 1)};
}

qm_mark qm_brand_ending(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class)
{
    if (at == 0 || qm_ends_here(scratch, at, class)) return qm_mark_ending(scratch, at, class);
    return brand_character(scratch, at - 1, class);
}

qm_mark qm_brand_starting(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class)
{
    if (qm_starts_here(scratch, at, class)) return qm_longest_starting(scratch, at, class);
    return brand_character(scratch, at, class);
}

#define LONGEST_STOP 8

bool qm_mark_covers(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class,
                    bool beyond)
{
    uint32_t least = at + 1 + beyond;
    for (uint32_t from = at + 1; from-- > 0 && at - from < LONGEST_STOP;) {
        qm_mark mark = qm_mark_starting(scratch, from, class);
        if (mark.end >= least && scratch->begins[mark.end]) return true;
    }
    return false;
}

static bool is_sign(uint32_t c)
{
    return c == U'》' || c == U'·' || qm_is_open_quote(c);
}

/* 来到, 住进, 送往: two characters, the second a direction. */
static void set_direction(const qm_entity_scratch *scratch, uint32_t at)
{
    const uint8_t *begins = scratch->begins;
    if (at == 0 || !begins[at - 1] || !begins[at + 1]) return;
    set_state(scratch, at - 1, at + 1, QM_SPOT_STOP);
}

qm_block qm_last_block(qm_entity_scratch *scratch, uint32_t from)
{
    const qm_text *text = scratch->text;
    const uint32_t left = text->count - from, count = left < QM_BLOCK ? left : QM_BLOCK;
    qm_block_room *room = &scratch->last;
    qm_block block = {room->chars, room->classes, room->begins, room->codes};
    if (room->from == from) return block;
    memset(room, 0, sizeof *room);
    memcpy(room->chars, text->chars + from, count * sizeof *room->chars);
    memcpy(room->codes, scratch->codes + from, count * sizeof *room->codes);
    memcpy(room->classes, text->classes + from, count);
    memcpy(room->begins, scratch->begins + from, left + 1);
    room->from = from;
    return block;
}

/* The few characters of a block that somebody has to look at; there is room for them. */
static void note_characters(qm_entity_scratch *scratch, uint32_t from, qm_block_bits bits)
{
    qm_u32_array *signs = &scratch->lists[QM_LIST_SIGNS];
    uint64_t *names = scratch->sets + QM_SET_NAMES * scratch->set_words + from / 64;
    for (; bits.directions; bits.directions &= bits.directions - 1)
        set_direction(scratch, from + (uint32_t)__builtin_ctzll(bits.directions));
    for (; bits.signs; bits.signs &= bits.signs - 1) {
        uint32_t at = from + (uint32_t)__builtin_ctzll(bits.signs);
        signs->at[signs->count] = at;
        signs->count += is_sign(qm_char_at(scratch, at));
    }
    /* 张　杰: bylines set names apart. */
    *names |= bits.familiar | (bits.surnames & bits.spaces >> 1);
    if (bits.spaces & 1 && from > 0 && qm_surname_class(scratch, from - 1))
        qm_set_add(scratch, QM_SET_NAMES, from - 1);
}

/* What the characters say by themselves. */
static int set_characters(qm_entity_scratch *scratch, qm_error *err)
{
    const qm_recognizer *recognizer = scratch->recognizer;
    qm_u32_array *signs = &scratch->lists[QM_LIST_SIGNS];
    uint32_t count = scratch->text->count;
    signs->count = 0;
    scratch->last.from = UINT32_MAX; /* of no document */
    for (uint32_t from = 0; from < count; from += QM_BLOCK) {
        if (qm_array_reserve(scratch->alloc, signs, signs->count + QM_BLOCK + 1) != QM_OK)
            return qm_fail_nomem(err);
        qm_block block = qm_block_at(scratch, from);
        qm_block_state state = {scratch->hans + from, scratch->flags + from, scratch->states + from,
                                scratch->start_sets + from, scratch->end_sets + from};
        qm_block_bits bits = recognizer->ways->read(&recognizer->tables, &block, &state);
        note_characters(scratch, from, bits);
    }
    memset(scratch->hans + count, 0, 1 + QM_SPOT_PAD);
    memset(scratch->flags + count, 0, 1 + QM_SPOT_PAD);
    memset(scratch->states + count, 0, 1 + QM_SPOT_PAD);
    return QM_OK;
}

/* 十里|镇, 三里|屯, 十里|庙村 are no distances. */
static bool names_town(const qm_entity_scratch *scratch, const qm_quantity *q)
{
    const bool whole = qm_starts_here(scratch, q->end, QM_WORD_PLACE_SUFFIX);
    const uint32_t behind = q->end + 1; /* of a character between both */
    return scratch->text->chars[q->end - 1] == U'里' &&
           scratch->text->classes[q->start] == QM_CHAR_NUMERAL && q->end - q->start < 4 &&
           (whole ||
            (qm_is_han(scratch, q->end) && !qm_may_end_names(scratch, q->end) &&
             qm_mark_starting(scratch, behind, QM_WORD_PLACE_SUFFIX).value == QM_LEVEL_VILLAGE));
}

/* What clauses and quantities say of their characters. */
static void set_stretches(const qm_entity_scratch *scratch, const qm_quantities *quantities)
{
    for (size_t i = 0; i < scratch->clauses->count; i++) {
        const qm_clause *clause = &scratch->clauses->at[i];
        if (clause->role == QM_ROLE_BYLINE || clause->role == QM_ROLE_CAPTION)
            set_state(scratch, clause->start, clause->end, QM_SPOT_BYLINE);
    }
    for (size_t i = 0; i < quantities->count; i++) {
        const qm_quantity *q = &quantities->at[i];
        if (q->kind != QM_KIND_ORDINAL && !names_town(scratch, q))
            set_word_state(scratch, q->start, q->end, QM_SPOT_QUANTITY);
    }
}

int qm_entity_marks(qm_entity_scratch *scratch, const qm_matches *matches,
                    const qm_quantities *quantities, qm_error *err)
{
    int status = make_positions(scratch, err);
    if (status == QM_OK) status = set_characters(scratch, err);
    if (status == QM_OK) status = make_words(scratch, matches, err);
    if (status == QM_OK) set_stretches(scratch, quantities);
    return status;
}
