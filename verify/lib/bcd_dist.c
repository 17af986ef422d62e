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
   has the condition of H as a factor, at most |H|_2 over the proximal term and the ridge.

   A V_i of three-splitting below a W = W_{i+1} of fewer rows may be solved for through these: with
   H = c I + rho W'W and the right side c s + rho W'a, a = U - b 1', it is V = s + rho W'q, T q = e,
   T = c I + rho W W', e = a - W s. That leaves H d + rho W'(d_e - dT q), d the rounding of s + rho W'q, d_e
   that of e, dT the backward error of q. In Frobenius norms, for m rows and k = |H|_2/c,
     |d| <= u inner (|s| + rho |W| |q|),  |d_e| <= u inner (|a| + |W| |s|),  |dT| <= u m (3 m + 1) |H|_2,
   |q| <= |e|/c, |s| <= |G|/c and rho |W|^2 <= |H|_2, so that all of it is at most
   2 u (inner + m (3 m + 1)) k (rho |W| |a| + 2 k |G|). */
#include "verify/lib/bcd_dist.h"

#include <math.h>
#include <string.h>

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

long double clarke_bcd_hinge_unsure(const clarke_bcd_net *s, const double *z, const double *y)
{
    const size_t m = s->net->layer[s->net->depth].out;
    long double size = 1.0L;
    for (size_t i = 0; i < m; i++) size += fabsl((long double)y[i] * (long double)z[i]);
    return 8.0L * ((long double)m + 2.0L) * CLARKE_BCD_UNIT * size;
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
    const long double unsure = clarke_bcd_hinge_unsure(s, z, y);
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
        clarke_bcd_slopes(s, t.layer, j, slope);
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
    long double rows, share;           /* what few rows add: 2 u (rows + share |G|) */
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

/* c: of the head comment. */
static void dist_through_rows(const clarke_bcd_net *s, const double *x, size_t layer, long double c,
                              dist_update *u)
{
    const clarke_split *net = s->net;
    const clarke_split_layer *next = &net->layer[layer];
    const long double m = next->out, condition = u->hessian / c;
    const long double w =
        sqrtl(dist_square(clarke_split_block(net, x, next->w), next->in * next->out));
    long double input =
        sqrtl(dist_square(clarke_split_block(net, x, next->u), next->out * net->samples));
    if (next->b != CLARKE_NO_BLOCK)
        input += sqrtl((long double)net->samples *
                       dist_square(clarke_split_block(net, x, next->b), next->out));
    const long double count = (u->inner + m * (3.0L * m + 1.0L)) * condition;
    u->rows = count * (long double)next->rho * w * input;
    u->share = 2.0L * count * condition;
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
        u = (dist_update){.inner = samples + in + 9.0L,
                          .order = in + (net->bias ? 1.0L : 0.0L),
                          .hessian = c * square + extra};
        u.condition = dist_condition(net, u.order, u.hessian, extra);
    }
    if (b.role == CLARKE_ROLE_V && b.layer < net->depth) {
        const clarke_split_layer *next = l + 1;
        const long double c = net->kind == CLARKE_SPLIT_THREE ? next->rho : next->gamma;
        const long double square =
            dist_square(clarke_split_block(net, x, next->w), next->in * next->out);
        const long double own = (long double)l->gamma +
                                (next->skip ? (long double)next->gamma : 0.0L) + extra;
        u = (dist_update){.inner = in + (long double)(next->in + next->out) + 9.0L,
                          .order = next->in,
                          .hessian = own + c * square};
        if (net->kind == CLARKE_SPLIT_THREE && !prox.from && next->out < next->in)
            dist_through_rows(s, x, b.layer + 1, own, &u);
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
    clarke_bcd_kinks(s, x, b);
    const double *at = link && prox.from ? prox.old : now; /* where sigma is taken */
    if (link)
        clarke_bcd_error(s, prox.from ? prox.from : x, (clarke_bcd_term){CLARKE_BCD_LINK, b.layer},
                         &s->error);
    for (size_t j = 0; j < count; j++) {
        long double part = s->gradient.size[j];
        const long double g = s->gradient.value[j];
        const long double d = link ? dist_link(s, b.layer, at[j], &s->error, j, g, &part)
                                   : dist_penalty(p, now[j], g, &part);
        const long double bound = 2.0L * CLARKE_BCD_UNIT * how.inner * part + CLARKE_BCD_TINY;
        r.distance = hypotl(r.distance, d);
        size = hypotl(size, part);
        if (how.separable && !(d / bound <= r.worst)) r.worst = d / bound;
    }
    const long double solve = how.order * (3.0L * how.order + 1.0L) * how.hessian * how.condition *
                              sqrtl(dist_square(now, count));
    r.bound = 2.0L * CLARKE_BCD_UNIT *
                  ((how.inner + how.share) * size + how.rows + (how.separable ? 0.0L : solve)) +
              CLARKE_BCD_TINY;
    if (!how.separable) r.worst = r.distance / r.bound;
    return r;
}
