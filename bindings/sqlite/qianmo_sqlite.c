/* The extension: a tokenizer for FTS5, table-valued functions, qianmo_number() and
 * qianmo_number_rounded(). */
#include "binding.h"

SQLITE_EXTENSION_INIT1

__attribute__((visibility("default"))) int sqlite3_qianmo_init(sqlite3 *db, char **message,
                                                               const sqlite3_api_routines *api);

static void *resize(void *ud, void *ptr, size_t old_size, size_t new_size)
{
    (void)ud;
    (void)old_size;
    if (new_size > 0) return sqlite3_realloc64(ptr, new_size);
    sqlite3_free(ptr);
    return NULL;
}

const qm_allocator sqlite_allocator = {resize, NULL};

int sqlite_code(int status)
{
    switch (status) {
    case QM_OK: return SQLITE_OK;
    case QM_E_NOMEM: return SQLITE_NOMEM;
    case QM_E_LIMIT: return SQLITE_TOOBIG;
    default: return SQLITE_ERROR;
    }
}

/* ---- values ---- */

static bool to_integer(const qm_value *value, int64_t *out)
{
    int64_t whole = value->coefficient;
    if (value->exponent < 0) return false;
    for (int i = value->exponent; i > 0; i--) {
        if (whole > INT64_MAX / 10 || whole < INT64_MIN / 10) return false;
        whole *= 10;
    }
    *out = whole;
    return true;
}

/* A fraction of up to 15 digits is a double that gives back those digits, and one division of exact
 * doubles is the nearest one. */
static bool to_real(const qm_value *value, double *out)
{
    const int64_t most = INT64_C(999999999999999);
    double power = 1;
    if (value->exponent >= 0 || value->exponent < -22) return false;
    if (value->coefficient > most || value->coefficient < -most) return false;
    for (int i = value->exponent; i < 0; i++) power *= 10;
    *out = (double)value->coefficient / power;
    return true;
}

void result_value(sqlite3_context *context, const qm_value *value)
{
    char text[48];
    int64_t whole;
    double real;
    size_t size = qm_value_text(value, text, sizeof text);
    bool number = value->type == QM_VALUE_NUMBER;
    if (size == 0) sqlite3_result_null(context);
    else if (number && to_integer(value, &whole)) sqlite3_result_int64(context, whole);
    else if (number && to_real(value, &real)) sqlite3_result_double(context, real);
    else sqlite3_result_text(context, text, (int)size, SQLITE_TRANSIENT);
}

/* Whether the argument as a whole is a number. */
static bool parse(sqlite3_context *context, sqlite3_value *argument, qm_value *out)
{
    const char *text = (const char *)sqlite3_value_text(argument);
    size_t size = (size_t)sqlite3_value_bytes(argument);
    if (!text && sqlite3_value_type(argument) != SQLITE_NULL) sqlite3_result_error_nomem(context);
    return text && qm_number_parse(text, size, out, NULL) == QM_OK;
}

/* qianmo_number(text): the whole text as one number; NULL if it is none. */
static void number(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    qm_value value;
    (void)count;
    if (parse(context, arguments[0], &value)) result_value(context, &value);
}

/* qianmo_number_rounded(text): 1 where qianmo_number(text) is not exact, for it has no finite
 * decimal, otherwise 0; NULL if it is none. */
static void number_rounded(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    qm_value value;
    (void)count;
    if (parse(context, arguments[0], &value)) sqlite3_result_int(context, value.rounded);
}

static int register_function(sqlite3 *db, const char *name,
                             void (*call)(sqlite3_context *, int, sqlite3_value **))
{
    return sqlite3_create_function_v2(db, name, 1,
                                      SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL,
                                      call, NULL, NULL, NULL);
}

int sqlite3_qianmo_init(sqlite3 *db, char **message, const sqlite3_api_routines *api)
{
    (void)message;
    SQLITE_EXTENSION_INIT2(api);
    int code = register_function(db, "qianmo_number", number);
    if (code == SQLITE_OK) code = register_function(db, "qianmo_number_rounded", number_rounded);
    if (code == SQLITE_OK) code = register_tables(db);
    if (code == SQLITE_OK) code = register_tokenizer(db);
    return code;
}
