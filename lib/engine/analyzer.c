#include "engine/analyzer.h"

/* Documents that are read at the same time, and bytes of all of them together: what the rooms find
 * in so many is near when the next room looks at it, and more would drive it away. */
#define MANY 32
#define MANY_BYTES ((size_t)20 * 1024)

static size_t codes_size(const qm_analyzer *a)
{
    return a->room * (a->engine->images.count + 1) * sizeof(qm_char_codes);
}

/* Words alone need little to look into: their documents are read one by one, and are still near
 * when their rows are written. */
static int make_findings(qm_analyzer *a, qm_error *err)
{
    size_t lexicons = a->engine->images.count + 1;
    a->room = a->engine->quantifies ? MANY : 1;
    a->found = qm_alloc_zero(&a->alloc, a->room * sizeof *a->found);
    if (!a->found) return qm_fail_nomem(err);
    for (size_t i = 0; i < a->room; i++) qm_text_init(&a->found[i].text, &a->alloc);
    qm_char_codes *codes = qm_alloc_zero(&a->alloc, codes_size(a));
    if (!codes) return qm_fail_nomem(err);
    for (size_t i = 0; i < a->room; i++) a->found[i].codes = codes + i * lexicons;
    a->now = a->found;
    return QM_OK;
}

int qm_analyzer_new(qm_analyzer **out, qm_engine *engine, const qm_allocator *alloc, qm_error *err)
{
    alloc = qm_allocator_or_default(alloc);
    qm_analyzer *a = qm_alloc_zero(alloc, sizeof *a);
    if (!a) return qm_fail_nomem(err);
    a->alloc = *alloc;
    a->engine = qm_engine_ref(engine);
    a->batch.alloc = &a->alloc;
    int status = make_findings(a, err);
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

static void forget_codes(qm_findings *r, const qm_analyzer *a)
{
    for (size_t i = 0; r->codes && i < a->engine->images.count; i++)
        qm_array_free(&a->alloc, &r->codes[i]);
}

static void forget_findings(qm_findings *r, const qm_analyzer *a)
{
    qm_array_free(&a->alloc, &r->entities);
    qm_array_free(&a->alloc, &r->quantities);
    qm_words_free(&r->own_tokens, &a->alloc);
    qm_words_free(&r->words, &a->alloc);
    qm_array_free(&a->alloc, &r->clauses);
    forget_codes(r, a);
    qm_matches_free(r->matches, &a->alloc);
    qm_text_free(&r->text);
}

/* What is left of documents besides. */
static void forget_rows(qm_analyzer *a)
{
    qm_array_free(&a->alloc, &a->places);
    qm_array_free(&a->alloc, &a->spans);
    qm_array_free(&a->alloc, &a->measures);
    qm_array_free(&a->alloc, &a->initiatives);
    qm_matches_free(a->fresh, &a->alloc);
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
    forget_rows(a);
    for (size_t i = 0; a->found && i < a->room; i++) forget_findings(&a->found[i], a);
    if (a->found) qm_release(&alloc, a->found[0].codes, codes_size(a));
    qm_release(&alloc, a->found, a->room * sizeof *a->found);
    qm_engine_unref(a->engine);
    qm_release(&alloc, a, sizeof *a);
}

/* ---- words of lexicons ---- */

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
    if (right == 0) return QM_OK; /* there may be no lists at all */
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
    qm_findings *now = a->now;
    qm_matches *fresh = first ? now->matches : a->fresh;
    qm_char_codes *codes = rooms & QM_ROOMS_THAT_ASK ? &now->codes[lexicon->source] : NULL;
    for (int room = 0; room < QM_ROOMS && !first; room++) fresh[room].count = 0;
    int status = qm_lexicon_scan(lexicon, &now->text, 0, now->text.count, rooms, &a->alloc, fresh,
                                 codes, err);
    for (int room = 0; room < QM_ROOMS && status == QM_OK && !first; room++)
        if (merge(&now->matches[room], &fresh[room], &a->alloc) != QM_OK) return qm_fail_nomem(err);
    return status;
}

/* What the rooms of a bit set look for. */
static int scan(qm_analyzer *a, uint32_t rooms, qm_error *err)
{
    const qm_engine *engine = a->engine;
    bool first = true;
    int status = QM_OK;
    for (int room = 0; room < QM_ROOMS; room++)
        if (rooms >> room & 1) a->now->matches[room].count = 0;
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
    return a->now->text.count > LONG;
}

static int scan_at_first(qm_analyzer *a, qm_error *err)
{
    return scan(a, is_long(a) ? a->engine->scans & 1u << QM_ROOM_WORDS : a->engine->scans, err);
}

/* The list of the room before is as good for this one. */
static int scan_for(qm_analyzer *a, qm_room room, qm_error *err)
{
    qm_matches *matches = a->now->matches;
    if (!is_long(a)) return QM_OK;
    for (qm_room before = QM_ROOM_QUANTITY; before < room; before++) {
        if (matches[before].room <= matches[room].room) continue;
        qm_matches larger = matches[before];
        matches[before] = matches[room];
        matches[room] = larger;
    }
    return scan(a, 1u << room, err);
}

/* Rows need them no more, but for those of user words. */
static void forget_matches(qm_analyzer *a)
{
    for (qm_room room = QM_ROOM_QUANTITY; room < QM_ROOMS; room++)
        qm_array_free(&a->alloc, &a->now->matches[room]);
    forget_codes(a->now, a);
}

/* ---- the rooms, each for the document that is looked at ---- */

static int check_size(const qm_analyzer *a, qm_error *err)
{
    int64_t most = a->engine->settings[QM_P_MAX_DOC_BYTES];
    size_t size = a->now->bytes.size;
    if (size <= (uint64_t)most) return QM_OK;
    return qm_fail(err, QM_E_LIMIT, "the document has %zu bytes; the limit is %lld", size,
                   (long long)most);
}

static int decode(qm_analyzer *a, bool joins, qm_error *err)
{
    const qm_engine *engine = a->engine;
    qm_findings *now = a->now;
    int status = check_size(a, err);
    if (status != QM_OK) return status;
    status = qm_text_decode(&now->text, engine->map, now->bytes.data, now->bytes.size,
                            engine->settings[QM_P_STRICT], err);
    return status == QM_OK && joins ? qm_text_join(&now->text, err) : status;
}

static int read_text(qm_analyzer *a, qm_error *err)
{
    qm_text *text = &a->now->text;
    int status = decode(a, a->engine->joins, err);
    if (status == QM_OK && a->engine->cuts)
        status = qm_clauses_find(text, &a->alloc, &a->now->clauses, err);
    if (is_long(a)) qm_text_free_scratch(text);
    return status;
}

static int cut_words(qm_analyzer *a, qm_error *err)
{
    qm_findings *now = a->now;
    const int64_t *settings = a->engine->settings;
    qm_segment_options options = {.quality = (uint8_t)settings[QM_P_QUALITY],
                                  .tags = settings[QM_P_TAGS],
                                  .classes = a->engine->recognizes,
                                  .goes_on = a->goes_on,
                                  .granularity = QM_WORD};
    const qm_matches *matches = a->engine->scans ? &now->matches[QM_ROOM_WORDS] : NULL;
    int64_t granularity = settings[QM_P_GRANULARITY];
    bool own = granularity != QM_WORD && qm_engine_makes(a->engine, QM_TOKENS);
    int status = QM_OK;
    if (!a->engine->segments) return QM_OK;
    /* The other rooms always see words, whatever the granularity of the table of tokens. */
    if (a->engine->quantifies || granularity != QM_TERM)
        status = qm_segment_run(a->engine->segmenter, a->segment, &now->text, matches, &options,
                                &now->words, err);
    options.granularity = (uint8_t)granularity;
    if (status == QM_OK && own)
        status = qm_segment_run(a->engine->segmenter, a->segment, &now->text, matches, &options,
                                &now->own_tokens, err);
    return status;
}

static int find_quantities(qm_analyzer *a, qm_error *err)
{
    qm_findings *now = a->now;
    const qm_quantifier *quantifier = a->engine->quantifier;
    qm_quantity_options dates = {(uint32_t)a->engine->settings[QM_P_REFERENCE_DATE]};
    qm_quantity_scratch *fresh = NULL;
    if (!a->engine->quantifies) return QM_OK;
    int status = scan_for(a, QM_ROOM_QUANTITY, err);
    if (status == QM_OK)
        status = qm_quantity_find(quantifier, a->quantity, &now->text, &now->clauses, &now->words,
                                  &now->matches[QM_ROOM_QUANTITY], now->codes, &dates,
                                  &now->quantities, err);
    if (status != QM_OK || !is_long(a)) return status;
    status = qm_quantity_scratch_new(&fresh, quantifier, &a->alloc, err);
    if (status != QM_OK) return status;
    qm_quantity_scratch_free(a->quantity);
    a->quantity = fresh;
    return QM_OK;
}

static int find_entities(qm_analyzer *a, qm_error *err)
{
    qm_findings *now = a->now;
    const qm_recognizer *recognizer = a->engine->recognizer;
    qm_entity_scratch *fresh = NULL;
    if (!a->engine->recognizes) return QM_OK;
    int status = scan_for(a, QM_ROOM_ENTITY, err);
    if (status == QM_OK)
        status = qm_entity_find(recognizer, a->entity, &now->text, &now->clauses, &now->words,
                                &now->matches[QM_ROOM_ENTITY], now->codes, &now->quantities,
                                &now->entities, err);
    if (status != QM_OK || !is_long(a)) return status;
    status = qm_entity_scratch_new(&fresh, recognizer, &a->alloc, err);
    if (status != QM_OK) return status;
    qm_entity_scratch_free(a->entity);
    a->entity = fresh;
    return QM_OK;
}

static int find_initiatives(qm_analyzer *a, qm_error *err)
{
    qm_findings *now = a->now;
    const qm_initiator *initiator = a->engine->initiator;
    qm_initiative_options options = {a->engine->settings[QM_P_SUPPRESSED]};
    qm_initiative_scratch *fresh = NULL;
    if (!a->engine->initiates) return QM_OK;
    int status = scan_for(a, QM_ROOM_INITIATIVE, err);
    if (status == QM_OK)
        status =
            qm_initiative_find(initiator, a->initiative, &now->text, &now->clauses, &now->words,
                               &now->matches[QM_ROOM_INITIATIVE], &now->quantities, &now->entities,
                               &options, &a->initiatives, &a->measures, err);
    if (status != QM_OK || !is_long(a)) return status;
    status = qm_initiative_scratch_new(&fresh, initiator, &a->alloc, err);
    if (status != QM_OK) return status;
    qm_initiative_scratch_free(a->initiative);
    a->initiative = fresh;
    return QM_OK;
}

void qm_analyzer_give_back(qm_analyzer *a)
{
    if (!is_long(a)) return;
    a->large = true;
    forget_rows(a);
    forget_findings(a->now, a);
}

/* The last room and the rows: what they need is the same for all documents. */
static int finish_document(qm_analyzer *a, qm_error *err)
{
    int status = find_initiatives(a, err);
    if (is_long(a)) forget_matches(a);
    if (status == QM_OK && qm_analyzer_add_rows(a) != QM_OK) status = qm_fail_nomem(err);
    qm_analyzer_give_back(a);
    return status == QM_OK ? qm_batch_end_document(&a->batch, a->now->bytes.size, err) : status;
}

typedef int room_visit(qm_analyzer *a, qm_error *err);
static room_visit *const first_rooms[] = {read_text, scan_at_first, cut_words, find_quantities,
                                          find_entities};
enum { FIRST_ROOMS = sizeof first_rooms / sizeof *first_rooms };

int qm_analyzer_find(qm_analyzer *a, const char *text, size_t size, qm_error *err)
{
    int status = QM_OK;
    a->now = a->found;
    a->now->bytes = (qm_bytes){text, size};
    for (int room = 0; room < FIRST_ROOMS && status == QM_OK; room++)
        status = first_rooms[room](a, err);
    return status == QM_OK ? find_initiatives(a, err) : status;
}

int qm_analyzer_cut(qm_analyzer *a, const char *text, size_t size, qm_error *err)
{
    a->now = a->found;
    a->now->bytes = (qm_bytes){text, size};
    int status = decode(a, false, err);
    if (status == QM_OK) status = scan_at_first(a, err);
    return status == QM_OK ? cut_words(a, err) : status;
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

/* As many of the documents from number `first` on as are read at the same time. */
static int take_documents(qm_analyzer *a, const documents *in, size_t first, size_t *taken,
                          qm_error *err)
{
    size_t count = 0, bytes = 0;
    for (; count < a->room && first + count < in->count; count++) {
        qm_bytes *text = &a->found[count].bytes;
        int status = document_at(in, first + count, text, err);
        if (status != QM_OK) return status;
        bytes += text->size;
        if (count > 0 && bytes > MANY_BYTES) break;
    }
    *taken = count;
    return QM_OK;
}

static int run_pieces(qm_analyzer *a, qm_error *err)
{
    int status = check_size(a, err);
    if (status == QM_OK) status = qm_analyzer_add_pieces(a, err);
    if (status != QM_OK) return status;
    if (a->now->bytes.size > 4 * (size_t)LONG) a->large = true;
    return qm_batch_end_document(&a->batch, a->now->bytes.size, err);
}

/* All of them go through one room before the first one goes on: what the room looks into, and its
 * code, is near for those that follow. Every other room goes through them from the last one to the
 * first: what the room before it has found last is still near. */
static int run_documents(qm_analyzer *a, size_t count, size_t *failed, qm_error *err)
{
    a->now = a->found;
    *failed = 0;
    if (count == 1 && qm_analyzer_takes_pieces(a)) return run_pieces(a, err);
    for (int room = 0; room <= FIRST_ROOMS; room++) {
        bool back = room > 0 && (FIRST_ROOMS - room) % 2;
        for (size_t i = 0; i < count; i++) {
            *failed = back ? count - 1 - i : i;
            a->now = &a->found[*failed];
            int status = room < FIRST_ROOMS ? first_rooms[room](a, err) : finish_document(a, err);
            if (status != QM_OK) return status;
        }
    }
    return QM_OK;
}

static int analyze(qm_analyzer *a, const documents *in, qm_result *result, qm_error *err)
{
    int status = qm_result_check_free(result, err);
    qm_batch_clear(&a->batch);
    a->large = false;
    for (size_t i = 0, taken = 0; i < in->count && status == QM_OK; i += taken) {
        size_t failed = 0;
        status = take_documents(a, in, i, &taken, err);
        if (status == QM_OK) status = run_documents(a, taken, &failed, err);
        if ((status == QM_E_UTF8 || status == QM_E_LIMIT) && in->count > 1)
            qm_error_name(err, "document %zu of the batch", i + failed);
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
