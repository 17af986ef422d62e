#include "core/registry.h"

#include <string.h>

const void *clarke_registry_get(const clarke_registry *registry, const char *id)
{
    size_t low = 0, high = registry->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(id, registry->entry[middle].id);
        if (order == 0) return registry->entry[middle].desc;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
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
