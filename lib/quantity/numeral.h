/* Numerals over folded characters: the number core that text and whole strings share. */
#ifndef QM_NUMERAL_H
#define QM_NUMERAL_H

#include "quantity/quantity.h"
#include "quantity/trait.h"

typedef struct qm_numeral {
    uint32_t start, end;
    qm_value low, high; /* high: of two neighbouring digits (三五, 七八十), none otherwise */
    qm_value soft_low, soft_high; /* what 几 and 数 customarily mean; low is none then */
    uint8_t relation;             /* from 余 多 来 几 数 inside, 0 otherwise */
    uint8_t scale;                /* power of ten of the 万 or 亿 it ends with, 0 otherwise */
    uint8_t glyphs;               /* numeral characters, at most 255 */
    bool arabic;                  /* begins with 0-9 */
    bool plain;                   /* 0-9 without separator or point; a scale may follow where it
                                     takes more than a look to read it: 3千, 3万5, but not 3万 */
    bool bare;                    /* begins with a scale: 万亩, 百余 */
    bool string;                  /* hanzi digits without scales: 二〇二三 */
    bool shortened;               /* a last scale was left out: 三万五 */
    bool fraction;                /* 三分之一, 3/4 */
    bool percent;                 /* 百分之三, 千分之三: value in percent */
    bool half;                    /* 一半, 半 */
    bool paired;                  /* 两, 俩: counts, never a name of a month */
    bool twenty;                  /* begins with 廿 */
    bool rounded;                 /* fraction: it has no finite decimal */
    bool overflow;                /* the value does not fit; low is none */
    uint32_t inner;               /* percent: where the figure behind 分之 begins */
} qm_numeral;

enum {
    QM_NUMERAL_CLOCK = 1,   /* 点 stands for the hour, never for a decimal point */
    QM_NUMERAL_LETTERS = 2, /* k M G w behind Arabic digits are scales */
    QM_NUMERAL_EXACT = 4,   /* no 几 余 多 来 */
    QM_NUMERAL_ALONE = 8 /* nothing stands around it: 3兆 is a number, not megabits, 1/3 no share */
};

/* What a character is worth in a numeral, and whether a quantity may begin with it; one look in a
 * table without collisions tells. */
typedef struct qm_glyph {
    uint32_t c;
    int16_t digit; /* -1: none; QM_GLYPH_FEW; -20, -30, -40: 廿 卅 卌 */
    uint8_t scale; /* power of ten */
    uint8_t role;
} qm_glyph;
enum { QM_GLYPH_FEW = -2 }; /* 几 数 */
enum {
    QM_GLYPH_OPENS = 1, /* a quotation opens */
    QM_GLYPH_CLOSES,    /* it closes */
    QM_GLYPH_TURNS,     /* it opens or closes: " */
    QM_GLYPH_STARTS,    /* a word of quantities starts with it: 第 首 翻 */
    QM_GLYPH_NUMERAL    /* a numeral does */
};
extern const qm_glyph qm_glyphs[256];

static inline const qm_glyph *qm_glyph_of(uint32_t c)
{
    uint32_t place = c * 16605u >> 10 & 255;
    place &= 0u - (qm_glyphs[place].c == c); /* the first one stands for all others */
    return &qm_glyphs[place];
}
/* Value of a hanzi digit, -1 if it is none; Traditional and formal characters count. */
static inline int qm_numeral_digit(uint32_t c)
{
    int digit = qm_glyph_of(c)->digit;
    return digit < 0 ? -1 : digit;
}
/* Power of ten of a hanzi scale (十 1 … 兆 12), 0 if it is none. */
static inline int qm_numeral_scale(uint32_t c)
{
    return qm_glyph_of(c)->scale;
}
static inline bool qm_is_two(uint32_t c)
{
    return c == U'两' || c == U'兩' || c == U'俩';
}
/* 千瓦 千克 千米 千伏 千卡 千帕 千赫 千焦 千安: whether 千 belongs to the unit that begins with c.
 */
bool qm_takes_kilo(uint32_t c);
/* Zeros at the end go into the exponent. */
static inline qm_value qm_trimmed(qm_value value)
{
    while (!(value.coefficient & 1) && value.coefficient && value.coefficient % 10 == 0) {
        value.coefficient /= 10;
        value.exponent++;
    }
    if (value.coefficient == 0) value.exponent = 0;
    return value;
}
static inline bool qm_is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}
static inline bool qm_is_minus(uint32_t c)
{
    return c == U'负' || c == U'負' || c == '-' || c == U'−';
}
/* Whether a numeral can begin with the character. */
static inline bool qm_numeral_begins(uint32_t c)
{
    return qm_glyph_of(c)->role == QM_GLYPH_NUMERAL;
}
/* The numerals that most texts are full of, read at once: 36, 3.5, 36万, 三, 十二, 两百. false
 * where it may be more than that. */
bool qm_figure_read(const uint32_t *chars, uint32_t from, uint32_t limit, unsigned flags,
                    qm_numeral *out);
/* Likewise 三点五, 十三点五, where 点 surely is a decimal point. */
bool qm_decimal_read(const uint32_t *chars, uint32_t from, uint32_t limit, unsigned flags,
                     qm_numeral *out);
/* One positional number, without fractions and percent. */
bool qm_numeral_whole(const uint32_t *chars, uint32_t from, uint32_t limit, unsigned flags,
                      qm_numeral *out);
/* The same, where qm_figure_read has been asked already. */
bool qm_numeral_long(const uint32_t *chars, uint32_t from, uint32_t limit, unsigned flags,
                     qm_numeral *out);
/* Reads the longest numeral that begins exactly at `from` and ends at or before `limit`. */
bool qm_numeral_read(const uint32_t *chars, uint32_t from, uint32_t limit, unsigned flags,
                     qm_numeral *out);
/* The same, where qm_figure_read has been asked already and knew none. */
bool qm_numeral_rest(const uint32_t *chars, uint32_t from, uint32_t limit, unsigned flags,
                     qm_numeral *out);
/* extra + top / bottom, rounded half up where it has no finite decimal: to 15 figures, but shares
 * (三分之一的人), which are below 1 and stand in text, to four decimals if those are not all 0.
 * false where it does not fit or bottom is 0. */
bool qm_numeral_add_ratio(qm_value extra, qm_value top, qm_value bottom, unsigned flags,
                          qm_value *out);
/* -value, with low and high changing sides. */
void qm_numeral_negate(qm_numeral *n);

#endif
