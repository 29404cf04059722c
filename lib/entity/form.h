/* What speaks for a name of a surname and a given name: the characters, how the segmenter cuts
 * them, what stands on both sides. Of bytes, for the passes over characters. */
#ifndef QM_ENTITY_FORM_H
#define QM_ENTITY_FORM_H

#include "entity/model.h"

#define QM_LEAST_PERSON 8  /* score of a person */
#define QM_MOST_BESIDE 5   /* points that what stands on one side of a name can give */
#define QM_MOST_AGAIN 3    /* and more mentions of it */
#define QM_WHOLE_WORD 4    /* points of a form that the segmenter makes one word */
#define QM_NO_GIVEN (-9)   /* of a character that no name has */
#define QM_NO_END (-8)     /* of one that ends none, but may well stand within one */
#define QM_WITHIN (-2)     /* what it is worth there */
#define QM_LONGER_NAME 2   /* for a given name of two characters */
#define QM_LEAST_FORM (-1) /* points of the characters of a name but for its length */

static inline int8_t qm_surname_points(uint8_t class, bool common_word)
{
    int8_t points = (int8_t)(class == 0 ? -9 : class < 5 ? 5 - class : 0);
    return (int8_t)(points - (common_word ? 2 : 0));
}

/* given: points from -3 to 3, plus 3. */
static inline int8_t qm_points_of_given(uint8_t given)
{
    const int8_t rare = (int8_t)((given > 0) + (QM_WITHIN - QM_NO_END) * (given > 1));
    const int8_t fair = (int8_t)(2 * (given > 2) + (given > 4) + (given > 5));
    return (int8_t)(QM_NO_GIVEN + rare + fair);
}

/* 覃家豪, 马得福: a character that ends no name may well stand within it. */
static inline int8_t qm_points_within(int8_t points)
{
    return (int8_t)(points + (points == QM_NO_END ? QM_WITHIN - QM_NO_END : 0));
}

/* Where the segmenter begins words: 1 where the name begins, within it, behind it. */
static inline uint8_t qm_is_whole(uint8_t begins, uint8_t within, uint8_t behind)
{
    return begins & behind & (within ^ 1);
}

/* For how it cuts the name: QM_WHOLE_WORD, 2 for several words, less when others go into it. */
static inline int8_t qm_points_of_cut(uint8_t begins, uint8_t within, uint8_t behind)
{
    const uint8_t whole = qm_is_whole(begins, within, behind);
    return (int8_t)(4 * begins + 3 * behind + 2 * whole - 5);
}

/* The less a form looks like a name, the more must speak for it. whole: 1 or 0. */
static inline int8_t qm_least_context(int8_t points, uint8_t whole)
{
    const bool fair = points >= 3, good = points >= 5, best = points >= 7;
    const uint8_t sure = (points >= 8) & (whole ^ 1);
    return (int8_t)(5 - fair - 2 * good - sure - whole * (fair + best));
}

/* Whether the characters, words and, at most, both sides and other mentions make it a person. */
static inline uint8_t qm_may_be_person(int8_t points, uint8_t begins, uint8_t within,
                                       uint8_t behind, int8_t beside)
{
    const int8_t least = qm_least_context(points, qm_is_whole(begins, within, behind));
    const int8_t words = qm_points_of_cut(begins, within, behind);
    const int8_t most = (int8_t)(points + words + beside + QM_MOST_AGAIN);
    return (uint8_t)(beside >= least) & (uint8_t)(most >= QM_LEAST_PERSON);
}

#endif
