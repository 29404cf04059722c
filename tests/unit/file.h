/* A file of the source tree as it is. */
#ifndef QM_TEST_FILE_H
#define QM_TEST_FILE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As an image must lie in memory, and with a NUL behind it; path counts from the source directory.
 * free() gives it back. */
static char *qm_test_file(const char *path, size_t *size)
{
    char full[512];
    snprintf(full, sizeof full, "%s/%s", QM_SOURCE_DIR, path);
    FILE *file = fopen(full, "rb");
    ck_assert_msg(file, "%s", full);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    size_t room = (*size + 64) / 64 * 64;
    char *data = aligned_alloc(64, room);
    ck_assert_ptr_nonnull(data);
    ck_assert_uint_eq(fread(data, 1, *size, file), *size);
    memset(data + *size, 0, room - *size);
    fclose(file);
    return data;
}

#endif
