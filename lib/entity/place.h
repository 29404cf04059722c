/* Parts of the stage that finds places, each in a file of its own: names that nobody lists, hamlets
 * and numbered parts of villages, lists. */
#ifndef QM_ENTITY_PLACE_H
#define QM_ENTITY_PLACE_H

#include "entity/find.h"

#define QM_LEAST_PLACE 5   /* score of a name */
#define QM_LISTED_PLACE 12 /* of the gazetteer's names */

enum {
    QM_LEVEL_PROVINCE = 1,
    QM_LEVEL_PREFECTURE,
    QM_LEVEL_COUNTY,
    QM_LEVEL_TOWN,
    QM_LEVEL_GROUP = QM_LEVEL_VILLAGE + 1,
    QM_LEVEL_MONGOLIAN
};

/* The mark in front of an item is one that joins it to another. */
static inline bool qm_joins_places(uint32_t c)
{
    return c == U'、' || c == U'和' || c == U'与' || c == U'及';
}

/* Whether tabs or the ends of the line stand on both sides. */
static inline bool qm_fills_cell(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    const uint32_t before = qm_char_at(scratch, start - 1), behind = qm_char_at(scratch, end);
    const bool closed = behind == '\t' || behind == '\n' || end == scratch->text->count;
    return closed && (before == '\t' || (behind == '\t' && (start == 0 || before == '\n')));
}

/* ---- place_suffix.c ---- */

/* Words that end like a place: 农村, 全县, 景区. Soft ones only when nothing stands before. */
bool qm_place_stopped(const qm_entity_scratch *scratch, uint32_t start, uint32_t end);
/* A lower level's suffix a few characters on: 云岭县|石桥镇, 云岭市|石桥县. */
bool qm_place_leads(const qm_entity_scratch *scratch, uint32_t end, uint32_t level);
/* Where a name begins that goes on in front of the gazetteer's, and its score; the start of that
 * one if none does. */
uint32_t qm_place_longer(const qm_entity_scratch *scratch, const qm_mark *name,
                         const qm_mark *suffix, int32_t *score);
int qm_place_unlisted(qm_entity_scratch *scratch, const qm_mark *suffix, qm_error *err);

/* ---- place_hamlet.c ---- */

int qm_place_numbered(qm_entity_scratch *scratch, const qm_mark *name, qm_error *err);
int qm_place_hamlet(qm_entity_scratch *scratch, const qm_mark *suffix, qm_error *err);

/* ---- place_list.c: behind all other places ---- */

int qm_place_lists(qm_entity_scratch *scratch, qm_error *err);

#endif
