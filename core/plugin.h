/* Methods, problems and networks from a shared object. A plugin is compiled against these headers,
   linked to the same library, and has one entry symbol:

     const clarke_plugin *clarke_plugin_get(uint32_t abi);

   which returns a static table, or NULL if it cannot serve that ABI. Sizes guard against headers of
   another version. See examples/plugin. */
#pragma once

#include "core/network.h"
#include "core/registry.h"

#include <stdint.h>

enum { CLARKE_PLUGIN_ABI = 1, CLARKE_PLUGIN_ITEMS_MAX = 64 };

typedef struct {
    size_t struct_size; /* sizeof(clarke_plugin), of the headers that the plugin saw */
    uint32_t abi;       /* CLARKE_PLUGIN_ABI, likewise */
    size_t method_size, problem_size, network_size; /* sizeof of the descriptors, likewise */
    const char *name;
    const clarke_entry *method, *problem, *network; /* each ends with {0}; NULL: none */
} clarke_plugin;

typedef const clarke_plugin *clarke_plugin_entry(uint32_t abi);

/* What stands in every plugin's table before its lists. */
#define CLARKE_PLUGIN_HEAD                                                                         \
    .struct_size = sizeof(clarke_plugin), .abi = CLARKE_PLUGIN_ABI,                                \
    .method_size = sizeof(clarke_method_desc), .problem_size = sizeof(clarke_problem_desc),        \
    .network_size = sizeof(clarke_network_desc)

/* Loads it and adds its items to the registries; an id that is there already is refused. To be
   called before any thread is started. CLARKE_EINPUT with one sentence for a file that is no
   plugin. */
clarke_status clarke_plugin_load(const char *path);
/* From now on the method `id` is what the plugin's method `plugin_id` does: claims about `id` judge
   it. Where the plugin does not say how its step is formed (it->form), it is what `id` says. */
clarke_status clarke_plugin_like(const char *plugin_id, const char *id);
/* The first method that a plugin brought, or NULL. */
const clarke_entry *clarke_plugin_method(void);

/* Denormal numbers are flushed to zero (FTZ or DAZ is on in this thread): a library linked with
   -ffast-math switches that on when it is loaded, and rounding bounds no longer hold. */
bool clarke_denormals_flushed(void);
