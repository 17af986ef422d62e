/* f(x) = mean over i of f_i(x), f_i(x) = c_i |x - a_i 1|^2 / 2, one agent a term.

   With c the mean of the c_i > 0, the gradient is c (x - s 1), s = sum c_i a_i / sum c_i, so S =
   {s}^n, the global minimum, and f - f* = c d^2/2. The agents' own minimisers a_i are other points.
   Where all c_i are equal the mean of the agents' gradients at points x_i is the gradient at their
   mean. The departure of agent i from the mean is linear in t, so it is largest at an end of the
   box. */
#include "problems/lib/separable.h"

typedef struct {
    size_t n;
    clarke_list a, curvature;
} quadratic_agents;

typedef struct {
    const clarke_list *a, *curvature;
    double count, mean, solution, minimum; /* of phi */
    clarke_interval exact_solution, exact_mean;
} quadratic_agents_data;

static double quadratic_agents_value(const void *c, double t)
{
    const quadratic_agents_data *q = c;
    const double d = t - q->solution;
    return 0.5 * q->mean * d * d + q->minimum;
}

static double quadratic_agents_term_slope(const void *c, size_t term, double t)
{
    const quadratic_agents_data *q = c;
    return clarke_list_at(q->curvature, term) * (t - q->a->value[term]);
}

static double quadratic_agents_slope(const void *c, double t)
{
    const quadratic_agents_data *q = c;
    return q->mean * (t - q->solution);
}

static clarke_interval quadratic_agents_at(const void *c, double t, bool field)
{
    (void)field;
    return clarke_interval_point(quadratic_agents_slope(c, t));
}

static double quadratic_agents_nearest(const void *c, double t, clarke_point_kind *kind)
{
    (void)t;
    *kind = CLARKE_POINT_GLOBAL_MINIMUM;
    return ((const quadratic_agents_data *)c)->solution;
}

static clarke_growth quadratic_agents_growth(const void *c, double s)
{
    (void)s;
    return clarke_growth_make(2.0, 0.5 * ((const quadratic_agents_data *)c)->mean);
}

static double quadratic_agents_prox(const void *c, double step, double t)
{
    const quadratic_agents_data *q = c;
    const double weight = step * q->mean;
    return (t + weight * q->solution) / (1.0 + weight);
}

static double quadratic_agents_weak_convexity(const void *c, double radius)
{
    (void)c, (void)radius;
    return 0.0;
}

static clarke_scalar_facts quadratic_agents_facts(const void *c)
{
    const quadratic_agents_data *q = c;
    return (clarke_scalar_facts){q->minimum, quadratic_agents_growth(c, q->solution), 0.0};
}

static clarke_interval quadratic_agents_enclose(const void *c, clarke_interval t, bool field)
{
    const quadratic_agents_data *q = c;
    (void)field;
    return clarke_interval_mul(q->exact_mean, clarke_interval_sub(t, q->exact_solution));
}

static void quadratic_agents_declared(const void *c, double t, bool field, clarke_interval *low,
                                      clarke_interval *high)
{
    (void)t, (void)field;
    *low = *high = ((const quadratic_agents_data *)c)->exact_solution;
}

static const clarke_scalar quadratic_agents_scalar = {
    .value = quadratic_agents_value,
    .slope = quadratic_agents_slope,
    .at = quadratic_agents_at,
    .nearest = quadratic_agents_nearest,
    .growth = quadratic_agents_growth,
    .prox = quadratic_agents_prox,
    .weak_convexity = quadratic_agents_weak_convexity,
    .term_slope = quadratic_agents_term_slope,
    .facts = quadratic_agents_facts,
    .enclose = quadratic_agents_enclose,
    .declared = quadratic_agents_declared,
};

static void quadratic_agents_sums(const quadratic_agents *o, quadratic_agents_data *q)
{
    clarke_interval weight = clarke_interval_point(0.0), moment = weight;
    double sum = 0.0, first = 0.0;
    for (size_t i = 0; i < o->a.count; i++) {
        const double c = clarke_list_at(&o->curvature, i), a = o->a.value[i];
        sum += c, first += c * a;
        weight = clarke_interval_add(weight, clarke_interval_point(c));
        moment = clarke_interval_add(moment, clarke_interval_scale(c, clarke_interval_point(a)));
    }
    q->count = (double)o->a.count;
    q->mean = sum / q->count;
    q->solution = first / sum;
    q->exact_mean = clarke_interval_div(weight, clarke_interval_point(q->count));
    q->exact_solution = clarke_interval_div(moment, weight);
    for (size_t i = 0; i < o->a.count; i++) {
        const double d = q->solution - o->a.value[i];
        q->minimum += 0.5 * clarke_list_at(&o->curvature, i) * d * d / q->count;
    }
}

static clarke_status quadratic_agents_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const quadratic_agents *o = params;
    CLARKE_TRY(clarke_problem_size(p, o->n, 4.0, -5.0, 5.0, mem));
    if (o->curvature.count != 1 && o->curvature.count != o->a.count)
        return clarke_fail(CLARKE_EINPUT, "%s: curvature has %zu numbers, for %zu agents", p->id,
                           o->curvature.count, o->a.count);
    quadratic_agents_data *q = clarke_alloc(mem, sizeof *q);
    CLARKE_TRY(clarke_arena_status(mem));
    *q = (quadratic_agents_data){.a = &o->a, .curvature = &o->curvature};
    quadratic_agents_sums(o, q);
    p->terms = p->agents = o->a.count;
    for (size_t i = 0; i < p->terms; i++)
        for (size_t end = 0; end < 2; end++) {
            const double t = end ? p->box_high : p->box_low;
            const double gap = quadratic_agents_term_slope(q, i, t) - quadratic_agents_slope(q, t);
            p->term_deviation = fmax(p->term_deviation, fabs(gap));
        }
    p->smoothness = q->mean;
    return clarke_separable_make(p, &quadratic_agents_scalar, q, 0, mem);
}

static const clarke_param quadratic_agents_params[] = {
    CLARKE_SIZE_PARAM(quadratic_agents, "1"),
    {"a", CLARKE_PARAM_LIST, offsetof(quadratic_agents, a), "-1,0,4", -0x1p20, 0x1p20, NULL,
     "the agents' centres, the same in every coordinate"},
    {"curvature", CLARKE_PARAM_LIST, offsetof(quadratic_agents, curvature), "1", 0x1p-20, 0x1p20,
     NULL, "the agents' curvatures, or one for all"},
    {0}};

static const clarke_certifiable quadratic_agents_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 65, false},
    {"n=2,a=0,1,curvature=1,3", -8.0, 8.0, 1e-3, 171, false},
    {0}};

const clarke_problem_desc clarke_problem_quadratic_agents = {
    .title = "Quadratics, one an agent",
    .formula = "mean over i of c_i |x - a_i 1|^2 / 2",
    .source = "folklore",
    .stationary_set = "{sum c_i a_i / sum c_i}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_SMOOTH | CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE |
              CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE,
    .params = quadratic_agents_params,
    .params_size = sizeof(quadratic_agents),
    .make = quadratic_agents_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = quadratic_agents_certifiable,
    .outside = "by hand: phi' = c (t - s) has no other zero",
    .term_subgradient = clarke_separable_term_subgradient,
    .prox = clarke_separable_prox,
};
