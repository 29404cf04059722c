/* All occurrences of the entries of a lexicon. */
#include "image/scan_passes.h"

void qm_stretch_read_plain(const qm_scan_tables *t, const uint32_t *chars, qm_stretch *s)
{
    read_stretch(t, chars, s);
}

qm_scan_tables qm_scan_tables_of(const qm_lexicon_head *head, uint32_t wanted)
{
    uint32_t last = 31 - (uint32_t)__builtin_clz(wanted);
    const uint8_t *pairs = (const uint8_t *)head + qm_lexicon_layout_of(head).pairs[last];
    return (qm_scan_tables){qm_automaton_of(head), (const uint32_t *)(const void *)pairs,
                            head->shifts[last], head->limits[last], head->codes};
}

static qm_stretch_reader *choose_reader(void)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"))
        return qm_stretch_read_avx2;
#endif
    return qm_stretch_read_plain;
}

/* What a scan wants and where it puts it. */
typedef struct finding {
    const qm_lexicon_find *finds;
    const qm_sense *senses;
    uint32_t wanted;
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
    const uint32_t wanted = f->wanted;
    const uint8_t source = f->source;
    for (uint64_t left = s->found; left; left &= left - 1)
        __builtin_prefetch(&finds[s->outputs[__builtin_ctzll(left)] - 1]);
    for (uint64_t found = s->found; found; found &= found - 1) {
        uint32_t at = (uint32_t)__builtin_ctzll(found), end = start + at + 1;
        for (uint32_t output = s->outputs[at]; output > 0;) {
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
            match->entry = find->entry;
            match->count = find->count;
            match->source = source;
        }
    }
    return QM_OK;
}

static int scan(const qm_lexicon *lexicon, finding *f, const uint32_t *chars, uint32_t from,
                uint32_t to, const qm_allocator *alloc, qm_matches *out)
{
    const qm_scan_tables tables = qm_scan_tables_of(lexicon->automaton, f->wanted);
    qm_stretch_reader *read = choose_reader();
    uint32_t rest[QM_STRETCH];
    qm_stretch s;
    s.codes[0] = s.states[0] = 0;
    for (uint32_t at = from; at < to; at += QM_STRETCH) {
        bool whole = to - at >= QM_STRETCH;
        if (!whole) { /* filled up with what is no character, and so in no entry */
            memset(rest, 0xFF, sizeof rest);
            memcpy(rest, chars + at, (to - at) * sizeof *rest);
        }
        read(&tables, whole ? chars + at : rest, &s);
        if (add_finds(f, &s, at, alloc, out) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

int qm_lexicon_scan(const qm_lexicon *lexicon, const qm_text *text, uint32_t from, uint32_t to,
                    uint32_t wanted, const qm_allocator *alloc, qm_matches out[QM_ROOMS],
                    qm_error *err)
{
    wanted &= (1u << QM_ROOMS) - 1;
    if (lexicon->entries == 0 || wanted == 0) return QM_OK;
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
    int status = scan(lexicon, &f, text->chars, from, to, alloc, out);
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
