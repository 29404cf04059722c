/* What the fast ways of reading words for the tagger have in common. */
#include "segment/tags.h"

/* Those behind the block are not: they will be read again. */
static inline void list_words(qm_tagger *t, uint32_t n, uint32_t set, uint32_t listed)
{
    for (listed &= set; listed; listed &= listed - 1) {
        uint32_t before = set & ((listed & (0 - listed)) - 1);
        uint32_t number = n + (uint32_t)__builtin_popcount(before);
        if (number < QM_TAG_ROOM) t->listed[t->n_listed++] = (uint8_t)number;
    }
}

static inline void put_empty_words(qm_tagger *t, uint32_t n)
{
    qm_tag_word empty = qm_tag_word_of(t->text, t->text->count, t->text->count, 0);
    for (; n < QM_TAG_ROOM + QM_TAG_BEYOND; n++) {
        t->starts[n] = t->text->count;
        qm_tag_block_put(&t->words, n, empty);
    }
}
