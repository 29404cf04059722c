#include "compile/compile.h"

#include <stdarg.h>
#include <stdio.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static qm_bytes trimmed(const char *start, const char *end)
{
    while (start < end && is_blank(*start)) start++;
    while (end > start && is_blank(end[-1])) end--;
    return (qm_bytes){start, (size_t)(end - start)};
}

static uint32_t characters(const char *start, const char *end)
{
    uint32_t count = 0;
    for (; start < end; start++) count += ((uint8_t)*start & 0xC0) != 0x80;
    return count;
}

void qm_tsv_open(qm_tsv *tsv, qm_bytes text)
{
    memset(tsv, 0, sizeof *tsv);
    tsv->at = text.size > 0 ? text.data : "";
    tsv->end = tsv->at + text.size;
    if (text.size >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0) tsv->at += 3;
}

/* What stands behind the last field that there is room for stays in that field. */
static void cut_fields(qm_tsv *tsv, const char *start, const char *end)
{
    const uint32_t most = sizeof tsv->field / sizeof tsv->field[0];
    const char *at = start;
    tsv->fields = 0;
    while (at) {
        const char *tab = tsv->fields + 1 < most ? memchr(at, '\t', (size_t)(end - at)) : NULL;
        qm_bytes field = trimmed(at, tab ? tab : end);
        tsv->field[tsv->fields] = field;
        tsv->column[tsv->fields++] = 1 + characters(start, field.data);
        at = tab ? tab + 1 : NULL;
    }
}

bool qm_tsv_next(qm_tsv *tsv)
{
    while (tsv->at < tsv->end) {
        const char *start = tsv->at;
        const char *end = memchr(start, '\n', (size_t)(tsv->end - start));
        tsv->at = end ? end + 1 : tsv->end;
        if (!end) end = tsv->end;
        tsv->line++;
        qm_bytes row = trimmed(start, end);
        if (row.size == 0 || *(const char *)row.data == '#') continue;
        cut_fields(tsv, start, end);
        return true;
    }
    tsv->fields = 0;
    return false;
}

qm_bytes qm_tsv_field(const qm_tsv *tsv, uint32_t index)
{
    return index < tsv->fields ? tsv->field[index] : (qm_bytes){"", 0};
}

int qm_tsv_fail(const qm_tsv *tsv, uint32_t field, qm_error *err, const char *format, ...)
{
    char message[sizeof err->message];
    uint32_t column = field < tsv->fields ? tsv->column[field] : 1;
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return qm_fail_line(err, QM_E_SYNTAX, tsv->line, column, "%s", message);
}

bool qm_split(qm_bytes *rest, char mark, qm_bytes *piece)
{
    if (rest->size == 0) return false;
    const char *start = rest->data;
    const char *end = start + rest->size;
    const char *cut = memchr(start, mark, rest->size);
    *piece = trimmed(start, cut ? cut : end);
    rest->data = cut ? cut + 1 : end;
    rest->size = (size_t)(end - (const char *)rest->data);
    return true;
}
