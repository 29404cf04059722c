#include "engine/tokens.h"

#include "base/processor.h"
#include "segment/segment.h"
#include "text/text.h"

/* Rows of n tokens that begin at begins[0 … n - 1]; the last of them ends at begins[n]. */
static void put_rows(const qm_plain_tokens *from, const uint32_t *begins, uint32_t n,
                     qm_token_block to)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t start = begins[i], last = begins[i + 1] - 1;
        to.start[i] = from->starts[start];
        to.end[i] = from->starts[last] + from->spans[last];
        to.tag[i] = from->tags ? from->tags[start] : 0;
        to.flags[i] = from->classes[start] == QM_CHAR_SPACE ? QM_TOKEN_SPACE : 0;
    }
}

/* Many at a time, in two passes that no branch delays: where tokens begin, which is written for
 * every character and kept where it is so; then their rows. */
size_t qm_plain_tokens_put_any(const qm_plain_tokens *from, uint32_t first, uint32_t last,
                               qm_token_block to)
{
    enum { CHARACTERS = 512 };
    uint32_t begins[CHARACTERS + 2] = {first}, n = 1;
    size_t count = 0;
    for (uint32_t at = first + 1;;) {
        uint32_t stop = last - at < CHARACTERS ? last : at + CHARACTERS;
        for (; at < stop; at++) {
            begins[n] = at;
            n += from->begins[at];
        }
        begins[n] = at;
        if (at < last) n--; /* the last of them may go on */
        put_rows(
            from, begins, n,
            (qm_token_block){to.start + count, to.end + count, to.tag + count, to.flags + count});
        count += n;
        if (at == last) return count;
        begins[0] = begins[n];
        n = 1;
    }
}

size_t qm_plain_tokens_put(const qm_plain_tokens *from, uint32_t first, uint32_t last,
                           qm_token_block to)
{
#ifdef __x86_64__
    if (qm_has_avx2()) return qm_plain_tokens_put_avx2(from, first, last, to);
#endif
    return qm_plain_tokens_put_any(from, first, last, to);
}
