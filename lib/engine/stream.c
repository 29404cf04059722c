#include "engine/analyzer.h"

/* Words of a text in chunks.
 *
 * The bytes that are not settled yet wait in a buffer. When enough have come, the buffer is cut
 * into words like a document of its own, and the words up to a safe place are given out. A safe
 * place is a word boundary that no number, ASCII word, address or user word can reach across, with
 * MARGIN characters behind it: what comes later cannot move it. The buffer then begins at a safe
 * place with MARGIN characters before the first word not given out, so that the words there see
 * the same neighbours as in the whole text. */

#define MARGIN 1024u              /* characters; statistics look 16 around a boundary at most */
#define BLOCK ((size_t)64 * 1024) /* bytes that make a cut worth its while */

struct qm_stream {
    qm_allocator alloc;
    qm_analyzer *analyzer;
    qm_u8_array buffer;
    qm_u8_array saved; /* the buffer as it was, should the feeding fail */
    uint64_t base;     /* place of the buffer's first byte in the text, in the engine's unit */
    uint64_t bytes;    /* the same in bytes */
    size_t done;       /* bytes of the buffer whose words were given out */
    size_t threshold;  /* size of the buffer that starts the next cut */
};

int qm_stream_new(qm_stream **out, qm_engine *engine, const qm_allocator *alloc, qm_error *err)
{
    alloc = qm_allocator_or_default(alloc);
    if (!qm_engine_makes(engine, QM_TOKENS))
        return qm_fail(err, QM_E_INVALID, "a stream gives tokens, and this engine makes none");
    if (engine->settings[QM_P_JOIN_LINES] == QM_JOIN_ALWAYS)
        return qm_fail(err, QM_E_UNSUPPORTED, "lines of a stream cannot be joined");
    qm_stream *stream = qm_alloc_zero(alloc, sizeof *stream);
    if (!stream) return qm_fail_nomem(err);
    stream->alloc = *alloc;
    stream->threshold = BLOCK;
    int status = qm_analyzer_new(&stream->analyzer, engine, alloc, err);
    if (status != QM_OK) return qm_stream_free(stream), status;
    *out = stream;
    return QM_OK;
}

void qm_stream_free(qm_stream *stream)
{
    if (!stream) return;
    qm_allocator alloc = stream->alloc;
    qm_analyzer_free(stream->analyzer);
    qm_array_free(&alloc, &stream->buffer);
    qm_array_free(&alloc, &stream->saved);
    qm_release(&alloc, stream, sizeof *stream);
}

/* ---- safe places ---- */

/* No number, ASCII word or address begins or ends with such a character, or goes on behind it when
 * the one behind it is such a character too. */
static bool is_apart(const qm_text *text, uint32_t i)
{
    uint8_t class = text->classes[i];
    return class == QM_CHAR_HAN || class == QM_CHAR_SPACE ||
           (class == QM_CHAR_PUNCT && text->chars[i] >= 0x2E80);
}

/* The last safe place in [low, high], or low. */
static uint32_t last_safe(const qm_analyzer *a, uint32_t low, uint32_t high)
{
    const qm_text *text = &a->now->text;
    const qm_words *words = qm_analyzer_tokens(a);
    const qm_matches *matches = &a->now->matches[QM_ROOM_WORDS];
    size_t match = matches->count;
    /* Matches are ordered by end: those that may reach across i are behind `match`. The earliest
     * start among them tells whether one does. */
    uint32_t reach = text->count;
    for (uint32_t i = high; i > low; i--) {
        for (; match > 0 && matches->at[match - 1].end > i; match--)
            if (matches->at[match - 1].start < reach) reach = matches->at[match - 1].start;
        if (words->begins[i] && reach >= i && is_apart(text, i - 1) && is_apart(text, i)) return i;
    }
    return low;
}

/* Bytes of a character that has only begun are left for the next cut. */
static size_t whole_characters(const qm_u8_array *buffer)
{
    size_t n = buffer->count;
    for (size_t back = 1; back <= 3 && back <= n; back++) {
        uint8_t byte = buffer->at[n - back];
        if ((byte & 0xC0) == 0x80) continue;
        size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        return length > back ? n - back : n;
    }
    return n;
}

/* ---- one cut ---- */

/* Drops what no word to come can see; the buffer begins at a safe place again. */
static void drop_settled(qm_stream *stream, uint32_t settled)
{
    const qm_analyzer *a = stream->analyzer;
    uint32_t keep = settled > MARGIN ? last_safe(a, 0, settled - MARGIN) : 0;
    size_t bytes = a->now->text.starts[keep];
    stream->done = a->now->text.starts[settled] - bytes;
    stream->base += qm_analyzer_place(a, keep);
    stream->bytes += bytes;
    stream->buffer.count -= bytes;
    if (bytes) memmove(stream->buffer.at, stream->buffer.at + bytes, stream->buffer.count);
}

static int cut(qm_stream *stream, bool last, uint64_t first_base, qm_error *err)
{
    qm_analyzer *a = stream->analyzer;
    size_t size = last ? stream->buffer.count : whole_characters(&stream->buffer);
    int status = qm_analyzer_cut(a, (const char *)stream->buffer.at, size, err);
    if (status == QM_E_UTF8 && err) {
        const uint64_t at = err->offset + stream->bytes;
        return qm_fail_offset(err, status, at, "ill-formed UTF-8 at byte %llu",
                              (unsigned long long)at);
    }
    if (status != QM_OK) return status;
    if (qm_analyzer_measure_places(a) != QM_OK) return qm_fail_nomem(err);
    uint32_t count = a->now->text.count, from = qm_analyzer_character_at(a, stream->done);
    uint32_t to = count;
    if (!last) to = count > MARGIN + from ? last_safe(a, from, count - MARGIN) : from;
    size_t rows = a->batch.rows[QM_TOKENS].count;
    if (qm_analyzer_add_tokens(a, from, to) != QM_OK) return qm_fail_nomem(err);
    /* The rows of this cut count from the buffer, those of the result from where the feeding began.
     */
    status = qm_analyzer_shift_tokens(a, rows, stream->base - first_base, err);
    if (status != QM_OK) return status;
    drop_settled(stream, to);
    /* A long run without a safe place is not looked at again before it has doubled: the time
     * stays linear. */
    stream->threshold = to > from ? stream->buffer.count + BLOCK : 2 * stream->buffer.count;
    return QM_OK;
}

/* ---- feeding ---- */

static int append(qm_stream *stream, const char *bytes, size_t size, qm_error *err)
{
    if (qm_array_reserve(&stream->alloc, &stream->buffer, stream->buffer.count + size) != QM_OK)
        return qm_fail_nomem(err);
    if (size) memcpy(stream->buffer.at + stream->buffer.count, bytes, size);
    stream->buffer.count += size;
    return QM_OK;
}

static int feed_all(qm_stream *stream, const char *chunk, size_t size, bool last, qm_error *err)
{
    uint64_t first_base = stream->base;
    int status = QM_OK;
    for (size_t at = 0; at < size && status == QM_OK;) {
        size_t room = stream->threshold - stream->buffer.count;
        size_t piece = size - at < room ? size - at : room;
        status = append(stream, chunk + at, piece, err);
        at += piece;
        if (status == QM_OK && stream->buffer.count == stream->threshold)
            status = cut(stream, false, first_base, err);
    }
    return status == QM_OK && last ? cut(stream, true, first_base, err) : status;
}

/* What a failure puts back. */
static int save(qm_stream *stream, qm_error *err)
{
    if (qm_array_reserve(&stream->alloc, &stream->saved, stream->buffer.count) != QM_OK)
        return qm_fail_nomem(err);
    if (stream->buffer.count) memcpy(stream->saved.at, stream->buffer.at, stream->buffer.count);
    stream->saved.count = stream->buffer.count;
    return QM_OK;
}

static void restore(qm_stream *stream, const qm_stream *before, bool cuts)
{
    /* Without a cut the buffer has only grown. */
    if (cuts && stream->saved.count)
        memcpy(stream->buffer.at, stream->saved.at, stream->saved.count);
    stream->buffer.count = before->buffer.count;
    stream->base = before->base;
    stream->bytes = before->bytes;
    stream->done = before->done;
    stream->threshold = before->threshold;
}

static void start_anew(qm_stream *stream)
{
    stream->buffer.count = 0;
    stream->base = stream->bytes = 0;
    stream->done = 0;
    stream->threshold = BLOCK;
}

int qm_stream_feed(qm_stream *stream, const char *chunk, size_t size, int last, qm_result *result,
                   uint64_t *base, qm_error *err)
{
    qm_analyzer *a = stream->analyzer;
    qm_engine *engine = a->engine;
    bool cuts = last || size >= stream->threshold - stream->buffer.count;
    int status = qm_result_check_free(result, err);
    if (status == QM_OK && cuts) status = save(stream, err);
    if (status != QM_OK) return status;
    qm_stream before = *stream;
    qm_batch_clear(&a->batch);
    status = feed_all(stream, chunk, size, last, err);
    if (status == QM_OK) status = qm_batch_end_document(&a->batch, 0, err);
    if (status == QM_OK)
        status = qm_result_fill(result, &a->batch, engine, &engine->names, 1u << QM_TOKENS,
                                (int)engine->settings[QM_P_OFFSETS], err);
    if (status != QM_OK) return restore(stream, &before, cuts), status;
    if (base) *base = before.base;
    if (last) start_anew(stream);
    return QM_OK;
}
