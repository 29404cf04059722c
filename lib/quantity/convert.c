/* Values from one unit to another, by ids or by the words that texts have for them. */
#include "base/utf8.h"
#include "quantity/internal.h"

enum {
    LONGEST = 64,    /* characters of a word for a unit */
    MOST_UNITS = 16, /* that one word may mean: 分 is of money, time, area and more */
    SHOWN = 60       /* bytes of a name in a message */
};

typedef struct meanings {
    const qm_unit *at[MOST_UNITS];
    uint32_t count;
    int64_t scale; /* of each of them: 10000 in 万元 */
} meanings;

/* A unit and how many of it are meant. */
typedef struct scaled {
    const qm_unit *unit;
    int64_t scale;
} scaled;

/* The row that defines a unit: the last one with the id that is no part of it. */
static const qm_unit *unit_of_id(const qm_quantifier *quantifier, qm_bytes name)
{
    uint32_t code = qm_quantifier_code(quantifier, name);
    for (size_t i = quantifier->units.count; code && i-- > 0;) {
        const qm_unit *unit = &quantifier->units.at[i];
        if (unit->code == code && unit->part == unit->parts) return unit;
    }
    return NULL;
}

/* The characters of a word as the lexicon has them; 0 where it cannot be one. */
static uint32_t fold(const qm_charmap *map, qm_bytes word, uint32_t chars[LONGEST])
{
    const uint8_t *at = word.data, *end = at + word.size;
    uint32_t count = 0, c = 0;
    while (at < end) {
        uint32_t size = qm_utf8_read(at, (size_t)(end - at), &c);
        if (size == 0 || count == LONGEST) return 0;
        chars[count++] = qm_charmap_fold(map, c);
        at += size;
    }
    return count;
}

static bool case_is_right(const qm_unit *unit, uint32_t first)
{
    if (unit->flags & QM_UNIT_LOWER) return first >= 'a' && first <= 'z';
    return !(unit->flags & QM_UNIT_UPPER) || (first >= 'A' && first <= 'Z');
}

/* What a name may mean: an id one unit, a word all its units, those of the upper images first. */
static meanings plain_meanings(const qm_quantifier *q, const qm_charmap *map, qm_bytes name)
{
    meanings found = {{unit_of_id(q, name)}, 1, 1};
    uint32_t chars[LONGEST], count, length = fold(map, name, chars);
    if (found.at[0]) return found;
    found.count = 0;
    if (length == 0) return found;
    for (size_t i = q->n_lexicons; i-- > 0;) {
        const qm_lexicon *lexicon = &q->lexicons[i];
        const qm_sense *s = qm_lexicon_find(lexicon, QM_ROOM_QUANTITY, chars, length, &count);
        for (uint32_t k = 0; s && k < count; k++) {
            if (s[k].kind != QM_SENSE_UNIT || found.count == MOST_UNITS) continue;
            const qm_unit *unit = &q->units.at[q->unit_bases[lexicon->source] + s[k].value];
            if (case_is_right(unit, chars[0])) found.at[found.count++] = unit;
        }
    }
    return found;
}

/* Takes the scales before a unit off its name, 万 of 万元; what they are worth, 1 if there are none
 * or more than any number needs. */
static int64_t take_scale(qm_bytes *name)
{
    const uint8_t *at = name->data, *end = at + name->size;
    int64_t scale = 1;
    uint32_t c, size, power = 0;
    while (at < end && (size = qm_utf8_read(at, (size_t)(end - at), &c)) && qm_numeral_scale(c)) {
        power += (uint32_t)qm_numeral_scale(c);
        at += size;
    }
    if (power == 0 || power > 18) return 1;
    while (power--) scale *= 10;
    *name = (qm_bytes){at, (size_t)(end - at)};
    return scale;
}

/* A scale makes a unit of its own, 万元 and 亿斤, unless the words know better: 千米, 兆瓦. */
static meanings meanings_of(const qm_quantifier *q, const qm_charmap *map, qm_bytes name)
{
    meanings found = plain_meanings(q, map, name);
    if (found.count) return found;
    int64_t scale = take_scale(&name);
    if (scale > 1) found = plain_meanings(q, map, name);
    found.scale = scale;
    return found;
}

bool qm_quantifier_knows(const qm_quantifier *quantifier, const qm_charmap *map, qm_bytes name)
{
    return meanings_of(quantifier, map, name).count > 0;
}

/* How many `to` one `from` is: up / down. Of units without a size only parts of one are known: ten
 * 角 are one 元, whatever that buys. */
static bool ratio_of(scaled from, scaled to, int64_t *up, int64_t *down)
{
    const qm_unit *a = from.unit, *b = to.unit;
    bool same = a->code == b->code;
    int64_t ups[] = {from.scale, a->part, b->parts, same ? 1 : a->numerator,
                     same ? 1 : b->denominator};
    int64_t downs[] = {to.scale, a->parts, b->part, same ? 1 : a->denominator,
                       same ? 1 : b->numerator};
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 5; k++) qm_reduce(&ups[i], &downs[k]);
    *up = *down = 1;
    for (int i = 0; i < 5; i++)
        if (__builtin_mul_overflow(*up, ups[i], up) ||
            __builtin_mul_overflow(*down, downs[i], down))
            return false;
    return true;
}

/* value in `from` as value in `to`; false when it is no finite decimal that fits. */
static bool convert(qm_value value, scaled from, scaled to, qm_value *out)
{
    const qm_unit *a = from.unit, *b = to.unit;
    int64_t up, down;
    if (!ratio_of(from, to, &up, &down)) return false;
    if (a->offset && !qm_number_add(value, qm_number(a->offset, a->offset_exponent), &value))
        return false;
    if (!qm_number_scale(value, up, down, &value)) return false;
    if (b->offset && !qm_number_add(value, qm_number(-b->offset, b->offset_exponent), &value))
        return false;
    *out = value;
    return true;
}

/* What has no finite decimal is told as a fraction, where that fits. */
static int refuse_endless(qm_value value, scaled from, scaled to, qm_error *err)
{
    int64_t up, down, ten = 10, n = value.coefficient;
    bool known = !from.unit->offset && !to.unit->offset && ratio_of(from, to, &up, &down);
    if (known) {
        qm_reduce(&n, &down);
        known = !__builtin_mul_overflow(n, up, &n);
    }
    for (int e = value.exponent; known && e != 0; e += e < 0 ? 1 : -1) {
        if (e < 0) known = !__builtin_mul_overflow(down, ten, &down);
        else known = !__builtin_mul_overflow(n, ten, &n);
        if (known) qm_reduce(&n, &down);
    }
    if (!known) return qm_fail(err, QM_E_LIMIT, "no finite decimal of at most 18 digits");
    return qm_fail(err, QM_E_LIMIT, "no finite decimal of at most 18 digits, but %lld/%lld",
                   (long long)n, (long long)down);
}

static bool are_convertible(scaled from, scaled to)
{
    const qm_unit *a = from.unit, *b = to.unit;
    if (a->dimension != b->dimension) return false;
    if ((from.scale > 1 && a->offset) || (to.scale > 1 && b->offset)) return false; /* 万度 */
    return a->code == b->code || (a->numerator && b->numerator);
}

/* Why no pair of meanings fits. */
static int refuse(const meanings *from, const meanings *to, qm_bytes from_name, qm_bytes to_name,
                  qm_error *err)
{
    qm_bytes unknown = from->count ? to_name : from_name;
    if (!from->count || !to->count)
        return qm_fail(err, QM_E_INVALID, "there is no unit \"%.*s\"",
                       unknown.size < SHOWN ? (int)unknown.size : SHOWN,
                       (const char *)unknown.data);
    const qm_dimension *a = &qm_dimensions[from->at[0]->dimension];
    const qm_dimension *b = &qm_dimensions[to->at[0]->dimension];
    if (a == b)
        return qm_fail(err, QM_E_INVALID, "units of %s without a fixed size in each other",
                       a->name);
    return qm_fail(err, QM_E_INVALID, "units of different dimensions: %s, %s", a->name, b->name);
}

int qm_quantifier_convert(const qm_quantifier *quantifier, const qm_charmap *map, qm_value value,
                          qm_bytes from, qm_bytes to, qm_value *out, qm_error *err)
{
    const meanings sources = meanings_of(quantifier, map, from),
                   targets = meanings_of(quantifier, map, to);
    if (value.type != QM_VALUE_NUMBER) return qm_fail(err, QM_E_INVALID, "not a number");
    for (uint32_t i = 0; i < sources.count; i++)
        for (uint32_t k = 0; k < targets.count; k++) {
            scaled source = {sources.at[i], sources.scale}, target = {targets.at[k], targets.scale};
            if (!are_convertible(source, target)) continue;
            if (convert(value, source, target, out)) return QM_OK;
            return refuse_endless(value, source, target, err);
        }
    return refuse(&sources, &targets, from, to, err);
}
