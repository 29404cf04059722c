/* The first bytes of an image, as they lie in memory; shared by reader and writer.
 *
 * header | section table | padding | section | padding | section | padding ...
 *
 * There is one layout only: sections follow each other in ascending order of id, each at the next
 * 64-byte boundary, zeros between them, and the image ends at such a boundary. So sections cannot
 * overlap, and nothing can hide between them. */
#ifndef QM_IMAGE_FORMAT_H
#define QM_IMAGE_FORMAT_H

#include "image/image.h"

#define QM_IMAGE_MAGIC "\x8FQIANMO\n" /* the line break finds transfers in text mode out */
#define QM_IMAGE_BYTE_ORDER 0x01020304u
#define QM_IMAGE_ALIGN 64u
#define QM_IMAGE_INFO QM_SECTION_ID('I', 'N', 'F', 'O')
/* A writer that stays readable for older libraries says so here. */
#define QM_IMAGE_OLDEST_READER 1

typedef struct qm_image_header {
    uint8_t magic[8];
    uint32_t byte_order;
    uint32_t version;       /* of the format it was written in */
    uint32_t oldest_reader; /* the oldest format version whose readers understand it */
    uint32_t sections;
    uint64_t size;
    uint64_t build_id[2]; /* of the content */
    uint64_t checksum;    /* of this header with checksum 0, and of the table */
    uint64_t reserved;    /* 0 */
} qm_image_header;

typedef struct qm_image_entry {
    uint32_t id;
    uint32_t reserved; /* 0 */
    uint64_t offset, length, checksum;
} qm_image_entry;

_Static_assert(sizeof(qm_image_header) == 64, "part of the format");
_Static_assert(sizeof(qm_image_entry) == 32, "part of the format");

static inline uint64_t qm_image_aligned(uint64_t offset)
{
    return (offset + QM_IMAGE_ALIGN - 1) / QM_IMAGE_ALIGN * QM_IMAGE_ALIGN;
}

/* Images are little-endian and used where they lie. */
static inline bool qm_image_host_fits(void)
{
    const uint16_t one = 1;
    return *(const uint8_t *)&one == 1;
}

/* header and table follow each other in memory. */
static inline uint64_t qm_image_head_checksum(const void *head, uint32_t sections)
{
    qm_image_header header;
    memcpy(&header, head, sizeof header);
    header.checksum = 0;
    uint64_t first = qm_hash(&header, sizeof header, 0);
    const uint8_t *table = (const uint8_t *)head + sizeof header;
    return qm_hash(table, sections * sizeof(qm_image_entry), first);
}

#endif
