/* The noise in the oracle's answers, which is the answer less the drawn terms' subgradient, asked for
   again here. arg[0]: 0 signs, 1 gaussian, 2 pareto; arg[1] its size s, arg[2] its mean, arg[3] the
   tail of pareto, arg[4] the noise terms of each term.
     draws     steps
     off_size  of signs: coordinates that are not r s / b for a whole r, |r| <= b, r - b even, b the
               batch, beyond rounding: at most b + 6 operations (b + 1 additions, s/b, what is done
               here), each of u times the largest size; the subgradient is the same, bit by bit
     mean      the largest |sum of the signs of the noise| over coordinates, over the draws; of signs
               of r / b
     pair      the same for the products of two coordinates
     distance  of gaussian and pareto: the largest distance of the distribution of a coordinate's
               noise from its law, seen at 63 quantiles
     square    of signs: the largest difference of the mean of (r / b)^2 from 1/b over coordinates, the
               variance of the mean of b fair signs
     sizes     of gaussian and pareto: as `pair`, of +1 where the size is above its median, else -1 */
#include "core/measure.h"

#include <gsl/gsl_cdf.h>

#include <math.h>

enum { NOISE_BINS = 64, NOISE_COORDINATES = 16 };

typedef struct {
    double *g, *noise;   /* [n] */
    size_t *index, room; /* [room] terms of one answer */
    size_t draws, off;
    double mean[NOISE_COORDINATES], square[NOISE_COORDINATES];
    double pair[NOISE_COORDINATES][NOISE_COORDINATES], sizes[NOISE_COORDINATES][NOISE_COORDINATES];
    double large[NOISE_COORDINATES]; /* of this answer */
    size_t bin[NOISE_COORDINATES][NOISE_BINS];
} noise_law;

enum { NOISE_SIGNS, NOISE_GAUSSIAN, NOISE_PARETO };

static clarke_status noise_law_begin(clarke_measure *m)
{
    noise_law *s = m->state;
    if (m->n > NOISE_COORDINATES)
        return clarke_fail(CLARKE_EINPUT, "noise_law: %zu variables are more than %d", m->n,
                           NOISE_COORDINATES);
    s->room = 64;
    s->g = clarke_vec(m->mem, m->n);
    s->noise = clarke_vec(m->mem, m->n);
    s->index = clarke_alloc_array(m->mem, s->room, sizeof *s->index);
    return clarke_arena_status(m->mem);
}

static bool noise_law_subgradient(clarke_measure *m, const clarke_oracle_record *o)
{
    noise_law *s = m->state;
    const clarke_problem *p = m->problem;
    if (o->count > s->room) return false;
    for (size_t i = 0; i < o->count; i++) s->index[i] = o->index[i] / (size_t)m->arg[4];
    if (p->terms > 1 && o->count > 0)
        p->desc->term_subgradient(p, o->x, s->index, o->count, s->g);
    else
        p->desc->subgradient(p, o->x, s->g);
    return true;
}

/* r / b, and whether it is one. */
static double noise_law_sign(const clarke_measure *m, const clarke_oracle_record *o, double noise,
                             double size, bool *right)
{
    const double b = o->count > 0 ? (double)o->count : 1.0, r = nearbyint(noise * b / m->arg[1]);
    const double rounding = (b + 6.0) * 0x1p-53 * (size + fabs(m->arg[2]) + m->arg[1]);
    *right = fabs(noise - r * m->arg[1] / b) <= rounding && fabs(r) <= b &&
             fmod(fabs(r) + b, 2.0) == 0.0;
    return r / b;
}

static double noise_law_quantile(const clarke_measure *m, double noise)
{
    if (m->arg[0] == NOISE_GAUSSIAN) return gsl_cdf_ugaussian_P(noise / m->arg[1]);
    const double least = fmax(fabs(noise) / m->arg[1], 1.0);
    const double beyond = 0.5 * pow(least, -m->arg[3]);
    return noise > 0.0 ? 1.0 - beyond : beyond;
}

static void noise_law_observe(clarke_measure *m, const clarke_event *e)
{
    noise_law *s = m->state;
    if (!noise_law_subgradient(m, e->oracle)) {
        s->off++;
        return;
    }
    s->draws++;
    for (size_t j = 0; j < m->n; j++) {
        const double noise = e->oracle->g[j] - s->g[j] - m->arg[2];
        bool right = true;
        if (m->arg[0] == NOISE_SIGNS) {
            s->noise[j] = noise_law_sign(m, e->oracle, noise, fabs(s->g[j]), &right);
            s->square[j] += s->noise[j] * s->noise[j] - 1.0 / fmax(1.0, (double)e->oracle->count);
        } else {
            const double u = noise_law_quantile(m, noise);
            const size_t bin = (size_t)fmax(0.0, fmin(NOISE_BINS - 1, floor(NOISE_BINS * u)));
            s->bin[j][bin]++;
            s->noise[j] = noise > 0.0 ? 1.0 : -1.0;
            s->large[j] = fabs(u - 0.5) > 0.25 ? 1.0 : -1.0;
        }
        s->off += !right;
        s->mean[j] += s->noise[j];
        for (size_t i = 0; i < j; i++) {
            s->pair[i][j] += s->noise[i] * s->noise[j];
            s->sizes[i][j] += s->large[i] * s->large[j];
        }
    }
}

static void noise_law_end(clarke_measure *m, double *out)
{
    const noise_law *s = m->state;
    double mean = 0.0, pair = 0.0, distance = 0.0, square = 0.0, sizes = 0.0;
    const double draws = (double)s->draws;
    for (size_t j = 0; j < m->n; j++) {
        size_t below = 0;
        mean = fmax(mean, fabs(s->mean[j]) / draws);
        square = fmax(square, fabs(s->square[j]) / draws);
        for (size_t i = 0; i < j; i++) {
            pair = fmax(pair, fabs(s->pair[i][j]) / draws);
            sizes = fmax(sizes, fabs(s->sizes[i][j]) / draws);
        }
        for (size_t b = 0; b + 1 < NOISE_BINS && m->arg[0] != NOISE_SIGNS; b++) {
            below += s->bin[j][b];
            distance = fmax(distance, fabs((double)below / draws - (double)(b + 1) / NOISE_BINS));
        }
    }
    out[0] = draws;
    out[1] = (double)s->off;
    out[2] = s->draws > 0 ? mean : NAN;
    out[3] = s->draws > 0 ? pair : NAN;
    out[4] = s->draws > 0 ? distance : NAN;
    out[5] = s->draws > 0 ? square : NAN;
    out[6] = s->draws > 0 ? sizes : NAN;
}

static const char *const noise_law_output[] = {"draws",    "off_size", "mean", "pair",
                                               "distance", "square",   "sizes"};

const clarke_measure_desc clarke_measure_noise_law = {
    .title = "Law of the oracle's noise",
    .unit = "counts; units of the noise's size; probability",
    .meaning = "signs of a wrong size, means, products of coordinates, distance from the law",
    .cost = CLARKE_COST_ITERATION,
    .outputs = 7,
    .output = noise_law_output,
    .state_size = sizeof(noise_law),
    .begin = noise_law_begin,
    .observe = noise_law_observe,
    .end = noise_law_end,
};
