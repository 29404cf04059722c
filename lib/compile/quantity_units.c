/* Kind "units": id, surfaces, dimension, factor, UCUM, rule. See lib/data/units.tsv. */
#include "compile/compile.h"
#include "quantity/quantity.h"
#include "quantity/sense.h"

typedef struct units {
    QM_ARRAY(qm_unit_row) rows;
    QM_ARRAY(char) strings;
} units;

static units *units_of(qm_builder *builder)
{
    void **room = &builder->rooms[QM_COMPILE_QUANTITY];
    if (!*room) *room = qm_alloc_zero(builder->alloc, sizeof(units));
    return *room;
}

void qm_quantity_free(qm_builder *builder)
{
    units *all = builder->rooms[QM_COMPILE_QUANTITY];
    if (!all) return;
    qm_array_free(builder->alloc, &all->rows);
    qm_array_free(builder->alloc, &all->strings);
    qm_release(builder->alloc, all, sizeof *all);
    builder->rooms[QM_COMPILE_QUANTITY] = NULL;
}

int qm_quantity_finish(qm_builder *builder, qm_image_writer *writer, qm_error *err)
{
    const units *all = builder->rooms[QM_COMPILE_QUANTITY];
    if (!all || all->rows.count == 0) return QM_OK;
    size_t rows = all->rows.count * sizeof *all->rows.at;
    size_t size = sizeof(qm_units_header) + rows + all->strings.count;
    qm_units_header header = {QM_UNITS_MAGIC, (uint32_t)all->rows.count,
                              (uint32_t)all->strings.count, 0};
    char *data = qm_resize(builder->alloc, NULL, 0, size);
    if (!data) return qm_fail_nomem(err);
    memcpy(data, &header, sizeof header);
    memcpy(data + sizeof header, all->rows.at, rows);
    memcpy(data + sizeof header + rows, all->strings.at, all->strings.count);
    int status = qm_image_writer_add(writer, QM_UNITS_SECTION, data, size, err);
    qm_release(builder->alloc, data, size);
    return status;
}

/* A whole number of at most 18 digits at the start of *text. */
static bool read_whole(qm_bytes *text, int64_t *out)
{
    const char *at = text->data, *end = at + text->size;
    int64_t value = 0;
    while (at < end && *at >= '0' && *at <= '9' && at - (const char *)text->data < 18)
        value = value * 10 + (*at++ - '0');
    if (at == text->data) return false;
    *text = (qm_bytes){at, (size_t)(end - at)};
    *out = value;
    return true;
}

static bool skip(qm_bytes *text, char mark)
{
    if (text->size == 0 || *(const char *)text->data != mark) return false;
    *text = (qm_bytes){(const char *)text->data + 1, text->size - 1};
    return true;
}

/* "2000/3", "1+273.15", "-". */
static bool read_factor(qm_bytes text, qm_unit_row *row)
{
    int64_t places = 0;
    row->denominator = 1;
    if (text.size == 1 && *(const char *)text.data == '-') return true;
    if (!read_whole(&text, &row->numerator) || row->numerator == 0) return false;
    if (skip(&text, '/') && (!read_whole(&text, &row->denominator) || row->denominator == 0))
        return false;
    if (skip(&text, '+')) {
        if (!read_whole(&text, &row->offset)) return false;
        size_t before = text.size;
        if (skip(&text, '.')) {
            if (!read_whole(&text, &places)) return false;
            row->offset_exponent = -(int32_t)(before - 1 - text.size);
            for (int32_t i = row->offset_exponent; i < 0; i++) row->offset *= 10;
            row->offset += places;
        }
    }
    return text.size == 0;
}

static bool starts(qm_bytes text, const char *with, qm_bytes *rest)
{
    size_t n = strlen(with);
    if (text.size < n || memcmp(text.data, with, n) != 0) return false;
    *rest = (qm_bytes){(const char *)text.data + n, text.size - n};
    return true;
}

/* One word of the rule; cues are left for later, when the row has its number. */
static bool read_rule(qm_bytes word, qm_unit_row *row, qm_bytes *cues)
{
    static const struct {
        const char *name;
        uint8_t flag;
    } flags[] = {{"latin", QM_UNIT_LATIN},
                 {"before", QM_UNIT_BEFORE},
                 {"tail", QM_UNIT_TAIL},
                 {"default", QM_UNIT_DEFAULT},
                 {"lower", QM_UNIT_LOWER},
                 {"upper", QM_UNIT_UPPER},
                 {NULL, 0}};
    qm_bytes rest;
    int64_t part = 1, parts = 1;
    for (int i = 0; flags[i].name; i++)
        if (qm_bytes_equal(word, qm_bytes_of(flags[i].name))) {
            row->flags |= flags[i].flag;
            return true;
        }
    if (starts(word, "cue=", cues)) {
        row->flags |= QM_UNIT_CUED;
        return cues->size > 0;
    }
    if (!starts(word, "part=", &rest) || !read_whole(&rest, &part)) return false;
    if (skip(&rest, '/') && !read_whole(&rest, &parts)) return false;
    if (rest.size || part == 0 || parts == 0 || part > 1000000 || parts > 1000000) return false;
    row->part = (int32_t)part;
    row->parts = (int32_t)parts;
    return true;
}

static bool find_dimension(qm_bytes name, uint8_t *out)
{
    for (uint8_t i = 0; qm_dimensions[i].name; i++)
        if (qm_bytes_equal(name, qm_bytes_of(qm_dimensions[i].name))) return *out = i, true;
    return false;
}

static int add_string(qm_builder *builder, units *all, qm_bytes text, uint32_t *at)
{
    size_t need = all->strings.count + text.size;
    if (qm_array_reserve(builder->alloc, &all->strings, need) != QM_OK) return QM_E_NOMEM;
    memcpy(all->strings.at + all->strings.count, text.data, text.size);
    *at = (uint32_t)all->strings.count;
    all->strings.count = need;
    return QM_OK;
}

static int add_words(qm_builder *builder, const qm_tsv *tsv, uint32_t field, qm_bytes words,
                     char mark, uint16_t kind, uint16_t flags, uint32_t value, qm_error *err)
{
    qm_bytes word;
    while (qm_split(&words, mark, &word)) {
        if (word.size == 0) return qm_tsv_fail(tsv, field, err, "an empty word");
        int status = qm_builder_lexeme(builder, word, kind, flags, value, err);
        if (status == QM_E_NOMEM) return status;
        if (status != QM_OK) return qm_tsv_fail(tsv, field, err, "not a word of the lexicon");
    }
    return QM_OK;
}

static int read_row(qm_builder *builder, units *all, const qm_tsv *tsv, qm_error *err)
{
    qm_unit_row row = {.part = 1, .parts = 1};
    qm_bytes id = qm_tsv_field(tsv, 0), rules = qm_tsv_field(tsv, 5), word, cues = {NULL, 0};
    if (id.size == 0 || id.size > 32) return qm_tsv_fail(tsv, 0, err, "an id of 1 to 32 bytes");
    if (qm_tsv_field(tsv, 1).size == 0)
        return qm_tsv_fail(tsv, 1, err, "no surface: fields are separated by tabs");
    if (!find_dimension(qm_tsv_field(tsv, 2), &row.dimension))
        return qm_tsv_fail(tsv, 2, err, "unknown dimension: 'qianmo units' shows those there are");
    if (qm_tsv_field(tsv, 3).size == 0) return qm_tsv_fail(tsv, 3, err, "no factor; - if unknown");
    if (!read_factor(qm_tsv_field(tsv, 3), &row))
        return qm_tsv_fail(tsv, 3, err, "the factor is no whole number or fraction: 5/2, not 2.5");
    while (qm_split(&rules, ' ', &word))
        if (word.size && !qm_bytes_equal(word, qm_bytes_of("-")) && !read_rule(word, &row, &cues))
            return qm_tsv_fail(tsv, 5, err, "unknown rule \"%.*s\"", (int)word.size,
                               (const char *)word.data);
    row.name_size = (uint16_t)id.size;
    uint32_t number = (uint32_t)all->rows.count;
    if (add_string(builder, all, id, &row.name) != QM_OK ||
        qm_array_push(builder->alloc, &all->rows, row) != QM_OK)
        return qm_fail_nomem(err);
    int status = add_words(builder, tsv, 1, qm_tsv_field(tsv, 1), '|', QM_SENSE_UNIT, row.flags,
                           number, err);
    if (status != QM_OK || cues.size == 0) return status;
    return add_words(builder, tsv, 5, cues, ',', QM_SENSE_UNIT_CUE, 0, number, err);
}

int qm_read_units(qm_builder *builder, qm_bytes text, qm_error *err)
{
    units *all = units_of(builder);
    qm_tsv tsv;
    int status = QM_OK;
    if (!all) return qm_fail_nomem(err);
    qm_tsv_open(&tsv, text);
    while (status == QM_OK && qm_tsv_next(&tsv)) status = read_row(builder, all, &tsv, err);
    return status;
}
