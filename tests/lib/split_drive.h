/* A block descent method on a split network, driven phase by phase. */
#pragma once

#include "core/registry.h"
#include "tests/lib/split_reference.h"

typedef struct {
    split_case c;
    clarke_oracle oracle;
    clarke_iter it;
    const clarke_method_desc *desc;
    void *state;
} split_drive;

/* Fails the test that calls it where the method refuses the problem. */
split_drive split_drive_open(const char *method, const char *problem, uint64_t seed,
                             double deviation);
/* One update of one block; it must not ask for memory. */
void split_drive_phase(split_drive *d, size_t phase);
/* The same, and by how much the objective fell. */
clarke_split_drop split_drive_drop(split_drive *d, size_t phase);
