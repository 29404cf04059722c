/* Shared by detection and conversion. */
#ifndef QM_DECODE_H
#define QM_DECODE_H

#include "base/base.h"

#include <qianmo/decode.h>

void qm_decode_info_init(qm_decode_info *info);
void qm_decode_info_name(qm_decode_info *info, const char *name);
/* Well-formed multi-byte characters and ill-formed pieces of text read as UTF-8; a character cut
 * off by the end of a sample counts as neither. */
typedef struct qm_utf8_count {
    uint64_t characters, ill_formed, first; /* first: offset of the first ill-formed piece */
} qm_utf8_count;
qm_utf8_count qm_utf8_check(qm_bytes text, bool sample);
/* As qm_decode_detect; *well_formed: it is known that the whole of text is well-formed UTF-8. */
int qm_decode_look(qm_bytes text, qm_decode_info *info, bool *well_formed, qm_error *err);

#endif
