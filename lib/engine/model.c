#include "engine/model.h"
#include "image/format.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef enum backing { BACKED_FOR_EVER, BACKED_BY_COPY, BACKED_BY_MAP, BACKED_BY_CALLER } backing;

struct qm_model {
    atomic_uint refs;
    qm_allocator alloc;
    backing backing;
    void *bytes; /* of the copy or the map */
    size_t size; /* of all images together */
    void (*release)(void *ud);
    void *release_ud;
    qm_image at[QM_MODEL_IMAGES];
    qm_images images;
    char size_text[24];
    char format_text[12];
    char build_id[QM_MODEL_IMAGES * 33 + 1];
};

const qm_images *qm_model_images(const qm_model *model)
{
    return &model->images;
}

/* A stack is known by the identities of all its images. */
static void join_build_ids(qm_model *model)
{
    char *to = model->build_id, *end = to + sizeof model->build_id;
    for (size_t i = 0; i < model->images.count; i++) {
        qm_bytes id = qm_image_info(&model->at[i], "build-id");
        int n = snprintf(to, (size_t)(end - to), "%s%.32s", i ? "+" : "",
                         id.data ? (const char *)id.data : "");
        to += n;
    }
}

static int open_images(qm_model *model, const qm_bytes *images, size_t n, bool trusted,
                       qm_error *err)
{
    if (n > QM_MODEL_IMAGES) return qm_fail(err, QM_E_LIMIT, "too many images in one model");
    for (size_t i = 0; i < n; i++) {
        int status = qm_image_open(&model->at[i], images[i], trusted, err);
        if (status != QM_OK) return status;
        model->size += images[i].size;
    }
    model->images = (qm_images){model->at, n};
    snprintf(model->size_text, sizeof model->size_text, "%zu", model->size);
    if (n > 0) {
        const qm_image_header *top = (const void *)model->at[n - 1].data;
        snprintf(model->format_text, sizeof model->format_text, "%u", (unsigned)top->version);
    }
    join_build_ids(model);
    return QM_OK;
}

static qm_model *model_alloc(const qm_allocator *alloc, backing backed)
{
    alloc = qm_allocator_or_default(alloc);
    qm_model *model = qm_alloc_zero(alloc, sizeof *model);
    if (!model) return NULL;
    atomic_init(&model->refs, 1);
    model->alloc = *alloc;
    model->backing = backed;
    return model;
}

static void model_free(qm_model *model)
{
    qm_allocator alloc = model->alloc;
    switch (model->backing) {
    case BACKED_BY_COPY: qm_release(&alloc, model->bytes, model->size); break;
    case BACKED_BY_MAP: munmap(model->bytes, model->size); break;
    case BACKED_BY_CALLER:
        if (model->release) model->release(model->release_ud);
        break;
    case BACKED_FOR_EVER: break;
    }
    qm_release(&alloc, model, sizeof *model);
}

/* A model that could not be opened: its bytes go back to where they came from by other hands. */
static void model_discard(qm_model *model)
{
    if (!model) return;
    model->backing = BACKED_FOR_EVER;
    model_free(model);
}

int qm_model_from_images(qm_model **out, const qm_bytes *images, size_t n,
                         const qm_allocator *alloc, qm_error *err)
{
    qm_model *model = model_alloc(alloc, BACKED_FOR_EVER);
    if (!model) return qm_fail_nomem(err);
    int status = open_images(model, images, n, true, err);
    if (status != QM_OK) return model_discard(model), status;
    *out = model;
    return QM_OK;
}

int qm_model_from_memory(qm_model **out, qm_bytes image, uint32_t flags, void (*release)(void *ud),
                         void *ud, const qm_allocator *alloc, qm_error *err)
{
    if (!image.data || image.size == 0) return qm_fail(err, QM_E_CORRUPT, "the image is empty");
    bool copied = flags & QM_OPEN_COPY;
    if (!copied && (uintptr_t)image.data % 8)
        return qm_fail(err, QM_E_INVALID, "the image must be 8-byte aligned");
    qm_model *model = model_alloc(alloc, copied ? BACKED_BY_COPY : BACKED_BY_CALLER);
    if (!model) return qm_fail_nomem(err);
    if (copied) {
        model->bytes = qm_resize(&model->alloc, NULL, 0, image.size);
        if (!model->bytes) return model_discard(model), qm_fail_nomem(err);
        memcpy(model->bytes, image.data, image.size);
        image.data = model->bytes;
    }
    int status = open_images(model, &image, 1, flags & QM_OPEN_TRUSTED, err);
    if (status != QM_OK) {
        qm_release(&model->alloc, model->bytes, image.size);
        return model_discard(model), status;
    }
    /* With a copy made, the caller's bytes are not needed any more. */
    if (copied && release) release(ud);
    if (!copied) {
        model->release = release;
        model->release_ud = ud;
    }
    *out = model;
    return QM_OK;
}

static int map_file(const char *path, qm_bytes *out, qm_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return qm_fail_sys(err, QM_E_IO, errno, "cannot open %s", path);
    struct stat st;
    int status = QM_OK;
    if (fstat(fd, &st) != 0) status = qm_fail_sys(err, QM_E_IO, errno, "cannot read %s", path);
    else if (!S_ISREG(st.st_mode)) status = qm_fail(err, QM_E_IO, "not a regular file");
    else if (st.st_size == 0) status = qm_fail(err, QM_E_CORRUPT, "an empty file, no model image");
    if (status == QM_OK) {
        void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (bytes == MAP_FAILED) status = qm_fail_sys(err, QM_E_IO, errno, "cannot map %s", path);
        else *out = (qm_bytes){bytes, (size_t)st.st_size};
    }
    close(fd);
    return status;
}

int qm_model_open(qm_model **out, const char *path, uint32_t flags, const qm_allocator *alloc,
                  qm_error *err)
{
    qm_bytes file = {NULL, 0};
    int status = map_file(path, &file, err);
    if (status != QM_OK) return status;
    qm_model *model = model_alloc(alloc, BACKED_BY_MAP);
    status =
        model ? open_images(model, &file, 1, flags & QM_OPEN_TRUSTED, err) : qm_fail_nomem(err);
    if (status != QM_OK) {
        model_discard(model);
        munmap((void *)(uintptr_t)file.data, file.size);
        return status;
    }
    model->bytes = (void *)(uintptr_t)file.data;
    *out = model;
    return QM_OK;
}

qm_model *qm_model_ref(qm_model *model)
{
    if (model) atomic_fetch_add_explicit(&model->refs, 1, memory_order_relaxed);
    return model;
}

void qm_model_unref(qm_model *model)
{
    if (model && atomic_fetch_sub_explicit(&model->refs, 1, memory_order_acq_rel) == 1)
        model_free(model);
}

const char *qm_model_info(const qm_model *model, const char *key)
{
    if (strcmp(key, "size") == 0) return model->size_text;
    if (strcmp(key, "format") == 0) return model->format_text;
    if (strcmp(key, "build-id") == 0) return model->build_id;
    /* The values of an image are strings with their NUL: the reader has checked that. */
    for (size_t i = model->images.count; i-- > 0;) {
        qm_bytes value = qm_image_info(&model->at[i], key);
        if (value.data) return value.data;
    }
    return NULL;
}
