/* The Erdos-Renyi graph: each pair is an edge with probability p, independently. It need not be
   connected, and is not drawn again if it is not: the card says so. */
#include "core/network.h"
#include "core/stream.h"

typedef struct {
    size_t d, seed;
    double p;
    int weights;
} erdos_renyi;

static clarke_status erdos_renyi_make(clarke_network *w, const void *params, clarke_arena *mem)
{
    const erdos_renyi *p = params;
    const clarke_stream s = clarke_stream_make(p->seed, "network", w->id, 0, 0, "edges");
    CLARKE_TRY(clarke_network_size(w, p->d, p->weights));
    for (size_t i = 0; i < p->d; i++)
        for (size_t j = i + 1; j < p->d; j++)
            if (clarke_stream_uniform(&s, i, j) < p->p)
                CLARKE_TRY(clarke_network_edge(w, i, j, mem));
    return CLARKE_OK;
}

static const clarke_param erdos_renyi_params[] = {
    {"d", CLARKE_PARAM_COUNT, offsetof(erdos_renyi, d), "16", 1.0, 8192.0, NULL,
     "number of agents"},
    {"p", CLARKE_PARAM_REAL, offsetof(erdos_renyi, p), "0.3", 0.0, 1.0, NULL,
     "probability of an edge"},
    {"seed", CLARKE_PARAM_COUNT, offsetof(erdos_renyi, seed), "1", 0.0, 0x1p53, NULL,
     "of the draw"},
    CLARKE_NETWORK_WEIGHTS(erdos_renyi, "metropolis"),
    {0}};

const clarke_network_desc clarke_network_erdos_renyi = {
    .title = "Erdos-Renyi random graph",
    .formula = "i ~ j with probability p",
    .source = "classical",
    .params = erdos_renyi_params,
    .params_size = sizeof(erdos_renyi),
    .make = erdos_renyi_make,
};
