/* All occurrences of the entries of a lexicon. */
#include "image/scan.h"

#include "base/processor.h"

/* A bit for each of so many numbers whose highest bit is set. */
static inline uint32_t signs_of(const uint32_t numbers[QM_AT_ONCE])
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < QM_AT_ONCE; i++) bits |= numbers[i] >> 31 << i;
    return bits;
}

#include "image/scan_passes.h"

const qm_stretch_reader qm_stretch_plain = {begin_stretch, follow_stretch, end_stretch, take_finds,
                                            put_matches};

qm_scan_tables qm_scan_tables_of(const qm_lexicon *lexicon, uint32_t wanted)
{
    const qm_lexicon_head *head = lexicon->automaton;
    uint32_t last = 31 - (uint32_t)__builtin_clz(wanted);
    const uint8_t *pairs = (const uint8_t *)head + qm_lexicon_layout_of(head).pairs[last];
    const qm_automaton automaton = qm_automaton_of(head);
    return (qm_scan_tables){.automaton = automaton,
                            .basic = lexicon->flat ? automaton.codes + 256 : NULL,
                            .pairs = (const uint32_t *)(const void *)pairs,
                            .shift = head->shifts[last],
                            .limit = head->limits[last],
                            .codes = head->codes,
                            .alone = lexicon->alone >> last & 1};
}

static const qm_stretch_reader *choose_reader(void)
{
#ifdef __x86_64__
    if (qm_has_avx2()) return &qm_stretch_avx2;
#endif
    return &qm_stretch_plain;
}

static void begin_finding(qm_finding *f, const qm_lexicon *lexicon, uint32_t wanted,
                          const qm_matches lists[QM_ROOMS])
{
    f->lexicon = lexicon;
    f->rest = NULL;
    f->count = 0;
    f->only = wanted & (wanted - 1) ? QM_ROOMS : (uint32_t)__builtin_ctz(wanted);
    for (uint32_t room = 0; room <= QM_ROOMS; room++) {
        f->steps[room] = 0;
        f->next[room] = &f->unwanted;
        if (!(wanted >> room & 1)) continue;
        f->steps[room] = sizeof(qm_match);
        f->next[room] = lists[room].at ? lists[room].at + lists[room].count : NULL;
    }
}

static size_t matches_of(const qm_finding *f, const qm_matches *list, uint32_t room)
{
    return f->next[room] ? (size_t)(f->next[room] - list->at) : 0;
}

/* What waits becomes matches; there is room for all of it in the list of each room. */
static int put_finds(qm_finding *f, const qm_stretch_reader *reader, const qm_allocator *alloc,
                     qm_matches lists[QM_ROOMS])
{
    for (uint32_t room = 0; room < QM_ROOMS; room++) {
        qm_matches *list = &lists[room];
        if (!f->steps[room]) continue;
        size_t count = matches_of(f, list, room);
        if (count + f->count <= list->room) continue;
        list->count = count;
        if (qm_array_reserve(alloc, list, count + f->count) != QM_OK) return QM_E_NOMEM;
        f->next[room] = list->at + count;
    }
    reader->put(f);
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

/* Four stretches are on the way at any time: one is begun, one followed, one ended, of one the
 * finds are taken. */
static int scan(qm_finding *f, const uint32_t *chars, uint32_t from, uint32_t to, uint32_t wanted,
                const qm_allocator *alloc, qm_matches *lists, uint16_t *letters)
{
    const qm_scan_tables tables = qm_scan_tables_of(f->lexicon, wanted);
    const qm_stretch_reader *reader = choose_reader();
    uint32_t rest[QM_STRETCH], n = (to - from + QM_STRETCH - 1) / QM_STRETCH;
    qm_stretch ring[4];
    ring[3].codes[QM_STRETCH] = ring[3].states[QM_STRETCH] = 0; /* stands before them all */
    for (uint32_t i = 0; i < n + 3; i++) {
        uint32_t at = from + i * QM_STRETCH;
        qm_stretch *first = &ring[i % 4], *second = &ring[(i + 3) % 4], *third = &ring[(i + 2) % 4],
                   *fourth = &ring[(i + 1) % 4];
        if (i < n) reader->begin(&tables, whole_stretch(chars, at, to, rest), second, first);
        if (i < n && letters)
            memcpy(letters + (size_t)i * QM_STRETCH, first->letters, sizeof first->letters);
        if (i >= 1 && i <= n) reader->follow(&tables, second);
        if (i >= 2 && i <= n + 1) reader->end(&tables, fourth, third);
        while (i >= 3 && !reader->take(&tables, fourth, at - 3 * QM_STRETCH, f))
            if (put_finds(f, reader, alloc, lists) != QM_OK) return QM_E_NOMEM;
    }
    return put_finds(f, reader, alloc, lists);
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
    qm_finding f;
    size_t before[QM_ROOMS];
    for (uint32_t room = 0; room < QM_ROOMS; room++) before[room] = out[room].count;
    begin_finding(&f, lexicon, wanted, out);
    int status = scan(&f, text->chars, from, to, wanted, alloc, out, codes ? codes->at : NULL);
    for (uint32_t room = 0; room < QM_ROOMS; room++)
        if (wanted >> room & 1)
            out[room].count = status == QM_OK ? matches_of(&f, &out[room], room) : before[room];
    return status == QM_OK ? QM_OK : qm_fail_nomem(err);
}

void qm_matches_free(qm_matches lists[QM_ROOMS], const qm_allocator *alloc)
{
    for (int room = 0; room < QM_ROOMS; room++) qm_array_free(alloc, &lists[room]);
}
