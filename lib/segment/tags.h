/* Private to lib/segment and the trainer: part-of-speech tags.
 *
 * A linear model on a word and its neighbours. Features are hashed to the rows of one table, a row
 * has the weights of sixteen tags, and two features may share a row: the training knows it. No
 * feature depends on a tag, so that all rows are known before the first is needed.
 */
#ifndef QM_SEGMENT_TAGS_H
#define QM_SEGMENT_TAGS_H

#include "image/image.h"
#include "segment/model.h"

#define QM_SECTION_TAGS QM_SECTION_ID('T', 'P', 'A', 'R')
#define QM_SECTION_TAGS_ROWS QM_SECTION_ID('T', 'R', 'O', 'W')

enum { QM_TAG_LANES = 16, QM_TAG_FEATURES = 16, QM_TAG_REACH = 2, QM_TAG_CHUNK = 64 };

typedef struct qm_tag_params {
    uint32_t row_bits;
    uint8_t tags[QM_TAG_LANES]; /* UPOS code of each lane; 0: unused */
    uint32_t reserved[3];
} qm_tag_params;

typedef struct qm_tag_model {
    qm_tag_params params;
    const int8_t *rows;
} qm_tag_model;

int qm_tags_bind(qm_tag_model *model, const qm_image *image, bool *found, qm_error *err);

/* What features see of a word. */
typedef struct qm_tag_word {
    uint64_t hash;
    uint32_t start;
    uint32_t first, last, last_two; /* characters; two of them mixed */
    uint32_t shape; /* class of the first character, length up to 4, the dictionary's class */
} qm_tag_word;

/* A word of the text, and its qm_word_class; a run of blanks is an edge, as is the end of the text
 * (start == end). */
qm_tag_word qm_tag_word_of(const qm_text *text, uint32_t start, uint32_t end, uint32_t class);
/* Rows of the features of window[QM_TAG_REACH], among its neighbours. */
void qm_tag_features(const qm_tag_word *window, uint32_t row_bits, uint32_t *rows);

/* words: the dictionary, or NULL. tags[i] of the first character of each word; 0 for blanks. */
void qm_tag_words(const qm_tag_model *model, const qm_words_model *words, const qm_text *text,
                  const uint8_t *begins, uint8_t *tags);

#endif
