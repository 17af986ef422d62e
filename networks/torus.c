/* The torus: the product of two rings. The Laplacian's eigenvalues are the sums of one of each; a
   ring of two agents is one edge (0, 2), a ring of one agent has 0 alone. */
#include "core/network.h"

#include <gsl/gsl_math.h>

typedef struct {
    size_t rows, columns;
    int weights;
} torus;

static double torus_low(size_t d)
{
    if (d == 1) return INFINITY;
    return d == 2 ? 2.0 : 4.0 * gsl_pow_2(sin(M_PI / (double)d));
}

static double torus_high(size_t d)
{
    if (d <= 2) return d == 2 ? 2.0 : 0.0;
    return d % 2 == 0 ? 4.0 : 4.0 * gsl_pow_2(cos(0.5 * M_PI / (double)d));
}

static clarke_status torus_make(clarke_network *w, const void *params, clarke_arena *mem)
{
    const torus *p = params;
    const size_t a = p->rows, b = p->columns;
    CLARKE_TRY(clarke_network_size(w, a * b, p->weights));
    for (size_t i = 0; i < a; i++)
        for (size_t j = 0; j < b; j++) {
            CLARKE_TRY(clarke_network_edge(w, i * b + j, (i + 1) % a * b + j, mem));
            CLARKE_TRY(clarke_network_edge(w, i * b + j, i * b + (j + 1) % b, mem));
        }
    if (a * b < 2) return CLARKE_OK;
    w->laplacian_low = fmin(torus_low(a), torus_low(b));
    w->laplacian_high = torus_high(a) + torus_high(b);
    return CLARKE_OK;
}

static const clarke_param torus_params[] = {
    {"rows", CLARKE_PARAM_COUNT, offsetof(torus, rows), "4", 1.0, 0x1p10, NULL, "agents down"},
    {"columns", CLARKE_PARAM_COUNT, offsetof(torus, columns), "4", 1.0, 0x1p10, NULL,
     "agents across"},
    CLARKE_NETWORK_WEIGHTS(torus, "metropolis"),
    {0}};

const clarke_network_desc clarke_network_torus = {
    .title = "Torus",
    .formula = "(i, j) ~ (i + 1, j), (i, j + 1), modulo rows and columns",
    .source = "classical; eigenvalues derived",
    .params = torus_params,
    .params_size = sizeof(torus),
    .make = torus_make,
};
