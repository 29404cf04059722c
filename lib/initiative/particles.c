#include "initiative/particles.h"

/* Takes the particles of an image in; they are valid if it says so. */
static int add_section(const qm_image *image, qm_particle all[QM_PARTICLES_MOST], uint32_t *count,
                       qm_error *err)
{
    const qm_bytes section = qm_image_section(image, QM_SECTION_PARTICLES);
    const qm_particle *own = section.data;
    const size_t n = section.data ? section.size / sizeof *own : 0;
    if (section.data && section.size % sizeof *own != 0)
        return qm_fail(err, QM_E_CORRUPT, "particles: no such size");
    for (size_t i = 0; i < n; i++) {
        uint32_t k = 0;
        if (own[i].character == 0 || own[i].character > 0xFFFF || own[i].jobs > QM_PARTICLE_JOBS)
            return qm_fail(err, QM_E_CORRUPT, "particles: number %u is none", (unsigned)i);
        while (k < *count && all[k].character != own[i].character) k++;
        if (k == QM_PARTICLES_MOST) return qm_fail(err, QM_E_LIMIT, "particles: too many");
        if (k == *count) all[(*count)++] = (qm_particle){own[i].character, 0};
        all[k].jobs |= own[i].jobs;
    }
    return QM_OK;
}

/* Some particles that are moved together, by their numbers. */
typedef struct particle_group {
    uint32_t number, count;
    uint16_t members[QM_PARTICLES_MOST];
} particle_group;

static uint64_t *slot_of(const qm_particles *made, const qm_particle *one, uint32_t move)
{
    return &made->slots[one->character * made->factor >> made->shift ^ move];
}

static uint32_t group_of(const qm_particles *made, const qm_particle *one)
{
    return qm_particle_group(one->character * made->factor);
}

/* Whether all of a group find free slots if they are moved so. */
static bool put_group(const qm_particles *made, const qm_particle *all, const particle_group *group,
                      uint32_t move)
{
    for (uint32_t i = 0; i < group->count; i++) {
        const qm_particle *one = &all[group->members[i]];
        uint64_t *slot = slot_of(made, one, move);
        if (*slot == 0) {
            *slot = (uint64_t)one->character << QM_PARTICLE_BITS | one->jobs;
            continue;
        }
        while (i-- > 0) *slot_of(made, &all[group->members[i]], move) = 0;
        return false;
    }
    return true;
}

static bool move_group(qm_particles *made, const qm_particle *all, const particle_group *group)
{
    for (uint32_t move = 0; move <= UINT8_MAX; move++)
        if (put_group(made, all, group, move)) {
            made->moves[group->number] = (uint8_t)move;
            return true;
        }
    return false;
}

static void list_group(const qm_particles *made, const qm_particle *all, uint32_t count,
                       particle_group *group)
{
    group->count = 0;
    for (uint32_t i = 0; i < count; i++)
        if (group_of(made, &all[i]) == group->number) group->members[group->count++] = (uint16_t)i;
}

/* Whether each finds a slot of its own; large groups choose first. */
static bool fill_slots(qm_particles *made, const qm_particle *all, uint32_t count)
{
    uint32_t sizes[QM_PARTICLE_GROUPS] = {0};
    particle_group group;
    memset(made->slots, 0, made->n_slots * sizeof *made->slots);
    for (uint32_t i = 0; i < count; i++) sizes[group_of(made, &all[i])]++;
    for (uint32_t size = count; size > 0; size--)
        for (group.number = 0; group.number < QM_PARTICLE_GROUPS; group.number++) {
            if (sizes[group.number] != size) continue;
            list_group(made, all, count, &group);
            if (!move_group(made, all, &group)) return false;
        }
    return true;
}

/* Slots so few that a factor is soon found, as a power of 2. */
static uint32_t fewest_bits(uint32_t count)
{
    uint32_t bits = 8;
    while (count > (3u << bits) / 4) bits++;
    return bits;
}

/* One factor after the other is tried, with more slots where none will do. */
static int make_slots(qm_particles *made, const qm_particle *all, uint32_t count,
                      const qm_allocator *alloc)
{
    enum { TRIES = 64, MOST = 16 }; /* bits */
    made->factor = 0x9E3779B1u;
    for (uint32_t bits = fewest_bits(count); bits <= MOST; bits++) {
        made->n_slots = 1u << bits;
        made->shift = 32 - bits;
        made->slots = qm_alloc_zero(alloc, made->n_slots * sizeof *made->slots);
        if (!made->slots) return QM_E_NOMEM;
        for (int left = TRIES; left > 0; left--, made->factor = made->factor * 0x2545F491u + 2)
            if (fill_slots(made, all, count)) return QM_OK;
        qm_particles_free(made, alloc);
    }
    return QM_E_LIMIT;
}

int qm_particles_new(qm_particles *out, const qm_images *images, const qm_allocator *alloc,
                     qm_error *err)
{
    qm_particle all[QM_PARTICLES_MOST];
    qm_particles made = {.slots = NULL};
    uint32_t count = 0;
    for (size_t i = 0; i < images->count; i++) {
        int status = add_section(&images->at[i], all, &count, err);
        if (status != QM_OK) return status;
    }
    int status = make_slots(&made, all, count, alloc);
    if (status == QM_E_NOMEM) return qm_fail_nomem(err);
    if (status != QM_OK) return qm_fail(err, status, "particles: no table holds them");
    *out = made;
    return QM_OK;
}

void qm_particles_free(qm_particles *particles, const qm_allocator *alloc)
{
    qm_release(alloc, particles->slots, particles->n_slots * sizeof *particles->slots);
    particles->slots = NULL;
}
