/* The updates of W_i and b_i (methods/lib/bcd.h). */
#include "methods/lib/bcd_state.h"

#include <string.h>

/* b->sums = V_{i-1} 1. */
static void bcd_weights_sums(clarke_bcd *b, size_t i)
{
    const size_t in = b->split->layer[i].in;
    clarke_gemv(false, in, b->split->samples, 1, clarke_bcd_input(b, i), in, b->ones, 0, b->sums);
}

/* b* = (alpha b + rho (U 1 - W V_{i-1} 1)) / (rho n + alpha) in `to`, from b->sums. */
static void bcd_weights_bias(clarke_bcd *b, size_t i, clarke_real *to)
{
    const clarke_split_layer *l = &b->split->layer[i];
    const clarke_bcd_layer *y = &b->layer[i];
    const size_t n = b->split->samples;
    const double c = l->rho * (double)n + b->o.alpha;
    const clarke_real rho = (clarke_real)(l->rho / c);
    for (size_t r = 0; r < l->out; r++) to[r] = (clarke_real)(b->o.alpha / c * (double)y->b[r]);
    clarke_gemv(false, l->out, n, rho, y->u, l->out, b->ones, 1, to);
    clarke_gemv(false, l->out, l->in, -rho, y->w, l->out, b->sums, 1, to);
}

static clarke_real *bcd_weights_pending(clarke_bcd *b, size_t i)
{
    size_t widest = 0;
    for (size_t k = 0; k <= b->split->depth; k++)
        if (b->split->layer[k].out > widest) widest = b->split->layer[k].out;
    return b->bias + i * widest;
}

/* to = rho (U - b 1^T) V_{i-1}^T + beta to, from b->sums. */
static void bcd_weights_right(clarke_bcd *b, size_t i, clarke_real beta, clarke_real *to)
{
    const clarke_split_layer *l = &b->split->layer[i];
    const clarke_bcd_layer *y = &b->layer[i];
    const size_t n = b->split->samples;
    const clarke_real rho = (clarke_real)l->rho, *v = clarke_bcd_input(b, i);
    clarke_gemm(false, true, l->out, l->in, n, rho, y->u, l->out, v, l->in, beta, to, l->out);
    if (y->b) clarke_ger(l->out, l->in, -rho, y->b, b->sums, to, l->out);
}

static bool bcd_weights_is_joint(const clarke_bcd *b, size_t i)
{
    return b->layer[i].b && b->o.bias == CLARKE_BIAS_JOINT;
}

/* W and b together: eliminating b = (alpha b_old + rho (U 1 - W s))/c, s = V_{i-1} 1, c = rho n + alpha,
   takes rho^2/c s s^T off W's matrix and rho^2/c (U 1 - n b_old) s^T off its right side. */
static void bcd_weights_joint_matrix(clarke_bcd *b, size_t i, clarke_real *a)
{
    const clarke_split_layer *l = &b->split->layer[i];
    const double c = l->rho * (double)b->split->samples + b->o.alpha;
    clarke_ger(l->in, l->in, (clarke_real)(-l->rho * l->rho / c), b->sums, b->sums, a, l->in);
}

static void bcd_weights_joint_right(clarke_bcd *b, size_t i, clarke_real *right)
{
    const clarke_split_layer *l = &b->split->layer[i];
    const clarke_bcd_layer *y = &b->layer[i];
    const size_t n = b->split->samples;
    const double c = l->rho * (double)n + b->o.alpha;
    clarke_real *sum = bcd_weights_pending(b, i);
    for (size_t r = 0; r < l->out; r++) sum[r] = -(clarke_real)n * y->b[r];
    clarke_gemv(false, l->out, n, 1, y->u, l->out, b->ones, 1, sum);
    clarke_ger(l->out, l->in, (clarke_real)(-l->rho * l->rho / c), sum, b->sums, right, l->out);
}

/* W (rho V V^T + (alpha + lambda) I) = rho (U - b 1^T) V^T + alpha W + lambda centre. */
static clarke_status bcd_weights_exact(clarke_bcd *b, size_t i)
{
    const clarke_split_layer *l = &b->split->layer[i];
    clarke_bcd_layer *y = &b->layer[i];
    const double lambda = clarke_bcd_ridge(&l->w_term);
    clarke_real *a = i == 1 ? b->first : b->gram, *kept = i == 1 ? b->kept_first : b->kept;
    if (i > 1 || !b->first_ready) {
        clarke_syrk(false, l->in, b->split->samples, (clarke_real)l->rho, clarke_bcd_input(b, i),
                    l->in, 0, a, l->in);
        memcpy(kept, a, l->in * l->in * sizeof *kept);
        clarke_bcd_diagonal(l->in, b->o.alpha + lambda, a);
        if (bcd_weights_is_joint(b, i)) bcd_weights_joint_matrix(b, i, a);
        CLARKE_TRY(CLARKE_REAL(clarke_bcd_cholesky)(l->in, a, "W"));
        b->first_ready |= i == 1;
    }
    bcd_weights_right(b, i, 0, b->right);
    for (size_t e = 0; e < l->out * l->in; e++)
        y->w[e] = (clarke_real)b->o.alpha * y->w[e] + b->right[e];
    for (size_t e = 0; e < l->out * l->in && lambda > 0.0 && y->w_centre; e++)
        y->w[e] += (clarke_real)(lambda * (double)y->w_centre[e]);
    if (bcd_weights_is_joint(b, i)) bcd_weights_joint_right(b, i, y->w);
    clarke_trsm(true, true, l->out, l->in, a, l->in, y->w, l->out);
    clarke_trsm(true, false, l->out, l->in, a, l->in, y->w, l->out);
    return CLARKE_OK;
}

/* The same with an l1 term or a box: a problem for every row of W. */
static void bcd_weights_bounded(clarke_bcd *b, size_t i, clarke_inner *inner)
{
    const clarke_split_layer *l = &b->split->layer[i];
    clarke_bcd_layer *y = &b->layer[i];
    clarke_syrk(false, l->in, b->split->samples, (clarke_real)l->rho, clarke_bcd_input(b, i), l->in,
                0, b->gram, l->in);
    clarke_bcd_diagonal(l->in, b->o.alpha, b->gram);
    memcpy(b->gradient, y->w, l->out * l->in * sizeof *b->gradient);
    bcd_weights_right(b, i, (clarke_real)b->o.alpha, b->gradient);
    CLARKE_REAL(clarke_bcd_descend)(b, &l->w_term, l->in, l->out, 1, l->out, y->w, inner);
}

/* prox of r/(tau L) at W - gradient/(tau L), L = rho |V V^T|_2, gradient = rho (W V + b 1^T - U) V^T. */
static void bcd_weights_linear(clarke_bcd *b, size_t i, clarke_inner *inner)
{
    const clarke_split_layer *l = &b->split->layer[i];
    clarke_bcd_layer *y = &b->layer[i];
    const size_t n = b->split->samples;
    const clarke_real *v = clarke_bcd_input(b, i);
    CLARKE_REAL(clarke_bcd_times)(b, i, 0, b->split->samples, b->z);
    clarke_gemm(false, true, l->out, l->in, n, (clarke_real)l->rho, b->z, l->out, v, l->in, 0,
                b->gradient, l->out);
    for (size_t e = 0; e < l->out * l->in; e++) b->gradient[e] = -b->gradient[e];
    bcd_weights_right(b, i, 1, b->gradient);
    clarke_syrk(false, l->in, n, (clarke_real)l->rho, v, l->in, 0, b->gram, l->in);
    const double tau = b->o.tau * CLARKE_REAL(clarke_bcd_spectral)(b, l->in, inner);
    if (!(tau > 0.0)) return; /* V_{i-1} = 0: nothing but r is left, and W may stay */
    for (size_t e = 0; e < l->out * l->in; e++) {
        const double centre = y->w_centre ? (double)y->w_centre[e] : 0.0;
        y->w[e] = (clarke_real)CLARKE_REAL(clarke_bcd_prox_term)(
            &l->w_term, centre, tau, (double)y->w[e] + (double)b->gradient[e] / tau);
    }
}

clarke_status CLARKE_REAL(clarke_bcd_weights)(clarke_bcd *b, size_t i, clarke_inner *inner)
{
    const clarke_bcd_layer *y = &b->layer[i];
    if (y->b) bcd_weights_sums(b, i);
    if (y->b && b->o.bias == CLARKE_BIAS_JACOBI) bcd_weights_bias(b, i, bcd_weights_pending(b, i));
    if (!y->w_linear && clarke_bcd_plain(&b->split->layer[i].w_term))
        return bcd_weights_exact(b, i);
    if (y->w_linear)
        bcd_weights_linear(b, i, inner);
    else
        bcd_weights_bounded(b, i, inner);
    return CLARKE_OK;
}

void CLARKE_REAL(clarke_bcd_biases)(clarke_bcd *b, size_t i)
{
    clarke_real *pending = bcd_weights_pending(b, i);
    if (b->o.bias != CLARKE_BIAS_JACOBI) {
        bcd_weights_sums(b, i);
        bcd_weights_bias(b, i, pending);
    }
    memcpy(b->layer[i].b, pending, b->split->layer[i].out * sizeof *pending);
}
