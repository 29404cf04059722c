#include "compile/taxonomy.h"

int qm_taxonomy_room_of(qm_builder *builder, qm_taxonomy_room **out, qm_error *err)
{
    if (!builder->rooms[QM_COMPILE_INITIATIVE]) {
        qm_taxonomy_room *made = qm_alloc_zero(builder->alloc, sizeof *made);
        if (!made) {
            qm_fail_nomem(err);
            return QM_E_NOMEM;
        }
        made->gap = QM_TAXONOMY_GAP;
        builder->rooms[QM_COMPILE_INITIATIVE] = made;
    }
    *out = builder->rooms[QM_COMPILE_INITIATIVE];
    return QM_OK;
}

void qm_taxonomy_free(qm_builder *builder)
{
    qm_taxonomy_room *room = builder->rooms[QM_COMPILE_INITIATIVE];
    if (!room) return;
    const qm_allocator *alloc = builder->alloc;
    qm_array_free(alloc, &room->types);
    qm_array_free(alloc, &room->sets);
    qm_array_free(alloc, &room->rules);
    qm_array_free(alloc, &room->cues);
    qm_array_free(alloc, &room->fights);
    qm_array_free(alloc, &room->particles);
    qm_array_free(alloc, &room->words);
    qm_array_free(alloc, &room->slots);
    qm_array_free(alloc, &room->named);
    qm_array_free(alloc, &room->pool);
    qm_release(alloc, room, sizeof *room);
    builder->rooms[QM_COMPILE_INITIATIVE] = NULL;
}

int qm_taxonomy_keep(qm_builder *builder, qm_bytes string, qm_taxonomy_text *out, qm_error *err)
{
    qm_taxonomy_room *room = NULL;
    int status = qm_taxonomy_room_of(builder, &room, err);
    if (status != QM_OK) return status;
    if (string.size > UINT32_MAX / 2 - room->pool.count)
        return qm_fail(err, QM_E_LIMIT, "taxonomy: too much text");
    if (qm_array_reserve(builder->alloc, &room->pool, room->pool.count + string.size + 1) != QM_OK)
        return qm_fail_nomem(err);
    if (string.size) memcpy(room->pool.at + room->pool.count, string.data, string.size);
    *out = (qm_taxonomy_text){(uint32_t)room->pool.count, (uint32_t)string.size};
    room->pool.count += string.size;
    return QM_OK;
}

static qm_bytes kept(const qm_taxonomy_room *room, qm_taxonomy_text text)
{
    return (qm_bytes){room->pool.at + text.at, text.size};
}

static int fail_at(qm_place place, uint32_t offset, qm_error *err, const char *reason,
                   qm_bytes about)
{
    int size = about.size < 60 ? (int)about.size : 60;
    return qm_fail_line(err, QM_E_SYNTAX, place.line, place.column + offset, "%s%s%.*s", reason,
                        size ? ": " : "", size, (const char *)about.data);
}

/* ---- types ---- */

static bool find_type(const qm_taxonomy_room *room, qm_bytes id, uint32_t *out)
{
    for (uint32_t i = 0; i < room->types.count; i++) {
        if (!qm_bytes_equal(kept(room, room->types.at[i].id), id)) continue;
        *out = i;
        return true;
    }
    return false;
}

static bool id_is_sound(qm_bytes id)
{
    const char *at = id.data;
    for (size_t i = 0; i < id.size; i++) {
        bool sound = (at[i] >= 'a' && at[i] <= 'z') || (at[i] >= 'A' && at[i] <= 'Z') ||
                     (at[i] >= '0' && at[i] <= '9') || at[i] == '_' || at[i] == '-';
        if (!sound) return false;
    }
    return id.size > 0 && id.size <= 64;
}

int qm_taxonomy_new_type(qm_builder *builder, qm_bytes id, qm_place place, uint32_t *out,
                         qm_error *err)
{
    qm_taxonomy_room *room = NULL;
    int status = qm_taxonomy_room_of(builder, &room, err);
    if (status != QM_OK) return status;
    uint32_t found;
    if (!id_is_sound(id))
        return fail_at(place, 0, err, "an id has letters a-z, digits, _ and - only", id);
    if (find_type(room, id, &found)) return fail_at(place, 0, err, "this id is taken", id);
    if (room->types.count >= 1000) return fail_at(place, 0, err, "more than 1000 types", id);
    qm_taxonomy_type type = {0};
    status = qm_taxonomy_keep(builder, id, &type.id, err);
    if (status != QM_OK) return status;
    if (qm_array_push(builder->alloc, &room->types, type) != QM_OK) return qm_fail_nomem(err);
    *out = (uint32_t)room->types.count - 1;
    return QM_OK;
}

bool qm_taxonomy_has_type(const qm_builder *builder, qm_bytes id)
{
    const qm_taxonomy_room *room = builder->rooms[QM_COMPILE_INITIATIVE];
    uint32_t found;
    return (room && find_type(room, id, &found)) || qm_taxonomy_base_has_type(builder, id);
}

bool qm_taxonomy_parents_end(const qm_builder *builder, qm_bytes id)
{
    const qm_taxonomy_room *room = builder->rooms[QM_COMPILE_INITIATIVE];
    uint32_t found;
    for (int left = QM_TAXONOMY_PARENTS; left > 0; left--) {
        if (!room || !find_type(room, id, &found)) return true;
        id = kept(room, room->types.at[found].parent);
        if (id.size == 0) return true;
    }
    return false;
}

int qm_taxonomy_type_of(qm_builder *builder, qm_bytes id, qm_place place, uint32_t *out,
                        qm_error *err)
{
    qm_taxonomy_room *room = NULL;
    int status = qm_taxonomy_room_of(builder, &room, err);
    if (status != QM_OK) return status;
    if (find_type(room, id, out)) return QM_OK;
    if (!qm_taxonomy_base_has_type(builder, id))
        return fail_at(place, 0, err, "no such type to add to (a new one has its name in 'zh:')",
                       id);
    return qm_taxonomy_new_type(builder, id, place, out, err);
}

/* ---- sets ---- */

static bool find_set(const qm_taxonomy_room *room, qm_bytes name, uint32_t *out)
{
    for (size_t i = 0; i < room->named.count; i++) {
        uint32_t set = room->named.at[i];
        if (!qm_bytes_equal(kept(room, room->sets.at[set].name), name)) continue;
        *out = set;
        return true;
    }
    return false;
}

static int new_set(qm_builder *builder, qm_bytes name, uint32_t *out, qm_error *err)
{
    qm_taxonomy_room *room = NULL;
    int status = qm_taxonomy_room_of(builder, &room, err);
    if (status != QM_OK) return status;
    qm_taxonomy_set set = {0};
    status = qm_taxonomy_keep(builder, name, &set.name, err);
    if (status != QM_OK) return status;
    uint32_t number = (uint32_t)room->sets.count;
    if (qm_array_push(builder->alloc, &room->sets, set) != QM_OK ||
        (name.size && qm_array_push(builder->alloc, &room->named, number) != QM_OK))
        return qm_fail_nomem(err);
    *out = number;
    return QM_OK;
}

static bool is_quantity_set(qm_bytes name)
{
    const char *known;
    for (uint32_t i = 0; (known = qm_quantity_set_name(i)) != NULL; i++)
        if (qm_bytes_equal(name, qm_bytes_of(known))) return true;
    return false;
}

/* A set that a pattern or another set names in braces. */
static int set_of(qm_builder *builder, qm_bytes name, qm_place place, uint32_t *out, qm_error *err)
{
    qm_taxonomy_room *room = NULL;
    int status = qm_taxonomy_room_of(builder, &room, err);
    if (status != QM_OK) return status;
    if (find_set(room, name, out)) return QM_OK;
    if (!is_quantity_set(name) && !qm_taxonomy_base_has_set(builder, name))
        return fail_at(place, 0, err, "no such set above", name);
    return new_set(builder, name, out, err);
}

static int add_set_word(qm_builder *builder, uint32_t set, qm_bytes word, bool keep, qm_error *err)
{
    int status = qm_builder_lexeme(builder, word, QM_SENSE_SET, 0, set, err);
    if (status != QM_OK || !keep) return status;
    qm_taxonomy_room *room = builder->rooms[QM_COMPILE_INITIATIVE];
    qm_set_word kept_word = {.set = set};
    status = qm_taxonomy_keep(builder, word, &kept_word.word, err);
    if (status != QM_OK) return status;
    return qm_array_push(builder->alloc, &room->words, kept_word) == QM_OK ? QM_OK
                                                                           : qm_fail_nomem(err);
}

/* The words of one set, as far as they are known here, go to another as well. */
static int take_in(qm_builder *builder, uint32_t from, uint32_t to, qm_error *err)
{
    qm_taxonomy_room *room = builder->rooms[QM_COMPILE_INITIATIVE];
    size_t count = room->words.count;
    for (size_t i = 0; i < count; i++) {
        if (room->words.at[i].set != from) continue;
        uint32_t size = room->words.at[i].word.size;
        char word[256];
        if (size > sizeof word) continue;
        memcpy(word, room->pool.at + room->words.at[i].word.at, size);
        int status = add_set_word(builder, to, (qm_bytes){word, size}, true, err);
        if (status != QM_OK) return status;
    }
    return QM_OK;
}

/* ---- lists of words: "a|b|{set}" ---- */

static qm_bytes trim(qm_bytes text)
{
    const char *at = text.data;
    while (text.size && (at[0] == ' ' || at[0] == '\t')) at++, text.size--;
    while (text.size && (at[text.size - 1] == ' ' || at[text.size - 1] == '\t')) text.size--;
    text.data = at;
    return text;
}

static uint32_t characters(const char *from, const char *to)
{
    uint32_t n = 0;
    for (; from < to; from++) n += ((unsigned char)*from & 0xC0) != 0x80;
    return n;
}

static bool in_braces(qm_bytes word)
{
    const char *at = word.data;
    return word.size > 2 && at[0] == '{' && at[word.size - 1] == '}';
}

/* A sign of patterns in full width, which folding would make one: an input method was left on. */
static bool has_wide_sign(qm_bytes word)
{
    static const char *const signs[] = {"｜", "｛", "｝", "＜", "＞", "＝", "＆", "！"};
    const char *at = word.data;
    for (size_t i = 0; i + 3 <= word.size; i++)
        for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
            if (memcmp(at + i, signs[k], 3) == 0) return true;
    return false;
}

static int check_word(qm_bytes word, qm_place place, qm_error *err)
{
    if (word.size == 0) return fail_at(place, 0, err, "an empty word", word);
    if (word.size > 255) return fail_at(place, 0, err, "a word of more than 255 bytes", word);
    for (size_t i = 0; i < word.size; i++)
        if (strchr("{}<>=&!", ((const char *)word.data)[i]))
            return fail_at(place, 0, err, "a sign that means something else in patterns", word);
    if (has_wide_sign(word))
        return fail_at(place, 0, err, "a full-width sign where one of ASCII is meant", word);
    return QM_OK;
}

int qm_taxonomy_fill_set(qm_builder *builder, qm_bytes name, qm_bytes words, qm_place place,
                         qm_error *err)
{
    qm_taxonomy_room *room = NULL;
    int status = qm_taxonomy_room_of(builder, &room, err);
    if (status != QM_OK) return status;
    uint32_t set = 0;
    if (!id_is_sound(name)) return fail_at(place, 0, err, "not a name for a set", name);
    if (!find_set(room, name, &set)) status = new_set(builder, name, &set, err);
    const char *start = words.data;
    qm_bytes piece = {0};
    while (status == QM_OK && qm_split(&words, '|', &piece)) {
        qm_bytes word = trim(piece);
        qm_place here = {place.line, place.column + characters(start, word.data)};
        if (in_braces(word)) {
            uint32_t other;
            qm_bytes inner = {(const char *)word.data + 1, word.size - 2};
            if (!find_set(room, inner, &other))
                return fail_at(here, 0, err, "no such set above", inner);
            status = take_in(builder, other, set, err);
            continue;
        }
        status = check_word(word, here, err);
        if (status == QM_OK) status = add_set_word(builder, set, word, true, err);
    }
    return status;
}

int qm_taxonomy_add_slots(qm_builder *builder, qm_bytes list, qm_place place, uint32_t *count,
                          qm_error *err)
{
    qm_taxonomy_room *room = builder->rooms[QM_COMPILE_INITIATIVE];
    const char *start = list.data;
    uint32_t loose = UINT32_MAX;
    qm_bytes piece = {0};
    int status = QM_OK;
    while (status == QM_OK && qm_split(&list, '|', &piece)) {
        qm_bytes word = trim(piece);
        qm_place here = {place.line, place.column + characters(start, word.data)};
        uint32_t set = 0;
        if (in_braces(word)) {
            status = set_of(builder, (qm_bytes){(const char *)word.data + 1, word.size - 2}, here,
                            &set, err);
            if (status == QM_OK && qm_array_push(builder->alloc, &room->slots, set) != QM_OK)
                status = qm_fail_nomem(err);
            ++*count;
            continue;
        }
        status = check_word(word, here, err);
        if (status == QM_OK && loose == UINT32_MAX) {
            status = new_set(builder, qm_bytes_of(""), &loose, err);
            if (status == QM_OK && qm_array_push(builder->alloc, &room->slots, loose) != QM_OK)
                status = qm_fail_nomem(err);
            ++*count;
        }
        if (status == QM_OK) status = add_set_word(builder, loose, word, false, err);
    }
    return status;
}

int qm_taxonomy_add_block(qm_builder *builder, uint32_t type, qm_bytes words, qm_place place,
                          qm_error *err)
{
    const char *start = words.data;
    qm_bytes piece = {0};
    int status = QM_OK;
    while (status == QM_OK && qm_split(&words, '|', &piece)) {
        qm_bytes word = trim(piece);
        qm_place here = {place.line, place.column + characters(start, word.data)};
        status = check_word(word, here, err);
        if (status == QM_OK)
            status = qm_builder_lexeme(builder, word, QM_SENSE_BLOCK, 0, type, err);
    }
    return status;
}
