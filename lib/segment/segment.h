/* Words: boundaries, granularity, user words, tags. */
#ifndef QM_SEGMENT_H
#define QM_SEGMENT_H

#include "image/lexicon.h"
#include "text/text.h"

/* Senses of user words: the kind says the mode, flags hold the UPOS code of the tag (0: none),
 * value the weight, an int32_t. */
enum {
    QM_SENSE_PREFER = QM_SENSE_WORDS + QM_WORD_PREFER,
    QM_SENSE_FORCE = QM_SENSE_WORDS + QM_WORD_FORCE,
    QM_SENSE_FORBID = QM_SENSE_WORDS + QM_WORD_FORBID,
    QM_SENSE_TERM = QM_SENSE_WORDS + 3 /* several words that are one at QM_TERM */
};

/* Boundaries of one document, in character indices. */
typedef struct qm_words {
    uint8_t *begins; /* begins[i] is 1 where a token starts at character i; begins[count] is 1;
                        QM_TEXT_PAD more can be read */
    uint8_t *tags;   /* UPOS code at the first character of each token, when asked for */
    const uint8_t *classes; /* of the words of two plain characters, at the first of these, and of
                               tokens of three, at the second; NULL where cutting has not noted
                               them */
    uint32_t room;
} qm_words;

/* UPOS codes: 0 none, then the order of qm_upos_name. */
const char *qm_upos_name(uint32_t code); /* NULL behind the last */

typedef struct qm_segment_options {
    uint8_t granularity; /* qm_granularity */
    uint8_t quality;     /* qm_quality */
    bool tags;
    bool classes; /* they will be asked for: they are noted where nothing else is in their place */
    bool goes_on; /* behind a run of blanks that ended what the scratch has tagged last */
} qm_segment_options;

/* Classes of the dictionary, as the trainer numbers them, that other rooms ask for. */
enum {
    QM_CLASS_NOUN = 1,
    QM_CLASS_VERB = 2,
    QM_CLASS_IDIOM = 3,
    QM_CLASS_PHRASE = 4,
    QM_CLASS_PERSON = 5,
    QM_CLASS_PLACE = 6,
    QM_CLASS_BODY = 7,
    QM_CLASS_NAME = 8,
    QM_CLASS_VERBAL_NOUN = 9,
    QM_CLASS_ADJECTIVE = 10,
    QM_CLASS_ADVERB = 11,
    QM_CLASS_NUMBER = 12,
    QM_CLASS_MEASURE = 13,
    QM_CLASS_PRONOUN = 14,
    QM_CLASS_PREPOSITION = 15,
    QM_CLASS_CONJUNCTION = 16,
    QM_CLASS_TIME = 18,
    QM_CLASS_ADVERBIAL = 24, /* an adjective used as an adverb */
    QM_CLASS_FOREIGNER = 27
};

/* Bound once per engine, shared between threads. lexicons: those of the images, kept, not owned. */
typedef struct qm_segmenter qm_segmenter;
int qm_segmenter_new(qm_segmenter **out, const qm_images *images, const qm_lexicon *lexicons,
                     size_t n_lexicons, const qm_allocator *alloc, qm_error *err);
void qm_segmenter_free(qm_segmenter *segmenter);
/* The class that the dictionary gives a string of two characters or more, however the text is cut
 * there; 0 when it does not have it. Long words have none beyond QM_CLASS_BODY. *rareness, which
 * may be NULL: -8 ln of its share of all words, if it has a class. words: those of the text, for
 * what cutting has noted, or NULL. */
uint32_t qm_segmenter_class(const qm_segmenter *segmenter, const qm_text *text,
                            const qm_words *words, uint32_t start, uint32_t end,
                            uint32_t *rareness);
/* Whether any lexicon of the stack has user words, that is: whether run wants matches. */
bool qm_segmenter_wants_matches(const qm_segmenter *segmenter);

/* One per analyzer. */
typedef struct qm_segment_scratch qm_segment_scratch;
int qm_segment_scratch_new(qm_segment_scratch **out, const qm_segmenter *segmenter,
                           const qm_allocator *alloc, qm_error *err);
void qm_segment_scratch_free(qm_segment_scratch *scratch);

/* matches: those of the lexicons on this text, or NULL; QM_TERM wants them for the terms.
 *
 * A cut is decided by the QM_SEGMENT_CONTEXT symbols on each side of it, where a character, a
 * number, an ASCII word, an address or a run of blanks is one symbol, and beyond a run of blanks
 * nothing counts; by the user words that touch it and those that overlap with them; and in
 * QM_LATTICE by what stands between the two nearest certain cuts, with one symbol on each side. */
#define QM_SEGMENT_CONTEXT 16
int qm_segment_run(const qm_segmenter *segmenter, qm_segment_scratch *scratch, const qm_text *text,
                   const qm_matches *matches, const qm_segment_options *options, qm_words *out,
                   qm_error *err);
void qm_words_free(qm_words *words, const qm_allocator *alloc);

#endif
