#include "cli/lib/cli.h"

static clarke_status help_run(clarke_cli *cli)
{
    const void *desc;
    if (cli->operands == 0) {
        clarke_cli_help(stdout);
        return CLARKE_OK;
    }
    CLARKE_TRY(clarke_registry_find(&clarke_commands, cli->operand[0], &desc));
    clarke_cli_help_command(stdout, cli->operand[0], desc);
    return CLARKE_OK;
}

const clarke_command_desc clarke_command_help = {
    .title = "how to use clarke, or one of its commands",
    .usage = "[COMMAND]",
    .operands_max = 1,
    .run = help_run,
};
