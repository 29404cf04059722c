/* The particles of initiatives: job, characters. */
#include "base/utf8.h"
#include "compile/taxonomy.h"

static const struct {
    const char *name;
    uint32_t job;
} jobs[] = {
    {"over", QM_PARTICLE_OVER},       {"of", QM_PARTICLE_OF},
    {"light", QM_PARTICLE_LIGHT},     {"aside", QM_PARTICLE_ASIDE},
    {"end", QM_PARTICLE_END},         {"take", QM_PARTICLE_TAKE},
    {"turn", QM_PARTICLE_TURN},       {"each", QM_PARTICLE_EACH},
    {"article", QM_PARTICLE_ARTICLE}, {"village", QM_PARTICLE_VILLAGE},
    {"result", QM_PARTICLE_RESULT},   {"and", QM_PARTICLE_AND},
    {"toward", QM_PARTICLE_TOWARD},   {"into", QM_PARTICLE_INTO},
    {"list", QM_PARTICLE_LIST},       {"verb", QM_PARTICLE_VERB},
    {"compare", QM_PARTICLE_COMPARE}, {"trip", QM_PARTICLE_TRIP},
    {"source", QM_PARTICLE_SOURCE},   {"already", QM_PARTICLE_ALREADY},
    {"gain", QM_PARTICLE_GAIN},       {"head", QM_PARTICLE_HEAD},
    {"with", QM_PARTICLE_WITH},       {"piece", QM_PARTICLE_PIECE},
};

static uint32_t job_of(qm_bytes name)
{
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
        if (qm_bytes_equal(name, qm_bytes_of(jobs[i].name))) return jobs[i].job;
    return 0;
}

/* Takes the first character off well-formed text. */
static uint32_t take_character(qm_bytes *text)
{
    uint32_t c = 0, length = qm_utf8_read(text->data, text->size, &c);
    *text = (qm_bytes){(const uint8_t *)text->data + length, text->size - length};
    return c;
}

/* They are kept in order. */
static int add_job(qm_builder *builder, uint32_t character, uint32_t job)
{
    qm_taxonomy_room *room = builder->rooms[QM_COMPILE_INITIATIVE];
    size_t at = room->particles.count;
    while (at > 0 && room->particles.at[at - 1].character >= character) at--;
    if (at == room->particles.count || room->particles.at[at].character != character) {
        if (qm_array_reserve(builder->alloc, &room->particles, room->particles.count + 1) != QM_OK)
            return QM_E_NOMEM;
        memmove(room->particles.at + at + 1, room->particles.at + at,
                (room->particles.count - at) * sizeof *room->particles.at);
        room->particles.at[at] = (qm_particle){character, 0};
        room->particles.count++;
    }
    room->particles.at[at].jobs |= job;
    return QM_OK;
}

int qm_taxonomy_read_particles(qm_builder *builder, qm_bytes text, qm_error *err)
{
    qm_tsv tsv;
    qm_taxonomy_room *room = NULL;
    int status = qm_taxonomy_room_of(builder, &room, err);
    qm_tsv_open(&tsv, text);
    while (status == QM_OK && qm_tsv_next(&tsv)) {
        const uint32_t job = job_of(qm_tsv_field(&tsv, 0));
        qm_bytes left = qm_tsv_field(&tsv, 1);
        if (job == 0) return qm_tsv_fail(&tsv, 0, err, "no such job of a particle");
        if (left.size == 0) return qm_tsv_fail(&tsv, 1, err, "a job that nobody does");
        while (status == QM_OK && left.size > 0) {
            uint32_t c = take_character(&left);
            if (builder->map) c = qm_charmap_fold(builder->map, c);
            if (c == 0) return qm_tsv_fail(&tsv, 1, err, "a NUL is no particle");
            if (c > 0xFFFF) return qm_tsv_fail(&tsv, 1, err, "a particle beyond the basic plane");
            if (add_job(builder, c, job) != QM_OK) status = qm_fail_nomem(err);
            if (room->particles.count > QM_PARTICLES_MOST)
                return qm_tsv_fail(&tsv, 1, err, "too many particles");
        }
    }
    return status;
}
