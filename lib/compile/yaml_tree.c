#include "compile/yaml_tree.h"

qm_place qm_yaml_place(const yaml_node_t *node)
{
    return (qm_place){(uint32_t)node->start_mark.line + 1, (uint32_t)node->start_mark.column + 1};
}

qm_bytes qm_yaml_text(const yaml_node_t *node)
{
    return (qm_bytes){node->data.scalar.value, node->data.scalar.length};
}

/* Where the text of a scalar begins: behind its quotation mark. */
qm_place qm_yaml_text_place(const yaml_node_t *node)
{
    qm_place place = qm_yaml_place(node);
    place.column += node->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                    node->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    return place;
}

int qm_yaml_complain(const yaml_node_t *node, qm_error *err, const char *reason)
{
    qm_place place = qm_yaml_place(node);
    bool scalar = node->type == YAML_SCALAR_NODE;
    size_t size = scalar ? node->data.scalar.length : 0;
    return qm_fail_line(err, QM_E_SYNTAX, place.line, place.column, "%s%s%.*s", reason,
                        scalar ? ": " : "", size < 60 ? (int)size : 60,
                        scalar ? (const char *)node->data.scalar.value : "");
}

int qm_yaml_want_text(const yaml_node_t *node, qm_error *err)
{
    return node->type == YAML_SCALAR_NODE ? QM_OK
                                          : qm_yaml_complain(node, err, "one text is wanted here");
}

int qm_yaml_want_number(const yaml_node_t *node, int32_t least, int32_t most, int32_t *out,
                        qm_error *err)
{
    int status = qm_yaml_want_text(node, err);
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
    if (!sound || value < least || value > most) {
        qm_place place = qm_yaml_place(node);
        return qm_fail_line(err, QM_E_SYNTAX, place.line, place.column,
                            "not a number from %d to %d: %.*s", (int)least, (int)most,
                            size < 60 ? (int)size : 60, at);
    }
    *out = value;
    return QM_OK;
}

bool qm_yaml_is(const yaml_node_t *node, const char *word)
{
    return node->type == YAML_SCALAR_NODE && qm_bytes_equal(qm_yaml_text(node), qm_bytes_of(word));
}

/* Whether a key stands in its mapping already. Only known keys are asked about, which are few. */
static bool stands_before(yaml_document_t *document, const yaml_node_t *mapping,
                          const yaml_node_pair_t *pair, const yaml_node_t *key)
{
    for (const yaml_node_pair_t *p = mapping->data.mapping.pairs.start; p < pair; p++) {
        const yaml_node_t *other = yaml_document_get_node(document, p->key);
        if (qm_bytes_equal(qm_yaml_text(other), qm_yaml_text(key))) return true;
    }
    return false;
}

static int each_pair(qm_builder *builder, void *context, yaml_document_t *document,
                     yaml_node_t *node, bool once, qm_yaml_visit visitor, qm_error *err)
{
    if (node->type != YAML_MAPPING_NODE)
        return qm_yaml_complain(node, err, "a mapping is wanted here");
    int status = QM_OK;
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top && status == QM_OK; pair++) {
        yaml_node_t *key = yaml_document_get_node(document, pair->key);
        yaml_node_t *value = yaml_document_get_node(document, pair->value);
        status = qm_yaml_want_text(key, err);
        if (status == QM_OK && once && stands_before(document, node, pair, key))
            status = qm_yaml_complain(key, err, "this key stands here twice");
        if (status == QM_OK) status = visitor(builder, context, key, document, value, err);
    }
    return status;
}

int qm_yaml_each_pair(qm_builder *builder, void *context, yaml_document_t *document,
                      yaml_node_t *node, qm_yaml_visit visitor, qm_error *err)
{
    return each_pair(builder, context, document, node, false, visitor, err);
}

int qm_yaml_each_key(qm_builder *builder, void *context, yaml_document_t *document,
                     yaml_node_t *node, qm_yaml_visit visitor, qm_error *err)
{
    return each_pair(builder, context, document, node, true, visitor, err);
}

/* A scalar counts as a sequence of one. */
int qm_yaml_each_item(qm_builder *builder, void *context, yaml_document_t *document,
                      yaml_node_t *node, qm_yaml_visit visitor, qm_error *err)
{
    if (node->type == YAML_SCALAR_NODE) return visitor(builder, context, NULL, document, node, err);
    if (node->type != YAML_SEQUENCE_NODE)
        return qm_yaml_complain(node, err, "a list is wanted here");
    int status = QM_OK;
    for (yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top && status == QM_OK; item++)
        status =
            visitor(builder, context, NULL, document, yaml_document_get_node(document, *item), err);
    return status;
}

yaml_node_t *qm_yaml_find(yaml_document_t *document, const yaml_node_t *mapping, const char *name)
{
    for (yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
         pair < mapping->data.mapping.pairs.top; pair++)
        if (qm_yaml_is(yaml_document_get_node(document, pair->key), name))
            return yaml_document_get_node(document, pair->value);
    return NULL;
}

/* What libyaml says, for those who never heard of block mappings; where it is told at the start of
 * what is wrong, for its end may be the end of the file. */
static int complain_of_syntax(const yaml_parser_t *parser, qm_error *err)
{
    static const struct {
        const char *problem, *reason;
        bool at_start;
    } reasons[] = {
        {"found unexpected end of stream", "a quotation mark is not closed", true},
        {"could not find expected ':'", "a key wants a colon ':' and a blank behind it", true},
        {"mapping values are not allowed",
         "a colon with a blank inside a value, which wants quotation marks then, or a line that is "
         "not indented like the one above",
         false},
        {"tab character that violates", "a tab: lines are indented by blanks", false},
        {"cannot start any token",
         "a tab where blanks are wanted, or a sign whose text wants quotation marks around it",
         false},
        {"control characters", "a control character: this is no text", false},
    };
    const char *problem = parser->problem ? parser->problem : "not YAML";
    yaml_mark_t mark = parser->problem_mark;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (!strstr(problem, reasons[i].problem)) continue;
        if (reasons[i].at_start && parser->context) mark = parser->context_mark;
        return qm_fail_line(err, QM_E_SYNTAX, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1,
                            "%s", reasons[i].reason);
    }
    return qm_fail_line(err, QM_E_SYNTAX, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1,
                        "%s (a text that begins with a sign, as { does, wants quotation marks)",
                        problem);
}

/* One document is all that is read. */
static int check_end(yaml_parser_t *parser, qm_error *err)
{
    yaml_document_t more;
    if (!yaml_parser_load(parser, &more)) return complain_of_syntax(parser, err);
    yaml_node_t *root = yaml_document_get_root_node(&more);
    int status = root ? qm_yaml_complain(root, err, "a second document behind '---'") : QM_OK;
    yaml_document_delete(&more);
    return status;
}

int qm_yaml_load(yaml_document_t *document, qm_bytes text, qm_error *err)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) return qm_fail_nomem(err);
    yaml_parser_set_input_string(&parser, text.data, text.size);
    int status = QM_OK;
    if (!yaml_parser_load(&parser, document)) {
        status = complain_of_syntax(&parser, err);
    } else {
        status = yaml_document_get_root_node(document) ? check_end(&parser, err) : QM_OK;
        if (status != QM_OK) yaml_document_delete(document);
    }
    if (parser.error == YAML_MEMORY_ERROR) status = qm_fail_nomem(err);
    yaml_parser_delete(&parser);
    return status;
}
