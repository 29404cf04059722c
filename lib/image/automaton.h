/* The automaton of a lexicon as it lies in the section "LEXA", and its entries in "LEXE".
 *
 * A character becomes a code of the alphabet (0: not in it) by a two-stage table; codes go by
 * falling frequency, so that what is used together lies together. State s goes by code c to
 * t = base[s] + c if check[t] is s. The root is state 0 with base 0: its child by code c is state
 * c. fail leads to the longest proper suffix that is a state. output is 1 + the longest entry that
 * ends in the state, 0 for none; the link of an entry leads to the next shorter one. */
#ifndef QM_AUTOMATON_H
#define QM_AUTOMATON_H

#include "image/lexicon.h"

#define QM_SECTION_LEXA QM_SECTION_ID('L', 'E', 'X', 'A')
#define QM_SECTION_LEXE QM_SECTION_ID('L', 'E', 'X', 'E')

#define QM_LEXICON_NO_STATE UINT32_MAX /* check of the root and of unused states */
#define QM_LEXICON_LONGEST 255u        /* characters of an entry */
#define QM_LEXICON_ENTRIES 0xFFFFFFu   /* an entry and a length share a link */
#define QM_LEXICON_SENSES 0xFFFFFFu    /* so that a match can count them */
#define QM_LEXICON_PAGES 0x1100u       /* pages of 256 code points */

typedef struct qm_lexicon_head { /* of LEXA */
    uint32_t codes;              /* of the alphabet, code 0 counted */
    uint32_t blocks;             /* of 256 codes in the second stage */
    uint32_t states;             /* slots, unused ones too; `codes` of them at the end are empty */
    uint32_t entries;
    uint32_t reserved[12];
} qm_lexicon_head;

typedef struct qm_lexicon_state {
    uint32_t base, check, fail, output;
} qm_lexicon_state;

typedef struct qm_lexicon_entries { /* of LEXE; then sense_starts, senses, rooms */
    uint32_t entries, senses;
} qm_lexicon_entries;

_Static_assert(sizeof(qm_lexicon_head) == 64, "part of the format");
_Static_assert(sizeof(qm_lexicon_state) == 16, "part of the format");
_Static_assert(sizeof(qm_sense) == 8, "part of the format");

/* Where the arrays of LEXA start, in bytes; they follow each other in this order. */
typedef struct qm_lexicon_layout {
    uint64_t states, links, pages, codes, depths, size;
} qm_lexicon_layout;

static inline qm_lexicon_layout qm_lexicon_layout_of(const qm_lexicon_head *head)
{
    qm_lexicon_layout at;
    at.states = sizeof *head;
    at.links = at.states + (uint64_t)head->states * sizeof(qm_lexicon_state);
    at.pages = at.links + (uint64_t)head->entries * sizeof(uint32_t);
    at.codes = at.pages + QM_LEXICON_PAGES * sizeof(uint16_t);
    at.depths = at.codes + (uint64_t)head->blocks * 256 * sizeof(uint16_t);
    at.size = at.depths + head->states;
    return at;
}

/* The arrays themselves. */
typedef struct qm_automaton {
    const qm_lexicon_state *states;
    const uint32_t *links; /* of each entry: output of the next shorter one << 8 | length */
    const uint16_t *pages; /* first stage: block of a page */
    const uint16_t *codes; /* second stage */
    const uint8_t *depths; /* of each state; only the check of the image reads them */
} qm_automaton;

static inline qm_automaton qm_automaton_of(const void *section)
{
    const uint8_t *data = section;
    qm_lexicon_layout at = qm_lexicon_layout_of(section);
    return (qm_automaton){(const qm_lexicon_state *)(data + at.states),
                          (const uint32_t *)(data + at.links), (const uint16_t *)(data + at.pages),
                          (const uint16_t *)(data + at.codes), data + at.depths};
}

#endif
