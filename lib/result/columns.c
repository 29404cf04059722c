#include "result/result.h"

#include <stddef.h>

#define DEF(row, column, column_type, names) \
    {#column, QM_TYPE_##column_type, names, offsetof(row, column), sizeof(QM_CTYPE_##column_type)},
#define TOKEN(c, t, d) DEF(qm_token_row, c, t, d)
#define QUANTITY(c, t, d) DEF(qm_quantity_row, c, t, d)
#define INITIATIVE(c, t, d) DEF(qm_initiative_row, c, t, d)
#define ENTITY(c, t, d) DEF(qm_entity_row, c, t, d)
#define CLAUSE(c, t, d) DEF(qm_clause_row, c, t, d)
#define MEASURE(c, t, d) DEF(qm_measure_row, c, t, d)

static const qm_column_def tokens[] = {QM_TOKEN_COLUMNS(TOKEN)};
static const qm_column_def quantities[] = {QM_QUANTITY_COLUMNS(QUANTITY)};
static const qm_column_def initiatives[] = {QM_INITIATIVE_COLUMNS(INITIATIVE)};
static const qm_column_def entities[] = {QM_ENTITY_COLUMNS(ENTITY)};
static const qm_column_def clauses[] = {QM_CLAUSE_COLUMNS(CLAUSE)};
static const qm_column_def measures[] = {QM_MEASURE_COLUMNS(MEASURE)};

#define COUNT(columns) (sizeof(columns) / sizeof *(columns))
_Static_assert(COUNT(quantities) <= QM_COLUMNS_MAX, "room for every column");
_Static_assert(COUNT(initiatives) <= QM_COLUMNS_MAX, "room for every column");

/* As many bytes as the columns of a row. */
#define ROOM(name, type, dictionary) char name[sizeof(QM_CTYPE_##type)];
struct token_room {
    QM_TOKEN_COLUMNS(ROOM)
};
struct quantity_room {
    QM_QUANTITY_COLUMNS(ROOM)
};
struct initiative_room {
    QM_INITIATIVE_COLUMNS(ROOM)
};
struct entity_room {
    QM_ENTITY_COLUMNS(ROOM)
};
struct clause_room {
    QM_CLAUSE_COLUMNS(ROOM)
};
struct measure_room {
    QM_MEASURE_COLUMNS(ROOM)
};

const qm_table_def qm_table_defs[QM_TABLES] = {
    [QM_TOKENS] = {"tokens", tokens, COUNT(tokens), sizeof(struct token_room)},
    [QM_QUANTITIES] = {"quantities", quantities, COUNT(quantities), sizeof(struct quantity_room)},
    [QM_INITIATIVES] = {"initiatives", initiatives, COUNT(initiatives),
                        sizeof(struct initiative_room)},
    [QM_ENTITIES] = {"entities", entities, COUNT(entities), sizeof(struct entity_room)},
    [QM_CLAUSES] = {"clauses", clauses, COUNT(clauses), sizeof(struct clause_room)},
    [QM_MEASURES] = {"measures", measures, COUNT(measures), sizeof(struct measure_room)},
};
