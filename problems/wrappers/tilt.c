/* f_i(x) = f(x) + zeta c_i'x for agents i = 0, ..., d - 1, c_i = ((2i - d + 1)/(d - 1)) u, u = (-1,
   1, -1, ...)/sqrt n: linear heterogeneity. Each agent's subdifferential is moved by zeta c_i, the
   c_i sum up to 0, so the mean of the subdifferentials is that of f, with equality, while each
   agent's own stationary set is another one. */
#include "problems/lib/tilted.h"

typedef struct {
    double zeta;
    size_t agents;
} tilt;

static double tilt_weight(size_t copies, size_t k, size_t j, double t)
{
    (void)t;
    const double size = 2.0 * (double)k - (double)(copies - 1);
    return j % 2 ? size : -size;
}

static clarke_status tilt_make(clarke_problem *p, const clarke_wrapping *w, clarke_arena *mem)
{
    const tilt *a = w->params;
    const double size = a->zeta / sqrt((double)p->n);
    const clarke_tilt data = {.copies = a->agents,
                              .unit = size / (double)(a->agents - 1),
                              .weight = tilt_weight,
                              .agents = true,
                              .deviation = size};
    w->desc->title = clarke_arena_printf(mem, "%s, tilted agents", w->inner->desc->title);
    w->desc->formula =
        clarke_arena_printf(mem, "mean over i of f(x) + %.10g c_i'x, |c_i| <= 1, f(x) = %s",
                            a->zeta, w->inner->desc->formula);
    return clarke_tilted_make(p, w, &data, mem);
}

static const clarke_param tilt_params[] = {{"zeta", CLARKE_PARAM_REAL, offsetof(tilt, zeta), "0.5",
                                            0.0, 0x1p100, NULL,
                                            "Euclidean size of the largest tilt"},
                                           {"agents", CLARKE_PARAM_COUNT, offsetof(tilt, agents),
                                            "4", 2.0, 0x1p20, NULL, "number of agents"},
                                           {0}};

const clarke_wrapper_desc clarke_wrapper_tilt = {
    .title = "Linear heterogeneity",
    .formula = "mean over i of f(x) + zeta c_i'x, the c_i summing up to 0",
    .source = "derived",
    .params = tilt_params,
    .params_size = sizeof(tilt),
    .make = tilt_make,
};
