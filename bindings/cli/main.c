/* qianmo: Chinese text to tables, from the command line. */
#include "command.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    WORK =
        CLI_TAKES_INPUT | CLI_TAKES_MODEL | CLI_TAKES_ANALYSIS | CLI_TAKES_FORMAT | CLI_TAKES_OUTPUT
};

static const cli_command commands[] = {
    {"mine", "[OPTION...] [FILE|DIRECTORY...]", "what was done, by whom, where, when, how much",
     WORK, CLI_TABLE, cli_mine},
    {"segment", "[OPTION...] [FILE|DIRECTORY...]", "words separated by one blank, line for line",
     WORK, CLI_TEXT, cli_segment},
    {"number", "parse|format [OPTION...] [FILE...]", "numbers read and written, line by line",
     CLI_TAKES_STYLE | CLI_TAKES_OUTPUT, CLI_TEXT, cli_number},
    {"units", "list|convert VALUE [FROM] TO", "units listed, values converted exactly",
     CLI_TAKES_MODEL, CLI_TEXT, cli_units},
    {"explain", "[OPTION...] [FILE|DIRECTORY...]",
     "why a clause has the initiatives it has, or none",
     CLI_TAKES_INPUT | CLI_TAKES_MODEL | CLI_TAKES_OUTPUT, CLI_TEXT, cli_explain},
    {"lint", "[OPTION...] TAXONOMY...", "the sentences of a taxonomy tried on its rules",
     CLI_TAKES_MODEL | CLI_TAKES_BUILT_IN, CLI_TEXT, cli_lint},
    {"compile", "[OPTION...] --output IMAGE FILE...",
     "user words, units and taxonomies made into an image", CLI_TAKES_KIND | CLI_TAKES_OUTPUT,
     CLI_TEXT, cli_compile},
    {"train", "[OPTION...] --output IMAGE TEXT...|clauses DIRECTORY...",
     "weights learnt from segmented text or labelled clauses",
     CLI_TAKES_MODEL | CLI_TAKES_TRAINING | CLI_TAKES_OUTPUT, CLI_TEXT, cli_train},
    {"eval", "[OPTION...] TEXT...", "how words agree with segmented text",
     CLI_TAKES_MODEL | CLI_TAKES_VOCABULARY, CLI_TEXT, cli_eval},
    {"info", "[IMAGE...]", "what a model image says of itself", 0, CLI_TEXT, cli_info},
};

static int main_help(FILE *to)
{
    fputs("Usage: qianmo COMMAND [OPTION...] [ARGUMENT...]\n\n"
          "Chinese text to tables of words, quantities, initiatives and entities.\n\n",
          to);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(to, "  %-9s %s\n", commands[i].name, commands[i].summary);
    fputs("\n  'qianmo COMMAND --help' lists the options of a command.\n"
          "  'qianmo --version' tells the version.\n",
          to);
    return EX_OK;
}

static int main_version(void)
{
    uint32_t version = qm_version();
    printf("qianmo %d.%d.%d (library %u.%u.%u, image format %d)\n", QM_VERSION_MAJOR,
           QM_VERSION_MINOR, QM_VERSION_PATCH, version >> 16, version >> 8 & 0xFF, version & 0xFF,
           QM_IMAGE_VERSION);
    return EX_OK;
}

static const cli_command *main_command(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].name, name) == 0) return &commands[i];
    return NULL;
}

static int main_run(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    if (!*name) {
        main_help(stderr);
        return EX_USAGE;
    }
    bool help = strcmp(name, "help") == 0;
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "-?") == 0 ||
        (help && argc == 2))
        return main_help(stdout);
    if (strcmp(name, "--version") == 0) return main_version();
    if (help) { /* help mine is mine --help, whatever stands behind it */
        static char option[] = "--help";
        argv[1] = argv[2];
        argv[2] = option;
        argc = 3;
        name = argv[1];
    }
    const cli_command *command = main_command(name);
    if (!command) {
        cli_say((cli_place){0}, "there is no command '%s'; 'qianmo --help' lists them", name);
        return EX_USAGE;
    }
    cli_options options;
    int status = cli_options_parse(&options, command, argc - 1, argv + 1);
    if (status == EX_OK) status = options.version ? main_version() : command->run(&options);
    cli_options_free(&options);
    return status < 0 ? EX_OK : status;
}

/* Where a standard stream is closed, its number must not fall to a file, which would get the
 * messages then; what is put there instead fails as the closed one does. */
static void main_hold_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0) open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
    main_hold_streams();
    int status = main_run(argc, argv);
    /* What --help and --version print; the commands write their results themselves. */
    if (fflush(stdout) != 0 && status == EX_OK) {
        perror("qianmo: standard output");
        status = EX_IOERR;
    }
    return status;
}
