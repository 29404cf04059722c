#include "image/automaton.h"

/* ---- validation: after it, the scan can read and loop as the arrays say ---- */

/* Byte of the image that a piece of it stands at. */
static uint64_t place_of(const qm_image *image, const void *piece)
{
    return (uint64_t)((const uint8_t *)piece - image->data);
}

static int check_sizes(const qm_image *image, qm_bytes section, qm_error *err)
{
    uint64_t place = place_of(image, section.data);
    const qm_lexicon_head *head = section.data;
    if (section.size < sizeof *head)
        return qm_fail_offset(err, QM_E_CORRUPT, place, "automaton has the wrong size");
    if (head->format != QM_LEXICON_FORMAT)
        return qm_fail_offset(err, QM_E_VERSION, place, "lexicon of format %u; this is format %u",
                              (unsigned)head->format, QM_LEXICON_FORMAT);
    if (head->shift < 4 || head->shift > 26 || qm_lexicon_layout_of(head).size != section.size)
        return qm_fail_offset(err, QM_E_CORRUPT, place, "automaton has the wrong size");
    if (head->codes == 0 || head->codes > 0x10000 || head->blocks == 0 ||
        head->states <= head->codes || head->states > QM_LEXICON_NUMBERS ||
        head->entries > QM_LEXICON_NUMBERS || head->finds > QM_LEXICON_NUMBERS)
        return qm_fail_offset(err, QM_E_CORRUPT, place, "automaton has wrong counts");
    return QM_OK;
}

static int check_alphabet(const qm_image *image, const qm_lexicon_head *head, const qm_automaton *a,
                          qm_error *err)
{
    for (uint32_t i = 0; i < QM_LEXICON_PAGES; i++)
        if (a->pages[i] >= head->blocks)
            return qm_fail_offset(err, QM_E_CORRUPT, place_of(image, a->pages + i),
                                  "page of the alphabet out of range");
    for (size_t i = 0; i < (size_t)head->blocks * 256; i++)
        if (a->codes[i] >= head->codes)
            return qm_fail_offset(err, QM_E_CORRUPT, place_of(image, a->codes + i),
                                  "code of the alphabet out of range");
    return QM_OK;
}

/* The next find is of the same entry and of a later room, or of a shorter entry: so they end. */
static bool find_is_sound(const qm_lexicon_head *head, const qm_automaton *a, uint32_t i)
{
    const qm_lexicon_find *find = &a->finds[i];
    uint32_t next = qm_low(find->next), length = qm_high(find->next);
    if (length == 0 || next > head->finds || qm_low(find->entry) >= head->entries ||
        qm_high(find->senses) >= 8 || qm_high(find->entry) == 0)
        return false;
    if (next == 0) return true;
    const qm_lexicon_find *other = &a->finds[next - 1];
    uint32_t other_length = qm_high(other->next);
    return other_length < length ||
           (other_length == length && qm_high(other->senses) > qm_high(find->senses));
}

static int check_finds(const qm_image *image, const qm_lexicon_head *head, const qm_automaton *a,
                       qm_error *err)
{
    for (uint32_t i = 0; i < head->finds; i++)
        if (!find_is_sound(head, a, i))
            return qm_fail_offset(err, QM_E_CORRUPT, place_of(image, a->finds + i),
                                  "bad output of the automaton");
    return QM_OK;
}

/* The depth of a state is one more than its parent's and greater than that of the state it fails
 * to, and no entry in it is longer. So a scan that starts at the root is never deeper than the
 * characters it has read, chains of fail end, and no match starts before the text. */
static bool state_is_sound(const qm_lexicon_head *head, const qm_automaton *a, uint32_t s)
{
    const qm_lexicon_state *state = &a->states[s];
    uint32_t base = qm_low(state->base), output = qm_low(state->output);
    uint32_t parent = qm_low(state->check), fail = qm_state_fail(state);
    if (base > head->states - head->codes || output > head->finds) return false;
    if (output > 0 && qm_high(a->finds[output - 1].next) > a->depths[s]) return false;
    if (s == 0) return parent == QM_LEXICON_NO_STATE && base == 0 && fail == 0 && a->depths[0] == 0;
    if (parent == QM_LEXICON_NO_STATE)
        return base == 0 && fail == 0 && output == 0 && a->depths[s] == 0;
    if (s < head->codes && parent != 0) return false; /* the scan goes there by the code alone */
    if (parent >= head->states || a->depths[s] != a->depths[parent] + 1u) return false;
    if (parent > 0 && qm_low(a->states[parent].check) == QM_LEXICON_NO_STATE) return false;
    uint32_t code = s - qm_low(a->states[parent].base);
    if (code == 0 || code >= head->codes || fail >= head->states) return false;
    if (fail > 0 && qm_low(a->states[fail].check) == QM_LEXICON_NO_STATE) return false;
    return a->depths[fail] < a->depths[s];
}

static int check_automaton(const qm_image *image, qm_bytes section, qm_error *err)
{
    int status = check_sizes(image, section, err);
    if (status != QM_OK) return status;
    const qm_lexicon_head *head = section.data;
    qm_automaton a = qm_automaton_of(section.data);
    if (image->trusted) return QM_OK;
    status = check_alphabet(image, head, &a, err);
    if (status == QM_OK) status = check_finds(image, head, &a, err);
    for (uint32_t s = 0; s < head->states && status == QM_OK; s++)
        if (!state_is_sound(head, &a, s))
            status = qm_fail_offset(err, QM_E_CORRUPT, place_of(image, a.states + s),
                                    "bad state %u of the automaton", (unsigned)s);
    return status;
}

static int bind_entries(qm_lexicon *lexicon, qm_bytes section)
{
    const qm_lexicon_entries *head = section.data;
    if (section.size < sizeof *head || head->entries != lexicon->entries ||
        head->senses > QM_LEXICON_NUMBERS)
        return QM_E_CORRUPT;
    uint64_t starts = sizeof *head;
    uint64_t senses = starts + ((uint64_t)head->entries + 1) * sizeof(uint32_t);
    if (senses + (uint64_t)head->senses * sizeof(qm_sense) != section.size) return QM_E_CORRUPT;
    const uint8_t *data = section.data;
    lexicon->sense_starts = (const uint32_t *)(data + starts);
    lexicon->senses = (const qm_sense *)(data + senses);
    return lexicon->sense_starts[0] == 0 && lexicon->sense_starts[head->entries] == head->senses
               ? QM_OK
               : QM_E_CORRUPT;
}

/* Whether the senses of a find are such of its entry and of its room. */
static bool senses_fit(const qm_lexicon *lexicon, const qm_lexicon_find *find)
{
    uint32_t entry = qm_low(find->entry), first = qm_low(find->senses);
    uint32_t end = first + qm_high(find->entry);
    if (first < lexicon->sense_starts[entry] || end > lexicon->sense_starts[entry + 1])
        return false;
    for (uint32_t i = first; i < end; i++)
        if (lexicon->senses[i].kind >> 8 != qm_high(find->senses)) return false;
    return true;
}

static int check_entries(const qm_image *image, const qm_lexicon *lexicon, qm_error *err)
{
    const qm_lexicon_head *head = lexicon->automaton;
    qm_automaton a = qm_automaton_of(head);
    const uint32_t *starts = lexicon->sense_starts;
    uint32_t all = starts[lexicon->entries];
    for (uint32_t i = 0; i < lexicon->entries; i++)
        if (starts[i] > starts[i + 1] || starts[i + 1] > all)
            return qm_fail_offset(err, QM_E_CORRUPT, place_of(image, starts + i),
                                  "bad senses of entry %u", (unsigned)i);
    for (uint32_t i = 0; i < head->finds; i++)
        if (!senses_fit(lexicon, &a.finds[i]))
            return qm_fail_offset(err, QM_E_CORRUPT, place_of(image, a.finds + i),
                                  "bad senses of find %u", (unsigned)i);
    return QM_OK;
}

int qm_lexicon_bind(qm_lexicon *out, const qm_image *image, qm_error *err)
{
    qm_lexicon lexicon = {0};
    qm_bytes automaton = qm_image_section(image, QM_SECTION_LEXA);
    qm_bytes entries = qm_image_section(image, QM_SECTION_LEXE);
    if (!automaton.data && !entries.data) {
        *out = lexicon;
        return QM_OK;
    }
    if (!automaton.data || !entries.data)
        return qm_fail_offset(err, QM_E_CORRUPT, 0, "half of the lexicon is missing");
    int status = check_automaton(image, automaton, err);
    if (status != QM_OK) return status;
    const qm_lexicon_head *head = automaton.data;
    lexicon.automaton = automaton.data;
    lexicon.finds = qm_automaton_of(automaton.data).finds;
    lexicon.n_finds = head->finds;
    lexicon.entries = head->entries;
    lexicon.states = head->states;
    if (bind_entries(&lexicon, entries) != QM_OK)
        return qm_fail_offset(err, QM_E_CORRUPT, place_of(image, entries.data),
                              "entries of the lexicon have the wrong size");
    if (!image->trusted) status = check_entries(image, &lexicon, err);
    if (status == QM_OK) *out = lexicon;
    return status;
}

const qm_sense *qm_lexicon_next(const qm_lexicon *lexicon, qm_room room, uint32_t *at,
                                uint32_t *entry, uint32_t *count)
{
    if (lexicon->n_finds == 0) return NULL;
    const qm_lexicon_find *find = lexicon->finds + *at, *end = lexicon->finds + lexicon->n_finds;
    while (find < end && qm_high(find->senses) != (uint32_t)room) find++;
    *at = (uint32_t)(find - lexicon->finds);
    if (find == end) return NULL;
    ++*at;
    *entry = qm_low(find->entry);
    *count = qm_high(find->entry);
    return lexicon->senses + qm_low(find->senses);
}

/* ---- scanning ---- */

static inline uint32_t code_of(const qm_automaton *a, uint32_t character)
{
    if (character > 0x10FFFF) return 0;
    return a->codes[(uint32_t)a->pages[character >> 8] << 8 | (character & 0xFF)];
}

/* The state behind `state` by a code that may follow in some entry. States below `codes` are
 * single characters; a code that begins no entry has a place among them, too, without children and
 * output: one step from there is as good as one from the root. */
static inline uint32_t step(const qm_lexicon_state *states, uint32_t codes, uint32_t state,
                            uint32_t code)
{
    for (;; state = qm_state_fail(&states[state])) {
        uint32_t next = qm_low(states[state].base) + code;
        if (qm_low(states[next].check) == state) return next;
        if (state < codes) return code;
    }
}

/* What a stretch of text gives to the lexicon: in passes, so that the memory that one character
 * needs is fetched while others are worked on, and with few branches that nobody could foresee. */
#define STRETCH 64

typedef struct stretch {
    uint32_t codes[STRETCH + 1];  /* [0] is that of the character before */
    uint32_t states[STRETCH + 1]; /* likewise */
    uint32_t n_outputs;
    struct {
        uint32_t output, end;
    } outputs[STRETCH];
} stretch;

/* Codes, and a bit for each character that may follow the one before in an entry. */
static inline uint64_t read_codes(stretch *s, const qm_automaton *a, uint32_t shift,
                                  const uint32_t *chars, uint32_t count)
{
    uint64_t pairs = 0;
    for (uint32_t i = 0; i < count; i++) s->codes[i + 1] = s->states[i + 1] = code_of(a, chars[i]);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bit = qm_pair_bit(s->codes[i], s->codes[i + 1], shift);
        pairs |= (uint64_t)(a->pairs[bit / 8] >> bit % 8 & 1) << i;
    }
    return pairs;
}

/* A character that follows none in an entry has its own state already. */
static inline void read_states(stretch *s, const qm_automaton *a, uint32_t codes, uint64_t pairs)
{
    for (; pairs; pairs &= pairs - 1) {
        uint32_t i = (uint32_t)__builtin_ctzll(pairs);
        if (s->codes[i + 1])
            s->states[i + 1] = step(a->states, codes, s->states[i], s->codes[i + 1]);
    }
}

static inline void read_outputs(stretch *s, const qm_automaton *a, uint32_t start, uint32_t count)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t output = qm_low(a->states[s->states[i + 1]].output);
        s->outputs[n].output = output;
        s->outputs[n].end = start + i + 1;
        n += output > 0;
        __builtin_prefetch(&a->finds[output]);
    }
    s->n_outputs = n;
}

/* Where the next match of a room goes, and where there is no more room for one. */
typedef struct ends {
    qm_match *next, *limit;
} ends;

static int make_room(qm_matches *list, ends *at, const qm_allocator *alloc)
{
    list->count = at->next ? (size_t)(at->next - list->at) : 0;
    if (qm_array_reserve(alloc, list, list->count + 1) != QM_OK) return QM_E_NOMEM;
    *at = (ends){list->at + list->count, list->at + list->room};
    return QM_OK;
}

/* Only what stays in registers, for this is where a scan spends its time. */
typedef struct finding {
    const qm_lexicon_find *finds;
    const qm_sense *senses;
    uint32_t wanted;
    uint8_t source;
    ends at[QM_ROOMS];
} finding;

static inline int add_finds(finding *f, uint32_t output, uint32_t end, const qm_allocator *alloc,
                            qm_matches *out)
{
    do {
        const qm_lexicon_find find = f->finds[output - 1];
        uint32_t room = qm_high(find.senses);
        output = qm_low(find.next);
        if (!(f->wanted >> room & 1)) continue;
        ends *at = &f->at[room];
        if (at->next == at->limit && make_room(&out[room], at, alloc) != QM_OK) return QM_E_NOMEM;
        qm_match *match = at->next++;
        match->start = end - qm_high(find.next);
        match->end = end;
        match->senses = f->senses + qm_low(find.senses);
        match->entry = qm_low(find.entry);
        match->count = (uint8_t)qm_high(find.entry);
        match->source = f->source;
    } while (output > 0);
    return QM_OK;
}

static int scan(const qm_lexicon *lexicon, finding *f, const uint32_t *chars, uint32_t from,
                uint32_t to, const qm_allocator *alloc, qm_matches *out)
{
    const qm_lexicon_head *head = lexicon->automaton;
    const qm_automaton a = qm_automaton_of(head);
    stretch s = {.codes[0] = 0};
    for (uint32_t at = from; at < to;) {
        uint32_t count = to - at < STRETCH ? to - at : STRETCH;
        read_states(&s, &a, head->codes, read_codes(&s, &a, head->shift, chars + at, count));
        read_outputs(&s, &a, at, count);
        for (uint32_t i = 0; i < s.n_outputs; i++)
            if (add_finds(f, s.outputs[i].output, s.outputs[i].end, alloc, out) != QM_OK)
                return QM_E_NOMEM;
        s.codes[0] = s.codes[count];
        s.states[0] = s.states[count];
        at += count;
    }
    return QM_OK;
}

int qm_lexicon_scan(const qm_lexicon *lexicon, const qm_text *text, uint32_t from, uint32_t to,
                    uint32_t wanted, const qm_allocator *alloc, qm_matches out[QM_ROOMS],
                    qm_error *err)
{
    if (lexicon->entries == 0) return QM_OK;
    finding f = {.finds = lexicon->finds,
                 .senses = lexicon->senses,
                 .wanted = wanted & ((1u << QM_ROOMS) - 1),
                 .source = lexicon->source};
    size_t before[QM_ROOMS];
    for (int room = 0; room < QM_ROOMS; room++) {
        before[room] = out[room].count;
        if (out[room].at)
            f.at[room] = (ends){out[room].at + out[room].count, out[room].at + out[room].room};
    }
    int status = scan(lexicon, &f, text->chars, from, to, alloc, out);
    for (int room = 0; room < QM_ROOMS; room++) {
        size_t count = f.at[room].next ? (size_t)(f.at[room].next - out[room].at) : 0;
        out[room].count = status == QM_OK ? count : before[room];
    }
    return status == QM_OK ? QM_OK : qm_fail_nomem(err);
}

void qm_matches_free(qm_matches lists[QM_ROOMS], const qm_allocator *alloc)
{
    for (int room = 0; room < QM_ROOMS; room++) qm_array_free(alloc, &lists[room]);
}
