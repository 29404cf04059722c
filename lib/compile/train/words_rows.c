/* Sparse rows packed into one array: the long rows first, each where it first fits. */
#include "compile/train/words.h"

#include <stdlib.h>

typedef struct row {
    uint32_t number, count;
    const qm_cell *cells;
} row;

typedef struct packer {
    uint64_t *taken; /* bit set of slots */
    uint64_t *used;  /* bit set of bases */
    size_t words;    /* of each set */
    uint32_t lowest; /* no slot below is free */
    uint32_t top;    /* highest slot that is taken */
    bool unique;
    const qm_allocator *alloc;
} packer;

static bool has(const uint64_t *set, uint32_t i)
{
    return set[i >> 6] >> (i & 63) & 1;
}

static int widen_set(const packer *p, uint64_t **set, size_t words)
{
    uint64_t *grown = qm_resize(p->alloc, *set, p->words * sizeof **set, words * sizeof **set);
    if (!grown) return QM_E_NOMEM;
    memset(grown + p->words, 0, (words - p->words) * sizeof *grown);
    *set = grown;
    return QM_OK;
}

/* Room for slots up to `need`. */
static int widen(packer *p, uint32_t need)
{
    size_t words = (size_t)need / 64 + 2;
    if (words <= p->words) return QM_OK;
    words += words / 2;
    if (widen_set(p, &p->taken, words) != QM_OK) return QM_E_NOMEM;
    if (widen_set(p, &p->used, words) != QM_OK) {
        uint64_t *back =
            qm_resize(p->alloc, p->taken, words * sizeof *p->taken, p->words * sizeof *p->taken);
        if (back) p->taken = back;
        return QM_E_NOMEM;
    }
    p->words = words;
    return QM_OK;
}

static uint32_t next_free(const packer *p, uint32_t slot)
{
    uint32_t limit = (uint32_t)(p->words * 64);
    while (slot < limit) {
        uint64_t free_bits = ~p->taken[slot >> 6] >> (slot & 63);
        if (free_bits) return slot + (uint32_t)__builtin_ctzll(free_bits);
        slot = (slot | 63) + 1;
    }
    return slot;
}

static bool fits(const packer *p, const row *r, uint32_t base)
{
    if (p->unique && has(p->used, base)) return false;
    for (uint32_t i = 0; i < r->count; i++)
        if (has(p->taken, base + r->cells[i].column)) return false;
    return true;
}

static int place(packer *p, const row *r, uint32_t width, uint32_t *base)
{
    uint32_t first = r->cells[0].column; /* the lowest: cells are sorted */
    uint32_t slot = p->lowest > first ? p->lowest : first + 1;
    for (;; slot++) {
        if (widen(p, slot + width + 64) != QM_OK) return QM_E_NOMEM;
        slot = next_free(p, slot);
        if (widen(p, slot + width + 64) != QM_OK) return QM_E_NOMEM;
        if (fits(p, r, slot - first)) break;
    }
    if (!p->taken || !p->used)
        return QM_E_NOMEM; /* cannot be; the analyzer of clang wants it said */
    *base = slot - first;
    for (uint32_t i = 0; i < r->count; i++) {
        uint32_t at = *base + r->cells[i].column;
        p->taken[at >> 6] |= UINT64_C(1) << (at & 63);
        if (at > p->top) p->top = at;
    }
    p->used[*base >> 6] |= UINT64_C(1) << (*base & 63);
    p->lowest = next_free(p, p->lowest);
    return QM_OK;
}

static int by_size(const void *a, const void *b)
{
    const row *x = a, *y = b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static size_t find_rows(const qm_cell *cells, size_t n, row *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || cells[i].row != cells[i - 1].row)
            rows[count++] = (row){cells[i].row, 0, cells + i};
        rows[count - 1].count++;
    }
    qsort(rows, count, sizeof *rows, by_size);
    return count;
}

int qm_rows_pack(const qm_cell *cells, size_t n, uint32_t n_rows, uint32_t width, bool unique,
                 const qm_allocator *alloc, uint32_t *bases, uint32_t *size)
{
    packer p = {.lowest = 1, .unique = unique, .alloc = alloc};
    size_t room = ((size_t)n_rows + 1) * sizeof(row);
    row *rows = qm_resize(alloc, NULL, 0, room);
    int status = rows ? QM_OK : QM_E_NOMEM;
    if (rows) memset(bases, 0, n_rows * sizeof *bases);
    size_t count = rows ? find_rows(cells, n, rows) : 0;
    uint32_t highest = 0;
    for (size_t i = 0; i < count && status == QM_OK; i++) {
        status = place(&p, &rows[i], width, &bases[rows[i].number]);
        if (bases[rows[i].number] > highest) highest = bases[rows[i].number];
    }
    if (status == QM_OK) *size = highest + width > p.top + 1 ? highest + width : p.top + 1;
    qm_release(alloc, rows, room);
    qm_release(alloc, p.taken, p.words * sizeof *p.taken);
    qm_release(alloc, p.used, p.words * sizeof *p.used);
    return status;
}
