/* Whole commands, by hyperfine: each process of the benchmark is one run of each of them. */
#include "cli/lib/bench.h"
#include "cli/lib/process.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    const char *name, *arguments; /* %s: a folder that is thrown away */
} whole_command;

static const whole_command bench_commands[] = {
    {"list", "list problems"},
    {"verify_quick", "verify --suite quick --quiet --progress none --out %s/verify"},
    {"run_sgd", "run sgd relu_mlp:data=teacher,widths=64,64,samples=2000 --iterations 2000"},
    {"run_dsgd", "run dsgd quadratic_agents:a=-1,0,4,2 --network ring:d=4 --iterations 100000"},
    {"run_bcd", "run bcd_three split_three --iterations 200"},
};
enum { COMMANDS = sizeof bench_commands / sizeof bench_commands[0] };

typedef struct {
    size_t count;
    const whole_command *command[COMMANDS];
} chosen_commands;

static const char *commands_at(const void *commands, size_t i)
{
    return i < COMMANDS ? ((const whole_command *)commands)[i].name : NULL;
}

static clarke_status commands_choose(const clarke_cli *cli, chosen_commands *chosen)
{
    char hint[256];
    chosen->count = 0;
    for (size_t i = 0; i < COMMANDS; i++)
        if (clarke_bench_matches(cli, bench_commands[i].name))
            chosen->command[chosen->count++] = &bench_commands[i];
    if (chosen->count > 0) return CLARKE_OK;
    const char *glob = clarke_cli_value(cli, "kernel");
    return clarke_fail(CLARKE_EUSAGE, "no command matches '%s'%s", glob,
                       clarke_suggest(glob, commands_at, bench_commands, hint));
}

/* hyperfine's document: {"results": [{"mean":, "user":, "system":}, ...]}, in the order given. */
static clarke_status commands_take(const char *path, const chosen_commands *chosen, clarke_bench *b)
{
    json_t *document = json_load_file(path, 0, NULL);
    const json_t *results = json_object_get(document, "results");
    clarke_status status = CLARKE_OK;
    if (json_array_size(results) != chosen->count)
        status = clarke_fail(CLARKE_EIO, "hyperfine did not time all commands");
    for (size_t i = 0; status == CLARKE_OK && i < chosen->count; i++) {
        const json_t *r = json_array_get(results, i);
        const clarke_timing timing = {
            .wall = json_number_value(json_object_get(r, "mean")),
            .cpu = json_number_value(json_object_get(r, "user")) +
                   json_number_value(json_object_get(r, "system")),
            .elements = 1.0,
        };
        status = clarke_bench_take(b, chosen->command[i]->name, "command", 1, CLARKE_BOUND_NONE,
                                   &timing);
    }
    json_decref(document);
    return status;
}

static clarke_status commands_run(const clarke_cli *cli, const char *folder,
                                  const chosen_commands *chosen, clarke_bench *b)
{
    const char *argv[9 + COMMANDS];
    size_t argc = 0;
    const char *program = clarke_bench_self(cli);
    const char *export = clarke_arena_printf(cli->mem, "%s/times.json", folder);
    static const char *const fixed[] = {"hyperfine", "-N",   "--runs",       "1",
                                        "--style",   "none", "--export-json"};
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) argv[argc++] = fixed[i];
    argv[argc++] = export;
    for (size_t i = 0; i < chosen->count; i++) {
        const char *arguments = chosen->command[i]->arguments, *percent = strstr(arguments, "%s");
        const int before = percent ? (int)(percent - arguments) : 0;
        argv[argc++] = percent ? clarke_arena_printf(cli->mem, "%s %.*s%s%s", program, before,
                                                     arguments, folder, percent + 2)
                               : clarke_arena_printf(cli->mem, "%s %s", program, arguments);
    }
    argv[argc] = NULL;
    CLARKE_TRY(clarke_arena_status(cli->mem));
    CLARKE_TRY(clarke_process_execute(argv, cli->mem,
                                      "whole commands are timed by hyperfine, which is "
                                      "not here; apt-get install hyperfine brings it"));
    return commands_take(export, chosen, b);
}

clarke_status clarke_bench_whole(const clarke_cli *cli, size_t processes, double deadline,
                                 clarke_bench *b)
{
    char folder[] = "/tmp/clarke-commands-XXXXXX";
    clarke_status status = CLARKE_OK;
    chosen_commands chosen;
    CLARKE_TRY(commands_choose(cli, &chosen));
    if (!mkdtemp(folder)) return clarke_fail(CLARKE_EIO, "a temporary folder cannot be made");
    for (size_t p = 0; status == CLARKE_OK && p < processes; p++) {
        status = commands_run(cli, folder, &chosen, b);
        if (status == CLARKE_OK) status = clarke_bench_go_on(cli, deadline);
    }
    const char *const clean[] = {"rm", "-rf", folder, NULL};
    const clarke_status cleaned =
        clarke_process_execute(clean, cli->mem, "the temporary folder cannot be removed");
    return status != CLARKE_OK ? status : cleaned;
}
