/* Labelled documents through the rooms of the library, clause by clause to features. */
#include "compile/train/clauses.h"
#include "compile/train/words.h"
#include "engine/analyzer.h"
#include "initiative/scratch.h"

#include <math.h>

typedef struct reading {
    qm_clause_examples *examples;
    const qm_labels *labels;
    qm_analyzer *analyzer;
    qm_document document;
    const qm_labelled_document *labelled;
    uint64_t *type_keys;
    qm_feature_keys keys;
    qm_class_hit classes[QM_CLASSES_MOST]; /* of the clauses taken together */
    int32_t *points; /* of the rules, by type: the best of the clauses taken together */
    uint32_t *ruled; /* all types */
    uint32_t n_types;
    uint32_t number; /* of the document */
} reading;

static void label_clause(const reading *r, uint32_t start, uint32_t end, qm_example *example)
{
    const qm_piece *pieces = r->labels->pieces.at + r->labelled->first_piece;
    for (uint32_t i = 0; i < r->labelled->pieces; i++) {
        const qm_piece *piece = &pieces[i];
        if (piece->end <= start || piece->start >= end) continue;
        if (piece->debatable) example->debatable = true;
        if (piece->types) {
            example->types |= piece->types;
            example->status = piece->status;
        }
        if (piece->head == QM_NONE) continue;
        if (!piece->types) example->run |= pieces[piece->head].types;
        example->heads[example->heads[0] != QM_NONE] = piece->head;
    }
}

static int add_features(reading *r, const qm_feature_source *source, qm_example *example)
{
    qm_features features;
    qm_clause_examples *examples = r->examples;
    features.origins = NULL;
    qm_features_read(source, &features);
    example->first = examples->keys.count;
    for (int block = 0; block < QM_BLOCKS; block++) {
        uint32_t count = features.counts[block];
        size_t to = examples->keys.count;
        example->counts[block] = count;
        if (qm_array_reserve(examples->alloc, &examples->keys, to + count) != QM_OK)
            return QM_E_NOMEM;
        memcpy(examples->keys.at + to, features.keys + qm_block_start(block),
               count * sizeof(uint64_t));
        examples->keys.count += count;
    }
    return qm_array_push(examples->alloc, &examples->at, *example);
}

static void add_classes(reading *r, const qm_clause_evidence *evidence, uint32_t *n)
{
    for (uint32_t i = 0; i < evidence->n_classes && *n < QM_CLASSES_MOST; i++) {
        uint32_t k = 0;
        while (k < *n && r->classes[k].number != evidence->classes[i].number) k++;
        if (k == *n) r->classes[(*n)++] = evidence->classes[i];
    }
}

/* What the rules and cues found in the clauses of source, and the quantities there. */
static int gather_evidence(reading *r, qm_feature_source *source, qm_error *err)
{
    memset(r->points, 0, r->n_types * sizeof *r->points);
    for (uint32_t i = source->first; i < source->end; i++) {
        qm_clause_evidence evidence;
        int status = qm_evidence_of_clause(r->analyzer->engine->initiator, r->analyzer->initiative,
                                           &r->document, i, &evidence, err);
        if (status != QM_OK) return status;
        if (i == source->first) {
            source->first_quantity = evidence.first_quantity;
            source->cues_behind = evidence.cues_behind;
            source->cues_above = evidence.cues_above;
        }
        add_classes(r, &evidence, &source->n_classes);
        source->end_quantity = evidence.end_quantity;
        source->cues |= evidence.cues;
        for (uint32_t type = 1; type < r->n_types; type++)
            if (evidence.rule_points[type] > r->points[type])
                r->points[type] = evidence.rule_points[type];
    }
    return QM_OK;
}

/* Clauses [first, end) as one example. */
static int add_example(reading *r, uint32_t first, uint32_t end, qm_error *err)
{
    const qm_text *text = r->document.text;
    const qm_clauses *clauses = r->document.clauses;
    qm_feature_source source = {.document = &r->document,
                                .first = first,
                                .end = end,
                                .rule_points = r->points,
                                .keys = &r->keys,
                                .classes = r->classes,
                                .ruled = r->ruled,
                                .n_ruled = r->labels->n_types,
                                .alone = !r->labelled->report};
    int status = gather_evidence(r, &source, err);
    if (status != QM_OK) return status;
    const qm_clause *clause = &clauses->at[first];
    qm_example example = {.document = r->number,
                          .heads = {QM_NONE, QM_NONE},
                          .report = r->labelled->report,
                          .judged = r->labelled->report || !r->labels->reports,
                          .clause = first,
                          .sentence = clause->sentence,
                          .paragraph = clause->paragraph,
                          .cues = source.cues,
                          .cues_behind = source.cues_behind,
                          .cues_above = source.cues_above,
                          .role = clause->role,
                          .flags = clause->flags};
    for (uint32_t type = 1; type < r->n_types; type++)
        if (r->points[type] >= QM_POINTS_ROW) example.ruled |= UINT64_C(1) << type;
    for (uint32_t q = source.first_quantity; q < source.end_quantity; q++)
        example.kinds |= 1u << r->document.quantities->at[q].kind;
    /* A clause in a role without rows has given its cues, and is no example. */
    if (r->labelled->report && !qm_role_has_rows(clauses->at[first].role)) return QM_OK;
    label_clause(r, text->starts[clauses->at[first].start],
                 qm_text_end(text, clauses->at[end - 1].end), &example);
    return add_features(r, &source, &example) == QM_OK ? QM_OK : qm_fail_nomem(err);
}

static int read_document(reading *r, qm_result *result, qm_error *err)
{
    qm_analyzer *a = r->analyzer;
    int status = qm_analyze(a, r->labels->pool.at + r->labelled->text_at, r->labelled->text_size,
                            result, err);
    if (status != QM_OK) return status;
    r->document = qm_analyzer_document(a);
    qm_evidence_begin(a->initiative);
    uint32_t n = (uint32_t)r->document.clauses->count;
    if (!r->labelled->report) return n > 0 ? add_example(r, 0, n, err) : QM_OK;
    for (uint32_t i = 0; i < n && status == QM_OK; i++) status = add_example(r, i, i + 1, err);
    return status;
}

int qm_clause_examples_read(qm_clause_examples *examples, const qm_labels *labels,
                            qm_engine *engine, qm_error *err)
{
    reading r = {.examples = examples, .labels = labels, .n_types = labels->n_types + 1};
    const qm_allocator *alloc = examples->alloc;
    qm_result *result = NULL;
    int status = qm_result_new(&result, alloc, err);
    if (status == QM_OK) status = qm_analyzer_new(&r.analyzer, engine, alloc, err);
    if (status != QM_OK || !r.analyzer) goto out;
    r.type_keys = qm_alloc_zero(alloc, r.n_types * sizeof *r.type_keys);
    r.points = qm_alloc_zero(alloc, r.n_types * sizeof *r.points);
    r.ruled = qm_alloc_zero(alloc, r.n_types * sizeof *r.ruled);
    if (!r.type_keys || !r.points || !r.ruled) {
        status = qm_fail_nomem(err);
        goto out;
    }
    r.keys = (qm_feature_keys){r.type_keys, r.n_types, engine->initiator->classes.at};
    for (uint32_t type = 1; type < r.n_types; type++) {
        r.type_keys[type] = qm_hash(labels->type_ids[type].data, labels->type_ids[type].size, 0);
        r.ruled[type - 1] = type;
    }
    for (; r.number < labels->documents.count && status == QM_OK; r.number++) {
        r.labelled = &labels->documents.at[r.number];
        status = read_document(&r, result, err);
    }
out:
    qm_release(alloc, r.type_keys, r.n_types * sizeof *r.type_keys);
    qm_release(alloc, r.points, r.n_types * sizeof *r.points);
    qm_release(alloc, r.ruled, r.n_types * sizeof *r.ruled);
    qm_analyzer_free(r.analyzer);
    qm_result_unref(result);
    return status;
}

/* ---- numbers and values ---- */

/* How many examples have each feature, and in which block it stands. */
typedef struct counting {
    qm_feature_map map;
    qm_u32_array counts;
    qm_u32_array last; /* example that counted it last, from 1 */
    qm_u8_array blocks;
    qm_u32_array firsts; /* of pairs: their first character */
} counting;

/* What stands beside a clause has the numbers of what stands in one, and counts there alone. */
static void find_beside(qm_clause_examples *examples, const counting *c)
{
    for (size_t i = 0; i < examples->at.count; i++) {
        size_t at = examples->at.at[i].first;
        for (qm_feature_block block = 0; block < QM_BLOCKS; block++)
            for (uint32_t k = 0; k < examples->at.at[i].counts[block]; k++, at++)
                if (qm_block_is_beside(block))
                    examples->features.at[at] = qm_feature_map_find(&c->map, examples->keys.at[at]);
    }
}

static int count_features(qm_clause_examples *examples, counting *c)
{
    const qm_allocator *alloc = examples->alloc;
    for (size_t i = 0; i < examples->at.count; i++) {
        size_t at = examples->at.at[i].first;
        uint32_t before = QM_NONE;
        for (qm_feature_block block = 0; block < QM_BLOCKS; block++)
            for (uint32_t k = 0; k < examples->at.at[i].counts[block]; k++, at++) {
                uint32_t number;
                if (qm_block_is_beside(block)) continue;
                if (qm_feature_map_add(&c->map, examples->keys.at[at], &number) != QM_OK)
                    return QM_E_NOMEM;
                /* Characters and the pairs they begin take turns. */
                uint32_t first = block == QM_BLOCK_CLAUSE && k % 2 ? before : QM_NONE;
                if (number == c->counts.count &&
                    (qm_array_push(alloc, &c->counts, 0) != QM_OK ||
                     qm_array_push(alloc, &c->firsts, first) != QM_OK ||
                     qm_array_push(alloc, &c->last, 0) != QM_OK ||
                     qm_array_push(alloc, &c->blocks, (uint8_t)block) != QM_OK))
                    return QM_E_NOMEM;
                if (c->last.at[number] != i + 1) c->counts.at[number]++;
                c->last.at[number] = (uint32_t)i + 1;
                examples->features.at[at] = before = number;
            }
    }
    find_beside(examples, c);
    return QM_OK;
}

/* Whether a circumstance tells where a clause stands and how long it is, rather than what it says.
 */
static bool is_of_place(uint64_t key)
{
    static const qm_feature_family families[] = {QM_FEATURE_ROLE, QM_FEATURE_ROLE_BEFORE,
                                                 QM_FEATURE_ROLE_BEHIND, QM_FEATURE_PLACE,
                                                 QM_FEATURE_LENGTH};
    static const qm_feature_keys none = {NULL, 1, NULL}; /* no rules, no classes */
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        for (uint32_t value = 0; value < QM_CIRCUMSTANCE_VALUES; value++)
            if (qm_circumstance_key(qm_circumstance(families[i], value), &none) == key) return true;
    return false;
}

static double size_of(const qm_clause_examples *examples, const counting *c, size_t at,
                      const qm_clauses_options *options)
{
    const uint32_t number = examples->features.at[at];
    if (c->blocks.at[number] == QM_BLOCK_CIRCUMSTANCE)
        return is_of_place(examples->keys.at[at]) ? options->place : options->circumstance;
    return log((1.0 + (double)examples->at.count) / (1.0 + c->counts.at[number])) + 1;
}

/* Rewrites counts as new numbers. */
static int keep_frequent(qm_clause_examples *examples, counting *c,
                         const qm_clauses_options *options)
{
    const qm_allocator *alloc = examples->alloc;
    for (size_t at = 0; at < examples->keys.count; at++) {
        uint32_t number = examples->features.at[at];
        if (number == UINT32_MAX || c->last.at[number] == QM_NONE) continue; /* none, or done */
        c->last.at[number] = QM_NONE;
        /* What all have tells none from another. */
        if (c->counts.at[number] < options->least_count ||
            c->counts.at[number] == examples->at.count) {
            c->counts.at[number] = QM_NONE;
            continue;
        }
        float size = (float)size_of(examples, c, at, options);
        uint32_t first = c->firsts.at[number]; /* seen before, and not less often */
        if (first != QM_NONE) first = c->counts.at[first];
        c->counts.at[number] = (uint32_t)examples->kept.count;
        if (qm_array_push(alloc, &examples->kept, examples->keys.at[at]) != QM_OK ||
            qm_array_push(alloc, &examples->sizes, size) != QM_OK ||
            qm_array_push(alloc, &examples->firsts, first) != QM_OK)
            return QM_E_NOMEM;
    }
    return QM_OK;
}

/* Values of the features that are kept; the others leave the arrays. */
static void fill_values(qm_clause_examples *examples, const counting *c)
{
    size_t to = 0;
    for (size_t i = 0; i < examples->at.count; i++) {
        qm_example *example = &examples->at.at[i];
        size_t at = example->first;
        example->first = to;
        for (qm_feature_block block = 0; block < QM_BLOCKS; block++) {
            uint32_t n = example->counts[block];
            double scale = (double)qm_block_scale(block, n) / 65536.0;
            for (uint32_t k = 0; k < n; k++, at++) {
                uint32_t number = examples->features.at[at];
                if (number != UINT32_MAX) number = c->counts.at[number];
                if (number == QM_NONE) continue;
                examples->features.at[to] = number;
                examples->values.at[to++] = (float)(scale * examples->sizes.at[number]);
            }
        }
        example->end = to;
    }
    examples->features.count = examples->values.count = to;
}

int qm_clause_examples_number(qm_clause_examples *examples, const qm_clauses_options *options)
{
    const qm_allocator *alloc = examples->alloc;
    size_t n = examples->keys.count;
    counting c = {.map = {.alloc = alloc}};
    int status = qm_feature_map_init(&c.map, alloc);
    if (status == QM_OK) status = qm_array_reserve(alloc, &examples->features, n);
    if (status == QM_OK) status = qm_array_reserve(alloc, &examples->values, n);
    if (status == QM_OK) status = count_features(examples, &c);
    if (status == QM_OK) status = keep_frequent(examples, &c, options);
    if (status == QM_OK) {
        fill_values(examples, &c);
    }
    qm_feature_map_free(&c.map);
    qm_array_free(alloc, &c.counts);
    qm_array_free(alloc, &c.last);
    qm_array_free(alloc, &c.blocks);
    qm_array_free(alloc, &c.firsts);
    return status;
}

uint64_t qm_clause_examples_types(const qm_clause_examples *examples)
{
    uint64_t types = 0;
    for (size_t i = 0; i < examples->at.count; i++)
        if (!examples->at.at[i].debatable) types |= examples->at.at[i].types;
    return types;
}

bool qm_examples_beside(const qm_clause_examples *examples, size_t a, size_t b)
{
    const qm_example *one = &examples->at.at[a], *other = &examples->at.at[b];
    return one->document == other->document && one->sentence == other->sentence &&
           one->clause + 1 == other->clause;
}

void qm_clause_examples_free(qm_clause_examples *examples)
{
    const qm_allocator *alloc = examples->alloc;
    qm_array_free(alloc, &examples->at);
    qm_array_free(alloc, &examples->keys);
    qm_array_free(alloc, &examples->features);
    qm_array_free(alloc, &examples->values);
    qm_array_free(alloc, &examples->kept);
    qm_array_free(alloc, &examples->sizes);
    qm_array_free(alloc, &examples->firsts);
}
