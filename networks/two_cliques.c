/* Two cliques of m = d/2 agents and one edge between them, from m - 1 to m.

   The slowest vectors change sign between the cliques and are a on the others, b at the end: L acts
   on (a, b) by ((1, -1), (1 - m, m + 1)), so its eigenvalues are those of l^2 - (m + 2) l + 2 = 0.
   The rest of the spectrum is 0 and m, between the two. Metropolis and lazy weights have the weight
   c of the largest degree on every edge that (a, b) sees; the edges between the others are heavier
   but act only on vectors that sum to 0 in their clique, for which 1 - W is at least c and at most
   (m - 1)/m + c < 1 + c, while 2 - c l_high >= 1 - c >= c l_low: the gap is c l_low for all
   (derived). */
#include "core/network.h"

typedef struct {
    size_t d;
    int weights;
} two_cliques;

static clarke_status two_cliques_make(clarke_network *w, const void *params, clarke_arena *mem)
{
    const two_cliques *p = params;
    const size_t m = p->d / 2;
    if (p->d % 2) return clarke_fail(CLARKE_EINPUT, "%s: d=%zu is odd", w->id, p->d);
    CLARKE_TRY(clarke_network_size(w, p->d, p->weights));
    for (size_t i = 0; i < m; i++)
        for (size_t j = i + 1; j < m; j++) {
            CLARKE_TRY(clarke_network_edge(w, i, j, mem));
            CLARKE_TRY(clarke_network_edge(w, m + i, m + j, mem));
        }
    CLARKE_TRY(clarke_network_edge(w, m - 1, m, mem));
    const double half = (double)m, root = sqrt((half + 2.0) * (half + 2.0) - 8.0);
    if (m < 2) return CLARKE_OK;
    w->laplacian_low = 4.0 / (half + 2.0 + root);
    w->laplacian_high = 0.5 * (half + 2.0 + root);
    return CLARKE_OK;
}

static const clarke_param two_cliques_params[] = {{"d", CLARKE_PARAM_COUNT,
                                                   offsetof(two_cliques, d), "8", 2.0, 2048.0, NULL,
                                                   "number of agents, even"},
                                                  CLARKE_NETWORK_WEIGHTS(two_cliques, "metropolis"),
                                                  {0}};

const clarke_network_desc clarke_network_two_cliques = {
    .title = "Two cliques",
    .formula = "i ~ j within each half; d/2 - 1 ~ d/2",
    .source = "classical; eigenvalues derived",
    .params = two_cliques_params,
    .params_size = sizeof(two_cliques),
    .make = two_cliques_make,
};
