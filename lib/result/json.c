#include "result/json.h"

/* One document as one JSON object on one line: docs/jsonl.md. */

typedef qm_json json;

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

#define KEY(to, key) QM_PUT(to, ",\"" key "\":")

/* A unit as it is written in a text. */
static char *put_written(json *j, char *to, int dictionary, uint32_t code)
{
    qm_bytes name = {NULL, 0};
    qm_result_name(j->result, dictionary, code, &name);
    return name.size ? qm_put_text(&j->put, to, name, true) : QM_PUT(to, "null");
}

/* Nearly all names are short, and for those there is room. */
static inline char *put_name(json *j, char *to, int dictionary, uint32_t code)
{
    enum { SHORT = 32 };
    const qm_name_list *list = &j->result->names->list[dictionary];
    if (code >= list->count) return put_written(j, to, dictionary, code);
    const char *name = list->json.data + list->json_starts[code];
    size_t size = list->json_starts[code + 1] - list->json_starts[code];
    if (size <= SHORT) return memcpy(to, name, SHORT), to + size;
    return qm_put_bytes(qm_put_room(&j->put, to, size), name, size);
}
#define NAME(j, to, key, dictionary, code) put_name((j), KEY(to, key), (dictionary), (code))

/* places: those of j, or a copy that no byte written can change, as far as the compiler knows. */
static QM_ALWAYS_INLINE char *put_piece(json *j, const qm_places *places, char *to, uint32_t start,
                                        uint32_t end)
{
    qm_bytes text;
    if (!qm_places_span(places, start, end, &text)) return QM_PUT(to, "null");
    const char *behind = (const char *)places->text.data + places->text.size;
    if (text.size <= 16 && behind - (const char *)text.data >= 16)
        return qm_put_word(&j->put, to, text, !places->well_formed);
    return qm_put_text(&j->put, to, text, !places->well_formed);
}

static char *put_span(json *j, char *to, uint32_t start, uint32_t end)
{
    return put_piece(j, &j->places, to, start, end);
}
#define SPAN(j, to, key, start, end) put_span((j), KEY(to, key), (start), (end))

static char *put_value(char *to, const qm_value *value)
{
    if (!value->type) return QM_PUT(to, "null");
    if (value->type == QM_VALUE_NUMBER) return qm_put_value(to, value);
    *to++ = '"';
    to = qm_put_value(to, value);
    *to++ = '"';
    return to;
}
#define VALUE(to, key, value) put_value(KEY(to, key), (value))
#define NUMBER(to, key, number) qm_put_u32(KEY(to, key), (number))

/* Only rows that have flags speak of them. */
static char *put_flags(char *to, int table, uint32_t flags)
{
    if (!flags) return to;
    to = KEY(to, "flags");
    char mark = '[';
    const char *name;
    for (uint32_t i = 0; (name = qm_flag_name(table, i)); i++) {
        if (!(flags >> i & 1)) continue;
        *to++ = mark;
        *to++ = '"';
        to = qm_put_bytes(to, name, strlen(name));
        *to++ = '"';
        mark = ',';
    }
    return mark == '[' ? QM_PUT(to, "[]") : QM_PUT(to, "]");
}

/* {"start":S,"end":E,"text":"..." of every row; the caller goes on and closes it. Room is asked for
 * here, too: of a text that is another one than was analysed, a row may have no piece. Rows follow
 * one another in the text: the place that was written last is near the one to come. */
static QM_ALWAYS_INLINE char *begin_row(json *j, const qm_places *places, char *to,
                                        qm_counter *place, uint32_t start, uint32_t end)
{
    to = QM_PUT(qm_put_room(&j->put, to, 0), "{\"start\":");
    to = qm_put_counter(to, place, start);
    to = qm_put_counter(KEY(to, "end"), place, end);
    return put_piece(j, places, KEY(to, "text"), start, end);
}

static char *open_row(json *j, char *to, qm_counter *place, uint32_t start, uint32_t end)
{
    return begin_row(j, &j->places, to, place, start, end);
}
/* What follows the last row is not a comma: put_document takes it back. */
#define CLOSE_ROW(to) QM_PUT(to, "},")

/* ---- tables ---- */

static char *put_token_rest(json *j, char *to, uint8_t tag, uint8_t flags)
{
    if (tag) to = NAME(j, to, "tag", QM_DICT_TAGS, tag);
    return put_flags(to, QM_TOKENS, flags);
}

static char *put_tokens(json *j, char *to, int32_t i, int32_t end)
{
    qm_token_columns c = qm_token_columns_of(j->result);
    qm_counter place = qm_counter_at(0);
    const qm_places places = j->places;
    for (; i < end; i++) {
        if (c.flags[i] & QM_TOKEN_SPACE) continue; /* whoever wants blanks has the offsets */
        to = begin_row(j, &places, to, &place, c.start[i], c.end[i]);
        if (c.tag[i] | c.flags[i]) to = put_token_rest(j, to, c.tag[i], c.flags[i]);
        to = CLOSE_ROW(to);
    }
    return to;
}

static char *put_number_span(char *to, uint32_t start, uint32_t end)
{
    to = KEY(to, "number");
    if (start == QM_NONE) return QM_PUT(to, "null");
    to = qm_put_u32(QM_PUT(to, "{\"start\":"), start);
    to = NUMBER(to, "end", end);
    return QM_PUT(to, "}");
}

static char *put_soft(char *to, const qm_value *low, const qm_value *high)
{
    to = KEY(to, "soft");
    if (!low->type && !high->type) return QM_PUT(to, "null");
    to = put_value(QM_PUT(to, "{\"low\":"), low);
    to = VALUE(to, "high", high);
    return QM_PUT(to, "}");
}

static char *put_si(json *j, char *to, const qm_value *value, uint32_t unit)
{
    to = KEY(to, "si");
    if (!value->type) return QM_PUT(to, "null");
    to = put_value(QM_PUT(to, "{\"value\":"), value);
    to = NAME(j, to, "unit", QM_DICT_UNITS, unit);
    return QM_PUT(to, "}");
}

static char *put_quantities(json *j, char *to, int32_t i, int32_t end)
{
    qm_counter place = qm_counter_at(0);
    qm_quantity_columns c = qm_quantity_columns_of(j->result);
    for (; i < end; i++) {
        to = open_row(j, to, &place, c.start[i], c.end[i]);
        to = NAME(j, to, "kind", QM_DICT_QUANTITY_KINDS, c.kind[i]);
        to = VALUE(to, "low", &c.low[i]);
        to = VALUE(to, "high", &c.high[i]);
        to = NAME(j, to, "relation", QM_DICT_RELATIONS, c.relation[i]);
        to = NAME(j, to, "unit", QM_DICT_UNITS, c.unit[i]);
        to = NAME(j, to, "per", QM_DICT_UNITS, c.per[i]);
        to = SPAN(j, to, "counted", c.counted_start[i], c.counted_end[i]);
        to = put_number_span(to, c.number_start[i], c.number_end[i]);
        to = put_soft(to, &c.soft_low[i], &c.soft_high[i]);
        to = put_si(j, to, &c.si_value[i], c.si_unit[i]);
        if (c.rate[i]) to = NAME(j, to, "rate", QM_DICT_UNITS, c.rate[i]);
        if (c.header_unit[i]) to = NAME(j, to, "header_unit", QM_DICT_UNITS, c.header_unit[i]);
        to = put_flags(to, QM_QUANTITIES, c.flags[i]);
        to = CLOSE_ROW(to);
    }
    return to;
}

/* The measures of a document are in order of their initiatives: they are gone through once. */
static char *put_measures(json *j, char *to, uint32_t initiative)
{
    qm_measure_columns c = qm_measure_columns_of(j->result);
    to = KEY(to, "quantities");
    char mark = '[';
    int32_t at = j->measure;
    for (int32_t end = last_row(j, QM_MEASURES); at < end && c.initiative[at] == initiative; at++) {
        to = qm_put_room(&j->put, to, 0);
        *to++ = mark;
        to = qm_put_u32(to, c.quantity[at]);
        mark = ',';
    }
    j->measure = at;
    return mark == '[' ? QM_PUT(to, "[]") : QM_PUT(to, "]");
}

static char *put_score(char *to, int32_t score)
{
    to = KEY(to, "score");
    if (score < 0) *to++ = '-';
    return qm_put_u32(to, score < 0 ? 0 - (uint32_t)score : (uint32_t)score);
}

static char *put_initiatives(json *j, char *to, int32_t i, int32_t end)
{
    int32_t first = first_row(j, QM_INITIATIVES);
    qm_counter place = qm_counter_at(0);
    qm_initiative_columns c = qm_initiative_columns_of(j->result);
    for (; i < end; i++) {
        to = open_row(j, to, &place, c.start[i], c.end[i]);
        to = NAME(j, to, "type", QM_DICT_TYPES, c.type[i]);
        to = NAME(j, to, "group", QM_DICT_GROUPS, c.group[i]);
        to = NAME(j, to, "duty", QM_DICT_DUTIES, c.duty[i]);
        to = NAME(j, to, "status", QM_DICT_STATUSES, c.status[i]);
        to = SPAN(j, to, "trigger", c.trigger_start[i], c.trigger_end[i]);
        to = SPAN(j, to, "object", c.object_start[i], c.object_end[i]);
        if (has_table(j, QM_MEASURES)) to = put_measures(j, to, (uint32_t)(i - first));
        to = SPAN(j, to, "actor", c.actor_start[i], c.actor_end[i]);
        to = SPAN(j, to, "place", c.place_start[i], c.place_end[i]);
        to = SPAN(j, to, "time", c.time_start[i], c.time_end[i]);
        to = put_score(to, c.score[i]);
        to = NAME(j, to, "rule", QM_DICT_RULES, c.rule[i]);
        to = put_flags(to, QM_INITIATIVES, c.flags[i]);
        to = CLOSE_ROW(to);
    }
    return to;
}

static char *put_entities(json *j, char *to, int32_t i, int32_t end)
{
    int32_t first = first_row(j, QM_ENTITIES);
    qm_counter place = qm_counter_at(0);
    qm_entity_columns c = qm_entity_columns_of(j->result);
    for (; i < end; i++) {
        to = open_row(j, to, &place, c.start[i], c.end[i]);
        to = NAME(j, to, "kind", QM_DICT_ENTITY_KINDS, c.kind[i]);
        if (c.link[i] != QM_NONE && c.link[i] != (uint32_t)(i - first))
            to = NUMBER(to, "link", c.link[i]);
        to = CLOSE_ROW(to);
    }
    return to;
}

static char *put_clauses(json *j, char *to, int32_t i, int32_t end)
{
    qm_counter place = qm_counter_at(0);
    qm_clause_columns c = qm_clause_columns_of(j->result);
    for (; i < end; i++) {
        to = open_row(j, to, &place, c.start[i], c.end[i]);
        to = NAME(j, to, "role", QM_DICT_ROLES, c.role[i]);
        to = NUMBER(to, "sentence", c.sentence[i]);
        to = NUMBER(to, "paragraph", c.paragraph[i]);
        to = put_flags(to, QM_CLAUSES, c.flags[i]);
        to = CLOSE_ROW(to);
    }
    return to;
}

/* ---- the whole, in pieces ---- */

static const struct {
    int table;
    char *(*put)(json *j, char *to, int32_t first, int32_t end);
} tables[] = {
    {QM_TOKENS, put_tokens},     {QM_QUANTITIES, put_quantities}, {QM_INITIATIVES, put_initiatives},
    {QM_ENTITIES, put_entities}, {QM_CLAUSES, put_clauses},
};
enum {
    TABLES = sizeof tables / sizeof *tables,
    BLOCK = 64 /* rows between two looks at the size */
};

static char *open_document(json *j, char *to)
{
    to = qm_put_text(&j->put, QM_PUT(to, "{\"doc\":"), j->name, true);
    return NUMBER(to, "chars", j->places.count);
}

static char *open_table(json *j, char *to, int table)
{
    const char *key = qm_table_defs[table].name;
    to = qm_put_room(&j->put, to, 0);
    to = qm_put_bytes(QM_PUT(to, ",\""), key, strlen(key));
    j->inside = true;
    j->row = first_row(j, table);
    j->measure = first_row(j, QM_MEASURES);
    return QM_PUT(to, "\":[");
}

/* The rows of a table that are left, or as many as make the piece full. A piece ends before a comma
 * that the next one begins with: behind the last row there is none. */
static char *put_rows(json *j, char *to, size_t most)
{
    const int32_t end = last_row(j, tables[j->table].table);
    while (j->row < end && j->put.status == QM_OK) {
        int32_t stop = end - j->row > BLOCK ? j->row + BLOCK : end;
        to = tables[j->table].put(j, to, j->row, stop);
        j->row = stop;
        size_t size = (size_t)(to - j->put.out->data) - j->put.before;
        if (size >= most && stop < end && j->put.status == QM_OK && to[-1] == ',') break;
    }
    return to;
}

static char *put_piece_of(json *j, char *to, size_t most)
{
    if (j->table == 0 && !j->inside) to = open_document(j, to);
    for (; j->table < TABLES && j->put.status == QM_OK; j->table++) {
        int table = tables[j->table].table;
        if (!has_table(j, table)) continue;
        if (j->inside) *to++ = ',';
        else to = open_table(j, to, table);
        to = put_rows(j, to, most);
        if (j->put.status == QM_OK && j->row < last_row(j, table)) return to - 1;
        if (to[-1] == ',') to--;
        *to++ = ']';
        j->inside = false;
    }
    j->done = true;
    return QM_PUT(to, "}\n");
}

int qm_json_begin(qm_json *j, const qm_result *result, size_t document, qm_bytes text,
                  qm_bytes name, const qm_allocator *alloc, qm_error *err)
{
    *j = (qm_json){.result = result, .document = document, .name = name};
    int status = qm_places_init(&j->places, text, result->unit, qm_allocator_or_default(alloc));
    return status == QM_OK ? QM_OK : qm_fail_nomem(err);
}

int qm_json_next(qm_json *j, size_t most, qm_buffer *out, qm_error *err)
{
    char *to = qm_put_begin(&j->put, out);
    if (to) qm_put_end(&j->put, put_piece_of(j, to, most));
    return j->put.status == QM_OK ? QM_OK : qm_fail_nomem(err);
}

void qm_json_end(qm_json *j)
{
    qm_places_free(&j->places);
}

int qm_render_json(const qm_result *result, size_t document, qm_bytes text, qm_bytes name,
                   qm_buffer *out, qm_error *err)
{
    qm_json j;
    int status = qm_json_begin(&j, result, document, text, name, out->alloc, err);
    if (status == QM_OK) status = qm_json_next(&j, SIZE_MAX, out, err);
    qm_json_end(&j);
    return status;
}
