/* The automaton of a lexicon as it lies in the section "LEXA", and the senses of its entries in
 * "LEXE".
 *
 * A character becomes a code of the alphabet (0: not in it) by a two-stage table; codes go by
 * falling frequency, so that what is used together lies together. The first block is empty. Where
 * the alphabet is a large one, those behind it are of the pages of the basic plane, one for each,
 * so that one stage tells the codes of nearly all characters. State s goes by code c to
 * t = base[s] + c if check[t] is s. The root is state 0 with base 0: its child by code c is state
 * c, and no other state has a place below the number of codes. fail leads to the longest proper
 * suffix that is a state. output is 1 + the first find of those that end in the state, 0 for none.
 *
 * A find tells what one room finds of one entry, in a number: a group of senses, the length of the
 * entry, and whether it is the last one of its list. Lists stand one behind the other; that of a
 * state has the finds of the longest entry first, by rooms, and those of the shorter ones behind
 * them, even where these have lists of their own: so a list is read in one go.
 *
 * Most pairs of neighbours in a text stand in no entry: then the state behind them is that of the
 * second one alone, whatever it was before. Two bits for each pair of every entry, hashed into a
 * set that stays in a near cache, tell so without a look at the states.
 *
 * Rooms build on those before them, and who wants none behind a room need not know what these look
 * for: set r holds the pairs of the entries that rooms 0 to r know, and the lists that begin among
 * the first limits[r] finds are those that have such an entry.
 *
 * What single characters are to the room that asks for them is in no list: asked is 1 + the group
 * of each code, 0 for none. */
#ifndef QM_AUTOMATON_H
#define QM_AUTOMATON_H

#include "image/lexicon.h"

#define QM_SECTION_LEXA QM_SECTION_ID('L', 'E', 'X', 'A')
#define QM_SECTION_LEXE QM_SECTION_ID('L', 'E', 'X', 'E')

#define QM_LEXICON_FORMAT 8u
#define QM_LEXICON_NUMBERS 0xFFFFFFu           /* states, entries, finds and senses have 24 bits, */
#define QM_LEXICON_GROUPS 0x7FFFFFu            /* groups 23 */
#define QM_LEXICON_NO_STATE QM_LEXICON_NUMBERS /* check of the root and of unused states */
#define QM_LEXICON_LONGEST ((uint32_t)QM_LEXICON_WORD)
#define QM_LEXICON_SENSES 255u   /* of an entry for one room */
#define QM_LEXICON_ROOMS 8u      /* those to come, too: high bytes of kinds */
#define QM_LEXICON_PAGES 0x1100u /* pages of 256 code points */
#define QM_LEXICON_BASIC 0x100u  /* those of the basic plane */

typedef struct qm_lexicon_head { /* of LEXA */
    uint32_t format;
    uint32_t codes;  /* of the alphabet, code 0 counted */
    uint32_t blocks; /* of 256 codes in the second stage */
    uint32_t states; /* slots, unused ones too; `codes` of them at the end are empty */
    uint32_t entries;
    uint32_t finds;
    uint32_t shifts[QM_ROOMS]; /* of the hashes of pairs, 4 to 26: 1 << (32 - shift) bits */
    uint32_t limits[QM_ROOMS];
    uint32_t groups; /* of senses */
    uint32_t reserved;
} qm_lexicon_head;

/* Four numbers of 24 bits: fail is parted among the high bytes of the others. */
typedef struct qm_lexicon_state {
    uint32_t base, check, output;
} qm_lexicon_state;

/* Of LEXE; then sense_starts, senses. What a room knows of an entry is a group of senses; entries
 * of which it knows the same share theirs. Groups are in the order of their rooms. */
typedef struct qm_lexicon_groups {
    uint32_t groups, senses;
} qm_lexicon_groups;

_Static_assert(sizeof(qm_lexicon_head) == 64, "part of the format");
_Static_assert(sizeof(qm_lexicon_state) == 12, "part of the format");
_Static_assert((QM_ROOMS_THAT_ASK & (QM_ROOMS_THAT_ASK - 1)) == 0, "a code has one group to tell");
_Static_assert(sizeof(qm_sense) == 8, "part of the format");

#define QM_LAST_FIND 0x80000000u

static inline uint32_t qm_find_of(uint32_t group, uint32_t length)
{
    return group | length << 23;
}
static inline uint32_t qm_find_group(uint32_t find)
{
    return find & QM_LEXICON_GROUPS;
}
static inline uint32_t qm_find_length(uint32_t find)
{
    return find >> 23 & QM_LEXICON_LONGEST;
}

static inline uint32_t qm_low(uint32_t packed)
{
    return packed & QM_LEXICON_NUMBERS;
}
static inline uint32_t qm_high(uint32_t packed)
{
    return packed >> 24;
}
static inline uint32_t qm_state_fail(const qm_lexicon_state *state)
{
    return qm_high(state->base) | qm_high(state->check) << 8 | qm_high(state->output) << 16;
}
/* The bits of a pair of codes in their set, of which hash >> shift is the first one, and the other
 * one is among the 32 that stand together with it. */
static inline uint32_t qm_pair_hash(uint32_t first, uint32_t second)
{
    return (first << 16 ^ second) * 0x9E3779B1u;
}
static inline uint32_t qm_pair_other(uint32_t hash)
{
    return hash >> 8 & 31;
}

/* Where the arrays of LEXA start, in bytes; they follow each other in this order. */
typedef struct qm_lexicon_layout {
    uint64_t pairs[QM_ROOMS], states, finds, asked, pages, codes, depths, size;
} qm_lexicon_layout;

static inline qm_lexicon_layout qm_lexicon_layout_of(const qm_lexicon_head *head)
{
    qm_lexicon_layout at;
    at.states = sizeof *head;
    for (int r = 0; r < QM_ROOMS; r++) {
        at.pairs[r] = at.states;
        at.states += (UINT64_C(1) << (32 - head->shifts[r])) / 8;
    }
    at.finds = at.states + (uint64_t)head->states * sizeof(qm_lexicon_state);
    at.asked = at.finds + (uint64_t)head->finds * sizeof(uint32_t);
    at.pages = at.asked + (uint64_t)head->codes * sizeof(uint32_t);
    at.codes = at.pages + QM_LEXICON_PAGES * sizeof(uint16_t);
    at.depths = at.codes + (uint64_t)head->blocks * 256 * sizeof(uint16_t);
    at.size = at.depths + head->states;
    return at;
}

/* The arrays themselves. */
typedef struct qm_automaton {
    const qm_lexicon_state *states;
    const uint32_t *finds;
    const uint32_t *asked;
    const uint16_t *pages; /* first stage: block of a page */
    const uint16_t *codes; /* second stage: of the empty block first */
    const uint8_t *depths; /* of each state; only the check of the image reads them */
} qm_automaton;

static inline qm_automaton qm_automaton_of(const void *section)
{
    const uint8_t *data = section;
    qm_lexicon_layout at = qm_lexicon_layout_of(section);
    return (qm_automaton){
        (const qm_lexicon_state *)(data + at.states), (const uint32_t *)(data + at.finds),
        (const uint32_t *)(data + at.asked),          (const uint16_t *)(data + at.pages),
        (const uint16_t *)(data + at.codes),          data + at.depths};
}

#endif
