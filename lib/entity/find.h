/* The working state of one document, shared by the files of this room.
 *
 * Stages, each of which sees what those before it found: marks (words of the data at their places),
 * places, organisations, persons, brands, names found again, roles, and the choice among what
 * overlaps.
 */
#ifndef QM_ENTITY_FIND_H
#define QM_ENTITY_FIND_H

#include "entity/characters.h"

/* The tables of all images in one. Of a table what is in front of it may be read. */
typedef struct qm_merged_table {
    uint32_t front;
    qm_han_table table;
} qm_merged_table;

struct qm_recognizer {
    const qm_allocator *alloc;
    const qm_segmenter *segmenter;
    const qm_lexicon *lexicons;
    uint32_t **uses; /* QM_USE_* of each group of senses of each image's lexicon */
    uint32_t *groups;
    size_t n_images;
    const qm_han_table *table;        /* of the image that has one; NULL without data */
    qm_merged_table *merged;          /* what it points into when several have; owned */
    uint64_t in_lists[QM_CHAR_LISTS]; /* a bit for the last six bits of each character of a list */
    qm_han_tables tables;
    qm_han_entry *by_code; /* owned, for n_codes codes of the lexicon of one image */
    uint32_t n_codes;
    size_t image;
    const qm_character_ways *ways;
};

/* What a group of senses makes of its words: their classes, a bit each but for QM_WORD_STOP, and
 * above them where somebody has to look for them. */
#define QM_CLASS_BIT(class) (1u << (class))
#define QM_USE_CLASSES (QM_CLASS_BIT(QM_WORD_CLASSES) - QM_CLASS_BIT(1))
#define QM_USE_PLACES (1u << 26) /* as the ends of places, ... */
#define QM_USE_BODIES (1u << 27)
#define QM_USE_OTHERS (1u << 28)
#define QM_USE_LOOKS (QM_USE_PLACES | QM_USE_BODIES | QM_CLASS_BIT(QM_WORD_ROLE))
#define QM_USE_STOP (1u << 29) /* of QM_WORD_STOP: no name holds them */
#define QM_USE_WORD (1u << 30) /* likewise: no name of a place does */
/* Whether there is any of QM_USE_LOOKS, and of QM_USE_STOP and QM_USE_WORD: bits that are free. */
#define QM_USE_LOOK_BIT 31
#define QM_USE_COVER_BIT 0

/* A word of lib/data/entity in the text, as one of its classes; its end is 0 when there is none. */
typedef struct qm_mark {
    uint32_t start, end;
    uint32_t value;
    uint32_t flags;
} qm_mark;

/* Above the classes of words in the sets of what starts or ends at a position: candidates. */
#define QM_KIND_BIT(kind) (1u << (QM_WORD_CLASSES - 1 + (kind)))
#define QM_SPOT_PAD (QM_BLOCK + 2) /* the last block may have but one, and forms end 3 behind */

/* And where to find it; each field means something only where the spot says so, so that nobody
 * clears it. */
typedef struct qm_links {
    uint32_t starts; /* number of the last match that starts here; when choosing, where nobody
                        asks for that any more: number + 1 of the first candidate */
    uint32_t ends;   /* of the last match that ends here */
} qm_links;

/* Of the longest names that end at one position: their starts + 1. Few positions have any. */
typedef struct qm_name_starts {
    uint32_t place, org;
} qm_name_starts;

#define QM_SPOT_ENDS_PLACE (QM_SPOT_ENDS | QM_SPOT_WORD)

/* Sets of positions, one bit each. */
typedef enum qm_set {
    QM_SET_BRANDS,   /* the end of a word that may end a brand */
    QM_SET_PERSONS,  /* the end of a person */
    QM_SET_NAMES,    /* a person may be named in another way than by forms */
    QM_SET_FOUND,    /* when choosing: where candidates start */
    QM_SET_SURNAMES, /* a surname is there, and what may be a given name */
    QM_SETS
} qm_set;

/* Lists of positions, in order: what the stages visit instead of every character. */
typedef enum qm_list {
    QM_LIST_PLACES, /* the end of a word that may end a place */
    QM_LIST_BODIES, /* of one that may end an organisation */
    QM_LIST_ROLES,  /* of a title */
    QM_LIST_SIGNS,  /* an opening quotation mark, 》 or the dot in names */
    QM_LIST_NAMES,  /* QM_SET_NAMES but for where no person can be */
    QM_LISTS
} qm_list;

typedef struct qm_candidate {
    uint32_t start, end;
    int32_t score;
    uint32_t next; /* when choosing: number + 1 of the next one with the same start */
    uint8_t kind;
    bool named; /* worth finding again */
} qm_candidate;

typedef QM_ARRAY(qm_candidate) qm_candidates;

/* A name to find again. */
typedef struct qm_name {
    uint32_t start, length; /* where the text has it first */
    uint32_t next;          /* number + 1 of the next in its bucket */
    uint32_t row;           /* when linking: of its first mention */
    uint32_t count;         /* mentions */
    uint8_t kind;
    bool brief; /* the short form of a place */
} qm_name;

/* A surname and one or two characters: what may be a name, as long as the persons are sought. */
typedef struct qm_name_form {
    uint32_t start, end;
    uint32_t same;  /* number of the first form of the same characters */
    uint32_t count; /* of what looks like it in the document */
    uint32_t next;  /* number + 1 of the next first form in the same bucket */
    int16_t points; /* for its own characters */
    int16_t words;  /* for how the segmenter cuts it */
} qm_name_form;

/* Characters in front of the end of a word that may end a place: what they are, how often they
 * stand there. */
typedef struct qm_ending {
    uint32_t behind; /* number of the ending that is this one without its first character */
    uint32_t first;  /* character */
    uint32_t bucket;
    uint32_t count;
    uint32_t at;     /* of the first mention: where it begins */
    uint32_t suffix; /* and where its suffix does */
} qm_ending;

/* A copy of the last of the blocks of a text, with what is behind it. */
typedef struct qm_block_room {
    uint32_t from; /* where it begins */
    uint32_t chars[QM_BLOCK];
    uint16_t codes[QM_BLOCK];
    uint8_t classes[QM_BLOCK], begins[QM_BLOCK + 3];
} qm_block_room;

struct qm_entity_scratch {
    const qm_allocator *alloc;
    const qm_recognizer *recognizer;
    const qm_text *text; /* the document, here and below */
    const qm_clauses *clauses;
    const qm_quantities *quantities;
    const qm_words *words;
    const uint8_t *begins;   /* of these */
    const uint16_t *codes;   /* of its characters in the lexicon that the recognizer has chosen */
    const qm_match *matches; /* in order of their ends */
    uint32_t n_matches;
    qm_u32_array suffixes; /* numbers of the matches that may end the name of a place */
    uint32_t *start_sets;  /* of each position between two characters, and QM_SPOT_PAD more that are
                              zero: what starts there, bits of classes and kinds */
    uint32_t *end_sets;    /* likewise what ends there */
    qm_links *links;       /* as many, never cleared */
    uint32_t *froms;       /* likewise: where a name ends, which of the starts are its own */
    uint8_t *hans;         /* of each character what qm_han_entry.name says, zero behind the last */
    uint8_t *flags;        /* what its flags say; likewise */
    uint8_t *states;       /* likewise */
    int8_t *before; /* when persons are sought: the most points that what stands before a name
                       from here on can give */
    int8_t *behind; /* and what stands behind one up to here */
    uint64_t *sets; /* QM_SETS of set_words each */
    qm_u32_array lists[QM_LISTS];
    size_t spot_room; /* positions that there is memory for */
    size_t set_words;
    qm_block_room last;
    QM_ARRAY(qm_name_starts) starts;
    qm_candidates found;
    qm_candidates sorted; /* by start, when choosing */
    QM_ARRAY(qm_name) names;
    QM_ARRAY(qm_name_form) forms;
    qm_u32_array buckets;        /* number + 1 of the first name */
    qm_u32_array lengths;        /* of the names, by their first two characters; as many */
    QM_ARRAY(qm_ending) endings; /* the first one is of no characters */
    qm_u32_array ending_buckets; /* numbers; what is not of this document says so (count.c) */
};

/* ---- sets of positions ---- */

static inline void qm_set_add(const qm_entity_scratch *scratch, qm_set set, uint32_t at)
{
    scratch->sets[set * scratch->set_words + at / 64] |= UINT64_C(1) << at % 64;
}
static inline bool qm_set_has(const qm_entity_scratch *scratch, qm_set set, uint32_t at)
{
    return scratch->sets[set * scratch->set_words + at / 64] >> at % 64 & 1;
}
/* The first position of the set that is not before `at`; UINT32_MAX when there is none. */
static inline uint32_t qm_set_next(const qm_entity_scratch *scratch, qm_set set, uint32_t at)
{
    const uint64_t *words = scratch->sets + set * scratch->set_words;
    uint32_t i = at / 64;
    if (i >= scratch->set_words) return UINT32_MAX;
    uint64_t bits = words[i] & UINT64_MAX << at % 64;
    while (bits == 0)
        if (++i == scratch->set_words) return UINT32_MAX;
        else bits = words[i];
    return i * 64 + (uint32_t)__builtin_ctzll(bits);
}
/* ---- marks.c ---- */

/* The block of characters that begins at `from`; one that is not followed by enough others is
 * copied. */
qm_block qm_last_block(qm_entity_scratch *scratch, uint32_t from);
static inline qm_block qm_block_at(qm_entity_scratch *scratch, uint32_t from)
{
    const qm_text *text = scratch->text;
    if (text->count - from < QM_BLOCK + 2) return qm_last_block(scratch, from);
    return (qm_block){text->chars + from, text->classes + from, scratch->begins + from,
                      scratch->codes + from};
}

void qm_positions_free(qm_entity_scratch *scratch);
int qm_entity_marks(qm_entity_scratch *scratch, const qm_matches *matches,
                    const qm_quantities *quantities, qm_error *err);
/* The longest word of a class that ends or starts at a position where there is one. */
qm_mark qm_longest_ending(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class);
qm_mark qm_longest_starting(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class);
bool qm_find_ending(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class,
                    const qm_match **match, qm_mark *mark);
bool qm_find_starting(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class,
                      const qm_match **match, qm_mark *mark);
/* Likewise of one that is beside brands, with those of one character. */
qm_mark qm_brand_ending(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class);
qm_mark qm_brand_starting(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class);
/* Whether a word of the class covers the character at `at` and, if `beyond`, goes on behind it. */
bool qm_mark_covers(const qm_entity_scratch *scratch, uint32_t at, qm_entity_class class,
                    bool beyond);

static inline bool qm_ends_here(const qm_entity_scratch *scratch, uint32_t at,
                                qm_entity_class class)
{
    return scratch->end_sets[at] >> class & 1;
}
static inline bool qm_starts_here(const qm_entity_scratch *scratch, uint32_t at,
                                  qm_entity_class class)
{
    return scratch->start_sets[at] >> class & 1;
}
/* All words of a class that end at a position, the shortest first: *match is NULL before the first;
 * false behind the last. */
static inline bool qm_next_ending(const qm_entity_scratch *scratch, uint32_t at,
                                  qm_entity_class class, const qm_match **match, qm_mark *mark)
{
    return qm_ends_here(scratch, at, class) && qm_find_ending(scratch, at, class, match, mark);
}
/* Likewise those that start there, the longest first. */
static inline bool qm_next_starting(const qm_entity_scratch *scratch, uint32_t at,
                                    qm_entity_class class, const qm_match **match, qm_mark *mark)
{
    return qm_starts_here(scratch, at, class) && qm_find_starting(scratch, at, class, match, mark);
}
static inline bool qm_kind_ends(const qm_entity_scratch *scratch, uint32_t at, qm_entity_kind kind)
{
    return scratch->end_sets[at] & QM_KIND_BIT(kind);
}
static inline bool qm_kind_starts(const qm_entity_scratch *scratch, uint32_t at,
                                  qm_entity_kind kind)
{
    return scratch->start_sets[at] & QM_KIND_BIT(kind);
}
static inline bool qm_place_ends(const qm_entity_scratch *scratch, uint32_t at)
{
    return qm_kind_ends(scratch, at, QM_ENTITY_PLACE);
}
static inline bool qm_org_ends(const qm_entity_scratch *scratch, uint32_t at)
{
    return qm_kind_ends(scratch, at, QM_ENTITY_ORG);
}
/* Where the longest place or body that ends at a position begins, plus 1; 0 when there is none. */
static inline uint32_t qm_place_from(const qm_entity_scratch *scratch, uint32_t at)
{
    return qm_place_ends(scratch, at) ? scratch->starts.at[scratch->froms[at]].place : 0;
}
static inline uint32_t qm_org_from(const qm_entity_scratch *scratch, uint32_t at)
{
    return qm_org_ends(scratch, at) ? scratch->starts.at[scratch->froms[at]].org : 0;
}
/* Of the body, if there is one, else of the place. */
static inline uint32_t qm_name_from(const qm_entity_scratch *scratch, uint32_t at)
{
    return qm_org_ends(scratch, at) ? qm_org_from(scratch, at) : qm_place_from(scratch, at);
}
/* The longest word of a class that ends or starts at a position; its end is 0 if there is none. */
static inline qm_mark qm_mark_ending(const qm_entity_scratch *scratch, uint32_t at,
                                     qm_entity_class class)
{
    if (!qm_ends_here(scratch, at, class)) return (qm_mark){0};
    return qm_longest_ending(scratch, at, class);
}
static inline qm_mark qm_mark_starting(const qm_entity_scratch *scratch, uint32_t at,
                                       qm_entity_class class)
{
    if (!qm_starts_here(scratch, at, class)) return (qm_mark){0};
    return qm_longest_starting(scratch, at, class);
}
/* Whether no name goes over the position to the left: the text, a word or another name ends. */
static inline bool qm_edge_before(const qm_entity_scratch *scratch, uint32_t at)
{
    return at == 0 || (scratch->states[at - 1] & QM_SPOT_ENDS) || qm_place_ends(scratch, at);
}
static inline uint32_t qm_char_at(const qm_entity_scratch *scratch, uint32_t at)
{
    return scratch->text->chars[(int32_t)at]; /* zeros before the first and behind the last */
}
/* Whether one of the short lists has the character; most that are asked for are in none. */
static inline bool qm_is_listed(const qm_entity_scratch *scratch, qm_char_list list, uint32_t c)
{
    const uint32_t *chars = scratch->recognizer->table->chars[list];
    if (!(scratch->recognizer->in_lists[list] >> c % 64 & 1)) return false;
    for (uint32_t i = 0; i < QM_MOST_CHARS && chars[i]; i++)
        if (chars[i] == c) return true;
    return false;
}
/* A character that no name of a place or body holds, or none as a word of its own. */
static inline bool qm_may_end_names(const qm_entity_scratch *scratch, uint32_t at)
{
    return scratch->flags[at] & (QM_HAN_ENDS | QM_HAN_ENDS_ALONE);
}
/* What the table of characters says: all zero for what is no hanzi of the basic block. */
static inline bool qm_is_han(const qm_entity_scratch *scratch, uint32_t at)
{
    return qm_char_at(scratch, at) - QM_HAN_FIRST < QM_HAN_COUNT;
}
/* The class of a surname, 0 for no surname. */
static inline uint32_t qm_surname_class(const qm_entity_scratch *scratch, uint32_t at)
{
    return scratch->hans[at] & QM_HAN_SURNAME;
}
/* A surname that is a common word as well. */
static inline bool qm_surname_is_word(const qm_entity_scratch *scratch, uint32_t at)
{
    return scratch->hans[at] & QM_HAN_COMMON;
}
/* Points in a given name, plus 3. */
static inline uint32_t qm_given_at(const qm_entity_scratch *scratch, uint32_t at)
{
    return scratch->hans[at] >> 4 & 7;
}
static inline bool qm_is_open_quote(uint32_t c)
{
    return c == U'“' || c == U'「' || c == U'『' || c == U'《' || c == U'‘';
}
static inline bool qm_is_close_quote(uint32_t c)
{
    return c == U'”' || c == U'」' || c == U'』' || c == U'》' || c == U'’';
}
static inline bool qm_is_comma(uint32_t c)
{
    return c == ',' || c == U'，';
}
static inline bool qm_is_colon(uint32_t c)
{
    return c == ':' || c == U'：';
}
static inline bool qm_is_bracket(uint32_t c)
{
    return c == '(' || c == U'（';
}

/* ---- buckets of strings (again.c) ---- */

/* Empties as many as so many names want. */
int qm_buckets_make(qm_entity_scratch *scratch, size_t names, qm_error *err);
/* Most have four characters at most: no loop, of which nobody could foresee the end, is over these.
 */
static inline uint32_t *qm_bucket_of(const qm_entity_scratch *scratch, uint32_t at, uint32_t length)
{
    const uint32_t *chars = scratch->text->chars + at; /* zeros are behind the text */
    const uint32_t second = chars[1] & (0 - (uint32_t)(length > 1));
    const uint32_t third = chars[2] & (0 - (uint32_t)(length > 2));
    const uint32_t fourth = chars[3] & (0 - (uint32_t)(length > 3));
    uint32_t hash = (chars[0] ^ length << 24) * 0x9E3779B1u ^ second * 0x85EBCA77u ^
                    third * 0xC2B2AE3Du ^ fourth * 0x27D4EB2Fu;
    for (uint32_t i = 4; i < length; i++) hash = (hash ^ chars[i]) * 0x9E3779B1u ^ hash >> 15;
    hash = (hash ^ hash >> 15) * 0x2545F491u;
    return &scratch->buckets.at[hash >> 8 & (uint32_t)(scratch->buckets.count - 1)];
}
/* How long the strings in the buckets are that begin with these two characters: a bit for each
 * length below 32. Many a name may begin like others, but few lengths are possible. */
static inline uint32_t *qm_lengths_at(const qm_entity_scratch *scratch, uint32_t at)
{
    const uint32_t *chars = scratch->text->chars + at;
    uint32_t hash = (chars[0] * 0x9E3779B1u ^ chars[1] * 0x85EBCA77u) * 0xC2B2AE3Du;
    return &scratch->lengths.at[hash >> 8 & (uint32_t)(scratch->lengths.count - 1)];
}
static inline bool qm_same_text(const qm_entity_scratch *scratch, uint32_t a, uint32_t b,
                                uint32_t length)
{
    const uint32_t *chars = scratch->text->chars;
    for (uint32_t i = 0; i < length; i++) /* names are too short for memcmp to be worth it */
        if (chars[a + i] != chars[b + i]) return false;
    return true;
}

/* Whether quotation marks stand on both sides. */
static inline bool qm_fills_quotes(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    return start > 0 && qm_is_open_quote(qm_char_at(scratch, start - 1)) &&
           qm_is_close_quote(qm_char_at(scratch, end));
}

/* ---- place.c, place_suffix.c ---- */

/* 在, 到, 从, ...: what stands before says that a place follows. */
bool qm_locative_before(const qm_entity_scratch *scratch, uint32_t at);
/* Where the name begins whose suffix, of a county, is [suffix, suffix + 1) in 云岭区委; the suffix
 * itself when none does. */
uint32_t qm_place_before(const qm_entity_scratch *scratch, uint32_t suffix);

/* ---- count.c: how often names of places may stand in the document ---- */

#define QM_LONGEST_PLACE 6 /* characters of a name without its suffix */

int qm_endings_count(qm_entity_scratch *scratch, qm_error *err);
/* How often the string stands at the end of a word that may end a place. */
uint32_t qm_count_of(const qm_entity_scratch *scratch, uint32_t start, uint32_t end);
/* Whether the document has the string in front of 村, 镇, ... somewhere: 黄连坑 of 黄连坑村. */
bool qm_names_village(const qm_entity_scratch *scratch, uint32_t start, uint32_t end);

/* ---- known.c: what the dictionary knows of a string ---- */

typedef enum qm_known {
    QM_KNOWN_NOT,    /* no word */
    QM_KNOWN_PERSON, /* a person, as far as one can tell */
    QM_KNOWN_NAME,   /* another name */
    QM_KNOWN_NOUN,
    QM_KNOWN_VERB,
    QM_KNOWN_OTHER /* an adjective, an adverb, ... */
} qm_known;

qm_known qm_known_as(const qm_entity_scratch *scratch, uint32_t start, uint32_t end);
/* A word that is no name. */
static inline bool qm_is_common(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    return qm_known_as(scratch, start, end) > QM_KNOWN_NAME;
}

/* ---- person.c: what related.c needs of it ---- */

/* Points of the character in a given name; -9 for those that none ends with. */
int qm_given_points(const qm_entity_scratch *scratch, uint32_t at);
/* The surname at a position: its end, its points; 0 when there is none. */
uint32_t qm_surname_end(const qm_entity_scratch *scratch, uint32_t at, int32_t *points);
/* Words that begin like a name, where the segmenter makes them words. */
bool qm_ordinary_word(const qm_entity_scratch *scratch, uint32_t start, uint32_t end);
/* 一张, 那段, 三位: what stands before makes it a classifier. */
bool qm_counts_things(const qm_entity_scratch *scratch, uint32_t start);
static inline bool qm_joins_persons(uint32_t c)
{
    return c == U'、' || c == U'和' || c == U'与' || c == U'跟';
}

/* What a word or a character in front of a name says for it. */
int32_t qm_person_cue(const qm_entity_scratch *scratch, uint32_t at);

/* ---- form.c ---- */

/* Makes scratch->forms, in order, and the list of where a person may be named otherwise. */
int qm_forms_find(qm_entity_scratch *scratch, qm_error *err);
bool qm_form_speaks(const qm_entity_scratch *scratch, const qm_name_form *form);
/* Points for its other mentions. */
int32_t qm_form_again(const qm_name_form *form);

/* ---- related.c: what the persons of a document say of other names ---- */

/* Keeps what names a person if one of the document has that surname or, when it is listed, if the
 * next item of the list looks like one as well. */
int qm_entity_doubt(qm_entity_scratch *scratch, uint32_t start, uint32_t end, bool listed,
                    qm_error *err);
/* first: number of the first candidate that the persons' stage has made. */
int qm_entity_related(qm_entity_scratch *scratch, size_t first, qm_error *err);

/* ---- the stages ---- */

int qm_entity_add(qm_entity_scratch *scratch, uint32_t start, uint32_t end, qm_entity_kind kind,
                  int32_t score, bool named, qm_error *err);
int qm_entity_places(qm_entity_scratch *scratch, qm_error *err);
int qm_entity_orgs(qm_entity_scratch *scratch, qm_error *err);
int qm_entity_persons(qm_entity_scratch *scratch, qm_error *err);
int qm_entity_roles(qm_entity_scratch *scratch, qm_error *err);
int qm_entity_brands(qm_entity_scratch *scratch, qm_error *err);
int qm_entity_again(qm_entity_scratch *scratch, qm_error *err);
/* Chooses among what overlaps, in order of start, and links mentions of the same thing. */
int qm_entity_choose(qm_entity_scratch *scratch, qm_entities *out, qm_error *err);

#endif
