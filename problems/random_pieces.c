/* f(x) = sum_j phi_j(x_j) with random scalar functions: `breaks` breakpoints on the lattice of
   quarters, and between them k t + c or k |t - z|^p + c with p in {3/2, 2, 3, 4} and z a multiple
   of 1/4, where k < 0 only for p = 2; the outer pieces go to infinity. Breakpoints, centres and
   slopes are exact numbers, so the critical set is: the centres that are inside their piece, the
   pieces of slope 0, and the breakpoints where the one-sided slopes do not have the same strict
   sign.

   Behind a critical point f changes like sigma d where its one-sided slope sigma is not 0, and like
   |k| d^p where it is the centre of its piece. phi is regular at a breakpoint where the slope jumps
   upwards, and neither regular nor weakly convex where it jumps downwards. Automatic
   differentiation takes the piece on the left. */
#include "core/stream.h"
#include "problems/lib/separable.h"

enum { RANDOM_BREAKS = 6, RANDOM_CRITICAL = 2 * RANDOM_BREAKS + 2 };

typedef struct {
    size_t n, seed, breaks;
    int kind;
} random_pieces_params;

enum { RANDOM_MIXED, RANDOM_LINEAR, RANDOM_FLAT };

typedef struct {
    double k, z, p, c; /* p = 1: k (t - z) + c */
} random_pieces_piece;

typedef struct {
    size_t breaks;
    double at[RANDOM_BREAKS];
    random_pieces_piece piece[RANDOM_BREAKS + 1];
    clarke_pieces set;
    clarke_piece critical[RANDOM_CRITICAL];
    clarke_scalar_facts facts;
} random_pieces_phi;

/* ---- the function ---- */

static double random_pieces_piece_value(const random_pieces_piece *r, double t)
{
    if (r->p == 1.0) return r->k * (t - r->z) + r->c;
    return r->k * clarke_scalar_power(fabs(t - r->z), r->p) + r->c;
}

static double random_pieces_piece_slope(const random_pieces_piece *r, double t)
{
    if (r->p == 1.0) return r->k;
    const double size = r->p * r->k * clarke_scalar_power(fabs(t - r->z), r->p - 1.0);
    return clarke_scalar_sign(t - r->z) * size;
}

/* The piece that ends at or after t. */
static size_t random_pieces_index(const random_pieces_phi *f, double t)
{
    size_t i = 0;
    while (i < f->breaks && t > f->at[i]) i++;
    return i;
}

static double random_pieces_value(const void *c, double t)
{
    const random_pieces_phi *f = c;
    return random_pieces_piece_value(&f->piece[random_pieces_index(f, t)], t);
}

static double random_pieces_slope(const void *c, double t)
{
    const random_pieces_phi *f = c;
    return random_pieces_piece_slope(&f->piece[random_pieces_index(f, t)], t);
}

static clarke_interval random_pieces_at(const void *c, double t, bool field)
{
    (void)field;
    const random_pieces_phi *f = c;
    const size_t i = random_pieces_index(f, t);
    const clarke_interval left = clarke_interval_point(random_pieces_piece_slope(&f->piece[i], t));
    if (i == f->breaks || t < f->at[i]) return left;
    return clarke_interval_hull(
        left, clarke_interval_point(random_pieces_piece_slope(&f->piece[i + 1], t)));
}

static double random_pieces_next_break(const void *c, double t)
{
    const random_pieces_phi *f = c;
    return clarke_next_in(f->breaks, f->at, t);
}

static double random_pieces_nearest(const void *c, double t, clarke_point_kind *kind)
{
    return clarke_pieces_nearest(&((const random_pieces_phi *)c)->set, t, kind);
}

static clarke_growth random_pieces_growth(const void *c, double s)
{
    return clarke_pieces_growth(&((const random_pieces_phi *)c)->set, s);
}

static double random_pieces_weak_convexity(const void *c, double radius)
{
    const random_pieces_phi *f = c;
    double rho = 0.0;
    (void)radius;
    for (size_t i = 0; i <= f->breaks; i++) {
        if (f->piece[i].p == 2.0) rho = fmax(rho, -2.0 * f->piece[i].k);
        if (i < f->breaks && random_pieces_piece_slope(&f->piece[i], f->at[i]) >
                                 random_pieces_piece_slope(&f->piece[i + 1], f->at[i]))
            return NAN;
    }
    return rho;
}

/* The minimiser of piece(y) + (y - t)^2/(2 step) on the real line; NAN where that is concave. */
static double random_pieces_piece_prox(const random_pieces_piece *r, double step, double t)
{
    if (r->p == 1.0) return t - step * r->k;
    if (r->p == 2.0) {
        const double curvature = 1.0 + 2.0 * step * r->k;
        return curvature > 0.0 ? (t + 2.0 * step * r->k * r->z) / curvature : NAN;
    }
    const double u = clarke_scalar_power_prox(r->p, step * r->k, fabs(t - r->z));
    return r->z + copysign(u, t - r->z);
}

/* A convex piece has its best point at the clipped minimiser, a concave one at an end. */
static double random_pieces_prox(const void *c, double step, double t)
{
    const random_pieces_phi *f = c;
    double best = t, best_value = INFINITY;
    for (size_t i = 0; i <= f->breaks; i++) {
        const double low = i > 0 ? f->at[i - 1] : -INFINITY;
        const double high = i < f->breaks ? f->at[i] : INFINITY;
        const double free = random_pieces_piece_prox(&f->piece[i], step, t);
        const double candidate[] = {clarke_scalar_clip(isnan(free) ? low : free, low, high), high};
        for (size_t k = 0; k < 2; k++) {
            const double y = candidate[k];
            if (isinf(y)) continue;
            const double value = random_pieces_piece_value(&f->piece[i], y) +
                                 (y - t) * (y - t) / (2.0 * step);
            if (value < best_value) best = y, best_value = value;
        }
    }
    return best;
}

static clarke_scalar_facts random_pieces_facts(const void *c)
{
    return ((const random_pieces_phi *)c)->facts;
}

static clarke_interval random_pieces_enclose(const void *c, clarke_interval t, bool field)
{
    (void)field;
    const random_pieces_phi *f = c;
    clarke_interval hull = {INFINITY, -INFINITY};
    for (size_t i = 0; i <= f->breaks; i++) {
        const random_pieces_piece *r = &f->piece[i];
        const double low = i > 0 ? f->at[i - 1] : -INFINITY;
        const double high = i < f->breaks ? f->at[i] : INFINITY;
        if (!clarke_interval_meets(t, low, high)) continue;
        const clarke_interval s = clarke_interval_minus(clarke_interval_clip(t, low, high), r->z);
        const clarke_interval size = clarke_interval_mul(
            clarke_interval_power(clarke_interval_abs(s), r->p - 1.0), clarke_interval_sign(s));
        hull = clarke_interval_hull(hull, r->p == 1.0 ? clarke_interval_point(r->k)
                                                      : clarke_interval_scale(r->p * r->k, size));
    }
    return hull;
}

static void random_pieces_declared(const void *c, double t, bool field, clarke_interval *low,
                                   clarke_interval *high)
{
    (void)field;
    clarke_pieces_declared(&((const random_pieces_phi *)c)->set, t, 0, low, high);
}

static const clarke_scalar random_pieces_scalar = {
    .value = random_pieces_value,
    .slope = random_pieces_slope,
    .at = random_pieces_at,
    .next_break = random_pieces_next_break,
    .nearest = random_pieces_nearest,
    .growth = random_pieces_growth,
    .prox = random_pieces_prox,
    .weak_convexity = random_pieces_weak_convexity,
    .facts = random_pieces_facts,
    .enclose = random_pieces_enclose,
    .declared = random_pieces_declared,
};

/* ---- its critical set ---- */

/* What f does beside s: sign of the slope, and growth of |f - f(s)|. */
typedef struct {
    double sign;
    clarke_growth growth;
} random_pieces_side;

static random_pieces_side random_pieces_beside(const random_pieces_phi *f, double s, bool right)
{
    size_t i = random_pieces_index(f, s);
    if (right && i < f->breaks && s == f->at[i]) i++;
    const random_pieces_piece *r = &f->piece[i];
    const double slope = random_pieces_piece_slope(r, s);
    if (slope != 0.0)
        return (random_pieces_side){clarke_scalar_sign(slope),
                                    clarke_growth_make(1.0, fabs(slope))};
    const double out = right ? 1.0 : -1.0;
    return (random_pieces_side){out * clarke_scalar_sign(r->k),
                                clarke_growth_make(r->p, fabs(r->k))};
}

static clarke_piece random_pieces_component(const random_pieces_phi *f, double low, double high)
{
    const random_pieces_side left = random_pieces_beside(f, low, false),
                             right = random_pieces_beside(f, high, true);
    clarke_point_kind first = left.sign < 0.0 ? CLARKE_POINT_LOCAL_MINIMUM
                                              : CLARKE_POINT_LOCAL_MAXIMUM;
    clarke_point_kind last = right.sign > 0.0 ? CLARKE_POINT_LOCAL_MINIMUM
                                              : CLARKE_POINT_LOCAL_MAXIMUM;
    if (low < high) return (clarke_piece){low, high, first, last, left.growth, right.growth};
    if (first != last) first = CLARKE_POINT_MONOTONE;
    const clarke_growth growth = clarke_growth_slower(left.growth, right.growth);
    return (clarke_piece){low, low, first, first, growth, growth};
}

/* Sets come in ascending order; one that touches the last one is joined to it. */
static void random_pieces_add(random_pieces_phi *f, double low, double high)
{
    clarke_piece *last = f->set.count > 0 ? &f->critical[f->set.count - 1] : NULL;
    if (last && low <= last->high)
        last->high = fmax(last->high, high);
    else
        f->critical[f->set.count++] = (clarke_piece){.low = low, .high = high};
}

static void random_pieces_solve(random_pieces_phi *f)
{
    f->set = (clarke_pieces){0, f->critical};
    for (size_t i = 0; i <= f->breaks; i++) {
        const random_pieces_piece *r = &f->piece[i];
        const double low = i > 0 ? f->at[i - 1] : -INFINITY;
        const double high = i < f->breaks ? f->at[i] : INFINITY;
        if (r->k == 0.0)
            random_pieces_add(f, low, high);
        else if (r->p > 1.0 && low < r->z && r->z < high)
            random_pieces_add(f, r->z, r->z);
        if (i == f->breaks) break;
        const clarke_interval jump = random_pieces_at(f, high, false);
        if (jump.low <= 0.0 && jump.high >= 0.0) random_pieces_add(f, high, high);
    }
    for (size_t i = 0; i < f->set.count; i++)
        f->critical[i] = random_pieces_component(f, f->critical[i].low, f->critical[i].high);
    f->facts = clarke_pieces_facts(&f->set, &random_pieces_scalar, f);
}

/* ---- drawing ---- */

typedef struct {
    clarke_stream stream;
    uint64_t draw;
} random_pieces_source;

static size_t random_pieces_choose(random_pieces_source *s, size_t count)
{
    return clarke_stream_index(&s->stream, 0, s->draw++, count);
}

static random_pieces_piece random_pieces_inner_piece(random_pieces_source *s, int kind, double low,
                                                     double high)
{
    static const double slope[] = {-2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 0.0, 0.0};
    static const double curvature[] = {-1.0, -0.5, 0.5, 1.0, 2.0};
    static const double power[] = {1.5, 3.0, 4.0};
    const size_t shape = kind == RANDOM_MIXED ? random_pieces_choose(s, 3) : 0;
    const size_t quarters = (size_t)(4.0 * (high - low));
    if (shape == 0)
        return (random_pieces_piece){slope[random_pieces_choose(s, kind == RANDOM_FLAT ? 8 : 6)],
                                     low, 1.0, 0.0};
    if (shape == 1) {
        const double z = low - 0.5 + 0.25 * (double)random_pieces_choose(s, quarters + 5);
        return (random_pieces_piece){curvature[random_pieces_choose(s, 5)], z, 2.0, 0.0};
    }
    const double z = low + 0.25 * (double)random_pieces_choose(s, quarters + 1);
    return (random_pieces_piece){curvature[2 + random_pieces_choose(s, 3)], z,
                                 power[random_pieces_choose(s, 3)], 0.0};
}

static random_pieces_piece random_pieces_outer_piece(random_pieces_source *s, int kind, double end,
                                                     double out)
{
    static const double size[] = {0.5, 1.0, 2.0};
    const double k = size[random_pieces_choose(s, 3)];
    if (kind != RANDOM_MIXED || random_pieces_choose(s, 2))
        return (random_pieces_piece){out * k, end, 1.0, 0.0};
    return (random_pieces_piece){0.5 * k, end + 0.25 * (double)random_pieces_choose(s, 5) - 0.5,
                                 2.0, 0.0};
}

static void random_pieces_draw(random_pieces_phi *f, const random_pieces_params *a, size_t j)
{
    random_pieces_source s = {clarke_stream_make(a->seed, "random_pieces", "", 0, j, "pieces"), 0};
    double width = 0.0;
    f->breaks = a->breaks;
    for (size_t i = 0; i < f->breaks; i++) {
        f->at[i] = width;
        width += 0.25 * (double)(1 + random_pieces_choose(&s, 4));
    }
    const double middle = 0.25 * rint(2.0 * f->at[f->breaks - 1]);
    for (size_t i = 0; i < f->breaks; i++) f->at[i] -= middle;
    f->piece[0] = random_pieces_outer_piece(&s, a->kind, f->at[0], -1.0);
    for (size_t i = 1; i < f->breaks; i++)
        f->piece[i] = random_pieces_inner_piece(&s, a->kind, f->at[i - 1], f->at[i]);
    f->piece[f->breaks] = random_pieces_outer_piece(&s, a->kind, f->at[f->breaks - 1], 1.0);
    for (size_t i = 0; i < f->breaks; i++)
        f->piece[i + 1].c = random_pieces_piece_value(&f->piece[i], f->at[i]) -
                            random_pieces_piece_value(&f->piece[i + 1], f->at[i]);
    random_pieces_solve(f);
}

static clarke_status random_pieces_make(clarke_problem *p, const void *params, clarke_arena *mem)
{
    const random_pieces_params *a = params;
    CLARKE_TRY(clarke_problem_size(p, a->n, 3.5, -4.0, 4.0, mem));
    random_pieces_phi *f = clarke_alloc_array(mem, a->n, sizeof *f);
    CLARKE_TRY(clarke_arena_status(mem));
    for (size_t j = 0; j < a->n; j++) random_pieces_draw(&f[j], a, j);
    CLARKE_TRY(clarke_separable_make(p, &random_pieces_scalar, f, sizeof *f, mem));
    if (!isnan(p->default_weak_convexity)) p->traits |= CLARKE_TRAIT_REGULAR;
    if (a->kind != RANDOM_MIXED) p->traits |= CLARKE_TRAIT_POLYHEDRAL;
    return CLARKE_OK;
}

static const clarke_param random_pieces_table[] = {
    CLARKE_SIZE_PARAM(random_pieces_params, "2"),
    {"seed", CLARKE_PARAM_COUNT, offsetof(random_pieces_params, seed), "1", 0.0, 0x1p53, NULL,
     "number of the member"},
    {"breaks", CLARKE_PARAM_COUNT, offsetof(random_pieces_params, breaks), "4", 1.0, RANDOM_BREAKS,
     NULL, "breakpoints of a coordinate"},
    {"kind", CLARKE_PARAM_CHOICE, offsetof(random_pieces_params, kind), "mixed", 0.0, 0.0,
     "mixed|linear|flat", "pieces: of all shapes; linear; linear and with slope 0"},
    {0}};

static const clarke_certifiable random_pieces_certifiable[] = {
    {"n=1,seed=1", -8.0, 8.0, 1e-3, 123, false},
    {"n=1,seed=2", -8.0, 8.0, 1e-3, 217, false},
    {"n=2,seed=1", -8.0, 8.0, 2e-2, 527, false},
    {"n=2,seed=3,kind=linear", -8.0, 8.0, 1e-2, 925, false},
    {"n=1,seed=4,kind=flat", -8.0, 8.0, 1e-3, 127, false},
    {0}};

const clarke_problem_desc clarke_problem_random_pieces = {
    .title = "Random pieces",
    .formula = "sum_j phi_j(x_j), phi_j with random pieces k t + c and k |t - z|^p + c",
    .source = "derived",
    .stationary_set =
        "the product of the critical sets of the coordinates, which are listed when the "
        "member is drawn",
    .truth = CLARKE_TRUTH_PROVED,
    .traits = CLARKE_TRAIT_COERCIVE | CLARKE_TRAIT_SEPARABLE | CLARKE_TRAIT_DEFINABLE,
    .params = random_pieces_table,
    .params_size = sizeof(random_pieces_params),
    .make = random_pieces_make,
    CLARKE_SEPARABLE_ORACLES,
    CLARKE_SEPARABLE_TRUTH,
    CLARKE_SEPARABLE_CERTIFICATE,
    .certifiable = random_pieces_certifiable,
    .outside = "by hand: the outer pieces have no other critical point",
    .prox = clarke_separable_prox,
};
