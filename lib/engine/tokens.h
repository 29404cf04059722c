/* Rows of tokens from where they begin, for any processor and for those with AVX2. */
#ifndef QM_TOKENS_H
#define QM_TOKENS_H

#include "result/result.h"

/* By character; eight of them can be read behind the last. */
typedef struct qm_plain_tokens {
    const uint8_t *begins;  /* 1 where a token begins */
    const uint32_t *starts; /* where the character begins ... */
    const uint8_t *spans;   /* ... and how long it is */
    const uint8_t *classes;
    const uint8_t *tags; /* or NULL */
} qm_plain_tokens;

enum { QM_TOKENS_BEYOND = 8 }; /* so many rows behind the last are overwritten */

/* The tokens of the characters [first, last), which are some; one begins at first, and last is
 * behind the last. Returns how many. */
size_t qm_plain_tokens_put(const qm_plain_tokens *from, uint32_t first, uint32_t last,
                           qm_token_block to);
/* The two ways of doing so; both give the same rows. */
size_t qm_plain_tokens_put_any(const qm_plain_tokens *from, uint32_t first, uint32_t last,
                               qm_token_block to);
#ifdef __x86_64__
size_t qm_plain_tokens_put_avx2(const qm_plain_tokens *from, uint32_t first, uint32_t last,
                                qm_token_block to);
#endif

#endif
