/* A taxonomy file (lib/data/taxonomy/README.md says what may stand in one). */
#include "compile/taxonomy.h"
#include "compile/yaml_tree.h"

/* ---- sets ---- */

static int read_set_words(qm_builder *builder, void *context, const yaml_node_t *key,
                          yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    const yaml_node_t *name = context;
    (void)key;
    (void)document;
    int status = qm_yaml_want_text(value, err);
    if (status != QM_OK) return status;
    return qm_taxonomy_fill_set(builder, qm_yaml_text(name), qm_yaml_text(value),
                                qm_yaml_text_place(value), err);
}

static int read_set(qm_builder *builder, void *context, const yaml_node_t *key,
                    yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    (void)context;
    return qm_yaml_each_item(builder, (void *)key, document, value, read_set_words, err);
}

/* ---- rules ---- */

typedef struct type_reader {
    uint32_t type;
    uint32_t gap;
    const yaml_node_t *pattern; /* of the rule that is being read */
    qm_rule_options options;
} type_reader;

static int read_scope(const yaml_node_t *node, uint32_t *out, qm_error *err)
{
    static const char *const names[] = {"clause", "run", "sentence", "list"};
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!qm_yaml_is(node, names[i])) continue;
        *out = i;
        return QM_OK;
    }
    return qm_yaml_complain(node, err, "a scope is clause, run, sentence or list");
}

static int read_rule_key(qm_builder *builder, void *context, const yaml_node_t *key,
                         yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    type_reader *reader = context;
    (void)builder;
    (void)document;
    int32_t number;
    int status;
    if (qm_yaml_is(key, "rule")) {
        reader->pattern = value;
        return qm_yaml_want_text(value, err);
    }
    if (qm_yaml_is(key, "note")) return QM_OK;
    if (qm_yaml_is(key, "scope")) return read_scope(value, &reader->options.scope, err);
    if (qm_yaml_is(key, "gap")) {
        status = qm_yaml_want_number(value, 0, 200, &number, err);
        if (status == QM_OK) reader->options.gap = (uint32_t)number;
        return status;
    }
    if (qm_yaml_is(key, "points")) {
        status = qm_yaml_want_number(value, -100, 100, &number, err);
        if (status == QM_OK) reader->options.points = number;
        return status;
    }
    return qm_yaml_complain(key, err, "a rule has no such key");
}

static int read_rule(qm_builder *builder, void *context, const yaml_node_t *key,
                     yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    type_reader *reader = context;
    (void)key;
    reader->options = (qm_rule_options){reader->gap, QM_SCOPE_CLAUSE, QM_TAXONOMY_PAIR};
    reader->pattern = value->type == YAML_SCALAR_NODE ? value : NULL;
    if (!reader->pattern) {
        int status = qm_yaml_each_key(builder, reader, document, value, read_rule_key, err);
        if (status != QM_OK) return status;
        if (!reader->pattern) return qm_yaml_complain(value, err, "a rule without 'rule:'");
    }
    return qm_taxonomy_add_rule(builder, reader->type, qm_yaml_text(reader->pattern),
                                &reader->options, qm_yaml_text_place(reader->pattern), err);
}

static int read_block(qm_builder *builder, void *context, const yaml_node_t *key,
                      yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    const type_reader *reader = context;
    (void)key;
    (void)document;
    int status = qm_yaml_want_text(value, err);
    if (status != QM_OK) return status;
    return qm_taxonomy_add_block(builder, reader->type, qm_yaml_text(value),
                                 qm_yaml_text_place(value), err);
}

/* ---- types ---- */

static int read_name(qm_builder *builder, yaml_node_t *node, qm_taxonomy_text *out, qm_error *err)
{
    int status = qm_yaml_want_text(node, err);
    return status == QM_OK ? qm_taxonomy_keep(builder, qm_yaml_text(node), out, err) : status;
}

static qm_taxonomy_type *type_at(qm_builder *builder, uint32_t type)
{
    qm_taxonomy_room *room = builder->rooms[QM_COMPILE_INITIATIVE];
    return &room->types.at[type];
}

static int read_type_name(qm_builder *builder, uint32_t number, const yaml_node_t *key,
                          yaml_node_t *value, bool *known, qm_error *err)
{
    static const char *const keys[] = {"zh", "name", "group", "duty", "parent"};
    qm_taxonomy_text text = {0};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!qm_yaml_is(key, keys[i])) continue;
        *known = true;
        int status = read_name(builder, value, &text, err);
        if (status != QM_OK) return status;
        qm_taxonomy_type *type = type_at(builder, number);
        qm_taxonomy_text *where[] = {&type->name, &type->name, &type->group, &type->duty,
                                     &type->parent};
        *where[i] = text;
    }
    return QM_OK;
}

static int read_type_key(qm_builder *builder, void *context, const yaml_node_t *key,
                         yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    /* What people read and machines don't, and what qianmo lint reads by itself. */
    static const char *const silent[] = {"id",      "rev",      "official", "def", "include",
                                         "exclude", "replaces", "note",     "yes", "no"};
    type_reader *reader = context;
    bool known = false;
    int status = read_type_name(builder, reader->type, key, value, &known, err);
    if (status != QM_OK || known) return status;
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
        if (qm_yaml_is(key, silent[i])) return QM_OK;
    if (qm_yaml_is(key, "rules") || qm_yaml_is(key, "triggers"))
        return qm_yaml_each_item(builder, reader, document, value, read_rule, err);
    if (qm_yaml_is(key, "block"))
        return qm_yaml_each_item(builder, reader, document, value, read_block, err);
    if (qm_yaml_is(key, "means")) {
        type_at(builder, reader->type)->means = qm_yaml_is(value, "true");
        return qm_yaml_is(value, "true") || qm_yaml_is(value, "false")
                   ? QM_OK
                   : qm_yaml_complain(value, err, "means is true or false");
    }
    if (qm_yaml_is(key, "gap")) return QM_OK; /* read before the rules */
    return qm_yaml_complain(key, err, "a type has no such key");
}

static int read_type(qm_builder *builder, void *context, const yaml_node_t *key,
                     yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    const qm_taxonomy_room *room = builder->rooms[QM_COMPILE_INITIATIVE];
    (void)context;
    (void)key;
    if (value->type != YAML_MAPPING_NODE)
        return qm_yaml_complain(value, err, "a type is a mapping");
    yaml_node_t *id = qm_yaml_find(document, value, "id"),
                *gap = qm_yaml_find(document, value, "gap");
    if (!id) return qm_yaml_complain(value, err, "a type without 'id:'");
    int32_t number = (int32_t)room->gap;
    int status = qm_yaml_want_text(id, err);
    if (status == QM_OK && gap) status = qm_yaml_want_number(gap, 0, 200, &number, err);
    if (status != QM_OK) return status;
    type_reader reader = {.gap = (uint32_t)number};
    status =
        qm_yaml_find(document, value, "zh") || qm_yaml_find(document, value, "name")
            ? qm_taxonomy_new_type(builder, qm_yaml_text(id), qm_yaml_place(id), &reader.type, err)
            : qm_taxonomy_type_of(builder, qm_yaml_text(id), qm_yaml_place(id), &reader.type, err);
    if (status != QM_OK) return status;
    return qm_yaml_each_key(builder, &reader, document, value, read_type_key, err);
}

/* ---- the file ---- */

static int read_extends(qm_taxonomy_room *room, const yaml_node_t *node, qm_error *err)
{
    if (qm_yaml_is(node, "none")) room->flags |= QM_TAXONOMY_REPLACES;
    else if (!qm_yaml_is(node, "base"))
        return qm_yaml_complain(node, err, "extends is base or none");
    return QM_OK;
}

static int read_file_key(qm_builder *builder, void *context, const yaml_node_t *key,
                         yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    static const char *const silent[] = {"duties", "revitalisations", "anchors",
                                         "groups", "status_values",   "note"};
    qm_taxonomy_room *room = context;
    int32_t number;
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
        if (qm_yaml_is(key, silent[i])) return QM_OK;
    if (qm_yaml_is(key, "version"))
        return qm_yaml_is(value, "1") ? QM_OK
                                      : qm_yaml_complain(value, err, "the only version is 1");
    if (qm_yaml_is(key, "extends")) return read_extends(room, value, err);
    if (qm_yaml_is(key, "gap")) {
        int status = qm_yaml_want_number(value, 0, 200, &number, err);
        if (status == QM_OK) room->gap = (uint32_t)number;
        return status;
    }
    if (qm_yaml_is(key, "sets"))
        return qm_yaml_each_pair(builder, NULL, document, value, read_set, err);
    if (qm_yaml_is(key, "types"))
        return qm_yaml_each_item(builder, NULL, document, value, read_type, err);
    return qm_yaml_complain(key, err, "a taxonomy has no such key");
}

static int check_parent(qm_builder *builder, void *context, const yaml_node_t *key,
                        yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    const yaml_node_t *parent = qm_yaml_find(document, value, "parent");
    (void)context;
    (void)key;
    if (!parent) return QM_OK;
    if (!qm_taxonomy_has_type(builder, qm_yaml_text(parent)))
        return qm_yaml_complain(parent, err, "no such type to inherit from");
    return qm_taxonomy_parents_end(builder, qm_yaml_text(parent))
               ? QM_OK
               : qm_yaml_complain(parent, err, QM_TAXONOMY_RING);
}

/* A type may stand before its parent, so they are looked for when all are known. */
static int check_parents(qm_builder *builder, yaml_document_t *document, yaml_node_t *root,
                         qm_error *err)
{
    yaml_node_t *types = qm_yaml_find(document, root, "types");
    return types ? qm_yaml_each_item(builder, NULL, document, types, check_parent, err) : QM_OK;
}

int qm_taxonomy_read_yaml(qm_builder *builder, qm_bytes text, qm_error *err)
{
    qm_taxonomy_room *room = NULL;
    int status = qm_taxonomy_room_of(builder, &room, err);
    if (status != QM_OK) return status;
    room->gap = QM_TAXONOMY_GAP;
    yaml_document_t document;
    status = qm_yaml_load(&document, text, err);
    if (status != QM_OK) return status;
    yaml_node_t *root = yaml_document_get_root_node(&document);
    status = root ? qm_yaml_each_key(builder, room, &document, root, read_file_key, err)
                  : qm_fail_line(err, QM_E_SYNTAX, 1, 1, "an empty taxonomy");
    if (status == QM_OK) status = check_parents(builder, &document, root, err);
    yaml_document_delete(&document);
    return status;
}
