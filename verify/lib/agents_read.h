/* One step of a decentralised method as it is read from an event, and what the step should be by
   the rows of W, in long double: formulas that share no code with the methods or the mixing.

   u = 2^-53. Row i of mix(Z) is a sum of t_i <= d rounded products: with |W| for the entries' sizes
   it errs by at most (t_i + 1) u sum_j |W_ji| |z_j|, one u more where W = J is applied as a sum and
   a division. Subtracting step h rounds h (of momentum: m - g), the product, and the difference.
   For either order of the two, row i errs by at most
     E_i = (d + 6) u sum_j |W_ji| (|z_j| + step |h_j|) + 4 u step |h_i|,
   where the last term belongs to the order in which h is not mixed; |h| is |m| + |g| for momentum.
   What is recomputed errs by less than 2^-64 relative to the same terms: absorbed by doubling. */
#pragma once

#include "core/measure.h"

#define CLARKE_AGENTS_UNIT 0x1p-53L

typedef struct {
    size_t agents, dim, n;
    bool conforms; /* every oracle was asked once, at its agent's row, with the clock's steps */
    const double *x, *x1;             /* [n] before, after */
    const double *m, *m1;             /* [n] momentum; NULL where there is none */
    const double *tracker, *tracker0; /* [n] of this step, of the one before; NULL */
    const double *g, *v;              /* [n] answers; what x moved along */
    const double *g0;                 /* [n] answers of the step before */
    double eta, theta;
} clarke_agents_step;

typedef struct {
    const clarke_network *w;
    const clarke_dsm_form *form;
    double *g, *g0, *v;        /* [n] */
    long double *mixed, *size; /* [n] sum_j W_ji z_j; sum_j |W_ji| |z_j| */
    size_t steps;
} clarke_agents_reader;

clarke_status clarke_agents_begin(clarke_measure *m, clarke_agents_reader *r);
/* Reads the step; call it at every event, since the answers of the step before are kept. */
void clarke_agents_read(clarke_measure *m, const clarke_event *e, clarke_agents_reader *r,
                        clarke_agents_step *s);
/* out[n] = what z becomes, bound[n] = twice E: z <- A(z, step, h), h = a - b (b may be NULL); the
   named wrong variants that do not mix go by `mixed` false. */
void clarke_agents_expect(clarke_agents_reader *r, const clarke_agents_step *s, const double *z,
                          double step, const double *a, const double *b, bool mixed,
                          long double *out, long double *bound);
/* out[n] = W'Z and size[n] = |W|'|Z|. */
void clarke_agents_mix(const clarke_agents_reader *r, const clarke_agents_step *s,
                       const long double *z, long double *out, long double *size);
