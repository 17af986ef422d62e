/* f(x) = sum_j |x_j^2 - 1| as the mean of the terms sum_j |x_j^2 - 1| + c_i x_j, sum_i c_i = 0:
   wells that the terms tilt against each other.

   Every coordinate of f is a square well (problems/lib/square_well.h), S = {-1, 0, 1}^n. All terms
   are regular and have the same kinks, so the mean of their subdifferentials is that of f. Alone, a
   term with tilt c has the coordinate set {-1, 1, c/2} for |c| < 2, {-1, 1} for |c| = 2 and {-c/2}
   for |c| > 2: then the stationary sets of the terms are disjoint from S. A term departs from the
   mean by |c_i| in every coordinate. */
#include "problems/lib/square_well.h"

typedef struct {
    size_t n;
    clarke_list c;
} dec_tilt_wells;

typedef struct {
    clarke_square_well well; /* first: the square well's functions take this context */
    const double *tilt;
} dec_tilt_wells_data;

static double dec_tilt_wells_term_slope(const void *c, size_t term, double t)
{
    return clarke_square_well_slope(c, t) + ((const dec_tilt_wells_data *)c)->tilt[term];
}

static const clarke_scalar dec_tilt_wells_scalar = {
    CLARKE_SQUARE_WELL_MEMBERS,
    .term_slope = dec_tilt_wells_term_slope,
};

static clarke_status dec_tilt_wells_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const dec_tilt_wells *d = params;
    CLARKE_TRY(clarke_problem_size(p, d->n, 1.75, -2.0, 2.0, mem));
    dec_tilt_wells_data *data = clarke_alloc(mem, sizeof *data);
    CLARKE_TRY(clarke_arena_status(mem));
    *data = (dec_tilt_wells_data){clarke_square_well_make(1.0, 1.0), d->c.value};
    double sum = 0.0;
    for (size_t i = 0; i < d->c.count; i++) {
        sum += d->c.value[i];
        p->term_deviation = fmax(p->term_deviation, fabs(d->c.value[i]));
    }
    if (sum != 0.0)
        return clarke_fail(CLARKE_EINPUT, "%s: the tilts c sum to %g, not to 0", p->id, sum);
    p->terms = d->c.count;
    return clarke_separable_make(p, &dec_tilt_wells_scalar, data, 0, mem);
}

static const clarke_param dec_tilt_wells_params[] = {
    CLARKE_SIZE_PARAM(dec_tilt_wells, "1"),
    {"c", CLARKE_PARAM_LIST, offsetof(dec_tilt_wells, c), "3,-3", -0x1p20, 0x1p20, NULL,
     "tilt of each term; their sum is 0"},
    {0}};

static const clarke_certifiable dec_tilt_wells_certifiable[] = {
    {"n=1", -8.0, 8.0, 1e-4, 179, false}, {"n=2", -8.0, 8.0, 1e-3, 1583, false}, {0}};

const clarke_problem_desc clarke_problem_dec_tilt_wells = {
    .title = "Tilted wells",
    .formula = "mean over i of sum_j |x_j^2 - 1| + c_i x_j, sum_i c_i = 0",
    .source = "derived",
    .stationary_set = "{-1, 0, 1}^n",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE |
              CLARKE_TRAIT_DEFINABLE,
    .params = dec_tilt_wells_params,
    .params_size = sizeof(dec_tilt_wells),
    .make = dec_tilt_wells_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = dec_tilt_wells_certifiable,
    .outside = "by hand: t phi' > 0 for |t| > 1",
    .term_subgradient = clarke_separable_term_subgradient,
    .prox = clarke_separable_prox,
};
