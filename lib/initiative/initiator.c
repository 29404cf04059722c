#include "initiative/initiative.h"

struct qm_initiator {
    const qm_allocator *alloc;
};

struct qm_initiative_scratch {
    const qm_allocator *alloc;
};

int qm_initiator_new(qm_initiator **out, const qm_images *images, const qm_lexicon *lexicons,
                     size_t n_lexicons, const qm_allocator *alloc, qm_error *err)
{
    (void)images;
    (void)lexicons;
    (void)n_lexicons;
    qm_initiator *made = qm_alloc_zero(alloc, sizeof *made);
    if (!made) return qm_fail_nomem(err);
    made->alloc = alloc;
    *out = made;
    return QM_OK;
}

void qm_initiator_free(qm_initiator *initiator)
{
    if (initiator) qm_release(initiator->alloc, initiator, sizeof *initiator);
}

bool qm_initiator_type(const qm_initiator *initiator, uint32_t type, qm_initiative_type *out)
{
    (void)initiator;
    (void)type;
    (void)out;
    return false;
}

qm_bytes qm_initiator_rule_name(const qm_initiator *initiator, uint32_t rule)
{
    (void)initiator;
    return rule == 0 ? qm_bytes_of("") : (qm_bytes){NULL, 0};
}

int qm_initiative_scratch_new(qm_initiative_scratch **out, const qm_initiator *initiator,
                              const qm_allocator *alloc, qm_error *err)
{
    (void)initiator;
    qm_initiative_scratch *made = qm_alloc_zero(alloc, sizeof *made);
    if (!made) return qm_fail_nomem(err);
    made->alloc = alloc;
    *out = made;
    return QM_OK;
}

void qm_initiative_scratch_free(qm_initiative_scratch *scratch)
{
    if (scratch) qm_release(scratch->alloc, scratch, sizeof *scratch);
}

int qm_initiative_find(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                       const qm_text *text, const qm_clauses *clauses, const qm_words *words,
                       const qm_matches *matches, const qm_quantities *quantities,
                       const qm_entities *entities, const qm_initiative_options *options,
                       qm_initiatives *out, qm_u32_array *measures, qm_error *err)
{
    (void)initiator;
    (void)scratch;
    (void)text;
    (void)clauses;
    (void)words;
    (void)matches;
    (void)quantities;
    (void)entities;
    (void)options;
    (void)err;
    out->count = 0;
    measures->count = 0;
    return QM_OK;
}
