/* The ring: agent i and agent i + 1 modulo d are neighbours. The Laplacian's eigenvalues are 4
   sin^2(pi k / d), with the Fourier vectors (classical). With weights 1/3 and d = 8, lambda = (1 +
   sqrt(2)) / 3. With bare weights and even d the ring is bipartite: lambda = 1. */
#include "core/network.h"

#include <gsl/gsl_math.h>

typedef struct {
    size_t d;
    int weights;
} ring;

static clarke_status ring_make(clarke_network *w, const void *params, clarke_arena *mem)
{
    const ring *p = params;
    CLARKE_TRY(clarke_network_size(w, p->d, p->weights));
    for (size_t i = 0; i < p->d; i++) CLARKE_TRY(clarke_network_edge(w, i, (i + 1) % p->d, mem));
    if (p->d < 3) return CLARKE_OK;
    w->laplacian_low = 4.0 * gsl_pow_2(sin(M_PI / (double)p->d));
    w->laplacian_high = p->d % 2 == 0 ? 4.0 : 4.0 * gsl_pow_2(cos(0.5 * M_PI / (double)p->d));
    return CLARKE_OK;
}

static const clarke_param ring_params[] = {
    {"d", CLARKE_PARAM_COUNT, offsetof(ring, d), "8", 1.0, 0x1p20, NULL, "number of agents"},
    CLARKE_NETWORK_WEIGHTS(ring, "metropolis"),
    {0}};

const clarke_network_desc clarke_network_ring = {
    .title = "Ring",
    .formula = "i ~ i + 1 mod d",
    .source = "classical; eigenvalues derived",
    .params = ring_params,
    .params_size = sizeof(ring),
    .make = ring_make,
};
