/* Subtract block B's optimality condition, in which some arguments are those before the sweep, from
   its partial subdifferential after it. The nonsmooth parts are taken at the same point in both and
   cancel; what is left, with D the moves of the sweep, P the iterate after and O the one before:

     V_N  gamma |D U_N| + alpha |D V_N|   (+ L |D V_N| with the loss linearised)
     U_i  alpha |D U_i| + rho (|W_i|_2 |D V_{i-1}| + |O V_{i-1}|_2 |D W_i| + sqrt n |D b_i|)
     W_i  alpha |D W_i| + rho (|W_i|_2 |V_{i-1}|_2 + |U_i - W_i O V_{i-1} - b_i 1'|_2) |D V_{i-1}|
          + rho |V_{i-1}|_2 sqrt n |D b_i|
     b_i  alpha |D b_i| + rho sqrt n (|W_i|_2 |D V_{i-1}| + |O V_{i-1}|_2 |D W_i|)
     V_i  gamma_i L_sigma |D U_i|

   (U_N has no alpha.) A skip into layer i adds gamma_i |D V_{i-1}| to V_i, to U_N, and times L_sigma
   to U_i. The terms with b are those of the order W, b or of the Jacobi pair, whichever is larger. */
#include "verify/lib/bcd_inequality.h"

#include "verify/lib/bcd_terms.h"

#include <math.h>

static long double relative_moved(const clarke_bcd_watch *w, const double *x,
                                  clarke_split_role role, size_t layer)
{
    const clarke_split *net = w->bcd.net;
    const size_t block = clarke_bcd_index(net, (clarke_bcd_block){role, layer});
    if (layer == 0 || block == CLARKE_NO_BLOCK) return 0.0L;
    const double *a = clarke_split_block(net, x, block);
    const double *b = clarke_split_block(net, w->sweep, block);
    long double sum = 0.0L;
    for (size_t j = 0; j < clarke_split_size(net, block); j++)
        sum = hypotl(sum, (long double)a[j] - (long double)b[j]);
    return sum;
}

/* max |sigma'| <= 1 for all of them but the leaky ReLU with a slope beyond 1. */
static long double relative_slope(const clarke_bcd_net *s, size_t layer)
{
    const double slope = s->net->layer[layer].opts.negative_slope;
    return s->sigma[layer] == CLARKE_BCD_LEAKY ? fmaxl(1.0L, fabsl((long double)slope)) : 1.0L;
}

typedef struct {
    long double alpha, rho, w, v, old_v; /* factors: |W_i|_2, |V_{i-1}|_2 after and before */
    long double dw, db, dv;              /* moves; db with sqrt n; dv of V_{i-1} */
} relative_layer;

static relative_layer relative_read(clarke_bcd_watch *w, const double *x, clarke_bcd_block b)
{
    const clarke_split *net = w->bcd.net;
    const clarke_split_layer *l = &net->layer[b.layer];
    return (relative_layer){
        .alpha = clarke_bcd_alpha(w, b),
        .rho = l->rho,
        .w = clarke_bcd_norm_above(&w->bcd, l->out, l->in, clarke_split_block(net, x, l->w)),
        .v = clarke_bcd_norm_above(&w->bcd, l->in, net->samples,
                                   clarke_split_input(net, x, b.layer)),
        .old_v = clarke_bcd_norm_above(&w->bcd, l->in, net->samples,
                                       clarke_split_input(net, w->sweep, b.layer)),
        .dw = relative_moved(w, x, CLARKE_ROLE_W, b.layer),
        .db = sqrtl((long double)net->samples) * relative_moved(w, x, CLARKE_ROLE_B, b.layer),
        .dv = relative_moved(w, x, CLARKE_ROLE_V, b.layer - 1),
    };
}

/* |U_i - W_i O V_{i-1} - b_i 1'|_2 from above; b as the W-update used it is at most |D b| sqrt n
   away, which the bound of W has already. */
static long double relative_mixed(clarke_bcd_watch *w, const double *x, size_t layer)
{
    const clarke_split *net = w->bcd.net;
    const clarke_split_layer *l = &net->layer[layer];
    const double *u = clarke_split_block(net, x, l->u), *a = clarke_split_block(net, x, l->w);
    const double *v = clarke_split_input(net, w->sweep, layer);
    const double *bias = l->b == CLARKE_NO_BLOCK ? NULL : clarke_split_block(net, w->sweep, l->b);
    double *mixed = w->mixed;
    for (size_t j = 0; j < net->samples; j++)
        for (size_t r = 0; r < l->out; r++) {
            long double sum = (long double)u[r + l->out * j] - (bias ? (long double)bias[r] : 0.0L);
            for (size_t k = 0; k < l->in; k++)
                sum -= (long double)a[r + l->out * k] * (long double)v[k + l->in * j];
            mixed[r + l->out * j] = (double)sum;
        }
    return clarke_bcd_norm_above(&w->bcd, l->out, net->samples, mixed);
}

static long double relative_v(clarke_bcd_watch *w, const double *x, clarke_bcd_block b)
{
    const clarke_split *net = w->bcd.net;
    const long double gamma = net->layer[b.layer].gamma, alpha = clarke_bcd_alpha(w, b);
    const bool last = b.layer == net->depth;
    const bool linear = (unsigned)w->arg[CLARKE_BCD_ARG_LINEAR] & 1u << CLARKE_BCD_LAST_V;
    const long double smooth = last && linear ? clarke_bcd_loss_smoothness(&w->bcd) : 0.0;
    const long double slope = last ? 1.0L : relative_slope(&w->bcd, b.layer);
    const long double skip =
        net->layer[b.layer].skip ? relative_moved(w, x, CLARKE_ROLE_V, b.layer - 1) : 0.0L;
    return gamma * slope * relative_moved(w, x, CLARKE_ROLE_U, b.layer) + gamma * skip +
           (alpha + smooth) * relative_moved(w, x, CLARKE_ROLE_V, b.layer);
}

long double clarke_bcd_relative_bound(clarke_bcd_watch *w, const double *x, clarke_bcd_block b)
{
    const clarke_split *net = w->bcd.net;
    if (b.role == CLARKE_ROLE_V) return relative_v(w, x, b);
    const relative_layer l = relative_read(w, x, b);
    const long double gamma = net->layer[b.layer].gamma;
    const long double product = l.w * l.dv + l.old_v * l.dw;
    if (b.role == CLARKE_ROLE_U)
        return l.alpha * relative_moved(w, x, CLARKE_ROLE_U, b.layer) + l.rho * (product + l.db) +
               (net->layer[b.layer].skip ? gamma * relative_slope(&w->bcd, b.layer) * l.dv : 0.0L);
    if (b.role == CLARKE_ROLE_B)
        return l.alpha * l.db / sqrtl((long double)net->samples) +
               l.rho * sqrtl((long double)net->samples) * product;
    return l.alpha * l.dw + l.rho * (l.w * l.v + relative_mixed(w, x, b.layer)) * l.dv +
           l.rho * l.v * l.db;
}
