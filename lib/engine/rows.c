#include "engine/analyzer.h"
#include "engine/tokens.h"

/* From what the rooms found, in characters, to rows of tables, in the unit of the engine. */

/* ---- places ---- */

/* Units of bytes that decoding has seen: what joining took out, or a line break of two bytes. */
static uint32_t units_between(const qm_text *text, uint32_t from, uint32_t to, int unit)
{
    uint32_t units = to - from;
    qm_convert_offsets(text->bytes + from, to - from, &units, 1, unit, NULL);
    return units;
}

/* A line break may be several bytes that decoding has seen. */
static uint32_t units_of(const qm_text *text, uint32_t character, int unit)
{
    uint8_t width = text->widths[character];
    uint32_t start = text->starts[character];
    if (text->classes[character] == QM_CHAR_SPACE && width > 1)
        return units_between(text, start, start + width, unit);
    return unit == QM_UTF16 && width == 4 ? 2 : 1;
}

/* The next character from `at` on that is more than one unit, or does not begin where the one
 * before it ends; *seam goes through the seams of the text. */
static uint32_t next_odd(const qm_text *text, uint32_t at, int unit, size_t *seam)
{
    while (*seam < text->seams.count && text->seams.at[*seam] < at) ++*seam;
    uint32_t end = *seam < text->seams.count ? text->seams.at[*seam] : text->count;
    if (unit != QM_UTF16) return end;
    const uint8_t *pair = memchr(text->widths + at, 4, end - at);
    return pair ? (uint32_t)(pair - text->widths) : end;
}

/* Nearly all characters are a unit each and follow one another: only the odd ones are looked at. */
int qm_analyzer_measure_places(qm_analyzer *a)
{
    const qm_text *text = &a->now->text;
    int unit = (int)a->engine->settings[QM_P_OFFSETS];
    uint32_t count = text->count, units = 0;
    size_t seam = 0;
    if (unit == QM_BYTES) return QM_OK;
    if (qm_array_reserve(&a->alloc, &a->places, (size_t)count + QM_TEXT_PAD) != QM_OK ||
        qm_array_reserve(&a->alloc, &a->spans, (size_t)count + QM_TEXT_PAD) != QM_OK)
        return QM_E_NOMEM;
    uint32_t *places = a->places.at;
    uint8_t *spans = a->spans.at;
    memset(spans, 1, count);
    for (uint32_t at = 0; at < count; at++) {
        uint32_t odd = next_odd(text, at, unit, &seam);
        for (; at < odd; at++) places[at] = units++;
        if (at == count) break;
        uint32_t before = qm_text_end(text, at);
        units += units_between(text, before, text->starts[at], unit);
        places[at] = units;
        spans[at] = (uint8_t)units_of(text, at, unit);
        units += spans[at];
    }
    places[count] = units;
    return QM_OK;
}

/* Where characters begin and how long they are, whatever the unit. */
typedef struct ruler {
    const uint32_t *starts;
    const uint8_t *spans;
} ruler;

static inline ruler ruler_of(const qm_analyzer *a)
{
    if (a->engine->settings[QM_P_OFFSETS] == QM_BYTES)
        return (ruler){a->now->text.starts, a->now->text.widths};
    return (ruler){a->places.at, a->spans.at};
}

static inline uint32_t start_of(const ruler *r, uint32_t character)
{
    return character == QM_NONE ? QM_NONE : r->starts[character];
}

static inline uint32_t end_of(const ruler *r, uint32_t character)
{
    if (character == QM_NONE || character == 0) return character;
    return r->starts[character - 1] + r->spans[character - 1];
}

uint32_t qm_analyzer_place(const qm_analyzer *a, uint32_t character)
{
    ruler r = ruler_of(a);
    return start_of(&r, character);
}

uint32_t qm_analyzer_character_at(const qm_analyzer *a, size_t byte)
{
    const qm_text *text = &a->now->text;
    uint32_t low = 0, high = text->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (text->starts[middle] < byte) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* ---- tokens ---- */

static bool is_ill_formed(const qm_text *text, uint32_t character)
{
    /* A U+FFFD that somebody wrote is three well-formed bytes. */
    return text->chars[character] == QM_ILL_FORMED &&
           !(text->widths[character] == 3 &&
             memcmp(text->bytes + text->starts[character], "\xEF\xBF\xBD", 3) == 0);
}

/* What a row of a token needs; there must be room for the row. */
typedef struct token_writer {
    const qm_text *text;
    const uint8_t *tags; /* NULL: none are asked for */
    ruler ruler;
    qm_token_block to;
    size_t row; /* number of the next one */
} token_writer;

static inline void add_token(token_writer *w, uint32_t start, uint32_t end, uint8_t tag,
                             uint8_t flags)
{
    if (w->text->classes[start] == QM_CHAR_SPACE) flags |= QM_TOKEN_SPACE;
    w->to.start[w->row] = w->ruler.starts[start];
    w->to.end[w->row] = w->ruler.starts[end - 1] + w->ruler.spans[end - 1];
    w->to.tag[w->row] = tag;
    w->to.flags[w->row++] = flags;
}

/* Whether the token is a user word; *at goes through the matches, which are ordered by end. */
static uint8_t user_flag(const qm_analyzer *a, uint32_t start, uint32_t end, size_t *at)
{
    const qm_matches *matches = &a->now->matches[QM_ROOM_WORDS];
    while (*at < matches->count && matches->at[*at].end < end) ++*at;
    for (size_t i = *at; i < matches->count && matches->at[i].end == end; i++)
        if (matches->at[i].start == start) return QM_TOKEN_USER;
    return 0;
}

/* The words inside a word, for search: they follow it and say so. */
static void add_inner_tokens(token_writer *w, const uint8_t *fine, uint32_t start, uint32_t end)
{
    for (uint32_t i = start; i < end;) {
        uint32_t next = i + 1;
        while (next < end && !fine[next]) next++;
        if (i == start && next == end) return;
        add_token(w, i, next, 0, QM_TOKEN_COLOCATED);
        i = next;
    }
}

const qm_words *qm_analyzer_tokens(const qm_analyzer *a)
{
    return a->engine->settings[QM_P_GRANULARITY] == QM_TERM ? &a->now->own_tokens : &a->now->words;
}

/* One by one: with the words inside words. */
static void add_any_tokens(const qm_analyzer *a, token_writer *w, uint32_t first, uint32_t last)
{
    bool fine = a->engine->settings[QM_P_GRANULARITY] == QM_FINE;
    const uint8_t *begins = qm_analyzer_tokens(a)->begins, *own = a->now->own_tokens.begins;
    size_t match = 0;
    for (uint32_t start = first, end; start < last; start = end) {
        for (end = start + 1; !begins[end];) end++;
        add_token(w, start, end, w->tags ? w->tags[start] : 0, user_flag(a, start, end, &match));
        if (fine) add_inner_tokens(w, own, start, end);
    }
}

/* Neither user words nor inner tokens: nothing is asked token by token. */
static void add_plain_tokens(token_writer *w, const qm_words *words, uint32_t first, uint32_t last)
{
    qm_plain_tokens plain = {words->begins, w->ruler.starts, w->ruler.spans, w->text->classes,
                             w->tags};
    qm_token_block to = {w->to.start + w->row, w->to.end + w->row, w->to.tag + w->row,
                         w->to.flags + w->row};
    if (first < last) w->row += qm_plain_tokens_put(&plain, first, last, to);
}

static bool is_token(const uint8_t *begins, uint32_t start, uint32_t end)
{
    return begins[start] && begins[end] && !memchr(begins + start + 1, 1, end - start - 1);
}

/* Few tokens are user words: the others are plain. */
static void add_most_tokens(const qm_analyzer *a, token_writer *w, uint32_t first, uint32_t last)
{
    const qm_words *words = qm_analyzer_tokens(a);
    const qm_matches *matches = &a->now->matches[QM_ROOM_WORDS];
    for (size_t i = 0; i < matches->count; i++) {
        const qm_match *match = &matches->at[i];
        uint32_t start = match->start, end = match->end;
        if (start < first || end > last || !is_token(words->begins, start, end)) continue;
        add_plain_tokens(w, words, first, start);
        add_token(w, start, end, w->tags ? w->tags[start] : 0, QM_TOKEN_USER);
        first = end;
    }
    add_plain_tokens(w, words, first, last);
}

/* Rows from `row` on are those of the characters [first, last). Few of these are ill-formed pieces;
 * tokens that begin with one say so, and the first inner token along with its word. */
static void flag_ill_formed(const token_writer *w, size_t row, uint32_t first, uint32_t last)
{
    for (uint32_t at = first; at < last; at++) {
        if (!is_ill_formed(w->text, at)) continue;
        uint32_t start = w->ruler.starts[at];
        while (row < w->row && w->to.start[row] < start) row++;
        for (; row < w->row && w->to.start[row] == start; row++)
            w->to.flags[row] |= QM_TOKEN_ILL_FORMED;
    }
}

int qm_analyzer_add_tokens(qm_analyzer *a, uint32_t first, uint32_t last)
{
    bool fine = a->engine->settings[QM_P_GRANULARITY] == QM_FINE;
    if (first == last) return QM_OK; /* there may be no rows to point into */
    /* A token has a character at least, and stands once more among the inner ones. */
    size_t most = (size_t)(last - first) * (fine ? 2 : 1) + QM_TOKENS_BEYOND;
    int status = qm_batch_reserve(&a->batch, QM_TOKENS, most);
    token_writer w = {
        .text = &a->now->text, .ruler = ruler_of(a), .to = qm_batch_tokens(&a->batch)};
    if (status != QM_OK || !w.to.start) return QM_E_NOMEM;
    w.row = a->batch.rows[QM_TOKENS].count;
    if (a->engine->settings[QM_P_TAGS]) w.tags = qm_analyzer_tokens(a)->tags;
    size_t row = w.row;
    if (fine) add_any_tokens(a, &w, first, last);
    else add_most_tokens(a, &w, first, last);
    if (a->now->text.ill_formed) flag_ill_formed(&w, row, first, last);
    a->batch.rows[QM_TOKENS].count = w.row;
    return QM_OK;
}

int qm_analyzer_shift_tokens(qm_analyzer *a, size_t from, uint64_t by, qm_error *err)
{
    size_t count = a->batch.rows[QM_TOKENS].count;
    if (count == from || by == 0) return QM_OK;
    qm_token_block rows = qm_batch_tokens(&a->batch);
    if (rows.end[count - 1] + by >= QM_NONE)
        return qm_fail(err, QM_E_LIMIT, "the chunk is too large for one result");
    for (size_t i = from; i < count; i++) {
        rows.start[i] += (uint32_t)by;
        rows.end[i] += (uint32_t)by;
    }
    return QM_OK;
}

/* ---- the other tables ---- */

/* A unit as written in the text gets a code behind those of the engine. */
static int unit_code(qm_analyzer *a, uint32_t code, uint32_t start, uint32_t end, uint32_t *out)
{
    *out = code;
    if (code != QM_UNIT_WRITTEN) return QM_OK;
    uint32_t from = a->now->text.starts[start];
    qm_bytes written = {a->now->text.bytes + from, qm_text_end(&a->now->text, end) - from};
    uint32_t number;
    if (qm_interner_add(&a->batch.written, &a->alloc, written, &number) != QM_OK) return QM_E_NOMEM;
    *out = a->engine->names.list[QM_DICT_UNITS].count + number;
    return QM_OK;
}

static int add_quantity(qm_analyzer *a, const ruler *r, const qm_quantity *q)
{
    uint32_t unit, per, rate, header_unit;
    if (unit_code(a, q->unit, q->unit_start, q->unit_end, &unit) != QM_OK ||
        unit_code(a, q->per, q->per_start, q->per_end, &per) != QM_OK ||
        unit_code(a, q->rate, q->rate_start, q->rate_end, &rate) != QM_OK ||
        unit_code(a, q->header_unit, q->unit_start, q->unit_end, &header_unit) != QM_OK)
        return QM_E_NOMEM;
    const qm_quantity_row row = {
        .start = start_of(r, q->start),
        .end = end_of(r, q->end),
        .kind = q->kind,
        .low = q->low,
        .high = q->high,
        .relation = q->relation,
        .unit = unit,
        .per = per,
        .rate = rate,
        .header_unit = header_unit,
        .counted_start = start_of(r, q->counted_start),
        .counted_end = end_of(r, q->counted_end),
        .number_start = start_of(r, q->number_start),
        .number_end = end_of(r, q->number_end),
        .soft_low = q->soft_low,
        .soft_high = q->soft_high,
        .si_value = q->si_value,
        .si_unit = q->si_unit,
        .flags = q->flags,
    };
    qm_batch_put_quantity(&a->batch, &row);
    return QM_OK;
}

/* Fetches the unit as it is written: the bytes of the text have not been looked at since it was
 * decoded. Made part of its caller, for what does nothing but fetch compilers leave out. */
__attribute__((always_inline)) static inline void fetch_unit(const qm_text *text,
                                                             const qm_quantity *q)
{
    if (q->unit == QM_UNIT_WRITTEN) __builtin_prefetch(text->bytes + text->starts[q->unit_start]);
}

static int add_quantities(qm_analyzer *a)
{
    enum { AHEAD = 6 };
    const qm_quantities *found = &a->now->quantities;
    const ruler r = ruler_of(a);
    int status = qm_batch_reserve(&a->batch, QM_QUANTITIES, found->count);
    for (size_t i = 0; i < found->count && status == QM_OK; i++) {
        if (i + AHEAD < found->count) fetch_unit(&a->now->text, &found->at[i + AHEAD]);
        status = add_quantity(a, &r, &found->at[i]);
    }
    return status;
}

static void add_initiative(qm_analyzer *a, const ruler *r, const qm_initiative *found)
{
    const qm_initiative_row row = {
        .start = start_of(r, found->start),
        .end = end_of(r, found->end),
        .type = found->type,
        .group = a->engine->names.groups[found->type],
        .duty = a->engine->names.duties[found->type],
        .status = found->status,
        .score = found->score,
        .trigger_start = start_of(r, found->trigger_start),
        .trigger_end = end_of(r, found->trigger_end),
        .object_start = start_of(r, found->object_start),
        .object_end = end_of(r, found->object_end),
        .actor_start = start_of(r, found->actor_start),
        .actor_end = end_of(r, found->actor_end),
        .place_start = start_of(r, found->place_start),
        .place_end = end_of(r, found->place_end),
        .time_start = start_of(r, found->time_start),
        .time_end = end_of(r, found->time_end),
        .rule = found->rule,
        .flags = found->flags,
    };
    qm_batch_put_initiative(&a->batch, &row);
}

static void add_entity(qm_analyzer *a, const ruler *r, const qm_entity *found)
{
    const qm_entity_row row = {
        .start = start_of(r, found->start),
        .end = end_of(r, found->end),
        .kind = found->kind,
        .link = found->link,
    };
    qm_batch_put_entity(&a->batch, &row);
}

static void add_clause(qm_analyzer *a, const ruler *r, const qm_clause *found)
{
    const qm_clause_row row = {
        .start = start_of(r, found->start),
        .end = end_of(r, found->end),
        .role = found->role,
        .sentence = found->sentence,
        .paragraph = found->paragraph,
        .flags = found->flags,
    };
    qm_batch_put_clause(&a->batch, &row);
}

static void add_measures(qm_analyzer *a, uint32_t initiative)
{
    const qm_initiative *found = &a->initiatives.at[initiative];
    for (uint32_t i = 0; i < found->measures; i++) {
        const qm_measure_row row = {initiative, a->measures.at[found->first_measure + i]};
        qm_batch_put_measure(&a->batch, &row);
    }
}

static int reserve_measures(qm_analyzer *a)
{
    size_t count = 0;
    for (size_t i = 0; i < a->initiatives.count; i++) count += a->initiatives.at[i].measures;
    return qm_batch_reserve(&a->batch, QM_MEASURES, count);
}

static int add_initiatives(qm_analyzer *a)
{
    const ruler r = ruler_of(a);
    const bool measures = qm_engine_makes(a->engine, QM_MEASURES);
    int status = qm_batch_reserve(&a->batch, QM_INITIATIVES, a->initiatives.count);
    if (status == QM_OK && measures) status = reserve_measures(a);
    for (uint32_t i = 0; i < a->initiatives.count && status == QM_OK; i++) {
        add_initiative(a, &r, &a->initiatives.at[i]);
        if (measures) add_measures(a, i);
    }
    return status;
}

static int add_entities(qm_analyzer *a)
{
    const qm_entities *found = &a->now->entities;
    const ruler r = ruler_of(a);
    int status = qm_batch_reserve(&a->batch, QM_ENTITIES, found->count);
    for (size_t i = 0; i < found->count && status == QM_OK; i++) add_entity(a, &r, &found->at[i]);
    return status;
}

static int add_clauses(qm_analyzer *a)
{
    const qm_clauses *found = &a->now->clauses;
    const ruler r = ruler_of(a);
    int status = qm_batch_reserve(&a->batch, QM_CLAUSES, found->count);
    for (size_t i = 0; i < found->count && status == QM_OK; i++) add_clause(a, &r, &found->at[i]);
    return status;
}

static int add_tokens(qm_analyzer *a)
{
    return qm_analyzer_add_tokens(a, 0, a->now->text.count);
}

int qm_analyzer_add_rows(qm_analyzer *a)
{
    static const struct {
        int table;
        int (*add)(qm_analyzer *a);
    } tables[] = {{QM_TOKENS, add_tokens},
                  {QM_QUANTITIES, add_quantities},
                  {QM_INITIATIVES, add_initiatives},
                  {QM_ENTITIES, add_entities},
                  {QM_CLAUSES, add_clauses}};
    int status = qm_analyzer_measure_places(a);
    for (size_t i = 0; i < sizeof tables / sizeof *tables && status == QM_OK; i++)
        if (qm_engine_makes(a->engine, tables[i].table)) status = tables[i].add(a);
    return status;
}
