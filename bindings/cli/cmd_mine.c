#include "command.h"
#include "report.h"

int cli_mine(const cli_options *options)
{
    return cli_report_run(options, QM_INITIATIVES);
}
