/* What a character may be to a quantity, told by one look: most of the questions that readers ask
 * about a place need not be asked where its character has not the trait. */
#ifndef QM_TRAIT_H
#define QM_TRAIT_H

#include <stdbool.h>
#include <stdint.h>

enum {
    QM_TRAIT_LINK = 1 << 16,  /* between a word and its number */
    QM_TRAIT_RATIO = 1 << 17, /* next to a number: it may be a ratio or the score of a match */
    QM_TRAIT_PLACE = 1 << 18, /* the name of a place may end with it */
    QM_TRAIT_BESIDE =
        1 << 19, /* next to a number: it may be a code, an item, the head of a table */
    QM_TRAIT_PATTERN = 1 << 20, /* a trap that is a pattern may begin here */
    QM_TRAIT_FIGURE = 1 << 21,  /* behind a figure: it may go on */
    QM_TRAIT_SPECIAL = 1 << 22, /* behind a number: more than a plain unit may follow */
    QM_TRAIT_SEQUEL = 1 << 23,  /* behind an amount: it may go on, or a second side may follow */
    QM_TRAIT_DATE = 1 << 24,    /* behind figures: they may be a date or clock time */
    QM_TRAIT_SHARE = 1 << 25,   /* a unit that is a word of other meanings as well begins with it */
    QM_TRAIT_MONEY = 1 << 26,   /* behind money: it may belong to it */
    QM_TRAIT_RATE = 1 << 27,    /* a rate may be told here */
    QM_TRAIT_FOLLOWS = 1 << 28,
    QM_TRAIT_LEADS = 1 << 29, /* as STOP, but only before a character of QM_TRAIT_FOLLOWS */
    QM_TRAIT_STOP = 1 << 30   /* a quantity or a pattern of traps begins here, or a quotation opens
                                 or closes */
};
#define QM_TRAIT_TRAP (1u << 31) /* a trap of its own, as the lexicon says */

/* By the last bits of the character: others that end with the same ones have its traits, too. So a
 * trait tells where to look, never what is there. */
extern const uint16_t qm_traits[8192];
static inline uint32_t qm_traits_of(uint32_t c)
{
    return (uint32_t)qm_traits[c & 8191] << 16;
}

/* Those characters with STOP, LEADS or FOLLOWS that have no glyph (qm_glyphs), and a zero. */
extern const uint32_t qm_lookers[];

static inline bool qm_has_trait(uint32_t c, uint32_t trait)
{
    return qm_traits_of(c) & trait;
}

#endif
