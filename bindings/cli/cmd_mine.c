#include "command.h"
#include "report.h"

int cli_mine(const cli_options *options)
{
    if (options->format == CLI_TEXT)
        return cli_usage(options, "--format text is a form of 'qianmo segment'");
    return cli_report_run(options, QM_INITIATIVES);
}
