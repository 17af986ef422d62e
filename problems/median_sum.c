/* f(x) = mean over l of sum_j |x_j - a_l|: the finite sum whose minimum is the median.

   With a sorted, the one-sided slopes of phi at t are (#{a < t} - #{a >= t}) / N and
   (#{a <= t} - #{a > t}) / N, so phi is convex and S is the product of the median intervals
   [a_{(N+1)/2 rounded down}, a_{(N+2)/2 rounded down}], a point if N is odd. All terms are convex,
   so their subdifferentials add up with equality. phi grows with the outer slopes of the interval.
   The prox is the t with x - t in step * subdifferential: scanned over the pieces. */
#include "problems/lib/separable.h"

#include <stdlib.h>

typedef struct {
    size_t n;
    clarke_list a;
} median_sum;

typedef struct {
    size_t count;
    const double *a;      /* [count] in the order given: the terms */
    const double *sorted; /* [count] */
    clarke_pieces set;
    double minimum, slope;
} median_sum_data;

static double median_sum_value(const void *c, double t)
{
    const median_sum_data *m = c;
    double sum = 0.0;
    for (size_t l = 0; l < m->count; l++) sum += fabs(t - m->a[l]);
    return sum / (double)m->count;
}

static clarke_interval median_sum_at(const void *c, double t, bool field)
{
    (void)field;
    const median_sum_data *m = c;
    double less = 0.0, more = 0.0;
    for (size_t l = 0; l < m->count; l++) less += m->a[l]<t, more += m->a[l]> t;
    const double count = (double)m->count, equal = count - less - more;
    return (clarke_interval){(less - more - equal) / count, (less - more + equal) / count};
}

static double median_sum_slope(const void *c, double t)
{
    const median_sum_data *m = c;
    double sum = 0.0;
    for (size_t l = 0; l < m->count; l++) sum += clarke_scalar_sign(t - m->a[l]);
    return sum / (double)m->count;
}

static double median_sum_term_slope(const void *c, size_t term, double t)
{
    return clarke_scalar_sign(t - ((const median_sum_data *)c)->a[term]);
}

static double median_sum_next_break(const void *c, double t)
{
    const median_sum_data *m = c;
    return clarke_next_in(m->count, m->sorted, t);
}

static double median_sum_nearest(const void *c, double t, clarke_point_kind *kind)
{
    const clarke_piece *piece = ((const median_sum_data *)c)->set.piece;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return clarke_scalar_clip(t, piece->low, piece->high);
}

static clarke_growth median_sum_growth(const void *c, double s)
{
    return clarke_pieces_growth(&((const median_sum_data *)c)->set, s);
}

/* Between sorted[l-1] and sorted[l] the slope is (2l - N)/N: the point t - step * slope is the prox
   if it lies there; otherwise the prox is a breakpoint. y + step slope(y) increases, so the first
   candidate that does not pass the right end of its piece is it. */
static double median_sum_prox(const void *c, double step, double t)
{
    const median_sum_data *m = c;
    const double count = (double)m->count;
    for (size_t l = 0; l < m->count; l++) {
        const double y = t - step * (2.0 * (double)l - count) / count;
        if (y <= m->sorted[l]) return l > 0 ? fmax(y, m->sorted[l - 1]) : y;
    }
    return fmax(t - step, m->sorted[m->count - 1]);
}

static double median_sum_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 0.0;
}

static clarke_scalar_facts median_sum_facts(const void *c)
{
    const median_sum_data *m = c;
    const clarke_piece *piece = m->set.piece;
    return (clarke_scalar_facts){
        m->minimum, clarke_growth_slower(piece->growth_low, piece->growth_high), m->slope};
}

static clarke_interval median_sum_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    const median_sum_data *m = c;
    clarke_interval sum = clarke_interval_point(0.0);
    for (size_t l = 0; l < m->count; l++) {
        /* Sums of signs are exact. */
        const clarke_interval sign = clarke_interval_sign(clarke_interval_minus(t, m->a[l]));
        sum = (clarke_interval){sum.low + sign.low, sum.high + sign.high};
    }
    return clarke_interval_div(sum, clarke_interval_point((double)m->count));
}

static void median_sum_declared(const void *c, double t, bool field, clarke_interval *low,
                                clarke_interval *high)
{
    (void)field;
    clarke_pieces_declared(&((const median_sum_data *)c)->set, t, 0, low, high);
}

static const clarke_scalar median_sum_scalar = {
    .value = median_sum_value,
    .slope = median_sum_slope,
    .at = median_sum_at,
    .next_break = median_sum_next_break,
    .nearest = median_sum_nearest,
    .growth = median_sum_growth,
    .prox = median_sum_prox,
    .weak_convexity = median_sum_weak_convexity,
    .term_slope = median_sum_term_slope,
    .facts = median_sum_facts,
    .enclose = median_sum_enclose,
    .declared = median_sum_declared,
};

static int median_sum_order(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void median_sum_solve(median_sum_data *m, clarke_piece *piece)
{
    m->set = (clarke_pieces){1, piece};
    piece->low = m->sorted[(m->count - 1) / 2];
    piece->high = m->sorted[m->count / 2];
    const clarke_interval left = median_sum_at(m, piece->low, false);
    const clarke_interval right = median_sum_at(m, piece->high, false);
    piece->growth_low = clarke_growth_make(1.0, -left.low);
    piece->growth_high = clarke_growth_make(1.0, right.high);
    if (piece->low == piece->high)
        piece->growth_low = piece->growth_high =
            clarke_growth_slower(piece->growth_low, piece->growth_high);
    m->minimum = median_sum_value(m, piece->low);
    m->slope = fmax(-left.low, right.high);
}

/* sup |sign(t - a_l) - slope(t)| over t in the box: both are constant between breakpoints. */
static double median_sum_deviation(const median_sum_data *m, double low, double high)
{
    double largest = 0.0, t = low;
    while (t < high) {
        const double next = fmin(median_sum_next_break(m, t), high);
        const double point[] = {t, t + 0.5 * (next - t), next};
        for (size_t i = 0; i < 3; i++)
            for (size_t l = 0; l < m->count; l++)
                largest = fmax(largest, fabs(median_sum_term_slope(m, l, point[i]) -
                                             median_sum_slope(m, point[i])));
        t = next;
    }
    return largest;
}

static clarke_status median_sum_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const median_sum *s = params;
    CLARKE_TRY(clarke_problem_size(p, s->n, 4.0, -5.0, 5.0, mem));
    median_sum_data *m = clarke_alloc(mem, sizeof *m);
    clarke_piece *piece = clarke_alloc(mem, sizeof *piece);
    double *sorted = clarke_vec(mem, s->a.count);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t l = 0; l < s->a.count; l++) sorted[l] = s->a.value[l];
    qsort(sorted, s->a.count, sizeof *sorted, median_sum_order);
    *m = (median_sum_data){.count = s->a.count, .a = s->a.value, .sorted = sorted};
    median_sum_solve(m, piece);
    p->terms = m->count;
    p->term_deviation = median_sum_deviation(m, p->box_low, p->box_high);
    return clarke_separable_make(p, &median_sum_scalar, m, 0, mem);
}

static const clarke_param median_sum_params[] = {
    CLARKE_SIZE_PARAM(median_sum, "1"),
    {"a", CLARKE_PARAM_LIST, offsetof(median_sum, a), "0,0,3", -0x1p20, 0x1p20, NULL,
     "centres of the terms, the same in every coordinate"},
    {0}};

static const clarke_certifiable median_sum_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 71, false},
    {"a=0,1,2,4", -8.0, 8.0, 1e-4, 67, false},
    {"n=2", -8.0, 8.0, 1e-3, 231, false},
    {0}};

const clarke_problem_desc clarke_problem_median_sum = {
    .title = "Sum of absolute values",
    .formula = "mean over l of sum_j |x_j - a_l|",
    .source = "folklore",
    .stationary_set = "the median interval of a, in every coordinate",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE | CLARKE_TRAIT_POLYHEDRAL,
    .params = median_sum_params,
    .params_size = sizeof(median_sum),
    .make = median_sum_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = median_sum_certifiable,
    .outside = "by hand: all signs agree beyond the centres",
    .term_subgradient = clarke_separable_term_subgradient,
    .prox = clarke_separable_prox,
};
