/* The words of a lexicon, sorted and each once, into its automaton. Private to lib/image. */
#ifndef QM_AUTOMATON_BUILD_H
#define QM_AUTOMATON_BUILD_H

#include "image/automaton.h"
#include "image/trie.h"

typedef struct qm_lexicon_list {
    const uint32_t *chars;
    const qm_lexicon_word *words; /* sorted; words[i] becomes entry i */
    uint32_t count;
    const qm_trie *trie;    /* of the words, visited by the sample */
    const uint32_t *sample; /* of text; may be empty */
    size_t n_sample;
    const uint32_t *sense_starts; /* of each word, and the end */
    const qm_sense *senses;
    const uint32_t *groups;       /* by sense: where those of a room begin, which group they are */
    const uint32_t *group_starts; /* as in LEXE */
    uint32_t n_groups;
} qm_lexicon_list;

/* Behind the last of the senses [from, end) that are of the room of the first. */
static inline uint32_t qm_senses_end(const qm_sense *senses, uint32_t from, uint32_t end)
{
    uint32_t to = from + 1;
    while (to < end && senses[to].kind >> 8 == senses[from].kind >> 8) to++;
    return to;
}

/* QM_E_NOMEM or QM_E_LIMIT; adds the section to writer. */
int qm_automaton_build(const qm_lexicon_list *list, const qm_allocator *alloc,
                       qm_image_writer *writer, qm_error *err);

#endif
