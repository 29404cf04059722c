#include "result/result.h"
#include "result/writer.h"

/* One document as one JSON object on one line: docs/jsonl.md. */

typedef struct json {
    qm_writer w;
    const qm_result *result;
    size_t document;
    qm_places places;
} json;

static int32_t first_row(const json *j, int table)
{
    return j->result->offsets[table][j->document];
}

static int32_t last_row(const json *j, int table)
{
    return j->result->offsets[table][j->document + 1];
}

static bool has_table(const json *j, int table)
{
    return j->result->tables >> table & 1;
}

/* ---- values ---- */

static const char *escape_of(uint8_t c)
{
    switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    case '\b': return "\\b";
    case '\f': return "\\f";
    default: return NULL;
    }
}

static void write_control(qm_writer *w, uint8_t c)
{
    static const char hex[] = "0123456789abcdef";
    char code[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
    qm_write(w, code, sizeof code);
}

/* Valid JSON whatever the bytes: ill-formed pieces become U+FFFD. */
static void write_text(qm_writer *w, qm_bytes text)
{
    const uint8_t *p = text.data;
    size_t from = 0;
    qm_write(w, "\"", 1);
    for (size_t at = 0; at < text.size;) {
        bool well = true;
        uint32_t bytes = 1;
        if (p[at] >= 0x80) bytes = qm_utf8_step(p + at, text.size - at, &well);
        const char *escape = bytes == 1 && well ? escape_of(p[at]) : NULL;
        if (well && !escape && p[at] >= 0x20) {
            at += bytes;
            continue;
        }
        qm_write(w, p + from, at - from);
        if (!well) qm_write_string(w, "\xEF\xBF\xBD");
        else if (escape) qm_write_string(w, escape);
        else write_control(w, p[at]);
        at += bytes;
        from = at;
    }
    if (from < text.size) qm_write(w, p + from, text.size - from);
    qm_write(w, "\"", 1);
}

static void write_key(json *j, const char *key)
{
    qm_write(&j->w, ",\"", 2);
    qm_write_string(&j->w, key);
    qm_write(&j->w, "\":", 2);
}

static void write_name(json *j, const char *key, int dictionary, uint32_t code)
{
    qm_bytes name = {NULL, 0};
    write_key(j, key);
    qm_result_name(j->result, dictionary, code, &name);
    if (name.size) write_text(&j->w, name);
    else qm_write_string(&j->w, "null");
}

static void write_span(json *j, const char *key, uint32_t start, uint32_t end)
{
    qm_bytes text;
    write_key(j, key);
    if (qm_places_span(&j->places, start, end, &text)) write_text(&j->w, text);
    else qm_write_string(&j->w, "null");
}

static void write_value(json *j, const qm_value *value)
{
    char text[48];
    size_t n = qm_value_text(value, text, sizeof text);
    bool quoted = value->type == QM_VALUE_DATE || value->type == QM_VALUE_TIME;
    if (n == 0) {
        qm_write_string(&j->w, "null");
        return;
    }
    if (quoted) qm_write(&j->w, "\"", 1);
    qm_write(&j->w, text, n);
    if (quoted) qm_write(&j->w, "\"", 1);
}

static void write_value_key(json *j, const char *key, const qm_value *value)
{
    write_key(j, key);
    write_value(j, value);
}

static void write_number_key(json *j, const char *key, uint32_t number)
{
    write_key(j, key);
    qm_write_u32(&j->w, number);
}

/* Only rows that have flags speak of them. */
static void write_flags(json *j, uint32_t flags, const char *const *names, size_t n)
{
    if (flags == 0) return;
    write_key(j, "flags");
    char mark = '[';
    for (size_t i = 0; i < n; i++) {
        if (!(flags >> i & 1)) continue;
        qm_write(&j->w, &mark, 1);
        qm_write(&j->w, "\"", 1);
        qm_write_string(&j->w, names[i]);
        qm_write(&j->w, "\"", 1);
        mark = ',';
    }
    qm_write_string(&j->w, mark == '[' ? "[]" : "]");
}

/* {"start":S,"end":E,"text":"..." of every row; the caller goes on and closes it. */
static void open_row(json *j, bool first, uint32_t start, uint32_t end)
{
    qm_write_string(&j->w, first ? "{\"start\":" : ",{\"start\":");
    qm_write_u32(&j->w, start);
    write_number_key(j, "end", end);
    write_span(j, "text", start, end);
}

#define WRITE_FLAGS(j, flags, names) \
    write_flags((j), (flags), (names), sizeof(names) / sizeof *(names))

/* ---- tables ---- */

static void write_tokens(json *j)
{
    static const char *const flags[] = {"ill_formed", "space", "colocated", "user"};
    bool first = true;
    for (int32_t i = first_row(j, QM_TOKENS); i < last_row(j, QM_TOKENS); i++) {
        qm_token_row row;
        qm_result_row(j->result, QM_TOKENS, i, &row);
        if (row.flags & QM_TOKEN_SPACE) continue; /* whoever wants blanks has the offsets */
        open_row(j, first, row.start, row.end);
        if (row.tag) write_name(j, "tag", QM_DICT_TAGS, row.tag);
        WRITE_FLAGS(j, row.flags, flags);
        qm_write(&j->w, "}", 1);
        first = false;
    }
}

static void write_pair(json *j, const char *key, const char *left, const qm_value *a,
                       const char *right, const qm_value *b)
{
    write_key(j, key);
    qm_write_string(&j->w, left);
    write_value(j, a);
    qm_write_string(&j->w, right);
    write_value(j, b);
    qm_write(&j->w, "}", 1);
}

static void write_quantity_extras(json *j, const qm_quantity_row *row)
{
    static const char *const flags[] = {"overflow", "scale_inherited", "indefinite", "recent",
                                        "optional"};
    write_key(j, "number");
    if (row->number_start == QM_NONE) {
        qm_write_string(&j->w, "null");
    } else {
        qm_write_string(&j->w, "{\"start\":");
        qm_write_u32(&j->w, row->number_start);
        write_number_key(j, "end", row->number_end);
        qm_write(&j->w, "}", 1);
    }
    if (row->soft_low.type || row->soft_high.type) {
        write_pair(j, "soft", "{\"low\":", &row->soft_low, ",\"high\":", &row->soft_high);
    } else {
        write_key(j, "soft");
        qm_write_string(&j->w, "null");
    }
    write_key(j, "si");
    if (row->si_value.type) {
        qm_write_string(&j->w, "{\"value\":");
        write_value(j, &row->si_value);
        write_name(j, "unit", QM_DICT_UNITS, row->si_unit);
        qm_write(&j->w, "}", 1);
    } else {
        qm_write_string(&j->w, "null");
    }
    if (row->rate) write_name(j, "rate", QM_DICT_UNITS, row->rate);
    if (row->header_unit) write_name(j, "header_unit", QM_DICT_UNITS, row->header_unit);
    WRITE_FLAGS(j, row->flags, flags);
}

static void write_quantities(json *j)
{
    int32_t first = first_row(j, QM_QUANTITIES);
    for (int32_t i = first; i < last_row(j, QM_QUANTITIES); i++) {
        qm_quantity_row row;
        qm_result_row(j->result, QM_QUANTITIES, i, &row);
        open_row(j, i == first, row.start, row.end);
        write_name(j, "kind", QM_DICT_QUANTITY_KINDS, row.kind);
        write_value_key(j, "low", &row.low);
        write_value_key(j, "high", &row.high);
        write_name(j, "relation", QM_DICT_RELATIONS, row.relation);
        write_name(j, "unit", QM_DICT_UNITS, row.unit);
        write_name(j, "per", QM_DICT_UNITS, row.per);
        write_span(j, "counted", row.counted_start, row.counted_end);
        write_quantity_extras(j, &row);
        qm_write(&j->w, "}", 1);
    }
}

/* The measures of a document are in order of their initiatives: *at goes through them once. */
static void write_measures(json *j, uint32_t initiative, int32_t *at)
{
    const uint32_t *owner = j->result->columns[QM_MEASURES][0];
    const uint32_t *quantity = j->result->columns[QM_MEASURES][1];
    write_key(j, "quantities");
    char mark = '[';
    for (; *at < last_row(j, QM_MEASURES) && owner[*at] == initiative; ++*at) {
        qm_write(&j->w, &mark, 1);
        qm_write_u32(&j->w, quantity[*at]);
        mark = ',';
    }
    qm_write_string(&j->w, mark == '[' ? "[]" : "]");
}

static void write_score(json *j, int32_t score)
{
    write_key(j, "score");
    if (score < 0) qm_write(&j->w, "-", 1);
    qm_write_u32(&j->w, score < 0 ? 0 - (uint32_t)score : (uint32_t)score);
}

static void write_initiatives(json *j)
{
    static const char *const flags[] = {"negated", "hypothetical", "exhorted",
                                        "others",  "learnt",       "listed"};
    int32_t first = first_row(j, QM_INITIATIVES), measure = first_row(j, QM_MEASURES);
    for (int32_t i = first; i < last_row(j, QM_INITIATIVES); i++) {
        qm_initiative_row row;
        qm_result_row(j->result, QM_INITIATIVES, i, &row);
        open_row(j, i == first, row.start, row.end);
        write_name(j, "type", QM_DICT_TYPES, row.type);
        write_name(j, "group", QM_DICT_GROUPS, row.group);
        write_name(j, "duty", QM_DICT_DUTIES, row.duty);
        write_name(j, "status", QM_DICT_STATUSES, row.status);
        write_span(j, "trigger", row.trigger_start, row.trigger_end);
        write_span(j, "object", row.object_start, row.object_end);
        if (has_table(j, QM_MEASURES)) write_measures(j, (uint32_t)(i - first), &measure);
        write_span(j, "actor", row.actor_start, row.actor_end);
        write_span(j, "place", row.place_start, row.place_end);
        write_span(j, "time", row.time_start, row.time_end);
        write_score(j, row.score);
        write_name(j, "rule", QM_DICT_RULES, row.rule);
        WRITE_FLAGS(j, row.flags, flags);
        qm_write(&j->w, "}", 1);
    }
}

static void write_entities(json *j)
{
    int32_t first = first_row(j, QM_ENTITIES);
    for (int32_t i = first; i < last_row(j, QM_ENTITIES); i++) {
        qm_entity_row row;
        qm_result_row(j->result, QM_ENTITIES, i, &row);
        open_row(j, i == first, row.start, row.end);
        write_name(j, "kind", QM_DICT_ENTITY_KINDS, row.kind);
        if (row.link != QM_NONE && row.link != (uint32_t)(i - first))
            write_number_key(j, "link", row.link);
        qm_write(&j->w, "}", 1);
    }
}

static void write_clauses(json *j)
{
    static const char *const flags[] = {"ends_sentence", "ends_semicolon", "ends_colon",
                                        "table_header", "in_quotes"};
    int32_t first = first_row(j, QM_CLAUSES);
    for (int32_t i = first; i < last_row(j, QM_CLAUSES); i++) {
        qm_clause_row row;
        qm_result_row(j->result, QM_CLAUSES, i, &row);
        open_row(j, i == first, row.start, row.end);
        write_name(j, "role", QM_DICT_ROLES, row.role);
        write_number_key(j, "sentence", row.sentence);
        write_number_key(j, "paragraph", row.paragraph);
        WRITE_FLAGS(j, row.flags, flags);
        qm_write(&j->w, "}", 1);
    }
}

int qm_render_json(const qm_result *result, size_t document, qm_bytes text, qm_bytes name,
                   qm_buffer *out, qm_error *err)
{
    static const struct {
        int table;
        void (*write)(json *j);
    } tables[] = {
        {QM_TOKENS, write_tokens},           {QM_QUANTITIES, write_quantities},
        {QM_INITIATIVES, write_initiatives}, {QM_ENTITIES, write_entities},
        {QM_CLAUSES, write_clauses},
    };
    json j = {.w = {out, QM_OK}, .result = result, .document = document};
    j.w.status = qm_places_init(&j.places, text, result->unit, qm_allocator_or_default(out->alloc));
    qm_write_string(&j.w, "{\"doc\":");
    write_text(&j.w, name);
    write_number_key(&j, "chars", j.places.count);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        if (!has_table(&j, tables[i].table)) continue;
        write_key(&j, qm_table_defs[tables[i].table].name);
        qm_write(&j.w, "[", 1);
        tables[i].write(&j);
        qm_write(&j.w, "]", 1);
    }
    qm_write(&j.w, "}\n", 2);
    qm_places_free(&j.places);
    return j.w.status == QM_OK ? QM_OK : qm_fail_nomem(err);
}
