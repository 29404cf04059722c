/* What a stretch of text gives to a lexicon. Private to lib/image. */
#ifndef QM_SCAN_H
#define QM_SCAN_H

#include "image/automaton.h"

#define QM_STRETCH 64u /* as many as a number has bits */

/* A stretch is read in passes, with few branches that nobody could foresee. What a pass will need
 * is fetched long before: the states behind pairs while it is begun, those behind these while it
 * is followed, its finds while it is ended, and other stretches are worked on in between. */
typedef struct qm_stretch {
    uint32_t codes[QM_STRETCH + 1];  /* [0] is that of the character before */
    uint32_t states[QM_STRETCH + 1]; /* likewise */
    uint32_t places[QM_STRETCH];     /* of the state behind each pair, if there is one */
    uint32_t outputs[QM_STRETCH];
    uint16_t letters[QM_STRETCH]; /* the codes once more, as they are kept */
    uint64_t pairs; /* a bit for each character that may follow the one before in an entry */
    uint64_t found; /* and for each behind which entries end */
} qm_stretch;

/* What a scan for some rooms looks into. */
typedef struct qm_scan_tables {
    qm_automaton automaton;
    const uint16_t *basic; /* codes of the basic plane, or NULL where they are not side by side */
    const uint32_t *pairs;
    uint32_t shift, limit; /* of the set of pairs, and of the finds */
    uint32_t codes;        /* of the alphabet */
    bool alone;            /* characters by themselves are among the finds */
} qm_scan_tables;

/* wanted: bit set over the rooms, one at least. */
qm_scan_tables qm_scan_tables_of(const qm_lexicon *lexicon, uint32_t wanted);

/* Finds on their way to the lists of matches. */
enum {
    QM_LOT = 256,  /* so many become matches at a time */
    QM_AT_ONCE = 4 /* so many are copied at a time; as many can be read behind the last one */
};
typedef struct qm_finding {
    const qm_lexicon *lexicon;
    /* Where the next match of each room goes, and how many bytes lie between it and the one behind
     * it: what nobody wants goes to one place, over and over, for a branch that asks would often be
     * foreseen wrongly. */
    qm_match *next[QM_ROOMS + 1];
    size_t steps[QM_ROOMS + 1];
    qm_match unwanted;
    uint32_t only;        /* the room that is the only one wanted, or QM_ROOMS */
    const uint32_t *rest; /* of a list that has begun, or NULL */
    /* What waits, and behind which characters it ends. */
    uint32_t count, finds[QM_LOT + 8], ends[QM_LOT + 8];
} qm_finding;

/* Reads a whole stretch of characters behind the one before it: first codes and pairs, then what
 * stands behind each pair, then states and outputs. */
typedef struct qm_stretch_reader {
    void (*begin)(const qm_scan_tables *t, const uint32_t *chars, const qm_stretch *before,
                  qm_stretch *s);
    void (*follow)(const qm_scan_tables *t, qm_stretch *s);
    void (*end)(const qm_scan_tables *t, const qm_stretch *before, qm_stretch *s);
    /* Takes the finds of a stretch that begins at `start`, out of `found` those that it has taken;
     * false when no more can wait. */
    bool (*take)(const qm_scan_tables *t, qm_stretch *s, uint32_t start, qm_finding *f);
    /* What waits becomes matches; there is room for them. */
    void (*put)(qm_finding *f);
} qm_stretch_reader;

extern const qm_stretch_reader qm_stretch_plain;
#ifdef __x86_64__
extern const qm_stretch_reader qm_stretch_avx2;
#endif

#endif
