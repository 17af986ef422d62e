/* The updates of methods/lib/bcd.h in the working precision. All products are BLAS-3; each Gram
   matrix is formed once, in the lower triangle, and factored by Cholesky; that of the data once in
   a run. */
#include "methods/lib/bcd.h"

#include "core/registry.h"
#include "parts/lib/prox_margin.h"
#include "parts/lib/prox_unit.h"

#include <lapacke.h>
#include <stdio.h>
#include <string.h>

#ifdef CLARKE_SINGLE
#define BCD_LAPACK(name) LAPACKE_s##name
#else
#define BCD_LAPACK(name) LAPACKE_d##name
#endif

typedef struct {
    clarke_real *w, *b, *v, *u;
    const clarke_real *w_centre, *v_centre;
    const clarke_activation_desc *activation; /* in this precision */
    size_t pieces;                            /* 0: smooth */
    clarke_piece piece[CLARKE_PIECES_MAX];
    bool unit; /* two pieces, kink at 0, slope 1 on the right */
    bool last_linear, v_linear, u_linear, w_linear;
} bcd_layer;

struct clarke_bcd {
    const clarke_split *split;
    clarke_bcd_options o;
    double *x;
    const clarke_loss_desc *loss;
    clarke_prox_margin_kind margin;
    bool squared;
    bcd_layer *layer;         /* [N + 1] */
    const clarke_real *input; /* X */
    const clarke_real *target;
    clarke_real *z;     /* [widest][n] */
    clarke_real *gram;  /* [widest][widest] */
    clarke_real *first; /* [d_0][d_0] rho X X^T + ..., factored, for W_1 */
    bool first_ready;
    clarke_real *gradient; /* [largest W or V] of prox-linear steps, and of l1 terms and boxes */
    clarke_real *ones;     /* [n] */
    clarke_real *sums;     /* [widest] */
    clarke_real *bias;     /* [widest] of the Jacobi step */
    clarke_real *spectrum, *work;
    int lwork;
};

/* ---- making ---- */

static clarke_real *bcd_real_copy(size_t n, const double *x, clarke_arena *mem)
{
    clarke_real *copy = clarke_alloc_array(mem, n, sizeof *copy);
    for (size_t e = 0; copy && e < n; e++) copy[e] = (clarke_real)x[e];
    return copy;
}

/* A block's own array: in x, or apart in single precision. */
static clarke_real *bcd_real_block(clarke_bcd *b, size_t block, clarke_arena *mem)
{
    if (block == CLARKE_NO_BLOCK) return NULL;
#ifdef CLARKE_SINGLE
    (void)b;
    return clarke_alloc_array(mem, clarke_split_size(b->split, block), sizeof(clarke_real));
#else
    (void)mem;
    return b->x + b->split->layout.block[block].offset;
#endif
}

/* The data and the centres in the working precision. */
static const clarke_real *bcd_real_constant(size_t n, const double *x, clarke_arena *mem)
{
    if (!x) return NULL;
#ifdef CLARKE_SINGLE
    return bcd_real_copy(n, x, mem);
#else
    (void)n, (void)mem, (void)bcd_real_copy;
    return x;
#endif
}

static clarke_status bcd_real_choose(int step, bool exact, bool linear, const char *block,
                                     const char *why, bool *is_linear)
{
    *is_linear = step == CLARKE_STEP_LINEAR || (step == CLARKE_STEP_AUTO && !exact);
    if (*is_linear ? linear : exact) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT, "the %s-step has no %s solver for %s", block,
                       *is_linear ? "prox-linear" : "exact", why);
}

static bool bcd_real_quadratic(const clarke_term *r)
{
    return r->kind == CLARKE_TERM_NONE || r->kind == CLARKE_TERM_RIDGE;
}

/* Which step each block takes, or why there is none. */
static clarke_status bcd_real_steps(clarke_bcd *b, size_t i)
{
    const clarke_split *s = b->split;
    const clarke_split_layer *l = &s->layer[i];
    bcd_layer *y = &b->layer[i];
    const bool smooth_loss = isfinite(s->loss->smoothness(s->target));
    const bool plain = bcd_real_quadratic(&l->v_term);
    const bool separable = b->squared || (b->margin != CLARKE_PROX_MARGIN_NONE && plain);
    CLARKE_TRY(bcd_real_choose(b->o.step_w, true, true, "W", "its term", &y->w_linear));
    if (i == s->depth)
        return bcd_real_choose(b->o.step_last, separable, smooth_loss, "V_N", s->loss_id,
                               &y->last_linear);
    CLARKE_TRY(bcd_real_choose(b->o.step_v, true, true, "V", "its term", &y->v_linear));
    return bcd_real_choose(b->o.step_u, y->pieces > 0, y->pieces == 0 || y->pieces == 1, "U",
                           l->activation_id, &y->u_linear);
}

static clarke_status bcd_real_layer(clarke_bcd *b, size_t i, clarke_arena *mem)
{
    const clarke_split *s = b->split;
    const clarke_split_layer *l = &s->layer[i];
    bcd_layer *y = &b->layer[i];
    y->w = bcd_real_block(b, l->w, mem), y->b = bcd_real_block(b, l->b, mem);
    y->v = bcd_real_block(b, l->v, mem), y->u = bcd_real_block(b, l->u, mem);
    y->w_centre = bcd_real_constant(l->out * l->in, l->w_term.centre, mem);
    y->v_centre = bcd_real_constant(l->out * s->samples, l->v_term.centre, mem);
#ifdef CLARKE_SINGLE
    y->activation = clarke_registry_get(&clarke_activations_single, l->activation_id);
#else
    y->activation = l->activation;
#endif
    if (l->activation->pieces) y->pieces = l->activation->pieces(&l->opts, y->piece);
    y->unit = y->pieces == 2 && y->piece[1].low == 0.0 && y->piece[1].slope == 1.0 &&
              y->piece[1].level == 0.0 && y->piece[0].level == 0.0;
    return bcd_real_steps(b, i);
}

static clarke_status bcd_real_scratch(clarke_bcd *b, clarke_arena *mem)
{
    const clarke_split *s = b->split;
    size_t widest = 0, in = 0, largest = 1;
    bool linear = false;
    for (size_t i = 0; i <= s->depth; i++) {
        const clarke_split_layer *l = &s->layer[i];
        if (l->out > widest) widest = l->out;
        if (i > 1 && l->in > in) in = l->in;
        if (i == 0 || !(b->layer[i].w_linear || b->layer[i].v_linear ||
                        !bcd_real_quadratic(&l->w_term) || !bcd_real_quadratic(&l->v_term)))
            continue;
        linear = true;
        if (l->out * l->in > largest) largest = l->out * l->in;
        if (l->out * s->samples > largest) largest = l->out * s->samples;
        if (l->in > in) in = l->in;
    }
    b->z = clarke_alloc_array(mem, widest * s->samples, sizeof *b->z);
    b->gram = clarke_alloc_array(mem, in, in * sizeof *b->gram);
    b->first = clarke_alloc_array(mem, s->layer[0].out, s->layer[0].out * sizeof *b->first);
    b->ones = clarke_alloc_array(mem, s->samples, sizeof *b->ones);
    b->sums = clarke_alloc_array(mem, widest, sizeof *b->sums);
    b->bias = clarke_alloc_array(mem, widest * (s->depth + 1), sizeof *b->bias);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t j = 0; j < s->samples; j++) b->ones[j] = 1;
    if (!linear) return CLARKE_OK;
    b->gradient = clarke_alloc_array(mem, largest, sizeof *b->gradient);
    b->spectrum = clarke_alloc_array(mem, in, sizeof *b->spectrum);
    b->lwork = clarke_blas_int(in) * 34; /* syev without vectors: (block + 2) n */
    b->work = clarke_alloc_array(mem, (size_t)b->lwork, sizeof *b->work);
    return clarke_arena_status(mem);
}

static clarke_status bcd_real_make(const clarke_split *s, const clarke_bcd_options *o, double *x,
                                   clarke_arena *mem, clarke_bcd **bcd)
{
    clarke_bcd *b = clarke_alloc(mem, sizeof *b);
    CLARKE_TRY(clarke_arena_status(mem));
    *b = (clarke_bcd){.split = s, .o = *o, .x = x};
    b->layer = clarke_alloc_array(mem, s->depth + 1, sizeof *b->layer);
    CLARKE_TRY(clarke_arena_status(mem));
    b->margin = clarke_prox_margin_of(s->loss_id);
    b->squared = strcmp(s->loss_id, "squared") == 0;
#ifdef CLARKE_SINGLE
    b->loss = clarke_registry_get(&clarke_losses_single, s->loss_id);
#else
    b->loss = s->loss;
#endif
    for (size_t i = 1; i <= s->depth; i++) CLARKE_TRY(bcd_real_layer(b, i, mem));
    b->input = bcd_real_constant(s->layer[0].out * s->samples, s->x, mem);
    b->target = bcd_real_constant(s->layer[s->depth].out * s->samples, s->y, mem);
    CLARKE_TRY(bcd_real_scratch(b, mem));
    *bcd = b;
    return clarke_arena_status(mem);
}

/* ---- between the iterate and the working precision ---- */

static clarke_real *bcd_real_at(const clarke_bcd *b, size_t block)
{
    size_t i;
    switch (clarke_split_role_of(b->split, block, &i)) {
    case CLARKE_ROLE_W: return b->layer[i].w;
    case CLARKE_ROLE_B: return b->layer[i].b;
    case CLARKE_ROLE_V: return b->layer[i].v;
    case CLARKE_ROLE_U: break;
    }
    return b->layer[i].u;
}

static void bcd_real_load(clarke_bcd *b)
{
    for (size_t k = 0; k < b->split->layout.count; k++) {
        const size_t n = clarke_split_size(b->split, k);
        clarke_real *to = bcd_real_at(b, k);
        const double *from = b->x + b->split->layout.block[k].offset;
        for (size_t e = 0; e < n; e++) to[e] = (clarke_real)from[e];
    }
}

static void bcd_real_store(clarke_bcd *b, size_t block)
{
    clarke_real_store(clarke_split_size(b->split, block), bcd_real_at(b, block),
                      b->x + b->split->layout.block[block].offset);
}

static const clarke_real *bcd_real_input(const clarke_bcd *b, size_t i)
{
    return i == 1 ? b->input : b->layer[i - 1].v;
}

/* ---- pieces of the updates ---- */

static double bcd_real_ridge(const clarke_term *r)
{
    return r->kind == CLARKE_TERM_RIDGE ? r->weight : 0.0;
}

/* prox of r/tau at t. */
static double bcd_real_prox_term(const clarke_term *r, double centre, double tau, double t)
{
    const double level = r->weight / tau;
    switch (r->kind) {
    case CLARKE_TERM_NONE: return t;
    case CLARKE_TERM_RIDGE: return (tau * t + r->weight * centre) / (tau + r->weight);
    case CLARKE_TERM_L1: return t > level ? t - level : t < -level ? t + level : 0.0 * t;
    case CLARKE_TERM_BOX: break;
    }
    return t < r->low ? r->low : t > r->high ? r->high : t;
}

static clarke_status bcd_real_factor(size_t n, clarke_real *a, const char *block)
{
    const lapack_int info = BCD_LAPACK(potrf_work)(LAPACK_COL_MAJOR, 'L', (lapack_int)n, a,
                                                   (lapack_int)(n > 0 ? n : 1));
    clarke_blas_count((double)n * (double)n * (double)n / 3.0);
    if (info == 0) return CLARKE_OK;
    return clarke_fail(CLARKE_EINPUT,
                       "the matrix of the %s-step is not positive definite in this precision: a "
                       "larger alpha or ridge is needed",
                       block);
}

static void bcd_real_diagonal(size_t n, double t, clarke_real *a)
{
    for (size_t k = 0; k < n; k++) a[k * n + k] += (clarke_real)t;
}

/* The largest eigenvalue of b->gram[n][n], which is destroyed. */
static double bcd_real_spectral(clarke_bcd *b, size_t n, clarke_inner *inner)
{
    const lapack_int info = BCD_LAPACK(syev_work)(LAPACK_COL_MAJOR, 'N', 'L', (lapack_int)n,
                                                  b->gram, (lapack_int)n, b->spectrum, b->work,
                                                  (lapack_int)b->lwork);
    if (info != 0) inner->missed++;
    return (double)b->spectrum[n - 1];
}

/* `count` problems min 1/2 x.A.x - f.x + r(x) with the lower triangle of A[n][n] in b->gram and an l1
   term or a box r: one coordinate at a time, each exactly, until none moves by more than rounding.
   Entry k of problem j of x and of b->gradient, which holds f, is at j * apart + k * step. */
static void bcd_real_descend(const clarke_bcd *b, const clarke_term *r, size_t n, size_t count,
                             size_t apart, size_t step, clarke_real *x, clarke_inner *inner)
{
    enum { MOST = 5000 };
    const double u = sizeof(clarke_real) == sizeof(double) ? 0x1p-53 : 0x1p-24;
    for (size_t j = 0; j < count; j++) {
        clarke_real *at = x + j * apart;
        double moved = INFINITY, size = 0.0;
        for (size_t sweep = 0; sweep < MOST && moved > 4.0 * u * size; sweep++) {
            moved = size = 0.0;
            inner->iterations++;
            for (size_t k = 0; k < n; k++) {
                double slope = -(double)b->gradient[j * apart + k * step];
                for (size_t c = 0; c < n; c++)
                    slope += (double)b->gram[c < k ? c * n + k : k * n + c] * (double)at[c * step];
                const double pivot = (double)b->gram[k * n + k], old = (double)at[k * step];
                const double next = bcd_real_prox_term(r, 0.0, pivot, old - slope / pivot);
                moved = fmax(moved, fabs(next - old)), size = fmax(size, fabs(next));
                at[k * step] = (clarke_real)next;
            }
        }
        inner->missed += moved > 4.0 * u * size;
    }
}

/* z[out][n] = W_i V_{i-1}, without b. */
static void bcd_real_product(clarke_bcd *b, size_t i, clarke_real *z)
{
    const clarke_split_layer *l = &b->split->layer[i];
    clarke_gemm(false, false, l->out, b->split->samples, l->in, 1, b->layer[i].w, l->out,
                bcd_real_input(b, i), l->in, 0, z, l->out);
}

/* ---- V_N ---- */

static void bcd_real_outputs_margin(clarke_bcd *b, double c, clarke_inner *inner)
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

/* c = gamma + alpha (+ mu), b = (gamma (K + U) + alpha V_old + mu centre)/c: what is left is the
   loss + c/2 |V - b|^2, or in a prox-linear step its gradient at V_old. */
static void bcd_real_outputs(clarke_bcd *b, clarke_inner *inner)
{
    const clarke_split *s = b->split;
    const size_t i = s->depth;
    const clarke_split_layer *l = &s->layer[i];
    bcd_layer *y = &b->layer[i];
    const clarke_real *skip = bcd_real_input(b, i);
    const size_t size = l->out * s->samples;
    const double mu = bcd_real_ridge(&l->v_term), alpha = b->o.alpha, gamma = l->gamma;
    const double w = b->squared && !y->last_linear ? s->weight : 0.0, c = gamma + alpha + mu + w;
    const bool plain = bcd_real_quadratic(&l->v_term);
    if (y->last_linear)
        b->loss->gradient(l->out, s->samples, (clarke_real)s->weight, y->v, b->target, b->z);
    for (size_t e = 0; e < size; e++) {
        double t = gamma * ((double)y->u[e] + (l->skip ? (double)skip[e] : 0.0)) +
                   alpha * (double)y->v[e] + w * (double)b->target[e];
        if (mu > 0.0 && y->v_centre) t += mu * (double)y->v_centre[e];
        if (y->last_linear) t -= (double)b->z[e];
        t /= c;
        y->v[e] = (clarke_real)(plain ? t : bcd_real_prox_term(&l->v_term, 0.0, c, t));
    }
    if (!b->squared && !y->last_linear) bcd_real_outputs_margin(b, c, inner);
}

/* ---- V_i, i < N ---- */

/* The right side: gamma (K + sigma(U_i)) + mu centre + [skip] gamma' (V_{i+1} - sigma'(U_{i+1}))
   + rho' W_{i+1}^T (U_{i+1} - b_{i+1} 1^T) in `to`, which may be V_i. Uses z where the next layer
   has a skip. */
static void bcd_real_hidden_right(clarke_bcd *b, size_t i, clarke_real *to)
{
    const clarke_split *s = b->split;
    const clarke_split_layer *l = &s->layer[i], *next = &s->layer[i + 1];
    bcd_layer *y = &b->layer[i], *up = &b->layer[i + 1];
    const size_t n = s->samples, d = l->out;
    const clarke_real gamma = (clarke_real)l->gamma, more = (clarke_real)next->gamma;
    const clarke_real *skip = bcd_real_input(b, i);
    const double mu = bcd_real_ridge(&l->v_term);
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

static clarke_status bcd_real_hidden(clarke_bcd *b, size_t i, clarke_inner *inner)
{
    const clarke_split *s = b->split;
    const clarke_split_layer *l = &s->layer[i], *next = &s->layer[i + 1];
    bcd_layer *y = &b->layer[i];
    const size_t d = l->out, n = s->samples;
    const double mu = bcd_real_ridge(&l->v_term), own = l->gamma + (next->skip ? next->gamma : 0.0);
    clarke_syrk(true, d, next->out, (clarke_real)next->rho, b->layer[i + 1].w, next->out, 0,
                b->gram, d);
    if (!y->v_linear && !bcd_real_quadratic(&l->v_term)) {
        bcd_real_diagonal(d, own, b->gram);
        bcd_real_hidden_right(b, i, b->gradient);
        bcd_real_descend(b, &l->v_term, d, n, d, 1, y->v, inner);
        return CLARKE_OK;
    }
    if (!y->v_linear) {
        bcd_real_diagonal(d, own + mu, b->gram);
        CLARKE_TRY(bcd_real_factor(d, b->gram, "V"));
        bcd_real_hidden_right(b, i, y->v);
        clarke_trsm(false, false, d, n, b->gram, d, y->v, d);
        clarke_trsm(false, true, d, n, b->gram, d, y->v, d);
        return CLARKE_OK;
    }
    /* V - gradient/(tau L) with the gradient (own I + rho' W'^T W') V - right side. */
    bcd_real_hidden_right(b, i, b->gradient);
    const clarke_real *w = b->layer[i + 1].w;
    clarke_gemm(false, false, next->out, n, d, 1, w, next->out, y->v, d, 0, b->z, next->out);
    clarke_gemm(true, false, d, n, next->out, (clarke_real)next->rho, w, next->out, b->z, next->out,
                -1, b->gradient, d);
    const double tau = b->o.tau * (own + bcd_real_spectral(b, d, inner));
    for (size_t e = 0; e < d * n; e++) {
        const double g = own * (double)y->v[e] + (double)b->gradient[e];
        const double centre = y->v_centre ? (double)y->v_centre[e] : 0.0;
        y->v[e] =
            (clarke_real)bcd_real_prox_term(&l->v_term, centre, tau, (double)y->v[e] - g / tau);
    }
    return CLARKE_OK;
}

/* ---- U ---- */

/* u = (p v' + q (z + b) + a u)/(p + q + a) with v' = V - K: of U_N, and of a linear layer. */
static void bcd_real_linear_unit(clarke_bcd *b, size_t i, double p, double q, double a)
{
    const clarke_split_layer *l = &b->split->layer[i];
    bcd_layer *y = &b->layer[i];
    const clarke_real *skip = l->skip ? bcd_real_input(b, i) : NULL;
    const double c = p + q + a;
    const clarke_real cv = (clarke_real)(p / c), cz = (clarke_real)(q / c);
    const clarke_real cu = (clarke_real)(a / c);
    for (size_t j = 0; j < b->split->samples; j++)
        for (size_t r = 0; r < l->out; r++) {
            const size_t e = j * l->out + r;
            const clarke_real v = skip ? y->v[e] - skip[e] : y->v[e];
            const clarke_real z = y->b ? b->z[e] + y->b[r] : b->z[e];
            y->u[e] = cv * v + cz * z + cu * y->u[e];
        }
}

/* One column of the prox with the kink at 0; `row` is a sample. */
static clarke_real bcd_real_unit_column(size_t d, clarke_prox_unit p, double rho, double alpha,
                                        const clarke_real *v, const clarke_real *skip,
                                        const clarke_real *z, const clarke_real *bias,
                                        clarke_real *u)
{
    const clarke_real cz = (clarke_real)(rho / (rho + alpha));
    const clarke_real cu = (clarke_real)(alpha / (rho + alpha));
    clarke_real ties = 0;
    if (!skip && bias)
        for (size_t r = 0; r < d; r++)
            u[r] = clarke_prox_unit_at(p, v[r], cz * (z[r] + bias[r]) + cu * u[r], &ties);
    else if (!skip)
        for (size_t r = 0; r < d; r++)
            u[r] = clarke_prox_unit_at(p, v[r], cz * z[r] + cu * u[r], &ties);
    else
        for (size_t r = 0; r < d; r++)
            u[r] = clarke_prox_unit_at(p, v[r] - skip[r],
                                       cz * (bias ? z[r] + bias[r] : z[r]) + cu * u[r], &ties);
    return ties;
}

static void bcd_real_unit(clarke_bcd *b, size_t i, clarke_inner *inner)
{
    const clarke_split_layer *l = &b->split->layer[i];
    bcd_layer *y = &b->layer[i];
    const size_t d = l->out;
    const clarke_real *skip = l->skip ? bcd_real_input(b, i) : NULL;
    const clarke_prox_unit p =
        clarke_prox_unit_make(l->gamma, l->rho + b->o.alpha, y->piece[0].slope, b->o.tie_right);
    for (size_t j = 0; j < b->split->samples; j++)
        inner->ties += (size_t)bcd_real_unit_column(d, p, l->rho, b->o.alpha, y->v + j * d,
                                                    skip ? skip + j * d : NULL, b->z + j * d, y->b,
                                                    y->u + j * d);
}

static void bcd_real_pieces(clarke_bcd *b, size_t i, clarke_inner *inner)
{
    const clarke_split_layer *l = &b->split->layer[i];
    bcd_layer *y = &b->layer[i];
    const clarke_real *skip = l->skip ? bcd_real_input(b, i) : NULL;
    const double c = l->rho + b->o.alpha;
    clarke_real ties = 0;
    for (size_t e = 0; e < l->out * b->split->samples; e++) {
        const double z = (double)b->z[e] + (y->b ? (double)y->b[e % l->out] : 0.0);
        const double at = (l->rho * z + b->o.alpha * (double)y->u[e]) / c;
        const clarke_real v = skip ? y->v[e] - skip[e] : y->v[e];
        y->u[e] = clarke_prox_pieces(y->pieces, y->piece, l->gamma, c, b->o.tie_right, v,
                                     (clarke_real)at, &ties);
    }
    inner->ties += (size_t)ties;
}

/* u+ = (rho (z + b) + alpha u - gamma (sigma(u) - v) sigma'(u)) / (rho + alpha). */
static void bcd_real_smooth(clarke_bcd *b, size_t i)
{
    const clarke_split_layer *l = &b->split->layer[i];
    bcd_layer *y = &b->layer[i];
    const clarke_real *skip = l->skip ? bcd_real_input(b, i) : NULL;
    const double c = l->rho + b->o.alpha;
    for (size_t e = 0; e < l->out * b->split->samples; e++) {
        const double z = (double)b->z[e] + (y->b ? (double)y->b[e % l->out] : 0.0);
        clarke_real level, slope = 1;
        y->activation->value(&l->opts, 1, &y->u[e], &level);
        y->activation->chain(&l->opts, 1, &y->u[e], &slope);
        const double v = (double)y->v[e] - (skip ? (double)skip[e] : 0.0);
        const double g = l->gamma * ((double)level - v) * (double)slope;
        y->u[e] = (clarke_real)((l->rho * z + b->o.alpha * (double)y->u[e] - g) / c);
    }
}

static void bcd_real_inputs(clarke_bcd *b, size_t i, clarke_inner *inner)
{
    const clarke_split_layer *l = &b->split->layer[i];
    const bcd_layer *y = &b->layer[i];
    bcd_real_product(b, i, b->z);
    if (i == b->split->depth)
        bcd_real_linear_unit(b, i, l->gamma, l->rho, 0.0);
    else if (y->u_linear)
        bcd_real_smooth(b, i);
    else if (y->unit)
        bcd_real_unit(b, i, inner);
    else if (y->pieces == 1)
        bcd_real_linear_unit(b, i, l->gamma, l->rho, b->o.alpha);
    else
        bcd_real_pieces(b, i, inner);
}

/* ---- W and b ---- */

/* b* = (alpha b + rho (U 1 - W V_{i-1} 1)) / (rho n + alpha) in `to`. */
static void bcd_real_bias(clarke_bcd *b, size_t i, clarke_real *to)
{
    const clarke_split_layer *l = &b->split->layer[i];
    const bcd_layer *y = &b->layer[i];
    const size_t n = b->split->samples;
    const double c = l->rho * (double)n + b->o.alpha;
    const clarke_real rho = (clarke_real)(l->rho / c);
    clarke_gemv(false, l->in, n, 1, bcd_real_input(b, i), l->in, b->ones, 0, b->sums);
    for (size_t r = 0; r < l->out; r++) to[r] = (clarke_real)(b->o.alpha / c * (double)y->b[r]);
    clarke_gemv(false, l->out, n, rho, y->u, l->out, b->ones, 1, to);
    clarke_gemv(false, l->out, l->in, -rho, y->w, l->out, b->sums, 1, to);
}

static clarke_real *bcd_real_pending(clarke_bcd *b, size_t i)
{
    size_t widest = 0;
    for (size_t k = 0; k <= b->split->depth; k++)
        if (b->split->layer[k].out > widest) widest = b->split->layer[k].out;
    return b->bias + i * widest;
}

/* to = rho (U - b 1^T) V_{i-1}^T + beta to. */
static void bcd_real_weights_right(clarke_bcd *b, size_t i, clarke_real beta, clarke_real *to)
{
    const clarke_split_layer *l = &b->split->layer[i];
    const bcd_layer *y = &b->layer[i];
    const size_t n = b->split->samples;
    const clarke_real rho = (clarke_real)l->rho, *v = bcd_real_input(b, i);
    clarke_gemm(false, true, l->out, l->in, n, rho, y->u, l->out, v, l->in, beta, to, l->out);
    if (!y->b) return;
    clarke_gemv(false, l->in, n, 1, v, l->in, b->ones, 0, b->sums);
    clarke_ger(l->out, l->in, -rho, y->b, b->sums, to, l->out);
}

/* W (rho V V^T + (alpha + lambda) I) = rho (U - b 1^T) V^T + alpha W + lambda centre. */
static clarke_status bcd_real_weights_exact(clarke_bcd *b, size_t i)
{
    const clarke_split_layer *l = &b->split->layer[i];
    bcd_layer *y = &b->layer[i];
    const double lambda = bcd_real_ridge(&l->w_term);
    clarke_real *a = i == 1 ? b->first : b->gram;
    if (i > 1 || !b->first_ready) {
        clarke_syrk(false, l->in, b->split->samples, (clarke_real)l->rho, bcd_real_input(b, i),
                    l->in, 0, a, l->in);
        bcd_real_diagonal(l->in, b->o.alpha + lambda, a);
        CLARKE_TRY(bcd_real_factor(l->in, a, "W"));
        b->first_ready |= i == 1;
    }
    bcd_real_weights_right(b, i, (clarke_real)b->o.alpha, y->w);
    for (size_t e = 0; e < l->out * l->in && lambda > 0.0 && y->w_centre; e++)
        y->w[e] += (clarke_real)(lambda * (double)y->w_centre[e]);
    clarke_trsm(true, true, l->out, l->in, a, l->in, y->w, l->out);
    clarke_trsm(true, false, l->out, l->in, a, l->in, y->w, l->out);
    return CLARKE_OK;
}

/* The same with an l1 term or a box: a problem for every row of W. */
static void bcd_real_weights_bounded(clarke_bcd *b, size_t i, clarke_inner *inner)
{
    const clarke_split_layer *l = &b->split->layer[i];
    bcd_layer *y = &b->layer[i];
    clarke_syrk(false, l->in, b->split->samples, (clarke_real)l->rho, bcd_real_input(b, i), l->in,
                0, b->gram, l->in);
    bcd_real_diagonal(l->in, b->o.alpha, b->gram);
    memcpy(b->gradient, y->w, l->out * l->in * sizeof *b->gradient);
    bcd_real_weights_right(b, i, (clarke_real)b->o.alpha, b->gradient);
    bcd_real_descend(b, &l->w_term, l->in, l->out, 1, l->out, y->w, inner);
}

/* prox of r/(tau L) at W - gradient/(tau L), L = rho |V V^T|_2, gradient = rho (W V + b 1^T - U) V^T. */
static void bcd_real_weights_linear(clarke_bcd *b, size_t i, clarke_inner *inner)
{
    const clarke_split_layer *l = &b->split->layer[i];
    bcd_layer *y = &b->layer[i];
    const size_t n = b->split->samples;
    const clarke_real *v = bcd_real_input(b, i);
    bcd_real_product(b, i, b->z);
    clarke_gemm(false, true, l->out, l->in, n, (clarke_real)l->rho, b->z, l->out, v, l->in, 0,
                b->gradient, l->out);
    for (size_t e = 0; e < l->out * l->in; e++) b->gradient[e] = -b->gradient[e];
    bcd_real_weights_right(b, i, 1, b->gradient);
    clarke_syrk(false, l->in, n, (clarke_real)l->rho, v, l->in, 0, b->gram, l->in);
    const double tau = b->o.tau * bcd_real_spectral(b, l->in, inner);
    if (!(tau > 0.0)) return; /* V_{i-1} = 0: nothing but r is left, and W may stay */
    for (size_t e = 0; e < l->out * l->in; e++) {
        const double centre = y->w_centre ? (double)y->w_centre[e] : 0.0;
        y->w[e] = (clarke_real)bcd_real_prox_term(&l->w_term, centre, tau,
                                                  (double)y->w[e] + (double)b->gradient[e] / tau);
    }
}

static clarke_status bcd_real_weights(clarke_bcd *b, size_t i, clarke_inner *inner)
{
    const bcd_layer *y = &b->layer[i];
    if (y->b && b->o.bias == CLARKE_BIAS_JACOBI) bcd_real_bias(b, i, bcd_real_pending(b, i));
    if (!y->w_linear && bcd_real_quadratic(&b->split->layer[i].w_term))
        return bcd_real_weights_exact(b, i);
    if (y->w_linear)
        bcd_real_weights_linear(b, i, inner);
    else
        bcd_real_weights_bounded(b, i, inner);
    return CLARKE_OK;
}

static clarke_status bcd_real_update(clarke_bcd *b, size_t block, clarke_inner *inner)
{
    size_t i;
    switch (clarke_split_role_of(b->split, block, &i)) {
    case CLARKE_ROLE_W: return bcd_real_weights(b, i, inner);
    case CLARKE_ROLE_B:
        if (b->o.bias == CLARKE_BIAS_CURRENT) bcd_real_bias(b, i, bcd_real_pending(b, i));
        memcpy(b->layer[i].b, bcd_real_pending(b, i),
               b->split->layer[i].out * sizeof *b->layer[i].b);
        return CLARKE_OK;
    case CLARKE_ROLE_V:
        if (i < b->split->depth) return bcd_real_hidden(b, i, inner);
        bcd_real_outputs(b, inner);
        return CLARKE_OK;
    case CLARKE_ROLE_U: bcd_real_inputs(b, i, inner); break;
    }
    return CLARKE_OK;
}

const clarke_bcd_engine CLARKE_REAL(clarke_bcd_real) = {
    .make = bcd_real_make,
    .load = bcd_real_load,
    .store = bcd_real_store,
    .update = bcd_real_update,
};
