#include "engine/analyzer.h"

int qm_analyzer_new(qm_analyzer **out, qm_engine *engine, const qm_allocator *alloc, qm_error *err)
{
    alloc = qm_allocator_or_default(alloc);
    qm_analyzer *a = qm_alloc_zero(alloc, sizeof *a);
    if (!a) return qm_fail_nomem(err);
    a->alloc = *alloc;
    a->engine = qm_engine_ref(engine);
    a->batch.alloc = &a->alloc;
    qm_text_init(&a->text, &a->alloc);
    a->codes = qm_alloc_zero(&a->alloc, (engine->images.count + 1) * sizeof *a->codes);
    int status = a->codes ? QM_OK : qm_fail_nomem(err);
    if (status == QM_OK && engine->segments)
        status = qm_segment_scratch_new(&a->segment, engine->segmenter, &a->alloc, err);
    if (status == QM_OK && engine->quantifies)
        status = qm_quantity_scratch_new(&a->quantity, engine->quantifier, &a->alloc, err);
    if (status == QM_OK && engine->recognizes)
        status = qm_entity_scratch_new(&a->entity, engine->recognizer, &a->alloc, err);
    if (status == QM_OK && engine->initiates)
        status = qm_initiative_scratch_new(&a->initiative, engine->initiator, &a->alloc, err);
    if (status != QM_OK) return qm_analyzer_free(a), status;
    *out = a;
    return QM_OK;
}

static void forget_codes(qm_analyzer *a)
{
    for (size_t i = 0; a->codes && i < a->engine->images.count; i++)
        qm_array_free(&a->alloc, &a->codes[i]);
}

/* What is left of a document: all but the scratch of the rooms. */
static void forget_document(qm_analyzer *a)
{
    qm_array_free(&a->alloc, &a->places);
    qm_array_free(&a->alloc, &a->spans);
    qm_array_free(&a->alloc, &a->measures);
    qm_array_free(&a->alloc, &a->initiatives);
    qm_array_free(&a->alloc, &a->entities);
    qm_array_free(&a->alloc, &a->quantities);
    qm_words_free(&a->own_tokens, &a->alloc);
    qm_words_free(&a->words, &a->alloc);
    qm_array_free(&a->alloc, &a->clauses);
    forget_codes(a);
    qm_matches_free(a->fresh, &a->alloc);
    qm_matches_free(a->matches, &a->alloc);
    qm_text_free(&a->text);
}

void qm_analyzer_free(qm_analyzer *a)
{
    if (!a) return;
    qm_allocator alloc = a->alloc;
    qm_batch_free(&a->batch);
    qm_initiative_scratch_free(a->initiative);
    qm_entity_scratch_free(a->entity);
    qm_quantity_scratch_free(a->quantity);
    qm_segment_scratch_free(a->segment);
    forget_document(a);
    qm_release(&alloc, a->codes, (a->engine->images.count + 1) * sizeof *a->codes);
    qm_engine_unref(a->engine);
    qm_release(&alloc, a, sizeof *a);
}

/* ---- the way of one document through the rooms ---- */

/* The order of matches: by end, the longer first, the lower source first. */
static bool comes_after(const qm_match *a, const qm_match *b)
{
    if (a->end != b->end) return a->end > b->end;
    if (a->start != b->start) return a->start > b->start;
    return a->source > b->source;
}

/* From the back, in place. */
static int merge(qm_matches *all, const qm_matches *fresh, const qm_allocator *alloc)
{
    size_t left = all->count, right = fresh->count;
    if (qm_array_reserve(alloc, all, left + right) != QM_OK) return QM_E_NOMEM;
    all->count = left + right;
    for (qm_match *to = all->at + all->count; right > 0;) {
        bool old = left > 0 && comes_after(&all->at[left - 1], &fresh->at[right - 1]);
        *--to = old ? all->at[--left] : fresh->at[--right];
    }
    return QM_OK;
}

/* Each lexicon gives its matches in order; the first one gives them to the rooms directly. */
static int scan_lexicon(qm_analyzer *a, const qm_lexicon *lexicon, uint32_t rooms, bool first,
                        qm_error *err)
{
    qm_matches *fresh = first ? a->matches : a->fresh;
    qm_char_codes *codes = rooms & QM_ROOMS_THAT_ASK ? &a->codes[lexicon->source] : NULL;
    for (int room = 0; room < QM_ROOMS && !first; room++) fresh[room].count = 0;
    int status =
        qm_lexicon_scan(lexicon, &a->text, 0, a->text.count, rooms, &a->alloc, fresh, codes, err);
    for (int room = 0; room < QM_ROOMS && status == QM_OK && !first; room++)
        if (merge(&a->matches[room], &fresh[room], &a->alloc) != QM_OK) return qm_fail_nomem(err);
    return status;
}

/* What the rooms of a bit set look for. */
static int scan(qm_analyzer *a, uint32_t rooms, qm_error *err)
{
    const qm_engine *engine = a->engine;
    bool first = true;
    int status = QM_OK;
    for (int room = 0; room < QM_ROOMS; room++)
        if (rooms >> room & 1) a->matches[room].count = 0;
    for (size_t i = 0; i < engine->images.count && status == QM_OK && rooms; i++) {
        if (engine->lexicons[i].entries == 0) continue;
        status = scan_lexicon(a, &engine->lexicons[i], rooms, first, err);
        first = false;
    }
    return status;
}

/* ---- long documents: they are scanned for each room when its turn comes, and what one room has
 * needed is there for the next, or given back before that needs as much ---- */

#define LONG (1u << 20) /* characters */

static bool is_long(const qm_analyzer *a)
{
    return a->text.count > LONG;
}

static int scan_at_first(qm_analyzer *a, qm_error *err)
{
    return scan(a, is_long(a) ? a->engine->scans & 1u << QM_ROOM_WORDS : a->engine->scans, err);
}

/* The list of the room before is as good for this one. */
static int scan_for(qm_analyzer *a, qm_room room, qm_error *err)
{
    if (!is_long(a)) return QM_OK;
    for (qm_room before = QM_ROOM_QUANTITY; before < room; before++) {
        if (a->matches[before].room <= a->matches[room].room) continue;
        qm_matches larger = a->matches[before];
        a->matches[before] = a->matches[room];
        a->matches[room] = larger;
    }
    return scan(a, 1u << room, err);
}

int qm_analyzer_read(qm_analyzer *a, const char *text, size_t size, bool joins, qm_error *err)
{
    const qm_engine *engine = a->engine;
    if (size > (uint64_t)engine->settings[QM_P_MAX_DOC_BYTES])
        return qm_fail(err, QM_E_LIMIT, "the document has %zu bytes; the limit is %lld", size,
                       (long long)engine->settings[QM_P_MAX_DOC_BYTES]);
    if (size == 0) text = ""; /* an empty text may come as NULL */
    int status =
        qm_text_decode(&a->text, engine->map, text, size, engine->settings[QM_P_STRICT_UTF8], err);
    if (status == QM_OK && joins) status = qm_text_join(&a->text, err);
    return status == QM_OK ? scan_at_first(a, err) : status;
}

int qm_analyzer_cut(qm_analyzer *a, qm_error *err)
{
    const int64_t *settings = a->engine->settings;
    qm_segment_options options = {.quality = (uint8_t)settings[QM_P_QUALITY],
                                  .tags = settings[QM_P_TAGS],
                                  .granularity = QM_WORD};
    const qm_matches *matches = a->engine->scans ? &a->matches[QM_ROOM_WORDS] : NULL;
    int64_t granularity = settings[QM_P_GRANULARITY];
    bool own = granularity != QM_WORD && qm_engine_makes(a->engine, QM_TOKENS);
    int status = QM_OK;
    /* The other rooms always see words, whatever the granularity of the table of tokens. */
    if (a->engine->quantifies || granularity != QM_TERM)
        status = qm_segment_run(a->engine->segmenter, a->segment, &a->text, matches, &options,
                                &a->words, err);
    options.granularity = (uint8_t)granularity;
    if (status == QM_OK && own)
        status = qm_segment_run(a->engine->segmenter, a->segment, &a->text, matches, &options,
                                &a->own_tokens, err);
    return status;
}

/* ---- and on through the rooms ---- */

static int find_quantities(qm_analyzer *a, qm_error *err)
{
    const qm_quantifier *quantifier = a->engine->quantifier;
    qm_quantity_options dates = {(uint32_t)a->engine->settings[QM_P_REFERENCE_DATE]};
    qm_quantity_scratch *fresh = NULL;
    int status = scan_for(a, QM_ROOM_QUANTITY, err);
    if (status == QM_OK)
        status =
            qm_quantity_find(quantifier, a->quantity, &a->text, &a->clauses, &a->words,
                             &a->matches[QM_ROOM_QUANTITY], a->codes, &dates, &a->quantities, err);
    if (status != QM_OK || !is_long(a)) return status;
    status = qm_quantity_scratch_new(&fresh, quantifier, &a->alloc, err);
    if (status != QM_OK) return status;
    qm_quantity_scratch_free(a->quantity);
    a->quantity = fresh;
    return QM_OK;
}

static int find_entities(qm_analyzer *a, qm_error *err)
{
    const qm_recognizer *recognizer = a->engine->recognizer;
    qm_entity_scratch *fresh = NULL;
    int status = scan_for(a, QM_ROOM_ENTITY, err);
    if (status == QM_OK)
        status = qm_entity_find(recognizer, a->entity, &a->text, &a->clauses, &a->words,
                                &a->matches[QM_ROOM_ENTITY], a->codes, &a->quantities, &a->entities,
                                err);
    if (status != QM_OK || !is_long(a)) return status;
    status = qm_entity_scratch_new(&fresh, recognizer, &a->alloc, err);
    if (status != QM_OK) return status;
    qm_entity_scratch_free(a->entity);
    a->entity = fresh;
    return QM_OK;
}

static int find_initiatives(qm_analyzer *a, qm_error *err)
{
    qm_initiative_options options = {a->engine->settings[QM_P_SUPPRESSED]};
    int status = scan_for(a, QM_ROOM_INITIATIVE, err);
    if (status != QM_OK) return status;
    return qm_initiative_find(a->engine->initiator, a->initiative, &a->text, &a->clauses, &a->words,
                              &a->matches[QM_ROOM_INITIATIVE], &a->quantities, &a->entities,
                              &options, &a->initiatives, &a->measures, err);
}

int qm_analyzer_find(qm_analyzer *a, const char *text, size_t size, qm_error *err)
{
    const qm_engine *engine = a->engine;
    int status = qm_analyzer_read(a, text, size, engine->joins, err);
    if (status == QM_OK && engine->cuts)
        status = qm_clauses_find(&a->text, &a->alloc, &a->clauses, err);
    if (status == QM_OK && engine->segments) status = qm_analyzer_cut(a, err);
    if (status == QM_OK && engine->quantifies) status = find_quantities(a, err);
    if (status == QM_OK && engine->recognizes) status = find_entities(a, err);
    if (status == QM_OK && engine->initiates) status = find_initiatives(a, err);
    return status;
}

/* Rows need them no more, but for those of user words. */
static void forget_matches(qm_analyzer *a)
{
    for (qm_room room = QM_ROOM_QUANTITY; room < QM_ROOMS; room++)
        qm_array_free(&a->alloc, &a->matches[room]);
    forget_codes(a);
}

static int run_document(qm_analyzer *a, qm_bytes text, qm_error *err)
{
    int status = qm_analyzer_find(a, text.data, text.size, err);
    if (is_long(a)) forget_matches(a);
    if (status == QM_OK && qm_analyzer_add_rows(a) != QM_OK) status = qm_fail_nomem(err);
    if (is_long(a)) {
        a->large = true;
        forget_document(a);
    }
    return status == QM_OK ? qm_batch_end_document(&a->batch, text.size, err) : status;
}

/* ---- batches ---- */

/* One description of the three ways in which documents come. */
typedef struct documents {
    enum { VIEWS, NARROW, WIDE } form;
    size_t count;
    const qm_bytes *views;
    const char *data;
    const void *offsets; /* int32_t, if narrow; else int64_t */
} documents;

static int64_t offset_at(const documents *in, size_t i)
{
    if (in->form == NARROW) return ((const int32_t *)in->offsets)[i];
    return ((const int64_t *)in->offsets)[i];
}

static int document_at(const documents *in, size_t i, qm_bytes *out, qm_error *err)
{
    if (in->form == VIEWS) {
        *out = in->views[i];
        return QM_OK;
    }
    int64_t start = offset_at(in, i), end = offset_at(in, i + 1);
    if (start < 0 || end < start)
        return qm_fail(err, QM_E_INVALID, "the offsets of document %zu go backwards", i);
    *out = (qm_bytes){in->data + start, (size_t)(end - start)};
    return QM_OK;
}

static int analyze(qm_analyzer *a, const documents *in, qm_result *result, qm_error *err)
{
    int status = qm_result_check_free(result, err);
    qm_batch_clear(&a->batch);
    a->large = false;
    for (size_t i = 0; i < in->count && status == QM_OK; i++) {
        qm_bytes text = {NULL, 0};
        status = document_at(in, i, &text, err);
        if (status == QM_OK) status = run_document(a, text, err);
        if (status == QM_E_UTF8 || status == QM_E_LIMIT)
            if (in->count > 1) qm_error_name(err, "document %zu of the batch", i);
    }
    if (status == QM_OK)
        status = qm_result_fill(result, &a->batch, a->engine, &a->engine->names, a->engine->tables,
                                (int)a->engine->settings[QM_P_OFFSETS], err);
    if (a->large) qm_batch_free(&a->batch);
    return status;
}

int qm_analyze(qm_analyzer *analyzer, const char *text, size_t size, qm_result *result,
               qm_error *err)
{
    qm_bytes view = {text, size};
    return analyze(analyzer, &(documents){.form = VIEWS, .count = 1, .views = &view}, result, err);
}

int qm_analyze_views(qm_analyzer *analyzer, const qm_bytes *docs, size_t n, qm_result *result,
                     qm_error *err)
{
    return analyze(analyzer, &(documents){.form = VIEWS, .count = n, .views = docs}, result, err);
}

int qm_analyze_offsets32(qm_analyzer *analyzer, const char *data, const int32_t *offsets, size_t n,
                         qm_result *result, qm_error *err)
{
    const documents in = {.form = NARROW, .count = n, .data = data, .offsets = offsets};
    return analyze(analyzer, &in, result, err);
}

int qm_analyze_offsets64(qm_analyzer *analyzer, const char *data, const int64_t *offsets, size_t n,
                         qm_result *result, qm_error *err)
{
    const documents in = {.form = WIDE, .count = n, .data = data, .offsets = offsets};
    return analyze(analyzer, &in, result, err);
}
