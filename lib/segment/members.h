/* Moves the chosen ones of eight lanes together. */
#ifndef QM_SEGMENT_MEMBERS_H
#define QM_SEGMENT_MEMBERS_H

#include <stdint.h>

/* For each set of eight: a byte with the number of each member, in order. */
#define QM_MEMBER(set, i) \
    ((uint64_t)((set) >> (i)&1) * (i) << 8 * __builtin_popcount((set) & ((1 << (i)) - 1)))
#define QM_MEMBERS(set)                                                              \
    (QM_MEMBER(set, 0) | QM_MEMBER(set, 1) | QM_MEMBER(set, 2) | QM_MEMBER(set, 3) | \
     QM_MEMBER(set, 4) | QM_MEMBER(set, 5) | QM_MEMBER(set, 6) | QM_MEMBER(set, 7))
#define QM_FOUR(set) \
    QM_MEMBERS(set), QM_MEMBERS((set) + 1), QM_MEMBERS((set) + 2), QM_MEMBERS((set) + 3)
#define QM_SIXTEEN(set) QM_FOUR(set), QM_FOUR((set) + 4), QM_FOUR((set) + 8), QM_FOUR((set) + 12)
#define QM_SIXTY_FOUR(set) \
    QM_SIXTEEN(set), QM_SIXTEEN((set) + 16), QM_SIXTEEN((set) + 32), QM_SIXTEEN((set) + 48)
static const uint64_t qm_members[256] = {QM_SIXTY_FOUR(0), QM_SIXTY_FOUR(64), QM_SIXTY_FOUR(128),
                                         QM_SIXTY_FOUR(192)};

#endif
