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
    if (section.size < sizeof *head || qm_lexicon_layout_of(head).size != section.size)
        return qm_fail_offset(err, QM_E_CORRUPT, place, "automaton has the wrong size");
    if (head->codes == 0 || head->codes > 0x10000 || head->blocks == 0 ||
        head->states <= head->codes || head->entries > QM_LEXICON_ENTRIES)
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

/* Links lead to ever shorter entries: they end, and in at most `length` steps. */
static int check_links(const qm_image *image, const qm_lexicon_head *head, const qm_automaton *a,
                       qm_error *err)
{
    for (uint32_t i = 0; i < head->entries; i++) {
        uint32_t next = a->links[i] >> 8;
        uint32_t length = a->links[i] & 0xFF;
        if (length == 0 || next > head->entries ||
            (next > 0 && (a->links[next - 1] & 0xFF) >= length))
            return qm_fail_offset(err, QM_E_CORRUPT, place_of(image, a->links + i),
                                  "bad output of the automaton");
    }
    return QM_OK;
}

/* The depth of a state is one more than its parent's and greater than that of the state it fails
 * to, and no entry in it is longer. So a scan that starts at the root is never deeper than the
 * characters it has read, chains of fail end, and no match starts before the text. */
static bool state_is_sound(const qm_lexicon_head *head, const qm_automaton *a, uint32_t s)
{
    const qm_lexicon_state *state = &a->states[s];
    if (state->base > head->states - head->codes || state->output > head->entries) return false;
    if (state->output > 0 && (a->links[state->output - 1] & 0xFF) > a->depths[s]) return false;
    if (s == 0)
        return state->check == QM_LEXICON_NO_STATE && state->base == 0 && state->fail == 0 &&
               a->depths[0] == 0;
    if (state->check == QM_LEXICON_NO_STATE)
        return state->base == 0 && state->fail == 0 && state->output == 0 && a->depths[s] == 0;
    uint32_t parent = state->check;
    if (parent >= head->states || a->depths[s] != a->depths[parent] + 1u) return false;
    if (parent > 0 && a->states[parent].check == QM_LEXICON_NO_STATE) return false;
    uint32_t code = s - a->states[parent].base;
    if (code == 0 || code >= head->codes || state->fail >= head->states) return false;
    if (state->fail > 0 && a->states[state->fail].check == QM_LEXICON_NO_STATE) return false;
    return a->depths[state->fail] < a->depths[s];
}

static int check_automaton(const qm_image *image, qm_bytes section, qm_error *err)
{
    int status = check_sizes(image, section, err);
    if (status != QM_OK) return status;
    const qm_lexicon_head *head = section.data;
    qm_automaton a = qm_automaton_of(section.data);
    if (image->trusted) return QM_OK;
    status = check_alphabet(image, head, &a, err);
    if (status == QM_OK) status = check_links(image, head, &a, err);
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
        head->senses > QM_LEXICON_SENSES)
        return QM_E_CORRUPT;
    uint64_t starts = sizeof *head;
    uint64_t senses = starts + ((uint64_t)head->entries + 1) * sizeof(uint32_t);
    uint64_t rooms = senses + (uint64_t)head->senses * sizeof(qm_sense);
    if (rooms + head->entries != section.size) return QM_E_CORRUPT;
    const uint8_t *data = section.data;
    lexicon->sense_starts = (const uint32_t *)(data + starts);
    lexicon->senses = (const qm_sense *)(data + senses);
    lexicon->rooms = data + rooms;
    return lexicon->sense_starts[0] == 0 && lexicon->sense_starts[head->entries] == head->senses
               ? QM_OK
               : QM_E_CORRUPT;
}

static int check_entries(const qm_image *image, const qm_lexicon *lexicon, qm_error *err)
{
    const uint32_t *starts = lexicon->sense_starts;
    uint32_t all = starts[lexicon->entries];
    for (uint32_t i = 0; i < lexicon->entries; i++) {
        uint32_t rooms = 0;
        bool sound = starts[i] <= starts[i + 1] && starts[i + 1] <= all;
        for (uint32_t k = starts[i]; sound && k < starts[i + 1]; k++) {
            sound = lexicon->senses[k].kind >> 8 < 8;
            if (sound) rooms |= 1u << (lexicon->senses[k].kind >> 8);
        }
        if (!sound || rooms != lexicon->rooms[i])
            return qm_fail_offset(err, QM_E_CORRUPT, place_of(image, starts + i),
                                  "bad senses of entry %u", (unsigned)i);
    }
    return QM_OK;
}

int qm_lexicon_bind(qm_lexicon *out, const qm_image *image, qm_error *err)
{
    qm_lexicon lexicon = {.fold_case = true};
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
    lexicon.entries = head->entries;
    lexicon.states = head->states;
    if (bind_entries(&lexicon, entries) != QM_OK)
        return qm_fail_offset(err, QM_E_CORRUPT, place_of(image, entries.data),
                              "entries of the lexicon have the wrong size");
    if (!image->trusted) status = check_entries(image, &lexicon, err);
    if (status == QM_OK) *out = lexicon;
    return status;
}

/* ---- scanning ---- */

static inline uint32_t code_of(const qm_automaton *a, uint32_t character)
{
    if (character > 0x10FFFF) return 0;
    return a->codes[(uint32_t)a->pages[character >> 8] << 8 | (character & 0xFF)];
}

static inline uint32_t step(const qm_lexicon_state *states, uint32_t state, uint32_t code)
{
    while (state != 0) {
        uint32_t next = states[state].base + code;
        if (states[next].check == state) return next;
        state = states[state].fail;
    }
    return states[code].check == 0 ? code : 0;
}

/* One match for each wanted room that has senses of the entry. */
static int add_entry(const qm_lexicon *lexicon, qm_match match, uint32_t wanted,
                     const qm_allocator *alloc, qm_matches *out)
{
    const qm_sense *sense = lexicon->senses + lexicon->sense_starts[match.entry];
    const qm_sense *end = lexicon->senses + lexicon->sense_starts[match.entry + 1];
    while (sense < end) {
        uint32_t room = sense->kind >> 8;
        match.senses = sense;
        while (sense < end && sense->kind >> 8 == room) sense++;
        if (!(wanted >> room & 1)) continue;
        match.count = (uint32_t)(sense - match.senses) & QM_LEXICON_SENSES;
        if (qm_array_push(alloc, &out[room], match) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

static int add_entries(const qm_lexicon *lexicon, const qm_automaton *a, uint32_t output,
                       uint32_t end, uint32_t wanted, const qm_allocator *alloc, qm_matches *out)
{
    for (; output > 0; output = a->links[output - 1] >> 8) {
        uint32_t entry = output - 1;
        if (!(lexicon->rooms[entry] & wanted)) continue;
        qm_match match = {.start = end - (a->links[entry] & 0xFF),
                          .end = end,
                          .entry = entry,
                          .source = lexicon->source};
        if (add_entry(lexicon, match, wanted, alloc, out) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

int qm_lexicon_scan(const qm_lexicon *lexicon, const qm_text *text, uint32_t from, uint32_t to,
                    uint32_t wanted, const qm_allocator *alloc, qm_matches out[QM_ROOMS],
                    qm_error *err)
{
    if (lexicon->entries == 0) return QM_OK;
    qm_automaton a = qm_automaton_of(lexicon->automaton);
    size_t before[QM_ROOMS];
    for (int room = 0; room < QM_ROOMS; room++) before[room] = out[room].count;
    wanted &= (1u << QM_ROOMS) - 1;
    uint32_t state = 0;
    for (uint32_t i = from; i < to; i++) {
        uint32_t code = code_of(&a, text->chars[i]);
        state = code == 0 ? 0 : step(a.states, state, code);
        uint32_t output = a.states[state].output;
        if (output == 0 || add_entries(lexicon, &a, output, i + 1, wanted, alloc, out) == QM_OK)
            continue;
        for (int room = 0; room < QM_ROOMS; room++) out[room].count = before[room];
        return qm_fail_nomem(err);
    }
    return QM_OK;
}

void qm_matches_free(qm_matches lists[QM_ROOMS], const qm_allocator *alloc)
{
    for (int room = 0; room < QM_ROOMS; room++) qm_array_free(alloc, &lists[room]);
}
