/* The star: agent 0 is the neighbour of all others. The Laplacian's eigenvalues are 0, 1 (d - 2
   times, vectors that live on the leaves and sum to 0), and d (d - 1 at the hub, -1 at each leaf).
   Every edge ends at the hub, so Metropolis and lazy weights are the same on all of them. */
#include "core/network.h"

typedef struct {
    size_t d;
    int weights;
} star;

static clarke_status star_make(clarke_network *w, const void *params, clarke_arena *mem)
{
    const star *p = params;
    CLARKE_TRY(clarke_network_size(w, p->d, p->weights));
    for (size_t i = 1; i < p->d; i++) CLARKE_TRY(clarke_network_edge(w, 0, i, mem));
    if (p->d < 2) return CLARKE_OK;
    w->laplacian_low = p->d == 2 ? 2.0 : 1.0;
    w->laplacian_high = (double)p->d;
    return CLARKE_OK;
}

static const clarke_param star_params[] = {
    {"d", CLARKE_PARAM_COUNT, offsetof(star, d), "8", 1.0, 0x1p20, NULL, "number of agents"},
    CLARKE_NETWORK_WEIGHTS(star, "metropolis"),
    {0}};

const clarke_network_desc clarke_network_star = {
    .title = "Star",
    .formula = "0 ~ i",
    .source = "classical; eigenvalues derived",
    .params = star_params,
    .params_size = sizeof(star),
    .make = star_make,
};
