#include "result/arrow.h"

#include <stdio.h>

/* Everything of one schema node; freed by its release. */
typedef struct schema_node {
    qm_allocator alloc;
    size_t size; /* of this block, the children behind it counted */
    char name[32];
    char format[12];
    struct ArrowSchema *storage;   /* of the children, then of the dictionary */
    struct ArrowSchema **pointers; /* to the children */
} schema_node;

static void release_schema(struct ArrowSchema *schema)
{
    schema_node *node = schema->private_data;
    for (int64_t i = 0; i < schema->n_children; i++)
        if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
    if (schema->dictionary && schema->dictionary->release)
        schema->dictionary->release(schema->dictionary);
    qm_allocator alloc = node->alloc;
    qm_release(&alloc, node, node->size);
    schema->release = NULL;
}

static int make_node(struct ArrowSchema *out, const char *name, const char *format,
                     int64_t children, bool dictionary, const qm_allocator *alloc)
{
    size_t nodes = (size_t)children + dictionary;
    size_t size = sizeof(schema_node) + nodes * sizeof(struct ArrowSchema) +
                  (size_t)children * sizeof(struct ArrowSchema *);
    schema_node *node = qm_alloc_zero(alloc, size);
    if (!node) return QM_E_NOMEM;
    node->alloc = *alloc;
    node->size = size;
    snprintf(node->name, sizeof node->name, "%s", name);
    snprintf(node->format, sizeof node->format, "%s", format);
    node->storage = (struct ArrowSchema *)(node + 1);
    node->pointers = (struct ArrowSchema **)(node->storage + nodes);
    for (int64_t i = 0; i < children; i++) node->pointers[i] = &node->storage[i];
    *out = (struct ArrowSchema){
        .format = node->format,
        .name = node->name,
        .flags = ARROW_FLAG_NULLABLE,
        .n_children = children,
        .children = children ? node->pointers : NULL,
        .dictionary = dictionary ? &node->storage[children] : NULL,
        .release = release_schema,
        .private_data = node,
    };
    return QM_OK;
}

qm_arrow_kind qm_arrow_kind_of(const qm_column_def *column)
{
    if (column->type == QM_TYPE_VALUE) return QM_ARROW_VALUE;
    if (column->dictionary >= 0) return QM_ARROW_NAME;
    return column->type == QM_TYPE_U32 ? QM_ARROW_PLACE : QM_ARROW_PLAIN;
}

int64_t qm_arrow_width(int table)
{
    const qm_table_def *def = &qm_table_defs[table];
    int64_t width = 1 + (table == QM_INITIATIVES);
    for (uint32_t c = 0; c < def->count; c++)
        width += qm_arrow_kind_of(&def->columns[c]) == QM_ARROW_VALUE ? 2 : 1;
    return width;
}

/* Codes are signed in Arrow: not every reader takes unsigned ones, and they are small. */
static const char *plain_format(const qm_column_def *column)
{
    bool code = column->dictionary >= 0;
    switch (column->type) {
    case QM_TYPE_U8: return code ? "c" : "C";
    case QM_TYPE_U16: return "S";
    case QM_TYPE_I32: return "i";
    default: return code ? "i" : "I";
    }
}

/* One column of ours as one or two of Arrow; *at is moved behind them. */
static int make_column(struct ArrowSchema **at, const qm_column_def *column,
                       const qm_allocator *alloc)
{
    char text_name[32];
    struct ArrowSchema *out = (*at)++;
    switch (qm_arrow_kind_of(column)) {
    case QM_ARROW_VALUE:
        snprintf(text_name, sizeof text_name, "%s_text", column->name);
        if (make_node(out, column->name, "d:38,10", 0, false, alloc) != QM_OK) return QM_E_NOMEM;
        return make_node((*at)++, text_name, "u", 0, false, alloc);
    case QM_ARROW_NAME:
        if (make_node(out, column->name, plain_format(column), 0, true, alloc) != QM_OK)
            return QM_E_NOMEM;
        return make_node(out->dictionary, "", "u", 0, false, alloc);
    default: return make_node(out, column->name, plain_format(column), 0, false, alloc);
    }
}

static int make_columns(struct ArrowSchema *table_schema, int table, const qm_allocator *alloc)
{
    const qm_table_def *def = &qm_table_defs[table];
    struct ArrowSchema *at = table_schema->children[0];
    if (make_node(at++, "document", "i", 0, false, alloc) != QM_OK) return QM_E_NOMEM;
    for (uint32_t c = 0; c < def->count; c++)
        if (make_column(&at, &def->columns[c], alloc) != QM_OK) return QM_E_NOMEM;
    if (table != QM_INITIATIVES) return QM_OK;
    if (make_node(at, "quantities", "+l", 1, false, alloc) != QM_OK) return QM_E_NOMEM;
    return make_node(at->children[0], "item", "i", 0, false, alloc);
}

int qm_arrow_schema(struct ArrowSchema *out, int table, const qm_allocator *alloc, qm_error *err)
{
    struct ArrowSchema schema;
    if (make_node(&schema, "", "+s", qm_arrow_width(table), false, alloc) != QM_OK)
        return qm_fail_nomem(err);
    schema.flags = 0; /* rows themselves are never null */
    if (make_columns(&schema, table, alloc) != QM_OK) {
        schema.release(&schema);
        return qm_fail_nomem(err);
    }
    *out = schema;
    return QM_OK;
}
