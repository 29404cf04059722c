/* What the weights know a clause by. Training and running read it here, so that they see the same.
 * Keys are numbers made of what was read, the same on every machine. */
#include "initiative/classify_model.h"

enum {
    MOST_SYMBOLS = 160, /* of one clause; what is longer is no clause but a table */
    MOST_WORDS = 96,
    MOST_WORDS_BESIDE = 40,
    NUMBER = '0' /* the symbol that every number becomes */
};

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t h = (a ^ b) * UINT64_C(0xd6e8feb86659fd93);
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    return h ^ h >> 29;
}

static inline uint64_t key_of(qm_feature_family family, uint64_t what)
{
    return mix(what, (uint64_t)family * UINT64_C(0x9e3779b97f4a7c15));
}

static inline void add(qm_features *out, qm_feature_block block, qm_feature_family family,
                       uint64_t what, uint32_t start, uint32_t end)
{
    static const uint32_t rooms[QM_BLOCKS] = {QM_FEATURES_CLAUSE, QM_FEATURES_NEIGHBOUR,
                                              QM_FEATURES_CIRCUMSTANCE};
    if (out->counts[block] == rooms[block]) return;
    uint32_t at = qm_block_start(block) + out->counts[block]++;
    out->keys[at] = key_of(family, what);
    if (out->origins) {
        out->origins[at] = (qm_feature_origin){start, end, family};
    }
}

static void add_circumstance(qm_features *out, qm_feature_family family, uint64_t what)
{
    add(out, QM_BLOCK_CIRCUMSTANCE, family, what, QM_NONE, QM_NONE);
}

/* ---- symbols and words of a stretch of text ---- */

/* Characters without blanks, each number as one symbol; words as hashes of their symbols. */
typedef struct stretch {
    uint32_t symbols[MOST_SYMBOLS + 2];
    uint32_t starts[MOST_SYMBOLS + 2], ends[MOST_SYMBOLS + 2]; /* characters */
    uint32_t n_symbols;
    uint64_t words[MOST_WORDS];
    uint32_t first[MOST_WORDS], last[MOST_WORDS]; /* characters */
    uint32_t n_words;
    bool has_words;
    uint32_t from, to, quantity; /* what it was read from, where it is kept */
} stretch;

/* A clause and those beside it, by the lower bits of their numbers. */
enum { KEPT = 4 };

struct qm_stretches {
    stretch at[KEPT];
};

int qm_stretches_new(qm_stretches **out, const qm_allocator *alloc, qm_error *err)
{
    qm_stretches *made = qm_alloc_zero(alloc, sizeof *made);
    if (!made) return qm_fail_nomem(err);
    qm_stretches_forget(made);
    *out = made;
    return QM_OK;
}

void qm_stretches_forget(qm_stretches *stretches)
{
    for (uint32_t i = 0; i < KEPT; i++) stretches->at[i].from = QM_NONE;
}

void qm_stretches_free(qm_stretches *stretches, const qm_allocator *alloc)
{
    if (stretches) qm_release(alloc, stretches, sizeof *stretches);
}

static bool is_numeric(const qm_text *text, uint32_t at)
{
    return text->classes[at] == QM_CHAR_DIGIT;
}

/* The next quantity at or behind a place: characters that become one symbol. */
typedef struct figure {
    uint32_t number;      /* in the quantities */
    uint32_t start, stop; /* of its number; none there when start is QM_NONE */
    uint32_t end;         /* of all of it */
} figure;

static inline void see_figure(figure *f, const qm_quantities *quantities)
{
    f->start = f->stop = f->end = QM_NONE;
    if (f->number >= quantities->count) return;
    const qm_quantity *q = &quantities->at[f->number];
    f->start = q->number_start;
    f->stop = q->number_end;
    f->end = q->end;
}

/* Where the number that begins at `at` ends; `at` where none does. */
static inline uint32_t number_end(const qm_document *document, uint32_t at, figure *f)
{
    const qm_text *text = document->text;
    while (f->end <= at) {
        f->number++;
        see_figure(f, document->quantities);
    }
    if (f->start <= at && at < f->stop) return f->stop;
    while (is_numeric(text, at)) at++;
    return at;
}

static inline void add_symbol(stretch *s, uint32_t symbol, uint32_t start, uint32_t end,
                              bool begins)
{
    if (symbol < 128 && symbol >= 'A' && symbol <= 'Z') symbol += 'a' - 'A';
    s->symbols[s->n_symbols] = symbol;
    s->starts[s->n_symbols] = start;
    s->ends[s->n_symbols++] = end;
    if (!s->has_words) return;
    if (begins || s->n_words == 0) {
        if (s->n_words == MOST_WORDS) {
            s->has_words = false; /* no more words, the symbols go on */
            return;
        }
        s->words[s->n_words] = UINT64_C(0x243f6a8885a308d3);
        s->first[s->n_words++] = start;
    }
    s->words[s->n_words - 1] = mix(s->words[s->n_words - 1], symbol);
    s->last[s->n_words - 1] = end;
}

static void read_stretch(stretch *s, const qm_document *document, uint32_t from, uint32_t to,
                         uint32_t quantity)
{
    const qm_text *text = document->text;
    const uint8_t *begins = document->words ? document->words->begins : NULL;
    s->n_symbols = s->n_words = 0;
    s->has_words = begins != NULL;
    bool number = false; /* the symbol before was one */
    figure next = {.number = quantity};
    see_figure(&next, document->quantities);
    for (uint32_t at = from; at < to && s->n_symbols < MOST_SYMBOLS;) {
        /* Most characters stand before the next quantity and are no digit either. */
        bool plain = at < next.start && !is_numeric(text, at);
        uint32_t end = plain ? at : number_end(document, at, &next);
        if (end > to) end = to;
        if (end > at) {
            add_symbol(s, NUMBER, at, end, true);
            number = true;
            at = end;
        } else {
            if (text->classes[at] != QM_CHAR_SPACE)
                add_symbol(s, text->chars[at], at, at + 1, number || !begins || begins[at]);
            number = false;
            at++;
        }
    }
}

/* The stretch from..to at a clause: the one that is kept, or `own` where nothing is. It is the same
 * text if it is read with the same quantities, and those that end before it are none of them. */
static const stretch *find_stretch(const qm_feature_source *source, stretch *own, uint32_t clause,
                                   uint32_t from, uint32_t to, uint32_t quantity)
{
    const qm_quantities *quantities = source->document->quantities;
    if (!source->stretches) {
        read_stretch(own, source->document, from, to, quantity);
        return own;
    }
    while (quantity < quantities->count && quantities->at[quantity].end <= from) quantity++;
    stretch *kept = &source->stretches->at[clause % KEPT];
    if (kept->from != from || kept->to != to || kept->quantity != quantity) {
        read_stretch(kept, source->document, from, to, quantity);
        kept->from = from;
        kept->to = to;
        kept->quantity = quantity;
    }
    return kept;
}

/* ---- the blocks ---- */

/* One more key of the clause at a place, if there is room: returns the next place. These are most
 * of all keys, and so the place is kept out of memory. */
static inline uint32_t put(qm_features *out, uint32_t at, qm_feature_family family, uint64_t what,
                           uint32_t start, uint32_t end)
{
    if (at == QM_FEATURES_CLAUSE) return at;
    out->keys[at] = key_of(family, what);
    if (out->origins) out->origins[at] = (qm_feature_origin){start, end, family};
    return at + 1;
}

static void add_characters(qm_features *out, const stretch *s)
{
    uint32_t at = out->counts[QM_BLOCK_CLAUSE];
    for (uint32_t i = 0; i < s->n_symbols; i++) {
        uint64_t what = s->symbols[i];
        at = put(out, at, QM_FEATURE_CHARACTER, what, s->starts[i], s->ends[i]);
        if (i + 1 >= s->n_symbols) continue;
        what = what << 21 | s->symbols[i + 1];
        at = put(out, at, QM_FEATURE_CHARACTER_2, what, s->starts[i], s->ends[i + 1]);
        if (i + 2 >= s->n_symbols) continue;
        what = what << 21 | s->symbols[i + 2];
        at = put(out, at, QM_FEATURE_CHARACTER_3, what, s->starts[i], s->ends[i + 2]);
    }
    out->counts[QM_BLOCK_CLAUSE] = at;
}

static void add_words(qm_features *out, const stretch *s)
{
    uint32_t at = out->counts[QM_BLOCK_CLAUSE];
    for (uint32_t i = 0; i < s->n_words; i++) {
        at = put(out, at, QM_FEATURE_WORD, s->words[i], s->first[i], s->last[i]);
        for (uint32_t k = i + 1; k < s->n_words && k <= i + QM_FEATURE_REACH; k++)
            at = put(out, at, QM_FEATURE_WORDS, mix(s->words[i], s->words[k] << 1), s->first[i],
                     s->last[k]);
    }
    out->counts[QM_BLOCK_CLAUSE] = at;
}

static uint32_t first_quantity_in(const qm_quantities *quantities, uint32_t near, uint32_t place)
{
    while (near > 0 && quantities->at[near - 1].end > place) near--;
    return near;
}

/* Words of the clause before or behind; those of another paragraph are none of its business. */
static void add_neighbour(qm_features *out, const qm_feature_source *source, uint32_t number,
                          uint32_t own, qm_feature_family family)
{
    const qm_document *document = source->document;
    const qm_clause *clause = &document->clauses->at[number];
    const qm_clause *middle = &document->clauses->at[own];
    if (clause->paragraph != middle->paragraph) return;
    stretch fresh;
    uint32_t quantity =
        first_quantity_in(document->quantities, source->first_quantity, clause->start);
    uint32_t near = clause->sentence == middle->sentence;
    const stretch *s = find_stretch(source, &fresh, number, clause->start, clause->end, quantity);
    for (uint32_t i = 0; i < s->n_words && i < MOST_WORDS_BESIDE; i++)
        add(out, QM_BLOCK_NEIGHBOUR, family, mix(s->words[i], near), s->first[i], s->last[i]);
}

static uint32_t bucket(uint32_t n)
{
    static const uint32_t bounds[] = {3, 5, 7, 9, 12, 16, 22, 30, 45};
    uint32_t i = 0;
    while (i < sizeof bounds / sizeof *bounds && n > bounds[i]) i++;
    return i;
}

static void add_places(qm_features *out, const qm_feature_source *source)
{
    const qm_clauses *clauses = source->document->clauses;
    const qm_clause *clause = &clauses->at[source->first];
    const qm_clause *before = source->first > 0 ? clause - 1 : NULL;
    const qm_clause *behind = source->end < clauses->count ? &clauses->at[source->end] : NULL;
    bool opens_sentence = !before || before->sentence != clause->sentence;
    bool opens_paragraph = !before || before->paragraph != clause->paragraph;
    bool ends_paragraph = !behind || behind->paragraph != clause->paragraph;
    add_circumstance(out, QM_FEATURE_ROLE, clause->role);
    add_circumstance(out, QM_FEATURE_ROLE, 0x100u | (clause->flags & QM_CLAUSE_IN_QUOTES));
    add_circumstance(out, QM_FEATURE_ROLE_BEFORE, before ? before->role : 0);
    add_circumstance(out, QM_FEATURE_ROLE_BEHIND, behind ? behind->role : 0);
    add_circumstance(
        out, QM_FEATURE_PLACE,
        (uint64_t)opens_sentence | (uint64_t)opens_paragraph << 1 | (uint64_t)ends_paragraph << 2 |
            (uint64_t)(clause->flags &
                       (QM_CLAUSE_ENDS_SENTENCE | QM_CLAUSE_ENDS_SEMICOLON | QM_CLAUSE_ENDS_COLON))
                << 3);
    if (before && !opens_paragraph)
        add_circumstance(out, QM_FEATURE_PLACE,
                         0x1000u |
                             (before->flags & (QM_CLAUSE_ENDS_SENTENCE | QM_CLAUSE_ENDS_SEMICOLON |
                                               QM_CLAUSE_ENDS_COLON)));
}

static void add_quantities(qm_features *out, const qm_feature_source *source)
{
    uint32_t kinds = 0;
    for (uint32_t i = source->first_quantity; i < source->end_quantity; i++) {
        const qm_quantity *q = &source->document->quantities->at[i];
        if (!(q->flags & QM_QUANTITY_INDEFINITE)) kinds |= 1u << q->kind;
    }
    for (uint32_t kind = 0; kind <= QM_KIND_NUMBER; kind++)
        if (kinds >> kind & 1) add_circumstance(out, QM_FEATURE_QUANTITY, kind);
    if (!kinds) add_circumstance(out, QM_FEATURE_QUANTITY, 0x100);
}

static void add_cues(qm_features *out, qm_feature_family family, uint32_t cues)
{
    for (uint32_t cue = 1; cue <= QM_CUE_PSEUDO; cue++)
        if (cues >> cue & 1) add_circumstance(out, family, cue);
}

static void add_rules(qm_features *out, const qm_feature_source *source)
{
    for (uint32_t type = 1; type < source->n_types; type++) {
        int32_t points = source->rule_points[type];
        if (points <= 0) continue;
        add_circumstance(out, QM_FEATURE_RULE, source->type_keys[type]);
        if (points >= QM_POINTS_ROW)
            add_circumstance(out, QM_FEATURE_RULE, mix(source->type_keys[type], 8));
    }
}

void qm_features_read(const qm_feature_source *source, qm_features *out)
{
    const qm_document *document = source->document;
    const qm_clauses *clauses = document->clauses;
    stretch own;
    memset(out->counts, 0, sizeof out->counts);
    const stretch *s = find_stretch(source, &own, source->first, clauses->at[source->first].start,
                                    clauses->at[source->end - 1].end, source->first_quantity);
    add_characters(out, s);
    add_words(out, s);
    add_quantities(out, source);
    add_rules(out, source);
    add_cues(out, QM_FEATURE_CUE, source->cues);
    add_cues(out, QM_FEATURE_CUE_BEHIND, source->cues_behind);
    add_cues(out, QM_FEATURE_CUE_ABOVE, source->cues_above);
    if (source->alone) {
        add_circumstance(out, QM_FEATURE_ALONE, 0);
        return;
    }
    add_circumstance(out, QM_FEATURE_LENGTH, bucket(s->n_symbols));
    add_places(out, source);
    if (source->first > 0)
        add_neighbour(out, source, source->first - 1, source->first, QM_FEATURE_BEFORE);
    if (source->end < clauses->count)
        add_neighbour(out, source, source->end, source->first, QM_FEATURE_BEHIND);
}

uint32_t qm_feature_scale(uint32_t count)
{
    /* The largest r up to 65536 with r * r * count <= 2^32, bit by bit. */
    const uint64_t most = UINT64_C(1) << 32;
    uint32_t root = 0;
    if (count <= 1) return 65536;
    for (uint32_t bit = 1u << 15; bit > 0; bit >>= 1) {
        uint64_t next = root | bit;
        if (next * next * count <= most) root |= bit;
    }
    return root;
}

uint32_t qm_block_scale(qm_feature_block block, uint32_t count)
{
    static const uint32_t unseen[QM_BLOCKS] = {[QM_BLOCK_CLAUSE] = 24, [QM_BLOCK_NEIGHBOUR] = 12};
    return block == QM_BLOCK_CIRCUMSTANCE ? 65536 : qm_feature_scale(count + unseen[block]);
}
