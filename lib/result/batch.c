#include "result/result.h"

void qm_batch_clear(qm_batch *batch)
{
    for (int t = 0; t < QM_TABLES; t++) batch->rows[t].count = 0;
    batch->documents.count = 0;
    qm_interner_clear(&batch->written);
}

void qm_batch_free(qm_batch *batch)
{
    for (int t = 0; t < QM_TABLES; t++) {
        qm_release(batch->alloc, batch->rows[t].at,
                   batch->rows[t].room * qm_table_defs[t].row_size);
        batch->rows[t].at = NULL;
        batch->rows[t].count = batch->rows[t].room = 0;
    }
    qm_array_free(batch->alloc, &batch->documents);
    qm_interner_free(&batch->written, batch->alloc);
}

void *qm_batch_add(qm_batch *batch, int table)
{
    size_t size = qm_table_defs[table].row_size;
    size_t count = batch->rows[table].count;
    if (count == batch->rows[table].room &&
        qm_array_grow(batch->alloc, &batch->rows[table].at, &batch->rows[table].room, count + 1,
                      size) != QM_OK)
        return NULL;
    batch->rows[table].count++;
    return (char *)batch->rows[table].at + count * size;
}

int qm_batch_reserve_tokens(qm_batch *batch, size_t more)
{
    size_t count = batch->rows[QM_TOKENS].count, need = count + more;
    if (need <= batch->rows[QM_TOKENS].room) return QM_OK;
    /* The columns move apart as their block grows: a new one, then. */
    qm_batch grown = {.alloc = batch->alloc};
    size_t half_more = count + count / 2;
    if (qm_array_grow(batch->alloc, &grown.rows[QM_TOKENS].at, &grown.rows[QM_TOKENS].room,
                      need > half_more ? need : half_more, sizeof(qm_token_row)) != QM_OK)
        return QM_E_NOMEM;
    if (count) {
        qm_token_block from = qm_batch_tokens(batch), to = qm_batch_tokens(&grown);
        memcpy(to.start, from.start, count * sizeof *to.start);
        memcpy(to.end, from.end, count * sizeof *to.end);
        memcpy(to.tag, from.tag, count);
        memcpy(to.flags, from.flags, count);
    }
    qm_release(batch->alloc, batch->rows[QM_TOKENS].at,
               batch->rows[QM_TOKENS].room * sizeof(qm_token_row));
    batch->rows[QM_TOKENS].at = grown.rows[QM_TOKENS].at;
    batch->rows[QM_TOKENS].room = grown.rows[QM_TOKENS].room;
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

int qm_interner_add(qm_interner *interner, const qm_allocator *alloc, qm_bytes name,
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

void qm_interner_clear(qm_interner *interner)
{
    if (interner->ends.count)
        memset(interner->slots.at, 0, interner->slots.count * sizeof *interner->slots.at);
    interner->bytes.count = interner->ends.count = 0;
}

void qm_interner_free(qm_interner *interner, const qm_allocator *alloc)
{
    qm_array_free(alloc, &interner->bytes);
    qm_array_free(alloc, &interner->ends);
    qm_array_free(alloc, &interner->slots);
}
