#include "base/base.h"

static uint64_t mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    h ^= h >> 32;
    return h;
}

uint64_t qm_hash(const void *data, size_t size, uint64_t seed)
{
    const uint8_t *p = data;
    uint64_t h = mix(seed ^ ((uint64_t)size * 0x9e3779b97f4a7c15u));
    while (size) {
        /* Bytes are put together by hand so that every byte order hashes alike. */
        uint64_t word = 0;
        size_t n = size < 8 ? size : 8;
        for (size_t i = 0; i < n; i++) word |= (uint64_t)p[i] << (8 * i);
        h = mix(h ^ word) + 0x9e3779b97f4a7c15u;
        p += n;
        size -= n;
    }
    return mix(h);
}
