/* How the objective changes with one block. With residuals t after the change and t + a before it,
   |t + a|^2 - |t|^2 = sum a (2 t + a), and a is formed from the step, so nothing cancels.

   Rounding. u = 2^-53. An inner product of k terms errs by at most k u times the product of the
   absolute values (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1); for a matrix
   product that is at most k u |A|_F |B|_F in the Frobenius norm, however the sum is arranged. The
   step itself is rounded once, hence k + 1. */
#include "core/split_work.h"

static const double change_u = 0x1p-53;

typedef struct {
    clarke_sum sum;
    double rounding;
} change;

static double change_norm(size_t size, const double *x)
{
    double sum = 0.0;
    for (size_t e = 0; e < size; e++) sum += x[e] * x[e];
    return sqrt(sum);
}

/* Adds weight/2 sum a (2 t + a). With a + e and t + f in place of a and t the sum moves by
   sum 2 a f + e (2 t + 2 a + 2 f + e), bounded by Cauchy-Schwarz; each term is rounded four times. */
static void change_pair(change *c, double weight, size_t size, const double *a, const double *t,
                        double a_error, double t_error)
{
    double terms = 0.0;
    for (size_t e = 0; e < size; e++) {
        const double term = 0.5 * weight * a[e] * (2.0 * t[e] + a[e]);
        clarke_sum_add(&c->sum, term);
        terms += weight * fabs(a[e]) * (2.0 * fabs(t[e]) + fabs(a[e]));
    }
    const double a_norm = change_norm(size, a), t_norm = change_norm(size, t);
    c->rounding += 4.0 * change_u * terms +
                   0.5 * weight *
                       (2.0 * a_norm * t_error +
                        a_error * (2.0 * t_norm + 2.0 * a_norm + 2.0 * t_error + a_error));
}

/* before - after of r, with back = before - after. */
static void change_term(change *c, const clarke_term *r, size_t size, const double *after,
                        const double *back)
{
    for (size_t e = 0; e < size && r->kind != CLARKE_TERM_NONE; e++) {
        const double d = back[e], before = after[e] + d;
        double term = 0.0, scale = 0.0;
        if (r->kind == CLARKE_TERM_RIDGE) {
            const double centre = r->centre ? r->centre[e] : 0.0;
            term = r->weight * d * ((after[e] - centre) + 0.5 * d);
            scale = r->weight * fabs(d) * (fabs(after[e]) + fabs(centre) + fabs(d));
        } else if (r->kind == CLARKE_TERM_L1) {
            const bool same = (after[e] >= 0.0) == (before >= 0.0);
            term = r->weight * (same ? (after[e] >= 0.0 ? d : -d) : fabs(before) - fabs(after[e]));
            scale = r->weight * (same ? fabs(d) : fabs(before) + fabs(after[e]));
        } else if (!(after[e] >= r->low && after[e] <= r->high)) {
            term = isnan(after[e]) ? NAN : -INFINITY;
        } else {
            /* before is rounded: a bound was left by more than that, or not at all. */
            const double slip = 2.0 * change_u * (fabs(after[e]) + fabs(d));
            if (before < r->low - slip || before > r->high + slip) term = INFINITY;
        }
        clarke_sum_add(&c->sum, term);
        c->rounding += 4.0 * change_u * scale;
    }
}

/* The loss of V_N. Each change is a few products of the step with margins or residuals, sums of
   `size` terms of at most |y| |z| and at most squared; across a kink a margin's error counts in
   full. */
static void change_loss(change *c, const clarke_split *s, const double *after, const double *back)
{
    const size_t size = s->layer[s->depth].out;
    const bool kink = isinf(s->loss->smoothness(s->target));
    for (size_t j = 0; j < s->samples; j++) {
        const double *z = after + j * size, *d = back + j * size, *y = s->y + j * size;
        const double step = change_norm(size, d), target = change_norm(size, y);
        const double scale = 1.0 + change_norm(size, z) + step + target;
        const double unit = ((double)size + 20.0) * change_u * s->weight;
        clarke_sum_add(&c->sum, -s->weight * s->loss->change(size, z, d, y));
        if (step > 0.0)
            c->rounding += unit * (step * scale * scale * scale + (kink ? target * scale : 0.0));
    }
}

/* ---- the residual of layer i, t = V_i - K_i - sigma_i(z) ---- */

/* sigma(z + p) - sigma(z) with z_error a bound of |error of z| in one entry, p_error one of |p| in
   the Frobenius norm. The quotient of the two differences is at most the Lipschitz constant of sigma.
   An entry whose piece is uncertain, or whose slope bends, feels the error of z too. */
typedef struct {
    double z_error, p_error;
} change_errors;

static double change_activation(const clarke_split_layer *l, size_t size, const double *z,
                                const double *p, change_errors error, double *difference)
{
    const double steep = l->activation->lipschitz(&l->opts);
    const double bend = l->activation->slope_lipschitz(&l->opts);
    double square = 0.0;
    for (size_t e = 0; e < size; e++) {
        difference[e] = clarke_activation_change(l->activation, &l->opts, z[e], p[e]);
        const double reach = fabs(p[e]) + error.z_error;
        const clarke_slopes low = l->activation->slopes(&l->opts, z[e] - reach);
        const clarke_slopes high = l->activation->slopes(&l->opts, z[e] + reach);
        double slip = 8.0 * change_u * steep * fabs(p[e]);
        if (isfinite(bend))
            slip += fmin(bend * fabs(p[e]), 2.0 * steep) * error.z_error;
        else if (low.left != high.right)
            slip += 2.0 * steep * error.z_error + 4.0 * change_u * steep * (fabs(z[e]) + reach);
        square += slip * slip;
    }
    return steep * error.p_error + sqrt(square);
}

/* The error of z = W_i V_{i-1}, in one entry and in the Frobenius norm, and of the residuals. */
static double change_product_error(const clarke_split *s, const double *x, size_t i, bool entry)
{
    const clarke_split_layer *l = &s->layer[i];
    const double *w = clarke_split_block(s, x, l->w), *v = clarke_split_input(s, x, i);
    const double unit = ((double)l->in + 2.0) * change_u;
    double row = 0.0, column = 0.0, bias = 0.0;
    if (l->b != CLARKE_NO_BLOCK)
        bias = change_norm(l->out, clarke_split_block(s, x, l->b)) * sqrt((double)s->samples);
    if (!entry)
        return unit * (change_norm(l->out * l->in, w) * change_norm(l->in * s->samples, v) + bias);
    for (size_t r = 0; r < l->out; r++) {
        double square = 0.0;
        for (size_t k = 0; k < l->in; k++) square += w[k * l->out + r] * w[k * l->out + r];
        row = fmax(row, square);
    }
    for (size_t j = 0; j < s->samples; j++)
        column = fmax(column, change_norm(l->in, v + j * l->in));
    return unit * sqrt(row) * column;
}

/* What V_i - K_i - sigma_i(z) itself errs by, with z in error by z_error. */
static double change_fit_error(const clarke_split *s, const double *x, size_t i, double z_error)
{
    const clarke_split_layer *l = &s->layer[i];
    const size_t size = l->out * s->samples;
    const double steep = l->activation->lipschitz(&l->opts);
    const clarke_interval range = l->activation->range(&l->opts);
    double level = s->kind == CLARKE_SPLIT_THREE
                       ? steep * change_norm(size, clarke_split_block(s, x, l->u))
                       : steep * z_error / (((double)l->in + 2.0) * change_u);
    if (isfinite(range.high))
        level = fmin(level, fmax(fabs(range.low), fabs(range.high)) * sqrt((double)size));
    const double skip = l->skip ? change_norm(size, clarke_split_input(s, x, i)) : 0.0;
    return steep * z_error +
           6.0 * change_u * (change_norm(size, clarke_split_block(s, x, l->v)) + skip + level);
}

/* R_i = U_i - W_i V_{i-1} - b_i 1^T in r, with the bound of its error. */
static double change_coupling(const clarke_split *s, const double *x, size_t i, double *r)
{
    const clarke_split_layer *l = &s->layer[i];
    const size_t size = l->out * s->samples;
    const double *u = clarke_split_block(s, x, l->u);
    clarke_split_product(s, x, i, r);
    for (size_t e = 0; e < size; e++) r[e] = u[e] - r[e];
    return change_product_error(s, x, i, false) + 2.0 * change_u * change_norm(size, u);
}

/* ---- one block ---- */

/* The product of layer i moved by p[out][n] (before - after), which errs by p_error. */
static void change_moved(change *c, clarke_split_work *w, const double *x, size_t i, double *p,
                         double p_error, const double *skip_back)
{
    const clarke_split *s = w->split;
    const clarke_split_layer *l = &s->layer[i];
    const size_t size = l->out * s->samples;
    if (s->kind == CLARKE_SPLIT_THREE) {
        const double t_error = change_coupling(s, x, i, w->b);
        for (size_t e = 0; e < size; e++) p[e] = -p[e];
        change_pair(c, l->rho, size, p, w->b, p_error, t_error);
        if (!skip_back) return;
        const double fit_error = change_fit_error(s, x, i, 0.0);
        clarke_split_fit(s, x, i, clarke_split_block(s, x, l->u), w->b);
        for (size_t e = 0; e < size; e++) p[e] = -skip_back[e];
        change_pair(c, l->gamma, size, p, w->b, change_u * change_norm(size, p), fit_error);
        return;
    }
    const change_errors error = {change_product_error(s, x, i, true), p_error};
    const double z_error = change_product_error(s, x, i, false);
    clarke_split_product(s, x, i, w->b);
    const double a_error = change_activation(l, size, w->b, p, error, w->c);
    clarke_split_fit(s, x, i, w->b, w->b);
    for (size_t e = 0; e < size; e++) w->c[e] = -w->c[e] - (skip_back ? skip_back[e] : 0.0);
    change_pair(c, l->gamma, size, w->c, w->b,
                a_error + 2.0 * change_u * change_norm(size, w->c) +
                    (skip_back ? change_u * change_norm(size, skip_back) : 0.0),
                change_fit_error(s, x, i, z_error));
}

static void change_weights(change *c, clarke_split_work *w, const double *x, size_t i,
                           const double *back)
{
    const clarke_split *s = w->split;
    const clarke_split_layer *l = &s->layer[i];
    const double *v = clarke_split_input(s, x, i);
    clarke_gemm(false, false, l->out, s->samples, l->in, 1.0, back, l->out, v, l->in, 0.0, w->a,
                l->out);
    const double p_error = ((double)l->in + 2.0) * change_u * change_norm(l->out * l->in, back) *
                           change_norm(l->in * s->samples, v);
    change_moved(c, w, x, i, w->a, p_error, NULL);
    change_term(c, &l->w_term, l->out * l->in, clarke_split_block(s, x, l->w), back);
}

static void change_bias(change *c, clarke_split_work *w, const double *x, size_t i,
                        const double *back)
{
    const clarke_split_layer *l = &w->split->layer[i];
    const size_t n = w->split->samples;
    for (size_t e = 0; e < l->out * n; e++) w->a[e] = back[e % l->out];
    change_moved(c, w, x, i, w->a, change_u * change_norm(l->out * n, w->a), NULL);
}

static void change_outputs(change *c, clarke_split_work *w, const double *x, size_t i,
                           const double *back)
{
    const clarke_split *s = w->split;
    const clarke_split_layer *l = &s->layer[i];
    const size_t size = l->out * s->samples;
    double z_error = 0.0;
    if (s->kind == CLARKE_SPLIT_TWO) {
        z_error = change_product_error(s, x, i, false);
        clarke_split_product(s, x, i, w->b);
    }
    clarke_split_fit(s, x, i, s->kind == CLARKE_SPLIT_TWO ? w->b : clarke_split_block(s, x, l->u),
                     w->b);
    const double back_norm = change_norm(size, back);
    change_pair(c, l->gamma, size, back, w->b, change_u * back_norm,
                change_fit_error(s, x, i, z_error));
    change_term(c, &l->v_term, size, clarke_split_block(s, x, l->v), back);
    if (i == s->depth) {
        change_loss(c, s, clarke_split_block(s, x, l->v), back);
        return;
    }
    const clarke_split_layer *next = &s->layer[i + 1];
    const double *weights = clarke_split_block(s, x, next->w);
    clarke_gemm(false, false, next->out, s->samples, next->in, 1.0, weights, next->out, back,
                next->in, 0.0, w->a, next->out);
    const double p_error = ((double)next->in + 2.0) * change_u *
                           change_norm(next->out * next->in, weights) * back_norm;
    change_moved(c, w, x, i + 1, w->a, p_error, next->skip ? back : NULL);
}

/* U_i: V_i - K_i - sigma_i(U_i) moves by -(sigma(U + back) - sigma(U)), the coupling by back. */
static void change_inputs(change *c, clarke_split_work *w, const double *x, size_t i,
                          const double *back)
{
    const clarke_split *s = w->split;
    const clarke_split_layer *l = &s->layer[i];
    const size_t size = l->out * s->samples;
    const double *u = clarke_split_block(s, x, l->u),
                 back_error = change_u * change_norm(size, back);
    const change_errors error = {0.0, back_error};
    const double a_error = change_activation(l, size, u, back, error, w->a);
    for (size_t e = 0; e < size; e++) w->a[e] = -w->a[e];
    clarke_split_fit(s, x, i, u, w->b);
    change_pair(c, l->gamma, size, w->a, w->b, a_error, change_fit_error(s, x, i, 0.0));
    const double t_error = change_coupling(s, x, i, w->b);
    change_pair(c, l->rho, size, back, w->b, back_error, t_error);
}

clarke_split_drop clarke_split_change(clarke_split_work *w, const double *x, const double *old,
                                      size_t block)
{
    const clarke_split *s = w->split;
    const size_t size = clarke_split_size(s, block);
    const double *new = clarke_split_block(s, x, block);
    size_t i;
    change c = {0};
    for (size_t e = 0; e < size; e++) w->step[e] = old[e] - new[e];
    const double step = change_norm(size, w->step);
    const clarke_split_role role = clarke_split_role_of(s, block, &i);
    if (role == CLARKE_ROLE_W) change_weights(&c, w, x, i, w->step);
    if (role == CLARKE_ROLE_B) change_bias(&c, w, x, i, w->step);
    if (role == CLARKE_ROLE_V) change_outputs(&c, w, x, i, w->step);
    if (role == CLARKE_ROLE_U) change_inputs(&c, w, x, i, w->step);
    const double decrease = clarke_sum_of(&c.sum);
    return (clarke_split_drop){decrease, c.rounding + 2.0 * change_u * fabs(decrease), step};
}
