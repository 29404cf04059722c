/* The tables beside the YAML: a taxonomy as CSV, cues, and types that fight. */
#include "compile/taxonomy.h"

/* ---- CSV: type, verbs, objects, order, gap, note; a first row that names the columns ---- */

enum { CSV_COLUMNS = 6 };

typedef struct csv_reader {
    const char *at, *end;
    uint32_t line;
    qm_bytes field[CSV_COLUMNS];
    uint32_t column[CSV_COLUMNS];
    bool quoted[CSV_COLUMNS];
    uint32_t fields;
    char *room; /* fields with quotes taken out; as long as the text */
    size_t used;
} csv_reader;

/* One field from csv->at; leaves csv->at on the comma or line end behind it. */
static int read_field(csv_reader *csv, uint32_t *column, qm_bytes *out, qm_error *err)
{
    char *to = csv->room + csv->used;
    uint32_t started = *column;
    bool quoted = csv->at < csv->end && *csv->at == '"';
    if (quoted) csv->at++, ++*column;
    *out = (qm_bytes){to, 0};
    while (csv->at < csv->end) {
        char c = *csv->at;
        if (quoted && c == '"') {
            if (csv->at + 1 >= csv->end || csv->at[1] != '"') break;
            csv->at++;
        } else if (c == '\n' || c == '\r' || (!quoted && c == ',')) {
            break;
        }
        *column += ((unsigned char)c & 0xC0) != 0x80;
        to[out->size++] = c;
        csv->at++;
    }
    csv->used += out->size;
    if (!quoted) return QM_OK;
    if (csv->at >= csv->end || *csv->at != '"')
        return qm_fail_line(err, QM_E_SYNTAX, csv->line, started,
                            "a quotation mark is not closed in its line");
    csv->at++;
    ++*column;
    return QM_OK;
}

static int read_row(csv_reader *csv, qm_error *err)
{
    uint32_t column = 1;
    csv->fields = 0;
    csv->used = 0;
    csv->line++;
    for (;;) {
        qm_bytes field;
        uint32_t started = column;
        bool quoted = csv->at < csv->end && *csv->at == '"';
        int status = read_field(csv, &column, &field, err);
        if (status != QM_OK) return status;
        if (csv->fields < CSV_COLUMNS) {
            csv->field[csv->fields] = field;
            csv->quoted[csv->fields] = quoted;
            csv->column[csv->fields++] = started;
        } else if (field.size) {
            return qm_fail_line(err, QM_E_SYNTAX, csv->line, started, "more than %d columns",
                                CSV_COLUMNS);
        }
        if (csv->at >= csv->end || *csv->at != ',') break;
        csv->at++;
        column++;
    }
    if (csv->at < csv->end && *csv->at == '\r') csv->at++;
    if (csv->at < csv->end && *csv->at != '\n')
        return qm_fail_line(err, QM_E_SYNTAX, csv->line, column, "a comma is wanted here");
    if (csv->at < csv->end) csv->at++;
    return QM_OK;
}

static qm_bytes csv_field(const csv_reader *csv, uint32_t index)
{
    return index < csv->fields ? csv->field[index] : (qm_bytes){"", 0};
}

static int csv_fail(const csv_reader *csv, uint32_t index, qm_error *err, const char *reason)
{
    return qm_fail_line(err, QM_E_SYNTAX, csv->line, index < csv->fields ? csv->column[index] : 1,
                        "%s", reason);
}

static int csv_gap(const csv_reader *csv, uint32_t *gap, qm_error *err)
{
    qm_bytes field = csv_field(csv, 4);
    const char *at = field.data;
    uint32_t value = 0;
    if (field.size == 0) return QM_OK;
    for (size_t i = 0; i < field.size; i++) {
        if (at[i] < '0' || at[i] > '9' || field.size > 3)
            return csv_fail(csv, 4, err, "gap is a number up to 200");
        value = value * 10 + (uint32_t)(at[i] - '0');
    }
    if (value > 200) return csv_fail(csv, 4, err, "gap is a number up to 200");
    *gap = value;
    return QM_OK;
}

/* The pattern of a row, written as the YAML has it, into text (room for the whole row and more). */
static int csv_pattern(const csv_reader *csv, char *text, size_t *size, qm_error *err)
{
    qm_bytes verbs = csv_field(csv, 1), objects = csv_field(csv, 2), order = csv_field(csv, 3);
    qm_bytes sign = qm_bytes_of(" > ");
    if (qm_bytes_equal(order, qm_bytes_of("before")) || qm_bytes_equal(order, qm_bytes_of(">>")))
        sign = qm_bytes_of(" >> ");
    else if (order.size && !qm_bytes_equal(order, qm_bytes_of("any")) &&
             !qm_bytes_equal(order, qm_bytes_of(">")))
        return csv_fail(csv, 3, err, "order is any or before");
    if (csv_field(csv, 0).size == 0) return csv_fail(csv, 0, err, "no type");
    if (verbs.size == 0 && objects.size == 0)
        return csv_fail(csv, 1, err,
                        csv->fields == 1 ? "neither verbs nor objects: commas are between columns"
                                         : "neither verbs nor objects");
    size_t n = 0;
    if (verbs.size == 0) {
        text[n++] = '=';
    } else {
        memcpy(text, verbs.data, verbs.size);
        n = verbs.size;
        memcpy(text + n, sign.data, sign.size);
        n += sign.size;
    }
    if (objects.size) memcpy(text + n, objects.data, objects.size);
    *size = n + objects.size;
    return QM_OK;
}

/* A type that nobody knows yet is made by its first row; its name is its id. */
static int csv_type(qm_builder *builder, const csv_reader *csv, uint32_t *type, qm_error *err)
{
    qm_place place = {csv->line, csv->column[0]};
    qm_bytes id = csv_field(csv, 0);
    if (qm_taxonomy_type_of(builder, id, place, type, NULL) == QM_OK) return QM_OK;
    int status = qm_taxonomy_new_type(builder, id, place, type, err);
    if (status != QM_OK) return status;
    qm_taxonomy_room *room = builder->rooms[QM_COMPILE_INITIATIVE];
    room->types.at[*type].name = room->types.at[*type].id;
    return QM_OK;
}

/* The place of a mistake in the pattern as a column of the row: objects stand elsewhere in it. */
static void csv_place(const csv_reader *csv, qm_error *err)
{
    qm_bytes verbs = csv_field(csv, 1), order = csv_field(csv, 3);
    bool before =
        qm_bytes_equal(order, qm_bytes_of("before")) || qm_bytes_equal(order, qm_bytes_of(">>"));
    uint32_t length = 0, sign = verbs.size == 0 ? 1 : before ? 4 : 3, at;
    for (size_t i = 0; i < verbs.size; i++)
        length += (((const char *)verbs.data)[i] & 0xC0) != 0x80;
    if (!err || csv->fields < 2 || err->line != csv->line || err->column < csv->column[1]) return;
    at = err->column - csv->column[1];
    if (at < length + sign || csv->fields < 3) err->column += csv->quoted[1];
    else err->column = csv->column[2] + csv->quoted[2] + at - length - sign;
}

static bool is_name(qm_bytes field, const char *name)
{
    const char *at = field.data;
    if (field.size != strlen(name)) return false;
    for (size_t i = 0; i < field.size; i++)
        if ((at[i] | 32) != name[i]) return false;
    return true;
}

/* Whether the row names the columns, which always stand in the same order. */
static int csv_names(const csv_reader *csv, bool *names, qm_error *err)
{
    static const char *const columns[] = {"type", "verbs", "objects", "order", "gap", "note"};
    *names = csv->line == 1 && is_name(csv_field(csv, 0), columns[0]);
    for (uint32_t i = 0; *names && i < csv->fields && i < CSV_COLUMNS; i++)
        if (!is_name(csv_field(csv, i), columns[i]))
            return csv_fail(csv, i, err,
                            "columns are type, verbs, objects, order, gap, note, in this order "
                            "and with commas between");
    return QM_OK;
}

static int csv_rule(qm_builder *builder, const csv_reader *csv, char *text, qm_error *err)
{
    qm_rule_options options = {QM_TAXONOMY_GAP, QM_SCOPE_CLAUSE, QM_TAXONOMY_PAIR};
    uint32_t type;
    size_t size = 0;
    int status = csv_gap(csv, &options.gap, err);
    if (status == QM_OK) status = csv_pattern(csv, text, &size, err);
    if (status == QM_OK) status = csv_type(builder, csv, &type, err);
    if (status != QM_OK) return status;
    uint32_t column = csv->fields > 1 ? csv->column[1] : 1;
    status = qm_taxonomy_add_rule(builder, type, (qm_bytes){text, size}, &options,
                                  (qm_place){csv->line, column}, err);
    if (status != QM_OK) csv_place(csv, err);
    return status;
}

int qm_taxonomy_read_csv(qm_builder *builder, qm_bytes text, qm_error *err)
{
    size_t room = text.size * 2 + 16;
    char *space = qm_resize(builder->alloc, NULL, 0, room);
    if (!space) return qm_fail_nomem(err);
    csv_reader csv = {.at = text.data, .end = (const char *)text.data + text.size, .room = space};
    if (text.size >= 3 && memcmp(csv.at, "\xEF\xBB\xBF", 3) == 0) csv.at += 3;
    int status = QM_OK;
    size_t rows = 0;
    while (csv.at < csv.end && status == QM_OK) {
        status = read_row(&csv, err);
        bool empty = csv.fields == 1 && csv.field[0].size == 0;
        bool names = false;
        if (status == QM_OK) status = csv_names(&csv, &names, err);
        rows += !empty && !names;
        if (status == QM_OK && !empty && !names)
            status = csv_rule(builder, &csv, space + text.size, err);
    }
    if (status == QM_OK && rows == 0)
        status = qm_fail_line(err, QM_E_SYNTAX, 1, 1, "an empty taxonomy");
    qm_release(builder->alloc, space, room);
    return status;
}

/* ---- cues: category, words, direction, scope, look-alikes ---- */

static bool name_index(qm_bytes field, const char *const *names, uint32_t *out)
{
    for (uint32_t i = 0; names[i]; i++) {
        if (!qm_bytes_equal(field, qm_bytes_of(names[i]))) continue;
        *out = i;
        return true;
    }
    return false;
}

static int add_cue(qm_builder *builder, qm_taxonomy_cue cue, qm_bytes words, const qm_tsv *tsv,
                   uint32_t field, qm_error *err)
{
    qm_taxonomy_room *room = NULL;
    int status = qm_taxonomy_room_of(builder, &room, err);
    if (status != QM_OK) return status;
    uint32_t number = (uint32_t)room->cues.count;
    if (qm_array_push(builder->alloc, &room->cues, cue) != QM_OK) return qm_fail_nomem(err);
    qm_bytes word;
    while (status == QM_OK && qm_split(&words, '|', &word)) {
        if (word.size == 0) return qm_tsv_fail(tsv, field, err, "an empty word");
        status = qm_builder_lexeme(builder, word, QM_SENSE_CUE, 0, number, err);
    }
    return status;
}

int qm_taxonomy_read_cues(qm_builder *builder, qm_bytes text, qm_error *err)
{
    static const char *const categories[] = {"",        "NEG",     "PLAN",   "HYPO",   "EXHORT",
                                             "OTHER",   "ONGOING", "DONE",   "RESULT", "FRAME",
                                             "PROFILE", "STOP",    "PSEUDO", "PARTLY", NULL};
    static const char *const directions[] = {"ahead", "back", "both", "start", NULL};
    static const char *const scopes[] = {"clause",  "sentence", "paragraph",
                                         "section", "near",     NULL};
    qm_tsv tsv;
    int status = QM_OK;
    qm_tsv_open(&tsv, text);
    while (status == QM_OK && qm_tsv_next(&tsv)) {
        qm_taxonomy_cue cue = {0};
        if (!name_index(qm_tsv_field(&tsv, 0), categories, &cue.category) || cue.category == 0)
            return qm_tsv_fail(&tsv, 0, err, "no such category of cues");
        if (!name_index(qm_tsv_field(&tsv, 2), directions, &cue.direction))
            return qm_tsv_fail(&tsv, 2, err, "direction is ahead, back, both or start");
        if (!name_index(qm_tsv_field(&tsv, 3), scopes, &cue.scope))
            return qm_tsv_fail(&tsv, 3, err,
                               "scope is clause, sentence, paragraph, section or near");
        status = add_cue(builder, cue, qm_tsv_field(&tsv, 1), &tsv, 1, err);
        qm_bytes alike = qm_tsv_field(&tsv, 4);
        qm_taxonomy_cue pseudo = {.category = QM_CUE_PSEUDO};
        if (status == QM_OK && alike.size) status = add_cue(builder, pseudo, alike, &tsv, 4, err);
    }
    return status;
}

/* ---- fights: winner, loser, ground ---- */

int qm_taxonomy_read_fights(qm_builder *builder, qm_bytes text, qm_error *err)
{
    static const char *const grounds[] = {"", "word", "clause", NULL};
    qm_tsv tsv;
    qm_taxonomy_room *room = NULL;
    int status = qm_taxonomy_room_of(builder, &room, err);
    qm_tsv_open(&tsv, text);
    while (status == QM_OK && qm_tsv_next(&tsv)) {
        qm_taxonomy_fight fight = {0};
        if (!name_index(qm_tsv_field(&tsv, 2), grounds, &fight.ground) || fight.ground == 0)
            return qm_tsv_fail(&tsv, 2, err, "ground is word or clause");
        qm_bytes losers = qm_tsv_field(&tsv, 1), loser;
        status = qm_taxonomy_keep(builder, qm_tsv_field(&tsv, 0), &fight.winner, err);
        while (status == QM_OK && qm_split(&losers, '|', &loser)) {
            status = qm_taxonomy_keep(builder, loser, &fight.loser, err);
            if (status == QM_OK && qm_array_push(builder->alloc, &room->fights, fight) != QM_OK)
                status = qm_fail_nomem(err);
        }
    }
    return status;
}

/* ---- classes: name, words, whether they are verbs or help others ---- */

int qm_taxonomy_read_classes(qm_builder *builder, qm_bytes text, qm_error *err)
{
    /* In the order of QM_CLASS_*. */
    static const char *const kinds[] = {"",       "verbs", "helps",  "limits",
                                        "brings", "mere",  "actors", NULL};
    qm_tsv tsv;
    int status = QM_OK;
    qm_tsv_open(&tsv, text);
    while (status == QM_OK && qm_tsv_next(&tsv)) {
        qm_bytes name = qm_tsv_field(&tsv, 0), words = qm_tsv_field(&tsv, 1), word;
        uint32_t value = (uint32_t)qm_hash(name.data, name.size, 0);
        uint32_t kind = 0;
        if (!name_index(qm_tsv_field(&tsv, 2), kinds, &kind))
            return qm_tsv_fail(&tsv, 2, err,
                               "a class is of \"verbs\", \"helps\", \"limits\", \"brings\", "
                               "\"mere\", \"actors\" or anything");
        const uint32_t flags = (1u << kind) >> 1;
        if (name.size == 0) return qm_tsv_fail(&tsv, 0, err, "a class without a name");
        while (status == QM_OK && qm_split(&words, '|', &word)) {
            if (word.size == 0) return qm_tsv_fail(&tsv, 1, err, "an empty word");
            status = qm_builder_lexeme(builder, word, QM_SENSE_CLASS, flags, value, err);
        }
    }
    return status;
}
