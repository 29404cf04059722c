#include "result/result.h"

void qm_batch_clear(qm_batch *batch)
{
    for (int t = 0; t < QM_TABLES; t++) batch->rows[t].count = 0;
    batch->documents.count = 0;
    qm_interner_clear(&batch->written);
}

void qm_batch_free(qm_batch *batch)
{
    for (int t = 0; t < QM_TABLES; t++) qm_rows_free(&batch->rows[t], t, batch->alloc);
    memset(batch->before, 0, sizeof batch->before);
    qm_array_free(batch->alloc, &batch->documents);
    qm_interner_free(&batch->written, batch->alloc);
}

/* ---- rows ---- */

enum { STEP = QM_COLUMN_ALIGNMENT }; /* columns of bytes are aligned like the others */

/* With what it takes to align the first column. */
static size_t block_size(int table, size_t room)
{
    return room ? room * qm_table_defs[table].width + QM_COLUMN_ALIGNMENT : 0;
}

void qm_rows_free(qm_rows *rows, int table, const qm_allocator *alloc)
{
    qm_release(alloc, rows->block, block_size(table, rows->room));
    *rows = (qm_rows){0};
}

int qm_rows_make(qm_rows *rows, int table, size_t room, const qm_allocator *alloc)
{
    const qm_table_def *def = &qm_table_defs[table];
    if (room > (SIZE_MAX - QM_COLUMN_ALIGNMENT) / def->width - STEP) return QM_E_NOMEM;
    room = (room + STEP - 1) / STEP * STEP;
    char *block = qm_resize(alloc, NULL, 0, block_size(table, room));
    if (!block) return QM_E_NOMEM;
    *rows = (qm_rows){.block = block, .room = room};
    block += (QM_COLUMN_ALIGNMENT - (uintptr_t)block % QM_COLUMN_ALIGNMENT) % QM_COLUMN_ALIGNMENT;
    for (uint32_t c = 0; c < def->count; block += room * def->columns[c++].width)
        rows->columns[c] = block;
    return QM_OK;
}

void qm_rows_copy(qm_rows *to, const qm_rows *from, int table)
{
    const qm_table_def *def = &qm_table_defs[table];
    to->count = from->count;
    for (uint32_t c = 0; c < def->count && from->count; c++)
        memcpy(to->columns[c], from->columns[c], from->count * def->columns[c].width);
}

int qm_batch_reserve(qm_batch *batch, int table, size_t more)
{
    qm_rows *rows = &batch->rows[table], grown;
    size_t need = rows->count + more, likely = rows->count + rows->count / 2;
    if (need <= rows->room) return QM_OK;
    size_t before = batch->before[table] + batch->before[table] / 8;
    if (likely < before) likely = before;
    if (likely < need) likely = need;
    /* The columns move apart as their block grows: a new one, then. */
    if (qm_rows_make(&grown, table, likely, batch->alloc) != QM_OK) return QM_E_NOMEM;
    qm_rows_copy(&grown, rows, table);
    qm_rows_free(rows, table, batch->alloc);
    *rows = grown;
    return QM_OK;
}

int qm_batch_end_document(qm_batch *batch, size_t size, qm_error *err)
{
    qm_batch_document document = {.size = (uint32_t)size};
    for (int t = 0; t < QM_TABLES; t++) {
        if (batch->rows[t].count > INT32_MAX)
            return qm_fail(err, QM_E_LIMIT, "more than 2147483647 rows of %s in one batch",
                           qm_table_defs[t].name);
        document.ends[t] = (int32_t)batch->rows[t].count;
    }
    if (qm_array_push(batch->alloc, &batch->documents, document) != QM_OK)
        return qm_fail_nomem(err);
    return QM_OK;
}

/* ---- interning ---- */

static qm_bytes interned(const qm_interner *interner, uint32_t number)
{
    uint32_t start = number ? interner->ends.at[number - 1] : 0;
    return (qm_bytes){interner->bytes.at + start, interner->ends.at[number] - start};
}

static uint32_t *find_slot(const qm_interner *interner, qm_bytes name)
{
    size_t mask = interner->slots.count - 1;
    size_t at = (size_t)qm_hash(name.data, name.size, 0) & mask;
    for (;; at = (at + 1) & mask) {
        uint32_t *slot = &interner->slots.at[at];
        if (*slot == 0 || qm_bytes_equal(interned(interner, *slot - 1), name)) return slot;
    }
}

/* Keeps the table at most half full. */
static int grow_slots(qm_interner *interner, const qm_allocator *alloc)
{
    size_t want = interner->slots.count ? interner->slots.count * 2 : 64;
    if (qm_array_reserve(alloc, &interner->slots, want) != QM_OK) return QM_E_NOMEM;
    interner->slots.count = want;
    memset(interner->slots.at, 0, want * sizeof *interner->slots.at);
    for (uint32_t i = 0; i < interner->ends.count; i++)
        *find_slot(interner, interned(interner, i)) = i + 1;
    return QM_OK;
}

static int add_name(qm_interner *interner, const qm_allocator *alloc, qm_bytes name,
                    uint32_t *number)
{
    if (interner->ends.count * 2 >= interner->slots.count && grow_slots(interner, alloc) != QM_OK)
        return QM_E_NOMEM;
    uint32_t *slot = find_slot(interner, name);
    if (*slot == 0) {
        if (interner->bytes.count + name.size > UINT32_MAX ||
            qm_array_reserve(alloc, &interner->bytes, interner->bytes.count + name.size) != QM_OK ||
            qm_array_reserve(alloc, &interner->ends, interner->ends.count + 1) != QM_OK)
            return QM_E_NOMEM;
        if (name.size) memcpy(interner->bytes.at + interner->bytes.count, name.data, name.size);
        interner->bytes.count += name.size;
        interner->ends.at[interner->ends.count++] = (uint32_t)interner->bytes.count;
        *slot = (uint32_t)interner->ends.count;
    }
    *number = *slot - 1;
    return QM_OK;
}

int qm_interner_add(qm_interner *interner, const qm_allocator *alloc, qm_bytes name,
                    uint32_t *number)
{
    enum { LATELY = sizeof interner->lately / sizeof *interner->lately };
    const uint8_t *of = name.data;
    if (name.size != 3) return add_name(interner, alloc, name, number);
    uint32_t bytes = of[0] | (uint32_t)of[1] << 8 | (uint32_t)of[2] << 16;
    uint32_t place = (bytes * 0x9E3779B1u >> 16) % LATELY;
    if (interner->lately[place].bytes != bytes || bytes == 0) {
        if (add_name(interner, alloc, name, &interner->lately[place].number) != QM_OK)
            return QM_E_NOMEM;
        interner->lately[place].bytes = bytes;
    }
    *number = interner->lately[place].number;
    return QM_OK;
}

void qm_interner_clear(qm_interner *interner)
{
    if (interner->ends.count) {
        memset(interner->slots.at, 0, interner->slots.count * sizeof *interner->slots.at);
        memset(interner->lately, 0, sizeof interner->lately);
    }
    interner->bytes.count = interner->ends.count = 0;
}

void qm_interner_free(qm_interner *interner, const qm_allocator *alloc)
{
    qm_array_free(alloc, &interner->bytes);
    qm_array_free(alloc, &interner->ends);
    qm_array_free(alloc, &interner->slots);
    memset(interner->lately, 0, sizeof interner->lately);
}
