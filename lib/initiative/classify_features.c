/* What the weights know a clause by. Training and running read it here, so that they see the same.
 * Keys are numbers made of what was read, the same on every machine. */
#include "initiative/classify_circumstances.h"
#include "initiative/rules.h"

#define QM_CIRCUMSTANCE_FACTOR UINT64_C(0x9e3779b97f4a7c15)

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t h = (a ^ b) * UINT64_C(0xd6e8feb86659fd93);
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    return h ^ h >> 29;
}

/* ---- symbols ---- */

/* The number at hand or next: characters that become one symbol. */
typedef struct figure {
    uint32_t quantity;   /* it is of */
    uint32_t start, end; /* QM_NONE behind the last */
} figure;

static void see_figure(figure *f, const qm_quantities *quantities, uint32_t at)
{
    f->start = f->end = QM_NONE;
    for (; f->quantity < quantities->count; f->quantity++) {
        const qm_quantity *q = &quantities->at[f->quantity];
        if (q->number_end == QM_NONE || q->number_end <= at) continue;
        f->start = q->number_start;
        f->end = q->number_end;
        return;
    }
}

/* How many characters from `at` to `end` are neither digits nor blanks: eight by eight, of whose
 * classes only these two have both lowest bits set. None where the end is behind already: a number
 * may have begun in the clause before. */
static uint32_t count_plain(const uint8_t *classes, uint32_t at, uint32_t end)
{
    _Static_assert((QM_CHAR_DIGIT & 3) == 3 && (QM_CHAR_SPACE & 3) == 3, "and no others");
    uint32_t from = at;
    for (; at < end; at += 8) {
        uint64_t eight;
        memcpy(&eight, classes + at, sizeof eight);
        eight = qm_little_endian(eight);
        eight &= eight >> 1 & QM_EACH_BYTE(1);
        if (eight == 0) continue;
        at += (uint32_t)__builtin_ctzll(eight) / 8;
        break;
    }
    if (from >= end) return 0;
    return (at < end ? at : end) - from;
}

/* Latin letters become small; more than `count` may be written. */
static void copy_small(const uint32_t *chars, uint32_t count, uint32_t *to)
{
    typedef uint32_t quad __attribute__((vector_size(16)));
    for (uint32_t i = 0; i < count; i += 4) {
        quad four;
        memcpy(&four, chars + i, sizeof four);
        four += (quad)(four - 'A' < 26) & ('a' - 'A');
        memcpy(to + i, &four, sizeof four);
    }
}

static void set_origins(qm_feature_origin *origins, uint32_t count, uint32_t start)
{
    for (uint32_t i = 0; i < count; i++)
        origins[i] = (qm_feature_origin){start + i, start + i + 1, QM_FEATURE_CHARACTER};
}

uint32_t qm_symbols_read(const qm_document *document, uint32_t from, uint32_t to, uint32_t quantity,
                         uint32_t symbols[QM_SYMBOLS_ROOM], qm_feature_origin *origins)
{
    const uint8_t *classes = document->text->classes;
    const uint32_t *chars = document->text->chars;
    figure next = {.quantity = quantity};
    uint32_t n = 0;
    see_figure(&next, document->quantities, from);
    if (origins) origins[0] = (qm_feature_origin){from, from, QM_FEATURE_CHARACTER};
    symbols[n++] = QM_CLAUSE_EDGE;
    for (uint32_t at = from; at < to && n < QM_SYMBOLS_MOST;) {
        uint32_t plain = count_plain(classes, at, next.start < to ? next.start : to);
        if (plain > QM_SYMBOLS_MOST - n) plain = QM_SYMBOLS_MOST - n;
        copy_small(chars + at, plain, symbols + n);
        if (origins) set_origins(origins + n, plain, at);
        n += plain;
        at += plain;
        if (at == to || n == QM_SYMBOLS_MOST) break;
        uint32_t end = at;
        if (at >= next.start) {
            end = next.end < to ? next.end : to;
        } else if (classes[at] == QM_CHAR_SPACE) {
            at++;
            continue;
        } else {
            while (end < to && classes[end] == QM_CHAR_DIGIT) end++;
        }
        if (origins) origins[n] = (qm_feature_origin){at, end, QM_FEATURE_CHARACTER};
        symbols[n++] = QM_CLAUSE_NUMBER;
        at = end;
        see_figure(&next, document->quantities, at);
    }
    if (n == QM_SYMBOLS_MOST) return n;
    if (origins) origins[n] = (qm_feature_origin){to, to, QM_FEATURE_CHARACTER};
    symbols[n++] = QM_CLAUSE_EDGE;
    return n;
}

/* ---- the blocks ---- */

/* Characters [from, to), each before the pair that it begins; quantity as in qm_symbols_read().
 * Returns how many symbols there are. */
static uint32_t add_characters(qm_features *out, qm_feature_block block,
                               const qm_document *document, uint32_t from, uint32_t to,
                               uint32_t quantity)
{
    static const qm_feature_family families[][2] = {
        [QM_BLOCK_CLAUSE] = {QM_FEATURE_CHARACTER, QM_FEATURE_CHARACTERS},
        [QM_BLOCK_BEFORE] = {QM_FEATURE_BEFORE, QM_FEATURE_BEFORE},
        [QM_BLOCK_BEHIND] = {QM_FEATURE_BEHIND, QM_FEATURE_BEHIND}};
    const uint32_t start = qm_block_start(block);
    uint32_t symbols[QM_SYMBOLS_ROOM], at = start;
    qm_feature_origin places[QM_SYMBOLS_MOST];
    uint32_t n = qm_symbols_read(document, from, to, quantity, symbols, places);
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t begin = places[i].start;
        if (out->origins)
            out->origins[at] = (qm_feature_origin){begin, places[i].end, families[block][0]};
        out->keys[at++] = qm_symbol_key(symbols[i]);
        if (i + 1 == n) break;
        if (out->origins)
            out->origins[at] = (qm_feature_origin){begin, places[i + 1].end, families[block][1]};
        out->keys[at++] = qm_symbols_key(symbols[i], symbols[i + 1]);
    }
    out->counts[block] = at - start;
    return n;
}

static uint32_t add_clause(qm_features *out, const qm_feature_source *source)
{
    const qm_clause *clauses = source->document->clauses->at;
    return add_characters(out, QM_BLOCK_CLAUSE, source->document, clauses[source->first].start,
                          clauses[source->end - 1].end, source->first_quantity);
}

/* The clause before or behind; those of another paragraph are none of its business. */
static void add_beside(qm_features *out, qm_feature_block block, const qm_feature_source *source,
                       uint32_t number)
{
    const qm_document *document = source->document;
    if (!qm_clause_is_beside(document->clauses, source->first, number)) return;
    const qm_clause *clause = &document->clauses->at[number];
    uint32_t quantity = source->first_quantity;
    while (quantity > 0 && document->quantities->at[quantity - 1].end > clause->start) quantity--;
    add_characters(out, block, document, clause->start, clause->end, quantity);
}

/* ---- circumstances ---- */

static qm_feature_family family_of(uint32_t circumstance, const qm_feature_keys *keys)
{
    if (circumstance >= qm_circumstance_classes(keys)) return QM_FEATURE_CLASS;
    if (circumstance >= QM_CIRCUMSTANCE_RULES) return QM_FEATURE_RULE;
    return (qm_feature_family)(circumstance / QM_CIRCUMSTANCE_VALUES);
}

uint64_t qm_circumstance_key(uint32_t circumstance, const qm_feature_keys *keys)
{
    uint64_t family = family_of(circumstance, keys), what = circumstance % QM_CIRCUMSTANCE_VALUES;
    if (family == QM_FEATURE_RULE) {
        uint64_t type = keys->types[(circumstance - QM_CIRCUMSTANCE_RULES) / 2];
        what = circumstance % 2 ? mix(type, 8) : type;
    } else if (family == QM_FEATURE_CLASS) {
        what = keys->classes[circumstance - qm_circumstance_classes(keys)];
    }
    return mix(what, family * QM_CIRCUMSTANCE_FACTOR) | QM_KEY_MIXED;
}

static void add_circumstances(qm_features *out, const qm_feature_source *source, uint32_t symbols)
{
    uint32_t all[QM_CIRCUMSTANCES_ROOM];
    const uint32_t start = qm_block_start(QM_BLOCK_CIRCUMSTANCE);
    const uint32_t n = qm_circumstances_read(source, symbols, NULL, all);
    const qm_class_hit *word = source->classes;
    out->counts[QM_BLOCK_CIRCUMSTANCE] = n;
    for (uint32_t i = 0; i < n; i++) {
        qm_feature_origin origin = {QM_NONE, QM_NONE, family_of(all[i], source->keys)};
        if (origin.family == QM_FEATURE_CLASS) {
            origin.start = word->start;
            origin.end = word++->end;
        }
        if (out->origins) out->origins[start + i] = origin;
        out->keys[start + i] = qm_circumstance_key(all[i], source->keys);
    }
}

void qm_features_read(const qm_feature_source *source, qm_features *out)
{
    memset(out->counts, 0, sizeof out->counts);
    add_circumstances(out, source, add_clause(out, source));
    if (source->alone) return;
    add_beside(out, QM_BLOCK_BEFORE, source, source->first - 1);
    add_beside(out, QM_BLOCK_BEHIND, source, source->end);
}

uint32_t qm_feature_scale(uint32_t count)
{
    /* The largest r up to 65536 with r * r * count <= 2^32, bit by bit. */
    const uint64_t most = UINT64_C(1) << 32;
    uint32_t root = 0;
    if (count <= 1) return 65536;
    for (uint32_t bit = 1u << 15; bit > 0; bit >>= 1) {
        uint64_t next = root | bit;
        if (next * next * count <= most) root |= bit;
    }
    return root;
}

uint32_t qm_block_scale(qm_feature_block block, uint32_t count)
{
    const uint32_t unseen = 24;
    if (block == QM_BLOCK_CIRCUMSTANCE) return 65536;
    return qm_feature_scale(count + unseen) >> (block == QM_BLOCK_CLAUSE ? 0 : QM_BESIDE_SHIFT);
}
