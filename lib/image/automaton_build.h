/* The words of a lexicon, sorted and each once, into its automaton. Private to lib/image. */
#ifndef QM_AUTOMATON_BUILD_H
#define QM_AUTOMATON_BUILD_H

#include "image/automaton.h"

typedef struct qm_lexicon_word {
    uint32_t start, length; /* characters of the word list's text */
} qm_lexicon_word;

typedef struct qm_lexicon_list {
    const uint32_t *chars;
    const qm_lexicon_word *words; /* sorted; words[i] becomes entry i */
    uint32_t count;
    const uint32_t *sense_starts; /* as in LEXE */
    const qm_sense *senses;
} qm_lexicon_list;

/* QM_E_NOMEM or QM_E_LIMIT; adds the section to writer. */
int qm_automaton_build(const qm_lexicon_list *list, const qm_allocator *alloc,
                       qm_image_writer *writer, qm_error *err);

#endif
