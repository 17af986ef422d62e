/* The minimiser of f(u) = gamma/2 (sigma(u) - v)^2 + c/2 (u - b)^2 in one number, for a piecewise
   linear sigma: global, with ties reported. Included by sources that are compiled twice.

   Two pieces with the kink at 0, slope a on the left and 1 on the right (ReLU a = 0, |.| a = -1). On
   each half line f is a strictly convex quadratic with the minimisers
     u_right = (gamma v + c b)/(gamma + c),    u_left = (gamma a v + c b)/(gamma a^2 + c)
   of the whole line, and f(u_right) = gamma c (v - b)^2 / (2 (gamma + c)), f(u_left) =
   gamma c (v - a b)^2 / (2 (gamma a^2 + c)). A half line whose minimiser is not inside it has its
   smallest value at 0. So: of those that are inside the better one, and 0 if neither is. Both are
   inside only if the kink is concave, v > 0 for a < 1, and there the two may be equal: a tie. */
#pragma once

#include "core/activation.h"

#include <stdint.h>

/* As wide as clarke_real, so that a loop over numbers counts in the same lanes. */
#ifdef CLARKE_SINGLE
typedef int32_t clarke_tie_count;
#else
typedef int64_t clarke_tie_count;
#endif

typedef struct {
    clarke_real gamma, c, a;
    clarke_real right, left; /* gamma + c, gamma a^2 + c */
    bool relu;               /* a = 0: u_left is b itself */
    bool tie_right;          /* which of two minimisers is taken */
} clarke_prox_unit;

static inline clarke_prox_unit clarke_prox_unit_make(double gamma, double c, double a,
                                                     bool tie_right)
{
    return (clarke_prox_unit){.gamma = (clarke_real)gamma,
                              .c = (clarke_real)c,
                              .a = (clarke_real)a,
                              .right = (clarke_real)(gamma + c),
                              .left = (clarke_real)(gamma * a * a + c),
                              .relu = a == 0.0,
                              .tie_right = tie_right};
}

/* *ties += 1 where there are two minimisers. NaN goes through. */
static inline clarke_real clarke_prox_unit_at(clarke_prox_unit p, clarke_real v, clarke_real b,
                                              clarke_tie_count *ties)
{
    const clarke_real rise = p.gamma * v + p.c * b, fall = p.gamma * p.a * v + p.c * b;
    const clarke_real far = v - b, near = v - p.a * b;
    const clarke_real f_right = p.left * far * far, f_left = p.right * near * near;
    const bool in_right = rise > 0, in_left = fall < 0;
    const bool tie = in_right & in_left & (f_right == f_left);
    const bool better = (f_right < f_left) | (tie & p.tie_right);
    const clarke_real u_right = rise / p.right, u_left = p.relu ? b : fall / p.left;
    const clarke_real neither = (v - v) + (b - b); /* 0, or NaN */
    *ties += tie ? 1 : 0;
    const clarke_real left = in_left ? u_left : neither;
    return in_right & (!in_left | better) ? u_right : left;
}

/* Any number of pieces: on each the minimiser of its quadratic, moved into the piece, and of these
   the best. A kink that two pieces share is one candidate. */
static inline clarke_real clarke_prox_pieces(size_t count, const clarke_piece *piece, double gamma,
                                             double c, bool tie_right, clarke_real v, clarke_real b,
                                             clarke_tie_count *ties)
{
    double best = NAN, u = NAN;
    bool tie = false;
    for (size_t p = 0; p < count; p++) {
        const double s = piece[p].slope, level = piece[p].level;
        double t = (gamma * s * ((double)v - level) + c * (double)b) / (gamma * s * s + c);
        if (s == 0.0) t = (double)b;
        if (t < piece[p].low) t = piece[p].low;
        if (t > piece[p].high) t = piece[p].high;
        const double r = s * t + level - (double)v, q = t - (double)b;
        const double f = gamma * r * r + c * q * q;
        if (isnan(t) || isnan(f)) return (clarke_real)NAN;
        if (p > 0 && f == best && t != u) tie = true;
        if (p == 0 || f < best) tie = false;
        if (p == 0 || f < best || (f == best && tie_right)) best = f, u = t;
    }
    *ties += tie ? 1 : 0;
    return (clarke_real)u;
}
