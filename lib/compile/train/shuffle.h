/* Orders at random that are the same on every machine: what the trainers go through their examples
 * by. */
#ifndef QM_TRAIN_SHUFFLE_H
#define QM_TRAIN_SHUFFLE_H

#include <stddef.h>
#include <stdint.h>

/* Fisher and Yates's, drawn by splitmix64 from *state, which moves on. */
void qm_shuffle(uint32_t *order, size_t n, uint64_t *state);

#endif
