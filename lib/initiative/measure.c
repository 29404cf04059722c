/* The quantities of a row: when it was, and how much of what. */
#include "initiative/attach.h"

/* ---- dates ---- */

/* 比, 同比, 相较于: whether a word of comparison ends there, at most one character further back;
 * 评比 and 合同于 compare nothing. */
static bool compares_before(const qm_attaching *a, uint32_t end)
{
    const qm_words *words = a->document->words;
    if (end == 0 || !words || a->document->text->classes[end - 1] == QM_CHAR_PUNCT) return false;
    const uint32_t last = qm_attached_jobs(a, end - 1) & QM_PARTICLE_COMPARE;
    if (end == 1) return last;
    const uint32_t next = qm_attached_jobs(a, end - 2) & QM_PARTICLE_COMPARE;
    if (!words->begins[end - 1]) return last & next;
    if (last | !next) return last;
    return words->begins[end - 2] ||
           (end > 2 && qm_attached_jobs(a, end - 3) & QM_PARTICLE_COMPARE);
}

/* 与2021年相比, 和去年同期比 */
static bool compares_around(const qm_attaching *a, uint32_t start, uint32_t end)
{
    enum { REACH = 4 };
    if (start == 0 || !(qm_attached_jobs(a, start - 1) & QM_PARTICLE_AND)) return false;
    for (uint32_t at = end; at < end + REACH && at < a->row->end; at++)
        if (qm_attached_jobs(a, at) & QM_PARTICLE_COMPARE) return true;
    return false;
}

/* 是2020年的三倍多: what is measured by that year. */
static bool is_base(const qm_attaching *a, uint32_t number)
{
    const qm_quantity *date = &a->quantities->at[number], *next = date + 1;
    if (number + 1 == a->quantities->count || next->start != date->end + 1) return false;
    return (next->kind == QM_KIND_MULTIPLE || next->kind == QM_KIND_PERCENT) &&
           qm_attached_jobs(a, date->end) & QM_PARTICLE_OF;
}

/* A date that something is compared with: nothing was done then. */
static bool is_compared_with(const qm_attaching *a, uint32_t number)
{
    const qm_quantity *date = &a->quantities->at[number];
    return compares_before(a, date->start) || compares_around(a, date->start, date->end) ||
           is_base(a, number);
}

/* Where the part of the sentence begins that the row is in, between semicolons. */
static uint32_t part_of_sentence(const qm_attaching *a)
{
    uint32_t at = a->row->start;
    while (at > a->sentence && a->document->text->chars[at - 1] != 0xFF1B) at--;
    return at;
}

/* 2024年，流转土地200亩；修路3公里: over a semicolon only what opens the sentence goes on.
 * In 2.督促工厂5月投产； 3.组织培训 the training has no date. */
static bool goes_on(const qm_attaching *a, const qm_quantity *date)
{
    enum { LEAD = 2 };
    return date->start <= a->sentence + LEAD || date->start >= part_of_sentence(a);
}

/* ---- lists ---- */

/* Whether one of the two stands right behind the other. */
static bool is_beside(const qm_quantity *quantity, const qm_initiative *row)
{
    return quantity->start == row->object_end || quantity->end == row->object_start;
}

/* Whether the nouns of two rows are joined, but not summed up before the quantity: 缺水、断路等难题
 * 14个 counts them all. */
static bool are_listed(const qm_attaching *a, uint32_t from, uint32_t to)
{
    bool joined = false;
    for (uint32_t at = from; at < to; at++) {
        if (qm_attached_jobs(a, at) & QM_PARTICLE_LIST) return false;
        joined |= qm_joins_nouns(a, at);
    }
    return joined;
}

/* 修建冷库1座、产业路2.6公里: what stands beside the thing of another row measures that alone.
 * Money that comes in is no rival of what it is used for. */
static bool is_of(const qm_attaching *a, const qm_quantity *quantity, const qm_initiative *other)
{
    const qm_initiative *own = a->row;
    if (other == own || other->object_start == QM_NONE || a->means[other->type]) return false;
    if (!is_beside(quantity, other) || is_beside(quantity, own)) return false;
    const bool behind = other->object_start >= own->object_end;
    if (!behind && other->object_end > own->object_start) return false;
    return behind ? are_listed(a, own->object_end, other->object_start)
                  : are_listed(a, other->object_end, own->object_start);
}

/* Rows stand in the order of their starts, and few have the same one. */
static bool is_of_another(const qm_attaching *a, const qm_quantity *quantity)
{
    const qm_initiative *own = a->row, *first = a->rows->at, *last = first + a->rows->count;
    if (own->object_start == QM_NONE) return false;
    for (const qm_initiative *row = own; row > first && own - row < QM_ROWS_BESIDE;)
        if ((--row)->end > own->start && is_of(a, quantity, row)) return true;
    for (const qm_initiative *row = own + 1; row < last && row - own < QM_ROWS_BESIDE; row++) {
        if (row->start >= own->end) break;
        if (is_of(a, quantity, row)) return true;
    }
    return false;
}

/* Whether a word may be the object of some rule of a type. */
static bool is_object_of(const qm_initiator *initiator, const qm_word_use *use, uint32_t type)
{
    const uint32_t *part = qm_use_rules(initiator->use_parts.at, use);
    for (uint32_t left = use->n_rules; left > 0; left--, part += QM_RULE_PARTS)
        if (initiator->rules.at[qm_part_rule(*part)].type == type) return true;
    return false;
}

/* Whether a row beside is of such a type. */
static bool is_of_a_row(const qm_attaching *a, const qm_word_use *use)
{
    const qm_initiative *own = a->row, *first = a->rows->at, *last = first + a->rows->count;
    for (const qm_initiative *row = own; row > first && own - row < QM_ROWS_BESIDE;)
        if ((--row)->end > own->start && !a->means[row->type] &&
            is_object_of(a->initiator, use, row->type))
            return true;
    for (const qm_initiative *row = own + 1; row < last && row - own < QM_ROWS_BESIDE; row++) {
        if (row->start >= own->end) break;
        if (!a->means[row->type] && is_object_of(a->initiator, use, row->type)) return true;
    }
    return false;
}

/* 修建道路3公里、水渠2公里、桥梁1座: the bridge is of the roads, though it is no object of a row.
 * Of a list behind the object of a row; *match moves on with the quantities. Each looks over the
 * list as far as that, so lists end somewhere. */
static bool is_listed_elsewhere(const qm_attaching *a, const qm_quantity *quantity, uint32_t *match)
{
    enum { REACH = 256 };
    const qm_matches *matches = a->document->matches;
    const qm_initiative *own = a->row;
    if (own->object_start == QM_NONE || is_beside(quantity, own)) return false;
    if (quantity->start > own->object_end + REACH) return false;
    bool elsewhere = false;
    for (; *match < matches->count && matches->at[*match].end <= quantity->start; ++*match) {
        const qm_match *word = &matches->at[*match];
        if (word->end < quantity->start || word->start <= own->object_end) continue;
        if (!are_listed(a, own->object_end, word->start)) continue;
        const qm_word_use *use = &a->initiator->uses[qm_use_of(a->initiator, word)];
        if (is_object_of(a->initiator, use, own->type)) return false;
        elsewhere |= is_of_a_row(a, use);
    }
    return elsewhere;
}

static bool is_crowded(const qm_attaching *a)
{
    const qm_initiative *row = a->row, *first = a->rows->at, *last = first + a->rows->count;
    return (row > first && row[-1].end > row->start) || (row + 1 < last && row[1].start < row->end);
}

/* ---- both ---- */

int qm_row_measure(const qm_attaching *a, const qm_allocator *alloc, qm_u32_array *measures)
{
    const qm_quantities *quantities = a->quantities;
    qm_initiative *row = a->row;
    const bool means = a->means[row->type], crowded = is_crowded(a);
    uint32_t match = a->match;
    row->first_measure = (uint32_t)measures->count;
    for (uint32_t i = a->quantity; i < quantities->count && quantities->at[i].end <= row->end;
         i++) {
        const qm_quantity *quantity = &quantities->at[i];
        const bool date = quantity->kind == QM_KIND_DATE;
        const bool bare = (quantity->kind == QM_KIND_ORDINAL) |
                          ((quantity->flags & QM_QUANTITY_INDEFINITE) != 0) |
                          (means & (quantity->kind != QM_KIND_MONEY));
        if (date && (is_compared_with(a, i) || !goes_on(a, quantity))) continue;
        if (date) row->time_start = quantity->start, row->time_end = quantity->end;
        if (quantity->start < row->start || bare) continue;
        if (crowded && (is_of_another(a, quantity) || is_listed_elsewhere(a, quantity, &match)))
            continue;
        if (qm_array_push(alloc, measures, i) != QM_OK) return QM_E_NOMEM;
    }
    row->measures = (uint32_t)measures->count - row->first_measure;
    return QM_OK;
}
