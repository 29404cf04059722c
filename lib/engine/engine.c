#include "engine/engine.h"

static void engine_free(qm_engine *engine)
{
    qm_allocator alloc = engine->alloc;
    qm_names_free(&engine->names, &alloc);
    qm_initiator_free(engine->initiator);
    qm_recognizer_free(engine->recognizer);
    qm_quantifier_free(engine->quantifier);
    qm_segmenter_free(engine->segmenter);
    qm_release(&alloc, engine->lexicons, engine->images.count * sizeof *engine->lexicons);
    qm_release(&alloc, engine->stack, engine->images.count * sizeof *engine->stack);
    for (size_t i = 0; i < engine->n_models; i++) qm_model_unref(engine->models[i]);
    qm_release(&alloc, engine->models, engine->n_models * sizeof(qm_model *));
    qm_release(&alloc, engine, sizeof *engine);
}

static int stack_models(qm_engine *engine, qm_model *const *models, size_t n, qm_error *err)
{
    const qm_allocator *alloc = &engine->alloc;
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (!models[i]) return qm_fail(err, QM_E_INVALID, "model %zu is NULL", i);
        count += qm_model_images(models[i])->count;
    }
    /* The number of an image is the source of its matches, and that is a byte. */
    if (count > UINT8_MAX) return qm_fail(err, QM_E_LIMIT, "more than %d images", UINT8_MAX);
    if (count == 0) return qm_fail(err, QM_E_INVALID, "an engine needs a model");
    engine->models = qm_alloc_zero(alloc, n * sizeof(qm_model *));
    if (!engine->models) return qm_fail_nomem(err);
    engine->n_models = n;
    for (size_t i = 0; i < n; i++) engine->models[i] = qm_model_ref(models[i]);
    engine->stack = qm_alloc_zero(alloc, count * sizeof *engine->stack);
    if (!engine->stack) return qm_fail_nomem(err);
    engine->images = (qm_images){engine->stack, count};
    qm_image *to = engine->stack;
    for (size_t i = 0; i < n; i++) {
        const qm_images *images = qm_model_images(models[i]);
        memcpy(to, images->at, images->count * sizeof *to);
        to += images->count;
    }
    return QM_OK;
}

static int bind_charmap(qm_engine *engine, qm_error *err)
{
    for (size_t i = 0; i < engine->images.count; i++) {
        const qm_image *image = &engine->stack[i];
        qm_bytes section = qm_image_section(image, QM_SECTION_ID('C', 'H', 'A', 'R'));
        if (section.data) return qm_charmap_bind(section, image->trusted, &engine->map, err);
    }
    return qm_fail(err, QM_E_INVALID, "none of the models has a table of characters");
}

static int bind_lexicons(qm_engine *engine, qm_error *err)
{
    size_t n = engine->images.count;
    engine->lexicons = qm_alloc_zero(&engine->alloc, n * sizeof *engine->lexicons);
    if (!engine->lexicons) return qm_fail_nomem(err);
    for (size_t i = 0; i < n; i++) {
        int status = qm_lexicon_bind(&engine->lexicons[i], &engine->stack[i], err);
        if (status != QM_OK) return status;
        engine->lexicons[i].source = (uint8_t)i;
    }
    return QM_OK;
}

/* Which rooms have to work for the tables that were asked for. */
static void find_needs(qm_engine *engine)
{
    uint32_t tables = (uint32_t)engine->settings[QM_P_TABLES];
    uint32_t both = 1u << QM_INITIATIVES | 1u << QM_QUANTITIES;
    /* Measures are row numbers of the two others, and come with them. */
    if ((tables & both) == both) tables |= 1u << QM_MEASURES;
    else tables &= ~(1u << QM_MEASURES);
    engine->tables = tables;
    engine->initiates = tables >> QM_INITIATIVES & 1;
    engine->recognizes = engine->initiates || tables >> QM_ENTITIES & 1;
    engine->quantifies = engine->recognizes || tables >> QM_QUANTITIES & 1;
    engine->segments = engine->quantifies || tables >> QM_TOKENS & 1;
    engine->cuts = engine->quantifies || tables >> QM_CLAUSES & 1;
    int64_t join = engine->settings[QM_P_JOIN_LINES];
    engine->joins = join == QM_JOIN_ALWAYS || (join == QM_JOIN_FOR_CLAUSES && engine->cuts);
}

static int bind_rooms(qm_engine *engine, qm_error *err)
{
    const qm_allocator *alloc = &engine->alloc;
    const qm_images *images = &engine->images;
    size_t n = images->count;
    int status = bind_charmap(engine, err);
    if (status == QM_OK) status = bind_lexicons(engine, err);
    if (status == QM_OK && engine->segments)
        status = qm_segmenter_new(&engine->segmenter, images, engine->lexicons, n, alloc, err);
    /* Units are asked for by qm_unit_convert too, whatever the tables. */
    if (status == QM_OK)
        status = qm_quantifier_new(&engine->quantifier, images, engine->lexicons, n,
                                   engine->segmenter, alloc, err);
    if (status == QM_OK && engine->recognizes)
        status = qm_recognizer_new(&engine->recognizer, images, engine->lexicons, n,
                                   engine->segmenter, alloc, err);
    if (status == QM_OK && engine->initiates)
        status = qm_initiator_new(&engine->initiator, images, engine->lexicons, n,
                                  engine->segmenter, alloc, err);
    if (status == QM_OK)
        status = qm_names_build(&engine->names, engine->quantifier, engine->initiator, alloc, err);
    if (status != QM_OK) return status;
    bool terms = engine->settings[QM_P_GRANULARITY] == QM_TERM;
    bool words = engine->segments && (terms || qm_segmenter_wants_matches(engine->segmenter));
    engine->scans = (uint32_t)words << QM_ROOM_WORDS |
                    (uint32_t)engine->quantifies << QM_ROOM_QUANTITY |
                    (uint32_t)engine->recognizes << QM_ROOM_ENTITY |
                    (uint32_t)engine->initiates << QM_ROOM_INITIATIVE;
    return QM_OK;
}

int qm_engine_new(qm_engine **out, qm_model *const *models, size_t n_models,
                  const qm_setting *settings, size_t n_settings, const qm_allocator *alloc,
                  qm_error *err)
{
    alloc = qm_allocator_or_default(alloc);
    int64_t values[QM_PARAMS];
    int status = qm_settings_read(values, settings, n_settings, err);
    if (status != QM_OK) return status;
    qm_engine *engine = qm_alloc_zero(alloc, sizeof *engine);
    if (!engine) return qm_fail_nomem(err);
    atomic_init(&engine->refs, 1);
    engine->alloc = *alloc;
    memcpy(engine->settings, values, sizeof values);
    find_needs(engine);
    status = stack_models(engine, models, n_models, err);
    if (status == QM_OK) status = bind_rooms(engine, err);
    if (status != QM_OK) return engine_free(engine), status;
    *out = engine;
    return QM_OK;
}

qm_engine *qm_engine_ref(qm_engine *engine)
{
    if (engine) atomic_fetch_add_explicit(&engine->refs, 1, memory_order_relaxed);
    return engine;
}

void qm_engine_unref(qm_engine *engine)
{
    if (engine && atomic_fetch_sub_explicit(&engine->refs, 1, memory_order_acq_rel) == 1)
        engine_free(engine);
}

int qm_unit_convert(const qm_engine *engine, const qm_value *value, const char *from,
                    const char *to, qm_value *out, qm_error *err)
{
    if (!from || !to)
        return qm_fail(err, QM_E_INVALID, "a unit to convert from and one to convert to");
    if (value->type != QM_VALUE_NUMBER)
        return qm_fail(err, QM_E_INVALID, "only numbers have units to convert");
    return qm_quantifier_convert(engine->quantifier, engine->map, *value, qm_bytes_of(from),
                                 qm_bytes_of(to), out, err);
}
