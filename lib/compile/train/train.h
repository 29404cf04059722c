/* Training of the words image. The only floating point of the library is here, and nothing that
 * analyses text calls it. Same inputs and options, same bytes. */
#ifndef QM_TRAIN_H
#define QM_TRAIN_H

#include "image/image.h"
#include "segment/segment.h"

typedef enum qm_train_format {
    QM_TRAIN_WORDS = 0, /* one sentence a line, blanks between the words */
    QM_TRAIN_CONLLU = 1 /* ten tab-separated columns, a blank line between sentences */
} qm_train_format;

typedef struct qm_train_text {
    qm_bytes text;
    int format;    /* qm_train_format */
    double weight; /* of its mistakes beside those of other texts; 1 as a rule */
} qm_train_text;

typedef struct qm_train_options {
    double cost;       /* C of the support vector machine */
    uint32_t passes;   /* over the training data */
    uint64_t seed;     /* of their order */
    double prune;      /* weights nearer to zero are dropped */
    uint32_t scale;    /* integer units in a margin of 1 */
    uint32_t window;   /* symbols on each side of a boundary that features see, 1 to QM_WINDOW */
    uint32_t folds;    /* 0: no lexicon of the training text; else jack-knifed in so many folds */
    bool copies;       /* each text has its own copy of the features beside the common one */
    bool lattice;      /* weights of words are learnt, too, for QM_LATTICE */
    bool any_standard; /* numbers are cut as the training text has them, not by our rules */
} qm_train_options;

qm_train_options qm_train_defaults(void);

typedef struct qm_words_training {
    const qm_charmap *map;
    const qm_train_text *texts;
    size_t n_texts;
    const qm_bytes *dictionaries; /* lines: word, blank, count, then anything */
    size_t n_dictionaries;
    qm_train_text tags; /* CoNLL-U to learn tags from; data NULL: no tags */
    qm_train_text raw;  /* not segmented: a first model cuts it, by a lattice that learnt, for the
                           boundaries to learn from; or empty */
    qm_train_text dev;  /* what each pass is scored on, for `progress`; data NULL: nothing */
    qm_train_options options;
    void (*progress)(void *ud, const char *line); /* or NULL */
    void *ud;
} qm_words_training;

/* Adds the sections of the words model to writer. */
int qm_words_train(const qm_words_training *training, const qm_allocator *alloc,
                   qm_image_writer *writer, qm_error *err);

typedef struct qm_words_score_card {
    uint64_t gold, system, right;
    uint64_t known, known_right; /* gold words that the vocabulary has */
    uint64_t new_words, new_right;
    uint64_t crossing;           /* system words whose edges cross a gold word */
    uint64_t over_split;         /* gold words that the system cut into several */
    uint64_t under_split;        /* system words of several whole gold words */
    uint64_t tagged, tags_right; /* words with a gold tag, cut as gold has them */
} qm_words_score_card;

/* Adds to card how the segmenter does on text; vocabulary (training text): what is known, or
 * nothing. */
int qm_words_evaluate(const qm_segmenter *segmenter, const qm_segment_options *options,
                      const qm_charmap *map, qm_train_text text, qm_train_text vocabulary,
                      const qm_allocator *alloc, qm_words_score_card *card, qm_error *err);

#endif
