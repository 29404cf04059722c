/* The words of lib/data/entity at their places in the text, and where names cannot go on. */
#include "entity/find.h"

static int make_spots(qm_entity_scratch *scratch, qm_error *err)
{
    size_t need = (size_t)scratch->text->count + 1;
    if (need > scratch->spot_room) {
        void *at = scratch->spots;
        if (qm_array_grow(scratch->alloc, &at, &scratch->spot_room, need, sizeof *scratch->spots) !=
            QM_OK)
            return qm_fail_nomem(err);
        scratch->spots = at;
    }
    memset(scratch->spots, 0, need * sizeof *scratch->spots);
    return QM_OK;
}

static int add_mark(qm_entity_scratch *scratch, const qm_match *match, const qm_sense *sense,
                    qm_error *err)
{
    qm_spot *spots = scratch->spots;
    qm_mark mark = {.start = match->start,
                    .end = match->end,
                    .next_start = spots[match->start].starts,
                    .next_end = spots[match->end].ends,
                    .value = sense->value,
                    .flags = sense->flags,
                    .class = (uint8_t)(sense->kind - QM_SENSE_ENTITY)};
    if (qm_array_push(scratch->alloc, &scratch->marks, mark) != QM_OK) return qm_fail_nomem(err);
    spots[match->start].starts = spots[match->end].ends = (uint32_t)scratch->marks.count;
    spots[match->start].start_set |= 1u << mark.class;
    spots[match->end].end_set |= 1u << mark.class;
    return QM_OK;
}

static void set_state(qm_entity_scratch *scratch, uint32_t start, uint32_t end, uint8_t state)
{
    for (uint32_t i = start; i < end; i++) scratch->spots[i].state |= state;
}

/* Words about brands matter beside quotation marks only. */
static bool far_from_quotes(const qm_entity_scratch *scratch, const qm_match *match,
                            const qm_sense *sense)
{
    const uint32_t *chars = scratch->text->chars; /* padded on both sides */
    bool before_open = qm_is_open_quote(chars[match->end]);
    bool before_close = qm_is_close_quote(chars[match->end]);
    bool behind_close = qm_is_close_quote(chars[(int64_t)match->start - 1]);
    switch (sense->kind - QM_SENSE_ENTITY) {
    case QM_WORD_MEDIA:
        return chars[match->end] != U'《' && chars[(int64_t)match->start - 1] != U'》';
    case QM_WORD_BRAND_BEFORE: return !before_open;
    case QM_WORD_BRAND_AFTER: return !behind_close && !(sense->flags & QM_FLAG_SELF);
    case QM_WORD_BRAND_SUFFIX: return !before_close && match->end - match->start < 4;
    case QM_WORD_BRAND_NOT: return !before_close && !behind_close;
    default: return false;
    }
}

/* Words that no name holds leave no mark, only the state of their characters. */
static void stop_names(qm_entity_scratch *scratch, const qm_match *match, const qm_sense *sense)
{
    if (!scratch->begins[match->start] || !scratch->begins[match->end]) return;
    set_state(scratch, match->start, match->end,
              sense->flags & QM_FLAG_WEAK ? QM_SPOT_WORD : QM_SPOT_STOP);
}

/* One mark for each class of a match; the flags of several senses of a class come together. */
static int add_senses(qm_entity_scratch *scratch, const qm_match *match, qm_error *err)
{
    const qm_sense *senses = match->senses;
    uint32_t count = match->count;
    int status = QM_OK;
    for (uint32_t i = 0; i < count && status == QM_OK; i++) {
        uint32_t class = senses[i].kind & 0xFF;
        if (class == 0 || class >= QM_WORD_CLASSES) continue;
        qm_sense sense = senses[i];
        while (i + 1 < count && senses[i + 1].kind == sense.kind) {
            sense.flags |= senses[++i].flags;
            if (senses[i].value > sense.value) sense.value = senses[i].value;
        }
        if (class == QM_WORD_STOP) stop_names(scratch, match, &sense);
        else if (!far_from_quotes(scratch, match, &sense))
            status = add_mark(scratch, match, &sense, err);
    }
    return status;
}

const qm_mark *qm_mark_ending(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class)
{
    const qm_mark *best = NULL;
    if (!qm_ends_here(scratch, at, class)) return NULL;
    for (uint32_t n = scratch->spots[at].ends; n > 0; n = scratch->marks.at[n - 1].next_end) {
        const qm_mark *mark = &scratch->marks.at[n - 1];
        if (mark->class == class && (!best || mark->start < best->start)) best = mark;
    }
    return best;
}

const qm_mark *qm_mark_starting(const qm_entity_scratch *scratch, uint32_t at,
                                qm_entity_class class)
{
    const qm_mark *best = NULL;
    if (!qm_starts_here(scratch, at, class)) return NULL;
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
    while (room < (size_t)scratch->text->count * 4 && room < 1u << 20) room *= 2;
    if (qm_array_reserve(scratch->alloc, &scratch->counts, room) != QM_OK)
        return qm_fail_nomem(err);
    scratch->counts.count = room;
    return QM_OK;
}

void qm_counts_clear(qm_entity_scratch *scratch)
{
    memset(scratch->counts.at, 0, scratch->counts.count);
}

static uint32_t count_key(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    uint32_t hash = 0;
    for (uint32_t i = start; i < end; i++)
        hash = (hash ^ scratch->text->chars[i]) * 0x9E3779B1u ^ hash >> 15;
    return (hash ^ hash >> 13) & (uint32_t)(scratch->counts.count - 1);
}

void qm_count(qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    uint8_t *count = &scratch->counts.at[count_key(scratch, start, end)];
    if (*count < UINT8_MAX) ++*count;
}

uint32_t qm_count_of(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    return scratch->counts.at[count_key(scratch, start, end)];
}

static void set_characters(qm_entity_scratch *scratch)
{
    const qm_text *text = scratch->text;
    const uint8_t *begins = scratch->begins;
    for (uint32_t i = 0; i < text->count; i++) {
        uint8_t class = text->classes[i];
        const qm_han_entry *entry = qm_han_at(scratch, i);
        if (class != QM_CHAR_HAN && class != QM_CHAR_NUMERAL)
            scratch->spots[i].state |= QM_SPOT_OUT;
        else if (entry && ((entry->flags & QM_HAN_ENDS) ||
                           ((entry->flags & QM_HAN_ENDS_ALONE) && begins[i] && begins[i + 1])))
            scratch->spots[i].state |= QM_SPOT_FUNCTION;
    }
}

static bool is_direction(uint32_t c)
{
    switch (c) {
    case U'到':
    case U'进':
    case U'往':
    case U'向':
    case U'入':
    case U'在':
    case U'于':
    case U'自':
    case U'回':
    case U'遍': return true;
    default: return false;
    }
}

/* 来到, 住进, 送往: two characters, the second a direction. */
static void set_directions(qm_entity_scratch *scratch)
{
    const uint8_t *begins = scratch->begins;
    for (uint32_t i = 0; i + 2 <= scratch->text->count; i++)
        if (is_direction(scratch->text->chars[i + 1]) && begins[i] && !begins[i + 1] &&
            begins[i + 2])
            set_state(scratch, i, i + 2, QM_SPOT_STOP);
}

int qm_entity_marks(qm_entity_scratch *scratch, const qm_matches *matches,
                    const qm_quantities *quantities, qm_error *err)
{
    scratch->marks.count = 0;
    int status = make_spots(scratch, err);
    if (status == QM_OK) status = qm_counts_make(scratch, err);
    for (size_t i = 0; i < matches->count && status == QM_OK; i++)
        status = add_senses(scratch, &matches->at[i], err);
    if (status != QM_OK) return status;
    set_characters(scratch);
    set_directions(scratch);
    for (size_t i = 0; i < scratch->clauses->count; i++) {
        const qm_clause *clause = &scratch->clauses->at[i];
        if (clause->role == QM_ROLE_BYLINE || clause->role == QM_ROLE_CAPTION)
            set_state(scratch, clause->start, clause->end, QM_SPOT_BYLINE);
    }
    for (size_t i = 0; i < quantities->count; i++) {
        const qm_quantity *q = &quantities->at[i];
        if (q->kind != QM_KIND_ORDINAL) set_state(scratch, q->start, q->end, QM_SPOT_QUANTITY);
    }
    return QM_OK;
}
