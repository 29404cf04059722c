#include "result/put.h"
#include "result/result.h"

static const char *role_name(uint32_t role)
{
    static const char *const names[] = {"",           "body",      "heading", "caption",   "byline",
                                        "list_label", "table_row", "quote",   "navigation"};
    return role < sizeof names / sizeof *names ? names[role] : NULL;
}

const char *qm_flag_name(int table, uint32_t bit)
{
    static const char *const names[QM_TABLES][7] = {
        [QM_TOKENS] = {"ill_formed", "space", "colocated", "user"},
        [QM_QUANTITIES] = {"overflow", "scale_inherited", "indefinite", "recent", "optional",
                           "rounded"},
        [QM_INITIATIVES] = {"negated", "hypothetical", "exhorted", "others", "learnt", "listed"},
        [QM_CLAUSES] = {"ends_sentence", "ends_semicolon", "ends_colon", "table_header",
                        "in_quotes"},
    };
    return table >= 0 && table < QM_TABLES && bit < 7 ? names[table][bit] : NULL;
}

static int make_room(qm_name_list *list, uint32_t count, const qm_allocator *alloc)
{
    list->at = qm_alloc_zero(alloc, count * sizeof *list->at);
    if (!list->at) return QM_E_NOMEM;
    list->count = count;
    return QM_OK;
}

/* Code 0 is the empty name in every dictionary. */
static int list_fixed(qm_name_list *list, const char *(*name)(uint32_t), const qm_allocator *alloc)
{
    uint32_t count = 1;
    while (name(count)) count++;
    if (make_room(list, count, alloc) != QM_OK) return QM_E_NOMEM;
    list->at[0] = (qm_bytes){"", 0};
    for (uint32_t i = 1; i < count; i++) list->at[i] = qm_bytes_of(name(i));
    return QM_OK;
}

static int list_units(qm_name_list *list, const qm_quantifier *quantifier,
                      const qm_allocator *alloc)
{
    uint32_t count = 1;
    while (qm_quantifier_unit_name(quantifier, count).data) count++;
    if (make_room(list, count, alloc) != QM_OK) return QM_E_NOMEM;
    list->at[0] = (qm_bytes){"", 0};
    for (uint32_t i = 1; i < count; i++) list->at[i] = qm_quantifier_unit_name(quantifier, i);
    return QM_OK;
}

static int list_rules(qm_name_list *list, const qm_initiator *initiator, const qm_allocator *alloc)
{
    uint32_t count = 1;
    while (initiator && qm_initiator_rule_name(initiator, count).data) count++;
    if (make_room(list, count, alloc) != QM_OK) return QM_E_NOMEM;
    list->at[0] = (qm_bytes){"", 0};
    for (uint32_t i = 1; i < count; i++) list->at[i] = qm_initiator_rule_name(initiator, i);
    return QM_OK;
}

/* There are a handful of groups and duties: looking through the list is quick enough. */
static uint32_t code_of(qm_name_list *list, qm_bytes name)
{
    if (name.size == 0) return 0;
    for (uint32_t i = 1; i < list->count; i++)
        if (qm_bytes_equal(list->at[i], name)) return i;
    list->at[list->count] = name;
    return list->count++;
}

static int list_types(qm_names *names, const qm_initiator *initiator, const qm_allocator *alloc)
{
    qm_initiative_type type;
    uint32_t count = 1;
    while (initiator && qm_initiator_type(initiator, count, &type)) count++;
    static const int lists[] = {QM_DICT_TYPES, QM_DICT_TYPE_NAMES, QM_DICT_GROUPS, QM_DICT_DUTIES};
    for (size_t i = 0; i < 4; i++) {
        if (make_room(&names->list[lists[i]], count, alloc) != QM_OK) return QM_E_NOMEM;
        names->list[lists[i]].at[0] = (qm_bytes){"", 0};
    }
    names->groups = qm_alloc_zero(alloc, count * sizeof *names->groups);
    names->duties = qm_alloc_zero(alloc, count * sizeof *names->duties);
    if (!names->groups || !names->duties) return QM_E_NOMEM;
    qm_name_list *groups = &names->list[QM_DICT_GROUPS], *duties = &names->list[QM_DICT_DUTIES];
    groups->count = duties->count = 1;
    for (uint32_t i = 1; i < count; i++) {
        qm_initiator_type(initiator, i, &type);
        names->list[QM_DICT_TYPES].at[i] = type.id;
        names->list[QM_DICT_TYPE_NAMES].at[i] = type.name;
        names->groups[i] = code_of(groups, type.group);
        names->duties[i] = code_of(duties, type.duty);
    }
    return QM_OK;
}

/* Names are written often: how they look in JSON is found out once. */
static int quote_names(qm_name_list *list, const qm_allocator *alloc)
{
    qm_put put;
    list->json.alloc = alloc;
    list->json_starts = qm_alloc_zero(alloc, ((size_t)list->count + 1) * sizeof(uint32_t));
    char *to = list->json_starts ? qm_put_begin(&put, &list->json) : NULL;
    if (!to) return QM_E_NOMEM;
    for (uint32_t i = 0; i < list->count; i++) {
        qm_bytes name = list->at[i];
        to = name.size ? qm_put_text(&put, to, name, true)
                       : QM_PUT(qm_put_room(&put, to, 0), "null");
        list->json_starts[i + 1] = (uint32_t)(to - list->json.data);
    }
    return qm_put_end(&put, to);
}

static int quote_all(qm_names *names, const qm_allocator *alloc)
{
    int status = QM_OK;
    for (int i = 0; i < QM_DICTIONARIES && status == QM_OK; i++)
        status = quote_names(&names->list[i], alloc);
    return status;
}

int qm_names_build(qm_names *out, const qm_quantifier *quantifier, const qm_initiator *initiator,
                   const qm_allocator *alloc, qm_error *err)
{
    *out = (qm_names){0};
    if (list_fixed(&out->list[QM_DICT_TAGS], qm_upos_name, alloc) == QM_OK &&
        list_fixed(&out->list[QM_DICT_QUANTITY_KINDS], qm_quantity_kind_name, alloc) == QM_OK &&
        list_fixed(&out->list[QM_DICT_RELATIONS], qm_relation_name, alloc) == QM_OK &&
        list_fixed(&out->list[QM_DICT_STATUSES], qm_initiative_status_name, alloc) == QM_OK &&
        list_fixed(&out->list[QM_DICT_ENTITY_KINDS], qm_entity_kind_name, alloc) == QM_OK &&
        list_fixed(&out->list[QM_DICT_ROLES], role_name, alloc) == QM_OK &&
        list_units(&out->list[QM_DICT_UNITS], quantifier, alloc) == QM_OK &&
        list_rules(&out->list[QM_DICT_RULES], initiator, alloc) == QM_OK &&
        list_types(out, initiator, alloc) == QM_OK && quote_all(out, alloc) == QM_OK)
        return QM_OK;
    qm_names_free(out, alloc);
    return qm_fail_nomem(err);
}

void qm_names_free(qm_names *names, const qm_allocator *alloc)
{
    /* Groups and duties have room for one of each type, whatever their count. */
    uint32_t types = names->list[QM_DICT_TYPES].count;
    for (int i = 0; i < QM_DICTIONARIES; i++) {
        qm_name_list *list = &names->list[i];
        bool by_type = i == QM_DICT_GROUPS || i == QM_DICT_DUTIES;
        qm_release(alloc, list->at, (by_type ? types : list->count) * sizeof *list->at);
        qm_release(alloc, list->json_starts, ((size_t)list->count + 1) * sizeof(uint32_t));
        qm_buffer_free(&list->json);
    }
    qm_release(alloc, names->groups, types * sizeof *names->groups);
    qm_release(alloc, names->duties, types * sizeof *names->duties);
    *names = (qm_names){0};
}
