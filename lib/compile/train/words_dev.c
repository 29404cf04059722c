/* How the weights do on a text that they are not learnt from, pass by pass. */
#include "compile/train/words.h"

/* Features that no training text has are one that no weight is learnt for. Behind the common ones
 * stand their copies, if there are any: those of the first text, as in the image. */
static int add_features(qm_dev_set *dev, const qm_feature_map *map, const uint32_t *used,
                        uint32_t n_used, uint32_t j, const qm_allocator *alloc)
{
    uint64_t keys[QM_FEATURES];
    if (qm_array_reserve(alloc, &dev->features, dev->features.count + dev->width) != QM_OK)
        return QM_E_NOMEM;
    qm_features_of(&dev->corpus, &dev->codes, j, keys);
    for (uint32_t k = 0; k < dev->width; k++) {
        const bool copied = k >= n_used;
        const uint64_t key = keys[used[copied ? k - n_used : k]];
        const uint64_t copy = (uint64_t)copied << QM_FEATURE_COPY_SHIFT;
        const uint32_t number = qm_feature_map_find(map, key | copy);
        dev->features.at[dev->features.count++] = number == UINT32_MAX ? map->count : number;
    }
    return QM_OK;
}

static bool has_words(const qm_corpus *corpus)
{
    for (size_t j = 0; j < corpus->types.count; j++)
        if (corpus->types.at[j] != QM_CHAR_SPACE) return true;
    return false;
}

int qm_dev_read(qm_dev_set *dev, const qm_words_training *training, const qm_alphabet *alphabet,
                const qm_train_lexicon *lexicon, const qm_feature_map *map, const uint32_t *used,
                uint32_t n_used, const qm_allocator *alloc, qm_error *err)
{
    qm_words_training alone = *training;
    alone.texts = &training->dev;
    alone.n_texts = 1;
    dev->width = training->options.copies ? 2 * n_used : n_used;
    int status = qm_corpus_read(&dev->corpus, &alone, alloc, err);
    if (status != QM_OK) return status;
    if (!has_words(&dev->corpus))
        return qm_fail(err, QM_E_SYNTAX, "the dev text has no words to score");
    uint16_t *ids = dev->corpus.ids.at;
    for (size_t j = 0; j < dev->corpus.ids.count; j++)
        if (ids[j] >= QM_SYMBOL_FIRST_CHAR) ids[j] = alphabet->ids[ids[j]];
    if (qm_codes_find(&dev->codes, &dev->corpus, lexicon, 0, alloc) != QM_OK)
        return qm_fail_nomem(err);
    for (uint32_t j = 0; j < dev->corpus.ids.count; j++)
        if (dev->corpus.begins.at[j] != QM_GOLD_FIXED &&
            add_features(dev, map, used, n_used, j, alloc) != QM_OK)
            return qm_fail_nomem(err);
    return QM_OK;
}

double qm_dev_f1(const qm_dev_set *dev, const double *weights)
{
    const uint32_t *features = dev->features.at;
    size_t words = 0, right = 0; /* of both cuttings together; in both */
    bool agree = false;          /* on where the word begins, and on all since */
    for (size_t j = 1; j < dev->corpus.ids.count; j++) {
        const uint8_t gold = dev->corpus.begins.at[j];
        bool cuts = gold == QM_GOLD_FIXED;
        if (!cuts) {
            double margin = 0;
            for (uint32_t k = 0; k < dev->width; k++) margin += weights[*features++];
            cuts = margin > 0;
        }
        const bool is_word = dev->corpus.types.at[j - 1] != QM_CHAR_SPACE;
        words += is_word ? (size_t)(gold != 0) + cuts : 0;
        right += is_word && agree && gold && cuts;
        if (gold || cuts) agree = gold && cuts;
    }
    return words ? 2.0 * (double)right / (double)words : 0;
}

void qm_dev_free(qm_dev_set *dev, const qm_allocator *alloc)
{
    qm_corpus_free(&dev->corpus, alloc);
    qm_codes_free(&dev->codes, alloc);
    qm_array_free(alloc, &dev->features);
}
