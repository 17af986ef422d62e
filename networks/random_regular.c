/* A random graph in which every agent has the same number of neighbours. From a circulant, pairs of
   edges (a, b), (c, e) are switched to (a, e), (c, b) where that makes no loop and no double edge,
   32 times the number of edges. The switches are symmetric, so the uniform law is their invariant
   one; that it has been reached after so many is not proved. */
#include "core/network.h"
#include "core/stream.h"

typedef struct {
    size_t d, degree, seed;
    int weights;
} random_regular;

typedef struct {
    size_t degree, edges;
    size_t *near;      /* [d][degree] */
    size_t (*pair)[2]; /* [edges] */
} random_regular_graph;

static size_t *random_regular_find(const random_regular_graph *g, size_t i, size_t j)
{
    for (size_t k = 0; k < g->degree; k++)
        if (g->near[i * g->degree + k] == j) return &g->near[i * g->degree + k];
    return NULL;
}

static void random_regular_switch(random_regular_graph *g, const clarke_stream *s, size_t step)
{
    size_t *const one = g->pair[clarke_stream_index(s, step, 0, g->edges)];
    size_t *const two = g->pair[clarke_stream_index(s, step, 1, g->edges)];
    const size_t turned = clarke_stream_index(s, step, 2, 2);
    const size_t a = one[0], b = one[1], c = two[turned], e = two[1 - turned];
    if (a == c || a == e || b == c || b == e) return;
    if (random_regular_find(g, a, e) || random_regular_find(g, c, b)) return;
    *random_regular_find(g, a, b) = e, *random_regular_find(g, b, a) = c;
    *random_regular_find(g, c, e) = b, *random_regular_find(g, e, c) = a;
    one[1] = e;
    two[0] = c, two[1] = b;
}

/* Agent i and the agents i + 1 .. i + degree/2, and the one opposite if the degree is odd. */
static void random_regular_circulant(const random_regular *p, random_regular_graph *g)
{
    const size_t d = p->d, half = p->degree / 2;
    for (size_t i = 0; i < d; i++) {
        size_t *near = g->near + i * p->degree;
        for (size_t k = 1; k <= half; k++) {
            *near++ = (i + k) % d, *near++ = (i + d - k) % d;
            g->pair[g->edges][0] = i, g->pair[g->edges++][1] = (i + k) % d;
        }
        if (p->degree % 2 == 0) continue;
        *near = (i + d / 2) % d;
        if (i < d / 2) g->pair[g->edges][0] = i, g->pair[g->edges++][1] = i + d / 2;
    }
}

static clarke_status random_regular_make(clarke_network *w, const void *params, clarke_arena *mem)
{
    const random_regular *p = params;
    const clarke_stream s = clarke_stream_make(p->seed, "network", w->id, 0, 0, "switches");
    random_regular_graph g = {.degree = p->degree};
    if (p->degree >= p->d)
        return clarke_fail(CLARKE_EINPUT,
                           "%s: %zu agents have at most %zu neighbours each, not "
                           "%zu",
                           w->id, p->d, p->d - 1, p->degree);
    if (p->d % 2 && p->degree % 2)
        return clarke_fail(CLARKE_EINPUT, "%s: d=%zu and degree=%zu are both odd", w->id, p->d,
                           p->degree);
    CLARKE_TRY(clarke_network_size(w, p->d, p->weights));
    g.near = clarke_alloc_array(mem, p->d * p->degree + 1, sizeof *g.near);
    g.pair = clarke_alloc_array(mem, p->d * p->degree / 2 + 1, sizeof *g.pair);
    CLARKE_TRY(clarke_arena_status(mem));
    random_regular_circulant(p, &g);
    for (size_t step = 0; step < 32 * g.edges; step++) random_regular_switch(&g, &s, step);
    for (size_t k = 0; k < g.edges; k++)
        CLARKE_TRY(clarke_network_edge(w, g.pair[k][0], g.pair[k][1], mem));
    return CLARKE_OK;
}

static const clarke_param random_regular_params[] = {
    {"d", CLARKE_PARAM_COUNT, offsetof(random_regular, d), "16", 1.0, 0x1p17, NULL,
     "number of agents"},
    {"degree", CLARKE_PARAM_COUNT, offsetof(random_regular, degree), "3", 0.0, 64.0, NULL,
     "neighbours of each"},
    {"seed", CLARKE_PARAM_COUNT, offsetof(random_regular, seed), "1", 0.0, 0x1p53, NULL,
     "of the draw"},
    CLARKE_NETWORK_WEIGHTS(random_regular, "metropolis"),
    {0}};

const clarke_network_desc clarke_network_random_regular = {
    .title = "Random regular graph",
    .formula = "every agent has `degree` neighbours, by random switches from a circulant",
    .source = "classical",
    .params = random_regular_params,
    .params_size = sizeof(random_regular),
    .make = random_regular_make,
};
