/* One pattern of a rule: "verbs > objects", "verbs >> objects", "=phrases" or "verbs >", then
 * perhaps "& words that must stand by" and "! words that must not". */
#include "compile/taxonomy.h"

typedef struct pattern {
    qm_bytes verbs, objects, needs, bars;
    qm_rule_order order;
} pattern;

static const char *find_sign(const char *from, const char *end, char sign)
{
    return from < end ? memchr(from, sign, (size_t)(end - from)) : NULL;
}

static qm_bytes between(const char *from, const char *to)
{
    while (from < to && (*from == ' ' || *from == '\t')) from++;
    while (from < to && (to[-1] == ' ' || to[-1] == '\t')) to--;
    return (qm_bytes){from, (size_t)(to - from)};
}

static uint32_t column_of(qm_place place, qm_bytes whole, const char *at)
{
    uint32_t n = 0;
    for (const char *c = whole.data; c < at; c++) n += ((unsigned char)*c & 0xC0) != 0x80;
    return place.column + n;
}

static int complain(qm_place place, qm_bytes whole, const char *at, qm_error *err,
                    const char *reason)
{
    return qm_fail_line(err, QM_E_SYNTAX, place.line, column_of(place, whole, at), "%s", reason);
}

/* Cuts the conditions off the end of [from, *end). */
static int cut_conditions(const char *from, const char **end, qm_bytes whole, qm_place place,
                          pattern *out, qm_error *err)
{
    const char *bar = find_sign(from, *end, '!');
    if (bar) {
        out->bars = between(bar + 1, *end);
        if (out->bars.size == 0) return complain(place, whole, bar, err, "no words behind '!'");
        *end = bar;
    }
    const char *need = find_sign(from, *end, '&');
    if (need) {
        out->needs = between(need + 1, *end);
        if (out->needs.size == 0) return complain(place, whole, need, err, "no words behind '&'");
        *end = need;
    }
    return QM_OK;
}

static int cut_pattern(qm_bytes whole, qm_place place, pattern *out, qm_error *err)
{
    const char *from = whole.data, *end = from + whole.size;
    *out = (pattern){0};
    int status = cut_conditions(from, &end, whole, place, out, err);
    if (status != QM_OK) return status;
    while (from < end && *from == ' ') from++;
    if (from < end && *from == '=') {
        out->order = QM_RULE_ALONE;
        out->objects = between(from + 1, end);
        if (out->objects.size == 0) return complain(place, whole, from, err, "no words behind '='");
        return QM_OK;
    }
    const char *sign = find_sign(from, end, '>');
    if (!sign)
        return complain(place, whole, from, err,
                        "neither '=' nor '>' in the pattern (signs are those of ASCII, not ＞)");
    out->verbs = between(from, sign);
    if (out->verbs.size == 0) return complain(place, whole, sign, err, "no words before '>'");
    out->order = QM_RULE_ANY;
    if (sign + 1 < end && sign[1] == '>') {
        out->order = QM_RULE_BEFORE;
        sign++;
    }
    out->objects = between(sign + 1, end);
    if (out->objects.size) return QM_OK;
    if (out->order == QM_RULE_BEFORE)
        return complain(place, whole, sign, err, "no words behind '>>'");
    out->order = QM_RULE_ALONE;
    out->objects = out->verbs;
    out->verbs.size = 0;
    return QM_OK;
}

/* "roads:3": the third rule of its type in this image. */
static int name_rule(qm_builder *builder, uint32_t type, qm_taxonomy_text *out, qm_error *err)
{
    qm_taxonomy_room *room = builder->rooms[QM_COMPILE_INITIATIVE];
    uint32_t number = 1;
    for (size_t i = 0; i < room->rules.count; i++) number += room->rules.at[i].type == type;
    char name[96];
    qm_taxonomy_text id = room->types.at[type].id;
    memcpy(name, room->pool.at + id.at, id.size);
    size_t size = id.size;
    name[size++] = ':';
    char digits[10];
    size_t n = 0;
    do digits[n++] = (char)('0' + number % 10);
    while (number /= 10);
    while (n) name[size++] = digits[--n];
    return qm_taxonomy_keep(builder, (qm_bytes){name, size}, out, err);
}

int qm_taxonomy_add_rule(qm_builder *builder, uint32_t type, qm_bytes whole,
                         const qm_rule_options *options, qm_place place, qm_error *err)
{
    qm_taxonomy_room *room = builder->rooms[QM_COMPILE_INITIATIVE];
    pattern cut;
    int status = cut_pattern(whole, place, &cut, err);
    if (status != QM_OK) return status;
    qm_taxonomy_rule rule = {.type = type,
                             .order = cut.order,
                             .gap = options->gap,
                             .scope = options->scope,
                             .points = options->points,
                             .first_slot = (uint32_t)room->slots.count};
    const qm_bytes lists[] = {cut.verbs, cut.objects, cut.needs, cut.bars};
    uint32_t *counts[] = {&rule.verbs, &rule.objects, &rule.needs, &rule.bars};
    for (int i = 0; i < 4 && status == QM_OK; i++) {
        if (lists[i].size == 0) continue;
        qm_place here = {place.line, column_of(place, whole, lists[i].data)};
        status = qm_taxonomy_add_slots(builder, lists[i], here, counts[i], err);
    }
    if (status == QM_OK) status = name_rule(builder, type, &rule.name, err);
    if (status != QM_OK) return status;
    return qm_array_push(builder->alloc, &room->rules, rule) == QM_OK ? QM_OK : qm_fail_nomem(err);
}
