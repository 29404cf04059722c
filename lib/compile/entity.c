/* Readers of lib/data/entity: gazetteer, surnames, characters of given names, words. */
#include "entity/model.h"

#include "compile/compile.h"

static const struct {
    const char *name;
    qm_entity_class class;
} classes[] = {{"place-suffix", QM_WORD_PLACE_SUFFIX},
               {"place-stop", QM_WORD_PLACE_STOP},
               {"org-name", QM_WORD_ORG_NAME},
               {"org-suffix", QM_WORD_ORG_SUFFIX},
               {"org-level", QM_WORD_ORG_LEVEL},
               {"org-generic", QM_WORD_ORG_GENERIC},
               {"org-latin", QM_WORD_ORG_LATIN},
               {"media", QM_WORD_MEDIA},
               {"role", QM_WORD_ROLE},
               {"role-prefix", QM_WORD_ROLE_PREFIX},
               {"assume", QM_WORD_ASSUME},
               {"place-word", QM_WORD_PLACE_WORD},
               {"name-part", QM_WORD_NAME_PART},
               {"not-name", QM_WORD_NOT_NAME},
               {"person-before", QM_WORD_PERSON_BEFORE},
               {"person-after", QM_WORD_PERSON_AFTER},
               {"kin", QM_WORD_KIN},
               {"stop", QM_WORD_STOP},
               {"brand-before", QM_WORD_BRAND_BEFORE},
               {"brand-after", QM_WORD_BRAND_AFTER},
               {"brand-suffix", QM_WORD_BRAND_SUFFIX},
               {"brand-not", QM_WORD_BRAND_NOT}};

/* Names of the short lists of characters, and of the characters with flags. */
static const struct {
    const char *name;
    qm_char_list list;
} char_lists[] = {{"compass", QM_CHARS_COMPASS},
                  {"village-side", QM_CHARS_SIDE},
                  {"lies-towards", QM_CHARS_TOWARDS},
                  {"field", QM_CHARS_FIELD},
                  {"behind-field", QM_CHARS_BEHIND_FIELD},
                  {"locative", QM_CHARS_LOCATIVE},
                  {"street", QM_CHARS_STREET},
                  {"village-end", QM_CHARS_VILLAGE},
                  {"particle", QM_CHARS_PARTICLE},
                  {"founds", QM_CHARS_FOUNDS},
                  {"label-end", QM_CHARS_LABEL},
                  {"within", QM_CHARS_WITHIN},
                  {"measure", QM_CHARS_MEASURE},
                  {"pictured", QM_CHARS_PICTURED},
                  {"determiner", QM_CHARS_DETERMINER},
                  {"behind-title", QM_CHARS_BEHIND_TITLE},
                  {"named-thing", QM_CHARS_THING},
                  {"puts-up", QM_CHARS_PUTS_UP},
                  {"ware-measure", QM_CHARS_WARE_MEASURE},
                  {"ware-unit", QM_CHARS_WARE_UNIT},
                  {"kin-end", QM_CHARS_KIN},
                  {"shop", QM_CHARS_SHOP},
                  {"divided", QM_CHARS_DIVIDED},
                  {"firm", QM_CHARS_FIRM},
                  {"leads-place", QM_CHARS_LEADS},
                  {"feature", QM_CHARS_FEATURE}};

/* The table of characters, all that this room keeps in the builder; NULL without memory. */
static qm_han_table *state_of(qm_builder *builder, qm_error *err)
{
    qm_han_table *state = builder->rooms[QM_COMPILE_ENTITY];
    if (state) return state;
    state = qm_alloc_zero(builder->alloc, sizeof *state);
    if (!state) {
        qm_fail_nomem(err);
        return NULL;
    }
    for (uint32_t i = 0; i < QM_HAN_COUNT; i++) state->han[i].name = QM_HAN_PLAIN;
    builder->rooms[QM_COMPILE_ENTITY] = state;
    return state;
}

/* The entry of a word that is one hanzi, folded; NULL when it is not. */
static qm_han_entry *han_of(const qm_builder *builder, qm_han_table *state, qm_bytes word)
{
    const uint8_t *at = word.data;
    if (word.size != 3 || (at[0] & 0xF0) != 0xE0) return NULL;
    uint32_t c = (at[0] & 15u) << 12 | (at[1] & 63u) << 6 | (at[2] & 63u);
    if (builder->map) c = qm_charmap_fold(builder->map, c);
    if (c < QM_HAN_FIRST || c >= QM_HAN_FIRST + QM_HAN_COUNT) return NULL;
    return &state->han[c - QM_HAN_FIRST];
}

/* ---- what stands twice ---- */

/* A word of a list, and where it stands. */
typedef struct listed_word {
    qm_bytes list, word;
    uint32_t line, column;
} listed_word;

/* A text that is read, and what its lists have so far. */
typedef struct entity_reader {
    qm_builder *builder;
    qm_tsv row;
    QM_ARRAY(listed_word) words;
} entity_reader;

/* The words of a field, which belong to the list. */
static int note_words(entity_reader *reader, qm_bytes list, uint32_t field, qm_error *err)
{
    qm_bytes rest = qm_tsv_field(&reader->row, field);
    for (qm_bytes word; qm_split(&rest, ' ', &word);) {
        listed_word listed = {list, word, reader->row.line, reader->row.column[field]};
        if (word.size > 0 && qm_array_push(reader->builder->alloc, &reader->words, listed) != QM_OK)
            return qm_fail_nomem(err);
    }
    return QM_OK;
}

static int compare_bytes(qm_bytes a, qm_bytes b)
{
    if (a.size != b.size) return a.size < b.size ? -1 : 1;
    return memcmp(a.data, b.data, a.size);
}

static int compare_listed(const void *left, const void *right, const void *context)
{
    const listed_word *a = left;
    const listed_word *b = right;
    int order = compare_bytes(a->list, b->list);
    (void)context;
    if (order == 0) order = compare_bytes(a->word, b->word);
    return order ? order : (a->line > b->line) - (a->line < b->line);
}

/* A word once in a list: nobody could tell which of its flags or values counts. */
static int refuse_twice(const entity_reader *reader, qm_error *err)
{
    const listed_word *words = reader->words.at, *first = NULL;
    qm_sort(reader->words.at, reader->words.count, sizeof *words, compare_listed, NULL);
    for (size_t i = 1; i < reader->words.count; i++) {
        if (compare_bytes(words[i - 1].list, words[i].list) != 0 ||
            compare_bytes(words[i - 1].word, words[i].word) != 0)
            continue;
        if (!first || words[i].line < first->line) first = &words[i];
    }
    if (!first) return QM_OK;
    return qm_fail_line(err, QM_E_SYNTAX, first->line, first->column,
                        "\"%.*s\" stands twice: on line %u, too", (int)first->word.size,
                        (const char *)first->word.data, first[-1].line);
}

typedef int read_row(entity_reader *reader, qm_error *err);

static int read_rows(qm_builder *builder, qm_bytes text, read_row *read, qm_error *err)
{
    entity_reader reader = {.builder = builder};
    qm_tsv_open(&reader.row, text);
    int status = QM_OK;
    while (status == QM_OK && qm_tsv_next(&reader.row)) status = read(&reader, err);
    if (status == QM_OK) status = refuse_twice(&reader, err);
    qm_array_free(builder->alloc, &reader.words);
    return status;
}

static int add_word(qm_builder *builder, const qm_tsv *row, uint32_t field, qm_bytes word,
                    qm_entity_class class, uint16_t flags, uint32_t value, qm_error *err)
{
    qm_error why;
    int status =
        qm_builder_lexeme(builder, word, (uint16_t)(QM_SENSE_ENTITY + class), flags, value, &why);
    if (status == QM_OK) return QM_OK;
    if (status == QM_E_NOMEM) return qm_fail_nomem(err);
    return qm_tsv_fail(row, field, err, "%s", why.message);
}

/* ---- places: code, name, short form, whether the short form needs no support ---- */

static bool read_code(qm_bytes field, uint32_t *code)
{
    const char *at = field.data;
    *code = 0;
    if (field.size != 6) return false;
    for (size_t i = 0; i < 6; i++) {
        if (at[i] < '0' || at[i] > '9') return false;
        *code = *code * 10 + (uint32_t)(at[i] - '0');
    }
    return true;
}

static int read_place(entity_reader *reader, qm_error *err)
{
    uint32_t code;
    qm_builder *builder = reader->builder;
    const qm_tsv *row = &reader->row;
    qm_bytes name = qm_tsv_field(row, 1);
    qm_bytes brief = qm_tsv_field(row, 2);
    qm_bytes alone = qm_tsv_field(row, 3);
    if (!read_code(qm_tsv_field(row, 0), &code))
        return qm_tsv_fail(row, 0, err, "a code has six digits");
    if (name.size == 0) return qm_tsv_fail(row, 1, err, "no name");
    int status = note_words(reader, qm_tsv_field(row, 0), 1, err);
    if (status == QM_OK) status = add_word(builder, row, 1, name, QM_WORD_PLACE, 0, code, err);
    if (status != QM_OK || brief.size == 0) return status;
    const int support = alone.size == 0 ? '0' : *(const char *)alone.data;
    if (alone.size > 1 || support < '0' || support > '2')
        return qm_tsv_fail(row, 3, err, "the support that a short form needs is 0, 1 or 2");
    uint16_t flags = support == '1' ? QM_FLAG_ALONE : support == '2' ? QM_FLAG_HARD : 0;
    return add_word(builder, row, 2, brief, QM_WORD_PLACE_SHORT, flags, code, err);
}

int qm_read_entity_places(qm_builder *builder, qm_bytes text, qm_error *err)
{
    return read_rows(builder, text, read_place, err);
}

/* ---- surnames: class with an optional w, surnames ---- */

static int read_surname(entity_reader *reader, qm_error *err)
{
    qm_builder *builder = reader->builder;
    const qm_tsv *row = &reader->row;
    qm_han_table *state = state_of(builder, err);
    if (!state) return QM_E_NOMEM;
    qm_bytes class = qm_tsv_field(row, 0);
    qm_bytes rest = qm_tsv_field(row, 1);
    const char *letter = class.data;
    bool common = class.size == 2 && letter[1] == 'w';
    if ((class.size != 1 && !common) || letter[0] < '1' || letter[0] > '4')
        return qm_tsv_fail(row, 0, err, "a class is 1, 2, 3 or 4, and w for common words");
    uint8_t value = (uint8_t)(letter[0] - '0');
    int status = note_words(reader, qm_bytes_of("surname"), 1, err);
    for (qm_bytes word; status == QM_OK && qm_split(&rest, ' ', &word);) {
        qm_han_entry *entry = han_of(builder, state, word);
        if (entry) entry->name = (uint8_t)((entry->name & 0xF0) | value | (common ? 8 : 0));
        else if (word.size > 0)
            status = add_word(builder, row, 1, word, QM_WORD_SURNAME, 0, value, err);
    }
    return status;
}

int qm_read_entity_surnames(qm_builder *builder, qm_bytes text, qm_error *err)
{
    return read_rows(builder, text, read_surname, err);
}

/* ---- given names: points from -3 to 3, characters ---- */

static int read_given(entity_reader *reader, qm_error *err)
{
    const qm_tsv *row = &reader->row;
    qm_han_table *state = state_of(reader->builder, err);
    if (!state) return QM_E_NOMEM;
    qm_bytes field = qm_tsv_field(row, 0);
    qm_bytes rest = qm_tsv_field(row, 1);
    const char *at = field.data;
    bool minus = field.size == 2 && at[0] == '-';
    if (field.size != 1u + minus || at[minus] < '0' || at[minus] > '3')
        return qm_tsv_fail(row, 0, err, "points go from -3 to 3");
    int points = minus ? '0' - at[1] : at[0] - '0';
    for (qm_bytes word; qm_split(&rest, ' ', &word);) {
        qm_han_entry *entry = han_of(reader->builder, state, word);
        if (!entry) return qm_tsv_fail(row, 1, err, "not one hanzi");
        entry->name = (uint8_t)((entry->name & ~QM_HAN_GIVEN) | (points + 3) << 4);
    }
    return note_words(reader, qm_bytes_of("given"), 1, err);
}

int qm_read_entity_given(qm_builder *builder, qm_bytes text, qm_error *err)
{
    return read_rows(builder, text, read_given, err);
}

/* ---- words: class, flags or a value, words ---- */

/* "3" is a value, "lb" are flags, "-" is neither. */
static bool read_marks(qm_bytes field, uint16_t *flags, uint32_t *value)
{
    static const char letters[] = "awnlsbthqfo";
    const char *at = field.data;
    *flags = 0;
    *value = 0;
    if (field.size == 1 && at[0] == '-') return true;
    for (size_t i = 0; i < field.size; i++) {
        const char *letter = memchr(letters, at[i], sizeof letters - 1);
        if (at[i] >= '0' && at[i] <= '9') *value = (uint32_t)(at[i] - '0');
        else if (letter) *flags |= (uint16_t)(1u << (letter - letters));
        else return false;
    }
    return field.size > 0;
}

static int read_characters(qm_builder *builder, const qm_tsv *row, uint8_t flag, qm_error *err)
{
    qm_han_table *state = state_of(builder, err);
    qm_bytes rest = qm_tsv_field(row, 2);
    if (!state) return QM_E_NOMEM;
    for (qm_bytes word; qm_split(&rest, ' ', &word);) {
        qm_han_entry *entry = han_of(builder, state, word);
        if (!entry) return qm_tsv_fail(row, 2, err, "not one hanzi");
        entry->flags |= flag;
    }
    return QM_OK;
}

static int read_list(qm_builder *builder, const qm_tsv *row, qm_char_list list, qm_error *err)
{
    qm_han_table *state = state_of(builder, err);
    qm_bytes rest = qm_tsv_field(row, 2);
    uint32_t count = 0;
    if (!state) return QM_E_NOMEM;
    uint32_t *chars = state->chars[list];
    while (chars[count]) count++;
    for (qm_bytes word; qm_split(&rest, ' ', &word);) {
        const qm_han_entry *entry = han_of(builder, state, word);
        if (!entry) return qm_tsv_fail(row, 2, err, "not one hanzi");
        if (count + 1 == QM_MOST_CHARS) return qm_tsv_fail(row, 2, err, "too many characters");
        chars[count++] = QM_HAN_FIRST + (uint32_t)(entry - state->han);
    }
    return QM_OK;
}

/* Single characters in and beside the names of persons and at the ends of brands are far too
 * frequent for the lexicon: the table of characters has them. */
static bool take_character(qm_builder *builder, qm_han_table *state, qm_bytes word,
                           qm_entity_class class, uint16_t flags)
{
    uint8_t flag = class == QM_WORD_PERSON_BEFORE  ? QM_HAN_LEADS
                   : class == QM_WORD_PERSON_AFTER ? QM_HAN_FOLLOWS
                                                   : 0;
    uint16_t brand = class == QM_WORD_BRAND_SUFFIX ? QM_BRAND_SUFFIX | flags
                     : class == QM_WORD_BRAND_NOT  ? QM_BRAND_NOT
                                                   : 0;
    qm_han_entry *entry = han_of(builder, state, word);
    if (!entry || (!flag && !brand)) return false;
    entry->flags |= flag;
    if (brand) entry->name |= QM_HAN_BRAND;
    state->brands[entry - state->han] |= brand;
    return true;
}

static int read_class(qm_builder *builder, const qm_tsv *row, qm_entity_class class, uint16_t flags,
                      uint32_t value, qm_error *err)
{
    qm_han_table *state = state_of(builder, err);
    qm_bytes rest = qm_tsv_field(row, 2);
    int status = state ? QM_OK : QM_E_NOMEM;
    if (class == QM_WORD_PLACE_SUFFIX && (value == 0 || value > QM_LEVEL_NUMBERED))
        return qm_tsv_fail(row, 1, err, "no such level");
    for (qm_bytes word; status == QM_OK && qm_split(&rest, ' ', &word);) {
        if (word.size > 0 && !(value < 3 && take_character(builder, state, word, class, flags)))
            status = add_word(builder, row, 2, word, class, flags, value, err);
    }
    return status;
}

static int read_words(entity_reader *reader, qm_error *err)
{
    uint16_t flags;
    uint32_t value;
    qm_builder *builder = reader->builder;
    const qm_tsv *row = &reader->row;
    qm_bytes name = qm_tsv_field(row, 0);
    if (!read_marks(qm_tsv_field(row, 1), &flags, &value))
        return qm_tsv_fail(row, 1, err, "neither flags nor a value");
    if (note_words(reader, name, 2, err) != QM_OK) return QM_E_NOMEM;
    if (qm_bytes_equal(name, qm_bytes_of("function")))
        return read_characters(builder, row, flags & QM_FLAG_HARD ? QM_HAN_ENDS : QM_HAN_ENDS_ALONE,
                               err);
    if (qm_bytes_equal(name, qm_bytes_of("direction")))
        return read_characters(builder, row, QM_HAN_DIRECTION, err);
    if (qm_bytes_equal(name, qm_bytes_of("name-foreign")))
        return read_characters(builder, row, QM_HAN_FOREIGN, err);
    if (qm_bytes_equal(name, qm_bytes_of("familiar")))
        return read_characters(builder, row, QM_HAN_FAMILIAR, err);
    for (size_t i = 0; i < sizeof char_lists / sizeof *char_lists; i++)
        if (qm_bytes_equal(name, qm_bytes_of(char_lists[i].name)))
            return read_list(builder, row, char_lists[i].list, err);
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (qm_bytes_equal(name, qm_bytes_of(classes[i].name)))
            return read_class(builder, row, classes[i].class, flags, value, err);
    return qm_tsv_fail(row, 0, err, "unknown class");
}

int qm_read_entity_words(qm_builder *builder, qm_bytes text, qm_error *err)
{
    return read_rows(builder, text, read_words, err);
}

/* ---- the section of characters ---- */

int qm_finish_entity(qm_builder *builder, qm_image_writer *writer, qm_error *err)
{
    qm_han_table *state = builder->rooms[QM_COMPILE_ENTITY];
    if (!state) return QM_OK;
    return qm_image_writer_add(writer, QM_HAN_SECTION, state, sizeof *state, err);
}

void qm_free_entity(qm_builder *builder)
{
    qm_release(builder->alloc, builder->rooms[QM_COMPILE_ENTITY], sizeof(qm_han_table));
    builder->rooms[QM_COMPILE_ENTITY] = NULL;
}
