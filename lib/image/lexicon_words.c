/* Words by themselves: asked for one by one, and listed. */
#include "image/automaton.h"

static uint32_t code_of(const qm_automaton *a, uint32_t c)
{
    if (c >> 8 >= QM_LEXICON_PAGES) return 0;
    return a->codes[(size_t)a->pages[c >> 8] * 256 + (c & 255)];
}

/* What the room knows of the entry that ends in the state, which is so deep. */
static const qm_sense *senses_of(const qm_lexicon *lexicon, const qm_automaton *a, qm_room room,
                                 uint32_t state, uint32_t depth, uint32_t *count)
{
    uint32_t group, output = qm_low(a->states[state].output);
    if (state < lexicon->codes) {
        const qm_sense *asked = qm_lexicon_ask(lexicon, room, state, &group, count);
        if (asked) return asked;
    }
    while (output && qm_find_length(a->finds[output - 1]) == depth) {
        group = qm_find_group(a->finds[output - 1]);
        if (group >= lexicon->firsts[room] && group < lexicon->firsts[room + 1])
            return qm_lexicon_senses(lexicon, group, count);
        output = a->finds[output - 1] & QM_LAST_FIND ? 0 : output + 1;
    }
    return NULL;
}

const qm_sense *qm_lexicon_find(const qm_lexicon *lexicon, qm_room room, const uint32_t *chars,
                                uint32_t length, uint32_t *count)
{
    uint32_t state = 0;
    if (lexicon->entries == 0 || length == 0) return NULL;
    const qm_automaton a = qm_automaton_of(lexicon->automaton);
    for (uint32_t i = 0; i < length; i++) {
        uint32_t code = code_of(&a, chars[i]), next = qm_low(a.states[state].base) + code;
        if (code == 0 || qm_low(a.states[next].check) != state) return NULL;
        state = next;
    }
    return senses_of(lexicon, &a, room, state, length, count);
}

const qm_sense *qm_lexicon_next_word(const qm_lexicon *lexicon, qm_room room, uint32_t *at,
                                     uint16_t codes[QM_LEXICON_WORD], uint32_t *length,
                                     uint32_t *count)
{
    if (lexicon->entries == 0) return NULL;
    const qm_automaton a = qm_automaton_of(lexicon->automaton);
    while (++*at < lexicon->states) {
        uint32_t depth = a.depths[*at];
        if (qm_low(a.states[*at].check) == QM_LEXICON_NO_STATE) continue;
        const qm_sense *senses = senses_of(lexicon, &a, room, *at, depth, count);
        if (!senses) continue;
        *length = depth;
        for (uint32_t state = *at; depth-- > 0; state = qm_low(a.states[state].check))
            codes[depth] = (uint16_t)(state - qm_low(a.states[qm_low(a.states[state].check)].base));
        return senses;
    }
    return NULL;
}
