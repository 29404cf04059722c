#include "engine/engine.h"
#include "result/arrow.h"

#include <errno.h>

/* A stream of texts in, a stream of one table out. */

typedef enum string_layout { UTF8_32, UTF8_64, UTF8_VIEW } string_layout;

typedef struct table_stream {
    qm_allocator alloc;
    qm_engine *engine;
    qm_analyzer *analyzer;
    struct ArrowArrayStream in;
    int64_t column; /* of the record batches; -1: the strings come by themselves */
    string_layout layout;
    int table;
    int64_t documents; /* so far */
    QM_ARRAY(qm_bytes) views;
    qm_error err;
} table_stream;

/* ---- the schema of what comes in ---- */

static bool find_layout(const char *format, string_layout *out)
{
    if (strcmp(format, "u") == 0) return *out = UTF8_32, true;
    if (strcmp(format, "U") == 0) return *out = UTF8_64, true;
    if (strcmp(format, "vu") == 0) return *out = UTF8_VIEW, true;
    return false;
}

static int find_named(const struct ArrowSchema *schema, const char *name, int64_t *out,
                      qm_error *err)
{
    for (int64_t i = 0; i < schema->n_children; i++) {
        const char *own = schema->children[i]->name;
        if (strcmp(own ? own : "", name) == 0) return *out = i, QM_OK;
    }
    return qm_fail(err, QM_E_INVALID, "the stream has no column \"%.100s\"", name);
}

static int find_only(const struct ArrowSchema *schema, int64_t *out, qm_error *err)
{
    string_layout layout;
    *out = -1;
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->dictionary) continue;
        if (!find_layout(schema->children[i]->format, &layout)) continue;
        if (*out >= 0)
            return qm_fail(err, QM_E_INVALID,
                           "the stream has several columns of strings: name one");
        *out = i;
    }
    if (*out < 0) return qm_fail(err, QM_E_INVALID, "the stream has no column of strings");
    return QM_OK;
}

static int find_column(table_stream *s, const struct ArrowSchema *schema, const char *name,
                       qm_error *err)
{
    const struct ArrowSchema *strings = schema;
    s->column = -1;
    if (strcmp(schema->format, "+s") == 0) {
        int status =
            name ? find_named(schema, name, &s->column, err) : find_only(schema, &s->column, err);
        if (status != QM_OK) return status;
        strings = schema->children[s->column];
    } else if (name) {
        return qm_fail(err, QM_E_INVALID, "the stream has no columns to name");
    }
    if (strings->dictionary || !find_layout(strings->format, &s->layout))
        return qm_fail(err, QM_E_UNSUPPORTED,
                       "the column is not of plain strings (format \"%.20s\")", strings->format);
    return QM_OK;
}

/* ---- one batch ---- */

static bool is_valid(const struct ArrowArray *array, int64_t row)
{
    const uint8_t *bits = array->n_buffers > 0 ? array->buffers[0] : NULL;
    return !bits || array->null_count == 0 || bits[row / 8] >> (row % 8) & 1;
}

/* Bytes 0-3: length; up to 12 bytes stand here, longer ones in a buffer: 8-11 number, 12-15 place.
 */
static qm_bytes view_at(const struct ArrowArray *array, int64_t row)
{
    const char *view = (const char *)array->buffers[1] + row * 16;
    int32_t parts[4];
    memcpy(parts, view, sizeof parts);
    if (parts[0] <= 12) return (qm_bytes){view + 4, (size_t)parts[0]};
    return (qm_bytes){(const char *)array->buffers[2 + parts[2]] + parts[3], (size_t)parts[0]};
}

static qm_bytes string_at(const struct ArrowArray *array, int64_t row, string_layout layout)
{
    const char *data = layout == UTF8_VIEW ? NULL : array->buffers[2];
    switch (layout) {
    case UTF8_32: {
        const int32_t *ends = array->buffers[1];
        return (qm_bytes){data + ends[row], (size_t)(ends[row + 1] - ends[row])};
    }
    case UTF8_64: {
        const int64_t *ends = array->buffers[1];
        return (qm_bytes){data + ends[row], (size_t)(ends[row + 1] - ends[row])};
    }
    default: return view_at(array, row);
    }
}

/* A null is a document without text: the numbers of the others stay right. */
static int list_documents(table_stream *s, const struct ArrowArray *batch)
{
    const struct ArrowArray *strings = s->column < 0 ? batch : batch->children[s->column];
    int64_t shift = s->column < 0 ? batch->offset : batch->offset + strings->offset;
    int64_t rows = batch->length;
    if (qm_array_reserve(&s->alloc, &s->views, (size_t)rows) != QM_OK)
        return qm_fail_nomem(&s->err);
    s->views.count = 0;
    for (int64_t i = 0; i < rows; i++) {
        bool there =
            is_valid(strings, shift + i) && (s->column < 0 || is_valid(batch, batch->offset + i));
        qm_bytes none = {"", 0};
        s->views.at[s->views.count++] = there ? string_at(strings, shift + i, s->layout) : none;
    }
    return QM_OK;
}

static int mine_batch(table_stream *s, const struct ArrowArray *batch, struct ArrowArray *out)
{
    qm_result *result;
    if (s->documents + batch->length > INT32_MAX)
        return qm_fail(&s->err, QM_E_LIMIT, "more than 2147483647 documents in one stream");
    int status = list_documents(s, batch);
    if (status == QM_OK) status = qm_result_new(&result, &s->alloc, &s->err);
    if (status != QM_OK) return status;
    status = qm_analyze_views(s->analyzer, s->views.at, s->views.count, result, &s->err);
    if (status == QM_OK)
        status = qm_arrow_array(out, result, s->table, (int32_t)s->documents, &s->err);
    if (status == QM_OK) s->documents += batch->length;
    qm_result_unref(result);
    return status;
}

/* ---- the callbacks ---- */

static int errno_of(int status)
{
    switch (status) {
    case QM_OK: return 0;
    case QM_E_NOMEM: return ENOMEM;
    case QM_E_IO: return EIO;
    default: return EINVAL;
    }
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    table_stream *s = stream->private_data;
    return errno_of(qm_arrow_schema(out, s->table, &s->alloc, &s->err));
}

/* The stream before ours has its own words for its failures. */
static int read_batch(table_stream *s, struct ArrowArray *out)
{
    int code = s->in.get_next(&s->in, out);
    if (code == 0) return 0;
    const char *message = s->in.get_last_error ? s->in.get_last_error(&s->in) : NULL;
    qm_fail_sys(&s->err, QM_E_IO, code, "%.200s", message ? message : "the input stream failed");
    return code;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    table_stream *s = stream->private_data;
    struct ArrowArray batch = {0};
    int code = read_batch(s, &batch);
    if (code != 0) return code;
    if (!batch.release) {
        out->release = NULL; /* the end */
        return 0;
    }
    code = errno_of(mine_batch(s, &batch, out));
    batch.release(&batch);
    return code;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    const table_stream *s = stream->private_data;
    return s->err.code == QM_OK ? NULL : s->err.message;
}

static void table_stream_free(table_stream *s)
{
    qm_allocator alloc = s->alloc;
    if (s->in.release) s->in.release(&s->in);
    qm_analyzer_free(s->analyzer);
    qm_engine_unref(s->engine);
    qm_array_free(&alloc, &s->views);
    qm_release(&alloc, s, sizeof *s);
}

static void release_stream(struct ArrowArrayStream *stream)
{
    table_stream_free(stream->private_data);
    stream->release = NULL;
}

static int read_schema(table_stream *s, struct ArrowArrayStream *in, const char *column,
                       qm_error *err)
{
    struct ArrowSchema schema;
    int code = in->get_schema(in, &schema);
    if (code != 0) {
        const char *message = in->get_last_error ? in->get_last_error(in) : NULL;
        return qm_fail_sys(err, QM_E_IO, code, "%.200s",
                           message ? message : "the input stream has no schema");
    }
    int status = find_column(s, &schema, column, err);
    schema.release(&schema);
    return status;
}

int qm_analyze_stream(qm_engine *engine, struct ArrowArrayStream *in, const char *column, int table,
                      struct ArrowArrayStream *out, qm_error *err)
{
    const qm_allocator *alloc = &engine->alloc;
    if (table < 0 || table >= QM_TABLES || !qm_engine_makes(engine, table))
        return qm_fail(err, QM_E_INVALID, "the engine does not make table %d", table);
    table_stream *s = qm_alloc_zero(alloc, sizeof *s);
    if (!s) return qm_fail_nomem(err);
    s->alloc = *alloc;
    s->table = table;
    s->engine = qm_engine_ref(engine);
    int status = read_schema(s, in, column, err);
    if (status == QM_OK) status = qm_analyzer_new(&s->analyzer, engine, alloc, err);
    if (status != QM_OK) return table_stream_free(s), status;
    s->in = *in;
    in->release = NULL;
    *out = (struct ArrowArrayStream){get_schema, get_next, get_last_error, release_stream, s};
    return QM_OK;
}
