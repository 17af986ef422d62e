/* Benchmarks of the same program on the same kind of machine, as one. */
#include "cli/lib/bench.h"

static clarke_status merge_one(const clarke_cli *cli, const char *path, clarke_bench *all)
{
    clarke_bench one;
    CLARKE_TRY(clarke_bench_open(cli->mem, &one));
    clarke_status status = clarke_bench_load(path, &one);
    if (status == CLARKE_OK) status = clarke_bench_join(all, &one, path);
    clarke_bench_close(&one);
    return status;
}

static clarke_status merge_print(const clarke_cli *cli, const clarke_bench *all)
{
    const void *json;
    FILE *out;
    CLARKE_TRY(clarke_registry_find(&clarke_formats, "json", &json));
    CLARKE_TRY(clarke_cli_open(cli, &out));
    const clarke_status status = ((const clarke_format_desc *)json)->write(all, out);
    const clarke_status closed = clarke_cli_close(cli, out);
    return status != CLARKE_OK ? status : closed;
}

clarke_status clarke_bench_merge(const clarke_cli *cli)
{
    clarke_bench all;
    CLARKE_TRY(clarke_bench_open(cli->mem, &all));
    clarke_status status = CLARKE_OK;
    for (size_t i = 0; status == CLARKE_OK && i < cli->operands; i++)
        status = merge_one(cli, cli->operand[i], &all);
    if (status == CLARKE_OK) status = merge_print(cli, &all);
    clarke_bench_close(&all);
    return status;
}
