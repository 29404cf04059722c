#include "initiative/rules.h"

#define QM_TAXONOMY_MOST_TYPES 1000u

const char *qm_quantity_set_name(uint32_t kind)
{
    static const char *const names[] = {"#any",     "#money",    "#measure", "#count",
                                        "#percent", "#multiple", "#ordinal", "#date",
                                        "#time",    "#duration", "#age",     "#number"};
    return kind < sizeof names / sizeof *names ? names[kind] : NULL;
}

static bool text_is_valid(const qm_taxonomy *t, qm_taxonomy_text text)
{
    return text.at <= t->header.pool && text.size <= t->header.pool - text.at;
}

static bool types_are_valid(const qm_taxonomy *t)
{
    for (uint32_t i = 0; i < t->header.types; i++) {
        const qm_taxonomy_type *type = &t->types[i];
        if (!text_is_valid(t, type->id) || type->id.size == 0 || !text_is_valid(t, type->name) ||
            !text_is_valid(t, type->group) || !text_is_valid(t, type->duty) ||
            !text_is_valid(t, type->parent))
            return false;
    }
    for (uint32_t i = 0; i < t->header.sets; i++)
        if (!text_is_valid(t, t->sets[i].name)) return false;
    for (uint32_t i = 0; i < t->header.slots; i++)
        if (t->slots[i] >= t->header.sets) return false;
    return true;
}

static bool rules_are_valid(const qm_taxonomy *t)
{
    for (uint32_t i = 0; i < t->header.rules; i++) {
        const qm_taxonomy_rule *rule = &t->rules[i];
        uint64_t slots = (uint64_t)rule->first_slot + rule->verbs + rule->objects + rule->needs;
        if (rule->type >= t->header.types || !text_is_valid(t, rule->name) ||
            rule->order > QM_RULE_ALONE || rule->scope > QM_SCOPE_LIST || rule->gap > 200 ||
            rule->points < -100 || rule->points > 100 || rule->objects == 0 ||
            (rule->order != QM_RULE_ALONE && rule->verbs == 0) ||
            slots + rule->bars > t->header.slots)
            return false;
    }
    return true;
}

static bool cues_are_valid(const qm_taxonomy *t)
{
    for (uint32_t i = 0; i < t->header.cues; i++) {
        const qm_taxonomy_cue *cue = &t->cues[i];
        if (cue->category == 0 || cue->category > QM_CUE_PARTLY || cue->direction > QM_CUE_START ||
            cue->scope > QM_CUE_NEAR)
            return false;
    }
    for (uint32_t i = 0; i < t->header.fights; i++) {
        const qm_taxonomy_fight *fight = &t->fights[i];
        if (!text_is_valid(t, fight->winner) || !text_is_valid(t, fight->loser) ||
            fight->ground == 0 || fight->ground > QM_FIGHT_CLAUSE)
            return false;
    }
    return true;
}

/* Lays the arrays over the section; false when their sizes don't add up to its own. */
static bool lay_out(qm_taxonomy *t, qm_bytes section)
{
    const qm_taxonomy_header *h = &t->header;
    const uint8_t *at = (const uint8_t *)section.data + sizeof *h;
    uint64_t need = sizeof *h;
#define QM_LAY(field, count)                          \
    do {                                              \
        t->field = (const void *)at;                  \
        need += (uint64_t)(count) * sizeof *t->field; \
        if (need > section.size) return false;        \
        at += (size_t)(count) * sizeof *t->field;     \
    } while (0)
    QM_LAY(types, h->types);
    QM_LAY(sets, h->sets);
    QM_LAY(rules, h->rules);
    QM_LAY(slots, h->slots);
    QM_LAY(cues, h->cues);
    QM_LAY(fights, h->fights);
    QM_LAY(pool, h->pool);
#undef QM_LAY
    return need == section.size;
}

int qm_taxonomy_bind(qm_taxonomy *out, const qm_image *image, qm_error *err)
{
    qm_bytes section = qm_image_section(image, QM_SECTION_TAXONOMY);
    qm_taxonomy t = {0};
    if (!section.data) {
        *out = t;
        return QM_OK;
    }
    if (section.size < sizeof t.header) return qm_fail(err, QM_E_CORRUPT, "taxonomy: too short");
    memcpy(&t.header, section.data, sizeof t.header);
    if (t.header.version != QM_TAXONOMY_VERSION)
        return qm_fail(err, QM_E_VERSION,
                       "taxonomy of format %u, but this library reads format %d: "
                       "the image has to be compiled anew",
                       (unsigned)t.header.version, QM_TAXONOMY_VERSION);
    if (!lay_out(&t, section)) return qm_fail(err, QM_E_CORRUPT, "taxonomy: sizes don't add up");
    if (t.header.types > QM_TAXONOMY_MOST_TYPES || !types_are_valid(&t) || !rules_are_valid(&t) ||
        !cues_are_valid(&t))
        return qm_fail(err, QM_E_CORRUPT, "taxonomy: an index or text is out of bounds");
    *out = t;
    return QM_OK;
}
