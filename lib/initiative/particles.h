/* Characters that do a job of grammar around a verb and its object: 了, 的, 把 ... They lie in an
 * image as the section "IPAR", written by lib/compile/particles.c: particles in ascending order. */
#ifndef QM_INITIATIVE_PARTICLES_H
#define QM_INITIATIVE_PARTICLES_H

#include "image/image.h"

#define QM_SECTION_PARTICLES QM_SECTION_ID('I', 'P', 'A', 'R')

#define QM_PARTICLES_MOST 512u /* of all images together */

/* What each is for says lib/data/initiative/particles.tsv. */
enum {
    QM_PARTICLE_OVER = 1,
    QM_PARTICLE_OF = 2,
    QM_PARTICLE_LIGHT = 4,
    QM_PARTICLE_ASIDE = 8,
    QM_PARTICLE_END = 16,
    QM_PARTICLE_TAKE = 32,
    QM_PARTICLE_TURN = 64,
    QM_PARTICLE_EACH = 128,
    QM_PARTICLE_ARTICLE = 256,
    QM_PARTICLE_VILLAGE = 512,
    QM_PARTICLE_RESULT = 1024,
    QM_PARTICLE_AND = 2048,
    QM_PARTICLE_TOWARD = 4096,
    QM_PARTICLE_INTO = 8192,
    QM_PARTICLE_LIST = 16384,
    QM_PARTICLE_VERB = 32768,
    QM_PARTICLE_COMPARE = 65536,
    QM_PARTICLE_TRIP = 131072,
    QM_PARTICLE_SOURCE = 262144,
    QM_PARTICLE_ALREADY = 524288,
    QM_PARTICLE_GAIN = 1048576,
    QM_PARTICLE_WITH = 2097152,
    QM_PARTICLE_HEAD = 4194304,
    QM_PARTICLE_PIECE = 8388608,
    QM_PARTICLE_JOBS = 16777215 /* all of them */
};

#define QM_PARTICLE_BITS 32 /* room for them, beside a character */

typedef struct qm_particle {
    uint32_t character;
    uint32_t jobs; /* QM_PARTICLE_* */
} qm_particle;

#define QM_PARTICLE_GROUPS 128u

/* All of a stack, by a hash of the character that no two of them share: so nothing is to be asked
 * but whether it is the one that stands there. Those of a group are moved together until it is so:
 * thus few slots are needed, and they stay near at hand. Empty slots are 0. */
typedef struct qm_particles {
    uint64_t *slots; /* character << QM_PARTICLE_BITS | jobs */
    uint32_t n_slots;
    uint32_t factor, shift;
    uint8_t moves[QM_PARTICLE_GROUPS];
} qm_particles;

static inline uint32_t qm_particle_group(uint32_t hash)
{
    return hash >> 16 & (QM_PARTICLE_GROUPS - 1);
}

/* What one image says of a character is added to what others do. */
int qm_particles_new(qm_particles *out, const qm_images *images, const qm_allocator *alloc,
                     qm_error *err);
void qm_particles_free(qm_particles *particles, const qm_allocator *alloc);

/* The jobs of a character; 0 of most. Whose they are nobody could foresee, so no branch asks. */
static inline uint32_t qm_particle_jobs(const qm_particles *particles, uint32_t character)
{
    const uint32_t hash = character * particles->factor;
    const uint32_t move = particles->moves[qm_particle_group(hash)];
    const uint64_t slot = particles->slots[hash >> particles->shift ^ move];
    const uint64_t other = slot >> QM_PARTICLE_BITS ^ character; /* 0: it is the one */
    return (uint32_t)slot & (uint32_t)((other - 1) >> 32);
}

#endif
