/* The fields that a row has in docs/jsonl.md beside start, end and text, and the columns of a
 * result that they come from: what the bindings that make rows one by one have in common. */
#ifndef QIANMO_FIELDS_H
#define QIANMO_FIELDS_H

#include <qianmo/qianmo.h>
#include <stdbool.h>

typedef enum field_kind {
    FIELD_NAME,   /* what a code stands for; nothing for 0 */
    FIELD_VALUE,  /* a number or a date */
    FIELD_TEXT,   /* the text between two places */
    FIELD_PLACE,  /* two places */
    FIELD_BOUNDS, /* two values */
    FIELD_SI,     /* a value and a unit */
    FIELD_INTEGER,
    FIELD_ROW,      /* the number of a row of a table, or of a sentence or paragraph */
    FIELD_MEASURES, /* rows of the quantities of an initiative; from the table of measures */
    FIELD_FLAGS     /* names of the bits that are set */
} field_kind;

typedef struct field {
    const char *key; /* NULL at the end */
    field_kind kind;
    const char *first, *second; /* columns */
} field;

enum { FIELDS_MAX = 16 };

static const field token_fields[] = {
    {"tag", FIELD_NAME, "tag", NULL}, {"flags", FIELD_FLAGS, "flags", NULL}, {0}};
static const field quantity_fields[] = {{"kind", FIELD_NAME, "kind", NULL},
                                        {"low", FIELD_VALUE, "low", NULL},
                                        {"high", FIELD_VALUE, "high", NULL},
                                        {"relation", FIELD_NAME, "relation", NULL},
                                        {"unit", FIELD_NAME, "unit", NULL},
                                        {"per", FIELD_NAME, "per", NULL},
                                        {"counted", FIELD_TEXT, "counted_start", "counted_end"},
                                        {"number", FIELD_PLACE, "number_start", "number_end"},
                                        {"soft", FIELD_BOUNDS, "soft_low", "soft_high"},
                                        {"si", FIELD_SI, "si_value", "si_unit"},
                                        {"rate", FIELD_NAME, "rate", NULL},
                                        {"header_unit", FIELD_NAME, "header_unit", NULL},
                                        {"flags", FIELD_FLAGS, "flags", NULL},
                                        {0}};
static const field initiative_fields[] = {{"type", FIELD_NAME, "type", NULL},
                                          {"group", FIELD_NAME, "group", NULL},
                                          {"duty", FIELD_NAME, "duty", NULL},
                                          {"status", FIELD_NAME, "status", NULL},
                                          {"trigger", FIELD_TEXT, "trigger_start", "trigger_end"},
                                          {"object", FIELD_TEXT, "object_start", "object_end"},
                                          {"quantities", FIELD_MEASURES, NULL, NULL},
                                          {"actor", FIELD_TEXT, "actor_start", "actor_end"},
                                          {"place", FIELD_TEXT, "place_start", "place_end"},
                                          {"time", FIELD_TEXT, "time_start", "time_end"},
                                          {"score", FIELD_INTEGER, "score", NULL},
                                          {"rule", FIELD_NAME, "rule", NULL},
                                          {"flags", FIELD_FLAGS, "flags", NULL},
                                          {0}};
static const field entity_fields[] = {
    {"kind", FIELD_NAME, "kind", NULL}, {"link", FIELD_ROW, "link", NULL}, {0}};
static const field clause_fields[] = {{"role", FIELD_NAME, "role", NULL},
                                      {"sentence", FIELD_ROW, "sentence", NULL},
                                      {"paragraph", FIELD_ROW, "paragraph", NULL},
                                      {"flags", FIELD_FLAGS, "flags", NULL},
                                      {0}};

/* By qm_table; measures are no rows of their own. */
static const field *const fields_of_table[QM_TABLES] = {
    [QM_TOKENS] = token_fields,           [QM_QUANTITIES] = quantity_fields,
    [QM_INITIATIVES] = initiative_fields, [QM_ENTITIES] = entity_fields,
    [QM_CLAUSES] = clause_fields,
};

/* A cell of a column of codes, places or numbers. */
static inline int64_t field_cell(const qm_column *column, int64_t row)
{
    switch (column->type) {
    case QM_TYPE_U8: return ((const uint8_t *)column->data)[row];
    case QM_TYPE_U16: return ((const uint16_t *)column->data)[row];
    case QM_TYPE_U32: return ((const uint32_t *)column->data)[row];
    case QM_TYPE_I32: return ((const int32_t *)column->data)[row];
    default: return 0;
    }
}

/* The first measure of an initiative among [low, high) of the table of measures, which stands in
 * the order of initiatives; its column "initiative". */
static inline int64_t field_first_measure(const qm_column *owners, int64_t low, int64_t high,
                                          int64_t initiative)
{
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (field_cell(owners, middle) < initiative) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Of mentions of one thing, the first links to itself or to none: it has nothing to say. */
static inline bool field_links(int table, int64_t number, int64_t row)
{
    return number != QM_NONE && !(table == QM_ENTITIES && number == row);
}

#endif
