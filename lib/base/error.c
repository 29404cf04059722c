#include "base/base.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

_Static_assert(sizeof(qm_error) == 256, "qm_error never grows");

/* A precision or the end of the message may have cut a character, and a name from outside may hold
 * any bytes: what is left of it at the end goes, elsewhere it is one question mark. */
static void keep_well_formed(char *message)
{
    size_t size = strlen(message), kept = 0;
    for (size_t at = 0, step; at < size; at += step) {
        bool well;
        step = qm_utf8_step((const uint8_t *)message + at, size - at, &well);
        if (well) memmove(message + kept, message + at, step);
        else message[kept] = '?';
        if (well || at + step < size) kept += well ? step : 1;
    }
    message[kept] = '\0';
}

static int fill(qm_error *err, int code, const qm_error *where, const char *format, va_list args)
{
    if (!err) return code;
    err->code = code;
    err->sys = where->sys;
    err->offset = where->offset;
    err->line = where->line;
    err->column = where->column;
    vsnprintf(err->message, sizeof err->message, format, args);
    keep_well_formed(err->message);
    return code;
}

/* One body for the four entry points: they differ in what they know of the place. */
#define FAIL_WITH(...)                                           \
    do {                                                         \
        va_list args;                                            \
        va_start(args, format);                                  \
        fill(err, code, &(qm_error){__VA_ARGS__}, format, args); \
        va_end(args);                                            \
        return code;                                             \
    } while (0)

int qm_fail(qm_error *err, int code, const char *format, ...)
{
    FAIL_WITH(.offset = UINT64_MAX);
}

int qm_fail_sys(qm_error *err, int code, int sys, const char *format, ...)
{
    FAIL_WITH(.sys = sys, .offset = UINT64_MAX);
}

int qm_fail_offset(qm_error *err, int code, uint64_t offset, const char *format, ...)
{
    FAIL_WITH(.offset = offset);
}

int qm_fail_line(qm_error *err, int code, uint32_t line, uint32_t column, const char *format, ...)
{
    FAIL_WITH(.offset = UINT64_MAX, .line = line, .column = column);
}

int qm_fail_nomem(qm_error *err)
{
    return qm_fail(err, QM_E_NOMEM, "out of memory");
}

void qm_error_name(qm_error *err, const char *format, ...)
{
    if (!err) return;
    char message[sizeof err->message];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (size < 0 || (size_t)size + 3 > sizeof message) return;
    size_t before = (size_t)size + 2, room = sizeof message - before - 1;
    size_t length = strlen(err->message) < room ? strlen(err->message) : room;
    memcpy(message + size, ": ", 2);
    memcpy(message + before, err->message, length);
    message[before + length] = '\0';
    keep_well_formed(message);
    memcpy(err->message, message, strlen(message) + 1);
}

uint32_t qm_version(void)
{
    return QM_VERSION_MAJOR << 16 | QM_VERSION_MINOR << 8 | QM_VERSION_PATCH;
}

const char *qm_status_name(int status)
{
    static const char *const names[] = {
        "ok",
        "out of memory",
        "invalid argument",
        "input/output error",
        "syntax error",
        "unsupported version",
        "corrupt image",
        "ill-formed UTF-8",
        "limit exceeded",
        "object in use",
        "not supported",
    };
    if (status > 0 || status < QM_E_UNSUPPORTED) return "unknown status";
    return names[-status];
}
