/* tokenize = 'qianmo': the words of a text for FTS5.
 *
 * A word is indexed, and at its position also the words inside it, which a query may ask for; a
 * query itself is cut into whole words. Offsets are those of the text, so that highlight() and
 * snippet() mark what is there; the terms are folded (case, full width). */
#include "binding.h"

#include <string.h>
#include <utf8proc.h>

typedef int (*token_function)(void *context, int flags, const char *token, int size, int start,
                              int end);

typedef struct tokenizer {
    qm_model *models[2];
    size_t n_models;
    qm_engine *engine;
    qm_analyzer *analyzer;
    qm_result *result;
    char *term; /* folded */
    size_t room;
} tokenizer;

static void tokenizer_delete(Fts5Tokenizer *self)
{
    tokenizer *t = (tokenizer *)self;
    qm_result_unref(t->result);
    qm_analyzer_free(t->analyzer);
    qm_engine_unref(t->engine);
    for (size_t i = 0; i < t->n_models; i++) qm_model_unref(t->models[i]);
    sqlite3_free(t->term);
    sqlite3_free(t);
}

/* "word", "fine", "term", and "model" with a path after it. */
static int read_arguments(tokenizer *t, const char **arguments, int count, int64_t *granularity)
{
    static const char *const names[] = {"word", "fine", "term"};
    for (int i = 0; i < count; i++) {
        bool known = false;
        for (int name = QM_WORD; name <= QM_TERM; name++) {
            if (strcmp(arguments[i], names[name]) != 0) continue;
            *granularity = name;
            known = true;
        }
        if (known) continue;
        if (strcmp(arguments[i], "model") != 0 || i + 1 == count || t->n_models == 2)
            return QM_E_INVALID;
        int status = qm_model_open(&t->models[1], arguments[++i], 0, &sqlite_allocator, NULL);
        if (status != QM_OK) return status;
        t->n_models = 2;
    }
    return QM_OK;
}

static int tokenizer_init(tokenizer *t, const char **arguments, int count)
{
    int64_t granularity = QM_FINE;
    int status = qm_model_builtin(&t->models[0], NULL);
    if (status != QM_OK) return status;
    t->n_models = 1;
    status = read_arguments(t, arguments, count, &granularity);
    const qm_setting settings[] = {{QM_P_TABLES, 0, 1 << QM_TOKENS},
                                   {QM_P_GRANULARITY, 0, granularity},
                                   {QM_P_JOIN_LINES, 0, QM_JOIN_NEVER},
                                   {QM_P_MAX_DOC_BYTES, 0, INT32_MAX}};
    if (status == QM_OK)
        status = qm_engine_new(&t->engine, t->models, t->n_models, settings,
                               sizeof settings / sizeof *settings, &sqlite_allocator, NULL);
    if (status == QM_OK) status = qm_analyzer_new(&t->analyzer, t->engine, &sqlite_allocator, NULL);
    if (status == QM_OK) status = qm_result_new(&t->result, &sqlite_allocator, NULL);
    return status;
}

static int tokenizer_create(void *context, const char **arguments, int count, Fts5Tokenizer **out)
{
    (void)context;
    tokenizer *t = sqlite3_malloc64(sizeof *t);
    if (!t) return SQLITE_NOMEM;
    memset(t, 0, sizeof *t);
    int status = tokenizer_init(t, arguments, count);
    if (status == QM_OK) *out = (Fts5Tokenizer *)t;
    else tokenizer_delete((Fts5Tokenizer *)t);
    return sqlite_code(status);
}

/* ---- terms ---- */

static bool is_content(utf8proc_int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO) ||
           category == UTF8PROC_CATEGORY_CO;
}

static utf8proc_int32_t fold(utf8proc_int32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    return utf8proc_tolower(c);
}

/* Folds a word into t->term; *size is 0 when there is no letter or digit in it. */
static int make_term(tokenizer *t, const char *word, size_t length, int *size)
{
    bool content = false;
    char *out = t->term;
    *size = 0;
    if (t->room < length * 2 + 4) { /* folding may turn two bytes into three */
        out = sqlite3_realloc64(t->term, length * 2 + 4);
        if (!out) return SQLITE_NOMEM;
        t->term = out;
        t->room = length * 2 + 4;
    }
    for (size_t at = 0; at < length;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t bytes = utf8proc_iterate((const utf8proc_uint8_t *)word + at,
                                                  (utf8proc_ssize_t)(length - at), &c);
        if (bytes > 0) {
            content = content || is_content(c);
            out += utf8proc_encode_char(fold(c), (utf8proc_uint8_t *)out);
            at += (size_t)bytes;
        } else {
            *out++ = word[at++]; /* ill-formed */
        }
    }
    if (content) *size = (int)(out - t->term);
    return SQLITE_OK;
}

static int give_tokens(tokenizer *t, void *context, bool inner, const char *text,
                       token_function give)
{
    qm_column start, end, flags;
    if (qm_result_find(t->result, QM_TOKENS, "start", &start) != QM_OK ||
        qm_result_find(t->result, QM_TOKENS, "end", &end) != QM_OK ||
        qm_result_find(t->result, QM_TOKENS, "flags", &flags) != QM_OK)
        return SQLITE_INTERNAL;
    int code = SQLITE_OK;
    for (int64_t i = 0; code == SQLITE_OK && i < start.length; i++) {
        uint32_t from = ((const uint32_t *)start.data)[i], to = ((const uint32_t *)end.data)[i];
        uint8_t flag = ((const uint8_t *)flags.data)[i];
        int size;
        if (flag & QM_TOKEN_SPACE || (flag & QM_TOKEN_COLOCATED && !inner)) continue;
        code = make_term(t, text + from, to - from, &size);
        if (code == SQLITE_OK && size > 0)
            code = give(context, flag & QM_TOKEN_COLOCATED ? FTS5_TOKEN_COLOCATED : 0, t->term,
                        size, (int)from, (int)to);
    }
    return code;
}

static int tokenize(Fts5Tokenizer *self, void *context, int flags, const char *text, int size,
                    token_function give)
{
    tokenizer *t = (tokenizer *)self;
    if (size <= 0) return SQLITE_OK;
    int status = qm_analyze(t->analyzer, text, (size_t)size, t->result, NULL);
    if (status != QM_OK) return sqlite_code(status);
    return give_tokens(t, context, flags & FTS5_TOKENIZE_DOCUMENT, text, give);
}

/* ---- registration ---- */

/* The second interface of FTS5 came with 3.47; it adds the locale, which words do not need. */
#if SQLITE_VERSION_NUMBER >= 3047000
static int tokenize_v2(Fts5Tokenizer *self, void *context, int flags, const char *text, int size,
                       const char *locale, int locale_size, token_function give)
{
    (void)locale;
    (void)locale_size;
    return tokenize(self, context, flags, text, size, give);
}

static int create_v2(fts5_api *api)
{
    fts5_tokenizer_v2 methods = {2, tokenizer_create, tokenizer_delete, tokenize_v2};
    return api->xCreateTokenizer_v2(api, "qianmo", NULL, &methods, NULL);
}
#endif

static int create(fts5_api *api)
{
    fts5_tokenizer methods = {tokenizer_create, tokenizer_delete, tokenize};
#if SQLITE_VERSION_NUMBER >= 3047000
    if (api->iVersion >= 3) return create_v2(api);
#endif
    return api->xCreateTokenizer(api, "qianmo", NULL, &methods, NULL);
}

/* A SQLite without FTS5 has no such function, and no use for a tokenizer. */
int register_tokenizer(sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    fts5_api *api = NULL;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL) != SQLITE_OK)
        return SQLITE_OK;
    sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
    sqlite3_step(statement);
    int code = sqlite3_finalize(statement);
    if (code == SQLITE_OK && api) code = create(api);
    return code;
}
