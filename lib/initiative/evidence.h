/* What is known about one clause before anybody decides: the words of the rules that stand in it,
 * its quantities, the cues in force, and the points that the rules give to each type.
 *
 * Rules and learnt evidence are one scorer. The scale is theirs in common: a verb and an object of
 * a type, paired, are worth 8 points; a row needs QM_POINTS_ROW (or the threshold of its type).
 * Learnt points are added to those of the rules before the threshold is asked, cues take points
 * away from the sum whoever gave them.
 */
#ifndef QM_INITIATIVE_EVIDENCE_H
#define QM_INITIATIVE_EVIDENCE_H

#include "initiative/initiative.h"

#define QM_POINTS_ROW 8   /* the threshold of a type that has none of its own */
#define QM_POINTS_MAYBE 6 /* with which the clauses beside may make a row */
#define QM_STATUSES 4     /* 0 is none, then qm_initiative_status */

/* Categories of cues, as in lib/data/initiative/cues.tsv. */
typedef enum qm_cue_category {
    QM_CUE_NEG = 1,      /* 没有, 尚未, 否决: not done */
    QM_CUE_PLAN = 2,     /* 将, 拟, 下一步: planned */
    QM_CUE_HYPO = 3,     /* 如果, 要是, 听说: not asserted */
    QM_CUE_EXHORT = 4,   /* 要, 应当, 必须: a duty */
    QM_CUE_OTHER = 5,    /* 外村, 有的同志: somebody else's doing */
    QM_CUE_ONGOING = 6,  /* 正在, 每月, 坚持: going on */
    QM_CUE_DONE = 7,     /* 了, 已, 完成 */
    QM_CUE_RESULT = 8,   /* 有力带动, 满意度: a result, not an act */
    QM_CUE_FRAME = 9,    /* 为, 围绕, 在…方面: aim or frame of the clause that follows */
    QM_CUE_PROFILE = 10, /* 出生, 发表论文, 获评: biography, award */
    QM_CUE_STOP = 11,    /* 但, 却, 不过: cues before it hold no further */
    QM_CUE_PSEUDO = 12,  /* looks like a cue and is none: 不仅, 未来, 将军 */
    QM_CUE_PARTLY = 13   /* 了一半, 还差: done by a share, the rest still going on */
} qm_cue_category;

/* The bit of 推行, 落实 …, which tell what goes on only where nothing is counted. */
enum { QM_CUE_MECHANISM = 31 };

static inline bool qm_has_cue(uint32_t bits, uint32_t category)
{
    return (bits >> category) & 1;
}

/* One document as the rooms before this one leave it. */
typedef struct qm_document {
    const qm_text *text;
    const qm_clauses *clauses;
    const qm_words *words;     /* NULL where nobody segmented */
    const qm_matches *matches; /* of this room, of all lexicons of the stack */
    const qm_quantities *quantities;
    const qm_entities *entities; /* NULL where nobody looked */
} qm_document;

/* A word of a class, the first in its clause. */
typedef struct qm_class_hit {
    uint32_t start, end;
    uint32_t number; /* of the class, in the initiator */
} qm_class_hit;

enum { QM_CLASSES_MOST = 16 }; /* of one clause */

typedef struct qm_clause_evidence {
    const qm_document *document;
    uint32_t clause;                       /* its number; neighbours are at -1 and +1 */
    uint32_t first_quantity, end_quantity; /* slice of document->quantities that lies within */
    uint32_t cues;                         /* bit set, 1 << qm_cue_category */
    uint32_t cues_behind;        /* of the sentence and paragraph so far, that still hold */
    uint32_t cues_above;         /* of the headings it stands under */
    uint32_t heading;            /* number of the last heading's clause, or QM_NONE */
    const qm_class_hit *classes; /* each once */
    uint32_t n_classes;
    const int32_t *rule_points; /* by type, from 1; [0] is unused */
    const uint32_t *ruled;      /* the types that have any, in no order */
    uint32_t n_ruled;
} qm_clause_evidence;

/* Evidence clause by clause, with the rules' points, without deciding anything: the way in for
 * training and for tests. Begin once per document, then all clauses in their order; what `out`
 * points to is valid until the next call. */
void qm_evidence_begin(qm_initiative_scratch *scratch);
int qm_evidence_of_clause(const qm_initiator *initiator, qm_initiative_scratch *scratch,
                          const qm_document *document, uint32_t clause, qm_clause_evidence *out,
                          qm_error *err);

#endif
