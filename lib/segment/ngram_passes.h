/* Sums of the n-grams' weights for any processor, chunk by chunk and in passes: where the entries
 * lie, which is fetched two chunks ahead; the entries and whether they are the right ones; sums. No
 * pass has a branch that depends on the text, and but for the buckets' numbers and the entries
 * themselves all of it is arithmetic on arrays, which compilers vectorise. */

/* The slot if the bucket has the mark, else the first one. */
static inline uint32_t slot_if(uint64_t bucket, uint32_t mark, uint32_t slot)
{
    return slot & (0 - (uint32_t)(bucket >> mark & 1));
}

/* The tables' addresses are taken out of the loops: a compiler cannot know that what is written
 * there does not change them. */
QM_PASS void locate(const qm_words_model *model, const uint16_t *restrict ids,
                    qm_located *restrict to)
{
    const uint64_t *restrict buckets = model->buckets;
    uint32_t *restrict hashes = to->hashes;
    uint32_t *restrict pair_slots = to->pair_slots, *restrict triple_slots = to->triple_slots;
    const uint32_t low_bits = QM_PAIR_BITS - model->params.bucket_bits;
    const uint32_t pair_shift = model->params.pair_shift;
    const uint32_t triple_shift = model->params.triple_shift;
    uint64_t bucket[QM_CHUNK];
    for (size_t k = 0; k < QM_CHUNK; k++) hashes[k] = qm_pair_hash(ids[k], ids[k + 1]);
    for (size_t k = 0; k < QM_CHUNK; k++) bucket[k] = buckets[hashes[k] >> low_bits];
    for (size_t k = 0; k < QM_CHUNK; k++) {
        uint32_t number = qm_triple_number(bucket[k]);
        uint32_t offset = qm_triple_offset(hashes[k], ids[k + 2], number);
        uint32_t slot = qm_pair_slot(hashes[k], qm_pair_number(bucket[k]), low_bits, pair_shift);
        pair_slots[k] = slot_if(bucket[k], qm_pair_mark(hashes[k]), slot);
        slot = (number << triple_shift) + offset;
        triple_slots[k] = slot_if(bucket[k], qm_triple_mark(offset), slot);
    }
}

/* All ones if the entry is what was looked for. */
static inline uint64_t all_if(bool equal)
{
    return 0 - (uint64_t)equal;
}

/* Entries of a chunk: zero where they are of another key. */
typedef struct entries {
    uint64_t pairs[QM_CHUNK], triples[QM_CHUNK];
} entries;

QM_PASS void fetch(const qm_words_model *model, const qm_located *at, entries *e)
{
    const uint64_t *restrict pairs = model->pairs, *restrict triples = model->triples;
    const uint32_t *restrict hashes = at->hashes;
    const uint32_t *restrict pair_slots = at->pair_slots, *restrict triple_slots = at->triple_slots;
    const uint32_t low_bits = QM_PAIR_BITS - model->params.bucket_bits;
    for (size_t k = 0; k < QM_CHUNK; k++) e->pairs[k] = pairs[pair_slots[k]];
    for (size_t k = 0; k < QM_CHUNK; k++) e->triples[k] = triples[triple_slots[k]];
    for (size_t k = 0; k < QM_CHUNK; k++)
        e->pairs[k] &= all_if(e->pairs[k] >> 48 == hashes[k] >> low_bits);
    for (size_t k = 0; k < QM_CHUNK; k++)
        e->triples[k] &= all_if((e->triples[k] & QM_TRIPLE_KEY) == qm_triple_key(hashes[k]));
}

/* The dictionary's words of two and three symbols, and where longer ones may begin. */
QM_PASS void note_words(qm_score_scratch *s, size_t from, const entries *e)
{
    uint8_t *restrict two = s->two + from, *restrict three = s->three + from;
    uint8_t *restrict classes = s->classes + from;
    uint8_t flags[QM_CHUNK];
    for (size_t k = 0; k < QM_CHUNK; k++) two[k] = e->pairs[k] & 7;
    for (size_t k = 0; k < QM_CHUNK; k++) classes[k] = (uint8_t)e->pairs[k] >> 3;
    for (size_t k = 0; k < QM_CHUNK; k++) flags[k] = (uint8_t)(e->triples[k] >> 60);
    for (size_t k = 0; k < QM_CHUNK; k++) {
        uint8_t frequency = flags[k] & 7;
        three[k] = frequency ? (uint8_t)(frequency + QM_FREQUENCIES) : 0;
    }
    uint32_t n = s->n_longs;
    for (size_t k = 0; k < QM_CHUNK; k++) {
        s->long_at[n] = (uint16_t)(from + k);
        n += flags[k] >> 3;
    }
    s->n_longs = n;
}

/* Lane k of the sum is the boundary before symbol j - 2 + k; when symbol j is in, the first lane is
 * complete. */
QM_PASS qm_lanes add_weights(const qm_words_model *model, qm_score_scratch *s, size_t from,
                             const qm_located *next, entries *e, qm_lanes sum)
{
    const uint64_t *restrict singles = model->singles;
    const int16_t *restrict rows = model->types;
    const uint64_t *pairs = model->pairs, *triples = model->triples;
    const uint32_t *restrict pair_slots = next->pair_slots;
    const uint32_t *restrict triple_slots = next->triple_slots;
    const uint16_t *restrict ids = s->ids + from;
    const uint8_t *restrict types = s->types + from;
    uint16_t *restrict sums = s->sums + from;
    uint16_t row_of[QM_CHUNK];
    for (size_t k = 0; k < QM_CHUNK; k++)
        row_of[k] = (uint16_t)((types[k] << 6 | types[k + 1] << 3 | types[k + 2]) * QM_LANES);
    for (size_t k = 0; k < QM_CHUNK; k++) e->pairs[k] &= QM_PAIR_WEIGHTS;
    for (size_t k = 0; k < QM_CHUNK; k++) e->triples[k] &= QM_TRIPLE_WEIGHTS;
    for (size_t k = 0; k < QM_CHUNK; k++) {
        qm_lanes ngrams = qm_widen(e->pairs[k]) + qm_widen(e->triples[k]);
        __builtin_prefetch(pairs + pair_slots[k]);
        __builtin_prefetch(triples + triple_slots[k]);
        qm_lanes row;
        memcpy(&row, rows + row_of[k], sizeof row);
        sum += ngrams + qm_widen(singles[ids[k]]) + row;
        sums[k] = sum[0];
        sum = __builtin_shufflevector(sum, (qm_lanes){0}, 1, 2, 3, 4, 5, 6, 7, 8);
    }
    return sum;
}

static inline void sum_ngrams(const qm_words_model *model, qm_score_scratch *s, size_t n)
{
    qm_lanes sum = {0};
    qm_located at[2];
    entries e;
    s->n_longs = 0;
    locate(model, s->ids, &at[0]);
    for (size_t from = 0; from < n + 2; from += QM_CHUNK) {
        const qm_located *now = &at[from / QM_CHUNK & 1];
        qm_located *next = &at[~from / QM_CHUNK & 1];
        locate(model, s->ids + from + QM_AHEAD, next);
        fetch(model, now, &e);
        note_words(s, from, &e);
        sum = add_weights(model, s, from, next, &e, sum);
    }
}
