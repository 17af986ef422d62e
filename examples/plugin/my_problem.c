/* A problem as a plugin: f(x) = sum |x_j^2 - 1| / 2, whose stationary points have every coordinate in
   {-1, 0, 1}. Build it as my_heavy_ball.c says, then

     clarke run sgd my_wells:n=3 --plugin ./my_problem.so --iterations 2000

   What is unknown stays NULL, and claims that need it say that they do not apply. */
#include <core/plugin.h>

typedef struct {
    size_t n;
} my_settings;

static clarke_status my_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const my_settings *o = params;
    CLARKE_TRY(clarke_problem_size(p, o->n, 0.4, -2.0, 2.0, mem));
    p->minimum = 0.0;
    p->gradient_bound = sqrt((double)o->n);
    p->term_deviation = 0.0;
    return CLARKE_OK;
}

static double my_value(const clarke_problem *p, const double *x)
{
    double f = 0.0;
    for (size_t j = 0; j < p->n; j++) f += 0.5 * fabs(x[j] * x[j] - 1.0);
    return f;
}

static void my_subgradient(const clarke_problem *p, const double *x, double *g)
{
    for (size_t j = 0; j < p->n; j++) {
        const double q = x[j] * x[j] - 1.0;
        g[j] = q > 0.0 ? x[j] : q < 0.0 ? -x[j] : 0.0 * x[j];
    }
}

/* The nearest of -1, 0, 1, coordinate by coordinate. */
static double my_distance(const clarke_problem *p, const double *x, double *nearest,
                          clarke_point_kind *kind)
{
    double squared = 0.0;
    for (size_t j = 0; j < p->n; j++) {
        const double to = fabs(x[j]) <= 0.5 ? 0.0 : copysign(1.0, x[j]);
        if (nearest) nearest[j] = to;
        squared += (x[j] - to) * (x[j] - to);
    }
    if (kind) *kind = CLARKE_POINT_UNKNOWN;
    return sqrt(squared);
}

static const clarke_param my_params[] = {
    {"n", CLARKE_PARAM_COUNT, offsetof(my_settings, n), "1", 1.0, 1e6, NULL, "number of variables"},
    {0}};

static const clarke_problem_desc my_wells = {
    .title = "My wells",
    .formula = "f(x) = sum |x_j^2 - 1| / 2",
    .source = "mine",
    .stationary_set = "{-1, 0, 1}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = my_params,
    .params_size = sizeof(my_settings),
    .make = my_make,
    .value = my_value,
    .subgradient = my_subgradient,
    .stationary_distance = my_distance,
};

const clarke_plugin *clarke_plugin_get(uint32_t abi)
{
    static const clarke_entry problem[] = {{"my_wells", "my_problem.c", &my_wells}, {0}};
    static const clarke_plugin plugin = {CLARKE_PLUGIN_HEAD, .name = "my wells",
                                         .problem = problem};
    return abi == CLARKE_PLUGIN_ABI ? &plugin : NULL;
}
