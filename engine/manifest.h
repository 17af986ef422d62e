/* manifest.json: what produced a results folder. No dates, no absolute paths. */
#pragma once

#include "engine/json.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t seed;
    const char *suite; /* a name, or a file of which only the last component is kept */
    size_t jobs;
    size_t argc;
    const char *const *argv; /* [argc]; absolute paths lose all but their last component */
} clarke_manifest_run;

/* *manifest is a new reference to an object. */
clarke_status clarke_manifest_make(const clarke_manifest_run *run, json_t **manifest);
clarke_status clarke_manifest_write(const json_t *manifest, const char *folder);
/* Hostile input: one sentence for anything but an object with a known schema_version. */
clarke_status clarke_manifest_read(const char *folder, json_t **manifest);
/* CLARKE_OK if records made under the two may stand in one folder: everything is equal but the
   command line, the number of jobs, and which batch they are. Otherwise a sentence that names the
   first difference. */
clarke_status clarke_manifest_agree(json_t *a, json_t *b);
/* The manifest of the whole that a batch is part of: nothing speaks of batches, and the command line
   names `out` where it named a folder (NULL: that stays). *whole is a new reference. */
clarke_status clarke_manifest_whole(json_t *batch, const char *out, json_t **whole);
