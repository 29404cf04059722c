#include "quantity/internal.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

int qm_quantity_scratch_new(qm_quantity_scratch **out, const qm_quantifier *quantifier,
                            const qm_allocator *alloc, qm_error *err)
{
    (void)quantifier;
    alloc = qm_allocator_or_default(alloc);
    qm_quantity_scratch *scratch = qm_alloc_zero(alloc, sizeof *scratch);
    if (!scratch) return qm_fail_nomem(err);
    scratch->alloc = *alloc;
    *out = scratch;
    return QM_OK;
}

void qm_quantity_scratch_free(qm_quantity_scratch *scratch)
{
    if (!scratch) return;
    qm_allocator alloc = scratch->alloc;
    qm_array_free(&alloc, &scratch->heads);
    qm_array_free(&alloc, &scratch->nexts);
    qm_array_free(&alloc, &scratch->own_signs);
    qm_array_free(&alloc, &scratch->stops);
    qm_array_free(&alloc, &scratch->traps);
    qm_release(&alloc, scratch, sizeof *scratch);
}

/* What a sense of each kind tells of the character where its word starts, and of its end. */
static const uint16_t start_marks[QM_SENSE_KINDS] = {1, 2,   4,   8 | QM_MARK_STOP,  16, 0,
                                                     0, 128, 256, 512 | QM_MARK_STOP};
static const uint16_t end_marks[QM_SENSE_KINDS] = {
    QM_MARK_UNIT, 0, 0, 0, 0, QM_MARK_TRAP_BEFORE, QM_MARK_BEFORE, 0, QM_MARK_CUE, 0};

uint32_t qm_sense_marks(const qm_sense *sense)
{
    uint32_t kind = sense->kind - QM_SENSE_UNIT;
    if (kind >= QM_SENSE_KINDS) return 0;
    bool relative = sense->kind == QM_SENSE_CUE && sense->flags;
    bool behind = sense->kind == QM_SENSE_UNIT && !(sense->flags & QM_UNIT_BEFORE);
    bool odd = sense->kind == QM_SENSE_CLASSIFIER && sense->flags & ~QM_CLASSIFIER_PERSON;
    bool noun = sense->kind == QM_SENSE_CUE && sense->value == QM_CUE_STOP;
    return start_marks[kind] | (behind ? 0u : end_marks[kind]) | (relative ? QM_MARK_DATED : 0u) |
           (odd ? QM_MARK_ODD : 0u) | (noun ? QM_MARK_NOUN : 0u);
}

/* ---- what characters say ---- */

#define BLOCK 64u

/* Which characters of a block have the traits that tell where to look. */
typedef struct block_bits {
    uint64_t stops, leads, follows, traps;
} block_bits;

#ifdef __SSE2__
/* The sign of each of 16 bytes, behind those of i others. */
static inline uint64_t top_bits(__m128i sixteen, uint32_t i)
{
    return (uint64_t)(uint32_t)_mm_movemask_epi8(sixteen) << i;
}
#endif

static inline block_bits gather_bits(const uint32_t *signs)
{
    block_bits bits = {0, 0, 0, 0};
#ifdef __SSE2__
    for (uint32_t i = 0; i < BLOCK; i += 16) {
        __m128i four[4];
        for (uint32_t k = 0; k < 4; k++) {
            const void *at = signs + i + (size_t)4 * k;
            four[k] = _mm_srai_epi32(_mm_loadu_si128((const __m128i *)at), 24);
        }
        __m128i tops =
            _mm_packs_epi16(_mm_packs_epi32(four[0], four[1]), _mm_packs_epi32(four[2], four[3]));
        bits.traps |= top_bits(tops, i);
        bits.stops |= top_bits(_mm_slli_epi16(tops, 1), i);
        bits.leads |= top_bits(_mm_slli_epi16(tops, 2), i);
        bits.follows |= top_bits(_mm_slli_epi16(tops, 3), i);
    }
#else
    for (uint32_t i = 0; i < BLOCK; i++) {
        bits.traps |= (uint64_t)(signs[i] >> 31) << i;
        bits.stops |= (uint64_t)(signs[i] >> 30 & 1) << i;
        bits.leads |= (uint64_t)(signs[i] >> 29 & 1) << i;
        bits.follows |= (uint64_t)(signs[i] >> 28 & 1) << i;
    }
#endif
    return bits;
}
_Static_assert((QM_TRAIT_TRAP | QM_TRAIT_STOP | QM_TRAIT_LEADS | QM_TRAIT_FOLLOWS) == 0xF0000000u &&
                   QM_TRAIT_STOP > QM_TRAIT_LEADS && QM_TRAIT_LEADS > QM_TRAIT_FOLLOWS,
               "the highest four bits, in this order");

/* Which of n codes are that of characters the lexicon does not have. */
static inline uint64_t gather_unknown(const uint16_t *codes, uint32_t n)
{
    uint64_t bits = 0;
    uint32_t i = 0;
#ifdef __SSE2__
    for (; i + 16 <= n; i += 16) {
        const __m128i *at = (const __m128i *)(const void *)(codes + i), none = _mm_setzero_si128();
        __m128i a = _mm_cmpeq_epi16(_mm_loadu_si128(at), none);
        __m128i b = _mm_cmpeq_epi16(_mm_loadu_si128(at + 1), none);
        bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_packs_epi16(a, b)) << i;
    }
#endif
    for (; i < n; i++) bits |= (uint64_t)(codes[i] == 0) << i;
    return bits;
}

/* What the n characters of a block say by themselves: nearly every other one says something, so all
 * are asked. Those that the lexicon does not have say what they are alone. */
static void ask_characters(const qm_quantity_scratch *s, const uint32_t *chars, uint32_t n,
                           const uint16_t *codes, uint32_t *restrict signs)
{
    const uint32_t *table = codes ? s->singles->signs : NULL;
    for (uint32_t i = 0; i < n; i++) signs[i] = table ? table[codes[i]] : qm_traits_of(chars[i]);
    for (uint64_t left = table ? gather_unknown(codes, n) : 0; left; left &= left - 1) {
        uint32_t at = (uint32_t)__builtin_ctzll(left);
        signs[at] = qm_traits_of(chars[at]);
    }
    if (n < BLOCK) memset(signs + n, 0, (BLOCK - n) * sizeof *signs);
}

/* Bits of block number `block` of the text, of n characters. */
static void read_block(qm_quantity_scratch *s, const uint32_t *chars, size_t block, uint32_t n)
{
    block_bits bits = gather_bits(s->signs + block * BLOCK);
    uint64_t follows = bits.follows >> 1, end = n < BLOCK ? UINT64_C(1) << n : 0;
    if (!end) follows |= (uint64_t)qm_has_trait(chars[(block + 1) * BLOCK], QM_TRAIT_FOLLOWS) << 63;
    s->stops.at[block] = bits.stops | (bits.leads & follows) | end;
    s->traps.at[block] = bits.traps;
}

/* A block is asked while the one before it is read: what was written in small pieces should not be
 * read in large ones at once. */
static void read_characters(qm_quantity_scratch *s, const qm_text *text)
{
    const uint16_t *codes = s->n_singles ? s->codes[s->singles->source].at : NULL;
    const size_t last = text->count / BLOCK;
    const uint32_t rest = text->count % BLOCK;
    for (size_t i = 0; i <= last + 1; i++) {
        size_t at = i * BLOCK;
        if (i <= last)
            ask_characters(s, text->chars + at, i < last ? BLOCK : rest, codes ? codes + at : NULL,
                           s->signs + at);
        if (i > 0) read_block(s, text->chars, i - 1, i - 1 < last ? BLOCK : rest);
    }
}

static inline void set_bit(uint64_t *set, uint32_t at, uint64_t value)
{
    set[at >> 6] |= value << (at & 63);
}

/* What the characters say to one more image. */
static void add_singles(qm_quantity_scratch *s, const qm_singles *singles)
{
    const qm_char_codes *codes = &s->codes[singles->source];
    for (uint32_t i = 0; i < codes->count; i++) {
        uint32_t said = singles->signs[codes->at[i]];
        s->signs[i] |= said;
        set_bit(s->stops.at, i, said & QM_MARK_STOP ? 1 : 0);
        set_bit(s->traps.at, i, said & qm_mark_of(QM_SENSE_TRAP) ? 1 : 0);
    }
}

enum { STOP_BIT = 14, TRAP_BIT = QM_SENSE_TRAP - QM_SENSE_UNIT };
_Static_assert(QM_MARK_STOP == 1 << STOP_BIT, "the bit of it");
_Static_assert(QM_MARK_DATED >> 2 == QM_MARK_STOP, "shifted where there is a reference date");

/* Matches come by their ends, so each new one is the longest of its start so far, and those that
 * end together follow each other. No branch, for nobody could foresee what comes next. */
static void link_matches(qm_quantity_scratch *s, bool dated)
{
    const uint32_t stops = dated ? QM_MARK_DATED : 0;
    qm_meaning *const *meanings = s->meanings;
    uint32_t *signs = s->signs, *heads = s->heads.at, *nexts = s->nexts.at;
    const qm_match *matches = s->matches;
    for (uint32_t i = 0; i < s->n_matches; i++) {
        const qm_match *match = &matches[i];
        uint32_t own = meanings[match->source][match->group].said;
        uint32_t start = match->start, end = match->end, sign = signs[start];
        uint32_t again = sign & QM_MARK_LONG ? ~0u : 0;
        nexts[i] = (heads[start] + 1) & again;
        heads[start] = i;
        own |= (own & stops) >> 2;
        signs[start] = sign | QM_MARK_LONG | (own & QM_MARK_BEGINS);
        signs[end - 1] |= own & QM_MARK_ENDS;
        set_bit(s->stops.at, start, own >> STOP_BIT & 1);
        set_bit(s->traps.at, start, own >> TRAP_BIT & 1);
    }
}

/* Room for the signs of whole blocks, with none before and behind them. */
static int reserve_signs(qm_quantity_scratch *s, size_t blocks)
{
    size_t room = blocks * BLOCK;
    if (qm_array_reserve(&s->alloc, &s->own_signs, room + (size_t)2 * QM_TEXT_PAD) != QM_OK)
        return QM_E_NOMEM;
    s->signs = s->own_signs.at + QM_TEXT_PAD;
    memset(s->own_signs.at, 0, QM_TEXT_PAD * sizeof *s->signs);
    memset(s->signs + room, 0, QM_TEXT_PAD * sizeof *s->signs);
    return QM_OK;
}

static int reserve_index(qm_quantity_scratch *s, size_t blocks)
{
    return reserve_signs(s, blocks) == QM_OK &&
                   qm_array_reserve(&s->alloc, &s->heads, blocks * BLOCK) == QM_OK &&
                   qm_array_reserve(&s->alloc, &s->nexts, s->n_matches) == QM_OK &&
                   qm_array_reserve(&s->alloc, &s->stops, blocks + 1) == QM_OK &&
                   qm_array_reserve(&s->alloc, &s->traps, blocks + 1) == QM_OK
               ? QM_OK
               : QM_E_NOMEM;
}

int qm_scratch_index(const qm_quantifier *quantifier, qm_quantity_scratch *s,
                     const qm_matches *matches, const qm_char_codes *codes, const qm_text *text,
                     bool dated, qm_error *err)
{
    size_t blocks = text->count / BLOCK + 1;
    s->matches = matches ? matches->at : NULL;
    s->n_matches = matches ? (uint32_t)matches->count : 0;
    s->singles = quantifier->singles;
    s->codes = codes;
    s->n_singles = codes ? quantifier->n_singles : 0;
    s->unit_bases = quantifier->unit_bases;
    s->lexicons = quantifier->lexicons;
    s->meanings = quantifier->meanings;
    s->memo_at = QM_NONE;
    s->ending = 0;
    if (reserve_index(s, blocks) != QM_OK) return qm_fail_nomem(err);
    read_characters(s, text);
    s->stops.at[blocks] = s->traps.at[blocks] = 0;
    for (size_t i = 1; i < s->n_singles; i++) add_singles(s, &s->singles[i]);
    link_matches(s, dated);
    return QM_OK;
}

bool qm_holds_bit_far(const uint64_t *set, uint32_t from, uint32_t end)
{
    for (; end - from > 64; from += 64)
        if (qm_holds_bit(set, from, from + 64)) return true;
    return qm_holds_bit(set, from, end);
}

/* ---- numerals ---- */

enum { NONE, FIGURE, PART, OTHER };

const qm_numeral *qm_figure_at(const qm_reader *r, uint32_t at)
{
    qm_quantity_scratch *s = r->scratch;
    if (s->memo_at == at) return s->memo_kind == FIGURE ? &s->memo : NULL;
    s->memo_at = at;
    s->memo_flags = 0;
    s->memo_kind = NONE;
    if (at >= r->count || !qm_figure_read(r->chars, at, r->count, 0, &s->memo)) return NULL;
    uint32_t c = r->chars[s->memo.end];
    bool part = c == U'之' || c == U'分'; /* of a fraction, as the flags may be */
    s->memo_kind = part ? PART : FIGURE;
    return part ? NULL : &s->memo;
}

const qm_numeral *qm_numeral_at(const qm_reader *r, uint32_t at, unsigned flags)
{
    qm_quantity_scratch *s = r->scratch;
    const qm_numeral *figure = qm_figure_at(r, at);
    if (figure) return figure;
    if (s->memo_flags != flags + 1) {
        bool again = s->memo_flags || s->memo_kind == PART || flags & QM_NUMERAL_CLOCK;
        bool read = again ? qm_numeral_read(r->chars, at, r->count, flags, &s->memo)
                          : qm_numeral_rest(r->chars, at, r->count, flags, &s->memo);
        s->memo_flags = (uint8_t)(flags + 1);
        s->memo_kind = read ? OTHER : NONE;
    }
    return s->memo_kind == OTHER ? &s->memo : NULL;
}

/* ---- words ---- */

/* What the character at `at` means by itself to one of the singles: its senses, if it has any. */
static uint32_t senses_at(const qm_quantity_scratch *s, uint32_t at, const qm_singles *singles)
{
    return singles->senses[s->codes[singles->source].at[at]];
}

/* The senses of a meaning in the lexicon of an image. */
static void take_senses(const qm_quantity_scratch *s, uint32_t source, uint32_t senses,
                        qm_words_here *here)
{
    here->sense = s->lexicons[source].senses + (senses & 0xFFFFFF);
    here->last = here->sense + (senses >> 24);
    here->base = s->unit_bases[source];
}

/* On to what the character means by itself to one of the singles. */
static bool next_single(const qm_quantity_scratch *s, qm_words_here *here)
{
    while (here->singles > 0) {
        const qm_singles *singles = &s->singles[--here->singles];
        uint32_t senses = senses_at(s, here->at, singles);
        if (!senses) continue;
        take_senses(s, singles->source, senses, here);
        here->end = here->at + 1;
        return true;
    }
    return false;
}

bool qm_find_next(const qm_quantity_scratch *s, qm_words_here *here)
{
    if (!here->next) return next_single(s, here);
    const qm_match *match = &s->matches[here->next - 1];
    here->next = s->nexts.at[here->next - 1];
    take_senses(s, match->source, s->meanings[match->source][match->group].senses, here);
    here->end = match->end;
    return true;
}

qm_word qm_word_starting(const qm_quantity_scratch *s, uint32_t at, uint16_t kind)
{
    qm_words_here here = qm_words_at(s, at);
    while (qm_next_match(s, &here))
        for (; here.sense < here.last; here.sense++) {
            uint32_t base = kind <= QM_SENSE_UNIT_CUE ? here.base : 0;
            if (here.sense->kind == kind)
                return (qm_word){here.end, kind, here.sense->flags, here.sense->value + base};
        }
    return (qm_word){0};
}

/* Matches are in the order of their ends: the first that ends at `end` or behind. It is never far
 * from the one that was asked for before. */
static uint32_t first_ending(qm_quantity_scratch *s, uint32_t end)
{
    uint32_t i = s->ending;
    while (i < s->n_matches && s->matches[i].end < end) i++;
    while (i > 0 && s->matches[i - 1].end >= end) i--;
    return s->ending = i;
}

/* Goes over the words that end at `end`, where one with a mark does: as those that start, but `at`
 * is where they do so. */
static qm_words_here words_ending(qm_quantity_scratch *s, uint32_t end)
{
    return (qm_words_here){.end = end, .next = first_ending(s, end)};
}

static bool next_ending(const qm_quantity_scratch *s, qm_words_here *here)
{
    if (here->next < s->n_matches && s->matches[here->next].end == here->end) {
        const qm_match *match = &s->matches[here->next++];
        take_senses(s, match->source, s->meanings[match->source][match->group].senses, here);
        here->at = match->start;
        return true;
    }
    here->at = here->end - 1;
    while (here->singles < s->n_singles) {
        const qm_singles *singles = &s->singles[here->singles++];
        uint32_t senses = senses_at(s, here->at, singles);
        if (senses) return take_senses(s, singles->source, senses, here), true;
    }
    return false;
}

/* The sense of the kind, with these flags and (unless QM_NONE) this value, of the first word that
 * ends there and does not start before the clause; NULL if there is none. */
static const qm_sense *find_ending(const qm_reader *r, qm_words_here *here, uint32_t kind,
                                   uint32_t flags, uint32_t value)
{
    while (next_ending(r->scratch, here))
        for (; here->sense < here->last && here->at >= r->from; here->sense++)
            if (here->sense->kind == kind && (here->sense->flags & flags) == flags &&
                (value == QM_NONE || here->sense->value == value))
                return here->sense;
    return NULL;
}

const qm_sense *qm_word_ending(const qm_reader *r, uint32_t end, uint16_t kind, uint32_t *start)
{
    qm_words_here here = words_ending(r->scratch, end);
    const qm_sense *sense = find_ending(r, &here, kind, 0, QM_NONE);
    if (sense) *start = here.at;
    return sense;
}

const qm_unit *qm_unit_ending(const qm_reader *r, uint32_t end, uint32_t *start)
{
    qm_words_here here = words_ending(r->scratch, end);
    const qm_sense *sense = find_ending(r, &here, QM_SENSE_UNIT, QM_UNIT_BEFORE, QM_NONE);
    if (!sense) return NULL;
    *start = here.at;
    return &r->quantifier->units.at[here.base + sense->value];
}

const qm_sense *qm_cue_sense(const qm_reader *r, uint32_t end, uint32_t class, uint32_t *start)
{
    if (!qm_ends_at(r, end, QM_MARK_CUE)) return NULL;
    qm_words_here here = words_ending(r->scratch, end);
    const qm_sense *sense = find_ending(r, &here, QM_SENSE_CUE, 0, class);
    if (sense && start) *start = here.at;
    return sense;
}

bool qm_cue_ends(const qm_reader *r, uint32_t end, uint32_t class, uint32_t *start)
{
    return qm_cue_sense(r, end, class, start) != NULL;
}

bool qm_cue_begins(const qm_reader *r, uint32_t at, uint32_t class, uint32_t *end)
{
    qm_words_here here = qm_words_at(r->scratch, at);
    while (qm_next_match(r->scratch, &here))
        for (; here.sense < here.last; here.sense++)
            if (here.sense->kind == QM_SENSE_CUE && here.sense->value == class)
                return end ? *end = here.end, true : true;
    return false;
}

bool qm_cue_within(const qm_reader *r, uint32_t from, uint32_t to, uint32_t class)
{
    const qm_quantity_scratch *s = r->scratch;
    if (to > r->count) to = r->count;
    for (uint32_t at = from; at < to; at++) {
        if (!(s->signs[at] & qm_mark_of(QM_SENSE_CUE))) continue;
        qm_words_here here = qm_words_at(s, at);
        while (qm_next_match(s, &here))
            for (; here.sense < here.last && here.end <= to; here.sense++)
                if (here.sense->kind == QM_SENSE_CUE && here.sense->value == class) return true;
    }
    return false;
}
