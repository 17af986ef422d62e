/* The complete graph: all are neighbours. The Laplacian's eigenvalues are 0 and d. With all weights
   1/d, W = J: one step is the mean, lambda = 0. */
#include "core/network.h"

typedef struct {
    size_t d;
    int weights;
} complete;

static clarke_status complete_make(clarke_network *w, const void *params, clarke_arena *mem)
{
    const complete *p = params;
    CLARKE_TRY(clarke_network_size(w, p->d, p->weights));
    for (size_t i = 0; i < p->d; i++)
        for (size_t j = i + 1; j < p->d; j++) CLARKE_TRY(clarke_network_edge(w, i, j, mem));
    if (p->d < 2) return CLARKE_OK;
    w->laplacian_low = w->laplacian_high = (double)p->d;
    return CLARKE_OK;
}

static const clarke_param complete_params[] = {
    {"d", CLARKE_PARAM_COUNT, offsetof(complete, d), "8", 1.0, 2048.0, NULL, "number of agents"},
    CLARKE_NETWORK_WEIGHTS(complete, "metropolis"),
    {0}};

const clarke_network_desc clarke_network_complete = {
    .title = "Complete graph",
    .formula = "i ~ j for all i != j; with metropolis, max_degree and uniform weights W = J",
    .source = "classical; eigenvalues derived",
    .params = complete_params,
    .params_size = sizeof(complete),
    .make = complete_make,
};
