/* What the tests of names share: a desk, and the entities of a text as one string. */
#ifndef QM_TESTS_ENTITY_ROWS_H
#define QM_TESTS_ENTITY_ROWS_H

#include <stdio.h>

#include "desk.h"
#include "unit.h"

static desk d;

static void setup(void)
{
    desk_open(&d, DESK_SETTINGS(QM_P_TABLES, 1 << QM_ENTITIES));
}

static void teardown(void)
{
    desk_close(&d);
}

/* The entities of the last text as "kind:text kind:text". */
static const char *entities_of(const char *text)
{
    static char out[4096];
    qm_column kinds = desk_column(&d, QM_ENTITIES, "kind");
    size_t n = 0;
    out[0] = '\0';
    for (int64_t row = 0; row < kinds.length; row++) {
        qm_bytes kind;
        uint32_t start = desk_u32(&d, QM_ENTITIES, "start", row);
        uint32_t end = desk_u32(&d, QM_ENTITIES, "end", row);
        uint32_t code = kinds.width == 1 ? ((const uint8_t *)kinds.data)[row]
                                         : ((const uint32_t *)kinds.data)[row];
        ck_assert_int_eq(qm_result_name(d.result, kinds.dictionary, code, &kind), QM_OK);
        n +=
            (size_t)snprintf(out + n, sizeof out - n, "%s%.*s:%.*s", row ? " " : "", (int)kind.size,
                             (const char *)kind.data, (int)(end - start), text + start);
    }
    return out;
}

#define finds(text, expected)                          \
    do {                                               \
        desk_read(&d, (text));                         \
        ck_assert_str_eq(entities_of(text), expected); \
    } while (0)

#endif
