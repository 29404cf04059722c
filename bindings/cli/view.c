#include "view.h"

#include <string.h>

static const char *const column_names[CLI_COLUMNS] = {
    [CLI_START] = "start",
    [CLI_END] = "end",
    [CLI_TRIGGER_START] = "trigger_start",
    [CLI_TRIGGER_END] = "trigger_end",
    [CLI_OBJECT_START] = "object_start",
    [CLI_OBJECT_END] = "object_end",
    [CLI_ACTOR_START] = "actor_start",
    [CLI_ACTOR_END] = "actor_end",
    [CLI_PLACE_START] = "place_start",
    [CLI_PLACE_END] = "place_end",
    [CLI_TIME_START] = "time_start",
    [CLI_TIME_END] = "time_end",
    [CLI_COUNTED_START] = "counted_start",
    [CLI_COUNTED_END] = "counted_end",
    [CLI_TAG] = "tag",
    [CLI_FLAGS] = "flags",
    [CLI_KIND] = "kind",
    [CLI_LOW] = "low",
    [CLI_HIGH] = "high",
    [CLI_RELATION] = "relation",
    [CLI_UNIT] = "unit",
    [CLI_PER] = "per",
    [CLI_HEADER_UNIT] = "header_unit",
    [CLI_RATE] = "rate",
    [CLI_SOFT_LOW] = "soft_low",
    [CLI_SOFT_HIGH] = "soft_high",
    [CLI_SI_VALUE] = "si_value",
    [CLI_SI_UNIT] = "si_unit",
    [CLI_TYPE] = "type",
    [CLI_GROUP] = "group",
    [CLI_DUTY] = "duty",
    [CLI_STATUS] = "status",
    [CLI_SCORE] = "score",
    [CLI_RULE] = "rule",
    [CLI_LINK] = "link",
    [CLI_ROLE] = "role",
    [CLI_SENTENCE] = "sentence",
    [CLI_PARAGRAPH] = "paragraph",
    [CLI_INITIATIVE] = "initiative",
    [CLI_QUANTITY] = "quantity",
};

void cli_columns_find(cli_columns *columns, const qm_result *result)
{
    memset(columns, 0, sizeof *columns);
    for (int table = 0; table < QM_TABLES; table++)
        for (int i = 0; i < CLI_COLUMNS; i++)
            qm_result_find(result, table, column_names[i], &columns->at[table][i]);
}

cli_rows cli_view_rows(const cli_view *view, int table)
{
    const int32_t *offsets = qm_result_offsets(view->result, table);
    if (!offsets) return (cli_rows){0, 0};
    return (cli_rows){offsets[view->document], offsets[view->document + 1]};
}

static const qm_column *view_column(const cli_view *view, int table, cli_column column)
{
    return &view->columns->at[table][column];
}

uint32_t cli_view_number(const cli_view *view, int table, cli_column column, int32_t row)
{
    const qm_column *c = view_column(view, table, column);
    if (!c->data) return QM_NONE;
    switch (c->width) {
    case 1: return ((const uint8_t *)c->data)[row];
    case 2: return ((const uint16_t *)c->data)[row];
    case 4: return ((const uint32_t *)c->data)[row];
    default: return QM_NONE;
    }
}

int32_t cli_view_signed(const cli_view *view, int table, cli_column column, int32_t row)
{
    const qm_column *c = view_column(view, table, column);
    return c->data && c->type == QM_TYPE_I32 ? ((const int32_t *)c->data)[row] : 0;
}

qm_bytes cli_view_name(const cli_view *view, int table, cli_column column, int32_t row)
{
    const qm_column *c = view_column(view, table, column);
    qm_bytes name = {"", 0};
    if (c->data && c->dictionary >= 0)
        qm_result_name(view->result, c->dictionary, cli_view_number(view, table, column, row),
                       &name);
    return name;
}

qm_bytes cli_view_type(const cli_view *view, int32_t row)
{
    qm_bytes name = {"", 0};
    uint32_t code = cli_view_number(view, QM_INITIATIVES, CLI_TYPE, row);
    qm_result_name(view->result, QM_DICT_TYPE_NAMES, code, &name);
    return name.size ? name : cli_view_name(view, QM_INITIATIVES, CLI_TYPE, row);
}

qm_value cli_view_value(const cli_view *view, int table, cli_column column, int32_t row)
{
    const qm_column *c = view_column(view, table, column);
    if (!c->data || c->type != QM_TYPE_VALUE) return (qm_value){0};
    return ((const qm_value *)c->data)[row];
}

qm_bytes cli_view_span(const cli_view *view, int table, cli_column column, int32_t row)
{
    uint32_t start = cli_view_number(view, table, column, row);
    uint32_t end = cli_view_number(view, table, column + 1, row);
    if (start == QM_NONE || end == QM_NONE || start > end || end > view->text.size)
        return (qm_bytes){"", 0};
    return (qm_bytes){(const char *)view->text.data + start, end - start};
}
