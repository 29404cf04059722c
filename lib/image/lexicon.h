/* All the words that rules, units, cues, traps and gazetteers know: one char-wise double-array
 * Aho-Corasick automaton over folded characters, and for each entry its senses: a group of them for
 * each room that knows the entry, which entries that mean the same share. One pass over a
 * text finds every occurrence of every entry; each room then looks at the senses of its own kinds.
 */
#ifndef QM_LEXICON_H
#define QM_LEXICON_H

#include "image/image.h"
#include "text/text.h"

#define QM_LEXICON_WORD 255 /* characters, at most */

/* Kinds of senses: the high byte says whose they are; each room names its own. */
enum {
    QM_SENSE_WORDS = 0x000,     /* lib/segment: user words */
    QM_SENSE_QUANTITY = 0x100,  /* lib/quantity */
    QM_SENSE_ENTITY = 0x200,    /* lib/entity */
    QM_SENSE_INITIATIVE = 0x300 /* lib/initiative */
};

typedef struct qm_sense {
    uint16_t kind;
    uint16_t flags; /* the room's */
    uint32_t value; /* the room's: unit, type, set number, ... */
} qm_sense;

/* The rooms that look for words: the high byte of their kinds. */
typedef enum qm_room {
    QM_ROOM_WORDS,
    QM_ROOM_QUANTITY,
    QM_ROOM_ENTITY,
    QM_ROOM_INITIATIVE,
    QM_ROOMS
} qm_room;

/* Those of them that ask what a character means by itself where they need it: such an entry is in
 * no list of matches, for half of the characters of a text would be there. */
#define QM_ROOMS_THAT_ASK (1u << QM_ROOM_QUANTITY)

/* An entry in the text, as one room sees it. */
typedef struct qm_match {
    uint32_t start, end; /* characters */
    uint32_t group : 24; /* of its senses in their lexicon: those of the room alone */
    uint32_t source : 8; /* which lexicon of the stack */
} qm_match;

typedef QM_ARRAY(qm_match) qm_matches;

/* A lexicon of an image (sections "LEXA", "LEXE"); views into it, nothing to free. */
typedef struct qm_lexicon {
    const void *automaton; /* private to lib/image */
    const uint32_t *sense_starts;
    const qm_sense *senses;
    uint32_t groups;               /* of senses, each of one room; in the order of rooms */
    uint32_t firsts[QM_ROOMS + 1]; /* the first group of each room, and of those behind them */
    uint32_t alone; /* bit set: what the rooms up to this one find may be single characters */
    bool flat;      /* one stage tells the codes of the basic plane */
    uint32_t entries;
    uint32_t states;
    uint32_t codes; /* of characters; 0 is that of all that are in no entry */
    uint8_t source;
} qm_lexicon;

/* The codes of the characters of a text. */
typedef QM_ARRAY(uint16_t) qm_char_codes;

/* Leaves *out empty (entries == 0) when the image has no lexicon. Validates every state,
 * unless the image is trusted. */
int qm_lexicon_bind(qm_lexicon *out, const qm_image *image, qm_error *err);
/* Appends to the list of each wanted room (bit set, 1 << qm_room) its occurrences within
 * [from, to), ordered by end, then by descending length; Latin letters without regard to case.
 * codes, unless it is NULL, becomes the codes of these characters. */
int qm_lexicon_scan(const qm_lexicon *lexicon, const qm_text *text, uint32_t from, uint32_t to,
                    uint32_t wanted, const qm_allocator *alloc, qm_matches out[QM_ROOMS],
                    qm_char_codes *codes, qm_error *err);
/* The codes of all characters of a page of 256. */
void qm_lexicon_page(const qm_lexicon *lexicon, uint32_t page, uint16_t codes[256]);
/* What the character of a code means by itself to a room; NULL if it doesn't know it. */
const qm_sense *qm_lexicon_ask(const qm_lexicon *lexicon, qm_room room, uint32_t code,
                               uint32_t *group, uint32_t *count);
/* What exactly this word means to a room, folded as the text is; NULL if it doesn't know it. */
const qm_sense *qm_lexicon_find(const qm_lexicon *lexicon, qm_room room, const uint32_t *chars,
                                uint32_t length, uint32_t *count);
/* Goes over the words of one room in no order that means anything: the codes of the characters of
 * the next one, its length and its senses, or NULL. *at is 0 before the first. */
const qm_sense *qm_lexicon_next_word(const qm_lexicon *lexicon, qm_room room, uint32_t *at,
                                     uint16_t codes[QM_LEXICON_WORD], uint32_t *length,
                                     uint32_t *count);
void qm_matches_free(qm_matches lists[QM_ROOMS], const qm_allocator *alloc);

static inline const qm_sense *qm_lexicon_senses(const qm_lexicon *lexicon, uint32_t group,
                                                uint32_t *count)
{
    *count = lexicon->sense_starts[group + 1] - lexicon->sense_starts[group];
    return lexicon->senses + lexicon->sense_starts[group];
}

/* The senses of a match, one at least, in ascending order; lexicons: those of the stack. */
static inline const qm_sense *qm_match_senses(const qm_lexicon *lexicons, const qm_match *match,
                                              uint32_t *count)
{
    return qm_lexicon_senses(&lexicons[match->source], match->group, count);
}

/* Goes over the groups of one room: gives the senses of the next one, or NULL. *at is 0 before the
 * first. */
const qm_sense *qm_lexicon_next(const qm_lexicon *lexicon, qm_room room, uint32_t *at,
                                uint32_t *group, uint32_t *count);

/* ---- building ---- */

typedef struct qm_lexicon_builder qm_lexicon_builder;
int qm_lexicon_builder_new(qm_lexicon_builder **out, const qm_allocator *alloc, qm_error *err);
void qm_lexicon_builder_free(qm_lexicon_builder *builder);
/* word: UTF-8, folded by map (NULL: taken as it is) and lower-cased. The same word may be added
 * many times; its senses are kept in ascending order, equal ones once. Entries are numbered in the
 * order of their characters. QM_E_LIMIT for words of more than 255 characters. */
int qm_lexicon_builder_add(qm_lexicon_builder *builder, const qm_charmap *map, qm_bytes word,
                           qm_sense sense, qm_error *err);
/* Text like that to be scanned, UTF-8, folded likewise: what it visits often is put together. It
 * changes where things lie, and nothing that is found. */
int qm_lexicon_builder_sample(qm_lexicon_builder *builder, const qm_charmap *map, qm_bytes text,
                              qm_error *err);
/* Adds the sections to writer; none when there are no words. May be called again. */
int qm_lexicon_builder_finish(qm_lexicon_builder *builder, qm_image_writer *writer, qm_error *err);

#endif
