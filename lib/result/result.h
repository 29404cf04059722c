/* The tables of a batch: rows while it is analysed, columns when it is done. */
#ifndef QM_RESULT_H
#define QM_RESULT_H

#include "initiative/initiative.h"

#include <stdatomic.h>

/* One list for each table, from which its row, the numbers of its columns and their description
 * are made: X(name, type, dictionary). */
#define QM_TOKEN_COLUMNS(X) \
    X(start, U32, -1) X(end, U32, -1) X(tag, U8, QM_DICT_TAGS) X(flags, U8, -1)
#define QM_QUANTITY_COLUMNS(X)          \
    X(start, U32, -1)                   \
    X(end, U32, -1)                     \
    X(kind, U8, QM_DICT_QUANTITY_KINDS) \
    X(low, VALUE, -1)                   \
    X(high, VALUE, -1)                  \
    X(relation, U8, QM_DICT_RELATIONS)  \
    X(unit, U32, QM_DICT_UNITS)         \
    X(per, U32, QM_DICT_UNITS)          \
    X(rate, U32, QM_DICT_UNITS)         \
    X(header_unit, U32, QM_DICT_UNITS)  \
    X(counted_start, U32, -1)           \
    X(counted_end, U32, -1)             \
    X(number_start, U32, -1)            \
    X(number_end, U32, -1)              \
    X(soft_low, VALUE, -1)              \
    X(soft_high, VALUE, -1)             \
    X(si_value, VALUE, -1)              \
    X(si_unit, U32, QM_DICT_UNITS)      \
    X(flags, U16, -1)
#define QM_INITIATIVE_COLUMNS(X)    \
    X(start, U32, -1)               \
    X(end, U32, -1)                 \
    X(type, U32, QM_DICT_TYPES)     \
    X(group, U32, QM_DICT_GROUPS)   \
    X(duty, U32, QM_DICT_DUTIES)    \
    X(status, U8, QM_DICT_STATUSES) \
    X(score, I32, -1)               \
    X(trigger_start, U32, -1)       \
    X(trigger_end, U32, -1)         \
    X(object_start, U32, -1)        \
    X(object_end, U32, -1)          \
    X(actor_start, U32, -1)         \
    X(actor_end, U32, -1)           \
    X(place_start, U32, -1)         \
    X(place_end, U32, -1)           \
    X(time_start, U32, -1)          \
    X(time_end, U32, -1)            \
    X(rule, U32, QM_DICT_RULES)     \
    X(flags, U8, -1)
#define QM_ENTITY_COLUMNS(X) \
    X(start, U32, -1)        \
    X(end, U32, -1)          \
    X(kind, U8, QM_DICT_ENTITY_KINDS) X(link, U32, -1)
#define QM_CLAUSE_COLUMNS(X) \
    X(start, U32, -1)        \
    X(end, U32, -1)          \
    X(role, U8, QM_DICT_ROLES) X(sentence, U32, -1) X(paragraph, U32, -1) X(flags, U8, -1)
#define QM_MEASURE_COLUMNS(X) X(initiative, U32, -1) X(quantity, U32, -1)

#define QM_COLUMNS_MAX 24
#define QM_COLUMN_ALIGNMENT 64

#define QM_CTYPE_U8 uint8_t
#define QM_CTYPE_U16 uint16_t
#define QM_CTYPE_U32 uint32_t
#define QM_CTYPE_I32 int32_t
#define QM_CTYPE_VALUE qm_value
#define QM_ROW_FIELD(name, type, dictionary) QM_CTYPE_##type name;

typedef struct qm_token_row {
    QM_TOKEN_COLUMNS(QM_ROW_FIELD)
} qm_token_row;
typedef struct qm_quantity_row {
    QM_QUANTITY_COLUMNS(QM_ROW_FIELD)
} qm_quantity_row;
typedef struct qm_initiative_row {
    QM_INITIATIVE_COLUMNS(QM_ROW_FIELD)
} qm_initiative_row;
typedef struct qm_entity_row {
    QM_ENTITY_COLUMNS(QM_ROW_FIELD)
} qm_entity_row;
typedef struct qm_clause_row {
    QM_CLAUSE_COLUMNS(QM_ROW_FIELD)
} qm_clause_row;
typedef struct qm_measure_row {
    QM_MEASURE_COLUMNS(QM_ROW_FIELD)
} qm_measure_row;

/* ---- descriptions of tables and columns ---- */

typedef struct qm_column_def {
    const char *name;
    uint16_t type; /* qm_type */
    int16_t dictionary;
    uint16_t offset; /* in the row */
    uint16_t width;
} qm_column_def;

typedef struct qm_table_def {
    const char *name;
    const qm_column_def *columns;
    uint32_t count;
    size_t width; /* of all columns */
} qm_table_def;

extern const qm_table_def qm_table_defs[QM_TABLES];

/* ---- names behind codes ---- */

typedef struct qm_name_list {
    qm_bytes *at;
    uint32_t count;
    qm_buffer json; /* the names as JSON has them, one behind the other: in quotes, or null */
    uint32_t *json_starts; /* count + 1 of them; behind the last name 32 bytes can be read */
} qm_name_list;

/* All dictionaries of an engine; the names are views into its models. */
typedef struct qm_names {
    qm_name_list list[QM_DICTIONARIES];
    uint32_t *groups; /* code of the group and the duty of each type */
    uint32_t *duties;
} qm_names;

/* initiator may be NULL: then there are no types and rules. On failure *out is empty. */
int qm_names_build(qm_names *out, const qm_quantifier *quantifier, const qm_initiator *initiator,
                   const qm_allocator *alloc, qm_error *err);
void qm_names_free(qm_names *names, const qm_allocator *alloc);

/* Names that stand in the texts alone, such as classifiers: each gets a number. Most are one hanzi:
 * those that were added last are known by their bytes at once. */
typedef struct qm_interner {
    qm_u8_array bytes;
    qm_u32_array ends;  /* in bytes, of each name */
    qm_u32_array slots; /* open hash table of numbers + 1; a power of two or none */
    struct {
        uint32_t bytes, number; /* three of them as one number, none of which is 0 */
    } lately[64];
} qm_interner;

int qm_interner_add(qm_interner *interner, const qm_allocator *alloc, qm_bytes name,
                    uint32_t *number);
void qm_interner_clear(qm_interner *interner);
void qm_interner_free(qm_interner *interner, const qm_allocator *alloc);

/* ---- a batch in the making ---- */

typedef struct qm_batch_document {
    uint32_t size; /* bytes */
    int32_t ends[QM_TABLES];
} qm_batch_document;

/* The rows of a table. They lie in aligned columns from the beginning, so that the batch can leave
 * them to the result as they are. */
typedef struct qm_rows {
    void *block; /* what the allocator gave: all columns, one behind the other */
    size_t count, room;
    void *columns[QM_COLUMNS_MAX];
} qm_rows;

int qm_rows_make(qm_rows *rows, int table, size_t room, const qm_allocator *alloc);
void qm_rows_free(qm_rows *rows, int table, const qm_allocator *alloc);
/* All of them; there must be room. */
void qm_rows_copy(qm_rows *to, const qm_rows *from, int table);

typedef struct qm_batch {
    const qm_allocator *alloc;
    qm_rows rows[QM_TABLES];
    size_t before[QM_TABLES]; /* rows that were left to a result: the next ones may be as many */
    QM_ARRAY(qm_batch_document) documents;
    qm_interner written; /* units as written; their codes follow those of the names */
} qm_batch;

void qm_batch_clear(qm_batch *batch);
void qm_batch_free(qm_batch *batch); /* it is empty then, and can be used again */
/* Room for so many more rows of a table. */
int qm_batch_reserve(qm_batch *batch, int table, size_t more);

/* qm_batch_put_quantity(batch, &row), and so on: one more row, for which there is room. */
#define QM_COLUMN_PUT(name, type, dictionary) ((QM_CTYPE_##type *)*to++)[n] = row->name;
#define QM_ROW_PUT(table_row, LIST, table)                                                        \
    static inline void qm_batch_put_##table_row(qm_batch *batch, const qm_##table_row##_row *row) \
    {                                                                                             \
        qm_rows *rows = &batch->rows[table];                                                      \
        void *const *to = rows->columns;                                                          \
        size_t n = rows->count++;                                                                 \
        LIST(QM_COLUMN_PUT)                                                                       \
    }
QM_ROW_PUT(quantity, QM_QUANTITY_COLUMNS, QM_QUANTITIES)
QM_ROW_PUT(initiative, QM_INITIATIVE_COLUMNS, QM_INITIATIVES)
QM_ROW_PUT(entity, QM_ENTITY_COLUMNS, QM_ENTITIES)
QM_ROW_PUT(clause, QM_CLAUSE_COLUMNS, QM_CLAUSES)
QM_ROW_PUT(measure, QM_MEASURE_COLUMNS, QM_MEASURES)

/* Tokens are written many at a time; whoever writes them raises their count. */
typedef struct qm_token_block {
    uint32_t *start, *end;
    uint8_t *tag, *flags;
} qm_token_block;

/* There must be room for some. */
static inline qm_token_block qm_batch_tokens(const qm_batch *batch)
{
    void *const *columns = batch->rows[QM_TOKENS].columns;
    return (qm_token_block){columns[0], columns[1], columns[2], columns[3]};
}
/* The rows since the last call are those of a document of this size. */
int qm_batch_end_document(qm_batch *batch, size_t size, qm_error *err);

/* ---- the result ---- */

struct qm_result {
    atomic_uint refs;
    atomic_uint exports; /* Arrow arrays that look into the block */
    qm_allocator alloc;
    qm_engine *engine; /* holds the names; NULL before the first batch */
    const qm_names *names;
    size_t documents;
    uint32_t tables; /* bit set of those asked for */
    uint8_t unit;    /* qm_offset_unit */
    qm_rows rows[QM_TABLES];
    qm_rows made[QM_TABLES]; /* room for rows to come; some when there was none for the others */
    void *room;              /* what the allocator gave for what follows */
    size_t room_size;
    const int32_t *offsets[QM_TABLES];
    const uint32_t *sizes; /* of the documents, in bytes */
    const char *written;   /* names beyond those of the engine */
    const uint32_t *written_ends;
    uint32_t written_count;
};

/* The columns of a table by name: qm_token_columns_of(result).start[row], and so on. */
#define QM_COLUMN_FIELD(name, type, dictionary) const QM_CTYPE_##type *name;
#define QM_COLUMN_BIND(name, type, dictionary) to.name = *from++;
#define QM_NAMED_COLUMNS(row, LIST, table)                                          \
    typedef struct qm_##row##_columns {                                             \
        LIST(QM_COLUMN_FIELD)                                                       \
    } qm_##row##_columns;                                                           \
    static inline qm_##row##_columns qm_##row##_columns_of(const qm_result *result) \
    {                                                                               \
        void *const *from = result->rows[table].columns;                            \
        qm_##row##_columns to;                                                      \
        LIST(QM_COLUMN_BIND)                                                        \
        return to;                                                                  \
    }
QM_NAMED_COLUMNS(token, QM_TOKEN_COLUMNS, QM_TOKENS)
QM_NAMED_COLUMNS(quantity, QM_QUANTITY_COLUMNS, QM_QUANTITIES)
QM_NAMED_COLUMNS(initiative, QM_INITIATIVE_COLUMNS, QM_INITIATIVES)
QM_NAMED_COLUMNS(entity, QM_ENTITY_COLUMNS, QM_ENTITIES)
QM_NAMED_COLUMNS(clause, QM_CLAUSE_COLUMNS, QM_CLAUSES)
QM_NAMED_COLUMNS(measure, QM_MEASURE_COLUMNS, QM_MEASURES)

/* Makes the rows of the batch those of result, which may leave its old ones to the batch: that must
 * be cleared before it is used again. On failure both are as they were. */
int qm_result_fill(qm_result *result, qm_batch *batch, qm_engine *engine, const qm_names *names,
                   uint32_t tables, int unit, qm_error *err);
/* QM_E_BUSY while arrays made from it are in use elsewhere. */
int qm_result_check_free(const qm_result *result, qm_error *err);
/* One row put together again; row is the struct of its table. */
void qm_result_row(const qm_result *result, int table, int32_t number, void *row);
static inline int32_t qm_result_rows(const qm_result *result, int table)
{
    return result->offsets[table][result->documents];
}

/* ---- rendering ---- */

/* Places of one document in the unit of its result, as bytes of its text. */
typedef struct qm_places {
    qm_bytes text;
    uint32_t *bytes;  /* NULL when the unit is the byte */
    uint32_t count;   /* length of the text in the unit */
    bool well_formed; /* as UTF-8 */
    const qm_allocator *alloc;
} qm_places;

int qm_places_init(qm_places *places, qm_bytes text, int unit, const qm_allocator *alloc);
void qm_places_free(qm_places *places);
/* False when the place is none or lies outside the text. */
static inline bool qm_places_span(const qm_places *places, uint32_t start, uint32_t end,
                                  qm_bytes *out)
{
    if (start > end || end > places->count) return false; /* QM_NONE is beyond every text */
    if (places->bytes) {
        start = places->bytes[start];
        end = places->bytes[end];
    }
    *out = (qm_bytes){(const char *)places->text.data + start, end - start};
    return true;
}

int qm_render_json(const qm_result *result, size_t document, qm_bytes text, qm_bytes name,
                   qm_buffer *out, qm_error *err);
int qm_render_html(const qm_result *result, size_t document, qm_bytes text, qm_bytes name,
                   qm_buffer *out, qm_error *err);

#endif
