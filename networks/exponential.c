/* The static exponential graph: agent i speaks to the agents i + 2^k modulo d, 2^k < d. Directed,
   each hears as many as it speaks to: uniform weights are doubly stochastic, and W is a circulant
   that is not symmetric. Undirected, both directions are edges.

   A circulant is normal with the Fourier vectors: lambda is the largest modulus of its eigenvalues
   but the first, and the Laplacian's eigenvalues are sum_s 2 sin^2(pi k s / d) over the distinct
   offsets s of both directions (derived). For the directed graph and even d, lambda = 1 - 2/(1 +
   ceil(log2 d)) (Ying, Yuan, Chen, Hu, Pan, Yin, arXiv 2110.13363, recalled). */
#include "core/network.h"

#include <gsl/gsl_math.h>

typedef struct {
    size_t d;
    int directed, weights;
} exponential;

enum { EXPONENTIAL_OFFSETS = 64 }; /* twice log2 of the largest d, with room */

/* The distinct offsets, in one direction or in both. */
static size_t exponential_offsets(const exponential *p, size_t *offset)
{
    size_t count = 0;
    for (size_t s = 1; s < p->d; s *= 2)
        for (int back = 0; back < (p->directed ? 1 : 2); back++) {
            const size_t one = back ? p->d - s : s;
            size_t k = 0;
            while (k < count && offset[k] != one) k++;
            if (k == count) offset[count++] = one;
        }
    return count;
}

/* The Laplacian's two ends. The angle is reduced exactly to [0, pi/2], where the sine keeps the
   relative error of its argument. */
static void exponential_undirected(clarke_network *w, size_t d, size_t count, const size_t *offset)
{
    w->laplacian_low = INFINITY, w->laplacian_high = 0.0;
    for (size_t k = 1; k < d; k++) {
        double sum = 0.0;
        for (size_t s = 0; s < count; s++) {
            const size_t turn = k * offset[s] % d, least = turn < d - turn ? turn : d - turn;
            sum += 2.0 * gsl_pow_2(sin(M_PI * (double)least / (double)d));
        }
        w->laplacian_low = fmin(w->laplacian_low, sum);
        w->laplacian_high = fmax(w->laplacian_high, sum);
    }
}

static void exponential_directed(clarke_network *w, size_t d, size_t count, const size_t *offset)
{
    const double own = w->weights == CLARKE_WEIGHTS_UNIFORM ? 1.0 : 0.0;
    w->closed_lambda = 0.0;
    for (size_t k = 1; k < d; k++) {
        double real = own, imaginary = 0.0;
        for (size_t s = 0; s < count; s++) {
            const double angle = 2.0 * M_PI * (double)(k * offset[s] % d) / (double)d;
            real += cos(angle), imaginary += sin(angle);
        }
        w->closed_lambda = fmax(w->closed_lambda, hypot(real, imaginary) / (own + (double)count));
    }
}

static clarke_status exponential_make(clarke_network *w, const void *params, clarke_arena *mem)
{
    const exponential *p = params;
    size_t offset[EXPONENTIAL_OFFSETS];
    const size_t count = exponential_offsets(p, offset);
    CLARKE_TRY(clarke_network_size(w, p->d, p->weights));
    for (size_t i = 0; i < p->d; i++)
        for (size_t s = 0; s < count; s++) {
            const size_t j = (i + offset[s]) % p->d;
            CLARKE_TRY(p->directed ? clarke_network_arc(w, i, j, mem)
                                   : clarke_network_edge(w, i, j, mem));
        }
    if (p->d < 2) return CLARKE_OK;
    if (p->directed)
        exponential_directed(w, p->d, count, offset);
    else
        exponential_undirected(w, p->d, count, offset);
    return CLARKE_OK;
}

static const clarke_param exponential_params[] = {
    {"d", CLARKE_PARAM_COUNT, offsetof(exponential, d), "8", 1.0, 0x1p16, NULL, "number of agents"},
    {"directed", CLARKE_PARAM_CHOICE, offsetof(exponential, directed), "no", 0.0, 0.0, "no|yes",
     "whether only i + 2^k hears i; takes weights=uniform or bare"},
    CLARKE_NETWORK_WEIGHTS(exponential, "uniform"),
    {0}};

const clarke_network_desc clarke_network_exponential = {
    .title = "Static exponential graph",
    .formula = "i ~ i + 2^k mod d",
    .source = "Ying, Yuan, Chen, Hu, Pan, Yin, arXiv 2110.13363 (recalled); eigenvalues derived",
    .params = exponential_params,
    .params_size = sizeof(exponential),
    .make = exponential_make,
};
