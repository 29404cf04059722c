/* A model: a stack of images and what keeps their bytes alive. */
#ifndef QM_MODEL_H
#define QM_MODEL_H

#include "image/image.h"

#define QM_MODEL_IMAGES 8 /* more than the built-in model has */

/* The images of a model, the lowest first; they live as long as the model. */
const qm_images *qm_model_images(const qm_model *model);

/* A model over n images that are there for ever, such as those inside the library. Only the
 * header of each is checked. */
int qm_model_from_images(qm_model **out, const qm_bytes *images, size_t n,
                         const qm_allocator *alloc, qm_error *err);

#endif
