#include "page.h"

#include <stdlib.h>
#include <string.h>

/* The template and what it takes in, carried in the program (page.S). */
extern const char cli_page_html[], cli_page_html_end[];
extern const char cli_page_css[], cli_page_css_end[];
extern const char cli_page_js[], cli_page_js_end[];

static void page_escape(qm_buffer *out, qm_bytes text)
{
    const char *data = text.data;
    for (size_t i = 0; i < text.size; i++) {
        switch (data[i]) {
        case '&': cli_puts(out, "&amp;"); break;
        case '<': cli_puts(out, "&lt;"); break;
        case '>': cli_puts(out, "&gt;"); break;
        case '"': cli_puts(out, "&quot;"); break;
        case '\'': cli_puts(out, "&#39;"); break;
        default:
            if ((unsigned char)data[i] < 0x20) cli_putc(out, ' ');
            else cli_putc(out, data[i]);
        }
    }
}

static void page_escape_string(qm_buffer *out, const char *text)
{
    page_escape(out, (qm_bytes){text, strlen(text)});
}

/* ---- counts ---- */

static int status_index(qm_bytes status)
{
    static const char *const names[] = {"done", "ongoing", "planned"};
    for (int i = 0; i < 3; i++)
        if (strlen(names[i]) == status.size && memcmp(names[i], status.data, status.size) == 0)
            return i;
    return CLI_PAGE_OTHER;
}

static cli_page_type *tally_type(cli_page_tally *tally, qm_bytes id, qm_bytes name)
{
    for (size_t i = 0; i < tally->count; i++)
        if (strlen(tally->at[i].id) == id.size && memcmp(tally->at[i].id, id.data, id.size) == 0)
            return &tally->at[i];
    tally->at = cli_grow(tally->at, &tally->room, tally->count + 1, sizeof *tally->at);
    cli_page_type *type = &tally->at[tally->count++];
    *type = (cli_page_type){cli_copy(id.data, id.size), cli_copy(name.data, name.size), {0}};
    return type;
}

static void tally_add(cli_page_tally *tally, const cli_page_tally *more)
{
    for (size_t i = 0; i < more->count; i++) {
        const cli_page_type *from = &more->at[i];
        cli_page_type *to = tally_type(tally, (qm_bytes){from->id, strlen(from->id)},
                                       (qm_bytes){from->name, strlen(from->name)});
        for (int k = 0; k < CLI_PAGE_STATUSES; k++) to->counts[k] += from->counts[k];
    }
}

static void tally_free(cli_page_tally *tally)
{
    for (size_t i = 0; i < tally->count; i++) {
        free(tally->at[i].id);
        free(tally->at[i].name);
    }
    free(tally->at);
    *tally = (cli_page_tally){0};
}

static uint64_t type_total(const cli_page_type *type)
{
    uint64_t total = 0;
    for (int i = 0; i < CLI_PAGE_STATUSES; i++) total += type->counts[i];
    return total;
}

/* The most frequent first, then by name, so that equal input gives equal pages. */
static int type_compare(const void *a, const void *b)
{
    uint64_t x = type_total(a), y = type_total(b);
    if (x != y) return x > y ? -1 : 1;
    return strcmp(((const cli_page_type *)a)->id, ((const cli_page_type *)b)->id);
}

/* ---- documents and rows ---- */

static void page_attribute(qm_buffer *out, const char *name, qm_bytes value)
{
    cli_printf(out, " %s=\"", name);
    page_escape(out, value);
    cli_putc(out, '"');
}

/* title: a tooltip, or empty. */
static void page_cell(qm_buffer *out, const char *label, qm_bytes title, qm_bytes text)
{
    cli_printf(out, "<td data-label=\"%s\"", label);
    if (title.size) page_attribute(out, "title", title);
    cli_putc(out, '>');
    page_escape(out, text);
    cli_puts(out, "</td>");
}

/* The last part of a path tells documents apart; the whole is in the tooltip. */
static void page_document_cell(qm_buffer *out, qm_bytes name, bool chinese)
{
    const char *data = name.data;
    size_t start = name.size;
    while (start > 0 && data[start - 1] != '/') start--;
    page_cell(out, chinese ? "文档" : "Document", name,
              (qm_bytes){data + start, name.size - start});
}

/* What stands behind `<tr data-doc="N" data-row="M"` and the cell with the number. */
static void page_row(cli_page_part *part, const cli_sheet *sheet, size_t row, bool chinese)
{
    static const struct {
        unsigned cell;
        const char *labels[2];
    } cells[] = {{CLI_I_WHAT, {"What", "做了什么"}}, {CLI_I_HOW_MUCH, {"How much", "多少"}},
                 {CLI_I_WHO, {"Who", "谁"}},         {CLI_I_WHERE, {"Where", "何地"}},
                 {CLI_I_WHEN, {"When", "何时"}},     {CLI_I_CLAUSE, {"Clause", "原句"}}};
    qm_buffer *out = &part->rows;
    qm_bytes id = cli_sheet_cell(sheet, row, CLI_I_TYPE);
    qm_bytes name = cli_sheet_cell(sheet, row, CLI_I_TYPE_NAME);
    qm_bytes status = cli_sheet_cell(sheet, row, CLI_I_STATUS);
    qm_bytes values = cli_sheet_cell(sheet, row, CLI_I_VALUES);
    tally_type(&part->tally, id, name)->counts[status_index(status)]++;
    page_attribute(out, "data-type", id);
    page_attribute(out, "data-status", status);
    cli_puts(out, ">");
    page_cell(out, chinese ? "类型" : "Type", (qm_bytes){0}, name);
    cli_printf(out, "<td data-label=\"%s\"><span class=\"status\">", chinese ? "状态" : "Status");
    page_escape(out, cli_status_name(status, chinese));
    cli_puts(out, "</span></td>");
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        page_cell(out, cells[i].labels[chinese],
                  cells[i].cell == CLI_I_HOW_MUCH ? values : (qm_bytes){0},
                  cli_sheet_cell(sheet, row, cells[i].cell));
    page_document_cell(out, cli_sheet_cell(sheet, row, CLI_I_DOC), chinese);
    cli_puts(out, "</tr>\n");
    part->row_ends =
        cli_grow(part->row_ends, &part->row_room, part->row_count + 1, sizeof *part->row_ends);
    part->row_ends[part->row_count++] = out->size;
}

int cli_page_document(cli_page_part *part, const cli_view *view, const cli_sheet *sheet,
                      const cli_table_look *look, qm_error *err)
{
    int status = qm_result_render(view->result, view->document, view->text, view->name, QM_HTML,
                                  &part->texts, err);
    if (status != QM_OK) return status;
    page_escape(&part->names, view->name);
    for (size_t row = 0; row < cli_sheet_rows(sheet); row++)
        page_row(part, sheet, row, look->chinese);
    part->ends =
        cli_grow(part->ends, &part->documents_room, 3 * (part->documents + 1), sizeof *part->ends);
    size_t *ends = part->ends + 3 * part->documents++;
    ends[0] = part->names.size;
    ends[1] = part->texts.size;
    ends[2] = part->row_count;
    return QM_OK;
}

void cli_page_part_reset(cli_page_part *part)
{
    if (!part->names.alloc) part->names = part->texts = part->rows = cli_buffer();
    part->names.size = part->texts.size = part->rows.size = 0;
    part->documents = part->row_count = 0;
    tally_free(&part->tally);
}

void cli_page_part_free(cli_page_part *part)
{
    if (part->names.alloc) {
        qm_buffer_free(&part->names);
        qm_buffer_free(&part->texts);
        qm_buffer_free(&part->rows);
    }
    free(part->ends);
    free(part->row_ends);
    tally_free(&part->tally);
}

static void page_add_rows(cli_page *page, const cli_page_part *part, size_t from, size_t to)
{
    for (size_t row = from; row < to; row++) {
        size_t start = row ? part->row_ends[row - 1] : 0;
        const char *text = part->rows.data + start;
        size_t size = part->row_ends[row] - start;
        const char *attributes = memchr(text, '>', size); /* escaped: the first one ends the tag */
        size_t head = (size_t)(attributes - text) + 1;
        cli_printf(&page->rows, "<tr data-doc=\"%llu\" data-row=\"%zu\"",
                   (unsigned long long)page->documents, row - from);
        cli_add(&page->rows, text, head);
        page->row_count++;
        cli_printf(&page->rows, "<td class=\"number\"><a href=\"#d%llu\">%llu</a></td>",
                   (unsigned long long)page->documents, (unsigned long long)page->row_count);
        cli_add(&page->rows, text + head, size - head);
    }
}

void cli_page_add(cli_page *page, const cli_page_part *part)
{
    size_t name = 0, text = 0, row = 0;
    if (!page->texts.alloc) page->texts = page->rows = cli_buffer();
    for (size_t i = 0; i < part->documents; i++) {
        const size_t *ends = part->ends + 3 * i;
        page->documents++;
        cli_printf(&page->texts, "<article id=\"d%llu\"><h3>", (unsigned long long)page->documents);
        cli_add(&page->texts, part->names.data + name, ends[0] - name);
        cli_puts(&page->texts, "</h3>\n");
        cli_add(&page->texts, part->texts.data + text, ends[1] - text);
        cli_puts(&page->texts, "</article>\n");
        page_add_rows(page, part, row, ends[2]);
        name = ends[0];
        text = ends[1];
        row = ends[2];
    }
    tally_add(&page->tally, &part->tally);
}

void cli_page_free(cli_page *page)
{
    if (page->texts.alloc) {
        qm_buffer_free(&page->texts);
        qm_buffer_free(&page->rows);
    }
    tally_free(&page->tally);
}

/* ---- the page ---- */

static void page_bar(qm_buffer *out, const cli_page_type *type, uint64_t most, bool chinese)
{
    static const char *const names[] = {"done", "ongoing", "planned", "other"};
    uint64_t total = type_total(type);
    cli_puts(out, "<button type=\"button\" class=\"bar\"");
    page_attribute(out, "data-type", (qm_bytes){type->id, strlen(type->id)});
    cli_puts(out, "><span class=\"label\">");
    page_escape_string(out, type->name);
    cli_puts(out, "</span><span class=\"track\">");
    for (int i = 0; i < CLI_PAGE_STATUSES; i++) {
        if (type->counts[i] == 0) continue;
        qm_bytes name = cli_status_name((qm_bytes){names[i], strlen(names[i])}, chinese);
        cli_printf(out, "<i class=\"%s\" style=\"width:%.2f%%\" title=\"%.*s %llu\"></i>", names[i],
                   100.0 * (double)type->counts[i] / (double)most, (int)name.size,
                   (const char *)name.data, (unsigned long long)type->counts[i]);
    }
    cli_printf(out, "</span><span class=\"count\">%llu</span></button>\n",
               (unsigned long long)total);
}

static void page_chart(const cli_page *page, qm_buffer *out, bool chinese)
{
    uint64_t most = page->tally.count ? type_total(&page->tally.at[0]) : 0;
    for (size_t i = 0; i < page->tally.count; i++) page_bar(out, &page->tally.at[i], most, chinese);
}

static void page_choices(const cli_page *page, qm_buffer *out)
{
    for (size_t i = 0; i < page->tally.count; i++) {
        const cli_page_type *type = &page->tally.at[i];
        cli_puts(out, "<option value=\"");
        page_escape_string(out, type->id);
        cli_puts(out, "\">");
        page_escape_string(out, type->name);
        cli_printf(out, " (%llu)</option>", (unsigned long long)type_total(type));
    }
}

static uint64_t page_status_count(const cli_page *page, int status)
{
    uint64_t count = 0;
    for (size_t i = 0; i < page->tally.count; i++) count += page->tally.at[i].counts[status];
    return count;
}

static void page_part(const cli_page *page, qm_buffer *out, qm_bytes name, bool chinese)
{
    const struct {
        const char *name;
        qm_bytes text;
    } texts[] = {{"style", {cli_page_css, (size_t)(cli_page_css_end - cli_page_css)}},
                 {"script", {cli_page_js, (size_t)(cli_page_js_end - cli_page_js)}},
                 {"rows", {page->rows.data, page->rows.size}},
                 {"texts", {page->texts.data, page->texts.size}}};
    const struct {
        const char *name;
        uint64_t count;
    } counts[] = {{"documents", page->documents},
                  {"initiatives", page->row_count},
                  {"done", page_status_count(page, CLI_PAGE_DONE)},
                  {"ongoing", page_status_count(page, CLI_PAGE_ONGOING)},
                  {"planned", page_status_count(page, CLI_PAGE_PLANNED)}};
    const char *bar = memchr(name.data, '|', name.size);
    if (bar) { /* {{English|Chinese}} */
        const char *start = name.data;
        if (chinese) cli_add(out, bar + 1, (size_t)(start + name.size - bar - 1));
        else cli_add(out, start, (size_t)(bar - start));
        return;
    }
    char word[16] = {0};
    memcpy(word, name.data, name.size < 15 ? name.size : 15);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(word, texts[i].name) == 0) cli_add(out, texts[i].text.data, texts[i].text.size);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (strcmp(word, counts[i].name) == 0)
            cli_printf(out, "%llu", (unsigned long long)counts[i].count);
    if (strcmp(word, "chart") == 0) page_chart(page, out, chinese);
    if (strcmp(word, "choices") == 0) page_choices(page, out);
}

void cli_page_finish(cli_page *page, qm_buffer *out, const cli_table_look *look)
{
    if (page->tally.count)
        qsort(page->tally.at, page->tally.count, sizeof *page->tally.at, type_compare);
    const char *at = cli_page_html, *end = cli_page_html_end;
    while (at < end) {
        const char *open = strstr(at, "{{"), *close = open ? strstr(open, "}}") : NULL;
        if (!close) break;
        cli_add(out, at, (size_t)(open - at));
        page_part(page, out, (qm_bytes){open + 2, (size_t)(close - open - 2)}, look->chinese);
        at = close + 2;
    }
    cli_add(out, at, (size_t)(end - at));
}
