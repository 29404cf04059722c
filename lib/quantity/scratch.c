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
    qm_array_free(&alloc, &scratch->words);
    qm_array_free(&alloc, &scratch->heads);
    qm_array_free(&alloc, &scratch->nexts);
    qm_array_free(&alloc, &scratch->tails);
    qm_array_free(&alloc, &scratch->marks);
    qm_array_free(&alloc, &scratch->stops);
    qm_array_free(&alloc, &scratch->traps);
    qm_array_free(&alloc, &scratch->quotes);
    qm_array_free(&alloc, &scratch->places);
    qm_release(&alloc, scratch, sizeof *scratch);
}

/* What a sense of each kind tells of the character where its word starts, and of its end. */
static const uint16_t start_marks[QM_SENSE_KINDS] = {1,  2,   4,   8 | QM_MARK_STOP,  16, 32,
                                                     64, 128, 256, 512 | QM_MARK_STOP};
static const uint16_t end_marks[QM_SENSE_KINDS] = {
    QM_MARK_UNIT, 0, 0, 0, 0, QM_MARK_TRAP_BEFORE, QM_MARK_BEFORE, 0, QM_MARK_CUE, 0};

uint16_t qm_sense_marks(const qm_sense *sense)
{
    uint32_t kind = sense->kind - QM_SENSE_UNIT;
    if (kind >= QM_SENSE_KINDS) return 0;
    bool relative = sense->kind == QM_SENSE_CUE && sense->flags;
    return (uint16_t)(start_marks[kind] | end_marks[kind] | (relative ? QM_MARK_DATED : 0));
}

/* The match that a character heads or ends. Nobody clears heads and tails: where no match starts or
 * ends, what stands there is none that does. */
static const qm_match *head_at(const qm_quantity_scratch *s, uint32_t at)
{
    uint32_t i = s->heads.at[at];
    return i < s->n_matches && s->matches[i].start == at ? &s->matches[i] : NULL;
}

static const qm_match *tail_at(const qm_quantity_scratch *s, uint32_t end)
{
    uint32_t i = s->tails.at[end];
    return i < s->n_matches && s->matches[i].end == end ? &s->matches[i] : NULL;
}

uint32_t qm_longest_end(const qm_quantity_scratch *s, uint32_t at)
{
    if (s->marks.at[at] & QM_MARK_BUILT) return s->words.at[s->heads.at[at]].end;
    const qm_match *match = head_at(s, at);
    return match ? match->end : at + 1;
}

/* The next one of the same start. */
static const qm_match *match_behind(const qm_quantity_scratch *s, const qm_match *match)
{
    uint32_t next = s->nexts.at[match - s->matches];
    return next ? &s->matches[next - 1] : NULL;
}

/* Matches come by their ends, so each new one is the longest of its start so far, and those that
 * end together follow each other. No branch, for nobody could foresee what comes next. */
static size_t link_matches(qm_quantity_scratch *s, bool dated)
{
    const uint32_t stops = dated ? QM_MARK_DATED : 0;
    uint16_t *const *group_marks = s->group_marks, *marks = s->marks.at;
    uint32_t *heads = s->heads.at, *nexts = s->nexts.at, *tails = s->tails.at;
    const qm_match *matches = s->matches;
    size_t senses = 0;
    for (uint32_t i = 0; i < s->n_matches; i++) {
        const qm_match *match = &matches[i];
        uint32_t own = group_marks[match->source][match->group];
        uint32_t start = match->start, end = match->end, head = heads[start];
        uint32_t fresh = head < i;
        fresh &= matches[head & (0 - fresh)].start == start;
        nexts[i] = (head + 1) & (0 - fresh);
        heads[start] = i;
        own |= (own & stops) >> 1;
        marks[start] |= (uint16_t)(own & (QM_MARK_STARTS | QM_MARK_STOP));
        senses += match->count;
        marks[end] |= (uint16_t)(own & QM_MARK_ENDS);
        tails[end] = i;
    }
    return senses;
}

#define BLOCK 64u

/* What the characters of a block say; compilers vectorise it. */
typedef struct said_block {
    uint16_t of[BLOCK + 1]; /* [0] is what the one before it says */
    size_t any, more;       /* how many say something, and how many of them have several senses */
} said_block;

/* Adds it to the marks of these characters and of the next one. */
static void note_block(said_block *said, uint16_t *restrict marks)
{
    uint16_t any = 0, more = 0;
    for (uint32_t i = 0; i < BLOCK; i++) {
        uint16_t own = said->of[i + 1];
        marks[i] |=
            (uint16_t)((own & (QM_MARK_STARTS | QM_MARK_STOP)) | (said->of[i] & QM_MARK_ENDS));
        any += own != 0;
        more += own >> 15;
    }
    said->any += any;
    said->more += more;
}

/* Most characters say something or stand beside one that does: so all are asked. There are marks
 * for whole blocks. No fewer than the senses that they have. */
static size_t note_characters(qm_quantity_scratch *s, const qm_singles *singles,
                              const qm_char_codes *codes)
{
    const uint16_t *restrict table = singles->said;
    said_block said = {.any = 0};
    for (size_t from = 0; from <= codes->count; from += BLOCK) {
        const uint16_t *code = codes->at + from;
        size_t count = codes->count - from < BLOCK ? codes->count - from : BLOCK;
        said.of[0] = said.of[BLOCK];
        if (count < BLOCK) memset(said.of + 1, 0, BLOCK * sizeof *said.of);
        for (size_t i = 0; i < count; i++) said.of[i + 1] = table[code[i]];
        note_block(&said, s->marks.at + from);
    }
    return said.any + said.more * (singles->most - 1);
}

/* One bit of each of sixteen numbers. */
static inline uint64_t gather_bits(const uint16_t *numbers, int bit)
{
#ifdef __SSE2__
    __m128i low = _mm_loadu_si128((const __m128i *)(const void *)numbers);
    __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(numbers + 8));
    low = _mm_slli_epi16(low, 15 - bit); /* into the sign, which stays when halves are packed */
    high = _mm_slli_epi16(high, 15 - bit);
    return (uint64_t)_mm_movemask_epi8(_mm_packs_epi16(low, high));
#else
    uint64_t bits = 0;
    for (uint32_t k = 0; k < 16; k++) bits |= (uint64_t)(numbers[k] >> bit & 1) << k;
    return bits;
#endif
}

enum { QUOTE_BIT = 15, STOP_BIT = 14, LEADS_BIT = 13, FOLLOWS_BIT = 12 };
enum { TRAP_BIT = QM_SENSE_TRAP - QM_SENSE_UNIT };
_Static_assert(QM_MARK_STOP == 1 << STOP_BIT && QM_TRAIT_STOP == 1 << STOP_BIT, "one bit of both");
_Static_assert(QM_MARK_DATED >> 1 == QM_MARK_STOP, "shifted where there is a reference date");

/* Block number `block` of 64 characters. By sixteens: as many of the padding and of the marks can
 * be read too much. No word is built yet, so that bit of the marks is free. */
static void read_block(qm_quantity_scratch *s, const uint32_t *chars, size_t block, uint32_t n)
{
    const uint16_t *marks = s->marks.at + block * 64;
    uint64_t stops = 0, leads = 0, follows = 0, traps = 0, quotes = 0;
    for (uint32_t i = 0; i < n; i += 16) {
        uint16_t seen[16];
        for (uint32_t k = 0; k < 16; k++)
            seen[k] = qm_traits[chars[i + k] & 4095] | (marks[i + k] & QM_MARK_STOP);
        stops |= gather_bits(seen, STOP_BIT) << i;
        leads |= gather_bits(seen, LEADS_BIT) << i;
        follows |= gather_bits(seen, FOLLOWS_BIT) << i;
        traps |= gather_bits(marks + i, TRAP_BIT) << i;
        quotes |= gather_bits(seen, QUOTE_BIT) << i;
    }
    bool next = n == 64 && qm_has_trait(chars[64], QM_TRAIT_FOLLOWS);
    stops |= leads & (follows >> 1 | (uint64_t)next << 63);
    s->stops.at[block] = n < 64 ? stops | UINT64_C(1) << n : stops;
    s->traps.at[block] = traps;
    s->quotes.at[block] = quotes;
}

static int find_stops(qm_quantity_scratch *s, const uint32_t *chars, uint32_t count)
{
    size_t blocks = (size_t)count / 64 + 1;
    if (qm_array_reserve(&s->alloc, &s->stops, blocks) != QM_OK ||
        qm_array_reserve(&s->alloc, &s->traps, blocks) != QM_OK ||
        qm_array_reserve(&s->alloc, &s->quotes, blocks) != QM_OK)
        return QM_E_NOMEM;
    for (size_t i = 0; i < blocks; i++)
        read_block(s, chars + i * 64, i, i + 1 < blocks ? 64 : count & 63);
    return QM_OK;
}

/* Fresh memory for heads and tails is no match of any text. */
static int reserve_links(qm_quantity_scratch *s, qm_u32_array *links, size_t room)
{
    size_t before = links->room;
    if (qm_array_reserve(&s->alloc, links, room) != QM_OK) return QM_E_NOMEM;
    if (links->room > before)
        memset(links->at + before, 0, (links->room - before) * sizeof *links->at);
    return QM_OK;
}

int qm_scratch_index(const qm_quantifier *quantifier, qm_quantity_scratch *s,
                     const qm_matches *matches, const qm_char_codes *codes, const qm_text *text,
                     bool dated, qm_error *err)
{
    size_t room = (size_t)text->count + 1, padded = room + BLOCK, senses = 0;
    s->matches = matches ? matches->at : NULL;
    s->n_matches = matches ? (uint32_t)matches->count : 0;
    s->singles = quantifier->singles;
    s->codes = codes;
    s->n_images = quantifier->n_images;
    s->unit_bases = quantifier->unit_bases;
    s->group_marks = quantifier->group_marks;
    if (qm_array_reserve(&s->alloc, &s->marks, padded) != QM_OK ||
        reserve_links(s, &s->heads, room) != QM_OK || reserve_links(s, &s->tails, room) != QM_OK ||
        qm_array_reserve(&s->alloc, &s->nexts, s->n_matches) != QM_OK)
        return qm_fail_nomem(err);
    memset(s->marks.at, 0, padded * sizeof *s->marks.at);
    for (size_t i = 0; i < s->n_images; i++)
        if (s->singles[i].said) senses += note_characters(s, &s->singles[i], &codes[i]);
    senses += link_matches(s, dated); /* each becomes a word once at most */
    if (find_stops(s, text->chars, text->count) != QM_OK) return qm_fail_nomem(err);
    if (qm_array_reserve(&s->alloc, &s->words, senses + 1) != QM_OK) return qm_fail_nomem(err);
    s->words.at[0] = (qm_word){0};
    s->words.count = 1;
    s->memo_at = QM_NONE;
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

/* What the character at `at` means by itself to an image, as a match. */
static bool single_at(const qm_quantity_scratch *s, uint32_t at, size_t image, qm_match *out)
{
    const qm_singles *singles = &s->singles[image];
    if (!singles->said) return false;
    uint32_t first = singles->first[s->codes[image].at[at]];
    *out = (qm_match){.start = at,
                      .end = at + 1,
                      .senses = singles->senses + (first & 0xFFFFFF),
                      .count = (uint8_t)(first >> 24),
                      .source = (uint8_t)image};
    return first > 0;
}

static qm_word *add_words(const qm_quantity_scratch *s, const qm_match *match, qm_word *word)
{
    const qm_sense *sense = match->senses, *last = sense + match->count;
    for (; sense < last; sense++) {
        uint32_t kind = sense->kind - QM_SENSE_UNIT;
        if (kind >= QM_SENSE_KINDS) continue;
        uint32_t of_unit = kind <= QM_SENSE_UNIT_CUE - QM_SENSE_UNIT;
        uint32_t base = s->unit_bases[match->source] & (0 - of_unit);
        uint32_t next = (uint32_t)(word - s->words.at) + 1;
        *word++ = (qm_word){match->end, sense->kind, sense->flags, sense->value + base, next};
    }
    return word;
}

uint32_t qm_words_build(qm_quantity_scratch *s, uint32_t at)
{
    uint32_t first = (uint32_t)s->words.count;
    qm_word *word = &s->words.at[first];
    qm_match single;
    for (const qm_match *m = head_at(s, at); m; m = match_behind(s, m))
        word = add_words(s, m, word);
    for (size_t image = s->n_images; image-- > 0;)
        if (single_at(s, at, image, &single)) word = add_words(s, &single, word);
    word[-1].next = 0;
    s->words.count = (size_t)(word - s->words.at);
    s->heads.at[at] = first;
    s->marks.at[at] |= QM_MARK_BUILT;
    return first;
}

/* Goes over the matches that end at `end`, where one with a mark does. */
typedef struct ending {
    uint32_t end;
    const qm_match *next; /* or NULL: what the character says to an image is next */
    size_t image;
    qm_match single;
} ending;

static ending endings_at(const qm_quantity_scratch *s, uint32_t end)
{
    ending e = {.end = end, .next = tail_at(s, end)};
    while (e.next && e.next > s->matches && e.next[-1].end == end) e.next--;
    return e;
}

/* NULL if there is no further one. */
static const qm_match *next_ending(const qm_quantity_scratch *s, ending *e)
{
    const qm_match *match = e->next;
    if (match) {
        bool more = match + 1 < s->matches + s->n_matches && match[1].end == e->end;
        e->next = more ? match + 1 : NULL;
        return match;
    }
    while (e->image < s->n_images)
        if (single_at(s, e->end - 1, e->image++, &e->single)) return &e->single;
    return NULL;
}

/* The sense of the kind, with these flags and (unless QM_NONE) this value. */
static const qm_sense *sense_of(const qm_match *match, uint32_t kind, uint32_t flags,
                                uint32_t value)
{
    for (uint32_t k = 0; k < match->count; k++) {
        const qm_sense *sense = &match->senses[k];
        if (sense->kind == kind && (sense->flags & flags) == flags &&
            (value == QM_NONE || sense->value == value))
            return sense;
    }
    return NULL;
}

const qm_sense *qm_word_ending(const qm_reader *r, uint32_t end, uint16_t kind, uint32_t *start)
{
    ending e = endings_at(r->scratch, end);
    for (const qm_match *m; (m = next_ending(r->scratch, &e));) {
        const qm_sense *sense = m->start < r->from ? NULL : sense_of(m, kind, 0, QM_NONE);
        if (!sense) continue;
        *start = m->start;
        return sense;
    }
    return NULL;
}

const qm_unit *qm_unit_ending(const qm_reader *r, uint32_t end, uint32_t *start)
{
    ending e = endings_at(r->scratch, end);
    for (const qm_match *m; (m = next_ending(r->scratch, &e));) {
        if (m->start < r->from) continue;
        const qm_sense *sense = sense_of(m, QM_SENSE_UNIT, QM_UNIT_BEFORE, QM_NONE);
        if (!sense) continue;
        *start = m->start;
        return &r->quantifier->units.at[r->scratch->unit_bases[m->source] + sense->value];
    }
    return NULL;
}

const qm_sense *qm_cue_sense(const qm_reader *r, uint32_t end, uint32_t class, uint32_t *start)
{
    if (!qm_ends_at(r, end, QM_MARK_CUE)) return NULL;
    ending e = endings_at(r->scratch, end);
    for (const qm_match *m; (m = next_ending(r->scratch, &e));) {
        const qm_sense *sense = m->start < r->from ? NULL : sense_of(m, QM_SENSE_CUE, 0, class);
        if (!sense) continue;
        if (start) *start = m->start;
        return sense;
    }
    return NULL;
}

bool qm_cue_ends(const qm_reader *r, uint32_t end, uint32_t class, uint32_t *start)
{
    return qm_cue_sense(r, end, class, start) != NULL;
}

bool qm_cue_begins(const qm_reader *r, uint32_t at, uint32_t class, uint32_t *end)
{
    const qm_quantity_scratch *s = r->scratch;
    if (s->marks.at[at] & QM_MARK_BUILT) {
        for (uint32_t i = s->heads.at[at]; i; i = s->words.at[i].next)
            if (s->words.at[i].kind == QM_SENSE_CUE && s->words.at[i].value == class)
                return end ? *end = s->words.at[i].end, true : true;
        return false;
    }
    for (const qm_match *m = head_at(s, at); m; m = match_behind(s, m))
        if (sense_of(m, QM_SENSE_CUE, 0, class)) return end ? *end = m->end, true : true;
    qm_match single;
    for (size_t image = 0; image < s->n_images; image++)
        if (single_at(s, at, image, &single) && sense_of(&single, QM_SENSE_CUE, 0, class))
            return end ? *end = at + 1, true : true;
    return false;
}

bool qm_cue_within(const qm_reader *r, uint32_t from, uint32_t to, uint32_t class)
{
    qm_quantity_scratch *s = r->scratch;
    if (to > r->count) to = r->count;
    for (uint32_t at = from; at < to; at++) {
        if (!(s->marks.at[at] & qm_mark_of(QM_SENSE_CUE))) continue;
        for (uint32_t i = qm_words_at(s, at); i; i = s->words.at[i].next) {
            const qm_word *word = &s->words.at[i];
            if (word->kind == QM_SENSE_CUE && word->value == class && word->end <= to) return true;
        }
    }
    return false;
}
