/* Who holds which samples: the three ways to spread a data set over agents. */
#pragma once

#include "core/arena.h"

#include <stdint.h>

typedef enum {
    CLARKE_SHARDS_EVEN,     /* consecutive samples, as equal in number as can be */
    CLARKE_SHARDS_LABEL,    /* the same after sorting by label: few labels an agent */
    CLARKE_SHARDS_DIRICHLET /* each label's samples in shares drawn from a Dirichlet law */
} clarke_shards_kind;

typedef struct {
    clarke_shards_kind kind;
    size_t agents;
    double concentration; /* of the Dirichlet law: small, few labels an agent; large, all alike */
    uint64_t seed;
} clarke_shards_spec;

/* Agent i holds term[begin[i]] .. term[begin[i + 1] - 1]. */
typedef struct {
    const size_t *begin, *term; /* [agents + 1], [samples] */
} clarke_shards;

/* `label` may be NULL for the even split. CLARKE_EINPUT where an agent would hold nothing. */
clarke_status clarke_shards_make(const clarke_shards_spec *spec, const size_t *label,
                                 size_t samples, clarke_arena *mem, clarke_shards *shards);
