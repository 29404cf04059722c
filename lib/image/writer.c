#include "image/format.h"

#include <stdio.h>

typedef struct section {
    uint32_t id;
    size_t size;
    uint8_t *data;
} section;

typedef struct pair {
    char *key; /* key NUL value NUL, one allocation */
    size_t size;
} pair;

struct qm_image_writer {
    qm_allocator alloc;
    QM_ARRAY(section) sections; /* ascending ids */
    QM_ARRAY(pair) pairs;       /* ascending keys */
    uint64_t *image;            /* of the last finish; words, so that it is aligned */
    size_t size;
};

int qm_image_writer_new(qm_image_writer **out, const qm_allocator *alloc, qm_error *err)
{
    if (!qm_image_host_fits())
        return qm_fail(err, QM_E_UNSUPPORTED, "model images need a little-endian machine");
    alloc = qm_allocator_or_default(alloc);
    qm_image_writer *writer = qm_alloc_zero(alloc, sizeof *writer);
    if (!writer) return qm_fail_nomem(err);
    writer->alloc = *alloc;
    *out = writer;
    return QM_OK;
}

void qm_image_writer_free(qm_image_writer *writer)
{
    if (!writer) return;
    qm_allocator alloc = writer->alloc;
    for (size_t i = 0; i < writer->sections.count; i++)
        qm_release(&alloc, writer->sections.at[i].data, writer->sections.at[i].size);
    for (size_t i = 0; i < writer->pairs.count; i++)
        qm_release(&alloc, writer->pairs.at[i].key, writer->pairs.at[i].size);
    qm_array_free(&alloc, &writer->sections);
    qm_array_free(&alloc, &writer->pairs);
    qm_release(&alloc, writer->image, writer->size);
    qm_release(&alloc, writer, sizeof *writer);
}

int qm_image_writer_add(qm_image_writer *writer, uint32_t id, const void *data, size_t size,
                        qm_error *err)
{
    size_t at = writer->sections.count;
    while (at > 0 && writer->sections.at[at - 1].id > id) at--;
    if (id == QM_IMAGE_INFO || (at > 0 && writer->sections.at[at - 1].id == id))
        return qm_fail(err, QM_E_INVALID, "section %08x is there already", (unsigned)id);
    section added = {.id = id, .size = size};
    if (qm_array_reserve(&writer->alloc, &writer->sections, writer->sections.count + 1) != QM_OK)
        return qm_fail_nomem(err);
    if (size > 0) {
        added.data = qm_resize(&writer->alloc, NULL, 0, size);
        if (!added.data) return qm_fail_nomem(err);
        memcpy(added.data, data, size);
    }
    section *slot = writer->sections.at + at;
    memmove(slot + 1, slot, (writer->sections.count - at) * sizeof *slot);
    *slot = added;
    writer->sections.count++;
    return QM_OK;
}

int qm_image_writer_take(qm_image_writer *writer, const qm_image *image, qm_error *err)
{
    const qm_image_header *head = (const qm_image_header *)image->data;
    const qm_image_entry *table = (const qm_image_entry *)(head + 1);
    int status = QM_OK;
    for (uint32_t i = 0; i < head->sections && status == QM_OK; i++)
        if (table[i].id != QM_IMAGE_INFO)
            status = qm_image_writer_add(writer, table[i].id, image->data + table[i].offset,
                                         table[i].length, err);
    return status;
}

int qm_image_writer_info(qm_image_writer *writer, const char *key, qm_bytes value, qm_error *err)
{
    size_t at = writer->pairs.count;
    while (at > 0 && strcmp(writer->pairs.at[at - 1].key, key) > 0) at--;
    if (strcmp(key, "build-id") == 0 || (at > 0 && strcmp(writer->pairs.at[at - 1].key, key) == 0))
        return qm_fail(err, QM_E_INVALID, "info \"%.60s\" is there already", key);
    if (value.size > 0 && memchr(value.data, 0, value.size))
        return qm_fail(err, QM_E_INVALID, "info \"%.60s\" holds a NUL byte", key);
    if (qm_array_reserve(&writer->alloc, &writer->pairs, writer->pairs.count + 1) != QM_OK)
        return qm_fail_nomem(err);
    size_t length = strlen(key) + 1;
    pair added = {.size = length + value.size + 1};
    added.key = qm_resize(&writer->alloc, NULL, 0, added.size);
    if (!added.key) return qm_fail_nomem(err);
    memcpy(added.key, key, length);
    if (value.size > 0) memcpy(added.key + length, value.data, value.size);
    added.key[added.size - 1] = 0;
    pair *slot = writer->pairs.at + at;
    memmove(slot + 1, slot, (writer->pairs.count - at) * sizeof *slot);
    *slot = added;
    writer->pairs.count++;
    return QM_OK;
}

static void hash_into(uint64_t id[2], const void *data, size_t size)
{
    id[0] = qm_hash(data, size, id[0]);
    id[1] = qm_hash(data, size, id[1] + 1);
}

/* The identity of the content: every section and every pair of info. */
static void find_build_id(const qm_image_writer *writer, uint64_t id[2])
{
    id[0] = QM_IMAGE_VERSION;
    id[1] = 0;
    for (size_t i = 0; i < writer->sections.count; i++) {
        const section *one = &writer->sections.at[i];
        hash_into(id, &one->id, sizeof one->id);
        hash_into(id, one->data, one->size);
    }
    for (size_t i = 0; i < writer->pairs.count; i++)
        hash_into(id, writer->pairs.at[i].key, writer->pairs.at[i].size);
}

static int write_info(const qm_image_writer *writer, const uint64_t id[2], qm_buffer *out)
{
    char text[33];
    snprintf(text, sizeof text, "%016llx%016llx", (unsigned long long)id[0],
             (unsigned long long)id[1]);
    if (qm_buffer_add(out, "build-id", 9) != QM_OK || qm_buffer_add(out, text, 33) != QM_OK)
        return QM_E_NOMEM;
    for (size_t i = 0; i < writer->pairs.count; i++)
        if (qm_buffer_add(out, writer->pairs.at[i].key, writer->pairs.at[i].size) != QM_OK)
            return QM_E_NOMEM;
    return QM_OK;
}

/* Copies one section to `offset` and notes it in the table; gives the offset of the next. */
static uint64_t place(uint8_t *image, uint32_t number, const section *one, uint64_t offset)
{
    qm_image_entry entry = {.id = one->id,
                            .offset = offset,
                            .length = one->size,
                            .checksum = qm_hash(one->data, one->size, one->id)};
    memcpy(image + sizeof(qm_image_header) + number * sizeof entry, &entry, sizeof entry);
    if (one->size > 0) memcpy(image + offset, one->data, one->size);
    return qm_image_aligned(offset + one->size);
}

static void lay_out(const qm_image_writer *writer, const section *info, const uint64_t id[2],
                    uint8_t *image, uint64_t size)
{
    uint32_t sections = (uint32_t)writer->sections.count + 1;
    uint64_t offset = qm_image_aligned(sizeof(qm_image_header) + sections * sizeof(qm_image_entry));
    uint32_t number = 0;
    bool info_done = false;
    for (size_t i = 0; i < writer->sections.count; i++) {
        const section *one = &writer->sections.at[i];
        if (!info_done && one->id > info->id) {
            offset = place(image, number++, info, offset);
            info_done = true;
        }
        offset = place(image, number++, one, offset);
    }
    if (!info_done) place(image, number, info, offset);
    qm_image_header head = {.byte_order = QM_IMAGE_BYTE_ORDER,
                            .version = QM_IMAGE_VERSION,
                            .oldest_reader = QM_IMAGE_OLDEST_READER,
                            .sections = sections,
                            .size = size,
                            .build_id = {id[0], id[1]}};
    memcpy(head.magic, QM_IMAGE_MAGIC, sizeof head.magic);
    memcpy(image, &head, sizeof head);
    head.checksum = qm_image_head_checksum(image, sections);
    memcpy(image, &head, sizeof head);
}

static uint64_t full_size(const qm_image_writer *writer, size_t info_size)
{
    uint64_t size = qm_image_aligned(sizeof(qm_image_header) +
                                     (writer->sections.count + 1) * sizeof(qm_image_entry));
    for (size_t i = 0; i < writer->sections.count; i++)
        size += qm_image_aligned(writer->sections.at[i].size);
    return size + qm_image_aligned(info_size);
}

int qm_image_writer_finish(qm_image_writer *writer, qm_bytes *out, qm_error *err)
{
    uint64_t id[2];
    find_build_id(writer, id);
    qm_buffer info = {.alloc = &writer->alloc};
    uint64_t *image = NULL;
    int status = write_info(writer, id, &info);
    if (status != QM_OK) goto out;
    uint64_t size = full_size(writer, info.size);
    image = qm_alloc_zero(&writer->alloc, (size_t)size);
    if (!image) {
        status = QM_E_NOMEM;
        goto out;
    }
    section last = {QM_IMAGE_INFO, info.size, (uint8_t *)info.data};
    lay_out(writer, &last, id, (uint8_t *)image, size);
    qm_release(&writer->alloc, writer->image, writer->size);
    writer->image = image;
    writer->size = (size_t)size;
    *out = (qm_bytes){image, (size_t)size};
out:
    qm_buffer_free(&info);
    return status == QM_OK ? QM_OK : qm_fail_nomem(err);
}
