/* f(x) = mean over l of |x - a_l 1|^2 / 2: the finite sum whose mean and median differ.

   The gradient is x - mean(a) 1, so S = {mean(a)}^n, the global minimum, f - f* = d^2/2, and
   f* = n var(a)/2. Term l has gradient x - a_l 1, which departs from the mean by |a_l - mean(a)| in
   every coordinate, wherever x is. With a = 0, 0, 3 the mean is 1 and the median is 0: sign methods
   that act on samples go to the median. */
#include "problems/lib/separable.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    size_t n;
    clarke_list a;
} quadratic_sum;

typedef struct {
    const double *a;
    double mean, half_variance;
    clarke_interval exact_mean; /* encloses the mean of a */
} quadratic_sum_data;

static double quadratic_sum_value(const void *c, double t)
{
    const quadratic_sum_data *q = c;
    return 0.5 * (t - q->mean) * (t - q->mean) + q->half_variance;
}

static double quadratic_sum_slope(const void *c, double t)
{
    return t - ((const quadratic_sum_data *)c)->mean;
}

static double quadratic_sum_term_slope(const void *c, size_t term, double t)
{
    return t - ((const quadratic_sum_data *)c)->a[term];
}

static clarke_interval quadratic_sum_at(const void *c, double t, bool field)
{
    (void)field;
    return clarke_interval_point(quadratic_sum_slope(c, t));
}

static double quadratic_sum_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)t;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return ((const quadratic_sum_data *)c)->mean;
}

static clarke_growth quadratic_sum_growth(const void *c, double s)
{
    (void)c, (void)s;
    return clarke_growth_make(2.0, 0.5);
}

static double quadratic_sum_prox(const void *c, double step, double t)
{
    return (t + step * ((const quadratic_sum_data *)c)->mean) / (1.0 + step);
}

static double quadratic_sum_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 0.0;
}

static clarke_scalar_facts quadratic_sum_facts(const void *c)
{
    const double minimum = ((const quadratic_sum_data *)c)->half_variance;
    return (clarke_scalar_facts){minimum, {2.0, 0.5, 1.0}, 0.0};
}

static clarke_interval quadratic_sum_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    return clarke_interval_sub(t, ((const quadratic_sum_data *)c)->exact_mean);
}

static void quadratic_sum_declared(const void *c, double t, bool field, clarke_interval *low,
                                   clarke_interval *high)
{
    (void)t, (void)field;
    *low = *high = ((const quadratic_sum_data *)c)->exact_mean;
}

static const clarke_scalar quadratic_sum_scalar = {
    .value = quadratic_sum_value,
    .slope = quadratic_sum_slope,
    .at = quadratic_sum_at,
    .nearest = quadratic_sum_nearest,
    .growth = quadratic_sum_growth,
    .prox = quadratic_sum_prox,
    .weak_convexity = quadratic_sum_weak_convexity,
    .term_slope = quadratic_sum_term_slope,
    .facts = quadratic_sum_facts,
    .enclose = quadratic_sum_enclose,
    .declared = quadratic_sum_declared,
};

static int quadratic_sum_compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The mean and the median, the middle of the interval of medians where there is one. */
static clarke_status quadratic_sum_landmarks(clarke_problem *p, const clarke_list *a, double mean,
                                             clarke_arena *mem)
{
    const size_t count = a->count;
    double *sorted = clarke_vec(mem, count), *point = clarke_vec(mem, 2 * p->n);
    clarke_landmark *landmark = clarke_alloc_array(mem, 2, sizeof *landmark);
    CLARKE_TRY(clarke_arena_status(mem));
    memcpy(sorted, a->value, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, quadratic_sum_compare);
    for (size_t j = 0; j < p->n; j++) {
        point[j] = mean;
        point[p->n + j] = 0.5 * sorted[(count - 1) / 2] + 0.5 * sorted[count / 2];
    }
    landmark[0] = (clarke_landmark){"mean", point};
    landmark[1] = (clarke_landmark){"median", point + p->n};
    p->landmark = landmark;
    p->landmarks = 2;
    return CLARKE_OK;
}

static clarke_status quadratic_sum_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const quadratic_sum *q = params;
    CLARKE_TRY(clarke_problem_size(p, q->n, 4.0, -5.0, 5.0, mem));
    quadratic_sum_data *data = clarke_alloc(mem, sizeof *data);
    CLARKE_TRY(clarke_arena_status(mem));
    const double count = (double)q->a.count;
    double mean = 0.0, squares = 0.0, deviation = 0.0;
    for (size_t l = 0; l < q->a.count; l++) mean += q->a.value[l] / count;
    for (size_t l = 0; l < q->a.count; l++) {
        const double d = q->a.value[l] - mean;
        squares += d * d / count;
        deviation = fmax(deviation, fabs(d));
    }
    clarke_interval sum = clarke_interval_point(0.0);
    for (size_t l = 0; l < q->a.count; l++) sum = clarke_interval_minus(sum, -q->a.value[l]);
    *data = (quadratic_sum_data){q->a.value, mean, 0.5 * squares,
                                 clarke_interval_div(sum, clarke_interval_point(count))};
    p->terms = q->a.count;
    p->term_deviation = deviation;
    p->smoothness = 1.0;
    CLARKE_TRY(quadratic_sum_landmarks(p, &q->a, mean, mem));
    return clarke_separable_make(p, &quadratic_sum_scalar, data, 0, mem);
}

static const clarke_param quadratic_sum_params[] = {
    CLARKE_SIZE_PARAM(quadratic_sum, "1"),
    {"a", CLARKE_PARAM_LIST, offsetof(quadratic_sum, a), "0,0,3", -0x1p20, 0x1p20, NULL,
     "centres of the terms, the same in every coordinate"},
    {0}};

static const clarke_certifiable quadratic_sum_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 65, false}, {"n=2,a=0,1,5", -8.0, 8.0, 1e-3, 207, false}, {0}};

const clarke_problem_desc clarke_problem_quadratic_sum = {
    .title = "Sum of quadratics",
    .formula = "mean over l of |x - a_l 1|^2 / 2",
    .source = "folklore",
    .stationary_set = "{mean(a)}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE |
              CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE,
    .params = quadratic_sum_params,
    .params_size = sizeof(quadratic_sum),
    .make = quadratic_sum_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = quadratic_sum_certifiable,
    .outside = "by hand: phi' = t - mean(a) has no other zero",
    .term_subgradient = clarke_separable_term_subgradient,
    .prox = clarke_separable_prox,
};
