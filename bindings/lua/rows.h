/* Rows of a result as tables of Lua; part of qianmo.c, which alone is compiled. */
#ifndef QIANMO_LUA_ROWS_H
#define QIANMO_LUA_ROWS_H

#include "values.h"

enum { FIELDS_MAX = 16, TOKEN_SPACE = 2 /* in the column "flags" */ };

static const char *const table_names[] = {"tokens",  "quantities", "initiatives", "entities",
                                          "clauses", "measures",   NULL};

/* Number of a name in a list that ends with NULL; -1 when it is not there. */
static int find_name(const char *name, const char *const *names)
{
    for (int i = 0; name && names[i]; i++)
        if (strcmp(name, names[i]) == 0) return i;
    return -1;
}

static void find_column(lua_State *L, const qm_result *result, int table, const char *name,
                        qm_column *out)
{
    if (qm_result_find(result, table, name, out) != QM_OK)
        luaL_error(L, "%s have no column '%s'", table_names[table], name);
}

/* ---- fields ---- */

typedef enum field_kind {
    FIELD_NAME,   /* what a code stands for; nil for 0 */
    FIELD_VALUE,  /* a number or a date */
    FIELD_TEXT,   /* the text between two places */
    FIELD_PLACE,  /* start and stop of something within the row */
    FIELD_BOUNDS, /* two values */
    FIELD_SI,     /* a value and a unit */
    FIELD_INTEGER,
    FIELD_NUMBER,   /* a number that counts from 1 here */
    FIELD_MEASURES, /* numbers of the quantities of an initiative */
    FIELD_FLAGS
} field_kind;

typedef struct field {
    const char *key;
    field_kind kind;
    const char *first, *second; /* columns */
    const char *flags[7];
} field;

/* The same keys and the same names as in docs/jsonl.md. */
static const field token_fields[] = {
    {"tag", FIELD_NAME, "tag", NULL, {NULL}},
    {"flags", FIELD_FLAGS, "flags", NULL, {"ill_formed", "space", "colocated", "user"}},
    {NULL, FIELD_NAME, NULL, NULL, {NULL}}};
static const field quantity_fields[] = {
    {"kind", FIELD_NAME, "kind", NULL, {NULL}},
    {"low", FIELD_VALUE, "low", NULL, {NULL}},
    {"high", FIELD_VALUE, "high", NULL, {NULL}},
    {"relation", FIELD_NAME, "relation", NULL, {NULL}},
    {"unit", FIELD_NAME, "unit", NULL, {NULL}},
    {"per", FIELD_NAME, "per", NULL, {NULL}},
    {"counted", FIELD_TEXT, "counted_start", "counted_end", {NULL}},
    {"number", FIELD_PLACE, "number_start", "number_end", {NULL}},
    {"soft", FIELD_BOUNDS, "soft_low", "soft_high", {NULL}},
    {"si", FIELD_SI, "si_value", "si_unit", {NULL}},
    {"rate", FIELD_NAME, "rate", NULL, {NULL}},
    {"header_unit", FIELD_NAME, "header_unit", NULL, {NULL}},
    {"flags",
     FIELD_FLAGS,
     "flags",
     NULL,
     {"overflow", "scale_inherited", "indefinite", "recent", "optional"}},
    {NULL, FIELD_NAME, NULL, NULL, {NULL}}};
static const field initiative_fields[] = {
    {"type", FIELD_NAME, "type", NULL, {NULL}},
    {"group", FIELD_NAME, "group", NULL, {NULL}},
    {"duty", FIELD_NAME, "duty", NULL, {NULL}},
    {"status", FIELD_NAME, "status", NULL, {NULL}},
    {"trigger", FIELD_TEXT, "trigger_start", "trigger_end", {NULL}},
    {"object", FIELD_TEXT, "object_start", "object_end", {NULL}},
    {"quantities", FIELD_MEASURES, NULL, NULL, {NULL}},
    {"actor", FIELD_TEXT, "actor_start", "actor_end", {NULL}},
    {"place", FIELD_TEXT, "place_start", "place_end", {NULL}},
    {"time", FIELD_TEXT, "time_start", "time_end", {NULL}},
    {"score", FIELD_INTEGER, "score", NULL, {NULL}},
    {"rule", FIELD_NAME, "rule", NULL, {NULL}},
    {"flags",
     FIELD_FLAGS,
     "flags",
     NULL,
     {"negated", "hypothetical", "exhorted", "others", "learnt", "listed"}},
    {NULL, FIELD_NAME, NULL, NULL, {NULL}}};
static const field entity_fields[] = {{"kind", FIELD_NAME, "kind", NULL, {NULL}},
                                      {"link", FIELD_NUMBER, "link", NULL, {NULL}},
                                      {NULL, FIELD_NAME, NULL, NULL, {NULL}}};
static const field clause_fields[] = {
    {"role", FIELD_NAME, "role", NULL, {NULL}},
    {"sentence", FIELD_NUMBER, "sentence", NULL, {NULL}},
    {"paragraph", FIELD_NUMBER, "paragraph", NULL, {NULL}},
    {"flags",
     FIELD_FLAGS,
     "flags",
     NULL,
     {"ends_sentence", "ends_semicolon", "ends_colon", "table_header", "in_quotes"}},
    {NULL, FIELD_NAME, NULL, NULL, {NULL}}};
static const field *const table_fields[] = {token_fields, quantity_fields, initiative_fields,
                                            entity_fields, clause_fields};

/* The columns of one table; the result and the text must be kept by whoever holds a view. */
typedef struct view {
    const qm_result *result;
    const char *text;
    size_t size;
    int table;
    bool measures;
    int64_t next, length;
    const field *fields;
    qm_column start, end, first[FIELDS_MAX], second[FIELDS_MAX];
} view;

static void view_init(lua_State *L, view *v, const qm_result *result, int table)
{
    *v = (view){.result = result, .table = table, .fields = table_fields[table]};
    find_column(L, result, table, "start", &v->start);
    find_column(L, result, table, "end", &v->end);
    v->length = v->start.length;
    for (int i = 0; v->fields[i].key; i++) {
        const field *f = &v->fields[i];
        if (f->first) find_column(L, result, table, f->first, &v->first[i]);
        if (f->second) find_column(L, result, table, f->second, &v->second[i]);
    }
}

static int64_t cell(const qm_column *column, int64_t row)
{
    switch (column->type) {
    case QM_TYPE_U8: return ((const uint8_t *)column->data)[row];
    case QM_TYPE_U16: return ((const uint16_t *)column->data)[row];
    case QM_TYPE_U32: return ((const uint32_t *)column->data)[row];
    case QM_TYPE_I32: return ((const int32_t *)column->data)[row];
    default: return 0;
    }
}

static const qm_value *value_cell(const qm_column *column, int64_t row)
{
    return (const qm_value *)column->data + row;
}

static void push_name(lua_State *L, const view *v, const qm_column *column, int64_t row)
{
    qm_bytes name = {NULL, 0};
    qm_result_name(v->result, column->dictionary, (uint32_t)cell(column, row), &name);
    if (name.size) lua_pushlstring(L, name.data, name.size);
    else lua_pushnil(L);
}

static void push_text(lua_State *L, const view *v, int64_t start, int64_t end)
{
    if (start <= end && end <= (int64_t)v->size)
        lua_pushlstring(L, v->text + start, (size_t)(end - start));
    else lua_pushnil(L);
}

static void push_place(lua_State *L, int64_t start, int64_t end)
{
    if (start == QM_NONE) {
        lua_pushnil(L);
        return;
    }
    lua_createtable(L, 0, 2);
    set_integer(L, "start", start + 1);
    set_integer(L, "stop", end);
}

static void push_bounds(lua_State *L, const qm_value *low, const qm_value *high)
{
    if (!low->type && !high->type) {
        lua_pushnil(L);
        return;
    }
    lua_createtable(L, 0, 2);
    push_value(L, low);
    lua_setfield(L, -2, "low");
    push_value(L, high);
    lua_setfield(L, -2, "high");
}

static void push_si(lua_State *L, const view *v, int number, int64_t row)
{
    const qm_value *value = value_cell(&v->first[number], row);
    if (!value->type) {
        lua_pushnil(L);
        return;
    }
    lua_createtable(L, 0, 2);
    push_value(L, value);
    lua_setfield(L, -2, "value");
    push_name(L, v, &v->second[number], row);
    lua_setfield(L, -2, "unit");
}

/* Measures are in order of their initiatives. */
static void push_measures(lua_State *L, const view *v, int64_t row)
{
    qm_column initiative, quantity;
    if (!v->measures) {
        lua_pushnil(L);
        return;
    }
    find_column(L, v->result, QM_MEASURES, "initiative", &initiative);
    find_column(L, v->result, QM_MEASURES, "quantity", &quantity);
    int64_t low = 0, high = initiative.length;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (cell(&initiative, middle) < row) low = middle + 1;
        else high = middle;
    }
    lua_newtable(L);
    for (int count = 1; low < initiative.length && cell(&initiative, low) == row; low++) {
        lua_pushinteger(L, (lua_Integer)cell(&quantity, low) + 1);
        lua_rawseti(L, -2, count++);
    }
}

static void push_flags(lua_State *L, const char *const *names, int64_t flags)
{
    int count = 0;
    if (flags == 0) {
        lua_pushnil(L);
        return;
    }
    lua_newtable(L);
    for (int i = 0; names[i]; i++) {
        if (!(flags >> i & 1)) continue;
        lua_pushstring(L, names[i]);
        lua_rawseti(L, -2, ++count);
    }
}

static void push_field(lua_State *L, const view *v, int number, int64_t row)
{
    const field *f = &v->fields[number];
    const qm_column *first = &v->first[number], *second = &v->second[number];
    switch (f->kind) {
    case FIELD_NAME: push_name(L, v, first, row); break;
    case FIELD_VALUE: push_value(L, value_cell(first, row)); break;
    case FIELD_TEXT: push_text(L, v, cell(first, row), cell(second, row)); break;
    case FIELD_PLACE: push_place(L, cell(first, row), cell(second, row)); break;
    case FIELD_BOUNDS: push_bounds(L, value_cell(first, row), value_cell(second, row)); break;
    case FIELD_SI: push_si(L, v, number, row); break;
    case FIELD_INTEGER: lua_pushinteger(L, (lua_Integer)cell(first, row)); break;
    case FIELD_NUMBER:
        /* A first mention links to itself or to none: the row has nothing to say. */
        if (cell(first, row) == QM_NONE || (v->table == QM_ENTITIES && cell(first, row) == row))
            lua_pushnil(L);
        else lua_pushinteger(L, (lua_Integer)cell(first, row) + 1);
        break;
    case FIELD_MEASURES: push_measures(L, v, row); break;
    case FIELD_FLAGS: push_flags(L, f->flags, cell(first, row)); break;
    }
}

/* Pushes the next row, or returns false. Blanks are no rows, as in JSON. */
static bool push_row(lua_State *L, view *v)
{
    const qm_column *token_flags = &v->first[1];
    while (v->table == QM_TOKENS && v->next < v->length && cell(token_flags, v->next) & TOKEN_SPACE)
        v->next++;
    if (v->next >= v->length) return false;
    int64_t row = v->next++, start = cell(&v->start, row), end = cell(&v->end, row);
    lua_createtable(L, 0, v->table == QM_TOKENS ? 3 : 12);
    set_integer(L, "start", start + 1);
    set_integer(L, "stop", end);
    push_text(L, v, start, end);
    lua_setfield(L, -2, "text");
    for (int i = 0; v->fields[i].key; i++) {
        push_field(L, v, i, row);
        lua_setfield(L, -2, v->fields[i].key);
    }
    return true;
}

#endif
