#include "result/result.h"
#include "result/writer.h"

/* The text of one document as an HTML fragment: <div class="qm-text">, in it <mark> for quantities
 * and <span> for entities and initiatives. Where two overlap without one holding the other, the
 * one that goes on is closed and opened again: the pieces have the same data-row. */

typedef struct span {
    uint32_t start, end; /* bytes */
    int32_t table, row;  /* row of the batch */
} span;

typedef QM_ARRAY(span) span_array;

typedef struct html {
    qm_writer w;
    const qm_result *result;
    size_t document;
    qm_places places;
    span_array spans;
    qm_u32_array open; /* numbers of the spans that are open, the outermost first */
} html;

/* ---- escaping ---- */

static const char *entity_of(uint8_t c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return c < 0x20 && c != '\n' && c != '\t' && c != '\r' ? "\xEF\xBF\xBD" : NULL;
    }
}

static void write_escaped(qm_writer *w, qm_bytes text)
{
    const uint8_t *p = text.data;
    size_t from = 0;
    for (size_t at = 0; at < text.size;) {
        bool well = true;
        uint32_t bytes = 1;
        if (p[at] >= 0x80) bytes = qm_utf8_step(p + at, text.size - at, &well);
        const char *entity = well ? (bytes == 1 ? entity_of(p[at]) : NULL) : "\xEF\xBF\xBD";
        if (entity) {
            qm_write(w, p + from, at - from);
            qm_write_string(w, entity);
            from = at + bytes;
        }
        at += bytes;
    }
    if (from < text.size) qm_write(w, p + from, text.size - from);
}

static void write_attribute(html *h, const char *name, qm_bytes value)
{
    if (value.size == 0) return;
    qm_write_string(&h->w, " data-");
    qm_write_string(&h->w, name);
    qm_write_string(&h->w, "=\"");
    write_escaped(&h->w, value);
    qm_write(&h->w, "\"", 1);
}

static void write_code(html *h, const char *name, int dictionary, uint32_t code)
{
    qm_bytes value = {NULL, 0};
    qm_result_name(h->result, dictionary, code, &value);
    write_attribute(h, name, value);
}

static void write_value(html *h, const char *name, const qm_value *value)
{
    char text[48];
    size_t n = qm_value_text(value, text, sizeof text);
    write_attribute(h, name, (qm_bytes){text, n});
}

static void write_row(html *h, const span *s)
{
    int32_t first = h->result->offsets[s->table][h->document];
    qm_write_string(&h->w, " data-row=\"");
    qm_write_u32(&h->w, (uint32_t)(s->row - first));
    qm_write(&h->w, "\"", 1);
}

/* ---- elements ---- */

static void open_quantity(html *h, const span *s)
{
    qm_quantity_row row;
    qm_result_row(h->result, QM_QUANTITIES, s->row, &row);
    qm_write_string(&h->w, "<mark class=\"qm-quantity\"");
    write_row(h, s);
    write_code(h, "kind", QM_DICT_QUANTITY_KINDS, row.kind);
    write_value(h, "low", &row.low);
    write_value(h, "high", &row.high);
    write_code(h, "relation", QM_DICT_RELATIONS, row.relation);
    write_code(h, "unit", QM_DICT_UNITS, row.unit);
    qm_write(&h->w, ">", 1);
}

static void open_initiative(html *h, const span *s)
{
    qm_initiative_row row;
    qm_result_row(h->result, QM_INITIATIVES, s->row, &row);
    qm_write_string(&h->w, "<span class=\"qm-initiative\"");
    write_row(h, s);
    write_code(h, "type", QM_DICT_TYPES, row.type);
    write_code(h, "name", QM_DICT_TYPE_NAMES, row.type);
    write_code(h, "group", QM_DICT_GROUPS, row.group);
    write_code(h, "status", QM_DICT_STATUSES, row.status);
    if (row.flags & QM_INITIATIVE_NEGATED) qm_write_string(&h->w, " data-negated=\"1\"");
    if (row.flags & QM_INITIATIVE_HYPOTHETICAL) qm_write_string(&h->w, " data-hypothetical=\"1\"");
    qm_write(&h->w, ">", 1);
}

static void open_entity(html *h, const span *s)
{
    qm_entity_row row;
    qm_result_row(h->result, QM_ENTITIES, s->row, &row);
    qm_write_string(&h->w, "<span class=\"qm-entity\"");
    write_row(h, s);
    write_code(h, "kind", QM_DICT_ENTITY_KINDS, row.kind);
    qm_write(&h->w, ">", 1);
}

static void open_span(html *h, const span *s)
{
    switch (s->table) {
    case QM_QUANTITIES: open_quantity(h, s); break;
    case QM_INITIATIVES: open_initiative(h, s); break;
    default: open_entity(h, s); break;
    }
}

static void close_span(html *h, const span *s)
{
    qm_write_string(&h->w, s->table == QM_QUANTITIES ? "</mark>" : "</span>");
}

/* ---- the sweep over the text ---- */

/* By start; the longer first, initiatives outside entities outside quantities. */
static int compare_spans(const void *left, const void *right, const void *context)
{
    static const int depth[QM_TABLES] = {
        [QM_INITIATIVES] = 0, [QM_ENTITIES] = 1, [QM_QUANTITIES] = 2};
    const span *a = left, *b = right;
    (void)context;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    if (a->end != b->end) return a->end > b->end ? -1 : 1;
    if (a->table != b->table) return depth[a->table] - depth[b->table];
    return (a->row > b->row) - (a->row < b->row);
}

static int collect_table(html *h, int table, const qm_allocator *alloc)
{
    const uint32_t *starts = h->result->rows[table].columns[0],
                   *ends = h->result->rows[table].columns[1];
    const int32_t *offsets = h->result->offsets[table] + h->document;
    for (int32_t i = offsets[0]; i < offsets[1]; i++) {
        qm_bytes piece;
        if (!qm_places_span(&h->places, starts[i], ends[i], &piece) || piece.size == 0) continue;
        uint32_t start = (uint32_t)((const char *)piece.data - (const char *)h->places.text.data);
        span s = {start, start + (uint32_t)piece.size, table, i};
        if (qm_array_push(alloc, &h->spans, s) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

static int collect_spans(html *h, const qm_allocator *alloc)
{
    static const int tables[] = {QM_INITIATIVES, QM_ENTITIES, QM_QUANTITIES};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (collect_table(h, tables[i], alloc) != QM_OK) return QM_E_NOMEM;
    qm_sort(h->spans.at, h->spans.count, sizeof(span), compare_spans, NULL);
    return qm_array_reserve(alloc, &h->open, h->spans.count);
}

/* Where the next open span ends; the end of the text when none is open. */
static uint32_t next_end(const html *h)
{
    uint32_t end = (uint32_t)h->places.text.size;
    for (size_t i = 0; i < h->open.count; i++)
        if (h->spans.at[h->open.at[i]].end < end) end = h->spans.at[h->open.at[i]].end;
    return end;
}

/* Closes what ends here; what stands inside it and goes on is opened again. */
static void close_ended(html *h, uint32_t at)
{
    size_t outermost = 0;
    while (outermost < h->open.count && h->spans.at[h->open.at[outermost]].end > at) outermost++;
    for (size_t i = h->open.count; i-- > outermost;) close_span(h, &h->spans.at[h->open.at[i]]);
    size_t kept = outermost;
    for (size_t i = outermost; i < h->open.count; i++) {
        const span *s = &h->spans.at[h->open.at[i]];
        if (s->end <= at) continue;
        open_span(h, s);
        h->open.at[kept++] = h->open.at[i];
    }
    h->open.count = kept;
}

static void write_marked(html *h)
{
    const char *text = h->places.text.data;
    uint32_t size = (uint32_t)h->places.text.size, at = 0;
    size_t next = 0;
    while (at < size) {
        close_ended(h, at);
        for (; next < h->spans.count && h->spans.at[next].start == at; next++) {
            open_span(h, &h->spans.at[next]);
            h->open.at[h->open.count++] = (uint32_t)next;
        }
        uint32_t to = next_end(h);
        if (next < h->spans.count && h->spans.at[next].start < to) to = h->spans.at[next].start;
        write_escaped(&h->w, (qm_bytes){text + at, to - at});
        at = to;
    }
    close_ended(h, at);
}

int qm_render_html(const qm_result *result, size_t document, qm_bytes text, qm_bytes name,
                   qm_buffer *out, qm_error *err)
{
    const qm_allocator *alloc = qm_allocator_or_default(out->alloc);
    html h = {.w = {out, QM_OK}, .result = result, .document = document};
    h.w.status = qm_places_init(&h.places, text, result->unit, alloc);
    if (h.w.status == QM_OK) h.w.status = collect_spans(&h, alloc);
    if (h.w.status == QM_OK) {
        qm_write_string(&h.w, "<div class=\"qm-text\" lang=\"zh\"");
        write_attribute(&h, "doc", name);
        qm_write(&h.w, ">", 1);
        write_marked(&h);
        qm_write_string(&h.w, "</div>\n");
    }
    qm_array_free(alloc, &h.open);
    qm_array_free(alloc, &h.spans);
    qm_places_free(&h.places);
    return h.w.status == QM_OK ? QM_OK : qm_fail_nomem(err);
}
