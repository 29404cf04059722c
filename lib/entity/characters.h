/* Passes over the characters of a document, 64 at a time; for each kind of processor its own. */
#ifndef QM_ENTITY_CHARACTERS_H
#define QM_ENTITY_CHARACTERS_H

#include "entity/form.h"

#define QM_BLOCK 64u /* as many as a number has bits */

enum { QM_HAN_OUT = 128 }; /* beside the flags of the table: no hanzi */

/* The state of a character. */
enum {
    QM_SPOT_OUT = 1,      /* no hanzi: names end here */
    QM_SPOT_STOP = 2,     /* in a word that no name holds */
    QM_SPOT_FUNCTION = 4, /* a character that no name of a place or body holds */
    QM_SPOT_QUANTITY = 8, /* in a quantity */
    QM_SPOT_WORD = 16,    /* in a word that no name of a place holds */
    QM_SPOT_PLACE = 32,   /* in a place */
    QM_SPOT_BYLINE = 64,  /* in a byline or caption */
    QM_SPOT_WITHIN = 128  /* in a word like 农村, but at its end */
};
/* No name goes over it. */
#define QM_SPOT_ENDS (QM_SPOT_OUT | QM_SPOT_STOP | QM_SPOT_FUNCTION | QM_SPOT_QUANTITY)
/* No surname and given name begin there. */
#define QM_SPOT_NO_FORM (QM_SPOT_OUT | QM_SPOT_PLACE | QM_SPOT_QUANTITY)

/* A block of the text; begins have what belongs to the three characters behind the last one, too.
 */
typedef struct qm_block {
    const uint32_t *chars;
    const uint8_t *classes, *begins;
    const uint16_t *codes; /* in the alphabet of a lexicon; 0 for those that it doesn't have */
} qm_block;

/* Entries of characters; of each table the entry in front of the first one may be read. What is
 * frequent lies together by codes, so few others are looked up by themselves. */
typedef struct qm_han_tables {
    const qm_han_entry *han;     /* from QM_HAN_FIRST on */
    const qm_han_entry *by_code; /* no name and QM_HAN_OUT for code 0 and for what is no hanzi */
} qm_han_tables;

/* Bits of characters. */
typedef struct qm_block_bits {
    uint64_t directions; /* QM_HAN_DIRECTION where no word begins */
    uint64_t familiar;   /* QM_HAN_FAMILIAR */
    uint64_t surnames;
    uint64_t signs;  /* what may be an opening quotation mark, 》 or the dot in names */
    uint64_t spaces; /* of the class of blanks */
} qm_block_bits;

/* What belongs to the characters of a block in the working state of a document. */
typedef struct qm_block_state {
    uint8_t *hans, *flags, *states;
    uint32_t *start_sets, *end_sets;
} qm_block_state;

/* The characters that names begin with: each is in one of eight groups, a bit, which stands beside
 * the last three of its hexadecimal digits. Few others have all three in one group. */
typedef struct qm_firsts {
    uint8_t digits[3][16];
} qm_firsts;

static inline void qm_firsts_add(qm_firsts *firsts, uint32_t c)
{
    const uint8_t group = (uint8_t)(1u << ((c * 0x9E3779B1u) >> 29));
    for (uint32_t i = 0; i < 3; i++) firsts->digits[i][c >> 4 * i & 15] |= group;
}

static inline bool qm_firsts_has(const qm_firsts *firsts, uint32_t c)
{
    return firsts->digits[0][c & 15] & firsts->digits[1][c >> 4 & 15] &
           firsts->digits[2][c >> 8 & 15];
}

/* What stands beside the names of persons: of a block, what its characters say, and what words and
 * names end behind each of them and start at it. */
typedef struct qm_sides {
    const uint32_t *chars;
    const uint8_t *classes, *flags;
    const uint8_t *states; /* one more */
    const uint32_t *start_sets, *end_sets;
    uint32_t starts, ends; /* those in the sets that speak for a name */
} qm_sides;

/* What may be a name of a person. Of hans, begins and behind three more elements are read. */
typedef struct qm_form_block {
    const uint8_t *hans, *states, *begins;
    const int8_t *before, *behind;
} qm_form_block;

/* Characters where a surname is, and where a name with one character or two behind it may be. */
typedef struct qm_form_bits {
    uint64_t surnames, two, three;
} qm_form_bits;

typedef struct qm_character_ways {
    /* Fills in what the table says of the characters, the states that it gives them, empty sets. */
    qm_block_bits (*read)(const qm_han_tables *tables, const qm_block *block,
                          const qm_block_state *state);
    /* The most points that what stands beside a name can give: before, to one that begins behind
     * each character; behind, to one that ends in front of it. */
    void (*find_sides)(const qm_sides *sides, int8_t *before, int8_t *behind);
    /* Surnames with a character behind them that a given name can have: most surnames are other
     * words, and what follows them shows. */
    qm_form_bits (*find_forms)(const qm_form_block *block);
    /* Which of the characters names may begin with. */
    uint64_t (*find_firsts)(const qm_firsts *firsts, const uint32_t *chars);
} qm_character_ways;

/* Those of the processor that this runs on. */
const qm_character_ways *qm_character_ways_here(void);
extern const qm_character_ways qm_character_ways_plain;
#ifdef __x86_64__
extern const qm_character_ways qm_character_ways_avx2;
#endif

#endif
