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
        return qm_fail_offset(err, QM_E_VERSION, place,
                              "lexicon of format %u, but this library reads format %u: "
                              "the image has to be compiled anew",
                              (unsigned)head->format, QM_LEXICON_FORMAT);
    bool shifts = true;
    for (int r = 0; r < QM_ROOMS; r++) shifts &= head->shifts[r] >= 4 && head->shifts[r] <= 26;
    if (!shifts || qm_lexicon_layout_of(head).size != section.size)
        return qm_fail_offset(err, QM_E_CORRUPT, place, "automaton has the wrong size");
    if (head->codes == 0 || head->codes > 0x10000 || head->blocks == 0 ||
        head->states <= head->codes || head->states > QM_LEXICON_NUMBERS ||
        head->entries > QM_LEXICON_NUMBERS || head->finds > QM_LEXICON_NUMBERS ||
        head->groups > QM_LEXICON_GROUPS || head->entries == 0 || head->groups == 0)
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

/* Lists end, and the longest entry of each is the first. */
static bool find_is_sound(const qm_lexicon_head *head, const qm_automaton *a, uint32_t i)
{
    uint32_t find = a->finds[i], length = qm_find_length(find);
    if (length == 0 || qm_find_group(find) >= head->groups) return false;
    if (find & QM_LAST_FIND) return true;
    return i + 1 < head->finds && qm_find_length(a->finds[i + 1]) <= length;
}

static int check_finds(const qm_image *image, const qm_lexicon_head *head, const qm_automaton *a,
                       qm_error *err)
{
    for (uint32_t i = 0; i < head->finds; i++)
        if (!find_is_sound(head, a, i))
            return qm_fail_offset(err, QM_E_CORRUPT, place_of(image, a->finds + i),
                                  "bad output of the automaton");
    for (uint32_t code = 0; code < head->codes; code++)
        if (a->asked[code] > head->groups)
            return qm_fail_offset(err, QM_E_CORRUPT, place_of(image, a->asked + code),
                                  "bad group of a character");
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
    if (output > 0 && qm_find_length(a->finds[output - 1]) > a->depths[s]) return false;
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

static int bind_groups(qm_lexicon *lexicon, qm_bytes section)
{
    const qm_lexicon_groups *head = section.data;
    if (section.size < sizeof *head || head->groups != lexicon->groups ||
        head->senses > QM_LEXICON_NUMBERS)
        return QM_E_CORRUPT;
    uint64_t starts = sizeof *head;
    uint64_t senses = starts + ((uint64_t)head->groups + 1) * sizeof(uint32_t);
    if (senses + (uint64_t)head->senses * sizeof(qm_sense) != section.size) return QM_E_CORRUPT;
    const uint8_t *data = section.data;
    lexicon->sense_starts = (const uint32_t *)(data + starts);
    lexicon->senses = (const qm_sense *)(data + senses);
    return lexicon->sense_starts[0] == 0 && lexicon->sense_starts[head->groups] == head->senses
               ? QM_OK
               : QM_E_CORRUPT;
}

static uint32_t room_of(const qm_lexicon *lexicon, uint32_t group)
{
    return lexicon->senses[lexicon->sense_starts[group]].kind >> 8;
}

/* Whether a group has senses, not too many, all of one room, and of none before those of the groups
 * before, which are sound. */
static bool group_is_sound(const qm_lexicon *lexicon, uint32_t group)
{
    uint32_t first = lexicon->sense_starts[group], end = lexicon->sense_starts[group + 1];
    if (first >= end || end > lexicon->sense_starts[lexicon->groups] ||
        end - first > QM_LEXICON_SENSES || room_of(lexicon, group) >= QM_LEXICON_ROOMS)
        return false;
    for (uint32_t i = first + 1; i < end; i++)
        if (lexicon->senses[i].kind >> 8 != lexicon->senses[first].kind >> 8) return false;
    return group == 0 || room_of(lexicon, group - 1) <= room_of(lexicon, group);
}

static int check_groups(const qm_image *image, const qm_lexicon *lexicon, qm_error *err)
{
    for (uint32_t i = 0; i < lexicon->groups; i++)
        if (!group_is_sound(lexicon, i))
            return qm_fail_offset(err, QM_E_CORRUPT, place_of(image, lexicon->sense_starts + i),
                                  "bad group of senses %u", (unsigned)i);
    return QM_OK;
}

/* Rooms find an entry once each, in their order: so lists are short. */
static bool finds_are_apart(const qm_lexicon *lexicon, uint32_t find, uint32_t next)
{
    if (find & QM_LAST_FIND || qm_find_length(find) != qm_find_length(next)) return true;
    return room_of(lexicon, qm_find_group(find)) < room_of(lexicon, qm_find_group(next));
}

static int check_lists(const qm_image *image, const qm_lexicon *lexicon, qm_error *err)
{
    const qm_lexicon_head *head = lexicon->automaton;
    const uint32_t *finds = qm_automaton_of(head).finds;
    for (uint32_t i = 1; i < head->finds; i++)
        if (!finds_are_apart(lexicon, finds[i - 1], finds[i]))
            return qm_fail_offset(err, QM_E_CORRUPT, place_of(image, finds + i),
                                  "a room finds an entry twice");
    return QM_OK;
}

/* The first group of a room or of one behind it. */
static uint32_t first_group(const qm_lexicon *lexicon, uint32_t room)
{
    uint32_t low = 0, high = lexicon->groups;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (room_of(lexicon, middle) < room) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Whether the pages of the basic plane have a block each, in their order. */
static bool is_flat(const qm_lexicon_head *head)
{
    const uint16_t *pages = qm_automaton_of(head).pages;
    uint32_t page = 0;
    while (page < QM_LEXICON_BASIC && pages[page] == page + 1) page++;
    return page == QM_LEXICON_BASIC && head->blocks > page;
}

/* For which rooms lists of finds begin behind characters by themselves. */
static uint32_t find_alone(const qm_lexicon_head *head)
{
    const qm_lexicon_state *states = qm_automaton_of(head).states;
    uint32_t alone = 0;
    for (uint32_t code = 0; code < head->codes; code++)
        for (uint32_t room = 0; room < QM_ROOMS; room++)
            alone |= (uint32_t)(qm_low(states[code].output) - 1 < head->limits[room]) << room;
    return alone;
}

int qm_lexicon_bind(qm_lexicon *out, const qm_image *image, qm_error *err)
{
    qm_lexicon lexicon = {0};
    qm_bytes automaton = qm_image_section(image, QM_SECTION_LEXA);
    qm_bytes groups = qm_image_section(image, QM_SECTION_LEXE);
    if (!automaton.data && !groups.data) {
        *out = lexicon;
        return QM_OK;
    }
    if (!automaton.data || !groups.data)
        return qm_fail_offset(err, QM_E_CORRUPT, 0, "half of the lexicon is missing");
    int status = check_automaton(image, automaton, err);
    if (status != QM_OK) return status;
    const qm_lexicon_head *head = automaton.data;
    lexicon.automaton = automaton.data;
    lexicon.groups = head->groups;
    lexicon.entries = head->entries;
    lexicon.states = head->states;
    lexicon.codes = head->codes;
    lexicon.alone = find_alone(head);
    lexicon.flat = is_flat(head);
    if (bind_groups(&lexicon, groups) != QM_OK)
        return qm_fail_offset(err, QM_E_CORRUPT, place_of(image, groups.data),
                              "senses of the lexicon have the wrong size");
    if (!image->trusted) status = check_groups(image, &lexicon, err);
    if (status == QM_OK && !image->trusted) status = check_lists(image, &lexicon, err);
    if (status != QM_OK) return status;
    for (uint32_t room = 0; room <= QM_ROOMS; room++)
        lexicon.firsts[room] = first_group(&lexicon, room);
    *out = lexicon;
    return QM_OK;
}

void qm_lexicon_page(const qm_lexicon *lexicon, uint32_t page, uint16_t codes[256])
{
    const qm_automaton a = qm_automaton_of(lexicon->automaton);
    memcpy(codes, a.codes + (size_t)a.pages[page] * 256, 256 * sizeof *codes);
}

const qm_sense *qm_lexicon_ask(const qm_lexicon *lexicon, qm_room room, uint32_t code,
                               uint32_t *group, uint32_t *count)
{
    uint32_t asked = qm_automaton_of(lexicon->automaton).asked[code];
    if (asked <= lexicon->firsts[room] || asked > lexicon->firsts[room + 1]) return NULL;
    *group = asked - 1;
    return qm_lexicon_senses(lexicon, *group, count);
}

const qm_sense *qm_lexicon_next(const qm_lexicon *lexicon, qm_room room, uint32_t *at,
                                uint32_t *group, uint32_t *count)
{
    if (*at == 0) *at = lexicon->firsts[room];
    if (*at >= lexicon->firsts[room + 1]) return NULL;
    *group = (*at)++;
    return qm_lexicon_senses(lexicon, *group, count);
}
