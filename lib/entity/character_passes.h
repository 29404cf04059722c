/* Passes that are arithmetic on arrays, which compilers vectorise.
 *
 * This file is included once for each kind of processor, by a file that says which it is and has
 * lowest_bits: those of 64 bytes, in order. */
#include "entity/characters.h"

/* Functions that no name holds, some of them where they are a word of their own. */
static inline void set_states(const uint8_t *restrict flags, const uint8_t *restrict begins,
                              uint8_t *restrict states)
{
    for (uint32_t i = 0; i < QM_BLOCK; i++) {
        uint8_t alone = flags[i] / QM_HAN_ENDS_ALONE & begins[i] & begins[i + 1];
        states[i] = (uint8_t)(((flags[i] & QM_HAN_ENDS) | (alone & 1)) * QM_SPOT_FUNCTION |
                              flags[i] / QM_HAN_OUT * QM_SPOT_OUT);
    }
}

static uint64_t find_surnames(const uint8_t *hans, const uint8_t *states, const uint8_t *begins)
{
    uint8_t found[QM_BLOCK];
    for (uint32_t i = 0; i < QM_BLOCK; i++) {
        uint8_t surname = (hans[i] & QM_HAN_SURNAME) != 0;
        uint8_t given = (hans[i + 1] & QM_HAN_GIVEN) != 0;
        uint8_t barred = (states[i] & QM_SPOT_NO_FORM) != 0;
        uint8_t stopped = (states[i] & QM_SPOT_STOP) != 0;
        found[i] = surname & given & (uint8_t) ~(barred | (stopped & begins[i]));
    }
    return lowest_bits(found);
}
