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
    bool shifts = true;
    for (int r = 0; r < QM_ROOMS; r++) shifts &= head->shifts[r] >= 4 && head->shifts[r] <= 26;
    if (!shifts || qm_lexicon_layout_of(head).size != section.size)
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
    if (find->length == 0 || find->next > head->finds || find->entry >= head->entries ||
        find->room >= 8 || find->count == 0)
        return false;
    uint32_t own = 1u << find->room;
    if (find->next == 0) return find->rooms == own;
    const qm_lexicon_find *other = &a->finds[find->next - 1];
    if (find->rooms != (own | other->rooms)) return false;
    return other->length < find->length ||
           (other->length == find->length && other->room > find->room);
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
    if (output > 0 && a->finds[output - 1].length > a->depths[s]) return false;
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
    uint32_t first = find->senses, end = first + find->count;
    if (first > QM_LEXICON_NUMBERS || first < lexicon->sense_starts[find->entry] ||
        end > lexicon->sense_starts[find->entry + 1])
        return false;
    for (uint32_t i = first; i < end; i++)
        if (lexicon->senses[i].kind >> 8 != find->room) return false;
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
    while (find < end && find->room != room) find++;
    *at = (uint32_t)(find - lexicon->finds);
    if (find == end) return NULL;
    ++*at;
    *entry = find->entry;
    *count = find->count;
    return lexicon->senses + find->senses;
}
