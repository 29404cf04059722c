#include "image/format.h"

static const qm_image_header *head_of(const qm_image *image)
{
    return (const qm_image_header *)image->data;
}

static const qm_image_entry *table_of(const qm_image *image)
{
    return (const qm_image_entry *)(image->data + sizeof(qm_image_header));
}

static int check_header(const qm_image *image, qm_error *err)
{
    if (image->size < sizeof(qm_image_header))
        return qm_fail_offset(err, QM_E_CORRUPT, image->size, "too short for a model image");
    const qm_image_header *head = head_of(image);
    if (memcmp(head->magic, QM_IMAGE_MAGIC, sizeof head->magic) != 0)
        return qm_fail_offset(err, QM_E_CORRUPT, 0, "not a model image");
    if (!qm_image_host_fits())
        return qm_fail(err, QM_E_UNSUPPORTED, "model images need a little-endian machine");
    if (head->byte_order != QM_IMAGE_BYTE_ORDER)
        return qm_fail_offset(err, QM_E_CORRUPT, offsetof(qm_image_header, byte_order),
                              "image has another byte order");
    if (head->oldest_reader > QM_IMAGE_VERSION)
        return qm_fail_offset(err, QM_E_VERSION, offsetof(qm_image_header, oldest_reader),
                              "image needs a library that reads format %u, this one reads up to %d",
                              (unsigned)head->oldest_reader, QM_IMAGE_VERSION);
    if (head->version == 0 || head->oldest_reader == 0 || head->oldest_reader > head->version)
        return qm_fail_offset(err, QM_E_CORRUPT, offsetof(qm_image_header, version),
                              "format version %u, oldest reader %u", (unsigned)head->version,
                              (unsigned)head->oldest_reader);
    if (head->size != image->size)
        return qm_fail_offset(err, QM_E_CORRUPT, image->size,
                              "image is %llu bytes long, its header says %llu",
                              (unsigned long long)image->size, (unsigned long long)head->size);
    uint64_t room = (image->size - sizeof *head) / sizeof(qm_image_entry);
    if (head->sections > room)
        return qm_fail_offset(err, QM_E_CORRUPT, offsetof(qm_image_header, sections),
                              "%u sections do not fit", (unsigned)head->sections);
    if (head->checksum != qm_image_head_checksum(image->data, head->sections))
        return qm_fail_offset(err, QM_E_CORRUPT, offsetof(qm_image_header, checksum),
                              "checksum of the header does not match");
    return QM_OK;
}

static int check_table(const qm_image *image, qm_error *err)
{
    const qm_image_header *head = head_of(image);
    const qm_image_entry *table = table_of(image);
    uint64_t end = qm_image_aligned(sizeof *head + head->sections * sizeof *table);
    for (uint32_t i = 0; i < head->sections; i++) {
        uint64_t place = sizeof *head + i * sizeof *table;
        if (table[i].reserved != 0 || (i > 0 && table[i].id <= table[i - 1].id))
            return qm_fail_offset(err, QM_E_CORRUPT, place, "section table is not in order");
        if (table[i].offset != end || end > image->size || table[i].length > image->size - end)
            return qm_fail_offset(err, QM_E_CORRUPT, place, "section lies where it must not");
        end = qm_image_aligned(end + table[i].length);
    }
    if (end != image->size || head->reserved != 0)
        return qm_fail_offset(err, QM_E_CORRUPT, sizeof *head, "sections do not fill the image");
    return QM_OK;
}

static int check_zeros(const qm_image *image, uint64_t from, uint64_t to, qm_error *err)
{
    for (uint64_t i = from; i < to; i++)
        if (image->data[i] != 0)
            return qm_fail_offset(err, QM_E_CORRUPT, i, "bytes between sections are not zero");
    return QM_OK;
}

static int check_contents(const qm_image *image, qm_error *err)
{
    const qm_image_header *head = head_of(image);
    const qm_image_entry *table = table_of(image);
    uint64_t end = sizeof *head + head->sections * sizeof *table;
    int status = QM_OK;
    for (uint32_t i = 0; i < head->sections && status == QM_OK; i++) {
        const qm_image_entry *entry = &table[i];
        status = check_zeros(image, end, entry->offset, err);
        end = entry->offset + entry->length;
        if (status == QM_OK &&
            qm_hash(image->data + entry->offset, entry->length, entry->id) != entry->checksum)
            status = qm_fail_offset(err, QM_E_CORRUPT, entry->offset,
                                    "checksum of section %u does not match", (unsigned)i);
    }
    return status == QM_OK ? check_zeros(image, end, image->size, err) : status;
}

/* key NUL value NUL key NUL value NUL ... */
static int check_info(const qm_image *image, qm_error *err)
{
    qm_bytes info = qm_image_section(image, QM_IMAGE_INFO);
    const char *text = info.data;
    size_t strings = 0;
    for (size_t i = 0; i < info.size; i++) strings += text[i] == 0;
    if (info.size > 0 && (text[info.size - 1] != 0 || strings % 2 != 0))
        return qm_fail_offset(err, QM_E_CORRUPT, (uint64_t)((const uint8_t *)text - image->data),
                              "info section is not pairs of strings");
    return QM_OK;
}

int qm_image_open(qm_image *out, qm_bytes bytes, bool trusted, qm_error *err)
{
    if (!bytes.data || (uintptr_t)bytes.data % 8 != 0)
        return qm_fail(err, QM_E_INVALID, "image must lie at an address that 8 divides");
    qm_image image = {bytes.data, bytes.size, trusted};
    int status = check_header(&image, err);
    if (status == QM_OK) status = check_table(&image, err);
    if (status == QM_OK && !trusted) status = check_contents(&image, err);
    if (status == QM_OK) status = check_info(&image, err);
    if (status == QM_OK) *out = image;
    return status;
}

qm_bytes qm_image_section(const qm_image *image, uint32_t id)
{
    const qm_image_entry *table = table_of(image);
    for (uint32_t i = 0; i < head_of(image)->sections; i++)
        if (table[i].id == id)
            return (qm_bytes){image->data + table[i].offset, (size_t)table[i].length};
    return (qm_bytes){NULL, 0};
}

qm_bytes qm_image_info(const qm_image *image, const char *key)
{
    qm_bytes info = qm_image_section(image, QM_IMAGE_INFO);
    if (!info.data) return info;
    const char *at = info.data;
    const char *end = at + info.size;
    while (at < end) {
        const char *value = at + strlen(at) + 1;
        size_t size = strlen(value);
        if (strcmp(at, key) == 0) return (qm_bytes){value, size};
        at = value + size + 1;
    }
    return (qm_bytes){NULL, 0};
}
