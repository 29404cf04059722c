/* A taxonomy file (lib/data/taxonomy/README.md says what may stand in one). */
#include "compile/taxonomy.h"
#include <yaml.h>

/* ---- the tree ---- */

static qm_place place_of(const yaml_node_t *node)
{
    return (qm_place){(uint32_t)node->start_mark.line + 1, (uint32_t)node->start_mark.column + 1};
}

static qm_bytes text_of(const yaml_node_t *node)
{
    return (qm_bytes){node->data.scalar.value, node->data.scalar.length};
}

/* Where the text of a scalar begins: behind its quotation mark. */
static qm_place text_place(const yaml_node_t *node)
{
    qm_place place = place_of(node);
    place.column += node->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                    node->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    return place;
}

static int complain(const yaml_node_t *node, qm_error *err, const char *reason)
{
    qm_place place = place_of(node);
    bool scalar = node->type == YAML_SCALAR_NODE;
    size_t size = scalar ? node->data.scalar.length : 0;
    return qm_fail_line(err, QM_E_SYNTAX, place.line, place.column, "%s%s%.*s", reason,
                        scalar ? ": " : "", size < 60 ? (int)size : 60,
                        scalar ? (const char *)node->data.scalar.value : "");
}

static int want_scalar(const yaml_node_t *node, qm_error *err)
{
    return node->type == YAML_SCALAR_NODE ? QM_OK : complain(node, err, "one text is wanted here");
}

static int want_number(const yaml_node_t *node, int32_t least, int32_t most, int32_t *out,
                       qm_error *err)
{
    int status = want_scalar(node, err);
    if (status != QM_OK) return status;
    const char *at = (const char *)node->data.scalar.value;
    size_t size = node->data.scalar.length, i = size > 0 && at[0] == '-';
    int32_t value = 0;
    bool sound = size > i && size < 6;
    for (size_t k = i; sound && k < size; k++) {
        sound = at[k] >= '0' && at[k] <= '9';
        value = value * 10 + (at[k] - '0');
    }
    if (i) value = -value;
    if (!sound || value < least || value > most)
        return complain(node, err, "not a number that may stand here");
    *out = value;
    return QM_OK;
}

static bool is(const yaml_node_t *node, const char *word)
{
    return node->type == YAML_SCALAR_NODE && qm_bytes_equal(text_of(node), qm_bytes_of(word));
}

/* One piece of a mapping or sequence; key is NULL in a sequence. */
typedef int (*visit)(qm_builder *builder, void *context, const yaml_node_t *key,
                     yaml_document_t *document, yaml_node_t *value, qm_error *err);

static int each_pair(qm_builder *builder, void *context, yaml_document_t *document,
                     yaml_node_t *node, visit visitor, qm_error *err)
{
    if (node->type != YAML_MAPPING_NODE) return complain(node, err, "a mapping is wanted here");
    int status = QM_OK;
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top && status == QM_OK; pair++) {
        yaml_node_t *key = yaml_document_get_node(document, pair->key);
        yaml_node_t *value = yaml_document_get_node(document, pair->value);
        status = want_scalar(key, err);
        if (status == QM_OK) status = visitor(builder, context, key, document, value, err);
    }
    return status;
}

/* A scalar counts as a sequence of one. */
static int each_item(qm_builder *builder, void *context, yaml_document_t *document,
                     yaml_node_t *node, visit visitor, qm_error *err)
{
    if (node->type == YAML_SCALAR_NODE) return visitor(builder, context, NULL, document, node, err);
    if (node->type != YAML_SEQUENCE_NODE) return complain(node, err, "a list is wanted here");
    int status = QM_OK;
    for (yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top && status == QM_OK; item++)
        status =
            visitor(builder, context, NULL, document, yaml_document_get_node(document, *item), err);
    return status;
}

/* ---- sets ---- */

static int read_set_words(qm_builder *builder, void *context, const yaml_node_t *key,
                          yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    const yaml_node_t *name = context;
    (void)key;
    (void)document;
    int status = want_scalar(value, err);
    if (status != QM_OK) return status;
    return qm_taxonomy_fill_set(builder, text_of(name), text_of(value), text_place(value), err);
}

static int read_set(qm_builder *builder, void *context, const yaml_node_t *key,
                    yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    (void)context;
    return each_item(builder, (void *)key, document, value, read_set_words, err);
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
    static const char *const names[] = {"clause", "run", "sentence"};
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!is(node, names[i])) continue;
        *out = i;
        return QM_OK;
    }
    return complain(node, err, "a scope is clause, run or sentence");
}

static int read_rule_key(qm_builder *builder, void *context, const yaml_node_t *key,
                         yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    type_reader *reader = context;
    (void)builder;
    (void)document;
    int32_t number;
    int status;
    if (is(key, "rule")) {
        reader->pattern = value;
        return want_scalar(value, err);
    }
    if (is(key, "note")) return QM_OK;
    if (is(key, "scope")) return read_scope(value, &reader->options.scope, err);
    if (is(key, "gap")) {
        status = want_number(value, 0, 200, &number, err);
        if (status == QM_OK) reader->options.gap = (uint32_t)number;
        return status;
    }
    if (is(key, "points")) {
        status = want_number(value, -100, 100, &number, err);
        if (status == QM_OK) reader->options.points = number;
        return status;
    }
    return complain(key, err, "a rule has no such key");
}

static int read_rule(qm_builder *builder, void *context, const yaml_node_t *key,
                     yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    type_reader *reader = context;
    (void)key;
    reader->options = (qm_rule_options){reader->gap, QM_SCOPE_CLAUSE, QM_TAXONOMY_PAIR};
    reader->pattern = value->type == YAML_SCALAR_NODE ? value : NULL;
    if (!reader->pattern) {
        int status = each_pair(builder, reader, document, value, read_rule_key, err);
        if (status != QM_OK) return status;
        if (!reader->pattern) return complain(value, err, "a rule without 'rule:'");
    }
    return qm_taxonomy_add_rule(builder, reader->type, text_of(reader->pattern), &reader->options,
                                text_place(reader->pattern), err);
}

static int read_block(qm_builder *builder, void *context, const yaml_node_t *key,
                      yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    const type_reader *reader = context;
    (void)key;
    (void)document;
    int status = want_scalar(value, err);
    if (status != QM_OK) return status;
    return qm_taxonomy_add_block(builder, reader->type, text_of(value), text_place(value), err);
}

/* ---- types ---- */

static yaml_node_t *find(yaml_document_t *document, const yaml_node_t *mapping, const char *name)
{
    for (yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
         pair < mapping->data.mapping.pairs.top; pair++)
        if (is(yaml_document_get_node(document, pair->key), name))
            return yaml_document_get_node(document, pair->value);
    return NULL;
}

static int read_name(qm_builder *builder, yaml_node_t *node, qm_taxonomy_text *out, qm_error *err)
{
    int status = want_scalar(node, err);
    return status == QM_OK ? qm_taxonomy_keep(builder, text_of(node), out, err) : status;
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
        if (!is(key, keys[i])) continue;
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
        if (is(key, silent[i])) return QM_OK;
    if (is(key, "rules") || is(key, "triggers"))
        return each_item(builder, reader, document, value, read_rule, err);
    if (is(key, "block")) return each_item(builder, reader, document, value, read_block, err);
    if (is(key, "means")) {
        type_at(builder, reader->type)->means = is(value, "true");
        return is(value, "true") || is(value, "false")
                   ? QM_OK
                   : complain(value, err, "means is true or false");
    }
    if (is(key, "gap")) return QM_OK; /* read before the rules */
    return complain(key, err, "a type has no such key");
}

static int read_type(qm_builder *builder, void *context, const yaml_node_t *key,
                     yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    const qm_taxonomy_room *room = builder->rooms[QM_COMPILE_INITIATIVE];
    (void)context;
    (void)key;
    if (value->type != YAML_MAPPING_NODE) return complain(value, err, "a type is a mapping");
    yaml_node_t *id = find(document, value, "id"), *gap = find(document, value, "gap");
    if (!id) return complain(value, err, "a type without 'id:'");
    int32_t number = (int32_t)room->gap;
    int status = want_scalar(id, err);
    if (status == QM_OK && gap) status = want_number(gap, 0, 200, &number, err);
    if (status != QM_OK) return status;
    type_reader reader = {.gap = (uint32_t)number};
    status = find(document, value, "zh") || find(document, value, "name")
                 ? qm_taxonomy_new_type(builder, text_of(id), place_of(id), &reader.type, err)
                 : qm_taxonomy_type_of(builder, text_of(id), place_of(id), &reader.type, err);
    if (status != QM_OK) return status;
    return each_pair(builder, &reader, document, value, read_type_key, err);
}

/* ---- the file ---- */

static int read_extends(qm_taxonomy_room *room, const yaml_node_t *node, qm_error *err)
{
    if (is(node, "none")) room->flags |= QM_TAXONOMY_REPLACES;
    else if (!is(node, "base")) return complain(node, err, "extends is base or none");
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
        if (is(key, silent[i])) return QM_OK;
    if (is(key, "version")) return want_number(value, 1, 1, &number, err);
    if (is(key, "extends")) return read_extends(room, value, err);
    if (is(key, "gap")) {
        int status = want_number(value, 0, 200, &number, err);
        if (status == QM_OK) room->gap = (uint32_t)number;
        return status;
    }
    if (is(key, "sets")) return each_pair(builder, NULL, document, value, read_set, err);
    if (is(key, "types")) return each_item(builder, NULL, document, value, read_type, err);
    return complain(key, err, "a taxonomy has no such key");
}

static int load(yaml_document_t *document, qm_bytes text, qm_error *err)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) return qm_fail_nomem(err);
    yaml_parser_set_input_string(&parser, text.data, text.size);
    int status = QM_OK;
    if (!yaml_parser_load(&parser, document)) {
        status = parser.error == YAML_MEMORY_ERROR
                     ? qm_fail_nomem(err)
                     : qm_fail_line(err, QM_E_SYNTAX, (uint32_t)parser.problem_mark.line + 1,
                                    (uint32_t)parser.problem_mark.column + 1, "%s",
                                    parser.problem ? parser.problem : "not YAML");
    }
    yaml_parser_delete(&parser);
    return status;
}

int qm_taxonomy_read_yaml(qm_builder *builder, qm_bytes text, qm_error *err)
{
    qm_taxonomy_room *room = NULL;
    int status = qm_taxonomy_room_of(builder, &room, err);
    if (status != QM_OK) return status;
    room->gap = QM_TAXONOMY_GAP;
    yaml_document_t document;
    status = load(&document, text, err);
    if (status != QM_OK) return status;
    yaml_node_t *root = yaml_document_get_root_node(&document);
    status = root ? each_pair(builder, room, &document, root, read_file_key, err)
                  : qm_fail_line(err, QM_E_SYNTAX, 1, 1, "an empty taxonomy");
    yaml_document_delete(&document);
    return status;
}
