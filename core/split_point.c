/* Stationarity of split networks. The objective is a C^1 coupling plus sums of functions of one
   entry, except that in two-splitting sigma_i acts on W_i V_{i-1} and couples two blocks. With
   t_i = V_i - K_i - sigma_i(.) and r_i = U_i - W_i V_{i-1} - b_i 1^T, three-splitting has
     W_i: -rho r_i V_{i-1}^T + dr_i,   b_i: -rho r_i 1,
     V_i: gamma t_i [- gamma' t_{i+1} with a skip] - rho' W_{i+1}^T r_{i+1} + ds_i [+ w dloss],
     U_i: rho r_i - gamma t_i sigma',
   and (v, u) -> (v - sigma(u))^2 / 2 has as its subdifferential the product of the derivative in v and
   the subdifferential in u, because (v' - v)(sigma(u') - sigma(u)) is o of the distance. */
#include "core/split_work.h"

#include <string.h>

static const double point_u = 0x1p-53;

typedef struct {
    clarke_split_work *w;
    const clarke_split *s;
    const double *x;
    clarke_notion notion;
    double slack;
    clarke_split_point result;
} point;

/* The element of [low, high], or of its ends if only they are there, that is nearest to 0. */
static double point_nearest(double low, double high, bool ends)
{
    if (ends) return fabs(low) <= fabs(high) ? low : high;
    return low > 0.0 ? low : high < 0.0 ? high : 0.0 * (low + high);
}

/* The nearest element of g + the subdifferential of r at x. */
static double point_term(const point *q, const clarke_term *r, size_t e, double x, double g)
{
    const bool select = q->notion == CLARKE_NOTION_SELECTION;
    switch (r->kind) {
    case CLARKE_TERM_NONE: return g;
    case CLARKE_TERM_RIDGE: return g + r->weight * (x - (r->centre ? r->centre[e] : 0.0));
    case CLARKE_TERM_L1:
        if (x > 0.0) return g + r->weight;
        if (x < 0.0) return g - r->weight;
        return select ? g : point_nearest(g - r->weight, g + r->weight, false);
    case CLARKE_TERM_BOX: break;
    }
    if (select || (x > r->low && x < r->high)) return g;
    if (r->low == r->high) return 0.0 * g;
    if (x == r->low) return fmin(g, 0.0);
    return x == r->high ? fmax(g, 0.0) : NAN; /* outside there is no subdifferential */
}

static void point_terms(const point *q, const clarke_term *r, size_t size, const double *x,
                        double *g)
{
    for (size_t e = 0; e < size && r->kind != CLARKE_TERM_NONE; e++)
        g[e] = point_term(q, r, e, x[e], g[e]);
}

/* ---- the loss ---- */

/* g + weight t y with t in [low, high], and s_N on top: the shortest, by bisection of the slope of
   a convex function of t where no formula is at hand. */
static void point_margin(const point *q, size_t size, size_t first, clarke_interval slope,
                         const double *y, double *g)
{
    const clarke_split *s = q->s;
    const clarke_term *r = &s->layer[s->depth].v_term;
    const double *v = clarke_split_block(s, q->x, s->layer[s->depth].v);
    double low = slope.low, high = slope.high;
    for (size_t i = 0; i < 100 && low < high; i++) {
        const double t = 0.5 * (low + high);
        double turn = 0.0;
        for (size_t c = 0; c < size; c++)
            turn += y[c] * point_term(q, r, first + c, v[first + c], g[c] + s->weight * t * y[c]);
        if (turn < 0.0)
            low = t;
        else
            high = t;
        if (low + 0.5 * (high - low) == low) break;
    }
    for (size_t c = 0; c < size; c++) g[c] += s->weight * 0.5 * (low + high) * y[c];
}

static void point_loss(const point *q, double *g)
{
    const clarke_split *s = q->s;
    const clarke_split_layer *l = &s->layer[s->depth];
    const size_t size = l->out;
    const double *v = clarke_split_block(s, q->x, l->v);
    double *z = q->w->a;
    const bool kink = isinf(s->loss->smoothness(s->target));
    s->loss->gradient(size, s->samples, s->weight, v, s->y, z);
    for (size_t j = 0; j < s->samples; j++) {
        const double *y = s->y + j * size;
        double m = 0.0, scale = 1.0;
        for (size_t c = 0; c < size && kink; c++) {
            m += y[c] * v[j * size + c];
            scale += fabs(y[c] * v[j * size + c]);
        }
        const bool at = kink && fabs(m - 1.0) <= ((double)size + 4.0) * point_u * scale;
        if (at && q->notion != CLARKE_NOTION_SELECTION)
            point_margin(q, size, j * size, s->loss->margin->subdifferential(1.0), y, g + j * size);
        else
            for (size_t c = 0; c < size; c++) g[j * size + c] += z[j * size + c];
    }
}

/* ---- three-splitting ---- */

/* r_i in `to`. */
static void point_coupling(const point *q, size_t i, double *to)
{
    const clarke_split_layer *l = &q->s->layer[i];
    const double *u = clarke_split_block(q->s, q->x, l->u);
    clarke_split_product(q->s, q->x, i, to);
    for (size_t e = 0; e < l->out * q->s->samples; e++) to[e] = u[e] - to[e];
}

static void point_weights(const point *q, size_t i, double *g)
{
    const clarke_split_layer *l = &q->s->layer[i];
    point_coupling(q, i, q->w->a);
    clarke_gemm(false, true, l->out, l->in, q->s->samples, -l->rho, q->w->a, l->out,
                clarke_split_input(q->s, q->x, i), l->in, 0.0, g, l->out);
    point_terms(q, &l->w_term, l->out * l->in, clarke_split_block(q->s, q->x, l->w), g);
}

static void point_bias(const point *q, size_t i, double *g)
{
    const clarke_split_layer *l = &q->s->layer[i];
    point_coupling(q, i, q->w->a);
    memset(g, 0, l->out * sizeof *g);
    for (size_t e = 0; e < l->out * q->s->samples; e++) g[e % l->out] -= l->rho * q->w->a[e];
}

static void point_outputs(const point *q, size_t i, double *g)
{
    const clarke_split *s = q->s;
    const clarke_split_layer *l = &s->layer[i], *next = l + 1;
    const size_t size = l->out * s->samples;
    double *t = q->w->b;
    clarke_split_fit(s, q->x, i, clarke_split_block(s, q->x, l->u), t);
    for (size_t e = 0; e < size; e++) g[e] = l->gamma * t[e];
    if (i == s->depth) {
        point_loss(q, g);
    } else {
        if (next->skip) {
            clarke_split_fit(s, q->x, i + 1, clarke_split_block(s, q->x, next->u), t);
            for (size_t e = 0; e < size; e++) g[e] -= next->gamma * t[e];
        }
        point_coupling(q, i + 1, q->w->a);
        clarke_gemm(true, false, l->out, s->samples, next->out, -next->rho,
                    clarke_split_block(s, q->x, next->w), next->out, q->w->a, next->out, 1.0, g,
                    l->out);
    }
    point_terms(q, &l->v_term, size, clarke_split_block(s, q->x, l->v), g);
}

/* The nearest element of base - gamma t d sigma(u). */
static double point_unit(point *q, const clarke_split_layer *l, double base, double t, double u)
{
    const clarke_slopes slope = l->activation->slopes(&l->opts, u);
    const double left = base - l->gamma * t * slope.left, right = base - l->gamma * t * slope.right;
    if (left == right || isnan(left) || isnan(right)) return left + 0.0 * right;
    if (q->notion == CLARKE_NOTION_SELECTION) {
        double d = 1.0;
        l->activation->chain(&l->opts, 1, &u, &d);
        return base - l->gamma * t * d;
    }
    q->result.kinks++;
    if (left < right) return point_nearest(left, right, false);
    q->result.concave++;
    if (q->notion == CLARKE_NOTION_FRECHET) return INFINITY;
    return point_nearest(right, left, q->notion == CLARKE_NOTION_LIMITING);
}

static void point_inputs(point *q, size_t i, double *g)
{
    const clarke_split *s = q->s;
    const clarke_split_layer *l = &s->layer[i];
    const double *u = clarke_split_block(s, q->x, l->u);
    point_coupling(q, i, q->w->a);
    clarke_split_fit(s, q->x, i, u, q->w->b);
    for (size_t e = 0; e < l->out * s->samples; e++)
        g[e] = point_unit(q, l, l->rho * q->w->a[e], q->w->b[e], u[e]);
}

static double point_norm(size_t size, const double *g)
{
    clarke_sum sum = {0};
    for (size_t e = 0; e < size; e++) clarke_sum_add(&sum, g[e] * g[e]);
    return sqrt(clarke_sum_of(&sum));
}

static void point_three(point *q, double *by_block, double *element)
{
    const clarke_split *s = q->s;
    clarke_sum total = {0};
    for (size_t block = 0; block < s->layout.count; block++) {
        double *g = element ? element + s->layout.block[block].offset : q->w->step;
        size_t i;
        switch (clarke_split_role_of(s, block, &i)) {
        case CLARKE_ROLE_W: point_weights(q, i, g); break;
        case CLARKE_ROLE_B: point_bias(q, i, g); break;
        case CLARKE_ROLE_V: point_outputs(q, i, g); break;
        case CLARKE_ROLE_U: point_inputs(q, i, g); break;
        }
        const double norm = point_norm(clarke_split_size(s, block), g);
        if (by_block) by_block[block] = norm;
        clarke_sum_add(&total, norm * norm);
    }
    q->result.distance = q->result.low = sqrt(clarke_sum_of(&total));
    q->result.exact = true;
}

/* ---- two-splitting ---- */

/* The one-sided slopes of sigma at z, which may be at a kink up to `reach`. */
static clarke_slopes point_slopes(const clarke_split_layer *l, double z, double reach)
{
    clarke_piece piece[CLARKE_PIECES_MAX];
    const size_t count = l->activation->pieces ? l->activation->pieces(&l->opts, piece) : 0;
    for (size_t p = 1; p < count; p++)
        if (fabs(z - piece[p].low) <= reach) return l->activation->slopes(&l->opts, piece[p].low);
    return l->activation->slopes(&l->opts, z);
}

/* The factors gamma (sigma(z) - v) sigma'(z) of layer i in w->c, from t in w->b and z in w->a; 0 at a
   kink, which is noted down. */
static void point_factors(point *q, size_t i)
{
    const clarke_split *s = q->s;
    const clarke_split_layer *l = &s->layer[i];
    const double *v = clarke_split_input(s, q->x, i), *w = clarke_split_block(s, q->x, l->w);
    clarke_split_kinks *k = q->w->kinks;
    const double slack = fmax(q->slack, ((double)l->in + 8.0) * point_u);
    for (size_t e = 0; e < l->out * s->samples; e++) {
        const size_t row = e % l->out, column = e / l->out;
        double z = q->w->a[e], w_square = 0.0, v_square = 0.0, d = 1.0;
        for (size_t c = 0; c < l->in; c++) {
            w_square += w[c * l->out + row] * w[c * l->out + row];
            v_square += v[column * l->in + c] * v[column * l->in + c];
        }
        const clarke_slopes slope = point_slopes(l, z, slack * sqrt(w_square) * sqrt(v_square));
        const double left = -l->gamma * q->w->b[e] * slope.left;
        const double right = -l->gamma * q->w->b[e] * slope.right;
        if (!(left < right || left > right) || q->notion == CLARKE_NOTION_SELECTION) {
            l->activation->chain(&l->opts, 1, &z, &d);
            q->w->c[e] = left == right ? left : -l->gamma * q->w->b[e] * d;
            continue;
        }
        q->w->c[e] = 0.0;
        q->result.kinks++;
        q->result.concave += left > right;
        if (k->count == CLARKE_SPLIT_KINKS) continue;
        k->kink[k->count++] =
            (clarke_split_kink){i, row, column, fmin(left, right), fmax(left, right), left > right};
    }
}

/* g_0: every block's part with 0 at the kinks. element[n] starts at 0. */
static void point_two_layer(point *q, size_t i, double *element)
{
    const clarke_split *s = q->s;
    const clarke_split_layer *l = &s->layer[i];
    const size_t size = l->out * s->samples;
    double *g_w = element + s->layout.block[l->w].offset;
    double *g_v = element + s->layout.block[l->v].offset;
    clarke_split_product(s, q->x, i, q->w->a);
    clarke_split_fit(s, q->x, i, q->w->a, q->w->b);
    point_factors(q, i);
    clarke_gemm(false, true, l->out, l->in, s->samples, 1.0, q->w->c, l->out,
                clarke_split_input(s, q->x, i), l->in, 0.0, g_w, l->out);
    for (size_t e = 0; e < size; e++) g_v[e] += l->gamma * q->w->b[e];
    if (i == 1) return;
    double *g_input = element + s->layout.block[s->layer[i - 1].v].offset;
    clarke_gemm(true, false, l->in, s->samples, l->out, 1.0, clarke_split_block(s, q->x, l->w),
                l->out, q->w->c, l->out, 1.0, g_input, l->in);
    for (size_t e = 0; e < size && l->skip; e++) g_input[e] -= l->gamma * q->w->b[e];
}

static bool point_quadratic(const clarke_split *s)
{
    for (size_t i = 1; i <= s->depth; i++)
        for (size_t t = 0; t < 2; t++) {
            const clarke_term *r = t == 0 ? &s->layer[i].w_term : &s->layer[i].v_term;
            if (r->kind == CLARKE_TERM_L1 || r->kind == CLARKE_TERM_BOX) return false;
        }
    return true;
}

static void point_two(point *q, double *by_block, double *element)
{
    const clarke_split *s = q->s;
    const clarke_block *last = &s->layout.block[s->layout.count - 1];
    const size_t n = last->offset + last->rows * last->cols;
    q->w->kinks->count = 0;
    memset(element, 0, n * sizeof *element);
    for (size_t i = 1; i <= s->depth; i++) point_two_layer(q, i, element);
    point_loss(q, element + s->layout.block[s->layer[s->depth].v].offset);
    for (size_t i = 1; i <= s->depth; i++) {
        const clarke_split_layer *l = &s->layer[i];
        point_terms(q, &l->w_term, l->out * l->in, clarke_split_block(s, q->x, l->w),
                    element + s->layout.block[l->w].offset);
        point_terms(q, &l->v_term, l->out * s->samples, clarke_split_block(s, q->x, l->v),
                    element + s->layout.block[l->v].offset);
    }
    const bool room = q->result.kinks == q->w->kinks->count;
    if (q->result.kinks == 0) {
        q->result.distance = q->result.low = point_norm(n, element);
        q->result.exact = true;
    } else if (q->notion == CLARKE_NOTION_FRECHET && q->result.concave > 0) {
        q->result.distance = q->result.low = INFINITY;
        q->result.exact = true;
    } else if (!room || !point_quadratic(s)) {
        q->result.distance = q->result.low = NAN; /* a kink beside l1 or a box: not worked out */
    } else {
        const clarke_split_point found = clarke_split_kinks_solve(q->w, q->x, q->notion, element);
        q->result.distance = found.distance, q->result.low = found.low;
        q->result.exact = found.exact;
    }
    for (size_t b = 0; b < s->layout.count && by_block; b++)
        by_block[b] = point_norm(clarke_split_size(s, b), element + s->layout.block[b].offset);
}

clarke_split_point clarke_split_stationarity(clarke_split_work *w, const double *x,
                                             clarke_notion notion, double slack, double *by_block,
                                             double *element)
{
    point q = {.w = w, .s = w->split, .x = x, .notion = notion, .slack = slack};
    if (w->split->kind == CLARKE_SPLIT_THREE)
        point_three(&q, by_block, element);
    else
        point_two(&q, by_block, element ? element : w->element);
    return q.result;
}
