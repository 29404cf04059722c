/* The section of a taxonomy, the calls of the public builder, and what the base model knows. */
#include "compile/taxonomy.h"
#include "engine/model.h"

static bool base_has(const qm_builder *builder, qm_bytes name, bool types)
{
    if (!builder->base || name.size == 0) return false;
    const qm_images *images = qm_model_images(builder->base);
    for (size_t i = 0; i < images->count; i++) {
        qm_taxonomy taxonomy;
        if (qm_taxonomy_bind(&taxonomy, &images->at[i], NULL) != QM_OK) continue;
        uint32_t count = types ? taxonomy.header.types : taxonomy.header.sets;
        for (uint32_t k = 0; k < count; k++) {
            qm_taxonomy_text text = types ? taxonomy.types[k].id : taxonomy.sets[k].name;
            if (qm_bytes_equal(qm_taxonomy_string(&taxonomy, text), name)) return true;
        }
    }
    return false;
}

bool qm_taxonomy_base_has_type(const qm_builder *builder, qm_bytes id)
{
    return base_has(builder, id, true);
}

bool qm_taxonomy_base_has_set(const qm_builder *builder, qm_bytes name)
{
    return base_has(builder, name, false);
}

int qm_builder_add_type(qm_builder *builder, qm_bytes id, qm_bytes parent, qm_bytes name,
                        qm_bytes group, qm_bytes duty, qm_error *err)
{
    qm_place nowhere = {0, 0};
    uint32_t number;
    qm_taxonomy_type made = {0};
    int status = qm_taxonomy_keep(builder, name, &made.name, err);
    if (status == QM_OK) status = qm_taxonomy_keep(builder, group, &made.group, err);
    if (status == QM_OK) status = qm_taxonomy_keep(builder, duty, &made.duty, err);
    if (status == QM_OK) status = qm_taxonomy_keep(builder, parent, &made.parent, err);
    if (status == QM_OK) status = qm_taxonomy_new_type(builder, id, nowhere, &number, err);
    if (status != QM_OK) return status;
    qm_taxonomy_room *room = builder->rooms[QM_COMPILE_INITIATIVE];
    made.id = room->types.at[number].id;
    room->types.at[number] = made;
    return QM_OK;
}

int qm_builder_add_rule(qm_builder *builder, qm_bytes type_id, qm_bytes pattern, qm_error *err)
{
    qm_place nowhere = {0, 0};
    qm_rule_options options = {QM_TAXONOMY_GAP, QM_SCOPE_CLAUSE, QM_TAXONOMY_PAIR};
    uint32_t type;
    int status = qm_taxonomy_type_of(builder, type_id, nowhere, &type, err);
    if (status != QM_OK) return status;
    return qm_taxonomy_add_rule(builder, type, pattern, &options, nowhere, err);
}

/* A type may be added before the one it inherits from, so they are looked for when all are known.
 */
static int check_parents(const qm_builder *builder, const qm_taxonomy_room *room, qm_error *err)
{
    for (size_t i = 0; i < room->types.count; i++) {
        const qm_taxonomy_text text = room->types.at[i].parent;
        const qm_bytes parent = {room->pool.at + text.at, text.size};
        if (text.size > 0 && !qm_taxonomy_has_type(builder, parent))
            return qm_fail(err, QM_E_INVALID, "no such type to inherit from: %.*s",
                           parent.size < 100 ? (int)parent.size : 100, (const char *)parent.data);
        if (text.size > 0 && !qm_taxonomy_parents_end(builder, parent))
            return qm_fail(err, QM_E_INVALID, QM_TAXONOMY_RING);
    }
    return QM_OK;
}

typedef struct part {
    const void *data;
    size_t size;
} part;

int qm_taxonomy_finish(qm_builder *builder, qm_image_writer *writer, qm_error *err)
{
    const qm_taxonomy_room *room = builder->rooms[QM_COMPILE_INITIATIVE];
    if (!room) return QM_OK;
    int status = check_parents(builder, room, err);
    if (status != QM_OK) return status;
    const qm_taxonomy_header header = {
        .version = QM_TAXONOMY_VERSION,
        .flags = room->flags,
        .types = (uint32_t)room->types.count,
        .sets = (uint32_t)room->sets.count,
        .rules = (uint32_t)room->rules.count,
        .slots = (uint32_t)room->slots.count,
        .cues = (uint32_t)room->cues.count,
        .fights = (uint32_t)room->fights.count,
        .pool = (uint32_t)room->pool.count,
    };
    const part parts[] = {
        {&header, sizeof header},
        {room->types.at, room->types.count * sizeof *room->types.at},
        {room->sets.at, room->sets.count * sizeof *room->sets.at},
        {room->rules.at, room->rules.count * sizeof *room->rules.at},
        {room->slots.at, room->slots.count * sizeof *room->slots.at},
        {room->cues.at, room->cues.count * sizeof *room->cues.at},
        {room->fights.at, room->fights.count * sizeof *room->fights.at},
        {room->pool.at, room->pool.count},
    };
    size_t size = 0, at = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) size += parts[i].size;
    uint8_t *section = qm_resize(builder->alloc, NULL, 0, size);
    if (!section) return qm_fail_nomem(err);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].size) memcpy(section + at, parts[i].data, parts[i].size);
        at += parts[i].size;
    }
    status = qm_image_writer_add(writer, QM_SECTION_TAXONOMY, section, size, err);
    qm_release(builder->alloc, section, size);
    if (status != QM_OK || room->particles.count == 0) return status;
    return qm_image_writer_add(writer, QM_SECTION_PARTICLES, room->particles.at,
                               room->particles.count * sizeof *room->particles.at, err);
}
