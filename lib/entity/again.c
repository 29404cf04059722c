/* What a document has named once is found again; of what overlaps one is chosen; mentions of the
 * same thing are linked. */
#include "entity/find.h"

#define LONGEST_NAME 24 /* below 32: lengths are bits */
#define NEIGHBOURS 24   /* candidates before a title among which a body may overlap it */

/* ---- the names of the document ---- */

static qm_name *find_name(const qm_entity_scratch *scratch, uint32_t start, uint32_t length,
                          uint8_t kind)
{
    uint32_t n = *qm_bucket_of(scratch, start, length);
    for (; n > 0; n = scratch->names.at[n - 1].next) {
        qm_name *name = &scratch->names.at[n - 1];
        if (name->kind == kind && name->length == length &&
            qm_same_text(scratch, name->start, start, length))
            return name;
    }
    return NULL;
}

/* A name that is not among them yet. */
static int add_name(qm_entity_scratch *scratch, qm_name name, qm_error *err)
{
    uint32_t *bucket = qm_bucket_of(scratch, name.start, name.length);
    name.count = 1;
    name.next = *bucket;
    if (qm_array_push(scratch->alloc, &scratch->names, name) != QM_OK) return qm_fail_nomem(err);
    *bucket = (uint32_t)scratch->names.count;
    return QM_OK;
}

static int keep_name(qm_entity_scratch *scratch, qm_name name, qm_error *err)
{
    if (name.length > LONGEST_NAME) return QM_OK;
    qm_name *same = find_name(scratch, name.start, name.length, name.kind);
    if (!same) return add_name(scratch, name, err);
    same->count++;
    return QM_OK;
}

/* The end of a place without its suffix: 张家楼 of 张家楼街道; the start when nothing is left. */
static uint32_t stem_end(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    qm_mark suffix = qm_mark_ending(scratch, end, QM_WORD_PLACE_SUFFIX);
    bool people = suffix.start > 0 && qm_char_at(scratch, suffix.start - 1) == U'族'; /* 东乡族 */
    return suffix.start < start + 2 || suffix.value >= QM_LEVEL_HAMLET || people ? start
                                                                                 : suffix.start;
}

int qm_buckets_make(qm_entity_scratch *scratch, size_t names, qm_error *err)
{
    size_t count = 64;
    while (count < names * 2 && count < 1u << 20) count *= 2;
    if (qm_array_reserve(scratch->alloc, &scratch->buckets, count) != QM_OK ||
        qm_array_reserve(scratch->alloc, &scratch->lengths, count) != QM_OK)
        return qm_fail_nomem(err);
    memset(scratch->buckets.at, 0, count * sizeof *scratch->buckets.at);
    memset(scratch->lengths.at, 0, count * sizeof *scratch->lengths.at);
    scratch->buckets.count = scratch->lengths.count = count;
    return QM_OK;
}

static int make_buckets(qm_entity_scratch *scratch, qm_error *err)
{
    scratch->names.count = 0;
    return qm_buckets_make(scratch, scratch->found.count, err);
}

/* The short form of a name: 石桥 of 石桥镇, 热依木 of 热依木·艾山, 静姝 of 林静姝. */
static int keep_brief(qm_entity_scratch *scratch, qm_name name, qm_error *err)
{
    uint32_t start = name.start, end = start + name.length, stop = start;
    name.brief = true;
    if (name.kind == QM_ENTITY_PLACE) stop = stem_end(scratch, start, end);
    if (name.kind == QM_ENTITY_PERSON && name.length == 3 && qm_surname_class(scratch, start) > 0) {
        name.start = start + 1;
        stop = end;
    }
    for (uint32_t i = start; name.kind == QM_ENTITY_PERSON && i < end; i++)
        if (qm_char_at(scratch, i) == U'·' && i > start + 1) stop = i;
    if (stop < name.start + 2) return QM_OK;
    name.length = stop - name.start;
    return keep_name(scratch, name, err);
}

static int keep_names(qm_entity_scratch *scratch, qm_error *err)
{
    int status = make_buckets(scratch, err);
    for (size_t i = 0; i < scratch->found.count && status == QM_OK; i++) {
        qm_candidate c = scratch->found.at[i];
        if (!c.named || c.end - c.start < 2) continue;
        qm_name name = {.start = c.start, .length = c.end - c.start, .kind = c.kind};
        status = keep_name(scratch, name, err);
        if (status == QM_OK) status = keep_brief(scratch, name, err);
    }
    return status;
}

/* 好团结村 where the document says 团结村 all the time. */
static void trim_places(qm_entity_scratch *scratch)
{
    for (size_t i = 0; i < scratch->found.count; i++) {
        qm_candidate *c = &scratch->found.at[i];
        if (c->kind != QM_ENTITY_PLACE || !c->named || c->end - c->start < 3) continue;
        const qm_name *own = find_name(scratch, c->start, c->end - c->start, c->kind);
        for (uint32_t start = c->start + 1; start + 2 <= c->end && own && own->count == 1;
             start++) {
            const qm_name *other = find_name(scratch, start, c->end - start, c->kind);
            if (!other || other->count < 2 || other->brief) continue;
            c->start = start;
            break;
        }
    }
}

/* “静姝，你…: a given name by itself, where words and text end on its left side and on its right
 * one, or a verb that persons have follows. */
static bool names_given(const qm_entity_scratch *scratch, uint32_t at, uint32_t end)
{
    bool right = end == scratch->text->count || (scratch->states[end] & QM_SPOT_ENDS) ||
                 qm_starts_here(scratch, end, QM_WORD_PERSON_AFTER);
    bool left = qm_edge_before(scratch, at) || qm_ends_here(scratch, at, QM_WORD_PERSON_BEFORE);
    return left && right && scratch->begins[at] && scratch->begins[end] &&
           !qm_is_common(scratch, at, end);
}

/* Short forms are words as well (团结): those of two characters want an edge on both sides. */
static bool fits(const qm_entity_scratch *scratch, const qm_name *name, uint32_t at)
{
    uint32_t end = at + name->length;
    if (name->brief && !scratch->begins[end] && scratch->text->classes[end] == QM_CHAR_HAN &&
        !qm_may_end_names(scratch, end)) /* 到|同江|来 */
        return false;
    if (!name->brief || name->length > 2) return scratch->begins[at] || scratch->begins[end];
    if (name->kind == QM_ENTITY_PERSON) return names_given(scratch, at, end);
    bool listed = at > 0 && qm_char_at(scratch, at - 1) == U'、' && qm_place_ends(scratch, at - 1);
    bool left = listed || qm_locative_before(scratch, at) || qm_place_ends(scratch, at);
    bool right = end == scratch->text->count || (scratch->states[end] & QM_SPOT_ENDS) ||
                 qm_char_at(scratch, end) == U'人'; /* 石笕|人 */
    return (left || (right && qm_edge_before(scratch, at))) && scratch->begins[at];
}

/* The name of this length that stands at a position; NULL if there is none. */
static const qm_name *name_at(const qm_entity_scratch *scratch, uint32_t at, uint32_t length)
{
    uint32_t n = *qm_bucket_of(scratch, at, length);
    for (; n > 0; n = scratch->names.at[n - 1].next) {
        const qm_name *name = &scratch->names.at[n - 1];
        if (name->length == length && qm_same_text(scratch, name->start, at, length) &&
            fits(scratch, name, at))
            return name;
    }
    return NULL;
}

/* The longest that fits. lengths: bits of those that there may be. */
static int names_at(qm_entity_scratch *scratch, uint32_t at, uint32_t lengths, qm_error *err)
{
    const qm_name *best = NULL;
    while (lengths && !best) {
        uint32_t length = 31 - (uint32_t)__builtin_clz(lengths);
        lengths ^= 1u << length;
        if (length <= scratch->text->count - at) best = name_at(scratch, at, length);
    }
    if (!best) return QM_OK;
    return qm_entity_add(scratch, at, at + best->length, (qm_entity_kind)best->kind, 7, false, err);
}

/* Names again in the characters [from, from + 64) of which the bits are set. */
static int names_among(qm_entity_scratch *scratch, uint32_t from, uint64_t bits, qm_error *err)
{
    int status = QM_OK;
    for (; bits && status == QM_OK; bits &= bits - 1) {
        uint32_t at = from + (uint32_t)__builtin_ctzll(bits);
        uint32_t lengths = *qm_lengths_at(scratch, at);
        if (lengths) status = names_at(scratch, at, lengths, err);
    }
    return status;
}

/* What is to be found again, for a first look at the characters. */
static void note_lengths(qm_entity_scratch *scratch)
{
    for (size_t i = 0; i < scratch->names.count; i++) {
        const qm_name *name = &scratch->names.at[i];
        *qm_lengths_at(scratch, name->start) |= 1u << name->length;
    }
}

int qm_entity_again(qm_entity_scratch *scratch, qm_error *err)
{
    int status = keep_names(scratch, err);
    if (scratch->names.count == 0) return status;
    note_lengths(scratch);
    trim_places(scratch);
    const uint32_t *chars = scratch->text->chars;
    uint32_t count = scratch->text->count;
    qm_firsts firsts = {{{0}}};
    for (size_t i = 0; i < scratch->names.count; i++)
        qm_firsts_add(&firsts, chars[scratch->names.at[i].start]);
    for (uint32_t from = 0; from < count && status == QM_OK; from += QM_BLOCK) {
        qm_block block = qm_block_at(scratch, from);
        uint64_t bits = scratch->recognizer->ways->find_firsts(&firsts, block.chars);
        /* Names have two characters: none begins with the last one of the text. */
        if (count - from <= QM_BLOCK) bits &= (UINT64_C(1) << (count - from - 1)) - 1;
        status = names_among(scratch, from, bits, err);
    }
    return status;
}

/* ---- the choice ---- */

/* Whether x goes before y, which starts where it does. */
static bool goes_before(const qm_candidate *x, const qm_candidate *y)
{
    if (x->end != y->end) return x->end > y->end;
    if (x->score != y->score) return x->score > y->score;
    return x->kind < y->kind;
}

/* Puts the candidates in order of their starts, into scratch->sorted. Few have the same one, since
 * names of each kind are short. */
static int sort_found(qm_entity_scratch *scratch, qm_error *err)
{
    qm_candidate *found = scratch->found.at, *sorted;
    uint32_t count = (uint32_t)scratch->found.count;
    if (qm_array_reserve(scratch->alloc, &scratch->sorted, count) != QM_OK)
        return qm_fail_nomem(err);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t start = found[i].start;
        uint32_t *link = &scratch->links[start].starts;
        if (!qm_set_has(scratch, QM_SET_FOUND, start)) *link = 0;
        while (*link && goes_before(&found[*link - 1], &found[i])) link = &found[*link - 1].next;
        found[i].next = *link;
        *link = i + 1;
        qm_set_add(scratch, QM_SET_FOUND, start);
    }
    sorted = scratch->sorted.at;
    const uint64_t *starts = scratch->sets + QM_SET_FOUND * scratch->set_words;
    for (uint32_t i = 0; i < scratch->set_words; i++)
        for (uint64_t bits = starts[i]; bits; bits &= bits - 1) {
            uint32_t at = i * 64 + (uint32_t)__builtin_ctzll(bits);
            for (uint32_t n = scratch->links[at].starts; n > 0; n = found[n - 1].next)
                *sorted++ = found[n - 1];
        }
    scratch->sorted.count = count;
    return QM_OK;
}

/* A title takes what a body in front of it ends with, if the rest is a
 * name as well: 云岭县|县委书记, 云岭师范学院|党委副书记. */
static bool title_wins(const qm_entity_scratch *scratch, const qm_candidate *org,
                       const qm_candidate *role)
{
    if (org->kind != QM_ENTITY_ORG || role->start <= org->start || role->start >= org->end ||
        role->end <= org->end)
        return false;
    uint32_t at = role->start;
    bool team = qm_mark_ending(scratch, org->end, QM_WORD_ORG_SUFFIX).flags & QM_FLAG_TEAM;
    while (at > org->start) {
        uint32_t from = team ? qm_place_from(scratch, at) : qm_name_from(scratch, at);
        if (from == 0) break;
        at = from - 1;
    }
    return at == org->start;
}

/* Whether a body ends within the title, as those do that it may take something of. */
static bool body_ends_within(const qm_entity_scratch *scratch, const qm_candidate *role)
{
    for (uint32_t at = role->start + 1; at < role->end; at++)
        if (qm_org_ends(scratch, at)) return true;
    return false;
}

/* Takes away, before the choice, the bodies whose end belongs to a title. */
static void drop_bodies(qm_entity_scratch *scratch)
{
    qm_candidates *found = &scratch->sorted;
    for (size_t i = 0; i < found->count; i++) {
        if (found->at[i].kind != QM_ENTITY_ROLE) continue;
        if (!body_ends_within(scratch, &found->at[i])) continue;
        for (size_t k = i; k-- > 0 && i - k < NEIGHBOURS;)
            if (title_wins(scratch, &found->at[k], &found->at[i])) found->at[k].kind = 0;
    }
}

static bool better(const qm_candidate *now, const qm_candidate *kept)
{
    bool crossed = now->start > kept->start && now->end > kept->end;
    if (crossed && now->kind == QM_ENTITY_PLACE && kept->kind == QM_ENTITY_ORG) return true;
    uint32_t a = now->end - now->start;
    uint32_t b = kept->end - kept->start;
    return a != b ? a > b : now->score > kept->score;
}

#define STEM_KIND 0x80 /* a name that is the stem of a longer one */

/* Links a row to the first one that names the same thing: with the same text, or a place and its
 * short form. */
static int link_row(qm_entity_scratch *scratch, qm_entity *entity, uint32_t row, qm_error *err)
{
    bool place = entity->kind == QM_ENTITY_PLACE;
    uint32_t start = entity->start, length = entity->end - start;
    uint32_t stem = place ? stem_end(scratch, start, entity->end) : start;
    const qm_name *own = find_name(scratch, start, length, entity->kind), *name = own;
    if (!name && stem > start) name = find_name(scratch, start, stem - start, entity->kind);
    if (!name && place) name = find_name(scratch, start, length, QM_ENTITY_PLACE | STEM_KIND);
    entity->link = name ? name->row : row;
    qm_name made = {.start = start, .length = length, .kind = entity->kind, .row = entity->link};
    int status = own || length > LONGEST_NAME ? QM_OK : add_name(scratch, made, err);
    if (status != QM_OK || stem == start) return status;
    made.length = stem - start;
    made.kind |= STEM_KIND;
    return keep_name(scratch, made, err);
}

static int link_rows(qm_entity_scratch *scratch, qm_entities *out, qm_error *err)
{
    int status = make_buckets(scratch, err);
    for (uint32_t row = 0; row < out->count && status == QM_OK; row++)
        status = link_row(scratch, &out->at[row], row, err);
    return status;
}

int qm_entity_choose(qm_entity_scratch *scratch, qm_entities *out, qm_error *err)
{
    qm_candidates *found = &scratch->sorted;
    if (sort_found(scratch, err) != QM_OK) return QM_E_NOMEM;
    drop_bodies(scratch);
    size_t kept = 0;
    for (size_t i = 0; i < found->count; i++) {
        qm_candidate now = found->at[i];
        bool lost = now.kind == 0;
        while (kept > 0 && found->at[kept - 1].end > now.start && !lost) {
            if (better(&now, &found->at[kept - 1])) kept--;
            else lost = true;
        }
        if (!lost) found->at[kept++] = now;
    }
    found->count = kept;
    if (qm_array_reserve(scratch->alloc, out, kept) != QM_OK) return qm_fail_nomem(err);
    for (size_t i = 0; i < kept; i++) {
        const qm_candidate *c = &found->at[i];
        out->at[i] = (qm_entity){.start = c->start, .end = c->end, .kind = c->kind};
        out->count = i + 1;
    }
    return link_rows(scratch, out, err);
}
