/* f(x) = s g(c x): slopes times s c, distances divided by c, curvatures times s c^2. c is a power
   of two, so that points map exactly; s is any positive number. */
#include "problems/lib/pullback.h"

typedef struct {
    double s, c;
} scale;

static void scale_forward(const void *map, size_t n, const double *x, double *y)
{
    const double c = *(const double *)map;
    for (size_t j = 0; j < n; j++) y[j] = c * x[j];
}

static void scale_backward(const void *map, size_t n, const double *y, double *x)
{
    const double c = *(const double *)map;
    for (size_t j = 0; j < n; j++) x[j] = y[j] / c;
}

static clarke_status scale_make(clarke_problem *p, const clarke_wrapping *w, clarke_arena *mem)
{
    const scale *a = w->params;
    int exponent;
    double *c = clarke_alloc(mem, sizeof *c);
    CLARKE_TRY(clarke_arena_status(mem));
    if (frexp(a->c, &exponent) != 0.5)
        return clarke_fail(CLARKE_EINPUT, "scale: c=%.17g is not a power of two", a->c);
    *c = a->c;
    p->box_low /= a->c, p->box_high /= a->c;
    w->desc->title = clarke_arena_printf(mem, "%s, scaled", w->inner->desc->title);
    w->desc->formula = clarke_arena_printf(mem, "s g(c x), s = %.10g, c = %.10g, g(x) = %s", a->s,
                                           a->c, w->inner->desc->formula);
    if (w->desc->stationary_set)
        w->desc->stationary_set =
            clarke_arena_printf(mem, "{x : c x in S}, S = %s", w->desc->stationary_set);
    if (w->desc->field_set)
        w->desc->field_set = clarke_arena_printf(mem, "{x : c x in S}, S = %s", w->desc->field_set);
    const clarke_pullback map = {.map = c,
                                 .forward = scale_forward,
                                 .backward = scale_backward,
                                 .factor = a->s,
                                 .stretch = a->c};
    return clarke_pullback_make(p, w, &map, mem);
}

static const clarke_param scale_params[] = {{"s", CLARKE_PARAM_REAL, offsetof(scale, s), "1",
                                             0x1p-100, 0x1p100, NULL, "factor of the objective"},
                                            {"c", CLARKE_PARAM_REAL, offsetof(scale, c), "1",
                                             0x1p-100, 0x1p100, NULL,
                                             "factor of the variables, a power of two"},
                                            {0}};

const clarke_wrapper_desc clarke_wrapper_scale = {
    .title = "Scaling of the objective and of the variables",
    .formula = "s g(c x)",
    .source = "folklore",
    .params = scale_params,
    .params_size = sizeof(scale),
    .make = scale_make,
};
