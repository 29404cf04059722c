/* What headings, sentences and paragraphs carry on to the clauses behind: cues, and how deep the
 * last heading stands. */
#include "initiative/scratch.h"

static bool is_opening(uint32_t character)
{
    return character == '(' || character == 0xFF08;
}

static bool is_closing(uint32_t character)
{
    return character == ')' || character == 0xFF09;
}

enum { TITLE_REACH = 2 }; /* paragraphs, within which the first heading is the title */

/* 2025年工作要点: four digits are a year and number nothing. */
static bool is_year(const uint8_t *classes)
{
    for (int i = 0; i < 4; i++)
        if (classes[i] != QM_CHAR_DIGIT) return false;
    return true;
}

/* How deep a heading stands: the title before 一、 before （一） before 1. What numbers it is part
 * of its clause, or stands before it where text follows in the same line. */
static uint32_t heading_level(const qm_carry *carry, const qm_document *document,
                              const qm_clause *clause)
{
    const uint32_t *at = document->text->chars + clause->start; /* text is padded in front */
    const uint8_t *classes = document->text->classes + clause->start;
    bool marked = at[-1] == '.' || at[-1] == 0xFF0E || at[-1] == 0x3001; /* 、 */
    if (is_opening(at[0]) || is_closing(at[-1])) return 2;
    const bool listed = classes[0] == QM_CHAR_DIGIT && !is_year(classes);
    if (listed || (marked && classes[-2] == QM_CHAR_DIGIT)) return 3;
    bool numbered = marked || at[1] == 0x3001;
    return numbered || carry->heading != QM_NONE || clause->paragraph > TITLE_REACH;
}

/* All bits where it is so: where sentences and paragraphs begin nobody could foresee, so no branch
 * asks for it. */
static uint32_t mask(bool so)
{
    return so ? UINT32_MAX : 0;
}

void qm_carry_enter(qm_carry *carry, const qm_document *document, uint32_t number)
{
    const qm_clause *clause = &document->clauses->at[number];
    const uint32_t same = mask((clause->sentence == carry->sentence_number) & (number > 0));
    carry->opens = (carry->opens & same) | (number & ~same);
    carry->sentence &= same;
    carry->lead &= same;
    carry->paragraph &= mask(clause->paragraph == carry->paragraph_number);
    carry->sentence_number = clause->sentence;
    carry->paragraph_number = clause->paragraph;
}

/* Where a heading ends but for what stands in brackets: 三年规划（2024—2026）. */
static uint32_t heading_end(const qm_document *document, const qm_clause *clause)
{
    const uint32_t *chars = document->text->chars;
    uint32_t end = clause->end;
    bool bracket = end > clause->start && is_closing(chars[end - 1]);
    for (uint32_t at = end; bracket && at > clause->start; at--)
        if (is_opening(chars[at - 1])) return at - 1;
    return end;
}

static void enter_heading(qm_carry *carry, const qm_document *document, uint32_t number,
                          const qm_initiative_scratch *scratch)
{
    const qm_clause *clause = &document->clauses->at[number];
    /* What goes on in its line is of its rank: （一）建好管网，力争六月完工 */
    const bool goes_on =
        number > 0 && carry->heading == number - 1 && clause[-1].paragraph == clause->paragraph;
    const uint32_t level = goes_on ? carry->level : heading_level(carry, document, clause);
    uint32_t bits = goes_on ? carry->levels[level] : 0;
    uint32_t end = heading_end(document, clause);
    for (size_t i = 0; i < scratch->now->cues.count; i++) {
        const qm_cue_hit *cue = &scratch->now->cues.at[i];
        bool last = cue->direction != QM_CUE_BACK || cue->end + 1 >= end;
        if (cue->start >= end) continue; /* what brackets say is when, not what */
        if (cue->scope == QM_CUE_SECTION && last) bits |= 1u << cue->category;
    }
    /* Of a report on last year and a plan for the next, the title says nothing. */
    if (qm_has_cue(bits, QM_CUE_PLAN) && qm_has_cue(bits, QM_CUE_DONE)) bits = 0;
    /* A heading that says nothing stands under the one above it that does. */
    carry->levels[level] = bits;
    for (uint32_t i = level + 1; i < QM_HEADING_LEVELS; i++) carry->levels[i] = 0;
    carry->section = 0;
    for (uint32_t i = 0; i <= level; i++)
        if (carry->levels[i]) carry->section = carry->levels[i];
    carry->heading = number;
    carry->level = level;
}

void qm_carry_leave(qm_carry *carry, const qm_document *document, uint32_t number,
                    const qm_initiative_scratch *scratch)
{
    const qm_clause *clause = &document->clauses->at[number];
    const qm_held_cues *held = &scratch->now->held;
    if (clause->role == QM_ROLE_HEADING) enter_heading(carry, document, number, scratch);
    /* How often something is done is said of one clause, plans of all that follow. */
    const uint32_t lasts = carry->sentence & ~(1u << QM_CUE_ONGOING);
    const uint32_t sentence = (lasts & mask(!held->stops)) | held->sentence;
    carry->paragraph |= held->paragraph;
    /* What a sentence begins with as a plan is the plan of all that it lists. */
    const uint32_t leads =
        mask((carry->opens == number) | ((clause->flags & QM_CLAUSE_ENDS_COLON) != 0));
    const uint32_t listed = mask((clause->flags & QM_CLAUSE_ENDS_SEMICOLON) != 0);
    carry->lead = (carry->lead & ~leads) | (sentence & leads & 1u << QM_CUE_PLAN);
    carry->sentence = (carry->lead & listed) | (sentence & ~listed);
}
