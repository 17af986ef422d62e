/* The random geometric graph: agents at uniform points of the unit square are neighbours within the
   radius. It need not be connected, and is not drawn again if it is not: the card says so. */
#include "core/network.h"
#include "core/stream.h"

typedef struct {
    size_t d, seed;
    double radius;
    int weights;
} geometric;

static clarke_status geometric_make(clarke_network *w, const void *params, clarke_arena *mem)
{
    const geometric *p = params;
    const clarke_stream s = clarke_stream_make(p->seed, "network", w->id, 0, 0, "points");
    double *at = clarke_vec(mem, 2 * p->d);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(clarke_network_size(w, p->d, p->weights));
    for (size_t k = 0; k < 2 * p->d; k++) at[k] = clarke_stream_uniform(&s, k / 2, k % 2);
    for (size_t i = 0; i < p->d; i++)
        for (size_t j = i + 1; j < p->d; j++) {
            const double right = at[2 * j] - at[2 * i], up = at[2 * j + 1] - at[2 * i + 1];
            if (right * right + up * up <= p->radius * p->radius)
                CLARKE_TRY(clarke_network_edge(w, i, j, mem));
        }
    return CLARKE_OK;
}

static const clarke_param geometric_params[] = {
    {"d", CLARKE_PARAM_COUNT, offsetof(geometric, d), "16", 1.0, 8192.0, NULL, "number of agents"},
    {"radius", CLARKE_PARAM_REAL, offsetof(geometric, radius), "0.4", 0.0, 2.0, NULL,
     "largest distance of neighbours"},
    {"seed", CLARKE_PARAM_COUNT, offsetof(geometric, seed), "1", 0.0, 0x1p53, NULL, "of the draw"},
    CLARKE_NETWORK_WEIGHTS(geometric, "metropolis"),
    {0}};

const clarke_network_desc clarke_network_geometric = {
    .title = "Random geometric graph",
    .formula = "i ~ j where |p_i - p_j| <= radius, p uniform in the unit square",
    .source = "classical",
    .params = geometric_params,
    .params_size = sizeof(geometric),
    .make = geometric_make,
};
