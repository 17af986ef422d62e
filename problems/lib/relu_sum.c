#include "problems/lib/relu_sum.h"

#include "problems/lib/order.h"

typedef struct {
    bool square;
    size_t *order; /* [n] indices by falling w */
    double *work;  /* [n + 1] */
} relu_sum;

/* Neumaier's summation. */
static double relu_sum_total(size_t n, const double *w)
{
    double sum = 0.0, low = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double term = fmax(w[i], 0.0), next = sum + term;
        low += sum >= term ? (sum - next) + term : (term - next) + sum;
        sum = next;
    }
    return sum + low;
}

static double relu_sum_gap(const clarke_problem *p, const double *w)
{
    return relu_sum_total(p->n, w) - 1.0;
}

double clarke_relu_sum_value(const clarke_problem *p, const double *w)
{
    const double r = relu_sum_gap(p, w);
    return ((const relu_sum *)p->data)->square ? 0.5 * r * r : fabs(r);
}

void clarke_relu_sum_subgradient(const clarke_problem *p, const double *w, double *g)
{
    const double gap = relu_sum_gap(p, w);
    const double r = ((const relu_sum *)p->data)->square ? gap : clarke_scalar_sign(gap);
    for (size_t i = 0; i < p->n; i++) g[i] = w[i] > 0.0 ? r : 0.0;
}

/* The lower bound over the ball of radius s; exact for s = 0. */
double clarke_relu_sum_hull_distance(const clarke_problem *p, const double *z, double s)
{
    double above = 0.0, moving = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        above += z[i] > s;
        moving += z[i] > -s;
    }
    const double gap = fabs(relu_sum_gap(p, z)), change = sqrt(moving) * s;
    if (gap <= change + 2.0 * DBL_EPSILON) return 0.0;
    return sqrt(above) * (((const relu_sum *)p->data)->square ? gap - change : 1.0);
}

double clarke_relu_sum_clarke_residual(const clarke_problem *p, const double *w)
{
    return clarke_relu_sum_hull_distance(p, w, 0.0);
}

/* |relu(w)|, scaled; the order is sorted. */
static double relu_sum_dead(const clarke_problem *p, const double *w)
{
    const size_t *order = ((const relu_sum *)p->data)->order;
    const double largest = w[order[0]];
    double square = 0.0;
    if (!(largest > 0.0)) return 0.0;
    for (size_t i = 0; i < p->n && w[order[i]] > 0.0; i++)
        square += (w[order[i]] / largest) * (w[order[i]] / largest);
    return largest * sqrt(square);
}

/* How {F = 1} is reached: w_i becomes max(w_i - shift, 0) for the first `count` of the order. */
typedef struct {
    double distance, shift;
    size_t count;
} relu_sum_way;

static relu_sum_way relu_sum_from_above(const clarke_problem *p, const double *w)
{
    const size_t *order = ((const relu_sum *)p->data)->order;
    size_t count = 0;
    double square = 0.0;
    while (count < p->n && w[order[count]] > 0.0) count++;
    const double tau = clarke_order_threshold(order, w, count, 1.0);
    for (size_t i = 0; i < count; i++) {
        const double moved = fmin(w[order[i]], tau);
        square += moved * moved;
    }
    return (relu_sum_way){sqrt(square), tau, count};
}

static relu_sum_way relu_sum_from_below(const clarke_problem *p, const double *w)
{
    const size_t *order = ((const relu_sum *)p->data)->order;
    relu_sum_way best = {INFINITY, 0.0, 0};
    double top = 0.0;
    for (size_t k = 1; k <= p->n; k++) {
        top += w[order[k - 1]];
        const double distance = (1.0 - top) / sqrt((double)k);
        if (distance < best.distance) best = (relu_sum_way){distance, (top - 1.0) / (double)k, k};
    }
    return best;
}

/* The shift is rounded once for all entries; the second pass takes back what that leaves of F - 1,
   so that the point is on {F = 1} to the rounding of its entries. */
static void relu_sum_go(const clarke_problem *p, const double *w, relu_sum_way way, double *to)
{
    const size_t *order = ((const relu_sum *)p->data)->order;
    double alive = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        const size_t j = order[i];
        to[j] = i < way.count ? fmax(w[j] - way.shift, 0.0) : w[j];
        alive += i < way.count && to[j] > 0.0;
    }
    const double excess = relu_sum_gap(p, to) / alive;
    for (size_t i = 0; i < way.count; i++)
        if (to[order[i]] > 0.0) to[order[i]] -= excess;
}

double clarke_relu_sum_stationary_distance(const clarke_problem *p, const double *w,
                                           double *nearest, clarke_point_kind *kind)
{
    const double gap = relu_sum_gap(p, w);
    relu_sum_way way = {0.0, 0.0, 0};
    bool edge = false;
    clarke_order_descending(((const relu_sum *)p->data)->order, w, p->n);
    const double dead = relu_sum_dead(p, w);
    if (fabs(gap) > 2.0 * DBL_EPSILON)
        way = gap > 0.0 ? relu_sum_from_above(p, w) : relu_sum_from_below(p, w);
    const bool dies = dead < way.distance;
    for (size_t i = 0; i < p->n; i++) {
        edge = edge || w[i] >= 0.0;
        if (nearest) nearest[i] = dies ? fmin(w[i], 0.0) : w[i];
    }
    if (nearest && !dies && way.count > 0) relu_sum_go(p, w, way, nearest);
    if (kind)
        *kind = !dies  ? CLARKE_POINT_GLOBAL_MINIMUM
                : edge ? CLARKE_POINT_LOCAL_MAXIMUM
                       : CLARKE_POINT_FLAT;
    return dies ? dead : way.distance;
}

clarke_interval clarke_relu_sum_goldstein_residual(const clarke_problem *p, const double *w,
                                                   double delta)
{
    const double low = clarke_relu_sum_hull_distance(p, w, delta);
    if (clarke_relu_sum_stationary_distance(p, w, NULL, NULL) <= delta)
        return (clarke_interval){low, low};
    return (clarke_interval){low, fmax(low, clarke_relu_sum_clarke_residual(p, w))};
}

/* The positive entries of the prox belong to the k largest of x, for some k (exchanging two that do
   not lowers the objective). For that k they are x_i - t r with r = F - 1, or for |F - 1| the
   multiplier in [-1, 1]; the others are min(x_i, 0). k counts if those entries are positive; the
   best k wins. */
void clarke_relu_sum_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    const relu_sum *d = p->data;
    double dead = 0.0, best = INFINITY, chosen_rate = 0.0;
    size_t chosen = 0;
    clarke_order_descending(d->order, x, p->n);
    d->work[0] = 0.0;
    for (size_t k = 0; k < p->n; k++) d->work[k + 1] = d->work[k] + x[d->order[k]];
    for (size_t k = p->n + 1; k-- > 0;) {
        const double kt = (double)k * t, gap = d->work[k] - 1.0;
        const double rate = d->square ? gap / (1.0 + kt)
                            : k == 0  ? -1.0
                                      : clarke_scalar_clip(gap / kt, -1.0, 1.0);
        const double left = gap - kt * rate;
        const double loss = d->square ? 0.5 * left * left : fabs(left);
        const double value = loss + 0.5 * kt * rate * rate + dead / (2.0 * t);
        const bool valid = k == 0 || x[d->order[k - 1]] - t * rate > 0.0;
        if (valid && value < best) best = value, chosen = k, chosen_rate = rate;
        if (k > 0) dead += fmax(x[d->order[k - 1]], 0.0) * fmax(x[d->order[k - 1]], 0.0);
    }
    for (size_t i = 0; i < p->n; i++) {
        const size_t j = d->order[i];
        y[j] = i < chosen ? x[j] - t * chosen_rate : fmin(x[j], 0.0);
    }
}

/* |grad f| <= |r| sqrt n, and F <= sqrt(n) |w|. */
double clarke_relu_sum_lipschitz(const clarke_problem *p, double radius)
{
    const double root = sqrt((double)p->n);
    return ((const relu_sum *)p->data)->square ? root * fmax(1.0, root * radius - 1.0) : root;
}

clarke_growth clarke_relu_sum_growth(const clarke_problem *p, const double *w)
{
    const relu_sum *d = p->data;
    clarke_point_kind kind;
    double k = 0.0;
    clarke_relu_sum_stationary_distance(p, w, d->work, &kind);
    if (kind != CLARKE_POINT_GLOBAL_MINIMUM) return clarke_growth_make(1.0, 1.0);
    for (size_t i = 0; i < p->n; i++) k += d->work[i] > 0.0;
    return d->square ? clarke_growth_make(2.0, 0.5 * k) : clarke_growth_make(1.0, sqrt(k));
}

clarke_status clarke_relu_sum_make(clarke_problem *p, const void *params, bool square,
                                   clarke_arena *mem)
{
    const clarke_relu_sum *r = params;
    /* Starts are uniform in a box of positive entries, off S. */
    CLARKE_TRY(clarke_problem_size(p, r->n, 1.75, 0.2, 3.0, mem));
    relu_sum *d = clarke_alloc(mem, sizeof *d);
    size_t *order = clarke_alloc_array(mem, p->n, sizeof *order);
    double *work = clarke_vec(mem, p->n + 1);
    CLARKE_TRY(clarke_arena_status(mem));
    *d = (relu_sum){square, order, work};
    p->data = d;
    p->minimum = 0.0;
    p->gradient_bound = square ? 0.0 : sqrt((double)p->n);
    p->plan_growth = square ? clarke_growth_make(2.0, 0.5) : clarke_growth_make(1.0, 1.0);
    return CLARKE_OK;
}

/* The residual, or its sign, times the product of the switches; it is linear in each, so the ends
   give the vertices. */
void clarke_relu_sum_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                             clarke_enclosure *out)
{
    clarke_interval gap = clarke_interval_point(-1.0), step[CLARKE_ENCLOSURE_DIMENSION];
    size_t open = 0; /* a bit for each coordinate of either sign */
    (void)field;
    for (size_t i = 0; i < p->n; i++) {
        gap = clarke_interval_add(gap, clarke_interval_relu(box[i]));
        step[i] = clarke_interval_step(box[i]);
        if (step[i].low < step[i].high) open |= (size_t)1 << i;
    }
    const clarke_interval r = ((const relu_sum *)p->data)->square ? gap : clarke_interval_sign(gap);
    clarke_enclosure_part(out);
    for (size_t flip = 0; flip < (size_t)2 << p->n; flip++) {
        clarke_interval v[CLARKE_ENCLOSURE_DIMENSION];
        const double factor = flip >> p->n & 1 ? r.high : r.low;
        if (flip & (((size_t)1 << p->n) - 1) & ~open) continue;
        for (size_t i = 0; i < p->n; i++)
            v[i] = clarke_interval_point(
                (flip >> i & 1 ? step[i].high : step[i].low) == 0.0 ? 0.0 : factor);
        clarke_enclosure_vertex(out, v);
    }
}

/* From the dead orthant, or from a point with F = 1 exactly: its largest entry takes what the
   others leave. */
double clarke_relu_sum_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                      bool field)
{
    double x[CLARKE_ENCLOSURE_DIMENSION], nearest[CLARKE_ENCLOSURE_DIMENSION];
    double dead[CLARKE_ENCLOSURE_DIMENSION];
    clarke_interval near[CLARKE_ENCLOSURE_DIMENSION], rest = clarke_interval_point(1.0);
    size_t largest = 0;
    (void)field;
    for (size_t i = 0; i < p->n; i++) dead[i] = fmax(box[i].high, 0.0);
    clarke_box_middle(p->n, box, x);
    clarke_relu_sum_stationary_distance(p, x, nearest, NULL);
    for (size_t i = 1; i < p->n; i++)
        if (nearest[i] > nearest[largest]) largest = i;
    for (size_t i = 0; i < p->n; i++) {
        near[i] = clarke_interval_point(nearest[i]);
        if (i != largest) rest = clarke_interval_minus(rest, fmax(nearest[i], 0.0));
    }
    near[largest] = rest;
    const double bound = clarke_norm_upper(p->n, dead);
    return rest.low > 0.0 ? fmin(bound, clarke_box_distance(p->n, box, near)) : bound;
}
