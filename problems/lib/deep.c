/* Without relu: P is smooth with gradient entries P_i = prod_{j != i} w_j, so both functions are
   regular. grad P = 0 iff two factors are 0: S = {P = 1} u {at least two w_i = 0}; the first are
   the global minima, the others saddles, f = f(0).

   With relu f is constant where some w_i < 0, and where the smallest w_i is 0 the limits of
   gradients from the side w_i < 0 are 0: S = {min w <= 0} u {w > 0, P = 1}; the edge is a weak
   local maximum. f is neither regular nor weakly convex there.

   Near P = 1: f = |grad P| d or |grad P|^2 d^2/2 to first order, slowest at |w_i| = 1 with |grad
   P| = sqrt(n), as |grad P|^2 = sum 1/w_i^2 >= n there.

   The nearest point of {P = 1}: with u = |w| the signs of a nearest point are those of x, except
   that one is changed, that of the smallest |x_i|, if their product is -1: changing three is
   worse than one, and another one is worse because u may be exchanged.

   On |x| <= R, Maclaurin's inequality gives |P| <= (R/sqrt n)^n, |grad P| <= sqrt n (R/sqrt
   n)^{n-1}, and |Hessian| <= (n-1) (R/sqrt(n-2))^{n-2} entry by entry. Hull over B(z, r), with
   a_i = |z_i| + r: P changes by at most prod a - prod |z|, grad P by r times the largest row sum
   of the prod_{k != i,j} a_k. */
#include "problems/lib/deep.h"

static const clarke_deep_kind *deep_kind(const clarke_problem *p)
{
    return p->data;
}

static bool deep_dead(const clarke_problem *p, const double *x)
{
    for (size_t i = 0; i < p->n && deep_kind(p)->relu; i++)
        if (!(x[i] > 0.0)) return true;
    return false;
}

/* n - 1 roundings of the product, n of rounded coordinates, and two. */
static double deep_rounding(size_t n, double product)
{
    return ((double)n + 1.0) * DBL_EPSILON * fabs(product);
}

double clarke_deep_value(const clarke_problem *p, const double *x)
{
    const double r = 1.0 - (deep_dead(p, x) ? 0.0 : clarke_product(p->n, x));
    return deep_kind(p)->square ? 0.5 * r * r : fabs(r);
}

void clarke_deep_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const double r = clarke_product(p->n, x) - 1.0;
    const double scale = deep_dead(p, x) ? 0.0 : deep_kind(p)->square ? r : clarke_scalar_sign(r);
    clarke_product_gradient(p->n, x, g);
    for (size_t i = 0; i < p->n; i++) g[i] *= scale;
}

static double deep_slope(const clarke_problem *p, const double *x)
{
    double g[CLARKE_PRODUCT_LARGEST];
    clarke_product_gradient(p->n, x, g);
    return clarke_scalar_norm(p->n, g);
}

double clarke_deep_residual(const clarke_problem *p, const double *x)
{
    const double product = clarke_product(p->n, x), r = fabs(product - 1.0);
    if (deep_dead(p, x)) return 0.0;
    if (deep_kind(p)->square) return r * deep_slope(p, x);
    return r <= deep_rounding(p->n, product) ? 0.0 : deep_slope(p, x);
}

/* The distance from {P = 1}; only from its part w > 0 if `relu`. */
static double deep_surface(const clarke_problem *p, const double *x, double *w)
{
    double y[CLARKE_PRODUCT_LARGEST], sign[CLARKE_PRODUCT_LARGEST], product = 1.0;
    size_t smallest = 0;
    for (size_t i = 0; i < p->n; i++) {
        sign[i] = x[i] < 0.0 ? -1.0 : 1.0;
        product *= sign[i];
        y[i] = fabs(x[i]);
        if (y[i] < y[smallest]) smallest = i;
    }
    if (product < 0.0) y[smallest] = -y[smallest], sign[smallest] = -sign[smallest];
    const double d = clarke_product_surface(p->n, y, w);
    for (size_t i = 0; i < p->n; i++) w[i] *= sign[i];
    return d;
}

/* The distance from the points where one (relu) or two entries are 0; w is the nearest. */
static double deep_zeros(const clarke_problem *p, const double *x, double *w)
{
    size_t first = 0, second = 1;
    if (fabs(x[1]) < fabs(x[0])) first = 1, second = 0;
    for (size_t i = 2; i < p->n; i++) {
        if (fabs(x[i]) < fabs(x[first]))
            second = first, first = i;
        else if (fabs(x[i]) < fabs(x[second]))
            second = i;
    }
    for (size_t i = 0; i < p->n; i++) w[i] = x[i];
    w[first] = 0.0;
    if (deep_kind(p)->relu) return fabs(x[first]);
    w[second] = 0.0;
    return hypot(x[first], x[second]);
}

double clarke_deep_distance(const clarke_problem *p, const double *x, double *nearest,
                            clarke_point_kind *kind)
{
    double zero[CLARKE_PRODUCT_LARGEST], one[CLARKE_PRODUCT_LARGEST];
    if (deep_dead(p, x)) {
        bool edge = true;
        for (size_t i = 0; i < p->n; i++) edge = edge && x[i] >= 0.0;
        for (size_t i = 0; nearest && i < p->n; i++) nearest[i] = x[i];
        if (kind) *kind = edge ? CLARKE_POINT_LOCAL_MAXIMUM : CLARKE_POINT_FLAT;
        return 0.0;
    }
    const double far = deep_zeros(p, x, zero), near = deep_surface(p, x, one);
    const bool surface = near <= far;
    for (size_t i = 0; nearest && i < p->n; i++) nearest[i] = surface ? one[i] : zero[i];
    if (kind)
        *kind = surface              ? CLARKE_POINT_GLOBAL_MINIMUM
                : deep_kind(p)->relu ? CLARKE_POINT_LOCAL_MAXIMUM
                                     : CLARKE_POINT_SADDLE;
    return surface ? near : far;
}

double clarke_deep_hull(const clarke_problem *p, const double *z, double r)
{
    const double product = clarke_product(p->n, z), gap = fabs(product - 1.0);
    double large = 1.0, inverse = 0.0, least = INFINITY;
    if (r == 0.0) return clarke_deep_residual(p, z) * (1.0 - 8.0 * (double)p->n * DBL_EPSILON);
    for (size_t i = 0; i < p->n; i++) {
        const double a = fabs(z[i]) + r;
        if (deep_kind(p)->relu && z[i] <= r) return 0.0;
        large *= a, inverse += 1.0 / a, least = fmin(least, a);
    }
    /* The largest row sum is that of the smallest a_i or of another one; this bounds all. */
    const double drift = large / least * inverse * r, slope = deep_slope(p, z);
    const double move = large - fabs(product) + 4.0 * deep_rounding(p->n, large);
    const double low = fmax(0.0, slope * (1.0 - 4.0 * (double)p->n * DBL_EPSILON) - drift);
    if (gap <= move) return 0.0;
    return deep_kind(p)->square ? (gap - move) * low : low;
}

double clarke_deep_lipschitz(const clarke_problem *p, double radius)
{
    const double n = (double)p->n, side = radius / sqrt(n);
    const double slope = sqrt(n) * pow(side, n - 1.0);
    return deep_kind(p)->square ? (1.0 + pow(side, n)) * slope : slope;
}

double clarke_deep_weak_convexity(const clarke_problem *p, double radius)
{
    const double n = (double)p->n;
    const double hessian = p->n == 2 ? 1.0 : (n - 1.0) * pow(radius / sqrt(n - 2.0), n - 2.0);
    return deep_kind(p)->square ? (1.0 + pow(radius / sqrt(n), n)) * hessian : hessian;
}

/* Off the surface f does not grow along the axes. */
clarke_growth clarke_deep_growth(const clarke_problem *p, const double *x)
{
    double nearest[CLARKE_PRODUCT_LARGEST];
    clarke_point_kind kind;
    clarke_deep_distance(p, x, nearest, &kind);
    if (kind != CLARKE_POINT_GLOBAL_MINIMUM) return (clarke_growth){NAN, NAN, NAN};
    const double slope = deep_slope(p, nearest);
    if (deep_kind(p)->square) return clarke_growth_make(2.0, 0.5 * slope * slope);
    return clarke_growth_make(1.0, slope);
}

/* On the surface f = 0; elsewhere S has the value f(0). What counts as the surface has no gap. */
double clarke_deep_value_gap(const clarke_problem *p, const double *x)
{
    clarke_point_kind kind;
    const double product = clarke_product(p->n, x);
    clarke_deep_distance(p, x, NULL, &kind);
    if (kind == CLARKE_POINT_GLOBAL_MINIMUM)
        return fabs(product - 1.0) <= deep_rounding(p->n, product) ? 0.0 : clarke_deep_value(p, x);
    /* (1 - P)^2/2 - 1/2, |1 - P| - 1 */
    return deep_kind(p)->square ? (0.5 * product - 1.0) * product : fabs(1.0 - product) - 1.0;
}

/* |1 - P w| or its half square, plus weight (w - centre)^2/2, P the product of the other layers. */
void clarke_deep_block_prox(const clarke_problem *p, size_t block, double weight, const double *x,
                            const double *centre, double *y)
{
    double others = 1.0;
    for (size_t i = 0; i < p->n; i++)
        if (i != block) others *= x[i];
    *y = *centre;
    if (others == 0.0) return;
    if (deep_kind(p)->square) {
        *y = (others + weight * *centre) / (others * others + weight);
        return;
    }
    const double kink = 1.0 / others, gap = kink - *centre;
    *y = weight * fabs(gap) <= fabs(others) ? kink : *centre + copysign(fabs(others) / weight, gap);
}

static clarke_status deep_blocks(clarke_problem *p, clarke_arena *mem)
{
    clarke_block *block = clarke_alloc_array(mem, p->n, sizeof *block);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t i = 0; i < p->n; i++)
        block[i] = (clarke_block){clarke_arena_printf(mem, "w%zu", i + 1), i, 1, 1};
    p->layout = (clarke_layout){p->n, block};
    return clarke_arena_status(mem);
}

clarke_status clarke_deep_make(clarke_problem *p, const clarke_deep *params, clarke_deep_kind kind,
                               clarke_arena *mem)
{
    const double n = (double)params->n;
    CLARKE_TRY(clarke_problem_size(p, params->n, 0.5, kind.relu ? 0.0 : -2.0, 2.0, mem));
    clarke_deep_kind *data = clarke_alloc(mem, sizeof *data);
    CLARKE_TRY(clarke_arena_status(mem));
    *data = kind;
    p->data = data;
    CLARKE_TRY(deep_blocks(p, mem));
    p->start[0] = 1.5;
    p->minimum = 0.0;
    p->gradient_bound = kind.square ? 0.0 : sqrt(n) * pow(2.0, n - 1.0);
    p->plan_growth = kind.square ? clarke_growth_make(2.0, 0.5 * n)
                                 : clarke_growth_make(1.0, sqrt(n));
    return CLARKE_OK;
}

const clarke_param clarke_deep_params[] = {{"n", CLARKE_PARAM_COUNT, offsetof(clarke_deep, n), "3",
                                            2.0, CLARKE_PRODUCT_LARGEST, NULL, "number of layers"},
                                           {0}};

/* ---- for proofs by machine ---- */

static clarke_interval deep_others(const clarke_problem *p, const clarke_interval *w, size_t i)
{
    clarke_interval product = clarke_interval_point(1.0);
    for (size_t j = 0; j < p->n; j++)
        if (j != i) product = clarke_interval_mul(product, w[j]);
    return product;
}

/* r s grad P, r the residual or its sign, s the switch of the smallest w_i: linear in each, so
   their ends give the vertices. */
void clarke_deep_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                         clarke_enclosure *out)
{
    clarke_interval w[CLARKE_ENCLOSURE_DIMENSION], v[CLARKE_ENCLOSURE_DIMENSION];
    clarke_interval on = clarke_interval_point(1.0);
    (void)field;
    for (size_t i = 0; i < p->n; i++) {
        const clarke_interval step = clarke_interval_step(box[i]);
        w[i] = deep_kind(p)->relu ? clarke_interval_relu(box[i]) : box[i];
        if (deep_kind(p)->relu) on = clarke_interval_mul(on, step);
    }
    on = clarke_interval_clip(on, 0.0, 1.0);
    const clarke_interval gap =
        clarke_interval_minus(clarke_interval_mul(deep_others(p, w, 0), w[0]), 1.0);
    const clarke_interval r = deep_kind(p)->square ? gap : clarke_interval_sign(gap);
    clarke_enclosure_part(out);
    for (size_t k = 0; k < 4; k++) {
        const double factor = (k & 2 ? on.high : on.low) == 0.0 ? 0.0 : k & 1 ? r.high : r.low;
        for (size_t i = 0; i < p->n; i++)
            v[i] = clarke_interval_scale(factor, deep_others(p, w, i));
        clarke_enclosure_vertex(out, v);
    }
}

/* From {P = 1}: one entry of a point near by is made what the others ask for. */
static double deep_upper_surface(const clarke_problem *p, const clarke_interval *box)
{
    double x[CLARKE_ENCLOSURE_DIMENSION], u[CLARKE_ENCLOSURE_DIMENSION];
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION];
    bool positive = true;
    clarke_box_middle(p->n, box, x);
    deep_surface(p, x, u);
    for (size_t i = 0; i < p->n; i++) {
        near[i] = clarke_interval_point(u[i]);
        positive = positive && u[i] > 0.0;
    }
    if (deep_kind(p)->relu && !positive) return INFINITY;
    near[0] = clarke_interval_div(clarke_interval_point(1.0), deep_others(p, near, 0));
    return clarke_box_distance(p->n, box, near);
}

double clarke_deep_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field)
{
    double first = INFINITY, pair[] = {INFINITY, INFINITY}; /* the two smallest */
    (void)field;
    for (size_t i = 0; i < p->n; i++) {
        const double size = clarke_interval_mag(box[i]);
        first = fmin(first, fmax(box[i].high, 0.0));
        if (size < pair[0])
            pair[1] = pair[0], pair[0] = size;
        else
            pair[1] = fmin(pair[1], size);
    }
    const double flat = deep_kind(p)->relu ? first : clarke_norm_upper(2, pair);
    return fmin(flat, deep_upper_surface(p, box));
}

const clarke_certifiable clarke_deep_chain_certifiable[] = {
    {"n=2", -4.0, 4.0, 2e-2, 4867, false}, {"n=3", -2.0, 2.0, 2e-1, 7951, false}, {0}};
const clarke_certifiable clarke_deep_relu_certifiable[] = {
    {"n=2", -4.0, 4.0, 2e-2, 4537, false}, {"n=3", -2.0, 2.0, 2e-1, 2987, false}, {0}};
