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

/* The right side but its product, gamma (K + sigma(U_i)) + mu centre + [skip] gamma' (V_{i+1} -
   sigma'(U_{i+1})), in `count` columns from `first` on. Uses z where the next layer has a skip. */
static void bcd_values_right_columns(clarke_bcd *b, size_t i, size_t first, size_t count,
                                     clarke_real *to)
{
    const clarke_split_layer *l = &b->split->layer[i], *next = l + 1;
    const clarke_bcd_layer *y = &b->layer[i], *up = y + 1;
    const size_t from = first * l->out, size = count * l->out;
    const clarke_real gamma = (clarke_real)l->gamma, more = (clarke_real)next->gamma;
    const clarke_real *skip = clarke_bcd_input(b, i) + from, *v = up->v + from;
    const double mu = clarke_bcd_ridge(&l->v_term);
    clarke_real *level = b->z + from;
    y->activation->value(&l->opts, size, y->u + from, to);
    for (size_t e = 0; e < size && l->skip; e++) to[e] += skip[e];
    if (next->skip) {
        up->activation->value(&next->opts, size, up->u + from, level);
        for (size_t e = 0; e < size; e++) to[e] = gamma * to[e] + more * (v[e] - level[e]);
    } else if (l->gamma != 1.0) {
        for (size_t e = 0; e < size; e++) to[e] *= gamma;
    }
    for (size_t e = 0; e < size && mu > 0.0 && y->v_centre; e++)
        to[e] += (clarke_real)(mu * (double)y->v_centre[from + e]);
}

/* That in all columns, times `scale`, minus minus[d] where it is not NULL. */
static void bcd_values_right_parts(clarke_bcd *b, size_t i, clarke_real scale,
                                   const clarke_real *minus, clarke_real *to)
{
    enum { NEAR = 4096 }; /* entries that stay in the cache between the passes */
    const size_t n = b->split->samples, d = b->split->layer[i].out;
    const size_t piece = d < NEAR ? NEAR / d : 1;
    for (size_t first = 0; first < n; first += piece) {
        const size_t count = n - first < piece ? n - first : piece;
        clarke_real *part = to + first * d;
        bcd_values_right_columns(b, i, first, count, part);
        for (size_t e = 0; e < count * d && scale != 1; e++) part[e] *= scale;
        for (size_t j = 0; j < count && minus; j++)
            for (size_t r = 0; r < d; r++) part[j * d + r] -= minus[r];
    }
}

/* The whole right side, with rho' W_{i+1}^T (U_{i+1} - b_{i+1} 1^T), in `to`, which may be V_i. */
static void bcd_values_hidden_right(clarke_bcd *b, size_t i, clarke_real *to)
{
    const clarke_split_layer *l = &b->split->layer[i], *next = l + 1;
    const clarke_bcd_layer *up = &b->layer[i + 1];
    const size_t d = l->out, n = b->split->samples;
    if (up->b)
        clarke_gemv(true, next->out, d, (clarke_real)next->rho, up->w, next->out, up->b, 0,
                    b->sums);
    bcd_values_right_parts(b, i, 1, up->b ? b->sums : NULL, to);
    clarke_gemm(true, false, d, n, next->out, (clarke_real)next->rho, up->w, next->out, up->u,
                next->out, 1, to, d);
}

/* With few rows in W = W_{i+1} the solve goes through them: with the matrix c I + rho' W^T W and the right
   side c s + rho' W^T u it is V = s + rho' W^T (c I + rho' W W^T)^{-1} (u - W s). */
static bool bcd_values_is_narrow(const clarke_split_layer *next)
{
    return next->out * (next->in + next->out) < next->in * next->in; /* fewer operations */
}

static clarke_status bcd_values_narrow(clarke_bcd *b, size_t i, double c)
{
    const clarke_split_layer *next = &b->split->layer[i + 1];
    const clarke_bcd_layer *y = &b->layer[i], *up = y + 1;
    const size_t d = next->in, m = next->out, n = b->split->samples;
    const clarke_real rho = (clarke_real)next->rho;
    clarke_syrk(false, m, d, rho, up->w, m, 0, b->gram, m);
    clarke_bcd_diagonal(m, c, b->gram);
    CLARKE_TRY(CLARKE_REAL(clarke_bcd_cholesky)(m, b->gram, "V"));
    bcd_values_right_parts(b, i, (clarke_real)(1.0 / c), NULL, y->v);
    for (size_t j = 0; j < n; j++)
        for (size_t r = 0; r < m; r++)
            b->z[j * m + r] = up->b ? up->u[j * m + r] - up->b[r] : up->u[j * m + r];
    clarke_gemm(false, false, m, n, d, -1, up->w, m, y->v, d, 1, b->z, m);
    clarke_trsm(false, false, m, n, b->gram, m, b->z, m);
    clarke_trsm(false, true, m, n, b->gram, m, b->z, m);
    clarke_gemm(true, false, d, n, m, rho, up->w, m, b->z, m, 1, y->v, d);
    return CLARKE_OK;
}

static clarke_status bcd_values_hidden(clarke_bcd *b, size_t i, clarke_inner *inner)
{
    const clarke_split *s = b->split;
    const clarke_split_layer *l = &s->layer[i], *next = &s->layer[i + 1];
    clarke_bcd_layer *y = &b->layer[i];
    const size_t d = l->out, n = s->samples;
    const double mu = clarke_bcd_ridge(&l->v_term),
                 own = l->gamma + (next->skip ? next->gamma : 0.0);
    if (!y->v_linear && clarke_bcd_plain(&l->v_term) && bcd_values_is_narrow(next))
        return bcd_values_narrow(b, i, own + mu);
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
