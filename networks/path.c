/* The path: agent i and agent i + 1 are neighbours. The Laplacian's eigenvalues are 4
   sin^2(pi k / 2d), k = 0..d-1, with the vectors cos(pi k (i + 1/2) / d) (classical; derived by
   inserting them). For d >= 3 every edge has an end of degree 2, so Metropolis and lazy weights are
   the same on all edges. Three agents with lazy weights: W = ((3/4, 1/4, 0), (1/4, 1/2, 1/4), (0,
   1/4, 3/4)), eigenvalues 1, 3/4, 1/4. */
#include "core/network.h"

#include <gsl/gsl_math.h>

typedef struct {
    size_t d;
    int weights;
} path;

static clarke_status path_make(clarke_network *w, const void *params, clarke_arena *mem)
{
    const path *p = params;
    CLARKE_TRY(clarke_network_size(w, p->d, p->weights));
    for (size_t i = 0; i + 1 < p->d; i++) CLARKE_TRY(clarke_network_edge(w, i, i + 1, mem));
    if (p->d < 2) return CLARKE_OK;
    const double angle = 0.5 * M_PI / (double)p->d;
    w->laplacian_low = 4.0 * gsl_pow_2(sin(angle));
    w->laplacian_high = 4.0 * gsl_pow_2(cos(angle));
    return CLARKE_OK;
}

static const clarke_param path_params[] = {
    {"d", CLARKE_PARAM_COUNT, offsetof(path, d), "8", 1.0, 0x1p20, NULL, "number of agents"},
    CLARKE_NETWORK_WEIGHTS(path, "metropolis"),
    {0}};

const clarke_network_desc clarke_network_path = {
    .title = "Path",
    .formula = "i ~ i + 1",
    .source = "classical; eigenvalues derived",
    .params = path_params,
    .params_size = sizeof(path),
    .make = path_make,
};
