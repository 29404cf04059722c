/* Models and settings bound into one object that never changes. */
#ifndef QM_ENGINE_H
#define QM_ENGINE_H

#include "engine/model.h"
#include "result/result.h"

#define QM_PARAMS 11 /* one more than the highest qm_param */

struct qm_engine {
    atomic_uint refs;
    qm_allocator alloc;
    qm_model **models;
    size_t n_models;
    qm_image *stack; /* the images of all models, the lowest first */
    qm_images images;
    qm_lexicon *lexicons; /* one for each image */
    const qm_charmap *map;
    qm_segmenter *segmenter;
    qm_quantifier *quantifier;
    qm_recognizer *recognizer; /* NULL where no table needs it, and so on */
    qm_initiator *initiator;
    qm_names names;
    int64_t settings[QM_PARAMS];
    uint32_t tables;
    uint32_t scans; /* bit set over the rooms (qm_room) whose words are looked for */
    /* What the tables need. */
    bool joins, cuts, segments, quantifies, recognizes, initiates;
};

static inline bool qm_engine_makes(const qm_engine *engine, int table)
{
    return engine->tables >> table & 1;
}

/* The bounds of every setting and the settings of a new engine. */
int qm_settings_read(int64_t out[QM_PARAMS], const qm_setting *settings, size_t n, qm_error *err);

#endif
