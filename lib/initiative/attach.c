/* What belongs to a row beside trigger and object: actor.c says who acts, measure.c when and how
 * much of what it was. */
#include "initiative/attach.h"

/* The title is the first paragraph. */
static bool is_in_title(const qm_document *document, const qm_entity *entity)
{
    const qm_clauses *clauses = document->clauses;
    size_t i = 0;
    while (i < clauses->count && clauses->at[i].paragraph == clauses->at[0].paragraph &&
           clauses->at[i].end < entity->end)
        i++;
    return i < clauses->count && clauses->at[i].paragraph == clauses->at[0].paragraph;
}

static bool is_village(const qm_initiator *initiator, const qm_document *document,
                       const qm_entity *entity)
{
    const uint32_t last = document->text->chars[entity->end - 1];
    return entity->kind == QM_ENTITY_PLACE &&
           qm_particle_jobs(&initiator->particles, last) & QM_PARTICLE_VILLAGE;
}

/* Whether no mention of the same before this one is called a village: 石笋坡 may come first. */
static bool is_first_village(const qm_initiator *initiator, const qm_document *document, uint32_t i)
{
    const qm_entity *entities = document->entities->at;
    if (!is_village(initiator, document, &entities[i])) return false;
    for (uint32_t k = entities[i].link; k < i; k++)
        if (entities[k].link == entities[i].link && is_village(initiator, document, &entities[k]))
            return false;
    return true;
}

/* The village that the document names most often is what it is about. Of equals, as in the report
 * of a township that names each village once, none is, unless the title has it. */
uint32_t qm_main_place(const qm_initiator *initiator, const qm_document *document)
{
    enum { MOST_LOOKED_AT = 2000, REACH = 500 };
    const qm_entities *entities = document->entities;
    uint32_t best = QM_NONE, most = 0;
    bool alone = true;
    if (!entities) return QM_NONE;
    for (uint32_t i = 0; i < entities->count && i <= MOST_LOOKED_AT; i++) {
        if (!is_first_village(initiator, document, i)) continue;
        const uint32_t first = entities->at[i].link;
        uint32_t count = 0;
        for (uint32_t k = first; k < entities->count && k < first + REACH; k++)
            count += entities->at[k].link == first;
        if (count > most) {
            most = count;
            best = i;
            alone = true;
        } else if (count == most) {
            alone = false;
        }
    }
    if (best == QM_NONE || alone) return best;
    return is_in_title(document, &entities->at[entities->at[best].link]) ? best : QM_NONE;
}

/* Where the sentence begins, at most a few clauses back, and the first quantity of that. */
static void find_sentence(qm_attaching *a, const qm_run *run)
{
    enum { BACK = 8 };
    const bool far = run->first - run->opens > BACK;
    const uint32_t near = far ? run->near.quantity : run->quantity;
    a->sentence = a->clauses->at[far ? run->first - BACK : run->opens].start;
    a->quantity = qm_span_from(QM_SPANS(a->quantities), near, a->sentence);
}

/* ---- places ---- */

/* A place, and what the text says of the ones right before it. */
typedef struct placing {
    const qm_entity *best; /* the last one at which something may have been done */
    uint32_t end;          /* of the last one seen */
    bool passed, left;     /* that one: nothing is done there; nothing but what its clause says */
} placing;

/* 赴县城, 到省城学习: who goes to a place that is no village is somewhere else again in the next
 * clause; 从外省 is where things come from. Places side by side are told by the first of them. */
static void look_at_place(const qm_attaching *a, const qm_entity *entity, placing *p)
{
    const uint32_t before = entity->start > 0 ? qm_attached_jobs(a, entity->start - 1) : 0;
    const uint32_t last = qm_attached_jobs(a, entity->end - 1);
    const bool goes_on = p->end > 0 && entity->start <= p->end + 1;
    const bool listed =
        goes_on && (entity->start == p->end || qm_joins_nouns(a, entity->start - 1));
    if (!listed) {
        p->passed = before & QM_PARTICLE_SOURCE;
        p->left = before & QM_PARTICLE_TRIP ||
                  (before & QM_PARTICLE_TOWARD && !(last & QM_PARTICLE_VILLAGE));
    }
    p->end = entity->end;
    if (!p->passed && (!p->left || entity->start >= a->row->start)) p->best = entity;
}

/* Where: the last place, which is the most exact. */
static void attach_place(const qm_attaching *a, uint32_t main_place)
{
    const qm_entities *entities = a->entities;
    placing place = {.best = NULL};
    qm_initiative *row = a->row;
    for (uint32_t i = a->entity; i < entities->count && entities->at[i].end <= row->end; i++) {
        const qm_entity *entity = &entities->at[i];
        if (entity->kind == QM_ENTITY_PLACE && entity->start >= a->sentence)
            look_at_place(a, entity, &place);
    }
    if (!place.best && main_place != QM_NONE) place.best = &entities->at[main_place];
    if (!place.best) return;
    row->place_start = place.best->start;
    row->place_end = place.best->end;
}

/* ---- verb and object to the character ---- */

/* 一眼深井: what stands for an article is no part of the thing. */
static void drop_article(const qm_attaching *a, qm_initiative *row)
{
    const uint8_t *begins = a->document->words->begins;
    const uint32_t start = row->object_start;
    if ((qm_attached_jobs(a, start) & QM_PARTICLE_ARTICLE) && row->object_end - start >= 4 &&
        begins[start + 1] && begins[start + 2])
        row->object_start += 2;
}

/* “微党课”: what stands in quotation marks by itself has them. */
static void take_quotes(const qm_document *document, qm_initiative *row)
{
    const uint32_t *chars = document->text->chars;
    uint32_t start = row->object_start, end = row->object_end;
    if (start <= row->start || end >= row->end) return;
    if (chars[start - 1] != 0x201C || chars[end] != 0x201D) return;
    row->object_start--;
    row->object_end++;
}

/* 修了: what says that it is over is no part of the verb. Which have it nobody could foresee, so no
 * branch asks for it. */
static void drop_over(const qm_attaching *a, qm_initiative *row)
{
    const bool some = (row->trigger_start != QM_NONE) & (row->trigger_end - row->trigger_start > 1);
    const uint32_t last = some ? row->trigger_end - 1 : row->start;
    const bool over = (qm_attached_jobs(a, last) & QM_PARTICLE_OVER) != 0;
    row->trigger_end -= some & over;
}

static void trim_words(const qm_attaching *a)
{
    const qm_document *document = a->document;
    qm_initiative *row = a->row;
    drop_over(a, row);
    if (!document->words || row->object_start == QM_NONE) return;
    const uint32_t figure = qm_span_from(QM_SPANS(a->quantities), a->near, row->object_start);
    if (figure < a->quantities->count && a->quantities->at[figure].start == row->object_start)
        return;
    drop_article(a, row);
    take_quotes(document, row);
}

int qm_row_attach(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                  const qm_document *document, const qm_initiatives *rows, size_t number,
                  qm_u32_array *measures)
{
    const qm_run *run = &scratch->runs.at[number];
    uint32_t *entity = &scratch->near_entity;
    qm_attaching a = {.initiator = initiator,
                      .document = document,
                      .segmenter = initiator->segmenter,
                      .particles = &initiator->particles,
                      .means = initiator->means.at,
                      .clauses = document->clauses,
                      .quantities = document->quantities,
                      .entities = document->entities,
                      .rows = rows,
                      .row = &rows->at[number],
                      .clause = run->first,
                      .near = run->near.quantity,
                      .match = run->match};
    find_sentence(&a, run);
    if (a.entities) *entity = qm_span_behind(QM_SPANS(a.entities), *entity, a.sentence);
    a.entity = *entity;
    trim_words(&a);
    if (a.entities) {
        qm_row_find_actor(&a);
        attach_place(&a, scratch->main_place);
    }
    return qm_row_measure(&a, scratch->alloc, measures);
}
