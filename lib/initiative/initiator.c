/* Binding: the taxonomies of all images of a stack become one. Types are the same when their ids
 * are, sets when their names are; a later image adds, or replaces all types below it. */
#include "initiative/initiator.h"

#include "initiative/classify_model.h"

/* Where the rules of a type come from beside those written for it. */
typedef struct origin {
    qm_bytes parent; /* the id of what it inherits from; empty: nothing */
    uint32_t type;   /* that, of the stack; 0 where it is none, as one of those that are no more */
    bool named;      /* a type of its own, even where one of those had its id */
} origin;

typedef struct binding {
    qm_initiator *made;
    qm_taxonomy *taxonomies; /* one per image */
    size_t n;
    QM_ARRAY(qm_bytes) set_names; /* by set of the stack; empty for nameless ones */
    QM_ARRAY(origin) origins;     /* by type of the stack */
    qm_u32_array heirs;           /* of the type at hand, itself among them */
    size_t floor;                 /* images below have no types of their own any more */
} binding;

/* ---- types ---- */

static uint32_t find_type(const qm_initiator *made, qm_bytes id)
{
    for (size_t i = 1; i < made->types.count; i++)
        if (qm_bytes_equal(made->types.at[i].id, id)) return (uint32_t)i;
    return 0;
}

/* The type that an image means: 0 where that is no more, though a new one may have its id. */
static uint32_t type_meant(const binding *b, size_t image, qm_bytes id)
{
    const uint32_t type = find_type(b->made, id);
    return image < b->floor && b->origins.at[type].named ? 0 : type;
}

static void take_text(qm_bytes *to, const qm_taxonomy *taxonomy, qm_taxonomy_text text)
{
    if (text.size) *to = qm_taxonomy_string(taxonomy, text);
}

static int bind_type(binding *b, const qm_taxonomy *taxonomy, const qm_taxonomy_type *type,
                     uint32_t *number)
{
    qm_initiator *made = b->made;
    qm_bytes id = qm_taxonomy_string(taxonomy, type->id);
    const origin nothing = {0};
    *number = find_type(made, id);
    if (*number == 0) {
        qm_initiative_type fresh = {.id = id, .name = id, .group = {"", 0}, .duty = {"", 0}};
        if (qm_array_push(made->alloc, &made->types, fresh) != QM_OK ||
            qm_array_push(made->alloc, &made->means, 0) != QM_OK ||
            qm_array_push(made->alloc, &b->origins, nothing) != QM_OK)
            return QM_E_NOMEM;
        *number = (uint32_t)made->types.count - 1;
    }
    qm_initiative_type *bound = &made->types.at[*number];
    take_text(&bound->name, taxonomy, type->name);
    take_text(&bound->group, taxonomy, type->group);
    take_text(&bound->duty, taxonomy, type->duty);
    take_text(&b->origins.at[*number].parent, taxonomy, type->parent);
    b->origins.at[*number].named |= type->name.size > 0;
    made->means.at[*number] |= type->means != 0;
    return QM_OK;
}

static int bind_types(binding *b, qm_error *err)
{
    qm_initiator *made = b->made;
    const qm_initiative_type none = {0};
    const origin nothing = {0};
    if (qm_array_push(made->alloc, &made->types, none) != QM_OK ||
        qm_array_push(made->alloc, &made->means, 0) != QM_OK ||
        qm_array_push(made->alloc, &b->origins, nothing) != QM_OK)
        return qm_fail_nomem(err);
    for (size_t i = 0; i < b->n; i++) {
        const qm_taxonomy *taxonomy = &b->taxonomies[i];
        qm_source_map *map = &made->sources[i];
        if (taxonomy->header.types == 0) continue;
        map->types = qm_alloc_zero(made->alloc, taxonomy->header.types * sizeof *map->types);
        if (!map->types) return qm_fail_nomem(err);
        map->n_types = taxonomy->header.types;
        if (i < b->floor) continue;
        for (uint32_t k = 0; k < map->n_types; k++)
            if (bind_type(b, taxonomy, &taxonomy->types[k], &map->types[k]) != QM_OK)
                return qm_fail_nomem(err);
    }
    for (size_t k = 0; k < b->origins.count; k++) {
        origin *from = &b->origins.at[k];
        if (from->parent.size) from->type = find_type(made, from->parent);
    }
    return QM_OK;
}

/* ---- sets ---- */

static int bind_set(binding *b, qm_bytes name, uint32_t *number)
{
    if (name.size)
        for (size_t i = 0; i < b->set_names.count; i++)
            if (qm_bytes_equal(b->set_names.at[i], name)) {
                *number = (uint32_t)i;
                return QM_OK;
            }
    *number = (uint32_t)b->set_names.count;
    return qm_array_push(b->made->alloc, &b->set_names, name);
}

/* The names of sets that stand for quantities begin with #. */
static bool is_of_quantities(qm_bytes name)
{
    return name.size > 0 && *(const char *)name.data == '#';
}

/* Which sets stand for which kinds of them. */
static void find_quantity_sets(binding *b)
{
    qm_initiator *made = b->made;
    for (uint32_t kind = 0; kind <= QM_KIND_NUMBER; kind++)
        made->quantity_sets[kind] = made->n_sets;
    for (uint32_t k = 0; k < made->n_sets; k++) {
        const qm_bytes name = b->set_names.at[k];
        if (!is_of_quantities(name)) continue;
        for (uint32_t kind = 0; kind <= QM_KIND_NUMBER; kind++)
            if (qm_bytes_equal(qm_bytes_of(qm_quantity_set_name(kind)), name))
                made->quantity_sets[kind] = k;
    }
}

bool qm_is_figure_set(const qm_initiator *initiator, uint32_t set)
{
    for (uint32_t kind = 0; kind <= QM_KIND_NUMBER; kind++)
        if (initiator->quantity_sets[kind] == set) return true;
    return false;
}

/* Set k of an image, unless it has its number. */
static int number_set(binding *b, size_t image, uint32_t k)
{
    const qm_taxonomy *taxonomy = &b->taxonomies[image];
    uint32_t *number = &b->made->sources[image].sets[k];
    if (*number != QM_NONE) return QM_OK;
    return bind_set(b, qm_taxonomy_string(taxonomy, taxonomy->sets[k].name), number);
}

static int make_set_map(binding *b, size_t image)
{
    const uint32_t count = b->taxonomies[image].header.sets;
    qm_source_map *map = &b->made->sources[image];
    if (count == 0) return QM_OK;
    map->sets = qm_alloc_zero(b->made->alloc, count * sizeof *map->sets);
    if (!map->sets) return QM_E_NOMEM;
    map->n_sets = count;
    for (uint32_t k = 0; k < count; k++) map->sets[k] = QM_NONE;
    return QM_OK;
}

static int number_sets(binding *b, size_t image, bool of_quantities)
{
    const qm_taxonomy *taxonomy = &b->taxonomies[image];
    int status = QM_OK;
    for (uint32_t k = 0; k < taxonomy->header.sets && status == QM_OK; k++)
        if (!of_quantities ||
            is_of_quantities(qm_taxonomy_string(taxonomy, taxonomy->sets[k].name)))
            status = number_set(b, image, k);
    return status;
}

/* Groups go by how often texts have their words, and so do then the sets. */
static int number_sets_of_words(binding *b, size_t image)
{
    const qm_sense *senses;
    uint32_t at = 0, group, count;
    int status = QM_OK;
    while (status == QM_OK && (senses = qm_lexicon_next(&b->made->lexicons[image],
                                                        QM_ROOM_INITIATIVE, &at, &group, &count)))
        for (uint32_t i = 0; i < count && status == QM_OK; i++)
            if (senses[i].kind == QM_SENSE_SET) status = number_set(b, image, senses[i].value);
    return status;
}

/* Sets that are often asked for lie together: those of quantities, those of words, the others. */
static int bind_sets(binding *b, size_t n_lexicons, qm_error *err)
{
    qm_initiator *made = b->made;
    int status = QM_OK;
    for (size_t i = 0; i < b->n && status == QM_OK; i++) status = make_set_map(b, i);
    for (size_t i = 0; i < b->n && status == QM_OK; i++) status = number_sets(b, i, true);
    for (size_t i = 0; i < b->n && i < n_lexicons && status == QM_OK; i++)
        status = number_sets_of_words(b, i);
    for (size_t i = 0; i < b->n && status == QM_OK; i++) status = number_sets(b, i, false);
    if (status != QM_OK) return qm_fail_nomem(err);
    made->n_sets = (uint32_t)b->set_names.count;
    find_quantity_sets(b);
    return QM_OK;
}

/* ---- rules ---- */

static int add_rule(binding *b, size_t image, const qm_taxonomy_rule *rule, uint32_t type)
{
    qm_initiator *made = b->made;
    const qm_taxonomy *taxonomy = &b->taxonomies[image];
    qm_bound_rule bound = {.name = qm_taxonomy_string(taxonomy, rule->name),
                           .type = type,
                           .first_slot = (uint32_t)made->slots.count,
                           .verbs = rule->verbs,
                           .objects = rule->objects,
                           .needs = rule->needs,
                           .bars = rule->bars,
                           .gap = rule->gap,
                           .points = rule->points,
                           .order = (uint8_t)rule->order,
                           .scope = (uint8_t)rule->scope};
    uint32_t slots = rule->verbs + rule->objects + rule->needs + rule->bars;
    for (uint32_t i = 0; i < slots; i++) {
        uint32_t set = made->sources[image].sets[taxonomy->slots[rule->first_slot + i]];
        if (qm_array_push(made->alloc, &made->slots, set) != QM_OK) return QM_E_NOMEM;
    }
    made->n_object_rules += rule->objects;
    made->looks_back = made->looks_back || qm_scope_looks_back(rule->scope);
    return qm_array_push(made->alloc, &made->rules, bound);
}

/* own: the number of the type of that id; 0 where it is no more. A ring of parents in an image
 * ends, too. */
static bool inherits_from(const binding *b, uint32_t type, uint32_t own, qm_bytes id)
{
    for (uint32_t left = QM_TAXONOMY_PARENTS; type != own && left > 0; left--) {
        const origin *from = &b->origins.at[type];
        if (from->type == 0) return from->parent.size > 0 && qm_bytes_equal(from->parent, id);
        type = from->type;
    }
    return type == own;
}

/* The type and all that inherit from it, which have a row only where the type itself has none: so
 * it comes first. */
static int list_heirs(binding *b, size_t image, qm_bytes id)
{
    const qm_initiator *made = b->made;
    const uint32_t own = type_meant(b, image, id);
    b->heirs.count = 0;
    if (own && qm_array_push(made->alloc, &b->heirs, own) != QM_OK) return QM_E_NOMEM;
    for (uint32_t type = 1; type < made->types.count; type++)
        if (type != own && inherits_from(b, type, own, id) &&
            qm_array_push(made->alloc, &b->heirs, type) != QM_OK)
            return QM_E_NOMEM;
    return QM_OK;
}

/* A rule counts for its own type and for its heirs. The rules of a type stand together. */
static int add_rules(binding *b, size_t image)
{
    const qm_taxonomy *taxonomy = &b->taxonomies[image];
    for (uint32_t k = 0; k < taxonomy->header.rules; k++) {
        const qm_taxonomy_rule *rule = &taxonomy->rules[k];
        bool same = k > 0 && rule[-1].type == rule->type;
        qm_bytes id = qm_taxonomy_string(taxonomy, taxonomy->types[rule->type].id);
        if (!same && list_heirs(b, image, id) != QM_OK) return QM_E_NOMEM;
        for (size_t i = 0; i < b->heirs.count; i++)
            if (add_rule(b, image, rule, b->heirs.at[i]) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

static void number_verbs(qm_initiator *made)
{
    uint32_t bit = 0;
    for (size_t r = 0; r < made->rules.count; r++) {
        const qm_bound_rule *rule = &made->rules.at[r];
        for (uint32_t i = 0; i < rule->verbs; i++) {
            uint64_t *bits = &made->set_bits[made->slots.at[rule->first_slot + i]].verb;
            if (*bits == 0) *bits = UINT64_C(1) << bit++ % 63;
        }
    }
}

/* Bits of its verbs, and that of what every clause has where they need not stand beside the object:
 * in a clause before, or nowhere. */
static uint64_t verb_bits(const qm_initiator *made, const qm_bound_rule *rule)
{
    const uint32_t *verbs = made->slots.at + rule->first_slot;
    const bool others = qm_scope_looks_back(rule->scope) || rule->order == QM_RULE_ALONE;
    uint64_t bits = others ? QM_VERB_NONE : 0;
    for (uint32_t i = 0; i < rule->verbs; i++) bits |= made->set_bits[verbs[i]].verb;
    return bits;
}

static qm_pair_rule pair_rule(const qm_initiator *made, const qm_bound_rule *rule)
{
    const uint32_t *verbs = made->slots.at + rule->first_slot;
    const bool few = rule->verbs >= 1 && rule->verbs <= 3;
    qm_pair_rule at = {.verbs = verb_bits(made, rule),
                       .type = rule->type,
                       .points = (int8_t)rule->points,
                       .gap = (uint8_t)rule->gap,
                       .order = rule->order,
                       .scope = rule->scope,
                       .asks = rule->needs > 0 || rule->bars > 0};
    for (uint32_t i = 0; i < 3; i++)
        at.sets[i] = few ? verbs[i < rule->verbs ? i : rule->verbs - 1] : made->n_sets;
    return at;
}

/* The rules of each object, by a counting sort. */
static void sort_by_object(qm_initiator *made)
{
    uint32_t at = 0;
    for (size_t r = 0; r < made->rules.count; r++) {
        const qm_bound_rule *rule = &made->rules.at[r];
        for (uint32_t i = 0; i < rule->objects; i++)
            made->objects[made->slots.at[rule->first_slot + rule->verbs + i]].end++;
    }
    for (uint32_t set = 0; set < made->n_sets; set++) {
        qm_object *object = &made->objects[set];
        const uint32_t count = object->end;
        object->first = object->end = at;
        at += count;
    }
    for (size_t r = 0; r < made->rules.count; r++) {
        const qm_bound_rule *rule = &made->rules.at[r];
        for (uint32_t i = 0; i < rule->objects; i++) {
            const uint32_t set = made->slots.at[rule->first_slot + rule->verbs + i];
            qm_object *object = &made->objects[set];
            made->object_rules[object->end++] = (uint32_t)r;
            made->set_bits[set].object |= verb_bits(made, rule);
        }
    }
}

static int bind_rules(binding *b, qm_error *err)
{
    qm_initiator *made = b->made;
    for (size_t i = 0; i < b->n; i++)
        if (add_rules(b, i) != QM_OK) return qm_fail_nomem(err);
    made->objects = qm_alloc_zero(made->alloc, (made->n_sets + 1) * sizeof *made->objects);
    made->object_rules =
        qm_alloc_zero(made->alloc, (made->n_object_rules + 1) * sizeof *made->object_rules);
    made->set_bits = qm_alloc_zero(made->alloc, (made->n_sets + 1) * sizeof *made->set_bits);
    made->pair_rules =
        qm_alloc_zero(made->alloc, (made->rules.count + 1) * sizeof *made->pair_rules);
    if (!made->objects || !made->object_rules || !made->set_bits || !made->pair_rules)
        return qm_fail_nomem(err);
    number_verbs(made);
    sort_by_object(made);
    for (size_t r = 0; r < made->rules.count; r++)
        made->pair_rules[r] = pair_rule(made, &made->rules.at[r]);
    return QM_OK;
}

/* ---- cues and fights ---- */

static int bind_cues(binding *b, qm_error *err)
{
    qm_initiator *made = b->made;
    for (size_t i = 0; i < b->n; i++) {
        made->sources[i].first_cue = (uint32_t)made->cues.count;
        for (uint32_t k = 0; k < b->taxonomies[i].header.cues; k++)
            if (qm_array_push(made->alloc, &made->cues, b->taxonomies[i].cues[k]) != QM_OK)
                return qm_fail_nomem(err);
    }
    return QM_OK;
}

static int bind_fights(binding *b, qm_error *err)
{
    qm_initiator *made = b->made;
    made->fights_size = made->types.count * made->types.count;
    made->fights = qm_alloc_zero(made->alloc, made->fights_size);
    if (!made->fights) return qm_fail_nomem(err);
    for (size_t i = 0; i < b->n; i++) {
        const qm_taxonomy *taxonomy = &b->taxonomies[i];
        for (uint32_t k = 0; k < taxonomy->header.fights; k++) {
            const qm_taxonomy_fight *fight = &taxonomy->fights[k];
            uint32_t winner = type_meant(b, i, qm_taxonomy_string(taxonomy, fight->winner));
            uint32_t loser = type_meant(b, i, qm_taxonomy_string(taxonomy, fight->loser));
            if (winner && loser)
                made->fights[winner * made->types.count + loser] = (uint8_t)fight->ground;
        }
    }
    return QM_OK;
}

/* ---- the whole ---- */

/* Senses of a group are told apart by their places, so kinds are in ascending order. */
static int check_senses(const qm_lexicon *lexicon, const qm_taxonomy *taxonomy, qm_error *err)
{
    const qm_sense *senses;
    uint32_t at = 0, group, count;
    while ((senses = qm_lexicon_next(lexicon, QM_ROOM_INITIATIVE, &at, &group, &count))) {
        for (uint32_t i = 0; i < count; i++) {
            uint32_t kind = senses[i].kind, value = senses[i].value;
            if ((kind == QM_SENSE_SET && value >= taxonomy->header.sets) ||
                (kind == QM_SENSE_CUE && value >= taxonomy->header.cues) ||
                (kind == QM_SENSE_BLOCK && value >= taxonomy->header.types))
                return qm_fail(err, QM_E_CORRUPT, "lexicon: a word of no known set, cue or type");
            if (i > 0 && kind < senses[i - 1].kind)
                return qm_fail(err, QM_E_CORRUPT, "lexicon: senses of a word out of order");
        }
    }
    return QM_OK;
}

static int open_taxonomies(binding *b, const qm_images *images, const qm_lexicon *lexicons,
                           size_t n_lexicons, qm_error *err)
{
    for (size_t i = 0; i < images->count; i++) {
        int status = qm_taxonomy_bind(&b->taxonomies[i], &images->at[i], err);
        if (status == QM_OK && i < n_lexicons && !images->at[i].trusted)
            status = check_senses(&lexicons[i], &b->taxonomies[i], err);
        if (status != QM_OK) return status;
        if (b->taxonomies[i].header.flags & QM_TAXONOMY_REPLACES) b->floor = i;
    }
    return QM_OK;
}

/* Whether the weights, which are those of the highest image that has some, are of a type that is no
 * more, though its id is that of a new one. */
static bool are_of_another(const binding *b, const qm_images *images, size_t type)
{
    size_t i = images->count;
    while (i > 0 && !qm_image_section(&images->at[i - 1], QM_SECTION_CLASSIFIER).data) i--;
    return i <= b->floor && b->origins.at[type].named;
}

static int bind_classifier(binding *b, const qm_images *images, qm_error *err)
{
    qm_initiator *made = b->made;
    size_t n = made->types.count;
    qm_bytes *ids = qm_alloc_zero(made->alloc, n * sizeof *ids);
    if (!ids || qm_array_reserve(made->alloc, &made->learnt, n) != QM_OK) {
        qm_release(made->alloc, ids, n * sizeof *ids);
        return qm_fail_nomem(err);
    }
    for (size_t i = 1; i < n; i++)
        if (!are_of_another(b, images, i)) ids[i] = made->types.at[i].id;
    const qm_classifier_names names = {ids, (uint32_t)n, made->classes.at,
                                       (uint32_t)made->classes.count};
    int status = qm_classifier_new(&made->classifier, images, &names, made->alloc, err);
    qm_release(made->alloc, ids, n * sizeof *ids);
    for (uint32_t type = 0; type < n && status == QM_OK; type++)
        made->learnt.at[made->learnt.count++] =
            made->classifier && qm_classifier_knows(made->classifier, type);
    return status;
}

int qm_initiator_new(qm_initiator **out, const qm_images *images, const qm_lexicon *lexicons,
                     size_t n_lexicons, const qm_segmenter *segmenter, const qm_allocator *alloc,
                     qm_error *err)
{
    binding b = {.n = images->count};
    qm_initiator *made = qm_alloc_zero(alloc, sizeof *made);
    if (!made) return qm_fail_nomem(err);
    b.made = made;
    made->alloc = alloc;
    made->lexicons = lexicons;
    made->segmenter = segmenter;
    made->sources = qm_alloc_zero(alloc, (b.n + 1) * sizeof *made->sources);
    if (made->sources) made->n_sources = b.n;
    b.taxonomies = qm_alloc_zero(alloc, (b.n + 1) * sizeof *b.taxonomies);
    int status = QM_OK;
    if (!made->sources || !b.taxonomies) {
        qm_fail_nomem(err);
        status = QM_E_NOMEM;
    }
    if (status == QM_OK) status = open_taxonomies(&b, images, lexicons, n_lexicons, err);
    if (status == QM_OK) status = bind_types(&b, err);
    if (status == QM_OK) status = bind_sets(&b, n_lexicons, err);
    if (status == QM_OK) status = bind_rules(&b, err);
    if (status == QM_OK) status = bind_cues(&b, err);
    if (status == QM_OK) status = qm_initiator_bind_uses(made, n_lexicons, err);
    if (status == QM_OK) status = bind_fights(&b, err);
    if (status == QM_OK) status = qm_particles_new(&made->particles, images, alloc, err);
    if (status == QM_OK) status = bind_classifier(&b, images, err);
    qm_release(alloc, b.taxonomies, (b.n + 1) * sizeof *b.taxonomies);
    qm_array_free(alloc, &b.set_names);
    qm_array_free(alloc, &b.origins);
    qm_array_free(alloc, &b.heirs);
    if (status == QM_OK) *out = made;
    else qm_initiator_free(made);
    return status;
}

void qm_initiator_free(qm_initiator *initiator)
{
    if (!initiator) return;
    const qm_allocator *alloc = initiator->alloc;
    qm_classifier_free(initiator->classifier);
    qm_particles_free(&initiator->particles, alloc);
    for (size_t i = 0; initiator->sources && i < initiator->n_sources; i++) {
        qm_source_map *map = &initiator->sources[i];
        qm_release(alloc, map->sets, map->n_sets * sizeof *map->sets);
        qm_release(alloc, map->types, map->n_types * sizeof *map->types);
    }
    if (initiator->sources)
        qm_release(alloc, initiator->sources,
                   (initiator->n_sources + 1) * sizeof *initiator->sources);
    qm_release(alloc, initiator->objects, (initiator->n_sets + 1) * sizeof *initiator->objects);
    if (initiator->pair_rules)
        qm_release(alloc, initiator->pair_rules,
                   (initiator->rules.count + 1) * sizeof *initiator->pair_rules);
    qm_release(alloc, initiator->set_bits, (initiator->n_sets + 1) * sizeof(qm_set_bits));
    if (initiator->object_rules)
        qm_release(alloc, initiator->object_rules,
                   (initiator->n_object_rules + 1) * sizeof *initiator->object_rules);
    qm_release(alloc, initiator->fights, initiator->fights_size);
    qm_array_free(alloc, &initiator->classes);
    qm_array_free(alloc, &initiator->uses_room);
    if (initiator->use_flags) qm_release(alloc, initiator->use_flags, initiator->n_uses + 1);
    qm_array_free(alloc, &initiator->use_parts);
    qm_array_free(alloc, &initiator->types);
    qm_array_free(alloc, &initiator->means);
    qm_array_free(alloc, &initiator->learnt);
    qm_array_free(alloc, &initiator->rules);
    qm_array_free(alloc, &initiator->cues);
    qm_array_free(alloc, &initiator->slots);
    qm_release(alloc, initiator, sizeof *initiator);
}

bool qm_initiator_type(const qm_initiator *initiator, uint32_t type, qm_initiative_type *out)
{
    if (type == 0 || type >= initiator->types.count) return false;
    *out = initiator->types.at[type];
    return true;
}

qm_bytes qm_initiator_rule_name(const qm_initiator *initiator, uint32_t rule)
{
    if (rule == 0) return qm_bytes_of("");
    return rule <= initiator->rules.count ? initiator->rules.at[rule - 1].name
                                          : (qm_bytes){NULL, 0};
}
