#include "engine/model.h"

/* Made by the assembler from the images of the build: address and size of each, 0 at the end. */
extern const struct {
    const void *address;
    uint64_t size;
} qm_builtin_index[];

int qm_model_builtin(qm_model **out, qm_error *err)
{
    qm_bytes images[QM_MODEL_IMAGES];
    size_t n = 0;
    for (; qm_builtin_index[n].address; n++) {
        if (n == QM_MODEL_IMAGES) return qm_fail(err, QM_E_LIMIT, "too many built-in images");
        images[n] = (qm_bytes){qm_builtin_index[n].address, (size_t)qm_builtin_index[n].size};
    }
    return qm_model_from_images(out, images, n, NULL, err);
}
