/* The passes over a stretch. But for the reads from tables, which are one after the other, they are
 * arithmetic on arrays, which compilers vectorise.
 *
 * This file is included once for each kind of processor, by a file that says which it is. */
#include "image/scan.h"

#include <stddef.h>

/* Passes stay apart: in one large function compilers run out of registers. */
#define QM_PASS __attribute__((noinline)) static

#define LAST_CODE_POINT 0x10FFFFu

/* Reads from a table, eight to a round: the compiler would make a round of each. */
#define READ_TABLE(out, table, places)                       \
    for (uint32_t round = 0; round < QM_STRETCH; round += 8) \
        for (uint32_t k = round; k < round + 8; k++) (out)[k] = (table)[(places)[k]]

/* The state of a character that follows none in an entry is its code. */
static inline void keep_codes(qm_stretch *s)
{
    const uint32_t *restrict codes = s->codes + 1;
    memcpy(s->states + 1, codes, QM_STRETCH * sizeof *codes);
    for (uint32_t i = 0; i < QM_STRETCH; i++) s->letters[i] = (uint16_t)codes[i];
}

/* The codes of characters of the basic plane, which one stage tells; false if there are others. */
QM_PASS bool read_basic(const uint16_t *restrict basic, const uint32_t *restrict chars,
                        qm_stretch *s)
{
    uint32_t any = 0, *out = s->codes + 1;
    for (uint32_t i = 0; i < QM_STRETCH; i++) any |= chars[i];
    if (any > 0xFFFF) return false;
    READ_TABLE(out, basic, chars);
    keep_codes(s);
    return true;
}

QM_PASS void read_codes(const qm_automaton *a, const uint32_t *restrict chars, qm_stretch *s)
{
    const uint16_t *restrict pages = a->pages, *restrict codes = a->codes;
    uint32_t places[QM_STRETCH], *out = s->codes + 1;
    for (uint32_t i = 0; i < QM_STRETCH; i++)
        places[i] = (chars[i] < LAST_CODE_POINT ? chars[i] : LAST_CODE_POINT) >> 8;
    READ_TABLE(places, pages, places);
    for (uint32_t i = 0; i < QM_STRETCH; i++) places[i] = places[i] << 8 | (chars[i] & 0xFF);
    READ_TABLE(out, codes, places);
    for (uint32_t i = 0; i < QM_STRETCH; i++) out[i] = chars[i] > LAST_CODE_POINT ? 0 : out[i];
    keep_codes(s);
}

/* The lowest bits of 64 bytes that have no other as one number. */
static inline uint64_t gather_bits(const uint8_t *flags)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < QM_STRETCH; i += 8) {
        uint64_t eight;
        memcpy(&eight, flags + i, 8);
        /* Byte k comes to stand at bit 56 + k, and nothing is carried into another. */
        bits |= qm_little_endian(eight) * UINT64_C(0x0102040810204080) >> 56 << i;
    }
    return bits;
}

/* Characters that may follow the one before in an entry. */
QM_PASS uint64_t read_pairs(const qm_scan_tables *t, const qm_stretch *s)
{
    const uint32_t *restrict set = t->pairs, *restrict codes = s->codes;
    const uint32_t shift = t->shift;
    uint32_t hashes[QM_STRETCH], words[QM_STRETCH];
    uint8_t flags[QM_STRETCH];
    for (uint32_t i = 0; i < QM_STRETCH; i++) hashes[i] = qm_pair_hash(codes[i], codes[i + 1]);
    for (uint32_t i = 0; i < QM_STRETCH; i++) words[i] = hashes[i] >> shift >> 5;
    READ_TABLE(words, set, words);
    for (uint32_t i = 0; i < QM_STRETCH; i++) {
        uint32_t one = words[i] >> (hashes[i] >> shift & 31);
        flags[i] = (uint8_t)(one & words[i] >> qm_pair_other(hashes[i]) & 1);
    }
    return gather_bits(flags);
}

/* The state behind `state` by a code that may follow in some entry, where the first step did not
 * lead on: by way of the suffixes. States below `codes` are single characters; a code that begins
 * no entry has a place among them, too, without children and output: one step from there is as
 * good as one from the root. */
static uint32_t step_back(const qm_lexicon_state *states, uint32_t codes, uint32_t state,
                          uint32_t code)
{
    while (state >= codes) {
        state = qm_state_fail(&states[state]);
        uint32_t next = qm_low(states[state].base) + code;
        if (qm_low(states[next].check) == state) return next;
    }
    return code;
}

/* What is behind the second character of a pair when nothing before the first one counts: nobody
 * could foresee whether they begin an entry, so no branch asks it. */
QM_PASS void read_seconds(const qm_automaton *a, qm_stretch *s)
{
    const qm_lexicon_state *const states = a->states;
    for (uint64_t pairs = s->pairs; pairs; pairs &= pairs - 1) {
        uint32_t at = (uint32_t)__builtin_ctzll(pairs);
        uint32_t place = s->places[at], code = s->codes[at + 1];
        uint32_t leads = qm_low(states[place].check) == s->codes[at];
        s->states[at + 1] = code ^ ((code ^ place) & (0 - leads));
    }
}

/* The same with all that stands before: only behind a pair may there be another state. Where it
 * does not lead on, what is left of it is a single character, as a rule. */
QM_PASS void read_states(const qm_automaton *a, uint32_t codes, qm_stretch *s)
{
    const qm_lexicon_state *const states = a->states;
    for (uint64_t left = s->pairs & (s->pairs << 1 | 1); left; left &= left - 1) {
        uint32_t at = (uint32_t)__builtin_ctzll(left);
        uint32_t state = s->states[at], code = s->codes[at + 1], second = s->states[at + 1];
        uint32_t next = qm_low(states[state].base) + code;
        uint32_t leads = qm_low(states[next].check) == state;
        uint32_t longer = qm_state_fail(&states[state]) >= codes;
        next = second ^ ((second ^ next) & (0 - leads));
        if (longer & ~leads) next = step_back(states, codes, state, code);
        s->states[at + 1] = next;
    }
}

/* Finds that lead to a wanted room are numbered 1 to the limit. */
QM_PASS uint64_t read_outputs(const qm_scan_tables *t, qm_stretch *s)
{
    const uint32_t *restrict numbers = (const uint32_t *)(const void *)t->automaton.states;
    const uint32_t limit = t->limit;
    const uint32_t *restrict states = s->states + 1;
    uint32_t places[QM_STRETCH], *restrict outputs = s->outputs;
    uint8_t flags[QM_STRETCH];
    enum { OUTPUT = offsetof(qm_lexicon_state, output) / sizeof(uint32_t) };
    for (uint32_t i = 0; i < QM_STRETCH; i++) places[i] = states[i] * 3 + OUTPUT;
    READ_TABLE(outputs, numbers, places);
    for (uint32_t i = 0; i < QM_STRETCH; i++) outputs[i] = qm_low(outputs[i]);
    for (uint32_t i = 0; i < QM_STRETCH; i++) flags[i] = outputs[i] - 1 < limit;
    return gather_bits(flags);
}

/* The same where no character alone is found: only those behind pairs are asked. */
QM_PASS uint64_t read_pair_outputs(const qm_scan_tables *t, qm_stretch *s)
{
    const qm_lexicon_state *const states = t->automaton.states;
    const uint32_t limit = t->limit;
    uint64_t found = 0;
    for (uint64_t pairs = s->pairs; pairs; pairs &= pairs - 1) {
        uint32_t at = (uint32_t)__builtin_ctzll(pairs);
        uint32_t output = s->outputs[at] = qm_low(states[s->states[at + 1]].output);
        found |= (uint64_t)(output - 1 < limit) << at;
    }
    return found;
}

/* Nothing but fetches in a function of its own would have no effect that compilers know of, and
 * they would leave out its calls: so loops of them stand where something is written. */

static void begin_stretch(const qm_scan_tables *t, const uint32_t *chars, const qm_stretch *before,
                          qm_stretch *s)
{
    const qm_lexicon_state *states = t->automaton.states;
    s->codes[0] = before->codes[QM_STRETCH];
    if (!t->basic || !read_basic(t->basic, chars, s)) read_codes(&t->automaton, chars, s);
    s->pairs = read_pairs(t, s);
    for (uint64_t left = s->pairs; left; left &= left - 1) {
        uint32_t at = (uint32_t)__builtin_ctzll(left);
        s->places[at] = qm_low(states[s->codes[at]].base) + s->codes[at + 1];
        __builtin_prefetch(&states[s->places[at]]);
    }
}

/* Few entries have more than three characters. */
static void follow_stretch(const qm_scan_tables *t, qm_stretch *s)
{
    const qm_lexicon_state *states = t->automaton.states;
    read_seconds(&t->automaton, s);
    for (uint64_t left = s->pairs & s->pairs << 1; left; left &= left - 1) {
        uint32_t at = (uint32_t)__builtin_ctzll(left);
        __builtin_prefetch(&states[qm_low(states[s->states[at]].base) + s->codes[at + 1]]);
    }
}

static void end_stretch(const qm_scan_tables *t, const qm_stretch *before, qm_stretch *s)
{
    s->states[0] = before->states[QM_STRETCH];
    read_states(&t->automaton, t->codes, s);
    s->found = t->alone ? read_outputs(t, s) : read_pair_outputs(t, s);
    for (uint64_t left = s->found; left; left &= left - 1)
        __builtin_prefetch(&t->automaton.finds[s->outputs[__builtin_ctzll(left)] - 1]);
}

/* Nobody could foresee how many finds there are behind a character, but few lists are longer than
 * what is copied at once, wanted or not. */
static bool take_finds(const qm_scan_tables *t, qm_stretch *s, uint32_t start, qm_finding *f)
{
    const uint32_t *list = f->rest;
    uint64_t found = s->found;
    uint32_t count = f->count;
    for (; found; found &= found - 1, list = NULL) {
        uint32_t at = (uint32_t)__builtin_ctzll(found), last = 0;
        if (!list) list = t->automaton.finds + s->outputs[at] - 1;
        for (; !last; list += QM_AT_ONCE) {
            if (count > QM_LOT) {
                s->found = found;
                f->count = count;
                f->rest = list;
                return false;
            }
            memcpy(f->finds + count, list, QM_AT_ONCE * sizeof *list);
            for (uint32_t i = 0; i < QM_AT_ONCE; i++) f->ends[count + i] = start + at + 1;
            last = signs_of(list);
            count += last ? (uint32_t)__builtin_ctz(last) + 1 : QM_AT_ONCE;
        }
    }
    f->count = count;
    f->rest = NULL;
    return true;
}

/* The rooms have their groups one behind the other. */
static inline uint32_t room_of(const int32_t firsts[QM_ROOMS + 1], int32_t group)
{
    uint32_t room = 0;
    for (uint32_t i = 1; i <= QM_ROOMS; i++) room += group >= firsts[i];
    return room;
}

/* The number that holds group and source is written at once: compilers would read what is there, to
 * put first the one into it and then the other. */
static inline void put_match(qm_match *to, uint32_t find, uint32_t end, uint32_t source)
{
    const uint32_t group = qm_find_group(find);
    uint32_t *parts = (uint32_t *)(void *)to;
    _Static_assert(sizeof *to == 3 * sizeof *parts, "start, end, group and source");
    parts[0] = end - qm_find_length(find);
    parts[1] = end;
    parts[2] = source << 24 | group; /* images are little-endian, and so are those who read them */
}

/* Those of one room: all are written, and the next one takes the place of what is none of it. */
static void put_matches_of(qm_finding *f, uint32_t room)
{
    const uint32_t first = f->lexicon->firsts[room], groups = f->lexicon->firsts[room + 1] - first;
    const uint32_t *restrict finds = f->finds, *restrict ends = f->ends;
    const uint32_t count = f->count;
    const uint8_t source = f->lexicon->source;
    qm_match *restrict to = f->next[room];
    for (uint32_t i = 0; i < count; i++) {
        put_match(to, finds[i], ends[i], source);
        to += qm_find_group(finds[i]) - first < groups;
    }
    f->next[room] = to;
    f->count = 0;
}

static void put_matches(qm_finding *f)
{
    if (f->only < QM_ROOMS) {
        put_matches_of(f, f->only);
        return;
    }
    const uint32_t *const finds = f->finds;
    const uint8_t source = f->lexicon->source;
    const uint32_t count = f->count;
    int32_t firsts[QM_ROOMS + 1];
    uint32_t rooms[QM_LOT + 8];
    memcpy(firsts, f->lexicon->firsts, sizeof firsts);
    for (uint32_t i = 0; i < count; i++)
        rooms[i] = room_of(firsts, (int32_t)qm_find_group(finds[i]));
    for (uint32_t i = 0; i < count; i++) {
        qm_match *match = f->next[rooms[i]];
        f->next[rooms[i]] = (qm_match *)(void *)((char *)match + f->steps[rooms[i]]);
        put_match(match, finds[i], f->ends[i], source);
    }
    f->count = 0;
}
