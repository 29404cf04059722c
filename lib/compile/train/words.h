/* Private to the trainer of words. */
#ifndef QM_TRAIN_WORDS_H
#define QM_TRAIN_WORDS_H

#include "compile/train/train.h"
#include "segment/model.h"

/* ---- segmented text (words_corpus.c) ---- */

typedef struct qm_word_reader {
    const char *at, *end;
    int format;
} qm_word_reader;

typedef QM_ARRAY(char) qm_char_array;
typedef QM_ARRAY(qm_bytes) qm_bytes_array;
typedef QM_ARRAY(uint16_t) qm_u16_array;

/* The words of one sentence. */
typedef struct qm_sentence {
    qm_char_array bytes; /* nothing between the words */
    qm_u32_array ends;   /* byte behind each word */
    qm_bytes_array tags; /* UPOS of each word, views; empty but in CoNLL-U */
} qm_sentence;

/* QM_OK with *more false at the end of the text. */
int qm_sentence_next(qm_word_reader *reader, const qm_allocator *alloc, qm_sentence *out,
                     bool *more);
void qm_sentence_free(qm_sentence *sentence, const qm_allocator *alloc);

enum { QM_FOLDS_MAX = 10 };

/* All training text as symbols, one array element each; every sentence has QM_WINDOW edges on both
 * sides. */
typedef struct qm_corpus {
    qm_u16_array ids;    /* code points until qm_alphabet_number, ids of the model then */
    qm_u8_array types;   /* qm_char_class */
    qm_u8_array begins;  /* gold: 1 where a word starts, QM_GOLD_FIXED where no choice is */
    qm_u8_array sources; /* number of the text */
    qm_u8_array folds;   /* for jack-knifing; by sentence */
} qm_corpus;
enum { QM_GOLD_FIXED = 2 };

int qm_corpus_read(qm_corpus *corpus, const qm_words_training *training, const qm_allocator *alloc,
                   qm_error *err);
void qm_corpus_free(qm_corpus *corpus, const qm_allocator *alloc);

/* ---- dictionary (words_lexicon.c) ---- */

typedef struct qm_lexeme {
    uint64_t hash;
    uint32_t first, length; /* its symbols in the lexicon's pool */
    uint8_t frequency;      /* class 1..4; 0: only the beginning of other words, or unused */
    uint64_t given_count;   /* in the dictionaries */
    uint8_t class;          /* for tags; see words_lexicon.c */
    bool goes_on;           /* longer words begin so */
    bool given;             /* a dictionary has it: visible in every fold */
    uint32_t count;         /* in the training text */
    uint32_t in_fold[QM_FOLDS_MAX];
} qm_lexeme;

typedef struct qm_train_lexicon {
    QM_ARRAY(qm_lexeme) lexemes;
    qm_u16_array pool;
    uint32_t *slots; /* open addressing: lexeme + 1 */
    uint32_t mask;
    uint64_t total;   /* of the dictionaries' counts */
    uint64_t *single; /* those of the words of one character, by code point */
    const qm_allocator *alloc;
} qm_train_lexicon;

int qm_train_lexicon_read(qm_train_lexicon *lexicon, const qm_words_training *training,
                          const qm_allocator *alloc, qm_error *err);
/* The words of the corpus, counted by fold. */
int qm_train_lexicon_learn(qm_train_lexicon *lexicon, const qm_corpus *corpus, uint32_t folds);
/* Finds the words again after their symbols have got other numbers. */
int qm_train_lexicon_renumber(qm_train_lexicon *lexicon);
void qm_train_lexicon_free(qm_train_lexicon *lexicon);
/* -8 ln p of a word so frequent in the dictionaries. */
uint8_t qm_train_level(const qm_train_lexicon *lexicon, uint64_t count);
/* NULL if the lexicon has no such word or beginning. */
const qm_lexeme *qm_train_lexicon_find(const qm_train_lexicon *lexicon, const uint16_t *symbols,
                                       uint32_t length);
/* Frequency class as training sees it in a sentence of this fold (QM_FOLDS_MAX: in none). */
uint32_t qm_lexeme_frequency(const qm_lexeme *lexeme, uint32_t fold);

/* Model ids of all characters, the frequent first; rewrites corpus and lexicon. */
typedef struct qm_alphabet {
    uint16_t ids[65536];
    uint32_t count;
} qm_alphabet;
void qm_alphabet_number(qm_alphabet *alphabet, qm_corpus *corpus, qm_train_lexicon *lexicon);

/* ---- features (words_features.c) ---- */

/* Kinds of keys, in the bits above the n-gram. */
enum {
    QM_FEATURE_SINGLE = 0,  /* + place 0..5 */
    QM_FEATURE_PAIR = 6,    /* + 0..4 */
    QM_FEATURE_TRIPLE = 11, /* + 0..3 */
    QM_FEATURE_TYPES = 15,  /* + 0..14: six single types, five pairs, four triples */
    QM_FEATURE_CODE = 30,   /* + 0..6: which of end, begin, cover */
    QM_FEATURE_BIAS = 37,
    QM_FEATURE_SHIFT = 48,
    QM_FEATURES = 38, /* of one boundary */
    QM_FEATURE_COPY_SHIFT = 56
};

typedef struct qm_codes {
    qm_u8_array begin, end, cover;
} qm_codes;

/* Dictionary codes of the whole corpus; folds: of the jack-knifed lexicon, or 0. */
int qm_codes_find(qm_codes *codes, const qm_corpus *corpus, const qm_train_lexicon *lexicon,
                  uint32_t folds, const qm_allocator *alloc);
void qm_codes_free(qm_codes *codes, const qm_allocator *alloc);
/* The QM_FEATURES keys of the boundary before symbol j. */
void qm_features_of(const qm_corpus *corpus, const qm_codes *codes, uint32_t j, uint64_t *keys);
/* Keys of a code triple: what the table of the image is summed from. */
void qm_features_of_codes(uint32_t end, uint32_t begin, uint32_t cover, uint64_t *keys);
enum { QM_TYPE_FEATURES = 15, QM_CODE_FEATURES = 7 };

/* Keys to numbers. */
typedef struct qm_feature_map {
    uint64_t *keys; /* key + 1; 0 is empty */
    uint32_t *numbers;
    uint32_t mask, count;
    const qm_allocator *alloc;
} qm_feature_map;

int qm_feature_map_init(qm_feature_map *map, const qm_allocator *alloc);
void qm_feature_map_free(qm_feature_map *map);
int qm_feature_map_add(qm_feature_map *map, uint64_t key, uint32_t *number);
/* UINT32_MAX if it was never added. */
uint32_t qm_feature_map_find(const qm_feature_map *map, uint64_t key);

/* ---- the dev text (words_dev.c) ---- */

typedef struct qm_dev_set {
    qm_corpus corpus;
    qm_codes codes;
    qm_u32_array features; /* width for each boundary where there is a choice */
    uint32_t width;
} qm_dev_set;

/* used: the features that the window has. Those that no training text has get the number
 * map->count. */
int qm_dev_read(qm_dev_set *dev, const qm_words_training *training, const qm_alphabet *alphabet,
                const qm_train_lexicon *lexicon, const qm_feature_map *map, const uint32_t *used,
                uint32_t n_used, const qm_allocator *alloc, qm_error *err);
/* Of words, between 0 and 1. */
double qm_dev_f1(const qm_dev_set *dev, const double *weights);
void qm_dev_free(qm_dev_set *dev, const qm_allocator *alloc);

/* ---- the machine (words_svm.c) ---- */

/* Examples with binary features, all of the same number. */
typedef struct qm_examples {
    qm_u32_array features; /* width for each example */
    qm_u8_array labels;    /* 1 or 0 */
    QM_ARRAY(float) weights;
    qm_u8_array parts; /* for jack-knifing; by sentence, below QM_PARTS; or none */
    uint32_t left_out; /* the part that is not learnt from; QM_PARTS: none */
    uint32_t width;
    uint32_t n_features;
    const qm_dev_set *dev; /* what each pass is scored on; or NULL */
} qm_examples;
enum { QM_PARTS = 5 };

/* L2-regularised L2-loss linear support vector machine by dual coordinate descent. */
int qm_svm_train(const qm_examples *examples, const qm_train_options *options,
                 const qm_words_training *report, const qm_allocator *alloc, double *weights);

/* ---- words of the lattice (words_paths.c) ---- */

/* levels: of single symbols; margins: of each symbol of the corpus, by models that have not seen
 * its sentence. Adds the section and what the parameters say of it. */
int qm_paths_train(const qm_words_training *training, const qm_corpus *corpus,
                   const qm_train_lexicon *lexicon, const uint8_t *levels, const int16_t *margins,
                   const qm_allocator *alloc, qm_words_params *params, qm_image_writer *writer,
                   qm_error *err);

/* ---- the teacher (words_teacher.c) ---- */

/* Each line of raw text as the model of the image cuts it by its lattice, with blanks between the
 * words. */
int qm_teacher_cut(qm_bytes image, const qm_charmap *map, qm_bytes raw, const qm_allocator *alloc,
                   qm_char_array *out, qm_error *err);

/* ---- the image (words_export.c) ---- */

/* params: what other sections want said of them, 0 else. */
int qm_words_export(const qm_feature_map *map, const double *weights,
                    const qm_train_lexicon *lexicon, const qm_alphabet *alphabet,
                    const qm_words_training *training, const qm_words_params *params,
                    const qm_allocator *alloc, qm_image_writer *writer, qm_error *err);
/* What is no character has the level of a usual word. */
void qm_words_levels(const qm_train_lexicon *lexicon, const qm_alphabet *alphabet,
                     uint8_t levels[QM_SYMBOLS_MAX]);

/* An n-gram that wants a place: a pair, or a triple by the hash of its pair and its third symbol.
 */
typedef struct qm_cell {
    uint32_t hash, third;
} qm_cell;

typedef struct qm_packing {
    bool triples;
    uint32_t low_bits;     /* of the hash, below the bucket */
    uint32_t shift, slots; /* of the table; found by qm_buckets_pack */
} qm_packing;

uint32_t qm_cell_slot(const qm_packing *packing, const qm_cell *cell, uint32_t number);
/* cells: ordered by hash. numbers: of all buckets. QM_E_LIMIT if no table is large enough. */
int qm_buckets_pack(const qm_cell *cells, size_t n, qm_packing *packing, const qm_allocator *alloc,
                    uint16_t *numbers);

/* ---- tags (tags.c) ---- */

int qm_tags_train(const qm_words_training *training, const qm_train_lexicon *lexicon,
                  const qm_alphabet *alphabet, const qm_allocator *alloc, qm_image_writer *writer,
                  qm_error *err);

void qm_train_say(const qm_words_training *training, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
