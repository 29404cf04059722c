/* What the lexicon says about quantities: kinds of senses and the section of the units. Written by
 * lib/compile, read here. */
#ifndef QM_QUANTITY_SENSE_H
#define QM_QUANTITY_SENSE_H

#include "image/lexicon.h"

enum {
    QM_SENSE_UNIT = QM_SENSE_QUANTITY + 1, /* value: row of the section; flags QM_UNIT_* */
    QM_SENSE_UNIT_CUE,                     /* value: row that the word decides for */
    QM_SENSE_CLASSIFIER,                   /* flags QM_CLASSIFIER_* */
    QM_SENSE_TRAP,                         /* value: a qm_trap_class */
    QM_SENSE_TRAP_AFTER,                   /* a numeral before this word is none (三年级) */
    QM_SENSE_TRAP_BEFORE,                  /* a numeral behind this word is none (国道, 电话) */
    QM_SENSE_BEFORE,                       /* value: a qm_relation; flags QM_MODIFIER_* */
    QM_SENSE_AFTER,
    QM_SENSE_CUE, /* value: a qm_cue_class */
    QM_SENSE_ONE, /* 个把, 斤把: about one of what follows or of the unit itself */
    QM_SENSE_KINDS = QM_SENSE_ONE - QM_SENSE_QUANTITY
};

enum {
    QM_UNIT_LATIN = 1,
    QM_UNIT_BEFORE = 2,
    QM_UNIT_TAIL = 4,
    QM_UNIT_DEFAULT = 8,
    QM_UNIT_CUED = 16,
    QM_UNIT_LOWER = 32,
    QM_UNIT_UPPER = 64
};

enum {
    QM_CLASSIFIER_WEAK = 1,  /* an everyday noun or verb as well (起 面 手) */
    QM_CLASSIFIER_LABEL = 2, /* numbers as often as it counts (期 组 级 班 路) */
    QM_CLASSIFIER_EVENT = 4, /* of happenings (次 趟 回 遍) */
    QM_CLASSIFIER_PERSON = 8,
    QM_CLASSIFIER_VAGUE = 16 /* 一 + this is an article (种 些 点 系列) */
};

enum {
    QM_MODIFIER_OUTSIDE = 1, /* decides the relation but stands outside the span (突破) */
    QM_MODIFIER_MASK = 2,    /* only looks like one (签约, 邻近, 多媒体) */
    QM_MODIFIER_SCALE = 4,   /* only before a bare scale (上百) */
    QM_MODIFIER_ROUND = 8    /* only before a round figure (过百万) */
};

enum { QM_CUE_HERE = 16 }; /* flags of a year, month or day that is the one of the reference date */

typedef enum qm_trap_class {
    QM_TRAP_LEXICAL,
    QM_TRAP_TITLE,
    QM_TRAP_SLOGAN,
    QM_TRAP_NAME,
    QM_TRAP_IDIOM,
    QM_TRAP_CODE,
    QM_TRAP_ENUMERATOR,
    QM_TRAP_RATIO,
    QM_TRAP_CALENDAR,
    QM_TRAP_BOILERPLATE,
    QM_TRAP_INDEFINITE,
    QM_TRAP_CLASSES
} qm_trap_class;

typedef enum qm_cue_class {
    QM_CUE_MORNING,  /* 上午 */
    QM_CUE_EVENING,  /* 下午 晚上: hours below 12 are 12 more */
    QM_CUE_NOON,     /* 中午: 11, 12 as they are, 1 and 2 are 13 and 14 */
    QM_CUE_CLOCK,    /* other signs of a clock time: 时间, 每天, 开会 … */
    QM_CUE_MONEY,    /* heads whose bare amount is money */
    QM_CUE_AGE,      /* 年龄 年仅 现年 */
    QM_CUE_RATE,     /* 每 隔: 一 + classifier is a number */
    QM_CUE_ONLY,     /* 仅 唯一 共 各 一共: likewise */
    QM_CUE_LAPSE,    /* 历时 耗时: 近三年 is nearly three years */
    QM_CUE_COUNTING, /* 分 办 共: a label counts (分三路) */
    QM_CUE_STOP,     /* words at which the counted noun ends */
    QM_CUE_PLACE,    /* last words of administrative places */
    QM_CUE_YEAR,     /* 今年 去年 …: with flags, so far from the reference date */
    QM_CUE_MONTH,    /* 本月 上个月 … */
    QM_CUE_DAY,      /* 今天 昨天 … */
    QM_CUE_VERB,     /* a verb right before a numeral-noun pair: it counts, it is no label */
    QM_CUE_TALLY,    /* heads whose bare figure is no money (人口, 播放量) */
    QM_CUE_NAME,     /* a person's name follows (记者, 联系人) */
    QM_CUE_PAY,      /* verbs whose bare amount right behind is money (花, 领到) */
    QM_CUE_COLUMN,   /* heads of columns that no unit beside the table measures (年份, 增速) */
    QM_CUE_REACH,    /* verbs behind which a label is a place (修到了三组) */
    QM_CUE_OBJECT,   /* verb and object in one: the last character is counted (栽树900棵) */
    QM_CUE_RIDE,     /* beside so many 次: the number of a train (乘1207次) */
    QM_CUE_THING,    /* nouns that the dictionary has as verbs (手续) */
    QM_CUE_FIXED,    /* behind a figure and 号: a day of the month (5号之前) */
    QM_CUE_CLASSES
} qm_cue_class;

/* ---- section "QUNI": a header, the rows, the strings ---- */

#define QM_UNITS_SECTION QM_SECTION_ID('Q', 'U', 'N', 'I')
#define QM_UNITS_MAGIC 0x31494E55u /* "UNI1" */

typedef struct qm_units_header {
    uint32_t magic;
    uint32_t rows;
    uint32_t strings; /* bytes behind the rows */
    uint32_t reserved;
} qm_units_header;

typedef struct qm_unit_row {
    int64_t numerator, denominator; /* size in the SI unit of the dimension; 0: not known */
    int64_t offset;                 /* added to the value first, times 10^offset_exponent */
    int32_t offset_exponent;
    int32_t part, parts; /* the written unit is part/parts of the unit with this id */
    uint32_t name;       /* in the strings */
    uint16_t name_size;
    uint8_t dimension; /* index into qm_dimensions */
    uint8_t flags;     /* QM_UNIT_* */
    uint32_t reserved;
} qm_unit_row;

typedef struct qm_dimension {
    const char *name;
    uint8_t kind;   /* a qm_quantity_kind */
    const char *si; /* id of the unit whose factor is 1; NULL: none */
} qm_dimension;

extern const qm_dimension qm_dimensions[]; /* NULL name at the end */

#endif
