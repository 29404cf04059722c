/* What the user asked for, read with popt and checked once. */
#ifndef QM_CLI_OPTIONS_H
#define QM_CLI_OPTIONS_H

#include "message.h"

#include <stdbool.h>

typedef enum cli_format { CLI_TEXT, CLI_TABLE, CLI_JSONL, CLI_CSV, CLI_TSV, CLI_HTML } cli_format;

/* Which groups of options a command takes. */
enum {
    CLI_TAKES_INPUT = 1,
    CLI_TAKES_MODEL = 2,
    CLI_TAKES_ANALYSIS = 4,
    CLI_TAKES_OUTPUT = 8,
    CLI_TAKES_FORMAT = 16,
    CLI_TAKES_KIND = 32,
    CLI_TAKES_STYLE = 64,
    CLI_TAKES_BUILT_IN = 128,
    CLI_TAKES_TRAINING = 256,
    CLI_TAKES_VOCABULARY = 512
};

/* Options with numbers. */
typedef enum cli_number_option {
    CLI_JOBS,
    CLI_COST,
    CLI_PRUNE,
    CLI_PASSES,
    CLI_SCALE,
    CLI_WINDOW,
    CLI_FOLDS,
    CLI_SEED,
    CLI_NUMBERS
} cli_number_option;

struct cli_options;

typedef struct cli_command {
    const char *name;
    const char *arguments; /* behind "Usage: qianmo NAME" */
    const char *summary;
    unsigned takes;
    cli_format format; /* default of --format */
    int (*run)(const struct cli_options *options);
} cli_command;

typedef struct cli_options {
    const cli_command *command;
    /* as written; NULL: not given */
    char *format_name, *output, *tables_names, *offsets_name, *granularity_name, *quality_name;
    char *input_name, *text_field, *id_field, *encoding, *date, *kind, *style_name, *color_name;
    char *language, *display_units, *vocabulary, *dev, *tagged, *raw, *numbers[CLI_NUMBERS];
    char **models, **taxonomies, **words, **units, **dictionaries; /* NULL at the end, or NULL */
    int tags, suppressed, strict, bom, quiet, help, version, built_in;
    int copies, lattice, any_standard;
    char **arguments; /* NULL at the end */
    int n_arguments;
    /* checked */
    cli_format format;
    uint32_t tables; /* 1 << QM_TOKENS ...; 0: the command's own choice */
    int offsets, granularity, quality, style;
    int64_t reference_date;
    bool json_lines, color, chinese;
    int jobs;
    double cost, prune; /* below 0: not given; so are those that follow */
    int passes, scale, window, folds;
    int64_t seed;
} cli_options;

/* argv[0] is the command's name. EX_OK, --version being left to be answered, and all else
 * unchecked with it; -1 when --help was answered; EX_USAGE after a message. */
int cli_options_parse(cli_options *options, const cli_command *command, int argc, char **argv);
void cli_options_free(cli_options *options);
/* Says what is wrong with the command line and where help is; returns EX_USAGE. */
int cli_usage(const cli_options *options, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
