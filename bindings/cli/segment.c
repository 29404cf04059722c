#include "segment.h"

#include "input.h"
#include "jobs.h"
#include "lines.h"
#include "model.h"
#include "output.h"
#include "progress.h"

#include <qianmo/decode.h>
#include <stdlib.h>
#include <string.h>

typedef struct segment {
    const cli_options *options;
    qm_engine *engine;
    cli_lines lines;
    cli_output output;
    cli_progress progress;
    uint64_t line; /* of the file, before the next block */
    bool told;     /* of ill-formed text in this file */
    int status;
    /* a line too long for a block, in parts */
    qm_stream *stream;
    bool refused; /* the rest of it goes out as it is */
    qm_result *result;
    qm_buffer window, text;
    uint64_t window_start;
    bool continued; /* the last thing written is a word of this line */
} segment;

typedef struct segment_piece {
    cli_block block;
    qm_buffer out, decoded;
    uint64_t lines;
    uint64_t ill_formed; /* line of the first ill-formed text, 1-based; 0: none */
    qm_error err;        /* of the first line that failed */
    uint64_t failed;     /* its number, 1-based; 0: none */
} segment_piece;

typedef struct segment_worker {
    const segment *segment;
    qm_analyzer *analyzer;
    qm_result *result;
    qm_bytes *views;
    size_t count, room;
} segment_worker;

static bool segment_fill(void *ud, void *at)
{
    segment *s = ud;
    segment_piece *piece = at;
    if (!piece->out.alloc) piece->out = piece->decoded = cli_buffer();
    return cli_lines_fill(&s->lines, &piece->block);
}

static void segment_worker_free(void *at)
{
    segment_worker *w = at;
    qm_analyzer_free(w->analyzer);
    qm_result_unref(w->result);
    free(w->views);
    free(w);
}

static void *segment_worker_new(void *ud)
{
    segment_worker *w = cli_realloc(NULL, sizeof *w);
    qm_error err = {0};
    *w = (segment_worker){.segment = ud};
    if (qm_analyzer_new(&w->analyzer, w->segment->engine, NULL, &err) == QM_OK &&
        qm_result_new(&w->result, NULL, &err) == QM_OK)
        return w;
    cli_say_error(NULL, &err);
    segment_worker_free(w);
    return NULL;
}

/* The tokens of one document of a result and the columns they stand in. */
typedef struct token_columns {
    const uint32_t *starts, *ends;
    const uint8_t *tags, *flags;
} token_columns;

static bool tokens_find(const qm_result *result, token_columns *out)
{
    qm_column start, end, tag, flags;
    if (qm_result_find(result, QM_TOKENS, "start", &start) != QM_OK ||
        qm_result_find(result, QM_TOKENS, "end", &end) != QM_OK ||
        qm_result_find(result, QM_TOKENS, "tag", &tag) != QM_OK ||
        qm_result_find(result, QM_TOKENS, "flags", &flags) != QM_OK)
        return false;
    *out = (token_columns){start.data, end.data, tag.data, flags.data};
    return true;
}

static void put_tag(qm_buffer *out, const qm_result *result, uint8_t tag)
{
    qm_bytes name;
    if (tag == 0 || qm_result_name(result, QM_DICT_TAGS, tag, &name) != QM_OK) return;
    cli_putc(out, '/');
    cli_add(out, name.data, name.size);
}

/* Writes tokens [from, to) of the text that begins at `text`; the tokens count from `shift` bytes
 * behind that. *continued: a word stands right before. Returns the flags of all, and in *behind
 * where the last token ends. */
static uint32_t put_tokens(qm_buffer *out, const qm_result *result, const token_columns *t,
                           int32_t from, int32_t to, const char *text, int64_t shift,
                           size_t *behind, bool *continued)
{
    size_t at = *behind;
    uint32_t seen = 0;
    for (int32_t i = from; i < to; i++) {
        uint8_t flags = t->flags[i];
        if (flags & QM_TOKEN_COLOCATED) continue;
        size_t start = (size_t)(t->starts[i] + shift), size = t->ends[i] - t->starts[i];
        size_t need = out->size + (start - at) + size + 1;
        if (need > out->room) out->data = cli_grow(out->data, &out->room, need, 1);
        char *put = out->data + out->size;
        if (start > at) {
            memcpy(put, text + at, start - at);
            put += start - at;
            *continued = false;
        }
        if (*continued && !(flags & QM_TOKEN_SPACE)) *put++ = ' ';
        memcpy(put, text + start, size);
        out->size = (size_t)(put + size - out->data);
        if (t->tags[i]) put_tag(out, result, t->tags[i]);
        *continued = !(flags & QM_TOKEN_SPACE);
        seen |= flags;
        at = start + size;
    }
    *behind = at;
    return seen;
}

static void worker_put_line(segment_worker *w, segment_piece *piece, const token_columns *t,
                            size_t document, size_t number)
{
    const int32_t *offsets = qm_result_offsets(w->result, QM_TOKENS);
    const qm_bytes *line = &w->views[number];
    size_t behind = 0;
    bool continued = false;
    uint32_t flags = put_tokens(&piece->out, w->result, t, offsets[document], offsets[document + 1],
                                line->data, 0, &behind, &continued);
    cli_add(&piece->out, (const char *)line->data + behind, line->size - behind);
    if (flags & QM_TOKEN_ILL_FORMED && !piece->ill_formed) piece->ill_formed = number + 1;
}

/* The block, whose encoding is not UTF-8, into decoded. */
static void piece_decode(segment_piece *piece)
{
    const qm_buffer *bytes = &piece->block.bytes;
    qm_decode_info info = {.undecodable = 0};
    piece->decoded.size = 0;
    if (qm_decode_text((qm_bytes){bytes->data, bytes->size}, piece->block.encoding, &piece->decoded,
                       &info, &piece->err) != QM_OK)
        piece->failed = 1;
    if (info.undecodable == 0) return;
    piece->ill_formed = 1;
    for (uint64_t i = 0; i < info.first_undecodable; i++)
        piece->ill_formed += bytes->data[i] == '\n';
}

/* The lines of the block. */
static void worker_cut(segment_worker *w, segment_piece *piece)
{
    const qm_buffer *bytes = &piece->block.bytes;
    if (piece->block.encoding[0]) {
        piece_decode(piece);
        bytes = &piece->decoded;
    }
    const char *at = bytes->data, *end = at + bytes->size;
    w->count = 0;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        w->views = cli_grow(w->views, &w->room, w->count + 1, sizeof *w->views);
        w->views[w->count++] = (qm_bytes){at, (size_t)((stop ? stop : end) - at)};
        at = stop ? stop + 1 : end;
    }
    bool open = bytes->size > 0 && end[-1] != '\n';
    piece->lines = w->count - open;
}

/* Behind every line but one that ends with the file. */
static void piece_newline(segment_piece *piece, size_t number)
{
    if (number < piece->lines) cli_putc(&piece->out, '\n');
}

/* One line is wrong: it goes out as it is, the others as always. */
static void worker_singly(segment_worker *w, segment_piece *piece)
{
    for (size_t i = 0; i < w->count; i++) {
        qm_error err = {0};
        token_columns t;
        if (qm_analyze_views(w->analyzer, &w->views[i], 1, w->result, &err) == QM_OK &&
            tokens_find(w->result, &t)) {
            worker_put_line(w, piece, &t, 0, i);
        } else {
            cli_add(&piece->out, w->views[i].data, w->views[i].size);
            if (!piece->failed) {
                piece->failed = i + 1;
                piece->err = err;
            }
        }
        piece_newline(piece, i);
    }
}

static void segment_work(void *worker, void *at)
{
    segment_worker *w = worker;
    segment_piece *piece = at;
    token_columns t;
    piece->out.size = 0;
    piece->lines = piece->ill_formed = piece->failed = 0;
    if (piece->block.part || piece->block.bytes.size == 0) return;
    worker_cut(w, piece);
    if (qm_analyze_views(w->analyzer, w->views, w->count, w->result, NULL) != QM_OK ||
        !tokens_find(w->result, &t)) {
        worker_singly(w, piece);
        return;
    }
    for (size_t i = 0; i < w->count; i++) {
        worker_put_line(w, piece, &t, i, i);
        piece_newline(piece, i);
    }
}

/* ---- main thread ---- */

static void segment_tell(segment *s, const segment_piece *piece, uint64_t line)
{
    const char *encoding = piece->block.encoding;
    if (s->told) return;
    s->told = true;
    cli_progress_clear(&s->progress);
    cli_say((cli_place){cli_path_name(piece->block.path), line, 0},
            "ill-formed %s, %s (told once a file)", *encoding ? encoding : "UTF-8",
            *encoding ? "U+FFFD in its place" : "kept as it is");
    if (*encoding && s->options->strict && s->status == EX_OK) s->status = EX_DATAERR;
}

static void segment_note(segment *s, const segment_piece *piece)
{
    const char *name = cli_path_name(piece->block.path);
    if (piece->block.notes.size) cli_progress_clear(&s->progress);
    cli_say_notes(&piece->block.notes);
    if (piece->block.starts_file) {
        s->line = 0;
        s->told = false;
    }
    if (piece->ill_formed) segment_tell(s, piece, s->line + piece->ill_formed);
    if (piece->failed) {
        cli_progress_clear(&s->progress);
        cli_say((cli_place){name, s->line + piece->failed, 0}, "%s", piece->err.message);
        if (s->status == EX_OK) s->status = cli_exit_status(piece->err.code);
    }
    s->line += piece->lines;
}

/* Feeds the stream with a part of a long line; what is certain by now goes to text. */
static int segment_feed(segment *s, const segment_piece *piece, qm_error *err)
{
    const qm_buffer *bytes = &piece->block.bytes;
    uint64_t base = 0;
    token_columns t;
    int status = s->stream ? QM_OK : qm_stream_new(&s->stream, s->engine, NULL, err);
    if (status == QM_OK)
        status = qm_stream_feed(s->stream, bytes->data, bytes->size, piece->block.last, s->result,
                                &base, err);
    if (status != QM_OK || !tokens_find(s->result, &t)) return status;
    const int32_t *offsets = qm_result_offsets(s->result, QM_TOKENS);
    size_t used = 0;
    uint32_t flags = put_tokens(&s->text, s->result, &t, offsets[0], offsets[1], s->window.data,
                                (int64_t)(base - s->window_start), &used, &s->continued);
    if (flags & QM_TOKEN_ILL_FORMED) segment_tell(s, piece, s->line + 1);
    s->window.size -= used;
    if (used) memmove(s->window.data, s->window.data + used, s->window.size);
    s->window_start += used;
    return QM_OK;
}

static void segment_refuse(segment *s, const segment_piece *piece, const qm_error *err)
{
    cli_progress_clear(&s->progress);
    cli_say((cli_place){cli_path_name(piece->block.path), s->line + 1, 0}, "%s", err->message);
    if (s->status == EX_OK) s->status = cli_exit_status(err->code);
    s->refused = true;
}

/* A part of a long line: through the stream, which keeps what is not certain yet. */
static bool segment_part(segment *s, const segment_piece *piece)
{
    const qm_buffer *bytes = &piece->block.bytes;
    qm_error err = {0};
    if (!s->stream && !s->refused) {
        s->window.size = 0;
        s->window_start = 0;
        s->continued = false;
    }
    s->text.size = 0;
    cli_add(&s->window, bytes->data, bytes->size);
    if (!s->refused && segment_feed(s, piece, &err) != QM_OK) segment_refuse(s, piece, &err);
    if (piece->block.last || s->refused) { /* the rest of a refused line goes out as it is */
        cli_add(&s->text, s->window.data, s->window.size);
        s->window.size = 0;
        qm_stream_free(s->stream);
        s->stream = NULL;
    }
    if (piece->block.last) s->refused = false;
    return cli_output_write(&s->output, s->text.data, s->text.size) == EX_OK;
}

static bool segment_emit(void *ud, void *at)
{
    segment *s = ud;
    segment_piece *piece = at;
    segment_note(s, piece);
    cli_progress_add(&s->progress, piece->block.bytes.size, piece->block.starts_file);
    if (piece->block.part) return segment_part(s, piece);
    return cli_output_write(&s->output, piece->out.data, piece->out.size) == EX_OK;
}

static void segment_piece_free(void *at)
{
    segment_piece *piece = at;
    if (!piece->out.alloc) return;
    qm_buffer_free(&piece->out);
    qm_buffer_free(&piece->decoded);
    cli_block_free(&piece->block);
}

static int segment_prepare(segment *s)
{
    const qm_setting whole = {QM_P_JOIN_LINES, 0, 0};
    qm_error err = {0};
    s->window = s->text = cli_buffer();
    int status = cli_check_encoding(s->options);
    if (status != EX_OK) return status;
    status = cli_engine_new(&s->engine, s->options, 1u << QM_TOKENS, QM_BYTES, &whole, 1);
    if (status == EX_OK && qm_result_new(&s->result, NULL, &err) != QM_OK)
        status = cli_say_error(NULL, &err);
    return status;
}

int cli_segment_run(const cli_options *o)
{
    segment s = {.options = o};
    const cli_stage stage = {.ud = &s,
                             .piece_size = sizeof(segment_piece),
                             .fill = segment_fill,
                             .worker_new = segment_worker_new,
                             .worker_free = segment_worker_free,
                             .work = segment_work,
                             .emit = segment_emit,
                             .piece_free = segment_piece_free};
    int status = segment_prepare(&s);
    if (status == EX_OK && cli_output_open(&s.output, o->output) == EX_OK) {
        cli_lines_open(&s.lines, o);
        cli_progress_start(&s.progress, s.lines.files.bytes, !o->output, o->quiet);
        bool good = cli_jobs_run(&stage, o->jobs);
        cli_progress_clear(&s.progress);
        status = s.lines.status != EX_OK ? s.lines.status : s.status;
        int closed = cli_output_close(&s.output, good && (s.lines.next > 0 || status == EX_OK));
        if (closed != EX_OK) status = closed;
        else if (!good && status == EX_OK) status = EX_SOFTWARE;
        cli_lines_close(&s.lines);
    } else if (status == EX_OK) {
        status = s.output.status;
        cli_output_close(&s.output, false);
    }
    qm_stream_free(s.stream);
    qm_result_unref(s.result);
    qm_buffer_free(&s.window);
    qm_buffer_free(&s.text);
    qm_engine_unref(s.engine);
    return status;
}
