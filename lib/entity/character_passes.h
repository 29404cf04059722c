/* Passes that are arithmetic on arrays, which compilers vectorise.
 *
 * This file is included once for each kind of processor, by a file that says which it is and has
 * lowest_bits: those of 64 bytes, in order. */
#include "entity/characters.h"

/* Functions that no name holds, some of them where they are a word of their own. */
static inline void set_states(const uint8_t *restrict flags, const uint8_t *restrict begins,
                              uint8_t *restrict states)
{
    for (uint32_t i = 0; i < QM_BLOCK; i++) {
        uint8_t alone = flags[i] / QM_HAN_ENDS_ALONE & begins[i] & begins[i + 1];
        states[i] = (uint8_t)(((flags[i] & QM_HAN_ENDS) | (alone & 1)) * QM_SPOT_FUNCTION |
                              flags[i] / QM_HAN_OUT * QM_SPOT_OUT);
    }
}

/* The few signs and words that stand beside names. */
typedef struct beside_signs {
    uint8_t joins[QM_BLOCK]; /* what joins names to others or to what they belong to */
    uint8_t marks[QM_BLOCK]; /* colons, slashes, brackets: in front of them may be a label */
    uint8_t notes[QM_BLOCK]; /* behind them stands what is said of a person */
} beside_signs;

static inline void find_signs(const uint32_t *restrict chars, beside_signs *restrict signs)
{
    uint16_t plain[QM_BLOCK]; /* halves are quicker */
    for (uint32_t i = 0; i < QM_BLOCK; i++)
        plain[i] = (uint16_t)(chars[i] < 0xFFFF ? chars[i] : 0xFFFF);
    for (uint32_t i = 0; i < QM_BLOCK; i++) {
        const uint16_t c = plain[i];
        signs->joins[i] = (c == U'、') | (c == U'和') | (c == U'与') | (c == U'跟') | (c == U'的');
    }
    for (uint32_t i = 0; i < QM_BLOCK; i++) {
        const uint16_t c = plain[i];
        signs->marks[i] = (c == ':') | (c == U'：') | (c == '(') | (c == U'（');
    }
    for (uint32_t i = 0; i < QM_BLOCK; i++) {
        const uint16_t c = plain[i];
        signs->notes[i] = (c == U'、') | (c == ',') | (c == U'，') | signs->marks[i];
    }
    /* Apart from the others, for of three signs of ASCII compilers make one test of bits, and then
     * they vectorise nothing. */
    for (uint32_t i = 0; i < QM_BLOCK; i++) signs->marks[i] |= plain[i] == '/';
}

static inline void find_cues(const uint32_t *restrict sets, uint32_t cues, uint8_t *restrict found)
{
    for (uint32_t i = 0; i < QM_BLOCK; i++) found[i] = (sets[i] & cues) != 0;
}

static void find_sides(const qm_sides *sides, int8_t *restrict before, int8_t *restrict behind)
{
    const uint8_t *classes = sides->classes, *flags = sides->flags, *states = sides->states;
    beside_signs signs;
    uint8_t ended[QM_BLOCK], started[QM_BLOCK];
    find_signs(sides->chars, &signs);
    find_cues(sides->end_sets, sides->ends, ended);
    find_cues(sides->start_sets, sides->starts, started);
    for (uint32_t i = 0; i < QM_BLOCK; i++) {
        int8_t points = (int8_t)(states[i + 1] & QM_SPOT_BYLINE ? 4 : 1);
        points = (int8_t)(states[i] & QM_SPOT_ENDS ? points : -1);
        points = (int8_t)(flags[i] & QM_HAN_LEADS ? 2 : points);
        points =
            (int8_t)((signs.marks[i] | (classes[i] == QM_CHAR_SPACE)) ? QM_MOST_BESIDE : points);
        points = (int8_t)(signs.joins[i] ? 4 : points);
        before[i] = (int8_t)(ended[i] ? QM_MOST_BESIDE : points);
    }
    for (uint32_t i = 0; i < QM_BLOCK; i++) {
        int8_t points = (int8_t)(states[i] & QM_SPOT_ENDS ? 1 : -1);
        points = (int8_t)(flags[i] & QM_HAN_FOLLOWS ? 2 : points);
        points = (int8_t)(classes[i] == QM_CHAR_SPACE ? 3 : points);
        points = (int8_t)((started[i] | signs.notes[i]) ? QM_MOST_BESIDE : points);
        behind[i] = points;
    }
}

/* What the characters of a block are worth in names. */
typedef struct form_points {
    int8_t surnames[QM_BLOCK], given[QM_BLOCK + 2];
} form_points;

static inline void read_points(const uint8_t *restrict hans, form_points *restrict points)
{
    for (uint32_t i = 0; i < QM_BLOCK; i++)
        points->surnames[i] = qm_surname_points(hans[i] & QM_HAN_SURNAME, hans[i] & QM_HAN_COMMON);
    for (uint32_t i = 0; i < QM_BLOCK + 2; i++)
        points->given[i] = qm_points_of_given(hans[i] >> 4 & 7);
}

static qm_form_bits find_forms(const qm_form_block *block)
{
    const uint8_t *hans = block->hans, *begins = block->begins, *states = block->states;
    const int8_t *before = block->before, *behind = block->behind;
    uint8_t found[QM_BLOCK], two[QM_BLOCK], three[QM_BLOCK];
    form_points points;
    read_points(hans, &points);
    for (uint32_t i = 0; i < QM_BLOCK; i++) {
        uint8_t surname = (hans[i] & QM_HAN_SURNAME) != 0;
        uint8_t given = (hans[i + 1] & QM_HAN_GIVEN) != 0;
        uint8_t barred = (states[i] & QM_SPOT_NO_FORM) != 0;
        uint8_t stopped = (states[i] & QM_SPOT_STOP) != 0;
        found[i] = surname & given & (uint8_t) ~(barred | (stopped & begins[i]));
    }
    for (uint32_t i = 0; i < QM_BLOCK; i++) {
        int8_t own = (int8_t)(points.surnames[i] + points.given[i + 1]);
        int8_t beside = (int8_t)(before[i] + behind[i + 2]);
        uint8_t may = qm_may_be_person(own, begins[i], begins[i + 1], begins[i + 2], beside);
        two[i] = found[i] & may & (uint8_t)(own >= QM_LEAST_FORM);
    }
    for (uint32_t i = 0; i < QM_BLOCK; i++) {
        int8_t last = points.given[i + 2];
        int8_t own = (int8_t)(points.surnames[i] + qm_points_within(points.given[i + 1]) + last);
        int8_t beside = (int8_t)(before[i] + behind[i + 3]);
        uint8_t likely = (uint8_t)(own >= QM_LEAST_FORM) & (uint8_t)(last > QM_NO_END);
        uint8_t within = begins[i + 1] | begins[i + 2];
        own = (int8_t)(own + QM_LONGER_NAME);
        three[i] =
            found[i] & likely & qm_may_be_person(own, begins[i], within, begins[i + 3], beside);
    }
    return (qm_form_bits){lowest_bits(found), lowest_bits(two), lowest_bits(three)};
}
