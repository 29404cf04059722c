/* The formats of lib/data/clauses. */
#include "compile/train/clauses.h"

typedef struct reader {
    qm_labels *labels;
    qm_bytes line;
    uint32_t number; /* of the line */
    uint32_t sentence;
    bool open; /* a report has begun */
} reader;

static bool next_line(qm_bytes *rest, qm_bytes *line)
{
    if (rest->size == 0) return false;
    const char *data = rest->data, *end = memchr(data, '\n', rest->size);
    size_t size = end ? (size_t)(end - data) : rest->size;
    *line = (qm_bytes){data, size > 0 && data[size - 1] == '\r' ? size - 1 : size};
    *rest = (qm_bytes){data + size + (end != NULL), rest->size - size - (end != NULL)};
    return true;
}

/* The bytes before the next tab; the last field takes what is left, tabs and all. */
static bool next_field(qm_bytes *rest, qm_bytes *field)
{
    const char *data = rest->data, *tab = memchr(data, '\t', rest->size);
    if (!tab) return false;
    *field = (qm_bytes){data, (size_t)(tab - data)};
    *rest = (qm_bytes){tab + 1, rest->size - field->size - 1};
    return true;
}

/* Counted in characters from 1. */
static uint32_t column_of(const reader *r, qm_bytes field)
{
    uint32_t column = 1;
    for (const char *at = r->line.data; at < (const char *)field.data; at++)
        column += (*at & 0xC0) != 0x80;
    return column;
}

static int read_types(const reader *r, qm_bytes field, uint64_t *types, qm_error *err)
{
    qm_bytes id;
    *types = 0;
    for (qm_bytes rest = field; qm_split(&rest, ',', &id);) {
        uint32_t type = 1;
        while (type <= r->labels->n_types && !qm_bytes_equal(id, r->labels->type_ids[type])) type++;
        if (type > r->labels->n_types)
            return qm_fail_line(err, QM_E_SYNTAX, r->number, column_of(r, id),
                                "no type '%.*s' in the taxonomy", (int)id.size,
                                (const char *)id.data);
        *types |= UINT64_C(1) << type;
    }
    return QM_OK;
}

static uint8_t read_status(qm_bytes field)
{
    for (uint8_t status = 1; status < QM_STATUSES; status++)
        if (qm_bytes_equal(field, qm_bytes_of(qm_initiative_status_name(status)))) return status;
    return 0;
}

static bool is(qm_bytes field, const char *name)
{
    return qm_bytes_equal(field, qm_bytes_of(name));
}

static int add_text(qm_labels *labels, const void *data, size_t size)
{
    if (qm_array_reserve(labels->alloc, &labels->pool, labels->pool.count + size) != QM_OK)
        return QM_E_NOMEM;
    memcpy(labels->pool.at + labels->pool.count, data, size);
    labels->pool.count += size;
    return QM_OK;
}

static int open_document(reader *r, bool report)
{
    qm_labelled_document document = {
        .text_at = r->labels->pool.count, .first_piece = r->labels->pieces.count, .report = report};
    r->open = true;
    r->sentence = 0;
    return qm_array_push(r->labels->alloc, &r->labels->documents, document);
}

static bool ends_with(qm_bytes text, const char *const *marks)
{
    for (; *marks; marks++) {
        size_t size = strlen(*marks);
        if (text.size >= size &&
            memcmp((const char *)text.data + text.size - size, *marks, size) == 0)
            return true;
    }
    return false;
}

static bool ends_sentence(qm_bytes text)
{
    static const char *const marks[] = {"。", "！", "？", "。”", "！”", "？”", NULL};
    return ends_with(text, marks);
}

/* Headings, dates of a diary and rows of a table have no mark behind them, but their line ends. */
static bool ends_line(qm_bytes text)
{
    static const char *const marks[] = {"，", "。", "；", "！", "？", "：", "、", "”",
                                        "…",  "）", "』", "」", "—",  "　", ",",  ";",
                                        ":",  "!",  "?",  ")",  "\n", "\t", NULL};
    return !ends_with(text, marks);
}

/* "types TAB status TAB text" into a piece of the open document. */
static int add_piece(reader *r, qm_error *err)
{
    qm_labels *labels = r->labels;
    qm_bytes rest = r->line, types, status;
    if (!next_field(&rest, &types) || !next_field(&rest, &status) || rest.size == 0)
        return qm_fail_line(err, QM_E_SYNTAX, r->number, 1,
                            "a line is types <tab> status <tab> text");
    qm_labelled_document *document = &labels->documents.at[labels->documents.count - 1];
    if (document->text_size > 0 &&
        ends_line((qm_bytes){labels->pool.at + document->text_at, document->text_size})) {
        document->text_size++;
        if (add_text(labels, "\n", 1) != QM_OK) return qm_fail_nomem(err);
    }
    qm_piece piece = {.head = QM_NONE,
                      .sentence = r->sentence,
                      .start = (uint32_t)(labels->pool.count - document->text_at),
                      .debatable = is(types, "?")};
    piece.end = piece.start + (uint32_t)rest.size;
    uint32_t number = (uint32_t)(labels->pieces.count - document->first_piece);
    if (is(types, "+")) {
        piece.head = QM_NONE - 1; /* to be found */
    } else if (is(types, "none") && !is(status, "-")) {
        return qm_fail_line(err, QM_E_SYNTAX, r->number, column_of(r, status),
                            "the status of none is -, not '%.*s'", (int)status.size,
                            (const char *)status.data);
    } else if (!is(types, "none") && !is(types, "?")) {
        int code = read_types(r, types, &piece.types, err);
        if (code != QM_OK) return code;
        piece.head = number;
        piece.status = read_status(status);
        if (!piece.status)
            return qm_fail_line(err, QM_E_SYNTAX, r->number, column_of(r, status),
                                "no status '%.*s': done, ongoing or planned", (int)status.size,
                                (const char *)status.data);
    }
    if (ends_sentence(rest)) r->sentence++;
    document->pieces++;
    document->text_size += rest.size;
    if (add_text(labels, rest.data, rest.size) != QM_OK ||
        qm_array_push(labels->alloc, &labels->pieces, piece) != QM_OK)
        return qm_fail_nomem(err);
    return QM_OK;
}

/* Clauses of a run go to the nearest one with types in their sentence, before rather than behind.
 */
static void find_heads(qm_labels *labels, const qm_labelled_document *document)
{
    qm_piece *pieces = labels->pieces.at + document->first_piece;
    uint32_t n = (uint32_t)document->pieces;
    for (uint32_t i = 0; i < n; i++) {
        if (pieces[i].head != QM_NONE - 1) continue;
        pieces[i].head = QM_NONE;
        for (uint32_t step = 1; step < n && pieces[i].head == QM_NONE; step++) {
            uint32_t sides[2] = {i >= step ? i - step : QM_NONE, i + step < n ? i + step : QM_NONE};
            for (int side = 0; side < 2 && pieces[i].head == QM_NONE; side++)
                if (sides[side] != QM_NONE && pieces[sides[side]].types &&
                    pieces[sides[side]].sentence == pieces[i].sentence)
                    pieces[i].head = sides[side];
        }
        pieces[i].debatable = pieces[i].head == QM_NONE; /* of no row that we know */
    }
}

static int close_paragraph(reader *r, qm_error *err)
{
    qm_labels *labels = r->labels;
    qm_labelled_document *document = &labels->documents.at[labels->documents.count - 1];
    if (document->text_size == 0) return QM_OK;
    r->sentence++;
    document->text_size += 2;
    return add_text(labels, "\n\n", 2) == QM_OK ? QM_OK : qm_fail_nomem(err);
}

static int read_line(reader *r, bool reports, qm_error *err)
{
    bool starts = is(r->line, "# document");
    if (!reports) {
        if (r->line.size == 0 || *(const char *)r->line.data == '#') return QM_OK;
        if (open_document(r, false) != QM_OK) return qm_fail_nomem(err);
        return add_piece(r, err);
    }
    if (starts) return open_document(r, true) == QM_OK ? QM_OK : qm_fail_nomem(err);
    if (r->line.size > 0 && *(const char *)r->line.data == '#') return QM_OK;
    if (r->line.size == 0) return r->open ? close_paragraph(r, err) : QM_OK;
    if (!r->open)
        return qm_fail_line(err, QM_E_SYNTAX, r->number, 1, "a report begins with '# document'");
    return add_piece(r, err);
}

int qm_labels_read(qm_labels *labels, const qm_labelled_text *text, qm_error *err)
{
    reader r = {.labels = labels};
    qm_bytes rest = text->text;
    size_t first = labels->documents.count;
    int status = QM_OK;
    labels->reports |= text->reports;
    while (status == QM_OK && next_line(&rest, &r.line)) {
        r.number++;
        status = read_line(&r, text->reports, err);
    }
    for (size_t i = first; i < labels->documents.count && status == QM_OK; i++)
        find_heads(labels, &labels->documents.at[i]);
    return status;
}

void qm_labels_free(qm_labels *labels)
{
    qm_array_free(labels->alloc, &labels->pool);
    qm_array_free(labels->alloc, &labels->pieces);
    qm_array_free(labels->alloc, &labels->documents);
}
