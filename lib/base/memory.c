#include "base/base.h"

#include <stdlib.h>

static void *default_resize(void *ud, void *ptr, size_t old_size, size_t new_size)
{
    (void)ud;
    (void)old_size;
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, new_size);
}

static const qm_allocator default_allocator = {default_resize, NULL};

const qm_allocator *qm_allocator_or_default(const qm_allocator *alloc)
{
    return alloc ? alloc : &default_allocator;
}

void *qm_alloc_zero(const qm_allocator *alloc, size_t size)
{
    void *ptr = qm_resize(alloc, NULL, 0, size);
    if (ptr) memset(ptr, 0, size);
    return ptr;
}

int qm_array_grow(const qm_allocator *alloc, void **at, size_t *room, size_t need, size_t width)
{
    size_t wanted = *room + *room / 2;
    if (wanted < 16) wanted = 16;
    if (wanted < need) wanted = need;
    if (wanted > SIZE_MAX / width) return QM_E_NOMEM;
    void *grown = qm_resize(alloc, *at, *room * width, wanted * width);
    if (!grown) return QM_E_NOMEM;
    *at = grown;
    *room = wanted;
    return QM_OK;
}

int qm_buffer_add(qm_buffer *buffer, const void *data, size_t size)
{
    const qm_allocator *alloc = qm_allocator_or_default(buffer->alloc);
    if (size > SIZE_MAX - buffer->size) return QM_E_NOMEM;
    size_t need = buffer->size + size;
    if (need > buffer->room &&
        qm_array_grow(alloc, (void **)&buffer->data, &buffer->room, need, 1) != QM_OK)
        return QM_E_NOMEM;
    if (size) memcpy(buffer->data + buffer->size, data, size);
    buffer->size = need;
    return QM_OK;
}

int qm_buffer_string(qm_buffer *buffer, const char *string)
{
    return qm_buffer_add(buffer, string, strlen(string));
}

void qm_buffer_free(qm_buffer *buffer)
{
    if (!buffer) return;
    qm_release(qm_allocator_or_default(buffer->alloc), buffer->data, buffer->room);
    buffer->data = NULL;
    buffer->size = buffer->room = 0;
}
