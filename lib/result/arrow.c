#include "result/arrow.h"
#include "result/writer.h"

#include <limits.h>

/* What all arrays of one export share; every node has a reference. Children may be moved away and
 * released on their own, so each node owns its memory. */
typedef struct export
{
    atomic_uint refs;
    qm_allocator alloc;
    qm_result *result;
    size_t text_limit; /* bytes of one column of strings */
}
export;

typedef struct array_node {
    export *shared;
    size_t size; /* of this block, the children behind it counted */
    const void *buffers[3];
    struct {
        void *at;
        size_t size;
    } owned[3];
    struct ArrowArray *storage;   /* of the children, then of the dictionary */
    struct ArrowArray **pointers; /* to the children */
} array_node;

static void unref_export(export *shared)
{
    if (atomic_fetch_sub_explicit(&shared->refs, 1, memory_order_acq_rel) != 1) return;
    qm_allocator alloc = shared->alloc;
    atomic_fetch_sub_explicit(&shared->result->exports, 1, memory_order_release);
    qm_result_unref(shared->result);
    qm_release(&alloc, shared, sizeof *shared);
}

static void release_array(struct ArrowArray *array)
{
    array_node *node = array->private_data;
    for (int64_t i = 0; i < array->n_children; i++)
        if (array->children[i]->release) array->children[i]->release(array->children[i]);
    if (array->dictionary && array->dictionary->release)
        array->dictionary->release(array->dictionary);
    export *shared = node->shared;
    qm_allocator alloc = shared->alloc;
    for (int i = 0; i < 3; i++) qm_release(&alloc, node->owned[i].at, node->owned[i].size);
    qm_release(&alloc, node, node->size);
    array->release = NULL;
    unref_export(shared);
}

static int make_node(struct ArrowArray *out, export *shared, int64_t length, int64_t buffers,
                     int64_t children, bool dictionary)
{
    size_t nodes = (size_t)children + dictionary;
    size_t size = sizeof(array_node) + nodes * sizeof(struct ArrowArray) +
                  (size_t)children * sizeof(struct ArrowArray *);
    array_node *node = qm_alloc_zero(&shared->alloc, size);
    if (!node) return QM_E_NOMEM;
    atomic_fetch_add_explicit(&shared->refs, 1, memory_order_relaxed);
    node->shared = shared;
    node->size = size;
    node->storage = (struct ArrowArray *)(node + 1);
    node->pointers = (struct ArrowArray **)(node->storage + nodes);
    for (int64_t i = 0; i < children; i++) node->pointers[i] = &node->storage[i];
    *out = (struct ArrowArray){
        .length = length,
        .n_buffers = buffers,
        .n_children = children,
        .buffers = node->buffers,
        .children = node->pointers,
        .dictionary = dictionary ? &node->storage[children] : NULL,
        .release = release_array,
        .private_data = node,
    };
    return QM_OK;
}

/* Zeroed memory that belongs to the node, as its buffer number `index`. */
static void *own_buffer(struct ArrowArray *array, int index, size_t size)
{
    array_node *node = array->private_data;
    size = size ? size : 1; /* an empty buffer may be anything but NULL */
    void *at = qm_alloc_zero(&node->shared->alloc, size);
    node->owned[index].at = at;
    node->owned[index].size = at ? size : 0;
    node->buffers[index] = at;
    return at;
}

static void borrow_buffer(struct ArrowArray *array, int index, const void *data)
{
    ((array_node *)array->private_data)->buffers[index] = data;
}

/* ---- nulls ---- */

static bool is_null(const void *data, uint16_t width, uint32_t null, int64_t row)
{
    switch (width) {
    case 1: return ((const uint8_t *)data)[row] == null;
    case 2: return ((const uint16_t *)data)[row] == null;
    default: return ((const uint32_t *)data)[row] == null;
    }
}

/* A bitmap of what is not `null`; none at all when there is nothing to hide. */
static int mark_nulls(struct ArrowArray *array, const void *data, uint16_t width, uint32_t null)
{
    int64_t nulls = 0;
    for (int64_t i = 0; i < array->length; i++) nulls += is_null(data, width, null, i);
    array->null_count = nulls;
    if (nulls == 0) return QM_OK;
    uint8_t *bits = own_buffer(array, 0, ((size_t)array->length + 7) / 8);
    if (!bits) return QM_E_NOMEM;
    for (int64_t i = 0; i < array->length; i++)
        if (!is_null(data, width, null, i)) bits[i / 8] |= (uint8_t)(1 << i % 8);
    return QM_OK;
}

/* ---- columns ---- */

static int export_plain(struct ArrowArray *out, export *shared, const qm_column *column, bool place)
{
    if (make_node(out, shared, column->length, 2, 0, false) != QM_OK) return QM_E_NOMEM;
    borrow_buffer(out, 1, column->data);
    return place ? mark_nulls(out, column->data, column->width, QM_NONE) : QM_OK;
}

/* Strings from a callback into offsets and bytes; a NULL name is a null. */
typedef bool (*text_at)(const void *source, int64_t row, char room[48], qm_bytes *out);

static int fill_texts(struct ArrowArray *out, export *shared, int64_t rows, text_at at,
                      const void *source)
{
    if (make_node(out, shared, rows, 3, 0, false) != QM_OK) return QM_E_NOMEM;
    uint8_t *bits = own_buffer(out, 0, ((size_t)rows + 7) / 8);
    int32_t *offsets = own_buffer(out, 1, ((size_t)rows + 1) * sizeof *offsets);
    if (!bits || !offsets) return QM_E_NOMEM;
    qm_buffer bytes = {.alloc = &shared->alloc};
    qm_writer w = {&bytes, QM_OK};
    for (int64_t i = 0; i < rows; i++) {
        char room[48];
        qm_bytes text;
        if (at(source, i, room, &text)) {
            qm_write_utf8(&w, text);
            bits[i / 8] |= (uint8_t)(1 << i % 8);
        } else {
            out->null_count++;
        }
        if (bytes.size > shared->text_limit) w.status = QM_E_LIMIT;
        offsets[i + 1] = (int32_t)bytes.size;
    }
    qm_write(&w, "", 1); /* so that there is a buffer */
    array_node *node = out->private_data;
    node->owned[2].at = bytes.data;
    node->owned[2].size = bytes.room;
    node->buffers[2] = bytes.data;
    return w.status;
}

typedef struct dictionary {
    const qm_result *result;
    int32_t number;
} dictionary;

static bool name_at(const void *source, int64_t row, char room[48], qm_bytes *out)
{
    const dictionary *names = source;
    (void)room;
    return qm_result_name(names->result, names->number, (uint32_t)row, out) == QM_OK;
}

static int export_names(struct ArrowArray *out, export *shared, const qm_column *column)
{
    dictionary names = {shared->result, column->dictionary};
    uint32_t count = qm_result_names(names.result, names.number);
    if (make_node(out, shared, column->length, 2, 0, true) != QM_OK) return QM_E_NOMEM;
    borrow_buffer(out, 1, column->data);
    if (mark_nulls(out, column->data, column->width, 0) != QM_OK) return QM_E_NOMEM;
    return fill_texts(out->dictionary, shared, count, name_at, &names);
}

/* A decimal128(38, 10) holds 28 digits before the point and 10 behind it. */
static bool to_decimal(qm_value value, uint64_t out[2])
{
    __extension__ typedef __int128 wide;
    if (value.type != QM_VALUE_NUMBER) return false;
    value = qm_number_normal(value);
    wide limit = 1, number = value.coefficient;
    for (int i = 0; i < 37; i++) limit *= 10;
    if (value.exponent < -10 || value.exponent > 28) return false;
    for (int i = value.exponent; i > -10; i--) {
        if (number >= limit || number <= -limit) return false;
        number *= 10;
    }
    memcpy(out, &number, sizeof number);
    return true;
}

static int export_decimals(struct ArrowArray *out, export *shared, const qm_column *column)
{
    const qm_value *values = column->data;
    if (make_node(out, shared, column->length, 2, 0, false) != QM_OK) return QM_E_NOMEM;
    uint8_t *bits = own_buffer(out, 0, ((size_t)column->length + 7) / 8);
    uint64_t(*decimals)[2] = own_buffer(out, 1, (size_t)column->length * sizeof *decimals);
    if (!bits || !decimals) return QM_E_NOMEM;
    for (int64_t i = 0; i < column->length; i++) {
        if (to_decimal(values[i], decimals[i])) bits[i / 8] |= (uint8_t)(1 << i % 8);
        else out->null_count++;
    }
    return QM_OK;
}

static bool value_text_at(const void *source, int64_t row, char room[48], qm_bytes *out)
{
    const qm_value *values = source;
    *out = (qm_bytes){room, qm_value_text(&values[row], room, 48)};
    return out->size > 0;
}

/* The document of each row. */
static int export_documents(struct ArrowArray *out, export *shared, int table, int32_t first)
{
    const qm_result *result = shared->result;
    int32_t rows = qm_result_rows(result, table);
    if (make_node(out, shared, rows, 2, 0, false) != QM_OK) return QM_E_NOMEM;
    int32_t *documents = own_buffer(out, 1, (size_t)rows * sizeof *documents);
    if (!documents) return QM_E_NOMEM;
    for (size_t d = 0; d < result->documents; d++)
        for (int32_t i = result->offsets[table][d]; i < result->offsets[table][d + 1]; i++)
            documents[i] = first + (int32_t)d;
    return QM_OK;
}

/* The quantities of each initiative: the measures lie in the same order, so that the values of the
 * lists are their column itself. */
static int export_measures(struct ArrowArray *out, export *shared)
{
    const qm_result *result = shared->result;
    int32_t rows = qm_result_rows(result, QM_INITIATIVES);
    int32_t measures = qm_result_rows(result, QM_MEASURES);
    const uint32_t *owners = result->rows[QM_MEASURES].columns[0];
    if (make_node(out, shared, rows, 2, 1, false) != QM_OK) return QM_E_NOMEM;
    int32_t *ends = own_buffer(out, 1, ((size_t)rows + 1) * sizeof *ends);
    if (!ends) return QM_E_NOMEM;
    for (size_t d = 0; d < result->documents; d++) {
        int32_t first = result->offsets[QM_INITIATIVES][d];
        int32_t at = result->offsets[QM_MEASURES][d];
        for (int32_t i = first; i < result->offsets[QM_INITIATIVES][d + 1]; i++) {
            while (at < result->offsets[QM_MEASURES][d + 1] && owners[at] == (uint32_t)(i - first))
                at++;
            ends[i + 1] = at;
        }
    }
    struct ArrowArray *items = out->children[0];
    if (make_node(items, shared, measures, 2, 0, false) != QM_OK) return QM_E_NOMEM;
    borrow_buffer(items, 1, result->rows[QM_MEASURES].columns[1]);
    return QM_OK;
}

static int export_column(struct ArrowArray **at, export *shared, int table, uint32_t number)
{
    qm_column column;
    qm_result_column(shared->result, table, number, &column);
    struct ArrowArray *out = (*at)++;
    switch (qm_arrow_kind_of(&qm_table_defs[table].columns[number])) {
    case QM_ARROW_NAME: return export_names(out, shared, &column);
    case QM_ARROW_VALUE:
        if (export_decimals(out, shared, &column) != QM_OK) return QM_E_NOMEM;
        return fill_texts((*at)++, shared, column.length, value_text_at, column.data);
    case QM_ARROW_PLACE: return export_plain(out, shared, &column, true);
    default: return export_plain(out, shared, &column, false);
    }
}

static int export_table(struct ArrowArray *batch, export *shared, int table, int32_t first)
{
    struct ArrowArray *at = batch->children[0];
    int status = export_documents(at++, shared, table, first);
    for (uint32_t c = 0; c < qm_table_defs[table].count && status == QM_OK; c++)
        status = export_column(&at, shared, table, c);
    if (status == QM_OK && table == QM_INITIATIVES) status = export_measures(at, shared);
    return status;
}

static int fail_export(const export *shared, int status, qm_error *err)
{
    if (status != QM_E_LIMIT) return qm_fail_nomem(err);
    return qm_fail(err, QM_E_LIMIT,
                   "more than %zu bytes of text in one column: export fewer documents at a time",
                   shared->text_limit);
}

int qm_arrow_array_within(struct ArrowArray *out, qm_result *result, int table,
                          int32_t first_document, size_t text_limit, qm_error *err)
{
    export *shared = qm_alloc_zero(&result->alloc, sizeof *shared);
    if (!shared) return qm_fail_nomem(err);
    atomic_init(&shared->refs, 1);
    shared->alloc = result->alloc;
    shared->result = qm_result_ref(result);
    shared->text_limit = text_limit;
    atomic_fetch_add_explicit(&result->exports, 1, memory_order_acquire);
    struct ArrowArray batch = {0};
    int status =
        make_node(&batch, shared, qm_result_rows(result, table), 1, qm_arrow_width(table), false);
    if (status == QM_OK) status = export_table(&batch, shared, table, first_document);
    if (status == QM_OK) *out = batch;
    else fail_export(shared, status, err);
    if (status != QM_OK && batch.release) batch.release(&batch);
    unref_export(shared);
    return status;
}

int qm_arrow_array(struct ArrowArray *out, qm_result *result, int table, int32_t first_document,
                   qm_error *err)
{
    return qm_arrow_array_within(out, result, table, first_document, INT32_MAX, err);
}

int qm_result_export_from(qm_result *result, int table, int32_t first_document,
                          struct ArrowSchema *schema, struct ArrowArray *array, qm_error *err)
{
    if (first_document < 0 || result->documents > (size_t)(INT32_MAX - first_document))
        return qm_fail(err, QM_E_INVALID, "documents cannot be numbered from %d",
                       (int)first_document);
    if (table < 0 || table >= QM_TABLES)
        return qm_fail(err, QM_E_INVALID, "there is no table %d", table);
    struct ArrowSchema made;
    int status = qm_arrow_schema(&made, table, &result->alloc, err);
    if (status != QM_OK) return status;
    status = qm_arrow_array(array, result, table, first_document, err);
    if (status == QM_OK) *schema = made;
    else made.release(&made);
    return status;
}

int qm_result_export(qm_result *result, int table, struct ArrowSchema *schema,
                     struct ArrowArray *array, qm_error *err)
{
    return qm_result_export_from(result, table, 0, schema, array, err);
}
