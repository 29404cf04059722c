/* The features of a boundary, and the map from their keys to numbers. */
#include "compile/train/words.h"

static uint64_t feature(uint32_t kind, uint64_t gram)
{
    return (uint64_t)kind << QM_FEATURE_SHIFT | gram;
}

static void features_of_types(uint32_t types, uint64_t *keys)
{
    uint32_t kind = QM_FEATURE_TYPES;
    for (uint32_t n = 1; n <= 3; n++)
        for (uint32_t i = 0; i + n <= 2 * QM_WINDOW; i++) {
            uint32_t gram = types >> 3 * (2 * QM_WINDOW - n - i) & ((1u << 3 * n) - 1);
            *keys++ = feature(kind++, gram);
        }
}

void qm_features_of_codes(uint32_t end, uint32_t begin, uint32_t cover, uint64_t *keys)
{
    uint32_t kind = QM_FEATURE_CODE;
    *keys++ = feature(kind++, end);
    *keys++ = feature(kind++, begin);
    *keys++ = feature(kind++, cover);
    *keys++ = feature(kind++, end << 5 | begin);
    *keys++ = feature(kind++, end << 5 | cover);
    *keys++ = feature(kind++, begin << 5 | cover);
    *keys++ = feature(kind++, end << 10 | begin << 5 | cover);
}

void qm_features_of(const qm_corpus *corpus, const qm_codes *codes, uint32_t j, uint64_t *keys)
{
    const uint16_t *w = corpus->ids.at + j - QM_WINDOW;
    uint32_t types = 0;
    for (uint32_t i = 0; i < 2 * QM_WINDOW; i++) {
        types = types << 3 | corpus->types.at[j - QM_WINDOW + i];
        *keys++ = feature(QM_FEATURE_SINGLE + i, w[i]);
    }
    for (uint32_t i = 0; i < 5; i++)
        *keys++ = feature(QM_FEATURE_PAIR + i, qm_pair_key(w[i], w[i + 1]));
    for (uint32_t i = 0; i < 4; i++)
        *keys++ = feature(QM_FEATURE_TRIPLE + i, qm_pair_key(w[i], w[i + 1]) << 14 | w[i + 2]);
    features_of_types(types, keys);
    keys += QM_TYPE_FEATURES;
    qm_features_of_codes(codes->end.at[j], codes->begin.at[j], codes->cover.at[j], keys);
    keys[QM_CODE_FEATURES] = feature(QM_FEATURE_BIAS, 0);
}

/* ---- dictionary codes ---- */

static void raise(uint8_t *code, uint32_t to)
{
    if (*code < to) *code = (uint8_t)to;
}

static void mark_words(qm_codes *codes, const qm_corpus *corpus, const qm_train_lexicon *lexicon,
                       uint32_t fold, size_t j)
{
    for (uint32_t length = 2; length <= QM_WORD_MAX && j + length <= corpus->ids.count; length++) {
        const qm_lexeme *word = qm_train_lexicon_find(lexicon, corpus->ids.at + j, length);
        if (!word) return;
        uint32_t code = qm_word_code(length, qm_lexeme_frequency(word, fold));
        raise(&codes->begin.at[j], code);
        if (j + length < corpus->ids.count) raise(&codes->end.at[j + length], code);
        for (uint32_t k = 1; k < length; k++) raise(&codes->cover.at[j + k], code);
        if (!word->goes_on) return;
    }
}

static int zeros(qm_u8_array *array, size_t n, const qm_allocator *alloc)
{
    if (qm_array_reserve(alloc, array, n) != QM_OK) return QM_E_NOMEM;
    memset(array->at, 0, n);
    array->count = n;
    return QM_OK;
}

int qm_codes_find(qm_codes *codes, const qm_corpus *corpus, const qm_train_lexicon *lexicon,
                  uint32_t folds, const qm_allocator *alloc)
{
    size_t n = corpus->ids.count;
    if (zeros(&codes->begin, n, alloc) != QM_OK || zeros(&codes->end, n, alloc) != QM_OK ||
        zeros(&codes->cover, n, alloc) != QM_OK)
        return QM_E_NOMEM;
    for (size_t j = 0; j < n; j++) {
        uint32_t fold = folds ? corpus->folds.at[j] % folds : QM_FOLDS_MAX;
        if (corpus->ids.at[j] >= QM_SYMBOL_FIRST_CHAR) mark_words(codes, corpus, lexicon, fold, j);
    }
    return QM_OK;
}

void qm_codes_free(qm_codes *codes, const qm_allocator *alloc)
{
    qm_array_free(alloc, &codes->begin);
    qm_array_free(alloc, &codes->end);
    qm_array_free(alloc, &codes->cover);
}

/* ---- keys to numbers ---- */

static uint32_t home(uint64_t key, uint32_t mask)
{
    key *= UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)((key ^ key >> 32) * UINT64_C(0xD6E8FEB86659FD93) >> 32) & mask;
}

static int allocate(qm_feature_map *map, uint32_t mask)
{
    size_t slots = (size_t)mask + 1;
    uint64_t *keys = qm_alloc_zero(map->alloc, slots * sizeof *keys);
    uint32_t *numbers = qm_resize(map->alloc, NULL, 0, slots * sizeof *numbers);
    if (!keys || !numbers) {
        qm_release(map->alloc, keys, slots * sizeof *keys);
        qm_release(map->alloc, numbers, slots * sizeof *numbers);
        return QM_E_NOMEM;
    }
    for (size_t i = 0; map->keys && i <= map->mask; i++) {
        if (!map->keys[i]) continue;
        uint32_t at = home(map->keys[i] - 1, mask);
        while (keys[at]) at = (at + 1) & mask;
        keys[at] = map->keys[i];
        numbers[at] = map->numbers[i];
    }
    uint32_t count = map->count;
    qm_feature_map_free(map);
    map->keys = keys;
    map->numbers = numbers;
    map->mask = mask;
    map->count = count;
    return QM_OK;
}

int qm_feature_map_init(qm_feature_map *map, const qm_allocator *alloc)
{
    *map = (qm_feature_map){.alloc = alloc};
    return allocate(map, (1u << 16) - 1);
}

void qm_feature_map_free(qm_feature_map *map)
{
    if (!map->keys) return;
    size_t slots = (size_t)map->mask + 1;
    qm_release(map->alloc, map->keys, slots * sizeof *map->keys);
    qm_release(map->alloc, map->numbers, slots * sizeof *map->numbers);
    map->keys = NULL;
    map->numbers = NULL;
}

int qm_feature_map_add(qm_feature_map *map, uint64_t key, uint32_t *number)
{
    if (map->count >= map->mask / 2 && allocate(map, map->mask * 2 + 1) != QM_OK) return QM_E_NOMEM;
    uint32_t at = home(key, map->mask);
    while (map->keys[at] && map->keys[at] != key + 1) at = (at + 1) & map->mask;
    if (!map->keys[at]) {
        map->keys[at] = key + 1;
        map->numbers[at] = map->count++;
    }
    *number = map->numbers[at];
    return QM_OK;
}

uint32_t qm_feature_map_find(const qm_feature_map *map, uint64_t key)
{
    uint32_t at = home(key, map->mask);
    while (map->keys[at] && map->keys[at] != key + 1) at = (at + 1) & map->mask;
    return map->keys[at] ? map->numbers[at] : UINT32_MAX;
}
