/* What engines and analyzers hold of this room. */
#include "entity/entity.h"

struct qm_recognizer {
    const qm_allocator *alloc;
};

struct qm_entity_scratch {
    const qm_allocator *alloc;
};

static const char *const kind_names[] = {"", "person", "place", "org", "role", "brand"};

const char *qm_entity_kind_name(uint32_t kind)
{
    return kind < sizeof kind_names / sizeof *kind_names ? kind_names[kind] : NULL;
}

int qm_recognizer_new(qm_recognizer **out, const qm_images *images, const qm_lexicon *lexicons,
                      size_t n_lexicons, const qm_allocator *alloc, qm_error *err)
{
    (void)images, (void)lexicons, (void)n_lexicons;
    alloc = qm_allocator_or_default(alloc);
    qm_recognizer *recognizer = qm_alloc_zero(alloc, sizeof *recognizer);
    if (!recognizer) return qm_fail_nomem(err);
    recognizer->alloc = alloc;
    *out = recognizer;
    return QM_OK;
}

void qm_recognizer_free(qm_recognizer *recognizer)
{
    if (recognizer) qm_release(recognizer->alloc, recognizer, sizeof *recognizer);
}

int qm_entity_scratch_new(qm_entity_scratch **out, const qm_recognizer *recognizer,
                          const qm_allocator *alloc, qm_error *err)
{
    (void)recognizer;
    alloc = qm_allocator_or_default(alloc);
    qm_entity_scratch *scratch = qm_alloc_zero(alloc, sizeof *scratch);
    if (!scratch) return qm_fail_nomem(err);
    scratch->alloc = alloc;
    *out = scratch;
    return QM_OK;
}

void qm_entity_scratch_free(qm_entity_scratch *scratch)
{
    if (scratch) qm_release(scratch->alloc, scratch, sizeof *scratch);
}

int qm_entity_find(const qm_recognizer *recognizer, qm_entity_scratch *scratch, const qm_text *text,
                   const qm_clauses *clauses, const qm_words *words, const qm_matches *matches,
                   const qm_quantities *quantities, qm_entities *out, qm_error *err)
{
    (void)recognizer, (void)scratch, (void)text, (void)clauses, (void)words, (void)matches,
        (void)quantities, (void)err;
    out->count = 0;
    return QM_OK;
}
