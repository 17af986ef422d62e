#include "cli/lib/suite.h"

#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

clarke_status clarke_cli_suite_folders(const clarke_cli *cli, const char *const **folders)
{
    const char **list = clarke_alloc_array(cli->mem, 3, sizeof *list);
    char program[1024];
    CLARKE_TRY(clarke_arena_status(cli->mem));
    size_t count = 0;
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length > 0) {
        program[length] = '\0';
        *strrchr(program, '/') = '\0';
        list[count++] = clarke_arena_printf(cli->mem, "%s/../%s", program, CLARKE_SUITES_INSTALLED);
    }
    list[count++] = CLARKE_SUITES_SOURCE;
    *folders = list;
    return clarke_arena_status(cli->mem);
}

clarke_status clarke_cli_suite(const clarke_cli *cli, const char *fallback, clarke_suite *suite)
{
    const char *const *folders;
    const char *name = clarke_cli_value(cli, "suite");
    CLARKE_TRY(clarke_cli_suite_folders(cli, &folders));
    CLARKE_TRY(clarke_suite_load(name       ? name
                                 : fallback ? fallback
                                            : "standard",
                                 folders, cli->mem, suite));
    if (isnan(cli->alpha)) return CLARKE_OK;
    suite->plan.alpha = suite->alpha = cli->alpha;
    return clarke_plan_close(&suite->plan);
}

static double meter_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void clarke_cli_meter_begin(clarke_cli_meter *meter, const clarke_cli *cli)
{
    *meter = (clarke_cli_meter){cli, clarke_cli_progress(cli), meter_now(), 0.0};
}

void clarke_cli_meter_step(void *self, double done, double total, const char *what)
{
    clarke_cli_meter *meter = self;
    const double now = meter_now(), spent = now - meter->begun;
    const double interval = meter->kind == CLARKE_PROGRESS_BAR ? 0.1 : 5.0;
    if (meter->kind == CLARKE_PROGRESS_NONE || (now - meter->shown < interval && done < total))
        return;
    const double share = total > 0.0 ? done / total : 1.0;
    const double left = share > 0.0 ? spent * (1.0 - share) / share : 0.0;
    meter->shown = now;
    if (meter->kind == CLARKE_PROGRESS_BAR)
        fprintf(stderr, "\r%3.0f %%  %.0f s left  %-44.44s", 100.0 * share, left, what);
    else
        fprintf(stderr, "%3.0f %%, about %.0f s left\n", 100.0 * share, left);
}

void clarke_cli_meter_end(clarke_cli_meter *meter)
{
    if (meter->kind == CLARKE_PROGRESS_BAR) fprintf(stderr, "\r%64s\r", "");
}
