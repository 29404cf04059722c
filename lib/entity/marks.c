/* The words of lib/data/entity at their places in the text, and where names cannot go on. */
#include "entity/find.h"

/* Sets, spots and states share one block, in this order. */
static size_t block_size(size_t room)
{
    return QM_SETS * (room / 64 + 1) * sizeof(uint64_t) + room * (sizeof(qm_spot) + 1);
}

/* Memory for a text that is longer than those before it; nothing is kept of it. */
static int make_room(qm_entity_scratch *scratch, size_t need, qm_error *err)
{
    size_t room = need + need / 2 + QM_SPOT_PAD;
    qm_positions_free(scratch);
    scratch->sets = qm_resize(scratch->alloc, NULL, 0, block_size(room));
    if (!scratch->sets) return qm_fail_nomem(err);
    scratch->spots = (qm_spot *)(scratch->sets + QM_SETS * (room / 64 + 1));
    scratch->states = (uint8_t *)(scratch->spots + room);
    scratch->spot_room = room;
    return QM_OK;
}

void qm_positions_free(qm_entity_scratch *scratch)
{
    qm_release(scratch->alloc, scratch->sets, block_size(scratch->spot_room));
    scratch->sets = NULL;
    scratch->spot_room = 0;
}

/* Spots and states are cleared with what the characters say, block by block. */
static int make_positions(qm_entity_scratch *scratch, qm_error *err)
{
    size_t need = (size_t)scratch->text->count + 1;
    scratch->marks.count = 0;
    if (need + QM_SPOT_PAD > scratch->spot_room && make_room(scratch, need, err) != QM_OK)
        return QM_E_NOMEM;
    scratch->set_words = need / 64 + 1;
    memset(scratch->sets, 0, QM_SETS * scratch->set_words * sizeof *scratch->sets);
    memset(scratch->spots + need - 1, 0, (1 + QM_SPOT_PAD) * sizeof *scratch->spots);
    return QM_OK;
}

#define SEEN_BY_STAGES                                                              \
    (1u << QM_WORD_PLACE | 1u << QM_WORD_PLACE_SUFFIX | 1u << QM_WORD_PLACE_SHORT | \
     1u << QM_WORD_ORG_NAME | 1u << QM_WORD_ORG_SUFFIX | 1u << QM_WORD_ORG_LATIN |  \
     1u << QM_WORD_ROLE | 1u << QM_WORD_PERSON_BEFORE | 1u << QM_WORD_BRAND_SUFFIX)

/* Where a word of these classes ends, somebody has to look. */
static void note_end(const qm_entity_scratch *scratch, const qm_mark *mark)
{
    uint32_t end = mark->end;
    switch (mark->class) {
    case QM_WORD_PLACE:
    case QM_WORD_PLACE_SUFFIX:
    case QM_WORD_PLACE_SHORT: qm_set_add(scratch, QM_SET_PLACES, end); break;
    case QM_WORD_ORG_NAME:
    case QM_WORD_ORG_SUFFIX:
    case QM_WORD_ORG_LATIN: qm_set_add(scratch, QM_SET_BODIES, end); break;
    case QM_WORD_ROLE:
        qm_set_add(scratch, QM_SET_ROLES, end);
        qm_set_add(scratch, QM_SET_NAMES, end);
        break;
    case QM_WORD_PERSON_BEFORE: qm_set_add(scratch, QM_SET_NAMES, end); break;
    case QM_WORD_BRAND_SUFFIX: qm_set_add(scratch, QM_SET_BRANDS, end); break;
    default: break;
    }
}

/* There is room for it. */
static void add_mark(qm_entity_scratch *scratch, const qm_match *match, const qm_sense *sense)
{
    qm_spot *first = &scratch->spots[match->start], *last = &scratch->spots[match->end];
    uint32_t class = sense->kind - QM_SENSE_ENTITY;
    qm_mark *mark = &scratch->marks.at[scratch->marks.count++];
    mark->start = match->start;
    mark->end = match->end;
    mark->next_start = first->starts;
    mark->next_end = last->ends;
    mark->value = sense->value;
    mark->flags = sense->flags;
    mark->class = (uint8_t) class;
    first->starts = last->ends = (uint32_t)scratch->marks.count;
    first->start_set |= 1u << class;
    last->end_set |= 1u << class;
    if (SEEN_BY_STAGES >> class & 1) note_end(scratch, mark);
}

static void set_state(const qm_entity_scratch *scratch, uint32_t start, uint32_t end, uint8_t state)
{
    for (uint32_t i = start; i < end; i++) scratch->states[i] |= state;
}

#define BESIDE_QUOTES                                                               \
    (1u << QM_WORD_MEDIA | 1u << QM_WORD_BRAND_BEFORE | 1u << QM_WORD_BRAND_AFTER | \
     1u << QM_WORD_BRAND_SUFFIX | 1u << QM_WORD_BRAND_NOT)

/* Words about brands matter beside quotation marks only. */
static bool far_from_quotes(const qm_entity_scratch *scratch, const qm_match *match,
                            const qm_sense *sense)
{
    const uint32_t *chars = scratch->text->chars; /* padded on both sides */
    uint32_t before = chars[(int64_t)match->start - 1], behind = chars[match->end];
    switch (sense->kind - QM_SENSE_ENTITY) {
    case QM_WORD_MEDIA: return behind != U'《' && before != U'》';
    case QM_WORD_BRAND_BEFORE: return !qm_is_open_quote(behind);
    case QM_WORD_BRAND_AFTER: return !qm_is_close_quote(before) && !(sense->flags & QM_FLAG_SELF);
    case QM_WORD_BRAND_SUFFIX: return match->end - match->start < 4 && !qm_is_close_quote(behind);
    default: return !qm_is_close_quote(behind) && !qm_is_close_quote(before);
    }
}

/* Words that no name holds leave no mark, only the state of their characters. */
static void stop_names(const qm_entity_scratch *scratch, const qm_match *match,
                       const qm_sense *sense)
{
    if (!scratch->begins[match->start] || !scratch->begins[match->end]) return;
    set_state(scratch, match->start, match->end,
              sense->flags & QM_FLAG_WEAK ? QM_SPOT_WORD : QM_SPOT_STOP);
}

/* One mark for each class of a match; the flags of several senses of a class come together. There
 * is room for them. */
static void add_senses(qm_entity_scratch *scratch, const qm_match *match)
{
    const qm_sense *next = match->senses, *end = next + match->count;
    while (next < end) {
        qm_sense sense = *next++;
        for (; next < end && next->kind == sense.kind; next++) {
            sense.flags |= next->flags;
            if (next->value > sense.value) sense.value = next->value;
        }
        uint32_t class = sense.kind & 0xFF;
        if (class == 0 || class >= QM_WORD_CLASSES) continue;
        if (class == QM_WORD_STOP) stop_names(scratch, match, &sense);
        else if (!(BESIDE_QUOTES >> class & 1) || !far_from_quotes(scratch, match, &sense))
            add_mark(scratch, match, &sense);
    }
}

/* There is always room for one mark of each match that is left: most have one sense. */
static int add_matches(qm_entity_scratch *scratch, const qm_matches *matches, qm_error *err)
{
    size_t left = matches->count;
    if (qm_array_reserve(scratch->alloc, &scratch->marks, left) != QM_OK) return qm_fail_nomem(err);
    for (const qm_match *match = matches->at; left > 0; match++, left--) {
        size_t need = scratch->marks.count + match->count + left;
        if (match->count > 1 && qm_array_reserve(scratch->alloc, &scratch->marks, need) != QM_OK)
            return qm_fail_nomem(err);
        add_senses(scratch, match);
    }
    return QM_OK;
}

const qm_mark *qm_longest_ending(const qm_entity_scratch *scratch, uint32_t at,
                                 qm_entity_class class)
{
    const qm_mark *best = NULL;
    for (uint32_t n = scratch->spots[at].ends; n > 0; n = scratch->marks.at[n - 1].next_end) {
        const qm_mark *mark = &scratch->marks.at[n - 1];
        if (mark->class == class && (!best || mark->start < best->start)) best = mark;
    }
    return best;
}

const qm_mark *qm_longest_starting(const qm_entity_scratch *scratch, uint32_t at,
                                   qm_entity_class class)
{
    const qm_mark *best = NULL;
    for (uint32_t n = scratch->spots[at].starts; n > 0; n = scratch->marks.at[n - 1].next_start) {
        const qm_mark *mark = &scratch->marks.at[n - 1];
        if (mark->class == class && (!best || mark->end > best->end)) best = mark;
    }
    return best;
}

#define LONGEST_STOP 8

bool qm_mark_covers(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class,
                    bool beyond)
{
    uint32_t least = at + 1 + beyond;
    for (uint32_t from = at + 1; from-- > 0 && at - from < LONGEST_STOP;) {
        const qm_mark *mark = qm_mark_starting(scratch, from, class);
        if (mark && mark->end >= least && scratch->begins[mark->end]) return true;
    }
    return false;
}

/* ---- counts ---- */

int qm_counts_make(qm_entity_scratch *scratch, qm_error *err)
{
    size_t room = 1024;
    while (room < (size_t)scratch->text->count * 2 && room < 1u << 20) room *= 2;
    if (qm_array_reserve(scratch->alloc, &scratch->counts, room) != QM_OK)
        return qm_fail_nomem(err);
    scratch->counts.count = room;
    return QM_OK;
}

void qm_counts_clear(qm_entity_scratch *scratch)
{
    memset(scratch->counts.at, 0, scratch->counts.count);
}

static bool is_sign(uint32_t c)
{
    return c == U'》' || c == U'·' || qm_is_open_quote(c);
}

/* 来到, 住进, 送往: two characters, the second a direction. */
static void set_direction(const qm_entity_scratch *scratch, uint32_t at)
{
    const uint8_t *begins = scratch->begins;
    if (at == 0 || begins[at] || !begins[at - 1] || !begins[at + 1]) return;
    set_state(scratch, at - 1, at + 1, QM_SPOT_STOP);
}

#define OUT_FLAG 128 /* beside QM_HAN_...: no hanzi */

/* The flags of characters, 64 at most. */
static void read_flags(const qm_entity_scratch *scratch, uint32_t from, uint32_t count,
                       uint8_t *flags)
{
    const uint32_t *chars = scratch->text->chars + from;
    const qm_han_entry *han = scratch->recognizer->han;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t c = chars[i] - QM_HAN_FIRST;
        if (c < QM_HAN_COUNT) {
            flags[i] = han[c].flags;
            continue;
        }
        uint8_t class = scratch->text->classes[from + i];
        flags[i] = class != QM_CHAR_HAN && class != QM_CHAR_NUMERAL ? OUT_FLAG : 0;
        if (is_sign(chars[i])) qm_set_add(scratch, QM_SET_SIGNS, from + i);
    }
}

static void set_states(const uint8_t *restrict flags, const uint8_t *restrict begins,
                       uint8_t *restrict states, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint8_t alone = flags[i] / QM_HAN_ENDS_ALONE & begins[i] & begins[i + 1];
        states[i] = (uint8_t)(((flags[i] & QM_HAN_ENDS) | (alone & 1)) * QM_SPOT_FUNCTION |
                              flags[i] / OUT_FLAG * QM_SPOT_OUT);
    }
}

/* One bit of each of 64 bytes, gathered in order: a product brings those of eight together. */
static uint64_t gather_bit(const uint8_t *bytes, uint32_t bit)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < 64; i += 8) {
        uint64_t eight;
        memcpy(&eight, bytes + i, sizeof eight);
        eight = eight >> bit & UINT64_C(0x0101010101010101);
        bits |= eight * UINT64_C(0x0102040810204080) >> 56 << i;
    }
    return bits;
}

/* The states of the characters [from, end), 64 at most; the bits of those that may begin names. */
static uint64_t set_block(const qm_entity_scratch *scratch, uint32_t from, uint32_t end)
{
    uint8_t flags[64] = {0};
    memset(scratch->spots + from, 0, (end - from) * sizeof *scratch->spots);
    read_flags(scratch, from, end - from, flags);
    set_states(flags, scratch->begins + from, scratch->states + from, end - from);
    for (uint64_t bits = gather_bit(flags, 5); bits; bits &= bits - 1) /* QM_HAN_DIRECTION */
        set_direction(scratch, from + (uint32_t)__builtin_ctzll(bits));
    return gather_bit(flags, 6); /* QM_HAN_BEGINS */
}

/* What the characters say by themselves. */
static void set_characters(const qm_entity_scratch *scratch)
{
    uint32_t count = scratch->text->count;
    uint64_t *names = scratch->sets + QM_SET_NAMES * scratch->set_words;
    for (uint32_t from = 0; from < count; from += 64)
        names[from / 64] = set_block(scratch, from, count - from < 64 ? count : from + 64);
    scratch->states[count] = 0;
}

/* 十里|镇, 三里|屯 are no distances. */
static bool names_town(const qm_entity_scratch *scratch, const qm_quantity *q)
{
    return scratch->text->chars[q->end - 1] == U'里' &&
           scratch->text->classes[q->start] == QM_CHAR_NUMERAL && q->end - q->start < 4 &&
           qm_starts_here(scratch, q->end, QM_WORD_PLACE_SUFFIX);
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
            set_state(scratch, q->start, q->end, QM_SPOT_QUANTITY);
    }
}

int qm_entity_marks(qm_entity_scratch *scratch, const qm_matches *matches,
                    const qm_quantities *quantities, qm_error *err)
{
    int status = make_positions(scratch, err);
    if (status == QM_OK) status = qm_counts_make(scratch, err);
    if (status != QM_OK) return status;
    set_characters(scratch);
    status = add_matches(scratch, matches, err);
    if (status == QM_OK) set_stretches(scratch, quantities);
    return status;
}
