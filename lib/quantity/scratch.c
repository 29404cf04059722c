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
    qm_array_free(&alloc, &scratch->ends);
    qm_array_free(&alloc, &scratch->marks);
    qm_array_free(&alloc, &scratch->stops);
    qm_array_free(&alloc, &scratch->traps);
    qm_array_free(&alloc, &scratch->quotes);
    qm_release(&alloc, scratch, sizeof *scratch);
}

/* What a sense of each kind tells of the character where its word starts, and of its end. */
static const uint16_t start_marks[QM_SENSE_KINDS] = {1,  2,   4,   8 | QM_MARK_STOP,  16, 32,
                                                     64, 128, 256, 512 | QM_MARK_STOP};
static const uint16_t end_marks[QM_SENSE_KINDS] = {
    QM_MARK_UNIT, 0, 0, 0, 0, QM_MARK_TRAP_BEFORE, QM_MARK_BEFORE, 0, QM_MARK_CUE, 0};

uint32_t qm_sense_marks(const qm_sense *sense)
{
    uint32_t kind = sense->kind - QM_SENSE_UNIT;
    if (kind >= QM_SENSE_KINDS) return 0;
    bool relative = sense->kind == QM_SENSE_CUE && sense->flags;
    bool behind = sense->kind == QM_SENSE_UNIT && !(sense->flags & QM_UNIT_BEFORE);
    bool odd = sense->kind == QM_SENSE_CLASSIFIER && sense->flags & ~QM_CLASSIFIER_PERSON;
    return start_marks[kind] | (behind ? 0u : end_marks[kind]) | (relative ? QM_MARK_DATED : 0u) |
           (odd ? QM_MARK_ODD : 0u);
}

/* ---- what characters say ---- */

#define BLOCK 64u

/* What the characters of a block say; compilers vectorise what is done with it. */
typedef struct said_block {
    uint16_t of[BLOCK];   /* QM_MARK_* */
    uint8_t looks[BLOCK]; /* QM_LOOK_* */
} said_block;

/* Most characters say something or stand beside one that does: so all are asked. */
static void ask_characters(const qm_quantity_scratch *s, const uint32_t *chars, size_t from,
                           uint32_t n, said_block *restrict said)
{
    const qm_meaning *table = s->n_singles ? s->singles->of : NULL;
    const uint16_t *code = table ? s->codes[s->singles->source].at + from : NULL;
    if (n < BLOCK) memset(said, 0, sizeof *said);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t one = table ? table[code[i]].said : qm_looks_of(chars[from + i]);
        said->of[i] = (uint16_t)one;
        said->looks[i] = (uint8_t)(one >> 24);
    }
}

/* The marks of a block; last: what the character before it says. There are marks for whole blocks.
 */
static void note_block(const said_block *said, uint16_t last, uint16_t *restrict marks)
{
    const uint16_t *restrict of = said->of;
    marks[0] = (uint16_t)((of[0] & QM_MARK_BEGINS) | (last & QM_MARK_ENDS));
    for (uint32_t i = 1; i < BLOCK; i++)
        marks[i] = (uint16_t)((of[i] & QM_MARK_BEGINS) | (of[i - 1] & QM_MARK_ENDS));
}

/* One bit of each of 64 numbers. */
static inline uint64_t gather_bits(const uint8_t *numbers, uint32_t bit)
{
    uint64_t bits = 0;
    int up = __builtin_clz(bit) - 24; /* to the sign */
    for (uint32_t i = 0; i < BLOCK; i += 16) {
#ifdef __SSE2__
        __m128i sixteen = _mm_loadu_si128((const __m128i *)(const void *)(numbers + i));
        bits |= (uint64_t)_mm_movemask_epi8(_mm_slli_epi16(sixteen, up)) << i;
#else
        for (uint32_t k = i; k < i + 16; k++) bits |= (uint64_t)(numbers[k] << up >> 7 & 1) << k;
#endif
    }
    return bits;
}

/* Bits of block number `block` of the text, of n characters. */
static void read_block(qm_quantity_scratch *s, const uint32_t *chars, size_t block, uint32_t n,
                       const said_block *said)
{
    chars += block * BLOCK;
    uint64_t follows = gather_bits(said->looks, QM_LOOK_FOLLOWS) >> 1;
    if (n == BLOCK) follows |= (uint64_t)qm_has_trait(chars[BLOCK], QM_TRAIT_FOLLOWS) << 63;
    uint64_t stops = gather_bits(said->looks, QM_LOOK_STOP);
    stops |= gather_bits(said->looks, QM_LOOK_LEADS) & follows;
    uint64_t quotes = gather_bits(said->looks, QM_LOOK_QUOTE);
    for (uint64_t left = gather_bits(said->looks, QM_LOOK_UNKNOWN); left; left &= left - 1) {
        uint32_t at = (uint32_t)__builtin_ctzll(left), c = chars[at];
        stops |= (uint64_t)qm_has_trait(c, QM_TRAIT_STOP | QM_TRAIT_LEADS) << at;
        quotes |= (uint64_t)qm_has_trait(c, QM_TRAIT_QUOTE) << at;
    }
    s->stops.at[block] = n < BLOCK ? stops | UINT64_C(1) << n : stops;
    s->traps.at[block] = gather_bits(said->looks, QM_LOOK_TRAP);
    s->quotes.at[block] = quotes;
}

/* A block is asked while the one before it is read: what was written in small pieces should not be
 * read in large ones at once. */
static void read_characters(qm_quantity_scratch *s, const qm_text *text)
{
    const size_t last = text->count / BLOCK;
    const uint32_t rest = text->count % BLOCK;
    said_block said[2];
    uint16_t before = 0;
    ask_characters(s, text->chars, 0, last ? BLOCK : rest, &said[0]);
    for (size_t i = 0; i <= last; i++) {
        const said_block *own = &said[i & 1];
        if (i < last)
            ask_characters(s, text->chars, (i + 1) * BLOCK, i + 1 < last ? BLOCK : rest,
                           &said[~i & 1]);
        note_block(own, before, s->marks.at + i * BLOCK);
        read_block(s, text->chars, i, i < last ? BLOCK : rest, own);
        before = own->of[BLOCK - 1];
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
        uint32_t said = singles->of[codes->at[i]].said;
        s->marks.at[i] |= (uint16_t)(said & QM_MARK_BEGINS);
        s->marks.at[i + 1] |= (uint16_t)(said & QM_MARK_ENDS);
        set_bit(s->stops.at, i, said >> 24 & QM_LOOK_STOP ? 1 : 0);
        set_bit(s->traps.at, i, said >> 24 & QM_LOOK_TRAP ? 1 : 0);
    }
}

enum { STOP_BIT = 14, TRAP_BIT = QM_SENSE_TRAP - QM_SENSE_UNIT };
_Static_assert(QM_MARK_STOP == 1 << STOP_BIT, "the bit of it");
_Static_assert(QM_MARK_DATED >> 2 == QM_MARK_STOP, "shifted where there is a reference date");

/* Matches come by their ends, so each new one is the longest of its start so far, and those that
 * end together follow each other. No branch, for nobody could foresee what comes next. */
static void link_matches(qm_quantity_scratch *s, size_t blocks, bool dated)
{
    const uint32_t stops = dated ? QM_MARK_DATED : 0;
    qm_meaning *const *meanings = s->meanings;
    uint16_t *marks = s->marks.at;
    uint32_t *heads = s->heads.at, *nexts = s->nexts.at, *ends = s->ends.at, block = 0;
    const qm_match *matches = s->matches;
    for (uint32_t i = 0; i < s->n_matches; i++) {
        const qm_match *match = &matches[i];
        uint32_t own = meanings[match->source][match->group].said;
        uint32_t start = match->start, end = match->end, head = heads[start];
        uint32_t fresh = head < i;
        fresh &= matches[head & (0 - fresh)].start == start;
        nexts[i] = (head + 1) & (0 - fresh);
        heads[start] = i;
        own |= (own & stops) >> 2;
        marks[start] |= (uint16_t)(own & QM_MARK_BEGINS);
        marks[end] |= (uint16_t)(own & QM_MARK_ENDS);
        while (block <= end / BLOCK) ends[block++] = i;
        set_bit(s->stops.at, start, own >> STOP_BIT & 1);
        set_bit(s->traps.at, start, own >> TRAP_BIT & 1);
    }
    while (block < blocks + 1) ends[block++] = s->n_matches;
}

static int reserve_sets(qm_quantity_scratch *s, size_t blocks)
{
    return qm_array_reserve(&s->alloc, &s->marks, (blocks + 1) * BLOCK) == QM_OK &&
                   qm_array_reserve(&s->alloc, &s->stops, blocks) == QM_OK &&
                   qm_array_reserve(&s->alloc, &s->traps, blocks) == QM_OK &&
                   qm_array_reserve(&s->alloc, &s->quotes, blocks) == QM_OK &&
                   qm_array_reserve(&s->alloc, &s->ends, blocks + 1) == QM_OK
               ? QM_OK
               : QM_E_NOMEM;
}

/* Fresh memory for heads is no match of any text. */
static int reserve_heads(qm_quantity_scratch *s, size_t room)
{
    size_t before = s->heads.room;
    if (qm_array_reserve(&s->alloc, &s->heads, room) != QM_OK) return QM_E_NOMEM;
    if (s->heads.room > before)
        memset(s->heads.at + before, 0, (s->heads.room - before) * sizeof *s->heads.at);
    return QM_OK;
}

int qm_scratch_index(const qm_quantifier *quantifier, qm_quantity_scratch *s,
                     const qm_matches *matches, const qm_char_codes *codes, const qm_text *text,
                     bool dated, qm_error *err)
{
    size_t room = (size_t)text->count + 1, blocks = text->count / BLOCK + 1;
    s->matches = matches ? matches->at : NULL;
    s->n_matches = matches ? (uint32_t)matches->count : 0;
    s->singles = quantifier->singles;
    s->codes = codes;
    s->n_singles = codes ? quantifier->n_singles : 0;
    s->unit_bases = quantifier->unit_bases;
    s->lexicons = quantifier->lexicons;
    s->meanings = quantifier->meanings;
    s->memo_at = QM_NONE;
    if (reserve_sets(s, blocks) != QM_OK || reserve_heads(s, room) != QM_OK ||
        qm_array_reserve(&s->alloc, &s->nexts, s->n_matches) != QM_OK)
        return qm_fail_nomem(err);
    read_characters(s, text);
    for (size_t i = 1; i < s->n_singles; i++) add_singles(s, &s->singles[i]);
    link_matches(s, blocks, dated);
    return QM_OK;
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

/* What the character at `at` means by itself to one of the singles; without senses, nothing. */
static qm_meaning single_at(const qm_quantity_scratch *s, uint32_t at, const qm_singles *singles)
{
    return singles->of[s->codes[singles->source].at[at]];
}

/* The senses of a meaning in the lexicon of an image. */
static void take_senses(const qm_quantity_scratch *s, uint32_t source, qm_meaning meaning,
                        qm_words_here *here)
{
    here->sense = s->lexicons[source].senses + (meaning.senses & 0xFFFFFF);
    here->last = here->sense + (meaning.senses >> 24);
    here->base = s->unit_bases[source];
}

/* On to what the character means by itself to one of the singles. */
static bool next_single(const qm_quantity_scratch *s, qm_words_here *here)
{
    while (here->singles > 0) {
        const qm_singles *singles = &s->singles[--here->singles];
        qm_meaning meaning = single_at(s, here->at, singles);
        if (!meaning.senses) continue;
        take_senses(s, singles->source, meaning, here);
        here->end = here->at + 1;
        return true;
    }
    return false;
}

bool qm_next_match(const qm_quantity_scratch *s, qm_words_here *here)
{
    if (!here->next) return next_single(s, here);
    const qm_match *match = &s->matches[here->next - 1];
    here->next = s->nexts.at[here->next - 1];
    take_senses(s, match->source, s->meanings[match->source][match->group], here);
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

/* Matches are in the order of their ends: the first that ends at `end` or behind. */
static uint32_t first_ending(const qm_quantity_scratch *s, uint32_t end)
{
    uint32_t low = s->ends.at[end / BLOCK], high = s->ends.at[end / BLOCK + 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (s->matches[middle].end < end) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Goes over the words that end at `end`, where one with a mark does: as those that start, but `at`
 * is where they do so. */
static qm_words_here words_ending(const qm_quantity_scratch *s, uint32_t end)
{
    return (qm_words_here){.end = end, .next = first_ending(s, end)};
}

static bool next_ending(const qm_quantity_scratch *s, qm_words_here *here)
{
    if (here->next < s->n_matches && s->matches[here->next].end == here->end) {
        const qm_match *match = &s->matches[here->next++];
        take_senses(s, match->source, s->meanings[match->source][match->group], here);
        here->at = match->start;
        return true;
    }
    here->at = here->end - 1;
    while (here->singles < s->n_singles) {
        const qm_singles *singles = &s->singles[here->singles++];
        qm_meaning meaning = single_at(s, here->at, singles);
        if (meaning.senses) return take_senses(s, singles->source, meaning, here), true;
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
        if (!(s->marks.at[at] & qm_mark_of(QM_SENSE_CUE))) continue;
        qm_words_here here = qm_words_at(s, at);
        while (qm_next_match(s, &here))
            for (; here.sense < here.last && here.end <= to; here.sense++)
                if (here.sense->kind == QM_SENSE_CUE && here.sense->value == class) return true;
    }
    return false;
}
