/* Working memory of one analyzer, and the steps from matches to rows. Private to this room. */
#ifndef QM_INITIATIVE_SCRATCH_H
#define QM_INITIATIVE_SCRATCH_H

#include "initiative/initiator.h"

#include <stddef.h>

/* A word of some set, or a quantity, that stands in a clause. */
typedef struct qm_hit {
    uint32_t start, end;
    uint32_t
        near_start; /* like start and end, but each quantity before it counts as 2 characters */
    uint32_t near_end;
    uint64_t verbs; /* of its use */
    const qm_word_use *use;
} qm_hit;

/* A rule that is to be asked for a hit as its object. */
typedef struct qm_attempt {
    const qm_hit *object;
    uint32_t part; /* as qm_part_rule has it */
} qm_attempt;

/* A word of the document, longer than one character or one that segmentation has as a word. */
typedef struct qm_listed_word {
    uint32_t start, end;
    uint32_t use;   /* its number */
    uint32_t match; /* likewise */
} qm_listed_word;

/* A word that no longer one has taken in, with the sums of it and of all kept before it. */
typedef struct qm_kept {
    uint32_t start, end;
    const qm_word_use *use;
    qm_set_bits bits;
    const struct qm_kept *last_cue; /* the last one that is a cue, or the one that is none */
    uint32_t sets, cues;
} qm_kept;

typedef struct qm_cue_hit {
    uint32_t start, end;
    uint8_t category, direction, scope;
} qm_cue_hit;

/* Words that swallow the hits of one type. */
typedef struct qm_block_hit {
    uint32_t start, end;
    uint32_t type;
} qm_block_hit;

enum {
    QM_PAIR_LISTED = 1, /* the object shares its verb with a 、-list */
    QM_PAIR_TURNED = 2, /* the object stands first */
    QM_PAIR_ITEM = 4    /* the rule asks for an item of a list */
};

/* What the clause around a pair says for or against it. */
typedef enum qm_reason {
    QM_WHY_QUANTITY,
    QM_WHY_DONE,
    QM_WHY_CAPTION,
    QM_WHY_SPEECH,
    QM_WHY_RESULT,
    QM_WHY_FRAME,
    QM_WHY_EXHORT,
    QM_WHY_OTHERS,
    QM_WHY_PROFILE,
    QM_REASONS
} qm_reason;

int32_t qm_reason_points(qm_reason reason);
const char *qm_reason_name(qm_reason reason);

/* The best that the rules and the weights have to say for one type in one clause. */
typedef struct qm_candidate {
    uint32_t type;
    uint32_t rule;                 /* QM_NONE: learnt alone */
    uint32_t verb_start, verb_end; /* equal to the object's for rules of one word */
    uint32_t object_start, object_end;
    uint32_t distance;
    uint32_t clause;     /* of the verb, when it stands before that of the object; else QM_NONE */
    int32_t rule_points; /* with what the pairing took away */
    int32_t learnt;
    int32_t around;   /* what the clauses beside it and the other types make of that */
    int32_t context;  /* quantities, cues, role */
    int32_t short_of; /* points that are missing for a row; 0 or less: none */
    uint32_t reasons; /* bit set over qm_reason: what context is made of */
    uint8_t pairing;
    uint8_t status;
    uint8_t flags; /* QM_INITIATIVE_* */
    bool lost;     /* to another type */
} qm_candidate;

typedef QM_ARRAY(qm_candidate) qm_candidates;
typedef QM_ARRAY(qm_cue_hit) qm_cue_hits;

/* What stood around a clause when it was read. */
typedef struct qm_background {
    uint32_t sentence, paragraph, section; /* cues that still hold, as in qm_carry */
    bool measured;
} qm_background;

/* What the weights said of one clause. */
typedef struct qm_heard {
    qm_clause_scores scores;
    uint32_t clause; /* QM_NONE: they were not asked */
} qm_heard;

/* What the cues of a clause say beyond it; each a bit set over qm_cue_category. */
typedef struct qm_held_cues {
    uint32_t sentence, paragraph;
    bool stops; /* those of the sentence before it hold no longer */
} qm_held_cues;

/* A clause, read. */
typedef struct qm_read_clause {
    qm_clause_evidence evidence;
    qm_candidates candidates;
    qm_cue_hits cues;
    qm_held_cues held;
    uint32_t opens;           /* number of the clause that its sentence begins with */
    uint32_t opens_quantity;  /* number of the first one of that sentence */
    uint32_t match;           /* number of its first one that is listed, or one before it */
    qm_background background; /* measured of all clauses, the rest of those whose role has rows */
    qm_class_hit classes[QM_CLASSES_MOST + 1]; /* one more, since what is not new is written, too */
    int32_t *points;                           /* by type: of the rules */
    uint32_t *ruled;                           /* the types that have some */
} qm_read_clause;

enum { QM_MOST_LOOKED = 64 }; /* words looked at on either side of an object */

enum { QM_HEARD = 3 }; /* a clause and those beside it, by the rest of their numbers */

enum { QM_HEADING_LEVELS = 4 }; /* the title, 一、, （一）, 1. */

/* What cues of earlier clauses still say. */
typedef struct qm_carry {
    uint32_t sentence, paragraph, section; /* bit sets over qm_cue_category */
    uint32_t lead;                         /* of those of the sentence, what it begins with */
    uint32_t sentence_number, paragraph_number;
    uint32_t opens;                     /* number of the clause that the sentence begins with */
    uint32_t levels[QM_HEADING_LEVELS]; /* what the headings above say, each level */
    uint32_t heading;                   /* clause number of the last heading, or QM_NONE */
    uint32_t level;                     /* of that */
} qm_carry;

/* Where a word of a set stood last, for rules that look back within the sentence. */
typedef struct qm_past {
    uint32_t sentence; /* 1 + its number; 0: nowhere */
    uint32_t clause;
    uint32_t start, end;
} qm_past;

/* Where things were looked for last: what is asked for next is never far. */
typedef struct qm_near {
    uint32_t quantity, entity;
} qm_near;

/* Things that stand in the text in order, quantities or entities, each of which begins with where
 * it starts and ends. */
typedef struct qm_spans {
    const void *at;
    size_t width;
    uint32_t count;
} qm_spans;

#define QM_SPANS(array) ((qm_spans){(array)->at, sizeof *(array)->at, (uint32_t)(array)->count})

static inline uint32_t qm_span_start(qm_spans spans, uint32_t number)
{
    return ((const uint32_t *)(const void *)((const char *)spans.at + number * spans.width))[0];
}

static inline uint32_t qm_span_end(qm_spans spans, uint32_t number)
{
    return ((const uint32_t *)(const void *)((const char *)spans.at + number * spans.width))[1];
}

/* Number of the first one that ends behind `place`, looked for from `near`. */
static inline uint32_t qm_span_behind(qm_spans spans, uint32_t near, uint32_t place)
{
    if (near > spans.count) near = spans.count;
    while (near > 0 && qm_span_end(spans, near - 1) > place) near--;
    while (near < spans.count && qm_span_end(spans, near) <= place) near++;
    return near;
}

/* Number of the first one that begins at `place` or behind it. */
static inline uint32_t qm_span_from(qm_spans spans, uint32_t near, uint32_t place)
{
    if (near > spans.count) near = spans.count;
    while (near > 0 && qm_span_start(spans, near - 1) >= place) near--;
    while (near < spans.count && qm_span_start(spans, near) < place) near++;
    return near;
}

_Static_assert(offsetof(qm_quantity, start) == 0 && offsetof(qm_quantity, end) == 4, "spans");
_Static_assert(offsetof(qm_entity, start) == 0 && offsetof(qm_entity, end) == 4, "spans");

/* The clauses that a row goes over. */
typedef struct qm_run {
    uint32_t first, last;
    uint32_t head;     /* the clause that most speaks for the row */
    uint32_t opens;    /* the one that the sentence begins with */
    uint32_t quantity; /* the first one of that */
    uint32_t match;    /* the first of the head, or one before it */
    qm_near near;      /* what ends behind the start of that */
    int32_t score;     /* its points */
    int32_t alone;     /* those of its clause by itself */
} qm_run;

/* A number that holds for one clause. */
typedef struct qm_numbered {
    uint32_t clock, number;
} qm_numbered;

struct qm_initiative_scratch {
    const qm_allocator *alloc;
    uint32_t near_entity;           /* where those of the row before were */
    QM_ARRAY(qm_listed_word) words; /* in a stretch, in order; then some that have no end */
    size_t next_word;               /* the first one behind the clause before */
    uint32_t next_quantity;         /* likewise */
    uint32_t opens_quantity;        /* the first one of the sentence */
    uint32_t listed;                /* matches that have been looked at */
    QM_ARRAY(qm_kept) kept;         /* room for those of the clause at hand; [0] is none */
    const qm_kept *last_kept;       /* longest only, up to this one */
    uint32_t *class_stamps;         /* by class: the last clause that has it, from 1; last none */
    uint32_t n_classes;
    uint32_t clock;
    qm_set_bits bits; /* of the sets that may have hits in the clause */
    QM_ARRAY(qm_hit) hits;
    QM_ARRAY(const qm_hit *) objects; /* the hits that some rule may have as its object */
    QM_ARRAY(qm_attempt) attempts;    /* room for all that these may make */
    uint64_t verbs_once, verbs_twice; /* bits of the verbs that hits are, and of two or more */
    QM_ARRAY(qm_block_hit) blocks;
    qm_past *past; /* by set; NULL when no rule looks back */
    uint32_t n_sets;
    uint32_t *set_stamps;   /* by set: the last clause of many words that has it, from 1 */
    uint32_t stamped;       /* the last clause whose sets were noted there */
    qm_numbered *candidate; /* by type: its number in candidates, if its clock is that of now */
    uint32_t n_types;
    qm_read_clause reads[2];
    qm_read_clause *now;     /* the clause at hand */
    qm_read_clause *waiting; /* for the one behind it to be read, before it is decided */
    qm_heard heard[QM_HEARD];
    qm_readings *readings; /* what the weights know of the clauses around */
    qm_carry carry;
    QM_ARRAY(qm_run) runs; /* by row of the document: its clauses */
    qm_u8_array words_on;  /* by character of the clause of a row: the number of its word */
    uint32_t main_place;   /* row number in entities, or QM_NONE */
    bool rules_only;       /* the weights are not asked: what lint tests is the rules */
};

/* No match of the document has been looked at. Fails the first time alone, for lack of memory. */
int qm_words_forget(qm_initiative_scratch *scratch);
/* Begins with a clause: fills its evidence but for what rules say, kept, cues and bits. */
int qm_clause_gather(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                     const qm_document *document, uint32_t clause);
/* Of the clause last gathered: fills hits, in order of their starts, objects, verbs and blocks. */
int qm_clause_find_hits(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                        const qm_clause_evidence *evidence);
/* Whether the hits have a word of any of the sets. */
bool qm_any_stands(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                   const uint32_t *sets, uint32_t count);
/* Pairs verbs and objects: one candidate per type. */
int qm_clause_pair_words(const qm_initiator *initiator, qm_initiative_scratch *scratch);
/* Most clauses have no verb of their objects. */
static inline int qm_clause_pair(const qm_initiator *initiator, qm_initiative_scratch *scratch)
{
    if (!(scratch->bits.object & scratch->bits.verb) && !scratch->past) return QM_OK;
    return qm_clause_pair_words(initiator, scratch);
}
/* Room for the candidate of a type that has none in the clause at hand: all of it is to be filled
 * in. NULL for lack of memory. */
qm_candidate *qm_candidate_new(qm_initiative_scratch *scratch, uint32_t type);
static inline int32_t qm_candidate_points(const qm_candidate *one)
{
    return one->rule_points + one->learnt + one->around + one->context;
}
/* Learnt points of the candidates, and candidates of the weights alone. */
int qm_clause_judge(const qm_initiator *initiator, qm_initiative_scratch *scratch);
/* All of that for one clause; clauses whose role has no rows keep their cues alone. */
int qm_clause_weigh(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                    const qm_document *document, uint32_t clause);
/* The clause just read waits, and the one that waited makes room for the next. */
static inline void qm_clause_wait(qm_initiative_scratch *scratch)
{
    qm_read_clause *read = scratch->now;
    scratch->now = scratch->waiting;
    scratch->waiting = read;
}
/* The cues of the waiting clause and around it that hold for a trigger, as bits over
 * qm_cue_category and QM_CUE_MECHANISM. */
uint32_t qm_cues_on(const qm_initiator *initiator, const qm_read_clause *waiting,
                    uint32_t trigger_start, uint32_t trigger_end);
/* How much the rows of the waiting clause are each status, by the weights. */
typedef struct qm_learnt_status {
    int32_t points[QM_STATUSES];
    bool asked, told; /* told: they know */
} qm_learnt_status;
/* Asks the weights, once for all rows of the clause. */
void qm_status_ask(const qm_initiator *initiator, const qm_initiative_scratch *scratch,
                   const qm_clause_around *around, qm_learnt_status *learnt);
/* The status of a row, by the cues that hold for it and by what was asked. */
uint8_t qm_status_of(const qm_initiator *initiator, const qm_initiative_scratch *scratch,
                     uint32_t cues, const qm_learnt_status *learnt, const qm_candidate *one);
/* Whether the document is no more than a sentence, as a rule. */
static inline bool qm_is_sentence(const qm_document *document)
{
    enum { CLAUSES = 3 };
    return document->clauses->count <= CLAUSES;
}
/* What the clauses beside the waiting one say, context, cues and status, and fights: what is left
 * and not lost makes rows. Those that fall short have a status only if all are asked for. */
void qm_clause_settle(const qm_initiator *initiator, qm_initiative_scratch *scratch, bool all);
/* 集体收入不足3万元: the money of the waiting clause that tells such a state, or NULL. */
const qm_quantity *qm_clause_little(const qm_read_clause *waiting);
/* 现已建成1座, 实际安装60盏: whether the waiting clause tells what was reached, so that it is no
 * part of a plan before it. */
bool qm_clause_is_by_now(const qm_initiator *initiator, const qm_read_clause *waiting);
static inline bool qm_role_has_rows(uint8_t role)
{
    const uint32_t roles =
        1u << QM_ROLE_BODY | 1u << QM_ROLE_CAPTION | 1u << QM_ROLE_TABLE_ROW | 1u << QM_ROLE_QUOTE;
    return roles >> role & 1;
}
/* Takes the cues of a clause that hold beyond it into the carry; for every clause in order. */
void qm_carry_enter(qm_carry *carry, const qm_document *document, uint32_t clause);
void qm_carry_leave(qm_carry *carry, const qm_document *document, uint32_t clause,
                    const qm_initiative_scratch *scratch);

/* Trigger and object of a row as far as no rule gives them, from one clause of it. */
void qm_row_find_words(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                       const qm_document *document, const qm_run *run, qm_initiative *row);
/* What that needs for the rows of a text. */
int qm_phrase_make_room(qm_initiative_scratch *scratch, const qm_text *text);
/* Actor, place, time, measures of a row, once all rows that begin before its end have their spans,
 * triggers and objects. */
int qm_row_attach(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                  const qm_document *document, const qm_initiatives *rows, size_t number,
                  qm_u32_array *measures);
uint32_t qm_main_place(const qm_initiator *initiator, const qm_document *document);

#endif
