/* The model image: a header and sections at 64-byte boundaries, offsets only, little-endian. */
#ifndef QM_IMAGE_H
#define QM_IMAGE_H

#include "base/base.h"

#define QM_SECTION_ID(a, b, c, d) \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

/* ---- reader ---- */

typedef struct qm_image {
    const uint8_t *data;
    size_t size;
    bool trusted; /* structure checks may be skipped */
} qm_image;

/* Checks header, section table and checksums; trusted skips the checksums. */
int qm_image_open(qm_image *out, qm_bytes bytes, bool trusted, qm_error *err);
/* A stack of images, the lowest first; a later one wins or adds. */
typedef struct qm_images {
    const qm_image *at;
    size_t count;
} qm_images;

/* {NULL, 0} if the image has no such section. The data are 64-byte aligned within the image. */
qm_bytes qm_image_section(const qm_image *image, uint32_t id);
/* Key of the provenance section; {NULL, 0} if there is none. The value ends with a NUL behind its
 * size. "build-id" is always there: 32 hexadecimal digits that stand for the content. */
qm_bytes qm_image_info(const qm_image *image, const char *key);

/* ---- writer ---- */

typedef struct qm_image_writer qm_image_writer;
int qm_image_writer_new(qm_image_writer **out, const qm_allocator *alloc, qm_error *err);
void qm_image_writer_free(qm_image_writer *writer);
/* Copies data. Sections are laid out in ascending id order whatever the order of the calls. */
int qm_image_writer_add(qm_image_writer *writer, uint32_t id, const void *data, size_t size,
                        qm_error *err);
/* All sections of an image but its provenance. */
int qm_image_writer_take(qm_image_writer *writer, const qm_image *image, qm_error *err);
/* Each key once; "build-id" is the writer's own. */
int qm_image_writer_info(qm_image_writer *writer, const char *key, qm_bytes value, qm_error *err);
/* The bytes belong to the writer. */
int qm_image_writer_finish(qm_image_writer *writer, qm_bytes *out, qm_error *err);

#endif
