#include "core/registry.h"

#include <string.h>

/* Filled before any thread is started, read-only afterwards; later ones go before earlier ones. */
static struct {
    const clarke_registry *registry;
    clarke_entry entry;
} registry_extra[CLARKE_REGISTRY_EXTRAS];
static size_t registry_extras;

static const clarke_entry *registry_find_entry(const clarke_registry *registry, const char *id)
{
    for (size_t i = registry_extras; i-- > 0;)
        if (registry_extra[i].registry == registry && strcmp(registry_extra[i].entry.id, id) == 0)
            return &registry_extra[i].entry;
    size_t low = 0, high = registry->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(id, registry->entry[middle].id);
        if (order == 0) return &registry->entry[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const void *clarke_registry_get(const clarke_registry *registry, const char *id)
{
    const clarke_entry *entry = registry_find_entry(registry, id);
    return entry ? entry->desc : NULL;
}

const char *clarke_registry_id(const clarke_registry *registry, const char *id)
{
    const clarke_entry *entry = registry_find_entry(registry, id);
    return entry ? entry->id : NULL;
}

clarke_status clarke_registry_replace(const clarke_registry *registry, const clarke_entry *entry)
{
    if (registry_extras == CLARKE_REGISTRY_EXTRAS)
        return clarke_fail(CLARKE_EINPUT, "plugins bring more than %d items",
                           CLARKE_REGISTRY_EXTRAS);
    registry_extra[registry_extras].registry = registry;
    registry_extra[registry_extras++].entry = *entry;
    return CLARKE_OK;
}

clarke_status clarke_registry_add(const clarke_registry *registry, const clarke_entry *entry)
{
    if (registry_find_entry(registry, entry->id))
        return clarke_fail(CLARKE_EINPUT, "there is a %s '%s' already", registry->kind, entry->id);
    return clarke_registry_replace(registry, entry);
}

static const char *registry_name_at(const void *names, size_t i)
{
    return ((const clarke_entry *)names)[i].id;
}

clarke_status clarke_registry_find(const clarke_registry *registry, const char *id,
                                   const void **desc)
{
    char hint[256];
    *desc = clarke_registry_get(registry, id);
    if (*desc) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "there is no %s '%s'%s", registry->kind, id,
                       clarke_suggest(id, registry_name_at, registry->entry, hint));
}
