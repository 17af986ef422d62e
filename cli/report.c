#include "cli/lib/cli.h"

#include "engine/results.h"
#include "reports/lib/write.h"

static clarke_status report_write(clarke_cli *cli, const clarke_results *results)
{
    FILE *out;
    if (!cli->format) {
        CLARKE_TRY(clarke_reports_write(results, cli->out_given ? cli->out : cli->operand[0]));
        if (cli->verbosity >= 0)
            printf("%zu records; reports written to %s\n", results->count,
                   cli->out_given ? cli->out : cli->operand[0]);
        return CLARKE_OK;
    }
    CLARKE_TRY(clarke_cli_open(cli, &out));
    const clarke_status status = clarke_report_one(results, cli->format, out);
    const clarke_status closed = clarke_cli_close(cli, out);
    return status != CLARKE_OK ? status : closed;
}

static clarke_status report_run(clarke_cli *cli)
{
    clarke_results *results;
    if (cli->output && !cli->format) return clarke_fail(CLARKE_EUSAGE, "report -o needs --format");
    CLARKE_TRY(clarke_cli_results(cli->operand[0], &results));
    clarke_status status = CLARKE_OK;
    if (cli->out_given && !cli->format) status = clarke_cli_make_folder(cli->out);
    if (status == CLARKE_OK) status = report_write(cli, results);
    cli->exit_status = clarke_results_exit(results);
    clarke_results_free(results);
    return status;
}

const clarke_command_desc clarke_command_report = {
    .title = "the reports again, from the records of a results folder",
    .usage = "DIR",
    .text = "Without --format every report is written to the folder, or to --out; with it that\n"
            "one goes to standard output or to -o FILE. The records give the exit status.\n",
    .operands_min = 1,
    .operands_max = 1,
    .takes = CLARKE_TAKES_FORMAT | CLARKE_TAKES_OUTPUT | CLARKE_TAKES_OUT,
    .run = report_run,
};
