#include "image/trie.h"

static int add_children(qm_trie *trie, uint32_t number, const uint32_t *chars,
                        const qm_lexicon_word *words, const qm_allocator *alloc)
{
    qm_trie_node *parent = &trie->nodes.at[number];
    uint32_t depth = parent->depth, high = parent->high;
    parent->children = (uint32_t)trie->nodes.count;
    for (uint32_t i = parent->low + qm_trie_is_word(parent, words); i < high;) {
        qm_trie_node child = {.low = i,
                              .parent = number,
                              .character = chars[words[i].start + depth],
                              .depth = (uint8_t)(depth + 1)};
        while (i < high && chars[words[i].start + depth] == child.character) i++;
        child.high = i;
        if (qm_array_push(alloc, &trie->nodes, child) != QM_OK) return QM_E_NOMEM;
    }
    parent = &trie->nodes.at[number];
    parent->n_children = (uint32_t)trie->nodes.count - parent->children;
    return QM_OK;
}

/* The number of the child by a character; 0, which is the root, for none. */
static uint32_t child_by(const qm_trie *trie, uint32_t node, uint32_t character)
{
    const qm_trie_node *nodes = trie->nodes.at;
    uint32_t low = nodes[node].children, high = low + nodes[node].n_children, end = high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (nodes[middle].character < character) low = middle + 1;
        else high = middle;
    }
    return low < end && nodes[low].character == character ? low : 0;
}

/* What is shorter stands before it, so the node to fail to is always there. */
static uint32_t fail_of(const qm_trie *trie, const qm_trie_node *node)
{
    for (uint32_t at = node->parent; at != 0;) {
        at = trie->nodes.at[at].fail;
        uint32_t next = child_by(trie, at, node->character);
        if (next != 0) return next;
    }
    return 0;
}

int qm_trie_build(qm_trie *trie, const uint32_t *chars, const qm_lexicon_word *words,
                  uint32_t count, const qm_allocator *alloc)
{
    const qm_trie_node root = {.high = count};
    if (qm_array_push(alloc, &trie->nodes, root) != QM_OK) return QM_E_NOMEM;
    for (uint32_t i = 0; i < trie->nodes.count; i++)
        if (add_children(trie, i, chars, words, alloc) != QM_OK) return QM_E_NOMEM;
    for (uint32_t i = 1; i < trie->nodes.count; i++)
        trie->nodes.at[i].fail = fail_of(trie, &trie->nodes.at[i]);
    return QM_OK;
}

void qm_trie_free(qm_trie *trie, const qm_allocator *alloc)
{
    qm_array_free(alloc, &trie->nodes);
}

void qm_trie_visit(qm_trie *trie, const uint32_t *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t node = 0;
        for (size_t k = i; k < count && (node = child_by(trie, node, text[k])) != 0; k++)
            trie->nodes.at[node].visits++;
    }
}

int qm_visited_compare(const void *left, const void *right, const void *context)
{
    const qm_visited *a = left;
    const qm_visited *b = right;
    (void)context;
    if (a->visits != b->visits) return a->visits > b->visits ? -1 : 1;
    if (a->uses != b->uses) return a->uses > b->uses ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}
