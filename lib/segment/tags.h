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

enum {
    QM_TAG_LANES = 16,
    QM_TAGS_VERSION = 3,
    QM_TAG_FEATURES = 14,
    QM_TAG_REACH = 2,
    QM_TAG_BLOCK = 240, /* words that are tagged together */
    QM_TAG_ROOM = QM_TAG_BLOCK + 2 * QM_TAG_REACH,
    QM_TAG_BEYOND = 16,         /* so many words behind the last are overwritten */
    QM_TAG_EDGE = QM_CHAR_SPACE /* the hash of a run of blanks, and of what is no word */
};

typedef struct qm_tag_params {
    uint32_t row_bits;
    uint8_t tags[QM_TAG_LANES]; /* UPOS code of each lane; 0: unused */
    uint32_t version;
    uint32_t reserved[2];
} qm_tag_params;

struct qm_tag_block;
struct qm_tagger;

typedef struct qm_tag_model {
    qm_tag_params params;
    const int8_t *rows;
    /* Tags of up to QM_TAG_BLOCK words, among QM_TAG_REACH more on each side, to where they start.
     */
    void (*tag)(const struct qm_tag_model *model, const struct qm_tag_block *words,
                const uint32_t *starts, uint32_t n, uint8_t *tags);
    /* The words [from, QM_TAG_ROOM) of a block; see qm_tagger. */
    void (*read)(struct qm_tagger *tagger, uint32_t from);
} qm_tag_model;

int qm_tags_bind(qm_tag_model *model, const qm_image *image, bool *found, qm_error *err);

/* Factors of the first two characters of a word in its hash. */
#define QM_TAG_FIRST 0x9E3779B1u
#define QM_TAG_SECOND 0x85EBCA77u

/* What features see of a word. */
typedef struct qm_tag_word {
    uint32_t hash;
    uint32_t last, last_two; /* characters; two of them mixed */
    uint32_t first;
    uint32_t shape; /* class of the first character, length up to 4, the dictionary's class */
} qm_tag_word;

/* The same of many words, whose features are hashed side by side. */
typedef struct qm_tag_block {
    uint32_t hash[QM_TAG_ROOM + QM_TAG_BEYOND], last[QM_TAG_ROOM + QM_TAG_BEYOND];
    uint32_t last_two[QM_TAG_ROOM + QM_TAG_BEYOND], first[QM_TAG_ROOM + QM_TAG_BEYOND];
    uint32_t shape[QM_TAG_ROOM + QM_TAG_BEYOND];
} qm_tag_block;

/* The words of a text, block by block. */
typedef struct qm_tagger {
    const qm_words_model *model; /* NULL: there is no dictionary */
    const qm_text *text;
    const uint8_t *begins;
    uint8_t *tags; /* before, what is known of pairs */
    uint32_t at;   /* where the next word starts */
    qm_tag_block words;
    /* Of each word; where it starts the one before ends. Behind the last of the text there are as
     * many empty words as are asked for. */
    uint32_t starts[QM_TAG_ROOM + QM_TAG_BEYOND];
    /* Words that are not in `words` yet, as they must be looked up: those of more than one
     * character, but pairs of plain ones. */
    uint8_t listed[QM_TAG_ROOM];
    uint32_t n_listed;
} qm_tagger;

void qm_tag_block_put(qm_tag_block *block, uint32_t i, qm_tag_word word);

/* Offset of a row in the table. */
static inline uint32_t qm_tag_row(uint32_t x, uint32_t y, uint32_t kind, uint32_t row_bits)
{
    uint32_t mixed = x * 0x9E3779B1u ^ (y * 0x85EBCA6Bu + kind * 0x27D4EB2Fu);
    mixed ^= mixed >> 15;
    return (mixed * 0xC2B2AE35u >> (32 - row_bits)) * QM_TAG_LANES;
}

/* A word of the text, and its qm_word_class; a run of blanks is an edge, as is the end of the text
 * (start == end). */
qm_tag_word qm_tag_word_of(const qm_text *text, uint32_t start, uint32_t end, uint32_t class);
/* Offsets of the rows of the features of window[QM_TAG_REACH], among its neighbours. */
void qm_tag_features(const qm_tag_word *window, uint32_t row_bits, uint32_t *rows);

/* The best for this processor is in model->tag and model->read; all give the same. */
void qm_tag_plain(const qm_tag_model *model, const qm_tag_block *words, const uint32_t *starts,
                  uint32_t n, uint8_t *tags);
void qm_tag_read_plain(qm_tagger *tagger, uint32_t from);
#ifdef __x86_64__
void qm_tag_avx2(const qm_tag_model *model, const qm_tag_block *words, const uint32_t *starts,
                 uint32_t n, uint8_t *tags);
void qm_tag_read_avx2(qm_tagger *tagger, uint32_t from);
void qm_tag_avx512(const qm_tag_model *model, const qm_tag_block *words, const uint32_t *starts,
                   uint32_t n, uint8_t *tags);
void qm_tag_read_avx512(qm_tagger *tagger, uint32_t from);
#endif

/* words: the dictionary, or NULL. tags[i] of the first character of each word; 0 for blanks and
 * behind the first character. Before, tags has what qm_cut_by_model says of pairs of characters, if
 * there is a dictionary. *last: the hash of the last word in front of the blanks behind which the
 * text goes on, or QM_TAG_EDGE; afterwards that of the last word of this text, if it ends with
 * blanks. */
void qm_tag_words(const qm_tag_model *model, const qm_words_model *words, const qm_text *text,
                  const uint8_t *begins, uint8_t *tags, uint32_t *last);

#endif
