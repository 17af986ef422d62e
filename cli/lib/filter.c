#include "cli/lib/filter.h"

#include "cli/lib/child.h"

#include <fnmatch.h>
#include <string.h>

static const char *filter_field(const clarke_case *c, const char *option)
{
    if (strcmp(option, "claim") == 0) return c->claim;
    return strcmp(option, "method") == 0 ? c->run.method : c->run.problem;
}

/* The glob fits the whole text, or the id before its parameters. */
static bool filter_fits(const char *glob, const char *text)
{
    char id[256];
    snprintf(id, sizeof id, "%.*s", (int)strcspn(text, ":"), text);
    return fnmatch(glob, text, 0) == 0 || fnmatch(glob, id, 0) == 0;
}

/* One of the option's globs fits, or there is none. */
static bool filter_matches(const clarke_cli *cli, const char *option, const clarke_case *c)
{
    const char *glob;
    for (size_t i = 0; (glob = clarke_cli_value_at(cli, option, i)); i++)
        if (filter_fits(glob, filter_field(c, option))) return true;
    return !clarke_cli_value(cli, option);
}

/* With --like only the cases of that method, as far as the plugin has their settings; of a process,
   which keeps its own iterate, none in which the claim puts the iterate somewhere. */
static bool filter_like(const clarke_cli *cli, const clarke_case *c)
{
    const char *like = clarke_cli_value(cli, "like");
    if (!like) return true;
    const size_t length = strlen(like);
    return strncmp(c->run.method, like, length) == 0 &&
           (c->run.method[length] == '\0' || c->run.method[length] == ':') && clarke_child_can(c) &&
           (c->repetitions > 0 || !clarke_cli_value(cli, "exec"));
}

static const char *const filter_options[] = {"claim", "method", "problem"};
enum { FILTERS = sizeof filter_options / sizeof filter_options[0] };

size_t clarke_cli_filter(const clarke_cli *cli, const clarke_plan *plan, bool *selected)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++) {
        selected[i] = filter_like(cli, &plan->c[i]);
        for (size_t o = 0; o < FILTERS; o++)
            selected[i] = selected[i] && filter_matches(cli, filter_options[o], &plan->c[i]);
        count += selected[i];
    }
    return count;
}

static const char *filter_name_at(const void *names, size_t i)
{
    return ((const char *const *)names)[i];
}

static clarke_status filter_unknown(const clarke_cli *cli, const clarke_suite *suite,
                                    const char *option, const char *glob)
{
    char hint[256];
    const clarke_plan *plan = &suite->plan;
    const char **names = clarke_alloc_array(cli->mem, plan->count + 1, sizeof *names);
    const char *bare = clarke_arena_printf(cli->mem, "%.*s", (int)strcspn(glob, "*?[:+"), glob);
    for (size_t i = 0; names && i < plan->count; i++) {
        const char *text = filter_field(&plan->c[i], option);
        names[i] = clarke_arena_printf(cli->mem, "%.*s", (int)strcspn(text, ":+"), text);
    }
    CLARKE_TRY(clarke_arena_status(cli->mem));
    return clarke_fail(CLARKE_EUSAGE, "no %s of the suite %s matches '%s'%s", option, suite->name,
                       glob, clarke_suggest(bare, filter_name_at, names, hint));
}

clarke_status clarke_cli_filter_nothing(const clarke_cli *cli, const clarke_suite *suite)
{
    const char *glob;
    for (size_t o = 0; o < FILTERS; o++)
        for (size_t i = 0; (glob = clarke_cli_value_at(cli, filter_options[o], i)); i++) {
            size_t fit = 0;
            for (size_t c = 0; c < suite->plan.count; c++)
                fit += filter_fits(glob, filter_field(&suite->plan.c[c], filter_options[o]));
            if (fit == 0) return filter_unknown(cli, suite, filter_options[o], glob);
        }
    return clarke_fail(CLARKE_EUSAGE,
                       "no case of the suite %s matches all filters; "
                       "clarke verify --dry-run lists them",
                       suite->name);
}
