/* The hypercube: agents are neighbours where their numbers differ in one bit. It is the product of
   log2 d edges: the Laplacian's eigenvalues are 2k, k = 0..log2 d. */
#include "core/network.h"

typedef struct {
    size_t d;
    int weights;
} hypercube;

static clarke_status hypercube_make(clarke_network *w, const void *params, clarke_arena *mem)
{
    const hypercube *p = params;
    size_t bits = 0;
    if (p->d & (p->d - 1))
        return clarke_fail(CLARKE_EINPUT, "%s: d=%zu is not a power of two", w->id, p->d);
    CLARKE_TRY(clarke_network_size(w, p->d, p->weights));
    for (size_t bit = 1; bit < p->d; bit *= 2, bits++)
        for (size_t i = 0; i < p->d; i++)
            if (!(i & bit)) CLARKE_TRY(clarke_network_edge(w, i, i | bit, mem));
    if (bits == 0) return CLARKE_OK;
    w->laplacian_low = 2.0;
    w->laplacian_high = 2.0 * (double)bits;
    return CLARKE_OK;
}

static const clarke_param hypercube_params[] = {{"d", CLARKE_PARAM_COUNT, offsetof(hypercube, d),
                                                 "8", 1.0, 0x1p16, NULL,
                                                 "number of agents, a power of two"},
                                                CLARKE_NETWORK_WEIGHTS(hypercube, "metropolis"),
                                                {0}};

const clarke_network_desc clarke_network_hypercube = {
    .title = "Hypercube",
    .formula = "i ~ i xor 2^k",
    .source = "classical; eigenvalues derived",
    .params = hypercube_params,
    .params_size = sizeof(hypercube),
    .make = hypercube_make,
};
