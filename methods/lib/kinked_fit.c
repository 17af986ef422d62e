#include "methods/lib/kinked_fit.h"

#include <gsl/gsl_sort.h>
#include <lapacke.h>
#include <string.h>

static const double fit_pi = 3.14159265358979323846;

static double fit_a(const clarke_kinked_fit *f, size_t k, size_t c)
{
    return f->a[k * f->row_step + c * f->column_step];
}

static double fit_dot(const clarke_kinked_fit *f, size_t k, const double *p)
{
    double sum = 0.0;
    for (size_t c = 0; c < f->d; c++) sum += fit_a(f, k, c) * p[c];
    return sum;
}

static double fit_sigma(const clarke_kinked_fit *f, double t)
{
    double y;
    f->activation->value(f->opts, 1, &t, &y);
    return y;
}

/* F(p) - F(old), formed from the step, so that near candidates are told apart, and a bound of its error:
   each term errs by at most d + 8 roundings of its parts. */
static double fit_change(const clarke_kinked_fit *f, const double *p, double *noise)
{
    double step[2] = {0.0, 0.0}, sum = 0.0, size = 0.0;
    for (size_t c = 0; c < f->d; c++) {
        step[c] = p[c] - f->old[c];
        sum += step[c] * (f->q * (f->old[c] + 0.5 * step[c]) - f->h[c]);
        size += fabs(step[c]) * (f->q * (fabs(f->old[c]) + fabs(step[c])) + fabs(f->h[c]));
    }
    for (size_t k = 0; k < f->terms; k++) {
        const double lead = f->skip && k < f->d ? f->old[k] : 0.0;
        const double level = fit_sigma(f, f->value[k]);
        const double residual = f->c[k * f->c_step] - lead - level;
        const double moved =
            clarke_activation_change(f->activation, f->opts, f->value[k], fit_dot(f, k, step)) +
            (f->skip && k < f->d ? step[k] : 0.0);
        sum += 0.5 * f->gamma * moved * (moved - 2.0 * residual);
        size += f->gamma * fabs(moved) *
                (fabs(moved) + fabs(f->c[k * f->c_step]) + fabs(lead) + fabs(level));
    }
    *noise = ((double)(f->d + f->terms) + 8.0) * 0x1p-53 * size;
    return sum;
}

/* ---- how far a point is from stationary ---- */

/* The slope of sigma at a_k.p towards `side`; a kink is met up to the rounding of a point that was put
   there, 4 (d + 2) u of the products. */
static double fit_slope(const clarke_kinked_fit *f, size_t k, const double *p, double side)
{
    clarke_piece piece[CLARKE_PIECES_MAX];
    const size_t count = f->activation->pieces(f->opts, piece);
    double z = 0.0, size = 0.0;
    for (size_t c = 0; c < f->d; c++) {
        z += fit_a(f, k, c) * p[c];
        size += fabs(fit_a(f, k, c) * p[c]);
    }
    for (size_t i = 1; i < count; i++)
        if (fabs(z - piece[i].low) <=
            4.0 * ((double)f->d + 2.0) * 0x1p-53 * (size + fabs(piece[i].low)))
            return side > 0.0 ? piece[i].slope : piece[i - 1].slope;
    return f->activation->slopes(f->opts, z).right;
}

/* The derivative of F at p along the unit vector u; `size` gets the sum of its magnitudes. */
static double fit_slope_along(const clarke_kinked_fit *f, const double *p, const double *u,
                              double *size)
{
    double slope = 0.0;
    *size = 0.0;
    for (size_t c = 0; c < f->d; c++) {
        slope += (f->q * p[c] - f->h[c]) * u[c];
        *size += (f->q * fabs(p[c]) + fabs(f->h[c])) * fabs(u[c]);
    }
    for (size_t k = 0; k < f->terms; k++) {
        const bool leads = f->skip && k < f->d;
        const double along = fit_dot(f, k, u), level = fit_sigma(f, fit_dot(f, k, p));
        const double lead = leads ? p[k] : 0.0, c = f->c[k * f->c_step];
        const double inner = fit_slope(f, k, p, along) * along + (leads ? u[k] : 0.0);
        slope -= f->gamma * (c - lead - level) * inner;
        *size += f->gamma * (fabs(c) + fabs(lead) + fabs(level)) * fabs(inner);
    }
    return slope;
}

/* How steeply F falls from p at most, up to a factor; 0 at a point from which it falls nowhere. At p != 0
   in two variables the lines a_k.p = 0 through p are one line, so that the directions along it and across
   it decide; of p = 0 it is `origin` (fit_origin). Not below its rounding. */
static double fit_residual(const clarke_kinked_fit *f, const double *p, double origin)
{
    const double norm = f->d == 1 ? 1.0 : hypot(p[0], p[1]);
    double worst = norm > 0.0 ? 0.0 : origin, rounding = 0.0;
    for (size_t side = 0; side < 2 * f->d; side++) {
        const double sign = side % 2 ? -1.0 : 1.0;
        double u[2] = {sign, 0.0}, size;
        if (f->d == 2 && norm > 0.0 && side < 2)
            u[0] = sign * p[0] / norm, u[1] = sign * p[1] / norm;
        if (side >= 2) u[0] = 0.0, u[1] = sign;
        if (side >= 2 && norm > 0.0) u[0] = -sign * p[1] / norm, u[1] = sign * p[0] / norm;
        worst = fmax(worst, -fit_slope_along(f, p, u, &size));
        rounding = fmax(rounding, ((double)(f->d + f->terms) + 8.0) * 0x1p-53 * size);
    }
    return fmax(worst, rounding);
}

/* ---- candidates ---- */

/* Values are compared first. Candidates that rounding does not tell apart by their values may still be
   apart by the root of it, as the minimiser of a piece and one of the next piece that lies outside its
   own: of these the one that is nearest to stationary is taken. What equals the old point up to
   rounding is the old point. */
typedef struct {
    double low;             /* the smallest value, F - F(old) */
    double value, residual; /* of f->p */
    double origin;          /* the residual of 0 in two variables */
    size_t ties;
} fit_search;

static void fit_take(clarke_kinked_fit *f, fit_search *s, const double *p, double value,
                     double residual)
{
    s->value = value, s->residual = residual;
    memcpy(f->p, p, f->d * sizeof *p);
}

static void fit_try(clarke_kinked_fit *f, fit_search *s, const double *candidate)
{
    double apart = 0.0, size = 0.0, from_best = 0.0, noise;
    for (size_t c = 0; c < f->d; c++) {
        if (!isfinite(candidate[c])) return;
        apart = fmax(apart, fabs(candidate[c] - f->old[c]));
        from_best = fmax(from_best, fabs(candidate[c] - f->p[c]));
        size = fmax(size, fmax(fabs(candidate[c]), fabs(f->old[c])));
    }
    if (!(apart > 8.0 * 0x1p-53 * size)) return;
    const double value = fit_change(f, candidate, &noise);
    if (!(value <= s->low + noise)) return;
    s->low = fmin(s->low, value);
    const double residual = fit_residual(f, candidate, s->origin);
    if (s->value > s->low + noise) {
        s->ties = 0;
        fit_take(f, s, candidate, value, residual);
        return;
    }
    /* F is q-strongly convex on a piece: farther apart than that, both are minimisers of theirs. */
    if (f->q * from_best > 2.0 * (residual + s->residual)) s->ties++;
    if (residual < s->residual) fit_take(f, s, candidate, value, residual);
}

/* ---- linear sigma ---- */

/* gram p = right where sigma(z_k) = slope_k z_k; of the lower triangle. */
static void fit_normal(clarke_kinked_fit *f)
{
    const size_t d = f->d;
    memcpy(f->right, f->h, d * sizeof *f->right);
    memset(f->gram, 0, d * d * sizeof *f->gram);
    for (size_t r = 0; r < d; r++) f->gram[r * d + r] = f->q;
    for (size_t k = 0; k < f->terms; k++)
        for (size_t r = 0; r < d; r++) {
            const double a = fit_a(f, k, r) + (f->skip && k == r ? 1.0 : 0.0);
            f->right[r] += f->gamma * f->c[k * f->c_step] * a;
            for (size_t c = 0; c <= r; c++)
                f->gram[c * d + r] += f->gamma * a *
                                      (fit_a(f, k, c) + (f->skip && k == c ? 1.0 : 0.0));
        }
}

static clarke_status fit_linear(clarke_kinked_fit *f)
{
    const lapack_int d = (lapack_int)f->d;
    fit_normal(f);
    if (d == 1 && f->gram[0] > 0.0) {
        f->p[0] = f->right[0] / f->gram[0];
        return CLARKE_OK;
    }
    if (LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', d, f->gram, d) != 0)
        return clarke_fail(CLARKE_EINPUT,
                           "the matrix of a block is not positive definite: a larger "
                           "alpha or ridge is needed");
    LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, 'L', d, 1, f->gram, d, f->right, d);
    memcpy(f->p, f->right, f->d * sizeof *f->p);
    return CLARKE_OK;
}

/* ---- one variable ---- */

/* The minimiser of the quadratic that F is around `middle`, moved into [low, high]. */
static void fit_interval(clarke_kinked_fit *f, fit_search *s, double low, double high)
{
    double middle = 0.5 * (low + high), curvature = f->q, slope = f->h[0];
    if (isinf(low)) middle = isinf(high) ? 0.0 : high - 1.0;
    if (isinf(high) && !isinf(low)) middle = low + 1.0;
    for (size_t k = 0; k < f->terms; k++) {
        const double lead = f->skip && k == 0 ? 1.0 : 0.0, a = fit_a(f, k, 0), z = a * middle;
        const double right = f->activation->slopes(f->opts, z).right;
        const double level = fit_sigma(f, z) - right * z, b = lead + right * a;
        curvature += f->gamma * b * b;
        slope += f->gamma * b * (f->c[k * f->c_step] - level);
    }
    if (!(curvature > 0.0)) return;
    const double p = fmin(fmax(slope / curvature, low), high);
    fit_try(f, s, &p);
}

static void fit_line(clarke_kinked_fit *f, fit_search *s)
{
    clarke_piece piece[CLARKE_PIECES_MAX];
    const size_t count = f->activation->pieces(f->opts, piece);
    size_t cuts = 0;
    for (size_t k = 0; k < f->terms; k++)
        for (size_t p = 1; p < count && fit_a(f, k, 0) != 0.0; p++)
            f->angle[cuts++] = piece[p].low / fit_a(f, k, 0);
    gsl_sort(f->angle, 1, cuts); /* in place: qsort may ask for memory */
    for (size_t c = 0; c <= cuts; c++) {
        const double low = c == 0 ? -INFINITY : f->angle[c - 1];
        const double high = c == cuts ? INFINITY : f->angle[c];
        if (low < high) fit_interval(f, s, low, high);
    }
    for (size_t c = 0; c < cuts; c++) fit_try(f, s, &f->angle[c]);
}

/* ---- two variables ---- */

/* The quadratic p.H.p/2 - g.p that F is, up to a constant, where the arguments have the signs that
   they have at `direction`. */
typedef struct {
    double h00, h01, h11, g0, g1;
} fit_quadratic;

static fit_quadratic fit_sector(const clarke_kinked_fit *f, const double direction[2])
{
    fit_quadratic m = {f->q, 0.0, f->q, f->h[0], f->h[1]};
    for (size_t k = 0; k < f->terms; k++) {
        const clarke_slopes s = f->activation->slopes(f->opts, fit_dot(f, k, direction));
        const double c = f->c[k * f->c_step];
        const double b0 = s.right * fit_a(f, k, 0) + (f->skip && k == 0 ? 1.0 : 0.0);
        const double b1 = s.right * fit_a(f, k, 1) + (f->skip && k == 1 ? 1.0 : 0.0);
        m.h00 += f->gamma * b0 * b0, m.h01 += f->gamma * b0 * b1, m.h11 += f->gamma * b1 * b1;
        m.g0 += f->gamma * c * b0, m.g1 += f->gamma * c * b1;
    }
    return m;
}

/* Inside the sector if it is on the right side of both rays. The minimiser is tried anyway near them:
   F at any point is F, so a candidate can only be too many. */
static void fit_inside(clarke_kinked_fit *f, fit_search *s, double from, double to)
{
    const double middle = 0.5 * (from + to), direction[2] = {cos(middle), sin(middle)};
    const fit_quadratic m = fit_sector(f, direction);
    const double det = m.h00 * m.h11 - m.h01 * m.h01;
    if (!(det > 0x1p-50 * (m.h00 * m.h11 + m.h01 * m.h01))) return;
    const double p[2] = {(m.h11 * m.g0 - m.h01 * m.g1) / det, (m.h00 * m.g1 - m.h01 * m.g0) / det};
    fit_try(f, s, p);
}

/* Along t (x, y), t >= 0, with (x, y) orthogonal to a_k: F is one quadratic in t. */
static void fit_ray(clarke_kinked_fit *f, fit_search *s, size_t k, double x, double y)
{
    const double direction[2] = {x, y};
    double curvature = f->q * (x * x + y * y), slope = f->h[0] * x + f->h[1] * y;
    for (size_t j = 0; j < f->terms; j++) {
        const double z = j == k ? 0.0 : fit_dot(f, j, direction);
        const double lead = f->skip && j < 2 ? direction[j] : 0.0;
        const double b = lead + f->activation->slopes(f->opts, z).right * z;
        curvature += f->gamma * b * b;
        slope += f->gamma * b * f->c[j * f->c_step];
    }
    if (!(curvature > 0.0)) return;
    const double t = fmax(0.0, slope / curvature), p[2] = {t * x, t * y};
    fit_try(f, s, p);
}

/* The angles of the lines a_k.p = 0, both ways, in order. */
static size_t fit_angles(clarke_kinked_fit *f)
{
    size_t rays = 0;
    for (size_t k = 0; k < f->terms; k++) {
        const double x = fit_a(f, k, 0), y = fit_a(f, k, 1);
        if (x == 0.0 && y == 0.0) continue;
        double angle = atan2(x, -y);
        if (angle < 0.0) angle += fit_pi;
        f->angle[rays++] = angle, f->angle[rays++] = angle + fit_pi;
    }
    gsl_sort(f->angle, 1, rays);
    return rays;
}

/* Sector r, between two rays; the whole plane where there is none. */
static void fit_bounds(const clarke_kinked_fit *f, size_t rays, size_t r, double *from, double *to)
{
    *from = rays > 0 ? f->angle[r] : 0.0;
    *to = r + 1 < rays ? f->angle[r + 1] : *from + 2.0 * fit_pi;
    if (rays > 0 && r + 1 == rays) *to = f->angle[0] + 2.0 * fit_pi;
}

/* F is piecewise linear from 0 to first order: it falls most steeply along a ray, or inside a sector
   against its gradient, if that points into it. */
static double fit_origin(const clarke_kinked_fit *f, size_t rays)
{
    static const double origin[2] = {0.0, 0.0};
    double worst = 0.0;
    for (size_t r = 0; r == 0 || r < rays; r++) {
        double from, to, size;
        fit_bounds(f, rays, r, &from, &to);
        const double ray[2] = {cos(from), sin(from)};
        const double middle[2] = {cos(0.5 * (from + to)), sin(0.5 * (from + to))};
        const fit_quadratic m = fit_sector(f, middle);
        double steepest = atan2(m.g1, m.g0);
        while (steepest < from) steepest += 2.0 * fit_pi;
        if (steepest <= to) worst = fmax(worst, hypot(m.g0, m.g1));
        worst = fmax(worst, -fit_slope_along(f, origin, ray, &size));
    }
    return worst;
}

static void fit_plane(clarke_kinked_fit *f, fit_search *s, size_t rays)
{
    static const double origin[2] = {0.0, 0.0};
    for (size_t k = 0; k < f->terms; k++) {
        const double x = fit_a(f, k, 0), y = fit_a(f, k, 1);
        if (x == 0.0 && y == 0.0) continue;
        fit_ray(f, s, k, -y, x), fit_ray(f, s, k, y, -x);
    }
    for (size_t r = 0; r == 0 || r < rays; r++) {
        double from, to;
        fit_bounds(f, rays, r, &from, &to);
        fit_inside(f, s, from, to);
    }
    fit_try(f, s, origin);
}

/* ---- */

clarke_fit_kind clarke_fit_exact(const clarke_activation_desc *activation,
                                 const clarke_activation_opts *o, size_t d)
{
    clarke_piece piece[CLARKE_PIECES_MAX];
    const size_t count = activation->pieces ? activation->pieces(o, piece) : 0;
    if (count == 1) return CLARKE_FIT_LINEAR;
    if (count > 1 && d == 1) return CLARKE_FIT_LINE;
    const bool homogeneous = count == 2 && piece[1].low == 0.0 && piece[1].level == 0.0;
    return homogeneous && d == 2 ? CLARKE_FIT_PLANE : CLARKE_FIT_NONE;
}

clarke_status clarke_fit_solve(clarke_kinked_fit *f, clarke_fit_kind kind, clarke_inner *inner)
{
    if (kind == CLARKE_FIT_LINEAR) return fit_linear(f);
    memcpy(f->old, f->p, f->d * sizeof *f->p);
    for (size_t k = 0; k < f->terms; k++) f->value[k] = fit_dot(f, k, f->old);
    const bool plane = kind == CLARKE_FIT_PLANE;
    const size_t rays = plane ? fit_angles(f) : 0;
    fit_search s = {.origin = plane ? fit_origin(f, rays) : 0.0};
    s.residual = fit_residual(f, f->old, s.origin);
    if (plane)
        fit_plane(f, &s, rays);
    else
        fit_line(f, &s);
    inner->ties += s.ties;
    return CLARKE_OK;
}

void clarke_fit_step(clarke_kinked_fit *f)
{
    const double steep = f->activation->lipschitz(f->opts);
    const double bend = f->activation->slope_lipschitz(f->opts);
    const clarke_interval range = f->activation->range(f->opts);
    double constant = 0.0;
    memset(f->right, 0, f->d * sizeof *f->right);
    for (size_t k = 0; k < f->terms; k++) {
        const double c = f->c[k * f->c_step], z = fit_dot(f, k, f->p);
        const double far = fmax(fabs(c - range.low), fabs(c - range.high));
        const double pull = f->gamma * (c - fit_sigma(f, z)) *
                            f->activation->slopes(f->opts, z).right;
        double square = 0.0;
        for (size_t r = 0; r < f->d; r++) {
            square += fit_a(f, k, r) * fit_a(f, k, r);
            f->right[r] += pull * fit_a(f, k, r);
        }
        constant += f->gamma * square * (steep * steep + bend * far);
    }
    const double tau = f->tau * constant;
    if (!(tau + f->q > 0.0)) return;
    for (size_t r = 0; r < f->d; r++)
        f->p[r] = (tau * f->p[r] + f->right[r] + f->h[r]) / (tau + f->q);
}
