/* Passes over characters for any processor. */
#include "entity/characters.h"

#include "base/processor.h"

/* A product brings the bits of eight bytes together. */
static inline uint64_t lowest_bits(const uint8_t bytes[QM_BLOCK])
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < QM_BLOCK; i += 8) {
        uint64_t eight;
        memcpy(&eight, bytes + i, sizeof eight);
        eight = qm_little_endian(eight) & UINT64_C(0x0101010101010101);
        bits |= eight * UINT64_C(0x0102040810204080) >> 56 << i;
    }
    return bits;
}

#include "entity/character_passes.h"

static bool may_be_sign(uint32_t c)
{
    return (c & ~7u) == U'〈' || (c & ~4u) == U'‘' || c == U'·';
}

static qm_han_entry entry_of(const qm_han_tables *tables, uint32_t character, uint32_t code)
{
    uint32_t at = character - QM_HAN_FIRST;
    return code == 0 && at < QM_HAN_COUNT ? tables->han[at] : tables->by_code[code];
}

static qm_block_bits read_characters(const qm_han_tables *tables, const qm_block *block,
                                     uint8_t *restrict hans, uint8_t *restrict flags)
{
    qm_block_bits bits = {0};
    uint8_t directions[QM_BLOCK], familiar[QM_BLOCK], surnames[QM_BLOCK];
    for (uint32_t i = 0; i < QM_BLOCK; i++) {
        qm_han_entry entry = entry_of(tables, block->chars[i], block->codes[i]);
        uint8_t class = block->classes[i];
        hans[i] = entry.name;
        flags[i] = entry.flags;
        if (!(entry.flags & QM_HAN_OUT)) continue;
        if (class == QM_CHAR_HAN || class == QM_CHAR_NUMERAL) flags[i] &= QM_HAN_OUT - 1;
        bits.spaces |= (uint64_t)(class == QM_CHAR_SPACE) << i;
        bits.signs |= (uint64_t)may_be_sign(block->chars[i]) << i;
    }
    for (uint32_t i = 0; i < QM_BLOCK; i++) {
        directions[i] = (flags[i] & QM_HAN_DIRECTION) && !block->begins[i];
        familiar[i] = (flags[i] & QM_HAN_FAMILIAR) != 0;
        surnames[i] = (hans[i] & QM_HAN_SURNAME) != 0;
    }
    bits.directions = lowest_bits(directions);
    bits.familiar = lowest_bits(familiar);
    bits.surnames = lowest_bits(surnames);
    return bits;
}

static qm_block_bits read_block(const qm_han_tables *tables, const qm_block *block,
                                const qm_block_state *state)
{
    qm_block_bits bits = read_characters(tables, block, state->hans, state->flags);
    set_states(state->flags, block->begins, state->states);
    memset(state->start_sets, 0, QM_BLOCK * sizeof *state->start_sets);
    memset(state->end_sets, 0, QM_BLOCK * sizeof *state->end_sets);
    return bits;
}

static uint64_t find_firsts(const qm_firsts *firsts, const uint32_t *chars)
{
    uint8_t found[QM_BLOCK];
    for (uint32_t i = 0; i < QM_BLOCK; i++) found[i] = qm_firsts_has(firsts, chars[i]);
    return lowest_bits(found);
}

const qm_character_ways qm_character_ways_plain = {read_block, find_sides, find_forms, find_firsts};

const qm_character_ways *qm_character_ways_here(void)
{
#ifdef __x86_64__
    if (qm_has_avx2()) return &qm_character_ways_avx2;
#endif
    return &qm_character_ways_plain;
}
