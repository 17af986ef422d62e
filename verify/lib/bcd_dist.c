/* Subdifferentials of the subproblems, and what a correct update leaves of them.

   What is left, u = 2^-53. Let G be the gradient of a subproblem and |G| the sum of the magnitudes
   of what it is a sum of. A separable update (V_N, U_i) is a quotient of sums of at most inner + 8
   terms, inner = d_{i-1} + 1 for the product W_i V_{i-1}; each operation errs by u of its result,
   so that G at the rounded quotient is at most 2 u (inner + 8) |G| (the factor 2 covers other
   orders and second-order terms). An update that solves H X = B with H of order d by Cholesky:
   forming H and B errs by u (inner + 8) of the magnitudes, which again are those of |G|; the
   factorisation and the two substitutions are a backward error of gamma_{3d+1} |R'||R| in H, and
   ||R'||R||_2 <= d |H|_2 (Higham 2002, theorems 10.3, 10.4 and section 10.1), hence
   u d (3 d + 1) |H|_2 |X|_F. Both are doubled. Two equations may also be solved by Cramer's rule,
   which for d = 2 is forward but not backward stable (Higham 2002, section 1.10.1): what it leaves
   has the condition of H as a factor, at most |H|_2 over the proximal term and the ridge. */
#include "verify/lib/bcd_terms.h"

#include <math.h>
#include <string.h>

#define DIST_UNIT 0x1p-53L
#define DIST_TINY 0x1p-1000L

static void dist_add(clarke_bcd_matrix *g, size_t j, long double value, long double size)
{
    g->value[j] += value;
    g->size[j] += size;
}

/* g += c A' e: A the matrix W_i (rows of e) or V_{i-1} (columns of e). */
static void dist_through_w(const clarke_bcd_net *s, const double *x, size_t layer, long double c,
                           const clarke_bcd_matrix *e, clarke_bcd_matrix *g)
{
    const clarke_split_layer *l = &s->net->layer[layer];
    const double *w = clarke_split_block(s->net, x, l->w);
    for (size_t j = 0; j < s->net->samples; j++)
        for (size_t k = 0; k < l->in; k++)
            for (size_t r = 0; r < l->out; r++) {
                const long double a = c * (long double)w[r + l->out * k];
                dist_add(g, k + l->in * j, a * e->value[r + l->out * j],
                         fabsl(a) * e->size[r + l->out * j]);
            }
}

static void dist_through_v(const clarke_bcd_net *s, const double *x, size_t layer, long double c,
                           const clarke_bcd_matrix *e, clarke_bcd_matrix *g)
{
    const clarke_split_layer *l = &s->net->layer[layer];
    const double *v = clarke_split_input(s->net, x, layer);
    for (size_t j = 0; j < s->net->samples; j++)
        for (size_t k = 0; k < l->in; k++)
            for (size_t r = 0; r < l->out; r++) {
                const long double a = c * (long double)v[k + l->in * j];
                dist_add(g, r + l->out * k, a * e->value[r + l->out * j],
                         fabsl(a) * e->size[r + l->out * j]);
            }
}

static void dist_row_sums(const clarke_bcd_net *s, size_t rows, long double c,
                          const clarke_bcd_matrix *e, clarke_bcd_matrix *g)
{
    for (size_t j = 0; j < s->net->samples; j++)
        for (size_t r = 0; r < rows; r++)
            dist_add(g, r, c * e->value[r + rows * j], fabsl(c) * e->size[r + rows * j]);
}

static void dist_entries(size_t count, long double c, const clarke_bcd_matrix *e,
                         clarke_bcd_matrix *g)
{
    for (size_t j = 0; j < count; j++) dist_add(g, j, c * e->value[j], fabsl(c) * e->size[j]);
}

/* ---- entries with a penalty ---- */

static long double dist_interval(long double low, long double high)
{
    if (isnan(low) || isnan(high)) return NAN;
    return low > 0.0L ? low : high < 0.0L ? -high : 0.0L;
}

/* Of 0 from g + the penalty's subdifferential at w; a ridge is in g already. */
static long double dist_penalty(const clarke_term *p, double w, long double g, long double *size)
{
    const long double lambda = p ? (long double)p->weight : 0.0L;
    if (!p || p->kind == CLARKE_TERM_NONE || p->kind == CLARKE_TERM_RIDGE) return fabsl(g);
    if (p->kind == CLARKE_TERM_L1) {
        *size += lambda;
        if (w == 0.0) return dist_interval(g - lambda, g + lambda);
        return fabsl(w > 0.0 ? g + lambda : g - lambda);
    }
    if (!(w >= p->low && w <= p->high)) return INFINITY;
    if (w == p->low && w == p->high) return 0.0L;
    if (w == p->low) return fmaxl(-g, 0.0L);
    return w == p->high ? fmaxl(g, 0.0L) : fabsl(g);
}

/* ---- the loss in V_N ---- */

/* A column that was put where its margin is 1 has that margin up to the rounding of a projection:
   8 (size + 2) u of the products. */
static long double dist_hinge_unsure(const clarke_bcd_net *s, const double *z, const double *y)
{
    const size_t m = s->net->layer[s->net->depth].out;
    long double size = 1.0L;
    for (size_t i = 0; i < m; i++) size += fabsl((long double)y[i] * (long double)z[i]);
    return 8.0L * ((long double)m + 2.0L) * DIST_UNIT * size;
}

/* Adds the gradient of the loss of sample c, or, at the hinge's kink, the element that brings the
   column nearest to 0: -t w y with t in [0, 1]. */
static void dist_hinge(clarke_bcd_net *s, size_t c, const double *z, const double *y)
{
    const size_t m = s->net->layer[s->net->depth].out;
    const long double w = s->net->weight, room = 1.0L - clarke_bcd_margin(s->net, z, y);
    long double square = 0.0L, product = 0.0L;
    for (size_t i = 0; i < m; i++) {
        square += (long double)y[i] * (long double)y[i];
        product += s->gradient.value[i + m * c] * (long double)y[i];
    }
    const long double unsure = dist_hinge_unsure(s, z, y);
    long double t = room > 0.0L ? 1.0L : 0.0L;
    if (fabsl(room) <= unsure && square > 0.0L && w > 0.0L)
        t = fminl(fmaxl(product / (w * square), 0.0L), 1.0L);
    for (size_t i = 0; i < m; i++)
        dist_add(&s->gradient, i + m * c, -t * w * (long double)y[i], w * fabsl((long double)y[i]));
}

static void dist_loss_column(clarke_bcd_net *s, size_t c, const double *z, const double *y)
{
    const clarke_split *net = s->net;
    const size_t m = net->layer[net->depth].out;
    const long double w = net->weight, margin = clarke_bcd_margin(net, z, y);
    if (s->loss == CLARKE_BCD_HINGE) {
        dist_hinge(s, c, z, y);
        return;
    }
    if (s->loss == CLARKE_BCD_SOFTMAX) clarke_bcd_softmax_share(net, z, s->move.value);
    for (size_t i = 0; i < m; i++) {
        const long double a = z[i], b = y[i];
        long double g = 0.0L, size = fabsl(b) * (1.0L + fabsl(margin));
        if (s->loss == CLARKE_BCD_SQUARED) g = a - b, size = fabsl(a) + fabsl(b);
        if (s->loss == CLARKE_BCD_SQUARED_HINGE) g = -fmaxl(1.0L - margin, 0.0L) * b;
        if (s->loss == CLARKE_BCD_LOGISTIC) g = -b / (1.0L + expl(margin));
        if (s->loss == CLARKE_BCD_SOFTMAX) g = s->move.value[i] - b, size = 1.0L + fabsl(b);
        dist_add(&s->gradient, i + m * c, w * g, w * size);
    }
}

static void dist_loss(clarke_bcd_net *s, const double *v)
{
    const clarke_split *net = s->net;
    const size_t m = net->layer[net->depth].out;
    for (size_t c = 0; c < net->samples; c++) dist_loss_column(s, c, v + m * c, net->y + m * c);
}

/* ---- sigma in U_i ---- */

/* Of 0 from g - gamma xi e, e = v - sigma(u), xi the slopes at u: between them where the kink of
   the term is convex, one of them where it is concave (the limiting subdifferential). */
static long double dist_link(const clarke_bcd_net *s, size_t layer, double u,
                             const clarke_bcd_matrix *error, size_t j, long double g,
                             long double *size)
{
    const long double gamma = s->net->layer[layer].gamma, e = error->value[j];
    long double slope[2];
    clarke_bcd_sigma_slopes(s, layer, (long double)u, slope);
    const long double left = g - gamma * slope[0] * e, right = g - gamma * slope[1] * e;
    *size += gamma * fmaxl(fabsl(slope[0]), fabsl(slope[1])) * error->size[j];
    if (left <= right) return dist_interval(left, right);
    return isnan(left) || isnan(right) ? NAN : fminl(fabsl(left), fabsl(right));
}

/* ---- kinks of sigma(W_i V_{i-1}) ---- */

/* z is at sigma's kink 0 up to the rounding of a point that was put there: 4 (d + 2) u of the
   products. */
static bool dist_at_kink(const clarke_bcd_net *s, size_t layer, size_t j)
{
    const long double inner = (long double)s->net->layer[layer].in + 2.0L;
    return !clarke_bcd_sigma_smooth(s, layer) &&
           fabsl(s->before.value[j]) <= 4.0L * inner * DIST_UNIT * s->before.size[j];
}

/* The slopes at entry j of z. */
static void dist_slopes(const clarke_bcd_net *s, size_t layer, size_t j, long double slope[2])
{
    const long double t = dist_at_kink(s, layer, j) ? 0.0L : s->before.value[j];
    clarke_bcd_sigma_slopes(s, layer, t, slope);
}

/* One coordinate of the box: moves the multiplier of kink (r, j) to where |gradient| is smallest;
   returns how much it moved. `xi` is its present value above the left slope, in [0, right - left]. */
static long double dist_relax(clarke_bcd_net *s, const double *x, clarke_bcd_block b, size_t layer,
                              size_t r, size_t j, long double range, long double *xi)
{
    const clarke_split_layer *l = &s->net->layer[layer];
    const bool moves_w = b.role == CLARKE_ROLE_W;
    const double *w = clarke_split_block(s->net, x, l->w),
                 *v = clarke_split_input(s->net, x, layer);
    const long double c = -(long double)l->gamma * s->error.value[r + l->out * j];
    long double along = 0.0L, square = 0.0L;
    for (size_t k = 0; k < l->in; k++) {
        const long double a = c * (long double)(moves_w ? v[k + l->in * j] : w[r + l->out * k]);
        const size_t at = moves_w ? r + l->out * k : k + l->in * j;
        along += a * s->gradient.value[at];
        square += a * a;
    }
    if (!(square > 0.0L)) return 0.0L;
    const long double low = fminl(range, 0.0L), high = fmaxl(range, 0.0L);
    const long double to = fminl(fmaxl(*xi - along / square, low), high), step = to - *xi;
    for (size_t k = 0; k < l->in; k++) {
        const long double a = c * (long double)(moves_w ? v[k + l->in * j] : w[r + l->out * k]);
        s->gradient.value[moves_w ? r + l->out * k : k + l->in * j] += step * a;
    }
    *xi = to;
    return fabsl(step);
}

/* The multipliers that bring the gradient nearest to 0, by coordinates: what is left is an upper
   bound of the distance, and the distance where this converges. Only convex kinks have a choice: an
   exact update never rests at a concave one. */
static void dist_kinks(clarke_bcd_net *s, const double *x, clarke_bcd_block b)
{
    enum { SWEEPS = 2000 };
    const size_t layer = b.role == CLARKE_ROLE_V ? b.layer + 1 : b.layer;
    if (s->net->kind != CLARKE_SPLIT_TWO || layer > s->net->depth) return;
    const clarke_bcd_term t = {CLARKE_BCD_JOINT, layer};
    const size_t rows = s->net->layer[layer].out, count = rows * s->net->samples;
    clarke_bcd_error(s, x, t, &s->error);
    memset(s->change.value, 0, count * sizeof *s->change.value);
    for (size_t sweep = 0; sweep < SWEEPS; sweep++) {
        long double moved = 0.0L;
        for (size_t j = 0; j < count; j++) {
            long double slope[2];
            dist_slopes(s, layer, j, slope);
            const long double range = slope[1] - slope[0];
            if (range == 0.0L || range * s->error.value[j] > 0.0L) continue;
            moved += dist_relax(s, x, b, layer, j % rows, j / rows, range, &s->change.value[j]);
        }
        if (!(moved > 0.0L)) break;
    }
}

/* ---- the gradient of the squared terms ---- */

/* LINK in U_i is left to the caller; at the kinks of JOINT the left slope is taken. */
static void dist_term(clarke_bcd_net *s, const double *x, clarke_bcd_block b, clarke_bcd_term t)
{
    const clarke_split_layer *l = &s->net->layer[t.layer];
    const size_t count = l->out * s->net->samples;
    const long double c = clarke_bcd_factor(s->net, t);
    const bool own = b.layer == t.layer;
    clarke_bcd_matrix *g = &s->gradient, *e = &s->error;
    clarke_bcd_error(s, x, t, e);
    if (own && (b.role == CLARKE_ROLE_V || b.role == CLARKE_ROLE_U)) {
        dist_entries(count, c, e, g);
        return;
    }
    if (!own && t.kind != CLARKE_BCD_PRODUCT && l->skip) dist_entries(count, -c, e, g);
    for (size_t j = 0; t.kind == CLARKE_BCD_JOINT && j < count; j++) {
        long double slope[2];
        dist_slopes(s, t.layer, j, slope);
        e->value[j] *= slope[0];
    }
    if (t.kind == CLARKE_BCD_LINK) return;
    if (b.role == CLARKE_ROLE_V) dist_through_w(s, x, t.layer, -c, e, g);
    if (b.role == CLARKE_ROLE_W) dist_through_v(s, x, t.layer, -c, e, g);
    if (b.role == CLARKE_ROLE_B) dist_row_sums(s, l->out, -c, e, g);
}

static void dist_terms(clarke_bcd_net *s, const double *x, clarke_bcd_block b)
{
    clarke_bcd_term term[3];
    const size_t terms = clarke_bcd_terms(s->net, b, term);
    const size_t count = clarke_split_size(s->net, clarke_bcd_index(s->net, b));
    memset(s->gradient.value, 0, count * sizeof *s->gradient.value);
    memset(s->gradient.size, 0, count * sizeof *s->gradient.size);
    for (size_t k = 0; k < terms; k++)
        if (b.role != CLARKE_ROLE_U || term[k].kind != CLARKE_BCD_LINK) dist_term(s, x, b, term[k]);
}

static void dist_prox(clarke_bcd_net *s, const double *now, size_t count, clarke_bcd_prox prox)
{
    const long double alpha = prox.alpha;
    for (size_t j = 0; prox.old && j < count; j++) {
        const long double a = now[j], b = prox.old[j];
        dist_add(&s->gradient, j, alpha * (a - b), alpha * (fabsl(a) + fabsl(b)));
    }
}

static void dist_ridge(clarke_bcd_net *s, const double *now, size_t count, const clarke_term *p)
{
    for (size_t j = 0; p && p->kind == CLARKE_TERM_RIDGE && j < count; j++) {
        const long double c = clarke_bcd_centre(p, j), w = now[j], lambda = p->weight;
        dist_add(&s->gradient, j, lambda * (w - c), lambda * (fabsl(w) + fabsl(c)));
    }
}

/* ---- what a correct update leaves ---- */

typedef struct {
    bool separable;
    long double inner, order, hessian; /* of the head comment; hessian bounds |H|_2 */
    long double condition;             /* 1, or a bound of H's where Cramer's rule may be used */
} dist_update;

static long double dist_condition(const clarke_split *net, long double order, long double hessian,
                                  long double least)
{
    if (net->kind != CLARKE_SPLIT_TWO || order != 2.0L) return 1.0L;
    return least > 0.0L ? hessian / least : (long double)INFINITY;
}

static long double dist_square(const double *a, size_t count)
{
    long double sum = 0.0L;
    for (size_t j = 0; j < count; j++) sum += (long double)a[j] * (long double)a[j];
    return sum;
}

static dist_update dist_how(const clarke_bcd_net *s, const double *x, clarke_bcd_block b,
                            clarke_bcd_prox prox)
{
    const clarke_split *net = s->net;
    const clarke_split_layer *l = &net->layer[b.layer];
    const clarke_term *p = clarke_bcd_penalty(net, b);
    const long double samples = net->samples, in = l->in;
    const long double extra = (prox.old ? (long double)prox.alpha : 0.0L) +
                              (p && p->kind == CLARKE_TERM_RIDGE ? (long double)p->weight : 0.0L);
    dist_update u = {.inner = in + 9.0L, .separable = true, .condition = 1.0L};
    if (b.role == CLARKE_ROLE_B) u.inner += samples;
    if (b.role == CLARKE_ROLE_W) {
        const long double c = net->kind == CLARKE_SPLIT_THREE ? l->rho : l->gamma;
        const long double square =
            dist_square(clarke_split_input(net, x, b.layer), l->in * net->samples);
        u = (dist_update){false, samples + in + 9.0L, in + (net->bias ? 1.0L : 0.0L),
                          c * square + extra, 1.0L};
        u.condition = dist_condition(net, u.order, u.hessian, extra);
    }
    if (b.role == CLARKE_ROLE_V && b.layer < net->depth) {
        const clarke_split_layer *next = l + 1;
        const long double c = net->kind == CLARKE_SPLIT_THREE ? next->rho : next->gamma;
        const long double square =
            dist_square(clarke_split_block(net, x, next->w), next->in * next->out);
        u = (dist_update){false, in + (long double)(next->in + next->out) + 9.0L, next->in,
                          (long double)l->gamma + (next->skip ? (long double)next->gamma : 0.0L) +
                              c * square + extra,
                          1.0L};
        u.condition = dist_condition(net, u.order, u.hessian, extra);
    }
    return u;
}

clarke_bcd_residual clarke_bcd_stationarity(clarke_bcd_net *s, const double *x, clarke_bcd_block b,
                                            clarke_bcd_prox prox)
{
    const clarke_split *net = s->net;
    const size_t block = clarke_bcd_index(net, b), count = clarke_split_size(net, block);
    const double *now = clarke_split_block(net, x, block);
    const clarke_term *p = clarke_bcd_penalty(net, b);
    const bool link = b.role == CLARKE_ROLE_U;
    const dist_update how = dist_how(s, x, b, prox);
    clarke_bcd_residual r = {0};
    long double size = 0.0L;
    const bool last_v = b.role == CLARKE_ROLE_V && b.layer == net->depth;
    const double *smooth = prox.from && !link && !last_v ? prox.from : x;
    dist_terms(s, smooth, b);
    dist_prox(s, now, count, prox);
    dist_ridge(s, now, count, p);
    if (last_v) dist_loss(s, prox.from ? prox.old : now);
    dist_kinks(s, x, b);
    const double *at = link && prox.from ? prox.old : now; /* where sigma is taken */
    if (link)
        clarke_bcd_error(s, prox.from ? prox.from : x, (clarke_bcd_term){CLARKE_BCD_LINK, b.layer},
                         &s->error);
    for (size_t j = 0; j < count; j++) {
        long double part = s->gradient.size[j];
        const long double g = s->gradient.value[j];
        const long double d = link ? dist_link(s, b.layer, at[j], &s->error, j, g, &part)
                                   : dist_penalty(p, now[j], g, &part);
        const long double bound = 2.0L * DIST_UNIT * how.inner * part + DIST_TINY;
        r.distance = hypotl(r.distance, d);
        size = hypotl(size, part);
        if (how.separable && !(d / bound <= r.worst)) r.worst = d / bound;
    }
    const long double solve = how.order * (3.0L * how.order + 1.0L) * how.hessian * how.condition *
                              sqrtl(dist_square(now, count));
    r.bound = 2.0L * DIST_UNIT * (how.inner * size + (how.separable ? 0.0L : solve)) + DIST_TINY;
    if (!how.separable) r.worst = r.distance / r.bound;
    return r;
}

/* ---- the choice of a piece ---- */

/* gamma/2 (v - (slope t + level))^2 + rho/2 (t - z)^2 + alpha/2 (t - old)^2. */
typedef struct {
    long double gamma, v, rho, z, alpha, old, size;
} dist_scalar;

typedef struct {
    long double low, high, slope, level;
} dist_piece;

static long double dist_scalar_value(const dist_scalar *f, long double sigma, long double t)
{
    const long double a = f->v - sigma, b = t - f->z, c = t - f->old;
    return 0.5L * (f->gamma * a * a + f->rho * b * b + f->alpha * c * c);
}

/* The minimiser on a piece. */
static long double dist_piece_minimiser(const dist_scalar *f, const dist_piece *p)
{
    const long double right = f->gamma * p->slope * (f->v - p->level) + f->rho * f->z +
                              f->alpha * f->old;
    const long double t = right / (f->gamma * p->slope * p->slope + f->rho + f->alpha);
    return fminl(fmaxl(t, p->low), p->high);
}

static size_t dist_pieces(const clarke_bcd_net *s, size_t layer, dist_piece p[3])
{
    long double left[2], right[2];
    if (s->sigma[layer] == CLARKE_BCD_HARD_TANH) {
        p[0] = (dist_piece){-INFINITY, -1.0L, 0.0L, -1.0L};
        p[1] = (dist_piece){-1.0L, 1.0L, 1.0L, 0.0L};
        p[2] = (dist_piece){1.0L, INFINITY, 0.0L, 1.0L};
        return 3;
    }
    clarke_bcd_sigma_slopes(s, layer, -1.0L, left);
    clarke_bcd_sigma_slopes(s, layer, 1.0L, right);
    p[0] = (dist_piece){-INFINITY, 0.0L, left[0], 0.0L};
    p[1] = (dist_piece){0.0L, INFINITY, right[0], 0.0L};
    return 2;
}

/* Compares the value at t with the best of every piece. The method decides by a threshold or by two
   values, formed in double from data with the magnitude `size`: either errs by at most 16 + d
   operations on squares of that magnitude, which is the bound. Two local minima with values within
   it may be taken either way. */
static void dist_choose(clarke_bcd_net *s, size_t layer, const dist_scalar *f, long double t,
                        long double inner, clarke_bcd_choice *choice)
{
    dist_piece p[3];
    const size_t pieces = dist_pieces(s, layer, p);
    long double best = INFINITY, second = INFINITY;
    size_t minima = 0;
    for (size_t k = 0; k < pieces; k++) {
        const long double at = dist_piece_minimiser(f, &p[k]);
        const long double value = dist_scalar_value(f, clarke_bcd_sigma_value(s, layer, at), at);
        const bool inside = at > p[k].low && at < p[k].high;
        minima += inside;
        if (inside) second = fminl(second, fmaxl(value, best));
        best = fminl(best, value);
    }
    const long double here = dist_scalar_value(f, clarke_bcd_sigma_value(s, layer, t), t);
    const long double weight = f->gamma + f->rho + f->alpha;
    const long double bound = 2.0L * DIST_UNIT * (inner + 16.0L) * weight * f->size * f->size +
                              DIST_TINY;
    const long double ratio = (here - best) / bound;
    if (!(ratio <= choice->worst)) choice->worst = ratio;
    choice->allowance += bound;
    if (minima < 2) return;
    choice->contested++;
    choice->resolved = fmaxl(choice->resolved, (second - best) / bound);
}

clarke_bcd_choice clarke_bcd_best_piece(clarke_bcd_net *s, const double *x, size_t layer,
                                        clarke_bcd_prox prox)
{
    const clarke_split *net = s->net;
    const clarke_split_layer *l = &net->layer[layer];
    const double *u = clarke_split_block(net, x, l->u), *v = clarke_split_block(net, x, l->v);
    const double *skip = l->skip ? clarke_split_input(net, x, layer) : NULL;
    clarke_bcd_choice choice = {.worst = -INFINITY};
    clarke_bcd_product(net, x, layer, &s->before);
    for (size_t j = 0; j < l->out * net->samples; j++) {
        const long double from = skip ? (long double)skip[j] : 0.0L;
        const long double old = prox.old ? (long double)prox.old[j] : 0.0L;
        const dist_scalar f = {
            .gamma = l->gamma,
            .v = (long double)v[j] - from,
            .rho = l->rho,
            .z = s->before.value[j],
            .alpha = prox.old ? (long double)prox.alpha : 0.0L,
            .old = old,
            .size = fabsl((long double)v[j]) + fabsl(from) + s->before.size[j] + fabsl(old) +
                    fabsl((long double)u[j]) + 1.0L * (s->sigma[layer] == CLARKE_BCD_HARD_TANH),
        };
        dist_choose(s, layer, &f, (long double)u[j], (long double)l->in, &choice);
    }
    return choice;
}

/* Two-splitting: the value of a candidate is a sum over the block's terms, each formed by at most
   inner + 16 operations on entries of the magnitudes kept, and one addition an entry. */
static long double dist_value_size(clarke_bcd_net *s, const double *x, clarke_bcd_block b,
                                   clarke_bcd_prox prox)
{
    clarke_bcd_term term[3];
    const size_t terms = clarke_bcd_terms(s->net, b, term);
    const size_t block = clarke_bcd_index(s->net, b), count = clarke_split_size(s->net, block);
    const double *now = clarke_split_block(s->net, x, block);
    const clarke_term *p = clarke_bcd_penalty(s->net, b);
    const long double alpha = prox.old ? (long double)prox.alpha : 0.0L;
    long double size = 0.0L, entries = 0.0L;
    for (size_t k = 0; k < terms; k++) {
        clarke_bcd_error(s, x, term[k], &s->error);
        for (size_t j = 0; j < s->error.rows * s->error.cols; j++, entries += 1.0L)
            size += clarke_bcd_factor(s->net, term[k]) * s->error.size[j] * s->error.size[j];
    }
    for (size_t j = 0; j < count; j++, entries += 1.0L) {
        const long double a = fabsl((long double)now[j]);
        const long double o = prox.old ? fabsl((long double)prox.old[j]) : 0.0L;
        const long double c = p ? fabsl((long double)clarke_bcd_centre(p, j)) : 0.0L;
        size += alpha * (a + o) * (a + o);
        if (p && p->kind == CLARKE_TERM_RIDGE) size += (long double)p->weight * (a + c) * (a + c);
    }
    return ((long double)s->widest + entries + 16.0L) * size;
}

/* A subgradient at a margin of 1 is one at a margin within `unsure` up to w times that. */
static long double dist_hinge_allowance(const clarke_bcd_net *s, const double *x)
{
    const size_t m = s->net->layer[s->net->depth].out;
    const double *v = clarke_split_block(s->net, x, s->net->layer[s->net->depth].v);
    long double sum = 0.0L;
    for (size_t c = 0; c < s->net->samples; c++)
        sum += dist_hinge_unsure(s, v + m * c, s->net->y + m * c);
    return (long double)s->net->weight * sum;
}

long double clarke_bcd_allowance(clarke_bcd_net *s, const double *x, clarke_bcd_block b,
                                 clarke_bcd_prox prox)
{
    const size_t depth = s->net->depth;
    if (b.role == CLARKE_ROLE_V && b.layer == depth && s->loss == CLARKE_BCD_HINGE)
        return dist_hinge_allowance(s, x);
    if (s->net->kind == CLARKE_SPLIT_THREE) {
        if (b.role != CLARKE_ROLE_U || b.layer == depth || clarke_bcd_sigma_smooth(s, b.layer))
            return 0.0L;
        return clarke_bcd_best_piece(s, x, b.layer, prox).allowance;
    }
    if (b.layer == depth) return 0.0L; /* V_N and W_N: sigma_N is the identity */
    return 2.0L * DIST_UNIT * dist_value_size(s, x, b, prox);
}
