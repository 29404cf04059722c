#include "view.h"

#include <stdio.h>
#include <string.h>

cli_rows cli_view_rows(const cli_view *view, int table)
{
    const int32_t *offsets = qm_result_offsets(view->result, table);
    if (!offsets) return (cli_rows){0, 0};
    return (cli_rows){offsets[view->document], offsets[view->document + 1]};
}

uint32_t cli_view_number(const cli_view *view, int table, const char *column, int32_t row)
{
    qm_column c;
    if (qm_result_find(view->result, table, column, &c) != QM_OK) return QM_NONE;
    switch (c.width) {
    case 1: return ((const uint8_t *)c.data)[row];
    case 2: return ((const uint16_t *)c.data)[row];
    case 4: return ((const uint32_t *)c.data)[row];
    default: return QM_NONE;
    }
}

int32_t cli_view_signed(const cli_view *view, int table, const char *column, int32_t row)
{
    qm_column c;
    if (qm_result_find(view->result, table, column, &c) != QM_OK || c.type != QM_TYPE_I32) return 0;
    return ((const int32_t *)c.data)[row];
}

qm_bytes cli_view_name(const cli_view *view, int table, const char *column, int32_t row)
{
    qm_column c;
    qm_bytes name = {"", 0};
    if (qm_result_find(view->result, table, column, &c) != QM_OK || c.dictionary < 0) return name;
    qm_result_name(view->result, c.dictionary, cli_view_number(view, table, column, row), &name);
    return name;
}

qm_bytes cli_view_type(const cli_view *view, int32_t row)
{
    qm_bytes name = {"", 0};
    uint32_t code = cli_view_number(view, QM_INITIATIVES, "type", row);
    qm_result_name(view->result, QM_DICT_TYPE_NAMES, code, &name);
    return name.size ? name : cli_view_name(view, QM_INITIATIVES, "type", row);
}

qm_value cli_view_value(const cli_view *view, int table, const char *column, int32_t row)
{
    qm_column c;
    qm_value none = {0};
    if (qm_result_find(view->result, table, column, &c) != QM_OK || c.type != QM_TYPE_VALUE)
        return none;
    return ((const qm_value *)c.data)[row];
}

qm_bytes cli_view_span(const cli_view *view, int table, const char *name, int32_t row)
{
    char column[40];
    const char *mark = *name ? "_" : "";
    snprintf(column, sizeof column, "%s%sstart", name, mark);
    uint32_t start = cli_view_number(view, table, column, row);
    snprintf(column, sizeof column, "%s%send", name, mark);
    uint32_t end = cli_view_number(view, table, column, row);
    if (start == QM_NONE || end == QM_NONE || start > end || end > view->text.size)
        return (qm_bytes){"", 0};
    return (qm_bytes){(const char *)view->text.data + start, end - start};
}
