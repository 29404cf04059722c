/* The words of a lexicon as a tree, and how often a sample of text visits its parts: what is
 * visited often is to lie together. Private to lib/image. */
#ifndef QM_TRIE_H
#define QM_TRIE_H

#include "image/image.h"

typedef struct qm_lexicon_word {
    uint32_t start, length; /* characters of the word list's text */
} qm_lexicon_word;

/* A string that words begin with. */
typedef struct qm_trie_node {
    uint32_t low, high; /* these words do; the first one of them may be the string itself */
    uint32_t parent;    /* number of a node */
    uint32_t children;  /* number of the first one; they stand together, by ascending character */
    uint32_t n_children;
    uint32_t character; /* the last one */
    uint32_t fail;      /* the longest proper suffix that is a node */
    uint32_t visits;    /* how often the sample has it */
    uint8_t depth;      /* characters */
} qm_trie_node;

typedef struct qm_trie {
    QM_ARRAY(qm_trie_node) nodes; /* the root first, the others in order of their depths */
} qm_trie;

/* words: sorted by their characters, each once. QM_OK or QM_E_NOMEM. */
int qm_trie_build(qm_trie *trie, const uint32_t *chars, const qm_lexicon_word *words,
                  uint32_t count, const qm_allocator *alloc);
void qm_trie_free(qm_trie *trie, const qm_allocator *alloc);

/* Counts the visits of a text. */
void qm_trie_visit(qm_trie *trie, const uint32_t *text, size_t count);

/* Something with a number; what is visited most goes before the others, then what has most uses. */
typedef struct qm_visited {
    uint32_t number, visits, uses;
} qm_visited;
int qm_visited_compare(const void *left, const void *right, const void *context);

static inline bool qm_trie_is_word(const qm_trie_node *node, const qm_lexicon_word *words)
{
    return node->depth > 0 && words[node->low].length == node->depth;
}

#endif
