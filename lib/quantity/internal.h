/* Shared by the files of lib/quantity. */
#ifndef QM_QUANTITY_INTERNAL_H
#define QM_QUANTITY_INTERNAL_H

#include "quantity/numeral.h"
#include "quantity/sense.h"

/* ---- the units of all images of the stack ---- */

typedef struct qm_unit {
    uint32_t code; /* into the names */
    int64_t numerator, denominator, offset;
    int64_t si_up, si_down; /* numerator and denominator without what divides both */
    int32_t offset_exponent, part, parts;
    uint32_t si; /* code, 0 none */
    uint8_t dimension, kind, flags;
} qm_unit;

/* What a group of senses says, and where they are. */
typedef struct qm_meaning {
    uint32_t said;   /* QM_MARK_* */
    uint32_t senses; /* number of the first one and, above it, how many there are */
} qm_meaning;

/* What characters mean by themselves, which the scan does not tell: of each code of the lexicon of
 * an image. */
typedef struct qm_singles {
    uint32_t *signs;        /* marks and, of the first image, traits */
    uint32_t *senses;       /* as in qm_meaning */
    uint32_t codes, source; /* source: number of the image */
} qm_singles;

struct qm_quantifier {
    qm_allocator alloc;
    const qm_lexicon *lexicons;
    size_t n_lexicons;
    const qm_segmenter *segmenter;
    qm_singles *singles; /* of the images where characters mean something */
    size_t n_singles;
    qm_meaning **meanings; /* of each group of each image's lexicon */
    uint32_t *groups;      /* their numbers */
    uint32_t *unit_bases;  /* first unit of each image */
    size_t n_images;
    QM_ARRAY(qm_unit) units;
    QM_ARRAY(qm_bytes) names; /* [0] is empty */
    uint32_t *name_slots;     /* codes by hash, 0 where there is none */
    uint32_t n_name_slots;    /* a power of two */
    uint32_t percent, pp, times, date, time, year, month, day, hour, minute, second, quarter;
    uint32_t yuan, degree, celsius, fahrenheit;
};

/* Divides both by what divides both. */
void qm_reduce(int64_t *a, int64_t *b);
/* Code of a name, 0 if no unit has it. */
uint32_t qm_quantifier_code(const qm_quantifier *quantifier, qm_bytes name);

/* ---- the words of the lexicon on one text, by where they start ---- */

typedef struct qm_word {
    uint32_t end;
    uint16_t kind, flags; /* kind 0: no word */
    uint32_t value;       /* units: index into quantifier->units */
} qm_word;

/* What starts or ends at a character, so that most searches end before they begin. The low bits
 * are one for each kind of sense that starts here and is asked for. With the traits of the
 * character they make its sign: one number tells all that may be asked about a place. */
enum {
    QM_MARK_STARTS = 0x39F, /* any word starts */
    QM_MARK_LONG = 0x20,    /* a word of two characters or more starts */
    QM_MARK_NOUN = 0x40,    /* a word starts at which nouns end */
    QM_MARK_BEFORE = 0x400, /* these end with it: words of QM_SENSE_BEFORE */
    QM_MARK_TRAP_BEFORE = 0x800,
    QM_MARK_CUE = 0x1000,
    QM_MARK_UNIT = 0x2000, /* units that stand before their number */
    QM_MARK_STOP = 0x4000, /* a trap starts, or a word that stands for a numeral */
    QM_MARK_ODD = 0x8000,  /* a classifier starts that is no mere one: it has flags but PERSON */
    QM_MARK_BEGINS = QM_MARK_STARTS | QM_MARK_NOUN | QM_MARK_STOP | QM_MARK_ODD,
    QM_MARK_ENDS = 0x3C00,
    QM_MARK_DATED = 0x10000 /* of senses and groups, which have no traits: a stop where there is a
                               reference date */
};
static inline uint32_t qm_mark_of(uint32_t kind)
{
    return 1u << (kind - QM_SENSE_UNIT);
}

/* What a sense says about the characters where its word starts and ends. */
uint32_t qm_sense_marks(const qm_sense *sense);

/* Where the name of a place that begins like a quantity was found. */
typedef struct qm_place {
    uint32_t start, length;
} qm_place;
enum { QM_MOST_PLACES = 32 };

struct qm_quantity_scratch {
    qm_allocator alloc;
    const qm_match *matches; /* of two characters or more */
    uint32_t n_matches;
    const qm_singles *singles; /* as the quantifier has them; and the codes of the text for them */
    const qm_char_codes *codes;
    size_t n_singles;
    const uint32_t *unit_bases;
    const qm_lexicon *lexicons;
    qm_meaning *const *meanings;
    qm_u32_array own_signs;
    uint32_t *signs; /* in these: of character i; around the text there are none */
    QM_ARRAY(uint64_t)
    stops;                    /* a bit for each character that has to be looked at; the one behind
                                 the last always */
    QM_ARRAY(uint64_t) traps; /* likewise where traps start */
    qm_u32_array heads;       /* the longest match that starts at character i with QM_MARK_LONG */
    qm_u32_array nexts;       /* next match of the same start, plus one; 0 none */
    uint32_t ending;          /* the match that was found last by its end, or the one behind it */
    qm_numeral memo;          /* what qm_numeral_at read last, and where */
    uint32_t memo_at;
    uint8_t memo_flags, memo_kind;
    qm_place places[QM_MOST_PLACES]; /* the first names learnt in this document */
    uint32_t n_places;
};

/* What all the readers look at. */
typedef struct qm_reader {
    const qm_quantifier *quantifier;
    qm_quantity_scratch *scratch;
    const qm_text *text;
    const qm_words *words; /* NULL if none are known */
    const uint8_t *begins; /* of characters: whether a token does; NULL if none are known */
    const qm_clauses *clauses;
    const qm_quantity_options *options;
    const uint32_t *chars;
    const uint8_t *classes;
    const uint32_t *signs; /* as the scratch has them */
    uint32_t count;
    uint32_t clause;   /* number of the clause at hand, or clauses->count */
    uint32_t from, to; /* its characters */
    uint32_t quote;    /* the quotation mark that is open, be it on a line before; or QM_NONE */
    uint8_t role;      /* its qm_role, 0 none */
    bool dated;        /* there is a reference date */
    qm_quantity *last; /* the row before, or NULL */
} qm_reader;

int qm_scratch_index(const qm_quantifier *quantifier, qm_quantity_scratch *scratch,
                     const qm_matches *matches, const qm_char_codes *codes, const qm_text *text,
                     bool dated, qm_error *err);
/* The next character at or behind `at` that has to be looked at, or one that is none. */
static inline uint32_t qm_next_stop(const qm_quantity_scratch *s, uint32_t at)
{
    uint32_t word = at >> 6;
    uint64_t bits = s->stops.at[word] & ~UINT64_C(0) << (at & 63);
    while (!bits) bits = s->stops.at[++word];
    return word << 6 | (uint32_t)__builtin_ctzll(bits);
}
/* The same as qm_holds_bit, where there may be more than 64 of them. */
bool qm_holds_bit_far(const uint64_t *set, uint32_t from, uint32_t end);
/* Whether one of the bits of [from, end) is set; there is a word behind those of the text. */
static inline bool qm_holds_bit(const uint64_t *set, uint32_t from, uint32_t end)
{
    const uint64_t *word = set + (from >> 6);
    if (from >= end) return false;
    if (end - from > 64) return qm_holds_bit_far(set, from, end);
    uint64_t bits = word[0] >> (from & 63) | word[1] << 1 << (~from & 63);
    return bits << (64 - (end - from)) != 0;
}
/* Whether a trap starts within [from, end). */
static inline bool qm_holds_trap(const qm_quantity_scratch *s, uint32_t from, uint32_t end)
{
    return qm_holds_bit(s->traps.at, from, end);
}
/* The longest match that starts at `at` plus one, 0 if none does. */
static inline uint32_t qm_head_at(const qm_quantity_scratch *s, uint32_t at)
{
    return s->signs[at] & QM_MARK_LONG ? s->heads.at[at] + 1 : 0;
}

/* The sign of a place; up to QM_TEXT_PAD before the first and behind the last one they are 0. */
static inline uint32_t qm_sign(const qm_reader *r, uint32_t at)
{
    const uint32_t *first = r->signs - QM_TEXT_PAD;
    return first[at + QM_TEXT_PAD];
}
/* Goes over the words that start at a character, longest first: the senses of one match after the
 * other. */
typedef struct qm_words_here {
    const qm_sense *sense, *last; /* of this match */
    uint32_t end;                 /* of this match */
    uint32_t base;                /* first unit of its image */
    uint32_t at, next;            /* next: match plus one, 0 when none is left */
    size_t singles;               /* that have not been asked */
} qm_words_here;
static inline qm_words_here qm_words_at(const qm_quantity_scratch *s, uint32_t at)
{
    return (qm_words_here){.at = at, .next = qm_head_at(s, at), .singles = s->n_singles};
}
/* On to the next match; false if there is none. */
bool qm_find_next(const qm_quantity_scratch *s, qm_words_here *here);
static inline bool qm_next_match(const qm_quantity_scratch *s, qm_words_here *here)
{
    return (here->next || here->singles) && qm_find_next(s, here);
}
/* Whether a word of the kind starts at `at`. */
static inline bool qm_starts_at(const qm_reader *r, uint32_t at, uint16_t kind)
{
    return at < r->count && r->signs[at] & qm_mark_of(kind);
}
/* The numeral at `at`, as qm_numeral_read has it; NULL if there is none. It is remembered until
 * another one is read, for several readers ask for the same. */
const qm_numeral *qm_numeral_at(const qm_reader *r, uint32_t at, unsigned flags);
/* Likewise, but only if it is a figure that ends for sure, whatever the flags. */
const qm_numeral *qm_figure_at(const qm_reader *r, uint32_t at);
/* Longest word of the kind that starts at `at`; its kind is 0 if there is none. */
qm_word qm_word_starting(const qm_quantity_scratch *s, uint32_t at, uint16_t kind);
static inline qm_word qm_word_at(const qm_reader *r, uint32_t at, uint16_t kind)
{
    return qm_starts_at(r, at, kind) ? qm_word_starting(r->scratch, at, kind) : (qm_word){0};
}
/* The longest classifier that starts at `at`, if one does that has more flags than PERSON. */
static inline qm_word qm_odd_classifier(const qm_reader *r, uint32_t at)
{
    bool odd = at < r->count && r->signs[at] & QM_MARK_ODD;
    return odd ? qm_word_at(r, at, QM_SENSE_CLASSIFIER) : (qm_word){0};
}
/* Whether something with the mark ends at `end`. */
static inline bool qm_ends_at(const qm_reader *r, uint32_t end, uint32_t mark)
{
    return qm_sign(r, end - 1) & mark;
}
/* Longest word of the kind (BEFORE, TRAP_BEFORE) that ends at `end`, which has its mark; *start
 * tells where it starts. */
const qm_sense *qm_word_ending(const qm_reader *r, uint32_t end, uint16_t kind, uint32_t *start);
static inline const qm_sense *qm_word_before(const qm_reader *r, uint32_t end, uint16_t kind,
                                             uint32_t *start)
{
    uint32_t mark = kind == QM_SENSE_BEFORE ? QM_MARK_BEFORE : QM_MARK_TRAP_BEFORE;
    return qm_ends_at(r, end, mark) ? qm_word_ending(r, end, kind, start) : NULL;
}
/* The unit that stands before its number (人民币, ¥) and ends at `end`. */
const qm_unit *qm_unit_ending(const qm_reader *r, uint32_t end, uint32_t *start);
static inline const qm_unit *qm_unit_before(const qm_reader *r, uint32_t end, uint32_t *start)
{
    return qm_ends_at(r, end, QM_MARK_UNIT) ? qm_unit_ending(r, end, start) : NULL;
}
/* Whether a cue of the class ends at `end` (start is told), or stands within [from, to). */
bool qm_cue_ends(const qm_reader *r, uint32_t end, uint32_t class, uint32_t *start);
/* The sense of the cue of the class that ends at `end`; NULL if there is none. */
const qm_sense *qm_cue_sense(const qm_reader *r, uint32_t end, uint32_t class, uint32_t *start);
bool qm_cue_begins(const qm_reader *r, uint32_t at, uint32_t class, uint32_t *end);
static inline bool qm_cue_before(const qm_reader *r, uint32_t end, uint32_t class, uint32_t *start)
{
    return qm_ends_at(r, end, QM_MARK_CUE) && qm_cue_ends(r, end, class, start);
}
static inline bool qm_cue_at(const qm_reader *r, uint32_t at, uint32_t class, uint32_t *end)
{
    return at < r->count && r->signs[at] & qm_mark_of(QM_SENSE_CUE) &&
           qm_cue_begins(r, at, class, end);
}
bool qm_cue_within(const qm_reader *r, uint32_t from, uint32_t to, uint32_t class);

/* 变 涨 谈 … behind a bare amount: from 三万 it becomes another. */
static inline bool qm_is_change(uint32_t c)
{
    switch (c) {
    case U'谈':
    case U'降':
    case U'涨':
    case U'增':
    case U'提':
    case U'升':
    case U'减':
    case U'变':
    case U'跌':
    case U'追': return true;
    default: return false;
    }
}

/* Up to QM_TEXT_PAD characters before the first and behind the last one there are zeros. */
static inline uint32_t qm_char(const qm_reader *r, uint32_t at)
{
    const uint32_t *first = r->chars - QM_TEXT_PAD; /* at may be below 0, that is, wrap round */
    return first[at + QM_TEXT_PAD];
}
static inline bool qm_is_blank(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == 0x3000;
}
static inline bool qm_is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool qm_is_han(const qm_reader *r, uint32_t at)
{
    _Static_assert(QM_CHAR_NUMERAL == QM_CHAR_HAN + 1, "one test for both");
    return at < r->count && (uint8_t)(r->classes[at] - QM_CHAR_HAN) < 2;
}
/* Whether a hanzi figure above zero or a scale stands at `at`. */
static inline bool qm_is_hanzi_figure(const qm_reader *r, uint32_t at)
{
    return qm_numeral_digit(qm_char(r, at)) > 0 || qm_numeral_scale(qm_char(r, at)) > 0;
}
/* Whether n characters are the same at both places. */
static inline bool qm_same_characters(const qm_reader *r, uint32_t a, uint32_t b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (qm_char(r, a + i) != qm_char(r, b + i)) return false;
    return true;
}
static inline uint32_t qm_skip_spaces(const qm_reader *r, uint32_t at, uint32_t most)
{
    while (most-- && r->chars[at] == ' ') at++;
    return at;
}
/* Whether a token starts here, as far as tokens are known. */
static inline bool qm_token_begins(const qm_reader *r, uint32_t at)
{
    return !r->begins || at >= r->count || r->begins[at];
}

/* ---- readers: each fills *out and says where it ends, or returns false ---- */

/* A dash of any width, and the tilde. */
bool qm_is_dash(uint32_t c);
/* Where the right side of a range begins (至 到 - — ~ at `at`), 0 if there is no such mark. */
uint32_t qm_connector(const qm_reader *r, uint32_t at);
/* Dates, clock times; `from` is where the numeral starts. */
bool qm_date_read(const qm_reader *r, uint32_t from, qm_quantity *out);
/* Whether what stands around makes a day of a figure and 号. */
bool qm_day_is_fixed(const qm_reader *r, uint32_t start, uint32_t end);
bool qm_time_read(const qm_reader *r, uint32_t from, qm_quantity *out);
/* Makes a date of a bare number that is one: 2022—2024, 2024.5. */
bool qm_period_read(const qm_reader *r, qm_quantity *q);
/* 昨天, 上个月, 去年底, where there is a reference date to count from. */
bool qm_relative_read(const qm_reader *r, uint32_t from, qm_quantity *out);
/* Numbers with what stands behind them: units, classifiers, ranges, compounds. */
bool qm_amount_read(const qm_reader *r, uint32_t from, uint32_t limit, qm_quantity *out);
bool qm_amount_plain(const qm_reader *r, const qm_numeral *figure, qm_quantity *out);
/* 米九, 分半钟. */
bool qm_elided_read(const qm_reader *r, uint32_t from, qm_quantity *out);
/* 第三批, 首批. */
bool qm_ordinal_read(const qm_reader *r, uint32_t from, qm_quantity *out);
/* 过半, 一半, 大半, 半数, 翻番. */
bool qm_share_read(const qm_reader *r, uint32_t from, qm_quantity *out);

/* Words before and behind that change the relation and, as a rule, the span. */
void qm_relation_read(const qm_reader *r, qm_quantity *out);
/* Whether the context says that the numeral at [start, end) of *q is no quantity. */
bool qm_context_traps(const qm_reader *r, const qm_quantity *q);
/* Whether what stands beside the number may make a code, a ratio, an item or a name of it: most
 * quantities stand between words that do not. */
static inline bool qm_is_beset(const qm_reader *r, const qm_quantity *q)
{
    const uint32_t before = QM_TRAIT_BESIDE | QM_TRAIT_LINK | QM_TRAIT_RATIO | QM_MARK_TRAP_BEFORE;
    const uint32_t behind = QM_TRAIT_RATIO | qm_mark_of(QM_SENSE_TRAP_AFTER);
    uint32_t beside = (qm_sign(r, q->start - 1) & before) | (qm_sign(r, q->number_end) & behind);
    uint32_t last = qm_char(r, q->start - 1), next = qm_char(r, q->end);
    return beside != 0 || (last <= 0x3000) | (next < 0x80) ||
           (q->kind == QM_KIND_MEASURE && q->number_end - q->number_start > 2);
}
/* What is numbered in addresses, documents and schools. */
static inline bool qm_is_address_unit(uint32_t unit)
{
    switch (unit) {
    case U'号':
    case U'届':
    case U'级':
    case U'班':
    case U'栋':
    case U'幢':
    case U'座':
    case U'排':
    case U'区': return true;
    default: return false;
    }
}
/* Whether qm_context_traps can be ruled out at once: nothing beside the quantity nor in it may make
 * another thing of it. */
static inline bool qm_context_is_clear(const qm_reader *r, const qm_quantity *q)
{
    bool digits = qm_is_digit(r->chars[q->number_start]);
    if (qm_is_beset(r, q) || r->quote != QM_NONE || q->kind == QM_KIND_NUMBER) return false;
    if (q->low.coefficient < 0) return false; /* -1层 */
    if (!digits && q->number_end - q->number_start < 2) return false;
    return q->kind != QM_KIND_COUNT || !(r->signs[q->unit_start] & QM_MARK_ODD ||
                                         (digits && qm_is_address_unit(r->chars[q->unit_start])));
}
/* Whether one of four characters may end the name of a place. */
bool qm_may_be_place(const qm_reader *r, uint32_t at);
/* End of a trap by pattern that starts at `at` (slogans, codes, enumerators), 0 if none. */
uint32_t qm_pattern_trap(const qm_reader *r, uint32_t at);
/* 一 + classifier: whether it counts. */
bool qm_one_counts(const qm_reader *r, qm_quantity *q);
/* The noun that is counted, of a count or number. */
void qm_counted_find(const qm_reader *r, qm_quantity *q);
/* The unit of a bare cell of a table. */
void qm_header_find(const qm_reader *r, qm_quantity *q);
/* Rates around: 每亩, 亩均, 元/亩; of money, a measure or a count. */
void qm_rate_behind(const qm_reader *r, qm_quantity *q);
void qm_rate_before(const qm_reader *r, qm_quantity *q);
enum { QM_RATE_NEAR = 8 }; /* characters before a quantity: its rate stands there */
static inline void qm_rate_find(const qm_reader *r, qm_quantity *q)
{
    const uint32_t *near = r->signs - QM_TEXT_PAD + (q->start + QM_TEXT_PAD - QM_RATE_NEAR);
    uint32_t any = 0;
    for (int i = 0; i < QM_RATE_NEAR; i++) any |= near[i];
    if (qm_sign(r, q->end) & QM_TRAIT_RATE) qm_rate_behind(r, q);
    if (any & QM_TRAIT_RATE && !q->per && !q->rate) qm_rate_before(r, q);
}
/* SI value of a measure or duration. */
void qm_si_fill(const qm_quantifier *quantifier, qm_quantity *q, uint32_t unit);

#endif
