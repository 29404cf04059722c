#include "engine/engine.h"
#include "result/arrow.h"

#include <errno.h>

/* A stream of texts in, a stream of one table out. */

typedef struct table_stream {
    qm_allocator alloc;
    qm_engine *engine;
    qm_analyzer *analyzer;
    struct ArrowArrayStream in;
    qm_strings strings;
    int table;
    int64_t documents; /* so far */
    QM_ARRAY(qm_bytes) views;
    qm_error err;
} table_stream;

/* ---- one batch ---- */

/* A null is a document without text: the numbers of the others stay right. */
static int list_documents(table_stream *s, const struct ArrowArray *batch)
{
    if (qm_array_reserve(&s->alloc, &s->views, (size_t)batch->length) != QM_OK)
        return qm_fail_nomem(&s->err);
    s->views.count = 0;
    for (int64_t i = 0; i < batch->length; i++)
        s->views.at[s->views.count++] = qm_strings_at(&s->strings, batch, i);
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
    int status = qm_strings_find(&s->strings, &schema, column, err);
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
