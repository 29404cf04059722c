/* Long texts of which only words are asked for: they are read, cut and written piece by piece, so
 * that what one step leaves is still near when the next one needs it.
 *
 * A piece ends where a run of blanks with a line break in it does: no number, ASCII word or address
 * reaches across it, and beyond it no cut sees anything. Tags see two words before their own, of
 * which the run is one: pieces begin a line earlier then, whose words have been written already. */
#include "engine/analyzer.h"

enum {
    PIECE = 16 * 1024, /* bytes, or more */
    FEW = 2 * PIECE,   /* bytes of a text that is read as one */
    LINE = 2 * 1024    /* bytes of the longest line that is read twice */
};

bool qm_analyzer_takes_pieces(const qm_analyzer *a)
{
    const qm_engine *engine = a->engine;
    const int64_t *settings = engine->settings;
    return engine->tables == 1u << QM_TOKENS && a->now->bytes.size > FEW && !engine->joins &&
           !engine->scans && settings[QM_P_GRANULARITY] == QM_WORD &&
           settings[QM_P_QUALITY] == QM_FAST && !settings[QM_P_STRICT_UTF8];
}

/* Whether no blank begins with such a byte: ASCII, or most hanzi. */
static bool is_visible(uint8_t byte)
{
    return (byte > ' ' && byte < 0x7F) || (byte >= 0xE4 && byte <= 0xE9);
}

/* Where the next line behind `at` begins that begins with what can be seen, indented or not; size:
 * there is none. */
static size_t next_line(qm_bytes text, size_t at)
{
    const uint8_t *bytes = text.data;
    while (at < text.size) {
        const uint8_t *end = memchr(bytes + at, '\n', text.size - at);
        if (!end) break;
        size_t begin = at = (size_t)(end - bytes) + 1;
        while (begin + 3 < text.size && memcmp(bytes + begin, "\xE3\x80\x80", 3) == 0) begin += 3;
        while (begin + 1 < text.size && bytes[begin] == ' ') begin++;
        if (begin < text.size && is_visible(bytes[begin])) return begin;
    }
    return text.size;
}

typedef struct piece {
    size_t begin, end; /* bytes that are read */
    size_t from;       /* where the words begin that are written */
    size_t next;       /* where the next piece begins */
} piece;

static piece piece_behind(const piece *before, qm_bytes text, bool tags)
{
    piece p = {before->next, text.size, before->end, text.size};
    if (text.size - p.from <= PIECE) return p;
    p.next = p.end = next_line(text, p.from + PIECE);
    if (!tags) return p;
    p.end = next_line(text, p.next);
    while (p.end < text.size && p.end - p.next > LINE) {
        p.next = p.end;
        p.end = next_line(text, p.end);
    }
    return p;
}

/* base: the place where the piece begins. */
static int add_piece(qm_analyzer *a, qm_bytes text, const piece *p, uint64_t base, qm_error *err)
{
    const char *bytes = (const char *)text.data + p->begin;
    int status = qm_analyzer_cut(a, bytes, p->end - p->begin, err);
    if (status != QM_OK) return status;
    if (qm_analyzer_measure_places(a) != QM_OK) return qm_fail_nomem(err);
    uint32_t first = qm_analyzer_character_at(a, p->from - p->begin);
    size_t rows = a->batch.rows[QM_TOKENS].count;
    if (qm_analyzer_add_tokens(a, first, a->now->text.count) != QM_OK) return qm_fail_nomem(err);
    return qm_analyzer_shift_tokens(a, rows, base, err);
}

int qm_analyzer_add_pieces(qm_analyzer *a, qm_error *err)
{
    const qm_bytes text = a->now->bytes;
    const bool tags = a->engine->settings[QM_P_TAGS];
    uint64_t base = 0;
    int status = QM_OK;
    for (piece p = {0}; p.end < text.size && status == QM_OK;) {
        p = piece_behind(&p, text, tags);
        status = add_piece(a, text, &p, base, err);
        if (status == QM_OK)
            base += qm_analyzer_place(a, qm_analyzer_character_at(a, p.next - p.begin));
        qm_analyzer_give_back(a); /* a piece without lines may be long itself */
    }
    a->now->bytes = text;
    return status;
}
