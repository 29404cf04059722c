/* All occurrences of the entries of a lexicon. */
#include "base/processor.h"
#include "image/scan_passes.h"

const qm_stretch_reader qm_stretch_plain = {begin_stretch, end_stretch};

qm_scan_tables qm_scan_tables_of(const qm_lexicon_head *head, uint32_t wanted)
{
    uint32_t last = 31 - (uint32_t)__builtin_clz(wanted);
    const uint8_t *pairs = (const uint8_t *)head + qm_lexicon_layout_of(head).pairs[last];
    return (qm_scan_tables){qm_automaton_of(head), (const uint32_t *)(const void *)pairs,
                            head->shifts[last], head->limits[last], head->codes};
}

static const qm_stretch_reader *choose_reader(void)
{
#ifdef __x86_64__
    if (qm_has_avx2()) return &qm_stretch_avx2;
#endif
    return &qm_stretch_plain;
}

/* What a scan wants and where it puts it. */
typedef struct finding {
    const qm_lexicon_find *finds;
    const qm_sense *senses;
    uint32_t wanted;
    uint32_t last; /* those behind this find lead to no wanted room */
    uint8_t source;
    /* Where the next match of each room goes, and where there is no more room for one. */
    qm_match *next[QM_ROOMS], *limit[QM_ROOMS];
} finding;

static int make_room(finding *f, qm_matches *list, uint32_t room, const qm_allocator *alloc)
{
    list->count = f->next[room] ? (size_t)(f->next[room] - list->at) : 0;
    if (qm_array_reserve(alloc, list, list->count + 1) != QM_OK) return QM_E_NOMEM;
    f->next[room] = list->at + list->count;
    f->limit[room] = list->at + list->room;
    return QM_OK;
}

/* The finds of a stretch that begins at `start`. What does not change is kept where no match that
 * is written could change it. */
static int add_finds(finding *f, const qm_stretch *s, uint32_t start, const qm_allocator *alloc,
                     qm_matches *out)
{
    const qm_lexicon_find *const finds = f->finds;
    const qm_sense *const senses = f->senses;
    const uint32_t wanted = f->wanted, last = f->last;
    const uint8_t source = f->source;
    for (uint64_t found = s->found; found; found &= found - 1) {
        uint32_t at = (uint32_t)__builtin_ctzll(found), end = start + at + 1;
        for (uint32_t output = s->outputs[at]; output - 1 < last;) {
            const qm_lexicon_find *find = &finds[output - 1];
            uint32_t room = find->room;
            output = find->next;
            if (!(wanted >> room & 1)) {
                if (!(wanted & find->rooms)) break;
                continue;
            }
            if (f->next[room] == f->limit[room] && make_room(f, &out[room], room, alloc) != QM_OK)
                return QM_E_NOMEM;
            qm_match *match = f->next[room]++;
            match->start = end - find->length;
            match->end = end;
            match->senses = senses + find->senses;
            match->group = find->group;
            match->count = find->count;
            match->source = source;
        }
    }
    return QM_OK;
}

/* The characters of a stretch that begins at `at`; what is missing is filled up with what is no
 * character, and so in no entry. */
static const uint32_t *whole_stretch(const uint32_t *chars, uint32_t at, uint32_t to,
                                     uint32_t rest[QM_STRETCH])
{
    if (to - at >= QM_STRETCH) return chars + at;
    memset(rest, 0xFF, QM_STRETCH * sizeof *rest);
    memcpy(rest, chars + at, (to - at) * sizeof *rest);
    return rest;
}

/* Three stretches are on the way at any time: one is begun, one ended, of one the finds are taken.
 */
static int scan(const qm_lexicon *lexicon, finding *f, const uint32_t *chars, uint32_t from,
                uint32_t to, const qm_allocator *alloc, qm_matches *out, uint16_t *letters)
{
    const qm_scan_tables tables = qm_scan_tables_of(lexicon->automaton, f->wanted);
    const qm_stretch_reader *reader = choose_reader();
    f->last = tables.limit;
    uint32_t rest[QM_STRETCH], n = (to - from + QM_STRETCH - 1) / QM_STRETCH;
    qm_stretch ring[3];
    qm_stretch *first = &ring[0], *second = &ring[1], *third = &ring[2];
    second->codes[QM_STRETCH] = second->states[QM_STRETCH] = 0; /* stands before them all */
    for (uint32_t i = 0; i < n + 2; i++) {
        uint32_t at = from + i * QM_STRETCH;
        if (i < n) reader->begin(&tables, whole_stretch(chars, at, to, rest), second, first);
        if (i < n && letters)
            memcpy(letters + (size_t)i * QM_STRETCH, first->letters, sizeof first->letters);
        if (i >= 1 && i <= n) reader->end(&tables, third, second);
        if (i >= 2 && add_finds(f, third, at - 2 * QM_STRETCH, alloc, out) != QM_OK)
            return QM_E_NOMEM;
        qm_stretch *next = third;
        third = second;
        second = first;
        first = next;
    }
    return QM_OK;
}

/* Whole stretches are written. */
static int make_codes(qm_char_codes *codes, uint32_t count, const qm_allocator *alloc)
{
    if (qm_array_reserve(alloc, codes, (size_t)count + QM_STRETCH) != QM_OK) return QM_E_NOMEM;
    codes->count = count;
    return QM_OK;
}

int qm_lexicon_scan(const qm_lexicon *lexicon, const qm_text *text, uint32_t from, uint32_t to,
                    uint32_t wanted, const qm_allocator *alloc, qm_matches out[QM_ROOMS],
                    qm_char_codes *codes, qm_error *err)
{
    wanted &= (1u << QM_ROOMS) - 1;
    if (lexicon->entries == 0 || wanted == 0) return QM_OK;
    if (codes && make_codes(codes, to - from, alloc) != QM_OK) return qm_fail_nomem(err);
    finding f = {.finds = lexicon->finds,
                 .senses = lexicon->senses,
                 .wanted = wanted,
                 .source = lexicon->source};
    size_t before[QM_ROOMS];
    for (int room = 0; room < QM_ROOMS; room++) {
        before[room] = out[room].count;
        if (!out[room].at) continue;
        f.next[room] = out[room].at + out[room].count;
        f.limit[room] = out[room].at + out[room].room;
    }
    int status = scan(lexicon, &f, text->chars, from, to, alloc, out, codes ? codes->at : NULL);
    for (int room = 0; room < QM_ROOMS; room++) {
        size_t count = f.next[room] ? (size_t)(f.next[room] - out[room].at) : 0;
        out[room].count = status == QM_OK ? count : before[room];
    }
    return status == QM_OK ? QM_OK : qm_fail_nomem(err);
}

void qm_matches_free(qm_matches lists[QM_ROOMS], const qm_allocator *alloc)
{
    for (int room = 0; room < QM_ROOMS; room++) qm_array_free(alloc, &lists[room]);
}
