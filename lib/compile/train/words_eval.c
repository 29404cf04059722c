/* How a segmenter does on gold text. */
#include "compile/train/words.h"
#include "segment/parts.h"

/* A set of words, for what is known. */
typedef struct word_set {
    uint64_t *hashes; /* 0 is empty */
    uint64_t mask, count;
    const qm_allocator *alloc;
} word_set;

static void set_put(uint64_t *hashes, uint64_t mask, uint64_t hash)
{
    uint64_t at = hash & mask;
    while (hashes[at] && hashes[at] != hash) at = (at + 1) & mask;
    hashes[at] = hash;
}

static int set_add(word_set *set, const char *word, size_t size)
{
    if (!set->hashes || set->count > set->mask / 2) {
        uint64_t mask = set->hashes ? set->mask * 2 + 1 : 65535;
        uint64_t *hashes = qm_alloc_zero(set->alloc, (mask + 1) * sizeof *hashes);
        if (!hashes) return QM_E_NOMEM;
        for (uint64_t i = 0; set->hashes && i <= set->mask; i++)
            if (set->hashes[i]) set_put(hashes, mask, set->hashes[i]);
        qm_release(set->alloc, set->hashes, set->hashes ? (set->mask + 1) * sizeof *hashes : 0);
        set->hashes = hashes;
        set->mask = mask;
    }
    set_put(set->hashes, set->mask, qm_hash(word, size, 0) | 1);
    set->count++;
    return QM_OK;
}

static bool set_has(const word_set *set, const char *word, size_t size)
{
    if (!set->hashes) return false;
    uint64_t hash = qm_hash(word, size, 0) | 1, at = hash & set->mask;
    while (set->hashes[at] && set->hashes[at] != hash) at = (at + 1) & set->mask;
    return set->hashes[at] != 0;
}

static int learn_vocabulary(word_set *set, qm_train_text text, qm_sentence *sentence)
{
    qm_word_reader reader = {text.text.data, (const char *)text.text.data + text.text.size,
                             text.format};
    for (bool more = text.text.size > 0; more;) {
        if (qm_sentence_next(&reader, set->alloc, sentence, &more) != QM_OK) return QM_E_NOMEM;
        for (size_t i = 0; more && i < sentence->ends.count; i++) {
            uint32_t start = i ? sentence->ends.at[i - 1] : 0;
            if (set_add(set, sentence->bytes.at + start, sentence->ends.at[i] - start) != QM_OK)
                return QM_E_NOMEM;
        }
    }
    return QM_OK;
}

/* Byte offsets at which the system's words end. */
static int system_ends(const qm_text *text, const uint8_t *begins, const qm_allocator *alloc,
                       qm_u32_array *out)
{
    out->count = 0;
    for (uint32_t i = 1; i <= text->count; i++)
        if (begins[i] && qm_array_push(alloc, out, qm_text_end(text, i)) != QM_OK)
            return QM_E_NOMEM;
    return QM_OK;
}

static void count_gold(const qm_sentence *gold, const word_set *known, size_t i, bool right,
                       qm_words_score_card *card)
{
    uint32_t start = i ? gold->ends.at[i - 1] : 0;
    bool old = set_has(known, gold->bytes.at + start, gold->ends.at[i] - start);
    card->gold++;
    card->right += right;
    if (old) {
        card->known++;
        card->known_right += right;
    } else {
        card->new_words++;
        card->new_right += right;
    }
}

/* Walks both cuttings of the same bytes from one common edge to the next. */
static void compare(const qm_sentence *gold, const qm_u32_array *system, const word_set *known,
                    qm_words_score_card *card)
{
    size_t g = 0, s = 0;
    while (g < gold->ends.count && s < system->count) {
        size_t g0 = g, s0 = s;
        while (gold->ends.at[g] != system->at[s]) {
            if (gold->ends.at[g] < system->at[s]) g++;
            else s++;
        }
        size_t golds = ++g - g0, systems = ++s - s0;
        for (size_t i = g0; i < g; i++)
            count_gold(gold, known, i, golds == 1 && systems == 1, card);
        card->system += systems;
        if (golds == 1 && systems > 1) card->over_split++;
        else if (systems == 1 && golds > 1) card->under_split++;
        else if (golds > 1) card->crossing += golds < systems ? golds : systems;
    }
}

/* Tags are counted on the gold words, whatever the system makes of the text. words is written. */
static void count_tags(const qm_segmenter *segmenter, qm_segment_scratch *scratch,
                       const qm_text *text, const qm_sentence *gold, qm_words *words,
                       qm_words_score_card *card)
{
    if (gold->tags.count == 0) return;
    size_t word = 0;
    scratch->user.count = 0;
    if (segmenter->has_model)
        qm_cut_by_model(&segmenter->model, &scratch->score, text, words->begins, NULL, words->tags);
    memset(words->begins, 0, (size_t)text->count + 1);
    words->begins[0] = words->begins[text->count] = 1;
    for (uint32_t i = 1; i < text->count; i++) {
        while (word < gold->ends.count && gold->ends.at[word] < text->starts[i]) word++;
        if (word < gold->ends.count && gold->ends.at[word] == text->starts[i]) words->begins[i] = 1;
    }
    qm_put_tags(segmenter, scratch, text, words->begins, words->tags, false);
    word = 0;
    for (uint32_t i = 0; i < text->count && word < gold->tags.count; i++) {
        if (!words->begins[i]) continue;
        qm_bytes gold_tag = gold->tags.at[word++];
        if (qm_bytes_equal(gold_tag, qm_bytes_of("CONJ"))) gold_tag = qm_bytes_of("CCONJ");
        card->tagged++;
        card->tags_right += qm_bytes_equal(gold_tag, qm_bytes_of(qm_upos_name(words->tags[i])));
    }
}

int qm_words_evaluate(const qm_segmenter *segmenter, const qm_segment_options *options,
                      const qm_charmap *map, qm_train_text text, qm_train_text vocabulary,
                      const qm_allocator *alloc, qm_words_score_card *card, qm_error *err)
{
    alloc = qm_allocator_or_default(alloc);
    qm_segment_scratch *scratch = NULL;
    qm_text decoded;
    qm_words words = {0};
    qm_sentence sentence = {0};
    qm_u32_array ends = {0};
    word_set known = {.alloc = alloc};
    qm_text_init(&decoded, alloc);
    int status = qm_segment_scratch_new(&scratch, segmenter, alloc, err);
    if (status == QM_OK && learn_vocabulary(&known, vocabulary, &sentence) != QM_OK)
        status = qm_fail_nomem(err);
    qm_word_reader reader = {text.text.data, (const char *)text.text.data + text.text.size,
                             text.format};
    for (bool more = true; status == QM_OK;) {
        if (qm_sentence_next(&reader, alloc, &sentence, &more) != QM_OK)
            status = qm_fail_nomem(err);
        if (status != QM_OK || !more) break;
        status = qm_text_decode(&decoded, map, sentence.bytes.at, sentence.bytes.count, false, err);
        if (status == QM_OK)
            status = qm_segment_run(segmenter, scratch, &decoded, NULL, options, &words, err);
        if (status == QM_OK && system_ends(&decoded, words.begins, alloc, &ends) != QM_OK)
            status = qm_fail_nomem(err);
        if (status != QM_OK) break;
        compare(&sentence, &ends, &known, card);
        count_tags(segmenter, scratch, &decoded, &sentence, &words, card);
    }
    qm_segment_scratch_free(scratch);
    qm_text_free(&decoded);
    qm_words_free(&words, alloc);
    qm_sentence_free(&sentence, alloc);
    qm_array_free(alloc, &ends);
    qm_release(alloc, known.hashes, known.hashes ? (known.mask + 1) * sizeof *known.hashes : 0);
    return status;
}
