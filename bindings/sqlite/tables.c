/* qianmo_quantities(text), qianmo_initiatives(text), qianmo_entities(text): the rows of a text.
 *
 *     SELECT r.name, q.text, q.low, q.unit FROM reports AS r, qianmo_quantities(r.body) AS q;
 *
 * Names and values are those of docs/jsonl.md: places count characters from 0, the end exclusive,
 * and rowid is the number of the row, from 0. */
#include "binding.h"

#include "../fields.h"

#include <string.h>

typedef struct table_def {
    const char *name;
    int table;
    int64_t tables; /* that the analysis makes for it */
} table_def;

static const table_def table_defs[] = {
    {"qianmo_quantities", QM_QUANTITIES, 1 << QM_QUANTITIES},
    {"qianmo_initiatives", QM_INITIATIVES,
     1 << QM_INITIATIVES | 1 << QM_QUANTITIES | 1 << QM_MEASURES},
    {"qianmo_entities", QM_ENTITIES, 1 << QM_ENTITIES},
};

/* A column of SQL: what is an object in JSON is two of them, named after the library's. */
typedef struct cell {
    const char *name;
    field_kind kind;
    const char *first, *second; /* columns of the result */
} cell;

enum { CELLS_MAX = 24 };

typedef struct vtab {
    sqlite3_vtab base;
    const table_def *def;
    cell cells[CELLS_MAX];
    int n_cells; /* and the number of the hidden column, the document */
    qm_engine *engine;
    qm_analyzer *analyzer;
} vtab;

typedef struct cursor {
    sqlite3_vtab_cursor base;
    qm_result *result;
    char *text;
    size_t size;
    uint32_t *characters; /* before each byte of the text; made when first asked for */
    int64_t row, rows;
    qm_column first[CELLS_MAX], second[CELLS_MAX], initiative, quantity;
} cursor;

/* ---- columns ---- */

static void add_cell(vtab *t, const char *name, field_kind kind, const char *first,
                     const char *second)
{
    t->cells[t->n_cells++] = (cell){name, kind, first, second};
}

static void add_field(vtab *t, const field *f)
{
    switch (f->kind) {
    case FIELD_PLACE:
        add_cell(t, f->first, FIELD_PLACE, f->first, NULL);
        add_cell(t, f->second, FIELD_PLACE, f->second, NULL);
        break;
    case FIELD_BOUNDS:
        add_cell(t, f->first, FIELD_VALUE, f->first, NULL);
        add_cell(t, f->second, FIELD_VALUE, f->second, NULL);
        break;
    case FIELD_SI:
        add_cell(t, f->first, FIELD_VALUE, f->first, NULL);
        add_cell(t, f->second, FIELD_NAME, f->second, NULL);
        break;
    default: add_cell(t, f->key, f->kind, f->first, f->second);
    }
}

static void add_fields(vtab *t)
{
    add_cell(t, "start", FIELD_PLACE, "start", NULL);
    add_cell(t, "end", FIELD_PLACE, "end", NULL);
    add_cell(t, "text", FIELD_TEXT, "start", "end");
    for (const field *f = fields_of_table[t->def->table]; f->key; f++) add_field(t, f);
}

/* Numbers have no declared type: they keep the one they come with. */
static const char *type_of(field_kind kind)
{
    switch (kind) {
    case FIELD_VALUE: return "";
    case FIELD_PLACE:
    case FIELD_INTEGER:
    case FIELD_ROW: return " INTEGER";
    default: return " TEXT";
    }
}

static int declare(sqlite3 *db, const vtab *t)
{
    sqlite3_str *schema = sqlite3_str_new(db);
    sqlite3_str_appendall(schema, "CREATE TABLE x(");
    for (int i = 0; i < t->n_cells; i++)
        sqlite3_str_appendf(schema, "\"%w\"%s, ", t->cells[i].name, type_of(t->cells[i].kind));
    sqlite3_str_appendall(schema, "document HIDDEN)");
    int code = sqlite3_str_errcode(schema);
    char *text = sqlite3_str_finish(schema);
    if (code == SQLITE_OK) code = sqlite3_declare_vtab(db, text);
    sqlite3_free(text);
    return code;
}

/* ---- the module ---- */

static int vtab_disconnect(sqlite3_vtab *base)
{
    vtab *t = (vtab *)base;
    qm_analyzer_free(t->analyzer);
    qm_engine_unref(t->engine);
    sqlite3_free(t);
    return SQLITE_OK;
}

static int vtab_init(vtab *t, qm_error *err)
{
    const qm_setting settings[] = {{QM_P_TABLES, 0, t->def->tables}};
    qm_model *model = NULL;
    int status = qm_model_builtin(&model, err);
    if (status == QM_OK)
        status = qm_engine_new(&t->engine, &model, 1, settings, 1, &sqlite_allocator, err);
    if (status == QM_OK) status = qm_analyzer_new(&t->analyzer, t->engine, &sqlite_allocator, err);
    qm_model_unref(model);
    return status;
}

static int vtab_connect(sqlite3 *db, void *context, int count, const char *const *arguments,
                        sqlite3_vtab **out, char **message)
{
    qm_error err = {0};
    (void)count;
    (void)arguments;
    vtab *t = sqlite3_malloc64(sizeof *t);
    if (!t) return SQLITE_NOMEM;
    memset(t, 0, sizeof *t);
    t->def = context;
    add_fields(t);
    int code = declare(db, t);
    if (code != SQLITE_OK) {
        vtab_disconnect(&t->base);
        return code;
    }
    sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    int status = vtab_init(t, &err);
    if (status == QM_OK) {
        *out = &t->base;
        return SQLITE_OK;
    }
    *message = sqlite3_mprintf("%s", err.message);
    vtab_disconnect(&t->base);
    return sqlite_code(status);
}

/* The document must be given: it is the argument of the function. */
static int vtab_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    const vtab *t = (const vtab *)base;
    bool wanted = false;
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].iColumn != t->n_cells ||
            info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        wanted = true;
        if (!info->aConstraint[i].usable) continue;
        info->aConstraintUsage[i].argvIndex = 1;
        info->aConstraintUsage[i].omit = 1;
        info->idxNum = 1;
        info->estimatedCost = 1000;
        info->estimatedRows = 25;
        return SQLITE_OK;
    }
    info->estimatedCost = 1e12;
    return wanted ? SQLITE_CONSTRAINT : SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *base)
{
    cursor *c = (cursor *)base;
    qm_result_unref(c->result);
    sqlite3_free(c->text);
    sqlite3_free(c->characters);
    sqlite3_free(c);
    return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
    (void)base;
    cursor *c = sqlite3_malloc64(sizeof *c);
    if (!c) return SQLITE_NOMEM;
    memset(c, 0, sizeof *c);
    int status = qm_result_new(&c->result, &sqlite_allocator, NULL);
    if (status == QM_OK) *out = &c->base;
    else cursor_close(&c->base);
    return sqlite_code(status);
}

static int find_columns(cursor *c, const vtab *t)
{
    int table = t->def->table;
    int status = qm_result_find(c->result, QM_MEASURES, "initiative", &c->initiative);
    if (status == QM_OK) status = qm_result_find(c->result, QM_MEASURES, "quantity", &c->quantity);
    for (int i = 0; status == QM_OK && i < t->n_cells; i++) {
        const cell *own = &t->cells[i];
        if (own->first) status = qm_result_find(c->result, table, own->first, &c->first[i]);
        if (status == QM_OK && own->second)
            status = qm_result_find(c->result, table, own->second, &c->second[i]);
    }
    c->rows = c->first[0].length;
    return sqlite_code(status);
}

static int cursor_fail(cursor *c, int status, const qm_error *err)
{
    sqlite3_free(c->base.pVtab->zErrMsg);
    c->base.pVtab->zErrMsg = sqlite3_mprintf("%s", err->message);
    return sqlite_code(status);
}

static int cursor_filter(sqlite3_vtab_cursor *base, int plan, const char *name, int count,
                         sqlite3_value **arguments)
{
    cursor *c = (cursor *)base;
    const vtab *t = (const vtab *)base->pVtab;
    qm_error err = {0};
    (void)name;
    c->row = c->rows = 0;
    sqlite3_free(c->characters);
    sqlite3_free(c->text);
    c->characters = NULL;
    c->text = NULL;
    if (!plan || count < 1 || sqlite3_value_type(arguments[0]) == SQLITE_NULL) return SQLITE_OK;
    const unsigned char *text = sqlite3_value_text(arguments[0]);
    if (!text) return SQLITE_NOMEM;
    c->size = (size_t)sqlite3_value_bytes(arguments[0]);
    c->text = sqlite3_malloc64(c->size + 1);
    if (!c->text) return SQLITE_NOMEM;
    memcpy(c->text, text, c->size);
    int status = qm_analyze(t->analyzer, c->text, c->size, c->result, &err);
    return status == QM_OK ? find_columns(c, t) : cursor_fail(c, status, &err);
}

static int cursor_next(sqlite3_vtab_cursor *base)
{
    ((cursor *)base)->row++;
    return SQLITE_OK;
}

static int cursor_eof(sqlite3_vtab_cursor *base)
{
    const cursor *c = (const cursor *)base;
    return c->row >= c->rows;
}

static int cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
    *rowid = ((const cursor *)base)->row;
    return SQLITE_OK;
}

/* ---- cells ---- */

static void give_place(sqlite3_context *context, cursor *c, int64_t byte)
{
    if (byte > (int64_t)c->size) return; /* none */
    if (!c->characters) {
        c->characters = sqlite3_malloc64((c->size + 1) * sizeof *c->characters);
        if (!c->characters) {
            sqlite3_result_error_nomem(context);
            return;
        }
        for (size_t i = 0; i <= c->size; i++) c->characters[i] = (uint32_t)i;
        qm_convert_offsets(c->text, c->size, c->characters, c->size + 1, QM_CODEPOINTS, NULL);
    }
    sqlite3_result_int64(context, c->characters[byte]);
}

static void give_text(sqlite3_context *context, const cursor *c, int64_t start, int64_t end)
{
    if (start <= end && end <= (int64_t)c->size)
        sqlite3_result_text64(context, c->text + start, (sqlite3_uint64)(end - start),
                              SQLITE_TRANSIENT, SQLITE_UTF8);
}

static void give_name(sqlite3_context *context, const cursor *c, const qm_column *column)
{
    qm_bytes name = {NULL, 0};
    qm_result_name(c->result, column->dictionary, (uint32_t)field_cell(column, c->row), &name);
    if (name.size)
        sqlite3_result_text64(context, name.data, name.size, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static void give_string(sqlite3_context *context, sqlite3_str *string)
{
    int code = sqlite3_str_errcode(string), size = sqlite3_str_length(string);
    char *text = sqlite3_str_finish(string);
    if (code != SQLITE_OK) {
        sqlite3_free(text);
        sqlite3_result_error_code(context, code);
    } else {
        sqlite3_result_text(context, text, size, sqlite3_free);
    }
}

static void give_measures(sqlite3_context *context, const cursor *c)
{
    int64_t at = field_first_measure(&c->initiative, 0, c->initiative.length, c->row);
    sqlite3_str *list = sqlite3_str_new(NULL);
    char mark = '[';
    for (; at < c->initiative.length && field_cell(&c->initiative, at) == c->row; at++) {
        sqlite3_str_appendf(list, "%c%lld", mark, (long long)field_cell(&c->quantity, at));
        mark = ',';
    }
    sqlite3_str_appendall(list, mark == '[' ? "[]" : "]");
    give_string(context, list);
}

static void give_flags(sqlite3_context *context, int table, int64_t flags)
{
    const char *name;
    if (flags == 0) return;
    sqlite3_str *list = sqlite3_str_new(NULL);
    char mark = '[';
    for (uint32_t i = 0; (name = qm_flag_name(table, i)); i++) {
        if (!(flags >> i & 1)) continue;
        sqlite3_str_appendf(list, "%c\"%s\"", mark, name);
        mark = ',';
    }
    sqlite3_str_appendall(list, mark == '[' ? "[]" : "]");
    give_string(context, list);
}

static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int number)
{
    cursor *c = (cursor *)base;
    const vtab *t = (const vtab *)base->pVtab;
    if (number == t->n_cells) {
        give_text(context, c, 0, (int64_t)c->size);
        return SQLITE_OK;
    }
    field_kind kind = t->cells[number].kind;
    const qm_column *first = &c->first[number], *second = &c->second[number];
    int64_t value = kind == FIELD_MEASURES ? 0 : field_cell(first, c->row);
    switch (kind) {
    case FIELD_TEXT: give_text(context, c, value, field_cell(second, c->row)); break;
    case FIELD_NAME: give_name(context, c, first); break;
    case FIELD_VALUE: result_value(context, (const qm_value *)first->data + c->row); break;
    case FIELD_INTEGER: sqlite3_result_int64(context, value); break;
    case FIELD_ROW:
        if (field_links(t->def->table, value, c->row)) sqlite3_result_int64(context, value);
        break;
    case FIELD_MEASURES: give_measures(context, c); break;
    case FIELD_FLAGS: give_flags(context, t->def->table, value); break;
    default: give_place(context, c, value);
    }
    return SQLITE_OK;
}

/* Without xCreate the tables are there by themselves and cannot be made anew. */
static const sqlite3_module module = {
    .xConnect = vtab_connect,
    .xBestIndex = vtab_best_index,
    .xDisconnect = vtab_disconnect,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_filter,
    .xNext = cursor_next,
    .xEof = cursor_eof,
    .xColumn = cursor_column,
    .xRowid = cursor_rowid,
};

int register_tables(sqlite3 *db)
{
    int code = SQLITE_OK;
    for (size_t i = 0; code == SQLITE_OK && i < sizeof table_defs / sizeof *table_defs; i++)
        code =
            sqlite3_create_module_v2(db, table_defs[i].name, &module, (void *)&table_defs[i], NULL);
    return code;
}
