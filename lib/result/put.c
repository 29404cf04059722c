#include "result/put.h"

#include "base/utf8.h"

static bool make_room(qm_put *put, size_t used, size_t n)
{
    qm_buffer *out = put->out;
    size_t need = used + n + QM_PUT_SLACK;
    if (need < n ||
        (need > out->room && qm_array_grow(qm_allocator_or_default(out->alloc), (void **)&out->data,
                                           &out->room, need, 1) != QM_OK)) {
        put->status = QM_E_NOMEM;
        return false;
    }
    put->limit = out->data + out->room - QM_PUT_SLACK;
    return true;
}

char *qm_put_begin(qm_put *put, qm_buffer *out)
{
    *put = (qm_put){.out = out, .before = out->size, .status = QM_OK};
    return make_room(put, out->size, 0) ? out->data + out->size : NULL;
}

char *qm_put_grow(qm_put *put, char *to, size_t n)
{
    size_t used = (size_t)(to - put->out->data);
    return make_room(put, used, n) ? put->out->data + used : to - (used - put->before);
}

int qm_put_end(qm_put *put, char *to)
{
    put->out->size = put->status == QM_OK ? (size_t)(to - put->out->data) : put->before;
    return put->status;
}

/* ---- texts ---- */

/* Fewer than eight bytes, the rest 0; reads no byte beyond them. */
static inline uint64_t load_short(const uint8_t *p, size_t n)
{
    if (n >= 4) {
        uint32_t low, high;
        memcpy(&low, p, 4);
        memcpy(&high, p + n - 4, 4);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        low = __builtin_bswap32(low);
        high = __builtin_bswap32(high);
#endif
        return low | (uint64_t)high << 8 * (n - 4);
    }
    if (n == 0) return 0;
    return p[0] | (uint64_t)p[n / 2] << 8 * (n / 2) | (uint64_t)p[n - 1] << 8 * (n - 1);
}

/* Copies sixteen bytes at a time, and those that are left once more with some before them; false
 * when one of them is special, or when there are fewer than sixteen. */
static inline bool copy_blocks(char *to, const uint8_t *p, size_t n, bool doubtful)
{
    uint8_t doubt = doubtful ? 0x80 : 0;
    qm_block bytes, doubts = (qm_block){0} + doubt;
    if (n < sizeof bytes) return false;
    for (size_t at = 0; n - at >= sizeof bytes; at += sizeof bytes) {
        bytes = qm_block_load(p + at);
        memcpy(to + at, &bytes, sizeof bytes);
        if (qm_special_block(bytes, doubts)) return false;
    }
    bytes = qm_block_load(p + n - sizeof bytes);
    memcpy(to + n - sizeof bytes, &bytes, sizeof bytes);
    return !qm_special_block(bytes, doubts);
}

/* Copies up to the first special byte; returns how many. Writes up to seven bytes too many. */
static inline size_t copy_plain(char *to, const uint8_t *p, size_t n, uint64_t doubtful)
{
    size_t at = 0;
    uint64_t bytes, special, stored;
    for (; n - at >= 8; at += 8) {
        memcpy(&stored, p + at, 8);
        memcpy(to + at, &stored, 8);
        special = qm_special_bytes(qm_little_endian(stored), doubtful);
        if (special) return at + (size_t)__builtin_ctzll(special) / 8;
    }
    bytes = load_short(p + at, n - at);
    stored = qm_little_endian(bytes);
    memcpy(to + at, &stored, 8);
    special = qm_special_bytes(bytes, doubtful); /* the zeros behind the end are special, too */
    return at + (size_t)__builtin_ctzll(special) / 8;
}

static char escape_of(uint8_t c)
{
    switch (c) {
    case '"':
    case '\\': return (char)c;
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\b': return 'b';
    case '\f': return 'f';
    default: return 0;
    }
}

/* What stands at p, escaped; *n is its length. */
static char *put_special(char *to, const uint8_t *p, size_t left, uint32_t *n)
{
    static const char hex[] = "0123456789abcdef";
    bool well;
    *n = qm_utf8_step(p, left, &well);
    if (!well) return QM_PUT(to, "\xEF\xBF\xBD");
    if (*p >= 0x20 && *p != '"' && *p != '\\') return qm_put_bytes(to, (const char *)p, *n);
    char escape = escape_of(*p);
    *to++ = '\\';
    if (escape) return *to = escape, to + 1;
    to = QM_PUT(to, "u00");
    *to++ = hex[*p >> 4];
    *to++ = hex[*p & 15];
    return to;
}

char *qm_put_text(qm_put *put, char *to, qm_bytes text, bool doubtful)
{
    const uint8_t *p = text.data;
    size_t left = text.size;
    uint64_t doubt = doubtful ? QM_EACH_BYTE(0x80) : 0;
    *to++ = '"';
    while (left > 0) {
        to = qm_put_room(put, to, left);
        if (put->status != QM_OK) break;
        size_t plain = copy_blocks(to, p, left, doubtful) ? left : copy_plain(to, p, left, doubt);
        to += plain;
        p += plain;
        left -= plain;
        if (left == 0) break;
        uint32_t n;
        to = put_special(to, p, left, &n);
        p += n;
        left -= n;
    }
    *to++ = '"';
    return to;
}
