#include "core/problem.h"

#include "core/registry.h"

#include <string.h>
#include <unistd.h>

const char *clarke_point_text(clarke_point_kind kind)
{
    static const char *const text[] = {
#define PROBLEM_POINT_TEXT(code, text) [code] = text,
        CLARKE_POINT_LIST(PROBLEM_POINT_TEXT)
#undef PROBLEM_POINT_TEXT
    };
    return text[kind];
}

const char *clarke_truth_text(clarke_truth truth)
{
    switch (truth) {
    case CLARKE_TRUTH_NONE: return "none: the stationary set is not known";
    case CLARKE_TRUTH_PARTIAL: return "partial: only some stationary points are known";
    case CLARKE_TRUTH_PROVED: return "proved by hand";
    case CLARKE_TRUTH_CERTIFIED: return "certified by machine";
    }
    return "";
}

const char *clarke_problem_cubes(const clarke_problem_desc *desc, clarke_arena *mem)
{
    const char *text = "";
    for (const clarke_certifiable *c = desc->certifiable; c && c->settings && text; c++)
        if (c->boxes > 0)
            text = clarke_arena_printf(mem, "%s%s%s%s%s[%g, %g] to %g (%zu boxes)", text,
                                       *text ? "; " : "", c->field ? "field, " : "", c->settings,
                                       *c->settings ? " in " : "", c->low, c->high, c->delta,
                                       c->boxes);
    return text;
}

static double problem_memory(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (double)pages * (double)size : INFINITY;
}

static clarke_status problem_check_size(const clarke_problem *p, size_t n)
{
    if (n == 0)
        return clarke_fail(CLARKE_EINPUT, "%s: n=0, but a problem has at least one variable",
                           p->id);
    /* A run holds at least four vectors: the start, the iterate, its last value, the answer. */
    const double bytes = 4.0 * sizeof(double) * (double)n;
    if (n > SIZE_MAX / (4 * sizeof(double)) || bytes > problem_memory())
        return clarke_fail(CLARKE_EINPUT, "%s: n=%zu needs %.0f bytes, this machine has %.0f",
                           p->id, n, bytes, problem_memory());
    return CLARKE_OK;
}

clarke_status clarke_problem_size(clarke_problem *p, size_t n, double start, double box_low,
                                  double box_high, clarke_arena *mem)
{
    CLARKE_TRY(problem_check_size(p, n));
    clarke_block *block = clarke_alloc(mem, sizeof *block);
    p->start = clarke_vec(mem, n);
    CLARKE_TRY(clarke_arena_status(mem));
    *block = (clarke_block){"x", 0, n, 1};
    p->n = n;
    p->terms = 1;
    p->layout = (clarke_layout){1, block};
    for (size_t i = 0; i < n; i++) p->start[i] = start;
    p->box_low = box_low, p->box_high = box_high;
    p->minimum = p->smoothness = p->gradient_bound = p->default_weak_convexity = NAN;
    p->term_deviation = 0.0;
    p->plan_growth = (clarke_growth){NAN, NAN, NAN};
    return CLARKE_OK;
}

/* The registry's own copy of the id lives as long as the program. */
static const char *problem_id(const char *id)
{
    for (size_t i = 0; i < clarke_problems.count; i++)
        if (strcmp(clarke_problems.entry[i].id, id) == 0) return clarke_problems.entry[i].id;
    return id;
}

static void problem_defaults(clarke_problem *p)
{
    if (!isnan(p->default_weak_convexity) || !p->desc->weak_convexity) return;
    /* The ball that contains the box. */
    const double side = fmax(fabs(p->box_low), fabs(p->box_high));
    p->default_weak_convexity = p->desc->weak_convexity(p, sqrt((double)p->n) * side);
}

static clarke_status problem_make_base(const clarke_spec *spec, clarke_arena *mem,
                                       clarke_problem **problem)
{
    const void *found;
    CLARKE_TRY(clarke_registry_find(&clarke_problems, spec->id, &found));
    const clarke_problem_desc *desc = found;
    clarke_problem *p = clarke_alloc(mem, sizeof *p);
    void *params = clarke_alloc(mem, desc->params_size);
    const char *text = clarke_spec_text(spec, mem);
    CLARKE_TRY(clarke_arena_status(mem));
    *p = (clarke_problem){
        .desc = desc, .id = problem_id(spec->id), .spec = text, .traits = desc->traits};
    CLARKE_TRY(clarke_params_apply(desc->params, p->id, spec, mem, params));
    CLARKE_TRY(desc->make(p, params, mem));
    CLARKE_TRY(clarke_arena_status(mem));
    problem_defaults(p);
    *problem = p;
    return CLARKE_OK;
}

/* Splits the wrapper's settings into its own and those of the other problem. */
static clarke_status problem_split(const clarke_spec *spec, const char *prefix, clarke_arena *mem,
                                   clarke_spec *own, clarke_spec *other)
{
    const size_t length = prefix ? strlen(prefix) : 0;
    *own = (clarke_spec){.id = spec->id}, *other = (clarke_spec){0};
    for (size_t i = 0; i < spec->count; i++) {
        const clarke_setting *s = &spec->setting[i];
        const bool others = prefix && strncmp(s->name, prefix, length) == 0;
        CLARKE_TRY(
            clarke_spec_set(others ? other : own, s->name + (others ? length : 0), s->value, mem));
    }
    return CLARKE_OK;
}

static clarke_status problem_wrap(const clarke_spec *spec, const clarke_problem *inner,
                                  clarke_arena *mem, clarke_problem **problem)
{
    const void *found;
    clarke_spec own, other;
    CLARKE_TRY(clarke_registry_find(&clarke_wrappers, spec->id, &found));
    const clarke_wrapper_desc *wrapper = found;
    clarke_problem *p = clarke_alloc(mem, sizeof *p);
    clarke_problem_desc *desc = clarke_alloc(mem, sizeof *desc);
    void *params = clarke_alloc(mem, wrapper->params_size);
    const char *text = clarke_spec_text(spec, mem);
    CLARKE_TRY(clarke_arena_status(mem));
    const clarke_problem_desc *from = inner->desc;
    *desc = (clarke_problem_desc){.title = from->title,
                                  .formula = from->formula,
                                  .source = from->source,
                                  .stationary_set = from->stationary_set,
                                  .field_set = from->field_set,
                                  .truth = from->truth,
                                  .traits = inner->traits};
    *p = *inner;
    p->desc = desc, p->data = NULL, p->split = NULL;
    p->id = clarke_arena_printf(mem, "%s+%s", inner->id, spec->id);
    p->spec = clarke_arena_printf(mem, "%s+%s", inner->spec, text);
    CLARKE_TRY(clarke_arena_status(mem));
    CLARKE_TRY(problem_split(spec, wrapper->other, mem, &own, &other));
    CLARKE_TRY(clarke_params_apply(wrapper->params, spec->id, &own, mem, params));
    CLARKE_TRY(wrapper->make(p, &(clarke_wrapping){inner, params, &other, desc}, mem));
    CLARKE_TRY(clarke_arena_status(mem));
    problem_defaults(p);
    *problem = p;
    return CLARKE_OK;
}

clarke_status clarke_problem_make(const clarke_spec *spec, clarke_arena *mem,
                                  clarke_problem **problem)
{
    clarke_spec base = *spec;
    base.wrappers = 0, base.wrapper = NULL;
    CLARKE_TRY(problem_make_base(&base, mem, problem));
    for (size_t i = 0; i < spec->wrappers; i++)
        CLARKE_TRY(problem_wrap(&spec->wrapper[i], *problem, mem, problem));
    return CLARKE_OK;
}

clarke_status clarke_problem_from_text(const char *text, clarke_arena *mem,
                                       clarke_problem **problem)
{
    clarke_spec spec;
    CLARKE_TRY(clarke_spec_parse(text, mem, &spec));
    return clarke_problem_make(&spec, mem, problem);
}

double clarke_field_residual(const clarke_problem *p, const double *x)
{
    if (p->desc->field_residual) return p->desc->field_residual(p, x);
    return p->desc->clarke_residual ? p->desc->clarke_residual(p, x) : NAN;
}

double clarke_field_distance(const clarke_problem *p, const double *x, double *nearest)
{
    if (p->desc->field_distance) return p->desc->field_distance(p, x, nearest);
    return p->desc->stationary_distance ? p->desc->stationary_distance(p, x, nearest, NULL) : NAN;
}

bool clarke_has_hull(const clarke_problem *p)
{
    return p->desc->hull_distance || p->desc->slope_range;
}

/* dist(0, product over j of the slope hulls over [x_j - r, x_j + r]). The ends are rounded
   outwards (`outer`) or inwards, so that the box is never smaller, or never larger, than the one
   that is meant. */
static double problem_box_distance(const clarke_problem *p, const double *x, double r, bool outer,
                                   bool field)
{
    double sum = 0.0;
    for (size_t j = 0; j < p->n; j++) {
        double low = x[j], high = x[j];
        if (r > 0.0) {
            low = nextafter(x[j] - r, outer ? -INFINITY : INFINITY);
            high = nextafter(x[j] + r, outer ? INFINITY : -INFINITY);
            low = fmin(low, x[j]), high = fmax(high, x[j]);
        }
        const clarke_interval slope = p->desc->slope_range(p, j, low, high, field);
        const double d = fmax(0.0, fmax(slope.low, -slope.high));
        sum += d * d;
    }
    return sqrt(sum);
}

double clarke_hull_distance(const clarke_problem *p, const double *z, double r)
{
    if (p->desc->hull_distance) return p->desc->hull_distance(p, z, r);
    return p->desc->slope_range ? problem_box_distance(p, z, r, true, true) : 0.0;
}

clarke_interval clarke_goldstein_residual(const clarke_problem *p, const double *x, double delta)
{
    if (p->desc->goldstein_residual) return p->desc->goldstein_residual(p, x, delta);
    if (!p->desc->slope_range) return (clarke_interval){NAN, NAN};
    /* The inner radius is lowered by more than the rounding of sqrt and of the quotient. */
    const double inner = p->n == 1 ? delta : delta / sqrt((double)p->n) * (1.0 - 0x1p-50);
    const double low = problem_box_distance(p, x, delta, true, false);
    return (clarke_interval){low, fmax(low, problem_box_distance(p, x, inner, false, false))};
}
