#include "result/result.h"

int qm_result_new(qm_result **out, const qm_allocator *alloc, qm_error *err)
{
    static const int32_t none[1] = {0};
    alloc = qm_allocator_or_default(alloc);
    qm_result *result = qm_alloc_zero(alloc, sizeof *result);
    if (!result) return qm_fail_nomem(err);
    atomic_init(&result->refs, 1);
    atomic_init(&result->exports, 0);
    result->alloc = *alloc;
    for (int t = 0; t < QM_TABLES; t++) result->offsets[t] = none;
    *out = result;
    return QM_OK;
}

qm_result *qm_result_ref(qm_result *result)
{
    if (result) atomic_fetch_add_explicit(&result->refs, 1, memory_order_relaxed);
    return result;
}

void qm_result_unref(qm_result *result)
{
    if (!result || atomic_fetch_sub_explicit(&result->refs, 1, memory_order_acq_rel) != 1) return;
    qm_allocator alloc = result->alloc;
    qm_engine_unref(result->engine);
    for (int t = 0; t < QM_TABLES; t++) {
        qm_rows_free(&result->rows[t], t, &alloc);
        qm_rows_free(&result->made[t], t, &alloc);
    }
    qm_release(&alloc, result->room, result->room_size);
    qm_release(&alloc, result, sizeof *result);
}

int qm_result_check_free(const qm_result *result, qm_error *err)
{
    if (atomic_load_explicit(&result->exports, memory_order_acquire))
        return qm_fail(err, QM_E_BUSY, "the result is in use by arrays exported from it");
    return QM_OK;
}

/* ---- filling ---- */

/* Hands out aligned pieces of the block; with a NULL base it only measures. */
typedef struct layout {
    char *base;
    size_t size;
} layout;

static void *take(layout *at, size_t size)
{
    void *piece = at->base ? at->base + at->size : NULL;
    at->size += (size + QM_COLUMN_ALIGNMENT - 1) / QM_COLUMN_ALIGNMENT * QM_COLUMN_ALIGNMENT;
    return piece;
}

static void fill_documents(qm_result *result, layout *at, const qm_batch *batch)
{
    size_t n = batch->documents.count;
    for (int t = 0; t < QM_TABLES; t++) {
        int32_t *offsets = take(at, (n + 1) * sizeof *offsets);
        if (!at->base) continue;
        offsets[0] = 0;
        for (size_t i = 0; i < n; i++) offsets[i + 1] = batch->documents.at[i].ends[t];
        result->offsets[t] = offsets;
    }
    uint32_t *sizes = take(at, n * sizeof *sizes);
    if (!at->base) return;
    for (size_t i = 0; i < n; i++) sizes[i] = batch->documents.at[i].size;
    result->sizes = sizes;
    result->documents = n;
}

static void fill_written(qm_result *result, layout *at, const qm_interner *written)
{
    char *bytes = take(at, written->bytes.count);
    uint32_t *ends = take(at, written->ends.count * sizeof *ends);
    if (!at->base) return;
    if (written->bytes.count) memcpy(bytes, written->bytes.at, written->bytes.count);
    if (written->ends.count) memcpy(ends, written->ends.at, written->ends.count * sizeof *ends);
    result->written = bytes;
    result->written_ends = ends;
    result->written_count = (uint32_t)written->ends.count;
}

static void fill_rest(qm_result *result, layout *at, const qm_batch *batch)
{
    fill_documents(result, at, batch);
    fill_written(result, at, &batch->written);
}

/* The old block stays until the new one is there: a failure leaves the result as it was. */
static int make_room(qm_result *result, size_t size)
{
    size_t need = size + QM_COLUMN_ALIGNMENT;
    if (need <= result->room_size) return QM_OK;
    need += need / 4;
    void *room = qm_resize(&result->alloc, NULL, 0, need);
    if (!room) return QM_E_NOMEM;
    qm_release(&result->alloc, result->room, result->room_size);
    result->room = room;
    result->room_size = need;
    return QM_OK;
}

/* ---- rows ---- */

static bool is_same_allocator(const qm_allocator *a, const qm_allocator *b)
{
    return a->resize == b->resize && a->ud == b->ud;
}

/* Rows stay where they are, and the result takes that over: unless it would keep much more room
 * than they need, or would leave much more to the batch, or cannot give it back. */
static bool takes_over(const qm_result *result, const qm_batch *batch, int table)
{
    enum { MUCH = 8 };
    const qm_rows *rows = &batch->rows[table];
    return rows->count >= rows->room / 2 && result->rows[table].room / MUCH <= rows->room &&
           is_same_allocator(&result->alloc, batch->alloc);
}

/* Room for the rows that are copied. */
static int make_rows(qm_result *result, const qm_batch *batch)
{
    for (int t = 0; t < QM_TABLES; t++) {
        size_t count = batch->rows[t].count;
        qm_rows *made = &result->made[t];
        if (takes_over(result, batch, t) || count <= result->rows[t].room || count <= made->room)
            continue;
        qm_rows_free(made, t, &result->alloc);
        if (qm_rows_make(made, t, count + count / 4, &result->alloc) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

/* beyond: aligned memory that is there, for the columns of tables without any rows. */
static void fill_rows(qm_result *result, qm_batch *batch, int table, void *beyond)
{
    qm_rows *rows = &result->rows[table], *from = &batch->rows[table], old = *rows;
    if (takes_over(result, batch, table)) {
        batch->before[table] = from->count;
        *rows = *from;
        *from = old;
    } else {
        if (from->count > rows->room) {
            *rows = result->made[table];
            result->made[table] = old;
        }
        qm_rows_copy(rows, from, table);
    }
    qm_rows_free(&result->made[table], table, &result->alloc);
    for (int c = 0; c < QM_COLUMNS_MAX && !rows->block; c++) rows->columns[c] = beyond;
}

int qm_result_fill(qm_result *result, qm_batch *batch, qm_engine *engine, const qm_names *names,
                   uint32_t tables, int unit, qm_error *err)
{
    layout measured = {NULL, 0};
    fill_rest(result, &measured, batch);
    if (make_rows(result, batch) != QM_OK || make_room(result, measured.size) != QM_OK)
        return qm_fail_nomem(err);
    uintptr_t gap = (uintptr_t)result->room % QM_COLUMN_ALIGNMENT;
    layout block = {(char *)result->room + (gap ? QM_COLUMN_ALIGNMENT - gap : 0), 0};
    fill_rest(result, &block, batch);
    for (int t = 0; t < QM_TABLES; t++) fill_rows(result, batch, t, block.base);
    if (result->engine != engine) {
        qm_engine_unref(result->engine);
        result->engine = qm_engine_ref(engine);
    }
    result->names = names;
    result->tables = tables;
    result->unit = (uint8_t)unit;
    return QM_OK;
}

/* ---- reading ---- */

size_t qm_result_documents(const qm_result *result)
{
    return result->documents;
}

static bool is_table(int table)
{
    return table >= 0 && table < QM_TABLES;
}

const int32_t *qm_result_offsets(const qm_result *result, int table)
{
    return is_table(table) ? result->offsets[table] : NULL;
}

uint32_t qm_result_columns(const qm_result *result, int table)
{
    (void)result; /* every result has all tables; those not asked for have no rows */
    return is_table(table) ? qm_table_defs[table].count : 0;
}

int qm_result_column(const qm_result *result, int table, uint32_t index, qm_column *out)
{
    if (index >= qm_result_columns(result, table)) return QM_E_INVALID;
    const qm_column_def *def = &qm_table_defs[table].columns[index];
    *out = (qm_column){
        .data = result->rows[table].columns[index],
        .length = qm_result_rows(result, table),
        .type = def->type,
        .width = def->width,
        .dictionary = def->dictionary,
        .name = def->name,
    };
    return QM_OK;
}

int qm_result_find(const qm_result *result, int table, const char *name, qm_column *out)
{
    for (uint32_t i = 0; i < qm_result_columns(result, table); i++)
        if (strcmp(qm_table_defs[table].columns[i].name, name) == 0)
            return qm_result_column(result, table, i, out);
    return QM_E_INVALID;
}

void qm_result_row(const qm_result *result, int table, int32_t number, void *row)
{
    const qm_table_def *def = &qm_table_defs[table];
    for (uint32_t c = 0; c < def->count; c++) {
        const qm_column_def *column = &def->columns[c];
        const char *from =
            (const char *)result->rows[table].columns[c] + (size_t)number * column->width;
        memcpy((char *)row + column->offset, from, column->width);
    }
}

uint32_t qm_result_names(const qm_result *result, int32_t dictionary)
{
    if (dictionary < 0 || dictionary >= QM_DICTIONARIES || !result->names) return 0;
    uint32_t written = dictionary == QM_DICT_UNITS ? result->written_count : 0;
    return result->names->list[dictionary].count + written;
}

int qm_result_name(const qm_result *result, int32_t dictionary, uint32_t code, qm_bytes *out)
{
    if (code >= qm_result_names(result, dictionary)) return QM_E_INVALID;
    const qm_name_list *list = &result->names->list[dictionary];
    if (code < list->count) {
        *out = list->at[code];
        return QM_OK;
    }
    code -= list->count;
    uint32_t start = code ? result->written_ends[code - 1] : 0;
    *out = (qm_bytes){result->written + start, result->written_ends[code] - start};
    return QM_OK;
}
