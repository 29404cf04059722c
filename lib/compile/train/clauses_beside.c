/* What the pairs of the clauses beside may say: a record has room for a few weights of theirs, and
 * thresholds are to be chosen for what it holds. */
#include "compile/train/clauses.h"
#include "compile/train/words.h"

#include <math.h>
#include <stdlib.h>

typedef struct choice {
    double size; /* in steps of its label's weights */
    uint32_t feature, label;
} choice;

static int by_size(const void *a, const void *b)
{
    const choice *one = a, *other = b;
    if (one->size != other->size) return one->size > other->size ? -1 : 1;
    if (one->feature != other->feature) return one->feature < other->feature ? -1 : 1;
    return (one->label > other->label) - (one->label < other->label);
}

typedef struct trimming {
    const qm_clause_examples *examples;
    double *weights;
    uint32_t n_labels;
    double units[QM_LABELS_MOST];
} trimming;

static double *weight_at(const trimming *t, uint32_t feature, uint32_t label)
{
    return t->weights + label * (t->examples->kept.count + 1) + feature;
}

/* Behind the n that are there. */
static uint32_t add_choices(const trimming *t, uint32_t feature, uint32_t n, choice *out)
{
    for (uint32_t label = 0; label < t->n_labels; label++) {
        double worth = qm_weight_worth(t->examples, weight_at(t, 0, label), feature);
        out[n++] = (choice){fabs(worth) / t->units[label], feature, label};
    }
    return n;
}

/* What a pair says of the clause behind it and of that before it; UINT32_MAX: nothing. */
static void trim_pair(const trimming *t, uint32_t before, uint32_t behind)
{
    choice all[2 * QM_LABELS_MOST];
    uint32_t n = 0;
    if (before != UINT32_MAX) n = add_choices(t, before, n, all);
    if (behind != UINT32_MAX) n = add_choices(t, behind, n, all);
    qsort(all, n, sizeof *all, by_size);
    for (uint32_t i = QM_ENTRIES; i < n; i++) *weight_at(t, all[i].feature, all[i].label) = 0;
}

int qm_beside_trim(const qm_clause_examples *examples, double *weights, uint32_t n_labels,
                   const qm_allocator *alloc)
{
    trimming t = {.examples = examples, .weights = weights, .n_labels = n_labels};
    qm_feature_map map = {.alloc = alloc};
    int status = qm_feature_map_init(&map, alloc);
    for (uint32_t label = 0; label < n_labels; label++)
        t.units[label] = qm_weights_unit(examples, weight_at(&t, 0, label));
    for (size_t i = 0; i < examples->kept.count && status == QM_OK; i++) {
        uint32_t number; /* that of the feature */
        status = qm_feature_map_add(&map, examples->kept.at[i], &number);
    }
    for (uint32_t i = 0; i < examples->kept.count && status == QM_OK; i++) {
        const uint64_t key = examples->kept.at[i], here = key & ~(uint64_t)QM_KEY_SIDES;
        if ((key & QM_KEY_MIXED) || key == here) continue;
        const uint32_t before = qm_feature_map_find(&map, here | QM_KEY_BEFORE);
        const uint32_t behind = qm_feature_map_find(&map, here | QM_KEY_BEHIND);
        if (i == before || before == UINT32_MAX) trim_pair(&t, before, behind);
    }
    qm_feature_map_free(&map);
    return status;
}
