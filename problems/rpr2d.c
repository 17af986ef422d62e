/* f(x) = (1/m) sum_i |(a_i.x)^2 - b_i| in the plane, b_i = (a_i.xbar)^2: robust phase retrieval
   with few measurements, four instances. Their stationary sets are exact rational numbers, found by
   the enumeration of problems/lib/phase.h, whose head has the proof. */
#include "problems/lib/goldstein.h"
#include "problems/lib/phase.h"

#include <string.h>

typedef struct {
    int instance;
} rpr2d;

static const struct {
    size_t m;
    int64_t a[6][2], root[6];
} rpr2d_instance[] = {
    {4, {{1, 0}, {0, 1}, {1, 1}, {1, -1}}, {2, 1, 3, 1}},
    {3, {{1, 0}, {0, 1}, {1, 1}}, {1, 1, 2}},
    {6, {{1, 0}, {1, 2}, {2, 1}, {1, -1}, {0, 1}, {3, -1}}, {1, 3, 3, 0, 1, 2}},
    {5, {{2, 1}, {1, -3}, {1, 1}, {3, 1}, {-1, 2}}, {5, 1, 3, 7, 0}},
};

static clarke_status rpr2d_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const int k = ((const rpr2d *)params)->instance;
    CLARKE_TRY(clarke_problem_size(p, 2, 1.5, -2.0, 2.0, mem));
    clarke_phase *f = clarke_alloc(mem, sizeof *f);
    CLARKE_TRY(clarke_arena_status(mem));
    f->n = 2, f->m = rpr2d_instance[k].m;
    for (size_t i = 0; i < f->m; i++) {
        f->root[i] = rpr2d_instance[k].root[i];
        memcpy(f->a[i], rpr2d_instance[k].a[i], 2 * sizeof f->a[i][0]);
    }
    if (!clarke_phase_solve(f))
        return clarke_fail(CLARKE_EINTERNAL, "rpr2d: the enumeration does not end");
    p->start[1] = -0.25;
    return clarke_phase_make(p, f, mem);
}

static const clarke_param rpr2d_params[] = {{"instance", CLARKE_PARAM_CHOICE,
                                             offsetof(rpr2d, instance), "A", 0.0, 0.0, "A|B|C|D",
                                             "which measurements"},
                                            {0}};

static const clarke_certifiable rpr2d_certifiable[] = {{"instance=A", -8.0, 8.0, 1e-3, 1283, false},
                                                       {"instance=B", -8.0, 8.0, 1e-3, 2263, false},
                                                       {"instance=C", -8.0, 8.0, 1e-3, 1583, false},
                                                       {"instance=D", -8.0, 8.0, 1e-3, 1303, false},
                                                       {0}};

const clarke_problem_desc clarke_problem_rpr2d = {
    .title = "Robust phase retrieval in the plane",
    .formula = "(1/m) sum_i |(a_i.x)^2 - b_i|",
    .source = "derived; sets by enumeration in whole numbers",
    .stationary_set = "0 and, with both signs: A: (2,1), (1/2,-1/2); B: (1,1), (1,-1), (1,-1/2), "
                      "(1/2,-1); C: (1,1), (1/7,-11/7), (1/2,-1/2), (0,3/2); D: (2,1), "
                      "(23/164,-47/164)",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_REGULAR | CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_DEFINABLE,
    .params = rpr2d_params,
    .params_size = sizeof(rpr2d),
    .make = rpr2d_make,
    CLARKE_PHASE_ORACLES,
    .certifiable = rpr2d_certifiable,
    .outside = "by hand: g.x > 0 for |x|^2 > 2 sum b_i / (smallest eigenvalue of sum a_i a_i'), "
               "which is at most 12",
};
