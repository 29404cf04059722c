#include "segment/model.h"

static bool in_range(uint32_t value, uint32_t low, uint32_t high)
{
    return value >= low && value <= high;
}

static bool params_are_sane(const qm_words_params *p)
{
    return p->version == QM_WORDS_VERSION &&
           in_range(p->symbols, QM_SYMBOL_FIRST_CHAR, QM_SYMBOLS_MAX) &&
           in_range(p->pairs, p->symbols, 1u << 24) && in_range(p->triples, p->symbols, 1u << 24) &&
           in_range(p->long_bits, 4, 24) && in_range(p->long_probes, 1, 256) &&
           in_range(p->segments, 1, 1u << 24) && in_range(p->scale, 1, 1024);
}

static bool bind_table(const qm_image *image, uint32_t id, size_t size, const void **out)
{
    qm_bytes section = qm_image_section(image, id);
    *out = section.data;
    return section.data && section.size == size;
}

static bool bind_tables(qm_words_model *model, const qm_image *image)
{
    const qm_words_params *p = &model->params;
    const void *t[10];
    bool ok = bind_table(image, QM_SECTION_WORDS_IDS, 65536 * sizeof(uint16_t), &t[0]) &&
              bind_table(image, QM_SECTION_WORDS_SINGLES, p->symbols * sizeof(uint64_t), &t[1]) &&
              bind_table(image, QM_SECTION_WORDS_ROWS, p->symbols * sizeof(uint32_t), &t[2]) &&
              bind_table(image, QM_SECTION_WORDS_SEGMENTS, p->segments * sizeof(uint32_t), &t[8]) &&
              bind_table(image, QM_SECTION_WORDS_PAIRS, p->pairs * sizeof(qm_pair), &t[3]) &&
              bind_table(image, QM_SECTION_WORDS_TRIPLES, p->triples * sizeof(uint64_t), &t[4]) &&
              bind_table(image, QM_SECTION_WORDS_LONG, sizeof(uint64_t) << p->long_bits, &t[5]) &&
              bind_table(image, QM_SECTION_WORDS_TYPES, QM_TYPE_TABLE * sizeof(int16_t), &t[6]) &&
              bind_table(image, QM_SECTION_WORDS_LEVELS, p->symbols, &t[9]) &&
              bind_table(image, QM_SECTION_WORDS_CODES, QM_CODE_TABLE * sizeof(int16_t), &t[7]);
    if (!ok) return false;
    model->ids = t[0];
    model->singles = t[1];
    model->rows = t[2];
    model->segments = t[8];
    model->pairs = t[3];
    model->triples = t[4];
    model->longs = t[5];
    model->types = t[6];
    model->codes = t[7];
    model->levels = t[9];
    return true;
}

/* Every segment of the symbol's row, and the two ends of every segment. */
static bool row_is_sane(const qm_words_model *model, uint32_t symbol)
{
    const qm_words_params *p = &model->params;
    uint32_t bits = model->rows[symbol] & 15, first = model->rows[symbol] >> 4;
    uint32_t last = (p->symbols - 1) >> bits;
    if (first >= p->segments || last >= p->segments - first) return false;
    for (uint32_t k = 0; k <= last; k++) {
        uint32_t low = k << bits, high = low + (1u << bits) - 1;
        if (high > p->symbols - 1) high = p->symbols - 1;
        uint32_t slot = model->segments[first + k] + low;
        if (slot >= p->pairs || high - low >= p->pairs - slot) return false;
    }
    return true;
}

/* All that could lead out of a table: ids and bases. The rest are weights, symbols and keys, of
 * which no value does harm. */
static bool values_are_sane(const qm_words_model *model)
{
    const qm_words_params *p = &model->params;
    uint32_t id = 0, row = 0;
    for (uint32_t i = 0; i < 65536; i++)
        if (model->ids[i] > id) id = model->ids[i];
    for (uint32_t i = 0; i < p->pairs; i++)
        if (model->pairs[i].triples > row) row = model->pairs[i].triples;
    if (id >= p->symbols || row > p->triples - p->symbols) return false;
    for (uint32_t i = 0; i < p->symbols; i++)
        if (!row_is_sane(model, i)) return false;
    return true;
}

int qm_words_bind(qm_words_model *model, const qm_image *image, bool *found, qm_error *err)
{
    qm_bytes section = qm_image_section(image, QM_SECTION_WORDS);
    *found = section.data != NULL;
    if (!*found) return QM_OK;
    qm_words_model bound = {0};
    if (section.size != sizeof bound.params)
        return qm_fail(err, QM_E_CORRUPT, "words: wrong size of the parameters");
    memcpy(&bound.params, section.data, sizeof bound.params);
    if (!params_are_sane(&bound.params))
        return qm_fail(err, QM_E_CORRUPT, "words: a parameter is out of range");
    if (!bind_tables(&bound, image))
        return qm_fail(err, QM_E_CORRUPT, "words: a table is missing or of the wrong size");
    if (!image->trusted && !values_are_sane(&bound))
        return qm_fail(err, QM_E_CORRUPT, "words: an id or a row is out of range");
    *model = bound;
    return QM_OK;
}

uint32_t qm_long_find(const qm_words_model *model, uint64_t key)
{
    uint32_t bits = model->params.long_bits, mask = (1u << bits) - 1;
    uint32_t slot = qm_long_slot(key, bits);
    for (uint32_t probe = 0; probe < model->params.long_probes; probe++) {
        uint64_t entry = model->longs[slot];
        if ((entry & QM_LONG_KEY) == key) return slot;
        if (!entry) break;
        slot = (slot + 1) & mask;
    }
    return UINT32_MAX;
}

static uint32_t long_class(const qm_words_model *model, const uint16_t *ids, uint32_t length)
{
    uint64_t key = qm_long_key(ids);
    for (uint32_t n = 4;; n++) {
        uint32_t slot = qm_long_find(model, key);
        if (slot == UINT32_MAX) return 0;
        if (n == length) return (uint32_t)(model->longs[slot] >> 61);
        key = QM_LONG_FOLLOWS | (uint64_t)slot << 14 | ids[n];
    }
}

uint32_t qm_word_class(const qm_words_model *model, const uint16_t *ids, uint32_t length)
{
    if (length < 2) return 0;
    if (length > 3) return long_class(model, ids, length);
    const qm_pair *pair = model->pairs + qm_pair_slot(model, ids[0], ids[1]);
    if (pair->key != qm_pair_ids(ids)) return 0;
    if (length == 2) return (uint32_t)pair->entry >> 3 & 31;
    if (!pair->triples) return 0;
    uint64_t triple = model->triples[pair->triples + ids[2]];
    return triple >> 48 == ids[2] ? (uint32_t)triple & 31 : 0;
}

/* Long words keep their frequency class only. */
static uint8_t long_level(uint64_t entry)
{
    static const uint8_t levels[8] = {0, 137, 123, 103, 81, 81, 81, 81};
    return levels[entry >> 57 & 7];
}

static uint32_t long_levels(const qm_words_model *model, const uint16_t *ids, uint32_t n,
                            uint8_t *levels)
{
    uint64_t key = qm_long_key(ids);
    for (uint32_t length = 4;; length++) {
        uint32_t slot = qm_long_find(model, key);
        if (slot == UINT32_MAX) return length - 1;
        levels[length] = long_level(model->longs[slot]);
        if (!(model->longs[slot] & QM_LONG_GOES_ON) || length == n || length == QM_WORD_MAX)
            return length;
        key = QM_LONG_FOLLOWS | (uint64_t)slot << 14 | ids[length];
    }
}

uint32_t qm_word_levels(const qm_words_model *model, const uint16_t *ids, uint32_t n,
                        uint8_t levels[QM_WORD_MAX + 1])
{
    memset(levels, 0, QM_WORD_MAX + 1);
    if (n < 2) return 1;
    const qm_pair *pair = model->pairs + qm_pair_slot(model, ids[0], ids[1]);
    if (pair->key != qm_pair_ids(ids)) return 1;
    if (pair->entry & 7) levels[2] = (uint8_t)(pair->entry >> 48);
    if (n < 3 || !pair->triples) return 2;
    uint64_t triple = model->triples[pair->triples + ids[2]];
    if (triple >> 48 != ids[2]) return 2;
    if (triple >> 11 & 15) levels[3] = (uint8_t)((triple >> 5 & 63) * 4);
    return n > 3 && triple & QM_TRIPLE_GOES_ON ? long_levels(model, ids, n, levels) : 3;
}
