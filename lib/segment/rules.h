/* Private to lib/segment. */
#ifndef QM_SEGMENT_RULES_H
#define QM_SEGMENT_RULES_H

#include "segment/segment.h"

/* Puts numbers, ASCII words, addresses, blanks and ill-formed pieces right in begins. */
void qm_segment_rules(const qm_text *text, uint8_t *begins);

#endif
