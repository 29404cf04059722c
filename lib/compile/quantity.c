/* Kinds "classifiers", "traps", "modifiers", "quantity-cues": words that decide what a numeral is.
 */
#include "quantity/quantity.h"
#include "compile/compile.h"
#include "quantity/sense.h"

typedef struct named {
    const char *name;
    uint32_t value;
} named;

static bool find_name(const named *names, qm_bytes name, uint32_t *out)
{
    for (; names->name; names++)
        if (qm_bytes_equal(name, qm_bytes_of(names->name))) return *out = names->value, true;
    return false;
}

/* Blank-separated names, or-ed together. */
static bool find_flags(const named *names, qm_bytes text, uint16_t *out)
{
    qm_bytes word;
    uint32_t flag;
    *out = 0;
    while (qm_split(&text, ' ', &word)) {
        if (word.size == 0 || (word.size == 1 && *(const char *)word.data == '-')) continue;
        if (!find_name(names, word, &flag)) return false;
        *out |= (uint16_t)flag;
    }
    return true;
}

/* The words of a field, | between them, each with the same sense. */
static int add_words(qm_builder *builder, const qm_tsv *tsv, uint32_t field, qm_sense sense,
                     qm_error *err)
{
    qm_bytes words = qm_tsv_field(tsv, field), word;
    if (words.size == 0) return qm_tsv_fail(tsv, field, err, "no word");
    while (qm_split(&words, '|', &word)) {
        if (word.size == 0) return qm_tsv_fail(tsv, field, err, "an empty word");
        int status = qm_builder_lexeme(builder, word, sense.kind, sense.flags, sense.value, err);
        if (status == QM_E_NOMEM) return status;
        if (status != QM_OK) return qm_tsv_fail(tsv, field, err, "not a word of the lexicon");
    }
    return QM_OK;
}

int qm_read_classifiers(qm_builder *builder, qm_bytes text, qm_error *err)
{
    static const named flags[] = {{"weak", QM_CLASSIFIER_WEAK},   {"label", QM_CLASSIFIER_LABEL},
                                  {"event", QM_CLASSIFIER_EVENT}, {"person", QM_CLASSIFIER_PERSON},
                                  {"vague", QM_CLASSIFIER_VAGUE}, {NULL, 0}};
    qm_tsv tsv;
    int status = QM_OK;
    qm_tsv_open(&tsv, text);
    while (status == QM_OK && qm_tsv_next(&tsv)) {
        qm_sense sense = {.kind = QM_SENSE_CLASSIFIER};
        if (!find_flags(flags, qm_tsv_field(&tsv, 1), &sense.flags))
            return qm_tsv_fail(&tsv, 1, err, "weak, label, event, person or vague");
        status = add_words(builder, &tsv, 0, sense, err);
    }
    return status;
}

static const named trap_classes[] = {
    {"lexical", QM_TRAP_LEXICAL},       {"title", QM_TRAP_TITLE},
    {"slogan", QM_TRAP_SLOGAN},         {"name", QM_TRAP_NAME},
    {"idiom", QM_TRAP_IDIOM},           {"code", QM_TRAP_CODE},
    {"enumerator", QM_TRAP_ENUMERATOR}, {"ratio", QM_TRAP_RATIO},
    {"calendar", QM_TRAP_CALENDAR},     {"boilerplate", QM_TRAP_BOILERPLATE},
    {"indefinite", QM_TRAP_INDEFINITE}, {NULL, 0}};

/* "第一书记"; "#年级": any numeral before it; "国道#": any numeral behind it. */
static int add_traps(qm_builder *builder, const qm_tsv *tsv, uint32_t class, qm_error *err)
{
    qm_bytes words = qm_tsv_field(tsv, 0), word;
    if (words.size == 0) return qm_tsv_fail(tsv, 0, err, "no word");
    while (qm_split(&words, '|', &word)) {
        const char *at = word.data;
        uint16_t kind = QM_SENSE_TRAP;
        if (word.size > 1 && at[0] == '#') {
            kind = QM_SENSE_TRAP_AFTER;
            word = (qm_bytes){at + 1, word.size - 1};
        } else if (word.size > 1 && at[word.size - 1] == '#') {
            kind = QM_SENSE_TRAP_BEFORE;
            word.size--;
        }
        if (word.size == 0) return qm_tsv_fail(tsv, 0, err, "an empty word");
        int status = qm_builder_lexeme(builder, word, kind, 0, class, err);
        if (status == QM_E_NOMEM) return status;
        if (status != QM_OK) return qm_tsv_fail(tsv, 0, err, "not a word of the lexicon");
    }
    return QM_OK;
}

int qm_read_traps(qm_builder *builder, qm_bytes text, qm_error *err)
{
    qm_tsv tsv;
    int status = QM_OK;
    qm_tsv_open(&tsv, text);
    while (status == QM_OK && qm_tsv_next(&tsv)) {
        uint32_t class = QM_TRAP_LEXICAL;
        if (!find_name(trap_classes, qm_tsv_field(&tsv, 1), &class))
            return qm_tsv_fail(&tsv, 1, err, "unknown class of traps");
        status = add_traps(builder, &tsv, class, err);
    }
    return status;
}

int qm_read_modifiers(qm_builder *builder, qm_bytes text, qm_error *err)
{
    static const named flags[] = {{"outside", QM_MODIFIER_OUTSIDE},
                                  {"mask", QM_MODIFIER_MASK},
                                  {"scale", QM_MODIFIER_SCALE},
                                  {"round", QM_MODIFIER_ROUND},
                                  {NULL, 0}};
    qm_tsv tsv;
    int status = QM_OK;
    qm_tsv_open(&tsv, text);
    while (status == QM_OK && qm_tsv_next(&tsv)) {
        qm_bytes side = qm_tsv_field(&tsv, 1), relation = qm_tsv_field(&tsv, 2);
        qm_sense sense = {.kind = QM_SENSE_BEFORE};
        if (qm_bytes_equal(side, qm_bytes_of("after"))) sense.kind = QM_SENSE_AFTER;
        else if (!qm_bytes_equal(side, qm_bytes_of("before")))
            return qm_tsv_fail(&tsv, 1, err, "before or after");
        while (qm_relation_name(sense.value) &&
               !qm_bytes_equal(relation, qm_bytes_of(qm_relation_name(sense.value))))
            sense.value++;
        if (!find_flags(flags, qm_tsv_field(&tsv, 3), &sense.flags))
            return qm_tsv_fail(&tsv, 3, err, "outside, mask, scale or round");
        if (sense.flags & QM_MODIFIER_MASK) sense.value = 0;
        else if (!qm_relation_name(sense.value))
            return qm_tsv_fail(&tsv, 2, err, "unknown relation");
        status = add_words(builder, &tsv, 0, sense, err);
    }
    return status;
}

/* -9 to 9 of field 2, as the flags of the sense; an empty field leaves them 0. */
static int read_offset(const qm_tsv *tsv, qm_sense *sense, qm_error *err)
{
    qm_bytes field = qm_tsv_field(tsv, 2);
    const char *at = field.data;
    if (field.size == 0) return QM_OK;
    int sign = at[0] == '-' ? -1 : 1;
    if (field.size != (sign < 0 ? 2u : 1u) || at[field.size - 1] < '0' ||
        at[field.size - 1] > '9' || sense->kind != QM_SENSE_CUE)
        return qm_tsv_fail(tsv, 2, err, "-9 to 9 years, months or days");
    sense->flags = (uint16_t)(QM_CUE_HERE + sign * (at[field.size - 1] - '0'));
    return QM_OK;
}

int qm_read_quantity_cues(qm_builder *builder, qm_bytes text, qm_error *err)
{
    static const named classes[] = {{"morning", QM_CUE_MORNING},   {"evening", QM_CUE_EVENING},
                                    {"noon", QM_CUE_NOON},         {"clock", QM_CUE_CLOCK},
                                    {"money", QM_CUE_MONEY},       {"age", QM_CUE_AGE},
                                    {"rate", QM_CUE_RATE},         {"only", QM_CUE_ONLY},
                                    {"lapse", QM_CUE_LAPSE},       {"stop", QM_CUE_STOP},
                                    {"counting", QM_CUE_COUNTING}, {"place", QM_CUE_PLACE},
                                    {"year", QM_CUE_YEAR},         {"month", QM_CUE_MONTH},
                                    {"day", QM_CUE_DAY},           {"verb", QM_CUE_VERB},
                                    {"tally", QM_CUE_TALLY},       {"name", QM_CUE_NAME},
                                    {"pay", QM_CUE_PAY},           {"column", QM_CUE_COLUMN},
                                    {"reach", QM_CUE_REACH},       {"object", QM_CUE_OBJECT},
                                    {"thing", QM_CUE_THING},       {"ride", QM_CUE_RIDE},
                                    {"fixed", QM_CUE_FIXED},       {NULL, 0}};
    qm_tsv tsv;
    int status = QM_OK;
    qm_tsv_open(&tsv, text);
    while (status == QM_OK && qm_tsv_next(&tsv)) {
        qm_sense sense = {.kind = QM_SENSE_CUE};
        if (qm_bytes_equal(qm_tsv_field(&tsv, 1), qm_bytes_of("one"))) sense.kind = QM_SENSE_ONE;
        else if (!find_name(classes, qm_tsv_field(&tsv, 1), &sense.value))
            return qm_tsv_fail(&tsv, 1, err, "unknown class of cues");
        status = read_offset(&tsv, &sense, err);
        if (status == QM_OK) status = add_words(builder, &tsv, 0, sense, err);
    }
    return status;
}
