/* Numbers for buckets such that no two n-grams meet: the full buckets first, each takes the first
 * number at which all its places are free. */
#include "compile/train/words.h"

#include <stdlib.h>

typedef struct bucket {
    uint32_t index, count;
    const qm_cell *cells;
} bucket;

typedef struct packer {
    qm_packing packing;
    uint64_t *taken; /* bit set of slots */
    uint32_t numbers;
} packer;

uint32_t qm_cell_slot(const qm_packing *packing, const qm_cell *cell, uint32_t number)
{
    return packing->triples ? qm_triple_slot(cell->hash, cell->third, number, packing->shift)
                            : qm_pair_slot(cell->hash, number, packing->low_bits, packing->shift);
}

static bool take(packer *p, uint32_t slot)
{
    uint64_t bit = UINT64_C(1) << (slot & 63);
    if (p->taken[slot >> 6] & bit) return false;
    p->taken[slot >> 6] |= bit;
    return true;
}

/* Takes the places of all cells, or none. */
static bool take_all(packer *p, const bucket *b, uint32_t number)
{
    for (uint32_t i = 0; i < b->count; i++) {
        if (take(p, qm_cell_slot(&p->packing, &b->cells[i], number))) continue;
        while (i-- > 0) {
            uint32_t slot = qm_cell_slot(&p->packing, &b->cells[i], number);
            p->taken[slot >> 6] &= ~(UINT64_C(1) << (slot & 63));
        }
        return false;
    }
    return true;
}

static int by_count(const void *a, const void *b)
{
    const bucket *x = a, *y = b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static size_t find_buckets(const qm_cell *cells, size_t n, uint32_t low_bits, bucket *buckets)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t index = cells[i].hash >> low_bits;
        if (i == 0 || index != cells[i - 1].hash >> low_bits)
            buckets[count++] = (bucket){index, 0, cells + i};
        buckets[count - 1].count++;
    }
    qsort(buckets, count, sizeof *buckets, by_count);
    return count;
}

/* false: some bucket fits nowhere. */
static bool place(packer *p, const bucket *buckets, size_t count, uint16_t *numbers)
{
    for (size_t i = 0; i < count; i++) {
        const bucket *b = &buckets[i];
        uint32_t number = b->index * 0x9E3779B1u % p->numbers, tries = 0;
        for (; tries < p->numbers && !take_all(p, b, number); tries++)
            number = number + 1 < p->numbers ? number + 1 : 0;
        if (tries == p->numbers) return false;
        numbers[b->index] = (uint16_t)number;
    }
    return true;
}

/* A table of which the share `percent` is used; but a bucket has always some choice. */
static void size_table(packer *p, size_t n, uint32_t percent)
{
    const uint32_t choice = 1024;
    uint32_t range = p->packing.triples ? QM_SYMBOLS_MAX : 1u << p->packing.low_bits;
    uint32_t want = (uint32_t)(n * 100 / percent) + 1;
    uint32_t spare = want > range + choice ? want - range : choice;
    p->packing.shift = 0;
    while (spare >> p->packing.shift > 0xFFFF) p->packing.shift++;
    p->numbers = (spare >> p->packing.shift) + 1;
    p->packing.slots = ((p->numbers - 1) << p->packing.shift) + range;
}

static int pack(packer *p, const bucket *buckets, size_t count, size_t n, const qm_allocator *alloc,
                uint16_t *numbers)
{
    enum { FULLEST = 85, EMPTIEST = 3 };
    for (uint32_t percent = FULLEST; percent >= EMPTIEST; percent -= percent > 40 ? 5 : 1) {
        size_table(p, n, percent);
        size_t size = ((size_t)p->packing.slots / 64 + 1) * sizeof *p->taken;
        p->taken = qm_alloc_zero(alloc, size);
        if (!p->taken) return QM_E_NOMEM;
        take(p, 0); /* for what is in no table */
        bool placed = place(p, buckets, count, numbers);
        qm_release(alloc, p->taken, size);
        if (placed) return QM_OK;
    }
    return QM_E_LIMIT;
}

int qm_buckets_pack(const qm_cell *cells, size_t n, qm_packing *packing, const qm_allocator *alloc,
                    uint16_t *numbers)
{
    packer p = {.packing = *packing};
    size_t room = (n + 1) * sizeof(bucket);
    bucket *buckets = qm_resize(alloc, NULL, 0, room);
    if (!buckets) return QM_E_NOMEM;
    size_t count = find_buckets(cells, n, p.packing.low_bits, buckets);
    int status = pack(&p, buckets, count, n, alloc, numbers);
    if (status == QM_OK) *packing = p.packing;
    qm_release(alloc, buckets, room);
    return status;
}
