/* Private to lib/segment: the steps of a run. */
#ifndef QM_SEGMENT_PARTS_H
#define QM_SEGMENT_PARTS_H

#include "segment/model.h"
#include "segment/tags.h"

/* Margins by character, in units of the model: positive cuts. */
enum {
    QM_MARGIN_NEVER = INT16_MIN, /* inside a number, an ASCII word or an address */
    QM_MARGIN_ALWAYS = INT16_MAX /* beside a blank, and at both ends */
};

typedef struct qm_user_word {
    uint32_t start, end;
    int32_t weight;
    uint8_t mode; /* qm_word_mode */
    uint8_t tag;
    bool stands;     /* it is a token now */
    uint32_t number; /* in the order of the matches */
} qm_user_word;

struct qm_segmenter {
    qm_allocator alloc;
    const qm_lexicon *lexicons;
    bool user_words;
    bool has_model;
    bool has_tags;
    qm_words_model model;
    qm_tag_model tags;
};

struct qm_segment_scratch {
    qm_allocator alloc;
    qm_score_scratch score;
    QM_ARRAY(int16_t) margins;
    QM_ARRAY(qm_user_word) user;
    uint32_t last_word; /* see qm_tag_words */
};

enum { QM_CLASS_UNNOTED = 0xFF };

/* begins of the whole text, and margins if not NULL: count + 1 of each. classes if not NULL: those
 * of the words that plain characters begin with the next one; QM_CLASS_UNNOTED where one of both is
 * part of a number, an ASCII word or a run of blanks. */
void qm_cut_by_model(const qm_words_model *model, qm_score_scratch *scratch, const qm_text *text,
                     uint8_t *begins, int16_t *margins, uint8_t *classes);
void qm_cut_by_class(const qm_text *text, uint8_t *begins, int16_t *margins);

/* Cuts anew: by what was learnt of words, or by margins and word frequencies together. */
void qm_cut_by_lattice(const qm_words_model *model, const qm_text *text, const int16_t *margins,
                       uint8_t *begins);

/* Adds the classes of the tokens of three characters to those that cutting has put there. */
void qm_note_threes(const qm_words_model *model, const qm_text *text, const uint8_t *begins,
                    uint8_t *classes);

/* A blank or a mark stands before the place or behind it. */
static inline bool qm_is_beside_mark(const qm_text *text, uint32_t at)
{
    const uint32_t marks = 1u << QM_CHAR_PUNCT | 1u << QM_CHAR_SPACE;
    return (marks >> text->classes[at - 1] | marks >> text->classes[at]) & 1;
}

/* Puts the user words among the matches into begins; they stay in scratch->user. */
int qm_apply_user_words(const qm_segmenter *segmenter, qm_segment_scratch *scratch,
                        const qm_text *text, const qm_matches *matches, uint8_t *begins);
/* Joins the words of terms among the matches. */
void qm_join_terms(const qm_segmenter *segmenter, const qm_matches *matches, uint8_t *begins);
/* Tags of words that are cut already, over the classes that cutting put there; user words bring
 * their own. goes_on: see qm_segment_options. */
void qm_put_tags(const qm_segmenter *segmenter, qm_segment_scratch *scratch, const qm_text *text,
                 const uint8_t *begins, uint8_t *tags, bool goes_on);
/* Cuts words into the words inside them. */
void qm_cut_fine(const qm_segmenter *segmenter, const qm_text *text, const int16_t *margins,
                 uint8_t *begins);

#endif
