#include "quantity/internal.h"

/* ---- names by hash ---- */

/* The slot of a name, or the empty one where it would be. */
static uint32_t slot_of(const qm_quantifier *q, qm_bytes name)
{
    uint32_t mask = q->n_name_slots - 1, at = (uint32_t)qm_hash(name.data, name.size, 0) & mask;
    while (q->name_slots[at] && !qm_bytes_equal(q->names.at[q->name_slots[at]], name))
        at = (at + 1) & mask;
    return at;
}

/* At least half of the slots stay empty. */
static int grow_slots(qm_quantifier *q)
{
    uint32_t old = q->n_name_slots, wanted = old ? old * 2 : 1024;
    uint32_t *slots = qm_alloc_zero(&q->alloc, wanted * sizeof *slots);
    if (!slots) return QM_E_NOMEM;
    qm_release(&q->alloc, q->name_slots, old * sizeof *slots);
    q->name_slots = slots;
    q->n_name_slots = wanted;
    for (uint32_t i = 1; i < q->names.count; i++) slots[slot_of(q, q->names.at[i])] = i;
    return QM_OK;
}

static uint32_t add_name(qm_quantifier *q, qm_bytes name)
{
    if (q->names.count * 2 >= q->n_name_slots && grow_slots(q) != QM_OK) return 0;
    uint32_t at = slot_of(q, name);
    if (q->name_slots[at]) return q->name_slots[at];
    if (qm_array_push(&q->alloc, &q->names, name) != QM_OK) return 0;
    return q->name_slots[at] = (uint32_t)q->names.count - 1;
}

uint32_t qm_quantifier_code(const qm_quantifier *quantifier, qm_bytes name)
{
    return quantifier->name_slots[slot_of(quantifier, name)];
}

/* ---- binding ---- */

static bool row_is_sound(const qm_unit_row *row, uint32_t strings)
{
    uint32_t dimensions = 0;
    while (qm_dimensions[dimensions].name) dimensions++;
    return row->dimension < dimensions && row->name_size > 0 && row->name <= strings &&
           row->name_size <= strings - row->name && row->numerator >= 0 && row->denominator > 0 &&
           row->part > 0 && row->parts > 0 && row->offset_exponent <= 0 &&
           row->offset_exponent >= -18 && row->offset >= 0;
}

void qm_reduce(int64_t *a, int64_t *b)
{
    int64_t x = *a, y = *b;
    while (y) {
        int64_t rest = x % y;
        x = y;
        y = rest;
    }
    if (x == 0) return;
    *a /= x;
    *b /= x;
}

/* The units of one image are appended; names that are known already keep their code. */
static int bind_units(qm_quantifier *q, const qm_image *image, qm_error *err)
{
    qm_bytes section = qm_image_section(image, QM_UNITS_SECTION);
    const qm_units_header *header = section.data;
    if (!section.data) return QM_OK;
    if (section.size < sizeof *header || header->magic != QM_UNITS_MAGIC)
        return qm_fail(err, QM_E_CORRUPT, "units section damaged");
    size_t room = section.size - sizeof *header;
    if (header->rows > room / sizeof(qm_unit_row) ||
        room - header->rows * sizeof(qm_unit_row) != header->strings)
        return qm_fail(err, QM_E_CORRUPT, "units section damaged");
    const qm_unit_row *rows = (const void *)(header + 1);
    const char *strings = (const char *)(rows + header->rows);
    for (uint32_t i = 0; i < header->rows; i++) {
        const qm_unit_row *row = &rows[i];
        if (!row_is_sound(row, header->strings))
            return qm_fail(err, QM_E_CORRUPT, "units section damaged");
        qm_unit unit = {.numerator = row->numerator,
                        .denominator = row->denominator,
                        .si_up = row->numerator,
                        .si_down = row->denominator,
                        .offset = row->offset,
                        .offset_exponent = row->offset_exponent,
                        .part = row->part,
                        .parts = row->parts,
                        .dimension = row->dimension,
                        .kind = qm_dimensions[row->dimension].kind,
                        .flags = row->flags};
        qm_reduce(&unit.si_up, &unit.si_down);
        unit.code = add_name(q, (qm_bytes){strings + row->name, row->name_size});
        if (!unit.code || qm_array_push(&q->alloc, &q->units, unit) != QM_OK)
            return qm_fail_nomem(err);
    }
    return QM_OK;
}

enum { WHERE_TO_LOOK = QM_TRAIT_STOP | QM_TRAIT_LEADS | QM_TRAIT_FOLLOWS };

static void bind_look(qm_singles *singles, const qm_lexicon *lexicon, uint32_t c)
{
    uint16_t codes[256];
    qm_lexicon_page(lexicon, c >> 8, codes);
    singles->signs[codes[c & 255]] |= qm_traits_of(c) & WHERE_TO_LOOK;
}

/* The traits of all characters that the lexicon knows. */
static void bind_traits(qm_singles *singles, const qm_lexicon *lexicon)
{
    uint16_t codes[256];
    for (uint32_t page = 0; page < 256; page++) {
        qm_lexicon_page(lexicon, page, codes);
        for (uint32_t i = 0; i < 256; i++)
            singles->signs[codes[i]] |= qm_traits_of(page << 8 | i) & ~(uint32_t)WHERE_TO_LOOK;
    }
}

/* The first of the singles tells where to look, whatever the lexicon knows. */
static void bind_looks(qm_singles *singles, const qm_lexicon *lexicon)
{
    bind_traits(singles, lexicon);
    for (uint32_t i = 1; i < 256; i++)
        if (qm_glyphs[i].c) bind_look(singles, lexicon, qm_glyphs[i].c);
    for (const uint32_t *c = qm_lookers; *c; c++) bind_look(singles, lexicon, *c);
    singles->signs[0] = 0; /* each of these is asked by itself */
}

/* What the senses of a group say of a character that means them by itself. */
static uint32_t said_by(uint32_t marks)
{
    if (marks & QM_MARK_DATED) marks = (marks | QM_MARK_STOP) & ~(uint32_t)QM_MARK_DATED;
    if (marks & qm_mark_of(QM_SENSE_TRAP)) marks |= QM_TRAIT_TRAP;
    return marks & QM_MARK_STOP ? marks | QM_TRAIT_STOP : marks;
}

/* What the senses of each character say together. */
static int bind_singles(qm_quantifier *q, const qm_lexicon *lexicon, qm_error *err)
{
    const qm_meaning *meanings = q->meanings[lexicon->source];
    const uint32_t codes = lexicon->codes;
    qm_singles *singles = &q->singles[q->n_singles++];
    *singles = (qm_singles){.signs = qm_alloc_zero(&q->alloc, codes * sizeof *singles->signs),
                            .senses = qm_alloc_zero(&q->alloc, codes * sizeof *singles->senses),
                            .codes = codes,
                            .source = lexicon->source};
    if (!singles->signs || !singles->senses) return qm_fail_nomem(err);
    for (uint32_t code = 0, group, count; code < codes; code++) {
        if (!qm_lexicon_ask(lexicon, QM_ROOM_QUANTITY, code, &group, &count)) continue;
        singles->signs[code] = said_by(meanings[group].said);
        singles->senses[code] = meanings[group].senses;
    }
    if (q->n_singles == 1) bind_looks(singles, lexicon);
    return QM_OK;
}

/* Every sense of the room must point at a unit that is there; the marks of its group are noted. */
static int bind_senses(qm_quantifier *q, const qm_lexicon *lexicon, uint32_t units, qm_error *err)
{
    qm_meaning *meanings =
        qm_alloc_zero(&q->alloc, (lexicon->groups + (size_t)1) * sizeof *meanings);
    if (!meanings) return qm_fail_nomem(err);
    q->meanings[lexicon->source] = meanings;
    q->groups[lexicon->source] = lexicon->groups;
    const qm_sense *senses;
    uint32_t at = 0, group, count;
    while ((senses = qm_lexicon_next(lexicon, QM_ROOM_QUANTITY, &at, &group, &count))) {
        meanings[group].senses = (uint32_t)(senses - lexicon->senses) | count << 24;
        for (const qm_sense *s = senses; s < senses + count; s++) {
            if ((s->kind == QM_SENSE_UNIT || s->kind == QM_SENSE_UNIT_CUE) && s->value >= units)
                return qm_fail(err, QM_E_CORRUPT, "a unit word without its unit");
            meanings[group].said |= qm_sense_marks(s);
        }
    }
    return lexicon->entries ? bind_singles(q, lexicon, err) : QM_OK;
}

static void find_codes(qm_quantifier *q)
{
    struct {
        uint32_t *code;
        const char *name;
    } wanted[] = {{&q->percent, "%"},      {&q->pp, "pp"},         {&q->times, "times"},
                  {&q->date, "date"},      {&q->time, "time"},     {&q->year, "year"},
                  {&q->month, "month"},    {&q->day, "day"},       {&q->hour, "hour"},
                  {&q->minute, "minute"},  {&q->second, "second"}, {&q->quarter, "quarter"},
                  {&q->yuan, "CNY"},       {&q->degree, "deg"},    {&q->celsius, "Cel"},
                  {&q->fahrenheit, "degF"}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        *wanted[i].code = add_name(q, qm_bytes_of(wanted[i].name));
    for (size_t i = 0; i < q->units.count; i++) {
        const char *si = qm_dimensions[q->units.at[i].dimension].si;
        if (si) q->units.at[i].si = qm_quantifier_code(q, qm_bytes_of(si));
    }
}

static int bind_all(qm_quantifier *q, const qm_images *images, const qm_lexicon *lexicons,
                    size_t n_lexicons, qm_error *err)
{
    q->singles = qm_alloc_zero(&q->alloc, (q->n_images + 1) * sizeof *q->singles);
    q->unit_bases = qm_alloc_zero(&q->alloc, (q->n_images + 1) * sizeof *q->unit_bases);
    q->meanings = qm_alloc_zero(&q->alloc, (q->n_images + 1) * sizeof *q->meanings);
    q->groups = qm_alloc_zero(&q->alloc, (q->n_images + 1) * sizeof *q->groups);
    if (!q->singles || !q->unit_bases || !q->meanings || !q->groups ||
        qm_array_push(&q->alloc, &q->names, qm_bytes_of("")) != QM_OK)
        return qm_fail_nomem(err);
    for (size_t i = 0; i < images->count; i++) {
        uint32_t base = (uint32_t)q->units.count;
        int status = bind_units(q, &images->at[i], err);
        q->unit_bases[i] = base;
        for (size_t k = 0; k < n_lexicons && status == QM_OK; k++)
            if (lexicons[k].source == i && !q->meanings[i])
                status = bind_senses(q, &lexicons[k], (uint32_t)q->units.count - base, err);
        if (status != QM_OK) return status;
    }
    find_codes(q);
    return q->celsius && q->fahrenheit ? QM_OK : qm_fail_nomem(err);
}

int qm_quantifier_new(qm_quantifier **out, const qm_images *images, const qm_lexicon *lexicons,
                      size_t n_lexicons, const qm_segmenter *segmenter, const qm_allocator *alloc,
                      qm_error *err)
{
    alloc = qm_allocator_or_default(alloc);
    qm_quantifier *quantifier = qm_alloc_zero(alloc, sizeof *quantifier);
    if (!quantifier) return qm_fail_nomem(err);
    quantifier->alloc = *alloc;
    quantifier->n_images = images->count;
    quantifier->lexicons = lexicons;
    quantifier->n_lexicons = n_lexicons;
    quantifier->segmenter = segmenter;
    int status = bind_all(quantifier, images, lexicons, n_lexicons, err);
    if (status == QM_OK) *out = quantifier;
    else qm_quantifier_free(quantifier);
    return status;
}

void qm_quantifier_free(qm_quantifier *quantifier)
{
    if (!quantifier) return;
    qm_allocator alloc = quantifier->alloc;
    size_t images = quantifier->n_images + 1;
    for (size_t i = 0; quantifier->meanings && quantifier->groups && i < images; i++)
        qm_release(&alloc, quantifier->meanings[i],
                   (quantifier->groups[i] + (size_t)1) * sizeof **quantifier->meanings);
    for (size_t i = 0; quantifier->singles && i < images; i++) {
        qm_singles *singles = &quantifier->singles[i];
        qm_release(&alloc, singles->signs, singles->codes * sizeof *singles->signs);
        qm_release(&alloc, singles->senses, singles->codes * sizeof *singles->senses);
    }
    qm_release(&alloc, quantifier->singles, images * sizeof *quantifier->singles);
    qm_release(&alloc, quantifier->meanings, images * sizeof *quantifier->meanings);
    qm_release(&alloc, quantifier->groups, images * sizeof *quantifier->groups);
    qm_release(&alloc, quantifier->unit_bases, images * sizeof *quantifier->unit_bases);
    qm_array_free(&alloc, &quantifier->units);
    qm_array_free(&alloc, &quantifier->names);
    qm_release(&alloc, quantifier->name_slots,
               quantifier->n_name_slots * sizeof *quantifier->name_slots);
    qm_release(&alloc, quantifier, sizeof *quantifier);
}

qm_bytes qm_quantifier_unit_name(const qm_quantifier *quantifier, uint32_t code)
{
    return code < quantifier->names.count ? quantifier->names.at[code] : (qm_bytes){NULL, 0};
}

void qm_si_fill(const qm_quantifier *quantifier, qm_quantity *q, uint32_t index)
{
    const qm_unit *unit = &quantifier->units.at[index];
    qm_value value = q->low;
    if (!unit->si || !unit->numerator || value.type != QM_VALUE_NUMBER) return;
    if (unit->offset &&
        !qm_number_add(value, qm_number(unit->offset, unit->offset_exponent), &value))
        return;
    if (qm_number_scale(value, unit->si_up, unit->si_down, &q->si_value)) q->si_unit = unit->si;
}
