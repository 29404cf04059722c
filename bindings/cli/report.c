#include "report.h"

#include "csv.h"
#include "input.h"
#include "jobs.h"
#include "model.h"
#include "output.h"
#include "page.h"
#include "progress.h"
#include "result/json.h"
#include "screen.h"
#include "table.h"
#include "units.h"

#include <stdlib.h>

typedef struct report {
    const cli_options *options;
    uint32_t tables; /* to be printed */
    cli_table_look look;
    qm_engine *engine;
    cli_unit_choice units;
    cli_input input;
    cli_output output;
    cli_page page;
    cli_progress progress;
    uint64_t documents, rows;
    int status; /* first failure of a document */
} report;

typedef struct report_piece {
    cli_batch batch;
    qm_buffer out, notes;
    cli_document **documents; /* those of the batch that have a text */
    size_t count, room;
    qm_result *large; /* of these documents, to be written when their turn comes; or NULL */
    cli_page_part part;
    uint64_t written, rows; /* documents and rows */
    int status;
} report_piece;

typedef struct report_worker {
    const report *report;
    qm_analyzer *analyzer;
    qm_result *result;
    cli_columns columns;
    cli_sheet sheet;
    qm_bytes *views; /* the texts of the documents of a piece */
    size_t room;
} report_worker;

static bool report_fill(void *ud, void *at)
{
    report *r = ud;
    report_piece *piece = at;
    if (!piece->out.alloc) {
        piece->out = cli_buffer();
        piece->notes = cli_buffer();
    }
    return cli_input_fill(&r->input, &piece->batch);
}

static void *report_worker_new(void *ud)
{
    report_worker *w = cli_realloc(NULL, sizeof *w);
    qm_error err = {0};
    *w = (report_worker){.report = ud};
    if (qm_analyzer_new(&w->analyzer, w->report->engine, NULL, &err) == QM_OK &&
        qm_result_new(&w->result, NULL, &err) == QM_OK)
        return w;
    cli_say_error(NULL, &err);
    qm_analyzer_free(w->analyzer);
    free(w);
    return NULL;
}

static void report_worker_free(void *at)
{
    report_worker *w = at;
    qm_analyzer_free(w->analyzer);
    qm_result_unref(w->result);
    cli_sheet_free(&w->sheet);
    free(w->views);
    free(w);
}

static void piece_fail(report_piece *piece, int status)
{
    if (piece->status == EX_OK) piece->status = status;
}

static void worker_sheets(report_worker *w, report_piece *piece, const cli_view *view)
{
    const report *r = w->report;
    for (int table = 0; table < QM_TABLES; table++) {
        if (!(r->tables >> table & 1)) continue;
        cli_sheet_fill(&w->sheet, view, table, r->options->offsets);
        piece->rows += cli_sheet_rows(&w->sheet);
        switch (r->options->format) {
        case CLI_CSV: cli_csv_rows(&piece->out, &w->sheet, ',', r->options->bom); break;
        case CLI_TSV: cli_csv_rows(&piece->out, &w->sheet, '\t', r->options->bom); break;
        default: cli_table_print(&piece->out, &w->sheet, table, view->name, &r->look); break;
        }
    }
}

/* Prints document `number` of the result. */
static int worker_print(report_worker *w, report_piece *piece, const cli_document *document,
                        size_t number, qm_error *err)
{
    qm_bytes text = {document->text.data, document->text.size};
    qm_bytes name = {document->name.data, document->name.size};
    cli_view view = {&w->report->units, w->result, &w->columns, number, text, name};
    int status = QM_OK;
    piece->written++;
    switch (w->report->options->format) {
    case CLI_JSONL:
        status = qm_result_render(w->result, number, text, name, QM_JSON, &piece->out, err);
        break;
    case CLI_HTML:
        cli_sheet_fill(&w->sheet, &view, QM_INITIATIVES, w->report->options->offsets);
        status = cli_page_document(&piece->part, &view, &w->sheet, &w->report->look, err);
        break;
    default: worker_sheets(w, piece, &view); break;
    }
    return status;
}

static void piece_complain(report_piece *piece, const cli_document *document, const qm_error *err)
{
    cli_place place = {cli_path_name(document->path), document->line, 0};
    cli_note(&piece->notes, place, "%s", err->message);
    piece_fail(piece, cli_exit_status(err->code));
}

/* Something in the batch is wrong: one by one, so that the rest gets through. */
static void worker_singly(report_worker *w, report_piece *piece)
{
    for (size_t i = 0; i < piece->count; i++) {
        qm_error err = {0};
        int code = qm_analyze_views(w->analyzer, &w->views[i], 1, w->result, &err);
        if (code == QM_OK) {
            cli_columns_find(&w->columns, w->result);
            code = worker_print(w, piece, piece->documents[i], 0, &err);
        }
        if (code != QM_OK) piece_complain(piece, piece->documents[i], &err);
    }
}

/* The JSON of a large document is many times its size: it is made while it is written, in pieces,
 * and what comes before it in its batch with it. */
#define REPORT_LARGE (1u << 20)
#define REPORT_PIECE (512u << 10)

/* Hands the result over to the piece; false when there is no memory for a new one. */
static bool worker_postpone(report_worker *w, report_piece *piece)
{
    qm_result *fresh;
    if (qm_result_new(&fresh, NULL, NULL) != QM_OK) return false;
    piece->large = w->result;
    w->result = fresh;
    return true;
}

static void worker_decode(report_worker *w, report_piece *piece)
{
    cli_batch *batch = &piece->batch;
    w->views = cli_grow(w->views, &w->room, batch->count, sizeof *w->views);
    piece->documents =
        cli_grow(piece->documents, &piece->room, batch->count, sizeof(cli_document *));
    piece->count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        cli_document *document = &batch->at[i];
        int status = cli_document_decode(document, w->report->options, &piece->notes);
        if (status != EX_OK) {
            piece_fail(piece, status);
            continue;
        }
        if (document->bytes.size > REPORT_LARGE) qm_buffer_free(&document->bytes);
        w->views[piece->count] = (qm_bytes){document->text.data, document->text.size};
        piece->documents[piece->count++] = document;
    }
}

static void report_work(void *worker, void *at)
{
    report_worker *w = worker;
    report_piece *piece = at;
    bool jsonl = w->report->options->format == CLI_JSONL;
    qm_error err = {0};
    piece->out.size = piece->notes.size = 0;
    piece->written = piece->rows = 0;
    piece->status = EX_OK;
    cli_page_part_reset(&piece->part);
    worker_decode(w, piece);
    if (piece->count == 0) return;
    if (qm_analyze_views(w->analyzer, w->views, piece->count, w->result, &err) != QM_OK) {
        worker_singly(w, piece);
        return;
    }
    if (jsonl && piece->batch.bytes > REPORT_LARGE && worker_postpone(w, piece)) return;
    if (!jsonl) cli_columns_find(&w->columns, w->result);
    for (size_t i = 0; i < piece->count; i++)
        if (worker_print(w, piece, piece->documents[i], i, &err) != QM_OK)
            piece_complain(piece, piece->documents[i], &err);
}

/* Document `number` of a result that was postponed, piece by piece. */
static int report_write(report *r, report_piece *piece, size_t number, qm_error *err)
{
    const cli_document *document = piece->documents[number];
    qm_bytes text = {document->text.data, document->text.size};
    qm_bytes name = {document->name.data, document->name.size};
    qm_json json;
    int status = qm_json_begin(&json, piece->large, number, text, name, NULL, err);
    while (status == QM_OK && !json.done && r->output.status == EX_OK) {
        piece->out.size = 0;
        status = qm_json_next(&json, REPORT_PIECE, &piece->out, err);
        cli_output_write(&r->output, piece->out.data, piece->out.size);
    }
    qm_json_end(&json);
    piece->written++;
    return status;
}

static void report_write_large(report *r, report_piece *piece)
{
    qm_error err = {0};
    for (size_t i = 0; i < piece->count; i++)
        if (report_write(r, piece, i, &err) != QM_OK)
            piece_complain(piece, piece->documents[i], &err);
    qm_result_unref(piece->large);
    piece->large = NULL;
    piece->out.size = 0;
}

static bool report_emit(void *ud, void *at)
{
    report *r = ud;
    report_piece *piece = at;
    if (piece->large) report_write_large(r, piece);
    if (piece->notes.size) cli_progress_clear(&r->progress);
    cli_say_notes(&piece->notes);
    if (r->status == EX_OK) r->status = piece->status;
    r->documents += piece->written;
    r->rows += piece->rows;
    if (r->options->format == CLI_HTML) cli_page_add(&r->page, &piece->part);
    int status = cli_output_write(&r->output, piece->out.data, piece->out.size);
    cli_progress_add(&r->progress, piece->batch.bytes, piece->written);
    return status == EX_OK;
}

static void report_piece_free(void *at)
{
    report_piece *piece = at;
    cli_batch_free(&piece->batch);
    qm_result_unref(piece->large);
    free(piece->documents);
    cli_page_part_free(&piece->part);
    if (!piece->out.alloc) return;
    qm_buffer_free(&piece->out);
    qm_buffer_free(&piece->notes);
}

static void report_head(report *r, int table)
{
    qm_buffer head = cli_buffer();
    cli_format format = r->options->format;
    if (format == CLI_CSV || format == CLI_TSV) {
        if (r->options->bom) cli_puts(&head, "\xEF\xBB\xBF");
        cli_csv_head(&head, table, format == CLI_CSV ? ',' : '\t');
    }
    cli_output_write(&r->output, head.data, head.size);
    qm_buffer_free(&head);
}

static void report_foot(report *r)
{
    qm_buffer foot = cli_buffer();
    if (r->options->format == CLI_HTML) {
        cli_page_finish(&r->page, &foot, &r->look);
    } else if (r->options->format == CLI_TABLE && r->documents > 1) {
        cli_printf(&foot, r->look.chinese ? "%llu 篇，%llu 行\n" : "%llu documents, %llu rows\n",
                   (unsigned long long)r->documents, (unsigned long long)r->rows);
    }
    cli_output_write(&r->output, foot.data, foot.size);
    qm_buffer_free(&foot);
}

/* What the engine must find so that `printed` can be printed. */
static uint32_t report_needs(uint32_t printed, cli_format format)
{
    uint32_t quantities = 1u << QM_QUANTITIES, initiatives = 1u << QM_INITIATIVES;
    uint32_t measures = 1u << QM_MEASURES, entities = 1u << QM_ENTITIES;
    if (format == CLI_HTML) return quantities | initiatives | measures | entities;
    if (!(printed & (initiatives | measures))) return printed;
    return printed | measures | (format == CLI_JSONL ? 0 : quantities | initiatives);
}

static int report_choose(report *r, int table)
{
    const cli_options *o = r->options;
    bool one = o->format == CLI_CSV || o->format == CLI_TSV;
    r->tables = o->tables ? o->tables : 1u << table;
    if (!o->tables && o->format == CLI_JSONL && table == QM_INITIATIVES)
        r->tables = 1u << QM_TOKENS | 1u << QM_QUANTITIES | 1u << QM_INITIATIVES |
                    1u << QM_ENTITIES | 1u << QM_MEASURES;
    if (one && (r->tables & (r->tables - 1)))
        return cli_usage(o, "--tables: CSV and TSV hold one table");
    if (o->bom && !one) return cli_usage(o, "--bom is for CSV and TSV");
    if (o->display_units && o->format == CLI_JSONL)
        return cli_usage(o, "--units: JSON Lines have the values as written, and SI values");
    if (o->tables && o->format == CLI_HTML)
        return cli_usage(o, "--tables: the page has its own tables");
    r->look = (cli_table_look){cli_screen_width(), o->color, o->chinese};
    return EX_OK;
}

static int report_table(const report *r)
{
    int table = 0;
    while (!(r->tables >> table & 1)) table++;
    return table;
}

int cli_report_run(const cli_options *o, int table)
{
    static const cli_stage stage = {.piece_size = sizeof(report_piece),
                                    .fill = report_fill,
                                    .worker_new = report_worker_new,
                                    .worker_free = report_worker_free,
                                    .work = report_work,
                                    .emit = report_emit,
                                    .piece_free = report_piece_free};
    report *r = cli_realloc(NULL, sizeof *r);
    *r = (report){.options = o};
    int unit = o->format == CLI_JSONL ? o->offsets : QM_BYTES;
    int status = report_choose(r, table);
    if (status == EX_OK) status = cli_check_encoding(o);
    if (status == EX_OK)
        status = cli_engine_new(&r->engine, o, report_needs(r->tables, o->format), unit, NULL, 0);
    if (status == EX_OK) status = cli_units_open(&r->units, r->engine, o->display_units);
    if (status == EX_OK && cli_output_open(&r->output, o->output) == EX_OK) {
        cli_input_open(&r->input, o);
        cli_progress_start(&r->progress, r->input.lines.files.bytes, !o->output, o->quiet);
        report_head(r, report_table(r));
        cli_stage run = stage;
        run.ud = r;
        bool good = cli_jobs_run(&run, o->jobs);
        cli_progress_clear(&r->progress);
        status = r->input.status != EX_OK ? r->input.status : r->status;
        if (good && status == EX_OK && !o->quiet) cli_units_tell(&r->units);
        bool keep = good && (r->documents > 0 || status == EX_OK);
        if (keep) report_foot(r);
        int closed = cli_output_close(&r->output, keep);
        if (closed != EX_OK) status = closed;
        else if (!good && status == EX_OK) status = EX_SOFTWARE;
        cli_page_free(&r->page);
        cli_input_close(&r->input);
    } else if (status == EX_OK) {
        status = r->output.status;
        cli_output_close(&r->output, false);
    }
    cli_units_close(&r->units);
    qm_engine_unref(r->engine);
    free(r);
    return status;
}
