#include "core/plugin.h"

#include <dlfcn.h>
#include <float.h>
#include <string.h>
#if defined __x86_64__
#include <xmmintrin.h>
#endif

/* Set before any thread is started, read-only afterwards. */
static struct {
    clarke_method_desc desc; /* the stand-in */
    const clarke_method_desc *plugin, *reference;
} plugin_like;
static const clarke_entry *plugin_first_method;

bool clarke_denormals_flushed(void)
{
#if defined __x86_64__
    return (_mm_getcsr() & 0x8040u) != 0;
#else
    volatile double smallest = DBL_MIN;
    return smallest / 2.0 == 0.0;
#endif
}

static clarke_status plugin_check(const char *path, const clarke_plugin *p)
{
    if (!p)
        return clarke_fail(CLARKE_EINPUT, "the plugin '%s' does not serve ABI %d", path,
                           CLARKE_PLUGIN_ABI);
    if (p->struct_size != sizeof *p || p->abi != CLARKE_PLUGIN_ABI ||
        p->method_size != sizeof(clarke_method_desc) ||
        p->problem_size != sizeof(clarke_problem_desc) ||
        p->network_size != sizeof(clarke_network_desc))
        return clarke_fail(CLARKE_EINPUT,
                           "the plugin '%s' was compiled with headers of another version: compile "
                           "it again",
                           path);
    return CLARKE_OK;
}

static clarke_status plugin_add(const clarke_registry *registry, const clarke_entry *entry)
{
    for (size_t i = 0; entry && entry[i].id; i++)
        CLARKE_TRY(clarke_registry_add(registry, &entry[i]));
    return CLARKE_OK;
}

clarke_status clarke_plugin_load(const char *path)
{
    clarke_plugin_entry *get;
    const bool before = clarke_denormals_flushed();
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!object) return clarke_fail(CLARKE_EINPUT, "the plugin cannot be loaded: %s", dlerror());
    void *symbol = dlsym(object, "clarke_plugin_get");
    if (!symbol)
        return clarke_fail(CLARKE_EINPUT, "'%s' is no plugin: it has no clarke_plugin_get", path);
    if (clarke_denormals_flushed() != before)
        return clarke_fail(CLARKE_EINPUT,
                           "the plugin '%s' flushes denormal numbers to zero when it is loaded, as "
                           "objects linked with -ffast-math do: no rounding bound would hold",
                           path);
    memcpy(&get, &symbol, sizeof get);
    const clarke_plugin *p = get(CLARKE_PLUGIN_ABI);
    CLARKE_TRY(plugin_check(path, p));
    CLARKE_TRY(plugin_add(&clarke_methods, p->method));
    CLARKE_TRY(plugin_add(&clarke_problems, p->problem));
    CLARKE_TRY(plugin_add(&clarke_networks, p->network));
    if (!plugin_first_method && p->method && p->method->id) plugin_first_method = p->method;
    return CLARKE_OK;
}

const clarke_entry *clarke_plugin_method(void)
{
    return plugin_first_method;
}

/* The reference only says how the step is meant to be formed: it shares parameters, not state. */
static clarke_status plugin_form(clarke_iter *it, const void *params)
{
    clarke_iter other = *it;
    const clarke_method_desc *reference = plugin_like.reference;
    void *state = clarke_alloc(it->mem, reference->state_size);
    void *own = clarke_alloc(it->mem, reference->params_size);
    (void)params;
    CLARKE_TRY(clarke_arena_status(it->mem));
    CLARKE_TRY(clarke_params_apply(reference->params, "like", it->spec, it->mem, own));
    other.views = 0;
    CLARKE_TRY(reference->init(&other, own, state));
    it->form = other.form;
    it->dsm = other.dsm;
    return CLARKE_OK;
}

static clarke_status plugin_init(clarke_iter *it, const void *params, void *state)
{
    CLARKE_TRY(plugin_like.plugin->init(it, params, state));
    return it->form || it->dsm ? CLARKE_OK : plugin_form(it, params);
}

clarke_status clarke_plugin_like(const char *plugin_id, const char *id)
{
    const void *plugin, *reference;
    static clarke_entry entry;
    CLARKE_TRY(clarke_registry_find(&clarke_methods, plugin_id, &plugin));
    CLARKE_TRY(clarke_registry_find(&clarke_methods, id, &reference));
    plugin_like.plugin = plugin;
    plugin_like.reference = reference;
    plugin_like.desc = *plugin_like.plugin;
    plugin_like.desc.init = plugin_init;
    entry = (clarke_entry){clarke_registry_id(&clarke_methods, id), "plugin", &plugin_like.desc};
    return clarke_registry_replace(&clarke_methods, &entry);
}
