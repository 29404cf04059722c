/* The dictionary of the trainer: words and their beginnings, with frequency classes. */
#include "compile/train/words.h"

#include <math.h>
#include <stdlib.h>

static uint64_t hash_of(const uint16_t *symbols, uint32_t length)
{
    return qm_hash(symbols, length * sizeof *symbols, 0);
}

static uint32_t *slot_of(const qm_train_lexicon *lexicon, const uint16_t *symbols, uint32_t length,
                         uint64_t hash)
{
    for (uint32_t i = (uint32_t)hash & lexicon->mask;; i = (i + 1) & lexicon->mask) {
        if (!lexicon->slots[i]) return &lexicon->slots[i];
        const qm_lexeme *x = &lexicon->lexemes.at[lexicon->slots[i] - 1];
        if (x->hash == hash && x->length == length &&
            memcmp(lexicon->pool.at + x->first, symbols, length * sizeof *symbols) == 0)
            return &lexicon->slots[i];
    }
}

static int rehash(qm_train_lexicon *lexicon, uint32_t mask)
{
    uint32_t *slots = qm_alloc_zero(lexicon->alloc, ((size_t)mask + 1) * sizeof *slots);
    if (!slots) return QM_E_NOMEM;
    qm_release(lexicon->alloc, lexicon->slots,
               lexicon->slots ? ((size_t)lexicon->mask + 1) * sizeof *slots : 0);
    lexicon->slots = slots;
    lexicon->mask = mask;
    for (uint32_t k = 0; k < lexicon->lexemes.count; k++) {
        qm_lexeme *x = &lexicon->lexemes.at[k];
        x->hash = hash_of(lexicon->pool.at + x->first, x->length);
        *slot_of(lexicon, lexicon->pool.at + x->first, x->length, x->hash) = k + 1;
    }
    return QM_OK;
}

static int add(qm_train_lexicon *lexicon, const uint16_t *symbols, uint32_t length, qm_lexeme **out)
{
    if ((lexicon->lexemes.count + 1) * 2 > lexicon->mask &&
        rehash(lexicon, lexicon->mask * 2 + 1) != QM_OK)
        return QM_E_NOMEM;
    uint64_t hash = hash_of(symbols, length);
    uint32_t *slot = slot_of(lexicon, symbols, length, hash);
    if (!*slot) {
        qm_lexeme fresh = {.hash = hash, .first = (uint32_t)lexicon->pool.count, .length = length};
        if (qm_array_reserve(lexicon->alloc, &lexicon->pool, lexicon->pool.count + length) !=
                QM_OK ||
            qm_array_push(lexicon->alloc, &lexicon->lexemes, fresh) != QM_OK)
            return QM_E_NOMEM;
        memcpy(lexicon->pool.at + fresh.first, symbols, length * sizeof *symbols);
        lexicon->pool.count += length;
        *slot = (uint32_t)lexicon->lexemes.count;
    }
    *out = &lexicon->lexemes.at[*slot - 1];
    return QM_OK;
}

/* The word, and that it goes on behind each of its beginnings. */
static int add_word(qm_train_lexicon *lexicon, const uint16_t *symbols, uint32_t length,
                    qm_lexeme **out)
{
    for (uint32_t n = 2; n < length; n++) {
        qm_lexeme *beginning;
        if (add(lexicon, symbols, n, &beginning) != QM_OK) return QM_E_NOMEM;
        beginning->goes_on = true;
    }
    return add(lexicon, symbols, length, out);
}

static uint8_t class_of_count(uint64_t count)
{
    return count < 5 ? 1 : count < 50 ? 2 : count < 1000 ? 3 : 4;
}

/* Symbols of a word that consists of single characters only; 0 if it does not. */
static uint32_t plain_symbols(const qm_text *text, uint16_t *symbols)
{
    if (text->count < 1 || text->count > QM_WORD_MAX || text->ill_formed) return 0;
    for (uint32_t i = 0; i < text->count; i++) {
        uint8_t class = text->classes[i];
        if (class == QM_CHAR_DIGIT || class == QM_CHAR_LATIN || class == QM_CHAR_SPACE) return 0;
        if (text->chars[i] > 0xFFFF || text->chars[i] < QM_SYMBOL_FIRST_CHAR) return 0;
        symbols[i] = (uint16_t)text->chars[i];
    }
    return text->count;
}

/* Word classes by the dictionary's names for them; those of long words first, who have room for
 * seven. */
static uint8_t class_of_name(const char *name, size_t size)
{
    static const char *const names[QM_WORD_CLASSES - 1] = {
        "n", "v", "i", "l", "nr", "ns", "nt", "nz", "vn", "a",  "d",   "m", "q", "r", "p", "c",
        "u", "t", "f", "s", "b",  "z",  "j",  "ad", "an", "vd", "nrt", "y", "o", "e", "k"};
    for (uint32_t i = 0; i < QM_WORD_CLASSES - 1; i++)
        if (strlen(names[i]) == size && memcmp(names[i], name, size) == 0) return (uint8_t)(i + 1);
    return 0;
}

/* "word count tag": count and tag are optional. */
static int read_line(qm_train_lexicon *lexicon, const qm_charmap *map, qm_text *text,
                     const char *line, const char *end, qm_error *err)
{
    const char *word_end = line;
    while (word_end < end && *word_end != ' ' && *word_end != '\t' && *word_end != '\r') word_end++;
    int status = qm_text_decode(text, map, line, (size_t)(word_end - line), false, err);
    if (status != QM_OK) return status;
    uint16_t symbols[QM_WORD_MAX];
    uint32_t length = plain_symbols(text, symbols);
    if (length == 0) return QM_OK;
    uint64_t count = 0;
    const char *c = word_end < end ? word_end + 1 : end;
    for (; c < end && *c >= '0' && *c <= '9' && count < 1000000000; c++)
        count = count * 10 + (uint64_t)(*c - '0');
    const char *tag = c < end ? c + 1 : end, *tag_end = tag;
    while (tag_end<end && * tag_end> ' ') tag_end++;
    lexicon->total += count;
    if (length == 1) {
        lexicon->single[symbols[0]] += count;
        return QM_OK;
    }
    qm_lexeme *word;
    if (add_word(lexicon, symbols, length, &word) != QM_OK) return qm_fail_nomem(err);
    uint8_t class = class_of_count(count);
    if (word->frequency < class) word->frequency = class;
    if (!word->class) word->class = class_of_name(tag, (size_t)(tag_end - tag));
    word->given = true;
    word->given_count += count;
    return QM_OK;
}

int qm_train_lexicon_read(qm_train_lexicon *lexicon, const qm_words_training *training,
                          const qm_allocator *alloc, qm_error *err)
{
    lexicon->alloc = alloc;
    lexicon->single = qm_alloc_zero(alloc, 65536 * sizeof *lexicon->single);
    if (!lexicon->single || rehash(lexicon, (1u << 16) - 1) != QM_OK) return qm_fail_nomem(err);
    qm_text text;
    qm_text_init(&text, alloc);
    int status = QM_OK;
    for (size_t i = 0; i < training->n_dictionaries && status == QM_OK; i++) {
        const char *at = training->dictionaries[i].data;
        const char *end = at + training->dictionaries[i].size;
        while (at < end && status == QM_OK) {
            const char *stop = memchr(at, '\n', (size_t)(end - at));
            if (!stop) stop = end;
            status = read_line(lexicon, training->map, &text, at, stop, err);
            at = stop < end ? stop + 1 : end;
        }
    }
    qm_text_free(&text);
    return status;
}

int qm_train_lexicon_learn(qm_train_lexicon *lexicon, const qm_corpus *corpus, uint32_t folds)
{
    size_t n = corpus->ids.count;
    for (size_t start = 0, end; start < n; start = end) {
        bool plain = true;
        for (end = start; end < n && (end == start || corpus->begins.at[end] == 0); end++)
            plain &= corpus->ids.at[end] >= QM_SYMBOL_FIRST_CHAR &&
                     corpus->types.at[end] != QM_CHAR_PUNCT;
        uint32_t length = (uint32_t)(end - start);
        if (!plain || length < 2 || length > QM_WORD_MAX) continue;
        qm_lexeme *word;
        if (add_word(lexicon, corpus->ids.at + start, length, &word) != QM_OK) return QM_E_NOMEM;
        word->count++;
        word->in_fold[corpus->folds.at[start] % folds]++;
    }
    for (size_t k = 0; k < lexicon->lexemes.count; k++) {
        qm_lexeme *x = &lexicon->lexemes.at[k];
        if (!x->given && x->count) x->frequency = x->count < 5 ? 1 : x->count < 50 ? 2 : 3;
    }
    return QM_OK;
}

int qm_train_lexicon_renumber(qm_train_lexicon *lexicon)
{
    return rehash(lexicon, lexicon->mask);
}

void qm_train_lexicon_free(qm_train_lexicon *lexicon)
{
    if (!lexicon->alloc) return;
    qm_array_free(lexicon->alloc, &lexicon->lexemes);
    qm_array_free(lexicon->alloc, &lexicon->pool);
    qm_release(lexicon->alloc, lexicon->single, 65536 * sizeof *lexicon->single);
    qm_release(lexicon->alloc, lexicon->slots,
               lexicon->slots ? ((size_t)lexicon->mask + 1) * sizeof *lexicon->slots : 0);
}

uint8_t qm_train_level(const qm_train_lexicon *lexicon, uint64_t count)
{
    double level = 8 * log(((double)lexicon->total + 1) / ((double)count + 0.5));
    return (uint8_t)fmin(255, fmax(1, nearbyint(level)));
}

const qm_lexeme *qm_train_lexicon_find(const qm_train_lexicon *lexicon, const uint16_t *symbols,
                                       uint32_t length)
{
    uint32_t number = *slot_of(lexicon, symbols, length, hash_of(symbols, length));
    return number ? &lexicon->lexemes.at[number - 1] : NULL;
}

uint32_t qm_lexeme_frequency(const qm_lexeme *lexeme, uint32_t fold)
{
    if (lexeme->given || fold >= QM_FOLDS_MAX) return lexeme->frequency;
    return lexeme->count > lexeme->in_fold[fold] ? lexeme->frequency : 0;
}

/* ---- alphabet ---- */

typedef struct char_count {
    uint32_t count;
    uint16_t c;
} char_count;

static int by_count(const void *a, const void *b)
{
    const char_count *x = a, *y = b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return x->c < y->c ? -1 : x->c > y->c;
}

void qm_alphabet_number(qm_alphabet *alphabet, qm_corpus *corpus, qm_train_lexicon *lexicon)
{
    static const uint32_t text_weight = 4;
    char_count counts[65536];
    for (uint32_t c = 0; c < 65536; c++) counts[c] = (char_count){0, (uint16_t)c};
    for (size_t i = 0; i < corpus->ids.count; i++) counts[corpus->ids.at[i]].count += text_weight;
    for (size_t k = 0; k < lexicon->lexemes.count; k++) {
        const qm_lexeme *x = &lexicon->lexemes.at[k];
        for (uint32_t i = 0; i < x->length; i++) counts[lexicon->pool.at[x->first + i]].count++;
    }
    for (uint32_t c = 0; c < QM_SYMBOL_FIRST_CHAR; c++) counts[c].count = 0;
    qsort(counts, 65536, sizeof *counts, by_count);
    memset(alphabet->ids, 0, sizeof alphabet->ids);
    uint32_t next = QM_SYMBOL_FIRST_CHAR;
    for (uint32_t k = 0; k < 65536 && counts[k].count && next < QM_SYMBOLS_MAX; k++)
        alphabet->ids[counts[k].c] = (uint16_t)next++;
    alphabet->count = next;
    for (size_t i = 0; i < corpus->ids.count; i++)
        if (corpus->ids.at[i] >= QM_SYMBOL_FIRST_CHAR)
            corpus->ids.at[i] = alphabet->ids[corpus->ids.at[i]];
    for (size_t i = 0; i < lexicon->pool.count; i++)
        lexicon->pool.at[i] = alphabet->ids[lexicon->pool.at[i]];
}
