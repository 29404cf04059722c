#include "options.h"

#include <errno.h>
#include <limits.h>
#include <popt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In the order of cli_format: of commands that print text, and of those that make a page. */
static const char *const text_formats[] = {"text", "table", "jsonl", "csv", "tsv", NULL};
static const char *const page_formats[] = {"table", "jsonl", "csv", "tsv", "html", NULL};
static const char *const table_names[] = {"tokens",  "quantities", "initiatives", "entities",
                                          "clauses", "measures",   NULL};
static const char *const offset_names[] = {"byte", "codepoint", "utf16", NULL};
static const char *const granularity_names[] = {"word", "fine", "term", NULL};
static const char *const quality_names[] = {"fast", "lattice", NULL};
static const char *const input_names[] = {"text", "jsonl", NULL};
static const char *const style_names[] = {"digits", "hanzi", "financial", "scaled", NULL};
static const char *const color_names[] = {"never", "always", "auto", NULL};
static const char *const language_names[] = {"en", "zh", NULL};

int cli_usage(const cli_options *options, const char *format, ...)
{
    const char *name = options->command->name;
    qm_buffer text = cli_buffer();
    va_list args;
    va_start(args, format);
    cli_vprintf(&text, format, args);
    va_end(args);
    cli_say((cli_place){NULL, 0, 0}, "%s: %.*s", name, (int)text.size, text.data);
    qm_buffer_free(&text);
    cli_say((cli_place){NULL, 0, 0}, "'qianmo %s --help' lists the options", name);
    return EX_USAGE;
}

static int option_index(const char *value, size_t size, const char *const *names)
{
    for (int i = 0; names[i]; i++)
        if (strlen(names[i]) == size && memcmp(names[i], value, size) == 0) return i;
    return -1;
}

static int option_refuse(const cli_options *o, const char *option, const char *value, size_t size,
                         const char *const *names)
{
    qm_buffer list = cli_buffer();
    for (int i = 0; names[i]; i++) {
        if (i) cli_puts(&list, ", ");
        cli_puts(&list, names[i]);
    }
    cli_putc(&list, '\0');
    int status = cli_usage(o, "--%s: '%.*s' is none of %s", option, (int)size, value, list.data);
    qm_buffer_free(&list);
    return status;
}

static int option_choose(const cli_options *o, const char *option, const char *value,
                         const char *const *names, int *out)
{
    if (!value) return EX_OK;
    int found = option_index(value, strlen(value), names);
    if (found < 0) return option_refuse(o, option, value, strlen(value), names);
    *out = found;
    return EX_OK;
}

static int option_tables(cli_options *o)
{
    for (const char *at = o->tables_names; at && *at;) {
        size_t size = strcspn(at, ",");
        int table = option_index(at, size, table_names);
        if (table < 0) return option_refuse(o, "tables", at, size, table_names);
        o->tables |= 1u << table;
        at += size + (at[size] == ',');
    }
    if (o->tables_names && !o->tables) return cli_usage(o, "--tables: no table is named");
    return EX_OK;
}

static bool option_digits(const char *text, int n, int *out)
{
    *out = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        *out = *out * 10 + (text[i] - '0');
    }
    return true;
}

/* YYYY-MM-DD, a day that the calendar has. */
static int option_date(cli_options *o)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, month, day;
    if (!o->date) return EX_OK;
    bool good = strlen(o->date) == 10 && o->date[4] == '-' && o->date[7] == '-' &&
                option_digits(o->date, 4, &year) && option_digits(o->date + 5, 2, &month) &&
                option_digits(o->date + 8, 2, &day) && year >= 1 && month >= 1 && month <= 12 &&
                day >= 1;
    if (good) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        good = day <= days[month - 1] + (month == 2 && leap);
    }
    if (!good) return cli_usage(o, "--reference-date: '%s' is no date YYYY-MM-DD", o->date);
    o->reference_date = year * 10000 + month * 100 + day;
    return EX_OK;
}

static bool option_chinese(void)
{
    const char *names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) return strncmp(value, "zh", 2) == 0;
    }
    return false;
}

static int option_look(cli_options *o)
{
    int color = 2, language = option_chinese();
    int status = option_choose(o, "color", o->color_name, color_names, &color);
    if (status != EX_OK) return status;
    status = option_choose(o, "lang", o->language, language_names, &language);
    if (status != EX_OK) return status;
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    bool plain = !term || strcmp(term, "dumb") == 0 || (no_color && *no_color);
    o->color = color == 1 || (color == 2 && !o->output && !plain && isatty(STDOUT_FILENO));
    o->chinese = language == 1;
    return EX_OK;
}

/* Whole numbers; out keeps what it has where the option is not given. */
static int option_whole(const cli_options *o, const char *option, cli_number_option number,
                        int64_t least, int64_t most, int64_t *out)
{
    const char *text = o->numbers[number];
    char *end = NULL;
    if (!text) return EX_OK;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end) return cli_usage(o, "--%s: '%s' is no whole number", option, text);
    if (errno || value < least || value > most)
        return cli_usage(o, "--%s: '%s' is not from %lld to %lld", option, text, (long long)least,
                         (long long)most);
    *out = value;
    return EX_OK;
}

static int option_decimal(const cli_options *o, const char *option, cli_number_option number,
                          double *out)
{
    const char *text = o->numbers[number];
    char *end = NULL;
    if (!text) return EX_OK;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= 0 && value < 1e9))
        return cli_usage(o, "--%s: '%s' is no number from 0 on", option, text);
    *out = value;
    return EX_OK;
}

static int option_numbers(cli_options *o)
{
    int64_t jobs = 0, passes = -1, scale = -1, window = -1, folds = -1;
    const struct {
        const char *option;
        cli_number_option number;
        int64_t least, most, *out;
    } wholes[] = {
        {"jobs", CLI_JOBS, 0, INT_MAX, &jobs}, {"passes", CLI_PASSES, 1, INT_MAX, &passes},
        {"scale", CLI_SCALE, 1, 1024, &scale}, {"window", CLI_WINDOW, 1, 3, &window},
        {"folds", CLI_FOLDS, 0, 10, &folds},   {"seed", CLI_SEED, 0, INT64_MAX, &o->seed},
    };
    int status = EX_OK;
    for (size_t i = 0; status == EX_OK && i < sizeof wholes / sizeof *wholes; i++)
        status = option_whole(o, wholes[i].option, wholes[i].number, wholes[i].least,
                              wholes[i].most, wholes[i].out);
    if (status == EX_OK) status = option_decimal(o, "cost", CLI_COST, &o->cost);
    if (status == EX_OK) status = option_decimal(o, "prune", CLI_PRUNE, &o->prune);
    o->jobs = (int)jobs;
    o->passes = (int)passes;
    o->scale = (int)scale;
    o->window = (int)window;
    o->folds = (int)folds;
    return status;
}

/* "-" is what no --output is. The device is no other thing: as a link to the file that a shell
 * opened it would be taken for a name to give away. */
static void option_output(cli_options *o)
{
    if (!o->output) return;
    if (strcmp(o->output, "-") != 0 && strcmp(o->output, "/dev/stdout") != 0) return;
    free(o->output);
    o->output = NULL;
}

static int options_check(cli_options *o)
{
    option_output(o);
    bool text = o->command->format == CLI_TEXT;
    int first = text ? CLI_TEXT : CLI_TABLE, format = (int)o->command->format - first, input = 0;
    o->offsets = QM_CODEPOINTS;
    const struct {
        const char *option, *value;
        const char *const *names;
        int *out;
    } choices[] = {
        {"format", o->format_name, text ? text_formats : page_formats, &format},
        {"offsets", o->offsets_name, offset_names, &o->offsets},
        {"granularity", o->granularity_name, granularity_names, &o->granularity},
        {"quality", o->quality_name, quality_names, &o->quality},
        {"input", o->input_name, input_names, &input},
        {"style", o->style_name, style_names, &o->style},
    };
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        int status =
            option_choose(o, choices[i].option, choices[i].value, choices[i].names, choices[i].out);
        if (status != EX_OK) return status;
    }
    o->format = (cli_format)(format + first);
    o->json_lines = input == 1;
    if (!o->json_lines && (o->text_field || o->id_field))
        return cli_usage(o, "--text-field and --id-field need --input jsonl");
    int status = option_numbers(o);
    if (status == EX_OK) status = option_tables(o);
    if (status == EX_OK) status = option_date(o);
    if (status == EX_OK) status = option_look(o);
    return status;
}

/* Reads the options; the tables of popt live as long as the call. Of an option that is given again
 * the last value counts: popt itself would lose the others, so that it hands them over here. */
static int options_read(poptContext context, char **const *strings, cli_options *o)
{
    int code;
    while ((code = poptGetNextOpt(context)) > 0) {
        char **value = strings[code - 1];
        free(*value);
        *value = poptGetOptArg(context);
    }
    if (code < -1)
        return cli_usage(o, "%s: %s", poptBadOption(context, POPT_BADOPTION_NOALIAS),
                         poptStrerror(code));
    const char **rest = poptGetArgs(context);
    while (rest && rest[o->n_arguments]) o->n_arguments++;
    o->arguments = cli_realloc(NULL, ((size_t)o->n_arguments + 1) * sizeof *o->arguments);
    for (int i = 0; rest && i < o->n_arguments; i++)
        o->arguments[i] = cli_copy(rest[i], strlen(rest[i]));
    o->arguments[o->n_arguments] = NULL;
    return EX_OK;
}

static void options_help(poptContext context, const cli_command *command)
{
    printf("%s: %s\n", command->name, command->summary);
    poptPrintHelp(context, stdout, 0);
}

#define ROW(name, letter, type, target, help, value) \
    (struct poptOption)                              \
    {                                                \
        name, letter, type, target, 0, help, value   \
    }
#define STR POPT_ARG_STRING
#define MANY POPT_ARG_ARGV
#define FLAG POPT_ARG_NONE
#define GROUP_ROWS 15
#define GROUPS 10

/* The tables of popt, which point into the options that they fill in. A row of zeros ends each. */
typedef struct option_groups {
    struct poptOption rows[GROUPS][GROUP_ROWS];
    struct poptOption all[GROUPS + 4];
    char **strings[GROUPS * GROUP_ROWS]; /* where the values of options of one string go */
} option_groups;

static void groups_of_text(cli_options *o, struct poptOption *input, struct poptOption *model)
{
    *input++ = ROW("input", 'i', STR, &o->input_name, "Kind of input (text)", "text|jsonl");
    *input++ = ROW("text-field", '\0', STR, &o->text_field, "Field with the text (text)", "NAME");
    *input++ = ROW("id-field", '\0', STR, &o->id_field, "Field with the name (id)", "NAME");
    *input++ = ROW("encoding", 'e', STR, &o->encoding, "Encoding of the input (found out)", "NAME");
    *input = ROW("strict", '\0', FLAG, &o->strict, "Refuse ill-formed text", NULL);
    *model++ = ROW("model", 'm', MANY, &o->models, "Image over the built-in model", "FILE");
    *model++ = ROW("taxonomy", '\0', MANY, &o->taxonomies, "Types and rules: YAML, CSV", "FILE");
    *model++ = ROW("words", 'w', MANY, &o->words, "User words, tab-separated", "FILE");
    *model++ = ROW("user-words", '\0', MANY, &o->words, "The same as --words", "FILE");
    *model = ROW("units-file", '\0', MANY, &o->units, "Units, tab-separated", "FILE");
}

static void groups_of_analysis(cli_options *o, struct poptOption *row)
{
    *row++ = ROW("granularity", 'g', STR, &o->granularity_name, "Size of words (word)",
                 "word|fine|term");
    *row++ = ROW("quality", 'q', STR, &o->quality_name, "Way of segmenting (fast)", "fast|lattice");
    *row++ = ROW("tags", '\0', FLAG, &o->tags, "Part-of-speech tags, too", NULL);
    *row++ =
        ROW("reference-date", '\0', STR, &o->date, "Day relative dates count from", "YYYY-MM-DD");
    *row++ =
        ROW("suppressed", '\0', FLAG, &o->suppressed, "Keep what is negated or imagined", NULL);
    *row = ROW("jobs", 'j', STR, &o->numbers[CLI_JOBS], "Threads; 0: one a processor (0)", "N");
}

static void groups_of_form(cli_options *o, struct poptOption *row)
{
    const char *formats = o->command->format == CLI_TEXT ? "text, table, jsonl, csv, tsv"
                                                         : "table, jsonl, csv, tsv, html";
    *row++ = ROW("format", 'f', STR, &o->format_name, formats, "NAME");
    *row++ =
        ROW("tables", 't', STR, &o->tables_names, "Which to print, commas between", "NAME,...");
    *row++ = ROW("offsets", '\0', STR, &o->offsets_name, "Of start, end (codepoint)",
                 "codepoint|byte|utf16");
    *row++ = ROW("units", '\0', STR, &o->display_units, "Units to read (as-written)",
                 "si|as-written|NAME,...");
    *row++ = ROW("bom", '\0', FLAG, &o->bom, "CSV with byte order mark, for Excel", NULL);
    *row++ =
        ROW("color", '\0', STR, &o->color_name, "Colours in the table (auto)", "auto|always|never");
    *row = ROW("lang", '\0', STR, &o->language, "Titles in (as the locale has it)", "en|zh");
}

static void groups_of_training(cli_options *o, struct poptOption *row)
{
    *row++ = ROW("dict", 'd', MANY, &o->dictionaries, "Lines of word, blank, count", "FILE");
    *row++ = ROW("tagged", '\0', STR, &o->tagged, "CoNLL-U to learn tags from", "FILE");
    *row++ = ROW("raw", '\0', STR, &o->raw, "Text that a first model cuts, to learn from", "FILE");
    *row++ = ROW("dev", '\0', STR, &o->dev, "Text to score the image on", "FILE");
    *row++ = ROW("cost", '\0', STR, &o->numbers[CLI_COST], "C of the support vector machine", "C");
    *row++ = ROW("passes", '\0', STR, &o->numbers[CLI_PASSES], "Over the training text", "N");
    *row++ = ROW("seed", '\0', STR, &o->numbers[CLI_SEED], "Of the order of passes", "N");
    *row++ = ROW("prune", '\0', STR, &o->numbers[CLI_PRUNE], "Weights below it are dropped", "W");
    *row++ = ROW("scale", '\0', STR, &o->numbers[CLI_SCALE], "Whole numbers in a margin of 1", "N");
    *row++ = ROW("window", '\0', STR, &o->numbers[CLI_WINDOW], "Characters seen on each side", "N");
    *row++ = ROW("folds", '\0', STR, &o->numbers[CLI_FOLDS], "Of the jack-knifed lexicon", "N");
    *row++ = ROW("copies", '\0', FLAG, &o->copies, "Features for each text beside all", NULL);
    *row++ =
        ROW("lattice", '\0', FLAG, &o->lattice, "Weights of words for --quality lattice", NULL);
    *row = ROW("any-standard", '\0', FLAG, &o->any_standard, "Numbers cut as the texts have them",
               NULL);
}

/* popt gives the number of the place, from 1 on, instead of writing there. */
static void groups_take_strings(option_groups *groups)
{
    int n = 0;
    for (size_t i = 0; i < GROUPS; i++)
        for (struct poptOption *row = groups->rows[i]; row->longName; row++) {
            if (row->argInfo != STR) continue;
            groups->strings[n++] = row->arg;
            row->arg = NULL;
            row->val = n;
        }
}

static void groups_make(option_groups *groups, cli_options *o)
{
    static const struct {
        unsigned bit;
        const char *title;
    } kinds[GROUPS] = {{CLI_TAKES_INPUT, "Input:"},         {CLI_TAKES_MODEL, "Model:"},
                       {CLI_TAKES_ANALYSIS, "Analysis:"},   {CLI_TAKES_KIND, "Compiling:"},
                       {CLI_TAKES_STYLE, "Numbers:"},       {CLI_TAKES_FORMAT, "Form:"},
                       {CLI_TAKES_BUILT_IN, "Taxonomies:"}, {CLI_TAKES_OUTPUT, "Output:"},
                       {CLI_TAKES_TRAINING, "Training:"},   {CLI_TAKES_VOCABULARY, "Scores:"}};
    struct poptOption(*rows)[GROUP_ROWS] = groups->rows;
    groups_of_text(o, rows[0], rows[1]);
    groups_of_analysis(o, rows[2]);
    rows[3][0] = ROW("kind", 'k', STR, &o->kind, "Kind of the files (by suffix)", "NAME");
    rows[4][0] = ROW("style", 's', STR, &o->style_name, "How to write numbers (digits)",
                     "digits|hanzi|financial|scaled");
    groups_of_form(o, rows[5]);
    rows[6][0] = ROW("built-in", '\0', FLAG, &o->built_in, "The built-in model has them", NULL);
    rows[7][0] = ROW("output", 'o', STR, &o->output, "Whole or not at all", "FILE");
    rows[7][1] = ROW("quiet", '\0', FLAG, &o->quiet, "No progress bar, no remarks", NULL);
    groups_of_training(o, rows[8]);
    rows[9][0] = ROW("vocabulary", '\0', STR, &o->vocabulary, "Text whose words are known", "FILE");
    rows[9][1] =
        ROW("quality", 'q', STR, &o->quality_name, "Way of segmenting (fast)", "fast|lattice");
    groups_take_strings(groups);
    groups->all[0] = ROW("help", 'h', FLAG, &o->help, "Show this text", NULL);
    groups->all[1] = ROW("version", '\0', FLAG, &o->version, "Show the version", NULL);
    groups->all[2] = (struct poptOption){
        NULL, '?', POPT_ARG_NONE | POPT_ARGFLAG_DOC_HIDDEN, &o->help, 0, NULL, NULL};
    for (size_t i = 0, n = 3; i < GROUPS; i++)
        if (o->command->takes & kinds[i].bit)
            groups->all[n++] =
                ROW(NULL, '\0', POPT_ARG_INCLUDE_TABLE, rows[i], kinds[i].title, NULL);
}

int cli_options_parse(cli_options *o, const cli_command *command, int argc, char **argv)
{
    option_groups groups;
    char name[40];
    memset(&groups, 0, sizeof groups);
    *o = (cli_options){.command = command, .cost = -1, .prune = -1, .seed = -1};
    groups_make(&groups, o);
    snprintf(name, sizeof name, "qianmo %s", command->name);
    argv[0] = name; /* what popt prints behind "Usage:" */
    poptContext context = poptGetContext("qianmo", argc, (const char **)argv, groups.all, 0);
    if (!context) {
        cli_say((cli_place){0}, "out of memory");
        return EX_OSERR;
    }
    poptSetOtherOptionHelp(context, command->arguments);
    int status = options_read(context, groups.strings, o);
    if (status == EX_OK && o->help) {
        options_help(context, command);
        status = -1;
    }
    poptFreeContext(context);
    return status == EX_OK && !o->version ? options_check(o) : status;
}

static void options_free_list(char **list)
{
    for (size_t i = 0; list && list[i]; i++) free(list[i]);
    free(list);
}

void cli_options_free(cli_options *o)
{
    char *strings[] = {o->format_name,      o->output,       o->tables_names, o->offsets_name,
                       o->granularity_name, o->quality_name, o->input_name,   o->text_field,
                       o->id_field,         o->encoding,     o->date,         o->kind,
                       o->style_name,       o->color_name,   o->language,     o->display_units,
                       o->vocabulary,       o->dev,          o->tagged,       o->raw};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) free(strings[i]);
    for (size_t i = 0; i < CLI_NUMBERS; i++) free(o->numbers[i]);
    options_free_list(o->models);
    options_free_list(o->taxonomies);
    options_free_list(o->words);
    options_free_list(o->units);
    options_free_list(o->dictionaries);
    options_free_list(o->arguments);
}
