#include "problems/lib/pullback.h"

#include <string.h>

static const clarke_pullback *pull_map(const clarke_problem *p)
{
    return p->data;
}

/* A x, as computed. */
static const double *pull_image(const clarke_problem *p, const double *x)
{
    const clarke_pullback *m = pull_map(p);
    if (!m->forward) return x;
    m->forward(m->map, p->n, x, m->y);
    return m->y;
}

static void pull_back(const clarke_problem *p, const double *y, double *x)
{
    const clarke_pullback *m = pull_map(p);
    if (m->backward)
        m->backward(m->map, p->n, y, x);
    else if (x != y)
        memcpy(x, y, p->n * sizeof *x);
}

/* A x with the coordinates that are at S up to rounding set to S, or to the field's critical set.
   *radius is how far it may be from the true A x. */
static const double *pull_settled(const clarke_problem *p, const double *x, bool field,
                                  double *radius)
{
    const clarke_pullback *m = pull_map(p);
    const clarke_problem_desc *inner = m->inner->desc;
    const double *y = pull_image(p, x);
    *radius = 0.0;
    if (!m->slack) return y;
    m->slack(m->map, p->n, x, y, m->allowed);
    /* Once for the rounding, once for the move. */
    *radius = 2.0 * clarke_scalar_norm(p->n, m->allowed);
    if (field && inner->field_distance)
        inner->field_distance(m->inner, y, m->nearest);
    else if (inner->stationary_distance)
        inner->stationary_distance(m->inner, y, m->nearest, NULL);
    else
        return y;
    for (size_t j = 0; j < p->n; j++)
        if (fabs(m->y[j] - m->nearest[j]) <= m->allowed[j]) m->y[j] = m->nearest[j];
    return m->y;
}

/* ---- capabilities ---- */

static double pull_value(const clarke_problem *p, const double *x)
{
    const clarke_pullback *m = pull_map(p);
    return m->factor * m->inner->desc->value(m->inner, pull_image(p, x));
}

static void pull_gradient(const clarke_problem *p, double *g)
{
    const clarke_pullback *m = pull_map(p);
    const double scale = m->factor * m->stretch;
    if (m->turn) m->turn(m->map, p->n, g);
    for (size_t j = 0; scale != 1.0 && j < p->n; j++) g[j] *= scale;
}

static void pull_subgradient(const clarke_problem *p, const double *x, double *g)
{
    const clarke_pullback *m = pull_map(p);
    m->inner->desc->subgradient(m->inner, pull_image(p, x), g);
    pull_gradient(p, g);
}

static void pull_term_subgradient(const clarke_problem *p, const double *x, const size_t *term,
                                  size_t count, double *g)
{
    const clarke_pullback *m = pull_map(p);
    m->inner->desc->term_subgradient(m->inner, pull_image(p, x), term, count, g);
    pull_gradient(p, g);
}

static double pull_clarke_residual(const clarke_problem *p, const double *x)
{
    const clarke_pullback *m = pull_map(p);
    double radius;
    const double *y = pull_settled(p, x, false, &radius);
    return m->factor * m->stretch * m->inner->desc->clarke_residual(m->inner, y);
}

static double pull_field_residual(const clarke_problem *p, const double *x)
{
    const clarke_pullback *m = pull_map(p);
    double radius;
    const double *y = pull_settled(p, x, true, &radius);
    return m->factor * m->stretch * m->inner->desc->field_residual(m->inner, y);
}

static double pull_stationary_distance(const clarke_problem *p, const double *x, double *nearest,
                                       clarke_point_kind *kind)
{
    const clarke_pullback *m = pull_map(p);
    double radius;
    const double *y = pull_settled(p, x, false, &radius);
    const double d =
        m->inner->desc->stationary_distance(m->inner, y, nearest ? m->image : NULL, kind);
    if (nearest) pull_back(p, m->image, nearest);
    return d / m->stretch;
}

static double pull_field_distance(const clarke_problem *p, const double *x, double *nearest)
{
    const clarke_pullback *m = pull_map(p);
    double radius;
    const double *y = pull_settled(p, x, true, &radius);
    const double d = m->inner->desc->field_distance(m->inner, y, nearest ? m->image : NULL);
    if (nearest) pull_back(p, m->image, nearest);
    return d / m->stretch;
}

static clarke_interval pull_scaled(clarke_interval a, double scale)
{
    return (clarke_interval){scale * a.low, scale * a.high};
}

static clarke_interval pull_slope_range(const clarke_problem *p, size_t j, double low, double high,
                                        bool field)
{
    const clarke_pullback *m = pull_map(p);
    const clarke_interval at = m->interval ? m->interval(m->map, j, low, high)
                                           : pull_scaled((clarke_interval){low, high}, m->stretch);
    return pull_scaled(m->inner->desc->slope_range(m->inner, j, at.low, at.high, field),
                       m->factor * m->stretch);
}

static clarke_interval pull_goldstein_residual(const clarke_problem *p, const double *x,
                                               double delta)
{
    const clarke_pullback *m = pull_map(p);
    double radius;
    const double *y = pull_settled(p, x, false, &radius), inner = m->stretch * delta;
    clarke_interval at = clarke_goldstein_residual(m->inner, y, inner + radius);
    if (radius > 0.0)
        at.high = clarke_goldstein_residual(m->inner, y, fmax(inner - radius, 0.0)).high;
    return pull_scaled(at, m->factor * m->stretch);
}

static double pull_hull_distance(const clarke_problem *p, const double *z, double r)
{
    const clarke_pullback *m = pull_map(p);
    double radius;
    const double *y = pull_settled(p, z, true, &radius);
    return m->factor * m->stretch * clarke_hull_distance(m->inner, y, m->stretch * r + radius);
}

/* With z = A y, f(y) + |y - x|^2/2t is factor * (g(z) + |z - A x|^2/(2 t factor stretch^2)). */
static void pull_prox(const clarke_problem *p, double t, const double *x, double *y)
{
    const clarke_pullback *m = pull_map(p);
    const double step = t * m->factor * m->stretch * m->stretch;
    m->inner->desc->prox(m->inner, step, pull_image(p, x), m->image);
    pull_back(p, m->image, y);
}

static double pull_reach(const clarke_pullback *m, double radius)
{
    return m->stretch * radius + m->offset;
}

static double pull_lipschitz(const clarke_problem *p, double radius)
{
    const clarke_pullback *m = pull_map(p);
    return m->factor * m->stretch * m->inner->desc->lipschitz(m->inner, pull_reach(m, radius));
}

static double pull_weak_convexity(const clarke_problem *p, double radius)
{
    const clarke_pullback *m = pull_map(p);
    return m->factor * m->stretch * m->stretch *
           m->inner->desc->weak_convexity(m->inner, pull_reach(m, radius));
}

static clarke_growth pull_grown(clarke_growth g, double factor, double stretch)
{
    g.kappa *= factor * pow(stretch, g.p);
    g.mu *= factor * stretch * stretch;
    return g;
}

static clarke_growth pull_growth(const clarke_problem *p, const double *x)
{
    const clarke_pullback *m = pull_map(p);
    double radius;
    const double *y = pull_settled(p, x, false, &radius);
    return pull_grown(m->inner->desc->growth(m->inner, y), m->factor, m->stretch);
}

/* ---- for proofs by machine ---- */

/* A box that holds the image of the box. */
static void pull_box(const clarke_pullback *m, size_t n, const clarke_interval *box,
                     clarke_interval *image)
{
    for (size_t j = 0; j < n; j++)
        image[j] = m->interval ? m->interval(m->map, j, box[j].low, box[j].high)
                               : pull_scaled(box[j], m->stretch);
    if (m->turn_forward) m->turn_forward(m->map, n, image);
}

static void pull_turn_vector(const clarke_pullback *m, size_t n, clarke_interval *v)
{
    if (m->turn_back) m->turn_back(m->map, n, v);
    for (size_t j = 0; j < n; j++)
        v[j] = clarke_interval_scale(m->factor, pull_scaled(v[j], m->stretch));
}

/* The centre's intervals become segments along the axes, which stay segments when turned; as
   intervals they would be widened to the box around those. */
static void pull_segments(clarke_enclosure *e)
{
    for (size_t j = 0; j < e->n; j++) {
        const clarke_interval side = e->centre[j];
        clarke_interval v[CLARKE_ENCLOSURE_DIMENSION] = {{0.0, 0.0}};
        if (e->parts == CLARKE_ENCLOSURE_PARTS || e->vertices + 2 > CLARKE_ENCLOSURE_VERTICES ||
            !isfinite(side.high - side.low))
            continue;
        e->centre[j] = clarke_interval_point(0.0);
        v[j] = clarke_interval_point(1.0);
        clarke_enclosure_segment(e, side, v);
    }
}

static void pull_enclose(const clarke_problem *p, const clarke_interval *box, bool field,
                         clarke_enclosure *out)
{
    const clarke_pullback *m = pull_map(p);
    clarke_interval image[CLARKE_ENCLOSURE_DIMENSION];
    pull_box(m, p->n, box, image);
    m->inner->desc->enclose(m->inner, image, field, out);
    if (m->turn_back) pull_segments(out);
    pull_turn_vector(m, p->n, out->centre);
    for (size_t i = 0; i < out->vertices; i++) pull_turn_vector(m, p->n, out->vertex[i]);
}

static double pull_distance_upper(const clarke_problem *p, const clarke_interval *box, bool field)
{
    const clarke_pullback *m = pull_map(p);
    clarke_interval image[CLARKE_ENCLOSURE_DIMENSION];
    pull_box(m, p->n, box, image);
    return m->inner->desc->distance_upper(m->inner, image, field) / m->stretch;
}

static void pull_certificate(clarke_problem_desc *desc, const clarke_pullback *m, clarke_arena *mem)
{
    const clarke_problem_desc *from = m->inner->desc;
    if (!from->enclose || !from->distance_upper || (m->turn && !m->turn_back)) return;
    desc->enclose = pull_enclose;
    desc->distance_upper = pull_distance_upper;
    if (from->outside)
        desc->outside = clarke_arena_printf(mem, "of %s: %s", m->inner->id, from->outside);
}

/* ---- making ---- */

static void pull_capabilities(clarke_problem_desc *desc, const clarke_pullback *m)
{
    const clarke_problem *inner = m->inner;
    const clarke_problem_desc *from = inner->desc;
    desc->value = pull_value;
    desc->subgradient = pull_subgradient;
#define PULL(name)                                                                                 \
    if (from->name) desc->name = pull_##name
    PULL(term_subgradient);
    PULL(clarke_residual);
    PULL(field_residual);
    PULL(stationary_distance);
    PULL(field_distance);
    PULL(prox);
    PULL(lipschitz);
    PULL(weak_convexity);
    PULL(growth);
#undef PULL
    if (from->slope_range && !m->turn) desc->slope_range = pull_slope_range;
    if (clarke_has_hull(inner)) desc->hull_distance = pull_hull_distance;
    if (from->goldstein_residual || from->slope_range)
        desc->goldstein_residual = pull_goldstein_residual;
}

static clarke_status pull_points(clarke_problem *p, const clarke_problem *inner, clarke_arena *mem)
{
    const clarke_pullback *m = pull_map(p);
    clarke_landmark *landmark = clarke_alloc_array(mem, inner->landmarks, sizeof *landmark);
    p->start = clarke_vec(mem, p->n);
    CLARKE_TRY(clarke_arena_status(mem));
    memcpy(m->image, inner->start, p->n * sizeof *m->image);
    pull_back(p, m->image, p->start);
    for (size_t i = 0; i < inner->landmarks; i++) {
        double *x = clarke_vec(mem, p->n);
        CLARKE_TRY(clarke_arena_status(mem));
        pull_back(p, inner->landmark[i].x, x);
        landmark[i] = (clarke_landmark){inner->landmark[i].name, x};
    }
    p->landmark = landmark;
    return CLARKE_OK;
}

clarke_status clarke_pullback_make(clarke_problem *p, const clarke_wrapping *w,
                                   const clarke_pullback *map, clarke_arena *mem)
{
    clarke_pullback *m = clarke_alloc(mem, sizeof *m);
    double *scratch = clarke_vec(mem, p->n), *nearest = clarke_vec(mem, p->n);
    double *allowed = clarke_vec(mem, p->n), *image = clarke_vec(mem, p->n);
    CLARKE_TRY(clarke_arena_status(mem));
    *m = *map;
    m->inner = w->inner, m->y = scratch, m->nearest = nearest, m->allowed = allowed;
    m->image = image;
    p->data = m;
    pull_capabilities(w->desc, m);
    pull_certificate(w->desc, m, mem);
    const double slope = m->factor * m->stretch;
    p->minimum *= m->factor;
    p->smoothness *= slope * m->stretch;
    p->term_deviation *= slope;
    p->gradient_bound *= slope;
    p->default_weak_convexity *= slope * m->stretch;
    p->plan_growth = pull_grown(p->plan_growth, m->factor, m->stretch);
    return pull_points(p, w->inner, mem);
}

void clarke_pullback_terms(const clarke_problem *inner, const double *y, const size_t *term,
                           size_t count, double *g)
{
    if (inner->terms > 1)
        inner->desc->term_subgradient(inner, y, term, count, g);
    else
        inner->desc->subgradient(inner, y, g);
}
