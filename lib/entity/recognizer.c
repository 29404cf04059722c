/* What engines and analyzers hold of this room. */
#include "entity/find.h"

static const char *const kind_names[] = {"", "person", "place", "org", "role", "brand"};

const char *qm_entity_kind_name(uint32_t kind)
{
    return kind < sizeof kind_names / sizeof *kind_names ? kind_names[kind] : NULL;
}

/* What an image says of a character goes before what those below it say, word by word: of a
 * surname, of a given name. */
static void merge_entry(qm_han_entry *entry, qm_han_entry above)
{
    const uint8_t surname = QM_HAN_SURNAME | QM_HAN_COMMON;
    uint8_t replaced = above.name & QM_HAN_SURNAME ? surname : 0;
    if ((above.name & QM_HAN_GIVEN) != QM_HAN_PLAIN) replaced |= QM_HAN_GIVEN;
    entry->name = (uint8_t)((entry->name & ~replaced) | (above.name & (replaced | QM_HAN_BRAND)));
    entry->flags |= above.flags;
}

/* Adds the characters of a list that it lacks; false when there is no room for them. */
static bool merge_list(uint32_t *chars, const uint32_t *above)
{
    for (uint32_t i = 0; i < QM_MOST_CHARS && above[i]; i++) {
        uint32_t at = 0;
        while (at < QM_MOST_CHARS && chars[at] && chars[at] != above[i]) at++;
        if (at + 1 >= QM_MOST_CHARS) return false;
        chars[at] = above[i];
    }
    return true;
}

/* Puts the table of an image above those that are there. */
static int merge_table(qm_recognizer *recognizer, const qm_han_table *above, qm_error *err)
{
    if (!recognizer->merged) {
        recognizer->merged = qm_alloc_zero(recognizer->alloc, sizeof *recognizer->merged);
        if (!recognizer->merged) return qm_fail_nomem(err);
        recognizer->merged->table = *recognizer->table;
        recognizer->table = &recognizer->merged->table;
    }
    qm_han_table *table = &recognizer->merged->table;
    for (uint32_t i = 0; i < QM_HAN_COUNT; i++) {
        merge_entry(&table->han[i], above->han[i]);
        table->brands[i] |= above->brands[i];
    }
    for (uint32_t i = 0; i < QM_CHAR_LISTS; i++)
        if (!merge_list(table->chars[i], above->chars[i]))
            return qm_fail(err, QM_E_LIMIT, "images: too many characters in a list for names");
    return QM_OK;
}

static void bind_lists(qm_recognizer *recognizer)
{
    for (uint32_t list = 0; list < QM_CHAR_LISTS; list++) {
        const uint32_t *chars = recognizer->table->chars[list];
        for (uint32_t i = 0; i < QM_MOST_CHARS && chars[i]; i++)
            recognizer->in_lists[list] |= UINT64_C(1) << chars[i] % 64;
    }
}

static int bind_han(qm_recognizer *recognizer, const qm_images *images, qm_error *err)
{
    int status = QM_OK;
    for (size_t i = 0; i < images->count && status == QM_OK; i++) {
        qm_bytes section = qm_image_section(&images->at[i], QM_HAN_SECTION);
        if (!section.data) continue;
        if (section.size != sizeof(qm_han_table))
            return qm_fail(err, QM_E_CORRUPT, "the table of characters in names has a wrong size");
        if (recognizer->table) status = merge_table(recognizer, section.data, err);
        else recognizer->table = section.data;
    }
    if (status != QM_OK || !recognizer->table) return status;
    recognizer->tables.han = recognizer->table->han;
    bind_lists(recognizer);
    return QM_OK;
}

/* The entries of hanzi once more, by their codes in the largest lexicon: those of frequent ones lie
 * together. */
static int bind_codes(qm_recognizer *recognizer, const qm_lexicon *lexicons, size_t n,
                      qm_error *err)
{
    const qm_lexicon *largest = NULL;
    for (size_t i = 0; i < n; i++)
        if (!largest || lexicons[i].codes > largest->codes) largest = &lexicons[i];
    const uint32_t codes = recognizer->n_codes = largest ? largest->codes : 0;
    const qm_han_entry none = {0, QM_HAN_OUT};
    if (!recognizer->table || codes == 0) return QM_OK;
    recognizer->image = largest->source;
    recognizer->by_code = qm_resize(recognizer->alloc, NULL, 0, (codes + (size_t)1) * sizeof none);
    if (!recognizer->by_code) return qm_fail_nomem(err);
    for (uint32_t i = 0; i <= codes; i++) recognizer->by_code[i] = none;
    recognizer->tables.by_code = recognizer->by_code + 1;
    uint16_t page[256];
    for (uint32_t i = 0; i < QM_HAN_COUNT; i++) {
        if (i % 256 == 0) qm_lexicon_page(largest, (QM_HAN_FIRST + i) / 256, page);
        if (page[i % 256] > 0) recognizer->by_code[page[i % 256] + 1] = recognizer->table->han[i];
    }
    return QM_OK;
}

/* Which stages look for words of a class. */
static uint32_t use_of_class(uint32_t class)
{
    switch (class) {
    case QM_WORD_PLACE_SUFFIX:
    case QM_WORD_PLACE:
    case QM_WORD_PLACE_SHORT: return QM_USE_PLACES;
    case QM_WORD_ORG_NAME:
    case QM_WORD_ORG_SUFFIX:
    case QM_WORD_ORG_LATIN: return QM_USE_BODIES;
    case QM_WORD_ROLE:
    case QM_WORD_PLACE_STOP:
    case QM_WORD_SURNAME:
    case QM_WORD_NAME_PART:
    case QM_WORD_PERSON_BEFORE:
    case QM_WORD_BRAND_SUFFIX:
    case QM_WORD_KIN: return QM_USE_OTHERS;
    default: return 0;
    }
}

static uint32_t use_of_group(const qm_sense *senses, uint32_t count)
{
    uint32_t use = 0, flags = 0;
    bool stops = false;
    for (const qm_sense *sense = senses; sense < senses + count; sense++) {
        uint32_t class = sense->kind - QM_SENSE_ENTITY;
        if (class == QM_WORD_STOP) {
            stops = true;
            flags |= sense->flags;
        } else if (class > 0 && class < QM_WORD_CLASSES) {
            use |= QM_CLASS_BIT(class) | use_of_class(class);
        }
    }
    if (use & QM_USE_LOOKS) use |= 1u << QM_USE_LOOK_BIT;
    if (!stops) return use;
    return use | 1u << QM_USE_COVER_BIT | (flags & QM_FLAG_WEAK ? QM_USE_WORD : QM_USE_STOP);
}

/* Levels choose a row of a table, codes of places have six digits, and points are few. */
static bool are_senses_sound(const qm_sense *senses, uint32_t count)
{
    enum { MOST = 999999 };
    for (uint32_t i = 0; i < count; i++) {
        bool level = senses[i].kind == QM_SENSE_ENTITY + QM_WORD_PLACE_SUFFIX;
        if (senses[i].value > (level ? QM_LEVEL_NUMBERED : MOST)) return false;
    }
    return true;
}

static int bind_uses(qm_recognizer *recognizer, const qm_lexicon *lexicon, qm_error *err)
{
    const size_t size = (lexicon->groups + (size_t)1) * sizeof **recognizer->uses;
    uint32_t *uses = qm_alloc_zero(recognizer->alloc, size);
    if (!uses) return qm_fail_nomem(err);
    recognizer->uses[lexicon->source] = uses;
    recognizer->groups[lexicon->source] = lexicon->groups;
    const qm_sense *senses;
    for (uint32_t at = 0, group, count;
         (senses = qm_lexicon_next(lexicon, QM_ROOM_ENTITY, &at, &group, &count));) {
        if (!are_senses_sound(senses, count))
            return qm_fail(err, QM_E_CORRUPT, "lexicon: a value that no name has");
        uses[group] = use_of_group(senses, count);
    }
    return QM_OK;
}

static int bind_all_uses(qm_recognizer *recognizer, const qm_lexicon *lexicons, size_t n,
                         qm_error *err)
{
    const size_t images = recognizer->n_images + 1;
    int status = QM_OK;
    recognizer->uses = qm_alloc_zero(recognizer->alloc, images * sizeof *recognizer->uses);
    recognizer->groups = qm_alloc_zero(recognizer->alloc, images * sizeof *recognizer->groups);
    if (!recognizer->uses || !recognizer->groups) return qm_fail_nomem(err);
    for (size_t i = 0; i < n && status == QM_OK; i++)
        if (lexicons[i].groups > 0) status = bind_uses(recognizer, &lexicons[i], err);
    return status;
}

int qm_recognizer_new(qm_recognizer **out, const qm_images *images, const qm_lexicon *lexicons,
                      size_t n_lexicons, const qm_segmenter *segmenter, const qm_allocator *alloc,
                      qm_error *err)
{
    alloc = qm_allocator_or_default(alloc);
    qm_recognizer *recognizer = qm_alloc_zero(alloc, sizeof *recognizer);
    if (!recognizer) return qm_fail_nomem(err);
    recognizer->alloc = alloc;
    recognizer->segmenter = segmenter;
    recognizer->lexicons = lexicons;
    recognizer->ways = qm_character_ways_here();
    recognizer->n_images = images->count;
    int status = bind_han(recognizer, images, err);
    if (status == QM_OK) status = bind_codes(recognizer, lexicons, n_lexicons, err);
    if (status == QM_OK) status = bind_all_uses(recognizer, lexicons, n_lexicons, err);
    if (status == QM_OK) *out = recognizer;
    else qm_recognizer_free(recognizer);
    return status;
}

void qm_recognizer_free(qm_recognizer *recognizer)
{
    if (!recognizer) return;
    const qm_allocator *alloc = recognizer->alloc;
    const size_t images = recognizer->n_images + 1;
    for (size_t i = 0; recognizer->uses && recognizer->groups && i < images; i++)
        qm_release(alloc, recognizer->uses[i],
                   (recognizer->groups[i] + (size_t)1) * sizeof **recognizer->uses);
    qm_release(alloc, recognizer->merged, sizeof *recognizer->merged);
    qm_release(alloc, recognizer->by_code,
               (recognizer->n_codes + (size_t)1) * sizeof *recognizer->by_code);
    qm_release(alloc, recognizer->uses, images * sizeof *recognizer->uses);
    qm_release(alloc, recognizer->groups, images * sizeof *recognizer->groups);
    qm_release(alloc, recognizer, sizeof *recognizer);
}

int qm_entity_scratch_new(qm_entity_scratch **out, const qm_recognizer *recognizer,
                          const qm_allocator *alloc, qm_error *err)
{
    alloc = qm_allocator_or_default(alloc);
    qm_entity_scratch *scratch = qm_alloc_zero(alloc, sizeof *scratch);
    if (!scratch) return qm_fail_nomem(err);
    scratch->alloc = alloc;
    scratch->recognizer = recognizer;
    *out = scratch;
    return QM_OK;
}

void qm_entity_scratch_free(qm_entity_scratch *scratch)
{
    if (!scratch) return;
    const qm_allocator *alloc = scratch->alloc;
    qm_array_free(alloc, &scratch->suffixes);
    for (size_t i = 0; i < QM_LISTS; i++) qm_array_free(alloc, &scratch->lists[i]);
    qm_array_free(alloc, &scratch->starts);
    qm_array_free(alloc, &scratch->found);
    qm_array_free(alloc, &scratch->names);
    qm_array_free(alloc, &scratch->forms);
    qm_array_free(alloc, &scratch->buckets);
    qm_array_free(alloc, &scratch->lengths);
    qm_array_free(alloc, &scratch->endings);
    qm_array_free(alloc, &scratch->ending_buckets);
    qm_array_free(alloc, &scratch->sorted);
    qm_positions_free(scratch);
    qm_release(alloc, scratch, sizeof *scratch);
}

/* Of the names that end at a position; NULL when there is no memory for the first of them. */
static qm_name_starts *starts_at(qm_entity_scratch *scratch, uint32_t end)
{
    if (!qm_place_ends(scratch, end) && !qm_org_ends(scratch, end)) {
        const qm_name_starts none = {0, 0};
        scratch->froms[end] = (uint32_t)scratch->starts.count;
        if (qm_array_push(scratch->alloc, &scratch->starts, none) != QM_OK) return NULL;
    }
    return &scratch->starts.at[scratch->froms[end]];
}

int qm_entity_add(qm_entity_scratch *scratch, uint32_t start, uint32_t end, qm_entity_kind kind,
                  int32_t score, bool named, qm_error *err)
{
    qm_candidate made = {
        .start = start, .end = end, .score = score, .kind = (uint8_t)kind, .named = named};
    if (qm_array_push(scratch->alloc, &scratch->found, made) != QM_OK) return qm_fail_nomem(err);
    if (kind == QM_ENTITY_PERSON) qm_set_add(scratch, QM_SET_PERSONS, end);
    if (kind == QM_ENTITY_PLACE || kind == QM_ENTITY_ORG) {
        qm_name_starts *starts = starts_at(scratch, end);
        if (!starts) return qm_fail_nomem(err);
        uint32_t *from = kind == QM_ENTITY_PLACE ? &starts->place : &starts->org;
        if (!qm_kind_ends(scratch, end, kind) || start + 1 < *from) *from = start + 1;
    }
    scratch->start_sets[start] |= QM_KIND_BIT(kind);
    scratch->end_sets[end] |= QM_KIND_BIT(kind);
    for (uint32_t i = start; i < end && kind == QM_ENTITY_PLACE; i++)
        scratch->states[i] |= QM_SPOT_PLACE;
    return QM_OK;
}

int qm_entity_find(const qm_recognizer *recognizer, qm_entity_scratch *scratch, const qm_text *text,
                   const qm_clauses *clauses, const qm_words *words, const qm_matches *matches,
                   const qm_char_codes *codes, const qm_quantities *quantities, qm_entities *out,
                   qm_error *err)
{
    static int (*const stages[])(qm_entity_scratch *, qm_error *) = {
        qm_entity_places, qm_entity_orgs,  qm_entity_persons,
        qm_entity_brands, qm_entity_again, qm_entity_roles};
    out->count = 0;
    if (!recognizer->tables.by_code || text->count == 0) return QM_OK;
    scratch->text = text;
    scratch->clauses = clauses;
    scratch->quantities = quantities;
    scratch->words = words;
    scratch->begins = words->begins;
    scratch->codes = codes[recognizer->image].at;
    scratch->found.count = scratch->starts.count = 0;
    int status = qm_entity_marks(scratch, matches, quantities, err);
    for (size_t i = 0; i < sizeof stages / sizeof *stages && status == QM_OK; i++)
        status = stages[i](scratch, err);
    return status == QM_OK ? qm_entity_choose(scratch, out, err) : status;
}
