/* The commands of qianmo; each has a file cmd_NAME.c. */
#ifndef QM_CLI_COMMAND_H
#define QM_CLI_COMMAND_H

#include "options.h"

int cli_mine(const cli_options *options);
int cli_segment(const cli_options *options);
int cli_compile(const cli_options *options);
int cli_info(const cli_options *options);
int cli_number(const cli_options *options);
int cli_explain(const cli_options *options);
int cli_lint(const cli_options *options);
int cli_train(const cli_options *options);
int cli_train_clauses(const cli_options *options); /* of cli_train */
int cli_eval(const cli_options *options);
int cli_units(const cli_options *options);

#endif
