#include "engine/route.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    const clarke_route *route;
    size_t count;
} routes_all;

/* The names of all parameters, one table after the other. */
static const char *route_name_at(const void *names, size_t i)
{
    const routes_all *all = names;
    for (size_t r = 0; r < all->count; r++)
        for (const clarke_param *p = all->route[r].table; p && p->name; p++)
            if (i-- == 0) return p->name;
    return NULL;
}

/* The kinds of what is here. */
static const char *route_kind_at(const void *names, size_t i)
{
    const routes_all *all = names;
    for (size_t r = 0; r < all->count; r++)
        if (all->route[r].spec && i-- == 0) return all->route[r].kind;
    return NULL;
}

static clarke_status route_unknown(const clarke_route *route, size_t routes, const char *setting,
                                   const char *name)
{
    char hint[256], owners[256] = "";
    const routes_all all = {route, routes};
    for (size_t r = 0; r < routes; r++) {
        const size_t used = strlen(owners);
        if (route[r].spec)
            snprintf(owners + used, sizeof owners - used, "%s%.80s", used ? " on " : "",
                     route[r].spec->id);
    }
    return clarke_fail(CLARKE_EUSAGE, "--set %s: %s has no parameter '%s'%s", setting, owners, name,
                       clarke_suggest(name, route_name_at, &all, hint));
}

/* "problem.name": the owner is named. */
static clarke_status route_prefixed(const clarke_route *route, size_t routes, const char *setting,
                                    const char *name, const char **bare, size_t *owner)
{
    char hint[256], kind[64];
    const char *dot = strchr(name, '.');
    const size_t length = (size_t)(dot - name);
    *bare = dot + 1;
    for (*owner = 0; *owner < routes; (*owner)++) {
        const clarke_route *to = &route[*owner];
        if (strlen(to->kind) != length || strncmp(to->kind, name, length) != 0) continue;
        if (!to->spec) break;
        if (clarke_param_find(to->table, *bare)) return CLARKE_OK;
        const routes_all own = {to, 1};
        return clarke_fail(CLARKE_EUSAGE, "--set %s: the %s %s has no parameter '%s'%s", setting,
                           to->kind, to->spec->id, *bare,
                           clarke_suggest(*bare, route_name_at, &own, hint));
    }
    const routes_all all = {route, routes};
    snprintf(kind, sizeof kind, "%.*s", (int)length, name);
    return clarke_fail(CLARKE_EUSAGE, "--set %s: there is no %s here%s", setting, kind,
                       clarke_suggest(kind, route_kind_at, &all, hint));
}

static clarke_status route_plain(const clarke_route *route, size_t routes, const char *setting,
                                 const char *name, size_t *owner)
{
    *owner = routes;
    for (size_t r = 0; r < routes; r++) {
        if (!route[r].spec || !clarke_param_find(route[r].table, name)) continue;
        if (*owner < routes)
            return clarke_fail(CLARKE_EUSAGE,
                               "--set %s: both %s and %s have a parameter '%s'; write %s.%s or "
                               "%s.%s",
                               setting, route[*owner].spec->id, route[r].spec->id, name,
                               route[*owner].kind, name, route[r].kind, name);
        *owner = r;
    }
    return *owner < routes ? CLARKE_OK : route_unknown(route, routes, setting, name);
}

clarke_status clarke_route_setting(const clarke_route *route, size_t routes, const char *setting,
                                   clarke_arena *mem)
{
    const char *equals = strchr(setting, '='), *bare;
    size_t owner;
    if (!equals || equals == setting)
        return clarke_fail(CLARKE_EUSAGE, "--set: '%s' should read name=value", setting);
    char *name = clarke_arena_copy_text(mem, setting);
    CLARKE_TRY(clarke_arena_status(mem));
    name[equals - setting] = '\0';
    bare = name;
    if (strchr(name, '.'))
        CLARKE_TRY(route_prefixed(route, routes, setting, name, &bare, &owner));
    else
        CLARKE_TRY(route_plain(route, routes, setting, name, &owner));
    return clarke_spec_set(route[owner].spec, bare, equals + 1, mem);
}
