/* Qianmo for Lua 5.1 to 5.4 and LuaJIT.
 *
 * Lua leaves a C function by a long jump when memory ends, so whatever the library gives out is
 * put into a userdata ("box") that was there before it, and is freed by that box alone. The library
 * allocates through Lua's own allocator. Places count bytes from 1, both ends inclusive, as
 * string.sub does. */
#include "memory.h"
#include "rows.h"

#include <errno.h>
#include <stdio.h>

__attribute__((visibility("default"))) int luaopen_qianmo(lua_State *L);

#define ENGINE "qianmo.engine"
#define RESULT "qianmo.result"
#define BUFFER "qianmo.buffer"
#define FILE_BOX "qianmo.file"
#define DOCUMENT "qianmo.document"
#define ERROR "qianmo.error"
#define SHARED "qianmo.shared" /* the engine of those who bring none */

enum {
    MODELS_MAX = 16,
    SETTINGS_MAX = 16,
};

/* ---- boxes ---- */

typedef struct engine_box {
    qm_allocator alloc;
    qm_model *models[MODELS_MAX];
    size_t n_models;
    qm_builder *builder; /* only while the engine is made */
    qm_setting settings[SETTINGS_MAX];
    size_t n_settings;
    uint32_t tables;
    qm_engine *miner, *cutter; /* all tables that were asked for; words alone */
    qm_analyzer *mining, *cutting;
    qm_result *words;
} engine_box;

typedef struct result_box {
    qm_result *result;
    size_t size; /* of the text, in bytes */
    uint32_t tables;
} result_box;

typedef struct buffer_box {
    qm_allocator alloc;
    qm_buffer buffer;
} buffer_box;

static void *box_new(lua_State *L, size_t size, const char *type)
{
    void *box = memset(lua_newuserdata(L, size), 0, size);
    luaL_getmetatable(L, type);
    lua_setmetatable(L, -2);
    return box;
}

static void engine_free(engine_box *e)
{
    qm_result_unref(e->words);
    qm_analyzer_free(e->cutting);
    qm_analyzer_free(e->mining);
    qm_engine_unref(e->cutter);
    qm_engine_unref(e->miner);
    qm_builder_free(e->builder);
    for (size_t i = 0; i < e->n_models; i++) qm_model_unref(e->models[i]);
    memset(e, 0, sizeof *e);
}

static int engine_gc(lua_State *L)
{
    engine_free(luaL_checkudata(L, 1, ENGINE));
    return 0;
}

static int result_gc(lua_State *L)
{
    result_box *box = luaL_checkudata(L, 1, RESULT);
    qm_result_unref(box->result);
    box->result = NULL;
    return 0;
}

static int buffer_gc(lua_State *L)
{
    buffer_box *box = luaL_checkudata(L, 1, BUFFER);
    qm_buffer_free(&box->buffer);
    return 0;
}

static int file_gc(lua_State *L)
{
    FILE **file = luaL_checkudata(L, 1, FILE_BOX);
    if (*file) fclose(*file);
    *file = NULL;
    return 0;
}

static qm_buffer *buffer_new(lua_State *L)
{
    buffer_box *box = box_new(L, sizeof *box, BUFFER);
    box->alloc = allocator_of(L);
    box->buffer.alloc = &box->alloc;
    return &box->buffer;
}

/* ---- errors ---- */

/* nil and a table that says what and where. */
static int fail(lua_State *L, int status, const qm_error *err)
{
    const char *message = err->message[0] ? err->message : qm_status_name(status);
    lua_pushnil(L);
    lua_createtable(L, 0, 5);
    luaL_getmetatable(L, ERROR);
    lua_setmetatable(L, -2);
    set_integer(L, "code", status);
    lua_pushstring(L, message);
    lua_setfield(L, -2, "message");
    if (err->line) set_integer(L, "line", err->line);
    if (err->column) set_integer(L, "column", err->column);
    if (err->message[0] && err->offset != UINT64_MAX)
        set_integer(L, "offset", (int64_t)err->offset + 1);
    return 2;
}

static int error_tostring(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_getfield(L, 1, "message");
    lua_getfield(L, 1, "line");
    lua_getfield(L, 1, "column");
    const char *message = lua_tostring(L, 2);
    if (!message) message = "unknown error";
    if (lua_isnumber(L, 3))
        lua_pushfstring(L, "%s (line %d, column %d)", message, (int)lua_tointeger(L, 3),
                        (int)lua_tointeger(L, 4));
    else lua_pushstring(L, message);
    return 1;
}

/* ---- options ---- */

typedef enum option_kind { OPTION_FLAG, OPTION_NUMBER, OPTION_CHOICE, OPTION_TABLES } option_kind;

typedef struct option {
    const char *name;
    int param;
    option_kind kind;
    const char *choices[4];
} option;

static const option options[] = {
    {"tables", QM_P_TABLES, OPTION_TABLES, {NULL}},
    {"granularity", QM_P_GRANULARITY, OPTION_CHOICE, {"word", "fine", "term"}},
    {"strict", QM_P_STRICT, OPTION_FLAG, {NULL}},
    {"max_doc_bytes", QM_P_MAX_DOC_BYTES, OPTION_NUMBER, {NULL}},
    {"join_lines", QM_P_JOIN_LINES, OPTION_CHOICE, {"never", "clauses", "always"}},
    {"quality", QM_P_QUALITY, OPTION_CHOICE, {"fast", "lattice"}},
    {"tags", QM_P_TAGS, OPTION_FLAG, {NULL}},
    {"reference_date", QM_P_REFERENCE_DATE, OPTION_NUMBER, {NULL}},
    {"suppressed", QM_P_SUPPRESSED, OPTION_FLAG, {NULL}},
};

/* In the words of the command line. */
static int refuse_choice(qm_error *err, const char *what, const char *name,
                         const char *const *names)
{
    char list[120];
    size_t n = 0;
    for (size_t i = 0; names[i] && n < sizeof list; i++)
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "", names[i]);
    return refuse(err, QM_E_INVALID, "%s: '%.60s' is none of %s", what, name ? name : "?", list);
}

static int add_table(lua_State *L, int64_t *bits, qm_error *err)
{
    static const char *const names[] = {"tokens",   "quantities", "initiatives",
                                        "entities", "clauses",    NULL};
    const char *name = lua_tostring(L, -1);
    int table = find_name(name, names);
    if (table < 0) return refuse_choice(err, "tables", name, names);
    *bits |= INT64_C(1) << table;
    return QM_OK;
}

static int read_tables(lua_State *L, int64_t *bits, qm_error *err)
{
    *bits = 0;
    if (!lua_istable(L, -1)) return add_table(L, bits, err);
    int list = lua_gettop(L), status = QM_OK;
    for (int i = 1; status == QM_OK; i++) {
        lua_rawgeti(L, list, i);
        if (lua_isnil(L, -1)) break;
        status = add_table(L, bits, err);
        lua_pop(L, 1);
    }
    lua_settop(L, list);
    return status;
}

/* Beyond 2^53 a number of Lua may stand for another one. */
static int read_number(lua_State *L, const char *name, int64_t *value, qm_error *err)
{
    const lua_Number most = (lua_Number)(INT64_C(1) << 53), number = lua_tonumber(L, -1);
    *value = number >= -most && number <= most ? (int64_t)number : 0;
    if (lua_isnumber(L, -1) && (lua_Number)*value == number) return QM_OK;
    return refuse(err, QM_E_INVALID, "%s must be a whole number", name);
}

/* The value is on top of the stack. */
static int read_setting(lua_State *L, const option *what, int64_t *value, qm_error *err)
{
    switch (what->kind) {
    case OPTION_FLAG:
        *value = lua_toboolean(L, -1);
        if (lua_isboolean(L, -1)) return QM_OK;
        return refuse(err, QM_E_INVALID, "%s must be true or false", what->name);
    case OPTION_TABLES: return read_tables(L, value, err);
    case OPTION_NUMBER: return read_number(L, what->name, value, err);
    case OPTION_CHOICE: break;
    }
    const char *name = lua_tostring(L, -1);
    *value = find_name(name, what->choices);
    if (*value >= 0) return QM_OK;
    return refuse_choice(err, what->name, name, what->choices);
}

static const option *find_option(const char *name)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (strcmp(name, options[i].name) == 0) return &options[i];
    return NULL;
}

static bool is_source(const char *name)
{
    static const char *const sources[] = {"words", "taxonomy", "units", "models", NULL};
    return find_name(name, sources) >= 0;
}

/* Every key must be known; settings go into the box. */
static int read_settings(lua_State *L, int index, engine_box *e, qm_error *err)
{
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        const option *what = find_option(name);
        int64_t value;
        if (!what && is_source(name)) continue;
        if (!what) return refuse(err, QM_E_INVALID, "there is no option '%.60s'", name);
        int status = read_setting(L, what, &value, err);
        if (status != QM_OK) return status;
        if (what->param == QM_P_TABLES) e->tables = (uint32_t)value;
        e->settings[e->n_settings++] = (qm_setting){what->param, 0, value};
    }
    return QM_OK;
}

/* ---- models ---- */

/* Pushes the content of a file; a box keeps the file where an error of Lua finds it. */
static int push_file(lua_State *L, const char *path, qm_error *err)
{
    FILE **file = box_new(L, sizeof *file, FILE_BOX);
    luaL_Buffer content;
    size_t n;
    *file = fopen(path, "rb");
    if (!*file) return refuse(err, QM_E_IO, "%.120s: %s", path, strerror(errno));
    luaL_buffinit(L, &content);
    do {
        n = fread(luaL_prepbuffer(&content), 1, LUAL_BUFFERSIZE, *file);
        luaL_addsize(&content, n);
    } while (n > 0);
    luaL_pushresult(&content);
    if (ferror(*file)) return refuse(err, QM_E_IO, "%.120s: cannot be read", path);
    fclose(*file);
    *file = NULL;
    return QM_OK;
}

static void name_file(qm_error *err, const char *path)
{
    char message[sizeof err->message];
    memcpy(message, err->message, sizeof message);
    snprintf(err->message, sizeof err->message, "%.90s: %.130s", path, message);
}

/* The string on top of the stack is a text, if it has a line break, or the path of one. */
static int read_source(lua_State *L, engine_box *e, const char *kind, qm_error *err)
{
    qm_bytes text;
    const char *path = NULL;
    int top = lua_gettop(L), status = QM_OK;
    if (lua_type(L, top) != LUA_TSTRING)
        return refuse(err, QM_E_INVALID, "%s must be a path, a text or a list of them", kind);
    text.data = lua_tolstring(L, top, &text.size);
    if (!memchr(text.data, '\n', text.size)) {
        path = text.data;
        if (text.size > 4 && strcmp(path + text.size - 4, ".csv") == 0 && kind[0] == 't')
            kind = "taxonomy-csv";
        status = push_file(L, path, err);
        if (status == QM_OK) text.data = lua_tolstring(L, -1, &text.size);
    }
    if (status == QM_OK) {
        status = qm_builder_read(e->builder, kind, text, err);
        if (status != QM_OK && path) name_file(err, path);
    }
    lua_settop(L, top);
    return status;
}

static int open_image(lua_State *L, engine_box *e, const char *kind, qm_error *err)
{
    const char *path = lua_tostring(L, -1);
    (void)kind;
    if (!path) return refuse(err, QM_E_INVALID, "models must be paths");
    if (e->n_models == MODELS_MAX - 1) return refuse(err, QM_E_LIMIT, "too many models");
    int status = qm_model_open(&e->models[e->n_models], path, 0, &e->alloc, err);
    if (status == QM_OK) e->n_models++;
    else if (status == QM_E_IO && err->sys)
        refuse(err, QM_E_IO, "%.120s: %s", path, strerror(err->sys));
    else name_file(err, path);
    return status;
}

/* Calls read for an option that is one string or a list of strings. */
static int read_each(lua_State *L, int index, const char *name, engine_box *e,
                     int (*read)(lua_State *L, engine_box *e, const char *kind, qm_error *err),
                     qm_error *err)
{
    int top = lua_gettop(L), status = QM_OK;
    lua_getfield(L, index, name);
    if (lua_istable(L, -1)) {
        for (int i = 1; status == QM_OK; i++) {
            lua_rawgeti(L, top + 1, i);
            if (lua_isnil(L, -1)) break;
            status = read(L, e, name, err);
            lua_settop(L, top + 1);
        }
    } else if (!lua_isnil(L, -1)) {
        status = read(L, e, name, err);
    }
    lua_settop(L, top);
    return status;
}

/* One pair of the table of words: a number and a word, or a word and what is done with it. */
static int add_word(lua_State *L, engine_box *e, qm_error *err)
{
    static const char *const modes[] = {"prefer", "force", "forbid", NULL};
    bool listed = lua_type(L, -2) == LUA_TNUMBER;
    const char *mode_name = lua_tostring(L, -1);
    int mode = listed ? QM_WORD_PREFER : find_name(mode_name, modes), word_at = listed ? -1 : -2;
    qm_bytes word;
    if (lua_type(L, word_at) != LUA_TSTRING)
        return refuse(err, QM_E_INVALID, "words must be strings");
    word.data = lua_tolstring(L, word_at, &word.size);
    if (mode < 0) return refuse_choice(err, "words", mode_name, modes);
    return qm_builder_add_word(e->builder, word, (qm_bytes){"", 0}, 0, mode, err);
}

static int read_words(lua_State *L, int index, engine_box *e, qm_error *err)
{
    int top = lua_gettop(L), status = QM_OK;
    lua_getfield(L, index, "words");
    if (!lua_istable(L, -1)) {
        lua_settop(L, top);
        return read_each(L, index, "words", e, read_source, err);
    }
    for (lua_pushnil(L); status == QM_OK && lua_next(L, top + 1); lua_pop(L, 1))
        status = add_word(L, e, err);
    lua_settop(L, top);
    return status;
}

/* What the user adds becomes one more model. */
static int build_model(lua_State *L, int index, engine_box *e, qm_error *err)
{
    qm_bytes image;
    int status = qm_builder_new(&e->builder, e->models[0], &e->alloc, err);
    if (status == QM_OK) status = read_each(L, index, "units", e, read_source, err);
    if (status == QM_OK) status = read_each(L, index, "taxonomy", e, read_source, err);
    if (status == QM_OK) status = read_words(L, index, e, err);
    if (status == QM_OK) status = qm_builder_finish(e->builder, &image, err);
    if (status == QM_OK)
        status = qm_model_from_memory(&e->models[e->n_models], image, QM_OPEN_COPY, NULL, NULL,
                                      &e->alloc, err);
    if (status == QM_OK) e->n_models++;
    qm_builder_free(e->builder);
    e->builder = NULL;
    return status;
}

static bool has_field(lua_State *L, int index, const char *name)
{
    lua_getfield(L, index, name);
    bool there = !lua_isnil(L, -1);
    lua_pop(L, 1);
    return there;
}

/* ---- engines ---- */

static int engine_init(lua_State *L, int index, engine_box *e, qm_error *err)
{
    int status = qm_model_builtin(&e->models[0], err);
    if (status != QM_OK) return status;
    e->n_models = 1;
    if (lua_istable(L, index)) {
        status = read_settings(L, index, e, err);
        if (status == QM_OK) status = read_each(L, index, "models", e, open_image, err);
        if (status == QM_OK && (has_field(L, index, "words") || has_field(L, index, "units") ||
                                has_field(L, index, "taxonomy")))
            status = build_model(L, index, e, err);
    }
    if (status == QM_OK)
        status = qm_engine_new(&e->miner, e->models, e->n_models, e->settings, e->n_settings,
                               &e->alloc, err);
    if (status == QM_OK) status = qm_analyzer_new(&e->mining, e->miner, &e->alloc, err);
    return status;
}

/* Pushes an engine with the options at index, or the shared one where there are none; or pushes nil
 * and the error and returns NULL. */
static engine_box *push_engine(lua_State *L, int index)
{
    qm_error err = {0};
    bool shared = lua_isnoneornil(L, index);
    if (shared) {
        lua_getfield(L, LUA_REGISTRYINDEX, SHARED);
        if (!lua_isnil(L, -1)) return luaL_checkudata(L, -1, ENGINE);
    } else {
        luaL_checktype(L, index, LUA_TTABLE);
    }
    engine_box *e = box_new(L, sizeof *e, ENGINE);
    e->alloc = allocator_of(L);
    e->tables = (1u << QM_TABLES) - 1;
    int status = engine_init(L, index, e, &err);
    if (status != QM_OK) {
        fail(L, status, &err);
        return NULL;
    }
    if (shared) {
        lua_pushvalue(L, -1);
        lua_setfield(L, LUA_REGISTRYINDEX, SHARED);
    }
    return e;
}

static engine_box *check_engine(lua_State *L, int index)
{
    engine_box *e = luaL_checkudata(L, index, ENGINE);
    luaL_argcheck(L, e->mining, index, "the engine was closed");
    return e;
}

static int engine_new(lua_State *L)
{
    lua_settop(L, 1);
    return push_engine(L, 1) ? 1 : 2;
}

static int engine_info(lua_State *L)
{
    engine_box *e = check_engine(L, 1);
    const char *key = luaL_checkstring(L, 2), *value = NULL;
    for (size_t i = e->n_models; !value && i-- > 0;) value = qm_model_info(e->models[i], key);
    lua_pushstring(L, value); /* NULL is nil */
    return 1;
}

static int engine_mine(lua_State *L)
{
    engine_box *e = check_engine(L, 1);
    qm_error err = {0};
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    lua_createtable(L, 0, 8);
    lua_pushvalue(L, 2);
    lua_setfield(L, -2, "text");
    result_box *box = box_new(L, sizeof *box, RESULT);
    lua_setfield(L, -2, "_result");
    box->size = size;
    box->tables = e->tables;
    int status = qm_result_new(&box->result, &e->alloc, &err);
    if (status == QM_OK) status = qm_analyze(e->mining, text, size, box->result, &err);
    if (status != QM_OK) return fail(L, status, &err);
    luaL_getmetatable(L, DOCUMENT);
    lua_setmetatable(L, -2);
    memory_tidy(L);
    return 1;
}

/* The words of segment() need neither clauses nor joined lines. */
static int cutter_init(engine_box *e, qm_error *err)
{
    qm_setting settings[SETTINGS_MAX + 2];
    int status = QM_OK;
    if (e->cutting) return QM_OK;
    memcpy(settings, e->settings, e->n_settings * sizeof *settings);
    settings[e->n_settings] = (qm_setting){QM_P_TABLES, 0, 1 << QM_TOKENS};
    settings[e->n_settings + 1] = (qm_setting){QM_P_JOIN_LINES, 0, QM_JOIN_NEVER};
    if (!e->cutter)
        status = qm_engine_new(&e->cutter, e->models, e->n_models, settings, e->n_settings + 2,
                               &e->alloc, err);
    if (status == QM_OK && !e->words) status = qm_result_new(&e->words, &e->alloc, err);
    if (status == QM_OK) status = qm_analyzer_new(&e->cutting, e->cutter, &e->alloc, err);
    return status;
}

static int engine_segment(lua_State *L)
{
    engine_box *e = check_engine(L, 1);
    qm_error err = {0};
    qm_column start, end, flags;
    size_t size;
    const char *text = luaL_checklstring(L, 2, &size);
    int status = cutter_init(e, &err), count = 0;
    if (status == QM_OK) status = qm_analyze(e->cutting, text, size, e->words, &err);
    if (status != QM_OK) return fail(L, status, &err);
    find_column(L, e->words, QM_TOKENS, "start", &start);
    find_column(L, e->words, QM_TOKENS, "end", &end);
    find_column(L, e->words, QM_TOKENS, "flags", &flags);
    const uint32_t *starts = start.data, *ends = end.data;
    lua_createtable(L, start.length < INT32_MAX ? (int)start.length : 0, 0);
    for (int64_t i = 0; i < start.length; i++) {
        if (((const uint8_t *)flags.data)[i] & QM_TOKEN_SPACE) continue;
        lua_pushlstring(L, text + starts[i], ends[i] - starts[i]);
        lua_rawseti(L, -2, ++count);
    }
    return 1;
}

/* ---- numbers and units ---- */

static int engine_convert(lua_State *L)
{
    const engine_box *e = check_engine(L, 1);
    qm_error err = {0};
    qm_value value, converted;
    const char *from = luaL_checkstring(L, 3), *to = luaL_checkstring(L, 4);
    int status = to_value(L, 2, &value, &err);
    if (status == QM_OK) status = qm_unit_convert(e->miner, &value, from, to, &converted, &err);
    if (status != QM_OK) return fail(L, status, &err);
    push_value(L, &converted);
    return 1;
}

static int number_parse(lua_State *L)
{
    qm_error err = {0};
    qm_value value;
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    int status = qm_number_parse(text, size, &value, &err);
    if (status != QM_OK) return fail(L, status, &err);
    push_value(L, &value);
    if (!value.rounded) return 1;
    lua_pushliteral(L, "rounded");
    return 2;
}

static int number_format(lua_State *L)
{
    static const char *const styles[] = {"digits", "hanzi", "financial", "scaled", NULL};
    qm_error err = {0};
    qm_value value;
    const char *name = luaL_optstring(L, 2, "hanzi");
    int style = find_name(name, styles), status = to_value(L, 1, &value, &err);
    if (status == QM_OK && style < 0)
        status = refuse(&err, QM_E_INVALID, "there is no style '%.60s'", name);
    qm_buffer *out = buffer_new(L);
    if (status == QM_OK) status = qm_number_format(&value, style, out, &err);
    if (status != QM_OK) return fail(L, status, &err);
    lua_pushlstring(L, out->data, out->size);
    qm_buffer_free(out);
    return 1;
}

/* ---- documents ---- */

/* The box of the document at index 1; stays on the stack. */
static result_box *check_document(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushliteral(L, "_result");
    lua_rawget(L, 1);
    result_box *box = luaL_checkudata(L, -1, RESULT);
    luaL_argcheck(L, box->result, 1, "the document was closed");
    return box;
}

/* The text that was mined, whatever was done to the table; stays on the stack. */
static const char *check_text(lua_State *L, const result_box *box)
{
    size_t size = 0;
    lua_pushliteral(L, "text");
    lua_rawget(L, 1);
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &size) : NULL;
    if (!text || size != box->size) luaL_error(L, "the text of the document was replaced");
    return text;
}

/* Leaves the result and the text on the stack, for whoever keeps the view. */
static void open_view(lua_State *L, view *v, int table)
{
    const uint32_t measured = 1 << QM_INITIATIVES | 1 << QM_QUANTITIES;
    const result_box *box = check_document(L);
    const char *text = check_text(L, box);
    view_init(L, v, box->result, table);
    v->text = text;
    v->size = box->size;
    v->measures = (box->tables & measured) == measured;
}

/* document.quantities and so on: an array that is made when it is first asked for. */
static int document_index(lua_State *L)
{
    const char *key = lua_tostring(L, 2);
    int table = find_name(key, table_names);
    view v;
    if (table < 0 || table == QM_MEASURES) {
        lua_pushvalue(L, 2);
        lua_rawget(L, lua_upvalueindex(1));
        return 1;
    }
    if (!(check_document(L)->tables >> table & 1)) return 0;
    open_view(L, &v, table);
    lua_createtable(L, v.length < INT32_MAX ? (int)v.length : 0, 0);
    for (int count = 1; push_row(L, &v); count++) lua_rawseti(L, -2, count);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 1);
    return 1;
}

static int check_table(lua_State *L, int index)
{
    const char *name = luaL_checkstring(L, index);
    int table = find_name(name, table_names);
    if (table >= 0) return table;
    return luaL_argerror(L, index, lua_pushfstring(L, "there is no table '%s'", name));
}

static int next_row(lua_State *L)
{
    return push_row(L, lua_touserdata(L, lua_upvalueindex(1))) ? 1 : 0;
}

/* for row in document:rows("tokens") do ... end: one row at a time. */
static int document_rows(lua_State *L)
{
    int table = check_table(L, 2);
    luaL_argcheck(L, table != QM_MEASURES, 2, "measures have columns only");
    lua_settop(L, 2);
    view *v = lua_newuserdata(L, sizeof *v);
    open_view(L, v, table);
    lua_pushcclosure(L, next_row, 3); /* the view and what it looks into */
    return 1;
}

/* For qianmo.ffi: the bytes of a pointer, the number of rows, the type and the dictionary. */
static int document_column(lua_State *L)
{
    int table = check_table(L, 2);
    qm_column column;
    find_column(L, check_document(L)->result, table, luaL_checkstring(L, 3), &column);
    lua_pushlstring(L, (const char *)&column.data, sizeof column.data);
    lua_pushinteger(L, (lua_Integer)column.length);
    lua_pushinteger(L, column.type);
    lua_pushinteger(L, column.dictionary);
    return 4;
}

static int document_name(lua_State *L)
{
    lua_Integer dictionary = luaL_checkinteger(L, 2), code = luaL_checkinteger(L, 3);
    const result_box *box = check_document(L);
    qm_bytes name = {NULL, 0};
    if (dictionary >= 0 && dictionary < QM_DICTIONARIES && code >= 0 && code < QM_NONE)
        qm_result_name(box->result, (int32_t)dictionary, (uint32_t)code, &name);
    if (name.size) lua_pushlstring(L, name.data, name.size);
    else lua_pushnil(L);
    return 1;
}

static int render(lua_State *L, int format)
{
    qm_error err = {0};
    qm_bytes name, text;
    name.data = luaL_optlstring(L, 2, "", &name.size);
    const result_box *box = check_document(L);
    text.data = check_text(L, box);
    text.size = box->size;
    qm_buffer *out = buffer_new(L);
    int status = qm_result_render(box->result, 0, text, name, format, out, &err);
    if (status != QM_OK) return fail(L, status, &err);
    lua_pushlstring(L, out->data, out->size);
    qm_buffer_free(out);
    return 1;
}

static int document_json(lua_State *L)
{
    return render(L, QM_JSON);
}

static int document_html(lua_State *L)
{
    return render(L, QM_HTML);
}

/* ---- the module ---- */

/* Functions of the module are methods of an engine with the options at index. They check their
 * arguments before the engine stands in front of them: an error then names the caller's place. */
static int with_engine(lua_State *L, int index, lua_CFunction method)
{
    lua_settop(L, index);
    bool shared = lua_isnil(L, index);
    engine_box *e = push_engine(L, index);
    if (!e) return 2;
    lua_insert(L, 1);
    int results = method(L);
    if (!shared) engine_free(e); /* the collector would not hurry */
    return results;
}

static int qianmo_mine(lua_State *L)
{
    luaL_checkstring(L, 1);
    return with_engine(L, 2, engine_mine);
}

static int qianmo_segment(lua_State *L)
{
    luaL_checkstring(L, 1);
    return with_engine(L, 2, engine_segment);
}

static int qianmo_convert(lua_State *L)
{
    luaL_checkany(L, 1);
    luaL_checkstring(L, 2);
    luaL_checkstring(L, 3);
    return with_engine(L, 4, engine_convert);
}

static void new_type(lua_State *L, const char *name, lua_CFunction gc, const luaL_Reg *methods)
{
    luaL_newmetatable(L, name);
    if (gc) {
        lua_pushcfunction(L, gc);
        lua_setfield(L, -2, "__gc");
    }
    if (methods) {
        lua_newtable(L);
        set_functions(L, methods);
        lua_setfield(L, -2, "__index");
    }
    lua_pop(L, 1);
}

static const luaL_Reg engine_methods[] = {{"mine", engine_mine},       {"segment", engine_segment},
                                          {"convert", engine_convert}, {"info", engine_info},
                                          {"close", engine_gc},        {NULL, NULL}};
static const luaL_Reg document_methods[] = {{"rows", document_rows}, {"column", document_column},
                                            {"name", document_name}, {"json", document_json},
                                            {"html", document_html}, {NULL, NULL}};
static const luaL_Reg functions[] = {{"mine", qianmo_mine},
                                     {"segment", qianmo_segment},
                                     {"convert", qianmo_convert},
                                     {"engine", engine_new},
                                     {"number_parse", number_parse},
                                     {"number_format", number_format},
                                     {NULL, NULL}};

int luaopen_qianmo(lua_State *L)
{
    uint32_t version = qm_version();
    memory_open(L);
    new_type(L, ENGINE, engine_gc, engine_methods);
    new_type(L, RESULT, result_gc, NULL);
    new_type(L, BUFFER, buffer_gc, NULL);
    new_type(L, FILE_BOX, file_gc, NULL);
    luaL_newmetatable(L, ERROR);
    lua_pushcfunction(L, error_tostring);
    lua_setfield(L, -2, "__tostring");
    luaL_newmetatable(L, DOCUMENT);
    lua_newtable(L);
    set_functions(L, document_methods);
    lua_pushcclosure(L, document_index, 1);
    lua_setfield(L, -2, "__index");
    lua_newtable(L);
    set_functions(L, functions);
    lua_pushfstring(L, "%d.%d.%d", (int)(version >> 16), (int)(version >> 8 & 255),
                    (int)(version & 255));
    lua_setfield(L, -2, "version");
    return 1;
}
