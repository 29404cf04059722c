#include "command.h"
#include "report.h"
#include "segment.h"

int cli_segment(const cli_options *options)
{
    if (options->format != CLI_TEXT) return cli_report_run(options, QM_TOKENS);
    if (options->json_lines)
        return cli_usage(options, "--input jsonl: text has no place for ids; add --format jsonl");
    if (options->tables || options->bom)
        return cli_usage(options,
                         "--tables and --bom go with other formats than text: say --format");
    return cli_segment_run(options);
}
