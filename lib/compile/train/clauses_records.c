/* Where the record of each symbol and pair lies in the section "CLAU". */
#include "compile/train/clauses.h"

#include <stdlib.h>

/* A symbol of the examples, until it has a number. */
typedef struct symbol_use {
    uint32_t symbol, uses;
} symbol_use;

/* ---- numbers ---- */

static int by_uses(const void *a, const void *b)
{
    const symbol_use *one = a, *other = b;
    if (one->uses != other->uses) return one->uses > other->uses ? -1 : 1;
    return (one->symbol > other->symbol) - (one->symbol < other->symbol);
}

static void count_uses(const qm_clause_examples *examples, const uint8_t *wanted, symbol_use *uses)
{
    for (uint32_t i = 0; i < QM_SYMBOLS_KNOWN; i++) uses[i].symbol = i;
    for (size_t i = 0; i < examples->features.count; i++) {
        uint32_t feature = examples->features.at[i];
        uint64_t key = examples->kept.at[feature];
        if (!wanted[feature] || (key & QM_KEY_MIXED)) continue;
        uses[qm_key_symbol(key)].uses++;
        if (qm_key_is_pair(key)) uses[qm_key_next(key)].uses++;
    }
}

/* Frequent symbols have low numbers, so that places fill up without gaps. */
static int number_symbols(qm_record_layout *layout, const qm_clause_examples *examples,
                          const uint8_t *wanted, qm_error *err)
{
    const size_t size = QM_SYMBOLS_KNOWN * sizeof(symbol_use);
    symbol_use *uses = qm_alloc_zero(layout->alloc, size);
    if (!uses) return qm_fail_nomem(err);
    count_uses(examples, wanted, uses);
    qsort(uses, QM_SYMBOLS_KNOWN, sizeof *uses, by_uses);
    int status = QM_OK;
    layout->numbers = 1;
    for (uint32_t i = 0; i < QM_SYMBOLS_KNOWN && uses[i].uses > 0; i++) {
        if (layout->numbers > QM_NUMBER_MASK) {
            status = qm_fail(err, QM_E_LIMIT, "more characters than an image holds");
            break;
        }
        uint32_t symbol = uses[i].symbol;
        layout->known[symbol] = layout->numbers++;
        if (symbol + 2 > layout->symbols) layout->symbols = symbol + 2;
    }
    qm_release(layout->alloc, uses, size);
    return status;
}

/* ---- places ---- */

/* A symbol and its pairs, which have places together. */
typedef struct family {
    uint32_t symbol;
    uint32_t first, count; /* in seconds */
} family;

typedef struct placing {
    qm_record_layout *layout;
    family *families;  /* by number of the symbol */
    uint32_t *seconds; /* numbers of the second symbols, family by family */
    uint8_t *taken;    /* by place */
    uint32_t lowest;   /* all places before it are taken */
} placing;

static int by_size(const void *a, const void *b)
{
    const family *one = a, *other = b;
    if (one->count != other->count) return one->count > other->count ? -1 : 1;
    return (one->symbol > other->symbol) - (one->symbol < other->symbol);
}

static void gather_families(placing *p, const qm_clause_examples *examples, const uint8_t *wanted)
{
    const uint32_t *known = p->layout->known;
    uint32_t first = 0;
    for (uint32_t symbol = 0; symbol < QM_SYMBOLS_KNOWN; symbol++)
        p->families[known[symbol]].symbol = symbol;
    for (int fill = 0; fill <= 1; fill++) {
        for (size_t i = 0; i < examples->kept.count; i++) {
            uint64_t key = examples->kept.at[i];
            if (!wanted[i] || (key & QM_KEY_MIXED) || !qm_key_is_pair(key)) continue;
            family *one = &p->families[known[qm_key_symbol(key)]];
            if (fill) p->seconds[one->first + one->count] = known[qm_key_next(key)];
            one->count++;
        }
        for (uint32_t i = 1; i < p->layout->numbers && !fill; i++) {
            p->families[i].first = first;
            first += p->families[i].count;
            p->families[i].count = 0;
        }
    }
}

static bool fits(const placing *p, const family *one, uint32_t place)
{
    if (p->taken[place]) return false;
    for (uint32_t i = 0; i < one->count; i++)
        if (p->taken[place + p->seconds[one->first + i]]) return false;
    return true;
}

static int place_family(placing *p, const family *one, qm_error *err)
{
    uint32_t place, most = QM_RECORDS_MOST - p->layout->numbers;
    while (p->taken[p->lowest]) p->lowest++;
    for (place = p->lowest; place < most && !fits(p, one, place);) place++;
    if (place == most) return qm_fail(err, QM_E_LIMIT, "more features than an image holds");
    p->taken[place] = 1;
    for (uint32_t i = 0; i < one->count; i++) p->taken[place + p->seconds[one->first + i]] = 1;
    p->layout->known[one->symbol] |= place << QM_NUMBER_BITS;
    if (place + p->layout->numbers > p->layout->records)
        p->layout->records = place + p->layout->numbers;
    return QM_OK;
}

/* The largest families first, each at the first place where it fits between the others. */
static int place_all(qm_record_layout *layout, const qm_clause_examples *examples,
                     const uint8_t *wanted, qm_error *err)
{
    const qm_allocator *alloc = layout->alloc;
    const size_t families = layout->numbers * sizeof(family);
    const size_t seconds = (examples->kept.count + 1) * sizeof(uint32_t);
    placing p = {.layout = layout};
    int status = QM_OK;
    p.families = qm_alloc_zero(alloc, families);
    p.seconds = qm_alloc_zero(alloc, seconds);
    p.taken = qm_alloc_zero(alloc, QM_RECORDS_MOST);
    if (!p.families || !p.seconds || !p.taken) {
        status = qm_fail_nomem(err);
        goto out;
    }
    gather_families(&p, examples, wanted);
    qsort(p.families + 1, layout->numbers - 1, sizeof(family), by_size);
    p.taken[0] = 1; /* what nothing is known of */
    layout->records = layout->numbers;
    for (uint32_t i = 1; i < layout->numbers && status == QM_OK; i++)
        status = place_family(&p, &p.families[i], err);
out:
    qm_release(alloc, p.families, families);
    qm_release(alloc, p.seconds, seconds);
    qm_release(alloc, p.taken, QM_RECORDS_MOST);
    return status;
}

int qm_records_lay_out(qm_record_layout *layout, const qm_clause_examples *examples,
                       const uint8_t *wanted, qm_error *err)
{
    layout->symbols = 1;
    layout->known = qm_alloc_zero(layout->alloc, QM_SYMBOLS_KNOWN * sizeof *layout->known);
    if (!layout->known) return qm_fail_nomem(err);
    int status = number_symbols(layout, examples, wanted, err);
    return status == QM_OK ? place_all(layout, examples, wanted, err) : status;
}

void qm_records_free(qm_record_layout *layout)
{
    qm_release(layout->alloc, layout->known, QM_SYMBOLS_KNOWN * sizeof *layout->known);
}
