/* f(x) = (1/n) sum_j n phi_j(x_j) for separable f: one term a coordinate, so that sampling terms is
   sampling coordinates, with a variance that grows like n. Each term is a function of its own
   coordinate, so the mean of the terms' subdifferentials is the product of those of the phi_j: f, its
   set and its field stay.

   In coordinate i the answer of term j differs from that of f by (n - 1) phi_i' if i = j, else by
   phi_i': the largest deviation is n - 1 times the largest slope in the box, for n >= 2. */
#include "problems/lib/pullback.h"

typedef struct {
    size_t unused;
} coordinates;

static void coordinates_term_subgradient(const clarke_problem *p, const double *x,
                                         const size_t *term, size_t count, double *g)
{
    const clarke_pullback *m = p->data;
    double *share = m->image;
    m->inner->desc->subgradient(m->inner, x, g);
    for (size_t j = 0; j < p->n; j++) share[j] = 0.0;
    for (size_t i = 0; i < count; i++) share[term[i]] += 1.0;
    for (size_t j = 0; j < p->n; j++) g[j] *= (double)p->n * share[j] / (double)count;
}

static double coordinates_largest_slope(const clarke_problem *p, const clarke_problem *inner)
{
    double largest = 0.0;
    for (size_t j = 0; j < p->n; j++) {
        const clarke_interval s = inner->desc->slope_range(inner, j, p->box_low, p->box_high, true);
        largest = fmax(largest, clarke_interval_mag(s));
    }
    return largest;
}

static clarke_status coordinates_make(clarke_problem *p, const clarke_wrapping *w,
                                      clarke_arena *mem)
{
    const clarke_pullback identity = {.factor = 1.0, .stretch = 1.0};
    if (!w->inner->desc->slope_range)
        return clarke_fail(CLARKE_EINPUT, "coordinates: %s is not separable", w->inner->id);
    if (w->inner->terms > 1 || p->n < 2)
        return clarke_fail(CLARKE_EINPUT, "coordinates: %s %s", w->inner->id,
                           p->n < 2 ? "has one coordinate only" : "is a sum already");
    w->desc->title =
        clarke_arena_printf(mem, "%s, coordinate by coordinate", w->inner->desc->title);
    w->desc->formula =
        clarke_arena_printf(mem, "mean over j of n phi_j(x_j), f(x) = %s", w->inner->desc->formula);
    CLARKE_TRY(clarke_pullback_make(p, w, &identity, mem));
    p->terms = p->n;
    p->term_deviation = (double)(p->n - 1) * coordinates_largest_slope(p, w->inner);
    w->desc->term_subgradient = coordinates_term_subgradient;
    return CLARKE_OK;
}

static const clarke_param coordinates_params[] = {{0}};

const clarke_wrapper_desc clarke_wrapper_coordinates = {
    .title = "A separable function as the mean of its coordinates",
    .formula = "mean over j of n phi_j(x_j)",
    .source = "folklore",
    .params = coordinates_params,
    .params_size = sizeof(coordinates),
    .make = coordinates_make,
};
