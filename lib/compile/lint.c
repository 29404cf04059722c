#include "compile/lint.h"
#include "compile/yaml_tree.h"
#include "engine/analyzer.h"
#include "initiative/scratch.h"

typedef struct linting {
    qm_analyzer *analyzer;
    qm_result *result;
    qm_lint *lint;
    qm_bytes type;
    qm_bytes other; /* the type of the last row that is of another; empty: none */
    bool yes;
} linting;

/* Whether the document of the result has a row of the type; notes another type that has one. */
static int has_row(linting *l, bool *found, qm_error *err)
{
    qm_column types;
    int status = qm_result_find(l->result, QM_INITIATIVES, "type", &types);
    if (status != QM_OK) return qm_fail(err, status, "the engine produces no initiatives");
    *found = false;
    l->other = (qm_bytes){0};
    for (int64_t i = 0; i < types.length && !*found; i++) {
        uint32_t code = types.width == 2   ? ((const uint16_t *)types.data)[i]
                        : types.width == 4 ? ((const uint32_t *)types.data)[i]
                                           : ((const uint8_t *)types.data)[i];
        qm_bytes name;
        if (qm_result_name(l->result, types.dictionary, code, &name) != QM_OK) continue;
        *found = qm_bytes_equal(name, l->type);
        l->other = name;
    }
    return QM_OK;
}

static int add_number(qm_buffer *out, uint32_t number)
{
    char text[48];
    qm_value value = qm_number(number, 0);
    return qm_buffer_add(out, text, qm_value_text(&value, text, sizeof text));
}

static int report(const linting *l, const yaml_node_t *sentence)
{
    qm_buffer *out = &l->lint->report;
    qm_place place = qm_yaml_text_place(sentence);
    qm_bytes text = qm_yaml_text(sentence);
    l->lint->wrong++;
    bool done = add_number(out, place.line) == QM_OK && qm_buffer_string(out, ":") == QM_OK &&
                add_number(out, place.column) == QM_OK && qm_buffer_string(out, ": ") == QM_OK &&
                qm_buffer_add(out, l->type.data, l->type.size) == QM_OK &&
                qm_buffer_string(out, l->yes ? ": no row, though it is a yes: "
                                             : ": a row, though it is a no: ") == QM_OK &&
                qm_buffer_add(out, text.data, text.size) == QM_OK;
    if (done && l->yes && l->other.size > 0)
        done = qm_buffer_string(out, " (a row of ") == QM_OK &&
               qm_buffer_add(out, l->other.data, l->other.size) == QM_OK &&
               qm_buffer_string(out, ")") == QM_OK;
    return done && qm_buffer_string(out, "\n") == QM_OK ? QM_OK : QM_E_NOMEM;
}

static int try_sentence(qm_builder *builder, void *context, const yaml_node_t *key,
                        yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    linting *l = context;
    (void)builder;
    (void)key;
    (void)document;
    int status = qm_yaml_want_text(value, err);
    if (status != QM_OK) return status;
    /* With its mark: a line without one would be a heading. */
    qm_bytes text = qm_yaml_text(value);
    qm_buffer sentence = {0};
    bool found = false;
    if (qm_buffer_add(&sentence, text.data, text.size) != QM_OK ||
        qm_buffer_string(&sentence, "。") != QM_OK)
        status = qm_fail_nomem(err);
    if (status == QM_OK)
        status = qm_analyze(l->analyzer, sentence.data, sentence.size, l->result, err);
    if (status == QM_OK) status = has_row(l, &found, err);
    qm_buffer_free(&sentence);
    if (status != QM_OK) return status;
    l->lint->sentences++;
    if (found != l->yes && report(l, value) != QM_OK) return qm_fail_nomem(err);
    return QM_OK;
}

static int try_type(qm_builder *builder, void *context, const yaml_node_t *key,
                    yaml_document_t *document, yaml_node_t *value, qm_error *err)
{
    linting *l = context;
    (void)key;
    if (value->type != YAML_MAPPING_NODE)
        return qm_yaml_complain(value, err, "a type is a mapping");
    const yaml_node_t *id = qm_yaml_find(document, value, "id");
    if (!id) return qm_yaml_complain(value, err, "a type without 'id:'");
    int status = qm_yaml_want_text(id, err);
    if (status != QM_OK) return status;
    l->type = qm_yaml_text(id);
    for (int yes = 0; yes < 2 && status == QM_OK; yes++) {
        yaml_node_t *sentences = qm_yaml_find(document, value, yes ? "yes" : "no");
        l->yes = yes;
        if (sentences)
            status = qm_yaml_each_item(builder, l, document, sentences, try_sentence, err);
    }
    return status;
}

int qm_lint_taxonomy(qm_engine *engine, qm_bytes text, qm_lint *lint, qm_error *err)
{
    linting l = {.lint = lint};
    yaml_document_t document;
    int status = qm_yaml_load(&document, text, err);
    if (status != QM_OK) return status;
    status = qm_analyzer_new(&l.analyzer, engine, NULL, err);
    if (status == QM_OK) status = qm_result_new(&l.result, NULL, err);
    if (status == QM_OK && l.analyzer->initiative) l.analyzer->initiative->rules_only = true;
    yaml_node_t *root = yaml_document_get_root_node(&document);
    yaml_node_t *types =
        root && root->type == YAML_MAPPING_NODE ? qm_yaml_find(&document, root, "types") : NULL;
    if (status == QM_OK && types)
        status = qm_yaml_each_item(NULL, &l, &document, types, try_type, err);
    qm_result_unref(l.result);
    qm_analyzer_free(l.analyzer);
    yaml_document_delete(&document);
    return status;
}
