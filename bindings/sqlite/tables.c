/* qianmo_quantities(text), qianmo_initiatives(text), qianmo_entities(text): the rows of a text.
 *
 *     SELECT r.name, q.text, q.low, q.unit FROM reports AS r, qianmo_quantities(r.body) AS q;
 *
 * Names and values are those of docs/jsonl.md: places count characters from 0, the end exclusive,
 * and rowid is the number of the row, from 0. */
#include "binding.h"

#include <string.h>

typedef enum cell_kind {
    CELL_PLACE,
    CELL_TEXT, /* the text between two places */
    CELL_NAME,
    CELL_VALUE,
    CELL_INTEGER,
    CELL_LINK,     /* a row number; NULL for none and for itself */
    CELL_MEASURES, /* row numbers of quantities, as JSON */
    CELL_FLAGS     /* names, as JSON */
} cell_kind;

typedef struct cell_def {
    const char *name; /* in SQL; NULL at the end */
    cell_kind kind;
    const char *first, *second; /* columns of the result */
    const char *flags[7];
} cell_def;

typedef struct table_def {
    const char *name, *schema;
    int table;
    int64_t tables;
    const cell_def *cells; /* in the order of the schema, which ends with the hidden document */
} table_def;

enum { CELLS_MAX = 24 };

static const cell_def quantity_cells[] = {
    {"start", CELL_PLACE, "start", NULL, {NULL}},
    {"end", CELL_PLACE, "end", NULL, {NULL}},
    {"text", CELL_TEXT, "start", "end", {NULL}},
    {"kind", CELL_NAME, "kind", NULL, {NULL}},
    {"low", CELL_VALUE, "low", NULL, {NULL}},
    {"high", CELL_VALUE, "high", NULL, {NULL}},
    {"relation", CELL_NAME, "relation", NULL, {NULL}},
    {"unit", CELL_NAME, "unit", NULL, {NULL}},
    {"per", CELL_NAME, "per", NULL, {NULL}},
    {"counted", CELL_TEXT, "counted_start", "counted_end", {NULL}},
    {"number_start", CELL_PLACE, "number_start", NULL, {NULL}},
    {"number_end", CELL_PLACE, "number_end", NULL, {NULL}},
    {"soft_low", CELL_VALUE, "soft_low", NULL, {NULL}},
    {"soft_high", CELL_VALUE, "soft_high", NULL, {NULL}},
    {"si_value", CELL_VALUE, "si_value", NULL, {NULL}},
    {"si_unit", CELL_NAME, "si_unit", NULL, {NULL}},
    {"rate", CELL_NAME, "rate", NULL, {NULL}},
    {"header_unit", CELL_NAME, "header_unit", NULL, {NULL}},
    {"flags",
     CELL_FLAGS,
     "flags",
     NULL,
     {"overflow", "scale_inherited", "indefinite", "recent", "optional"}},
    {NULL, CELL_PLACE, NULL, NULL, {NULL}}};
static const cell_def initiative_cells[] = {
    {"start", CELL_PLACE, "start", NULL, {NULL}},
    {"end", CELL_PLACE, "end", NULL, {NULL}},
    {"text", CELL_TEXT, "start", "end", {NULL}},
    {"type", CELL_NAME, "type", NULL, {NULL}},
    {"group", CELL_NAME, "group", NULL, {NULL}},
    {"duty", CELL_NAME, "duty", NULL, {NULL}},
    {"status", CELL_NAME, "status", NULL, {NULL}},
    {"trigger", CELL_TEXT, "trigger_start", "trigger_end", {NULL}},
    {"object", CELL_TEXT, "object_start", "object_end", {NULL}},
    {"quantities", CELL_MEASURES, NULL, NULL, {NULL}},
    {"actor", CELL_TEXT, "actor_start", "actor_end", {NULL}},
    {"place", CELL_TEXT, "place_start", "place_end", {NULL}},
    {"time", CELL_TEXT, "time_start", "time_end", {NULL}},
    {"score", CELL_INTEGER, "score", NULL, {NULL}},
    {"rule", CELL_NAME, "rule", NULL, {NULL}},
    {"flags",
     CELL_FLAGS,
     "flags",
     NULL,
     {"negated", "hypothetical", "exhorted", "others", "learnt", "listed"}},
    {NULL, CELL_PLACE, NULL, NULL, {NULL}}};
static const cell_def entity_cells[] = {
    {"start", CELL_PLACE, "start", NULL, {NULL}}, {"end", CELL_PLACE, "end", NULL, {NULL}},
    {"text", CELL_TEXT, "start", "end", {NULL}},  {"kind", CELL_NAME, "kind", NULL, {NULL}},
    {"link", CELL_LINK, "link", NULL, {NULL}},    {NULL, CELL_PLACE, NULL, NULL, {NULL}}};

static const table_def table_defs[] = {
    {"qianmo_quantities",
     "CREATE TABLE x(start INTEGER, \"end\" INTEGER, text TEXT, kind TEXT, low, high, relation "
     "TEXT, "
     "unit TEXT, per TEXT, counted TEXT, number_start INTEGER, number_end INTEGER, soft_low, "
     "soft_high, si_value, si_unit TEXT, rate TEXT, header_unit TEXT, flags TEXT, document HIDDEN)",
     QM_QUANTITIES, 1 << QM_QUANTITIES, quantity_cells},
    {"qianmo_initiatives",
     "CREATE TABLE x(start INTEGER, \"end\" INTEGER, text TEXT, type TEXT, \"group\" TEXT, duty "
     "TEXT, "
     "status TEXT, \"trigger\" TEXT, object TEXT, quantities TEXT, actor TEXT, place TEXT, time "
     "TEXT, "
     "score INTEGER, rule TEXT, flags TEXT, document HIDDEN)",
     QM_INITIATIVES, 1 << QM_INITIATIVES | 1 << QM_QUANTITIES | 1 << QM_MEASURES, initiative_cells},
    {"qianmo_entities",
     "CREATE TABLE x(start INTEGER, \"end\" INTEGER, text TEXT, kind TEXT, link INTEGER, document "
     "HIDDEN)",
     QM_ENTITIES, 1 << QM_ENTITIES, entity_cells},
};

typedef struct vtab {
    sqlite3_vtab base;
    const table_def *def;
    int document; /* number of the hidden column */
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
    const table_def *def = context;
    qm_error err = {0};
    (void)count;
    (void)arguments;
    int code = sqlite3_declare_vtab(db, def->schema);
    if (code != SQLITE_OK) return code;
    sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    vtab *t = sqlite3_malloc64(sizeof *t);
    if (!t) return SQLITE_NOMEM;
    memset(t, 0, sizeof *t);
    t->def = def;
    while (def->cells[t->document].name) t->document++;
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
        if (info->aConstraint[i].iColumn != t->document ||
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

static int find_columns(cursor *c, const table_def *def)
{
    int status = qm_result_find(c->result, QM_MEASURES, "initiative", &c->initiative);
    if (status == QM_OK) status = qm_result_find(c->result, QM_MEASURES, "quantity", &c->quantity);
    for (int i = 0; status == QM_OK && def->cells[i].name; i++) {
        const cell_def *cell = &def->cells[i];
        if (cell->first) status = qm_result_find(c->result, def->table, cell->first, &c->first[i]);
        if (status == QM_OK && cell->second)
            status = qm_result_find(c->result, def->table, cell->second, &c->second[i]);
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
    return status == QM_OK ? find_columns(c, t->def) : cursor_fail(c, status, &err);
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

static int64_t number_of(const qm_column *column, int64_t row)
{
    switch (column->type) {
    case QM_TYPE_U8: return ((const uint8_t *)column->data)[row];
    case QM_TYPE_U16: return ((const uint16_t *)column->data)[row];
    case QM_TYPE_U32: return ((const uint32_t *)column->data)[row];
    case QM_TYPE_I32: return ((const int32_t *)column->data)[row];
    default: return 0;
    }
}

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
    qm_result_name(c->result, column->dictionary, (uint32_t)number_of(column, c->row), &name);
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

/* Measures are in order of their initiatives. */
static void give_measures(sqlite3_context *context, const cursor *c)
{
    int64_t low = 0, high = c->initiative.length;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (number_of(&c->initiative, middle) < c->row) low = middle + 1;
        else high = middle;
    }
    sqlite3_str *list = sqlite3_str_new(NULL);
    char mark = '[';
    for (; low < c->initiative.length && number_of(&c->initiative, low) == c->row; low++) {
        sqlite3_str_appendf(list, "%c%lld", mark, (long long)number_of(&c->quantity, low));
        mark = ',';
    }
    sqlite3_str_appendall(list, mark == '[' ? "[]" : "]");
    give_string(context, list);
}

static void give_flags(sqlite3_context *context, const char *const *names, int64_t flags)
{
    if (flags == 0) return;
    sqlite3_str *list = sqlite3_str_new(NULL);
    char mark = '[';
    for (int i = 0; names[i]; i++) {
        if (!(flags >> i & 1)) continue;
        sqlite3_str_appendf(list, "%c\"%s\"", mark, names[i]);
        mark = ',';
    }
    sqlite3_str_appendall(list, mark == '[' ? "[]" : "]");
    give_string(context, list);
}

static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int number)
{
    cursor *c = (cursor *)base;
    const cell_def *cell = &((const vtab *)base->pVtab)->def->cells[number];
    if (!cell->name) {
        give_text(context, c, 0, (int64_t)c->size);
        return SQLITE_OK;
    }
    const qm_column *first = &c->first[number], *second = &c->second[number];
    int64_t value = first->type == QM_TYPE_VALUE || !cell->first ? 0 : number_of(first, c->row);
    switch (cell->kind) {
    case CELL_PLACE: give_place(context, c, value); break;
    case CELL_TEXT: give_text(context, c, value, number_of(second, c->row)); break;
    case CELL_NAME: give_name(context, c, first); break;
    case CELL_VALUE: result_value(context, (const qm_value *)first->data + c->row); break;
    case CELL_INTEGER: sqlite3_result_int64(context, value); break;
    case CELL_LINK:
        if (value != QM_NONE && value != c->row) sqlite3_result_int64(context, value);
        break;
    case CELL_MEASURES: give_measures(context, c); break;
    case CELL_FLAGS: give_flags(context, cell->flags, value); break;
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
