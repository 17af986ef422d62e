#include "problems/lib/relu_vw.h"

typedef struct {
    bool square;
} relu_vw;

static double relu_vw_gap(const double *x)
{
    return x[1] * fmax(x[0], 0.0) - 1.0;
}

static bool relu_vw_is_square(const clarke_problem *p)
{
    return ((const relu_vw *)p->data)->square;
}

double clarke_relu_vw_value(const clarke_problem *p, const double *x)
{
    const double gap = relu_vw_gap(x);
    return relu_vw_is_square(p) ? 0.5 * gap * gap : fabs(gap);
}

void clarke_relu_vw_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const double gap = relu_vw_gap(x), r = relu_vw_is_square(p) ? gap : clarke_scalar_sign(gap);
    g[0] = x[0] > 0.0 ? r * x[1] : 0.0;
    g[1] = x[0] > 0.0 ? r * x[0] : 0.0;
}

/* The lower bound over the ball of radius s; exact for s = 0. */
double clarke_relu_vw_hull_distance(const clarke_problem *p, const double *z, double s)
{
    const double gap = fabs(relu_vw_gap(z)), norm = clarke_scalar_norm(2, z);
    const double change = norm * s + 0.5 * s * s;
    if (z[0] <= s || gap <= change + 2.0 * DBL_EPSILON) return 0.0;
    return (norm - s) * (relu_vw_is_square(p) ? gap - change : 1.0);
}

double clarke_relu_vw_clarke_residual(const clarke_problem *p, const double *x)
{
    return clarke_relu_vw_hull_distance(p, x, 0.0);
}

/* D(t), written so that it overflows to the right sign. */
static double relu_vw_push(double w, double v, double t)
{
    return t - w + (v - 1.0 / t) / t / t;
}

/* The zero of D in [low, high], D(low) <= 0 <= D(high): bisection down to neighbouring numbers, by
   the geometric mean while the ends are far apart. */
static double relu_vw_root(double w, double v, double low, double high)
{
    for (;;) {
        const double middle = high > 4.0 * low ? sqrt(low) * sqrt(high) : low + 0.5 * (high - low);
        if (!(middle > low && middle < high)) return high;
        if (relu_vw_push(w, v, middle) < 0.0)
            low = middle;
        else
            high = middle;
    }
}

/* t = w u with 4 u^3 - 3 u^2 + c = 0, c in (0, 1/4): u in (0, 1/2) or (1/2, 1). */
static double relu_vw_turn(double w, double c, bool second)
{
    double low = second ? 0.5 : 0.0, high = second ? 1.0 : 0.5;
    for (;;) {
        const double u = low + 0.5 * (high - low);
        if (!(u > low && u < high)) return w * u;
        if (((4.0 * u - 3.0) * u * u + c < 0.0) == second)
            low = u;
        else
            high = u;
    }
}

static double relu_vw_gap_to(const double *x, double t)
{
    const double offset[] = {x[0] - t, x[1] - 1.0 / t};
    return clarke_scalar_norm(2, offset);
}

/* The t of the nearest point of the branch, w > 0. D < 0 at 1/(1 + max(v, 0)), where the last term
   is at most -1 and t - w < 1, and D > 0 at 1 + w + |v|. */
static double relu_vw_branch(const double *x)
{
    const double w = x[0], v = x[1];
    const double first = 1.0 / (1.0 + fmax(v, 0.0)), last = 1.0 + w + fabs(v), c = v / w / w / w;
    if (!(c > 0.0 && c < 0.25)) return relu_vw_root(w, v, first, last);
    const double a = relu_vw_turn(w, c, false), b = relu_vw_turn(w, c, true);
    const bool inner = a > first && relu_vw_push(w, v, a) >= 0.0;
    const bool outer = b > first && b < last && relu_vw_push(w, v, b) <= 0.0;
    if (!inner && !outer) return relu_vw_root(w, v, first, last);
    if (!inner) return relu_vw_root(w, v, b, last);
    const double s = relu_vw_root(w, v, first, a);
    if (!outer) return s;
    const double t = relu_vw_root(w, v, b, last);
    return relu_vw_gap_to(x, s) <= relu_vw_gap_to(x, t) ? s : t;
}

double clarke_relu_vw_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                          clarke_point_kind *kind)
{
    (void)p;
    const double dead = fmax(x[0], 0.0);
    double distance = dead, point[] = {fmin(x[0], 0.0), x[1]};
    clarke_point_kind own = x[0] < 0.0   ? CLARKE_POINT_FLAT
                            : x[1] > 0.0 ? CLARKE_POINT_LOCAL_MAXIMUM
                            : x[1] < 0.0 ? CLARKE_POINT_LOCAL_MINIMUM
                                         : CLARKE_POINT_SADDLE;
    if (x[0] > 0.0) {
        const bool on = fabs(relu_vw_gap(x)) <= 2.0 * DBL_EPSILON;
        const double t = on ? x[0] : relu_vw_branch(x), gap = on ? 0.0 : relu_vw_gap_to(x, t);
        if (gap <= dead) {
            distance = gap, own = CLARKE_POINT_GLOBAL_MINIMUM;
            point[0] = t, point[1] = on ? x[1] : 1.0 / t;
        }
    }
    if (nearest) nearest[0] = point[0], nearest[1] = point[1];
    if (kind) *kind = own;
    return distance;
}

clarke_interval clarke_relu_vw_goldstein_residual(const clarke_problem *p, const double *x,
                                                  double delta)
{
    const double low = clarke_relu_vw_hull_distance(p, x, delta);
    if (clarke_relu_vw_stationary_distance(p, x, NULL, NULL) <= delta)
        return (clarke_interval){low, low};
    return (clarke_interval){low, fmax(low, clarke_relu_vw_clarke_residual(p, x))};
}

/* |grad f| <= |r| |x|, and |vw| <= |x|^2/2. */
double clarke_relu_vw_lipschitz(const clarke_problem *p, double radius)
{
    return radius * (relu_vw_is_square(p) ? 1.0 + 0.5 * radius * radius : 1.0);
}

clarke_growth clarke_relu_vw_growth(const clarke_problem *p, const double *x)
{
    double nearest[2];
    clarke_point_kind kind;
    clarke_relu_vw_stationary_distance(p, x, nearest, &kind);
    if (kind != CLARKE_POINT_GLOBAL_MINIMUM) return clarke_growth_make(1.0, NAN);
    const double rate = clarke_scalar_norm(2, nearest);
    return relu_vw_is_square(p) ? clarke_growth_make(2.0, 0.5 * rate * rate)
                                : clarke_growth_make(1.0, rate);
}

clarke_status clarke_relu_vw_make(clarke_problem *p, bool square, clarke_arena *mem)
{
    /* Random starts are alive, w > 0, off S. */
    CLARKE_TRY(clarke_problem_size(p, 2, 2.5, 0.2, 3.0, mem));
    relu_vw *d = clarke_alloc(mem, sizeof *d);
    clarke_block *block = clarke_alloc_array(mem, 2, sizeof *block);
    CLARKE_TRY(clarke_arena_status(mem));
    d->square = square;
    p->data = d;
    block[0] = (clarke_block){"w", 0, 1, 1};
    block[1] = (clarke_block){"v", 1, 1, 1};
    p->layout = (clarke_layout){2, block};
    p->start[1] = 1.5;
    p->minimum = 0.0;
    p->gradient_bound = square ? 0.0 : sqrt(2.0) * p->box_high;
    p->plan_growth = square ? clarke_growth_make(2.0, 1.0) : clarke_growth_make(1.0, sqrt(2.0));
    return CLARKE_OK;
}

/* r (s v, relu(w)) with r the residual, or its sign, and s the switch: the ends give the vertices. */
void clarke_relu_vw_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                            clarke_enclosure *out)
{
    const clarke_interval alive = clarke_interval_relu(box[0]), step = clarke_interval_step(box[0]);
    const clarke_interval gap = clarke_interval_minus(clarke_interval_mul(box[1], alive), 1.0);
    const clarke_interval r = relu_vw_is_square(p) ? gap : clarke_interval_sign(gap);
    (void)field;
    clarke_enclosure_part(out);
    for (size_t i = 0; i < 4; i++) {
        const double factor = i & 1 ? r.high : r.low, on = i & 2 ? step.high : step.low;
        const clarke_interval v[] = {clarke_interval_scale(on == 0.0 ? 0.0 : factor, box[1]),
                                     clarke_interval_scale(factor, alive)};
        clarke_enclosure_vertex(out, v);
    }
}

/* From the half plane, or from the point (t, 1/t) of the branch, whatever t > 0 is. */
double clarke_relu_vw_distance_upper(const clarke_problem *p, const clarke_interval *box,
                                     bool field)
{
    double x[2], nearest[2];
    const double dead = fmax(box[0].high, 0.0);
    (void)field;
    clarke_box_middle(2, box, x);
    clarke_relu_vw_stationary_distance(p, x, nearest, NULL);
    if (!(nearest[0] > 0.0)) return dead;
    const clarke_interval near[] = {clarke_interval_point(nearest[0]),
                                    clarke_interval_ratio(1.0, nearest[0])};
    return fmin(dead, clarke_box_distance(2, box, near));
}
