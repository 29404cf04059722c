/* What lib/data/entity says, as the image holds it: senses of the lexicon and a table of
 * characters. Shared by this room and its readers in lib/compile. */
#ifndef QM_ENTITY_MODEL_H
#define QM_ENTITY_MODEL_H

#include "entity/entity.h"

/* Classes of words. The kind of a sense is QM_SENSE_ENTITY + class. */
typedef enum qm_entity_class {
    QM_WORD_PLACE = 1,     /* gazetteer, full name; value: code */
    QM_WORD_PLACE_SHORT,   /* short form; FLAG_ALONE: needs no support, FLAG_HARD: much */
    QM_WORD_PLACE_SUFFIX,  /* value: level */
    QM_WORD_PLACE_STOP,    /* FLAG_HARD: also as the end of a longer string */
    QM_WORD_ORG_NAME,      /* a whole name */
    QM_WORD_ORG_SUFFIX,    /* FLAG_NAMED, FLAG_LEVEL, FLAG_SELF, FLAG_BRANCH, FLAG_TEAM,
                            * FLAG_ORDINARY: words of every day name it */
    QM_WORD_ORG_LEVEL,     /* bare levels in front of bureaus */
    QM_WORD_ORG_GENERIC,   /* words that leave an ending generic */
    QM_WORD_ORG_LATIN,     /* of names in Latin letters: University */
    QM_WORD_MEDIA,         /* beside 《…》 */
    QM_WORD_ROLE,          /* FLAG_AFTER: also behind a name; FLAG_WEAK */
    QM_WORD_ROLE_PREFIX,   /* FLAG_NAMED: stays outside the role */
    QM_WORD_ASSUME,        /* verbs between a person and a role */
    QM_WORD_SURNAME,       /* of two characters; value: class */
    QM_WORD_PLACE_WORD,    /* of every day, but villages are called so: 胜利, 和平 */
    QM_WORD_NAME_PART,     /* parts of names of other peoples of China */
    QM_WORD_NOT_NAME,      /* begins like a name and is none */
    QM_WORD_PERSON_BEFORE, /* value: points */
    QM_WORD_PERSON_AFTER,  /* value: points */
    QM_WORD_KIN,           /* behind a surname */
    QM_WORD_STOP,          /* no name holds it */
    QM_WORD_BRAND_BEFORE,  /* beside quotation marks */
    QM_WORD_BRAND_AFTER,
    QM_WORD_BRAND_SUFFIX, /* FLAG_QUOTED: only in quotation marks */
    QM_WORD_BRAND_NOT,
    QM_WORD_CLASSES
} qm_entity_class;

/* Flags of senses, one letter each in the data. */
enum {
    QM_FLAG_AFTER = 1,       /* a */
    QM_FLAG_WEAK = 2,        /* w */
    QM_FLAG_NAMED = 4,       /* n */
    QM_FLAG_LEVEL = 8,       /* l */
    QM_FLAG_SELF = 16,       /* s */
    QM_FLAG_BRANCH = 32,     /* b */
    QM_FLAG_TEAM = 64,       /* t */
    QM_FLAG_HARD = 128,      /* h */
    QM_FLAG_QUOTED = 256,    /* q */
    QM_FLAG_FIRM = 512,      /* f */
    QM_FLAG_ORDINARY = 1024, /* o */
    QM_FLAG_ALONE = 2048     /* short forms of provinces and prefectures */
};

/* Level of villages. */
#define QM_LEVEL_VILLAGE 5
/* Level of a place that nothing marks as one but the text around it: 麻栗坳. */
#define QM_LEVEL_HAMLET 8
/* Of one that is a whole name, but nothing where it counts: 二社. */
#define QM_LEVEL_NUMBERED 9

/* Short lists of hanzi that stages ask for: the ends of 农家院 and 小店 in front of 叫“…”, the
 * measures of wares, ... Names in the data; what each is for is said there. */
typedef enum qm_char_list {
    QM_CHARS_COMPASS,
    QM_CHARS_SIDE,
    QM_CHARS_TOWARDS,
    QM_CHARS_FIELD,
    QM_CHARS_BEHIND_FIELD,
    QM_CHARS_LOCATIVE,
    QM_CHARS_STREET,
    QM_CHARS_VILLAGE,
    QM_CHARS_PARTICLE,
    QM_CHARS_FOUNDS,
    QM_CHARS_LABEL,
    QM_CHARS_WITHIN,
    QM_CHARS_MEASURE,
    QM_CHARS_PICTURED,
    QM_CHARS_DETERMINER,
    QM_CHARS_BEHIND_TITLE,
    QM_CHARS_THING,
    QM_CHARS_PUTS_UP,
    QM_CHARS_WARE_MEASURE,
    QM_CHARS_WARE_UNIT,
    QM_CHARS_KIN,
    QM_CHARS_SHOP,
    QM_CHARS_DIVIDED,
    QM_CHARS_FIRM,
    QM_CHARS_LEADS,
    QM_CHARS_FEATURE,
    QM_CHAR_LISTS
} qm_char_list;

#define QM_MOST_CHARS 64 /* in one list, with a zero behind the last */

#define QM_HAN_FIRST 0x4E00u
#define QM_HAN_COUNT 0x5200u /* the basic block of hanzi */

typedef struct qm_han_entry {
    uint8_t name;  /* bits 0-2: class of the surname, 0 none; bit 3: also a common word;
                      bits 4-6: points in a given name + 3; bit 7: it is something beside brands */
    uint8_t flags; /* QM_HAN_... */
} qm_han_entry;

/* Of the name of an entry. */
enum { QM_HAN_SURNAME = 7, QM_HAN_COMMON = 8, QM_HAN_GIVEN = 7 << 4, QM_HAN_BRAND = 1 << 7 };

/* And of its flags. */
enum {
    QM_HAN_ENDS = 1,       /* names of places and bodies never hold it */
    QM_HAN_ENDS_ALONE = 2, /* nor where it is a word of its own */
    QM_HAN_LEADS = 4,      /* speaks for the name of a person behind it */
    QM_HAN_FOLLOWS = 8,    /* or in front of it */
    QM_HAN_FOREIGN = 16,   /* writes the names of other peoples of China by their sound */
    QM_HAN_DIRECTION = 32, /* ends verbs like 来到, which no name holds */
    QM_HAN_FAMILIAR = 64   /* stands before the surname of somebody who is well known: 老 */
};

/* Words of one character that only somebody who has found quotation marks asks for: they are far
 * too frequent for the lexicon. Beside these bits the flags of QM_WORD_BRAND_SUFFIX. */
enum { QM_BRAND_SUFFIX = 1 << 12, QM_BRAND_NOT = 1 << 13 };

/* Points in the given name of a character that nothing is said of, as an entry has them. */
#define QM_HAN_PLAIN (3 << 4)

/* Section "ENTC". */
#define QM_HAN_SECTION QM_SECTION_ID('E', 'N', 'T', 'C')

typedef struct qm_han_table {
    qm_han_entry han[QM_HAN_COUNT];
    uint16_t brands[QM_HAN_COUNT]; /* what each is by itself beside brands, QM_BRAND_... */
    uint32_t chars[QM_CHAR_LISTS][QM_MOST_CHARS];
} qm_han_table;

#endif
