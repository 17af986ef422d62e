/* Every registry is a folder: one file, one item, the stem is the id. CMake generates the tables,
   sorted by id. */
#pragma once

#include "core/measure.h"
#include "core/method.h"
#include "core/problem.h"

typedef struct {
    const char *id, *file;
    const void *desc;
} clarke_entry;

typedef struct {
    const char *kind; /* "problem" */
    size_t count;
    const clarke_entry *entry; /* [count] */
} clarke_registry;

/* clarke_commands and clarke_experiments are in the program, the others in the library. */
extern const clarke_registry clarke_problems, clarke_wrappers, clarke_methods, clarke_measures,
    clarke_claims, clarke_networks, clarke_regularizers, clarke_activations, clarke_losses,
    clarke_reports, clarke_kernels, clarke_formats, clarke_commands, clarke_experiments;
/* The same items in single precision: descriptors as a source compiled with CLARKE_SINGLE sees
   them. */
extern const clarke_registry clarke_activations_single, clarke_losses_single;

/* Items that a plugin brings: found like those of the table, at most CLARKE_REGISTRY_EXTRAS in all. To
   be called before any thread is started. An id that is there already is CLARKE_EINPUT. */
enum { CLARKE_REGISTRY_EXTRAS = 256 };
clarke_status clarke_registry_add(const clarke_registry *registry, const clarke_entry *entry);
/* The same for an id that is there: from now on it means this. */
clarke_status clarke_registry_replace(const clarke_registry *registry, const clarke_entry *entry);
/* The registry's own copy of an id, or NULL. */
const char *clarke_registry_id(const clarke_registry *registry, const char *id);

/* The descriptor, or NULL. */
const void *clarke_registry_get(const clarke_registry *registry, const char *id);
/* The same, with CLARKE_EINPUT and the nearest names where there is none. */
clarke_status clarke_registry_find(const clarke_registry *registry, const char *id,
                                   const void **desc);
