/* The updates of V_N and of V_i (methods/lib/bcd.h). */
#include "methods/lib/bcd_state.h"

#include "core/clones.h"

/* ---- V_N ---- */

static void bcd_values_outputs_margin(clarke_bcd *b, double c, clarke_inner *inner)
{
    const clarke_split *s = b->split;
    const size_t size = s->layer[s->depth].out;
    clarke_real *v = b->layer[s->depth].v;
    for (size_t j = 0; j < s->samples; j++) {
        const clarke_real *y = b->target + j * size;
        double m = 0.0, square = 0.0;
        for (size_t r = 0; r < size; r++) {
            m += (double)y[r] * (double)v[j * size + r];
            square += (double)y[r] * (double)y[r];
        }
        const double t = clarke_prox_margin(b->margin, s->weight, c, m, square, inner);
        for (size_t r = 0; r < size; r++)
            v[j * size + r] = (clarke_real)((double)v[j * size + r] + t * (double)y[r]);
    }
}

/* The numerator is formed in pieces of this many numbers, term by term. */
enum { VALUES_PIECE = 256 };

/* t = gamma (u + skip) + alpha v + w y; skip may be NULL. */
CLARKE_CLONES static void bcd_values_terms(size_t n, double gamma, double alpha, double w,
                                           const clarke_real *u, const clarke_real *skip,
                                           const clarke_real *v, const clarke_real *y,
                                           double *restrict t)
{
    if (skip)
        for (size_t e = 0; e < n; e++)
            t[e] = gamma * ((double)u[e] + (double)skip[e]) + alpha * (double)v[e] +
                   w * (double)y[e];
    else
        for (size_t e = 0; e < n; e++)
            t[e] = gamma * ((double)u[e] + 0.0) + alpha * (double)v[e] + w * (double)y[e];
}

/* t += scale x. */
CLARKE_CLONES static void bcd_values_add(size_t n, double scale, const clarke_real *x,
                                         double *restrict t)
{
    for (size_t e = 0; e < n; e++) t[e] += scale * (double)x[e];
}

CLARKE_CLONES static void bcd_values_divide(size_t n, double c, const double *restrict t,
                                            clarke_real *restrict v)
{
    for (size_t e = 0; e < n; e++) v[e] = (clarke_real)(t[e] / c);
}

/* c = gamma + alpha (+ mu), b = (gamma (K + U) + alpha V_old + mu centre)/c: what is left is the
   loss + c/2 |V - b|^2, or in a prox-linear step its gradient at V_old. */
static void bcd_values_outputs(clarke_bcd *b, clarke_inner *inner)
{
    const clarke_split *s = b->split;
    const size_t i = s->depth;
    const clarke_split_layer *l = &s->layer[i];
    clarke_bcd_layer *y = &b->layer[i];
    const clarke_real *skip = clarke_bcd_input(b, i);
    const size_t size = l->out * s->samples;
    const double mu = clarke_bcd_ridge(&l->v_term), alpha = b->o.alpha, gamma = l->gamma;
    const double w = b->squared && !y->last_linear ? s->weight : 0.0, c = gamma + alpha + mu + w;
    double t[VALUES_PIECE];
    if (y->last_linear)
        b->loss->gradient(l->out, s->samples, (clarke_real)s->weight, y->v, b->target, b->z);
    for (size_t e = 0, n; e < size; e += n) {
        n = size - e < VALUES_PIECE ? size - e : VALUES_PIECE;
        bcd_values_terms(n, gamma, alpha, w, y->u + e, l->skip ? skip + e : NULL, y->v + e,
                         b->target + e, t);
        if (mu > 0.0 && y->v_centre) bcd_values_add(n, mu, y->v_centre + e, t);
        if (y->last_linear) bcd_values_add(n, -1.0, b->z + e, t);
        bcd_values_divide(n, c, t, y->v + e);
        for (size_t k = 0; k < n && !clarke_bcd_plain(&l->v_term); k++)
            y->v[e + k] =
                (clarke_real)CLARKE_REAL(clarke_bcd_prox_term)(&l->v_term, 0.0, c, t[k] / c);
    }
    if (!b->squared && !y->last_linear) bcd_values_outputs_margin(b, c, inner);
}

/* ---- V_i, i < N ---- */

/* The right side: gamma (K + sigma(U_i)) + mu centre + [skip] gamma' (V_{i+1} - sigma'(U_{i+1}))
   + rho' W_{i+1}^T (U_{i+1} - b_{i+1} 1^T) in `to`, which may be V_i. Uses z where the next layer
   has a skip. */
static void bcd_values_hidden_right(clarke_bcd *b, size_t i, clarke_real *to)
{
    const clarke_split *s = b->split;
    const clarke_split_layer *l = &s->layer[i], *next = &s->layer[i + 1];
    clarke_bcd_layer *y = &b->layer[i], *up = &b->layer[i + 1];
    const size_t n = s->samples, d = l->out;
    const clarke_real gamma = (clarke_real)l->gamma, more = (clarke_real)next->gamma;
    const clarke_real *skip = clarke_bcd_input(b, i);
    const double mu = clarke_bcd_ridge(&l->v_term);
    y->activation->value(&l->opts, d * n, y->u, to);
    for (size_t e = 0; e < d * n && l->skip; e++) to[e] += skip[e];
    if (next->skip) {
        up->activation->value(&next->opts, d * n, up->u, b->z);
        for (size_t e = 0; e < d * n; e++) to[e] = gamma * to[e] + more * (up->v[e] - b->z[e]);
    } else if (l->gamma != 1.0) {
        for (size_t e = 0; e < d * n; e++) to[e] *= gamma;
    }
    for (size_t e = 0; e < d * n && mu > 0.0 && y->v_centre; e++)
        to[e] += (clarke_real)(mu * (double)y->v_centre[e]);
    if (up->b) {
        clarke_gemv(true, next->out, d, (clarke_real)next->rho, up->w, next->out, up->b, 0,
                    b->sums);
        for (size_t j = 0; j < n; j++)
            for (size_t r = 0; r < d; r++) to[j * d + r] -= b->sums[r];
    }
    clarke_gemm(true, false, d, n, next->out, (clarke_real)next->rho, up->w, next->out, up->u,
                next->out, 1, to, d);
}

static clarke_status bcd_values_hidden(clarke_bcd *b, size_t i, clarke_inner *inner)
{
    const clarke_split *s = b->split;
    const clarke_split_layer *l = &s->layer[i], *next = &s->layer[i + 1];
    clarke_bcd_layer *y = &b->layer[i];
    const size_t d = l->out, n = s->samples;
    const double mu = clarke_bcd_ridge(&l->v_term),
                 own = l->gamma + (next->skip ? next->gamma : 0.0);
    clarke_syrk(true, d, next->out, (clarke_real)next->rho, b->layer[i + 1].w, next->out, 0,
                b->gram, d);
    if (!y->v_linear && !clarke_bcd_plain(&l->v_term)) {
        clarke_bcd_diagonal(d, own, b->gram);
        bcd_values_hidden_right(b, i, b->gradient);
        CLARKE_REAL(clarke_bcd_descend)(b, &l->v_term, d, n, d, 1, y->v, inner);
        return CLARKE_OK;
    }
    if (!y->v_linear) {
        clarke_bcd_diagonal(d, own + mu, b->gram);
        CLARKE_TRY(CLARKE_REAL(clarke_bcd_cholesky)(d, b->gram, "V"));
        bcd_values_hidden_right(b, i, y->v);
        clarke_trsm(false, false, d, n, b->gram, d, y->v, d);
        clarke_trsm(false, true, d, n, b->gram, d, y->v, d);
        return CLARKE_OK;
    }
    /* V - gradient/(tau L) with the gradient (own I + rho' W'^T W') V - right side. */
    bcd_values_hidden_right(b, i, b->gradient);
    const clarke_real *w = b->layer[i + 1].w;
    clarke_gemm(false, false, next->out, n, d, 1, w, next->out, y->v, d, 0, b->z, next->out);
    clarke_gemm(true, false, d, n, next->out, (clarke_real)next->rho, w, next->out, b->z, next->out,
                -1, b->gradient, d);
    const double tau = b->o.tau * (own + CLARKE_REAL(clarke_bcd_spectral)(b, d, inner));
    for (size_t e = 0; e < d * n; e++) {
        const double g = own * (double)y->v[e] + (double)b->gradient[e];
        const double centre = y->v_centre ? (double)y->v_centre[e] : 0.0;
        y->v[e] = (clarke_real)CLARKE_REAL(clarke_bcd_prox_term)(&l->v_term, centre, tau,
                                                                 (double)y->v[e] - g / tau);
    }
    return CLARKE_OK;
}

clarke_status CLARKE_REAL(clarke_bcd_values)(clarke_bcd *b, size_t i, clarke_inner *inner)
{
    if (i < b->split->depth) return bcd_values_hidden(b, i, inner);
    bcd_values_outputs(b, inner);
    return CLARKE_OK;
}
