/* Rows of a result as tables of Lua; part of qianmo.c, which alone is compiled. */
#ifndef QIANMO_LUA_ROWS_H
#define QIANMO_LUA_ROWS_H

#include "../fields.h"
#include "values.h"

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
    *v = (view){.result = result, .table = table, .fields = fields_of_table[table]};
    find_column(L, result, table, "start", &v->start);
    find_column(L, result, table, "end", &v->end);
    v->length = v->start.length;
    for (int i = 0; v->fields[i].key; i++) {
        const field *f = &v->fields[i];
        if (f->first) find_column(L, result, table, f->first, &v->first[i]);
        if (f->second) find_column(L, result, table, f->second, &v->second[i]);
    }
}

static const qm_value *value_cell(const qm_column *column, int64_t row)
{
    return (const qm_value *)column->data + row;
}

static void push_name(lua_State *L, const view *v, const qm_column *column, int64_t row)
{
    qm_bytes name = {NULL, 0};
    qm_result_name(v->result, column->dictionary, (uint32_t)field_cell(column, row), &name);
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

static void push_measures(lua_State *L, const view *v, int64_t row)
{
    qm_column initiative, quantity;
    if (!v->measures) {
        lua_pushnil(L);
        return;
    }
    find_column(L, v->result, QM_MEASURES, "initiative", &initiative);
    find_column(L, v->result, QM_MEASURES, "quantity", &quantity);
    int64_t at = field_first_measure(&initiative, 0, initiative.length, row);
    lua_newtable(L);
    for (int count = 1; at < initiative.length && field_cell(&initiative, at) == row; at++) {
        lua_pushinteger(L, (lua_Integer)field_cell(&quantity, at) + 1);
        lua_rawseti(L, -2, count++);
    }
}

static void push_flags(lua_State *L, int table, int64_t flags)
{
    const char *name;
    int count = 0;
    if (flags == 0) {
        lua_pushnil(L);
        return;
    }
    lua_newtable(L);
    for (uint32_t i = 0; (name = qm_flag_name(table, i)); i++) {
        if (!(flags >> i & 1)) continue;
        lua_pushstring(L, name);
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
    case FIELD_TEXT: push_text(L, v, field_cell(first, row), field_cell(second, row)); break;
    case FIELD_PLACE: push_place(L, field_cell(first, row), field_cell(second, row)); break;
    case FIELD_BOUNDS: push_bounds(L, value_cell(first, row), value_cell(second, row)); break;
    case FIELD_SI: push_si(L, v, number, row); break;
    case FIELD_INTEGER: lua_pushinteger(L, (lua_Integer)field_cell(first, row)); break;
    case FIELD_ROW: /* rows are counted from 1 here */
        if (!field_links(v->table, field_cell(first, row), row)) lua_pushnil(L);
        else lua_pushinteger(L, (lua_Integer)field_cell(first, row) + 1);
        break;
    case FIELD_MEASURES: push_measures(L, v, row); break;
    case FIELD_FLAGS: push_flags(L, v->table, field_cell(first, row)); break;
    }
}

/* Pushes the next row, or returns false. Blanks are no rows, as in JSON. */
static bool push_row(lua_State *L, view *v)
{
    const qm_column *token_flags = &v->first[1];
    while (v->table == QM_TOKENS && v->next < v->length &&
           field_cell(token_flags, v->next) & QM_TOKEN_SPACE)
        v->next++;
    if (v->next >= v->length) return false;
    int64_t row = v->next++, start = field_cell(&v->start, row), end = field_cell(&v->end, row);
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
