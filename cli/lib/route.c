#include "cli/lib/cli.h"

#include <string.h>

typedef struct {
    clarke_spec *spec[2]; /* problem, method; NULL if the command has none */
    const clarke_param *table[2];
} route_targets;

static const char *const route_kind[2] = {"problem", "method"};

/* The names of all parameters, one table after the other. */
static const char *route_name_at(const void *names, size_t i)
{
    const route_targets *targets = names;
    for (size_t t = 0; t < 2; t++)
        for (const clarke_param *p = targets->table[t]; p && p->name; p++)
            if (i-- == 0) return p->name;
    return NULL;
}

static clarke_status route_unknown(const route_targets *to, const char *setting, const char *name)
{
    char hint[256];
    const char *problem = to->spec[0] ? to->spec[0]->id : "";
    const char *method = to->spec[1] ? to->spec[1]->id : "";
    return clarke_fail(CLARKE_EUSAGE, "--set %s: %s%s%s has no parameter '%s'%s", setting, method,
                       to->spec[0] && to->spec[1] ? " on " : "", problem, name,
                       clarke_suggest(name, route_name_at, to, hint));
}

/* The position of the owner that a prefix names, or 2. */
static size_t route_prefix(const char *name)
{
    for (size_t t = 0; t < 2; t++) {
        const size_t length = strlen(route_kind[t]);
        if (strncmp(name, route_kind[t], length) == 0 && name[length] == '.') return t;
    }
    return 2;
}

static clarke_status route_one(const route_targets *to, const char *setting, clarke_arena *mem)
{
    const char *equals = strchr(setting, '=');
    if (!equals || equals == setting)
        return clarke_fail(CLARKE_EUSAGE, "--set: '%s' should read name=value", setting);
    char *name = clarke_arena_copy_text(mem, setting);
    CLARKE_TRY(clarke_arena_status(mem));
    name[equals - setting] = '\0';
    if (strncmp(name, "network.", 8) == 0)
        return clarke_fail(CLARKE_EUSAGE, "--set %s: there is no network here", setting);
    const size_t prefix = route_prefix(name);
    size_t owner = prefix;
    if (prefix < 2) {
        name = strchr(name, '.') + 1;
        if (!to->spec[prefix])
            return clarke_fail(CLARKE_EUSAGE, "--set %s: there is no %s here", setting,
                               route_kind[prefix]);
        if (!clarke_param_find(to->table[prefix], name)) return route_unknown(to, setting, name);
    } else {
        const bool in_problem = clarke_param_find(to->table[0], name) != NULL;
        const bool in_method = clarke_param_find(to->table[1], name) != NULL;
        if (in_problem && in_method)
            return clarke_fail(CLARKE_EUSAGE,
                               "--set %s: both %s and %s have a parameter '%s'; write problem.%s "
                               "or method.%s",
                               setting, to->spec[0]->id, to->spec[1]->id, name, name, name);
        if (!in_problem && !in_method) return route_unknown(to, setting, name);
        owner = in_problem ? 0 : 1;
    }
    return clarke_spec_set(to->spec[owner], name, equals + 1, mem);
}

clarke_status clarke_cli_route(const clarke_cli *cli, clarke_spec *problem, clarke_spec *method)
{
    route_targets to = {{problem, method}, {NULL, NULL}};
    const void *desc;
    if (problem) {
        CLARKE_TRY(clarke_registry_find(&clarke_problems, problem->id, &desc));
        to.table[0] = ((const clarke_problem_desc *)desc)->params;
    }
    if (method) {
        CLARKE_TRY(clarke_registry_find(&clarke_methods, method->id, &desc));
        to.table[1] = ((const clarke_method_desc *)desc)->params;
    }
    for (size_t i = 0; i < cli->givens; i++)
        if (strcmp(cli->given[i].option->name, "set") == 0)
            CLARKE_TRY(route_one(&to, cli->given[i].value, cli->mem));
    return CLARKE_OK;
}
