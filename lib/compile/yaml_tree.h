/* Walking the tree of a YAML text; every mistake has its line and column. */
#ifndef QM_YAML_TREE_H
#define QM_YAML_TREE_H

#include "compile/taxonomy.h"
#include <yaml.h>

/* The caller deletes the document. */
int qm_yaml_load(yaml_document_t *document, qm_bytes text, qm_error *err);

qm_place qm_yaml_place(const yaml_node_t *node);
qm_bytes qm_yaml_text(const yaml_node_t *node);
/* Where the text of a scalar begins: behind its quotation mark. */
qm_place qm_yaml_text_place(const yaml_node_t *node);
bool qm_yaml_is(const yaml_node_t *node, const char *word);
/* The value of a key, or NULL. */
yaml_node_t *qm_yaml_find(yaml_document_t *document, const yaml_node_t *mapping, const char *name);

int qm_yaml_complain(const yaml_node_t *node, qm_error *err, const char *reason);
int qm_yaml_want_text(const yaml_node_t *node, qm_error *err);
int qm_yaml_want_number(const yaml_node_t *node, int32_t least, int32_t most, int32_t *out,
                        qm_error *err);

/* One piece of a mapping or sequence; key is NULL in a sequence. */
typedef int (*qm_yaml_visit)(qm_builder *builder, void *context, const yaml_node_t *key,
                             yaml_document_t *document, yaml_node_t *value, qm_error *err);

int qm_yaml_each_pair(qm_builder *builder, void *context, yaml_document_t *document,
                      yaml_node_t *node, qm_yaml_visit visitor, qm_error *err);
/* The same for keys that stand but once. */
int qm_yaml_each_key(qm_builder *builder, void *context, yaml_document_t *document,
                     yaml_node_t *node, qm_yaml_visit visitor, qm_error *err);
/* A scalar counts as a sequence of one. */
int qm_yaml_each_item(qm_builder *builder, void *context, yaml_document_t *document,
                      yaml_node_t *node, qm_yaml_visit visitor, qm_error *err);

#endif
