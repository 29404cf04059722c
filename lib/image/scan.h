/* What a stretch of text gives to a lexicon. Private to lib/image. */
#ifndef QM_SCAN_H
#define QM_SCAN_H

#include "image/automaton.h"

#define QM_STRETCH 64u /* as many as a number has bits */

/* A stretch is read in passes, with few branches that nobody could foresee. What a pass will need
 * is fetched long before: its states while it is begun, its finds while it is ended, and other
 * stretches are worked on in between. */
typedef struct qm_stretch {
    uint32_t codes[QM_STRETCH + 1];  /* [0] is that of the character before */
    uint32_t states[QM_STRETCH + 1]; /* likewise */
    uint32_t outputs[QM_STRETCH];
    uint16_t letters[QM_STRETCH]; /* the codes once more, as they are kept */
    uint64_t pairs; /* a bit for each character that may follow the one before in an entry */
    uint64_t found; /* and for each behind which entries end */
} qm_stretch;

/* What a scan for some rooms looks into. */
typedef struct qm_scan_tables {
    qm_automaton automaton;
    const uint32_t *pairs;
    uint32_t shift, limit; /* of the set of pairs, and of the finds */
    uint32_t codes;        /* of the alphabet */
} qm_scan_tables;

/* wanted: bit set over the rooms, one at least. */
qm_scan_tables qm_scan_tables_of(const qm_lexicon_head *head, uint32_t wanted);

/* Reads a whole stretch of characters behind the one before it: first codes and pairs, then states
 * and outputs. */
typedef struct qm_stretch_reader {
    void (*begin)(const qm_scan_tables *t, const uint32_t *chars, const qm_stretch *before,
                  qm_stretch *s);
    void (*end)(const qm_scan_tables *t, const qm_stretch *before, qm_stretch *s);
} qm_stretch_reader;

extern const qm_stretch_reader qm_stretch_plain;
#ifdef __x86_64__
extern const qm_stretch_reader qm_stretch_avx2;
#endif

#endif
