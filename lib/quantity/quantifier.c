#include "quantity/quantity.h"

struct qm_quantifier {
    qm_allocator alloc;
};

struct qm_quantity_scratch {
    qm_allocator alloc;
};

int qm_quantifier_new(qm_quantifier **out, const qm_images *images, const qm_lexicon *lexicons,
                      size_t n_lexicons, const qm_allocator *alloc, qm_error *err)
{
    (void)images;
    (void)lexicons;
    (void)n_lexicons;
    alloc = qm_allocator_or_default(alloc);
    qm_quantifier *quantifier = qm_alloc_zero(alloc, sizeof *quantifier);
    if (!quantifier) return qm_fail_nomem(err);
    quantifier->alloc = *alloc;
    *out = quantifier;
    return QM_OK;
}

void qm_quantifier_free(qm_quantifier *quantifier)
{
    if (!quantifier) return;
    qm_allocator alloc = quantifier->alloc;
    qm_release(&alloc, quantifier, sizeof *quantifier);
}

qm_bytes qm_quantifier_unit_name(const qm_quantifier *quantifier, uint32_t code)
{
    (void)quantifier;
    return code == 0 ? qm_bytes_of("") : (qm_bytes){NULL, 0};
}

int qm_quantifier_convert(const qm_quantifier *quantifier, qm_value value, qm_bytes from,
                          qm_bytes to, qm_value *out, qm_error *err)
{
    (void)quantifier;
    if (!qm_bytes_equal(from, to)) return qm_fail(err, QM_E_INVALID, "no such unit");
    *out = value;
    return QM_OK;
}

int qm_quantity_scratch_new(qm_quantity_scratch **out, const qm_quantifier *quantifier,
                            const qm_allocator *alloc, qm_error *err)
{
    (void)quantifier;
    alloc = qm_allocator_or_default(alloc);
    qm_quantity_scratch *scratch = qm_alloc_zero(alloc, sizeof *scratch);
    if (!scratch) return qm_fail_nomem(err);
    scratch->alloc = *alloc;
    *out = scratch;
    return QM_OK;
}

void qm_quantity_scratch_free(qm_quantity_scratch *scratch)
{
    if (!scratch) return;
    qm_allocator alloc = scratch->alloc;
    qm_release(&alloc, scratch, sizeof *scratch);
}

int qm_quantity_find(const qm_quantifier *quantifier, qm_quantity_scratch *scratch,
                     const qm_text *text, const qm_clauses *clauses, const qm_words *words,
                     const qm_matches *matches, const qm_quantity_options *options,
                     qm_quantities *out, qm_error *err)
{
    (void)quantifier;
    (void)scratch;
    (void)text;
    (void)clauses;
    (void)words;
    (void)matches;
    (void)options;
    (void)err;
    out->count = 0;
    return QM_OK;
}
