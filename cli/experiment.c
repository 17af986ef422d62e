/* clarke experiment: a paper's experiment, without a verdict; never part of verify. */
#include "cli/lib/experiment.h"

#include "core/blas.h"
#include "engine/json.h"
#include "engine/manifest.h"

#include <string.h>
#include <unistd.h>

static clarke_status experiment_scale(const clarke_cli *cli, clarke_scale *scale)
{
    const char *text = clarke_cli_value(cli, "scale");
    *scale = CLARKE_SCALE_SMALL;
    for (size_t i = 0; text && i < CLARKE_SCALES; i++) {
        *scale = (clarke_scale)i;
        if (strcmp(text, clarke_scale_text(*scale)) == 0) return CLARKE_OK;
    }
    if (!text) return CLARKE_OK;
    return clarke_fail(CLARKE_EUSAGE, "--scale: '%s' is not one of small, full", text);
}

/* The settings, the scale, the threads, where it goes. */
static clarke_status experiment_request(clarke_cli *cli, clarke_experiment *e, void **params)
{
    clarke_spec spec;
    const void *desc;
    CLARKE_TRY(clarke_spec_parse(cli->operand[0], cli->mem, &spec));
    CLARKE_TRY(clarke_registry_find(&clarke_experiments, spec.id, &desc));
    e->desc = desc;
    e->id = spec.id;
    e->spec = clarke_spec_text(&spec, cli->mem);
    e->seed = cli->seed;
    e->cancel = cli->cancel;
    e->mem = cli->mem;
    e->folder = cli->out_given ? cli->out : clarke_arena_printf(cli->mem, "results/%s", spec.id);
    *params = clarke_alloc(cli->mem, e->desc->params_size);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    CLARKE_TRY(clarke_params_apply(e->desc->params, spec.id, &spec, cli->mem, *params));
    CLARKE_TRY(experiment_scale(cli, &e->scale));
    CLARKE_TRY(clarke_cli_count(cli, "threads", 1, &e->threads));
    if (e->threads >= 1 && e->threads <= 1024) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "--threads: %zu is outside 1 to 1024", e->threads);
}

/* The estimate comes first; what cannot fit in memory is refused. */
static clarke_status experiment_estimate(const clarke_cli *cli, const clarke_experiment *e)
{
    const clarke_experiment_estimate *estimate = &e->desc->estimate[e->scale];
    const double there = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    if (there > 0.0 && estimate->bytes > there)
        return clarke_fail(CLARKE_EINPUT,
                           "%s at --scale %s needs about %.1f GB, and this machine has %.1f GB",
                           e->id, clarke_scale_text(e->scale), estimate->bytes / 1e9, there / 1e9);
    if (cli->verbosity >= 0 || cli->dry_run)
        printf("%s, %s: about %.0f s and %.2g GB\n", e->id, clarke_scale_text(e->scale),
               estimate->seconds, estimate->bytes / 1e9);
    fflush(stdout);
    return CLARKE_OK;
}

static clarke_status experiment_manifest(const clarke_cli *cli, const clarke_experiment *e)
{
    json_t *manifest;
    const clarke_manifest_run run = {.seed = e->seed,
                                     .jobs = 1,
                                     .argc = (size_t)cli->argc,
                                     .argv = (const char *const *)cli->argv};
    CLARKE_TRY(clarke_manifest_make(&run, &manifest));
    clarke_status status = clarke_json_set_text(manifest, "experiment", e->spec);
    if (status == CLARKE_OK)
        status = clarke_json_set_text(manifest, "scale", clarke_scale_text(e->scale));
    if (status == CLARKE_OK) status = clarke_json_set_count(manifest, "threads", e->threads);
    if (status == CLARKE_OK) status = clarke_manifest_write(manifest, e->folder);
    json_decref(manifest);
    return status;
}

static clarke_status experiment_execute(const clarke_cli *cli, clarke_experiment *e,
                                        const void *params)
{
    CLARKE_TRY(clarke_experiment_open(e));
    clarke_status status = experiment_manifest(cli, e);
    clarke_blas_set_threads((int)e->threads);
    clarke_cli_meter_begin(&e->meter, cli);
    if (status == CLARKE_OK) status = e->desc->run(e, params);
    clarke_cli_meter_end(&e->meter);
    clarke_blas_set_threads(1);
    CLARKE_TRY(clarke_experiment_close(e, status));
    if (cli->verbosity >= 0) printf("report: %s/report.md\n", e->folder);
    return CLARKE_OK;
}

static clarke_status experiment_run(clarke_cli *cli)
{
    clarke_experiment *e = clarke_alloc(cli->mem, sizeof *e);
    void *params;
    CLARKE_TRY(clarke_arena_status(cli->mem));
    CLARKE_TRY(experiment_request(cli, e, &params));
    CLARKE_TRY(experiment_estimate(cli, e));
    if (cli->dry_run) return CLARKE_OK;
    return experiment_execute(cli, e, params);
}

static const clarke_option experiment_options[] = {
    {"scale", '\0', "SCALE", "small (default) or full"},
    {"threads", '\0', "T", "threads of BLAS (default 1); bits may depend on their number"},
    {0}};

const clarke_command_desc clarke_command_experiment = {
    .title = "a paper's experiment, with its figures, time and memory; it has no verdict",
    .usage = "ID[:name=value,...]",
    .text = "Writes report.md, *.csv, figures/*.svg and manifest.json to --out (default\n"
            "results/ID). `clarke list experiments` names them. BLAS uses the fastest kernels of\n"
            "the machine, unlike in the other commands, so that last bits depend on it.\n",
    .options = experiment_options,
    .operands_min = 1,
    .operands_max = 1,
    .takes = CLARKE_TAKES_SEED | CLARKE_TAKES_OUT | CLARKE_TAKES_DRY_RUN | CLARKE_TAKES_PROGRESS,
    .run = experiment_run,
};
