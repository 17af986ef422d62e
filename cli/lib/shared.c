#include "cli/lib/shared.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static clarke_status shared_whole(const char *text, const char *what, size_t low, size_t high,
                                  size_t *value)
{
    CLARKE_TRY(clarke_parse_count(text, what, value));
    if (*value >= low && *value <= high) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "%s: %zu is outside %zu to %zu", what, *value, low, high);
}

static clarke_status shared_choice(const char *text, const char *what, const char *const *choice,
                                   size_t count, size_t *position)
{
    for (*position = 0; *position < count; (*position)++)
        if (strcmp(text, choice[*position]) == 0) return CLARKE_OK;
    return clarke_fail(CLARKE_EUSAGE, "%s: '%s' is not one of %s, %s, %s%s%s", what, text,
                       choice[0], choice[1], choice[2], count > 3 ? ", " : "",
                       count > 3 ? choice[3] : "");
}

static clarke_status shared_jobs(clarke_cli *cli, const char *value)
{
    return shared_whole(value, "--jobs", 1, 4096, &cli->jobs);
}

static clarke_status shared_seed(clarke_cli *cli, const char *value)
{
    size_t seed;
    CLARKE_TRY(clarke_parse_count(value, "--seed", &seed));
    cli->seed = seed;
    cli->seed_given = true;
    return CLARKE_OK;
}

static clarke_status shared_text(const char *value, const char *what, const char **to)
{
    if (!*value) return clarke_fail(CLARKE_EUSAGE, "%s needs a name that is not empty", what);
    *to = value;
    return CLARKE_OK;
}

static clarke_status shared_out(clarke_cli *cli, const char *value)
{
    cli->out_given = true;
    return shared_text(value, "--out", &cli->out);
}

static clarke_status shared_output(clarke_cli *cli, const char *value)
{
    return shared_text(value, "-o", &cli->output);
}

static clarke_status shared_format(clarke_cli *cli, const char *value)
{
    return shared_text(value, "--format", &cli->format);
}

static clarke_status shared_dry_run(clarke_cli *cli, const char *value)
{
    (void)value;
    cli->dry_run = true;
    return CLARKE_OK;
}

static clarke_status shared_resume(clarke_cli *cli, const char *value)
{
    (void)value;
    cli->resume = true;
    return CLARKE_OK;
}

static clarke_status shared_strict(clarke_cli *cli, const char *value)
{
    (void)value;
    cli->strict = true;
    return CLARKE_OK;
}

static clarke_status shared_batch(clarke_cli *cli, const char *value)
{
    const char *slash = strchr(value, '/');
    if (!slash || slash == value || !slash[1])
        return clarke_fail(CLARKE_EUSAGE, "--batch: '%s' should read I/N, such as 1/4", value);
    char *first = clarke_arena_copy_text(cli->mem, value);
    CLARKE_TRY(clarke_arena_status(cli->mem));
    first[slash - value] = '\0';
    CLARKE_TRY(
        shared_whole(slash + 1, "--batch: the number of batches", 1, 1000000, &cli->batches));
    return shared_whole(first, "--batch: the batch", 1, cli->batches, &cli->batch);
}

static clarke_status shared_timeout(clarke_cli *cli, const char *value)
{
    CLARKE_TRY(clarke_parse_real(value, "--timeout", &cli->timeout));
    if (cli->timeout > 0.0) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "--timeout: %s is not a positive number of seconds", value);
}

static clarke_status shared_alpha(clarke_cli *cli, const char *value)
{
    CLARKE_TRY(clarke_parse_real(value, "--alpha", &cli->alpha));
    if (cli->alpha > 0.0 && cli->alpha < 1.0) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "--alpha: %s is not between 0 and 1", value);
}

static clarke_status shared_quiet(clarke_cli *cli, const char *value)
{
    (void)value;
    cli->verbosity = -1;
    return CLARKE_OK;
}

static clarke_status shared_verbose(clarke_cli *cli, const char *value)
{
    (void)value;
    cli->verbosity = 1;
    return CLARKE_OK;
}

static clarke_status shared_color(clarke_cli *cli, const char *value)
{
    static const char *const choice[] = {"auto", "always", "never"};
    size_t position;
    CLARKE_TRY(shared_choice(value, "--color", choice, 3, &position));
    cli->color = (clarke_when)position;
    return CLARKE_OK;
}

static clarke_status shared_progress(clarke_cli *cli, const char *value)
{
    static const char *const choice[] = {"auto", "bar", "plain", "none"};
    size_t position;
    CLARKE_TRY(shared_choice(value, "--progress", choice, 4, &position));
    cli->progress = (clarke_progress)position;
    return CLARKE_OK;
}

/* --help, --version and --set have no `store`: the parser itself deals with them. */
const clarke_shared_option clarke_shared_options[CLARKE_SHARED_COUNT] = {
    {{"set", '\0', "NAME=VALUE", "a parameter of the problem or the method; repeatable"},
     CLARKE_TAKES_SET,
     NULL},
    {{"jobs", 'j', "N", "runs at a time (default: the machine's cores)"},
     CLARKE_TAKES_JOBS,
     shared_jobs},
    {{"seed", '\0', "S", "the master seed, a whole number (default 1)"},
     CLARKE_TAKES_SEED,
     shared_seed},
    {{"out", '\0', "DIR", "the results folder (default results)"}, CLARKE_TAKES_OUT, shared_out},
    {{"output", 'o', "FILE", "write the document to FILE; - is standard output"},
     CLARKE_TAKES_OUTPUT,
     shared_output},
    {{"format", '\0', "F", "the output's format"}, CLARKE_TAKES_FORMAT, shared_format},
    {{"dry-run", '\0', NULL, "print what would be run, with time and memory, and stop"},
     CLARKE_TAKES_DRY_RUN,
     shared_dry_run},
    {{"resume", '\0', NULL, "go on where a stopped command left its results folder"},
     CLARKE_TAKES_RESUME,
     shared_resume},
    {{"batch", '\0', "I/N", "only part I of N equal parts"}, CLARKE_TAKES_BATCH, shared_batch},
    {{"timeout", '\0', "SECONDS", "stop after this time; partial results are valid"},
     CLARKE_TAKES_TIMEOUT,
     shared_timeout},
    {{"strict", '\0', NULL, "inconclusive counts as a failure"},
     CLARKE_TAKES_STRICT,
     shared_strict},
    {{"alpha", '\0', "A", "the suite's error rate, between 0 and 1"},
     CLARKE_TAKES_ALPHA,
     shared_alpha},
    {{"progress", '\0', "HOW", "auto, bar, plain or none, on standard error"},
     CLARKE_TAKES_PROGRESS,
     shared_progress},
    {{"quiet", 'q', NULL, "print only what was asked for"}, 0, shared_quiet},
    {{"verbose", 'v', NULL, "print more"}, 0, shared_verbose},
    {{"color", '\0', "WHEN", "auto, always or never; NO_COLOR is obeyed"}, 0, shared_color},
    {{"help", 'h', NULL, "print this help"}, 0, NULL},
    {{"version", '\0', NULL, "print the version"}, 0, NULL},
    {{0}, 0, NULL}};
